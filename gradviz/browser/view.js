// The pictures: one view that draws all of them with Plotly.react on elements that stay. Streamlit calls the
// default export with the same parentElement on every change of data or theme. The messages, in types.d.ts:
// - ViewData says what to draw; ChangedViewData says it by what has changed since a BaseData;
// - PartsData and BaseData show nothing, but stay the same for many of them, and then travel as a reference.
//
// Triggers to the server: "picked" {picture, x, y, done, n} while the point is dragged, pressed or let go;
// "stepped" with an exponent of ten when ε is let go on the error plot; "turned" with the camera when the
// surface is let go; "panned" with the ranges of a window that was moved; "explained" with the method whose curve is to be explained, or "none"; "shown" with the
// methods to be shown, separated by commas; and, where
// the message says "reportDrawn", "drawn" with its revision once all is painted. Whoever moves ε tells the
// whole page by the event "gradviz-step" (events.js); a walk through the computation graph tells by
// "gradviz-walk" what it has collected. For tests: data-revision on .gradviz-view, once all is painted, and
// on each .gradviz-panel.

import { writeCards } from "./cards.js";
import { element, styled } from "./dom.js";
import { dispatch, listen } from "./drag.js";
import { drawIncomplete, scheduleDrawing, stopDrawing } from "./draw.js";
import { onAnnounced } from "./events.js";
import { eachPanel } from "./failure.js";
import { guarded } from "./guard.js";
import { createHand } from "./hand.js";
import { CSS } from "./look.js";
import { drawOverlay } from "./overlay.js";
import { createPace } from "./pace.js";
import { decodeAll, keepParts, paint } from "./paint.js";
import { forgetSizes } from "./panels.js";
import { drawForPaper, drawForScreen } from "./paper.js";
import { baseOf, keepBase, patched } from "./patch.js";
import { loadPlotly } from "./plotly_loading.js";
import { endPreview, showPreview } from "./preview.js";
import { createTabs, keepTab, tellWords } from "./tabs.js";
import { showCollected } from "./walked.js";

/** @import {BaseData, ChangedViewData, Cleanup, Component, GradientsByStep} from "./types.js" */
/** @import {PartsData, StepEvent, View, ViewData} from "./types.js" */
/** @typedef {ViewData | ChangedViewData | BaseData | PartsData} Message */

/** @type {WeakMap<Element, View>} */
const views = new WeakMap();
/** @type {Set<View>} */
const mounted = new Set();
let prepared = false;

/** What all views share, with the first one. */
function prepare() {
  if (prepared) return;
  prepared = true;
  addEventListener("beforeprint", () => mounted.forEach(drawForPaper));
  addEventListener("afterprint", () => mounted.forEach(drawForScreen));
  loadPlotly().catch(() => {}); // start at once; whoever draws first reports a failure
}

/**
 * The view in the element that it is mounted in; undefined where there is none.
 * @param {Element} parent
 */
export function viewAt(parent) {
  const root = parent.querySelector(":scope > .gradviz-view");
  return root ? views.get(root) : undefined;
}

/**
 * @param {HTMLElement} parent
 * @returns {View}
 */
function viewIn(parent) {
  styled("gradviz-style", CSS, parent);
  const view = viewAt(parent) ?? createView(parent);
  mounted.add(view);
  return view;
}

/**
 * @param {HTMLElement} parent
 * @returns {View}
 */
function createView(parent) {
  const root = element("div", "gradviz-view", parent);
  /** @type {View} */
  const view = {
    root,
    headline: element("p", "gradviz-headline", root),
    cards: element("ul", "gradviz-cards", root),
    columns: element("div", "gradviz-columns", root),
    tabs: createTabs(),
    announcer: element("p", "gradviz-announcer", root),
    observer: new ResizeObserver(() => resize(view)),
    panels: new Map(),
    attach: listen,
    silence: [],
    component: null,
    message: null,
    data: null,
    named: new Map(),
    gradientsByStep: null,
    theme: null,
    closed: false,
    queue: Promise.resolve(),
    scheduled: false,
    arranged: "",
    listed: "",
    shown: null,
    allCards: false,
    announced: "",
    incomplete: null,
    partsTimer: undefined,
    resizeTimer: undefined,
    camera: null,
    turned: false,
    opening: null,
    cameraSent: "",
    cameraTimer: undefined,
    preview: null,
    previewTimer: null,
    hand: createHand(),
    handTimer: null,
    place: { x: NaN, y: NaN },
    pace: createPace(),
  };
  view.headline.hidden = true;
  root.setAttribute("data-unheaded", "");
  view.cards.setAttribute("aria-label", "Methods");
  view.announcer.setAttribute("role", "status");
  view.observer.observe(root);
  view.silence = [
    onAnnounced(root, "gradviz-step", (detail) => followStep(view, detail)),
    onAnnounced(root, "gradviz-walk", (collected) => {
      showCollected(view, collected);
      eachPanel(view, (panel) => drawOverlay(view, panel));
    }),
  ];
  views.set(root, view);
  return view;
}

/** @param {View} view */
function resize(view) {
  forgetSizes(view);
  keepTab(view.tabs);
  clearTimeout(view.resizeTimer); // a window is dragged through many sizes
  view.resizeTimer = setTimeout(() => view.data && scheduleDrawing(view), 80);
}

/**
 * Show all pictures at the step that somebody moves.
 * @param {View} view
 * @param {StepEvent} detail
 */
function followStep(view, { step, moving, returned }) {
  if (!view.data?.step) return;
  dispatch(view, { type: "step", moving });
  if (returned) {
    endPreview(view);
    eachPanel(view, (panel) => drawOverlay(view, panel));
    scheduleDrawing(view);
  } else showPreview(view, { step });
  writeCards(view);
}

/**
 * @param {Component<Message>} component
 * @returns {Cleanup | undefined}
 */
function show(component) {
  prepare();
  const { data, parentElement } = component;
  if (data && "parts" in data) {
    keepParts(parentElement, data);
    drawIncomplete();
    return undefined;
  }
  if (data && "key" in data) {
    keepBase(parentElement, data.key, data.base);
    for (const view of mounted) if (view.message) receive(view, view.message);
    return undefined;
  }
  const view = viewIn(parentElement);
  view.component = component;
  receive(view, data);
  return () => close(view);
}

/**
 * Take a message, and draw it when nothing newer is awaited; one whose base has not come yet waits for it.
 * @param {View} view
 * @param {ViewData | ChangedViewData} message
 */
function receive(view, message) {
  view.message = null;
  let data = /** @type {ViewData} */ (message);
  if ("changes" in message) {
    const base = baseOf(message.base);
    if (base === undefined) {
      view.message = message;
      return;
    }
    data = /** @type {ViewData} */ (patched(base, message.changes));
  }
  if (!data.columns.every(({ panels }) => Array.isArray(panels)))
    throw new TypeError("columns without panels");
  const named = decodeAll(data.named, (key) => view.named.get(key));
  const table = data.gradientsByStep ? paint(data.gradientsByStep, {}, named) : null;
  const gradientsByStep = /** @type {GradientsByStep | null} */ (table);
  Object.assign(view, { data, named, gradientsByStep }); // only what could be read as a whole
  dispatch(view, { type: "answer" });
}

/** @param {View} view */
function close(view) {
  dispatch(view, { type: "unmount" });
  stopDrawing(view);
  mounted.delete(view);
  if (![...mounted].some(({ tabs }) => tabs.row)) tellWords(false);
  view.observer.disconnect();
  for (const end of view.silence) end();
  view.root.remove();
}

export default guarded(show);
