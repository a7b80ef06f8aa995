import assert from "node:assert/strict";
import { test } from "node:test";
import { CAPTION, crosses, kept, lensPlace, overlap, textBox } from "../placing.js";
import { discShare, silhouetteOf } from "../silhouette.js";

/** @typedef {[number, number]} Pair */
/** @typedef {import("../placing.js").LensPlace} LensPlace */

const WORDS = "differences × 2·10¹³";
const wordsOf = () => WORDS;

/** A sheet that is seen as a quadrilateral, row by row. */
function sheetOf(/** @type {Pair[]} */ [a, b, c, d], /** @type {Pair} */ size) {
  const flat = { x: [0, 1], y: [0, 1], z: [[0, 0], [0, 0]] }; // biome-ignore format: a grid
  const mixed = (/** @type {Pair} */ p, /** @type {Pair} */ q, /** @type {number} */ share) =>
    /** @type {Pair} */ ([0, 1].map((k) => p[k] + share * (q[k] - p[k])));
  const sight = (/** @type {number[]} */ [x, y]) => mixed(mixed(a, b, x), mixed(c, d, x), y);
  return silhouetteOf(flat, [-1, 1], sight, size);
}
/** @type {Pair[]} */
const AWAY = [[-9, -9], [-8, -9], [-9, -8], [-8, -8]]; // biome-ignore format: places
const NO_SHEET = sheetOf(AWAY, [640, 620]);

/** Numbers from 0 to 1 that are the same in every run (Park and Miller). */
function numbers(/** @type {number} */ seed) {
  let state = seed;
  return () => {
    state = (16807 * state) % 2147483647;
    return state / 2147483647;
  };
}

/** All that a lens must not do, found by walking along the arrows. */
function faults(
  /** @type {Pair} */ size,
  /** @type {import("../placing.js").Obstacles} */ { boxes, point, tips },
  /** @type {LensPlace} */ { x, y, radius, caption },
) {
  const found = [];
  const words = textBox([caption.x, caption.y], WORDS, CAPTION);
  const inWords = (/** @type {number[]} */ [px, py]) =>
    px > words.left && px < words.right && py > words.top && py < words.bottom;
  if (x - radius < 0 || x + radius > size[0] || y - radius < 0 || y + radius > size[1])
    found.push("circle cut");
  if (words.left < 0 || words.right > size[0] || words.top < 0 || words.bottom > size[1])
    found.push("words cut");
  for (const tip of tips)
    for (let share = 0; share <= 1; share += 0.01) {
      const place = [0, 1].map((k) => point[k] + share * (tip[k] - point[k]));
      if (Math.hypot(place[0] - x, place[1] - y) < radius) found.push("circle over the arrow");
      if (inWords(place)) found.push("words over the arrow");
    }
  for (const box of boxes) {
    const near = [Math.max(box.left, Math.min(x, box.right)), Math.max(box.top, Math.min(y, box.bottom))];
    if (Math.hypot(near[0] - x, near[1] - y) < radius) found.push("circle over words");
    if (overlap(box, words)) found.push("words over words");
  }
  for (let angle = 0; angle < 6.3; angle += 0.1)
    if (inWords([x + 0.98 * radius * Math.cos(angle), y + 0.98 * radius * Math.sin(angle)]))
      found.push("words over the rim");
  return [...new Set(found)];
}

/** @type {Pair[]} */
const SIZES = [
  [1000, 600],
  [840, 420],
  [374, 300],
  [374, 170],
  [374, 110],
];

for (const size of SIZES) {
  test(`on ${size.join(" × ")} the lens and its words lie over nothing`, () => {
    const next = numbers(7);
    /** @type {LensPlace | null} */
    let before = null;
    let placed = 0;
    for (let turn = 0; turn < 200; turn += 1) {
      const spot = () => /** @type {Pair} */ ([next() * size[0], next() * size[1]]);
      const point = spot();
      const tips = [spot(), spot()];
      const boxes = Array.from({ length: 8 }, () => textBox(spot(), "−12.5", 13));
      const obstacles = {
        boxes,
        point,
        tips,
        faint: [],
        sheet: sheetOf(Array.from({ length: 4 }, spot), size),
      };
      const place = lensPlace(size, obstacles, before, wordsOf);
      if (place) assert.deepEqual(faults(size, obstacles, place), []);
      if (place) assert.deepEqual(lensPlace(size, obstacles, place, wordsOf), place);
      placed += place ? 1 : 0;
      before = place;
    }
    assert.ok(size[1] < 200 ? placed > 0 : placed > 190, `${placed} of 200`);
  });
}

