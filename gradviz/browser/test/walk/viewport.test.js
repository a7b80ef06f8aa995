import assert from "node:assert/strict";
import { test } from "node:test";
import {
  broughtIntoView,
  centred,
  directionFor,
  legibleScale,
  panned,
  stageHeight,
  wholeScale,
  zoomed,
} from "../../walk/viewport.js";
import { layout } from "./lesson.js";

const stage = { width: 1000, height: 300 };
const large = { ...layout, width: 4000, height: 2000 };

test("a narrow stage has the graph from top to bottom", () => {
  assert.equal(directionFor(390), "tall");
  assert.equal(directionFor(640), "wide");
});

test("a small graph is not enlarged, and lies in the middle", () => {
  assert.equal(legibleScale(layout, stage.width, 12), 1);
  assert.deepEqual(centred(layout, stage, 1), { scale: 1, left: 300, top: 110 });
});

test("a large graph opens no smaller than can be read, from its beginning, and whole on demand", () => {
  const scale = legibleScale(large, stage.width, 12);
  assert.equal(scale, 1);
  assert.deepEqual(centred(large, stage, scale), { scale, left: 14, top: 14 });
  const whole = centred(large, stage, wholeScale(large, stage.width));
  assert.ok(whole.left >= 0);
  assert.ok(whole.left + large.width * whole.scale <= stage.width);
});

test("letters are at least 12 px high at first, and no larger than drawn", () => {
  assert.equal(legibleScale(large, 390, 13), 12 / 13);
  assert.equal(legibleScale(large, 390, 12), 1);
  assert.equal(legibleScale(large, 390, 11), 1);
});

test("the stage is as high as its graph, within bounds that a narrow page has further apart", () => {
  assert.equal(stageHeight(layout, 1000, 1), 150);
  assert.equal(stageHeight({ ...layout, height: 300 }, 1000, 1), 336);
  assert.equal(stageHeight(large, 1000, 1), 560);
  assert.equal(stageHeight(large, 390, 1), 1400);
});

test("the place that is zoomed about stays where it is", () => {
  const before = { scale: 0.5, left: 20, top: -30 };
  const about = { x: 400, y: 100 };
  const after = zoomed(before, 1.3, about);
  const under = (/** @type {typeof before} */ { scale, left, top }) => [
    (about.x - left) / scale,
    (about.y - top) / scale,
  ];
  assert.equal(after.scale, 0.65);
  for (const [i, place] of under(after).entries()) assert.ok(Math.abs(place - under(before)[i]) < 1e-9);
});

test("zoom ends at a tenth and at the threefold", () => {
  const from = { scale: 1, left: 0, top: 0 };
  assert.equal(zoomed(from, 1e-3, { x: 0, y: 0 }).scale, 0.1);
  assert.equal(zoomed(from, 1e3, { x: 0, y: 0 }).scale, 3);
});

test("a pan moves the graph and keeps its scale", () => {
  assert.deepEqual(panned({ scale: 2, left: 5, top: 6 }, 10, -10), { scale: 2, left: 15, top: -4 });
});

test("a box on the stage stays there; one outside, even in part, comes into the middle", () => {
  const viewport = { scale: 1, left: 0, top: 0 };
  const [box] = layout.boxes;
  assert.equal(broughtIntoView(viewport, box, stage), null);
  assert.deepEqual(broughtIntoView({ scale: 1, left: -1, top: 0 }, box, stage), {
    scale: 1,
    left: 436,
    top: 111,
  });
  assert.ok(broughtIntoView(viewport, { ...box, y: stage.height - box.height + 1 }, stage));
});

test("a graph a little too wide slides to its other end, and keeps its height on the stage", () => {
  const graph = { width: 1020, height: 240 };
  const box = { ...layout.boxes[0], x: 920, y: 0, width: 100, height: 60 };
  const opened = { scale: 1, left: 14, top: 30 };
  assert.deepEqual(broughtIntoView(opened, box, stage, graph), { scale: 1, left: -34, top: 30 }); // ends 14 px off
  const first = { ...box, x: 0, y: 180 };
  const back = broughtIntoView({ scale: 1, left: -34, top: 30 }, first, stage, graph);
  assert.deepEqual(back, { scale: 1, left: 14, top: 30 });
});

test("in the midst of a large graph the box is in the middle of the stage", () => {
  const box = { ...layout.boxes[0], x: 2000, y: 1000, width: 100, height: 60 };
  const viewport = { scale: 1, left: 14, top: 14 };
  assert.deepEqual(broughtIntoView(viewport, box, stage, large), broughtIntoView(viewport, box, stage));
});
