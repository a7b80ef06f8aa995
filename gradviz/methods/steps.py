"""The kinds of step: how the chosen ε is changed before it is used. One row each."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from gradviz.arguments import echo
from gradviz.errors import GradvizError
from gradviz.tree.precision import FLOAT64, Precision, precision_named

Rounding = Callable[[ArrayLike], np.ndarray]


@dataclass(frozen=True)
class StepKind:
    """A kind of step: ``taken(x, h, rounded)`` is the step to divide by, for steps h (k,) of the type.

    ``x`` is the point as a column (n, 1); the answer is (k,), or (n, k) where it depends on the coordinate.
    ``on_grid`` where x + h is meant to be exact.
    """

    name: str
    label: str
    taken: Callable[[np.ndarray, np.ndarray, Rounding], np.ndarray]
    on_grid: bool = True


def _nearest_power_of_two(_: np.ndarray, h: np.ndarray, rounded: Rounding) -> np.ndarray:
    """Nearest in the exponent: √½ parts what goes down from what goes up."""
    fractions, exponents = np.frexp(h)
    powers = np.ldexp(1.0, np.where(fractions < np.sqrt(0.5), exponents - 1, exponents))
    return rounded(np.where((h > 0) & np.isfinite(h), powers, h))


PLAIN = StepKind("plain", "as typed", lambda x, h, rounded: h, on_grid=False)

STEP_KINDS: dict[str, StepKind] = {
    row.name: row
    for row in (
        PLAIN,
        StepKind("representable", "(x + ε) − x", lambda x, h, rounded: rounded(rounded(x + h) - x)),
        StepKind("power-of-two", "a power of two", _nearest_power_of_two),
    )
}


def step_kind_named(name: object) -> StepKind:
    """The row of that name, or a GradvizError that lists the names."""
    if not isinstance(name, str) or name not in STEP_KINDS:
        known = ", ".join(STEP_KINDS)
        raise GradvizError(f"There is no kind of step {echo(name)}. The kinds are {known}.")
    return STEP_KINDS[name]


@dataclass(frozen=True)
class Arithmetic:
    """How a method works: in numbers of which precision, and with which kind of step."""

    precision: Precision = FLOAT64
    step_kind: StepKind = PLAIN


USUAL = Arithmetic()


def arithmetic_named(dtype: object, step_kind: object) -> Arithmetic:
    """Both by name; a GradvizError that lists the names for an unknown one."""
    return Arithmetic(precision_named(dtype), step_kind_named(step_kind))


def taken_steps(point: np.ndarray, steps: ArrayLike, arithmetic: Arithmetic = USUAL) -> np.ndarray:
    """The steps as they are taken at ``point`` (n,): (k,) or (n, k) float64, all numbers of the type.

    The caller holds np.errstate.
    """
    rounded = arithmetic.precision.rounded
    return arithmetic.step_kind.taken(point[:, np.newaxis], rounded(steps), rounded)


def landed_exactly(
    point: np.ndarray, taken: np.ndarray, offset: int, precision: Precision = FLOAT64
) -> np.ndarray:
    """Where x + ``offset``·h is a number of the type, so that the shift is not rounded: (n, k).

    By the error of the float64 sum, which is itself exact: Knuth, The Art of Computer Programming, vol. 2,
    §4.2.2, theorem B.
    """
    x, side = point[:, np.newaxis], math.copysign(1, offset)
    with np.errstate(all="ignore"):
        shift = offset * taken
        multiple = shift - (offset - side) * taken == side * taken  # of h up to 3h, which may need more bits
        total = x + shift
        moved = total - x
        lost = (x - (total - moved)) + (shift - moved)
        representable = (precision.rounded(shift) == shift) & (precision.rounded(total) == total)
        return multiple & (lost == 0) & representable
