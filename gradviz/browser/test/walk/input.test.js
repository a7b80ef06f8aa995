import assert from "node:assert/strict";
import { test } from "node:test";
import { movePointer } from "../../walk/gestures.js";
import { keyAction } from "../../walk/keyboard.js";
import {
  createPlayer,
  firstPlayedStep,
  isPlaying,
  PAUSE,
  startPlayer,
  stopPlayer,
} from "../../walk/player.js";

// --- keys ---

test("arrows step, Home and End jump", () => {
  const reached = (/** @type {string} */ key) => keyAction(key, "graph", 4);
  assert.deepEqual(reached("ArrowRight"), { kind: "go", step: 5 });
  assert.deepEqual(reached("ArrowDown"), { kind: "go", step: 5 });
  assert.deepEqual(reached("ArrowLeft"), { kind: "go", step: 3 });
  assert.deepEqual(reached("ArrowUp"), { kind: "go", step: 3 });
  assert.deepEqual(reached("Home"), { kind: "go", step: 0 });
  assert.deepEqual(reached("End"), { kind: "go", step: Number.POSITIVE_INFINITY });
});

test("arrows step from a button too, but the slider moves itself", () => {
  assert.deepEqual(keyAction("ArrowLeft", "control", 4), { kind: "go", step: 3 });
  assert.equal(keyAction("ArrowLeft", "slider", 4), null);
});

test("the space bar plays, but presses a button that has the focus", () => {
  assert.deepEqual(keyAction(" ", "graph", 4), { kind: "play" });
  assert.deepEqual(keyAction(" ", "slider", 4), { kind: "play" });
  assert.equal(keyAction(" ", "control", 4), null);
});

test("Enter shows a box's details only from the graph itself", () => {
  assert.deepEqual(keyAction("Enter", "graph", 4), { kind: "select" });
  assert.equal(keyAction("Enter", "control", 4), null);
});

test("all other keys are left to the browser", () => {
  for (const key of ["Tab", "a", "toString", "Escape"]) assert.equal(keyAction(key, "graph", 4), null);
});

// --- playing ---

test("it plays one step at each pause, and none once it is stopped", (t) => {
  t.mock.timers.enable({ apis: ["setInterval"] });
  const player = createPlayer();
  let steps = 0;
  startPlayer(player, () => {
    steps += 1;
  });
  assert.ok(isPlaying(player));
  t.mock.timers.tick(PAUSE - 1);
  assert.equal(steps, 0);
  t.mock.timers.tick(1 + 2 * PAUSE);
  assert.equal(steps, 3);
  stopPlayer(player);
  assert.ok(!isPlaying(player));
  t.mock.timers.tick(10 * PAUSE);
  assert.equal(steps, 3);
});

test("started twice it plays at one pace", (t) => {
  t.mock.timers.enable({ apis: ["setInterval"] });
  const player = createPlayer();
  let steps = 0;
  for (let i = 0; i < 2; i += 1) {
    startPlayer(player, () => {
      steps += 1;
    });
  }
  t.mock.timers.tick(3 * PAUSE);
  assert.equal(steps, 3);
  stopPlayer(player);
});

test("playing begins with the next step, and from the end at the first", () => {
  assert.equal(firstPlayedStep(3, 11), 4);
  assert.equal(firstPlayedStep(11, 11), 0);
});

// --- pointers ---

/** @param {[number, number, number][]} down id, x and y of each pointer */
const gesture = (...down) => ({
  pointers: new Map(down.map(([id, x, y]) => [id, { x, y }])),
  dragged: false,
});

test("a pointer that hardly moves presses; from four pixels on it drags the graph", () => {
  const one = gesture([1, 100, 100]);
  assert.equal(movePointer(one, 1, { x: 103, y: 100 }), null);
  assert.ok(!one.dragged);
  assert.deepEqual(movePointer(one, 1, { x: 110, y: 95 }), { dx: 10, dy: -5 });
  assert.ok(one.dragged);
  assert.deepEqual(movePointer(one, 1, { x: 111, y: 95 }), { dx: 1, dy: 0 }); // and now by any distance
});

test("a pointer that is not down moves nothing", () => {
  assert.equal(movePointer(gesture(), 1, { x: 50, y: 50 }), null);
});

test("two pointers zoom by the ratio of their distances", () => {
  const two = gesture([1, 0, 0], [2, 100, 0]);
  assert.deepEqual(movePointer(two, 2, { x: 150, y: 0 }), { zoom: 1.5 });
  assert.deepEqual(movePointer(two, 1, { x: 75, y: 0 }), { zoom: 0.5 });
});
