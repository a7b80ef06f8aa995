// The elements of a view and of its panels, and what stands around the pictures: titles, captions, the
// handle.

import { element, shape, sized } from "./dom.js";
import { inUnits } from "./enlarge.js";
import { axesOf, hasScene } from "./plotly.js";

/** @import {Panel, Picture, View} from "./types.js" */
/** @import {Axis} from "./plotly.js" */

/**
 * A picture's place on the page, not yet attached to it.
 * @param {string} name
 * @returns {Panel}
 */
export function createPanel(name) {
  const figure = element("figure", "gradviz-panel");
  figure.dataset.panel = name;
  const about = createAbout(figure);
  const area = element("div", "gradviz-plot-area", figure);
  /** @type {Panel} */
  const panel = {
    name,
    figure,
    ...about,
    area,
    plot: element("div", "gradviz-plot", area),
    picture: element("div", "gradviz-picture", area), // an image to a screen reader, beside Plotly's buttons
    keys: element("div", "gradviz-focus", area),
    handle: element("div", "gradviz-handle", area),
    problem: element("div", "gradviz-problem", area),
    views: element("div", "gradviz-views", figure),
    caption: element("figcaption", "", figure),
    overlay: null,
    unit: 1,
    size: null,
    heights: "",
    offered: "",
    config: null,
    key: null,
    plotted: null,
    shown: false,
    failed: false,
    displaced: false,
    window: null,
    painted: null,
    point: null,
    marker: null,
    curve: null,
    home: null,
    lens: null,
    movable: [],
    dots: [],
    words: [],
    labels: [],
    labelsDrawn: "",
    titles: [],
    room: null,
  };
  sized(panel.plot, () => sizeOf(panel)); // with every drawing Plotly asks whether it has any
  panel.picture.setAttribute("role", "img");
  panel.keys.hidden = true;
  panel.keys.tabIndex = 0;
  panel.keys.setAttribute("role", "application");
  panel.handle.hidden = true;
  panel.handle.tabIndex = 0;
  panel.handle.setAttribute("role", "application");
  panel.handle.setAttribute("aria-label", "The point. Move it with the arrow keys.");
  panel.problem.setAttribute("role", "status");
  panel.views.setAttribute("role", "group");
  panel.views.setAttribute("aria-label", "Look at the surface");
  return panel;
}

let explanations = 0; // so far, for their ids

/**
 * The title, and a button behind it that opens what the picture is.
 * @param {HTMLElement} figure
 */
function createAbout(figure) {
  const head = element("div", "gradviz-title", figure);
  const title = element("h2", "", head);
  const aboutButton = element("button", "gradviz-ask", head, "?");
  const about = element("p", "gradviz-about", figure);
  explanations += 1;
  about.id = `gradviz-about-${explanations}`;
  aboutButton.type = "button";
  aboutButton.setAttribute("aria-controls", about.id);
  /** @param {boolean} opened */
  const open = (opened) => {
    about.hidden = !opened;
    figure.toggleAttribute("data-opened", opened);
    aboutButton.setAttribute("aria-expanded", String(opened));
  };
  open(false);
  aboutButton.addEventListener("click", () => open(about.hidden === true));
  aboutButton.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") open(false);
  });
  return { head, title, aboutButton, about };
}

/**
 * Write what stands around a picture, and reserve its height.
 * @param {Panel} panel
 * @param {Picture} picture
 * @param {boolean} fixed whether its point and its window stay where they are
 */
export function describePanel(panel, picture, fixed) {
  const { title = "", about = "", reading = "", caption = "", height, narrow = height } = picture;
  // a line above or below the picture comes or goes, and takes its room from it
  if (!panel.caption.textContent !== !caption || panel.head.hidden === Boolean(title || about || reading))
    panel.size = null;
  panel.head.hidden = !(title || about || reading);
  writeTitle(panel.title, title);
  panel.aboutButton.hidden = !(about || reading);
  const question = reading ? "How to read this" : "What is this?";
  panel.aboutButton.setAttribute("aria-label", `${question} ${title}`.trim());
  // beside the views there is no room for the words
  panel.aboutButton.textContent = reading && !picture.views?.length ? question : "?";
  const { keys, help } = handsOn(picture, fixed);
  panel.about.textContent = [about, reading, about && help].filter(Boolean).join("\n");
  panel.figure.classList.toggle("gradviz-read", Boolean(reading));
  panel.figure.classList.toggle("gradviz-titled", !panel.head.hidden); // its buttons stand in that line
  panel.caption.textContent = caption;
  panel.picture.setAttribute("aria-label", picture.alternative ?? "");
  panel.keys.hidden = !keys;
  if (keys) panel.keys.setAttribute("aria-label", keys);
  const heights = `--height: ${height}px; --narrow: ${narrow}px`;
  if (panel.heights !== heights) {
    panel.heights = heights;
    panel.area.style.cssText = heights;
    panel.size = null;
  }
  panel.area.classList.toggle("gradviz-solid", Boolean(picture.figure.layout?.scene));
  panel.area.classList.toggle("gradviz-picks", Boolean(picture.pick?.length) && !fixed);
  panel.handle.inert = fixed;
  panel.area.classList.toggle("gradviz-steps", Boolean(picture.steps));
}

