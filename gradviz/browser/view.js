// The browser's half of the figures: one in-place view that draws every picture with Plotly.react on a standing element.
//
// Streamlit calls the default export with the same parentElement on every change of data or theme. Two kinds of message:
//   {parts: {key: array}, palettes: {light, dark}}   heavy arrays and colours, kept here by key; shows nothing
//   {revision, columns, legend, pictures, named}     what to draw now; "{part: key}" in a figure stands for such an array
//                                                    or for one of the lighter ones, new with every message, in named
//   … with {heard}                                   the number of the last message "picked" that this answers
//   … with {step, swept, camera, told}               the chosen ε, each method's gradient over all of them, a camera, and
//                                                    the sentence that a screen reader says when it has changed
// Answers to Python: trigger "picked" {picture, x, y, done, n} while a map, curve or surface is pressed or dragged; "stepped"
// with an exponent of ten when ε is let go on the error plot; "turned" with the camera when the surface is let go;
// "explained" with the method whose entry in the legend is pressed, or "none";
// and, where the message says "announce", trigger "drawn" with its revision once all is painted.
// Whoever drags ε tells the whole page by the document's event "gradviz-step" {step, held, home}: the pictures follow at once.
// While somebody walks through the computation graph, the document's event "gradviz-walk" {partial} moves the trace that
// each picture keeps for it: the gradient as far as back-propagation has collected it.
// Marks for tests: data-revision on .gradviz-view (all drawn and painted) and on each .gradviz-panel.

import { element, shape, sized, styled } from "./dom.js";
import { Explained, NO_WEBGL, eachPanel, failPanel, recoverPanel, renew } from "./failure.js";
import { guarded } from "./guard.js";
import { DASHES, SYMBOLS, drawLegend } from "./legend.js";
import { loadPlotly } from "./library.js";
import * as live from "./live.js";
import { CSS } from "./look.js";
import * as paint from "./paint.js";
import * as scene from "./scene.js";
import * as still from "./still.js";

const SEND_EVERY = 120; // ms between two messages while the point is dragged, at least
const MOVE_EVERY = 60; // ms between two drawings of the scene while something is dragged
const PARTS_WITHIN = 15_000; // ms for the message with the arrays that a picture names
const views = new WeakMap(); // root element → its state
const standing = new Set(); // the states of the views that stand
const waiting = new Set(); // states that lack a part
let collected = null; // the drawn part of the gradient, as far as a walk has come; null while nobody walks

// ---------------------------------------------------------------- the standing elements

function standingView(parentElement) {
  styled("gradviz-style", CSS);
  let root = parentElement.querySelector(":scope > .gradviz-view");
  if (root) return views.get(root);
  root = element("div", "gradviz-view", parentElement);
  const state = {
    root,
    panels: new Map(),
    queue: Promise.resolve(),
    closed: false,
    asked: 0,
    took: 0,
    rested: 0,
  };
  Object.assign(state, { partsTimer: null, incomplete: null });
  state.legend = element("ul", "gradviz-legend", root);
  state.legend.setAttribute("aria-label", "Methods");
  state.columns = element("div", "gradviz-columns", root);
  state.told = element("p", "gradviz-told", root);
  state.told.setAttribute("role", "status");
  state.observer = new ResizeObserver(() => {
    measureAnew(state);
    clearTimeout(state.resized); // a window is dragged through many sizes
    state.resized = setTimeout(() => state.data && schedule(state), 80);
  });
  state.observer.observe(root);
  views.set(root, state);
  standing.add(state);
  return state;
}

// How large the pictures are is asked once and not amid every change.
const sizeOf = (panel) => (panel.size ??= [panel.area.clientWidth, panel.area.clientHeight]);

function measureAnew(state) {
  for (const panel of state.panels.values()) panel.size = null;
}

function standingPanel(state, name) {
  let panel = state.panels.get(name);
  if (panel) return panel;
  panel = { name, figure: element("figure", "gradviz-panel"), titles: [], failed: false };
  panel.figure.dataset.panel = name;
  offerAbout(panel);
  panel.area = element("div", "gradviz-plot-area", panel.figure);
  panel.plot = element("div", "gradviz-plot", panel.area);
  sized(panel.plot, () => sizeOf(panel)); // with every drawing Plotly asks whether it has any
  panel.picture = element("div", "gradviz-picture", panel.area); // Plotly's own buttons may not stand in an image
  panel.picture.setAttribute("role", "img");
  panel.handle = element("div", "gradviz-handle", panel.area);
  panel.handle.hidden = true;
  panel.handle.tabIndex = 0;
  panel.handle.setAttribute("role", "application");
  panel.handle.setAttribute("aria-label", "The point. Move it with the arrow keys.");
  panel.problem = element("div", "gradviz-problem", panel.area);
  panel.problem.setAttribute("role", "status");
  panel.views = element("div", "gradviz-views", panel.figure);
  panel.views.setAttribute("role", "group");
  panel.views.setAttribute("aria-label", "Look at the surface");
  panel.caption = element("figcaption", "", panel.figure);
  listen(state, panel);
  state.panels.set(name, panel);
  return panel;
}

let asked = 0; // notes so far, for their names

