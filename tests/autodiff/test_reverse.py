"""The reverse sweep in NumPy: its adjoints, the noise of f that it predicts, and the seams that it sees."""

import math

import mpmath
import numpy as np
import pytest
from hypothesis import assume, given, settings

import gradviz
from gradviz import parse
from gradviz.autodiff.reverse import UNIT_ROUNDOFF, adjoints, gradients_at, noise, not_smooth, roundings
from gradviz.field import inputs_at
from gradviz.tree.expression import evaluate
from gradviz.tree.kinds import NUMPY
from tests.methods.test_methods import POINTS, TEXTS, field_of
from tests.support.reference import CASES

U = UNIT_ROUNDOFF

# text, roundings of its last operation, in half ulps
COUNTS = [
    ("x + y", 1),
    ("2x", 0),
    ("-2*x", 0),
    ("x/4", 0),
    ("x/3", 1),
    ("3x", 1),
    ("4/x", 1),
    ("0.5x", 0),
    ("0.1x", 1),
    ("-x", 0),
    ("|x|", 0),
    ("x^1", 0),
    ("x^2", 1),
    ("x^3", 2),
    ("x^20", 19),  # 5 products, and squaring doubles what came before
    ("x^-1", 1),
    ("x^-20", 20),
    ("x^0.5", 2),
    ("x^65", 2),  # by pow
    ("sqrt(x)", 1),
    ("sin(x)", 2),
    ("gamma(x)", 10),
]


@pytest.mark.parametrize(("text", "count"), COUNTS)
def test_what_an_operation_is_counted(text, count):
    expression = parse(text).expression
    assert roundings(expression, expression.nodes[-1]) == count


# Without constants that are rounded themselves: the noise is that of the operations on x.
NOISY = [
    ("x^20", 1, 2),
    ("x^-7", 1, 2),
    ("x^3 - x^2 + x", -2, 2),
    ("sin(x)^2 + cos(x)^2", -3, 3),
    ("(x - 1)*(x - 2)*(x - 3)", 0.5, 3.5),
    ("(1 - cos(x))/x^2", 0.01, 1),
    ("exp(x)*x - exp(x)", 0.5, 3),
    ("log(1 + x*x)/x", 0.1, 3),
    ("sqrt(1 + x^2) - 1", 0.01, 1),
    ("erfc(x)", 0.5, 9),
    ("cbrt(x) - x", 0.1, 2),
    ("loggamma(x)", 0.5, 3),
    ("gamma(x)/x", 0.5, 9),
    ("tanh(x)/(1 + exp(-x))", -2, 2),
    ("1/(x - 1/x)", 1.01, 3),
]


@pytest.mark.parametrize(("text", "low", "high"), NOISY)
def test_the_bound_holds_and_the_root_mean_square_is_of_the_right_size(text, low, high):
    """Beside the value to 40 digits, at 400 points. First order, so the bound may be passed by a hair."""
    field = parse(text)
    points = np.random.default_rng(11).uniform(low, high, 400)
    with np.errstate(all="ignore"):
        bound, rms = (size[0] for size in noise(field, [points]))
    with mpmath.workdps(40):
        truths = [gradviz.true_gradient(field, [x]) for x in points]
    errors = np.abs(field(points[:, np.newaxis]) - [truth.value for truth in truths])
    ulp = U * np.abs([truth.value for truth in truths])  # the oracle is rounded as well
    assert (errors <= 1.01 * bound + ulp).all()
    # within ×6 on the low side: counts are what an operation costs at worst
    assert 1 / 6 < np.sqrt(np.mean((errors / rms) ** 2)) < 3


def test_the_noise_of_known_functions():
    """Beside another count over the functions of the table, where loggamma costs 2 roundings and not 10."""
    ratios = []
    for case in CASES:
        with np.errstate(all="ignore"):
            bound = noise(case.field, case.point)[0]
        for found, row in zip(bound, case.row["step_model"] or [], strict=False):
            if row and float(row.get("eps_f_bound") or 0) and case.row["function"] != "loggamma":
                ratios.append(found / float(row["eps_f_bound"]))
    assert len(ratios) > 100
    assert 1 / 3 < min(ratios) <= max(ratios) < 2
    assert np.median(ratios) == pytest.approx(1, abs=1e-3)


def test_what_does_not_depend_on_a_variable_cancels():
    """In x + g(y) a difference along x sees the noise of one sum, however noisy g is."""
    field = parse("x + (y^20 - y^19)")
    along = noise(field, [1.0, 2.0])[0]
    assert along[0] == U * float(field([1, 2]))
    assert along[1] > 10 * along[0]


@settings(max_examples=40)
@given(TEXTS, POINTS)
def test_the_adjoints_are_those_of_pytorch(text, point):
    field = field_of(text)
    values = evaluate(field.expression, NUMPY, inputs_at(field, point))
    assume(math.isfinite(values[-1]))
    swept = adjoints(field.expression, NUMPY, values)
    graph = gradviz.trace(field, point)
    nodes = graph.nodes[
        len(graph.nodes) - len(swept) :
    ]  # trace puts the variables that do not occur in front
    for mine, other in zip(swept, nodes, strict=True):
        if mine is None:
            assert not other.adjoint or math.isnan(other.adjoint)
        else:
            assert float(mine) == pytest.approx(other.adjoint, rel=1e-12, abs=1e-13)


def test_gradients_come_for_whole_grids():
    field = parse("x^2 y + sin(x)", variables=("x", "y", "z"))
    x, y = np.linspace(-1, 1, 5), np.linspace(0, 2, 4)[:, np.newaxis]
    along_x, along_y, along_z = gradients_at(field, [x, y, 7.0])
    np.testing.assert_allclose(along_x, 2 * x * y + np.cos(x), rtol=1e-14)
    np.testing.assert_allclose(np.broadcast_to(along_y, (4, 5)), np.broadcast_to(x**2, (4, 5)), rtol=1e-14)
    assert along_z == 0


# text, point, the operations on a seam there
SEAMS = [
    ("|x| + y", (0, 1), ("abs",)),
    ("|x| + y", (1, 0), ()),
    ("max(x, y)", (1, 1), ("max",)),
    ("sqrt(x) + floor(y)", (0, 2), ("sqrt", "floor")),
    ("x if x < y else y", (1, 1), ("less",)),
    ("mod(x, 0.4) + y", (5.2, 1), ()),  # 5.2/0.4 is 13 in float64 only
    ("mod(x, 3) + y", (6, 1), ("mod",)),
    ("x^3 + y^2", (0, 0), ()),
    ("x^1.5 + y", (0, 0), ("power",)),
    ("1/x + y", (0, 1), ("divide",)),
]


@pytest.mark.parametrize(("text", "point", "names"), SEAMS)
def test_seams_are_named(text, point, names):
    assert not_smooth(parse(text), point) == names
