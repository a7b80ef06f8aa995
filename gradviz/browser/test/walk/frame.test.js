import assert from "node:assert/strict";
import { test } from "node:test";
import {
  backwardBegun,
  boxValue,
  clampStep,
  frameAt,
  nodeDetails,
  partialsByStep,
  sameGraph,
  stateLevel,
} from "../../walk/frame.js";
import { data, layout } from "./lesson.js";

const every = data.steps.map((_, step) => step);
const frames = every.map((step) => frameAt(data, layout, step));

test("a node passes through its states: its value, its contributions, its adjoint", () => {
  const levels = (/** @type {number} */ node) => every.map((step) => stateLevel(data.nodes[node], step));
  assert.deepEqual(levels(0), [1, 1, 1, 2, 3, 3]);
  assert.deepEqual(levels(1), [0, 1, 3, 3, 3, 3]);
});

test("a constant never gets beyond its value", () => {
  assert.equal(stateLevel({ ...data.nodes[0], collecting: null, done: null }, 5), 1);
});

test("the adjoint of an input grows with its contributions: 3, then 3 + 3", () => {
  assert.deepEqual(
    frames.map(({ boxes }) => boxes[0].adjoint),
    ["–", "–", "–", "3", "6", "6"],
  );
});

test("at the end no box is current; before, the one the step is about", () => {
  const current = frames.map(({ boxes }) => boxes.map((box) => box.current));
  assert.deepEqual(current, [
    [true, false],
    [false, true],
    [false, true],
    [true, false],
    [true, false],
    [false, false],
  ]);
});

test("a folded box is current with each of its members", () => {
  const folded = { ...layout, boxes: [{ ...layout.boxes[1], members: [0, 1] }] };
  assert.ok(every.slice(0, -1).every((step) => frameAt(data, folded, step).boxes[0].current));
});

test("an edge is pending until its operation has a value, then evaluated, then passed backward", () => {
  const of = (/** @type {"pending" | "evaluated" | "current" | "passed"} */ flag) =>
    frames.map(({ edges }) => edges.map((edge) => Number(edge[flag])).join(""));
  assert.deepEqual(of("pending"), ["11", "00", "00", "00", "00", "00"]);
  assert.deepEqual(of("evaluated"), ["00", "11", "00", "00", "00", "00"]);
  assert.deepEqual(of("current"), ["00", "00", "00", "10", "01", "00"]);
  assert.deepEqual(of("passed"), ["00", "00", "00", "10", "11", "11"]);
});

test("the edge that a contribution passes shows the product, the others their derivative", () => {
  assert.deepEqual(
    frames[3].edges.map(({ label }) => label),
    ["1 · 3 = 3", "= 3"],
  );
});

test("the caption counts from one and carries the step's sentence and formula", () => {
  assert.equal(frames[1].count, "Step 2 of 6");
  assert.equal(frames[1].sentence, "v₁ is the product of x and x: 9.");
  assert.equal(frames[1].formula, "v₁ = x·x = 3·3 = 9");
});

test("a step beyond either end is the one at that end", () => {
  assert.deepEqual(
    [-1, 3, 99, Number.POSITIVE_INFINITY].map((step) => clampStep(data, step)),
    [0, 3, 5, 5],
  );
});

test("the gradient is collected coordinate by coordinate, from zero", () => {
  assert.deepEqual(partialsByStep(data), [[0], [0], [0], [3], [6], [6]]);
  const two = { ...data, drawn: ["x", "y"], names: ["x", "y"] };
  assert.deepEqual(partialsByStep(two).at(-1), [6, 0]);
});

test("the backward pass begins with the adjoint of the output", () => {
  assert.deepEqual(
    every.map((step) => backwardBegun(data, step)),
    [false, false, true, true, true, true],
  );
});

test("another point has the same graph; another function or way through it has not", () => {
  const elsewhere = { ...data, revision: "2", nodes: { ...data.nodes, 0: { ...data.nodes[0], value: "7" } } };
  assert.ok(sameGraph(data, elsewhere));
  assert.ok(!sameGraph(null, data));
  assert.ok(
    !sameGraph(data, { ...data, nodes: { ...data.nodes, 1: { ...data.nodes[1], letters: "v₁ = x²" } } }),
  );
  assert.ok(!sameGraph(data, { ...data, steps: data.steps.slice(1) }));
});

test("the details of a box have all digits, and PyTorch's name for it where there is one", () => {
  assert.equal(
    nodeDetails(data.nodes[1]),
    "v₁ = x·x: value 9.0; adjoint 1.0; PyTorch calls it MulBackward0.",
  );
  const constant = { ...data.nodes[0], letters: "2", exact: "2.0", exactAdjoint: "", autograd: "" };
  assert.equal(nodeDetails(constant), "2: value 2.0; PyTorch keeps no node for it.");
});

test("a condition has the value yes or no, everything else its number", () => {
  const condition = { ...data.nodes[0], kind: /** @type {const} */ ("condition") };
  assert.equal(boxValue({ ...condition, value: "1" }), "yes");
  assert.equal(boxValue({ ...condition, value: "0" }), "no");
  assert.equal(boxValue({ ...data.nodes[0], value: "1" }), "1");
});
