// The tabs of a narrow page: the pictures beside the main one, and the words about them, lie in one row, of which
// one is seen. It is chosen by its tab, by keys there, or by a swipe along the row. Where the page is wide the style
// sheet shows neither tabs nor words, and the row is a column.
//
// What was chosen stays for as long as the browser's tab is open. Where it is not among the tabs, as the map of one
// variable, the first is shown meanwhile.

import { element } from "./dom.js";

/**
 * @typedef {object} Tabs
 * @property {HTMLElement} list
 * @property {HTMLElement} words
 * @property {HTMLElement | null} row that is swiped
 * @property {HTMLElement[]} pages of the row, one for each tab
 * @property {HTMLButtonElement[]} buttons
 * @property {number} shown the place of the tab that is shown
 * @property {string} chosen the name of the one that was chosen last
 * @property {number | null} target the place that the row is on its way to
 */

/** @type {Record<string, string>} */
const NAMES = { errors: "Error", map: "Map", curve: "Curve", words: "Words" };
const STORED = "gradviz-tab";
/** @type {Record<string, (place: number, count: number) => number>} */
const KEYS = {
  ArrowLeft: (place, count) => (place + count - 1) % count,
  ArrowRight: (place, count) => (place + 1) % count,
  Home: () => 0,
  End: (_, count) => count - 1,
};

/** @returns {Tabs} */
export function createTabs() {
  const list = element("div", "gradviz-tabs");
  list.setAttribute("role", "tablist");
  list.setAttribute("aria-label", "Below the surface");
  const words = element("section", "gradviz-words");
  words.tabIndex = 0; // they may be longer than their place, and are scrolled by keys then
  words.setAttribute("aria-label", "The result in words");
  /** @type {Tabs} */
  const tabs = {
    list,
    words,
    row: null,
    pages: [],
    buttons: [],
    shown: 0,
    chosen: stored() ?? "",
    target: null,
  };
  list.addEventListener("keydown", (event) => {
    const next = KEYS[event.key]?.(tabs.shown, tabs.buttons.length);
    if (next === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    choose(tabs, next);
    tabs.buttons[next].focus({ preventScroll: true });
  });
  return tabs;
}

/**
 * The name of a tab: a picture that could not be drawn has the one of the picture.
 * @param {HTMLElement} page
 */
const nameOf = ({ dataset: { panel = "words" } }) => panel.replace("-unavailable", "");

/**
 * The tab that was chosen, or the first where it is not among them.
 * @param {string[]} names
 * @param {string} chosen
 */
export const placeOf = (names, chosen) => Math.max(0, names.indexOf(chosen));

/**
 * Which of so many pages is seen most of.
 * @param {number} scrolled px
 * @param {number} width of a page
 * @param {number} count
 */
export const placeSeen = (scrolled, width, count) =>
  width > 0 ? Math.min(count - 1, Math.max(0, Math.round(scrolled / width))) : 0;

/**
 * Make the last column the row of the tabs, if there are two pages at least; without ``words`` there is no tab of them.
 * @param {Tabs} tabs
 * @param {HTMLElement} columns that were made anew
 * @param {string} words
 */
export function placeTabs(tabs, columns, words) {
  const row = columns.lastElementChild;
  tabs.row = null;
  tellWords(false);
  if (!(row instanceof HTMLElement) || columns.childElementCount < 2) return;
  if (words) row.append(tabs.words);
  tellWords(Boolean(words));
  tabs.pages = /** @type {HTMLElement[]} */ ([...row.children]);
  if (tabs.pages.length < 2) return;
  tabs.row = row;
  row.classList.add("gradviz-row");
  row.prepend(tabs.list);
  const names = tabs.pages.map(nameOf);
  tabs.buttons = names.map((name, place) => {
    const button = element("button", "", null, NAMES[name] ?? name);
    button.type = "button";
    button.setAttribute("role", "tab");
    tabs.pages[place].id = `gradviz-page-${name}`;
    button.setAttribute("aria-controls", tabs.pages[place].id);
    button.addEventListener("click", () => choose(tabs, place));
    return button;
  });
  tabs.list.replaceChildren(...tabs.buttons);
  mark(tabs, placeOf(names, tabs.chosen));
  keepTab(tabs);
  row.addEventListener("scroll", () => follow(tabs, row), { passive: true });
  row.addEventListener("pointerdown", () => Object.assign(tabs, { target: null }), { passive: true });
}

/**
 * Tell the style sheet whether the words are a tab, and need not stand on the page again.
 * @param {boolean} shown
 */
export const tellWords = (shown) => document.documentElement.toggleAttribute("data-words", shown);

/**
 * @param {Tabs} tabs
 * @param {string} text
 */
export function writeWords({ words }, text) {
  if (words.textContent !== text) words.textContent = text;
}

/**
 * Show the tab that is marked, after the row has changed its width.
 * @param {Tabs} tabs
 */
export function keepTab({ row, pages, shown }) {
  if (row) row.scrollLeft = leftOf(pages, shown);
}

/**
 * @param {HTMLElement[]} pages
 * @param {number} place
 */
const leftOf = (pages, place) => pages[place].offsetLeft - pages[0].offsetLeft;

/**
 * @param {Tabs} tabs
 * @param {number} place
 */
function choose(tabs, place) {
  const { row, pages } = tabs;
  if (!row) return;
  keep(tabs, place);
  tabs.target = place;
  const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth";
  row.scrollTo({ left: leftOf(pages, place), behavior });
}

/**
 * The row was scrolled, by a hand or on its way to a tab.
 * @param {Tabs} tabs
 * @param {HTMLElement} row
 */
function follow(tabs, row) {
  if (row !== tabs.row) return;
  const { pages, shown, target } = tabs;
  const seen = placeSeen(row.scrollLeft, leftOf(pages, 1), pages.length);
  if (target === seen) tabs.target = null;
  else if (target === null && seen !== shown) keep(tabs, seen);
}

/**
 * @param {Tabs} tabs
 * @param {number} place
 */
function keep(tabs, place) {
  mark(tabs, place);
  tabs.chosen = nameOf(tabs.pages[place]);
  try {
    sessionStorage.setItem(STORED, tabs.chosen);
  } catch {
    // a frame on another site may have none: then a reload forgets it
  }
}

function stored() {
  try {
    return sessionStorage.getItem(STORED);
  } catch {
    return null;
  }
}

/**
 * @param {Tabs} tabs changed
 * @param {number} shown
 */
function mark(tabs, shown) {
  tabs.shown = shown;
  tabs.buttons.forEach((button, place) => {
    button.setAttribute("aria-selected", String(place === shown));
    button.tabIndex = place === shown ? 0 : -1;
  });
}
