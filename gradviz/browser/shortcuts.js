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
