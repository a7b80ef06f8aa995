// What moves under the hand before the server has answered: arrows, marks and the point, from what the page already holds.
//
// Flat pictures have an overlay of their own for it, an SVG over the plot: moving a shape there takes no frame, while
// Plotly would draw the whole picture anew. In the scene the meshes themselves are moved, a few times a second.
// A trace's meta says how a gradient looks in its picture: {method, tail, unit: [arrow of (1, 0), arrow of (0, 1)], most},
// all in scene units; layout.meta.frame {low, high, size} leads from scene units to coordinates of the axes and back.

import { isConnected, watchConnection } from "./connection.js";
import { shape } from "./dom.js";

const HEAD = 15; // px, the length of an arrow's head on the map

// Work that can wait for the pictures: when the browser has nothing else to do, or soon at the latest.
export const whenIdle = (work) =>
  window.requestIdleCallback ? requestIdleCallback(work, { timeout: 400 }) : setTimeout(work, 60);

// ---------------------------------------------------------------- to the server, one thing at a time

// A request carries what every entry of the page holds; sent before the answer to the one before has come, it would take
// back what that one has changed. So each waits for an answer; of several of one kind only the last is kept. Where the one
// on its way changes no entry, as a point that is still held, the last word about it need not wait: it ``overtakes``.
// A request whose answer has not come when the connection is lost is sent again once the page has run for the next one.
export const PATIENCE = 2000; // ms, for an answer that changes no picture
const RECONNECTED_PATIENCE = 30_000; // ms, for the run that follows a lost connection: a restarted server has to load first
const queue = new Map(); // kind → {n, send}
let awaited = null; // the timer of the answer that is awaited; "connection" while there is none
let underWay = null; // {kind, n, send}, until its answer has come; n is its number where it has one: its answer tells that
let watching = false;

// ``state.component`` is asked for when the request is sent: every run of the page replaces it.
export function post(state, kind, value, overtakes = false) {
  watch();
  queue.delete(kind);
  queue.set(kind, { n: value?.n ?? 0, send: () => state.component.setTriggerValue(kind, value) });
  if (awaited === null) sendNext();
  else if (overtakes && underWay?.kind === kind) send(kind);
}

// Whether a request of this kind has not been answered yet.
export const isPending = (kind) => queue.has(kind) || underWay?.kind === kind;

// An answer has come: to all messages up to the number ``heard``.
export function answered(heard = Infinity) {
  if (!isConnected()) return;
  if (heard < (underWay?.n ?? 0)) return; // to one that was overtaken
  clearTimeout(awaited);
  awaited = null;
  underWay = null;
  sendNext();
}

function sendNext() {
  const next = queue.entries().next();
  if (!next.done) send(next.value[0]);
}

function send(kind) {
  const request = queue.get(kind);
  queue.delete(kind);
  clearTimeout(awaited);
  awaited = setTimeout(() => answered(), PATIENCE);
  underWay = { kind, ...request };
  request.send();
}

function watch() {
  if (watching) return;
  watching = true;
  if (!isConnected()) awaited = "connection";
  watchConnection({
    lost: () => {
      clearTimeout(awaited);
      awaited = "connection";
      const again = underWay && !queue.has(underWay.kind) ? [[underWay.kind, underWay]] : [];
      const all = [...again, ...queue];
      queue.clear();
      for (const [kind, request] of all) queue.set(kind, request);
      underWay = null;
    },
    restored: () => {
      awaited = setTimeout(() => answered(), RECONNECTED_PATIENCE);
    },
  });
}

// ---------------------------------------------------------------- the sweep that is already here

// The place of the step in the sweep that is nearest to ``step``; steps ascend.
export function nearest(steps, step) {
  let low = 0;
  let high = steps.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (steps[middle] < step) low = middle;
    else high = middle;
  }
  return Math.abs(Math.log(steps[low] / step)) <= Math.abs(Math.log(steps[high] / step)) ? low : high;
}

// The drawn coordinates of a method's gradient at the sweep's step nearest to ``step``; null for a method without a step.
export function gradientAt(swept, method, step) {
  const table = swept?.gradients[method];
  if (!table) return null;
  const place = nearest(swept.steps, step);
  return table.map((coordinate) => coordinate[place]);
}

