"""Formulas as notebooks, textbooks, Wikipedia, MATLAB and Julia have them: each with value and gradient.

The expected function is written in SymPy, by hand; its gradient is SymPy's.
"""

import math

import numpy as np
import pytest
import sympy
from sympy.parsing.sympy_parser import parse_expr

from gradviz import parse, true_gradient
from gradviz.autodiff.reverse import gradients_at
from gradviz.errors import ParseError
from tests.reading.spoken import REFUSED, REMARKED, ROWS

PLACES = (0.31, 0.72, 1.13, 0.54, 0.27, 1.41, 0.66, 0.9)


def expected(text: str, variables: tuple[str, ...], point: list[float]) -> tuple[float, list[float]]:
    """The value and the gradient of a formula in SymPy's spelling, our own data."""
    symbols = {name: sympy.Symbol(name, real=True) for name in variables}
    written = parse_expr(text, local_dict=dict(symbols))
    numbers = {symbols[name]: sympy.Float(x, 30) for name, x in zip(variables, point, strict=True)}
    parts = [written, *(sympy.diff(written, symbols[name]) for name in variables)]
    value, *gradient = (float(part.subs(numbers).evalf(25)) for part in parts)
    return value, gradient


def reading(text: str, point: list[float]) -> tuple[float, list[float]]:
    field = parse(text)
    with np.errstate(all="ignore"):
        found = gradients_at(field, [float(x) for x in point])
    return float(field(point)), [float(x) for x in found]


@pytest.mark.parametrize(("text", "variables", "meaning"), ROWS, ids=lambda value: ascii(value)[:60])
def test_a_spelling_has_its_value_and_gradient(text, variables, meaning):
    names = tuple(variables.split())
    assert parse(text).variables == names
    for sign in (1, -1):
        point = [
            sign * x if sign < 0 and "log" not in meaning and "sqrt" not in meaning else x
            for x in PLACES[: len(names)]
        ]
        value, gradient = reading(text, point)
        right, slopes = expected(meaning, names, point)
        assert value == pytest.approx(right, rel=1e-12, abs=1e-13)
        assert gradient == pytest.approx(slopes, rel=1e-11, abs=1e-12)


@pytest.mark.parametrize(("text", "words"), REMARKED, ids=lambda value: ascii(value)[:60])
def test_a_reading_that_tools_do_not_share_is_told(text, words):
    assert any(words in remark for remark in parse(text).remarks)


@pytest.mark.parametrize(("text", "words"), REFUSED, ids=lambda value: ascii(value)[:60])
def test_what_is_not_understood_is_refused_with_what_to_write(text, words):
    with pytest.raises(ParseError) as refusal:
        parse(text)
    assert words in str(refusal.value)


ARCCOTANGENTS = [  # text, value at 0, what it is there, the one-sided derivatives
    ("acot(x)", math.pi / 2, "jump", (math.inf, -1.0)),
    ("cot^-1(x)", math.pi / 2, "jump", (math.inf, -1.0)),
    ("acot(x) + atan(x)", math.pi / 2, "jump", (math.inf, 0.0)),
    ("arccot(x^2)", math.pi / 2, "differentiable", (0.0, 0.0)),
    ("arccot(x)*x", 0.0, "kink", (-math.pi / 2, math.pi / 2)),
    ("acot(x - 1)", -math.pi / 4, "differentiable", (-0.5, -0.5)),
]


@pytest.mark.parametrize(("text", "value", "status", "slopes"), ARCCOTANGENTS)
def test_the_arccotangent_has_a_value_at_zero(text, value, status, slopes):
    field = parse(text)
    truth = true_gradient(field, [0.0])
    assert float(field([0.0])) == pytest.approx(value, rel=1e-15)
    assert truth.status == (status,)
    assert truth.one_sided[0] == pytest.approx(slopes, rel=1e-15)
