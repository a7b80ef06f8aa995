"""A field evaluated in balls at, and next to, one point, within a limit of time."""

from __future__ import annotations

import dataclasses
import math
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Self

from flint import arb, fmpq

from gradviz.arguments import as_real
from gradviz.autodiff import piecewise, proved
from gradviz.autodiff.germs import Germ
from gradviz.errors import GradvizError
from gradviz.field import ScalarField, inputs_at
from gradviz.lazy import lazy
from gradviz.patience import Allowance, by_the_clock
from gradviz.question import Question
from gradviz.tree.balls.numbers import UNDEFINED, Condition, Number, ball, rational, working
from gradviz.tree.balls.slopes import BALLS
from gradviz.tree.expression import reevaluate
from gradviz.tree.operations.bessel import BESSEL
from gradviz.tree.operations.integrals import INTEGRALS
from gradviz.tree.operations.special import SPECIAL
from gradviz.tree.precision import FLOAT64, Precision

SECONDS = 0.45  # of CPU, for one truth or one table of derivatives
PATIENCE = 4  # times as long by the clock, on a machine that is busy with other programs

_SATURATING = frozenset(("tanh", "coth", "sigmoid", "softplus", "logaddexp", "erf", "erfc"))

Shifts = Mapping[int, Number]  # by coordinate; those left out stay


class Undecided(Exception):
    """No bounded number of bits decides what was asked."""


FAILURES = (proved.OutOfTime, Undecided)


def limit_of(seconds: float | None) -> float:
    """The limit as a number, ``SECONDS`` for None; a GradvizError where it is none."""
    limit = as_real(SECONDS if seconds is None else seconds)
    if math.isnan(limit):
        raise GradvizError("The limit of time is a number of seconds.")
    return limit


@dataclass(frozen=True)
class Depth:
    """How many bits to work with, and 2^−``snap``, below which a ball around 0 counts as 0 (None: never)."""

    bits: int
    snap: int | None = None


SWEEPS = (106, 212, 424, 1300, 3600, 8000, 20_000)  # bits; few functions need more than 212
CORNERS = (106, 424)  # bits of a sweep over the pieces next to a kink
_SWEEPS_OF_GAMMA = SWEEPS[:-1]
LIMITS = (Depth(2600), Depth(9600), Depth(30_000), Depth(30_000, snap=22_500))
# Γ and its kin, and the integrals and Bessel functions
OF_FEW_BITS = frozenset(row.name for row in (*SPECIAL, *INTEGRALS, *BESSEL)) - {"erf", "erfc"}
LIMITS_OF_GAMMA = (Depth(2600), Depth(9600), Depth(9600, snap=7200))  # which takes seconds at 30 000 bits


def _out_of_reach(value: arb, bits: int) -> bool:
    """Whether a number is larger than 2^bits or smaller than 2^−bits."""
    return not arb(2) ** -bits < abs(value) < arb(2) ** bits


VALUES = (Depth(106), Depth(424), Depth(1300))  # before those: what is 0 sinks below float64 in the last


