"""The pictures: what is in them, where it is, and what the captions have to tell."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
import pytest

import gradviz
from gradviz import figures
from gradviz.figures.parts import arrows, contours, drawing, solids, theme
from gradviz.text.letters import plain_label, variable_label
from gradviz.text.numbers import number
from tests.support.pictures import unpacked

METHODS = tuple(method.name for method in gradviz.METHODS)
DEFAULT = ("symbolic", "forward", "backprop")


def estimate(method: str, *gradient: float, step: float | None = None) -> SimpleNamespace:
    return SimpleNamespace(method=method, gradient=np.array(gradient, dtype=float), step=step)


def surface_of(text: str, point: list[float], estimates, bounds=((-6, 6), (-6, 6)), fine=40, **options):
    field = gradviz.parse(text)
    surface = gradviz.sample(field, bounds, fine, point=point, axes=options.get("axes", (0, 1)))
    return figures.surface_picture(field, surface, point, estimates, **options)


def map_of(text: str, point: list[float], estimates, bounds=((-6, 6), (-6, 6)), **options):
    field = gradviz.parse(text)
    surface = gradviz.sample(field, bounds, 40, point=point, axes=options.get("axes", (0, 1)))
    return figures.contour_picture(field, surface, point, estimates, **options)


def curve_of(text: str, at: float, estimates, bounds=((-2.0, 2.0),)):
    field = gradviz.parse(text)
    return figures.curve_picture(field, gradviz.sample(field, bounds, 101), [at], estimates)


def sweep_of(errors: dict[str, list[float]], steps: list[float], stepping=("forward", "central")):
    return SimpleNamespace(
        steps=np.array(steps),
        methods=tuple(errors),
        errors={name: np.array(values, dtype=float) for name, values in errors.items()},
        best_step={name: steps[0] for name in errors if name in stepping},
        model={},
    )


def of_method(picture, method: str) -> list[dict]:
    return [trace for trace in picture.figure["data"] if trace.get("meta", {}).get("method") == method]


def in_legend(trace: dict) -> bool:
    return trace["type"] == "scatter" and trace.get("showlegend", True)


def values(item) -> np.ndarray:
    return unpacked(item) if isinstance(item, dict) else np.array(item, dtype=float)


def tip_and_tail(trace: dict) -> tuple[np.ndarray, np.ndarray]:
    """The ends of an arrow in the scene, (3,) each."""
    tail, tip = np.stack([values(trace[axis]) for axis in "xyz"], axis=-1)
    return tip, tail


# --- every figure is one Plotly takes -----------------------------------------------------------------------


def all_pictures() -> list[tuple[str, figures.Picture]]:
    two = [estimate("symbolic", 6, 8), estimate("forward", 6.1, 8.1, step=0.1), estimate("backprop", 6, 8)]
    one = [estimate("symbolic", 1), estimate("forward", 1.1, step=0.1), estimate("central", 1, step=0.1)]
    errors = {"symbolic": [0, 0, 0], "forward": [np.nan, 0, 1e-3], "central": [1e-9, 1e-12, 0]}
    return [
        ("surface", surface_of("x1^2 + x2^2", [3, 4], two)),
        ("in the true tangent plane", surface_of("x1^2 + x2^2", [3, 4], two, truth=[6, 8])),
        ("holes", surface_of("sqrt(x) log(y)", [1, 2], two)),
        ("pole", surface_of("1/(x y)", [1, 2], two)),
        ("overflow", surface_of("exp(exp(x)) + y", [1, 2], two, bounds=((-2, 9), (-1, 5)))),
        ("constant", surface_of("x - x + y - y", [1, 2], two)),
        ("undefined", surface_of("sqrt(x) + y", [-1, 2], [estimate("forward", np.nan, 1)])),
        ("everywhere undefined", surface_of("sqrt(-1 - x^2) + y", [1, 2], [])),
        ("slice", surface_of("x1^2 + x2 x3", [1, 2, 3], [estimate("symbolic", 2, 3, 2)], axes=(0, 2))),
        ("map", map_of("x1^2 + x2^2", [3, 4], two)),
        ("map of a pole", map_of("1/(x y)", [1, 2], two)),
        ("map of nothing", map_of("sqrt(-1 - x^2) + y", [1, 2], [])),
        ("curve", curve_of("x^2", 0.5, one)),
        ("curve with a pole", curve_of("1/x", 0.5, one)),
        ("curve of nothing", curve_of("sqrt(-1 - x^2)", 0.5, one)),
        ("errors", figures.errors_picture(sweep_of(errors, [1e-8, 1e-4, 1e-1]), 1e-3)),
        ("no errors", figures.errors_picture(sweep_of({"forward": [np.nan] * 2}, [1e-8, 1]), 1e-3)),
    ]


@pytest.mark.parametrize(
    ("name", "picture"), all_pictures(), ids=lambda item: item if isinstance(item, str) else ""
)
@pytest.mark.parametrize("shade", ["light", "dark"])
def test_plotly_takes_every_figure(name, picture, shade):
    import plotly.graph_objects as go

    painted = figures.paint(picture.figure, figures.palettes()[shade])
    assert '"@' not in json.dumps(painted)  # every colour has been put in, and all is JSON
    go.Figure(painted)  # refuses names and values it does not know
    assert picture.alternative.endswith(".")


def test_figures_are_made_without_plotly():
    import subprocess
    import sys

    code = "import sys, gradviz.figures; print(sorted({'plotly', 'streamlit', 'torch'} & set(sys.modules)))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


# --- styles -------------------------------------------------------------------------------------------------


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2."""

    def luminance(colour: str) -> float:
        channels = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
        linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
        return float(linear @ [0.2126, 0.7152, 0.0722])

    light, dark = sorted([luminance(one), luminance(other)], reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_every_method_has_a_style_of_its_own():
    assert set(METHODS) == set(figures.STYLES)
    looks = [figures.style(name) for name in METHODS]
    assert len({look.symbol for look in looks}) == len(looks)
    assert len({look.light for look in looks}) == len({look.dark for look in looks}) == len(looks)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("shade", ["light", "dark"])
def test_method_colours_stand_out_from_the_paper(method, shade):
    # 3:1 is what WCAG 1.4.11 asks of the parts of a picture
    assert contrast(getattr(figures.style(method), shade), theme.PALETTES[shade]["paper"]) >= 3


def lab(colour: str) -> np.ndarray:
    """CIELAB (L, a, b) under D65, of sRGB."""
    channels = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    matrix = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    ratios = np.array(matrix) @ linear / [0.9505, 1.0, 1.089]
    f = np.where(ratios > (6 / 29) ** 3, np.cbrt(ratios), ratios / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("shade", ["light", "dark"])
def test_the_surface_is_muted_beside_the_methods_and_lighter_with_height(shade):
    stops = np.array([lab(colour) for colour in theme.HEIGHTS[shade]])
    coloured = [name for name in METHODS if name != "symbolic"]  # the truth is black or white
    methods = np.array([lab(getattr(figures.style(name), shade)) for name in coloured])
    assert (np.diff(stops[:, 0]) > 8).all()
    assert np.hypot(*stops[:, 1:].T).max() < 0.8 * np.hypot(*methods[:, 1:].T).min()


def test_paper_without_colours_gets_greys():
    palette = figures.palettes()["print"]
    scale = figures.paint(theme.height_scale(), palette)
    assert [stop for stop, _ in scale] == list(theme.STOPS)
    for _, colour in scale:
        _, a, b = lab(colour)
        assert np.hypot(a, b) < 5
    assert {name: palette[name] for name in METHODS} == {name: figures.style(name).light for name in METHODS}
    dashes = figures.looks()["printedDashes"]
    assert set(dashes) == set(METHODS)
    assert len(set(dashes.values())) == len(dashes)  # each tells itself apart without its colour


def test_a_method_without_a_row_gets_a_style():
    assert figures.style("new").label == "new"
    assert figures.style("new") == figures.style("new")


# --- numbers as text ----------------------------------------------------------------------------------------

NUMBERS = [
    (3.0, "3", "no empty decimals"),
    (-2.5, "−2.5", "a true minus sign"),
    (1e-8, "10⁻⁸", "a mantissa of one is left out"),
    (-1e20, "−10²⁰", "and so with a minus sign"),
    (1.23456e-7, "1.235·10⁻⁷", "few digits"),
]


@pytest.mark.parametrize(("value", "text", "reason"), NUMBERS)
def test_numbers_read_well(value, text, reason):
    assert number(value) == text, reason


TICKS = [
    ((-6, 6), ["−6", "−4", "−2", "0", "2", "4", "6"], "whole steps"),
    ((0, 1), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"], "the same number of decimals"),
    ((2, 2), ["2"], "an empty range has one tick"),
]


@pytest.mark.parametrize(("span", "labels", "reason"), TICKS)
def test_ticks_are_round(span, labels, reason):
    assert drawing.ticks(*span)[1] == labels, reason


def test_ticks_far_from_zero_leave_out_what_they_share():
    _, labels, base = drawing.based_ticks(1e9, 1e9 + 2)
    assert (labels, base) == (["0.0", "0.5", "1.0", "1.5", "2.0"], " − 1000000000")


# ends of an axis, its labels and what its title says beside the name; none where Plotly's own will do
FAR = [
    ((-6, 6), [], ""),
    ((0.001, 0.002), [], ""),
    ((-4e4, 9e4), [], ""),
    ((0, 2e99), ["0", "5·10⁹⁸", "10⁹⁹", "1.5·10⁹⁹", "2·10⁹⁹"], ""),
    ((0, 2e-7), ["0", "5·10⁻⁸", "10⁻⁷", "1.5·10⁻⁷", "2·10⁻⁷"], ""),
    ((1e9, 1e9 + 2), ["0.0", "0.5", "1.0", "1.5", "2.0"], " − 1000000000"),
]


@pytest.mark.parametrize(("ends", "labels", "suffix"), FAR)
def test_an_axis_far_from_zero_has_short_labels(ends, labels, suffix):
    axis, told = drawing.far_ticks(*ends, 4)
    assert (axis.get("ticktext", []), told) == (labels, suffix)
    assert len(axis.get("tickvals", [])) == len(labels)


def test_curve_and_map_label_numbers_that_are_large():
    curve = curve_of("x^2", 1e99, [], ((0.0, 2e99),)).figure["layout"]["xaxis"]
    plane = map_of("x^2 + y^2", [1e9, 1.0], [], ((1e9, 1e9 + 2), (0, 2))).figure["layout"]
    assert curve["ticktext"][0] == "0"
    assert curve["ticktext"][-1] == "2·10⁹⁹"
    assert plane["xaxis"]["title"]["text"] == "x − 1000000000"
    assert "ticktext" not in plane["yaxis"]


@pytest.mark.parametrize(
    ("name", "plain", "marked"), [("x1", "x₁", "x<sub>1</sub>"), ("theta", "θ", "θ"), ("t", "t", "t")]
)
def test_variables_are_set_as_in_print(name, plain, marked):
    assert plain_label(name) == plain
    assert variable_label(name) == marked


ARRAYS = [
    ([1.0, 2.0], "f4", "plain numbers"),
    ([1e9, 1e9 + 1], "f8", "single precision has 8 digits"),
    ([1e-300, 1.0], "f8", "single precision ends at 1e-38"),
    ([np.nan, 1.0], "f4", "holes are no reason"),
]


@pytest.mark.parametrize(("array", "dtype", "reason"), ARRAYS)
def test_arrays_are_single_where_that_is_enough(array, dtype, reason):
    packed = drawing.packed(array)
    assert packed["dtype"] == dtype, reason
    np.testing.assert_allclose(unpacked(packed), array, rtol=1e-7)


def test_a_pole_does_not_flatten_the_rest():
    x = np.linspace(-1, 1, 1001)
    with np.errstate(divide="ignore"):
        low, high, cut = drawing.readable_range(1 / x)
    assert cut
    assert -30 < low < -5
    assert 5 < high < 30
    assert drawing.readable_range(x**2) == (0, 1, False)
    assert drawing.readable_range(np.sign(x)) == (-1, 1, False)  # a jump between two levels hides nothing
    assert drawing.readable_range(np.exp(-((10 * x) ** 2))) == (pytest.approx(0), 1, False)  # nor does a peak
    assert drawing.readable_range(1 / np.array([1.0, 2.0]), include=1e6)[1] == 1e6


# --- level lines --------------------------------------------------------------------------------------------


def test_level_lines_lie_on_the_level():
    x, y = np.linspace(-2, 2, 81), np.linspace(-1.5, 1.5, 61)
    z = x**2 + y[:, None] ** 2
    lines = contours.level_lines(x, y, z, [1.0])
    inside = lines[~np.isnan(lines[:, 0])]
    # linear interpolation of a circle of radius 1 on a grid of 0.05: h²/8 · f″/|f′| < 1e-3
    np.testing.assert_allclose(np.hypot(inside[:, 0], inside[:, 1]), 1, atol=1e-3)
    assert np.isnan(lines).all(axis=1).sum() == 1  # one closed line
    np.testing.assert_array_equal(lines[0], lines[-2])


def test_level_lines_have_no_more_corners_than_are_seen():
    """Halfway between two corners the line is still the circle, but for a hair and the width of a cell."""
    x = np.linspace(-2, 2, 71)
    z = x**2 + x[:, np.newaxis] ** 2
    line = contours.level_lines(x, x, z, [2.25])[:-1, :2]
    assert (line[0] == line[-1]).all()  # it is still closed
    crossed = np.count_nonzero(np.diff(np.sign(z - 2.25))) + np.count_nonzero(
        np.diff(np.sign(z - 2.25), axis=0)
    )
    assert len(line) < 0.6 * crossed
    halfway = (line[1:] + line[:-1]) / 2
    cell = 4 / 70
    assert np.abs(np.hypot(*halfway.T) - 1.5).max() < 3 * contours.UNSEEN * 4 + cell**2 / (8 * 1.5)


def test_level_lines_of_a_saddle_do_not_cross():
    x = np.array([-1.0, 1.0])
    z = np.array([[1.0, -0.5], [-0.5, 1.0]])  # the middle is above 0: the two high corners belong together
    lines = contours.level_lines(x, x, z, [0.0])
    one, other = lines[:2, :2], lines[3:5, :2]
    # each line cuts off one low corner
    assert {tuple(np.sign(line.sum(axis=0))) for line in (one, other)} == {(1.0, -1.0), (-1.0, 1.0)}


@pytest.mark.parametrize("wave", [lambda x: x, lambda x: np.sin(2 * np.pi * x)], ids=["x y", "sin x sin y"])
def test_level_lines_along_the_grid_meet_where_they_cross(wave: Callable[[np.ndarray], np.ndarray]):
    """g(x) g(y) is 0 where g is 0, on lines of the grid; the sine only to rounding."""
    x = np.linspace(-1, 1, 21)
    lines = contours.level_lines(x, x, np.outer(wave(x), wave(x)), [0.0])[:, :2]
    zeros = x[np.abs(wave(x)) < 1e-12]
    places = np.concatenate([lines, (lines[1:] + lines[:-1]) / 2])
    places = places[~np.isnan(places[:, 0])]
    off = np.abs(places[:, :, np.newaxis] - zeros).min(axis=(1, 2))
    assert len(off) > 10
    assert off.max() < 1e-12  # a line that cut a corner would be half a cell off, 0.05


def test_no_level_line_where_heights_fall_below_rounding():
    x = np.linspace(-1, 1, 21)
    z = np.exp(np.add.outer(500 * x, x))  # e⁵⁰ from one row to the next, and above 0 everywhere
    assert not len(contours.level_lines(x, x, z, [0.0]))


def test_level_lines_stop_at_holes():
    x = np.linspace(-1, 1, 21)
    z = np.add.outer(x, x)
    z[8:13, 8:13] = np.nan
    lines = contours.level_lines(x, x, z, [0.0])
    assert np.isnan(lines).all(axis=1).sum() == 2
    assert (np.abs(lines[~np.isnan(lines[:, 0])][:, 0]) > 0.25).all()


# --- arrows -------------------------------------------------------------------------------------------------


BOWL_HEIGHT = (0.62 + 0.62 - 0.4) / 72  # of a difference of 1 in x1² + x2² over [−6, 6]², in scene units


@pytest.mark.parametrize("size", [1e-9, 1.0, 1e6])
def test_the_arrow_of_the_truth_lies_in_the_tangent_plane_and_has_one_length(size):
    gradient = np.array([2.0, 4.0])
    picture = surface_of(
        f"{size} (x1^2 + x2^2)", [1, 2], [estimate("symbolic", *(size * gradient))], truth=size * gradient
    )
    (line, _legend) = of_method(picture, "symbolic")
    tip, tail = tip_and_tail(line)
    np.testing.assert_allclose(tail[:2], np.array([1, 2]) / 6, atol=1e-6)  # [−6, 6]² is drawn as [−1, 1]²
    run = 6 * (tip - tail)[:2]
    np.testing.assert_allclose(run[0] * gradient[1], run[1] * gradient[0], rtol=1e-6)
    np.testing.assert_allclose(
        (tip - tail)[2], BOWL_HEIGHT * (run @ gradient), rtol=1e-2
    )  # the grid has no 0
    assert np.linalg.norm(tip - tail) == pytest.approx(0.6)


def test_arrows_of_one_point_part_where_the_methods_differ():
    """Each ends at (v, g·v) of the same tangent plane, in the same measure."""
    estimates = [estimate("symbolic", 2, 4), estimate("forward", 3, 4), estimate("backprop", 2, 4)]
    picture = surface_of("x1^2 + x2^2", [1, 2], estimates, truth=[2, 4])
    tips = {name: np.subtract(*tip_and_tail(of_method(picture, name)[0])) for name in DEFAULT}
    np.testing.assert_allclose(tips["symbolic"], tips["backprop"])
    np.testing.assert_allclose(tips["forward"][:2] / tips["symbolic"][:2], [1.5, 1], rtol=1e-6)
    assert tips["forward"][2] / tips["symbolic"][2] == pytest.approx((2 * 3 + 4 * 4) / 20)
    widths = [of_method(picture, name)[0]["line"]["width"] for name in DEFAULT]
    assert widths == sorted(widths, reverse=True)
    assert len(set(widths)) == 3


def test_an_arrow_gone_wild_is_cut_short_and_does_not_shrink_the_others():
    alone = surface_of("x + 2 y", [0, 0], [estimate("symbolic", 1, 2)], truth=[1, 2])
    both = surface_of(
        "x + 2 y", [0, 0], [estimate("symbolic", 1, 2), estimate("central", 6e15, 0)], truth=[1, 2]
    )
    np.testing.assert_allclose(*(tip_and_tail(of_method(p, "symbolic")[0]) for p in (alone, both)))
    tip, tail = tip_and_tail(of_method(both, "central")[0])
    assert np.linalg.norm(tip - tail) == pytest.approx(1.4)
    assert "Too long for the picture, so cut short: central." in both.caption


def test_without_a_true_gradient_the_arrows_lie_flat():
    picture = surface_of("|x| + |y|", [0, 0], [estimate("forward", 1, 1)], truth=[np.nan, np.nan])
    tip, tail = tip_and_tail(of_method(picture, "forward")[0])
    assert tip[2] == tail[2]
    assert picture.figure["layout"]["meta"]["stage"]["tangent"] is False


@pytest.mark.parametrize("method", theme.STYLES)
@pytest.mark.parametrize("size", [1e-300, 1e-12, 1.0, 1e15, 1e155, 1e300, 1.7e308])
def test_arrows_in_the_scene_fit_whatever_their_size(method, size):
    for truth in ([size, -size], [1, 2], None):
        picture = surface_of("x + 2 y", [0, 0], [estimate(method, size, -size)], truth=truth)
        line = of_method(picture, method)[0]
        assert np.abs(np.stack([values(line[axis]) for axis in "xyz"])).max() < 2.5
        json.dumps(picture.figure, allow_nan=False)


def test_what_the_browser_draws_over_the_scene_is_told_in_numbers():
    picture = surface_of(
        "x1^2 + x2^2", [1, 2], [estimate("symbolic", 2, 4), estimate("forward", np.nan, 1)], truth=[2, 4]
    )
    stage = picture.figure["layout"]["meta"]["stage"]
    assert stage["point"] == [1, 2]
    np.testing.assert_allclose(stage["spot"][:2], np.array([1, 2]) / 6)
    assert stage["rise"] == pytest.approx(BOWL_HEIGHT, rel=1e-2)
    assert [(a["method"], a["gradient"]) for a in stage["arrows"]] == [("symbolic", [2, 4])]
    overlaid = [t for t in picture.figure["data"] if (t.get("meta") or {}).get("overlaid")]
    assert {t["name"] for t in overlaid} == {"thread", "point", "closed form"}


def test_the_lens_is_told_the_differences_and_at_a_kink_the_slopes_from_each_side():
    estimates = [estimate("symbolic", 2, 4), estimate("forward", 2.5, 3.75)]
    told = surface_of("x1^2 + x2^2", [1, 2], estimates, truth=[2, 4], one_sided=[[2, 2], [4, 4]])
    stage = told.figure["layout"]["meta"]["stage"]
    assert [(row["method"], row["vector"]) for row in stage["differences"]] == [
        ("symbolic", [0, 0]),
        ("forward", [0.5, -0.25]),
    ]
    assert stage["sides"] == []
    kink = surface_of("|x| + y", [0, 1], estimates, truth=[np.nan, 1], one_sided=[[-1, 1], [1, -np.inf]])
    stage = kink.figure["layout"]["meta"]["stage"]
    assert (stage["differences"], stage["sides"]) == ([], [[-1, 1], [1, None]])


def test_differences_over_the_steps_have_digits_of_their_own():
    """1e-9 beside a gradient of 6 is lost in single precision."""
    steps = np.array([1e-9, 1e-1])
    sweep = SimpleNamespace(
        steps=steps,
        quotients={"forward": None},
        gradients={"forward": np.array([[6 + 1e-9, 8 + 2e-9], [6.1, 8.1]])},
        truth=SimpleNamespace(gradient=np.array([6.0, 8.0])),
        errors={"forward": np.hypot([1e-9, 0.1], [2e-9, 0.1])},
    )
    table = figures.gradients_by_step(sweep, (0, 1), ["forward"])
    across, up = (unpacked(column) for column in table["differences"]["forward"])
    np.testing.assert_allclose(across, [1e-9, 0.1], rtol=1e-6)
    np.testing.assert_allclose(up, [2e-9, 0.1], rtol=1e-6)
    sweep.truth.gradient = np.array([np.nan, 8.0])
    assert figures.gradients_by_step(sweep, (0, 1), ["forward"])["differences"] == {}


def test_nested_arrows_get_ever_narrower():
    for count in range(1, 10):
        widths = arrows.nested_widths(count, 9.0)
        assert len(widths) == count
        assert (np.diff(widths) < -0.8).all()
    frame = arrows.Frame.of([-6, 6], [-6, 6])
    laid = arrows.arrange(frame, [1, 1], {name: np.array([6.0, 8.0]) for name in METHODS})
    assert all(np.array_equal(arrow.tail, frame.place([1, 1])) for arrow in laid.arrows)


def test_one_method_gone_wild_does_not_shrink_the_others():
    frame = arrows.Frame.of([-6, 6], [-6, 6])
    calm = arrows.arrange(frame, [0, 0], {"symbolic": [1, 0]})
    wild = arrows.arrange(frame, [0, 0], {"symbolic": [1, 0], "forward": [1e12, 0], "central": [1.7e308, 0]})
    assert wild.factor == calm.factor
    assert [arrow.cut for arrow in wild.arrows] == [False, True, True]
    assert all((np.abs(arrow.tip) <= 1).all() for arrow in wild.arrows)


@pytest.mark.parametrize("at", [(0, 0), (5.9, 5.9), (-6, 6), (3, -4)])
@pytest.mark.parametrize("size", [1e-300, 1e-3, 1.0, 1e5, 1e300])
def test_arrows_fit_whatever_their_size(at, size):
    frame = arrows.Frame.of([-6, 6], [-6, 6])
    (arrow,) = arrows.arrange(frame, at, {"symbolic": [size, size]}).arrows
    length = np.hypot(*(arrow.tip - arrow.tail))
    assert arrows.SHORTEST / 2.5 < length <= arrows.LONGEST + 1e-12


def test_nan_and_zero_have_no_arrow():
    picture = surface_of("x1^2 + x2^2", [0, 0], [estimate("symbolic", 0, 0), estimate("forward", np.nan, 1)])
    for method in ("symbolic", "forward"):
        assert [trace["meta"].get("legend") for trace in of_method(picture, method)] == [True]
    assert "no finite number: forward" in picture.caption
    assert "gradient of zero: closed form" in picture.caption
    picture = surface_of("x1^2 + x2^2", [0, 0], [estimate("forward", np.inf, 1)])
    assert [trace["meta"].get("legend") for trace in of_method(picture, "forward")] == [True]
    assert "no finite number: forward" in picture.caption


@pytest.mark.parametrize("gradient", [(6, 8), (0, 0)])
def test_the_map_names_each_method_once_in_its_legend(gradient):
    """An arrow of no length is a dot, and a method like any other."""
    given = [estimate("symbolic", *gradient), estimate("forward", *gradient)]
    named = [t["name"] for t in map_of("x1^2 + x2^2", [3, 4], given).figure["data"] if in_legend(t)]
    assert named == ["closed form", "forward"]


def test_methods_not_given_are_not_drawn():
    picture = surface_of("x1^2 + x2^2", [3, 4], [estimate("symbolic", 6, 8)])
    flat = map_of("x1^2 + x2^2", [3, 4], [estimate("symbolic", 6, 8)])
    for absent in set(METHODS) - {"symbolic"}:
        assert not of_method(picture, absent)
        assert not of_method(flat, absent)


def test_dashes_are_gaps_in_the_shaft():
    solid, _ = solids.solid_arrow([0, 0, 0], [1, 0, 0], "solid")
    dashed, triangles = solids.solid_arrow([0, 0, 0], [1, 0, 0], "dash")
    assert len(dashed) > len(solid)
    assert len(solids.dashes(1e30, "dot")) <= solids.MOST_REPEATS
    assert solids.dashes(1e30, "dot")[-1][1] <= 1e30
    assert solids.dashes(0.2, "dash") == [(0.0, 0.075), (pytest.approx(0.115), pytest.approx(0.19))]
    assert dashed[:, 0].max() == pytest.approx(1)
    assert triangles.max() == len(dashed) - 1
    stretches = solids.dashes(1.0, "dash")
    assert all(stop <= following for (_, stop), (following, _) in itertools.pairwise(stretches))


# --- the surface and the map --------------------------------------------------------------------------------


def test_three_variables_tell_which_are_held():
    picture = surface_of("x1 + x2 + x3", [1, 2, 3], [estimate("symbolic", 1, 1, 1)], axes=(0, 2))
    assert "Slice with x₂ = 2" in picture.caption


def test_a_pole_is_cut_and_told_and_is_no_wall():
    picture = surface_of("1/x + 0 y", [1, 1], [], fine=70)
    assert "cut off" in picture.caption
    z = values(picture.figure["data"][0]["z"])
    top, bottom = picture.figure["data"][0]["cmax"], picture.figure["data"][0]["cmin"]
    with np.errstate(invalid="ignore"):
        walls = ((z[:, :-1] > top) & (z[:, 1:] < bottom)) | ((z[:, :-1] < bottom) & (z[:, 1:] > top))
    assert not walls.any()


@pytest.mark.parametrize(
    ("text", "fine", "drawn", "why"),
    [
        ("x + 2 y", 5, 3, "a plane is flat between any of its points"),
        ("x + 2 y", 6, 6, "the last row would go"),
        ("|x| + y", 7, 7, "the kink lies on a row that would go"),
        ("|x| + y", 9, 5, "it lies on one that stays"),
        ("x + sqrt(y + 5)", 7, 7, "the rim of a hole"),
        ("x^2 + y^2", 71, 36, "the lesson's"),
        ("sin(3 x) + y", 71, 71, "waves"),
    ],
)
def test_a_sheet_has_half_of_the_places_where_nobody_would_miss_the_others(text, fine, drawn, why):
    sheet = surface_of(text, [0.5, 1], [], fine=fine).figure["data"][0]
    shape = f"{drawn},{drawn}"
    assert (sheet["z"]["shape"], sheet["customdata"]["shape"]) == (shape, f"{shape},3"), why
    assert [len(values(sheet[axis])) for axis in "xy"] == [drawn, drawn]


def test_half_of_the_places_show_the_same_sheet():
    at = np.linspace(-6, 6, 71)
    sheet = surface_of("x^2 y/6 + y^2", [0, 0], [], fine=71).figure["data"][0]
    z = values(sheet["z"])
    assert z.shape == (36, 36)
    between = np.array([np.interp(at, at[::2], row) for row in z])
    between = np.array([np.interp(at, at[::2], column) for column in between.T]).T
    exact = at**2 * at[:, np.newaxis] / 6 + at[:, np.newaxis] ** 2
    low, high = exact.min(), exact.max()
    scaled = z.min() + (z.max() - z.min()) * (exact - low) / (high - low)
    assert np.abs(between - scaled).max() < 1e-3


def test_the_scene_has_fixed_ranges_and_true_proportions():
    scene = surface_of("x + y", [0, 0], [], bounds=((-4, 4), (-2, 2))).figure["layout"]["scene"]
    for axis in "xyz":
        low, high = scene[f"{axis}axis"]["range"]
        assert (high - low) / 2 == pytest.approx(scene["aspectratio"][axis])
    assert scene["aspectratio"]["y"] == pytest.approx(scene["aspectratio"]["x"] / 2)


def test_the_map_says_when_right_angles_are_not_right():
    same = map_of("x + y", [0, 0], [estimate("symbolic", 1, 1)])
    other = map_of("x + y", [0, 0], [estimate("symbolic", 1, 1)], bounds=((-1, 1), (-100, 100)))
    assert "right angles" not in same.caption
    assert same.figure["layout"]["yaxis"]["scaleanchor"] == "x"
    assert "right angles" in other.caption
    assert "scaleanchor" not in other.figure["layout"]["yaxis"]


def test_the_map_has_the_point_and_moves_it():
    picture = map_of("x1 + x2 + x3", [1, 2, 3], [], axes=(0, 2))
    (point,) = [t for t in picture.figure["data"] if t.get("meta", {}).get("role") == "point"]
    assert (point["x"], point["y"]) == ([1.0], [3.0])
    assert picture.pick == (0, 2)


def test_a_point_outside_the_window_is_told():
    estimates = [estimate("symbolic", 1, 1)]
    for picture in (surface_of("x + y", [9, 0], estimates), map_of("x + y", [9, 0], estimates)):
        assert "outside the picture" in picture.caption
        assert not [t for t in of_method(picture, "symbolic") if not t["meta"].get("legend")]


# --- the curve ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "slope", "through"),
    [("forward", 1.5, (0.5, 1.0)), ("backward", 0.5, (0.0, 0.5)), ("central", 1.0, (0.0, 1.0))],
)
def test_a_secant_goes_through_the_points_it_looks_at(method, slope, through):
    picture = curve_of("x^2", 0.5, [estimate(method, slope, step=0.5)])
    line, dots = of_method(picture, method)
    x, y = line["x"], line["y"]
    for place, height in zip(dots["x"], dots["y"], strict=True):
        assert height == pytest.approx(place**2)
        assert y[0] + (y[1] - y[0]) * (place - x[0]) / (x[1] - x[0]) == pytest.approx(height)
    assert tuple(dots["x"]) == through


def test_a_tangent_touches_the_curve_at_the_point():
    (line,) = of_method(curve_of("x^2", 0.5, [estimate("backprop", 1.0)]), "backprop")
    assert np.interp(0.5, line["x"], line["y"]) == pytest.approx(0.25)
    assert (line["y"][1] - line["y"][0]) / 4 == pytest.approx(1)


def test_a_slope_that_is_no_number_has_no_line():
    picture = curve_of("sqrt(x)", 0.0, [estimate("backward", np.nan, step=0.1), estimate("symbolic", np.inf)])
    assert not of_method(picture, "backward")
    assert not of_method(picture, "symbolic")
    assert "no finite number" in picture.caption


def test_a_press_on_the_curve_moves_x():
    assert curve_of("x^2", 0.5, []).pick == (0,)


# --- error against ε ----------------------------------------------------------------------------------------


def test_the_floor_lies_within_the_scene_and_is_not_clipped():
    # a sheet just on the end of the range is drawn by the rounding of each pixel
    picture = surface_of("1/(x^2 + y^2)", [0.0, 0.0], [])
    (floor,) = [trace for trace in picture.figure["data"] if trace.get("name") == "floor"]
    low = np.float32(picture.figure["layout"]["scene"]["zaxis"]["range"][0])
    heights = values(floor["z"]).astype(np.float32)
    assert np.nanmin(heights) - low > 1e3 * np.spacing(abs(low))
    (lines,) = [trace for trace in picture.figure["data"] if trace.get("name") == "level lines on the floor"]
    drawn = values(lines["z"])
    assert np.nanmin(drawn[np.isfinite(drawn)][:-2]) > np.nanmax(heights)  # its last two are corners


def test_exact_zeros_stand_on_the_floor_and_none_is_dropped():
    steps = [1e-16, 1e-12, 1e-8, 1e-4, 1.0]
    picture = figures.errors_picture(sweep_of({"forward": [1e-3, 0, 0, 1e-5, 0]}, steps), 1e-4)
    low = 10 ** picture.figure["layout"]["yaxis"]["range"][0]
    band = next(shape for shape in picture.figure["layout"]["shapes"] if shape["name"] == "exact answers")
    exact = [t for t in of_method(picture, "forward") if t["meta"].get("role") == "exact"]
    places = np.concatenate([values(t["x"])[~np.isnan(values(t["y"]))] for t in exact])
    np.testing.assert_allclose(np.unique(places), [1e-12, 1e-8, 1.0], rtol=1e-6)
    heights = np.concatenate([values(t["y"])[~np.isnan(values(t["y"]))] for t in exact])
    assert ((heights > low) & (heights < band["y1"])).all()
    assert "exact" in picture.figure["layout"]["yaxis"]["ticktext"]


def test_a_value_between_two_holes_is_still_seen():
    picture = figures.errors_picture(
        sweep_of({"forward": [0, 1e-3, 0, np.nan, 1e-5]}, [1e-9, 1e-7, 1e-5, 1e-3, 1]), 1
    )
    dots = [
        t for t in of_method(picture, "forward") if t["mode"] == "markers" and t["meta"]["role"] == "error"
    ]
    np.testing.assert_allclose(np.concatenate([values(t["x"]) for t in dots]), [1e-7, 1], rtol=1e-6)


def test_the_chosen_step_is_marked_on_every_curve():
    sweep = sweep_of({"symbolic": [0, 0], "forward": [1e-7, 1e-1], "central": [np.nan, np.nan]}, [1e-8, 1e-1])
    picture = figures.errors_picture(sweep, 1e-2, {"symbolic": 0, "forward": 1e-2, "central": np.nan})
    chosen = {t["meta"]["method"]: t for t in picture.figure["data"] if t["meta"].get("role") == "chosen"}
    assert set(chosen) == {"symbolic", "forward"}
    assert (chosen["forward"]["x"], chosen["forward"]["y"]) == ([1e-2], [1e-2])
    line = next(shape for shape in picture.figure["layout"]["shapes"] if shape["name"] == "chosen step")
    assert line["x0"] == line["x1"] == 1e-2
    assert "no number or no truth" in picture.caption


def test_methods_not_shown_are_absent_from_the_errors():
    sweep = sweep_of({"symbolic": [0, 0], "forward": [1e-7, 1e-1]}, [1e-8, 1e-1])
    picture = figures.errors_picture(sweep, 1e-2, shown=["forward"])
    assert not of_method(picture, "symbolic")
    assert [t["meta"].get("role", "legend") for t in of_method(picture, "forward")] == [
        "error",
        "chosen",
        "legend",
    ]


def test_step_free_methods_are_flat_across_the_picture():
    sweep = sweep_of({"backprop": [1e-16, 1e-16], "forward": [1e-7, 1e-1]}, [1e-8, 1e-1])
    line = of_method(figures.errors_picture(sweep, 1e-2), "backprop")[0]
    assert line["x"] == [1e-8, 1e-1]
    assert line["y"] == [1e-16, 1e-16]


def test_tick_labels_are_powers():
    axis = figures.errors_picture(sweep_of({"forward": [1e-7, 1e-1]}, [1e-16, 1]), 1e-2).figure["layout"][
        "xaxis"
    ]
    assert axis["ticktext"][0] == "10<sup>−16</sup>"
    assert axis["ticktext"][-1] == "ε = 1"
    assert len(axis["ticktext"]) <= 10


# --- what the view is sent ----------------------------------------------------------------------------------


def sent(point, gradient):
    drawn = {
        "surface": figures.Panel(surface_of("x1^2 + x2^2", point, [estimate("symbolic", *gradient)])),
        "map": figures.Panel(map_of("x1^2 + x2^2", point, [estimate("symbolic", *gradient)])),
    }
    return figures.view_data(drawn, [(1.5, ["surface"]), (1, ["map"])], ["symbolic"])


def test_moving_the_point_sends_no_heavy_part_again():
    before, after = sent([3, 4], [6, 8]), sent([1, 2], [2, 4])
    assert json.dumps(before[0]) == json.dumps(after[0])
    assert before[1]["revision"] != after[1]["revision"]
    assert "part" in after[1]["pictures"]["surface"]["figure"]["data"][0]["z"]


def test_the_same_pictures_have_the_same_revision():
    assert sent([3, 4], [6, 8])[1] == sent([3, 4], [6, 8])[1]


def test_every_part_named_is_sent():
    parts, data = sent([3, 4], [6, 8])
    named = set()

    def look(item):
        if isinstance(item, dict):
            named.update([item["part"]] if "part" in item else [])
            for inner in item.values():
                look(inner)
        elif isinstance(item, list):
            for inner in item:
                look(inner)

    look(data["pictures"])
    assert named == set(parts["parts"]) | set(data["named"])


def test_what_a_panel_is_goes_with_it():
    panels = {"map": figures.Panel(map_of("x1^2 + x2^2", [3, 4], [estimate("symbolic", 6, 8)]))}
    _, told = figures.view_data(
        panels, [(1, ["map"])], ["symbolic"], about={"map": "From above.", "curve": "–"}
    )
    _, silent = figures.view_data(panels, [(1, ["map"])], ["symbolic"])
    assert [data["pictures"]["map"]["about"] for data in (told, silent)] == ["From above.", ""]


def test_the_loader_is_not_taken_for_the_name_of_a_file():
    assert "\n" in figures.loader("gradviz/view.js").strip()


def test_a_picture_that_stands_still_answers_to_nothing_and_is_otherwise_the_same():
    field, point = gradviz.parse("x^2 + y^2"), np.array([1.0, 2.0])
    surface = gradviz.sample(field, ((-3, 3), (-3, 3)), 20, point=point)
    picture = figures.contour_picture(field, surface, point, [])
    still = figures.standing_still(picture)
    assert (still.pick, still.steps, still.views) == ((), False, ())
    roles = [(trace.get("meta") or {}).get("role") for trace in picture.figure["data"]]
    assert "collected" in roles
    assert still.figure["data"] == [
        trace for trace, role in zip(picture.figure["data"], roles, strict=True) if role != "collected"
    ]
    assert picture.pick == (0, 1)


SUMMARIES = [
    (["One.", "Two."], 9, "", "all of it fits"),
    (["One.", "Two."], 8, "One.", "not both"),
    (["One.", "Two.", "Three."], 9, "One. Two.", "as many as fit"),
    (["A long sentence.", "Two."], 5, "A long sentence.", "the first in any case"),
    (["A long sentence."], 5, "A long sentence.", "also alone"),
    ([], 5, "", "nothing to say"),
]


@pytest.mark.parametrize(("sentences", "letters", "summary", "reason"), SUMMARIES)
def test_a_long_caption_has_a_summary_of_whole_sentences(sentences, letters, summary, reason):
    assert drawing.summary_of(sentences, letters) == summary, reason
