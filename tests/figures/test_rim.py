"""The edge of a domain in the pictures: on it, and not a cell before it."""

from __future__ import annotations

import numpy as np
import pytest

import gradviz
from gradviz import figures
from gradviz.figures.parts.rim import covered, reached, reached_curve
from tests.support.pictures import unpacked

SQUARE = ((-3, 3), (-3, 3))

# f, and how far a place (x, y) is from the edge of its domain: on paper
EDGES = [
    ("sqrt(x^2 + y^2 - 1)", lambda x, y: np.hypot(x, y) - 1),
    ("sqrt(4 - x^2 - y^2)", lambda x, y: np.hypot(x, y) - 2),
    ("log(x + 0.03) + y", lambda x, y: x + 0.03),
    ("asin(x) + y^2", lambda x, y: np.abs(x) - 1),
    ("sqrt(y - x/3) + x", lambda x, y: y - x / 3),
]


def sampled(text: str) -> gradviz.Surface:
    return gradviz.sample(gradviz.parse(text), SQUARE, 41)


@pytest.mark.parametrize(("text", "away"), EDGES, ids=[text for text, _ in EDGES])
def test_the_sheet_ends_on_the_edge(text, away):
    surface = sampled(text)
    rim = reached(surface)
    known = np.isfinite(surface.z)
    moved = np.isfinite(rim.z) & ~known
    assert np.abs(away(rim.x[moved], rim.y[moved])).max() < 1e-8
    at = np.stack([rim.x, rim.y], axis=-1)[known | moved]
    assert np.array_equal(rim.z[known | moved], surface.field(at))
    # every cell with a value has four corners now: without teeth
    cells = np.stack([np.isfinite(rim.z)[j:, i:][:40, :40] for j in (0, 1) for i in (0, 1)])
    had = np.stack([known[j:, i:][:40, :40] for j in (0, 1) for i in (0, 1)])
    assert cells.all(axis=0)[had.any(axis=0)].all()


@pytest.mark.parametrize("text", [text for text, _ in EDGES])
def test_no_cell_of_the_sheet_is_folded(text):
    surface = sampled(text)
    rim = reached(surface).hemmed()
    known = np.isfinite(surface.z)
    drawn = np.any([known[j:, i:][:40, :40] for j in (0, 1) for i in (0, 1)], axis=0)
    places = np.where(np.isfinite(rim.z)[..., np.newaxis], np.stack([rim.x, rim.y], axis=-1), np.nan)
    corners = [places[j:, i:][:40, :40] for j, i in ((0, 0), (0, 1), (1, 1), (1, 0))]
    for k in range(4):  # the triangle at each corner, counter-clockwise
        before, here, after = corners[k - 1], corners[k], corners[(k + 1) % 4]
        (ax, ay), (bx, by) = np.moveaxis(here - before, -1, 0), np.moveaxis(after - here, -1, 0)
        area = ax * by - ay * bx
        assert np.nanmin(area[drawn]) > -0.1 * 0.15**2
        hem = np.abs(area[~drawn])  # a line but for the chords of a bent edge
        assert np.nanmax(hem, initial=0) < 0.6 * 0.15**2


@pytest.mark.parametrize(("text", "away"), EDGES, ids=[text for text, _ in EDGES])
def test_the_cover_of_a_map_ends_on_the_edge(text, away):
    surface = sampled(text)
    cover = covered(surface)
    corners = cover.outline[np.isfinite(cover.outline).all(axis=1)]
    on_grid = np.isin(corners[:, 0], surface.x) & np.isin(corners[:, 1], surface.y)
    assert np.abs(away(*corners[~on_grid].T)).max() < 1e-8
    columns, rows = np.searchsorted(surface.x, corners[on_grid]).T
    without = ~np.isfinite(surface.z[rows, columns])
    assert (without | (np.abs(away(*corners[on_grid].T)) < 1e-8)).all()
    known = np.isfinite(surface.z)
    assert np.array_equal(cover.z[known], surface.z[known])


@pytest.mark.parametrize("text", ["1/(x^2 + y^2)", "sin(x)/x + y", "1/x + y"])
def test_a_hole_as_wide_as_a_vertex_stays(text):
    surface = sampled(text)
    assert not np.isfinite(surface.z[:, 20]).all()  # at x = 0
    rim = reached(surface)
    assert rim is None or np.array_equal(np.isfinite(rim.z), np.isfinite(surface.z))


@pytest.mark.parametrize("text", [text for text, _ in EDGES])
def test_each_vertex_of_a_drawn_cell_has_all_neighbours(text):
    surface = sampled(text)
    known, there = (np.isfinite(grid.z) for grid in (surface, reached(surface).hemmed()))
    near = known.copy()
    for j, i in ((0, 1), (1, 0), (1, 1), (1, -1)):
        for way in (1, -1):
            near[1:-1, 1:-1] |= np.roll(known, (way * j, way * i), (0, 1))[1:-1, 1:-1]
    inner = near[1:-1, 1:-1]
    for way in (1, -1):
        for axis in (0, 1):
            assert np.roll(there, way, axis)[1:-1, 1:-1][inner].all()


@pytest.mark.parametrize("text", ["x^2 + y^2", "sqrt(-1 - x^2) + y"])
def test_without_an_edge_nothing_is_searched(text):
    assert reached(sampled(text)) is None
    assert covered(sampled(text)) is None


def test_stripes_of_two_vertices_are_too_much_work():
    stripes = gradviz.sample(gradviz.parse("sqrt(sin(18.3 x)) + y"), SQUARE, 71)
    assert covered(stripes) is None


def test_a_curve_begins_where_f_does():
    curve = gradviz.sample(gradviz.parse("sqrt(x - 1/3)"), ((-1, 2),), 100)
    x, z = reached_curve(curve)
    assert x[np.isfinite(z)][0] == pytest.approx(1 / 3, abs=1e-9)
    assert z[np.isfinite(z)][0] < 1e-4


def test_level_lines_reach_the_edge():
    field = gradviz.parse("sqrt(x^2 + y^2 - 1) + x")
    surface = gradviz.sample(field, SQUARE, 41)
    picture = figures.surface_picture(field, surface, [2, 1], [])
    lines = next(trace for trace in picture.figure["data"] if trace["name"] == "level lines on the floor")
    frame = picture.figure["layout"]["meta"]["frame"]
    x, y = (3 * unpacked(lines[axis]) / size for axis, size in zip("xy", frame["size"], strict=True))
    assert np.nanmin(np.hypot(x, y)) == pytest.approx(1, abs=0.01)  # of a polygon of chords
