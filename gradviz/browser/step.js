// The slider over the exponent of ε. While it is dragged, or plays through all its decades, the pictures follow by the
// document's event "gradviz-step" {step, held, home}; when it is let go, Python hears the trigger "stepped" with the exponent.
// data: {exponent, step, ends: [smallest, largest], by}, step being what is taken and exponent the nearest place

import { element, styled } from "./dom.js";
import { guarded } from "./guard.js";
import { post } from "./live.js";

const CSS = `
.gradviz-step { display: flex; align-items: center; gap: 0.6rem; color: var(--st-text-color); font-family: var(--st-font); }
.gradviz-step input { flex: 1; min-width: 0; height: 2rem; margin: 0; accent-color: var(--st-primary-color); cursor: pointer; }
.gradviz-step button { flex: none; width: 2.25rem; height: 2.25rem; border-radius: 50%; cursor: pointer; color: inherit;
  background: transparent; border: 1px solid color-mix(in srgb, currentColor 30%, transparent); display: grid; place-items: center; }
.gradviz-step button:hover { border-color: var(--st-primary-color); color: var(--st-primary-color); }
.gradviz-step :focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
.gradviz-step output { flex: none; min-width: 4.2em; font-size: 0.875rem; text-align: right; font-variant-numeric: tabular-nums; }`;
const SECONDS = 8; // for all the decades
const ICONS = { play: "M2 1L13 7.5L2 14Z", pause: "M2 1H6V14H2ZM9 1H13V14H9Z" };
const sliders = new WeakMap(); // root element → its state

const raised = (text) => text.replace(/[-.0-9]/g, (letter) => "⁻·⁰¹²³⁴⁵⁶⁷⁸⁹"["-.0123456789".indexOf(letter)]);

// 0.1, 0.0316, 3.16·10⁻⁸: what an eye reads at once.
function told(step) {
  if (step > 1e-4) return String(Number(step.toPrecision(3)));
  const [mantissa, power] = step.toExponential(2).split("e");
  const factor = Number(mantissa);
  return `${factor === 1 ? "" : `${factor}·`}10${raised(power)}`;
}

function standing(parentElement) {
  styled("gradviz-step-style", CSS);
  let root = parentElement.querySelector(":scope > .gradviz-step");
  if (root) return sliders.get(root);
  root = element("div", "gradviz-step", parentElement);
  root.innerHTML =
    `<button type="button"><svg width="15" height="15" aria-hidden="true"><path fill="currentColor"/></svg></button>` +
    `<input type="range" aria-label="ε as a power of ten"><output aria-hidden="true"></output>`;
  const [button, input, output] = root.children;
  const state = { root, button, input, output, held: false, timer: null };
  listen(state);
  sliders.set(root, state);
  return state;
}

// The slider knows powers of ten to two digits; a ``step`` that was typed is told as it is.
function show(state, exponent, step = 10 ** exponent) {
  state.input.value = exponent;
  state.output.textContent = told(step);
  state.input.setAttribute("aria-valuetext", `ε = ${told(step)}`);
}

// ``home``: nothing has come of it, all stands as before.
function tell(state, held, home = false) {
  const detail = { step: home ? state.step : 10 ** Number(state.input.value), held, home };
  document.dispatchEvent(new CustomEvent("gradviz-step", { detail }));
  if (!held && !home) post(state, "stepped", Number(state.input.value));
}

function icon(state) {
  const playing = state.timer !== null;
  state.button.querySelector("path").setAttribute("d", playing ? ICONS.pause : ICONS.play);
  state.button.setAttribute("aria-label", playing ? "Stop here" : "Play ε through all its decades");
  state.button.title = state.button.getAttribute("aria-label");
}

// From the largest ε to the smallest, then back to where it was; stopped on the way, it stays where it is.
function play(state) {
  const [smallest, largest] = state.ends;
  const begun = performance.now();
  const move = (now) => {
    const share = Math.min(1, (now - begun) / (1000 * SECONDS));
    const exponent = largest + share * (smallest - largest);
    const place = Math.round(exponent / state.by) * state.by;
    if (place !== state.place) {
      state.place = place;
      show(state, place.toFixed(2));
      tell(state, true);
    }
    if (share < 1) state.timer = requestAnimationFrame(move);
    else stop(state, true);
  };
  state.timer = requestAnimationFrame(move);
  icon(state);
}

function stop(state, home = false) {
  cancelAnimationFrame(state.timer);
  state.timer = null;
  icon(state);
  tell(state, false, home);
}

function listen(state) {
  const { input, button } = state;
  input.addEventListener("input", () => {
    if (state.timer !== null) cancelAnimationFrame(state.timer);
    state.timer = null;
    icon(state);
    state.held = true;
    show(state, input.value);
    tell(state, true);
  });
  input.addEventListener("change", () => {
    state.held = false;
    tell(state, false);
  });
  button.addEventListener("click", () => (state.timer === null ? play(state) : stop(state)));
  state.follow = ({ detail }) => {
    if (!state.held && state.timer === null) show(state, Math.log10(detail.step).toFixed(2), detail.step);
  };
  document.addEventListener("gradviz-step", state.follow);
}

function showSlider(component) {
  const state = standing(component.parentElement);
  const { exponent, step, ends, by } = component.data;
  Object.assign(state, { component, step, ends, by });
  [state.input.min, state.input.max] = ends;
  state.input.step = by;
  if (!state.held && state.timer === null) show(state, exponent, step);
  icon(state);
  return () => {
    cancelAnimationFrame(state.timer);
    document.removeEventListener("gradviz-step", state.follow);
    state.root.remove();
  };
}

export default guarded(showSlider);
