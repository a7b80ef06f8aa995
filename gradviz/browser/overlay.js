// The SVG over a picture: words and dots below, and above them what moves ahead of the server: arrows, marks,
// and the line at ε. Moving a shape there takes no frame, while Plotly would draw the whole picture
// anew.

import { headPath, shape } from "./dom.js";
import { failPanel } from "./failure.js";
import { nearest, toAxis } from "./grid.js";
import { drawLabels } from "./label_layer.js";
import { symbolPath } from "./legend.js";
import { movedArrow } from "./moved.js";
import { layerOf, overlayAxes } from "./panels.js";
import { hasScene, onFrame } from "./plotly.js";
import { drawStage } from "./stage.js";

/** @import {Box, Meta, Numbers, Panel, Theme, Trace, View} from "./types.js" */
/** @import {Axis} from "./plotly.js" */

const LINE_ROOM = 3; // px on either side of the line at ε, and about a mark, for no label
const MARK_ROOM = 10;
const HEAD = 15; // px, the length of an arrow's head on the map

/**
 * Draw what moves over a picture, as it is now.
 * @param {View} view
 * @param {Panel} panel
 */
export function drawOverlay(view, panel) {
  if (hasScene(panel.plot)) drawStage(view, panel);
  else drawFlat(view, panel);
}

/**
 * Draw what stands over a scene with each of its frames; call after whatever may have made the scene anew.
 * @param {View} view
 * @param {Panel} panel
 */
export function followFrames(view, panel) {
  onFrame(panel.plot, () => {
    try {
      drawOverlay(view, panel);
    } catch (problem) {
      setTimeout(() => failPanel(panel, problem)); // the scene itself is still being drawn
    }
  });
}

/**
 * @param {View} view
 * @param {Panel} panel
 */
function drawFlat(view, panel) {
  const axes = overlayAxes(panel);
  if (!axes || !view.data || !view.theme || !(panel.movable.length || panel.overlay || panel.labels.length))
    return;
  const layer = layerOf(panel, "moving");
  layer.replaceChildren();
  const step = view.preview?.step ?? view.data.step;
  /** @type {Box[]} */
  const boxes = []; // of what no label may touch
  if (view.data.pictures[panel.name].steps && step) boxes.push(drawStep(layer, axes, step, view.theme));
  for (const trace of panel.movable) {
    if (!trace.meta) continue;
    const part = shape("g", { "data-method": trace.meta.method ?? "" }, layer);
    if (trace.meta.role === "chosen") {
      boxes.push(...drawMark(view, panel, trace, step ?? NaN, axes, part, view.theme));
    } else drawFlatArrow(view, panel, trace, trace.meta, axes, part, view.theme);
    if (trace.name) shape("title", {}, part, trace.name);
  }
  drawLabels(panel, boxes, view.theme);
}

/**
 * The line at ε on the error plot; the box that it takes.
 * @param {Element} layer
 * @param {[Axis, Axis]} axes
 * @param {number} step
 * @param {Theme} theme
 * @returns {Box}
 */
function drawStep(layer, [x, y], step, { palette }) {
  const line = {
    fill: "none",
    stroke: palette.ink,
    "stroke-opacity": 0.7,
    "stroke-width": 1.6,
    "stroke-dasharray": "2 3",
  };
  const [at, top, bottom] = [x.toPixel(step), y.offset, y.offset + y.length];
  shape("path", { d: `M${at} ${top}V${bottom}`, "data-step": step, ...line }, layer);
  return { left: at - LINE_ROOM, right: at + LINE_ROOM, top, bottom };
}

/** The traces of a curve of errors: lines, and the dots of a cloud. */
const MEASURED = ["error", "exact", "cloud", "vanished"];

/**
 * What a trace has at one of its own places; NaN where it has none.
 * @param {{x: Numbers, y: Numbers}} trace
 * @param {number} at
 */
