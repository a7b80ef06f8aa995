"""Reverse sweeps over the typed tree in NumPy numbers: adjoints, noise, kinks and edges.

PyTorch is not used, so that each can check the other.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

import numpy as np

from gradviz.field import ScalarField, nodes_at
from gradviz.tree.expression import Expression, Kind, Node, Number
from gradviz.tree.kinds import NUMPY
from gradviz.tree.operations import OPERATIONS
from gradviz.tree.operations.powers import LARGEST_PRODUCT
from gradviz.tree.precision import FLOAT64, Precision

UNIT_ROUNDOFF = FLOAT64.unit_roundoff
RMS_OF_ROUNDING = 0.41  # of one rounding, in u times the value: log-uniform significands, uniform errors


# what these do not pass on they do not depend on: a slope of 0 is no limit, and 0 · ∞ is 0
_CHOOSING = frozenset(("min", "max", "relu", "sign", "heaviside", "floor", "ceil", "select"))


def adjoints(
    expression: Expression, kind: Kind, values: Sequence[Number], wanted: Sequence[object] | None = None
) -> list[Number]:
    """∂output/∂node for every node that depends on a variable, else None; ``values`` as of ``evaluate``.

    With ``wanted`` for every node for which that is true, whatever it depends on.
    """
    wanted = expression.supports if wanted is None else wanted
    sums: list[Number] = [None] * len(expression.nodes)
    sums[-1] = 1.0
    for place in range(len(expression.nodes) - 1, -1, -1):
        node = expression.nodes[place]
        if sums[place] is None or not node.operands or not wanted[place]:
            continue
        operands = tuple([values[i] for i in node.operands])
        for slot, operand in enumerate(node.operands):
            if not wanted[operand]:
                continue
            slope = OPERATIONS[node.operation].derivative(kind, values[place], operands, slot)
            if slope is not None:
                pair = (slope, sums[place]) if node.operation in _CHOOSING else (sums[place], slope)
                passed = kind.flow(*pair)
                sums[operand] = passed if sums[operand] is None else sums[operand] + passed
    return [a if w else None for a, w in zip(sums, wanted, strict=True)]


def gradients_at(field: ScalarField, coordinates: Sequence[Number]) -> list[Number]:
    """∂f/∂xᵢ by the reverse sweep in NumPy, one array (or 0.0) per variable; the caller holds np.errstate."""
    expression, values = field.expression, nodes_at(field, coordinates)
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
    expression, values = field.expression, nodes_at(field, coordinates)
    swept = adjoints(expression, NUMPY, values)
    shape = np.broadcast_shapes(*(np.shape(c) for c in coordinates)) if len(coordinates) else ()
    bound = np.zeros((len(field.variables), *shape))
    scatter = np.zeros_like(bound)
    for place, node in enumerate(expression.nodes):
        count = roundings(expression, node)
        if swept[place] is None or not count:
            continue
        operands = tuple(values[i] for i in node.operands)
        magnitude = OPERATIONS[node.operation].rounded_as(np.abs(values[place]), operands)
        size = np.where(np.equal(swept[place], 0), 0.0, magnitude * np.abs(swept[place]))
        for i, name in enumerate(field.variables):
            if name in expression.supports[place]:
                bound[i] += count * size
                scatter[i] = np.hypot(scatter[i], np.sqrt(count) * size)  # a square would underflow
    return unit_roundoff * bound, RMS_OF_ROUNDING * unit_roundoff * scatter


@dataclass(frozen=True)
class Rounding:
    """What rounding does to f along one variable, at points that differ in it alone.

    ``bound`` and ``deviation`` (k,) of the noise of f, as of :func:`noise`. ``common`` are pairs (error,
    adjoint) of the numbers that do not depend on the variable and are rounded all the same, 1/3, π or
    sin y: an error that all points share, but to which f is not equally sensitive at all of them.
    ``adjoints`` of all nodes, None where they are not needed.
    """

    bound: np.ndarray
    deviation: np.ndarray
    common: tuple[tuple[Number, Number], ...]
    adjoints: list[Number]


def rounding_along(
    field: ScalarField,
    name: str,
    values: Sequence[Number],
    shape: tuple[int, ...],
    precision: Precision,
    sizes: Sequence[Number],
    scattered: bool = True,
) -> Rounding:
    """The rounding errors of f along the variable ``name``, from the ``values`` of all nodes.

    ``sizes`` are their absolute values, or those of the type where rounding has made them larger. The
    deviation is left 0 unless ``scattered``.
    Beside u Σ c |v · v̄| it counts that no number of the type is known better than half its smallest one
    (a sum of such numbers is exact), and that Γ and its kin round their argument once more, which near a
    pole is many times u |v|. The caller holds np.errstate.
    """
    expression, u = field.expression, precision.unit_roundoff
    moving, counts, literal_errors = _known_beforehand(expression, name, precision)
    errors = [
        0.0 if moves else literal_errors[place] or _constant_error(counts[place], sizes[place], precision)
        for place, moves in enumerate(moving)
    ]
    inexact: list[bool] = []
    for node, moves, error in zip(expression.nodes, moving, errors, strict=True):
        inexact.append(bool(error) or moves or any(inexact[i] for i in node.operands))
    swept = adjoints(expression, NUMPY, values, inexact)
    bound, scatter = np.zeros(shape), np.zeros(shape)
    common: list[tuple[Number, Number]] = []
    for place, (adjoint, moves) in enumerate(zip(swept, moving, strict=True)):
        if adjoint is None:
            continue
        if not moves:
            if errors[place]:
                common.append((errors[place], adjoint))
            continue
        count, magnitude = _magnitude(expression, place, counts[place], values, sizes[place], precision)
        if not count:
            continue
        still = _still([values[i] for i in expression.nodes[place].operands], shape)
        if still is not None:
            common.append((np.where(still, count * u * magnitude, 0.0), adjoint))
            magnitude = np.where(still, 0.0, magnitude)
        size = magnitude * np.abs(adjoint)
        if not math.isfinite(size.sum()):  # 0 · ∞
            size = np.where(np.equal(adjoint, 0) | np.equal(magnitude, 0), 0.0, size)
        bound = bound + count * size
        if scattered:
            scatter = np.hypot(scatter, math.sqrt(count) * size)
    return Rounding(u * bound, RMS_OF_ROUNDING * u * scatter, tuple(common), swept)


@lru_cache(maxsize=256)
def _known_beforehand(
    expression: Expression, name: str, precision: Precision
) -> tuple[tuple[bool, ...], tuple[int, ...], tuple[float, ...]]:
    """For each node whether it moves along ``name``, its roundings, and its error if it is a literal."""
    return (
        tuple(name in support for support in expression.supports),
        tuple(_own_roundings(expression, node) for node in expression.nodes),
        tuple(0.0 if n.value is None else _literal_error(n.value, precision) for n in expression.nodes),
    )


def _own_roundings(expression: Expression, node: Node) -> int:
    """As :func:`roundings`; 1 for π and e, 0 for conditions."""
    if node.value is not None or node.operation == "variable" or OPERATIONS[node.operation].boolean:
        return 0
    return roundings(expression, node) if node.operands else 1


def _magnitude(
    expression: Expression,
    place: int,
    count: int,
    values: Sequence[Number],
    size: Number,
    precision: Precision,
) -> tuple[int, Number]:
    """How many roundings a node costs, and of a number of what size; ``count`` is :func:`roundings` of it."""
    node, least = expression.nodes[place], precision.smallest / (2 * precision.unit_roundoff)
    if node.operation == "variable":
        return 0, 0.0
    row = OPERATIONS[node.operation]
    if node.operation == "power":
        exponent = values[node.operands[1]]
        if not np.ndim(exponent) and float(exponent).is_integer() and abs(exponent) <= LARGEST_PRODUCT:
            count = max(count, int(abs(exponent)))  # a product, though the exponent is no literal
    if not count:  # a product with 2^k is exact but for the smallest numbers
        lost = (size < least) & np.not_equal(size, 0) & (node.operation in ("multiply", "divide"))
        return int(np.any(lost)), np.where(lost, least, 0.0)
    operands = tuple([values[i] for i in node.operands])
    magnitude = row.rounded_as(size, operands)
    if node.operation not in ("add", "subtract") and not magnitude.min() > least:
        zeros = np.logical_or.reduce(np.broadcast_arrays(*(np.equal(a, 0) for a in operands)))
        exact = np.equal(magnitude, 0) & zeros
        magnitude = np.where(exact, 0.0, np.maximum(magnitude, least))
    if row.argument_roundings:
        slope = row.derivative(NUMPY, values[place], operands, 0)
        magnitude = magnitude + row.argument_roundings / count * np.abs(operands[0] * slope)
    return count, magnitude


def _still(operands: Sequence[Number], shape: tuple[int, ...]) -> np.ndarray | None:
    """Where operands are the same at x + h, x − h and x, points laid out one after the other; None nowhere.

    The operation then makes the same rounding error three times, which a difference does not see.
    """
    moving = [operand for operand in operands if isinstance(operand, np.ndarray) and operand.ndim]
    for operand in moving:
        if operand[0] != operand[-1]:  # not even at the smallest step
            return None
    still = np.ones(shape[0] // 2, dtype=bool)
    for operand in moving:
        still &= (operand[:-1].reshape(2, -1) == operand[-1]).all(axis=0)
    return np.append(np.tile(still, 2), False)


def _constant_error(count: int, sizes: Number, precision: Precision) -> float:
    """How far ``count`` roundings of one node may be off, of a node that is the same at all points."""
    if not count:
        return 0.0
    size = sizes if isinstance(sizes, float) else float(np.max(sizes, initial=0.0))
    return count * precision.unit_roundoff * size + precision.smallest / 2 * bool(size)


def _literal_error(value: Fraction, precision: Precision) -> float:
    rounded = precision.nearest(value)
    return abs(float(value - Fraction(rounded))) if np.isfinite(rounded) else 0.0


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
        values = nodes_at(field, point)
        found = [p for p, quantity in switches(field.expression, NUMPY, values) if np.equal(quantity, 0)]
    return tuple(dict.fromkeys(field.expression.nodes[place].operation for place in found))


def _power_of_two(value: Fraction | None) -> bool:
    """Whether ± 2^k: products with it are exact."""
    if value is None:
        return False
    top, bottom = abs(value.numerator), value.denominator
    return top > 0 and top & (top - 1) == 0 and bottom & (bottom - 1) == 0