@dataclass(frozen=True)
class Evaluation:
    """A field, a point of some precision, and how many ``seconds`` it may be worked on.

    Everything that evaluates raises :class:`~gradviz.autodiff.proved.OutOfTime` past these, and holds
    the working precision of the process for one evaluation only.
    """

    field: ScalarField
    point: tuple[float, ...]
    seconds: float
    precision: Precision = FLOAT64
    patience: float = PATIENCE
    began: float = dataclasses.field(default_factory=time.monotonic)
    _values_here: dict[Depth, list] = dataclasses.field(default_factory=dict)
    _work: Allowance = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_work", Allowance(self.seconds))

    @classmethod
    def of(cls, question: Question, seconds: float | None = None, patience: float = PATIENCE) -> Self:
        """The field and the point of a question, rounded, to be evaluated within ``seconds`` (`limit_of`)."""
        point = tuple(question.point.tolist())
        return cls(question.rounded_field, point, limit_of(seconds), question.precision, patience)

    @lazy
    def inputs(self) -> dict[str, Number]:
        """Every letter's value, exactly; a parameter past the range of the precision has none."""
        return {
            name: UNDEFINED if math.isnan(value) else rational(float(value))
            for name, value in inputs_at(self.field, self.point).items()
        }

    @lazy
    def slow(self) -> bool:
        """Whether Γ or its kin occurs."""
        return any(node.operation in OF_FEW_BITS for node in self.field.expression.nodes)

    @lazy
    def sweeps(self) -> tuple[int, ...]:
        """The working precisions of reverse sweeps, in bits, that the operations of the field can afford."""
        return _SWEEPS_OF_GAMMA if self.slow else SWEEPS

    @lazy
    def depths(self) -> tuple[Depth, ...]:
        """The depths at which limits are looked for, as the operations of the field can afford them."""
        return LIMITS_OF_GAMMA if self.slow else LIMITS

    def over(self) -> bool:
        """Whether the time is up: CPU time of this thread, or ``patience`` times as much by the clock."""
        waited = time.monotonic() - self.began
        return waited > self.seconds and (
            self._work.used_up or waited > by_the_clock(self.patience * self.seconds)
        )

    def left(self) -> float:
        """Seconds of CPU of this thread until the time is up."""
        return self._work.left

    def check(self) -> None:
        """OutOfTime if the time is up."""
        if self.over():
            raise proved.OutOfTime

    def sweep(
        self, variables: Sequence[str] | None = None, inputs: Mapping[str, Number] | None = None
    ) -> proved.Sweep:
        """The sweep along ``variables`` (all by default) at the point, or at ``inputs``; inside `working`."""
        self.check()
        return proved.sweep(
            self.field.expression, variables or self.field.variables, inputs or self.inputs, self.over
        )

    def on_ray(self, i: int, side: int, bits: int) -> Germ | None:
        """f on one ``side`` (−1 or 1) along coordinate ``i``; inside :func:`working` with ``bits`` bits."""
        return piecewise.on_ray(
            self.field.expression,
            self.values_here(Depth(bits)),
            self.inputs,
            {self.field.variables[i]: fmpq(side)},
            self.over,
        )

    def everywhere(self, bits: int, *, divided: bool) -> Iterator[piecewise.Part]:
        """f in all directions from the point; inside :func:`working` with ``bits`` bits."""
        return piecewise.everywhere(
            self.field.expression,
            self.values_here(Depth(bits)),
            self.inputs,
            self.field.variables,
            self.over,
            divided=divided,
        )

    def values_here(self, depth: Depth) -> list:
        """The value of every node at the point; inside :func:`working`."""
        known = self._values_here.get(depth)
        if known is None:
            known = proved.evaluate(self.field.expression, self.inputs, self.over)
            self._check_snapping(depth, known)
            self._values_here[depth] = known
        return known

    def value(self, depth: Depth, shifts: Shifts | None = None) -> Number:
        """f at the point, or at the point plus ``shifts``; inside :func:`working`."""
        return self.values(depth, shifts)[-1]

    def values(self, depth: Depth, shifts: Shifts | None = None) -> list:
        """The value of every node at the point, or at the point plus ``shifts``; inside :func:`working`."""
        self.check()
        known = self.values_here(depth)
        if not shifts:
            return known
        names = [self.field.variables[i] for i in shifts]
        moved = {name: self.inputs[name] + shift for name, shift in zip(names, shifts.values(), strict=True)}
        inputs = {**self.inputs, **moved}
        values = reevaluate(self.field.expression, BALLS, inputs, known, frozenset(names))
        self._check_snapping(depth, values)
        return values

    def _check_snapping(self, depth: Depth, values: Sequence[Number | Condition]) -> None:
        """Undecided where a ball around 0 may be more than what is left of an identity.

        1 − tanh 10⁸ is not 0, and no precision tells: what so large or so small a number has left in another
        one lies below all bits.
        """
        if depth.snap is None:
            return
        for node, value in zip(self.field.expression.nodes, values, strict=True):
            if isinstance(value, arb) and abs(value) > 0 and _out_of_reach(value, depth.snap):
                raise Undecided
            if node.operation in _SATURATING:
                operand = values[node.operands[0]]
                if isinstance(operand, fmpq | arb) and not ball(operand).abs_upper() < depth.snap // 200:
                    raise Undecided

    def working(self, depth: Depth) -> AbstractContextManager[None]:
        """The working precision of a depth, for one evaluation."""
        return working(depth.bits, snap=depth.snap)
