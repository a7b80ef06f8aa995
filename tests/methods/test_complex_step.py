"""Where the complex step answers, and where f has no complex continuation that it could use."""

import random

import numpy as np
import pytest

from gradviz import gradient, parse, true_gradient
from gradviz.methods.batch import gradients
from tests.support.smooth_points import coordinate, formula

# text, point, along which coordinates f is analytic there
NOT_ANALYTIC = [
    ("sqrt(x^2)", (0,), (False,)),
    ("sqrt(x^2 + y^2)", (0, 0), (False, False)),
    ("hypot(x, y)", (0, 0), (False, False)),
    ("(x^2)^0.5", (0,), (False,)),
    ("cbrt(x^3)", (0,), (False,)),
    ("root(x^5, 5)", (0,), (False,)),
    ("x^(4/3)", (0,), (False,)),
    ("x^2.5 + y", (0, 1), (False, True)),
    ("sqrt(y)*x", (1, 0), (True, False)),
    ("x^y", (-2, 3), (True, False)),
    ("x^y", (0, 2), (True, False)),
    # along x it is x², along which a base of 0 may not be told from a branch
    ("(-2)^x", (2,), (False,)),
    ("(x - 3)^x", (1,), (False,)),
    ("asin(x)^2", (1,), (False,)),
    ("acos(x)*y", (-1, 2), (False, True)),
    ("sqrt(sin(x)^2)", (0,), (False,)),
    ("acosh(x)^2", (1,), (False,)),
    ("|x| + y", (1, 1), (False, True)),
    ("max(x, 2) + y^3", (1, 1), (False, True)),
    ("floor(x)", (0.5,), (False,)),
    ("x if x > 0 else -x", (1,), (False,)),
    ("mod(x, 2)*y", (0.5, 1), (False, True)),
]


@pytest.mark.parametrize(("text", "point", "analytic"), NOT_ANALYTIC)
@pytest.mark.parametrize("step", [1e-8, 1e-30])
def test_there_is_a_number_only_where_f_is_analytic(text, point, analytic, step):
    field = parse(text)
    estimate = gradient(field, point, "complex-step", step)
    assert (estimate.status, estimate.evaluations) == ("not applicable", sum(analytic))
    assert "needs an analytic function" in estimate.note
    assert np.isfinite(estimate.gradient).tolist() == list(analytic)
    truth = true_gradient(field, point).gradient
    np.testing.assert_allclose(estimate.gradient[list(analytic)], truth[list(analytic)], rtol=1e-14)
    np.testing.assert_array_equal(gradients(field, [point], "complex-step", step)[0], estimate.gradient)


# text, point: f is analytic, though a root, a power or an angle is not far, or a sum would swallow the slope
ANALYTIC = [
    ("x^100", (-1.5,)),
    ("x^-100", (-1.5,)),
    ("x^99", (-1.5,)),
    ("x^2", (0,)),
    ("x^3*y^2", (-2, 0)),
    ("sqrt(x^2)", (-1e-9,)),
    ("cbrt(x)", (-8,)),
    ("root(x, 5)", (-3,)),
    ("(x^2)^1.5", (-2,)),
    ("logaddexp(x, 3)", (-47,)),
    ("logaddexp(3, x)", (-47,)),
    ("softplus(x)", (-40,)),
    ("sinc(x)", (1e-9,)),
    ("sinc(x)", (0.9,)),
    ("sinc(x)", (1.1,)),
    ("tanh(x)", (20,)),
    ("2^x", (-3,)),
    ("gamma(x)", (-1.5,)),
]


@pytest.mark.parametrize(("text", "point"), ANALYTIC)
def test_the_number_is_right_to_rounding(text, point):
    field = parse(text)
    estimate = gradient(field, point, "complex-step", 1e-30)
    assert (estimate.status, estimate.note) == ("ok", "")
    np.testing.assert_allclose(estimate.gradient, true_gradient(field, point).gradient, rtol=2e-14)


def test_a_large_power_of_a_negative_number_has_its_sign_in_float32_too():
    found = gradient(parse("x^70"), [-1.5], "complex-step", 1e-10, dtype="float32").gradient
    assert found == pytest.approx(70 * -(1.5**69), rel=1e-5)


def test_over_random_formulas_no_number_is_wrong():
    """At ε = 1e-30, where nothing is truncated: to 1 %, which conditioning leaves."""
    dice, judged = random.Random(7), 0
    for _ in range(700):
        try:
            field = parse(formula(dice, dice.randint(1, 3)))
        except ValueError:
            continue
        point = [coordinate(dice) for _ in field.variables]
        estimate = gradient(field, point, "complex-step", 1e-30)
        if estimate.status != "ok" or not point:
            continue
        truth = true_gradient(field, point)
        for slope, found, status in zip(truth.gradient, estimate.gradient, truth.status, strict=True):
            if status == "differentiable":
                assert found == pytest.approx(slope, rel=0.01, abs=1e-250), (field.text, point)
                judged += 1
    assert judged > 100
