"""What comes through a number too large or too small for the type says so, in every method."""

import math

import numpy as np
import pytest

from gradviz import METHODS, gradient, parse, true_gradient

HALF, WIDE = "float16", "float64"
# text, point, type: f is finite there, but a number on the way is not
THROUGH_INFINITY = [
    ("sqrt(x^2 + y^2)", (300, 400), HALF),
    ("norm([x, y])", (1e200, 1e200), WIDE),
    ("sqrt(x^2 + y^2)", (1e200, 1e200), WIDE),
    ("1/(1 + exp(-x))", (-800,), WIDE),
    ("x/(1 + x^2)", (1e160,), WIDE),
    ("1/(x*x)", (300,), HALF),
    ("atan(x^2)", (1000,), HALF),
    ("tanh(exp(x))", (800,), WIDE),
    ("min(exp(x), exp(2x)) * 0 + x", (20,), HALF),
    ("exp(-exp(x))", (12,), HALF),
    ("1/(2^x)", (2000,), WIDE),
    ("(1e6*x)/(1e6 + x)", (1,), HALF),
]


@pytest.mark.parametrize(("text", "point", "dtype"), THROUGH_INFINITY)
@pytest.mark.parametrize("method", [method.name for method in METHODS])
def test_a_number_that_came_through_infinity_says_so(text, point, dtype, method):
    """Or there is no number, for a reason that is no fault of the function's."""
    estimate = gradient(parse(text), point, method, 0.5, dtype=dtype)
    none = ("not applicable",) if method == "complex-step" else ("step vanished",)
    assert estimate.status in ("overflow", *none), estimate
    assert estimate.note


# text, point, ε: nothing overflows at the point, but beside it
BESIDE = [("1/(1 + exp(x))", (709.5,), 1.0), ("atan(x^2)", (1e154,), 1e154), ("exp(-x*x)", (1.3e154,), 1e153)]


@pytest.mark.parametrize(("text", "point", "step"), BESIDE)
@pytest.mark.parametrize("method", ["forward", "central", "central6"])
def test_an_infinity_at_a_neighbour_is_told(text, point, step, method):
    estimate = gradient(parse(text), point, method, step)
    assert (estimate.status, estimate.note) == (
        "overflow",
        "A number on the way to f along x is too large for float64.",
    )
    assert gradient(parse(text), [1], method, 0.5).status == "ok"


# an infinity that decides nothing: it only loses a comparison, or stands in the branch that is not taken
HARMLESS = [
    ("min(exp(x), 1) + x", (1000,), 1.0),
    ("x if x < 2000 else exp(x)", (1000,), 1.0),
    ("2x if exp(x) > 5 else x", (1000,), 2.0),
    ("max(-exp(x), 3x)", (1000,), 3.0),
]


@pytest.mark.parametrize(("text", "point", "slope"), HARMLESS)
@pytest.mark.parametrize("method", ["forward", "central6", "adaptive"])
def test_an_infinity_that_decides_nothing_is_not_told(text, point, slope, method):
    estimate = gradient(parse(text), point, method, 0.5)
    assert estimate.status == "ok", estimate
    assert estimate.gradient == pytest.approx([slope])


# operations that PyTorch differentiates by way of a square
SQUARES = [("asinh(x)", (300,), HALF), ("acosh(x)", (300,), HALF), ("atan(x)", (300,), HALF)]
SQUARES += [("atan2(x, y)", (300, 1), HALF), ("asinh(x) + x", (1e200,), WIDE)]


@pytest.mark.parametrize(("text", "point", "dtype"), SQUARES)
def test_a_square_in_pytorchs_own_backward_pass_is_told(text, point, dtype):
    found = gradient(parse(text), point, "backprop", dtype=dtype)
    assert found.status == "overflow"
    assert "squares the argument" in found.note
    assert gradient(parse(text), 2 * np.array(point) / point[0], "backprop", dtype=dtype).status == "ok"


# text, point: f and its slope are numbers, but not on the way that float64 takes; the status
LOST = [
    ("exp(x)/(exp(x) + exp(y))", (1000, 1000), "overflow"),
    ("exp(x)/(1 + exp(x))", (1000,), "overflow"),
    ("(e^x - e^-x)/(e^x + e^-x)", (800,), "overflow"),
    ("log(sigmoid(x))", (-1000,), "underflow"),
    ("log(exp(x))", (-1000,), "underflow"),
    ("log(x^100)", (1e-5,), "underflow"),
    ("x^100/x^99", (1e-5,), "underflow"),
    ("exp(x)*exp(-x)", (800,), "overflow"),
]
VALUES = ["forward", "backward", "central6", "symbolic", "backprop", "adaptive", "complex-step"]


@pytest.mark.parametrize(("text", "point", "status"), LOST)
@pytest.mark.parametrize("method", VALUES)
def test_a_value_lost_to_the_type_is_no_hole_in_the_domain(text, point, status, method):
    field = parse(text)
    assert np.isnan(field(point))
    assert true_gradient(field, point).status == ("differentiable",) * len(point)
    estimate = gradient(field, point, method, 1e-3)
    assert estimate.status == status
    assert "no real value" not in estimate.note
    assert np.isnan(estimate.gradient).all()


