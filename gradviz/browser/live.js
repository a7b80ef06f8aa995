// The stage where no Streamlit is: in a file of its own, which nobody answers, and in a notebook. The same
// scripts that Streamlit mounts are mounted here, and what they ask for is handed on.

import { element, styled } from "./dom.js";
import { ALONE, announceStep, onAnnounced } from "./events.js";
import { CSS as LOOK } from "./live_look.js";
import { acknowledge } from "./messages.js";
import { adoptRules, loadPlotly } from "./plotly_loading.js";
import { readoutAt } from "./readouts.js";
import { NONE, explainedOf, withMethods } from "./shown_methods.js";
import { isDark, watchTheme } from "./theme.js";
import { default as showSlider } from "./step.js";
import { default as showView } from "./view.js";
import { default as showWalk } from "./walk.js";

/** @import {Cleanup, Component, LiveData, Readouts} from "./types.js" */
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
 * @property {HTMLElement} walk the walk over the computation graph, with the picture beside it
 * @property {HTMLElement} notes
 * @property {Answerer} answer
 * @property {LiveData} data
 * @property {ReadonlySet<string> | null} shown the methods that were chosen here; null for those of the data
 * @property {string} explained the one that was chosen to be explained; "" for that of the data
 * @property {Readouts | undefined} readouts what is said at each step of the methods that are shown
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
    walk: element("section", "gradviz-live-walk", root),
    notes: element("p", "gradviz-live-notes", root),
    answer: answer ?? ((kind, { n, value }) => answerAlone(stage, kind, n, value)),
    data,
    shown: null,
    explained: "",
    readouts: data.view.readouts,
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
  stage.title.classList.toggle("typeset", Boolean(data.formula));
  if (data.formula)
    stage.title.innerHTML = data.formula; // the package's own, with what was typed escaped
  else stage.title.textContent = data.title;
  const cleanups = [
    showView(componentOf(stage, data.parts, stage.parts)),
    ...showMethods(stage),
    ...showGraph(stage),
  ];
  stage.notes.replaceChildren(...data.notes.flatMap((note) => [note, document.createElement("br")]));
  writeWords(stage);
  if (stage.step !== null) announceStep(stage.root, { step: stage.step, moving: false, returned: false });
  return cleanups;
}

/**
 * Show the pictures and the slider with the methods that are chosen.
 * @param {Stage} stage
 * @returns {Cleanup[]}
 */
function showMethods(stage) {
  const { view, methods } = stage.data;
  const { shown, explained } = chosenOf(stage);
  const message = methods ? withMethods(view, methods, shown, explained) : view;
  stage.readouts = message.readouts;
  return [showView(componentOf(stage, message, stage.pictures)), showZones(stage)];
}

/**
 * Show the slider, with the zones of the method that is explained.
 * @param {Stage} stage
 */
function showZones(stage) {
  const { slider, methods } = stage.data;
  const zones = methods?.zones[chosenOf(stage).explained] ?? slider.zones;
  return showSlider(componentOf(stage, { ...slider, zones }, stage.dock));
}

/**
 * The methods that are shown, and the one that is explained.
 * @param {Stage} stage
 */
function chosenOf({ data: { view, methods }, shown, explained }) {
  const linked = view.cards.filter((card) => card.shown).map(({ method }) => method);
  const now = shown ?? new Set(linked);
  return { shown: now, explained: explainedOf(view.cards, now, explained || (methods?.explained ?? "")) };
}

/**
 * Show the walk over the computation graph, where the data have one, and the picture beside it.
 * @param {Stage} stage
 * @returns {Cleanup[]}
 */
function showGraph(stage) {
  const { walk: section, data } = stage;
  const { walk, walkView } = data;
  if (!walk) return [];
  if (!section.firstChild) {
    element("h2", "", section, "Back-propagation, step by step");
    element("div", "", section);
    element("div", "", section);
  }
  const [, graph, picture] = /** @type {HTMLElement[]} */ ([...section.children]);
  const cleanups = [showWalk(componentOf(stage, walk, graph))];
  if (walkView) cleanups.push(showView(componentOf(stage, walkView, picture)));
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
function writeWords(stage) {
  const { words, table, data } = stage;
  words.textContent = data.paragraph;
  table.innerHTML = data.table; // the package's own, in which whatever was typed is escaped
  if (stage.shown) writeStep(stage, data.view.step ?? NaN);
}

/**
 * Write the words and the table at another step, where the data have them.
 * @param {Stage} stage
 * @param {number} step
 */
function writeStep({ words, table, readouts }, step) {
  const readout = readoutAt(readouts, step);
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
 * Nobody computes: ε stays where it was let go, at the nearest step that the data have, and the slider with it;
 * a method is shown or explained from the pictures that the data have of all.
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
    showZones(stage);
  } else if ((kind === "shown" || kind === "explained") && typeof value === "string") {
    if (kind === "shown") stage.shown = new Set(value === NONE ? [] : value.split(","));
    else stage.explained = value;
    showMethods(stage);
    writeWords(stage);
    if (stage.step !== null) announceStep(stage.root, { step: stage.step, moving: false, returned: false });
  }
  acknowledge(n);
}
