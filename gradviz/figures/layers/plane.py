"""The tangent plane at the point, and the tangent line of a function of one variable."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gradviz.figures.layers.layer import Drawn, Layer, Layers
from gradviz.figures.parts import lines
from gradviz.figures.parts.arrows import Frame
from gradviz.figures.parts.drawing import Window, bounded
from gradviz.figures.parts.heights import FLOOR, HALF_HEIGHT, Heights

REACH = 0.55  # half the side of the patch, in scene units: larger ones hide the surface


def patch(layers: Layers, frame: Frame, heights: Heights) -> NDArray[np.float64]:
    """The corners (m, 3), in scene units, of a square patch of the tangent plane around the point.

    Clipped to the window, and to the floor and the top of the box.
    """
    centre = frame.place(layers.here)
    low, high = np.maximum(centre - REACH, -frame.size), np.minimum(centre + REACH, frame.size)
    square = np.array([[low[0], low[1]], [high[0], low[1]], [high[0], high[1]], [low[0], high[1]]])
    with np.errstate(over="ignore"):
        rise = (frame.back(square) - layers.here) @ layers.slopes
    corners = np.column_stack([square, heights.place(layers.value) + heights.unit * rise])
    return _clip(_clip(corners, FLOOR, 1.0), HALF_HEIGHT, -1.0)


def _clip(corners: NDArray[np.float64], level: float, side: float) -> NDArray[np.float64]:
    """The part of a convex polygon above (``side`` 1) or below (−1) a level.

    Sutherland & Hodgman, CACM 17 (1974) 32–42.
    """
    clipped = []
    for before, corner in zip(np.roll(corners, 1, axis=0), corners, strict=True):
        past, here = side * (before[2] - level), side * (corner[2] - level)
        if (past >= 0) != (here >= 0):
            clipped.append(before + past / (past - here) * (corner - before))
        if here >= 0:
            clipped.append(corner)
    return np.array(clipped).reshape(-1, 3)


def _missing(layers: Layers, name: str) -> str:
    """Why there is no tangent; '' where there is one."""
    if not np.isfinite(layers.value):
        return f"No tangent {name}: f has no finite number at the point."
    if layers.truth.differentiable and np.isfinite(layers.slopes).all():
        return ""
    return f"No tangent {name}: f is not differentiable at the point."


def _in_scene(layers: Layers, frame: Frame, heights: Heights) -> Drawn:
    missing = _missing(layers, "plane")
    if missing:
        return Drawn((), [missing])
    corners = patch(layers, frame, heights)
    if len(corners) < 3 or not np.isfinite(corners).all():
        return Drawn((), ["The tangent plane is too steep to draw."])
    fan = np.array([[0, k, k + 1] for k in range(1, len(corners) - 1)])
    sheet = lines.mesh("tangent plane", corners, fan, "@tangent") | {"opacity": 0.42}
    edge = lines.in_space("edge of the tangent plane", np.vstack([corners, corners[:1]]), "@tangent", 4)
    return Drawn([sheet, edge], ["The patch is a piece of the tangent plane, by the true gradient."])


def _on_curve(layers: Layers, window: Window) -> Drawn:
    missing = _missing(layers, "line")
    if missing:
        return Drawn((), [missing])
    x = np.array(window[:2])
    with np.errstate(over="ignore"):
        y = bounded(layers.value + layers.slopes[0] * (x - layers.here[0]))
    line = lines.on_paper("tangent line", np.column_stack([x, y]), "@tangent/0.4", 10)
    return Drawn([line], ["The broad band is the tangent, by the true derivative."])


LAYER = Layer("plane", "tangent plane", "the tangent", scene=_in_scene, curve=_on_curve)
