"""The elementary operations: one row each, in every kind of number.

A row says what the operation is in NumPy, in complex numbers (for the complex step), in mpmath (the truth),
in PyTorch and in SymPy; its local derivatives, written once for NumPy and mpmath numbers alike; how many
roundings it costs; and its *switches*, the quantities that must not be 0 for it to be smooth where it stands.
Everything else (table, graph, noise model, tests) follows from the row.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from gradviz.tree import many_digits, polygamma
from gradviz.tree.expression import Kind
from gradviz.tree.polygamma import special
from gradviz.tree.precision import FLOAT64, Precision

Rule = Callable[..., Any]


@dataclass(frozen=True)
class Operation:
    """One elementary operation.

    ``arity`` is None for two or more operands. ``derivatives`` holds one rule per operand, ``rule(k, value,
    *operands)`` with the kind ``k`` (for arity None one rule for all, ``rule(k, value, operand)``); None
    where nothing flows. ``mpmath`` and ``torch`` take the context or module first; ``sympy`` is a class name,
    or a function of the namespace of closed forms. ``complex`` is None where the operation is not analytic.
    ``roundings`` is in units of half an ulp,
    of a value of ``least`` at least: some functions are no better near their zeros than beside them.
    """

    name: str
    arity: int | None
    numpy: Rule
    complex: Rule | None
    mpmath: Rule
    torch: Rule
    sympy: str | Rule
    derivatives: tuple[Rule | None, ...] = ()
    roundings: int = 2
    switches: Rule | None = None
    boolean: bool = False
    typed: bool = True
    least: float = 0.0

    def derivative(self, k: Kind, value: Any, operands: tuple, place: int) -> Any | None:
        """∂value/∂operand at ``place``, as a number of kind ``k``; None where nothing flows."""
        if self.arity is None:
            return self.derivatives[0](k, value, operands[place])
        rule = self.derivatives[place]
        return None if rule is None else rule(k, value, *operands)


# --- NumPy: nan where there is no real value; the caller holds np.errstate ---


def _hole(where: Any, value: Any) -> Any:
    """``value`` with nan where ``where`` holds: a pole has no value, though IEEE arithmetic calls it
    infinite.
    """
    return np.where(where, np.nan, value)


def _divide(a: Any, b: Any) -> Any:
    if isinstance(b, float) and b != 0:
        return np.divide(a, b)
    return _hole(np.equal(b, 0), np.divide(a, b))


def _product(base: Any, times: int, multiply: Rule = np.multiply) -> Any:
    """``base`` to a small natural power by squaring; pow on mixed signs costs a hundred times as much."""
    result = None
    while True:
        if times & 1:
            result = base if result is None else multiply(result, base)
        times >>= 1
        if not times:
            return result
        base = multiply(base, base)


LARGEST_PRODUCT = 64


def _power(a: Any, b: Any) -> Any:
    if isinstance(b, float | np.floating) and b.is_integer() and 0 < abs(b) <= LARGEST_PRODUCT:
        return _product(a, int(b)) if b > 0 else _hole(np.equal(a, 0), np.divide(1.0, _product(a, int(-b))))
    missing = np.isnan(a) | np.isnan(b) | (np.equal(a, 0) & np.less(b, 0))  # IEEE has nan⁰ = 1 and 0⁻¹ = ∞
    if np.iscomplexobj(a) or np.iscomplexobj(b):
        return _hole(missing, np.power(a, b))
    return _hole(missing, np.power(a, b, dtype=None))


def _root(a: Any, n: Any) -> Any:
    if n == 3:
        return np.cbrt(a)
    if n % 2:
        return np.copysign(np.power(np.abs(a), 1 / n), a)
    return np.sqrt(a) if n == 2 else np.power(a, 1 / n)


def _complex_root(a: Any, n: Any) -> Any:
    left = np.real(a) < 0
    mirrored = np.where(left, -a, a) if n % 2 else a
    value = np.power(mirrored, 1 / n)
    return np.where(left, -value, value) if n % 2 else value


def _logarithm(function: Rule) -> Rule:
    return lambda a: _hole(np.equal(a, 0), function(a))


def _reciprocal(function: Rule) -> Rule:
    return lambda a: _divide(1.0, function(a))


def _erfc(a: Any) -> Any:
    """On the right by e^(−x²) with the square in two parts, the first exact: SciPy's own loses x² u there."""
    x = np.clip(a, 0, 30)  # beyond 30 it is 0
    coarse = np.rint(x * 2**20) / 2**20
    right = special.erfcx(x) * np.exp(-coarse * coarse) * np.exp((coarse - x) * (coarse + x))
    return np.where(np.greater(a, 0.5), right, special.erfc(a))


