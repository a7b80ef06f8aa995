// Where the panels of a view stand: their columns, and what is written around each picture.

import { offerViews, reframes } from "./camera.js";
import { element } from "./dom.js";
import { eachPanel } from "./failure.js";
import { createPanel, describePanel, forgetSizes } from "./panels.js";
import { liveCamera, recoverLostContext } from "./plotly.js";
import { placeTabs, writeWords } from "./tabs.js";

/** @import {View, ViewData} from "./types.js" */

/**
 * Put the panels into their columns, and write what stands around them.
 * @param {View} view
 * @param {ViewData} data
 */
export function arrange(view, { columns, pictures, words, fixed = false }) {
  const wanted = JSON.stringify([columns, !words, words === null]);
  if (view.arranged !== wanted) {
    removeOthers(view, new Set(columns.flatMap((column) => column.panels)));
    const columnOf = (/** @type {string[]} */ names) => {
      const column = element("div", "gradviz-column");
      column.append(...names.map((name) => panelOf(view, name).figure));
      column.toggleAttribute(
        "data-now",
        names.some((name) => name.startsWith("now-")),
      );
      return column;
    };
    view.columns.replaceChildren(...columns.map(({ panels }) => columnOf(panels)));
    const shares = columns.map(({ share = 1 }) => `minmax(0, ${share}fr)`);
    view.columns.style.gridTemplateColumns = shares.join(" ");
    if (words !== null) placeTabs(view.tabs, view.columns, words);
    view.arranged = wanted;
    forgetSizes(view);
  }
  writeWords(view.tabs, words ?? "");
  eachPanel(view, (panel) => {
    const picture = pictures[panel.name];
    describePanel(panel, picture, fixed);
    const views = picture.views ?? [];
    offerViews(view, panel, fixed ? views.filter(({ name }) => !reframes(name)) : views);
  });
}

/**
 * @param {View} view
 * @param {Set<string>} shown
 */
function removeOthers(view, shown) {
  for (const [name, panel] of view.panels) {
    if (shown.has(name)) continue;
    view.camera = liveCamera(panel.plot) ?? view.camera;
    window.Plotly?.purge(panel.plot);
    panel.figure.remove();
    view.panels.delete(name);
  }
}

/**
 * @param {View} view
 * @param {string} name
 */
function panelOf(view, name) {
  let panel = view.panels.get(name);
  if (!panel) {
    panel = createPanel(name);
    recoverLostContext(panel.plot);
    view.attach(view, panel);
    view.panels.set(name, panel);
  }
  return panel;
}
