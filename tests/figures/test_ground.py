"""The ground below a curve: where it lies, its level lines, and what is grey."""

import numpy as np
import pytest

from gradviz import figures, gradient, parse
from gradviz.figures.ground import runs_of, under
from gradviz.figures.parts.drawing import unpacked
from gradviz.framing import sample

X = np.linspace(-2, 2, 401)


def ground(z, bottom, top):
    return under(X, np.asarray(z, dtype=float), (-2.0, 2.0, bottom, top))


def polylines(trace):
    """The (k, 2) stretches of a trace, which nan parts."""
    places = np.stack([unpacked(trace["x"]), unpacked(trace["y"])], axis=-1)
    holes = np.flatnonzero(np.isnan(places[:, 0]))
    return [part[~np.isnan(part[:, 0])] for part in np.split(places, holes) if np.isfinite(part).any()]


def area(polygon):
    x, y = polygon.T  # the shoelace formula
    return abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2


@pytest.mark.parametrize(
    ("z", "bottom", "expected"),
    [
        (X**2, 0.0, 16 / 3),  # the integral of x² over [−2, 2]
        (X**2, 1.0, 8 / 3),  # of x² − 1, where that is above 0
        (np.where(X > 0, X, np.nan), 0.0, 2.0),
        (np.where(np.abs(X) > 1, 1.0, np.nan), 0.0, 2.0),  # in two pieces
    ],
)
def test_the_area_between_curve_and_bottom_is_filled(z, bottom, expected):
    sky, fill, _ = ground(z, bottom, 4.0).traces
    assert sky["fillgradient"] != fill["fillgradient"]
    assert sum(map(area, polylines(fill))) == pytest.approx(expected, abs=0.03)
    assert (fill["fillgradient"]["start"], fill["fillgradient"]["stop"]) == (bottom, 4.0)


def test_level_lines_end_at_the_curve():
    lines = polylines(ground(X**2, 0.0, 4.0).traces[2])
    assert len(lines) >= 8
    for (left, level), (right, same) in lines:
        assert level == same
        outer = 2.0  # x² is above the level outside of ±√level
        assert {round(abs(left), 3), round(abs(right), 3)} == {round(float(np.sqrt(level)), 3), outer}


@pytest.mark.parametrize(
    ("z", "holes"),
    [
        (np.where(X >= 0, np.sqrt(np.maximum(X, 0)), np.nan), [(-2, 0)]),
        (np.where(np.abs(X) < 1, 1.0, np.nan), [(-2, -1), (1, 2)]),
        (X, []),
        (np.full_like(X, np.nan), [(-2, 2)]),
    ],
)
def test_where_f_has_no_number_the_ground_is_grey_and_says_so(z, holes):
    shapes = ground(z, 0.0, 2.0).shapes
    found = [(shape["x0"], shape["x1"]) for shape in shapes]
    assert found == [pytest.approx(hole, abs=0.011) for hole in holes]
    assert all("no number" in shape["label"]["text"] for shape in shapes)


def test_a_pole_is_no_region_without_a_number():
    assert ground(np.where(np.abs(X) < 0.005, np.nan, 1 / (X + 1e-9)), -9.0, 9.0).shapes == []


def test_runs_are_stretches_of_two_and_more():
    known = np.array([1, 1, 0, 1, 0, 1, 1, 1], dtype=bool)
    assert runs_of(known) == [(0, 1), (5, 7)]
    assert runs_of(np.zeros(3, dtype=bool)) == []


def test_the_lines_of_a_shaded_curve_are_cased_and_move_with_their_casing():
    field = parse("x^3 - 3x")
    surface = sample(field, ((0.0, 3.0),), 200)
    estimates = [gradient(field, [1.5], name, 0.5) for name in ("symbolic", "forward", "central")]
    plain, shaded = (
        figures.curve_picture(field, surface, [1.5], estimates, shaded=shaded).figure["data"]
        for shaded in (False, True)
    )
    added = [trace for trace in shaded if trace not in plain]
    casings = [trace for trace in added if trace["name"] not in ("sky", "ground", "levels")]
    assert [trace for trace in shaded if trace not in added] == plain
    lines = [t for t in plain if t.get("meta", {}).get("method") and t["mode"] == "lines"]
    assert [(c["meta"], c["x"], c["y"]) for c in casings] == [(t["meta"], t["x"], t["y"]) for t in lines]
    assert max(map(shaded.index, casings)) < min(shaded.index(line) for line in lines)


def test_a_curve_that_long_lies_at_its_lowest_has_ground_to_stand_on():
    """e^(3x) is (e⁶ − 1)/6 over [0, 2] on average, a sixth of its range; with what is below, a third."""
    field = parse("e^(3x)")
    surface = sample(field, ((0.0, 2.0),), 400)
    figure = figures.curve_picture(field, surface, [1.0], [], shaded=True).figure
    bottom, top = figure["layout"]["yaxis"]["range"]
    (fill,) = (trace for trace in figure["data"] if trace.get("name") == "ground")
    share = sum(map(area, polylines(fill))) / (2 * (top - bottom))
    height = np.exp(6) - 1
    assert share == pytest.approx((height / 6 - bottom) / (top - bottom), abs=1e-3)
    assert share > 1 / 3
