// Where words and the lens stand on a stage, so that nothing lies over anything. No DOM.

import { boxShare, discShare, wayShare } from "./silhouette.js";

/** @import {Silhouette} from "./silhouette.js" */
/** @typedef {{left: number, right: number, top: number, bottom: number}} Box */
/** @typedef {{x: number, y: number, radius: number}} Circle */
/** @typedef {Circle & {caption: {x: number, y: number}}} LensPlace */
/** @typedef {[number, number]} Spot in px */
/**
 * What the lens must not cover: boxes of words, the point, and the arrows from there to their tips; faint lines
 * that it should not cover either, and where the sheet is seen, over which it should not lie.
 * @typedef {object} Obstacles
 * @property {Box[]} boxes
 * @property {Spot} point
 * @property {Spot[]} tips
 * @property {[Spot, Spot][]} faint
 * @property {Silhouette} sheet
 */

const LETTER = 0.6; // of the size of a letter, its usual width
const DESCENT = 0.15; // below which a line of text may still reach: at the edge it would be cut
const LOWERED = 0.16; // below which an index reaches
const LINE = 0.62; // and half the height that a line of text takes

/**
 * The room of a text about its middle, in px.
 * @param {number[]} middle
 * @param {string} text with <sub> and <sup>
 * @param {number} letters their size
 * @returns {Box}
 */
export function textBox([x, y], text, letters) {
  const half = Math.max(4, (text.replace(/<[^>]*>/g, "").length * letters * LETTER) / 2) + 2;
  const lower = text.includes("<sub>") ? LOWERED : 0;
  return { left: x - half, right: x + half, top: y - LINE * letters, bottom: y + (LINE + lower) * letters };
}

/** @param {Box} one @param {Box} other */
export const overlap = (one, other) =>
  one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;

/**
 * @param {Box} box
 * @param {[number, number]} size
 */
export const isInside = ({ left, right, top, bottom }, [width, height]) =>
  left >= 0 && right <= width && top >= 0 && bottom <= height;

/**
 * The middle of a text nearest to a wanted one for which it is not cut off.
 * @param {number[]} wanted
 * @param {string} text
 * @param {number} letters
 * @param {[number, number]} size
 * @returns {Spot}
 */
export function kept([x, y], text, letters, [width, height]) {
  const { left, right, top, bottom } = textBox([0, 0], text, letters);
  const lowest = height - bottom - DESCENT * letters;
  return [Math.min(Math.max(x, -left), width - right), Math.min(Math.max(y, -top), lowest)];
}

/**
 * How far a place is from the segment between two others.
 * @param {number[]} place
 * @param {number[]} a
 * @param {number[]} b
 */
export function fromSegment([x, y], a, b) {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const along = ((x - a[0]) * dx + (y - a[1]) * dy) / (dx * dx + dy * dy || 1);
  const share = Math.min(1, Math.max(0, along));
  return Math.hypot(x - a[0] - share * dx, y - a[1] - share * dy);
}

/**
 * Whether a segment comes into a box, by clipping it at each of its sides (Liang–Barsky).
 * @param {Box} box
 * @param {number[]} a
 * @param {number[]} b
 */
export function crosses({ left, right, top, bottom }, a, b) {
  let [enters, leaves] = [0, 1];
  for (const [k, low, high] of /** @type {const} */ ([
    [0, left, right],
    [1, top, bottom],
  ])) {
    const way = b[k] - a[k];
    if (way === 0) {
      if (a[k] < low || a[k] > high) return false;
      continue;
    }
    const [one, other] = [(low - a[k]) / way, (high - a[k]) / way];
    enters = Math.max(enters, Math.min(one, other));
    leaves = Math.min(leaves, Math.max(one, other));
  }
  return enters <= leaves;
}

// ---------------------------------------------------------------- the lens

export const CAPTION = 13; // size of the letters of its words
const SHARES = [1, 0.8, 0.64, 0.5]; // of the usual radius, the larger the better
const SMALLEST = 24; // px; smaller, it shows nothing
const EDGE = 6;
const AWAY = 14; // px from point and arrows
const UNDER = 14; // px from the rim to the middle of its words
const GRID = 12; // places each way
const OVER = 0.05; // of its disc may lie over the sheet
const TOUCH = 0.01; // of it costs nothing yet
const SHEET_COST = 60; // of a disc that lies all over the sheet
const WORDS_COST = 1; // of words that do
const RAYS_COST = 0.8; // and of the way from the lens to the tip, along which rays are drawn
const FAR_COST = 2.5; // of the whole diagonal between the lens and the tip
const SMALL_COST = 2; // of all of the usual radius
const LINE_COST = 1.5; // of a faint line that is covered

/**
 * The radius of a lens for which there is room enough.
 * @param {[number, number]} size of the stage
 */
export const usualRadius = ([width, height]) => Math.min(104, Math.max(48, 0.14 * Math.min(width, height)));

/**
 * Where the lens and its words stand: clear of point, arrows and other words, inside the stage, and not over the
 * sheet; where it stood before as long as that is so, and no larger one has room. Rather a little smaller than over
 * the sheet. The words stand below it, or above. Null where there is no room.
 * @param {[number, number]} size of the stage
 * @param {Obstacles} obstacles
 * @param {LensPlace | null} before
 * @param {(radius: number) => string} wordsOf
 * @returns {LensPlace | null}
 */
