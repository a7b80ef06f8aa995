"""The typed formula as a small immutable graph, and the one interpreter that gives it a value.

An expression is a flat tuple of nodes in topological order, the output last. Equal subexpressions are one
node, so the x in x·x has two uses and one place. Nothing is rearranged: what is evaluated, differentiated and
drawn is what was typed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from gradviz.lazy import lazy
from gradviz.shown import shown

Number = Any  # of whichever kind: a float, an array, a tensor, an mpf, a SymPy expression, a bool


@dataclass(frozen=True)
class Node:
    """One place in an expression: a variable, a literal, or an operation on earlier nodes."""

    operation: str
    operands: tuple[int, ...] = ()
    name: str = ""
    value: Fraction | None = None
    text: str = field(default="", compare=False)


@shown
@dataclass(frozen=True)
class Expression:
    """Nodes in topological order; the last one is the output."""

    nodes: tuple[Node, ...]

    @lazy
    def variables(self) -> frozenset[str]:
        """The names that occur."""
        return frozenset(node.name for node in self.nodes if node.operation == "variable")

    @lazy
    def supports(self) -> tuple[frozenset[str], ...]:
        """For each node, the variables it depends on."""
        supports: list[frozenset[str]] = []
        for node in self.nodes:
            if node.operation == "variable":
                supports.append(frozenset((node.name,)))
            else:
                supports.append(frozenset().union(*(supports[i] for i in node.operands)))
        return tuple(supports)

    @lazy
    def fingerprint(self) -> int:
        """The hash, computed once: expressions are the keys of caches."""
        return hash(self.nodes)

    def __hash__(self) -> int:
        return self.fingerprint

    def __getstate__(self) -> dict:
        return {"nodes": self.nodes}  # hashes of strings differ between processes, so nothing cached travels

    def __setstate__(self, state: dict) -> None:
        self.__dict__.update(state)


class Builder:
    """Collects nodes, each distinct one once."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self._places: dict[Node, int] = {}

    def add(self, node: Node) -> int:
        """The place of ``node``, new or known."""
        place = self._places.get(node)
        if place is None:
            place = self._places[node] = len(self.nodes)
            self.nodes.append(node)
        return place

    def variable(self, name: str) -> int:
        return self.add(Node("variable", name=name))

    def literal(self, value: Fraction | int, text: str = "") -> int:
        return self.add(Node("literal", value=Fraction(value), text=text))

    def apply(self, operation: str, *operands: int) -> int:
        return self.add(Node(operation, operands))

    def copy(self, node: Node, places: Sequence[int]) -> int:
        """The place of ``node`` of another tree, whose nodes stand at ``places`` here."""
        return self.add(
            Node(node.operation, tuple(places[i] for i in node.operands), node.name, node.value, node.text)
        )

    def needed(self, root: int) -> list[int]:
        """The places of all that ``root`` needs, in the order collected."""
        needed = {root}
        for place in range(root, -1, -1):
            if place in needed:
                needed.update(self.nodes[place].operands)
        return sorted(needed)

    def build(self, root: int) -> Expression:
        """The expression whose output is ``root``: only what it needs, in the order collected."""
        places = self.needed(root)
        moved = {place: i for i, place in enumerate(places)}
        return Expression(
            tuple(
                Node(n.operation, tuple(moved[i] for i in n.operands), n.name, n.value, n.text)
                for n in (self.nodes[place] for place in places)
            )
        )


@dataclass(frozen=True)
class Kind:
    """A kind of number: how it reads a literal, and what each operation does with it.

    ``number`` makes numbers of the kind of float64 ones (and arrays of arrays), ``floats`` the way back: for
    the kinds that stand for a type of the machine's numbers.
    """

    name: str
    literal: Callable[[Fraction], Any]
    functions: Mapping[str, Callable[..., Any]]
    fixed: bool = True  # False where a literal means another number each time (working precision, device)
    number: Callable[[Any], Any] = lambda values: values
    floats: Callable[[Any], Any] = lambda values: values

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        """``kind.sin`` is the sine of this kind: rules of differentiation are written once, for all kinds."""
        try:
            return self.functions[operation]
        except KeyError:
            raise AttributeError(operation) from None


@dataclass(frozen=True)
class Plan:
    """An expression prepared for one kind: literals converted, functions looked up."""

    template: tuple[Any, ...]
    inputs: tuple[tuple[int, str], ...]
    steps: tuple[tuple[int, Callable[..., Any], tuple[int, ...]], ...]


def plan(expression: Expression, kind: Kind) -> Plan:
    """The steps of ``evaluate``; cached in the expression where the kind is a fixed one."""
    known = expression.__dict__.get(kind.name)
    if known is not None:
        return known
    nodes = expression.nodes
    made = Plan(
        tuple(None if n.value is None else kind.literal(n.value) for n in nodes),
        tuple((i, n.name) for i, n in enumerate(nodes) if n.operation == "variable"),
        tuple(
            (i, kind.functions[n.operation], n.operands)
            for i, n in enumerate(nodes)
            if n.operation not in ("variable", "literal")
        ),
    )
    if kind.fixed:
        expression.__dict__[kind.name] = made
    return made


def evaluate(expression: Expression, kind: Kind, inputs: Mapping[str, Number]) -> list:
    """The value of every node, in order, for the given value of every variable.

    ``inputs`` maps names to numbers of ``kind``; the output is the last value. KeyError where a variable has
    no value.
    """
    ready = plan(expression, kind)
    values = list(ready.template)
    for place, name in ready.inputs:
        values[place] = inputs[name]
    for place, function, operands in ready.steps:
        values[place] = function(*[values[i] for i in operands])
    return values


def reevaluate(
    expression: Expression,
    kind: Kind,
    inputs: Mapping[str, Number],
    known: Sequence[Number],
    changed: frozenset[str],
) -> list:
    """The value of every node where only the variables ``changed`` differ from those that gave ``known``."""
    values = list(known)
    for place, (node, support) in enumerate(zip(expression.nodes, expression.supports, strict=True)):
        if support.isdisjoint(changed):
            continue
        if node.operation == "variable":
            values[place] = inputs[node.name]
        else:
            values[place] = kind.functions[node.operation](*[values[i] for i in node.operands])
    return values
