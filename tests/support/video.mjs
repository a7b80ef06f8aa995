// A video made as the page makes it, but for the encoder: node video.mjs ENDING CODEC FILE, and the frames' times in ms.
// The encoder of this script hands on a packet for each frame, which says in its bytes which one it is.
import { writeFileSync } from "node:fs";

const [ending, codec, file, ...times] = process.argv.slice(2);
const SIZE = [1920, 1080];
// Parameter sets of H.264 for this size, as an AVCDecoderConfigurationRecord (ISO/IEC 14496-15).
const SPS = [0x67, 0x64, 0x00, 0x28, 0xac, 0xd9, 0x40, 0x78, 0x02, 0x27, 0xe5, 0x84, 0x00, 0x00, 0x03, 0x00, 0x04, 0x00, 0x00, 0x03, 0x00, 0xf0, 0x3c, 0x60, 0xc6, 0x58];
const PPS = [0x68, 0xeb, 0xe3, 0xcb, 0x22, 0xc0];
const AVC = [1, SPS[1], SPS[2], SPS[3], 0xff, 0xe1, 0, SPS.length, ...SPS, 1, 0, PPS.length, ...PPS, 0xfd, 0xf8, 0xf8, 0x00];

class Frame {
  constructor(_, { timestamp, duration }) {
    const [codedWidth, codedHeight] = SIZE;
    Object.assign(this, { timestamp, duration, codedWidth, codedHeight, format: "I420", colorSpace: {} });
    Object.assign(this, { displayWidth: codedWidth, displayHeight: codedHeight, rotation: 0, flip: false });
    this.visibleRect = { left: 0, top: 0, width: codedWidth, height: codedHeight };
  }
  clone() {
    return new Frame(null, this);
  }
  close() {}
}

class Chunk {
  constructor({ type, timestamp, duration, data }) {
    Object.assign(this, { type, timestamp, duration, data, byteLength: data.length });
  }
  copyTo(target) {
    new Uint8Array(target.buffer ?? target, target.byteOffset ?? 0).set(this.data);
  }
}

let encoded = 0;
class Encoder {
  state = "unconfigured";
  encodeQueueSize = 0;
  static async isConfigSupported(config) {
    return { supported: config.codec.startsWith(codec.slice(0, 3) === "avc" ? "avc1" : codec.replace("vp9", "vp09")), config };
  }
  constructor({ output }) {
    this.output = output;
  }
  addEventListener() {}
  configure(config) {
    this.config = config;
    this.state = "configured";
  }
  encode(frame, options) {
    const type = options?.keyFrame || encoded === 0 ? "key" : "delta";
    // a length and a slice of H.264; other codecs have bytes alone
    const data = codec === "avc" ? [0, 0, 0, 3, type === "key" ? 0x65 : 0x41, encoded >> 8, encoded & 255] : [encoded >> 8, encoded & 255];
    encoded += 1;
    const chunk = new Chunk({ type, timestamp: frame.timestamp, duration: frame.duration, data: Uint8Array.from(data) });
    const description = codec === "avc" ? { description: Uint8Array.from(AVC) } : {};
    const decoderConfig = { codec: this.config.codec, codedWidth: SIZE[0], codedHeight: SIZE[1], ...description };
    this.output(chunk, { decoderConfig });
  }
  async flush() {}
  close() {
    this.state = "closed";
  }
}

let handler = () => {};
let worker = null;
Object.assign(globalThis, {
  VideoFrame: Frame,
  EncodedVideoChunk: Chunk,
  VideoEncoder: Encoder,
  addEventListener: (_, listener) => (handler = listener),
  postMessage: (data) => worker.onmessage({ data }),
  Worker: class {
    constructor() {
      worker = this;
    }
    postMessage(data) {
      handler({ data });
    }
    terminate() {}
  },
});
await import("../../gradviz/browser/movie/video_worker.js");
const { openWriter, videoKind } = await import("../../gradviz/browser/movie/writer.js");

const kind = await videoKind(SIZE);
if (kind?.ending !== ending || kind.codec !== codec) throw new Error(`asked for ${JSON.stringify(kind)}`);
const writer = openWriter(kind, SIZE, []);
for (const hold of times.map(Number)) await writer.add(null, null, hold);
writeFileSync(file, new Uint8Array(await writer.finish()));
