"""The regions of the error's curve, worked out by hand: u is 2⁻⁵³, ulp(1) = 2u, ulp(3) = 4u, ulp(4) = 8u."""

from __future__ import annotations

import math

import numpy as np
import pytest

import gradviz
from gradviz.sweeping.regions import (
    EXACT,
    NO_ORDER,
    NO_VALUE,
    OPTIMUM,
    PLATEAU,
    ROUND_OFF,
    STAIRCASE,
    TRUNCATION,
    VANISHED,
    Explanation,
    explain,
)

U = 2.0**-53
DEEP = np.logspace(-18, 0, 361)
ALL = (TRUNCATION, OPTIMUM, ROUND_OFF, STAIRCASE, VANISHED)


def told(text: str, point, method: str, steps=None) -> Explanation:
    return explain(gradviz.sweep(gradviz.parse(text), point, steps, (method,)), method)


# text, point, method, the regions from right to left, the slope, and why
CASES = (
    ("x1^2 + x2^2", (3.0, 4.0), "forward", ALL, 1, "all there is"),
    ("x1^2 + x2^2", (3.0, 4.0), "central", ALL[2:], None, "a parabola: nothing is truncated"),
    ("sin(x)", (0.0,), "forward", (TRUNCATION, ROUND_OFF), 2, "f″ = 0; at 0 no staircase, nothing vanishes"),
    ("sin(x)", (0.0,), "central6", (TRUNCATION, ROUND_OFF), 6, "rounding shrinks with h: a floor"),
    ("sin(x)", (1.0,), "forward", ALL, 1, "f″ ≠ 0"),
    ("sin(x)", (1.0,), "central", ALL, 2, "order 2"),
    ("sin(x)", (1.0,), "central4", ALL, 4, "order 4"),
    ("sin(x)", (1.0,), "central6", ALL, 6, "order 6"),
    ("sin(x)", (1.0,), "complex-step", (TRUNCATION, ROUND_OFF), 2, "nothing cancels, ih stands beside x"),
    ("3x - 7", (1.7,), "forward", ALL[2:], None, "a straight line is its own secant"),
    ("x^2", (1.7,), "central", ALL[2:], None, "a parabola's secant is parallel to its tangent"),
    ("|x|", (0.0,), "forward", (PLATEAU,), None, "each side has its own slope at every step"),
    ("|x|", (0.0,), "central", (PLATEAU,), None, "the mean of both"),
    ("|x|", (0.01,), "central", (NO_ORDER, *ALL[2:4]), None, "beyond 0.01 the other side of the kink"),
    ("sqrt(x)", (0.05,), "backward", (NO_VALUE, *ALL), 1, "beyond 0.05 f is undefined"),
    ("sqrt(x)", (0.05,), "forward", (NO_ORDER, *ALL), 1, "the series about 0.05 ends at 0"),
    ("(x - 100000000)^2", (100000003.0,), "forward", ALL, 1, "ulp(x) = 2⁻²⁶: a long stretch of nothing"),
    ("1/(1 + 25x^2)", (0.2,), "central", (NO_ORDER, *ALL), 4, "f‴ = 0 there: the next term decides"),
    ("1/(1 + 25x^2)", (0.2,), "central6", (NO_ORDER, *ALL), 8, "f⁽⁷⁾ = 0 as well"),
    ("exp(x)", (1.0,), "forward", ALL, 1, "all derivatives e"),
    ("exp(x)", (1.0,), "central4", ALL, 4, "all derivatives e"),
    ("x^3", (0.0,), "central", (TRUNCATION,), 2, "h² to the last digit: no rounding at all"),
    ("ln(x)", (-1.0,), "forward", (), None, "no value, and nothing to judge by"),
    ("f(x) = 7", (1.0,), "forward", (EXACT,), None, "7 − 7 is 0, whatever ε"),
    ("2x", (0.0,), "forward", (EXACT,), None, "a product with 2 is exact"),
    ("1/(x - 1)", (1.001,), "forward", (NO_ORDER, *ALL), 1, "the pole lies 0.001 away"),
    ("5x y z", (0.0, 1.0, 1e6), "forward", ALL[2:4], None, "x moves by any step: nothing has vanished"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "point", "method", "expected", "slope", "reason"),
    CASES,
    ids=[f"{text} at {point}, {method}" for text, point, method, *_ in CASES],
)
def test_the_regions_from_right_to_left(text, point, method, expected, slope, reason):
    found = told(text, point, method, DEEP)
    assert tuple(region.name for region in found.regions) == expected, reason
    if slope is None:
        assert found.slope is None, reason
    else:
        assert found.slope == pytest.approx(slope, abs=0.15), reason


