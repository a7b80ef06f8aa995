// From where a scene is seen at first: chosen so that the arrow is long on the screen, arrow and point are not
// hidden, and nothing is cut off, whatever the proportions of the picture. No DOM.

import { isOrthographic, VIEW_ANGLE } from "./orthographic.js";
import { isHidden, WORLD } from "./sight.js";

/** @import {Camera, Grid} from "./types.js" */
/** @import {Sight} from "./sight.js" */
/**
 * What a scene shows, in scene units: the box, the surface in it, and the arrow with its direction (one unit
 * long; 0 for none).
 * @typedef {object} Subject
 * @property {number[][]} ranges of x, y and z
 * @property {Grid} surface
 * @property {number[] | null} spot
 * @property {number[]} direction
 * @property {number[][]} [others] the arrows of the methods over the length of that of the truth
 */

const AZIMUTHS = 24;
const ELEVATIONS = [20, 27, 35, 45, 57]; // degrees
const USUAL = Math.atan2(-1.39, 1.17); // the second axis leads away from the eye
const SHARE = 0.26; // of the picture's height: the length of the arrow
const DIAGONAL = 0.128; // and of its diagonal, on a wide and flat one
const FLAT = 0.34; // of the height, at most then
const LENGTHS = [0.3, 1.05]; // of the arrow in scene units
export const LONGEST_DRAWN = 1.4; // of any arrow in scene units: longer ones are drawn no longer
const LARGE = 12; // what a picture that is all scene adds to the score of a camera
const SHEET = 18; // and a sheet that would take all of it: a floor alone is pale
const AXIS = 1.5; // what an axis takes from it whose labels the sheet hides along both edges of the floor
const LABELS = [0.2, 0.5, 0.8]; // of an edge: where its labels are looked at
const BESIDE = 0.12; // scene units from an edge to its labels
const POINT = 6; // and a point in sight: nothing makes up for a hidden one
const SAMPLES = 9; // along each side of the surface, for its outline
const ROUNDS = 7; // of fitting, to compare directions by
const LAST_ROUNDS = 24; // and for the one that is taken: with the eye near they come together slowly

/** @param {number} x @param {number} y @param {number} z */
const vector = (x, y, z) => ({ x, y, z });

/**
 * @param {number[]} a
 * @param {number[]} b
 */
const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

/** @param {number[]} a @param {number[]} b */
const cross = (a, b) => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];

/** @param {number[]} a */
const normal = (a) => a.map((part) => part / Math.hypot(...a));

/**
 * Right, up and ahead of a camera whose eye lies in a direction, (3) each.
 * @param {number[]} direction
 */
function basisOf(direction) {
  const ahead = normal(direction).map((part) => -part);
  const right = normal(cross(ahead, [0, 0, 1]));
  return { right, up: cross(right, ahead), ahead };
}

/**
 * How a camera sees, as Plotly draws it.
 * @param {Camera} camera
 * @param {[number, number]} size of the picture in px
 * @returns {Sight}
 */
export function sightFrom(camera, [width, height]) {
  const { eye, center } = camera;
  const from = [eye.x, eye.y, eye.z];
  const direction = [eye.x - center.x, eye.y - center.y, eye.z - center.z];
  const { right, up, ahead } = basisOf(direction);
  const distance = isOrthographic(camera) ? Math.hypot(...direction) : null;
  const focal = height / 2 / Math.tan(VIEW_ANGLE / 2);
  return (place) => {
    const away = place.map((value, k) => value / WORLD - from[k]);
    const depth = distance ?? dot(away, ahead);
    return [width / 2 + (focal * dot(away, right)) / depth, height / 2 - (focal * dot(away, up)) / depth];
  };
}

/**
 * Room for the labels at the edges of a picture: left, right, top, bottom in px.
 * @param {[number, number]} size
 */
export const margins = ([width]) => (width < 480 ? [36, 10, 8, 38] : [56, 34, 16, 52]);

/**
 * The camera in a direction from which all points are just seen.
 * @param {number[]} direction towards the eye
 * @param {number[][]} points in scene units
 * @param {[number, number]} size
 * @param {"perspective" | "orthographic"} [projection]
 * @param {number} [rounds]
 * @returns {Camera}
 */
