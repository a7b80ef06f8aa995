"""Local derivatives as formulas, written once: what a reader sees is also what is computed.

A formula is made of the operands a, b, c, numbers, + − × ÷ ^, the operations by their names (ln for log)
and ``x if condition else y``; ``v`` is the operation's own value. It becomes a rule ``rule(k, v, *operands)``
for the numbers of any kind ``k``. Sums, products and signs are those of the numbers themselves, a² is the
product a·a; quotients, other powers and functions are those of the kind.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from gradviz.tree.expression import Kind

Rule: TypeAlias = Callable[..., Any]
# of the kind of number, and the own value followed by the operands
_Step: TypeAlias = Callable[[Kind, tuple[Any, ...]], Any]

LETTERS = ("a", "b", "c")
_PLACES = {"v": 0} | {letter: place for place, letter in enumerate(LETTERS, 1)}
_FUNCTIONS = {"ln": "log"}  # where a formula has another name for an operation
_ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
}
_OPERATORS = (*_ARITHMETIC, ast.Div, ast.Pow)


@dataclass(frozen=True)
class Derivative:
    """∂value/∂operand: ``written`` as on paper, ``computed`` where other arithmetic is more accurate.

    (1 − a)(1 + a) keeps the digits that 1 − a² loses near 1. Each occurrence of the operation's own formula
    in ``written`` is taken from the value that is known already.
    """

    written: str
    computed: str = ""

    def rule(self, value: str) -> Rule:
        """The rule for the operation whose own formula is ``value``. ValueError for what is no formula."""
        known = ast.dump(parsed(value))
        step = _step(parsed(self.computed or self.written), known)
        return lambda k, v, *operands: step(k, (v, *operands))


def parsed(text: str) -> ast.expr:
    """The syntax tree of a formula. It is one of ours, from a row of the table."""
    return ast.parse(text.replace("^", "**"), mode="eval").body


def _step(tree: ast.expr, known: str) -> _Step:
    """What computes ``tree``; what equals ``known`` is the operation's own value."""
    if ast.dump(tree) == known:
        return lambda k, x: x[0]
    match tree:
        case ast.Constant(value=int() | float() as number):
            return _number(float(number))
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
            return _number(-float(number))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            inner = _step(operand, known)
            return lambda k, x: -inner(k, x)
        case ast.Name(id=name):
            return _named(name)
        case ast.BinOp(left=left, op=sign, right=right) if isinstance(sign, _OPERATORS):
            return _operator(sign, _step(left, known), right, known)
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return _applied(_FUNCTIONS.get(name, name), [_step(part, known) for part in arguments])
        case ast.IfExp(test=test, body=body, orelse=other):
            return _applied("select", [_step(part, known) for part in (test, body, other)])
        case ast.Compare(left=left, ops=[ast.Eq()], comparators=[right]):
            return _applied("equal", [_step(part, known) for part in (left, right)])
    raise ValueError(f"This is not a formula of a derivative: {ast.unparse(tree)}")


def _number(value: float) -> _Step:
    return lambda k, x: k.number(value)


def _named(name: str) -> _Step:
    """An operand, or a constant such as pi."""
    if name not in _PLACES:
        return lambda k, x: k.functions[name]()
    place = _PLACES[name]
    return lambda k, x: x[place]


def _operator(sign: ast.operator, left: _Step, right: ast.expr, known: str) -> _Step:
    """The operator ``sign`` between what ``left`` computes and the formula ``right``."""
    if isinstance(sign, ast.Pow) and isinstance(right, ast.Constant) and right.value == 2:

        def squared(k: Kind, x: tuple[Any, ...]) -> Any:
            base = left(k, x)
            return base * base

        return squared
    second = _step(right, known)
    if isinstance(sign, ast.Div | ast.Pow):
        return _applied("divide" if isinstance(sign, ast.Div) else "power", [left, second])
    apply = _ARITHMETIC[type(sign)]
    return lambda k, x: apply(left(k, x), second(k, x))


def _applied(name: str, parts: list[_Step]) -> _Step:
    if len(parts) == 1:
        (only,) = parts
        return lambda k, x: k.functions[name](only(k, x))
    return lambda k, x: k.functions[name](*[part(k, x) for part in parts])
