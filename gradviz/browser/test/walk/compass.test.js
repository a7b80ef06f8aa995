import assert from "node:assert/strict";
import { test } from "node:test";
import { compassArrows } from "../../walk/compass.js";

const partials = [[0, 0], [0, 8], [6, 8]]; // biome-ignore format: one row for each step

test("the arrow grows into the whole gradient, which has the full length; up is negative on the screen", () => {
  const { whole, partial } = compassArrows(partials, 2);
  assert.deepEqual(whole, [(34 * 6) / 10, (-34 * 8) / 10]);
  assert.deepEqual(partial, whole);
  assert.deepEqual(compassArrows(partials, 1).partial, [0, (-34 * 8) / 10]);
});

test("before anything is collected there is no arrow on the whole one", () => {
  const { whole, partial } = compassArrows(partials, 0);
  assert.ok(whole);
  assert.equal(partial, null);
});

test("a gradient that is zero, or of no drawn variable, has no arrow", () => {
  assert.deepEqual(compassArrows([[0, 0]], 0), { whole: null, partial: null });
  assert.deepEqual(compassArrows([[], []], 1), { whole: null, partial: null });
});

test("where contributions cancel, the longest arrow on the way has the full length", () => {
  const { whole, partial } = compassArrows([[0], [4], [2]], 1);
  assert.deepEqual(partial, [34, -0]);
  assert.deepEqual(whole, [17, -0]);
});

test("of one variable the arrow lies on the axis", () => {
  assert.deepEqual(compassArrows([[0], [-3]], 1).partial, [-34, -0]);
});

test("the largest and the smallest numbers have arrows like any others, and what is infinite has none", () => {
  for (const size of [7e306, 1.7e308, 5e-324]) {
    assert.deepEqual(compassArrows([[0], [size]], 1), { whole: [34, -0], partial: [34, -0] });
  }
  const { whole } = compassArrows([[1.5e308, 1.5e308]], 0);
  assert.ok(whole && Math.abs(Math.hypot(...whole) - 34) < 1e-9);
  for (const size of [Infinity, NaN]) {
    assert.deepEqual(
      compassArrows(
        [
          [0, 0],
          [1, size],
        ],
        1,
      ),
      { whole: null, partial: null },
    );
  }
});
