"""The piece of f on which a point lies: proved where it exists, and the same function around the point."""

import numpy as np
import pytest

from gradviz import parse, true_gradient
from gradviz.autodiff.proved import NotDecided, NotSmooth
from gradviz.methods.smooth_piece import smooth_piece
from tests.support.smooth_points import questions

# text, point, the same function beside the point along its first variable, by hand
PIECES = [
    ("max(x, y)*min(x, y)", (1, 2), "2*x"),
    ("|x - 3| + |x|", (1,), "-(x - 3) + x"),
    ("relu(x)*relu(-x) + x", (1,), "x*0 + x"),
    ("mod(x, 3)", (7.5,), "x - 6"),
    ("mod(7, x)", (2,), "7 - 3*x"),
    ("mod(-1, x)", (3,), "x - 1"),
    ("floor(x)*x + ceil(y)", (2.5, 0.1), "2*x + 1"),
    ("x^2 if x < y else acos(x)", (1.5, 2), "x^2"),
    ("clip(x, 0, 1) + x", (2,), "1 + x"),
    ("sin(20*pi)*x + 1^x + 0^x", (2,), "1"),
    ("sqrt(max(0, x - 2)) + x", (1,), "x"),
]


@pytest.mark.parametrize(("text", "point", "by_hand"), PIECES)
def test_a_piece_is_the_same_function_beside_the_point(text, point, by_hand):
    field = parse(text)
    piece, name = smooth_piece(field, np.array(point, dtype=float), 0).field, field.variables[0]
    assert not {"max", "min", "relu", "abs", "mod", "floor", "select"} & {
        node.operation for node in piece.expression.nodes
    }
    wanted = parse(by_hand, variables=(name,))
    for shift in (-1e-3, 0, 1e-3):
        beside = [point[0] + shift, *point[1:]]
        assert piece(beside) == pytest.approx(float(wanted([beside[0]])), rel=1e-15)


@pytest.mark.parametrize(
    ("text", "point"),
    [
        *(("|x|", (0,)), ("max(x, y)", (1, 1)), ("floor(x)", (2,)), ("mod(x, 2)", (4,)), ("relu(x)", (0,))),
        *(("sqrt(x)", (0,)), ("1 if x <= 3 else 2", (3,)), ("|sin(pi*x)|", (1,)), ("x^x", (-2,))),
        *(("x*log(sin(pi))", (1,)), ("x*|x|", (0,)), ("sqrt(sin(pi*x)^2)", (1,))),
    ],
)
def test_there_is_no_piece_at_an_edge(text, point):
    with pytest.raises(NotSmooth):
        smooth_piece(parse(text), np.array(point, dtype=float), 0)


def test_what_balls_cannot_decide_has_no_piece():
    with pytest.raises(NotDecided):
        smooth_piece(parse("|x*(sqrt(2) + sqrt(3) - sqrt(5 + 2*sqrt(6)))|"), np.array([1.0]), 0)


def test_random_functions_with_a_piece_have_its_slope():
    """The truth is taken of the whole function, in its own way, with its limits at kinks."""
    seen = 0
    for asked, _ in zip(questions("float64", seed=7), range(300), strict=False):
        truth = true_gradient(asked.field, asked.point)
        for i in range(len(asked.point)):
            try:
                piece = smooth_piece(asked.field, np.array(asked.point), i).field
            except (NotSmooth, NotDecided):
                continue
            seen += 1
            assert truth.status[i] == "differentiable", asked
            slope = true_gradient(piece, asked.point).gradient[i]
            assert slope == pytest.approx(truth.gradient[i], rel=1e-14, abs=1e-300), asked
    assert seen > 250
