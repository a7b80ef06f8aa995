"""What explains one curve of the error plot.

Its regions by name, predicted truncation and round-off, the measured cloud of round-off, the slope, and the
optimum, predicted and measured.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from gradviz.figures.parts.drawing import Trace, packed
from gradviz.figures.parts.theme import style
from gradviz.sweeping.regions import (
    EXACT,
    NO_ORDER,
    NO_VALUE,
    OPTIMUM,
    PLATEAU,
    ROUND_OFF,
    STAIRCASE,
    TRUNCATION,
    VANISHED,
    Explanation,
)
from gradviz.text.numbers import listed, number

LINES = (TRUNCATION, NO_ORDER, PLATEAU, EXACT)  # where the error is a smooth function of ε
CLOUD = (OPTIMUM, ROUND_OFF, STAIRCASE, "")
TINTS = {  # of the ground, as on the slider of the page
    TRUNCATION: "@zone-truncation/0.11",
    OPTIMUM: "@zone-best/0.16",
    ROUND_OFF: "@zone-round-off/0.11",
    STAIRCASE: "@zone-round-off/0.11",
    VANISHED: "@ink/0.08",
}


@dataclass(frozen=True)
class Curve:
    """One method's error and its predicted parts over ``steps``, each (k,), in the units of the picture.

    ``best`` is the measured best step, ``least`` the typical error there, nan where none is best; ``floor``
    the height of exact zeros, ``low`` the lower end of the axis for errors above 0.
    """

    name: str
    steps: np.ndarray
    errors: np.ndarray
    truncation: np.ndarray
    roundoff: np.ndarray
    roundoff_rms: np.ndarray
    best: float
    least: float
    floor: float
    low: float
    explanation: Explanation

    @property
    def heights(self) -> np.ndarray:
        """The errors as drawn: exact zeros on the floor, what is not finite left out."""
        finite = np.where(np.isfinite(self.errors), self.errors, np.nan)
        return np.where(finite == 0, self.floor, finite)


def curve_traces(curve: Curve, others: list[Trace]) -> list[Trace]:
    """The predictions below the ``others``, the measured error on top.

    Dots where it is a cloud, a line where it is smooth, faint where the step has vanished, and a ring around
    the least.
    """
    return [*_theory(curve), *others, *_measured(curve), *_ring(curve)]


def _trace(curve: Curve, role: str, mode: str, steps: ArrayLike, heights: ArrayLike) -> Trace:
    return {
        "type": "scatter",
        "name": style(curve.name).label,
        "mode": mode,
        "meta": {"method": curve.name, "role": role},
        "x": packed(steps),
        "y": packed(heights),
        "showlegend": False,
    }


def _theory(curve: Curve) -> Iterator[Trace]:
    """Truncation as a line; round-off as a band from its mean to its bound."""
    tint = {"color": f"@{curve.name}/0.55", "width": 1.3}
    known = np.isfinite(curve.roundoff) & (curve.roundoff_rms > curve.low)
    if known.any():
        yield {
            **_trace(curve, "roundoff_rms", "lines", curve.steps[known], curve.roundoff_rms[known]),
            "line": {**tint, "dash": "solid"},
            "hovertemplate": "round-off, predicted mean: %{y:.2e}<extra></extra>",
        }
        yield {
            **_trace(curve, "roundoff", "lines", curve.steps[known], curve.roundoff[known]),
            "line": {"color": f"@{curve.name}/0.3", "width": 0.8},
            "fill": "tonexty",
            "fillcolor": f"@{curve.name}/0.12",
            "hovertemplate": "round-off, bound: %{y:.2e}<extra></extra>",
        }
    known = np.isfinite(curve.truncation) & (curve.truncation > curve.low)
    if known.any():
        yield {
            **_trace(curve, "truncation", "lines", curve.steps[known], curve.truncation[known]),
            "line": {**tint, "dash": "longdash"},
            "hovertemplate": "truncation, predicted: %{y:.2e}<extra></extra>",
        }


def _measured(curve: Curve) -> Iterator[Trace]:
    look, heights = style(curve.name), curve.heights
    exact = curve.errors == 0
    drawn = ~np.isnan(heights) & ~exact
    within = curve.explanation.within
    hover = {"hovertemplate": f"ε = %{{x:.2e}}<br>error = %{{y:.2e}}<extra>{look.label}</extra>"}
    dot = {"symbol": "circle", "size": 4.5, "color": f"@{curve.name}", "opacity": 0.6}
    if (line := within(*LINES) & drawn).any():
        yield {
            **_trace(curve, "error", "lines", curve.steps, np.where(line, heights, np.nan)),
            "line": {"color": f"@{curve.name}", "width": look.width, "dash": look.dash},
            "connectgaps": False,
            **hover,
        }
    if (gone := within(VANISHED) & drawn).any():
        yield {
            **_trace(curve, "vanished", "lines", curve.steps[gone], heights[gone]),
            "line": {"color": f"@{curve.name}/0.5", "width": 1.6, "dash": "dot"},
            "hovertemplate": "ε = %{x:.2e}<br>the step vanished: x + ε is x<extra></extra>",
        }
    if (cloud := within(*CLOUD) & drawn).any():
        yield {
            **_trace(curve, "cloud", "markers", curve.steps[cloud], heights[cloud]),
            "marker": dot,
            **hover,
        }
    if exact.any():
        words = f"ε = %{{x:.2e}}<br>error = 0<extra>{look.label}</extra>"
        yield {
            **_trace(curve, "exact", "markers", curve.steps[exact], heights[exact]),
            "marker": dot,
            "hovertemplate": words,
        }


def _ring(curve: Curve) -> Iterator[Trace]:
    """The best step as measured, at the typical error there: that of the one step may be any of the cloud."""
    height = curve.least if curve.least else curve.floor
    if not np.isfinite(height):
        return
    least = f"{number(curve.least, 3)}, typically" if curve.least else "0"
    words = f"measured best ε = {number(curve.best, 2)}<br>error = {least}"
    yield {
        **_trace(curve, "best", "markers", [curve.best], [height]),
        "cliponaxis": False,
        "marker": {"symbol": "circle-open", "size": 13, "color": "@ink", "line": {"width": 1.8}},
        "hovertemplate": f"{words}<extra>{style(curve.name).label}</extra>",
    }


# --- the regions ---


_UPRIGHT = {"xref": "x", "yref": "paper", "y0": 0, "y1": 1, "layer": "below"}


def zone_shapes(curve: Curve) -> list[dict[str, Any]]:
    """The ground of each region, below all else."""
    return [
        {
            **_UPRIGHT,
            "type": "rect",
            "x0": region.low,
            "x1": region.high,
            "fillcolor": TINTS[region.name],
            "line": {"width": 0},
            "name": "zone",
        }
        for region in curve.explanation.regions
        if region.name in TINTS
    ]


def region_shapes(curve: Curve) -> list[dict[str, Any]]:
    """A fine line between neighbouring regions, and the predicted optimum as an upright band."""
    line = {"color": "@ink/0.28", "width": 1, "dash": "2px 3px"}
    shapes: list[dict[str, Any]] = [
        {**_UPRIGHT, "type": "line", "x0": region.low, "x1": region.low, "line": line, "name": "region"}
        for region in curve.explanation.regions[:-1]
    ]
    band = curve.explanation.band
    if band:
        fill = {"fillcolor": f"@{curve.name}/0.2", "line": {"width": 0}}
        shapes.append({**_UPRIGHT, "type": "rect", "x0": band[0], "x1": band[1], **fill, "name": "best step"})
    return shapes


def slope_words(slope: float) -> str:
    """'slope 1', with one decimal where it is no whole number."""
    return f"slope {round(slope)}" if abs(slope - round(slope)) < 0.15 else f"slope {slope:.1f}"


# --- the same in another precision ---

FAMILY_SHADES = (0.5, 0.65, 0.8, 1.0)
FAMILY_DASHES = ("dot", "dashdot", "dash", "solid")


@dataclass(frozen=True)
class PrecisionCurve:
    """The errors above 0 of one method over ``steps`` in one ``precision``, by its index in the family."""

    name: str
    precision: str
    index: int
    steps: np.ndarray
    errors: np.ndarray

    @property
    def label(self) -> str:
        return f"{style(self.name).label}, {self.precision}"


def precision_line(curve: PrecisionCurve) -> Trace:
    """The curve in the method's colour, in a shade and a dash of its own."""
    shade, dash = (table[curve.index % len(table)] for table in (FAMILY_SHADES, FAMILY_DASHES))
    return {
        "type": "scatter",
        "mode": "lines",
        "name": curve.label,
        "meta": {"method": curve.name, "role": "family"},
        "x": packed(curve.steps),
        "y": packed(curve.errors),
        "line": {"color": f"@{curve.name}/{shade}", "width": 1.6, "dash": dash},
        "connectgaps": False,
        "hovertemplate": f"ε = %{{x:.2e}}<br>error = %{{y:.2e}}<extra>{curve.precision}</extra>",
    }


