// A stage of its own for a moving picture, beside the window: the page's is left alone, and goes on. It shows what the
// page's stage shows, by the same scripts, in the size of the moving picture.

import { drawAhead } from "../preview.js";
import { followFrames, drawOverlay } from "../overlay.js";
import { inNumbers } from "../camera.js";
import { element } from "../dom.js";
import { ALONE, announceStep } from "../events.js";
import { overlaySize } from "../panels.js";
import { liveCamera, patchScene, relayout } from "../plotly.js";
import { default as showView, viewAt } from "../view.js";
import { default as showWalk, walkAt } from "../walk.js";
import { centred } from "../walk/viewport.js";
import { place } from "../walk/stage.js";
import { forNarrower } from "./plan.js";

/** @import {Cleanup, Component, Panel, View, ViewData} from "../types.js" */
/** @import {Film, Frame, Walk, WalkData} from "./types.js" */
/**
 * @typedef {object} Stage
 * @property {HTMLElement} root
 * @property {View} view
 * @property {Panel} main the picture that it is about
 * @property {Panel | null} errors
 * @property {Walk | null} walk
 * @property {[number, number]} graph the size of a walk's graph in px
 * @property {Cleanup[]} cleanups
 */

/** In px of a frame. */
export const [WIDTH, HEIGHT] = [960, 540];
const MARGIN = 16;
const PICTURES = 396; // px, their height
const [WALK_WIDTH, WALK_HEIGHT] = [610, 356];
const BESIDE = 304; // px, the picture beside a walk
const ERRORS = 0.68; // of the width of the main picture
const READABLE = 0.62; // of its size: a larger graph is shown in part, as the page shows it
const LARGEST = 1.25;
const PATIENCE = 60_000; // ms for a drawing
const CAMERA = 40; // ms from a new camera to its matrix: Plotly interpolates them
const LOOK = `position: fixed; left: -20000px; top: 0; width: ${WIDTH - 2 * MARGIN}px; contain: layout style;
  --gradviz-enlargement: 1; --st-background-color: PAPER; --st-text-color: INK; color: INK;`;

/**
 * The pictures of a view that a moving picture of that kind shows: the main one, and the error plot where it is
 * shown there.
 * @param {ViewData} data
 * @param {Film} film
 */
export function shownIn({ pictures }, film) {
  const solid = ["surface", "curve"].find((name) => pictures[name]);
  if (film !== "walk") return { main: solid, errors: pictures.errors ? "errors" : undefined };
  return { main: ["map", "curve", "surface"].find((name) => pictures[name]), errors: undefined };
}

/**
 * Put up a stage that shows what ``page`` shows, in other colours perhaps; resolves once it is drawn.
 * @param {View} page
 * @param {WalkData | null} walkData
 * @param {Film} film
 * @param {{paper: string, ink: string}} colours #rrggbb
 * @param {AbortSignal} signal
 * @returns {Promise<Stage>}
 */
export async function openStage(page, walkData, film, { paper, ink }, signal) {
  const data = page.data;
  const { main, errors } = data ? shownIn(data, film) : {};
  if (!data || !main) throw new Error("there is no picture");
  const root = element("div", ALONE, document.body);
  root.style.cssText = LOOK.replaceAll("PAPER", paper).replaceAll("INK", ink);
  root.style.setProperty("--st-font", getComputedStyle(page.root).getPropertyValue("--st-font"));
  root.inert = true;
  root.setAttribute("aria-hidden", "true");
  /** @type {Cleanup[]} */
  const cleanups = [];
  try {
    const mount = element("div", "", root);
    const walking = film === "walk";
    if (walking) mount.style.width = `${BESIDE}px`;
    const message = messageFor(page, data, errors ? [main, errors] : [main], walking);
    cleanups.push(showView(componentOf(message, mount)));
    const view = viewAt(mount);
    if (!view) throw new Error("the pictures could not be put up");
    const ready = () => view.root.dataset.revision === message.revision;
    await until(ready, signal);
    const [panel, other = null] = [...view.panels.values()];
    if (panel.failed) throw new Error("the picture could not be drawn");
    root.style.colorScheme = view.theme?.dark ? "dark" : "light"; // the graph has its colours by light-dark()
    /** @type {Stage} */
    const stage = { root, view, main: panel, errors: other, walk: null, graph: [0, 0], cleanups };
    if (walking && walkData) await addWalk(stage, walkData, signal);
    return stage;
  } catch (problem) {
    remove(root, cleanups);
    throw problem;
  }
}

/**
 * Take a stage away.
 * @param {Stage} stage
 */
