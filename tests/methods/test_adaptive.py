"""The adaptive difference: a slope where there is one, none elsewhere, and a bar that covers its error."""

import numpy as np
import pytest

from gradviz import gradient, parse, true_gradient
from tests.support.smooth_points import Tally, judge, questions

WIDE, SINGLE, HALF, BRAIN = "float64", "float32", "float16", "bfloat16"

# text, point, type: f is smooth there, and its noise, its flatness or its shape makes that hard to see
SMOOTH = [
    ("tanh(x^2)", (4,), WIDE),
    ("x + 1e-12*sin(x)", (1,), WIDE),
    ("1000 + sin(x)", (0.5,), SINGLE),
    ("sigmoid(x)", (0.001,), SINGLE),
    ("0.3*x", (0,), HALF),
    ("x/3", (0,), HALF),
    ("sigmoid(x)", (1,), BRAIN),
    ("cos(x)", (-3,), BRAIN),
    ("erf(x^2)", (5,), WIDE),
    ("1 + exp(x)", (-30,), WIDE),
    # beside a clipped root, an angle, a saturated inner function
    ("sqrt(max(0, x^2 - 4))", (1,), WIDE),
    ("sqrt(max(0, x^2 - z^2))", (1, 2), WIDE),
    ("sqrt(max(0, x^2 - 4)) + y", (1.9, 2), SINGLE),
    ("acos(clip(x - 1, -1, 1))", (3,), WIDE),
    ("acos(clip(x^2 + y^2, -1, 1)) + x", (1, 1), WIDE),
    ("sigmoid(1 - x^2)/acos(clip(1 - x^2, -1, 1))", (1.5,), WIDE),
    ("log(max(x, 1e-3))", (1e-4,), WIDE),
    ("sqrt(relu(x - 2))*y", (1.5, 3), HALF),
    ("max(sin(20*1), 1 + x)", (-2.36,), BRAIN),
    # the rounding of x ± h, and the smallest numbers
    ("sin(x)", (1.5707963267948966,), WIDE),
    ("cos(x)", (3.141592653589793,), WIDE),
    ("cosh(x)", (1e-17,), WIDE),
    ("exp(-x^2)", (1e-16,), WIDE),
    ("sqrt((x - 2)^2 + 1e-8)", (1.9999999997185494,), WIDE),
    ("digamma(x)", (-0.99,), WIDE),
    ("gamma(x)", (-1.999,), WIDE),
    ("erf(x)", (0,), HALF),
    ("erf(x)", (0,), BRAIN),
    ("x*x", (1e-4,), HALF),
    ("exp(-x^2)", (0.01,), BRAIN),
    ("1000 + sin(x)", (0,), BRAIN),
    ("x/(1 + x^2)", (-0.7,), BRAIN),
    # numbers that do not move along x and are rounded all the same
    ("((y + 1e8) - 1e8)*x", (1, 1e-7), WIDE),
    ("sin(20*pi)*x", (1,), HALF),
    ("x*(1/3 - 0.333)", (2,), HALF),
    # a kink, a jump or a pole close by, or of no effect
    ("|x - 1|", (1.000001,), WIDE),
    ("floor(x) + x^2", (2.999,), WIDE),
    ("digamma(x)", (-2.5,), WIDE),
    ("min(|x|, 3) + 0*|x - 5|", (5,), WIDE),
    ("floor(floor(x))", (2.5,), WIDE),
    ("mod(x, x) + x", (3,), WIDE),
    ("max(x, x)", (2,), WIDE),
    ("x*|x|", (0,), WIDE),
    ("max(x, 0)^2", (0,), SINGLE),
    ("|x|^1.5", (0,), WIDE),
    ("sin(x)/x if x != 0 else 1", (0,), WIDE),
    ("x^y", (2, -40), WIDE),
    # a pole that the noise of what is added hides, and none where the quotient stays what it is
    ("sqrt(hypot(1, 1e-6*y/x))", (100, 0.3), WIDE),
    ("sqrt(hypot(1, 1e-6*y/x))", (100, 1e4), SINGLE),
    ("1000 - 1e-6*y/x", (0.01, 1), SINGLE),
    ("x/y - sqrt(3)", (1e-16, 0.01), SINGLE),
    ("(exp(x) - 1)/x", (1e-8,), WIDE),
    # a rounded constant to which f is as sensitive on both sides
    ("(pi - x)^3", (np.pi,), WIDE),
    ("x*(x - pi)^4", (np.pi,), WIDE),
    ("(x - 1/3)^3", (1 / 3,), WIDE),
    ("cosh(x - sqrt(2))", (2**0.5,), WIDE),
    # whole numbers that no rounding has made
    ("mod(3, 2 + 1^2) + x", (0.7,), WIDE),
    ("floor(x/x)*y", (0.7, 2), SINGLE),
    ("floor(1 if 0.3 < x else 2) + x", (4,), WIDE),
    # a whole number that rounding makes another one
    ("max(mod(2, 2 + x^2), tan(x))", (1e-8,), WIDE),
    ("x*mod(6, 3 + x^4)", (1e-5,), WIDE),
    ("floor(1/3*3 + x^2)*y", (1e-9, 1), SINGLE),
    ("mod(2, 2 + x^2) + x", (1e-3,), BRAIN),
    ("floor(tanh(x)) + x", (10,), BRAIN),
    ("mod(x, 2 + 3^2)", (9984,), BRAIN),
    ("digamma(floor(hypot(1/y, x)))*y", (10, 1e-16), WIDE),
    # a condition that it decides, or a maximum
    ("x if mod(sin(pi), 2 + x^2) < 1 else 20*x", (1,), SINGLE),
    ("x if log(1 + exp(cos(x))) < pi else 2*x", (0.1,), BRAIN),
    ("max(hypot(x, 1.5707), acos(x))", (1e-3,), HALF),
    ("max(x^2, 3 - x^2)", (3**0.5 / 2**0.5,), WIDE),
    ("mod(x, 0.1*3)", (0.6,), SINGLE),
    # a kink, a jump or an edge at the next number
    ("|sin(20*x)|", (np.pi,), WIDE),
    ("|sin(20*x)|", (3.140625,), BRAIN),
    ("1000 + max(log(x), 0)", (1 + 2.0**-23,), SINGLE),
    ("floor(exp(x if 1 < x else 3))", (1 + 2.0**-23,), SINGLE),
    ("log(1 + exp(tanh(digamma(x))))", (-61.75,), BRAIN),
    # a branch that is not taken, a power that stays what it is
    ("0.3 - gamma(0.3)*acos(1^y)", (1,), WIDE),
    ("relu(x)^atan(y)", (-0.25, 1.25), SINGLE),
    ("acos(floor(1 if 0.3 < x else 0.3)) + x", (4,), HALF),
    ("y*mod(relu(x), 2 + x^2)", (-0.37, 3), WIDE),
    ("x*atan2(sin(pi), y)", (2, -3), WIDE),
    ("acos(clip(mod(1, 2 + x^2), -1, 1))", (2.5,), WIDE),
    ("gamma(floor(hypot(2, x)^acos(1)))", (0.005,), WIDE),
    ("sqrt(mod(5/2, 2 + sqrt(1/2)^2)/(1 + x^2))", (1.31,), SINGLE),
    # a condition on no number, next to where it is one
    ("atan2(sin(20*(x - y)), 1 if acos(y) < 0.3 else 2*x)", (1.0, 1 + 2.0**-23), SINGLE),
    ("y*(1 if -50 < log(x) else 3 + x)", (-1e-8, 3), SINGLE),
    ("x*(2 if loggamma(y) < x else 3)", (0.1, -1), WIDE),
    ("3 if (x/0.5)^1.5 < pi else sin(x)", (-1.6015625,), BRAIN),
    ("floor(tanh(x)) + x", (100,), WIDE),
    ("x*log(x)^2", (1,), WIDE),
    ("log(1 + exp(x)) + x", (-40,), WIDE),
    ("atan(log(1 + exp(x)))^3", (-20,), SINGLE),
    ("x*(1 if tanh(300) < y else 2)", (1, 1), SINGLE),
    # what the table cuts off, behind the noise of few bits
    ("cbrt(x^(erfc(x)*(1 - 0.3)))", (2.580209732055664,), SINGLE),
    ("loggamma(1 + pi)/sinh(1) - log(tan(1))*erf(hypot(y, x))", (-1.82, 3.1415927410125732), SINGLE),
    # numbers that rounding makes wholly others
    ("loggamma(1 + cos(atan2(sin(20*pi), log1p(x)))^2)", (0.01,), HALF),
    ("sinc(pi)^(1 + x^2)", (0.5,), HALF),
    ("log(1 + tan(pi)/x)", (1e-8,), WIDE),
    ("x*floor(tan(pi)) + x", (2,), SINGLE),
    ("x^2*cos(1/x) + relu(sin(pi)*1e16 - 1)*x", (0.1,), WIDE),
    # what the type cuts off, or rounds away, and no bound of its own numbers shows
    ("(0.3 + y)^cos(x)", (1.5, -0.0006928443908691406), HALF),
    # smooth by accident, or flat: the type itself settles on no slope
    ("acos(clip(erf(x), -1, 1))", (12,), WIDE),
    ("acos(clip(erf(x + 2), -1, 1))", (10,), HALF),
    ("asin(erf(x + pi))", (3.140625,), HALF),
    ("max(loggamma(1 + x^2), 0)", (0,), WIDE),
    ("floor(cosh(x))*y", (0, 3), WIDE),
    ("cbrt(exp(-x))", (2000,), WIDE),
    ("sqrt(max(0, erfc(x)))", (10000,), HALF),
    # faster than the type resolves: the bar says so
    ("sin(20*x)", (9984,), BRAIN),
    ("sin(x)", (10000,), HALF),
    ("cos(1/erfc(x))", (3,), BRAIN),
    ("expm1(sin(20*(1000 + exp(x))))", (100,), WIDE),
]


