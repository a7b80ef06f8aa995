import assert from "node:assert/strict";
import { test } from "node:test";

import { hiddenRuns } from "../sight.js";

/** @param {string} samples x is hidden, . is seen */
const runs = (samples, least = 0.5) =>
  hiddenRuns(
    [...samples].map((sign) => sign === "x"),
    least,
  ).map(([from, to, hidden]) => [from * samples.length, to * samples.length, hidden]);

test("a line that only grazes the sheet has no crack in it", () => {
  assert.deepEqual(runs("...xx..."), [[0, 8, false]]);
  assert.deepEqual(runs("xxx....."), [[0, 8, false]]);
  assert.deepEqual(runs("...x...."), [[0, 8, false]]);
  assert.deepEqual(runs(".......x"), [[0, 8, false]]);
});

test("a line that is hidden for a good way, or goes under, is hidden there", () => {
  assert.deepEqual(runs("..xxxx.."), [
    [0, 2, false],
    [2, 6, true],
    [6, 8, false],
  ]);
  assert.deepEqual(runs(".xx.xxxx"), [
    [0, 4, false],
    [4, 8, true],
  ]);
  assert.deepEqual(runs("......xx"), [
    [0, 6, false],
    [6, 8, true],
  ]);
  assert.deepEqual(runs("xxxxxxxx", 3), [[0, 8, true]]);
});