@pytest.mark.parametrize("text", ["log(-exp(x))", "sqrt(-exp(x)) + exp(-x)", "1/(x - 1000) + exp(-x)"])
def test_a_hole_in_the_domain_stays_one_beside_an_overflow(text):
    estimate = gradient(parse(text), [1000], "forward")
    assert (estimate.status, "no real value at this point" in estimate.note) == ("outside the domain", True)


# exact where NumPy's own are
@pytest.mark.parametrize("method", ["symbolic", "backprop"])
@pytest.mark.parametrize(
    ("text", "point", "value", "slopes"),
    [
        ("np.hypot(x, y)", (3e200, 4e200), 5e200, (0.6, 0.8)),
        ("hypot(x, y)", (3e-200, 4e-200), 5e-200, (0.6, 0.8)),
        ("np.logaddexp(0, x)", (1000,), 1000, (1,)),
        ("np.logaddexp(x, y)", (-1000, -1000), -1000 + np.log(2), (0.5, 0.5)),
    ],
)
def test_lengths_and_logarithms_of_sums_do_not_overflow(text, point, value, slopes, method):
    field = parse(text)
    assert float(field(point)) == pytest.approx(value, rel=1e-15)
    estimate = gradient(field, point, method)
    assert estimate.status == "ok"
    np.testing.assert_allclose(estimate.gradient, slopes, rtol=1e-15)


@pytest.mark.parametrize(
    ("text", "point", "note"),
    [
        ("acos(cos(x))", math.pi, "The slope of acos is 1/0 there, ∞ in float64."),
        ("sqrt(x)", 0.0, "The slope of sqrt is 1/0 there, ∞ in float64."),
        ("asin(x) + relu(x - 1)", 1.0, "The slope of asin is 1/0 there, ∞ in float64."),
        ("x^(1/3)", 0.0, "The slope of the power is 1/0 there, ∞ in float64."),
        ("exp(10x) + relu(x - 70.8)", 70.8, "A number on the way is too large for float64."),
    ],
)
def test_an_infinite_slope_is_no_large_number(text, point, note):
    """By hand: 1/√(1 − 1) is a division by 0; 10 e^708 = 3·10³⁰⁸ is a number that float64 has no room for."""
    estimate = gradient(parse(text), point, "backprop")
    assert np.isinf(estimate.gradient).all()
    assert (estimate.status, estimate.note) == ("overflow", note)


@pytest.mark.parametrize("method", ["backprop", "symbolic"])
@pytest.mark.parametrize(
    ("text", "names", "rest"),
    [
        ("cbrt(x)", "cbrt", "and no number comes of it."),
        ("root(x, 5)", "root", "and no number comes of it."),
        ("cbrt(sin(x))", "cbrt", "and no number comes of it."),
        ("cbrt(x)^3", "cbrt", "and no number comes of it."),
        ("cbrt(x^3)", "cbrt", "times 0: that is 0/0."),
        ("sqrt(x^2 + x^4)", "sqrt", "times 0: that is 0/0."),
        ("sqrt(x^2) + cbrt(x)", "sqrt and cbrt", "and no number comes of it."),
        ("acos(1 - x^2)", "acos", "times 0: that is 0/0."),
        ("erfinv(1 - x) + sqrt(x)", "", ""),
        ("hypot(x, 2x)", "", ""),
        ("atan2(x, x)", "", ""),
        ("sin(x)/x", "", ""),
    ],
)
def test_a_slope_that_is_no_number_is_told_from_0_by_0(text, names, rest, method):
    """By hand: cbrt′ = 1/(3 cbrt²) is 1/0 at 0; the slope of hypot is 0/0 there, and sin x/x has no value."""
    estimate = gradient(parse(text), 0.0, method)
    assert np.isnan(estimate.gradient).all()
    assert estimate.status == "outside the domain"
    if names:
        assert estimate.note == f"The slope of {names} is 1/0 there, {rest}"
    else:
        assert "1/0" not in estimate.note


# text, point, type, status: slopes, quotients or their rounding near the end of the range
NEAR_THE_END = [
    ("exp(x)", 709.0, WIDE, "ok"),  # an extrapolation is 4⁶ times as large on the way
    ("-3^x", 640.0, WIDE, "ok"),
    ("x^2", 45.0, HALF, "ok"),
    ("exp(x)", 709.78, WIDE, "overflow"),  # x·f′, of which rounding is a part
    ("cosh(x)", -710.2, WIDE, "overflow"),
    ("x^2", 1.3e154, WIDE, "overflow"),
    ("gamma(x)", 171.6, WIDE, "overflow"),  # the slope itself
    ("10^x", 308.2, WIDE, "overflow"),
]


@pytest.mark.parametrize(("text", "point", "dtype", "status"), NEAR_THE_END)
def test_the_adaptive_difference_near_the_end_of_the_range(text, point, dtype, status):
    field = parse(text)
    found, truth = gradient(field, [point], "adaptive", dtype=dtype), true_gradient(field, [point])
    assert (found.status, bool(found.note)) == (status, status != "ok")
    if math.isfinite(truth.gradient[0]):
        assert abs(found.gradient[0] - truth.gradient[0]) <= found.error_bar[0] < math.inf
    if status == "ok":
        u = {WIDE: 2.0**-53, HALF: 2.0**-11}[dtype]
        assert found.gradient[0] == pytest.approx(truth.gradient[0], 100 * u)
    elif math.isinf(truth.gradient[0]):
        assert math.isnan(found.gradient[0])
