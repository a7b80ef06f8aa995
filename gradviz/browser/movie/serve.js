// What both workers have in common: they are sent one request after the other, and answer each.

/** @import {Reply, Request} from "./types.js" */
/**
 * @typedef {object} Writer
 * @property {(request: Request) => void | Promise<void>} add
 * @property {() => Uint8Array<ArrayBuffer> | Promise<Uint8Array<ArrayBuffer>>} finish
 */
/** @typedef {(request: Extract<Request, {what: "open"}>) => Writer | Promise<Writer>} Opener */

/**
 * Answer the requests that this worker is sent.
 * @param {Opener} open
 */
export function serve(open) {
  /** @type {Writer | null} */
  let writer = null;
  /** @param {Request} request @returns {Promise<ArrayBuffer | null>} the file, once it is finished */
  const answer = async (request) => {
    if (request.what === "open") writer = await open(request);
    else if (request.what === "finish") return (await writer?.finish())?.slice().buffer ?? null;
    else await writer?.add(request);
    return null;
  };
  addEventListener("message", async ({ data }) => {
    /** @type {Reply} */
    let reply;
    try {
      reply = { file: await answer(data) };
    } catch (problem) {
      reply = { problem: String(problem) };
    }
    postMessage(reply);
  });
}
