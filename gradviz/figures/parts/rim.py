"""The edge of the domain of f between the points of a sampled surface, found by bisection.

A grid alone ends in a row of teeth there, one cell high. On the sheet the nearest vertices without a value
move onto the edge; on a map, whose grid cannot move, polygons cover what lies past it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gradviz.field import ScalarField, values_at
from gradviz.surface import Surface
from gradviz.tree.expression import Number

HALVINGS = 30  # of a cell: of sqrt, 3e-5 of its height in a cell is left
MOST = 16  # places to search for each row and column: beyond, it is no edge but noise
REACHES = (1.0, 1.4, 0.6)  # cells from a vertex at which the domain is looked for across its edge
STEEPEST = 4.0  # cells past the edge by which a value goes on where it falls off more steeply
SIDES = ((0, 1), (1, 0), (0, -1), (-1, 0))  # rows and columns to a neighbour
CORNERS = ((1, 1), (1, -1), (-1, -1), (-1, 1))

Grid = NDArray[np.float64]


@dataclass(frozen=True)
class Crossings:
    """Where the edge cuts the lines from vertices without a value to a neighbour with one.

    ``rows`` and ``columns`` (k,) of the vertex, the way ``down`` and ``across`` to its neighbour, the
    ``share`` of that way past the edge, the last place ``x``, ``y`` before it, and ``heights``, f there.
    """

    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    down: NDArray[np.int64]
    across: NDArray[np.int64]
    share: Grid
    x: Grid
    y: Grid
    heights: Grid


@dataclass(frozen=True)
class Reached:
    """A surface that reaches to its edge: ``x``, ``y`` and ``z``, all (r, c), nan further out.

    Of the vertices that are ``known`` (r, c) none has moved.
    """

    x: Grid
    y: Grid
    z: Grid
    known: NDArray[np.bool_]

    def hemmed(self) -> Reached:
        """With the vertices next past the rim put onto it, too.

        WebGL's normals are differences of neighbours: without one a rim is black. The cells between are lines
        but for the chords of a bent edge, and level lines are not to pass there.
        """
        x, y, z = self.x.copy(), self.y.copy(), self.z.copy()
        _hem(self.known, (x, y, z))
        return Reached(x, y, z, self.known)


@dataclass(frozen=True)
class Cover:
    """What a map needs: heights ``z`` (r, c) that go on past the edge, and what covers them there.

    ``outline`` (m, 2) are closed polygons, rows of nan between them.
    """

    z: Grid
    outline: Grid


def reached(surface: Surface) -> Reached | None:
    """The surface with its vertices next to the edge moved onto it; None where there is no edge to be found.

    A hole of a single vertex, and one that is a vertex wide, stay: nothing tells how wide they are.
    """
    known = np.isfinite(surface.z)
    found = _around_holes(surface, known)
    if found is None:
        return None
    # of the ways that lead from one vertex to the edge, the shortest where none goes straight to it
    order = np.argsort(-found.share * np.hypot(found.down, found.across), kind="stable")
    rows, columns = found.rows[order], found.columns[order]
    x, y = np.meshgrid(*surface.sides)
    z = np.where(known, surface.z, np.nan)
    x[rows, columns], y[rows, columns] = found.x[order], found.y[order]
    z[rows, columns] = found.heights[order]
    rows, columns, places, heights = _straight(surface, found)
    x[rows, columns], y[rows, columns], z[rows, columns] = places[0], places[1], heights
    return Reached(x, y, z, known)


def _hem(known: NDArray[np.bool_], grids: Sequence[Grid]) -> None:
    """Move the vertices next past the rim to the nearest one on it."""
    x, y, z = grids
    rim = np.isfinite(z) & ~known
    outer = ~np.logical_or.reduce([known, rim, *(beside(known, way) for way in (*SIDES, *CORNERS))])
    scale = [
        float(side.max() - side.min()) / (count - 1) for side, count in ((x, x.shape[1]), (y, y.shape[0]))
    ]
    nearest, sources = np.full(z.shape, np.inf), np.zeros((2, *z.shape), dtype=int)
    for way in (*SIDES, *CORNERS):
        rows, columns = np.nonzero(outer & beside(rim, way))
        source = rows + way[0], columns + way[1]
        apart = [
            (grid[source] - grid[rows, columns]) / unit for grid, unit in zip((x, y), scale, strict=True)
        ]
        far = np.hypot(*apart)
        closer = far < nearest[rows, columns]
        nearest[rows[closer], columns[closer]] = far[closer]
        for k in (0, 1):
            sources[k, rows[closer], columns[closer]] = source[k][closer]
    rows, columns = np.nonzero(np.isfinite(nearest))
    for grid in grids:
        grid[rows, columns] = grid[sources[0, rows, columns], sources[1, rows, columns]]


def _straight(
    surface: Surface, found: Crossings
) -> tuple[NDArray[np.int64], NDArray[np.int64], list[Grid], Grid]:
    """The vertices (k,) that can move at right angles to the edge, by rows and columns; whereto, and f there.

    The way is the mean of those to the known neighbours, by how much of each lies in the domain: neighbours
    then keep their order along the edge, and no cell is folded.
    """
    way = np.zeros((*surface.z.shape, 2))
    long = np.hypot(found.down, found.across)
    weight = (1 - found.share) / long
    np.add.at(way, (found.rows, found.columns), np.column_stack([weight * found.down, weight * found.across]))
    length = np.hypot(way[..., 0], way[..., 1])
    rows, columns = np.nonzero(length > 1e-6)
    down, across = (way[rows, columns] / length[rows, columns, np.newaxis]).T
    x, y = surface.sides
    starts = [x[columns], y[rows]]
    reach, heights = np.zeros(len(rows)), np.full(len(rows), np.nan)
    for cells in REACHES:  # to a place where f has a number
        steps = _bounded_steps(surface, starts, (cells * across, cells * down))
        value = _values(surface, [start + step for start, step in zip(starts, steps, strict=True)])
        new = np.isfinite(value) & ~np.isfinite(heights)
        reach[new], heights[new] = cells, value[new]
    sound = np.isfinite(heights)
    rows, columns, starts = rows[sound], columns[sound], [start[sound] for start in starts]
    steps = _bounded_steps(surface, starts, ((reach * across)[sound], (reach * down)[sound]))
    share, heights = _halved(surface, starts, steps, heights[sound])
    return rows, columns, [start + share * step for start, step in zip(starts, steps, strict=True)], heights


def _bounded_steps(surface: Surface, starts: Sequence[Grid], cells: Sequence[Grid]) -> list[Grid]:
    """Steps of so many ``cells`` along x and y that stay in the window."""
    steps = []
    for side, start, count in zip(surface.sides, starts, cells, strict=True):
        end = start + count * (side[-1] - side[0]) / (len(side) - 1)
        steps.append(np.clip(end, side[0], side[-1]) - start)
    return steps


def covered(surface: Surface) -> Cover | None:
    """``surface`` for a map that cannot move its grid; None where there is no edge to be found.

    The holes of :func:`reached` stay.
    """
    known = np.isfinite(surface.z)
    found = _around_holes(surface, known)
    if found is None:
        return None
    inner = surface.z[found.rows + found.down, found.columns + found.across]
    before = np.maximum(1 - found.share, 1 / STEEPEST)
    with np.errstate(over="ignore", invalid="ignore"):
        past = inner + (found.heights - inner) / before
    order = np.argsort(-found.share, kind="stable")
    z = np.where(known, surface.z, np.nan)
    z[found.rows[order], found.columns[order]] = past[order]
    return Cover(z, _outline(surface, known, found))


def reached_curve(surface: Surface) -> tuple[Grid, Grid]:
    """x and z, (r,), of a curve whose samples next to the ends of f's domain are moved onto them."""
    x, z = surface.x.copy(), np.where(np.isfinite(surface.z), surface.z, np.nan)
    known = np.isfinite(z)
    before, after = np.append(False, known[:-1]), np.append(known[1:], False)
    moving = np.flatnonzero(~known & (before != after))
    if not 0 < len(moving) <= MOST or not _may_be_searched(surface):
        return x, z
    start, step = x[moving], x[np.where(before[moving], moving - 1, moving + 1)] - x[moving]
    share, heights = _halved(surface, [start], [step], np.full(len(moving), np.nan))
    sound = np.isfinite(heights)
    x[moving[sound]], z[moving[sound]] = (start + share * step)[sound], heights[sound]
    return x, z


