// Saving a picture as PNG: as turned, four times as sharp, with the legend that the page shows beside it and
// a title that says what it is.

import { currentTheme, paint } from "./paint.js";
import { liveCamera, plotly } from "./plotly.js";

/** @import {Figure, Panel, View} from "./types.js" */

const LEGEND = 110; // px of height for legend and title
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
  const { data, layout } = /** @type {Figure} */ (paint(picture.figure, theme.palette, view.named));
  const { clientWidth: width, clientHeight } = panel.area;
  const height = clientHeight + LEGEND;
  if (layout.scene) layout.scene.camera = liveCamera(panel.plot) ?? layout.scene.camera;
  if (theme.font) layout.font.family = theme.font;
  layout.margin = { ...layout.margin, t: 44, b: 66 };
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
  const filename = picture.file ?? `gradviz-${panel.name}`;
  const options = { format: "png", scale: SHARPNESS, width, height, filename };
  await plotly().downloadImage({ data, layout, config: { staticPlot: true } }, options);
}
