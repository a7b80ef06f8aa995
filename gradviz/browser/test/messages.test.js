import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

/** @import {Sender} from "../messages.js" */
/** @typedef {typeof import("../messages.js")} Messages */

let connected = true;
let running = false;
/** @type {() => void} */
let connectionChanged = () => {};
Object.assign(globalThis, {
  document: {
    body: {},
    querySelector: () => ({
      /** @param {string} name */
      getAttribute: (name) =>
        name.includes("script")
          ? running
            ? "running"
            : "notRunning"
          : connected
            ? "CONNECTED"
            : "DISCONNECTED",
    }),
  },
  MutationObserver: class {
    /** @param {() => void} changed */
    constructor(changed) {
      connectionChanged = changed;
    }
    observe() {}
  },
});

/** @type {[string, unknown][]} */
let sent = [];
let last = 0; // the number of the last request that was sent
/** @type {number | null} */
let lastOpening = null; // that it was about
/** @type {Sender} */
const sender = {
  component: /** @type {any} */ ({
    setTriggerValue: (/** @type {string} */ kind, /** @type {any} */ { n, value, opening }) => {
      assert.ok(n > last, "numbered in the order of sending");
      [last, lastOpening] = [n, opening];
      sent.push([kind, value]);
    },
  }),
};
/** @type {Messages["post"]} */
let post;
/** @type {Messages["acknowledge"]} */
let acknowledge;
/** @type {Messages["acknowledgeKind"]} */
let acknowledgeKind;
/** @type {Messages["withdraw"]} */
let withdraw;
/** @type {Messages["noteOpening"]} */
let noteOpening;
/** @type {Messages["watchDelays"]} */
let watchDelays;
mock.timers.enable({ apis: ["setTimeout"] });

/** @param {boolean} now */
function connect(now) {
  connected = now;
  connectionChanged();
}

/** @param {boolean} now */
function run(now) {
  running = now;
  connectionChanged();
}

beforeEach(() => {
  // give up whatever the test before has left: a timer set in a tick counts from its end
  run(false);
  connect(true);
  for (let left = 0; left < 4; left += 1) mock.timers.tick(60_000);
  sent = [];
});

({ post, acknowledge, acknowledgeKind, withdraw, noteOpening, watchDelays } = await import("../messages.js"));

/** The receipt of a run that has read the last request. */
const answer = () => acknowledge(last);
const kinds = () => sent.map(([kind]) => kind);

test("a request waits for the answer to the one before", () => {
  post(sender, "picked", { x: 1 });
  post(sender, "turned", [1]);
  assert.deepEqual(sent, [["picked", { x: 1 }]]);
  answer();
  assert.deepEqual(sent.at(-1), ["turned", [1]]);
});

test("of several of a kind only the last is sent, after the others that wait", () => {
  post(sender, "picked", 0);
  for (const kind of ["stepped", "turned", "stepped"]) post(sender, kind, sent.length + kind.length);
  for (const _ of "three") answer();
  assert.deepEqual(kinds(), ["picked", "turned", "stepped"]);
});

test("the last word about a point overtakes the one under way, and only its own answer counts", () => {
  post(sender, "picked", 1);
  post(sender, "picked", 2, { overtakes: true });
  assert.equal(sent.length, 2);
  post(sender, "turned", []);
  acknowledge(last - 1);
  assert.equal(sent.length, 2);
  answer();
  assert.equal(sent.length, 3);
});

test("nothing overtakes another kind", () => {
  post(sender, "turned", []);
  post(sender, "picked", 3, { overtakes: true });
  assert.equal(sent.length, 1);
});

for (const [kind, value] of /** @type {[string, unknown][]} */ ([
  ["picked", { x: 1, y: 2, done: true }],
  ["stepped", -3],
  ["turned", [1, 2, 3]],
  ["framed", 0.5],
  ["shown", "central"],
  ["explained", "none"],
  ["turn", 8],
])) {
  test(`${kind}: the end of a run that began before it is no answer, and it is sent again after a lost connection`, () => {
    post(sender, "picked", 0);
    answer();
    post(sender, kind, value);
    acknowledge(last - 1); // of a run that Streamlit asked for, when an entry was left
    post(sender, "looked", 1);
    assert.deepEqual(sent.slice(1), [[kind, value]]);
    connect(false);
    connect(true);
    acknowledge(last - 1); // the run for the new connection: the server has never read the request
    assert.deepEqual(sent.slice(1), [
      [kind, value],
      [kind, value],
    ]);
    answer();
    assert.deepEqual(sent.at(-1), ["looked", 1]);
  });
}

test("who asked is told of the answer once", () => {
  const onAnswer = mock.fn();
  post(sender, "picked", 5, { onAnswer });
  acknowledge(last - 1);
  assert.equal(onAnswer.mock.callCount(), 0);
  answer();
  answer();
  mock.timers.tick(60_000);
  assert.equal(onAnswer.mock.callCount(), 1);
});

test("an answer that does not come holds nothing up for ever, and who asked is told then", () => {
  const onAnswer = mock.fn();
  post(sender, "picked", 6, { onAnswer });
  post(sender, "turned", []);
  mock.timers.tick(29_900);
  assert.equal(sent.length, 1);
  mock.timers.tick(200);
  assert.equal(onAnswer.mock.callCount(), 1);
  assert.equal(sent.length, 2);
});

