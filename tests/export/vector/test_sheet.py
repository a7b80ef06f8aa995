"""The order of the cells and what they hide, against lines of sight followed step by step."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradviz.export.vector.camera import Camera, camera_of, fitted
from gradviz.export.vector.sheet import Sheet, clipped
from gradviz.export.vector.sight import ON_SHEET, Scene, all_parted


def waves(count=15, height=0.5):
    x = np.linspace(-1, 1, count)
    z = height * np.sin(4 * x) * np.cos(5 * x[:, np.newaxis])
    return Sheet(x, x.copy(), z, -0.86, 0.86)


coordinates = st.floats(-3, 3).map(lambda value: round(value, 3))


@given(eye=st.tuples(coordinates, coordinates), way=st.floats(0, 2 * np.pi))
@settings(max_examples=60, deadline=None)
def test_cells_are_painted_from_the_back_to_the_front(eye, way):
    """Along any line over the floor away from the eye the cells come in the opposite order."""
    sheet = waves()
    rows, columns = sheet.order(np.array([*eye, 1.0]))
    rank = {cell: place for place, cell in enumerate(zip(rows.tolist(), columns.tolist(), strict=True))}
    assert len(rank) == 14 * 14
    line = np.array(eye) + np.linspace(0, 8, 6000)[:, np.newaxis] * [np.cos(way), np.sin(way)]
    place = (line + 1) / 2 * 14
    inside = ((place > 0) & (place < 14) & (np.abs(place - np.rint(place)) > 1e-6)).all(axis=1)
    met = [rank[(j, i)] for i, j in np.floor(place[inside]).astype(int).tolist()]
    assert met == sorted(met, reverse=True)


@given(direction=st.tuples(coordinates, coordinates), start=st.tuples(st.floats(-1, 1), st.floats(-1, 1)))
@settings(max_examples=40, deadline=None)
def test_cells_come_in_order_for_parallel_lines_of_sight(direction, start):
    if np.hypot(*direction) < 0.1:
        return
    sheet = waves()
    rows, columns = sheet.order(np.array([*direction, 1.0]), orthographic=True)
    rank = {cell: place for place, cell in enumerate(zip(rows.tolist(), columns.tolist(), strict=True))}
    line = np.array(start) + np.linspace(0, 4, 4000)[:, np.newaxis] * np.array(direction)  # towards the eye
    place = (line + 1) / 2 * 14
    inside = ((place > 0) & (place < 14) & (np.abs(place - np.rint(place)) > 1e-6)).all(axis=1)
    met = [rank[(j, i)] for i, j in np.floor(place[inside]).astype(int).tolist()]
    assert met == sorted(met)


def followed(sheet, place, towards):
    """Whether the sheet is met on the way, in 4000 steps; None where that is too close to tell."""
    share = np.linspace(0, 1, 4001)[1:, np.newaxis]
    line = place + share * towards
    away = share[:, 0] * np.linalg.norm(towards)
    gap = line[:, 2] - sheet.height(line[:, 0], line[:, 1])
    gap = gap[(away > 0.04) & np.isfinite(gap)]
    if len(gap) and np.abs(gap).min() < 0.012:
        signs = np.sign(gap[np.abs(gap) > 0.02])
        return bool((signs[1:] != signs[:-1]).any()) or None
    return bool((np.sign(gap[1:]) != np.sign(gap[:-1])).any())


def test_hidden_places_are_those_from_which_the_way_to_the_eye_is_blocked():
    sheet, chance = waves(31), np.random.default_rng(5)
    places = np.column_stack(
        [chance.uniform(-1, 1, 300), chance.uniform(-1, 1, 300), chance.uniform(-0.8, 0.6, 300)]
    )
    eye = np.array([2.3, -2.6, 1.1])
    found = sheet.hides(places, eye - places)
    expected = [followed(sheet, place, eye - place) for place in places]
    known = [(f, e) for f, e in zip(found.tolist(), expected, strict=True) if e is not None]
    assert len(known) > 200
    assert {e for _, e in known} == {True, False}
    assert [f for f, _ in known] == [e for _, e in known]


def test_nothing_is_hidden_through_a_hole_or_beyond_the_top():
    x = np.linspace(-1, 1, 11)
    flat = Sheet(x, x, np.zeros((11, 11)), -0.86, 0.86)
    below, up = np.array([0.03, 0.03, -0.5]), np.array([0.0, 0.0, 3.0])
    assert flat.hides(below, up)
    holed = np.zeros((11, 11))
    holed[4:7, 4:7] = np.nan
    assert not Sheet(x, x, holed, -0.86, 0.86).hides(below, up)
    assert not Sheet(x, x, np.full((11, 11), 0.9), -0.86, 0.86).hides(below, up)


def test_known_places_are_seen_where_they_are():
    """From (0, −d, 0) along the second axis: right is x, up is z, and the view is 45° high."""
    camera = Camera(np.array([0.0, -2.0, 0.0]), np.zeros(3))
    edge = 2 * np.tan(np.pi / 8)  # of the world at the centre, and twice that in scene units
    seen = camera.sees([[0, 0, 0], [0, 0, 2 * edge], [2 * edge, 0, 0], [0, 4, 2 * 2 * edge]], (400, 200))
    np.testing.assert_allclose(seen, [[200, 100], [200, 0], [300, 100], [200, 0]], atol=1e-9)
    parallel = Camera(camera.eye, camera.centre, True)
    np.testing.assert_allclose(parallel.sees([0, 4, 2 * edge], (400, 200)), [200, 0], atol=1e-9)


def test_a_link_from_straight_above_has_the_second_axis_upwards():
    camera = camera_of([0, 0, 2, 0, 0, 0, 0, 0, 1])
    middle, up, right = camera.sees([[0, 0, 0], [0, 1, 0], [1, 0, 0]], (300, 300))
    assert up[1] < middle[1] - 20
    assert abs(up[0] - middle[0]) < 0.5
    assert right[0] > middle[0] + 20
    assert camera_of([1, -1, -3, 0, 0, 0, 0, 0, 1]).eye[2] > 0  # never from below the floor


def test_what_is_behind_the_eye_is_not_in_front():
    camera = Camera(np.array([0.0, -0.5, 0.0]), np.zeros(3))
    assert camera.in_front([[0, 0, 0], [0, -2, 0], [0, -1, 0]]).tolist() == [True, False, False]
    assert np.abs(camera.sees([[0.3, -2, 0.1]], (400, 200))).max() < 1e5
    assert Camera(camera.eye, camera.centre, True).in_front([0, -2, 0])


def test_fitted_cameras_show_every_point():
    points = np.random.default_rng(1).uniform(-1, 1, (40, 3))
    for size in ((1200, 760), (400, 700), (900, 300)):
        seen = fitted(np.array([1.0, -1.3, 0.7]), points, size).sees(points, size)
        assert (seen > 0).all()
        assert (seen < size).all()


def test_a_polygon_is_cut_off_at_both_heights():
    square = np.array([[0, 0, -2.0], [1, 0, -2.0], [1, 0, 2.0], [0, 0, 2.0]])
    cut = clipped(square, -1, 1)
    assert sorted(map(tuple, cut.tolist())) == [(0, 0, -1), (0, 0, 1), (1, 0, -1), (1, 0, 1)]
    assert not len(clipped(square, 3, 4))


@pytest.mark.parametrize("count", [15, 71])
def test_heights_between_the_points_are_bilinear(count):
    sheet = waves(count)
    assert sheet.height(0.0, 0.0) == pytest.approx(sheet.z[count // 2, count // 2])
    assert np.isnan(sheet.height(1.2, 0.0))


def test_lines_are_cut_where_they_are_hidden():
    """Each piece is seen or hidden as a whole, and together they are the lines."""
    sheet, eye = waves(31), np.array([1.1, -1.3, 0.5])
    camera = Camera(eye, np.zeros(3))
    scene = Scene({}, sheet, camera, camera, None, (600, 400))
    lines = [np.linspace([-0.9, y, -0.1], [0.9, y + 0.1, 0.2], 60) for y in (-0.6, -0.1, 0.3, 0.7)]
    pieces = all_parted(scene, lines)
    assert len(pieces) > 8
    assert {hidden for _, hidden in pieces} == {True, False}
    for piece, hidden in pieces:
        middles = (piece[1:] + piece[:-1]) / 2
        found = sheet.hides(middles, camera.towards(middles), *ON_SHEET)
        assert (found == hidden).mean() > 0.9  # a piece shorter than its samples may be missed
    length = sum(np.linalg.norm(np.diff(line, axis=0), axis=1).sum() for line in lines)
    drawn = sum(np.linalg.norm(np.diff(piece, axis=0), axis=1).sum() for piece, _ in pieces)
    assert drawn == pytest.approx(length, rel=1e-3)