// The title, and behind it a button that says what the picture is.
function offerAbout(panel) {
  panel.head = element("div", "gradviz-title", panel.figure);
  panel.title = element("h2", "", panel.head);
  panel.ask = element("button", "gradviz-ask", panel.head);
  panel.about = element("p", "gradviz-about", panel.figure);
  Object.assign(panel.ask, { type: "button", textContent: "?" });
  asked += 1;
  panel.about.id = `gradviz-about-${asked}`;
  panel.ask.setAttribute("aria-controls", panel.about.id);
  const open = (opened) => {
    panel.about.hidden = !opened;
    panel.ask.setAttribute("aria-expanded", opened);
  };
  open(false);
  panel.ask.addEventListener("click", () => open(panel.about.hidden));
  panel.ask.addEventListener("keydown", (event) => event.key === "Escape" && open(false));
}

function tellAbout(panel, { title, about }) {
  panel.head.hidden = !(title || about);
  panel.title.textContent = title ?? "";
  panel.ask.hidden = !about;
  panel.ask.setAttribute("aria-label", `What is this? ${title ?? ""}`.trim());
  panel.about.textContent = about ?? "";
  panel.figure.classList.toggle("gradviz-titled", !panel.head.hidden); // Plotly's buttons stand in the line of the title
}

// Said to a screen reader when it changes; what the page shows at first it reads by itself.
function announce(state) {
  const { told } = state.data;
  if (!told || told === state.heard) return;
  if (state.heard) state.told.textContent = told;
  state.heard = told;
}

function arrange(state) {
  const { columns, pictures } = state.data;
  const wanted = JSON.stringify(columns);
  if (state.arranged !== wanted) {
    const shown = new Set(columns.flatMap((column) => column.panels));
    for (const [name, panel] of state.panels) {
      if (!shown.has(name)) {
        state.camera = scene.liveCamera(panel.plot) ?? state.camera;
        window.Plotly?.purge(panel.plot);
        panel.figure.remove();
        state.panels.delete(name);
      }
    }
    state.columns.replaceChildren(
      ...columns.map((column) => {
        const made = element("div", "gradviz-column");
        made.append(...column.panels.map((name) => standingPanel(state, name).figure));
        return made;
      }),
    );
    state.columns.style.gridTemplateColumns = columns
      .map((column) => `minmax(0, ${column.share ?? 1}fr)`)
      .join(" ");
    state.arranged = wanted;
    measureAnew(state);
  }
  eachPanel(state, (panel) => {
    const picture = pictures[panel.name];
    tellAbout(panel, picture);
    panel.caption.textContent = picture.caption ?? "";
    panel.picture.setAttribute("aria-label", picture.alternative ?? "");
    const heights = `--height: ${picture.height}px; --narrow: ${picture.narrow ?? picture.height}px`;
    if (panel.heights !== heights) {
      panel.area.style.cssText = panel.heights = heights;
      panel.size = null;
    }
    panel.area.classList.toggle("gradviz-picks", Boolean(picture.pick?.length));
    panel.area.classList.toggle("gradviz-steps", Boolean(picture.steps));
    offerViews(state, panel, picture.views ?? []);
  });
}

// ---------------------------------------------------------------- drawing

// When the next frame has been painted: a message that is sent in it comes after that.
const painted = () =>
  new Promise((done) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = done;
    requestAnimationFrame(() => port2.postMessage(null));
  });

// The same objects every time: Plotly.react starts from nothing when it sees a new configuration.
function standingConfig(state, panel, solid) {
  if (panel.config?.solid !== solid) {
    const buttons = [[saveButton(state, panel)], ...(solid ? [["resetCameraDefault3d"]] : [])];
    const settings = {
      displaylogo: false,
      displayModeBar: true,
      modeBarButtons: buttons,
      scrollZoom: false,
      responsive: false,
    };
    panel.config = { solid, settings };
  }
  return panel.config.settings;
}

const DRAWN = ":scope > .plot-container > .svg-container > :is(svg, .gl-container)";

function drawPanel(state, panel, picture, theme) {
  const [width, height] = sizeOf(panel);
  const asked = picture.figure.layout.scene ? askedCamera(state) : null;
  if (asked) renew(panel);
  const key = JSON.stringify([picture.figure, theme, width, height]);
  if (key === panel.key || width < 2) return null;
  const figure = paint.paint(picture.figure, theme.palette, state.named);
  const layout = figure.layout;
  Object.assign(layout, { width, height, showlegend: false, autosize: false });
  if (theme.font) layout.font.family = theme.font;
  if (layout.scene) {
    // what the visitor turned it to, even before a scene came and went (one variable has none)
    state.camera = asked ?? scene.liveCamera(panel.plot) ?? state.camera;
    if (state.camera) layout.scene.camera = state.camera;
    else scene.stepBack(layout.scene.camera, width, height);
  }
  // the page's point is the handle; Plotly's own is for saved pictures
  const point = figure.data.find((trace) => trace.meta?.role === "point");
  panel.point = picture.pick?.length && point ? { x: point.x[0], y: point.y[0] } : null;
  panel.curve = picture.pick?.length === 1 ? figure.data[0] : null;
  const plain = partOut(panel, picture, figure);
  panel.painted = figure;
  const config = standingConfig(state, panel, Boolean(layout.scene));
  scene.drawCoarsely(state, panel);
  layout.modebar = {
    bgcolor: "rgba(0,0,0,0)",
    color: paint.mix(theme.palette.ink, theme.palette.paper, 0.62),
  };
  layout.modebar.activecolor = theme.palette.ink;
  panel.failed = false;
  const done = drawAnew(
    panel,
    figure,
    layout.scene ? null : JSON.stringify([plain, theme, width, height]),
    config,
  );
  return done.then(() => {
    if (panel.failed) return; // under the hand, meanwhile
    if (panel.plot.querySelector(".no-webgl")) throw new Explained(NO_WEBGL);
    panel.key = key;
    if (layout.scene) scene.spare(panel.plot);
    scene.begin(state, panel);
    for (const drawn of panel.plot.querySelectorAll(DRAWN)) drawn.setAttribute("aria-hidden", "true"); // told by panel.picture
    recoverPanel(panel);
    if (!panel.dragging) placeHandle(panel);
    if (axesOf(panel) && (panel.words.length || panel.dots.length || panel.titles.length || panel.overlay))
      still.drawStill(live.layerOf(panel, "still"), panel, axesOf(panel), theme);
    drawOverlay(state, panel);
    if (state.held) moveSoon(state);
    if (collected) drawCollected(panel);
  });
}

