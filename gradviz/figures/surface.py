"""The surface over two chosen variables, the point on it, and the gradient of every method as an arrow.

A gradient is a vector of the input plane, so its arrows lie there: on the floor of the scene, under the
surface, with the level lines of f around them and a thread up to the point. By choice they are lifted onto
the surface as the direction (g, |g|²) of steepest ascent in its tangent plane.

The whole scene is in scene units with fixed ranges (see :mod:`.arrows`) and explicit ticks: WebGL gets small
numbers whatever the size of x and f, nothing rescales itself, and an arrow has the length that it stands for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gradviz.field import ScalarField
from gradviz.figures import collected
from gradviz.figures.layers import chosen
from gradviz.figures.layers.layer import SURFACE, Layers
from gradviz.figures.parts import arrows, solids
from gradviz.figures.parts.drawing import Picture, Trace, based_ticks, bounded, packed, readable_range, whole
from gradviz.figures.parts.heights import FLOOR, HALF_HEIGHT, Heights
from gradviz.figures.parts.sheet import MARGIN, lines_on_sheet, pale_copy, sheet
from gradviz.figures.parts.theme import paper, style
from gradviz.methods import GradientEstimate
from gradviz.surface import Surface
from gradviz.text.letters import plain_label, variable_label
from gradviz.text.numbers import listed, number

POINT_RADIUS = 0.045
MIDDLE_LIFTED = 1.2 * arrows.LONGEST  # a lifted arrow of middle length at most, in scene units
LONGEST_LIFTED = 1.2 * arrows.LONGEST_DRAWN  # and one that is cut short
CAMERA = {
    "eye": {"x": 1.17, "y": -1.39, "z": 0.8},
    "center": {"x": 0.0, "y": 0.0, "z": -0.17},
    "up": {"x": 0, "y": 0, "z": 1},
    "projection": {"type": "perspective"},
}

Gradients = Mapping[str, NDArray[np.float64]]  # method → (2,), along the drawn axes


@np.errstate(all="ignore")
def surface_picture(
    field: ScalarField,
    surface: Surface,
    point: ArrayLike,
    estimates: Sequence[GradientEstimate],
    *,
    axes: tuple[int, ...] = (0, 1),
    lifted: bool = False,
    overlay: bool = False,
    layers: Layers | None = None,
) -> Picture:
    """The scene of ``surface`` over the two variables ``axes`` of ``field``, with ``point`` (n,).

    One arrow for each of ``estimates``, ``lifted`` onto the surface or, by default, on the floor. Coincident
    arrows lie side by side unless ``overlay``. Holes stay holes, a gradient that is nan has no arrow, zero is
    a dot; poles and overflow are cut off at a readable height; the caption says so. ``layers`` are drawn too.
    """
    point = np.asarray(point, dtype=float)
    here = point[list(axes)]
    value = float(field(point))
    low, high, cut = readable_range(surface.z, include=value if np.isfinite(value) else np.nan)
    frame, heights = arrows.Frame.of(*surface.sides), Heights(low, high)
    inside = bool(np.all((here >= frame.low) & (here <= frame.high)))
    gradients = (
        {e.method: np.asarray(e.gradient, dtype=float)[list(axes)] for e in estimates} if inside else {}
    )
    laid = arrows.arrange(frame, here, gradients, overlay=overlay)
    more = chosen.in_scene(layers, frame, heights)
    names = [field.variables[axis] for axis in axes]
    ground = sheet(surface, names, frame, heights, every=bool(more.sheet)) | dict(more.sheet)
    traces = [
        ground,
        pale_copy(surface, frame, heights),
        *lines_on_sheet(surface, frame, heights),
        *more.traces,
    ]
    if inside:
        traces += _standing_point(field, point, value, frame.place(here), heights, axes)
    shrunk = 1.0
    if lifted and np.isfinite(value):
        laid, shapes, shrunk = _lifted(laid, gradients, frame, heights, value)
    else:
        shapes = _on_floor(laid)
    for arrow, (tail, tip) in zip(laid.arrows, shapes, strict=True):
        meta = arrows.drag_data(arrow, frame, here, laid.factor * shrunk, float(tail[2]))
        meta |= {"lifted": lifted, "vector": [float(x) for x in (tip - tail)[:2]]}
        traces.append(_solid(arrow, tail, tip, gradients[arrow.method], overlay, meta))
    if inside:
        base = value if lifted else np.nan
        traces.append(_collected(laid, gradients, frame, heights, frame.place(here), shrunk, base))
    traces += [_legend_line(e.method) for e in estimates]
    sentences = [
        *([] if inside else ["The point is outside the picture."]),
        *_slice_sentence(field, point, axes),
        *replace(laid, factor=laid.factor * shrunk).sentences(side_by_side=not overlay),
        *([f"The surface is cut off at f = {number(low)} and {number(high)}."] if cut else []),
        *([] if np.isfinite(surface.z).all() else ["Holes: f has no finite value there."]),
        *more.sentences,
    ]
    alternative = _alternative(field, point, value, names, arrows.in_words(laid, gradients))
    figure = {"data": traces, "layout": _layout(names, frame, heights)}
    return Picture(
        figure, " ".join(sentences), alternative + chosen.in_words(layers, SURFACE), views=_views(names)
    )


def _slice_sentence(field: ScalarField, point: NDArray[np.float64], axes: Sequence[int]) -> list[str]:
    """What the other variables are fixed at, where there are any."""
    others = [axis for axis in range(len(field.variables)) if axis not in axes]
    if not others:
        return []
    fixed = listed([f"{plain_label(field.variables[axis])} = {number(point[axis])}" for axis in others])
    return [f"Slice with {fixed}; the arrows are the two coordinates of the gradient in it."]


def _alternative(
    field: ScalarField, point: NDArray[np.float64], value: float, names: Sequence[str], methods: str
) -> str:
    place = ", ".join(
        f"{plain_label(name)} = {number(x)}" for name, x in zip(field.variables, point, strict=True)
    )
    known = number(value) if np.isfinite(value) else "undefined"
    return (
        f"Surface of f over {plain_label(names[0])} and {plain_label(names[1])} with the point at {place}, "
        f"f = {known}, and gradient arrows of {methods}."
    )


def _views(names: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """The positions of the camera: the browser's name for each, and the label of its button."""
    x, y = (plain_label(name) for name in names)
    return (
        ("corner", "three-quarter"),
        ("above", "from above"),
        ("x", f"along {y}"),
        ("y", f"along {x}"),
        ("gradient", "along the gradient"),
        ("level", "along the level curve"),
    )


