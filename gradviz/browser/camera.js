// The camera of the 3D scene: its named views, and how the link learns of it.

import { element } from "./dom.js";
import { gridOf } from "./grid.js";
import { post } from "./messages.js";
import { isOrthographic } from "./orthographic.js";
import { drawOverlay, followFrames } from "./overlay.js";
import { overlaySize } from "./panels.js";
import { liveCamera, patchScene, relayout, seesOrthographically } from "./plotly.js";
import { tangentVector } from "./tangent.js";
import { bestCamera, fitted, outline } from "./viewpoint.js";

/** @import {Camera, Figure, NamedView, Panel, Picture, SceneLayout, View} from "./types.js" */

const GLIDE = 600; // ms for which a scene goes on turning after it was let go

/**
 * The direction of the eye in one of the named views.
 * @param {string} name
 * @param {number[] | undefined} uphill the direction of the gradient in scene units
 * @returns {number[]}
 */
export function directionOf(name, uphill) {
  const [ux, uy] = uphill ?? [0, 0];
  const length = Math.hypot(ux, uy);
  const [gx, gy] = length > 0 ? [ux / length, uy / length] : [0, 1];
  /** @type {Record<string, number[]>} */
  const directions = {
    above: [0, -0.001, 1], // not straight: the second axis then points up on the screen
    x: [0, -1, 0.18],
    y: [1, 0, 0.18],
    gradient: [-gx, -gy, 0.28], // uphill lies straight ahead
    level: [gy, -gx, 0.28], // and here across
  };
  return directions[name];
}

/** @param {number[]} numbers */
const vector = ([x, y, z]) => ({ x, y, z });

/**
 * Eye, centre and up as 9 numbers, as the link has them; a tenth, 1, for a camera without perspective.
 * @param {Camera} camera
 */
export function inNumbers(camera) {
  const { eye, center, up } = camera;
  const numbers = [eye, center, up].flatMap(({ x, y, z }) =>
    [x, y, z].map((value) => Number(value.toFixed(3))),
  );
  return isOrthographic(camera) ? [...numbers, 1] : numbers;
}

const LONGEST = 2.1; // times the true gradient's arrow: longer ones need not be whole

/**
 * How much wider a button makes the window around the point.
 * @type {Record<string, number>}
 */
const FRAMES = { closer: 0.5, wider: 2 };

/**
 * Whether a named view changes the window, not the camera.
 * @param {string} name
 */
export const reframes = (name) => name in FRAMES;

/**
 * What a panel's scene shows, to choose a camera by; null where it has no surface.
 * @param {Figure} figure
 * @returns {import("./viewpoint.js").Subject | null}
 */
export function subjectOf({ data, layout }) {
  const surface = gridOf(data, "surface");
  const { scene, meta } = layout;
  if (!surface || !scene) return null;
  const ranges = [scene.xaxis, scene.yaxis, scene.zaxis].map(({ range }) => range);
  const { stage, frame } = meta ?? {};
  if (!stage || !frame) return { ranges, surface, spot: null, direction: [0, 0, 0] };
  const vector = tangentVector(frame, stage.rise, stage.reference, stage.tangent);
  const others = stage.arrows
    .map(({ gradient }) => vector(gradient))
    .filter((arrow) => Math.hypot(...arrow) < LONGEST);
  return { ranges, surface, spot: stage.spot, direction: vector(stage.reference), others };
}

/**
 * The camera that suits a scene: chosen once for each surface and shape of the panel, so that it does not
 * swing while the point is moved.
 * @param {Panel} panel
 * @param {Picture} picture as it came
 * @param {Figure} figure as painted
 * @returns {Camera}
 */
export function homeCamera(panel, picture, figure) {
  const size = overlaySize(panel);
  const [surface] = picture.figure.data;
  const key = JSON.stringify([surface.x, surface.y, surface.z, size]);
  const subject = subjectOf(figure);
  if (panel.home?.key !== key && subject) panel.home = { key, camera: bestCamera(subject, size) };
  return panel.home?.camera ?? /** @type {SceneLayout} */ (figure.layout.scene).camera;
}

/**
 * The camera of an address that has been opened, once; ``camera`` is null where it has none, and the whole null
 * where no other address has been opened, or one with the camera that this page has sent. What the messages hold
 * otherwise is what this page has sent, and it may have sent another since.
 * @param {View} view
 * @returns {{camera: Camera | null} | null}
 */
