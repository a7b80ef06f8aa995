"""The truth at a point in words: f and its gradient, or why there is none; one sentence per status."""

from __future__ import annotations

import math

import numpy as np

from gradviz.field import ScalarField
from gradviz.sentences.phrases import PLACES, beyond_range, point_in_words, true_vector
from gradviz.sweeping.truth import Truth
from gradviz.text.letters import plain_label
from gradviz.text.numbers import in_powers_of_ten, listed, number

# The sentence for each status of a coordinate; 'differentiable' needs none.
STATUSES = {
    "kink": "Along {name} there is a kink: the slope is {left} on the left and {right} on the right.",
    "jump": "Along {name} f jumps here.",
    "infinite": "Along {name} the tangent stands upright: the slope grows without bound.",
    "undecided": "Whether f has a slope along {name} could not be decided.",
    "undefined": "Along {name} the slope has no limit.",
}
ONE_SIDED = "Along {name} f exists on one side only, where its slope is {slope} (to the {side})."


def place_in_words(field: ScalarField, point: np.ndarray, truth: Truth, digits: int = PLACES) -> str:
    """f and its gradient at the point, or why there is none."""
    where = f"At {point_in_words(field, point, digits)}"
    if not field.variables:
        return f"f is the constant {number(truth.value, 6)}: it has no variables, and so no gradient to draw."
    if np.isnan(truth.value) and set(truth.status) == {"undefined"}:
        return f"{where} f has no real value, so there is no gradient. Move the point to where it has one."
    if truth.differentiable:
        noun = "derivative" if len(field.variables) == 1 else "gradient"
        why = _why_beyond(field, truth)
        answer = f"{where} f is {value_in_words(truth)} and the {noun} is {true_vector(truth)}{why}."
        return f"{answer} {truth.note}" if truth.note else answer
    if set(truth.status) == {"undecided"}:
        return f"{where}: {truth.note}"
    decimals = truth.decimals or (("", "", ""),) * len(truth.status)
    sentences = [
        _coordinate_in_words(plain_label(name), status, sides, beyond[1:])
        for name, status, sides, beyond in zip(
            field.variables, truth.status, truth.one_sided, decimals, strict=True
        )
        if status != "differentiable"
    ]
    smooth = [
        plain_label(n) for n, s in zip(field.variables, truth.status, strict=True) if s == "differentiable"
    ]
    rest = f"The slope along {listed(smooth)} exists." if smooth and sentences else ""
    return " ".join(part for part in (f"{where} f has no gradient.", *sentences, rest, truth.note) if part)


def _why_beyond(field: ScalarField, truth: Truth) -> str:
    """That numbers past float64's range are finite, or not 0, after the gradient; '' where there are none."""
    large = [math.isinf(slope) for slope in truth.gradient]
    small = ["e-" in text for text in beyond_range(truth)]
    causes = ((large, "finite and too large for float64"), (small, "not 0, but too small for float64"))
    reasons = []
    for affected, reason in causes:
        names = [plain_label(name) for name, one in zip(field.variables, affected, strict=True) if one]
        along = "" if all(affected) else f"along {listed(names)} "
        reasons += [f"{along}it is {reason}"] if names else []
    return f": {', and '.join(reasons)}" if reasons else ""


def value_in_words(truth: Truth) -> str:
    """f at the point: 25; or 2.726·10³⁴⁷, too large for float64, where float64 would make ∞ or 0 of it."""
    if not truth.value_decimals:
        return number(truth.value, 6)
    size = "large" if "e+" in truth.value_decimals else "small"
    return f"{in_powers_of_ten(truth.value_decimals)}, too {size} for float64,"


def _slope_in_words(slope: float, decimals: str) -> str:
    return in_powers_of_ten(decimals) if decimals else number(slope)


def _coordinate_in_words(name: str, status: str, sides: np.ndarray, decimals: tuple[str, str]) -> str:
    """Why there is no slope along ``name``; ``sides`` are the left and the right one.

    ``decimals`` are these as text where float64 has no number for them, else ''.
    """
    left, right = map(_slope_in_words, sides, decimals)
    if status == "undefined":
        for place, side, slope in ((1, "right", right), (0, "left", left)):
            if np.isfinite(sides[place]) or decimals[place]:
                return ONE_SIDED.format(name=name, slope=slope, side=side)
    return STATUSES[status].format(name=name, left=left, right=right)
