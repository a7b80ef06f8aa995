// After a lost connection the page runs once by itself. A restarted server knows nothing of the page, and one
// that kept its session may have sent answers that never came; so the browser reports the last run that
// arrived whole, and the entries that the visitor has changed since, committed or not.
//
// Mounted without data, outside every fragment, its trigger "restored" runs the whole page. Mounted with data
// it is a receipt, the last message of what has just been drawn.

import { watchConnection } from "./connection.js";
import { guarded } from "./guard.js";
import { acknowledge, noteOpening, watchDelays } from "./messages.js";
import { noticeIn } from "./notice.js";
import { trigger } from "./trigger.js";

/** @import {Cleanup, Component} from "./types.js" */

/**
 * The receipt at the end of the whole page: the number of the run, and what the entries hold.
 * @typedef {{run: number, entries: Record<string, string>}} PageReceipt
 */
/**
 * The receipt at the end of the fragment that follows the pictures: besides, the last run of the whole page,
 * the number of the last request that is answered, of the last report that was read, and of the last address that
 * was opened.
 * @typedef {PageReceipt
 *   & {whole: number, answered: number, report: number, opening: number, connection: unknown}} FragmentReceipt
 */

/** @type {{page: PageReceipt, fragment: FragmentReceipt}} */
const received = {
  page: { run: 0, entries: {} },
  fragment: { run: 0, entries: {}, whole: 0, answered: 0, report: 0, opening: 0, connection: null },
};
let watching = false;
let endOfRecovery = () => {};
let reports = 0;
/** @type {Component<null> | null} */
let reporter = null; // mounted without data, as it was last called
/**
 * What a visitor has typed into an entry and no receipt has told yet. An entry whose text merely differs from
 * the receipt shows what Streamlit has not brought up to date: empty at first, or the step before this one.
 * @type {WeakMap<EventTarget, string>}
 */
const edits = new WeakMap();

/**
 * @param {string} key
 * @returns {HTMLInputElement | null}
 */
const entryOf = (key) => document.querySelector(`.st-key-${key} input`);

/** @param {Event} event */
function noteEdit({ target }) {
  if (target instanceof HTMLInputElement) edits.set(target, target.value);
}

/** @param {Record<string, string>} entries */
function forgetEdits(entries) {
  for (const [key, text] of Object.entries(entries)) {
    const entry = entryOf(key);
    if (entry && edits.get(entry) === text) edits.delete(entry);
  }
}

/** Have the page run, and report what it needs to know. */
function report() {
  if (!reporter) return;
  const { page, fragment } = received;
  /** @type {Record<string, string>} */
  const typed = {};
  for (const [key, text] of Object.entries({ ...page.entries, ...fragment.entries })) {
    const entry = entryOf(key);
    if (!entry || entry.value === text || edits.get(entry) !== entry.value) continue;
    typed[key] = entry.value;
    // A disabled entry loses the focus without a focusout event: until Streamlit has read the text, it shows
    // no other.
    entry.dispatchEvent(new FocusEvent("focusout", { bubbles: true }));
  }
  reports += 1;
  const seen = page.run < fragment.whole ? page.run : fragment.run;
  trigger(reporter, "restored", { report: reports, seen, typed });
}

/** @param {HTMLElement} parent where the page says what it waits for */
function watch(parent) {
  const notice = noticeIn(parent);
  watchConnection({
    lost: () => notice.begin("lost"),
    restored: () => {
      notice.end("lost");
      report();
    },
  });
  watchDelays({
    waiting: (waits) => (waits ? notice.begin("slow") : notice.end("slow")),
    missed: () => {
      notice.begin("again");
      report();
    },
  });
  endOfRecovery = () => notice.end("again");
  document.addEventListener("input", noteEdit, true);
}

/**
 * @param {Component<PageReceipt | FragmentReceipt | null>} component
 * @returns {Cleanup | undefined}
 */
function receive(component) {
  const { data } = component;
  if (!data) {
    if (!watching) watch(component.parentElement);
    watching = true;
    reporter = /** @type {Component<null>} */ (component);
    return () => {
      reporter = null;
    };
  }
  forgetEdits(data.entries);
  if ("whole" in data) {
    received.fragment = data;
    noteOpening(data.opening);
    // a run that Streamlit requested by itself knows less, and a request sent in answer to it would bring
    // that back
    if (data.report === reports) {
      endOfRecovery();
      acknowledge(data.answered);
    }
  } else received.page = data;
  return undefined;
}

export default guarded(receive);
