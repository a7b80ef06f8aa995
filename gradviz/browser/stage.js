// What is drawn over the 3D scene, with the scene's own projection: the axes, the point, and the gradients as
// arrows in the tangent plane. It follows every frame of a rotation, and moving it draws no scene.

import { headPath, shape } from "./dom.js";
import { between, gradientAt, gridOf, toScene } from "./grid.js";
import { slopesAt } from "./moved.js";
import { differencesNow, drawLens, fanned, magnified } from "./lens.js";
import { layerOf, overlaySize } from "./panels.js";
import { CAPTION, fromSegment, isInside, lensPlace, overlap, textBox } from "./placing.js";
import { liveCamera, projectionOf } from "./plotly.js";
import { hiddenRuns, isHidden, sightOf } from "./sight.js";
import { silhouetteOf } from "./silhouette.js";
import { drawAxes } from "./stage_axes.js";
import { writtenNumber } from "./step_scale.js";
import { tangentVector } from "./tangent.js";
import { arrowLength, LONGEST_DRAWN, wantedLength } from "./viewpoint.js";
import { collectedPart } from "./walked.js";

/** @import {Camera, Frame, Grid, Palette, Panel, Stage, View} from "./types.js" */
/** @import {Box, Obstacles} from "./placing.js" */
/** @import {Sight} from "./sight.js" */
/** @import {Silhouette} from "./silhouette.js" */
/**
 * All that the arrows are drawn with.
 * @typedef {object} Drawing
 * @property {Sight} sight
 * @property {Camera} camera
 * @property {Grid} surface
 * @property {Palette} palette
 * @property {number} scale of widths: 1 on a stage 620 px high
 */
/**
 * Where the arrows stand, and the scene vector (3) of a gradient: one unit long for the reference.
 * @typedef {object} Place
 * @property {number[]} spot
 * @property {number[]} reference
 * @property {number} size the length of the reference
 * @property {(gradient: number[]) => number[]} vector
 */

const WIDEST = 13;
const NARROWEST = 2;
const HEAD = 2.5; // widths of the widest arrow: the length of its head
const HALO = 2; // px on each side
const APART = 6; // px between tips from which an arrow has a head of its own
const PIECES = 16; // of a shaft, each hidden or seen

/**
 * Draw what stands over the scene of a panel, as it is now; nothing where its projection is not known.
 * @param {View} view
 * @param {Panel} panel
 */
export function drawStage(view, panel) {
  const { painted, plot } = panel;
  const projection = projectionOf(plot);
  const camera = liveCamera(plot);
  const surface = gridOf(painted?.data, "surface");
  if (!(painted?.layout.scene && projection && camera && surface && view.theme)) return;
  const size = overlaySize(panel);
  const sight = sightOf(projection, size);
  const { palette } = view.theme;
  const corner = { left: 0, right: 170, top: size[1] - 24, bottom: size[1] };
  const annotations = layerOf(panel, "annotations");
  const heights = /** @type {[number, number]} */ (painted.layout.scene.zaxis.range);
  const sheet = silhouetteOf(surface, heights, sight, size);
  const words = drawAxes(annotations, painted.layout.scene, sight, size, palette, [corner], sheet);
  const layer = layerOf(panel, "moving");
  layer.replaceChildren();
  const { stage, frame } = painted.layout.meta ?? {};
  if (!stage || !frame) {
    panel.handle.hidden = true;
    return;
  }
  const scale = Math.min(1.15, Math.max(0.6, size[1] / 620));
  const drawing = { sight, camera, surface, palette, scale };
  const place = placeNow(view, stage, frame, surface);
  const arrows = arrowsNow(view, stage, place);
  const direction = place.vector(place.reference);
  const seen = panel.home?.camera ?? camera;
  const length = direction.some(Boolean) ? arrowLength(seen, place.spot, direction, size) : 0;
  drawOnFloor(layer, drawing, stage, place, arrows, length);
  drawBundle(layer, drawing, place, arrows, length);
  const partial = collectedPart(view, panel.name);
  if (partial?.some((part) => part !== 0)) {
    const look = { colour: palette.backprop, width: 7 * scale, head: 3 };
    const tip = tipOf(place, partial, length);
    const group = shape("g", { class: "gradviz-collected", "data-tip": sight(tip).join(" ") }, layer);
    drawSolidArrow(group, drawing, place.spot, tip, look);
  }
  drawPoint(layer, drawing, place.spot, view.preview?.point ?? stage.point);
  drawScale(layer, size, place, palette, !stage.sides.length);
  lookCloser(view, panel, layer, drawing, { stage, place, arrows, length, boxes: words, sheet });
  const [x, y] = sight(place.spot);
  panel.handle.hidden = !panel.point;
  panel.handle.style.transform = `translate(${panel.unit * x}px, ${panel.unit * y}px)`;
}

