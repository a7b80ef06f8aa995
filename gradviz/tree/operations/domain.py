"""NumPy's functions restricted to their real domain: nan at a pole, though IEEE arithmetic says infinity.

The caller suppresses NumPy's warnings.
"""

from __future__ import annotations

import numpy as np

from gradviz.tree.expression import Kind, Number
from gradviz.tree.operations.derivative import Rule


def hole(where: Number, value: Number) -> Number:
    """``value`` with nan where ``where`` holds."""
    return np.where(where, np.nan, value)


def divide(a: Number, b: Number) -> Number:
    """a/b; nan where b is 0."""
    if isinstance(b, float) and b != 0:
        return np.divide(a, b)
    return hole(np.equal(b, 0), np.divide(a, b))


def reciprocal(function: Rule) -> Rule:
    """1/``function``; nan at its zeros."""
    return lambda a: divide(1.0, function(a))


def without_pole(function: Rule) -> Rule:
    """``function``, a logarithm; nan at 0."""
    return lambda a: hole(np.equal(a, 0), function(a))


# --- switches: quantities that are 0 where an operation is not smooth ---


def itself(k: Kind, a: Number) -> tuple:
    """Not smooth at 0."""
    return (a,)


def to_integer(k: Kind, a: Number) -> Number:
    """The distance to the nearest integer, with its sign."""
    return a - k.floor(a + 0.5)
