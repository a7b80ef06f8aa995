import assert from "node:assert/strict";
import { test } from "node:test";
import { fitText, wrapText } from "../../movie/text.js";

/** As of letters that are half as wide as high. @param {string} text @param {number} size */
const measured = (text, size) => (text.length * size) / 2;

test("a text that is too long becomes smaller, and is cut off only then", () => {
  const rows = [
    { text: "short", width: 100, expected: { text: "short", size: 20 } },
    { text: "twelve signs", width: 110, expected: { text: "twelve signs", size: 110 / 6 } },
    { text: "abcdefghijklmnop", width: 72, expected: { text: "abcdefghi…", size: 0.72 * 20 } },
    { text: "", width: 10, expected: { text: "", size: 20 } },
  ];
  for (const { text, width, expected } of rows) {
    const fitted = fitText(text, 20, width, measured);
    assert.deepEqual(fitted, expected);
    assert.ok(measured(fitted.text, fitted.size) <= width + 0.5);
  }
});

test("lines break between words, and the last one has all the rest", () => {
  const long = (/** @type {string} */ text) => text.length;
  assert.deepEqual(wrapText("one two three four", 8, 2, long), ["one two", "three four"]);
  assert.deepEqual(wrapText("one two", 80, 2, long), ["one two"]);
  assert.deepEqual(wrapText("indivisible x", 5, 3, long), ["indivisible", "x"]);
  assert.deepEqual(wrapText("", 5, 3, long), []);
});
