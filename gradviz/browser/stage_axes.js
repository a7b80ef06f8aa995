// The axes of the 3D scene, drawn over it: along the edges of the floor that are nearest to the eye, and up the
// outermost edge at the left. Their words stand upright whatever the camera.

import { shape } from "./dom.js";

/** @import {LayoutAxis, Palette, SceneLayout} from "./types.js" */
/** @import {Sight} from "./sight.js" */
/** @typedef {{left: number, right: number, top: number, bottom: number}} Box */

const SHORT = 46; // px of an edge under which its labels would lie over each other
const SIZE = 13;
const TITLE = 18;
const LETTER = 0.6; // of the size of a letter, its usual width
const GAP = 7; // px between the edge and a label

/**
 * Draw the axes; where their words stand.
 * @param {Element} layer
 * @param {SceneLayout} scene
 * @param {Sight} sight
 * @param {[number, number]} size of the picture in px
 * @param {Palette} palette
 * @param {Box[]} taken where other words stand
 */
export function drawAxes(layer, { xaxis, yaxis, zaxis }, sight, size, palette, taken) {
  layer.replaceChildren();
  const axes = [xaxis, yaxis, zaxis];
  const ranges = axes.map(({ range }) => range);
  const middle = sight([0, 0, ranges[2][0]]);
  const occupied = [...taken];
  edgesOf(ranges, sight).forEach(([from, to], k) => {
    const [a, b] = [sight(from), sight(to)];
    const length = Math.hypot(b[0] - a[0], b[1] - a[1]);
    if (!(length > SHORT)) return;
    const group = shape("g", { "data-axis": "xyz"[k] }, layer);
    const line = { stroke: palette.ink, "stroke-opacity": 0.3, "stroke-width": 1.2, fill: "none" };
    shape("path", { d: `M${a}L${b}`, ...line }, group);
    const out = outward(a, b, k === 2 ? [Infinity, 0] : middle);
    const drawing = { group, out, size, occupied, palette };
    const [low, high] = ranges[k];
    const reach = drawTicks(drawing, axes[k], (value) => {
      const share = (value - low) / (high - low);
      return sight(from.map((start, i) => start + share * (to[i] - start)));
    });
    const centre = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
    const away = reach + GAP + TITLE / 2;
    write(drawing, [centre[0] + away * out[0], centre[1] + away * out[1]], titleOf(axes[k]), TITLE);
  });
  return occupied;
}

/**
 * The ends of the three edges, in the direction of their axes.
 * @param {number[][]} ranges
 * @param {Sight} sight
 * @returns {[number[], number[]][]}
 */
function edgesOf([xs, ys, zs], sight) {
  const floor = zs[0];
  const lower = (/** @type {number[]} */ one, /** @type {number[]} */ other) =>
    sight(one)[1] >= sight(other)[1];
  const y = lower([0, ys[0], floor], [0, ys[1], floor]) ? ys[0] : ys[1];
  const x = lower([xs[0], 0, floor], [xs[1], 0, floor]) ? xs[0] : xs[1];
  const corners = xs.flatMap((at) => ys.map((up) => [at, up]));
  const [left] = corners.sort((one, other) => sight([...one, 0])[0] - sight([...other, 0])[0]);
  return [
    [
      [xs[0], y, floor],
      [xs[1], y, floor],
    ],
    [
      [x, ys[0], floor],
      [x, ys[1], floor],
    ],
    [
      [...left, zs[0]],
      [...left, zs[1]],
    ],
  ];
}

/**
 * The direction across an edge, away from a place.
 * @param {number[]} a
 * @param {number[]} b
 * @param {number[]} from
 */
function outward(a, b, from) {
  const length = Math.hypot(b[0] - a[0], b[1] - a[1]);
  const [nx, ny] = [-(b[1] - a[1]) / length, (b[0] - a[0]) / length];
  if (from[0] === Infinity) return nx < 0 ? [nx, ny] : [-nx, -ny];
  const side = nx * (a[0] - from[0]) + ny * (a[1] - from[1]);
  return side < 0 ? [-nx, -ny] : [nx, ny];
}

