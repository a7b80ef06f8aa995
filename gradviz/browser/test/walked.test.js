import assert from "node:assert/strict";
import { test } from "node:test";
import { collectedPart, showCollected } from "../walked.js";

/** @import {View} from "../types.js" */

const place = new EventTarget();
const view = /** @type {View} */ (
  /** @type {unknown} */ ({ root: { closest: () => place }, panels: new Map() })
);

test("a walk is shown in all pictures", () => {
  showCollected(view, { partial: [6, 0], aside: false });
  assert.deepEqual(collectedPart(view, "map"), [6, 0]);
  assert.deepEqual(collectedPart(view, "walk-map"), [6, 0]);
});

test("on paper a walk that nobody has gone is shown beside it alone", () => {
  showCollected(view, { partial: [6, 8], aside: true });
  assert.equal(collectedPart(view, "surface"), null);
  assert.equal(collectedPart(view, "map"), null);
  assert.deepEqual(collectedPart(view, "walk-map"), [6, 8]);
  showCollected(view, { partial: null, aside: true });
  assert.equal(collectedPart(view, "walk-map"), null);
});
