// What fingers on a scene or a map mean, as a state machine without elements: one finger up or down scrolls the
// page; sideways it turns the scene, or moves the window of the map, wherever it goes on; two fingers make the
// window wider or narrower, and move it, if the picture has been pressed before, else they are the page's.

/**
 * @typedef {object} Gesture
 * @property {"none" | "undecided" | "turn" | "scroll" | "pinch" | "page" | "over"} kind of "over" one finger is left
 * @property {number} x where one finger went down, or the middle of two, in px
 * @property {number} y
 * @property {number} apart how far two fingers are from each other
 */
/** @typedef {{x: number, y: number}[]} Touches */
/**
 * What follows: whether Plotly hears of it, whether the browser does nothing of its own, the logarithm of how
 * much wider the window becomes, how far two fingers take it along in px, and whether the picture counts as
 * pressed now.
 * @typedef {{hears: boolean, prevents: boolean, wider: number, shift: [number, number], presses: boolean}} Effect
 */

const SLACK = 8; // px until a finger's direction counts

/** @type {Gesture} */
export const NO_GESTURE = { kind: "none", x: 0, y: 0, apart: 0 };

/** @type {Effect} */
const LEFT = { hears: false, prevents: false, wider: 0, shift: [0, 0], presses: false };
const HEARD = { ...LEFT, hears: true };

/**
 * Which way a finger goes that has moved so far to the right and down; "undecided" as long as it hardly has.
 * @param {number} right
 * @param {number} down
 */
export function wayOf(right, down) {
  if (Math.hypot(right, down) < SLACK) return "undecided";
  return Math.abs(right) >= Math.abs(down) ? "sideways" : "along";
}

/** @param {Touches} touches */
const middle = ([a, b]) => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });

/** @param {Touches} touches */
const distance = ([a, b]) => Math.max(1, Math.hypot(a.x - b.x, a.y - b.y));

/**
 * @param {Gesture} gesture
 * @param {"start" | "move" | "end" | "cancel"} type
 * @param {Touches} touches those that are down now
 * @param {boolean} pressed whether the picture has been pressed before
 * @returns {[Gesture, Effect]}
 */
export function followed(gesture, type, touches, pressed) {
  if (type === "start") return started(gesture, touches, pressed);
  if (type === "move") return moved(gesture, touches);
  if (!touches.length) {
    const presses = type === "end" && ["undecided", "turn", "pinch", "over"].includes(gesture.kind);
    return [NO_GESTURE, { ...HEARD, presses }];
  }
  return [{ ...gesture, kind: gesture.kind === "pinch" ? "over" : gesture.kind }, LEFT];
}

/**
 * @param {Gesture} gesture
 * @param {Touches} touches
 * @param {boolean} pressed
 * @returns {[Gesture, Effect]}
 */
function started(gesture, touches, pressed) {
  const [{ x, y }] = touches;
  if (touches.length === 1) return [{ kind: "undecided", x, y, apart: 0 }, HEARD];
  if (!pressed || gesture.kind === "scroll" || touches.length > 2)
    return [{ ...gesture, kind: "page" }, LEFT];
  return [
    { ...gesture, ...middle(touches), kind: "pinch", apart: distance(touches) },
    { ...LEFT, prevents: true },
  ];
}

/**
 * @param {Gesture} gesture
 * @param {Touches} touches
 * @returns {[Gesture, Effect]}
 */
function moved(gesture, touches) {
  const { kind, x, y, apart } = gesture;
  if (kind === "pinch" && touches.length === 2) {
    const [now, about] = [distance(touches), middle(touches)];
    return [
      { ...gesture, ...about, apart: now },
      { ...LEFT, prevents: true, wider: Math.log(apart / now), shift: [about.x - x, about.y - y] },
    ];
  }
  if (kind === "over" || kind === "pinch") return [gesture, { ...LEFT, prevents: true }];
  if (kind === "turn") return [gesture, HEARD];
  if (kind !== "undecided") return [gesture, LEFT];
  const way = wayOf(touches[0].x - x, touches[0].y - y);
  if (way === "undecided") return [gesture, LEFT];
  return way === "sideways" ? [{ ...gesture, kind: "turn" }, HEARD] : [{ ...gesture, kind: "scroll" }, LEFT];
}
