import assert from "node:assert/strict";
import { test } from "node:test";
import { tangentVector } from "../tangent.js";

const frame = { low: [-6, -6], high: [6, 6], size: [1, 1] };

/** @param {number[]} found @param {number[]} expected */
function close(found, expected) {
  expected.forEach((value, i) => {
    assert.ok(
      Math.abs(found[i] - value) < 1e-9 * Math.max(1, Math.abs(value)),
      `${found} is not ${expected}`,
    );
  });
}

test("the reference is one unit long, whatever its size, and rises by its slope", () => {
  for (const size of [1e-300, 1, 1e150]) {
    const arrow = tangentVector(frame, 0.03 / size, [3 * size, 4 * size], true)([3 * size, 4 * size]);
    assert.ok(Math.abs(Math.hypot(...arrow) - 1) < 1e-12);
    close([arrow[0] / arrow[1], arrow[2] / Math.hypot(arrow[0], arrow[1])], [3 / 4, 0.03 * 5 * 6]);
  }
});

test("another gradient v ends at (v, g·v): in the same plane, in the same measure", () => {
  const vector = tangentVector(frame, 0.03, [3, 4], true);
  const [one, other] = [vector([3, 4]), vector([5, 0])];
  close([other[0] / one[0], other[1], other[2] / one[2]], [5 / 3, 0, 15 / 25]);
});

test("without a tangent plane arrows lie flat, and without a direction there are none", () => {
  assert.equal(tangentVector(frame, 0.03, [3, 4], false)([3, 4])[2], 0);
  for (const none of [
    [0, 0],
    [NaN, 1],
    [Infinity, 0],
  ])
    assert.deepEqual(tangentVector(frame, 1, none, true)([1, 1]), [0, 0, 0]);
});

test("on axes of different units a gradient is stretched as its inputs are", () => {
  const uneven = { low: [0, 0], high: [1, 10], size: [1, 1] };
  const [x, y] = tangentVector(uneven, 0, [1, 1], false)([1, 1]);
  close([x / y], [10]);
});