def _angle(y: Any, x: Any) -> Any:
    """atan2 with −0 read as 0: on the cut the sign of a zero would choose the side."""
    return _hole(np.equal(y, 0) & np.equal(x, 0), np.arctan2(y + 0.0, x))


def _sinc(a: Any) -> Any:
    return np.where(np.equal(a, 0), 1.0, np.divide(np.sin(a), a))


def _complex_sigmoid(a: Any) -> Any:
    small = np.exp(-np.where(np.real(a) < 0, -a, a))  # of modulus ≤ 1, so nothing overflows
    return np.where(np.real(a) < 0, small / (1 + small), 1 / (1 + small))


def _complex_softplus(a: Any) -> Any:
    left = np.real(a) < 0
    return np.where(left, 0, a) + np.log1p(np.exp(-np.where(left, -a, a)))


def _fold(function: Rule) -> Rule:
    """A two-operand function over two or more operands."""

    def folded(first: Any, *others: Any) -> Any:
        for other in others:
            first = function(first, other)
        return first

    return folded


def _log_at_edge(a: Any) -> Any:
    return _hole(np.equal(np.abs(a), 1), np.arctanh(a))


# --- PyTorch: T is the module ---


def _torch_power(T: Any, a: Any, b: Any) -> Any:
    if b.ndim == 0 and not b.requires_grad:
        return T.pow(a, b.item())
    if a.ndim == 0 and not a.requires_grad and a > 0:
        return T.pow(a.item(), b)
    return T.pow(a, b)


def _torch_root(T: Any, a: Any, n: Any) -> Any:
    order = int(n.item())
    if order % 2:
        return T.sign(a) * T.pow(T.abs(a), 1 / order)
    return T.sqrt(a) if order == 2 else T.pow(a, 1 / order)


def _torch_sloped(T: Any, a: Any, value: Any, slope: Rule) -> Any:
    """``value`` as PyTorch has it, its ``slope`` from NumPy: PyTorch's own ψ is good to u, not to u |ψ|, near
    its zero, its ψ′ to eight digits on the left, and e^a − 1 + 1 is not e^a.
    """
    with np.errstate(all="ignore"):
        known = T.as_tensor(slope(a.detach().double().numpy())).to(a.dtype)
    return value.detach() + known * (a - a.detach())  # what is added is 0, and its derivative is the slope


def _torch_lgamma(T: Any, a: Any) -> Any:
    return _torch_sloped(T, a, T.lgamma(a), polygamma.digamma)


def _torch_digamma(T: Any, a: Any) -> Any:
    return _torch_sloped(T, a, T.digamma(a), polygamma.trigamma)


def _torch_gamma(T: Any, a: Any) -> Any:
    """Γ through its logarithm, the only one PyTorch differentiates; on the left its sign alternates."""
    sign = T.where((a < 0) & (T.remainder(T.floor(a.detach()), 2) == 1), -1.0, 1.0).to(a.dtype)
    return sign * T.exp(_torch_lgamma(T, a))


def _torch_loggamma(T: Any, a: Any) -> Any:
    return T.where(a > 0, _torch_lgamma(T, a), T.nan)


def _torch_sinc(T: Any, a: Any) -> Any:
    return T.sinc(a / math.pi)


def _torch_softplus(T: Any, a: Any) -> Any:
    return T.logaddexp(a, T.zeros_like(a))  # torch's own softplus is linear past 20, an error of 2e-9


def _torch_step(T: Any, a: Any) -> Any:
    return (
        T.heaviside(a.detach(), T.tensor(0.5, dtype=a.dtype)) + 0 * a
    )  # flat: its derivative is 0 on both sides


# --- the distance to what is not smooth ---


def _to_integer(k: Kind, a: Any) -> Any:
    return a - k.floor(a + 0.5)


def _wraps(k: Kind, a: Any, b: Any) -> tuple:
    """How far a is from a multiple of b, by the remainder: a/b may round to an integer where a is none."""
    rest = k.divide(k.mod(a, b), b)
    return b, k.select(k.less(rest, 0.5), rest, rest - 1.0)


def _power_switch(k: Kind, a: Any, b: Any) -> tuple:
    return () if k.natural(b) else (a,)


