"""The computation graph: drawn by hand for small functions, and held to central differences for the rest."""

import math

import numpy as np
import pytest

import gradviz
from gradviz.autodiff.graph import GraphNode
from gradviz.tree.precision import PRECISIONS

NAN = math.nan


def facts(graph: gradviz.ComputationGraph) -> list[tuple]:
    return [(node.label, node.operands, node.value, node.adjoint) for node in graph.nodes]


def same(a: float, b: float) -> bool:
    return a == b or (math.isnan(a) and math.isnan(b))


# text, point, nodes as (label, operands, value, adjoint), each worked out by hand, and why it is here
BY_HAND = (
    (
        "x1^2 + x2^2",
        (3, 4),
        [
            ("x1", (), 3, 6),
            ("2", (), 2, NAN),
            ("^", (0, 1), 9, 1),
            ("x2", (), 4, 8),
            ("^", (3, 1), 16, 1),
            ("+", (2, 4), 25, 1),
        ],
        "the lesson; the exponent is one node with two uses and no adjoint",
    ),
    ("x*x", (5,), [("x", (), 5, 10), ("×", (0, 0), 25, 1)], "one node used twice: both contributions add"),
    (
        "(x + 1)*(x + 1)",
        (2,),
        [("x", (), 2, 6), ("1", (), 1, NAN), ("+", (0, 1), 3, 6), ("×", (2, 2), 9, 1)],
        "a repeated subexpression stands once",
    ),
    ("-x", (2,), [("x", (), 2, -1), ("−", (0,), -2, 1)], "a sign"),
    ("x/4", (2,), [("x", (), 2, 0.25), ("4", (), 4, NAN), ("÷", (0, 1), 0.5, 1)], "a constant below"),
    (
        "x*y + x",
        (2, 3),
        [("x", (), 2, 4), ("y", (), 3, 2), ("×", (0, 1), 6, 1), ("+", (2, 0), 8, 1)],
        "fan-out",
    ),
    (
        "exp(0*x)",
        (7,),
        [("0", (), 0, NAN), ("x", (), 7, 0), ("×", (0, 1), 0, 1), ("exp", (2,), 1, 1)],
        "a factor 0 passes nothing on, and is not simplified away",
    ),
    ("5", (), [("5", (), 5, NAN)], "a constant has no adjoint"),
    ("|x|", (-3,), [("x", (), -3, -1), ("abs", (0,), 3, 1)], "left of a kink"),
    (
        "max(x, y)",
        (1, 2),
        [("x", (), 1, 0), ("y", (), 2, 1), ("max", (0, 1), 2, 1)],
        "only the winner gets it",
    ),
)


@pytest.mark.parametrize(("text", "point", "nodes", "reason"), BY_HAND, ids=[row[0] for row in BY_HAND])
def test_the_graph_is_the_one_drawn_by_hand(text, point, nodes, reason):
    found = facts(gradviz.trace(gradviz.parse(text), list(point)))
    assert len(found) == len(nodes), reason
    for (label, operands, value, adjoint), (label_, operands_, value_, adjoint_) in zip(
        found, nodes, strict=True
    ):
        assert (label, operands) == (label_, operands_), reason
        assert same(value, value_), reason
        assert same(adjoint, adjoint_), reason


def test_a_variable_that_is_not_used_is_a_node_with_adjoint_0():
    graph = gradviz.trace(gradviz.parse("f(x, y) = x^2"), [3, 4])
    assert [node.label for node in graph.nodes if node.operation == "variable"] == ["y", "x"]
    assert graph.gradient.tolist() == [6, 0]


def test_the_branch_not_taken_gets_nothing_not_even_nan():
    """Through torch.where the derivative of √x at −1 would come back as 0 · ∞ = nan."""
    graph = gradviz.trace(gradviz.parse("x^2 if x < 0 else sqrt(x)"), [-1.0])
    assert graph.gradient.tolist() == [-2]


