"""One-sided derivatives as limits of the difference quotient, and the status that a pair of them makes.

Used where an operation stands on a kink, a jump or an edge of its domain. Every quotient has proved bounds;
that these few tell the limit is an inference.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from flint import arb, fmpq

from gradviz.autodiff.proved import carried, movement
from gradviz.sweeping.evaluation import Depth, Evaluation, Undecided
from gradviz.sweeping.phases import AnyPhase, Phases
from gradviz.sweeping.probes import (
    ACCURACY,
    BELOW_FLOAT64,
    CLUSTER,
    FAR_PROBES,
    PROBES,
    NotKnown,
    Quotient,
    poles_gather,
    quotients_at,
)
from gradviz.tree.balls.numbers import Number, ball, sign, working
from gradviz.tree.expression import Node

_VISIBLE = arb(2) ** -200  # a change of f that no usual continuous f has at such steps
_HUGE = arb(2) ** 1400
_LARGEST_SPREAD = 2.5  # of logarithms: of 100 values of |cos| one is below e^(−2.5), of e^cos none below e⁻²
_LESS = 0.8  # of an amplitude of 13 steps, that is less: 1/ln h falls to 0.55 of it, others differ by 0.1
_ALIKE = arb(2) ** -60
_ALMOST = 1 - arb(2) ** -40
_RAPID = frozenset(
    ("sin", "cos", "tan", "cot", "sec", "csc", "sinc", "exp", "expm1", "sinh", "cosh", "floor", "ceil", "mod",
     "gamma", "digamma", "trigamma")
)  # fmt: skip

Far = Callable[[], Sequence[Quotient] | None]

NAN, INF = arb("nan"), arb("inf")


@dataclass(frozen=True)
class OneSided:
    """The limit of the difference quotient on one side.

    ``slope`` is a number, ±inf or nan; ``jump`` where f does not tend to its value at the point; ``missing``
    where f has no value on this side.
    """

    slope: Number
    jump: bool = False
    missing: bool = False


def one_sided(work: Evaluation, i: int, side: int) -> OneSided:
    """The limit along coordinate ``i`` on one ``side`` (−1 or 1).

    Undecided where no number of bits tells f next to the point from f at the point, or where f may change
    within the smallest step.
    """
    if _has_huge_node(work, work.field.variables[i]):
        raise Undecided
    for depth in work.depths:
        try:
            quotients = quotients_at(work, depth, i, side, PROBES)
        except NotKnown:
            continue
        if quotients is None:
            return OneSided(NAN, missing=True)
        phases = Phases.of(work, depth, i, side)
        try:
            found = _limit(quotients, partial(_far, work, depth, i, side))
        except Undecided:
            if phases is None:
                raise
            return _at_any_phase(phases, None)
        if ball(found.slope).is_finite() and poles_gather(work, depth, i, side):
            return OneSided(NAN)
        if not (ball(found.slope).is_nan() or _holds(work, depth, i, side, quotients, found)):
            found = OneSided(NAN)
        return found if phases is None else _at_any_phase(phases, found)
    raise Undecided


def _at_any_phase(phases: Phases, found: OneSided | None) -> OneSided:
    """``found``, what the steps tell (None if nothing), or what holds at any phase of the oscillations of f.

    x sin(1/x)/ln|x| is small at all steps, of which none tells how small the largest value beside it is.
    """
    near = phases.near
    if found is not None and found.jump:
        return found
    if found is None or ball(found.slope).is_nan():
        if near is None and found is None:
            raise Undecided
        limit = None if near is None else _where_it_falls(phases, near)
        return limit or OneSided(NAN)
    slope = ball(found.slope)
    if not phases.slow:
        return found
    if near is not None and slope.is_finite():
        if all(q.deviation < max(abs(slope) * _ALIKE, _VISIBLE) for q in near):
            return found
        limit = _where_it_falls(phases, near)
        if limit is not None:
            return limit
    elif near is not None and _same_sign([q.hull for q in near]):
        return found
    slopes = phases.slopes_far_out()
    if slope.is_finite() and all(same_slope(s, found.slope) for s in slopes):
        return found
    if slope.is_finite() or not _same_sign(slopes):
        return OneSided(NAN)
    raise Undecided


def _where_it_falls(phases: Phases, near: Sequence[AnyPhase]) -> OneSided | None:
    """The limit of a quotient that oscillates less and less; None where it does as much as ever."""
    deviations, far = [q.deviation for q in near], phases.far
    falls = all(d > 0 for d in deviations) and _trend([q.middle.bits for q in near], deviations) < 0
    if falls or (far is not None and all(1.3 * b.deviation < a.deviation for a, b in pairwise(far))):
        return _limit([q.middle for q in near], lambda: None if far is None else [q.middle for q in far])
    if all(b < a * _ALMOST for a, b in pairwise(deviations)):
        raise Undecided
    return None


def _holds(
    work: Evaluation, depth: Depth, i: int, side: int, quotients: Sequence[Quotient], found: OneSided
) -> bool:
    """Whether quotients at more steps agree with a limit, as they do not where f oscillates."""
    try:
        cluster = quotients_at(work, depth, i, side, CLUSTER)
        if cluster is None:
            return False
        cluster = [quotients[-3], quotients[-2], *cluster]
    except NotKnown:
        return True
    if ball(found.slope).is_finite():
        away = [q for q in cluster[1:] if not same_slope(q.slope, found.slope)]
        if not away:
            return True
        rest, earlier = (_distances(work, depth, which, found.slope) for which in (away, quotients[:3]))
        return all(a < b * _ALMOST for a in rest for b in earlier) or _falls_to(
            work, depth, i, side, rest, found.slope
        )
    regular = _is_regular(quotients[:6], 1e-9)
    if regular and all(_settled(a.change, b.change) for a, b in pairwise(cluster[1:])):
        return True
    if not _same_sign([q.change for q in cluster]):
        return False
    if not (regular and _is_regular(cluster[1:], 0.02)):
        tends = not found.jump and abs(quotients[-1].change) < _VISIBLE
        return tends and _stays_away_from_0(work, depth, i, side)
    far = _far(work, depth, i, side)
    return far is None or _same_sign([q.slope for q in far])


def _falls_to(
    work: Evaluation, depth: Depth, i: int, side: int, distances: Sequence[arb], limit: Number
) -> bool:
    """Whether the largest distance to the limit is less at the last steps than at such steps earlier.

    x² sin(π/x) is 0 at all powers of two, and x sin(1/x)/ln|x| may be small at any step: one step tells
    nothing of their size.
    """
    try:
        earlier = quotients_at(work, depth, i, side, [(PROBES[0][0], factor) for _, factor in CLUSTER])
    except NotKnown:
        return False
    if earlier is None:
        return False
    largest = _distances(work, depth, earlier, limit)
    return any(all(distance < _LESS * before for distance in distances) for before in largest)


def _distances(work: Evaluation, depth: Depth, quotients: Sequence[Quotient], limit: Number) -> list[arb]:
    with work.working(depth):
        return [abs(ball(q.slope) - ball(limit)) for q in quotients]


def _stays_away_from_0(work: Evaluation, depth: Depth, i: int, side: int) -> bool:
    """Whether quotients that grow and oscillate, as |x|^(−½) (2 + sin ln|x|), keep off 0; cos² does not.

    An inference: beside the power that they follow the smallest of many is no small part of the largest.
    """
    steps = [(1100 + 9 * k, CLUSTER[k % len(CLUSTER)][1]) for k in range(100)]
    try:
        quotients = quotients_at(work, depth, i, side, steps)
    except NotKnown:
        return False
    if quotients is None or not _same_sign([q.slope for q in quotients]):
        return False
    places = [q.bits - quotients[0].bits for q in quotients]
    sizes = [_logarithm(abs(ball(q.slope))) for q in quotients]
    mean, middle = sum(sizes) / len(sizes), sum(places) / len(places)
    power = sum((x - middle) * (y - mean) for x, y in zip(places, sizes, strict=True))
    power /= sum((x - middle) ** 2 for x in places)
    beside = [size - power * place for place, size in zip(places, sizes, strict=True)]
    return max(beside) - min(beside) < _LARGEST_SPREAD


def _logarithm(size: arb) -> float:
    return float(size.log().mid())


def _is_regular(quotients: Sequence[Quotient], tolerance: float) -> bool:
    """Whether changes at smaller and smaller steps follow a power, or go ever faster in one way."""
    changes = [q.change for q in quotients]
    places = [-q.bits * math.log(2) for q in quotients]
    if any(change == 0 for change in changes):
        return False
    logarithms = [_logarithm(abs(change)) for change in changes]
    powers = [
        (after - before) / (there - here)
        for (before, after), (here, there) in zip(pairwise(logarithms), pairwise(places), strict=True)
    ]
    if max(powers) - min(powers) <= tolerance * max(1.0, *map(abs, powers)):
        return True
    return all(a <= b for a, b in pairwise(powers)) or all(a >= b for a, b in pairwise(powers))


def _has_huge_node(work: Evaluation, variable: str) -> bool:
    """Whether numbers that move with the variable are too large for the steps.

    A function of one, say its sine, may change within the smallest of them.
    """
    depth = work.depths[0]
    with work.working(depth):
        values = work.values_here(depth)
        expression = work.field.expression
        moving = carried(expression, movement(expression, values, frozenset((variable,))))
        return any(
            moving[place]
            and moving[i]
            and isinstance(values[i], fmpq | arb)
            and ball(values[i]).abs_lower() > _HUGE
            for place, node in enumerate(expression.nodes)
            for i in _rapid_operands(node)
        )


def _rapid_operands(node: Node) -> tuple[int, ...]:
    """The operands of which an operation may change within any step, where they are large enough."""
    if node.operation == "power":
        return node.operands[1:]
    return node.operands if node.operation in _RAPID else ()


def _limit(quotients: Sequence[Quotient], far: Far) -> OneSided:
    """The limit that the quotients at smaller and smaller steps tend to; ``far`` has those at tiny ones."""
    changes = [q.change for q in quotients]
    slopes = [q.slope for q in quotients]
    last = ball(slopes[-1])
    endless = INF if last > 0 else -INF
    if changes[-1] != 0 and all(_settled(a, b) for a, b in pairwise(changes[3:])):
        return OneSided(endless, jump=True)
    if all(same_slope(a, b) for a, b in pairwise(slopes[3:])):
        return OneSided(slopes[-2])
    sizes = [abs(change) for change in changes]
    if sizes[-1] > _VISIBLE:
        slow = _slow_limit(quotients, far)
        if slow is not None:
            return slow
        if all(a <= b for a, b in pairwise(sizes)):
            return OneSided(endless, jump=True)  # f runs away from its value
        if abs(changes[-1] - changes[-2]) < sizes[-1] / 4 and abs(changes[-2] - changes[-3]) < sizes[-2] / 4:
            return OneSided(endless, jump=True)
    steep = [abs(ball(slope)) for slope in slopes]
    if all(slope < _VISIBLE for slope in steep):
        return OneSided(fmpq(0))  # more steps tell whether it is the limit
    if all(b * 2**20 <= a for a, b in pairwise(steep[:6])) and steep[6] * 2**10 <= steep[4]:
        return OneSided(fmpq(0))  # √h, h, h² …: each much smaller than the one before
    if _same_sign(slopes):
        if all(b > 1.3 * a for a, b in pairwise(steep[:6])) and steep[6] >= steep[4]:
            return OneSided(endless)
        trend = _trend([q.bits for q in quotients], steep)
        if trend:
            return OneSided(endless if trend > 0 else fmpq(0))
    return _far_limit(quotients, far(), endless)


def _settled(a: arb, b: arb) -> bool:
    return abs(a - b) < abs(b) * arb(2) ** -100


def _same_sign(slopes: Sequence[Number]) -> bool:
    signs = {sign(slope) for slope in slopes}
    return signs in ({1}, {-1})


def _trend(bits: Sequence[float], sizes: Sequence[arb]) -> int:
    """The trend of positive numbers at h = 2^−bits: 1 growing without end, −1 tending to 0, 0 neither.

    Both as h^α or |log h|^p do, however slowly.
    """
    logarithms = [float(size.log().mid()) for size in sizes]
    for places, slack, least in ((bits, 1e-3, 1e-9), ([math.log(b) for b in bits], 0.05, 0.05)):
        powers = [
            (after - before) / (there - here)
            for before, after, here, there in zip(
                logarithms, logarithms[1:], places, places[1:], strict=False
            )
        ]
        middle = powers[len(powers) // 2]
        if abs(middle) > least and all(abs(power - middle) <= slack * abs(middle) for power in powers):
            return 1 if middle > 0 else -1
    return 0


def _far(work: Evaluation, depth: Depth, i: int, side: int) -> list[Quotient] | None:
    """Quotients at steps of millions and more binary places; None where f next to the point is not known."""
    if work.point[i]:
        return None  # a step so small has no exact place beside a number that is not 0
    try:
        return quotients_at(work, depth, i, side, FAR_PROBES)
    except NotKnown:
        return None


def _slow_limit(quotients: Sequence[Quotient], far_out: Far) -> OneSided | None:
    """Whether f, which is still far from its value, tends to it all the same: then the slope is endless.

    None where that is not clear.
    """
    changes = [q.change for q in quotients]
    endless = INF if ball(quotients[-1].slope) > 0 else -INF
    if _same_sign(changes) and _trend([q.bits for q in quotients], [abs(c) for c in changes]) < 0:
        return OneSided(endless)
    far = far_out()
    if far is None or not _same_sign([q.change for q in far]):
        return None
    a, b, c, d = (float(abs(q.change).mid()) for q in far)
    if not a >= b >= c >= d or a == 0:
        return None
    if d < 1e-9 * a:
        return OneSided(endless)
    ratios = b / a, c / b, d / c
    if max(ratios) < 0.8:  # the steps' logarithms' logarithms are equally spaced, and it falls in proportion
        return OneSided(endless)
    return OneSided(endless, jump=True) if min(ratios) > 0.8 else None


def _far_limit(quotients: Sequence[Quotient], far: Sequence[Quotient] | None, endless: arb) -> OneSided:
    """The slope of what is slower than any power of a logarithm; nan where the quotients follow nothing.

    Undecided where they come closer and closer to each other, as 1 + 1/ln|ln h| does, and do not meet.
    """
    if far is None:
        if _come_closer(quotients[:6]):
            raise Undecided
        return OneSided(NAN)
    slopes = [ball(q.slope) for q in far]
    if same_slope(slopes[-2], slopes[-1]):
        return OneSided(slopes[-1])
    steep = [abs(slope) for slope in slopes]
    if _same_sign(slopes):
        if all(b > 1.3 * a for a, b in pairwise(steep)):
            return OneSided(endless)
        if all(1.3 * b < a for a, b in pairwise(steep)):
            return OneSided(fmpq(0))
    gaps = [abs(b - a) for a, b in pairwise(slopes)]
    if all(b < 0.8 * a for a, b in pairwise(gaps)):
        raise Undecided
    return OneSided(NAN)


def _come_closer(quotients: Sequence[Quotient]) -> bool:
    """Whether slopes come to a limit as a power of ln h does, by changes that fall faster than 1/ln h."""
    rates = [ball(b.slope - a.slope) / arb(b.bits - a.bits) for a, b in pairwise(quotients)]
    if not _same_sign(rates):
        return False
    places = [math.log(a.bits + b.bits) for a, b in pairwise(quotients)]
    logarithms = [_logarithm(abs(rate)) for rate in rates]
    powers = [
        (after - before) / (there - here)
        for (before, after), (here, there) in zip(pairwise(logarithms), pairwise(places), strict=True)
    ]
    return max(powers) < -1.1 and max(powers) - min(powers) < 0.2


def same_slope(a: Number, b: Number) -> bool:
    """Whether two slopes agree to 60 bits, or both lie far below the range of float64."""
    with working(ACCURACY):
        a, b = ball(a), ball(b)
        if abs(a) < BELOW_FLOAT64 and abs(b) < BELOW_FLOAT64:
            return True
        return bool(abs(a - b) <= abs(b) * arb(2) ** -60)


def status(left: OneSided, right: OneSided) -> str:
    """The word of :class:`~gradviz.sweeping.truth.Truth` for a pair of one-sided limits."""
    if left.jump or right.jump:
        return "jump"
    if left.missing and right.missing:
        return "undefined"
    present = [side.slope for side in (left, right) if not side.missing]
    if any(ball(slope).is_nan() for slope in present):
        return "undefined"  # f has values, but its quotient has no limit: it goes on oscillating
    if any(not ball(slope).is_finite() for slope in present):
        return "infinite"
    if len(present) < 2:
        return "undefined"  # the edge of the domain: a slope on one side only
    return "differentiable" if same_slope(*present) else "kink"
