/** What is used of Mediabunny. */

export class BufferTarget {
  buffer: ArrayBuffer | null;
}

export class Mp4OutputFormat {
  constructor(options: { fastStart: "in-memory" });
}

export class WebMOutputFormat {}

export class VideoSample {
  constructor(frame: VideoFrame);
  close(): void;
}

export interface Quality {
  readonly __quality: never;
}

export const QUALITY_HIGH: Quality;

export class VideoSampleSource {
  constructor(config: {
    codec: "avc" | "vp9" | "vp8";
    quality: Quality;
    keyFrameInterval: number;
  });
  /** Resolves once it can take the next. */
  add(sample: VideoSample): Promise<void>;
}

export class Output {
  constructor(options: { format: Mp4OutputFormat | WebMOutputFormat; target: BufferTarget });
  addVideoTrack(source: VideoSampleSource): void;
  start(): Promise<void>;
  finalize(): Promise<void>;
}
