// When the browser has time, and when it has painted.

/**
 * Do work that can wait for the pictures: when the browser has nothing else to do, or soon at the latest.
 * @param {() => void} work
 */
export function whenIdle(work) {
  if ("requestIdleCallback" in window) requestIdleCallback(work, { timeout: 400 });
  else setTimeout(work, 60); // Safari has none
}

/**
 * Resolves when the next frame has been painted: a message posted within a frame is delivered after it.
 * @returns {Promise<void>}
 */
export function painted() {
  return new Promise((done) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => done();
    requestAnimationFrame(() => port2.postMessage(null));
  });
}