// What moves under the hand, words and dots are drawn in the overlay, and the page has a legend of its own: in a standing
// picture Plotly has nothing to do for these, for each of which it would take its time. It returns what is left of the
// picture as it came, but for what only we read, to tell whether that is the same.
function partOut(panel, picture, figure) {
  const { layout } = figure;
  const flat = !layout.scene;
  const moves = ({ meta }) => flat && (meta?.vector || (picture.steps && meta?.role === "chosen"));
  const isDots = (trace) => flat && still.isDots(trace);
  const stands = (trace) =>
    !moves(trace) && !trace.meta?.legend && !(panel.point && trace.meta?.role === "point");
  const stays = (part) => !still.isWord(part) && !(picture.steps && part.name === "chosen step");
  panel.movable = figure.data.filter(moves);
  panel.dots = figure.data.filter(isDots);
  panel.words = flat ? (layout.annotations ?? []).filter(still.isWord) : [];
  // a pointer over the dots finds the words of each all the same
  figure.data = figure.data
    .filter(stands)
    .map((trace) => (isDots(trace) ? { ...trace, mode: "none" } : trace));
  const came = { ...picture.figure.layout, meta: null };
  for (const part of ["shapes", "annotations"]) {
    layout[part] = layout[part]?.filter(stays);
    came[part] = came[part]?.filter(stays);
  }
  return [picture.figure.data.filter(stands).map((trace) => ({ ...trace, meta: null })), came];
}

// A map whose point has moved, or an error plot whose ε has, is the ``same`` to Plotly.
async function drawAnew(panel, { data, layout }, same, config) {
  if (same && same === panel.drawn) return;
  panel.drawn = same;
  const room = layout.scene ? null : roomOf(panel, layout);
  const first = layout.scene && !panel.plot._fullLayout?.scene && scene.strip(data, layout.scene);
  if (first) {
    await window.Plotly.react(panel.plot, first, layout, config);
    scene.spare(panel.plot);
  }
  await window.Plotly.react(panel.plot, data, layout, config);
  const known = room && panel.room?.asked === room;
  panel.titles = known ? panel.room.titles : [];
  if (known || !room) return;
  const { l, r, t, b } = panel.plot._fullLayout._size;
  const titles = [...panel.plot.querySelectorAll(TITLES)].map((title) => title.cloneNode(true));
  panel.room = { asked: room, margin: { l, r, t, b }, titles };
}

const TITLES = ".infolayer > :is(.g-xtitle, .g-ytitle)";

// To make room for the labels of its axes Plotly draws them twice, and it measures their titles at every drawing. Where they
// are as long as those before, they get the room that those had, and the titles stand in the overlay as they stood.
// What the room depends on:
function roomOf(panel, layout) {
  const axes = [layout.xaxis, layout.yaxis];
  const labels = axes.map(({ title, ticktext }) => [
    title,
    ticktext?.map((text) => text.replace(/\d/g, "0")).sort(),
  ]);
  const asked = JSON.stringify([labels, layout.margin, layout.width, layout.height, layout.font]);
  if (panel.room?.asked === asked) {
    layout.margin = panel.room.margin;
    for (const axis of axes) Object.assign(axis, { automargin: false, title: undefined });
  }
  return asked;
}

function drawCollected(panel) {
  const place = panel.painted.data.findIndex((trace) => trace.meta?.role === "collected");
  if (place < 0) return;
  const { from, unit, at, reach } = panel.painted.data[place].meta;
  const change = { visible: Boolean(collected?.some((part) => part !== 0)) };
  if (change.visible && at) change.y = [reach.map((x) => at[1] + collected[0] * (x - at[0]))];
  else if (change.visible) {
    from.forEach((start, k) => {
      change["xyz"[k]] = [[start, start + collected.reduce((sum, part, i) => sum + part * unit[i][k], 0)]];
    });
  }
  window.Plotly.restyle(panel.plot, change, [place]);
}

function followWalk({ partial }) {
  collected = partial;
  for (const state of standing) eachPanel(state, (panel) => panel.key && drawCollected(panel));
}

async function draw(state) {
  const { data } = state;
  if (state.closed || !data) return;
  try {
    arrange(state);
    if (awaitParts(state, data)) return;
    await loadPlotly();
    if (state.closed || state.awaited || data !== state.data) return; // a newer one is queued or on its way
    const theme = paint.currentTheme(state.root);
    state.theme = theme; // reading it makes the browser work out all styles: not for every movement of the pointer
    try {
      drawLegend(state, theme.palette);
    } catch (problem) {
      console.warn("gradviz: the legend:", problem); // the pictures name their methods too
    }
    const stood = [...state.panels.values()].every((panel) => panel.shown); // the first time much else is to be done
    if (!(await drawPanels(state, data, theme))) return;
    const begun = performance.now();
    await painted();
    state.rested = performance.now();
    if (stood) scene.noteTime(state, state.rested - begun);
    if (state.asked) state.took = state.rested - state.asked;
    state.asked = 0;
    for (const panel of state.panels.values()) panel.figure.dataset.revision = data.revision;
    state.root.dataset.revision = data.revision;
    announce(state);
    if (data.announce) state.component.setTriggerValue("drawn", data.revision);
  } catch (problem) {
    for (const panel of state.panels.values()) failPanel(panel, problem);
  }
}