def _gamma_switch(k: Kind, a: Any) -> tuple:
    return (k.select(k.less(a, 0.5), _to_integer(k, a), 1.0),)


def _ties(k: Kind, *a: Any) -> tuple:
    """The gaps between the winner and the others: 0 where two share the first place."""
    top = k.max(*a)
    return tuple(k.select(k.equal(x, top), _runner_up(k, a, i, top), 1.0) for i, x in enumerate(a))


def _low_ties(k: Kind, *a: Any) -> tuple:
    return _ties(k, *(-x for x in a))


def _runner_up(k: Kind, a: tuple, place: int, top: Any) -> Any:
    others = a[:place] + a[place + 1 :]
    return top - (others[0] if len(others) == 1 else k.max(*others))


def _difference(k: Kind, a: Any, b: Any) -> tuple:
    return (a - b,)


def _itself(k: Kind, a: Any) -> tuple:
    return (a,)


_ZERO = (lambda k, v, a: 0 * a,)

# --- the table ---

_ROWS = (
    # constants
    Operation(
        "pi",
        0,
        lambda: math.pi,
        lambda: math.pi,
        lambda m: +m.pi,
        lambda T: T.tensor(math.pi, dtype=T.float64),
        "pi",
        (),
        0,
    ),
    Operation(
        "e",
        0,
        lambda: math.e,
        lambda: math.e,
        lambda m: +m.e,
        lambda T: T.tensor(math.e, dtype=T.float64),
        "E",
        (),
        0,
    ),
    Operation(
        "tau",
        0,
        lambda: math.tau,
        lambda: math.tau,
        lambda m: 2 * m.pi,
        lambda T: T.tensor(math.tau, dtype=T.float64),
        lambda S: 2 * S.pi,
        (),
        0,
    ),
    Operation(
        "undefined",
        0,
        lambda: math.nan,
        lambda: math.nan,
        lambda m: m.nan,
        lambda T: T.tensor(math.nan, dtype=T.float64),
        "nan",
        (),
        0,
        typed=False,
    ),
    # arithmetic
    Operation(
        "add",
        2,
        np.add,
        np.add,
        lambda m, a, b: a + b,
        lambda T, a, b: a + b,
        lambda S, a, b: S.Add(a, b),
        (lambda k, v, a, b: 1.0, lambda k, v, a, b: 1.0),
        1,
    ),
    Operation(
        "subtract",
        2,
        np.subtract,
        np.subtract,
        lambda m, a, b: a - b,
        lambda T, a, b: a - b,
        lambda S, a, b: S.Add(a, S.Mul(-1, b)),
        (lambda k, v, a, b: 1.0, lambda k, v, a, b: -1.0),
        1,
    ),
    Operation(
        "multiply",
        2,
        np.multiply,
        np.multiply,
        lambda m, a, b: a * b,
        lambda T, a, b: a * b,
        lambda S, a, b: S.Mul(a, b),
        (lambda k, v, a, b: b, lambda k, v, a, b: a),
        1,
    ),
    Operation(
        "divide",
        2,
        _divide,
        _divide,
        many_digits.divide,
        lambda T, a, b: a / b,
        lambda S, a, b: S.Mul(a, S.Pow(b, -1)),
        (lambda k, v, a, b: k.divide(1.0, b), lambda k, v, a, b: k.divide(-v, b)),
        1,
        lambda k, a, b: (b,),
    ),
    Operation(
        "negate",
        1,
        np.negative,
        np.negative,
        lambda m, a: -a,
        lambda T, a: -a,
        lambda S, a: S.Mul(-1, a),
        (lambda k, v, a: -1.0,),
        0,
    ),
    Operation(
        "power",
        2,
        _power,
        _power,
        many_digits.power,
        _torch_power,
        lambda S, a, b: S.Pow(a, b),
        (lambda k, v, a, b: k.multiply(b, k.power(a, b - 1.0)), lambda k, v, a, b: v * k.log(a)),
        2,
        _power_switch,
    ),
    # roots
    Operation(
        "sqrt",
        1,
        np.sqrt,
        np.sqrt,
        lambda m, a: m.sqrt(a) if a >= 0 else m.nan,
        lambda T, a: T.sqrt(a),
        lambda S, a: S.sqrt(a),
        (lambda k, v, a: k.divide(0.5, v),),
        1,
        _itself,
    ),
    Operation(
        "cbrt",
        1,
        np.cbrt,
        lambda a: _complex_root(a, 3),
        lambda m, a: many_digits.root(m, a, 3),
        lambda T, a: T.sign(a) * T.pow(T.abs(a), 1 / 3),
        lambda S, a: S.RealRoot(a, S.Integer(3)),
        (lambda k, v, a: k.divide(1.0, 3.0 * v * v),),
        4,
        _itself,
    ),
    Operation(
        "root",
        2,
        _root,
        _complex_root,
        many_digits.root,
        _torch_root,
        lambda S, a, n: S.RealRoot(a, n),
        (lambda k, v, a, n: k.divide(v, n * a), None),
        2,
        lambda k, a, n: (a,),
    ),
    # exponentials and logarithms
    Operation("exp", 1, np.exp, np.exp, many_digits.exp, lambda T, a: T.exp(a), "exp", (lambda k, v, a: v,)),
    Operation(
        "log",
        1,
        _logarithm(np.log),
        np.log,
        many_digits.within(many_digits.function("log"), lambda a: a > 0),
        lambda T, a: T.log(a),
        "log",
        (lambda k, v, a: k.divide(1.0, a),),
        switches=_itself,
    ),
    Operation(
        "log2",
        1,
        _logarithm(np.log2),
        np.log2,
        many_digits.within(lambda m, a: m.log(a) / m.ln2, lambda a: a > 0),
        lambda T, a: T.log2(a),
        lambda S, a: S.log(a) / S.log(2),
        (lambda k, v, a: k.divide(1.0, a * k.log(2.0)),),
        switches=_itself,
    ),
    Operation(
        "log10",
        1,
        _logarithm(np.log10),
        np.log10,
        many_digits.within(lambda m, a: m.log(a) / m.ln10, lambda a: a > 0),
        lambda T, a: T.log10(a),
        lambda S, a: S.log(a) / S.log(10),
        (lambda k, v, a: k.divide(1.0, a * k.log(10.0)),),
        switches=_itself,
    ),
    Operation(
        "log1p",
        1,
        lambda a: _hole(np.equal(a, -1), np.log1p(a)),
        np.log1p,
        many_digits.within(many_digits.function("log1p"), lambda a: a > -1),
        lambda T, a: T.log1p(a),
        "LogarithmOfOnePlus",
        (lambda k, v, a: k.divide(1.0, 1.0 + a),),
        switches=lambda k, a: (1.0 + a,),
    ),
    Operation(
        "expm1",
        1,
        np.expm1,
        np.expm1,
        many_digits.expm1,
        lambda T, a: _torch_sloped(T, a, T.expm1(a), np.exp),
        "ExponentialLessOne",
        (lambda k, v, a: k.exp(a),),
    ),
    # trigonometric
    Operation(
        "sin",
        1,
        np.sin,
        np.sin,
        many_digits.of_angle("sin"),
        lambda T, a: T.sin(a),
        "sin",
        (lambda k, v, a: k.cos(a),),
    ),
    Operation(
        "cos",
        1,
        np.cos,
        np.cos,
        many_digits.of_angle("cos"),
        lambda T, a: T.cos(a),
        "cos",
        (lambda k, v, a: -k.sin(a),),
    ),
    Operation(
        "tan",
        1,
        np.tan,
        np.tan,
        many_digits.of_angle("tan"),
        lambda T, a: T.tan(a),
        "tan",
        (lambda k, v, a: 1.0 + v * v,),
        switches=lambda k, a: (k.cos(a),),
    ),
    Operation(
        "cot",
        1,
        _reciprocal(np.tan),
        _reciprocal(np.tan),
        lambda m, a: many_digits.divide(m, m.mpf(1), many_digits.of_angle("tan")(m, a)),
        lambda T, a: 1 / T.tan(a),
        "cot",
        (lambda k, v, a: -1.0 - v * v,),
        3,
        lambda k, a: (k.sin(a),),
    ),
    Operation(
        "sec",
        1,
        _reciprocal(np.cos),
        _reciprocal(np.cos),
        lambda m, a: many_digits.divide(m, m.mpf(1), many_digits.of_angle("cos")(m, a)),
        lambda T, a: 1 / T.cos(a),
        "sec",
        (lambda k, v, a: v * k.tan(a),),
        3,
        lambda k, a: (k.cos(a),),
    ),
    Operation(
        "csc",
        1,
        _reciprocal(np.sin),
        _reciprocal(np.sin),
        lambda m, a: many_digits.divide(m, m.mpf(1), many_digits.of_angle("sin")(m, a)),
        lambda T, a: 1 / T.sin(a),
        "csc",
        (lambda k, v, a: -v * k.cot(a),),
        3,
        lambda k, a: (k.sin(a),),
    ),
    Operation(
        "asin",
        1,
        np.arcsin,
        np.arcsin,
        lambda m, a: m.asin(a) if abs(a) <= 1 else m.nan,
        lambda T, a: T.asin(a),
        "asin",
        (lambda k, v, a: k.divide(1.0, k.sqrt((1.0 - a) * (1.0 + a))),),
        switches=lambda k, a: (1.0 - a, 1.0 + a),
    ),
    Operation(
        "acos",
        1,
        np.arccos,
        np.arccos,
        lambda m, a: m.acos(a) if abs(a) <= 1 else m.nan,
        lambda T, a: T.acos(a),
        "acos",
        (lambda k, v, a: k.divide(-1.0, k.sqrt((1.0 - a) * (1.0 + a))),),
        switches=lambda k, a: (1.0 - a, 1.0 + a),
    ),
    Operation(
        "atan",
        1,
        np.arctan,
        np.arctan,
        many_digits.function("atan"),
        lambda T, a: T.atan(a),
        "atan",
        (lambda k, v, a: k.divide(1.0, 1.0 + a * a),),
    ),
    Operation(
        "atan2",
        2,
        _angle,
        None,
        lambda m, y, x: m.nan if (y == 0 and x == 0) or m.isnan(y) or m.isnan(x) else m.atan2(y, x),
        lambda T, y, x: T.atan2(y + 0.0, x),
        lambda S, y, x: S.Angle(y, x),
        (
            lambda k, v, y, x: k.divide(x, x * x + y * y),
            lambda k, v, y, x: k.divide(-y, x * x + y * y),
        ),
        switches=lambda k, y, x: (k.select(k.greater(x, 0.0), 1.0, y),),
    ),
    # hyperbolic
    Operation(
        "sinh",
        1,
        np.sinh,
        np.sinh,
        many_digits.growing("sinh"),
        lambda T, a: T.sinh(a),
        "sinh",
        (lambda k, v, a: k.cosh(a),),
    ),
    Operation(
        "cosh",
        1,
        np.cosh,
        np.cosh,
        many_digits.growing("cosh"),
        lambda T, a: T.cosh(a),
        "cosh",
        (lambda k, v, a: k.sinh(a),),
    ),
    Operation(
        "tanh",
        1,
        np.tanh,
        np.tanh,
        many_digits.tanh,
        lambda T, a: T.tanh(a),
        "tanh",
        (lambda k, v, a: k.power(k.sech(a), 2.0),),
    ),
    Operation(
        "coth",
        1,
        _reciprocal(np.tanh),
        _reciprocal(np.tanh),
        lambda m, a: many_digits.divide(m, m.mpf(1), many_digits.tanh(m, a)),
        lambda T, a: 1 / T.tanh(a),
        "coth",
        (lambda k, v, a: -k.power(k.csch(a), 2.0),),
        3,
        _itself,
    ),
    Operation(
        "sech",
        1,
        _reciprocal(np.cosh),
        _reciprocal(np.cosh),
        lambda m, a: many_digits.divide(m, m.mpf(1), many_digits.growing("cosh")(m, a)),
        lambda T, a: 1 / T.cosh(a),
        "sech",
        (lambda k, v, a: -v * k.tanh(a),),
        3,
    ),
    Operation(
        "csch",
        1,
        _reciprocal(np.sinh),
        _reciprocal(np.sinh),
        lambda m, a: many_digits.divide(m, m.mpf(1), many_digits.growing("sinh")(m, a)),
        lambda T, a: 1 / T.sinh(a),
        "csch",
        (lambda k, v, a: -v * k.coth(a),),
        3,
        _itself,
    ),
    Operation(
        "asinh",
        1,
        np.arcsinh,
        np.arcsinh,
        many_digits.function("asinh"),
        lambda T, a: T.asinh(a),
        "asinh",
        (lambda k, v, a: k.divide(1.0, k.sqrt(1.0 + a * a)),),
    ),
    Operation(
        "acosh",
        1,
        np.arccosh,
        np.arccosh,
        lambda m, a: m.acosh(a) if a >= 1 else m.nan,
        lambda T, a: T.acosh(a),
        "acosh",
        (lambda k, v, a: k.divide(1.0, k.sqrt((a - 1.0) * (a + 1.0))),),
        switches=lambda k, a: (a - 1.0,),
    ),
    Operation(
        "atanh",
        1,
        _log_at_edge,
        np.arctanh,
        lambda m, a: m.atanh(a) if abs(a) < 1 else m.nan,
        lambda T, a: T.atanh(a),
        "atanh",
        (lambda k, v, a: k.divide(1.0, (1.0 - a) * (1.0 + a)),),
        switches=lambda k, a: (1.0 - a, 1.0 + a),
    ),
    # pieces
    Operation(
        "abs",
        1,
        np.abs,
        None,
        lambda m, a: abs(a),
        lambda T, a: T.abs(a),
        "Absolute",
        (lambda k, v, a: k.sign(a),),
        0,
        _itself,
    ),
    Operation("sign", 1, np.sign, None, many_digits.sign, lambda T, a: T.sign(a), "Sign", _ZERO, 0, _itself),
    Operation(
        "floor",
        1,
        np.floor,
        None,
        many_digits.of_angle("floor"),
        lambda T, a: T.floor(a),
        "Floor",
        _ZERO,
        0,
        lambda k, a: (_to_integer(k, a),),
    ),
    Operation(
        "ceil",
        1,
        np.ceil,
        None,
        many_digits.of_angle("ceil"),
        lambda T, a: T.ceil(a),
        "Ceiling",
        _ZERO,
        0,
        lambda k, a: (_to_integer(k, a),),
    ),
    Operation(
        "mod",
        2,
        lambda a, b: _hole(np.equal(b, 0), np.mod(a, b)),
        None,
        many_digits.mod,
        lambda T, a, b: T.remainder(a, b),
        "Modulo",
        (lambda k, v, a, b: 1.0, lambda k, v, a, b: -k.floor(k.divide(a - v, b) + 0.5)),
        1,
        _wraps,
    ),
    Operation(
        "min",
        None,
        _fold(np.minimum),
        None,
        many_digits.fold(min),
        lambda T, *a: _fold(T.minimum)(*a),
        "Least",
        (lambda k, v, a: k.select(k.equal(a, v), 1.0, 0.0),),
        0,
        _low_ties,
    ),
    Operation(
        "max",
        None,
        _fold(np.maximum),
        None,
        many_digits.fold(max),
        lambda T, *a: _fold(T.maximum)(*a),
        "Greatest",
        (lambda k, v, a: k.select(k.equal(a, v), 1.0, 0.0),),
        0,
        _ties,
    ),
    Operation(
        "heaviside",
        1,
        lambda a: np.heaviside(a, 0.5),
        None,
        many_digits.step,
        _torch_step,
        "Step",
        _ZERO,
        0,
        _itself,
    ),
    Operation(
        "relu",
        1,
        lambda a: np.maximum(a, 0.0),
        None,
        lambda m, a: a if m.isnan(a) else max(a, m.mpf(0)),
        lambda T, a: T.relu(a),
        "Relu",
        (lambda k, v, a: k.heaviside(a),),
        0,
        _itself,
    ),
    # machine learning and special functions
    Operation(
        "sigmoid",
        1,
        special.expit,
        _complex_sigmoid,
        many_digits.sigmoid,
        lambda T, a: T.sigmoid(a),
        lambda S, a: S.Pow(1 + S.exp(-a), -1),
        (lambda k, v, a: v * k.sigmoid(-a),),
        3,
    ),
    Operation(
        "softplus",
        1,
        lambda a: np.logaddexp(a, 0.0),
        _complex_softplus,
        many_digits.softplus,
        _torch_softplus,
        "Softplus",
        (lambda k, v, a: k.sigmoid(a),),
        3,
    ),
    Operation(
        "erf",
        1,
        special.erf,
        special.erf,
        many_digits.erf,
        lambda T, a: T.erf(a),
        "erf",
        (lambda k, v, a: k.divide(2.0 * k.exp(-a * a), k.sqrt(k.pi())),),
    ),
    Operation(
        "erfc",
        1,
        _erfc,
        special.erfc,
        many_digits.erfc,
        lambda T, a: T.erfc(a),
        "erfc",
        (lambda k, v, a: k.divide(-2.0 * k.exp(-a * a), k.sqrt(k.pi())),),
        8,
    ),
    Operation(
        "gamma",
        1,
        polygamma.gamma,
        polygamma.complex_gamma,
        many_digits.gamma,
        _torch_gamma,
        "gamma",
        (lambda k, v, a: v * k.digamma(a),),
        10,
        _gamma_switch,
    ),
    Operation(
        "loggamma",
        1,
        lambda a: _hole(np.less_equal(a, 0), special.gammaln(a)),
        special.loggamma,
        many_digits.loggamma,
        _torch_loggamma,
        "loggamma",
        (lambda k, v, a: k.digamma(a),),
        10,
        _itself,
        least=0.5,  # SciPy's is good to 4 u, not to u |ln Γ|, about its zeros at 1 and 2
    ),
    Operation(
        "digamma",
        1,
        polygamma.digamma,
        polygamma.complex_digamma,
        many_digits.digamma,
        _torch_digamma,
        "digamma",
        (lambda k, v, a: k.trigamma(a),),
        10,
        _gamma_switch,
    ),
    Operation(
        "trigamma",
        1,
        polygamma.trigamma,
        None,
        many_digits.trigamma,
        lambda T, a: T.polygamma(1, a),
        "trigamma",
        (None,),
        10,
        _gamma_switch,
        typed=False,
    ),
    Operation(
        "sinc",
        1,
        _sinc,
        _sinc,
        many_digits.sinc,
        _torch_sinc,
        "Sinc",
        (lambda k, v, a: k.select(k.equal(a, 0.0), 0.0, k.divide(k.cos(a) - v, a)),),
        3,
    ),
    # conditions
    *(
        Operation(
            name,
            2,
            ufunc,
            None,
            compare,
            lambda T, a, b, compare=compare: compare(T, a, b),
            relation,
            (None, None),
            0,
            _difference,
            boolean=True,
        )
        for name, ufunc, relation, compare in (
            ("less", np.less, "Lt", lambda m, a, b: a < b),
            ("less_equal", np.less_equal, "Le", lambda m, a, b: a <= b),
            ("greater", np.greater, "Gt", lambda m, a, b: a > b),
            ("greater_equal", np.greater_equal, "Ge", lambda m, a, b: a >= b),
            ("equal", np.equal, "Eq", lambda m, a, b: a == b),
            ("not_equal", np.not_equal, "Ne", lambda m, a, b: a != b),
        )
    ),
    Operation(
        "and",
        2,
        np.logical_and,
        None,
        lambda m, a, b: a and b,
        lambda T, a, b: T.logical_and(a, b),
        "And",
        (None, None),
        0,
        boolean=True,
    ),
    Operation(
        "or",
        2,
        np.logical_or,
        None,
        lambda m, a, b: a or b,
        lambda T, a, b: T.logical_or(a, b),
        "Or",
        (None, None),
        0,
        boolean=True,
    ),
    Operation(
        "not",
        1,
        np.logical_not,
        None,
        lambda m, a: not a,
        lambda T, a: T.logical_not(a),
        "Not",
        (None,),
        0,
        boolean=True,
    ),
    Operation(
        "select",
        3,
        np.where,
        None,
        lambda m, c, a, b: a if c else b,
        lambda T, c, a, b: T.where(c, a, b),
        lambda S, c, a, b: S.Piecewise((a, c), (b, True)),
        (None, lambda k, v, c, a, b: k.select(c, 1.0, 0.0), lambda k, v, c, a, b: k.select(c, 0.0, 1.0)),
        0,
    ),
)

