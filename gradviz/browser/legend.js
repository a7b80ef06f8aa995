// The legend, which all pictures share: each method's dash and symbol, and a button for each curve that can be explained.

import { element } from "./dom.js";
import { post } from "./live.js";
import { colourOf } from "./paint.js";

export const DASHES = {
  dot: "2 3",
  dash: "7 4",
  longdash: "11 4",
  dashdot: "7 3 2 3",
  longdashdot: "11 3 2 3",
};
const polygon = (corners, turn = -90, inner = 1) =>
  "M" +
  Array.from({ length: inner < 1 ? 2 * corners : corners }, (_, i) => {
    const angle = ((turn + (i * 360) / (inner < 1 ? 2 * corners : corners)) * Math.PI) / 180;
    const radius = 5.5 * (inner < 1 && i % 2 ? inner : 1);
    return `${(radius * Math.cos(angle)).toFixed(2)} ${(radius * Math.sin(angle)).toFixed(2)}`;
  }).join("L") +
  "Z";
export const SYMBOLS = {
  circle: "M-4.5 0A4.5 4.5 0 1 0 4.5 0A4.5 4.5 0 1 0 -4.5 0Z",
  square: "M-4-4H4V4H-4Z",
  diamond: polygon(4),
  "triangle-right": polygon(3, 0),
  "triangle-left": polygon(3, 180),
  pentagon: polygon(5),
  hexagon: polygon(6),
  star: polygon(5, -90, 0.42),
  cross: "M-5-1.8H-1.8V-5H1.8V-1.8H5V1.8H1.8V5H-1.8V1.8H-5Z",
  x: "M-5-1.8H-1.8V-5H1.8V-1.8H5V1.8H1.8V5H-1.8V1.8H-5Z",
  hourglass: "M-5-5H5L-5 5H5Z",
  bowtie: "M-5-5V5L5-5V5Z",
};

// Its entries stand until they change, so that whoever is at one of them with the keyboard stays there.
export function drawLegend(state, palette) {
  const legend = state.data.legend ?? [];
  const wanted = JSON.stringify([
    legend.map(({ explained, ...entry }) => [entry, explained === undefined]),
    palette,
  ]);
  if (state.listed !== wanted) listMethods(state, legend, palette);
  state.listed = wanted;
  for (const { method, explained } of legend) {
    const button = state.legend.querySelector(`[data-method="${method}"] > button`);
    button?.setAttribute("aria-pressed", explained);
  }
}

function listMethods(state, legend, palette) {
  const focused =
    state.legend.contains(document.activeElement) && document.activeElement.parentElement.dataset.method;
  state.legend.replaceChildren(
    ...legend.map(({ method, label, colour, dash, width, symbol, explained }) => {
      const entry = element("li");
      entry.dataset.method = method;
      const ink = colourOf(colour, palette);
      const turn = symbol === "x" ? ' transform="rotate(45)"' : "";
      const look =
        `<svg width="44" height="14" viewBox="-22 -7 44 14" aria-hidden="true">` +
        `<path d="M-22 0H22" stroke="${ink}" stroke-width="${width}" stroke-dasharray="${DASHES[dash] ?? ""}"/>` +
        `<path d="${SYMBOLS[symbol] ?? SYMBOLS.circle}" fill="${ink}" stroke="${palette.paper}"${turn}/></svg>`;
      const face = explained === undefined ? entry : element("button", "", entry);
      face.innerHTML = look;
      element("span", "", face).textContent = label;
      if (face !== entry) {
        Object.assign(face, { type: "button", title: "Explain its curve in the error plot" });
        face.addEventListener("click", () => explain(state, face, method));
      }
      return entry;
    }),
  );
  if (focused) state.legend.querySelector(`[data-method="${focused}"] > button`)?.focus();
}

// Pressed again, an entry lets go of its curve: then none is explained.
function explain(state, button, method) {
  const pressed = button.getAttribute("aria-pressed") === "true";
  post(state, "explained", pressed ? "none" : method);
}
