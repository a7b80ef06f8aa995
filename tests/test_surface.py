"""Sampling for pictures: which way the grid lies, its holes, its slices, and what is refused."""

import numpy as np
import pytest

import gradviz


def test_rows_are_y_and_columns_are_x():
    surface = gradviz.sample(gradviz.parse("x + 10y"), ((0, 2), (0, 1)), 3)
    assert surface.x.tolist() == [0, 1, 2]
    assert surface.y.tolist() == [0, 0.5, 1]
    assert surface.z.tolist() == [[0, 1, 2], [5, 6, 7], [10, 11, 12]]


def test_gradients_are_those_of_every_point():
    surface = gradviz.sample(gradviz.parse("x^2*y"), ((-1, 2), (0, 3)), 7)
    x, y = np.meshgrid(surface.x, surface.y)
    assert surface.gradients.shape == (7, 7, 2)
    assert np.allclose(surface.gradients[..., 0], 2 * x * y, rtol=1e-15, atol=0)
    assert np.allclose(surface.gradients[..., 1], x**2, rtol=1e-15, atol=0)


def test_one_variable_is_a_curve():
    curve = gradviz.sample(gradviz.parse("x^2"), ((-1, 1),), 5)
    assert curve.y is None
    assert curve.z.tolist() == [1, 0.25, 0, 0.25, 1]
    assert curve.gradients.tolist() == [[-2], [-1], [0], [1], [2]]
    assert gradviz.sample(gradviz.parse("x^2"), (-1, 1), 5).z.tolist() == curve.z.tolist()


def test_holes_are_nan():
    surface = gradviz.sample(gradviz.parse("1/x + ln(y)"), ((-1, 1), (-1, 1)), 3)
    hole = np.isnan(surface.z)
    assert hole.tolist() == [[True, True, True], [True, True, True], [False, True, False]]
    assert np.isnan(surface.gradients[hole]).all()
    assert np.isfinite(surface.gradients[~hole]).all()


def test_a_slice_holds_the_other_variables_at_the_point():
    field = gradviz.parse("x*y + 100z")
    surface = gradviz.sample(field, ((0, 1), (0, 1)), 2, point=[7, 8, 9], axes=(2, 0))
    assert surface.z.tolist() == [[0, 100], [8, 108]]  # x[i] is z, y[j] is x, and y is held at 8
    assert surface.gradients[1, 0].tolist() == [8, 1, 100]


def test_a_function_that_leaves_a_variable_out_is_flat_along_it():
    surface = gradviz.sample(gradviz.parse("f(x, y) = x"), ((0, 1), (0, 1)), 2)
    assert surface.z.tolist() == [[0, 1], [0, 1]]
    assert surface.gradients[..., 1].tolist() == [[0, 0], [0, 0]]


REFUSED = (
    ("x", ((1, 1),), 5, {}, "no width"),
    ("x", ((2, 1),), 5, {}, "the wrong way round"),
    ("x", ((0, np.inf),), 5, {}, "no end"),
    ("x", ((-1e308, 1e308),), 5, {}, "a width that overflows"),
    ("x", "ab", 5, {}, "no numbers"),
    ("x + y", ((0, 1),), 5, {}, "a range too few"),
    ("x", ((0, 1),), 1, {}, "one point is no curve"),
    ("x + y", ((0, 1), (0, 1)), 100_000, {}, "more than a picture can hold"),
    ("x", ((0, 1),), 2.5, {}, "no whole number"),
    ("x + y + z", ((0, 1), (0, 1)), 5, {}, "nothing holds the third variable"),
    ("x + y + z", ((0, 1), (0, 1)), 5, {"point": [1, 1, 1], "axes": (1, 1)}, "the same axis twice"),
    ("x + y + z", ((0, 1), (0, 1)), 5, {"point": [1, 1, 1], "axes": (0, 3)}, "an axis that is not there"),
    ("5", ((0, 1), (0, 1)), 5, {}, "nothing to draw over"),
)


@pytest.mark.parametrize(
    ("text", "bounds", "resolution", "options", "reason"), REFUSED, ids=[r[-1] for r in REFUSED]
)
def test_what_cannot_be_drawn_is_refused_in_words(text, bounds, resolution, options, reason):
    with pytest.raises(gradviz.GradvizError, match=r"\.$"):
        gradviz.sample(gradviz.parse(text), bounds, resolution, **options)


TIES = [  # at a tie every winner has an equal part: never more than the slopes of f beside it
    ("max(x, x)", [1.0, 0.0]),
    ("max(x, y)", [0.5, 0.5]),
    ("min(x, y)", [0.5, 0.5]),
    ("min(x, x, x)", [1.0, 0.0]),
    ("max(2x, x + y, 2y)", [1.0, 1.0]),
    ("max(x, y, y)", [1 / 3, 2 / 3]),
    ("max(x, y)^2 + x", [1.5, 0.5]),
    ("max(x, 3)", [0.0, 0.0]),
]


@pytest.mark.parametrize(("text", "gradient"), TIES)
def test_the_gradient_at_a_tie_is_between_those_beside_it(text, gradient):
    surface = gradviz.sample(gradviz.parse(text, variables=("x", "y")), [[-1, 1], [-1, 1]], 5)
    assert surface.gradients[3, 3] == pytest.approx(gradient)