OPERATIONS: dict[str, Operation] = {row.name: row for row in _ROWS}


# --- kinds of number ---


def _natural(b: Any) -> bool:
    """A constant exponent that leaves the base free: 0, 1, 2, …"""
    return isinstance(b, float) and b >= 0 and b == math.floor(b)


def _flow(adjoint: Any, slope: Any) -> Any:
    """adjoint · slope, where nothing arriving means nothing passed on: 0 · ∞ of a branch not taken is "
    "no nan."""
    return np.where(np.equal(adjoint, 0), 0.0, np.multiply(adjoint, slope))


NUMPY = Kind(
    "numpy", FLOAT64.nearest, {row.name: row.numpy for row in _ROWS} | {"natural": _natural, "flow": _flow}
)

# what is not analytic is evaluated as a real number: it may stand among constants
COMPLEX = Kind("complex", FLOAT64.nearest, {row.name: row.complex or row.numpy for row in _ROWS})


# what uses none of the constants and series that mpmath's contexts share
_BY_ARITHMETIC = frozenset(
    ("undefined", "add", "subtract", "multiply", "divide", "negate", "abs", "sign", "min", "max", "relu")
) | {row.name for row in _ROWS if row.boolean or row.name in ("heaviside", "select", "sqrt", "floor", "ceil")}