def _standing_point(
    field: ScalarField,
    point: NDArray[np.float64],
    value: float,
    place: NDArray[np.float64],
    heights: Heights,
    axes: Sequence[int],
) -> list[Trace]:
    """The point on the surface, its shadow on the floor, and the thread between them."""
    words = "<br>".join(
        f"{variable_label(name)} = {number(x, 6)}" for name, x in zip(field.variables, point, strict=True)
    )
    drawn = [float(point[axis]) for axis in axes]
    shadow = {
        "type": "scatter3d",
        "mode": "markers",
        "name": "input point",
        "meta": {"moves": "floor", "point": drawn},
        "showlegend": False,
        "x": [float(place[0])],
        "y": [float(place[1])],
        "z": [FLOOR + 0.012],
        "marker": {"size": 5, "color": "@ink", "symbol": "circle"},
        "hovertemplate": f"{words}<extra></extra>",
    }
    if not np.isfinite(value):
        return [shadow]
    height = float(heights.place(value))
    thread = {
        "type": "scatter3d",
        "mode": "lines",
        "name": "thread",
        "meta": {"moves": "thread", "point": drawn},
        "showlegend": False,
        "x": [float(place[0])] * 2,
        "y": [float(place[1])] * 2,
        "z": [FLOOR, height],
        "line": {"color": "@ink", "width": 3, "dash": "dot"},
        "hoverinfo": "skip",
    }
    vertices, triangles = solids.ball(np.append(place, height), POINT_RADIUS)
    mark = {
        "type": "mesh3d",
        "name": "point",
        "meta": {"role": "point", "moves": "surface", "point": drawn},
        **{axis: packed(vertices[:, k]) for k, axis in enumerate("xyz")},
        **{axis: whole(triangles[:, k]) for k, axis in enumerate("ijk")},
        "color": "@ink",
        "lighting": {"ambient": 0.8, "diffuse": 0.3, "specular": 0.2},
        "hovertemplate": f"{words}<br>f = {number(value, 6)}<extra></extra>",
    }
    return [thread, shadow, mark]


