// Streamlit reruns the page at a bare r, and clears its cache at a bare c, wherever the focus is outside of an
// entry: by a slip of a finger, or a word said to a computer that listens (WCAG 2.1.4). No option stops that. In
// the document's head, since it has to listen before Streamlit does.

addEventListener(
  "keydown",
  (event) => {
    const target = event.target;
    const typed = target instanceof HTMLElement && target.closest("input, textarea, [contenteditable]");
    if (!typed && /^[rc]$/i.test(event.key) && !(event.ctrlKey || event.metaKey || event.altKey))
      event.stopImmediatePropagation();
  },
  true,
);

// An open menu of the bar stands at the end of the document: by the Tab key all of the page came before it. It
// is walked through after the button that has opened it, and Streamlit closes it by Escape.

const STOPS = "a[href], button, input, select, textarea, summary, [tabindex]";

addEventListener(
  "keydown",
  (event) => {
    const menu = document.querySelector("[data-testid=stPopoverBody]");
    const door = document.querySelector("[data-testid=stPopoverButton][aria-expanded=true]");
    if (event.key !== "Tab" || !menu || !(door instanceof HTMLElement)) return;
    const stops = [...menu.querySelectorAll(STOPS)].filter(
      (stop) =>
        stop instanceof HTMLElement &&
        stop.tabIndex >= 0 &&
        !stop.matches(":disabled") &&
        stop.checkVisibility({ visibilityProperty: true }),
    );
    const first = stops[0];
    const focused = document.activeElement;
    if (!(first instanceof HTMLElement)) return;
    if (focused === door && !event.shiftKey) {
      event.preventDefault();
      first.focus();
    } else if (focused === first && event.shiftKey) {
      event.preventDefault();
      door.focus();
    } else if (focused === stops.at(-1) && !event.shiftKey) {
      door.focus(); // the browser goes on from there
    }
  },
  true,
);
