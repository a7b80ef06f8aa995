"""The formula of every operation and of its local derivatives, in letters: ∂(a·b)/∂a = b.

The same facts as the rules in ``operations.py``, for whoever reads instead of computes; a test holds the two
against each other. Operands are a, b, c. What is written is also what is counted: the cost of a derivative.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from gradviz.text.numbers import raised

LETTERS = ("a", "b", "c")


@dataclass(frozen=True)
class Formula:
    """``value`` and one derivative for each operand, None where nothing flows.

    For an operation of any number of operands the value is ``called(a, …)`` and its one derivative serves
    all. ``noun`` says what the node is, with {a}, {b} for its operands: "the product of {a} and {b}".
    """

    value: str
    derivatives: tuple[str | None, ...]
    noun: str = ""
    plural: str = ""  # what several such nodes are called: products


def _function(name: str, derivative: str) -> Formula:
    return Formula(f"{name}(a)", (derivative,))


def _relation(sign: str) -> Formula:
    return Formula(f"a {sign} b", (None, None), plural="conditions")


FORMULAS: dict[str, Formula] = {
    "add": Formula("a + b", ("1", "1"), "the sum of {a} and {b}", "sums"),
    "subtract": Formula("a - b", ("1", "-1"), "the difference of {a} and {b}", "differences"),
    "multiply": Formula("a*b", ("b", "a"), "the product of {a} and {b}", "products"),
    "divide": Formula("a/b", ("1/b", "-a/b^2"), "the quotient of {a} and {b}", "quotients"),
    "negate": Formula("-a", ("-1",), "{a} with the other sign", "changes of sign"),
    "power": Formula("a^b", ("b*a^(b - 1)", "a^b*ln(a)"), "{a} to the power {b}", "powers"),
    "sqrt": Formula("sqrt(a)", ("1/(2*sqrt(a))",), "the square root of {a}", "square roots"),
    "cbrt": Formula("cbrt(a)", ("1/(3*cbrt(a)^2)",), "the cube root of {a}", "cube roots"),
    "root": Formula("root(a, b)", ("root(a, b)/(b*a)", None), "root {b} of {a}", "roots"),
    "exp": _function("exp", "exp(a)"),
    "log": _function("ln", "1/a"),
    "log2": _function("log2", "1/(a*ln(2))"),
    "log10": _function("log10", "1/(a*ln(10))"),
    "log1p": _function("log1p", "1/(1 + a)"),
    "expm1": _function("expm1", "exp(a)"),
    "sin": _function("sin", "cos(a)"),
    "cos": _function("cos", "-sin(a)"),
    "tan": _function("tan", "1 + tan(a)^2"),
    "cot": _function("cot", "-1 - cot(a)^2"),
    "sec": _function("sec", "sec(a)*tan(a)"),
    "csc": _function("csc", "-csc(a)*cot(a)"),
    "asin": _function("asin", "1/sqrt(1 - a^2)"),
    "acos": _function("acos", "-1/sqrt(1 - a^2)"),
    "atan": _function("atan", "1/(1 + a^2)"),
    "atan2": Formula("atan2(a, b)", ("b/(a^2 + b^2)", "-a/(a^2 + b^2)"), "the angle of ({b}, {a})", "angles"),
    "sinh": _function("sinh", "cosh(a)"),
    "cosh": _function("cosh", "sinh(a)"),
    "tanh": _function("tanh", "1 - tanh(a)^2"),
    "coth": _function("coth", "1 - coth(a)^2"),
    "sech": _function("sech", "-sech(a)*tanh(a)"),
    "csch": _function("csch", "-csch(a)*coth(a)"),
    "asinh": _function("asinh", "1/sqrt(a^2 + 1)"),
    "acosh": _function("acosh", "1/sqrt(a^2 - 1)"),
    "atanh": _function("atanh", "1/(1 - a^2)"),
    "abs": Formula("abs(a)", ("sign(a)",), "the absolute value of {a}", "absolute values"),
    "sign": _function("sign", "0"),
    "floor": _function("floor", "0"),
    "ceil": _function("ceil", "0"),
    "mod": Formula("mod(a, b)", ("1", "-floor(a/b)"), "the remainder of {a} by {b}", "remainders"),
    "min": Formula("min", ("1 if least else 0",)),
    "max": Formula("max", ("1 if greatest else 0",)),
    "heaviside": _function("heaviside", "0"),
    "relu": _function("relu", "heaviside(a)"),
    "sigmoid": _function("sigmoid", "sigmoid(a)*(1 - sigmoid(a))"),
    "softplus": _function("softplus", "sigmoid(a)"),
    "erf": _function("erf", "2*exp(-a^2)/sqrt(pi)"),
    "erfc": _function("erfc", "-2*exp(-a^2)/sqrt(pi)"),
    "gamma": _function("gamma", "gamma(a)*digamma(a)"),
    "loggamma": _function("loggamma", "digamma(a)"),
    "digamma": _function("digamma", "trigamma(a)"),
    "trigamma": Formula("trigamma(a)", (None,)),
    "sinc": _function("sinc", "(cos(a) - sinc(a))/a"),
    "less": _relation("<"),
    "less_equal": _relation("≤"),
    "greater": _relation(">"),
    "greater_equal": _relation("≥"),
    "equal": _relation("="),
    "not_equal": _relation("≠"),
    "and": Formula("a and b", (None, None), plural="conditions"),
    "or": Formula("a or b", (None, None), plural="conditions"),
    "not": Formula("not a", (None,), plural="conditions"),
    "select": Formula(
        "b if a else c", (None, "1 if a else 0", "0 if a else 1"), "the chosen branch", "choices"
    ),
}


def value_formula(operation: str, count: int) -> str:
    """What the operation is, in the letters of its ``count`` operands: a·b; for four and more first, …"""
    row = FORMULAS[operation]
    if operation in ("min", "max"):
        return f"{row.value}({', '.join(LETTERS[:count])}{', …' if count > len(LETTERS) else ''})"
    return row.value


def derivative_formula(operation: str, place: int) -> str | None:
    """Its local derivative for the operand at ``place``; None where nothing flows."""
    found = FORMULAS[operation].derivatives
    return found[min(place, len(found) - 1)]


def filled(text: str, operands: Sequence[str | None]) -> str:
    """``text`` with each letter replaced by the operand's own text, where there is one."""
    texts: dict[str, str | None] = dict(zip(LETTERS, operands, strict=False))
    return re.sub(r"\b[abc]\b", lambda letter: texts.get(letter[0]) or letter[0], text)


