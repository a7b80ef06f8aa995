// How an entry would be read, while it is being typed: the formula typeset, the point and ε in numbers; or the
// error, the caret below it and a suggestion. Pictures, address and history follow only what is entered.
//
// The formula is mounted twice: beside its entry, where the page itself shows the formula that is drawn, and
// below it; the point and ε once, above theirs. A draft is read by a request of its own (page/draft.py), so that
// no run of the page is under way while somebody types, and no answer can touch the entry.

import { element, styled } from "./dom.js";
import { createDrafts, noteDrawn, noteEntered, noteTyped } from "./drafts.js";
import { guarded } from "./guard.js";
import { typeset } from "./typeset.js";

/** @import { Cleanup, Component } from "./types.js" */

/**
 * @typedef {object} DraftData
 * @property {string} name of the entry, in the address
 * @property {"beside" | "below" | "above"} place
 * @property {string} entry its label
 * @property {string} drawn what it held when the page was drawn
 * @property {Record<string, string>} texts of the other entries that its meaning depends on
 * @property {string} typesetter the address of the script that typesets formulas; "" for plain text
 */
/**
 * The server's answer: what the text means, of a formula also as `latex`, else the refusal.
 * @typedef {object} Answer
 * @property {string} [latex] "" where it is too long to be typeset
 * @property {string} [text]
 * @property {string} [note] what is to be said of it all the same
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
.gradviz-draft[data-place="above"]:not([data-shows]) { display: none; }
.gradviz-draft[data-place="above"] { padding: 0.4rem 0.75rem; border-radius: 0.5rem; background: var(--st-background-color);
  border: 1px solid color-mix(in srgb, currentColor 25%, transparent); box-shadow: 0 2px 10px #0003; }
.gradviz-draft-text { font: 0.95rem var(--st-code-font, monospace); white-space: nowrap; }
@media (pointer: coarse) { .gradviz-draft button { min-height: 44px; } }`;

/**
 * An entry whose drafts are shown.
 * @typedef {object} Field
 * @property {DraftData} data
 * @property {Set<HTMLElement>} places one in each mount
 * @property {import("./drafts.js").Drafts<{answer: Answer, formula: Node[]}>} drafts
 */

/** @type {Map<string, Field>} */
const fields = new Map(); // by the name of the entry
let watching = false;

/**
 * @param {DraftData} data
 * @returns {Field}
 */
function fieldOf(data) {
  const known = fields.get(data.name);
  if (known) {
    known.data = data;
    return known;
  }
  /** @type {Field} */
  const field = {
    data,
    places: new Set(),
    drafts: createDrafts({
      read: (text) => read(field.data, text),
      show: (found) => show(field, found),
      mark: (outdated) => mark(field, outdated),
      hide: () => hide(field),
    }),
  };
  fields.set(data.name, field);
  return field;
}

/**
 * @param {DraftData} data
 * @returns {HTMLInputElement | null}
 */
const entryOnPage = ({ entry }) => document.querySelector(`input[aria-label="${entry}"]`);

/** @param {EventTarget | null} target */
const fieldOn = (target) => target && [...fields.values()].find(({ data }) => entryOnPage(data) === target);

/**
 * @param {DraftData} data
 * @param {string} text
 * @returns {Promise<{answer: Answer, formula: Node[]}>}
 */
async function read({ name, texts, typesetter }, text) {
  const address = new URL("gradviz/draft", document.baseURI);
  address.search = new URLSearchParams({ ...texts, [name]: text }).toString();
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

/**
 * @param {Field} field
 * @param {{answer: Answer, formula: Node[]}} found
 */
function show(field, { answer, formula }) {
  const shows = answer.sentence ? "refusal" : "formula";
  for (const place of field.places) {
    place.replaceChildren(...formula.map((node) => node.cloneNode(true)));
    if (answer.note) element("p", "", place, `ℹ ${answer.note}`);
    if (answer.sentence && place.dataset.place !== "beside") showRefusal(field, place, answer);
    place.dataset.shows = shows;
  }
  // for all around the formula
  if (field.data.name === "f") document.documentElement.dataset.draft = shows;
}

/**
 * @param {Field} field
 * @param {HTMLElement} place
 * @param {Answer} answer
 */
function showRefusal(field, place, { sentence, caret, nearest, corrected }) {
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
  button.addEventListener("click", () => correct(field, corrected));
}

/**
 * Write the corrected text into the entry, as if it had been typed; the caret stays before the same letter.
 * @param {Field} field
 * @param {string} corrected
 */
function correct({ data, drafts }, corrected) {
  const entry = entryOnPage(data);
  if (!entry) return;
  const { value, selectionEnd } = entry;
  const after = value.length - (selectionEnd ?? value.length);
  entry.setRangeText(corrected, 0, value.length, "end");
  const caret = Math.max(0, corrected.length - after);
  entry.setSelectionRange(caret, caret);
  entry.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertReplacementText" }));
  noteTyped(drafts, entry.value, data.drawn, 0);
}

/**
 * @param {Field} field
 * @param {boolean} outdated
 */
function mark({ places }, outdated) {
  for (const place of places) place.toggleAttribute("data-outdated", outdated);
}

/** @param {Field} field */
function hide({ data, places }) {
  for (const place of places) {
    delete place.dataset.shows;
    place.replaceChildren();
  }
  if (data.name === "f") delete document.documentElement.dataset.draft;
}

function watch() {
  if (watching) return;
  watching = true;
  document.addEventListener("input", ({ target }) => {
    const field = fieldOn(target);
    if (field) noteTyped(field.drafts, /** @type {HTMLInputElement} */ (target).value, field.data.drawn);
  });
  document.addEventListener("keydown", ({ key, target, isComposing }) => {
    const field = fieldOn(target);
    if (field && key === "Enter" && !isComposing) noteEntered(field.drafts);
  });
  document.addEventListener("focusout", ({ target }) => {
    const field = fieldOn(target);
    if (field) noteEntered(field.drafts);
  });
}

/**
 * @param {Component<DraftData>} component
 * @returns {Cleanup}
 */
function showDraft({ parentElement, data }) {
  styled("gradviz-draft-style", CSS, parentElement);
  /** @type {HTMLElement} */
  const place =
    parentElement.querySelector(".gradviz-draft") ?? element("div", "gradviz-draft", parentElement);
  place.dataset.place = data.place;
  const field = fieldOf(data);
  field.places.add(place);
  watch();
  noteDrawn(field.drafts, data.drawn);
  return () => {
    field.places.delete(place);
    if (field.places.size === 0) hide(field);
  };
}

export default guarded(showDraft);
