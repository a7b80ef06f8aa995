import assert from "node:assert/strict";
import { test } from "node:test";

import { isDark } from "../theme.js";

/**
 * An element of which only its attributes are asked.
 * @param {Record<string, string>} attributes
 */
const place = (attributes) => ({
  getAttribute: (/** @type {string} */ name) => attributes[name] ?? null,
  classList: { contains: (/** @type {string} */ name) => (attributes.class ?? "").split(" ").includes(name) },
});

/** @type {[string, Record<string, string>, Record<string, string>, boolean, boolean][]} */
const CASES = [
  ["nothing is said, and the browser is light", {}, {}, false, false],
  ["nothing is said, and the browser is dark", {}, {}, true, true],
  ["JupyterLab is light", { "data-jp-theme-light": "true" }, {}, true, false],
  ["JupyterLab is dark", { "data-jp-theme-light": "false" }, {}, false, true],
  ["VS Code is light", { "data-vscode-theme-kind": "vscode-light" }, {}, true, false],
  [
    "VS Code is light, in high contrast",
    { "data-vscode-theme-kind": "vscode-high-contrast-light" },
    {},
    true,
    false,
  ],
  [
    "VS Code is dark, in high contrast",
    { "data-vscode-theme-kind": "vscode-high-contrast" },
    {},
    false,
    true,
  ],
  ["Colab is dark", {}, { theme: "dark" }, false, true],
  ["marimo is dark", {}, { class: "wide dark" }, false, true],
  ["marimo is light", { class: "light" }, {}, true, false],
];

for (const [name, body, root, preferred, dark] of CASES) {
  test(`${name}: ${dark ? "dark" : "light"}`, () => {
    const document = /** @type {any} */ ({ body: place(body), documentElement: place(root) });
    assert.equal(isDark(document, preferred), dark);
  });
}
