import assert from "node:assert/strict";
import { test } from "node:test";
import { directionOf, inNumbers, orbited, requestedCamera } from "../camera.js";

test("uphill lies straight ahead, and the level line across", () => {
  const [bx, by] = directionOf("gradient", [3, 4]);
  assert.ok(Math.abs(bx * 4 - by * 3) < 1e-12 && bx < 0);
  const [lx, ly] = directionOf("level", [3, 4]);
  assert.ok(Math.abs(lx * 3 + ly * 4) < 1e-12);
});

test("every named view looks from its own side, and none from below", () => {
  const found = ["above", "x", "y", "gradient", "level"].map((name) => directionOf(name, [1, 1]));
  assert.equal(new Set(found.map((direction) => JSON.stringify(direction))).size, found.length);
  for (const [, , z] of found) assert.ok(z > 0);
});

test("without an arrow, uphill is along the second axis", () => {
  assert.equal(directionOf("gradient", undefined)[0], -0);
});

test("a camera is nine numbers of three decimals", () => {
  const camera = {
    eye: { x: 1.23456, y: 0, z: 2 },
    center: { x: 0, y: 0, z: -0.17 },
    up: { x: 0, y: 0, z: 1 },
  };
  assert.deepEqual(inNumbers(camera), [1.235, 0, 2, 0, 0, -0.17, 0, 0, 1]);
  const flat = { ...camera, projection: { type: "orthographic" } };
  assert.deepEqual(inNumbers(flat), [1.235, 0, 2, 0, 0, -0.17, 0, 0, 1, 1]);
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

test("a camera straight above has its floor upright, one under the floor from just over it", () => {
  const turned = (/** @type {number[]} */ camera) =>
    requestedCamera(/** @type {any} */ ({ data: { camera }, cameraFromServer: "", cameraSent: "" }));
  const above = turned([0, -0.001, 2, 0, 0, 0, 0, 1, 0]);
  assert.ok((above?.eye.y ?? 0) < 0);
  assert.deepEqual(above?.up, { x: 0, y: 0, z: 1 });
  assert.equal(above?.projection?.type, "orthographic");
  assert.equal(turned([...CAMERA, 1])?.projection?.type, "orthographic");
  assert.equal(turned([...CAMERA, 0])?.projection?.type, "perspective");
  assert.equal(turned(CAMERA)?.projection?.type, "perspective");
  const below = turned([1, 1, -2, 0, 0, -0.1, 0, 0, 1]);
  assert.equal(below?.projection?.type, "perspective");
  assert.ok((below?.eye.z ?? 0) > -0.1);
});

test("keys turn a camera about what it looks at, at the same distance, and never under the floor", () => {
  /** @type {import("../types.js").Camera} */
  const camera = {
    eye: { x: 1.17, y: -1.39, z: 0.8 },
    center: { x: 0.1, y: 0, z: -0.17 },
    up: { x: 0, y: 0, z: 1 },
    projection: { type: "orthographic" },
  };
  const from = ({ eye, center } = camera) => [eye.x - center.x, eye.y - center.y, eye.z - center.z];
  let full = camera;
  for (let turn = 0; turn < 72; turn += 1) full = orbited(full, Math.PI / 36, 0);
  for (const k of [0, 1, 2]) assert.ok(Math.abs(from(full)[k] - from()[k]) < 1e-9);
  for (const up of [-4, -0.3, 0.3, 4]) {
    const seen = orbited(camera, 0.2, up);
    assert.ok(Math.abs(Math.hypot(...from(seen)) - Math.hypot(...from())) < 1e-12);
    assert.ok(seen.eye.z > camera.center.z);
    assert.deepEqual([seen.center, seen.up, seen.projection], [camera.center, camera.up, camera.projection]);
  }
  const [x, y] = from(orbited(camera, 0, 4));
  assert.ok(Math.abs(Math.atan2(y, x) - Math.atan2(-1.39, 1.07)) < 1e-9); // the direction stays, also from above
});
