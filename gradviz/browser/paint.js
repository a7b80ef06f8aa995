// What a figure refers to: its arrays by key or in base64, and its colours by the page's theme ("@ink",
// "@forward/0.5").

/** @import {Figure, PackedArray, Palette, PartsData, Theme, Trace} from "./types.js" */
/** @typedef {Map<string, unknown>} Arrays decoded, by key; an error in place of one that can't be decoded */

/**
 * The heavy arrays by the element that brought them: those of its last message, and of the one before, for
 * what is drawn may be a message behind. Each mount has its own, so that one view's arrays don't push out
 * another's.
 * @type {Map<Element, {latest: Arrays, former: Arrays}>}
 */
const parts = new Map();
/** @type {PartsData["palettes"] | null} */
let palettes = null;
/** @type {Record<string, string>} */
let printedDashes = {}; // of the methods

const ARRAYS = { f4: Float32Array, f8: Float64Array, i4: Int32Array };

/** @param {PackedArray} packed */
function decode({ dtype, bdata, shape }) {
  const letters = atob(bdata);
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i += 1) bytes[i] = letters.charCodeAt(i); // 10 × as fast as Uint8Array.from
  const flat = new ARRAYS[dtype](bytes.buffer);
  return shape ? fold(flat, shape.split(",").map(Number)) : flat;
}

/**
 * @param {Float32Array | Float64Array | Int32Array} array
 * @param {number[]} lengths of its dimensions
 * @returns {unknown}
 */
function fold(array, lengths) {
  if (lengths.length < 2) return array;
  const size = array.length / lengths[0];
  return Array.from({ length: lengths[0] }, (_, i) =>
    fold(array.subarray(i * size, (i + 1) * size), lengths.slice(1)),
  );
}

/** @type {CanvasRenderingContext2D | null} */
let pen = null;

/**
 * A colour in hexadecimal: any canvas knows all names of colours. The fallback for one that it can't read.
 * @param {string} colour
 * @param {string} fallback
 */
function hex(colour, fallback) {
  pen ??= document.createElement("canvas").getContext("2d");
  if (!pen) return fallback;
  pen.fillStyle = fallback;
  pen.fillStyle = colour;
  return pen.fillStyle.startsWith("#") ? pen.fillStyle : fallback;
}

/** @param {string} colour #rrggbb */
const channels = (colour) => [1, 3, 5].map((i) => Number.parseInt(colour.slice(i, i + 2), 16));

/**
 * A share of one colour on another, all #rrggbb.
 * @param {string} ink
 * @param {string} paper
 * @param {number} share
 */
export function mix(ink, paper, share) {
  const under = channels(paper);
  const mixed = channels(ink).map((c, i) => Math.round(share * c + (1 - share) * under[i]));
  return `#${mixed.map((c) => c.toString(16).padStart(2, "0")).join("")}`;
}

/**
 * The theme that the page has now: our colours, the page's paper, ink and font, and how large letters are.
 * @param {Element} root
 * @returns {Theme}
 */
export function currentTheme(root) {
  const style = getComputedStyle(root);
  /** @param {string} name */
  const read = (name) => style.getPropertyValue(`--st-${name}`).trim();
  const paper = hex(read("background-color"), "#ffffff");
  const [r, g, b] = channels(paper);
  const dark = 0.2126 * r + 0.7152 * g + 0.0722 * b < 110;
  const ink = hex(read("text-color"), dark ? "#fafafa" : "#31333f");
  const palette = { ...palettes?.[dark ? "dark" : "light"], paper, ink };
  const enlargement = Number(style.getPropertyValue("--gradviz-enlargement")) || 1;
  return { dark, font: read("font"), palette, enlargement, dashes: {} };
}

/**
 * The theme of paper: black on white in every theme of the page, and each method tells itself apart without colours.
 * @param {Theme} shown on the page
 * @returns {Theme}
 */
export const paperTheme = ({ palette, ...rest }) => ({
  ...rest,
  dark: false,
  palette: palettes?.print ?? palette,
  dashes: printedDashes,
});

/** The curves of errors: pale ones too are the method's line, and not the theory about it. */
const CURVES = ["error", "exact", "level"];

