"""The map fills its panel: what is drawn around its window."""

from __future__ import annotations

import numpy as np
import pytest

import gradviz
from gradviz import figures
from gradviz.figures.parts.theme import STOPS
from gradviz.figures.surroundings import FARTHEST, RESOLUTION, surroundings
from tests.support.pictures import unpacked

SQUARE = ((-8, 8), (-8, 8))


def map_of(text: str, window=SQUARE, at=(3.0, 4.0), **more):
    field = gradviz.parse(text)
    surface = gradviz.sample(field, window, 41)
    estimates = [gradviz.gradient(field, at, "central")]
    around = surroundings(surface)
    return surface, around, figures.contour_picture(field, surface, at, estimates, around=around, **more)


def trace(picture, name: str) -> dict:
    (found,) = (trace for trace in picture.figure["data"] if trace.get("name") == name)
    return found


@pytest.mark.parametrize(
    ("window", "across", "up", "reason"),
    [
        (SQUARE, (-24, 24), (-40 / 3, 40 / 3), "panels from 3 : 1 to 3 : 5"),
        (((0, 4), (0, 10)), (-13, 17), (-2.5, 12.5), "a window that stands upright, in a wide panel"),
        (((0, 10), (0, 4)), (-10, 20), (-19 / 3, 31 / 3), "one that lies, in a panel that stands"),
        (((0, 1), (0, 100)), (-1, 2), (-25, 125), "with two units the window itself fills the panel"),
    ],
)
def test_what_is_drawn_around_a_window(window, across, up, reason):
    around = surroundings(gradviz.sample(gradviz.parse("x + y"), window, 11))
    assert around is not None
    assert (around.x[0], around.x[-1]) == pytest.approx(across), reason
    assert (around.y[0], around.y[-1]) == pytest.approx(up), reason
    np.testing.assert_allclose(around.z, around.x + around.y[:, np.newaxis], atol=1e-12)


def test_a_curve_and_the_widest_window_have_nothing_around():
    assert surroundings(gradviz.sample(gradviz.parse("x^2"), ((-1, 1),), 11)) is None
    widest = ((-5e299, 5e299), (-5e299, 5e299))
    assert surroundings(gradviz.sample(gradviz.parse("x + y"), widest, 11)) is None


def colours(drawn: dict) -> dict[str, float]:
    """The value of f at which each colour of a scale stands."""
    span = drawn["zmax"] - drawn["zmin"]
    return {colour: drawn["zmin"] + stop * span for stop, colour in drawn["colorscale"]}


def test_colours_and_lines_inside_are_those_of_the_window():
    """The scale of the scene, though f is five times as large at the edge of what is drawn."""
    surface, _, picture = map_of("x^2 + y^2")
    alone = figures.contour_picture(surface.field, surface, (3.0, 4.0), [])
    wide, narrow = trace(picture, "f"), alone.figure["data"][0]
    assert colours(narrow) == {f"@height{k}": 128 * stop for k, stop in enumerate(STOPS)}
    # beyond it they go on, over twice the window's range; lower than 0 it is nowhere
    assert colours(wide) == pytest.approx(colours(narrow) | {"@above": 384})
    assert wide["contours"] == narrow["contours"]
    assert unpacked(wide["z"]).shape == (RESOLUTION, RESOLUTION)
    assert unpacked(wide["z"]).max() == pytest.approx(24**2 + (40 / 3) ** 2)
    layout = picture.figure["layout"]
    assert [layout[axis]["range"] for axis in ("xaxis", "yaxis")] == [[-8, 8], [-8, 8]]
    assert [layout[axis]["constrain"] for axis in ("xaxis", "yaxis")] == ["range", "range"]


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("x + 0y", {"@below": -24, "@above": 24}),
        ("-x^2 - y^2", {"@below": -384}),
        ("cos(pi x / 4) + 0y", {}),
        ("x + 0y + 3 tanh(100 (x + 9)) - 3", {"@below": -30, "@above": 24}),
    ],
)
def test_colours_go_on_as_far_as_the_values_around_do(text, ends):
    _, _, picture = map_of(text)
    found = colours(trace(picture, "f"))
    assert {name: found[name] for name in found if "height" not in name} == pytest.approx(ends, rel=0.02)


