"""The kinds of step: what is taken for the ε that was asked for, and what that does to the error."""

import math
import pickle
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gradviz import GradvizError, gradient, parse, sweep
from gradviz.methods.differences import STENCILS
from gradviz.methods.steps import STEP_KINDS, Arithmetic, landed_exactly, taken_steps
from gradviz.tree.precision import FLOAT64, PRECISIONS
from tests.support.condition import U

SEED = parse("x1^2 + x2^2")
KINDS = ("plain", "representable", "power-of-two")
DTYPES = st.sampled_from(tuple(PRECISIONS))
COORDINATES = st.floats(-100, 100).filter(lambda x: abs(x) > 1e-3)
STEPS = st.floats(-20, 0).map(lambda exponent: 10.0**exponent)


def test_the_kinds_stand_in_their_order():
    assert tuple(STEP_KINDS) == KINDS


@given(COORDINATES, STEPS, DTYPES)
def test_the_representable_step_is_the_difference_of_two_numbers(x, step, dtype):
    """(x ⊕ h) ⊖ x, each in exact fractions and once rounded."""
    row = PRECISIONS[dtype]
    x, h = row.rounded(x).item(), row.rounded(step).item()
    moved = row.nearest(Fraction(x) + Fraction(h))
    expected = row.nearest(Fraction(moved) - Fraction(x))
    assert taken_steps(np.array([x]), [step], Arithmetic(row, STEP_KINDS["representable"])).tolist() == [
        [expected]
    ]


@given(COORDINATES, STEPS, DTYPES)
def test_beside_a_larger_number_a_representable_step_is_taken_exactly(x, step, dtype):
    row = PRECISIONS[dtype]
    x = abs(row.rounded(x).item())
    taken = taken_steps(np.array([x]), [step], Arithmetic(row, STEP_KINDS["representable"])).item()
    assume(step < x / 2)
    total = Fraction(x) + Fraction(taken)
    assert Fraction(row.nearest(total)) == total
    assert landed_exactly(np.array([x]), np.array([[taken]]), 1, row).item()


@given(STEPS)
def test_the_power_of_two_is_the_nearest_in_the_exponent(step):
    taken = taken_steps(np.zeros(1), [step], Arithmetic(FLOAT64, STEP_KINDS["power-of-two"])).item()
    with mpmath.workdps(40):
        exponent = mpmath.log(mpmath.mpf(step), 2)
        assert taken == 2.0 ** int(mpmath.nint(exponent))


# step, what is taken in float64, in float16
POWERS = [(0.1, 0.125, 0.125), (0.088, 0.0625, 0.0625), (1e-3, 2.0**-10, 2.0**-10), (1.0, 1.0, 1.0)]


@pytest.mark.parametrize(("step", "wide", "narrow"), POWERS)
def test_powers_of_two_by_hand(step, wide, narrow):
    for dtype, expected in (("float64", wide), ("float16", narrow)):
        row = PRECISIONS[dtype]
        assert taken_steps(np.ones(1), [step], Arithmetic(row, STEP_KINDS["power-of-two"])).tolist() == [
            expected
        ]
    found = gradient(parse("x^2"), [3], "forward", step, step_kind="power-of-two")
    assert found.gradient.tolist() == [6 + wide]  # 2x + h, and every number on the way is exact
    assert (found.step, found.step_kind) == (step, "power-of-two")


@given(COORDINATES, STEPS, DTYPES, st.sampled_from([-3, -2, -1, 1, 2, 3]))
def test_where_a_shift_lands_exactly_is_seen(x, step, dtype, offset):
    """In exact fractions: j·h and x + j·h are numbers of the type."""
    row = PRECISIONS[dtype]
    x, h = row.rounded(x).item(), row.rounded(step).item()
    shift = offset * Fraction(h)
    exact = all(Fraction(row.nearest(a)) == a for a in (shift, Fraction(x) + shift))
    assert landed_exactly(np.array([x]), np.array([h]), offset, row).item() == exact


# --- the lesson's function at (3, 4): along y no rounding is left ---


def test_with_a_representable_step_the_lesson_has_no_rounding_along_y():
    """f(3, 4 + h) = 25 + 8h + h²: 25 + 8h is a float64 number, and h² below 2⁻⁴⁹ is lost in 16 + 8h.

    So the quotient is 8 exactly for every h up to 2⁻²⁴·⁵ = 4·10⁻⁸ that does not vanish, at 2⁻⁵¹.
    """
    steps = np.logspace(-15.3, -7.4, 400)
    swept = sweep(SEED, [3, 4], steps, ("forward",), step_kind="representable")
    assert (swept.gradients["forward"][:, 1] == 8).all()
    plain = sweep(SEED, [3, 4], steps, ("forward",)).gradients["forward"][:, 1]
    assert (np.abs(plain - 8) > 1e-9).mean() > 0.9


@pytest.mark.parametrize("step", [1e-15, 1e-12, 3.3e-9, 1e-7, 1e-6, 1e-5])
def test_the_lesson_with_a_representable_step_in_exact_fractions(step):
    """The error along y is what is left of h + rounding when each of four operations is rounded by hand."""

    def r(value):
        return Fraction(FLOAT64.nearest(value))

    y = Fraction(4)
    h = r(r(y + r(Fraction(step))) - y)
    moved = y + h
    assert r(moved) == moved, "the step is taken exactly"
    quotient = r(r(r(9 + r(moved * moved)) - 25) / h)
    found = gradient(SEED, [3, 4], "forward", step, step_kind="representable").gradient[1]
    assert Fraction(found) == quotient
    error = quotient - 8
    assert error == 0 if step < 4e-8 else abs(error - h) < 2 * 16 * U / step


