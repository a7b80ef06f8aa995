import assert from "node:assert/strict";
import { test } from "node:test";
import { placeOf, placeSeen } from "../tabs.js";

test("the tab that was chosen is shown again as soon as it is there", () => {
  assert.equal(placeOf(["errors", "map", "words"], "map"), 1);
  assert.equal(placeOf(["errors", "words"], "map"), 0); // of one variable
  assert.equal(placeOf(["errors", "map", "words"], ""), 0); // nobody has chosen yet
});

/** @type {[number, number, number, number][]} */
const SEEN = [
  [0, 378, 3, 0],
  [180, 378, 3, 0],
  [200, 378, 3, 1],
  [756, 378, 3, 2],
  [900, 378, 3, 2], // pulled over the end,
  [-40, 378, 3, 0], // or over the beginning
  [0, 0, 2, 0], // while the row is not displayed
];
for (const [scrolled, width, count, place] of SEEN) {
  test(`scrolled by ${scrolled} px, of ${count} pages ${width} px wide the one at ${place} is seen`, () => {
    assert.equal(placeSeen(scrolled, width, count), place);
  });
}
