"""The surface of a scene as cells: in which order they are painted, and what they hide.

z = f(x, y) has one height above each place, and a line of sight passes the cells of its grid as a straight
line over the floor does. So cells are painted from the back to the front exactly, without comparing any two:
those far from the eye's own column and row come first. What a line of sight meets is read off at the lines of
the grid, between which the surface is straight.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

Places = NDArray[np.float64]  # (…, 3) in scene units

NEAR = 0.04  # scene units before an arrow's own place counts as hidden: it touches the sheet there
SKIN = 0.01  # so near to the sheet a line of sight has not passed it yet
CUT = 0.005  # so far above the top it is cut off
ALIKE = 256  # lines of sight followed at a time, of about as many places each
HALVINGS = 10  # of a piece of a line, to find where it is hidden first: a thousandth of it


@dataclass(frozen=True)
class Sheet:
    """Heights ``z`` (r, c) over ``y`` (r,) and ``x`` (c,), nan in holes; drawn from ``bottom`` to ``top``.

    ``moved`` (r, c, 2) are the places of the vertices where those at the rim do not lie on the grid.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    z: NDArray[np.float64]
    bottom: float
    top: float
    moved: NDArray[np.float64] | None = None

    @property
    def vertices(self) -> Places:
        """All vertices, (r, c, 3)."""
        flat = np.stack(np.meshgrid(self.x, self.y), axis=-1) if self.moved is None else self.moved
        return np.concatenate([flat, self.z[..., np.newaxis]], axis=-1)

    @cached_property
    def _drawn(self) -> NDArray[np.float64]:
        """The heights, nan above the top, where the sheet is cut off."""
        return np.where(self.z > self.top + CUT, np.nan, self.z)

    def height(self, x: ArrayLike, y: ArrayLike) -> NDArray[np.float64]:
        """The height at places between the points of the grid; nan in holes and outside."""
        i, s = _cell(self.x, np.asarray(x, dtype=float))
        j, t = _cell(self.y, np.asarray(y, dtype=float))
        z = self._drawn
        with np.errstate(invalid="ignore"):
            found = (1 - t) * ((1 - s) * z[j, i] + s * z[j, i + 1]) + t * (
                (1 - s) * z[j + 1, i] + s * z[j + 1, i + 1]
            )
            outside = (s < -1e-9) | (s > 1 + 1e-9) | (t < -1e-9) | (t > 1 + 1e-9)
        return np.where(outside, np.nan, found)

    def order(self, eye: NDArray[np.float64], orthographic: bool = False) -> tuple[NDArray, NDArray]:
        """The rows and columns of all cells from the back to the front, seen from ``eye`` (3,).

        Where the lines of sight are parallel, ``eye`` is the direction towards it.
        """
        ranks = []
        for axis, at in ((self.x, eye[0]), (self.y, eye[1])):
            middle = (axis[1:] + axis[:-1]) / 2
            if orthographic:
                ranks.append(-at * middle if at else np.zeros(len(middle)))
            else:
                # the cell of the eye itself is the nearest; those beyond it on either side come before it
                ranks.append(np.where((axis[:-1] <= at) & (at <= axis[1:]), 0.0, np.abs(middle - at)))
        column_rank, row_rank = ranks
        rows, columns = np.meshgrid(np.arange(len(row_rank)), np.arange(len(column_rank)), indexing="ij")
        order = np.lexsort((-row_rank[rows].ravel(), -column_rank[columns].ravel()))
        return rows.ravel()[order], columns.ravel()[order]

    def hides(
        self, places: ArrayLike, towards: ArrayLike, near: float = NEAR, skin: float = SKIN
    ) -> NDArray[np.bool_]:
        """Whether the sheet stands between ``places`` (…, 3) and the eye, ``towards`` (…, 3) from there."""
        places = np.asarray(places, dtype=float)
        towards = np.broadcast_to(np.asarray(towards, dtype=float), places.shape)
        flat, ways = places.reshape(-1, 3), towards.reshape(-1, 3)
        size = 4096  # at a time
        parts = [
            self._hides(flat[k : k + size], ways[k : k + size], near, skin) for k in range(0, len(flat), size)
        ]
        found = np.concatenate(parts) if parts else np.empty(0, dtype=bool)
        return found.reshape(places.shape[:-1])

    def _hides(self, places: Places, ways: Places, skipped: float, skin: float) -> NDArray[np.bool_]:
        shares = []  # of the way, at which it passes a line of the grid
        with np.errstate(divide="ignore", invalid="ignore"):
            for k, axis in enumerate((self.x, self.y)):
                shares.append((axis - places[:, k, np.newaxis]) / ways[:, k, np.newaxis])
            over = (self.top + CUT + 2 * skin - places[:, 2]) / ways[:, 2]
        length = np.linalg.norm(ways, axis=1)[:, np.newaxis]
        near = np.minimum(skipped / length, 1.0)
        share = np.concatenate([near, *shares], axis=1)
        with np.errstate(invalid="ignore"):
            share = np.where((share >= near) & (share <= 1), share, 1.0)
        share = np.sort(share, axis=1)
        # past its first place above all of the sheet, and past its end, a way meets nothing more
        over = np.where(ways[:, 2] > 0, over, np.inf)
        counts = 1 + ((share <= over[:, np.newaxis]) & (share < 1)).sum(axis=1)
        found = np.empty(len(places), dtype=bool)
        in_turn = np.argsort(counts, kind="stable")
        for start in range(0, len(places), ALIKE):
            rows = in_turn[start : start + ALIKE]
            most = counts[rows[-1]]
            found[rows] = self._passes(places[rows], ways[rows], share[rows, :most], skin)
        return found

    def _passes(
        self, places: Places, ways: Places, share: NDArray[np.float64], skin: float
    ) -> NDArray[np.bool_]:
        """Whether ways (k, 3) from ``places`` pass the sheet between two of their ascending shares (k, m)."""
        along = places[:, np.newaxis] + share[..., np.newaxis] * ways[:, np.newaxis]
        gap = along[..., 2] - self.height(along[..., 0], along[..., 1])
        with np.errstate(invalid="ignore"):
            side = np.where(np.abs(gap) > skin, np.sign(gap), 0.0)
        # the side on which a way was last, before each of its places; a hole forgets it
        known = np.where((side != 0) | np.isnan(gap), np.arange(side.shape[1]), 0)
        last = np.take_along_axis(np.nan_to_num(side), np.maximum.accumulate(known, axis=1), axis=1)
        return np.asarray((last[:, :-1] * np.nan_to_num(side[:, 1:]) < 0).any(axis=1))


def _cell(axis: NDArray[np.float64], values: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray]:
    """The cell of an evenly spaced axis that holds each value, and how far through it: 0 … 1 inside."""
    place = (values - axis[0]) / (axis[-1] - axis[0]) * (len(axis) - 1)
    cell = np.clip(np.nan_to_num(np.floor(place)), 0, len(axis) - 2).astype(np.int64)
    return cell, place - cell


def clipped(corners: Places, low: float, high: float) -> Places:
    """The part of a polygon (k, 3) with heights in [``low``, ``high``], as by Sutherland and Hodgman."""
    for level, side in ((low, 1.0), (high, -1.0)):
        kept = []
        for before, corner in zip(np.roll(corners, 1, axis=0), corners, strict=True):
            past, here = side * (before[2] - level), side * (corner[2] - level)
            if (past >= 0) != (here >= 0):
                kept.append(before + past / (past - here) * (corner - before))
            if here >= 0:
                kept.append(corner)
        if len(kept) < 3:
            return np.empty((0, 3))
        corners = np.array(kept)
    return corners
