// How the walk looks.

export const CSS = `
.gradviz-walk { color: var(--st-text-color); font-family: var(--st-font); outline-offset: 4px;
  border-radius: 6px; }
.gradviz-walk:focus-visible { outline: 2px solid var(--st-primary-color); }
.gradviz-walk p { margin: 0; }
.gradviz-walk button { font: inherit; font-size: 0.95rem; color: inherit; background: none; cursor: pointer;
  min-width: 44px; min-height: 40px; padding: 0 0.6rem;
  border: 1px solid color-mix(in srgb, var(--st-text-color) 30%, transparent); border-radius: 8px; }
.gradviz-walk button:hover { border-color: var(--st-text-color); }
.gradviz-walk button:focus-visible, .gradviz-walk input:focus-visible, .gradviz-walk summary:focus-visible {
  outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
.gradviz-walk-bar { display: flex; flex-wrap: wrap; gap: 0.4rem; align-items: center; }
.gradviz-walk-bar input[type=range] { flex: 1 1 12rem; min-width: 8rem; height: 40px;
  accent-color: var(--gradviz-backprop); }
.gradviz-walk-count { min-width: 5.5rem; text-align: right; font-variant-numeric: tabular-nums; }
.gradviz-walk-now { display: flex; gap: 0.8rem; align-items: center; }
.gradviz-walk-compass { flex: none; width: 104px; height: 84px; }
.gradviz-walk-compass line { stroke: color-mix(in srgb, var(--st-text-color) 58%, transparent); }
.gradviz-walk-compass .whole { stroke: var(--gradviz-backprop); stroke-dasharray: 4 3; stroke-width: 1.5; }
.gradviz-walk-compass .so-far { stroke: var(--gradviz-backprop); stroke-width: 3.5; }
.gradviz-walk-caption { flex: 1; min-width: 0; min-height: 3.9rem; padding: 0.4rem 0; line-height: 1.45; }
.gradviz-walk-formula { font-family: var(--st-code-font, monospace); font-size: 0.95rem;
  overflow-wrap: anywhere; }
.gradviz-walk-stage { position: relative; overflow: hidden; border-radius: 8px;
  border: 1px solid color-mix(in srgb, var(--st-text-color) 16%, transparent); }
.gradviz-walk-stage svg { display: block; width: 100%; height: 100%; cursor: grab; touch-action: pan-y;
  user-select: none; }
.gradviz-walk-zoom { display: flex; gap: 4px; margin-left: auto; }
.gradviz-walk-zoom button { padding: 0; }
.gradviz-walk-moving { transition: transform 0.25s; }
.gradviz-walk text { font-family: var(--st-font); font-size: 12.5px; fill: var(--st-text-color);
  dominant-baseline: central; }
.gradviz-walk .secondary { font-size: 12px;
  fill: color-mix(in srgb, var(--st-text-color) 72%, var(--st-background-color)); }
.gradviz-walk .number { text-anchor: end; font-variant-numeric: tabular-nums; }
.gradviz-walk .sign { font-size: 15px; font-weight: 600; }
.gradviz-walk .at-end { text-anchor: end; }
.gradviz-walk .adjoint { fill: var(--gradviz-backprop); font-weight: 600; }
.gradviz-walk .box > rect { fill: var(--st-background-color); stroke: var(--st-text-color);
  stroke-width: 1.3; }
.gradviz-walk .box { cursor: pointer; }
.gradviz-walk .box[data-level="0"] > rect { stroke-dasharray: 3 4;
  stroke: color-mix(in srgb, var(--st-text-color) 58%, transparent); }
.gradviz-walk .box[data-level="0"] .number { visibility: hidden; }
.gradviz-walk .box[data-level="2"] > rect { stroke: var(--gradviz-backprop); stroke-dasharray: 7 4;
  stroke-width: 2; }
.gradviz-walk .box[data-level="3"] > rect { stroke: var(--gradviz-backprop); stroke-width: 2; }
.gradviz-walk .box.folded > rect { stroke-width: 3; }
.gradviz-walk .box.current > rect { stroke-width: 3.5;
  fill: color-mix(in srgb, var(--gradviz-backprop) 16%, var(--st-background-color)); }
.gradviz-walk .box.selected > rect { filter: drop-shadow(0 0 3px var(--st-primary-color)); }
.gradviz-walk .edge { fill: none;
  stroke: color-mix(in srgb, var(--st-text-color) 80%, var(--st-background-color)); stroke-width: 1.4; }
.gradviz-walk .edge.constant { stroke-dasharray: 2 4; }
.gradviz-walk .edge.pending {
  stroke: color-mix(in srgb, var(--st-text-color) 58%, var(--st-background-color)); stroke-width: 0.8; }
.gradviz-walk .edge.passed { stroke: var(--gradviz-backprop); }
.gradviz-walk .edge.current { stroke: var(--gradviz-backprop); stroke-width: 3.5; }
.gradviz-walk .edge.evaluated { stroke: var(--st-text-color); stroke-width: 2.6; }
.gradviz-walk .label rect { fill: var(--st-background-color); }
.gradviz-walk .label text { text-anchor: middle; }
.gradviz-walk .label .slope { font-weight: 600; }
.gradviz-walk .label.pending .slope { visibility: hidden; }
.gradviz-walk .label.current .slope { fill: var(--gradviz-backprop); }
.gradviz-walk .autograd { display: none; text-anchor: middle; }
.gradviz-walk.names .autograd { display: block; }
.gradviz-walk-choices { display: flex; flex-wrap: wrap; gap: 0.2rem 1.2rem; padding: 0.4rem 0;
  font-size: 0.92rem; align-items: center; }
.gradviz-walk-choices label { display: flex; gap: 0.4rem; align-items: center; min-height: 40px;
  cursor: pointer; }
.gradviz-walk-choices ul { display: flex; flex-wrap: wrap; gap: 0.2rem 1rem; margin: 0; padding: 0;
  list-style: none; }
.gradviz-walk-choices li { display: flex; gap: 0.4rem; align-items: center; margin: 0; }
.gradviz-walk details { font-size: 0.92rem; }
.gradviz-walk summary { cursor: pointer; min-height: 40px; line-height: 40px; }
.gradviz-walk ol { margin: 0.2rem 0; padding-left: 2.4rem; max-height: 22rem; overflow-y: auto; }
.gradviz-walk ol button { all: unset; cursor: pointer; line-height: 1.5; }
@media (max-width: 760px), (pointer: coarse) { .gradviz-walk ol button { display: inline-block; min-width: 40px; padding-block: 9px; } }
.gradviz-walk ol button:focus-visible { outline: 2px solid var(--st-primary-color); }
.gradviz-walk li[aria-current] { font-weight: 600; }
.gradviz-walk [hidden] { display: none; }
@media (prefers-reduced-motion: reduce) { .gradviz-walk-moving { transition: none; } }
@media (max-width: 640px) {
  .gradviz-walk-bar input[type=range] { flex-basis: 100%; order: 9; }
  .gradviz-walk-count { flex: 1; }
  .gradviz-walk text, .gradviz-walk .secondary { font-size: 13px; }
}
@media print {
  .gradviz-walk-bar, .gradviz-walk-zoom, .gradviz-walk-choices label { display: none !important; }
  .gradviz-walk-stage { height: auto !important; border: none; break-inside: avoid; }
  .gradviz-walk-stage svg { height: auto; max-height: 24cm; }
}`;
