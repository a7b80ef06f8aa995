"""From numbers of many digits to float64: the nearest one, and four decimal digits past its range."""

from __future__ import annotations

import math
from fractions import Fraction

from gradviz.tree.expression import Number


def nearest(x: Number) -> float:
    """The float64 nearest to an mpf, ties to even; ±inf past the range, 0 below it."""
    if not x.context.isfinite(x):
        return float(x)
    if x == 0:
        return 0.0
    magnitude = x.context.mag(x)
    if magnitude > 1025:
        return math.copysign(math.inf, x)
    if magnitude < -1080:
        return 0.0
    sign, mantissa, exponent, _ = x._mpf_
    exact = Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
    try:
        return -float(exact) if sign else float(exact)
    except OverflowError:
        return math.copysign(math.inf, x)


def decimals(x: Number) -> str:
    """Four digits of an mpf, as '2.726e+347', where float64 rounds a finite number to ±inf or to 0; '' else.

    Also '' where the exponent itself has more than 60 bits. The digits come from the logarithm, because the
    mpf may have millions of them.
    """
    if not x.context.isfinite(x) or x == 0 or (nearest(x) and math.isfinite(nearest(x))):
        return ""
    sign, mantissa, exponent, bits = x._mpf_
    if abs(exponent) >= 2**60:
        return ""
    leading = int(mantissa) >> max(0, bits - 64)  # 64 bits at most
    logarithm = math.log10(leading) + (int(exponent) + max(0, bits - 64)) * math.log10(2)
    power = math.floor(logarithm)
    digits = round(10 ** (logarithm - power), 3)
    if digits >= 10:
        digits, power = 1.0, power + 1
    return f"{'-' if sign else ''}{digits:g}e{power:+d}"