// Whether arrays that the pictures name are still on their way; the message with them draws anew. Where it does not come in
// time, the pictures that have theirs are drawn all the same.
function awaitParts(state, data) {
  clearTimeout(state.partsTimer);
  if (state.incomplete === data || paint.complete(data.pictures, state.named)) {
    waiting.delete(state);
    return false;
  }
  waiting.add(state);
  state.partsTimer = setTimeout(() => {
    state.incomplete = data;
    schedule(state);
  }, PARTS_WITHIN);
  return true;
}

// One after the other; false where a newer state has come meanwhile.
async function drawPanels(state, data, theme) {
  eachPanel(state, sizeOf); // all at once, before the first one is drawn
  for (const [name, panel] of state.panels) {
    let drawn = null;
    try {
      if (!paint.complete(data.pictures[name], state.named)) throw new Error("an array is missing");
      for (let tries = 0; tries === 0 || (panel.failed && tries < 2); tries += 1) {
        drawn = drawPanel(state, panel, data.pictures[name], theme);
        await drawn;
      }
    } catch (problem) {
      failPanel(panel, problem);
    }
    if (drawn && !panel.shown) {
      await painted(); // the first time, each is on the screen before the next one is begun
      panel.shown = true;
      panel.figure.dataset.revision = data.revision;
    }
    if (state.closed || state.awaited) return false;
  }
  return true;
}

const dragging = (state) =>
  [...state.panels.values()].some((panel) => panel.dragging != null || panel.pressed);

// One drawing at a time; of many waiting ones only the last is done.
function schedule(state) {
  if (state.scheduled) return;
  state.scheduled = true;
  state.queue = state.queue.then(() => {
    state.scheduled = false;
    return draw(state);
  });
}

// ---------------------------------------------------------------- what moves under the hand

// state.held: {step} and {at: [x, y]} as far as a hand holds them; null when the pictures stand as the server sent them.
function hold(state, change) {
  state.held = { ...state.held, ...change };
  eachPanel(state, (panel) => {
    if (change.at && panel.point && !panel.curve) {
      [panel.point.x, panel.point.y] = change.at;
      placeHandle(panel);
    }
    drawOverlay(state, panel);
  });
  moveSoon(state);
}

// What the server has answered stands; whatever was moved meanwhile is drawn anew.
function letGo(state) {
  state.held = null;
  for (const panel of state.panels.values()) if (panel.displaced) renew(panel);
}

function followStep({ step, held, home }) {
  for (const state of standing) {
    if (!state.data?.step) continue;
    state.stepping = held;
    if (home) {
      letGo(state);
      eachPanel(state, (panel) => drawOverlay(state, panel));
      schedule(state);
    } else hold(state, { step });
  }
}

function drawOverlay(state, panel) {
  const axes = axesOf(panel);
  if (!axes || !(panel.movable?.length || panel.overlay)) return;
  const { theme } = state;
  const layer = live.layerOf(panel, "moving");
  layer.replaceChildren();
  const [x, y] = axes;
  const pixel = ([px, py]) => [x._offset + x.d2p(px), y._offset + y.d2p(py)];
  const step = state.held?.step ?? state.data.step;
  if (state.data.pictures[panel.name].steps && step) {
    const across = pixel([step, 1])[0];
    const line = {
      stroke: theme.palette.ink,
      "stroke-opacity": 0.7,
      "stroke-width": 1.6,
      "stroke-dasharray": "2 3",
    };
    shape(
      "path",
      { d: `M${across} ${y._offset}V${y._offset + y._length}`, fill: "none", "data-step": step, ...line },
      layer,
    );
  }
  for (const trace of panel.movable) {
    const { method } = trace.meta;
    const part = shape("g", { "data-method": method }, layer);
    if (trace.meta.role === "chosen") drawMark(state, panel, trace, step, pixel, part, theme);
    else drawFlatArrow(state, panel, trace, pixel, part, theme);
    if (trace.name) shape("title", {}, part).textContent = trace.name;
  }
}

// The traces of a curve of errors: lines, and the dots of a cloud.
const MEASURED = ["error", "exact", "cloud", "vanished"];

// What a trace has at one of its own places; NaN where it has none.
function heightAt({ x, y }, at) {
  const place = x.length ? live.nearest(x, at) : -1;
  return place >= 0 && Math.abs(Math.log(x[place] / at)) < 1e-4 ? y[place] : NaN;
}

// A method's mark on the error plot: on its curve at the step that is held, or where the server has put it.
function drawMark(state, panel, trace, step, pixel, part, theme) {
  let height = trace.y[0];
  if (state.held?.step && state.swept?.gradients[trace.meta.method]) {
    const at = state.swept.steps[live.nearest(state.swept.steps, step)];
    height = panel.painted.data
      .filter(({ meta }) => meta?.method === trace.meta.method && MEASURED.includes(meta.role))
      .map((curve) => heightAt(curve, at))
      .find(Number.isFinite);
  }
  if (!Number.isFinite(height)) return;
  const [left, top] = pixel([step, height]);
  const turn = trace.marker.symbol === "x" ? " rotate(45)" : "";
  const look = { fill: trace.marker.color, stroke: theme.palette.paper, "stroke-width": 1.1 };
  const d = SYMBOLS[trace.marker.symbol] ?? SYMBOLS.circle;
  shape("path", { d, transform: `translate(${left} ${top}) scale(1.4)${turn}`, ...look }, part);
  Object.assign(part.dataset, { x: step, y: height });
}

