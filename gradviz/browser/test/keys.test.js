import assert from "node:assert/strict";
import { test } from "node:test";
import { insertion } from "../insertion.js";
import { KEYS } from "../keys.js";

/**
 * Press keys one after another, the way an entry takes what they write.
 * @param {string} text
 * @param {[number, number]} selection
 * @param {string[]} names
 */
function pressed(text, [start, end], names) {
  let selected = { value: text, start, end };
  for (const name of names) {
    const key = KEYS.find((each) => each.name === name);
    assert.ok(key, name);
    const { text: written, caret } = insertion(selected, key.before, key.after);
    const { value } = selected;
    const after = written ? value.slice(0, selected.start) + written + value.slice(selected.end) : value;
    selected = { value: after, start: caret, end: caret };
  }
  return [selected.value, selected.start];
}

/** @type {[string, [number, number], string[], string, number][]} text, selection, keys; text and caret */
const WRITTEN = [
  ["x", [1, 1], ["to the power"], "x^", 2],
  ["x + y", [4, 4], ["square root"], "x + √()y", 6],
  ["2x", [1, 1], ["pi"], "2πx", 2],
  ["x", [0, 0], ["sine", "cosine"], "sin(cos())x", 8],
  ["x + y", [0, 5], ["absolute value"], "|x + y|", 6],
  ["x", [0, 1], ["e to the power", "closing bracket"], "e^(x)", 5],
  ["x", [1, 1], ["opening bracket", "closing bracket"], "x()", 3],
];

for (const [text, selection, names, expected, caret] of WRITTEN) {
  test(`${names.join(", ")} on ‘${text}’ writes ‘${expected}’`, () => {
    assert.deepEqual(pressed(text, selection, names), [expected, caret]);
  });
}

test("a closing bracket that is there already is stepped over, but not one that is selected", () => {
  assert.deepEqual(insertion({ value: "√(x)", start: 3, end: 3 }, ")", ""), { text: "", caret: 4 });
  assert.deepEqual(insertion({ value: "√(x)", start: 3, end: 4 }, ")", ""), { text: "))", caret: 5 });
});
