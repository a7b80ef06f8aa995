// The stage over scenes as the page draws it, without a browser: node stages.mjs FILE WIDTHxHEIGHT …
// FILE holds {name: figure} as JSON. Prints {name: {size: what stands there}}.
import { readFileSync } from "node:fs";

/** An element that only remembers what it is made of. */
class Shape {
  constructor(tag = "") {
    Object.assign(this, { tag, attributes: {}, children: [], textContent: "", style: {}, hidden: false });
  }
  setAttribute(name, value) {
    this.attributes[name] = value;
  }
  getAttribute(name) {
    return this.attributes[name] ?? null;
  }
  removeAttribute(name) {
    delete this.attributes[name];
  }
  append(...children) {
    this.children.push(...children);
  }
  replaceChildren(...children) {
    this.children = children;
  }
  all() {
    return this.children.flatMap((child) => [child, ...child.all()]);
  }
  text() {
    return this.textContent + this.children.map((child) => child.text()).join("");
  }
}
globalThis.document = { createElementNS: (_, tag) => new Shape(tag) };
globalThis.window = {};

const { subjectOf } = await import("../../gradviz/browser/camera.js");
const { isHidden } = await import("../../gradviz/browser/sight.js");
const { drawStage } = await import("../../gradviz/browser/stage.js");
const { bestCamera } = await import("../../gradviz/browser/viewpoint.js");

/** Plotly's matrices, in columns, for a camera in perspective: the box is half as large as in scene units. */
function matrices({ eye, center }, [width, height]) {
  const normal = (v) => v.map((part) => part / Math.hypot(...v));
  const cross = ([a, b, c], [d, e, f]) => [b * f - c * e, c * d - a * f, a * e - b * d];
  const dot = (v, w) => v[0] * w[0] + v[1] * w[1] + v[2] * w[2];
  const from = [eye.x, eye.y, eye.z];
  const back = normal([eye.x - center.x, eye.y - center.y, eye.z - center.z]);
  const right = normal(cross([0, 0, 1], back));
  const up = cross(back, right);
  const columns = [0, 1, 2].flatMap((k) => [right[k], up[k], back[k], 0]);
  const view = [...columns, -dot(right, from), -dot(up, from), -dot(back, from), 1];
  const f = 1 / Math.tan(Math.PI / 8);
  const [near, far] = [0.01, 1000];
  const deep = 1 / (near - far);
  const projection = [(f * height) / width, 0, 0, 0, 0, f, 0, 0, 0, 0, (near + far) * deep, -1, 0, 0, 2 * near * far * deep, 0];
  return { model: [0.5, 0, 0, 0, 0, 0.5, 0, 0, 0, 0, 0.5, 0, 0, 0, 0, 1], view, projection };
}

/** What stands on the stage of a figure. */
function stage(figure, size) {
  const camera = bestCamera(subjectOf(figure), size);
  const layers = { annotations: new Shape(), moving: new Shape() };
  const glplot = { cameraParams: matrices(camera, size) };
  const container = { getBoundingClientRect: () => ({ left: 0, top: 0, width: size[0], height: size[1] }) };
  const scene = { glplot, container, dataScale: [1, 1, 1], getCamera: () => camera };
  const panel = {
    painted: figure,
    plot: { _fullLayout: { scene: { _scene: scene } } },
    overlay: { querySelector: (selector) => layers[selector.split(".").at(-1)] },
    size,
    unit: 1,
    home: { key: "", camera },
    lens: null,
    handle: new Shape(),
    point: { x: 0, y: 0 },
  };
  const palette = { ink: "#000", paper: "#fff" };
  const root = { closest: () => new EventTarget() }; // a stage that stands alone: nobody walks
  drawStage({ theme: { palette }, preview: null, gradientsByStep: null, root }, panel);
  const shapes = Object.values(layers).flatMap((layer) => layer.all());
  const texts = shapes.filter(({ tag }) => tag === "text");
  const number = (shape, name) => Number(shape.getAttribute(name));
  const spot = shapes.find((shape) => shape.getAttribute("class") === "gradviz-spot");
  const arrows = layers.moving.children.filter((child) => child.getAttribute("data-tip"));
  const foot = spot?.getAttribute("data-spot").split(" ").map(Number);
  const lens = panel.lens;
  return {
    words: texts.map((shape) => ({
      text: shape.text(),
      x: number(shape, "x"),
      y: number(shape, "y") - 0.35 * number(shape, "font-size"),
      letters: number(shape, "font-size"),
      anchor: shape.getAttribute("text-anchor") ?? "start",
    })),
    lines: layers.annotations.children.map((group) => group.children[0].getAttribute("d").match(/-?[\d.]+/g).map(Number)),
    axes: layers.annotations.children.map((group) => group.getAttribute("data-axis")),
    titles: ["xaxis", "yaxis", "zaxis"].map((name) => figure.layout.scene[name].title.text.replace(/<[^>]*>/g, "")),
    spot: spot ? [number(spot, "cx"), number(spot, "cy")] : null,
    tips: arrows.map((arrow) => arrow.getAttribute("data-tip").split(" ").map(Number)),
    visible: foot ? !isHidden(camera, figure.data[0], [foot[0], foot[1], foot[2] + 0.02]) : null,
    lens: lens && [lens.x, lens.y, lens.radius],
    camera: [camera.eye, camera.center].map(({ x, y, z }) => [x, y, z]),
  };
}

const [file, ...sizes] = process.argv.slice(2);
const figures = JSON.parse(readFileSync(file, "utf8"));
const found = Object.entries(figures).map(([name, figure]) => {
  for (const surface of figure.data) surface.z = surface.z.map((row) => row.map((value) => value ?? NaN));
  return [name, Object.fromEntries(sizes.map((size) => [size, stage(figure, size.split("x").map(Number))]))];
});
process.stdout.write(JSON.stringify(Object.fromEntries(found)));
