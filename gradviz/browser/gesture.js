// What fingers on a scene or a map mean, as a state machine without elements: one finger up or down scrolls the
// page, sideways it turns the scene; two fingers make the window wider or narrower, if the picture has been
// pressed before, else they are the page's.

/**
 * @typedef {object} Gesture
 * @property {"none" | "undecided" | "turn" | "scroll" | "pinch" | "page" | "over"} kind of "over" one finger is left
 * @property {number} x where one finger went down, in px
 * @property {number} y
 * @property {number} apart how far two fingers are from each other
 */
/** @typedef {{x: number, y: number}[]} Touches */
/**
 * What follows: whether Plotly hears of it, whether the browser does nothing of its own, the logarithm of how
 * much wider the window becomes, and whether the picture counts as pressed now.
 * @typedef {{hears: boolean, prevents: boolean, wider: number, presses: boolean}} Effect
 */

const SLACK = 8; // px until a finger's direction counts

/** @type {Gesture} */
export const NO_GESTURE = { kind: "none", x: 0, y: 0, apart: 0 };

/** @type {Effect} */
const LEFT = { hears: false, prevents: false, wider: 0, presses: false };
const HEARD = { ...LEFT, hears: true };

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
    { ...gesture, kind: "pinch", apart: distance(touches) },
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
    const now = distance(touches);
    return [
      { ...gesture, apart: now },
      { ...LEFT, prevents: true, wider: Math.log(apart / now) },
    ];
  }
  if (kind === "over" || kind === "pinch") return [gesture, { ...LEFT, prevents: true }];
  if (kind === "turn") return [gesture, HEARD];
  if (kind !== "undecided") return [gesture, LEFT];
  const [right, down] = [touches[0].x - x, touches[0].y - y].map(Math.abs);
  if (Math.max(right, down) < SLACK) return [gesture, LEFT];
  return right >= down ? [{ ...gesture, kind: "turn" }, HEARD] : [{ ...gesture, kind: "scroll" }, LEFT];
}
