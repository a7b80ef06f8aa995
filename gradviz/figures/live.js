// What moves under the hand before the server has answered: arrows, marks and the point, from what the page already holds.
//
// Flat pictures have an overlay of their own for it, an SVG over the plot: moving a shape there takes no frame, while
// Plotly would draw the whole picture anew. In the scene the meshes themselves are moved, a few times a second.
// A trace's meta says how a gradient looks in its picture: {method, tail, unit: [arrow of (1, 0), arrow of (0, 1)], most},
// all in scene units; layout.meta.frame {low, high, size} leads from scene units to coordinates of the axes and back.

const SVG = "http://www.w3.org/2000/svg";
const HEAD = 15; // px, the length of an arrow's head on the map

export function make(tag, attributes, parent) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  parent?.append(made);
  return made;
}

// ---------------------------------------------------------------- to the server, one thing at a time

// A request carries what every entry of the page holds; sent before the answer to the one before has come, it would take
// back what that one has changed. So each waits for an answer; of several of one kind only the last is kept. Where the one
// on its way changes no entry, as a point that is still held, the last word about it need not wait: it ``overtakes``.
export const PATIENCE = 2000; // ms, for an answer that changes no picture
const queue = new Map(); // kind → what sends it
let awaited = null;
let underWay = ""; // its kind, and its number where it has one: its answer tells that
let expected = 0;

export function post(component, kind, value, overtakes = false) {
  queue.delete(kind);
  queue.set(kind, () => {
    [underWay, expected] = [kind, value?.n ?? 0];
    component.setTriggerValue(kind, value);
  });
  if (awaited === null) sendNext();
  else if (overtakes && underWay === kind) send(kind);
}

// An answer has come: to all messages up to the number ``heard``.
export function answered(heard = Infinity) {
  if (heard < expected) return; // to one that was overtaken
  clearTimeout(awaited);
  awaited = null;
  sendNext();
}

function sendNext() {
  const next = queue.entries().next();
  if (!next.done) send(next.value[0]);
}

