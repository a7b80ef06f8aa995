"""The tree, written again: ``to_text`` for whoever types and ``to_latex`` for whoever reads.

Both are made from the tree alone, so nothing of what was typed is echoed; names are letters, digits and
underscores by the reader's rules. Parentheses stand only where the reader needs them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

from gradviz.errors import GradvizError
from gradviz.text.letters import GREEK_NAMES
from gradviz.tree.expression import Expression, Node

# How tightly things bind, as in the reader.
_OR, _AND, _NOT, _COMPARE, _ADD, _TIMES, _SIGN, _POWER, _ATOM = range(1, 10)

LONGEST_TEXT = 100_000  # characters: shared parts are written out each time they stand
LONGEST_LATEX = 20_000


@dataclass(frozen=True, slots=True)
class _Written:
    text: str
    binding: int = _ATOM

    def at_least(self, binding: int, opening: str = "(", closing: str = ")") -> str:
        """The text, in parentheses where it binds more loosely."""
        return self.text if self.binding >= binding else f"{opening}{self.text}{closing}"


# --- text ---------------------------------------------------------------------------------------------------

# operation: (sign, its binding, the loosest left operand, the loosest right operand) that need no parentheses
_INFIX = {
    "add": (" + ", _ADD, _ADD, _TIMES),
    "subtract": (" - ", _ADD, _ADD, _TIMES),
    "multiply": ("*", _TIMES, _TIMES, _SIGN),
    "divide": ("/", _TIMES, _TIMES, _SIGN),
    "power": ("^", _POWER, _ATOM, _ATOM),
    "less": (" < ", _COMPARE, _ADD, _ADD),
    "less_equal": (" <= ", _COMPARE, _ADD, _ADD),
    "greater": (" > ", _COMPARE, _ADD, _ADD),
    "greater_equal": (" >= ", _COMPARE, _ADD, _ADD),
    "equal": (" == ", _COMPARE, _ADD, _ADD),
    "not_equal": (" != ", _COMPARE, _ADD, _ADD),
    "and": (" and ", _AND, _AND, _NOT),
    "or": (" or ", _OR, _OR, _AND),
}
_CALLED = {"select": "where"}
# Where a variable bears the name.
_UNMISTAKABLE = {"gamma": "tgamma", "pi": "math.pi", "e": "math.e", "tau": "math.tau"}


def to_text(expression: Expression, root: int | None = None) -> str:
    """The expression below node ``root`` (the whole by default) in plain letters: x1^2 + sin(2*x2).

    What ``parse`` has read is written so that ``parse`` reads an equal expression. GradvizError past 100
    000 characters.
    """
    names = expression.variables

    def write(node: Node, operands: list[_Written]) -> _Written:
        if node.operation in _UNMISTAKABLE and node.operation in names:
            node = replace(node, operation=_UNMISTAKABLE[node.operation])
        return _text(node, operands)

    return _written(expression, root, write).text


def _text(node: Node, operands: list[_Written]) -> _Written:
    operation = node.operation
    if operation == "variable":
        return _Written(node.name)
    if operation == "literal":
        text = _digits(node)
        return _Written(text, _TIMES if "/" in text else _SIGN if text[0] == "-" else _ATOM)
    if operation in _INFIX:
        sign, binding, left, right = _INFIX[operation]
        first, second = operands
        if operation == "power" and second.binding == _SIGN and second.text[1:].isalnum():
            right = _SIGN  # x^-1
        return _checked(_Written(first.at_least(left) + sign + second.at_least(right), binding))
    if operation == "negate":
        return _Written(f"-{operands[0].at_least(_SIGN)}", _SIGN)
    if operation == "not":
        return _Written(f"not {operands[0].at_least(_NOT)}", _NOT)
    if not operands:
        return _Written(operation)
    return _checked(
        _Written(f"{_CALLED.get(operation, operation)}({', '.join(operand.text for operand in operands)})")
    )


def _checked(written: _Written) -> _Written:
    if len(written.text) > LONGEST_TEXT:
        raise GradvizError("The formula grows too long when it is written out.")
    return written


def _digits(node: Node) -> str:
    """A literal as it was typed, or else its exact decimal, or else a fraction."""
    value = node.value or Fraction(0)
    if node.text and _is_value(node.text, value):
        return node.text
    rest, twos, fives = value.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        return f"{value.numerator}/{value.denominator}"
    places = max(twos, fives)
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    sign = "-" if value < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else sign + digits


def _is_value(text: str, value: Fraction) -> bool:
    return bool(re.fullmatch(r"[0-9]+(\.[0-9]+)?(e[+-]?[0-9]{1,3})?", text)) and Fraction(text) == value


def _written(
    expression: Expression, root: int | None, write: Callable[[Node, list[_Written]], _Written]
) -> _Written:
    """Every node up to ``root`` written once, in order; shared parts share their text."""
    nodes = expression.nodes if root is None else expression.nodes[: root + 1]
    needed = {len(nodes) - 1}
    for place in range(len(nodes) - 1, -1, -1):
        if place in needed:
            needed.update(nodes[place].operands)
    written: list[_Written] = []
    for place, node in enumerate(nodes):
        written.append(write(node, [written[i] for i in node.operands]) if place in needed else _Written(""))
    return written[-1]


# --- LaTeX --------------------------------------------------------------------------------------------------

_RELATIONS = {
    "less": "<",
    "less_equal": r"\le",
    "greater": ">",
    "greater_equal": r"\ge",
    "equal": "=",
    "not_equal": r"\ne",
}
_LOGIC = {"and": (r" \land ", _AND, _AND, _NOT), "or": (r" \lor ", _OR, _OR, _AND)}
_BRACKETS = {"abs": (r"\left|", r"\right|"), "floor": (r"\left\lfloor ", r" \right\rfloor"),
             "ceil": (r"\left\lceil ", r" \right\rceil")}  # fmt: skip
_CONSTANTS = {"pi": r"\pi", "e": "e", "tau": r"\tau", "undefined": r"\text{undefined}"}
_POWERED = {  # sin²(x) rather than sin(x)²
    **{name: rf"\{name}" for name in ("sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh",
    "coth")},
    "log": r"\ln", "sech": r"\operatorname{sech}", "csch": r"\operatorname{csch}",
}  # fmt: skip
_FUNCTIONS = {
    **_POWERED,
    "log2": r"\log_{2}", "log10": r"\log_{10}", "asin": r"\arcsin", "acos": r"\arccos", "atan": r"\arctan",
    "asinh": r"\operatorname{arsinh}", "acosh": r"\operatorname{arcosh}", "atanh": r"\operatorname{artanh}",
    "min": r"\min", "max": r"\max", "exp": r"\exp", "sign": r"\operatorname{sgn}", "gamma": r"\Gamma",
    "loggamma": r"\ln\Gamma", "digamma": r"\psi", "relu": r"\operatorname{ReLU}",
    "log1p": r"\operatorname{log1p}", "expm1": r"\operatorname{expm1}",
}  # fmt: skip
_OPEN, _CLOSE = r"\left(", r"\right)"


def to_latex(expression: Expression, root: int | None = None) -> str:
    r"""The expression below node ``root`` (the whole by default) as LaTeX: x_{1}^{2} + \sin\left(2
    x_{2}\right).

    Parts of more than 20 000 characters are dots.
    """
    return _written(expression, root, _latex).text


def name_to_latex(name: str) -> str:
    r"""A variable's name: x_{1}, \theta, \mathrm{rate}."""
    letters, index = re.fullmatch(r"(.*?)_?([0-9]*)", name).groups()
    if letters in GREEK_NAMES:
        letters = rf"\{letters}"
    elif len(letters) > 1:
        letters = rf"\mathrm{{{letters}}}".replace("_", r"\_")
    return f"{letters}_{{{index}}}" if index else letters


