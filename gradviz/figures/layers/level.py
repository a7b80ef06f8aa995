"""The level curve through the point."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gradviz.figures.layers.layer import Drawn, Layer, Layers, shared
from gradviz.figures.parts import lines as strokes
from gradviz.figures.parts.arrows import Frame
from gradviz.figures.parts.contours import level_lines
from gradviz.figures.parts.drawing import Window
from gradviz.figures.parts.heights import FLOOR, Heights
from gradviz.figures.standing import rim_of
from gradviz.text.numbers import number

NEAR = 1.5  # cells of the grid: within so much of the point its curve must pass
CLOSE_UP = 2.0  # cells each way,
CLOSE_UP_POINTS = 41  # and points a side, where the grid is too coarse for the curve
NO_VALUE = "No level curve: f has no finite number at the point."


@shared
def through_point(layers: Layers) -> NDArray[np.float64]:
    """The lines f = f(point) on the drawn axes, (m, 2), a row of nan between them.

    Marching squares on the grid, every vertex then moved along the gradient until f is the level to rounding,
    and the point inserted between its neighbours. Where no line passes near it, the curve is smaller than a
    cell, and is searched on a finer grid around the point; where that has none either, the point is alone.
    """
    if not np.isfinite(layers.value):
        return np.empty((0, 2))
    surface, (x, y) = layers.surface, layers.surface.sides
    rim = rim_of(surface)
    grid = (x, y, surface.z) if rim is None else (rim.x, rim.y, rim.z)
    lines = _refined(layers, level_lines(*grid, [layers.value])[:, :2])
    cell = (layers.window[:, 1] - layers.window[:, 0]) / (np.array([len(x), len(y)]) - 1)
    joined, distance = with_point(lines, layers.here, cell)
    if distance <= NEAR or not layers.inside:
        return joined
    x, y = (
        np.linspace(c - CLOSE_UP * w, c + CLOSE_UP * w, CLOSE_UP_POINTS)
        for c, w in zip(layers.here, cell, strict=True)
    )
    values = layers.field(layers.points_at(np.stack(np.meshgrid(x, y), axis=-1)))
    small = _refined(layers, level_lines(x, y, values, [layers.value])[:, :2])
    small, distance = with_point(small, layers.here, cell)
    return np.concatenate([lines, small]) if distance <= NEAR else lines


def _refined(layers: Layers, lines: NDArray[np.float64]) -> NDArray[np.float64]:
    """Newton's steps along the gradient; a vertex that would leave its neighbourhood stays."""
    if not len(lines):
        return lines
    places, axes = lines.copy(), list(layers.axes)
    reach = 0.5 * (layers.window[:, 1] - layers.window[:, 0]) / (len(layers.surface.x) - 1)
    ends = ~np.isnan(lines[:, 0])
    moved = lines[ends].copy()
    with np.errstate(all="ignore"):
        for _ in range(4):
            off = layers.field(layers.points_at(moved)) - layers.value
            slopes = layers.gradients(moved)[:, axes] * reach
            moved = moved - off[:, np.newaxis] * reach * slopes / (slopes**2).sum(axis=-1, keepdims=True)
            away = ~(np.abs(moved - lines[ends]) <= reach).all(axis=-1)
            moved[away] = lines[ends][away]
    better = np.abs(layers.field(layers.points_at(moved)) - layers.value) < np.abs(
        layers.field(layers.points_at(lines[ends])) - layers.value
    )
    places[ends] = np.where(better[:, np.newaxis], moved, lines[ends])
    return places


def with_point(
    lines: NDArray[np.float64], point: ArrayLike, cell: ArrayLike
) -> tuple[NDArray[np.float64], float]:
    """``lines`` with ``point`` inserted into the nearest segment, if near, and its distance in cells."""
    point, cell = np.asarray(point, dtype=float), np.asarray(cell, dtype=float)
    if len(lines) < 2:
        return lines, np.inf
    start, move = lines[:-1] / cell, np.diff(lines, axis=0) / cell
    with np.errstate(invalid="ignore", divide="ignore"):
        share = ((point / cell - start) * move).sum(axis=-1) / (move**2).sum(axis=-1)
        nearest = start + np.clip(share, 0, 1)[:, np.newaxis] * move
        distances = np.hypot(*(nearest - point / cell).T)
    if np.isnan(distances).all():
        return lines, np.inf
    place = int(np.nanargmin(distances))
    distance = float(distances[place])
    return (np.insert(lines, place + 1, point, axis=0) if distance <= NEAR else lines), distance


def _alone(layers: Layers) -> bool:
    """Whether the point is on none of the lines: then it is the whole curve through itself."""
    return not (through_point(layers) == layers.here).all(axis=-1).any()


def _sentences(layers: Layers, frame: Frame) -> list[str]:
    if not np.isfinite(layers.value):
        return [NO_VALUE]
    if _alone(layers):
        return [f"No level curve f = {number(layers.value, 6)} passes through the point: it is alone there."]
    sentence = f"The strong line is the level curve f = {number(layers.value, 6)} through the point"
    if not (np.isfinite(layers.slopes).all() and layers.slopes.any()):
        return [f"{sentence}."]
    if frame.true_to_scale:
        return [f"{sentence}, at right angles to the gradient."]
    not_as_drawn = "it is at right angles to the gradient, but not as drawn, for the axes differ in scale"
    return [f"{sentence}; {not_as_drawn}."]


def _on_map(layers: Layers, frame: Frame) -> Drawn:
    line = strokes.on_paper("level curve", through_point(layers), "@ink", 3.2)
    return Drawn(strokes.seamed(line) if len(through_point(layers)) else (), _sentences(layers, frame))


def _in_scene(layers: Layers, frame: Frame, heights: Heights) -> Drawn:
    traces = []
    if len(through_point(layers)):
        places = frame.place(through_point(layers))
        for name, height in (
            ("level curve", float(heights.place(layers.value)) + 0.008),
            ("level curve on the floor", FLOOR + 0.008),
        ):
            column = np.where(np.isnan(places[:, :1]), np.nan, height)
            traces.append(strokes.in_space(name, np.hstack([places, column]), "@ink", 6))
    return Drawn(traces, _sentences(layers, frame))


def _on_curve(layers: Layers, window: Window) -> Drawn:
    """Over one variable the level is a height."""
    if not np.isfinite(layers.value):
        return Drawn((), [NO_VALUE])
    line = strokes.on_paper("level", [[x, layers.value] for x in window[:2]], "@ink", 2, "dot")
    return Drawn([line], [f"The dotted line is the level f = {number(layers.value, 6)} of the point."])


LAYER = Layer(
    "level",
    "level curve",
    "the level of the point",
    scene=_in_scene,
    map=_on_map,
    curve=_on_curve,
)
