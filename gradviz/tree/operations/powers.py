"""Powers and roots."""

from __future__ import annotations

from types import ModuleType

import numpy as np

from gradviz.tree.expression import Kind, Number
from gradviz.tree.operations.derivative import Derivative, Rule
from gradviz.tree.operations.domain import hole, itself
from gradviz.tree.operations.inert import Inert
from gradviz.tree.operations.layout import Infix, latex_power, pattern
from gradviz.tree.operations.row import Operation
from gradviz.tree.precedence import ATOM, POWER

LARGEST_PRODUCT = 64  # powers up to this one are products
# Roundings of a cube root: glibc's is off by up to 3.67 ulp. Innocente & Zimmermann, Accuracy of mathematical
# functions in single, double, double extended, and quadruple precision, 2022.
CUBE_ROOT = 8


def product(base: Number, times: int, multiply: Rule = np.multiply) -> Number:
    """``base`` to a small natural power by squaring; pow on mixed signs costs a hundred times as much."""
    result = None
    while True:
        if times & 1:
            result = base if result is None else multiply(result, base)
        times >>= 1
        if not times:
            return result
        base = multiply(base, base)


def _power(a: Number, b: Number) -> Number:
    if isinstance(b, float | np.floating) and b.is_integer() and 0 < abs(b) <= LARGEST_PRODUCT:
        return product(a, int(b)) if b > 0 else hole(np.equal(a, 0), np.divide(1.0, product(a, int(-b))))
    missing = np.isnan(a) | np.isnan(b) | (np.equal(a, 0) & np.less(b, 0))  # IEEE has nan⁰ = 1 and 0⁻¹ = ∞
    if np.iscomplexobj(a) or np.iscomplexobj(b):
        return hole(missing, np.power(a, b))
    return hole(missing, np.power(a, b, dtype=None))


def _complex_power(a: Number, b: Number) -> Number:
    """Large whole powers go by the logarithm, which left of 0 would multiply the rounding of π by b."""
    if not (isinstance(b, float | np.floating) and b.is_integer() and abs(b) > LARGEST_PRODUCT):
        return _power(a, b)
    left = np.real(a) < 0
    value = _power(np.where(left, -a, a), b)
    return np.where(left & bool(b % 2), -value, value)


def _root(a: Number, n: Number) -> Number:
    if n == 3:
        return np.cbrt(a)
    if n % 2:
        return np.copysign(np.power(np.abs(a), 1 / n), a)
    return np.sqrt(a) if n == 2 else np.power(a, 1 / n)


def _error_of_root(value: Number, a: Number, n: Number) -> Number:
    """The exponent 1/n is rounded, too: that is |ln a|/n roundings more, but for square and cube roots."""
    if n == 2:
        return np.abs(value)
    if n == 3:
        return np.abs(value) * CUBE_ROOT / 2  # of the two roundings that every operation has
    lost = np.abs(np.log(np.where(np.equal(a, 0), 1.0, np.abs(a)))) / (2 * n)
    return np.abs(value) * (1 + lost)


def _complex_hypotenuse(a: Number, b: Number) -> Number:
    size = np.maximum(np.abs(np.real(a)), np.abs(np.real(b)))  # neither square overflows
    size = np.where(np.equal(size, 0), 1.0, size)
    return size * np.sqrt((a / size) ** 2 + (b / size) ** 2)


def _complex_root(a: Number, n: Number) -> Number:
    left = np.real(a) < 0
    mirrored = np.where(left, -a, a) if n % 2 else a
    value = np.power(mirrored, 1 / n)
    return np.where(left, -value, value) if n % 2 else value


def torch_power(T: ModuleType, a: Number, b: Number) -> Number:
    """a^b in PyTorch, a constant base or exponent as the number that it is."""
    if b.ndim == 0 and not b.requires_grad:
        return T.pow(a, b.item())
    if a.ndim == 0 and not a.requires_grad and a > 0:
        return T.pow(a.item(), b)
    return T.pow(a, b)


