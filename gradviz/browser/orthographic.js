// A scene without perspective. The eye's distance tells in either projection how large a scene is seen, so that
// changing from one to the other leaves what is looked at as large as it was.

import { WORLD } from "./sight.js";

/** @import {Camera, SceneLayout, Vector} from "./types.js" */

export const VIEW_ANGLE = Math.PI / 4; // up and down, as Plotly has it in perspective
const HALF = Math.tan(VIEW_ANGLE / 2);
const [NEAR, FAR] = [-10, 20]; // from the eye: the box is in between, also where the eye is inside it

/** @param {Camera | undefined} camera */
export const isOrthographic = (camera) => camera?.projection?.type === "orthographic";

const LEAN = 0.2; // radians from straight above that still count as that

/**
 * Whether a camera looks from straight above, or nearly so.
 * @param {number[]} eye
 * @param {number[]} center
 */
export function isAbove(eye, center) {
  const away = eye.map((value, k) => value - center[k]);
  return away[2] > Math.cos(LEAN) * Math.hypot(...away);
}

/**
 * The matrix, in columns, that takes the place of that of the perspective.
 * @param {number} distance of the eye from what it looks at, in Plotly's world
 * @param {number} aspect the width of the picture over its height
 */
export function orthographicMatrix(distance, aspect) {
  const up = 1 / (distance * HALF);
  const deep = 1 / (FAR - NEAR);
  return [up / aspect, 0, 0, 0, 0, up, 0, 0, 0, 0, -2 * deep, 0, 0, 0, -(FAR + NEAR) * deep, 1];
}

/**
 * Camera and proportions of a scene for a file: there Plotly draws 2 units of its world from top to bottom,
 * however far the eye is.
 * @param {SceneLayout} scene
 * @returns {{camera: Camera, aspectratio: Vector}}
 */
export function inFile({ camera, xaxis, yaxis, zaxis }) {
  const [x, y, z] = [xaxis, yaxis, zaxis].map(({ range }) => (range[1] - range[0]) / WORLD);
  if (!isOrthographic(camera)) return { camera, aspectratio: { x, y, z } };
  const { eye, center } = camera;
  const ahead = plus(eye, -1, center);
  const distance = Math.hypot(ahead.x, ahead.y, ahead.z);
  const zoom = 1 / (distance * HALF);
  const middle = plus(ORIGIN, zoom, center);
  return {
    camera: { ...camera, eye: plus(middle, OUTSIDE / distance, ahead), center: middle },
    aspectratio: plus(ORIGIN, zoom, { x, y, z }),
  };
}

const ORIGIN = { x: 0, y: 0, z: 0 };
const OUTSIDE = 10; // of the box, which else would be cut open

/** @param {Vector} a @param {number} share @param {Vector} b */
const plus = (a, share, b) => ({ x: a.x + share * b.x, y: a.y + share * b.y, z: a.z + share * b.z });
