// Which keyed containers stand on the page, told in attributes for the style sheets. `:has()` could ask the same,
// but each thing that is added then has the browsers match the style of the whole page anew: 28,000 elements for
// one change of f instead of 1,000. In the document's head, since it has to watch before Streamlit draws.
//   data-holds   on the wrapper that Streamlit puts around a container: its key
//   data-empty   on that wrapper while the container holds nothing
//   data-ground  on all that stands around the bar and the dock
//   data-keys    on the root: " name bar …", the keys of all that stands on the page
//   --notes-drawn, --dock-drawn  on the root: how high the notes between bar and stage, and the dock with what it
//                tells, are, for the room that is left

(() => {
  const PREFIX = "st-key-";
  const KEYED = `[class*="${PREFIX}"]`;
  const root = document.documentElement;

  /** @param {Element} keyed */
  const keysOf = (keyed) =>
    [...keyed.classList].filter((name) => name.startsWith(PREFIX)).map((name) => name.slice(PREFIX.length));

  const heights = new ResizeObserver((entries) => {
    for (const { target, borderBoxSize } of entries) {
      const { holds } = /** @type {HTMLElement} */ (target).dataset;
      if (holds) root.style.setProperty(`--${holds}-drawn`, `${Math.ceil(borderBoxSize[0].blockSize)}px`);
    }
  });

  /** @param {Element} keyed */
  const mark = (keyed) => {
    const wrapper = keyed.parentElement;
    const [key] = keysOf(keyed);
    if (wrapper?.dataset.testid === "stLayoutWrapper" && key) {
      wrapper.dataset.holds = key;
      wrapper.toggleAttribute("data-empty", !keyed.firstElementChild);
    }
    if ((key === "notes" || key === "dock") && wrapper) heights.observe(wrapper);
    if (key !== "bar" && key !== "dock") return;
    for (let around = wrapper; around && !around.matches(".stApp"); around = around.parentElement)
      around.toggleAttribute("data-ground", true);
  };

  /** @param {Node} node */
  const keyedIn = (node) => {
    if (!(node instanceof HTMLElement)) return [];
    const within = [...node.querySelectorAll(KEYED)];
    return node.matches(KEYED) ? [node, ...within] : within;
  };

  /** @param {MutationRecord} record @returns {boolean} whether a keyed element has come, gone or got another key */
  const take = ({ type, target, addedNodes, removedNodes }) => {
    if (!(target instanceof HTMLElement)) return false;
    if (type === "attributes") {
      const holds = target.parentElement?.dataset.holds;
      if (!target.matches(KEYED) && !holds) return false;
      if (target.matches(KEYED)) mark(target);
      return true;
    }
    if (target.matches(KEYED)) mark(target);
    const come = [...addedNodes].flatMap(keyedIn);
    come.forEach(mark);
    const gone = [...removedNodes].some((node) => keyedIn(node).length > 0);
    if (gone && target.dataset.holds && !target.querySelector(`:scope > ${KEYED}`))
      delete target.dataset.holds;
    return gone || come.length > 0;
  };

  new MutationObserver((records) => {
    if (records.filter(take).length === 0) return;
    const keys = ` ${[...document.querySelectorAll(KEYED)].flatMap(keysOf).join(" ")} `;
    if (root.dataset.keys !== keys) root.dataset.keys = keys;
  }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["class"] });
})();
