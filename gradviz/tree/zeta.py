"""Riemann's ζ, Hurwitz's of two arguments, and their derivatives in NumPy's real and complex numbers.

Each takes a bounded number of steps. The caller suppresses NumPy's warnings.
"""

from __future__ import annotations

import numpy as np

from gradviz.tree.expression import Number
from gradviz.tree.integrals import exact_product
from gradviz.tree.polygamma import complex_digamma, digamma, special, stirling

_FIRST = 10  # terms of the series that are added one by one
# B₂ⱼ/(2j)! of Euler and Maclaurin's formula
_BERNOULLI = (
    1 / 12, -1 / 720, 1 / 30240, -1 / 1209600, 1 / 47900160, -691 / 1307674368000, 1 / 74724249600,
    -3617 / 10670622842880000,
)  # fmt: skip
# (−1)ⁿ γₙ/n! of Laurent's series about 1
_STIELTJES = (
    0.5772156649015329, 0.07281584548367673, -0.00484518159643616, -0.00034230573671722433,
    9.689041939447084e-05, -6.6110318108421895e-06, -3.316240908752772e-07, 1.0462094584479188e-07,
    -8.733218100273798e-09, 9.47827778276236e-11, 5.658421927608708e-11, -6.768689863513697e-12,
    3.4921159366720317e-13, 4.4104247417577536e-15, -2.3997862217709992e-15, 2.1677312200726828e-16,
    -9.544466076366965e-18, -7.387676660538637e-20, 4.800850782488065e-20,
    -4.139956737713306e-21, 1.9168201593991233e-22, -2.0441543122262165e-24, -4.818498501107353e-25,
    4.8118570515125666e-26, -2.560263310318815e-27,
)  # fmt: skip
_LARGEST = 2000.0  # from about 1100 on ζ − 1 and ζ′ are below float64
_SMALLEST = -400.0  # ζ grows past float64 at about −260
_STIRLING = 15.0  # from here on Stirling's series has all digits
_2PI_E = 17.079468445347135, -1.3547630581004849e-15  # 2πe in two parts
_REST_OF_LOG_2PI = 3.8981718325193755e-17  # ln 2π less the logarithm of the float64 number 2π


def zeta(a: Number) -> Number:
    """ζ(a), right of 1 by SciPy; nan at 1."""
    a = np.asarray(a, dtype=float)
    # the zeros at −2, −4, … are there even where the factors are past float64
    left = np.where(np.equal(np.fmod(a, 2.0), 0) & np.less(a, -1), 0.0, _with_slope(np.minimum(a, 0.9))[0])
    return np.where(np.equal(a, 1), np.nan, np.where(a < 0.9, left, special.zeta(np.maximum(a, 0.9))))


def error_of_slope(value: Number, a: Number) -> Number:
    """What number ζ′ is rounded as: left of −1 the sum of the sizes of its terms, which cancel."""
    size, half, sine, terms, _ = _reflected(np.where(np.less(a, -1), a, -1.5))
    amplitude = size * (np.abs(sine * terms[0]) + np.abs(terms[1]) + np.abs(terms[2]))
    return np.where(np.less(a, -1), amplitude * half * half, np.abs(value))


def zeta_slope(a: Number) -> Number:
    """ζ′(a); nan at 1."""
    return _with_slope(np.asarray(a, dtype=float))[1]


def complex_zeta(a: Number) -> Number:
    return _with_slope(np.asarray(a, dtype=complex))[0]


def hurwitz(s: Number, a: Number) -> Number:
    """ζ(s, a) = Σ (n + a)^(−s), for s > 1 and a > 0; nan elsewhere."""
    return _of_two(s, a)[0]


def hurwitz_slope(s: Number, a: Number) -> Number:
    """∂ζ(s, a)/∂s."""
    return _of_two(s, a)[1]


def error_of_hurwitz_slope(value: Number, s: Number, a: Number) -> Number:
    """What number the slope is rounded as: for a < 1 the first term has another sign than the others."""
    return np.abs(value) + np.abs(np.log(a) * a**-s)


def _of_two(s: Number, a: Number) -> tuple[Number, Number]:
    outside = ~(np.greater(np.real(s), 1) & np.greater(np.real(a), 0))
    s, a = np.where(outside, 2.0, s), np.where(outside, 1.0, a)
    far = np.real(s) > _LARGEST  # of the series only the first term counts, or it is 0
    first = a**-s
    small = np.abs(first) < 1e-200
    value, slope = _euler_maclaurin(np.where(far, _LARGEST, s), a, np.where(small, 2.0**300, 1.0))
    value = np.where(far, first, np.where(small, value * 2.0**-600, value))
    slope = np.where(small, slope * 2.0**-600, slope)
    slope = np.where(far, np.where(np.equal(a, 1), 0.0, -np.log(a) * first), slope)
    return np.where(outside, np.nan, value)[()], np.where(outside, np.nan, slope)[()]


