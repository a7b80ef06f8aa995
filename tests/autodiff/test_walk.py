"""The walk over the graph: by hand for ten functions, held to PyTorch and to central differences."""

import math

import numpy as np
import pytest
from hypothesis import assume, example, given, reject
from hypothesis import strategies as st

import gradviz
from gradviz.autodiff.graph import contributions
from gradviz.autodiff.walk import STATES, Walk, walk
from gradviz.tree.operations import OPERATIONS


def walked(text: str, *point: float, variables: tuple[str, ...] | None = None) -> Walk:
    return walk(gradviz.trace(gradviz.parse(text, variables=variables), list(point)))


def flows(text: str, *point: float) -> list[tuple[str, str, float]]:
    """Every contribution as (from, to, amount), in the order of the backward pass."""
    found = walked(text, *point)
    return [
        (found.names[step.consumer], found.names[step.node], step.amount)
        for step in found.steps
        if step.consumer is not None
    ]


# text, point, contributions (from, to, amount), each worked out by hand, and why it is here
BY_HAND = (
    (
        "x1^2 + x2^2",
        (3, 4),
        [("v₃", "v₁", 1), ("v₃", "v₂", 1), ("v₂", "x₂", 8), ("v₁", "x₁", 6)],
        "the lesson; nothing flows into an exponent",
    ),
    ("x*x", (3,), [("v₁", "x", 3), ("v₁", "x", 3)], "one node stands twice: 3 + 3 = 6"),
    (
        "x*y + x",
        (2, 5),
        [("v₂", "v₁", 1), ("v₂", "x", 1), ("v₁", "x", 5), ("v₁", "y", 2)],
        "fan-out: x gets 1 from the sum and 5 from the product",
    ),
    (
        "(x + 1)*(x + 1)",
        (2,),
        [("v₂", "v₁", 3), ("v₂", "v₁", 3), ("v₁", "x", 6)],
        "a repeated part stands once and collects twice",
    ),
    ("3*x", (7,), [("v₁", "x", 3)], "a constant factor"),
    ("5 - x", (2,), [("v₁", "x", -1)], "a constant minuend"),
    (
        "x^2 if x < 0 else sqrt(x)",
        (-2,),
        [("v₄", "v₂", 1), ("v₂", "x", -4)],
        "only the branch taken gets anything, not the root of −2, nor the condition",
    ),
    ("x^2 if x < 0 else sqrt(x)", (4,), [("v₄", "v₃", 1), ("v₃", "x", 0.25)], "the other branch"),
    ("max(x, y)", (1, 2), [("v₁", "x", 0), ("v₁", "y", 1)], "the loser gets 0"),
    (
        "x*y*x",
        (2, 3),
        [("v₂", "v₁", 2), ("v₂", "x", 6), ("v₁", "x", 6), ("v₁", "y", 4)],
        "x collects from two floors",
    ),
    ("7", (), [], "no variable, no backward pass"),
)


@pytest.mark.parametrize(("text", "point", "expected", "why"), BY_HAND, ids=[row[0] for row in BY_HAND])
def test_the_contributions_are_those_worked_out_by_hand(text, point, expected, why):
    assert flows(text, *point) == expected, why


def sentences(text: str, *point: float) -> list[str]:
    return [step.sentence for step in walked(text, *point).steps]


# text, point, a sentence that must be said
SAID = (
    ("x1^2 + x1*3", (3,), "x₁ feeds two operations, so its two contributions add: 3 + 6 = 9."),
    ("x1*x2 + x1*x3", (1, 3, 3), "x₁ feeds two products, so its two contributions add: 3 + 3 = 6."),
    ("x*x", (3,), "x stands twice in v₁, so its two contributions add: 3 + 3 = 6."),
    ("x*y*x + x", (2, 3), "x feeds three operations. So far its contributions add to 1 + 6 = 7."),
    ("x*y", (3, 4), "x is an input: its value is 3."),
    ("x*y", (3, 4), "v₁ is the product of x and y: 12."),
    ("x*y", (3, 4), "v₁ hands its adjoint on to x, times the local derivative."),
    ("2x", (3,), "2 is a constant."),
    ("sin(x)", (0,), "v₁ is sin of x: 0."),
    ("1 if x < 0 else 2", (1,), "v₁ asks whether x < 0: no."),
    ("-x if x < 0 else x", (-1,), "The condition v₁ says yes, so v₃ is v₂."),
    ("sqrt(x)", (-1,), "v₁ is the square root of x: no value."),
    ("x*y", (3, 4), "Done: the adjoints of the inputs are the gradient, (4, 3)."),
    ("x^2", (3,), "Done: the adjoint of the input is the gradient, 6."),
    (
        "1/x",
        (0,),
        "Done: the adjoint of the input is −∞; but f is no finite number here, so that is no gradient.",
    ),
    ("7", (), "Done: without a variable there is nothing to differentiate."),
)


