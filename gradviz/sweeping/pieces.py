"""What the smooth pieces of f next to a kink or a jump prove of its slopes there."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flint import fmpq

from gradviz.autodiff.cones import Vector
from gradviz.autodiff.piecewise import Part, TooManyParts, is_differentiable
from gradviz.sweeping.evaluation import CORNERS, Depth, Evaluation
from gradviz.sweeping.limits import INF, NAN, OneSided, same_slope
from gradviz.sweeping.planes import linear_to_first_order
from gradviz.tree.balls.numbers import UNDEFINED, ball, multiply, nearest_float, order, sign, working

_MOST_LINES = 100  # through the cones that prove nothing, to be tried


@dataclass(frozen=True)
class Whole:
    """Whether f as a whole is ``differentiable``, and whether that is ``proved``."""

    differentiable: bool
    proved: bool

    @property
    def note(self) -> str:
        """The sentence about it; '' where it goes without saying."""
        if not self.differentiable:
            return "Every partial derivative exists here, and f is still not differentiable."
        if not self.proved:
            return "That f is differentiable here is not proved, but no direction tried contradicts it."
        return ""


def whole_differentiability(work: Evaluation) -> Whole:
    """Proved from the pieces of f around the point, or tried along paths through it."""
    for bits, divided in itertools.product(CORNERS, (False, True)):
        lines: list[Vector] = []
        with working(bits):
            parts = _noting_lines(work.everywhere(bits, divided=divided), lines)
            try:
                found = is_differentiable(parts, work.values_here(Depth(bits))[-1])
            except TooManyParts:
                continue
        if found is not None:
            return Whole(found, True)
    return Whole(linear_to_first_order(work, lines), False)


def _noting_lines(parts: Iterable[Part], lines: list[Vector]) -> Iterator[Part]:
    """The parts, each with a direction inside its cone added to ``lines``."""
    for part in parts:
        if part.cone is not None and len(lines) < _MOST_LINES:
            lines.append(part.cone.interior())
        yield part


def proved_side(work: Evaluation, i: int, side: int) -> OneSided | None:
    """The derivative on one side, where the piece of f there is known; None where it is not."""
    for bits in CORNERS:
        with working(bits):
            germ = work.on_ray(i, side, bits)
            if germ is None:
                continue
            if germ.value is UNDEFINED:
                return OneSided(NAN, missing=True)
            jump = order(germ.number, work.values_here(Depth(bits))[-1])
            if jump:
                return OneSided(INF if jump * side > 0 else -INF, jump=True)
            if jump is None:
                continue
            if germ.form is not None:
                slope = multiply(germ.form[0], fmpq(side))
                if nearest_float(slope) is not None:
                    return OneSided(slope)
            elif germ.lead is not None and germ.size < 1:
                return OneSided(INF if (sign(germ.lead) == 1) == (side == 1) else -INF)
    return None


def are_told_apart(left: OneSided, right: OneSided) -> bool:
    """Whether it is proved that two slopes are equal, or that they are not."""
    if left.jump or right.jump or left.missing or right.missing:
        return True
    with working(CORNERS[-1]):
        if not (ball(left.slope).is_finite() and ball(right.slope).is_finite()):
            return True
        lead = order(left.slope, right.slope)
    return lead == 0 or (lead is not None and not same_slope(left.slope, right.slope))