/**
 * A title; what stands behind its colon goes where there is no room for it.
 * @param {HTMLElement} place
 * @param {string} title
 */
function writeTitle(place, title) {
  if (place.textContent === title) return;
  const [name, ...rest] = title.split(/(?=:)/);
  place.textContent = name;
  if (rest.length) element("span", "gradviz-rest", place, rest.join(""));
}

const ZOOM = "plus and minus make the window narrower and wider";
/** What the keys do on a picture itself, for a screen reader; and what hands and keys do, for its help. */
const SOLID = {
  keys: `The surface. The arrow keys turn it, Home turns it back, ${ZOOM}.`,
  help:
    "A drag turns it, a press moves the point; a finger turns it sideways, up and down it scrolls the page. Once " +
    `it has been pressed the wheel or two fingers change the window. By keys: Tab leads to it, the arrow keys turn it, Home turns it back, ${ZOOM}.`,
};
const MAP = {
  keys: `The map. The arrow keys move its window, ${ZOOM}.`,
  help:
    "A press or a drag of the ball moves the point, a drag beside it the window: a finger does so sideways, up and " +
    "down it scrolls the page. Once it has been pressed the wheel or two fingers change the window. " +
    `By keys: Tab leads to it, the arrow keys move the window, ${ZOOM}.`,
};

const TURNED = {
  keys: "The surface. The arrow keys turn it, Home turns it back.",
  help: "A drag turns it. By keys: Tab leads to it, the arrow keys turn it, Home turns it back.",
};

/**
 * @param {Picture} picture
 * @param {boolean} fixed
 */
function handsOn({ figure, pick }, fixed) {
  if (pick?.length !== 2) return { keys: "", help: "" };
  if (fixed) return figure.layout?.scene ? TURNED : { keys: "", help: "" };
  return figure.layout?.scene ? SOLID : MAP;
}

/**
 * How large a picture is, [width, height] in px: measured once, and not amid every change.
 * @param {Panel} panel
 * @returns {[number, number]}
 */
export function sizeOf(panel) {
  panel.size ??= [panel.area.clientWidth, panel.area.clientHeight];
  return panel.size;
}

/**
 * How large a picture is in units of its overlay.
 * @param {Panel} panel
 * @returns {[number, number]}
 */
export function overlaySize(panel) {
  const [width, height] = sizeOf(panel);
  return [width / panel.unit, height / panel.unit];
}

/**
 * The axes of a flat picture in units of its overlay; null where none is drawn.
 * @param {Panel} panel
 */
export function overlayAxes({ plot, unit }) {
  const [x, y] = axesOf(plot) ?? [];
  return x && y ? /** @type {[Axis, Axis]} */ ([inUnits(x, unit), inUnits(y, unit)]) : null;
}

/**
 * Measure all pictures again when their sizes are next needed.
 * @param {View} view
 */
export function forgetSizes(view) {
  for (const panel of view.panels.values()) panel.size = null;
}

/**
 * A layer of the overlay, drawn in its units: "annotations" lies under "labels", and "moving" over them.
 * @param {Panel} panel
 * @param {"annotations" | "labels" | "moving"} name
 * @returns {Element}
 */
export function layerOf(panel, name) {
  if (!panel.overlay) {
    panel.overlay = shape("svg", { class: "gradviz-overlay", "aria-hidden": "true" }, panel.area);
    for (const layer of ["annotations", "labels", "moving"]) shape("g", { class: layer }, panel.overlay);
  }
  const layer = /** @type {Element} */ (panel.overlay.querySelector(`:scope > .${name}`));
  const scale = panel.unit === 1 ? "" : `scale(${panel.unit})`;
  if ((layer.getAttribute("transform") ?? "") !== scale) layer.setAttribute("transform", scale);
  return layer;
}

/**
 * Put the handle of a flat picture where the point is.
 * @param {Panel} panel
 */
export function placeHandle(panel) {
  if (hasScene(panel.plot)) return; // drawn with the stage
  const axes = axesOf(panel.plot);
  const { point, handle } = panel;
  handle.hidden = !(point && axes);
  if (!point || !axes) return;
  const [x, y] = axes;
  handle.style.transform = `translate(${x.toPixel(point.x)}px, ${y.toPixel(point.y)}px)`;
}