function drawFlatArrow(state, panel, trace, pixel, part, theme) {
  const { frame } = panel.painted.layout.meta;
  const { tail, vector } = heldArrow(state, trace.meta, frame);
  if (!vector) return;
  const place = (spot) => pixel([0, 1].map((k) => live.toAxis(frame, spot[k], k)));
  const dash = (DASHES[trace.line?.dash] ?? "")
    .split(" ")
    .filter(Boolean)
    .map((share) => Number(share) / 3);
  const [from, to] = [place(tail), place([tail[0] + vector[0], tail[1] + vector[1]])];
  const colour = trace.marker.color;
  const width = trace.line?.width ?? 3;
  live.drawArrow(
    part,
    { from, to, colour, width, dash, paper: theme.palette.paper },
    SYMBOLS[trace.meta.symbol] ?? SYMBOLS.circle,
  );
}

// Where a method's arrow begins and which way it goes, as the hand holds ε and the point.
function heldArrow(state, meta, frame) {
  const { held, swept } = state;
  let { tail, vector } = meta;
  if (held?.step) {
    const gradient = live.gradientAt(swept, meta.method, held.step);
    if (gradient) vector = live.arrowOf(meta, gradient);
  }
  if (held?.at) {
    const shift = [0, 1].map(
      (k) => live.toScene(frame, held.at[k], k) - live.toScene(frame, meta.point[k], k),
    );
    tail = [tail[0] + shift[0], tail[1] + shift[1], tail[2]];
    const slopes = slopesAt(state, held.at);
    if (slopes) vector = live.arrowOf(meta, slopes);
  }
  return { tail, vector };
}

// The slopes of f about a place, from the map's own grid.
function slopesAt(state, at) {
  const grid = state.panels.get("map")?.painted?.data.find((trace) => trace.type === "contour");
  const found = grid ? live.slopes(grid, at[0], at[1]) : [NaN];
  return found.every(Number.isFinite) ? found : null;
}

// The scene and the curve follow a few times a second: there Plotly draws.
function moveSoon(state) {
  state.moving ??= setTimeout(async () => {
    state.moving = null;
    if (state.closed || !state.held || state.scheduled) return;
    for (const panel of state.panels.values()) {
      try {
        await movePanel(state, panel);
      } catch (problem) {
        failPanel(panel, problem);
      }
    }
  }, MOVE_EVERY);
}

async function movePanel(state, panel) {
  const change = panel.painted?.layout.scene ? movedScene(state, panel) : movedCurve(state, panel);
  if (!change?.places.length) return;
  panel.displaced = true;
  scene.drawCoarsely(state, panel);
  await window.Plotly.restyle(panel.plot, change.values, change.places);
  scene.begin(state, panel);
}

function movedScene(state, panel) {
  const { data, layout } = panel.painted;
  const { frame } = layout.meta ?? {};
  const sheet = data.find((trace) => trace.type === "surface");
  const values = { x: [], y: [], z: [] };
  const places = [];
  const put = (place, corners) => {
    places.push(place);
    for (const [k, axis] of [..."xyz"].entries()) values[axis].push(corners[k]);
  };
  data.forEach((trace, place) => {
    const { meta } = trace;
    if (!meta || !frame) return;
    const corners = [trace.x, trace.y, trace.z];
    const point = meta.point?.map((value, k) => live.toScene(frame, value, k));
    let shift = [0, 0, 0];
    if (state.held.at && point) {
      const to = state.held.at.map((value, k) => live.toScene(frame, value, k));
      const rise = live.between(sheet, ...to) - live.between(sheet, ...point);
      shift = [to[0] - point[0], to[1] - point[1], Number.isFinite(rise) ? rise : 0];
    }
    if (meta.vector) {
      const { vector } = heldArrow(state, meta, frame);
      if (vector)
        put(place, scene.turned(corners, meta, vector, meta.lifted ? shift : [shift[0], shift[1], 0]));
    } else if (meta.moves && state.held.at) {
      const raised = meta.moves === "floor" ? [0, 0] : meta.moves === "thread" ? [0, shift[2]] : null;
      put(
        place,
        corners.map((spots, k) =>
          Array.from(spots, (spot, i) => spot + (k < 2 || !raised ? shift[k] : raised[i])),
        ),
      );
    }
  });
  return { values, places };
}

// Tangents and secants of a curve: [left, right] through the point, or through the places a difference looks at.
function movedCurve(state, panel) {
  const { data } = panel.painted ?? { data: [] };
  const values = { x: [], y: [] };
  const places = [];
  data.forEach((trace, place) => {
    const { meta } = trace;
    if (!meta?.reach || meta.role === "collected") return;
    const step = state.held.step ?? state.data.step;
    const at = state.held.at?.[0] ?? meta.point[0];
    const height = (x) => heightOnCurve(data[0], x);
    const ends = (meta.chord ?? [0, 0]).map((share) => at + share * step);
    const known = state.held.at ? null : live.gradientAt(state.swept, meta.method, step);
    const wide = (data[0].x[data[0].x.length - 1] - data[0].x[0]) / 400;
    const [a, b] = meta.chord ? ends : [at - wide, at + wide];
    const unchanged = !meta.chord && !known && !state.held.at;
    if (unchanged) return;
    const slope = known ? known[0] : (height(b) - height(a)) / (b - a);
    places.push(place);
    if (meta.role === "evaluations") {
      values.x.push(ends);
      values.y.push(ends.map(height));
    } else {
      values.x.push(meta.reach);
      values.y.push(meta.reach.map((x) => height(ends[0]) + slope * (x - ends[0])));
    }
  });
  return { values, places };
}

