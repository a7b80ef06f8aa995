// Hands on to Streamlit in one go what a short run of the script says, and in the same order: it draws the whole page
// anew for each message that comes by itself, and the server's own work waits for the same processor meanwhile.
// What is left of a run whose beginning went to a connection that was lost is kept from it: with nothing to stand in,
// it would take the whole page away. It stands in the page's head, before anything opens a socket.

(() => {
  const LONGEST = 300; // ms; past these all comes as it is sent, as in the first run: there is something to see sooner
  const OVER = 2; // bytes of the message that says that nothing runs any more
  // What a message is, by the number of its field; before that stand only fields that tell their length.
  const BEFORE = [1, 2];
  const RUN_BEGINS = 4;
  const DRAWS = [5, 11];

  const kind = (data) => {
    const bytes = new Uint8Array(data);
    let at = 0;
    while (BEFORE.includes(bytes[at] >> 3)) {
      let length = 0;
      let shift = 0;
      do {
        at += 1;
        length += (bytes[at] & 127) << shift;
        shift += 7;
      } while (bytes[at] > 127);
      at += 1 + length;
    }
    return bytes[at] >> 3;
  };

  const gathered = (listen) => {
    const waiting = [];
    let flowing = true;
    let begun = false;
    let patience = null;
    const handOn = (on) => {
      flowing = on;
      clearTimeout(patience);
      patience = null;
      while (waiting.length) {
        try {
          listen(waiting.shift());
        } catch (problem) {
          reportError(problem); // as of a listener by itself: the others still get theirs
        }
      }
    };
    return (event) => {
      begun ||= kind(event.data) === RUN_BEGINS;
      if (!begun && DRAWS.includes(kind(event.data))) return;
      waiting.push(event);
      const over = event.data.byteLength === OVER;
      if (flowing || over) handOn(!over);
      else patience ??= setTimeout(handOn, LONGEST, true);
    };
  };

  window.WebSocket = class extends WebSocket {
    addEventListener(type, listener, ...options) {
      super.addEventListener(type, type === "message" ? gathered(listener) : listener, ...options);
    }
  };
})();
