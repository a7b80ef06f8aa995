"""The truth has every bit where there is a gradient, and the right word where there is none."""

import decimal
import math
import time
from functools import partial

import mpmath
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import gradviz
from gradviz import parse, true_gradient
from tests.methods.test_methods import TEXTS, field_of
from tests.support.many_digits import nearest, partial_derivatives

# the limit of time is for people who wait; on a machine that is busy with tests the answer may take longer
at_leisure = partial(true_gradient, seconds=30)

NAN, INF, PI = math.nan, math.inf, math.pi
DIF, KINK, JUMP, INFINITE, UNDEFINED = "differentiable", "kink", "jump", "infinite", "undefined"

# text, x, status, (left, right), why; the slopes are by hand, nan where there is none
ONE_VARIABLE = [
    ("|x|", 0, KINK, (-1, 1), "the kink itself"),
    ("|x|", 5e-324, DIF, (1, 1), "beside it, by the smallest number there is"),
    ("3|x| - x", 0, KINK, (-4, 2), "two slopes of one"),
    ("1e-70*|x|", 0, KINK, (-1e-70, 1e-70), "however flat"),
    ("|x^3|", 0, DIF, (0, 0), "no kink after all"),
    ("x|x|", 0, DIF, (0, 0), "no kink after all"),
    ("|sin(pi x)|", 1, KINK, (-PI, PI), "π is no float, and 1 is a zero of it none the less"),
    ("|tan(pi x)|", 1, KINK, (-PI, PI), "the same"),
    ("acos(cos(x))", 0, KINK, (-1, 1), "a zigzag"),
    ("acosh(cosh(x))", 0, KINK, (-1, 1), "|x|"),
    ("sqrt(x^2)", 0, KINK, (-1, 1), "|x|"),
    ("sqrt(1 - cos(x))", 0, KINK, (-math.sqrt(0.5), math.sqrt(0.5)), "|sin(x/2)| √2"),
    ("abs(sqrt(2)*sqrt(2) - 2 + x)", 0, KINK, (-1, 1), "√2·√2 is 2"),
    ("|log(x)|", 1, KINK, (-1, 1), "an inner zero"),
    ("|loggamma(x)|", 1, KINK, (-0.5772156649015329, 0.5772156649015329), "ψ(1) = −γ"),
    ("max(x, -x)", 0, KINK, (-1, 1), "a tie"),
    ("max(x, x)", 1, DIF, (1, 1), "a tie with itself"),
    ("min(x, x^2)", 0, KINK, (1, 0), "a tie"),
    ("min(x, x^2)", 1, KINK, (2, 1), "the other one"),
    ("max(x, 2, 3)", 1, DIF, (0, 0), "out of the race"),
    ("relu(x)", 0, KINK, (0, 1), "a bend"),
    ("relu(x) - relu(-x)", 0, DIF, (1, 1), "is x"),
    ("heaviside(x)*x", 0, KINK, (0, 1), "is relu"),
    ("heaviside(x)*x^2", 0, DIF, (0, 0), "the seam is smooth"),
    ("x if x < 1 else 2 - x", 1, KINK, (1, -1), "a roof"),
    ("x^2 if x < 1 else 2x - 1", 1, DIF, (2, 2), "the tangent goes on"),
    ("x^2 if x < 0 else x^3", 0, DIF, (0, 0), "the tangent goes on"),
    ("1 if x == 1 else x", 1, DIF, (1, 1), "the one point fits"),
    ("0 if x == 1 else x", 1, JUMP, (-INF, INF), "the one point does not"),
    ("floor(x)", 2, JUMP, (INF, 0), "a stair"),
    ("floor(x)", 1.5, DIF, (0, 0), "its tread"),
    ("ceil(x)", 2, JUMP, (0, INF), "a stair"),
    ("floor(x)*0", 2, DIF, (0, 0), "a stair of height 0"),
    ("floor(x) + ceil(-x)", 2, DIF, (0, 0), "0"),
    ("floor(x/0.1)", 0.5, JUMP, (INF, 0), "0.1 is a tenth, and 0.5 five of them"),
    ("floor(10x)", 0.1, DIF, (0, 0), "the float is a little more than a tenth"),
    ("mod(x, 3)", 6, JUMP, (-INF, 1), "a tooth"),
    ("mod(x, 0.1)", 0.5, JUMP, (-INF, 1), "a tooth"),
    ("mod(x, 1/3)", 1, JUMP, (-INF, 1), "a tooth"),
    ("mod(x, pi)", 0, JUMP, (-INF, 1), "a tooth"),
    ("sign(x)", 0, JUMP, (INF, INF), "up, and up again"),
    ("sign(x)^2", 0, JUMP, (-INF, INF), "one point is missing"),
    ("1e-70*sign(x)", 0, JUMP, (INF, INF), "however low"),
    ("heaviside(x)", 0, JUMP, (INF, INF), "half way is half a step on each side"),
    ("tanh(1/x) if x != 0 else 0", 0, JUMP, (INF, INF), "from −1 to 1"),
    ("sqrt(x)", 0, INFINITE, (NAN, INF), "the edge of the domain, and vertical"),
    ("sqrt(sin(x))", 0, INFINITE, (NAN, INF), "the same"),
    ("(x - 1)^0.5", 1, INFINITE, (NAN, INF), "the same"),
    ("asin(x)", 1, INFINITE, (INF, NAN), "an edge on the right"),
    ("acos(x)", -1, INFINITE, (NAN, -INF), "an edge on the left"),
    ("acosh(x)", 1, INFINITE, (NAN, INF), "an edge on the left"),
    ("cbrt(x)", 0, INFINITE, (INF, INF), "a vertical tangent"),
    ("root(x, 5)", 0, INFINITE, (INF, INF), "a vertical tangent"),
    ("root(x, 97)", 0, INFINITE, (INF, INF), "a slow one"),
    ("sqrt(|x|)", 0, INFINITE, (-INF, INF), "a cusp"),
    ("cbrt(x^2)", 0, INFINITE, (-INF, INF), "a cusp"),
    ("x^(1/3)", 0, INFINITE, (NAN, INF), "the principal root"),
    ("x log(|x|) if x != 0 else 0", 0, INFINITE, (-INF, -INF), "as slow as a logarithm"),
    ("x^x", 0, INFINITE, (NAN, -INF), "the same, and 0⁰ = 1"),
    ("x^1.5", 0, UNDEFINED, (NAN, 0), "an edge with a slope on one side"),
    ("sqrt(x)^3", 0, UNDEFINED, (NAN, 0), "the same"),
    ("|x|^1.1", 0, DIF, (0, 0), "flat, but barely"),
    ("cbrt(x)^5", 0, DIF, (0, 0), "flat, but barely"),
    ("1/x", 0, UNDEFINED, (NAN, NAN), "a pole"),
    ("log(x)", 0, UNDEFINED, (NAN, NAN), "a pole"),
    ("log(|x|)", 0, UNDEFINED, (NAN, NAN), "a pole"),
    ("log(x)", -1, UNDEFINED, (NAN, NAN), "outside, though 1/x is not"),
    ("x log(x)", 0, UNDEFINED, (NAN, NAN), "0 times what is not there"),
    ("x/|x|", 0, UNDEFINED, (NAN, NAN), "0/0"),
    ("sin(x)/x", 0, UNDEFINED, (NAN, NAN), "0/0: a gap that could be filled, and is not"),
    ("sinc(x)", 0, DIF, (0, 0), "here it is filled"),
    ("sin(x)/x if x != 0 else 1", 0, DIF, (0, 0), "and here"),
    ("(exp(x) - 1)/x if x != 0 else 1", 0, DIF, (0.5, 0.5), "1 + x/2 + …"),
    ("x^4/x^4", 0, UNDEFINED, (NAN, NAN), "0/0"),
    ("x^5/x^4 if x != 0 else 0", 0, DIF, (1, 1), "however small the numbers get"),
    ("sin(pi x)/sin(pi x)", 1, UNDEFINED, (NAN, NAN), "0/0, and π no float"),
    ("1/(sqrt(2)*sqrt(2) - 2 + x)", 0, UNDEFINED, (NAN, NAN), "a pole, by roundings only a number"),
    ("tan(pi x)", 0.5, UNDEFINED, (NAN, NAN), "a pole, in floats 1.6e16"),
    ("sec(pi x)", 0.5, UNDEFINED, (NAN, NAN), "a pole"),
    ("cot(pi x)", 1, UNDEFINED, (NAN, NAN), "a pole"),
    ("csc(pi x)", 1, UNDEFINED, (NAN, NAN), "a pole"),
    ("gamma(x)", -1, UNDEFINED, (NAN, NAN), "a pole"),
    ("gamma(sin(pi x))", 1, UNDEFINED, (NAN, NAN), "a pole"),
    ("(-2)^x", 2, UNDEFINED, (NAN, NAN), "a point with no neighbours"),
    ("0^x", 0, JUMP, (NAN, -INF), "0⁰ = 1"),
    ("0^x", 1, DIF, (0, 0), "0"),
    ("x sin(1/x) if x != 0 else 0", 0, UNDEFINED, (NAN, NAN), "the quotient oscillates for ever"),
    ("sin(1/x) if x != 0 else 0", 0, UNDEFINED, (NAN, NAN), "f itself does"),
    ("x^2 sin(1/x) if x != 0 else 0", 0, DIF, (0, 0), "squeezed"),
    ("exp(-1/x^2) if x != 0 else 0", 0, DIF, (0, 0), "flat beyond all orders"),
    ("exp(-1/x) if x > 0 else 0", 0, DIF, (0, 0), "a smooth seam"),
    ("x sigmoid(1/x) if x != 0 else 0", 0, KINK, (0, 1), "a smooth step, seen from afar"),
]


