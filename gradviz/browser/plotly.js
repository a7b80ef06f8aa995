// The one module that touches Plotly's insides. Whatever has no public name stands here, behind a feature
// test: where a later Plotly has it no more, the page is slower or plainer (nothing can be dragged, words are
// drawn by Plotly, the camera is not kept), but goes on. missingInternals tells what is gone; a browser test
// asks it.

import { sized } from "./dom.js";
import { Explained, NO_LIBRARY } from "./failure.js";
import { isAbove, isOrthographic, orthographicMatrix } from "./orthographic.js";
import { whenIdle } from "./timing.js";

/** @import {Camera, Numbers, PlotlyApi, SceneLayout, Timer, Trace} from "./types.js" */

// ---------------------------------------------------------------- the insides, as far as they are used

/**
 * @typedef {object} InnerAxis
 * @property {number} _offset
 * @property {number} _length
 * @property {string} _id
 * @property {string} type
 * @property {[number, number]} range
 * @property {(pixel: number) => number} p2d
 * @property {(value: number) => number} d2p
 */
/**
 * @typedef {object} InnerObject something that a scene draws
 * @property {number} pickSlots
 * @property {{data?: {hoverinfo?: string}}} [_trace]
 */
/**
 * @typedef {object} InnerDrawing
 * @property {{model: number[], view: number[], projection: number[]}} cameraParams
 * @property {number} pixelRatio
 * @property {InnerObject[]} objects
 * @property {(object: InnerObject) => void} add
 * @property {() => void} redraw
 * @property {[number, number]} shape
 * @property {(() => void) | null} [onrender]
 */
/**
 * @typedef {object} InnerPick
 * @property {unknown} object
 * @property {{index: number[]}} data
 */
/**
 * @typedef {Record<string, unknown> & {type?: string}} InnerData
 */
/**
 * @typedef {object} InnerSurface
 * @property {InnerData} data
 * @property {string} uid
 * @property {unknown} surface
 * @property {boolean} refineData
 * @property {number} dataScaleX
 * @property {number} dataScaleY
 * @property {(trace: InnerData) => void} update
 * @property {(picked: InnerPick) => boolean} handlePick
 */
/**
 * @typedef {object} InnerView
 * @property {{angle?: {bounds?: number[][]}}} [_active]
 */
/**
 * @typedef {object} InnerCourse where a camera is when, in ms
 * @property {(time: number, ...angles: number[]) => void} rotate
 * @property {(time: number, ...ways: number[]) => void} pan
 * @property {(time: number) => void} idle
 * @property {() => number} lastT
 * @property {(time: number) => void} recalcMatrix
 */
/**
 * @typedef {object} InnerCamera
 * @property {boolean} _ortho
 * @property {number[]} eye
 * @property {number[]} center
 * @property {InnerView & Partial<InnerCourse>} [view]
 */
/**
 * @typedef {object} InnerScene
 * @property {InnerDrawing} glplot
 * @property {HTMLElement} container
 * @property {number[]} dataScale
 * @property {InnerCamera} [camera]
 * @property {Record<string, InnerSurface>} traces
 * @property {() => Camera} getCamera
 * @property {(layout: SceneLayout) => void} setViewport
 */
/**
 * @typedef {object} InnerLayout
 * @property {InnerAxis} [xaxis]
 * @property {InnerAxis} [yaxis]
 * @property {{_scene?: InnerScene}} [scene]
 * @property {Record<"l" | "r" | "t" | "b", number>} [_size]
 */
/**
 * @typedef {HTMLElement & {_fullLayout?: InnerLayout, _context?: {plotGlPixelRatio?: number}}} InnerPlot
 */

/** @param {InnerPlot} plot */
const layoutOf = (plot) => plot._fullLayout;
/** @param {InnerPlot} plot */
const sceneOf = (plot) => plot._fullLayout?.scene?._scene;

/**
 * Whether a value is an object with functions and other things of those names.
 * @param {unknown} value
 * @param {string[]} functions
 * @param {string[]} [others]
 */
function has(value, functions, others = []) {
  if (typeof value !== "object" || value === null) return false;
  const record = /** @type {Record<string, unknown>} */ (value);
  return (
    functions.every((name) => typeof record[name] === "function") &&
    others.every((name) => record[name] !== undefined && record[name] !== null)
  );
}

/** @param {unknown} axis */
const isAxis = (axis) => has(axis, ["p2d", "d2p"], ["_offset", "_length", "_id", "type", "range"]);

