"""What callers hand in, as float64 arrays and lists of names, or a GradvizError that says what is wanted."""

from __future__ import annotations

import math
from collections.abc import Iterable
from numbers import Real
from typing import Any, TypeGuard

import numpy as np

from gradviz.errors import GradvizError

LONGEST_ECHO = 40  # characters of a name that is repeated in an error


def real_array(
    values: object, error: type[GradvizError], wanted: str, *, ragged: str = "", too_large: str = ""
) -> np.ndarray:
    """``values`` as a float64 array; masked entries are nan.

    ``error`` with the sentence ``wanted`` for what is not made of real numbers (text, booleans, complex
    numbers, objects), with ``ragged`` for rows of different lengths and ``too_large`` for an integer past
    float64, where these are given.
    """
    try:
        with np.errstate(all="ignore"):
            array = _as_array(values)
            if array.dtype == object and all(is_real(number) for number in array.flat):
                array = array.astype(float)  # integers past 64 bits, fractions
            if array.size and array.dtype.kind not in "iuf":
                raise error(wanted)
            return array.astype(float)
    except GradvizError:
        raise
    except OverflowError:
        raise error(too_large or wanted) from None
    except ValueError:
        raise error(ragged or wanted) from None
    except TypeError:
        raise error(wanted) from None


def _as_array(values: object) -> np.ndarray:
    values = _unmasked(values, levels=2)
    if isinstance(values, np.ma.MaskedArray) and values.dtype.kind in "iuf":
        return np.ma.filled(values.astype(float), math.nan)
    return np.asarray(values)


def _unmasked(values: object, levels: int) -> object:
    """``values`` with nan for masked entries of lists in lists, of which NumPy would warn."""
    if values is np.ma.masked:
        return math.nan
    if not levels or not isinstance(values, list | tuple):
        return values
    return [_unmasked(value, levels - 1) for value in values]


def is_real(value: object) -> TypeGuard[float]:
    """Whether ``value`` is one real number, of whatever type; booleans are not."""
    return isinstance(value, Real) and not isinstance(value, bool)


def as_real(value: object) -> float:
    """``value`` as a float64; nan where it is not one real number, ∞ where it is too large for one."""
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = math.nan if isinstance(value, np.ma.MaskedArray) else value.item()
    if not is_real(value):
        return math.nan
    try:
        with np.errstate(all="ignore"):
            return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def as_list(values: object, wanted: str) -> list[Any]:
    """The entries of ``values``; a GradvizError with the sentence ``wanted`` where it has none."""
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):
        raise GradvizError(wanted)
    try:
        return list(values)
    except TypeError:  # an array without dimensions is Iterable, and cannot be iterated over
        raise GradvizError(wanted) from None


def echo(value: object) -> str:
    """How an unknown name is repeated in a sentence: ‘typed’, cut and printable; else what type it has."""
    if not isinstance(value, str):
        return f"of the type {type(value).__name__[:LONGEST_ECHO]}"
    shown = "".join(c if c.isprintable() else "�" for c in value[:LONGEST_ECHO])
    return f"‘{shown}’"
