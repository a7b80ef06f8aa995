"""The closed form and back-propagation in words, and whether their numbers are right."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from gradviz.autodiff.graph import label
from gradviz.autodiff.reverse import not_smooth
from gradviz.comparison import Answers
from gradviz.methods import GradientEstimate
from gradviz.sentences.phrases import after_colon, capitalized, true_vector
from gradviz.sweeping.truth import Truth
from gradviz.text.letters import plain_label
from gradviz.text.numbers import listed, number, vector
from gradviz.tree.expression import Node
from gradviz.tree.operations import OPERATIONS
from gradviz.tree.precision import FLOAT64

RULES = ("symbolic", "backprop")  # the methods that follow the rules of differentiation
_ROUNDED = 1e-13  # a relative error up to here is rounding
_MISLED = 1e-6  # and one past here, where an operation is not smooth, a convention of that operation
_ROUNDINGS = 64  # … and past so many roundings of the type


def without_step(estimates: Mapping[str, GradientEstimate], answers: Answers) -> str:
    """The answers of the closed form and of back-propagation."""
    truth, precision = answers.sweep.truth, answers.precision
    present = [name for name in RULES if name in estimates]
    nearest = precision.rounded(truth.gradient)
    exact = [
        name
        for name in present
        if estimates[name].status == "ok" and np.array_equal(estimates[name].gradient, nearest)
    ]
    last_digit = "the last digit"
    if precision is not FLOAT64 and not np.array_equal(nearest, truth.gradient):
        last_digit += f" that {precision.name} holds"
    sentences = []
    if exact and truth.differentiable:
        noun = capitalized(listed([_with_article(name) for name in exact]))
        verb = "takes" if len(exact) == 1 else "take"
        sentences.append(
            f"{noun} {verb} no step and {'is' if len(exact) == 1 else 'are'} right to {last_digit}."
        )
    for name in present:
        if name in exact and truth.differentiable:
            continue
        sentences.append(_one_without_step(name, estimates[name], answers))
    return " ".join(part for part in sentences if part)


def _one_without_step(name: str, estimate: GradientEstimate, answers: Answers) -> str:
    noun, truth, precision = capitalized(_with_article(name)), answers.sweep.truth, answers.precision
    if estimate.status == "underflow":
        return f"{noun} says {vector(estimate.gradient)}: {after_colon(estimate.note)}"
    if estimate.status != "ok":
        known = known_all_the_same(truth)
        return f"{noun} has no answer: {after_colon(estimate.note)}" + (f" {known}" if known else "")
    verdict = verdict_on_rules(estimate, answers)
    if verdict:
        return f"{noun} says {vector(estimate.gradient)}: {verdict}."
    if not truth.differentiable:
        return ""
    size = float(np.hypot.reduce(truth.gradient))
    error = float(np.hypot.reduce(estimate.gradient - truth.gradient))
    if not math.isfinite(error):
        return ""
    if size and error / size < min(_ROUNDED * precision.unit_roundoff / FLOAT64.unit_roundoff, 0.02):
        return f"{noun} is right but for rounding in the last digits (off by {number(error, 2)})."
    return (
        f"{noun} says {vector(estimate.gradient)}, off by {number(error, 2)}: the rule is exact, the "
        "numbers in it are not."
    )


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
            return "a convention of the rules, for there is no gradient here"
        rough = [plain_label(n) for n, s in zip(answers.field.variables, smooth, strict=True) if not s]
        return f"a convention of the rules along {listed(rough)}, for there is no slope"
    error = float(np.hypot.reduce(estimate.gradient - truth.gradient))
    misled = max(_MISLED, _ROUNDINGS * answers.precision.unit_roundoff)
    if not error > misled * float(np.hypot.reduce(truth.gradient)):
        return ""
    culprits = not_smooth(answers.field, answers.point.tolist())
    if not culprits:
        return ""
    noun = "derivative" if len(answers.point) == 1 else "gradient"
    return f"plainly wrong, for the {noun} is {true_vector(truth)}. {_culprits_in_words(culprits)}"


def _culprits_in_words(operations: Sequence[str]) -> str:
    """Which operations misled the rules."""
    if any(OPERATIONS[name].boolean for name in operations):
        return "A condition changes its answer at this very point, and the rules see one side of it only"
    names = [label(Node(name)) for name in operations]
    verb, whose = ("is", "its slope there is") if len(names) == 1 else ("are", "their slopes there are")
    return f"At this very point {listed(names)} {verb} not smooth, and {whose} a convention"


def known_all_the_same(truth: Truth) -> str:
    """That the gradient exists though a method has none; '' where it does not."""
    if not truth.differentiable or not np.isfinite(truth.gradient).all() or not len(truth.gradient):
        return ""
    noun = "derivative" if len(truth.gradient) == 1 else "gradient"
    return f"The {noun} exists all the same."


def _with_article(name: str) -> str:
    return {"symbolic": "the closed form", "backprop": "back-propagation"}[name]
