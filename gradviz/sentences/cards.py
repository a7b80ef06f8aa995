"""What the card of a method says at a glance: its gradient to a few digits, and how far that is off."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from gradviz.comparison import Answers
from gradviz.methods import METHODS, GradientEstimate
from gradviz.sentences.phrases import derivative_noun, true_vector
from gradviz.sweeping.truth import Truth
from gradviz.text.numbers import number, vector

DIGITS = 4  # of a coordinate, as in the headline
ROUNDED = 8  # units of round-off of the gradient: nearer than this no method can be expected to come
NO_GRADIENT = ("no derivative here", "no gradient here")
# At a kink there are two slopes, and what a method finds is one of them, their mean, or a convention.
AT_A_KINK = {
    "forward": "slope to the right",
    "backward": "slope to the left",
    "central": "mean of two slopes",
    "central4": "mean of two slopes",
    "central6": "mean of two slopes",
}
# What stands in place of a gradient that a method could not give, by the estimate's status.
MISSING = {
    "not applicable": "not applicable",
    "outside the domain": "outside the domain",
    "step vanished": "ε vanished",
    "no closed form": "no closed form",
}


@dataclass(frozen=True)
class Card:
    """One method: its ``gradient``, and in ``verdict`` how far it is off, or what it has found instead.

    ``side`` is what the verdict begins with at every ε, where f has no gradient; '' where it has one.
    """

    method: str
    gradient: str
    verdict: str
    side: str = ""


@np.errstate(all="ignore")
def cards(answers: Answers) -> dict[str, Card]:
    """A card for every method, by name, in the order of the table."""
    side = _sides(answers.sweep.truth)
    return {method.name: _card(method.name, answers, side.get(method.name, "")) for method in METHODS}


def _card(method: str, answers: Answers, side: str) -> Card:
    estimate = answers.estimates.get(method)
    if estimate is None:
        return Card(method, "…", "PyTorch is loading", side)
    gradient = vector(estimate.gradient, DIGITS) if np.isfinite(estimate.gradient).any() else "–"
    return Card(method, gradient, _verdict(estimate, answers, side), side)


def _verdict(estimate: GradientEstimate, answers: Answers, side: str) -> str:
    if side in NO_GRADIENT:
        return side
    if not np.isfinite(estimate.gradient).all():
        return MISSING.get(estimate.status, "no value")
    error = answers.errors[estimate.method]
    if estimate.status == "step vanished":
        return MISSING[estimate.status]
    off = off_by(error, float(np.hypot.reduce(answers.sweep.truth.gradient)), answers.precision.unit_roundoff)
    return side if side and off.startswith("exact") else ", ".join(part for part in (side, off) if part)


def off_by(error: float, size: float, unit_roundoff: float) -> str:
    """‘exact’, ‘exact to rounding’ where the error is that of the last digits, else ‘off 0.14’; '' for nan.

    ``size`` is that of the true gradient.
    """
    if math.isnan(error):
        return ""
    if error == 0:
        return "exact"
    return "exact to rounding" if error <= ROUNDED * unit_roundoff * size else f"off {number(error, 2)}"


def _sides(truth: Truth) -> dict[str, str]:
    """What each method finds where there is no gradient, by its name; nothing where there is one."""
    if truth.differentiable:
        return {}
    none = f"no {derivative_noun(len(truth.status))} here"
    if all(status in ("differentiable", "kink") for status in truth.status) and "kink" in truth.status:
        return {method.name: AT_A_KINK.get(method.name, none) for method in METHODS}
    return {method.name: none for method in METHODS}


def truth_in_short(answers: Answers) -> str:
    """‘the gradient is (6, 8)’, ‘the derivative is 2’, or that there is none."""
    truth = answers.sweep.truth
    noun = derivative_noun(len(truth.status))
    return f"the {noun} is {true_vector(truth)}" if truth.differentiable else f"there is no {noun} here"
