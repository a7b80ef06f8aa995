// A picture that fails: what it shows, and how it comes back.

export const FAILED =
  "This picture could not be drawn. The next change tries again; Reset leads back to the lesson’s example.";
export const NO_WEBGL =
  "3D needs WebGL, which this browser does not offer here. The map shows the same from above.";
export const NO_LIBRARY = "The drawing library could not be loaded. Reload the page to try again.";

/** @import {Panel, View} from "./types.js" */

/** An error whose cause a visitor should read. */
export class Explained extends Error {
  /** @param {string} sentence */
  constructor(sentence) {
    super(sentence);
    this.name = "Explained";
  }
}

/**
 * Have the panel drawn from nothing with the next state: what Plotly has drawn in it is not to be relied on.
 * @param {Panel} panel
 */
export function renew(panel) {
  panel.key = null;
  panel.plotted = null;
  panel.displaced = false;
}

/**
 * Show a sentence in place of the picture that stood there, which would be taken for the present state.
 * @param {Panel} panel
 * @param {unknown} problem
 */
export function failPanel(panel, problem) {
  console.warn("gradviz:", panel.name, problem);
  panel.problem.textContent = problem instanceof Explained ? problem.message : FAILED;
  panel.area.classList.add("gradviz-failed");
  panel.handle.hidden = true;
  panel.failed = true;
  renew(panel);
  Object.assign(panel, { painted: null, point: null, curve: null, room: null, window: null });
  Object.assign(panel, { movable: [], dots: [], words: [], titles: [] });
  try {
    window.Plotly?.purge(panel.plot);
  } catch (remains) {
    console.warn("gradviz:", panel.name, remains);
    panel.plot.replaceChildren();
  }
}

/**
 * Take the sentence away: the picture is drawn.
 * @param {Panel} panel
 */
export function recoverPanel(panel) {
  panel.problem.textContent = "";
  panel.area.classList.remove("gradviz-failed");
}

/**
 * Do ``work`` for each panel of a view. One that fails leaves the others as they are.
 * @param {View} view
 * @param {(panel: Panel) => void} work
 */
export function eachPanel(view, work) {
  for (const panel of view.panels.values()) {
    try {
      work(panel);
    } catch (problem) {
      failPanel(panel, problem);
    }
  }
}