def _latex(node: Node, operands: list[_Written]) -> _Written:
    written = _LATEX.get(node.operation, _latex_function)(node, operands)
    return written if len(written.text) <= LONGEST_LATEX else _Written(r"\ldots")


def _inside(written: _Written, binding: int) -> str:
    return written.at_least(binding, _OPEN, _CLOSE)


def _latex_function(node: Node, operands: list[_Written]) -> _Written:
    name = _FUNCTIONS.get(node.operation, rf"\operatorname{{{node.operation}}}".replace("_", r"\_"))
    arguments = ", ".join(operand.text for operand in operands)
    return _Written(f"{name}{_OPEN}{arguments}{_CLOSE}", _POWER)  # sin(x)^-1 is not sin(x^-1)


def _latex_literal(node: Node, operands: list[_Written]) -> _Written:
    text = _digits(node)
    if "/" in text:
        top, bottom = text.split("/")
        return _Written(rf"\frac{{{top}}}{{{bottom}}}", _POWER)
    digits, _, exponent = text.partition("e")
    if not exponent:
        return _Written(text, _SIGN if text[0] == "-" else _ATOM)
    power = f"10^{{{int(exponent)}}}"
    return _Written(power, _POWER) if digits == "1" else _Written(rf"{digits} \cdot {power}", _TIMES)


