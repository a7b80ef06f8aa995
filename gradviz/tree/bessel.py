"""Bessel functions of a fixed order, in NumPy's real and complex numbers.

SciPy's values; far out Hankel's expansion, where SciPy reduces the angle in float64 or gives up. The caller
suppresses NumPy's warnings.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from gradviz.tree.expression import Number
from gradviz.tree.polygamma import special

LARGEST_ORDER = 100
_LOST = 1.0  # … of the sixteen roundings of a row, for each of order + x: measured against Arb
_TERMS = 16  # of a Taylor series off the axis, which goes a tenth of its scale


def besselj(n: Number, x: Number) -> Number:
    """J of order ``n``; for x < 0 of whole orders only."""
    return _with_parity(n, x, _near("j"), lambda p, q, cosine, sine: p * cosine - q * sine)


def bessely(n: Number, x: Number) -> Number:
    """Y of order ``n`` for x > 0."""
    if float(n) < 0 and float(n) % 1 == 0.5:  # J without its sign, which SciPy adds to a Y times a rounded 0
        sign = -1 if float(n) % 2 == 0.5 else 1
        return np.where(np.greater(x, 0), sign * besselj(-float(n), x), np.nan)
    value = _with_parity(n, x, _near("y"), lambda p, q, cosine, sine: p * sine + q * cosine, small=False)
    return np.where(np.greater(x, 0), value, np.nan)


def besseli(n: Number, x: Number) -> Number:
    """I of order ``n``; for x < 0 of whole orders only."""
    return _with_parity(n, x, _near("i"), None)


def besselk(n: Number, x: Number) -> Number:
    """K of order ``n`` for x > 0."""
    order, x = float(n), np.asarray(x, dtype=float)
    inside = np.greater(x, 0)
    near = _near("k")(abs(order), np.where(inside, x, 1.0))
    far = np.where(inside & np.greater(x, 600), x, 600.0)  # SciPy's is 0 before the value is
    half = np.exp(-far / 2)
    value = np.where(far > 600, half * _near("k", "e")(abs(order), far) * half, near)
    return np.where(inside, value, np.nan)


def scaled_besseli(n: Number, x: Number) -> Number:
    """e^(−|x|) I of order ``n``; for x < 0 of whole orders only."""
    return _with_parity(n, x, _near("i", "e"), None, scaled=True)


def scaled_besselk(n: Number, x: Number) -> Number:
    """e^x K of order ``n`` for x > 0."""
    order, x = float(n), np.asarray(x, dtype=float)
    inside = np.greater(x, 0)
    return np.where(inside, _near("k", "e")(abs(order), np.where(inside, x, 1.0)), np.nan)


def _near(letter: str, scaled: str = "") -> Callable[[float, Number], Number]:
    """SciPy's function of that letter; for orders 0 and 1 its faster ones. ``scaled`` is e, or nothing."""

    def function(order: float, x: Number) -> Number:
        if order in (0, 1):
            return getattr(special, f"{letter}{int(order)}{scaled}")(x)
        return getattr(special, f"{letter}v{scaled}")(order, x)

    return function


def _with_parity(
    n: Number,
    x: Number,
    near: Callable[[float, Number], Number],
    far: Callable[..., Number] | None,
    *,
    small: bool = True,
    scaled: bool = False,
) -> Number:
    """The function of |x| with the sign it has on the left; nan there for orders that are not whole."""
    order, x = float(n), np.asarray(x, dtype=float)
    whole = order.is_integer()
    odd = whole and order % 2 == 1
    sign = -1.0 if odd and order < 0 and far is not None else 1.0  # J and Y of order −n; I is the same
    order = abs(order) if whole else order
    size = np.abs(x)
    value = near(order, size)
    if small:
        near_0 = np.less(size, 1e-150 if order in (0, 1) else _reach_of_series(order))
        if np.any(near_0):
            series = _at_small(order, np.where(near_0, size, 0.0), -1 if far else 1)
            value = np.where(near_0, series * np.exp(-size) if scaled else series, value)
    if far is not None:
        beyond = _reach_of_hankel(order)
        value = np.where(size > beyond, _hankel(order, np.clip(size, beyond, None), far), value)
    value = np.where(np.isinf(value) & np.equal(x, 0), np.nan, value)
    left = np.less(x, 0)
    return sign * (
        np.where(left, -value, value) if odd else value if whole else np.where(left, np.nan, value)
    )


def _reach_of_series(order: float) -> float:
    """Up to where the power series loses nothing: SciPy's logarithms lose ten roundings for each order."""
    return (2.0 if order > 1 else 5e-3) * math.sqrt(1 + abs(order))


def _reach_of_hankel(order: float) -> float:
    """From where Hankel's expansion holds all digits."""
    least = 1.5 if order % 1 == 0.5 else 25.0  # of half orders the expansion is a finite sum
    return max(least, order * order / 8, order)


def _at_small(order: float, x: Number, sign: int) -> Number:
    """The power series, DLMF 10.2.2 and 10.25.2. SciPy's also underflows long before the value."""
    square = sign * x * x / 4
    series = 1.0
    for k in range(18 if order > 1 else 2, 0, -1):
        series = 1 + square / (k * (order + k)) * series
    return x**order * 2.0**-order * series / special.gamma(order + 1)  # half the smallest number is 0