/**
 * The lens, in a free place.
 * @param {View} view
 * @param {Panel} panel
 * @param {Element} layer
 * @param {Drawing} drawing
 * @param {{stage: Stage, place: Place, arrows: {method: string, gradient: number[]}[], length: number,
 *   boxes: Box[], sheet: Silhouette}} shown
 */
function lookCloser(view, panel, layer, drawing, { stage, place, arrows, length, boxes, sheet }) {
  const { sight, palette, scale } = drawing;
  if (!arrows.length || !(stage.differences.length || stage.sides.length)) return;
  const [point, tip] = [sight(place.spot), sight(tipOf(place, place.reference, length))];
  const size = overlaySize(panel);
  const finite = arrows.filter(({ gradient }) => gradient.every(Number.isFinite));
  const tips = [tip, ...finite.map(({ gradient }) => sight(tipOf(place, gradient, length)))];
  const foot = sight([place.spot[0], place.spot[1], stage.floor]);
  const end = tipOf(place, place.reference, length);
  /** @type {[number[], number[]][]} */
  const lines = [
    [point, foot],
    [foot, sight([end[0], end[1], stage.floor])],
  ];
  const faint = /** @type {Obstacles["faint"]} */ (lines);
  const obstacles = { boxes, point, tips, faint, sheet };
  const sides = stage.sides.map((row) => row.map((slope) => slope ?? NaN));
  const unit = place.size > 0 ? wantedLength(size) / place.size : 0;
  const differences = differencesNow(stage, view.gradientsByStep, view.preview);
  const shownIn = (/** @type {number} */ radius) =>
    sides.length ? fanned(sides, arrows, radius) : { fan: [], ...magnified(differences, radius, unit) };
  panel.lens = lensPlace(size, obstacles, panel.lens, (radius) => shownIn(radius).words);
  const circle = panel.lens;
  if (!circle) {
    if (!sides.length) tellInstead(layer, size, palette, obstacles, magnified(differences, 1, 0).words);
    return;
  }
  const { vectors, words, fan } = shownIn(circle.radius);
  const inSight = tip.every((value, k) => value > 0 && value < size[k]);
  drawLens({ layer, circle, tip: inSight ? tip : null, palette, scale }, vectors, words, fan);
}

/**
 * The words of a lens for which there is no room, in a free corner.
 * @param {Element} layer
 * @param {[number, number]} size
 * @param {Palette} palette
 * @param {Obstacles} obstacles
 * @param {string} words
 */
function tellInstead(layer, size, palette, { boxes, point, tips }, words) {
  const { right: half, bottom: high } = textBox([0, 0], words, CAPTION);
  const corners = [high + 2, size[1] - high - 2].flatMap((y) =>
    [half + 4, size[0] - half - 4].map((x) => [x, y]),
  );
  const free = corners.find((middle) => {
    const box = textBox(middle, words, CAPTION);
    const clear = tips.every((tip) => fromSegment(middle, point, tip) > half);
    return clear && isInside(box, size) && !boxes.some((other) => overlap(box, other));
  });
  if (!free) return; // the cards tell it, too
  const look = { fill: palette.ink, "fill-opacity": 0.8, "font-size": CAPTION, "text-anchor": "middle" };
  shape("text", { class: "gradviz-instead", x: free[0], y: free[1] + 0.35 * CAPTION, ...look }, layer, words);
}

/**
 * @param {View} view
 * @param {Stage} stage
 * @param {Frame} frame
 * @param {Grid} surface
 * @returns {Place}
 */