// ---------------------------------------------------------------- the library

/** Plotly, where it has been loaded: whoever draws has waited for it. */
export function plotly() {
  if (!window.Plotly) throw new Explained(NO_LIBRARY);
  return window.Plotly;
}

/**
 * Change traces of a drawn picture, as Plotly.restyle does.
 * @param {HTMLElement} plot
 * @param {object} change
 * @param {number[]} traces
 */
export const restyle = (plot, change, traces) => unlessPurged(plot, plotly().restyle(plot, change, traces));

/**
 * Change the layout of a drawn picture, as Plotly.relayout does.
 * @param {HTMLElement} plot
 * @param {object} change
 */
export const relayout = (plot, change) => unlessPurged(plot, plotly().relayout(plot, change));

/**
 * A change of a picture, which fails where Plotly.purge has taken it away meanwhile: that is no fault.
 * @param {HTMLElement} plot
 * @param {Promise<unknown>} change
 */
const unlessPurged = (plot, change) =>
  change.catch((/** @type {unknown} */ problem) => {
    if (layoutOf(plot)) throw problem;
  });

/**
 * Search a trace for its arrays once for all that have arrays in the same places. Plotly asks at every
 * drawing, and looks at all that a trace of the type could have: a millisecond each.
 * @param {PlotlyApi["PlotSchema"] | undefined} schema
 */
export function rememberArrays(schema) {
  const search = schema?.findArrayAttributes;
  if (!schema || typeof search !== "function") return;
  /** @type {Map<string, string[]>} */
  const found = new Map();
  schema.findArrayAttributes = (trace) => {
    const key = [/** @type {Trace} */ (trace).type, ...arrayPlaces(trace)].join(" ");
    const arrays = found.get(key) ?? search(trace);
    found.set(key, arrays);
    return [...arrays];
  };
}

/**
 * The paths of a trace's arrays; what Plotly keeps in it for itself begins with "_".
 * @param {object} value
 * @param {string} [path]
 * @returns {string[]}
 */
function arrayPlaces(value, path = "") {
  return Object.entries(value).flatMap(([name, item]) => {
    if (name.startsWith("_") || item === null || typeof item !== "object") return [];
    return Array.isArray(item) || ArrayBuffer.isView(item)
      ? [path + name]
      : arrayPlaces(item, `${path}${name}.`);
  });
}

/** The rules of the style sheet that Plotly, once loaded, has put into the document. */
export function plotlyRules() {
  const style = document.getElementById("plotly.js-style-global");
  const rules = style instanceof HTMLStyleElement ? [...(style.sheet?.cssRules ?? [])] : [];
  return rules.map(({ cssText }) => cssText).join("\n");
}

// ---------------------------------------------------------------- flat pictures

/**
 * An axis as drawn; pixels count from the left or upper edge of the plot element.
 * @typedef {object} Axis
 * @property {number} offset px
 * @property {number} length px
 * @property {[number, number]} range
 * @property {boolean} isLog
 * @property {boolean} isVertical
 * @property {(value: number) => number} toPixel
 * @property {(pixel: number) => number} fromPixel
 */

/**
 * @param {InnerAxis} axis
 * @returns {Axis}
 */
const outside = (axis) => ({
  offset: axis._offset,
  length: axis._length,
  range: axis.range,
  isLog: axis.type === "log",
  isVertical: axis._id === "y",
  toPixel: (value) => axis._offset + axis.d2p(value),
  fromPixel: (pixel) => axis.p2d(pixel - axis._offset),
});

/**
 * The axes of a flat picture; null where none is drawn.
 * @param {HTMLElement} plot
 * @returns {[Axis, Axis] | null}
 */
export function axesOf(plot) {
  const { xaxis, yaxis } = layoutOf(plot) ?? {};
  return xaxis && yaxis && isAxis(xaxis) && isAxis(yaxis) ? [outside(xaxis), outside(yaxis)] : null;
}

/**
 * How much room Plotly has given to the labels of the axes, in px; null if unknown.
 * @param {HTMLElement} plot
 */
export function marginOf(plot) {
  const size = layoutOf(plot)?._size;
  if (!size || ![size.l, size.r, size.t, size.b].every(Number.isFinite)) return null;
  return { l: size.l, r: size.r, t: size.t, b: size.b };
}

/**
 * The titles of the axes as drawn.
 * @param {HTMLElement} plot
 */
