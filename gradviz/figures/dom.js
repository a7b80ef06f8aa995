// Elements of the page and of its SVG; new ones are appended to their parent at once where one is given.

export function element(tag, className, parent, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  parent?.append(made);
  return made;
}

const SVG = "http://www.w3.org/2000/svg";
export function shape(tag, attributes, parent, text) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  if (text) made.textContent = text;
  parent?.append(made);
  return made;
}

// The rules of a component, once for all that stand of it; a new version of the modules may bring others.
export function styled(id, rules) {
  const style = document.getElementById(id) ?? element("style", "", document.head);
  style.id = id;
  if (style.textContent !== rules) style.textContent = rules;
}

// An element that tells its size [width, height] from what is known. Asked for it amid changes, a browser first has to lay
// out the page.
export function sized(element, size) {
  for (const [i, side] of ["clientWidth", "clientHeight"].entries()) Object.defineProperty(element, side, { get: () => size()[i] });
}
