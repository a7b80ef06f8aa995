"""Γ, ψ and ψ′ in NumPy's real and complex numbers, in a number of steps that does not grow with the operand.

On the left of ½ by reflection, with the operand reduced by its nearest integer before it is multiplied by π:
SciPy's polygamma adds up one term for each unit that a negative operand lies left of 0, and π·x has lost as
many digits as x has before the point. The caller suppresses NumPy's warnings.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gradviz.tree.expression import Number


class _Lazy:
    """scipy.special, imported when it is first used: it takes longer to load than all the rest."""

    def __getattr__(self, name: str) -> Callable[..., Number]:
        def function(*operands: Number) -> Number:
            from scipy import special

            return getattr(special, name)(*operands)

        return function


special = _Lazy()

_STIRLING = (1 / 156, -691 / 360360, 1 / 1188, -1 / 1680, 1 / 1260, -1 / 360, 1 / 12)  # the last one first


def _without_poles(a: Number, value: Number) -> Number:
    """``value`` with nan where ``a`` is 0, −1, −2, …: a pole has no value."""
    return np.where(np.less_equal(a, 0) & np.equal(a, np.floor(a)), np.nan, value)


def _from_nearest_integer(a: Number) -> tuple[Number, Number]:
    """π(a − n) for the integer n nearest to the real part, and (−1)ⁿ."""
    nearest = np.rint(np.real(a))
    return np.pi * (a - nearest), 1.0 - 2.0 * np.abs(np.fmod(nearest, 2.0))


def gamma(a: Number) -> Number:
    """Γ(a); nan at its poles. Left of −165, where SciPy has 0 for the smallest values, by reflection."""
    value = _without_poles(a, special.gamma(a))
    far = np.less(a, -165) & np.greater(a, -200)
    return np.where(far, _gamma_far_left(np.where(far, a, -170.5)), value) if np.any(far) else value


def _gamma_far_left(a: Number) -> Number:
    x = -a
    angle, sign = _from_nearest_integer(x)
    value = -np.pi / (x * sign * np.sin(angle) * special.gamma(x - 50))
    for k in range(1, 51):  # Γ(x) itself overflows before the value is 0
        value = value / (x - k)
    return _without_poles(a, value)


def log_gamma(a: Number) -> Number:
    """ln Γ(a) for a > 0; nan elsewhere. SciPy's overflows on the way for the smallest numbers."""
    positive = np.greater(a, 0)
    near_0 = np.where(positive & np.less(a, 1e-20), a, 1e-20)
    value = np.where(np.less(a, 1e-20), -np.log(near_0), special.gammaln(np.maximum(a, 1e-20)))
    return np.where(positive, value, np.nan)


def stirling(x: Number) -> Number:
    """What Stirling's formula leaves of ln Γ, for x ≥ 10; DLMF 5.11.1."""
    y, series = 1 / (x * x), 0.0
    for coefficient in _STIRLING:
        series = coefficient + y * series
    return series / x


def digamma(a: Number) -> Number:
    """ψ(a); nan at its poles."""
    return _without_poles(a, special.digamma(a))


def trigamma(a: Number) -> Number:
    """ψ′(a) = ζ(2, a); on the left (π/sin πa)² − ψ′(1 − a), DLMF 5.15.6; nan at its poles."""
    left = np.less(a, 0)
    angle, _ = _from_nearest_integer(a)
    right = special.zeta(2.0, np.where(left, 1.0 - a, a))
    return _without_poles(a, np.where(left, np.square(np.pi / np.sin(angle)) - right, right))


def complex_gamma(a: Number) -> Number:
    """Γ(a) for complex a: SciPy's own imaginary part is off by many orders on the left for tiny steps."""
    left = np.real(a) < 0.5
    right = special.gamma(np.where(left, 1 - a, a))
    angle, sign = _from_nearest_integer(a)
    return np.where(left, sign * np.pi / (np.sin(angle) * right), right)


def complex_digamma(a: Number) -> Number:
    """ψ(a) for complex a, by reflection on the left as for Γ."""
    left = np.real(a) < 0.5
    right = special.digamma(np.where(left, 1 - a, a))
    angle, _ = _from_nearest_integer(a)
    return np.where(left, right - np.pi / np.tan(angle), right)
