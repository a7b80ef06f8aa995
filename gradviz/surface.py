"""Sampling a field for pictures."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Integral

import numpy as np
from numpy.typing import ArrayLike

from gradviz.arguments import as_list, real_array
from gradviz.autodiff.reverse import gradients_at
from gradviz.errors import GradvizError
from gradviz.field import ScalarField, as_point, checked_field, values_at
from gradviz.lazy import lazy
from gradviz.shown import shown
from gradviz.tree.expression import Number

LARGEST_END = 1e300  # of a range: its width, and a little more, must not overflow
LARGEST_RESOLUTION = {1: 10_000, 2: 400}  # points a side, by the number of variables drawn


@shown
@dataclass(frozen=True)
class Surface:
    """f on a grid: ``z[j, i]`` = f(x[i], y[j]), nan in its holes; for one variable ``y`` is None, z (r,).

    ``axes`` are the indices of the drawn variables, ``point`` (n,) has the values of the others.
    ``gradients`` (…, n) is the whole gradient at every point of the grid, by one reverse sweep.
    """

    field: ScalarField
    point: np.ndarray
    axes: tuple[int, ...]
    x: np.ndarray
    y: np.ndarray | None
    z: np.ndarray

    @property
    def sides(self) -> tuple[np.ndarray, ...]:
        """x, and y where there is one."""
        return (self.x,) if self.y is None else (self.x, self.y)

    @property
    def coordinates(self) -> list[Number]:
        """One number or array for every variable, which broadcast to the shape of z."""
        return _coordinates(self.point, self.axes, self.x, self.y)

    @lazy
    def gradients(self) -> np.ndarray:
        with np.errstate(all="ignore"):
            swept = gradients_at(self.field, self.coordinates)
            columns = [np.broadcast_to(g, self.z.shape) for g in swept]
        gradients = np.stack(columns, axis=-1) if columns else np.empty((*self.z.shape, 0))
        return np.where(np.isnan(self.z)[..., np.newaxis], np.nan, gradients)


def sample(
    field: ScalarField,
    bounds: ArrayLike,
    resolution: int = 60,
    *,
    point: ArrayLike | None = None,
    axes: tuple[int, int] = (0, 1),
) -> Surface:
    """f over ``bounds`` ((lo, hi), (lo, hi)), ``resolution`` points a side; ((lo, hi),) for one variable.

    With three and more variables ``axes`` are the two that are drawn, and the others are fixed at ``point``.
    A GradvizError for bounds that are no range, or a resolution that is no whole number from 2 to 400 (10 000
    for one variable).
    """
    n = len(checked_field(field).variables)
    if n == 0:
        raise GradvizError("A constant has no variables to draw it over.")
    chosen = (0,) if n == 1 else _two_places(axes, n)
    largest = LARGEST_RESOLUTION[len(chosen)]
    if not isinstance(resolution, Integral) or not 2 <= resolution <= largest:
        raise GradvizError(f"The resolution is a whole number from 2 to {largest}.")
    if point is None and n > 2:
        raise GradvizError("With three and more variables a point must hold those that are not drawn.")
    fixed = np.zeros(n) if point is None else as_point(field, point)
    ranges = _ranges(bounds, len(chosen))
    x, *others = (np.linspace(low, high, int(resolution)) for low, high in ranges)
    y = others[0] if others else None
    with np.errstate(all="ignore"):
        values = values_at(field, _coordinates(fixed, chosen, x, y))
    shape = (len(x),) if y is None else (len(y), len(x))
    return Surface(field, fixed, chosen, x, y, np.array(np.broadcast_to(values, shape), dtype=float))


def _two_places(axes: object, n: int) -> tuple[int, ...]:
    """Two different whole numbers from 0 to n − 1; a GradvizError for anything else."""
    wanted = "Two different variables are drawn, by their places from 0."
    places = as_list(axes, wanted)
    whole = [int(place) for place in places if isinstance(place, Integral) and not isinstance(place, bool)]
    if len(places) != 2 or len(set(whole)) != 2 or not all(0 <= place < n for place in whole):
        raise GradvizError(wanted)
    return whole[0], whole[1]


def _ranges(bounds: ArrayLike, count: int) -> np.ndarray:
    """The bounds as (count, 2) ascending finite numbers."""
    wanted = "Each range needs two finite numbers, the lower one first."
    ranges = real_array(bounds, GradvizError, wanted)
    if ranges.shape == (2,) and count == 1:
        ranges = ranges[np.newaxis]
    fits = ranges.shape == (count, 2) and np.isfinite(ranges).all() and (ranges[:, 0] < ranges[:, 1]).all()
    if not fits or np.abs(ranges).max() >= LARGEST_END:
        raise GradvizError(wanted)
    return ranges


def _coordinates(
    point: np.ndarray, axes: tuple[int, ...], x: np.ndarray, y: np.ndarray | None
) -> list[Number]:
    """One number or array for every variable: x along rows, y along columns."""
    coordinates: list[Number] = [float(c) for c in point]
    coordinates[axes[0]] = x
    if y is not None:
        coordinates[axes[1]] = y[:, np.newaxis]
    return coordinates
