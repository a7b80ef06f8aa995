import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

/** @import {Sender} from "../messages.js" */
/** @typedef {typeof import("../messages.js")} Messages */

let connected = true;
/** @type {() => void} */
let connectionChanged = () => {};
Object.assign(globalThis, {
  document: {
    body: {},
    querySelector: () => ({ getAttribute: () => (connected ? "CONNECTED" : "DISCONNECTED") }),
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
/** @type {Sender} */
const sender = {
  component: /** @type {any} */ ({ setTriggerValue: (/** @type {any} */ ...message) => sent.push(message) }),
};
/** @type {Messages["post"]} */
let post;
/** @type {Messages["acknowledge"]} */
let acknowledge;
/** @type {Messages["acknowledgeKind"]} */
let acknowledgeKind;
/** @type {Messages["withdraw"]} */
let withdraw;
mock.timers.enable({ apis: ["setTimeout"] });

/** @param {boolean} now */
function connect(now) {
  connected = now;
  connectionChanged();
}

beforeEach(() => {
  // answer whatever the test before has left
  connect(true);
  mock.timers.tick(60_000);
  sent = [];
});

({ post, acknowledge, acknowledgeKind, withdraw } = await import("../messages.js"));

test("a request waits for the answer to the one before", () => {
  post(sender, "picked", { n: 1 });
  post(sender, "turned", [1]);
  assert.deepEqual(sent, [["picked", { n: 1 }]]);
  acknowledge(1);
  assert.deepEqual(sent.at(-1), ["turned", [1]]);
});

test("of several of a kind only the last is sent, after the others that wait", () => {
  post(sender, "picked", { n: 1 });
  for (const kind of ["stepped", "turned", "stepped"]) post(sender, kind, sent.length + kind.length);
  acknowledge(1);
  acknowledge();
  acknowledge();
  assert.deepEqual(
    sent.map(([kind]) => kind),
    ["picked", "turned", "stepped"],
  );
});

test("the last word about a point overtakes the one under way, and only its own answer counts", () => {
  post(sender, "picked", { n: 1 });
  post(sender, "picked", { n: 2 }, { overtakes: true });
  assert.equal(sent.length, 2);
  post(sender, "turned", []);
  acknowledge(1);
  assert.equal(sent.length, 2);
  acknowledge(2);
  assert.equal(sent.length, 3);
});

test("nothing overtakes another kind", () => {
  post(sender, "turned", []);
  post(sender, "picked", { n: 3 }, { overtakes: true });
  assert.equal(sent.length, 1);
});

test("who asked is told of the answer once", () => {
  const onAnswer = mock.fn();
  post(sender, "picked", { n: 5 }, { onAnswer });
  acknowledge(4);
  assert.equal(onAnswer.mock.callCount(), 0);
  acknowledge(5);
  acknowledge(5);
  mock.timers.tick(60_000);
  assert.equal(onAnswer.mock.callCount(), 1);
});

test("an answer that does not come holds nothing up for ever, and who asked is told then", () => {
  const onAnswer = mock.fn();
  post(sender, "picked", { n: 6 }, { onAnswer });
  post(sender, "turned", []);
  mock.timers.tick(3900);
  assert.equal(sent.length, 1);
  mock.timers.tick(200);
  assert.equal(onAnswer.mock.callCount(), 1);
  assert.equal(sent.length, 2);
});

test("what was under way when the connection was lost is sent again, before what has waited", () => {
  post(sender, "picked", { n: 7 });
  post(sender, "turned", []);
  connect(false);
  acknowledge(7); // of the lost connection: too late
  post(sender, "stepped", -3);
  assert.equal(sent.length, 1);
  connect(true);
  assert.equal(sent.length, 1, "not before the page has run");
  acknowledge();
  acknowledge();
  acknowledge();
  assert.deepEqual(
    sent.map(([kind]) => kind),
    ["picked", "picked", "turned", "stepped"],
  );
});

test("what was changed meanwhile is sent instead of what was under way", () => {
  post(sender, "picked", { n: 8 });
  connect(false);
  post(sender, "picked", { n: 9 });
  connect(true);
  acknowledge();
  acknowledge(9);
  mock.timers.tick(60_000);
  assert.deepEqual(sent.at(-1), ["picked", { n: 9 }]);
  assert.equal(sent.length, 2);
});

test("an answer to one kind is no answer to another", () => {
  post(sender, "stepped", -3);
  post(sender, "looked", 1);
  acknowledgeKind("looked");
  assert.equal(sent.length, 1);
  acknowledge();
  acknowledgeKind("looked");
  post(sender, "turned", []);
  assert.deepEqual(
    sent.map(([kind]) => kind),
    ["stepped", "looked", "turned"],
  );
});

test("what is withdrawn is not sent", () => {
  post(sender, "stepped", -3);
  post(sender, "looked", 1);
  withdraw("looked");
  acknowledge();
  mock.timers.tick(60_000);
  assert.equal(sent.length, 1);
});
