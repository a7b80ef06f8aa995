// A row of mathematical keys under the entry of the formula, for phones, whose keyboards hide these signs.
//
// Pressed, a key writes at the caret, or around what is selected, and the entry keeps the focus: the phone's own
// keyboard stays. It writes as a hand does, so Streamlit sees what was typed, and reads it when the entry is left.

import { guarded } from "./guard.js";

// What a key says, how a screen reader names it, and what comes before and after the caret.
const KEYS = [
  ["^", "to the power", "^", ""],
  ["√", "square root", "√(", ")"],
  ["π", "pi", "π", ""],
  ["| |", "absolute value", "|", "|"],
  ["sin", "sine", "sin(", ")"],
  ["cos", "cosine", "cos(", ")"],
  ["eˣ", "e to the power", "e^(", ")"],
  ["(", "opening bracket", "(", ""],
  [")", "closing bracket", ")", ""],
];
const CSS = `
.gradviz-keys { display: grid; grid-template-columns: repeat(9, minmax(0, 1fr)); gap: 4px; }
.gradviz-keys button { min-height: 44px; padding: 0; border-radius: 0.5rem; font: 1rem var(--st-font); cursor: pointer;
  color: var(--st-text-color); background: var(--st-secondary-background-color); touch-action: manipulation;
  border: 1px solid color-mix(in srgb, var(--st-text-color) 20%, transparent); }
.gradviz-keys button:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
.gradviz-keys button:active { border-color: var(--st-primary-color); }
.stElementContainer:has(.gradviz-keys) { margin-top: -0.5rem; }
@media (min-width: 641px) { .stElementContainer:has(.gradviz-keys) { display: none; } }`;

const entryNamed = (label) => document.querySelector(`input[aria-label="${label}"]`);

function write(entry, before, after) {
  const { selectionStart: start, selectionEnd: end, value } = entry;
  if (document.activeElement !== entry) entry.focus(); // its caret is where it was left
  const closing = before === ")" && start === end && value[start] === ")"; // already there: step over it
  if (closing) return entry.setSelectionRange(start + 1, start + 1);
  entry.setRangeText(before + value.slice(start, end) + after, start, end, "end");
  const caret = start + before.length + (end - start);
  entry.setSelectionRange(caret, caret);
  entry.dispatchEvent(
    new InputEvent("input", { bubbles: true, inputType: "insertText", data: before + after }),
  );
}

function show({ parentElement, data }) {
  if (parentElement.querySelector(".gradviz-keys")) return;
  const row = document.createElement("div");
  row.className = "gradviz-keys";
  row.setAttribute("role", "group");
  row.setAttribute("aria-label", "Signs for the formula");
  const style = document.createElement("style");
  style.textContent = CSS;
  row.append(style);
  for (const [sign, name, before, after] of KEYS) {
    const key = document.createElement("button");
    key.type = "button";
    key.textContent = sign;
    key.setAttribute("aria-label", name);
    key.addEventListener("pointerdown", (event) => event.preventDefault()); // the entry keeps the focus
    key.addEventListener("mousedown", (event) => event.preventDefault());
    key.addEventListener("click", () => {
      const entry = entryNamed(data.entry);
      if (entry) write(entry, before, after);
    });
    row.append(key);
  }
  parentElement.append(row);
}

export default guarded(show);
