import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

mock.timers.enable({ apis: ["setTimeout"] });
const { createNotice, DELAYS } = await import("../notice.js");

let shown = "";
let notice = createNotice(() => {});
beforeEach(() => {
  shown = "";
  notice = createNotice((words) => {
    shown = words;
  });
});

test("a short interruption is no word worth", () => {
  notice.begin("lost");
  mock.timers.tick(DELAYS.lost - 1);
  notice.end("lost");
  mock.timers.tick(60_000);
  assert.equal(shown, "");
});

test("a long one is told, from when it began, until it is over", () => {
  notice.begin("lost");
  mock.timers.tick(DELAYS.lost - 1);
  notice.begin("lost"); // told of twice
  mock.timers.tick(1);
  assert.match(shown, /connection is lost/);
  notice.end("lost");
  assert.equal(shown, "");
});

test("of several causes the gravest is told, then the others that last", () => {
  notice.begin("slow");
  mock.timers.tick(DELAYS.slow);
  assert.match(shown, /Still waiting/);
  notice.begin("lost");
  mock.timers.tick(DELAYS.lost);
  assert.match(shown, /connection is lost/);
  notice.end("lost");
  assert.match(shown, /Still waiting/);
  notice.end("slow");
  notice.end("slow");
  assert.equal(shown, "");
});
