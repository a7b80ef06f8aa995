"""Counts that come out of a division, bounded before anything so long is made.

A length over the size of a piece is a float: next to a pole it is 1e30 or infinite, and an array or a loop of
that length takes all the memory there is. Every such count is made here.
"""

from __future__ import annotations

import math

import numpy as np


def pieces(length: float, each: float, most: int) -> int:
    """How many pieces of size ``each`` cover ``length``, at most ``most``, also of an infinite length.

    0 where there is nothing to divide: a length that is nan or not above 0, a size that is no finite number
    above 0.
    """
    if not (length > 0 and 0 < each < math.inf):
        return 0
    with np.errstate(over="ignore"):
        count = np.float64(length) / np.float64(each)
    return most if count >= most else max(1, math.ceil(count))  # the quotient may underflow


def multiples(low: float, high: float, each: float = 1.0, most: int = 10) -> np.ndarray:
    """The whole numbers k with ``low`` ≤ k·``each`` ≤ ``high``, ascending, as float64.

    Where these are more than ``most`` (two or more), only every second, third, … of them, counted from 0, so
    that at most ``most`` are left. None where an end is not finite, or too many sizes away for a
    float.
    """
    if not (-math.inf < low <= high < math.inf and 0 < each < math.inf):
        return np.empty(0)
    with np.errstate(over="ignore"):
        first, last = (np.float64(end) / np.float64(each) for end in (low, high))
    if not (np.isfinite(first) and np.isfinite(last)):
        return np.empty(0)
    # a quotient that underflows is 0, and its end is not
    first = np.ceil(first) if low <= 0 else max(1.0, np.ceil(first))
    last = np.floor(last) if high >= 0 else min(-1.0, np.floor(last))
    every = max(1.0, np.ceil((last - first) / (most - 1)))
    first, last = np.ceil(first / every), np.floor(last / every)
    # past 2⁵³ neighbouring whole numbers are the same float
    return every * np.unique(first + np.arange(pieces(last - first + 1, 1.0, most)))
