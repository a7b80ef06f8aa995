// The scale of the slider over ε: exponents, how a step is written, and which exponent is played when. No
// DOM.

const SECONDS = 8; // to play all the decades

const SUPERSCRIPTS = "⁻·⁰¹²³⁴⁵⁶⁷⁸⁹";

/** @param {string} text of minus signs, points and digits */
const superscript = (text) =>
  text.replace(/[-.0-9]/g, (letter) => SUPERSCRIPTS["-.0123456789".indexOf(letter)]);

/**
 * A positive number with three digits: 0.1, 0.0316, 3.16·10⁻⁸, 2·10⁵.
 * @param {number} value
 */
export function writtenNumber(value) {
  if (value > 1e-4 && value < 1e5) return String(Number(value.toPrecision(3)));
  const [digits, power] = value.toExponential(2).split("e");
  const factor = Number(digits);
  return `${factor === 1 ? "" : `${factor}·`}10${superscript(power.replace("+", ""))}`;
}

export const writtenStep = writtenNumber;

/**
 * A number for reading, as the server writes it: few digits, a true minus sign, 1.2·10⁻⁸ where it is very large
 * or very small.
 * @param {number} value
 * @param {number} digits
 */
export function writtenValue(value, digits) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "no value" : value > 0 ? "∞" : "−∞";
  const rounded = Number(value.toPrecision(digits));
  const size = Math.abs(rounded);
  if (size === 0 || (size >= 1e-4 && size < 10 ** digits)) return String(rounded).replace("-", "−");
  const [mantissa, power] = rounded.toExponential().split("e");
  const ten = `10${superscript(String(Number(power)))}`;
  const text = mantissa === "1" ? ten : mantissa === "-1" ? `-${ten}` : `${mantissa}·${ten}`;
  return text.replace("-", "−");
}

/**
 * The slider's place for a step, as its value holds it.
 * @param {number} step
 */
export const sliderValue = (step) => Math.log10(step).toFixed(2);

/** @param {number | string} exponent the slider's value */
export const stepAt = (exponent) => 10 ** Number(exponent);

/**
 * Where playing is after a while: at a place of the slider, from the largest step to the smallest.
 * @param {number} elapsed ms since it began
 * @param {[number, number]} ends the smallest and the largest exponent
 * @param {number} by the distance between two places
 * @returns {{value: string, finished: boolean}} the slider's value
 */
export function playedPlace(elapsed, [smallest, largest], by) {
  const share = Math.min(1, elapsed / (1000 * SECONDS));
  const exponent = largest + share * (smallest - largest);
  return { value: (Math.round(exponent / by) * by).toFixed(2), finished: share === 1 };
}