def test_the_bar_of_a_large_constant_is_no_larger_than_its_effect():
    """e¹⁰² is rounded by 10²⁸, which changes a slope by 10⁻¹⁶ of it."""
    estimate = gradient(parse("log(exp(x) + exp(y) + exp(z))"), [100, 101, 102], "adaptive")
    exact = np.exp([0, 1, 2]) / np.exp([0, 1, 2]).sum()
    np.testing.assert_allclose(estimate.gradient, exact, rtol=1e-10)
    assert (np.abs(estimate.gradient - exact) <= estimate.error_bar).all()
    assert (estimate.error_bar < 1e-8 * exact).all()


@pytest.mark.parametrize(("text", "point", "dtype"), SMOOTH)
def test_the_bar_covers_the_error_where_f_is_smooth(text, point, dtype):
    field = parse(text)
    truth = true_gradient(field, point, dtype=dtype)
    assert set(truth.status) == {"differentiable"}
    estimate = gradient(field, point, "adaptive", dtype=dtype)
    assert (estimate.status, estimate.note) == ("ok", "")
    assert (np.abs(estimate.gradient - truth.gradient) <= estimate.error_bar).all(), (estimate, truth)


# text, point, type: where there is none along the first variable
NO_SLOPE = [
    ("x^x", (-2,), WIDE),
    ("x^x", (-3,), HALF),
    ("x^x", (-1e16,), WIDE),
    ("(-2)^x", (2,), WIDE),
    ("(-2)^x", (2,), SINGLE),
    ("(-8)^(x/3)", (3,), WIDE),
    ("sqrt(x^4 - x^2)", (0,), WIDE),
    ("sqrt(x)*y", (0, 1), WIDE),
    ("log(x)*0 + sqrt(-x^2)", (0,), WIDE),
    ("acos(1 + x^2)", (0,), WIDE),
    ("floor(x)", (1e15,), WIDE),
    ("ceil(x)", (1e8,), SINGLE),
    ("floor(x)", (2,), WIDE),
    ("mod(x, 2)", (4,), WIDE),
    ("sign(x)", (0,), HALF),
    ("|x|", (0,), WIDE),
    ("|x|", (0,), BRAIN),
    ("max(x, 2x)", (0,), SINGLE),
    ("cbrt(x)", (0,), WIDE),
    ("sqrt(x^2)", (0,), WIDE),
    ("1 if x > 3 else 0", (3,), WIDE),
    ("hypot(x, y)", (0, 0), WIDE),
    # an edge that rounding hides
    ("|sin(pi*x)|", (1,), WIDE),
    ("sqrt(sin(pi*x)^2)", (1,), HALF),
    ("max(sin(20*pi), x)", (0,), WIDE),
    ("relu(sin(pi)*y + x)", (0, 5), SINGLE),
    ("hypot(x, sin(20*pi))", (0,), WIDE),
    ("|x - 0.1*3 + 0.3|", (0,), BRAIN),
    ("floor(0.1*3/0.3 + x)", (0,), WIDE),
    ("floor(exp(log(3)) + x)", (0,), WIDE),
    ("x if sin(20*pi) + x < 0 else 2x", (0,), WIDE),
    # a jump between numbers that look alike to a central difference
    ("min(1, atan2(x, y))", (0, -5), WIDE),
    ("2^min(1, atan2(x, y))", (0, -0.2), HALF),
]