def _on_floor(laid: arrows.Arrows) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    level = FLOOR + 0.03
    return [(np.append(arrow.tail, level), np.append(arrow.tip, level)) for arrow in laid.arrows]


def _lifted(
    laid: arrows.Arrows,
    gradients: Gradients,
    frame: arrows.Frame,
    heights: Heights,
    value: float,
) -> tuple[arrows.Arrows, list[tuple[NDArray[np.float64], NDArray[np.float64]]], float]:
    """The arrows in the tangent plane, cut short where needed, their ends, and the factor that shrinks all.

    As on the floor the median of their lengths decides the factor: a single wild estimate does not shrink the
    others.
    """
    height = float(heights.place(value)) + 0.02
    climbs = [_climb(arrow, gradients[arrow.method], frame, heights) for arrow in laid.arrows]
    lengths = sorted(length for length, _ in climbs if 0 < length < np.inf)
    middle = lengths[(len(lengths) - 1) // 2] if lengths else 0.0
    shrunk = 1.0
    if middle > MIDDLE_LIFTED:
        # the caption shows the whole factor: that is the number to round
        shrunk = arrows.round_down(laid.factor * (MIDDLE_LIFTED / middle)) / laid.factor
    drawn, ends = [], []
    for arrow, (length, direction) in zip(laid.arrows, climbs, strict=True):
        tail, cut = np.append(arrow.tail, height), shrunk * length > LONGEST_LIFTED
        drawn.append(replace(arrow, cut=bool(cut or arrow.cut)))
        ends.append((tail, tail + min(shrunk * length, LONGEST_LIFTED) * direction))
    return replace(laid, arrows=tuple(drawn)), ends, shrunk


def _climb(
    arrow: arrows.Arrow, gradient: NDArray[np.float64], frame: arrows.Frame, heights: Heights
) -> tuple[float, NDArray[np.float64]]:
    """Length and direction (3,) of an arrow in the tangent plane, both in scene units.

    The gradient g climbs |g|² along its length; straight up where that overflows.
    """
    move = arrow.tip - arrow.tail
    if arrow.is_dot:
        return 0.0, np.zeros(3)
    slope = float(np.hypot(*gradient))
    if np.isinf(slope):
        return np.inf, np.array([0.0, 0.0, 1.0])
    with np.errstate(over="ignore"):
        run = np.hypot(*frame.stretch(gradient / slope))
        climb = np.append(move, heights.unit * slope * (np.hypot(*move) / run))
        length = float(np.hypot.reduce(climb))
    return length, climb / length if np.isfinite(length) else np.array([0.0, 0.0, 1.0])


def _collected(
    laid: arrows.Arrows,
    gradients: Gradients,
    frame: arrows.Frame,
    heights: Heights,
    start: NDArray[np.float64],
    shrunk: float,
    value: float,
) -> Trace:
    """The arrow that grows in the walk: on the floor, or, from a finite ``value``, in the tangent plane."""
    scale = shrunk * collected.scale_of(laid, gradients, frame)
    tangent = gradients.get("backprop", np.zeros(2))
    if not (np.isfinite(value) and np.isfinite(tangent).all()):
        return collected.in_scene(frame, np.append(start, FLOOR + 0.03), scale, (0.0, 0.0))
    tail = np.append(start, float(heights.place(value)) + 0.02)
    return collected.in_scene(frame, tail, scale, bounded(scale * heights.unit) * tangent)


def _solid(
    arrow: arrows.Arrow,
    tail: NDArray[np.float64],
    tip: NDArray[np.float64],
    gradient: NDArray[np.float64],
    overlay: bool,
    meta: Mapping[str, Any],
) -> Trace:
    """One arrow as a mesh; with ``overlay`` the dashes of one method are sleeves around another's shaft."""
    look = style(arrow.method)
    radius = 0.0125 * arrow.thickness if not overlay else 0.006 + 0.003 * (4 - look.width)
    vertices, triangles = solids.solid_arrow(tail, tip, look.dash, radius)
    words = ", ".join(number(coordinate, 7) for coordinate in gradient)
    return {
        "type": "mesh3d",
        "name": look.label,
        "meta": meta,
        **{axis: packed(vertices[:, k]) for k, axis in enumerate("xyz")},
        **{axis: whole(triangles[:, k]) for k, axis in enumerate("ijk")},
        "color": f"@{arrow.method}",
        "flatshading": False,
        "lighting": {
            "ambient": 0.85,
            "diffuse": 0.35,
            "specular": 0.0,
            "facenormalsepsilon": 0,
            "vertexnormalsepsilon": 0,
        },
        "hovertemplate": f"{look.label}<br>({words})<extra></extra>",
        "showlegend": False,
    }


def _legend_line(method: str) -> Trace:
    """An empty line for the legend of a saved picture: the entry of a mesh shows no dash."""
    look = style(method)
    return {
        "type": "scatter3d",
        "mode": "lines",
        "name": look.label,
        "meta": {"method": method, "legend": True},
        "x": [None],
        "y": [None],
        "z": [None],
        "line": {"color": f"@{method}", "width": 5, "dash": look.dash},
        "showlegend": True,
        "hoverinfo": "skip",
    }


def _layout(names: Sequence[str], frame: arrows.Frame, heights: Heights) -> dict[str, Any]:
    """Fixed ranges, true proportions, ticks in the units of the data, and for files the legend below."""
    reach = [*(MARGIN * frame.size), HALF_HEIGHT]
    sides = [(frame.low[0], frame.high[0]), (frame.low[1], frame.high[1]), (heights.low, heights.high)]
    titles = [*(variable_label(name) for name in names), "f"]
    scene: dict[str, Any] = {}
    for k, axis in enumerate(("xaxis", "yaxis", "zaxis")):
        low, high = sides[k]
        values, labels, base = based_ticks(low, high, 5 if k < 2 else 4)
        titles[k] += base
        if k < 2:
            corner = np.tile(frame.low, (len(values), 1))
            corner[:, k] = values
            places = frame.place(corner)[:, k]
        else:
            places = heights.place(values)
        scene[axis] = {
            "title": {"text": titles[k], "font": {"size": 13 if base else 18, "color": "@ink"}},
            "range": [float(-reach[k]), float(reach[k])],
            "autorange": False,
            "tickmode": "array",
            "tickvals": [float(place) for place in places],
            "ticktext": labels,
            "tickfont": {"size": 13, "color": "@ink/0.85"},
            "showgrid": False,
            "linecolor": "@ink/0.25",
            "showline": True,
            "zeroline": False,
            "showbackground": False,
            "showspikes": False,
        }
    return {
        "meta": {"frame": frame.message},
        "scene": {
            **scene,
            "aspectmode": "manual",
            "aspectratio": {axis: float(side) for axis, side in zip("xyz", reach, strict=True)},
            "camera": CAMERA,
            "dragmode": "turntable",
        },
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        **paper(-0.02, 15),
    }
