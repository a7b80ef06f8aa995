// Texts that must fit into their place in a frame. No DOM.

const SMALLEST = 0.72; // of its size: what still is too long is cut off

/**
 * A text in one line: smaller where it is too long, and then cut off.
 * @param {string} text
 * @param {number} size px
 * @param {number} width px
 * @param {(text: string, size: number) => number} measured its width in px
 */
export function fitText(text, size, width, measured) {
  const long = measured(text, size);
  if (long <= width) return { text, size };
  const smaller = Math.max(SMALLEST * size, (size * width) / long);
  let shown = text;
  while (shown.length > 1 && measured(shown, smaller) > width + 0.5)
    shown = `${shown.slice(0, -2).trimEnd()}…`;
  return { text: shown, size: smaller };
}

/**
 * A text in lines, broken between words; the last line has all the rest.
 * @param {string} text
 * @param {number} width px
 * @param {number} most lines
 * @param {(text: string) => number} measured
 */
export function wrapText(text, width, most, measured) {
  /** @type {string[]} */
  const lines = [];
  for (const word of text.split(" ").filter(Boolean)) {
    const longer = lines.length ? `${lines[lines.length - 1]} ${word}` : word;
    if (lines.length && (lines.length === most || measured(longer) <= width))
      lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
