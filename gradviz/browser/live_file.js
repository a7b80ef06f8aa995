// A stage in a file of its own: what it shows, and the library that draws it, stand in the document, packed.

import { element } from "./dom.js";
import { mountStage } from "./live.js";
import { takePlotlyFrom } from "./plotly_loading.js";

/** @import {LiveData} from "./types.js" */

const TOO_OLD = "This browser is too old to open the stage: it needs one from 2023 or later.";

/**
 * The text that an element of the document holds, compressed by gzip and in base64.
 * @param {string} id
 */
async function unpacked(id) {
  const letters = atob(document.getElementById(id)?.textContent ?? "");
  const bytes = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
}

/**
 * Put the stage in its place, and take away what stood there for whoever cannot see it.
 * @param {string} place the id of the element that it is put into
 * @param {string} data the id of what holds its data
 * @param {string} plotly the id of what holds Plotly
 */
export async function openFile(place, data, plotly) {
  const root = document.getElementById(place);
  if (!root) return;
  if (!("DecompressionStream" in globalThis)) {
    element("p", "", root, TOO_OLD);
    return;
  }
  takePlotlyFrom(() => unpacked(plotly));
  const read = /** @type {LiveData} */ (JSON.parse(await unpacked(data)));
  root.replaceChildren();
  mountStage(root, read);
}
