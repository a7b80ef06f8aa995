"""What can be seen besides: each layer's geometry against what is known by hand, and the words about it."""

from __future__ import annotations

import json

import numpy as np
import pytest

import gradviz
from gradviz import figures
from gradviz.figures.layers import descent, digits, gradient_field, lens, level, plane, slices, table
from gradviz.figures.parts import arrows, heights, theme
from gradviz.paths import Path
from tests.support.pictures import unpacked

NAMES = tuple(layer.name for layer in figures.LAYERS)
SQUARE = ((-6, 6), (-6, 6))
METHODS = ("symbolic", "forward", "central")


def chosen(
    text: str,
    point,
    names=NAMES,
    *,
    bounds=SQUARE,
    fine: int = 40,
    step: float = 0.1,
    methods=METHODS,
    axes=(0, 1),
    **options,
) -> figures.Layers:
    field = gradviz.parse(text)
    ranges = bounds[: min(2, len(field.variables))]
    surface = gradviz.sample(field, ranges, fine, point=point, axes=axes)
    estimates = [gradviz.gradient(field, point, method, step) for method in methods]
    truth = gradviz.true_gradient(field, point)
    return figures.Layers(
        tuple(names), field, surface, np.array(point), truth, estimates, step, axes=surface.axes, **options
    )


def drawn(more: figures.Layers, picture: str) -> figures.Picture:
    given = (more.field, more.surface, more.point, more.estimates)
    if picture == "curve":
        return figures.curve_picture(*given, layers=more)
    draw = {"surface": figures.surface_picture, "map": figures.contour_picture}[picture]
    return draw(*given, axes=more.axes, layers=more)


def named(picture: figures.Picture, name: str) -> list[dict]:
    return [trace for trace in picture.figure["data"] if trace.get("name") == name]


def places(trace: dict, axes: str = "xy") -> np.ndarray:
    columns = [trace[axis] for axis in axes]
    return np.stack([unpacked(c) if isinstance(c, dict) else np.array(c) for c in columns], axis=-1)


def without_gaps(line: np.ndarray) -> np.ndarray:
    return line[~np.isnan(line[:, 0])]


def frame_of(more: figures.Layers) -> arrows.Frame:
    return arrows.Frame.of(more.surface.x, more.surface.y)


def heights_of(more: figures.Layers) -> heights.Heights:
    z = more.surface.z
    return heights.Heights(float(z.min()), float(z.max()))


# --- the choice ---------------------------------------------------------------------------------------------


def test_the_entry_keeps_the_order_of_the_table_and_drops_what_it_does_not_know():
    assert figures.known_layers("lens, plane,nothing,,<b>") == ("plane", "lens")
    assert figures.layers_text(["lens", "plane"]) == "plane,lens"
    assert figures.known_layers(figures.layers_text(NAMES)) == NAMES
    assert figures.layers_text([]) == ""
    assert figures.known_layers("") == ()


@pytest.mark.parametrize("picture", ["surface", "map"])
def test_without_a_choice_nothing_is_added_and_nothing_computed(picture):
    more = chosen("x1^2 + x2^2", (3, 4), ())
    given = (more.field, more.surface, more.point, more.estimates)
    plain = (figures.surface_picture if picture == "surface" else figures.contour_picture)(*given)
    assert drawn(more, picture) == plain
    assert not more.computed
    assert "gradients" not in vars(more.surface)


FIELDS = [
    ("x1^2 + x2^2", (3, 4), "the lesson"),
    ("x^2 + y^2", (0, 0), "a critical point"),
    ("|x| + y^2", (0, 1), "on a kink"),
    ("sqrt(x) log(y)", (1, 2), "holes"),
    ("sqrt(x) + y", (-1, 2), "no value at the point"),
    ("1/(x y)", (1, 2), "poles"),
    ("sqrt(-1 - x^2) + y", (1, 2), "no value anywhere"),
    ("x - x + y - y", (1, 2), "flat"),
    ("exp(exp(x)) + y", (1, 2), "overflow"),
    ("1e200 x^2 + y", (1, 2), "huge slopes"),
    ("cbrt(x) + y", (0, 1), "a vertical tangent"),
    ("x y", (7, 0), "outside the window"),
    ("x y", (6, -6), "in a corner"),
    ("x^2 + y z", (1, 2, 3), "a slice of three variables"),
    ("x^3 - x", (0.5,), "one variable"),
    ("log(x)", (-1,), "one variable, no value"),
    ("|x|", (0,), "one variable, a kink"),
]


