// The meshes of the 3D scene: how an arrow turns, and where a surface lies under a pixel.

import { between } from "./grid.js";

/** @import {Grid} from "./types.js" */
/** @import {Projection} from "./plotly.js" */

/**
 * A mesh's corners [x[], y[], z[]] after its arrow has turned and grown into ``vector``, its tail moved by
 * ``shift``. The flat part is a rotation and a scale; an arrow that rises in the tangent plane does so by the
 * square of its length.
 * @param {ArrayLike<number>[]} corners
 * @param {{tail: number[], vector?: number[]}} arrow as drawn
 * @param {number[]} vector
 * @param {number[]} [shift] (3,)
 */
export function turned(corners, { tail, vector: before = [0, 0] }, vector, shift = [0, 0, 0]) {
  const size = before[0] ** 2 + before[1] ** 2;
  if (!size) return corners.map((values, k) => Float32Array.from(values, (value) => value + shift[k]));
  const c = (vector[0] * before[0] + vector[1] * before[1]) / size;
  const s = (vector[1] * before[0] - vector[0] * before[1]) / size;
  const rise = c * c + s * s;
  const [xs, ys, zs] = corners;
  const after = [new Float32Array(xs.length), new Float32Array(xs.length), new Float32Array(xs.length)];
  for (let i = 0; i < xs.length; i++) {
    const [x, y, z] = [xs[i] - tail[0], ys[i] - tail[1], zs[i] - tail[2]];
    after[0][i] = tail[0] + shift[0] + c * x - s * y;
    after[1][i] = tail[1] + shift[1] + s * x + c * y;
    after[2][i] = tail[2] + shift[2] + rise * z;
  }
  return after;
}

/**
 * A matrix in columns times a vector of 4.
 * @param {number[]} m
 * @param {number[]} v
 */
const multiply = (m, v) =>
  [0, 1, 2, 3].map((row) => v.reduce((sum, part, i) => sum + m[4 * i + row] * part, 0));

/**
 * Where a place of the scene is seen: [right, up, depth] in clip coordinates, −1 … 1.
 * @param {Projection} camera
 * @param {number[]} place in scene units
 */
function project({ model, view, projection, scale }, place) {
  const scaled = place.map((value, k) => value * scale[k]);
  const [right, up, depth, w] = multiply(projection, multiply(view, multiply(model, [...scaled, 1])));
  return [right / w, up / w, depth / w];
}

const HIGHEST = 0.9; // in scene units, a little above the box
const STEPS = 240;

/**
 * Where a surface is first met behind a pixel of the window, as [x, y] in scene units; null where it is not.
 * The pixel's line of sight is followed down in small steps, and every change of side is a crossing; the one
 * in front counts.
 * @param {Projection} camera
 * @param {Grid} surface
 * @param {number} clientX
 * @param {number} clientY
 */
export function underPixel(camera, surface, clientX, clientY) {
  const { box } = camera;
  const target = [(2 * (clientX - box.left)) / box.width - 1, 1 - (2 * (clientY - box.top)) / box.height];
  /** @type {{place: number[], depth: number}[]} */
  const crossings = [];
  let start = [0, 0];
  /** @type {{gap: number, place: number[]} | null} */
  let former = null;
  for (let step = 0; step <= STEPS; step++) {
    const z = HIGHEST - (2 * HIGHEST * step) / STEPS;
    const place = sightAt(camera, target, z, start);
    if (!place) continue;
    start = place.every((value) => Math.abs(value) < 5) ? place : [0, 0];
    const gap = z - between(surface, place[0], place[1]);
    if (former && Number.isFinite(gap) && Number.isFinite(former.gap) && gap * former.gap <= 0) {
      const { gap: before, place: from } = former;
      const share = before === gap ? 0 : before / (before - gap);
      const met = [0, 1].map((k) => from[k] + share * (place[k] - from[k]));
      crossings.push({ place: met, depth: project(camera, [...met, z])[2] });
    }
    former = { gap, place };
  }
  crossings.sort((one, other) => one.depth - other.depth);
  return crossings.length ? crossings[0].place : null;
}

/**
 * Where a line of sight passes the height z, by Newton's method on the two coordinates across it; null where
 * it does not.
 * @param {Projection} camera
 * @param {number[]} target clip coordinates
 * @param {number} z
 * @param {number[]} start
 */
function sightAt(camera, target, z, start) {
  const h = 1e-4;
  let [x, y] = start;
  for (let turn = 0; turn < 12; turn++) {
    const at = project(camera, [x, y, z]);
    const [ax, ay] = [project(camera, [x + h, y, z]), project(camera, [x, y + h, z])];
    const [a, b, c, d] = [(ax[0] - at[0]) / h, (ay[0] - at[0]) / h, (ax[1] - at[1]) / h, (ay[1] - at[1]) / h];
    const det = a * d - b * c;
    const [ex, ey] = [target[0] - at[0], target[1] - at[1]];
    if (!(Math.abs(det) > 1e-12)) return null;
    x += (d * ex - b * ey) / det;
    y += (a * ey - c * ex) / det;
    if (Math.hypot(ex, ey) < 1e-7) break;
  }
  return [x, y];
}
