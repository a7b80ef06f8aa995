// Moving pictures of what the page shows, made in the browser when somebody asks for one: ε through all its decades,
// the walk of back-propagation, a turn of the camera. One is made at a time; it goes on while Share is shut.

import { element, styled } from "./dom.js";
import { guarded } from "./guard.js";
import { make, VIDEO_SIZE, whyNot } from "./movie/making.js";
import { videoKind } from "./movie/writer.js";

/** @import {Component, Timer} from "./types.js" */
/** @import {Film, Kind} from "./movie/types.js" */
/**
 * @typedef {object} MovieData
 * @property {string} paper #rrggbb
 * @property {string} ink
 * @property {[number, number]} ends the smallest and the largest exponent of ε
 */
/**
 * A moving picture in the making.
 * @typedef {object} Making
 * @property {AbortController} stopper
 * @property {Film} film
 * @property {number} done frames
 * @property {number} all
 */
/**
 * @typedef {object} Shelf
 * @property {HTMLElement} root
 * @property {HTMLElement} rows
 * @property {HTMLElement} making
 * @property {HTMLElement} frames
 * @property {HTMLProgressElement} bar
 * @property {HTMLElement} words
 * @property {MovieData} data
 * @property {Kind[] | null} kinds that this browser makes; null until it is known
 * @property {Timer | undefined} timer of the next look at what the page shows
 */

/** @type {Record<Film, {label: string, about: string}>} */
const FILMS = {
  sweep: { label: "ε sweep", about: "ε through all its decades: arrows, numbers and marks follow" },
  walk: { label: "Walk", about: "back-propagation step by step, and the gradient that grows" },
  turn: { label: "Turn", about: "the camera once around the surface" },
};
const NO_VIDEO =
  "No video here: this browser has no encoder to rely on, or the page’s address is not a secure one (https). GIF works.";
const LOOK_EVERY = 1000; // ms: the graph may come, or a picture go, while Share is open
const CSS = `
.gradviz-movie { color: var(--st-text-color); font-family: var(--st-font); display: grid; gap: 0.35rem; }
.gradviz-movie p { margin: 0; font-size: 0.875rem; line-height: 1.4; opacity: 0.85; }
.gradviz-movie p:empty, .gradviz-movie [hidden] { display: none !important; }
.gradviz-movie-row { display: flex; gap: 0.5rem; align-items: center; flex-wrap: wrap; }
.gradviz-movie-row > span { min-width: 4.5rem; font-size: 0.875rem; }
.gradviz-movie button { font: inherit; font-size: 0.875rem; color: inherit; background: none; min-height: 2.5rem; padding: 0 0.75rem; border-radius: 0.5rem; cursor: pointer;
  border: 1px solid color-mix(in srgb, var(--st-text-color) 20%, transparent); }
.gradviz-movie button:hover:enabled { border-color: var(--st-primary-color); color: var(--st-primary-color); }
.gradviz-movie button:disabled { opacity: 0.5; cursor: default; }
.gradviz-movie button:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
.gradviz-movie-making { display: flex; gap: 0.75rem; align-items: center; }
.gradviz-movie-making progress { flex: 1; min-width: 0; accent-color: var(--st-primary-color); }
.gradviz-movie-making span { font-size: 0.875rem; font-variant-numeric: tabular-nums; white-space: nowrap; }`;

/** @type {WeakMap<HTMLElement, Shelf>} */
const shelves = new WeakMap(); // by mount
/** @type {Set<Shelf>} */
const mounted = new Set();
/** @type {Making | null} */
let current = null;
let outcome = ""; // of the last one, in words

/**
 * @param {HTMLElement} mount
 * @param {MovieData} data
 * @returns {Shelf}
 */
function createShelf(mount, data) {
  styled("gradviz-movie-style", CSS, mount);
  const root = element("div", "gradviz-movie", mount);
  const rows = element("div", "", root);
  const making = element("div", "gradviz-movie-making", root);
  const frames = element("span", "", making);
  const bar = element("progress", "", making);
  bar.setAttribute("aria-label", "Frames");
  const stop = element("button", "", making, "Stop");
  stop.type = "button";
  stop.addEventListener("click", () => current?.stopper.abort());
  const words = element("p", "", root);
  words.setAttribute("role", "status");
  return { root, rows, making, frames, bar, words, data, kinds: null, timer: undefined };
}