def mpmath_kind(context: Any) -> Kind:
    """Numbers of ``context.prec`` bits; literals are the exact decimals that were typed.

    Every function raises BeyondBounds, before it does the work, for numbers that are too large for it.
    """

    def bind(row: Operation) -> Rule:
        function = row.mpmath

        def bounded(*a: Any) -> Any:
            return many_digits.checked(function(context, *a))

        return bounded if row.name in _BY_ARITHMETIC else many_digits.one_at_a_time(bounded)

    functions = {row.name: bind(row) for row in _ROWS}
    functions["natural"] = lambda b: bool(context.isint(b)) and b >= 0
    functions["flow"] = lambda adjoint, slope: context.mpf(0) if adjoint == 0 else adjoint * slope
    return Kind(
        "mpmath", lambda value: context.mpf(value.numerator) / value.denominator, functions, fixed=False
    )


def torch_kind(torch: Any, precision: Precision = FLOAT64) -> Kind:
    """Tensors of one precision."""
    dtype = getattr(torch, precision.name)

    def bind(row: Operation) -> Rule:
        if row.arity == 0:
            return lambda: number(precision.rounded(row.numpy()))
        return lambda *a: row.torch(torch, *a)

    def number(values: Any) -> Any:
        return torch.tensor(np.asarray(values, dtype=float), dtype=dtype)

    functions = {row.name: bind(row) for row in _ROWS}
    return Kind(
        "torch",
        lambda value: number(precision.nearest(value)),
        functions,
        fixed=False,
        number=number,
        floats=lambda tensor: tensor.detach().double().numpy(),
    )


