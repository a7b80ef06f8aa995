// The stage as a widget of a notebook, by anywidget: https://anywidget.dev. What is done on it is sent to Python;
// what Python shows then is in the model before its message that this is the answer.

import { element } from "./dom.js";
import { answered, mountStage, removeStage, showStage } from "./live.js";
import { takePlotlyFrom } from "./plotly_loading.js";

/** @import {LiveData} from "./types.js" */
/** @typedef {{kind: string, n?: number}} Message */
/** @typedef {(message: Message, buffers: DataView[]) => void} Listener */
/**
 * What anywidget gives of its model.
 * @typedef {object} Model
 * @property {(name: string) => any} get
 * @property {(content: object) => void} send
 * @property {(name: string, listener: Listener) => void} on
 * @property {(name: string, listener: Listener) => void} off
 */

const ANSWER = "msg:custom";

/**
 * @param {Model} model
 * @returns {LiveData}
 */
const dataOf = (model) => ({
  parts: model.get("parts"),
  view: model.get("view"),
  ...model.get("graph"),
  ...model.get("words"),
});

/**
 * Plotly's text, which Python has.
 * @param {Model} model
 * @returns {Promise<string>}
 */
function plotlyFrom(model) {
  return new Promise((done, failed) => {
    /** @type {Listener} */
    const take = ({ kind }, [packed]) => {
      if (kind !== "plotly") return;
      model.off(ANSWER, take);
      const bytes = /** @type {BlobPart} */ (packed);
      new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")))
        .text()
        .then(done, failed);
    };
    model.on(ANSWER, take);
    model.send({ kind: "plotly" });
  });
}

/**
 * @param {{model: Model, el: HTMLElement}} widget
 * @returns {() => void}
 */
function render({ model, el }) {
  takePlotlyFrom(() => plotlyFrom(model));
  const stage = mountStage(element("div", "", el), dataOf(model), (kind, { n, value }) =>
    model.send({ kind, n, value }),
  );
  /** @type {Listener} */
  const take = ({ kind, n }) => {
    if (kind !== "answer" || n === undefined) return;
    showStage(stage, dataOf(model));
    answered(stage, n);
  };
  model.on(ANSWER, take);
  return () => {
    model.off(ANSWER, take);
    removeStage(stage);
  };
}

export default { render };
