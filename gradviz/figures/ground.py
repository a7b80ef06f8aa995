"""What lies below a curve: the heights of f in the colours of a surface, as if it were cut there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradviz.figures.parts.drawing import Trace, Window, based_ticks, packed
from gradviz.figures.parts.theme import NO_NUMBER, height_scale

SHARE = 0.94  # of the colours of the heights, the rest being paper: the lines of the methods lie on them
SKY = 0.12  # the same above the curve
CASING = 3.0  # px by which the white around a line is wider
BELOW = -1  # the layer of Plotly in which the ground lies


@dataclass(frozen=True)
class Ground:
    """What is drawn below a curve: its ``traces``, and the ``shapes`` where f has no number."""

    traces: list[Trace]
    shapes: list[dict[str, Any]]


def under(x: NDArray[np.float64], drawn: NDArray[np.float64], window: Window) -> Ground:
    """The ground below a curve ``drawn`` (r,) over ``x`` (r,), nan where there is none, and a pale sky."""
    known = np.isfinite(drawn)
    runs = runs_of(known)
    if not runs:
        return Ground([], _holes(x, runs, window))
    traces = [
        _area("sky", SKY, x, np.full_like(drawn, window[3]), runs, window),
        _area("ground", SHARE, x, drawn, runs, window),
        *_levels(x, drawn, runs, window),
    ]
    return Ground(traces, _holes(x, runs, window))


def runs_of(known: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """(first, last) index of each stretch of two and more samples that are ``known`` (r,)."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], known, [False]]).astype(np.int8)))
    return [(int(a), int(b) - 1) for a, b in zip(edges[::2], edges[1::2], strict=True) if b - a > 1]


def _area(
    name: str,
    share: float,
    x: NDArray[np.float64],
    drawn: NDArray[np.float64],
    runs: list[tuple[int, int]],
    window: Window,
) -> Trace:
    """One polygon for each stretch, from the curve down to the bottom of the window."""
    bottom = window[2]
    across, up = [], []
    for first, last in runs:
        stretch = slice(first, last + 1)
        across += [[x[first]], x[stretch], [x[last], np.nan]]
        up += [[bottom], np.maximum(drawn[stretch], bottom), [bottom, np.nan]]
    return _still(name, np.concatenate(across), np.concatenate(up)) | {
        "line": {"width": 0},
        "fill": "toself",
        "fillgradient": {
            "type": "vertical",
            "colorscale": height_scale(share),
            "start": bottom,
            "stop": window[3],
        },
    }


def _levels(
    x: NDArray[np.float64], drawn: NDArray[np.float64], runs: list[tuple[int, int]], window: Window
) -> list[Trace]:
    """White lines through the ground at round values of f, twice as many as the axis has."""
    levels, _, _ = based_ticks(window[2], window[3], 12)
    across: list[float] = []
    up: list[float] = []
    for level in levels:
        for first, last in runs:
            for left, right in _above(x[first : last + 1], drawn[first : last + 1], float(level)):
                across += [left, right, np.nan]
                up += [float(level), float(level), np.nan]
    if not across:
        return []
    return [_still("levels", np.array(across), np.array(up)) | {"line": {"color": "@line", "width": 1.2}}]


def _above(x: NDArray[np.float64], z: NDArray[np.float64], level: float) -> list[tuple[float, float]]:
    """Where a polyline z (r,) over x (r,) stands above ``level``: the ends of each stretch."""
    high = z > level
    crossing = np.flatnonzero(high[1:] != high[:-1])
    share = (level - z[crossing]) / (z[crossing + 1] - z[crossing])
    places = (x[crossing] + share * (x[crossing + 1] - x[crossing])).tolist()
    if high[0]:
        places.insert(0, float(x[0]))
    if high[-1]:
        places.append(float(x[-1]))
    return list(zip(places[::2], places[1::2], strict=True))


def _still(name: str, x: NDArray[np.float64], y: NDArray[np.float64]) -> Trace:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": packed(x),
        "y": packed(y),
        "connectgaps": False,
        "hoverinfo": "skip",
        "showlegend": False,
        "zorder": BELOW,
    }


def _holes(x: NDArray[np.float64], runs: list[tuple[int, int]], window: Window) -> list[dict[str, Any]]:
    """A grey ground where f has no number over a hundredth of the window; with words where it is wide."""
    wide = window[1] - window[0]
    ends = [window[0], *(float(x[k]) for run in runs for k in run), window[1]]
    shapes = []
    for left, right in zip(ends[::2], ends[1::2], strict=True):
        if right - left <= 0.01 * wide:
            continue
        shape = {"type": "rect", "xref": "x", "yref": "paper", "x0": left, "x1": right, "y0": 0, "y1": 1}
        shape |= {
            "fillcolor": f"@ink/{NO_NUMBER}",
            "line": {"width": 0},
            "layer": "below",
            "name": "no number",
        }
        if right - left > 0.2 * wide:
            shape["label"] = {"text": "f has no number here", "font": {"size": 13, "color": "@ink/0.8"}}
        shapes.append(shape)
    return shapes


def cased(line: Trace) -> Trace:
    """The white around a line that lies on the ground; it moves with it."""
    look = {"color": "@paper", "width": line["line"]["width"] + CASING}
    return {**line, "line": look, "showlegend": False, "hoverinfo": "skip", "hovertemplate": None}
