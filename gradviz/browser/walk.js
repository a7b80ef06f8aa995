// Back-propagation to watch: the computation graph as SVG on a standing element, and the walk over it.
//
// Streamlit calls the default export with the same parentElement on every change of data. One kind of message:
//   {revision, nodes, steps, views, states, note, alternative, colours}   see graph_view in graph.py
// Every step is here already, so that a walk asks nobody. What the drawn part of the gradient has collected goes to
// the standing view as the event "gradviz-walk" on document: {partial: [numbers] or null}.
// Marks for tests: data-revision and data-step on .gradviz-walk, data-node and data-state on each box.

import { element, shape, styled } from "./dom.js";
import { attempt, guarded } from "./guard.js";
import { whenIdle } from "./live.js";

const PAUSE = 1200; // ms between two steps while it plays
const TALL_BELOW = 640; // px: on narrower pages the graph goes from top to bottom
const LEGIBLE = 0.8; // the smallest scale at which a whole graph is shown at first
const HIGHEST = { wide: 560, tall: 1400 }; // px of the stage
const walks = new WeakMap(); // root element → its state

const CSS = `
.gradviz-walk { color: var(--st-text-color); font-family: var(--st-font); outline-offset: 4px; border-radius: 6px; }
.gradviz-walk:focus-visible { outline: 2px solid var(--st-primary-color); }
.gradviz-walk p { margin: 0; }
.gradviz-walk button { font: inherit; font-size: 0.95rem; color: inherit; background: none; cursor: pointer; min-width: 44px;
  min-height: 40px; padding: 0 0.6rem; border: 1px solid color-mix(in srgb, var(--st-text-color) 30%, transparent); border-radius: 8px; }
.gradviz-walk button:hover { border-color: var(--st-text-color); }
.gradviz-walk button:focus-visible, .gradviz-walk input:focus-visible, .gradviz-walk summary:focus-visible {
  outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
.gradviz-walk-bar { display: flex; flex-wrap: wrap; gap: 0.4rem; align-items: center; }
.gradviz-walk-bar input[type=range] { flex: 1 1 12rem; min-width: 8rem; height: 40px; accent-color: var(--gradviz-backprop); }
.gradviz-walk-count { min-width: 5.5rem; text-align: right; font-variant-numeric: tabular-nums; }
.gradviz-walk-beside { display: flex; gap: 0.8rem; align-items: center; }
.gradviz-walk-compass { flex: none; width: 104px; height: 84px; }
.gradviz-walk-compass line { stroke: color-mix(in srgb, var(--st-text-color) 58%, transparent); }
.gradviz-walk-compass .whole { stroke: var(--gradviz-backprop); stroke-dasharray: 4 3; stroke-width: 1.5; }
.gradviz-walk-compass .so-far { stroke: var(--gradviz-backprop); stroke-width: 3.5; }
.gradviz-walk-told { flex: 1; min-width: 0; min-height: 3.9rem; padding: 0.4rem 0; line-height: 1.45; }
.gradviz-walk-formula { font-family: var(--st-code-font, monospace); font-size: 0.95rem; overflow-wrap: anywhere; }
.gradviz-walk-stage { position: relative; overflow: hidden; border-radius: 8px;
  border: 1px solid color-mix(in srgb, var(--st-text-color) 16%, transparent); }
.gradviz-walk-stage svg { display: block; width: 100%; height: 100%; cursor: grab; touch-action: pan-y; user-select: none; }
.gradviz-walk-zoom { display: flex; gap: 4px; margin-left: auto; }
.gradviz-walk-zoom button { padding: 0; }
.gradviz-walk-moving { transition: transform 0.25s; }
.gradviz-walk text { font-family: var(--st-font); font-size: 12.5px; fill: var(--st-text-color); dominant-baseline: central; }
.gradviz-walk .quiet { font-size: 11px; fill: color-mix(in srgb, var(--st-text-color) 72%, var(--st-background-color)); }
.gradviz-walk .number { text-anchor: end; font-variant-numeric: tabular-nums; }
.gradviz-walk .sign { font-size: 15px; font-weight: 600; }
.gradviz-walk .at-end { text-anchor: end; }
.gradviz-walk .adjoint { fill: var(--gradviz-backprop); font-weight: 600; }
.gradviz-walk .box > rect { fill: var(--st-background-color); stroke: var(--st-text-color); stroke-width: 1.3; }
.gradviz-walk .box { cursor: pointer; }
.gradviz-walk .box[data-level="0"] > rect { stroke-dasharray: 3 4; stroke: color-mix(in srgb, var(--st-text-color) 58%, transparent); }
.gradviz-walk .box[data-level="0"] .number { visibility: hidden; }
.gradviz-walk .box[data-level="2"] > rect { stroke: var(--gradviz-backprop); stroke-dasharray: 7 4; stroke-width: 2; }
.gradviz-walk .box[data-level="3"] > rect { stroke: var(--gradviz-backprop); stroke-width: 2; }
.gradviz-walk .box.folded > rect { stroke-width: 3; }
.gradviz-walk .box.here > rect { stroke-width: 3.5; fill: color-mix(in srgb, var(--gradviz-backprop) 16%, var(--st-background-color)); }
.gradviz-walk .box.chosen > rect { filter: drop-shadow(0 0 3px var(--st-primary-color)); }
.gradviz-walk .edge { fill: none; stroke: color-mix(in srgb, var(--st-text-color) 80%, var(--st-background-color)); stroke-width: 1.4; }
.gradviz-walk .edge.still { stroke-dasharray: 2 4; }
.gradviz-walk .edge.ahead { stroke: color-mix(in srgb, var(--st-text-color) 58%, var(--st-background-color)); stroke-width: 0.8; }
.gradviz-walk .edge.flown { stroke: var(--gradviz-backprop); }
.gradviz-walk .edge.here { stroke: var(--gradviz-backprop); stroke-width: 3.5; }
.gradviz-walk .edge.evaluated { stroke: var(--st-text-color); stroke-width: 2.6; }
.gradviz-walk .label rect { fill: var(--st-background-color); }
.gradviz-walk .label text { text-anchor: middle; }
.gradviz-walk .label .slope { font-weight: 600; }
.gradviz-walk .label.ahead .slope { visibility: hidden; }
.gradviz-walk .label.here .slope { fill: var(--gradviz-backprop); }
.gradviz-walk .autograd { display: none; text-anchor: middle; }
.gradviz-walk.names .autograd { display: block; }
.gradviz-walk-choices { display: flex; flex-wrap: wrap; gap: 0.2rem 1.2rem; padding: 0.4rem 0; font-size: 0.92rem; align-items: center; }
.gradviz-walk-choices label { display: flex; gap: 0.4rem; align-items: center; min-height: 32px; cursor: pointer; }
.gradviz-walk-choices ul { display: flex; flex-wrap: wrap; gap: 0.2rem 1rem; margin: 0; padding: 0; list-style: none; }
.gradviz-walk-choices li { display: flex; gap: 0.4rem; align-items: center; margin: 0; }
.gradviz-walk details { font-size: 0.92rem; }
.gradviz-walk summary { cursor: pointer; min-height: 32px; }
.gradviz-walk ol { margin: 0.2rem 0; padding-left: 2.4rem; max-height: 22rem; overflow-y: auto; }
.gradviz-walk ol button { all: unset; cursor: pointer; line-height: 1.5; }
.gradviz-walk ol button:focus-visible { outline: 2px solid var(--st-primary-color); }
.gradviz-walk li[aria-current] { font-weight: 600; }
.gradviz-walk [hidden] { display: none; }
@media (prefers-reduced-motion: reduce) { .gradviz-walk-moving { transition: none; } }
@media (max-width: 640px) { .gradviz-walk-bar input[type=range] { flex-basis: 100%; order: 9; } .gradviz-walk-count { flex: 1; } }
@media print {
  .gradviz-walk-bar, .gradviz-walk-zoom, .gradviz-walk-choices label { display: none !important; }
  .gradviz-walk-stage { height: auto !important; border: none; break-inside: avoid; }
  .gradviz-walk-stage svg { height: auto; max-height: 24cm; }
}`;

