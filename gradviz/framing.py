"""Which part of a function a picture shows: a window that its values fill, around the point.

A window of the usual size is taken where it shows something. It does not where f is defined in a corner of it
only, where most of it is flat beside a few huge values, where the point lies far above or below the rest, as
next to a pole, or where f rises and falls too often for a grid. Then the window is cropped to the domain, or
shrunk towards the point until its size suits |f|/|∇f|, the scale on which f changes there.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from gradviz.errors import GradvizError
from gradviz.field import ScalarField
from gradviz.surface import Surface, sample

Window = tuple[tuple[float, float], ...]

POINTS = {1: 129, 2: 33}  # a side, by the number of variables drawn
NICE = (5.0, 2.0, 1.0)
SMALLEST = 1e-9  # of a half-width over the usual one
HOLES = 0.5  # share of the window, at most
BODY = (0.05, 0.95)  # quantiles: the values that make up the picture
MIDDLE = (0.25, 0.75)
FLAT = 0.05  # the body's share of the whole range, at least
FAR = 1.5  # ranges of the body that f at the point may lie outside it
ROUGH = 30.0  # |∂f| · width over the range of f: about how often f rises and falls across the window, times π


def suitable_window(field: ScalarField, point: Sequence[float], axes: Sequence[int], usual: Window) -> Window:
    """``usual`` where the picture of it is readable, else a window around ``point`` (n,) that is.

    A range for each of ``axes``. ``usual`` also where f has no value at the point, or no window is readable.
    """
    try:
        return _suitable(field, tuple(float(x) for x in point), tuple(axes), usual)
    except (GradvizError, TypeError, OverflowError):  # a parameter without a value, a point of another length
        return usual


@lru_cache(maxsize=128)  # of the last few points, asked for several times in a run
def _suitable(field: ScalarField, point: tuple[float, ...], axes: tuple[int, ...], usual: Window) -> Window:
    if not 1 <= len(axes) <= 2 or not math.isfinite(float(field(point))):
        return usual
    here = [point[axis] for axis in axes]
    cropped = _cropped(field, point, axes, usual)
    if cropped and _readable(field, point, axes, cropped, poles=1):
        return cropped
    for half in _halves(max(high - low for low, high in usual) / 2):
        window = tuple((_rounded(x - half, half), _rounded(x + half, half)) for x in here)
        if not all(low < x < high for x, (low, high) in zip(here, window, strict=True)):
            break  # too small for float64
        cropped = _cropped(field, point, axes, window)
        if cropped and _readable(field, point, axes, cropped, poles=0):
            return cropped
    return usual


def _halves(usual: float) -> list[float]:
    """Round half-widths below the usual one, the largest first."""
    top = math.floor(math.log10(usual))
    halves = [nice * 10.0 ** (top - decade) for decade in range(10) for nice in NICE]
    return [half for half in halves if SMALLEST * usual < half < usual]


def _rounded(end: float, half: float) -> float:
    """An end of a window without the digits that a half-width of that size cannot tell."""
    return round(end, 2 - math.floor(math.log10(half)))


def _sampled(field: ScalarField, point: tuple[float, ...], axes: tuple[int, ...], window: Window) -> Surface:
    drawn = (axes[0], axes[-1])
    return sample(field, window, POINTS[len(axes)], point=point, axes=drawn if len(axes) == 2 else (0, 1))


def _cropped(
    field: ScalarField, point: tuple[float, ...], axes: tuple[int, ...], window: Window
) -> Window | None:
    """``window`` without the margins in which f has no value at all; None where nothing is left."""
    known = np.isfinite(_sampled(field, point, axes, window).z)
    if not known.any():
        return None
    ends = []
    for k, (low, high) in enumerate(window):
        line = np.flatnonzero(known if known.ndim == 1 else known.any(axis=k))  # z is [y, x]
        places = np.linspace(low, high, known.shape[-1 - k])
        first, last = line[[0, -1]]
        ends.append((float(places[max(first - 1, 0)]), float(places[min(last + 1, len(places) - 1)])))
    inside = all(low <= point[axis] <= high for axis, (low, high) in zip(axes, ends, strict=True))
    return tuple(ends) if inside else window


def _readable(
    field: ScalarField, point: tuple[float, ...], axes: tuple[int, ...], window: Window, poles: int
) -> bool:
    """Whether a grid over ``window`` shows how f changes about the point, with so many ``poles`` at most."""
    surface = _sampled(field, point, axes, window)
    z = surface.z
    finite = z[np.isfinite(z)]
    if finite.size < HOLES * z.size:
        return False
    halves = finite / 2  # the difference of two huge numbers overflows
    whole = float(halves.max() - halves.min())
    if whole == 0:
        return True  # a plain, in any window
    low, high = np.quantile(halves, BODY)
    body = float(high - low)
    value = float(field(point)) / 2
    with np.errstate(over="ignore"):
        inside = low - FAR * body <= value <= high + FAR * body
    if not inside:
        return False
    found = _poles(z / 2, *np.quantile(halves, MIDDLE))
    if found > poles or (body < FLAT * whole and not found):
        return False
    with np.errstate(all="ignore"):
        slopes = np.abs(surface.gradients[..., list(axes)] / 2)
        rises = [float(np.nanmedian(slopes[..., k])) * (end - start) for k, (start, end) in enumerate(window)]
    return not max(rises) > ROUGH * max(body, FLAT * whole)


def _poles(z: NDArray[np.float64], low: float, high: float) -> int:
    """How often, along one line of the grid, f jumps from far above the middle of its values to far below.

    Their middle half is [``low``, ``high``]. The tooth of a saw is no pole: it reaches half as far.
    """
    reach = high - low
    above, below = z > high + 0.6 * reach, z < low - 0.6 * reach
    most = 0
    for axis in range(z.ndim):
        a, b = np.moveaxis(above, axis, 0), np.moveaxis(below, axis, 0)
        jumps = (a[:-1] & b[1:]) | (b[:-1] & a[1:])
        if len(a) > 2:  # over a place where f has no value
            holes = ~np.isfinite(np.moveaxis(z, axis, 0)[1:-1])
            jumps = np.concatenate([jumps, holes & ((a[:-2] & b[2:]) | (b[:-2] & a[2:]))])
        most = max(most, int(np.max(jumps.sum(axis=0), initial=0)))
    return most
