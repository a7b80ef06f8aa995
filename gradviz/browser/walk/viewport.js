// Zoom and pan of the graph: where the drawing lies on the stage. No DOM.

/** @import { BoxPlan, Layout, Size, Viewport } from "./types.js" */

export const TALL_BELOW = 640; // px: on narrower stages the graph goes from top to bottom
const LEGIBLE = 12; // px, the least size of letters at first
const MARGIN = 14; // px
const LOWEST_STAGE = 150; // px
const HIGHEST_STAGE = { wide: 560, tall: 1400 }; // px
const SCALES = { least: 0.1, most: 3 };

/**
 * Which of the two layouts a stage of that width takes.
 * @param {number} width px
 * @returns {"tall" | "wide"}
 */
export const directionFor = (width) => (width < TALL_BELOW ? "tall" : "wide");

/**
 * The scale at which the graph is as wide as the stage, and never larger than drawn.
 * @param {Layout} layout
 * @param {number} width px of the stage
 */
export const wholeScale = (layout, width) => Math.min(1, (width - 2 * MARGIN) / layout.width);

/**
 * How a graph is shown at first: whole, but with no letters smaller than can be read; the rest is moved into sight.
 * @param {Layout} layout
 * @param {number} width px of the stage
 * @param {number} letters px, the smallest of the drawing
 */
export const legibleScale = (layout, width, letters) =>
  Math.max(wholeScale(layout, width), Math.min(1, LEGIBLE / letters));

/**
 * The height of the stage, in pixels, for a graph at that scale.
 * @param {Layout} layout
 * @param {number} width px of the stage
 * @param {number} scale
 */
export function stageHeight(layout, width, scale) {
  const highest = HIGHEST_STAGE[directionFor(width)];
  return Math.max(LOWEST_STAGE, Math.min(highest, layout.height * scale + 2 * MARGIN + 8));
}

/**
 * The graph at that scale in the middle of the stage; where it is larger, from its beginning.
 * @param {Layout} layout
 * @param {Size} stage
 * @param {number} scale
 * @returns {Viewport}
 */
export function centred(layout, stage, scale) {
  return {
    scale,
    left: Math.max(MARGIN, (stage.width - layout.width * scale) / 2),
    top: Math.max(MARGIN, (stage.height - layout.height * scale) / 2),
  };
}

/**
 * Zoomed by a factor about a place of the stage, which stays where it is.
 * @param {Viewport} viewport
 * @param {number} factor
 * @param {{x: number, y: number}} about px from the stage's top left corner
 * @returns {Viewport}
 */
export function zoomed(viewport, factor, about) {
  const scale = Math.min(SCALES.most, Math.max(SCALES.least, viewport.scale * factor));
  return {
    scale,
    left: about.x - ((about.x - viewport.left) * scale) / viewport.scale,
    top: about.y - ((about.y - viewport.top) * scale) / viewport.scale,
  };
}

/**
 * @param {Viewport} viewport
 * @param {number} dx px
 * @param {number} dy px
 * @returns {Viewport}
 */
export const panned = (viewport, dx, dy) => ({
  ...viewport,
  left: viewport.left + dx,
  top: viewport.top + dy,
});

/**
 * The viewport that has the box in the middle, or null where the whole box is on the stage already.
 * @param {Viewport} viewport
 * @param {BoxPlan} box
 * @param {Size} stage
 * @param {Size} [graph] px, unscaled: no empty room is left beside it then, and what fits as a whole stays whole
 * @returns {Viewport | null}
 */
export function broughtIntoView({ scale, left, top }, box, stage, graph) {
  const inside = (/** @type {number} */ start, /** @type {number} */ size, /** @type {number} */ room) =>
    start >= 0 && start + size * scale <= room;
  const visible =
    inside(left + box.x * scale, box.width, stage.width) &&
    inside(top + box.y * scale, box.height, stage.height);
  if (visible) return null;
  const middle = {
    scale,
    left: stage.width / 2 - (box.x + box.width / 2) * scale,
    top: stage.height / 2 - (box.y + box.height / 2) * scale,
  };
  if (!graph) return middle;
  return {
    scale,
    left: filling(middle.left, graph.width * scale, stage.width),
    top: filling(middle.top, graph.height * scale, stage.height),
  };
}

/**
 * The beginning nearest to that one with which the graph fills the room, or lies in the middle of it.
 * @param {number} start
 * @param {number} length
 * @param {number} room
 */
function filling(start, length, room) {
  const last = room - MARGIN - length;
  return last < MARGIN ? Math.min(MARGIN, Math.max(last, start)) : (room - length) / 2;
}
