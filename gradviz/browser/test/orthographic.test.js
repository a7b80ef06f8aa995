import assert from "node:assert/strict";
import { test } from "node:test";
import { inFile, orthographicMatrix, VIEW_ANGLE } from "../orthographic.js";
import { sightFrom } from "../viewpoint.js";

/** @typedef {import("../types.js").SceneLayout} SceneLayout */

const [WIDTH, HEIGHT] = [900, 600];

/** @returns {SceneLayout} */
const scene = () => ({
  camera: {
    eye: { x: 0.8, y: -1, z: 0.9 },
    center: { x: 0.1, y: 0, z: -0.2 },
    up: { x: 0, y: 0, z: 1 },
    projection: { type: "orthographic" },
  },
  xaxis: { range: [-1.2, 1.2] },
  yaxis: { range: [-1, 1] },
  zaxis: { range: [-0.86, 0.86] },
});

test("what is looked at is as large as in perspective", () => {
  const distance = 1.7;
  const [across, , , , , up] = orthographicMatrix(distance, WIDTH / HEIGHT);
  assert.ok(Math.abs(up - 1 / (distance * Math.tan(VIEW_ANGLE / 2))) < 1e-12);
  assert.ok(Math.abs(across / up - HEIGHT / WIDTH) < 1e-12);
  const { camera } = scene();
  const flat = sightFrom(camera, [WIDTH, HEIGHT]);
  const solid = sightFrom({ ...camera, projection: { type: "perspective" } }, [WIDTH, HEIGHT]);
  const middle = [0.2, 0, -0.4]; // in scene units, twice Plotly's
  assert.deepEqual(flat(middle).map(Math.round), [WIDTH / 2, HEIGHT / 2]);
  assert.deepEqual(solid(middle).map(Math.round), [WIDTH / 2, HEIGHT / 2]);
});

test("a file shows each place where the page shows it: Plotly has 2 of its units from top to bottom there", () => {
  const shown = scene();
  const { camera, aspectratio } = inFile(shown);
  const sight = sightFrom(shown.camera, [WIDTH, HEIGHT]);
  const { eye, center } = camera;
  const far = Math.hypot(eye.x - center.x, eye.y - center.y, eye.z - center.z);
  // a camera of ours at this distance has 2 units from top to bottom, too
  const way = (/** @type {"x" | "y" | "z"} */ k) =>
    center[k] + (eye[k] - center[k]) / (far * Math.tan(VIEW_ANGLE / 2));
  const filed = sightFrom({ ...camera, eye: { x: way("x"), y: way("y"), z: way("z") } }, [WIDTH, HEIGHT]);
  for (const place of [
    [1, -1, -0.86],
    [-0.4, 0.3, 0.5],
    [0, 0, 0],
  ]) {
    // biome-ignore format: places
    const scaled = place.map((v, k) => v * ([aspectratio.x / 1.2, aspectratio.y, aspectratio.z / 0.86][k]));
    const [one, other] = [sight(place), filed(scaled)];
    assert.ok(Math.hypot(one[0] - other[0], one[1] - other[1]) < 1e-9);
  }
});

test("with perspective a file has the camera as it is", () => {
  const { camera, ...axes } = scene();
  const solid = { ...camera, projection: { type: "perspective" } };
  assert.deepEqual(inFile({ camera: solid, ...axes }), {
    camera: solid,
    aspectratio: { x: 1.2, y: 1, z: 0.86 },
  });
});
