// Saving a picture as PNG: as it stands on the page, four times as sharp, with a title that says what it is and
// the legend that the page has in its cards.

import { enlarged } from "./enlarge.js";
import { currentTheme, paint } from "./paint.js";
import { inFile } from "./orthographic.js";
import { axesOf, liveCamera, plotly, projectionOf } from "./plotly.js";
import { drawLegend, layLegend, named } from "./saved_legend.js";

/** @import {Figure, Panel, Theme, View} from "./types.js" */

const ABOVE = 44; // px of height for the title
const SHARPNESS = 4;

/**
 * The button over a picture, as Plotly takes it.
 * @param {View} view
 * @param {Panel} panel
 */
export function saveButton(view, panel) {
  return {
    name: "toImage",
    title: "Save as PNG",
    icon: plotly().Icons.camera,
    click: () => save(view, panel).catch((problem) => console.warn("gradviz:", problem)),
  };
}

/**
 * The picture as it stands on the page, under its title and over its legend, put together on a canvas.
 * @param {View} view
 * @param {Panel} panel
 */
async function save(view, panel) {
  const picture = view.data?.pictures[panel.name];
  if (!picture) return;
  const theme = currentTheme(view.root);
  const font = theme.font || "sans-serif";
  const [width, height] = [panel.area.clientWidth, panel.area.clientHeight];
  const whole = /** @type {Figure} */ (paint(picture.figure, theme.palette, view.named));
  const { data, layout, overlay } = drawnOf(panel) ?? { ...whole, overlay: null };
  const options = { format: "png", scale: SHARPNESS, width, height };
  const letters = theme.font ? { ...layout.font, family: theme.font } : layout.font;
  const alone = { ...layout, width, height, font: letters, showlegend: false, autosize: false };
  const image = await plotly().toImage({ data, layout: alone, config: { staticPlot: true } }, options);
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("no canvas");
  const entries = named(whole.data);
  const laid = layLegend(pen, entries, width - 24, font);
  const below = ABOVE + height;
  Object.assign(canvas, { width: SHARPNESS * width, height: SHARPNESS * (below + laid.height) });
  pen.scale(SHARPNESS, SHARPNESS);
  pen.fillStyle = theme.palette.paper;
  pen.fillRect(0, 0, width, below + laid.height);
  pen.drawImage(await loaded(image), 0, ABOVE, width, height);
  if (overlay)
    pen.drawImage(await loaded(inOneFile(overlay, theme, [width, height])), 0, ABOVE, width, height);
  pen.fillStyle = theme.palette.ink;
  pen.textAlign = "center";
  pen.font = `17px ${font}`;
  pen.fillText(unescaped(picture.heading ?? ""), width / 2, 28, width - 20);
  drawLegend(pen, entries, laid, { width, top: below, font, palette: theme.palette });
  const link = document.createElement("a");
  const filename = picture.file ?? `gradviz-${panel.name}`;
  Object.assign(link, { href: canvas.toDataURL("image/png"), download: `${filename}.png` });
  link.click();
}

/**
 * What Plotly has drawn of a picture, as turned, and what lies over it; null where nothing can be laid over it.
 * @param {Panel} panel
 */
function drawnOf({ painted, overlay, plot, marker, unit }) {
  if (!painted) return null;
  const all = marker ? [...painted.data, marker] : painted.data;
  const { data, layout } = enlarged({ data: all, layout: painted.layout }, unit);
  if (!layout.scene) return axesOf(plot) && { data, layout, overlay };
  if (!overlay || !projectionOf(plot)) return null;
  const seen = { ...layout.scene, camera: liveCamera(plot) ?? layout.scene.camera };
  return { data, layout: { ...layout, scene: { ...seen, ...inFile(seen) } }, overlay };
}

/**
 * @param {string} address
 * @returns {Promise<HTMLImageElement>}
 */
function loaded(address) {
  return new Promise((done, failed) => {
    const image = new Image();
    image.onload = () => done(image);
    image.onerror = () => failed(new Error("an image could not be read"));
    image.src = address;
  });
}

/**
 * An SVG of the page as an image that needs nothing of the page.
 * @param {SVGSVGElement} overlay
 * @param {Theme} theme
 * @param {[number, number]} size
 */
function inOneFile(overlay, theme, [width, height]) {
  const copy = /** @type {SVGSVGElement} */ (overlay.cloneNode(true));
  const given = { xmlns: "http://www.w3.org/2000/svg", width, height, viewBox: `0 0 ${width} ${height}` };
  for (const [name, value] of Object.entries(given)) copy.setAttribute(name, String(value));
  copy.style.fontFamily = theme.font || "sans-serif";
  const words = copy.querySelectorAll("text[data-word]");
  overlay.querySelectorAll("text[data-word]").forEach((word, i) => {
    // an image has no fonts of the page: another one must not make a word longer than its place
    words[i].setAttribute("textLength", String(/** @type {SVGTextElement} */ (word).getComputedTextLength()));
    words[i].setAttribute("lengthAdjust", "spacingAndGlyphs");
  });
  return `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
}

/** @param {string} text of HTML, with nothing but "&amp;", "&lt;" and "&gt;" to mark */
const unescaped = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