@pytest.mark.parametrize(("text", "point", "why"), FIELDS, ids=lambda item: str(item))
@pytest.mark.parametrize("shade", ["light", "dark"])
def test_plotly_takes_every_layer(text, point, why, shade):
    import plotly.graph_objects as go

    more = chosen(text, point, fine=15)
    for picture in ["curve"] if len(point) == 1 else ["surface", "map"]:
        made = drawn(more, picture)
        painted = figures.paint(made.figure, figures.palettes()[shade])
        assert '"@' not in json.dumps(painted, allow_nan=False)
        go.Figure(painted)
        assert made.alternative.endswith(".")


@pytest.mark.parametrize("picture", ["surface", "map"])
@pytest.mark.parametrize("layer", figures.LAYERS, ids=lambda layer: layer.name)
def test_each_layer_is_told_in_words_where_it_is_drawn(layer, picture):
    with_it, without = (drawn(chosen("x^2 + 3y^2", (3, 4), names), picture) for names in ((layer.name,), ()))
    assert (layer.words in with_it.alternative) == (picture in layer.pictures)
    assert (with_it.caption != without.caption) == (picture in layer.pictures)
    assert (with_it.figure != without.figure) == (picture in layer.pictures)


def test_a_point_outside_leaves_what_needs_no_point():
    picture = drawn(chosen("x y", (7, 0)), "map")
    assert named(picture, "gradient field")
    assert not named(picture, "level curve")


# --- the tangent plane --------------------------------------------------------------------------------------


def test_the_tangent_plane_touches_at_the_point_with_the_slopes_of_f():
    """z = 25 + 6 (x − 3) + 8 (y − 4)."""
    more = chosen("x1^2 + x2^2", (3, 4))
    frame, tall = frame_of(more), heights_of(more)
    corners = plane.patch(more, frame, tall)
    x, y = frame.back(corners[:, :2]).T
    values = tall.low + (corners[:, 2] - tall.bottom) / tall.unit
    np.testing.assert_allclose(values, 25 + 6 * (x - 3) + 8 * (y - 4), rtol=1e-12)
    assert corners[:, 0].min() < 0.5 < corners[:, 0].max()


@pytest.mark.parametrize("text", ["30x + 30y", "x^2 + y^2", "1000x - y"])
def test_the_patch_stays_in_the_box(text):
    more = chosen(text, (5, 5.5))
    frame = frame_of(more)
    corners = plane.patch(more, frame, heights_of(more))
    assert len(corners) >= 3
    assert (np.abs(corners) - [*frame.size, heights.HALF_HEIGHT] < 1e-12).all()


def test_no_plane_where_f_is_not_differentiable():
    picture = drawn(chosen("|x| + y", (0, 1), ("plane",)), "surface")
    assert not named(picture, "tangent plane")
    assert "No tangent plane: f is not differentiable at the point." in picture.caption
    gap = drawn(chosen("log(x) + y", (-1, 1), ("plane",)), "surface")
    assert "No tangent plane: f has no finite number at the point." in gap.caption


def test_the_tangent_of_a_curve_has_its_slope():
    """f = x³ − x at 1/2: value −3/8, slope −1/4."""
    (line,) = named(drawn(chosen("x^3 - x", (0.5,), ("plane",)), "curve"), "tangent line")
    x, y = places(line).T
    np.testing.assert_allclose(y, -0.375 - 0.25 * (x - 0.5), atol=1e-6)


# --- the level curve ----------------------------------------------------------------------------------------


def test_the_level_curve_passes_through_the_point_and_is_level():
    more = chosen("x1^2 + x2^2", (3, 4))
    line = without_gaps(level.through_point(more))
    assert (line == [3, 4]).all(axis=-1).sum() == 1
    np.testing.assert_allclose(np.hypot(*line.T), 5, rtol=1e-14)


