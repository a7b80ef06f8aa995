"""The tree as text that can be typed, ``to_text``, and as LaTeX, ``to_latex``.

Both are made from the tree alone, so nothing of what was typed is echoed; names are letters, digits and
underscores by the rules of the parser. There are parentheses only where the parser needs them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction

from gradviz.errors import GradvizError
from gradviz.text.letters import GREEK_NAMES, indexed_by_letters, marked_letter
from gradviz.tree.expression import Expression, Node
from gradviz.tree.operations import OPERATIONS
from gradviz.tree.operations.layout import Infix, Written
from gradviz.tree.precedence import ATOM, NOT, POWER, SIGN, TIMES

LONGEST_TEXT = 100_000  # characters: shared parts are written each time they occur
LONGEST_LATEX = 20_000


# --- text ---------------------------------------------------------------------------------------------------


def to_text(expression: Expression, root: int | None = None) -> str:
    """The expression below node ``root`` (the whole by default) in plain letters: x1^2 + sin(2*x2).

    What ``parse`` has read is written so that ``parse`` reads an equal expression. GradvizError past 100 000
    characters.
    """
    variables = expression.variables
    return _written(expression, root, lambda node, operands: _text(node, operands, variables)).text


def _text(node: Node, operands: list[Written], variables: frozenset[str]) -> Written:
    """One node as it is typed; a function with the name of a variable by its other name."""
    if node.operation == "variable":
        return Written(node.name)
    if node.operation == "literal":
        text = _digits(node)
        return Written(text, TIMES if "/" in text else SIGN if text[0] == "-" else ATOM)
    row = OPERATIONS[node.operation]
    if row.infix is not None:
        return _checked(_text_of_operator(row.infix, *operands))
    if row.name == "negate":
        return Written(f"-{operands[0].at_least(SIGN)}", SIGN)
    if row.name == "not":
        return Written(f"not {operands[0].at_least(NOT)}", NOT)
    name = row.unmistakable if row.unmistakable and row.name in variables else row.called
    if not operands:
        return Written(name)
    return _checked(Written(f"{name}({', '.join(operand.text for operand in operands)})"))


def _text_of_operator(infix: Infix, first: Written, second: Written) -> Written:
    right = infix.right
    if infix.binding == POWER and second.binding == SIGN and second.text[1:].isalnum():
        right = SIGN  # x^-1
    return Written(first.at_least(infix.left) + infix.sign + second.at_least(right), infix.binding)


def _checked(written: Written) -> Written:
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
    expression: Expression, root: int | None, write: Callable[[Node, list[Written]], Written]
) -> Written:
    """Every node up to ``root`` written once, in order; shared parts share their text."""
    nodes = expression.nodes if root is None else expression.nodes[: root + 1]
    needed = {len(nodes) - 1}
    for place in range(len(nodes) - 1, -1, -1):
        if place in needed:
            needed.update(nodes[place].operands)
    written: list[Written] = []
    for place, node in enumerate(nodes):
        written.append(write(node, [written[i] for i in node.operands]) if place in needed else Written(""))
    return written[-1]


# --- LaTeX --------------------------------------------------------------------------------------------------


def to_latex(expression: Expression, root: int | None = None) -> str:
    r"""The expression below node ``root`` (the whole by default) as LaTeX: x_{1}^{2} + \ln\left(x_{2}\right).

    Parts of more than 20 000 characters are dots.
    """
    return _written(expression, root, _latex).text


def name_to_latex(name: str) -> str:
    r"""A variable's name: x_{1}, \theta, \mathrm{rate}, \sigma_{x}, \hat{y}."""
    if (parts := indexed_by_letters(name)) is not None:
        index = parts[1] if len(parts[1]) == 1 else rf"\mathrm{{{parts[1]}}}"
        return f"{name_to_latex(parts[0])}_{{{index}}}"
    letters, index = re.fullmatch(r"(.*?)_?([0-9]*)", name).groups()
    if (marked := marked_letter(letters)) is not None:
        letters = rf"\{marked[1]}{{{name_to_latex(marked[0])}}}"
    elif letters in GREEK_NAMES:
        letters = rf"\{letters}"
    elif len(letters) > 1:
        letters = rf"\mathrm{{{letters}}}".replace("_", r"\_")
    return f"{letters}_{{{index}}}" if index else letters


def _latex(node: Node, operands: list[Written]) -> Written:
    if node.operation == "variable":
        return Written(name_to_latex(node.name))
    if node.operation == "literal":
        return _latex_literal(node)
    written = OPERATIONS[node.operation].layout(*operands)
    return written if len(written.text) <= LONGEST_LATEX else Written(r"\ldots")


def _latex_literal(node: Node) -> Written:
    text = _digits(node)
    if "/" in text:
        top, bottom = text.split("/")
        return Written(rf"\frac{{{top}}}{{{bottom}}}", POWER)
    digits, _, exponent = text.partition("e")
    if not exponent:
        return Written(text, SIGN if text[0] == "-" else ATOM)
    power = f"10^{{{int(exponent)}}}"
    return Written(power, POWER) if digits == "1" else Written(rf"{digits} \cdot {power}", TIMES)
