// Elements of the page and of its SVG.

/**
 * A new element, appended to ``parent`` where one is given.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} [className]
 * @param {Element | null} [parent]
 * @param {string} [text]
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, className, parent, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  parent?.append(made);
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

/**
 * A new element of an SVG, appended to ``parent`` where one is given.
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | number>} attributes
 * @param {Element | null} [parent]
 * @param {string} [text]
 * @returns {SVGElementTagNameMap[Tag]}
 */
export function shape(tag, attributes, parent, text) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  if (text) made.textContent = text;
  parent?.append(made);
  return made;
}

/**
 * A button that shows an icon and no word; what it does is its name, and stands beside it under the pointer.
 * @param {string} className
 * @param {Element | null} parent
 * @param {string} label
 * @param {{path: string, size: [number, number], width?: number}} icon a line, in a picture of that size in px
 */
export function iconButton(className, parent, label, { path, size: [width, height], width: line = 2 }) {
  const button = element("button", className, parent);
  Object.assign(button, { type: "button", title: label });
  button.setAttribute("aria-label", label);
  const box = { width, height, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" };
  const picture = shape("svg", box, button);
  const ends = { "stroke-linecap": "round", "stroke-linejoin": "round" };
  shape("path", { d: path, fill: "none", stroke: "currentColor", "stroke-width": line, ...ends }, picture);
  return button;
}

const SLIM = 0.42; // of the length of an arrow's head: how far it reaches to each side

/**
 * The path of an arrow's head, from the middle of its back to its tip; with a margin for a halo around it.
 * @param {number[]} back
 * @param {number[]} tip
 * @param {number} [margin]
 */
export function headPath(back, tip, margin = 0) {
  const length = Math.hypot(tip[0] - back[0], tip[1] - back[1]);
  const [ux, uy] = [(tip[0] - back[0]) / length, (tip[1] - back[1]) / length];
  const side = SLIM * length + margin;
  const [x, y] = [back[0] - margin * ux, back[1] - margin * uy];
  const corners = [
    [tip[0] + 2 * margin * ux, tip[1] + 2 * margin * uy],
    [x - side * uy, y + side * ux],
    [x + side * uy, y - side * ux],
  ];
  return `M${corners.join("L")}Z`;
}

/**
 * Put a component's style sheet into the document, or into the shadow tree that ``node`` is in, once for all of
 * its instances. A newer version of the modules replaces it.
 * @param {string} id
 * @param {string} rules
 * @param {Element} node
 */
export function styled(id, rules, node) {
  const root = node.getRootNode();
  const home = root instanceof ShadowRoot ? root : document;
  const style = home.getElementById(id) ?? element("style", "");
  if (!style.isConnected) (home instanceof ShadowRoot ? home : document.head).append(style);
  style.id = id;
  if (style.textContent !== rules) style.textContent = rules;
}

/**
 * Let ``element.clientWidth`` and ``clientHeight`` answer from a known size: read after a change they would
 * force a layout.
 * @param {HTMLElement} element
 * @param {() => [number, number]} size
 */
export function sized(element, size) {
  Object.defineProperty(element, "clientWidth", { get: () => size()[0] });
  Object.defineProperty(element, "clientHeight", { get: () => size()[1] });
}
