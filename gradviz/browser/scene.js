// The 3D scene: what Plotly's own interface has no word for. Its meshes under the hand, its camera, how fine it is drawn.
// Whatever is asked of Plotly's inside is asked here and in view.js, and each name of it is in the tests.

import { sized } from "./dom.js";
import * as live from "./live.js";

export const sceneOf = (plot) => plot._fullLayout?.scene?._scene;

// ---------------------------------------------------------------- what stands in it

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

const multiply = (m, v) =>
  [0, 1, 2, 3].map((row) => v.reduce((sum, part, i) => sum + m[4 * i + row] * part, 0));

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
      const [a, b, c, d] = [
        (ax[0] - at[0]) / h,
        (ay[0] - at[0]) / h,
        (ax[1] - at[1]) / h,
        (ay[1] - at[1]) / h,
      ];
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
    const gap = z - live.between(sheet, place[0], place[1]);
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

export const liveCamera = (plot) => sceneOf(plot)?.getCamera();

export const inNumbers = (camera) =>
  ["eye", "center", "up"].flatMap((part) =>
    ["x", "y", "z"].map((axis) => Number(camera[part][axis].toFixed(3))),
  );

// Perspective is measured up and down: on a tall element of these measures the sides would be cut off, and with them the
// numbers at the axes, which have one size on every screen.
const WIDE = 1.2;
const NUMBERS = 40; // pixels, on both sides together
export function stepBack(camera, width, height) {
  const factor = (WIDE * height) / Math.max(width - NUMBERS, NUMBERS);
  if (factor > 1) for (const axis of ["x", "y", "z"]) camera.eye[axis] *= factor;
}

// ---------------------------------------------------------------- how fine it is drawn

// A scene is drawn with more pixels than the screen has. Where it takes longer than this time after time, as without a
// graphics card, there are half as many each way as long as something moves, and all of them as soon as it rests.
const SLOW = 35; // ms, from a drawing until it is painted: one or two frames where nothing is in the way
const TIMES = 3;
const REST = 400;
export function noteTime(state, took) {
  state.times = [...(state.times ?? []), took].slice(-TIMES);
  state.slow ||= state.times.length === TIMES && Math.min(...state.times) > SLOW;
}

export function drawCoarsely(state, panel) {
  const scene = sceneOf(panel.plot)?.glplot;
  if (!scene || !state.slow) return;
  const fine = panel.plot._context.plotGlPixelRatio;
  scene.pixelRatio = fine / 2;
  clearTimeout(state.sharpening);
  state.sharpening = setTimeout(() => {
    if (state.closed || !panel.plot._fullLayout?.scene) return;
    scene.pixelRatio = fine;
    scene.redraw();
  }, REST);
}

// A screen of single density shows fewer pixels than a scene has, so edges are smooth there by themselves. Plotly would have
// each of these pixels worked out several times besides: without a graphics card, a quarter of the time that a scene takes.
// To be called once, before Plotly draws.
export function patchContexts() {
  const { getContext } = HTMLCanvasElement.prototype;
  HTMLCanvasElement.prototype.getContext = function (kind, wishes) {
    const plot = this.closest(".gradviz-plot");
    const smooth = devicePixelRatio < (plot?._context.plotGlPixelRatio ?? 0);
    const context = getContext.call(this, kind, smooth ? { ...wishes, antialias: false } : wishes);
    if (plot && context?.createBuffer) knowBuffers(context);
    return context;
  };
}

// With every drawing Plotly asks whether a buffer is still there, and the browser answers when all that was to be drawn until
// then is done. What was made and not deleted is known here: nobody waits.
function knowBuffers(context) {
  if (Object.hasOwn(context, "isBuffer")) return;
  const { createBuffer, deleteBuffer } = context;
  let there = new WeakSet();
  context.canvas.addEventListener("webglcontextlost", (event) => {
    event.preventDefault(); // else it is lost for good; once it is given back, Plotly makes the scene anew
    there = new WeakSet();
    buffers.delete(context);
  });
  context.createBuffer = () => {
    const buffer = createBuffer.call(context);
    if (buffer) there.add(buffer);
    return buffer;
  };
  context.deleteBuffer = (buffer) => {
    there.delete(buffer);
    deleteBuffer.call(context, buffer);
  };
  context.isBuffer = (buffer) => there.has(buffer);
}

// ---------------------------------------------------------------- what stands is not made anew

// Whatever changes in a scene, Plotly makes the sheet anew, triangle by triangle, and with several times the cells it was
// given, interpolated. A sheet that has not changed stays as it is, and it has the cells that it was given.
const ARRAYS = ["x", "y", "z", "surfacecolor", "customdata"];
// Grids are kept by what is in them, so that the same stay one object; the short arrays of their axes are not.
const same = (one, other) =>
  one === other ||
  (ArrayBuffer.isView(one) && one.length === other?.length && one.every((value, i) => value === other[i]));

// So that this holds from the first drawing on, a scene begins with a strip through its box in place of the sheet: of so
// many cells in a row Plotly interpolates none.
const LONG = 841;
export function strip(data, { xaxis, yaxis, zaxis }) {
  const [sheet] = data;
  if (sheet?.type !== "surface") return null;
  const [from, to] = xaxis.range;
  const x = Array.from({ length: LONG }, (_, i) => from + ((to - from) * i) / (LONG - 1));
  const z = zaxis.range.map((height) => Array(LONG).fill(height));
  return [{ ...sheet, x, y: yaxis.range, z, surfacecolor: undefined, customdata: undefined }];
}

