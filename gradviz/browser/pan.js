// Moving the window of the map: a drag beside the point takes the map along, as do the arrow keys. A finger does so
// sideways: up or down it scrolls the page, as over the surface. The map follows at once, as far as it has been
// drawn; the server draws the rest when it is let go.

import { finishPanel, scheduleDrawing } from "./draw.js";
import { renew } from "./failure.js";
import { wayOf } from "./gesture.js";
import { post } from "./messages.js";
import { axesOf, marginOf, relayout } from "./plotly.js";
import { painted } from "./timing.js";

/** @import {Panel, View} from "./types.js" */
/** @import {Axis} from "./plotly.js" */
/** @typedef {[number, number]} Range */
/**
 * What moves a panel's window: the pointer, where that went down, the ranges then, and whether it has moved.
 * @typedef {object} Pan
 * @property {number | null} pointer
 * @property {number} x
 * @property {number} y
 * @property {Range[]} start
 * @property {boolean} touch whether it is a finger, of which the way up and down is the page's
 * @property {boolean} moved
 * @property {boolean} drawing
 * @property {ReturnType<typeof setTimeout> | undefined} timer
 */

const SLACK = 4; // px that a press may move and still only choose a place
const EDGE = 0.02; // of the width: how near the point may come to the edge
const KEYS_REST = 200; // ms without another key after which the server draws the window
/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** @type {WeakMap<Panel, Pan>} */
const pans = new WeakMap();

/** @param {Panel} panel */
function panOf(panel) {
  const known = pans.get(panel);
  if (known) return known;
  /** @type {Pan} */
  const made = {
    pointer: null,
    x: 0,
    y: 0,
    start: [],
    touch: false,
    moved: false,
    drawing: false,
    timer: undefined,
  };
  pans.set(panel, made);
  return made;
}

/**
 * A range moved by a distance, but not so far that it leaves the point outside.
 * @param {Range} range
 * @param {number} by
 * @param {number} point
 * @returns {Range}
 */
export function shifted([low, high], by, point) {
  const edge = EDGE * (high - low);
  const [least, most] = [Math.min(0, point + edge - high), Math.max(0, point - edge - low)];
  const way = Math.min(Math.max(by, least), most);
  return [low + way, high + way];
}

/**
 * A range made so many times as wide, the point staying where it is in the picture.
 * @param {Range} range
 * @param {number} factor
 * @param {number} point
 * @returns {Range}
 */
export function scaled([low, high], factor, point) {
  const about = Math.min(Math.max(point, low), high);
  return [about + factor * (low - about), about + factor * (high - about)];
}

/**
 * Whether a panel is a map: a flat picture over two variables, whose point can be moved.
 * @param {View} view
 * @param {Panel} panel
 */
export const isMap = (view, panel) =>
  !view.data?.fixed &&
  view.data?.pictures[panel.name]?.pick?.length === 2 &&
  panel.point !== null &&
  axesOf(panel.plot) !== null;

/**
 * The window that is shown, or is about to be; the axes may show more than that.
 * @param {Panel} panel
 * @returns {Range[]}
 */
function rangesOf({ window, painted, plot }) {
  if (window) return window;
  const frame = painted?.layout.meta?.frame;
  if (frame) return [0, 1].map((k) => [frame.low[k], frame.high[k]]);
  return (axesOf(plot) ?? []).map(({ range: [low, high] }) => [low, high]);
}

/**
 * A press beside the point of a map: it moves the window as soon as it moves.
 * @param {Panel} panel
 * @param {PointerEvent} event
 */
export function startPan(panel, { pointerId, clientX, clientY, pointerType }) {
  const pan = panOf(panel);
  const place = { pointer: pointerId, x: clientX, y: clientY, start: rangesOf(panel) };
  Object.assign(pan, { ...place, touch: pointerType === "touch", moved: false });
  panel.area.setPointerCapture(pointerId);
}

/**
 * Leave the window where the pointer has brought it: another hand takes over.
 * @param {Panel} panel
 */
export function stopPan(panel) {
  panOf(panel).pointer = null;
}

/**
 * Whether a pan begins with a pointer that has moved so far: "undecided" as long as it may be a press.
 * @param {boolean} touch
 * @param {number} right px
 * @param {number} down
 */
function begun(touch, right, down) {
  if (touch) return wayOf(right, down);
  return Math.hypot(right, down) < SLACK ? "undecided" : "sideways";
}

/**
 * Have the pointer that startPan was told of, and the keys of the panel, move its window.
 * @param {View} view
 * @param {Panel} panel
 * @param {(event: PointerEvent) => void} choose what a press that does not move does
 */
