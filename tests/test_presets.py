"""The gallery: every row can be drawn, and what its lesson says is true."""

import math
from itertools import pairwise

import numpy as np
import pytest

import gradviz
from gradviz import link
from gradviz.presets import DEFAULT, PRESETS, Preset, along, tour, with_function

NAMED = {preset.name: preset for preset in PRESETS}
STEPLESS = ("symbolic", "backprop")


def reading(preset: Preset) -> link.Reading:
    """The page's entries after a press on the preset, read."""
    return link.read(link.entries_of(preset))


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


# --- the way through a group --------------------------------------------------------------------------------


def test_a_tour_visits_every_preset_of_its_group_once_and_comes_back():
    groups = {preset.group: tour(preset.group) for preset in PRESETS}
    assert sorted(preset.name for stops in groups.values() for preset in stops) == sorted(NAMED)
    for group, stops in groups.items():
        visited, preset = [], stops[0]
        for _ in stops:
            visited.append(preset)
            assert along(along(preset, 1), -1) == preset
            preset = along(preset, 1)
        assert (tuple(visited), preset) == (stops, stops[0]), group
        assert {preset.group for preset in stops} == {group}


def test_a_tour_begins_with_the_lesson_where_no_preset_is_shown():
    assert with_function("x1^2 + 7") is None
    assert [along(None, places) for places in (-1, 1)] == [DEFAULT, DEFAULT]


def test_a_preset_is_found_by_its_function_which_no_other_has():
    assert [with_function(preset.text) for preset in PRESETS] == list(PRESETS)


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


@every_preset
def test_a_preset_shows_methods_that_there_are(preset):
    assert link.known_methods(link.shown_text(preset.methods)) == preset.methods


def test_no_two_presets_have_the_same_name():
    assert len(NAMED) == len(PRESETS)


def test_groups_stand_together():
    groups = [preset.group for preset in PRESETS]
    assert len([1 for one, other in pairwise(groups) if one != other]) == len(set(groups)) - 1


def test_the_first_preset_is_the_page_without_a_link():
    assert PRESETS[0] is DEFAULT
    assert reading(DEFAULT) == link.read(link.Entries())
    assert link.shown_text(DEFAULT.methods) == link.DEFAULTS[link.SHOWN]


# --- the classic test functions: their minima as the literature has them ------------------------------------

# name, minimisers, minimum; digits beyond the printed ones by Newton's method with mpmath
MINIMA = [
    ("Rosenbrock's valley", [(1, 1)], 0),
    (
        "Himmelblau",
        [
            (3, 2),
            (-2.8051180869527448, 3.1313125182505729),
            (-3.7793102533777469, -3.2831859912861694),
            (3.5844283403304919, -1.8481265269644034),
        ],
        0,
    ),
    ("Booth", [(1, 3)], 0),
    ("Beale", [(3, 0.5)], 0),
    ("Matyas", [(0, 0)], 0),
    ("Goldstein–Price", [(0, -1)], 3),
    (
        "Six-hump camel",
        [(0.08984201310031806, -0.7126564030207396), (-0.08984201310031806, 0.7126564030207396)],
        -1.0316284534898774,
    ),
    ("Rastrigin", [(0, 0)], 0),
    ("Easom", [(math.pi, math.pi)], -1),
    ("Powell's singular function", [(0, 0, 0, 0)], 0),
]


@pytest.mark.parametrize(("name", "minimisers", "minimum"), MINIMA, ids=[row[0] for row in MINIMA])
def test_a_test_function_has_its_known_minima(name, minimisers, minimum):
    preset = NAMED[name]
    field = gradviz.parse(preset.text)
    for place in minimisers:
        assert float(field(place)) == pytest.approx(minimum, abs=1e-14)
        # a coordinate is a double: the slope at it is as far from 0 as its last place times the curvature
        np.testing.assert_allclose(gradviz.true_gradient(field, place).gradient, 0, atol=1e-13)
        around = np.array(place) + 1e-3 * np.array([[1], [-1]])
        assert (field(around) > minimum).all()


