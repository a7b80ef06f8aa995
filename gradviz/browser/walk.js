// The walk through back-propagation: the computation graph as SVG, shown as it is after each step of the two
// passes.
//
// Streamlit calls the default export with the same mount whenever the data change; `WalkData` describes them.
// They hold every step, so stepping sends nothing to the server. The event "gradviz-walk" (events.js) tells
// the pictures how much of the gradient is collected. For tests: data-revision and data-step on
// .gradviz-walk, data-node and data-state on each box.

import { styled } from "./dom.js";
import { announcePartial } from "./events.js";
import { attempt, guarded } from "./guard.js";
import { whenIdle } from "./timing.js";
import { compassArrows, drawCompass } from "./walk/compass.js";
import { createElements, showCaption, showData, showPlaying } from "./walk/controls.js";
import { showFrame } from "./walk/drawing.js";
import { backwardBegun, clampStep, frameAt, nodeDetails, partialsByStep, sameGraph } from "./walk/frame.js";
import { listenToGestures } from "./walk/gestures.js";
import { keyAction } from "./walk/keyboard.js";
import { firstPlayedStep, isPlaying, startPlayer, stopPlayer } from "./walk/player.js";
import { bringIntoView, drawStage, fitWhole, place, zoom } from "./walk/stage.js";
import { createWalk } from "./walk/state.js";
import { CSS } from "./walk/style.js";
import { panned } from "./walk/viewport.js";

/** @import { Focus, Walk, WalkActions, WalkData } from "./walk/types.js" */

const LARGE = 24; // nodes: a larger graph opens with what repeats folded into one box

/** @type {WeakMap<HTMLElement, Walk>} */
const walks = new WeakMap(); // by mount

/**
 * The walk in the element that it is mounted in; undefined where there is none.
 * @param {HTMLElement} mount
 */
export const walkAt = (mount) => walks.get(mount);

/**
 * @param {HTMLElement} mount
 * @returns {Walk}
 */
function walkIn(mount) {
  const existing = walks.get(mount);
  if (existing) return existing;
  styled("gradviz-walk-style", CSS, mount);
  /** @type {WalkActions} */
  const actions = {
    go: (step) => go(walk, step),
    stepBy: (steps) => go(walk, walk.step + steps),
    togglePlay: () => togglePlay(walk),
    fold: (folded) => {
      walk.folded = folded;
      draw(walk);
    },
    zoom: (factor) => zoom(walk, factor),
    fitWhole: () => fitWhole(walk),
  };
  const walk = createWalk(createElements(mount, actions), window.matchMedia("print"));
  walks.set(mount, walk);
  listen(walk);
  return walk;
}

/** @param {Walk} walk */
function listen(walk) {
  const { root, svg, stage } = walk.elements;
  root.addEventListener("keydown", (event) => pressKey(walk, event));
  walk.observer = new ResizeObserver(() => {
    if (walk.drawing && Math.abs(stage.clientWidth - walk.drawing.width) > 1) draw(walk);
  });
  walk.observer.observe(stage);
  walk.onPrint = () => {
    place(walk);
    show(walk);
  };
  walk.print.addEventListener("change", walk.onPrint);
  listenToGestures(svg, walk.gesture, {
    pan: (dx, dy) => place(walk, panned(walk.viewport, dx, dy)),
    zoom: (factor, about) => zoom(walk, factor, about),
  });
}

/**
 * @param {Walk} walk
 * @param {KeyboardEvent} event
 */
function pressKey(walk, event) {
  const { root, slider } = walk.elements;
  const target = /** @type {Element} */ (event.target);
  /** @type {Focus} */
  const focus = target === root ? "graph" : target === slider ? "slider" : "control";
  const action = keyAction(event.key, focus, walk.step);
  if (!action) return;
  if (action.kind === "go") go(walk, action.step);
  else if (action.kind === "play") togglePlay(walk);
  else selectCurrent(walk);
  event.preventDefault();
}

// ---------------------------------------------------------------- a step

/** @param {Walk} walk */
function draw(walk) {
  drawStage(walk, (root) => select(walk, root));
  show(walk);
}

