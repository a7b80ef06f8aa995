// The page's side of the worker that makes the file: one request at a time, the next frame is drawn meanwhile.

/** @import {Kind, Reply, Request} from "./types.js" */

// H.264, high profile, for 1080 lines; VP9, profile 0; VP8. The first that a browser encodes.
/** @type {{kind: Exclude<Kind, {ending: "gif"}>, codec: string}[]} */
const CODECS = [
  { kind: { ending: "mp4", codec: "avc" }, codec: "avc1.640028" },
  { kind: { ending: "webm", codec: "vp9" }, codec: "vp09.00.40.08" },
  { kind: { ending: "webm", codec: "vp8" }, codec: "vp8" },
];
const BITRATE = 6e6; // per second, to ask whether a browser encodes at all

/**
 * Whether the encoder of a browser can be asked at all. That of WebKitGTK and WPE, the WebKit of Linux, ends the whole
 * page where GStreamer lacks a plug-in, already when it is asked what it supports.
 * @param {string} agent as browsers call themselves
 */
export const mayBeAsked = (agent) =>
  !(/Linux/.test(agent) && /AppleWebKit/.test(agent) && !/Chrom|Android/.test(agent));

/**
 * The video that this browser encodes; null where it encodes none, or not for a page that is not secure.
 * @param {[number, number]} size
 * @returns {Promise<Exclude<Kind, {ending: "gif"}> | null>}
 */
export async function videoKind([width, height]) {
  if (typeof VideoEncoder === "undefined" || !mayBeAsked(navigator.userAgent)) return null;
  for (const { kind, codec } of CODECS) {
    try {
      const config = { codec, width, height, bitrate: BITRATE, framerate: 25 };
      const { supported } = await VideoEncoder.isConfigSupported(config);
      if (supported) return kind;
    } catch (problem) {
      console.warn("gradviz:", codec, problem); // some browsers throw where they should answer no
    }
  }
  return null;
}

/**
 * A file in the making.
 * @param {Kind} kind
 * @param {[number, number]} size
 * @param {string[]} exact colours, #rrggbb
 */
export function openWriter(kind, [width, height], exact) {
  const program = kind.ending === "gif" ? "./gif_worker.js" : "./video_worker.js";
  const worker = new Worker(new URL(program, import.meta.url), { type: "module" });
  let elapsed = 0; // ms
  let last = send(worker, { what: "open", kind, width, height, exact }, []);
  last.catch(() => {}); // whoever adds the next frame meets it
  return {
    /**
     * Take what a canvas shows; resolves when the frame before is written.
     * @param {HTMLCanvasElement} canvas
     * @param {CanvasRenderingContext2D} pen
     * @param {number} hold ms
     */
    async add(canvas, pen, hold) {
      const [timestamp, duration] = [1000 * elapsed, 1000 * hold];
      elapsed += hold;
      await last;
      if (kind.ending === "gif") {
        const pixels = pen.getImageData(0, 0, width, height).data.buffer;
        last = send(worker, { what: "pixels", pixels, hold }, [pixels]);
      } else {
        const frame = new VideoFrame(canvas, { timestamp, duration, alpha: "discard" });
        last = send(worker, { what: "frame", frame }, [frame]);
      }
      last.catch(() => {});
    },
    async finish() {
      await last;
      const file = await send(worker, { what: "finish" }, []);
      if (!file) throw new Error("no file was written");
      return file;
    },
    close: () => worker.terminate(),
  };
}

/**
 * @param {Worker} worker
 * @param {Request} request
 * @param {Transferable[]} moved
 * @returns {Promise<ArrayBuffer | null>}
 */
function send(worker, request, moved) {
  return new Promise((done, failed) => {
    worker.onmessage = ({ data }) => {
      const reply = /** @type {Reply} */ (data);
      if ("problem" in reply) failed(new Error(reply.problem));
      else done(reply.file);
    };
    worker.onerror = () => failed(new Error("the worker could not be loaded"));
    worker.postMessage(request, moved);
  });
}
