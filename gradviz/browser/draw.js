// Drawing a view, one picture after the other. One drawing at a time; of many states that wait, only the last is
// drawn.

import { drawAnnotations, isDots, isWord } from "./annotations.js";
import { arrange } from "./arrange.js";
import { goHome, homeCamera, inNumbers, openedCamera } from "./camera.js";
import { drawCards } from "./cards.js";
import { enlarged } from "./enlarge.js";
import { Explained, NO_WEBGL, eachPanel, failPanel, recoverPanel, renew } from "./failure.js";
import { mayDraw } from "./hand.js";
import { drawOverlay, followFrames } from "./overlay.js";
import { prepareLabels } from "./label_layer.js";
import { noteFrame, notePainted } from "./pace.js";
import { complete, currentTheme, mix, paint, withDashes } from "./paint.js";
import { layerOf, overlayAxes, placeHandle, sizeOf } from "./panels.js";
import {
  axesOf,
  axisTitles,
  drawCoarsely,
  drawnElements,
  hasScene,
  lacksWebGL,
  liveCamera,
  marginOf,
  patchScene,
  plotly,
  projectionOf,
  strip,
} from "./plotly.js";
import { loadPlotly } from "./plotly_loading.js";
import { schedulePreview } from "./preview.js";
import { saveButton } from "./save.js";
import { painted } from "./timing.js";
import { trigger } from "./trigger.js";
import { drawCollected } from "./walked.js";

/** @import {Figure, Layout, Panel, Picture, SceneLayout, Theme, Trace, View, ViewData} from "./types.js" */

const PARTS_WITHIN = 15_000; // ms for the message with the arrays that a picture refers to
/** @type {Set<View>} */
const incomplete = new Set(); // views that lack an array

// ---------------------------------------------------------------- when

/**
 * Draw the view's last state, after what is being drawn.
 * @param {View} view
 */
export function scheduleDrawing(view) {
  if (view.scheduled) return;
  view.scheduled = true;
  view.queue = view.queue.then(() => {
    view.scheduled = false;
    return draw(view);
  });
}

/** Draw the views that waited for arrays: more have come. */
export function drawIncomplete() {
  incomplete.forEach(scheduleDrawing);
}

/**
 * Draw the view no more.
 * @param {View} view
 */
export function stopDrawing(view) {
  view.closed = true;
  incomplete.delete(view);
  for (const timer of [view.partsTimer, view.resizeTimer, view.cameraTimer]) clearTimeout(timer);
  for (const { plot } of view.panels.values()) window.Plotly?.purge(plot);
}

/** @param {View} view */
async function draw(view) {
  const { data } = view;
  if (view.closed || !data) return;
  try {
    arrange(view, data);
    if (awaitParts(view, data)) return;
    await loadPlotly();
    if (view.closed || !mayDraw(view.hand) || data !== view.data) return; // a newer one comes
    const theme = currentTheme(view.root);
    view.theme = theme; // read once: for every movement of the pointer it would cost a computation of all styles
    try {
      drawCards(view, theme);
    } catch (problem) {
      console.warn("gradviz: the cards:", problem); // the pictures name their methods too
    }
    const first = [...view.panels.values()].some((panel) => !panel.shown); // much else is to be done then
    if (!(await drawPanels(view, data, theme))) return;
    const begun = performance.now();
    await painted();
    const now = performance.now();
    if (!first) noteFrame(view.pace, now - begun);
    notePainted(view.pace, now);
    for (const panel of view.panels.values()) panel.figure.dataset.revision = data.revision;
    view.root.dataset.revision = data.revision;
    announce(view, data.announcement);
    if (data.reportDrawn && view.component) trigger(view.component, "drawn", data.revision);
  } catch (problem) {
    for (const panel of view.panels.values()) failPanel(panel, problem);
  }
}

/**
 * Whether arrays that the pictures refer to are still on their way; the message with them draws anew. Where
 * it does not come in time, the pictures that have theirs are drawn.
 * @param {View} view
 * @param {ViewData} data
 */
