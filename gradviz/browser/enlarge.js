// Larger letters and lines, for a hall: --gradviz-enlargement in the style sheet of the page says how much. What
// Plotly draws is described anew; what stands over a picture is drawn in units of so many pixels each. Neither is a
// zoom of the page: that would move the places under the pointer.

/** @import {Figure} from "./types.js" */
/** @import {Axis} from "./plotly.js" */

const FONTS = ["font", "tickfont", "textfont"];
const OUTLINES = ["line", "error_x", "error_y"];
const ROOM = ["standoff", "xshift", "yshift", "borderpad", "borderwidth", "ticklen", "pad"];
const LEFT = ["meta", "camera", "contours", "x", "y", "z"]; // numbers there are no lengths on the screen

/**
 * A figure with its letters, lines and markers so many times as large, and the room that these need.
 * @param {Figure} figure
 * @param {number} times
 * @returns {Figure}
 */
export function enlarged(figure, times) {
  return times === 1 ? figure : /** @type {Figure} */ (copied(figure, "", times));
}

/**
 * @param {unknown} value
 * @param {string} within the name of what holds it
 * @param {number} times
 * @returns {unknown}
 */
function copied(value, within, times) {
  if (Array.isArray(value)) return value.map((item) => copied(item, within, times));
  if (value === null || typeof value !== "object" || ArrayBuffer.isView(value)) return value;
  const entries = Object.entries(value).map(([name, item]) => {
    if (isLength(name, within)) return [name, multiplied(item, times)];
    return [name, LEFT.includes(name) ? item : copied(item, name, times)];
  });
  return Object.fromEntries(entries);
}

/**
 * Whether a name means a length in pixels.
 * @param {string} name
 * @param {string} within
 */
function isLength(name, within) {
  if (name === "size") return within === "marker" || FONTS.includes(within);
  if (name === "width") return OUTLINES.includes(within);
  return within === "margin" || ROOM.includes(name);
}

/**
 * @param {unknown} value a number or several; anything else stays
 * @param {number} times
 * @returns {unknown}
 */
function multiplied(value, times) {
  if (Array.isArray(value)) return value.map((item) => multiplied(item, times));
  return typeof value === "number" ? value * times : value;
}

/**
 * An axis in units of so many pixels.
 * @param {Axis} axis
 * @param {number} pixels
 * @returns {Axis}
 */
export function inUnits(axis, pixels) {
  if (pixels === 1) return axis;
  return {
    ...axis,
    offset: axis.offset / pixels,
    length: axis.length / pixels,
    toPixel: (value) => axis.toPixel(value) / pixels,
    fromPixel: (place) => axis.fromPixel(place * pixels),
  };
}
