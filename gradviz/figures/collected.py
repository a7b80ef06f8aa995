"""What back-propagation has collected of the gradient so far: a trace in each picture, ready but unseen.

The browser moves it while somebody walks through the graph. Its ``meta`` says what a part of the gradient
looks like in the picture: ``{"from": tail, "unit": [arrow of (1, 0), arrow of (0, 1)]}`` in the picture's own
coordinates, or for a curve ``{"at": [x, f], "reach": [left, right]}`` of its tangent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gradviz.figures.parts import arrows
from gradviz.figures.parts.drawing import bounded

ROLE = "collected"
UNPLACED = {
    "x": [0.0, 0.0],
    "y": [0.0, 0.0],
}  # the same for every point, which so changes nothing that is seen


def scale_of(laid: arrows.Arrows, gradients: Mapping[str, Any], frame: arrows.Frame) -> float:
    """Scene units for each unit of a stretched gradient: what back-propagation's own arrow has, else the
    common factor.
    """
    for arrow in laid.arrows:
        length = float(np.hypot(*frame.stretch(gradients[arrow.method])))
        if arrow.method == "backprop" and arrow.cut and np.isfinite(length):
            return float(np.hypot(*(arrow.tip - arrow.tail))) / length
    return laid.factor


def on_map(frame: arrows.Frame, here: NDArray[np.float64], scale: float) -> dict[str, Any]:
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


def in_scene(
    frame: arrows.Frame, tail: NDArray[np.float64], scale: float, rises: ArrayLike
) -> dict[str, Any]:
    """The same for the 3D scene; ``rises`` are the heights that one unit of each coordinate adds."""
    units = np.column_stack([scale * frame.stretch(np.eye(2)), np.asarray(rises)])
    return {
        "type": "scatter3d",
        "mode": "lines+markers",
        "meta": _meta(tail, units),
        **UNPLACED,
        "z": [0.0, 0.0],
        "line": {"color": "@backprop", "width": 10},
        "marker": {"color": "@backprop", "size": [1, 7], "symbol": "diamond", "opacity": 1},
        "visible": False,
        "showlegend": False,
        "hoverinfo": "skip",
    }


def on_curve(at: float, value: float, reach: Sequence[float]) -> dict[str, Any]:
    """The line through the point whose slope is what has been collected."""
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


def _meta(tail: NDArray[np.float64], units: NDArray[np.float64]) -> dict[str, Any]:
    return {
        "role": ROLE,
        "from": [float(x) for x in tail],
        "unit": [[float(x) for x in unit] for unit in bounded(units)],
    }
