// Printing: the pictures are drawn anew for paper, in the palette for it, dark on white with grey heights, and every
// method with a dash of its own. The event before it leaves no time to wait; Plotly needs none once a picture stands.
// The canvas of a scene is empty on paper: an image of it lies over it there.

import { drawCards } from "./cards.js";
import { configOf, finishPanel, keepWindow, paintFigure, scheduleDrawing, separateOverlay } from "./draw.js";
import { enlarged } from "./enlarge.js";
import { eachPanel, renew } from "./failure.js";
import { followFrames } from "./overlay.js";
import { paperTheme } from "./paint.js";
import { sizeOf } from "./panels.js";
import { imageOfScene, liveCamera, patchScene, plotly } from "./plotly.js";

/** @import {Panel, Picture, Theme, View} from "./types.js" */

const PAPER = 700; // px between the margins of a page, A4 or Letter
const NARROW = 480; // px
const GAP = 12;

/** @param {View} view */
export function drawForPaper(view) {
  keepWidth(view);
  const { data, theme: shown } = view;
  if (data && shown) {
    const theme = paperTheme(shown);
    view.theme = theme;
    drawCards(view, theme);
    eachPanel(view, (panel) => {
      if (panel.key) draw(view, panel, data.pictures[panel.name], theme);
    });
  }
  eachPanel(view, showOnPaper);
}

/** @param {View} view */
export function drawForScreen(view) {
  for (const panel of view.panels.values()) {
    panel.picture.style.backgroundImage = "";
    if (panel.key) renew(panel);
  }
  if (view.data) scheduleDrawing(view);
}

/**
 * What is drawn for the screen keeps its width on paper, and is made smaller. The pictures of a phone stand there in
 * rows of two: below each other they would be longer than a page.
 * @param {View} view
 */
function keepWidth({ root }) {
  const narrow = root.clientWidth < NARROW;
  root.toggleAttribute("data-narrow", narrow);
  const width = narrow ? 2 * root.clientWidth + GAP : root.clientWidth;
  root.style.setProperty("--gradviz-drawn-width", `${width}px`);
  root.style.setProperty("--gradviz-print-zoom", String(Math.min(1, PAPER / width)));
}

/**
 * @param {View} view
 * @param {Panel} panel that stands
 * @param {Picture} picture
 * @param {Theme} theme
 */
function draw(view, panel, picture, theme) {
  const figure = paintFigure(view, panel, picture, theme);
  const { layout } = figure;
  if (layout.scene) layout.scene.camera = liveCamera(panel.plot) ?? layout.scene.camera;
  keepWindow(panel, layout);
  separateOverlay(panel, picture, figure);
  Object.assign(panel, { painted: figure, titles: [] }); // with the titles of its axes, which it measures anew
  const whole = enlarged(figure, panel.unit);
  plotly().react(panel.plot, whole.data, whole.layout, configOf(view, panel, Boolean(layout.scene)));
  patchScene(panel.plot);
  followFrames(view, panel);
  finishPanel(view, panel, theme);
}

/**
 * Lay an image of the scene, as it is seen, over its canvas; with the size that the picture is drawn in.
 * @param {Panel} panel
 */
function showOnPaper(panel) {
  const { figure, plot, picture } = panel;
  const [width, height] = sizeOf(panel);
  figure.style.setProperty("--gradviz-drawn-width", `${width}px`);
  figure.style.setProperty("--gradviz-drawn-height", `${height}px`);
  const image = imageOfScene(plot);
  picture.style.backgroundImage = image && `url(${image})`;
}
