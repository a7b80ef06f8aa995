"""Integrals without an elementary form, in NumPy's real and complex numbers.

SciPy's values, but where it loses digits: Ei from 40 on, li of large numbers, Fresnel's integrals from 6 on.
The caller suppresses NumPy's warnings.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np

from gradviz.tree.expression import Number
from gradviz.tree.polygamma import special

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(12)
_PANELS = (0.0, 1 / 64, 1 / 8, 1.0)  # of the way off the axis: the integrand may be steep near it
_LN2 = (0.693147180369123816490, 1.90821492927058770002e-10)  # ln 2 in two parts, the first of 33 bits
_FAR = 6.0  # where the auxiliary functions of Fresnel's integrals take over
_SPLITTER = 2.0**27 + 1


def off_the_axis(value: Callable[..., Number], slope: Callable[..., Number]) -> Callable[..., Number]:
    """f(x + ih) = f(x) + i ∫₀ʰ f′(x + it) dt: SciPy's own imaginary parts are noise for tiny h.

    ``value`` is f of real numbers, ``slope`` f′ of complex ones. By Gauss and Legendre in three panels.
    """

    def function(a: Number) -> Number:
        real, h = np.real(a), np.imag(a)
        total = 0.0
        for low, high in pairwise(_PANELS):
            for node, weight in zip(_NODES, _WEIGHTS, strict=True):
                t = low + (high - low) * (node + 1) / 2
                total = total + weight * (high - low) / 2 * slope(real + 1j * (h * t))
        return value(real) + np.where(np.equal(h, 0), 0, 1j * h * total)

    return function


def exact_product(a: Number, b: Number) -> tuple[Number, Number]:
    """The product in float64, and its rounding error (Dekker, Numer. Math. 18 (1971) 224)."""
    (a1, a2), (b1, b2) = _halves(a), _halves(b)
    product = a * b
    return product, ((a1 * b1 - product) + a1 * b2 + a2 * b1) + a2 * b2


def _halves(a: Number) -> tuple[Number, Number]:
    large = _SPLITTER * a
    high = large - (large - a)
    return high, a - high


# --- exponential and logarithmic integral ---


def ei(a: Number) -> Number:
    """Ei(a) = −∫ e⁻ᵗ/t dt from −a; nan at 0. From 40 on e^a/a Σ k!/aᵏ to its least term, DLMF 6.12.2."""
    near = np.where(np.equal(a, 0), np.nan, special.expi(a))
    return np.where(np.greater(a, 40), _far_ei(np.maximum(a, 40.0), 1.0), near)


def _far_ei(x: Number, factor: float) -> Number:
    """``factor`` Ei(x) for x ≥ 40."""
    total = term = np.ones_like(x)
    for k in range(1, 41):
        term = term * k / x
        total = total + term
    half = np.exp(x / 2)  # e^x alone overflows before e^x/x does
    return half / x * factor * total * half


def li(a: Number) -> Number:
    """li(a) = Ei(ln a) for a ≥ 0; nan at 1. The logarithm has two parts: li grows as its exponential."""
    inside = np.greater(a, 0) & np.not_equal(a, 1)
    mantissa, exponent = np.frexp(np.where(inside, a, 2.0))
    low = mantissa < math.sqrt(0.5)
    mantissa, exponent = np.where(low, 2 * mantissa, mantissa), exponent - low
    small = exponent * _LN2[1] + np.log(mantissa)
    logarithm = exponent * _LN2[0] + small
    rest = small - (logarithm - exponent * _LN2[0])
    value = ei(logarithm) + np.where(inside, a, 2.0) / logarithm * rest
    return np.where(np.equal(a, 0), 0.0, np.where(inside, value, np.nan))


# --- sine and cosine integrals ---


def si(a: Number) -> Number:
    return special.sici(a)[0]


def ci(a: Number) -> Number:
    """Ci(a) for a > 0: on the left it is complex."""
    return np.where(np.greater(a, 0), special.sici(np.abs(a))[1], np.nan)


def shi(a: Number) -> Number:
    """Shi(a); from 700 on by Ei: SciPy's overflows on the way."""
    return np.where(np.greater(np.abs(a), 700), np.sign(a) * _half_of_ei(a), special.shichi(a)[0])


def chi(a: Number) -> Number:
    """Chi(a) for a > 0."""
    near = np.where(np.greater(a, 700), _half_of_ei(a), special.shichi(np.abs(a))[1])
    return np.where(np.greater(a, 0), near, np.nan)


def _half_of_ei(a: Number) -> Number:
    """Ei(|a|)/2 for |a| ≥ 700, which Shi and Chi are there but for e^(−2|a|)."""
    return _far_ei(np.maximum(np.abs(a), 700.0), 0.5)


def quotient_at_0(function: Callable[..., Number]) -> Callable[..., Number]:
    """sin z/z and its kin: 1 at 0."""

    def quotient(z: Number) -> Number:
        zero = np.equal(z, 0)
        return np.where(zero, 1.0, function(z) / np.where(zero, 1.0, z))

    return quotient


# --- Fresnel's integrals ---


def fresnel_s(a: Number) -> Number:
    """∫ sin(πt²/2) dt from 0 to a."""
    wave, size = _far_wave(a, 0)
    return np.where(size < _FAR, special.fresnel(a)[0], np.sign(a) * (0.5 - wave))


def fresnel_c(a: Number) -> Number:
    """∫ cos(πt²/2) dt from 0 to a."""
    wave, size = _far_wave(a, 1)
    return np.where(size < _FAR, special.fresnel(a)[1], np.sign(a) * (0.5 - wave))


def _far_wave(a: Number, of_cosine: int) -> tuple[Number, Number]:
    """What is left to ½ of the integral from 6 on, and |a|: f cos + g sin, or g cos − f sin, DLMF 7.5.3–4.

    The angle πa²/2 is reduced before it is multiplied by π/2, with the rounding of a².
    """
    size = np.abs(np.asarray(a, dtype=float))
    x = np.clip(size, _FAR, 1e100)
    square, rest = exact_product(x, x)
    angle = np.pi / 2 * (np.fmod(square, 4.0) + np.fmod(rest, 4.0))
    u = np.pi / 2 * square
    term = 1 / (np.pi * x)
    parts = [0.0, 0.0]  # f and g
    for k in range(28):
        parts[k % 2] = parts[k % 2] + (-1) ** (k // 2) * term
        term = term * (k + 0.5) / u
    f, g = parts
    cosine, sine = np.cos(angle), np.sin(angle)
    return (g * cosine - f * sine if of_cosine else f * cosine + g * sine), size
