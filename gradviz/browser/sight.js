// Where a place of the 3D scene is seen, what the surface hides of it, and where it lies under a pixel.

import { between } from "./grid.js";

/** @import {Camera, Grid} from "./types.js" */
/** @import {Projection} from "./plotly.js" */
/** @typedef {(place: number[]) => [number, number]} Sight where a place in scene units is seen, in px */

/** A length of Plotly's world, in which it gives the camera, in scene units: their boxes are 1 and 2 wide. */
export const WORLD = 2;

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

/**
 * @param {Projection} camera
 * @param {[number, number]} size of the picture in px
 * @returns {Sight}
 */
export function sightOf(camera, [width, height]) {
  return (place) => {
    const [right, up] = project(camera, place);
    return [(width * (1 + right)) / 2, (height * (1 - up)) / 2];
  };
}

const NEAR = 0.04; // scene units before an arrow's own place counts as hidden: it touches the sheet there
const MARCH = 0.05;
const FARTHEST = 4; // outside the box in any direction
const TOP = 0.625; // the sheet is cut off there
const SKIN = 0.01;

/**
 * Whether the sheet stands between a place and the eye.
 * @param {Camera} camera
 * @param {Grid} surface
 * @param {number[]} place in scene units
 */
export function isHidden({ eye, center, projection }, surface, place) {
  const parallel = projection?.type === "orthographic"; // the eye is infinitely far
  const towards = [eye.x, eye.y, eye.z].map((value, k) =>
    parallel ? value - [center.x, center.y, center.z][k] : WORLD * value - place[k],
  );
  const length = Math.hypot(...towards);
  const end = parallel ? FARTHEST : Math.min(length, FARTHEST);
  let former = 0;
  for (let far = NEAR; far < end; far += MARCH) {
    const [x, y, z] = place.map((value, k) => value + (far * towards[k]) / length);
    if (z > TOP) return false;
    const height = between(surface, x, y);
    const gap = height > TOP ? NaN : z - height;
    if (Number.isNaN(gap)) former = 0;
    else if (Math.abs(gap) > SKIN) {
      if (former * gap < 0) return true;
      former = gap;
    }
  }
  return false;
}

/**
 * The pieces of a line, by whether they are hidden: [from, to, hidden] as shares of it. Where the line only
 * grazes the sheet, a hidden piece is shorter than a few dashes: it would be a crack in the line, and counts as
 * seen; so does a single sample at the line's end.
 * @param {boolean[]} hides of samples at equal distances
 * @param {number} least share that a hidden piece needs where the line comes out of it again
 * @returns {[number, number, boolean][]}
 */
export function hiddenRuns(hides, least) {
  const count = hides.length;
  /** @type {[number, number, boolean][]} */
  const runs = [];
  /** @param {number} from @param {number} to @param {boolean} hidden */
  const add = (from, to, hidden) => {
    const last = runs.at(-1);
    if (last && last[2] === hidden) last[1] = to;
    else runs.push([from, to, hidden]);
  };
  for (let from = 0, to; from < count; from = to) {
    to = from + 1;
    while (to < count && hides[to] === hides[from]) to += 1;
    const long = to === count ? to - from > 1 : to - from >= Math.max(2, least * count);
    add(from / count, to / count, hides[from] && long);
  }
  return runs;
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
