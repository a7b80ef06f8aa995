"""The words on the error plot: what each branch follows, where the best ε is, and each line's name.

The browser alone knows how large the picture is and where ε stands: from what is said here it chooses a place
for each (``browser/labels.js``). In Python the most important ones stand at a place of their own.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradviz.figures.errors_explained import Curve, PrecisionCurve
from gradviz.figures.parts.theme import style
from gradviz.sweeping.regions import EXACT, OPTIMUM, ROUND_OFF, TRUNCATION, VANISHED
from gradviz.text.numbers import number, raised

SIZE = 12  # px of the letters
SHORT = {VANISHED: "vanished"}
BRANCHES = (TRUNCATION, ROUND_OFF)
MEASURED = ("error", "cloud", "exact", "vanished")
WHOLE = 0.15  # a slope as near to a whole number is that number


@dataclass(frozen=True)
class Label:
    """A ``text`` in the colour of that name, and the lines that it may stand on.

    These are the traces of ``method`` with one of ``roles``, and of that ``name``, where ε is between ``low``
    and ``high``. ``kind``: "branch" anywhere beside the line, "end" best at one of its ends, "level" on it,
    "spot" near its only point, "column" anywhere from low to high. An ``essential`` one is never left out for
    lines that it would hide.
    """

    text: str
    colour: str
    kind: str
    method: str
    roles: tuple[str, ...] = ()
    name: str = ""
    low: float = 0.0
    high: float = np.inf
    essential: bool = False

    def as_meta(self, steps: np.ndarray) -> dict[str, Any]:
        """As the browser reads it."""
        low, high = max(self.low, float(steps[0])), min(self.high, float(steps[-1]))
        return {**vars(self), "roles": list(self.roles), "low": low, "high": high, "size": SIZE}


def labels(
    curve: Curve | None,
    others: Sequence[PrecisionCurve],
    levels: Sequence[str],
    curves: Sequence[str],
) -> list[Label]:
    """The labels, the most important one first.

    Of the methods drawn ``levels`` are those that have one height, ``curves`` the others.
    """
    found = [] if curve is None else list(_explaining(curve))
    for other in others:
        found.append(_precision(other, curve))
    if curve is not None:
        found += _regions(curve)
    found += [Label(style(name).label, f"@{name}", "end", name, MEASURED) for name in curves]
    found += [Label(style(name).label, f"@{name}", "level", name, ("level", *MEASURED)) for name in levels]
    return found


def _explaining(curve: Curve) -> Iterator[Label]:
    """The best ε, and what truncation and round-off are proportional to."""
    if np.isfinite(curve.best) and curve.explanation.band is not None:
        text = f"best ε ≈ {number(curve.best, 1)}"
        yield Label(text, "@ink", "spot", curve.name, ("best",), essential=True)
    for region in curve.explanation.regions:
        if region.name == TRUNCATION:
            text, roles = truncation_words(curve.explanation.slope), ("error",)
        elif region.name == ROUND_OFF:
            text, roles = _roundoff_words(curve, region.low, region.high), ("roundoff", "cloud")
        else:
            continue
        yield Label(
            text, f"@{curve.name}", "branch", curve.name, roles, "", region.low, region.high, essential=True
        )


def truncation_words(slope: float | None) -> str:
    """'truncation ∝ ε²', the slope with one decimal where it is no whole number."""
    if slope is None:
        return "truncation"
    whole = round(slope)
    if abs(slope - whole) >= WHOLE:
        return f"truncation, slope {slope:.1f}"
    return f"truncation ∝ ε{raised(whole) if whole != 1 else ''}"


def _roundoff_words(curve: Curve, low: float, high: float) -> str:
    """'round-off ∝ 1/ε' where it is: not for the complex step, nor where f itself is small there."""
    inside = (curve.steps >= low) & (curve.steps <= high) & (curve.roundoff_rms > 0)
    inside &= np.isfinite(curve.roundoff_rms)
    if inside.sum() < 3:
        return "round-off"
    places, sizes = np.log10(curve.steps[inside]), np.log10(curve.roundoff_rms[inside])
    slope = np.polynomial.polynomial.polyfit(places, sizes, 1)[1]
    return "round-off ∝ 1/ε" if abs(slope + 1) < WHOLE else "round-off"


def _regions(curve: Curve) -> Iterator[Label]:
    """The names of the other regions, of which some have no line."""
    for region in curve.explanation.regions:
        if region.name not in (*BRANCHES, OPTIMUM, EXACT):  # this one is beside its axis
            text = SHORT.get(region.name, region.name)
            yield Label(text, "@ink/0.75", "column", curve.name, low=region.low, high=region.high)


def _precision(other: PrecisionCurve, curve: Curve | None) -> Label:
    """The name of a precision beside its curve, half-way down from where the error leaves its level."""
    same = curve is not None and np.array_equal(
        other.errors, np.where(curve.errors > 0, curve.errors, np.nan), equal_nan=True
    )
    least = int(np.nanargmin(other.errors))
    level = other.errors[np.isfinite(other.errors)][0]
    falling = np.flatnonzero(other.errors[: least + 1] < 0.3 * level)
    low = float(other.steps[falling[0]]) if len(falling) else 0.0
    high = float(other.steps[least]) if len(falling) else np.inf
    where: dict[str, Any] = {"roles": MEASURED} if same else {"roles": ("family",), "name": other.label}
    return Label(
        other.precision, f"@{other.name}", "branch", other.name, low=low, high=high, essential=True, **where
    )


# --- without a browser ---


def default_places(found: Sequence[Label], curve: Curve) -> list[dict[str, Any]]:
    """The explaining labels at the middle of their branches, for whoever draws without a browser."""
    placed = []
    for label in found:
        if label.kind == "spot":
            placed.append(_note(label, curve.best, curve.least or curve.floor, "top", -12))
        elif label.kind == "branch" and not label.name and label.roles != MEASURED:
            finite = np.isfinite(curve.heights) & (curve.errors > 0)
            inside = np.flatnonzero(finite & (curve.steps >= label.low) & (curve.steps <= label.high))
            if len(inside):
                middle = inside[len(inside) // 2]
                placed.append(
                    _note(label, float(curve.steps[middle]), float(curve.heights[middle]), "bottom", 14)
                )
    return placed


def _note(label: Label, x: float, y: float, anchor: str, shift: int) -> dict[str, Any]:
    return {
        "name": "label",
        "text": label.text,
        "x": math.log10(x),
        "y": math.log10(y),
        "xref": "x",
        "yref": "y",
        "yanchor": anchor,
        "yshift": shift,
        "font": {"size": SIZE, "color": label.colour},
        "bgcolor": "@paper",
        "borderpad": 1,
        "showarrow": False,
    }
