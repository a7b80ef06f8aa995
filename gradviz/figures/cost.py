"""What a gradient costs as the number of variables grows, and how its closed form swells: log over log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from gradviz.autodiff.costs import FAMILIES, WAYS, Counts, Family, swell
from gradviz.figures.parts.drawing import Picture, Trace, labelled_lines, log_axis
from gradviz.figures.parts.theme import paper, style
from gradviz.pieces import multiples
from gradviz.text.numbers import number

LARGEST = 10**6  # variables
_PRODUCT = next(family for family in FAMILIES if family.name == "product")
_LINE = {"forward-mode": ("@ink", "dot", 3.0), "closed form": ("@symbolic", "solid", 3.0)}


def cost_picture(family: Family, n: int) -> Picture:
    """Operations of every way to the gradient of ``family``, n = 1 to a million, marked where n is now."""
    sizes = _sizes()
    series = [
        (way.name, way.label, [way.operations(family.counts(int(m)), int(m)) for m in sizes]) for way in WAYS
    ]
    marks = [(way.name, way.operations(family.counts(n), n)) for way in WAYS]
    totals = {way.name: way.operations(family.counts(LARGEST), LARGEST) for way in WAYS}
    factor = totals["forward"] / totals["backprop"]
    caption = (
        f"Counted, not timed: {family.name} of n variables. With a million variables back-propagation takes "
        f"2 passes and {number(totals['backprop'], 2)} operations, forward mode a million passes and "
        f"{number(totals['forward-mode'], 2)}, the forward difference a million and one evaluations and "
        f"{number(totals['forward'], 2)}: {number(factor, 2)} times as many as back-propagation."
    )
    alternative = f"Operations against the number of variables for {family.name}, both axes logarithmic."
    return Picture(_figure(sizes, series, n, marks), caption, alternative)


def swell_picture(n: int) -> Picture:
    """Operations in the gradient of x₁·x₂·…·xₙ, written out as a closed form and by back-propagation."""
    sizes = _sizes()[_sizes() >= 3]  # below, nothing is multiplied in the closed form
    back = WAYS[0].operations
    series = [
        ("closed form", "closed form, written out", [swell(int(m)) for m in sizes]),
        ("backprop", "back-propagation", [back(_PRODUCT.counts(int(m)), int(m)) for m in sizes]),
    ]
    marks = [("closed form", swell(n)), ("backprop", back(_PRODUCT.counts(n), n))] if n >= 3 else []
    caption = (
        "Expression swell: each of the n partial derivatives of x₁·x₂·…·xₙ is a product of n − 1 factors, so "
        f"written out they take n(n − 2) products, {number(swell(LARGEST), 2)} for a million variables. "
        "Back-propagation shares what they have in common and takes 3(n − 1)."
    )
    return Picture(
        _figure(sizes, series, n, marks),
        caption,
        "Operations in the gradient of a product of n variables: the closed form grows like n², "
        "back-propagation like n.",
    )


def cost_table(counts: Counts, n: int) -> list[tuple[str, str, str]]:
    """For the typed function: the way, its passes, and its operations."""
    passes = {
        "backprop": "1 forward + 1 backward",
        "forward-mode": f"{n} of forward mode",
        "forward": f"{n + 1} evaluations",
        "central": f"{2 * n} evaluations",
    }
    return [(way.label, passes[way.name], str(way.operations(counts, n))) for way in WAYS]


def _sizes() -> np.ndarray:
    return np.unique(np.round(np.geomspace(1, LARGEST, 61)).astype(int))


def _look(name: str) -> tuple[str, str, float]:
    if name in _LINE:
        return _LINE[name]
    look = style(name)
    return f"@{name}", look.dash, look.width


def _figure(
    sizes: np.ndarray,
    series: Sequence[tuple[str, str, list[int]]],
    n: int,
    marks: Sequence[tuple[str, int]],
) -> dict[str, Any]:
    traces: list[Trace] = []
    for name, label, values in series:
        colour, dash, width = _look(name)
        traces.append(
            {
                "type": "scatter",
                "mode": "lines",
                "name": label,
                "meta": {"way": name},
                "x": [int(m) for m in sizes],
                "y": [value or None for value in values],  # a log axis has no zero
                "line": {"color": colour, "dash": dash, "width": width},
                "hovertemplate": f"{label}<br>n = %{{x}}: %{{y:.4~s}} operations<extra></extra>",
            }
        )
    for name, value in marks:
        if value:
            traces.append(
                {
                    "type": "scatter",
                    "mode": "markers",
                    "meta": {"way": name, "role": "now"},
                    "x": [n],
                    "y": [value],
                    "marker": {"color": _look(name)[0], "size": 10},
                    "showlegend": False,
                    "hovertemplate": f"n = {n}: {value} operations<extra></extra>",
                }
            )
    top = int(np.log10(max(values[-1] for _, _, values in series))) + 1
    lines = [
        (trace, label.replace(", ", ",<br>")) for trace, (_, label, _) in zip(traces, series, strict=False)
    ]
    x = log_axis("variables n", (-0.1, 6.05), range(0, 7, 2))
    y = log_axis("operations", (-0.3, top), [int(power) for power in multiples(0, top, most=6)])
    return {"data": traces, "layout": labelled_lines(lines, x, y, 132) | paper(-0.2)}