@pytest.mark.parametrize("kind", ["representable", "power-of-two"])
def test_the_predicted_rounding_of_the_shift_is_left_out(kind):
    """Of x² + 16 at 3: 2 ε_f/h with ε_f = u(9 + 25), and u|x f′| = 18 u only where x + h is rounded."""
    field, steps = parse("f(x) = x^2 + 16"), np.logspace(-12, -2, 41)
    plain = sweep(field, [3], steps, ("forward",)).model["forward"]
    model = sweep(field, [3], steps, ("forward",), step_kind=kind).model["forward"]
    taken = taken_steps(np.array([3.0]), steps, Arithmetic(FLOAT64, STEP_KINDS[kind])).reshape(-1)
    nominal = steps if kind == "representable" else taken
    noise = U * (9 + 25)
    assert plain.roundoff == pytest.approx((2 * noise + 18 * U) / steps)
    assert model.roundoff == pytest.approx(2 * noise / nominal)
    assert model.truncation == pytest.approx(nominal)
    assert model.best_step == plain.best_step
    assert model.best_step_rms < plain.best_step_rms


def test_where_the_shift_is_rounded_all_the_same_the_prediction_keeps_it():
    """x − 3h beside a power of two: 1 − 3·2⁻⁵² needs no more bits, 1 + 3·2⁻⁵³ does."""
    assert landed_exactly(np.array([1.0]), np.array([2.0**-52]), -3).all()
    assert not landed_exactly(np.array([1.0]), np.array([2.0**-53]), 3).any()
    field = parse("x^3")
    model = sweep(field, [1], [2.0**-54, 2.0**-20], ("forward",), step_kind="power-of-two").model["forward"]
    noise, shift = U * 2, U * 3  # two products of 1; x f′ = 3
    assert model.roundoff == pytest.approx([(2 * noise + shift) * 2.0**54, 2 * noise * 2.0**20])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("dtype", PRECISIONS)
@pytest.mark.parametrize("name", STENCILS)
def test_the_bound_on_the_error_holds(kind, dtype, name):
    """And the relative rounding of the quotient itself, which no step can mend."""
    u = PRECISIONS[dtype].unit_roundoff
    for text, point in (("exp(x*y)*sin(x + y)/(1 + x^2)", (0.4, 1.2)), ("1/(1 + 25x^2)", (0.37,))):
        swept = sweep(parse(text), point, np.logspace(-14, -2, 241), (name,), dtype=dtype, step_kind=kind)
        model, errors = swept.model[name], swept.errors[name]
        allowed = 1.05 * (model.truncation + model.roundoff) + 20 * u * np.linalg.norm(swept.truth.gradient)
        finite = np.isfinite(errors) & np.isfinite(allowed)
        # beside a coordinate a representable step is up to half a gap from what was asked for
        finite &= swept.steps > 8 * u
        assert (errors[finite] <= allowed[finite]).all()


# --- every kind in every precision ---


@pytest.mark.parametrize("dtype", PRECISIONS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_sweep_holds_the_quotients_of_single_steps(kind, dtype):
    field, point = parse("exp(x*y) + sin(x)"), [0.4, -1.2]
    swept = sweep(field, point, dtype=dtype, step_kind=kind)
    assert (swept.dtype, swept.step_kind) == (dtype, kind)
    for k in (0, 60, 180, 260, 320):
        for name in (*STENCILS, "complex-step"):
            step = swept.steps[k]
            alone = gradient(field, point, name, step, dtype=dtype, step_kind=kind).gradient
            assert np.array_equal(swept.gradients[name][k], alone, equal_nan=True)
    assert pickle.loads(pickle.dumps(swept)).step_kind == kind
    assert swept.over([0.1]).step_kind == kind
    other = swept.over([0.1], ("forward",), step_kind="plain")
    assert other.step_kind == "plain"


@pytest.mark.parametrize("name", STENCILS)
@pytest.mark.parametrize("dtype", PRECISIONS)
def test_a_representable_step_that_vanishes_has_no_quotient(name, dtype):
    """0/0, told in a word, with no warning."""
    estimate = gradient(SEED, [3, 4], name, 1e-17, dtype=dtype, step_kind="representable")
    assert estimate.status == "step vanished"
    assert dtype in estimate.note
    assert np.isnan(estimate.gradient).all()
    swept = sweep(SEED, [3, 4], [1e-17, 0.25], (name,), dtype=dtype, step_kind="representable")
    assert np.isnan(swept.errors[name]).tolist() == [True, False]
    _ = swept.model[name], swept.best_step


def test_a_coordinate_whose_step_vanishes_leaves_the_others_theirs():
    estimate = gradient(parse("x*y"), [0, 1], "forward", 1e-17, step_kind="representable")
    assert estimate.status == "step vanished"
    assert estimate.gradient[0] == 1
    assert math.isnan(estimate.gradient[1])


@pytest.mark.parametrize("kind", ["Plain", "exact", "", None, 2])
def test_an_unknown_kind_is_refused_with_the_names(kind):
    for asked in (
        lambda: gradient(SEED, [3, 4], step_kind=kind),
        lambda: sweep(SEED, [3, 4], step_kind=kind),
    ):
        with pytest.raises(GradvizError, match="plain, representable, power-of-two"):
            asked()
