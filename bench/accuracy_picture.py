"""The figures of bench/accuracy.py drawn as text: an SVG that follows the reader's light or dark."""

from __future__ import annotations

import math
from collections.abc import Sequence
from xml.sax.saxutils import escape

LEFT, RIGHT, TOP, ROW = (
    300,
    640,
    64,
    26,
)  # pixels: where the axis begins and ends, the first row, a row's height
LOWEST, HIGHEST = -17, 0  # decades of the axis
WIDTH = 860
STYLE = """
  text { font: 13px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #1f2328; }
  .title { font-weight: 600; font-size: 15px; }
  .small { font-size: 12px; fill: #59636e; }
  .grid { stroke: #d1d9e0; stroke-width: 1; }
  .ours { stroke: #0969da; fill: #0969da; }
  .theirs { stroke: #8c6414; fill: #8c6414; }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc; }
    .small { fill: #9198a1; }
    .grid { stroke: #3d444d; }
    .ours { stroke: #4493f8; fill: #4493f8; }
    .theirs { stroke: #d29922; fill: #d29922; }
  }
"""


def picture(rows: Sequence[tuple[str, float, float, int, int]]) -> str:
    """The errors of all methods as an SVG: a dot at the median, a line to the quantile, on a log axis.

    ``rows`` are (label, median, 90 % quantile, failed, wrong).
    """
    height = TOP + ROW * len(rows) + 44
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
        f'height="{height}" role="img" aria-label="Relative errors of gradients by method">',
        f"<style>{STYLE}</style>",
        '<text class="title" x="16" y="26">Relative error of the gradient: median, and 90 % within</text>',
        f'<text class="small" x="{RIGHT + 24}" y="{TOP - 12}">no answer</text>',
        f'<text class="small" x="{RIGHT + 110}" y="{TOP - 12}">wrong by &gt; 1 %</text>',
    ]
    bottom = TOP + ROW * len(rows)
    for decade in range(LOWEST + 1, HIGHEST + 1, 4):
        x = _across(10.0**decade)
        parts.append(f'<line class="grid" x1="{x}" y1="{TOP - 4}" x2="{x}" y2="{bottom}"/>')
        label = "1" if decade == 0 else f'10<tspan dy="-5" font-size="10">−{-decade}</tspan>'
        parts.append(f'<text class="small" x="{x}" y="{bottom + 20}" text-anchor="middle">{label}</text>')
    for place, (label, median, quantile, failed, wrong) in enumerate(rows):
        y = TOP + ROW * place + ROW // 2
        kind = "ours" if label.startswith("gradviz") else "theirs"
        left, right = _across(median), _across(quantile)
        parts += [
            f'<text x="{LEFT - 16}" y="{y + 4}" text-anchor="end">{escape(label)}</text>',
            f'<line class="{kind}" x1="{left}" y1="{y}" x2="{right}" y2="{y}" stroke-width="3"/>',
            f'<circle class="{kind}" cx="{left}" cy="{y}" r="5"/>',
            f'<line class="{kind}" x1="{right}" y1="{y - 6}" x2="{right}" y2="{y + 6}" stroke-width="3"/>',
            f'<text x="{RIGHT + 52}" y="{y + 4}" text-anchor="middle">{failed}</text>',
            f'<text x="{RIGHT + 152}" y="{y + 4}" text-anchor="middle">{wrong}</text>',
        ]
    return "\n".join([*parts, "</svg>", ""])


def _across(error: float) -> float:
    """The place of an error on the axis; what lies beyond it stands at its end."""
    decade = min(max(math.log10(error), LOWEST), HIGHEST) if error > 0 else LOWEST
    return round(LEFT + (RIGHT - LEFT) * (decade - LOWEST) / (HIGHEST - LOWEST), 1)
