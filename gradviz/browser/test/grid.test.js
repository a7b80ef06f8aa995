import assert from "node:assert/strict";
import { test } from "node:test";
import { arrowOf, between, nearest, slopes } from "../grid.js";

const x = [0, 1, 2, 3];
const y = [0, 2, 4];
const bilinear = { x, y, z: y.map((b) => x.map((a) => 3 * a - 2 * b + a * b)) };

/** @param {ArrayLike<number>} found @param {number[]} expected */
function close(found, expected, within = 1e-6) {
  assert.equal(found.length, expected.length);
  expected.forEach((value, i) => {
    assert.ok(
      Math.abs(found[i] - value) <= within * Math.max(1, Math.abs(value)),
      `${found} is not ${expected}`,
    );
  });
}

test("the nearest step is the nearest by ratio: 0.2 is nearer to 1 than to 0.01", () => {
  const steps = [1e-8, 1e-4, 1e-2, 1];
  assert.deepEqual(
    [1e-9, 3e-3, 0.2, 99].map((step) => nearest(steps, step)),
    [0, 2, 3, 3],
  );
});

test("a bilinear function is interpolated exactly, and has no value outside its grid", () => {
  close([between(bilinear, 1.5, 3)], [3 * 1.5 - 2 * 3 + 1.5 * 3]);
  assert.ok(Number.isNaN(between(bilinear, 3.5, 3)));
});

test("central differences of a bilinear function are its partial derivatives", () => {
  close(slopes(bilinear, 1.5, 2), [3 + 2, -2 + 1.5]);
});

test("an arrow longer than there is room for is shortened along its direction", () => {
  const meta = { unit: [[1, 0], [0, 1]], most: 5 }; // biome-ignore format: a matrix
  close(arrowOf(meta, [30, 40]) ?? [], [3, 4]);
});
