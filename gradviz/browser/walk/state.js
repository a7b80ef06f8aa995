// The state of one mounted walk.

import { createPlayer } from "./player.js";

/** @import { Walk, WalkElements } from "./types.js" */

/**
 * The state of a walk that has no data yet.
 * @param {WalkElements} elements
 * @param {MediaQueryList} print matches while the page is printed
 * @returns {Walk}
 */
export function createWalk(elements, print) {
  return {
    elements,
    data: null,
    partials: [],
    step: 0,
    walked: false,
    folded: false,
    selected: null,
    drawing: null,
    viewport: { scale: 1, left: 0, top: 0 },
    gesture: { pointers: new Map(), dragged: false },
    player: createPlayer(),
    revision: null,
    announced: null,
    observer: null,
    print,
    onPrint: () => {},
  };
}
