"""Static pictures of nouns, as images that stand inside HTML."""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping
from dataclasses import replace
from html import escape
from typing import Any

import numpy as np

from gradviz.export.vector.drawing import Drawing
from gradviz.export.vector.plot import ROW, draw_legend, draw_plot, legend_entries, legend_rows
from gradviz.export.vector.scene import draw_scene
from gradviz.export.vector.svg import svg
from gradviz.figures import (
    Picture,
    curve_picture,
    errors_picture,
    paint,
    palettes,
    surface_picture,
)
from gradviz.methods import named
from gradviz.surface import Surface
from gradviz.sweeping.sweep import Sweep
from gradviz.text.letters import plain_label
from gradviz.text.numbers import listed
from gradviz.tree.printing import to_text

SIZE = (640.0, 460.0)  # px
EDGE = 8.0
LEGEND = 13.0  # size of its letters
MOST_POINTS = 60
POINTED = ("point", "thread")  # what stands in a scene for the point, which samples have none of


def errors_image(sweep: Sweep, step: float | None = None) -> str:
    """The error plot of a sweep; without a ``step`` the best one of its first method is marked."""
    stepping = [name for name in sweep.methods if named(name).takes_step]
    if step is None:
        best = sweep.best_step[stepping[0]] if stepping else math.nan
        step = best if math.isfinite(best) else float(sweep.steps[0])
    return _image(errors_picture(sweep, step), "errors")


def surface_image(surface: Surface) -> str:
    """The samples of a field, at most ``MOST_POINTS`` a side: its surface, or its curve."""
    field = surface.field
    names = [plain_label(field.variables[axis]) for axis in surface.axes]
    about = f"of f = {to_text(field.expression)} over {listed(names)}"
    middle = np.array(surface.point, dtype=float)  # of a picture without a point, which is taken out again
    for axis, side in zip(surface.axes, surface.sides, strict=True):
        middle[axis] = side[len(side) // 2]
    if surface.y is None:
        return _image(
            replace(curve_picture(field, surface, middle, []), alternative=f"Curve {about}"), "curve"
        )
    picture = surface_picture(field, _coarser(surface), middle, [], axes=surface.axes)
    return _image(replace(picture, alternative=f"Surface {about}"), "surface")


def _coarser(surface: Surface) -> Surface:
    """The surface at fewer points: a picture of more is larger, and looks the same."""
    across, up = (
        np.unique(np.linspace(0, len(side) - 1, min(len(side), MOST_POINTS)).round().astype(int))
        for side in surface.sides
    )
    x, y = surface.sides
    return replace(surface, x=x[across], y=y[up], z=surface.z[np.ix_(up, across)])


def _image(picture: Picture, name: str) -> str:
    """A picture in light colours, with its description; the SVG is its own document, and runs nothing."""
    palette = palettes()["light"]
    figure = paint(_unpointed(picture.figure, name), palette)
    drawing = Drawing(*SIZE, name, picture.alternative)
    drawing.rect((0, 0, *SIZE), palette["paper"])
    left, top, right, bottom = EDGE, EDGE, SIZE[0] - EDGE, SIZE[1] - EDGE
    if name == "surface":
        draw_scene(drawing, figure, (left, top, right, bottom), palette)
    else:
        entries = legend_entries(figure)
        high = len(legend_rows(entries, right - left, LEGEND)) * ROW * LEGEND
        draw_legend(drawing, entries, (left, bottom - high, right, 0), LEGEND, palette["ink"])
        draw_plot(drawing, figure, (left, top, right, bottom - high - EDGE), palette, name=name)
    made = base64.b64encode(svg(drawing).encode()).decode()
    about = escape(picture.alternative)
    return f"<img alt='{about}' width='{SIZE[0]:.0f}' src='data:image/svg+xml;base64,{made}'>"


def _unpointed(figure: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Without the point, where there is none."""
    if name == "errors":
        return figure
    kept = [trace for trace in figure["data"] if trace.get("name") not in POINTED]
    meta = {key: value for key, value in figure["layout"].get("meta", {}).items() if key != "stage"}
    return {**figure, "data": kept, "layout": {**figure["layout"], "meta": meta}}