def test_local_derivatives_are_those_of_the_one_operation():
    graph = gradviz.trace(gradviz.parse("x*sin(y)"), [2, 0.5])
    product = graph.nodes[-1]
    assert product.local_derivatives == pytest.approx((math.sin(0.5), 2.0))
    constant = gradviz.trace(gradviz.parse("x^3"), [2]).nodes[-1]
    assert constant.local_derivatives[0] == 12
    assert math.isnan(constant.local_derivatives[1])


SMOOTH = (
    ("exp(x*y)*sin(x + y)/(1 + x^2)", (0.4, 1.2)),
    ("ln(1 + e^(-x*y)) + tanh(x)^2", (0.3, -0.7)),
    ("sqrt(x^2 + y^2)*atan(y/x)", (1.5, 0.8)),
    ("(x - y)^3/(1 + cos(x)^2)", (0.9, -0.2)),
)


@pytest.mark.parametrize(("text", "point"), SMOOTH)
def test_every_adjoint_is_the_central_difference_with_respect_to_its_node(text, point):
    """The output as a function of one node alone: what comes after it is evaluated again."""
    from gradviz.tree.operations import OPERATIONS

    graph = gradviz.trace(gradviz.parse(text), list(point))

    def output(moved: int, by: float) -> float:
        values: list[float] = []
        for place, node in enumerate(graph.nodes):
            value = node.value
            if place > moved and node.operands:
                value = float(OPERATIONS[node.operation].numpy(*(values[i] for i in node.operands)))
            values.append(value + by if place == moved else value)
        return values[-1]

    for place, node in enumerate(graph.nodes):
        if not math.isnan(node.adjoint):
            h = 1e-5
            quotient = (output(place, h) - output(place, -h)) / (2 * h)
            assert node.adjoint == pytest.approx(quotient, rel=1e-7, abs=1e-8)


@pytest.mark.parametrize(("text", "point"), SMOOTH)
def test_the_gradient_is_that_of_one_pass_over_the_whole(text, point):
    field = gradviz.parse(text)
    graph = gradviz.trace(field, list(point))
    assert np.array_equal(graph.gradient, gradviz.gradient(field, list(point), "backprop").gradient)
    assert all(isinstance(node, GraphNode) for node in graph.nodes)


def test_parameters_are_nodes_without_an_adjoint():
    field = gradviz.parse("a*x^2", parameters=("a",)).with_parameters(a=3.0)
    graph = gradviz.trace(field, [2.0])
    a = next(node for node in graph.nodes if node.label == "a")
    assert (a.value, math.isnan(a.adjoint), graph.gradient.tolist()) == (3.0, True, [12.0])


def test_a_point_that_does_not_fit_is_told():
    with pytest.raises(gradviz.PointError):
        gradviz.trace(gradviz.parse("x + y"), [1])


# text, point, type; the value and the gradient that PyTorch computes in that type
NARROW = [
    ("sqrt(x^2 + y^2)", (300, 400), "float16", math.inf, (0, 0)),  # the square of 300 is past the range
    ("x + y", (2049, 1), "float16", 2048, (1, 1)),
    ("0.1*x", (1,), "bfloat16", 0.10009765625, (0.10009765625,)),
    ("x/3", (1,), "float32", float(np.float32(1) / np.float32(3)), (float(np.float32(1) / np.float32(3)),)),
]


@pytest.mark.parametrize(("text", "point", "dtype", "value", "gradient"), NARROW)
def test_the_graph_of_a_narrow_type_holds_its_numbers(text, point, dtype, value, gradient):
    """The same as back-propagation by that name, so that the walk ends at what the table says."""
    field = gradviz.parse(text)
    graph = gradviz.trace(field, point, dtype=dtype)
    assert graph.nodes[-1].value == value
    assert graph.gradient.tolist() == list(gradient)
    assert (
        graph.gradient.tolist() == gradviz.gradient(field, point, "backprop", dtype=dtype).gradient.tolist()
    )
    round_to = PRECISIONS[dtype].rounded
    for node in graph.nodes:
        for number in (node.value, node.adjoint, *node.local_derivatives):
            assert math.isnan(number) or float(round_to(number)) == number


def test_an_unknown_type_of_the_graph_is_refused():
    with pytest.raises(gradviz.GradvizError, match="float32"):
        gradviz.trace(gradviz.parse("x"), [1], dtype="float8")
