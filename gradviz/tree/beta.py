"""Euler's beta function and its logarithm, in NumPy's real and complex numbers.

By Stirling's series where an operand is large: there SciPy takes the exponential of a logarithm, which has
lost as many digits as it has before the point. The caller suppresses NumPy's warnings.
"""

from __future__ import annotations

import numpy as np

from gradviz.tree.expression import Number
from gradviz.tree.integrals import exact_product
from gradviz.tree.polygamma import log_gamma, special, stirling

_FAR = 10.0  # from here on the series has all digits


def beta(a: Number, b: Number) -> Number:
    """B(a, b) of positive operands; nan elsewhere."""
    small, large = np.minimum(a, b), np.maximum(a, b)
    near = _both_near(np.minimum(small, _FAR), np.minimum(large, _FAR))
    one, two = _one_far(small, np.maximum(large, _FAR)), _both_far(np.maximum(small, _FAR), large)
    return _both_positive(a, b, np.where(large < _FAR, near, np.where(small < _FAR, one, two)))


def log_of_beta(a: Number, b: Number) -> Number:
    """ln B of positive operands; nan elsewhere."""
    small, large = np.minimum(a, b), np.maximum(a, b)
    x, y = np.minimum(small, _FAR), np.minimum(large, _FAR)
    near_0 = np.log1p(x / y) - np.log(x)
    near = np.where(x < 1e-20, near_0, special.betaln(np.maximum(x, 1e-20), np.maximum(y, 1e-20)))
    x = np.maximum(large, _FAR)
    one = log_gamma(small) - (x - 0.5) * np.log1p(small / x) - small * np.log(small + x) + small
    one = one + stirling(x) - stirling(small + x)
    y = np.maximum(small, _FAR)
    two = (np.log(2 * np.pi) + np.log1p(y / x) - np.log(y)) / 2 - y * np.log1p(x / y) - x * np.log1p(y / x)
    two = two + stirling(x) + stirling(y) - stirling(x + y)
    return _both_positive(a, b, np.where(large < _FAR, near, np.where(small < _FAR, one, two)))


def complex_log_of_beta(a: Number, b: Number) -> Number:
    return special.loggamma(a) + special.loggamma(b) - special.loggamma(a + b)


def complex_beta(a: Number, b: Number) -> Number:
    return np.exp(complex_log_of_beta(a, b))


def _both_positive(a: Number, b: Number, value: Number) -> Number:
    return np.where(np.greater(a, 0) & np.greater(b, 0), value, np.nan)


def _sum(a: Number, b: Number) -> tuple[Number, Number]:
    """a + b for a ≤ b, and its rounding error (Dekker)."""
    total = a + b
    return total, a - (total - b)


def _both_near(a: Number, b: Number) -> Number:
    """Γ(a) Γ(b)/Γ(a + b) for a ≤ b, the rounding of the sum made good."""
    total, rest = _sum(a, b)
    value = special.gamma(a) * (special.gamma(b) / special.gamma(total) * (1 - special.digamma(total) * rest))
    return np.where(np.less(a, 1e-307), 1 / a + 1 / b, value)


def _one_far(a: Number, x: Number) -> Number:
    """Γ(a) Γ(x)/Γ(a + x) of a small and a large operand."""
    total, rest = _sum(a, x)
    half = total ** (-a / 2)  # the whole power underflows before the product does
    exponent = a - (x - 0.5) * np.log1p(a / x) - a * rest / total + stirling(x) - stirling(total)
    return special.gamma(a) * half * np.exp(exponent) * half


def _both_far(a: Number, b: Number) -> Number:
    """√(2π (a + b)/ab) (a/(a + b))^a (b/(a + b))^b and the rests of Stirling's series."""
    total, rest = _sum(np.minimum(a, b), np.maximum(a, b))
    value = np.sqrt(2 * np.pi / a * (total / b))
    exponent = stirling(a) + stirling(b) - stirling(total)
    for x in (a, b):
        ratio = x / total
        back, error = exact_product(ratio, total)
        # the rounding of the ratio, which the power multiplies
        exponent = exponent + x * (((x - back) - error - ratio * rest) / x)
        value = value * ratio**x
    return value * np.exp(exponent)
