// A GIF in which a frame has only what has changed since the one before: the rest is transparent. No DOM.

import { GIFEncoder, quantize } from "../vendor/gifenc.js";

/** @import {Colour} from "../vendor/gifenc.js" */

const COLOURS = 255; // of a frame, and one that is transparent
const TRANSPARENT = 255;

/**
 * A GIF to which frames are added; it plays for ever.
 * @param {number} width
 * @param {number} height
 * @param {string[]} exact colours, #rrggbb, that stay as they are: thin lines have few pixels, and paper many
 */
export function createGif(width, height, exact) {
  const encoder = GIFEncoder();
  const kept = exact.map(channels);
  /** @type {Uint32Array | null} */
  let before = null;
  return {
    /**
     * @param {Uint8ClampedArray<ArrayBuffer>} rgba width × height × 4, opaque; kept
     * @param {number} hold ms
     */
    add(rgba, hold) {
      const pixels = new Uint32Array(rgba.buffer);
      const { index, palette } = indexed(pixels, before, kept);
      const looks = { transparent: true, transparentIndex: TRANSPARENT, dispose: 1, repeat: 0 };
      encoder.writeFrame(index, width, height, { palette, delay: hold, ...looks });
      before = pixels;
    },
    finish() {
      encoder.finish();
      return encoder.bytes();
    },
  };
}

/**
 * Those pixels that differ from the ones before, each as the place of its colour in a palette.
 * @param {Uint32Array<ArrayBuffer>} pixels
 * @param {Uint32Array | null} before
 * @param {Colour[]} kept colours that the palette is to have where they occur
 */
function indexed(pixels, before, kept) {
  const places = changedPlaces(pixels, before);
  const changed = new Uint32Array(places.length);
  for (let i = 0; i < places.length; i += 1) changed[i] = pixels[places[i]];
  /** @type {Map<number, number>} */
  const known = new Map(); // the place of a colour in the palette
  for (const colour of changed) known.set(colour, -1);
  const exact = kept.filter((colour) => known.has(packed(colour)));
  const room = COLOURS - exact.length;
  const found = places.length
    ? quantize(new Uint8ClampedArray(changed.buffer), room, { format: "rgb565" })
    : [];
  const palette = [...exact, ...found.slice(0, room)];
  for (const colour of known.keys()) known.set(colour, nearest(palette, colour));
  const index = new Uint8Array(pixels.length).fill(TRANSPARENT);
  for (let i = 0; i < places.length; i += 1) index[places[i]] = known.get(changed[i]) ?? TRANSPARENT;
  return { index, palette: [...palette, ...Array(COLOURS + 1 - palette.length).fill([0, 0, 0])] };
}

/**
 * Where two pictures differ; everywhere without one before.
 * @param {Uint32Array} pixels
 * @param {Uint32Array | null} before
 */
function changedPlaces(pixels, before) {
  const places = new Uint32Array(pixels.length);
  let count = 0;
  for (let i = 0; i < pixels.length; i += 1) {
    if (before && pixels[i] === before[i]) continue;
    places[count] = i;
    count += 1;
  }
  return places.subarray(0, count);
}

/**
 * The place of the colour of a palette that is nearest to a pixel.
 * @param {Colour[]} palette
 * @param {number} pixel
 */
function nearest(palette, pixel) {
  const [r, g, b] = [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255];
  let [least, place] = [Number.POSITIVE_INFINITY, 0];
  for (let i = 0; i < palette.length && least > 0; i += 1) {
    const colour = palette[i];
    const off = (colour[0] - r) ** 2 + (colour[1] - g) ** 2 + (colour[2] - b) ** 2;
    if (off < least) [least, place] = [off, i];
  }
  return place;
}

/**
 * @param {string} colour #rrggbb
 * @returns {Colour}
 */
const channels = (colour) => [1, 3, 5].map((from) => Number.parseInt(colour.slice(from, from + 2), 16));

/**
 * An opaque colour as a pixel holds it.
 * @param {Colour} colour
 */
const packed = ([r, g, b]) => ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