test("where there is no room there is no lens", () => {
  const boxes = [{ left: 0, right: 640, top: 0, bottom: 620 }];
  const none = lensPlace(
    [640, 620],
    { boxes, point: [0, 0], tips: [[1, 1]], faint: [], sheet: NO_SHEET },
    null,
    wordsOf,
  );
  assert.equal(none, null);
  const low = { boxes: [], point: /** @type {Pair} */ ([180, 20]), tips: [], faint: [], sheet: NO_SHEET };
  assert.equal(lensPlace([374, 40], low, null, wordsOf), null);
});

test("a segment comes into a box, or passes it", () => {
  const box = { left: 10, right: 20, top: 10, bottom: 20 };
  /** @type {[Pair, Pair, boolean][]} */
  const cases = [
    [[0, 0], [30, 30], true],
    [[12, 12], [13, 13], true],
    [[0, 15], [9, 15], false],
    [[0, 15], [11, 15], true],
    [[0, 21], [30, 21], false],
    [[15, 0], [15, 30], true],
    [[0, 12], [12, 0], false],
    [[0, 25], [25, 0], true],
  ]; // biome-ignore format: segments
  for (const [a, b, expected] of cases) assert.equal(crosses(box, a, b), expected, `${a} – ${b}`);
});

test("words are kept inside", () => {
  for (const [x, y] of [
    [-50, 3],
    [400, 90],
    [60, 50],
  ]) {
    // biome-ignore format: places
    const box = textBox(kept([x, y], "x<sub>1</sub>", 18, [120, 100]), "x<sub>1</sub>", 18);
    assert.ok(box.left >= -1e-9 && box.right <= 120 + 1e-9 && box.top >= -1e-9 && box.bottom <= 100 + 1e-9);
    // an index hangs 0.25 of the size under the baseline, and its line 0.4 of its own size below that
    const hangs = (box.top + box.bottom) / 2 + 18 * (0.35 - 0.08 + 0.25 + 0.4 * 0.72);
    assert.ok(hangs <= 100);
  }
});

test("a faint line is left free where that costs little", () => {
  const given = {
    boxes: [],
    point: /** @type {Pair} */ ([200, 200]),
    tips: [/** @type {Pair} */ ([300, 150])],
    sheet: NO_SHEET,
  };
  const place = lensPlace([640, 620], { ...given, faint: [] }, null, wordsOf);
  assert.ok(place);
  /** @type {[Pair, Pair]} */
  const line = [[place.x, place.y - 30], [place.x, place.y + 30]]; // biome-ignore format: line
  const other = lensPlace([640, 620], { ...given, faint: [line] }, null, wordsOf);
  assert.ok(other && (other.x !== place.x || other.y !== place.y));
});

test("a lens that had to be small grows again once there is room, and one of its size stays", () => {
  /** @type {Pair} */
  const size = [800, 500];
  /** @type {import("../placing.js").Obstacles} */
  const open = { boxes: [], point: [400, 250], tips: [[500, 200]], sheet: NO_SHEET, faint: [] };
  const small = { x: 150, y: 150, radius: 35, caption: { x: 150, y: 199 } };
  const grown = lensPlace(size, open, small, wordsOf);
  assert.equal(grown?.radius, 70); // 0.14 of the height
  const aside = { ...grown, x: 120, y: 120 };
  assert.deepEqual(lensPlace(size, open, aside, wordsOf), {
    ...aside,
    caption: { x: 120, y: 120 + 70 + 14 },
  });
});

test("a lens leaves its place when the sheet comes under it", () => {
  /** @type {Pair} */
  const size = [800, 500];
  const open = {
    boxes: [],
    point: /** @type {Pair} */ ([400, 250]),
    tips: [/** @type {Pair} */ ([500, 200])],
    faint: [],
  };
  const free = { ...open, sheet: NO_SHEET };
  const place = lensPlace(size, free, null, wordsOf);
  assert.ok(place);
  const { x, y } = place;
  const over = sheetOf([[x - 90, y - 90], [x + 90, y - 90], [x - 90, y + 90], [x + 90, y + 90]], size); // biome-ignore format: places
  assert.ok(discShare(over, place) > 0.9);
  const moved = lensPlace(size, { ...open, sheet: over }, place, wordsOf);
  assert.ok(moved && discShare(over, moved) <= 0.05);
  assert.deepEqual(lensPlace(size, { ...open, sheet: over }, moved, wordsOf), moved);
});
