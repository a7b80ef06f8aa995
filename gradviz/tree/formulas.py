"""The formulas of operations and of their local derivatives, filled in, read and counted: ∂(a·b)/∂a = b.

The formulas themselves are in the rows of ``operations``, in the operands a, b, c. What is written is also
what is counted: the cost of a derivative.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from functools import lru_cache

from gradviz.text.numbers import raised
from gradviz.tree.operations import OPERATIONS
from gradviz.tree.operations.derivative import LETTERS, parsed


def value_formula(operation: str, count: int) -> str:
    """What the operation is, in the letters of its ``count`` operands: a·b; for four and more first, …"""
    row = OPERATIONS[operation]
    if row.arity is None:
        return f"{row.name}({', '.join(LETTERS[:count])}{', …' if count > len(LETTERS) else ''})"
    return row.formula


def derivative_formula(operation: str, place: int) -> str | None:
    """Its local derivative for the operand at ``place``; None where nothing is passed back."""
    return OPERATIONS[operation].written_derivative(place)


def filled(text: str, operands: Sequence[str | None]) -> str:
    """``text`` with each letter replaced by the operand's own text, where there is one."""
    texts: dict[str, str | None] = dict(zip(LETTERS, operands, strict=False))
    return re.sub(r"\b[abc]\b", lambda letter: texts.get(letter[0]) or letter[0], text)


def pretty(text: str) -> str:
    """A formula for reading: a² for a^2, · for *, a true minus; n − 1 evaluated where n is a number."""
    text = re.sub(r"\^\((\d+) - 1\)", lambda power: f"^{int(power[1]) - 1}", text)
    text = re.sub(r"\((-?\d+) ([-+]) 1, ", lambda n: f"({int(n[1]) + int(n[2] + '1')}, ", text)
    text = re.sub(r"\^1(?![\d.])", "", text)
    text = re.sub(r"\^(\d+)(?![\d.])", lambda power: raised(power[1]), text)
    text = re.sub(r"\bsqrt\(", "√(", re.sub(r"\bpi\b", "π", text))
    return text.replace("*", "·").replace("-", "−")


def local_derivative(operation: str, place: int, constants: Sequence[str | None]) -> str:
    """∂(a·b)/∂a = b for the operand at ``place``; ``constants`` are the texts of those that are numbers."""
    derivative = derivative_formula(operation, place)
    if derivative is None:
        return ""
    whole = filled(value_formula(operation, len(constants)), constants)
    letter = LETTERS[place] if place < len(LETTERS) else "operand"
    top = whole if whole.endswith(")") and whole[:1].isalpha() else f"({whole})"
    return f"∂{pretty(top)}/∂{letter} = {pretty(filled(derivative, constants))}"


@lru_cache(maxsize=1024)
def cost(operation: str, place: int, constants: tuple[str | None, ...] = ()) -> int:
    """How many operations the local derivative takes, when the operation's own value is there already.

    ``constants`` are the texts of the operands that are numbers: what is made of numbers alone is evaluated
    once, for nothing. Signs are free, and so is what only looks up which branch was chosen.
    """
    text = derivative_formula(operation, place)
    if text is None or " if " in text:
        return 0
    known = parsed(filled(OPERATIONS[operation].formula, constants))
    return _count(parsed(filled(text, constants)), ast.dump(known))


def is_a_sign(operation: str, place: int) -> bool:
    """Whether the local derivative is 1 or −1, so that nothing need be multiplied."""
    return derivative_formula(operation, place) in ("1", "-1")


def _count(tree: ast.expr, known: str) -> int:
    """The operations in ``tree``, what equals ``known`` for nothing."""
    if ast.dump(tree) == known or not any(
        isinstance(part, ast.Name) and part.id in LETTERS for part in ast.walk(tree)
    ):
        return 0
    parts = [_count(part, known) for part in ast.iter_child_nodes(tree) if isinstance(part, ast.expr)]
    own = isinstance(tree, ast.BinOp | ast.Call) and not _is_first_power(tree)
    return own + sum(parts)


def _is_first_power(tree: ast.expr) -> bool:
    """a^(2 − 1): the square's derivative is 2·a, with no power in it."""
    if not (isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Pow)):
        return False
    return re.sub(r"\.0\b", "", ast.unparse(tree.right)) == "2 - 1"


def noun(operation: str, operands: Sequence[str], label: str) -> str:
    """What a node is in words: the product of x₁ and x₂; sin of x₁."""
    row = OPERATIONS[operation]
    if row.noun:
        return row.noun.format(**dict(zip(LETTERS, operands, strict=False)))
    return f"{label} of {', '.join(operands)}"
