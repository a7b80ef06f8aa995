"""The gallery: every row can be drawn, and what its lesson says is true."""

import math

import numpy as np
import pytest

import gradviz
from gradviz import link
from gradviz.presets import DEFAULT, PRESETS, Preset

NAMED = {preset.name: preset for preset in PRESETS}
STEPLESS = ("symbolic", "backprop")


def reading(preset: Preset) -> link.Reading:
    """The page's entries after a press on the preset, read."""
    across, up = link.preset_entries(preset.point, preset.span)
    point = link.numbers_text(preset.point)
    return link.read(link.Entries(preset.text, point, preset.step, across or "", up or ""))


def estimate(preset: Preset, method: str, step: float | None = None) -> gradviz.GradientEstimate:
    read = reading(preset)
    return gradviz.gradient(read.field, read.point, method, step or read.step)


def says(name: str, method: str, step: float | None = None) -> np.ndarray:
    """The gradient a method gives at a preset's point, with the preset's step unless told."""
    return estimate(NAMED[name], method, step).gradient


def truth(name: str) -> gradviz.Truth:
    return gradviz.true_gradient(gradviz.parse(NAMED[name].text), NAMED[name].point)


def error(name: str, method: str, step: float | None = None) -> float:
    return float(np.hypot.reduce(says(name, method, step) - truth(name).gradient))


# --- every row ----------------------------------------------------------------------------------------------

every_preset = pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)


@every_preset
def test_a_preset_fills_entries_that_read_as_it_means(preset):
    read = reading(preset)
    assert (read.field.text, read.point, read.step) == (preset.text, preset.point, float(preset.step))
    assert not [remark for remark in read.remarks if remark.stops]
    assert not read.field.remarks, "a model of how to write a formula"


@every_preset
def test_a_preset_stands_well_inside_its_picture(preset):
    read = reading(preset)
    for axis, (low, high) in zip(read.axes, read.window, strict=True):
        assert low + 0.05 * (high - low) <= preset.point[axis] <= high - 0.05 * (high - low)


@every_preset
def test_a_preset_has_a_picture_there(preset):
    read = reading(preset)
    across, up = (*read.axes, 1)[:2]
    heights = gradviz.sample(read.field, read.window, 40, point=read.point, axes=(across, up)).z
    assert np.isfinite(heights).mean() > 0.25
    assert np.isfinite(read.field(read.point)) or preset.name == "Overflow on the way"


@every_preset
def test_a_lesson_is_one_short_sentence(preset):
    assert preset.lesson.endswith(".")
    assert len(preset.lesson) <= 180
    assert preset.group
    assert preset.name


def test_no_two_presets_have_the_same_name():
    assert len(NAMED) == len(PRESETS)


def test_the_first_preset_is_the_page_without_a_link():
    assert PRESETS[0] is DEFAULT
    assert reading(DEFAULT) == link.read(link.Entries())


# --- what the lessons claim ---------------------------------------------------------------------------------
# Polynomials of small numbers are exact but for rounding: u·|f|/ε, a few 1e-14 with the steps of the gallery.


def test_sum_of_squares_forward_is_off_by_exactly_the_step():
    np.testing.assert_allclose(says("Sum of squares", "forward"), [6.1, 8.1], rtol=1e-13)
    np.testing.assert_array_equal(truth("Sum of squares").gradient, [6, 8])


def test_a_steeper_bowl_has_three_times_the_error():
    off = says("A steeper bowl", "forward") - truth("A steeper bowl").gradient
    np.testing.assert_allclose(off, [0.1, 0.3], rtol=1e-11)


def test_one_variable_secant_is_steeper_and_central_off_by_the_step_squared():
    (slope,) = truth("One variable").gradient
    assert says("One variable", "forward")[0] > slope > 0
    for step in (0.5, 0.25, 0.1):
        assert says("One variable", "central", step)[0] - slope == pytest.approx(step**2, rel=1e-11)


def test_rosenbrock_gradient_points_across_the_valley():
    """Along the valley y = x² the way is (1, 2x): the gradient stands nearly at a right angle to it."""
    x, _ = NAMED["Rosenbrock's valley"].point
    along = np.array([1, 2 * x]) / math.hypot(1, 2 * x)
    gradient = truth("Rosenbrock's valley").gradient
    assert abs(gradient @ along) < 0.05 * np.hypot(*gradient)


def test_himmelblau_has_four_minima_in_the_picture():
    """Each is a zero of f, which is a sum of squares; their coordinates are Himmelblau's."""
    minima = [(3, 2), (-2.805118, 3.131312), (-3.779310, -3.283186), (3.584428, -1.848126)]
    read = reading(NAMED["Himmelblau"])
    np.testing.assert_allclose(read.field(minima), 0, atol=1e-9)
    for point in minima:
        assert all(low < x < high for x, (low, high) in zip(point, read.window, strict=True))


def test_six_hump_camel_leaves_the_sixth_order_nothing_to_truncate():
    errors = [error("Six-hump camel", "central6", step) for step in (0.4, 0.2, 0.1)]
    assert max(errors) < 1e-13  # f is a few ones around the point: u·|f|/ε is 1e-14 at 0.1
    assert error("Six-hump camel", "central4", 0.2) > 1e-3


@pytest.mark.parametrize(
    ("method", "slope"), [("forward", 1), ("central", 2), ("central4", 4), ("central6", 6)]
)
def test_waves_fall_with_the_slope_of_the_order(method, slope):
    measured = math.log2(error("Waves", method, 0.1) / error("Waves", method, 0.05))
    assert measured == pytest.approx(slope, abs=0.1)