@pytest.mark.parametrize(("text", "point", "dtype"), NO_SLOPE)
def test_no_slope_is_given_where_there_is_none(text, point, dtype):
    field = parse(text)
    estimate = gradient(field, point, "adaptive", dtype=dtype)
    assert true_gradient(field, point, dtype=dtype).status[0] != "differentiable"
    assert estimate.status != "ok"
    assert np.isnan(estimate.gradient[0])
    assert estimate.error_bar is None or estimate.error_bar[0] == np.inf


@pytest.mark.parametrize(
    ("text", "point", "dtype"),
    [
        ("exp(-mod(tan(x), 2 + atan2(x, x)^2)^2)", (np.pi / 2,), WIDE),
        ("sqrt(1 + mod((pi^2)^expm1(pi), 2 + (2 - x)^2)^2)", (0.1,), WIDE),
        ("atan(log(1 + exp(x)))^3", (-40,), WIDE),
        ("0.5/max(asin(0.5^3), mod(0.5/x, 2 + atan2(x, 1)^2))", (1e-16,), SINGLE),
        ("floor(|logaddexp(0.5, x^2)|)", (100,), HALF),
        ("floor(|logaddexp(0.5, x^2)|)", (100,), BRAIN),
        ("floor(logaddexp(1, x^2)) + x", (100,), WIDE),
    ],
)
def test_nothing_is_said_where_rounding_makes_f_another_number(text, point, dtype):
    """The remainder of 10¹⁶, or of 10²², is rounding error alone, 1 + e⁻⁴⁰ is 1, and 10⁴ + e⁻⁹⁹⁹⁹ is 10⁴."""
    field = parse(text)
    assert true_gradient(field, point, dtype=dtype).status == ("differentiable",)
    estimate = gradient(field, point, "adaptive", dtype=dtype)
    assert estimate.status == "not applicable"
    assert np.isnan(estimate.gradient[0])


