// A clock: it asks the page for its next turn a while after the last has come, never faster than the page answers.
//
// Mounted while a parameter plays, or while the page waits for something that loads on the server. Its requests go
// through the queue like all others: Streamlit's own timers send what the entries hold at any moment, also while an
// answer that changes them is on its way, and would take that back.

import { guarded } from "./guard.js";
import { acknowledgeKind, post, withdraw } from "./messages.js";

/** @import { Sender } from "./messages.js" */
/** @import { Component, Timer } from "./types.js" */

/**
 * @typedef {object} ClockData
 * @property {string} trigger the name of the trigger that it sends
 * @property {number} tick the number of the turn that is shown
 * @property {number} every ms from one turn to the request for the next
 * @property {boolean} acknowledges whether a new turn is all of the answer, and no receipt follows
 */

/**
 * @typedef {object} Clock
 * @property {Timer | undefined} timer of the next request
 * @property {Sender} sender
 */

/** A request whose answer does not come within this time is sent again: ms. */
const RETRY = 4000;
/** And others go on before that. */
const PATIENCE = 2000;

/** @type {WeakMap<HTMLElement, Clock>} */
const clocks = new WeakMap(); // by mount

/** @returns {Clock} */
const createClock = () => ({ timer: undefined, sender: { component: null } });

/**
 * Send the trigger with the next tick after `every` ms, unless newer data come first; and again where none come then.
 * @param {Component<ClockData>} component
 * @returns {() => void} calls it off
 */
export function scheduleTurn(component) {
  const { parentElement: mount, data } = component;
  const clock = clocks.get(mount) ?? createClock();
  clocks.set(mount, clock);
  clock.sender.component = component;
  clearTimeout(clock.timer);
  const request = () => {
    post(clock.sender, data.trigger, data.tick + 1, { patience: PATIENCE });
    clock.timer = setTimeout(request, RETRY);
  };
  clock.timer = setTimeout(request, data.every);
  if (data.acknowledges) acknowledgeKind(data.trigger);
  return () => {
    clearTimeout(clock.timer);
    withdraw(data.trigger);
    clocks.delete(mount);
  };
}

export default guarded(scheduleTurn);