@pytest.mark.parametrize("method", STEPLESS)
def test_cancellation_leaves_exact_rules_no_digit(method):
    name = "Cancellation in the formula"
    (right,) = truth(name).gradient
    assert error(name, method) > abs(right)
    assert error(name, "central", 0.01) < 1e-4 * error(name, method)
    # 1/2 − x²/24 + …, so the slope is −x/12
    assert right == pytest.approx(-NAMED[name].point[0] / 12, rel=1e-8)


def test_a_large_offset_swallows_the_step():
    (preset, method) = NAMED["A large offset"], "forward"
    (x,) = preset.point
    assert math.ulp(x) == pytest.approx(1.5e-8, rel=0.01)
    assert float(preset.step) < math.ulp(x) / 2
    assert estimate(preset, method).status == "step vanished"
    assert says("A large offset", method)[0] == 0
    assert truth("A large offset").gradient[0] == 6


@pytest.mark.parametrize("method", [method.name for method in gradviz.METHODS])
def test_overflow_takes_every_method_with_it(method):
    preset = NAMED["Overflow on the way"]
    found = estimate(preset, method)
    assert found.status == "overflow"
    assert not np.isfinite(found.gradient).any()
    assert truth(preset.name).gradient[0] == 1
    assert gradviz.gradient(
        gradviz.parse("softplus(x)"), preset.point, method, 0.1
    ).gradient == pytest.approx([1])


@pytest.mark.parametrize("method", ["forward", "central"])
def test_at_an_inflection_both_fall_with_slope_two(method):
    errors = [error("Inflection", method, step) for step in (0.1, 0.05)]
    assert math.log2(errors[0] / errors[1]) == pytest.approx(2, abs=0.01)


@pytest.mark.parametrize("method", ["backward", "central"])
def test_a_pole_between_the_neighbours_makes_the_quotient_worthless(method):
    """Even its sign is wrong: f falls everywhere, and the quotient across the pole rises."""
    for step in (0.0011, 0.002, 0.01, 0.1):
        assert says("Next to a pole", method, step)[0] > 0 > truth("Next to a pole").gradient[0]
    assert says("Next to a pole", method)[0] < 0  # with the preset's own step, on this side of it


def test_absolute_value_has_a_slope_for_every_method():
    said = {
        method: says("Absolute value", method)[0] for method in ("forward", "backward", "central", "backprop")
    }
    assert said == {"forward": pytest.approx(1), "backward": pytest.approx(-1), "central": 0, "backprop": 0}
    assert truth("Absolute value").status == ("kink", "differentiable")


def test_a_tie_is_shared_by_backprop_and_won_by_each_side():
    np.testing.assert_array_equal(says("A tie of two", "backprop"), [0.5, 0.5])
    np.testing.assert_allclose(says("A tie of two", "forward"), [1, 1], rtol=1e-14)
    np.testing.assert_array_equal(says("A tie of two", "backward"), [0, 0])


def test_the_tip_of_a_cone_has_slope_one_every_way_and_no_gradient():
    preset = NAMED["The tip of a cone"]
    angles = np.linspace(0, 2 * np.pi, 13)
    rises = gradviz.parse(preset.text)(0.1 * np.stack([np.cos(angles), np.sin(angles)], axis=-1)) / 0.1
    np.testing.assert_allclose(rises, 1, rtol=1e-14)
    assert not truth(preset.name).differentiable
    assert np.isnan(says(preset.name, "backprop")).all()


@pytest.mark.parametrize("method", ["backward", "central"])
def test_past_the_edge_of_the_domain_there_is_no_answer(method):
    preset = NAMED["The edge of the domain"]
    found = estimate(preset, method)
    assert float(preset.step) > preset.point[0]
    assert found.status == "outside the domain"
    assert np.isnan(found.gradient[0])
    assert np.isfinite(estimate(preset, method, 0.01).gradient).all()


def test_three_variables_have_three_components():
    np.testing.assert_array_equal(says("Three variables", "backprop"), [5, 4, 3])
    assert len(reading(NAMED["Three variables"]).window) == 2


def test_a_product_of_eight_costs_nine_and_truncates_nothing():
    preset = NAMED["A product of eight"]
    forward, back = estimate(preset, "forward"), estimate(preset, "backprop")
    assert (forward.evaluations, back.evaluations, back.backward_passes) == (9, 1, 1)
    for step in (1.0, 0.01):
        assert error(preset.name, "forward", step) < 1e-10  # rounding of f = 24 alone, over ε


def test_the_logistic_loss_is_right_but_for_the_last_digit():
    gradient = truth("Logistic loss").gradient
    found = estimate(NAMED["Logistic loss"], "backprop")
    assert (np.abs(found.gradient - gradient) <= 2 * np.spacing(np.abs(gradient))).all()
    assert (found.evaluations, found.backward_passes) == (1, 1)


def test_one_neuron_is_the_chain_rule():
    """With t = tanh(w x + b) every component is 2(t − ½)(1 − t²) times 1, x and w."""
    b, w, x = NAMED["One neuron"].point
    t = math.tanh(w * x + b)
    shared = 2 * (t - 0.5) * (1 - t**2)
    np.testing.assert_allclose(truth("One neuron").gradient, [shared, shared * x, shared * w], rtol=1e-13)
