// Gradients as arrows in the tangent plane of the scene.

/** @import {Frame} from "./types.js" */

/**
 * What leads from a gradient to its arrow in the tangent plane of the reference, which is one unit long there.
 * @param {Frame} frame
 * @param {number} rise the height in the scene of a difference of 1 in f
 * @param {number[]} reference
 * @param {boolean} tangent false where the reference is none of a tangent plane: its arrows lie flat
 * @returns {(gradient: number[]) => number[]}
 */
export function tangentVector({ low, high, size }, rise, reference, tangent) {
  const length = Math.hypot(...reference);
  if (!(length > 0 && length < Infinity)) return () => [0, 0, 0];
  const stretch = [0, 1].map((k) => (2 * size[k]) / (high[k] - low[k]));
  const way = reference.map((part) => part / length);
  const climb = tangent ? Math.min(rise * length, 1e150) : 0;
  const vector = (/** @type {number[]} */ [x, y]) => [
    stretch[0] * x,
    stretch[1] * y,
    climb * (way[0] * x + way[1] * y),
  ];
  const unit = Math.hypot(...vector(way));
  return (gradient) => vector(gradient.map((part) => part / length)).map((part) => part / unit);
}