// ---------------------------------------------------------------- the camera

// A camera that the server asks for, unless it is the one that it was told of by this very page.
function askedCamera(state) {
  const asked = state.data.camera?.length ? JSON.stringify(state.data.camera) : "";
  if (!asked || asked === state.cameraAsked) return null;
  state.cameraAsked = asked;
  if (asked === state.cameraTold) return null;
  const [eye, center, up] = [0, 3, 6].map((from) => state.data.camera.slice(from, from + 3));
  const place = ([x, y, z]) => ({ x, y, z });
  return { eye: place(eye), center: place(center), up: place(up), projection: { type: "perspective" } };
}

// The camera as it stands, to the server: it is part of the link. Nothing is said where it is as it was ``before``.
function tellCamera(state, panel, before) {
  clearTimeout(state.turning);
  state.turning = setTimeout(() => {
    const camera = scene.liveCamera(panel.plot);
    if (!camera || state.closed) return;
    const told = JSON.stringify(scene.inNumbers(camera));
    if (told === before || told === state.cameraTold) return;
    state.cameraTold = told;
    live.post(state, "turned", scene.inNumbers(camera));
  }, 600); // the scene glides on for a moment
}

function offerViews(state, panel, offered) {
  const key = JSON.stringify(offered);
  if (panel.offered === key) return;
  panel.offered = key;
  panel.views.replaceChildren(
    ...offered.map(({ name, label }) => {
      const button = element("button", "", null, label);
      button.type = "button";
      button.dataset.view = name;
      button.addEventListener("click", () => {
        const uphill = panel.painted?.data.find((trace) => trace.meta?.vector)?.meta.vector;
        const camera = scene.cameraOf(name, uphill, scene.liveCamera(panel.plot));
        const { clientWidth: width, clientHeight: height } = panel.area;
        scene.stepBack(camera, width, height);
        window.Plotly.relayout(panel.plot, { "scene.camera": camera }).then(() => tellCamera(state, panel));
      });
      return button;
    }),
  );
}

// ---------------------------------------------------------------- saving

function saveButton(state, panel) {
  return {
    name: "toImage",
    title: "Save as PNG",
    icon: window.Plotly.Icons.camera,
    click: () => save(state, panel).catch((problem) => console.warn("gradviz:", problem)),
  };
}

// The picture as turned, four times as sharp, with the legend that the page shows beside it and a title that says what it is.
async function save(state, panel) {
  const picture = state.data.pictures[panel.name];
  const theme = paint.currentTheme(state.root);
  const { data, layout } = paint.paint(picture.figure, theme.palette, state.named);
  const { clientWidth: width, clientHeight } = panel.area;
  const height = clientHeight + 110;
  if (layout.scene) layout.scene.camera = scene.liveCamera(panel.plot) ?? layout.scene.camera;
  if (theme.font) layout.font.family = theme.font;
  layout.margin = { ...layout.margin, t: 44, b: 66 };
  if (picture.heading)
    layout.title = {
      text: picture.heading,
      x: 0.5,
      y: 1,
      yanchor: "top",
      pad: { t: 12 },
      font: { size: 17 },
    };
  Object.assign(layout, { width, height, showlegend: true, autosize: false });
  const options = {
    format: "png",
    scale: 4,
    width,
    height,
    filename: picture.file ?? `gradviz-${panel.name}`,
  };
  await window.Plotly.downloadImage({ data, layout, config: { staticPlot: true } }, options);
}

// ---------------------------------------------------------------- the point under a finger

// Pixels inside the plot element ↔ coordinates of the axes.
const axesOf = (panel) => {
  const { xaxis, yaxis } = panel.plot._fullLayout ?? {};
  return xaxis?.p2d && yaxis?.p2d ? [xaxis, yaxis] : null;
};

function placeHandle(panel) {
  const axes = axesOf(panel);
  panel.handle.hidden = !(panel.point && axes);
  if (panel.handle.hidden) return;
  const [x, y] = axes;
  const left = x._offset + x.d2p(panel.point.x);
  const top = y._offset + y.d2p(panel.point.y);
  panel.handle.style.transform = `translate(${left}px, ${top}px)`;
}

// A coordinate no finer than the screen: 2.13, not 2.1299847.
function rounded(value, axis) {
  const pixel = Math.abs(axis.range[1] - axis.range[0]) / axis._length;
  const places = Math.max(0, -Math.floor(Math.log10(pixel)));
  return places < 16 ? Number(value.toFixed(places)) : value;
}

function heightOnCurve(curve, x) {
  const last = curve.x.length - 1;
  const place = ((x - curve.x[0]) / (curve.x[last] - curve.x[0])) * last;
  const i = Math.min(last - 1, Math.max(0, Math.floor(place)));
  return curve.y[i] + (place - i) * (curve.y[i + 1] - curve.y[i]);
}