def error_of_waves(value: Number, n: Number, x: Number) -> Number:
    """What number J and Y are rounded as: their amplitude, times what SciPy loses by an order or far out."""
    order, size = abs(float(n)), np.abs(x)
    whole = np.maximum(np.abs(value), np.where(size > order, np.sqrt(2 / np.pi / np.maximum(size, 1.0)), 0))
    return whole * (1 + _LOST * np.where(size < _reach_of_hankel(order), _lost_by_scipy(order, size), 0))


def error_of_exponentials(value: Number, n: Number, x: Number) -> Number:
    """What number I and K are rounded as."""
    order, size = abs(float(n)), np.abs(x)
    return np.abs(value) * (1 + _LOST * np.minimum(_lost_by_scipy(order, size), order + 100))


def _lost_by_scipy(order: float, size: Number) -> Number:
    """By order and x, more where 2n is not whole; nothing for orders 0 and 1, which have functions apart."""
    return 0.0 * size if order in (0, 1) else order + size + (0.0 if (2 * order).is_integer() else 40.0)


def _hankel(order: float, x: Number, combine: Callable[..., Number]) -> Number:
    """√(2/πx) (P cos χ − Q sin χ) and its kin with χ = x − (n/2 + ¼)π, DLMF 10.17.

    x is not reduced by that multiple of π, which would lose digits: the angles are added.
    """
    parts = [np.ones_like(x), np.zeros_like(x)]
    term = np.ones_like(x)
    for k in range(1, 41):
        term = term * ((4 * order * order - (2 * k - 1) ** 2) / (8 * k)) / x
        parts[k % 2] = parts[k % 2] + (-1) ** (k // 2) * term
    turn = np.pi * (order % 4 / 2 + 0.25)  # the remainder is exact, and of a small number
    c, s = math.cos(turn), math.sin(turn)
    cosine, sine = np.cos(x) * c + np.sin(x) * s, np.sin(x) * c - np.cos(x) * s
    return np.sqrt(2 / np.pi / x) * combine(*parts, cosine, sine)


def off_the_axis(
    value: Callable[..., Number],
    slope: Callable[..., Number],
    elsewhere: Callable[..., Number],
    curvature: int,
) -> Callable[..., Number]:
    """The function of complex x: a Taylor series from the real axis by Bessel's equation, near it.

    SciPy's own imaginary part is noise for tiny ones; its function ``elsewhere`` is taken far from the axis.
    x²y″ + xy′ + (σx² − n²)y = 0 with σ = ``curvature``, 1 for J and Y, −1 for I and K.
    """

    def function(n: Number, a: Number) -> Number:
        order, a = float(np.real(n)), np.asarray(a, dtype=complex)
        real, h = np.real(a), np.imag(a)
        safe = np.where(np.equal(real, 0), 1.0, real)
        s = np.sign(safe) * np.minimum(np.abs(safe), 1.0)  # the scale of the series
        r, w = s / safe, curvature * s * s
        known = value(order, real)
        terms = [0.0, 0.0, known, s * slope(order, real)]  # e₋₂, e₋₁, e₀, e₁
        for k in range(_TERMS):
            e = terms[k : k + 4]
            terms.append(
                -(
                    (2 * k + 1) * (k + 1) * r * e[3]
                    + ((k * k - order * order) * r * r + w) * e[2]
                    + 2 * w * r * e[1]
                    + w * r * r * e[0]
                )
                / ((k + 1) * (k + 2))
            )
        t = 1j * h / s
        total = 0.0
        for e in reversed(terms[3:]):
            total = t * (e + total)
        close = (np.abs(h) <= 0.1 * np.abs(s)) & np.not_equal(real, 0)
        far = np.where(np.isnan(known), np.nan, elsewhere(order, a))
        return np.where(np.equal(h, 0), known, np.where(close, known + total, far))

    return function


def slope_of(value: Callable[..., Number], sign: int, outer: int = 1) -> Callable[..., Number]:
    """The derivative ± (f of order n − 1 ± f of order n + 1)/2."""
    return lambda n, x: outer * (value(n - 1, x) + sign * value(n + 1, x)) / 2


complex_besselj = off_the_axis(besselj, slope_of(besselj, -1), special.jv, 1)
complex_bessely = off_the_axis(bessely, slope_of(bessely, -1), special.yv, 1)
complex_besseli = off_the_axis(besseli, slope_of(besseli, 1), special.iv, -1)
complex_besselk = off_the_axis(besselk, slope_of(besselk, 1, -1), special.kv, -1)


def _scaled(function: Callable[..., Number], outer: Callable[..., Number]) -> Callable[..., Number]:
    """e^(−|x|) I and e^x K of complex x, from the function that carries the exponential of its real part."""

    def scaled(n: Number, a: Number) -> Number:
        a = np.asarray(a, dtype=complex)
        value = function(n, a) * np.exp(outer(np.real(a)) * 1j * np.imag(a))
        return np.where(np.equal(np.imag(a), 0) | np.not_equal(np.real(a), 0), value, np.nan)

    return scaled


def _far_scaled_k(n: Number, a: Number) -> Number:
    return special.kve(n, a) * np.exp(-1j * np.imag(a))


complex_scaled_besseli = _scaled(
    off_the_axis(scaled_besseli, slope_of(scaled_besseli, 1), special.ive, -1), lambda x: -np.sign(x)
)
complex_scaled_besselk = _scaled(
    off_the_axis(scaled_besselk, slope_of(scaled_besselk, 1, -1), _far_scaled_k, -1), np.ones_like
)
