"""Reverse sweeps over the typed tree in NumPy numbers: adjoints, noise, kinks and edges.

PyTorch is not used, so that each can check the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

import numpy as np

from gradviz.field import ScalarField, inputs_at
from gradviz.tree.expression import Expression, Kind, Node, Number, evaluate
from gradviz.tree.kinds import NUMPY
from gradviz.tree.operations import OPERATIONS
from gradviz.tree.operations.powers import LARGEST_PRODUCT
from gradviz.tree.precision import FLOAT64

UNIT_ROUNDOFF = FLOAT64.unit_roundoff
RMS_OF_ROUNDING = 0.41  # of one rounding, in u times the value: log-uniform significands, uniform errors


def adjoints(expression: Expression, kind: Kind, values: Sequence[Number]) -> list[Number]:
    """∂output/∂node for every node that depends on a variable, else None; ``values`` as of ``evaluate``."""
    sums: list[Number] = [None] * len(expression.nodes)
    sums[-1] = 1.0
    for place in range(len(expression.nodes) - 1, -1, -1):
        node = expression.nodes[place]
        if sums[place] is None or not node.operands or not expression.supports[place]:
            continue
        operands = tuple(values[i] for i in node.operands)
        for slot, operand in enumerate(node.operands):
            if not expression.supports[operand]:
                continue
            slope = OPERATIONS[node.operation].derivative(kind, values[place], operands, slot)
            if slope is not None:
                passed = kind.flow(sums[place], slope)
                sums[operand] = passed if sums[operand] is None else sums[operand] + passed
    return [a if s else None for a, s in zip(sums, expression.supports, strict=True)]


def gradients_at(field: ScalarField, coordinates: Sequence[Number]) -> list[Number]:
    """∂f/∂xᵢ by the reverse sweep in NumPy, one array (or 0.0) per variable; the caller holds np.errstate."""
    expression = field.expression
    values = evaluate(expression, NUMPY, inputs_at(field, coordinates))
    swept = adjoints(expression, NUMPY, values)
    found = {n.name: swept[i] for i, n in enumerate(expression.nodes) if n.operation == "variable"}
    return [0.0 if found.get(name) is None else found[name] for name in field.variables]


def noise(
    field: ScalarField, coordinates: Sequence[Number], unit_roundoff: float = UNIT_ROUNDOFF
) -> tuple[np.ndarray, np.ndarray]:
    """The rounding noise of f along each variable: its bound ε_f and its root-mean-square σ, each (n, ...).

    ``unit_roundoff`` is u, of the type in which f is evaluated; the sizes are float64.
    ε_f = u Σ c |v · v̄| over the nodes that depend on the variable, c the roundings each costs; σ = 0.41 u
    √Σ c (v v̄)², as of independent roundings. What does not depend on the variable is the same in both
    evaluations of a difference and cancels. The caller holds np.errstate. Higham, Accuracy and Stability of
    Numerical Algorithms, 2nd ed., §3.
    """
    expression = field.expression
    values = evaluate(expression, NUMPY, inputs_at(field, coordinates))
    swept = adjoints(expression, NUMPY, values)
    shape = np.broadcast_shapes(*(np.shape(c) for c in coordinates)) if len(coordinates) else ()
    bound = np.zeros((len(field.variables), *shape))
    scatter = np.zeros_like(bound)
    for place, node in enumerate(expression.nodes):
        count = roundings(expression, node)
        if swept[place] is None or not count:
            continue
        magnitude = np.maximum(np.abs(values[place]), OPERATIONS[node.operation].least)
        size = np.where(np.equal(swept[place], 0), 0.0, magnitude * np.abs(swept[place]))
        for i, name in enumerate(field.variables):
            if name in expression.supports[place]:
                bound[i] += count * size
                scatter[i] = np.hypot(scatter[i], np.sqrt(count) * size)  # a square would underflow
    return unit_roundoff * bound, RMS_OF_ROUNDING * unit_roundoff * scatter


def roundings(expression: Expression, node: Node) -> int:
    """How many roundings one node costs: none for a product with a power of two, n − 1 for an nth power.

    Squaring takes fewer products, but each doubles the roundings before it: the bound is the plain product's.
    """
    if node.operation in ("variable", "literal"):
        return 0
    constants = [_constant(expression, place) for place in node.operands]
    if node.operation == "multiply" and any(_power_of_two(value) for value in constants):
        return 0
    if node.operation == "divide" and _power_of_two(constants[1]):
        return 0
    if node.operation == "power" and constants[1] is not None and constants[1].denominator == 1:
        times = int(constants[1])
        if 0 < abs(times) <= LARGEST_PRODUCT:
            return abs(times) - (times > 0)  # below 0 there is a division too
    return OPERATIONS[node.operation].roundings


def _constant(expression: Expression, place: int) -> Fraction | None:
    """The number at ``place`` if it is a literal, with or without a minus sign."""
    node = expression.nodes[place]
    if node.operation == "negate":
        value = _constant(expression, node.operands[0])
        return None if value is None else -value
    return node.value


def switches(expression: Expression, kind: Kind, values: Sequence[Number]) -> Iterator[tuple[int, Number]]:
    """The nodes whose operation may not be smooth, each with the quantity that is 0 where it is not."""
    for place, node in enumerate(expression.nodes):
        row = OPERATIONS.get(node.operation)
        if row is not None and row.switches is not None and expression.supports[place]:
            for quantity in row.switches(kind, *(values[i] for i in node.operands)):
                yield place, quantity


def not_smooth(field: ScalarField, point: Sequence[float]) -> tuple[str, ...]:
    """The operations exactly at a kink, a jump or an edge at ``point``, in float64."""
    with np.errstate(all="ignore"):
        values = evaluate(field.expression, NUMPY, inputs_at(field, point))
        found = [p for p, quantity in switches(field.expression, NUMPY, values) if np.equal(quantity, 0)]
    return tuple(dict.fromkeys(field.expression.nodes[place].operation for place in found))


def _power_of_two(value: Fraction | None) -> bool:
    """Whether ± 2^k: products with it are exact."""
    if value is None:
        return False
    top, bottom = abs(value.numerator), value.denominator
    return top > 0 and top & (top - 1) == 0 and bottom & (bottom - 1) == 0