@pytest.mark.parametrize(("text", "point", "sentence"), SAID)
def test_each_step_is_told(text, point, sentence):
    assert sentence in sentences(text, *point)


def test_a_variable_that_does_not_occur_is_told():
    found = walked("f(x, y) = x^2", 3, 4)
    assert found.steps[-1].sentence.endswith("y does not occur, so nothing ever arrives there.")


# text, point, a formula with its numbers put in
FORMULAS = (
    ("x1^2", (3,), "v₁ = x₁² = 3² = 9"),
    ("x1^2", (-3,), "v₁ = x₁² = (−3)² = 9"),
    ("sin(x)*y", (0, 2), "v₁ = sin(x) = sin(0) = 0"),
    ("sqrt(x)", (-4,), "v₁ = √(x) = √(−4) = no value"),
    ("x*y", (2, -5), "∂f/∂v₁ · ∂v₁/∂x = 1 · (−5) = −5"),
    ("max(x, y, 3)", (1, 2), "v₁ = max(x, y, 3) = max(1, 2, 3) = 3"),
)


@pytest.mark.parametrize(("text", "point", "formula"), FORMULAS)
def test_each_formula_has_its_numbers(text, point, formula):
    assert formula in [step.formula for step in walked(text, *point).steps]


def test_the_states_follow_each_other():
    found = walked("x*y + x", 2, 5)
    x = found.names.index("x")
    seen = [found.state(x, at) for at in range(-1, len(found.steps))]
    assert list(dict.fromkeys(seen)) == list(STATES)
    assert seen[0] == "not evaluated yet"
    assert seen[1] == "value known"
    assert seen.count("adjoint being collected") == 1
    two = walked("2x", 2)
    assert two.state(two.names.index("2"), len(two.steps)) == "value known"  # a constant has no adjoint


def test_the_walk_over_a_part_is_about_that_part():
    graph = gradviz.trace(gradviz.parse("sin(x)*cos(y) + x"), [1.0, 2.0])
    found = walk(graph, {len(graph.nodes) - 1, len(graph.nodes) - 2})
    assert {step.node for step in found.steps} == {len(graph.nodes) - 1, len(graph.nodes) - 2}


# --- it is PyTorch ------------------------------------------------------------------------------------------

WHOLE = (
    ("x1^2 + x2^2", (3.0, 4.0)),
    ("exp(x*y)*sin(x + y)/(1 + x^2)", (0.4, 1.2)),
    ("(1 - x)^2 + 100(y - x^2)^2", (-1.0, 1.5)),
    ("tanh(x*y + 0.3)^2 + max(x, y)*|x|", (0.7, -0.2)),
    ("x^y + y^x", (1.3, 0.8)),
    ("-x if x < 0 else sqrt(x)*x", (2.5,)),
)


@pytest.mark.parametrize(("text", "point"), WHOLE)
def test_the_walk_ends_at_the_gradient_of_one_call_of_autograd(text, point):
    """torch.autograd.grad of the whole function, written with torch's own operators over our tree."""
    import torch

    from gradviz.autodiff.graph import forward_pass

    field = gradviz.parse(text)
    leaves = {
        name: torch.tensor(x, dtype=torch.float64, requires_grad=True)
        for name, x in zip(field.variables, point, strict=True)
    }
    output = forward_pass(torch, field.expression, leaves)[-1]
    whole = torch.autograd.grad(output, list(leaves.values()))
    found = walked(text, *point)
    last = {step.node: step.adjoint for step in found.steps if step.phase == "backward"}
    for name, gradient in zip(field.variables, whole, strict=True):
        node = [node.label for node in found.graph.nodes].index(name)
        assert last[node] == gradient.item()
    assert found.graph.nodes[-1].value == output.item()


