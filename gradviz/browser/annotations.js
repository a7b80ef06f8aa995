// What stands in a flat picture's overlay in place of Plotly's own drawing: words, each of which Plotly would
// measure; dots, each of which it would make an element of its own; and the titles of the axes, once it has
// drawn them. In a saved picture Plotly draws all of them itself.

import { shape } from "./dom.js";

/** @import {Annotation, Palette, Theme, Trace} from "./types.js" */
/** @import {Axis} from "./plotly.js" */

const WORDS = ["scale"]; // the names of such annotations
const DOTS = ["cloud", "exact"]; // the roles of such traces
const LINE = 1.3; // the height of a line of text, in sizes of its letters

/** @param {{name?: string}} annotation */
export const isWord = ({ name }) => WORDS.includes(name ?? "");

/** @param {Trace} trace */
export const isDots = ({ mode, marker, meta }) =>
  mode === "markers" && marker.symbol === "circle" && DOTS.includes(meta?.role ?? "");

/**
 * Draw them into a layer of the overlay, each at the place where Plotly would have it.
 * @param {Element} layer
 * @param {{words: Annotation[], dots: Trace[], titles: Element[], unit: number}} drawn the titles in pixels
 * @param {[Axis, Axis]} axes
 * @param {Theme} theme
 */
export function drawAnnotations(layer, { words, dots, titles, unit }, axes, { palette, font }) {
  layer.replaceChildren();
  const asDrawn = unit === 1 ? layer : shape("g", { transform: `scale(${1 / unit})` }, layer);
  asDrawn.append(...titles);
  for (const trace of dots) drawDots(layer, trace, axes);
  for (const word of words) drawWord(layer, word, axes, palette, font);
}

/**
 * @param {Element} layer
 * @param {Trace} trace
 * @param {[Axis, Axis]} axes
 */
function drawDots(layer, { marker, meta, ...trace }, [x, y]) {
  const look = {
    fill: "none",
    stroke: marker.color,
    "stroke-width": marker.size,
    opacity: marker.opacity ?? 1, // WebKit has no stroke-opacity for the caps of lines without length
    "stroke-linecap": "round",
    "data-dots": meta?.role ?? "",
  };
  const places = Array.from(trace.x, (value, i) => `M${x.toPixel(value)} ${y.toPixel(trace.y[i])}h0`);
  shape("path", { d: places.join(""), ...look }, layer);
}

/**
 * @param {Element} layer
 * @param {Annotation} word
 * @param {[Axis, Axis]} axes
 * @param {Palette} palette
 * @param {string} font
 */
function drawWord(layer, word, [x, y], palette, font) {
  const { size, color } = word.font;
  const pad = (word.borderpad ?? 1) + 1; // and Plotly's border
  const half = (LINE * size) / 2 + pad;
  const left =
    alongAxis(x, word.xref, word.x) + (word.xshift ?? 0) + padded(word.xanchor, { left: pad, right: -pad });
  const top =
    alongAxis(y, word.yref, word.y) - (word.yshift ?? 0) + padded(word.yanchor, { top: half, bottom: -half });
  const anchor = word.xanchor === "left" ? "start" : word.xanchor === "right" ? "end" : "middle";
  const place = { x: left, y: top, "text-anchor": anchor, "dominant-baseline": "central" };
  const letters = { fill: color, "font-size": size, "font-family": font || "inherit" };
  const halo = {
    stroke: palette.paper,
    "stroke-width": 6,
    "stroke-linejoin": "round",
    "paint-order": "stroke",
  };
  shape("text", { ...place, ...letters, ...halo, "data-word": word.name ?? "" }, layer, word.text);
}

/**
 * @param {string | undefined} anchor
 * @param {Record<string, number>} pads
 */
const padded = (anchor, pads) => pads[anchor ?? ""] ?? 0;

/**
 * In pixels: a coordinate of the axis, on a logarithmic one its power of ten; or a share of the picture.
 * @param {Axis} axis
 * @param {string} reference
 * @param {number} at
 */
function alongAxis(axis, reference, at) {
  if (reference.length === 1) return axis.toPixel(axis.isLog ? 10 ** at : at);
  return axis.offset + axis.length * (axis.isVertical ? 1 - at : at);
}
