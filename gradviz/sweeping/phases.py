"""A function that oscillates beside a point, with its sines and remainders at any phase.

Few steps tell little of an oscillation: sin ln|ln|x|| has not turned once between 2^−1100 and 2^−2003. What
every phase allows holds at all steps between those that are tried.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flint import arb, fmpq

from gradviz.autodiff import proved
from gradviz.lazy import lazy
from gradviz.sweeping.evaluation import Depth, Evaluation, Undecided
from gradviz.sweeping.probes import (
    FAR_PROBES,
    PROBES,
    NotKnown,
    Quotient,
    Step,
    quotient_of,
    quotients_at,
    shift_of,
)
from gradviz.tree.balls.numbers import UNDEFINED, Number, ball, divide, subtract
from gradviz.tree.expression import Expression, Node

_AWAY = 1.5  # from 0: √ln|ln h| is 2.6 at the first step
_GROWTH = 2.0**-8  # over the steps; that of ln ln|ln h| is 0.09, that of 3 + h next to nothing
# binary places at uneven distances: ln|ln h| grows by 97 over them, by 15 turns
_FAR_OUT: tuple[Step, ...] = tuple((int(2 ** (20 + 0.0608 * k * k)), None) for k in range(48))


@dataclass(frozen=True)
class AnyPhase:
    """The quotients that all phases allow at one step: the ``middle`` one, the ``hull`` of all.

    ``deviation`` is the most by which one differs from the middle.
    """

    middle: Quotient
    hull: arb
    deviation: arb


@dataclass(frozen=True)
class _Wave:
    """A node between ``middle`` ± ``half``, and the node whose value it repeats after every ``turn``."""

    place: int
    argument: int
    turn: arb
    middle: arb
    half: arb

    def turns(self, first: Sequence, last: Sequence) -> float | None:
        """How many turns lie between two steps, from the values of all nodes; None where none is to come."""
        before, after = (abs(ball(values[self.argument])) for values in (first, last))
        if not (after > _AWAY and after - before > _GROWTH):
            return None
        return min(1e9, float(((after - before) / self.turn).mid()))


def _waves(expression: Expression, here: Sequence, name: str) -> Iterator[_Wave]:
    """The waves that move with the variable ``name``, from the values of all nodes; inside `working`."""
    pi, nodes = arb.pi(), expression.nodes
    for place, (node, support) in enumerate(zip(nodes, expression.supports, strict=True)):
        if name not in support:
            continue
        inner = nodes[node.operands[-1]] if node.operands else node
        if node.operation in ("sin", "cos"):
            yield _Wave(place, node.operands[0], 2 * pi, arb(0), arb(1))
        elif node.operation in ("asin", "acos") and inner.operation in ("sin", "cos"):
            middle = arb(0) if node.operation == "asin" else pi / 2
            yield _Wave(place, inner.operands[0], 2 * pi, middle, pi / 2)
        elif node.operation == "mod" and name not in expression.supports[node.operands[1]]:
            modulus = here[node.operands[1]]
            if isinstance(modulus, fmpq) and modulus > 0:
                yield _Wave(place, node.operands[0], ball(modulus), ball(modulus) / 2, ball(modulus) / 2)
        elif node.operation == "subtract" and (inner.operation, *inner.operands) == (
            "floor",
            node.operands[0],
        ):
            yield _Wave(place, node.operands[0], arb(1), arb(0.5), arb(0.5))


@dataclass(frozen=True)
class Phases:
    """The ``waves`` whose phase grows without a visible end along coordinate ``i`` towards the point.

    ``slow`` where one of them turns less than once between the first step that is tried and the last.
    """

    work: Evaluation
    depth: Depth
    i: int
    side: int
    waves: tuple[_Wave, ...]
    slow: bool

    @classmethod
    def of(cls, work: Evaluation, depth: Depth, i: int, side: int) -> Phases | None:
        """The waves of f on one ``side``; None where it has none."""
        with work.working(depth):
            waves = tuple(_waves(work.field.expression, work.values_here(depth), work.field.variables[i]))
            if not waves:
                return None
            ends = [work.values(depth, {i: shift_of(work, i, side, step)}) for step in (PROBES[0], PROBES[5])]
            turns = [wave.turns(*ends) for wave in waves]
        moving = tuple(wave for wave, by in zip(waves, turns, strict=True) if by is not None)
        slow = any(by is not None and by < 1 for by in turns)
        return cls(work, depth, i, side, moving, slow) if moving else None

    @lazy
    def near(self) -> list[AnyPhase] | None:
        """At the usual steps; None where some number is not bounded."""
        return self._at(PROBES)

    @lazy
    def far(self) -> list[AnyPhase] | None:
        """At steps of millions and more binary places, beside 0."""
        return None if self.work.point[self.i] else self._at(FAR_PROBES)

    def slopes_far_out(self) -> list[Number]:
        """The slopes of f itself over so many orders of magnitude that slow waves turn; else Undecided."""
        if self.work.point[self.i]:
            raise Undecided
        try:
            quotients = quotients_at(self.work, self.depth, self.i, self.side, _FAR_OUT)
        except NotKnown as unknown:
            raise Undecided from unknown
        if quotients is None:
            raise Undecided
        return [quotient.slope for quotient in quotients]

    def _at(self, steps: Sequence[Step]) -> list[AnyPhase] | None:
        quotients = []
        for step in steps:
            quotient = self._quotients(step)
            if quotient is None:
                return None
            quotients.append(quotient)
        return quotients

    def _quotients(self, step: Step) -> AnyPhase | None:
        work = self.work
        with work.working(self.depth):
            shift, here = shift_of(work, self.i, self.side, step), work.value(self.depth)
            try:
                middle = quotient_of(here, self._value(shift, arb(0)), shift)
            except NotKnown:
                return None
            there = self._value(shift, arb(0, 1))
            if middle is None or there is UNDEFINED:
                return None
            hull = ball(divide(subtract(there, here), shift))
            if not hull.is_finite():
                return None
            return AnyPhase(middle, hull, arb(abs(hull - ball(middle.slope)).abs_upper()))

    def _value(self, shift: Number, phase: arb) -> Number:
        """f with ``phase``, between −1 and 1, for the waves."""
        name = self.work.field.variables[self.i]
        inputs = {**self.work.inputs, name: self.work.inputs[name] + shift}
        inputs |= {_letter(wave): wave.middle + wave.half * phase for wave in self.waves}
        return proved.evaluate(self._freed, inputs, self.work.over)[-1]

    @lazy
    def _freed(self) -> Expression:
        """f with a letter in the place of every wave."""
        nodes = list(self.work.field.expression.nodes)
        for wave in self.waves:
            nodes[wave.place] = Node("variable", name=_letter(wave))
        return Expression(tuple(nodes))


def _letter(wave: _Wave) -> str:
    return f"phase {wave.place}"
