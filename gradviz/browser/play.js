// Asks for the next value of a parameter that plays, a while after the one before has come: never faster than the page
// answers, whatever machine it is on. It stands on the page only while something plays.
// data: {name, tick, every}; trigger "turn" with the tick that is due.

import { guarded } from "./guard.js";

const timers = new WeakMap(); // where it is mounted → the timer

function show({ parentElement, data, setTriggerValue }) {
  clearTimeout(timers.get(parentElement));
  timers.set(
    parentElement,
    setTimeout(() => setTriggerValue("turn", data.tick + 1), data.every),
  );
  return () => clearTimeout(timers.get(parentElement));
}

export default guarded(show);
