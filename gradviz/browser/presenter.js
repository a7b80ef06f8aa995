// What the keys of a lecturer mean in present mode, and which stop of the tour comes next. No DOM.

/**
 * Who has the focus: something that is typed into or has keys of its own, the slider of ε, which has ← and →,
 * something that is pressed, or none.
 * @typedef {"typing" | "slider" | "control" | "none"} Focus
 */
/**
 * What is to be done: ε goes one place up or down, the tour goes on or back, something plays, or the page leaves
 * present mode.
 * @typedef {{what: "step" | "tour", by: 1 | -1} | {what: "play" | "leave"}} Action
 */

/** @type {Record<string, Action>} */
const KEYS = {
  ArrowRight: { what: "step", by: 1 },
  ArrowLeft: { what: "step", by: -1 },
  ArrowDown: { what: "tour", by: 1 },
  ArrowUp: { what: "tour", by: -1 },
  PageDown: { what: "tour", by: 1 }, // what a clicker sends
  PageUp: { what: "tour", by: -1 },
  " ": { what: "play" },
  Escape: { what: "leave" },
};

/**
 * @param {{key: string, ctrlKey: boolean, metaKey: boolean, altKey: boolean, shiftKey: boolean}} event
 * @param {Focus} focus
 * @param {boolean} open whether something is open that Escape closes
 * @returns {Action | null}
 */
export function actionOf({ key, ctrlKey, metaKey, altKey, shiftKey }, focus, open) {
  if (ctrlKey || metaKey || altKey || shiftKey || focus === "typing") return null;
  if ((key === " " && focus === "control") || (key === "Escape" && open)) return null;
  const action = KEYS[key] ?? null;
  return action?.what === "step" && focus === "slider" ? null : action;
}

/**
 * The stop so many places on, as in a ring. From a function that is no stop the tour begins, or ends.
 * @param {string[]} stops
 * @param {string} stop
 * @param {1 | -1} by
 */
export function nextStop(stops, stop, by) {
  const place = stops.indexOf(stop);
  if (place < 0) return stops[by > 0 ? 0 : stops.length - 1];
  return stops[(place + by + stops.length) % stops.length];
}
