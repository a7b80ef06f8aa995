import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createHand, mayDraw, transition } from "../hand.js";

/** @import {Action, Hand, HandEvent} from "../hand.js" */

const AT = { pointer: 7, x: 100, y: 50 };
/** @type {HandEvent} */
const PRESS = { type: "press", target: "point", panel: "map", touch: false, onHandle: false, ...AT };
/** @type {HandEvent} */
const PRESS_STEP = { ...PRESS, target: "step", panel: "errors" };

/**
 * The state after some events, and what the last one asked to be done.
 * @param {HandEvent[]} events
 * @param {Hand} [start]
 * @returns {[Hand, Action[]]}
 */
function after(events, start = createHand()) {
  /** @type {[Hand, Action[]]} */
  let result = [start, []];
  for (const event of events) result = transition(result[0], event);
  return result;
}

/** @param {Action[]} actions */
const types = (actions) => actions.map(({ type }) => type);

/**
 * @param {"move" | "release" | "cancel"} type
 * @param {number} dx
 * @param {number} [dy]
 * @returns {HandEvent}
 */
const pointer = (type, dx, dy = 0) => ({ type, pointer: 7, x: AT.x + dx, y: AT.y + dy });

describe("idle", () => {
  test("a press moves the point there, and takes the pointer", () => {
    const [hand, actions] = after([PRESS]);
    assert.equal(hand.phase, "pressed");
    assert.deepEqual(types(actions), ["cancel timer", "capture", "move", "follow", "send soon"]);
  });

  test("a press on the handle moves nothing yet", () => {
    const [hand, actions] = after([{ ...PRESS, onHandle: true }]);
    assert.equal(hand.phase, "pressed");
    assert.deepEqual(types(actions), ["cancel timer", "capture"]);
  });

  test("a touch beside the handle may be about to scroll: nothing happens yet", () => {
    const [hand, actions] = after([{ ...PRESS, touch: true }]);
    assert.equal(hand.phase, "pressed");
    assert.deepEqual(actions, []);
  });

  test("a touch on the handle takes the pointer", () => {
    assert.deepEqual(types(after([{ ...PRESS, touch: true, onHandle: true }])[1]), [
      "cancel timer",
      "capture",
    ]);
  });

  test("a press on the error plot drags ε at once", () => {
    const [hand, actions] = after([PRESS_STEP]);
    assert.equal(hand.phase, "dragging");
    assert.deepEqual(types(actions), ["capture", "move"]);
  });

  test("a key moves the point and has it sent when no other follows", () => {
    const [hand, actions] = after([{ type: "key", panel: "map" }]);
    assert.equal(hand.phase, "nudging");
    assert.deepEqual(types(actions), ["follow", "commit soon"]);
  });

  test("a place on the surface is committed at once", () => {
    const [hand, actions] = after([{ type: "place", panel: "surface" }]);
    assert.deepEqual([hand.phase, hand.awaited], ["idle", 1]);
    assert.deepEqual(actions.at(-1), { type: "send", panel: "surface", n: 1, done: true });
  });

  test("moves, releases and timers without a press do nothing", () => {
    for (const event of [pointer("move", 9), pointer("release", 9), pointer("cancel", 9)]) {
      assert.deepEqual(after([event]), [createHand(), []]);
    }
    assert.deepEqual(after([{ type: "send due" }]), [createHand(), []]);
    assert.deepEqual(after([{ type: "commit due" }]), [createHand(), []]);
  });

  test("an answer is drawn, and what was moved ahead of it goes back to it", () => {
    assert.deepEqual(after([{ type: "answer" }])[1], [{ type: "draw", rest: true }]);
  });
});

describe("pressed", () => {
  test("a pointer that trembles drags nothing", () => {
    const [hand, actions] = after([PRESS, pointer("move", 2)]);
    assert.equal(hand.phase, "pressed");
    assert.deepEqual(actions, []);
  });

  test("three pixels are a drag", () => {
    const [hand, actions] = after([PRESS, pointer("move", 3)]);
    assert.equal(hand.phase, "dragging");
    assert.deepEqual(types(actions), ["move", "follow", "send soon"]);
  });

  test("another pointer does nothing", () => {
    const [hand, actions] = after([PRESS, { ...AT, type: "move", pointer: 8, x: 300 }]);
    assert.equal(hand.phase, "pressed");
    assert.deepEqual(actions, []);
  });

  test("a release commits the place, and the answer is awaited", () => {
    const [hand, actions] = after([PRESS, pointer("release", 0)]);
    assert.deepEqual([hand.phase, hand.grip, hand.awaited], ["idle", null, 1]);
    assert.deepEqual(types(actions), ["cancel timer", "send"]);
    assert.equal(mayDraw(hand), false);
  });

  test("a tap of a finger moves the point and commits it", () => {
    const [hand, actions] = after([{ ...PRESS, touch: true }, pointer("release", 6)]);
    assert.equal(hand.awaited, 1);
    assert.deepEqual(types(actions), ["cancel timer", "move", "send"]);
  });

  test("a finger that slips or scrolls moves nothing", () => {
    for (const end of [pointer("release", 10), pointer("cancel", 0, 30)]) {
      const [hand, actions] = after([{ ...PRESS, touch: true }, pointer("move", 0, 9), end]);
      assert.deepEqual([hand.phase, hand.awaited], ["idle", 0]);
      assert.deepEqual(actions, []);
    }
  });

  test("a finger drags ε only sideways", () => {
    const start = { ...PRESS_STEP, touch: true };
    assert.equal(after([start])[0].phase, "pressed");
    assert.equal(after([start, pointer("move", 5, 40)])[0].phase, "pressed");
    const [hand, actions] = after([start, pointer("move", 6)]);
    assert.equal(hand.phase, "dragging");
    assert.deepEqual(types(actions), ["move"]);
  });

  test("a finger that taps chooses ε, and one that scrolls does not", () => {
    const start = { ...PRESS_STEP, touch: true };
    assert.deepEqual(types(after([start, pointer("release", 0)])[1]), ["choose step"]);
    assert.deepEqual(after([start, pointer("cancel", 0)])[1], []);
  });
});

