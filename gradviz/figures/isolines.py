"""Level lines of a sampled surface, by marching squares.

Plotly draws contours on its surfaces, but with a hole in them it hands WebGL vertices that are no numbers,
and a browser that renders in software hangs.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

UNSEEN = 4e-4  # of the picture's width: a fifth of a pixel on a screen


def level_lines(x: ArrayLike, y: ArrayLike, z: ArrayLike, levels: ArrayLike) -> NDArray[np.float64]:
    """Points (m, 3) on the lines z = level of ``z`` (r, c) over ``y`` (r,) and ``x`` (c,); a row of nan
    between lines.

    A cell with a corner that is not finite has no line.
    """
    grid = (np.asarray(values, dtype=float).tobytes() for values in (x, y, z, levels))
    return _lines(*grid)


@lru_cache(maxsize=16)  # while the point or ε moves, the surface stays
def _lines(across: bytes, up: bytes, heights: bytes, levels: bytes) -> NDArray[np.float64]:
    x, y, z = (np.frombuffer(numbers) for numbers in (across, up, heights))
    lines = _found(x, y, z.reshape(len(y), len(x)), np.frombuffer(levels))
    lines.flags.writeable = False  # it is everybody's
    return lines


def _found(
    x: NDArray[np.float64], y: NDArray[np.float64], z: NDArray[np.float64], levels: NDArray[np.float64]
) -> NDArray[np.float64]:
    lines: list[NDArray[np.float64]] = []
    spans = np.array([np.ptp(x), np.ptp(y)])
    for level in levels:
        places, segments = _segments(x, y, z, level)
        for chain in _chains(segments):
            corners = _straightened(places[chain], spans)
            line = np.empty((len(corners) + 1, 3))
            line[:-1, :2], line[:-1, 2], line[-1] = corners, level, np.nan
            lines.append(line)
    return np.concatenate(lines) if lines else np.empty((0, 3))


def _straightened(line: NDArray[np.float64], spans: NDArray[np.float64]) -> NDArray[np.float64]:
    """The line (m, 2) without the corners that nobody would see: each costs a scene its time at every turn.

    Of three neighbours the middle one goes where it lies within ``UNSEEN`` of the straight line between the
    others; so twice more with what is left.
    """
    for _ in range(3):
        if len(line) < 5:
            break
        before, middle, after = (line[start : len(line) - 2 + start : 2] / spans for start in range(3))
        across, aside = after - before, middle - before
        away = np.abs(across[:, 0] * aside[:, 1] - across[:, 1] * aside[:, 0])
        kept = np.ones(len(line), dtype=bool)
        kept[1:-1:2] = away >= UNSEEN * np.hypot(*across.T)  # all of them where both ends are one
        line = line[kept]
    return line


def _segments(
    x: NDArray[np.float64], y: NDArray[np.float64], z: NDArray[np.float64], level: float
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Where the level crosses each edge of the grid (edges, 2), and the pairs of edges (s, 2) joined within a
    cell.

    Edges are numbered along the rows first, then along the columns.
    """
    rows, columns = z.shape
    above = z >= level
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        along_x = (level - z[:, :-1]) / (z[:, 1:] - z[:, :-1])
        along_y = (level - z[:-1]) / (z[1:] - z[:-1])
        on_rows = np.stack(
            [x[:-1] + along_x * np.diff(x), np.broadcast_to(y[:, None], along_x.shape)], axis=-1
        )
        on_columns = np.stack(
            [np.broadcast_to(x, along_y.shape), y[:-1, None] + along_y * np.diff(y)[:, None]], -1
        )
    places = np.concatenate([on_rows.reshape(-1, 2), on_columns.reshape(-1, 2)])

    row_edge = np.arange(rows * (columns - 1)).reshape(rows, columns - 1)
    column_edge = row_edge.size + np.arange((rows - 1) * columns).reshape(rows - 1, columns)
    # the four edges of each cell: below, right, above, left
    edges = np.stack([row_edge[:-1], column_edge[:, 1:], row_edge[1:], column_edge[:, :-1]], axis=-1)
    in_rows, in_columns = above[:, :-1] != above[:, 1:], above[:-1] != above[1:]
    crossed = np.stack([in_rows[:-1], in_columns[:, 1:], in_rows[1:], in_columns[:, :-1]], axis=-1)
    finite = np.isfinite(z)
    crossed &= (finite[:-1, :-1] & finite[:-1, 1:] & finite[1:, :-1] & finite[1:, 1:])[..., None]

    count = crossed.sum(axis=-1)
    simple = edges[count == 2][crossed[count == 2]].reshape(-1, 2)
    saddles = edges[count == 4]
    centre = (z[:-1, :-1] + z[:-1, 1:] + z[1:, :-1] + z[1:, 1:])[count == 4] / 4
    joined = (centre >= level) == above[:-1, :-1][
        count == 4
    ]  # the middle is on the side of the lower left corner
    cut = np.where(joined[:, None], saddles, saddles[:, [0, 3, 2, 1]])
    return places, np.concatenate([simple, cut[:, :2], cut[:, 2:]])


def _chains(segments: NDArray[np.int64]) -> list[list[int]]:
    """The edges of each line in order, open lines first; a closed one ends where it began."""
    neighbours: dict[int, list[int]] = {}
    for one, other in segments.tolist():
        neighbours.setdefault(one, []).append(other)
        neighbours.setdefault(other, []).append(one)
    chains = []
    ends = [edge for edge, near in neighbours.items() if len(near) == 1]
    for start in [*ends, *neighbours]:
        if not neighbours[start]:
            continue
        chain, edge = [start], start
        while neighbours[edge]:
            following = neighbours[edge].pop()
            neighbours[following].remove(edge)
            chain.append(following)
            edge = following
        chains.append(chain)
    return chains
