"""Whether f as a whole is differentiable where its partial derivatives exist: it must not leave its plane.

A directional test: f is followed along straight lines and curves through the point. A path on which f leaves
its tangent plane to first order shows that f is not differentiable; that none was found proves nothing.
"""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Iterator, Sequence

from flint import arb, fmpq

from gradviz.sweeping.evaluation import Evaluation, Undecided
from gradviz.tree.balls.numbers import UNDEFINED, Number, add, ball, divide, multiply, subtract

_STEPS = (1571, 2003)  # bits
_SMALL = arb(2) ** -100
_LINES = tuple(fmpq(p, q) for p, q in ((1, 8), (1, 4), (2, 5), (1, 2), (2, 3), (3, 4), (9, 10), (1, 1)))
_CURVES = ((fmpq(3, 4), 2), (fmpq(1), 2), (fmpq(3, 4), 3), (fmpq(1), 3))
_MOST_PAIRS = 12  # of coordinates for which all lines and curves are tried
_MOST_DIAGONALS = 64
_RANDOM_LINES = 48

Path = tuple[tuple[fmpq, int], ...]  # for each coordinate factor and power: x_i + factor·h^power


def linear_to_first_order(work: Evaluation, gradient: Sequence[Number]) -> bool:
    """Whether f − f(p) − ∇f·δ vanishes faster than δ along every path tried."""
    return all(_stays(work, gradient, path) for path in _paths(len(work.point)))


def _paths(n: int) -> Iterator[Path]:
    """Lines and curves in planes of two coordinates, then lines through all coordinates."""
    still = fmpq(0), 1

    def in_plane(i: int, j: int, along: fmpq, across: fmpq, power: int) -> Path:
        path: list[tuple[fmpq, int]] = [still] * n
        path[i], path[j] = (along, 1), (across, power)
        return tuple(path)

    ends = (fmpq(1), fmpq(-1))
    pairs = list(itertools.permutations(range(n), 2))
    for i, j in pairs:
        few = _LINES if len(pairs) <= _MOST_PAIRS else (fmpq(3, 4), fmpq(1))
        curves = _CURVES if len(pairs) <= _MOST_PAIRS else _CURVES[1::2]
        for along, end, across in itertools.product(ends, ends, few):
            if across != 1 or i < j:
                yield in_plane(i, j, along, end * across, 1)
        for along, end, (across, power) in itertools.product(ends, ends, curves):
            yield in_plane(i, j, along, end * across, power)
    if n < 3:
        return
    choice = random.Random(n)  # seeded: a truth is the same each time
    if 2**n <= _MOST_DIAGONALS:
        diagonals = list(itertools.product(ends, repeat=n))
    else:
        diagonals = [tuple(choice.choice(ends) for _ in range(n)) for _ in range(_MOST_DIAGONALS)]
    for diagonal in diagonals:
        yield tuple((factor, 1) for factor in diagonal)
    for _ in range(_RANDOM_LINES):
        yield tuple((fmpq(choice.randint(-64, 64), 64), 1) for _ in range(n))


def _stays(work: Evaluation, gradient: Sequence[Number], path: Path) -> bool:
    """Whether f stays on its plane along the path; it may come back to it slowly, as |x|^1.05 does."""
    first = _distance(work, gradient, path, _STEPS[0])
    if first is None:
        return False
    if first < _SMALL:
        return True
    second = _distance(work, gradient, path, _STEPS[1])
    return second is not None and bool(second < first * arb(2) ** -20)


def _distance(work: Evaluation, gradient: Sequence[Number], path: Path, bits: int) -> arb | None:
    """The difference of f and its plane at h = 2^−bits, in units of h; None where f has no value.

    Undecided where no number of bits tells.
    """
    scale = min(0, *(math.frexp(x)[1] for x in work.point if x), 0)
    h = fmpq(1, 1 << (bits - scale))
    shifts = {i: factor * h**power for i, (factor, power) in enumerate(path) if factor != 0}
    for depth in work.depths:
        with work.working(depth):
            here, there = work.value(depth), work.value(depth, shifts)
            if there is UNDEFINED:
                return None
            plane = here
            for i, shift in shifts.items():
                plane = add(plane, multiply(gradient[i], shift))
            distance = abs(ball(divide(subtract(there, plane), h)))
            if distance < _SMALL or (distance.is_finite() and distance.rel_accuracy_bits() >= 30):
                return distance
    raise Undecided