export function fitted(direction, points, size, projection = "perspective", rounds = LAST_ROUNDS) {
  const [left, right, top, bottom] = margins(size);
  const wide = Math.max(40, size[0] - left - right);
  const high = Math.max(40, size[1] - top - bottom);
  const basis = basisOf(direction);
  const towards = normal(direction);
  let centre = [0, 0, 0];
  let distance = 2;
  /** @type {Camera} */
  let camera = cameraAt(centre, towards, distance, projection);
  for (let round = 0; round < rounds; round += 1) {
    const seen = points.map(sightFrom(camera, size));
    const xs = seen.map(([x]) => x);
    const ys = seen.map(([, y]) => y);
    const [x0, x1] = [Math.min(...xs), Math.max(...xs)];
    const [y0, y1] = [Math.min(...ys), Math.max(...ys)];
    const pixel = (2 * distance * Math.tan(VIEW_ANGLE / 2)) / size[1]; // in Plotly's world, at the centre
    const across = ((x0 + x1) / 2 - (left + wide / 2)) * pixel;
    const down = ((y0 + y1) / 2 - (top + high / 2)) * pixel;
    centre = centre.map((value, k) => value + across * basis.right[k] - down * basis.up[k]);
    distance *= Math.min(2, Math.max(0.5, Math.max((x1 - x0) / wide, (y1 - y0) / high)));
    camera = cameraAt(centre, towards, distance, projection);
  }
  return camera;
}

/**
 * @param {number[]} centre
 * @param {number[]} towards
 * @param {number} distance
 * @param {"perspective" | "orthographic"} [projection]
 * @returns {Camera}
 */
function cameraAt(centre, towards, distance, projection = "perspective") {
  const [x, y, z] = centre.map((value, k) => value + distance * towards[k]);
  const [cx, cy, cz] = centre;
  return {
    eye: vector(x, y, z),
    center: vector(cx, cy, cz),
    up: vector(0, 0, 1),
    projection: { type: projection },
  };
}

/**
 * The points of a scene that must not be cut off: the corners of the floor, the surface and the arrow.
 * @param {Subject} subject
 * @param {number} length of the arrow
 */
export function outline(subject, length) {
  const { ranges: [xs, ys, zs], spot, direction, others = [] } = subject; // biome-ignore format: names
  const points = xs.flatMap((x) => ys.map((y) => [x, y, zs[0]]));
  points.push(...sheetPlaces(subject));
  if (spot) points.push(spot, ...[direction, ...others].map((arrow) => tip(spot, arrow, length)));
  return points;
}

/**
 * Some places of the surface, in the box.
 * @param {Subject} subject
 */
function sheetPlaces({ ranges: [, , [low, high]], surface: { x, y, z } }) {
  /** @type {number[][]} */
  const places = [];
  for (let j = 0; j < SAMPLES; j += 1) {
    for (let i = 0; i < SAMPLES; i += 1) {
      const row = Math.round((j * (y.length - 1)) / (SAMPLES - 1));
      const column = Math.round((i * (x.length - 1)) / (SAMPLES - 1));
      const height = z[row][column];
      if (Number.isFinite(height)) places.push([x[column], y[row], Math.min(Math.max(height, low), high)]);
    }
  }
  return places;
}

/**
 * @param {number[]} spot
 * @param {number[]} direction
 * @param {number} length
 */
const tip = (spot, direction, length) => {
  const drawn = Math.min(length, LONGEST_DRAWN / (Math.hypot(...direction) || 1));
  return spot.map((value, k) => value + drawn * direction[k]);
};

/**
 * How long the true gradient's arrow is in scene units, for it to be as long as wanted on the screen.
 * @param {Camera} camera
 * @param {number[]} spot
 * @param {number[]} direction
 * @param {[number, number]} size
 */
export function arrowLength(camera, spot, direction, size) {
  const sight = sightFrom(camera, size);
  const wanted = wantedLength(size);
  const from = sight(spot);
  let length = 0.6;
  for (let round = 0; round < 5; round += 1) {
    const to = sight(tip(spot, direction, length));
    const seen = Math.hypot(to[0] - from[0], to[1] - from[1]);
    length = Math.min(LENGTHS[1], Math.max(LENGTHS[0], (length * wanted) / Math.max(seen, 1)));
  }
  return length;
}

/**
 * In px.
 * @param {[number, number]} size
 */
