// The axes of the 3D scene, drawn over it: along the edges of the floor that are nearest to the eye, or the other
// ones where the sheet is seen about their labels, and up the outermost edge at the left, or the right. An axis
// stands as far outside of its edge as it must for its words not to lie over the sheet. They stand upright
// whatever the camera.

import { shape } from "./dom.js";
import { isInside, kept, overlap, textBox } from "./placing.js";
import { boxShare } from "./silhouette.js";

/** @import {LayoutAxis, Palette, SceneLayout} from "./types.js" */
/** @import {Sight} from "./sight.js" */
/** @import {Box} from "./placing.js" */
/** @import {Silhouette} from "./silhouette.js" */

const SHORT = 46; // px of an edge under which its labels would lie over each other
const SIZE = 13;
const TITLE = 18;
const LETTER = 0.6; // of the size of a letter, its usual width
const TITLES = [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.16, 0.84, 0.04, 0.96]; // of an edge, beside which its title may stand
const GAP = 7; // px between the edge and a label
const SHIFTS = [0, 8, 16, 24, 32, 40, 52]; // px by which an axis may stand outside of its edge
const SHIFT_COST = 0.005; // of a px, where all labels over the sheet cost 1
const OTHER_COST = 0.25; // of the edge that is not the usual one
const UNTITLED_COST = 0.5; // of an edge beside which the title has no room
const OVER = 0.15; // of a label may lie over the sheet
const WITHIN = 4; // px from the picture's edge at which an axis ends

/**
 * Draw the axes; where their words stand.
 * @param {Element} layer
 * @param {SceneLayout} scene
 * @param {Sight} sight
 * @param {[number, number]} size of the picture in px
 * @param {Palette} palette
 * @param {Box[]} taken where other words stand
 * @param {Silhouette} sheet
 */
export function drawAxes(layer, { xaxis, yaxis, zaxis }, sight, size, palette, taken, sheet) {
  layer.replaceChildren();
  const axes = [xaxis, yaxis, zaxis];
  const ranges = axes.map(({ range }) => range);
  const occupied = [...taken];
  edgesOf(ranges, sight).forEach((edges, k) => {
    const edge = chosen(edges, axes[k], size, sheet, occupied);
    if (!edge) return;
    const { a, b, out, place } = edge;
    const group = shape("g", { "data-axis": "xyz"[k] }, layer);
    const line = { stroke: palette.ink, "stroke-opacity": 0.3, "stroke-width": 1.2, fill: "none" };
    shape("path", { d: `M${a}L${k === 2 ? within(a, b, size) : b}`, ...line }, group);
    const drawing = { group, out, size, occupied, palette };
    const off = (/** @type {Box} */ box) => boxShare(sheet, box) <= OVER;
    const drawn = drawTicks(drawing, axes[k], place, off);
    const title = titleOf(axes[k]);
    const seats = seatsOf(edge, drawn);
    const free = seats.filter((seat) => off(textBox(kept(seat, title, TITLE, size), title, TITLE)));
    [...free, ...seats].some((seat) => write(drawing, seat, title, TITLE));
  });
  return occupied;
}

/**
 * An edge as it is seen, with the direction away from the scene and where each value stands.
 * @typedef {object} Edge
 * @property {number[]} a its start, in px
 * @property {number[]} b
 * @property {number[]} out
 * @property {(value: number) => [number, number]} place
 */

/**
 * The edges along which an axis may stand, the usual one first: for x, y and z.
 * @param {number[][]} ranges
 * @param {Sight} sight
 * @returns {Edge[][]}
 */
function edgesOf(ranges, sight) {
  const [xs, ys, zs] = ranges;
  const floor = zs[0];
  const middle = sight([0, 0, floor]);
  /**
   * @param {number} k
   * @param {number[]} from
   * @param {(a: number[], b: number[]) => number[]} outwards
   * @returns {Edge}
   */
  const edge = (k, from, outwards) => {
    const on = (/** @type {number} */ value) => sight(from.map((part, i) => (i === k ? value : part)));
    const [a, b] = ranges[k].map(on);
    return { a, b, out: outwards(a, b), place: on };
  };
  const lower = (/** @type {Edge} */ one, /** @type {Edge} */ other) =>
    other.a[1] + other.b[1] - one.a[1] - one.b[1];
  const corners = xs.flatMap((at) => ys.map((up) => [at, up]));
  corners.sort((one, other) => sight([...one, 0])[0] - sight([...other, 0])[0]);
  const away = (/** @type {number[]} */ a, /** @type {number[]} */ b) => outward(a, b, middle);
  return [
    ys.map((y) => edge(0, [0, y, floor], away)).sort(lower),
    xs.map((x) => edge(1, [x, 0, floor], away)).sort(lower),
    [corners[0], corners[3]].map(([x, y], side) =>
      edge(2, [x, y, 0], (a, b) => outward(a, b, [side ? -Infinity : Infinity, 0])),
    ),
  ];
}

/**
 * The middles of a title beside an edge, or at its ends: the best first.
 * @param {Edge} edge
 * @param {{reach: number}[]} drawn its labels
 */
function seatsOf({ a, b, out }, drawn) {
  const away = Math.max(0, ...drawn.map(({ reach }) => reach)) + GAP + TITLE / 2;
  const beyond = (GAP + TITLE / 2) / Math.hypot(b[0] - a[0], b[1] - a[1]); // at an end, where beside it is no room
  const at = (/** @type {number} */ share, /** @type {number} */ far) =>
    [0, 1].map((i) => a[i] + share * (b[i] - a[i]) + far * out[i]);
  const beside = [0, 16, 32].map((more) => TITLES.map((share) => at(share, away + more)));
  return [...beside[0], at(1 + beyond, 0), at(-beyond, 0), ...beside[1], ...beside[2]];
}

