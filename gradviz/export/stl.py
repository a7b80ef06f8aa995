"""The surface as a closed solid for a 3D printer, in a binary STL file.

Millimetres, z up. Chua, Leong & Lim, Rapid Prototyping, 3rd ed., World Scientific 2010, §6.2, for the format.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gradviz.errors import GradvizError
from gradviz.export.gltf import why_no_surface
from gradviz.export.snapshot import Snapshot
from gradviz.figures.parts.arrows import Frame
from gradviz.figures.parts.drawing import readable_range
from gradviz.figures.parts.heights import HALF_HEIGHT, Heights
from gradviz.figures.parts.rim import reached
from gradviz.surface import Surface, sample
from gradviz.tree.printing import to_text

WIDTH = 100.0  # millimetres of the wider side of the window
FLOOR = 4.0  # of material under the lowest point
POINTS = 101  # a side: cells of a millimetre
GRAIN = 2.0**-16  # of a millimetre
NARROWEST = 1e-3  # of a cell, that it counts as one
_HEADER = 80
_FACET = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("attribute", "<u2")])


def stl(snapshot: Snapshot) -> bytes:
    """The surface of the page with walls and a floor; holes go through, poles and overflow are cut off.

    A GradvizError where f has fewer than two variables, or no value in the window.
    """
    if sentence := why_no_surface(snapshot.reading):
        raise GradvizError(sentence)
    reading, axes = snapshot.reading, snapshot.reading.axes
    surface = sample(reading.field, reading.window, POINTS, point=reading.point, axes=(axes[0], axes[1]))
    corners = solid(surface)
    if not len(corners):
        raise GradvizError("There is nothing to print: f has no value in this window.")
    return written(corners, f"gradviz: {to_text(reading.field.expression)}")


def solid(surface: Surface) -> NDArray[np.float32]:
    """The corners (t, 3, 3) of the triangles that bound the solid under ``surface``, seen from outside.

    Each edge belongs to exactly two of them. The solid reaches to the edge of the domain of f, unless it
    would meet itself there in a line.
    """
    frame = Frame.of(*surface.sides)
    rim = reached(surface)
    if rim is not None:
        corners = _solid((rim.x, rim.y), rim.z, surface, frame)
        if _is_closed(corners):
            return corners
    x, y = np.meshgrid(*surface.sides)
    return _solid((x, y), surface.z, surface, frame)


def _solid(
    places: tuple[NDArray[np.float64], NDArray[np.float64]],
    z: NDArray[np.float64],
    surface: Surface,
    frame: Frame,
) -> NDArray[np.float32]:
    """The solid under heights ``z`` (r, c) over ``places``, x and y of each."""
    low, high, _ = readable_range(surface.z)
    heights, scale = Heights(low, high), WIDTH / 2
    along = (frame.along(axis, side) + frame.size[axis] for axis, side in enumerate(places))
    flat = scale * np.stack(tuple(along), axis=-1)
    with np.errstate(invalid="ignore", over="ignore"):
        scene = np.clip(heights.place(z), heights.bottom, HALF_HEIGHT)
    tops = np.nan_to_num(FLOOR + scale * (scene - heights.bottom))
    cells = _apart(_whole_cells(np.isfinite(z)) & _wide_cells(flat))
    # in grains, so that vertices that have moved to one place are one, and single precision has them
    flat, tops = GRAIN * np.rint(flat / GRAIN), _one_height(flat, tops)
    top = np.concatenate([flat, tops[..., np.newaxis]], axis=-1)
    bottom = np.concatenate([flat, np.zeros_like(tops)[..., np.newaxis]], axis=-1)
    faces = [_lid(top, cells), _lid(bottom, cells)[:, ::-1], *_walls(top, bottom, cells)]
    return _with_area(np.concatenate(faces).astype("<f4"))


def _one_height(flat: NDArray[np.float64], tops: NDArray[np.float64]) -> NDArray[np.float64]:
    """``tops`` (r, c), with the same one for all vertices at one of the places ``flat`` (r, c, 2)."""
    _, first, members = np.unique(
        np.rint(flat / GRAIN).reshape(-1, 2), axis=0, return_index=True, return_inverse=True
    )
    return tops.ravel()[first][members].reshape(tops.shape)


def _wide_cells(flat: NDArray[np.float64]) -> NDArray[np.bool_]:
    """The cells (r − 1, c − 1) over which there is something to print.

    Where the edge of a domain runs along the grid, the vertices next past it have moved onto those on it.
    """
    (ax, ay), (bx, by) = (
        np.moveaxis(diagonal, -1, 0)
        for diagonal in (flat[1:, 1:] - flat[:-1, :-1], flat[1:, :-1] - flat[:-1, 1:])
    )
    areas = (ax * by - ay * bx) / 2
    return areas > NARROWEST * np.prod(np.ptp(flat, axis=(0, 1)) / (np.array(flat.shape[1::-1]) - 1))


def _is_closed(corners: NDArray[np.float32]) -> bool:
    """Whether each edge belongs to two of the triangles (t, 3, 3), once each way."""
    _, places = np.unique(corners.reshape(-1, 3), axis=0, return_inverse=True)
    start = places.reshape(-1, 3).astype(np.int64)
    stop = np.roll(start, -1, axis=1)
    ways, count = np.unique(np.stack([start, stop], axis=-1).reshape(-1, 2), axis=0, return_counts=True)
    back = np.unique(ways[:, ::-1], axis=0)
    return bool((count == 1).all() and np.array_equal(ways, back))


def _with_area(corners: NDArray[np.float32]) -> NDArray[np.float32]:
    """Without triangles (t, 3, 3) two of whose corners are one: the two beside such a triangle then meet."""
    apart = (corners != np.roll(corners, 1, axis=1)).any(axis=-1)
    return corners[apart.all(axis=1)]


def _whole_cells(known: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The cells (r − 1, c − 1) of a grid whose four corners are known."""
    return known[:-1, :-1] & known[:-1, 1:] & known[1:, :-1] & known[1:, 1:]


