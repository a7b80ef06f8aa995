// The style sheet of the views: what stands around the pictures and over them.

export const CSS = `
.gradviz-view { container-type: inline-size; width: 100%; color: var(--st-text-color); font-family: var(--st-font); }
.gradviz-columns { display: grid; gap: 0.75rem 1.5rem; align-items: start; }
.gradviz-column { display: grid; gap: 0.75rem; min-width: 0; }
.gradviz-panel { margin: 0; min-width: 0; position: relative; }
.gradviz-title { display: flex; align-items: center; gap: 0.15rem; min-height: 1.75rem; margin-right: 4.5rem; }
.gradviz-title h2 { margin: 0; padding: 0; font-size: calc(var(--gradviz-enlargement, 1) * 1.05rem); font-weight: 600; line-height: 1.3; }
.gradviz-ask { flex: none; position: relative; width: 1.15rem; height: 1.15rem; padding: 0; margin-left: 0.35rem; border-radius: 50%;
  border: 1.5px solid currentColor; font: inherit; font-size: 0.75rem; font-weight: 600; line-height: 1; cursor: pointer; background: none; opacity: 0.75;
  color: var(--st-text-color); }
.gradviz-read .gradviz-ask { width: auto; padding: 0 0.5rem; border-width: 1px; border-radius: 0.6rem; font-weight: 400; white-space: nowrap; }
.gradviz-ask::before { content: ""; position: absolute; inset: -10px; }
.gradviz-ask:is(:hover, [aria-expanded=true]) { opacity: 1; color: var(--st-primary-color); }
.gradviz-about { white-space: pre-line; margin: 0 4.5rem 0.25rem 0; font-size: 0.875rem; line-height: 1.4; max-width: 46rem; }
.gradviz-announcer { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.gradviz-view [hidden] { display: none; }
.gradviz-picture { position: absolute; inset: 0; pointer-events: none; background: 0 0 / 0 0 no-repeat; }
.gradviz-plot-area { position: relative; height: var(--height); }
.gradviz-plot { width: 100%; height: 100%; }
.gradviz-picks .gradviz-plot { cursor: crosshair; touch-action: pan-y pinch-zoom; }
.gradviz-solid .gradviz-plot { cursor: grab; touch-action: pan-y pinch-zoom; }
.gradviz-pressed .gradviz-plot, .gradviz-pressed .nsewdrag { touch-action: pan-y !important; }
.gradviz-solid > .gradviz-handle::after { visibility: hidden; } /* the ball is drawn with the scene */
.gradviz-overlay text { font-family: var(--st-font); }
.gradviz-picks:not(.gradviz-pressed) .nsewdrag { touch-action: pan-y pinch-zoom !important; }
.gradviz-picks .nsewdrag { cursor: crosshair; }
.gradviz-panel figcaption { font-size: calc(var(--gradviz-enlargement, 1) * 0.875rem); line-height: 1.4; min-height: 2.8em; opacity: 0.85; padding-top: 0.25rem; }
.gradviz-problem:empty { display: none; }
.gradviz-failed > :not(.gradviz-problem) { visibility: hidden; }
.gradviz-failed { min-height: 6rem; }
.gradviz-problem { position: absolute; inset: 0; display: grid; place-items: center; text-align: center; padding: 1rem; }
.gradviz-overlay { position: absolute; inset: 0; width: 100%; height: 100%; pointer-events: none; overflow: hidden; z-index: 1; }
.gradviz-steps .gradviz-plot, .gradviz-steps .nsewdrag { cursor: ew-resize !important; touch-action: pan-y !important; }
.gradviz-views { display: flex; flex-wrap: wrap; gap: 0.3rem; padding-top: 0.25rem; }
.gradviz-views:empty { display: none; }
.gradviz-views button { font: inherit; font-size: 0.85rem; line-height: 1.3; padding: 0.2rem 0.6rem; border-radius: 1rem; cursor: pointer;
  color: inherit; background: transparent; border: 1px solid color-mix(in srgb, currentColor 30%, transparent); }
.gradviz-views button:hover { border-color: var(--st-primary-color); color: var(--st-primary-color); }
.gradviz-view :is(button, .modebar-btn):focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
.gradviz-handle { position: absolute; left: 0; top: 0; width: 44px; height: 44px; margin: -22px; border-radius: 50%;
  touch-action: none; cursor: grab; display: grid; place-items: center; z-index: 2; outline: none; }
.gradviz-focus { position: absolute; inset: 0; pointer-events: none; outline: none; z-index: 1; }
.gradviz-focus:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: -2px; border-radius: 0.3rem; }
.gradviz-handle[hidden] { display: none; }
.gradviz-handle::after { content: ""; width: 13px; height: 13px; border-radius: 50%; background: var(--st-text-color);
  border: 2.5px solid var(--st-background-color); box-sizing: content-box; }
.gradviz-handle:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: -8px; }
.gradviz-headline { margin: 0; }
.gradviz-cards { display: flex; gap: 0.5rem; margin: 0; padding: 0; list-style: none; overflow-x: auto; }
.gradviz-cards:empty { display: none; }
.gradviz-card { container: gradviz-card / inline-size; flex: 1 0 var(--gradviz-card, 9.4rem); max-width: calc(var(--gradviz-enlargement, 1) * 17rem); display: flex; margin: 0; border-radius: 0.6rem; overflow: hidden; position: relative;
  border: 1px solid color-mix(in srgb, var(--st-text-color) 18%, transparent); }
.gradviz-card button, .gradviz-card-more button { font: inherit; color: inherit; background: none; border: 0; margin: 0; cursor: pointer; }
.gradviz-card-show { flex: 1; min-width: 0; display: grid; grid-template-columns: calc(var(--gradviz-enlargement, 1) * 30px) minmax(0, 1fr); gap: 0 0.45rem; align-items: center;
  padding: 0.3rem 0.2rem 0.3rem 0.6rem; text-align: start; font-variant-numeric: tabular-nums; white-space: nowrap; min-height: calc(var(--gradviz-enlargement, 1) * 3.6rem); }
.gradviz-card-show > svg { width: 100%; height: auto; }
.gradviz-card-show span { overflow: hidden; text-overflow: ellipsis; }
.gradviz-card-name { font-size: calc(var(--gradviz-enlargement, 1) * 0.875rem); line-height: 1.2; }
.gradviz-card-gradient { grid-column: 1 / -1; font-size: calc(var(--gradviz-enlargement, 1) * 1.05rem); font-weight: 650;
  line-height: calc(var(--gradviz-enlargement, 1) * 1.3125rem); }
@container gradviz-card (max-width: 17rem) { .gradviz-card-gradient[data-letters="many"] { font-size: calc(var(--gradviz-enlargement, 1) * 0.85rem); } }
@container gradviz-card (max-width: 12rem) { .gradviz-card-gradient[data-letters] { font-size: calc(var(--gradviz-enlargement, 1) * 0.8rem); } }
@container gradviz-card (max-width: 9.9rem) { .gradviz-card-name { font-size: calc(var(--gradviz-enlargement, 1) * 0.8rem); } }
.gradviz-card-verdict { grid-column: 1 / -1; font-size: calc(var(--gradviz-enlargement, 1) * 0.8rem); line-height: 1.2; min-height: 1.2em; opacity: 0.8; }
.gradviz-card-explain { flex: none; width: 2.5rem; display: grid; place-items: center; opacity: 0.6; }
.gradviz-card button.gradviz-card-explain { border-left: 1px solid color-mix(in srgb, var(--st-text-color) 10%, transparent); }
.gradviz-card-explain:hover { opacity: 1; }
.gradviz-card-explain[aria-pressed="true"] { opacity: 1; color: var(--method); background: color-mix(in srgb, var(--method) 14%, transparent); }
.gradviz-card[data-shown="true"] { border-color: color-mix(in srgb, var(--method) 55%, transparent); box-shadow: inset 0 3px 0 var(--method); }
.gradviz-card[data-shown="false"] .gradviz-card-show > svg { opacity: 0.3; }
.gradviz-card[data-shown="false"] .gradviz-card-gradient { font-weight: 400; }
.gradviz-card-show:hover { background: color-mix(in srgb, var(--method) 8%, transparent); }
.gradviz-cards :focus-visible { outline-offset: -2px !important; }
.gradviz-cards:not([data-all]) > [data-behind] { display: none; }
.gradviz-card-more { flex: none; margin: 0; display: flex; border-radius: 0.6rem; border: 1px dashed color-mix(in srgb, var(--st-text-color) 35%, transparent); }
@media (min-width: 761px) { .gradviz-cards[data-all] { scroll-padding-inline-end: 3.75rem; } } /* beside the button */
@media (min-width: 761px) { .gradviz-cards[data-all] > .gradviz-card-more { position: sticky; right: 0; background: var(--st-background-color); } }
.gradviz-card-more button { min-width: 3rem; min-height: 2.5rem; }
.gradviz-titled .modebar-container { top: -1.75rem !important; }
@media print {
  .gradviz-picture { background-size: 100% 100%; print-color-adjust: exact; }
  .gradviz-panel .gradviz-plot-area { width: var(--gradviz-drawn-width); height: var(--gradviz-drawn-height, var(--height)); flex: none; }
  .gradviz-handle { outline: none !important; }
  .gradviz-panel .gl-container canvas, .gradviz-views, .modebar-container, .gradviz-ask, .gradviz-card-explain, .gradviz-card-more { display: none; }
}
@container (max-width: 760px) {
  .gradviz-columns { grid-template-columns: minmax(0, 1fr) !important; }
  .gradviz-plot-area { height: var(--narrow); }
  .gradviz-column { display: contents; }
}`;
