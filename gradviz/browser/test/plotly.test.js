// What Plotly does not have any more makes the page slower or plainer, never dead: every private name is
// taken away.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  axesOf,
  liveCamera,
  marginOf,
  onFrame,
  patchScene,
  projectionOf,
  relayout,
  rememberArrays,
  restyle,
  seesOrthographically,
  strip,
} from "../plotly.js";

/** @typedef {Record<string, any>} Fake */

class FakeElement {
  style = { width: "400px", height: "300px" };
  getBoundingClientRect = () => ({ left: 0, top: 0, width: 400, height: 300 });
  querySelector = () => null;
}
Object.assign(globalThis, {
  HTMLElement: FakeElement,
  window: { requestIdleCallback: () => 0 },
  requestIdleCallback: () => 0,
});

class FakeSurface {
  updates = 0;
  data = { type: "surface" };
  uid = "s";
  surface = {};
  refineData = true;
  dataScaleX = 4;
  dataScaleY = 4;
  update() {
    this.updates += 1;
  }
  handlePick() {
    return true;
  }
}

/**
 * One angle of Plotly's camera and its distance over time. A change before the latest is dropped, a move at its
 * time, too. After the last it goes on with its speed; between two changes it glides, here along a line.
 */
class FakeView {
  _active = { angle: { bounds: [[-Infinity, -1.57]] } };
  course = [{ time: 0, at: [0, 0], speed: [0, 0] }];
  angle = 0;
  distance = 0;
  last = () => /** @type {typeof this.course[0]} */ (this.course.at(-1));
  lastT() {
    return this.last().time;
  }
  /** @param {number} time @param {number[]} at @param {number[]} speed */
  push(time, at, speed = [0, 0]) {
    this.course.push({ time, at, speed });
  }
  /** @param {number} time @param {number[]} ways */
  move(time, ways) {
    const span = time - this.lastT();
    if (span <= 0) return;
    const at = ways.map((way, k) => this.last().at[k] + way);
    this.push(
      time,
      at,
      ways.map((way) => way / span),
    );
  }
  /** @param {number} time @param {number} way */
  rotate(time, way) {
    this.move(time, [way, 0]);
  }
  /** @param {number} time @param {number} way */
  pan(time, way) {
    this.move(time, [0, way]);
  }
  /** @param {number} time */
  at(time) {
    const next = this.course.findIndex((change) => change.time > time);
    const { time: from, at, speed } = this.course.at(next < 0 ? -1 : next - 1) ?? this.last();
    if (next < 0) return at.map((value, k) => value + (time - from) * speed[k]);
    const then = this.course[next];
    return at.map((value, k) => value + ((then.at[k] - value) * (time - from)) / (then.time - from));
  }
  /** @param {number} time */
  idle(time) {
    if (time >= this.lastT()) this.push(time, this.at(time));
  }
  /** @param {number} time */
  recalcMatrix(time) {
    [this.angle, this.distance] = this.at(time);
  }
  /** As with each drawing: to stay where it is, half a second later. @param {number} now */
  draw(now) {
    this.push(now, [this.angle, this.distance]);
    this.push(now + 500, [this.angle, this.distance]);
  }
  /** @param {number} now */
  frame(now) {
    this.idle(now - 16);
    this.recalcMatrix(now - 32);
  }
}

/** @returns {Fake} */
function fakeScene() {
  return {
    container: new FakeElement(),
    dataScale: [1, 1, 1],
    camera: {
      _ortho: false,
      eye: [0, 0, 2],
      center: [0, 0, 0],
      view: new FakeView(),
    },
    traces: { s: new FakeSurface() },
    getCamera: () => ({ up: { x: 0, y: 0, z: 1 }, projection: { type: "perspective" } }),
    setViewport() {},
    glplot: {
      cameraParams: { model: [], view: [], projection: [] },
      pixelRatio: 2,
      objects: /** @type {Fake[]} */ ([]),
      add(/** @type {Fake} */ object) {
        this.objects.push(object);
      },
      redraw() {},
      shape: [400, 300],
      onrender: null,
    },
  };
}

