"""The surface of a picture as vectors: cells from the back to the front, and lines cut where it hides them.

A picture's dict for Plotly says what there is; see :mod:`gradviz.figures.surface`. The light is that of
Plotly's shader without its gloss.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradviz.export.vector.axes import Box
from gradviz.export.vector.bands import bands, draw_colour_bar
from gradviz.export.vector.camera import Camera
from gradviz.export.vector.drawing import Drawing, Outline, Pen, Scaled, unbroken
from gradviz.export.vector.marks import dashes, hexed, numbers, shades, symbol
from gradviz.export.vector.sheet import HALVINGS, Places, Sheet, clipped
from gradviz.export.vector.sight import Scene, all_parted, ground_of, scene_of
from gradviz.export.vector.stage import draw_stage

Trace = Mapping[str, Any]
SEAM = 1.5  # px: half of it covers a pixel across, whichever way the border runs
FINE = 50  # points a side from which cells are small enough for their colours to look smooth
OVER = 0.6  # of the width of a line in the scene, its width here: WebGL's are drawn on more pixels
SPLITS = 4  # of each side of a mesh's triangle, before it is cut where it is hidden
GROUND = ("level lines on the floor", "gradient field")
GROUND_ENDS = " on the floor"


def draw_scene(
    drawing: Drawing,
    figure: Mapping[str, Any],
    box: Box,
    palette: Mapping[str, str],
    *,
    camera: Sequence[float] = (),
    unit: float = 1.0,
) -> None:
    """``figure``, painted in the colours of the ``palette``, inside ``box``.

    ``unit`` px are drawn for each px of the page; ``camera`` is that of a link.
    """
    left, top, right, bottom = box
    scene = scene_of(figure, ((right - left) / unit, (bottom - top) / unit), camera)
    with drawing.group("surface", clip=box):
        part = Scaled(drawing, (left, top), unit)
        with drawing.group("floor"):
            _draw_floor(part, scene)
        ground = ground_of(figure)
        with drawing.group("sheet", opacity=ground.get("opacity", 1.0)):
            draw_sheet(part, scene, palette)
        with drawing.group("lines"):
            for trace in figure["data"]:
                _draw_trace(part, scene, trace)
        draw_stage(part, scene, palette)
        if ground.get("showscale"):
            wide = 0.3 * (right - left)
            draw_colour_bar(drawing, ground, (left + 16, top + 36 * unit), wide, palette, unit)


# --- the floor ---


def _draw_floor(part: Scaled, scene: Scene) -> None:
    """The pale map of f, and the lines on it: all below the sheet."""
    floor = next((t for t in scene.figure["data"] if t.get("name") == "floor"), None)
    if floor is None:
        return
    x, y, heights = (numbers(floor[key]) for key in ("x", "y", "surfacecolor"))
    level = float(np.nanmin(numbers(floor["z"]))) if np.isfinite(numbers(floor["z"])).any() else 0.0
    for share, rings in bands(x, y, heights, (floor["cmin"], floor["cmax"])):
        outlines = [Outline(scene.sees(_at(ring, level)), closed=True) for ring in rings]
        part.path(outlines, hexed(shades(floor["colorscale"], share)), even_odd=True)
    for trace in scene.figure["data"]:
        if trace["type"] == "scatter3d" and _on_floor(trace):
            _line(part, scene, trace, hidden=False)


def _on_floor(trace: Trace) -> bool:
    name = str(trace.get("name"))
    return name in GROUND or name.endswith(GROUND_ENDS)


def _at(points: NDArray[np.float64], height: float) -> Places:
    return np.column_stack([points, np.full(len(points), height)])


# --- the sheet ---


def draw_sheet(part: Scaled, scene: Scene, palette: Mapping[str, str]) -> None:
    """The cells of the sheet, each in the colour of its height and its light, those behind first."""
    ground = ground_of(scene.figure)
    sheet, colour = finer(scene.sheet, numbers(ground.get("surfacecolor", ground["z"])))
    camera = scene.camera
    eye = camera.eye - camera.centre if camera.orthographic else camera.scene_eye
    rows, columns = sheet.order(eye, camera.orthographic)
    vertices = sheet.vertices
    corners = np.stack(
        [vertices[rows + j, columns + i] for i, j in ((0, 0), (1, 0), (1, 1), (0, 1))],
        axis=1,
    )
    heights = np.stack([colour[rows + j, columns + i] for i, j in ((0, 0), (1, 0), (1, 1), (0, 1))], axis=1)
    with np.errstate(invalid="ignore"):
        drawn = np.isfinite(corners).all(axis=(1, 2)) & np.isfinite(heights).all(axis=1)
        drawn &= camera.in_front(corners).all(axis=1)
        drawn &= (corners[:, :, 2].max(axis=1) > sheet.bottom) & (corners[:, :, 2].min(axis=1) < sheet.top)
    corners, heights = corners[drawn], heights[drawn]
    light = lit(sheet, ground, camera)[rows, columns][drawn]
    low, high = ground["cmin"], ground["cmax"]
    share = np.clip((heights.mean(axis=1) - low) / (high - low), 0, 1)
    colours = np.rint(shades(ground["colorscale"], share) * light[:, np.newaxis]).astype(np.int64)
    cut = (corners[:, :, 2].max(axis=1) > sheet.top) | (corners[:, :, 2].min(axis=1) < sheet.bottom)
    seen = scene.sees(corners)
    polygons, fills = [], []
    for k in range(len(corners)):
        polygon = seen[k]
        if cut[k]:
            inside = clipped(corners[k], sheet.bottom, sheet.top)
            if not len(inside):
                continue
            polygon = scene.sees(inside)
        polygons.append(polygon)
        fills.append(hexed(colours[k]))
    part.mosaic(polygons, fills, SEAM)


def finer(sheet: Sheet, colour: NDArray[np.float64]) -> tuple[Sheet, NDArray[np.float64]]:
    """A sheet and its colours with a point more between each two, where its cells are large."""
    if min(sheet.z.shape) >= FINE:
        return sheet, colour
    moved = None if sheet.moved is None else _doubled(_doubled(sheet.moved), 1)
    z, colour = (_doubled(_doubled(values), 1) for values in (sheet.z, colour))
    return Sheet(_doubled(sheet.x), _doubled(sheet.y), z, sheet.bottom, sheet.top, moved), colour


def _doubled(values: NDArray[np.float64], axis: int = 0) -> NDArray[np.float64]:
    """With the middle between each two along an axis."""
    values = np.moveaxis(values, axis, 0)
    fine = np.repeat(values, 2, axis=0)[:-1]
    fine[1::2] = (values[1:] + values[:-1]) / 2
    return np.moveaxis(fine, 0, axis)


def lit(sheet: Sheet, ground: Trace, camera: Camera) -> NDArray[np.float64]:
    """How bright each cell is, (r − 1, c − 1): ambient light, and one lamp far away (Lambert).

    Of a cell that is seen from below the other side is lit.
    """
    light, lamp, places = ground["lighting"], ground["lightposition"], sheet.vertices
    with np.errstate(invalid="ignore"):
        up, across = (np.gradient(places, axis=axis) for axis in (0, 1))
        normal = np.cross(across, up)
        normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    way = np.array([lamp["x"], lamp["y"], lamp["z"]], dtype=float)
    above = np.sign(np.sum(normal * camera.towards(places), axis=-1, keepdims=True))
    normal = normal * above
    bright = light["ambient"] + light["diffuse"] * np.maximum(normal @ (way / np.linalg.norm(way)), 0.0)
    bright = np.minimum(np.where(np.isfinite(bright), bright, 1.0), 1.0)
    return (bright[1:, 1:] + bright[:-1, 1:] + bright[1:, :-1] + bright[:-1, :-1]) / 4


# --- what lies on the sheet ---


def _draw_trace(part: Scaled, scene: Scene, trace: Trace) -> None:
    meta = trace.get("meta") or {}
    if meta.get("overlaid") or meta.get("legend"):
        return  # drawn by the stage, or for the legend alone
    if trace["type"] == "scatter3d" and not _on_floor(trace):
        if "lines" in trace["mode"]:
            _line(part, scene, trace, hidden=True)
        if "markers" in trace["mode"]:
            _marks(part, scene, trace)
    elif trace["type"] == "mesh3d":
        _mesh(part, scene, trace)


def _line(part: Scaled, scene: Scene, trace: Trace, *, hidden: bool) -> None:
    """A line; without what the sheet hides of it, if it can be ``hidden``."""
    places = np.column_stack([numbers(trace[axis]) for axis in "xyz"])
    look = trace["line"]
    width = OVER * look["width"]
    pen = Pen(look["color"], width, dashes(look.get("dash"), width), cap="round" if width > 2 else "butt")
    runs = unbroken(places)
    pieces = all_parted(scene, runs) if hidden else [(run, False) for run in runs]
    outlines = [Outline(scene.sees(piece)) for piece, covered in pieces if not covered]
    part.path(outlines, None, pen)


def _marks(part: Scaled, scene: Scene, trace: Trace) -> None:
    places = np.column_stack([numbers(trace[axis]) for axis in "xyz"])
    places = places[np.isfinite(places).all(axis=1)]
    seen = ~scene.sheet.hides(places, scene.camera.towards(places))
    marker = trace["marker"]
    for x, y in scene.sees(places[seen]).tolist():
        part.path([symbol(marker.get("symbol", "circle"), x, y, 1.6 * marker["size"])], marker["color"])


def _mesh(part: Scaled, scene: Scene, trace: Trace) -> None:
    """The triangles of a mesh as far as they are seen, those behind first."""
    vertices = np.column_stack([numbers(trace[axis]) for axis in "xyz"])
    faces = np.column_stack([numbers(trace[k]).astype(int) for k in "ijk"])
    pieces = [piece for face in vertices[faces] for piece in seen_parts(scene, face)]
    away = [float(np.linalg.norm(scene.camera.towards(piece.mean(axis=0)))) for piece in pieces]
    order = np.argsort(-np.array(away), kind="stable") if pieces else []
    outlines = [scene.sees(pieces[k]) for k in order]
    with part.drawing.group(opacity=trace.get("opacity", 1.0)):
        part.mosaic(outlines, [trace["color"]] * len(outlines), 0.4)


def seen_parts(scene: Scene, triangle: Places) -> list[Places]:
    """The polygons of a triangle (3, 3) that are seen: small triangles, cut where it begins to be hidden."""
    a, b, c = triangle
    splits = SPLITS if max(np.linalg.norm(b - a), np.linalg.norm(c - a)) > 0.2 else 1
    splits *= 4 if splits > 1 else 1
    grid = {
        (i, j): a + (b - a) * i / splits + (c - a) * j / splits
        for i in range(splits + 1)
        for j in range(splits + 1 - i)
    }
    keys = list(grid)
    places = np.array([grid[key] for key in keys])
    flags = dict(zip(keys, scene.sheet.hides(places, scene.camera.towards(places)).tolist(), strict=True))
    small = [((i, j), (i + 1, j), (i, j + 1)) for i in range(splits) for j in range(splits - i)]
    small += [((i + 1, j), (i + 1, j + 1), (i, j + 1)) for i in range(splits) for j in range(splits - 1 - i)]
    found: list[Places] = []
    for corners in small:
        hidden = [flags[corner] for corner in corners]
        places = np.array([grid[corner] for corner in corners])
        if not any(hidden):
            found.append(places)
        elif not all(hidden):
            found.append(_cut(scene, places, hidden))
    return found


def _cut(scene: Scene, corners: Places, hidden: Sequence[bool]) -> Places:
    """The seen part of a polygon of which some ``corners`` are hidden, cut along its sides."""
    kept = []
    for k in range(len(corners)):
        after = (k + 1) % len(corners)
        if not hidden[k]:
            kept.append(corners[k])
        if hidden[k] != hidden[after]:
            seen, covered = (corners[after], corners[k]) if hidden[k] else (corners[k], corners[after])
            for _ in range(HALVINGS // 2):
                middle = (seen + covered) / 2
                if scene.sheet.hides(middle, scene.camera.towards(middle)):
                    covered = middle
                else:
                    seen = middle
            kept.append(seen)
    return np.array(kept)
