// What each frame of a moving picture shows, and for how long. No DOM.

import { orbited } from "../camera.js";
import { VIEW_ANGLE } from "../orthographic.js";
import { margins, sightFrom } from "../viewpoint.js";
import { WORLD } from "../sight.js";
import { stepAt } from "../step_scale.js";

/** @import {Camera, Frame} from "./types.js" */

const PER_DECADE = 10; // frames of a sweep: each has a step that the page's sweep has, too
const EACH = 50; // ms, of a frame of a sweep: 20 in a second
const OPENING = 700; // ms, for the first one to be read
const ENDING = 1500;
const ROUND = 4800; // ms for a turn of the camera
const WALK = 60_000; // ms for a long walk
const [QUICKEST, CALM] = [250, 1200]; // ms for a step of a walk

/** @type {Frame} */
const STILL = { step: null, camera: null, place: null, hold: 0 };

/**
 * ε through all its decades, from the largest to the smallest.
 * @param {[number, number]} ends the smallest and the largest exponent of ten
 * @returns {Frame[]}
 */
export function sweepFrames([smallest, largest]) {
  const last = Math.round((largest - smallest) * PER_DECADE);
  return Array.from({ length: last + 1 }, (_, i) => ({
    ...STILL,
    step: stepAt((largest - i / PER_DECADE).toFixed(2)),
    hold: i === 0 ? OPENING : i === last ? ENDING : EACH,
  }));
}

/**
 * A walk, step by step.
 * @param {number} steps
 * @returns {Frame[]}
 */
export function walkFrames(steps) {
  const hold = Math.round(Math.min(CALM, Math.max(QUICKEST, WALK / steps)));
  return Array.from({ length: steps }, (_, place) => ({
    ...STILL,
    place,
    hold: place === steps - 1 ? hold + ENDING : hold,
  }));
}

/**
 * The camera once around the scene, which is whole in every frame; the last one leads on to the first.
 * @param {Camera} camera where it begins
 * @param {number[][]} points of the scene that are to be seen, in scene units
 * @param {[number, number]} size of the picture
 * @param {number} count of frames
 * @returns {Frame[]}
 */
export function turnFrames(camera, points, size, count) {
  const start = farEnough(camera, points, size, count);
  return Array.from({ length: count }, (_, i) => ({
    ...STILL,
    camera: orbited(start, (2 * Math.PI * i) / count, 0),
    hold: ROUND / count,
  }));
}

const FARTHER = 1.02; // a try
const NEAREST = 1;
const FARTHEST = 8; // in Plotly's world
const ROUNDS = 4; // of moving the scene into the middle

/**
 * A camera that looks in the same direction at the middle of the scene, so far off that no turn cuts off a point.
 * @param {Camera} camera
 * @param {number[][]} points
 * @param {[number, number]} size
 * @param {number} count of the turns
 */
function farEnough(camera, points, size, count) {
  const [left, right, top, bottom] = margins(size);
  const [low, high] = [top, size[1] - bottom];
  /** @type {Camera} */
  let seen = camera;
  for (let distance = NEAREST; distance < FARTHEST; distance *= FARTHER) {
    let height = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      seen = lookingAt(camera, middleOf(points), height, distance);
      const { xs, ys } = extentOf(seen, points, size, count);
      if (xs[0] >= left && xs[1] <= size[0] - right && ys[0] >= low && ys[1] <= high) return seen;
      const pixel = (2 * distance * Math.tan(VIEW_ANGLE / 2)) / size[1];
      height -= ((ys[0] + ys[1]) / 2 - (low + high) / 2) * pixel;
      if (!Number.isFinite(height)) break; // the eye is among the points
    }
  }
  return seen;
}

/**
 * @param {number[][]} points in scene units
 * @returns {number[]} in Plotly's world
 */
const middleOf = (points) =>
  [0, 1, 2].map((k) => {
    const places = points.map((point) => point[k]);
    return (Math.min(...places) + Math.max(...places)) / 2 / WORLD;
  });

/**
 * A camera that looks in a direction at a place, ``height`` above or below it, from a distance.
 * @param {Camera} camera which looks in that direction
 * @param {number[]} place
 * @param {number} height
 * @param {number} distance
 * @returns {Camera}
 */
function lookingAt({ eye, center, up, projection }, [x, y, z], height, distance) {
  const away = [eye.x - center.x, eye.y - center.y, eye.z - center.z];
  const share = distance / Math.hypot(...away);
  return {
    eye: { x: x + share * away[0], y: y + share * away[1], z: z + height + share * away[2] },
    center: { x, y, z: z + height },
    up,
    projection,
  };
}

/**
 * Between which pixels points are seen in all turns of a camera.
 * @param {Camera} camera
 * @param {number[][]} points
 * @param {[number, number]} size
 * @param {number} count of the turns
 */
function extentOf(camera, points, size, count) {
  const xs = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const ys = [...xs];
  for (let i = 0; i < count; i += 1) {
    const sight = sightFrom(orbited(camera, (2 * Math.PI * i) / count, 0), size);
    for (const [x, y] of points.map(sight)) {
      xs[0] = Math.min(xs[0], x);
      xs[1] = Math.max(xs[1], x);
      ys[0] = Math.min(ys[0], y);
      ys[1] = Math.max(ys[1], y);
    }
  }
  return { xs, ys };
}

/**
 * A camera for a picture that is narrower than the one it was turned in: so much farther off that nothing more is
 * cut off at the sides.
 * @param {Camera} camera
 * @param {[number, number]} before
 * @param {[number, number]} after
 * @returns {Camera}
 */
export function forNarrower({ eye, center, up, projection }, before, after) {
  const away = Math.max(1, before[0] / before[1] / (after[0] / after[1]));
  /** @param {"x" | "y" | "z"} k */
  const moved = (k) => center[k] + away * (eye[k] - center[k]);
  return { eye: { x: moved("x"), y: moved("y"), z: moved("z") }, center, up, projection };
}
