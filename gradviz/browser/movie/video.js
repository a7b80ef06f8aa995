// A video, as MP4 or WebM: the browser encodes the frames (WebCodecs), Mediabunny writes them into a file.

import {
  BufferTarget,
  Mp4OutputFormat,
  Output,
  QUALITY_HIGH,
  VideoSample,
  VideoSampleSource,
  WebMOutputFormat,
} from "../vendor/mediabunny.js";

/** @import {Kind} from "./types.js" */

const KEY_FRAMES = 2; // s from one to the next: a player seeks to them

/**
 * A video to which frames are added.
 * @param {Exclude<Kind, {ending: "gif"}>} kind
 */
export async function openVideo({ ending, codec }) {
  const target = new BufferTarget();
  const format = ending === "mp4" ? new Mp4OutputFormat({ fastStart: "in-memory" }) : new WebMOutputFormat();
  const output = new Output({ format, target });
  const source = new VideoSampleSource({ codec, quality: QUALITY_HIGH, keyFrameInterval: KEY_FRAMES });
  output.addVideoTrack(source);
  await output.start();
  return {
    /** @param {VideoFrame} frame */
    async add(frame) {
      const sample = new VideoSample(frame);
      await source.add(sample);
      sample.close();
    },
    async finish() {
      await output.finalize();
      if (!target.buffer) throw new Error("no file was written");
      return new Uint8Array(target.buffer);
    },
  };
}
