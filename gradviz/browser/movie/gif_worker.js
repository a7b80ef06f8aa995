// The worker that writes a GIF, so that the page goes on meanwhile.

import { createGif } from "./gif.js";
import { serve } from "./serve.js";

serve(({ width, height, exact }) => {
  const gif = createGif(width, height, exact);
  return {
    add: (request) => {
      if (request.what === "pixels") gif.add(new Uint8ClampedArray(request.pixels), request.hold);
    },
    finish: () => gif.finish(),
  };
});