function moveTo(panel, x, y) {
  const [xaxis, yaxis] = axesOf(panel);
  const within = (value, [a, b]) => Math.min(Math.max(value, Math.min(a, b)), Math.max(a, b));
  const at = { x: rounded(within(x, xaxis.range), xaxis), y: rounded(within(y, yaxis.range), yaxis) };
  if (panel.curve) {
    const height = heightOnCurve(panel.curve, at.x);
    at.y = Number.isFinite(height) ? height : panel.point.y;
  }
  panel.point = at;
  placeHandle(panel);
}

function moveToPointer(panel, event) {
  const [xaxis, yaxis] = axesOf(panel);
  const box = panel.plot.getBoundingClientRect();
  moveTo(
    panel,
    xaxis.p2d(event.clientX - box.left - xaxis._offset),
    yaxis.p2d(event.clientY - box.top - yaxis._offset),
  );
}

function insidePlot(panel, event) {
  const axes = axesOf(panel);
  if (!axes || event.target.closest(".modebar")) return false;
  const box = panel.plot.getBoundingClientRect();
  const inside = (place, axis) => place >= axis._offset && place <= axis._offset + axis._length;
  return inside(event.clientX - box.left, axes[0]) && inside(event.clientY - box.top, axes[1]);
}

let messages = 0; // about the point, so far

// The point as it is held, to the server. Once it is let go (``done``), only the answer to that is drawn: what answers an
// earlier place would keep the browser busy while the one that counts is on its way.
function tellPoint(state, panel, { x, y }, done) {
  messages += 1;
  const n = messages;
  live.post(state, "picked", { picture: panel.name, x, y, done, n }, done && !state.awaited);
  state.asked ||= performance.now();
  if (!done) return;
  state.awaited = n;
  clearTimeout(state.moving);
  state.moving = null;
  const giveUp = () => {
    if (state.awaited !== n) return;
    if (live.isPending("picked")) setTimeout(giveUp, live.PATIENCE);
    else takeAnswer(state);
  };
  setTimeout(giveUp, 2 * live.PATIENCE);
}

// While the point is held, the server's answers take half of the time at most: the hand, and the last word, come first.
function resting(state) {
  const free = state.asked ? state.asked + 2 * live.PATIENCE : state.rested + state.took;
  return performance.now() >= free;
}

function takeAnswer(state) {
  state.awaited = null;
  if (!state.stepping && !dragging(state)) letGo(state);
  schedule(state);
}

// A finger moves what stands under it. The words that Plotly has for a mouse, which hovers there, would hide just that: it
// hears neither the touch nor the mouse that a browser makes of it.
function keepFromFingers(panel) {
  let touched = false;
  const flat = (event) => axesOf(panel) && !event.target.closest(".modebar");
  const at = (kind, heard) => panel.area.addEventListener(kind, heard, { capture: true });
  for (const kind of ["pointerdown", "pointermove"])
    at(kind, ({ pointerType }) => (touched = pointerType === "touch"));
  at("touchstart", (event) => flat(event) && event.stopPropagation());
  for (const kind of ["mousemove", "mousedown"])
    at(kind, (event) => touched && flat(event) && event.stopPropagation());
}

function listen(state, panel) {
  keepFromFingers(panel);
  listenToSteps(state, panel);
  listenToScene(state, panel);
  const picks = () => panel.point && state.data?.pictures[panel.name]?.pick?.length;
  const follow = () => hold(state, { at: [panel.point.x, panel.point.y] });
  const send = (done) => {
    clearTimeout(panel.timer);
    panel.timer = null;
    tellPoint(state, panel, panel.point, done);
  };
  const sendSoon = () => {
    panel.timer ??= setTimeout(() => {
      panel.timer = null;
      if (resting(state)) send(false);
      else sendSoon();
    }, SEND_EVERY);
  };
  const begin = (event) => {
    panel.dragging = event.pointerId;
    state.awaited = null;
    panel.area.setPointerCapture(event.pointerId); // the standing element: what Plotly redraws may vanish meanwhile
  };
  panel.area.addEventListener(
    "pointerdown",
    (event) => {
      if (!picks() || event.button !== 0 || !event.isPrimary) return;
      const onHandle = panel.handle.contains(event.target);
      if (!onHandle && !insidePlot(panel, event)) return;
      panel.start = { id: event.pointerId, x: event.clientX, y: event.clientY };
      if (event.pointerType === "touch" && !onHandle) return; // may be a scroll: decided when the finger lifts
      event.preventDefault();
      event.stopPropagation();
      if (onHandle) panel.handle.focus({ preventScroll: true });
      begin(event);
      if (!onHandle) {
        moveToPointer(panel, event);
        follow();
        sendSoon();
      }
    },
    { capture: true },
  );
  panel.area.addEventListener("pointermove", (event) => {
    if (panel.dragging !== event.pointerId) return;
    const { x, y } = panel.start;
    if (!panel.moved && Math.hypot(event.clientX - x, event.clientY - y) < 3) return;
    panel.moved = true;
    moveToPointer(panel, event);
    follow();
    sendSoon();
  });
  const end = (event) => {
    const start = panel.start?.id === event.pointerId ? panel.start : null;
    panel.start = null;
    if (panel.dragging === event.pointerId) {
      const pressed = panel.moved || panel.timer;
      panel.dragging = null;
      panel.moved = false;
      if (pressed || event.target !== panel.handle) send(true);
    } else if (
      start &&
      event.type === "pointerup" &&
      Math.hypot(event.clientX - start.x, event.clientY - start.y) < 10
    ) {
      moveToPointer(panel, event); // a tap
      send(true);
    }
  };
  panel.area.addEventListener("pointerup", end);
  panel.area.addEventListener("pointercancel", end);
  panel.handle.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!step || !picks()) return;
    event.preventDefault();
    const [xaxis, yaxis] = axesOf(panel);
    const share = event.shiftKey ? 0.05 : 0.01;
    const by = (axis) => share * (axis.range[1] - axis.range[0]);
    moveTo(panel, panel.point.x + step[0] * by(xaxis), panel.point.y + step[1] * by(yaxis));
    follow();
    clearTimeout(panel.timer);
    panel.timer = setTimeout(() => send(true), SEND_EVERY);
  });
}