# --- in words ---

_WORDS = {
    NO_ORDER: "ε reaches too far for any order",
    NO_VALUE: "no finite number",
    TRUNCATION: "truncation",
    OPTIMUM: "the optimum",
    PLATEAU: "a plateau",
    EXACT: "no error at all",
    ROUND_OFF: "round-off",
    STAIRCASE: "a staircase",
    VANISHED: "the step vanished",
}


def summary_of(curve: Curve) -> str:
    """What the curve shows above all, in at most 52 letters."""
    label, kinds = style(curve.name).label, {region.name for region in curve.explanation.regions}
    counted = curve.errors[curve.explanation.within(*LINES, OPTIMUM, ROUND_OFF)]
    counted = counted[np.isfinite(counted)]
    if PLATEAU in kinds:
        return f"{label}: {'at a kink ' if curve.explanation.kink else ''}a plateau, no V."
    if counted.size and not counted.any():
        return f"{label}: no error at any ε."
    if kinds == {VANISHED}:
        return f"{label}: every ε drawn vanishes beside x."
    if np.isnan(curve.best) and np.isfinite(curve.errors).any():
        return f"{label}: the same error at every ε."
    if ROUND_OFF in kinds and not kinds & {TRUNCATION, NO_ORDER}:
        return f"{label}: no truncation, only rounding."
    roundoff = curve.roundoff_rms[np.isfinite(curve.roundoff_rms)]
    if TRUNCATION in kinds and roundoff.size and roundoff[0] <= 2 * roundoff.min():
        return f"{label}: the smaller ε, the better."  # nothing cancels
    if np.isfinite(curve.best):
        return f"Least error of {label} near ε = {number(curve.best, 1)}."
    return f"{label}: there is no error to draw."


