"""Builds the tree of a formula, and refuses what would grow past the limits before any work is done on it.

Every part of a formula that has no variable is evaluated in floats as it is built, so 1/0, sqrt(-1) and 9^9^9
are refused with their place; the tree itself has what was typed.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import isfinite, isnan
from typing import Any, cast

import numpy as np

from gradviz.errors import ParseError
from gradviz.text.numbers import listed
from gradviz.tree.expression import Builder, Expression, Node
from gradviz.tree.kinds import NUMPY
from gradviz.tree.operations import OPERATIONS

MOST_NODES = 300  # distinct ones
LARGEST_TREE = 3000  # nodes when shared parts are counted as often as they stand
DEEPEST_FUNCTION = 12
LARGEST_EXPONENT = 100
MOST_BITS = 4096  # of the exact value of a part without variables: SymPy and the truth work with all of them

_ARITHMETIC = frozenset(
    ("add", "subtract", "multiply", "divide", "negate", "power", "select", "and", "or", "not")
)
_RATIONAL = frozenset(("add", "subtract", "multiply", "divide", "negate", "power"))
_LOGIC = frozenset(("and", "or", "not"))


@dataclass(frozen=True, slots=True)
class Part:
    """What is known of a node: its value where it has no variable, and how large and deep it is."""

    value: float | bool | None  # None where it depends on a variable
    bits: int | None  # of the exact value where it is rational, an upper bound
    depth: int  # of functions in functions
    size: int
    boolean: bool = False


class BoundedBuilder:
    """Builds nodes: ``build("sin", x)``. Tuples are vectors, and operations work on each component.

    ``column`` is the place in the text that a ParseError points to; the parser sets it.
    """

    def __init__(self, remarks: list[str], largest_exponent: float = LARGEST_EXPONENT) -> None:
        self.builder = Builder()
        self.parts: list[Part] = []
        self.remarks = remarks
        self.largest_exponent = largest_exponent
        self.column = 0

    @property
    def nodes(self) -> list[Node]:
        """The nodes made so far."""
        return self.builder.nodes

    # --- leaves ---------------------------------------------------------------------------------------------

    def variable(self, name: str) -> int:
        return self._add(self.builder.variable(name), Part(None, None, 0, 1))

    def number(self, value: int | Fraction, text: str = "") -> int:
        """A literal ≥ 0."""
        value = Fraction(value)
        bits = value.numerator.bit_length() + value.denominator.bit_length()
        place = self.builder.literal(value, text or str(value))
        return self._add(place, Part(float(value), bits, 0, 1))

    # --- operations -----------------------------------------------------------------------------------------

    def __call__(self, operation: str, *operands: int | tuple[int, ...], column: int | None = None) -> Any:
        """The node of ``operation`` on ``operands``; a tuple of nodes where an operand is a vector."""
        if column is not None:
            self.column = column
        lengths = {len(operand) for operand in operands if isinstance(operand, tuple)}
        if not lengths:
            return self._apply(operation, cast(tuple[int, ...], operands))
        if len(lengths) > 1:
            raise ParseError("These vectors have different numbers of components.", self.column)
        rows = zip(*(o if isinstance(o, tuple) else (o,) * min(lengths) for o in operands), strict=True)
        return tuple(self._apply(operation, row) for row in rows)

    def _apply(self, operation: str, operands: tuple[int, ...]) -> int:
        row = OPERATIONS[operation]
        operands = tuple(self._fitting(operation, i, operand) for i, operand in enumerate(operands))
        if operation == "power":
            if self.builder.nodes[operands[0]].operation == "e":
                return self._apply("exp", operands[1:])
            self._check_exponent(*operands)
        parts = [self.parts[operand] for operand in operands]
        depth = max((part.depth for part in parts), default=0)
        if operands and operation not in _ARITHMETIC and not row.boolean:
            depth += 1
            if depth > DEEPEST_FUNCTION:
                raise ParseError(f"Functions are nested more than {DEEPEST_FUNCTION} deep.", self.column)
        size = 1 + sum(part.size for part in parts)
        if size > LARGEST_TREE:
            raise ParseError("The formula grows too large when it is written out.", self.column)
        place = self.builder.apply(operation, *operands)
        if place < len(self.parts):
            return place
        value = self._value(operation, [part.value for part in parts])
        return self._add(place, Part(value, self._bits(operation, parts), depth, size, row.boolean))

    def _add(self, place: int, part: Part) -> int:
        if place == len(self.parts):
            self.parts.append(part)
            if place >= MOST_NODES:
                raise ParseError(f"The formula has more than {MOST_NODES} different parts.", self.column)
        return place

    def _fitting(self, operation: str, which: int, operand: int) -> int:
        """The operand as the number, or the condition, that is wanted in its place."""
        wants_condition = operation in _LOGIC or (operation == "select" and which == 0)
        if wants_condition and not self.parts[operand].boolean:
            raise ParseError("A condition such as x > 0 is wanted here.", self.column)
        if not wants_condition and self.parts[operand].boolean:
            self.remark("A condition counts as 1 where it is true, else as 0.")
            return self._apply("select", (operand, self.number(1), self.number(0)))
        return operand

    def _check_exponent(self, base: int, exponent: int) -> None:
        value = self.parts[exponent].value
        if value is None:
            return
        if abs(value) > self.largest_exponent:
            raise ParseError(
                f"Exponents from -{self.largest_exponent} to {self.largest_exponent} are understood here.",
                self.column,
            )
        if self.parts[base].value is None and self._has_odd_denominator(exponent):
            self.remark("A power such as x^(1/3) is undefined for negative x; cbrt(x) is the real root.")

    def _has_odd_denominator(self, exponent: int) -> bool:
        node = self.builder.nodes[exponent]
        if node.operation == "negate":
            return self._has_odd_denominator(node.operands[0])
        if node.operation != "divide":
            return False
        top, bottom = (self.builder.nodes[operand].value for operand in node.operands)
        if not top or not bottom:
            return False
        denominator = (top / bottom).denominator
        return denominator > 1 and denominator % 2 == 1

    def _value(self, operation: str, values: list[float | bool | None]) -> float | bool | None:
        """The value of a part without variables; ParseError where it has none."""
        if operation in ("divide", "mod") and values[1] == 0:
            raise ParseError("This divides by zero.", self.column)
        if any(value is None for value in values) or operation == "undefined":
            return None
        value = NUMPY.functions[operation](*values)
        if OPERATIONS[operation].boolean:
            return bool(value)
        value = float(value)
        if isfinite(value):
            return value
        if (operation == "divide" and values[1] == 0) or (operation == "power" and values[0] == 0):
            raise ParseError("This divides by zero.", self.column)
        if isnan(value):
            raise ParseError(
                f"This has no real value: {operation} of {listed([f'{value:.6g}' for value in values])}.",
                self.column,
            )
        raise ParseError("This number is too large to work with.", self.column)

    def _bits(self, operation: str, parts: list[Part]) -> int | None:
        known = [part.bits for part in parts if part.bits is not None]
        if operation not in _RATIONAL or len(known) < len(parts):
            return None
        bits = sum(known)
        if operation == "power":
            exponent = float(parts[1].value or 0)
            if not exponent.is_integer():
                return None
            bits = known[0] * max(1, abs(int(exponent)))
        if bits > MOST_BITS:
            raise ParseError("This number has too many digits to work with.", self.column)
        return bits

    def remark(self, sentence: str) -> None:
        if sentence not in self.remarks:
            self.remarks.append(sentence)

    # --- the result -----------------------------------------------------------------------------------------

    def expression(self, root: int) -> Expression:
        """The tree below ``root``, its nodes in the order in which a reader meets them.

        However a function was spelled (x if c else y, where(c, x, y)), the same tree has the same order of
        nodes, so that equal expressions are equal values.
        """
        final = Builder()
        moved: dict[int, int] = {}
        waiting = [root]
        while waiting:
            place = waiting[-1]
            node = self.builder.nodes[place]
            missing = [operand for operand in node.operands if operand not in moved]
            if missing:
                waiting.extend(reversed(missing))
                continue
            waiting.pop()
            if place not in moved:
                if node.operation == "variable":
                    moved[place] = final.variable(node.name)
                elif node.operation == "literal":
                    moved[place] = final.literal(node.value or 0, node.text)
                else:
                    moved[place] = final.apply(node.operation, *(moved[operand] for operand in node.operands))
        return final.build(moved[root])


def quiet() -> np.errstate:
    """Without NumPy's warnings, while parts without variables are evaluated."""
    return np.errstate(all="ignore")
