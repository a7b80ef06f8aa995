// What the walk shows after a step. No DOM.

/** @import { Frame, Layout, WalkData, WalkNode } from "./types.js" */

/**
 * The state of a node after a step: 0 not evaluated yet, 1 value known, 2 adjoint being collected, 3 done.
 * @param {WalkNode} node
 * @param {number} step
 */
export function stateLevel(node, step) {
  const { valued, collecting, done } = node;
  const reached = (/** @type {number | null} */ at) => at !== null && at <= step;
  if (reached(done)) return 3;
  if (reached(collecting)) return 2;
  return reached(valued) ? 1 : 0;
}

/**
 * The step within the walk that is nearest to `step`.
 * @param {WalkData} data
 * @param {number} step any number, Infinity for the last
 */
export const clampStep = (data, step) => Math.min(Math.max(0, step), data.steps.length - 1);

/**
 * Everything that depends on the step, for the boxes and edges of a layout.
 * @param {WalkData} data
 * @param {Layout} layout
 * @param {number} step
 * @returns {Frame}
 */
export function frameAt(data, layout, step) {
  const now = data.steps[step];
  /** @type {Map<number, string | undefined>} */
  const adjoints = new Map();
  /** @type {Set<string>} */
  const passed = new Set();
  for (const { phase, node, adjoint, edge } of data.steps.slice(0, step + 1)) {
    if (phase === "backward") adjoints.set(node, adjoint);
    if (edge) passed.add(edge);
  }
  return {
    boxes: layout.boxes.map(({ root, members }) => {
      const node = data.nodes[root];
      const level = stateLevel(node, step);
      return {
        level,
        current: now.phase !== "end" && members.includes(now.node),
        adjoint: level === 3 ? node.adjoint : (adjoints.get(root) ?? "–"),
      };
    }),
    edges: layout.edges.map(({ key, number }) => {
      const consumer = key.split(":")[0];
      const { valued } = data.nodes[consumer];
      const current = now.edge === key;
      return {
        pending: valued === null || valued > step,
        current,
        passed: passed.has(key),
        evaluated: now.phase === "forward" && String(now.node) === consumer,
        label: current ? (now.product ?? "") : number,
      };
    }),
    count: `Step ${step + 1} of ${data.steps.length}`,
    sentence: now.sentence,
    formula: now.formula,
  };
}

/**
 * The drawn part of the gradient as far as it is collected after each step.
 * @param {WalkData} data
 * @returns {number[][]} one vector over `data.drawn` for each step
 */
export function partialsByStep(data) {
  let collected = data.drawn.map(() => 0);
  return data.steps.map(({ partial }) => {
    if (partial) collected = collected.map((before, i) => (i === partial[0] ? partial[1] : before));
    return collected;
  });
}

/**
 * Whether the backward pass has begun at that step.
 * @param {WalkData} data
 * @param {number} step
 */
export const backwardBegun = (data, step) =>
  data.steps.slice(0, step + 1).some(({ phase }) => phase === "backward");

/**
 * Whether two walks go over the same nodes and edges: then another point keeps the step.
 * @param {WalkData | null} before
 * @param {WalkData} after
 */
export function sameGraph(before, after) {
  if (!before) return false;
  const path = (/** @type {WalkData} */ { steps, nodes }) =>
    JSON.stringify([
      steps.map(({ node, edge }) => [node, edge]),
      Object.values(nodes).map(({ letters }) => letters),
    ]);
  return path(before) === path(after);
}

/**
 * A node in one sentence, with all its digits.
 * @param {WalkNode} node
 */
export function nodeDetails({ letters, exact, exactAdjoint, autograd }) {
  const parts = [`${letters}: value ${exact}`];
  if (exactAdjoint) parts.push(`adjoint ${exactAdjoint}`);
  parts.push(autograd ? `PyTorch calls it ${autograd}` : "PyTorch keeps no node for it");
  return `${parts.join("; ")}.`;
}

/**
 * The value as a box writes it: a condition is yes or no.
 * @param {WalkNode} node
 */
export function boxValue({ kind, value }) {
  if (kind !== "condition") return value;
  return value === "1" ? "yes" : "no";
}
