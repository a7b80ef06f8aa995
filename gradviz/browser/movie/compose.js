// A frame on a canvas: the sentence and the cards above the pictures, or a step of a walk beside the picture on which
// the gradient grows.

import { fontRules, inOneFile, loaded, styledCopy, unescaped } from "../images.js";
import { dashArray, symbolPath } from "../legend.js";
import { colourOf } from "../paint.js";
import { sizeOf } from "../panels.js";
import { axesOf, drawnElements, drawnScene, hasScene } from "../plotly.js";
import { writtenStep } from "../step_scale.js";
import { HEIGHT, WIDTH } from "./stage.js";
import { fitText, wrapText } from "./text.js";

/** @import {Card, Panel, Theme} from "../types.js" */
/** @import {Stage} from "./stage.js" */
/**
 * What frames are drawn with.
 * @typedef {object} Easel
 * @property {HTMLCanvasElement} canvas
 * @property {CanvasRenderingContext2D} pen
 * @property {number} scale pixels for a px of the frame
 * @property {Theme} theme
 * @property {string} rules of style for the images that are put into it
 * @property {string} font
 * @property {{key: string, canvas: HTMLCanvasElement} | null} scene the last one that was drawn
 * @property {Map<string, {address: string, image: HTMLImageElement}>} images the last one of each picture
 */

const MARGIN = 16;
const TOP = 132; // px, where pictures begin
const CARD = 50; // px, the height of a card

/**
 * @param {Stage} stage
 * @param {number} scale
 * @param {boolean} read whether its pixels are read, and so are better kept where the processor has them
 * @returns {Promise<Easel>}
 */
export async function createEasel({ view }, scale, read) {
  const { theme } = view;
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: scale * WIDTH, height: scale * HEIGHT });
  const pen = canvas.getContext("2d", { alpha: false, willReadFrequently: read });
  if (!pen || !theme) throw new Error("no canvas");
  pen.imageSmoothingQuality = "high";
  const font = theme.font || "sans-serif";
  return { canvas, pen, scale, theme, rules: await fontRules(font), font, scene: null, images: new Map() };
}

/**
 * Draw what a stage shows.
 * @param {Easel} easel
 * @param {Stage} stage
 * @param {boolean} still whether the scene is as in the frame before
 */
export async function drawFrame(easel, stage, still) {
  const { pen, scale, theme } = easel;
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  pen.fillStyle = theme.palette.paper;
  pen.fillRect(0, 0, WIDTH, HEIGHT);
  write(easel, headingOf(stage), { x: MARGIN, y: 24, size: 14, width: WIDTH - 2 * MARGIN, pale: true });
  if (stage.walk) {
    await drawWalk(easel, stage);
    return;
  }
  const sentence = stage.view.headline.textContent ?? "";
  write(easel, sentence, { x: MARGIN, y: 54, size: 21, width: WIDTH - 2 * MARGIN, weight: 600 });
  drawCards(easel, stage);
  await drawPanel(easel, stage.main, [MARGIN, TOP], still);
  if (stage.errors)
    await drawPanel(easel, stage.errors, [WIDTH - MARGIN - sizeOf(stage.errors)[0], TOP], still);
}

/**
 * What the picture is, as a saved one has it, with the ε of the frame.
 * @param {Stage} stage
 */
function headingOf({ view, main }) {
  const heading = unescaped(view.data?.pictures[main.name].heading ?? "");
  const step = view.preview?.step;
  return step ? heading.replace(/ε = [^ ,]+(?=[^=]*$)/, `ε = ${writtenStep(step)}`) : heading;
}

/**
 * @typedef {object} Writing
 * @property {number} x
 * @property {number} y of the line that letters stand on
 * @property {number} size px
 * @property {number} width px: a longer text is set smaller, and then cut off
 * @property {number} [weight]
 * @property {boolean} [pale]
 * @property {string} [font]
 */

/**
 * @param {Easel} easel
 * @param {string} text
 * @param {Writing} writing
 */
function write(
  { pen, theme, font: usual },
  text,
  { x, y, size, width, weight = 400, pale = false, font = usual },
) {
  const measured = (/** @type {string} */ part, /** @type {number} */ px) => {
    pen.font = `${weight} ${px}px ${font}`;
    return pen.measureText(part).width;
  };
  const fitted = fitText(text, size, width, measured);
  pen.font = `${weight} ${fitted.size}px ${font}`;
  pen.textAlign = "left";
  pen.textBaseline = "alphabetic";
  pen.globalAlpha = pale ? 0.75 : 1;
  pen.fillStyle = theme.palette.ink;
  pen.fillText(fitted.text, x, y);
  pen.globalAlpha = 1;
}

/**
 * The methods that are shown, with what their cards say now.
 * @param {Easel} easel
 * @param {Stage} stage
 */
function drawCards(easel, { view }) {
  const cards = (view.data?.cards ?? []).filter(({ shown }) => shown);
  const gap = 8;
  const width = Math.min(230, (WIDTH - 2 * MARGIN - gap * (cards.length - 1)) / cards.length);
  cards.forEach((card, i) => {
    const said = (/** @type {string} */ part) =>
      view.cards.querySelector(`[data-method="${card.method}"] .gradviz-card-${part}`)?.textContent ?? "";
    drawCard(easel, card, said, [MARGIN + i * (width + gap), 68], width);
  });
}

/**
 * @param {Easel} easel
 * @param {Card} card
 * @param {(part: string) => string} said what it says
 * @param {[number, number]} place
 * @param {number} width
 */
