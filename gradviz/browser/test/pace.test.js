import assert from "node:assert/strict";
import { test } from "node:test";
import { createPace, mayRequest, noteFrame, notePainted, noteRequest } from "../pace.js";

test("the first request may be sent at once", () => {
  assert.ok(mayRequest(createPace(), 0));
});

test("until an answer is painted the next request waits, at most four seconds", () => {
  const pace = createPace();
  noteRequest(pace, 1000);
  assert.ok(!mayRequest(pace, 1300));
  assert.ok(mayRequest(pace, 5000));
});

test("after an answer the page has as long for itself as the answer took", () => {
  const pace = createPace();
  noteRequest(pace, 1000);
  noteRequest(pace, 1100); // counted from the first
  notePainted(pace, 1200);
  assert.ok(!mayRequest(pace, 1399));
  assert.ok(mayRequest(pace, 1400));
});

test("what is painted without having been asked for costs no time", () => {
  const pace = createPace();
  notePainted(pace, 1000);
  assert.ok(mayRequest(pace, 1000));
});

test("a machine is slow once three drawings in a row were", () => {
  const pace = createPace();
  for (const duration of [90, 90, 20, 90, 90]) noteFrame(pace, duration);
  assert.ok(!pace.slow);
  noteFrame(pace, 90);
  assert.ok(pace.slow);
  noteFrame(pace, 5);
  assert.ok(pace.slow, "and stays it");
});
