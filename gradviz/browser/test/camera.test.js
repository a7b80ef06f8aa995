import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { directionOf, inNumbers, openedCamera, orbited } from "../camera.js";

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

mock.timers.enable({ apis: ["setTimeout"] });
const CAMERA = [1, 2, 3, 0, 0, 0, 0, 0, 1];

const sent = (/** @type {number[]} */ camera) => JSON.stringify(camera);

/** @param {{opening?: number | null, cameraSent?: string}} [state] */
const createView = (state) => ({
  ...{ opening: null, cameraSent: "", turned: false, cameraTimer: undefined, data: null },
  ...state,
});

/**
 * What a view makes of messages, as [opening, camera]: the camera that it turns to, "home", or "" where it stays.
 * @param {[number, number[]][]} messages
 */
function follows(messages, view = createView()) {
  return messages.map(([opening, camera]) => {
    Object.assign(view, { data: { opening, camera } });
    const opened = openedCamera(/** @type {any} */ (view));
    return opened && (opened.camera ? inNumbers(opened.camera).slice(0, 9).join() : "home");
  });
}

test("the camera of a link is turned to once, and no camera is the chosen one", () => {
  assert.deepEqual(
    follows([
      [1, []],
      [2, CAMERA],
      [2, CAMERA],
      [3, CAMERA.with(0, 5)],
      [4, []],
      [4, []],
    ]),
    ["home", CAMERA.join(), null, CAMERA.with(0, 5).join(), "home", null],
  );
});

test("what comes back of the cameras that this page has sent turns nothing, though another was sent since", () => {
  const view = createView({ opening: 1, cameraSent: sent(CAMERA.with(2, 9)) });
  assert.deepEqual(
    follows(
      [
        [1, CAMERA],
        [1, CAMERA.with(2, 9)],
        [1, []],
      ],
      view,
    ),
    [null, null, null],
  );
});

test("after Reset a scene is home, also if the answer to its last turn never came, and the next link turns it", () => {
  const view = createView({ opening: 1, cameraSent: sent(CAMERA) });
  assert.deepEqual(
    follows(
      [
        [2, []],
        [3, CAMERA],
      ],
      view,
    ),
    ["home", CAMERA.join()],
  );
});

test("a turn that has not been sent when the page is set anew is not sent any more", () => {
  const turned = mock.fn();
  follows([[2, []]], Object.assign(createView({ opening: 1 }), { cameraTimer: setTimeout(turned, 600) }));
  mock.timers.tick(1000);
  assert.equal(turned.mock.callCount(), 0);
});

test("a server that was started anew has the camera from this page, which may have turned on", () => {
  const view = createView({ opening: 3, cameraSent: sent(CAMERA.with(2, 9)) });
  assert.deepEqual(
    follows(
      [
        [1, CAMERA],
        [2, CAMERA],
      ],
      view,
    ),
    [null, CAMERA.join()],
  );
});

test("a link with the camera that was sent leaves the scene as it is", () => {
  assert.deepEqual(follows([[2, CAMERA]], createView({ opening: 1, cameraSent: sent(CAMERA) })), [null]);
});

test("a camera straight above has its floor upright, one under the floor from just over it", () => {
  const turned = (/** @type {number[]} */ camera) =>
    openedCamera(/** @type {any} */ ({ ...createView(), data: { camera, opening: 1 } }))?.camera;
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
