import assert from "node:assert/strict";
import { test } from "node:test";
import { arrowLength, bestCamera, fitted, outline, sightFrom, wantedLength } from "../viewpoint.js";

/** @typedef {[number, number]} Size */
/** @type {Size[]} */
const SIZES = [
  [640, 620],
  [1000, 560],
  [350, 340],
  [340, 600],
];
const RANGES = [
  [-1, 1],
  [-1, 1],
  [-0.86, 0.86],
];
const axis = Array.from({ length: 21 }, (_, i) => -1 + i / 10);

/**
 * A scene of a function with the arrow of its gradient.
 * @param {(x: number, y: number) => number} f heights in scene units
 * @param {number[]} at
 */
function subject(f, [x, y]) {
  const h = 1e-5;
  const [gx, gy] = [(f(x + h, y) - f(x - h, y)) / (2 * h), (f(x, y + h) - f(x, y - h)) / (2 * h)];
  const way = [gx, gy, gx * gx + gy * gy];
  const length = Math.hypot(...way);
  return {
    ranges: RANGES,
    surface: { x: axis, y: axis, z: axis.map((b) => axis.map((a) => f(a, b))) },
    spot: [x, y, f(x, y)],
    direction: length ? way.map((part) => part / length) : [0, 0, 0],
  };
}

const SCENES = {
  bowl: subject((x, y) => -0.16 + 0.51 * (x * x + y * y), [0.375, 0.5]),
  steep: subject((x, y) => 0.8 * x * x * x + 0 * y, [0.7, 0]),
  waves: subject((x, y) => 0.3 + 0.4 * Math.sin(3 * x) * Math.cos(3 * y), [0.2, 0.1]),
  plane: subject((x, y) => 0.2 * x - 0.1 * y, [0, 0]),
  edge: subject((x, y) => 0.3 * x - 0.2 * y * y, [0.95, -0.95]),
  summit: subject((x, y) => 0.8 - 0.4 * (x * x + y * y), [0, 0]),
};

for (const [name, scene] of Object.entries(SCENES)) {
  for (const size of SIZES) {
    test(`${name} at ${size.join(" × ")}: all is in the picture, the arrow long`, () => {
      const camera = bestCamera(scene, size);
      const sight = sightFrom(camera, size);
      for (const [x, y] of outline(scene, 0.3).map(sight)) {
        assert.ok(x > 0 && x < size[0], `${x} of ${size[0]}`);
        assert.ok(y > 0 && y < size[1], `${y} of ${size[1]}`);
      }
      assert.ok(camera.eye.z > -0.43);
      if (!scene.direction.some(Boolean)) return;
      const length = arrowLength(camera, scene.spot, scene.direction, size);
      const [from, to] = [scene.spot, scene.spot.map((v, k) => v + length * scene.direction[k])].map(sight);
      const seen = Math.hypot(to[0] - from[0], to[1] - from[1]);
      assert.ok(
        seen > 0.12 * Math.hypot(...size) && seen < 0.3 * size[1],
        `${seen}, not ${wantedLength(size)}`,
      );
      assert.ok(to[0] > 0 && to[0] < size[0] && to[1] > 0 && to[1] < size[1]);
    });
  }
}

for (const projection of /** @type {const} */ (["perspective", "orthographic"]))
  test(`a camera with ${projection} shows all points, up to the margins on two sides`, () => {
    const points = outline(SCENES.bowl, 0.6);
    for (const size of SIZES) {
      const seen = points.map(sightFrom(fitted([1, -1, 0.5], points, size, projection), size));
      const wide = Math.max(...seen.map(([x]) => x)) - Math.min(...seen.map(([x]) => x));
      const high = Math.max(...seen.map(([, y]) => y)) - Math.min(...seen.map(([, y]) => y));
      assert.ok(wide / (size[0] - 90) > 0.95 || high / (size[1] - 68) > 0.95, `${wide} × ${high} of ${size}`);
    }
  });
