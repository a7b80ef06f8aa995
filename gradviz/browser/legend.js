// Each method's dash and symbol as SVG: on its card, and the symbol on the map and on the error plot.

/** @type {Record<string, string>} */
export const DASHES = {
  dot: "2 3",
  dash: "7 4",
  longdash: "11 4",
  dashdot: "7 3 2 3",
  longdashdot: "11 3 2 3",
};

/**
 * A dash of Plotly's, by its name or by lengths as in "12px,4px", as SVG has it; "" for a solid line.
 * @param {string} dash
 */
export const dashArray = (dash) =>
  DASHES[dash] ?? (dash.endsWith("px") ? dash.replaceAll("px", "").replaceAll(",", " ") : "");

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
