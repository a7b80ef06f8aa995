"""What lies around the window of a map: f is drawn there too, so that the map fills its panel.

The window is the part that the scene shows; a thin frame stands around it. What is drawn beyond it is also
what comes into sight first when the map is moved.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from gradviz.errors import GradvizError
from gradviz.figures.parts.arrows import Frame
from gradviz.figures.parts.contours import level_lines
from gradviz.figures.parts.drawing import Trace, packed
from gradviz.figures.standing import once
from gradviz.surface import Surface, sample

RESOLUTION = 121  # points a side
BESIDE = (1.0, 0.25)  # of the window's width and height, on each side of it
WIDEST, TALLEST = 3.0, 0.6  # width over height of what is sampled, for panels of all shapes between
FARTHEST = 50.0  # ranges of the window's values that those around it are cut off at
LINES = 6  # above the window's values, and as many below


def surroundings(surface: Surface) -> Surface | None:
    """f over the window of ``surface`` and around it.

    None for one variable, and where ranges so wide cannot be drawn. Sampled once, as long as ``surface`` is
    there.
    """
    return None if surface.y is None else once(surface, "around", (), lambda: _sampled_around(surface))


def _sampled_around(surface: Surface) -> Surface | None:
    sides = [(float(side[0]), float(side[-1])) for side in surface.sides]
    (width, height) = (high - low for low, high in sides)
    more = [BESIDE[0] * width, BESIDE[1] * height]
    if Frame.of(*surface.sides).true_to_scale:  # else the window itself fills the panel
        more = [max(more[0], (WIDEST * height - width) / 2), max(more[1], (width / TALLEST - height) / 2)]
    bounds = [(low - beside, high + beside) for (low, high), beside in zip(sides, more, strict=True)]
    axes = (surface.axes[0], surface.axes[1])
    try:
        return sample(surface.field, bounds, RESOLUTION, point=surface.point, axes=axes)
    except GradvizError:
        return None


def is_around(around: Surface, here: NDArray[np.float64]) -> bool:
    """Whether a place (2,) is among what is drawn."""
    return all(side[0] <= x <= side[-1] for x, side in zip(here, around.sides, strict=True))


def bounded_around(around: Surface, window: tuple[float, float]) -> Surface:
    """``around`` without values so far outside the ``window`` of f that float32 could not hold them."""
    low, high = window
    with np.errstate(over="ignore", invalid="ignore"):
        reach = FARTHEST * (high - low)
        z = np.where(np.isfinite(around.z), np.clip(around.z, low - reach, high + reach), np.nan)
    return replace(around, z=z) if np.isfinite(reach) else around


def lines_around(around: Surface, surface: Surface, levels: NDArray[np.float64]) -> list[Trace]:
    """Level lines outside the window of ``surface``, for values past its ``levels``; [] where there are none.

    Their distances double: with those of the levels a steep f would be all lines.
    """
    if len(levels) < 2 or around.y is None or surface.y is None:
        return []
    apart = float(levels[1] - levels[0]) * 2.0 ** np.arange(LINES)
    outside = (around.x < surface.x[0]) | (around.x > surface.x[-1])
    outside = outside | ((around.y < surface.y[0]) | (around.y > surface.y[-1]))[:, np.newaxis]
    # a cell that reaches into the window is drawn there as well
    inside = ~_grown(outside)
    z = np.where(inside, np.nan, around.z)
    past = np.sort(np.concatenate([levels[0] - apart, levels[-1] + apart]))
    lines = level_lines(around.x, around.y, z, past)
    if not len(lines):
        return []
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "name": "levels around",
            "x": packed(lines[:, 0]),
            "y": packed(lines[:, 1]),
            "line": {"color": "@line", "width": 1.2},
            "hoverinfo": "skip",
            "showlegend": False,
        }
    ]


def _grown(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """``mask`` (r, c) with the neighbours of its places."""
    grown = mask.copy()
    grown[1:] |= mask[:-1]
    grown[:-1] |= mask[1:]
    wide = grown.copy()
    wide[:, 1:] |= grown[:, :-1]
    wide[:, :-1] |= grown[:, 1:]
    return wide


def window_frame(frame: Frame) -> Trace:
    """A thin frame around the window."""
    (left, low), (right, high) = (map(float, ends) for ends in (frame.low, frame.high))
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "window",
        "x": [left, right, right, left, left],
        "y": [low, low, high, high, low],
        "line": {"color": "@line", "width": 1, "dash": "dot"},
        "hoverinfo": "skip",
        "showlegend": False,
    }
