import assert from "node:assert/strict";
import { test } from "node:test";
import { fanned, lensPlace, magnification, magnified } from "../lens.js";

/** @type {[number, number, number][]} */
const FACTORS = [
  [1, 100, 100],
  [1, 99, 50],
  [3, 100, 20],
  [2e-9, 100, 5e10],
  [1e12, 100, 1e-10],
  [0, 100, 0],
  [Infinity, 100, 0],
];
for (const [longest, room, factor] of FACTORS) {
  test(`${longest} in ${room} px is magnified ${factor} times`, () =>
    assert.equal(magnification(longest, room), factor));
}

test("differences keep their proportions, and the longest fits", () => {
  const differences = [
    { method: "forward", vector: [3e-9, 4e-9] },
    { method: "backward", vector: [-1.5e-9, -2e-9] },
    { method: "central", vector: [0, 0] },
    { method: "adaptive", vector: [NaN, 1] },
  ];
  const { vectors, words } = magnified(differences, 100, 16);
  const [forward, backward, central] = vectors.map(({ vector }) => Math.hypot(...vector));
  assert.ok(forward > 30 && forward <= 80);
  assert.ok(Math.abs(forward / backward - 2) < 1e-12);
  assert.equal(central, 0);
  assert.equal(vectors.length, 3);
  assert.equal(words, "differences × 10⁹");
  assert.equal(magnified([{ method: "central", vector: [0, 0] }], 100, 16).words, "no differences");
});

test("at a kink the fan has the slopes from each side, in the measure of the gradients", () => {
  const { fan, vectors, words } = fanned(
    [
      [-1, 1],
      [2, 2],
    ],
    [{ method: "forward", gradient: [1, 2] }],
    100,
  );
  assert.equal(words, "slopes from each side");
  assert.deepEqual(vectors[0].vector, fan[1]);
  assert.ok(Math.max(...fan.flat().map(Math.abs)) <= 80);
  assert.deepEqual(fanned([[NaN, 1], [1, 1]], [], 100).fan, []); // biome-ignore format: sides
});

/** @type {[number, number]} */
const SIZE = [640, 620];

test("the lens stands clear of the point, the arrow and the words, and stays where it is free", () => {
  let before = null;
  for (let turn = 0; turn < 60; turn += 1) {
    const angle = (2 * Math.PI * turn) / 60;
    /** @type {[number, number]} */
    const point = [320 + 150 * Math.cos(angle), 310 + 150 * Math.sin(angle)];
    /** @type {[number, number]} */
    const tip = [point[0] + 150 * Math.cos(3 * angle), point[1] + 150 * Math.sin(3 * angle)];
    const boxes = [{ left: 20, right: 60, top: 20 + 8 * turn, bottom: 36 + 8 * turn }];
    const circle = lensPlace(SIZE, { boxes, point, tip, surface: [[320, 310]] }, before);
    assert.ok(circle);
    const { x, y, radius } = circle;
    for (let share = 0; share <= 1; share += 0.05) {
      const [px, py] = [0, 1].map((k) => point[k] + share * (tip[k] - point[k]));
      assert.ok(Math.hypot(px - x, py - y) > radius);
    }
    const near = [Math.max(20, Math.min(x, 60)), Math.max(boxes[0].top, Math.min(y, boxes[0].bottom))];
    assert.ok(Math.hypot(near[0] - x, near[1] - y) > radius);
    assert.ok(x - radius >= 0 && x + radius <= 640 && y - radius >= 0 && y + radius + 20 <= 620);
    assert.deepEqual(lensPlace(SIZE, { boxes, point, tip, surface: [] }, circle), circle);
    before = circle;
  }
});

test("where there is no room there is no lens", () => {
  const boxes = [{ left: 0, right: 640, top: 0, bottom: 620 }];
  assert.equal(lensPlace(SIZE, { boxes, point: [0, 0], tip: [1, 1], surface: [] }, null), null);
});
