// The drag of the point and of ε, as a state machine without clocks, elements or messages: an event and a
// state give the next state and what is to be done. drag.js runs it.
//
//             press                     move ≥ slack
//   ┌──────┐ ─────────────▶ ┌─────────┐ ───────────────▶ ┌──────────┐ ─┐ move: follow,
//   │      │                │ pressed │                  │ dragging │  │ send soon
//   │      │ ◀───────────── └─────────┘                  └──────────┘ ◀┘
//   │      │  cancel, or a tap       │ release: commit          │ release, cancel: commit
//   │ idle │  that slipped           ▼                          ▼
//   │      │ ◀───────────────────────┴──────────────────────────┘
//   │      │      key      ┌─────────┐ ─┐ key: follow, commit soon
//   │      │ ────────────▶ │ nudging │  │
//   └──────┘ ◀──────────── └─────────┘ ◀┘
//              commit due
//
// Beside this, "awaited" is the number of the last committed place whose answer has not come: until then no
// answer is drawn, for an earlier one would keep the browser busy and take the point back. And "stepping"
// tells whether ε moves, on whatever control. Answers are drawn while something is dragged, but what was
// moved ahead of the server goes back to the server's picture only when all is idle.

/** @typedef {"point" | "step"} Target what is dragged */
/**
 * A pointer that is down: where it went down, and how far it may move before it drags.
 * @typedef {object} Grip
 * @property {Target} target
 * @property {string} panel
 * @property {number} pointer its id
 * @property {number} x
 * @property {number} y
 * @property {number} slack px; Infinity if it can only tap
 * @property {boolean} sideways whether only the way across counts: up and down scrolls the page
 */
/**
 * @typedef {object} Hand
 * @property {"idle" | "pressed" | "dragging" | "nudging"} phase
 * @property {Grip | null} grip while pressed or dragging
 * @property {string} panel the panel whose point was moved last
 * @property {number} sent the number of the last place that was sent
 * @property {number} awaited the number of the committed place whose answer is awaited; 0 if there is none
 * @property {boolean} stepping whether ε moves
 */
/**
 * @typedef {object} PointerEventOfHand
 * @property {number} pointer
 * @property {number} x
 * @property {number} y
 */
/**
 * @typedef {object} Press
 * @property {"press"} type
 * @property {Target} target
 * @property {string} panel
 * @property {boolean} touch
 * @property {boolean} onHandle
 */
/**
 * @typedef {(Press & PointerEventOfHand)
 *   | ({type: "move" | "release" | "cancel"} & PointerEventOfHand)
 *   | {type: "key" | "place", panel: string}
 *   | {type: "send due" | "commit due" | "answer" | "unmount"}
 *   | {type: "acknowledged", n: number}
 *   | {type: "step", moving: boolean}} HandEvent
 */
/**
 * What is to be done: capture the pointer, move the target to it, send the place soon (at most every so
 * often) or when nothing has moved for a while, send it now with its number, or show the server's last answer
 * ("rest" if nothing is moved ahead of it any more).
 * @typedef {{type: "capture" | "move" | "follow" | "send soon" | "commit soon" | "cancel timer"}
 *   | {type: "send", panel: string, n: number, done: boolean}
 *   | {type: "choose step"}
 *   | {type: "draw", rest: boolean}} Action
 */

const POINT_SLACK = 3; // px
const TAP_SLACK = 10;
const STEP_SLACK = 6;

/** @returns {Hand} */
export function createHand() {
  return { phase: "idle", grip: null, panel: "", sent: 0, awaited: 0, stepping: false };
}

/**
 * Whether answers of the server may be drawn.
 * @param {Hand} hand
 */
export const mayDraw = (hand) => !hand.awaited;

/**
 * The next state, and what is to be done on the way.
 * @param {Hand} hand
 * @param {HandEvent} event
 * @returns {[Hand, Action[]]}
 */
export function transition(hand, event) {
  switch (event.type) {
    case "press":
      return press(hand, event);
    case "move":
      return move(hand, event);
    case "release":
    case "cancel":
      return release(hand, event);
    case "key":
      return [
        { ...hand, phase: "nudging", grip: null, panel: event.panel },
        [{ type: "follow" }, { type: "commit soon" }],
      ];
    case "place":
      return commit({ ...hand, panel: event.panel }, [{ type: "follow" }]);
    case "send due":
      return hand.phase === "idle" ? [hand, []] : send(hand, false);
    case "commit due":
      return hand.phase === "nudging" ? commit(hand) : [hand, []];
    case "step":
      return [{ ...hand, stepping: event.moving }, []];
    case "answer":
      return [hand, mayDraw(hand) ? [draw(hand)] : []];
    case "acknowledged":
      return acknowledged(hand, event.n);
    case "unmount":
      return unmount(hand);
  }
}

/**
 * @param {Hand} hand
 * @param {Press & PointerEventOfHand} event
 * @returns {[Hand, Action[]]}
 */