@pytest.mark.parametrize(
    ("text", "point"),
    [("x1^2 + x2^2", (3, 4)), ("sin(x) cos(y) + x/5", (1, 2)), ("x y", (2, -1)), ("exp(x/3) - y^3", (1, 1))],
)
def test_the_level_curve_is_at_right_angles_to_the_gradient(text, point):
    """To second order in the distance of its vertices: a cell is 0.3 wide, a chord turns by as much."""
    more = chosen(text, point, fine=200)
    curve = level.through_point(more)
    (at,) = np.flatnonzero((curve == point).all(axis=-1))
    slopes = gradviz.true_gradient(more.field, point).gradient
    for neighbour in (at - 1, at + 1):
        along = curve[neighbour] - curve[at]
        cosine = along @ slopes / np.hypot(*along) / np.hypot(*slopes)
        assert abs(cosine) < 0.06
    values = more.field(without_gaps(curve))
    np.testing.assert_allclose(values, more.value, atol=1e-9 * np.abs(more.surface.z).max())


def test_a_curve_smaller_than_a_cell_is_found():
    """A circle of radius 0.05 on a grid of 0.3."""
    more = chosen("x^2 + y^2", (0.03, 0.04))
    line = without_gaps(level.through_point(more))
    np.testing.assert_allclose(np.hypot(*line.T), 0.05, rtol=1e-12)
    assert (line == [0.03, 0.04]).all(axis=-1).any()


def test_the_level_curve_ends_on_the_edge_of_the_domain():
    # on the edge, the circle of radius 1, f is x: the level ½ meets it at (½, ±√¾)
    curve = level.through_point(chosen("sqrt(x^2 + y^2 - 1) + x", [0.0, np.sqrt(1.25)], ["level"]))
    nearest = curve[np.nanargmin(np.hypot(*curve.T))]
    assert np.hypot(*nearest) == pytest.approx(1, abs=0.02)  # of a cell of 0.3
    assert nearest[0] == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize(
    ("text", "point", "bounds", "words"),
    [
        ("x^2 + y^2", (3, 4), SQUARE, "f = 25 through the point, at right angles to the gradient."),
        ("x^2 + y^2", (0, 0), SQUARE, "No level curve f = 0 passes through the point"),
        ("x^2 + y", (1, 20), ((-2, 2), (-50, 50)), "but not as drawn, for the axes differ in scale"),
        ("log(x) + y", (-1, 0), SQUARE, "No level curve: f has no finite number at the point."),
        ("x^2 - y^2", (0, 0), SQUARE, "f = 0 through the point."),
    ],
)
def test_the_words_about_the_level_curve(text, point, bounds, words):
    more = chosen(text, point, ("level",), bounds=bounds)
    assert words in drawn(more, "map").caption
    assert words in drawn(more, "surface").caption


def test_the_level_curve_lies_on_the_surface_and_under_it():
    more = chosen("x^2 + y^2", (3, 4), ("level",))
    picture = drawn(more, "surface")
    (above,), (below,) = named(picture, "level curve"), named(picture, "level curve on the floor")
    height = places(above, "xyz")
    np.testing.assert_allclose(np.nanmax(np.hypot(height[:, 0], height[:, 1])), 5 / 6, rtol=1e-6)
    np.testing.assert_allclose(np.nanmin(height[:, 2]), heights_of(more).place(25.0), atol=0.01)
    assert np.nanmax(places(below, "xyz")[:, 2]) < heights.FLOOR + 0.01


# --- slices -------------------------------------------------------------------------------------------------


