// The events by which components on one page inform each other: Streamlit mounts each by itself, so they meet
// on the document. A component listens with document.addEventListener; the types of the events are in
// types.d.ts.

/** @import { StepEvent } from "./types.js" */

/**
 * ε moves, on its slider or on the error plot: all pictures follow at once.
 * @param {StepEvent} detail
 */
export function announceStep(detail) {
  document.dispatchEvent(new CustomEvent("gradviz-step", { detail }));
}

/**
 * A walk has collected another part of the gradient: the pictures show it.
 * @param {number[] | null} partial along the drawn axes; null while nobody walks
 */
export function announcePartial(partial) {
  document.dispatchEvent(new CustomEvent("gradviz-walk", { detail: { partial } }));
}
