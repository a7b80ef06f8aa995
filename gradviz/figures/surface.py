"""The surface over two chosen variables, the point on it, and the gradient of every method as an arrow.

A gradient lives in the input plane, so its arrows lie there: on the floor of the scene, under the surface,
with the level lines of f for company and a thread up to the point. By choice they are lifted onto the surface
as the direction (g, |g|²) of steepest ascent in its tangent plane.

The whole scene is in scene units with fixed ranges (see :mod:`.arrows`), ticks written by hand: what WebGL
gets is small numbers whatever the size of x and f, nothing rescales itself, and an arrow's length is what it
says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gradviz.figures import collected
from gradviz.figures.layers import drawn as see_more
from gradviz.figures.layers.table import SURFACE, Layers
from gradviz.figures.parts import arrows
from gradviz.figures.parts.contours import level_lines
from gradviz.figures.parts.drawing import Picture, based_ticks, bounded, packed, readable_range, ticks, whole
from gradviz.figures.parts.heights import FLOOR, HALF_HEIGHT, Heights
from gradviz.figures.parts.theme import paper, style
from gradviz.text.letters import plain_label, variable_label
from gradviz.text.numbers import listed, number

MARGIN = 1.15  # the box is a little wider than the surface: arrows may point out of the window
POINT_RADIUS = 0.045
MIDDLE_LIFTED = 1.2 * arrows.LONGEST  # a lifted arrow of middle length at most, in scene units
LONGEST_LIFTED = 1.2 * arrows.LONGEST_DRAWN  # and one that is cut short
UNSEEN_HEIGHT = 1e-3  # half a pixel on a screen
CAMERA = {
    "eye": {"x": 1.17, "y": -1.39, "z": 0.8},
    "center": {"x": 0.0, "y": 0.0, "z": -0.17},
    "up": {"x": 0, "y": 0, "z": 1},
    "projection": {"type": "perspective"},
}


@np.errstate(all="ignore")
def surface_picture(
    field: Any,
    surface: Any,
    point: ArrayLike,
    estimates: Sequence[Any],
    *,
    axes: tuple[int, int] = (0, 1),
    lifted: bool = False,
    overlay: bool = False,
    layers: Layers | None = None,
) -> Picture:
    """``surface`` (x (r,), y (r,), z (r, r)) over the two variables ``axes`` of ``field`` with ``point``
    (n,).

    One arrow for each of ``estimates`` (its ``method`` and ``gradient`` (n,)); ``lifted`` onto the surface
    or, by default, on the floor. Coincident arrows lie side by side unless ``overlay``. Holes stay holes, a
    gradient that is nan has no arrow, zero is a dot; poles and overflow are cut off at a readable height; the
    caption tells each. ``layers`` are what else is to be seen.
    """
    point = np.asarray(point, dtype=float)
    here = point[list(axes)]
    value = float(field(point))
    low, high, cut = readable_range(surface.z, include=value if np.isfinite(value) else np.nan)
    frame = arrows.Frame.of(surface.x, surface.y)
    heights = Heights(low, high)
    inside = bool(np.all((here >= frame.low) & (here <= frame.high)))
    gradients = (
        {e.method: np.asarray(e.gradient, dtype=float)[list(axes)] for e in estimates} if inside else {}
    )
    laid = arrows.arrange(frame, here, gradients, overlay=overlay)
    more = see_more.in_scene(layers, frame, heights)
    colours = see_more.sheet_colours(layers)  # of every place of the surface
    sheet = _sheet(field, surface, axes, frame, heights, every=bool(colours)) | colours
    traces = [sheet, *_level_lines(surface, frame, heights), *more.traces]
    if inside:
        traces += _standing_point(field, point, value, frame.place(here), heights, axes)
    shrunk = 1.0
    if lifted and np.isfinite(value):
        laid, shapes, shrunk = _lifted(laid, gradients, frame, heights, value)
    else:
        shapes = _on_floor(laid)
    for arrow, (tail, tip) in zip(laid.arrows, shapes, strict=True):
        held = arrows.in_hand(arrow, frame, here, laid.factor * shrunk, float(tail[2]))
        held |= {"lifted": lifted, "vector": [float(x) for x in (tip - tail)[:2]]}
        traces.append(_solid(arrow, tail, tip, gradients[arrow.method], overlay, held))
    if inside:
        traces.append(
            _collected(
                laid, gradients, frame, heights, frame.place(here), shrunk, value if lifted else np.nan
            )
        )
    traces += [_legend_line(e.method) for e in estimates]

    names = [field.variables[axis] for axis in axes]
    sentences = replace(laid, factor=laid.factor * shrunk).sentences(side_by_side=not overlay)
    others = [axis for axis in range(len(field.variables)) if axis not in axes]
    if others:
        held = listed([f"{plain_label(field.variables[axis])} = {number(point[axis])}" for axis in others])
        sentences.insert(0, f"Slice with {held}; the arrows are the two coordinates of the gradient in it.")
    if not inside:
        sentences.insert(0, "The point is outside the picture.")
    if cut:
        sentences.append(f"The surface is cut off at f = {number(low)} and {number(high)}.")
    if not np.isfinite(surface.z).all():
        sentences.append("Holes: f has no finite value there.")
    sentences += more.sentences
    place = ", ".join(
        f"{plain_label(name)} = {number(x)}" for name, x in zip(field.variables, point, strict=True)
    )
    known = number(value) if np.isfinite(value) else "undefined"
    alternative = (
        f"Surface of f over {plain_label(names[0])} and {plain_label(names[1])} with the point at {place}, "
        f"f = {known}, and gradient arrows of {arrows.in_words(laid, gradients)}."
        f"{see_more.also(layers, SURFACE)}"
    )
    figure = {"data": traces, "layout": _layout(names, frame, heights)}
    return Picture(figure, " ".join(sentences), alternative, views=_views(names))


def _views(names: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """The places to look from, by the browser's name for each and what its button says."""
    x, y = (plain_label(name) for name in names)
    return (
        ("corner", "three-quarter"),
        ("above", "from above"),
        ("x", f"along {y}"),
        ("y", f"along {x}"),
        ("gradient", "along the gradient"),
        ("level", "along the level curve"),
    )


