// Saving a picture as PNG: as it stands on the page, four times as sharp, with a title that says what it is and
// the legend that the page has in its cards.

import { enlarged } from "./enlarge.js";
import { fontRules, inOneFile, loaded, unescaped } from "./images.js";
import { currentTheme, paint } from "./paint.js";
import { inFile } from "./orthographic.js";
import { axesOf, liveCamera, plotly, projectionOf } from "./plotly.js";
import { drawLegend, layLegend, named } from "./saved_legend.js";

/** @import {Figure, Panel, View} from "./types.js" */

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
  if (overlay) {
    const address = inOneFile([overlay], theme, [width, height], await fontRules(font));
    pen.drawImage(await loaded(address), 0, ABOVE, width, height);
  }
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
