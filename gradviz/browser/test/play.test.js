import assert from "node:assert/strict";
import { test } from "node:test";
import { scheduleTurn } from "../play.js";

/** A mount: the clock uses it only to tell one from another. */
const mount = () => /** @type {HTMLElement} */ (/** @type {unknown} */ ({}));

/** @type {(parentElement: HTMLElement, tick: number, sent: unknown[]) => () => void} */
const shown = (parentElement, tick, sent) =>
  scheduleTurn({
    parentElement,
    data: { name: "a", tick, every: 500 },
    setTriggerValue: (name, value) => sent.push([name, value]),
    setStateValue: () => assert.fail("it has no state"),
  });

test("a while after a value has come it asks for the next one, once", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  /** @type {unknown[]} */
  const sent = [];
  shown(mount(), 7, sent);
  t.mock.timers.tick(499);
  assert.deepEqual(sent, []);
  t.mock.timers.tick(10_000);
  assert.deepEqual(sent, [["turn", 8]]);
});

test("newer data put the request off, and a removed clock sends none", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  /** @type {unknown[]} */
  const sent = [];
  const here = mount();
  shown(here, 7, sent);
  t.mock.timers.tick(300);
  const remove = shown(here, 8, sent);
  t.mock.timers.tick(300);
  assert.deepEqual(sent, []);
  remove();
  t.mock.timers.tick(10_000);
  assert.deepEqual(sent, []);
});