@pytest.mark.parametrize("name", [name for name, places, _ in MINIMA if len(places[0]) == 2])
def test_the_known_minima_are_in_the_picture_and_none_is_lower(name):
    read = reading(NAMED[name])
    ((_, places, minimum),) = [row for row in MINIMA if row[0] == name]
    for place in places:
        assert all(low < x < high for x, (low, high) in zip(place, read.window, strict=True))
    assert gradviz.sample(read.field, read.window, 201).z.min() >= minimum - 1e-12


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


def test_himmelblau_has_four_minima_and_an_arrow_at_a_right_angle():
    """Along the level curve f changes with the square of the way, along the arrow with the way."""
    ((_, places, minimum),) = [row for row in MINIMA if row[0] == "Himmelblau"]
    assert (len(places), minimum) == (4, 0)
    field, point = gradviz.parse(NAMED["Himmelblau"].text), np.array(NAMED["Himmelblau"].point)
    dx, dy = truth("Himmelblau").gradient / np.hypot(*truth("Himmelblau").gradient)
    along, across = (
        [field(point + way * np.array(direction)) - field(point) for way in (1e-3, 1e-4)]
        for direction in ((-dy, dx), (dx, dy))
    )
    assert along[0] / along[1] == pytest.approx(100, rel=0.01)
    assert across[0] / across[1] == pytest.approx(10, rel=0.01)


def test_booth_forward_is_off_by_five_steps_and_central_by_nothing():
    """∂²f/∂x² = ∂²f/∂y² = 2·1² + 2·2² = 10."""
    for step in (0.1, 0.5):
        np.testing.assert_allclose(
            says("Booth", "forward", step) - truth("Booth").gradient, 5 * step, rtol=1e-11
        )
    assert error("Booth", "central") < 1e-12


def test_beale_central_is_off_in_the_second_coordinate_alone():
    across, up = np.abs(says("Beale", "central") - truth("Beale").gradient)
    assert across < 1e-12  # rounding: u·|f|/ε
    assert up > 0.5


def test_matyas_is_a_valley_along_the_diagonal():
    """The Hessian ((0.52, −0.48), (−0.48, 0.52)) has 1 across the diagonal and 0.04 along it."""
    field = gradviz.parse(NAMED["Matyas"].text)
    along, across = (np.array(way) / math.sqrt(2) for way in ((1, 1), (1, -1)))
    curvatures = [way @ gradviz.true_gradient(field, way).gradient for way in (along, across)]
    assert curvatures[1] / curvatures[0] == pytest.approx(25, rel=1e-12)
    point, gradient = np.array(NAMED["Matyas"].point), truth("Matyas").gradient
    cosine = point @ gradient / np.hypot(*point) / np.hypot(*gradient)
    assert math.degrees(math.acos(cosine)) == pytest.approx(65, abs=0.5)


def test_goldstein_price_goes_from_three_to_a_million_and_looks_like_a_plain():
    read = reading(NAMED["Goldstein–Price"])
    heights = gradviz.sample(read.field, read.window, 81).z
    assert heights.max() == pytest.approx(1e6, rel=0.02)
    assert (heights < 0.05 * heights.max()).mean() > 0.75
    assert float(read.field((0, -1))) == 3


def test_ackley_has_a_tip_where_central_says_nought_and_backprop_nan():
    """The square root alone has a corner: 20·0.2/√2 along each axis, 0 from the waves."""
    tip = gradviz.parse(NAMED["Ackley"].text)
    assert float(tip((0, 0))) == pytest.approx(0, abs=1e-14)
    assert not truth("Ackley").differentiable
    slope = 4 / math.sqrt(2)
    np.testing.assert_allclose(truth("Ackley").one_sided, [[-slope, slope]] * 2, rtol=1e-12)
    np.testing.assert_allclose(says("Ackley", "central"), 0, atol=1e-13)
    assert np.isnan(says("Ackley", "backprop")).all()


