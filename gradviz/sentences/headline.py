"""The headline: what one method says at the point, and what the gradient is, in one line of large type."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from gradviz.comparison import Answers
from gradviz.sentences.phrases import (
    PLACES,
    beyond_range,
    derivative_noun,
    point_in_words,
    setting,
    true_vector,
)
from gradviz.sweeping.error_parts import beside
from gradviz.text.letters import plain_label
from gradviz.text.numbers import SPELLED_OUT, as_vector, number

SHORT = {
    "forward": "Forward",
    "backward": "Backward",
    "central": "Central",
    "central4": "Central of order 4",
    "central6": "Central of order 6",
    "complex-step": "The complex step",
}
DIGITS = 4  # of a number in large type
_LARGEST_MULTIPLE = 9
_SAME = 0.005  # relative: an error so near to a multiple of ε is called one


@dataclass(frozen=True)
class Says:
    """What ``method`` says: ``gradient`` (n,), () where it has no answer."""

    method: str
    setting: str
    gradient: tuple[float, ...]

    @property
    def text(self) -> str:
        who = f"{SHORT[self.method]} with {self.setting}"
        if not self.gradient:
            return f"{who} has no answer here"
        if len(self.gradient) > SPELLED_OUT:
            return f"{who} answers with {len(self.gradient)} numbers"
        return f"{who} says {_in_large_type(self.gradient)}"


@dataclass(frozen=True)
class Off:
    """By how much: ``errors`` (n,), what is said less what is right; and the step ε."""

    errors: tuple[float, ...]
    step: float

    @property
    def multiple(self) -> int:
        """k where every error is k·ε in size, 0 where there is no such whole number."""
        with np.errstate(over="ignore"):
            ratios = np.abs(self.errors) / self.step
        k = round(min(float(ratios[0]), _LARGEST_MULTIPLE + 1))
        near = bool((np.abs(ratios - k) <= _SAME * k).all())
        return k if 1 <= k <= _LARGEST_MULTIPLE and near else 0

    @property
    def text(self) -> str:
        each = " in each" if len(self.errors) > 1 else ""
        if self.multiple:
            return f"off by {self.multiple if self.multiple > 1 else ''}ε{each}"
        sizes = [number(abs(error), 3) for error in self.errors]
        if len(set(sizes)) == 1:
            return f"off by {sizes[0]}{each}"
        return f"off by up to {number(max(map(abs, self.errors)), 3)}"


def headline(answers: Answers, explained: str = "") -> str:
    """What the method ``explained`` says at the point beside the gradient, or why there is none.

    A name that is no method's with a step, such as 'none', leaves the gradient alone.
    """
    field, truth = answers.field, answers.sweep.truth
    if past_range := answers.question.out_of_range:
        return past_range
    if not field.variables:
        return f"f is the constant {number(truth.value, DIGITS)}: there is nothing to differentiate."
    said = _said(answers, explained)
    if truth.differentiable:
        return _of_a_constant(answers, said) or _beside_the_gradient(answers, said)
    reason = _why_none(answers)
    return f"{reason} {said.text}." if said and said.gradient else reason


def _said(answers: Answers, method: str) -> Says | None:
    estimate = answers.estimates.get(method)
    if method not in SHORT or estimate is None:
        return None
    finite = bool(np.isfinite(estimate.gradient).all())
    return Says(method, setting(answers), tuple(map(float, estimate.gradient)) if finite else ())


def _of_a_constant(answers: Answers, said: Says | None) -> str:
    """Its gradient; '' where a variable occurs in f, or the method says anything else."""
    field, truth = answers.field, answers.sweep.truth
    if not field.expression.variables.isdisjoint(field.variables) or (
        said and said.gradient != (0,) * len(answers.point)
    ):
        return ""
    n = len(answers.point)
    noun, zero = (
        ("derivative", "0") if n == 1 else ("gradient", "0" if n > SPELLED_OUT else as_vector(["0"] * n))
    )
    return f"f is the constant {number(truth.value, DIGITS)}: the {noun} is {zero} everywhere."


def _beside_the_gradient(answers: Answers, said: Says | None) -> str:
    truth, n = answers.sweep.truth, len(answers.point)
    noun = derivative_noun(n)
    short = n > SPELLED_OUT
    true = f"the {noun} has {n} numbers" if short else f"the {noun} is {true_vector(truth, DIGITS)}"
    if said is None:
        where = f"At {_place(answers)}"
        return f"{where}, {true}."
    off = _off(answers, said)
    if off is None:
        return f"{said.text}; {true}."
    if not any(off.errors):
        return f"{said.text}, the {noun} to the last digit."
    return f"{said.text}, {off.text}." if short else f"{said.text}; {true}: {off.text}."


def _off(answers: Answers, said: Says) -> Off | None:
    """None where float64 has no number for an error."""
    truth = answers.sweep.truth
    if not said.gradient or any(beyond_range(truth)):
        return None
    with np.errstate(all="ignore"):
        errors = np.array(said.gradient) - truth.gradient
    return Off(tuple(errors.tolist()), answers.step) if np.isfinite(errors).all() else None


def _in_large_type(gradient: tuple[float, ...]) -> str:
    return as_vector([number(value + 0.0, DIGITS) for value in gradient])


def _place(answers: Answers) -> str:
    return point_in_words(answers.field, answers.point, min(PLACES, answers.precision.digits))


def _why_none(answers: Answers) -> str:
    truth, n = answers.sweep.truth, len(answers.point)
    noun = derivative_noun(n)
    if "undecided" in truth.status:
        return f"Whether there is a {noun} here could not be decided."
    if math.isnan(truth.value):
        return f"f has no real value at {_place(answers)}, and so no {noun}."
    places = [i for i, status in enumerate(truth.status) if status != "differentiable"]
    if not places:
        return "No gradient here, though every partial derivative exists."
    along = f"along {plain_label(answers.field.variables[places[0]])} " if n > 1 else ""
    obstacle = _obstacle(answers, places[0])
    return f"No {noun} here: {along}{obstacle}." if obstacle else f"No {noun} here."


def _obstacle(answers: Answers, i: int) -> str:
    """Why coordinate ``i`` has no slope."""
    truth = answers.sweep.truth
    left, right = map(float, truth.one_sided[i])
    beyond = any(truth.decimals[i][1:]) if truth.decimals else False
    match truth.status[i]:
        case "kink":
            slopes = [number(left, DIGITS), number(right, DIGITS)]
            return (
                "a kink"
                if beyond
                else f"a kink, with slope {slopes[0]} on the left and {slopes[1]} on the right"
            )
        case "jump":
            return "f jumps"
        case "infinite":
            sides = [name for name, slope in (("left", left), ("right", right)) if math.isinf(slope)]
            return "the slope grows without bound" + (f" on the {sides[0]}" if len(sides) == 1 else "")
    present = beside(answers.question, i)
    if all(present):
        return "the slope has no limit"
    if not any(present):
        return "f has no real value beside the point"
    return f"f has a value on the {'left' if present[0] else 'right'} only"
