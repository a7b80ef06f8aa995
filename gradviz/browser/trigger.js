// Triggers, one mount at a time. Streamlit gathers what is triggered until its timer of 0 ms is due, and runs one
// fragment for all of it: that of the first. What another mount triggers meanwhile, in another fragment, would not
// be drawn (and the console warns of "Multiple different fragmentIds"), so it waits until that has been sent.

/** @import {Component} from "./types.js" */
/** @typedef {Pick<Component<any>, "parentElement" | "setTriggerValue">} Mount */

/** @type {Element | null} whose triggers are being gathered */
let gathering = null;
/** @type {(() => void)[]} */
let later = [];

/**
 * Set a trigger of a mount as soon as none of another one is being gathered.
 * @param {Mount} mount
 * @param {string} name
 * @param {unknown} value
 */
export function trigger(mount, name, value) {
  const { parentElement } = mount;
  if (gathering && gathering !== parentElement) {
    later.push(() => trigger(mount, name, value));
    return;
  }
  mount.setTriggerValue(name, value);
  if (gathering) return;
  gathering = parentElement;
  setTimeout(() => {
    // Streamlit's timer was set before this one
    gathering = null;
    const waiting = later;
    later = [];
    for (const send of waiting) send();
  }, 0);
}
