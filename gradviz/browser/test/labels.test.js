import assert from "node:assert/strict";
import { test } from "node:test";
import {
  candidatesOf,
  choosePlaces,
  countCells,
  covered,
  createGrid,
  markDot,
  markLine,
  overlap,
  samePlace,
} from "../labels.js";

/** @import {Box, Label} from "../types.js" */
/** @import {Line, Placing} from "../labels.js" */

const HEIGHT = 14;
/** @type {Record<string, Box>} the plots of a desk, a laptop and a phone */
const PLOTS = {
  desk: { left: 60, top: 10, right: 535, bottom: 290 },
  laptop: { left: 60, top: 10, right: 455, bottom: 165 },
  phone: { left: 55, top: 10, right: 333, bottom: 290 },
};

/**
 * @param {Label["kind"]} kind
 * @param {boolean} [essential]
 * @returns {Label}
 */
const label = (kind, essential = false) => ({
  text: kind,
  colour: "",
  kind,
  method: "",
  roles: [],
  name: "",
  low: 0,
  high: 1,
  size: 12,
  essential,
});

/**
 * What stands on the error plot of the lesson: a V with a cloud, a line that falls through it, two levels.
 * @param {Box} plot
 */
function lesson({ left, top, right, bottom }) {
  const across = (/** @type {number} */ share) => left + share * (right - left);
  const up = (/** @type {number} */ share) => top + share * (bottom - top);
  /** @type {Line} */
  const cloud = Array.from({ length: 170 }, (_, k) => [
    across(k / 320),
    up(0.05 + (0.45 * k) / 170 + 0.03 * ((k * 7) % 5)),
  ]);
  /** @type {Line} */
  const branch = [
    [across(0.53), up(0.5)],
    [across(0.97), up(0.1)],
  ];
  /** @type {Line} */
  const falling = [
    [across(0.02), up(0.04)],
    [across(0.97), up(0.85)],
  ];
  /** @type {Line[]} */
  const levels = [0.9, 0.98].map((share) => [
    [across(0), up(share)],
    [across(0.99), up(share)],
  ]);
  /** @type {Line} */
  const ring = [[across(0.5), up(0.52)]];
  return { cloud, branch, falling, levels, ring };
}

/**
 * @param {Box} plot
 * @param {Line[]} lines
 */
function gridOf(plot, lines) {
  const grid = createGrid(plot);
  for (const line of lines) markLine(grid, line);
  countCells(grid);
  return grid;
}

/**
 * @param {Box} plot
 * @returns {Placing[]}
 */
function labelled(plot) {
  const { cloud, branch, falling, levels, ring } = lesson(plot);
  const grid = createGrid(plot);
  for (const place of cloud) markDot(grid, ...place, 2);
  for (const line of [branch, falling, ...levels]) markLine(grid, line);
  markDot(grid, ...ring[0], 8);
  countCells(grid);
  /** @type {[Label, number, Line[]][]} */
  const wanted = [
    [label("spot", true), 88, [ring]],
    [label("branch", true), 84, [branch]],
    [label("branch", true), 88, [cloud]],
    [
      label("column"),
      50,
      [
        [
          [plot.left, 0],
          [plot.left + 60, 0],
        ],
      ],
    ],
    [label("end"), 46, [branch, cloud]],
    [label("end"), 46, [falling]],
    [label("level"), 68, [levels[0]]],
    [label("level"), 104, [levels[1]]],
  ];
  return wanted.map(([one, width, lines]) => {
    const own = one.kind === "level" ? gridOf(plot, lines) : null;
    return { candidates: candidatesOf(one, [width, HEIGHT], lines, plot, grid, own), current: null };
  });
}

/**
 * The line at ε and the marks on it.
 * @param {Box} plot
 * @param {number} x
 * @returns {Box[]}
 */
const moving = ({ top, bottom }, x) => [
  { left: x - 3, right: x + 3, top, bottom },
  ...[0.3, 0.6, 0.9, 0.98].map((share) => {
    const y = top + share * (bottom - top);
    return { left: x - 10, right: x + 10, top: y - 10, bottom: y + 10 };
  }),
];

test("a grid counts the cells that are marked in a box", () => {
  const grid = createGrid({ left: 10, top: 20, right: 310, bottom: 320 });
  markLine(grid, [
    [10, 21.5],
    [309, 21.5],
  ]);
  markDot(grid, 160, 170);
  markDot(grid, -500, 170); // outside: marks nothing
  countCells(grid);
  assert.equal(covered(grid, { left: 10, top: 20, right: 310, bottom: 23 }), 100);
  assert.equal(covered(grid, { left: 10, top: 20, right: 40, bottom: 50 }), 10);
  assert.equal(covered(grid, { left: 10, top: 26, right: 310, bottom: 160 }), 0);
  assert.ok(covered(grid, { left: 150, top: 160, right: 170, bottom: 180 }) >= 1);
  assert.equal(covered(grid, { left: -90, top: -90, right: 900, bottom: 20 }), 0);
});

