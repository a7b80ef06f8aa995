// The lens: a round inset at the tip of the arrow with the differences of the methods from the true gradient,
// magnified by a round factor; at a kink the slopes from each side, and what each method has picked.

import { headPath, shape } from "./dom.js";
import { gradientAt } from "./grid.js";
import { CAPTION } from "./placing.js";
import { writtenNumber } from "./step_scale.js";

/** @import {GradientsByStep, Palette, Preview, Stage} from "./types.js" */
/** @typedef {import("./placing.js").LensPlace} LensPlace */

const FILL = 0.8; // of the radius: the longest difference at most
const ON_THE_SPOT = 5; // px: shorter differences are dots

/**
 * The largest of 1, 2, 5 · 10ᵏ by which ``longest`` still fits into ``room``; 0 where it has no length.
 * @param {number} longest
 * @param {number} room
 */
export function magnification(longest, room) {
  if (!(longest > 0 && Number.isFinite(longest))) return 0;
  const exact = room / longest;
  if (!Number.isFinite(exact)) return 0;
  const power = Math.floor(Math.log10(exact) + 1e-12);
  const lead = exact / 10 ** power;
  const times = [5, 2, 1].find((number) => number <= lead * (1 + 1e-9)) ?? 1;
  return Number(`${times}e${power}`);
}

/**
 * The differences of the methods from the true gradient at a step, or those that the server has told.
 * @param {Stage} stage
 * @param {GradientsByStep | null} table
 * @param {Preview | null} preview
 */
export function differencesNow({ differences }, table, preview) {
  const live = preview?.step && table?.differences ? { ...table, gradients: table.differences } : null;
  return differences.map(({ method, vector }) => ({
    method,
    vector: (live && preview?.step && gradientAt(live, method, preview.step)) || vector,
  }));
}

/**
 * @typedef {object} Drawing
 * @property {Element} layer
 * @property {LensPlace} circle
 * @property {[number, number] | null} tip where rays lead to; null where it is outside the stage, as a hand may turn it
 * @property {Palette} palette
 * @property {number} scale of widths
 */

/**
 * Draw the lens with vectors from its middle. Those that are no longer than a dot stand on the spot.
 * @param {Drawing} drawing
 * @param {{method: string, vector: number[]}[]} vectors in px, up positive
 * @param {string} words
 * @param {number[][]} fan corners of the slopes from each side, in px; [] where f is smooth
 */
export function drawLens({ layer, circle, tip, palette, scale }, vectors, words, fan) {
  const { x, y, radius } = circle;
  const lens = shape("g", { class: "gradviz-lens", "data-words": words }, layer);
  if (tip) drawRays(lens, circle, tip, palette);
  const rim = { fill: palette.paper, stroke: palette.ink, "stroke-width": 1.5 };
  shape("circle", { cx: x, cy: y, r: radius, ...rim }, lens);
  const cross = `M${x - radius} ${y}h${2 * radius}M${x} ${y - radius}v${2 * radius}`;
  shape("path", { d: cross, stroke: palette.ink, "stroke-opacity": 0.15, fill: "none" }, lens);
  if (fan.length) {
    const corners = fan.map(([dx, dy]) => [x + dx, y - dy]);
    const area = { fill: palette.ink, "fill-opacity": 0.1, stroke: palette.ink, "stroke-opacity": 0.5 };
    shape("path", { d: `M${corners.join("L")}Z`, ...area }, lens);
    for (const corner of corners)
      shape("path", { d: `M${x} ${y}L${corner}`, stroke: palette.ink, "stroke-dasharray": "2 3" }, lens);
  }
  const still = vectors.filter(({ vector }) => Math.hypot(...vector) < ON_THE_SPOT);
  for (const { method, vector } of vectors) {
    const length = Math.hypot(...vector);
    if (length < ON_THE_SPOT) continue;
    const share = Math.min(1, (radius - 3) / length);
    const to = [x + share * vector[0], y - share * vector[1]];
    drawVector(lens, method, [x, y], to, palette[method] ?? palette.ink, 4.5 * scale);
  }
  still.forEach(({ method }, i) => {
    const r = 2.2 + ((still.length - 1 - i) * 5.5) / Math.max(1, still.length - 1 || 1);
    const dot = { cx: x, cy: y, r: r * Math.max(0.8, scale), fill: palette[method] ?? palette.ink };
    shape("circle", { "data-method": method, "data-vector": "0 0", ...dot }, lens);
  });
  const text = {
    x: circle.caption.x,
    y: circle.caption.y + 0.35 * CAPTION,
    "text-anchor": "middle",
    "font-size": CAPTION,
    fill: palette.ink,
    stroke: palette.paper,
    "stroke-width": 3,
    "paint-order": "stroke",
  };
  shape("text", text, lens, words);
}

