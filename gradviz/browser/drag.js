// Runs the state machine of hand.js for a view: pointers and keys become its events, and its actions move the
// point or ε, and send them to the server.

import { inNumbers, listenToKeys, sendCamera } from "./camera.js";
import { scheduleDrawing } from "./draw.js";
import { announceStep } from "./events.js";
import { gridOf, heightOnCurve, nearest, toAxis } from "./grid.js";
import { transition } from "./hand.js";
import { underPixel } from "./sight.js";
import { post } from "./messages.js";
import { mayRequest, noteRequest } from "./pace.js";
import { isMap, listenToPan, startPan } from "./pan.js";
import { placeHandle, sizeOf } from "./panels.js";
import { axesOf, hasScene, isOnModebar, liveCamera, projectionOf } from "./plotly.js";
import { cancelPreview, endPreview, showPreview } from "./preview.js";
import { listenToZoom } from "./zoom.js";

/** @import {Panel, View} from "./types.js" */
/** @import {Action, HandEvent} from "./hand.js" */
/** @import {Axis} from "./plotly.js" */

const SEND_EVERY = 120; // ms between two messages while the point is dragged, at least
const CLICK_SLACK = 5; // px that a click on the surface may move

/**
 * Where a drag is: the panel and the pointer it is about, for the actions that follow from an event.
 * @typedef {{panel: Panel, event?: PointerEvent}} Context
 */

/**
 * Hand an event to the machine, and do what follows from it.
 * @param {View} view
 * @param {HandEvent} event
 * @param {Context} [context]
 */
export function dispatch(view, event, context) {
  const before = view.hand;
  const [hand, actions] = transition(before, event);
  view.hand = hand;
  for (const action of actions) act(view, action, context, !before.awaited);
}

/**
 * @param {View} view
 * @param {Action} action
 * @param {Context | undefined} context
 * @param {boolean} overtakes
 */
function act(view, action, context, overtakes) {
  switch (action.type) {
    case "capture": // by the standing element: what Plotly redraws may vanish meanwhile
      if (context?.event) context.panel.area.setPointerCapture(context.event.pointerId);
      break;
    case "move":
      if (context?.event) moveToPointer(view, context.panel, context.event);
      break;
    case "follow":
      showPreview(view, { point: [view.place.x, view.place.y] });
      break;
    case "send soon":
      view.handTimer ??= setTimeout(() => sendWhenFree(view), SEND_EVERY);
      break;
    case "commit soon":
      clearHandTimer(view);
      view.handTimer = setTimeout(() => {
        view.handTimer = null;
        dispatch(view, { type: "commit due" });
      }, SEND_EVERY);
      break;
    case "cancel timer":
      clearHandTimer(view);
      break;
    case "send":
      sendPlace(view, action.panel, action.n, action.done, overtakes);
      break;
    case "choose step":
      if (context) chooseStep(view, context);
      break;
    case "draw":
      if (action.rest) endPreview(view);
      scheduleDrawing(view);
  }
}

/** @param {View} view */
function clearHandTimer(view) {
  if (view.handTimer !== null) clearTimeout(view.handTimer);
  view.handTimer = null;
}

/** @param {View} view */
function sendWhenFree(view) {
  view.handTimer = null;
  if (mayRequest(view.pace, performance.now())) dispatch(view, { type: "send due" });
  else view.handTimer = setTimeout(() => sendWhenFree(view), SEND_EVERY);
}

/**
 * @param {View} view
 * @param {string} picture
 * @param {number} n
 * @param {boolean} done
 * @param {boolean} overtakes
 */
function sendPlace(view, picture, n, done, overtakes) {
  const { x, y } = view.place;
  const onAnswer = done ? () => dispatch(view, { type: "acknowledged", n }) : undefined;
  post(view, "picked", { picture, x, y, done }, { overtakes: done && overtakes, onAnswer });
  noteRequest(view.pace, performance.now());
  if (done) cancelPreview(view);
}

