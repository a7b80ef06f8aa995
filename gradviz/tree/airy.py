"""Airy's functions Ai, Bi and their derivatives, in NumPy's real and complex numbers.

SciPy's values between −10 and 10, asymptotic expansions outside, where SciPy rounds the angle and gives up.
The caller suppresses NumPy's warnings.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gradviz.tree.expression import Number
from gradviz.tree.integrals import exact_product
from gradviz.tree.polygamma import special

NAMES = ("airyai", "airyaiprime", "airybi", "airybiprime")  # in SciPy's order

_FAR = 10.0
_TERMS = 20
_LOST = 2.0**-53 / 8  # … of the roundings of a row, for each unit of the angle


def airy(which: int) -> Callable[[Number], Number]:
    """Ai, Ai′, Bi or Bi′ of real numbers."""

    def function(a: Number) -> Number:
        a = np.asarray(a, dtype=float)
        near = special.airy(np.clip(a, -_FAR, _FAR))[which]
        size = np.clip(np.abs(a), _FAR, 1e200)
        right, left = _growing(which, np.minimum(size, 1e4)), _waving(which, size)
        value = np.where(np.abs(a) <= _FAR, near, np.where(np.greater(a, 0), right, left))
        return np.where(np.isnan(a), np.nan, value)

    return function


def error_of_waves(which: int) -> Callable[[Number, Number], Number]:
    """What number they are rounded as: on the left their amplitude, and what the angle ξ is off."""

    def size(value: Number, a: Number) -> Number:
        x = np.maximum(-np.asarray(a, dtype=float), 0.0)
        xi = 2 / 3 * x * np.sqrt(x)
        lost = np.minimum(1 + _LOST * xi, 2.0**53)
        quarter = np.sqrt(np.sqrt(np.maximum(x, 1.0)))
        return np.maximum(np.abs(value), (quarter if which % 2 else 1 / quarter) / np.sqrt(np.pi)) * lost

    return size


def _exponent(x: Number) -> tuple[Number, Number]:
    """ξ = ⅔ x^(3/2) in two parts: its rounding would move the angle, or scale the exponential."""
    root = np.sqrt(x)
    square, rest = exact_product(root, root)
    correction = ((x - square) - rest) / (2 * root)
    product, rest = exact_product(x, root)
    rest = rest + x * correction
    high = product * 2 / 3
    back, error = exact_product(high, np.full_like(high, 1.5))
    return high, (((product - back) - error) + rest) * 2 / 3


def _series(which: int, xi: Number, alternating: bool) -> tuple[Number, Number]:
    """The even and the odd terms of Σ ± uₖ/ξᵏ, of Σ ± vₖ/ξᵏ for the derivatives; DLMF 9.7.2."""
    parts = [np.ones_like(xi), np.zeros_like(xi)]
    term = np.ones_like(xi)
    for k in range(1, _TERMS):
        term = term * ((6 * k - 5) * (6 * k - 3) * (6 * k - 1) / ((2 * k - 1) * 216 * k)) / xi
        factor = (6 * k + 1) / (1 - 6 * k) if which % 2 else 1.0
        sign = (-1) ** (k // 2) if alternating else 1
        parts[k % 2] = parts[k % 2] + sign * factor * term
    return parts[0], parts[1]


def _growing(which: int, x: Number) -> Number:
    """For x > 0, DLMF 9.7.5–8."""
    high, low = _exponent(x)
    even, odd = _series(which, high, alternating=False)
    quarter = np.sqrt(np.sqrt(x))
    if which < 2:
        size = np.exp(-high) * (1 - low) * (even - odd) / (2 * np.sqrt(np.pi))
        return -size * quarter if which == 1 else size / quarter
    half = np.exp(high / 2)  # e^ξ alone overflows before the product does
    size = half * ((1 + low) * (even + odd) / np.sqrt(np.pi))
    return size * quarter * half if which == 3 else size / quarter * half


def _waving(which: int, x: Number) -> Number:
    """For −x, DLMF 9.7.9–12. Past x = 1e20 not even two parts hold the angle."""
    high, low = _exponent(x)
    even, odd = _series(which, high, alternating=True)
    quarter = np.sqrt(np.sqrt(x))
    c, s = np.cos(high), np.sin(high)
    c, s = c * np.cos(low) - s * np.sin(low), s * np.cos(low) + c * np.sin(low)
    cosine, sine = (c + s) / np.sqrt(2), (s - c) / np.sqrt(2)  # of ξ − π/4
    wave = (
        cosine * even + sine * odd,
        sine * even - cosine * odd,
        cosine * odd - sine * even,
        cosine * even + sine * odd,
    )[which] / np.sqrt(np.pi)
    return wave * quarter if which % 2 else wave / quarter


def complex_airy(which: int) -> Callable[[Number], Number]:
    """The same of complex numbers: near the axis a Taylor series from it by y″ = xy, elsewhere SciPy's."""
    value, slope = airy(which - which % 2), airy(which - which % 2 + 1)

    def function(a: Number) -> Number:
        a = np.asarray(a, dtype=complex)
        real, h = np.real(a), np.imag(a)
        s = 1 / np.sqrt(np.maximum(1.0, np.abs(real)))
        terms = [0.0, value(real), s * slope(real)]
        for k in range(16):
            terms.append((real * s * s * terms[k + 1] + s**3 * terms[k]) / ((k + 1) * (k + 2)))
        terms = terms[1:]
        if which % 2:
            terms = [(k + 1) * e / s for k, e in enumerate(terms[1:])]
        t = 1j * h / s
        total = 0.0
        for e in reversed(terms[1:]):
            total = t * (e + total)
        close = np.abs(h) <= 0.1 * s
        return np.where(close, terms[0] + np.where(np.equal(h, 0), 0, total), special.airy(a)[which])

    return function