/**
 * Two rays from a ring at the tip to the lens.
 * @param {Element} lens
 * @param {LensPlace} circle
 * @param {[number, number]} tip
 * @param {Palette} palette
 */
function drawRays(lens, { x, y, radius }, tip, { ink }) {
  const [dx, dy] = [x - tip[0], y - tip[1]];
  const away = Math.hypot(dx, dy);
  const [nx, ny] = [-dy / away, dx / away];
  const ring = 13;
  const ray = (/** @type {number} */ side) =>
    `M${tip[0] + side * ring * nx} ${tip[1] + side * ring * ny}L${x + side * radius * nx} ${y + side * radius * ny}`;
  const line = { stroke: ink, "stroke-opacity": 0.4, "stroke-width": 1.1, fill: "none" };
  shape("path", { d: ray(1) + ray(-1), ...line }, lens);
  shape("circle", { cx: tip[0], cy: tip[1], r: ring, ...line, "stroke-opacity": 0.6 }, lens);
}

/**
 * @param {Element} lens
 * @param {string} method
 * @param {number[]} from
 * @param {number[]} to
 * @param {string} colour
 * @param {number} width
 */
function drawVector(lens, method, from, to, colour, width) {
  const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
  const [ux, uy] = [(to[0] - from[0]) / length, (to[1] - from[1]) / length];
  const head = Math.min(3.2 * width, 0.7 * length);
  const neck = [to[0] - 0.85 * head * ux, to[1] - 0.85 * head * uy];
  const back = [to[0] - head * ux, to[1] - head * uy];
  const vector = [to[0] - from[0], from[1] - to[1]].map((part) => part.toFixed(1)).join(" ");
  const group = shape("g", { "data-method": method, "data-vector": vector }, lens);
  shape("path", { d: `M${from}L${neck}`, stroke: colour, "stroke-width": width, fill: "none" }, group);
  shape("path", { d: headPath(back, to), fill: colour }, group);
}

/**
 * What the lens shows of a smooth point: the differences magnified, and the words for it.
 * @param {{method: string, vector: number[]}[]} differences
 * @param {number} radius px
 * @param {number} unit px of the big arrow for a difference of 1; 0 where there is no arrow
 */
export function magnified(differences, radius, unit) {
  const finite = differences.filter(({ vector }) => vector.every(Number.isFinite));
  const longest = Math.max(0, ...finite.map(({ vector }) => Math.hypot(...vector)));
  const factor = magnification(longest * (unit || 1), FILL * radius);
  const grown = (/** @type {number[]} */ vector) => vector.map((part) => part * (unit || 1) * factor);
  const words = !longest
    ? "no differences"
    : unit
      ? `differences × ${writtenNumber(factor)}`
      : `differences, up to ${writtenNumber(longest)}`;
  return { vectors: finite.map(({ method, vector }) => ({ method, vector: grown(vector) })), words };
}

/**
 * What it shows at a kink: the slopes from each side, and the gradients that the methods give.
 * @param {number[][]} sides the slope from below and from above along each axis
 * @param {{method: string, gradient: number[]}[]} arrows
 * @param {number} radius px
 */
export function fanned(sides, arrows, radius) {
  const [[a, b], [c, d]] = sides;
  const finite = arrows.filter(({ gradient }) => gradient.every(Number.isFinite));
  const known = sides.flat().every(Number.isFinite);
  const lengths = [
    ...(known ? [Math.hypot(Math.max(-a, b, a, -b), Math.max(-c, d, c, -d))] : []),
    ...finite.map(({ gradient }) => Math.hypot(...gradient)),
  ].filter((length) => length > 0);
  const unit = lengths.length
    ? (FILL * radius) / (known ? Math.max(...lengths.slice(0, 1)) : Math.max(...lengths))
    : 1;
  const corners = [
    [a, c],
    [b, c],
    [b, d],
    [a, d],
  ];
  return {
    vectors: finite.map(({ method, gradient }) => ({ method, vector: gradient.map((part) => part * unit) })),
    fan: known ? corners.map((corner) => corner.map((part) => part * unit)) : [],
    words: known ? "slopes from each side" : "no slope on one side",
  };
}