/** @param {Fake} scene @returns {any} */
const plotWith = (scene) => ({
  _fullLayout: { scene: { _scene: scene } },
  _context: { plotGlPixelRatio: 2 },
});

/** @returns {Fake} */
const fakeAxis = () => ({
  _offset: 10,
  _length: 100,
  _id: "x",
  type: "linear",
  range: [0, 1],
  p2d: (/** @type {number} */ pixel) => pixel / 100,
  d2p: (/** @type {number} */ value) => value * 100,
});

test("pixels count from the edge of the plot", () => {
  const [x] = axesOf(/** @type {any} */ ({ _fullLayout: { xaxis: fakeAxis(), yaxis: fakeAxis() } })) ?? [];
  assert.equal(x?.toPixel(0.5), 60);
  assert.equal(x?.fromPixel(60), 0.5);
});

test("axes that lack anything are none: nothing is laid over the picture then", () => {
  for (const name of Object.keys(fakeAxis())) {
    const axis = fakeAxis();
    delete axis[name];
    assert.equal(
      axesOf(/** @type {any} */ ({ _fullLayout: { xaxis: axis, yaxis: fakeAxis() } })),
      null,
      name,
    );
  }
  assert.equal(axesOf(/** @type {any} */ ({})), null);
});

test("a margin that is not known is none", () => {
  const _size = { l: 1, r: 2, t: 3, b: 4 };
  assert.deepEqual(marginOf(/** @type {any} */ ({ _fullLayout: { _size: { ..._size, w: 9 } } })), _size);
  assert.equal(marginOf(/** @type {any} */ ({ _fullLayout: { _size: { l: 1 } } })), null);
  assert.equal(marginOf(/** @type {any} */ ({ _fullLayout: {} })), null);
});

test("a surface that has not changed is not made anew, and no cells are added to it", () => {
  const scene = fakeScene();
  patchScene(plotWith(scene));
  const { s: surface } = scene.traces;
  const z = [Float32Array.of(1, 2)];
  surface.update({ type: "surface", x: Float32Array.of(1, 2), z });
  surface.update({ type: "surface", x: Float32Array.of(1, 2), z });
  assert.equal(surface.updates, 1);
  assert.equal(surface.refineData, false);
  surface.update({ type: "surface", x: Float32Array.of(1, 3), z });
  surface.update({ type: "surface", x: Float32Array.of(1, 3), z, opacity: 0.5 });
  assert.equal(surface.updates, 3);
});

test("to Plotly there is always perspective; without it the matrix of each frame is replaced", () => {
  const scene = fakeScene();
  const seen = /** @type {string[]} */ ([]);
  scene.setViewport = (/** @type {Fake} */ { camera }) => seen.push(camera.projection.type);
  const plot = plotWith(scene);
  patchScene(plot);
  assert.ok(seesOrthographically(plot));
  for (const type of ["orthographic", "perspective"]) {
    scene.setViewport({ camera: { projection: { type } } });
    const { cameraParams } = scene.glplot;
    cameraParams.projection = Array(16).fill(7);
    cameraParams._ortho = false; // as Plotly does with each frame
    assert.equal(liveCamera(plot)?.projection?.type, type);
    assert.equal(cameraParams._ortho, type === "orthographic");
    assert.equal(cameraParams.projection[15], type === "orthographic" ? 1 : 7);
    assert.equal(cameraParams.projection.length, 16);
  }
  assert.deepEqual(seen, ["perspective", "perspective"]);
  const old = fakeScene();
  old.camera._ortho = true;
  patchScene(plotWith(old));
  assert.equal(seesOrthographically(plotWith(old)), false);
});