// ---------------------------------------------------------------- the point

/**
 * Whether a press on a panel moves the point.
 * @param {View} view
 * @param {Panel} panel
 */
const picks = (view, panel) =>
  Boolean(!view.data?.fixed && panel.point && view.data?.pictures[panel.name]?.pick?.length);

/**
 * A coordinate no finer than the screen: 2.13, not 2.1299847.
 * @param {number} value
 * @param {Pick<Axis, "range" | "length">} axis
 */
function rounded(value, { range, length }) {
  const pixel = Math.abs(range[1] - range[0]) / length;
  const places = Math.max(0, -Math.floor(Math.log10(pixel)));
  return places < 16 ? Number(value.toFixed(places)) : value;
}

/**
 * @param {number} value
 * @param {[number, number]} range
 */
const within = (value, [a, b]) => Math.min(Math.max(value, Math.min(a, b)), Math.max(a, b));

/**
 * The axes of a scene's floor, as far as a point on it needs them; null where there is no scene.
 * @param {Panel} panel
 * @returns {[Pick<Axis, "range" | "length">, Pick<Axis, "range" | "length">] | null}
 */
function floorOf(panel) {
  const frame = panel.painted?.layout.meta?.frame;
  if (!frame || !hasScene(panel.plot)) return null;
  const length = sizeOf(panel)[1] / 2; // about as long as they are seen
  const { low, high } = frame;
  return [
    { range: [low[0], high[0]], length },
    { range: [low[1], high[1]], length },
  ];
}

/**
 * Move the point, and the handle, to a place of the axes, or of the curve over it.
 * @param {View} view
 * @param {Panel} panel
 * @param {number} x
 * @param {number} y
 */
function moveTo(view, panel, x, y) {
  const axes = axesOf(panel.plot) ?? floorOf(panel);
  if (!axes || !panel.point) return;
  const [across, up] = axes;
  const place = { x: rounded(within(x, across.range), across), y: rounded(within(y, up.range), up) };
  if (panel.curve) {
    const height = heightOnCurve(panel.curve, place.x);
    place.y = Number.isFinite(height) ? height : panel.point.y;
  }
  panel.point = view.place = place;
  placeHandle(panel);
}

/**
 * Move what the panel's presses move, the point or ε, to the pointer.
 * @param {View} view
 * @param {Panel} panel
 * @param {PointerEvent} event
 */
function moveToPointer(view, panel, event) {
  if (hasScene(panel.plot)) {
    const met = placeOnSurface(panel, event.clientX, event.clientY);
    if (met) moveTo(view, panel, met[0], met[1]);
    return;
  }
  const axes = axesOf(panel.plot);
  if (!axes) return;
  if (choosesStep(view, panel)) {
    announceStep(view.root, { step: stepUnder(view, panel, event), moving: true, returned: false });
    return;
  }
  const box = panel.plot.getBoundingClientRect();
  moveTo(
    view,
    panel,
    axes[0].fromPixel(event.clientX - box.left),
    axes[1].fromPixel(event.clientY - box.top),
  );
}

/**
 * Whether an event is inside the axes of a panel.
 * @param {Panel} panel
 * @param {PointerEvent} event
 */
function isInside({ plot }, event) {
  const axes = axesOf(plot);
  if (!axes || isOnModebar(event)) return false;
  const box = plot.getBoundingClientRect();
  /** @param {number} pixel @param {Axis} axis */
  const inside = (pixel, { offset, length }) => pixel >= offset && pixel <= offset + length;
  return inside(event.clientX - box.left, axes[0]) && inside(event.clientY - box.top, axes[1]);
}

// ---------------------------------------------------------------- ε

/**
 * Whether a press on a panel chooses ε.
 * @param {View} view
 * @param {Panel} panel
 */
const choosesStep = (view, panel) =>
  Boolean(view.data?.pictures[panel.name]?.steps && view.gradientsByStep && axesOf(panel.plot));

