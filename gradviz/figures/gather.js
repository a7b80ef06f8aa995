// Hands on to Streamlit in one go what a short run of the script says, and in the same order: it draws the whole page
// anew for each message that comes by itself, and the server's own work waits for the same processor meanwhile.
// It stands in the page's head, before anything opens a socket.

(() => {
  const LONGEST = 300; // ms; past these all comes as it is sent, as in the first run: there is something to see sooner
  const OVER = 2; // bytes of the message that says that nothing runs any more

  const gathered = (listen) => {
    const waiting = [];
    let flowing = true;
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
