// What stands in a flat picture beside Plotly's own drawing, in its overlay: words, each of which Plotly would measure, dots,
// each of which Plotly would make an element of its own, and the titles of the axes, once it has drawn them. In a saved
// picture it draws all that itself.

import { shape } from "./dom.js";

const WORDS = ["scale", "region", "slope", "precision"]; // the names of such annotations
const DOTS = ["cloud", "exact"]; // the roles of such traces
const LINE = 1.3; // the height of a line of text, in sizes of its letters

export const isWord = ({ name }) => WORDS.includes(name);
export const isDots = ({ mode, marker, meta }) =>
  mode === "markers" && marker.symbol === "circle" && DOTS.includes(meta?.role);

// Each at the place where Plotly would have it, into an empty ``layer``.
export function drawStill(layer, { words, dots, titles }, [x, y], { palette, font }) {
  layer.replaceChildren(...titles);
  for (const { marker, meta, ...trace } of dots) {
    // not "stroke-opacity": WebKit has none for the caps of lines without length
    const look = {
      stroke: marker.color,
      "stroke-width": marker.size,
      opacity: marker.opacity ?? 1,
      "stroke-linecap": "round",
    };
    const places = Array.from(
      trace.x,
      (value, i) => `M${x._offset + x.d2p(value)} ${y._offset + y.d2p(trace.y[i])}h0`,
    );
    shape("path", { d: places.join(""), fill: "none", "data-dots": meta.role, ...look }, layer);
  }
  for (const word of words) drawWord(layer, word, [x, y], palette, font);
}

function drawWord(
  layer,
  { name, text, font: { size, color }, borderpad = 1, ...word },
  [x, y],
  palette,
  font,
) {
  const pad = borderpad + 1; // and Plotly's border
  const half = (LINE * size) / 2 + pad;
  const left =
    alongAxis(x, word.xref, word.x) + (word.xshift ?? 0) + ({ left: pad, right: -pad }[word.xanchor] ?? 0);
  const top =
    alongAxis(y, word.yref, word.y) - (word.yshift ?? 0) + ({ top: half, bottom: -half }[word.yanchor] ?? 0);
  const anchor = { left: "start", right: "end" }[word.xanchor] ?? "middle";
  const place = { x: left, y: top, "text-anchor": anchor, "dominant-baseline": "central" };
  const letters = { fill: color, "font-size": size, "font-family": font || "inherit" };
  const halo = {
    stroke: palette.paper,
    "stroke-width": 6,
    "stroke-linejoin": "round",
    "paint-order": "stroke",
  };
  shape("text", { ...place, ...letters, ...halo, "data-word": name }, layer, text);
}

// In pixels: a coordinate of the axis, on a logarithmic one its power of ten; or a share of the picture.
function alongAxis(axis, reference, at) {
  if (reference.length === 1) return axis._offset + axis.d2p(axis.type === "log" ? 10 ** at : at);
  return axis._offset + axis._length * (axis._id === "y" ? 1 - at : at);
}
