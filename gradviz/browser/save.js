// Saving a picture as PNG: as turned, four times as sharp, with the legend that the page shows beside it and
// a title that says what it is.

import { colourOf, currentTheme, paint } from "./paint.js";
import { inFile } from "./orthographic.js";
import { liveCamera, plotly, projectionOf } from "./plotly.js";

/** @import {Figure, Panel, Picture, Theme, View} from "./types.js" */

const ABOVE = 44; // px of height for the title,
const BELOW = 66; // and for the legend
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
 * @param {View} view
 * @param {Panel} panel
 */
async function save(view, panel) {
  const picture = view.data?.pictures[panel.name];
  if (!picture) return;
  const theme = currentTheme(view.root);
  const filename = picture.file ?? `gradviz-${panel.name}`;
  if (panel.painted?.layout.scene && panel.overlay && projectionOf(panel.plot)) {
    await saveScene(view, panel, picture, theme, filename);
    return;
  }
  const { data, layout } = /** @type {Figure} */ (paint(picture.figure, theme.palette, view.named));
  const { clientWidth: width, clientHeight } = panel.area;
  const height = clientHeight + ABOVE + BELOW;
  if (layout.scene) {
    layout.scene.camera = liveCamera(panel.plot) ?? layout.scene.camera;
    Object.assign(layout.scene, inFile(layout.scene));
  }
  if (theme.font) layout.font.family = theme.font;
  layout.margin = { ...layout.margin, t: ABOVE, b: BELOW };
  if (picture.heading) {
    layout.title = {
      text: picture.heading,
      x: 0.5,
      y: 1,
      yanchor: "top",
      pad: { t: 12 },
      font: { size: 17 },
    };
  }
  Object.assign(layout, { width, height, showlegend: true, autosize: false });
  const options = { format: "png", scale: SHARPNESS, width, height, filename };
  await plotly().downloadImage({ data, layout, config: { staticPlot: true } }, options);
}

/**
 * A scene and what is drawn over it, title and legend, put together on a canvas.
 * @param {View} view
 * @param {Panel} panel
 * @param {Picture} picture
 * @param {Theme} theme
 * @param {string} filename
 */
async function saveScene(view, panel, picture, theme, filename) {
  const { painted, overlay, plot } = panel;
  if (!painted?.layout.scene || !overlay) return;
  const [width, height] = [panel.area.clientWidth, panel.area.clientHeight];
  const seen = { ...painted.layout.scene, camera: liveCamera(plot) ?? painted.layout.scene.camera };
  const layout = { ...painted.layout, scene: { ...seen, ...inFile(seen) }, width, height };
  const options = { format: "png", scale: SHARPNESS, width, height };
  const scene = await plotly().toImage({ data: painted.data, layout, config: { staticPlot: true } }, options);
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: SHARPNESS * width, height: SHARPNESS * (height + ABOVE + BELOW) });
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("no canvas");
  pen.scale(SHARPNESS, SHARPNESS);
  pen.fillStyle = theme.palette.paper;
  pen.fillRect(0, 0, width, height + ABOVE + BELOW);
  pen.drawImage(await loaded(scene), 0, ABOVE, width, height);
  pen.drawImage(await loaded(inOneFile(overlay, theme, [width, height])), 0, ABOVE, width, height);
  pen.fillStyle = theme.palette.ink;
  pen.textAlign = "center";
  pen.font = `17px ${theme.font || "sans-serif"}`;
  pen.fillText(unescaped(picture.heading ?? ""), width / 2, 28, width - 20);
  drawNames(pen, view, theme, [width, height + ABOVE]);
  const link = document.createElement("a");
  Object.assign(link, { href: canvas.toDataURL("image/png"), download: `${filename}.png` });
  link.click();
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
  return `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
}

/** @param {string} text of HTML, with nothing but "&amp;", "&lt;" and "&gt;" to mark */
const unescaped = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

/**
 * The methods' names with their colours, in rows under the picture.
 * @param {CanvasRenderingContext2D} pen
 * @param {View} view
 * @param {Theme} theme
 * @param {[number, number]} size up to where the picture reaches
 */
function drawNames(pen, { data }, { palette, font }, [width, top]) {
  pen.font = `14px ${font || "sans-serif"}`;
  pen.textAlign = "left";
  const entries = (data?.cards ?? [])
    .filter(({ shown }) => shown)
    .map(({ label, colour }) => ({
      label,
      colour: colourOf(colour, palette),
      wide: 44 + pen.measureText(label).width,
    }));
  /** @type {(typeof entries)[]} */
  const rows = [[]];
  for (const entry of entries) {
    const taken = rows[rows.length - 1].reduce((sum, { wide }) => sum + wide, 0);
    if (taken && taken + entry.wide > width) rows.push([]);
    rows[rows.length - 1].push(entry);
  }
  rows.forEach((row, i) => {
    let left = (width - row.reduce((sum, { wide }) => sum + wide, 0)) / 2;
    const y = top + 20 + (i * (BELOW - 20)) / rows.length;
    for (const { label, colour, wide } of row) {
      pen.fillStyle = colour;
      pen.fillRect(left, y - 7, 24, 5);
      pen.fillStyle = palette.ink;
      pen.fillText(label, left + 30, y);
      left += wide;
    }
  });
}