def _sides_of_holes(known: NDArray[np.bool_]) -> list[tuple[tuple[int, int], NDArray[np.bool_]]]:
    """For each side the vertices without a value that may move that way.

    A vertex between two known ones moves only at the tip of a hole, away from it.
    """
    next_to = {side: beside(known, side) for side in SIDES}
    count = sum(part.astype(int) for part in next_to.values())
    chosen = []
    for side in SIDES:
        opposite = next_to[-side[0], -side[1]]
        aside = next_to[side[1], side[0]] & next_to[-side[1], -side[0]]
        tip = (count == 3) & aside & ~opposite
        chosen.append((side, ~known & next_to[side] & ~opposite & (~aside | tip)))
    return chosen


def _corners_of_holes(known: NDArray[np.bool_]) -> list[tuple[tuple[int, int], NDArray[np.bool_]]]:
    """For each corner the vertices without a value whose only known neighbours are at corners."""
    inner = ~known & ~np.logical_or.reduce([beside(known, side) for side in SIDES])
    return [(corner, inner & beside(known, corner)) for corner in CORNERS]


def beside(known: NDArray[np.bool_], way: tuple[int, int]) -> NDArray[np.bool_]:
    """Whether the neighbour of each vertex (r, c) on that ``way`` is known; none is outside the grid."""
    wide = np.pad(known, 1)
    rows, columns = known.shape
    return wide[1 + way[0] : 1 + way[0] + rows, 1 + way[1] : 1 + way[1] + columns]


