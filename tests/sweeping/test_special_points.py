"""Points where rules end: the word and the slopes on both sides, by hand; and a search for more of them.

What the table in test_truth.py is to each kind of place, this one is to their nests and neighbours.
"""

import itertools
import math

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from gradviz import ParseError, parse, true_gradient
from tests.methods.test_methods import texts_of
from tests.support.many_digits import DIGITS, nearest, one_sided, value_at

NAN, INF, PI, EULER = math.nan, math.inf, math.pi, 0.5772156649015329
DIF, KINK, JUMP, INFINITE, UNDEFINED = "differentiable", "kink", "jump", "infinite", "undefined"
LEISURE = 30  # seconds: the machine may be busy

# text, x, status, (left, right); nan where there is no slope on that side
POINTS = [
    ("exp(1000 x)/exp(999 x)", 1, DIF, (math.e, math.e)),
    ("exp(1000 x)/exp(999 x)", 30, DIF, (math.exp(30), math.exp(30))),
    ("|x|^1.5", 0, DIF, (0, 0)),
    ("max(x,0)^2", 0, DIF, (0, 0)),
    ("sqrt(x^4)", 0, DIF, (0, 0)),
    ("sqrt(x^6)", 0, DIF, (0, 0)),
    ("sqrt(|x|^3)", 0, DIF, (0, 0)),
    ("(x^2)^(1/3)", 0, INFINITE, (-INF, INF)),
    ("(x^2)^0.5", 0, KINK, (-1, 1)),
    ("(x^4)^(1/4)", 0, KINK, (-1, 1)),
    ("floor(x) + ceil(x)", 0, JUMP, (INF, INF)),
    ("floor(x) + x", 3, JUMP, (INF, 1)),
    ("x - floor(x)", 3, JUMP, (-INF, 1)),
    ("floor(x)^2", 0, JUMP, (-INF, 0)),
    ("floor(x)*x", 0, KINK, (-1, 0)),
    ("floor(x^2)", 0, DIF, (0, 0)),
    ("floor(-x^2)", 0, JUMP, (INF, -INF)),
    ("ceil(x^2)", 0, JUMP, (-INF, INF)),
    ("floor(sin(x))", 0, JUMP, (INF, 0)),
    ("floor(cos(x))", 0, JUMP, (INF, -INF)),
    ("x if x > 0 else -x", 0, KINK, (-1, 1)),
    ("x^2 if x > 0 else -x^2", 0, DIF, (0, 0)),
    ("x + 1 if x > 0 else x", 0, JUMP, (1, INF)),
    ("x if x >= 0 else x - 1", 0, JUMP, (INF, 1)),
    ("atan(1/x) if x != 0 else 0", 0, JUMP, (INF, INF)),
    ("atan2(x, -1)", 0, JUMP, (INF, -1)),
    ("atan2(x,1)", 0, DIF, (1, 1)),
    ("atan2(1,x)", 0, DIF, (-1, -1)),
    ("atan2(0,x)", 1, DIF, (0, 0)),
    ("atan2(0, x)", -1, DIF, (0, 0)),
    ("atan2(x, x)", 1, DIF, (0, 0)),
    ("atan2(x,x)", 0, UNDEFINED, (NAN, NAN)),
    ("atan2(x^2,-1)", 0, DIF, (0, 0)),
    ("atan2(-x^2,-1)", 0, JUMP, (INF, -INF)),
    ("mod(x,3)", 0, JUMP, (-INF, 1)),
    ("mod(x,3)", -3, JUMP, (-INF, 1)),
    ("mod(x,-3)", 3, JUMP, (1, -INF)),
    ("mod(x^2,3)", 0, DIF, (0, 0)),
    ("mod(-x^2,3)", 0, JUMP, (-INF, INF)),
    ("mod(x,3)*(x - 6)", 6, KINK, (3, 0)),
    ("mod(7,x)", 2, DIF, (-3, -3)),
    ("gamma(x)", 0, UNDEFINED, (NAN, NAN)),
    ("gamma(x)", -2, UNDEFINED, (NAN, NAN)),
    ("1/gamma(x)", 0, UNDEFINED, (NAN, NAN)),
    ("loggamma(x)", 0, UNDEFINED, (NAN, NAN)),
    ("loggamma(x)", -0.5, UNDEFINED, (NAN, NAN)),
    ("gamma(|x| + 1)", 0, KINK, (EULER, -EULER)),
    ("asin(x)", -1, INFINITE, (NAN, INF)),
    ("acos(x)", 1, INFINITE, (-INF, NAN)),
    ("asin(sin(x))", PI / 2, DIF, (1, 1)),
    ("acos(cos(x))", PI, DIF, (1, 1)),
    ("acos(1 - x^2)", 0, KINK, (-math.sqrt(2), math.sqrt(2))),
    ("asin(1 - x^2)", 0, KINK, (math.sqrt(2), -math.sqrt(2))),
    ("asin(x)*(1-x)", 1, UNDEFINED, (-PI / 2, NAN)),
    ("acos(x)^2", 1, UNDEFINED, (-2, NAN)),
    ("asin(x) + acos(x)", 1, UNDEFINED, (0, NAN)),
    ("atanh(x)", 1, UNDEFINED, (NAN, NAN)),
    ("log(x^2)", 0, UNDEFINED, (NAN, NAN)),
    ("acosh(x^2 + 1)", 0, KINK, (-math.sqrt(2), math.sqrt(2))),
    ("|x||x|", 0, DIF, (0, 0)),
    ("||x| - 1|", 0, KINK, (1, -1)),
    ("||x| - 1|", 1, KINK, (-1, 1)),
    ("|x - |x||", 0, KINK, (-2, 0)),
    ("max(|x|, x^2)", 0, KINK, (-1, 1)),
    ("max(|x|, x^2)", 1, KINK, (1, 2)),
    ("max(x, x^2, x^3)", 1, KINK, (1, 3)),
    ("max(x, x^2, x^3)", 0, KINK, (0, 1)),
    ("min(max(x, 0), 1)", 1, KINK, (1, 0)),
    ("max(min(x,1),0)", 0, KINK, (0, 1)),
    ("sign(x)*x^2", 0, DIF, (0, 0)),
    ("sign(x)*sin(x)", 0, KINK, (-1, 1)),
    ("sign(sin(x))", 0, JUMP, (INF, INF)),
    ("sign(x^2)", 0, JUMP, (-INF, INF)),
    ("heaviside(x)*sin(x)^2", 0, DIF, (0, 0)),
    ("heaviside(x) + heaviside(-x)", 0, DIF, (0, 0)),
    ("heaviside(x)*(1 - cos(x))", 0, DIF, (0, 0)),
    ("relu(x)^2", 0, DIF, (0, 0)),
    ("relu(x)*relu(-x)", 0, DIF, (0, 0)),
    ("relu(x) + relu(-x)", 0, KINK, (-1, 1)),
    ("relu(relu(x) - 1)", 1, KINK, (0, 1)),
    ("sqrt(relu(x))", 0, INFINITE, (0, INF)),
    ("x^0", 0, DIF, (0, 0)),
    ("x^1", 0, DIF, (1, 1)),
    ("x^x", 1, DIF, (1, 1)),
    ("(x^2)^x", 0, INFINITE, (-INF, -INF)),
    ("|x|^x", 0, INFINITE, (-INF, -INF)),
    ("x^(x^2)", 0, UNDEFINED, (NAN, 0)),
    ("|x|^(x^2)", 0, DIF, (0, 0)),
    ("x^sin(x)", 0, INFINITE, (NAN, -INF)),
    ("x^0.9999", 0, INFINITE, (NAN, INF)),
    ("x^1.0001", 0, UNDEFINED, (NAN, 0)),
    ("x^(-1)", 0, UNDEFINED, (NAN, NAN)),
    ("x^(2/3)", 0, INFINITE, (NAN, INF)),
    ("x^(1/3)", -8, UNDEFINED, (NAN, NAN)),
    ("cbrt(x)", -8, DIF, (1 / 12, 1 / 12)),
    ("0^x", 0.5, DIF, (0, 0)),
    ("0^(x^2)", 0, JUMP, (INF, -INF)),
    ("sin(x)/x", 0, UNDEFINED, (NAN, NAN)),
    ("(x^2-1)/(x-1)", 1, UNDEFINED, (NAN, NAN)),
    ("x^2/x", 0, UNDEFINED, (NAN, NAN)),
    ("x*(1/x)", 0, UNDEFINED, (NAN, NAN)),
    ("x^3 sin(1/x) if x != 0 else 0", 0, DIF, (0, 0)),
    ("|x|^1.5 sin(1/x) if x != 0 else 0", 0, DIF, (0, 0)),
    ("x sin(log(|x|)) if x != 0 else 0", 0, UNDEFINED, (NAN, NAN)),
    ("x sqrt(|sin(1/x)|) if x != 0 else 0", 0, UNDEFINED, (NAN, NAN)),
    ("|x| cos(1/x) if x != 0 else 0", 0, UNDEFINED, (NAN, NAN)),
    ("x + x^2 sin(1/x) if x != 0 else 0", 0, DIF, (1, 1)),
    ("x^2 floor(1/x) if x != 0 else 0", 0, DIF, (1, 1)),
    ("x^2 sign(sin(1/x)) if x != 0 else 0", 0, DIF, (0, 0)),
    ("1/(1 + exp(1/x)) if x != 0 else 0", 0, JUMP, (-INF, 0)),
    ("x/(1 + exp(1/x)) if x != 0 else 0", 0, KINK, (1, 0)),
    ("exp(1/x) if x < 0 else 0", 0, DIF, (0, 0)),
    ("x/log(|x|) if x != 0 else 0", 0, DIF, (0, 0)),
    ("x log(|x|)^2 if x != 0 else 0", 0, INFINITE, (INF, INF)),
    ("1/log(|x|) if x != 0 else 0", 0, INFINITE, (INF, -INF)),
    ("sqrt(1 - x^2)", 1, INFINITE, (-INF, NAN)),
    ("sqrt(x^2 - x^4)", 0, KINK, (-1, 1)),
    ("sqrt(x)", 0, INFINITE, (NAN, INF)),
    ("x sqrt(x)", 0, UNDEFINED, (NAN, 0)),
    ("sqrt(x) - sqrt(x)", 0, UNDEFINED, (NAN, 0)),
    ("log(1+|x|)", 0, KINK, (-1, 1)),
    ("exp(|x|)", 0, KINK, (-1, 1)),
    ("cos(|x|)", 0, DIF, (0, 0)),
    ("sin(|x|)", 0, KINK, (-1, 1)),
    ("cosh(sqrt(|x|))", 0, KINK, (-0.5, 0.5)),
    ("cos(sqrt(x))", 0, UNDEFINED, (NAN, -0.5)),
    ("|x|/(1+|x|)", 0, KINK, (-1, 1)),
    ("x/(1+|x|)", 0, DIF, (1, 1)),
    ("erf(|x|)", 0, KINK, (-2 / math.sqrt(PI), 2 / math.sqrt(PI))),
    ("tanh(1e300 x)", 0, DIF, (1e300, 1e300)),
    ("sqrt(x^2 + 1e-20)", 0, DIF, (0, 0)),
    ("cbrt(x^3)", 0, DIF, (1, 1)),
    ("root(x^5, 5)", 0, DIF, (1, 1)),
    ("sqrt((x-1)^2)", 1, KINK, (-1, 1)),
    ("(x-1)^2 if x<1 else log(x)", 1, KINK, (0, 1)),
    ("x-1 if x<1 else log(x)", 1, DIF, (1, 1)),
    ("1 if x > 0.1 else 0", 0.1, DIF, (0, 0)),
    ("1 if 10x > 1 else 0", 0.1, DIF, (0, 0)),
    ("1 if x > 0.5 else 0", 0.5, JUMP, (0, INF)),
    ("0 if x == 0 else 1/x^2", 0, JUMP, (-INF, INF)),
    ("0 if x == 0 else 1/x", 0, JUMP, (INF, INF)),
    ("sqrt(-x^2)", 0, UNDEFINED, (NAN, NAN)),
    ("sqrt(-|x|)", 0, UNDEFINED, (NAN, NAN)),
    ("sinc(|x|)", 0, DIF, (0, 0)),
    ("coth(x)", 0, UNDEFINED, (NAN, NAN)),
    ("x coth(x)", 0, UNDEFINED, (NAN, NAN)),
    ("sech(1/x) if x != 0 else 0", 0, DIF, (0, 0)),
    ("softplus(x) - relu(x)", 0, KINK, (0.5, -0.5)),
    ("floor(cos(x^2))", 0, JUMP, (INF, -INF)),
    ("mod(x^3, 10)", 0, JUMP, (-INF, 0)),
    ("sign((-0.5)^x)", 1, UNDEFINED, (NAN, NAN)),
    ("floor(cos(x^(x^2)))", 0, UNDEFINED, (NAN, 0)),
    ("tanh(exp(cosh(x^2)))", 3, DIF, (0, 0)),
    ("sin(3 pi x)^2 + x", -3, DIF, (1, 1)),
]


