// SVG that stands on the page as an image that needs nothing of the page: its fonts are in it, and its style
// where it has that from style sheets.

/** @import {Theme} from "./types.js" */

/**
 * @param {string} address
 * @returns {Promise<HTMLImageElement>}
 */
export function loaded(address) {
  return new Promise((done, failed) => {
    const image = new Image();
    image.onload = () => done(image);
    image.onerror = () => failed(new Error("an image could not be read"));
    image.src = address;
  });
}

/**
 * SVGs that lie over each other, as the address of one image.
 * @param {SVGSVGElement[]} layers from below, as they stand on the page
 * @param {Theme} theme
 * @param {[number, number]} size
 * @param {string} [rules] of style, as fontRules gives them
 */
export function inOneFile(layers, theme, [width, height], rules = "") {
  const given = { xmlns: "http://www.w3.org/2000/svg", width, height, viewBox: `0 0 ${width} ${height}` };
  const inside = layers.map((layer) => {
    const copy = /** @type {SVGSVGElement} */ (layer.cloneNode(true));
    for (const [name, value] of Object.entries(given)) copy.setAttribute(name, String(value));
    copy.style.fontFamily = theme.font || "sans-serif";
    const words = copy.querySelectorAll("text[data-word]");
    layer.querySelectorAll("text[data-word]").forEach((word, i) => {
      if (rules) return; // Firefox paints the halo of a fitted word over its letters
      // without the fonts of the page: another one must not make a word longer than its place
      const long = /** @type {SVGTextElement} */ (word).getComputedTextLength();
      words[i].setAttribute("textLength", String(long));
      words[i].setAttribute("lengthAdjust", "spacingAndGlyphs");
    });
    return new XMLSerializer().serializeToString(copy);
  });
  const attributes = Object.entries(given).map(([name, value]) => `${name}="${value}"`);
  const text = `<svg ${attributes.join(" ")}><style>${rules}</style>${inside.join("")}</svg>`;
  return `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
}

/** @type {Map<string, Promise<string>>} */
const rulesOf = new Map(); // by the first family of a font

/**
 * The @font-face rules of a font of the page, with its files in them; "" for one that the page has not loaded.
 * @param {string} font as in a style sheet
 * @returns {Promise<string>}
 */
export function fontRules(font) {
  const family = font.split(",")[0].replaceAll(/["']/g, "").trim();
  const rules = rulesOf.get(family) ?? readRules(family);
  rulesOf.set(family, rules);
  return rules;
}

/** @param {string} family */
async function readRules(family) {
  const upright = facesOf(family).filter(
    ({ style }) => !style.getPropertyValue("font-style").includes("italic"),
  );
  const texts = upright.map(async ({ style, parentStyleSheet }) => {
    const [, path] = /url\(["']?([^"')]+)/.exec(style.getPropertyValue("src")) ?? [];
    if (!path) return "";
    const response = await fetch(new URL(path, parentStyleSheet?.href ?? document.baseURI));
    if (!response.ok) return "";
    const weight = style.getPropertyValue("font-weight") || "normal";
    const file = await asDataAddress(await response.blob());
    return `@font-face { font-family: "${family}"; font-weight: ${weight}; src: url(${file}); }`;
  });
  return (await Promise.all(texts)).join("");
}

/** @param {string} family */
function facesOf(family) {
  const own = [...document.styleSheets].filter(
    ({ href }) => !href || new URL(href).origin === location.origin, // others tell no rules
  );
  return own
    .flatMap((sheet) => [...sheet.cssRules])
    .filter((rule) => rule instanceof CSSFontFaceRule)
    .filter(({ style }) => style.getPropertyValue("font-family").replaceAll(/["']/g, "") === family);
}

/**
 * @param {Blob} blob
 * @returns {Promise<string>}
 */
function asDataAddress(blob) {
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(String(reader.result));
    reader.onerror = () => failed(reader.error);
    reader.readAsDataURL(blob);
  });
}

const STYLED = ["fill", "stroke", "stroke-width", "stroke-dasharray", "opacity", "visibility", "display"];
const LETTERED = ["font-family", "font-size", "font-weight", "text-anchor", "dominant-baseline"];

/**
 * A copy of an SVG that has in itself what style sheets of the page say about its shapes.
 * @param {SVGSVGElement} svg
 */
export function styledCopy(svg) {
  const copy = /** @type {SVGSVGElement} */ (svg.cloneNode(true));
  const copies = /** @type {NodeListOf<SVGElement>} */ (copy.querySelectorAll("*"));
  svg.querySelectorAll("*").forEach((part, i) => {
    const style = getComputedStyle(part);
    const names = part instanceof SVGTextContentElement ? [...STYLED, ...LETTERED] : STYLED;
    for (const name of names) copies[i].style.setProperty(name, style.getPropertyValue(name));
  });
  return copy;
}

/** @param {string} text of HTML, with nothing but "&amp;", "&lt;" and "&gt;" to mark */
export const unescaped = (text) =>
  text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
