"""The axes of the error plot: decades of ε and of the error, and below them a band for exact zeros."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from gradviz.figures.parts.theme import paper
from gradviz.pieces import multiples
from gradviz.text.numbers import power_of_ten

EXACT, ZERO = "exact", "0"  # what the band is called where f has a gradient, and where it has none
ROW = 0.07  # height of one method's row in the band of exact answers, as a share of the axis
EXACT_ROOM = 0.11  # share of the axis between its label and that of a decade: a line of text on a laptop
MARGIN = 0.35  # decades of ε on either side
POWERS = (-307.0, 308.0)  # of ten that are normal floats


def ten(power: float) -> float:
    """10 to the ``power``, never 0 and never infinite."""
    return float(10.0 ** np.clip(power, *POWERS))


class ErrorAxis:
    """The range of errors in decades, and below it one row per method for its exact zeros."""

    def __init__(
        self,
        errors: Mapping[str, np.ndarray],
        chosen: Mapping[str, float],
        methods: list[str],
        more: Iterable[np.ndarray] = (),
        room: Sequence[float] = (),
    ) -> None:
        given = [np.append(errors[name], chosen.get(name, np.nan)) for name in methods]
        every = np.concatenate([*given, *more]) if given else np.empty(0)
        positive = every[np.isfinite(every) & (every > 0)]
        low, high = (np.log10(positive.min()), np.log10(positive.max())) if positive.size else (-16.0, 0.0)
        self.low, self.high = np.floor(low - 0.15), np.ceil(high + 0.15)
        if self.high - self.low < 4:
            self.low, self.high = self.low - 2, self.high + 2
        low, high, depth = room[:3] if room else (self.low, self.high, 0)
        self.low, self.high = min(self.low, low), max(self.high, high)
        self.rows = [name for name, values in zip(methods, given, strict=True) if (values == 0).any()]
        self.row = (self.high - self.low) * ROW
        self.depth = max(len(self.rows), int(depth))
        self.bottom = self.low - self.row * (self.depth + 0.6 if self.depth else 0)

    def floor(self, method: str) -> float:
        """The height at which a method's exact zeros are drawn."""
        return ten(self.low - self.row * (self.rows.index(method) + 0.8))

    @property
    def decades(self) -> list[int]:
        """The powers of ten that get a label: at most nine over the whole height."""
        low, high = np.clip((self.low, self.high), *POWERS)
        share = (self.high - self.low) / (self.high - self.bottom)
        return [int(decade) for decade in multiples(low, high, most=max(2, int(9 * share)))]


def layout(
    axis: ErrorAxis, step: float, left: float, right: float, measure: str, band: str = EXACT
) -> dict[str, Any]:
    """The layout for ε from ``left`` to ``right``, with ``step`` marked.

    ``measure`` names the errors, and ``band`` is the label of those that are 0.
    """
    shared = {
        "type": "log",
        "gridcolor": "@ink/0.12",
        "zeroline": False,
        "tickfont": {"size": 13, "color": "@ink/0.85"},
        "fixedrange": True,
        "automargin": True,
    }
    first, last = np.log10(left), np.log10(right)
    decades = [int(decade) for decade in multiples(*np.clip((first, last), *POWERS), most=10)]
    every = decades[1] - decades[0] if len(decades) > 1 else 1
    labelled = every * (2 if len(decades) > 6 else 1)  # Plotly would rotate more of them on a phone
    labels = [power_of_ten(decade) if decade % labelled == 0 else "" for decade in decades]
    named = max((k for k, text in enumerate(labels) if text), default=len(labels) - 1)
    labels[named] = f"ε = {labels[named]}"  # a title would take a line of its own
    whole = axis.high - axis.bottom
    middle = (axis.bottom + axis.low) / 2
    heights = [d for d in axis.decades if not axis.rows or d - middle > EXACT_ROOM * whole]
    y_values = [10.0**decade for decade in heights]
    y_labels = [power_of_ten(decade) for decade in heights]
    if axis.rows:
        y_values.append(ten(middle))
        y_labels.append(band)
    return {
        "xaxis": {
            **shared,
            "range": [first - MARGIN, last + MARGIN],
            "tickvals": [10.0**decade for decade in decades],
            "ticktext": labels,
        },
        "yaxis": {
            **shared,
            "range": [axis.bottom, axis.high],
            "tickvals": y_values,
            "ticktext": y_labels,
            "title": {"text": measure, "font": {"size": 15, "color": "@ink"}, "standoff": 10},
        },
        "shapes": _shapes(axis, step),
        "dragmode": False,
        "hovermode": "closest",
        "hoverlabel": {"bgcolor": "@paper", "bordercolor": "@ink/0.4", "font": {"color": "@ink"}},
        "margin": {"l": 8, "r": 14, "t": 10, "b": 8},
        "plot_bgcolor": "@paper",
        **paper(-0.22),
    }


def _shapes(axis: ErrorAxis, step: float) -> list[dict[str, Any]]:
    """The chosen step, and the band of exact answers where there are any."""
    line = {
        "type": "line",
        "xref": "x",
        "yref": "paper",
        "x0": step,
        "x1": step,
        "y0": 0,
        "y1": 1,
        "line": {"color": "@ink/0.7", "width": 1.6, "dash": "dot"},
        "layer": "below",
        "name": "chosen step",
    }
    band = {
        "type": "rect",
        "xref": "paper",
        "yref": "y",
        "x0": 0,
        "x1": 1,
        "y0": ten(axis.bottom),
        "y1": ten(axis.low),
        "fillcolor": "@ink/0.06",
        "line": {"width": 0},
        "layer": "below",
        "name": "exact answers",
    }
    return [line, band] if axis.rows else [line]
