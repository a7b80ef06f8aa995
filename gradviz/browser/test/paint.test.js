import assert from "node:assert/strict";
import { test } from "node:test";
import { withDashes } from "../paint.js";

/** @import {Figure} from "../types.js" */

/** @type {[string, object, string | undefined][]} */
const LINES = [
  ["its curve of errors", { line: { color: "@forward", dash: "solid" }, meta: { method: "forward", role: "error" } }, "14px,4px"], // biome-ignore format: rows
  ["the same, pale", { line: { color: "@forward/0.5", dash: "solid" }, meta: { method: "forward", role: "error" } }, "14px,4px"], // biome-ignore format: rows
  ["what theory says of it", { line: { color: "@forward/0.55", dash: "longdash" }, meta: { method: "forward", role: "truncation" } }, "longdash"], // biome-ignore format: rows
  ["its tangent", { line: { color: "@forward", dash: "solid" } }, "14px,4px"],
  ["a line of the axes", { line: { color: "@ink/0.7", dash: "dot" } }, "dot"],
  ["another method's", { line: { color: "@spare", dash: "dot" }, meta: { method: "spare" } }, "dot"],
  ["an outline without a dash", { line: { color: "@forward" }, meta: { method: "forward" } }, undefined],
];
for (const [what, trace, dash] of LINES) {
  test(`on paper a method's dash has or has not: ${what}`, () => {
    const figure = /** @type {Figure} */ (/** @type {unknown} */ ({ data: [trace], layout: {} }));
    assert.equal(withDashes(figure, { forward: "14px,4px" }).data[0].line?.dash, dash);
    assert.equal(withDashes(figure, {}), figure);
  });
}
