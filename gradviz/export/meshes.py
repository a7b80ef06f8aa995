"""The scene of the page as triangles: surface and layers as they are drawn, lines and arrows as bodies.

All lengths are in scene units, with z up (see :mod:`gradviz.figures.parts.arrows`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradviz.figures.parts.drawing import Trace, unpacked
from gradviz.figures.parts.heights import FLOOR
from gradviz.figures.parts.solids import dashes, frustums, solid_arrow

LINE = 0.0016  # scene units of radius for a pixel of a line's width
MARK = 0.0028  # and for a pixel of a marker's size
SHAFT, HEAD, TIP = 0.018, 0.05, 0.14  # radius of an arrow's shaft and head, and length of the head
RINGS = 3  # how often the colours of arrows that lie in one another take turns along the shaft
MOST_MARKS = 500
HIGHEST_LIFT = 0.4

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


@dataclass(frozen=True)
class Mesh:
    """Triangles (t, 3) over ``vertices`` (v, 3) with ``normals`` (v, 3) of length 1.

    ``colours`` (v, 3) are sRGB from 0 to 1; ``about`` is what is known of it beside its shape.
    """

    name: str
    vertices: Floats
    triangles: Indices
    normals: Floats
    colours: Floats
    opacity: float = 1.0
    about: Mapping[str, Any] = field(default_factory=dict)


def meshes(figure: Mapping[str, Any], labels: Sequence[str]) -> list[Mesh]:
    """The traces of a painted scene (see :func:`gradviz.figures.surface_picture`), clipped to its box.

    ``labels`` name its three axes.
    """
    scene = figure["layout"]["scene"]
    reach = np.array([scene[f"{axis}axis"]["range"][1] for axis in "xyz"])
    box = (1 + 1e-6) * reach  # the traces are in single precision
    found: list[Mesh] = []
    arrows = []
    for trace in figure["data"]:
        meta = trace.get("meta", {})
        if trace["type"] == "surface":
            found.append(clipped(_sheet(trace), box))
        elif trace["type"] == "mesh3d":
            found.append(clipped(_given(trace), box))
        elif meta.get("legend"):
            continue
        elif "method" in meta:
            arrows.append(trace)
        else:
            found += _lines(trace, np.full(3, np.inf) if meta.get("overlaid") else box)
    ink = figure["layout"]["font"]["color"]
    ground = next(trace for trace in figure["data"] if trace["type"] == "surface")
    bodies = [*found, *_arrows(arrows, ground, ink), *_axes(reach, labels, ink)]
    return [mesh for mesh in bodies if len(mesh.triangles)]


# --- surfaces -----------------------------------------------------------------------------------------------


def grid_triangles(known: NDArray[np.bool_]) -> Indices:
    """Triangles (t, 3) over a grid (r, c), counter-clockwise, without those that touch an unknown vertex.

    A cell with one unknown corner keeps its other half.
    """
    rows, columns = known.shape
    place = np.arange(rows * columns).reshape(rows, columns)
    a, b = place[:-1, :-1].ravel(), place[:-1, 1:].ravel()
    d, c = place[1:, :-1].ravel(), place[1:, 1:].ravel()
    there = known.ravel()
    falling = there[a] & there[c]  # the diagonal that both triangles of the cell share
    first = [np.stack(corners, axis=1) for corners in ((a, b, c), (a, c, d))]
    other = [np.stack(corners, axis=1)[~falling] for corners in ((a, b, d), (b, c, d))]
    triangles = np.concatenate([*first, *other])
    return triangles[there[triangles].all(axis=1)]


def _sheet(trace: Trace) -> Mesh:
    z = unpacked(trace["z"])
    x, y = (unpacked(trace[axis]) for axis in "xy")
    if x.ndim == 1:
        x, y = np.meshgrid(x, y)
    shade = unpacked(trace["surfacecolor"]) if "surfacecolor" in trace else z
    vertices = np.stack([x, y, z], axis=-1).reshape(-1, 3)
    triangles = grid_triangles(np.isfinite(z))
    colours = _from_scale(shade.ravel(), trace["colorscale"], trace["cmin"], trace["cmax"])
    vertices, triangles, colours = _used(vertices, triangles, colours)
    return Mesh(
        trace["name"], vertices, triangles, _smooth(vertices, triangles), colours, trace.get("opacity", 1.0)
    )


def _given(trace: Trace) -> Mesh:
    vertices = np.stack([unpacked(trace[axis]) for axis in "xyz"], axis=-1)
    triangles = np.stack([unpacked(trace[corner]) for corner in "ijk"], axis=-1).astype(int)
    return _faceted(trace["name"], (vertices, triangles), trace["color"], trace.get("opacity", 1.0))


def _used(vertices: Floats, triangles: Indices, colours: Floats) -> tuple[Floats, Indices, Floats]:
    """Without the vertices of no triangle."""
    kept, places = np.unique(triangles, return_inverse=True)
    return vertices[kept], places.reshape(-1, 3), colours[kept]


def _smooth(vertices: Floats, triangles: Indices) -> Floats:
    """For each vertex the mean normal of its triangles, weighted by their areas."""
    normals = np.zeros_like(vertices)
    across = _crossed(vertices, triangles)
    for corner in range(3):
        np.add.at(normals, triangles[:, corner], across)
    return _unit(normals)


def _crossed(vertices: Floats, triangles: Indices) -> Floats:
    a, b, c = (vertices[triangles[:, corner]] for corner in range(3))
    return np.asarray(np.cross(b - a, c - a), dtype=float)


def _unit(vectors: Floats) -> Floats:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.where(lengths > 0, vectors / np.where(lengths > 0, lengths, 1.0), [0.0, 0.0, 1.0])


def _faceted(
    name: str,
    body: tuple[Floats, Indices],
    colour: str,
    opacity: float = 1.0,
    about: Mapping[str, Any] | None = None,
) -> Mesh:
    """A body with a flat face for each triangle, in one colour."""
    vertices, triangles = body
    corners = vertices[triangles].reshape(-1, 3)
    normals = np.repeat(_unit(_crossed(vertices, triangles)), 3, axis=0)
    faces = np.arange(len(corners)).reshape(-1, 3)
    return Mesh(name, corners, faces, normals, _even(colour, len(corners)), opacity, about or {})


def clipped(mesh: Mesh, reach: Floats) -> Mesh:
    """The part of ``mesh`` in the box from −``reach`` to ``reach`` (3,): triangles are cut at its sides."""
    table = np.hstack([mesh.vertices, mesh.normals, mesh.colours])
    corners = table[mesh.triangles]  # (t, 3, 9)
    if (np.abs(mesh.vertices) <= reach).all():
        return mesh
    for axis in range(3):
        for side in (1.0, -1.0):
            corners = _cut(corners, reach[axis] - side * corners[..., axis])
    kept, places = np.unique(corners.reshape(-1, 9), axis=0, return_inverse=True)
    return Mesh(
        mesh.name,
        kept[:, :3],
        places.reshape(-1, 3),
        _unit(kept[:, 3:6]),
        kept[:, 6:],
        mesh.opacity,
        mesh.about,
    )


def _cut(corners: Floats, depths: Floats) -> Floats:
    """Triangles ``corners`` (t, 3, k) without what lies where the linear ``depths`` (t, 3) is negative."""
    count = (depths >= 0).sum(axis=1)
    parts = [corners[count == 3]]
    for many in (1, 2):  # turned so that the corner alone on its side comes first
        chosen = count == many
        odd = np.argmax((depths[chosen] >= 0) == (many == 1), axis=1)
        order = (odd[:, None] + np.arange(3)) % 3
        turned = np.take_along_axis(corners[chosen], order[..., None], axis=1)
        depth = np.take_along_axis(depths[chosen], order, axis=1)
        share = (depth[:, :1] / (depth[:, :1] - depth[:, 1:]))[..., None]
        b, c = np.moveaxis(turned[:, :1] + share * (turned[:, 1:] - turned[:, :1]), 1, 0)
        if many == 1:
            parts.append(np.stack([turned[:, 0], b, c], axis=1))
        else:
            parts += [
                np.stack([b, turned[:, 1], turned[:, 2]], axis=1),
                np.stack([b, turned[:, 2], c], axis=1),
            ]
    return np.concatenate(parts)


# --- lines and marks ----------------------------------------------------------------------------------------


def _lines(trace: Trace, reach: Floats) -> list[Mesh]:
    """The lines of a trace as thin tubes, its markers as small bodies."""
    places = np.stack([unpacked(trace[axis]) for axis in "xyz"], axis=-1)
    found = []
    if "lines" in trace["mode"]:
        line = trace["line"]
        runs = [part for run in stretches(places) for part in inside(run, reach)]
        runs = [part for run in runs for part in _dashed(run, line.get("dash", "solid"))]
        found.append(_tubes(trace["name"], runs, LINE * line["width"], line["color"]))
    if "markers" in trace["mode"]:
        mark = trace["marker"]
        spots = places[np.isfinite(places).all(axis=1)][:MOST_MARKS]
        balls = [_ball(spot, MARK * mark["size"]) for spot in spots]
        found += [_faceted(trace["name"], _merged(balls), mark["color"])] if balls else []
    return found


def stretches(places: Floats) -> list[Floats]:
    """The stretches of a line between its gaps, without points that repeat the one before."""
    known = np.isfinite(places).all(axis=1)
    ends = np.flatnonzero(np.diff(np.concatenate([[False], known, [False]]).astype(int)))
    runs = [places[start:stop] for start, stop in ends.reshape(-1, 2)]
    runs = [run[np.concatenate([[True], (np.diff(run, axis=0) != 0).any(axis=1)])] for run in runs]
    return [run for run in runs if len(run) > 1]


def inside(run: Floats, reach: Floats) -> list[Floats]:
    """The parts of a line (m, 3) inside the box from −``reach`` to ``reach``."""
    start, step = run[:-1], np.diff(run, axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        ends = np.sort(np.stack([(-reach - start) / step, (reach - start) / step]), axis=0)
    still, within = step == 0, np.abs(start) <= reach
    first = np.where(still, np.where(within, -np.inf, np.inf), ends[0]).max(axis=1).clip(0)
    last = np.where(still, np.inf, ends[1]).min(axis=1).clip(max=1)
    parts: list[list[Floats]] = []
    for place in np.flatnonzero(first < last):
        a, b = (start[place] + share * step[place] for share in (first[place], last[place]))
        if parts and np.array_equal(parts[-1][-1], a):
            parts[-1].append(b)
        else:
            parts.append([a, b])
    return [np.array(part) for part in parts]


def _dashed(run: Floats, pattern: str) -> list[Floats]:
    """The drawn stretches of a line (m, 3)."""
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(run, axis=0), axis=1))])
    if pattern == "solid":
        return [run]
    parts = []
    for start, stop in dashes(float(along[-1]), pattern):
        between = along[(along > start) & (along < stop)]
        at = np.concatenate([[start], between, [stop]])
        parts.append(np.stack([np.interp(at, along, run[:, axis]) for axis in range(3)], axis=-1))
    return parts


def _tubes(name: str, runs: Sequence[Floats], radius: float, colour: str, sides: int = 3) -> Mesh:
    """Lines as tubes of ``sides`` faces without lids: a ring of vertices at each point."""
    points, rings, triangles, base = [], [], [], 0
    for run in runs:
        way = _unit(np.diff(run, axis=0))
        along = _unit(np.vstack([way[:1], way[:-1] + way[1:], way[-1:]]))
        steep = np.abs(along[:, 2:]) > 0.99
        first = _unit(np.cross(along, np.where(steep, [1.0, 0.0, 0.0], [0.0, 0.0, 1.0])))
        second = np.cross(first, along)
        angles = 2 * np.pi * (np.arange(sides) + 0.5) / sides
        ring = np.cos(angles)[:, None] * first[:, None] + np.sin(angles)[:, None] * second[:, None]
        points.append((run[:, None] + radius * ring).reshape(-1, 3))
        rings.append(ring.reshape(-1, 3))
        i = base + np.arange((len(run) - 1) * sides).reshape(-1, sides)
        j = np.roll(i, -1, axis=1)
        triangles += [np.stack([i, i + sides, j], axis=-1), np.stack([j, i + sides, j + sides], axis=-1)]
        base += len(run) * sides
    if not points:
        return Mesh(name, np.empty((0, 3)), np.empty((0, 3), dtype=int), np.empty((0, 3)), np.empty((0, 3)))
    faces = np.concatenate([part.reshape(-1, 3) for part in triangles])
    return Mesh(name, np.concatenate(points), faces, np.concatenate(rings), _even(colour, base))


def _ball(centre: Floats, radius: float, rings: int = 8) -> tuple[Floats, Indices]:
    """A sphere of flat faces, as a stack of frustums."""
    angles = np.pi * np.arange(rings + 1) / rings
    heights, radii = -radius * np.cos(angles), radius * np.sin(angles)
    spans, widths = (np.stack([ends[:-1], ends[1:]], axis=1) for ends in (heights, radii))
    return frustums(centre, [0.0, 0.0, 1.0], spans, widths, sides=2 * rings)


def _merged(bodies: Sequence[tuple[Floats, Indices]]) -> tuple[Floats, Indices]:
    starts = np.cumsum([0, *(len(vertices) for vertices, _ in bodies)])
    return (
        np.concatenate([vertices for vertices, _ in bodies]),
        np.concatenate([start + triangles for start, (_, triangles) in zip(starts, bodies, strict=False)]),
    )


# --- arrows and axes ----------------------------------------------------------------------------------------


def _arrows(traces: Sequence[Trace], ground: Trace, ink: str) -> list[Mesh]:
    """An arrow for each trace from its first to its second point, lifted on a pin out of the ``ground``.

    Of arrows that lie in one another each has rings in turn, and a ring of the head, so that all are seen.
    """
    if not traces:
        return []
    ends = [np.stack([unpacked(trace[axis]) for axis in "xyz"], axis=-1) for trace in traces]
    spot = ends[0][0]
    up = np.array([0.0, 0.0, max(_lift(ground, pair) for pair in ends)])
    pin = _faceted("pin", frustums(spot, np.eye(3)[2], [[0.0, up[2]]], [[SHAFT / 2] * 2]), ink)
    groups: list[list[tuple[Trace, Floats]]] = []
    for trace, pair in zip(traces, ends, strict=True):
        near = (group for group in groups if np.linalg.norm(group[0][1][1] - up - pair[1]) < SHAFT + HEAD / 2)
        if (group := next(near, None)) is None:
            groups.append([(trace, pair + up)])
        else:
            group.append((trace, pair + up))
    return [
        pin,
        *(_rings(*row, place, len(group)) for group in groups for place, row in enumerate(group)),
    ]


def _lift(ground: Trace, ends: Floats) -> float:
    """How far an arrow must be raised to lie on the sheet of f and not under it, as over a bowl."""
    z = unpacked(ground["z"])
    x, y = (unpacked(side) for side in (ground.get("meta") or {}).get("sides", (ground["x"], ground["y"])))
    path = ends[0] + np.linspace(0.0, 1.0, 25)[:, None] * (ends[1] - ends[0])
    columns, rows = (np.interp(path[:, k], side, np.arange(len(side))) for k, side in enumerate((x, y)))
    i, j = (np.minimum(place.astype(int), size - 2) for place, size in ((columns, len(x)), (rows, len(y))))
    right, above = columns - i, rows - j
    lower = (1 - right) * z[j, i] + right * z[j, i + 1]
    upper = (1 - right) * z[j + 1, i] + right * z[j + 1, i + 1]
    rise = (1 - above) * lower + above * upper - path[:, 2]
    return SHAFT + float(np.clip(np.nan_to_num(rise), 0.0, HIGHEST_LIFT - SHAFT).max())


def _rings(trace: Trace, ends: Floats, place: int, count: int) -> Mesh:
    """The rings of the arrow at ``place`` among ``count`` that lie in one another."""
    tail, tip = ends
    length = float(np.linalg.norm(tip - tail))
    head = min(TIP, 0.6 * length)
    cuts = np.linspace(0.0, length - head, (RINGS if count > 1 else 1) * count + 1)
    rings = np.stack([cuts[:-1], cuts[1:]], axis=1)[place::count]
    top = np.linspace(length - head, length, count + 1)[place : place + 2]
    wide = HEAD * (length - top) / head
    spans, radii = np.vstack([rings, top]), np.vstack([np.full((len(rings), 2), SHAFT), wide])
    body = frustums(tail, (tip - tail) / length, spans, radii, sides=20)
    about = {"method": trace["meta"]["method"], "tail": tail.tolist(), "tip": tip.tolist()}
    return _faceted(f"arrow: {trace['name']}", body, trace["line"]["color"], about=about)


def _axes(reach: Floats, labels: Sequence[str], colour: str) -> list[Mesh]:
    """An arrow along each of three edges of the box, from its corner in front."""
    corner = np.array([-reach[0], -reach[1], FLOOR])
    ends = [corner + (1.0 + 0.12 / reach[axis]) * 2 * reach[axis] * np.eye(3)[axis] for axis in range(3)]
    return [
        _faceted(f"axis: {label}", solid_arrow(corner, end, radius=0.007), colour)
        for label, end in zip(labels, ends, strict=True)
    ]


# --- colours ------------------------------------------------------------------------------------------------


def rgb(colour: str) -> Floats:
    """``#RRGGBB`` as three numbers from 0 to 1."""
    return np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])


def _even(colour: str, count: int) -> Floats:
    return np.tile(rgb(colour), (count, 1))


def _from_scale(values: Floats, scale: Sequence[tuple[float, str]], low: float, high: float) -> Floats:
    """The colours of values on a scale of Plotly; nan is as the lowest."""
    stops = np.array([stop for stop, _ in scale])
    colours = np.array([rgb(colour) for _, colour in scale])
    share = np.nan_to_num(np.clip((values - low) / (high - low), 0.0, 1.0))
    return np.stack([np.interp(share, stops, colours[:, k]) for k in range(3)], axis=-1)
