// The window around the point made narrower or wider: by the wheel, by two fingers, and by keys. The map follows
// at once, and the server draws the window as soon as nothing has turned for a while.

import { followed, NO_GESTURE } from "./gesture.js";
import { post } from "./messages.js";
import { isMap, panWindow, sendWindow, stopPan, zoomWindow } from "./pan.js";
import { hasScene } from "./plotly.js";

/** @import {Panel, View} from "./types.js" */

const REST = 160; // ms without another turn
const WHEEL = 0.0015; // of a pixel that the wheel turns, on the logarithm of the width
const KEY = 0.2; // of a key, on the same
const FACTORS = [0.1, 10]; // at once
/** @type {Record<string, number>} */
const SIGNS = { "+": -1, "=": -1, "-": 1, "−": 1 };

/**
 * Have wheel, fingers and keys of a panel zoom the window. The wheel scrolls the page, and two fingers belong to
 * it, until the scene or the map has been pressed, and again when something else is pressed or the mouse leaves.
 * Plotly would take wheel and fingers in any case.
 * @param {View} view
 * @param {Panel} panel
 * @param {(event: TouchEvent) => void} letGo called when two fingers take over from one
 */
export function listenToZoom(view, panel, letGo) {
  const { area, plot, keys } = panel;
  const zooms = () => (!view.data?.fixed && hasScene(plot)) || isMap(view, panel);
  watchPresses();
  area.addEventListener("pointerdown", ({ pointerType }) => {
    if (pointerType !== "touch" && zooms()) press(area);
  });
  area.addEventListener("pointerleave", ({ pointerType }) => {
    if (pointerType !== "touch" && pressed === area) press(null);
  });
  const turn = (/** @type {WheelEvent} */ event) => {
    if (!zooms()) return;
    event.stopPropagation();
    if (pressed !== area && !event.ctrlKey) return;
    event.preventDefault();
    zoom(view, panel, WHEEL * event.deltaY);
  };
  area.addEventListener("wheel", turn, { capture: true, passive: false });
  let gesture = NO_GESTURE;
  for (const type of /** @type {const} */ (["start", "move", "end", "cancel"])) {
    const follow = (/** @type {TouchEvent} */ event) => {
      if (!zooms() || (event.target instanceof Node && panel.handle.contains(event.target))) return;
      const touches = [...event.touches].map(({ clientX: x, clientY: y }) => ({ x, y }));
      const { kind } = gesture;
      const [next, effect] = followed(gesture, type, touches, pressed === area);
      const { hears, prevents, wider, shift, presses } = effect;
      gesture = next;
      if (!hears && hasScene(plot)) event.stopPropagation();
      if (prevents && event.cancelable) event.preventDefault();
      if (next.kind === "pinch" && kind !== "pinch") {
        stopPan(panel);
        letGo(event);
      }
      const shifts = shift.some(Boolean) && isMap(view, panel);
      if (shifts) panWindow(view, panel, ...shift);
      if (wider || shifts) zoom(view, panel, wider);
      if (presses) press(area);
    };
    area.addEventListener(`touch${type}`, follow, { capture: true, passive: false });
  }
  keys.addEventListener("keydown", (event) => {
    const sign = SIGNS[event.key];
    if (!sign || !zooms() || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    zoom(view, panel, KEY * sign);
  });
}

/** @type {HTMLElement | null} */
let pressed = null; // the picture that was pressed last, unless something else was
let watching = false;

/** @param {HTMLElement | null} area */
function press(area) {
  pressed?.classList.remove("gradviz-pressed");
  area?.classList.add("gradviz-pressed");
  pressed = area;
}

function watchPresses() {
  if (watching) return;
  watching = true;
  const note = (/** @type {PointerEvent} */ { target }) => {
    if (!(target instanceof Node && pressed?.contains(target))) press(null);
  };
  document.addEventListener("pointerdown", note, { capture: true });
}

/** @type {WeakMap<View, {wider: number, timer: ReturnType<typeof setTimeout>}>} */
const zooms = new WeakMap();

/**
 * Make the window wider by a factor whose logarithm is given.
 * @param {View} view
 * @param {Panel} panel
 * @param {number} wider
 */
function zoom(view, panel, wider) {
  const before = zooms.get(view);
  clearTimeout(before?.timer);
  const map = isMap(view, panel) ? panel : view.panels.get("map");
  const shown = map && isMap(view, map) ? map : null;
  if (shown) zoomWindow(view, shown, Math.exp(wider));
  const sum = (before?.wider ?? 0) + wider;
  const send = () => {
    zooms.delete(view);
    const factor = Math.min(FACTORS[1], Math.max(FACTORS[0], Math.exp(sum)));
    if (shown) sendWindow(view, shown);
    else post(view, "framed", Number(factor.toFixed(3)));
  };
  zooms.set(view, { wider: sum, timer: setTimeout(send, REST) });
}