function placeNow(view, stage, frame, surface) {
  const moved = view.preview?.point;
  let { spot, reference } = stage;
  if (moved) {
    const [x, y] = moved.map((value, k) => toScene(frame, value, k));
    const height = between(surface, x, y);
    spot = [x, y, Number.isFinite(height) ? height : stage.floor];
    reference = slopesAt(view, moved) ?? [0, 0];
  }
  const size = Math.hypot(...reference);
  const tangent = moved ? true : stage.tangent;
  return { spot, reference, size, vector: tangentVector(frame, stage.rise, reference, tangent) };
}

/**
 * Each method's gradient as it is now, in the order in which they are drawn: the widest first.
 * @param {View} view
 * @param {Stage} stage
 * @param {Place} place
 */
function arrowsNow({ preview, gradientsByStep }, stage, place) {
  return stage.arrows.map(({ method, gradient }) => {
    const stepped = preview?.step ? gradientAt(gradientsByStep, method, preview.step) : null;
    return { method, gradient: preview?.point ? place.reference : (stepped ?? gradient) };
  });
}

/**
 * @param {Place} place
 * @param {number[]} gradient
 * @param {number} length of the reference's arrow
 */
function tipOf({ spot, vector }, gradient, length) {
  const arrow = vector(gradient).map((part) => length * part);
  const far = Math.hypot(...arrow);
  const share = far > LONGEST_DRAWN ? LONGEST_DRAWN / far : 1;
  return spot.map((value, k) => value + share * arrow[k]);
}

/** @param {number[]} a @param {number[]} b */
const distance = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]);

/**
 * The methods' arrows as nested strokes from the point: where one differs it parts from the others.
 * @param {Element} layer
 * @param {Drawing} drawing
 * @param {Place} place
 * @param {{method: string, gradient: number[]}[]} arrows
 * @param {number} length
 */
function drawBundle(layer, drawing, place, arrows, length) {
  const finite = arrows.filter(({ gradient }) => gradient.every(Number.isFinite));
  const seen = finite.filter(({ gradient }) => gradient.some((part) => part !== 0));
  /** @type {[number, number][]} */
  const tips = [];
  seen.forEach(({ method, gradient }, rank) => {
    const group = shape("g", { "data-method": method }, layer);
    const tip = tipOf(place, gradient, length);
    const at = drawing.sight(tip);
    const width = drawing.scale * widthOf(rank, seen.length);
    const parted = tips.every((other) => distance(other, at) > APART * drawing.scale);
    const colour = drawing.palette[method] ?? drawing.palette.ink;
    if (rank === 0) {
      const around = width + 2 * HALO;
      const halo = {
        colour: drawing.palette.paper,
        width: around,
        head: (HEAD * width) / around,
        halo: true,
      };
      drawSolidArrow(group, drawing, place.spot, tip, halo);
    }
    const head = parted ? HEAD + 2.5 * (1 - width / (drawing.scale * WIDEST)) : 0;
    drawSolidArrow(group, drawing, place.spot, tip, { colour, width, head });
    group.setAttribute("data-tip", at.map((value) => value.toFixed(1)).join(" "));
    tips.push(at);
  });
}

/**
 * @param {number} rank
 * @param {number} count
 */
const widthOf = (rank, count) => WIDEST - ((WIDEST - NARROWEST) * rank) / Math.max(1, count - 1);

/**
 * Which pieces of a shaft the sheet hides: [from, to, hidden] as shares of it.
 * @param {Drawing} drawing
 * @param {number[]} from
 * @param {number[]} to
 * @param {number} least share that a hidden piece needs to be seen as one
 */
function piecesOf({ camera, surface }, from, to, least) {
  const hides = Array.from({ length: PIECES }, (_, i) => {
    const middle = (i + 0.5) / PIECES;
    return isHidden(
      camera,
      surface,
      from.map((value, k) => value + middle * (to[k] - value)),
    );
  });
  return hiddenRuns(hides, least);
}

/**
 * An arrow between two places of the scene; dashed where the sheet stands in front of it. Without a head it
 * ends a little before the place, under the head of another.
 * @param {Element} parent
 * @param {Drawing} drawing
 * @param {number[]} from
 * @param {number[]} to
 * @param {{colour: string, width: number, head: number, halo?: boolean}} look
 */
