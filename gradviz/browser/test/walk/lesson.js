// Hand-made data of a walk over f = x·x at x = 3: two nodes, two contributions to one input, 3 + 3 = 6.

/** @import { BoxPlan, EdgePlan, Layout, WalkData, WalkNode, WalkStep } from "../../walk/types.js" */

/** @type {WalkNode} */
const input = {
  name: "x",
  letters: "x",
  value: "3",
  adjoint: "6",
  exact: "3.0",
  exactAdjoint: "6.0",
  kind: "node",
  autograd: "AccumulateGrad",
  valued: 0,
  collecting: 3,
  done: 4,
};
/** @type {WalkNode} */
const product = {
  ...input,
  name: "v₁",
  letters: "v₁ = x·x",
  value: "9",
  adjoint: "1",
  exact: "9.0",
  exactAdjoint: "1.0",
  autograd: "MulBackward0",
  valued: 1,
  collecting: 2,
  done: 2,
};

/** @type {WalkStep[]} */
const steps = [
  { phase: "forward", node: 0, sentence: "x is an input: its value is 3.", formula: "" },
  { phase: "forward", node: 1, sentence: "v₁ is the product of x and x: 9.", formula: "v₁ = x·x = 3·3 = 9" },
  { phase: "backward", node: 1, sentence: "The output's adjoint is 1.", formula: "", adjoint: "1" },
  {
    phase: "backward",
    node: 0,
    sentence: "v₁ hands its adjoint on to x.",
    formula: "",
    adjoint: "3",
    edge: "1:0",
    product: "1 · 3 = 3",
    partial: [0, 3],
  },
  {
    phase: "backward",
    node: 0,
    sentence: "x stands twice in v₁, so its two contributions add: 3 + 3 = 6.",
    formula: "",
    adjoint: "6",
    edge: "1:1",
    product: "1 · 3 = 3",
    partial: [0, 6],
  },
  { phase: "end", node: 1, sentence: "Done: the gradient is 6.", formula: "∇f = 6" },
];

/** @type {(root: number, x: number) => BoxPlan} */
const box = (root, x) => ({
  root,
  members: [root],
  title: root ? "·" : "x",
  number: false,
  x,
  y: 10,
  width: 128,
  height: 58,
});
/** @type {(slot: number) => EdgePlan} */
const edge = (slot) => ({
  from: 0,
  to: 1,
  key: `1:${slot}`,
  formula: "x",
  number: "= 3",
  x: 200,
  y: 40,
  path: "M128 40L272 40",
});

/** @type {Layout} */
export const layout = { width: 400, height: 80, boxes: [box(0, 0), box(1, 272)], edges: [edge(0), edge(1)] };

/** @type {WalkData} */
export const data = {
  revision: "1",
  nodes: { 0: input, 1: product },
  steps,
  views: { whole: { wide: layout, tall: layout } },
  drawn: ["x"],
  names: ["x"],
  states: ["not evaluated yet", "value known", "adjoint being collected", "done"],
  note: "",
  alternative: "Computation graph with 1 input and 1 operation",
  colours: { light: "#000000", dark: "#ffffff" },
};