@pytest.mark.parametrize(("text", "x", "status", "sides", "why"), ONE_VARIABLE)
def test_the_word_and_the_slopes_on_both_sides(text, x, status, sides, why):
    truth = at_leisure(parse(text), [x])
    assert truth.status == (status,), why
    np.testing.assert_array_equal(truth.one_sided, [sides], why)
    expected = sides[1] if status == DIF else NAN
    np.testing.assert_array_equal(truth.gradient, [expected], why)
    assert truth.differentiable == (status == DIF)


# text, point, statuses, gradient, differentiable as a whole, why
SEVERAL_VARIABLES = [
    ("sqrt(x^2 + y^2)", (0, 0), (KINK, KINK), (NAN, NAN), False, "a cone"),
    ("|x| + |y|", (0, 3), (KINK, DIF), (NAN, 1), False, "a roof, seen along its ridge"),
    ("x|y|", (0, 0), (DIF, DIF), (0, 0), True, "o(δ)"),
    ("x|y|", (1, 0), (DIF, KINK), (0, NAN), False, "off the one point"),
    ("max(x, y)", (1, 1), (KINK, KINK), (NAN, NAN), False, "a tie"),
    ("min(x, y, z)", (1, 1, 2), (KINK, KINK, DIF), (NAN, NAN, 0), False, "a tie of two"),
    ("sqrt(x^2 + y^2)^3", (0, 0), (DIF, DIF), (0, 0), True, "o(δ)"),
    ("sqrt(x^2 + y^2)^1.05", (0, 0), (DIF, DIF), (0, 0), True, "o(δ), but barely"),
    ("x y/(x^2 + y^2)", (0, 0), (UNDEFINED, UNDEFINED), (NAN, NAN), False, "0/0"),
    (
        "Piecewise((x y/(x^2 + y^2), Ne(x^2 + y^2, 0)), (0, True))",
        (0, 0),
        (DIF, DIF),
        (0, 0),
        False,
        "0 on both axes, ½ on the diagonal",
    ),
    ("sqrt(|x y|)", (0, 0), (DIF, DIF), (0, 0), False, "0 on both axes, |x| on the diagonal"),
    ("cbrt(x^3 + y^3)", (0, 0), (DIF, DIF), (1, 1), False, "not linear off the axes"),
    (
        "x^2 y/(x^2 + y^2) if x^2 + y^2 > 0 else 0",
        (0, 0),
        (DIF, DIF),
        (0, 0),
        False,
        "not linear off the axes",
    ),
    ("x^2 y^2/(x^2 + y^2) if x^2 + y^2 > 0 else 0", (0, 0), (DIF, DIF), (0, 0), True, "o(δ)"),
    (
        "x^3 y/(x^4 + y^2) if x^2 + y^2 > 0 else 0",
        (0, 0),
        (DIF, DIF),
        (0, 0),
        False,
        "o(δ) on lines, x/2 on y = x²",
    ),
    ("1 if y == x^2 and x > 0 else 0", (0, 0), (DIF, DIF), (0, 0), False, "1 along a parabola"),
    ("1 if 0 < y and y < x^2 else 0", (0, 0), (DIF, DIF), (0, 0), False, "1 under a parabola"),
    ("atan2(y, x)", (-1, 0), (DIF, JUMP), (0, NAN), False, "the cut"),
    ("atan2(y, x)", (1, 0), (DIF, DIF), (0, 1), True, "its other side"),
    ("atan2(y, x)", (0, 0), (UNDEFINED, UNDEFINED), (NAN, NAN), False, "no angle"),
    ("x^y", (-2, 2), (DIF, UNDEFINED), (-4, NAN), False, "powers of negative numbers have gaps"),
    ("sqrt(x^2 + y^2 - 5)", (1, 2), (INFINITE, INFINITE), (NAN, NAN), False, "the edge of a disc"),
]


