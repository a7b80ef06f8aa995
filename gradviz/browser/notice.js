// A word over the page while the server is not heard: the connection is lost, or an answer is late. It comes only
// when that lasts, and goes by itself. Streamlit's own dialog about a lost connection does not tell that the page
// comes back, nor what becomes of what was typed; the word stands below it, over the dock.

import { element, styled } from "./dom.js";

/** @import { Timer } from "./types.js" */
/** @typedef {"lost" | "slow" | "again"} Cause */

/** In ms: most interruptions are over before anybody would have read a word about them. */
export const DELAYS = { lost: 2500, slow: 5000, again: 0 };
/** The gravest first. */
const WORDS = {
  lost: "The connection is lost. The page comes back by itself, with what you have typed.",
  again: "No answer has come. The page asks again.",
  slow: "Still waiting for the server. What you change meanwhile is sent then.",
};
const CSS = `
.gradviz-notice { position: fixed; z-index: 2000000; bottom: calc(var(--dock, 6rem) + .75rem); left: 50%; translate: -50% 0; width: max-content; max-width: calc(100vw - 2rem);
  box-sizing: border-box; padding: .5rem .9rem; border-radius: .5rem; font: 1rem/1.4 var(--st-font); color: var(--st-text-color, #31333f);
  background: var(--st-background-color, #fff); border: 1px solid color-mix(in srgb, currentColor 25%, transparent);
  box-shadow: 0 4px 16px #0004; pointer-events: none; }
.gradviz-notice:empty { display: none; }
@media print { .gradviz-notice { display: none; } }`;

/**
 * What is shown of the causes that last.
 * @param {(words: string) => void} show "" for none
 */
export function createNotice(show) {
  /** @type {Map<Cause, Timer>} */
  const timers = new Map();
  /** @type {Set<Cause>} */
  const lasting = new Set();
  const update = () => {
    const causes = /** @type {Cause[]} */ (Object.keys(WORDS));
    const gravest = causes.find((cause) => lasting.has(cause));
    show(gravest ? WORDS[gravest] : "");
  };
  return {
    /** @param {Cause} cause */
    begin(cause) {
      if (timers.has(cause)) return;
      timers.set(
        cause,
        setTimeout(() => {
          lasting.add(cause);
          update();
        }, DELAYS[cause]),
      );
    },
    /** @param {Cause} cause */
    end(cause) {
      clearTimeout(timers.get(cause));
      timers.delete(cause);
      if (lasting.delete(cause)) update();
    },
  };
}

/**
 * A notice on the page, in the colours of the place it is written in.
 * @param {HTMLElement} parent
 */
export function noticeIn(parent) {
  /** @type {HTMLElement | null} */
  let place = null;
  return createNotice((words) => {
    if (!place) {
      styled("gradviz-notice-style", CSS, parent);
      place = element("div", "gradviz-notice", parent);
      place.setAttribute("role", "status");
    }
    place.textContent = words;
  });
}
