// The labels of a plot on the page: measured, placed off what Plotly and the overlay draw, and moved where the
// line at ε or a mark comes over them.

import { shape } from "./dom.js";
import {
  candidatesOf,
  choosePlaces,
  countCells,
  createGrid,
  markDot,
  markLine,
  samePlace,
} from "./labels.js";
import { layerOf } from "./panels.js";

/** @import {Axis} from "./plotly.js" */
/** @import {Line} from "./labels.js" */
/** @import {Box, Label, Panel, Theme, Trace} from "./types.js" */

/** @typedef {{trace: Trace, lines: Line[]}} Drawn */

const LINE = 1.2; // the height of a word, in sizes of its letters
const HALO = 5; // px, half of it around a word
const RING = 8; // px

/** @type {CanvasRenderingContext2D | null} */
let pen = null;

/**
 * @param {string} text
 * @param {string} font
 */
function widthOf(text, font) {
  pen ??= document.createElement("canvas").getContext("2d");
  if (!pen) return 7 * text.length;
  pen.font = font;
  return pen.measureText(text).width;
}

/**
 * Look for places for the labels of a picture that has been drawn.
 * @param {Panel} panel changed
 * @param {[Axis, Axis]} axes
 * @param {Theme} theme
 */
export function prepareLabels(panel, axes, theme) {
  const { painted, labels: before } = panel;
  const labels = painted?.layout.meta?.labels ?? [];
  panel.labelsDrawn = "";
  if (!painted || !labels.length) {
    if (before.length) layerOf(panel, "labels").replaceChildren();
    panel.labels = [];
    return;
  }
  const [x, y] = axes;
  const plot = { left: x.offset, right: x.offset + x.length, top: y.offset, bottom: y.offset + y.length };
  const drawn = painted.data
    .filter(({ meta }) => meta?.method)
    .map((trace) => ({ trace, lines: linesOf(trace, axes) }));
  const grid = gridOf(plot, drawn);
  panel.labels = labels.map((label) => {
    const font = `${label.size}px ${theme.font || "sans-serif"}`;
    const width = widthOf(label.text, font);
    const own = label.kind === "column" ? [] : drawn.filter(({ trace }) => isOwn(label, trace));
    const lines = label.kind === "column" ? [columnOf(label, x)] : withinRange(label, own, x);
    const alone = label.kind === "level" ? gridOf(plot, own) : null;
    const candidates = candidatesOf(label, [width + 4, LINE * label.size], lines, plot, grid, alone);
    const former = before.find((other) => other.label.text === label.text)?.current ?? null;
    return { label, candidates, current: samePlace(candidates, former) };
  });
}

/**
 * The ends of a column of the plot, as a line.
 * @param {Label} label
 * @param {Axis} x
 * @returns {Line}
 */
const columnOf = ({ low, high }, x) => [
  [Math.max(x.toPixel(low), x.offset), 0],
  [Math.min(x.toPixel(high), x.offset + x.length), 0],
];

/**
 * @param {Label} label
 * @param {Trace} trace
 */
const isOwn = ({ method, roles, name: wanted }, { meta, name }) =>
  meta?.method === method && roles.includes(meta.role ?? "") && (!wanted || name === wanted);

/**
 * The lines that a label may stand on, within its range of ε.
 * @param {Label} label
 * @param {Drawn[]} own
 * @param {Axis} x
 */
function withinRange({ kind, low, high }, own, x) {
  const lines = own.flatMap((trace) => trace.lines);
  if (kind === "level") return lines;
  const [from, to] = [x.toPixel(low) - 0.5, x.toPixel(high) + 0.5];
  return lines.map((line) => line.filter(([at]) => at >= from && at <= to)).filter((line) => line.length > 0);
}

/**
 * What some traces cover.
 * @param {Box} plot
 * @param {Drawn[]} drawn
 */
function gridOf(plot, drawn) {
  const grid = createGrid(plot);
  for (const { trace, lines } of drawn) {
    const radius = trace.meta?.role === "best" ? RING : 2;
    for (const line of lines) {
      if (trace.line) markLine(grid, line);
      else for (const place of line) markDot(grid, ...place, radius);
    }
  }
  countCells(grid);
  return grid;
}

/**
 * A trace in pixels, parted at its gaps.
 * @param {Trace} trace
 * @param {[Axis, Axis]} axes
 */
function linesOf({ x: across, y: up }, [x, y]) {
  /** @type {Line[]} */
  const lines = [];
  let joined = false;
  for (let k = 0; k < across.length; k += 1) {
    const place = /** @type {[number, number]} */ ([x.toPixel(across[k]), y.toPixel(up[k])]);
    if (!place.every(Number.isFinite)) {
      joined = false;
      continue;
    }
    if (!joined) lines.push([]);
    lines[lines.length - 1].push(place);
    joined = true;
  }
  return lines;
}

/**
 * Draw the labels, each where it stood, or elsewhere where something moves over it.
 * @param {Panel} panel changed
 * @param {Box[]} moving
 * @param {Theme} theme
 */
export function drawLabels(panel, moving, { palette, font }) {
  if (!panel.labels.length) return;
  const places = choosePlaces(panel.labels, moving);
  for (const [i, placing] of panel.labels.entries()) placing.current = places[i] ?? placing.current;
  const drawn = JSON.stringify(places.map((place) => place && [place.box.left, place.box.top]));
  if (drawn === panel.labelsDrawn) return;
  panel.labelsDrawn = drawn;
  const layer = layerOf(panel, "labels");
  layer.replaceChildren();
  places.forEach((place, i) => {
    const { label } = panel.labels[i];
    if (!place) return;
    const { left, right, top, bottom } = place.box;
    const at = {
      x: (left + right) / 2,
      y: (top + bottom) / 2,
      "text-anchor": "middle",
      "dominant-baseline": "central",
    };
    const letters = { fill: label.colour, "font-size": label.size, "font-family": font || "inherit" };
    const halo = {
      stroke: palette.paper,
      "stroke-width": HALO,
      "stroke-linejoin": "round",
      "paint-order": "stroke",
    };
    shape("text", { ...at, ...letters, ...halo, "data-word": label.kind }, layer, label.text);
  });
}