@pytest.mark.parametrize(("text", "point", "statuses", "gradient", "whole", "why"), SEVERAL_VARIABLES)
def test_partial_derivatives_are_not_yet_a_gradient(text, point, statuses, gradient, whole, why):
    truth = at_leisure(parse(text), point)
    assert truth.status == statuses, why
    np.testing.assert_array_equal(truth.gradient, gradient, why)
    assert truth.differentiable == whole, why
    assert ("still not differentiable" in truth.note) == (not whole and set(statuses) == {DIF})


# text, point, gradient, value, why: numbers that floats get wrong
HARD_NUMBERS = [
    ("ln(1 + e^x)", 800, 1.0, 800.0, "overflows inside, not outside"),
    ("ln(1 + e^x)", -800, 0.0, 0.0, "underflows"),
    ("(x + 1e8) - 1e8", 0.3, 1.0, 0.3, "cancels"),
    ("(x + 1e300) - 1e300", 0.3, 1.0, 0.3, "cancels by 300 digits"),
    ("x*1e300", 1, 1e300, 1e300, "large"),
    ("1e-320*x", 1, 1e-320, 1e-320, "subnormal"),
    ("x^2", 1e-170, 2e-170, 0.0, "a value that underflows has a slope"),
    ("x^3", 1e120, 3e240, INF, "and so has one that overflows"),
    ("exp(exp(x))", 7, INF, INF, "a slope that overflows is told as ∞"),
    ("10^(10^x)", 3, INF, INF, "and exists"),
    ("sqrt(x^2 + 1e-300)", 0, 0.0, 1e-150, "a tight bend, no kink"),
    ("sqrt(x x)", 1e-200, 1.0, 1e-200, "x² underflows"),
    ("|x - 1e-320|", 0, -1.0, 1e-320, "beside a kink"),
    ("erf(x)", 1e5, 0.0, 1.0, "e^(−10¹⁰)"),
    ("exp(-x^2)", 1e150, 0.0, 0.0, "e^(−10³⁰⁰)"),
    ("sigmoid(x)", -1e300, 0.0, 0.0, "out in the flat"),
    ("softplus(x)", 1e300, 1.0, 1e300, "out in the steep"),
    ("x + 0*y", 3, 1.0, 3.0, "a variable that does nothing"),
]


