// What the modules tell each other through the document, since Streamlit mounts each of them by itself: an event
// reaches whatever stands on the page. Whoever listens does so by the name of the event; its types are in types.d.ts.

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
