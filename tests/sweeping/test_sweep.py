"""The sweep: shapes, what it judges by, what it predicts, and that it works out no more than is asked."""

import gc
import math
import pickle
import weakref

import numpy as np
import pytest

import gradviz
from gradviz.methods.differences import STENCILS
from gradviz.sweeping import model, offload
from gradviz.sweeping import sweep as sweeping

SEED = gradviz.parse("x1^2 + x2^2")


def test_the_default_sweep_is_321_steps_by_all_methods():
    sweep = gradviz.sweep(SEED, [3, 4])
    assert sweep.steps.shape == (321,)
    assert (sweep.steps[0], sweep.steps[-1]) == pytest.approx((1e-16, 1))
    assert sweep.methods == tuple(method.name for method in gradviz.METHODS)
    for name in sweep.methods:
        assert sweep.gradients[name].shape == (321, 2)
        assert sweep.errors[name].shape == (321,)


def test_a_sweep_costs_its_quotients_and_nothing_else(monkeypatch):
    def too_early(*_, **__):
        raise AssertionError("computed before it is used")

    for module, name in (
        (offload, "true_gradient"),
        (offload, "higher_derivatives"),
        (model, "noise"),
        (sweeping, "gradient_of"),
    ):
        monkeypatch.setattr(module, name, too_early)
    sweep = gradviz.sweep(SEED, [3, 4])
    assert sweep.gradients["forward"][-1].tolist() == [7, 9]
    with pytest.raises(AssertionError, match="before it is used"):
        _ = sweep.errors["forward"]


def test_quotients_are_those_of_single_steps():
    """One vectorised call for all steps, or one call for each: the same bits."""
    field, point = gradviz.parse("exp(x*y) + sin(x)"), [0.4, 1.2]
    sweep = gradviz.sweep(field, point)
    for k in (0, 37, 111, 222, 320):
        for name in (*STENCILS, "complex-step"):
            alone = gradviz.gradient(field, point, name, step=sweep.steps[k]).gradient
            assert np.array_equal(sweep.gradients[name][k], alone)


def test_methods_without_a_step_have_constant_rows():
    sweep = gradviz.sweep(SEED, [3, 4])
    for name in ("symbolic", "adaptive", "backprop"):
        assert (sweep.gradients[name] == sweep.gradients[name][0]).all()
        assert name not in sweep.model
        assert name not in sweep.best_step


def test_the_errors_of_the_lesson():
    """ε in each coordinate, so √2·ε in the norm, as long as truncation rules."""
    sweep = gradviz.sweep(SEED, [3, 4], steps=[1e-5, 1e-4, 1e-3, 1e-2, 1e-1])
    assert sweep.errors["forward"] == pytest.approx(math.sqrt(2) * sweep.steps, rel=1e-4)


# text, point, the error of forward, backward and central at every step (plateaus), and why
KINKS = (
    ("|x|", (0.0,), (0, 0, 0), "each is judged by the slope on its own side, central by their mean"),
    ("max(x, y)", (1.0, 1.0), (0, 0, 0), "in every coordinate"),
    ("|x| + x^2", (0.0,), (0.25, 0.25, 0), "what the second derivative adds to the slope on each side"),
)


@pytest.mark.parametrize(("text", "point", "expected", "reason"), KINKS, ids=[row[0] for row in KINKS])
def test_at_a_kink_each_side_is_judged_by_its_own_slope(text, point, expected, reason):
    sweep = gradviz.sweep(gradviz.parse(text), point, steps=[0.25])
    found = [float(sweep.errors[name][0]) for name in ("forward", "backward", "central")]
    assert found == pytest.approx(expected, abs=1e-15), reason
    assert sweep.judged.all()
    assert np.isnan(sweep.errors["backprop"][0])  # a convention is not judged


def test_coordinates_without_slopes_are_left_out():
    sweep = gradviz.sweep(gradviz.parse("cbrt(x) + y^2"), [0.0, 3.0], steps=[0.5])
    assert sweep.judged.tolist() == [False, True]
    assert sweep.errors["forward"] == pytest.approx([0.5])