@pytest.mark.parametrize(("text", "x", "gradient", "value", "why"), HARD_NUMBERS)
def test_numbers_that_floats_get_wrong(text, x, gradient, value, why):
    field = parse(text)
    truth = at_leisure(field, [x, 1.0][: len(field.variables)])
    assert set(truth.status) == {DIF}, why
    assert truth.gradient[0] == gradient, why
    assert truth.value == value, why


def test_twelve_orders_of_cancellation():
    """(1 − cos x)/x² at 1e-7 is −x/12 + x³/180 − …; the rules are off by many orders."""
    field, x = parse("(1 - cos(x))/x^2"), 1e-7
    with mpmath.workdps(60):
        series = -mpmath.mpf(x) / 12 + mpmath.mpf(x) ** 3 / 180
        expected = float(series)
    assert at_leisure(field, [x]).gradient.tolist() == [expected]
    assert abs(gradviz.gradient(field, [x], "symbolic").gradient[0] - expected) > 1e3 * abs(expected)


def test_a_kink_within_one_ulp_is_told():
    """0.1 as a float is more than a tenth: the slope is 1, and the kink nearer than the next float."""
    truth = at_leisure(parse("|x - 0.1|"), [0.1])
    assert truth.gradient.tolist() == [1]
    assert "within one ulp of x" in truth.note
    assert at_leisure(parse("|x - 0.1|"), [math.nextafter(0.1, 0)]).gradient.tolist() == [-1]
    assert at_leisure(parse("|x - 0.1|"), [0.11]).note == ""
    assert "within one ulp of y" in at_leisure(parse("x + floor(y/0.1)"), [3, 0.3]).note


