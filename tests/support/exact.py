"""f and its difference quotients in many digits of mpmath: what the sentences are taken back to."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import mpmath
import numpy as np

from gradviz.field import ScalarField, values_at
from gradviz.methods.differences import STENCILS
from gradviz.question import Question
from tests.support.mpmath_rows import mpmath_kind

DIGITS = mpmath.MPContext()
DIGITS.dps = 240
_SHIFT = DIGITS.mpf(10) ** -60  # of the coordinate; the fourth power of it is still seen
_KIND = mpmath_kind(DIGITS)


def value(field: ScalarField, point: Sequence[Any]) -> Any:
    """f at a point of floats or mpf; nan where it has no real value."""
    coordinates = [DIGITS.mpf(x) for x in point]
    found = values_at(field, coordinates, _KIND)
    return DIGITS.mpf(found) if not isinstance(found, mpmath.mpc) else DIGITS.nan


def moved(point: Sequence[Any], i: int, shift: Any) -> list[Any]:
    """The point with coordinate ``i`` shifted, exactly."""
    return [DIGITS.mpf(x) + (shift if j == i else 0) for j, x in enumerate(point)]


def slopes(field: ScalarField, point: Sequence[float], i: int) -> tuple[Any, Any]:
    """The left and the right quotient at a tiny step: the one-sided slopes to some fifty digits."""
    h = _SHIFT * (abs(DIGITS.mpf(point[i])) or 1)
    here = value(field, point)
    return tuple((value(field, moved(point, i, s * h)) - here) / (s * h) for s in (-1, 1))


def all_slopes(question: Question) -> list[tuple[Any, Any]]:
    """The left and the right slope along each coordinate."""
    return [slopes(question.rounded_field, question.point, i) for i in range(len(question.point))]


def derivative(field: ScalarField, point: Sequence[float], i: int) -> Any:
    """The central quotient at two tiny steps, extrapolated: good to a hundred digits where f is smooth.

    0 where it goes on shrinking with its step.
    """
    h = _SHIFT * (abs(DIGITS.mpf(point[i])) or 1)
    coarse, fine = (
        (value(field, moved(point, i, s)) - value(field, moved(point, i, -s))) / (2 * s)
        for s in (1024 * h, h)
    )
    noise = DIGITS.mpf(10) ** -170 * (1 if not 0 < abs(value(field, point)) < 1e-150 else 0)
    if abs(fine) * 256 <= abs(coarse) or abs(fine) <= noise:
        return DIGITS.mpf(0)
    return (2**20 * fine - coarse) / (2**20 - 1)


def higher(field: ScalarField, point: Sequence[float], i: int, order: int, side: int) -> Any:
    """The derivative of that order along coordinate ``i`` from values on one ``side``, −1 or 1."""
    h = side * DIGITS.mpf(10) ** -14 * (min(1, abs(DIGITS.mpf(point[i]))) or 1)
    total = DIGITS.mpf(0)
    for k in range(order + 1):
        total += (-1) ** (order - k) * math.comb(order, k) * value(field, moved(point, i, k * h))
    return total / h**order


def quotient(
    field: ScalarField, point: Sequence[float], i: int, method: str, step: float, landed: Any = None
) -> Any:
    """The quotient of a stencil along coordinate ``i`` without any rounding.

    ``landed(x, j, h)`` may say where the neighbours stand instead of x + jh.
    """
    h = DIGITS.mpf(float(step))
    total = DIGITS.mpf(0)
    for j, weight in STENCILS[method].weights.items():
        share = DIGITS.mpf(weight.numerator) / weight.denominator
        shift = j * h if landed is None else DIGITS.mpf(landed(float(point[i]), j, float(step))) - point[i]
        total += share * value(field, moved(point, i, shift))
    return total / h


def close(said: float, right: Any, relative: float, absolute: float = 0.0) -> bool:
    """Whether a number in words is the right one, up to its few digits."""
    return bool(abs(DIGITS.mpf(float(np.float64(said))) - right) <= relative * abs(right) + absolute)