def pretty(text: str) -> str:
    """A formula for reading: a² for a^2, · for *, a true minus; n − 1 worked out where n is a number."""
    text = re.sub(r"\^\((\d+) - 1\)", lambda power: f"^{int(power[1]) - 1}", text)
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

    ``constants`` are the texts of the operands that are numbers: what is made of numbers alone is worked out
    once, for nothing. Signs are free, and so is what only looks up which branch was chosen.
    """
    text = derivative_formula(operation, place)
    if text is None or " if " in text:
        return 0
    known = _parsed(filled(FORMULAS[operation].value, constants))
    return _count(_parsed(filled(text, constants)), ast.dump(known))


def is_a_sign(operation: str, place: int) -> bool:
    """Whether the local derivative is 1 or −1, so that nothing need be multiplied."""
    return derivative_formula(operation, place) in ("1", "-1")


def _parsed(text: str) -> ast.expr:
    return ast.parse(text.replace("^", "**"), mode="eval").body


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
    row = FORMULAS[operation]
    if row.noun:
        return row.noun.format(**dict(zip(LETTERS, operands, strict=False)))
    return f"{label} of {', '.join(operands)}"


def plurals() -> Mapping[str, str]:
    """What several nodes of one operation are called."""
    return {name: row.plural or f"{name} operations" for name, row in FORMULAS.items()}
