"""One-sided derivatives as limits of the difference quotient, and the status that a pair of them makes.

Used where an operation stands on a kink, a jump or an edge of its domain. Every quotient has proved bounds;
that these few tell the limit is an inference.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from flint import arb, fmpq

from gradviz.autodiff.proved import carried, movement
from gradviz.sweeping.evaluation import Depth, Evaluation, Undecided
from gradviz.tree.balls.numbers import UNDEFINED, Number, ball, divide, sign, subtract, working
from gradviz.tree.expression import Expression, Node

# Steps factor·2^−bits: even the largest lies below the smallest float64 number, and their spacing is uneven,
# so that an oscillation does not look the same at each.
_PROBES = (
    (1100, fmpq(1)),
    (1237, fmpq(1)),
    (1409, fmpq(1)),
    (1571, fmpq(1)),
    (1787, fmpq(1)),
    (2003, fmpq(1)),
    (2003, fmpq(11, 16)),
)
_FAR_PROBES = tuple((2**k, None) for k in (20, 40, 80, 160))  # for what is as slow as a logarithm's logarithm
# More steps, between the last two powers of two: where f goes on oscillating, it shows among these.
_CLUSTER = tuple((2003, fmpq(k, 64)) for k in (63, 61, 58, 55, 53, 49, 47, 45, 43, 41, 38, 35, 33))
_ACCURACY = 80  # bits of a change of f that its ball must have
_VISIBLE = arb(2) ** -200  # a change of f that no usual continuous f has at such steps
_HUGE = arb(2) ** 1400
_LARGEST_SPREAD = 2.5  # of logarithms: of 100 values of |cos| one is below e^(−2.5), of e^cos none below e⁻²
_LESS = 0.8  # of an amplitude of 13 steps, that is less: 1/ln h falls to 0.55 of it, others differ by 0.1
_RAPID = frozenset(
    ("sin", "cos", "tan", "cot", "sec", "csc", "sinc", "exp", "expm1", "sinh", "cosh", "floor", "ceil", "mod",
     "gamma", "digamma", "trigamma")
)  # fmt: skip
_LEFT_OF_0 = frozenset(("gamma", "digamma", "trigamma"))  # their poles
_LOGARITHMS = frozenset(("log", "log2", "log10"))
_WITH_POLES = _LEFT_OF_0 | _LOGARITHMS | {"divide", "power", "tan", "sec", "cot", "csc"}
_ZERO_WITH = frozenset(("abs", "negate", "sqrt", "cbrt", "root", "atan", "sinh", "tanh"))  # their operand
_BELOW_FLOAT64 = arb(2) ** -1080

NAN, INF = arb("nan"), arb("inf")


class _NotKnown(Exception):
    """More bits are wanted."""


@dataclass(frozen=True)
class OneSided:
    """The limit of the difference quotient on one side.

    ``slope`` is a number, ±inf or nan; ``jump`` where f does not tend to its value at the point; ``missing``
    where f has no value on this side.
    """

    slope: Number
    jump: bool = False
    missing: bool = False


@dataclass(frozen=True)
class _Quotient:
    """f(p + h) − f(p) and its quotient with ±h, at a step of ``bits`` binary places."""

    bits: float
    change: arb
    slope: Number


def one_sided(work: Evaluation, i: int, side: int) -> OneSided:
    """The limit along coordinate ``i`` on one ``side`` (−1 or 1).

    Undecided where no number of bits tells f next to the point from f at the point, or where f may change
    within the smallest step.
    """
    if _has_huge_node(work, work.field.variables[i]):
        raise Undecided
    for depth in work.depths:
        try:
            quotients = _quotients(work, depth, i, side, _PROBES)
        except _NotKnown:
            continue
        if quotients is None:
            return OneSided(NAN, missing=True)
        found = _limit(work, depth, i, side, quotients)
        if ball(found.slope).is_finite() and _poles_gather(work, depth, i, side):
            return OneSided(NAN)
        if ball(found.slope).is_nan() or _holds(work, depth, i, side, quotients, found):
            return found
        return OneSided(NAN)
    raise Undecided


def _holds(
    work: Evaluation, depth: Depth, i: int, side: int, quotients: Sequence[_Quotient], found: OneSided
) -> bool:
    """Whether quotients at more steps agree with a limit, as they do not where f oscillates."""
    try:
        cluster = _quotients(work, depth, i, side, _CLUSTER)
        if cluster is None:
            return False
        cluster = [quotients[-3], quotients[-2], *cluster]
    except _NotKnown:
        return True
    if ball(found.slope).is_finite():
        rest = [abs(ball(q.slope)) for q in cluster[1:] if not same_slope(q.slope, found.slope)]
        if not rest:
            return True
        if not same_slope(found.slope, fmpq(0)):
            return False
        earlier = [abs(ball(q.slope)) for q in quotients[:3]]
        return all(a <= b for a in rest for b in earlier) or _falls_to(work, depth, i, side, rest)
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


def _poles_gather(work: Evaluation, depth: Depth, i: int, side: int) -> bool:
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
    x = work.point[i]
    finer = min(0, math.frexp(x)[1]) if x else 0
    for bits, factor in (*_PROBES[4:6], *_CLUSTER):
        with work.working(depth):
            values = work.values(depth, {i: factor * side / fmpq(1 << (bits - finer))})
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


def _falls_to(work: Evaluation, depth: Depth, i: int, side: int, slopes: Sequence[arb]) -> bool:
    """Whether the largest slope at the last steps is less than at steps that fall in the same way earlier.

    x² sin(π/x) is 0 at all powers of two, and x sin(1/x)/ln|x| may be small at any step: one step tells
    nothing of their size.
    """
    try:
        earlier = _quotients(work, depth, i, side, [(_PROBES[0][0], factor) for _, factor in _CLUSTER])
    except _NotKnown:
        return False
    return earlier is not None and any(
        all(slope < _LESS * abs(ball(q.slope)) for slope in slopes) for q in earlier
    )


def _stays_away_from_0(work: Evaluation, depth: Depth, i: int, side: int) -> bool:
    """Whether quotients that grow and oscillate, as |x|^(−½) (2 + sin ln|x|), keep off 0; cos² does not.

    An inference: beside the power that they follow the smallest of many is no small part of the largest.
    """
    steps = [(1100 + 9 * k, _CLUSTER[k % len(_CLUSTER)][1]) for k in range(100)]
    try:
        quotients = _quotients(work, depth, i, side, steps)
    except _NotKnown:
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


def _is_regular(quotients: Sequence[_Quotient], tolerance: float) -> bool:
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


def _quotients(
    work: Evaluation, depth: Depth, i: int, side: int, steps: Sequence[tuple[int, fmpq | None]]
) -> list[_Quotient] | None:
    """The quotients at some steps; None where f has no value at one of them."""
    quotients = []
    for bits, factor in steps:
        quotient = _quotient(work, depth, i, side, bits, factor)
        if quotient is None:
            return None
        quotients.append(quotient)
    return quotients


def _quotient(
    work: Evaluation, depth: Depth, i: int, side: int, bits: int, factor: fmpq | None
) -> _Quotient | None:
    """The quotient at one step; None where f has no value there. The step is 2^−bits, times the factor."""
    x = work.point[i]
    places = bits - (min(0, math.frexp(x)[1]) if x else 0)
    with work.working(depth):
        step = arb((side, -places)) if factor is None else factor * side / (fmpq(1 << places))
        here, there = work.value(depth), work.value(depth, {i: step})
        if there is UNDEFINED or here is UNDEFINED:
            return None
        change = subtract(there, here)
        slope = divide(change, step)
        if isinstance(change, arb) and not _is_known(change):
            if not abs(ball(slope)) < _BELOW_FLOAT64:
                raise _NotKnown
            change, slope = arb(0), fmpq(0)
        elif sign(change) == 0:
            slope = fmpq(0)
        finer = 0.0 if factor is None else -math.log2(int(factor.p) / int(factor.q))
        return _Quotient(places + finer, ball(change), slope)


def _is_known(change: arb) -> bool:
    return change.is_finite() and (change.is_exact() or change.rel_accuracy_bits() >= _ACCURACY)


def _limit(work: Evaluation, depth: Depth, i: int, side: int, quotients: Sequence[_Quotient]) -> OneSided:
    """The limit that the quotients at smaller and smaller steps tend to."""
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
        slow = _slow_limit(work, depth, i, side, quotients)
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
    return _far_limit(work, depth, i, side, endless)


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


def _far(work: Evaluation, depth: Depth, i: int, side: int) -> list[_Quotient] | None:
    """Quotients at steps of millions and more binary places; None where f next to the point is not known."""
    if work.point[i]:
        return None  # a step so small has no exact place beside a number that is not 0
    try:
        return _quotients(work, depth, i, side, _FAR_PROBES)
    except _NotKnown:
        return None


def _slow_limit(
    work: Evaluation, depth: Depth, i: int, side: int, quotients: Sequence[_Quotient]
) -> OneSided | None:
    """Whether f, which is still far from its value, tends to it all the same: then the slope is endless.

    None where that is not clear.
    """
    changes = [q.change for q in quotients]
    endless = INF if ball(quotients[-1].slope) > 0 else -INF
    if _same_sign(changes) and _trend([q.bits for q in quotients], [abs(c) for c in changes]) < 0:
        return OneSided(endless)
    far = _far(work, depth, i, side)
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


def _far_limit(work: Evaluation, depth: Depth, i: int, side: int, endless: arb) -> OneSided:
    """The slope of what is slower than any power of a logarithm; nan where the quotients follow nothing."""
    far = _far(work, depth, i, side)
    if far is None or not _same_sign([q.slope for q in far]):
        return OneSided(NAN)
    steep = [abs(ball(q.slope)) for q in far]
    if all(b > 1.3 * a for a, b in pairwise(steep)):
        return OneSided(endless)
    if all(1.3 * b < a for a, b in pairwise(steep)):
        return OneSided(fmpq(0))
    return OneSided(NAN)


def same_slope(a: Number, b: Number) -> bool:
    """Whether two slopes agree to 60 bits, or both lie far below the range of float64."""
    with working(_ACCURACY):
        a, b = ball(a), ball(b)
        if abs(a) < _BELOW_FLOAT64 and abs(b) < _BELOW_FLOAT64:
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
