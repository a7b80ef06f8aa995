// The first document shows a picture of the server's until the page has drawn its own: the page is hidden
// until then, so that nothing is seen to slide into its place. In the document's head, since it has to be there
// before Streamlit is. Where there are no scripts, the picture stays.

(() => {
  const LOOK_EVERY = 60; // ms
  const WITHOUT_PICTURES = 2500; // ms after the page's own run, where it has no stage to draw
  const LATEST = 15_000; // ms after the server was last seen at work: whatever goes wrong, the page itself says it
  const AFTER_ALL = 60_000; // ms, at work or not
  const opening = document.documentElement.classList;
  const begun = performance.now();
  /** @type {number | null} */
  let complete = null; // when the run of the page was over
  let atWork = begun; // when it was last running

  opening.add("gradviz-opening");
  const timer = setInterval(() => {
    const now = performance.now();
    if (document.querySelector(".st-key-receipt")) complete ??= now;
    const drawn = document.querySelector(
      ".st-key-stage .gradviz-view[data-revision], .gradviz-problem:not(:empty)",
    );
    const awaited = document.querySelector(".st-key-stage [data-testid^=stBidiComponent]"); // its scripts are coming
    const ready = complete !== null && (drawn || (!awaited && now - complete > WITHOUT_PICTURES));
    if (document.querySelector(".stApp[data-test-script-state=running]")) atWork = now;
    if (!ready && now - atWork < LATEST && now - begun < AFTER_ALL) return;
    clearInterval(timer);
    opening.remove("gradviz-opening");
    document.getElementById("gradviz-first")?.remove();
  }, LOOK_EVERY);
})();
