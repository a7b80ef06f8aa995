import assert from "node:assert/strict";
import { test } from "node:test";
import { mayBeAsked } from "../../movie/writer.js";

test("only the WebKit of Linux is not asked what it encodes: the page would end", () => {
  const apple = "AppleWebKit/605.1.15 (KHTML, like Gecko)";
  const blink = "AppleWebKit/537.36 (KHTML, like Gecko)";
  const rows = {
    [`Mozilla/5.0 (X11; Linux x86_64) ${apple} Version/60.5 Safari/605.1.15`]: false, // WebKitGTK
    [`Mozilla/5.0 (Linux; aarch64) ${apple} Version/17.0 Safari/605.1.15`]: false, // WPE
    [`Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${apple} Version/18.0 Safari/605.1.15`]: true,
    [`Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) ${apple} Version/18.0 Mobile/15E148 Safari/604.1`]: true,
    [`Mozilla/5.0 (X11; Linux x86_64) ${blink} Chrome/156.0.0.0 Safari/537.36`]: true,
    [`Mozilla/5.0 (Linux; Android 15; K) ${blink} Chrome/156.0.0.0 Mobile Safari/537.36`]: true,
    "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0": true,
  };
  for (const [agent, expected] of Object.entries(rows)) assert.equal(mayBeAsked(agent), expected, agent);
});