function drawSolidArrow(parent, drawing, from, to, { colour, width, head, halo = false }) {
  const [a, b] = [drawing.sight(from), drawing.sight(to)];
  const length = distance(a, b);
  if (!(length > 1)) return;
  const [ux, uy] = [(b[0] - a[0]) / length, (b[1] - a[1]) / length];
  const long = Math.min(head * width, 0.6 * length);
  const end = head ? length - 0.85 * long : 0.84 * length;
  const at = (/** @type {number} */ way) => [a[0] + way * ux, a[1] + way * uy];
  const [dash, gap] = [9 * drawing.scale, 6 * drawing.scale]; // of one length for all that are nested
  const least = (2 * (dash + gap)) / length;
  for (const [start, stop, hidden] of piecesOf(drawing, from, to, least)) {
    const [first, last] = [Math.min(start * length, end), Math.min(stop * length, end)];
    if (last - first < 0.5) continue;
    const line = {
      fill: "none",
      stroke: colour,
      "stroke-width": width,
      "stroke-dasharray": hidden ? `${dash} ${gap}` : "",
    };
    shape("path", { d: `M${at(first)}L${at(last)}`, ...line }, parent);
  }
  if (!head) return;
  const path = headPath(at(length - long), b, halo ? HALO : 0);
  shape("path", { d: path, fill: colour }, parent);
}

/**
 * The pale copy on the floor, where a gradient really lives, and the thread up to the point.
 * @param {Element} layer
 * @param {Drawing} drawing
 * @param {Stage} stage
 * @param {Place} place
 * @param {{method: string, gradient: number[]}[]} arrows
 * @param {number} length
 */
function drawOnFloor(layer, drawing, stage, place, arrows, length) {
  const { sight, palette, scale } = drawing;
  const group = shape("g", { class: "gradviz-on-floor", opacity: 0.55 }, layer);
  const foot = [place.spot[0], place.spot[1], stage.floor];
  const [from, down] = [sight(place.spot), sight(foot)];
  const thread = { stroke: palette.ink, "stroke-width": 1.6, "stroke-dasharray": "2 4", fill: "none" };
  shape("path", { d: `M${from}L${down}`, ...thread }, group);
  shape("circle", { cx: down[0], cy: down[1], r: 4 * scale, fill: palette.ink }, group);
  const drawn = arrows.filter(({ gradient }) => gradient.every(Number.isFinite) && gradient.some(Boolean));
  drawn.forEach(({ method, gradient }, rank) => {
    const tip = tipOf(place, gradient, length);
    const look = {
      colour: palette[method] ?? palette.ink,
      width: Math.max(1.5, 0.36 * scale * widthOf(rank, drawn.length)),
      head: 3.6,
    };
    drawSolidArrow(group, drawing, foot, [tip[0], tip[1], stage.floor], look);
  });
}

/**
 * @param {Element} layer
 * @param {Drawing} drawing
 * @param {number[]} spot
 * @param {number[]} point the same in coordinates of the axes
 */
function drawPoint(layer, { sight, palette, scale }, spot, point) {
  const [cx, cy] = sight(spot);
  const look = {
    fill: palette.ink,
    stroke: palette.paper,
    "stroke-width": 3,
    "data-point": point.join(" "),
    "data-spot": spot.join(" "),
  };
  shape("circle", { class: "gradviz-spot", cx, cy, r: 9.5 * scale, ...look }, layer);
}

/**
 * What the arrow's length stands for.
 * @param {Element} layer
 * @param {[number, number]} size
 * @param {Place} place
 * @param {Palette} palette
 * @param {boolean} smooth whether f has a gradient at the point
 */
function drawScale(layer, [, height], { size }, palette, smooth) {
  const [known, none] = smooth ? ["|∇f|", "∇f = 0: no arrow"] : ["slope", "no gradient here"];
  const text = size > 0 ? `arrow: ${known} = ${writtenNumber(size)}` : none;
  const look = { fill: palette.ink, "fill-opacity": 0.8, "font-size": 13, "font-family": "inherit" };
  shape("text", { class: "gradviz-scale", x: 10, y: height - 12, ...look }, layer, text);
}
