"""Solid bodies of the scene as vertices and triangles: arrows with dashed shafts."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gradviz.pieces import pieces

Body = tuple[NDArray[np.float64], NDArray[np.int64]]  # vertices (v, 3) and triangles (t, 3)

MOST_REPEATS = 60  # of a pattern of dashes along one shaft
# On and off along the shaft, in scene units.
DASHES: dict[str, tuple[float, ...]] = {
    "solid": (),
    "dash": (0.075, 0.04),
    "longdash": (0.14, 0.045),
    "dot": (0.026, 0.03),
    "dashdot": (0.09, 0.03, 0.024, 0.03),
    "longdashdot": (0.14, 0.03, 0.024, 0.03),
}


def dashes(length: float, pattern: str) -> list[tuple[float, float]]:
    """The drawn stretches [from, to] of a shaft of ``length`` with a dash of :data:`DASHES`."""
    lengths = DASHES.get(pattern, ())
    if not lengths:
        return [(0.0, length)]
    ends = np.cumsum(lengths)
    # a shaft too long for so many repeats has longer dashes
    period = max(float(ends[-1]), length / MOST_REPEATS)
    ends *= period / ends[-1]
    repeats = period * np.arange(pieces(length, period, MOST_REPEATS))
    starts = np.minimum(np.add.outer(repeats, np.append(0.0, ends[1:-1:2])), length).ravel()
    stops = np.minimum(np.add.outer(repeats, ends[::2]), length).ravel()
    return [(float(start), float(stop)) for start, stop in zip(starts, stops, strict=True) if start < stop]


def solid_arrow(
    tail: ArrayLike, tip: ArrayLike, dash: str = "solid", radius: float = 0.012, sides: int = 10
) -> Body:
    """An arrow from ``tail`` to ``tip`` (3,): dashed tubes and a cone.

    The farthest vertex along the arrow is the tip itself. A dot (an octahedron) where both are the same.
    """
    tail, tip = np.asarray(tail, dtype=float), np.asarray(tip, dtype=float)
    length = float(np.linalg.norm(tip - tail))
    if length == 0:
        return _octahedron(tail, 2.4 * radius)
    head = min(7 * radius, 0.6 * length)
    shaft = dashes(length - head, dash)
    spans = np.array([*shaft, (length - head, length)])
    radii = np.array([*[(radius, radius)] * len(shaft), (2.9 * radius, 0.0)])
    return frustums(tail, (tip - tail) / length, spans, radii, sides)


def frustums(tail: ArrayLike, along: ArrayLike, spans: ArrayLike, radii: ArrayLike, sides: int = 10) -> Body:
    """Closed frustums on one axis, from ``tail`` (3,) in the unit direction ``along`` (3,).

    Each of ``spans`` (m, 2) says where on the axis one begins and ends, ``radii`` (m, 2) how wide it is.
    """
    along, spans = np.asarray(along, dtype=float), np.asarray(spans, dtype=float)
    helper = np.eye(3)[np.argmin(np.abs(along))]
    first = np.asarray(np.cross(along, helper), dtype=float)
    first /= np.linalg.norm(first)
    second = np.asarray(np.cross(along, first), dtype=float)
    angles = 2 * np.pi * np.arange(sides) / sides
    ring = np.cos(angles)[:, None] * first + np.sin(angles)[:, None] * second
    centres = np.asarray(tail, dtype=float) + spans[..., None] * along
    rims: NDArray[np.float64] = centres[:, :, None] + np.asarray(radii)[..., None, None] * ring
    vertices = np.concatenate([rims.reshape(len(spans), -1, 3), centres], axis=1)
    base = np.arange(len(spans)) * vertices.shape[1]
    return vertices.reshape(-1, 3), (base[:, None, None] + _frustum(sides)).reshape(-1, 3)


@cache
def _frustum(sides: int) -> NDArray[np.int64]:
    """Triangles (t, 3) of a closed frustum: ``sides`` vertices round either end, then both centres."""
    i = np.arange(sides)
    j = (i + 1) % sides
    lower, upper = np.full(sides, 2 * sides), np.full(sides, 2 * sides + 1)
    faces = [(i, j, i + sides), (j, j + sides, i + sides), (j, i, lower), (i + sides, j + sides, upper)]
    return np.concatenate([np.stack(face, axis=1) for face in faces])


def _octahedron(centre: NDArray[np.float64], radius: float) -> Body:
    vertices = centre + radius * np.concatenate([np.eye(3), -np.eye(3)])
    faces = [(0, 1, 2), (1, 3, 2), (3, 4, 2), (4, 0, 2), (1, 0, 5), (3, 1, 5), (4, 3, 5), (0, 4, 5)]
    return vertices, np.array(faces)