@pytest.mark.parametrize(("text", "x", "status", "sides"), POINTS)
def test_the_word_and_the_slopes_on_both_sides(text, x, status, sides):
    truth = true_gradient(parse(text), [x], seconds=LEISURE)
    assert truth.status == (status,)
    np.testing.assert_allclose(truth.one_sided, [sides], rtol=2**-52, atol=0)
    np.testing.assert_allclose(truth.gradient, [sides[1] if status == DIF else NAN], rtol=2**-52, atol=0)
    assert truth.differentiable == (status == DIF)


# text, point, statuses, differentiable as a whole
SEVERAL = [
    ("max(x, y, z)", (1, 1, 1), (KINK,) * 3, False),
    ("max(x, y)^2", (0, 0), (DIF, DIF), True),
    ("max(x, y) + min(x, y)", (1, 1), (DIF, DIF), True),
    ("relu(x) relu(y)", (0, 0), (DIF, DIF), True),
    ("|x| |y|", (0, 0), (DIF, DIF), True),
    ("|x - y|", (1, 1), (KINK, KINK), False),
    ("|x - y| (x - y)", (1, 1), (DIF, DIF), True),
    ("atan2(y, x)", (0, 1), (DIF, DIF), True),
    ("atan2(y, x)^2", (-1, 0), (DIF, KINK), False),
    ("|atan2(y, x)|", (-1, 0), (DIF, KINK), False),
    ("(x^2 + y^2) atan2(y, x) if x^2 + y^2 > 0 else 0", (0, 0), (DIF, DIF), True),
    ("mod(x, y)", (6, 3), (JUMP, JUMP), False),
    ("x y if x y > 0 else 0", (0, 0), (DIF, DIF), True),
    ("x if y == 0 else 0", (0, 0), (DIF, DIF), False),
    ("sqrt(x^4 + y^4)", (0, 0), (DIF, DIF), True),
    ("(x^4 + y^4)^(1/4)", (0, 0), (KINK, KINK), False),
    ("cbrt(x y)", (0, 0), (DIF, DIF), False),
    ("cbrt(x y)", (1, 0), (DIF, INFINITE), False),
    ("x y sin(1/(x^2 + y^2)) if x^2 + y^2 > 0 else 0", (0, 0), (DIF, DIF), True),
    ("floor(x) + y^2", (2, 3), (JUMP, DIF), False),
    ("x/y", (1, 0), (UNDEFINED, UNDEFINED), False),
]


