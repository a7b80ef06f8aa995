// The events by which components that belong together inform each other: Streamlit mounts each by itself, so they
// meet on the document; the components of a stage that stands alone, of which a document may have several, meet
// on its element. The types of the events are in types.d.ts.

/** @import { AnnouncedEvents, StepEvent } from "./types.js" */

/** The class of the element of a stage that stands alone. */
export const ALONE = "gradviz-live";

/**
 * Where the components meet that ``node`` belongs to.
 * @param {Element} node
 * @returns {EventTarget}
 */
export const meetingPlace = (node) => node.closest(`.${ALONE}`) ?? document;

/**
 * @template {keyof AnnouncedEvents} Name
 * @param {Element} node
 * @param {Name} name
 * @param {AnnouncedEvents[Name]} detail
 */
function announce(node, name, detail) {
  meetingPlace(node).dispatchEvent(new CustomEvent(name, { detail }));
}

/**
 * ε moves, on its slider or on the error plot: all pictures follow at once.
 * @param {Element} node of the component that moves it
 * @param {StepEvent} detail
 */
export const announceStep = (node, detail) => announce(node, "gradviz-step", detail);

/**
 * A walk has collected another part of the gradient: the pictures show it.
 * @param {Element} node of the walk
 * @param {number[] | null} partial along the drawn axes; null while nobody walks
 * @param {boolean} aside whether only the picture beside the walk does
 */
export const announcePartial = (node, partial, aside) => announce(node, "gradviz-walk", { partial, aside });

/**
 * Call ``take`` with whatever is announced by that name among the components that ``node`` belongs to. What is
 * returned ends it.
 * @template {keyof AnnouncedEvents} Name
 * @param {Element} node in its place already
 * @param {Name} name
 * @param {(detail: AnnouncedEvents[Name]) => void} take
 */
export function onAnnounced(node, name, take) {
  const place = meetingPlace(node);
  const listener = (/** @type {Event} */ event) =>
    take(/** @type {CustomEvent<AnnouncedEvents[Name]>} */ (event).detail);
  place.addEventListener(name, listener);
  return () => place.removeEventListener(name, listener);
}