export const wantedLength = ([width, height]) =>
  Math.max(SHARE * height, Math.min(FLAT * height, DIAGONAL * Math.hypot(width, height)));

/**
 * The best of all directions to see a scene from, with its camera.
 * @param {Subject} subject
 * @param {[number, number]} size
 * @returns {Camera}
 */
export function bestCamera(subject, size) {
  const points = outline(subject, 0.6);
  const sheet = sheetPlaces(subject);
  /** @type {{score: number, kept: number, direction: number[], camera: Camera}[]} */
  const candidates = [];
  const seen = (/** @type {Camera} */ camera, /** @type {number[][]} */ whole) => {
    const sight = sightFrom(camera, size);
    return LARGE * shareOf(whole.map(sight), size) + SHEET * shareOf(sheet.map(sight), size);
  };
  for (const degrees of ELEVATIONS) {
    for (let turn = 0; turn < AZIMUTHS; turn += 1) {
      const azimuth = USUAL + (2 * Math.PI * turn) / AZIMUTHS;
      const elevation = (degrees * Math.PI) / 180;
      const direction = [
        Math.cos(azimuth) * Math.cos(elevation),
        Math.sin(azimuth) * Math.cos(elevation),
        Math.sin(elevation),
      ];
      const camera = fitted(direction, points, size, "perspective", ROUNDS);
      const usual = 0.8 * Math.cos(azimuth - USUAL) - 0.012 * Math.abs(degrees - 30);
      const kept = usual - AXIS * hiddenAxes(camera, subject); // however near the eye is
      const score = kept + seen(camera, points) + scoreOf(camera, subject, size);
      candidates.push({ score, kept, direction, camera });
    }
  }
  candidates.sort((one, other) => other.score - one.score);
  const { spot, direction, surface } = subject;
  /** @type {{worth: number, score: number, camera: Camera} | null} */
  let best = null;
  let whole = 0;
  for (const candidate of candidates.slice(0, TRIED)) {
    let length = spot ? arrowLength(candidate.camera, spot, direction, size) : 0;
    let camera = fitted(candidate.direction, outline(subject, length), size);
    // where the scene has become smaller, its arrows are longer in it
    for (let round = 0; spot && round < REFITS && !showsArrows(camera, subject, size); round += 1) {
      length = arrowLength(camera, spot, direction, size);
      camera = fitted(candidate.direction, outline(subject, length), size);
    }
    // the last rounds may take the eye behind what it had looked over, or make the arrow shorter
    const hidden = spot !== null && isHidden(camera, surface, lifted(spot));
    const shown = showsArrows(camera, subject, size) ? WHOLE : 0;
    const worth = (hidden ? 0 : POINT) + shown + Math.min(LONG_ENOUGH, longness(camera, subject, size));
    // and room for a long arrow the scene smaller
    const score = candidate.kept + seen(camera, points) + scoreOf(camera, subject, size);
    if (!best || worth > best.worth || (worth === best.worth && score > best.score))
      best = { worth, score, camera };
    if (worth === POINT + WHOLE + LONG_ENOUGH) whole += 1;
    if (whole === FINALISTS) break;
  }
  return /** @type {NonNullable<typeof best>} */ (best).camera;
}

const FINALISTS = 6; // of those in which all is to be seen
const TRIED = 24; // of the best directions
const LONG_ENOUGH = 0.97; // of the wanted length
const REFITS = 6; // where a head is outside
const WHOLE = 1; // what it is worth that no head is outside
const HEAD = 8; // px that a head keeps from the edge of the picture

/**
 * Whether the heads of all arrows are in the picture, each as long as this camera has it drawn.
 * @param {Camera} camera
 * @param {Subject} subject
 * @param {[number, number]} size
 */
function showsArrows(camera, { spot, direction, others = [] }, size) {
  if (!spot || !direction.some(Boolean)) return true;
  const sight = sightFrom(camera, size);
  const length = arrowLength(camera, spot, direction, size);
  return [direction, ...others]
    .map((arrow) => sight(tip(spot, arrow, length)))
    .every((at) => at.every((value, k) => value > HEAD && value < size[k] - HEAD));
}

/**
 * How many of the two axes on the floor have labels that the sheet hides, along the edge where it hides fewer.
 * @param {Camera} camera
 * @param {Subject} subject
 */
