"""Level lines of a sampled surface.

Plotly draws contours on its surfaces, but with a hole in them it hands WebGL vertices that are no numbers,
and a browser that renders in software hangs.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import cast

import numpy as np
from contourpy import LineType, contour_generator
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike, NDArray

ON_LEVEL = 1e-14  # of the heights around: nearer to a level it is rounding alone
UNSEEN = 4e-4  # of the picture's width: a fifth of a pixel on a screen


def level_lines(x: ArrayLike, y: ArrayLike, z: ArrayLike, levels: ArrayLike) -> NDArray[np.float64]:
    """Points (m, 3) on the lines z = level of ``z`` (r, c) over ``y`` (r,) and ``x`` (c,), or both (r, c).

    A row of nan separates two lines. A cell with a corner that is not finite has no line.
    """
    grid = (np.asarray(values, dtype=float).tobytes() for values in (x, y, z, levels))
    return _lines(*grid, np.shape(z))


@lru_cache(maxsize=16)  # while the point or ε moves, the surface stays
def _lines(
    across: bytes, up: bytes, heights: bytes, levels: bytes, shape: tuple[int, ...]
) -> NDArray[np.float64]:
    x, y, z = (np.frombuffer(numbers) for numbers in (across, up, heights))
    if x.size == z.size:
        x, y = x.reshape(shape), y.reshape(shape)
    lines = _traced(x, y, z.reshape(shape), np.frombuffer(levels))
    lines.flags.writeable = False  # cached: shared by all callers
    return lines


def _traced(
    x: NDArray[np.float64], y: NDArray[np.float64], z: NDArray[np.float64], levels: NDArray[np.float64]
) -> NDArray[np.float64]:
    gap = np.full((1, 3), np.nan)
    lines = [np.empty((0, 3))]
    for level in levels:
        for line in lines_at(x, y, z, float(level)):
            lines += [np.column_stack([line, np.full(len(line), level)]), gap]
    return _straightened(np.concatenate(lines), np.array([np.ptp(x), np.ptp(y)]))


def lines_at(
    x: NDArray[np.float64], y: NDArray[np.float64], z: NDArray[np.float64], level: float
) -> list[NDArray[np.float64]]:
    """The lines z = ``level``, each (k, 2), of ``z`` (r, c) over ``y`` (r,) and ``x`` (c,), or both (r, c).

    Where a line follows the lines of the grid, as z = 0 of x·y does, it turns at their crossing: by the signs
    of the corners alone it would cut across the cell.
    """
    on = _on_level(z, level)
    z = np.where(on, level, z)
    generator = contour_generator(x, y, z, corner_mask=False, line_type=LineType.Separate)
    lines = cast(list[NDArray[np.float64]], generator.lines(level))
    bent = on[:-1, :-1].astype(int) + on[1:, :-1] + on[:-1, 1:] + on[1:, 1:] == 3
    if not bent.any():
        return lines
    across, up = (x, y) if x.ndim == 2 else np.meshgrid(x, y)
    turns = {}
    for j, i in np.argwhere(bent).tolist():
        (corner,) = ((a, b) for a in (j, j + 1) for b in (i, i + 1) if not on[a, b])
        opposite = 2 * j + 1 - corner[0], 2 * i + 1 - corner[1]
        ends = [(across[at], up[at]) for at in ((corner[0], opposite[1]), (opposite[0], corner[1]))]
        turns[frozenset(ends)] = across[opposite], up[opposite]
    return [_turned(line, turns) for line in lines]


def _on_level(z: NDArray[np.float64], level: float) -> NDArray[np.bool_]:
    """Which heights (r, c) are ``level``, or differ from it by rounding between higher and lower ones."""
    with np.errstate(invalid="ignore", over="ignore"):
        off = z - level
    near = np.abs(off) <= ON_LEVEL * np.max(np.abs(off), where=np.isfinite(off), initial=0)
    if not (near & (off != 0)).any():
        return near
    around = sliding_window_view(np.pad(np.nan_to_num(off, nan=0.0), 1), (3, 3))
    low, high = around.min(axis=(2, 3)), around.max(axis=(2, 3))
    return (off == 0) | (np.abs(off) <= ON_LEVEL * np.minimum(-low, high))


def _turned(line: NDArray[np.float64], turns: dict[frozenset, tuple[float, float]]) -> NDArray[np.float64]:
    """A line (k, 2) with the vertex between each two that ``turns`` knows of."""
    places = [tuple(place) for place in line.tolist()]
    found = places[:1]
    for before, place in pairwise(places):
        turn = turns.get(frozenset((before, place)))
        found += [place] if turn is None else [turn, place]
    return np.array(found)


def _straightened(lines: NDArray[np.float64], spans: NDArray[np.float64]) -> NDArray[np.float64]:
    """The lines (m, 3) without invisible vertices: each costs time whenever the scene is turned.

    Of three neighbours the middle one is removed if it lies within ``UNSEEN`` of the line between the others;
    three passes.
    """
    for _ in range(3):
        if len(lines) < 3:
            break
        before, middle, after = (lines[start : len(lines) - 2 + start : 2, :2] / spans for start in range(3))
        across, aside = after - before, middle - before
        away = np.abs(across[:, 0] * aside[:, 1] - across[:, 1] * aside[:, 0])
        keep = np.ones(len(lines), dtype=bool)
        # nothing is less than nan or than 0: the ends of a line stay, and a vertex between two equal ones
        keep[1:-1:2] = ~(away < UNSEEN * np.hypot(*across.T))
        lines = lines[keep]
    return lines
