// How long the server and the browser take, and what follows from it: when a dragged point may ask for the
// next answer, and whether a 3D scene is drawn more coarsely while it moves.

/**
 * All times are in ms, as performance.now() gives them.
 * @typedef {object} Pace
 * @property {number} requested when the first request that is not drawn yet was sent; 0 if there is none
 * @property {number} took from that request until its answer was painted, the last time
 * @property {number} painted when something was last painted
 * @property {number[]} frames how long the last few drawings took to be painted
 * @property {boolean} slow whether each of them took long, as without a graphics card
 */

/** The longest wait for an answer while the point is dragged, in ms. */
const PATIENCE = 4000;
/** In ms: one frame of 60 a second, or two. */
const SLOW = 35;
const FRAMES = 3;

/** @returns {Pace} */
export function createPace() {
  return { requested: 0, took: 0, painted: 0, frames: [], slow: false };
}

/**
 * A request is sent.
 * @param {Pace} pace
 * @param {number} now
 */
export function noteRequest(pace, now) {
  pace.requested ||= now;
}

/**
 * The answers so far are painted.
 * @param {Pace} pace
 * @param {number} now
 */
export function notePainted(pace, now) {
  if (pace.requested) pace.took = now - pace.requested;
  pace.requested = 0;
  pace.painted = now;
}

/**
 * Whether a dragged point may ask for the next answer: answers take half of the time at most, for the pointer
 * comes first.
 * @param {Pace} pace
 * @param {number} now
 */
export function mayRequest(pace, now) {
  return now >= (pace.requested ? pace.requested + PATIENCE : pace.painted + pace.took);
}

/**
 * A drawing took that long until it was painted.
 * @param {Pace} pace
 * @param {number} duration
 */
export function noteFrame(pace, duration) {
  pace.frames = [...pace.frames, duration].slice(-FRAMES);
  pace.slow ||= pace.frames.length === FRAMES && Math.min(...pace.frames) > SLOW;
}