/**
 * The sampled step under a pointer.
 * @param {View} view
 * @param {Panel} panel
 * @param {PointerEvent} event
 */
function stepUnder({ gradientsByStep }, { plot }, event) {
  const axes = axesOf(plot);
  if (!axes || !gradientsByStep) return NaN;
  const { steps } = gradientsByStep;
  return steps[nearest(steps, axes[0].fromPixel(event.clientX - plot.getBoundingClientRect().left))];
}

/**
 * @param {View} view
 * @param {Context} context
 */
function chooseStep(view, { panel, event }) {
  const cancelled = event?.type === "pointercancel";
  const step = event && !cancelled ? stepUnder(view, panel, event) : (view.preview?.step ?? NaN);
  if (!Number.isFinite(step)) return;
  announceStep(view.root, { step, moving: false, returned: false });
  post(view, "stepped", Math.log10(step));
}

// ---------------------------------------------------------------- pointers and keys

/**
 * Have a new panel's pointers and keys move the point, ε and the camera.
 * @param {View} view
 * @param {Panel} panel
 */
export function listen(view, panel) {
  keepFromFingers(panel);
  listenToScene(view, panel);
  listenToZoom(view, panel, () => {
    const { grip } = view.hand;
    if (grip?.panel === panel.name) dispatch(view, { ...grip, type: "cancel" }, { panel });
  });
  const { area, handle } = panel;
  area.addEventListener("pointerdown", (event) => press(view, panel, event), { capture: true });
  for (const [name, type] of /** @type {const} */ ([
    ["pointermove", "move"],
    ["pointerup", "release"],
    ["pointercancel", "cancel"],
  ])) {
    area.addEventListener(name, (event) => {
      if (view.hand.grip?.panel !== panel.name) return;
      dispatch(view, { type, ...placeOf(event) }, { panel, event });
    });
  }
  handle.addEventListener("keydown", (event) => nudge(view, panel, event));
  listenToKeys(view, panel);
  listenToPan(view, panel, (event) => chooseOnMap(view, panel, event));
}

/**
 * Move the point to where a map was pressed.
 * @param {View} view
 * @param {Panel} panel
 * @param {PointerEvent} event
 */
function chooseOnMap(view, panel, event) {
  if (!picks(view, panel)) return;
  moveToPointer(view, panel, event);
  dispatch(view, { type: "place", panel: panel.name }, { panel });
}

/** @param {PointerEvent} event */
const placeOf = ({ pointerId, clientX, clientY }) => ({ pointer: pointerId, x: clientX, y: clientY });

/**
 * @param {View} view
 * @param {Panel} panel
 * @param {PointerEvent} event
 */
function press(view, panel, event) {
  if (event.button !== 0 || !event.isPrimary) return;
  const onHandle = event.target instanceof Node && panel.handle.contains(event.target);
  const target = choosesStep(view, panel) ? "step" : "point";
  if (target === "point" && !picks(view, panel)) return;
  if (!onHandle && !isInside(panel, event)) return;
  const touch = event.pointerType === "touch";
  if (!touch || onHandle) {
    event.preventDefault();
    event.stopPropagation();
  }
  if (target === "point" && !onHandle && isMap(view, panel)) {
    startPan(panel, event);
    return;
  }
  if (onHandle) panel.handle.focus({ preventScroll: true });
  if (panel.point) view.place = panel.point;
  dispatch(
    view,
    { type: "press", target, panel: panel.name, touch, onHandle, ...placeOf(event) },
    { panel, event },
  );
}

/** @type {Record<string, [number, number]>} */
const ARROW_KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/**
 * @param {View} view
 * @param {Panel} panel
 * @param {KeyboardEvent} event
 */