function send(kind) {
  const set = queue.get(kind);
  queue.delete(kind);
  clearTimeout(awaited);
  awaited = setTimeout(() => answered(), PATIENCE);
  set();
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

export const toAxis = ({ low, high, size }, place, k) => low[k] + ((place / size[k] + 1) / 2) * (high[k] - low[k]);
export const toScene = ({ low, high, size }, value, k) => size[k] * ((2 * (value - low[k])) / (high[k] - low[k]) - 1);

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

export function overlayOf(panel) {
  panel.overlay ??= make("svg", { class: "gradviz-overlay", "aria-hidden": "true" }, panel.area);
  return panel.overlay;
}

// An arrow from one place to another, both in pixels: a dashed shaft and a head, or a dot where they are the same.
export function drawArrow(parent, { from, to, colour, width, dash, paper }, shape) {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const length = Math.hypot(dx, dy);
  if (length < 0.5) {
    make("path", { d: shape, fill: colour, stroke: paper, transform: `translate(${from[0]} ${from[1]}) scale(1.2)` }, parent);
    return;
  }
  const [ux, uy] = [dx / length, dy / length];
  const head = Math.min(HEAD * Math.min(1, width / 3), 0.6 * length);
  const neck = [to[0] - 0.8 * head * ux, to[1] - 0.8 * head * uy];
  const line = { stroke: colour, "stroke-width": width, "stroke-dasharray": dash.map((part) => part * width).join(" ") };
  make("path", { d: `M${from}L${neck}`, fill: "none", ...line }, parent);
  const side = 0.42 * head;
  const corners = [
    to,
    [to[0] - head * ux - side * uy, to[1] - head * uy + side * ux],
    [to[0] - head * ux + side * uy, to[1] - head * uy - side * ux],
  ];
  make("path", { d: `M${corners.join("L")}Z`, fill: colour }, parent);
}

// ---------------------------------------------------------------- the scene

// A mesh's corners [x[], y[], z[]] after its arrow has turned and grown into ``vector``, its tail moved by ``shift`` (3).
// The flat part is a rotation and a scale; an arrow that rises in the tangent plane does so by the square of its length.
export function turned(corners, { tail, vector: before }, vector, shift = [0, 0, 0]) {
  const size = before[0] ** 2 + before[1] ** 2;
  if (!size) return corners.map((values, k) => Float32Array.from(values, (value) => value + shift[k]));
  const [c, s] = [
    (vector[0] * before[0] + vector[1] * before[1]) / size,
    (vector[1] * before[0] - vector[0] * before[1]) / size,
  ];
  const rise = c * c + s * s;
  const [xs, ys, zs] = corners;
  const after = [new Float32Array(xs.length), new Float32Array(xs.length), new Float32Array(xs.length)];
  for (let i = 0; i < xs.length; i++) {
    const [x, y, z] = [xs[i] - tail[0], ys[i] - tail[1], zs[i] - tail[2]];
    after[0][i] = tail[0] + shift[0] + c * x - s * y;
    after[1][i] = tail[1] + shift[1] + s * x + c * y;
    after[2][i] = tail[2] + shift[2] + rise * z;
  }
  return after;
}

const multiply = (m, v) => [0, 1, 2, 3].map((row) => v.reduce((sum, part, i) => sum + m[4 * i + row] * part, 0));

// Where a scene's surface is first met behind a pixel, as [x, y] in scene units; null where it is not.
// The pixel's line of sight is followed in small steps until it passes through the sheet.
export function underPixel(scene, sheet, clientX, clientY) {
  const { model, view, projection } = scene.glplot.cameraParams;
  const box = scene.container.getBoundingClientRect();
  const target = [(2 * (clientX - box.left)) / box.width - 1, 1 - (2 * (clientY - box.top)) / box.height];
  const seen = (place) => {
    const scaled = place.map((value, k) => value * scene.dataScale[k]);
    const [right, up, deep, w] = multiply(projection, multiply(view, multiply(model, [...scaled, 1])));
    return [right / w, up / w, deep / w];
  };
  // the line of sight at a height z, by Newton's method on the two coordinates across it
  const sight = (z, start) => {
    let [x, y] = start;
    for (let turn = 0; turn < 12; turn++) {
      const at = seen([x, y, z]);
      const h = 1e-4;
      const [ax, ay] = [seen([x + h, y, z]), seen([x, y + h, z])];
      const [a, b, c, d] = [(ax[0] - at[0]) / h, (ay[0] - at[0]) / h, (ax[1] - at[1]) / h, (ay[1] - at[1]) / h];
      const det = a * d - b * c;
      const [ex, ey] = [target[0] - at[0], target[1] - at[1]];
      if (!(Math.abs(det) > 1e-12)) return null;
      x += (d * ex - b * ey) / det;
      y += (a * ey - c * ex) / det;
      if (Math.hypot(ex, ey) < 1e-7) break;
    }
    return [x, y];
  };
  const hits = [];
  let start = [0, 0];
  let former = null;
  for (let step = 0; step <= 240; step++) {
    const z = 0.9 - (1.8 * step) / 240;
    const place = sight(z, start);
    if (!place) continue;
    start = place.every((value) => Math.abs(value) < 5) ? place : [0, 0];
    const gap = z - between(sheet, place[0], place[1]);
    if (former && Number.isFinite(gap) && Number.isFinite(former.gap) && gap * former.gap <= 0) {
      const share = former.gap === gap ? 0 : former.gap / (former.gap - gap);
      const met = [0, 1].map((k) => former.place[k] + share * (place[k] - former.place[k]));
      hits.push({ met, depth: seen([...met, z])[2] });
    }
    former = { gap, place };
  }
  hits.sort((one, other) => one.depth - other.depth); // of several, the one in front
  return hits.length ? hits[0].met : null;
}

// ---------------------------------------------------------------- the camera

const DISTANCE = 1.9; // of the eye from the centre

// Where the eye stands for each of the named views; ``uphill`` is the direction of the gradient in scene units.
export function cameraOf(name, uphill, now) {
  const length = Math.hypot(...(uphill ?? [0, 0]));
  const [gx, gy] = length > 0 ? uphill.map((part) => part / length) : [0, 1];
  const eyes = {
    above: [0, -0.001, DISTANCE],
    x: [0, -DISTANCE, 0.28],
    y: [DISTANCE, 0, 0.28],
    corner: [1.17, -1.39, 0.8],
    gradient: [-gx * DISTANCE, -gy * DISTANCE, 0.45], // uphill lies straight ahead
    level: [gy * DISTANCE, -gx * DISTANCE, 0.45], // and here across
  };
  const [x, y, z] = eyes[name];
  const center = name === "above" ? { x: 0, y: 0, z: 0 } : { x: 0, y: 0, z: -0.17 };
  const up = name === "above" ? { x: 0, y: 1, z: 0 } : { x: 0, y: 0, z: 1 };
  return { ...now, eye: { x, y, z }, center, up };
}