// ---------------------------------------------------------------- the standing elements

function button(parent, sign, label, press) {
  const made = element("button", "", parent, sign);
  made.type = "button";
  made.setAttribute("aria-label", label);
  made.title = label;
  made.addEventListener("click", press);
  return made;
}

function checkbox(parent, label, change) {
  const around = element("label", "", parent);
  const box = element("input", "", around);
  box.type = "checkbox";
  around.append(label);
  box.addEventListener("change", () => change(box.checked));
  return { around, box };
}

function standingWalk(parentElement) {
  styled("gradviz-walk-style", CSS);
  let root = parentElement.querySelector(":scope > .gradviz-walk");
  if (root) return walks.get(root);
  root = element("div", "gradviz-walk", parentElement);
  root.tabIndex = 0;
  root.setAttribute("role", "group");
  root.setAttribute(
    "aria-label",
    "Walk through back-propagation. Arrow keys step, space plays, Home and End jump, Enter tells the box.",
  );
  const state = {
    root,
    step: 0,
    walked: false,
    folded: null,
    scale: 1,
    left: 0,
    top: 0,
    pointers: new Map(),
  };
  walks.set(root, state);
  state.note = element("p", "gradviz-walk-note", root);
  const bar = element("div", "gradviz-walk-bar", root);
  button(bar, "|◀", "To the first step", () => go(state, 0));
  button(bar, "◀", "One step back", () => go(state, state.step - 1));
  state.play = button(bar, "▶ Play", "Play", () => toggle(state));
  button(bar, "▶", "One step on", () => go(state, state.step + 1));
  button(bar, "▶|", "To the last step", () => go(state, Infinity));
  state.slider = element("input", "", bar);
  state.slider.type = "range";
  state.slider.setAttribute("aria-label", "Step");
  state.slider.addEventListener("input", () => go(state, Number(state.slider.value)));
  state.count = element("span", "gradviz-walk-count", bar);
  const beside = element("div", "gradviz-walk-beside", root);
  const told = element("div", "gradviz-walk-told", beside);
  told.setAttribute("aria-live", "polite");
  state.sentence = element("p", "gradviz-walk-sentence", told);
  state.formula = element("p", "gradviz-walk-formula", told);
  state.compass = shape(
    "svg",
    { class: "gradviz-walk-compass", viewBox: "-52 -42 104 84", "aria-hidden": "true" },
    beside,
  );
  state.stage = element("div", "gradviz-walk-stage", root);
  state.svg = shape("svg", { role: "img" }, state.stage);
  const choices = element("div", "gradviz-walk-choices", root);
  state.legend = element("ul", "", choices);
  state.legend.setAttribute("aria-label", "What a box can be");
  checkbox(choices, "PyTorch’s names", (checked) => root.classList.toggle("names", checked));
  state.fold = checkbox(choices, "Draw what repeats as one box", (checked) => {
    state.folded = checked;
    draw(state);
  });
  const zoom = element("div", "gradviz-walk-zoom", choices);
  button(zoom, "+", "Larger", () => zoomBy(state, 1.3));
  button(zoom, "−", "Smaller", () => zoomBy(state, 1 / 1.3));
  button(zoom, "⤢", "The whole graph", () => fit(state, 0));
  state.detail = element("p", "gradviz-walk-detail", root);
  state.detail.setAttribute("role", "status");
  const words = element("details", "", root);
  element("summary", "", words, "The same walk in words");
  state.list = element("ol", "", words);
  listen(state);
  return state;
}