def _torch_root(T: ModuleType, a: Number, n: Number) -> Number:
    order = int(n.item())
    if order % 2:
        return T.sign(a) * T.pow(T.abs(a), 1 / order)
    return T.sqrt(a) if order == 2 else T.pow(a, 1 / order)


def _power_switch(k: Kind, a: Number, b: Number) -> tuple:
    return () if k.natural(b) else (a,)


POWERS = (
    Operation(
        name="power",
        arity=2,
        numpy=_power,
        complex=_complex_power,
        torch=torch_power,
        sympy=lambda S, a, b: S.Pow(a, b),
        # by the kind's own product, which in many digits refuses what is too large
        derivatives=(Derivative("b*a^(b - 1)", computed="multiply(b, a^(b - 1))"), "a^b*ln(a)"),
        switches=_power_switch,
        formula="a^b",
        noun="{a} to the power {b}",
        plural="powers",
        symbol="^",
        infix=Infix("^", POWER, left=ATOM, right=ATOM),
        latex=latex_power,
        code="{0} ** {1}",
    ),
    Operation(
        name="sqrt",
        arity=1,
        numpy=np.sqrt,
        complex=np.sqrt,
        torch=lambda T, a: T.sqrt(a),
        sympy=lambda S, a: S.sqrt(a),
        derivatives=(Derivative("1/(2*sqrt(a))", computed="0.5/v"),),
        roundings=1,
        switches=itself,
        noun="the square root of {a}",
        plural="square roots",
        symbol="√",
        latex=pattern(r"\sqrt{{{0}}}"),
        code="np.sqrt({0})",
    ),
    Operation(
        name="cbrt",
        arity=1,
        numpy=np.cbrt,
        complex=lambda a: _complex_root(a, 3),
        torch=lambda T, a: T.sign(a) * T.pow(T.abs(a), 1 / 3),
        sympy=lambda S, a: S.RealRoot(a, S.Integer(3)),
        derivatives=(Derivative("1/(3*cbrt(a)^2)", computed="1/(3*v*v)"),),
        roundings=CUBE_ROOT,
        switches=itself,
        noun="the cube root of {a}",
        plural="cube roots",
        latex=pattern(r"\sqrt[3]{{{0}}}"),
        code="np.cbrt({0})",
        torch_code="torch.sign({0}) * torch.abs({0}) ** (1 / 3)",
    ),
    Operation(
        name="root",
        arity=2,
        fixed=1,
        numpy=_root,
        complex=_complex_root,
        torch=_torch_root,
        sympy=Inert("RealRoot", r"\sqrt[{1}]{{{0}}}", "real_root"),
        derivatives=("root(a, b)/(b*a)", None),
        magnitude=_error_of_root,
        switches=lambda k, a, n: (a,),
        formula="root(a, b)",
        noun="root {b} of {a}",
        plural="roots",
        latex=pattern(r"\sqrt[{1}]{{{0}}}"),
        code="np.copysign(np.abs({0}) ** (1 / {1}), {0}) if {1} % 2 else {0} ** (1 / {1})",
        torch_code="torch.sign({0}) * torch.abs({0}) ** (1 / {1}) if {1} % 2 else {0} ** (1 / {1})",
    ),
    Operation(
        name="hypot",
        arity=2,
        numpy=np.hypot,
        complex=_complex_hypotenuse,
        torch=lambda T, a, b: T.hypot(a, b),
        sympy=Inert(
            "Hypotenuse", r"\operatorname{{hypot}}\left({0}, {1}\right)", lambda S, a, b: S.sqrt(a**2 + b**2)
        ),
        derivatives=("a/hypot(a, b)", "b/hypot(a, b)"),
        switches=lambda k, a, b: (k.hypot(a, b),),
        formula="hypot(a, b)",
        noun="the length of ({a}, {b})",
        plural="lengths",
        code="np.hypot({0}, {1})",
    ),
)