def _sheet(
    field: Any, surface: Any, axes: tuple[int, int], frame: arrows.Frame, heights: Heights, *, every: bool
) -> dict[str, Any]:
    """The grey surface; with ``every`` place of ``surface``, also where half of them would do."""
    z = np.asarray(surface.z, dtype=float)
    with np.errstate(invalid="ignore", over="ignore"):
        scene = heights.place(z)
    scene = np.where(np.isfinite(z), scene, np.nan)
    scene = _torn(scene, heights.bottom, HALF_HEIGHT)
    by = slice(None, None, 1 if every or not _flat_between(scene) else 2)
    across, up, z, scene = surface.x[by], surface.y[by], z[by, by], scene[by, by]
    x = frame.place(np.stack([across, np.full(len(across), frame.low[1])], axis=-1))[:, 0]
    y = frame.place(np.stack([np.full(len(up), frame.low[0]), up], axis=-1))[:, 1]
    # Plotly looks for what belongs to a place of a sheet by x first, though its heights go by y first
    values = np.stack([*np.meshgrid(across, up, indexing="ij"), z.T], axis=-1)
    names = [variable_label(field.variables[axis]) for axis in axes]
    return {
        "type": "surface",
        "name": "f",
        "x": packed(x),
        "y": packed(y),
        "z": packed(scene),
        "customdata": packed(np.where(np.isfinite(values), values, np.nan)),
        "hovertemplate": f"{names[0]} = %{{customdata[0]:.4~g}}<br>{names[1]} = %{{customdata[1]:.4~g}}"
        "<br>f = %{customdata[2]:.5~g}<extra></extra>",
        "colorscale": [[0, "@low"], [1, "@high"]],
        "cmin": float(heights.bottom),
        "cmax": HALF_HEIGHT,
        "opacity": 0.68,
        "showscale": False,
        "contours": {axis: {"highlight": False} for axis in "xyz"},
        "lighting": {"ambient": 0.72, "diffuse": 0.5, "specular": 0.04, "roughness": 0.9},
        "lightposition": {"x": -2000, "y": -3000, "z": 6000},
        "hoverlabel": {"bgcolor": "@paper", "bordercolor": "@ink/0.4", "font": {"color": "@ink"}},
    }


def _flat_between(scene: NDArray[np.float64]) -> bool:
    """Whether nobody would miss every other row and column of these heights (r, c): a scene in software takes
    most of its time for the corners of the sheet.
    """
    if scene.shape[0] % 2 == 0 or scene.shape[1] % 2 == 0 or not np.isfinite(scene).all():
        return False  # the last row would go, or the rim of a hole would
    drawn = scene[::2, ::2]
    beside, above = (drawn[:, 1:] + drawn[:, :-1]) / 2, (drawn[1:] + drawn[:-1]) / 2
    amid = (beside[1:] + beside[:-1]) / 2
    off = [beside - scene[::2, 1::2], above - scene[1::2, ::2], amid - scene[1::2, 1::2]]
    return max(np.abs(heights).max(initial=0) for heights in off) < UNSEEN_HEIGHT


def _level_lines(surface: Any, frame: arrows.Frame, heights: Heights) -> list[dict[str, Any]]:
    """The level lines on the surface, and their shadow on the floor."""
    levels, _ = ticks(heights.low, heights.high, 12)
    z = np.where(np.isfinite(surface.z), surface.z, np.nan)
    lines = level_lines(surface.x, surface.y, z, levels)
    if not len(lines):
        return []
    places = frame.place(lines[:, :2])
    floor = np.where(np.isnan(lines[:, 2]), np.nan, FLOOR + 0.004)
    # two lone corners, which draw nothing: what moves inside the box then leaves the scene's measures alone
    corner = np.append(MARGIN * frame.size, HALF_HEIGHT)
    gap = np.full(3, np.nan)
    corners = [gap, -corner, gap, corner]
    across = np.vstack([np.column_stack([places, floor]), *corners])
    on_sheet = np.vstack([np.column_stack([places, heights.place(lines[:, 2]) + 0.004]), *corners])
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
        # a little above the sheet, which would hide half of them
        {**shared, "name": "level lines", "z": packed(on_sheet[:, 2]), "line": line},
        {**shared, "name": "level lines on the floor", "z": packed(across[:, 2]), "line": line},
    ]


