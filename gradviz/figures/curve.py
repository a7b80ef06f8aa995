"""One variable: the curve, the point, the tangent of each derivative and the secant of each difference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gradviz.field import ScalarField
from gradviz.figures import collected
from gradviz.figures.ground import Ground, cased, under
from gradviz.figures.layers import chosen
from gradviz.figures.layers.layer import CURVE, Layers
from gradviz.figures.layers.secants import CHORDS, chord
from gradviz.figures.map import point_mark
from gradviz.figures.parts.drawing import (
    LARGEST,
    Picture,
    Trace,
    Window,
    based_ticks,
    bounded,
    far_ticks,
    packed,
    readable_range,
)
from gradviz.figures.parts.rim import reached_curve
from gradviz.figures.parts.theme import paper, style
from gradviz.methods import GradientEstimate
from gradviz.surface import Surface
from gradviz.text.letters import plain_label, variable_label
from gradviz.text.numbers import listed, number

PAD = 0.06  # of the heights, above the highest and below the lowest
BODY = 0.3  # the same below a ground: a curve that long lies at its lowest still has one to stand on


@np.errstate(all="ignore")
def curve_picture(
    field: ScalarField,
    surface: Surface,
    point: ArrayLike,
    estimates: Sequence[GradientEstimate],
    *,
    layers: Layers | None = None,
    shaded: bool = False,
) -> Picture:
    """The curve ``surface`` (x (r,), z (r,)) of a ``field`` of one variable, with a line per estimate.

    A forward, backward or central difference is the line through the two points at which it evaluates f
    (marked), every other method the tangent with its slope. No line where the derivative is nan or f has no
    value at the point. ``layers`` are drawn too. Below the curve of a ``shaded`` picture is the ground of
    the heights, as on a map, with its level lines; where f has no number, a grey one.
    """
    at = float(np.asarray(point, dtype=float).reshape(-1)[0])
    value = float(field(np.array([at])))
    x, z = reached_curve(surface)
    low, high, cut = readable_range(surface.z, include=value if np.isfinite(value) else np.nan)
    past_axis = low >= LARGEST or high <= -LARGEST
    if past_axis:  # nothing of f can be placed: an empty picture below or above it
        low, high = (0.0, LARGEST) if low > 0 else (-LARGEST, 0.0)
    low, high = (float(end) for end in bounded([low, high]))
    below = BODY if shaded else PAD
    bottom, top = (float(end) for end in bounded([low - below * (high - low), high + PAD * (high - low)]))
    window = (float(x.min()), float(x.max()), bottom, top)
    name = field.variables[0]
    more = chosen.on_curve(layers, window)
    drawn = _clipped(z, window)
    ground = under(x, drawn, window) if shaded and not past_axis else Ground([], [])
    traces = [_curve(name, x, drawn), *ground.traces, *more.traces]
    lines, missing, chords = [], [], []
    for estimate in sorted(estimates, key=lambda estimate: -style(estimate.method).width):
        line = _line(field, at, value, estimate, window)
        if line is None:
            missing.append(style(estimate.method).label)
        else:
            chords += [style(estimate.method).label] if estimate.method in CHORDS else []
            lines += line
    traces += [cased(line) for line in lines if shaded and line["mode"] == "lines"] + lines
    inside = window[0] <= at <= window[1]
    if np.isfinite(value) and inside:
        traces.append(collected.on_curve(at, value, window[:2]))
        traces.append(point_mark(at, value, "point"))

    sentences = []
    if chords:
        sentences.append(f"Secant, through the points f is evaluated at: {listed(chords)}.")
    if missing:
        sentences.append(f"No line, because there is no finite number: {listed(missing)}.")
    if not np.isfinite(value):
        sentences.append("f has no finite number at the point.")
    if not inside:
        sentences.append("The point is outside the picture.")
    sentences += more.sentences
    if past_axis:
        sentences.append(f"f is too large here to be drawn: past {number(LARGEST)}.")
    elif cut:
        sentences.append(f"The curve is cut off at f = {number(low)} and {number(high)}.")
    words = listed(
        [f"{style(e.method).label} {number(float(np.asarray(e.gradient)[0]), 6)}" for e in estimates]
    )
    known = number(value) if np.isfinite(value) else "undefined"
    alternative = (
        f"Curve of f over {plain_label(name)} with the point at {plain_label(name)} = {number(at)}, "
        f"f = {known}; slopes: {words or 'none'}.{chosen.in_words(layers, CURVE)}"
    )
    figure = {"data": traces, "layout": _layout(name, window) | {"shapes": ground.shapes}}
    return Picture(figure, " ".join(sentences), alternative, pick=(0,))


def _clipped(z: NDArray[np.float64], window: Window) -> NDArray[np.float64]:
    """The heights (r,), clipped well outside the window, with a gap at each pole."""
    low, high = window[2:]
    reach = 4 * (high / 2 - low / 2)
    least, most = max(low - reach, -1.5 * LARGEST), min(high + reach, 1.5 * LARGEST)
    drawn = np.where(np.isfinite(z), np.clip(z, least, most), np.nan)
    jump = ((drawn[:-1] > high) & (drawn[1:] < low)) | ((drawn[:-1] < low) & (drawn[1:] > high))
    drawn[1:][jump] = np.nan
    return drawn


def _curve(name: str, x: NDArray[np.float64], drawn: NDArray[np.float64]) -> Trace:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "f",
        "x": packed(x),
        "y": packed(drawn),
        "line": {"color": "@ink/0.55", "width": 4},
        "connectgaps": False,
        "hovertemplate": f"{variable_label(name)} = %{{x:.5~g}}<br>f = %{{y:.5~g}}<extra></extra>",
        "showlegend": False,
    }


def _line(
    field: ScalarField, at: float, value: float, estimate: GradientEstimate, window: Window
) -> list[Trace] | None:
    """The tangent or secant of one estimate across the window, with the points that a secant goes through."""
    slope = float(np.asarray(estimate.gradient, dtype=float)[0])
    if not (np.isfinite(slope) and np.isfinite(value)):
        return None
    look = style(estimate.method)
    anchor, anchor_value, marks = at, value, []
    if estimate.method in CHORDS and estimate.step:
        points = chord(field, [at], 0, estimate.method, estimate.step)
        if points is None:
            return None
        places, heights = points[0][:, 0], points[1]
        anchor, anchor_value = float(places[0]), float(heights[0])
        marks = list(zip(places, heights, strict=True))
    x0, x1 = window[:2]
    with np.errstate(over="ignore"):
        ends = np.array([anchor_value + slope * (x - anchor) for x in (x0, x1)])
    ends_of_chord = list(CHORDS[estimate.method]) if marks else None
    meta = {"method": estimate.method, "point": [at], "reach": [x0, x1], "chord": ends_of_chord}
    line = {
        "type": "scatter",
        "mode": "lines",
        "name": look.label,
        "meta": meta,
        "x": [x0, x1],
        "y": [float(end) for end in bounded(ends)],
        "line": {"color": f"@{estimate.method}", "width": look.width, "dash": look.dash},
        "hovertemplate": f"{look.label}: slope {number(slope, 8)}<extra></extra>",
    }
    if not marks:
        return [line]
    dots = {
        "type": "scatter",
        "mode": "markers",
        "name": look.label,
        "meta": meta | {"role": "evaluations"},
        "x": [float(x) for x, _ in bounded(marks)],
        "y": [float(y) for _, y in bounded(marks)],
        "marker": {
            "symbol": look.symbol,
            "size": 10,
            "color": "@paper",
            "line": {"color": f"@{estimate.method}", "width": 2.5},
        },
        "showlegend": False,
        "hovertemplate": f"{look.label} looks here<extra></extra>",
    }
    return [line, dots]


def _layout(name: str, window: Window) -> dict[str, Any]:
    axis = {
        "gridcolor": "@ink/0.12",
        "zerolinecolor": "@ink/0.3",
        "tickfont": {"size": 14, "color": "@ink/0.85"},
        "fixedrange": True,
        "automargin": True,
    }
    values, labels, base = based_ticks(window[2], window[3], 6)
    far, suffix = far_ticks(window[0], window[1], 6)
    return {
        "xaxis": {
            **axis,
            "range": list(window[:2]),
            "title": {
                "text": variable_label(name) + suffix,
                "font": {"size": 18, "color": "@ink"},
                "standoff": 8,
            },
            **far,
        },
        "yaxis": {
            **axis,
            "range": list(window[2:]),
            "title": {"text": "f" + base, "font": {"size": 18, "color": "@ink"}, "standoff": 8},
            "tickvals": [float(value) for value in values],
            "ticktext": labels,
        },
        "dragmode": False,
        "hovermode": "closest",
        "margin": {"l": 8, "r": 16, "t": 14, "b": 8},
        "plot_bgcolor": "@paper",
        **paper(-0.16, 15),
    }