function listen(state) {
  state.root.addEventListener("keydown", (event) => keyed(state, event));
  state.observer = new ResizeObserver(() => {
    if (state.data && Math.abs(state.stage.clientWidth - state.width) > 1) draw(state);
  });
  state.observer.observe(state.stage);
  state.paper = window.matchMedia("print");
  state.onPrint = () => state.data && place(state);
  state.paper.addEventListener("change", state.onPrint);
  const { svg, pointers } = state;
  svg.addEventListener("pointerdown", (event) => {
    pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    state.dragged = false;
  });
  svg.addEventListener("pointermove", (event) => {
    const before = pointers.get(event.pointerId);
    if (!before) return;
    const apart = () => {
      const [a, b] = [...pointers.values()];
      return b ? Math.hypot(a.x - b.x, a.y - b.y) : 0;
    };
    const distance = apart();
    const [dx, dy] = [event.clientX - before.x, event.clientY - before.y];
    if (!state.dragged && Math.hypot(dx, dy) < 4) return;
    if (!state.dragged) svg.setPointerCapture(event.pointerId);
    state.dragged = true;
    pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (distance) zoomBy(state, apart() / distance);
    else {
      state.left += dx;
      state.top += dy;
      place(state);
    }
  });
  const lift = (event) => pointers.delete(event.pointerId);
  svg.addEventListener("pointerup", lift);
  svg.addEventListener("pointercancel", lift);
  svg.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey) return; // without it the page scrolls
      event.preventDefault();
      const box = svg.getBoundingClientRect();
      zoomBy(state, Math.exp(-event.deltaY / 200), event.clientX - box.left, event.clientY - box.top);
    },
    { passive: false },
  );
}