function awaitParts(view, data) {
  clearTimeout(view.partsTimer);
  if (view.incomplete === data || complete(data.pictures, view.named)) {
    incomplete.delete(view);
    return false;
  }
  incomplete.add(view);
  view.partsTimer = setTimeout(() => {
    view.incomplete = data;
    scheduleDrawing(view);
  }, PARTS_WITHIN);
  return true;
}

/**
 * Have a screen reader say what has changed; what the page shows at first it reads by itself.
 * @param {View} view
 * @param {string} announcement
 */
function announce(view, announcement) {
  if (!announcement || announcement === view.announced) return;
  if (view.announced) view.announcer.textContent = announcement;
  view.announced = announcement;
}

// ---------------------------------------------------------------- the pictures

/**
 * One after the other; false if a newer state has come meanwhile.
 * @param {View} view
 * @param {ViewData} data
 * @param {Theme} theme
 */
async function drawPanels(view, data, theme) {
  eachPanel(view, sizeOf); // all at once, before the first one is drawn
  for (const [name, panel] of view.panels) {
    let drawn = false;
    try {
      if (!complete(data.pictures[name], view.named)) throw new Error("an array is missing");
      for (let tries = 0; tries === 0 || (panel.failed && tries < 2); tries += 1) {
        drawn = await drawPanel(view, panel, data.pictures[name], theme);
      }
    } catch (problem) {
      failPanel(panel, problem);
    }
    if (drawn && !panel.shown) {
      await painted(); // the first time, each is on the screen before the next one is begun
      panel.shown = true;
      panel.figure.dataset.revision = data.revision;
    }
    if (view.closed || !mayDraw(view.hand)) return false;
  }
  return true;
}

/**
 * Whether anything was to be drawn.
 * @param {View} view
 * @param {Panel} panel
 * @param {Picture} picture
 * @param {Theme} theme
 */
async function drawPanel(view, panel, picture, theme) {
  const [width, height] = sizeOf(panel);
  const opened = picture.figure.layout.scene ? openedCamera(view) : null;
  if (opened) renew(panel);
  const key = JSON.stringify([picture.figure, theme, width, height]);
  if (key === panel.key || width < 2) return false;
  panel.unit = theme.enlargement;
  const figure = paintFigure(view, panel, picture, theme);
  const { data, layout } = figure;
  const solid = Boolean(layout.scene);
  let moved = Boolean(opened);
  if (layout.scene) {
    // as the visitor turned it, also if a scene went and came again (one variable has none)
    const live = liveCamera(panel.plot) ?? view.camera;
    const home = homeCamera(panel, picture, figure);
    view.camera = opened?.camera ?? ((view.turned && live) || home);
    layout.scene.camera = view.camera;
    moved ||= live !== null && JSON.stringify(inNumbers(live)) !== JSON.stringify(inNumbers(view.camera));
  }
  // the page's point is the handle; Plotly's own is for saved pictures
  const point = data.find(({ meta }) => meta?.role === "point");
  panel.point = picture.pick?.length && point ? { x: point.x[0], y: point.y[0] } : null;
  const stage = layout.meta?.stage;
  panel.marker = (panel.point && point) ?? null;
  if (stage) panel.point = { x: stage.point[0], y: stage.point[1] };
  panel.curve = picture.pick?.length === 1 ? data[0] : null;
  keepAhead(view, panel);
  keepWindow(panel, layout);
  const rest = separateOverlay(panel, picture, figure);
  panel.painted = figure;
  if (view.pace.slow) drawCoarsely(panel.plot);
  panel.failed = false;
  const config = configOf(view, panel, solid);
  const plotted = JSON.stringify([rest, theme, width, height]);
  await plotPanel(panel, enlarged(figure, panel.unit), plotted, moved, config);
  if (panel.failed) return true; // meanwhile, during a drag
  if (lacksWebGL(panel.plot)) throw new Explained(NO_WEBGL);
  if (solid ? !projectionOf(panel.plot) : !axesOf(panel.plot)) {
    // where this is not known nothing can be laid over it: Plotly draws all of it
    const whole = enlarged(paintFigure(view, panel, picture, theme), panel.unit);
    await plotly().react(panel.plot, whole.data, whole.layout, config);
  }
  panel.key = key;
  patchScene(panel.plot);
  followFrames(view, panel);
  // panel.picture describes it to a screen reader
  for (const drawn of drawnElements(panel.plot)) drawn.setAttribute("aria-hidden", "true");
  recoverPanel(panel);
  finishPanel(view, panel, theme);
  return true;
}

