// The compass next to the sentence: the part of the gradient collected so far, on the whole of it. The map,
// on which the same arrow grows, may be out of sight.

import { shape } from "../dom.js";

/** @import { CompassArrows, WalkData } from "./types.js" */

const LENGTH = 34; // of the longest arrow, in units of the viewBox
export const COMPASS_BOX = "-52 -42 104 84";

/**
 * The two arrows after a step, scaled alike so that the longest of all steps has its full length.
 * @param {number[][]} partials for each step; no, one or two coordinates
 * @param {number} step
 * @returns {CompassArrows}
 */
export function compassArrows(partials, step) {
  const largest = Math.max(...partials.flat().map(Math.abs), 0);
  if (!(largest > 0 && largest < Infinity)) return { whole: null, partial: null };
  // a power of two is exact; without it squares and products of numbers near 1e308 overflow
  const scale = 2 ** -Math.max(Math.floor(Math.log2(largest)), -1000);
  const scaled = partials.map((partial) => partial.map((part) => scale * part));
  const lengths = scaled.map((partial) => Math.hypot(...partial));
  const longest = Math.max(...lengths);
  /** @type {(vector: number[]) => [number, number]} */
  const end = ([across = 0, up = 0]) => [(LENGTH * across) / longest, (-LENGTH * up) / longest];
  return {
    whole: end(scaled[scaled.length - 1]),
    partial: lengths[step] > 0 ? end(scaled[step]) : null,
  };
}

/**
 * @param {SVGSVGElement} compass is emptied and drawn anew; hidden where f is drawn over no variable
 * @param {WalkData} data
 * @param {CompassArrows} arrows
 */
export function drawCompass(compass, { names }, arrows) {
  compass.toggleAttribute("hidden", names.length === 0);
  compass.replaceChildren();
  shape("line", { x1: -36, x2: 36 }, compass);
  shape("text", { class: "secondary", x: 38, y: 0 }, compass, names[0]);
  if (names.length > 1) {
    shape("line", { y1: 36, y2: -32 }, compass);
    shape("text", { class: "secondary", x: 4, y: -36 }, compass, names[1]);
  }
  if (arrows.whole) {
    const [x2, y2] = arrows.whole;
    shape("line", { x2, y2, class: "whole" }, compass);
  }
  if (arrows.partial) {
    const [x2, y2] = arrows.partial;
    shape("line", { x2, y2, class: "so-far", "marker-end": "url(#gradviz-tip-back)" }, compass);
  }
}
