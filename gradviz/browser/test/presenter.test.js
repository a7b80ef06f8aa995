import assert from "node:assert/strict";
import { test } from "node:test";
import { actionOf, nextStop } from "../presenter.js";

/** @param {string} key @param {object} [held] */
const pressed = (key, held) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...held,
});

/** @type {[string, string][]} */
const MEANINGS = [
  ["ArrowRight", "step 1"],
  ["ArrowLeft", "step -1"],
  ["ArrowDown", "tour 1"],
  ["ArrowUp", "tour -1"],
  ["PageDown", "tour 1"],
  ["PageUp", "tour -1"],
  [" ", "play"],
  ["Escape", "leave"],
];

for (const [key, meaning] of MEANINGS) {
  test(`the key ‘${key}’ means ${meaning}, but not in an entry, nor with another key held`, () => {
    const { what, by } = /** @type {any} */ (actionOf(pressed(key), "none", false));
    assert.equal([what, by].filter((part) => part !== undefined).join(" "), meaning);
    assert.equal(actionOf(pressed(key), "typing", false), null);
    for (const held of ["ctrlKey", "metaKey", "altKey", "shiftKey"])
      assert.equal(actionOf(pressed(key, { [held]: true }), "none", false), null);
  });
}

test("letters mean nothing: by a slip of a finger they would do something", () => {
  for (const key of ["r", "c", "p", "n", "x", "Enter", "Tab", "Home"])
    assert.equal(actionOf(pressed(key), "none", false), null);
});

test("the space bar presses the button that has the focus, and arrows go on from there", () => {
  assert.equal(actionOf(pressed(" "), "control", false), null);
  assert.deepEqual(actionOf(pressed("ArrowDown"), "control", false), { what: "tour", by: 1 });
});

test("the slider of ε moves itself by ← and →; all other keys mean what they do elsewhere", () => {
  for (const [key] of MEANINGS) {
    const own = key === "ArrowLeft" || key === "ArrowRight";
    const usual = actionOf(pressed(key), "none", false);
    assert.deepEqual(actionOf(pressed(key), "slider", false), own ? null : usual);
  }
});

test("Escape first closes what is open", () => {
  assert.equal(actionOf(pressed("Escape"), "none", true), null);
  assert.equal(actionOf(pressed("Escape"), "control", true), null);
});

test("a tour is a ring; from another function it begins at its first stop, or at its last", () => {
  const stops = ["bowl", "waves", "kink"];
  assert.equal(nextStop(stops, "bowl", 1), "waves");
  assert.equal(nextStop(stops, "kink", 1), "bowl");
  assert.equal(nextStop(stops, "bowl", -1), "kink");
  assert.equal(nextStop(stops, "", 1), "bowl");
  assert.equal(nextStop(stops, "", -1), "kink");
  for (const stop of stops) assert.equal(nextStop(stops, nextStop(stops, stop, 1), -1), stop);
});