export const axisTitles = (plot) => [...plot.querySelectorAll(".infolayer > :is(.g-xtitle, .g-ytitle)")];

/**
 * The elements that a plot is drawn with.
 * @param {HTMLElement} plot
 */
export const drawnElements = (plot) =>
  plot.querySelectorAll(":scope > .plot-container > .svg-container > :is(svg, .gl-container)");

/**
 * Whether an event is for the buttons over a plot.
 * @param {Event} event
 */
export const isOnModebar = ({ target }) => target instanceof Element && target.closest(".modebar") !== null;

/**
 * Whether a plot says that the browser has no WebGL.
 * @param {HTMLElement} plot
 */
export const lacksWebGL = (plot) => plot.querySelector(".no-webgl") !== null;

// ---------------------------------------------------------------- the 3D scene

/**
 * @param {HTMLElement} plot
 */
export const hasScene = (plot) => sceneOf(plot) !== undefined;

/**
 * The camera as the visitor has turned it; null where there is no scene.
 * @param {HTMLElement} plot
 */
export function liveCamera(plot) {
  const scene = sceneOf(plot);
  return scene && has(scene, ["getCamera"]) ? scene.getCamera() : null;
}

/**
 * How a scene is projected, each matrix in columns; "scale" leads from data to what the model matrix takes.
 * Null where it is not known.
 * @typedef {object} Projection
 * @property {number[]} model
 * @property {number[]} view
 * @property {number[]} projection
 * @property {number[]} scale
 * @property {DOMRect} box
 */

/**
 * @param {HTMLElement} plot
 * @returns {Projection | null}
 */
export function projectionOf(plot) {
  const scene = sceneOf(plot);
  const matrices = scene?.glplot?.cameraParams;
  if (
    !scene ||
    !matrices ||
    !has(matrices, [], ["model", "view", "projection"]) ||
    !scene.dataScale ||
    !scene.container
  )
    return null;
  return { ...matrices, scale: scene.dataScale, box: scene.container.getBoundingClientRect() };
}

/**
 * The canvas of a scene, drawn just now: it is empty as soon as a frame is over. Null where it can't be had.
 * @param {HTMLElement} plot
 */
export function drawnScene(plot) {
  const scene = sceneOf(plot);
  const canvas = scene?.container?.querySelector("canvas");
  if (!scene || !canvas || !has(scene.glplot, ["redraw"])) return null;
  scene.glplot.redraw();
  return canvas;
}

/**
 * A scene as an image, for paper. "" where it can't be had.
 * @param {HTMLElement} plot
 */
export const imageOfScene = (plot) => drawnScene(plot)?.toDataURL() ?? "";

/** @type {WeakMap<HTMLElement, Timer>} */
const sharpening = new WeakMap();
const AT_REST = 400; // ms

/**
 * Draw a scene with half as many pixels each way while it changes, and with all of them as soon as nothing
 * has for a while: for machines that draw it slowly.
 * @param {HTMLElement & InnerPlot} plot
 */
export function drawCoarsely(plot) {
  const drawing = sceneOf(plot)?.glplot;
  const fine = plot._context?.plotGlPixelRatio;
  if (!drawing || !fine || !has(drawing, ["redraw"], ["pixelRatio"])) return;
  drawing.pixelRatio = fine / 2;
  clearTimeout(sharpening.get(plot));
  const sharpen = () => {
    if (sceneOf(plot)?.glplot !== drawing) return; // it is gone, or was made anew
    drawing.pixelRatio = fine;
    drawing.redraw();
  };
  sharpening.set(plot, setTimeout(sharpen, AT_REST));
}

/**
 * Have a scene drawn anew once the graphics card gives it back: WebGL does so only if somebody asks for it.
 * @param {HTMLElement} plot
 */
export function recoverLostContext(plot) {
  plot.addEventListener("webglcontextlost", (event) => event.preventDefault(), { capture: true });
}

/**
 * What a scene begins with in place of its surfaces, the first of its traces: strips through its box. Plotly
 * interpolates a surface to several times the cells it was given, unless there are as many in a row as here;
 * patchScene can stop that only once a surface stands. Null where there is no surface.
 * @param {Trace[]} data
 * @param {SceneLayout} layout
 * @returns {Trace[] | null}
 */