/** @param {Walk} walk */
function show(walk) {
  const { data, drawing, elements } = walk;
  if (!data || !drawing) return;
  const step = walk.print.matches ? data.steps.length - 1 : walk.step; // on paper all of it
  const frame = frameAt(data, drawing.layout, step);
  showFrame(drawing, frame, { selected: walk.selected, states: data.states });
  for (const [i, { current }] of frame.boxes.entries()) if (current && walk.walked) bringIntoView(walk, i);
  showCaption(elements, frame, step, data.steps.length - 1);
  showDetail(walk);
  drawCompass(elements.compass, data, compassArrows(walk.partials, step));
  const shown = (walk.walked || walk.print.matches) && backwardBegun(data, step);
  showPartial(walk, shown ? walk.partials[step] : null, !walk.walked);
  elements.root.dataset.step = String(step);
}

/** @param {Walk} walk */
function showDetail({ data, selected, elements: { detail } }) {
  const node = data && selected !== null ? data.nodes[selected] : undefined;
  detail.hidden = !node;
  if (node) detail.textContent = nodeDetails(node);
}

/**
 * Tell the pictures how much of the gradient is collected, where that has changed.
 * @param {Walk} walk
 * @param {number[] | null} partial
 * @param {boolean} aside whether only the picture beside the walk shows it
 */
function showPartial(walk, partial, aside) {
  const announced = JSON.stringify(partial);
  if (announced === walk.announced) return;
  walk.announced = announced;
  announcePartial(walk.elements.root, partial, aside);
}

/**
 * Show the details of a box under the graph, or no longer where they are shown already.
 * @param {Walk} walk
 * @param {number | null} root
 */
function select(walk, root) {
  walk.selected = walk.selected === root ? null : root;
  show(walk);
}

/** @param {Walk} walk */
function selectCurrent(walk) {
  if (!walk.data || !walk.drawing) return;
  const { node } = walk.data.steps[walk.step];
  select(walk, walk.drawing.layout.boxes.find(({ members }) => members.includes(node))?.root ?? null);
}

/**
 * @param {Walk} walk
 * @param {number} step
 */
function go(walk, step) {
  if (!walk.data) return;
  walk.walked = true;
  walk.step = clampStep(walk.data, step);
  if (walk.step === walk.data.steps.length - 1) stop(walk);
  show(walk);
}

/** @param {Walk} walk */
function togglePlay(walk) {
  if (!walk.data) return;
  if (isPlaying(walk.player)) {
    stop(walk);
    return;
  }
  startPlayer(walk.player, () => go(walk, walk.step + 1));
  showPlaying(walk.elements, true);
  go(walk, firstPlayedStep(walk.step, walk.data.steps.length - 1));
}

/** @param {Walk} walk */
function stop(walk) {
  stopPlayer(walk.player);
  showPlaying(walk.elements, false);
}

// ---------------------------------------------------------------- new data

/**
 * @param {Walk} walk
 * @param {WalkData} data
 */
function takeData(walk, data) {
  const same = sameGraph(walk.data, data); // at another point the step stays
  walk.data = data;
  walk.partials = partialsByStep(data);
  if (!same) {
    stop(walk);
    walk.step = 0;
    walk.walked = false;
    walk.selected = null;
    walk.folded = Object.keys(data.nodes).length > LARGE;
  }
  showData(walk, data, (step) => go(walk, step));
}

/** @param {{parentElement: HTMLElement, data: WalkData}} component */
function showWalk({ data, parentElement }) {
  const walk = walkIn(parentElement);
  const { revision } = data;
  if (walk.revision !== revision) {
    walk.revision = revision;
    // It is further down the page: the pictures above come first.
    whenIdle(() => {
      if (walk.revision !== revision) return; // newer data have come
      walk.revision = null; // where drawing fails, the same data may come again
      attempt(parentElement, () => {
        takeData(walk, data);
        draw(walk);
        walk.revision = revision;
        walk.elements.root.dataset.revision = revision;
      });
    });
  }
  return () => remove(parentElement, walk);
}

/**
 * @param {HTMLElement} mount
 * @param {Walk} walk
 */
function remove(mount, walk) {
  walks.delete(mount);
  walk.revision = null; // what is still to be drawn is not
  stopPlayer(walk.player);
  walk.observer?.disconnect();
  walk.print.removeEventListener("change", walk.onPrint);
  announcePartial(walk.elements.root, null, false);
  walk.elements.root.remove();
}

export default guarded(showWalk);
