// The graph on its stage: drawn, zoomed, moved, and whole on paper.

import { drawGraph } from "./drawing.js";
import {
  broughtIntoView,
  centred,
  directionFor,
  legibleScale,
  stageHeight,
  wholeScale,
  zoomed,
} from "./viewport.js";

/** @import { Size, Viewport, Walk } from "./types.js" */

/**
 * @param {Walk} walk
 * @returns {Size}
 */
const stageSize = ({ elements: { stage } }) => ({ width: stage.clientWidth, height: stage.clientHeight });

const LETTERS = 12; // px, where no small ones are drawn

/**
 * Draw the graph anew, as it is shown at first.
 * @param {Walk} walk
 * @param {(root: number) => void} select the box of that root was pressed
 */
export function drawStage(walk, select) {
  const { data, elements } = walk;
  const width = elements.stage.clientWidth;
  if (!data || width < 2) return;
  const layouts = (walk.folded && data.views.folded) || data.views.whole;
  const layout = layouts[directionFor(width)];
  walk.drawing = drawGraph(elements.svg, data, layout, width, (root) => {
    if (!walk.gesture.dragged) select(root);
  });
  const small = elements.svg.querySelector(".secondary");
  const letters = small ? Number.parseFloat(getComputedStyle(small).fontSize) : NaN;
  const scale = legibleScale(layout, width, letters || LETTERS);
  elements.stage.style.height = `${stageHeight(layout, width, scale)}px`;
  place(walk, centred(layout, stageSize(walk), scale));
}

/** @param {Walk} walk */
export function fitWhole(walk) {
  if (!walk.drawing) return;
  const { layout } = walk.drawing;
  const stage = stageSize(walk);
  place(walk, centred(layout, stage, wholeScale(layout, stage.width)));
}

/**
 * @param {Walk} walk
 * @param {number} factor
 * @param {{x: number, y: number}} [about] px from the stage's corner; its middle unless given
 */
export function zoom(walk, factor, about) {
  const { width, height } = stageSize(walk);
  place(walk, zoomed(walk.viewport, factor, about ?? { x: width / 2, y: height / 2 }));
}

/**
 * Put the drawing where the viewport says; on paper all of it, however it was moved.
 * @param {Walk} walk
 * @param {Viewport} [viewport] a new one
 */
export function place(walk, viewport = walk.viewport) {
  walk.viewport = viewport;
  if (!walk.drawing) return;
  const { svg } = walk.elements;
  const { group, layout } = walk.drawing;
  if (walk.print.matches) {
    svg.setAttribute("viewBox", `-4 -4 ${layout.width + 8} ${layout.height + 20}`);
    group.removeAttribute("transform");
    group.style.transform = "none";
  } else {
    svg.removeAttribute("viewBox");
    group.style.transform = `translate(${viewport.left}px, ${viewport.top}px) scale(${viewport.scale})`;
  }
}

/**
 * Slide a box of the layout into the middle of the stage where it is not on it.
 * @param {Walk} walk
 * @param {number} i its place in the layout
 */
export function bringIntoView(walk, i) {
  if (!walk.drawing) return;
  const { layout } = walk.drawing;
  const viewport = broughtIntoView(walk.viewport, layout.boxes[i], stageSize(walk), layout);
  if (!viewport) return;
  walk.drawing.group.setAttribute("class", "gradviz-walk-moving");
  place(walk, viewport);
}
