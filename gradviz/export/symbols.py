"""f as one line of SymPy, for a program that differentiates it again."""

from __future__ import annotations

from collections.abc import Mapping

from gradviz.tree.expression import Expression, Node
from gradviz.tree.operations import OPERATIONS

LONGEST = 400  # letters of the formula
LARGEST_EXPONENT = 64  # that SymPy may multiply out with exact numbers

_CALLS = {
    **{name: f"sympy.{name}({{0}})" for name in ("sqrt", "exp", "log", "erf", "gamma", "loggamma")},
    **{name: f"sympy.{name}({{0}})" for name in ("sin", "cos", "tan", "cot", "sec", "csc")},
    **{name: f"sympy.{name}({{0}})" for name in ("asin", "acos", "atan", "asinh", "acosh", "atanh")},
    **{name: f"sympy.{name}({{0}})" for name in ("sinh", "cosh", "tanh", "coth", "sech", "csch")},
    "abs": "sympy.Abs({0})",
    "log2": "sympy.log({0}, 2)",
    "log10": "sympy.log({0}, 10)",
    "log1p": "sympy.log(1 + {0})",
    "expm1": "(sympy.exp({0}) - 1)",
    "sigmoid": "(1 / (1 + sympy.exp(-{0})))",
    "relu": "sympy.Max({0}, 0)",
    "min": "sympy.Min({0}, {1})",
    "max": "sympy.Max({0}, {1})",
    "pi": "sympy.pi",
    "e": "sympy.E",
    "tau": "(2 * sympy.pi)",
}
_SIGNS = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/", "power": "**"}
_BINDING = {"add": 1, "subtract": 1, "multiply": 2, "divide": 2, "negate": 3, "power": 4}
_ATOM = 5


def in_sympy(expression: Expression, names: Mapping[str, str]) -> str | None:
    """The formula in Python; None where it is long, or SymPy has no such function or might take long."""
    written: list[tuple[str, int, bool]] = []  # text, how tightly it binds, whether it is Python's own number
    for node, support in zip(expression.nodes, expression.supports, strict=True):
        row = _written(expression, node, [written[i] for i in node.operands], names)
        if row is None or len(row[0]) > LONGEST:
            return None
        if node.operation == "power" and not support:
            return None  # a tower of numbers
        written.append(row)
    text, _, bare = written[-1]
    return f"sympy.sympify({text})" if bare else text


def _written(
    expression: Expression, node: Node, operands: list[tuple[str, int, bool]], names: Mapping[str, str]
) -> tuple[str, int, bool] | None:
    """One node from its operands."""
    name = node.operation
    if name == "variable":
        return names[node.name], _ATOM, False
    if node.value is not None:
        whole = node.value.denominator == 1 and node.value < 2**53
        text = str(node.value.numerator) if whole else repr(float(node.value))
        return text, _ATOM if not text.startswith("-") else _BINDING["negate"], True
    if name == "negate":
        text, binding, bare = operands[0]
        return f"-{_at_least(text, binding, 3)}", _BINDING["negate"], bare
    if name in _SIGNS:
        if name == "power":
            exponent = expression.nodes[node.operands[1]].value
            if exponent is None or abs(exponent) > LARGEST_EXPONENT:
                if expression.supports[node.operands[1]] and not expression.supports[node.operands[0]]:
                    pass  # a number to the power of a variable
                elif exponent is not None:
                    return None
        left, right = operands
        binding = _BINDING[name]
        if left[2] and right[2]:
            left = (f"sympy.sympify({left[0]})", _ATOM, False)  # 1 / 3 of Python is rounded
        first = _at_least(left[0], left[1], binding + (name == "power"))
        second = _at_least(right[0], right[1], binding + (name != "power"))
        space = "" if name == "power" else " "
        return f"{first}{space}{_SIGNS[name]}{space}{second}", binding, False
    pattern = _CALLS.get(name)
    if pattern is None:
        return None
    texts = [_at_least(text, binding, _ATOM) if "-{0}" in pattern else text for text, binding, _ in operands]
    if OPERATIONS[name].arity is None:
        return f"{pattern[: pattern.index('(')]}({', '.join(texts)})", _ATOM, False
    return pattern.format(*texts), _ATOM, False


def _at_least(text: str, binding: int, wanted: int) -> str:
    return text if binding >= wanted else f"({text})"