for (const [device, plot] of Object.entries(PLOTS)) {
  test(`on a ${device} no word touches another, the edge, the line at ε or a mark, wherever ε is`, () => {
    const placings = labelled(plot);
    for (let x = plot.left; x <= plot.right; x += 1) {
      const boxes = moving(plot, x);
      const places = choosePlaces(placings, boxes);
      const drawn = places.flatMap((place) => (place ? [place.box] : []));
      for (const [i, box] of drawn.entries()) {
        assert.ok(box.left >= plot.left && box.right <= plot.right, `${i} at ${x}`);
        for (const other of [...boxes, ...drawn.slice(0, i)])
          assert.ok(!overlap(box, other, 0), `${i} at ${x}`);
      }
      for (const i of [0, 1, 2])
        assert.ok(places[i], `what explains the curve is always there: ${i} at ${x}`);
      places.forEach((place, i) => {
        placings[i].current = place ?? placings[i].current;
      });
    }
  });

  test(`on a ${device} words hide no line but their own`, () => {
    const placings = labelled(plot);
    const { branch, falling, levels } = lesson(plot);
    const others = gridOf(plot, [branch, falling, ...levels]);
    choosePlaces(placings, []).forEach((place, i) => {
      if (place && i < 6) assert.equal(covered(others, place.box), 0, `label ${i}`);
    });
  });
}

test("a word stays where it is until something comes over it", () => {
  const placings = labelled(PLOTS.desk);
  let moves = 0;
  for (let x = PLOTS.desk.left; x <= PLOTS.desk.right; x += 1) {
    const boxes = moving(PLOTS.desk, x);
    const before = placings.map(({ current }) => current);
    choosePlaces(placings, boxes).forEach((place, i) => {
      const stood = before[i];
      if (!place || !stood) placings[i].current = place ?? stood;
      else if (place !== stood) {
        moves += 1;
        placings[i].current = place;
      }
    });
    const after = placings.map(({ current }) => current);
    const hit = before.some((stood) => stood && boxes.some((box) => overlap(stood.box, box, 0)));
    if (!hit) assert.deepEqual(after.slice(0, 3), before[0] ? before.slice(0, 3) : after.slice(0, 3));
  }
  assert.ok(moves < 40, `${moves} moves while ε crosses the whole plot`);
});

test("a name stands at the right end of its line, on a level line at the left", () => {
  const places = choosePlaces(labelled(PLOTS.desk), []);
  const [end, level] = [places[4], places[6]];
  assert.ok(end && end.box.left > 0.75 * PLOTS.desk.right);
  assert.ok(level && level.box.left < PLOTS.desk.left + 60);
});

test("what would hide a line is left out, unless it explains the curve", () => {
  const plot = { left: 0, top: 0, right: 120, bottom: 40 };
  /** @type {Line} */
  const full = Array.from({ length: 60 }, (_, k) => [2 * k, k % 2 ? 2 : 38]);
  const grid = gridOf(plot, [full]);
  assert.deepEqual(candidatesOf(label("end"), [60, HEIGHT], [full], plot, grid), []);
  assert.ok(candidatesOf(label("branch", true), [60, HEIGHT], [full], plot, grid).length);
});

test("a word much wider than its column, or than the plot, has no place", () => {
  const [plot, grid] = [PLOTS.desk, gridOf(PLOTS.desk, [])];
  /** @param {number} right @returns {Line[]} */
  const column = (right) => [
    [
      [plot.left, 0],
      [right, 0],
    ],
  ];
  assert.ok(candidatesOf(label("column"), [50, HEIGHT], column(plot.left + 45), plot, grid).length);
  assert.deepEqual(candidatesOf(label("column"), [50, HEIGHT], column(plot.left + 20), plot, grid), []);
  assert.deepEqual(candidatesOf(label("end"), [900, HEIGHT], [[[100, 100]]], plot, grid), []);
  assert.deepEqual(candidatesOf(label("branch", true), [50, HEIGHT], [], plot, grid), []);
});

test("in a new drawing a word stays where it was, unless that has become much worse", () => {
  /** @param {number} left @param {number} cost */
  const at = (left, cost) => ({ box: { left, top: 0, right: left + 50, bottom: 14 }, cost });
  const candidates = [at(200, 5), at(100, 12), at(300, 90)];
  assert.equal(samePlace(candidates, at(101, 3)), candidates[1]);
  assert.equal(samePlace(candidates, at(300, 3)), null);
  assert.equal(samePlace(candidates, at(150, 3)), null);
  assert.equal(samePlace(candidates, null), null);
  assert.equal(samePlace([], at(1, 1)), null);
});
