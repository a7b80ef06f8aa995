// Formulas in LaTeX, typeset by the plugin rehype-katex that Streamlit has loaded for its own.

/**
 * A node of a tree of HTML, as rehype and its plugins exchange them: https://github.com/syntax-tree/hast
 * @typedef {object} TreeNode
 * @property {string} type
 * @property {string} [value] of a text
 * @property {string} [tagName] of an element
 * @property {Record<string, unknown>} [properties]
 * @property {TreeNode[]} [children]
 */
/** @typedef {(tree: TreeNode, file: {message: () => void}) => void} Transformer changes the tree in place */

/** @type {Record<string, string>} */
const NAMESPACES = { svg: "http://www.w3.org/2000/svg", math: "http://www.w3.org/1998/Math/MathML" };
const HTML = "http://www.w3.org/1999/xhtml";

/** @type {Map<string, Promise<Transformer>>} */
const plugins = new Map(); // by address

/**
 * @param {string} address of the plugin
 * @returns {Promise<Transformer>}
 */
function load(address) {
  const known = plugins.get(address);
  if (known) return known;
  const loaded = import(new URL(address, document.baseURI).href).then((plugin) => plugin.default());
  plugins.set(address, loaded);
  return loaded;
}

/**
 * The formula as elements; rejects where the plugin at `address` cannot do it.
 * @param {string} latex
 * @param {string} address
 * @returns {Promise<Node[]>}
 */
export async function typeset(latex, address) {
  const transform = await load(address);
  const formula = {
    type: "element",
    tagName: "span",
    properties: { className: ["math-display"] },
    children: [{ type: "text", value: latex }],
  };
  const tree = { type: "root", children: [formula] };
  transform(tree, { message() {} });
  if (tree.children[0] === formula) throw new Error("rehype-katex has left the formula as it was.");
  return tree.children.map((node) => created(node, HTML));
}

/**
 * @param {TreeNode} node
 * @param {string} around the namespace of its parent
 * @returns {Node}
 */
function created({ type, value = "", tagName = "span", properties = {}, children = [] }, around) {
  if (type !== "element") return document.createTextNode(type === "text" ? value : "");
  const namespace = NAMESPACES[tagName] ?? around;
  const made = document.createElementNS(namespace, tagName);
  for (const [name, held] of Object.entries(properties)) {
    made.setAttribute(attribute(name), Array.isArray(held) ? held.join(" ") : String(held));
  }
  made.append(...children.map((child) => created(child, namespace)));
  return made;
}

/**
 * The attribute of a property: className is class, ariaHidden aria-hidden; SVG's keep their capitals.
 * @param {string} name
 */
function attribute(name) {
  if (name === "className") return "class";
  return name.startsWith("aria") ? `aria-${name.slice(4).toLowerCase()}` : name;
}
