"""The surface of the scene and the level lines on it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gradviz.figures.parts.arrows import Frame
from gradviz.figures.parts.contours import level_lines
from gradviz.figures.parts.drawing import Trace, packed, ticks
from gradviz.figures.parts.heights import FLOOR, HALF_HEIGHT, Heights
from gradviz.figures.parts.rim import Reached
from gradviz.figures.parts.theme import FLOOR_SHARE, height_scale
from gradviz.surface import Surface
from gradviz.text.letters import variable_label

LIGHT = {"ambient": 0.72, "diffuse": 0.45, "specular": 0.06, "roughness": 0.6, "fresnel": 0.05}
UNSEEN_HEIGHT = 1e-3  # half a pixel on a screen
# The scene ends at FLOOR, where WebGL clips: of a sheet just there it drops pixels by their rounding, which
# is coarse where a driver draws without a graphics card.
WITHIN = 4e-3
RAISED = 4e-3  # of lines over what they lie on, which would hide half of them


def sheet(
    surface: Surface,
    names: Sequence[str],
    frame: Frame,
    heights: Heights,
    *,
    every: bool,
    rim: Reached | None = None,
) -> Trace:
    """The surface over the variables ``names``, as far as its ``rim``.

    Unless at ``every`` point of the grid, only at every other one where that looks the same.
    """
    rim = None if rim is None else rim.hemmed()
    z = surface.z if rim is None else rim.z
    with np.errstate(invalid="ignore", over="ignore"):
        scene = heights.place(z)
    scene = np.where(np.isfinite(z), scene, np.nan)
    scene = _torn(scene, heights.bottom, HALF_HEIGHT)
    by = slice(None, None, 1 if every or not _flat_between(scene) else 2)
    across, up = (side[by] for side in surface.sides)
    z, scene = z[by, by], scene[by, by]
    # Plotly indexes customdata of a surface by x first, though z goes by y first
    places = np.meshgrid(across, up, indexing="ij") if rim is None else [rim.x.T, rim.y.T]
    values = np.stack([*places, z.T], axis=-1)
    labels = [variable_label(name) for name in names]
    return {
        "type": "surface",
        "name": "f",
        **_grid(across, up, frame, rim),
        "z": packed(scene),
        "customdata": packed(np.where(np.isfinite(values), values, np.nan)),
        "hovertemplate": f"{labels[0]} = %{{customdata[0]:.4~g}}<br>{labels[1]} = %{{customdata[1]:.4~g}}"
        "<br>f = %{customdata[2]:.5~g}<extra></extra>",
        "colorscale": height_scale(),
        "cmin": float(heights.bottom),
        "cmax": HALF_HEIGHT,
        "showscale": False,
        "contours": {axis: {"highlight": False} for axis in "xyz"},
        "lighting": LIGHT,
        "lightposition": {"x": -1500, "y": -800, "z": 3000},
        "hoverlabel": {"bgcolor": "@paper", "bordercolor": "@ink/0.4", "font": {"color": "@ink"}},
    }


def pale_copy(surface: Surface, frame: Frame, heights: Heights, rim: Reached | None = None) -> Trace:
    """The colours of the surface on the floor, pale: the map of f, where a gradient lives."""
    # without the last row it would be too small, without every vertex of its rim ragged
    by = slice(None, None, 2 if min(surface.z.shape) % 2 and rim is None else 1)
    across, up = (side[by] for side in surface.sides)
    z = surface.z if rim is None else rim.z
    with np.errstate(invalid="ignore", over="ignore"):
        scene = np.clip(heights.place(z[by, by]), heights.bottom, HALF_HEIGHT)
    return {
        "type": "surface",
        "name": "floor",
        **_grid(across, up, frame, rim),
        "z": packed(np.where(np.isfinite(scene), FLOOR + WITHIN, np.nan)),
        "surfacecolor": packed(scene),
        "colorscale": height_scale(FLOOR_SHARE),
        "cmin": float(heights.bottom),
        "cmax": HALF_HEIGHT,
        "showscale": False,
        "contours": {axis: {"highlight": False} for axis in "xyz"},
        "lighting": {"ambient": 1.0, "diffuse": 0.0, "specular": 0.0, "fresnel": 0.0},
        "hoverinfo": "skip",
    }


def _grid(across: ArrayLike, up: ArrayLike, frame: Frame, rim: Reached | None) -> Trace:
    """x and y of a surface, which are (r, c) where it has a rim; the even sides are then in its ``meta``."""
    x, y = packed(frame.along(0, across)), packed(frame.along(1, up))
    if rim is None:
        return {"x": x, "y": y}
    moved = {"x": packed(frame.along(0, rim.x)), "y": packed(frame.along(1, rim.y))}
    return {**moved, "meta": {"sides": [x, y]}}


def _flat_between(scene: NDArray[np.float64]) -> bool:
    """Whether every other row and column of these heights (r, c) can go unseen.

    Software rendering spends most of its time on the vertices of the sheet.
    """
    if scene.shape[0] % 2 == 0 or scene.shape[1] % 2 == 0 or not np.isfinite(scene).all():
        return False  # the last row would go, or the rim of a hole would
    drawn = scene[::2, ::2]
    right, above = (drawn[:, 1:] + drawn[:, :-1]) / 2, (drawn[1:] + drawn[:-1]) / 2
    middle = (right[1:] + right[:-1]) / 2
    off = [right - scene[::2, 1::2], above - scene[1::2, ::2], middle - scene[1::2, 1::2]]
    return max(np.abs(heights).max(initial=0) for heights in off) < UNSEEN_HEIGHT


def lines_on_sheet(
    surface: Surface, frame: Frame, heights: Heights, rim: Reached | None = None
) -> list[Trace]:
    """The level lines on the surface, and their shadow on the floor."""
    levels, _ = ticks(heights.low, heights.high, 12)
    drawn = surface if rim is None else rim
    z = np.where(np.isfinite(drawn.z), drawn.z, np.nan)
    x, y = surface.sides if rim is None else (rim.x, rim.y)
    lines = level_lines(x, y, z, levels)  # none on a plane that lies flat
    places = frame.place(lines[:, :2])
    floor = np.where(np.isnan(lines[:, 2]), np.nan, FLOOR + WITHIN + RAISED)
    # two single vertices, which draw nothing: Plotly then measures the same scene whatever moves inside
    corner = np.append(frame.size, HALF_HEIGHT)
    gap = np.full(3, np.nan)
    corners = [gap, -corner, gap, corner]
    across = np.vstack([np.column_stack([places, floor]), *corners])
    on_sheet = np.vstack([np.column_stack([places, heights.place(lines[:, 2]) + RAISED]), *corners])
    shared = {
        "type": "scatter3d",
        "mode": "lines",
        "x": packed(across[:, 0]),
        "y": packed(across[:, 1]),
        "showlegend": False,
        "hoverinfo": "skip",
    }
    line = {"color": "@line", "width": 2}
    return [
        {**shared, "name": "level lines", "z": packed(on_sheet[:, 2]), "line": line},
        {
            **shared,
            "name": "level lines on the floor",
            "z": packed(across[:, 2]),
            "line": {**line, "color": "@paper"},
        },
    ]


def _torn(scene: NDArray[np.float64], bottom: float, top: float) -> NDArray[np.float64]:
    """Heights far outside the box moved near it, and holes where the sheet jumps from above to below it.

    WebGL clips the sheet at the box; without the hole a pole of 1/x would look like a wall.
    """
    reach = 2 * (top - bottom)
    bounded = np.clip(scene, bottom - reach, top + reach)
    above, below = bounded > top, bounded < bottom
    torn = np.zeros_like(above)
    for axis in (0, 1):
        before = [slice(None)] * 2
        after = [slice(None)] * 2
        before[axis], after[axis] = slice(None, -1), slice(1, None)
        jump = (above[tuple(before)] & below[tuple(after)]) | (below[tuple(before)] & above[tuple(after)])
        torn[tuple(before)] |= jump
        torn[tuple(after)] |= jump
    return np.where(torn, np.nan, bounded)
