// Builds plotly.min.js, and LICENSES.txt of all that is in it, into the folder that is named.
//   node bundle/build.mjs FOLDER
// Its first line says what it was made from, and what follows: tests/test_plotly_bundle.py compares both.

import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const SOURCES = ["build.mjs", "package-lock.json", "package.json", "plotly.cjs"];
const folder = process.argv[2];

/** @param {...(string | Buffer)} parts */
const hash = (...parts) => parts.reduce((sum, part) => sum.update(part), createHash("sha256")).digest("hex");

const { metafile, outputFiles } = await build({
  absWorkingDir: HERE,
  entryPoints: ["plotly.cjs"],
  bundle: true,
  minify: true,
  write: false,
  metafile: true,
  format: "iife",
  globalName: "Plotly",
  target: "es2020",
  define: { global: "window", "define.amd": "false" },
  loader: { ".css": "empty" }, // that of maps, which are not in it
  legalComments: "none", // they stand in LICENSES.txt
  outfile: "plotly.min.js",
});
const [{ text }] = outputFiles.filter(({ path }) => path.endsWith(".js"));

/** @type {Map<string, string>} the folder of each package by its name and version */
const packages = new Map();
for (const [input, { bytesInOutput }] of Object.entries(metafile.outputs["plotly.min.js"].inputs)) {
  if (!bytesInOutput) continue;
  const inside = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
  if (!inside) continue;
  const { name, version } = JSON.parse(readFileSync(join(HERE, inside[1], "package.json"), "utf8"));
  packages.set(`${name} ${version}`, inside[1]);
}

/** @param {string} home of a package */
function licenceOf(home) {
  const file = readdirSync(join(HERE, home)).find((name) => /^licen[cs]e/i.test(name));
  if (file) return readFileSync(join(HERE, home, file), "utf8");
  const { license, licenses } = JSON.parse(readFileSync(join(HERE, home, "package.json"), "utf8"));
  return `License: ${license ?? licenses?.[0]?.type ?? "not stated"}`;
}

// Plotly carries packages of stackgl in one file, whose comments alone tell whose they are.
const carried = readFileSync(join(HERE, "node_modules/plotly.js/stackgl_modules/index.js"), "utf8");
const comments = carried.match(/\/\*[\s\S]*?\*\/|(?:^[ \t]*\/\/.*\n)+/gm) ?? [];
const legal = comments.filter((comment) => /licen[cs]ed? |@license|copyright/i.test(comment));

const chapters = [
  ...[...packages].sort().map(([name, home]) => [name, licenceOf(home)]),
  ["what plotly.js carries in stackgl_modules, besides", [...new Set(legal)].join("\n\n")],
].map(([name, words]) => `=== ${name}\n\n${words.replace(/\r\n/g, "\n").trim()}\n`);

const { version } = JSON.parse(readFileSync(join(HERE, "node_modules/plotly.js/package.json"), "utf8"));
const made = hash(...SOURCES.map((name) => readFileSync(join(HERE, name))));
const head = `/*! plotly.js v${version}, in part; licences in LICENSES.txt; bundle ${made}; text ${hash(text)} */\n`;
writeFileSync(join(folder, "plotly.min.js"), head + text);
writeFileSync(join(folder, "LICENSES.txt"), chapters.join("\n\n"));
console.log(`${head.length + text.length} bytes`);
