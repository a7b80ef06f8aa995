"""Lambert's W, the inverse of w e^w, on its two real branches, in NumPy's real and complex numbers.

SciPy's values; near −1/e, where both branches meet and SciPy loses all but four digits, the series in
p = ±√(2(1 + ea)). The caller suppresses NumPy's warnings.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from gradviz.tree.expression import Number
from gradviz.tree.polygamma import special

BRANCH_POINT = -0.36787944117144233  # −1/e in two parts
_REST = 1.2428753672788363e-17


def _coefficients(count: int) -> list[float]:
    """Of W in powers of p, by Corless et al., Adv. Comput. Math. 5 (1996) 329, (4.22–24)."""
    mu, alpha = [-1.0, 1.0], [2.0, -1.0]
    for k in range(2, count):
        alpha.append(sum(mu[j] * mu[k + 1 - j] for j in range(2, k)))
        mu.append((k - 1) / (k + 1) * (mu[k - 2] / 2 + alpha[k - 2] / 4) - alpha[k] / 2 - mu[k - 1] / (k + 1))
    return mu


_SERIES = _coefficients(20)


def lambert(branch: int) -> Callable[[Number], Number]:
    """W of the branch 0 for a ≥ −1/e, or −1 for −1/e ≤ a < 0."""

    def function(a: Number) -> Number:
        a = np.asarray(a, dtype=float)
        inside = (a > BRANCH_POINT) & ((a < 0) if branch else np.isfinite(a))
        x = np.where(inside, a, -0.2)
        p = np.sqrt(2 * math.e * ((x - BRANCH_POINT) - _REST)) * (-1 if branch else 1)
        small = np.abs(x) < 1e-300  # of the smallest numbers SciPy has no value, or one of a few digits
        w = np.real(special.lambertw(np.where(small, np.copysign(1e-300, x), x), branch))
        w = np.where(small, _of_smallest(x) if branch else x, w)
        for _ in range(2):  # SciPy stops at eight digits there
            better = w - (w - x * np.exp(-w)) / (1 + w)
            w = np.where(np.abs(p) < 1, better, w)
        series = 0.0
        for coefficient in reversed(_SERIES):
            series = coefficient + p * series
        return np.where(inside, np.where(np.abs(p) < 0.15, series, w), np.nan)

    return function


def _of_smallest(x: Number) -> Number:
    """W₋₁ by w = ln(−x) − ln(−w), each step of which gains three digits there."""
    logarithm = np.log(np.where(np.less(x, 0), -x, 1e-300))
    w = logarithm
    for _ in range(8):
        w = logarithm - np.log(-w)
    return w


def complex_lambert(branch: int) -> Callable[[Number], Number]:
    """The same of complex numbers; near the real axis by one term of Taylor's series from it."""
    real_branch = lambert(branch)

    def function(a: Number) -> Number:
        a = np.asarray(a, dtype=complex)
        real, h = np.real(a), np.imag(a)
        w = real_branch(real)
        close = np.abs(h) < 1e-9 * np.abs(real - BRANCH_POINT)
        slope = 1 / (real + np.exp(w))
        far = np.where(np.isnan(w), np.nan, special.lambertw(a, branch))
        return np.where(np.equal(h, 0), w, np.where(close, w + 1j * h * slope, far))

    return function
