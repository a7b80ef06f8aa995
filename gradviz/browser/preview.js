// Showing the pictures ahead of the server while ε or the point is dragged: in their overlays at once, and the
// curve, which Plotly draws, a few times a second.

import { eachPanel, failPanel, renew } from "./failure.js";
import { movedTraces } from "./moved.js";
import { drawOverlay } from "./overlay.js";
import { placeHandle } from "./panels.js";
import { restyle } from "./plotly.js";

/** @import {Panel, Preview, View} from "./types.js" */

const MOVE_EVERY = 60; // ms between two drawings of the curve

/**
 * Show the pictures at another step, or another point, than the server has answered for.
 * @param {View} view
 * @param {Partial<Preview>} change
 */
export function showPreview(view, change) {
  view.preview = { step: null, point: null, ...view.preview, ...change };
  const { point } = change;
  eachPanel(view, (panel) => {
    if (point && panel.point && !panel.curve) {
      panel.point = { x: point[0], y: point[1] };
      placeHandle(panel);
    }
    drawOverlay(view, panel);
  });
  schedulePreview(view);
}

/**
 * Go back to what the server has answered: whatever Plotly has drawn ahead of it is drawn anew with the next
 * drawing.
 * @param {View} view
 */
export function endPreview(view) {
  view.preview = null;
  for (const panel of view.panels.values()) if (panel.displaced) renew(panel);
}

/**
 * Leave what was still to be drawn ahead of the server: its answer is on the way.
 * @param {View} view
 */
export function cancelPreview(view) {
  if (view.previewTimer !== null) clearTimeout(view.previewTimer);
  view.previewTimer = null;
}

/**
 * Draw the curve as previewed, soon.
 * @param {View} view
 */
export function schedulePreview(view) {
  view.previewTimer ??= setTimeout(() => drawAhead(view), MOVE_EVERY);
}

/**
 * Draw the curve as previewed, now.
 * @param {View} view
 */
export async function drawAhead(view) {
  cancelPreview(view);
  for (const panel of view.panels.values()) {
    if (view.closed || !view.preview || view.scheduled) return;
    try {
      await drawPreview(view, panel, view.preview);
    } catch (problem) {
      failPanel(panel, problem);
    }
  }
}

/**
 * @param {View} view
 * @param {Panel} panel
 * @param {Preview} preview
 */
async function drawPreview(view, panel, preview) {
  const { values, places } = movedTraces(view, panel, preview);
  if (!places.length) return;
  panel.displaced = true;
  await restyle(panel.plot, values, places);
}
