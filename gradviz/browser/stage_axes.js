// The axes of the 3D scene, drawn over it: along the edges of the floor that are nearest to the eye, or where the
// sheet hides them along those that are not hidden, and up the outermost edge at the left. Their words stand
// upright whatever the camera.

import { shape } from "./dom.js";
import { kept, overlap, textBox } from "./placing.js";

/** @import {LayoutAxis, Palette, SceneLayout} from "./types.js" */
/** @import {Sight} from "./sight.js" */
/** @import {Box} from "./placing.js" */

const SHORT = 46; // px of an edge under which its labels would lie over each other
const SIZE = 13;
const TITLE = 18;
const LETTER = 0.6; // of the size of a letter, its usual width
const TITLES = [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.16, 0.84, 0.04, 0.96]; // of an edge, beside which its title may stand
const GAP = 7; // px between the edge and a label
const BESIDE = 0.12; // scene units from an edge to about where its labels stand
const LOOKS = 9; // places of an edge that are looked at
const CLEARER = 0.25; // of an edge: as much less hidden must a farther one be
const WHOLE = 0.75; // of an edge: where more is hidden all its labels stand, over the sheet

/**
 * Draw the axes; where their words stand.
 * @param {Element} layer
 * @param {SceneLayout} scene
 * @param {Sight} sight
 * @param {[number, number]} size of the picture in px
 * @param {Palette} palette
 * @param {Box[]} taken where other words stand
 * @param {(place: number[]) => boolean} hides whether the sheet stands before a place
 */
export function drawAxes(layer, { xaxis, yaxis, zaxis }, sight, size, palette, taken, hides) {
  layer.replaceChildren();
  const axes = [xaxis, yaxis, zaxis];
  const ranges = axes.map(({ range }) => range);
  const middle = sight([0, 0, ranges[2][0]]);
  const occupied = [...taken];
  edgesOf(ranges, sight, hides).forEach(([from, to], k) => {
    const [a, b] = [sight(from), sight(to)];
    const length = Math.hypot(b[0] - a[0], b[1] - a[1]);
    if (!(length > SHORT)) return;
    const group = shape("g", { "data-axis": "xyz"[k] }, layer);
    const line = { stroke: palette.ink, "stroke-opacity": 0.3, "stroke-width": 1.2, fill: "none" };
    shape("path", { d: `M${a}L${b}`, ...line }, group);
    const out = outward(a, b, k === 2 ? [Infinity, 0] : middle);
    const drawing = { group, out, size, occupied, palette };
    const [low, high] = ranges[k];
    const along = (/** @type {number} */ share) => from.map((start, i) => start + share * (to[i] - start));
    const isFree = k < 2 && hiddenShare([from, to], k, hides) <= WHOLE;
    const isSeen = (/** @type {number} */ share) => !isFree || !hides(beside(along(share), k));
    const reach = drawTicks(
      drawing,
      axes[k],
      (value) => sight(along((value - low) / (high - low))),
      (value) => isSeen((value - low) / (high - low)),
    );
    const away = reach + GAP + TITLE / 2;
    const title = titleOf(axes[k]);
    const shares = [...TITLES.filter(isSeen), ...TITLES.filter((share) => !isSeen(share))];
    const beyond = (GAP + TITLE / 2) / length; // at an end of the edge, where beside it there is no room
    const at = (/** @type {number} */ share, /** @type {number} */ off) =>
      [0, 1].map((i) => a[i] + share * (b[i] - a[i]) + off * out[i]);
    const seats = [...shares.map((share) => at(share, away)), at(1 + beyond, 0), at(-beyond, 0)];
    seats.some((seat) => write(drawing, seat, title, TITLE));
  });
  return occupied;
}

/**
 * About where the label of a place of the floor's edge stands, on the floor's level.
 * @param {number[]} place
 * @param {number} k the axis along the edge
 */
function beside(place, k) {
  const out = [...place];
  out[1 - k] += BESIDE * Math.sign(place[1 - k]);
  return out;
}

/**
 * How much of the labels of an edge of the floor the sheet hides.
 * @param {[number[], number[]]} edge
 * @param {number} k the axis along it
 * @param {(place: number[]) => boolean} hides
 */
function hiddenShare([from, to], k, hides) {
  const shares = Array.from({ length: LOOKS }, (_, i) => (i + 0.5) / LOOKS);
  const places = shares.map((share) => from.map((start, i) => start + share * (to[i] - start)));
  return places.filter((place) => hides(beside(place, k))).length / LOOKS;
}

/**
 * The ends of the three edges, in the direction of their axes.
 * @param {number[][]} ranges
 * @param {Sight} sight
 * @param {(place: number[]) => boolean} hides
 * @returns {[number[], number[]][]}
 */
function edgesOf([xs, ys, zs], sight, hides) {
  const floor = zs[0];
  /**
   * Of two edges along an axis the one nearer to the eye, unless the sheet hides it and less of the other.
   * @param {number} k
   * @param {(end: 0 | 1) => [number[], number[]]} edge
   */
  const chosen = (k, edge) => {
    const lowest = [0, 1].map((end) => {
      const [from, to] = edge(/** @type {0 | 1} */ (end));
      return sight(from.map((start, i) => (start + to[i]) / 2))[1];
    });
    const near = lowest[0] >= lowest[1] ? 0 : 1;
    const [hidden, other] = [near, 1 - near].map((end) =>
      hiddenShare(edge(/** @type {0 | 1} */ (end)), k, hides),
    );
    return edge(/** @type {0 | 1} */ (hidden - other > CLEARER ? 1 - near : near));
  };
  const corners = xs.flatMap((at) => ys.map((up) => [at, up]));
  const [left] = corners.sort((one, other) => sight([...one, 0])[0] - sight([...other, 0])[0]);
  return [
    chosen(0, (end) => [
      [xs[0], ys[end], floor],
      [xs[1], ys[end], floor],
    ]),
    chosen(1, (end) => [
      [xs[end], ys[0], floor],
      [xs[end], ys[1], floor],
    ]),
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
 * @param {(value: number) => boolean} isSeen whether its label is not to be left out
 */
function drawTicks(drawing, { tickvals = [], ticktext = [] }, place, isSeen) {
  const { group, out, palette } = drawing;
  let reach = 0;
  tickvals.forEach((value, i) => {
    if (!isSeen(value)) return;
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
 * Write a label about a place; false where it would be cut off or lie over another.
 * @param {Drawing} drawing
 * @param {number[]} centre
 * @param {string} text
 * @param {number} letters their size
 */
function write({ group, size, occupied, palette }, [x, y], text, letters) {
  const inside = kept([x, y], text, letters, size);
  const far = Math.hypot(inside[0] - x, inside[1] - y);
  if (far > 1.5 * letters) return false; // off the picture
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