def test_rastrigin_with_a_whole_wave_as_step_is_the_bowl_alone():
    """(x + 1)² − x² = 2x + 1."""
    x, y = NAMED["Rastrigin"].point
    assert float(NAMED["Rastrigin"].step) == 1
    np.testing.assert_allclose(says("Rastrigin", "forward"), [2 * x + 1, 2 * y + 1], atol=1e-13)
    assert error("Rastrigin", "forward") > 50


def test_easom_has_next_to_no_gradient_on_the_plain():
    """At the origin −2π e^(−2π²), by hand, in each coordinate."""
    slope = -2 * math.pi * math.exp(-2 * math.pi**2)
    np.testing.assert_allclose(truth("Easom").gradient, slope, rtol=1e-12)
    assert 1e-8 < np.hypot(*truth("Easom").gradient) < 1e-7


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


def test_powells_gradient_is_whole_numbers():
    """x₁ + 10x₂ = −7, x₃ − x₄ = −1, x₂ − 2x₃ = −1 and x₁ − x₄ = 2, so 2·(−7) + 40·2³ = 306, and so on."""
    name = "Powell's singular function"
    np.testing.assert_array_equal(truth(name).gradient, [306, -144, -2, -310])
    assert (
        float(gradviz.parse(NAMED[name].text)(NAMED[name].point)) == 215
    )  # Moré, Garbow & Hillstrom, no. 13


def test_softmax_gives_the_probabilities_less_the_label():
    name = "Softmax and cross-entropy"
    powers = np.exp(NAMED[name].point)
    gradient = truth(name).gradient
    np.testing.assert_allclose(gradient, powers / powers.sum() - [1, 0, 0], rtol=1e-14)
    assert gradient.sum() == pytest.approx(0, abs=1e-15)


def test_a_saturated_neuron_hardly_learns():
    name = "A saturated neuron"
    field, (b, w) = gradviz.parse(NAMED[name].text), NAMED[name].point
    said = 1 / (1 + math.exp(-(3 * w + b)))
    assert said > 0.999
    assert float(field((b, w))) == pytest.approx(said**2)
    assert field.variables == ("b", "w")
    # 2 s · s (1 − s), times 3 for w
    np.testing.assert_allclose(truth(name).gradient, 2 * said**2 * (1 - said) * np.array([1, 3]), rtol=1e-12)
    assert np.hypot(*truth(name).gradient) < 0.003


# --- where each method loses: it is worst there, or has no answer -------------------------------------------

METHODS = [method.name for method in gradviz.METHODS]
LOSERS = {
    "symbolic": "Closed form: a square too large",
    "forward": "Forward: steeper ahead",
    "backward": "Backward: the edge behind",
    "central": "Central: half a wave",
    "central4": "Order 4: a fifth power",
    "central6": "Order 6: one step too far",
    "complex-step": "Complex step: not analytic",
    "adaptive": "Adaptive: nothing to adapt to",
    "backprop": "Back-propagation: two corners",
}
NO_ANSWER = ("symbolic", "central6", "complex-step")


def test_every_method_loses_somewhere():
    assert list(LOSERS) == METHODS
    assert {preset.name for preset in PRESETS if preset.group == "Where each method loses"} == set(
        LOSERS.values()
    )


@pytest.mark.parametrize(("method", "name"), LOSERS.items())
def test_the_loser_is_shown(method, name):
    assert method in NAMED[name].methods


@pytest.mark.parametrize("loser", NO_ANSWER)
def test_only_the_loser_has_no_answer(loser):
    name = LOSERS[loser]
    answers = {method: says(name, method) for method in METHODS}
    assert [method for method, gradient in answers.items() if not np.isfinite(gradient).all()] == [loser]