function drawCard(easel, card, said, [left, top], width) {
  const { pen, theme } = easel;
  const colour = colourOf(card.colour, theme.palette);
  pen.strokeStyle = colour;
  pen.lineWidth = 1;
  pen.strokeRect(left + 0.5, top + 0.5, width - 1, CARD - 1);
  pen.fillStyle = colour;
  pen.fillRect(left, top, width, 3);
  pen.save();
  pen.translate(left + 24, top + 14);
  pen.lineWidth = card.width;
  pen.setLineDash(dashArray(card.dash).split(" ").filter(Boolean).map(Number));
  pen.stroke(new Path2D("M-15 0H15"));
  if (card.symbol === "x") pen.rotate(Math.PI / 4);
  pen.fill(new Path2D(symbolPath(card.symbol)));
  pen.restore();
  const room = width - 16;
  write(easel, said("name"), { x: left + 46, y: top + 19, size: 13, width: width - 52 });
  write(easel, said("gradient"), { x: left + 8, y: top + 40, size: 16, width: 0.56 * room, weight: 650 });
  write(easel, said("verdict"), {
    x: left + 8 + 0.6 * room,
    y: top + 40,
    size: 12.5,
    width: 0.4 * room,
    pale: true,
  });
}

/**
 * A picture as it stands, with what lies over it.
 * @param {Easel} easel
 * @param {Panel} panel
 * @param {[number, number]} place
 * @param {boolean} still
 */
async function drawPanel(easel, panel, [left, top], still) {
  const { pen, theme } = easel;
  const [width, height] = sizeOf(panel);
  const solid = hasScene(panel.plot);
  const drawn = solid ? [] : [...drawnElements(panel.plot)].filter((part) => part instanceof SVGSVGElement);
  const layers = panel.overlay ? [...drawn, panel.overlay] : drawn;
  const image = await imageOf(easel, panel.name, inOneFile(layers, theme, [width, height], easel.rules));
  if (solid) {
    const scene = sceneOf(easel, panel, still);
    if (scene) pen.drawImage(scene, left, top, width, height);
  }
  pen.drawImage(image, left, top, width, height);
  const axes = !solid && panel.point ? axesOf(panel.plot) : null;
  if (axes && panel.point)
    drawBall(easel, left + axes[0].toPixel(panel.point.x), top + axes[1].toPixel(panel.point.y));
}

/**
 * The scene of a panel as it is now; as in the frame before where it is ``still`` the same.
 * @param {Easel} easel changed
 * @param {Panel} panel
 * @param {boolean} still
 */
function sceneOf(easel, panel, still) {
  if (still && easel.scene?.key === panel.name) return easel.scene.canvas;
  const drawn = drawnScene(panel.plot);
  if (!drawn) return null;
  const copy = easel.scene?.canvas ?? document.createElement("canvas");
  Object.assign(copy, { width: drawn.width, height: drawn.height }); // empty again
  copy.getContext("2d")?.drawImage(drawn, 0, 0);
  easel.scene = { key: panel.name, canvas: copy };
  return copy;
}

/**
 * @param {Easel} easel changed
 * @param {string} name
 * @param {string} address
 */
async function imageOf({ images }, name, address) {
  const former = images.get(name);
  if (former?.address === address) return former.image;
  const image = await loaded(address);
  images.set(name, { address, image });
  return image;
}

/**
 * The point of a flat picture, which is no part of its SVG on the page.
 * @param {Easel} easel
 * @param {number} x
 * @param {number} y
 */
function drawBall({ pen, theme }, x, y) {
  pen.beginPath();
  pen.arc(x, y, 8, 0, 2 * Math.PI);
  pen.fillStyle = theme.palette.ink;
  pen.fill();
  pen.lineWidth = 2.5;
  pen.strokeStyle = theme.palette.paper;
  pen.stroke();
}

// ---------------------------------------------------------------- a walk

/**
 * @param {Easel} easel
 * @param {Stage} stage
 */
async function drawWalk(easel, stage) {
  const { walk, graph, main } = stage;
  if (!walk) return;
  const { pen, theme, rules } = easel;
  const { sentence, formula, count, svg, legend } = walk.elements;
  const measured = (/** @type {string} */ text) => {
    pen.font = `600 19px ${easel.font}`;
    return pen.measureText(text).width;
  };
  const lines = wrapText(sentence.textContent ?? "", WIDTH - 2 * MARGIN, 2, measured);
  lines.forEach((line, i) => {
    write(easel, line, { x: MARGIN, y: 52 + 24 * i, size: 19, width: WIDTH - 2 * MARGIN, weight: 600 });
  });
  const code = "ui-monospace, monospace";
  const under = { x: MARGIN, y: 56 + 24 * lines.length, size: 15, width: WIDTH - 2 * MARGIN, font: code };
  write(easel, formula.textContent ?? "", under);
  const image = await imageOf(easel, "walk", inOneFile([styledCopy(svg)], theme, graph, rules));
  pen.drawImage(image, MARGIN, TOP, ...graph);
  const beside = WIDTH - MARGIN - sizeOf(main)[0];
  write(easel, "Collected so far", { x: beside, y: TOP + 12, size: 14, width: 300, pale: true });
  await drawPanel(easel, main, [beside, TOP + 22], true);
  write(easel, count.textContent ?? "", { x: beside, y: HEIGHT - 16, size: 14, width: 300, pale: true });
  let left = MARGIN;
  for (const [i, entry] of [...legend.children].entries()) {
    const key = entry.querySelector("svg");
    if (key) {
      const picture = await imageOf(easel, `key-${i}`, inOneFile([styledCopy(key)], theme, [26, 16], rules));
      pen.drawImage(picture, left, HEIGHT - 28, 26, 16);
    }
    const text = entry.textContent ?? "";
    write(easel, text, { x: left + 32, y: HEIGHT - 16, size: 13, width: 150 });
    left += 32 + pen.measureText(text).width + 16;
  }
}
