"""Phrases that several sentences share: the setting, points, vectors, and how a sentence is joined on."""

from __future__ import annotations

import math

import numpy as np

from gradviz.comparison import Answers
from gradviz.field import ScalarField
from gradviz.methods import METHODS
from gradviz.methods.steps import PLAIN
from gradviz.sweeping.error_parts import certainly_not_zero
from gradviz.sweeping.truth import Truth
from gradviz.text.letters import plain_label
from gradviz.text.numbers import SPELLED_OUT, as_vector, in_powers_of_ten, listed, number, vector
from gradviz.tree.precision import FLOAT64

LABELS = {method.name: method.label for method in METHODS}
PLACES = 12  # digits of a coordinate
# Of numbers that are finite and not 0, and whose exponent of ten has too many digits.
TOO_LARGE, TOO_SMALL = "too large to write down", "too small to write down"


def derivative_noun(n: int) -> str:
    """What a function of ``n`` variables has: a derivative, or a gradient."""
    return "derivative" if n == 1 else "gradient"


def setting(answers: Answers) -> str:
    """The step, and precision and kind of step where they are not the usual: ‘ε = 0.1 in float16’."""
    text = f"ε = {number(answers.step)}"
    if answers.precision is not FLOAT64:
        text += f" in {answers.precision.name}"
    kind = answers.sweep.arithmetic.step_kind
    return text if kind is PLAIN else f"{text} (taken as {kind.label})"


def fixed_parameters(field: ScalarField) -> list[str]:
    """The parameters with their values: a = 2."""
    return [f"{plain_label(name)} = {number(value or 0.0, 12)}" for name, value in field.parameters]


def true_vector(truth: Truth, digits: int = 6) -> str:
    """The true gradient like ``vector``, with the size of what is too large or too small for float64."""
    beyond = beyond_range(truth)
    return as_vector([text or vector([v], digits) for v, text in zip(truth.gradient, beyond, strict=True)])


def beyond_range(truth: Truth) -> list[str]:
    """For each coordinate the derivative in words where float64 has no number for it; '' else."""
    decimals = [row[0] for row in truth.decimals] or [""] * len(truth.gradient)
    words = [in_powers_of_ten(text) if text else TOO_LARGE if math.isinf(value) else ""
             for value, text in zip(truth.gradient, decimals, strict=True)]  # fmt: skip
    if truth.question is None or not any(
        v == 0 and not t for v, t in zip(truth.gradient, words, strict=True)
    ):
        return words
    nonzero = certainly_not_zero(truth.question)[1]
    return [
        TOO_SMALL if value == 0 and not text and known else text
        for value, text, known in zip(truth.gradient, words, nonzero, strict=True)
    ]


def point_in_words(field: ScalarField, point: np.ndarray, digits: int) -> str:
    """‘x₁ = 3 and x₂ = 4’; ‘this point’ where there are many coordinates."""
    if len(point) > SPELLED_OUT:
        return "this point"
    return listed(
        [
            f"{plain_label(name)} = {number(float(x), digits)}"
            for name, x in zip(field.variables, point, strict=True)
        ]
    )


def with_article(name: str) -> str:
    """A method in a sentence: ‘the forward difference’, and ‘back-propagation’ as the field says it."""
    return LABELS[name] if name == "backprop" else f"the {LABELS[name]}"


def capitalized(text: str) -> str:
    """``text`` with its first letter in upper case."""
    return text[:1].upper() + text[1:]


def after_colon(sentence: str) -> str:
    """``sentence`` as it continues after a colon; names of variables and f keep their letters."""
    first = sentence.split(" ", 1)[0]
    return (
        sentence[:1].lower() + sentence[1:] if first in ("The", "No", "A", "SymPy’s", "There") else sentence
    )
