// No error leaves a component: Streamlit would put its own red box in the component's place and never call it again, so that
// not even a good state could bring it back. Whatever fails shows a sentence instead, and the next change tries again.

import { element, styled } from "./dom.js";

const FAILED =
  "This part of the page could not be shown. The next change tries again; Reset leads back to the lesson’s example.";
const CSS = `
.gradviz-failure { margin: 0; padding: 1rem 0; line-height: 1.4; color: var(--st-text-color); font-family: var(--st-font); }
:has(> .gradviz-failure) > [class^="gradviz-"]:not(.gradviz-failure) { display: none; }`;
const RECORD = Symbol.for("gradviz.mount"); // one name for all versions of this module that a page may have loaded

/**
 * Does ``work`` for a mount. An error in it becomes a sentence in place of what stands there, until some work succeeds.
 * @param {HTMLElement} mount the element that Streamlit gave the component
 * @param {() => void} work
 */
export function attempt(mount, work) {
  let failure = mount.querySelector(":scope > .gradviz-failure");
  try {
    work();
    failure?.remove();
  } catch (problem) {
    console.warn("gradviz:", problem);
    styled("gradviz-failure-style", CSS);
    failure ??= element("p", "gradviz-failure", mount);
    failure.setAttribute("role", "status");
    failure.textContent = FAILED;
  }
}

/**
 * What a module exports to Streamlit, made of its own ``show``. It never throws, and it cleans up also after a call that failed.
 *
 * Streamlit runs the returned cleanup not only when it has taken the mount off the page. It calls anew with every change of the
 * data, also while the script for the call before is still loading; that call is then outdated, and cleaned up as soon as it
 * returns. By then the mount may show the newer data, and that stays; or the calls have come in the wrong order, and the newer
 * data are shown again.
 * @param {(component: {parentElement: HTMLElement, data: any}) => ((() => void) | undefined)} show
 */
export function guarded(show) {
  return (component) => {
    const mount = component.parentElement;
    const record = recordOf(mount);
    const before = record.shown;
    const draw = (shown) => {
      record.shown = shown;
      attempt(mount, () => {
        record.cleanup = show(shown) ?? record.cleanup;
      });
    };
    draw(component);
    return () => {
      if (!mount.isConnected) record.cleanup?.();
      else if (record.shown === component && before) draw(before);
    };
  };
}

// After an upgrade of the server the same mount is drawn by a new version of the modules. These know nothing of what the
// former ones left in it: that is cleaned up first.
function recordOf(mount) {
  const former = mount[RECORD];
  if (former?.version === import.meta.url) return former;
  try {
    former?.cleanup?.();
  } catch (problem) {
    console.warn("gradviz:", problem); // what it has not cleaned up is removed here
  }
  for (const part of mount.querySelectorAll(':scope > [class^="gradviz-"]')) part.remove();
  mount[RECORD] = { version: import.meta.url, cleanup: null, shown: null };
  return mount[RECORD];
}
