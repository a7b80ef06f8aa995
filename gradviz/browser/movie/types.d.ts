/** What the modules of this folder hand to each other. */

export type { Camera } from "../types.js";
export type { Walk, WalkData } from "../walk/types.js";

export type Film = "sweep" | "walk" | "turn";

/** GIF, or a video in MP4 or WebM, whose codec Mediabunny calls so. */
export type Kind =
  | { ending: "gif" }
  | { ending: "mp4"; codec: "avc" }
  | { ending: "webm"; codec: "vp9" | "vp8" };

/** What a frame shows; null stands for what the page shows. */
export interface Frame {
  step: number | null;
  camera: import("../types.js").Camera | null;
  /** The step of a walk. */
  place: number | null;
  /** ms */
  hold: number;
}

/** What the worker is sent; it answers each with a Reply before it takes the next. */
export type Request =
  | { what: "open"; kind: Kind; width: number; height: number; exact: string[] }
  | { what: "pixels"; pixels: ArrayBuffer; hold: number }
  | { what: "frame"; frame: VideoFrame }
  | { what: "finish" };

export type Reply = { file: ArrayBuffer | null } | { problem: string };
