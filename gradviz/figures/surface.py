"""The surface over two chosen variables, the point on it, and the gradient of every method as an arrow.

A gradient g is drawn in the tangent plane at the point, as the direction (g, |g|²) of steepest ascent, and as
a pale copy on the floor of the scene, the input plane, where a vector of inputs lives. Every estimate v ends
at (v, g·v): in the same plane, so that those that differ part there.

The browser draws the arrows, the point and the axes over the scene, from what ``layout.meta["stage"]`` says,
with the scene's own projection (``browser/stage.js``), and takes the traces of them out of the scene. Without
a known projection, and in Python, these traces are the picture.

The whole scene is in scene units with fixed ranges (see :mod:`.arrows`) and explicit ticks: WebGL gets small
numbers whatever the size of x and f, and nothing rescales itself.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gradviz.field import ScalarField
from gradviz.figures.layers import chosen
from gradviz.figures.layers.layer import SURFACE, Layers
from gradviz.figures.parts import arrows
from gradviz.figures.parts.arrows import nested_widths
from gradviz.figures.parts.drawing import (
    Picture,
    Standing,
    Trace,
    based_ticks,
    bounded,
    including,
    summary_of,
)
from gradviz.figures.parts.heights import FLOOR, HALF_HEIGHT, Heights
from gradviz.figures.parts.sheet import lines_on_sheet, pale_copy, sheet
from gradviz.figures.parts.theme import paper, style
from gradviz.figures.standing import once, range_of, rim_of
from gradviz.methods import GradientEstimate
from gradviz.surface import Surface
from gradviz.text.letters import plain_label, variable_label
from gradviz.text.numbers import listed, number

LENGTH = 0.6  # of the true gradient's arrow in scene units; the browser suits it to the stage
LINE = 100  # letters of a caption that fit into a line on a laptop
LONGEST = 1.4  # of an arrow, where an estimate is far longer than the truth
OVERLAID = {"overlaid": True}  # meta of a trace that the browser draws over the scene instead
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
    truth: ArrayLike | None = None,
    one_sided: ArrayLike | None = None,
    layers: Layers | None = None,
) -> Picture:
    """The scene of ``surface`` over the two variables ``axes`` of ``field``, with ``point`` (n,).

    One arrow for each of ``estimates`` in the tangent plane of the ``truth`` (n,), or of the first finite
    estimate where that is not known; the truth's has the same length in every picture. ``one_sided`` (n, 2)
    are the slopes on both sides of a kink. Holes stay holes, a gradient that is nan or zero has no arrow;
    poles and overflow are cut off at a readable height; the caption says so. ``layers`` are drawn too.
    """
    point = np.asarray(point, dtype=float)
    here = point[list(axes)]
    value = float(field(point))
    low, high, cut = including(range_of(surface), value)
    frame, heights = arrows.Frame.of(*surface.sides), Heights(low, high)
    inside = bool(np.all((here >= frame.low) & (here <= frame.high)))
    gradients = (
        {e.method: np.asarray(e.gradient, dtype=float)[list(axes)] for e in estimates} if inside else {}
    )
    more = chosen.in_scene(layers, frame, heights)
    names = [field.variables[axis] for axis in axes]
    ground, *lines = _sheet(surface, names, frame, heights, every=bool(more.sheet))
    traces = [ground | dict(more.sheet) if more.sheet else ground, *lines, *more.traces]
    known = None if truth is None else np.asarray(truth, dtype=float)[list(axes)]
    plane = TangentPlane.of(frame, heights, gradients, known)
    spot = np.append(frame.place(here), float(heights.place(value)) if np.isfinite(value) else FLOOR)
    if inside:
        traces += _standing_point(field, point, value, spot)
        traces += _arrows(plane, gradients, spot)
    traces += [_legend_line(e.method) for e in estimates]
    missing = [name for name, vector in gradients.items() if not np.isfinite(vector).all()]
    cut_short = [name for name, vector in gradients.items() if plane.is_cut(vector)]
    zeros = [name for name, vector in gradients.items() if not vector.any()]
    sentences = [
        *([] if inside else ["The point is outside the picture."]),
        *_slice_sentence(field, point, axes),
        *([_zero_sentence(zeros, known)] if zeros else []),
        *([f"Too long for the picture, so cut short: {_names(cut_short)}."] if cut_short else []),
        *([f"No arrow, because there is no finite number: {_names(missing)}."] if missing else []),
        *([f"The surface is cut off at f = {number(low)} and {number(high)}."] if cut else []),
        *([] if np.isfinite(surface.z).all() else ["Holes: f has no finite value there."]),
        *more.sentences,
    ]
    alternative = _alternative(field, point, value, names, arrows.in_words(gradients))
    layout = _layout(names, frame, heights)
    if inside:
        sides = None if one_sided is None else np.asarray(one_sided, dtype=float)[list(axes)]
        layout["meta"]["stage"] = _stage(plane, gradients, here, spot, heights) | {
            "differences": _differences(gradients, known),
            "sides": _sides(known, sides),
        }
    return Picture(
        {"data": traces, "layout": layout},
        " ".join(sentences),
        alternative + chosen.in_words(layers, SURFACE),
        pick=tuple(axes),
        views=_views(names),
        summary=summary_of(sentences, LINE),
    )


def _sheet(
    surface: Surface, names: Sequence[str], frame: arrows.Frame, heights: Heights, *, every: bool
) -> list[Trace]:
    """The surface, its pale copy on the floor and the level lines on both, which stand while these do."""

    def drawn() -> list[Trace]:
        rim = rim_of(surface)
        ground = sheet(surface, names, frame, heights, every=every, rim=rim)
        floor, lines = pale_copy(surface, frame, heights, rim), lines_on_sheet(surface, frame, heights, rim)
        return [Standing(trace) for trace in (ground, floor, *lines)]

    return once(surface, "sheet", (*names, heights.low, heights.high, every), drawn)


@dataclass(frozen=True)
class TangentPlane:
    """The plane in which the arrows lie: that of the gradient ``reference`` (2,), drawn one unit long.

    ``across`` (2, 2) and ``rise`` (2,) are the scene vectors of its unit vectors over ``size``, the length of
    the reference; all zero where that has no direction.
    """

    reference: NDArray[np.float64]
    size: float
    across: NDArray[np.float64]
    rise: NDArray[np.float64]

    @classmethod
    def of(
        cls,
        frame: arrows.Frame,
        heights: Heights,
        gradients: Gradients,
        truth: NDArray[np.float64] | None,
    ) -> TangentPlane:
        """That of the truth; without one, that of the estimate of middle length that is not zero."""
        finite = [v for v in gradients.values() if np.isfinite(v).all() and v.any()]
        if truth is not None and np.isfinite(truth).all():
            reference = truth
        else:
            reference = (
                sorted(finite, key=lambda v: float(np.hypot(*v)))[(len(finite) - 1) // 2]
                if finite
                else np.zeros(2)
            )
        size = math.hypot(*reference)
        if not 0 < size < np.inf:
            return cls(np.zeros(2), 0.0, np.zeros((2, 2)), np.zeros(2))
        way = reference / size
        across = frame.stretch(np.eye(2))
        slope = bounded(heights.unit * size * way) if truth is reference else np.zeros(2)
        length = math.hypot(*(way @ across), way @ slope)
        return cls(reference, size, across / length, slope / length)

    def arrow(self, gradient: NDArray[np.float64]) -> NDArray[np.float64]:
        """The scene vector (3,) of an estimate, as long as the estimate is over the reference."""
        vector = self._vector(gradient)
        length = float(np.hypot.reduce(vector))
        return vector if length <= LONGEST / LENGTH else vector * (LONGEST / LENGTH / length)

    def is_cut(self, gradient: NDArray[np.float64]) -> bool:
        """Whether the arrow of an estimate is longer than is drawn."""
        return bool(np.hypot.reduce(self._vector(gradient)) > LONGEST / LENGTH)

    def _vector(self, gradient: NDArray[np.float64]) -> NDArray[np.float64]:
        share = bounded(gradient / self.size) if self.size else np.zeros(2)
        return np.append(share @ self.across, share @ self.rise)


def _stage(
    plane: TangentPlane,
    gradients: Gradients,
    here: NDArray[np.float64],
    spot: NDArray[np.float64],
    heights: Heights,
) -> dict[str, Any]:
    """What the browser draws over the scene, and how it moves."""
    finite = {name: vector for name, vector in gradients.items() if np.isfinite(vector).all()}
    return {
        "point": [float(x) for x in here],
        "spot": [float(x) for x in spot],
        "floor": FLOOR,
        "rise": float(bounded(heights.unit)),
        "reference": [float(x) for x in plane.reference],
        "tangent": bool(plane.rise.any()),
        "arrows": [
            {"method": name, "gradient": [float(x) for x in vector]} for name, vector in finite.items()
        ],
    }


def _zero_sentence(methods: Sequence[str], truth: NDArray[np.float64] | None) -> str:
    """The methods that say 0, and so have no arrow; it is no gradient where the truth is none."""
    if truth is not None and not np.isfinite(truth).all():
        return f"No arrow, for they say 0 where f has no gradient: {_names(methods)}."
    return f"No arrow, for a gradient of zero: {_names(methods)}."


def _differences(gradients: Gradients, truth: NDArray[np.float64] | None) -> list[dict[str, Any]]:
    """Each finite estimate minus the truth; none without a truth."""
    if truth is None or not np.isfinite(truth).all():
        return []
    finite = {
        name: bounded(vector - truth) for name, vector in gradients.items() if np.isfinite(vector).all()
    }
    return [{"method": name, "vector": [float(x) for x in vector]} for name, vector in finite.items()]


def _sides(
    truth: NDArray[np.float64] | None, one_sided: NDArray[np.float64] | None
) -> list[list[float | None]]:
    """The slopes from below and from above along each axis where f has no gradient; [] where it has one.

    None for a slope that is no finite number.
    """
    if truth is None or one_sided is None or np.isfinite(truth).all():
        return []
    return [[float(x) if np.isfinite(x) else None for x in row] for row in one_sided]


def _names(methods: Sequence[str]) -> str:
    return listed([style(method).label for method in methods])


def _slice_sentence(field: ScalarField, point: NDArray[np.float64], axes: Sequence[int]) -> list[str]:
    """What the other variables are fixed at, where there are any."""
    others = [axis for axis in range(len(field.variables)) if axis not in axes]
    if not others:
        return []
    fixed = listed([f"{plain_label(field.variables[axis])} = {number(point[axis])}" for axis in others])
    return [f"Slice with {fixed}.", "The arrows are the two coordinates of the gradient in it."]


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
    """The window's buttons, and the positions of the camera: the browser's name for each, and its label.

    What does not fit beside the title is scrolled to.
    """
    x, y = (plain_label(name) for name in names)
    return (
        ("closer", "closer"),
        ("wider", "wider"),
        ("corner", "three-quarter"),
        ("above", "from above"),
        ("x", f"along {y}"),
        ("y", f"along {x}"),
        ("gradient", "along the gradient"),
        ("level", "along the level curve"),
    )


def _standing_point(
    field: ScalarField, point: NDArray[np.float64], value: float, spot: NDArray[np.float64]
) -> list[Trace]:
    """The point at ``spot`` in the scene, and the thread down to the floor."""
    words = "<br>".join(
        f"{variable_label(name)} = {number(x, 6)}" for name, x in zip(field.variables, point, strict=True)
    )
    x, y, z = (float(place) for place in spot)
    common = {"type": "scatter3d", "meta": OVERLAID, "showlegend": False}
    thread = {
        **common,
        "mode": "lines",
        "name": "thread",
        "x": [x, x],
        "y": [y, y],
        "z": [FLOOR, z],
        "line": {"color": "@ink", "width": 3, "dash": "dot"},
        "hoverinfo": "skip",
    }
    mark = {
        **common,
        "mode": "markers",
        "name": "point",
        "x": [x],
        "y": [y],
        "z": [z],
        "marker": {"size": 8, "color": "@ink", "symbol": "circle"},
        "hovertemplate": f"{words}<br>f = {number(value, 6)}<extra></extra>",
    }
    return [thread, mark] if np.isfinite(value) else [mark]


def _arrows(plane: TangentPlane, gradients: Gradients, spot: NDArray[np.float64]) -> list[Trace]:
    """An arrow for each finite gradient that is not zero, wide ones under narrow ones."""
    drawn = {name: v for name, v in gradients.items() if np.isfinite(v).all() and v.any()}
    traces = []
    for (method, gradient), width in zip(drawn.items(), nested_widths(len(drawn), 14.0), strict=True):
        look = style(method)
        ends = np.stack([spot, spot + LENGTH * plane.arrow(gradient)])
        words = ", ".join(number(coordinate, 7) for coordinate in gradient)
        traces.append(
            {
                "type": "scatter3d",
                "mode": "lines+markers",
                "name": look.label,
                "meta": {**OVERLAID, "method": method},
                **{axis: [float(place) for place in ends[:, k]] for k, axis in enumerate("xyz")},
                "line": {"color": f"@{method}", "width": width},
                "marker": {"color": f"@{method}", "size": [0, 5], "symbol": "diamond", "opacity": 1},
                "hovertemplate": f"{look.label}<br>({words})<extra></extra>",
                "showlegend": False,
            }
        )
    return traces


def _legend_line(method: str) -> Trace:
    """An empty line for the legend of a saved picture: the arrows have no dash."""
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
    reach = [*frame.size, HALF_HEIGHT]
    sides = [(frame.low[0], frame.high[0]), (frame.low[1], frame.high[1]), (heights.low, heights.high)]
    titles = [*(variable_label(name) for name in names), "f"]
    scene: dict[str, Any] = {}
    for k, axis in enumerate(("xaxis", "yaxis", "zaxis")):
        low, high = sides[k]
        values, labels, base = based_ticks(low, high, 5 if k < 2 else 4)
        titles[k] += base
        places = frame.along(k, values) if k < 2 else heights.place(values)
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
