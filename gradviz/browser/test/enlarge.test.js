import assert from "node:assert/strict";
import { test } from "node:test";
import { enlarged, inUnits } from "../enlarge.js";

const FIGURE = /** @type {any} */ ({
  data: [
    {
      type: "scatter",
      x: [1, 2],
      y: new Float32Array([3, 4]),
      marker: { size: [0, 12], color: "#123456", line: { width: 2 } },
      line: { width: 3, dash: "dot" },
      contours: { start: 0, size: 5 },
      meta: { point: [1, 2], size: 7, chord: [0, 1] },
    },
  ],
  layout: {
    width: 600,
    height: 300,
    font: { family: "Source Sans" },
    margin: { l: 40, r: 10, t: 8, b: 30 },
    xaxis: { range: [-1, 1], tickfont: { size: 13 }, title: { text: "ε", font: { size: 17 }, standoff: 10 } },
    annotations: [{ x: -3, y: 1, xshift: -4, borderpad: 1, font: { size: 12 } }],
    scene: { camera: { eye: { x: 1, y: 1, z: 1 } }, xaxis: { range: [0, 2] } },
    meta: { frame: { size: [1, 1], low: [0, 0] } },
  },
});

test("letters, lines, markers and their room grow, and nothing that is no length on the screen", () => {
  const before = structuredClone(FIGURE);
  const { data, layout } = /** @type {any} */ (enlarged(FIGURE, 1.5));
  assert.deepEqual(FIGURE, before);
  const [trace] = data;
  assert.deepEqual(trace.marker, { size: [0, 18], color: "#123456", line: { width: 3 } });
  assert.deepEqual(trace.line, { width: 4.5, dash: "dot" });
  for (const name of ["x", "y", "contours", "meta"]) assert.equal(trace[name], FIGURE.data[0][name]);
  assert.deepEqual(layout.margin, { l: 60, r: 15, t: 12, b: 45 });
  assert.deepEqual(layout.xaxis.title, { text: "ε", font: { size: 25.5 }, standoff: 15 });
  assert.deepEqual(layout.xaxis.tickfont, { size: 19.5 });
  assert.deepEqual(layout.annotations, [{ x: -3, y: 1, xshift: -6, borderpad: 1.5, font: { size: 18 } }]);
  for (const name of ["width", "height", "font", "scene", "meta"])
    assert.deepEqual(layout[name], FIGURE.layout[name]);
  assert.deepEqual(layout.xaxis.range, [-1, 1]);
});

test("nothing is copied where nothing grows", () => assert.equal(enlarged(FIGURE, 1), FIGURE));

test("an axis in larger units has its places where it had them", () => {
  const axis = /** @type {any} */ ({
    offset: 30,
    length: 300,
    range: [0, 10],
    toPixel: (/** @type {number} */ value) => 30 * (value + 1),
    fromPixel: (/** @type {number} */ pixel) => pixel / 30 - 1,
  });
  const units = inUnits(axis, 1.5);
  assert.deepEqual([units.offset, units.length], [20, 200]);
  for (const value of [0, 2.5, 10]) {
    assert.equal(1.5 * units.toPixel(value), axis.toPixel(value));
    assert.ok(Math.abs(units.fromPixel(units.toPixel(value)) - value) < 1e-12);
  }
});