function keyed(state, event) {
  const typing = event.target.matches("button, input, summary");
  if (event.target === state.slider && event.key !== " ") return; // a slider knows its keys
  if (event.key === " " && typing && event.target !== state.slider) return;
  const to = {
    ArrowRight: state.step + 1,
    ArrowDown: state.step + 1,
    ArrowLeft: state.step - 1,
    ArrowUp: state.step - 1,
  };
  Object.assign(to, { Home: 0, End: Infinity });
  if (event.key === "Enter" && event.target === state.root) choose(state, boxHere(state));
  else if (event.key === " ") toggle(state);
  else if (event.key in to) go(state, to[event.key]);
  else return;
  event.preventDefault();
}

// ---------------------------------------------------------------- drawing

const current = (state) => {
  const { views } = state.data;
  const view = (state.folded && views.folded) || views.whole;
  return view[state.stage.clientWidth < TALL_BELOW ? "tall" : "wide"];
};

function draw(state) {
  const { data, svg } = state;
  state.width = state.stage.clientWidth;
  if (state.width < 2) return;
  state.layout = current(state);
  svg.setAttribute("aria-label", data.alternative);
  svg.replaceChildren();
  const defs = shape("defs", {}, svg);
  for (const [name, colour] of [
    ["ink", "var(--st-text-color)"],
    ["back", "var(--gradviz-backprop)"],
  ]) {
    const marker = {
      id: `gradviz-tip-${name}`,
      viewBox: "0 0 8 8",
      refX: 7,
      refY: 4,
      markerWidth: 8,
      markerHeight: 8,
    };
    const tip = shape(
      "marker",
      { ...marker, markerUnits: "userSpaceOnUse", orient: "auto-start-reverse" },
      defs,
    );
    shape("path", { d: "M0 0L8 4L0 8Z", style: `fill: ${colour}` }, tip);
  }
  state.group = shape("g", {}, svg);
  state.edges = state.layout.edges.map((edge) => drawEdge(state, edge));
  state.boxes = state.layout.boxes.map((box) => drawBox(state, box));
  fit(state, LEGIBLE);
  show(state);
}

function drawEdge(state, edge) {
  const path = shape("path", { d: edge.path, class: "edge", "data-edge": edge.key }, state.group);
  const lines = [edge.formula, edge.number].filter(Boolean);
  if (!lines.length) {
    path.classList.add("still");
    return { ...edge, drawn: path, consumer: edge.key.split(":")[0] };
  }
  const label = shape("g", { class: "label", transform: `translate(${edge.x} ${edge.y})` }, state.group);
  const tall = 17 * lines.length;
  const paper = shape("rect", { y: -tall / 2, height: tall, rx: 4 }, label);
  if (edge.formula) shape("text", { class: "quiet", y: -tall / 2 + 8 }, label, edge.formula);
  const slope = shape("text", { class: "slope", y: tall / 2 - 8 }, label);
  return { ...edge, drawn: path, label, slope, paper, consumer: edge.key.split(":")[0] };
}

// What a box is in full, under the graph; chosen again it is taken away.
function choose(state, box) {
  state.chosen = !box || state.chosen === box.root ? null : box.root;
  show(state);
}

const boxHere = (state) => state.boxes.find((box) => box.members.includes(state.data.steps[state.step].node));

// The slope, or the product that is passed on now, on paper as wide as what stands there.
function writeSlope(edge, text) {
  edge.slope.textContent = text;
  const wide = Math.max(edge.formula.length, text.length) * 6.3 + 6;
  edge.paper.setAttribute("x", -wide / 2);
  edge.paper.setAttribute("width", wide);
}

