"""An independent way to a gradient: a central difference in many mpmath digits.

The formula is read by Python's own grammar.

It shares neither reader, tree, rules of differentiation nor rounding with the package.
"""

import ast
import operator
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import mpmath

DIGITS = mpmath.MPContext()
DIGITS.dps = 500
SHIFT = 80  # the difference is taken over 10^−80 of the coordinate: it is good to about 150 digits


def _real(function: Callable, inside: Callable[[Any], bool]) -> Callable:
    """``function`` where the real one has a value; elsewhere mpmath goes on in the complex plane."""

    def real(a: Any) -> Any:
        return function(a) if not DIGITS.isnan(a) and inside(a) else DIGITS.nan

    return real


def _power(a: Any, b: Any) -> Any:
    if a == 0:
        return DIGITS.nan if not b >= 0 else DIGITS.mpf(b == 0)
    if DIGITS.isnan(a) or DIGITS.isnan(b):
        return DIGITS.nan
    return a ** int(b) if b == int(b) else DIGITS.nan if a < 0 else DIGITS.exp(b * DIGITS.log(a))


def _piecewise(*pairs: tuple) -> Any:
    return next(value for value, condition in pairs if condition)


def _divide(a: Any, b: Any) -> Any:
    return DIGITS.nan if b == 0 else a / b


FUNCTIONS: dict[str, Callable] = {
    **{
        name: getattr(DIGITS, name)
        for name in ("sin", "cos", "tan", "exp", "atan", "sinh", "cosh", "tanh", "asinh", "erf", "erfc")
    },
    **{name: getattr(DIGITS, name) for name in ("gamma", "loggamma", "floor", "sign")},
    "log": _real(DIGITS.log, lambda a: a > 0),
    "sqrt": _real(DIGITS.sqrt, lambda a: a >= 0),
    "asin": _real(DIGITS.asin, lambda a: -1 <= a <= 1),
    "acos": _real(DIGITS.acos, lambda a: -1 <= a <= 1),
    "acosh": _real(DIGITS.acosh, lambda a: a >= 1),
    "atanh": _real(DIGITS.atanh, lambda a: -1 < a < 1),
    "atan2": lambda y, x: DIGITS.nan if x == 0 == y else DIGITS.atan2(y, x),
    "sinc": lambda a: DIGITS.mpf(1) if a == 0 else DIGITS.sin(a) / a,
    "abs": abs,
    "Max": lambda *a: DIGITS.nan if any(map(DIGITS.isnan, a)) else max(a),
    "Min": lambda *a: DIGITS.nan if any(map(DIGITS.isnan, a)) else min(a),
    "Mod": lambda a, b: DIGITS.nan if b == 0 else a - b * DIGITS.floor(a / b),
    "Heaviside": lambda a: (DIGITS.sign(a) + 1) / 2,
    "Ne": operator.ne,
    "Piecewise": _piecewise,
}
CONSTANTS = {"pi": lambda: +DIGITS.pi, "e": lambda: +DIGITS.e}
OPERATORS: dict[type, Callable] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: _divide,
    ast.Pow: _power,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.USub: operator.neg,
}


def value(text: str, inputs: dict[str, Any]) -> Any:
    """f as an mpf: ``text`` in Python's grammar, its decimals exact; nan where f has no real value."""

    def worth(node: ast.AST) -> Any:
        match node:
            case ast.Constant(value=bool(b)):
                return b
            case ast.Constant():
                typed = Fraction(ast.get_source_segment(text, node) or "")
                return DIGITS.mpf(typed.numerator) / typed.denominator
            case ast.Name(id=name):
                return inputs[name] if name in inputs else CONSTANTS[name]()
            case ast.UnaryOp(op=op, operand=operand):
                return OPERATORS[type(op)](worth(operand))
            case ast.BinOp(left=left, op=op, right=right):
                return OPERATORS[type(op)](worth(left), worth(right))
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return OPERATORS[type(op)](worth(left), worth(right))
            case ast.Tuple(elts=parts):
                return tuple(worth(part) for part in parts)
            case ast.Call(func=ast.Name(id="Piecewise"), args=pairs):
                for pair in pairs:  # what is not chosen may not exist
                    if worth(pair.elts[1]):
                        return worth(pair.elts[0])
                return DIGITS.nan
            case ast.Call(func=ast.Name(id=name), args=arguments):
                return FUNCTIONS[name](*(worth(argument) for argument in arguments))
        raise AssertionError(ast.dump(node))

    return worth(ast.parse(text, mode="eval").body)


def value_at(text: str, variables: Sequence[str], point: Sequence[Any]) -> Any:
    return value(text, dict(zip(variables, (DIGITS.mpf(x) for x in point), strict=True)))


def one_sided(
    text: str, variables: Sequence[str], point: Sequence[float], i: int, side: int, shift: float = SHIFT
) -> Any:
    """(f(x + h) − f(x))/h for h = ± 10^−``shift`` of the coordinate."""
    h = side * DIGITS.mpf(10) ** -shift * (abs(DIGITS.mpf(point[i])) or 1)
    moved = [DIGITS.mpf(x) + (h if j == i else 0) for j, x in enumerate(point)]
    return (value_at(text, variables, moved) - value_at(text, variables, point)) / h


def partial_derivatives(text: str, variables: Sequence[str], point: Sequence[float]) -> list:
    """∂f/∂xᵢ as mpf, by central differences; 0 where the quotient goes on shrinking with its step."""
    found = []
    for i in range(len(point)):
        coarse, fine = (
            (one_sided(text, variables, point, i, 1, k) + one_sided(text, variables, point, i, -1, k)) / 2
            for k in (SHIFT, SHIFT + 20)
        )
        found.append(fine if abs(fine) * 2**20 > abs(coarse) else DIGITS.mpf(0))
    return found


def nearest(x: Any) -> float:
    """The nearest float64."""
    return float(_fraction(x)) if DIGITS.isfinite(x) else float(x)


def _fraction(x: Any) -> Fraction:
    sign, mantissa, exponent, _ = x._mpf_
    exact = Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
    return -exact if sign else exact
