// The slider over the exponent of ε, and the button that plays it through all its decades.
//
// While it is dragged or plays, the pictures follow by the event "gradviz-step" (events.js), which a drag on
// the error plot sends as well. Let go, it sends the trigger "stepped" with the exponent.

import { element, shape, styled } from "./dom.js";
import { announceStep, onAnnounced } from "./events.js";
import { guarded } from "./guard.js";
import { post } from "./messages.js";
import { playedPlace, sliderValue, stepAt, writtenStep } from "./step_scale.js";

/** @import { Component } from "./types.js" */

/**
 * @typedef {object} SliderData
 * @property {number} step ε as typed
 * @property {number} exponent the place of the slider nearest to it
 * @property {[number, number]} ends the smallest and the largest exponent
 * @property {number} by the distance between two places
 * @property {Zone[]} zones what rules the error of the explained method, from left to right
 */

/** @typedef {{name: string, low: number, high: number}} Zone by exponents of ten */

/**
 * @typedef {object} Slider
 * @property {HTMLElement} root
 * @property {HTMLButtonElement} button
 * @property {SVGPathElement} icon
 * @property {HTMLElement} track
 * @property {HTMLElement} ticks
 * @property {HTMLInputElement} input
 * @property {HTMLOutputElement} output
 * @property {Component<SliderData>} component of the last run of the page
 * @property {boolean} dragging
 * @property {string} scaled the scale as drawn, as JSON
 * @property {number | null} frame the next animation frame while it plays
 * @property {() => void} silence ends listening to others that move ε
 */

const CSS = `
.gradviz-step { display: flex; align-items: start; gap: 0.7rem; color: var(--st-text-color);
  font-family: var(--st-font); --thumb: 1.75rem; }
.gradviz-step-scale { container-type: inline-size; position: relative; flex: 1; min-width: 0; height: 3.9rem; }
.gradviz-step-track { position: absolute; top: 0.65rem; left: calc(var(--thumb) / 2); right: calc(var(--thumb) / 2);
  height: 1.45rem; border-radius: 0.75rem; background: color-mix(in srgb, currentColor 10%, transparent); overflow: hidden; }
.gradviz-step-zone { position: absolute; inset-block: 0; display: grid; place-items: center; overflow: hidden; forced-color-adjust: none;
  font-size: 0.78rem; line-height: 1; white-space: nowrap; border-inline-start: 1px solid var(--st-background-color); }
.gradviz-step-zone:first-child { border: 0; }
.gradviz-step-zone[data-name="round-off"] { background: color-mix(in srgb, #3b78b8 36%, transparent); }
.gradviz-step-zone[data-name="best"] { background: color-mix(in srgb, #2f9e5b 40%, transparent); }
.gradviz-step-zone[data-name="truncation"] { background: color-mix(in srgb, #d5722e 28%, transparent); }
.gradviz-step-zone[data-name="vanished"] { background: color-mix(in srgb, currentColor 26%, transparent); }
@container (max-width: 460px) { .gradviz-step-zone[data-name="best"] { font-size: 0; } }
.gradviz-step-ticks { position: absolute; top: 2.65rem; left: calc(var(--thumb) / 2); right: calc(var(--thumb) / 2); height: 1.2rem; }
.gradviz-step-ticks span { position: absolute; transform: translateX(-50%); font-size: 0.78rem; line-height: 1.2; opacity: 0.8; }
.gradviz-step-ticks span::before { content: ""; position: absolute; left: 50%; top: -0.45rem; height: 0.35rem; border-left: 1px solid; opacity: 0.6; }
.gradviz-step input { position: absolute; inset: 0 0 auto; width: 100%; height: 2.75rem; margin: 0; background: none;
  appearance: none; -webkit-appearance: none; cursor: grab; touch-action: pan-y; }
.gradviz-step input::-webkit-slider-runnable-track { background: none; height: 2.75rem; display: flex; align-items: center; }
.gradviz-step input::-moz-range-track { background: none; height: 2.75rem; }
.gradviz-step input::-webkit-slider-thumb { -webkit-appearance: none; width: var(--thumb); height: var(--thumb); border-radius: 50%;
  margin-top: calc(1.375rem - var(--thumb) / 2);
  background: var(--st-background-color); border: 3px solid var(--st-text-color); box-shadow: 0 1px 5px #0006; }
.gradviz-step input::-moz-range-thumb { box-sizing: border-box; width: var(--thumb); height: var(--thumb); border-radius: 50%;
  background: var(--st-background-color); border: 3px solid var(--st-text-color); box-shadow: 0 1px 5px #0006; }
.gradviz-step button { flex: none; width: 2.75rem; height: 2.75rem; border-radius: 50%; cursor: pointer;
  color: inherit; background: transparent; border: 1px solid color-mix(in srgb, currentColor 30%, transparent);
  display: grid; place-items: center; }
.gradviz-step button:hover { border-color: var(--st-primary-color); color: var(--st-primary-color); }
.gradviz-step button:focus-visible, .gradviz-step input:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px;
  border-radius: 1.4rem; }
.gradviz-step output { position: absolute; bottom: calc(100% - 0.2rem); padding: 0.15rem 0.55rem; border-radius: 0.5rem; font-size: 0.95rem;
  font-weight: 600; white-space: nowrap; transform: translateX(-50%); background: var(--st-text-color); color: var(--st-background-color);
  font-variant-numeric: tabular-nums; pointer-events: none; visibility: hidden; }
.gradviz-step[data-moving] output { visibility: visible; }`;
const DECADES_APART = 4; // between two labels of the scale
const NARROWEST = 2; // decades of a zone that is named
const PLAY = "M2 1L13 7.5L2 14Z";
const PAUSE = "M2 1H6V14H2ZM9 1H13V14H9Z";