describe("dragging", () => {
  const dragged = [PRESS, pointer("move", 20)];

  test("every move is followed, and sent now and then", () => {
    assert.deepEqual(types(after([...dragged, pointer("move", 20.5)])[1]), ["move", "follow", "send soon"]);
    const [hand, actions] = after([...dragged, { type: "send due" }]);
    assert.equal(hand.phase, "dragging");
    assert.deepEqual(actions, [{ type: "send", panel: "map", n: 1, done: false }]);
    assert.equal(mayDraw(hand), true);
  });

  test("answers are drawn, but what was moved ahead of them stays", () => {
    assert.deepEqual(after([...dragged, { type: "answer" }])[1], [{ type: "draw", rest: false }]);
  });

  test("a release, or the loss of the pointer, commits the place", () => {
    for (const end of [pointer("release", 20), pointer("cancel", 20)]) {
      const [hand, actions] = after([...dragged, { type: "send due" }, end]);
      assert.deepEqual([hand.phase, hand.awaited], ["idle", 2]);
      assert.deepEqual(actions.at(-1), { type: "send", panel: "map", n: 2, done: true });
    }
  });

  test("where it is let go is the last place; a lost pointer is nowhere", () => {
    const [, released] = after([...dragged, pointer("release", 25)]);
    assert.deepEqual(types(released), ["cancel timer", "move", "follow", "send"]);
    const [, lost] = after([...dragged, pointer("cancel", -100)]);
    assert.deepEqual(types(lost), ["cancel timer", "send"]);
  });

  test("a release chooses ε", () => {
    for (const end of [pointer("release", 20), pointer("cancel", 20)]) {
      const [hand, actions] = after([PRESS_STEP, pointer("move", 20), end]);
      assert.deepEqual([hand.phase, hand.awaited], ["idle", 0]);
      assert.deepEqual(types(actions), ["choose step"]);
    }
  });

  test("a view that leaves the page lets go of the point", () => {
    const [hand, actions] = after([...dragged, { type: "unmount" }]);
    assert.deepEqual([hand.phase, hand.awaited], ["idle", 1]);
    assert.deepEqual(types(actions), ["cancel timer", "send"]);
  });
});

describe("nudging", () => {
  const nudged = [/** @type {HandEvent} */ ({ type: "key", panel: "map" })];

  test("another key begins the wait anew", () => {
    assert.deepEqual(types(after([...nudged, ...nudged])[1]), ["follow", "commit soon"]);
  });

  test("when no other follows, the place is committed", () => {
    const [hand, actions] = after([...nudged, { type: "commit due" }]);
    assert.deepEqual([hand.phase, hand.awaited], ["idle", 1]);
    assert.deepEqual(types(actions), ["cancel timer", "send"]);
  });

  test("a press takes over", () => {
    const [hand, actions] = after([...nudged, PRESS]);
    assert.equal(hand.phase, "pressed");
    assert.equal(actions[0].type, "cancel timer");
  });

  test("answers leave the point where it is", () => {
    assert.deepEqual(after([...nudged, { type: "answer" }])[1], [{ type: "draw", rest: false }]);
  });

  test("a view that leaves the page commits the place", () => {
    assert.equal(after([...nudged, { type: "unmount" }])[0].awaited, 1);
  });
});

describe("awaiting an answer", () => {
  const [committed] = after([PRESS, { type: "send due" }, pointer("release", 0)]); // the second place

  test("no answer is drawn before", () => {
    assert.deepEqual(after([{ type: "answer" }], committed)[1], []);
    assert.deepEqual(after([{ type: "acknowledged", n: 1 }], committed), [committed, []]);
  });

  test("once it is acknowledged the answer is drawn, once", () => {
    const [hand, actions] = after([{ type: "acknowledged", n: 2 }], committed);
    assert.equal(hand.awaited, 0);
    assert.deepEqual(actions, [{ type: "draw", rest: true }]);
    assert.deepEqual(after([{ type: "acknowledged", n: 2 }], hand)[1], []);
  });

  test("the next drag awaits nothing any more", () => {
    assert.equal(after([PRESS], committed)[0].awaited, 0);
  });

  test("a finger that may be about to scroll goes on waiting", () => {
    const scroll = [{ ...PRESS, touch: true }, pointer("cancel", 0)];
    assert.equal(after(scroll, committed)[0].awaited, 2);
  });

  test("acknowledged during the next drag, the answer to the former does not end it", () => {
    const [hand, actions] = after([PRESS, { type: "acknowledged", n: 2 }], committed);
    assert.equal(hand.phase, "pressed");
    assert.deepEqual(actions, []);
  });
});

describe("ε on whatever control", () => {
  test("while it moves, answers are drawn, and the pictures stay ahead of them", () => {
    const [hand] = after([{ type: "step", moving: true }]);
    assert.deepEqual(after([{ type: "answer" }], hand)[1], [{ type: "draw", rest: false }]);
    const [still] = after([{ type: "step", moving: false }], hand);
    assert.deepEqual(after([{ type: "answer" }], still)[1], [{ type: "draw", rest: true }]);
  });
});