def test_decimals_are_exact_and_the_point_is_binary():
    """x − 0.3 at 0.1 + 0.2, the famous one: 0.3 is three tenths, the point the float 0.30000000000000004."""
    assert at_leisure(parse("(x - 0.3)^2"), [0.1 + 0.2]).gradient[0] == float(
        2 * (mpmath.mpf(0.1 + 0.2) - mpmath.mpf(3) / 10)
        if mpmath.mp.prec > 53
        else 2 * (mpmath.fsub(0.1 + 0.2, mpmath.fdiv(3, 10, prec=200), prec=200))
    )


# a difference of many digits sees nothing of y²/(3 + y²) at 1e-200
COORDINATES = st.floats(-3, 3).filter(lambda x: x == 0 or abs(x) > 1e-9)


@settings(max_examples=60)
@given(TEXTS, st.tuples(COORDINATES, COORDINATES))
def test_every_bit_is_right(text, point):
    """Correctly rounded: beside a difference of 500 digits, the truth is the nearest float64."""
    truth = at_leisure(field_of(text), point)
    road = partial_derivatives(text.replace("^", "**"), ("x", "y"), point)
    assert truth.status == (DIF, DIF)  # the texts are smooth by construction
    for found, expected in zip(truth.gradient, road, strict=True):
        assume(expected == 0 or abs(expected) > 1e-30)  # an exact 0 is 1e-40 for a difference
        hair = abs(expected) / 10**60  # half-way between two, the difference may fall on either side
        assert nearest(expected - hair) <= found <= nearest(expected + hair)


# text, x, gradient: two precisions agree on 0 for all of these, each having lost the same digits
LOST_AND_FOUND = [
    ("((x + 1e300) - 1e300)^2", 0.3, 0.6, "x beside 10³⁰⁰"),
    ("log(1 + x)^2", 1e-300, 2e-300, "x beside 1"),
    ("log(exp(x))^2", 1e-300, 2e-300, "e^x is 1 there"),
    ("log(sigmoid(x))^2", 200, None, "σ(x) is 1 there"),
    ("(1 - cos(x))^2*1e300", 1e-100, 1.0, "cos x is 1 there"),
    ("log(erf(x))*1e300", 20, None, "erf x is 1 there"),
    ("(x^2 + y^2 - 25)^2", 3, 0.0, "a real 0"),
    ("(x - x)*y", 3, 0.0, "a real 0"),
]


