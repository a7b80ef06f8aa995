// The legend, which all pictures share: each method's dash and symbol, and a button for each curve that can
// be explained.

import { element, shape } from "./dom.js";
import { post } from "./messages.js";
import { colourOf } from "./paint.js";

/** @import {LegendEntry, Palette, View} from "./types.js" */

/** @type {Record<string, string>} */
export const DASHES = {
  dot: "2 3",
  dash: "7 4",
  longdash: "11 4",
  dashdot: "7 3 2 3",
  longdashdot: "11 3 2 3",
};

const RADIUS = 5.5;

/**
 * The path of a polygon, or of a star where ``inner`` is the share of its inner radius.
 * @param {number} corners
 * @param {number} [turn] degrees
 * @param {number} [inner]
 */
function polygon(corners, turn = -90, inner = 1) {
  const star = inner < 1;
  const count = star ? 2 * corners : corners;
  const places = Array.from({ length: count }, (_, i) => {
    const angle = ((turn + (i * 360) / count) * Math.PI) / 180;
    const radius = RADIUS * (star && i % 2 ? inner : 1);
    return `${(radius * Math.cos(angle)).toFixed(2)} ${(radius * Math.sin(angle)).toFixed(2)}`;
  });
  return `M${places.join("L")}Z`;
}

const CROSS = "M-5-1.8H-1.8V-5H1.8V-1.8H5V1.8H1.8V5H-1.8V1.8H-5Z";
const CIRCLE = "M-4.5 0A4.5 4.5 0 1 0 4.5 0A4.5 4.5 0 1 0 -4.5 0Z";
/** @type {Record<string, () => string>} */
const SYMBOLS = {
  circle: () => CIRCLE,
  square: () => "M-4-4H4V4H-4Z",
  diamond: () => polygon(4),
  "triangle-right": () => polygon(3, 0),
  "triangle-left": () => polygon(3, 180),
  pentagon: () => polygon(5),
  hexagon: () => polygon(6),
  star: () => polygon(5, -90, 0.42),
  cross: () => CROSS,
  x: () => CROSS, // turned by whoever draws it
  hourglass: () => "M-5-5H5L-5 5H5Z",
  bowtie: () => "M-5-5V5L5-5V5Z",
};

/**
 * A symbol as a path about (0, 0); a circle for an unknown one.
 * @param {string | undefined} name
 */
export const symbolPath = (name) => (SYMBOLS[name ?? ""] ?? SYMBOLS.circle)();

/**
 * Draw the legend. Its entries stay until they change, so that the focus stays where it is.
 * @param {View} view
 * @param {Palette} palette
 */
export function drawLegend(view, palette) {
  const legend = view.data?.legend ?? [];
  const wanted = JSON.stringify([
    legend.map(({ explained, ...entry }) => [entry, explained === undefined]),
    palette,
  ]);
  if (view.listed !== wanted) listMethods(view, legend, palette);
  view.listed = wanted;
  for (const { method, explained } of legend) {
    buttonOf(view, method)?.setAttribute("aria-pressed", String(explained));
  }
}

/**
 * @param {View} view
 * @param {string | undefined} method
 * @returns {HTMLElement | null}
 */
const buttonOf = (view, method) => view.legend.querySelector(`[data-method="${method}"] > button`);

/**
 * @param {View} view
 * @param {LegendEntry[]} legend
 * @param {Palette} palette
 */
function listMethods(view, legend, palette) {
  const { activeElement } = document;
  const focused = view.legend.contains(activeElement) && activeElement?.parentElement?.dataset.method;
  view.legend.replaceChildren(...legend.map((entry) => entryOf(view, entry, palette)));
  if (focused) buttonOf(view, focused)?.focus();
}

/**
 * @param {View} view
 * @param {LegendEntry} entry
 * @param {Palette} palette
 */
function entryOf(view, { method, label, colour, dash, width, symbol, explained }, palette) {
  const entry = element("li");
  entry.dataset.method = method;
  const face = explained === undefined ? entry : element("button", "", entry);
  const ink = colourOf(colour, palette);
  const line = { stroke: ink, "stroke-width": width, "stroke-dasharray": DASHES[dash] ?? "" };
  const mark = { fill: ink, stroke: palette.paper, ...(symbol === "x" ? { transform: "rotate(45)" } : {}) };
  const box = { width: 44, height: 14, viewBox: "-22 -7 44 14", "aria-hidden": "true" };
  const look = shape("svg", box, face);
  shape("path", { d: "M-22 0H22", ...line }, look);
  shape("path", { d: symbolPath(symbol), ...mark }, look);
  element("span", "", face, label);
  if (face instanceof HTMLButtonElement) {
    Object.assign(face, { type: "button", title: "Explain its curve in the error plot" });
    face.addEventListener("click", () => explain(view, face, method));
  }
  return entry;
}

/**
 * Ask for the explanation of a method's curve, or for none if it is explained already.
 * @param {View} view
 * @param {HTMLButtonElement} button
 * @param {string} method
 */
function explain(view, button, method) {
  const pressed = button.getAttribute("aria-pressed") === "true";
  post(view, "explained", pressed ? "none" : method);
}
