"""Every number of the table, once more from its formula alone: nobody has to trust a pasted digit.

The road is tests/support/many_digits.py, which shares nothing with the package nor with SymPy.
"""

import numpy as np
import pytest

import gradviz
from tests.support.further import FURTHER
from tests.support.many_digits import DIGITS, nearest, one_sided, partial_derivatives, value_at
from tests.support.reference import ALL, SPECIAL

every_case = pytest.mark.parametrize("case", ALL, ids=lambda case: case.id)
DEEP = 80  # a one-sided quotient is taken over 10^−80


def is_printed(text: str, number, digits: int) -> bool:
    """Whether ``text`` is ``number`` to so many digits, give or take one unit in the last."""
    if abs(number) < DIGITS.mpf(10) ** -330:  # 0 but for the difference's own error
        return float(text) == 0
    return abs(DIGITS.mpf(text) - number) <= abs(number) * DIGITS.mpf(10) ** (1 - digits)


@every_case
def test_the_points_are_the_floats_nearest_to_what_is_typed(case):
    assert case.point == [float(text) for text in case.row["point"]]


@every_case
def test_the_value_follows_from_the_formula(case):
    value = value_at(case.row["expr"], case.row["vars"], case.point)
    assert is_printed(case.row["value"], value, 30)
    assert nearest(value) == float.fromhex(case.row["value_hex"])


@every_case
def test_the_gradient_follows_from_the_formula(case):
    gradient = partial_derivatives(case.row["expr"], case.row["vars"], case.point)
    assert [nearest(g) for g in gradient] == [float.fromhex(g) for g in case.row["gradient_hex"]]
    for printed, g in zip(case.row["gradient"], gradient, strict=True):
        assert is_printed(printed, g, 30)
    if float(case.row["gradient_norm_inf"]):
        assert is_printed(case.row["gradient_norm_inf"], max(abs(g) for g in gradient), 30)
        assert float(case.row["error_scale"]) == pytest.approx(float(max(abs(g) for g in gradient)), 1e-7)


@every_case
def test_so_does_the_gradient_at_the_decimals_as_typed(case):
    if case.row["gradient_at_decimal_point"] is None:
        return
    gradient = partial_derivatives(case.row["expr"], case.row["vars"], case.row["point"])
    for printed, g in zip(case.row["gradient_at_decimal_point"], gradient, strict=True):
        assert is_printed(printed, g, 20)


def read(text: str | None) -> float:
    return np.nan if text is None else float(text)


@pytest.mark.parametrize("case", SPECIAL, ids=lambda case: case.id)
def test_the_sides_of_the_special_points_follow_from_the_formula(case):
    """A quotient over 10⁻⁸⁰ that is larger than 10³⁰ is on its way to ∞, one smaller than 10⁻³⁰ to 0."""
    if case.row["one_sided"] is None:  # a gradient that overflows
        (slope,) = partial_derivatives(case.row["expr"], case.row["vars"], case.point)
        assert nearest_or_infinite(slope) == read(case.row["gradient"][0]) == np.inf
        return
    for i, name in enumerate(case.row["vars"]):
        sides = [one_sided(case.row["expr"], case.row["vars"], case.point, i, side, DEEP) for side in (-1, 1)]
        found = [nearest_or_infinite(q) for q in sides]
        expected = [read(case.row["one_sided"][name][side]) for side in ("left", "right")]
        np.testing.assert_array_equal(found, expected)


def nearest_or_infinite(quotient) -> float:
    if DIGITS.isnan(quotient):
        return np.nan
    if abs(quotient) > DIGITS.mpf(10) ** 30:
        return float(DIGITS.sign(quotient)) * np.inf
    return 0.0 if abs(quotient) < DIGITS.mpf(10) ** -30 else nearest(quotient)


@pytest.mark.parametrize("case", FURTHER, ids=lambda case: case.id)
def test_the_truth_of_further_cases_has_every_bit(case):
    truth = gradviz.true_gradient(case.field, case.point, seconds=30)
    assert truth.status == ("differentiable",) * len(case.point)
    assert truth.gradient.tolist() == case.gradient.tolist()


def test_the_further_cases_are_many():
    assert len(FURTHER) >= 150
    assert len({case.text for case in FURTHER}) >= 80