function heightAt({ x, y }, at) {
  const place = x.length ? nearest(x, at) : -1;
  return place >= 0 && Math.abs(Math.log(x[place] / at)) < 1e-4 ? y[place] : NaN;
}

/**
 * A method's mark on the error plot: on its curve at the step that is dragged, or where the server has put
 * it.
 * @param {View} view
 * @param {Panel} panel
 * @param {Trace} trace
 * @param {number} step
 * @param {[Axis, Axis]} axes
 * @param {SVGElement} part
 * @param {Theme} theme
 * @returns {Box[]} the box that it takes
 */
function drawMark(view, panel, { marker, meta, y }, step, axes, part, theme) {
  const table = view.gradientsByStep;
  let height = y[0];
  if (view.preview?.step && table?.gradients[meta?.method ?? ""]) {
    const at = table.steps[nearest(table.steps, step)];
    const curves = (panel.painted?.data ?? []).filter(
      (curve) => curve.meta?.method === meta?.method && MEASURED.includes(curve.meta?.role ?? ""),
    );
    height = curves.map((curve) => heightAt(curve, at)).find(Number.isFinite) ?? NaN;
  }
  if (!Number.isFinite(height)) return [];
  const turn = marker.symbol === "x" ? " rotate(45)" : "";
  const look = { fill: marker.color, stroke: theme.palette.paper, "stroke-width": 1.1 };
  const [x, up] = [axes[0].toPixel(step), axes[1].toPixel(height)];
  const place = `translate(${x} ${up}) scale(1.4)${turn}`;
  shape("path", { d: symbolPath(marker.symbol), transform: place, ...look }, part);
  part.setAttribute("data-x", String(step));
  part.setAttribute("data-y", String(height));
  return [{ left: x - MARK_ROOM, right: x + MARK_ROOM, top: up - MARK_ROOM, bottom: up + MARK_ROOM }];
}

/**
 * A method's arrow on the map.
 * @param {View} view
 * @param {Panel} panel
 * @param {Trace} trace
 * @param {Meta} meta
 * @param {[Axis, Axis]} axes
 * @param {SVGElement} part
 * @param {Theme} theme
 */
function drawFlatArrow(view, panel, trace, meta, [x, y], part, theme) {
  const frame = panel.painted?.layout.meta?.frame;
  if (!frame) return;
  const { tail, vector } = movedArrow(view, meta, frame);
  if (!vector) return;
  /** @param {number[]} spot @returns {[number, number]} */
  const pixel = (spot) => [x.toPixel(toAxis(frame, spot[0], 0)), y.toPixel(toAxis(frame, spot[1], 1))];
  const look = { colour: trace.marker.color, width: trace.line?.width ?? 3, paper: theme.palette.paper };
  const to = pixel([tail[0] + vector[0], tail[1] + vector[1]]);
  drawArrow(part, pixel(tail), to, look, symbolPath(meta.symbol));
}

/**
 * An arrow between two places in pixels: a shaft and a head, or a symbol where they are the same.
 * @param {Element} parent
 * @param {[number, number]} from
 * @param {[number, number]} to
 * @param {{colour: string, width: number, paper: string}} look
 * @param {string} symbol
 */
function drawArrow(parent, from, to, { colour, width, paper }, symbol) {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const length = Math.hypot(dx, dy);
  if (length < 0.5) {
    const place = `translate(${from[0]} ${from[1]}) scale(1.2)`;
    shape("path", { d: symbol, fill: colour, stroke: paper, transform: place }, parent);
    return;
  }
  const [ux, uy] = [dx / length, dy / length];
  const head = Math.min(HEAD * Math.min(1, width / 3), 0.6 * length);
  const neck = [to[0] - 0.8 * head * ux, to[1] - 0.8 * head * uy];
  const line = { fill: "none", stroke: colour, "stroke-width": width };
  shape("path", { d: `M${from}L${neck}`, ...line }, parent);
  const back = [to[0] - head * ux, to[1] - head * uy];
  shape("path", { d: headPath(back, to), fill: colour }, parent);
}
