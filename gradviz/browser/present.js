// Present mode: the keys of a lecturer, a small toolbar, and tools that fade while nobody moves the pointer.
//
// The keys move ε through its slider, and play what the page plays. Triggers to the server: "toured" with the name
// of the preset to show, "left" to leave present mode.

import { element, iconButton, styled } from "./dom.js";
import { guarded } from "./guard.js";
import { post } from "./messages.js";
import { actionOf, nextStop } from "./presenter.js";

/** @import {Component, Timer} from "./types.js" */
/** @import {Action, Focus} from "./presenter.js" */

/**
 * @typedef {object} PresentData
 * @property {string[]} stops the presets of the tour, by name
 * @property {string} stop the one that is shown, "" for none
 */
/**
 * @typedef {object} Presenter
 * @property {HTMLElement} root
 * @property {HTMLElement} name
 * @property {Component<PresentData>} component of the last run of the page
 * @property {string} requested the stop that is to come, until it has; "" for none
 * @property {boolean} stepping whether a key that moves ε is down
 * @property {Timer | undefined} idleTimer
 * @property {AbortController} listening
 */

const FADE_AFTER = 2500; // ms without a movement
const CSS = `
.gradviz-present { position: fixed; top: 0.5rem; right: 0.75rem; z-index: 40; display: flex; align-items: center; gap: 0.25rem; padding: 0.15rem 0.35rem;
  border-radius: 1.6rem; color: var(--st-text-color); background: var(--st-background-color); font-family: var(--st-font);
  border: 1px solid color-mix(in srgb, currentColor 20%, transparent); transition: opacity 0.4s; }
.gradviz-present output { padding: 0 0.35rem; max-width: 40vw; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.gradviz-present button { width: 2.6rem; height: 2.6rem; padding: 0; border: 0; border-radius: 50%; background: none; color: inherit; cursor: pointer;
  display: grid; place-items: center; }
.gradviz-present button:hover { color: var(--st-primary-color); background: color-mix(in srgb, currentColor 10%, transparent); }
.gradviz-present button:focus-visible { outline: 2px solid var(--st-primary-color); }
.gradviz-present[data-idle]:not(:focus-within) { opacity: 0; }`;
const BACK = "M13 4L7 10L13 16";
const ON = "M7 4L13 10L7 16";
const FILL = "M3 8V3H8M12 3H17V8M17 12V17H12M8 17H3V12";
const CROSS = "M4 4L16 16M16 4L4 16";
// what has arrows and a space bar of its own
const TYPED =
  "input, textarea, select, [contenteditable], [role=slider], [role=application], [role=combobox], [role=listbox]";
const PRESSED = "button, a, summary, [role=button]";
// what Escape closes; the methods that "+ 4" has brought stay
const OPEN = "[role=dialog], [aria-expanded=true]:not(.gradviz-cards *), [data-baseweb=popover]";

/** @type {WeakMap<HTMLElement, Presenter>} */
const presenters = new WeakMap(); // by mount

/**
 * @param {Component<PresentData>} component
 * @returns {Presenter}
 */
function createPresenter(component) {
  styled("gradviz-present-style", CSS, component.parentElement);
  const root = element("div", "gradviz-present", component.parentElement);
  root.setAttribute("role", "toolbar");
  root.setAttribute("aria-label", "Present");
  /** @type {Presenter} */
  const presenter = {
    root,
    name: element("output", ""),
    component,
    requested: "",
    stepping: false,
    idleTimer: undefined,
    listening: new AbortController(),
  };
  addButton(presenter, "The one before in the gallery’s group (↑)", BACK, { what: "tour", by: -1 });
  root.append(presenter.name);
  addButton(presenter, "The next in the gallery’s group (↓)", ON, { what: "tour", by: 1 });
  if (document.fullscreenEnabled) {
    const fill = iconButton("", root, "Fill the screen", icon(FILL));
    fill.addEventListener("click", () => {
      if (document.fullscreenElement) document.exitFullscreen();
      else document.documentElement.requestFullscreen();
    });
  }
  addButton(presenter, "Leave (Escape)", CROSS, { what: "leave" });
  listen(presenter);
  wake(presenter);
  return presenter;
}

/**
 * @param {Presenter} presenter
 * @param {string} label
 * @param {string} path of its icon
 * @param {Action} action
 */
function addButton(presenter, label, path, action) {
  const button = iconButton("", presenter.root, label, icon(path));
  button.addEventListener("click", () => perform(presenter, action));
}

