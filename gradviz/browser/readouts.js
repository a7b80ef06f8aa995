// What the package says at each step of a sweep: for a stage that nobody answers.

import { nearest } from "./grid.js";

/** @import {Readout, Readouts} from "./types.js" */

/**
 * What is said at the step nearest to ``step``; null without any readouts.
 * @param {Readouts | undefined} readouts
 * @param {number} step
 * @returns {Readout | null}
 */
export function readoutAt(readouts, step) {
  if (!readouts) return null;
  const { texts } = readouts;
  const at = nearest(readouts.steps, step);
  const cards = Object.entries(readouts.cards).map(([method, { gradient, verdict }]) => [
    method,
    { gradient: texts[gradient[at]], verdict: texts[verdict[at]] },
  ]);
  const rows = Object.entries(readouts.rows).map(([method, row]) => [method, texts[row[at]]]);
  return {
    headline: texts[readouts.headline[at]],
    cards: Object.fromEntries(cards),
    paragraph: readouts.paragraph
      .map((part) => texts[part[at]])
      .filter(Boolean)
      .join(" "),
    heading: texts[readouts.heading[at]],
    rows: Object.fromEntries(rows),
  };
}