# --- the numbers of one precision, for everything but back-propagation ---


@cache
def real_kind(precision: Precision) -> Kind:
    """Real numbers of the type, nan where an operation has no real value: NumPy's, PyTorch's where NumPy has
    none. Each operation of the table is rounded to the type; the caller holds np.errstate.
    """
    if precision is FLOAT64:
        return NUMPY
    return _tensors(precision) if precision.name not in NUMPY_TYPES else _narrow(precision, NUMPY)


@cache
def complex_kind(precision: Precision) -> Kind | None:
    """Complex numbers of the type, for the complex step; None where the machine has none."""
    if precision is FLOAT64:
        return COMPLEX
    return _narrow(precision, COMPLEX) if precision.complex else None


NUMPY_TYPES = {"float32": np.float32, "float16": np.float16}


def _narrow(precision: Precision, wide: Kind) -> Kind:
    """``wide`` with each operation's value rounded, where NumPy or SciPy has not already done so."""
    real = NUMPY_TYPES[precision.name]
    types = {"f": real, "c": np.dtype(precision.complex)} if precision.complex else {"f": real}

    def rounding(function: Rule) -> Rule:
        def rounded(*operands: Any) -> Any:
            value = np.asarray(function(*operands))
            target = types.get(value.dtype.kind)
            return value if target is None else value.astype(target, copy=False)[()]

        return rounded

    functions = {name: rounding(function) for name, function in wide.functions.items()}
    functions["erfc"] = rounding(special.erfc)  # SciPy works it out in float64 anyway
    return Kind(
        precision.name + " " + wide.name,
        lambda value: real(precision.nearest(value)),
        functions,
        number=real,
        floats=np.float64,
    )


def _tensors(precision: Precision) -> Kind:
    """PyTorch's numbers with NumPy's holes, and its powers as products."""
    import torch

    plain = torch_kind(torch, precision)

    def power(a: Any, b: Any) -> Any:
        times = b.item() if b.ndim == 0 else math.nan
        if not (times.is_integer() and 0 < abs(times) <= LARGEST_PRODUCT):
            return _torch_power(torch, a, b)
        product = _product(a, abs(int(times)), operator.mul)
        return product if times > 0 else 1 / product

    def with_holes(row: Operation, function: Rule) -> Rule:
        def whole(*operands: Any) -> Any:
            missing = np.isnan(row.numpy(*(plain.floats(a) for a in operands)))
            return torch.where(torch.as_tensor(missing), math.nan, function(*operands))

        return whole

    functions = dict(plain.functions) | {"power": power}
    for row in _ROWS:
        if row.switches is not None and not row.boolean:
            functions[row.name] = with_holes(row, functions[row.name])
    return Kind(precision.name, plain.literal, functions, number=plain.number, floats=plain.floats)