function press(hand, { target, panel, pointer, touch, onHandle, x, y }) {
  const grip = { target, panel, pointer, x, y };
  if (target === "step") {
    if (touch) return [{ ...hand, ...pressed({ ...grip, slack: STEP_SLACK, sideways: true }) }, []];
    const dragging = { ...grip, slack: 0, sideways: false };
    return [{ ...hand, phase: "dragging", grip: dragging }, [{ type: "capture" }, { type: "move" }]];
  }
  // a finger beside the handle may be about to scroll: it can only tap
  if (touch && !onHandle) return [{ ...hand, ...pressed({ ...grip, slack: Infinity, sideways: false }) }, []];
  const next = {
    ...hand,
    ...pressed({ ...grip, slack: POINT_SLACK, sideways: false }),
    panel,
    awaited: 0,
  };
  /** @type {Action[]} */
  const moved = onHandle ? [] : [...FOLLOWED, { type: "send soon" }];
  return [next, [{ type: "cancel timer" }, { type: "capture" }, ...moved]];
}

/**
 * @param {Grip} grip
 * @returns {Pick<Hand, "phase" | "grip">}
 */
const pressed = (grip) => ({ phase: "pressed", grip });

/**
 * @param {Hand} hand
 * @param {PointerEventOfHand} event
 * @returns {[Hand, Action[]]}
 */
function move(hand, event) {
  const { grip, phase } = hand;
  if (!grip || grip.pointer !== event.pointer) return [hand, []];
  if (phase === "pressed" && distance(grip, event) < grip.slack) return [hand, []];
  /** @type {Action[]} */
  const actions = grip.target === "step" ? [{ type: "move" }] : [...FOLLOWED, { type: "send soon" }];
  return [{ ...hand, phase: "dragging" }, actions];
}

/**
 * @param {Grip} grip
 * @param {{x: number, y: number}} event
 */
const distance = (grip, { x, y }) =>
  grip.sideways ? Math.abs(x - grip.x) : Math.hypot(x - grip.x, y - grip.y);

/**
 * @param {Hand} hand
 * @param {{type: string} & PointerEventOfHand} event
 * @returns {[Hand, Action[]]}
 */
function release(hand, event) {
  const { grip, phase } = hand;
  if (!grip || grip.pointer !== event.pointer) return [hand, []];
  const cancelled = event.type === "cancel";
  const idle = { ...hand, ...AT_REST };
  if (grip.target === "step") {
    if (cancelled && phase === "pressed") return [idle, []];
    return [idle, [{ type: "choose step" }]];
  }
  if (grip.slack < Infinity) {
    // where it is let go counts: the browser may have joined the last moves; a lost pointer is nowhere
    const last = phase === "dragging" && !cancelled ? FOLLOWED : [];
    return commit({ ...hand, panel: grip.panel }, last);
  }
  const slipped = cancelled || distance(grip, event) >= TAP_SLACK;
  return slipped ? [idle, []] : commit({ ...hand, panel: grip.panel }, [{ type: "move" }]);
}

/** @type {Action[]} */
const FOLLOWED = [{ type: "move" }, { type: "follow" }];
/** @type {Pick<Hand, "phase" | "grip">} */
const AT_REST = { phase: "idle", grip: null };

/**
 * @param {Hand} hand
 * @param {boolean} done
 * @returns {[Hand, Action[]]}
 */
function send(hand, done) {
  const n = hand.sent + 1;
  return [{ ...hand, sent: n }, [{ type: "send", panel: hand.panel, n, done }]];
}

/**
 * The last place is sent, and its answer awaited.
 * @param {Hand} hand
 * @param {Action[]} before
 * @returns {[Hand, Action[]]}
 */
function commit(hand, before = []) {
  const [next, actions] = send({ ...hand, ...AT_REST }, true);
  return [{ ...next, awaited: next.sent }, [{ type: "cancel timer" }, ...before, ...actions]];
}

/**
 * @param {Hand} hand
 * @param {number} n
 * @returns {[Hand, Action[]]}
 */
function acknowledged(hand, n) {
  if (!hand.awaited || n < hand.awaited) return [hand, []];
  const next = { ...hand, awaited: 0 };
  return [next, [draw(next)]];
}

/**
 * @param {Hand} hand
 * @returns {Action}
 */
const draw = (hand) => ({ type: "draw", rest: hand.phase === "idle" && !hand.stepping });

/**
 * The view leaves the page: after a lost connection Streamlit may mount it anew during a drag, which then
 * counts as let go.
 * @param {Hand} hand
 * @returns {[Hand, Action[]]}
 */
function unmount(hand) {
  const dragged = hand.grip?.target === "point" && hand.grip.slack < Infinity;
  if (dragged || hand.phase === "nudging") return commit(hand);
  return [{ ...hand, ...AT_REST }, [{ type: "cancel timer" }]];
}
