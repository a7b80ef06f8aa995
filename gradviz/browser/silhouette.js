// Where the sheet of a scene is seen on its stage, in coarse cells: how much of it a circle or a box covers. No DOM.

/** @import {Grid} from "./types.js" */
/** @import {Sight} from "./sight.js" */
/** @import {Box, Circle} from "./placing.js" */
/**
 * The cells of a stage: in ``sums`` for each row how many of its first cells, 0 … columns, the sheet is seen in.
 * @typedef {object} Silhouette
 * @property {number} columns
 * @property {number} rows
 * @property {Int32Array} sums (rows × (columns + 1))
 */

const CELL = 8; // px
const ALONG = 16; // cells of the sheet each way: as many as are drawn straight between their corners
const RAYS = 24; // places of a way that are looked at

/**
 * Some of the indices of an axis, evenly spread, with both ends.
 * @param {ArrayLike<number>} axis
 */
const indices = ({ length }) =>
  Array.from({ length: ALONG + 1 }, (_, k) => Math.round((k * (length - 1)) / ALONG));

/**
 * @param {Grid} surface
 * @param {[number, number]} heights between which the sheet is drawn; what is outside is cut off
 * @param {Sight} sight
 * @param {[number, number]} size of the stage
 * @returns {Silhouette}
 */
export function silhouetteOf({ x, y, z }, [low, high], sight, [width, height]) {
  const [columns, rows] = [Math.ceil(width / CELL), Math.ceil(height / CELL)];
  const filled = new Uint8Array(columns * rows);
  const across = indices(x);
  const places = indices(y).map((j) =>
    across.map((i) => {
      if (!Number.isFinite(z[j][i])) return null;
      const [right, down] = sight([x[i], y[j], Math.min(high, Math.max(low, z[j][i]))]);
      return {
        at: [right / CELL, down / CELL],
        cut: Math.sign(Math.max(z[j][i] - high, 0) - Math.max(low - z[j][i], 0)),
      };
    }),
  );
  for (let j = 0; j < ALONG; j += 1)
    for (let i = 0; i < ALONG; i += 1) {
      const [a, b, c, d] = [places[j][i], places[j][i + 1], places[j + 1][i], places[j + 1][i + 1]];
      if (!(a && b && c && d)) continue;
      if (a.cut && a.cut === b.cut && a.cut === c.cut && a.cut === d.cut) continue;
      fill(filled, columns, rows, [a.at, b.at, c.at]);
      fill(filled, columns, rows, [b.at, c.at, d.at]);
    }
  const sums = new Int32Array(rows * (columns + 1));
  for (let row = 0; row < rows; row += 1)
    for (let column = 0; column < columns; column += 1) {
      const at = row * (columns + 1) + column;
      sums[at + 1] = sums[at] + filled[row * columns + column];
    }
  return { columns, rows, sums };
}

/**
 * Fill the cells whose middle is in a triangle, and those of its corners, which may be thinner than a cell.
 * @param {Uint8Array} filled
 * @param {number} columns
 * @param {number} rows
 * @param {number[][]} corners in cells
 */
function fill(filled, columns, rows, corners) {
  const ys = corners.map(([, y]) => y);
  const first = Math.max(0, Math.ceil(Math.min(...ys) - 0.5));
  const last = Math.min(rows - 1, Math.floor(Math.max(...ys) - 0.5));
  for (let row = first; row <= last; row += 1) {
    const middle = row + 0.5;
    let [left, right] = [Infinity, -Infinity];
    for (let k = 0; k < 3; k += 1) {
      const [[ax, ay], [bx, by]] = [corners[k], corners[(k + 1) % 3]];
      if (middle < Math.min(ay, by) || middle > Math.max(ay, by) || ay === by) continue;
      const x = ax + ((middle - ay) / (by - ay)) * (bx - ax);
      [left, right] = [Math.min(left, x), Math.max(right, x)];
    }
    const [from, to] = [Math.max(0, Math.ceil(left - 0.5)), Math.min(columns - 1, Math.floor(right - 0.5))];
    if (to >= from) filled.fill(1, row * columns + from, row * columns + to + 1);
  }
  for (const [x, y] of corners)
    if (x >= 0 && x < columns && y >= 0 && y < rows) filled[Math.floor(y) * columns + Math.floor(x)] = 1;
}

/**
 * How many cells of a row between two columns the sheet is seen in.
 * @param {Silhouette} silhouette
 * @param {number} row
 * @param {number} from
 * @param {number} to the first that does not count
 */
function between({ columns, rows, sums }, row, from, to) {
  if (row < 0 || row >= rows) return 0;
  const [first, last] = [from, to].map((column) => Math.min(columns, Math.max(0, column)));
  return sums[row * (columns + 1) + last] - sums[row * (columns + 1) + first];
}

/**
 * How much of a circle lies over the sheet, 0 … 1: of the cells whose middle is in it.
 * @param {Silhouette} silhouette
 * @param {Circle} circle
 */
export function discShare(silhouette, { x, y, radius }) {
  let [over, all] = [0, 0];
  const last = Math.floor((y + radius) / CELL - 0.5);
  for (let row = Math.ceil((y - radius) / CELL - 0.5); row <= last; row += 1) {
    const half = Math.sqrt(Math.max(0, radius ** 2 - ((row + 0.5) * CELL - y) ** 2));
    const [from, to] = [Math.ceil((x - half) / CELL - 0.5), Math.floor((x + half) / CELL - 0.5) + 1];
    if (to <= from) continue;
    over += between(silhouette, row, from, to);
    all += to - from;
  }
  return over / Math.max(1, all);
}

/**
 * How much of a box lies over the sheet, 0 … 1: of the cells that it touches.
 * @param {Silhouette} silhouette
 * @param {Box} box
 */
export function boxShare(silhouette, { left, right, top, bottom }) {
  let [over, all] = [0, 0];
  const [from, to] = [Math.floor(left / CELL), Math.ceil(right / CELL)];
  for (let row = Math.floor(top / CELL); row < Math.ceil(bottom / CELL); row += 1) {
    over += between(silhouette, row, from, to);
    all += to - from;
  }
  return over / Math.max(1, all);
}

/**
 * How much of the way between two places lies over the sheet, 0 … 1.
 * @param {Silhouette} silhouette
 * @param {number[]} a
 * @param {number[]} b
 */
export function wayShare(silhouette, a, b) {
  let over = 0;
  for (let k = 0; k < RAYS; k += 1) {
    const [x, y] = [0, 1].map((i) => (a[i] + ((k + 0.5) / RAYS) * (b[i] - a[i])) / CELL);
    over += between(silhouette, Math.floor(y), Math.floor(x), Math.floor(x) + 1);
  }
  return over / RAYS;
}
