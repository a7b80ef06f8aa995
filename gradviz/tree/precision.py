"""The precisions of the machine's numbers: one row each, and rounding to them.

A rounded number is passed on as the float64 it equals. Sums, products, quotients and square roots of two
numbers of a narrower type, computed in float64 and rounded once more, are those of the type itself: float64
has more than twice its bits and two (Figueroa, SIGNUM Newsletter 30 (1995) no. 3).
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike

from gradviz.arguments import echo
from gradviz.errors import GradvizError


@dataclass(frozen=True)
class Precision:
    """A type of floating-point number."""

    name: str
    unit_roundoff: float  # half the gap between 1 and the next number
    digits: int  # decimal ones that distinguish every number of the type from its neighbours
    largest: float
    smallest: float  # above 0
    complex: str | None = None  # the complex type of that precision

    @property
    def bits(self) -> int:
        """Of a significand, the leading one among them."""
        return 1 - math.frexp(self.unit_roundoff)[1]

    @property
    def decimals(self) -> int:
        """About how many decimal digits one number carries."""
        return round(-math.log10(self.unit_roundoff))

    def rounded(self, values: ArrayLike) -> np.ndarray:
        """``values`` rounded to the nearest number of the type, ties to even; ±inf past its range.

        The result is float64, which has all these numbers.
        """
        values = np.asarray(values, dtype=float)
        if self.name == "float64":
            return values
        with np.errstate(all="ignore"):
            if self.name in NUMPY_TYPES:
                return values.astype(NUMPY_TYPES[self.name]).astype(float)
            exponents = np.frexp(values)[1]
            gaps = np.maximum(np.ldexp(1.0, exponents - self.bits), self.smallest)
            nearest = np.rint(values / gaps) * gaps
            return np.where(np.abs(nearest) > self.largest, np.copysign(np.inf, nearest), nearest)

    def nearest(self, value: Fraction) -> float:
        """The number of the type nearest to an exact one, rounded once, not twice by way of float64."""
        if self.name == "float64":
            try:
                return float(value)
            except OverflowError:
                return math.inf if value > 0 else -math.inf
        size = abs(value)
        if not size:
            return 0.0
        exponent = size.numerator.bit_length() - size.denominator.bit_length()
        exponent += size >= Fraction(2) ** exponent  # now 2^(exponent − 1) ≤ size < 2^exponent
        gap = max(Fraction(2) ** (exponent - self.bits), Fraction(self.smallest))
        nearest = round(size / gap) * gap
        rounded = math.inf if nearest > self.largest else float(nearest)
        return rounded if value > 0 else -rounded

    def neighbours(self, x: float) -> tuple[float, float]:
        """The next numbers of the type below and above one of its own."""
        if self.name == "float64":
            return math.nextafter(x, -math.inf), math.nextafter(x, math.inf)
        if x == 0:
            return -self.smallest, self.smallest
        fraction, exponent = math.frexp(abs(x))
        outward = max(math.ldexp(1.0, exponent - self.bits), self.smallest)
        inward = max(outward / 2, self.smallest) if fraction == 0.5 else outward
        return (x - outward, x + inward) if x < 0 else (x - inward, x + outward)


NUMPY_TYPES = {"float32": np.float32, "float16": np.float16}

FLOAT64 = Precision("float64", 2.0**-53, 17, sys.float_info.max, 2.0**-1074, "complex128")

PRECISIONS: dict[str, Precision] = {
    row.name: row
    for row in (
        FLOAT64,
        Precision("float32", 2.0**-24, 9, (2 - 2.0**-23) * 2.0**127, 2.0**-149, "complex64"),
        Precision("float16", 2.0**-11, 5, 65504.0, 2.0**-24),
        Precision("bfloat16", 2.0**-8, 4, (2 - 2.0**-7) * 2.0**127, 2.0**-133),
    )
}


def precision_named(dtype: object) -> Precision:
    """The row of that name, or a GradvizError that lists the names."""
    if not isinstance(dtype, str) or dtype not in PRECISIONS:
        known = ", ".join(PRECISIONS)
        raise GradvizError(f"There is no precision {echo(dtype)}. The precisions are {known}.")
    return PRECISIONS[dtype]
