"""Where the sheet of a scene is seen on its stage, in coarse cells: how much of it a circle or a box covers.

As in the browser (``browser/silhouette.js``): the lens of a saved picture stands where the page has it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gradviz.export.vector.sheet import Sheet

CELL = 8.0  # px
ALONG = 16  # cells of the sheet each way: as many as are drawn straight between their corners
RAYS = 24  # places of a way that are looked at


# where places (…, 3) of the scene are seen, (…, 2) px
Sight = Callable[[NDArray[np.float64]], NDArray[np.float64]]


@dataclass(frozen=True)
class Silhouette:
    """The cells (rows, columns) of a stage in which the sheet is seen."""

    seen: NDArray[np.bool_]

    @classmethod
    def of(cls, sheet: Sheet, sees: Sight, size: tuple[float, float]) -> Silhouette:
        """That of a ``sheet`` on a stage of that ``size``."""
        columns, rows = (math.ceil(length / CELL) for length in size)
        seen = np.zeros((rows, columns), dtype=bool)
        picked = [_spread(side) for side in (sheet.x, sheet.y)]
        across, up = np.meshgrid(sheet.x[picked[0]], sheet.y[picked[1]])
        z = sheet.z[np.ix_(picked[1], picked[0])]
        cut = np.where(z > sheet.top, 1, np.where(z < sheet.bottom, -1, 0))
        places = np.stack([across, up, np.clip(z, sheet.bottom, sheet.top)], axis=-1)
        at = sees(places) / CELL
        for j in range(ALONG):
            for i in range(ALONG):
                corners = [(j, i), (j, i + 1), (j + 1, i), (j + 1, i + 1)]
                sides = {int(cut[corner]) for corner in corners}
                if not all(math.isfinite(z[corner]) for corner in corners) or sides in ({1}, {-1}):
                    continue
                _fill(seen, np.array([at[corner] for corner in corners[:3]]))
                _fill(seen, np.array([at[corner] for corner in corners[1:]]))
        return cls(seen)

    def disc_share(self, x: float, y: float, radius: float) -> float:
        """How much of a circle lies over the sheet, 0 … 1: of the cells whose middle is in it."""
        over = total = 0
        for row in range(math.ceil((y - radius) / CELL - 0.5), math.floor((y + radius) / CELL - 0.5) + 1):
            half = math.sqrt(max(0.0, radius**2 - ((row + 0.5) * CELL - y) ** 2))
            start, stop = math.ceil((x - half) / CELL - 0.5), math.floor((x + half) / CELL - 0.5) + 1
            if stop > start:
                over += self._between(row, start, stop)
                total += stop - start
        return over / max(1, total)

    def box_share(self, left: float, right: float, top: float, bottom: float) -> float:
        """How much of a box lies over the sheet, 0 … 1: of the cells that it touches."""
        start, stop = math.floor(left / CELL), math.ceil(right / CELL)
        rows = range(math.floor(top / CELL), math.ceil(bottom / CELL))
        return sum(self._between(row, start, stop) for row in rows) / max(1, len(rows) * (stop - start))

    def way_share(self, a: ArrayLike, b: ArrayLike) -> float:
        """How much of the way between two places lies over the sheet, 0 … 1."""
        start, end = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
        shares = (np.arange(RAYS)[:, np.newaxis] + 0.5) / RAYS
        places = np.floor((start + shares * (end - start)) / CELL).astype(int)
        return sum(self._between(int(row), int(column), int(column) + 1) for column, row in places) / RAYS

    def _between(self, row: int, start: int, stop: int) -> int:
        """How many cells of a row between two columns the sheet is seen in."""
        if not 0 <= row < len(self.seen):
            return 0
        return int(self.seen[row, max(0, start) : max(0, stop)].sum())


def _spread(side: NDArray[np.float64]) -> NDArray[np.int_]:
    """Some of the indices of an axis, evenly spread, with both ends."""
    return np.floor(np.linspace(0, len(side) - 1, ALONG + 1) + 0.5).astype(int)


def _fill(seen: NDArray[np.bool_], corners: NDArray[np.float64]) -> None:
    """Fill the cells whose middle is in a triangle (3, 2), and those of its corners, as it may be thinner."""
    rows, columns = seen.shape
    places = corners.tolist()
    sides = list(zip(places, [*places[1:], places[0]], strict=True))
    (_, top), (_, bottom) = corners.min(axis=0), corners.max(axis=0)
    for row in range(max(0, math.ceil(top - 0.5)), min(rows - 1, math.floor(bottom - 0.5)) + 1):
        middle = row + 0.5
        found = [
            ax + (middle - ay) / (by - ay) * (bx - ax)
            for (ax, ay), (bx, by) in sides
            if min(ay, by) <= middle <= max(ay, by) and ay != by
        ]
        if found:
            left, right = max(0, math.ceil(min(found) - 0.5)), math.floor(max(found) - 0.5)
            seen[row, left : max(left, right + 1)] = True
    for x, y in np.floor(corners).astype(int).tolist():
        if 0 <= x < columns and 0 <= y < rows:
            seen[y, x] = True
