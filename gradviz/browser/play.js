// The clock of a parameter that plays. It is mounted only while one does, and asks for the next value a while
// after the last has come: never faster than the page answers.

import { guarded } from "./guard.js";

/** @import { Component } from "./types.js" */

/**
 * @typedef {object} PlayData
 * @property {string} name of the parameter
 * @property {number} tick the number of the value that is shown
 * @property {number} every ms from one value to the request for the next
 */

/** @type {WeakMap<HTMLElement, ReturnType<typeof setTimeout>>} */
const timers = new WeakMap(); // by mount

/**
 * Send the trigger "turn" with the next tick after `every` ms, unless newer data come first.
 * @param {Component<PlayData>} component
 * @returns {() => void} calls it off
 */
export function scheduleTurn({ parentElement: mount, data, setTriggerValue }) {
  clearTimeout(timers.get(mount));
  timers.set(
    mount,
    setTimeout(() => setTriggerValue("turn", data.tick + 1), data.every),
  );
  return () => clearTimeout(timers.get(mount));
}

export default guarded(scheduleTurn);