function drawBox(state, box) {
  const node = state.data.nodes[box.root];
  const group = shape(
    "g",
    { class: "box", transform: `translate(${box.x} ${box.y})`, "data-node": box.root },
    state.group,
  );
  if (box.members.length > 1) group.classList.add("folded");
  shape("title", {}, group, node.letters);
  const { width, height } = box;
  shape("rect", { width, height, rx: box.number ? height / 2 : 8 }, group);
  group.addEventListener("click", () => {
    if (!state.dragged) choose(state, box);
  });
  if (box.number) {
    shape("text", { x: width / 2, y: height / 2, style: "text-anchor: middle" }, group, box.title);
    return { ...box, drawn: group };
  }
  shape("text", { class: "sign", x: 9, y: 14 }, group, box.title);
  if (node.name !== box.title)
    shape("text", { class: "quiet at-end", x: width - 9, y: 14 }, group, node.name);
  shape("text", { class: "quiet", x: 9, y: 31 }, group, "value");
  const value = numeral(
    group,
    width,
    31,
    node.kind === "condition" ? (node.value === "1" ? "yes" : "no") : node.value,
    "",
  );
  let adjoint = null;
  if (node.adjoint) {
    shape("text", { class: "quiet", x: 9, y: 47 }, group, "adjoint");
    adjoint = numeral(group, width, 47, "", "adjoint");
  }
  if (node.autograd)
    shape("text", { class: "quiet autograd", x: width / 2, y: height + 9 }, group, node.autograd);
  return { ...box, drawn: group, value, adjoint };
}

// A number that is too long for its box is set closer.
function numeral(group, width, y, text, kind) {
  const made = shape("text", { class: `number ${kind}`, x: width - 9, y }, group);
  write(made, text, width);
  return made;
}

function write(made, text, width) {
  made.textContent = text;
  const room = width - 62;
  if (text.length * 6.9 > room) {
    made.setAttribute("textLength", room);
    made.setAttribute("lengthAdjust", "spacingAndGlyphs");
  } else made.removeAttribute("textLength");
}

// ---------------------------------------------------------------- zoom and pan

const MARGIN = 14;

function fit(state, least) {
  const { layout, stage } = state;
  const width = stage.clientWidth - 2 * MARGIN;
  const whole = Math.min(1, width / layout.width);
  const highest = HIGHEST[state.width < TALL_BELOW ? "tall" : "wide"];
  state.scale = Math.max(whole, least || Math.min(whole, (highest - 2 * MARGIN) / layout.height));
  if (least)
    stage.style.height = `${Math.max(150, Math.min(highest, layout.height * state.scale + 2 * MARGIN + 8))}px`;
  state.left = Math.max(MARGIN, (stage.clientWidth - layout.width * state.scale) / 2);
  state.top = Math.max(MARGIN, (stage.clientHeight - layout.height * state.scale) / 2);
  place(state);
}

function zoomBy(state, factor, x = state.stage.clientWidth / 2, y = state.stage.clientHeight / 2) {
  const scale = Math.min(3, Math.max(0.1, state.scale * factor));
  state.left = x - ((x - state.left) * scale) / state.scale;
  state.top = y - ((y - state.top) * scale) / state.scale;
  state.scale = scale;
  place(state);
}

function place(state) {
  const { svg, group, layout, left, top, scale } = state;
  if (state.paper.matches) {
    svg.setAttribute("viewBox", `-4 -4 ${layout.width + 8} ${layout.height + 20}`); // all of it, however it was moved
    group.removeAttribute("transform");
    group.style.transform = "none";
  } else {
    svg.removeAttribute("viewBox");
    group.style.transform = `translate(${left}px, ${top}px) scale(${scale})`;
  }
}

function follow(state, box) {
  const { stage, scale } = state;
  const at = { x: state.left + box.x * scale, y: state.top + box.y * scale };
  const inside = (place, size, room) => place >= 0 && place + size * scale <= room;
  if (inside(at.x, box.width, stage.clientWidth) && inside(at.y, box.height, stage.clientHeight)) return;
  state.left = stage.clientWidth / 2 - (box.x + box.width / 2) * scale;
  state.top = stage.clientHeight / 2 - (box.y + box.height / 2) * scale;
  state.group.setAttribute("class", "gradviz-walk-moving");
  place(state);
}

