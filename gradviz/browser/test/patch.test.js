import assert from "node:assert/strict";
import { test } from "node:test";
import { baseOf, keepBase, patched } from "../patch.js";

const BASE = { figure: { data: [{ x: 1 }, { x: 2, y: 3 }], title: "f" }, step: 0.1 };

test("values are put where their paths lead, and the base stays as it was", () => {
  const before = structuredClone(BASE);
  const found = patched(BASE, {
    set: [
      [["figure", "data", 1, "x"], 5],
      [["step"], null],
      [["figure", "new"], [7]],
    ],
    delete: [["figure", "data", 1, "y"]],
  });
  assert.deepEqual(found, { figure: { data: [{ x: 1 }, { x: 5 }], title: "f", new: [7] }, step: null });
  assert.deepEqual(BASE, before);
});

test("what has not changed is shared with the base", () => {
  const found = /** @type {typeof BASE} */ (patched(BASE, { set: [[["step"], 1]], delete: [] }));
  assert.equal(found.figure, BASE.figure);
  assert.equal(patched(BASE, { set: [], delete: [] }), BASE);
});

test("an empty path replaces all of it", () => {
  assert.deepEqual(patched(BASE, { set: [[[], [1]]], delete: [] }), [1]);
});

test("changes to another base are refused", () => {
  assert.throws(() => patched({ figure: 3 }, { set: [[["figure", "data"], 1]], delete: [] }), TypeError);
});

test("a mount's last two bases are kept, as long as it is on the page", () => {
  const mount = /** @type {any} */ ({ isConnected: true });
  for (const key of ["a", "b", "b", "c"]) keepBase(mount, key, { key });
  assert.deepEqual(["a", "b", "c"].map(baseOf), [undefined, { key: "b" }, { key: "c" }]);
  mount.isConnected = false;
  keepBase(/** @type {any} */ ({ isConnected: true }), "d", 1);
  assert.deepEqual([baseOf("c"), baseOf("d")], [undefined, 1]);
});