def test_the_names_of_autograd_stand_beside_ours():
    nodes = gradviz.trace(gradviz.parse("sin(x)*y + 2"), [1.0, 2.0]).nodes
    names = {node.label: node.autograd for node in nodes}
    assert names["sin"] == "SinBackward0"
    assert names["×"] == "MulBackward0"
    assert names["+"] == "AddBackward0"
    assert names["x"] == "AccumulateGrad"
    assert names["2"] == ""


# --- the adjoint of every node ------------------------------------------------------------------------------

UNARY = ("sin", "cos", "tanh", "exp", "atan", "sigmoid", "softplus", "erf", "sinh", "sqrt", "ln", "abs")


@st.composite
def formulas(draw: st.DrawFn) -> str:
    """Random expressions in x and y that share parts."""
    parts = ["x", "y", draw(st.sampled_from(("2", "0.5", "3")))]
    for _ in range(draw(st.integers(1, 7))):
        a, b = draw(st.sampled_from(parts)), draw(st.sampled_from(parts))
        sign = draw(st.sampled_from(("+", "-", "*", "/", "max", *UNARY)))
        if sign in UNARY:
            parts.append(f"{sign}({a})")
        else:
            parts.append(f"max({a}, {b})" if sign == "max" else f"({a} {sign} {b})")
    return parts[-1]


def output_when(graph: gradviz.ComputationGraph, moved: int, by: float) -> float:
    """The output as a function of one node alone: what comes after it is evaluated again, in NumPy."""
    values: list = []
    with np.errstate(all="ignore"):
        for place, node in enumerate(graph.nodes):
            value: float = node.value
            if place > moved and node.operands:
                value = float(OPERATIONS[node.operation].numpy(*(values[i] for i in node.operands)))
            values.append(value + by if place == moved else value)
    return values[-1]


@given(formulas(), st.floats(0.3, 2.0), st.floats(0.3, 2.0))
@example("max(x, max(x, y))", 1.0, 1.0)  # on a kink the quotient is the mean of two slopes: no oracle either
def test_the_adjoint_of_every_node_is_the_central_difference_with_respect_to_it(text, x, y):
    """To the truncation error h²|f‴|/6, told by a second step: quotients that do not agree are no oracle."""
    try:
        field = gradviz.parse(text, variables=("x", "y"))
    except gradviz.ParseError:  # a number that is none, like the root of cos 2, is refused
        reject()
    graph = gradviz.trace(field, [x, y])
    assume(math.isfinite(graph.nodes[-1].value))
    collected: dict[int, list[float]] = {len(graph.nodes) - 1: [1.0]}
    for flow in contributions(graph):
        collected.setdefault(flow.operand, []).append(flow.amount)
    for place, node in enumerate(graph.nodes):
        if node.passive or not math.isfinite(node.value) or not math.isfinite(node.adjoint):
            continue
        amounts = collected.get(place, [])
        rounding = 1e-12 * sum(abs(amount) for amount in amounts)  # large ones may cancel
        assert sum(amounts) == pytest.approx(node.adjoint, rel=1e-12, abs=rounding)
        h = 1e-5 * max(1.0, abs(node.value))
        coarse, fine = (
            (output_when(graph, place, s) - output_when(graph, place, -s)) / (2 * s) for s in (2 * h, h)
        )
        noise = 1e-15 * max(abs(n.value) for n in graph.nodes if math.isfinite(n.value)) / h
        here = output_when(graph, place, 0.0)
        ahead, behind = ((output_when(graph, place, s) - here) / s for s in (h, -h))
        kink = abs(ahead - behind) > 1e-3 * (1 + abs(fine)) + 100 * noise
        if abs(coarse - fine) < 1e-6 * (1 + abs(fine)) and not kink:
            assert node.adjoint == pytest.approx(fine, rel=1e-5, abs=1e-5 + 100 * noise)
