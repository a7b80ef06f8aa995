// A visitor's seat in a hall that may be full: the ticket that came with the page goes with its WebSocket, also
// after a lost connection. Where the seat is gone by then, the page that waits takes over. In the document's
// head, since it has to be there before Streamlit is.

(() => {
  const KEY = "gradviz-seat"; // where waiting.js looks for the seat that this tab had
  const PATIENCE = 8000; // ms for an answer
  const ticket = document.querySelector('meta[name="gradviz-seat"]')?.getAttribute("content");
  if (!ticket) return;
  const query = location.search
    .slice(1)
    .replace(/(^|&)seat=[\w-]*/, "")
    .replace(/^&/, "");
  const address = `${location.pathname}${query && "?"}${query}${location.hash}`;
  history.replaceState(history.state, "", address); // the ticket is for one visitor, a link for many
  try {
    sessionStorage.setItem(KEY, ticket);
  } catch {} // a frame may have no store: once the page is loaded anew, its visitor waits in line

  /** The server has refused the WebSocket: perhaps the hall is full. */
  async function refused() {
    const where = new URL("gradviz/seat", document.baseURI);
    where.search = new URLSearchParams({ ticket: ticket ?? "" }).toString();
    try {
      const response = await fetch(where, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
      const told = response.ok ? await response.json() : { place: 0 };
      if (told.place === 0) return; // there is a seat: Streamlit tries again
      const now = location.search.slice(1);
      location.replace(`?${now}${now && "&"}seat=${told.ticket}${location.hash}`);
    } catch {} // the server is away: Streamlit tries again
  }

  const Plain = window.WebSocket;
  window.WebSocket = class extends Plain {
    /**
     * @param {string | URL} url
     * @param {string | string[]} [protocols]
     */
    constructor(url, protocols) {
      const target = new URL(url, location.href);
      const streamlit = target.pathname.endsWith("/_stcore/stream");
      if (streamlit) target.searchParams.set("seat", ticket ?? "");
      super(target, protocols);
      if (!streamlit) return;
      let opened = false;
      this.addEventListener("open", () => {
        opened = true;
      });
      this.addEventListener("close", () => {
        if (!opened) refused();
      });
    }
  };
})();
