// The legend under a saved picture: each entry with its line, its dash and its symbol, in as many rows as it
// takes.

import { DASHES, symbolPath } from "./legend.js";

/** @import {Palette, Trace} from "./types.js" */

const SWATCH = 34; // px, the length of an entry's line
const GAP = 8; // px from there to its name
const APART = 20; // px between two entries
const ROW = 22; // px from one row to the next
const DRAWN = ["scatter", "scatter3d"];

/**
 * The traces that a legend names.
 * @param {Trace[]} traces
 */
export const named = (traces) =>
  traces.filter(
    ({ type, name, showlegend }) => name && showlegend !== false && DRAWN.includes(type ?? "scatter"),
  );

/**
 * Entries in rows no wider than a picture, in their order: the indices of each row.
 * @param {number[]} widths of the entries
 * @param {number} width
 * @returns {number[][]}
 */
export function rowsOf(widths, width) {
  /** @type {number[][]} */
  const rows = [];
  let left = -1;
  widths.forEach((wide, i) => {
    if (left < wide) {
      rows.push([]);
      left = width;
    }
    rows[rows.length - 1].push(i);
    left -= wide + APART;
  });
  return rows;
}

/**
 * A legend, and how high it is.
 * @param {CanvasRenderingContext2D} pen
 * @param {Trace[]} entries
 * @param {number} width px
 * @param {string} font
 */
export function layLegend(pen, entries, width, font) {
  pen.font = `14px ${font}`;
  const widths = entries.map(({ name }) => SWATCH + GAP + pen.measureText(name ?? "").width);
  const rows = rowsOf(widths, width);
  return { rows, widths, height: rows.length * ROW + (rows.length ? ROW / 2 : 0) };
}

/**
 * Draw a legend that has been laid out below ``top``.
 * @param {CanvasRenderingContext2D} pen
 * @param {Trace[]} entries
 * @param {{rows: number[][], widths: number[]}} laid
 * @param {{width: number, top: number, font: string, palette: Palette}} place
 */
export function drawLegend(pen, entries, { rows, widths }, { width, top, font, palette }) {
  pen.font = `14px ${font}`;
  pen.textAlign = "left";
  pen.textBaseline = "middle";
  rows.forEach((row, r) => {
    const long = row.reduce((sum, i) => sum + widths[i] + APART, -APART);
    let left = Math.max(0, (width - long) / 2);
    for (const i of row) {
      pen.save();
      pen.translate(left, top + (r + 0.5) * ROW);
      drawSwatch(pen, entries[i]);
      pen.fillStyle = palette.ink;
      pen.fillText(entries[i].name ?? "", SWATCH + GAP, 0);
      pen.restore();
      left += widths[i] + APART;
    }
  });
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Trace} entry
 */
function drawSwatch(pen, { mode = "lines", line, marker, fillcolor }) {
  pen.save();
  if (fillcolor) {
    pen.fillStyle = fillcolor;
    pen.fillRect(0, 0, SWATCH, 6);
  }
  if (mode.includes("lines") && line) {
    pen.beginPath();
    pen.moveTo(0, 0);
    pen.lineTo(SWATCH, 0);
    pen.lineWidth = line.width ?? 2;
    pen.strokeStyle = line.color ?? "";
    pen.setLineDash(dashesOf(line.dash).map((part) => (part * pen.lineWidth) / 3));
    pen.stroke();
  }
  if (mode.includes("markers") && typeof marker?.symbol === "string") drawSymbol(pen, marker);
  pen.restore();
}

/**
 * The lengths of a dash, for a line 3 px wide; none for a solid one.
 * @param {string | undefined} dash
 */
const dashesOf = (dash) => (DASHES[dash ?? ""] ?? "").split(" ").filter(Boolean).map(Number);

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Trace["marker"]} marker
 */
function drawSymbol(pen, { symbol, size, color }) {
  const [shape, open] = symbol.split("-open");
  pen.setLineDash([]);
  pen.translate(SWATCH / 2, 0);
  pen.scale(size / 10, size / 10);
  if (shape === "x") pen.rotate(Math.PI / 4);
  const path = new Path2D(symbolPath(shape));
  if (open === undefined) {
    pen.fillStyle = color;
    pen.fill(path);
  } else {
    pen.lineWidth = 18 / size;
    pen.strokeStyle = color;
    pen.stroke(path);
  }
}