/** @param {Shelf} shelf */
function listFilms(shelf) {
  const { rows, kinds } = shelf;
  if (!kinds) return;
  const films = /** @type {Film[]} */ (Object.keys(FILMS));
  rows.replaceChildren(
    ...films.map((film) => {
      const row = element("div", "gradviz-movie-row");
      element("span", "", row, FILMS[film].label);
      for (const kind of kinds) {
        const name = kind.ending === "webm" ? "WebM" : kind.ending.toUpperCase();
        const button = element("button", "", row, name);
        button.type = "button";
        Object.assign(button.dataset, { film, ending: kind.ending });
        button.setAttribute("aria-label", `${FILMS[film].label} as ${name}`);
        button.addEventListener("click", () => begin(shelf, film, kind));
      }
      return row;
    }),
  );
  if (kinds.length === 1) element("p", "", rows, NO_VIDEO);
}

/** What all shelves show of the making. */
function showMaking() {
  for (const { rows, making, frames, bar, words } of mounted) {
    making.hidden = !current;
    if (current) {
      const { done, all } = current;
      frames.textContent = all ? `Frame ${done} of ${all}` : "Setting the stage …";
      bar.max = all || 1;
      if (all) bar.value = done;
      else bar.removeAttribute("value"); // nobody knows yet how long it takes
    }
    if (words.textContent !== outcome) words.textContent = outcome;
    for (const button of rows.querySelectorAll("button")) {
      const film = /** @type {Film} */ (button.dataset.film);
      const reason = whyNot(film);
      button.disabled = Boolean(current || reason);
      button.title = reason || `${FILMS[film].about}.`;
    }
  }
}

/**
 * @param {Shelf} shelf
 * @param {Film} film
 * @param {Kind} kind
 */
async function begin({ data }, film, kind) {
  if (current) return;
  const stopper = new AbortController();
  const making = { stopper, film, done: 0, all: 0 };
  current = making;
  outcome = "";
  showMaking();
  try {
    const { paper, ink, ends } = data;
    const report = (/** @type {number} */ done, /** @type {number} */ all) => {
      Object.assign(making, { done, all });
      showMaking();
    };
    const file = await make({ film, kind, colours: { paper, ink }, ends }, report, stopper.signal);
    const name = `gradviz-${film}.${kind.ending}`;
    save(file, name);
    outcome = `${name}, ${(file.size / 1e6).toFixed(1)} MB, has been saved.`;
  } catch (problem) {
    if (stopper.signal.aborted) outcome = "Stopped: nothing has been saved.";
    else {
      console.warn("gradviz:", problem);
      outcome =
        kind.ending === "gif"
          ? "This moving picture could not be made. The page goes on; you can try again."
          : "This browser could not make the video. The page goes on, and a GIF needs no encoder.";
    }
  } finally {
    current = null;
    showMaking();
  }
}

/**
 * @param {Blob} file
 * @param {string} download its name
 */
function save(file, download) {
  const link = document.createElement("a");
  const href = URL.createObjectURL(file);
  Object.assign(link, { href, download });
  link.click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000); // the browser reads it after the click
}

/** @param {Component<MovieData>} component */
function show({ parentElement: mount, data }) {
  const shelf = shelves.get(mount) ?? createShelf(mount, data);
  shelf.data = data;
  shelves.set(mount, shelf);
  mounted.add(shelf);
  if (!shelf.kinds) {
    videoKind(VIDEO_SIZE).then((video) => {
      shelf.kinds = [{ ending: "gif" }, ...(video ? [video] : [])];
      listFilms(shelf);
      showMaking();
    });
  }
  showMaking();
  clearInterval(shelf.timer);
  shelf.timer = setInterval(showMaking, LOOK_EVERY);
  return () => {
    clearInterval(shelf.timer);
    shelves.delete(mount);
    mounted.delete(shelf);
    shelf.root.remove();
  };
}

export default guarded(show);