function keepSheet(plot) {
  const scene = sceneOf(plot);
  const sheet = Object.values(scene?.traces ?? {}).find(({ data }) => data?.type === "surface");
  if (!sheet || Object.hasOwn(sheet, "update")) return;
  const { update, handlePick } = sheet; // its prototype's
  let former = null;
  sheet.update = (trace) => {
    const arrays = ARRAYS.map((name) => trace[name]);
    const plain = Object.entries(trace).filter(([name]) => !name.startsWith("_") && !ARRAYS.includes(name));
    const looks = JSON.stringify([plain, scene.dataScale]);
    if (former?.looks === looks && arrays.every((array, i) => same(array, former.arrays[i])))
      sheet.data = trace;
    else update.call(Object.assign(sheet, { refineData: false, dataScaleX: 1, dataScaleY: 1 }), trace);
    former = { arrays, looks };
  };
  // a point that is picked of a sheet as it was given, Plotly places a cell too far back
  sheet.handlePick = (picked) => {
    if (picked.object !== sheet.surface) return false;
    const { index } = picked.data;
    if (!sheet.refineData) picked.data.index = index.map((place) => place + 1);
    const found = handlePick.call(sheet, picked);
    picked.data.index = index;
    return found;
  };
  live.whenIdle(() => {
    if (!scene.glplot || !sheet.refineData || scene.traces[sheet.uid] !== sheet) return; // it may be gone
    sheet.update(sheet.data);
    scene.glplot.redraw();
  });
}

// Plotly measures a scene by all that stands in it, and whatever reaches out of the box, as a long arrow does, would have
// each part made anew. It keeps its first measures, or those of its box where something reached far out of that then.
const FAR = 1.1;
function keepScale(plot) {
  const scene = sceneOf(plot);
  if (!scene || Object.getOwnPropertyDescriptor(scene, "dataScale").set) return;
  const first = scene.dataScale;
  let scale = first;
  const measured = (found) => {
    // the very array that Plotly goes on with
    ["xaxis", "yaxis", "zaxis"].forEach((axis, k) => {
      const [low, high] = scene.fullSceneLayout[axis].range;
      const box = high - low;
      found[k] = first[k] * box < FAR && first[k] * box > 1 / FAR ? first[k] : 1 / box;
    });
    scale = found;
  };
  Object.defineProperty(scene, "dataScale", {
    get: () => scale,
    set: measured,
    configurable: true,
    enumerable: true,
  });
}

// For the words under the pointer Plotly draws a scene a second time, each object in a colour of its own, and waits until it
// has read that back. That is left until a pointer hovers over it; and what has no words of its own does not hide those of
// the sheet.
const slots = new WeakMap(); // object → how many colours it asks for
function pickUnderPointer(plot) {
  const drawing = sceneOf(plot)?.glplot;
  if (!drawing) return;
  const offer = (hovered) => {
    let changed = false;
    for (const object of drawing.objects) {
      if (!slots.has(object)) slots.set(object, object.pickSlots);
      const offered = hovered && object._trace.data.hoverinfo !== "skip" ? slots.get(object) : 0;
      changed ||= offered !== object.pickSlots;
      object.pickSlots = offered;
    }
    if (!changed) return;
    const nothing = { pickSlots: 0 }; // colours are dealt out anew when an object comes or goes
    drawing.add(nothing);
    drawing.remove(nothing);
  };
  offer(drawing.canvas.matches(":hover"));
  drawing.canvas.onpointerenter ??= () => offer(true);
  drawing.canvas.onpointerleave ??= () => offer(false);
}

// With every frame Plotly asks how large its scene is: as large as Plotly itself has made it.
function knowSize(plot) {
  const container = sceneOf(plot)?.container;
  if (!container || Object.hasOwn(container, "clientWidth")) return;
  const { style } = container;
  sized(container, () => [style.width, style.height].map((length) => Math.round(Number.parseFloat(length))));
}

// What a drawn scene need not do again: to be said once it has been drawn.
export function spare(plot) {
  knowSize(plot);
  keepScale(plot);
  keepSheet(plot);
  pickUnderPointer(plot);
}

// Without a graphics card nothing of a drawing is begun before somebody waits for it. What turns to another buffer meanwhile
// has it begun at once, beside whatever the browser does next.
const buffers = new WeakMap(); // context → a buffer of one pixel
export function begin(state, panel) {
  const gl = sceneOf(panel.plot)?.glplot?.gl;
  if (!gl || !state.slow) return;
  if (!buffers.has(gl)) {
    const pixel = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, pixel);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, 1, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, null);
    gl.bindTexture(gl.TEXTURE_2D, null);
    buffers.set(gl, gl.createFramebuffer());
    gl.bindFramebuffer(gl.FRAMEBUFFER, buffers.get(gl));
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, pixel, 0);
  }
  gl.bindFramebuffer(gl.FRAMEBUFFER, buffers.get(gl));
  gl.clear(gl.COLOR_BUFFER_BIT);
  gl.bindFramebuffer(gl.FRAMEBUFFER, null);
  gl.flush();
}