// ---------------------------------------------------------------- between the axes and the scene

export const toAxis = ({ low, high, size }, place, k) =>
  low[k] + ((place / size[k] + 1) / 2) * (high[k] - low[k]);
export const toScene = ({ low, high, size }, value, k) =>
  size[k] * ((2 * (value - low[k])) / (high[k] - low[k]) - 1);

// A gradient as an arrow in scene units, cut short like the server's where there is no room; null where it is no number.
export function arrowOf({ unit, most }, gradient) {
  const vector = [0, 1].map((k) => gradient[0] * unit[0][k] + (gradient[1] ?? 0) * unit[1][k]);
  const length = Math.hypot(...vector);
  if (!Number.isFinite(length)) return null;
  return length > most ? vector.map((part) => (part * most) / length) : vector;
}

// The value of a grid z[j][i] over ascending x[i], y[j] at a place between its points; NaN in holes and outside.
export function between({ x, y, z }, px, py) {
  const cell = (axis, value) => {
    const share = ((value - axis[0]) / (axis[axis.length - 1] - axis[0])) * (axis.length - 1);
    const place = Math.min(axis.length - 2, Math.max(0, Math.floor(share)));
    return [place, share - place];
  };
  const [i, s] = cell(x, px);
  const [j, t] = cell(y, py);
  if (s < -1e-6 || s > 1 + 1e-6 || t < -1e-6 || t > 1 + 1e-6) return NaN;
  return (1 - t) * ((1 - s) * z[j][i] + s * z[j][i + 1]) + t * ((1 - s) * z[j + 1][i] + s * z[j + 1][i + 1]);
}

// The slopes of a grid at a place, by central differences as wide as its cells: good enough while a finger moves.
export function slopes(grid, px, py) {
  const wide = (axis) => (axis[axis.length - 1] - axis[0]) / (axis.length - 1);
  const along = (axis, value, at) => {
    const h = wide(axis);
    const last = axis[axis.length - 1];
    const [before, after] = [Math.max(axis[0], value - h), Math.min(last, value + h)];
    return (at(after) - at(before)) / (after - before);
  };
  return [
    along(grid.x, px, (value) => between(grid, value, py)),
    along(grid.y, py, (value) => between(grid, px, value)),
  ];
}

// ---------------------------------------------------------------- the overlay of a flat picture

// Its "still" layer lies under the "moving" one.
export function layerOf(panel, name) {
  if (!panel.overlay) {
    panel.overlay = shape("svg", { class: "gradviz-overlay", "aria-hidden": "true" }, panel.area);
    for (const layer of ["still", "moving"]) shape("g", { class: layer }, panel.overlay);
  }
  return panel.overlay.querySelector(`:scope > .${name}`);
}

// An arrow from one place to another, both in pixels: a dashed shaft and a head, or a dot where they are the same.
export function drawArrow(parent, { from, to, colour, width, dash, paper }, symbol) {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const length = Math.hypot(dx, dy);
  if (length < 0.5) {
    shape(
      "path",
      { d: symbol, fill: colour, stroke: paper, transform: `translate(${from[0]} ${from[1]}) scale(1.2)` },
      parent,
    );
    return;
  }
  const [ux, uy] = [dx / length, dy / length];
  const head = Math.min(HEAD * Math.min(1, width / 3), 0.6 * length);
  const neck = [to[0] - 0.8 * head * ux, to[1] - 0.8 * head * uy];
  const line = {
    stroke: colour,
    "stroke-width": width,
    "stroke-dasharray": dash.map((part) => part * width).join(" "),
  };
  shape("path", { d: `M${from}L${neck}`, fill: "none", ...line }, parent);
  const side = 0.42 * head;
  const corners = [
    to,
    [to[0] - head * ux - side * uy, to[1] - head * uy + side * ux],
    [to[0] - head * ux + side * uy, to[1] - head * uy - side * ux],
  ];
  shape("path", { d: `M${corners.join("L")}Z`, fill: colour }, parent);
}
