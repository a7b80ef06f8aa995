import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { trigger } from "../trigger.js";

/** @import {Mount} from "../trigger.js" */

mock.timers.enable({ apis: ["setTimeout"] });
/** @type {Set<string>[]} */
let batches = []; // of fragments, as Streamlit sends them
/** @type {Set<string> | null} */
let batch = null;
/** @type {unknown[]} */
let values = [];

/** A mount in a fragment: it gathers triggers as Streamlit does. */
function mountIn(/** @type {string} */ fragment) {
  return /** @type {Mount} */ ({
    parentElement: /** @type {HTMLElement} */ ({}),
    setTriggerValue: (_, value) => {
      values.push(value);
      if (!batch) setTimeout(() => (batch = null), 0);
      batch ??= batches[batches.push(new Set()) - 1];
      batch.add(fragment);
    },
  });
}

test("two fragments never share a batch, and nothing is lost or late by more than that", () => {
  const [view, clock, walk] = ["answer", "wait", "walk"].map(mountIn);
  trigger(view, "drawn", 1);
  trigger(clock, "look", 2);
  trigger(view, "picked", 3);
  trigger(walk, "stepped", 4);
  assert.deepEqual(values, [1, 3]); // of one mount all at once
  mock.timers.tick(3);
  assert.deepEqual(values, [1, 3, 2, 4]);
  assert.deepEqual(
    batches.map((fragments) => [...fragments]),
    [["answer"], ["wait"], ["walk"]],
  );
  batches = [];
  values = [];
  trigger(clock, "look", 5);
  assert.deepEqual(values, [5]);
});