function hiddenAxes(camera, { ranges, surface }) {
  const eye = [camera.eye.x, camera.eye.y];
  const shares = [0, 1].map((k) => {
    const [low, high] = ranges[1 - k];
    const at = WORLD * eye[1 - k];
    if (at < low || at > high) return 0; // nothing stands before the edge that is nearer to it
    return Math.min(
      ...[low - BESIDE, high + BESIDE].map((side) => {
        const places = LABELS.map((share) => {
          const along = ranges[k][0] + share * (ranges[k][1] - ranges[k][0]);
          return k === 0 ? [along, side, ranges[2][0]] : [side, along, ranges[2][0]];
        });
        return places.filter((place) => isHidden(camera, surface, place)).length / LABELS.length;
      }),
    );
  });
  return shares[0] + shares[1];
}

/**
 * How long the arrow is on the screen over the wanted length; 1 where there is none.
 * @param {Camera} camera
 * @param {Subject} subject
 * @param {[number, number]} size
 */
function longness(camera, { spot, direction }, size) {
  if (!spot || !direction.some(Boolean)) return 1;
  const sight = sightFrom(camera, size);
  const [from, to] = [spot, tip(spot, direction, arrowLength(camera, spot, direction, size))].map(sight);
  return Math.hypot(to[0] - from[0], to[1] - from[1]) / wantedLength(size);
}

/**
 * A place a little over the sheet, which it would else touch.
 * @param {number[]} spot
 */
const lifted = ([x, y, z]) => [x, y, z + 0.02];

/**
 * How much of a picture the convex hull of some places takes (Andrew's monotone chain, and the shoelace formula).
 * @param {number[][]} places in px
 * @param {[number, number]} size
 */
export function shareOf(places, [width, height]) {
  const sorted = [...places].sort(([a, b], [c, d]) => a - c || b - d);
  /** @param {number[][]} row */
  const chain = (row) => {
    /** @type {number[][]} */
    const hull = [];
    for (const place of row) {
      while (hull.length > 1 && turn(hull[hull.length - 2], hull[hull.length - 1], place) <= 0) hull.pop();
      hull.push(place);
    }
    return hull.slice(0, -1);
  };
  if (sorted.length < 3) return 0;
  const hull = [...chain(sorted), ...chain(sorted.reverse())];
  const twice = hull.reduce((sum, [x, y], k) => {
    const [nx, ny] = hull[(k + 1) % hull.length];
    return sum + x * ny - nx * y;
  }, 0);
  return Math.abs(twice) / 2 / (width * height);
}

/**
 * Which way a path of three places turns, by the sign.
 * @param {number[]} a @param {number[]} b @param {number[]} c
 */
const turn = (a, b, c) => (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);

const SEEN = 4; // what an arrow adds that is all in sight: of a bowl the tangent lies under the sheet
const UPHILL = 0.8; // what an arrow adds that leads straight up on the screen, as a gradient leads uphill
const SHAFT = [0.15, 0.3, 0.45, 0.6, 0.75, 0.9, 1];

/**
 * How well a camera shows the arrow and the point.
 * @param {Camera} camera
 * @param {Subject} subject
 * @param {[number, number]} size
 */
function scoreOf(camera, { surface, spot, direction }, size) {
  if (!spot) return 0;
  const point = isHidden(camera, surface, lifted(spot)) ? 0 : POINT;
  if (!direction.some((part) => part !== 0)) return point;
  const length = arrowLength(camera, spot, direction, size);
  const sight = sightFrom(camera, size);
  const [from, to] = [sight(spot), sight(tip(spot, direction, length))];
  const long = Math.hypot(to[0] - from[0], to[1] - from[1]) / wantedLength(size);
  const seen = SHAFT.filter((share) => !isHidden(camera, surface, tip(spot, direction, share * length)));
  const inside = to[0] > 8 && to[0] < size[0] - 8 && to[1] > 8 && to[1] < size[1] - 8 ? 0 : -3;
  const steep = Math.max(0, from[1] - to[1]) / Math.max(1, Math.hypot(to[0] - from[0], to[1] - from[1]));
  return point + 2.5 * Math.min(1, long) + (SEEN * seen.length) / SHAFT.length + UPHILL * steep + inside;
}