def test_where_nothing_can_be_judged_the_errors_are_nan():
    sweep = gradviz.sweep(gradviz.parse("ln(x)"), [-1.0], steps=[0.5])
    assert not sweep.judged.any()
    assert np.isnan(sweep.errors["symbolic"]).all()


# smooth everywhere near the point, with all derivatives in play
SMOOTH = (
    ("exp(x)", (0.5,)),
    ("sin(x)*cos(y)", (0.8, 0.5)),
    ("exp(x*y)*sin(x + y)/(1 + x^2)", (0.4, 1.2)),
    ("ln(1 + e^(1.5u - 0.7v)) + 0.01(u^2 + v^2)", (0.3, -0.2)),
    ("1/(1 + 25x^2)", (0.37,)),
    ("(x - y)^4 + x^3*y", (1.3, -0.4)),
)


@pytest.mark.parametrize(("text", "point"), SMOOTH, ids=[text for text, _ in SMOOTH])
@pytest.mark.parametrize("name", STENCILS)
def test_predicted_truncation_is_the_measured_error_where_it_rules(text, point, name):
    """The Taylor terms left out, within 2 %, where they exceed the bound on the rounding a thousandfold."""
    sweep = gradviz.sweep(gradviz.parse(text), point, steps=np.logspace(-8, -2, 121))
    model = sweep.model[name]
    ruling = model.truncation > 1000 * model.roundoff
    if not ruling.any():  # a polynomial of low degree: nothing is truncated
        assert model.truncation.max() <= 1000 * model.roundoff.max()
        return
    assert sweep.errors[name][ruling] == pytest.approx(model.truncation[ruling], rel=0.02)


@pytest.mark.parametrize(("text", "point"), SMOOTH, ids=[text for text, _ in SMOOTH])
@pytest.mark.parametrize("name", STENCILS)
def test_the_bound_on_the_error_holds(text, point, name):
    sweep = gradviz.sweep(gradviz.parse(text), point, steps=np.logspace(-15, -2, 261))
    model = sweep.model[name]
    assert (sweep.errors[name] <= 1.05 * (model.truncation + model.roundoff) + 1e-16).all()


@pytest.mark.parametrize(("text", "point"), SMOOTH, ids=[text for text, _ in SMOOTH])
def test_the_predicted_best_step_of_the_forward_difference_is_the_measured_one(text, point):
    """Measured on a smoothed curve: the root mean square over half a decade; within a factor of three."""
    sweep = gradviz.sweep(gradviz.parse(text), point, steps=np.logspace(-12, -3, 721), methods=("forward",))
    squares = np.convolve(sweep.errors["forward"] ** 2, np.ones(41) / 41, mode="valid")
    measured = sweep.steps[20:-20][np.argmin(squares)]
    assert 1 / 3 < sweep.model["forward"].best_step_rms / measured < 3


def test_the_formula_of_the_best_step():
    """2 √(ε_f/|f″|) with ε_f = u·43 at x₁ = 3: x₁² = 9 costs one rounding, the sum of 25 another, f″ = 2."""
    field = gradviz.parse("f(x) = x^2 + 16")
    sweep = gradviz.sweep(field, [3.0])
    noise = 2.0**-53 * (9 + 25)
    assert sweep.model["forward"].best_step == pytest.approx(2 * math.sqrt(noise / 2), rel=0.02)


# text, method, why nothing is truncated
EXACT = (
    ("3x - 7", "forward", "a straight line is its own secant"),
    ("x1^2 + x2^2", "central", "a parabola's secant is parallel to its tangent"),
    ("x^4 - x", "central4", "of order 4: exact up to degree 4"),
    ("x^6 + x^5", "central6", "of order 6: exact up to degree 6"),
    ("x^2 + 1", "complex-step", "no third derivative"),
)


@pytest.mark.parametrize(("text", "name", "reason"), EXACT, ids=[reason for *_, reason in EXACT])
def test_where_nothing_is_truncated_the_best_step_is_infinite(text, name, reason):
    field = gradviz.parse(text)
    sweep = gradviz.sweep(field, [1.7] * len(field.variables))
    assert math.isinf(sweep.model[name].best_step)
    assert not sweep.model[name].truncation.any()