def test_a_square_overflows_in_the_closed_form_alone():
    """f is |x| but for e^−400: tanh(100x) x, with slope 1 at 2."""
    name = LOSERS["symbolic"]
    assert truth(name).gradient[0] == 1
    assert math.exp(400) > math.sqrt(np.finfo(float).max)
    for method in METHODS[1:]:
        assert error(name, method) < 1e-13, method


def test_forward_is_worst_where_the_slope_grows():
    name = LOSERS["forward"]
    slope = 3 * math.exp(3)
    assert truth(name).gradient[0] == pytest.approx(slope, rel=1e-14)
    assert says(name, "forward")[0] > 2 * slope
    assert error(name, "backward") < 0.5 * error(name, "forward")
    assert max(METHODS, key=lambda method: error(name, method)) == "forward"


def test_backward_says_twice_the_slope_where_it_reaches_the_edge():
    """(√ε − 0)/ε is twice 1/(2√ε); forward says (√2 − 1)/√ε."""
    name = LOSERS["backward"]
    slope = truth(name).gradient[0]
    assert NAMED[name].point == (float(NAMED[name].step),)
    assert says(name, "backward")[0] == pytest.approx(2 * slope, rel=1e-14)
    assert error(name, "forward") < slope / 5
    answered = [method for method in METHODS if np.isfinite(says(name, method)).all()]
    assert max(answered, key=lambda method: error(name, method)) == "backward"


def test_central_is_blind_to_a_wave_of_two_steps():
    preset = NAMED[LOSERS["central"]]
    field = gradviz.parse(preset.text)
    for x in (preset.point[0], 0.3, -0.45):
        assert abs(gradviz.gradient(field, [x], "central", 0.5).gradient[0]) < 1e-14
        # sin 2πx has the slope 2π cos 2πx
        expected = 2 * math.pi * math.cos(2 * math.pi * x)
        assert gradviz.true_gradient(field, [x]).gradient[0] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("method", "factor"), [("central", 1), ("central4", -4), ("central6", 0), ("forward", 1), ("backward", 1)]
)
def test_order_four_is_worst_on_a_fifth_power(method, factor):
    """(8·2 − 2·2⁵)/12 = −4; order 6 is exact up to x⁶."""
    name = LOSERS["central4"]
    for step in (1.0, 0.5):
        assert says(name, method, step)[0] == pytest.approx(factor * step**4, abs=1e-15)
    assert truth(name).gradient[0] == 0


def test_order_six_steps_over_the_edge_of_the_logarithm():
    preset = NAMED[LOSERS["central6"]]
    (x,), step = preset.point, float(preset.step)
    assert x - 3 * step < 0 < x - 2 * step
    assert estimate(preset, "central6").status == "outside the domain"


def test_an_absolute_value_is_smooth_there_and_not_analytic():
    """4 − x² about 1: slope −2."""
    preset = NAMED[LOSERS["complex-step"]]
    assert truth(preset.name).gradient[0] == -2
    assert estimate(preset, "complex-step").status == "not applicable"


def test_adaptive_asks_for_nothing():
    preset = NAMED[LOSERS["adaptive"]]
    forward, adaptive = estimate(preset, "forward"), estimate(preset, "adaptive")
    assert forward.evaluations == 3
    assert adaptive.evaluations > 50 * forward.evaluations
    assert adaptive.evaluations == max(estimate(preset, method).evaluations for method in METHODS)
    np.testing.assert_allclose(forward.gradient, [2, -3], rtol=1e-12)
    np.testing.assert_allclose(adaptive.gradient, [2, -3], rtol=1e-12)


def test_two_corners_of_relu_make_a_straight_line_that_backprop_takes_for_flat():
    name = LOSERS["backprop"]
    x = np.linspace(-2, 2, 9)
    np.testing.assert_array_equal(gradviz.parse(NAMED[name].text)(x[:, np.newaxis]), x)
    assert says(name, "backprop")[0] == 0
    for method in ("symbolic", "forward", "backward", "central", "central4", "central6", "adaptive"):
        assert says(name, method)[0] == pytest.approx(1, rel=1e-14), method
