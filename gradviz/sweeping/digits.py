"""Proved numbers in decimal digits."""

from __future__ import annotations

import math

from flint import arb

from gradviz.tree.balls.numbers import Number, ball, decimal_digits, nearest_float

_LARGEST_EXPONENT = 1 << 60  # of 2; past it the exponent says as little as the digits
_PLAIN = range(-5, 21)  # exponents that are written as zeros, as Python does


def beyond_float64(a: Number) -> str:
    """Four digits, as '2.726e+347', where float64 rounds a finite number to ±inf or one that is not 0 to 0.

    '' where it does not, where the number may be 0, or where the exponent itself has more than 60 bits. The
    digits come from the logarithm: those of the number may be millions.
    """
    rounded = nearest_float(a)
    if rounded is None or (rounded and math.isfinite(rounded)) or a == 0:
        return ""
    if isinstance(a, arb) and (a.contains(0) or abs(a.mid().man_exp()[1]) >= _LARGEST_EXPONENT):
        return ""
    logarithm = (abs(ball(a)).log() / arb.const_log10()).mid()
    exponent = int(logarithm.floor().fmpz())
    digits = round(10 ** float(logarithm - exponent), 3)
    if digits >= 10:
        digits, exponent = 1.0, exponent + 1
    return f"{'-' if a < 0 else ''}{digits:g}e{exponent:+d}"


def significant(a: Number, digits: int) -> str | None:
    """The number to ``digits`` significant digits, rounded to nearest: '2.726e+347'; None if unknown."""
    found = decimal_digits(a, digits)
    if found is None:
        return None
    direction, text, exponent = found
    sign = "-" if direction < 0 else ""
    if exponent not in _PLAIN:
        point = "." if digits > 1 else ""
        return f"{sign}{text[0]}{point}{text[1:]}e{exponent:+d}"
    if exponent < 0:
        return f"{sign}0.{'0' * (-exponent - 1)}{text}"
    whole, rest = text[: exponent + 1].ljust(exponent + 1, "0"), text[exponent + 1 :]
    return f"{sign}{whole}{'.' if rest else ''}{rest}"
