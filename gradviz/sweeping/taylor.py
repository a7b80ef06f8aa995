"""Higher derivatives of f along each coordinate, for the model of the truncation error."""

from __future__ import annotations

import math
from fractions import Fraction
from functools import cache

import numpy as np
from numpy.typing import ArrayLike

from gradviz.field import ScalarField, as_point
from gradviz.sweeping.evaluation import FAILURES, PATIENCE, Evaluation, deadline
from gradviz.sweeping.rounding import nearest
from gradviz.tree.many_digits import context


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
    point = as_point(field, point)
    table = np.full((len(point), highest + 1), np.nan)
    with context() as m:
        work = Evaluation(field, [float(x) for x in point], deadline(seconds), m, patience=patience)
        try:
            for i in range(len(point)):
                table[i] = _derivatives_along(work, i, highest)
        except FAILURES:
            pass  # the rows that are left stay nan, and the model says that they are not known
    return table


def _derivatives_along(work: Evaluation, i: int, highest: int) -> list[float]:
    m = work.m
    scale = min(0, math.frexp(work.point[i])[1]) if work.point[i] else 0
    spacing = 100 - scale  # bits
    reach = highest // 2 + 1
    kind = work.kind(400 + (highest + 1) * spacing)
    h = m.ldexp(m.mpf(1), -spacing)
    values = [m.mpf(work.values(kind, work.shifts(i, j * h))[-1]) for j in range(-reach, reach + 1)]
    if not all(m.isfinite(value) for value in values):
        return [math.nan] * (highest + 1)
    # as whole numbers, which add up without rounding; what is cut off lies below the noise
    unit = max((m.mag(value) for value in values if value), default=0) - m.prec
    wholes = [int(m.ldexp(value, -unit)) for value in values]
    size = sum(abs(whole) for whole in wholes)
    derivatives = []
    for order, (weights, divisor) in enumerate(_central_weights(reach, highest)):
        total = sum(weight * whole for weight, whole in zip(weights, wholes, strict=True))
        noisy = abs(total) << (m.prec - 40) <= size * divisor
        exact = m.ldexp(m.mpf(total), unit + order * spacing) / divisor
        derivatives.append(0.0 if noisy else nearest(exact))
    return derivatives


@cache
def _central_weights(reach: int, highest: int) -> list[tuple[list[int], int]]:
    """For each derivative 0 … highest, whole weights on −reach … reach at spacing 1, and their divisor.

    They differentiate the polynomial through the points.
    """
    nodes = range(-reach, reach + 1)
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
