// The computation graph as SVG: boxes, edges and their labels, and how they look after a step.

import { shape } from "../dom.js";
import { boxValue } from "./frame.js";

/** @import { BoxPlan, DrawnBox, DrawnEdge, Drawing, EdgePlan, Frame } from "./types.js" */
/** @import { Layout, WalkData, WalkNode } from "./types.js" */

const LINE = 17; // px, of an edge's label
const LABEL_LETTER = 6.3; // px, the width of a letter of an edge's label
const NUMBER_LETTER = 6.9; // and of a number in a box
const NUMBER_MARGIN = 62; // px of a box that its numbers leave free
const TIPS = { ink: "var(--st-text-color)", back: "var(--gradviz-backprop)" };

/**
 * Draw a layout into the emptied SVG.
 * @param {SVGSVGElement} svg
 * @param {WalkData} data
 * @param {Layout} layout
 * @param {number} width of the stage, px
 * @param {(root: number) => void} press a box was pressed
 * @returns {Drawing}
 */
export function drawGraph(svg, data, layout, width, press) {
  svg.setAttribute("aria-label", data.alternative);
  svg.replaceChildren();
  const defs = shape("defs", {}, svg);
  for (const [name, colour] of Object.entries(TIPS)) drawTip(defs, name, colour);
  const group = shape("g", {}, svg);
  const edges = layout.edges.map((plan) => drawEdge(group, plan));
  const boxes = layout.boxes.map((plan) => drawBox(group, plan, data.nodes[plan.root], press));
  return { layout, width, group, boxes, edges };
}

/**
 * @param {SVGDefsElement} defs
 * @param {string} name
 * @param {string} colour
 */
function drawTip(defs, name, colour) {
  const size = { viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 8, markerHeight: 8 };
  const placed = { markerUnits: "userSpaceOnUse", orient: "auto-start-reverse" };
  const tip = shape("marker", { id: `gradviz-tip-${name}`, ...size, ...placed }, defs);
  shape("path", { d: "M0 0L8 4L0 8Z", style: `fill: ${colour}` }, tip);
}

/**
 * @param {SVGGElement} parent
 * @param {EdgePlan} plan
 * @returns {DrawnEdge}
 */
function drawEdge(parent, plan) {
  const path = shape("path", { d: plan.path, class: "edge", "data-edge": plan.key }, parent);
  const lines = [plan.formula, plan.number].filter(Boolean).length;
  if (!lines) {
    path.classList.add("constant");
    return { plan, path, label: null };
  }
  const group = shape("g", { class: "label", transform: `translate(${plan.x} ${plan.y})` }, parent);
  const height = LINE * lines;
  const background = shape("rect", { y: -height / 2, height, rx: 4 }, group);
  if (plan.formula) shape("text", { class: "secondary", y: -height / 2 + 8 }, group, plan.formula);
  const slope = shape("text", { class: "slope", y: height / 2 - 8 }, group);
  return { plan, path, label: { group, background, slope } };
}

/**
 * @param {SVGGElement} parent
 * @param {BoxPlan} plan
 * @param {WalkNode} node at its root
 * @param {(root: number) => void} press
 * @returns {DrawnBox}
 */
function drawBox(parent, plan, node, press) {
  const { x, y, width, height } = plan;
  const group = shape(
    "g",
    { class: "box", transform: `translate(${x} ${y})`, "data-node": plan.root },
    parent,
  );
  group.classList.toggle("folded", plan.members.length > 1);
  shape("title", {}, group, node.letters);
  shape("rect", { width, height, rx: plan.number ? height / 2 : 8 }, group);
  group.addEventListener("click", () => press(plan.root));
  if (plan.number) {
    shape("text", { x: width / 2, y: height / 2, style: "text-anchor: middle" }, group, plan.title);
    return { plan, group, adjoint: null };
  }
  shape("text", { class: "sign", x: 9, y: 14 }, group, plan.title);
  if (node.name !== plan.title) {
    shape("text", { class: "secondary at-end", x: width - 9, y: 14 }, group, node.name);
  }
  shape("text", { class: "secondary", x: 9, y: 31 }, group, "value");
  writeNumber(shape("text", { class: "number", x: width - 9, y: 31 }, group), boxValue(node), width);
  let adjoint = null;
  if (node.adjoint) {
    shape("text", { class: "secondary", x: 9, y: 47 }, group, "adjoint");
    adjoint = shape("text", { class: "number adjoint", x: width - 9, y: 47 }, group);
  }
  if (node.autograd) {
    shape("text", { class: "secondary autograd", x: width / 2, y: height + 9 }, group, node.autograd);
  }
  return { plan, group, adjoint };
}

/**
 * Write a number into a box, its letters set closer where it is too long.
 * @param {SVGTextElement} text
 * @param {string} number
 * @param {number} width of the box
 */
function writeNumber(text, number, width) {
  text.textContent = number;
  const room = width - NUMBER_MARGIN;
  if (number.length * NUMBER_LETTER > room) {
    text.setAttribute("textLength", String(room));
    text.setAttribute("lengthAdjust", "spacingAndGlyphs");
  } else text.removeAttribute("textLength");
}

/**
 * Show a step in the drawn graph.
 * @param {Drawing} drawing
 * @param {Frame} frame
 * @param {object} walk
 * @param {number | null} walk.selected the box whose details are shown
 * @param {string[]} walk.states what each state is called
 */
export function showFrame({ boxes, edges }, frame, { selected, states }) {
  for (const [i, { plan, group, adjoint }] of boxes.entries()) {
    const { level, current, adjoint: number } = frame.boxes[i];
    group.dataset.level = String(level);
    group.dataset.state = states[level];
    group.classList.toggle("current", current);
    group.classList.toggle("selected", selected === plan.root);
    if (adjoint) writeNumber(adjoint, number, plan.width);
  }
  for (const [i, { plan, path, label }] of edges.entries()) {
    const { pending, current, passed, evaluated, label: text } = frame.edges[i];
    for (const part of label ? [path, label.group] : [path]) {
      part.classList.toggle("pending", pending);
      part.classList.toggle("current", current);
    }
    path.classList.toggle("passed", passed);
    path.classList.toggle("evaluated", evaluated);
    path.setAttribute("marker-end", evaluated ? "url(#gradviz-tip-ink)" : "");
    path.setAttribute("marker-start", current ? "url(#gradviz-tip-back)" : "");
    if (!label) continue;
    label.slope.textContent = text;
    const width = Math.max(plan.formula.length, text.length) * LABEL_LETTER + 6;
    label.background.setAttribute("x", String(-width / 2));
    label.background.setAttribute("width", String(width));
  }
}
