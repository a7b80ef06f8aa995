// Which methods a stage shows that nobody answers: of the pictures with all of them, those of the others are left
// out. The scales stay those of all methods, so that nothing moves but what is hidden.

import { nearest } from "./grid.js";
import { wordsOf } from "./shown_words.js";

/** @import {Card, Figure, MethodPictures, Readouts, Trace, ViewData} from "./types.js" */

export const NONE = "none"; // explained, or shown
const [WIDEST, NARROWEST] = [9, 2]; // px, of the nested arrows on the map (arrows.py, map.py)
const HEAD = 12; // px by which an arrow's head is larger than its width

/**
 * The method whose curve is explained: the one wished for where it is shown and takes a step, else the first such.
 * @param {Card[]} cards
 * @param {ReadonlySet<string>} shown
 * @param {string} wished
 */
export function explainedOf(cards, shown, wished) {
  const possible = cards.filter(({ method, stepping }) => stepping && shown.has(method));
  const names = [...possible.map(({ method }) => method), NONE];
  return names.includes(wished) ? wished : names[0];
}

/**
 * The message for the view with some of the methods.
 * @param {ViewData} view as the link has it
 * @param {MethodPictures} every
 * @param {ReadonlySet<string>} shown
 * @param {string} explained
 * @returns {ViewData}
 */
export function withMethods(view, every, shown, explained) {
  const own = view.cards.filter((card) => card.shown).map(({ method }) => method);
  const asLinked = own.length === shown.size && own.every((method) => shown.has(method));
  if (asLinked && explained === every.explained) return view;
  const pictures = Object.entries(view.pictures).map(([name, picture]) => {
    const whole = every.pictures[name === "errors" ? `errors-${explained}` : name];
    if (!whole) return [name, picture];
    const words = wordsOf(name, whole, every, view.cards, shown);
    return [name, { ...picture, ...words, figure: figureOf(whole.figure, shown) }];
  });
  const readouts = view.readouts ? readoutsOf(view.readouts, every, own, shown, explained) : undefined;
  return {
    ...view,
    revision: `${view.revision}-${[...shown].join("-")}-${explained}`,
    pictures: Object.fromEntries(pictures),
    gradientsByStep: every.gradientsByStep,
    cards: view.cards.map((card) => cardOf(card, shown, explained, Boolean(view.pictures.errors))),
    headline: headlineOf(view, readouts, explained),
    ...(readouts ? { readouts } : {}),
  };
}

/**
 * What is said at each step of the methods shown; of a first difference that is not the link's, what its card says.
 * @param {Readouts} readouts
 * @param {MethodPictures} every
 * @param {string[]} linked the methods that the link shows
 * @param {ReadonlySet<string>} shown
 * @param {string} explained
 * @returns {Readouts}
 */
function readoutsOf(readouts, every, linked, shown, explained) {
  const [place, difference] = readouts.paragraph;
  const [before, now] = [new Set(linked), shown].map((some) =>
    every.differences.find((method) => some.has(method)),
  );
  const rules = Object.keys(every.rules).find((key) => isShown(key.split(","), every, shown)) ?? "";
  return {
    ...readouts,
    headline: every.headlines[explained] ?? readouts.headline,
    paragraph: [place, ...(now && now === before ? [difference] : []), every.rules[rules]],
  };
}

/**
 * Whether of the methods without steps just these are shown.
 * @param {string[]} names
 * @param {MethodPictures} every
 * @param {ReadonlySet<string>} shown
 */
function isShown(names, every, shown) {
  const rules = new Set(Object.keys(every.rules).flatMap((key) => key.split(",")));
  return [...rules].every((name) => !name || shown.has(name) === names.includes(name));
}

/**
 * @param {ViewData} view
 * @param {Readouts | undefined} readouts
 * @param {string} explained
 */
function headlineOf({ headline, step }, readouts, explained) {
  if (!headline) return null;
  const known = readouts && step !== null;
  const text = known ? readouts.texts[readouts.headline[nearest(readouts.steps, step)]] : headline.text;
  return { ...headline, text, method: explained === NONE ? "" : explained };
}

/**
 * @param {Card} card
 * @param {ReadonlySet<string>} shown
 * @param {string} explained
 * @param {boolean} explainable
 * @returns {Card}
 */
function cardOf({ explained: _, ...card }, shown, explained, explainable) {
  const isShown = shown.has(card.method);
  const can = explainable && isShown && card.stepping;
  return { ...card, shown: isShown, ...(can ? { explained: card.method === explained } : {}) };
}

/**
 * A figure without what is another method's.
 * @param {Figure} figure
 * @param {ReadonlySet<string>} shown
 * @returns {Figure}
 */
export function figureOf({ data, layout }, shown) {
  const stays = (/** @type {{method?: string} | null | undefined} */ entry) =>
    !entry?.method || shown.has(entry.method);
  const { stage, labels, ...meta } = layout.meta ?? {};
  return {
    data: nested(data.filter(({ meta }) => stays(meta))),
    layout: {
      ...layout,
      meta: {
        ...meta,
        ...(labels ? { labels: labels.filter(stays) } : {}),
        ...(stage
          ? {
              stage: {
                ...stage,
                arrows: stage.arrows.filter(stays),
                differences: stage.differences.filter(stays),
              },
            }
          : {}),
      },
    },
  };
}

/**
 * The nested arrows of a map, the first the widest, each as wide as it is among those that are left.
 * @param {Trace[]} traces
 */
function nested(traces) {
  const arrows = traces.filter(({ type, meta }) => type === "scatter" && meta?.vector && meta.unit);
  return traces.map((trace) => {
    const rank = arrows.indexOf(trace);
    if (rank < 0) return trace;
    const share = rank / Math.max(1, arrows.length - 1);
    const width = Math.round(100 * (WIDEST - (WIDEST - NARROWEST) * share)) / 100;
    const sizes = [0, HEAD + width].slice(trace.x.length > 1 ? 0 : 1); // of each place: Plotly takes both
    const marker = { ...trace.marker, size: /** @type {any} */ (sizes) };
    return { ...trace, line: { ...trace.line, width }, marker };
  });
}