def sentences(curve: Curve) -> Iterator[str]:
    """What is drawn of this curve, and what it means."""
    label, explanation = style(curve.name).label, curve.explanation
    kinds = {region.name for region in explanation.regions}
    known = np.isfinite(curve.roundoff)
    if PLATEAU in kinds:
        why = "A kink has a slope on each side, and the" if explanation.kink else "The"
        yield f"Explained: {label}. {why} error is about the same at every ε there: a plateau, no V."
    elif not known.any():
        missing = "Beside a kink there are" if explanation.kink else "Here are"
        yield f"Explained: {label}. {missing} no derivatives to foretell the error from."
    else:
        slope = f", {slope_words(explanation.slope)}" if explanation.slope is not None else ""
        predicted = [f"truncation (dashed{slope})"] if TRUNCATION in kinds else []
        wedge = known & (curve.roundoff_rms > curve.low)
        predicted += ["round-off (the wedge, from its mean to its bound)"] if wedge.any() else []
        predicted += ["the best ε (the stripe)"] if explanation.band else []
        ring = f" and the best ε, {number(curve.best, 2)} (the ring)" if np.isfinite(curve.best) else ""
        words = f" Predicted: {listed(predicted)}." if predicted else ""
        yield f"Explained: {label}.{words} Measured: the line, the dots{ring}."
    if ROUND_OFF in kinds and not kinds & {TRUNCATION, NO_ORDER}:
        yield "No truncation shows: at every ε drawn the error is one of rounding."
    if STAIRCASE in kinds and VANISHED in kinds:
        yield "Further left x + ε has few numbers to fall on (staircase), at last only x (vanished)."
    elif STAIRCASE in kinds:
        yield "Further left x + ε has few numbers to fall on (staircase)."
    if NO_ORDER in kinds:
        yield "No order: from there on the Taylor terms do not foretell the error."


def in_words(curve: Curve) -> str:
    """The regions from right to left with their ends, for the alternative text."""
    regions = curve.explanation.regions
    if not regions:
        return ""
    parts = [
        f"{_WORDS[region.name]} from {number(region.high, 2)} down to {number(region.low, 2)}"
        for region in regions
    ]
    slope = curve.explanation.slope
    tail = f" The truncation branch has {slope_words(slope)}." if slope is not None else ""
    return f"{style(curve.name).label.capitalize()}, from right to left: {'; '.join(parts)}.{tail}"
