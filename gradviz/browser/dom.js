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
 * Put a component's style sheet into the document, once for all of its instances. A newer version of the
 * modules replaces it.
 * @param {string} id
 * @param {string} rules
 */
export function styled(id, rules) {
  const style = document.getElementById(id) ?? element("style", "", document.head);
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