test("a scene turned by hand from straight above gets its perspective back, one seen so from aside keeps it", () => {
  for (const [eye, turned, type] of /** @type {const} */ ([
    [[0, -0.002, 2], [0, -0.3, 2], "orthographic"],
    [[0, -0.002, 2], [0, -0.6, 1.9], "perspective"],
    [[1, -1, 1], [1.2, -0.8, 1], "orthographic"],
  ])) {
    const scene = fakeScene();
    scene.camera.center = [0, 0, 0];
    scene.camera.eye = eye;
    const plot = plotWith(scene);
    patchScene(plot);
    scene.setViewport({ camera: { projection: { type: "orthographic" } } });
    scene.glplot.cameraParams.projection = Array(16).fill(7);
    for (const place of [eye, turned]) {
      scene.camera.eye = place;
      scene.glplot.cameraParams._ortho = false;
    }
    assert.equal(liveCamera(plot)?.projection?.type, type, `${turned}`);
  }
});

test("the camera stays above the floor", () => {
  const scene = fakeScene();
  patchScene(plotWith(scene));
  assert.ok(scene.camera.view._active.angle.bounds[0][1] > 0);
});

test("a scene that was turned, or came nearer, does not go on until a late frame", () => {
  const { view } = patchedTwice().camera;
  view.rotate(1, 0.1);
  view.rotate(2, 0.1);
  view.pan(3, 0.25);
  view.frame(500);
  assert.ok(Math.abs(view.angle - 0.2) < 1e-12, `${view.angle}`);
  assert.equal(view.distance, 0.25);
});

test("what turns a scene that has just been drawn is seen in the next frame, and stays", () => {
  const { view } = patchedTwice().camera;
  view.rotate(1000, 0.1);
  view.frame(1016);
  view.draw(1020);
  for (let turned = 1; turned <= 40; turned++) {
    const now = 1020 + 16 * turned; // until after the half second that is planned
    view.rotate(now, 0.1);
    view.frame(now + 8);
    assert.ok(Math.abs(view.angle - 0.1 * (turned + 1)) < 1e-9, `${turned}: ${view.angle}`);
  }
  view.frame(5000);
  assert.ok(Math.abs(view.angle - 4.1) < 1e-9);
});

test("a camera whose course is unknown is left as it is", () => {
  for (const name of ["rotate", "pan", "idle", "lastT", "recalcMatrix"]) {
    const scene = fakeScene();
    scene.camera.view[name] = undefined;
    patchScene(plotWith(scene));
    if (name !== "rotate") assert.ok(!Object.hasOwn(scene.camera.view, "rotate"), name);
    if (name !== "recalcMatrix") assert.ok(!Object.hasOwn(scene.camera.view, "recalcMatrix"), name);
  }
});

function patchedTwice() {
  const scene = fakeScene();
  for (const plot of [plotWith(scene), plotWith(scene)]) patchScene(plot);
  return scene;
}

test("each frame of a scene is told once, also to one that is patched twice", () => {
  const scene = fakeScene();
  const frames = { plotly: 0, ours: 0 };
  scene.glplot.onrender = () => {
    frames.plotly += 1;
  };
  const note = () => {
    frames.ours += 1;
  };
  onFrame(plotWith(scene), note);
  onFrame(plotWith(scene), note);
  scene.glplot.onrender();
  assert.deepEqual(frames, { plotly: 1, ours: 1 });
});

test("a change that fails is a fault, unless the picture was taken away meanwhile", async () => {
  const window = /** @type {Fake} */ (globalThis.window);
  const fail = async () => {
    throw new Error("no such trace");
  };
  window.Plotly = { restyle: fail, relayout: fail };
  const drawn = plotWith(fakeScene());
  const purged = /** @type {any} */ ({});
  await assert.rejects(restyle(drawn, {}, [0]), /no such trace/);
  await assert.rejects(relayout(drawn, {}), /no such trace/);
  await restyle(purged, {}, [0]);
  await relayout(purged, {});
  delete window.Plotly;
});

