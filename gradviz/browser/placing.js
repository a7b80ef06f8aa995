// Where words and the lens stand on a stage, so that nothing lies over anything. No DOM.

/** @typedef {{left: number, right: number, top: number, bottom: number}} Box */
/** @typedef {{x: number, y: number, radius: number}} Circle */
/** @typedef {Circle & {caption: {x: number, y: number}}} LensPlace */
/** @typedef {[number, number]} Spot in px */
/**
 * What the lens must not cover: boxes of words, the point, and the arrows from there to their tips; faint lines
 * that it should not cover either, and places of the surface, of which it should cover few.
 * @typedef {object} Obstacles
 * @property {Box[]} boxes
 * @property {Spot} point
 * @property {Spot[]} tips
 * @property {[Spot, Spot][]} faint
 * @property {Spot[]} surface
 */

const LETTER = 0.6; // of the size of a letter, its usual width
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
  return { left: x - half, right: x + half, top: y - LINE * letters, bottom: y + LINE * letters };
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
  return [Math.min(Math.max(x, -left), width - right), Math.min(Math.max(y, -top), height - bottom)];
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
const SURFACE_COST = 16; // of all of the surface
const FAR_COST = 2.5; // of the whole diagonal between the lens and the tip
const RAY = 12; // px about the way from the lens to the tip, where rays are drawn, which cover half as much
const SMALL_COST = 2; // of all of the usual radius
const LINE_COST = 1.5; // of a faint line that is covered, as much as a tenth of the surface

/**
 * Where the lens and its words stand: clear of point, arrows and other words, inside the stage, and over little of
 * the surface; where it stood before as long as that is free, and no larger one has room. Rather a little smaller
 * than over the surface. The words stand below it, or above. Null where there is no room.
 * @param {[number, number]} size of the stage
 * @param {Obstacles} obstacles
 * @param {LensPlace | null} before
 * @param {(radius: number) => string} wordsOf
 * @returns {LensPlace | null}
 */
export function lensPlace([width, height], obstacles, before, wordsOf) {
  const usual = Math.min(104, Math.max(48, 0.14 * Math.min(width, height)));
  const radii = SHARES.map((share) => share * usual).filter((radius) => radius >= SMALLEST);
  const same = before && radii.some((radius) => Math.abs(before.radius - radius) < 1);
  const kept = same && captioned(before, wordsOf(before.radius), [width, height], obstacles);
  if (kept && radii[0] - kept.radius < 1) return kept;
  /** @type {{place: LensPlace, cost: number} | null} */
  let best = null;
  for (const radius of [...radii, SMALLEST]) {
    const smaller = SMALL_COST * (1 - radius / usual);
    if (best && (radius === SMALLEST || best.cost <= smaller)) break;
    const words = wordsOf(radius);
    const room = EDGE + radius;
    if (2 * room > Math.min(width, height)) continue;
    for (let i = 0; i <= GRID; i += 1)
      for (let j = 0; j <= GRID; j += 1) {
        const circle = {
          x: room + (i / GRID) * (width - 2 * room),
          y: room + (j / GRID) * (height - 2 * room),
          radius,
        };
        const place = captioned(circle, words, [width, height], obstacles);
        if (!place) continue;
        const cost = smaller + costOf(place, words, [width, height], obstacles);
        if (!best || cost < best.cost) best = { place, cost };
      }
  }
  if (kept && !(best && best.place.radius - kept.radius >= 1)) return kept;
  return best ? best.place : null;
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
 * @param {LensPlace} place
 * @param {string} words
 * @param {[number, number]} size
 * @param {Obstacles} obstacles
 */
function costOf({ x, y, radius, caption }, words, [width, height], { surface, faint, tips: [tip] }) {
  const box = textBox([caption.x, caption.y], words, CAPTION);
  const lines = faint.filter(([a, b]) => fromSegment([x, y], a, b) < radius || crosses(box, a, b)).length;
  const told = (/** @type {number} */ px, /** @type {number} */ py) =>
    px > box.left && px < box.right && py > box.top && py < box.bottom;
  const under = surface.filter(([px, py]) => Math.hypot(px - x, py - y) < radius || told(px, py)).length;
  const crossed = tip ? surface.filter((place) => fromSegment(place, [x, y], tip) < RAY).length : 0;
  const covered = (under + 0.5 * crossed) / Math.max(1, surface.length);
  const far = tip ? Math.hypot(tip[0] - x, tip[1] - y) / Math.hypot(width, height) : 0;
  return SURFACE_COST * covered + LINE_COST * lines + FAR_COST * far;
}
