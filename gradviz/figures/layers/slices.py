"""The two slices of the surface through the point, along the axes, each with its tangent and a secant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gradviz.figures.layers.secants import CHORDS, chord
from gradviz.figures.parts import lines as strokes
from gradviz.figures.parts.arrows import Frame
from gradviz.figures.parts.heights import HALF_HEIGHT, Heights
from gradviz.figures.parts.lines import Drawn
from gradviz.figures.parts.theme import style
from gradviz.text.letters import plain_label
from gradviz.text.numbers import listed

if TYPE_CHECKING:
    from gradviz.figures.layers.table import Layers

POINTS = 121
OUTERMOST = 1.001  # half-widths of the window: what is drawn in the scene lies within


@dataclass(frozen=True)
class Line:
    """A straight line over one axis: through ``value`` at ``at``, with ``slope``."""

    at: float
    value: float
    slope: float

    def ends(self, side: NDArray[np.float64], low: float, high: float) -> NDArray[np.float64]:
        """Where it enters and leaves the box: (2, 2) of place and value, empty where it misses it."""
        start, stop = float(side[0]), float(side[1])
        if self.slope:
            with np.errstate(over="ignore"):
                crossings = sorted(self.at + (bound - self.value) / self.slope for bound in (low, high))
            start, stop = max(start, crossings[0]), min(stop, crossings[1])
        elif not low <= self.value <= high:
            return np.empty((0, 2))
        if not start < stop:
            return np.empty((0, 2))
        places = np.array([start, stop])
        return np.column_stack([places, self.value + self.slope * (places - self.at)])


@dataclass(frozen=True)
class Slice:
    """f along one drawn axis, by its place among them: ``places`` (m, 2) and ``values`` (m,); the tangent,
    and the secant through the points ``looked_at`` (2, 2) with ``seen`` (2,) there, where there are any.
    """

    axis: int
    places: NDArray[np.float64]
    values: NDArray[np.float64]
    tangent: Line | None
    secant: Line | None
    looked_at: NDArray[np.float64]
    seen: NDArray[np.float64]


def through(layers: Layers) -> tuple[Slice, ...]:
    """The slices through the point, one for each drawn axis."""
    return tuple(_slice(layers, axis) for axis in range(len(layers.axes)))


def _slice(layers: Layers, axis: int) -> Slice:
    low, high = layers.window[axis]
    places = np.tile(layers.here, (POINTS, 1))
    places[:, axis] = np.linspace(low, high, POINTS)
    places = np.insert(places, int(np.searchsorted(places[:, axis], layers.here[axis])), layers.here, axis=0)
    at, slope = float(layers.here[axis]), float(layers.slopes[axis])
    sound = np.isfinite(slope) and np.isfinite(layers.value)
    tangent = Line(at, layers.value, slope) if sound else None
    found = chord(layers.field, layers.point, layers.axes[axis], layers.method, layers.step)
    secant, looked_at, seen = None, np.empty((0, 2)), np.empty(0)
    if found is not None and layers.secant_slopes is not None:
        looked_at, seen = found[0][:, list(layers.axes)], found[1]
        quotient = float(layers.secant_slopes[axis])
        secant = Line(float(looked_at[0, axis]), float(seen[0]), quotient) if np.isfinite(quotient) else None
    return Slice(axis, places, layers.field(layers.points_at(places)), tangent, secant, looked_at, seen)


def _sentences(layers: Layers) -> list[str]:
    names = [plain_label(layers.field.variables[axis]) for axis in layers.axes]
    told = [f"Slices along {listed(names)}, each with its tangent."]
    label = style(layers.method).label
    if layers.method not in CHORDS:
        told.append(f"The method {label} has no secant.")
    elif any(cut.secant for cut in layers.slices):
        told.append(f"The secants of the method {label} go through the points where it looks at f.")
    without = [names[cut.axis] for cut in layers.slices if cut.tangent is None]
    if without:
        told.append(f"No tangent, for there is no derivative: along {listed(without)}.")
    return told


def in_scene(layers: Layers, frame: Frame, heights: Heights) -> Drawn:
    traces = []
    look = style(layers.method)
    middle = (heights.bottom + HALF_HEIGHT) / 2

    def placed(cut: Slice, across: Any, values: Any, lift: float) -> NDArray[np.float64]:
        """Places along the slice and values of f in scene units, nan outside the box."""
        places = np.tile(layers.here, (len(across), 1))
        places[:, cut.axis] = across
        with np.errstate(over="ignore", invalid="ignore"):
            height = heights.place(values) + lift
            seen = np.abs(height - middle) <= HALF_HEIGHT - middle + 2 * lift
            flat = frame.place(places)
            seen &= (np.abs(flat) <= OUTERMOST * frame.size).all(axis=-1)
        return np.where(seen[:, np.newaxis], np.column_stack([flat, height]), np.nan)

    for cut in layers.slices:
        curve = placed(cut, cut.places[:, cut.axis], cut.values, 0.008)
        traces.append(strokes.in_space("slice", curve, "@ink/0.75", 4))
        for name, line, colour, width, dash, lift in (
            ("tangent of the slice", cut.tangent, "@ink", 8, "solid", 0.01),
            ("secant of the slice", cut.secant, f"@{layers.method}", 5, look.dash, 0.018),
        ):
            ends = line.ends(layers.window[cut.axis], heights.low, heights.high) if line else np.empty((0, 2))
            if len(ends):
                across, values = ends.T
                traces.append(strokes.in_space(name, placed(cut, across, values, lift), colour, width, dash))
        if cut.secant:
            dots = placed(cut, cut.looked_at[:, cut.axis], cut.seen, 0.02)
            marks = strokes.in_space("evaluations", dots, f"@{layers.method}", 1)
            traces.append(marks | {"mode": "markers", "marker": {"size": 4, "color": f"@{layers.method}"}})
    return Drawn(traces, _sentences(layers))


def on_map(layers: Layers, frame: Frame) -> Drawn:
    lines = strokes.joined([cut.places[[0, -1]] for cut in layers.slices])
    traces = strokes.seamed(strokes.on_paper("slices", lines, "@ink/0.8", 1.6, "dash"))
    looked_at = [cut.looked_at for cut in layers.slices if cut.secant]
    if looked_at:
        marks = strokes.on_paper("evaluations", np.concatenate(looked_at), f"@{layers.method}", 1)
        look = style(layers.method)
        marker = {
            "symbol": look.symbol,
            "size": 9,
            "color": "@paper",
            "line": {"color": f"@{layers.method}", "width": 2},
        }
        traces.append(marks | {"mode": "markers", "marker": marker})
    told = ["The dashed lines are the slices drawn on the surface."]
    if looked_at:
        told.append(f"The marks on them are where the method {style(layers.method).label} looks at f.")
    return Drawn(traces, told)
