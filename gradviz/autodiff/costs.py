"""What a gradient costs, counted and not timed: passes and operations of every way, as n grows.

One operation is one node of a tree: a product, a sine. A function and a sweep over its tree are counted by
the same rule; for families of functions of n variables the counts are formulas in n, which tests hold against
really counted trees.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from gradviz.field import ScalarField
from gradviz.reading.parser import parse
from gradviz.tree.expression import Expression, Node
from gradviz.tree.formulas import cost, is_a_sign


@dataclass(frozen=True)
class Counts:
    """Operations of one evaluation of f, and what a backward pass or one forward-mode pass adds to it."""

    value: int
    backward: int
    tangent: int


def counted(expression: Expression) -> Counts:
    """The counts of a tree, node by node and edge by edge.

    An edge costs its local derivative and one product, none of it where the derivative is ±1; contributions
    that meet cost one sum less than they are.
    """
    nodes, supports = expression.nodes, expression.supports
    edges = products = 0
    arriving = [0] * len(
        nodes
    )  # contributions: at each node in a backward pass, at each operation in a forward
    meeting = 0
    for place, node in enumerate(nodes):
        if not supports[place]:
            continue
        constants = tuple(_constant(nodes[i]) for i in node.operands)
        active = 0
        for slot, operand in enumerate(node.operands):
            if not supports[operand] or _is_condition(node, slot):
                continue
            active += 1
            arriving[operand] += 1
            edges += cost(node.operation, slot, constants)
            products += not is_a_sign(node.operation, slot)
        meeting += max(0, active - 1)
    joined = sum(max(0, count - 1) for count in arriving)
    value = sum(bool(node.operands) for node in nodes)
    return Counts(value, edges + products + joined, edges + products + meeting)


def _constant(node: Node) -> str | None:
    return None if node.value is None else str(float(node.value))


def _is_condition(node: Node, slot: int) -> bool:
    return node.operation == "select" and slot == 0


# --- the ways ---


@dataclass(frozen=True)
class Way:
    """One way to a gradient: its name, its passes over the graph, and its operations, both of (counts, n)."""

    name: str
    label: str
    passes: Callable[[int], int]
    operations: Callable[[Counts, int], int]


WAYS = (
    Way("backprop", "back-propagation", lambda n: 2, lambda c, n: c.value + c.backward),
    Way("forward-mode", "forward mode", lambda n: n, lambda c, n: n * (c.value + c.tangent)),
    # a shift, a difference and a quotient for each coordinate; the central difference shifts twice
    Way("forward", "forward difference", lambda n: n + 1, lambda c, n: (n + 1) * c.value + 3 * n),
    Way("central", "central difference", lambda n: 2 * n, lambda c, n: 2 * n * c.value + 4 * n),
)


# --- families ---


@dataclass(frozen=True)
class Family:
    """A function of n variables, for every n: its formula in letters, and its counts as formulas in n."""

    name: str
    text: Callable[[list[str]], str]
    counts: Callable[[int], Counts]


def _squares(names: list[str]) -> str:
    return " + ".join(f"{x}^2" for x in names)


def _rosenbrock(names: list[str]) -> str:
    if len(names) == 1:
        return f"(1 - {names[0]})^2"
    return " + ".join(f"(1 - {x})^2 + 100*({y} - {x}^2)^2" for x, y in pairwise(names))


def _network(names: list[str]) -> str:
    """Neurons with a weight and a bias each, all seeing the input ½, and the square of what misses 1."""
    neurons = [f"tanh({' + '.join([f'0.5*{x}', *bias])})" for x, bias in _neurons(names)]
    return f"({' + '.join(neurons)} - 1)^2"


def _neurons(names: list[str]) -> list[tuple[str, list[str]]]:
    return [(names[i], names[i + 1 : i + 2]) for i in range(0, len(names), 2)]


def _network_counts(n: int) -> Counts:
    neurons, biases = (n + 1) // 2, n // 2
    value = neurons + biases + neurons + (neurons - 1) + 2
    edges = neurons + 3 * neurons + 2  # 0.5·x: a product; 1 − v² and a product; 2·a and a product
    return Counts(value, edges, edges + biases + (neurons - 1))


FAMILIES = (
    # a square costs 2·a and a product; its sums only hand on, but in forward mode tangents meet in each
    Family("sum of squares", _squares, lambda n: Counts(2 * n - 1, 2 * n, 3 * n - 1)),
    # each pair: three squares, two differences, a factor 100, a sum; an inner variable feeds three places
    Family(
        "Rosenbrock",
        _rosenbrock,
        lambda n: Counts(2, 2, 2) if n == 1 else Counts(8 * n - 9, 9 * n - 10, 10 * n - 11),
    ),
    # each product hands on to both its factors
    Family("product", lambda names: "*".join(names), lambda n: Counts(n - 1, 2 * (n - 1), 3 * (n - 1))),
    Family("tiny network", _network, _network_counts),
)


def family_of(field: ScalarField) -> Family | None:
    """The family that the typed function belongs to, whatever its variables are called."""
    names = list(field.variables)
    if not names or field.parameters:
        return None
    for family in FAMILIES:
        if parse(family.text(names), variables=tuple(names)).expression == field.expression:
            return family
    return None


def swell(n: int) -> int:
    """Products in the gradient of x₁·x₂·…·xₙ in closed form: n partial derivatives of n − 1 factors each."""
    return n * max(0, n - 2)