export function strip(data, { xaxis, yaxis, zaxis }) {
  const others = data.findIndex(({ type }) => type !== "surface");
  const surfaces = others < 0 ? data : data.slice(0, others);
  if (!surfaces.length) return null;
  const [from, to] = xaxis.range;
  const x = Array.from({ length: LONG_ROW }, (_, i) => from + ((to - from) * i) / (LONG_ROW - 1));
  const z = zaxis.range.map((height) => Array(LONG_ROW).fill(height));
  const plain = { surfacecolor: undefined, customdata: undefined };
  return surfaces.map((surface) => Object.assign({}, surface, plain, { x, y: yaxis.range, z }));
}

const LONG_ROW = 841;

/**
 * Spare a scene what need not be done again. Call after every Plotly.react.
 * @param {HTMLElement} plot
 */
export function patchScene(plot) {
  const scene = sceneOf(plot);
  if (!scene) return;
  keepSize(scene);
  keepProjection(scene);
  keepAboveFloor(scene);
  keepCameraPrompt(scene);
  keepSurface(scene);
  pickThroughWordless(scene);
}

/**
 * With every frame Plotly asks how large its scene is: as large as Plotly itself has made it.
 * @param {InnerScene} scene
 */
function keepSize({ container }) {
  if (!(container instanceof HTMLElement) || Object.hasOwn(container, "clientWidth")) return;
  const { style } = container;
  if (!style.width.endsWith("px") || !style.height.endsWith("px")) return;
  const pixels = (/** @type {string} */ length) => Math.round(Number.parseFloat(length));
  sized(container, () => [pixels(style.width), pixels(style.height)]);
}

/** @param {InnerScene} scene */
const canProject = (scene) =>
  scene.camera?._ortho === false &&
  has(scene.camera, [], ["eye", "center"]) &&
  has(scene.glplot, [], ["cameraParams", "shape"]) &&
  has(scene, ["setViewport", "getCamera"]);

/**
 * See a scene without perspective while it stands: Plotly itself would dispose of all that it draws when the
 * projection changes, and leave the pointer to the camera of before. To Plotly there always is perspective.
 * @param {InnerScene} scene
 */
function keepProjection(scene) {
  if (Object.hasOwn(scene, "viewportUnpatched") || !canProject(scene)) return;
  const { setViewport, getCamera } = scene; // its prototype's
  Object.defineProperty(scene, "viewportUnpatched", { value: setViewport });
  let orthographic = false;
  let above = false;
  const replaceMatrix = (/** @type {InnerDrawing["cameraParams"]} */ { projection }) => {
    const { eye, center } = /** @type {InnerCamera} */ (scene.camera);
    if (above && !isAbove(eye, center)) orthographic = false; // turned by hand: it is seen as a solid again
    const distance = Math.hypot(...eye.map((value, k) => value - center[k]));
    const [width, height] = scene.glplot.shape;
    if (orthographic) Object.assign(projection, orthographicMatrix(distance, width / height));
  };
  const follow = () => {
    const { cameraParams } = scene.glplot; // another one after the loss of its context
    if (Object.hasOwn(cameraParams, "matrixUnpatched")) return;
    Object.defineProperty(cameraParams, "matrixUnpatched", { value: true });
    // Plotly sets this right after the matrix, with every frame
    Object.defineProperty(cameraParams, "_ortho", {
      get: () => orthographic,
      set: () => replaceMatrix(cameraParams),
    });
  };
  scene.setViewport = (layout) => {
    orthographic = isOrthographic(layout.camera);
    layout.camera.projection = { type: "perspective" };
    follow();
    setViewport.call(scene, layout);
    const { eye, center } = /** @type {InnerCamera} */ (scene.camera);
    above = isAbove(eye, center);
  };
  scene.getCamera = () => {
    const camera = getCamera.call(scene);
    return orthographic ? { ...camera, projection: { type: "orthographic" } } : camera;
  };
  follow();
}

/**
 * Whether a scene can be seen without perspective: only one that is patched.
 * @param {HTMLElement} plot
 */
export const seesOrthographically = (plot) => Object.hasOwn(sceneOf(plot) ?? {}, "viewportUnpatched");

const LOWEST = 0.03; // radians above the height that it looks at

/** @param {InnerScene} scene */
const lowestPitch = ({ camera }) => camera?.view?._active?.angle?.bounds?.[0]?.[1];

/**
 * Keep the camera from going under the floor: nothing is seen there.
 * @param {InnerScene} scene
 */
