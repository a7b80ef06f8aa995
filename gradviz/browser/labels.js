// Where the words on a plot stand: beside their lines, off everything that is drawn, and off what moves. All in
// pixels; nothing here needs a page.

/** @import {Box, Label} from "./types.js" */
/** @typedef {[number, number][]} Line a run of places that are joined */
/**
 * What is drawn, as cells, and how many of them lie above and to the left of each corner.
 * @typedef {{left: number, top: number, columns: number, rows: number, cells: Uint8Array, sums: Uint32Array}} Grid
 */
/** @typedef {{box: Box, cost: number}} Candidate */
/** @typedef {{candidates: Candidate[], current: Candidate | null}} Placing */

const CELL = 3; // px
const COVER = 10; // the cost of a covered cell, in px of distance
const GAPS = [4, 10, 20]; // px from a line to a word beside it
const FAR = [12, 20, 32, 46, 62, 80]; // px from a spot
const APART = 14; // px from one place to try on a line to the next
const PER_PLACE = 3; // candidates kept for each such place, so that others remain where one is hidden
const TOUCHED = 2; // covered cells that do not yet hide a word
const SPACE = 3; // px between two words
const EDGE = 2; // px between a word and the edge of the plot
const BEYOND = 10; // px by which a word may be wider than its column, on either side
/** @type {[number, number][]} right and down */
const SIDES = [
  [0, -1],
  [0, 1],
  [-1, -1],
  [1, -1],
  [-1, 1],
  [1, 1],
  [-1, 0],
  [1, 0],
];

/**
 * An empty grid over a plot.
 * @param {Box} plot
 * @returns {Grid}
 */
export function createGrid({ left, top, right, bottom }) {
  const columns = Math.max(1, Math.ceil((right - left) / CELL));
  const rows = Math.max(1, Math.ceil((bottom - top) / CELL));
  const sums = new Uint32Array((columns + 1) * (rows + 1));
  return { left, top, columns, rows, cells: new Uint8Array(columns * rows), sums };
}

/**
 * Mark the cells within ``radius`` of a place.
 * @param {Grid} grid changed
 * @param {number} x
 * @param {number} y
 * @param {number} [radius]
 */
export function markDot({ left, top, columns, rows, cells }, x, y, radius = 1) {
  const [a, b] = [x - radius - left, x + radius - left].map((at) => Math.floor(at / CELL));
  const [c, d] = [y - radius - top, y + radius - top].map((at) => Math.floor(at / CELL));
  for (let row = Math.max(0, c); row <= Math.min(rows - 1, d); row += 1) {
    for (let column = Math.max(0, a); column <= Math.min(columns - 1, b); column += 1) {
      cells[row * columns + column] = 1;
    }
  }
}

/**
 * Mark the cells that a line passes.
 * @param {Grid} grid changed
 * @param {Line} line
 */
export function markLine(grid, line) {
  if (line.length === 1) markDot(grid, ...line[0]);
  for (let k = 1; k < line.length; k += 1) {
    const [[x, y], [toX, toY]] = [line[k - 1], line[k]];
    const parts = Math.min(2000, Math.ceil(Math.max(Math.abs(toX - x), Math.abs(toY - y)) / CELL) || 1);
    for (let i = 0; i <= parts; i += 1) {
      markDot(grid, x + ((toX - x) * i) / parts, y + ((toY - y) * i) / parts);
    }
  }
}

/**
 * Count the marked cells; call after the last mark.
 * @param {Grid} grid changed
 */
export function countCells({ columns, rows, cells, sums }) {
  const wide = columns + 1;
  for (let row = 0; row < rows; row += 1) {
    let inRow = 0;
    for (let column = 0; column < columns; column += 1) {
      inRow += cells[row * columns + column];
      sums[(row + 1) * wide + column + 1] = sums[row * wide + column + 1] + inRow;
    }
  }
}

/**
 * How many marked cells a box touches.
 * @param {Grid} grid counted
 * @param {Box} box
 */
export function covered({ left, top, columns, rows, sums }, box) {
  const within = (/** @type {number} */ at, /** @type {number} */ most) => Math.min(most, Math.max(0, at));
  const a = within(Math.floor((box.left - left) / CELL), columns);
  const b = within(Math.ceil((box.right - left) / CELL), columns);
  const c = within(Math.floor((box.top - top) / CELL), rows);
  const d = within(Math.ceil((box.bottom - top) / CELL), rows);
  const wide = columns + 1;
  return sums[d * wide + b] - sums[c * wide + b] - sums[d * wide + a] + sums[c * wide + a];
}

/**
 * The places where a label may stand, the best one first.
 * @param {Label} label
 * @param {[number, number]} size of its word
 * @param {Line[]} lines that it belongs to; for a column, its left and its right end
 * @param {Box} plot
 * @param {Grid} grid counted
 * @param {Grid | null} own of its own lines alone, where it may stand on them
 * @returns {Candidate[]}
 */
export function candidatesOf(label, size, lines, plot, grid, own = null) {
  const places = label.kind === "column" ? columnPlaces(lines, size, plot) : lines.flatMap(placesAlong);
  const most = label.essential ? Infinity : TOUCHED;
  const less = preference(label.kind, places, plot);
  return places
    .flatMap((place) =>
      boxesAt(label.kind, place, size)
        .filter(({ box }) => isInside(box, plot, own ? EDGE : -EDGE))
        .map(({ box, gap }) => ({ box, gap, hidden: covered(grid, box) - (own ? covered(own, box) : 0) }))
        .filter(({ hidden }) => hidden <= most)
        .map(({ box, gap, hidden }) => ({ box, cost: COVER * hidden + gap + less(place) }))
        .sort((one, other) => one.cost - other.cost)
        .slice(0, label.kind === "spot" ? Infinity : PER_PLACE),
    )
    .sort((one, other) => one.cost - other.cost);
}

