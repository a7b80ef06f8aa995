// The stage where no Streamlit is: in a file of its own, which nobody answers, and in a notebook. The same
// scripts that Streamlit mounts are mounted here, and what they ask for is handed on.

import { element, styled } from "./dom.js";
import { ALONE, announceStep, onAnnounced } from "./events.js";
import { CSS as LOOK } from "./live_look.js";
import { acknowledge } from "./messages.js";
import { adoptRules, loadPlotly } from "./plotly_loading.js";
import { readoutAt } from "./readouts.js";
import { isDark, watchTheme } from "./theme.js";
import { default as showSlider } from "./step.js";
import { default as showView } from "./view.js";

/** @import {Cleanup, Component, LiveData} from "./types.js" */
/** @typedef {{n: number, value: unknown}} Request numbered, as messages.js sends it */
/** @typedef {(kind: string, request: Request) => void} Answerer whoever is asked, by the kinds of view.js */
/**
 * A stage that stands alone.
 * @typedef {object} Stage
 * @property {HTMLElement} root
 * @property {HTMLElement} title
 * @property {HTMLElement} parts the mount of the heavy arrays; the other mounts are named alike
 * @property {HTMLElement} pictures
 * @property {HTMLElement} dock
 * @property {HTMLElement} words
 * @property {HTMLElement} table
 * @property {HTMLElement} notes
 * @property {Answerer} answer
 * @property {LiveData} data
 * @property {number | null} step where ε was let go, ahead of the pictures' own
 * @property {Cleanup[]} cleanups
 */

/**
 * Put a stage into an element, which may be in a document with others.
 * @param {HTMLElement} root
 * @param {LiveData} data
 * @param {Answerer} [answer] who is asked; by default nobody, and ε moves over the steps that the data tell of
 * @returns {Stage}
 */
export function mountStage(root, data, answer) {
  styled("gradviz-live-style", LOOK, root);
  styled("gradviz-table-style", data.tableStyle, root);
  root.classList.add(ALONE);
  const title = element("h1", "", root);
  const parts = element("div", "gradviz-live-parts", root);
  parts.hidden = true;
  /** @type {Stage} */
  const stage = {
    root,
    title,
    parts,
    pictures: element("div", "gradviz-live-pictures", root),
    dock: element("div", "gradviz-live-dock", root),
    words: element("p", "gradviz-live-words", root),
    table: element("div", "gradviz-live-table", root),
    notes: element("p", "gradviz-live-notes", root),
    answer: answer ?? ((kind, { n, value }) => answerAlone(stage, kind, n, value)),
    data,
    step: null,
    cleanups: [],
  };
  loadPlotly().then(
    () => adoptRules(root),
    () => {}, // whoever draws reports it
  );
  setTheme(stage);
  stage.cleanups.push(...showStage(stage, data));
  stage.cleanups.push(
    watchTheme(() => setTheme(stage) && showStage(stage, stage.data)),
    onAnnounced(root, "gradviz-step", ({ step, returned }) => {
      if (!returned) writeStep(stage, step);
      else if (stage.step === null) writeWords(stage);
      else announceStep(root, { step: stage.step, moving: false, returned: false });
    }),
  );
  return stage;
}

/**
 * Take the theme of the data, else of what is around; whether it is another.
 * @param {Stage} stage
 */
function setTheme({ root, data }) {
  const before = root.hasAttribute("data-dark");
  return root.toggleAttribute("data-dark", data.theme ? data.theme === "dark" : isDark(document)) !== before;
}

/**
 * Show other data on a stage. What is returned ends all that it shows, once it has left the document.
 * @param {Stage} stage
 * @param {LiveData} data
 * @returns {Cleanup[]}
 */
export function showStage(stage, data) {
  stage.data = data;
  stage.title.textContent = data.title;
  const cleanups = [
    showView(componentOf(stage, data.parts, stage.parts)),
    showView(componentOf(stage, data.view, stage.pictures)),
    showSlider(componentOf(stage, data.slider, stage.dock)),
  ];
  stage.notes.replaceChildren(...data.notes.flatMap((note) => [note, document.createElement("br")]));
  writeWords(stage);
  if (stage.step !== null) announceStep(stage.root, { step: stage.step, moving: false, returned: false });
  return cleanups;
}

/**
 * A component as Streamlit would mount it.
 * @template Data
 * @param {Stage} stage
 * @param {Data} data
 * @param {HTMLElement} parentElement
 * @returns {Component<Data>}
 */
const componentOf = (stage, data, parentElement) => ({
  data,
  parentElement,
  setTriggerValue: (kind, request) => stage.answer(kind, /** @type {Request} */ (request)),
  setStateValue: () => {},
});

/**
 * The answer to all requests up to that number has come.
 * @param {Stage} stage
 * @param {number} n
 */
export function answered(stage, n) {
  stage.step = null;
  acknowledge(n);
}

/**
 * Take a stage away.
 * @param {Stage} stage
 */
export function removeStage({ root, cleanups }) {
  root.replaceChildren();
  for (const cleanup of cleanups) cleanup();
}

/** @param {Stage} stage */
function writeWords({ words, table, data }) {
  words.textContent = data.paragraph;
  table.innerHTML = data.table; // the package's own, in which whatever was typed is escaped
}

/**
 * Write the words and the table at another step, where the data have them.
 * @param {Stage} stage
 * @param {number} step
 */
function writeStep({ words, table, data }, step) {
  const readout = readoutAt(data.view.readouts, step);
  if (!readout) return;
  words.textContent = readout.paragraph;
  const caption = table.querySelector("caption");
  if (caption) caption.textContent = readout.heading;
  for (const [method, row] of Object.entries(readout.rows)) {
    const former = table.querySelector(`tr[data-method="${CSS.escape(method)}"]`);
    if (former) former.outerHTML = row;
  }
}

/**
 * Nobody computes: ε stays where it was let go, at the nearest step that the data have, and the slider with it.
 * @param {Stage} stage
 * @param {string} kind
 * @param {number} n
 * @param {unknown} value
 */
function answerAlone(stage, kind, n, value) {
  if (kind === "stepped" && typeof value === "number") {
    stage.step = 10 ** value;
    const { slider } = stage.data;
    stage.data = { ...stage.data, slider: { ...slider, exponent: value, step: stage.step } };
    showSlider(componentOf(stage, stage.data.slider, stage.dock));
  }
  acknowledge(n);
}
