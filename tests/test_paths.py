"""The way along the gradient: it falls all along, follows the exact flow, and says why it ends."""

import numpy as np
import pytest

import gradviz
from gradviz.paths import ERROR, MOST_STEPS, SHORTEST_STEP, Path, steepest_path

SQUARE = ((-6, 6), (-6, 6))


def path(text: str, point, window=SQUARE, **options) -> Path:
    return steepest_path(gradviz.parse(text), point, window, **options)


# text, start, uphill, end, where it ends (None: not known by hand), why
WAYS = [
    ("x^2 + 3y^2", (2, 1.5), False, "critical", (0, 0), "the minimum"),
    ("x^2 + 3y^2", (2, 1.5), True, "edge", (2 * 4 ** (1 / 3), 6), "y = 1.5 (x/2)³ meets y = 6"),
    ("x^2 + y^2", (3, 4), True, "edge", (4.5, 6), "straight away from the origin"),
    ("x^2 + y^2 + 1e9", (3, 4), False, "critical", (0, 0), "under a large constant"),
    ("x^4 + y^4", (2, 2), False, "critical", (0, 0), "a gradient that fades as the cube of the distance"),
    ("sin(x) cos(y)", (1, 0.5), True, "critical", (np.pi / 2, 0), "a maximum"),
    ("x^2 + y^2", (0, 0), False, "critical", (0, 0), "from a critical point there is no way"),
    ("x^2 - y^2", (3, 0), False, "critical", (0, 0), "down to a saddle"),
    ("5 + 0x + 0y", (1, 2), True, "critical", (1, 2), "a plateau"),
    ("sqrt(x^2 + y^2)", (1, 2), False, "kink", (0, 0), "the tip of a cone"),
    ("|x| + y^2", (1, 1), False, "kink", (0, np.exp(-2)), "dy/dx = 2y until x = 0"),
    ("y + floor(y) + 0x", (1, 1.5), False, "kink", (1, 1), "a jump"),
    ("sqrt(x) + 0y", (2, 1), False, "hole", (0, 1), "the edge of the domain"),
    ("x + log(y)", (1, -1), False, "hole", (1, -1), "no value at the start"),
    ("x + y", (7, 0), False, "edge", (7, 0), "a start outside the window"),
    ("x + 0y", (6, 0), True, "edge", (6, 0), "a start on the edge"),
    ("x + 2y", (0, 0), True, "edge", (3, 6), "a plane"),
]


@pytest.mark.parametrize(("text", "start", "uphill", "end", "where", "why"), WAYS, ids=lambda item: str(item))
def test_a_path_ends_where_it_must(text, start, uphill, end, where, why):
    way = path(text, start, uphill=uphill)
    assert way.end == end
    np.testing.assert_allclose(way.points[-1], where, atol=40 * SHORTEST_STEP * 12)
    np.testing.assert_array_equal(way.points[0], start)


@pytest.mark.parametrize(("text", "start", "uphill", "end", "where", "why"), WAYS, ids=lambda item: str(item))
def test_f_falls_or_rises_all_along(text, start, uphill, end, where, why):
    way = path(text, start, uphill=uphill)
    changes = np.diff(way.values)
    assert (changes > 0).all() if uphill else (changes < 0).all()
    np.testing.assert_array_equal(way.values, gradviz.parse(text)(way.points))


@pytest.mark.parametrize("uphill", [False, True])
def test_the_path_on_a_quadratic_is_the_exact_flow(uphill):
    """ẋ = 2x and ẏ = 6y, so y = C x³; the errors of all the steps add up to far less than a pixel."""
    way = path("x^2 + 3y^2", (2, 1.5), uphill=uphill)
    x, y = way.points.T
    np.testing.assert_allclose(y, 1.5 * (x / 2) ** 3, atol=12 * ERROR * len(x))


def test_the_path_does_not_depend_on_the_proportions_of_the_window():
    """Steepest is measured in the units of the variables, however they are drawn."""
    x, y = path("x^2 + 3y^2", (2, 1.5), ((-6, 6), (-60, 60))).points.T
    np.testing.assert_allclose(y, 1.5 * (x / 2) ** 3, atol=120 * ERROR * len(x))


def test_a_path_is_bounded():
    valley = path("(1 - x)^2 + 100(y - x^2)^2", (-1.2, 1), ((-2, 2), (-2, 2)))
    assert valley.end == "long"
    assert len(valley.points) == MOST_STEPS + 1


def test_a_path_stays_in_its_slice():
    """The other variables are held: z = 3 all along, though f falls with it."""
    way = path("x^2 + y^2 + z", (3, 4, 3), axes=(0, 1))
    assert way.end == "critical"
    np.testing.assert_array_equal(way.points[:, 2], 3)
    across = path("x^2 + 5y + z^2", (3, 4, 3), axes=(2, 0))
    np.testing.assert_array_equal(across.points[:, 1], 4)
    np.testing.assert_allclose(across.points[-1], (0, 4, 0), atol=1e-3)


def test_one_variable_walks_along_its_axis():
    way = path("cos(x)", (1,), ((-6, 6),))
    assert way.end == "critical"
    np.testing.assert_allclose(way.points[-1], [np.pi], atol=1e-3)
    assert path("x^2", (1,), ((-2, 2),), uphill=True).points[-1] == pytest.approx([2])


def test_a_point_that_is_none_is_refused():
    with pytest.raises(gradviz.PointError):
        path("x + y", (1,))
