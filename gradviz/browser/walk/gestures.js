// Fingers, mouse and wheel on the graph: one moves it, two zoom it, and so does the wheel with Ctrl.

/** @import { Gesture } from "./types.js" */

const THRESHOLD = 4; // px: a pointer that moves less than this only presses
const WHEEL = 200; // px of the wheel for a factor e

/** @param {Map<number, {x: number, y: number}>} pointers */
function spread(pointers) {
  const [first, second] = [...pointers.values()];
  return second ? Math.hypot(first.x - second.x, first.y - second.y) : 0;
}

/**
 * Take a pointer's new place into the gesture.
 * @param {Gesture} gesture
 * @param {number} id of a pointer that may be down
 * @param {{x: number, y: number}} to px
 * @returns {{zoom: number} | {dx: number, dy: number} | null} what it does to the graph; null before a drag
 */
export function movePointer(gesture, id, to) {
  const { pointers } = gesture;
  const from = pointers.get(id);
  if (!from) return null;
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  if (!gesture.dragged && Math.hypot(dx, dy) < THRESHOLD) return null;
  gesture.dragged = true;
  const before = spread(pointers);
  pointers.set(id, to);
  return before > 0 ? { zoom: spread(pointers) / before } : { dx, dy };
}

/**
 * @param {SVGSVGElement} svg
 * @param {Gesture} gesture
 * @param {object} actions
 * @param {(dx: number, dy: number) => void} actions.pan
 * @param {(factor: number, about?: {x: number, y: number}) => void} actions.zoom
 */
export function listenToGestures(svg, gesture, { pan, zoom }) {
  const place = (/** @type {MouseEvent} */ event) => ({ x: event.clientX, y: event.clientY });
  svg.addEventListener("pointerdown", (event) => {
    gesture.pointers.set(event.pointerId, place(event));
    gesture.dragged = false;
  });
  svg.addEventListener("pointermove", (event) => {
    const wasDragged = gesture.dragged;
    const change = movePointer(gesture, event.pointerId, place(event));
    if (!change) return;
    if (!wasDragged) svg.setPointerCapture(event.pointerId);
    if ("zoom" in change) zoom(change.zoom);
    else pan(change.dx, change.dy);
  });
  const lift = (/** @type {PointerEvent} */ event) => gesture.pointers.delete(event.pointerId);
  svg.addEventListener("pointerup", lift);
  svg.addEventListener("pointercancel", lift);
  svg.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey) return; // without Ctrl the page scrolls
      event.preventDefault();
      const box = svg.getBoundingClientRect();
      zoom(Math.exp(-event.deltaY / WHEEL), { x: event.clientX - box.left, y: event.clientY - box.top });
    },
    { passive: false },
  );
}
