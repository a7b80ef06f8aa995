// The page of a full hall: asks for its place now and then, and goes in once there is a seat. The ticket that
// holds the place goes along in the address of the page, where seat.js takes it from: a frame in another site's
// page may have neither cookies nor a store.

(() => {
  const KEY = "gradviz-seat"; // of the seat that this tab had
  const PATIENCE = 8000; // ms for an answer
  const LONGEST = 30; // seconds between two questions to a server that does not answer
  /** @type {HTMLMetaElement | null} */
  const meta = document.querySelector('meta[name="gradviz-seat"]');
  if (!meta) return;
  let ticket = meta.content;
  let failures = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let asking = false;

  /**
   * @param {string} shown a ticket
   * @returns {Promise<{place: number | null, ticket: string, again: number}>} `again` in seconds
   */
  async function ask(shown) {
    const address = new URL("gradviz/seat", document.baseURI);
    address.search = new URLSearchParams({ ticket: shown }).toString();
    const response = await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
    if (!response.ok) throw new Error(`${response.status}`);
    return response.json();
  }

  /** @param {string} admitted a ticket that has a seat */
  function enter(admitted) {
    const query = location.search
      .slice(1)
      .replace(/(^|&)seat=[\w-]*/, "")
      .replace(/^&/, "");
    location.replace(`?${query}${query && "&"}seat=${admitted}${location.hash}`);
  }

  /** @param {number | null} place */
  function show(place) {
    document.title = place === null ? "gradviz: the hall is full" : `${place} · gradviz`;
    const number = document.querySelector("#gradviz-hall strong");
    if (place === null || !number?.parentElement) return;
    number.parentElement.hidden = false;
    if (number.textContent !== String(place)) number.textContent = String(place);
  }

  /** @param {number} seconds not all at the same time: a hall that was let down together asks one by one */
  function later(seconds) {
    clearTimeout(timer);
    timer = setTimeout(turn, seconds * 1000 * (0.8 + 0.2 * Math.random()));
  }

  async function turn() {
    if (asking) return;
    asking = true;
    let wait = LONGEST;
    try {
      const told = await ask(ticket);
      failures = 0;
      ticket = told.ticket;
      if (told.place === 0) {
        enter(ticket);
        return;
      }
      show(told.place);
      wait = told.again;
    } catch {
      failures += 1;
      wait = Math.min(LONGEST, 2 ** failures);
    } finally {
      asking = false;
    }
    later(wait);
  }

  /** A page that is loaded anew has its seat for a few seconds yet. */
  async function begin() {
    let former = null;
    try {
      former = sessionStorage.getItem(KEY);
      sessionStorage.removeItem(KEY);
    } catch {} // a frame may have no store: then the visitor waits in line
    if (former) {
      const told = await ask(former).catch(() => null);
      if (told?.place === 0) {
        enter(told.ticket);
        return;
      }
    }
    show(Number(document.querySelector("#gradviz-hall strong")?.textContent) || null);
    later(Number(meta?.dataset.again));
  }

  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") later(0); // a phone that has slept
  });
  begin();
})();