def test_lines_around_stand_outside_the_window_at_values_past_its_own():
    _, _, picture = map_of("x^2 + y^2")
    lines = trace(picture, "levels around")
    x, y = (unpacked(lines[axis]).astype(float) for axis in "xy")
    gap = np.isnan(x)
    assert (np.maximum(np.abs(x), np.abs(y))[~gap] > 8 - 48 / 120).all()
    radii = np.hypot(x, y)[~gap] ** 2
    # the last level inside is 120, 10 after the one before
    assert np.abs(radii[:, np.newaxis] - [130, 140, 160, 200, 280, 440]).min(axis=1).max() < 1


def test_the_frame_is_the_window():
    _, _, picture = map_of("x^2 + y^2", ((0, 4), (1, 3)), at=(1.0, 2.0))
    frame = trace(picture, "window")
    assert {*zip(frame["x"], frame["y"], strict=True)} == {(0, 1), (4, 1), (4, 3), (0, 3)}


@pytest.mark.parametrize("text", ["exp(x y)", "1/x + y", "sqrt(x) + log(y)", "tan(x) y", "10^38 x y"])
def test_values_around_are_numbers_that_float32_holds_or_holes(text):
    _, around, picture = map_of(text, ((1, 9), (1, 9)), at=(5.0, 5.0))
    drawn = unpacked(trace(picture, "f")["z"])
    assert not np.isinf(drawn).any()
    holes = ~np.isfinite(around.z)
    assert not (np.isnan(drawn) & ~holes).any()
    # what goes on into a hole is covered there
    rows, columns = np.nonzero(holes & np.isfinite(drawn))
    covers = [named for named in picture.figure["data"] if named.get("name") == "no number"]
    assert len(covers) == bool(rows.size)
    for cover in covers:
        corners = np.column_stack([unpacked(cover[axis]) for axis in "xy"])
        places = np.column_stack([around.x[columns], around.y[rows]])
        apart = np.abs(corners[:, np.newaxis] - places).max(axis=-1)
        assert np.nanmin(apart, axis=0).max() < 1e-5
    low, high = trace(picture, "f")["zmin"], trace(picture, "f")["zmax"]
    if high < 1e30:
        assert np.nanmax(drawn) <= (high + FARTHEST * (high - low)) * (1 + 1e-6)


def test_a_ground_that_a_layer_colours_has_nothing_around():
    field, at = gradviz.parse("x^2 + y^2"), np.array([3.0, 4.0])
    surface = gradviz.sample(field, SQUARE, 41)
    estimates = [gradviz.gradient(field, at, "central")]
    layers = figures.Layers(("digits",), field, surface, at, gradviz.true_gradient(field, at), estimates, 0.1)
    around = surroundings(surface)
    coloured = figures.contour_picture(field, surface, at, estimates, layers=layers, around=around)
    assert "window" not in [trace.get("name") for trace in coloured.figure["data"]]
    assert coloured.figure["layout"]["xaxis"]["constrain"] == "domain"


@pytest.mark.parametrize(("at", "marked"), [((3.0, 4.0), 1), ((20.0, -9.0), 1), ((25.0, 0.0), 0)])
def test_a_point_that_is_dragged_out_of_the_window_keeps_its_mark(at, marked):
    _, _, picture = map_of("x^2 + y^2", at=at)
    marks = [trace for trace in picture.figure["data"] if trace.get("meta", {}).get("role") == "point"]
    assert [(trace["x"], trace["y"]) for trace in marks] == [([at[0]], [at[1]])] * marked
