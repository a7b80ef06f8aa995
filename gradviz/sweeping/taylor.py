"""Higher derivatives of f along each coordinate, for the model of the truncation error."""

from __future__ import annotations

import math
from fractions import Fraction
from functools import cache

import numpy as np
from flint import arb, fmpq
from numpy.typing import ArrayLike

from gradviz.field import ScalarField
from gradviz.question import Question
from gradviz.sweeping.evaluation import FAILURES, PATIENCE, Depth, Evaluation
from gradviz.tree.balls.numbers import Undefined, ball

_FINER = 37  # bits between the two spacings at which a one-sided derivative must be the same


def higher_derivatives(
    field: ScalarField,
    point: ArrayLike,
    highest: int,
    *,
    seconds: float | None = None,
    patience: float = PATIENCE,
) -> np.ndarray:
    """∂ᵏf/∂xᵢᵏ at ``point`` for k = 0 … ``highest``, (n, highest + 1) float64; nan past time or bounds.

    Central differences in many digits, over ``highest`` + 2 points that are a hundred bits smaller than the
    coordinate apart: their truncation error lies far below the resolution of float64.
    """
    work = Evaluation.of(Question.of(field, point), seconds, patience)
    table = np.full((len(work.point), highest + 1), np.nan)
    try:
        for i in range(len(table)):
            table[i] = _derivatives_along(work, i, highest)
    except FAILURES:
        pass  # the rows that are left stay nan, and the model says that they are not known
    return table


def one_sided_derivatives(
    field: ScalarField,
    point: ArrayLike,
    highest: int,
    *,
    seconds: float | None = None,
    patience: float = PATIENCE,
) -> np.ndarray:
    """The derivatives of f to the left and to the right along each variable, (n, 2, ``highest`` + 1).

    For a point at which f is not smooth: |x|³ has the third derivatives −6 and 6 at 0. Those that do not
    exist, as the second one of |x|^1.5, are nan: quotients at two spacings do not agree. nan past time or
    bounds, too.
    """
    work = Evaluation.of(Question.of(field, point), seconds, patience)
    table = np.full((len(work.point), 2, highest + 1), np.nan)
    try:
        for i in range(len(table)):
            for place, side in enumerate((-1, 1)):
                coarse, fine = (_derivatives_along(work, i, highest, side, finer) for finer in (0, _FINER))
                table[i, place] = [_limit(a, b) for a, b in zip(coarse, fine, strict=True)]
    except FAILURES:
        pass
    return table


def _limit(coarse: float, fine: float) -> float:
    """The limit of a quotient from its values at two spacings; nan where they follow nothing."""
    if abs(fine - coarse) <= 2.0**-30 * abs(fine):
        return fine
    return 0.0 if abs(fine) <= 2.0**-12 * abs(coarse) else math.nan


def _derivatives_along(work: Evaluation, i: int, highest: int, side: int = 0, finer: int = 0) -> list[float]:
    """The derivatives along coordinate ``i``, from points on both sides, or on one ``side`` (−1 or 1) only.

    ``finer`` bits are added to the spacing of the points.
    """
    x = work.point[i]
    spacing = 100 + finer - (min(0, math.frexp(x)[1]) if x else 0)  # bits
    reach = highest // 2 + 1
    nodes = tuple(range(-reach, reach + 1)) if not side else tuple(side * j for j in range(2 * reach + 1))
    depth = Depth(400 + (highest + 1) * spacing)
    values = []
    for j in nodes:
        with work.working(depth):
            value = work.value(depth, {i: fmpq(j, 1 << spacing)} if j else None)
            if isinstance(value, Undefined) or not ball(value).is_finite():
                return [math.nan] * (highest + 1)
            values.append(ball(value))
    derivatives = []
    for order, (weights, divisor) in enumerate(_weights(nodes, highest)):
        with work.working(depth):
            total = sum((weight * value for weight, value in zip(weights, values, strict=True)), arb(0))
            size = sum((abs(value) for value in values), arb(0))
            noisy = abs(total) <= size * divisor * arb(2) ** (40 - depth.bits)
            exact = total.mid() * fmpq(1 << (order * spacing), divisor)
            derivatives.append(0.0 if noisy else float(exact.mid()))
    return derivatives


@cache
def _weights(nodes: tuple[int, ...], highest: int) -> list[tuple[list[int], int]]:
    """For each derivative 0 … highest at 0, whole weights on the ``nodes``, and their divisor.

    They differentiate the polynomial through the points.
    """
    weights = []
    for node in nodes:  # Lagrange's polynomial of this node; k! times its kth coefficient is the weight
        coefficients = [Fraction(1)]
        for other in nodes:
            if other != node:
                shifted = [Fraction(0), *coefficients]
                coefficients = [
                    (a - other * b) / (node - other)
                    for a, b in zip(shifted, [*coefficients, Fraction(0)], strict=True)
                ]
        weights.append([c * math.factorial(k) for k, c in enumerate(coefficients[: highest + 1])])
    rows = list(zip(*weights, strict=True))
    divisors = [math.lcm(*(weight.denominator for weight in row)) for row in rows]
    return [
        ([int(weight * divisor) for weight in row], divisor)
        for row, divisor in zip(rows, divisors, strict=True)
    ]