def test_a_power_of_a_negative_number_has_a_slope_along_its_base():
    estimate = gradient(parse("x^y"), [-2, 3], "adaptive")
    assert estimate.gradient[0] == pytest.approx(12, rel=1e-14)
    assert np.isnan(estimate.gradient[1])
    assert estimate.status == "outside the domain"
    assert estimate.note == "f has no real value at the next point along y."


@pytest.mark.parametrize(("text", "point", "dtype"), [*NO_SLOPE, ("floor(sin(20*x))", (np.pi,), WIDE)])
def test_it_never_claims_that_there_is_no_slope(text, point, dtype):
    """Samples cannot know; it may say that it found none."""
    assert "There is no slope" not in gradient(parse(text), point, "adaptive", dtype=dtype).note


@pytest.mark.parametrize("dtype", [WIDE, SINGLE, HALF, BRAIN])
def test_over_random_smooth_points_nothing_is_wrong_in_silence(dtype):
    """A short run of what `python -m tests.support.smooth_points` does for long."""
    tally = Tally()
    for asked, _ in zip(questions(dtype, seed=81), range(350), strict=False):
        judge(asked, dtype, tally)
    judged = tally.counts["judged"]
    assert judged > 300
    assert not tally.silent
    assert not tally.missed
    assert tally.counts["no answer"] <= 1
