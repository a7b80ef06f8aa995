// A picture that fails: what it shows, and how it comes back.

export const FAILED =
  "This picture could not be drawn. The next change tries again; Reset leads back to the lesson’s example.";
export const NO_WEBGL =
  "3D needs WebGL, which this browser does not offer here. The map shows the same from above.";
export const NO_LIBRARY = "The drawing library could not be loaded. Reload the page to try again.";

/** An error whose cause a visitor should read. */
export class Explained extends Error {
  constructor(sentence) {
    super(sentence);
    this.name = "Explained";
  }
}

/** What Plotly has drawn in the panel does not stand any more: the next state draws it from nothing. */
export function renew(panel) {
  panel.key = null;
  panel.drawn = null;
  panel.displaced = false;
}

/** A sentence in place of the picture that stood there, which would be taken for the present state. */
export function failPanel(panel, problem) {
  console.warn("gradviz:", panel.name, problem);
  panel.problem.textContent = problem instanceof Explained ? problem.message : FAILED;
  panel.area.classList.add("gradviz-failed");
  panel.handle.hidden = true;
  panel.failed = true;
  renew(panel);
  Object.assign(panel, {
    painted: null,
    point: null,
    curve: null,
    movable: [],
    dots: [],
    words: [],
    titles: [],
    room: null,
  });
  try {
    window.Plotly?.purge(panel.plot);
  } catch (remains) {
    console.warn("gradviz:", panel.name, remains);
    panel.plot.replaceChildren();
  }
}

export function recoverPanel(panel) {
  panel.problem.textContent = "";
  panel.area.classList.remove("gradviz-failed");
}

/** Does ``work`` for each panel of a view. One that fails leaves the others as they are. */
export function eachPanel(state, work) {
  for (const panel of state.panels.values()) {
    try {
      work(panel);
    } catch (problem) {
      failPanel(panel, problem);
    }
  }
}
