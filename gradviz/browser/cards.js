// The cards of the methods, one row above the pictures, and the sentence above them.
//
// A card says how a method is drawn, its gradient and how far that is off. A press shows or hides the method; a
// second button explains its curve of errors. While ε moves, all of it follows from the gradients over all
// steps; what is not known ahead of the server is a dash until it answers.

import { element, iconButton, shape } from "./dom.js";
import { nearest } from "./grid.js";
import { dashArray, symbolPath } from "./legend.js";
import { post } from "./messages.js";
import { readoutAt } from "./readouts.js";
import { colourOf } from "./paint.js";
import { writtenStep, writtenValue } from "./step_scale.js";

/** @import {Card, Theme, View} from "./types.js" */

const ONE_LINE = 120; // letters of the headline on a desk
const BESIDE = 88; // and where the sentence of a lesson stands at its right
const SOME = 12; // letters of a gradient that fit on a narrow card
const MANY = 22; // and on a usual one
const DIGITS = 4; // of a coordinate, as the server writes it
/** @type {{path: string, size: [number, number], width: number}} */
const CURVE = { path: "M1 2L3 4L4 3L8 11L15 2", size: [16, 14], width: 1.7 }; // of errors
const ALWAYS = ["symbolic", "forward", "backward", "central", "backprop"]; // in front also while hidden

/**
 * A sentence in which a line does not end within a short vector.
 * @param {string} sentence
 */
export const unbroken = (sentence) =>
  sentence.replace(/\([^()]{1,24}\)/g, (vector) => vector.replaceAll(" ", "\u00a0"));

/**
 * Draw the cards and the headline. The elements stay until their looks change, so that the focus stays.
 * @param {View} view
 * @param {Theme} theme
 */
export function drawCards(view, theme) {
  const cards = view.data?.cards ?? [];
  const looks = cards.map(({ method, colour, explained }) => [method, colour, explained === undefined]);
  const wanted = JSON.stringify([looks, theme.palette, theme.dashes]);
  if (view.listed !== wanted) listCards(view, cards, theme);
  view.listed = wanted;
  view.shown = null; // what was pressed is in this answer
  for (const card of cards) {
    const entry = cardOf(view, card.method);
    if (!entry) continue;
    entry.dataset.shown = String(card.shown);
    entry.toggleAttribute("data-behind", !card.shown && !ALWAYS.includes(card.method));
    button(entry, "show")?.setAttribute("aria-pressed", String(card.shown));
    button(entry, "explain")?.setAttribute("aria-pressed", String(card.explained));
  }
  showMore(view);
  writeCards(view);
}

/**
 * Write what the cards and the headline say now: as the server has it, or at the step that is moved.
 * @param {View} view
 */
export function writeCards(view) {
  const { data, preview } = view;
  if (!data) return;
  const step = preview?.step ?? null;
  for (const card of data.cards) {
    const entry = cardOf(view, card.method);
    if (!entry) continue;
    const { gradient, verdict } = step === null ? card : cardAt(view, card, step);
    write(entry, ".gradviz-card-gradient", gradient);
    tellLetters(entry, gradient);
    write(entry, ".gradviz-card-verdict", verdict);
  }
  view.headline.hidden = !data.headline;
  view.root.toggleAttribute("data-unheaded", !data.headline);
  const sentence = (step === null ? data.headline?.text : headlineAt(view, step)) ?? "";
  view.headline.textContent = unbroken(sentence);
  view.headline.toggleAttribute("data-long", sentence.length > ONE_LINE);
  view.headline.toggleAttribute("data-long-beside", sentence.length > BESIDE);
}

/**
 * Tell the style sheet how long a gradient is: on a narrow card its letters are smaller then.
 * @param {Element} entry
 * @param {string} gradient
 */
function tellLetters(entry, { length }) {
  const place = entry.querySelector(".gradviz-card-gradient");
  if (length > MANY) place?.setAttribute("data-letters", "many");
  else if (length > SOME) place?.setAttribute("data-letters", "some");
  else place?.removeAttribute("data-letters");
}

/**
 * @param {Element} entry
 * @param {string} part
 * @param {string} text
 */
function write(entry, part, text) {
  const place = entry.querySelector(part);
  if (place && place.textContent !== text) place.textContent = text;
}

/**
 * What a card says at another step than the server has answered for.
 * @param {View} view
 * @param {Card} card
 * @param {number} step
 * @returns {{gradient: string, verdict: string}}
 */
function cardAt({ gradientsByStep: table, data }, card, step) {
  if (!card.stepping) return card;
  const readout = readoutAt(data?.readouts, step)?.cards[card.method];
  if (readout) return readout;
  const drawn = table?.gradients[card.method];
  if (!table || !drawn) return { gradient: "…", verdict: "" };
  const place = nearest(table.steps, step);
  const error = table.errors[card.method][place];
  const off = Number.isNaN(error) ? "" : error === 0 ? "exact" : `off ${writtenValue(error, 2)}`;
  const within = card.side && off === "exact" ? "" : off;
  return {
    gradient: vectorAt(table, card.method, place),
    verdict: [card.side, within].filter(Boolean).join(", "),
  };
}

/**
 * A method's gradient at one of the steps; an ellipsis where not all of it is known here.
 * @param {NonNullable<View["gradientsByStep"]>} table
 * @param {string} method
 * @param {number} place
 */
