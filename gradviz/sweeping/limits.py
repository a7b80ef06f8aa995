"""One-sided derivatives as limits of the difference quotient, and the status that a pair of them makes.

Used where an operation stands on a kink, a jump or an edge of its domain. The limits are read off quotients
at a few steps so small that thousands of bits are needed: see :class:`~gradviz.sweeping.evaluation.Depth`.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from gradviz.sweeping.evaluation import Evaluation
from gradviz.tree.expression import Kind, Number
from gradviz.tree.many_digits import BeyondBounds


@dataclass(frozen=True)
class OneSided:
    """The limit of the difference quotient on one side.

    ``slope`` is an mpf, ±inf or nan; ``jump`` where f does not tend to its value at the point; ``missing``
    where f has no value on this side.
    """

    slope: Number
    jump: bool = False
    missing: bool = False


def one_sided(work: Evaluation, kind: Kind, here: Number, i: int, side: int) -> OneSided:
    """The limit along coordinate ``i`` on one ``side`` (−1 or 1); ``here`` is f at the point.

    BeyondBounds where f differs from ``here`` by something that rounding alone makes vanish.
    """
    m, probes = work.m, work.depth.probes
    scale = min(0, math.frexp(work.point[i])[1]) if work.point[i] else 0
    changes, slopes = [], []
    for bits, factor in (*((k, 1.0) for k in probes), (probes[-1], 0.7)):
        shift = m.ldexp(m.mpf(side) * factor, scale - bits)
        change = m.mpf(work.values(kind, work.shifts(i, shift))[-1]) - here
        if m.isnan(change):
            return OneSided(m.nan, missing=True)
        changes.append(change)
        slopes.append(change / shift)
    first, second, third, other = slopes
    visible = m.mpf(2) ** -min(200, probes[0])  # a change of f that no continuous f has at such steps
    if abs(changes[0]) > visible and changes[2] == 0:
        raise BeyondBounds("f stands apart from its value, until rounding makes it the same")
    size, settling = abs(changes[2]), abs(changes[2] - changes[1])
    constant = size > m.mpf(2) ** -work.depth.snap and settling < size * m.mpf(2) ** -100
    if constant or (size > visible and settling < size / 4):
        return OneSided(m.inf * m.sign(third), jump=True)
    if same_slope(second, third) and same_slope(third, other):
        return OneSided(third)
    if abs(changes[0]) <= abs(changes[1]) <= size and size > visible:
        return OneSided(m.inf * m.sign(third), jump=True)  # f runs away from its value
    falling = abs(third) * 2**20 <= abs(second) and abs(second) * 2**20 <= abs(first)
    if falling and abs(other) * 2**10 <= abs(second):
        return OneSided(m.mpf(0))  # √h, h, h² …: each much smaller than the one before
    growing = abs(third) > 1.3 * abs(second) > 1.69 * abs(first) and first * second > 0 and third * other > 0
    if growing and second * third > 0 and abs(other) >= abs(second):
        return OneSided(m.inf * m.sign(third))
    trend = _trend(kind, slopes, [*probes, probes[-1] - math.log2(0.7)])
    if trend:
        return OneSided(m.inf * m.sign(third) if trend > 0 else m.mpf(0))
    return OneSided(m.nan)


def _trend(kind: Kind, slopes: Sequence[Number], bits: Sequence[float]) -> int:
    """The trend of the quotients at h = 2^−bits: 1 growing without end, −1 tending to 0, 0 neither.

    Both as h^α or |log h|^p do, however slowly.
    """
    if any(s * slopes[0] <= 0 for s in slopes):
        return 0
    logarithms = [kind.log(abs(s)) for s in slopes]
    for places, slack, least in ((bits, 1e-3, 1e-9), ([math.log(b) for b in bits], 0.05, 0.05)):
        powers = [
            (after - before) / (there - here)
            for before, after, here, there in zip(
                logarithms, logarithms[1:], places, places[1:], strict=False
            )
        ]
        middle = powers[1]
        if abs(middle) > least and all(abs(power - middle) <= slack * abs(middle) for power in powers):
            return 1 if middle > 0 else -1
    return 0


def same_slope(a: Number, b: Number) -> bool:
    """Whether two slopes agree to 60 bits, or both lie far below the range of float64."""
    return abs(a - b) <= abs(b) * a.context.mpf(2) ** -60 or max(abs(a), abs(b)) < a.context.mpf(2) ** -1080


def status(left: OneSided, right: OneSided) -> str:
    """The word of :class:`~gradviz.sweeping.truth.Truth` for a pair of one-sided limits."""
    if left.jump or right.jump:
        return "jump"
    if left.missing and right.missing:
        return "undefined"
    present = [side.slope for side in (left, right) if not side.missing]
    if any(slope != slope for slope in present):
        return "undefined"  # f has values, but its quotient has no limit: it goes on oscillating
    if any(abs(slope) == math.inf for slope in present):
        return "infinite"
    if len(present) < 2:
        return "undefined"  # the edge of the domain: a slope on one side only
    return "differentiable" if same_slope(*present) else "kink"


def linear_to_first_order(work: Evaluation, kind: Kind, here: Number, gradient: Sequence[Number]) -> bool:
    """Whether f − f(p) − ∇f·δ vanishes faster than δ, along slanted lines and parabolas through the point."""
    m, n = work.m, len(work.point)
    scale = min(0, *(math.frexp(x)[1] for x in work.point if x), 0)
    two = m.mpf(2)

    def distance_from_plane(i: int, j: int, across: float, power: int, probe: int) -> Number:
        """The difference of f and its tangent plane at h = 2^−probe, in units of h."""
        h = m.ldexp(m.mpf(1), scale - probe)
        shifts = [m.mpf(0)] * n
        shifts[i], shifts[j] = h, across * h**power
        change = m.mpf(work.values(kind, shifts)[-1]) - here
        return abs(change - m.fsum(g * s for g, s in zip(gradient, shifts, strict=True))) / h

    paths = itertools.product((0.75, -0.75, 1, -1), (1, 2, 3))
    for (i, j), (across, power) in itertools.product(itertools.permutations(range(n), 2), paths):
        first = distance_from_plane(i, j, across, power, work.depth.probes[1])
        if m.isnan(first):
            return False
        if first > two**-100:  # unless it tends to 0 slowly, like |x|^1.05
            second = distance_from_plane(i, j, across, power, work.depth.probes[2])
            if not second < first * two**-20:
                return False
    return True