export function lensPlace(size, obstacles, before, wordsOf) {
  const usual = usualRadius(size);
  const shares = SHARES.map((share) => share * usual).filter((radius) => radius >= SMALLEST);
  const radii = [...shares, SMALLEST];
  const smaller = (/** @type {number} */ radius) => SMALL_COST * (1 - radius / usual);
  const cost = (/** @type {LensPlace} */ place) =>
    smaller(place.radius) + costOf(place, wordsOf(place.radius), size, obstacles);
  const same = before && radii.some((radius) => Math.abs(before.radius - radius) < 1);
  const kept = same ? captioned(before, wordsOf(before.radius), size, obstacles) : null;
  const free = kept && discShare(obstacles.sheet, kept) <= OVER;
  if (free && usual - kept.radius < 1) return kept;
  /** @type {{place: LensPlace, cost: number} | null} */
  let best = kept && { place: kept, cost: cost(kept) };
  for (const radius of radii) {
    if (free && radius < kept.radius + 1) break; // only a larger one is worth a move
    if (best && (radius === SMALLEST || best.cost <= smaller(radius))) break;
    const words = wordsOf(radius);
    for (const [x, y] of seats(size, radius)) {
      const circle = { x, y, radius };
      // what is known without its words is at most the cost
      if (best && smaller(radius) + placeCost(circle, size, obstacles) >= best.cost) continue;
      const place = captioned(circle, words, size, obstacles);
      if (!place) continue;
      const whole = cost(place);
      if (!best || whole < best.cost) best = { place, cost: whole };
    }
  }
  return best ? best.place : null;
}

/**
 * The middles of lenses of a radius that are looked at.
 * @param {[number, number]} size
 * @param {number} radius
 * @returns {Spot[]}
 */
function seats([width, height], radius) {
  const room = EDGE + radius;
  if (2 * room > Math.min(width, height)) return [];
  const along = (/** @type {number} */ length) =>
    Array.from({ length: GRID + 1 }, (_, i) => room + (i / GRID) * (length - 2 * room));
  return along(width).flatMap((x) => along(height).map((y) => /** @type {Spot} */ ([x, y])));
}

/**
 * The circle with its words where there is room for both; null where one of them covers something.
 * @param {Circle} circle
 * @param {string} words
 * @param {[number, number]} size
 * @param {Obstacles} obstacles
 * @returns {LensPlace | null}
 */
function captioned({ x, y, radius }, words, size, { boxes, point, tips }) {
  const rim = { left: x - radius, right: x + radius, top: y - radius, bottom: y + radius };
  if (!isInside(rim, size)) return null;
  if (Math.hypot(x - point[0], y - point[1]) < radius + AWAY) return null;
  if (tips.some((tip) => fromSegment([x, y], point, tip) < radius + AWAY)) return null;
  if (boxes.some((box) => fromBox([x, y], box) < radius + 2)) return null;
  for (const side of [1, -1]) {
    const middle = kept([x, y + side * (radius + UNDER)], words, CAPTION, size);
    const box = textBox(middle, words, CAPTION);
    const covers =
      !isInside(box, size) ||
      fromBox([x, y], box) < radius ||
      fromBox(point, box) < AWAY ||
      boxes.some((other) => overlap(box, other)) ||
      tips.some((tip) => crosses(box, point, tip));
    if (!covers) return { x, y, radius, caption: { x: middle[0], y: middle[1] } };
  }
  return null;
}

/**
 * @param {number[]} place
 * @param {Box} box
 */
const fromBox = ([x, y], { left, right, top, bottom }) =>
  Math.hypot(x - Math.min(Math.max(x, left), right), y - Math.min(Math.max(y, top), bottom));

/**
 * What the place of a circle costs, whatever its words.
 * @param {Circle} circle
 * @param {[number, number]} size
 * @param {Obstacles} obstacles
 */
function placeCost(circle, [width, height], { sheet, tips: [tip] }) {
  const far = tip ? Math.hypot(tip[0] - circle.x, tip[1] - circle.y) / Math.hypot(width, height) : 0;
  return SHEET_COST * Math.max(0, discShare(sheet, circle) - TOUCH) + FAR_COST * far;
}

/**
 * @param {LensPlace} place
 * @param {string} words
 * @param {[number, number]} size
 * @param {Obstacles} obstacles
 */
function costOf(place, words, size, obstacles) {
  const { x, y, radius, caption } = place;
  const { sheet, faint, tips } = obstacles;
  const box = textBox([caption.x, caption.y], words, CAPTION);
  const lines = faint.filter(([a, b]) => fromSegment([x, y], a, b) < radius || crosses(box, a, b)).length;
  const rays = tips.length ? wayShare(sheet, [x, y], tips[0]) : 0;
  const told = WORDS_COST * boxShare(sheet, box) + RAYS_COST * rays + LINE_COST * lines;
  return placeCost(place, size, obstacles) + told;
}
