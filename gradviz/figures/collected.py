"""The part of the gradient that the backward pass has reached: a trace of the flat pictures, hidden at first.

The browser moves it during the walk through the graph. Its ``meta`` says what a part of the gradient looks
like in the picture: ``{"from": tail, "unit": [arrow of (1, 0), arrow of (0, 1)]}`` in the picture's own
coordinates, or for a curve ``{"at": [x, f], "reach": [left, right]}`` of its tangent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradviz.figures.parts import arrows
from gradviz.figures.parts.drawing import Picture, Trace, bounded

from .apart import without_answers

ROLE = "collected"
WHOLE = "symbolic"  # the method on whose arrow the part grows
UNPLACED = {"x": [0.0, 0.0], "y": [0.0, 0.0]}  # the same at every point: a press then sends no change of it


def scale_of(laid: arrows.Arrows, gradients: Mapping[str, NDArray[np.float64]], frame: arrows.Frame) -> float:
    """Scene units per unit of a stretched gradient: those of the arrow of back-propagation, if it is cut.

    Else the factor of all arrows.
    """
    for arrow in laid.arrows:
        length = float(np.hypot(*frame.stretch(gradients[arrow.method])))
        if arrow.method == "backprop" and arrow.cut and np.isfinite(length):
            return float(np.hypot(*(arrow.tip - arrow.tail))) / length
    return laid.factor


def on_map(frame: arrows.Frame, here: NDArray[np.float64], scale: float) -> Trace:
    """The trace for a flat picture: its coordinates are those of the inputs."""
    units = frame.back(frame.place(here) + scale * frame.stretch(np.eye(2))) - here
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "meta": _meta(here, units),
        **UNPLACED,
        "line": {"color": "@backprop", "width": 5},
        "marker": {
            "color": "@backprop",
            "size": [0, 17],
            "symbol": ["circle", "arrow"],
            "angleref": "previous",
            "opacity": 1,
        },
        "visible": False,
        "cliponaxis": False,
        "showlegend": False,
        "hoverinfo": "skip",
    }


def on_curve(at: float, value: float, reach: Sequence[float]) -> Trace:
    """The line through the point with the slope collected so far."""
    return {
        "type": "scatter",
        "mode": "lines",
        "meta": {"role": ROLE, "at": [at, value], "reach": [float(x) for x in reach]},
        "x": [float(x) for x in reach],
        "y": [value, value],
        "line": {"color": "@backprop", "width": 5},
        "visible": False,
        "showlegend": False,
        "hoverinfo": "skip",
    }


def beside_walk(picture: Picture) -> tuple[Picture, str]:
    """A map or curve for the place beside the walk, and its title.

    Of the arrows it has the true one alone, if that is shown: nothing could be seen to grow on all of them.
    """
    on_whole = any(_method(trace) == WHOLE for trace in picture.figure["data"])
    title = "Collected so far, on the whole gradient" if on_whole else "What has been collected so far"
    return without_answers(picture, _below_the_part, f"{title}."), title


def _below_the_part(trace: Trace) -> Trace | None:
    """The trace; without a method, for the browser draws the arrows of these over all traces."""
    if _method(trace) == WHOLE:
        return {name: value for name, value in trace.items() if name != "meta"}
    return None if _method(trace) else trace


def _method(trace: Trace) -> str | None:
    return (trace.get("meta") or {}).get("method")


def _meta(tail: NDArray[np.float64], units: NDArray[np.float64]) -> dict[str, Any]:
    return {
        "role": ROLE,
        "from": [float(x) for x in tail],
        "unit": [[float(x) for x in unit] for unit in bounded(units)],
    }
