"""Difference quotients over steps below all numbers of float64, and whether f has poles between them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from flint import arb, fmpq

from gradviz.sweeping.evaluation import Depth, Evaluation
from gradviz.tree.balls.numbers import UNDEFINED, Number, ball, divide, sign, subtract
from gradviz.tree.expression import Expression

Step = tuple[int, fmpq | None]  # binary places, and a factor

# Steps factor·2^−bits: even the largest lies below the smallest float64 number, and their spacing is uneven,
# so that an oscillation does not look the same at each.
PROBES: tuple[Step, ...] = (
    (1100, fmpq(1)),
    (1237, fmpq(1)),
    (1409, fmpq(1)),
    (1571, fmpq(1)),
    (1787, fmpq(1)),
    (2003, fmpq(1)),
    (2003, fmpq(11, 16)),
)
# For what is as slow as a logarithm's logarithm.
FAR_PROBES: tuple[Step, ...] = tuple((2**k, None) for k in (20, 40, 80, 160))
# More steps, between the last two powers of two: where f goes on oscillating, it shows among these.
CLUSTER: tuple[Step, ...] = tuple(
    (2003, fmpq(k, 64)) for k in (63, 61, 58, 55, 53, 49, 47, 45, 43, 41, 38, 35, 33)
)
_LEFT_OF_0 = frozenset(("gamma", "digamma", "trigamma"))  # their poles
_LOGARITHMS = frozenset(("log", "log2", "log10"))
_WITH_POLES = _LEFT_OF_0 | _LOGARITHMS | {"divide", "power", "tan", "sec", "cot", "csc"}
_ZERO_WITH = frozenset(("abs", "negate", "sqrt", "cbrt", "root", "atan", "sinh", "tanh"))  # their operand

ACCURACY = 80  # bits of a change of f that its ball must have
BELOW_FLOAT64 = arb(2) ** -1080


class NotKnown(Exception):
    """More bits are wanted."""


@dataclass(frozen=True)
class Quotient:
    """f(p + h) − f(p) and its quotient with ±h, at a step of ``bits`` binary places."""

    bits: float
    change: arb
    slope: Number


def quotients_at(
    work: Evaluation, depth: Depth, i: int, side: int, steps: Sequence[Step]
) -> list[Quotient] | None:
    """The quotients at some steps; None where f has no value at one of them."""
    quotients = []
    for step in steps:
        with work.working(depth):
            shift = shift_of(work, i, side, step)
            here, there = work.value(depth), work.value(depth, {i: shift})
            quotient = quotient_of(here, there, shift)
        if quotient is None:
            return None
        quotients.append(quotient)
    return quotients


def quotient_of(here: Number, there: Number, shift: Number) -> Quotient | None:
    """The quotient of two values, None where one is missing, NotKnown where it has not enough bits."""
    if there is UNDEFINED or here is UNDEFINED:
        return None
    change = subtract(there, here)
    slope = divide(change, shift)
    if isinstance(change, arb) and not _is_known(change):
        if not abs(ball(slope)) < BELOW_FLOAT64:
            raise NotKnown
        change, slope = arb(0), fmpq(0)
    elif sign(change) == 0:
        slope = fmpq(0)
    bits = float((-abs(ball(shift)).log() / arb.const_log2()).mid())
    return Quotient(bits, ball(change), slope)


def _is_known(change: arb) -> bool:
    return change.is_finite() and (change.is_exact() or change.rel_accuracy_bits() >= ACCURACY)


def shift_of(work: Evaluation, i: int, side: int, step: Step) -> Number:
    """What a step adds to coordinate ``i``: ±2^−bits, times the factor, finer beside a number below 1."""
    bits, factor = step
    x = work.point[i]
    places = bits - (min(0, math.frexp(x)[1]) if x else 0)
    return arb((side, -places)) if factor is None else factor * side / fmpq(1 << places)


def poles_gather(work: Evaluation, depth: Depth, i: int, side: int) -> bool:
    """Whether f has poles as near as one likes: x² tan(1/x) is small at every step tried, and large between.

    Between two steps a denominator, or what a logarithm is taken of, is 0 where one of its factors changes
    its sign, and the angle of a tangent that grows by more than π passes a pole.
    """
    expression, variable = work.field.expression, work.field.variables[i]
    places = [
        place
        for place, (node, support) in enumerate(zip(expression.nodes, expression.supports, strict=True))
        if variable in support and node.operation in _WITH_POLES
    ]
    if not places:
        return False
    reached = set(places)
    watched = {place: _watched(expression, place) for place in places}
    operands: dict[int, list[tuple[Number, ...]]] = {place: [] for place in places}
    for step in (*PROBES[4:6], *CLUSTER):
        with work.working(depth):
            values = work.values(depth, {i: shift_of(work, i, side, step)})
        reached &= _reached(expression, values)
        for place in places:
            operands[place].append(tuple(values[i] for i in watched[place]))
    with work.working(depth):
        return any(
            _passes_a_pole(expression.nodes[place].operation, moving)
            for place in reached
            for moving in zip(*operands[place], strict=True)
        )


def _watched(expression: Expression, place: int) -> tuple[int, ...]:
    """The operands that tell where the node has a pole: of a quotient all factors of the denominator."""
    node = expression.nodes[place]
    if node.operation == "divide":
        return _factors(expression, node.operands[1])
    if node.operation in _LOGARITHMS:
        return _factors(expression, node.operands[0])
    if node.operation == "power":
        base, exponent = node.operands
        negative = expression.nodes[exponent].operation == "negate"
        return _factors(expression, base) if negative and not expression.supports[exponent] else ()
    return node.operands


def _factors(expression: Expression, place: int) -> tuple[int, ...]:
    """The nodes with which the node there is 0: its factors, the base of a power, what a root is taken of."""
    node = expression.nodes[place]
    inner: tuple[int, ...] = ()
    if node.operation == "multiply":
        inner = node.operands
    elif node.operation in _ZERO_WITH or node.operation in ("power", "divide"):
        inner = node.operands[:1]
    if node.operation == "power" and expression.nodes[node.operands[1]].value is None:
        inner = ()
    return (place, *(factor for i in inner if expression.supports[i] for factor in _factors(expression, i)))


def _reached(expression: Expression, values: Sequence[Number | bool]) -> set[int]:
    """The nodes that f depends on there: what stands in a branch that is not taken does not count."""
    reached = {len(values) - 1}
    for place in range(len(values) - 1, -1, -1):
        if place in reached:
            node = expression.nodes[place]
            taken = node.operands
            if node.operation == "select" and values[node.operands[0]] in (True, False):
                taken = node.operands[1:2] if values[node.operands[0]] else node.operands[2:]
            reached.update(taken)
    return reached


def _passes_a_pole(operation: str, operands: Sequence[Number]) -> bool:
    if not all(isinstance(a, fmpq | arb) for a in operands):
        return False
    if operation in ("divide", "power") or operation in _LOGARITHMS:
        return {sign(a) for a in operands} == {-1, 1}
    first, *others = (ball(a) for a in operands)
    return any(abs(a - first) > 4 and (operation not in _LEFT_OF_0 or a < -1) for a in others)
