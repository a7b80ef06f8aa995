"""Every operation in mpmath's numbers: a road to its values that the project itself does not take.

Each function takes the context first; nan is where there is no real value.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradviz.tree.expression import Kind
from tests.support import mpmath_functions as many_digits

MPMATH: dict[str, Callable[..., Any]] = {
    "hypot": lambda m, a, b: m.hypot(a, b),
    "logaddexp": lambda m, a, b: max(a, b) + many_digits.softplus(m, -abs(a - b)),
    "add": lambda m, a, b: a + b,
    "subtract": lambda m, a, b: a - b,
    "multiply": lambda m, a, b: a * b,
    "divide": many_digits.divide,
    "negate": lambda m, a: -a,
    "less": lambda m, a, b: a < b,
    "less_equal": lambda m, a, b: a <= b,
    "greater": lambda m, a, b: a > b,
    "greater_equal": lambda m, a, b: a >= b,
    "equal": lambda m, a, b: a == b,
    "not_equal": lambda m, a, b: a != b,
    "and": lambda m, a, b: a and b,
    "or": lambda m, a, b: a or b,
    "not": lambda m, a: not a,
    "select": lambda m, c, a, b: a if c else b,
    "pi": lambda m: +m.pi,
    "e": lambda m: +m.e,
    "tau": lambda m: 2 * m.pi,
    "undefined": lambda m: m.nan,
    "exp": many_digits.exp,
    "log": many_digits.within(many_digits.function("log"), lambda a: a > 0),
    "log2": many_digits.within(lambda m, a: m.log(a) / m.ln2, lambda a: a > 0),
    "log10": many_digits.within(lambda m, a: m.log(a) / m.ln10, lambda a: a > 0),
    "log1p": many_digits.within(many_digits.function("log1p"), lambda a: a > -1),
    "expm1": many_digits.expm1,
    "sigmoid": many_digits.sigmoid,
    "softplus": many_digits.softplus,
    "sinh": many_digits.growing("sinh"),
    "cosh": many_digits.growing("cosh"),
    "tanh": many_digits.tanh,
    "coth": lambda m, a: many_digits.divide(m, m.mpf(1), many_digits.tanh(m, a)),
    "sech": lambda m, a: many_digits.divide(m, m.mpf(1), many_digits.growing("cosh")(m, a)),
    "csch": lambda m, a: many_digits.divide(m, m.mpf(1), many_digits.growing("sinh")(m, a)),
    "asinh": many_digits.function("asinh"),
    "acosh": lambda m, a: m.acosh(a) if a >= 1 else m.nan,
    "atanh": lambda m, a: m.atanh(a) if abs(a) < 1 else m.nan,
    "abs": lambda m, a: abs(a),
    "sign": many_digits.sign,
    "floor": many_digits.of_angle("floor"),
    "ceil": many_digits.of_angle("ceil"),
    "mod": many_digits.mod,
    "min": many_digits.fold(min),
    "max": many_digits.fold(max),
    "heaviside": many_digits.step,
    "relu": lambda m, a: a if m.isnan(a) else max(a, m.mpf(0)),
    "power": many_digits.power,
    "sqrt": lambda m, a: m.sqrt(a) if a >= 0 else m.nan,
    "cbrt": lambda m, a: many_digits.root(m, a, 3),
    "root": many_digits.root,
    "erf": many_digits.erf,
    "erfc": many_digits.erfc,
    "erfi": many_digits.near("erfi", most=100),
    "erfinv": lambda m, a: m.erfinv(a) if abs(a) < 1 else m.nan,
    "erfcinv": many_digits.erfcinv,
    "besselj": many_digits.bessel("besselj"),
    "bessely": many_digits.bessel("bessely", positive=True),
    "besseli": many_digits.bessel("besseli"),
    "besselk": many_digits.bessel("besselk", positive=True),
    "ive": many_digits.bessel("besseli", scale=-1),
    "kve": many_digits.bessel("besselk", positive=True, scale=1),
    "airyai": many_digits.near("airyai", most=50),
    "airyaiprime": lambda m, a: many_digits.near("airyai", most=50)(m, a, derivative=1),
    "airybi": many_digits.near("airybi", most=50),
    "airybiprime": lambda m, a: many_digits.near("airybi", most=50)(m, a, derivative=1),
    "lambertw": many_digits.near("lambertw", lambda a: a > -many_digits.inverse_e(a)),
    "lambertwm1": lambda m, a: many_digits.near("lambertw", lambda a: -many_digits.inverse_e(a) < a < 0)(
        m, a, k=-1
    ),
    "zeta": many_digits.near("zeta", lambda a: a != 1, most=100),
    "zetaprime": lambda m, a: many_digits.near("zeta", lambda a: a != 1, most=100)(m, a, derivative=1),
    "hurwitz": many_digits.hurwitz(0),
    "hurwitzprime": many_digits.hurwitz(1),
    "euler_beta": many_digits.beta,
    "betaln": many_digits.betaln,
    "Ei": many_digits.near("ei", lambda a: a != 0),
    "li": many_digits.near("li", lambda a: a >= 0 and a != 1),
    "Si": many_digits.near("si"),
    "Ci": many_digits.near("ci", lambda a: a > 0),
    "Shi": many_digits.near("shi"),
    "Chi": many_digits.near("chi", lambda a: a > 0),
    "fresnels": many_digits.near("fresnels", most=50),
    "fresnelc": many_digits.near("fresnelc", most=50),
    "gamma": many_digits.gamma,
    "loggamma": many_digits.loggamma,
    "digamma": many_digits.digamma,
    "trigamma": many_digits.trigamma,
    "sin": many_digits.of_angle("sin"),
    "cos": many_digits.of_angle("cos"),
    "tan": many_digits.of_angle("tan"),
    "cot": lambda m, a: many_digits.divide(m, m.mpf(1), many_digits.of_angle("tan")(m, a)),
    "sec": lambda m, a: many_digits.divide(m, m.mpf(1), many_digits.of_angle("cos")(m, a)),
    "csc": lambda m, a: many_digits.divide(m, m.mpf(1), many_digits.of_angle("sin")(m, a)),
    "asin": lambda m, a: m.asin(a) if abs(a) <= 1 else m.nan,
    "acos": lambda m, a: m.acos(a) if abs(a) <= 1 else m.nan,
    "atan": many_digits.function("atan"),
    "acot": lambda m, a: m.pi / 2 if a == 0 else m.atan(1 / a),
    "atan2": lambda m, y, x: m.nan if (y == 0 and x == 0) or m.isnan(y) or m.isnan(x) else m.atan2(y, x),
    "sinc": many_digits.sinc,
}


def mpmath_kind(context: Any) -> Kind:
    """Numbers of ``context.prec`` bits; literals are the exact decimals that were typed."""

    def bind(function: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *a: function(context, *a)

    functions = {name: bind(function) for name, function in MPMATH.items()}
    functions["natural"] = lambda b: bool(context.isint(b)) and b >= 0
    functions["flow"] = lambda adjoint, slope: context.mpf(0) if adjoint == 0 else adjoint * slope
    return Kind(
        "mpmath", lambda value: context.mpf(value.numerator) / value.denominator, functions, fixed=False
    )