test("what has no words is not picked", () => {
  const scene = fakeScene();
  patchScene(plotWith(scene));
  scene.glplot.add({ pickSlots: 1, _trace: { data: { hoverinfo: "skip" } } });
  scene.glplot.add({ pickSlots: 1, _trace: { data: { hoverinfo: "all" } } });
  assert.deepEqual(
    scene.glplot.objects.map((/** @type {Fake} */ { pickSlots }) => pickSlots),
    [0, 1],
  );
});

test("patched twice, a scene is patched once", () => {
  const scene = fakeScene();
  patchScene(plotWith(scene));
  const { add } = scene.glplot;
  const { update } = scene.traces.s;
  patchScene(plotWith(scene));
  assert.equal(scene.glplot.add, add);
  assert.equal(scene.traces.s.update, update);
});

/** The paths of all that a scene has, such as ["glplot", "cameraParams"]. */
function paths(/** @type {Fake} */ value, /** @type {string[]} */ above = []) {
  /** @type {string[][]} */
  const found = [];
  for (const name of Object.keys(value)) {
    const path = [...above, name];
    found.push(path);
    if (above.length < 2 && value[name] && typeof value[name] === "object")
      found.push(...paths(value[name], path));
  }
  return found;
}

const privatePaths = paths(fakeScene()).filter(([first, second]) => !(first === "container" && second)); // an element

for (const path of privatePaths) {
  test(`without ${path.join(".")} of a scene nothing fails`, () => {
    const scene = fakeScene();
    const owner = path.slice(0, -1).reduce((value, name) => value[name], scene);
    delete owner[/** @type {string} */ (path.at(-1))];
    const plot = plotWith(scene);
    patchScene(plot);
    liveCamera(plot);
    projectionOf(plot);
    onFrame(plot, () => {});
    for (const surface of Object.values(scene.traces ?? {}))
      surface.update({ type: "surface", x: Float32Array.of(1) });
  });
}

test("a scene that is not drawn has no camera and no projection", () => {
  const plot = plotWith(fakeScene());
  delete plot._fullLayout.scene._scene;
  patchScene(plot);
  assert.equal(liveCamera(plot), null);
  assert.equal(projectionOf(plot), null);
});

test("arrays are searched once for traces with arrays in the same places", () => {
  let searches = 0;
  const schema = {
    findArrayAttributes: (/** @type {Fake} */ trace) => {
      searches += 1;
      return Object.keys(trace).filter((name) => Array.isArray(trace[name]));
    },
  };
  rememberArrays(schema);
  assert.deepEqual(schema.findArrayAttributes({ type: "scatter", x: [1], y: [2], name: "a" }), ["x", "y"]);
  assert.deepEqual(schema.findArrayAttributes({ type: "scatter", x: [3], y: [4], name: "b", _own: [5] }), [
    "x",
    "y",
  ]);
  assert.deepEqual(schema.findArrayAttributes({ type: "scatter", x: [3], y: 4 }), ["x"]);
  assert.equal(searches, 2);
  rememberArrays(undefined);
});

test("a strip goes through the box, and has too many cells in a row to be interpolated", () => {
  const axis = { range: [-2, 2] };
  const layout = /** @type {any} */ ({ xaxis: axis, yaxis: axis, zaxis: { range: [0, 5] } });
  const traces = [{ type: "surface", x: [1], customdata: [2] }, { type: "surface" }, { type: "mesh3d" }];
  const [surface, ...others] = strip(/** @type {any} */ (traces), layout) ?? [];
  assert.deepEqual(
    others.map(({ type, x }) => [type, x.length]),
    [["surface", 841]],
  );
  assert.equal(surface.x.length, 841);
  assert.deepEqual([surface.x[0], surface.x[840], surface.z.length], [-2, 2, 2]);
  assert.equal(strip(/** @type {any} */ ([{ type: "scatter3d" }]), layout), null);
});
