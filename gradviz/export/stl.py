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
from gradviz.surface import Surface, sample
from gradviz.tree.printing import to_text

WIDTH = 100.0  # millimetres of the wider side of the window
FLOOR = 4.0  # of material under the lowest point
POINTS = 101  # a side: cells of a millimetre
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

    Each edge belongs to exactly two of them.
    """
    low, high, _ = readable_range(surface.z)
    frame, heights = Frame.of(*surface.sides), Heights(low, high)
    scale = WIDTH / 2
    x, y = (scale * (frame.along(axis, side) + frame.size[axis]) for axis, side in enumerate(surface.sides))
    with np.errstate(invalid="ignore", over="ignore"):
        scene = np.clip(heights.place(surface.z), heights.bottom, HALF_HEIGHT)
    tops = FLOOR + scale * (scene - heights.bottom)
    cells = _apart(_whole_cells(np.isfinite(surface.z)))
    across, along = np.meshgrid(x, y)
    top = np.stack([across, along, np.nan_to_num(tops)], axis=-1)
    bottom = np.stack([across, along, np.zeros_like(across)], axis=-1)
    faces = [_lid(top, cells), _lid(bottom, cells)[:, ::-1], *_walls(top, bottom, cells)]
    return np.concatenate(faces).astype("<f4")


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