/**
 * The edge about which fewest labels lie over the sheet, over other words or outside the picture, as far outside as
 * it must be; null where none is long enough.
 * @param {Edge[]} edges the usual one first
 * @param {LayoutAxis} axis
 * @param {[number, number]} size
 * @param {Silhouette} sheet
 * @param {Box[]} occupied
 * @returns {Edge | null}
 */
function chosen(edges, axis, size, sheet, occupied) {
  const title = titleOf(axis);
  /** @type {{edge: Edge, cost: number} | null} */
  let best = null;
  for (const [rank, { a, b, out, place }] of edges.entries()) {
    if (!(Math.hypot(b[0] - a[0], b[1] - a[1]) > SHORT)) continue;
    for (const shift of SHIFTS) {
      const moved = (/** @type {number[]} */ [x, y]) =>
        /** @type {[number, number]} */ ([x + shift * out[0], y + shift * out[1]]);
      const edge = {
        a: moved(a),
        b: moved(b),
        out,
        place: (/** @type {number} */ value) => moved(place(value)),
      };
      const ticks = labels(axis, edge.place, out);
      const boxes = ticks.map(({ middle, text }) => textBox(middle, text, SIZE));
      const isLost = (/** @type {Box} */ box) =>
        !isInside(box, size) || boxShare(sheet, box) > OVER || occupied.some((other) => overlap(box, other));
      const lost = boxes.filter(isLost).length;
      const seated = seatsOf(edge, ticks).some((seat) => {
        const inside = kept(seat, title, TITLE, size);
        const box = textBox(inside, title, TITLE);
        return near(seat, inside, TITLE) && !isLost(box) && !boxes.some((other) => overlap(box, other));
      });
      const cost =
        lost / Math.max(1, boxes.length) +
        SHIFT_COST * shift +
        OTHER_COST * rank +
        (seated ? 0 : UNTITLED_COST);
      if (!best || cost < best.cost) best = { edge, cost };
    }
  }
  return best?.edge ?? null;
}

/**
 * The end of an axis, or where it leaves the picture.
 * @param {number[]} a
 * @param {number[]} b
 * @param {[number, number]} size
 */
function within(a, b, size) {
  const shares = [0, 1].map((k) => {
    const way = b[k] - a[k];
    const room = (way > 0 ? size[k] - WITHIN : WITHIN) - a[k];
    return way && room / way > 0 ? room / way : 1;
  });
  const share = Math.min(1, ...shares);
  return [0, 1].map((k) => a[k] + share * (b[k] - a[k]));
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
  if (!Number.isFinite(from[0])) return nx < 0 === from[0] > 0 ? [nx, ny] : [-nx, -ny];
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
 * The labels of an axis with their middles, and how far each reaches from the edge.
 * @param {LayoutAxis} axis
 * @param {(value: number) => [number, number]} place
 * @param {number[]} out
 */
function labels({ tickvals = [], ticktext = [] }, place, out) {
  return tickvals.map((value, i) => {
    const [x, y] = place(value);
    const text = ticktext[i];
    const half = Math.abs(out[0]) * ((text.length * SIZE * LETTER) / 2) + Math.abs(out[1]) * (SIZE / 2);
    const middle = [x + (GAP + half) * out[0], y + (GAP + half) * out[1]];
    return { at: [x, y], text, middle, reach: GAP + 2 * half };
  });
}

/**
 * The ticks of an axis and their labels; those that are drawn.
 * @param {Drawing} drawing
 * @param {LayoutAxis} axis
 * @param {(value: number) => [number, number]} place
 * @param {(box: Box) => boolean} isOff whether a label is to stand there
 */
function drawTicks(drawing, axis, place, isOff) {
  const { group, out, palette } = drawing;
  const drawn = labels(axis, place, out).filter(({ middle, text }) => isOff(textBox(middle, text, SIZE)));
  for (const { at, text, middle } of drawn) {
    const tick = { stroke: palette.ink, "stroke-opacity": 0.3, "stroke-width": 1.2, fill: "none" };
    shape("path", { d: `M${at}l${4 * out[0]} ${4 * out[1]}`, ...tick }, group);
    write(drawing, middle, text, SIZE);
  }
  return drawn;
}

/**
 * Whether a label is still near enough to where it belongs once it is kept inside the picture.
 * @param {number[]} wanted
 * @param {number[]} inside
 * @param {number} letters
 */
const near = (wanted, inside, letters) =>
  Math.hypot(inside[0] - wanted[0], inside[1] - wanted[1]) <= 1.5 * letters;

/**
 * Write a label about a place; false where it would be cut off or lie over another.
 * @param {Drawing} drawing
 * @param {number[]} centre
 * @param {string} text
 * @param {number} letters their size
 */
function write({ group, size, occupied, palette }, [x, y], text, letters) {
  const inside = kept([x, y], text, letters, size);
  if (!near([x, y], inside, letters)) return false; // off the picture
  const box = textBox(inside, text, letters);
  if (occupied.some((other) => overlap(box, other))) return false;
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
  const words = shape("text", { x: inside[0], y: inside[1] + 0.35 * letters, ...look }, group);
  writeMarked(words, text, letters);
  return true;
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