@pytest.mark.parametrize(("text", "point", "statuses", "whole"), SEVERAL)
def test_each_coordinate_and_the_whole(text, point, statuses, whole):
    truth = true_gradient(parse(text), point, seconds=LEISURE)
    assert truth.status == statuses
    assert truth.differentiable == whole


# --- a search: small random expressions of all that has seams, beside a road of its own ---

ATOMS = st.sampled_from(["x", "x", "x", "1", "2", "0.5", "3", "x-1", "x**2"])
UNARY = (
    *("abs({})", "floor({})", "sign({})", "Heaviside({})", "Max({}, 0)", "Min({}, 1)"),
    *("sqrt({})", "log({})", "asin({})", "acos({})", "acosh({})", "atanh({})"),
    *("sin({})", "cos({})", "exp({})", "atan({})", "tanh({})", "sinc({})", "sqrt(abs({}))"),
    *("({})**2", "({})**3", "({})**0.5", "({})**(-1)", "1/({})", "-({})"),
)
BINARY = (
    *("({}) + ({})", "({}) - ({})", "({})*({})", "({})/({})", "({})**({})"),
    *("Max({}, {})", "Min({}, {})", "atan2({}, {})", "Mod({}, {})"),
    *("Piecewise(({}, x < 0), ({}, True))", "Piecewise(({}, Ne(x, 0)), ({}, True))"),
)
TEXTS = texts_of(ATOMS, UNARY, BINARY, 4)
PLACES = st.sampled_from([0.0, 0.0, 0.0, 1.0, -1.0, 2.0, 0.5, -0.5, 1.5, 0.3])


