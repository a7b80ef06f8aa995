"""How far rounding alone may push a gradient: a first-order bound, by a reverse sweep over the gradient.

The reverse sweep over f is written down as a tree of its own (each row's derivative rule applied to nodes
instead of numbers), one tree per partial derivative; a second sweep over that tree gives C = Σ |v · v̄|,
each operation and each inexact constant once. A computation in float64 that takes this way is off by at
most c u C to first order, where c is the roundings of one operation: 1 for arithmetic, 2 for elementary
functions, up to 10 for gamma-like ones. Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., §3.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import mpmath

from gradviz import ScalarField
from gradviz.field import inputs_at
from gradviz.tree.expression import Builder, Expression, Kind, evaluate
from gradviz.tree.operations import OPERATIONS
from tests.support.mpmath_rows import mpmath_kind

U = 2.0**-53
DIGITS = mpmath.MPContext()
DIGITS.dps = 60


@dataclass(frozen=True)
class Part:
    """A node under construction, on which the rules of differentiation can work as on a number."""

    builder: Builder
    place: int

    def applied(self, operation: str, *others: Any) -> "Part":
        return Part(
            self.builder, self.builder.apply(operation, *(lifted(self.builder, o).place for o in others))
        )

    def __add__(self, other):
        return self.applied("add", self, other)

    def __radd__(self, other):
        return self.applied("add", other, self)

    def __sub__(self, other):
        return self.applied("subtract", self, other)

    def __rsub__(self, other):
        return self.applied("subtract", other, self)

    def __mul__(self, other):
        return self.applied("multiply", self, other)

    def __rmul__(self, other):
        return self.applied("multiply", other, self)

    def __neg__(self):
        return self.applied("negate", self)


def lifted(builder: Builder, number: Any) -> Part:
    if isinstance(number, Part):
        return number
    place = builder.literal(abs(Fraction(number)))
    return Part(builder, place if number >= 0 else builder.apply("negate", place))


def tree_kind(builder: Builder) -> Kind:
    """Numbers that are nodes of ``builder``."""

    def written(name: str) -> Callable[..., Part]:
        return lambda *a: Part(builder, builder.apply(name, *(lifted(builder, x).place for x in a)))

    functions = {name: written(name) for name in OPERATIONS}

    def flow(adjoint: Any, slope: Any) -> Part:
        adjoint = lifted(builder, adjoint)
        nothing = functions["equal"](adjoint, 0)  # reaches a branch that is not taken
        return functions["select"](nothing, 0, adjoint * slope)

    return Kind("tree", lambda value: lifted(builder, value), functions | {"flow": flow})


def partials(field: ScalarField) -> list[Expression]:
    """The partial derivatives as the reverse sweep computes them."""
    expression, builder = field.expression, Builder()
    kind = tree_kind(builder)
    values = []
    for node in expression.nodes:
        if node.operation == "variable":
            values.append(Part(builder, builder.variable(node.name)))
        elif node.operation == "literal":
            values.append(Part(builder, builder.literal(node.value)))
        else:
            values.append(kind.functions[node.operation](*(values[i] for i in node.operands)))
    swept = sweep_back(expression, kind, values)
    found = {n.name: a for n, a in zip(expression.nodes, swept, strict=True) if n.operation == "variable"}
    zero = lifted(builder, 0)
    return [builder.build(lifted(builder, found.get(name) or zero).place) for name in field.variables]


def sweep_back(expression: Expression, kind: Kind, values: list[Any]) -> list[Any]:
    """∂output/∂node for every node, constants too; None where nothing arrives."""
    sums: list[Any] = [None] * len(values)
    sums[-1] = 1
    for place in reversed(range(len(values))):
        node = expression.nodes[place]
        if sums[place] is None or not node.operands:
            continue
        operands = tuple(values[i] for i in node.operands)
        for slot, operand in enumerate(node.operands):
            constant = not expression.supports[operand]
            if kind.name == "tree" and constant:
                continue
            slope = OPERATIONS[node.operation].derivative(kind, values[place], operands, slot)
            if slope is None or (constant and slope != slope):
                continue  # a whole exponent of a negative base: exact, and no place to differentiate at
            passed = kind.flow(sums[place], slope)
            sums[operand] = passed if sums[operand] is None else sums[operand] + passed
    return sums


def sizes(field: ScalarField, point: list[float]) -> list[float]:
    """C of each partial derivative at ``point``."""
    kind = mpmath_kind(DIGITS)
    found = []
    for partial in partials(field):
        values = evaluate(partial, kind, inputs_at(field, [DIGITS.mpf(x) for x in point]))
        swept = sweep_back(partial, kind, values)
        total = DIGITS.mpf(0)
        for node, value, adjoint in zip(partial.nodes, values, swept, strict=True):
            exact = node.operation in ("variable", "negate") or (
                node.operation == "literal" and Fraction(float(node.value)) == node.value
            )
            if not exact and not isinstance(value, bool) and adjoint:
                total += abs(value * adjoint)
        assert DIGITS.isfinite(total)
        found.append(float(total))
    return found
