"""An adaptive central difference that knows the noise of f.

A Romberg table over a ladder of steps finds where f is smooth; polynomials fitted to many quotients there
average the noise.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache, lru_cache

import numpy as np

from gradviz import patience
from gradviz.autodiff.proved import NotDecided, NotSmooth, OutOfTime
from gradviz.autodiff.reverse import gradients_at
from gradviz.field import ScalarField, values_at
from gradviz.methods.estimate import GradientEstimate, nodes_in, value_in, why_missing
from gradviz.methods.proved_quotients import NEAR, NEARER, Surroundings
from gradviz.methods.rungs import Rungs, look
from gradviz.methods.smooth_piece import smooth_piece
from gradviz.methods.steps import USUAL, Arithmetic
from gradviz.tree.kinds import real_kind
from gradviz.tree.precision import FLOAT64, Precision

FINEST = 0  # bits that the smallest step stays above the gap at the coordinate: 2^−53 of it in float64
AT_ZERO = 100  # … and 2^−100 where the coordinate is 0
COARSEST = 8  # the largest is 2⁷, or 2⁷ times a coordinate beyond 1
LIKELY = 0.15  # of the bound: what the noise of a typical entry comes to
LEVELS = 6  # extrapolations: the last entry of a row is of order 14
NODES = 16  # quotients that a window holds, at equal distances: shifts by sixteenths of 2ᵏ are exact
FITS = 10  # even polynomials fitted to them, of degree 0, 2, … 18
WIDER = 3  # windows reach from 2⁻³ to 2³ of the largest step in the best entry of the table
DEVIATIONS = 2.0  # root mean squares of the noise that count as the error of a fit


@dataclass(frozen=True)
class _Run:
    """How a kink is told from a bend: by so many ``rungs``, each ``clear`` times above the noise.

    ``growth`` is the most by which the gap between the sides may grow from the first rung to the second.
    """

    rungs: int
    clear: int
    growth: float


LONG_RUN = _Run(8, 8, math.inf)
SHORT_RUN = _Run(4, 2, 1.3)  # of types with few bits: eight rungs would lead from the noise out of sight
FEW_BITS = 16
STEEPEST = 8  # rungs over which the steepest slope is looked for, where f turns faster than its type resolves
BEYOND = 2.0  # times the distance to a proved quotient, for a bar that is too short
NEAR_THE_END = 1e-4  # of the largest number: what the counts of roundings come to less than the inverse of
LOW_ORDER = 4  # times the change from one step to the next: covers |x|^p from p = 1.33 on


def adaptive(
    field: ScalarField, point: np.ndarray, step: float | None = None, arithmetic: Arithmetic = USUAL
) -> GradientEstimate:
    """The gradient by extrapolated central differences, each component with its error bar.

    For each coordinate f is evaluated, in one vectorised call, at x ± 2ᵏ for a ladder of k; a reverse sweep
    at those points gives the noise of f there. From the smallest step upwards the bounds D₀ ± (noise +
    truncation) are intersected until they contradict each other; in what is left lies the entry of the
    Romberg table with the least sum of its likely noise and its distance to the entry before. An entry is no
    better than its smallest step allows, so a second call samples windows about as wide as its largest, and
    even polynomials are fitted to the quotients: the fit with the least sum of likely noise and distance to
    the next two takes the entry's place where it is better and agrees with it. The bar is the bound on that
    noise and twice that distance. Ladder, noise and the table's own arithmetic are those of the type, the
    bars are worked out in float64; in narrower types the sixteenths of a window are no numbers of the type,
    and the entry stays.
    Where rounding may decide what f is (which operand is the maximum, which whole number, 0 or sin 20π), and
    where the quotients settle on no slope, balls decide: the differences are then those of the smooth piece
    of f on which the point certainly lies. If that turns faster than the type resolves, the bar is as long as
    f is steep. nan, and a sentence, where there is no such piece.
    Last, the slope is held against a central quotient over 2^−128, of values of f with proved bounds: a bar
    that leaves it out is lengthened to twice the distance.
    Brezinski & Redivo Zaglia, Extrapolation Methods, 1991, §2.2; Moré & Wild, ACM TOMS 38 (2012) 19.
    """
    gradient, bars = np.full(len(point), np.nan), np.full(len(point), np.inf)
    evaluations, status, note = 0, "ok", ""
    surroundings = Surroundings(field, point)
    for i in range(len(point)):
        patience.pause()
        found = _proved(_along(field, point, i, arithmetic.precision), surroundings, i, arithmetic.precision)
        gradient[i], bars[i] = found.slope, found.bar
        evaluations += found.evaluations
        if found.missing and status == "ok":
            status, note = found.missing
    return GradientEstimate(
        "adaptive", gradient, evaluations=evaluations, error_bar=bars, status=status, note=note
    )


def ladder(x: float, precision: Precision = FLOAT64) -> np.ndarray:
    """The steps, powers of two, ascending, each a number of the type."""
    exponent = math.frexp(x)[1] if x else 0
    lowest = exponent - precision.bits + FINEST if x else -AT_ZERO
    smallest, largest = (math.frexp(end)[1] - 1 for end in (precision.smallest, precision.largest))
    return _powers_of_two(max(lowest, smallest, -1000), min(max(exponent, 0) + COARSEST, largest + 1))


@lru_cache(maxsize=256)
def _powers_of_two(lowest: int, end: int) -> np.ndarray:
    powers = np.exp2(np.arange(lowest, end))
    powers.flags.writeable = False
    return powers


@dataclass(frozen=True)
class _Found:
    """What looking along a coordinate cost and found, a slope with its error bar or the reason for none.

    ``stands`` and ``doubtful`` as of :class:`~gradviz.methods.rungs.Look`; ``misled`` where rounding makes a
    number on the way to f another one.
    """

    evaluations: int
    slope: float = math.nan
    bar: float = math.inf
    missing: tuple[str, str] | None = None
    stands: bool = False
    doubtful: bool = False
    misled: bool = False


def _along(field: ScalarField, point: np.ndarray, i: int, precision: Precision) -> _Found:
    """The derivative along coordinate ``i``, of the proved piece of f where rounding decides what f is."""
    found = _sampled(field, point, i, precision)
    known = math.isfinite(found.slope)
    if not (found.doubtful if known else found.missing and found.missing[0] in _PIECEWISE):
        return found
    try:
        piece = smooth_piece(field, point, i)
    except OutOfTime:
        return found
    except (NotSmooth, NotDecided):  # at an edge that only exact numbers know of
        lost = known and not found.stands
        return _Found(found.evaluations, missing=_none(field, i)) if lost else found
    lost = replace(found, misled=True)
    if not piece.is_faithful(_nodes(piece.field, point, FLOAT64)):
        return lost
    faithful = precision is FLOAT64 or piece.is_faithful(_nodes(piece.field, point, precision))
    if known and faithful and piece.field.expression == field.expression:
        return found
    again = _sampled(piece.field, point, i, precision) if faithful else _Found(0)
    if not (known and faithful) and not math.isfinite(again.slope):
        again = _unresolved(piece.field, point, i, precision)
    if not (math.isfinite(again.slope) and math.isfinite(again.bar)):
        return found if faithful else lost
    return replace(again, evaluations=found.evaluations + again.evaluations)


def _proved(found: _Found, surroundings: Surroundings, i: int, precision: Precision) -> _Found:
    """``found`` as far as the quotients of proved values over a tiny step bear it out.

    A bar that leaves them out is lengthened to reach them. Where they settle on a slope and the type on none,
    the answer is the quotient over its smallest step; where they settle on none, or contradict a slope of
    numbers that rounding has made others, nothing is answered.
    """
    known, field = math.isfinite(found.slope) and math.isfinite(found.bar), surroundings.field
    if not known and (found.misled or not found.missing or found.missing[0] not in _MENDABLE):
        return found
    none = _Found(found.evaluations, missing=_none(field, i))
    try:
        if known:
            quotient, radius = surroundings.central(i)
            if abs(found.slope - quotient) + radius <= found.bar:
                return found
            if found.misled:
                return none
        near, nearer = (surroundings.quotients(i, shift) for shift in (NEAR, NEARER))
    except OutOfTime:
        return none if found.misled else found
    if not near.settle(nearer):
        return none if known else found
    if not known:
        found = replace(_unresolved(field, surroundings.point, i, precision), missing=_kept(found))
    distance = nearer.farthest(found.slope)
    if not math.isfinite(distance):
        return none
    own = found.bar if math.isfinite(found.bar) else 0.0
    return replace(found, bar=max(own, BEYOND * distance + precision.smallest))


def _kept(found: _Found) -> tuple[str, str] | None:
    """What stays true of a slope that is found after all: that numbers on the way are too large."""
    return found.missing if found.missing and found.missing[0] == "overflow" else None


def _nodes(field: ScalarField, point: np.ndarray, precision: Precision) -> list[float]:
    with np.errstate(all="ignore"):
        return nodes_in(field, point, precision)


def _sampled(field: ScalarField, point: np.ndarray, i: int, precision: Precision) -> _Found:
    """The derivative along coordinate ``i`` of f as the numbers of the type have it."""
    steps = ladder(point[i], precision)
    cost = 2 * len(steps) + 1
    with np.errstate(all="ignore"):
        seen = look(field, point, i, steps, precision)
        if seen is None:
            return _Found(cost)
        rungs, run = seen.rungs, LONG_RUN if precision.bits > FEW_BITS else SHORT_RUN
        if not rungs.finite[0]:
            return _Found(cost, missing=_beside(field, point, i, steps[0], precision))
        if seen.gaps:
            return _Found(cost, missing=_none(field, i))
        none = None if seen.overflows else _none(field, i)
        if not rungs.usable.any():
            return _Found(cost, missing=_too_large(field, point, i, rungs, precision) or none)
        first = int(np.argmax(rungs.usable))
        rungs = rungs.part(slice(first, first + _leading(rungs.usable[first:] & rungs.smooth[first:])))
        if not len(rungs.steps) or (seen.stands and no_slope(rungs, run)):
            return _Found(cost, missing=none)
        if seen.stands and (precision.bits <= FEW_BITS or _of_low_order(rungs)):
            return _Found(cost, *_plain(rungs), stands=seen.stands, doubtful=seen.doubtful)
        entry = romberg(rungs, precision)
        if precision is not FLOAT64:
            return _Found(cost, entry.slope, entry.bar, stands=seen.stands, doubtful=seen.doubtful)
        widths = rungs.steps[max(0, entry.coarsest - WIDER) : min(entry.reach, entry.coarsest + WIDER + 1)]
        sixteenths, places = _nodes_of_windows(len(widths))
        shifts = widths[0] * sixteenths
        windows = look(field, point, i, shifts, precision, known_smooth=True)
        fit = entry if windows is None else _fitted(windows.rungs.part(places), entry)
        return _Found(
            cost + 2 * len(shifts) + 1, fit.slope, fit.bar, stands=seen.stands, doubtful=seen.doubtful
        )


def _unresolved(field: ScalarField, point: np.ndarray, i: int, precision: Precision) -> _Found:
    """The quotient over the smallest step, where f turns faster than the type resolves, and a bar to match.

    f is smooth at the point, so that it has a slope there; how steep f is around it a reverse sweep tells. No
    slope of f is farther from the quotient than the sum of both; no bar where the sweep does not tell.
    """
    x, steps = point[i], ladder(point[i], precision)[:STEEPEST]
    with np.errstate(all="ignore"):
        around = np.concatenate(([x], precision.rounded(x + steps), precision.rounded(x - steps)))
        coordinates = [*point[:i], around, *point[i + 1 :]]
        slopes = np.abs(np.broadcast_to(gradients_at(field, coordinates)[i], around.shape))
        kind = real_kind(precision)
        typed = values_at(field, [kind.number(np.asarray(c)) for c in coordinates], kind)
        values = np.broadcast_to(kind.floats(typed), around.shape)
    here, right, left = (float(values[k]) for k in (0, 1, 1 + len(steps)))
    above, below = (float(around[k]) for k in (1, 1 + len(steps)))
    if not math.isfinite(right):
        right, above = here, float(x)
    if not math.isfinite(left):
        left, below = here, float(x)
    if not above > below or not math.isfinite(right - left):
        return _Found(0)
    slope = float(precision.rounded((right - left) / (above - below)))
    if not math.isfinite(slopes[0]):
        return _Found(len(around), slope)
    steepest = float(slopes[np.isfinite(slopes)].max())
    return _Found(len(around), slope, abs(slope) + 2 * steepest + precision.smallest)


def _leading(which: np.ndarray) -> int:
    """How many of the first ones hold, without a gap."""
    first = int(np.argmin(which)) if len(which) else 0
    return len(which) if len(which) and which[first] else first


_PIECEWISE = frozenset(("not applicable", "outside the domain"))  # what may be mended by a piece of f
_MENDABLE = _PIECEWISE | {"overflow"}


def _too_large(
    field: ScalarField, point: np.ndarray, i: int, rungs: Rungs, precision: Precision
) -> tuple[str, str] | None:
    """The status and the sentence where quotients of finite values, or their rounding, pass the range."""
    finite = rungs.part(rungs.finite)
    if not len(finite.steps) or np.isnan(finite.bounds).all():
        return None
    name = field.variables[i]
    if np.isinf(finite.slopes).all():
        return "overflow", f"f or the quotient along {name} is too large for {precision.name}."
    shifted = np.abs(finite.slopes) * (abs(point[i]) + finite.steps)
    if not (np.isinf(finite.bounds) & (shifted > NEAR_THE_END * precision.largest)).any():
        return None
    return "overflow", f"Quotients along {name} are too large for {precision.name} to tell their rounding."


def _none(field: ScalarField, i: int) -> tuple[str, str]:
    """The status and the sentence where quotients settle on no slope."""
    return "not applicable", (
        f"The adaptive difference found no slope along {field.variables[i]}: "
        "quotients at smaller steps do not settle."
    )


def _beside(
    field: ScalarField, point: np.ndarray, i: int, step: float, precision: Precision
) -> tuple[str, str]:
    """The status and the sentence where f is not finite at the two neighbours along coordinate ``i``."""
    where = f"the next point along {field.variables[i]}"
    for shift in (step, -step):
        moved = [*point[:i], float(precision.rounded(point[i] + shift)), *point[i + 1 :]]
        value = value_in(field, moved, precision)
        if math.isnan(value):
            return why_missing(field, moved, precision, where)
    return "overflow", f"f at {where} is too large for {precision.name}."


def no_slope(rungs: Rungs, run: _Run) -> bool:
    """Whether the quotients show a kink, a jump or a steep tangent at the point."""
    right, left = rungs.sides
    return _sides_disagree(right - left, rungs.side_noise, run) or _grows(rungs.slopes, rungs.bounds, run)


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
        return False  # closer to the point the sides agree: the kink is farther out
    return bool(apart[-1] < 2 * apart[0])  # over 2⁷ in h a smooth gap grows by 2⁷, one like √h by 11


def _grows(slopes: np.ndarray, errors: np.ndarray, run: _Run) -> bool:
    """Whether the slope keeps changing as the step shrinks, well above the noise: a jump, a steep tangent."""
    if len(slopes) <= run.rungs:
        return False
    changes = np.abs(np.diff(slopes[: run.rungs + 1]))
    return bool(changes[0] > run.clear * (errors[0] + errors[1]) and changes[0] > 0.7 * changes[-1])


def _of_low_order(rungs: Rungs) -> bool:
    """Whether the quotients settle more slowly than h², as those of x|x| do: nothing to extrapolate by."""
    changes = np.abs(np.diff(rungs.slopes))
    clear = changes > 4 * (rungs.bounds[:-1] + rungs.bounds[1:])
    both = clear[:-1] & clear[1:]
    if not both.any():
        return False
    first = int(np.argmax(both))
    return bool(changes[first + 1] < 3 * changes[first])


def _plain(rungs: Rungs) -> tuple[float, float]:
    """The best quotient as it is, and its bar, where f has one derivative and no third."""
    changes = np.abs(np.diff(rungs.slopes))
    sums = changes + rungs.bounds[:-1]
    if not len(changes):
        return float(rungs.slopes[0]), float(np.abs(rungs.sides[0, 0] - rungs.sides[1, 0]) + rungs.bounds[0])
    k = int(np.argmin(sums))
    apart = np.abs(rungs.sides[0, k] - rungs.sides[1, k])
    return float(rungs.slopes[k]), float(max(LOW_ORDER * changes[k], apart) + rungs.bounds[k])


@dataclass(frozen=True)
class _Entry:
    """The best entry of a Romberg table: its slope, its bar, and the sum by which it was chosen.

    With the index of its largest step, and of the first step that contradicts the smaller ones.
    """

    slope: float
    bar: float
    least: float
    coarsest: int
    reach: int


def romberg(rungs: Rungs, precision: Precision) -> _Entry:
    """The best entry of the extrapolation table over central quotients at h, 2h, 4h, …

    Where its factors would carry the slopes past the range of the type, these are scaled by a power of two.
    """
    steepest = float(np.abs(rungs.slopes).max())
    excess = math.frexp(steepest)[1] + 2 * LEVELS + 1 - math.frexp(precision.largest)[1]
    if excess <= 0:
        return _best_entry(rungs, precision)
    slopes, bounds, sides = (np.ldexp(a, -excess) for a in (rungs.slopes, rungs.bounds, rungs.sides))
    entry = _best_entry(replace(rungs, slopes=slopes, bounds=bounds, sides=sides), precision)
    slope, bar, least = (float(np.ldexp(a, excess)) for a in (entry.slope, entry.bar, entry.least))
    return replace(entry, slope=slope, bar=bar, least=least)


def _best_entry(rungs: Rungs, precision: Precision) -> _Entry:
    slopes, errors = rungs.slopes, rungs.bounds
    table, noises = _extrapolated(slopes, errors, precision)
    from_next = np.full(len(slopes), np.inf)
    if len(table) > 1:
        from_next[:-1] = np.abs(slopes[:-1] - table[1, :-1])
    widths = errors + 2 * from_next
    lower, upper = np.fmax.accumulate(slopes - widths), np.fmin.accumulate(slopes + widths)
    # aliasing, an edge, a place where f is another function
    reach = _leading(lower <= upper)
    low, high = lower[max(0, reach - 1)], upper[max(0, reach - 1)]
    alone = abs(rungs.sides[0][0] - rungs.sides[1][0])  # one rung: that far it is from a straight line
    bar = errors[0] + (2 * abs(slopes[0] - table[1, 0]) if len(table) > 1 else alone)
    best = _Entry(float(slopes[0]), float(bar), float(bar), 0, reach)
    if len(table) == 1 or reach < 2:
        return best
    entries, noises = table[1:, :reach], noises[1:, :reach]  # nan where no reached step is left for an entry
    changes = np.abs(entries - table[:-1, :reach])
    sums = changes + LIKELY * noises
    outside = ~((entries >= low) & (entries <= high)) | _beyond(len(entries), reach)
    sums = np.where(outside, np.inf, sums)
    level, k = divmod(int(np.argmin(sums)), reach)
    least = float(sums[level, k])
    if not least < best.least:
        return best
    last = reach - level - 2  # of this level
    before = changes[level, k + 1] / 4.0 ** (level + 1) if k < last else 0.0  # a small change may be a chance
    bar = 2 * max(changes[level, k], before) + noises[level, k]
    return _Entry(float(entries[level, k]), float(bar), least, k + level + 1, reach)


def _extrapolated(
    slopes: np.ndarray, errors: np.ndarray, precision: Precision
) -> tuple[np.ndarray, np.ndarray]:
    """The table and the bounds of its noise, a row for each level, filled up with nan."""
    count, u, rounded = len(slopes), precision.unit_roundoff, precision.rounded
    levels = min(LEVELS, count - 1)
    table, noises = np.full((2, levels + 1, count), np.nan)
    table[0], noises[0] = slopes, errors
    sizes = np.abs(slopes)
    for level in range(1, levels + 1):
        factor, end = 4.0**level, count - level
        before, noise = table[level - 1], noises[level - 1]
        entries = rounded(rounded(rounded(factor * before[:end]) - before[1 : end + 1]) / (factor - 1))
        new_sizes = np.abs(entries)
        own = u * ((2 * factor * sizes[:end] + sizes[1 : end + 1]) / (factor - 1) + new_sizes)
        noises[level, :end] = (factor * noise[:end] + noise[1 : end + 1]) / (factor - 1) + own
        table[level, :end], sizes = entries, new_sizes
    return table, noises


@cache
def _beyond(levels: int, reach: int) -> np.ndarray:
    """Which entries need a step that is not reached: the last one of the first level, two of the second, …"""
    return np.add.outer(np.arange(1, levels + 1), np.arange(reach)) >= reach


@cache
def _nodes_of_windows(count: int) -> tuple[np.ndarray, np.ndarray]:
    """The nodes of ``count`` windows, each twice as wide as the last, in widths of the first, ascending.

    And which of them each window (``count``, ``NODES``) has: every second one is that of a narrower one.
    """
    nodes = np.multiply.outer(np.exp2(np.arange(count)), np.arange(1, NODES + 1) / NODES)
    return np.unique(nodes, return_inverse=True)


@cache
def _fit_weights() -> np.ndarray:
    """(``FITS``, ``NODES``): row m has the weights of central quotients at R/16, 2R/16, … R in a fit at 0.

    The fit is the even polynomial of degree 2m, each quotient weighted by its step squared, as its noise
    falls. By polynomials in the square of the step that are orthogonal over the nodes, in exact fractions.
    """
    squares = [Fraction(j * j, NODES * NODES) for j in range(1, NODES + 1)]

    def product(a: list[Fraction], b: list[Fraction]) -> Fraction:
        return sum((y * u * v for y, u, v in zip(squares, a, b, strict=True)), Fraction(0))

    before, now = [Fraction(0)] * NODES, [Fraction(1)] * NODES  # a polynomial at the nodes
    before_at_0, now_at_0, size_before = Fraction(0), Fraction(1), Fraction(1)
    weights, rows = [Fraction(0)] * NODES, []
    for degree in range(FITS):
        size = product(now, now)
        weights = [w + y * p * now_at_0 / size for w, y, p in zip(weights, squares, now, strict=True)]
        rows.append([float(w) for w in weights])
        centre = product([y * p for y, p in zip(squares, now, strict=True)], now) / size
        back = size / size_before if degree else Fraction(0)
        after = [(y - centre) * p - back * q for y, p, q in zip(squares, now, before, strict=True)]
        before, now, size_before = now, after, size
        before_at_0, now_at_0 = now_at_0, -centre * now_at_0 - back * before_at_0
    return np.array(rows)


def _fitted(windows: Rungs, entry: _Entry) -> _Entry:
    """``entry``, or the best polynomial fitted to ``windows`` (k, ``NODES``) if it is better and agrees."""
    weights = _fit_weights()
    slopes = windows.slopes @ weights.T
    rounding = FLOAT64.unit_roundoff * (np.abs(windows.slopes) @ np.abs(weights).T)
    bounds = windows.bounds @ np.abs(weights).T + rounding
    likely = np.sqrt(windows.deviations**2 @ weights.T**2)
    steps_between = np.abs(np.diff(slopes))
    changes = np.maximum(steps_between[:, :-1], steps_between[:, 1:])
    slopes, bounds, likely = (array[:, : FITS - 2] for array in (slopes, bounds, likely))
    sums = changes + DEVIATIONS * likely
    agrees = np.abs(slopes - entry.slope) <= entry.bar + bounds
    sums = np.where(agrees & windows.usable.all(axis=-1, keepdims=True), sums, np.inf)
    best = np.unravel_index(np.argmin(sums), sums.shape)
    if not sums[best] < entry.least:
        return entry
    bar = 2 * changes[best] + bounds[best]
    return _Entry(float(slopes[best]), float(bar), float(sums[best]), entry.coarsest, entry.reach)