/**
 * Choose a place for each label, the first one first. A label stays where it stands unless it is hit there, so
 * that nothing jumps; null where it has no place.
 * @param {Placing[]} labels
 * @param {Box[]} moving what no word may touch
 * @returns {(Candidate | null)[]}
 */
export function choosePlaces(labels, moving) {
  /** @type {Box[]} */
  const taken = [];
  return labels.map(({ candidates, current }) => {
    const isFree = (/** @type {Candidate} */ { box }) =>
      !moving.some((other) => overlap(box, other, 0)) && !taken.some((other) => overlap(box, other, SPACE));
    const chosen = current && isFree(current) ? current : (candidates.find(isFree) ?? null);
    if (chosen) taken.push(chosen.box);
    return chosen;
  });
}

/**
 * The candidate of a new drawing that stands where a label has stood, if it is still about as good as the best.
 * @param {Candidate[]} candidates
 * @param {Candidate | null} former
 */
export function samePlace(candidates, former) {
  if (!former || !candidates.length) return null;
  const { left, top } = former.box;
  const near = candidates.find(({ box }) => Math.hypot(box.left - left, box.top - top) < 2);
  return near && near.cost <= candidates[0].cost + 2 * COVER ? near : null;
}

/**
 * @param {Box} one
 * @param {Box} other
 * @param {number} apart px
 */
export const overlap = (one, other, apart) =>
  one.left < other.right + apart &&
  other.left < one.right + apart &&
  one.top < other.bottom + apart &&
  other.top < one.bottom + apart;

/**
 * @param {Box} box
 * @param {Box} plot
 * @param {number} over px by which it may reach over the upper and the lower edge
 */
const isInside = (box, plot, over) =>
  box.left >= plot.left + EDGE &&
  box.right <= plot.right - EDGE &&
  box.top >= plot.top - over &&
  box.bottom <= plot.bottom + over;

/**
 * Places along a line, about equally far from each other.
 * @param {Line} line
 * @returns {Line}
 */
function placesAlong(line) {
  /** @type {Line} */
  const places = [];
  line.forEach(([x, y], k) => {
    const [lastX, lastY] = places[places.length - 1] ?? [-Infinity, -Infinity];
    if (Math.hypot(x - lastX, y - lastY) >= APART || k === line.length - 1) places.push([x, y]);
    if (k + 1 === line.length) return;
    const [[toX, toY], parts] = [
      line[k + 1],
      Math.floor(Math.hypot(line[k + 1][0] - x, line[k + 1][1] - y) / APART),
    ];
    for (let i = 1; i < parts; i += 1)
      places.push([x + ((toX - x) * i) / parts, y + ((toY - y) * i) / parts]);
  });
  return places;
}

/**
 * Places from top to bottom half-way between two ends, or next to that inside the plot; none where a word is much
 * wider than what it names.
 * @param {Line[]} lines
 * @param {[number, number]} size
 * @param {Box} plot
 * @returns {Line}
 */
function columnPlaces([ends], [width], { left, right, top, bottom }) {
  if (!ends || ends[1][0] - ends[0][0] < width - 2 * BEYOND) return [];
  const half = width / 2 + EDGE;
  const middle = Math.min(Math.max((ends[0][0] + ends[1][0]) / 2, left + half), right - half);
  const count = Math.max(0, Math.floor((bottom - top) / 8));
  return Array.from({ length: count }, (_, k) => [middle, top + 8 * (k + 1)]);
}

/**
 * @param {Label["kind"]} kind
 * @param {[number, number]} place
 * @param {[number, number]} size
 * @returns {{box: Box, gap: number}[]}
 */
function boxesAt(kind, [x, y], [width, height]) {
  const centred = (
    /** @type {number} */ middle,
    /** @type {number} */ centre,
    /** @type {number} */ gap,
  ) => ({
    box: {
      left: middle - width / 2,
      top: centre - height / 2,
      right: middle + width / 2,
      bottom: centre + height / 2,
    },
    gap,
  });
  if (kind === "level" || kind === "column") return [centred(x, y, 0)];
  return (kind === "spot" ? FAR : GAPS).flatMap((gap) =>
    SIDES.map(([right, down]) =>
      centred(x + right * (width / 2 + gap), y + down * (height / 2 + gap), gap * Math.hypot(right, down)),
    ),
  );
}

/**
 * How much less a label is wanted at one of its places than at the best of them.
 * @param {Label["kind"]} kind
 * @param {Line} places
 * @param {Box} plot
 * @returns {(place: [number, number]) => number}
 */
function preference(kind, places, { left, right, top }) {
  if (kind === "end") return ([x]) => Math.min(right - x, x - left + 60) / 8; // the right end, else the left one
  if (kind === "level") return ([x]) => (x - left) / 20;
  if (kind === "column") return ([, y]) => (y - top) / 20;
  if (kind === "spot") return () => 0;
  const across = places.map(([x]) => x);
  const middle = (Math.min(...across) + Math.max(...across)) / 2;
  return ([x]) => Math.abs(x - middle) / 20;
}