function keepAboveFloor(scene) {
  const bounds = scene.camera?.view?._active?.angle?.bounds;
  if (typeof bounds?.[0]?.[1] !== "number" || !has(scene, ["getCamera"])) return;
  const upright = scene.getCamera().up?.z > 0.9; // an old link may have another up, to look from above
  bounds[0][1] = upright ? LOWEST : -Math.PI / 2;
}

const LATER = 1e-3; // ms: what moves at the very time of the latest change is dropped

/**
 * A drag turns a scene as far as the pointer goes, at once. Plotly keeps a course of the camera in time. With each
 * drawing it plans half a second ahead, drops whatever turns meanwhile, and shows a new camera only when that has
 * gone; and it goes on turning with the latest speed until the next frame, which comes late without a graphics
 * card: two moves within a millisecond, and it had turned right over. Here a move comes after whatever is planned,
 * ends where it leads to, and what is seen is the course's end.
 * @param {InnerScene} scene
 */
function keepCameraPrompt({ camera }) {
  const view = camera?.view;
  if (!isCourse(view) || Object.hasOwn(view, "rotate")) return;
  const { recalcMatrix } = view; // its prototype's, as are the others
  view.recalcMatrix = (time) => recalcMatrix.call(view, Math.max(time, view.lastT()));
  for (const name of MOVES) {
    const move = view[name];
    view[name] = (time, ...changes) => {
      const last = view.lastT();
      const then = time > last ? time : last + LATER;
      move.call(view, then, ...changes);
      view.idle(then);
    };
  }
}

const MOVES = /** @type {const} */ (["rotate", "pan"]);

/**
 * @param {unknown} view
 * @returns {view is InnerCourse}
 */
const isCourse = (view) => has(view, [...MOVES, "idle", "lastT", "recalcMatrix"]);

/**
 * Call ``draw`` with every frame of a scene, after each Plotly.react: a scene may have been made anew.
 * @param {HTMLElement} plot
 * @param {() => void} draw
 */
export function onFrame(plot, draw) {
  const glplot = sceneOf(plot)?.glplot;
  if (!glplot || !("onrender" in glplot) || Object.hasOwn(glplot, "onrenderUnpatched")) return;
  const { onrender } = glplot;
  Object.defineProperty(glplot, "onrenderUnpatched", { value: onrender });
  glplot.onrender = () => {
    onrender?.call(glplot);
    draw();
  };
}

const SURFACE_ARRAYS = ["x", "y", "z", "surfacecolor", "customdata"];

/**
 * Equal arrays: grids are cached, so that the same stay one object; the short arrays of their axes are not.
 * @param {unknown} one
 * @param {unknown} other
 */
function same(one, other) {
  if (one === other) return true;
  if (!ArrayBuffer.isView(one) || !ArrayBuffer.isView(other)) return false;
  const [left, right] = /** @type {Float32Array[]} */ (/** @type {unknown} */ ([one, other]));
  return left.length === right.length && left.every((value, i) => value === right[i]);
}

/**
 * Whatever changes in a scene, Plotly makes its surfaces anew, triangle by triangle, and with several times
 * the cells they were given, interpolated. One that has not changed stays as it is, and has the cells that it
 * was given.
 * @param {InnerScene} scene
 */
function keepSurface(scene) {
  for (const surface of Object.values(scene.traces ?? {}))
    if (surface.data?.type === "surface") keepOne(scene, surface);
}

/**
 * @param {InnerScene} scene
 * @param {InnerSurface} surface
 */
function keepOne(scene, surface) {
  if (!isSurface(surface) || Object.hasOwn(surface, "update")) return;
  const { update, handlePick } = surface; // its prototype's
  /** @type {{arrays: unknown[], looks: string} | null} */
  let former = null;
  surface.update = (trace) => {
    const arrays = SURFACE_ARRAYS.map((name) => trace[name]);
    const plain = Object.entries(trace).filter(
      ([name]) => !name.startsWith("_") && !SURFACE_ARRAYS.includes(name),
    );
    const looks = JSON.stringify([plain, scene.dataScale]);
    const before = former;
    former = { arrays, looks };
    if (before?.looks === looks && arrays.every((array, i) => same(array, before.arrays[i])))
      surface.data = trace;
    else update.call(Object.assign(surface, { refineData: false, dataScaleX: 1, dataScaleY: 1 }), trace);
  };
  // a point that is picked of a surface as it was given, Plotly places a cell too far back
  surface.handlePick = (picked) => {
    if (picked.object !== surface.surface) return false;
    const { index } = picked.data;
    if (!surface.refineData) picked.data.index = index.map((place) => place + 1);
    const found = handlePick.call(surface, picked);
    picked.data.index = index;
    return found;
  };
  whenIdle(() => {
    if (!scene.glplot || !surface.refineData || scene.traces[surface.uid] !== surface) return; // gone
    surface.update(surface.data);
    scene.glplot.redraw();
  });
}

