// The queue of requests to the server: one at a time.
//
// A request carries what every entry of the page holds. Sent before the answer to the one before has come, it
// would take back what that one has changed; so each waits for an answer, and of several of one kind only the
// last is sent. Where the one under way changes no entry, as a point that is still dragged, the last word
// about it need not wait: it overtakes. A request whose answer has not come when the connection is lost is
// sent again, once the page has run for the next connection. A slow answer is waited for: to go on without it
// would draw an older one, and send the next request with what the entries held before.
//
// Each is numbered as it is sent. The receipt at the end of every run tells the number of the last request that
// the server has read, so the end of another run, as of an entry that Streamlit sends, is no answer to it.

import { isConnected, watchConnection } from "./connection.js";
import { trigger } from "./trigger.js";

/** @import {Component, Timer} from "./types.js" */

/**
 * What a request is sent through; every run of the page replaces its component.
 * @typedef {{component: Component<any> | null}} Sender
 */
/**
 * @typedef {object} Request
 * @property {number} patience ms
 * @property {(n: number) => void} send
 * @property {(() => void) | undefined} onAnswer
 */
/**
 * @typedef {object} Options
 * @property {boolean} [overtakes] send it at once if one of its kind is under way
 * @property {number} [patience] ms after which the queue goes on without an answer
 * @property {() => void} [onAnswer] called when it is answered, or no answer is to be expected any more
 */

/**
 * Who is told how long answers take.
 * @typedef {object} DelayListener
 * @property {(waits: boolean) => void} waiting for an answer, from when the request is sent
 * @property {() => void} missed none has come: have the page run, which answers all that was sent
 */

/** For an answer, or for the run after a lost connection: as long as a restarted server takes to load, in ms. */
const PATIENCE = 30_000;
/** For the receipt, once the run that has begun for a request is over: it may have failed before that, in ms. */
const LATE_RECEIPT = 4000;

/** @type {Map<string, Request>} */
const waiting = new Map(); // by kind
/** @type {(Request & {kind: string, n: number, running: boolean}) | null} `running` once a run has begun for it */
let underWay = null;
let sent = 0; // requests so far: the number of the last one
/** @type {number | null} */
let opening = null; // of the address that was opened last, as far as a receipt has told
let blocked = false; // until an answer, the end of patience, or the next connection
/** @type {Timer | undefined} */
let timer;
/** @type {DelayListener | null} */
let delayListener = null;
let recovering = false; // the page runs since an answer was missed
let watching = false;

/**
 * Send the trigger ``kind`` with ``value`` to the server as soon as nothing else is under way: it gets
 * ``{n, value, opening}``, ``n`` being the number that it acknowledges.
 * @param {Sender} sender
 * @param {string} kind
 * @param {unknown} value
 * @param {Options} [options]
 */
export function post(sender, kind, value, { overtakes = false, patience = PATIENCE, onAnswer } = {}) {
  watch();
  waiting.delete(kind); // the last one goes to the end of the queue
  waiting.set(kind, {
    patience,
    onAnswer,
    send: (n) => sender.component && trigger(sender.component, kind, { n, value, opening }),
  });
  if (!blocked) sendNext();
  else if (overtakes && underWay?.kind === kind) send(kind);
}

/**
 * The page has received what an address says, or Reset sets: requests that wait are about what was there before.
 * A server that was started anew counts from the beginning, and knows the page by its address.
 * @param {number} number of the address
 */
export function noteOpening(number) {
  const outdated = opening !== null && number > opening ? [...waiting.values()] : [];
  opening = number;
  if (!outdated.length) return;
  waiting.clear();
  for (const { onAnswer } of outdated) onAnswer?.();
}

/**
 * The server has answered all requests up to that number.
 * @param {number} [n]
 */
export function acknowledge(n = Infinity) {
  if (!isConnected()) return;
  if (n < (underWay?.n ?? 0)) return; // to one that was overtaken, or to none
  const answered = underWay;
  recovering = false;
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

/** @param {DelayListener} listener */
export function watchDelays(listener) {
  delayListener = listener;
}

function release() {
  clearTimeout(timer);
  blocked = false;
  underWay = null;
  delayListener?.waiting(false);
}

/** Patience is at its end: once the page runs by itself, as after a lost connection; then the queue goes on. */
function giveUp() {
  const missed = underWay;
  if (!delayListener || recovering || !missed || missed.patience < PATIENCE || !isConnected())
    return acknowledge();
  release();
  missed.onAnswer?.();
  recovering = true;
  block(PATIENCE);
  delayListener.missed();
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
  sent += 1;
  underWay = { kind, n: sent, running: false, ...request };
  delayListener?.waiting(true);
  request.send(sent);
}

/** @param {number} patience */
function block(patience) {
  clearTimeout(timer);
  blocked = true;
  timer = setTimeout(giveUp, patience);
}

function watch() {
  if (watching) return;
  watching = true;
  blocked ||= !isConnected();
  watchConnection({ lost: keepForNextConnection, restored: () => block(PATIENCE), ran: noteRun });
}

/**
 * A run that began after the request was sent is its own, or a later one.
 * @param {boolean} running
 */
function noteRun(running) {
  if (!underWay) return;
  if (running) block(underWay.patience);
  else if (underWay.running) block(Math.min(underWay.patience, LATE_RECEIPT));
  underWay.running ||= running;
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
  recovering = false;
  delayListener?.waiting(false);
}
