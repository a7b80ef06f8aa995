"""An adaptive central difference that knows the noise of f: a Romberg table over a ladder of steps."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gradviz.field import ScalarField, values_at
from gradviz.methods.estimate import GradientEstimate
from gradviz.operations import real_kind
from gradviz.precision import FLOAT64, Precision
from gradviz.reverse import noise
from gradviz.stepping import USUAL, Arithmetic

FINEST = 2  # bits that the smallest step stays above half the gap at the coordinate: 2^−51 of it in float64
AT_ZERO = 100  # … and 2^−100 where the coordinate is 0
COARSEST = 8  # the largest is 2⁷, or 2⁷ times a coordinate beyond 1
LIKELY = 0.15  # of the bound: what the noise of a typical entry comes to
LEVELS = 6  # extrapolations: the last entry of a row is of order 14


@dataclass(frozen=True)
class _Run:
    """So many rungs tell a kink from a bend, each so many times above the noise; ``growth`` is the most by
    which the gap between the sides may grow from the first to the second.
    """

    rungs: int
    clear: int
    growth: float


LONG_RUN = _Run(8, 8, math.inf)
SHORT_RUN = _Run(4, 2, 1.3)  # of types with few bits: eight rungs would lead from the noise out of sight
FEW_BITS = 16


def adaptive(
    field: ScalarField, point: np.ndarray, step: float | None = None, arithmetic: Arithmetic = USUAL
) -> GradientEstimate:
    """The gradient by extrapolated central differences, each component with its error bar.

    For each coordinate f is evaluated, in one vectorised call, at x ± 2ᵏ for a ladder of k; a reverse sweep
    at those points gives the noise of f there. From the smallest step upwards the bounds D₀ ± (noise +
    truncation) are intersected until they contradict each other; inside what is left stands the entry of the
    Romberg table with the least sum of its likely noise and its distance to the entry before. The bar is the
    bound on that noise and twice that distance; it knows the noise along its coordinate, not the rounding of
    what is constant along it. nan, and a sentence, where the quotients settle on no slope. Ladder, noise and
    the table's own arithmetic are those of the type; the bars are worked out in float64.
    Brezinski & Redivo Zaglia, Extrapolation Methods, 1991, §2.2; Moré & Wild, ACM TOMS 38 (2012) 19.
    """
    gradient, bars = np.full(len(point), np.nan), np.full(len(point), np.inf)
    evaluations, status, note, precision = 0, "ok", "", arithmetic.precision
    for i, name in enumerate(field.variables):
        steps = ladder(point[i], precision)
        evaluations += 2 * len(steps) + 1
        outcome = _along(field, point, i, steps, precision)
        gradient[i], bars[i], kink = outcome
        if kink:
            status = "not applicable"
            note = f"There is no slope along {name}: quotients on both sides, or at smaller steps, disagree."
    return GradientEstimate(
        "adaptive", gradient, evaluations=evaluations, error_bar=bars, status=status, note=note
    )


def ladder(x: float, precision: Precision = FLOAT64) -> np.ndarray:
    """The steps, powers of two, ascending, each a number of the type."""
    exponent = math.frexp(x)[1] if x else 0
    lowest = exponent - precision.bits + FINEST if x else -AT_ZERO
    smallest, largest = (math.frexp(end)[1] - 1 for end in (precision.smallest, precision.largest))
    return np.exp2(np.arange(max(lowest, smallest, -1000), min(max(exponent, 0) + COARSEST, largest + 1)))


def _along(
    field: ScalarField, point: np.ndarray, i: int, steps: np.ndarray, precision: Precision
) -> tuple[float, float, bool]:
    """The derivative along coordinate ``i``, its bar, and whether the sides disagree."""
    coordinates: list = [float(x) for x in point]
    x, rounded, kind = coordinates[i], precision.rounded, real_kind(precision)
    above, below = rounded(x + steps), rounded(x - steps)
    coordinates[i] = np.concatenate((above, below, [x]))
    with np.errstate(all="ignore"):
        computed = values_at(field, [kind.number(c) for c in coordinates], kind)
        values = np.broadcast_to(kind.floats(computed), coordinates[i].shape)
        epsilon = noise(field, coordinates, precision.unit_roundoff)[0][i]
        f_above, f_below, f_here = values[: len(steps)], values[len(steps) : -1], values[-1]
        e_above, e_below, e_here = (
            epsilon[: len(steps)],
            epsilon[len(steps) : -1],
            np.nan_to_num(epsilon[-1], posinf=0.0),
        )
        if not np.isfinite(f_here):
            return math.nan, math.inf, False
        gaps = rounded(above - below)  # exact; the step as it was really taken
        slopes = rounded(rounded(f_above - f_below) / gaps)
        errors = (e_above + e_below) / gaps + precision.unit_roundoff * np.abs(slopes)
        usable = (above > x) & (below < x) & np.isfinite(slopes) & np.isfinite(errors)
        if not usable.any():
            return math.nan, math.inf, False
        first = int(np.argmax(usable))
        last = first + int(np.argmin(np.append(usable[first:], False)))
        rungs = slice(first, last)
        right = (f_above - f_here)[rungs] / (above - x)[rungs]
        left = (f_here - f_below)[rungs] / (x - below)[rungs]
        gap_noise = 2 * ((e_above + e_below + e_here) / steps)[rungs] + precision.unit_roundoff * (
            np.abs(right) + np.abs(left)
        )
        run = LONG_RUN if precision.bits > FEW_BITS else SHORT_RUN
        if _sides_disagree(right - left, gap_noise, run) or _grows(slopes[rungs], errors[rungs], run):
            return math.nan, math.inf, True
        return (*_romberg(slopes[rungs], errors[rungs], rounded), False)


def _sides_disagree(gaps: np.ndarray, noises: np.ndarray, run: _Run) -> bool:
    """Whether the right and the left slope stay apart as the step shrinks, well above the noise.

    Of a smooth f the gap falls with the step (h f″); at a kink it stays as it is, at a jump it grows.
    """
    clear = np.abs(gaps) > run.clear * noises
    if not clear.any():
        return False
    start = int(np.argmax(clear))
    followed = slice(start, start + run.rungs)
    apart = np.abs(gaps[followed])
    if len(apart) < run.rungs or not clear[followed].all():
        return False
    growth = gaps[start + 1] / gaps[start]
    if growth > run.growth or (growth < 0 and math.isfinite(run.growth)):
        return False
    if (np.abs(gaps[:start]) + run.clear * noises[:start] < apart[0] / 2).any():
        return False  # closer to the point the sides do agree: what stands apart is farther out
    return bool(apart[-1] < 2 * apart[0])  # over 2⁷ in h a smooth gap grows by 2⁷, one like √h by 11


def _grows(slopes: np.ndarray, errors: np.ndarray, run: _Run) -> bool:
    """Whether the slope goes on changing as the step shrinks, well above the noise: a jump, an upright
    tangent.
    """
    if len(slopes) <= run.rungs:
        return False
    changes = np.abs(np.diff(slopes[: run.rungs + 1]))
    return bool(changes[0] > run.clear * (errors[0] + errors[1]) and changes[0] > 0.7 * changes[-1])


def _romberg(
    slopes: np.ndarray, errors: np.ndarray, rounded: Callable[[np.ndarray], np.ndarray]
) -> tuple[float, float]:
    """The best entry of the extrapolation table over central quotients at h, 2h, 4h, …, and its error bar."""
    table, noises = [slopes], [errors]
    for level in range(1, min(LEVELS, len(slopes) - 1) + 1):
        factor = 4.0**level
        fine, coarse = table[-1][:-1], table[-1][1:]
        table.append(rounded(rounded(rounded(factor * fine) - coarse) / (factor - 1)))
        noises.append((factor * noises[-1][:-1] + noises[-1][1:]) / (factor - 1))
    low, high = -math.inf, math.inf
    reach = len(slopes)
    for k in range(len(slopes)):
        change = abs(slopes[k] - table[1][k]) if len(table) > 1 and k < len(table[1]) else math.inf
        bound = errors[k] + 2 * change
        lower, upper = max(low, slopes[k] - bound), min(high, slopes[k] + bound)
        if lower > upper:  # aliasing, an edge, a place where f is another function
            reach = k
            break
        low, high = lower, upper
    best, bar = slopes[0], errors[0] + (2 * abs(slopes[0] - table[1][0]) if len(table) > 1 else math.inf)
    least = bar
    for level in range(1, len(table)):
        count = max(0, reach - level)
        changes = np.abs(table[level] - table[level - 1][:-1])[:count]
        sums = changes + LIKELY * noises[level][:count]
        inside = (table[level][:count] >= low) & (table[level][:count] <= high)
        sums = np.where(inside, sums, np.inf)
        if count and sums.min() < least:
            k = int(np.argmin(sums))
            least = sums[k]
            best, bar = table[level][k], 2 * changes[k] + noises[level][k]
    return float(best), float(bar)