/** @param {unknown} surface */
const isSurface = (surface) =>
  has(surface, ["update", "handlePick"], ["surface", "uid", "refineData", "dataScaleX", "dataScaleY"]);

/**
 * What has no words of its own does not hide those of the surface from the pointer: it takes no part in
 * picking. Plotly deals out the colours by which it picks whenever something is added.
 * @param {InnerScene} scene
 */
function pickThroughWordless({ glplot }) {
  if (!has(glplot, ["add"]) || Object.hasOwn(glplot, "addUnpatched")) return;
  const { add } = glplot;
  Object.defineProperty(glplot, "addUnpatched", { value: add });
  const passOver = (/** @type {InnerObject} */ object) => {
    if (object._trace?.data?.hoverinfo === "skip" && "pickSlots" in object) object.pickSlots = 0;
  };
  glplot.objects?.forEach(passOver);
  glplot.add = (object) => {
    passOver(object);
    add.call(glplot, object);
  };
}

// ---------------------------------------------------------------- what is missing

/**
 * What of the insides that are used here a drawn plot does not have: [] unless Plotly has changed.
 * @param {HTMLElement & InnerPlot} plot
 * @returns {string[]}
 */
export function missingInternals(plot) {
  const layout = layoutOf(plot);
  if (!layout) return ["_fullLayout"];
  return layout.scene ? missingOfScene(plot) : missingOfFlat(plot);
}

/** @param {HTMLElement} plot */
function missingOfFlat(plot) {
  const found = {
    "axes: p2d, d2p, _offset, _length, _id, type, range": axesOf(plot) !== null,
    "_size {l, r, t, b}": marginOf(plot) !== null,
    "titles of the axes in .infolayer": axisTitles(plot).length > 0,
    "elements in .svg-container": drawnElements(plot).length > 0,
    "buttons in .modebar": plot.querySelector(".modebar") !== null,
    "PlotSchema.findArrayAttributes": typeof window.Plotly?.PlotSchema?.findArrayAttributes === "function",
  };
  return namesOfMissing(found);
}

/** @param {HTMLElement & InnerPlot} plot */
function missingOfScene(plot) {
  const scene = sceneOf(plot);
  if (!scene) return ["scene._scene"];
  const surface = Object.values(scene.traces ?? {}).find(({ data }) => data?.type === "surface");
  const objects = scene.glplot?.objects ?? [];
  const found = {
    "_scene.getCamera": liveCamera(plot) !== null,
    "glplot.cameraParams, dataScale, container": projectionOf(plot) !== null,
    "_context.plotGlPixelRatio, glplot.pixelRatio, redraw":
      Boolean(plot._context?.plotGlPixelRatio) && has(scene.glplot, ["redraw"], ["pixelRatio"]),
    "setViewport, camera {_ortho, eye, center}, glplot.shape": seesOrthographically(plot),
    "camera.view._active.angle.bounds": typeof lowestPitch(scene) === "number",
    "camera.view.rotate, pan, idle, lastT, recalcMatrix": Object.hasOwn(scene.camera?.view ?? {}, "rotate"),
    "glplot.onrender": Object.hasOwn(scene.glplot, "onrenderUnpatched"),
    "a surface's update, handlePick, refineData, dataScaleX":
      isSurface(surface) && Object.hasOwn(surface ?? {}, "update"),
    "the size of the container": Object.hasOwn(scene.container, "clientWidth"),
    "glplot.add": Object.hasOwn(scene.glplot, "addUnpatched"),
    "objects that tell their trace": objects.some(({ _trace }) => _trace?.data?.hoverinfo === "skip"),
    "objects that need not be picked": objects.every(
      ({ _trace, pickSlots }) => (_trace?.data?.hoverinfo === "skip") === (pickSlots === 0),
    ),
  };
  return namesOfMissing(found);
}

/** @param {Record<string, boolean>} found */
const namesOfMissing = (found) => Object.keys(found).filter((name) => !found[name]);
