"""The closed form and back-propagation in words, and whether their numbers are right."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from gradviz.autodiff.graph import label
from gradviz.autodiff.reverse import not_smooth
from gradviz.comparison import Answers
from gradviz.methods import GradientEstimate
from gradviz.sentences.claims import Claim, Plain, RightToTheDigit, RuleOff
from gradviz.sentences.phrases import (
    after_colon,
    beyond_range,
    capitalized,
    derivative_noun,
    true_vector,
    with_article,
)
from gradviz.sweeping.truth import Truth
from gradviz.text.letters import plain_label
from gradviz.text.numbers import listed, vector
from gradviz.tree.expression import Node
from gradviz.tree.operations import OPERATIONS
from gradviz.tree.precision import FLOAT64

RULES = ("symbolic", "backprop")  # the methods that follow the rules of differentiation
_ROUNDED = 1e-13  # a relative error up to here is rounding
_MISLED = 1e-6  # and one past here, where an operation is not smooth, a convention of that operation
_ROUNDINGS = 64  # … and past so many roundings of the type


def without_step(estimates: Mapping[str, GradientEstimate], answers: Answers) -> Iterator[Claim]:
    """The answers of the closed form and of back-propagation."""
    truth, precision = answers.sweep.truth, answers.precision
    present = [name for name in RULES if name in estimates]
    nearest = precision.rounded(truth.gradient)
    exact = [
        name
        for name in present
        if truth.differentiable
        and not any(beyond_range(truth))
        and estimates[name].status == "ok"
        and np.array_equal(estimates[name].gradient, nearest)
    ]
    if exact:
        rounded = precision is not FLOAT64 and not np.array_equal(nearest, truth.gradient)
        names = listed([with_article(name) for name in exact])
        yield RightToTheDigit(tuple(exact), names, precision.name if rounded else "")
    for name in present:
        if name not in exact:
            yield _one_without_step(name, estimates[name], answers)


def _one_without_step(name: str, estimate: GradientEstimate, answers: Answers) -> Claim:
    noun, truth, precision = capitalized(with_article(name)), answers.sweep.truth, answers.precision
    if estimate.status != "ok":
        if np.isfinite(estimate.gradient).all():
            return Plain(f"{noun} says {vector(estimate.gradient)}: {after_colon(estimate.note)}")
        known = known_all_the_same(truth)
        return Plain(f"{noun} has no answer: {after_colon(estimate.note)}" + (f" {known}" if known else ""))
    verdict = verdict_on_rules(estimate, answers)
    if verdict:
        return Plain(f"{noun} says {vector(estimate.gradient)}: {verdict}.")
    if not truth.differentiable:
        return Plain("")
    errors = np.abs(estimate.gradient - truth.gradient)
    size = float(np.hypot.reduce(errors))
    if not math.isfinite(size):
        return Plain("")
    little = min(_ROUNDED * precision.unit_roundoff / FLOAT64.unit_roundoff, 0.02)
    rounded = bool((errors <= little * np.abs(truth.gradient)).all())
    exact_rule = not not_smooth(answers.field, answers.point.tolist())
    return RuleOff(name, noun, tuple(map(float, estimate.gradient)), size, rounded, exact_rule)


def verdict_on_rules(estimate: GradientEstimate, answers: Answers) -> str:
    """A verdict on numbers of the rules that are not the gradient; '' where they are right.

    They are a convention where there is no gradient, and plainly wrong where there is another one.
    """
    truth = answers.sweep.truth
    if "undecided" in truth.status:
        return ""
    if not truth.differentiable:
        if set(truth.status) == {"differentiable"}:
            return "partial derivatives, which make no gradient here"
        smooth = [status == "differentiable" for status in truth.status]
        if not any(smooth):
            return f"a convention of the rules, for there is no {derivative_noun(len(smooth))} here"
        rough = [plain_label(n) for n, s in zip(answers.field.variables, smooth, strict=True) if not s]
        return f"a convention of the rules along {listed(rough)}, for there is no slope"
    error = float(np.hypot.reduce(estimate.gradient - truth.gradient))
    misled = max(_MISLED, _ROUNDINGS * answers.precision.unit_roundoff)
    if not error > misled * float(np.hypot.reduce(truth.gradient)):
        return ""
    culprits = not_smooth(answers.field, answers.point.tolist())
    if not culprits:
        return ""
    noun = derivative_noun(len(answers.point))
    return f"plainly wrong, for the {noun} is {true_vector(truth)}. {_culprits_in_words(culprits, answers)}"


def _culprits_in_words(operations: Sequence[str], answers: Answers) -> str:
    """Which operations misled the rules."""
    if answers.sweep.truth.smooth:  # f is smooth at this very point, and its numbers are not those
        place = f"In {answers.precision.name}"
        if any(OPERATIONS[name].boolean for name in operations):
            return f"{place} a condition cannot tell the point from where its answer changes"
        names = listed([label(Node(name)) for name in operations])
        return f"{place} the numbers stand where {names} {'is' if len(operations) == 1 else 'are'} not smooth"
    if any(OPERATIONS[name].boolean for name in operations):
        return "A condition changes its answer at this very point, and the rules see one side of it only"
    names = [label(Node(name)) for name in operations]
    verb, whose = ("is", "its slope there is") if len(names) == 1 else ("are", "their slopes there are")
    return f"At this very point {listed(names)} {verb} not smooth, and {whose} a convention"


def known_all_the_same(truth: Truth) -> str:
    """That the gradient exists though a method has none; '' where it does not."""
    if not truth.differentiable or not np.isfinite(truth.gradient).all() or not len(truth.gradient):
        return ""
    if len(truth.gradient) > 1 and not truth.whole_proved:
        return ""
    noun = derivative_noun(len(truth.gradient))
    return f"The {noun} exists all the same."