/**
 * @param {string} path
 * @returns {{path: string, size: [number, number]}}
 */
const icon = (path) => ({ path, size: [20, 20] });

/** @param {Presenter} presenter */
function listen(presenter) {
  const { signal } = presenter.listening;
  for (const sign of ["pointermove", "pointerdown", "focusin"])
    document.addEventListener(sign, () => wake(presenter), { signal, passive: true });
  document.addEventListener("keydown", (event) => press(presenter, event), { signal });
  document.addEventListener("keyup", () => settleStep(presenter), { signal });
  addEventListener("blur", () => settleStep(presenter), { signal });
}

/**
 * Show the tools, for a while.
 * @param {Presenter} presenter
 */
function wake(presenter) {
  const { root } = presenter;
  tellIdle(root, false);
  clearTimeout(presenter.idleTimer);
  presenter.idleTimer = setTimeout(() => tellIdle(root, true), FADE_AFTER);
}

/**
 * For the tools of the presentation, and for those of the page.
 * @param {HTMLElement} root
 * @param {boolean} idle
 */
function tellIdle(root, idle) {
  for (const told of [root, document.documentElement]) told.toggleAttribute("data-idle", idle);
}

/** @returns {Focus} */
function focusNow() {
  const focused = document.activeElement;
  if (focused === slider()) return focused ? "slider" : "none";
  if (focused?.closest(TYPED)) return "typing";
  return focused?.closest(PRESSED) ? "control" : "none";
}

/**
 * @param {Presenter} presenter
 * @param {KeyboardEvent} event
 */
function press(presenter, event) {
  if (event.defaultPrevented) return;
  const opened = [...document.querySelectorAll(OPEN)].some((element) => element.getClientRects().length > 0);
  const action = actionOf(event, focusNow(), opened);
  if (!action) return;
  event.preventDefault(); // nor does the page scroll
  perform(presenter, action);
}

/**
 * @param {Presenter} presenter
 * @param {Action} action
 */
function perform(presenter, action) {
  if (action.what === "step") moveStep(presenter, action.by);
  else if (action.what === "tour") go(presenter, action.by);
  else if (action.what === "play") playButton()?.click();
  else post(presenter, "left", true);
}

const slider = () => /** @type {HTMLInputElement | null} */ (document.querySelector(".gradviz-step input"));

/** The button that plays the function's first parameter; without parameters that of ε. */
const playButton = () =>
  /** @type {HTMLElement | null} */ (
    document.querySelector("[class*=st-key-play-] button") ?? document.querySelector(".gradviz-step button")
  );

/**
 * Move ε as a finger on its slider does.
 * @param {Presenter} presenter
 * @param {1 | -1} by
 */
function moveStep(presenter, by) {
  const input = slider();
  if (!input) return;
  presenter.stepping = true;
  input.stepUp(by);
  input.dispatchEvent(new Event("input"));
}

/**
 * The key is up: the page takes this ε.
 * @param {Presenter} presenter
 */
function settleStep(presenter) {
  if (!presenter.stepping) return;
  presenter.stepping = false;
  slider()?.dispatchEvent(new Event("change"));
}

/**
 * Go on along the tour, or back. The stop is requested by name: requested twice, as after a lost connection, it is
 * the same.
 * @param {Presenter} presenter
 * @param {1 | -1} by
 */
function go(presenter, by) {
  const { stops, stop } = presenter.component.data;
  const next = nextStop(stops, presenter.requested || stop, by);
  presenter.requested = next;
  post(presenter, "toured", next, {
    onAnswer: () => {
      if (presenter.requested === next) presenter.requested = ""; // else another is to come
    },
  });
  write(presenter);
}

/** @param {Presenter} presenter */
function write({ name, requested, component: { data } }) {
  const stop = requested || data.stop;
  const place = data.stops.indexOf(stop) + 1;
  name.textContent = place ? `${stop} · ${place} of ${data.stops.length}` : "";
}

/** @param {Component<PresentData>} component */
function showPresenter(component) {
  const { parentElement: mount } = component;
  const presenter = presenters.get(mount) ?? createPresenter(component);
  presenters.set(mount, presenter);
  presenter.component = component;
  write(presenter);
  return () => {
    presenters.delete(mount);
    clearTimeout(presenter.idleTimer);
    presenter.listening.abort();
    tellIdle(presenter.root, false);
    presenter.root.remove();
  };
}

export default guarded(showPresenter);