function nudge(view, panel, event) {
  const direction = ARROW_KEYS[event.key];
  const axes = axesOf(panel.plot) ?? floorOf(panel);
  if (!direction || !axes || !panel.point || !picks(view, panel)) return;
  event.preventDefault();
  const share = event.shiftKey ? 0.05 : 0.01;
  const frame = panel.painted?.layout.meta?.frame; // of the surface: the map shows f around it, too
  const [dx, dy] = axes.map(({ range }, k) => {
    const [low, high] = frame ? [frame.low[k], frame.high[k]] : range;
    return direction[k] * share * (high - low);
  });
  moveTo(view, panel, panel.point.x + dx, panel.point.y + dy);
  dispatch(view, { type: "key", panel: panel.name }, { panel });
}

/**
 * Keep touches on a flat picture from Plotly: the words that it has for a mouse, which hovers there, would
 * hide what a finger moves. It hears neither the touch nor the mouse that a browser makes of it.
 * @param {Panel} panel
 */
function keepFromFingers({ area, plot }) {
  let touched = false;
  /** @param {Event} event */
  const isFlat = (event) => axesOf(plot) !== null && !isOnModebar(event);
  for (const kind of /** @type {const} */ (["pointerdown", "pointermove"])) {
    const note = (/** @type {PointerEvent} */ { pointerType }) => {
      touched = pointerType === "touch";
    };
    area.addEventListener(kind, note, { capture: true });
  }
  /** @param {Event} event */
  const stop = (event) => {
    if ((touched || event.type === "touchstart") && isFlat(event)) event.stopPropagation();
  };
  for (const kind of ["touchstart", "mousemove", "mousedown"])
    area.addEventListener(kind, stop, { capture: true });
}

/**
 * Turning the scene sends its camera, which is part of the link; a click that turns nothing moves the point
 * to the place under it.
 * @param {View} view
 * @param {Panel} panel
 */
function listenToScene(view, panel) {
  const { area, plot } = panel;
  let before = "";
  /** @type {{x: number, y: number} | null} */
  let start = null;
  const begin = (/** @type {PointerEvent} */ { clientX, clientY, pointerType, target }) => {
    // where the page has scrolled under the mouse, Plotly would turn the scene by so much as soon as it is pressed
    if (pointerType === "mouse" && hasScene(plot))
      target?.dispatchEvent(new MouseEvent("mousemove", { clientX, clientY, bubbles: true }));
    const camera = liveCamera(plot);
    const onHandle = target instanceof Node && panel.handle.contains(target);
    start = onHandle ? null : { x: clientX, y: clientY };
    before = camera ? JSON.stringify(inNumbers(camera)) : "";
  };
  const end = (/** @type {PointerEvent} */ event) => {
    if (!start || !hasScene(plot) || isOnModebar(event)) return;
    sendCamera(view, panel, before);
    const { clientX, clientY } = event;
    if (Math.hypot(clientX - start.x, clientY - start.y) < CLICK_SLACK)
      pickOnSurface(view, panel, clientX, clientY);
  };
  area.addEventListener("pointerdown", begin, { capture: true });
  area.addEventListener("pointerup", end, { capture: true });
}

/**
 * @param {View} view
 * @param {Panel} panel
 * @param {number} clientX
 * @param {number} clientY
 */
function pickOnSurface(view, panel, clientX, clientY) {
  if (view.data?.fixed) return;
  const met = placeOnSurface(panel, clientX, clientY);
  if (!met) return;
  view.place = { x: met[0], y: met[1] };
  dispatch(view, { type: "place", panel: panel.name }, { panel });
}

/**
 * The place of the surface under a pixel of the window, in coordinates of the axes; undefined where none is.
 * @param {Panel} panel
 * @param {number} clientX
 * @param {number} clientY
 */
function placeOnSurface({ painted, plot }, clientX, clientY) {
  const frame = painted?.layout.meta?.frame;
  const surface = gridOf(painted?.data, "surface");
  const projection = projectionOf(plot);
  if (!frame || !surface || !projection) return undefined;
  const met = underPixel(projection, surface, clientX, clientY);
  return met?.map((value, k) => toAxis(frame, value, k));
}
