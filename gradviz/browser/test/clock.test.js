import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

Object.assign(globalThis, {
  document: { body: {}, querySelector: () => ({ getAttribute: () => "CONNECTED" }) },
  MutationObserver: class {
    observe() {}
  },
});

const { scheduleTurn } = await import("../clock.js");
const { acknowledge, post } = await import("../messages.js");

/** A mount: the clock uses it only to tell one from another. */
const mount = () => /** @type {HTMLElement} */ (/** @type {unknown} */ ({}));

mock.timers.enable({ apis: ["setTimeout"] });
/** @type {[string, unknown][]} */
let sent = [];
/** @type {(() => void)[]} */
const mounted = []; // what removes each clock

/** @type {(parentElement: HTMLElement) => import("../types.js").Component<any>} */
const component = (parentElement) => ({
  parentElement,
  data: undefined,
  setTriggerValue: (name, request) => sent.push([name, /** @type {{value: unknown}} */ (request).value]),
  setStateValue: () => assert.fail("it has no state"),
});

/** @type {(parentElement: HTMLElement, tick: number, acknowledges?: boolean) => () => void} */
const shown = (parentElement, tick, acknowledges = false) => {
  const remove = scheduleTurn({
    ...component(parentElement),
    data: { trigger: "turn", tick, every: 500, acknowledges },
  });
  mounted.push(remove);
  return remove;
};

beforeEach(() => {
  for (const remove of mounted.splice(0)) remove();
  mock.timers.tick(60_000);
  sent = [];
});

test("a while after a turn has come it asks for the next one, once", () => {
  shown(mount(), 7);
  mock.timers.tick(499);
  assert.deepEqual(sent, []);
  mock.timers.tick(3000);
  assert.deepEqual(sent, [["turn", 8]]);
});

test("a turn whose answer does not come is asked for again", () => {
  const remove = shown(mount(), 7);
  for (let step = 0; step < 10; step += 1) mock.timers.tick(500); // a timer set in a tick counts from its end
  assert.deepEqual(sent, [
    ["turn", 8],
    ["turn", 8],
  ]);
  remove();
  mock.timers.tick(10_000);
  assert.equal(sent.length, 2);
});

test("newer data put the request off, and nothing is asked once the clock is gone", () => {
  const here = mount();
  shown(here, 7);
  mock.timers.tick(300);
  const remove = shown(here, 8);
  mock.timers.tick(300);
  assert.deepEqual(sent, []);
  remove();
  mock.timers.tick(10_000);
  assert.deepEqual(sent, []);
});

test("it waits while an answer is on its way, and asks no more where it is gone by then", () => {
  post({ component: component(mount()) }, "stepped", -3);
  const remove = shown(mount(), 7);
  mock.timers.tick(600);
  assert.deepEqual(sent, [["stepped", -3]]);
  acknowledge();
  assert.deepEqual(sent.at(-1), ["turn", 8]);
  acknowledge();

  post({ component: component(mount()) }, "stepped", -4);
  remove();
  shown(mount(), 8)();
  acknowledge();
  mock.timers.tick(10_000);
  assert.deepEqual(sent.at(-1), ["stepped", -4]);
});

test("a turn that is all of the answer lets the next request go", () => {
  const here = mount();
  shown(here, 7, true);
  mock.timers.tick(600);
  post({ component: component(mount()) }, "stepped", -3);
  assert.deepEqual(sent, [["turn", 8]]);
  shown(here, 8, true);
  assert.deepEqual(sent.at(-1), ["stepped", -3]);
});
