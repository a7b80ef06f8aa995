// The camera of the 3D scene: its named views, and how the link learns of it.

import { element } from "./dom.js";
import { post } from "./messages.js";
import { liveCamera, patchScene, plotly } from "./plotly.js";
import { tangentVector } from "./tangent.js";

/** @import {Camera, NamedView, Panel, View} from "./types.js" */

const DISTANCE = 1.9; // of the eye from the centre
const GLIDE = 600; // ms for which a scene goes on turning after it was let go

/**
 * The camera of one of the named views.
 * @param {string} name
 * @param {number[] | undefined} uphill the direction of the gradient in scene units
 * @param {Camera | null} now
 * @returns {Camera}
 */
export function cameraOf(name, uphill, now) {
  const [ux, uy] = uphill ?? [0, 0];
  const length = Math.hypot(ux, uy);
  const [gx, gy] = length > 0 ? [ux / length, uy / length] : [0, 1];
  /** @type {Record<string, number[]>} */
  const eyes = {
    above: [0, -0.002, DISTANCE],
    x: [0, -DISTANCE, 0.28],
    y: [DISTANCE, 0, 0.28],
    corner: [1.17, -1.39, 0.8],
    gradient: [-gx * DISTANCE, -gy * DISTANCE, 0.45], // uphill lies straight ahead
    level: [gy * DISTANCE, -gx * DISTANCE, 0.45], // and here across
  };
  const above = name === "above";
  const center = above ? { x: 0, y: 0, z: 0 } : { x: 0, y: 0, z: -0.17 };
  const up = { x: 0, y: 0, z: 1 };
  return { ...now, eye: vector(eyes[name]), center, up };
}

/** @param {number[]} numbers */
const vector = ([x, y, z]) => ({ x, y, z });

/**
 * Eye, centre and up as 9 numbers, as the link has them.
 * @param {Camera} camera
 */
export function inNumbers({ eye, center, up }) {
  return [eye, center, up].flatMap(({ x, y, z }) => [x, y, z].map((value) => Number(value.toFixed(3))));
}

const WIDE = 1.2;
const NUMBERS = 40; // px for the numbers at the axes, both sides together: of one size on every screen

/**
 * Move the eye back on a tall element. Perspective is measured up and down: the sides would be cut off there.
 * @param {Camera} camera changed
 * @param {number} width
 * @param {number} height
 */
export function stepBack({ eye }, width, height) {
  const factor = (WIDE * height) / Math.max(width - NUMBERS, NUMBERS);
  if (factor > 1) Object.assign(eye, { x: eye.x * factor, y: eye.y * factor, z: eye.z * factor });
}

/**
 * A camera that the server asks for; null if it asks for none, for the same as before, or for what this page
 * has sent it.
 * @param {View} view
 * @returns {Camera | null}
 */
export function requestedCamera(view) {
  const numbers = view.data?.camera ?? [];
  const text = numbers.length ? JSON.stringify(numbers) : "";
  if (text === view.cameraFromServer) return null;
  view.cameraFromServer = text;
  if (!text) view.cameraSent = ""; // the server has forgotten it, as Reset does: the same one counts again
  if (!text || text === view.cameraSent) return null;
  const [eye, center, up] = [0, 3, 6].map((from) => vector(numbers.slice(from, from + 3)));
  return { eye, center, up, projection: { type: "perspective" } };
}

/**
 * Send the camera to the server once the scene has come to rest: it is part of the link. Not if it is as
 * ``before``.
 * @param {View} view
 * @param {Panel} panel
 * @param {string} [before] 9 numbers as JSON
 */
export function sendCamera(view, panel, before) {
  clearTimeout(view.cameraTimer);
  view.cameraTimer = setTimeout(() => {
    const camera = liveCamera(panel.plot);
    if (!camera || view.closed) return;
    const numbers = inNumbers(camera);
    const text = JSON.stringify(numbers);
    if (text === before || text === view.cameraSent) return;
    view.cameraSent = text;
    post(view, "turned", numbers);
  }, GLIDE);
}

/**
 * A button for each of the named views.
 * @param {View} view
 * @param {Panel} panel
 * @param {NamedView[]} offered
 */
export function offerViews(view, panel, offered) {
  const key = JSON.stringify(offered);
  if (panel.offered === key) return;
  panel.offered = key;
  const buttons = offered.map(({ name, label }) => {
    const button = element("button", "", null, label);
    button.type = "button";
    button.dataset.view = name;
    button.addEventListener("click", () => turnTo(view, panel, name));
    return button;
  });
  panel.views.replaceChildren(...buttons);
}

/**
 * @param {View} view
 * @param {Panel} panel
 * @param {string} name
 */
async function turnTo(view, panel, name) {
  const { stage, frame } = panel.painted?.layout.meta ?? {};
  const uphill = stage && frame && tangentVector(frame, 0, stage.reference, false)(stage.reference);
  const camera = cameraOf(name, uphill, liveCamera(panel.plot));
  stepBack(camera, panel.area.clientWidth, panel.area.clientHeight);
  await plotly().relayout(panel.plot, { "scene.camera": camera });
  patchScene(panel.plot);
  sendCamera(view, panel);
}