def _around_holes(surface: Surface, known: NDArray[np.bool_]) -> Crossings | None:
    """The edge around all vertices that may move, on the way to each known neighbour; None for none."""
    if surface.y is None or known.all() or not known.any() or not _may_be_searched(surface):
        return None
    ways = (*_sides_of_holes(known), *_corners_of_holes(known))
    going_on = np.logical_or.reduce([chosen for _, chosen in ways])
    return _crossings(surface, [(way, going_on & beside(known, way)) for way in (*SIDES, *CORNERS)])


def _crossings(surface: Surface, ways: list[tuple[tuple[int, int], NDArray[np.bool_]]]) -> Crossings | None:
    """The places at which f ends on its way to the chosen vertices; None for none, or too many."""
    vertices = [np.nonzero(chosen) for _, chosen in ways]
    counts = [len(rows) for rows, _ in vertices]
    if not 0 < sum(counts) <= MOST * sum(surface.z.shape):
        return None
    rows, columns = (np.concatenate([vertex[k] for vertex in vertices]) for k in (0, 1))
    down, across = (np.repeat([way[k] for way, _ in ways], counts) for k in (0, 1))
    x, y = surface.sides
    starts = [x[columns], y[rows]]
    steps = [x[columns + across] - starts[0], y[rows + down] - starts[1]]
    share, heights = _halved(surface, starts, steps, surface.z[rows + down, columns + across])
    places = [start + share * step for start, step in zip(starts, steps, strict=True)]
    return Crossings(rows, columns, down, across, share, places[0], places[1], heights)


def _halved(
    surface: Surface, starts: Sequence[Grid], steps: Sequence[Grid], heights: Grid
) -> tuple[Grid, Grid]:
    """The least shares (k,) of ``steps`` from ``starts``, a list for each axis, at which f has a number.

    With f there; where none is found, share 1 and the ``heights``.
    """
    share, end = np.ones_like(heights), np.zeros_like(heights)  # the nearest place with a number, one without
    for _ in range(HALVINGS):
        middle = (share + end) / 2
        value = _values(surface, [start + middle * step for start, step in zip(starts, steps, strict=True)])
        inside = np.isfinite(value)
        share, end = np.where(inside, middle, share), np.where(inside, end, middle)
        heights = np.where(inside, value, heights)
    return share, heights


def _may_be_searched(surface: Surface) -> bool:
    """Whether f is a formula: a Python function is called as often as its stage can afford, and no more."""
    return isinstance(surface.field, ScalarField)


def _values(surface: Surface, places: Sequence[Grid]) -> Grid:
    """f (k,) at places given by a list (k,) for each drawn axis."""
    coordinates: list[Number] = [float(c) for c in surface.point]
    for axis, values in zip(surface.axes, places, strict=True):
        coordinates[axis] = values
    with np.errstate(all="ignore"):
        found = np.asarray(values_at(surface.field, coordinates), dtype=float)
    return np.broadcast_to(found, places[0].shape)


def _outline(surface: Surface, known: NDArray[np.bool_], found: Crossings) -> Grid:
    """The part past the edge of each cell that the edge cuts, and the cells around a value that goes on."""
    x, y = surface.sides
    ends = np.full((*known.shape, 3, 3, 2), np.nan)
    ends[found.rows, found.columns, found.down + 1, found.across + 1] = np.column_stack([found.x, found.y])
    open_ = ~known
    gone_on = np.zeros_like(open_)
    gone_on[found.rows, found.columns] = True
    cell = open_[:-1, :-1] | open_[1:, :-1] | open_[:-1, 1:] | open_[1:, 1:]
    near = gone_on[:-1, :-1] | gone_on[1:, :-1] | gone_on[:-1, 1:] | gone_on[1:, 1:]
    points: list[tuple[float, float]] = []
    ring = ((0, 0), (0, 1), (1, 1), (1, 0))
    for j, i in np.argwhere(cell & near):
        polygon: list[tuple[float, float]] = []
        for (dj, di), (ej, ei) in zip(ring, (*ring[1:], ring[0]), strict=True):
            a, b = (j + dj, i + di), (j + ej, i + ei)
            if open_[a]:
                polygon.append((float(x[a[1]]), float(y[a[0]])))
            if open_[a] != open_[b]:
                outer, inner = (a, b) if open_[a] else (b, a)
                place = ends[*outer, inner[0] - outer[0] + 1, inner[1] - outer[1] + 1]
                polygon.append((float(place[0]), float(place[1])))
        if np.isfinite(polygon).all():  # else it is beside a hole that stays
            points += [*polygon, polygon[0], (np.nan, np.nan)]
    return np.array(points[:-1]).reshape(-1, 2)