// ---------------------------------------------------------------- the walk

const levelOf = (node, step) =>
  [node.valued, node.collecting, node.done].reduce(
    (level, at, i) => (at !== null && at <= step ? i + 1 : level),
    0,
  );

function show(state) {
  const { data, step } = state;
  const now = data.steps[step];
  const adjoints = new Map();
  const flown = new Set();
  for (const past of data.steps.slice(0, step + 1)) {
    if (past.phase === "backward") adjoints.set(past.node, past.adjoint);
    if (past.edge) flown.add(past.edge);
  }
  for (const box of state.boxes) {
    const node = data.nodes[box.root];
    const level = levelOf(node, step);
    const here = now.phase !== "end" && box.members.includes(now.node);
    box.drawn.dataset.level = level;
    box.drawn.dataset.state = data.states[level];
    box.drawn.classList.toggle("here", here);
    box.drawn.classList.toggle("chosen", state.chosen === box.root);
    if (box.adjoint)
      write(box.adjoint, level === 3 ? node.adjoint : (adjoints.get(box.root) ?? "–"), box.width);
    if (here && state.walked) follow(state, box);
  }
  for (const edge of state.edges) {
    const ahead = !(data.nodes[edge.consumer].valued <= step);
    const here = now.edge === edge.key;
    const evaluated = now.phase === "forward" && String(now.node) === edge.consumer;
    for (const part of [edge.drawn, edge.label]) {
      part?.classList.toggle("ahead", ahead);
      part?.classList.toggle("here", here);
    }
    edge.drawn.classList.toggle("flown", flown.has(edge.key));
    edge.drawn.classList.toggle("evaluated", evaluated);
    edge.drawn.setAttribute("marker-end", evaluated ? "url(#gradviz-tip-ink)" : "");
    edge.drawn.setAttribute("marker-start", here ? "url(#gradviz-tip-back)" : "");
    if (edge.slope) writeSlope(edge, here ? now.product : edge.number);
  }
  const last = data.steps.length - 1;
  state.slider.max = last;
  state.slider.value = step;
  state.slider.setAttribute("aria-valuetext", now.sentence);
  state.count.textContent = `Step ${step + 1} of ${last + 1}`;
  state.sentence.textContent = now.sentence;
  state.formula.textContent = now.formula;
  for (const [i, entry] of [...state.list.children].entries()) {
    if (i === step) entry.setAttribute("aria-current", "step");
    else entry.removeAttribute("aria-current");
  }
  tellDetail(state);
  tellPartial(state);
  state.root.dataset.step = step;
}

function tellDetail(state) {
  const node = state.data.nodes[state.chosen];
  state.detail.hidden = !node;
  if (!node) return;
  const parts = [`${node.letters}: value ${node.exact}`];
  if (node.exactAdjoint) parts.push(`adjoint ${node.exactAdjoint}`);
  parts.push(node.autograd ? `PyTorch calls it ${node.autograd}` : "PyTorch keeps no node for it");
  state.detail.textContent = `${parts.join("; ")}.`;
}

// The part of the gradient that is drawn, as far as it is collected after each step.
function collectedOver(data) {
  let partial = data.drawn.map(() => 0);
  return data.steps.map((step) => {
    if (step.partial)
      partial = partial.map((before, i) => (i === step.partial[0] ? step.partial[1] : before));
    return partial;
  });
}

// The gradient so far as a small arrow beside the sentence, on the whole one: the map may be out of sight.
function drawCompass(state) {
  const { compass, data, collected, step } = state;
  compass.toggleAttribute("hidden", !data.drawn.length);
  const longest = Math.max(...collected.map((partial) => Math.hypot(...partial)));
  const end = ([across = 0, up = 0]) => ({ x2: (34 * across) / longest, y2: (-34 * up) / longest });
  compass.replaceChildren();
  shape("line", { x1: -36, x2: 36 }, compass);
  shape("text", { class: "quiet", x: 38, y: 0 }, compass, data.names[0]);
  if (data.names.length > 1) {
    shape("line", { y1: 36, y2: -32 }, compass);
    shape("text", { class: "quiet", x: 4, y: -36 }, compass, data.names[1]);
  }
  if (!(longest > 0)) return;
  const tip = { "marker-end": "url(#gradviz-tip-back)" };
  shape("line", { ...end(collected.at(-1)), class: "whole" }, compass);
  if (Math.hypot(...collected[step]) > 0)
    shape("line", { ...end(collected[step]), ...tip, class: "so-far" }, compass);
}

