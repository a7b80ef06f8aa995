"""How numbers and lists are written for people, and as they are typed."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

DOUBLE_DIGITS = 17  # significant digits that tell every float64 number from its neighbours
SPELLED_OUT = 3  # coordinates of a longer vector that are still written
_RAISED = str.maketrans("-−0123456789", "⁻⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def raised(exponent: int | str) -> str:
    """An exponent in superscript digits: ⁻¹²."""
    return str(exponent).translate(_RAISED)


def primes(order: int) -> str:
    """The mark of a derivative of that order: f″, f⁽⁴⁾."""
    return {1: "′", 2: "″", 3: "‴"}.get(order, f"⁽{raised(order)}⁾")


def not_finite(value: float) -> str:
    """∞, −∞ or ‘no value’."""
    return "no value" if math.isnan(value) else "∞" if value > 0 else "−∞"


def number(value: float, digits: int = 4) -> str:
    """A number for reading: few digits, a true minus sign, 1.2·10⁻⁸ where it is very large or very small.

    ∞ and ‘no value’ for what is no finite number; −0 is 0.
    """
    return in_powers_of_ten(f"{value + 0.0:.{digits}g}") if math.isfinite(value) else not_finite(value)


def in_powers_of_ten(text: str) -> str:
    """A number as Python writes it, -2.5e+347, as a reader does: −2.5·10³⁴⁷."""
    if "e" in text:
        mantissa, exponent = text.split("e")
        power = "10" + raised(int(exponent))
        text = power if mantissa == "1" else f"−{power}" if mantissa == "-1" else f"{mantissa}·{power}"
    return text.replace("-", "−")


def decimal(value: float, places: int) -> str:
    """A number with so many decimals and a true minus sign: −0.50."""
    return f"{value:.{places}f}".replace("-", "−")


def power_of_ten(exponent: int) -> str:
    """A tick label: 10⁻¹⁶, set small and raised by Plotly."""
    return "1" if exponent == 0 else f"10<sup>{exponent}</sup>".replace("-", "−")


def vector(values: Sequence[float] | np.ndarray, digits: int = 6) -> str:
    """(6.1, 8.1); past a few coordinates the first ones and how many there are."""
    return as_vector([number(float(value) + 0.0, digits) for value in values])


def as_vector(coordinates: Sequence[str]) -> str:
    """The texts of coordinates in parentheses; past a few the first ones and how many there are."""
    if len(coordinates) == 1:
        return coordinates[0]
    if len(coordinates) > 2 * SPELLED_OUT:
        return f"({', '.join(coordinates[:SPELLED_OUT])}, … {len(coordinates)} numbers)"
    return f"({', '.join(coordinates)})"


def as_fraction(coefficient: float) -> str:
    """The reciprocal of a whole number: ½, −1/6."""
    sign = "−" if coefficient < 0 else ""
    whole = round(1 / abs(coefficient))
    return f"{sign}{'½' if whole == 2 else f'1/{whole}'}"


def as_factor(value: float) -> str:
    """A number inside a product: a negative one, or a power of ten, in parentheses."""
    text = number(value)
    return f"({text})" if value < 0 or "·" in text else text


def listed(words: Sequence[str]) -> str:
    """a, b and c."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def numbers_text(values: Sequence[float]) -> str:
    """A point or a range as it is typed: short where that is exact, never with noise in the last digits."""
    return ", ".join(
        f"{value:.15g}" if float(f"{value:.15g}") == value else repr(float(value)) for value in values
    )


def agreement(value: float, truth: float, digits: int = DOUBLE_DIGITS) -> tuple[str, str]:
    """``value`` to ``digits`` in two parts: the leading digits that agree with ``truth``, and the rest.

    n digits agree when |value − truth| is at most half a unit in the nth digit of the truth. Without a truth
    none do.
    """
    if not math.isfinite(value):
        return "", not_finite(value)
    text = f"{value:#.{digits}g}".replace("-", "−")
    if not math.isfinite(truth):
        return "", text
    if value == truth:
        return text, ""
    if truth == 0:
        return "", text
    exponent = int(f"{truth:.16e}".split("e")[1])
    doubled = 2 * abs(value - truth)  # of two huge numbers it may overflow
    count = math.floor(exponent + 1 - math.log10(doubled)) if math.isfinite(doubled) else 0
    if count <= 0:
        return "", text
    return _after_digits(text, min(count, digits))


def _after_digits(text: str, count: int) -> tuple[str, str]:
    """``text`` split after its ``count``-th significant digit."""
    seen = 0
    for place, letter in enumerate(text):
        if letter == "e":
            break
        if letter.isdigit() and (seen or letter != "0"):
            seen += 1
        if seen == count:
            rest = text[place + 1 :]
            return (
                (text, "") if not any(c.isdigit() for c in rest.split("e")[0]) else (text[: place + 1], rest)
            )
    return text, ""
