// After a lost connection the page runs once by itself. A restarted server knows nothing of the page, and one that kept its
// session may have sent answers that never came; so the browser reports the last run that arrived whole, and the entries
// that the visitor has changed since, committed or not.
//
// Mounted without data outside every fragment, where its trigger "restored" {report, seen, typed: {key: text}} runs the whole
// page; ``report`` is its number.
// Mounted with data it is a receipt, the last message of what has just been drawn:
//   {run, entries: {key: text}}                               at the end of the whole page
//   {run, whole, entries, answered, report, connection}       at the end of what follows the hand; ``whole`` is the last run
//                                                             of the whole page, ``answered`` the last message answered, and
//                                                             ``report`` the last report that was read

import { watchConnection } from "./connection.js";
import { guarded } from "./guard.js";
import { answered } from "./live.js";

const received = { page: { run: 0, entries: {} }, hand: { run: 0, whole: 0, entries: {} } };
let watching = false;
let reports = 0;
let reporter = null; // the component that is mounted without data, as it was last called

const entryOf = (key) => document.querySelector(`.st-key-${key} input`);

function report() {
  if (!reporter) return;
  const { page, hand } = received;
  const typed = {};
  for (const [key, text] of Object.entries({ ...page.entries, ...hand.entries })) {
    const entry = entryOf(key);
    if (!entry || entry.value === text) continue;
    typed[key] = entry.value;
    // A disabled entry loses the focus without leaving it: until Streamlit has read the text, it shows no other.
    entry.dispatchEvent(new FocusEvent("focusout", { bubbles: true }));
  }
  reports += 1;
  reporter.setTriggerValue("restored", {
    report: reports,
    seen: page.run < hand.whole ? page.run : hand.run,
    typed,
  });
}

function receive(component) {
  const { data } = component;
  if (!data) {
    if (!watching) watchConnection({ restored: report });
    watching = true;
    reporter = component;
    return () => {
      reporter = null;
    };
  }
  if ("whole" in data) {
    received.hand = data;
    // a run that Streamlit asked for by itself knows less, and a request sent in answer to it would bring that back
    if (data.report === reports) answered(data.answered);
  } else received.page = data;
  return undefined;
}

export default guarded(receive);
