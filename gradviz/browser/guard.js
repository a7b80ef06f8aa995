// No error leaves a component: Streamlit would put its own red box in the component's place and never call it
// again, so that not even a good state could bring it back. A failure shows a sentence instead, and the next
// change tries again.

import { element, styled } from "./dom.js";

/**
 * @template Data
 * @typedef {import("./types.js").Component<Data>} Component
 */
/** @typedef {import("./types.js").Cleanup} Cleanup */
/**
 * What is known of a mount: the version of the modules that draws it, how to clean up, the component as last
 * shown.
 * @typedef {{version: string, cleanup: Cleanup | null, shown: Component<any> | null}} MountRecord
 */

const FAILED =
  "This part of the page could not be shown. The next change tries again; Reset leads back to the lesson’s example.";
const CSS = `
.gradviz-failure { margin: 0; padding: 1rem 0; line-height: 1.4; color: var(--st-text-color); font-family: var(--st-font); }
[data-failed] > [class^="gradviz-"]:not(.gradviz-failure) { display: none; }`;
// one name for all versions of this module that a page may have loaded
const RECORD = Symbol.for("gradviz.mount");

/**
 * Do ``work`` for a mount. An error in it becomes a sentence in place of the component, until some work
 * succeeds.
 * @param {HTMLElement} mount the element that Streamlit gave the component
 * @param {() => void} work
 */
export function attempt(mount, work) {
  /** @type {HTMLElement | null} */
  const former = mount.querySelector(":scope > .gradviz-failure");
  try {
    work();
    if (!former) return;
    former.remove();
    mount.removeAttribute("data-failed");
  } catch (problem) {
    console.warn("gradviz:", problem);
    styled("gradviz-failure-style", CSS, mount);
    const failure = former ?? element("p", "gradviz-failure", mount);
    failure.setAttribute("role", "status");
    failure.textContent = FAILED;
    mount.setAttribute("data-failed", "");
  }
}

/**
 * A component's default export, made of its ``show``. It never throws, and cleans up also after a call that
 * failed.
 *
 * Streamlit runs the returned cleanup not only when it has taken the mount off the page. It calls anew with
 * every change of the data, also while the script for the call before is still loading; that call is then
 * outdated, and cleaned up as soon as it returns. By then the mount may show the newer data, and that stays;
 * or the calls have come in the wrong order, and the newer data are shown again.
 * @template Data
 * @param {(component: Component<Data>) => Cleanup | undefined} show
 * @returns {(component: Component<Data>) => Cleanup}
 */
export function guarded(show) {
  return (component) => {
    const mount = component.parentElement;
    const record = recordOf(mount);
    const before = record.shown;
    /** @param {Component<Data>} shown */
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

/**
 * The record of a mount. After an upgrade of the server the same mount is drawn by a new version of the
 * modules, which knows nothing of what the former one left in it: that is cleaned up first.
 * @param {HTMLElement & {[RECORD]?: MountRecord}} mount
 * @returns {MountRecord}
 */
function recordOf(mount) {
  const former = mount[RECORD];
  if (former?.version === import.meta.url) return former;
  try {
    former?.cleanup?.();
  } catch (problem) {
    console.warn("gradviz:", problem); // what it has not cleaned up is removed here
  }
  for (const part of mount.querySelectorAll(':scope > [class^="gradviz-"]')) part.remove();
  const record = { version: import.meta.url, cleanup: null, shown: null };
  mount[RECORD] = record;
  return record;
}