/**
 * @typedef {object} Drawing
 * @property {SVGElement} group
 * @property {number[]} out
 * @property {[number, number]} size
 * @property {Box[]} occupied
 * @property {Palette} palette
 */

/**
 * The ticks of an axis and their labels; how far the labels reach from the edge.
 * @param {Drawing} drawing
 * @param {LayoutAxis} axis
 * @param {(value: number) => [number, number]} place
 */
function drawTicks(drawing, { tickvals = [], ticktext = [] }, place) {
  const { group, out, palette } = drawing;
  let reach = 0;
  tickvals.forEach((value, i) => {
    const [x, y] = place(value);
    const tick = { stroke: palette.ink, "stroke-opacity": 0.3, "stroke-width": 1.2, fill: "none" };
    shape("path", { d: `M${x} ${y}l${4 * out[0]} ${4 * out[1]}`, ...tick }, group);
    const text = ticktext[i];
    const wide = text.length * SIZE * LETTER;
    const away = GAP + Math.abs(out[0]) * (wide / 2) + Math.abs(out[1]) * (SIZE / 2);
    write(drawing, [x + away * out[0], y + away * out[1]], text, SIZE);
    reach = Math.max(reach, away + Math.abs(out[0]) * (wide / 2) + Math.abs(out[1]) * (SIZE / 2));
  });
  return reach;
}

/**
 * A label about a place; none where it would be cut off or lie over another.
 * @param {Drawing} drawing
 * @param {number[]} centre
 * @param {string} text
 * @param {number} letters their size
 */
function write({ group, size, occupied, palette }, [x, y], text, letters) {
  const half = Math.max(4, (text.replace(/<[^>]*>/g, "").length * letters * LETTER) / 2);
  const inside = {
    x: Math.min(Math.max(x, half + 2), size[0] - half - 2),
    y: Math.min(Math.max(y, 0.7 * letters + 1), size[1] - 0.7 * letters - 1),
  };
  if (Math.hypot(inside.x - x, inside.y - y) > 1.5 * letters) return; // far off the picture
  const box = {
    left: inside.x - half - 2,
    right: inside.x + half + 2,
    top: inside.y - letters / 2,
    bottom: inside.y + letters / 2,
  };
  const over = (/** @type {Box} */ other) =>
    box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom;
  if (occupied.some(over)) return;
  occupied.push(box);
  const look = {
    fill: palette.ink,
    "font-size": letters,
    "text-anchor": "middle",
    stroke: palette.paper,
    "stroke-width": 3,
    "paint-order": "stroke",
    "stroke-linejoin": "round",
  };
  const words = shape("text", { x: inside.x, y: inside.y + 0.35 * letters, ...look }, group);
  writeMarked(words, text, letters);
}

/**
 * Text in which <sub> and <sup> are set as such.
 * @param {Element} words
 * @param {string} text
 * @param {number} letters
 */
function writeMarked(words, text, letters) {
  let raised = 0;
  for (const part of text.split(/(<\/?su[bp]>)/)) {
    const shift = { "<sub>": 0.25, "<sup>": -0.4 }[part];
    if (shift !== undefined) raised = shift;
    else if (part.startsWith("</")) raised = 0;
    else if (part) {
      const last = Number(words.getAttribute("data-raised") ?? 0);
      const dy = (raised - last) * letters;
      shape("tspan", { dy, "font-size": raised ? 0.72 * letters : letters }, words, part);
      words.setAttribute("data-raised", String(raised));
    }
  }
  words.removeAttribute("data-raised");
}

/** @param {LayoutAxis} axis */
function titleOf({ title }) {
  return typeof title === "object" && title && "text" in title ? String(title.text) : "";
}
