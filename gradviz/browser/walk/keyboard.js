// The keys of the walk. No DOM.

/** @import { Focus, KeyAction } from "./types.js" */

/** @type {Record<string, (step: number) => number>} */
const STEPS = {
  ArrowRight: (step) => step + 1,
  ArrowDown: (step) => step + 1,
  ArrowLeft: (step) => step - 1,
  ArrowUp: (step) => step - 1,
  Home: () => 0,
  End: () => Number.POSITIVE_INFINITY,
};

/**
 * What a key does. The slider moves itself, and a control is pressed by the space bar itself.
 * @param {string} key as KeyboardEvent names it
 * @param {Focus} focus what has the focus
 * @param {number} step the present one
 * @returns {KeyAction} null where the key is left to the browser
 */
export function keyAction(key, focus, step) {
  if (key === " ") return focus === "control" ? null : { kind: "play" };
  if (focus === "slider") return null;
  if (key === "Enter") return focus === "graph" ? { kind: "select" } : null;
  return Object.hasOwn(STEPS, key) ? { kind: "go", step: STEPS[key](step) } : null;
}
