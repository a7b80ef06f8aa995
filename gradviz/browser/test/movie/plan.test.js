import assert from "node:assert/strict";
import { test } from "node:test";
import { forNarrower, sweepFrames, turnFrames, walkFrames } from "../../movie/plan.js";
import { margins, sightFrom } from "../../viewpoint.js";

/** @typedef {[number, number]} Size */

test("a sweep goes from the largest step to the smallest, ten frames a decade", () => {
  const frames = sweepFrames([-16, 0]);
  assert.equal(frames.length, 161);
  assert.deepEqual([frames[0].step, frames[10].step, frames[160].step], [1, 0.1, 1e-16]);
  const ratios = frames.slice(1).map(({ step }, i) => Number(frames[i].step) / Number(step));
  assert.ok(ratios.every((ratio) => Math.abs(ratio - 10 ** 0.1) < 1e-12));
  assert.ok(frames.every(({ camera, place }) => camera === null && place === null));
  assert.equal(frames[80].hold, 50, "20 frames a second");
  assert.ok(frames[0].hold > 500 && frames[160].hold > 1000, "both ends can be read");
});

test("a walk has a frame for each step, and none lasts for ever", () => {
  const short = walkFrames(12);
  assert.deepEqual(
    short.map(({ place }) => place),
    Array.from({ length: 12 }, (_, i) => i),
  );
  assert.equal(short[0].hold, 1200);
  const long = walkFrames(100);
  assert.equal(long[0].hold, 600, "a minute in all");
  assert.equal(walkFrames(1000)[0].hold, 250, "but each step is seen");
  assert.ok(long[99].hold > long[0].hold, "the last stays a while");
  assert.deepEqual(walkFrames(0), []);
});

const CORNERS = [-1, 1].flatMap((x) => [-1, 1].flatMap((y) => [-0.62, 0.62].map((z) => [x, y, z])));
const CAMERA = {
  eye: { x: 0.9, y: -1.1, z: 0.8 },
  center: { x: 0.05, y: 0, z: -0.1 },
  up: { x: 0, y: 0, z: 1 },
  projection: { type: "perspective" },
};
/** @type {Size[]} */
const SIZES = [
  [538, 396],
  [928, 396],
  [300, 500],
];

/** @param {import("../../types.js").Camera} camera */
function seenFrom({ eye, center }) {
  const [x, y, z] = [eye.x - center.x, eye.y - center.y, eye.z - center.z];
  return {
    azimuth: Math.atan2(y, x),
    elevation: Math.asin(z / Math.hypot(x, y, z)),
    far: Math.hypot(x, y, z),
  };
}

test("a turn begins where the camera is, and goes once around in equal steps", () => {
  const frames = turnFrames(CAMERA, CORNERS, SIZES[0], 60);
  const seen = frames.map(({ camera }) => seenFrom(camera ?? assert.fail()));
  const start = seenFrom(CAMERA);
  assert.ok(Math.abs(seen[0].azimuth - start.azimuth) < 1e-9);
  seen.forEach(({ azimuth, elevation, far }, i) => {
    const next = seen[(i + 1) % 60]; // the last leads on to the first
    const turned = (next.azimuth - azimuth + 4 * Math.PI) % (2 * Math.PI);
    assert.ok(Math.abs(turned - Math.PI / 30) < 1e-9);
    assert.ok(Math.abs(elevation - start.elevation) < 1e-9);
    assert.ok(Math.abs(far - seen[0].far) < 1e-9);
  });
});

test("in a turn nothing is cut off, and the scene is as large as it can be", () => {
  for (const size of SIZES) {
    const [left, right, top, bottom] = margins(size);
    const frames = turnFrames(CAMERA, CORNERS, size, 60);
    const places = frames.flatMap(({ camera }) => CORNERS.map(sightFrom(camera ?? assert.fail(), size)));
    const [xs, ys] = [places.map(([x]) => x), places.map(([, y]) => y)];
    const free = [
      Math.min(...xs) - left,
      size[0] - right - Math.max(...xs),
      Math.min(...ys) - top,
      size[1] - bottom - Math.max(...ys),
    ];
    assert.ok(
      free.every((pixels) => pixels >= 0),
      `${size}: ${free}`,
    );
    const spare = Math.min(free[0], free[1], (free[2] + free[3]) / 2);
    assert.ok(spare < 0.03 * Math.max(...size), `${size}: ${free}`);
  }
});

test("a narrower picture shows all that was seen at the sides", () => {
  const [wide, narrow] = /** @type {Size[]} */ ([
    [900, 500],
    [500, 400],
  ]);
  const before = CORNERS.map(sightFrom(CAMERA, wide)).map(([x]) => (x - 450) / 450);
  const after = CORNERS.map(sightFrom(forNarrower(CAMERA, wide, narrow), narrow)).map(
    ([x]) => (x - 250) / 250,
  );
  assert.ok(Math.max(...after.map(Math.abs)) <= Math.max(...before.map(Math.abs)));
  assert.deepEqual(forNarrower(CAMERA, narrow, wide).eye, CAMERA.eye, "a wider one is as it was");
});
