// What a figure names: its arrays by key or in base64, and its colours by the page's theme ("@ink", "@forward/0.5").

// The heavy arrays by the element that brought them: those of its last message, and of the one before, for what is drawn
// may be a message behind. Each mount has its own, so that one view's arrays don't push out another's.
const parts = new Map();
let palettes = null;

const ARRAYS = { f4: Float32Array, f8: Float64Array, i4: Int32Array };

function decode({ dtype, bdata, shape }) {
  const letters = atob(bdata);
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i += 1) bytes[i] = letters.charCodeAt(i); // ten times as fast as Uint8Array.from
  const flat = new ARRAYS[dtype](bytes.buffer);
  const fold = (array, lengths) => {
    if (lengths.length < 2) return array;
    const size = array.length / lengths[0];
    return Array.from({ length: lengths[0] }, (_, i) =>
      fold(array.subarray(i * size, (i + 1) * size), lengths.slice(1)),
    );
  };
  return shape ? fold(flat, shape.split(",").map(Number)) : flat;
}

let pen = null; // any canvas: it knows all names of colours
function hex(colour, fallback) {
  pen ??= document.createElement("canvas").getContext("2d");
  pen.fillStyle = fallback;
  pen.fillStyle = colour; // an unreadable colour leaves the fallback
  return pen.fillStyle.startsWith("#") ? pen.fillStyle : fallback;
}

const channels = (colour) => [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16));
export const mix = (ink, paper, share) => {
  const under = channels(paper);
  const mixed = channels(ink).map((c, i) => Math.round(share * c + (1 - share) * under[i]));
  return `#${mixed.map((c) => c.toString(16).padStart(2, "0")).join("")}`;
};

// The palette of the theme the page has now: our colours, the page's paper, ink and font.
export function currentTheme(root) {
  const style = getComputedStyle(root);
  const read = (name) => style.getPropertyValue(`--st-${name}`).trim();
  const paper = hex(read("background-color"), "#ffffff");
  const [r, g, b] = channels(paper);
  const dark = 0.2126 * r + 0.7152 * g + 0.0722 * b < 110;
  const ink = hex(read("text-color"), dark ? "#fafafa" : "#31333f");
  return { dark, font: read("font"), palette: { ...palettes[dark ? "dark" : "light"], paper, ink } };
}

export function colourOf(name, palette) {
  const [key, share] = name.slice(1).split("/");
  const named = palette[key] ?? palette.ink;
  const colour = named.startsWith("@") ? colourOf(named, palette) : named;
  return share ? mix(colour, palette.paper, Number(share)) : colour;
}

function heavyArray(key) {
  for (const { latest, former } of parts.values()) {
    const array = latest.get(key) ?? former.get(key);
    if (array) return array;
  }
  return undefined;
}

const arrayOf = (key, named) => named.get(key) ?? heavyArray(key);

// A copy of a figure with its colours painted and its arrays in place.
export function paint(value, palette, named) {
  if (typeof value === "string") return value.startsWith("@") ? colourOf(value, palette) : value;
  if (Array.isArray(value)) return value.map((item) => paint(item, palette, named));
  if (value === null || typeof value !== "object") return value;
  if (value.part) return readable(arrayOf(value.part, named));
  if (value.bdata) return decode(value);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, paint(item, palette, named)]));
}

function readable(array) {
  if (array instanceof Error) throw array;
  return array;
}

function missingPart(value, named) {
  if (value === null || typeof value !== "object") return false;
  if (value.part) return !arrayOf(value.part, named);
  return Object.values(value).some((item) => missingPart(item, named));
}

// Decoded arrays by key. One that was there before stays the same object: Plotly then knows that it has not changed.
// In place of one that can't be decoded stands the error: what names it fails when it is painted, and nothing else does.
export function remember(arrays, known) {
  return new Map(Object.entries(arrays).map(([key, array]) => [key, known(key) ?? attemptToDecode(array)]));
}

function attemptToDecode(array) {
  try {
    return decode(array);
  } catch (problem) {
    return problem instanceof Error ? problem : new Error(String(problem));
  }
}

// Keeps what a message brings for all views; the mounts that have left the page take theirs along.
export function keepParts(mount, data) {
  palettes = data.palettes;
  const latest = remember(data.parts, heavyArray);
  parts.set(mount, { latest, former: parts.get(mount)?.latest ?? latest });
  for (const other of parts.keys()) if (!other.isConnected) parts.delete(other);
}

// Whether all that a figure names is here.
export const complete = (value, named) => palettes !== null && !missingPart(value, named);
