// What a key of the row of signs does to a text: where it writes and where the caret goes. No DOM.

/**
 * A text with its caret, or with what is selected.
 * @typedef {object} Selected
 * @property {string} value
 * @property {number} start
 * @property {number} end
 */

/**
 * @typedef {object} Insertion
 * @property {string} text in place of what is selected; "" where the caret only moves
 * @property {number} caret its place afterwards
 */

/**
 * Write `before` and `after` around what is selected, the caret between them. A closing bracket that is at
 * the caret already is stepped over.
 * @param {Selected} selected
 * @param {string} before
 * @param {string} after
 * @returns {Insertion}
 */
export function insertion({ value, start, end }, before, after) {
  if (before === ")" && start === end && value[start] === ")") return { text: "", caret: start + 1 };
  return { text: before + value.slice(start, end) + after, caret: start + before.length + (end - start) };
}
