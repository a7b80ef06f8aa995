// Brings Plotly onto the page, once for all views: from the page's own server, or from where it was told.

import { styled } from "./dom.js";
import { Explained, NO_LIBRARY } from "./failure.js";
import { plotlyRules, rememberArrays } from "./plotly.js";

/** @import {PlotlyApi} from "./types.js" */

/** @type {Promise<PlotlyApi> | null} */
let library = null;

/** @type {(() => Promise<string>) | null} */
let source = null;

/**
 * Take Plotly from its text, which ``given`` gets, and not from the page's own server.
 * @param {() => Promise<string>} given
 */
export function takePlotlyFrom(given) {
  source = given;
}

/**
 * Where the page's own server has Plotly: at the address that the document names, which a browser may keep; or,
 * where Streamlit serves its own document, at one that it asks for anew.
 */
function addressOfPlotly() {
  const link = document.getElementById("gradviz-library");
  // relative: survives a base path
  return link instanceof HTMLLinkElement ? link.href : new URL("plotly/plotly.min.js", document.baseURI).href;
}

/** Plotly, from the page's own server or from where it is to be taken: loaded once for all views. */
export function loadPlotly() {
  library ??= new Promise((resolve, reject) => {
    if (window.Plotly) return resolve(window.Plotly);
    const script = document.createElement("script");
    script.onload = () => {
      if (!window.Plotly) return script.onerror?.("");
      rememberArrays(window.Plotly.PlotSchema);
      resolve(window.Plotly);
    };
    script.onerror = () => {
      library = null; // the next change tries again
      script.remove();
      reject(new Explained(NO_LIBRARY));
    };
    if (source) {
      source().then((text) => {
        script.textContent = text; // run as soon as it stands in the document
        document.head.append(script);
        script.onload?.(new Event("load"));
      }, script.onerror);
      return;
    }
    script.src = addressOfPlotly();
    document.head.append(script);
  });
  return library;
}

/**
 * Give a shadow tree the rules that Plotly, once loaded, has put into the document, where they do not reach it.
 * @param {Element} node in the tree, if it is in one
 */
export function adoptRules(node) {
  if (node.getRootNode() instanceof ShadowRoot) styled("gradviz-plotly-style", plotlyRules(), node);
}
