// Whether the page is connected to the server, and whether its script runs there, read from the attributes that
// Streamlit sets on its root element. A page without them counts as connected, and its script as at rest.

/**
 * @typedef {object} ConnectionListener
 * @property {() => void} [lost]
 * @property {() => void} [restored]
 * @property {(running: boolean) => void} [ran] a run has begun, or has ended
 */

const CONNECTION = "data-test-connection-state";
const RUN = "data-test-script-state";
/** @type {ConnectionListener[]} */
const listeners = [];
/** @type {MutationObserver | null} */
let observer = null;
let connected = true;
let running = false;

/** @param {string} attribute */
const stateOf = (attribute) => document.querySelector(`[${attribute}]`)?.getAttribute(attribute);

export function isConnected() {
  const state = stateOf(CONNECTION);
  return state === undefined || state === "CONNECTED";
}

const isRunning = () => stateOf(RUN) === "running";

/**
 * Call ``lost`` whenever the connection breaks, ``restored`` as soon as the page is connected again, and ``ran``
 * with whether its script runs whenever that changes.
 * @param {ConnectionListener} listener
 */
export function watchConnection(listener) {
  listeners.push(listener);
  if (observer) return;
  connected = isConnected();
  running = isRunning();
  observer = new MutationObserver(() => {
    if (connected !== isConnected()) {
      connected = !connected;
      for (const { lost, restored } of listeners) (connected ? restored : lost)?.();
    }
    if (running !== isRunning()) {
      running = !running;
      for (const { ran } of listeners) ran?.(running);
    }
  });
  const watched = { subtree: true, childList: true, attributes: true, attributeFilter: [CONNECTION, RUN] };
  observer.observe(document.body, watched);
}
