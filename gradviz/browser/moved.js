// How pictures look ahead of the server, while ε or the point is dragged, computed from what the page already
// has: the gradients over all steps, and the map's own grid.

import { arrowOf, gradientAt, gridOf, heightOnCurve, slopes, toScene } from "./grid.js";

/** @import {Frame, Meta, Panel, Preview, Trace, View} from "./types.js" */
/**
 * The change of some traces, as Plotly.restyle takes it.
 * @typedef {{values: Record<string, ArrayLike<number>[]>, places: number[]}} Change
 */

/**
 * Where a method's arrow begins and which way it goes; no vector where it has none.
 * @param {View} view
 * @param {Meta} meta
 * @param {Frame} frame
 * @returns {{tail: number[], vector: number[] | null | undefined}}
 */
export function movedArrow(view, meta, frame) {
  const { preview, gradientsByStep } = view;
  /** @type {number[]} */
  let tail = meta.tail;
  /** @type {number[] | null | undefined} */
  let vector = meta.vector;
  if (preview?.step) {
    const gradient = gradientAt(gradientsByStep, meta.method, preview.step);
    if (gradient) vector = arrowOf(meta, gradient);
  }
  if (preview?.point && meta.point) {
    const [to, from] = [preview.point, meta.point];
    const shift = [0, 1].map((k) => toScene(frame, to[k], k) - toScene(frame, from[k], k));
    tail = [tail[0] + shift[0], tail[1] + shift[1]];
    const gradient = slopesAt(view, to);
    if (gradient) vector = arrowOf(meta, gradient);
  }
  return { tail, vector };
}

/**
 * The slopes of f about a place, from the map's grid; null where it has none.
 * @param {View} view
 * @param {number[]} point
 */
export function slopesAt(view, point) {
  const grid = gridOf(view.panels.get("map")?.painted?.data, "contour");
  const found = grid ? slopes(grid, point[0], point[1]) : [NaN];
  return found.every(Number.isFinite) ? found : null;
}

/**
 * What changes in a panel that Plotly draws anew: a curve with its tangents.
 * @param {View} view
 * @param {Panel} panel
 * @param {Preview} preview
 * @returns {Change}
 */
export function movedTraces(view, { painted, curve }, preview) {
  return painted && curve ? movedCurve(view, painted.data, preview) : { values: {}, places: [] };
}

/**
 * Tangents and secants of a curve, [left, right]: through the point, or through the places that a difference
 * looks at.
 * @param {View} view
 * @param {Trace[]} data
 * @param {Preview} preview
 * @returns {Change}
 */
function movedCurve(view, data, preview) {
  const [curve] = data;
  /** @type {Change} */
  const change = { values: { x: [], y: [] }, places: [] };
  data.forEach(({ meta }, place) => {
    if (!meta?.reach || meta.role === "collected") return;
    const line = movedLine(view, curve, meta, meta.reach, preview);
    if (!line) return;
    change.places.push(place);
    change.values.x.push(line[0]);
    change.values.y.push(line[1]);
  });
  return change;
}

/**
 * A line of the curve as [x[], y[]]; null where it does not move.
 * @param {View} view
 * @param {Trace} curve
 * @param {Meta} meta
 * @param {number[]} reach
 * @param {Preview} preview
 * @returns {[number[], number[]] | null}
 */
function movedLine(view, curve, meta, reach, preview) {
  const step = preview.step ?? view.data?.step ?? 0;
  const at = preview.point?.[0] ?? meta.point?.[0] ?? NaN;
  const known = preview.point ? null : gradientAt(view.gradientsByStep, meta.method, step);
  if (!meta.chord && !known && !preview.point) return null;
  /** @param {number} x */
  const height = (x) => heightOnCurve(curve, x);
  const ends = (meta.chord ?? [0, 0]).map((share) => at + share * step);
  if (meta.role === "evaluations") return [ends, ends.map(height)];
  const wide = (curve.x[curve.x.length - 1] - curve.x[0]) / 400;
  const [a, b] = meta.chord ? ends : [at - wide, at + wide];
  const slope = known ? known[0] : (height(b) - height(a)) / (b - a);
  return [reach, reach.map((x) => height(ends[0]) + slope * (x - ends[0]))];
}
