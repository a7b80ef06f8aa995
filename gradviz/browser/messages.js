// The queue of requests to the server: one at a time.
//
// A request carries what every entry of the page holds. Sent before the answer to the one before has come, it
// would take back what that one has changed; so each waits for an answer, and of several of one kind only the
// last is sent. Where the one under way changes no entry, as a point that is still dragged, the last word
// about it need not wait: it overtakes. A request whose answer has not come when the connection is lost is
// sent again, once the page has run for the next connection.

import { isConnected, watchConnection } from "./connection.js";

/** @import {Component, Timer} from "./types.js" */

/**
 * What a request is sent through; every run of the page replaces its component.
 * @typedef {{component: Component<any> | null}} Sender
 */
/**
 * @typedef {object} Request
 * @property {number} n the number that the server acknowledges it by; 0 if any answer will do
 * @property {number} patience ms
 * @property {() => void} send
 * @property {(() => void) | undefined} onAnswer
 */
/**
 * @typedef {object} Options
 * @property {boolean} [overtakes] send it at once if one of its kind is under way
 * @property {() => void} [onAnswer] called when it is answered, or no answer is to be expected any more
 */

/** For an answer that changes no picture; one that does may take twice as long. */
const PATIENCE = 2000;
/** For the run that follows a lost connection: a server that was restarted has to load first. */
const RECONNECTED_PATIENCE = 30_000;

/** @type {Map<string, Request>} */
const waiting = new Map(); // by kind
/** @type {(Request & {kind: string}) | null} */
let underWay = null;
let blocked = false; // until an answer, the end of patience, or the next connection
/** @type {Timer | undefined} */
let timer;
let watching = false;

/**
 * Send the trigger ``kind`` with ``value`` to the server as soon as nothing else is under way.
 * @param {Sender} sender
 * @param {string} kind
 * @param {unknown} value its field "n", if it has one, is the number that the server acknowledges
 * @param {Options} [options]
 */
export function post(sender, kind, value, { overtakes = false, onAnswer } = {}) {
  watch();
  const n = typeof value === "object" && value !== null && "n" in value ? Number(value.n) : 0;
  const patience = onAnswer ? 2 * PATIENCE : PATIENCE;
  waiting.delete(kind); // the last one goes to the end of the queue
  waiting.set(kind, { n, patience, onAnswer, send: () => sender.component?.setTriggerValue(kind, value) });
  if (!blocked) sendNext();
  else if (overtakes && underWay?.kind === kind) send(kind);
}

/**
 * The server has answered all requests up to that number.
 * @param {number} [n]
 */
export function acknowledge(n = Infinity) {
  if (!isConnected()) return;
  if (n < (underWay?.n ?? 0)) return; // to one that was overtaken
  const answered = underWay;
  release();
  answered?.onAnswer?.();
  sendNext();
}

/**
 * The server has answered the request of this kind, if it is the one under way.
 * @param {string} kind
 */
export function acknowledgeKind(kind) {
  if (underWay?.kind === kind) acknowledge();
}

/**
 * What has not been sent of this kind is not to be sent any more.
 * @param {string} kind
 */
export function withdraw(kind) {
  waiting.delete(kind);
}

function release() {
  clearTimeout(timer);
  blocked = false;
  underWay = null;
}

function sendNext() {
  const [kind] = waiting.keys();
  if (kind !== undefined && !blocked) send(kind);
}

/** @param {string} kind */
function send(kind) {
  const request = waiting.get(kind);
  if (!request) return;
  waiting.delete(kind);
  block(request.patience);
  underWay = { kind, ...request };
  request.send();
}

/** @param {number} patience */
function block(patience) {
  clearTimeout(timer);
  blocked = true;
  timer = setTimeout(() => acknowledge(), patience);
}

function watch() {
  if (watching) return;
  watching = true;
  blocked ||= !isConnected();
  watchConnection({ lost: keepForNextConnection, restored: () => block(RECONNECTED_PATIENCE) });
}

function keepForNextConnection() {
  clearTimeout(timer);
  blocked = true;
  if (underWay && !waiting.has(underWay.kind)) {
    const later = [...waiting];
    waiting.clear();
    waiting.set(underWay.kind, underWay);
    for (const [kind, request] of later) waiting.set(kind, request);
  }
  underWay = null;
}
