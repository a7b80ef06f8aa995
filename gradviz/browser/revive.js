// Streamlit keeps the session of a lost connection, and sends the rest of a run to the next one. Where the
// beginning of that run never arrived, the rest has nothing to stand in: React gives up and empties the page.
// Such a page is reloaded. In the document's head, since it has to be there before Streamlit is.

(() => {
  const AT_MOST_EVERY = 10_000; // ms, lest a page that always fails be reloaded for ever
  const KEY = "gradviz-revived";
  addEventListener("DOMContentLoaded", () => {
    const root = document.getElementById("root");
    if (!root) return;
    let filled = false;
    new MutationObserver(() => {
      filled ||= root.childElementCount > 0;
      if (!filled || root.childElementCount > 0) return;
      const last = Number(sessionStorage.getItem(KEY));
      if (Date.now() - last < AT_MOST_EVERY) return;
      sessionStorage.setItem(KEY, String(Date.now()));
      location.reload();
    }).observe(root, { childList: true });
  });
})();
