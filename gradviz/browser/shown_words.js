// What a picture with every method in it says of those that are shown, for a stage that nobody answers.

/** @import {Card, MethodPictures, Picture} from "./types.js" */
/** @typedef {Pick<Picture, "caption" | "reading" | "alternative">} Words */

// What errors.py says of all methods together.
const ZERO = "An error of 0 stands in the band at the bottom.";
const EACH = "The error of each method, for every ε.";
const NO_ERROR = "There is no error to draw.";
const BEFORE = "(?:[^:]+: |gradient arrows of )"; // a list of methods

/**
 * The words of a picture without those about the methods that are not shown.
 * @param {string} name of the picture
 * @param {Words} words of the picture with all methods
 * @param {MethodPictures} every
 * @param {Card[]} cards
 * @param {ReadonlySet<string>} shown
 * @returns {Words}
 */
export function wordsOf(name, words, every, cards, shown) {
  if (!shown.size && every.nothing[name]) return every.nothing[name];
  const named = namesIn(cards, shown);
  const exact = every.exact.some((method) => shown.has(method));
  const { caption: summary = "", reading = "", alternative = "" } = words;
  const left = sentencesOf(reading || summary)
    .map(named)
    .filter((sentence) => sentence && (exact || sentence !== ZERO));
  const most = every.lines[name];
  const whole = left.join(" ");
  let caption = summary; // that of the error plot is about the method that is explained
  if (!reading) caption = whole;
  else if (most) caption = firstOf(left, most);
  else if (summary === EACH && !every.judged.some((method) => shown.has(method))) caption = NO_ERROR;
  return {
    caption,
    reading: caption === whole ? "" : reading && whole,
    alternative: sentencesOf(alternative)
      .map((sentence) => named(sentence) || withNone(sentence))
      .join(" "),
  };
}

/** @param {string} text */
const sentencesOf = (text) => (text ? text.split(/(?<=\.) /) : []);

/**
 * The first sentences that fit into so many letters, one at least (summary_of in drawing.py).
 * @param {string[]} sentences
 * @param {number} most
 */
function firstOf(sentences, most) {
  let count = sentences.length;
  while (count > 1 && sentences.slice(0, count).join(" ").length > most) count -= 1;
  return sentences.slice(0, count).join(" ");
}

/**
 * Leaves out of a sentence that ends in a list of methods, maybe with their numbers, those that are not shown;
 * "" where none is left.
 * @param {Card[]} cards
 * @param {ReadonlySet<string>} shown
 * @returns {(sentence: string) => string}
 */
function namesIn(cards, shown) {
  const labels = cards.map(({ label }) => label).sort((a, b) => b.length - a.length);
  const label = labels.map((text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|");
  const item = `(?:${label})(?: \\([^)]*\\)| no value| (?!and )[^\\s,]+?)?`;
  const list = new RegExp(`^(.*?${BEFORE})(${item}(?:, ${item})*(?: and ${item})?)\\.$`, "u");
  const items = new RegExp(`(${label})(?: \\([^)]*\\)| no value| (?!and )[^\\s,]+)?`, "gu");
  const isShown = new Map(cards.map((card) => [card.label, shown.has(card.method)]));
  return (sentence) => {
    const found = list.exec(sentence);
    if (!found) return sentence;
    const left = [...found[2].matchAll(items)].filter(([, name]) => isShown.get(name)).map(([text]) => text);
    return left.length ? `${found[1]}${listed(left)}.` : "";
  };
}

/**
 * a, b and c.
 * @param {string[]} words
 */
const listed = (words) =>
  words.length > 1 ? `${words.slice(0, -1).join(", ")} and ${words.at(-1)}` : words.join("");

/**
 * A sentence that ends in a list of methods, with none in it.
 * @param {string} sentence
 */
function withNone(sentence) {
  if (sentence.includes("slopes: ")) return sentence.replace(/slopes: .*$/u, "slopes: none.");
  if (sentence.includes("arrows of ")) return sentence.replace(/arrows of .*$/u, "arrows of no method.");
  return sentence.replace(/^([^:]+): .*$/u, "$1: no errors.");
}
