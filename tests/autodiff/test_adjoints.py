"""Adjoints of what PyTorch does not follow: branches without variables, and what parameters alone make."""

import math

import numpy as np
import pytest

from gradviz import parse, trace
from gradviz.autodiff.graph import contributions


def adjoint_of(text: str, operation: str, point: list[float], **parameters: float) -> list[float]:
    field = parse(text, parameters=tuple(parameters)).with_parameters(**parameters)
    return [node.adjoint for node in trace(field, point).nodes if node.operation == operation]


BRANCHES = [  # by hand: ∂f/∂(the chosen value)
    ("y*(2 if x > 0 else 3)", [1.0, 5.0], [5.0]),
    ("y*(2 if x > 0 else 3)", [-1.0, 5.0], [5.0]),
    ("(x > 0)*y", [1.0, 7.0], [7.0]),
    ("y^2*where(x > 0, 1, -1)", [1.0, 3.0], [9.0]),
    ("2 if x > 0 else 3", [1.0], [1.0]),
    ("sin(1 if x > 0 else 2)", [1.0], [math.cos(1)]),
    ("y + (1 if x > 0 else x)", [1.0, 5.0], [1.0]),
    ("y*(x if x > 0 else 3)", [1.0, 5.0], [5.0]),
]


@pytest.mark.parametrize(("text", "point", "expected"), BRANCHES)
def test_a_branch_without_variables_has_its_adjoint(text, point, expected):
    assert adjoint_of(text, "select", point) == pytest.approx(expected)


def test_a_branch_of_a_parameter_has_its_adjoint():
    assert adjoint_of("f(x, y) = y*(a if x > 0 else 3)", "select", [1.0, 5.0], a=2.0) == [5.0]


PASSIVE = [  # what no variable moves
    ("f(x) = exp(-(x-mu)^2/(2 sigma^2))", {"mu": 0.0, "sigma": 2.0}, {4.0, 8.0}),
    ("f(x) = x + a*b", {"a": 2.0, "b": 3.0}, {6.0}),
    ("f(x) = x*sin(a)", {"a": 0.5}, {math.sin(0.5)}),
    ("f(x) = x*(1 if a > 0 else 2)", {"a": 0.5}, set()),
    ("f(x) = a*b", {"a": 2.0, "b": 3.0}, {6.0}),
]


@pytest.mark.parametrize(("text", "parameters", "values"), PASSIVE)
def test_what_no_variable_moves_has_no_adjoint(text, parameters, values):
    field = parse(text, parameters=tuple(parameters)).with_parameters(**parameters)
    graph = trace(field, [1.0])
    found = {node.value for node in graph.nodes if node.passive}
    assert values <= found
    assert all(math.isnan(node.adjoint) and not node.autograd for node in graph.nodes if node.passive)
    assert all(not graph.nodes[flow.operand].passive for flow in contributions(graph))
    assert all(math.isfinite(flow.amount) for flow in contributions(graph))
    assert all(not math.isnan(node.adjoint) for node in graph.nodes if not node.passive)


def test_the_adjoints_are_those_of_the_other_sweep():
    """The NumPy sweep, which knows no PyTorch, on functions with branches and parameters."""
    from gradviz.autodiff.reverse import adjoints
    from gradviz.field import inputs_at
    from gradviz.tree.expression import evaluate
    from gradviz.tree.kinds import NUMPY

    for text in ("f(x, y) = y*(2 if x > 0 else 3) + a*b*x", "f(x, y) = where(x > y, a, 2)*x^2 + sin(b*y)"):
        field = parse(text, parameters=("a", "b")).with_parameters(a=1.5, b=0.7)
        graph = trace(field, [1.0, 5.0])
        with np.errstate(all="ignore"):
            values = evaluate(field.expression, NUMPY, inputs_at(field, [1.0, 5.0]))
            swept = adjoints(field.expression, NUMPY, values)
        for node, other in zip(graph.nodes, swept, strict=True):
            if not node.passive and other is not None:
                assert node.adjoint == pytest.approx(float(other))
