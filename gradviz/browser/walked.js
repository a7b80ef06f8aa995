// While somebody walks through the computation graph, each picture shows the part of the gradient that
// back-propagation has collected so far: a flat one in a trace of its own, the scene in its overlay.

import { meetingPlace } from "./events.js";
import { eachPanel } from "./failure.js";
import { restyle } from "./plotly.js";

/** @import {Panel, View} from "./types.js" */

/** @type {WeakMap<EventTarget, number[] | null>} */
const collected = new WeakMap(); // by where the walk and its pictures meet: along the drawn axes

/**
 * The part that is collected now; null while nobody walks.
 * @param {View} view
 */
export const collectedPart = ({ root }) => collected.get(meetingPlace(root)) ?? null;

/**
 * Draw the collected part of the gradient in a panel that has a trace for it.
 * @param {View} view
 * @param {Panel} panel
 */
export function drawCollected(view, panel) {
  const partial = collectedPart(view);
  if (partial) moveTrace(panel, partial);
}

/**
 * Show another part in all panels of a view; none when the walk is over.
 * @param {View} view
 * @param {number[] | null} partial
 */
export function showCollected(view, partial) {
  collected.set(meetingPlace(view.root), partial);
  eachPanel(view, (panel) => {
    if (panel.key) moveTrace(panel, partial);
  });
}

/**
 * @param {Panel} panel
 * @param {number[] | null} partial
 */
function moveTrace({ plot, painted }, partial) {
  const place = painted?.data.findIndex(({ meta }) => meta?.role === "collected") ?? -1;
  const meta = painted?.data[place]?.meta;
  if (!meta) return;
  /** @type {Record<string, unknown>} */
  const change = { visible: Boolean(partial?.some((part) => part !== 0)) };
  const { at, reach, from } = meta;
  if (change.visible && partial && at && reach) {
    change.y = [reach.map((x) => at[1] + partial[0] * (x - at[0]))];
  } else if (change.visible && partial && from) {
    from.forEach((start, k) => {
      const end = start + partial.reduce((sum, part, i) => sum + part * meta.unit[i][k], 0);
      change["xyz"[k]] = [[start, end]];
    });
  }
  restyle(plot, change, [place]);
}