# A power of ten alone is a whole fraction of much: mod(1, x) is 0 at each of them, yet has no limit.
ROUND, CROOKED = (70, 90, 110), (70.5, 90.5, 110.5)


def side_by_many_digits(text: str, x: float, side: int) -> float | None:
    """The slope on one side, from quotients at three steps far apart.

    It settles, dies away or grows by some power; None where it does none of these, or another thing at other
    steps.
    """
    slope, again = (_side_by_quotients(text, x, side, steps) for steps in (ROUND, CROOKED))
    return slope if slope == again or slope is again is NAN else None


def _side_by_quotients(text: str, x: float, side: int, steps: tuple[float, ...]) -> float | None:
    quotients = [one_sided(text, ("x",), (x,), 0, side, digits) for digits in steps]
    if any(DIGITS.isnan(q) for q in quotients):
        return NAN
    noise = DIGITS.mpf(10) ** -350  # of 500 digits, divided by 10^−110
    sizes = [abs(q) if abs(q) > noise else DIGITS.mpf(0) for q in quotients]
    if all(b > 10 * a for a, b in itertools.pairwise(sizes)):
        return float(DIGITS.sign(quotients[-1])) * INF
    if sizes[-1] == sizes[-2] == 0 or all(b < a / 10 for a, b in itertools.pairwise(sizes)):
        return 0.0
    settled = abs(quotients[2] - quotients[1]) <= sizes[2] * DIGITS.mpf(10) ** -50 + noise
    return nearest(quotients[2]) if settled else None


