"""How an operation is laid out in text and in LaTeX, from its operands as they are written already."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from gradviz.tree.precedence import ADD, ATOM, COMPARE, NOT, OR, POWER, SIGN, TIMES


@dataclass(frozen=True, slots=True)
class Written:
    """A written part and how tightly it binds.

    ``head`` is the name of a function that a power may follow directly: sin²(x) rather than sin(x)².
    """

    text: str
    binding: int = ATOM
    head: str = ""

    def at_least(self, binding: int, opening: str = "(", closing: str = ")") -> str:
        """The text, in parentheses where it binds more loosely."""
        return self.text if self.binding >= binding else f"{opening}{self.text}{closing}"


Layout: TypeAlias = Callable[..., Written]  # of one Written for each operand


@dataclass(frozen=True)
class Infix:
    """An operator in text, and the loosest operands on its left and right that need no parentheses."""

    sign: str
    binding: int
    left: int
    right: int


# --- LaTeX --------------------------------------------------------------------------------------------------

OPEN, CLOSE = r"\left(", r"\right)"
UNDEFINED = r"\text{undefined}"


def _inside(written: Written, binding: int) -> str:
    return written.at_least(binding, OPEN, CLOSE)


def constant(text: str) -> Layout:
    """A constant, π."""
    return lambda: Written(text)


def function(name: str, *, raised: bool = False) -> Layout:
    r"""A function and its arguments, \sin\left(x\right); ``raised`` where a power follows its name."""

    def layout(*operands: Written) -> Written:
        arguments = ", ".join(operand.text for operand in operands)
        # sin(x)^-1 is not sin(x^-1)
        return Written(f"{name}{OPEN}{arguments}{CLOSE}", POWER, name if raised else "")

    return layout


def named(name: str) -> Layout:
    """A function for which LaTeX has no command, by its name in upright letters."""
    return function(rf"\operatorname{{{name}}}".replace("_", r"\_"))


def pattern(text: str) -> Layout:
    r"""``text`` with {0}, {1} for the operands: \sqrt{{{0}}}."""
    return lambda *operands: Written(text.format(*(operand.text for operand in operands)), POWER)


def brackets(opening: str, closing: str) -> Layout:
    """The operand between two signs: |x|."""
    return lambda a: Written(f"{opening}{a.text}{closing}")


def relation(sign: str) -> Layout:
    """A comparison of two terms."""
    return lambda a, b: Written(f"{_inside(a, ADD)} {sign} {_inside(b, ADD)}", COMPARE)


def connective(sign: str, binding: int, left: int, right: int) -> Layout:
    """Two conditions joined; ``left`` and ``right`` as in ``Infix``."""
    return lambda a, b: Written(f"{_inside(a, left)} {sign} {_inside(b, right)}", binding)


def latex_negated(a: Written) -> Written:
    """A condition that must not hold."""
    return Written(rf"\lnot {_inside(a, ATOM)}", NOT)


def latex_sum(sign: str) -> Layout:
    """A sum or a difference: a + -b and a - (b + c) need parentheses on paper as well."""

    def layout(a: Written, b: Written) -> Written:
        right = f"{OPEN}{b.text}{CLOSE}" if b.text.startswith("-") else _inside(b, TIMES)
        return Written(f"{_inside(a, ADD)} {sign} {right}", ADD)

    return layout


def latex_product(a: Written, b: Written) -> Written:
    """Factors side by side, with a dot before digits, fractions, words and signs."""
    left, right = _inside(a, TIMES), _inside(b, POWER)
    dotted = (
        right[0].isdigit() or right.startswith((r"\frac", r"\mathrm", r"\left(-")) or r"\mathrm" in left[-30:]
    )
    return Written(rf"{left} \cdot {right}" if dotted else f"{left} {right}", TIMES)


def latex_quotient(a: Written, b: Written) -> Written:
    """A fraction; the sign of -1/x stands before it."""
    if a.binding == SIGN and a.text.startswith("-"):
        return Written(rf"-\frac{{{a.text[1:]}}}{{{b.text}}}", SIGN)
    return Written(rf"\frac{{{a.text}}}{{{b.text}}}", POWER)


def latex_negation(a: Written) -> Written:
    """A minus sign, before parentheses where the operand is a sum or has a sign itself."""
    wrapped = a.text.startswith("-") or a.binding < TIMES
    return Written(f"-{OPEN}{a.text}{CLOSE}" if wrapped else f"-{a.text}", SIGN)


def latex_power(a: Written, b: Written) -> Written:
    """A power; a whole one follows the name of a function, sin²(x)."""
    if a.head and b.text.isdigit():
        return Written(f"{a.head}^{{{b.text}}}{a.text.removeprefix(a.head)}", POWER)
    return Written(f"{_inside(a, ATOM)}^{{{b.text}}}", POWER)


def latex_remainder(a: Written, b: Written) -> Written:
    """The remainder of a by b, a mod b."""
    return Written(rf"{_inside(a, POWER)} \bmod {_inside(b, POWER)}", ADD)


def latex_cases(condition: Written, value: Written, other: Written) -> Written:
    """A table of cases; an 'otherwise' that is one itself goes on in the same table."""
    begin, end = r"\begin{cases}", r"\end{cases}"
    row = rf"{value.text} & \text{{if }} {condition.text}"
    if other.text.startswith(begin) and other.text.endswith(end) and other.text.count(begin) == 1:
        rest = other.text[len(begin) : -len(end)].strip()
    elif other.text == UNDEFINED:
        return Written(rf"{begin} {row} {end}", OR)
    else:
        rest = rf"{other.text} & \text{{otherwise}}"
    return Written(rf"{begin} {row} \\ {rest} {end}", OR)
