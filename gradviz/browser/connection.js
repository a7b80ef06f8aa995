// Whether the page is connected to the server, read from the attribute that Streamlit sets on its root
// element. A page without the attribute counts as connected.

/** @typedef {{lost?: () => void, restored?: () => void}} ConnectionListener */

const ATTRIBUTE = "data-test-connection-state";
/** @type {ConnectionListener[]} */
const listeners = [];
/** @type {MutationObserver | null} */
let observer = null;
let connected = true;

export function isConnected() {
  const state = document.querySelector(`[${ATTRIBUTE}]`)?.getAttribute(ATTRIBUTE);
  return state === undefined || state === "CONNECTED";
}

/**
 * Call ``lost`` whenever the connection breaks, and ``restored`` as soon as the page is connected again.
 * @param {ConnectionListener} listener
 */
export function watchConnection(listener) {
  listeners.push(listener);
  if (observer) return;
  connected = isConnected();
  observer = new MutationObserver(() => {
    if (connected === isConnected()) return;
    connected = !connected;
    for (const { lost, restored } of listeners) (connected ? restored : lost)?.();
  });
  const watched = { subtree: true, childList: true, attributes: true, attributeFilter: [ATTRIBUTE] };
  observer.observe(document.body, watched);
}