export const closeStage = ({ root, cleanups }) => remove(root, cleanups);

/**
 * @param {HTMLElement} root
 * @param {Cleanup[]} cleanups
 */
function remove(root, cleanups) {
  root.remove(); // first: a component is cleaned up once it has left the document
  for (const cleanup of cleanups) cleanup();
}

/**
 * A component as Streamlit would mount it; nobody answers it.
 * @template Data
 * @param {Data} data
 * @param {HTMLElement} parentElement
 * @returns {Component<Data>}
 */
const componentOf = (data, parentElement) => ({
  data,
  parentElement,
  setTriggerValue: () => {},
  setStateValue: () => {},
});

/**
 * The message of the page's view for a stage with some of its pictures.
 * @param {View} page
 * @param {ViewData} data
 * @param {string[]} names
 * @param {boolean} walking whether the gradient grows on it: then no arrow is there already
 * @returns {ViewData}
 */
function messageFor(page, data, names, walking) {
  const shares = [1, ERRORS];
  const height = walking ? BESIDE : PICTURES;
  const bare = { title: "", about: "", reading: "", caption: "", views: [], height, narrow: height };
  const sized = names.map((name) => {
    const { figure, ...picture } = data.pictures[name];
    const traces = figure.data.filter(({ meta }) => !(walking && meta?.vector));
    return [name, { ...picture, ...bare, figure: { ...figure, data: traces } }];
  });
  return {
    ...data,
    revision: `${data.revision}-movie`,
    columns: names.map((name, i) => ({ share: shares[i], panels: [name] })),
    pictures: Object.fromEntries(sized),
    words: null,
    camera: cameraFor(page, names.length > 1 ? (WIDTH - 2 * MARGIN) / (1 + ERRORS) : WIDTH, height),
    opening: 1,
    reportDrawn: false,
    announcement: "",
    fixed: true,
  };
}

/**
 * The camera of the page's scene as the visitor has turned it, in numbers; none where the stage is to choose its own.
 * @param {View} page
 * @param {number} width of the picture
 * @param {number} height
 */
function cameraFor(page, width, height) {
  const scene = page.panels.get("surface");
  const camera = page.turned && scene ? liveCamera(scene.plot) : null;
  return camera && scene ? inNumbers(forNarrower(camera, overlaySize(scene), [width, height])) : [];
}

/**
 * @param {Stage} stage
 * @param {WalkData} data
 * @param {AbortSignal} signal
 */
async function addWalk(stage, data, signal) {
  const mount = element("div", "", stage.root);
  mount.style.width = `${WALK_WIDTH}px`;
  element("style", "", mount, ".gradviz-live .gradviz-walk-moving { transition: none; }");
  stage.cleanups.push(showWalk(componentOf(data, mount)));
  await until(() => walkAt(mount)?.elements.root.dataset.revision === data.revision, signal);
  const walk = walkAt(mount);
  const { drawing, elements } = walk ?? {};
  if (!walk || !drawing || !elements) throw new Error("the graph could not be drawn");
  const size = { width: elements.stage.clientWidth, height: WALK_HEIGHT };
  elements.stage.style.height = `${WALK_HEIGHT}px`;
  const { layout } = drawing;
  const scale = Math.min(size.width / (layout.width + 16), size.height / (layout.height + 32), LARGEST);
  if (scale > READABLE) place(walk, centred(layout, size, scale));
  Object.assign(stage, { walk, graph: [size.width, size.height] });
}

/**
 * Show what a frame shows; resolves once it stands there.
 * @param {Stage} stage
 * @param {Frame} frame
 */
export async function showFrame({ root, view, main, walk }, { step, camera, place: walked }) {
  if (step !== null) {
    announceStep(root, { step, moving: true, returned: false });
    await drawAhead(view);
  }
  if (camera) {
    await relayout(main.plot, { "scene.camera": camera });
    patchScene(main.plot);
    followFrames(view, main);
    await new Promise((done) => setTimeout(done, CAMERA));
    drawOverlay(view, main);
  }
  if (walk && walked !== null) {
    walk.elements.slider.value = String(walked);
    walk.elements.slider.dispatchEvent(new Event("input"));
    await new Promise((done) => setTimeout(done)); // Plotly moves the arrow on the picture
  }
}

/**
 * @param {() => boolean} isDone
 * @param {AbortSignal} signal
 */
async function until(isDone, signal) {
  const begun = performance.now();
  while (!isDone()) {
    signal.throwIfAborted();
    if (performance.now() - begun > PATIENCE) throw new Error("the pictures were not drawn in time");
    await new Promise((done) => setTimeout(done, 30));
  }
}
