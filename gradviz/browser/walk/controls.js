// The elements around the graph: buttons, slider, sentence, legend, and the walk as a list.

import { element, shape } from "../dom.js";
import { COMPASS_BOX } from "./compass.js";

/** @import { Walk, WalkActions, WalkData, WalkElements } from "./types.js" */

const LABEL =
  "Walk through back-propagation. Arrow keys step, space plays, Home and End jump, Enter tells the box.";

/**
 * @param {Element} parent
 * @param {string} sign
 * @param {string} label
 * @param {() => void} press
 */
function button(parent, sign, label, press) {
  const made = element("button", "", parent, sign);
  made.type = "button";
  made.setAttribute("aria-label", label);
  made.title = label;
  made.addEventListener("click", press);
  return made;
}

/**
 * @param {Element} parent
 * @param {string} text
 * @param {(checked: boolean) => void} change
 */
function checkbox(parent, text, change) {
  const label = element("label", "", parent);
  const box = element("input", "", label);
  box.type = "checkbox";
  label.append(text);
  box.addEventListener("change", () => change(box.checked));
  return { label, box };
}

/**
 * All elements of a walk, empty, in the mount.
 * @param {HTMLElement} mount
 * @param {WalkActions} actions
 * @returns {WalkElements}
 */
export function createElements(mount, actions) {
  const root = element("div", "gradviz-walk", mount);
  root.tabIndex = 0;
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", LABEL);
  const note = element("p", "gradviz-walk-note", root);

  const bar = element("div", "gradviz-walk-bar", root);
  button(bar, "|◀", "To the first step", () => actions.go(0));
  button(bar, "◀", "One step back", () => actions.stepBy(-1));
  const play = button(bar, "▶ Play", "Play", actions.togglePlay);
  button(bar, "▶", "One step on", () => actions.stepBy(1));
  button(bar, "▶|", "To the last step", () => actions.go(Number.POSITIVE_INFINITY));
  const slider = element("input", "", bar);
  slider.type = "range";
  slider.setAttribute("aria-label", "Step");
  slider.addEventListener("input", () => actions.go(Number(slider.value)));
  const count = element("span", "gradviz-walk-count", bar);

  const now = element("div", "gradviz-walk-now", root);
  const caption = element("div", "gradviz-walk-caption", now);
  caption.setAttribute("aria-live", "polite");
  const sentence = element("p", "gradviz-walk-sentence", caption);
  const formula = element("p", "gradviz-walk-formula", caption);
  const compassLook = { class: "gradviz-walk-compass", viewBox: COMPASS_BOX, "aria-hidden": "true" };
  const compass = shape("svg", compassLook, now);

  const stage = element("div", "gradviz-walk-stage", root);
  const svg = shape("svg", { role: "img" }, stage);

  const choices = element("div", "gradviz-walk-choices", root);
  const legend = element("ul", "", choices);
  legend.setAttribute("aria-label", "What a box can be");
  checkbox(choices, "PyTorch’s names", (checked) => root.classList.toggle("names", checked));
  const fold = checkbox(choices, "Draw what repeats as one box", actions.fold);
  const zoom = element("div", "gradviz-walk-zoom", choices);
  button(zoom, "+", "Larger", () => actions.zoom(1.3));
  button(zoom, "−", "Smaller", () => actions.zoom(1 / 1.3));
  button(zoom, "⤢", "The whole graph", actions.fitWhole);

  const detail = element("p", "gradviz-walk-detail", root);
  detail.setAttribute("role", "status");
  const words = element("details", "", root);
  element("summary", "", words, "The same walk in words");
  const list = element("ol", "", words);
  return {
    root,
    note,
    play,
    slider,
    count,
    sentence,
    formula,
    compass,
    stage,
    svg,
    legend,
    fold,
    detail,
    list,
  };
}

/**
 * What the controls show of new data, whatever the step.
 * @param {Walk} walk
 * @param {WalkData} data
 * @param {(step: number) => void} go
 */
export function showData({ elements, folded }, data, go) {
  const { root, note, fold, legend, list } = elements;
  root.style.setProperty("--gradviz-backprop", `light-dark(${data.colours.light}, ${data.colours.dark})`);
  note.textContent = data.note;
  note.hidden = !data.note;
  fold.label.hidden = !data.views.folded;
  fold.box.checked = folded && data.views.folded !== undefined;
  legend.replaceChildren(...data.states.map(legendEntry));
  list.replaceChildren(
    ...data.steps.map(({ sentence, formula }, step) => {
      const entry = element("li", "");
      const jump = element("button", "", entry, [sentence, formula].filter(Boolean).join(" "));
      jump.type = "button";
      jump.addEventListener("click", () => go(step));
      return entry;
    }),
  );
}

/**
 * @param {string} state what it is called
 * @param {number} level
 */
function legendEntry(state, level) {
  const entry = element("li", "");
  const key = shape("svg", { width: 26, height: 16, "aria-hidden": "true" }, entry);
  const box = shape("g", { class: "box", "data-level": level }, key);
  shape("rect", { x: 2, y: 2, width: 22, height: 12, rx: 4 }, box);
  entry.append(state);
  return entry;
}

/**
 * @param {WalkElements} elements
 * @param {boolean} playing
 */
export function showPlaying({ play }, playing) {
  play.textContent = playing ? "‖ Pause" : "▶ Play";
  play.setAttribute("aria-label", playing ? "Pause" : "Play");
}

/**
 * @param {WalkElements} elements
 * @param {{count: string, sentence: string, formula: string}} frame
 * @param {number} step
 * @param {number} last
 */
export function showCaption({ slider, count, sentence, formula, list }, frame, step, last) {
  slider.max = String(last);
  slider.value = String(step);
  slider.setAttribute("aria-valuetext", frame.sentence);
  count.textContent = frame.count;
  sentence.textContent = frame.sentence;
  formula.textContent = frame.formula;
  for (const [i, entry] of [...list.children].entries()) {
    if (i === step) entry.setAttribute("aria-current", "step");
    else entry.removeAttribute("aria-current");
  }
}
