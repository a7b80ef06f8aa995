"""The paths of steepest descent and ascent from the point."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gradviz.figures.layers.layer import Drawn, Layer, Layers, shared
from gradviz.figures.parts import lines
from gradviz.figures.parts.arrows import Frame
from gradviz.figures.parts.drawing import Trace, Window
from gradviz.figures.parts.heights import FLOOR, HALF_HEIGHT, Heights
from gradviz.figures.parts.solids import solid_arrow
from gradviz.paths import MOST_STEPS, Path, steepest_path
from gradviz.pieces import pieces

DASH = {"descent": "solid", "ascent": "dash"}
SPACING = 0.3  # from one arrowhead to the next, in scene units
MOST_HEADS = 200  # a path is at most 300 steps of 0.06 scene units on the map
HEAD = 0.1
ENDS = {
    "edge": "to the edge of the picture",
    "critical": "to a critical point, where the gradient is zero",
    "kink": "to a kink or jump, where there is no gradient",
    "hole": "to the end of the domain of f",
    "long": f"for {MOST_STEPS} steps, not to its end",
}


@shared
def paths(layers: Layers) -> dict[str, Path]:
    """Steepest descent and ascent from the point."""
    return {
        name: steepest_path(
            layers.field, layers.point, layers.window, axes=layers.axes, uphill=name == "ascent"
        )
        for name in ("descent", "ascent")
    }


def heads(places: NDArray[np.float64]) -> list[int]:
    """The vertices of a path (m, k) that get an arrowhead: every ``SPACING``, the first after half of it.

    The last vertex where the path is too short for any.
    """
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(places, axis=0), axis=-1))])
    wanted = SPACING * (np.arange(pieces(along[-1] - SPACING / 2, SPACING, MOST_HEADS)) + 0.5)
    vertices = sorted(set(np.searchsorted(along, wanted).tolist()))
    return vertices or ([len(places) - 1] if along[-1] > 0 else [])


def clipped(points: NDArray[np.float64], low: float, high: float) -> NDArray[np.float64]:
    """The start of a path (m, 2), up to where its second coordinate leaves [``low``, ``high``].

    That coordinate rises, or falls, all the way.
    """
    outside = np.flatnonzero((points[:, 1] < low) | (points[:, 1] > high))
    if not len(outside) or not outside[0]:
        return points[: len(points) if not len(outside) else 0]
    inner, outer = points[outside[0] - 1], points[outside[0]]
    wall = high if outer[1] > high else low
    # halves, because the difference of two huge numbers overflows
    share = (wall / 2 - inner[1] / 2) / (outer[1] / 2 - inner[1] / 2)
    crossing = [inner[0] + share * (outer[0] - inner[0]), wall]
    return np.vstack([points[: outside[0]], crossing])


def _sentences(layers: Layers) -> list[str]:
    if all(len(path.points) == 1 for path in paths(layers).values()):
        why = {
            "critical": "the gradient is zero at the point",
            "hole": "f has no gradient at the point",
            "kink": "the point is on a kink or jump",
            "edge": "the point is on the edge of the picture or outside it",
        }
        return [f"No path of steepest descent or ascent: {why[paths(layers)['descent'].end]}."]
    parts = [
        f"steepest {name} ({'solid' if DASH[name] == 'solid' else 'dashed'}) {ENDS[path.end]}"
        if len(path.points) > 1
        else f"no way for steepest {name}"
        for name, path in paths(layers).items()
    ]
    return [f"Paths: {'; '.join(parts)}."]


def _visible(layers: Layers) -> dict[str, Path]:
    return {name: path for name, path in paths(layers).items() if len(path.points) > 1}


def _on_map(layers: Layers, frame: Frame) -> Drawn:
    traces = []
    for name, path in _visible(layers).items():
        points = path.points[:, list(layers.axes)]
        traces += lines.seamed(_with_heads(name, points, heads(frame.place(points))))
    return Drawn(traces, _sentences(layers))


def _with_heads(name: str, points: NDArray[np.float64], at: list[int]) -> Trace:
    """A flat line with arrowheads at the vertices ``at``."""
    line = lines.on_paper(f"steepest {name}", points, f"@{name}", 2.6, DASH[name])
    sizes = np.zeros(len(points))
    sizes[at] = 11
    marker = {
        "symbol": "arrow",
        "angleref": "previous",
        "size": [float(size) for size in sizes],
        "color": f"@{name}",
        "opacity": 1,
        "line": {"width": 0},
    }
    return line | {"mode": "lines+markers", "marker": marker}


def _in_scene(layers: Layers, frame: Frame, heights: Heights) -> Drawn:
    traces = []
    for name, path in _visible(layers).items():
        flat = frame.place(path.points[:, list(layers.axes)])
        height = np.clip(heights.place(path.values), FLOOR, HALF_HEIGHT)
        curve = np.column_stack([flat, height + 0.012])
        floor = np.column_stack([flat, np.full(len(flat), FLOOR + 0.014)])
        traces.append(lines.in_space(f"steepest {name}", curve, f"@{name}", 7, DASH[name]))
        traces.append(lines.in_space(f"steepest {name} on the floor", floor, f"@{name}", 3, DASH[name]))
        bodies = [_head(curve, vertex) for vertex in heads(curve)]
        if not bodies:  # too short to have a direction
            continue
        first = np.cumsum([0, *(len(vertices) for vertices, _ in bodies)])
        vertices = np.concatenate([vertices for vertices, _ in bodies])
        triangles = np.concatenate([t + base for (_, t), base in zip(bodies, first, strict=False)])
        traces.append(lines.mesh(f"steepest {name}", vertices, triangles, f"@{name}"))
    return Drawn(traces, _sentences(layers))


def _head(path: NDArray[np.float64], vertex: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """A cone whose tip is a vertex of the path, pointing along it."""
    along = path[vertex] - path[vertex - 1]
    tip = path[vertex]
    return solid_arrow(tip - HEAD * along / np.linalg.norm(along), tip, radius=0.012)


def _on_curve(layers: Layers, window: Window) -> Drawn:
    traces = []
    size = np.array([window[1] / 2 - window[0] / 2, window[3] / 2 - window[2] / 2])
    for name, path in _visible(layers).items():
        points = clipped(np.column_stack([path.points[:, 0], path.values]), *window[2:])
        trace = _with_heads(name, points, heads(points / size))
        traces += lines.seamed(trace | {"line": {**trace["line"], "width": 4}})
    return Drawn(traces, _sentences(layers))


LAYER = Layer(
    "path",
    "steepest paths",
    "the paths of steepest descent and ascent",
    scene=_in_scene,
    map=_on_map,
    curve=_on_curve,
)