/**
 * A figure, as it comes from the server, in which the lines of methods have other dashes.
 * @param {Figure} figure
 * @param {Record<string, string>} dashes by method
 * @returns {Figure}
 */
export function withDashes(figure, dashes) {
  const dashOf = (/** @type {Trace} */ { line, meta }) => {
    const method = meta?.method ?? line?.color?.slice(1) ?? "";
    const own = line?.color === `@${method}` || CURVES.includes(meta?.role ?? "");
    return line?.dash && own ? dashes[method] : undefined;
  };
  if (!figure.data.some(dashOf)) return figure;
  const data = figure.data.map((trace) => {
    const dash = dashOf(trace);
    return dash ? { ...trace, line: { ...trace.line, dash } } : trace;
  });
  return { ...figure, data };
}

/**
 * The colour that "@name" or "@name/share" stands for.
 * @param {string} name
 * @param {Palette} palette
 * @returns {string}
 */
export function colourOf(name, palette) {
  const [key, share] = name.slice(1).split("/");
  const named = palette[key] ?? palette.ink;
  const colour = named.startsWith("@") ? colourOf(named, palette) : named;
  return share ? mix(colour, palette.paper, Number(share)) : colour;
}

/** @param {string} key */
function heavyArray(key) {
  for (const { latest, former } of parts.values()) {
    const array = latest.get(key) ?? former.get(key);
    if (array) return array;
  }
  return undefined;
}

/**
 * @param {string} key
 * @param {Arrays} named
 */
const arrayOf = (key, named) => named.get(key) ?? heavyArray(key);

/**
 * A copy of a figure, or of a part of it, with its colours painted and its arrays in place.
 * @param {unknown} value
 * @param {Palette} palette
 * @param {Arrays} named
 * @returns {unknown}
 */
export function paint(value, palette, named) {
  if (typeof value === "string") return value.startsWith("@") ? colourOf(value, palette) : value;
  if (Array.isArray(value)) return value.map((item) => paint(item, palette, named));
  if (value === null || typeof value !== "object") return value;
  if ("part" in value) return readable(arrayOf(String(value.part), named));
  if ("bdata" in value) return decode(/** @type {PackedArray} */ (value));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, paint(item, palette, named)]));
}

/** @param {unknown} array */
function readable(array) {
  if (array instanceof Error) throw array;
  return array;
}

/**
 * Whether all that a figure refers to is here.
 * @param {unknown} value
 * @param {Arrays} named
 */
export const complete = (value, named) => palettes !== null && !lacksPart(value, named);

/**
 * @param {unknown} value
 * @param {Arrays} named
 * @returns {boolean}
 */
function lacksPart(value, named) {
  if (value === null || typeof value !== "object") return false;
  if ("part" in value) return !arrayOf(String(value.part), named);
  return Object.values(value).some((item) => lacksPart(item, named));
}

/**
 * Decoded arrays by key. One that is known already stays the same object: Plotly then sees that it has not
 * changed. In place of one that can't be decoded stands the error: what refers to it fails when it is
 * painted, and nothing else does.
 * @param {Record<string, PackedArray>} arrays
 * @param {(key: string) => unknown} known
 * @returns {Arrays}
 */
export function decodeAll(arrays, known) {
  return new Map(Object.entries(arrays).map(([key, array]) => [key, known(key) ?? attemptToDecode(array)]));
}

/** @param {PackedArray} array */
function attemptToDecode(array) {
  try {
    return decode(array);
  } catch (problem) {
    return problem instanceof Error ? problem : new Error(String(problem));
  }
}

/**
 * Keep what a message brings for all views; the arrays of mounts that have left the page go.
 * @param {Element} mount
 * @param {PartsData} data
 */
export function keepParts(mount, data) {
  palettes = data.palettes;
  printedDashes = data.printedDashes ?? printedDashes;
  const latest = decodeAll(data.parts, heavyArray);
  parts.set(mount, { latest, former: parts.get(mount)?.latest ?? latest });
  for (const other of parts.keys()) if (!other.isConnected) parts.delete(other);
}
