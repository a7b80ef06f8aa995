import assert from "node:assert/strict";
import { test } from "node:test";
import { playedPlace, sliderValue, stepAt, writtenStep } from "../step_scale.js";

const SECONDS = 8;

/** @type {[number, string, string][]} */
const WRITTEN = [
  [1, "1", "the largest"],
  [0.1, "0.1", "the lesson's"],
  [0.0316227766, "0.0316", "half a decade, three digits"],
  [2 ** -10, "0.000977", "typed as 2^-10, between two places"],
  [1e-4, "10⁻⁴", "from here on as a power of ten, its factor 1 left out"],
  [3.16e-8, "3.16·10⁻⁸", "with a factor"],
  [1.5e-16, "1.5·10⁻¹⁶", "no zeros at the end"],
];

for (const [step, text, why] of WRITTEN) {
  test(`ε = ${step} is written ${text}: ${why}`, () => assert.equal(writtenStep(step), text));
}

test("every place of the slider is the place of its own step", () => {
  for (let i = 0; i <= 320; i += 1) {
    const value = (-i * 0.05).toFixed(2);
    assert.equal(Number(sliderValue(stepAt(value))), Number(value));
  }
});

test("a step between two places has the nearest hundredth of a decade", () => {
  assert.equal(sliderValue(2 ** -10), "-3.01");
});

test("playing begins at the largest step, ends at the smallest, and each place on the way is one of the slider", () => {
  assert.deepEqual(playedPlace(0, [-16, 0], 0.05), { value: "0.00", finished: false });
  assert.deepEqual(playedPlace(500 * SECONDS, [-16, 0], 0.05), { value: "-8.00", finished: false });
  assert.deepEqual(playedPlace(1000 * SECONDS, [-16, 0], 0.05), { value: "-16.00", finished: true });
  assert.deepEqual(playedPlace(1e9, [-16, 0], 0.05), { value: "-16.00", finished: true });
  for (let elapsed = 0; elapsed <= 1000 * SECONDS; elapsed += 16) {
    const places = Number(playedPlace(elapsed, [-16, 0], 0.05).value) / 0.05;
    assert.ok(Math.abs(places - Math.round(places)) < 1e-9);
  }
});