export function listenToPan(view, panel, choose) {
  const { area } = panel;
  area.addEventListener("pointermove", (event) => {
    const pan = panOf(panel);
    if (pan.pointer !== event.pointerId) return;
    const [right, down] = [event.clientX - pan.x, event.clientY - pan.y];
    const way = pan.moved ? "sideways" : begun(pan.touch, right, down);
    if (way === "along") stopPan(panel);
    if (way !== "sideways") return;
    pan.moved = true;
    panWindow(view, panel, right, down, pan.start);
  });
  const end = (/** @type {PointerEvent} */ event) => {
    const pan = panOf(panel);
    if (pan.pointer !== event.pointerId) return;
    pan.pointer = null;
    if (pan.moved) sendWindow(view, panel);
    else if (event.type === "pointerup") choose(event);
  };
  area.addEventListener("pointerup", end);
  area.addEventListener("pointercancel", end);
  panel.keys.addEventListener("keydown", (event) => {
    const direction = ARROWS[event.key];
    if (!direction || !isMap(view, panel) || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const share = event.shiftKey ? 0.25 : 0.05;
    const pan = panOf(panel);
    show(
      view,
      panel,
      moved(
        panel,
        rangesOf(panel),
        direction.map((part) => share * part),
      ),
    );
    clearTimeout(pan.timer);
    pan.timer = setTimeout(() => sendWindow(view, panel), KEYS_REST);
  });
}

/**
 * A way in px in widths of a window, of which the axes may show more.
 * @param {Range[]} window
 * @param {Pick<Axis, "range" | "length">[]} axes
 * @param {number[]} way
 */
export const sharesOf = (window, axes, way) =>
  axes.map(({ range, length }, k) => {
    const [low, high] = window[k];
    return ((way[k] / length) * (range[1] - range[0])) / (high - low);
  });

/**
 * @param {Panel} panel
 * @param {Range[]} ranges
 * @param {number[]} shares of the widths
 */
function moved({ point }, ranges, shares) {
  const at = point ? [point.x, point.y] : [NaN, NaN];
  return ranges.map((range, k) => shifted(range, shares[k] * (range[1] - range[0]), at[k]));
}

/**
 * Show other ranges on the map; of many, while one is being drawn, the last.
 * @param {View} view
 * @param {Panel} panel
 * @param {Range[]} ranges
 */
async function show(view, panel, ranges) {
  const pan = panOf(panel);
  panel.window = ranges;
  if (pan.drawing) return;
  pan.drawing = true;
  try {
    for (let shown = null; panel.window && panel.window !== shown && axesOf(panel.plot); await painted()) {
      shown = panel.window;
      panel.displaced = true;
      const room = { margin: marginOf(panel.plot), "xaxis.automargin": false, "yaxis.automargin": false };
      await relayout(panel.plot, { ...room, "xaxis.range": shown[0], "yaxis.range": shown[1] });
      if (view.theme && panel.painted) finishPanel(view, panel, view.theme);
    }
  } finally {
    pan.drawing = false;
  }
}

/**
 * Take the map along by so many pixels, from the ranges that are shown, or others.
 * @param {View} view
 * @param {Panel} panel
 * @param {number} right
 * @param {number} down
 * @param {Range[]} [ranges]
 */
export function panWindow(view, panel, right, down, ranges = rangesOf(panel)) {
  const axes = axesOf(panel.plot);
  if (!axes) return;
  show(view, panel, moved(panel, ranges, sharesOf(ranges, axes, [-right, down])));
}

/**
 * Make the window that is shown so many times as wide around the point.
 * @param {View} view
 * @param {Panel} panel
 * @param {number} factor
 */
export function zoomWindow(view, panel, factor) {
  const ranges = rangesOf(panel);
  const at = panel.point ? [panel.point.x, panel.point.y] : [NaN, NaN];
  show(
    view,
    panel,
    ranges.map((range, k) => scaled(range, factor, at[k])),
  );
}

/**
 * Have the server draw the window that is shown.
 * @param {View} view
 * @param {Panel} panel
 */
export function sendWindow(view, panel) {
  const sent = panel.window;
  if (!sent) return;
  const onAnswer = () => {
    if (panel.window && panel.window !== sent) return; // it has moved on
    panel.window = null;
    if (!panel.displaced) return;
    renew(panel); // what was refused goes back
    scheduleDrawing(view);
  };
  post(view, "panned", sent, { onAnswer });
}