def test_at_an_inflection_the_forward_difference_is_of_order_two():
    model = gradviz.sweep(gradviz.parse("sin(x)"), [0.0], steps=[1e-3, 1e-2]).model["forward"]
    assert model.truncation[1] / model.truncation[0] == pytest.approx(100, rel=1e-3)


def test_steps_are_kept_as_given():
    steps = [1e-7, 3e-3, 3e-3, 0.2]
    assert gradviz.sweep(SEED, [3, 4], steps=steps).steps.tolist() == steps


BAD_STEPS = ([0.0], [-1.0, 1.0], [math.nan], [math.inf], [0.2, 0.1], [], [[0.1]], "abc", [None])


@pytest.mark.parametrize("steps", BAD_STEPS, ids=repr)
def test_bad_steps_are_refused_in_words(steps):
    with pytest.raises(gradviz.StepError, match="steps must be"):
        gradviz.sweep(SEED, [3, 4], steps=steps)


def test_an_unknown_method_is_refused_with_the_names():
    with pytest.raises(gradviz.GradvizError, match="symbolic, forward, backward"):
        gradviz.sweep(SEED, [3, 4], methods=("forwards",))


def test_at_other_steps_the_point_is_not_worked_out_again(monkeypatch):
    sweep = gradviz.sweep(SEED, [3, 4])
    truth = sweep.truth
    monkeypatch.setattr(offload, "true_gradient", lambda *_: pytest.fail("worked out again"))
    other = sweep.over([0.1, 0.2], ("forward",))
    assert other.truth is truth
    assert other.errors["forward"] == pytest.approx([math.sqrt(2) * 0.1, math.sqrt(2) * 0.2])


def test_a_sweep_pickles():
    sweep = gradviz.sweep(SEED, [3, 4], steps=[0.1], methods=("forward", "symbolic"))
    again = pickle.loads(pickle.dumps(sweep))
    assert np.array_equal(again.errors["forward"], sweep.errors["forward"])
    assert "_found" not in sweep.__getstate__()  # what was worked out is made anew


def read_all(sweep):
    """Everything of a sweep that is worked out when it is first read."""
    for by_name in (sweep.gradients, sweep.errors, sweep.model, sweep.best_step, sweep.least_error):
        assert all(by_name[name] is not None for name in by_name)


def test_a_sweep_goes_with_the_last_who_holds_it():
    """Without the collector of garbage: a server with a hundred visitors holds their last ones for long."""
    sweep = gradviz.sweep(SEED, [3, 4])
    read_all(sweep)
    gone = weakref.ref(sweep)
    gc.disable()
    try:
        del sweep
        assert gone() is None
    finally:
        gc.enable()


def test_the_values_of_a_sweep_need_nobody_else_who_holds_it():
    errors = gradviz.sweep(SEED, [3, 4]).errors
    model = gradviz.sweep(SEED, [3, 4]).model
    assert errors["forward"][-1] == pytest.approx(2**0.5)  # ε f″/2 along both axes, at ε = 1
    assert model["forward"].truncation[-1] == pytest.approx(2**0.5)


def test_what_models_are_made_from_is_worked_out_once_in_a_row_and_not_held_for_each_sweep(monkeypatch):
    made = []

    def counted(*arguments):
        made.append(arguments[0].typed)
        return model.conditions(*arguments)

    monkeypatch.setattr(sweeping, "conditions", counted)
    sweeps = [gradviz.sweep(SEED, point) for point in ([3, 4], [1, 2])]
    for sweep in sweeps:
        read_all(sweep)
    assert made == [(3.0, 4.0), (1.0, 2.0)]
    assert not any(isinstance(value, model.Conditions) for sweep in sweeps for value in vars(sweep).values())


def test_a_constant_has_an_empty_gradient():
    sweep = gradviz.sweep(gradviz.parse("5"), [])
    assert sweep.gradients["forward"].shape == (321, 0)
    assert not sweep.errors["forward"].any()


def test_whether_there_is_a_curve_is_known_before_it_is_worked_out():
    sweep = gradviz.sweep(gradviz.parse("sin(x)"), (1.0,), methods=("forward", "symbolic"))
    assert [name in sweep.errors for name in ("forward", "central", "symbolic")] == [True, False, True]
    assert "truth" not in vars(sweep)
    assert [name in sweep.best_step for name in ("forward", "symbolic")] == [True, False]
