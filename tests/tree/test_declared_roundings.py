"""Every row's declared roundings against balls of 400 bits, over operands from 1e-320 to 1e308.

The number of roundings is what the noise of f, the error model and the error bars are made of: one that is
too small makes them promise what does not hold.
"""

import math

import numpy as np
import pytest

from gradviz.tree.balls.functions import FUNCTIONS
from gradviz.tree.balls.numbers import ball, rational, working
from gradviz.tree.kinds import NUMPY
from gradviz.tree.operations import OPERATIONS

U = 2.0**-53
SMALLEST = 5e-324
BITS = 400
COUNT = 300  # of points for each row
LARGEST = np.finfo(float).max

# powers are counted by their exponents, and a remainder is exact or as large as what it is taken of
LEFT_OUT = ("select", "power", "mod")
ROWS = [r for r in OPERATIONS.values() if r.arity and not r.boolean and r.name not in LEFT_OUT]
POSITIVE = ("hurwitz", "hurwitzprime", "euler_beta", "betaln")
ORDERS = {"root": (2.0, 3.0, 4.0, 5.0, 7.0)}
OF_BESSEL = (0.0, 1.0, -1.0, 2.0, 7.0, 0.5, -1.5, 3.3, 20.0, 63.75)


def numbers(rng: np.random.Generator, count: int) -> np.ndarray:
    """Of all sizes, of ordinary ones, and close to integers, with both signs."""
    parts = (
        10 ** rng.uniform(-320, 308, count),
        10 ** rng.uniform(-8, 4, 2 * count),
        rng.uniform(0, 30, count),
        rng.uniform(0, 400, count),
        np.rint(rng.uniform(0, 60, count)) + 10 ** rng.uniform(-15, -1, count),
    )
    together = np.concatenate(parts)
    return rng.permutation(together * rng.choice((-1, 1), len(together)))[:count]


def operands_of(row, rng: np.random.Generator) -> list[tuple]:
    """Groups of operands, one array for each place; orders and degrees are one number for a whole group."""
    if row.fixed is not None:
        orders = ORDERS.get(row.name, OF_BESSEL)
        groups = [[numbers(rng, COUNT // len(orders)), n] for n in orders]
        return [tuple(g if row.fixed else reversed(g)) for g in groups]
    groups = [tuple(numbers(rng, COUNT) for _ in range(row.arity))]
    if row.name in POSITIVE:
        first, second = 10 ** rng.uniform(-2, 3, COUNT), 10 ** rng.uniform(-2, 5, COUNT)
        if row.name.startswith("hurwitz"):
            first = 1 + first / 10
        groups = [tuple(np.abs(a) for a in groups[0]), (first, second)]
    return groups


def declared(row, value: np.ndarray, operands: tuple) -> np.ndarray:
    """The error that the row admits, as it enters the noise of f."""
    units = row.roundings * row.rounded_as(np.abs(value), operands)
    if row.argument_roundings:
        slope = row.derivative(NUMPY, value, operands, 0)
        units = units + row.argument_roundings * np.abs(operands[0] * slope)
    return U * units + math.ceil(row.roundings / 2) * SMALLEST


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_no_error_is_larger_than_declared(row):
    compared = 0
    for operands in operands_of(row, np.random.default_rng(20260)):
        with np.errstate(all="ignore"):
            values = np.asarray(row.numpy(*operands), dtype=float)
            bounds = np.broadcast_to(declared(row, values, operands), values.shape)
        for i, (value, bound) in enumerate(zip(values, bounds, strict=True)):
            point = tuple(float(a[i]) if np.ndim(a) else a for a in operands)
            with working(BITS):
                exact = ball(FUNCTIONS[row.name](*map(rational, point)))
                if not exact.is_finite() or (exact.rel_accuracy_bits() < 100 and not exact.is_zero()):
                    continue  # the balls do not tell at so few bits
                compared += 1
                if not math.isfinite(value):
                    assert not abs(exact) < LARGEST * (1 - bound / LARGEST), (point, value)
                else:
                    assert not abs(exact - ball(rational(value))) > bound, (point, value)
    assert compared >= COUNT // 10
