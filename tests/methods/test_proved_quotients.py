"""Quotients of proved values: what they are where f has a slope, and where it has none."""

import math

import numpy as np
import pytest

from gradviz import gradient, parse
from gradviz.autodiff.proved import OutOfTime
from gradviz.methods import proved_quotients
from gradviz.methods.proved_quotients import NEAR, NEARER, Surroundings


def surroundings(text, *point):
    return Surroundings(parse(text), np.array(point, dtype=float))


# text, point, the derivative along the first variable by hand
SLOPES = [
    ("x^2", (3,), 6.0),
    ("x^2", (0,), 0.0),
    ("sin(x)", (1,), math.cos(1)),
    ("exp(x)*y", (1, 3), 3 * math.e),
    ("log(x)", (1e-300,), 1e300),
    ("sin(x)", (1e300,), math.cos(1e300)),
    ("x*|x|", (0,), 0.0),
    ("|x|^1.5", (0,), 0.0),
    ("(1 + 1e-60*x) - 1", (2,), 1e-60),
    ("tanh(x)", (300,), 4 * math.exp(-600)),
    ("x^y", (1.001, -9999.5), -9999.5 * 1.001**-10000.5),
    ("max(loggamma(1 + x^2), 0)", (0,), 0.0),
    ("sqrt(2)*sqrt(3)*x - sqrt(6)*x", (1,), 0.0),
]


@pytest.mark.parametrize(("text", "point", "slope"), SLOPES)
def test_both_quotients_are_the_slope(text, point, slope):
    around = surroundings(text, *point)
    central, radius = around.central(0)
    assert central == pytest.approx(slope, rel=1e-14, abs=1e-30)
    assert radius <= 1e-15 * abs(slope) + 1e-30
    near, nearer = around.quotients(0, NEAR), around.quotients(0, NEARER)
    assert near.settle(nearer)
    assert nearer.farthest(slope) <= 1e-14 * abs(slope) + 1e-30


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("|x|", (0,)),
        ("cbrt(x)", (0,)),
        ("x*log(|x|) if x != 0 else 0", (0,)),
        ("x*sin(1/x) if x != 0 else 0", (0,)),
        ("sign(x)", (0,)),
        ("floor(x)", (2,)),
        ("x^1.5", (0,)),
        ("asin(x)", (1,)),
        ("|x - 0.1*3 + 0.3|", (0,)),
        ("hypot(x, y)", (0, 0)),
        ("atan2(x, y)", (0, -5)),
    ],
)
def test_quotients_do_not_settle_where_there_is_no_slope(text, point):
    around = surroundings(text, *point)
    assert not around.quotients(0, NEAR).settle(around.quotients(0, NEARER))


def test_what_balls_cannot_decide_has_no_bound():
    """Whether 10⁴ + e⁻⁹⁹⁹⁹ is above 10⁴ takes 14,000 bits."""
    around = surroundings("floor(logaddexp(1, x^2))", 100)
    assert not around.quotients(0, NEARER).farthest(0.0) < 1e300


def test_an_answer_keeps_its_own_bar_when_time_is_over(monkeypatch):
    field = parse("sin(x)*y")
    expected = gradient(field, [1, 2], "adaptive")
    monkeypatch.setattr(proved_quotients, "SECONDS_OF_BALLS", -1.0)
    with pytest.raises(OutOfTime):
        Surroundings(field, np.array([1.0, 2.0])).central(0)
    estimate = gradient(field, [1, 2], "adaptive")
    np.testing.assert_array_equal(estimate.gradient, expected.gradient)
    np.testing.assert_array_equal(estimate.error_bar, expected.error_bar)
