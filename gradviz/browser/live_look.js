// The style sheet of a stage that stands alone: the colours and letters that a page of Streamlit would give, and
// where pictures, slider, words and table stand. A stage is as high as the window, within bounds.

export const CSS = `
.gradviz-live { --st-text-color: #31333f; --st-background-color: #ffffff; --st-secondary-background-color: #f0f2f6; --st-primary-color: #3b5b7a;
  --st-font: "Source Sans", "Source Sans 3", "Source Sans Pro", system-ui, sans-serif; --st-code-font: "Source Code Pro", ui-monospace, monospace;
  box-sizing: border-box; color: var(--st-text-color); background: var(--st-background-color); font: 16px/1.5 var(--st-font); container: gradviz-live / inline-size;
  color-scheme: light; }
.gradviz-live[data-dark] { --st-text-color: #fafafa; --st-background-color: #191816; --st-secondary-background-color: #262522; --st-primary-color: #9db8d2;
  color-scheme: dark; }
.gradviz-live h1 { margin: 0; padding: 0 0 0.2rem; font: 1.05rem/1.35 var(--st-code-font); color: inherit; overflow-wrap: anywhere; }
.gradviz-live h1.typeset { font-size: 1.3rem; padding-bottom: 0.4rem; }
.gradviz-live h1 svg { display: block; max-width: 100%; overflow: visible; }
.gradviz-live h2 { margin: 1.5rem 0 0.5rem; padding: 0; font: 600 1.25rem/1.3 var(--st-font); color: inherit; }
.gradviz-live-pictures .gradviz-view { box-sizing: border-box; display: flex; flex-direction: column; gap: 0.5rem;
  height: clamp(29rem, calc(100dvh - 8.75rem), 60rem); }
.gradviz-live-pictures .gradviz-headline { flex: none; min-height: 2.1rem; font-size: clamp(1rem, 1.45cqi, 1.4rem); line-height: 2.1rem; font-weight: 500; }
.gradviz-live-pictures .gradviz-headline[data-long] { font-size: 0.95rem; line-height: 1.05rem; }
.gradviz-live-pictures .gradviz-cards { flex: none; }
.gradviz-live-pictures .gradviz-columns { flex: 1; min-height: 0; grid-template-rows: minmax(0, 1fr); gap: 0.5rem 1.25rem; }
.gradviz-live-pictures .gradviz-column { height: 100%; min-height: 0; grid-auto-rows: minmax(0, 1fr); gap: 0.35rem; }
.gradviz-live-pictures .gradviz-panel { display: flex; flex-direction: column; min-height: 0; height: 100%; }
.gradviz-live-pictures .gradviz-plot-area { flex: 1; min-height: 0; height: auto; }
.gradviz-live-pictures .gradviz-plot-area > .gradviz-plot { position: absolute; inset: 0; }
.gradviz-live-pictures :is(.gradviz-title, figcaption) { flex: none; }
.gradviz-live-pictures .gradviz-panel figcaption { min-height: 0; max-height: 2.8em; overflow: auto; padding: 0; font-size: 0.85rem; }
.gradviz-live-pictures .gradviz-panel figcaption:empty { display: none; }
.gradviz-live-pictures .gradviz-about { position: absolute; top: 1.75rem; left: 0; right: 0; z-index: 6; margin: 0; padding: 0.5rem 0.75rem; border-radius: 0.5rem;
  background: var(--st-secondary-background-color); box-shadow: 0 2px 10px #0003; }
.gradviz-live-pictures .gradviz-views { position: absolute; top: 0; left: 6.5rem; right: 4.75rem; height: 1.75rem; padding: 0; align-items: center;
  flex-wrap: nowrap; overflow-x: auto; scrollbar-width: none; }
.gradviz-live-pictures .gradviz-views > :first-child { margin-left: auto; }
.gradviz-live-pictures .gradviz-views button { flex: none; white-space: nowrap; }
.gradviz-live-dock { position: sticky; bottom: 0; z-index: 8; padding: 0.35rem 0 0; background: var(--st-background-color);
  border-top: 1px solid color-mix(in srgb, currentColor 14%, transparent); }
.gradviz-live-dock .gradviz-step output { bottom: 100%; }
.gradviz-live-walk { display: grid; grid-template-columns: minmax(0, 2.6fr) minmax(0, 1fr); gap: 0.5rem 1.25rem; align-items: start; }
.gradviz-live-walk h2 { grid-column: 1 / -1; }
.gradviz-live-walk:empty { display: none; }
.gradviz-live-words { max-width: 60rem; margin: 0.75rem 0; }
.gradviz-live-notes { font-size: 0.85rem; opacity: 0.85; margin: 0.75rem 0 0; overflow-wrap: anywhere; }
.gradviz-live-notes:empty { display: none; }
@container gradviz-live (max-width: 760px) {
  .gradviz-live-walk { grid-template-columns: minmax(0, 1fr); }
  .gradviz-live-pictures .gradviz-view { height: auto; }
  .gradviz-live-pictures .gradviz-headline { line-height: 1.3; }
  .gradviz-live-pictures .gradviz-columns { display: grid; grid-template-rows: none; }
  .gradviz-live-pictures .gradviz-panel { height: auto; }
  .gradviz-live-pictures .gradviz-plot-area { flex: none; height: var(--narrow); }
  .gradviz-live-pictures .gradviz-views { position: static; height: auto; }
  .gradviz-live-pictures .gradviz-views > :first-child { margin-left: 0; }
}
@media (max-height: 37.75rem) {
  .gradviz-live-dock { position: static; }
}
@media print {
  .gradviz-live-pictures .gradviz-view { height: auto; width: var(--gradviz-drawn-width); zoom: var(--gradviz-print-zoom, 1); }
  .gradviz-live-pictures .gradviz-panel, .gradviz-live-pictures .gradviz-column { height: auto; }
  .gradviz-live-dock { display: none; }
}`;
