"""Quotients of f over steps far below those of any type, from values with proved bounds.

They are evidence for or against a slope that was found with the numbers of a type: rounding, saturation and
features smaller than the steps of the type do not mislead both alike.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from flint import fmpq

from gradviz.autodiff.proved import OutOfTime
from gradviz.autodiff.proved import evaluate as evaluate_balls
from gradviz.field import ScalarField, inputs_at
from gradviz.methods.estimate import SECONDS_OF_BALLS
from gradviz.patience import Allowance
from gradviz.tree.balls.numbers import UNDEFINED, UNKNOWN, Number, ball, rational, subtract, working

NEAR = 128  # the step is 2^−128 of a coordinate below 1, else 2^−128
NEARER = 1400
_SPARE_BITS = 128  # beyond those that h² takes: cosh h is not 1
_SETTLED = 2.0**-20  # part of the quotients to which they agree where f has a slope


@dataclass(frozen=True)
class Quotients:
    """The quotients to the ``right`` and to the ``left`` of a point, each known to ``radius``.

    nan where f has no value on that side, and an infinite radius where balls do not tell the value.
    """

    right: float
    left: float
    radius: float

    def farthest(self, slope: float) -> float:
        """How far ``slope`` is at most from both; nan or inf where that is not known."""
        return max(abs(slope - self.right), abs(slope - self.left)) + self.radius

    def settle(self, nearer: Quotients) -> bool:
        """Whether both sides come to one slope as the step shrinks to that of ``nearer``."""
        if not all(map(math.isfinite, (self.right, self.left, nearer.right, nearer.left))):
            return False
        before, size = (max(abs(q.right), abs(q.left)) for q in (self, nearer))
        unknown = 2 * (self.radius + nearer.radius)
        if size <= _SETTLED * before + unknown:
            return True  # to 0, as those of x|x|
        apart, nearer_apart = abs(self.right - self.left), abs(nearer.right - nearer.left)
        change = max(abs(nearer.right - self.right), abs(nearer.left - self.left))
        one_slope = nearer_apart <= _SETTLED * max(size, apart) + unknown
        return one_slope and change <= _SETTLED * size + 2 * apart + unknown


@dataclass(frozen=True)
class Surroundings:
    """f around ``point``, by values that take a tenth of a second in all, then it is OutOfTime.

    Of CPU time of the thread: how busy the machine is changes no answer.
    """

    field: ScalarField
    point: np.ndarray

    def central(self, i: int) -> tuple[float, float]:
        """The central quotient along coordinate ``i`` over 2^−:data:`NEAR`, and its radius."""
        step = self._step(i, NEAR)
        with working(self._bits(NEAR)):
            return _over(self._moved(i, step), self._moved(i, -step), 2 * step)

    def quotients(self, i: int, shift: int) -> Quotients:
        """The quotients along coordinate ``i`` over 2^−``shift``."""
        step, values = self._step(i, shift), []
        for by in (step, fmpq(0), -step):
            with working(self._bits(shift)):
                values.append(self._moved(i, by))
        right, here, left = values
        with working(self._bits(shift)):
            ends = [_over(right, here, step), _over(left, here, -step)]
        return Quotients(ends[0][0], ends[1][0], max(ends[0][1], ends[1][1]))

    def _step(self, i: int, shift: int) -> fmpq:
        return fmpq(1, 1 << (shift - min(0, math.frexp(self.point[i])[1])))

    def _moved(self, i: int, step: fmpq) -> Number:
        """f at x + ``step`` along coordinate ``i``, inside :func:`working`."""
        if self._is_over():
            raise OutOfTime
        name = self.field.variables[i]
        inputs = self._inputs | {name: self._inputs[name] + step}
        value = evaluate_balls(self.field.expression, inputs, self._is_over)[-1]
        return UNKNOWN if value is None else fmpq(value) if isinstance(value, bool) else value

    @cached_property
    def _inputs(self) -> dict[str, Number]:
        return {
            name: UNDEFINED if math.isnan(value) else rational(float(value))
            for name, value in inputs_at(self.field, self.point.tolist()).items()
        }

    @cached_property
    def _work(self) -> Allowance:
        """What the thread may work, from the first value on."""
        return Allowance(SECONDS_OF_BALLS)

    def _bits(self, shift: int) -> int:
        return 2 * shift + _SPARE_BITS + self._exponent

    @cached_property
    def _exponent(self) -> int:
        return max(abs(math.frexp(x)[1]) for x in self.point.tolist())

    def _is_over(self) -> bool:
        return self._work.used_up


def _over(there: Number, here: Number, step: fmpq) -> tuple[float, float]:
    """(f(x + h) − f(x))/h and its radius, inside :func:`working`."""
    if there is UNDEFINED or here is UNDEFINED:
        return math.nan, 0.0
    quotient = ball(subtract(there, here)) / step
    if not quotient.is_finite():
        return 0.0, math.inf
    return float(quotient.mid()), float(quotient.rad())
