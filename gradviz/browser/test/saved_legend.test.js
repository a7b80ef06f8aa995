import assert from "node:assert/strict";
import { test } from "node:test";
import { named, rowsOf } from "../saved_legend.js";

/** @import {Trace} from "../types.js" */

test("a legend takes as many rows as its entries need, in their order", () => {
  // 20 px apart, in 300 px
  const rows = [
    { widths: [], expected: [] },
    { widths: [300], expected: [[0]] },
    { widths: [500, 10], expected: [[0], [1]] }, // too wide alone: still in a row of its own
    { widths: [140, 140], expected: [[0, 1]] },
    { widths: [140, 141], expected: [[0], [1]] },
    { widths: [80, 80, 100, 80], expected: [[0, 1, 2], [3]] },
  ];
  for (const { widths, expected } of rows) assert.deepEqual(rowsOf(widths, 300), expected);
});

test("no row is wider than the picture, and none is empty", () => {
  const widths = Array.from({ length: 60 }, (_, i) => 40 + ((i * 37) % 160));
  for (let width = 200; width < 900; width += 7) {
    const rows = rowsOf(widths, width);
    assert.deepEqual(
      rows.flat(),
      widths.map((_, i) => i),
    );
    for (const row of rows) {
      const long = row.reduce((sum, i) => sum + widths[i] + 20, -20);
      assert.ok(row.length > 0 && long <= width, `${long} in ${width}`);
    }
  }
});

test("lines and marks with a name are named, unless they ask not to be", () => {
  const traces = /** @type {Trace[]} */ (
    /** @type {unknown} */ ([
      { type: "scatter", name: "forward" },
      { type: "scatter", name: "forward", showlegend: false },
      { type: "scatter" },
      { type: "contour", name: "f" },
      { type: "scatter3d", name: "central", showlegend: true },
    ])
  );
  assert.deepEqual(
    named(traces).map(({ name }) => name),
    ["forward", "central"],
  );
});
