import assert from "node:assert/strict";
import { test } from "node:test";
import { boxShare, discShare, silhouetteOf, wayShare } from "../silhouette.js";

/** @typedef {[number, number]} Pair */
/** @type {Pair} */
const SIZE = [400, 320];
const axis = Array.from({ length: 33 }, (_, k) => k / 32);

/** A sheet over the unit square, seen from above in the cells of the box from (80, 80) to (240, 240) px: up to their middles. */
const seen = (/** @type {(x: number, y: number) => number} */ f) =>
  silhouetteOf(
    { x: axis, y: axis, z: axis.map((y) => axis.map((x) => f(x, y))) },
    [-1, 1],
    ([x, y]) => [84 + 152 * x, 84 + 152 * y],
    SIZE,
  );
const SQUARE = seen(() => 0);

test("a disc is told how much of it lies over the sheet", () => {
  /** @type {[number, number, number, number][]} */
  const cases = [
    [160, 160, 40, 1],
    [340, 160, 40, 0],
    [240, 160, 40, 0.5], // half over the edge
    [80, 80, 40, 0.25], // a quarter at the corner
    [160, 160, 100, 160 ** 2 / (Math.PI * 100 ** 2)],
    [20, 20, 48, 0], // partly outside of the stage
  ];
  for (const [x, y, radius, share] of cases)
    assert.ok(Math.abs(discShare(SQUARE, { x, y, radius }) - share) < 0.03, `${x}, ${y}, ${radius}`);
});

test("a box and a way are told the same", () => {
  assert.equal(boxShare(SQUARE, { left: 80, right: 160, top: 40, bottom: 120 }), 0.5);
  assert.equal(boxShare(SQUARE, { left: 0, right: 80, top: 0, bottom: 320 }), 0);
  assert.equal(wayShare(SQUARE, [100, 100], [200, 200]), 1);
  assert.ok(Math.abs(wayShare(SQUARE, [0, 160], [320, 160]) - 0.5) < 0.05);
  assert.equal(wayShare(SQUARE, [-50, 300], [900, 300]), 0);
});

test("holes and what is cut off at the top are not the sheet", () => {
  const right = { x: 210, y: 160, radius: 24 };
  const left = { x: 110, y: 160, radius: 24 };
  for (const beyond of [NaN, 7, -7]) {
    const half = seen((x) => (x > 0.5 ? beyond : 0));
    assert.equal(discShare(half, right), 0, String(beyond));
    assert.equal(discShare(half, left), 1, String(beyond));
  }
});

test("a sheet that is seen edge-on is there, too", () => {
  const thin = silhouetteOf(
    { x: axis, y: axis, z: axis.map(() => axis.map(() => 0)) },
    [-1, 1],
    ([x]) => [80 + 160 * x, 161],
    SIZE,
  );
  assert.ok(discShare(thin, { x: 160, y: 161, radius: 30 }) > 0.05);
});
