import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { createDrafts, noteDrawn, noteEntered, noteTyped, PAUSE } from "../drafts.js";

const DRAWN = "x^2";

/** Let every answer that has come be taken. */
const taken = () => new Promise((done) => setImmediate(done));

/** A view that notes what becomes of it, and answers a request when it is told to. */
function createPage() {
  /** @type {{text: string, answer: (answer: string) => void, fail: (problem: Error) => void}[]} */
  const requests = [];
  const page = {
    requests,
    shown: /** @type {string | null} */ (null),
    outdated: false,
    drafts: createDrafts({
      read: (text) => new Promise((answer, fail) => requests.push({ text, answer, fail })),
      show: (/** @type {string} */ answer) => {
        page.shown = answer;
      },
      mark: (outdated) => {
        page.outdated = outdated;
      },
      hide: () => {
        page.shown = null;
      },
    }),
    /** @param {string} text */
    type: (text) => noteTyped(page.drafts, text, DRAWN),
    /** @param {string} answer */
    async answer(answer) {
      requests.at(-1)?.answer(answer);
      await taken();
    },
    requested: () => requests.map(({ text }) => text),
  };
  return page;
}

beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => mock.timers.reset());

test("a draft is read once the typing pauses, not at every key", async () => {
  const page = createPage();
  for (const text of ["x^2 ", "x^2 +", "x^2 + y"]) {
    page.type(text);
    mock.timers.tick(PAUSE - 1);
  }
  assert.deepEqual(page.requested(), []);
  mock.timers.tick(1);
  assert.deepEqual(page.requested(), ["x^2 + y"]);
  await page.answer("f = x^2 + y");
  assert.equal(page.shown, "f = x^2 + y");
});

test("one request is under way at a time, and the next is about the text of then", async () => {
  const page = createPage();
  for (const text of ["x^3", "x^3 +", "x^3 + y"]) {
    page.type(text);
    mock.timers.tick(PAUSE);
  }
  assert.deepEqual(page.requested(), ["x^3"]);
  await page.answer("f = x^3");
  assert.equal(page.shown, null, "its text does not stand there any more");
  assert.deepEqual(page.requested(), ["x^3", "x^3 + y"]);
  await page.answer("f = x^3 + y");
  assert.equal(page.shown, "f = x^3 + y");
});

test("what is shown is marked as soon as the text differs, and no more when it is back", async () => {
  const page = createPage();
  page.type("x^3");
  mock.timers.tick(PAUSE);
  await page.answer("f = x^3");
  page.type("x^3 ");
  assert.ok(page.outdated);
  page.type("x^3");
  assert.ok(!page.outdated);
  mock.timers.tick(PAUSE);
  assert.equal(page.requests.length, 1);
});

test("an answer that comes after Enter is about nothing any more", async () => {
  const page = createPage();
  page.type("x^3");
  mock.timers.tick(PAUSE);
  noteEntered(page.drafts);
  await page.answer("f = x^3");
  assert.equal(page.shown, null);
});

test("Enter before the pause is over sends no draft, and hides a former one", async () => {
  const page = createPage();
  page.type("x^3");
  mock.timers.tick(PAUSE);
  await page.answer("f = x^3");
  page.type("x^3 + y");
  noteEntered(page.drafts);
  assert.equal(page.shown, null);
  mock.timers.tick(10 * PAUSE);
  assert.equal(page.requests.length, 1);
});

test("what is entered stays in sight until the page shows it", async () => {
  const page = createPage();
  page.type("x^3");
  mock.timers.tick(PAUSE);
  await page.answer("f = x^3");
  noteEntered(page.drafts);
  assert.equal(page.shown, "f = x^3");
  noteDrawn(page.drafts, "x^3");
  assert.equal(page.shown, null);
});

test("an answer of the page to what was entered leaves what was typed since", async () => {
  const page = createPage();
  page.type("x^3");
  noteEntered(page.drafts);
  page.type("x^3 + y");
  noteDrawn(page.drafts, "x^3");
  mock.timers.tick(PAUSE);
  await page.answer("f = x^3 + y");
  assert.equal(page.shown, "f = x^3 + y");
});

test("back at the text that is drawn there is no draft", async () => {
  const page = createPage();
  page.type("x^3");
  mock.timers.tick(PAUSE);
  await page.answer("f = x^3");
  page.type(DRAWN);
  assert.equal(page.shown, null);
  mock.timers.tick(PAUSE);
  assert.equal(page.requests.length, 1);
});

test("without an answer nothing is shown, and the next key asks again", async (context) => {
  context.mock.method(console, "warn", () => {});
  const page = createPage();
  page.type("x^3");
  mock.timers.tick(PAUSE);
  page.requests[0]?.fail(new Error("503"));
  await taken();
  assert.equal(page.shown, null);
  page.type("x^3 ");
  mock.timers.tick(PAUSE);
  await page.answer("f = x^3");
  assert.equal(page.shown, "f = x^3");
});