@pytest.mark.parametrize(("text", "x", "gradient", "why"), LOST_AND_FOUND)
def test_precisions_do_not_agree_on_what_both_have_lost(text, x, gradient, why):
    if gradient is None:  # 2 ln(1/(1 + e⁻ˣ)) e⁻ˣ/(1 + e⁻ˣ) and 1e300 · 2/√π e^(−x²)/erf x, in 500 digits
        with mpmath.workdps(500):
            tail = mpmath.exp(-x)
            gradient = float(
                -2 * mpmath.log1p(tail) * tail / (1 + tail)
                if "sigmoid" in text
                else mpmath.mpf(10) ** 300 * 2 / mpmath.sqrt(mpmath.pi) * mpmath.exp(-x * x) / mpmath.erf(x)
            )
    field = parse(text)
    truth = at_leisure(field, [x, 4.0][: len(field.variables)])
    assert set(truth.status) == {DIF}
    assert truth.gradient[0] == gradient, why


def test_what_no_precision_brings_back_is_undecided():
    truth = at_leisure(parse("(x + exp(1e5 x) - exp(1e5 x))^2"), [1])
    assert truth.status == ("undecided",)


def test_the_truth_is_the_same_however_it_is_reached():
    """A smooth f with an idle kink beside it goes by limits; without, by the reverse sweep: the same bits."""
    point = [0.7, -1.3]
    smooth = "exp(x y)*sin(x + y)/(1 + x^2)"
    by_sweep = at_leisure(parse(smooth), point)
    by_limits = at_leisure(parse(f"{smooth} + 0*|x - x|"), point)
    assert by_limits.gradient.tolist() == by_sweep.gradient.tolist()
    assert by_limits.status == by_sweep.status
    assert by_limits.differentiable


# accepted, and nasty: each must come back. The limit of time is the truth's own, told as 'undecided'.
NASTY = [
    ("exp(exp(exp(exp(x))))", (3,)),
    ("sin(exp(exp(x)))", (10,)),
    ("x^99^x", (2,)),
    ("sin(10^x)", (300,)),
    ("gamma(gamma(gamma(x)))", (5,)),
    ("loggamma(1 + x^9)", (1e-300,)),
    ("|loggamma(1 + x)|", (0,)),
    ("gamma(x)*|sin(pi x)|", (3,)),
    ("mod(x, exp(-y^2))", (1, 1e5)),
    ("floor(exp(exp(x)))", (10,)),
    ("abs(sqrt((acosh(atanh(abs(abs(3 + x)*y))))^0.5 - 1) + x)", (0.2, 0.3)),
    ("|" * 1 + "sin(x)" + "|" + "".join(f" + |sin({k} x)|" for k in range(2, 12)), (0,)),
    ("max(" + ", ".join(f"x{i}" for i in range(1, 9)) + ")", (1,) * 8),
    ("sqrt(" + " + ".join(f"x{i}^2" for i in range(1, 11)) + ")", (0,) * 10),
    ("erf(erf(erf(1/x))) if x != 0 else 0", (0,)),
    ("atan(tan(10^x))", (15,)),
]


@pytest.mark.parametrize(("text", "point"), NASTY, ids=lambda value: value if isinstance(value, str) else "")
def test_nasty_formulas_come_back(text, point, record_property):
    start = time.perf_counter()
    field = parse(text)
    truth = true_gradient(field, point)
    record_property("seconds", time.perf_counter() - start)
    assert len(truth.status) == len(point)
    assert set(truth.status) <= {DIF, KINK, JUMP, INFINITE, UNDEFINED, "undecided"}
    if "undecided" in truth.status:
        assert "could not be decided" in truth.note
        assert np.isnan(truth.gradient).all()
        assert not truth.differentiable


def test_out_of_time_is_told():
    truth = true_gradient(parse("sin(x)"), [1.0], seconds=0.0)
    assert truth.status == ("undecided",)
    assert "in the time given" in truth.note