def _with_slope(s: Number) -> tuple[Number, Number]:
    """ζ and ζ′; left of −1 by reflection, DLMF 25.4.1 and its derivative."""
    left = np.real(s) < -1
    size, half, sine, terms, reflected = _reflected(np.where(left, s, -1.5))
    right = np.where(np.real(s) > _LARGEST, _LARGEST, s)
    near = (np.abs(s - 1) <= 2) & ~left
    laurent = _about_1(np.where(near, s, 0.0))
    value, slope = (
        np.where(near, series, rest)
        for series, rest in zip(laurent, _euler_maclaurin(np.where(left, 2.0, right)), strict=True)
    )
    value = np.where(left, size * half * sine * reflected * half, value)
    return value, np.where(left, size * half * (sine * terms[0] + terms[1] + terms[2]) * half, slope)


def _about_1(s: Number) -> tuple[Number, Number]:
    """ζ and ζ′ for |s − 1| ≤ 2 by Laurent's series, DLMF 25.2.4; nan at 1."""
    t = np.where(np.equal(s, 1), np.nan, s - 1)
    value, slope = 0.0, 0.0
    for coefficient in reversed(_STIELTJES):
        value, slope = coefficient + t * value, value + t * slope
    return value + 1 / t, slope - 1 / (t * t)


def _reflected(s: Number) -> tuple[Number, Number, Number, tuple[Number, Number, Number], Number]:
    """size half² = 2 (2π)^(s − 1) Γ(1 − s), sin πs/2, the terms that ζ′ is size half² times, and ζ(1 − s).

    In two factors: Γ overflows before the product does.
    """
    s = np.where(np.real(s) < _SMALLEST, np.fmod(np.real(s), 4.0) + _SMALLEST, s)
    value, slope = _euler_maclaurin(1 - s)
    turns = np.round(np.real(s) / 2)
    angle = np.pi / 2 * (s - 2 * turns)  # to the nearest zero: exact before it is multiplied
    sign = 1 - 2 * np.abs(np.fmod(turns, 2.0))
    sine, cosine = sign * np.sin(angle), sign * np.cos(angle)
    if np.iscomplexobj(s):
        half = np.exp((special.loggamma(1 - s) + (s - 1) * np.log(2 * np.pi)) / 2)
        size, psi = 2.0, complex_digamma(1 - s)
    else:
        size, half = _size_of_reflection(-s)
        psi = digamma(1 - s)
    terms = (np.log(2 * np.pi) - psi) * value, np.pi / 2 * cosine * value, -sine * slope
    return size, half, sine, terms, value


def _size_of_reflection(x: Number) -> tuple[Number, Number]:
    """The factors a b² = 2 (2π)^(−x − 1) Γ(1 + x) for x ≥ ½, the rounded bases of powers made good.

    From 15 on by Stirling's series, (x/2πe)^x √(2πx): Γ of so large an operand is off by many roundings.
    """
    near = np.minimum(x, _STIRLING)
    first = near * special.gamma(near) * (1 - near * _REST_OF_LOG_2PI) / np.pi
    far = np.maximum(x, _STIRLING)
    base = far / _2PI_E[0]
    back, error = exact_product(base, np.full_like(base, _2PI_E[0]))
    rest = ((far - back) - error - base * _2PI_E[1]) / _2PI_E[0]
    second = np.sqrt(2 * np.pi * far) / np.pi * np.exp(stirling(far)) * (1 + far * rest / base)
    is_far = x > _STIRLING
    return np.where(is_far, second, first), np.where(is_far, base ** (far / 2), (2 * np.pi) ** (-near / 2))


def _euler_maclaurin(s: Number, a: Number = 1.0, lift: Number = 1.0) -> tuple[Number, Number]:
    """ζ(s, a) and its slope along s times lift², DLMF 25.11.5, for Re s ≥ 0; nan at 1.

    By 9 terms and 8 Bernoulli numbers. In powers of half the exponent, which do not underflow before the sum.
    """
    s = np.where(np.equal(s, 1), np.nan, s)
    value, slope = 0.0 * s, 0.0 * s
    for k in range(_FIRST - 1):
        term = _power(a, k, s, lift)[1]
        value, slope = value + term, slope - np.log(a + k) * term
    n = a + (_FIRST - 1)
    log, (half, power) = np.log(n), _power(a, _FIRST - 1, s, lift)
    integral = half * n * half / (s - 1)
    value = value + integral + power / 2
    slope = slope - integral * (log + 1 / (s - 1)) - power * log / 2
    product, derivative, scale = s, np.ones_like(s), power / n
    for j, coefficient in enumerate(_BERNOULLI, 1):
        value = value + coefficient * scale * product
        slope = slope + coefficient * scale * (derivative - log * product)
        for factor in (s + (2 * j - 1), s + 2 * j):
            product, derivative = product * factor, derivative * factor + product
        scale = scale / n / n
    return value, slope


def _power(a: Number, k: int, s: Number, lift: Number) -> tuple[Number, Number]:
    """lift · (a + k)^(−s/2), with the rounding of the sum made good, and its square."""
    base = a + k
    rest = np.where(np.real(a) < k, a - (base - k), k - (base - a))
    half = lift * base ** (-s / 2) * (1 - s / 2 * (rest / base))
    return half, half * half
