"""An adaptive central difference that knows the noise of f: a Romberg table over a ladder of steps."""

from __future__ import annotations

import math

import numpy as np

from gradviz.field import ScalarField, values_at
from gradviz.methods.estimate import GradientEstimate
from gradviz.reverse import UNIT_ROUNDOFF, noise

FINEST = 51  # the smallest step is 2^−51 of the coordinate
AT_ZERO = 100  # … and 2^−100 where the coordinate is 0
COARSEST = 8  # the largest is 2⁷, or 2⁷ times a coordinate beyond 1
RUN = 8  # rungs that tell a kink from a bend
LIKELY = 0.15  # of the bound: what the noise of a typical entry comes to
LEVELS = 6  # extrapolations: the last entry of a row is of order 14


def adaptive(field: ScalarField, point: np.ndarray, step: float | None = None) -> GradientEstimate:
    """The gradient by extrapolated central differences, each component with its error bar.

    For each coordinate f is evaluated, in one vectorised call, at x ± 2ᵏ for a ladder of k; a reverse sweep
    at those points gives the noise of f there. From the smallest step upwards the bounds D₀ ± (noise +
    truncation) are intersected until they contradict each other; inside what is left stands the entry of the
    Romberg table with the least sum of its likely noise and its distance to the entry before. The bar is the
    bound on that noise and twice that distance; it knows the noise along its coordinate, not the rounding of
    what is constant along it. nan, and a sentence, where the quotients settle on no slope.
    Brezinski & Redivo Zaglia, Extrapolation Methods, 1991, §2.2; Moré & Wild, ACM TOMS 38 (2012) 19.
    """
    gradient, bars = np.full(len(point), np.nan), np.full(len(point), np.inf)
    evaluations, status, note = 0, "ok", ""
    for i, name in enumerate(field.variables):
        steps = ladder(point[i])
        evaluations += 2 * len(steps) + 1
        outcome = _along(field, point, i, steps)
        gradient[i], bars[i], kink = outcome
        if kink:
            status = "not applicable"
            note = f"There is no slope along {name}: quotients on both sides, or at smaller steps, disagree."
    return GradientEstimate(
        "adaptive", gradient, evaluations=evaluations, error_bar=bars, status=status, note=note
    )


def ladder(x: float) -> np.ndarray:
    """The steps, powers of two, ascending."""
    exponent = math.frexp(x)[1] if x else 0
    lowest = exponent - FINEST if x else -AT_ZERO
    return np.exp2(np.arange(max(lowest, -1000), max(exponent, 0) + COARSEST))


def _along(field: ScalarField, point: np.ndarray, i: int, steps: np.ndarray) -> tuple[float, float, bool]:
    """The derivative along coordinate ``i``, its bar, and whether the sides disagree."""
    coordinates: list = [float(x) for x in point]
    x = coordinates[i]
    above, below = x + steps, x - steps
    coordinates[i] = np.concatenate((above, below, [x]))
    with np.errstate(all="ignore"):
        values = np.broadcast_to(values_at(field, coordinates), coordinates[i].shape)
        epsilon = noise(field, coordinates)[0][i]
        f_above, f_below, f_here = values[: len(steps)], values[len(steps) : -1], values[-1]
        e_above, e_below, e_here = (
            epsilon[: len(steps)],
            epsilon[len(steps) : -1],
            np.nan_to_num(epsilon[-1], posinf=0.0),
        )
        if not np.isfinite(f_here):
            return math.nan, math.inf, False
        gaps = above - below  # exact; the step as float64 really took it
        slopes = (f_above - f_below) / gaps
        errors = (e_above + e_below) / gaps + UNIT_ROUNDOFF * np.abs(slopes)
        usable = (above > x) & (below < x) & np.isfinite(slopes) & np.isfinite(errors)
        if not usable.any():
            return math.nan, math.inf, False
        first = int(np.argmax(usable))
        last = first + int(np.argmin(np.append(usable[first:], False)))
        rungs = slice(first, last)
        right = (f_above - f_here)[rungs] / (above - x)[rungs]
        left = (f_here - f_below)[rungs] / (x - below)[rungs]
        gap_noise = 2 * ((e_above + e_below + e_here) / steps)[rungs] + UNIT_ROUNDOFF * (
            np.abs(right) + np.abs(left)
        )
        if _sides_disagree(right - left, gap_noise) or _grows(slopes[rungs], errors[rungs]):
            return math.nan, math.inf, True
        return (*_romberg(slopes[rungs], errors[rungs]), False)


def _sides_disagree(gaps: np.ndarray, noises: np.ndarray) -> bool:
    """Whether the right and the left slope stay apart as the step shrinks, well above the noise.

    Of a smooth f the gap falls with the step (h f″); at a kink it stays as it is, at a jump it grows.
    """
    clear = np.abs(gaps) > 8 * noises
    if not clear.any():
        return False
    start = int(np.argmax(clear))
    run = np.abs(gaps[start : start + RUN])
    if len(run) < RUN or not clear[start : start + RUN].all():
        return False
    if (np.abs(gaps[:start]) + 8 * noises[:start] < run[0] / 2).any():
        return False  # closer to the point the sides do agree: what stands apart is farther out
    return bool(run[-1] < 2 * run[0])  # over 2⁷ in h a smooth gap grows by 2⁷, one like √h by 11


def _grows(slopes: np.ndarray, errors: np.ndarray) -> bool:
    """Whether the slope goes on changing as the step shrinks, well above the noise: a jump, an upright
    tangent.
    """
    if len(slopes) <= RUN:
        return False
    changes = np.abs(np.diff(slopes[: RUN + 1]))
    return bool(changes[0] > 8 * (errors[0] + errors[1]) and changes[0] > 0.7 * changes[-1])


def _romberg(slopes: np.ndarray, errors: np.ndarray) -> tuple[float, float]:
    """The best entry of the extrapolation table over central quotients at h, 2h, 4h, …, and its error bar."""
    table, noises = [slopes], [errors]
    for level in range(1, min(LEVELS, len(slopes) - 1) + 1):
        factor = 4.0**level
        fine, coarse = table[-1][:-1], table[-1][1:]
        table.append((factor * fine - coarse) / (factor - 1))
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
