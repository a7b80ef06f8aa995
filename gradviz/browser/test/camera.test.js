import assert from "node:assert/strict";
import { test } from "node:test";
import { cameraOf, inNumbers, requestedCamera, stepBack } from "../camera.js";

const NAMES = ["above", "x", "y", "corner", "gradient", "level"];

test("every named view looks from outside the box, from its own side", () => {
  const eyes = NAMES.map((name) => cameraOf(name, [1, 1], null).eye);
  for (const { x, y, z } of eyes) assert.ok(Math.hypot(x, y, z) > 1.5);
  assert.equal(new Set(eyes.map((eye) => JSON.stringify(eye))).size, NAMES.length);
});

test("uphill lies straight ahead, and the level line across", () => {
  const { eye: behind } = cameraOf("gradient", [3, 4], null);
  assert.ok(Math.abs(behind.x * 4 - behind.y * 3) < 1e-12 && behind.x < 0);
  const { eye: beside } = cameraOf("level", [3, 4], null);
  assert.ok(Math.abs(beside.x * 3 + beside.y * 4) < 1e-12);
});

test("without an arrow, uphill is along the second axis", () => {
  assert.equal(cameraOf("gradient", undefined, null).eye.x, -0);
});

test("a camera is nine numbers of three decimals", () => {
  const camera = {
    eye: { x: 1.23456, y: 0, z: 2 },
    center: { x: 0, y: 0, z: -0.17 },
    up: { x: 0, y: 0, z: 1 },
  };
  assert.deepEqual(inNumbers(camera), [1.235, 0, 2, 0, 0, -0.17, 0, 0, 1]);
});

test("the eye steps back on a tall element alone", () => {
  const wide = cameraOf("x", undefined, null);
  stepBack(wide, 800, 500);
  assert.deepEqual(wide, cameraOf("x", undefined, null));
  const tall = cameraOf("x", undefined, null);
  stepBack(tall, 340, 500);
  assert.ok(Math.abs(tall.eye.y / wide.eye.y - (1.2 * 500) / 300) < 1e-12);
});

const CAMERA = [1, 2, 3, 0, 0, 0, 0, 0, 1];

/** Whether a view turns to each of the cameras that the server's messages hold, one after the other. */
function turnsTo(/** @type {number[][]} */ cameras, sent = "") {
  const view = { data: { camera: /** @type {number[]} */ ([]) }, cameraFromServer: "", cameraSent: sent };
  return cameras.map((camera) => {
    view.data.camera = camera;
    return requestedCamera(/** @type {any} */ (view)) !== null;
  });
}

test("a camera of the server is turned to once", () => {
  assert.deepEqual(turnsTo([[], CAMERA, CAMERA, CAMERA.with(0, 5)]), [false, true, false, true]);
});

test("a camera that this page has sent comes back to no effect", () => {
  assert.deepEqual(turnsTo([[], CAMERA], JSON.stringify(CAMERA)), [false, false]);
});

test("after Reset has cleared it, a link with the same camera turns to it again", () => {
  assert.deepEqual(turnsTo([CAMERA, [], CAMERA]), [true, false, true]);
  assert.deepEqual(turnsTo([CAMERA, [], CAMERA], JSON.stringify(CAMERA)), [false, false, true]);
});
