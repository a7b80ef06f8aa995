// The slider over the exponent of ε, and the button that plays it through all its decades.
//
// While it is dragged or plays, the pictures follow by the event "gradviz-step" on document, which a drag on
// the error plot sends as well. Let go, it sends the trigger "stepped" with the exponent.

import { element, shape, styled } from "./dom.js";
import { announceStep } from "./events.js";
import { guarded } from "./guard.js";
import { post } from "./messages.js";
import { playedPlace, sliderValue, stepAt, writtenStep } from "./step_scale.js";

/** @import { Component, StepEvent } from "./types.js" */

/**
 * @typedef {object} SliderData
 * @property {number} step ε as typed
 * @property {number} exponent the place of the slider nearest to it
 * @property {[number, number]} ends the smallest and the largest exponent
 * @property {number} by the distance between two places
 */

/**
 * @typedef {object} Slider
 * @property {HTMLElement} root
 * @property {HTMLButtonElement} button
 * @property {SVGPathElement} icon
 * @property {HTMLInputElement} input
 * @property {HTMLOutputElement} output
 * @property {Component<SliderData>} component of the last run of the page
 * @property {boolean} dragging
 * @property {number | null} frame the next animation frame while it plays
 * @property {(event: CustomEvent<StepEvent>) => void} onStep
 */

const CSS = `
.gradviz-step { display: flex; align-items: center; gap: 0.6rem; color: var(--st-text-color);
  font-family: var(--st-font); }
.gradviz-step input { flex: 1; min-width: 0; height: 2rem; margin: 0; accent-color: var(--st-primary-color);
  cursor: pointer; }
.gradviz-step button { flex: none; width: 2.25rem; height: 2.25rem; border-radius: 50%; cursor: pointer;
  color: inherit; background: transparent; border: 1px solid color-mix(in srgb, currentColor 30%, transparent);
  display: grid; place-items: center; }
.gradviz-step button:hover { border-color: var(--st-primary-color); color: var(--st-primary-color); }
.gradviz-step :focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
.gradviz-step output { flex: none; min-width: 4.2em; font-size: 0.875rem; text-align: right;
  font-variant-numeric: tabular-nums; }`;
const PLAY = "M2 1L13 7.5L2 14Z";
const PAUSE = "M2 1H6V14H2ZM9 1H13V14H9Z";

/** @type {WeakMap<HTMLElement, Slider>} */
const sliders = new WeakMap(); // by mount

/**
 * @param {Component<SliderData>} component
 * @returns {Slider}
 */
function createSlider(component) {
  styled("gradviz-step-style", CSS);
  const root = element("div", "gradviz-step", component.parentElement);
  const button = element("button", "", root);
  button.type = "button";
  const picture = shape("svg", { width: 15, height: 15, "aria-hidden": "true" }, button);
  const icon = shape("path", { fill: "currentColor" }, picture);
  const input = element("input", "", root);
  input.type = "range";
  input.setAttribute("aria-label", "ε as a power of ten");
  const output = element("output", "", root);
  output.setAttribute("aria-hidden", "true");
  /** @type {Slider} */
  const slider = {
    root,
    button,
    icon,
    input,
    output,
    component,
    dragging: false,
    frame: null,
    onStep: ({ detail: { step } }) => {
      if (!isMoving(slider)) show(slider, sliderValue(step), step);
    },
  };
  listen(slider);
  return slider;
}

/** @param {Slider} slider */
const isMoving = ({ dragging, frame }) => dragging || frame !== null;

/**
 * Show a place and a step: what was typed may lie between two places.
 * @param {Slider} slider
 * @param {string} value of the slider
 * @param {number} step
 */
function show({ input, output }, value, step = stepAt(value)) {
  input.value = value;
  output.textContent = writtenStep(step);
  input.setAttribute("aria-valuetext", `ε = ${writtenStep(step)}`);
}

/** @param {Slider} slider */
function showIcon({ frame, icon, button }) {
  const label = frame === null ? "Play ε through all its decades" : "Stop here";
  icon.setAttribute("d", frame === null ? PLAY : PAUSE);
  button.setAttribute("aria-label", label);
  button.title = label;
}

/**
 * The slider has come to rest where it is: the page takes this step.
 * @param {Slider} slider
 */
function settle(slider) {
  announceStep({ step: stepAt(slider.input.value), moving: false, returned: false });
  post(slider, "stepped", Number(slider.input.value));
}

/**
 * From the largest ε to the smallest, then back to where it was; stopped on the way, it stays there.
 * @param {Slider} slider
 */
function play(slider) {
  const begun = performance.now();
  let shown = "";
  const move = (/** @type {number} */ now) => {
    const { ends, by } = slider.component.data;
    const { value, finished } = playedPlace(now - begun, ends, by);
    if (value !== shown) {
      shown = value;
      show(slider, value);
      announceStep({ step: stepAt(value), moving: true, returned: false });
    }
    if (!finished) {
      slider.frame = requestAnimationFrame(move);
      return;
    }
    stopFrames(slider);
    announceStep({ step: slider.component.data.step, moving: false, returned: true });
  };
  slider.frame = requestAnimationFrame(move);
  showIcon(slider);
}

/** @param {Slider} slider */
function stopFrames(slider) {
  if (slider.frame !== null) cancelAnimationFrame(slider.frame);
  slider.frame = null;
  showIcon(slider);
}

/** @param {Slider} slider */
function listen(slider) {
  const { input, button } = slider;
  input.addEventListener("input", () => {
    stopFrames(slider);
    slider.dragging = true;
    show(slider, input.value);
    announceStep({ step: stepAt(input.value), moving: true, returned: false });
  });
  input.addEventListener("change", () => {
    slider.dragging = false;
    settle(slider);
  });
  button.addEventListener("click", () => {
    if (slider.frame === null) {
      play(slider);
    } else {
      stopFrames(slider);
      settle(slider);
    }
  });
  document.addEventListener("gradviz-step", slider.onStep);
}

/** @param {Component<SliderData>} component */
function showSlider(component) {
  const { parentElement: mount, data } = component;
  const slider = sliders.get(mount) ?? createSlider(component);
  sliders.set(mount, slider);
  slider.component = component;
  const [smallest, largest] = data.ends;
  slider.input.min = String(smallest);
  slider.input.max = String(largest);
  slider.input.step = String(data.by);
  if (!isMoving(slider)) show(slider, String(data.exponent), data.step);
  showIcon(slider);
  return () => {
    sliders.delete(mount);
    if (slider.frame !== null) cancelAnimationFrame(slider.frame);
    document.removeEventListener("gradviz-step", slider.onStep);
    slider.root.remove();
  };
}

export default guarded(showSlider);