@pytest.mark.parametrize(("text", "point", "method"), [row[:3] for row in CASES], ids=str)
def test_regions_join_without_a_gap_and_hold_their_steps(text, point, method):
    steps = DEEP
    found = told(text, point, method, steps)
    for right, left in zip(found.regions, found.regions[1:], strict=False):
        assert left.high == right.low
    if found.regions:
        assert found.regions[-1].low == steps[0]
        assert found.regions[0].high == steps[-1]
    for region in found.regions:
        inside = (steps > region.low) & (steps < region.high)
        assert set(found.kinds[inside]) <= {region.name}


# text, point, method, up to where the step has vanished, up to where the staircase goes, and why
SMALL = (
    ("x1^2 + x2^2", (3.0, 4.0), "forward", 2 * U, 80 * U, "3 moves from ulp(3)/2 on; the stairs are 4's"),
    ("x1^2 + x2^2", (4.0, 3.0), "forward", 2 * U, 80 * U, "in whatever order"),
    ("exp(x)", (1.0,), "forward", U, 20 * U, "above 1 the next number is 2u away"),
    ("exp(x)", (1.5,), "backward", U, 20 * U, "on both sides, inside a binade"),
    ("exp(x)", (1.5,), "central4", U / 2, 20 * U, "2ε moves it sooner"),
    ("exp(x)", (-1.5,), "central6", U / 3, 20 * U, "3ε sooner still"),
    ("(x - 100000000)^2", (100000003.0,), "forward", 2.0**-27, 10 * 2.0**-26, "ulp(10⁸) = 2⁻²⁶"),
)


@pytest.mark.parametrize(
    ("text", "point", "method", "gone", "coarse", "reason"), SMALL, ids=[f"{row[:3]}" for row in SMALL]
)
def test_where_a_step_vanishes_and_where_the_stairs_end(text, point, method, gone, coarse, reason):
    found = {r.name: r for r in told(text, point, method, DEEP).regions}
    assert found[VANISHED].high == gone, reason
    assert (found[STAIRCASE].low, found[STAIRCASE].high) == (gone, coarse), reason


def test_below_a_power_of_two_the_numbers_are_twice_as_dense():
    """1 − ε differs from 1 for ε > u/2 already, and x − ε is what the backward difference takes."""
    found = {r.name: r for r in told("exp(x)", [1.0], "backward", DEEP).regions}
    assert found[VANISHED].high == U / 2


def test_in_the_vanished_region_the_error_is_all_of_the_derivative():
    sweep = gradviz.sweep(gradviz.parse("x1^2 + x2^2"), [3, 4], DEEP, ("forward",))
    gone = explain(sweep, "forward").within(VANISHED)
    assert gone.sum() > 20
    assert (sweep.errors["forward"][gone] == 10).all()  # |(6, 8)|


def test_the_band_holds_the_best_step_of_the_formulas():
    """Seed at (3, 4): both coordinates have f″ = 2; the two predictions are a factor of about 2.5 apart."""
    found = told("x1^2 + x2^2", (3.0, 4.0), "forward")
    assert found.band is not None
    low, high = found.band
    assert 4e-8 < low < high < 1.5e-7
    optimum = next(region for region in found.regions if region.name == OPTIMUM)
    assert optimum.low < low < high < optimum.high


def test_without_truncation_there_is_no_band():
    assert told("3x - 7", (1.7,), "forward").band is None


def test_a_few_steps_give_no_slope():
    assert told("exp(x)", (1.0,), "forward", [0.01, 0.1, 1.0]).slope is None


def test_one_step_on_a_pole_is_no_edge():
    """At ε = x the central difference of (1 − cos x)/x² meets 0/0, once; beyond, it goes on."""
    point = 1e-4
    steps = np.union1d(np.logspace(-16, 0, 321), [point])
    sweep = gradviz.sweep(gradviz.parse("(1 - cos(x))/x^2"), [point], steps, ("central",))
    assert math.isnan(sweep.errors["central"][np.searchsorted(steps, point)])
    assert NO_VALUE not in explain(sweep, "central").kinds


@pytest.mark.parametrize(
    ("dtype", "gap"), [("float32", 2.0**-22), ("float16", 2.0**-9), ("bfloat16", 2.0**-6)]
)
def test_the_regions_are_those_of_the_type(dtype, gap):
    """Beside 3 the next number is ``gap`` away: less than half of it changes nothing."""
    found = explain(gradviz.sweep(gradviz.parse("x^2"), 3.0, methods=("forward",), dtype=dtype), "forward")
    ends = {region.name: region.high for region in found.regions}
    assert ends["step vanished"] == pytest.approx(gap / 2, rel=0.13)  # the steps are 12 % apart
    assert ends.get("staircase", 1.0) == pytest.approx(min(10 * gap, 1.0), rel=0.13)


def test_a_curve_is_explained_once_for_each_sweep():
    sweep = gradviz.sweep(gradviz.parse("sin(x)"), (1.0,))
    assert explain(sweep, "forward") is explain(sweep, "forward")
    assert explain(sweep, "forward") is not explain(sweep, "central")
    other = sweep.over(sweep.steps[::2])
    assert len(explain(other, "forward").kinds) == len(other.steps)