test("nor does one whose run has ended before its receipt, for as long", () => {
  run(true); // of an entry: no run for the request
  post(sender, "picked", 6);
  post(sender, "turned", []);
  run(false);
  mock.timers.tick(20_000);
  run(true);
  mock.timers.tick(20_000);
  run(false);
  mock.timers.tick(3900);
  assert.equal(sent.length, 1);
  run(true); // the whole page after its fragment
  mock.timers.tick(20_000);
  run(false);
  mock.timers.tick(3900);
  assert.equal(sent.length, 1);
  mock.timers.tick(200);
  assert.equal(sent.length, 2);
});

test("a request for which others do not wait long goes on as well", () => {
  post(sender, "turn", 8, { patience: 2000 });
  post(sender, "picked", 6);
  mock.timers.tick(1900);
  assert.equal(sent.length, 1);
  mock.timers.tick(200);
  assert.equal(sent.length, 2);
});

test("what was under way when the connection was lost is sent again, before what has waited", () => {
  post(sender, "picked", 7);
  post(sender, "turned", []);
  connect(false);
  answer(); // of the lost connection: too late
  post(sender, "stepped", -3);
  assert.equal(sent.length, 1);
  connect(true);
  assert.equal(sent.length, 1, "not before the page has run");
  for (const _ of "three") answer();
  assert.deepEqual(kinds(), ["picked", "picked", "turned", "stepped"]);
});

test("what was changed meanwhile is sent instead of what was under way", () => {
  post(sender, "picked", 8);
  connect(false);
  post(sender, "picked", 9);
  connect(true);
  answer();
  answer();
  mock.timers.tick(60_000);
  assert.deepEqual(sent, [
    ["picked", 8],
    ["picked", 9],
  ]);
});

test("a server that was started anew has read no request", () => {
  post(sender, "stepped", -3);
  connect(false);
  connect(true);
  acknowledge(0);
  post(sender, "turned", []);
  acknowledge(0);
  assert.deepEqual(kinds(), ["stepped", "stepped"]);
  answer();
  assert.deepEqual(kinds(), ["stepped", "stepped", "turned"]);
});

test("an answer to one kind is no answer to another", () => {
  post(sender, "stepped", -3);
  post(sender, "looked", 1);
  acknowledgeKind("looked");
  assert.equal(sent.length, 1);
  answer();
  acknowledgeKind("looked");
  post(sender, "turned", []);
  assert.deepEqual(kinds(), ["stepped", "looked", "turned"]);
});

test("what is withdrawn is not sent", () => {
  post(sender, "stepped", -3);
  post(sender, "looked", 1);
  withdraw("looked");
  answer();
  mock.timers.tick(60_000);
  assert.equal(sent.length, 1);
});

test("what waits when the page is set anew is not sent any more, and who asked is told", () => {
  const onAnswer = mock.fn();
  noteOpening(1);
  post(sender, "picked", 1);
  post(sender, "turned", [1]);
  post(sender, "stepped", -3, { onAnswer });
  noteOpening(1);
  assert.equal(onAnswer.mock.callCount(), 0);
  noteOpening(2); // Reset
  assert.equal(onAnswer.mock.callCount(), 1);
  answer();
  post(sender, "stepped", -4);
  assert.deepEqual(sent, [
    ["picked", 1],
    ["stepped", -4],
  ]);
  assert.equal(lastOpening, 2);
});

test("a server that was started anew counts again, and what waits is sent", () => {
  noteOpening(5);
  post(sender, "picked", 1);
  post(sender, "turned", [1]);
  connect(false);
  connect(true);
  noteOpening(1);
  acknowledge(0);
  answer();
  assert.deepEqual(kinds(), ["picked", "picked", "turned"]);
  assert.equal(lastOpening, 1);
});

test("where an answer is missed the page runs once, and what waits goes on with the receipt of that run", () => {
  /** @type {unknown[]} */
  const told = [];
  const missed = () => told.filter((word) => word === "missed").length;
  watchDelays({ waiting: (waits) => told.push(waits), missed: () => told.push("missed") });
  post(sender, "stepped", 1, { onAnswer: () => told.push("over") });
  post(sender, "turned", 2);
  assert.deepEqual(told, [true]);
  mock.timers.tick(30_000);
  assert.deepEqual(told, [true, false, "over", "missed"]);
  assert.deepEqual(kinds(), ["stepped"]);
  answer();
  assert.deepEqual(kinds(), ["stepped", "turned"]);
  answer();
  post(sender, "stepped", 3);
  mock.timers.tick(30_000);
  post(sender, "turned", 4);
  assert.equal(missed(), 2);
  mock.timers.tick(30_000); // nor does that run end: once is enough
  assert.equal(missed(), 2);
  assert.deepEqual(kinds().slice(2), ["stepped", "turned"]);
  answer();
  assert.equal(told.at(-1), false);
});

test("a request for which others do not wait long has the page run for nothing", () => {
  let missed = 0;
  watchDelays({
    waiting: () => {},
    missed: () => {
      missed += 1;
    },
  });
  post(sender, "looked", 1, { patience: 2000 });
  mock.timers.tick(60_000);
  assert.equal(missed, 0);
});
