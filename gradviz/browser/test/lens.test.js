import assert from "node:assert/strict";
import { test } from "node:test";
import { drawLens, fanned, magnification, magnified } from "../lens.js";

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

test("rays lead from the lens to the tip, and nowhere where that is outside the stage", () => {
  const drawn = (/** @type {[number, number] | null} */ tip) => {
    /** @type {Record<string, string>[]} */
    const shapes = [];
    const made = () => {
      const look = /** @type {Record<string, string>} */ ({});
      shapes.push(look);
      return {
        setAttribute: (/** @type {string} */ name, /** @type {string} */ value) => {
          look[name] = String(value);
        },
        append: () => {},
      };
    };
    const before = globalThis.document;
    Object.assign(globalThis, { document: { createElementNS: made } });
    const layer = /** @type {Element} */ (/** @type {unknown} */ (made()));
    const circle = { x: 100, y: 100, radius: 40, caption: { x: 100, y: 154 } };
    const palette = /** @type {import("../types.js").Palette} */ ({ ink: "#000", paper: "#fff" });
    drawLens({ layer, circle, tip, palette, scale: 1 }, [], "no differences", []);
    Object.assign(globalThis, { document: before });
    return shapes.filter(({ r, d }) => r === "13" || d?.startsWith("M287 300")).length;
  };
  assert.equal(drawn([300, 300]), 1);
  assert.equal(drawn(null), 0);
});
