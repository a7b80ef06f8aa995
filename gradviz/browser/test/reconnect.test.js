import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

/** @import {Component} from "../types.js" */

class Entry extends EventTarget {
  value = "";

  /** @param {string} text as a visitor types it: what Streamlit or React writes raises no event */
  type(text) {
    this.value = text;
    for (const listener of inputListeners) listener({ target: this });
  }
}

/** @type {Record<string, Entry>} */
const entries = { f: new Entry(), at: new Entry(), eps: new Entry() };
/** @type {((event: {target: Entry}) => void)[]} */
const inputListeners = [];
let connected = true;
/** @type {() => void} */
let connectionChanged = () => {};
Object.assign(globalThis, {
  HTMLInputElement: Entry,
  FocusEvent: Event,
  document: {
    body: {},
    /** @param {string} selector */
    querySelector: (selector) =>
      entries[selector.match(/st-key-(\w+) input/)?.[1] ?? ""] ??
      (selector.includes("connection")
        ? { getAttribute: () => (connected ? "CONNECTED" : "DISCONNECTED") }
        : null),
    /** @param {string} _kind @param {any} listener */
    addEventListener: (_kind, listener) => inputListeners.push(listener),
  },
  MutationObserver: class {
    /** @param {() => void} changed */
    constructor(changed) {
      connectionChanged = changed;
    }
    observe() {}
  },
});
const { default: receive } = await import("../reconnect.js");

/** @type {{report: number, seen: number, typed: Record<string, string>}[]} */
const reports = [];
const component = (/** @type {any} */ data) =>
  receive(
    /** @type {Component<any>} */ (
      /** @type {unknown} */ ({
        data,
        parentElement: { querySelector: () => null, querySelectorAll: () => [], isConnected: true },
        setTriggerValue: (/** @type {string} */ _name, /** @type {any} */ report) => reports.push(report),
      })
    ),
  );
component(null); // what reports, mounted once

let run = 0;
/** The receipts of a run of the whole page. */
const drawn = (f = "max(x,y)", at = "1,1", eps = "0.1") => {
  run += 1;
  component({ run, entries: { f } });
  component({
    run,
    whole: run,
    answered: 0,
    report: reports.length,
    opening: 1,
    connection: null,
    entries: { at, eps },
  });
};
/** Lose the connection; what is reported as typed once it is back. */
const reconnect = (during = () => {}) => {
  for (const now of [false, true]) {
    connected = now;
    if (now) during();
    connectionChanged();
  }
  return reports.at(-1)?.typed;
};
/** Streamlit fills the entries, without an event. */
const fill = (f = "max(x,y)", at = "1,1", eps = "0.1") => {
  for (const [key, value] of Object.entries({ f, at, eps })) entries[key].value = value;
};

beforeEach(() => {
  drawn(); // tells what the test before has typed, or forgets it
  for (const key of ["f", "at", "eps"]) {
    entries[key] = new Entry();
  }
  fill();
});

test("entries that Streamlit has not filled yet are not typed", () => {
  assert.deepEqual(
    reconnect(() => fill("", "", "")),
    {},
  );
});

test("a text that was typed and has arrived is not typed when the entry shows an older one", () => {
  entries.eps.type("0.3");
  drawn("max(x,y)", "1,1", "0.3");
  assert.deepEqual(
    reconnect(() => fill()),
    {},
  );
});

test("nor is it where ε has been moved on since", () => {
  entries.eps.type("0.3");
  drawn("max(x,y)", "1,1", "0.3");
  drawn("max(x,y)", "1,1", "0.25");
  assert.deepEqual(reconnect(), {});
  entries.eps.value = "0.3";
  assert.deepEqual(reconnect(), {});
});

test("what no receipt has told counts, also an emptied entry, until one tells it", () => {
  entries.eps.type("0.25");
  entries.at.type("");
  assert.deepEqual(reconnect(), { eps: "0.25", at: "" });
  assert.deepEqual(reconnect(), { eps: "0.25", at: "" }, "the report may be lost as well");
  drawn("max(x,y)", "", "0.25");
  assert.deepEqual(reconnect(), {});
});

test("what was typed and replaced by the page does not come back", () => {
  entries.f.type("x y");
  entries.f.value = "x^2";
  drawn("x^2 + y^2");
  assert.deepEqual(reconnect(), {});
});
