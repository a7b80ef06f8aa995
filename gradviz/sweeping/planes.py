"""Whether f as a whole is differentiable where its partial derivatives exist: it must not leave its plane.

A directional test: f is followed along straight lines and curves through the point. A path on which f leaves
its tangent plane to first order shows that f is not differentiable; that none was found proves nothing.
"""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from flint import arb, fmpq

from gradviz.sweeping.evaluation import Evaluation, Undecided
from gradviz.tree.balls.numbers import UNDEFINED, Number, ball, divide, rational, subtract

_STEPS = (1571, 2003)  # bits
_SMALL = arb(2) ** -1000  # below what any slope changes within the range of float64
_LINES = tuple(fmpq(p, q) for p, q in ((1, 8), (1, 4), (3, 8), (1, 2), (5, 8), (3, 4), (7, 8), (1, 1)))
_CURVES = tuple((fmpq(p, q), power) for power in (2, 3) for p, q in ((3, 4), (1, 1), (1, 4), (3, 2), (5, 2)))
_MOST_PAIRS = 12  # of coordinates for which all lines and curves are tried
_MOST_DIAGONALS = 64
_RANDOM_LINES = 48

Path = tuple[tuple[fmpq, int], ...]  # for each coordinate factor and power: x_i + factor·h^power


def linear_to_first_order(work: Evaluation, lines: Sequence[Sequence[Number]] = ()) -> bool:
    """Whether f leaves its tangent plane more slowly than δ along ``lines`` and every other path tried.

    The partial derivatives must exist: f − f(p) − ∇f·δ is then f(p + δ) − f(p) less what f gains along each
    coordinate alone, but for terms that vanish faster than δ.
    """
    known = (tuple((a, 1) for a in _whole(line)) for line in lines)
    gains = _Gains(work)
    return all(_stays(gains, path) for path in itertools.chain(known, _paths(len(work.point))))


def _whole(line: Sequence[Number]) -> list[fmpq]:
    """The line, or one near it, in integers: steps of whole powers of two are exact along it."""
    near = [a if isinstance(a, fmpq) else rational(float(a.mid())) for a in line]
    return [a * math.lcm(*(int(b.q) for b in near)) for a in near]


def _paths(n: int) -> Iterator[Path]:
    """Lines through all coordinates, then lines and curves in planes of two."""
    still = fmpq(0), 1

    def in_plane(i: int, j: int, along: fmpq, across: fmpq, power: int) -> Path:
        path: list[tuple[fmpq, int]] = [still] * n
        path[i], path[j] = (along, 1), (across, power)
        return tuple(path)

    ends = (fmpq(1), fmpq(-1))
    if n > 2:
        yield from _lines_through_all(n, ends)
    pairs = list(itertools.permutations(range(n), 2))
    for i, j in pairs:
        few = _LINES if len(pairs) <= _MOST_PAIRS else (fmpq(3, 4), fmpq(1))
        curves = _CURVES if len(pairs) <= _MOST_PAIRS else _CURVES[1::5]
        for along, end, across in itertools.product(ends, ends, few):
            if across != 1 or i < j:
                yield in_plane(i, j, along, end * across, 1)
        for along, end, (across, power) in itertools.product(ends, ends, curves):
            yield in_plane(i, j, along, end * across, power)


def _lines_through_all(n: int, ends: tuple[fmpq, fmpq]) -> Iterator[Path]:
    choice = random.Random(n)  # seeded: a truth is the same each time
    if 2**n <= _MOST_DIAGONALS:
        diagonals = list(itertools.product(ends, repeat=n))
    else:
        diagonals = [tuple(choice.choice(ends) for _ in range(n)) for _ in range(_MOST_DIAGONALS)]
    for diagonal in diagonals:
        yield tuple((factor, 1) for factor in diagonal)
    for _ in range(_RANDOM_LINES):
        yield tuple((fmpq(choice.randint(-64, 64), 64), 1) for _ in range(n))


@dataclass(frozen=True)
class _Gains:
    """What f gains by a step, and by its coordinates one at a time."""

    work: Evaluation
    along_one: dict[tuple, Number] = field(default_factory=dict)  # of steps that many paths share

    def joint(self, path: Path, bits: int) -> arb | None:
        """By how much f at h = 2^−bits gains more along all coordinates than along each, in units of h.

        None where f has no value; Undecided where no number of bits tells.
        """
        scale = min(0, *(math.frexp(x)[1] for x in self.work.point if x), 0)
        h = arb((1, scale - bits))  # a power of two: no fractions to reduce
        shifts = {i: factor * h**power for i, (factor, power) in enumerate(path) if factor != 0}
        for depth in self.work.depths:
            with self.work.working(depth):
                here, there = self.work.value(depth), self.work.value(depth, shifts)
                if there is UNDEFINED:
                    return None
                rest = subtract(there, here)
                for i, shift in shifts.items():
                    key = i, *path[i], bits, depth
                    if key not in self.along_one:
                        self.along_one[key] = subtract(self.work.value(depth, {i: shift}), here)
                    rest = subtract(rest, self.along_one[key])
                distance = abs(ball(divide(rest, h)))
                if distance < _SMALL or (distance.is_finite() and distance.rel_accuracy_bits() >= 30):
                    return distance
        raise Undecided


def _stays(gains: _Gains, path: Path) -> bool:
    """Whether f stays on its plane along the path; it may come back to it slowly, as |x|^1.05 does."""
    first = gains.joint(path, _STEPS[0])
    if first is None:
        return False
    if first < _SMALL:
        return True
    second = gains.joint(path, _STEPS[1])
    return second is not None and bool(second < first * arb(2) ** -20)