/** @type {WeakMap<HTMLElement, Slider>} */
const sliders = new WeakMap(); // by mount

/**
 * @param {Component<SliderData>} component
 * @returns {Slider}
 */
function createSlider(component) {
  styled("gradviz-step-style", CSS, component.parentElement);
  const root = element("div", "gradviz-step", component.parentElement);
  const button = element("button", "", root);
  button.type = "button";
  const picture = shape("svg", { width: 15, height: 15, "aria-hidden": "true" }, button);
  const icon = shape("path", { fill: "currentColor" }, picture);
  const scale = element("div", "gradviz-step-scale", root);
  const track = element("div", "gradviz-step-track", scale);
  const ticks = element("div", "gradviz-step-ticks", scale);
  track.setAttribute("aria-hidden", "true");
  ticks.setAttribute("aria-hidden", "true");
  const input = element("input", "", scale);
  input.type = "range";
  input.setAttribute("aria-label", "ε as a power of ten");
  const output = element("output", "", scale);
  output.setAttribute("aria-hidden", "true");
  /** @type {Slider} */
  const slider = {
    root,
    button,
    icon,
    track,
    ticks,
    input,
    output,
    component,
    dragging: false,
    scaled: "",
    frame: null,
    silence: onAnnounced(root, "gradviz-step", ({ step, moving }) => {
      if (!isMoving(slider)) show(slider, sliderValue(step), step);
      root.toggleAttribute("data-moving", moving);
      root.closest(".st-key-dock")?.toggleAttribute("data-moving", moving);
    }),
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
  output.textContent = `ε = ${writtenStep(step)}`;
  const share = (Number(input.value) - Number(input.min)) / (Number(input.max) - Number(input.min));
  output.style.left = `clamp(3rem, calc(var(--thumb) / 2 + ${share} * (100% - var(--thumb))), 100% - 3rem)`;
  input.setAttribute("aria-valuetext", `ε = ${writtenStep(step)}`);
}

/**
 * Draw the zones and the labels of the scale, where they have changed.
 * @param {Slider} slider
 */
function drawScale(slider) {
  const { ends, zones } = slider.component.data;
  const wanted = JSON.stringify([ends, zones]);
  if (slider.scaled === wanted) return;
  slider.scaled = wanted;
  const [low, high] = ends;
  /** @param {number} exponent */
  const share = (exponent) => (100 * (Math.min(high, Math.max(low, exponent)) - low)) / (high - low);
  slider.track.replaceChildren();
  for (const zone of zones) {
    const part = element("div", "gradviz-step-zone", slider.track);
    part.dataset.name = zone.name;
    part.style.left = `${share(zone.low)}%`;
    part.style.width = `${share(zone.high) - share(zone.low)}%`;
    if (zone.high - zone.low >= NARROWEST || zone.name === "best") part.textContent = zone.name;
  }
  slider.ticks.replaceChildren();
  for (let exponent = low; exponent <= high; exponent += DECADES_APART) {
    element("span", "", slider.ticks, writtenStep(stepAt(exponent))).style.left = `${share(exponent)}%`;
  }
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
  announceStep(slider.root, { step: stepAt(slider.input.value), moving: false, returned: false });
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
      announceStep(slider.root, { step: stepAt(value), moving: true, returned: false });
    }
    if (!finished) {
      slider.frame = requestAnimationFrame(move);
      return;
    }
    stopFrames(slider);
    announceStep(slider.root, { step: slider.component.data.step, moving: false, returned: true });
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
    announceStep(slider.root, { step: stepAt(input.value), moving: true, returned: false });
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
  drawScale(slider);
  if (!isMoving(slider)) show(slider, String(data.exponent), data.step);
  showIcon(slider);
  return () => {
    sliders.delete(mount);
    if (slider.frame !== null) cancelAnimationFrame(slider.frame);
    slider.silence();
    slider.root.remove();
  };
}

export default guarded(showSlider);
