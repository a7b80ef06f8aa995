// Plotly comes once for all views, from wherever it is; where it does not come, the next one to ask tries again.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Explained } from "../failure.js";

/** @typedef {Record<string, any>} Fake */

class FakeLink {
  href = "https://example.org/under/plotly/0123456789abcdef/plotly.min.js";
}

/** @type {Fake[]} what has been put into the document */
let scripts = [];
/** @type {FakeLink | null} */
let link = null;
/** @type {Fake} */
const page = {};

Object.assign(globalThis, {
  window: page,
  HTMLLinkElement: FakeLink,
  document: {
    baseURI: "https://example.org/under/?f=x",
    createElement: () => ({ remove: () => {} }),
    getElementById: () => link,
    head: { append: (/** @type {Fake} */ script) => scripts.push(script) },
  },
});

let copies = 0;
/** @type {typeof import("../plotly_loading.js")} */
let loading;
beforeEach(async () => {
  scripts = [];
  link = null;
  delete page.Plotly;
  loading = await import(`../plotly_loading.js?${++copies}`); // each test has one that has loaded nothing
});

/** @param {Fake} script */
function arrive(script) {
  page.Plotly = { PlotSchema: {} };
  script.onload();
}

test("it comes from where the document says, once for all who ask", async () => {
  link = new FakeLink();
  const [one, other] = [loading.loadPlotly(), loading.loadPlotly()];
  assert.deepEqual(
    scripts.map(({ src }) => src),
    [link.href],
  );
  arrive(scripts[0]);
  assert.equal(await one, page.Plotly);
  assert.equal(await other, page.Plotly);
});

test("in a document of Streamlit's own it comes from below the page", async () => {
  const asked = loading.loadPlotly();
  assert.equal(scripts[0].src, "https://example.org/under/plotly/plotly.min.js");
  arrive(scripts[0]);
  await asked;
});

test("one that is there already is taken", async () => {
  page.Plotly = {};
  assert.equal(await loading.loadPlotly(), page.Plotly);
  assert.equal(scripts.length, 0);
});

test("where it does not come a sentence says so, and the next one to ask tries again", async () => {
  const failed = loading.loadPlotly();
  scripts[0].onerror();
  await assert.rejects(failed, Explained);
  const asked = loading.loadPlotly();
  scripts[1].onload(); // a script that brought nothing
  await assert.rejects(asked, Explained);
  const again = loading.loadPlotly();
  arrive(scripts[2]);
  assert.equal(await again, page.Plotly);
});

test("its text is run where that is given in place of an address", async () => {
  loading.takePlotlyFrom(async () => "the library");
  const asked = loading.loadPlotly();
  page.Plotly = { PlotSchema: {} };
  assert.equal(await asked, page.Plotly);
  assert.deepEqual(
    scripts.map(({ src, textContent }) => [src, textContent]),
    [[undefined, "the library"]],
  );
});

test("a text that does not come is a failure too", async () => {
  loading.takePlotlyFrom(() => Promise.reject(new Error("no text")));
  await assert.rejects(loading.loadPlotly(), Explained);
});
