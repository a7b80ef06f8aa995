// The worker that encodes a video, so that the page goes on meanwhile.

import { serve } from "./serve.js";
import { openVideo } from "./video.js";

serve(async ({ kind }) => {
  if (kind.ending === "gif") throw new TypeError("a GIF is no video");
  const video = await openVideo(kind);
  return {
    add: (request) => (request.what === "frame" ? video.add(request.frame) : undefined),
    finish: () => video.finish(),
  };
});
