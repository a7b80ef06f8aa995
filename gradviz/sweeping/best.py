"""The best step as measured: where the typical error, a running median, is least.

Rounding makes the error a cloud, and a single dip of it may lie far from the bottom of the V.
"""

from __future__ import annotations

import math
from bisect import bisect_left, insort

import numpy as np

HALF_WINDOW = 0.25  # decades on either side, 11 of the default steps
LARGEST_TABLE = 200_000  # errors in all windows together
_SLACK = 1e-9  # decades: a step that stands on the border counts, however its logarithm is rounded


def running_median(steps: np.ndarray, errors: np.ndarray) -> np.ndarray:
    """(k,) the median of the ``errors`` (k,) within a quarter of a decade of each of ``steps``, ascending.

    nan is left out, and stays nan. Of an even number it is the upper one of the middle two: each median is a
    measured error, and one good answer among two does not count. Where the steps are further apart than the
    window, each error is its own median.
    """
    places, values = np.log10(steps), np.asarray(errors, dtype=float)
    firsts = np.searchsorted(places, places - (HALF_WINDOW + _SLACK))
    ends = np.searchsorted(places, places + (HALF_WINDOW + _SLACK), side="right")
    widest = int((ends - firsts).max(initial=0))
    if widest * len(values) > LARGEST_TABLE:
        return _sliding_median(firsts, ends, values)
    table = firsts[:, np.newaxis] + np.arange(widest)  # of the places in each window
    windows = np.where(table < ends[:, np.newaxis], values[np.minimum(table, len(values) - 1)], np.nan)
    windows.sort(axis=1)  # nan last
    middles = np.count_nonzero(~np.isnan(windows), axis=1) // 2
    medians = np.take_along_axis(windows, middles[:, np.newaxis], axis=1)[:, 0] if widest else values
    return np.where(np.isnan(values), np.nan, medians)


def _sliding_median(firsts: np.ndarray, ends: np.ndarray, errors: np.ndarray) -> np.ndarray:
    """The medians of ``errors`` from ``firsts`` to ``ends``, where a table of all windows is too large."""
    values: list[float] = errors.tolist()
    medians, window = np.full(len(values), np.nan), []
    entered = left = 0
    for k, (first, end) in enumerate(zip(firsts.tolist(), ends.tolist(), strict=True)):
        for value in values[entered:end]:
            if not math.isnan(value):
                insort(window, value)
        for value in values[left:first]:
            if not math.isnan(value):
                del window[bisect_left(window, value)]
        entered, left = end, first
        if not math.isnan(values[k]):
            medians[k] = window[len(window) // 2]
    return medians


def best_measured(steps: np.ndarray, errors: np.ndarray) -> tuple[float, float]:
    """The step at which the running median of the error is least, and that median; nan without any error.

    Neighbours often share a median: of those it is the middle one, and the largest where all are exact.
    """
    medians = running_median(steps, errors)
    if np.isnan(medians).all():
        return math.nan, math.nan
    least = float(np.nanmin(medians))
    places = np.flatnonzero(medians == least)
    return float(steps[places[len(places) // 2 if least else -1]]), least
