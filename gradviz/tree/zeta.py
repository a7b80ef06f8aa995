"""Riemann's ζ, Hurwitz's of two arguments, and their derivatives in NumPy's real and complex numbers.

Each takes a bounded number of steps. The caller suppresses NumPy's warnings.
"""

from __future__ import annotations

import numpy as np

from gradviz.tree.expression import Number
from gradviz.tree.polygamma import complex_digamma, complex_gamma, digamma, special

_FIRST = 10  # terms of the series that are added one by one
# B₂ⱼ/(2j)! of Euler and Maclaurin's formula
_BERNOULLI = (
    1 / 12, -1 / 720, 1 / 30240, -1 / 1209600, 1 / 47900160, -691 / 1307674368000, 1 / 74724249600,
    -3617 / 10670622842880000,
)  # fmt: skip
_LARGEST = 2000.0  # from about 1100 on ζ − 1 and ζ′ are below float64
_SMALLEST = -400.0  # ζ grows past float64 at about −260


def zeta(a: Number) -> Number:
    """ζ(a), right of −1 by SciPy, left of it by reflection; nan at 1."""
    a = np.asarray(a, dtype=float)
    return np.where(np.equal(a, 1), np.nan, np.where(a < -1, _left(a), special.zeta(np.maximum(a, -1))))


def _left(a: Number) -> Number:
    """Left of −1, with the zeros at −2, −4, … even where the factors are past float64."""
    return np.where(np.equal(np.fmod(a, 2.0), 0), 0.0, _with_slope(a)[0])


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


def _of_two(s: Number, a: Number) -> tuple[Number, Number]:
    outside = ~(np.greater(np.real(s), 1) & np.greater(np.real(a), 0))
    s, a = np.where(outside, 2.0, s), np.where(outside, 1.0, a)
    far = np.real(s) > _LARGEST  # of the series only the first term counts, or it is 0
    first = a**-s
    value, slope = _euler_maclaurin(np.where(far, _LARGEST, s), a)
    value = np.where(far, first, value)
    slope = np.where(far, np.where(np.equal(a, 1), 0.0, -np.log(a) * first), slope)
    return np.where(outside, np.nan, value)[()], np.where(outside, np.nan, slope)[()]


def _with_slope(s: Number) -> tuple[Number, Number]:
    """ζ and ζ′; left of −½ by reflection, DLMF 25.4.1 and its derivative."""
    left = np.real(s) < -0.5  # between there and 0 1 − s is too near the pole
    right = np.where(left, 1 - s, s)
    right = np.where(np.real(right) > _LARGEST, _LARGEST, right)
    value, slope = _euler_maclaurin(right)
    t = np.where(left, s, -1.5)
    t = np.where(np.real(t) < _SMALLEST, np.fmod(np.real(t), 4.0) + _SMALLEST, t)
    angle = np.pi / 2 * (t - 4 * np.round(np.real(t) / 4))
    whole = np.iscomplexobj(s)
    gamma, psi = (complex_gamma, complex_digamma) if whole else (special.gamma, digamma)
    half = (2 * np.pi) ** ((t - 1) / 2)  # in two factors: Γ overflows before the product does
    near = 2 * half * gamma(np.where(np.real(t) < -165, 2.0, 1 - t)) * half
    far = 2 * np.exp(special.loggamma(1 - t) + (t - 1) * np.log(2 * np.pi))
    size = np.where(np.real(t) < -165, far, near)
    sine, cosine = np.sin(angle), np.cos(angle)
    bracket = np.pi / 2 * cosine + sine * (np.log(2 * np.pi) - psi(1 - t))
    reflected = size * (bracket * value - sine * slope)
    return np.where(left, size * sine * value, value), np.where(left, reflected, slope)


def _euler_maclaurin(s: Number, a: Number = 1.0) -> tuple[Number, Number]:
    """ζ(s, a) and its slope along s, DLMF 25.11.5, for Re s ≥ −½; nan at 1.

    By 9 terms and 8 Bernoulli numbers.
    """
    s = np.where(np.equal(s, 1), np.nan, s)
    value, slope = 0.0 * s, 0.0 * s
    for k in range(_FIRST - 1):
        term = (a + k) ** -s
        value, slope = value + term, slope - np.log(a + k) * term
    n = a + (_FIRST - 1)
    log, power = np.log(n), n**-s
    value = value + power * (n / (s - 1) + 0.5)
    slope = slope - power * (n / (s - 1) * (log + 1 / (s - 1)) + 0.5 * log)
    product, derivative, scale = s, np.ones_like(s), power / n
    for j, coefficient in enumerate(_BERNOULLI, 1):
        value = value + coefficient * scale * product
        slope = slope + coefficient * scale * (derivative - log * product)
        for factor in (s + (2 * j - 1), s + 2 * j):
            product, derivative = product * factor, derivative * factor + product
        scale = scale / (n * n)
    return value, slope
