// Plotly, from the page's own server: loaded once for all views.

import { Explained, NO_LIBRARY } from "./failure.js";

let plotly = null;
export function loadPlotly() {
  plotly ??= new Promise((resolve, reject) => {
    if (window.Plotly) return resolve(window.Plotly);
    const script = document.createElement("script");
    script.src = new URL("plotly/plotly.min.js", document.baseURI).href; // relative: survives a base path
    script.onload = () => {
      lookOnce(window.Plotly.PlotSchema);
      resolve(window.Plotly);
    };
    script.onerror = () => {
      plotly = null; // the next change tries again
      script.remove();
      reject(new Explained(NO_LIBRARY));
    };
    document.head.append(script);
  });
  return plotly;
}

// At every drawing Plotly searches everything that a trace of its type could have for what is an array in this one: a
// millisecond for each. Two traces of a type with arrays in the same places need to be searched once.
function lookOnce(schema) {
  const search = schema.findArrayAttributes;
  const found = new Map();
  schema.findArrayAttributes = (trace) => {
    const key = [trace.type, ...arrayPlaces(trace)].join(" ");
    if (!found.has(key)) found.set(key, search(trace));
    return [...found.get(key)];
  };
}

// The paths of a trace's arrays; what Plotly keeps in it for itself begins with "_".
function arrayPlaces(value, path = "") {
  return Object.entries(value).flatMap(([name, item]) => {
    if (name.startsWith("_") || item === null || typeof item !== "object") return [];
    return Array.isArray(item) || ArrayBuffer.isView(item)
      ? [path + name]
      : arrayPlaces(item, `${path}${name}.`);
  });
}