function vectorAt({ gradients, others, order, size }, method, place) {
  if (order.length < size) return "…";
  /** @type {string[]} */
  const texts = [];
  [...gradients[method], ...(others[method] ?? [])].forEach((coordinate, i) => {
    texts[order[i]] = writtenValue(coordinate[place], DIGITS);
  });
  return size === 1 ? texts[0] : `(${texts.join(", ")})`;
}

/**
 * @param {View} view
 * @param {number} step
 */
function headlineAt(view, step) {
  const { data, gradientsByStep: table } = view;
  if (!data?.headline) return "";
  const readout = readoutAt(data.readouts, step);
  if (readout) return readout.headline;
  const { method, truth } = data.headline;
  const card = data.cards.find((candidate) => candidate.method === method);
  const start = `With ε = ${writtenStep(step)}`;
  if (!card || !table?.gradients[method]) return `${start} ${truth}.`;
  const { gradient, verdict } = cardAt(view, card, step);
  return `${start} ${card.label} says ${gradient}; ${truth}${verdict ? `: ${verdict}` : ""}.`;
}

// ---------------------------------------------------------------- the elements

/**
 * @param {View} view
 * @param {string} method
 * @returns {HTMLElement | null}
 */
const cardOf = (view, method) => view.cards.querySelector(`[data-method="${method}"]`);

/**
 * @param {Element | null} entry
 * @param {string} what
 * @returns {HTMLButtonElement | null}
 */
const button = (entry, what) => entry?.querySelector(`.gradviz-card-${what}`) ?? null;

/**
 * @param {View} view
 * @param {Card[]} cards
 * @param {Theme} theme
 */
function listCards(view, cards, theme) {
  const focused = document.activeElement?.closest(".gradviz-cards [data-method]");
  const method = focused instanceof HTMLElement ? (focused.dataset.method ?? "") : "";
  const what = document.activeElement?.classList.contains("gradviz-card-explain") ? "explain" : "show";
  view.cards.replaceChildren(...cards.map((card) => createCard(view, card, theme)));
  if (cards.length) view.cards.append(createMore(view));
  if (method) (button(cardOf(view, method), what) ?? button(cardOf(view, method), "show"))?.focus();
}

/**
 * @param {View} view
 * @param {Card} card
 * @param {Theme} theme
 */
function createCard(view, { method, label, colour, dash, width, symbol, explained }, { palette, dashes }) {
  const entry = element("li", "gradviz-card");
  entry.dataset.method = method;
  const ink = colourOf(colour, palette);
  entry.style.setProperty("--method", ink);
  const show = element("button", "gradviz-card-show", entry);
  show.type = "button";
  show.title = `Show or hide ${label} in the pictures`;
  const box = { width: 30, height: 14, viewBox: "-15 -7 30 14", "aria-hidden": "true" };
  const look = shape("svg", box, show);
  const line = { stroke: ink, "stroke-width": width, "stroke-dasharray": dashArray(dashes[method] ?? dash) };
  const mark = { fill: ink, stroke: palette.paper, ...(symbol === "x" ? { transform: "rotate(45)" } : {}) };
  shape("path", { d: "M-15 0H15", ...line }, look);
  shape("path", { d: symbolPath(symbol), ...mark }, look);
  for (const part of ["name", "gradient", "verdict"]) element("span", `gradviz-card-${part}`, show);
  write(show, ".gradviz-card-name", label);
  show.addEventListener("click", () => toggle(view, method));
  if (explained !== undefined) {
    const text = `Explain the errors of ${label}`;
    const explain = iconButton("gradviz-card-explain", entry, text, CURVE);
    explain.addEventListener("click", () => {
      const pressed = explain.getAttribute("aria-pressed") === "true";
      post(view, "explained", pressed ? "none" : method);
    });
  }
  return entry;
}

/**
 * The last entry of the row: a button that brings out the cards of the other methods.
 * @param {View} view
 */
function createMore(view) {
  const entry = element("li", "gradviz-card-more");
  const more = element("button", "", entry);
  more.type = "button";
  more.addEventListener("click", () => {
    view.allCards = !view.allCards;
    showMore(view);
    const [first] = view.cards.querySelectorAll("[data-behind]");
    if (view.allCards) first?.scrollIntoView({ block: "nearest", inline: "nearest" });
  });
  return entry;
}

/** @param {View} view */
function showMore(view) {
  const behind = view.cards.querySelectorAll("[data-behind]").length;
  const entry = view.cards.querySelector(".gradviz-card-more");
  const more = entry?.querySelector("button");
  if (!(entry instanceof HTMLElement) || !more) return;
  entry.hidden = !behind;
  view.cards.toggleAttribute("data-all", view.allCards);
  more.textContent = view.allCards ? "−" : `+ ${behind}`;
  more.setAttribute("aria-expanded", String(view.allCards));
  more.setAttribute("aria-label", view.allCards ? "Fewer methods" : `${behind} more methods`);
}

/**
 * Show a method, or hide it. Of several presses one after the other the last asks for all of them.
 * @param {View} view
 * @param {string} method
 */
function toggle(view, method) {
  const cards = view.data?.cards ?? [];
  view.shown ??= new Set(cards.filter(({ shown }) => shown).map((card) => card.method));
  const shows = !view.shown.delete(method);
  if (shows) view.shown.add(method);
  const entry = cardOf(view, method);
  if (entry) entry.dataset.shown = String(shows);
  button(entry, "show")?.setAttribute("aria-pressed", String(shows));
  post(view, "shown", [...view.shown].join(",") || "none");
}
