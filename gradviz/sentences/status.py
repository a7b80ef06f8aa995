"""The truth at a point in words: f and its gradient, or why there is none; one sentence per status."""

from __future__ import annotations

import math

import numpy as np

from gradviz.comparison import Answers
from gradviz.field import ScalarField
from gradviz.sentences.phrases import (
    PLACES,
    TOO_LARGE,
    TOO_SMALL,
    beyond_range,
    derivative_noun,
    point_in_words,
    true_vector,
)
from gradviz.sweeping.error_parts import beside, certainly_not_zero
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
ONE_SIDED_WITHOUT = "Along {name} f exists on one side only, and there the slope has no limit."
ONE_LIMIT = "Along {name} the slope is {slope} on the {side}, and has no limit on the other side."
UPRIGHT_ON_ONE_SIDE = "Along {name} the slope is {slope} on the {side}, and grows without bound on the other."
ALONE = "Along {name} f has no real value beside the point."


def place_in_words(answers: Answers, digits: int = PLACES) -> str:
    """f and its gradient at the point, or why there is none."""
    field, point, truth = answers.field, answers.point, answers.sweep.truth
    where, noun = f"At {point_in_words(field, point, digits)}", derivative_noun(len(field.variables))
    if not field.variables:
        return f"f is the constant {number(truth.value, 6)}: it has no variables, and so no gradient to draw."
    if np.isnan(truth.value) and set(truth.status) == {"undefined"}:
        return f"{where}, f has no real value, so there is no {noun}. Move the point to where it has one."
    if truth.differentiable:
        why = _why_beyond(field, truth)
        answer = f"{where}, f is {value_in_words(truth)} and the {noun} is {true_vector(truth)}{why}."
        return f"{answer} {truth.note}" if truth.note else answer
    if set(truth.status) == {"undecided"}:
        return f"{where}: {truth.note}"
    sentences = [
        _coordinate_in_words(answers, i)
        for i, status in enumerate(truth.status)
        if status != "differentiable"
    ]
    smooth = [
        plain_label(n) for n, s in zip(field.variables, truth.status, strict=True) if s == "differentiable"
    ]
    rest = f"The slope along {listed(smooth)} exists." if smooth and sentences else ""
    unknown = "undecided" in truth.status and set(truth.status) <= {"undecided", "differentiable"}
    first = f"{where}, f is {value_in_words(truth)}." if unknown else f"{where}, f has no {noun}."
    return " ".join(part for part in (first, *sentences, rest, truth.note) if part)


def _why_beyond(field: ScalarField, truth: Truth) -> str:
    """That numbers past float64's range are finite, or not 0, after the gradient; '' where there are none."""
    large = [math.isinf(slope) for slope in truth.gradient]
    small = ["⁻" in text or text == TOO_SMALL for text in beyond_range(truth)]
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
        if math.isinf(truth.value):
            return TOO_LARGE
        tiny = truth.value == 0 and truth.question is not None and certainly_not_zero(truth.question)[0]
        return TOO_SMALL if tiny else number(truth.value, 6)
    size = "large" if "e+" in truth.value_decimals else "small"
    return f"{in_powers_of_ten(truth.value_decimals)}, too {size} for float64,"


def _slope_in_words(slope: float, decimals: str) -> str:
    return in_powers_of_ten(decimals) if decimals else number(slope)


def _coordinate_in_words(answers: Answers, i: int) -> str:
    """Why there is no slope along coordinate ``i``."""
    truth, name = answers.sweep.truth, plain_label(answers.field.variables[i])
    decimals = truth.decimals[i][1:] if truth.decimals else ("", "")
    sides = [float(side) for side in truth.one_sided[i]]
    slopes = [_slope_in_words(side, text) for side, text in zip(sides, decimals, strict=True)]
    numbers = [math.isfinite(side) or bool(text) for side, text in zip(sides, decimals, strict=True)]
    status = truth.status[i]
    one = numbers.index(True) if sum(numbers) == 1 else None
    words = {"name": name, "left": slopes[0], "right": slopes[1]}
    if one is not None:
        words |= {"slope": slopes[one], "side": ("left", "right")[one]}
    if status == "infinite":
        return (STATUSES[status] if one is None else UPRIGHT_ON_ONE_SIDE).format(**words)
    if status != "undefined":
        return STATUSES[status].format(**words)
    present = beside(answers.question, i)
    if not any(present):
        return ALONE.format(**words)
    if all(present):
        return (STATUSES[status] if one is None else ONE_LIMIT).format(**words)
    return (ONE_SIDED_WITHOUT if one is None else ONE_SIDED).format(**words)