// ---------------------------------------------------------------- ε under a finger

// Pressed or dragged, the error plot takes the step under the pointer; keys move it on its slider.
function listenToSteps(state, panel) {
  const sets = () => state.data?.pictures[panel.name]?.steps && state.swept && axesOf(panel);
  const tell = (step, held) => {
    document.dispatchEvent(new CustomEvent("gradviz-step", { detail: { step, held } }));
    if (!held) live.post(state, "stepped", Math.log10(step));
  };
  const under = (event) => {
    const [x] = axesOf(panel);
    const place = x.p2d(event.clientX - panel.plot.getBoundingClientRect().left - x._offset);
    return state.swept.steps[live.nearest(state.swept.steps, place)];
  };
  panel.area.addEventListener(
    "pointerdown",
    (event) => {
      if (!sets() || event.button !== 0 || !event.isPrimary || !insidePlot(panel, event)) return;
      panel.pressed = { id: event.pointerId, x: event.clientX, touch: event.pointerType === "touch" };
      if (panel.pressed.touch) return; // may be a scroll: decided when the finger moves sideways or lifts
      event.preventDefault();
      event.stopPropagation();
      panel.area.setPointerCapture(event.pointerId);
      tell(under(event), true);
    },
    { capture: true },
  );
  panel.area.addEventListener("pointermove", (event) => {
    if (panel.pressed?.id !== event.pointerId) return;
    if (panel.pressed.touch && Math.abs(event.clientX - panel.pressed.x) < 6) return;
    panel.pressed.touch = false;
    tell(under(event), true);
  });
  panel.area.addEventListener("pointerup", (event) => {
    if (panel.pressed?.id !== event.pointerId) return;
    panel.pressed = null;
    tell(under(event), false);
  });
  panel.area.addEventListener("pointercancel", (event) => {
    if (panel.pressed?.id === event.pointerId) panel.pressed = null;
  });
}

// A click on the surface that turns nothing moves the point to the place under it.
function listenToScene(state, panel) {
  let start = null;
  let before = "";
  panel.area.addEventListener(
    "pointerdown",
    (event) => {
      start = [event.clientX, event.clientY];
      before = scene.liveCamera(panel.plot)
        ? JSON.stringify(scene.inNumbers(scene.liveCamera(panel.plot)))
        : "";
    },
    { capture: true },
  );
  panel.area.addEventListener(
    "pointerup",
    (event) => {
      const drawn = scene.sceneOf(panel.plot);
      const { layout, data } = panel.painted ?? {};
      if (!drawn || !start || event.target.closest(".modebar")) return;
      tellCamera(state, panel, before);
      const still = Math.hypot(event.clientX - start[0], event.clientY - start[1]) < 5;
      const met =
        still &&
        scene.underPixel(
          drawn,
          data.find((trace) => trace.type === "surface"),
          event.clientX,
          event.clientY,
        );
      if (!met) return;
      const [x, y] = met.map((place, k) => live.toAxis(layout.meta.frame, place, k));
      hold(state, { at: [x, y] });
      tellPoint(state, panel, { x, y }, true);
    },
    { capture: true },
  );
}

// ---------------------------------------------------------------- the entrance

let prepared = false;

// What all views share, with the first one.
function prepare() {
  if (prepared) return;
  prepared = true;
  scene.patchContexts();
  document.addEventListener("gradviz-step", ({ detail }) => followStep(detail));
  document.addEventListener("gradviz-walk", ({ detail }) => followWalk(detail));
  loadPlotly().catch(() => {}); // start at once; whoever draws first reports a failure
}

function showView(component) {
  prepare();
  const { data, parentElement } = component;
  if (data?.parts) {
    if (!parentElement.querySelector(".gradviz-parts")) element("div", "gradviz-parts", parentElement);
    paint.keepParts(parentElement, data);
    waiting.forEach(schedule);
    return undefined;
  }
  const state = standingView(parentElement);
  if (!data.columns.every(({ panels }) => Array.isArray(panels)))
    throw new TypeError("columns without panels");
  const named = paint.remember(data.named, (key) => state.named?.get(key));
  const swept = data.swept ? paint.paint(data.swept, {}, named) : null;
  Object.assign(state, { component, data, named, swept }); // only what could be read as a whole
  if (!state.awaited || data.heard >= state.awaited) takeAnswer(state);
  return () => {
    for (const panel of state.panels.values()) {
      // after a lost connection Streamlit may mount the view anew under a hand: what it holds counts as let go
      if (panel.dragging != null && panel.point) tellPoint(state, panel, panel.point, true);
    }
    state.closed = true;
    standing.delete(state);
    waiting.delete(state);
    state.observer.disconnect();
    clearTimeout(state.partsTimer);
    for (const panel of state.panels.values()) {
      clearTimeout(panel.timer);
      window.Plotly?.purge(panel.plot);
    }
    state.root.remove();
  };
}

export default guarded(showView);