def _apart(cells: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Without cells that meet another at a corner alone: there four walls would share one edge."""
    cells = cells.copy()
    while True:
        a, b, c, d = cells[:-1, :-1], cells[:-1, 1:], cells[1:, :-1], cells[1:, 1:]
        rising, falling = b & c & ~a & ~d, a & d & ~b & ~c
        if not (rising | falling).any():
            return cells
        b[rising] = False
        a[falling] = False


def _lid(corners: NDArray[np.float64], cells: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Two triangles for each of ``cells``, counter-clockwise from above."""
    a, b, c, d = corners[:-1, :-1], corners[:-1, 1:], corners[1:, 1:], corners[1:, :-1]
    pairs = np.stack([np.stack([a, b, c], axis=-2), np.stack([a, c, d], axis=-2)], axis=2)
    return pairs[cells].reshape(-1, 3, 3)


def _walls(
    top: NDArray[np.float64], bottom: NDArray[np.float64], cells: NDArray[np.bool_]
) -> list[NDArray[np.float64]]:
    """Two triangles where a cell ends, for each of its four sides."""
    ringed = np.pad(cells, 1)
    here = ringed[1:-1, 1:-1]
    first, last = np.s_[:-1], np.s_[1:]
    sides = (  # the neighbour on that side, and the two corners of the side, counter-clockwise
        (ringed[:-2, 1:-1], (first, first), (first, last)),
        (ringed[1:-1, 2:], (first, last), (last, last)),
        (ringed[2:, 1:-1], (last, last), (last, first)),
        (ringed[1:-1, :-2], (last, first), (first, first)),
    )
    faces = []
    for neighbour, start, stop in sides:
        ends = here & ~neighbour
        a, b, c, d = bottom[start][ends], bottom[stop][ends], top[stop][ends], top[start][ends]
        faces += [np.stack([a, b, c], axis=1), np.stack([a, c, d], axis=1)]
    return faces


def written(corners: NDArray[np.float32], about: str) -> bytes:
    """The bytes of a binary STL file; ``about`` is cut to what the header has room for."""
    facets = np.zeros(len(corners), dtype=_FACET)
    across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    lengths = np.linalg.norm(across, axis=1, keepdims=True)
    facets["normal"] = across / np.where(lengths > 0, lengths, 1)
    facets["corners"] = corners
    header = about.encode("ascii", "replace")[:_HEADER].ljust(_HEADER)
    return header + np.uint32(len(facets)).astype("<u4").tobytes() + facets.tobytes()