function tellPartial(state) {
  drawCompass(state);
  const begun = state.data.steps.slice(0, state.step + 1).some((step) => step.phase === "backward");
  const partial = state.walked && begun ? state.collected[state.step] : null; // nothing until somebody walks
  const told = JSON.stringify(partial);
  if (told === state.told) return;
  state.told = told;
  document.dispatchEvent(new CustomEvent("gradviz-walk", { detail: { partial } }));
}

function go(state, step) {
  if (!state.data) return;
  state.walked = true;
  state.step = Math.min(Math.max(0, step), state.data.steps.length - 1);
  if (state.step === state.data.steps.length - 1) stop(state);
  show(state);
}

function toggle(state) {
  if (state.timer) return stop(state);
  state.play.textContent = "‖ Pause";
  state.play.setAttribute("aria-label", "Pause");
  state.timer = setInterval(() => go(state, state.step + 1), PAUSE);
  go(state, state.step >= state.data.steps.length - 1 ? 0 : state.step + 1);
}

function stop(state) {
  clearInterval(state.timer);
  state.timer = null;
  state.play.textContent = "▶ Play";
  state.play.setAttribute("aria-label", "Play");
}

// ---------------------------------------------------------------- the entrance

const waysOf = (data) =>
  JSON.stringify([
    data?.steps.map(({ node, edge }) => [node, edge]),
    data && Object.values(data.nodes).map((n) => n.letters),
  ]);

function take(state, data) {
  const same = waysOf(state.data) === waysOf(data); // another point: whoever walks stays at his step
  state.data = data;
  if (!same) {
    stop(state);
    Object.assign(state, {
      step: data.steps.length - 1,
      walked: false,
      chosen: null,
      folded: Object.keys(data.nodes).length > 24,
    });
  }
  state.collected = collectedOver(data);
  state.root.style.setProperty(
    "--gradviz-backprop",
    `light-dark(${data.colours.light}, ${data.colours.dark})`,
  );
  state.note.textContent = data.note;
  state.note.hidden = !data.note;
  state.fold.around.hidden = !data.views.folded;
  state.fold.box.checked = Boolean(state.folded && data.views.folded);
  state.legend.replaceChildren(
    ...data.states.map((word, level) => {
      const entry = element("li", "");
      const key = shape("svg", { width: 26, height: 16, "aria-hidden": "true" }, entry);
      const box = shape("g", { class: "box", "data-level": level }, key);
      shape("rect", { x: 2, y: 2, width: 22, height: 12, rx: 4 }, box);
      entry.append(word);
      return entry;
    }),
  );
  state.list.replaceChildren(
    ...data.steps.map((step, at) => {
      const entry = element("li", "");
      const jump = element("button", "", entry, [step.sentence, step.formula].filter(Boolean).join(" "));
      jump.type = "button";
      jump.addEventListener("click", () => go(state, at));
      return entry;
    }),
  );
}

function showWalk(component) {
  const { data, parentElement } = component;
  const state = standingWalk(parentElement);
  const changed = state.asked !== data.revision;
  state.asked = data.revision;
  // it stands further down: the pictures above come first
  if (changed) {
    whenIdle(() => {
      if (state.asked !== data.revision) return;
      state.asked = null; // where it fails, the same data may come again
      attempt(parentElement, () => {
        take(state, data);
        draw(state);
        state.asked = state.root.dataset.revision = data.revision;
      });
    });
  }
  return () => {
    state.asked = null;
    stop(state);
    state.observer.disconnect();
    state.paper.removeEventListener("change", state.onPrint);
    state.root.remove();
    document.dispatchEvent(new CustomEvent("gradviz-walk", { detail: { partial: null } }));
  };
}

export default guarded(showWalk);
