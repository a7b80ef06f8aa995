"""Convex cones of directions by their generators, and how a hyperplane through the origin divides one.

Double description (Motzkin et al. 1953), without removing redundant generators: these cost time, and change
nothing. Coordinates are exact rationals where they can be.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from flint import fmpq

from gradviz.tree.balls.numbers import ONE, ZERO, Number, add, divide, multiply, negate, sign

Vector = tuple[Number, ...]

_MOST_RAYS = 400


class NotDivided(Exception):
    """A sign is not known, or there are too many generators."""


@dataclass(frozen=True)
class Cone:
    """All sums of ``lines``, times any number, and ``rays``, times numbers ≥ 0."""

    lines: tuple[Vector, ...]
    rays: tuple[Vector, ...] = ()

    @classmethod
    def everything(cls, n: int) -> Self:
        """All directions in n coordinates."""
        return cls(tuple(tuple(ONE if i == k else ZERO for k in range(n)) for i in range(n)))

    def interior(self) -> Vector:
        """A direction inside."""
        total = (ZERO,) * len((self.lines or self.rays)[0])
        for weight, vector in enumerate(self.rays or self.lines, 1):
            total = combined(total, ONE, vector, ONE if self.rays else fmpq(weight))
        return total

    def divided(self, form: Vector) -> tuple[Cone | None, Cone | None, Cone]:
        """The parts where the linear ``form`` is ≥ 0, ≤ 0 and 0.

        The first is None where it is > 0 nowhere, the second where it is < 0 nowhere.
        """
        for place, line in enumerate(self.lines):
            side = _known(sign(dot(form, line)))
            if side:
                others = self.lines[:place] + self.lines[place + 1 :]
                return self._across_line(form, line if side > 0 else scaled(line, -ONE), others)
        heights = [dot(form, ray) for ray in self.rays]
        sides = [_known(sign(height)) for height in heights]
        above = [i for i, side in enumerate(sides) if side > 0]
        below = [i for i, side in enumerate(sides) if side < 0]
        level = [self.rays[i] for i, side in enumerate(sides) if not side]
        if not (above and below):
            return (self if above else None), (self if below else None), Cone(self.lines, tuple(level))
        if len(above) * len(below) + len(level) > _MOST_RAYS:
            raise NotDivided
        level += [
            combined(self.rays[i], negate(heights[k]), self.rays[k], heights[i]) for i in above for k in below
        ]
        return (
            Cone(self.lines, (*level, *(self.rays[i] for i in above))),
            Cone(self.lines, (*level, *(self.rays[i] for i in below))),
            Cone(self.lines, tuple(level)),
        )

    def _across_line(self, form: Vector, up: Vector, others: tuple[Vector, ...]) -> tuple[Cone, Cone, Cone]:
        """Divided where a line, pointing ``up``, crosses the hyperplane: the others move onto it."""
        height = dot(form, up)

        def onto(vector: Vector) -> Vector:
            return combined(vector, ONE, up, negate(divide(dot(form, vector), height)))

        lines = tuple([onto(line) for line in others])
        rays = tuple([onto(ray) for ray in self.rays])
        down = scaled(up, -ONE)
        return Cone(lines, (*rays, up)), Cone(lines, (*rays, down)), Cone(lines, rays)


class Undivided(Cone):
    """All directions at once, for what holds in each of them."""

    def divided(self, form: Vector) -> tuple[Cone | None, Cone | None, Cone]:
        """Never."""
        raise NotDivided


def _known(side: int | None) -> int:
    if side is None:
        raise NotDivided
    return side


def dot(a: Vector, b: Vector) -> Number:
    total: Number = ZERO
    for x, y in zip(a, b, strict=True):
        total = add(total, multiply(x, y))
    return total


def scaled(a: Vector, factor: Number) -> Vector:
    return tuple([multiply(x, factor) for x in a])


def combined(a: Vector, p: Number, b: Vector, q: Number) -> Vector:
    """p·a + q·b."""
    return tuple([add(multiply(p, x), multiply(q, y)) for x, y in zip(a, b, strict=True)])
