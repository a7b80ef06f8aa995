// While somebody walks through the computation graph, each picture shows the part of the gradient that
// back-propagation has collected so far: a flat one in a trace of its own, the scene in its overlay.

import { meetingPlace } from "./events.js";
import { eachPanel } from "./failure.js";
import { restyle } from "./plotly.js";

/** @import {Panel, View, WalkEvent} from "./types.js" */

/** @type {WeakMap<EventTarget, WalkEvent>} */
const collected = new WeakMap(); // by where the walk and its pictures meet: along the drawn axes

const BESIDE = "walk-"; // begins the names of the pictures beside a walk

/**
 * The part that is collected now, in the pictures of the stage or in one beside the walk; null while nobody walks.
 * @param {View} view
 * @param {string} name of the panel
 */
export function collectedPart({ root }, name) {
  const { partial, aside } = collected.get(meetingPlace(root)) ?? { partial: null, aside: false };
  return aside && !name.startsWith(BESIDE) ? null : partial;
}

/**
 * Draw the collected part of the gradient in a panel that has a trace for it.
 * @param {View} view
 * @param {Panel} panel
 */
export function drawCollected(view, panel) {
  const partial = collectedPart(view, panel.name);
  if (partial) moveTrace(panel, partial);
}

/**
 * Show another part in the panels of a view; none when the walk is over.
 * @param {View} view
 * @param {WalkEvent} event
 */
export function showCollected(view, event) {
  collected.set(meetingPlace(view.root), event);
  eachPanel(view, (panel) => {
    if (panel.key) moveTrace(panel, collectedPart(view, panel.name));
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
