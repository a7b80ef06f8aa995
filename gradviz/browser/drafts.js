// When the draft of an entry is read: after a pause in typing, one at a time. An answer counts only while the
// text that it is about still stands in the entry and is still being typed. No DOM.

/** @import { Timer } from "./types.js" */

/**
 * What is read and shown of a draft.
 * @template Answer
 * @typedef {object} DraftView
 * @property {(text: string) => Promise<Answer>} read
 * @property {(answer: Answer) => void} show
 * @property {(outdated: boolean) => void} mark whether what is shown is about a former text
 * @property {() => void} hide
 */

/**
 * @template Answer
 * @typedef {object} Drafts
 * @property {DraftView<Answer>} view
 * @property {string} text as typed last
 * @property {boolean} open whether it is still being typed: it was neither entered nor left
 * @property {string | null} shown the text that is shown
 * @property {boolean} reading whether a request is under way
 * @property {Timer | undefined} timer of the next request
 */

/** In ms: longer than from one key to the next, so that a fluent typist is not interrupted. */
export const PAUSE = 250;

/**
 * @template Answer
 * @param {DraftView<Answer>} view
 * @returns {Drafts<Answer>}
 */
export function createDrafts(view) {
  return { view, text: "", open: false, shown: null, reading: false, timer: undefined };
}

/**
 * The visitor has typed `text`; the pictures show `drawn`.
 * @template Answer
 * @param {Drafts<Answer>} drafts
 * @param {string} text
 * @param {string} drawn
 * @param {number} [pause]
 */
export function noteTyped(drafts, text, drawn, pause = PAUSE) {
  drafts.text = text;
  drafts.open = text !== drawn;
  clearTimeout(drafts.timer);
  drafts.timer = undefined;
  if (!drafts.open) return hide(drafts);
  if (drafts.shown !== null) drafts.view.mark(drafts.shown !== text);
  if (drafts.shown === text) return;
  drafts.timer = setTimeout(() => {
    drafts.timer = undefined;
    void request(drafts);
  }, pause);
}

/**
 * The text was entered or left: the page answers, and what is shown of the draft stays until then, if it is
 * about this text.
 * @param {Drafts<any>} drafts
 */
export function noteEntered(drafts) {
  clearTimeout(drafts.timer);
  drafts.timer = undefined;
  drafts.open = false;
  if (drafts.shown !== drafts.text) hide(drafts);
}

/**
 * The page has answered, and shows `drawn`; what was typed meanwhile stays.
 * @param {Drafts<any>} drafts
 * @param {string} drawn
 */
export function noteDrawn(drafts, drawn) {
  if (drafts.open && drafts.text !== drawn) return;
  noteEntered(drafts);
  hide(drafts);
}

/** @param {Drafts<any>} drafts */
function hide(drafts) {
  if (drafts.shown !== null) drafts.view.hide();
  drafts.shown = null;
}

/**
 * @template Answer
 * @param {Drafts<Answer>} drafts
 */
async function request(drafts) {
  if (drafts.reading || !drafts.open) return;
  const { text, view } = drafts;
  drafts.reading = true;
  try {
    const answer = await view.read(text);
    if (drafts.open && drafts.text === text) {
      drafts.shown = text;
      view.show(answer);
      view.mark(false);
    }
  } catch (problem) {
    // the next key tries again, and what is entered is read without any draft
    console.warn("gradviz: no draft", problem);
    hide(drafts);
  } finally {
    drafts.reading = false;
  }
  if (drafts.timer === undefined && drafts.text !== text) await request(drafts);
}
