// Making a moving picture, frame by frame: of what the page shows now, while the page itself goes on.

import { subjectOf } from "../camera.js";
import { overlaySize } from "../panels.js";
import { liveCamera } from "../plotly.js";
import { viewAt } from "../view.js";
import { outline } from "../viewpoint.js";
import { walkAt } from "../walk.js";
import { createEasel, drawFrame } from "./compose.js";
import { sweepFrames, turnFrames, walkFrames } from "./plan.js";
import { closeStage, HEIGHT, openStage, showFrame, shownIn, WIDTH } from "./stage.js";
import { openWriter } from "./writer.js";

/** @import {Film, Frame, Kind} from "./types.js" */
/** @import {Stage} from "./stage.js" */
/**
 * @typedef {object} Order
 * @property {Film} film
 * @property {Kind} kind
 * @property {{paper: string, ink: string}} colours
 * @property {[number, number]} ends the smallest and the largest exponent of ε
 */

const ARROW = 0.6; // in scene units, as the page fits its scene
/** Frames of a turn. */
const TURNS = { gif: 60, video: 120 };

/** Pixels for a px of a frame: a video has 1080 lines, a GIF would be too large with them. */
const SCALES = { gif: 1, video: 2 };

/** @param {Kind} kind */
const sort = ({ ending }) => (ending === "gif" ? "gif" : "video");

/** The size of a video in pixels. @type {[number, number]} */
export const VIDEO_SIZE = [SCALES.video * WIDTH, SCALES.video * HEIGHT];

const pageView = () => {
  const root = document.querySelector(".st-key-stage .gradviz-view");
  return root?.parentElement ? viewAt(root.parentElement) : undefined;
};

const pageWalk = () => {
  const root = document.querySelector(".st-key-walk .gradviz-walk");
  return root?.parentElement ? walkAt(root.parentElement)?.data : undefined;
};

/**
 * Why there is no moving picture of that kind of what the page shows now; "" where there is one.
 * @param {Film} film
 */
export function whyNot(film) {
  const data = pageView()?.data;
  if (!data || !shownIn(data, film).main) return "The page shows no picture of f now.";
  if (film === "turn" && shownIn(data, film).main !== "surface") return "Only a surface can be turned.";
  if (film === "sweep" && !data.pictures.errors)
    return "It would tell what the error plot, which is not shown, shows.";
  if (film === "walk" && !pageWalk()) return "There is no graph on the page now.";
  return "";
}

/**
 * The file of a moving picture. Rejects with the reason of ``signal`` once that is aborted.
 * @param {Order} order
 * @param {(done: number, all: number) => void} report
 * @param {AbortSignal} signal
 * @returns {Promise<Blob>}
 */
export async function make({ film, kind, colours, ends }, report, signal) {
  const page = pageView();
  if (!page) throw new Error("there is no picture");
  const stage = await openStage(page, pageWalk() ?? null, film, colours, signal);
  try {
    const frames = framesOf(stage, film, kind, ends);
    return await record(stage, frames, kind, report, signal);
  } finally {
    closeStage(stage);
  }
}

/**
 * @param {Stage} stage
 * @param {Film} film
 * @param {Kind} kind
 * @param {[number, number]} ends
 * @returns {Frame[]}
 */
function framesOf({ main, walk }, film, kind, ends) {
  if (film === "sweep") return sweepFrames(ends);
  if (film === "walk") return walkFrames(walk?.data?.steps.length ?? 0);
  const subject = main.painted && subjectOf(main.painted);
  const camera = liveCamera(main.plot);
  if (!subject || !camera) throw new Error("there is no scene to turn");
  return turnFrames(camera, outline(subject, ARROW), overlaySize(main), TURNS[sort(kind)]);
}

/**
 * @param {Stage} stage
 * @param {Frame[]} frames
 * @param {Kind} kind
 * @param {(done: number, all: number) => void} report
 * @param {AbortSignal} signal
 */
async function record(stage, frames, kind, report, signal) {
  const easel = await createEasel(stage, SCALES[sort(kind)], kind.ending === "gif");
  const { canvas, pen, theme } = easel;
  const exact = Object.values(theme.palette).filter((colour) => /^#[0-9a-f]{6}$/i.test(colour));
  const writer = openWriter(kind, [canvas.width, canvas.height], [...new Set(exact)]);
  try {
    for (const [i, frame] of frames.entries()) {
      signal.throwIfAborted();
      await showFrame(stage, frame);
      await drawFrame(easel, stage, i > 0 && !frame.camera);
      await writer.add(canvas, pen, frame.hold);
      report(i + 1, frames.length);
    }
    signal.throwIfAborted();
    const type = kind.ending === "gif" ? "image/gif" : `video/${kind.ending}`;
    return new Blob([await writer.finish()], { type });
  } finally {
    writer.close();
  }
}