/**
 * An answer leaves the point where it has been moved ahead of the server: it is about an earlier place.
 * @param {View} view
 * @param {Panel} panel
 */
function keepAhead({ preview, hand }, panel) {
  const ahead = preview?.point;
  if (!ahead || !panel.point || (panel.curve && panel.name !== hand.panel)) return;
  panel.point = { x: ahead[0], y: ahead[1] };
}

/**
 * A window that has been moved ahead of the server stays so, until an answer has it.
 * @param {Panel} panel
 * @param {Layout} layout changed
 */
export function keepWindow(panel, { scene, xaxis, yaxis }) {
  const { window } = panel;
  if (scene || !window) return;
  const arrived = [xaxis, yaxis].every(({ range }, k) =>
    range.every((end, i) => Math.abs(end - window[k][i]) < ROUNDED * (range[1] - range[0])),
  );
  if (arrived) panel.window = null;
  else [xaxis.range, yaxis.range] = window;
}

const ROUNDED = 2e-3; // of the width: the server rounds the ends to a thousandth

/**
 * A picture in the colours of the theme, as large as its panel.
 * @param {View} view
 * @param {Panel} panel
 * @param {Picture} picture
 * @param {Theme} theme
 */
export function paintFigure(view, panel, picture, theme) {
  const dashed = withDashes(picture.figure, theme.dashes);
  const figure = /** @type {Figure} */ (paint(dashed, theme.palette, view.named));
  const { layout } = figure;
  const [width, height] = sizeOf(panel);
  Object.assign(layout, { width, height, showlegend: false, autosize: false });
  if (theme.font) layout.font.family = theme.font;
  const { ink, paper } = theme.palette;
  layout.modebar = { bgcolor: "rgba(0,0,0,0)", color: mix(ink, paper, 0.62), activecolor: ink };
  return figure;
}

/**
 * What stands over a picture that Plotly has drawn.
 * @param {View} view
 * @param {Panel} panel
 * @param {Theme} theme
 */
export function finishPanel(view, panel, theme) {
  placeHandle(panel);
  const axes = overlayAxes(panel);
  if (
    axes &&
    !hasScene(panel.plot) &&
    (panel.words.length || panel.dots.length || panel.titles.length || panel.overlay)
  ) {
    drawAnnotations(layerOf(panel, "annotations"), panel, axes, theme);
  }
  if (axes && !hasScene(panel.plot)) prepareLabels(panel, axes, theme);
  drawOverlay(view, panel);
  if (view.preview) schedulePreview(view);
  drawCollected(view, panel);
}

/**
 * The same object every time: Plotly.react starts from nothing when it sees a new configuration.
 * @param {View} view
 * @param {Panel} panel
 * @param {boolean} solid
 */
export function configOf(view, panel, solid) {
  if (panel.config?.solid !== solid) {
    const modeBarButtons = [[saveButton(view, panel)], ...(solid ? [[homeButton(view, panel)]] : [])];
    const settings = {
      displaylogo: false,
      displayModeBar: true,
      modeBarButtons,
      scrollZoom: false,
      responsive: false,
    };
    panel.config = { solid, settings };
  }
  return panel.config.settings;
}

/**
 * The button that turns a scene to where it was seen from at first.
 * @param {View} view
 * @param {Panel} panel
 */
const homeButton = (view, panel) => ({
  name: "home",
  title: "Back to the first view",
  icon: plotly().Icons.home,
  click: () => goHome(view, panel).catch((problem) => console.warn("gradviz:", problem)),
});

/**
 * Take out of a flat figure what the overlay draws: what moves during a drag, words and dots. For each of
 * these Plotly would take its time at every change. What is left of the picture as it came tells whether
 * Plotly has anything to do.
 * @param {Panel} panel changed
 * @param {Picture} picture as it came
 * @param {Figure} figure as painted; changed
 */
