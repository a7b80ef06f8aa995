"""Level lines of a sampled surface.

Plotly draws contours on its surfaces, but with a hole in them it hands WebGL vertices that are no numbers,
and a browser that renders in software hangs.
"""

from __future__ import annotations

from functools import lru_cache
from typing import cast

import numpy as np
from contourpy import LineType, contour_generator
from numpy.typing import ArrayLike, NDArray

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
    generator = contour_generator(x, y, z, corner_mask=False, line_type=LineType.Separate)
    gap = np.full((1, 3), np.nan)
    lines = [np.empty((0, 3))]
    for level in levels:
        for line in cast(list[NDArray[np.float64]], generator.lines(level)):
            lines += [np.column_stack([line, np.full(len(line), level)]), gap]
    return _straightened(np.concatenate(lines), np.array([np.ptp(x), np.ptp(y)]))


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