def _latex_sum(node: Node, operands: list[_Written]) -> _Written:
    sign = "+" if node.operation == "add" else "-"
    right = operands[1]
    # a + -b and a - (b + c) need parentheses on paper as well
    inner = _inside(right, _TIMES) if not right.text.startswith("-") else f"{_OPEN}{right.text}{_CLOSE}"
    return _Written(f"{_inside(operands[0], _ADD)} {sign} {inner}", _ADD)


def _latex_product(node: Node, operands: list[_Written]) -> _Written:
    left = _inside(operands[0], _TIMES)
    right = _inside(operands[1], _POWER)
    dotted = (
        right[0].isdigit() or right.startswith((r"\frac", r"\mathrm", r"\left(-")) or r"\mathrm" in left[-30:]
    )
    return _Written(rf"{left} \cdot {right}" if dotted else f"{left} {right}", _TIMES)


def _latex_quotient(node: Node, operands: list[_Written]) -> _Written:
    top, bottom = operands
    if top.binding == _SIGN and top.text.startswith("-"):  # -1/x: the sign before the fraction
        return _Written(rf"-\frac{{{top.text[1:]}}}{{{bottom.text}}}", _SIGN)
    return _Written(rf"\frac{{{top.text}}}{{{bottom.text}}}", _POWER)


def _latex_negation(node: Node, operands: list[_Written]) -> _Written:
    inner = operands[0]
    wrapped = inner.text.startswith("-") or inner.binding < _TIMES
    return _Written(f"-{_OPEN}{inner.text}{_CLOSE}" if wrapped else f"-{inner.text}", _SIGN)


def _latex_power(node: Node, operands: list[_Written]) -> _Written:
    base, exponent = operands
    name, opening, argument = base.text.partition(_OPEN)
    if exponent.text.isdigit() and opening and base.binding == _POWER and name in _POWERED.values():
        return _Written(f"{name}^{{{exponent.text}}}{_OPEN}{argument}", _POWER)
    return _Written(f"{_inside(base, _ATOM)}^{{{exponent.text}}}", _POWER)


def _latex_cases(node: Node, operands: list[_Written]) -> _Written:
    condition, value, other = operands
    begin, end = r"\begin{cases}", r"\end{cases}"
    row = rf"{value.text} & \text{{if }} {condition.text}"
    if other.text.startswith(begin) and other.text.endswith(end) and other.text.count(begin) == 1:
        rest = other.text[len(begin) : -len(end)].strip()  # an else that is a choice itself: one table
    elif other.text == _CONSTANTS["undefined"]:
        return _Written(rf"{begin} {row} {end}", _OR)
    else:
        rest = rf"{other.text} & \text{{otherwise}}"
    return _Written(rf"{begin} {row} \\ {rest} {end}", _OR)


def _latex_relation(node: Node, operands: list[_Written]) -> _Written:
    return _Written(
        f"{_inside(operands[0], _ADD)} {_RELATIONS[node.operation]} {_inside(operands[1], _ADD)}", _COMPARE
    )


def _latex_logic(node: Node, operands: list[_Written]) -> _Written:
    sign, binding, left, right = _LOGIC[node.operation]
    return _Written(_inside(operands[0], left) + sign + _inside(operands[1], right), binding)


def _latex_brackets(node: Node, operands: list[_Written]) -> _Written:
    opening, closing = _BRACKETS[node.operation]
    return _Written(f"{opening}{operands[0].text}{closing}")


_LATEX = {
    "variable": lambda node, operands: _Written(name_to_latex(node.name)),
    "literal": _latex_literal,
    **{name: lambda node, operands: _Written(_CONSTANTS[node.operation]) for name in _CONSTANTS},
    "add": _latex_sum,
    "subtract": _latex_sum,
    "multiply": _latex_product,
    "divide": _latex_quotient,
    "negate": _latex_negation,
    "power": _latex_power,
    "sqrt": lambda node, operands: _Written(rf"\sqrt{{{operands[0].text}}}", _POWER),
    "cbrt": lambda node, operands: _Written(rf"\sqrt[3]{{{operands[0].text}}}", _POWER),
    "root": lambda node, operands: _Written(rf"\sqrt[{operands[1].text}]{{{operands[0].text}}}", _POWER),
    "exp": lambda node, operands: _Written(f"e^{{{operands[0].text}}}", _POWER),
    "mod": lambda node, operands: _Written(
        rf"{_inside(operands[0], _POWER)} \bmod {_inside(operands[1], _POWER)}", _ADD
    ),
    "select": _latex_cases,
    "not": lambda node, operands: _Written(rf"\lnot {_inside(operands[0], _ATOM)}", _NOT),
    **dict.fromkeys(_RELATIONS, _latex_relation),
    **dict.fromkeys(_LOGIC, _latex_logic),
    **dict.fromkeys(_BRACKETS, _latex_brackets),
}
