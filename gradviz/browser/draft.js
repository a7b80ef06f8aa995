// How the formula would be read, while it is being typed: typeset, or with its error, the caret below it and a
// suggestion. Pictures, address and history follow only what is entered.
//
// Mounted twice: beside the entry, where the page itself shows the formula that is drawn, and below it. A
// draft is read by a request of its own (page/draft.py), so that no run of the page is under way while
// somebody types, and no answer can touch the entry.

import { element, styled } from "./dom.js";
import { createDrafts, noteDrawn, noteEntered, noteTyped } from "./drafts.js";
import { guarded } from "./guard.js";
import { typeset } from "./typeset.js";

/** @import { Cleanup, Component } from "./types.js" */

/**
 * @typedef {object} DraftData
 * @property {string} entry the label of the entry
 * @property {string} drawn what it held when the page was drawn
 * @property {string} parameters those of the function
 * @property {string} typesetter the address of the script that typesets formulas; "" for plain text
 */
/**
 * The server's answer: of a formula `latex` and `text`, else the refusal.
 * @typedef {object} Answer
 * @property {string} [latex] "" where it is too long to be typeset
 * @property {string} [text]
 * @property {string} [sentence]
 * @property {string} [caret]
 * @property {string} [nearest]
 * @property {string} [corrected]
 */

/** In ms; a server that takes longer is asked again at the next key. */
const PATIENCE = 8000;
const CSS = `
.gradviz-draft { color: var(--st-text-color); font-family: var(--st-font); }
.gradviz-draft[data-outdated] { opacity: 0.45; }
.gradviz-draft p { margin: 0; line-height: 1.4; }
.gradviz-draft pre { margin: 0.5rem 0 0; padding: 0.5rem 0.7rem; overflow-x: auto; border-radius: 0.5rem;
  font: 0.875rem/1.5 var(--st-code-font, monospace); background: var(--st-secondary-background-color); }
.gradviz-draft button { min-height: 2.5rem; margin-top: 0.5rem; padding: 0 0.9rem; border-radius: 0.5rem; font: inherit;
  cursor: pointer; color: inherit; background: var(--st-background-color); touch-action: manipulation;
  border: 1px solid color-mix(in srgb, currentColor 25%, transparent); }
.gradviz-draft-text { font: 0.95rem var(--st-code-font, monospace); white-space: nowrap; }
@media (pointer: coarse) { .gradviz-draft button { min-height: 44px; } }`;

/** @type {Set<HTMLElement>} */
const places = new Set(); // one in each mount
/** @type {DraftData | null} */
let data = null;
let watching = false;

const drafts = createDrafts({ read, show, mark, hide });

/** @returns {HTMLInputElement | null} */
const entryOnPage = () => document.querySelector(`input[aria-label="${data?.entry}"]`);

/**
 * @param {string} text
 * @returns {Promise<{answer: Answer, formula: Node[]}>}
 */
async function read(text) {
  if (!data) throw new Error("nothing is mounted");
  const { parameters, typesetter } = data;
  const address = new URL("gradviz/draft", document.baseURI);
  address.search = new URLSearchParams({ f: text, par: parameters }).toString();
  const response = await fetch(address, { signal: AbortSignal.timeout(PATIENCE) });
  if (!response.ok) throw new Error(`${response.status}`);
  /** @type {Answer} */
  const answer = await response.json();
  return { answer, formula: await formulaOf(answer, typesetter) };
}

/**
 * @param {Answer} answer
 * @param {string} typesetter
 * @returns {Promise<Node[]>} in plain text where it cannot be typeset; [] where there is none
 */
async function formulaOf({ latex, text }, typesetter) {
  if (!text) return [];
  if (latex && typesetter) {
    try {
      return await typeset(latex, typesetter);
    } catch (problem) {
      console.warn("gradviz: not typeset", problem);
    }
  }
  return [element("span", "gradviz-draft-text", null, text)];
}

/** @param {{answer: Answer, formula: Node[]}} read */
function show({ answer, formula }) {
  for (const place of places) {
    place.replaceChildren(...formula.map((node) => node.cloneNode(true)));
    if (answer.sentence && place.dataset.place === "below") showRefusal(place, answer);
    place.dataset.shows = answer.sentence ? "refusal" : "formula";
  }
  document.documentElement.dataset.draft = answer.sentence ? "refusal" : "formula"; // for all around the places
}

/**
 * @param {HTMLElement} place
 * @param {Answer} answer
 */
function showRefusal(place, { sentence, caret, nearest, corrected }) {
  element("p", "", place, `⚠ ${sentence}`);
  if (caret) element("pre", "", place, caret);
  if (!corrected) return;
  const button = element("button", "", place, `Write ${nearest}`);
  button.type = "button";
  // Tab leaves the entry, which draws the page and its own such button; this one goes with the draft
  button.tabIndex = -1;
  for (const press of ["pointerdown", "mousedown"]) {
    button.addEventListener(press, (event) => event.preventDefault()); // the entry keeps the focus
  }
  button.addEventListener("click", () => correct(corrected));
}

/**
 * Write the corrected text into the entry, as if it had been typed; the caret stays before the same letter.
 * @param {string} corrected
 */
function correct(corrected) {
  const entry = entryOnPage();
  if (!entry) return;
  const { value, selectionEnd } = entry;
  const after = value.length - (selectionEnd ?? value.length);
  entry.setRangeText(corrected, 0, value.length, "end");
  const caret = Math.max(0, corrected.length - after);
  entry.setSelectionRange(caret, caret);
  entry.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertReplacementText" }));
  if (data) noteTyped(drafts, entry.value, data.drawn, 0);
}

/** @param {boolean} outdated */
function mark(outdated) {
  for (const place of places) place.toggleAttribute("data-outdated", outdated);
}

function hide() {
  for (const place of places) {
    delete place.dataset.shows;
    place.replaceChildren();
  }
  delete document.documentElement.dataset.draft;
}

function watch() {
  if (watching) return;
  watching = true;
  document.addEventListener("input", ({ target }) => {
    const entry = entryOnPage();
    if (data && entry && target === entry) noteTyped(drafts, entry.value, data.drawn);
  });
  document.addEventListener("keydown", ({ key, target, isComposing }) => {
    if (key === "Enter" && !isComposing && target && target === entryOnPage()) noteEntered(drafts);
  });
  document.addEventListener("focusout", ({ target }) => {
    if (target && target === entryOnPage()) noteEntered(drafts);
  });
}

/**
 * @param {Component<DraftData & {place: "beside" | "below"}>} component
 * @returns {Cleanup}
 */
function showDraft({ parentElement, data: sent }) {
  styled("gradviz-draft-style", CSS, parentElement);
  /** @type {HTMLElement} */
  const place =
    parentElement.querySelector(".gradviz-draft") ?? element("div", "gradviz-draft", parentElement);
  place.dataset.place = sent.place;
  places.add(place);
  data = sent;
  watch();
  noteDrawn(drafts, sent.drawn);
  return () => {
    places.delete(place);
    if (places.size === 0) hide();
  };
}

export default guarded(showDraft);