export function separateOverlay(panel, picture, figure) {
  const { layout } = figure;
  const flat = !layout.scene;
  if (layout.scene) hideAxes(layout.scene);
  const moves = (/** @type {Trace} */ { meta }) =>
    flat && Boolean(meta?.vector || (picture.steps && meta?.role === "chosen"));
  const plotted = (/** @type {Trace} */ trace) =>
    !moves(trace) &&
    !trace.meta?.legend &&
    !trace.meta?.overlaid &&
    !(panel.point && trace.meta?.role === "point");
  const stays = (/** @type {{name?: string}} */ part) =>
    !isWord(part) && part.name !== "label" && !(picture.steps && part.name === "chosen step");
  panel.movable = figure.data.filter(moves);
  panel.dots = flat ? figure.data.filter(isDots) : [];
  panel.words = flat ? (layout.annotations ?? []).filter(isWord) : [];
  // their words under the pointer stay Plotly's
  figure.data = figure.data
    .filter(plotted)
    .map((trace) => (flat && isDots(trace) ? { ...trace, mode: "none" } : trace));
  const rest = { ...picture.figure.layout, meta: null };
  for (const part of [layout, rest]) {
    part.shapes = part.shapes?.filter(stays);
    part.annotations = part.annotations?.filter(stays);
  }
  return [picture.figure.data.filter(plotted).map((trace) => ({ ...trace, meta: null })), rest];
}

/**
 * The axes of a scene are drawn over it.
 * @param {SceneLayout} scene changed
 */
function hideAxes({ xaxis, yaxis, zaxis }) {
  for (const axis of [xaxis, yaxis, zaxis]) axis.visible = false;
}

/**
 * Have Plotly draw a figure, unless it is the same to it: a picture whose point has moved, or an error plot
 * whose ε has.
 * @param {Panel} panel
 * @param {Figure} figure
 * @param {string} plotted what it is drawn from, as JSON
 * @param {boolean} turned whether a scene is to be seen from another camera
 * @param {object} config
 */
async function plotPanel(panel, { data, layout }, plotted, turned, config) {
  if (plotted === panel.plotted && !turned) return;
  panel.plotted = plotted;
  const request = layout.scene ? null : reuseRoom(panel, layout);
  const first = layout.scene && !hasScene(panel.plot) && strip(data, layout.scene);
  if (first) {
    await plotly().react(panel.plot, first, inPerspective(layout), config);
    patchScene(panel.plot);
  }
  await plotly().react(panel.plot, data, layout, config);
  panel.displaced = panel.window !== null;
  const known = request !== null && panel.room?.request === request;
  panel.titles = known && panel.room ? panel.room.titles : [];
  if (known || request === null) return;
  const margin = marginOf(panel.plot);
  const titles = axisTitles(panel.plot).map((title) => /** @type {Element} */ (title.cloneNode(true)));
  panel.room = margin && { request, margin, titles };
}

/**
 * How a scene begins: what sees without perspective does so only once it is patched.
 * @param {Layout} layout
 * @returns {Layout}
 */
function inPerspective({ scene, ...layout }) {
  if (!scene) return layout;
  const camera = { ...scene.camera, projection: { type: "perspective" } };
  return { ...layout, scene: { ...scene, camera } };
}

/**
 * To make room for the labels of its axes Plotly draws them twice, and it measures their titles at every
 * drawing. Where they are as long as those before, they get the room that those had, and the titles stand in
 * the overlay as they stood. What the room depends on, as JSON.
 * @param {Panel} panel
 * @param {Layout} layout changed
 */
function reuseRoom({ room }, layout) {
  const axes = [layout.xaxis, layout.yaxis];
  const labels = axes.map(({ title, ticktext }) => [
    title,
    ticktext?.map((text) => text.replace(/\d/g, "0")).sort(),
  ]);
  const request = JSON.stringify([labels, layout.margin, layout.width, layout.height, layout.font]);
  if (room?.request === request) {
    layout.margin = room.margin;
    for (const axis of axes) Object.assign(axis, { automargin: false, title: undefined });
  }
  return request;
}
