"""The smooth piece of f on which a point lies, decided by numbers with proved bounds."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from fractions import Fraction
from functools import lru_cache

import numpy as np
from flint import fmpq

from gradviz.autodiff.proved import RELATIONS, NotDecided, NotSmooth, OutOfTime, movement, smooth_switches
from gradviz.field import ScalarField
from gradviz.methods.estimate import BITS_OF_BALLS, in_balls
from gradviz.tree.balls.numbers import (
    UNDEFINED,
    Undefined,
    divide,
    floor,
    from_integer,
    multiply,
    nearest_float,
    order,
    sign,
    working,
)
from gradviz.tree.balls.slopes import switches
from gradviz.tree.expression import Builder, Expression, Node, Number

_BITS = 96  # to which a number must be known for a literal to take the place of its operation
_MORE_BITS = 2048  # 1 − tanh 700 is that small
_LARGEST_SHIFT = 8192  # bits of a binary exponent: what lies outside is 0 or infinite in every type


# operations whose slope is about what it is, or within bounds, however wrong the operand
_FORGIVING = frozenset(
    ("add", "subtract", "negate", "sin", "cos", "tanh", "sigmoid", "softplus", "erf", "erfc", "atan", "sech")
)
_MOST_ERROR = 0.5  # of a number, beyond which its rounding errors are no small ones any more
_EXPONENTIALS = frozenset(("exp", "expm1", "sinh", "cosh"))
_UNKNOWABLE = 2.0  # error of an exponent, beyond which the power is any number


@dataclass(frozen=True)
class Piece:
    """The smooth piece of f as a ``field``, with the true ``values`` of its nodes, nan where not known."""

    field: ScalarField
    values: tuple[float, ...]

    def is_faithful(self, values: Sequence[float]) -> bool:
        """Whether rounding leaves f about what it is at the point, where its nodes are ``values``."""
        for node in self.field.expression.nodes:
            for k in () if node.operation in _FORGIVING else node.operands:
                exact, error = self.values[k], abs(values[k] - self.values[k])
                most = _UNKNOWABLE if node.operation in _EXPONENTIALS else _MOST_ERROR * abs(exact)
                if exact and error > most:
                    return False
        return True


def smooth_piece(f: ScalarField, point: np.ndarray, i: int) -> Piece:
    """f as it is next to ``point`` along coordinate ``i``, proved to be smooth there.

    Of a maximum the largest operand is left, of a condition the branch taken, of |a| a or −a, of mod(a, b)
    a − n·b. What does not move along the coordinate is the number that it is, whatever rounding would make of
    it: a whole number, or sin(20π), which is 0. NotSmooth where f has no value or some operation on which it
    depends certainly stands on a kink, a jump or an edge; NotDecided where balls cannot tell, OutOfTime.
    """
    try:
        return _piece(f, point, i, BITS_OF_BALLS)
    except NotDecided:
        return _piece(f, point, i, _MORE_BITS)


@lru_cache(maxsize=2)
def _values(f: ScalarField, point: tuple[float, ...], bits: int) -> list | None:
    """The same for all coordinates: what took too long once is not tried again."""
    return in_balls(f, point, bits)


def _piece(f: ScalarField, point: np.ndarray, i: int, bits: int) -> Piece:
    values = _values(f, tuple(point.tolist()), bits)
    if values is None:
        raise OutOfTime
    if values[-1] is UNDEFINED:
        raise NotSmooth
    name = f.variables[i]
    with working(bits):
        copy = _Copy(f.expression, values, movement(f.expression, values, frozenset((name,))))
        root = copy.root()
        expression = copy.builder.build(root)
        known = [copy.copied_values[place] for place in copy.builder.needed(root)]
        smooth_switches(expression, known, movement(expression, known, frozenset((name,))))
        floats = [None if isinstance(a, bool | None) else nearest_float(a) for a in known]
    return Piece(replace(f, expression=expression), tuple([math.nan if a is None else a for a in floats]))


class _Unknown(Enum):
    """Why there is no copy of a node: it stands between two pieces, or nobody knows on which it is."""

    BETWEEN = 1
    UNDECIDED = 2


_Place = int | _Unknown


@dataclass
class _Copy:
    """Copies the nodes of an expression into ``builder``, each as what it is next to the point.

    ``values`` are proved, ``moving`` tells which nodes may move along the coordinate. ``places`` are those of
    the copies, ``moves`` tells which of the copies move, ``undefined`` which nodes have no value all around
    the point, as acos(x) beyond 1, and ``copied_values`` has the value of each copy.
    """

    expression: Expression
    values: Sequence
    moving: Sequence[bool]
    builder: Builder = field(default_factory=Builder)
    places: list[_Place] = field(default_factory=list)
    moves: list[bool] = field(default_factory=list)
    undefined: list[bool] = field(default_factory=list)
    copied_values: dict[int, Number] = field(default_factory=dict)

    def root(self) -> int:
        """The place of the copy of f; NotSmooth or NotDecided."""
        for place, node in enumerate(self.expression.nodes):
            copied, moves = self._copied(place, node)
            self.places.append(copied)
            self.moves.append(moves)
            self.undefined.append(self._is_undefined(place, node))
            if isinstance(copied, int):
                self.copied_values.setdefault(copied, self.values[place])
        root = self.places[-1]
        if isinstance(root, _Unknown):
            raise NotSmooth if root is _Unknown.BETWEEN else NotDecided
        return root

    def _copied(self, place: int, node: Node) -> tuple[_Place, bool]:
        operands = node.operands
        moves = self.moving[place] and (not operands or any(self.moves[k] for k in operands))
        moves = moves and not self._is_constant(node)
        if node.operation in RELATIONS and any(self.undefined[k] for k in operands):
            moves = False  # a comparison with no number is false
        if not moves:
            exact = _fraction(self.values[place])
            if exact is not None:
                return self.builder.literal(exact), False
        if node.operation in _CHOICES:
            chosen = _CHOICES[node.operation](self, node)
            return (
                (chosen, True) if isinstance(chosen, _Unknown) else (self.places[chosen], self.moves[chosen])
            )
        copies: list[int] = []
        for k in operands:
            copy = self.places[k]
            if isinstance(copy, _Unknown):
                return copy, True
            copies.append(copy)
        if node.operation == "abs":
            return self._abs(node, *copies), moves
        if node.operation == "mod":
            copied = self._mod(node, *copies)
            return copied, moves and (copied != copies[0] or self.moves[operands[0]])
        return self.builder.add(replace(node, operands=tuple(copies))), moves

    def _is_undefined(self, place: int, node: Node) -> bool:
        """Whether a node has certainly no value at the point nor next to it."""
        if self.values[place] is not UNDEFINED or node.operation == "select":
            return False
        if any(self.undefined[k] for k in node.operands) or not self.moving[place]:
            return True
        operands = tuple([self.values[k] for k in node.operands])
        if any(a is UNDEFINED for a in operands):
            return False
        if node.operation == "power":  # of a negative number
            still = not self.moving[node.operands[1]]
            return still and sign(operands[0]) == -1 and bool(sign(from_integer(operands[1])))
        quantities = switches(node.operation, operands)
        return bool(quantities) and all(a is not UNDEFINED and sign(a) in (1, -1) for a in quantities)

    def _is_constant(self, node: Node) -> bool:
        """Whether operands that stay fix the value: 1^b, b^0, 0^b for b > 0, 0/b, mod(0, b), atan2(0, b)."""
        if node.operation not in ("power", "divide", "mod", "atan2"):
            return False
        first, second = (self.values[k] for k in node.operands)
        first_moves, second_moves = (self.moves[k] for k in node.operands)
        if node.operation == "power" and not second_moves and isinstance(second, fmpq) and second == 0:
            return True
        if first_moves or not isinstance(first, fmpq):
            return False
        if node.operation == "power":
            return first == 1 or (first == 0 and sign(second) == 1)
        return first == 0 and sign(second) in (1, -1)

    def _branch(self, node: Node) -> _Place:
        condition, yes, no = node.operands
        decided = self.values[condition]
        if decided is None:
            return _Unknown.UNDECIDED
        if self.moves[condition]:
            return _Unknown.BETWEEN
        return yes if decided else no

    def _largest(self, node: Node) -> _Place:
        return self._extreme(node, 1)

    def _smallest(self, node: Node) -> _Place:
        return self._extreme(node, -1)

    def _extreme(self, node: Node, wanted: int) -> _Place:
        tied = False
        for here in node.operands:
            others = [k for k in node.operands if k != here]
            leads = [order(self.values[here], self.values[k]) for k in others]
            still = [not self.moves[here] and not self.moves[k] for k in others]
            if all(a == wanted or (a == 0 and s) for a, s in zip(leads, still, strict=True)):
                return here
            tied = tied or all(a in (0, wanted) for a in leads)
        return _Unknown.BETWEEN if tied else _Unknown.UNDECIDED

    def _positive_part(self, node: Node) -> _Place:
        side = sign(self.values[node.operands[0]])  # where it is −1, relu(a) does not move
        return node.operands[0] if side == 1 else _unknown(side)

    def _abs(self, node: Node, operand: int) -> _Place:
        side = sign(self.values[node.operands[0]])
        if not side:
            return _unknown(side)
        return operand if side > 0 else self.builder.apply("negate", operand)

    def _mod(self, node: Node, first: int, second: int) -> _Place:
        a, b = (self.values[k] for k in node.operands)
        quotient = divide(a, b)
        if isinstance(quotient, Undefined):
            return _Unknown.BETWEEN
        within = sign(from_integer(quotient))
        n = floor(quotient)
        if not within or not isinstance(n, fmpq):
            return _unknown(within)
        if n == 0:
            return first
        product = multiply(n, b)
        exact = None if self.moves[node.operands[1]] else _fraction(product)
        if exact is not None:
            subtrahend = self.builder.literal(exact)
        else:
            whole = self.builder.literal(Fraction(int(n.p)))
            self.copied_values[whole] = n
            subtrahend = self.builder.apply("multiply", whole, second)
        self.copied_values[subtrahend] = product
        return self.builder.apply("subtract", first, subtrahend)


_CHOICES: dict[str, Callable[[_Copy, Node], _Place]] = {
    "select": _Copy._branch,
    "max": _Copy._largest,
    "min": _Copy._smallest,
    "relu": _Copy._positive_part,
}


def _unknown(side: int | None) -> _Unknown:
    """Why there is no piece, by the sign of what must not be 0."""
    return _Unknown.BETWEEN if side == 0 else _Unknown.UNDECIDED


def _fraction(value: Number) -> Fraction | None:
    """A number as a fraction, exactly or to ``_BITS`` bits; None for a condition and for less."""
    if isinstance(value, fmpq):
        return Fraction(int(value.p), int(value.q))
    if value is None or isinstance(value, bool | Undefined) or not value.is_finite():
        return None
    if value.rel_accuracy_bits() < _BITS:
        return None
    mantissa, exponent = value.mid().man_exp()
    if abs(exponent) > _LARGEST_SHIFT:
        return None
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
