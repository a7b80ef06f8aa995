// The arithmetic of what moves ahead of the server: gradients by step, values and slopes of a sampled
// function, and arrows in the units of a scene.

/** @import {Frame, GradientsByStep, Grid, Meta, Numbers, Trace} from "./types.js" */

/**
 * The index of the step that is nearest to ``step`` by ratio.
 * @param {Numbers} steps ascending
 * @param {number} step
 */
export function nearest(steps, step) {
  let low = 0;
  let high = steps.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (steps[middle] < step) low = middle;
    else high = middle;
  }
  return Math.abs(Math.log(steps[low] / step)) <= Math.abs(Math.log(steps[high] / step)) ? low : high;
}

/**
 * A method's gradient, along the drawn axes, at the sampled step nearest to ``step``; null for a method
 * without a step.
 * @param {GradientsByStep | null} table
 * @param {string | undefined} method
 * @param {number} step
 */
export function gradientAt(table, method, step) {
  const gradient = table?.gradients[method ?? ""];
  if (!table || !gradient) return null;
  const index = nearest(table.steps, step);
  return gradient.map((coordinate) => coordinate[index]);
}

/**
 * A coordinate of the ``k``-th axis from scene units.
 * @param {Frame} frame
 * @param {number} place
 * @param {number} k
 */
export function toAxis({ low, high, size }, place, k) {
  return low[k] + ((place / size[k] + 1) / 2) * (high[k] - low[k]);
}

/**
 * Scene units from a coordinate of the ``k``-th axis.
 * @param {Frame} frame
 * @param {number} value
 * @param {number} k
 */
export function toScene({ low, high, size }, value, k) {
  return size[k] * ((2 * (value - low[k])) / (high[k] - low[k]) - 1);
}

/**
 * A gradient as an arrow in scene units, no longer than there is room for; null where it is not finite.
 * @param {Pick<Meta, "unit" | "most">} meta
 * @param {number[]} gradient
 */
export function arrowOf({ unit, most }, gradient) {
  const vector = [0, 1].map((k) => gradient[0] * unit[0][k] + (gradient[1] ?? 0) * unit[1][k]);
  const length = Math.hypot(...vector);
  if (!Number.isFinite(length)) return null;
  return length > most ? vector.map((part) => (part * most) / length) : vector;
}

/**
 * The grid of a figure's surface or contours; undefined where it has none. Where a surface ends at the edge of
 * the domain its vertices do not lie on an even grid: those of the rim count where they were at first.
 * @param {Trace[] | undefined} data
 * @param {"surface" | "contour"} type
 * @returns {Grid | undefined}
 */
export function gridOf(data, type) {
  const trace = data?.find((candidate) => candidate.type === type);
  const grid = /** @type {Grid | undefined} */ (/** @type {unknown} */ (trace));
  const sides = trace?.meta?.sides;
  return grid && sides ? { x: sides[0], y: sides[1], z: grid.z } : grid;
}

/**
 * The value of a grid at a place between its points, by bilinear interpolation; NaN in holes and outside.
 * @param {Grid} grid
 * @param {number} px
 * @param {number} py
 */
export function between({ x, y, z }, px, py) {
  const [i, s] = cellOf(x, px);
  const [j, t] = cellOf(y, py);
  if (s < -1e-6 || s > 1 + 1e-6 || t < -1e-6 || t > 1 + 1e-6) return NaN;
  return (1 - t) * ((1 - s) * z[j][i] + s * z[j][i + 1]) + t * ((1 - s) * z[j + 1][i] + s * z[j + 1][i + 1]);
}

/**
 * The cell of an evenly spaced axis that holds ``value``, and how far through it: 0 … 1 unless it is outside.
 * @param {Numbers} axis
 * @param {number} value
 */
function cellOf(axis, value) {
  const place = ((value - axis[0]) / (axis[axis.length - 1] - axis[0])) * (axis.length - 1);
  const cell = Math.min(axis.length - 2, Math.max(0, Math.floor(place)));
  return [cell, place - cell];
}

/**
 * The slopes of a grid at a place, by central differences as wide as its cells: good enough while a pointer
 * moves.
 * @param {Grid} grid
 * @param {number} px
 * @param {number} py
 */
export function slopes(grid, px, py) {
  return [
    slopeAlong(grid.x, px, (value) => between(grid, value, py)),
    slopeAlong(grid.y, py, (value) => between(grid, px, value)),
  ];
}

/**
 * @param {Numbers} axis
 * @param {number} value
 * @param {(value: number) => number} at
 */
function slopeAlong(axis, value, at) {
  const last = axis[axis.length - 1];
  const cell = (last - axis[0]) / (axis.length - 1);
  const [before, after] = [Math.max(axis[0], value - cell), Math.min(last, value + cell)];
  return (at(after) - at(before)) / (after - before);
}

/**
 * The height of a sampled curve over ``x``, by linear interpolation.
 * @param {{x: Numbers, y: Numbers}} curve evenly spaced
 * @param {number} x
 */
export function heightOnCurve(curve, x) {
  const [cell, share] = cellOf(curve.x, x);
  return curve.y[cell] + share * (curve.y[cell + 1] - curve.y[cell]);
}
