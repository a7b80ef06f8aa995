// A row of mathematical keys below the entry of the formula, for phones, whose keyboards hide these signs.
//
// A key writes at the caret, or around what is selected, and the entry keeps the focus, so the phone's own
// keyboard stays open. It sends the entry an input event as typing does; Streamlit reads the text when the
// entry is left.

import { element, styled } from "./dom.js";
import { guarded } from "./guard.js";
import { insertion } from "./insertion.js";

/** @import { Component } from "./types.js" */

/**
 * @typedef {object} Key
 * @property {string} sign on the key
 * @property {string} name for screen readers
 * @property {string} before what it writes before the caret
 * @property {string} after and after it
 */

/** @type {Key[]} */
export const KEYS = [
  { sign: "^", name: "to the power", before: "^", after: "" },
  { sign: "√", name: "square root", before: "√(", after: ")" },
  { sign: "π", name: "pi", before: "π", after: "" },
  { sign: "| |", name: "absolute value", before: "|", after: "|" },
  { sign: "sin", name: "sine", before: "sin(", after: ")" },
  { sign: "cos", name: "cosine", before: "cos(", after: ")" },
  { sign: "eˣ", name: "e to the power", before: "e^(", after: ")" },
  { sign: "(", name: "opening bracket", before: "(", after: "" },
  { sign: ")", name: "closing bracket", before: ")", after: "" },
];
const CSS = `
.gradviz-keys { display: grid; grid-template-columns: repeat(9, minmax(40px, 1fr)); gap: 0; overflow-x: auto; }
.gradviz-keys button { min-height: 44px; padding: 0; border-radius: 0.5rem; font: 1rem var(--st-font);
  cursor: pointer; color: var(--st-text-color); background: var(--st-secondary-background-color);
  touch-action: manipulation; border: 1px solid color-mix(in srgb, var(--st-text-color) 20%, transparent); }
.gradviz-keys button:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
.gradviz-keys button:active { border-color: var(--st-primary-color); }
.st-key-keys { margin-top: -0.5rem; }
@media (min-width: 641px) { .st-key-keys { display: none; } }`;

/**
 * @param {string} label
 * @returns {HTMLInputElement | null}
 */
const entryLabelled = (label) => document.querySelector(`input[aria-label="${label}"]`);

/**
 * @param {HTMLInputElement} entry
 * @param {Key} key
 */
function write(entry, { before, after }) {
  const { selectionStart, selectionEnd, value } = entry;
  const [start, end] = [selectionStart ?? value.length, selectionEnd ?? value.length];
  if (document.activeElement !== entry) entry.focus(); // its caret is where it was left
  const { text, caret } = insertion({ value, start, end }, before, after);
  if (text) entry.setRangeText(text, start, end, "end");
  entry.setSelectionRange(caret, caret);
  if (!text) return;
  const typed = { bubbles: true, inputType: "insertText", data: before + after };
  entry.dispatchEvent(new InputEvent("input", typed));
}

/** @param {Component<{entry: string}>} component `entry` is the label of the entry to write into */
function showKeys({ parentElement, data }) {
  if (parentElement.querySelector(".gradviz-keys")) return undefined;
  styled("gradviz-keys-style", CSS, parentElement);
  const row = element("div", "gradviz-keys");
  row.setAttribute("role", "group");
  row.setAttribute("aria-label", "Signs for the formula");
  for (const key of KEYS) {
    const button = element("button", "", row, key.sign);
    button.type = "button";
    button.setAttribute("aria-label", key.name);
    for (const press of ["pointerdown", "mousedown"]) {
      button.addEventListener(press, (event) => event.preventDefault()); // the entry keeps the focus
    }
    button.addEventListener("click", () => {
      const entry = entryLabelled(data.entry);
      if (entry) write(entry, key);
    });
  }
  parentElement.append(row);
  return undefined;
}

export default guarded(showKeys);
