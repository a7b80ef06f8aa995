"""The legend of the error plot, for Python and for a saved picture; on the page the cards are the legend.

Each entry is an empty trace: what is drawn of one method are several traces, or none that Plotly would name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gradviz.figures.errors_explained import Curve
from gradviz.figures.parts.drawing import Trace
from gradviz.figures.parts.theme import style

TRUNCATION, ROUND_OFF = "truncation, predicted", "round-off, predicted"
PREDICTED, MEASURED = "best ε, predicted", "best ε, measured"


def legend_traces(traces: Sequence[Trace], methods: Sequence[str], curve: Curve | None) -> list[Trace]:
    """An entry for each of ``methods`` that ``traces`` show, and for what explains the ``curve``."""
    drawn = {trace["meta"]["method"] for trace in traces}
    entries = [_method(name) for name in methods if name in drawn]
    if curve is None:
        return entries
    name, roles = curve.name, {trace["meta"].get("role") for trace in traces}
    tint = {"color": f"@{name}/0.55", "width": 1.3}
    if "truncation" in roles:
        entries.append(_entry(TRUNCATION, line={**tint, "dash": "longdash"}))
    if "roundoff" in roles:
        entries.append(_entry(ROUND_OFF, line=tint, fill="tozeroy", fillcolor=f"@{name}/0.12"))
    if curve.explanation.band:
        entries.append(_mark(PREDICTED, {"symbol": "square", "size": 14, "color": f"@{name}/0.2"}))
    if "best" in roles:
        ring = {"symbol": "circle-open", "size": 13, "color": "@ink", "line": {"width": 1.8}}
        entries.append(_mark(MEASURED, ring))
    return entries


def _method(name: str) -> Trace:
    """Its line, with the symbol that marks the chosen ε on it."""
    look = style(name)
    line = {"color": f"@{name}", "width": look.width, "dash": look.dash}
    marker = {"symbol": look.symbol, "size": 9, "color": f"@{name}"}
    entry = _entry(look.label, mode="lines+markers", line=line, marker=marker)
    return {**entry, "meta": {"method": name, "legend": True}}


def _mark(label: str, marker: dict[str, Any]) -> Trace:
    return _entry(label, mode="markers", marker=marker)


def _entry(label: str, **look: object) -> Trace:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": label,
        "meta": {"legend": True},
        "x": [None],
        "y": [None],
        "showlegend": True,
        "hoverinfo": "skip",
        **look,
    }
