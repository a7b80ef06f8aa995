import assert from "node:assert/strict";
import { test } from "node:test";
import { scaled, sharesOf, shifted } from "../pan.js";

/** @type {[[number, number], number, number, [number, number]][]} */
const SHIFTS = [
  [[-8, 8], 2, 3, [-6, 10]],
  [[-8, 8], -3, 3, [-11, 5]],
  [[-8, 8], 20, 3, [2.68, 18.68]], // the point comes as near to the edge as 2 % of the width
  [[-8, 8], -20, 3, [-12.68, 3.32]],
  [[-8, 8], 1, -8, [-8, 8]], // on the edge: it cannot go out,
  [[-8, 8], -1, -8, [-9, 7]], // only in
  [[0, 1e-9], 1e-10, 5e-10, [1e-10, 1.1e-9]],
];
for (const [range, by, point, expected] of SHIFTS) {
  test(`[${range}] moved by ${by} about ${point} is [${expected}]`, () => {
    const found = shifted(range, by, point);
    found.forEach((end, k) => {
      assert.ok(Math.abs(end - expected[k]) < 1e-9 * (range[1] - range[0]), `${found}`);
    });
  });
}

test("a scaled range has the point where it was in the picture", () => {
  for (const factor of [0.1, 0.5, 1, 3]) {
    const [low, high] = scaled([-8, 8], factor, 3);
    assert.ok(Math.abs(high - low - 16 * factor) < 1e-12);
    assert.ok(Math.abs((3 - low) / (high - low) - 11 / 16) < 1e-12);
  }
});

test("what the pointer has moved is as far on a map that shows more than its window", () => {
  const axes = [
    { range: /** @type {[number, number]} */ ([-24, 24]), length: 480 }, // 0.1 a pixel
    { range: /** @type {[number, number]} */ ([-8, 8]), length: 160 },
  ];
  const window = /** @type {[number, number][]} */ ([
    [-8, 8],
    [-8, 8],
  ]);
  assert.deepEqual(sharesOf(window, axes, [40, -80]), [4 / 16, -8 / 16]);
});
