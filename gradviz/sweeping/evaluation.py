"""A field evaluated in mpmath numbers at, and next to, one point, within a limit of time."""

from __future__ import annotations

import dataclasses
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from gradviz.arguments import as_real
from gradviz.errors import GradvizError
from gradviz.field import ScalarField, inputs_at
from gradviz.tree.expression import Kind, Number, evaluate, reevaluate
from gradviz.tree.kinds import mpmath_kind
from gradviz.tree.many_digits import BeyondBounds
from gradviz.tree.operations import OPERATIONS
from gradviz.tree.precision import FLOAT64, Precision

SECONDS = 0.8  # of CPU, for one truth or one table of derivatives
PATIENCE = 4  # times as long by the clock, on a machine that is busy with other programs


Functions = dict[str, Callable[..., Number]]  # of a kind, by operation


class OutOfTime(Exception):
    """The limit of time has passed."""


FAILURES = (OutOfTime, BeyondBounds, ArithmeticError, ValueError, TypeError, MemoryError)


def deadline(seconds: float | None) -> float:
    """The moment, of ``time.monotonic``, that lies ``seconds`` (``SECONDS`` for None) ahead."""
    limit = as_real(SECONDS if seconds is None else seconds)
    if math.isnan(limit):
        raise GradvizError("The limit of time is a number of seconds.")
    return time.monotonic() + limit


@dataclass(frozen=True)
class Depth:
    """How one-sided limits are taken: with ``precision`` bits, at h = 2^−k for each k of ``probes``.

    A number that is smaller than 2^−``snap`` times its operands counts as 0.
    """

    precision: int
    probes: tuple[int, int, int]
    snap: int


_DEEP = Depth(9600, (1100, 1500, 2000), 8200)  # even the first probe lies below the smallest float64 number
_SHALLOW = Depth(1300, (100, 160, 240), 1000)  # for Γ and its kin, which take seconds at greater depth


@dataclass(frozen=True)
class Evaluation:
    """A field, a point of some precision, the mpmath context ``m`` to work in, and when to stop.

    Every operation raises :class:`OutOfTime` past the deadline.
    """

    field: ScalarField
    point: list[float]
    deadline: float
    m: Any
    precision: Precision = FLOAT64
    patience: float = PATIENCE
    began: float = dataclasses.field(default_factory=time.monotonic)
    began_cpu: float = dataclasses.field(default_factory=time.thread_time)
    values_here: dict[int, tuple[Kind, list[Number]]] = dataclasses.field(default_factory=dict)

    def over(self) -> bool:
        """Whether the time is up: CPU time of this thread, or ``patience`` times as much by the clock."""
        now, limit = time.monotonic(), self.deadline - self.began
        return now > self.deadline and (
            time.thread_time() - self.began_cpu > limit or now > self.began + self.patience * limit
        )

    @property
    def depth(self) -> Depth:
        """The depth that the operations of the field can afford."""
        slow = any("gamma" in node.operation for node in self.field.expression.nodes)
        return _SHALLOW if slow else _DEEP

    def kind(self, bits: int, *, snapping: bool = False) -> Kind:
        """mpmath numbers of ``bits`` bits; with ``snapping``, results that are 0 but for rounding are 0."""
        self.m.prec = bits
        kind = mpmath_kind(self.m)
        functions = {name: self._timed(function) for name, function in kind.functions.items()}
        if snapping:
            functions = functions | _snapped(self, functions)
        return Kind("mpmath", kind.literal, functions, fixed=False)

    def _timed(self, function: Callable[..., Number]) -> Callable[..., Number]:
        def timed(*operands: Number) -> Number:
            if self.over():
                raise OutOfTime
            return function(*operands)

        return timed

    def values(self, kind: Kind, shifts: Sequence[Number] = ()) -> list[Number]:
        """The value of every node at the point, or at the point plus ``shifts``.

        Nodes that depend on no shifted coordinate are not evaluated again.
        """
        expression = self.field.expression
        coordinates = [self.m.mpf(x) for x in self.point]
        if id(kind) not in self.values_here:
            values = evaluate(expression, kind, inputs_at(self.field, coordinates))
            self.values_here[id(kind)] = kind, values  # the kind too: its id stays taken
        values = self.values_here[id(kind)][1]
        shifted = frozenset(self.field.variables[i] for i, shift in enumerate(shifts) if shift)
        if not shifted:
            return values
        for i, shift in enumerate(shifts):
            coordinates[i] += shift
        return reevaluate(expression, kind, inputs_at(self.field, coordinates), values, shifted)

    def shifts(self, i: int, shift: Number) -> list[Number]:
        """The shifts that move coordinate ``i`` alone, by ``shift``."""
        shifts = [self.m.mpf(0)] * len(self.point)
        shifts[i] = shift
        return shifts


def _snapped(work: Evaluation, functions: Functions) -> Functions:
    """The operations with a result that is 0 but for rounding set to 0, where it arises: sin π, √2·√2 − 2.

    Only there is a number small beside its operands: x⁴ may be as small as it likes.
    """
    m = work.m
    tiny = m.mpf(2) ** -work.depth.snap

    def without_residue(value: Number, *operands: Number) -> Number:
        return m.mpf(0) if abs(value) < tiny * max(abs(a) for a in operands) else value

    def crossing(name: str) -> Callable[..., Number]:
        return lambda *a: without_residue(functions[name](*a), *a)

    def on_integers(name: str) -> Callable[..., Number]:
        def snapped(a: Number) -> Number:
            whole = m.nint(a) if m.isfinite(a) else a
            return functions[name](whole if abs(a - whole) < tiny * max(abs(a), 1) else a)

        return snapped

    def with_poles(function: Callable[..., Number], zero: Callable[..., Number]) -> Callable[..., Number]:
        return lambda a: m.nan if zero(a) == 0 else function(a)

    def comparison(name: str) -> Callable[..., Number]:
        return lambda a, b: functions[name](snapped["subtract"](a, b), m.mpf(0))

    def remainder(a: Number, b: Number) -> Number:
        rest = functions["mod"](a, b)
        size = max(abs(a), abs(b))
        return m.mpf(0) if abs(rest) < tiny * size or abs(rest - b) < tiny * size else rest

    crossings = ("add", "subtract", "sin", "cos", "tan", "sinc", "log", "log2", "log10")
    integers = ("asin", "acos", "acosh", "atanh", "floor", "ceil", "gamma", "loggamma", "digamma", "trigamma")
    compared = [name for name, row in OPERATIONS.items() if row.boolean and row.switches is not None]
    snapped = {name: crossing(name) for name in crossings}
    snapped |= {name: on_integers(name) for name in integers}
    snapped["tan"] = with_poles(snapped["tan"], snapped["cos"])
    snapped["sec"] = with_poles(functions["sec"], snapped["cos"])
    snapped["cot"] = with_poles(functions["cot"], snapped["sin"])
    snapped["csc"] = with_poles(functions["csc"], snapped["sin"])
    snapped |= {name: comparison(name) for name in compared}
    return snapped | {"mod": remainder}
