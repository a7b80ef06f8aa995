import assert from "node:assert/strict";
import { test } from "node:test";
import { followed, NO_GESTURE, wayOf } from "../gesture.js";

/** @typedef {["start" | "move" | "end" | "cancel", ...[number, number][]]} Step */

/** What follows from a row of touches. */
function after(/** @type {Step[]} */ steps, pressed = false) {
  let gesture = NO_GESTURE;
  const effects = steps.map(([type, ...places]) => {
    const touches = places.map(([x, y]) => ({ x, y }));
    const [next, effect] = followed(gesture, type, touches, pressed);
    gesture = next;
    return effect;
  });
  return { gesture, effects };
}

test("one finger up or down is the page's, sideways Plotly hears it", () => {
  const down = after([["start", [100, 100]], ["move", [101, 106]], ["move", [103, 115]], ["move", [160, 140]]]); // biome-ignore format: rows
  assert.equal(down.gesture.kind, "scroll");
  assert.deepEqual(
    down.effects.map(({ hears }) => hears),
    [true, false, false, false],
  );
  const across = after([["start", [100, 100]], ["move", [106, 101]], ["move", [115, 103]], ["move", [130, 160]]]); // biome-ignore format: rows
  assert.equal(across.gesture.kind, "turn");
  assert.deepEqual(
    across.effects.map(({ hears }) => hears),
    [true, false, true, true],
  );
  for (const { prevents, wider } of [...down.effects, ...across.effects])
    assert.deepEqual([prevents, wider], [false, 0]);
});

test("a tap and a turn press the picture, a scroll and a lost touch do not", () => {
  /** @type {[Step, Step, boolean][]} */
  const cases = [
    [["move", [100, 101]], ["end"], true],
    [["move", [130, 101]], ["end"], true],
    [["move", [100, 130]], ["end"], false],
    [["move", [100, 101]], ["cancel"], false],
  ];
  for (const [move, end, presses] of cases)
    assert.equal(after([["start", [100, 100]], move, end]).effects[2].presses, presses);
});

/** @type {Step[]} */
const PINCH = [
  ["start", [100, 100]],
  ["start", [100, 100], [200, 100]], // biome-ignore format: fingers
  ["move", [75, 100], [225, 100]], // biome-ignore format: fingers
  ["move", [50, 100], [250, 100]], // biome-ignore format: fingers
];

test("two fingers on what was pressed make the window narrower as they part", () => {
  const { gesture, effects } = after(PINCH, true);
  assert.equal(gesture.kind, "pinch");
  const sum = effects.reduce((total, { wider }) => total + wider, 0);
  assert.ok(Math.abs(Math.exp(sum) - 0.5) < 1e-12);
  assert.deepEqual(
    effects.slice(1).map(({ hears, prevents }) => [hears, prevents]),
    Array(3).fill([false, true]),
  );
});

test("two fingers on what was not pressed are the page's", () => {
  for (const { prevents, wider } of after(PINCH, false).effects)
    assert.deepEqual([prevents, wider], [false, 0]);
});

test("the finger that is left after a pinch turns nothing", () => {
  const { effects } = after([...PINCH, ["end", [50, 100]], ["move", [150, 100]], ["end"]], true);
  assert.deepEqual(
    effects.slice(4).map(({ hears, wider }) => [hears, wider]),
    [[false, 0], [false, 0], [true, 0]], // biome-ignore format: pairs
  );
});

test("two fingers take what lies under their middle along", () => {
  const { effects } = after(
    [...PINCH.slice(0, 2), ["move", [120, 110], [220, 110]], ["move", [110, 130], [250, 130]]],
    true,
  );
  assert.deepEqual(
    effects.map(({ shift }) => shift),
    [[0, 0], [0, 0], [20, 10], [10, 20]], // biome-ignore format: pairs
  );
  assert.equal(effects[2].wider, 0);
});

/** @type {[number, number, string][]} */
const WAYS = [
  [4, -4, "undecided"],
  [-9, 3, "sideways"],
  [7, 7, "sideways"],
  [3, 9, "along"],
  [0, -8, "along"],
];
for (const [right, down, way] of WAYS) {
  test(`a finger that has moved (${right}, ${down}) goes ${way}`, () =>
    assert.equal(wayOf(right, down), way));
}
