"""Gradients at many points are the gradients at each of them."""

import numpy as np
import pytest

import gradviz
from gradviz import METHODS, gradients, parse

NAMES = [method.name for method in METHODS]
every_method = pytest.mark.parametrize("name", NAMES)

# text, why
FIELDS = [
    ("x^2 + y^2", "the plain one"),
    ("exp(x y) sin(x + y)/(1 + x^2) + sqrt(1 + y^2)", "many operations"),
    ("x^3 y - log(y + 1) + 3", "holes where y ≤ −1"),
    ("sqrt(x) if x > 0 else y x^2", "0 · ∞ in the branch not taken"),
    ("Piecewise((1/x, x < -1), (log(y), y > 1), (x y, True))", "three branches, two with holes"),
    ("|x| + max(y, 2x) + floor(y)", "no complex step"),
    ("relu(x - y) + gamma(y + 3) + cbrt(x)", "special ones"),
    ("5 + 0 x + 0 y", "flat"),
    ("y", "a variable that does nothing"),
    ("1/(x - x) + y", "no value anywhere"),
    ("x^y + 2^x + atan2(y, x)", "powers"),
]


def grid(text: str) -> np.ndarray:
    """Nine points a side, exact zeros, ties and the edges of the domains among them."""
    side = np.array([-2.5, -2, -1, -0.3, 0, 0.7, 1, 1.9, 3])
    return np.stack(np.meshgrid(side, side), axis=-1)


@every_method
@pytest.mark.parametrize(("text", "why"), FIELDS)
def test_a_batch_is_its_points_one_by_one(text, why, name):
    """To the roundings of vectorised functions, which may differ from those of single numbers."""
    field, points = parse(text, variables=("x", "y")), grid(text)
    together = gradients(field, points, name, 1e-3)
    alone = [gradviz.gradient(field, point, name, 1e-3).gradient for point in points.reshape(-1, 2)]
    scale = 1e3 if name not in ("symbolic", "backprop", "complex-step") else 1.0  # 1/ε lifts roundings
    np.testing.assert_allclose(
        together, np.reshape(alone, points.shape), rtol=1e-14 * scale, atol=1e-14 * scale, err_msg=why
    )


# formula, point, the axes drawn, the bounds, why
GRIDS = [
    ("exp(x y) sin(x + y)/(1 + x^2) + sqrt(1 + y^2)", None, (0, 1), ((-2, 2), (-1, 3)), "two"),
    ("x z^2 + log(y) + z", (1.0, 2.0, -0.5), (2, 1), ((-2, 2), (-1, 3)), "a slice of three, with holes"),
    ("sqrt(x) if x > 0 else y x^2", None, (0, 1), ((-2, 2), (-1, 3)), "branches"),
    ("x^2 + 3", None, (0, 1), ((-2, 2), (-1, 3)), "one"),
    ("x + 2y", None, (0, 1), ((-2, 2), (-1, 3)), "flat"),
]


@every_method
@pytest.mark.parametrize(("text", "point", "axes", "bounds", "why"), GRIDS, ids=lambda value: str(value)[:12])
def test_a_surface_is_its_points(text, point, axes, bounds, why, name):
    field = parse(text)
    bounds = bounds[:1] if len(field.variables) == 1 else bounds
    surface = gradviz.sample(field, bounds, 7, point=point, axes=axes)
    places = np.stack(np.broadcast_arrays(*surface.coordinates), axis=-1)
    together = gradients(field, surface, name, 1e-3)
    assert together.shape == (*surface.z.shape, len(field.variables)), why
    np.testing.assert_allclose(together, gradients(field, places, name, 1e-3), rtol=1e-11, atol=1e-11)


@every_method
def test_shapes_are_kept(name):
    one = parse("x^2")
    assert gradients(one, [[1.0], [2.0]], name).shape == (2, 1)
    assert gradients(one, np.zeros((0, 1)), name).shape == (0, 1)
    assert gradients(one, np.ones((2, 3, 4, 1)), name).shape == (2, 3, 4, 1)
    assert gradients(one, [3.0], name).shape == (1,)
    three = parse("x y z")
    assert gradients(three, np.ones((5, 3)), name).shape == (5, 3)
    assert gradients(parse("5"), np.zeros((4, 0)), name).shape == (4, 0)


@every_method
def test_parameters_are_held(name):
    field = parse("a x^2", parameters=("a",)).with_parameters(a=3.0)
    found = gradients(field, [[1.0], [2.0]], name, 1e-3)
    alone = [gradviz.gradient(field, [x], name, 1e-3).gradient for x in (1.0, 2.0)]
    np.testing.assert_allclose(found, alone, rtol=1e-12)


def test_nothing_leaks_from_the_branch_not_taken():
    """√x at 0 has an infinite slope, and log no value left of 0: neither may reach the other side."""
    field = parse("x sqrt(x) + log(x) if x > 0 else x^2 + 3x")
    found = gradients(field, [[-2.0], [0.0], [4.0]], "backprop")
    np.testing.assert_allclose(found, [[-1.0], [3.0], [3.25]], rtol=1e-15)


def test_a_batch_has_no_answer_where_a_point_has_none():
    assert np.isnan(gradients(parse("|x|"), [[1.0], [2.0]], "complex-step")).all()
    holes = gradients(parse("log(x)"), [[-1.0], [0.0], [2.0]], "backprop")
    np.testing.assert_array_equal(holes, [[np.nan], [np.nan], [0.5]])


# points, method, step, the error
MISTAKES = [
    ([[1, 2, 3]], "forward", 0.1, gradviz.PointError),
    ([[1, np.nan]], "forward", 0.1, gradviz.PointError),
    ([[1, 2]], "backwards", 0.1, gradviz.GradvizError),
    ([[1, 2]], "forward", 0.0, gradviz.StepError),
]


@pytest.mark.parametrize(("points", "name", "step", "error"), MISTAKES)
def test_mistakes_get_the_same_errors_as_at_one_point(points, name, step, error):
    with pytest.raises(error):
        gradients(parse("x + y"), points, name, step)
