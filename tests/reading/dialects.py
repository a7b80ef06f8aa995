"""Random functions, written as LaTeX, Wikipedia, NumPy, MATLAB, Julia and Mathematica have them.

Their values and gradients come from sums of products in plain floats, so that no reader has a part in them.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass

Dual = tuple[float, tuple[float, ...]]  # a value and its gradient

_FUNCTIONS: dict[str, tuple[Callable[[float], float], Callable[[float], float]]] = {
    "sin": (math.sin, math.cos),
    "cos": (math.cos, lambda a: -math.sin(a)),
    "exp": (math.exp, math.exp),
    "tanh": (math.tanh, lambda a: 1 - math.tanh(a) ** 2),
    "atan": (math.atan, lambda a: 1 / (1 + a * a)),
    "sqrt": (math.sqrt, lambda a: 0.5 / math.sqrt(a)),
    "log": (math.log, lambda a: 1 / a),
    "abs": (abs, lambda a: math.copysign(1.0, a)),
}


@dataclass(frozen=True)
class Tree:
    """An operation on trees; a leaf is 'x' with the index of a variable, or 'number' with its digits."""

    operation: str
    operands: tuple[Tree, ...] = ()
    index: int = 0
    digits: str = ""


def random_tree(rng: random.Random, depth: int, variables: int) -> Tree:
    if depth == 0 or rng.random() < 0.15:
        if rng.random() < 0.7:
            return Tree("x", index=rng.randrange(variables))
        return Tree("number", digits=rng.choice(["2", "3", "0.5", "1.25", "7", "10", ".5"]))
    kind = rng.choice(["add", "subtract", "multiply", "divide", "power", "negate", "function", "function"])
    if kind == "power":
        exponent = Tree("number", digits=rng.choice(["2", "3", "4"]))
        return Tree(kind, (random_tree(rng, depth - 1, variables), exponent))
    if kind == "function":
        name = rng.choice(sorted(_FUNCTIONS))
        inner = random_tree(rng, depth - 1, variables)
        if name in ("sqrt", "log"):  # of something positive
            inner = Tree(
                "add", (Tree("power", (inner, Tree("number", digits="2"))), Tree("number", digits="1"))
            )
        return Tree(name, (inner,))
    count = 1 if kind == "negate" else 2
    return Tree(kind, tuple(random_tree(rng, depth - 1, variables) for _ in range(count)))


def value_of(tree: Tree, point: list[float]) -> Dual:
    """The value and the gradient at ``point``, by the rules of differentiation."""
    n = len(point)
    if tree.operation == "x":
        return point[tree.index], tuple(float(i == tree.index) for i in range(n))
    if tree.operation == "number":
        return float(tree.digits), (0.0,) * n
    parts = [value_of(operand, point) for operand in tree.operands]
    a, slopes = parts[0]
    b, others = parts[1] if len(parts) > 1 else (0.0, (0.0,) * n)
    match tree.operation:
        case "add":
            return a + b, tuple(s + t for s, t in zip(slopes, others, strict=True))
        case "subtract":
            return a - b, tuple(s - t for s, t in zip(slopes, others, strict=True))
        case "multiply":
            return a * b, tuple(s * b + a * t for s, t in zip(slopes, others, strict=True))
        case "divide":
            return a / b, tuple((s * b - a * t) / (b * b) for s, t in zip(slopes, others, strict=True))
        case "power":
            return a**b, tuple(b * a ** (b - 1) * s for s in slopes)
        case "negate":
            return -a, tuple(-s for s in slopes)
    function, slope = _FUNCTIONS[tree.operation]
    return function(a), tuple(slope(a) * s for s in slopes)


@dataclass(frozen=True)
class Dialect:
    """How formulas are written somewhere: variables by their index, and whole formulas in their frame."""

    name: str
    variable: Callable[[int], str]
    frame: Callable[[str, int], str]
    times: tuple[str, ...]
    power: str = "{a}^{b}"
    divide: str = "{a}/{b}"
    call: Callable[[str, str], str] = lambda name, inner: f"{name}({inner})"
    group: tuple[str, str] = ("(", ")")


def written(tree: Tree, dialect: Dialect, rng: random.Random) -> str:
    return dialect.frame(_written(tree, dialect, rng), 0)


def _written(tree: Tree, dialect: Dialect, rng: random.Random) -> str:
    if tree.operation == "x":
        return dialect.variable(tree.index)
    if tree.operation == "number":
        return tree.digits
    parts = [_written(operand, dialect, rng) for operand in tree.operands]
    grouped = [
        part if operand.operation in ("x", "number") else part.join(dialect.group)
        for part, operand in zip(parts, tree.operands, strict=True)
    ]
    gap = " " if rng.random() < 0.5 else ""
    match tree.operation:
        case "add":
            return f"{parts[0]}{gap}+{gap}{grouped[1]}"
        case "subtract":
            return f"{parts[0]}{gap}-{gap}{grouped[1]}"
        case "multiply":
            times = rng.choice(dialect.times)
            if tree.operands[1].operation == "number" and times.strip() in ("", r"\,"):
                times = dialect.times[0]  # two numbers side by side are refused
            return f"{grouped[0]}{times}{grouped[1]}"
        case "divide":
            if "frac" in dialect.divide:
                return dialect.divide.format(a=parts[0], b=parts[1])
            return dialect.divide.format(a=grouped[0], b=grouped[1])
        case "power":
            return dialect.power.format(a=grouped[0], b=parts[1])
        case "negate":
            return f"(-{grouped[0]})"
    return dialect.call(tree.operation, parts[0])


_LATEX_NAMES = {"atan": "arctan", "log": "ln"}


def _latex_call(name: str, inner: str) -> str:
    if name == "sqrt":
        return rf"\sqrt{{{inner}}}"
    if name == "abs":
        return rf"\left|{inner}\right|"
    return rf"\{_LATEX_NAMES.get(name, name)}\left({inner}\right)"


def _wikipedia_call(name: str, inner: str) -> str:
    if name == "sqrt":
        return rf"{{\sqrt {{{inner}}}}}"
    if name == "abs":
        return rf"\left|{inner}\right|"
    return rf"\{_LATEX_NAMES.get(name, name)} \left({inner}\right)"


def _mathematica_call(name: str, inner: str) -> str:
    return f"{ {'atan': 'ArcTan'}.get(name, name.capitalize()) }[{inner}]"


def _numpy_call(name: str, inner: str) -> str:
    return f"np.{ {'atan': 'arctan'}.get(name, name) }({inner})"


def _components(opening: str, closing: str, first: int) -> Callable[[int], str]:
    return lambda i: f"{opening}{i + first}{closing}"


def _frame(before: str, after: str = "") -> Callable[[str, int], str]:
    return lambda formula, _: f"{before}{formula}{after}"


_OF_LATEX = {"call": _latex_call, "group": (r"\left(", r"\right)")}
_BOLD = r"{\displaystyle f({\boldsymbol {x}})="
DIALECTS = [
    Dialect("plain", _components("x", "", 1), _frame(""), ("*", " ", "·", " * ")),
    Dialect("heading", _components("x", "", 1), _frame("f(x) = "), ("*",)),
    Dialect("unicode", lambda i: "x" + "₁₂₃"[i], _frame("f(𝐱) = "), ("·", "×"), divide="{a}÷{b}"),
    Dialect(
        "python", _components("x[", "]", 0), _frame("def f(x):\n    return "), ("*", " * "), "{a}**{b}",
        call=_numpy_call,
    ),
    Dialect(
        "lambda", _components("w[", "]", 0), _frame("lambda w: "), ("*",), "{a} ** {b}", call=_numpy_call,
    ),
    Dialect(
        "matlab", _components("x(", ")", 1), _frame("f = @(x) ", ";"), (".*", "*"), "{a}.^{b}", "{a}./{b}",
    ),
    Dialect("julia", _components("x[", "]", 1), _frame("f(x) = "), (" * ", "*")),
    Dialect(
        "latex", _components("x_{", "}", 1), _frame(r"$$f(\mathbf{x}) = ", ".$$"), (r" \cdot ", " ", r"\,"),
        "{a}^{{{b}}}", r"\frac{{{a}}}{{{b}}}", **_OF_LATEX,
    ),
    Dialect(
        "mixed latex", _components("x_", "", 1), _frame(""), (r" \cdot ", " "),
        "{a}^{b}", r"\dfrac{{{a}}}{{{b}}}", **_OF_LATEX,
    ),
    Dialect(
        "wikipedia", _components("x_{", "}", 1), _frame(_BOLD, "}"), (r"\cdot ", " "),
        "{a}^{{{b}}}", r"{{\frac {{{a}}}{{{b}}}}}", _wikipedia_call, (r"\left(", r"\right)"),
    ),
    Dialect(
        "mathematica", lambda i: "xyz"[i], _frame("f[x_, y_, z_] := "), ("*", " "), call=_mathematica_call,
    ),
]  # fmt: skip
