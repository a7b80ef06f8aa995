"""The two slices of the surface through the point, along the axes, each with its tangent and a secant."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gradviz.figures.layers.layer import Drawn, Layer, Layers, shared
from gradviz.figures.layers.secants import CHORDS, chord
from gradviz.figures.parts import lines as strokes
from gradviz.figures.parts.arrows import Frame
from gradviz.figures.parts.heights import HALF_HEIGHT, Heights
from gradviz.figures.parts.theme import style
from gradviz.text.letters import plain_label
from gradviz.text.numbers import listed

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
    """f along one drawn axis, given by its index: at ``places`` (m, 2) it has ``values`` (m,).

    The tangent, and the secant through the places ``evaluated`` (2, 2) with ``evaluations`` (2,) of f, where
    there are any.
    """

    axis: int
    places: NDArray[np.float64]
    values: NDArray[np.float64]
    tangent: Line | None
    secant: Line | None
    evaluated: NDArray[np.float64]
    evaluations: NDArray[np.float64]


@shared
def through_point(layers: Layers) -> tuple[Slice, ...]:
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
    values = layers.field(layers.points_at(places))
    points = chord(layers.field, layers.point, layers.axes[axis], layers.method, layers.step)
    if points is None or layers.secant_slopes is None:
        return Slice(axis, places, values, tangent, None, np.empty((0, 2)), np.empty(0))
    evaluated, evaluations = points[0][:, list(layers.axes)], points[1]
    quotient, secant = float(layers.secant_slopes[axis]), None
    if np.isfinite(quotient):
        secant = Line(float(evaluated[0, axis]), float(evaluations[0]), quotient)
    return Slice(axis, places, values, tangent, secant, evaluated, evaluations)


def _sentences(layers: Layers) -> list[str]:
    names = [plain_label(layers.field.variables[axis]) for axis in layers.axes]
    sentences = [f"Slices along {listed(names)}, each with its tangent."]
    label = style(layers.method).label
    if layers.method not in CHORDS:
        sentences.append(f"The method {label} has no secant.")
    elif any(cut.secant for cut in through_point(layers)):
        sentences.append(f"The secants of the method {label} go through the points where it looks at f.")
    without = [names[cut.axis] for cut in through_point(layers) if cut.tangent is None]
    if without:
        sentences.append(f"No tangent, for there is no derivative: along {listed(without)}.")
    return sentences


def _in_scene(layers: Layers, frame: Frame, heights: Heights) -> Drawn:
    traces = []
    look = style(layers.method)
    middle = (heights.bottom + HALF_HEIGHT) / 2

    def placed(
        cut: Slice, across: NDArray[np.float64], values: ArrayLike, lift: float
    ) -> NDArray[np.float64]:
        """Places along the slice and values of f in scene units, nan outside the box."""
        places = np.tile(layers.here, (np.size(across), 1))
        places[:, cut.axis] = across
        with np.errstate(over="ignore", invalid="ignore"):
            height = heights.place(values) + lift
            visible = np.abs(height - middle) <= HALF_HEIGHT - middle + 2 * lift
            flat = frame.place(places)
            visible &= (np.abs(flat) <= OUTERMOST * frame.size).all(axis=-1)
        return np.where(visible[:, np.newaxis], np.column_stack([flat, height]), np.nan)

    for cut in through_point(layers):
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
            dots = placed(cut, cut.evaluated[:, cut.axis], cut.evaluations, 0.02)
            marks = strokes.in_space("evaluations", dots, f"@{layers.method}", 1)
            traces.append(marks | {"mode": "markers", "marker": {"size": 4, "color": f"@{layers.method}"}})
    return Drawn(traces, _sentences(layers))


def _on_map(layers: Layers, frame: Frame) -> Drawn:
    lines = strokes.joined([cut.places[[0, -1]] for cut in through_point(layers)])
    traces = strokes.seamed(strokes.on_paper("slices", lines, "@ink/0.8", 1.6, "dash"))
    evaluated = [cut.evaluated for cut in through_point(layers) if cut.secant]
    if evaluated:
        marks = strokes.on_paper("evaluations", np.concatenate(evaluated), f"@{layers.method}", 1)
        look = style(layers.method)
        marker = {
            "symbol": look.symbol,
            "size": 9,
            "color": "@paper",
            "line": {"color": f"@{layers.method}", "width": 2},
        }
        traces.append(marks | {"mode": "markers", "marker": marker})
    sentences = ["The dashed lines are the slices drawn on the surface."]
    if evaluated:
        sentences.append(f"The marks on them are where the method {style(layers.method).label} looks at f.")
    return Drawn(traces, sentences)


LAYER = Layer("slices", "slices", "the slices along the axes", scene=_in_scene, map=_on_map)