export function openedCamera(view) {
  const { camera: numbers, opening } = view.data ?? { camera: [], opening: 0 };
  const restarted = view.opening !== null && opening < view.opening; // with the address that this page wrote
  const opened = opening !== view.opening && !restarted;
  view.opening = opening;
  if (!opened) return null;
  clearTimeout(view.cameraTimer); // it was turned before that
  const text = numbers.length ? JSON.stringify(numbers) : "";
  if (text && text === view.cameraSent) return null;
  view.cameraSent = text;
  view.turned = text !== "";
  if (!text) return { camera: null };
  const [eye, center, up] = [0, 3, 6].map((from) => vector(numbers.slice(from, from + 3)));
  if (Math.abs(eye.z - center.z) > 100 * Math.hypot(eye.x - center.x, eye.y - center.y))
    return { camera: fromAbove({ eye, center }) };
  if (eye.z < center.z + LOW) eye.z = center.z + LOW; // never from under the floor
  const type = numbers[9] ? "orthographic" : "perspective";
  return { camera: { eye, center, up, projection: { type } } };
}

const LOW = 0.02;

/**
 * A camera straight above, the second axis pointing up on the screen.
 * @param {Pick<Camera, "eye" | "center">} camera
 * @returns {Camera}
 */
function fromAbove({ eye, center }) {
  const distance = Math.abs(eye.z - center.z);
  return {
    eye: { x: center.x, y: center.y - 0.002, z: center.z + distance },
    center,
    up: { x: 0, y: 0, z: 1 },
    projection: { type: "orthographic" },
  };
}

/**
 * Send the camera to the server once the scene has come to rest: it is part of the link. Not if it is as
 * ``before``.
 * @param {View} view
 * @param {Panel} panel
 * @param {string} [before] its numbers as JSON
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
    view.turned = true;
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
  if (reframes(name)) {
    post(view, "framed", FRAMES[name]);
    return;
  }
  if (name === "corner") {
    await goHome(view, panel);
    return;
  }
  const { painted } = panel;
  const subject = painted && subjectOf(painted);
  if (!subject) return;
  const uphill = subject.direction.some(Boolean) ? subject.direction : undefined;
  const projection = name === "above" && seesOrthographically(panel.plot) ? "orthographic" : "perspective";
  const camera = fitted(directionOf(name, uphill), outline(subject, 0.6), overlaySize(panel), projection);
  await seeFrom(view, panel, camera);
}

const TURN = Math.PI / 36; // of a key
const STEEPEST = Math.PI / 2 - 0.012; // from straight above a link forgets which way is up
const FLATTEST = 0.03;
/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/**
 * A camera turned about what it looks at: around the vertical, and up; never under the floor.
 * @param {Camera} camera
 * @param {number} around radians, to the right
 * @param {number} up radians
 * @returns {Camera}
 */
export function orbited({ eye, center, projection }, around, up) {
  const [x, y, z] = [eye.x - center.x, eye.y - center.y, eye.z - center.z];
  const distance = Math.hypot(x, y, z);
  const azimuth = Math.atan2(y, x) + around;
  const elevation = Math.min(STEEPEST, Math.max(FLATTEST, Math.asin(z / distance) + up));
  const flat = distance * Math.cos(elevation);
  return {
    eye: {
      x: center.x + flat * Math.cos(azimuth),
      y: center.y + flat * Math.sin(azimuth),
      z: center.z + distance * Math.sin(elevation),
    },
    center,
    up: { x: 0, y: 0, z: 1 },
    projection,
  };
}

/**
 * Turn a scene by the arrow keys, with Shift in larger steps; Home turns it to where it was seen at first.
 * @param {View} view
 * @param {Panel} panel
 */
export function listenToKeys(view, panel) {
  panel.keys.addEventListener("keydown", (event) => {
    const { key, shiftKey, ctrlKey, altKey, metaKey } = event;
    const camera = liveCamera(panel.plot);
    if (!camera || ctrlKey || altKey || metaKey || !(key === "Home" || ARROWS[key])) return;
    event.preventDefault();
    const step = shiftKey ? 3 * TURN : TURN;
    const [right, up] = (ARROWS[key] ?? [0, 0]).map((way) => way * step);
    const turned = key === "Home" ? goHome(view, panel) : seeFrom(view, panel, orbited(camera, right, up));
    turned.catch((problem) => console.warn("gradviz:", problem));
  });
}

/**
 * Turn a scene to the camera that was chosen for it.
 * @param {View} view
 * @param {Panel} panel
 */
export async function goHome(view, panel) {
  if (panel.home) await seeFrom(view, panel, panel.home.camera);
  view.turned = false;
}

/**
 * @param {View} view
 * @param {Panel} panel
 * @param {Camera} camera
 */
async function seeFrom(view, panel, camera) {
  view.turned = true;
  await relayout(panel.plot, { "scene.camera": camera });
  patchScene(panel.plot);
  followFrames(view, panel);
  drawOverlay(view, panel);
  sendCamera(view, panel);
}