def test_slices_lie_on_f_and_pass_through_the_point():
    more = chosen("x^2 + x y^3", (2, -1))
    first, second = slices.through_point(more)
    for cut, held in ((first, 1), (second, 0)):
        assert (cut.places[:, held] == more.point[held]).all()
        assert (cut.places == more.point).all(axis=-1).any()
    x, y = first.places[:, 0], second.places[:, 1]
    np.testing.assert_allclose(first.values, x**2 - x, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(second.values, 4 + 2 * y**3, rtol=1e-12)


def test_tangent_and_secant_of_a_slice():
    """x1² + x2² at (3, 4) with ε = 2: the tangents have slopes 6 and 8, the forward secants 8 and 10."""
    more = chosen("x1^2 + x2^2", (3, 4), step=2.0)
    for cut, slope, at in zip(slices.through_point(more), (6, 8), (3, 4), strict=True):
        assert (cut.tangent.at, cut.tangent.value, cut.tangent.slope) == (at, 25, slope)
        (start, stop), (low, high) = cut.evaluated[:, cut.axis], cut.evaluations
        assert (start, stop) == (at, at + 2)
        assert (low, high) == (25, 25 + (at + 2) ** 2 - at**2)
        line = cut.secant
        assert line.value + line.slope * (start - line.at) == pytest.approx(low)
        assert line.value + line.slope * (stop - line.at) == pytest.approx(high)


def test_the_secant_is_of_the_first_method_shown_that_takes_a_step():
    more = chosen("x1^2 + x2^2", (3, 4), methods=("symbolic", "central", "forward"), step=1.0)
    assert more.method == "central"
    np.testing.assert_array_equal(slices.through_point(more)[0].evaluated[:, 0], [2, 4])
    assert "method central go through" in drawn(more, "surface").caption
    assert "has no secant" in drawn(chosen("x y", (1, 2), methods=("central4",)), "surface").caption


def test_a_chosen_method_has_its_secants_though_it_is_not_shown():
    """The backward secant of x1² + x2² at (3, 4) with ε = 2 has slopes 4 and 6."""
    field, point = gradviz.parse("x1^2 + x2^2"), (3, 4)
    others = [gradviz.gradient(field, point, method, 2.0) for method in ("forward", "backward")]
    choice = {"methods": ("symbolic", "forward"), "step": 2.0, "method": "backward"}
    more = chosen("x1^2 + x2^2", point, others=others, **choice)
    assert [cut.secant.slope for cut in slices.through_point(more)] == [4, 6]
    assert "method backward go through" in drawn(more, "surface").caption
    assert slices.through_point(chosen("x1^2 + x2^2", point, **choice))[0].secant is None


def test_lines_end_at_the_box():
    """y = 2x through the origin in [−3, 3] × [−2, 4] runs from (−1, −2) to (2, 4)."""
    side = np.array([-3.0, 3.0])
    np.testing.assert_allclose(slices.Line(0, 0, 2).ends(side, -2, 4), [[-1, -2], [2, 4]])
    np.testing.assert_allclose(slices.Line(0, 1, 0).ends(side, -2, 4), [[-3, 1], [3, 1]])
    assert len(slices.Line(0, 9, 0).ends(side, -2, 4)) == 0
    assert len(slices.Line(0, 90, 2).ends(side, -2, 4)) == 0


def test_a_slice_without_a_derivative_has_no_tangent():
    picture = drawn(chosen("|x| + y", (0, 1), ("slices",)), "surface")
    assert "No tangent, for there is no derivative: along x." in picture.caption
    assert len(named(picture, "tangent of the slice")) == 1


# --- paths --------------------------------------------------------------------------------------------------


def test_paths_run_over_the_surface():
    more = chosen("x^2 + 3y^2", (2, 1.5), ("path",))
    picture = drawn(more, "surface")
    line = named(picture, "steepest descent")[0]
    x, y, z = places(line, "xyz").T
    np.testing.assert_allclose(z, heights_of(more).place((6 * x) ** 2 + 3 * (6 * y) ** 2), atol=0.013)
    assert "steepest descent (solid) to a critical point" in picture.caption
    assert "steepest ascent (dashed) to the edge of the picture" in picture.caption


def test_paths_on_the_map_have_arrowheads():
    line = named(drawn(chosen("x^2 + 3y^2", (2, 1.5), ("path",)), "map"), "steepest descent")[-1]
    assert sum(size > 0 for size in line["marker"]["size"]) >= 1
    np.testing.assert_allclose(places(line)[[0, -1]], [(2, 1.5), (0, 0)], atol=1e-3)


def test_arrowheads_stand_at_even_distances():
    line = np.column_stack([np.linspace(0, 3, 301), np.zeros(301)])
    np.testing.assert_allclose(np.diff(line[descent.heads(line), 0]), descent.SPACING, atol=0.011)
    assert descent.heads(line[:2]) == [1]
    assert descent.heads(line[:1]) == []


def test_no_path_is_told():
    picture = drawn(chosen("x^2 + y^2", (0, 0), ("path",)), "map")
    assert "No path of steepest descent or ascent: the gradient is zero at the point." in picture.caption


def test_paths_of_a_slice_stay_in_it():
    way = descent.paths(chosen("x^2 + y z", (1, 2, 3), axes=(0, 2)))["descent"]
    assert isinstance(way, Path)
    np.testing.assert_array_equal(way.points[:, 1], 2)


# --- the gradient field -------------------------------------------------------------------------------------


def arrows_of(lines: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Tails and tips."""
    rows = lines.reshape(-1, 7, 2)
    return rows[:, 0], rows[:, 1]


def test_field_arrows_point_along_the_gradient_and_grow_with_its_cube_root():
    frame = arrows.Frame.of([-1, 1], [-1, 1])
    at = np.array([[[-0.5, -0.5], [0.5, -0.5]], [[-0.5, 0.5], [0.5, 0.5]]])
    slopes = np.array([[[8.0, 0.0], [0.0, 1.0]], [[3.0, -4.0], [0.0, 0.0]]])
    tails, tips = arrows_of(gradient_field.field_lines(frame, at, slopes))
    assert len(tails) == 3  # a zero gradient has no arrow
    np.testing.assert_allclose((tails + tips) / 2, [(-0.5, -0.5), (0.5, -0.5), (-0.5, 0.5)])
    moves = tips - tails
    lengths = np.hypot(*moves.T)
    np.testing.assert_allclose(moves / lengths[:, None], [(1, 0), (0, 1), (0.6, -0.8)], atol=1e-12)
    assert lengths[2] / lengths[1] == pytest.approx(5 ** (1 / 3))
    assert lengths.max() <= 1


def test_the_field_is_of_the_method_asked_for():
    """The forward difference of x² is 2x + ε, whose field has its zero at −ε/2."""
    places_, by_default = gradient_field.grid(chosen("x^2 + y^2", (3, 4), step=1.0))
    _, forward = gradient_field.grid(chosen("x^2 + y^2", (3, 4), step=1.0, field_method="forward"))
    np.testing.assert_allclose(by_default, 2 * places_, rtol=1e-12)
    np.testing.assert_allclose(forward, 2 * places_ + 1, rtol=1e-9)


def test_the_field_has_no_arrow_in_holes():
    more = chosen("sqrt(x) + y", (1, 2))
    where, vectors = gradient_field.grid(more)
    assert np.isnan(vectors[where[..., 0] < 0]).all()
    tails, _ = arrows_of(gradient_field.field_lines(frame_of(more), where, vectors))
    assert len(tails) == (where[..., 0] > 0).sum()


# --- digits -------------------------------------------------------------------------------------------------

# gradient, reference, digits, why
DIGITS = [
    ((6.1, 8.1), (6, 8), -np.log10(np.sqrt(0.02) / 10), "the lesson"),
    ((1.001,), (1,), 3, "an error of a thousandth"),
    ((2, 3), (2, 3), 16, "exact"),
    ((0, 0), (0, 0), 16, "exact zeros"),
    ((1, 0), (0, 0), 0, "all of it is error"),
    ((-5,), (1,), 0, "worse than nothing"),
    ((np.nan, 1), (2, 1), 0, "no number where there is one"),
    ((2, 1), (np.nan, 1), np.nan, "nothing to compare with"),
    ((1e200, 2e200), (1e200, 2e200 * (1 + 1e-4)), 4 + np.log10(np.sqrt(5) / 2), "squares overflow"),
    ((1 + 2**-52,), (1,), 52 * np.log10(2), "one place of float64"),
]


@pytest.mark.parametrize(("gradient", "reference", "count", "why"), DIGITS, ids=lambda item: str(item))
def test_digits_by_hand(gradient, reference, count, why):
    found = digits.right(gradient, reference)
    np.testing.assert_allclose(found, count, atol=1e-3, err_msg=why)


def test_digits_on_the_grid():
    """Of f = x² + y² the forward difference with ε = 0.01 is off by ε in both: √2 ε / 2r of the gradient."""
    more = chosen("x^2 + y^2", (3, 4), step=0.01, methods=("forward",), fine=13)
    radius = np.hypot(*np.meshgrid(more.surface.x, more.surface.y))
    away = radius > 0
    np.testing.assert_allclose(
        digits.on_grid(more)[away], -np.log10(np.sqrt(2) * 0.01 / (2 * radius[away])), atol=1e-9
    )
    assert digits.on_grid(more)[~away] == 0  # the gradient is zero there, the difference is ε


def test_the_edge_of_the_domain_glows():
    """√x has no value left of 0: backward differences fail there within ε, and lose digits near it."""
    window = ((0.25, 4.25), (0, 1))
    more = chosen("sqrt(x) + 0y", (3, 4), step=0.5, methods=("backward",), bounds=window, fine=5)
    row = digits.on_grid(more)[0]
    assert row[0] == 0
    assert (np.diff(row) > 0).all()


def test_digits_are_judged_by_the_truth():
    """(1 − cos x)/x² loses eight digits at 1e-4, in the reverse sweep as in the closed form."""
    more = chosen("(1 - cos(x))/x^2 + 0y", (3, 4), methods=("symbolic",), method="symbolic",
                  bounds=((1e-4, 1.0001), (0, 1)), fine=5)  # fmt: skip
    row = digits.on_grid(more)[0]
    assert row[0] < 9
    assert (row[1:] > 13).all()
    assert (digits.right(more.surface.gradients, more.surface.gradients)[0] == 16).all()


def test_where_there_is_no_gradient_there_are_no_digits():
    more = chosen("|x| + y^2", (3, 4), ("digits",), fine=13)
    colours = digits.on_grid(more)
    assert np.isnan(colours[:, 6]).all()
    assert np.isfinite(np.delete(colours, 6, axis=1)).all()
    assert "judged by the truth." in drawn(more, "map").caption


def test_a_long_formula_is_judged_at_fewer_points():
    """Those between have the digits of the nearest one judged."""
    text = "+".join(f"sin({k}*x*y)" for k in range(1, 40))
    more = chosen(text, (3, 4), ("digits",), fine=41)
    found = digits.judged(more)
    assert found.stride > 1
    assert found.digits.shape == more.surface.z.shape
    assert f"at one point in {found.stride**2}." in drawn(more, "map").caption
    places = np.stack(np.meshgrid(*more.surface.sides), axis=-1)[:: found.stride, :: found.stride]
    truths = [[gradviz.true_gradient(more.field, place).gradient for place in row] for row in places]
    by_method = more.gradients(places, "forward")
    np.testing.assert_allclose(
        found.digits[:: found.stride, :: found.stride], digits.right(by_method, truths), atol=0.5
    )


@pytest.mark.parametrize("text", ["sqrt(x^2 + y^2 - 2)", "sqrt(x^2 + y^2 - 2)" + 40 * " + 0x"])
def test_digits_reach_up_to_the_edge_of_the_domain(text):
    """Next to it as nearby: a point that is judged for those around it may itself lie past the edge."""
    more = chosen(text, (3, 4), ("digits",), step=1e-3, bounds=((-3, 3), (-3, 3)), fine=41)
    found = digits.judged(more)
    assert (found.stride > 1) == ("+ 0x" in text)
    if found.stride > 1:
        assert np.isnan(found.digits[np.isfinite(more.surface.z)]).any()
    sheet = drawn(more, "surface").figure["data"][0]
    z, colours = unpacked(sheet["z"]), unpacked(sheet["surfacecolor"])
    assert np.isfinite(colours[np.isfinite(z)]).all()
    picture = drawn(more, "map")
    (heat,), (past,) = named(picture, "correct digits"), named(picture, "no number")
    covered = unpacked(heat["z"])
    known = np.isfinite(more.surface.z)
    assert np.isfinite(covered[known]).all()
    assert np.isnan(covered[18:23, 18:23]).all(), "in the middle of the hole there is nothing"
    assert np.isfinite(covered).sum() > known.sum()
    assert np.nanmin(np.hypot(unpacked(past["x"]), unpacked(past["y"]))) < np.sqrt(2)
    edge = colours[np.isfinite(z) & ~known]
    assert edge.size > 0
    assert (edge <= np.nanmax(found.digits)).all()


def test_a_hole_of_one_point_has_no_digits():
    more = chosen("1/(x^2 + y^2)", (3, 4), ("digits",), bounds=((-3, 3), (-3, 3)), fine=13)
    (heat,) = named(drawn(more, "map"), "correct digits")
    assert np.argwhere(np.isnan(unpacked(heat["z"]))).tolist() == [[6, 6]]


def test_what_is_undecided_is_counted():
    more = chosen("floor(erf(x)) + y", (3, 4), ("digits",), bounds=((-1, 1e3), (0, 1)), fine=3)
    found = digits.judged(more)
    assert (found.undecided, found.count) == (6, 9)
    assert "At 6 of 9 points the truth is undecided." in drawn(more, "map").caption


def test_digits_colour_the_sheet_the_map_and_the_curve():
    more = chosen("x^2 + y^2", (3, 4), ("digits",), step=0.01, fine=13)
    sheet = drawn(more, "surface").figure["data"][0]
    (heat,) = named(drawn(more, "map"), "correct digits")
    for array, scale in ((sheet["surfacecolor"], sheet["cmax"]), (heat["z"], heat["zmax"])):
        np.testing.assert_allclose(unpacked(array), digits.on_grid(more), rtol=1e-6)
        assert scale == 16
    flat = drawn(chosen("x + y", (3, 4), ("digits",), fine=13), "surface").figure["data"][0]
    assert flat["z"]["shape"] == flat["surfacecolor"]["shape"] == "13,13"
    (dots,) = named(drawn(chosen("x^3", (1,), ("digits",)), "curve"), "correct digits")
    assert dots["marker"]["colorbar"]["ticktext"] == ["0", "4", "8", "12", "16"]
    words = "correct digits of the gradient by the method forward at ε = 0.01"
    assert words in drawn(more, "surface").caption
    assert words in drawn(more, "map").caption


def lightness(colour: str) -> float:
    """L* of CIELAB."""
    channels = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return 116 * np.cbrt(linear @ [0.2126, 0.7152, 0.0722]) - 16


def test_the_colours_of_digits_fall_evenly_in_lightness():
    """So they are in order for every kind of colour vision, and in print."""
    steps = -np.diff([lightness(colour) for colour in theme.DIGIT_COLOURS])
    assert steps.min() > 0.8 * steps.mean()
    assert steps.max() < 1.25 * steps.mean()


@pytest.mark.parametrize("shade", ["light", "dark"])
def test_the_colours_of_paths_and_plane_stand_out_from_the_paper(shade):
    palette = theme.PALETTES[shade]
    for name in ("tangent", "descent", "ascent"):
        luminances = [((lightness(palette[key]) + 16) / 116) ** 3 for key in (name, "paper")]
        assert (max(luminances) + 0.05) / (min(luminances) + 0.05) > 3


# --- the lens -----------------------------------------------------------------------------------------------

UNIT = arrows.Frame.of([-1, 1], [-1, 1])


def test_the_lens_magnifies_by_a_told_round_factor():
    """(3e-9, 4e-9) is 5e-9 long: 10⁸ times that is 0.5, and 2·10⁸ times too long."""
    looked = lens.magnified(UNIT, np.zeros(2), {"forward": np.array([3e-9, 4e-9])})
    assert (looked.times, looked.power, looked.factor) == (1, 8, "10⁸")
    np.testing.assert_allclose(looked.arrows[0].tip, [0.3, 0.4])


# size of the longest difference, factor
FACTORS = [(0.1, "5"), (0.3, "2"), (0.6, "1"), (4.0, "0.1"), (2e-15, "2·10¹⁴"), (1.2e-310, "5·10^309")]


@pytest.mark.parametrize(("size", "factor"), FACTORS)
def test_the_longest_difference_fills_the_picture(size, factor):
    looked = lens.magnified(UNIT, np.zeros(2), {"forward": np.array([size, 0.0])})
    assert looked.factor == factor
    assert 0.2 < looked.arrows[0].tip[0] <= lens.LONGEST


def test_the_lens_keeps_proportions_and_makes_dots_of_what_is_exact_or_unseen():
    differences = {
        "symbolic": (0.0, 0.0),
        "forward": (1e-3, 0.0),
        "backward": (-5e-4, 0.0),
        "central": (0.0, 1e-9),
        "adaptive": (np.nan, 0.0),
    }
    vectors = {name: np.array(vector) for name, vector in differences.items()}
    looked = lens.magnified(UNIT, np.zeros(2), vectors)
    assert (looked.exact, looked.small, looked.missing) == (("symbolic",), ("central",), ("adaptive",))
    found = {arrow.method: arrow for arrow in looked.arrows}
    assert found["forward"].tip[0] == pytest.approx(-2 * found["backward"].tip[0])
    assert found["symbolic"].is_dot
    assert found["central"].is_dot


def test_the_lens_takes_the_place_of_the_arrows_on_the_map():
    more = chosen("x1^2 + x2^2", (3, -2), ("lens",))
    picture = drawn(more, "map")
    (arrow,) = [t for t in picture.figure["data"] if t.get("meta", {}).get("method") == "forward"]
    ends = places(arrow)
    moved = ends[1] - ends[0]
    assert moved[0] == pytest.approx(moved[1])  # ε in both coordinates
    (note,) = picture.figure["layout"]["annotations"]
    factor = float(note["text"].removeprefix("differences × "))
    assert moved[0] == pytest.approx(0.1 * factor)
    assert f"magnified {factor:g} times" in picture.caption
    assert "Exact to the last bit, so a dot: closed form." in picture.caption


def test_the_lens_needs_the_truth():
    assert (
        "No differences: there is no true gradient"
        in drawn(chosen("|x| + y", (0, 1), ("lens",)), "map").caption
    )


def test_the_scale_of_the_arrows_stands_on_the_map():
    """(6, 8) is 10 long."""
    more = chosen("x1^2 + x2^2", (3, 4), ())
    (note,) = drawn(more, "map").figure["layout"]["annotations"]
    assert note["text"] == "arrows × 0.2"
    flat = drawn(chosen("x^2 + y^2", (0, 0), (), methods=("symbolic",)), "map")
    assert flat.figure["layout"]["annotations"] == []


def test_a_dot_on_the_map_does_not_turn():
    """Plotly draws no mark that would turn towards a place before it, where there is none."""
    picture = drawn(chosen("x^2 + y^2", (0, 0), (), methods=("symbolic",)), "map")
    (dot,) = [t for t in picture.figure["data"] if t.get("meta", {}).get("method") == "symbolic"]
    assert dot["marker"]["angleref"] == "up"


# --- one variable -------------------------------------------------------------------------------------------


def test_layers_over_two_variables_are_told_on_a_curve():
    caption = drawn(chosen("x^3 - x", (0.5,)), "curve").caption
    assert "Drawn over two variables only: slices, gradient field and difference lens." in caption


def test_the_path_on_a_curve_lies_on_it():
    line = named(drawn(chosen("x^3 - x", (0.5,), ("path",)), "curve"), "steepest descent")[-1]
    x, y = places(line).T
    np.testing.assert_allclose(y, x**3 - x, atol=1e-6)
    assert x[-1] == pytest.approx(1 / np.sqrt(3), abs=1e-3)


@pytest.mark.parametrize("text", ["1/x^3", "1/x^6", "-1/x^4", "csc(x)^4", "exp(exp(3x))"])
def test_the_path_on_a_curve_ends_at_the_border_of_the_picture(text):
    picture = drawn(chosen(text, (1,), ("path",)), "curve")
    low, high = picture.figure["layout"]["yaxis"]["range"]
    for name in ("steepest descent", "steepest ascent"):
        for line in named(picture, name):
            y = places(line)[:, 1].astype(float)
            assert y.min() >= low * (1 + 1e-7)
            assert y.max() <= high * (1 + 1e-7)
            assert len(y) < 400


@pytest.mark.parametrize("picture", ["surface", "map", "curve"])
def test_each_picture_has_its_layers_once_and_in_the_order_of_its_stack(picture):
    names = [layer.name for layer in table.stacked(picture)]
    assert sorted(names) == sorted(layer.name for layer in table.LAYERS if picture in layer.pictures)
    assert tuple(names[: len(table.STACKING[picture])]) == table.STACKING[picture]


def test_what_a_layer_computes_is_computed_once_for_all_pictures():
    more = chosen("x1^2 + x2^2", (3, 4), ("level",))
    assert level.through_point(more) is level.through_point(more)
    assert list(more.computed) == ["gradviz.figures.layers.level.through_point"]