@pytest.mark.parametrize(
    ("text", "left", "right"),
    [
        ("max(x^2, x/2)", 0, 0.5),
        ("max(x^3, x/1)", 0, 1),
        ("min(x^2, -x/1)", 0, -1),
        ("max(x^2, x/1, x/3)", 0, 1),
        ("max(pi, pi + x)", 0, 1),
        ("max(sqrt(2), x + sqrt(2))", 0, 1),
        ("max(exp(1), exp(1) + x)", 0, 1),
        ("Piecewise((x^2, x^2 > x/2), (x/2, True))", 0, 0.5),
    ],
)
def test_two_functions_of_the_same_value_are_two(text: str, left: float, right: float):
    """The slopes of the larger, or the smaller one, on each side of 0: by hand."""
    truth = true_gradient(parse(text, variables=("x",)), [0.0])
    assert truth.one_sided[0].tolist() == [left, right]
    assert not truth.differentiable


@settings(max_examples=150)
@given(TEXTS, PLACES)
@example("Piecewise((Mod(1, x), x < 0), (x, True))", 0.0)
@example("Max(x**2, (x)/(1))", 0.0)
def test_no_expression_is_found_that_is_judged_wrongly(text, x):
    """The slopes on both sides, to one unit in the last place: a quotient is no tie-breaker."""
    try:
        here = value_at(text, ("x",), (x,))
        assume(not DIGITS.isnan(here))
        expected = [side_by_many_digits(text, x, side) for side in (-1, 1)]
    except (OverflowError, MemoryError):
        assume(False)
    try:
        field = parse(text, variables=("x",))
    except ParseError:  # a part without x has no value
        assume(False)
    truth = true_gradient(field, [x], seconds=LEISURE)
    assume("undecided" not in truth.status)
    for found, slope in zip(truth.one_sided[0], expected, strict=True):
        if slope is not None:
            np.testing.assert_allclose(found, slope, rtol=2**-52, atol=0)