def test_higher_derivatives_are_those_of_the_series():
    """exp: all 1 at 0; sin: 0, 1, 0, −1; a polynomial of degree 3: nothing past its degree."""
    from gradviz.sweeping.truth import higher_derivatives

    assert higher_derivatives(parse("exp(x)"), [0.0], 9).tolist() == [[1.0] * 10]
    assert higher_derivatives(parse("sin(x)"), [0.0], 4).tolist() == [[0, 1, 0, -1, 0]]
    assert higher_derivatives(parse("x^3 y"), [2.0, 5.0], 4).tolist() == [
        [40, 60, 60, 30, 0],
        [40, 8, 0, 0, 0],
    ]
    assert np.isnan(higher_derivatives(parse("exp(x)"), [0.0], 9, seconds=0.0)).all()


def test_higher_derivatives_are_right_to_the_last_digits():
    """e^(10⁶x) and x⁴⁰, whose derivatives are known, where they are far larger or smaller than f."""
    from gradviz.sweeping.truth import higher_derivatives

    for at in (3e-4, -2.5e-3):
        value = mpmath.exp(mpmath.mpf(10**6) * at)
        found = higher_derivatives(parse("exp(1e6 x)"), [at], 9)[0]
        assert found == pytest.approx([float(value * 10 ** (6 * k)) for k in range(10)], rel=1e-12, abs=0)
    for at in (2.0, 1e-3, -300.0):
        known = [math.perm(40, k) * mpmath.mpf(at) ** (40 - k) for k in range(10)]
        found = higher_derivatives(parse("x^40"), [at], 9)[0]
        assert found == pytest.approx([float(value) for value in known], rel=1e-14, abs=0)


BEYOND_FLOAT64 = [  # text, point, ∂f/∂x by Python's decimal numbers
    ("exp(x)", (800,), lambda: decimal.Decimal(800).exp()),
    ("-exp(x)*y", (1000, 3), lambda: -3 * decimal.Decimal(1000).exp()),
    ("exp(-x)", (800,), lambda: -decimal.Decimal(-800).exp()),
    ("exp(exp(x))", (12,), lambda: (decimal.Decimal(12).exp() + 12).exp()),
    ("x^100", (1e10,), lambda: 100 * decimal.Decimal(10) ** 990),
    ("x^100", (1e-10,), lambda: 100 * decimal.Decimal(10) ** -990),
    ("9.9999 * 10^100 * x^3", (1e104,), lambda: decimal.Decimal("29.9997e308")),
    ("1e300*x^2", (1e10,), lambda: decimal.Decimal("2e310")),
    ("x^2/2 * 1e-300*1e-20", (1e-10,), lambda: decimal.Decimal("1e-330")),
]


@pytest.mark.parametrize(("text", "point", "derivative"), BEYOND_FLOAT64, ids=lambda value: str(value)[:24])
def test_a_derivative_beyond_float64_keeps_its_size(text, point, derivative):
    truth = true_gradient(parse(text), list(point))
    with decimal.localcontext() as context:
        context.prec, context.Emax, context.Emin = 40, 10**9, -(10**9)
        exact = derivative()
        assert truth.differentiable
        assert truth.gradient[0] in (math.copysign(math.inf, exact), 0)
        shown = decimal.Decimal(truth.decimals[0][0])
        assert abs(shown / exact - 1) < decimal.Decimal("0.0006")
    assert truth.decimals[0] == (truth.decimals[0][0],) * 3


def test_within_float64_nothing_is_said_of_the_size():
    for text, point in (("x^2", 3), ("exp(x)", 709), ("exp(-x)", 740), ("cbrt(x)", 0), ("x", 0), ("|x|", 0)):
        truth = true_gradient(parse(text), point)
        assert truth.decimals == (("", "", ""),)
        assert truth.value_decimals == ""


def test_one_sided_derivatives_beyond_float64_keep_their_sizes():
    truth = true_gradient(parse("|x - 800| exp(x)"), 800)
    assert truth.status == ("kink",)
    assert truth.decimals == (("", "-2.726e+347", "2.726e+347"),)