def _torn(scene: NDArray[np.float64], bottom: float, top: float) -> NDArray[np.float64]:
    """Heights far outside the box brought near it, and a hole where the sheet jumps from above the box to
    below it.

    WebGL cuts the sheet at the box; without the hole a pole of 1/x would be a wall that is not there.
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


def _standing_point(
    field: Any,
    point: NDArray[np.float64],
    value: float,
    place: NDArray[np.float64],
    heights: Heights,
    axes: Any,
) -> list[dict[str, Any]]:
    """The point on the surface, its shadow on the floor, and the thread between them."""
    words = "<br>".join(
        f"{variable_label(name)} = {number(x, 6)}" for name, x in zip(field.variables, point, strict=True)
    )
    floor = FLOOR
    drawn = [float(point[axis]) for axis in axes]
    shadow = {
        "type": "scatter3d",
        "mode": "markers",
        "name": "input point",
        "meta": {"moves": "floor", "point": drawn},
        "showlegend": False,
        "x": [float(place[0])],
        "y": [float(place[1])],
        "z": [floor + 0.012],
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
        "z": [floor, height],
        "line": {"color": "@ink", "width": 3, "dash": "dot"},
        "hoverinfo": "skip",
    }
    vertices, triangles = arrows.ball(np.append(place, height), POINT_RADIUS)
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
    gradients: dict[str, NDArray[np.float64]],
    frame: arrows.Frame,
    heights: Heights,
    value: float,
) -> tuple[arrows.Arrows, list[tuple[NDArray[np.float64], NDArray[np.float64]]], float]:
    """The arrows in the tangent plane: which of them had to be cut short, their ends, and how much all of
    them had to shrink to stay in the box.

    As on the floor the middle of their lengths decides how much: one method gone wild does not shrink the
    others.
    """
    height = float(heights.place(value)) + 0.02
    ways = [_climb(arrow, gradients[arrow.method], frame, heights) for arrow in laid.arrows]
    lengths = sorted(length for length, _ in ways if 0 < length < np.inf)
    middle = lengths[(len(lengths) - 1) // 2] if lengths else 0.0
    shrunk = 1.0
    if middle > MIDDLE_LIFTED:
        # told as a round number, so the whole factor is rounded and not the part
        shrunk = arrows.round_down(laid.factor * (MIDDLE_LIFTED / middle)) / laid.factor
    drawn, ends = [], []
    for arrow, (length, direction) in zip(laid.arrows, ways, strict=True):
        tail, cut = np.append(arrow.tail, height), shrunk * length > LONGEST_LIFTED
        drawn.append(replace(arrow, cut=bool(cut or arrow.cut)))
        ends.append((tail, tail + min(shrunk * length, LONGEST_LIFTED) * direction))
    return replace(laid, arrows=tuple(drawn)), ends, shrunk


def _climb(
    arrow: arrows.Arrow, gradient: NDArray[np.float64], frame: arrows.Frame, heights: Heights
) -> tuple[float, NDArray[np.float64]]:
    """Length and direction (3,) of an arrow in the tangent plane, both in scene units.

    The gradient g climbs |g|² on its way; straight up where that is past all numbers.
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
    gradients: dict[str, NDArray[np.float64]],
    frame: arrows.Frame,
    heights: Heights,
    start: NDArray[np.float64],
    shrunk: float,
    value: float,
) -> dict[str, Any]:
    """The arrow that grows: on the floor, or from ``value``, where it is a number, in the tangent plane."""
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
    held: dict[str, Any],
) -> dict[str, Any]:
    """One arrow as a mesh; with ``overlay`` the dashes of one method are sleeves around another's shaft."""
    look = style(arrow.method)
    radius = 0.0125 * arrow.thickness if not overlay else 0.006 + 0.003 * (4 - look.width)
    vertices, triangles = arrows.solid_arrow(tail, tip, look.dash, radius)
    words = ", ".join(number(coordinate, 7) for coordinate in gradient)
    return {
        "type": "mesh3d",
        "name": look.label,
        "meta": held,
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


def _legend_line(method: str) -> dict[str, Any]:
    """An empty line, to stand in a saved picture's legend for the mesh, whose own entry knows no dash."""
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
    """Fixed ranges, true proportions, ticks in the units of the data, and the legend below, for files."""
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
            "gridcolor": "@ink/0.16",
            "linecolor": "@ink/0.35",
            "showline": True,
            "zeroline": False,
            "showbackground": k == 2,
            "backgroundcolor": "@ink/0.14",
            "showspikes": False,
        }
    return {
        "meta": {"frame": frame.told},
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
