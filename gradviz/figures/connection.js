// Whether the page is connected to the server, read from the mark that Streamlit sets on its root element. Without the
// mark the page counts as connected.

const MARK = "data-test-connection-state";
const listeners = []; // {lost, restored}
let observer = null;
let connected = true;

export function isConnected() {
  const state = document.querySelector(`[${MARK}]`)?.getAttribute(MARK);
  return state === undefined || state === "CONNECTED";
}

// Call ``lost()`` whenever the connection breaks, and ``restored()`` as soon as the next one stands.
export function watchConnection({ lost, restored }) {
  listeners.push({ lost, restored });
  if (observer) return;
  connected = isConnected();
  observer = new MutationObserver(() => {
    if (connected === isConnected()) return;
    connected = !connected;
    for (const listener of listeners) (connected ? listener.restored : listener.lost)?.();
  });
  observer.observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: [MARK] });
}
