"""The gradient field: an arrow at every point of a coarse grid."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gradviz.figures.layers.layer import Drawn, Layer, Layers, shared
from gradviz.figures.parts import lines as strokes
from gradviz.figures.parts.arrows import Frame
from gradviz.figures.parts.heights import FLOOR, Heights
from gradviz.figures.parts.theme import style

ARROWS = 13  # along each side
FILL = 0.86  # of the distance of two grid points: the longest arrow
COMPRESSION = 1 / 3  # the power of the gradient's length that is drawn
USUAL = 0.9  # quantile of the lengths: beyond it, as near a pole, all arrows are equally long
HEAD, OPENING = 0.34, 0.5  # of the arrow: the length of its head, and half its width beside that


@shared
def grid(layers: Layers) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The places (k, k, 2) of the arrows, and the gradients along the drawn axes there."""
    sides = [low + (np.arange(ARROWS) + 0.5) / ARROWS * (high - low) for low, high in layers.window]
    places = np.stack(np.meshgrid(*sides), axis=-1)
    return places, layers.gradients(places, layers.field_method)[..., list(layers.axes)]


def field_lines(frame: Frame, places: NDArray[np.float64], gradients: NDArray[np.float64]) -> NDArray:
    """All arrows as one line in scene units, (8 a, 2): tail, tip, nan, and the two sides of the head, nan.

    Each has its middle on its grid point and the direction of the gradient; its length grows as the cube root
    of the gradient's. None where the gradient is zero or no number.
    """
    at, vectors = places.reshape(-1, 2), gradients.reshape(-1, 2)
    with np.errstate(all="ignore"):
        sizes = np.hypot(*vectors.T)
        sound = np.isfinite(sizes) & (sizes > 0)
        at, vectors, sizes = at[sound], vectors[sound], sizes[sound]
        if not len(at):
            return np.empty((0, 2))
        drawn = frame.stretch(vectors / sizes[:, np.newaxis])
        directions = drawn / np.hypot(*drawn.T)[:, np.newaxis]
        longest = float(np.quantile(sizes, USUAL))
        apart = 2 * float(np.min(frame.size)) / len(places)
        lengths = FILL * apart * np.minimum(sizes / longest, 1.0) ** COMPRESSION
    half = directions * lengths[:, np.newaxis] / 2
    across = np.column_stack([-half[:, 1], half[:, 0]])
    middle, gap = frame.place(at), np.full_like(half, np.nan)
    tail, tip = middle - half, middle + half
    back = tip - 2 * HEAD * half
    sides = [back + 2 * HEAD * OPENING * side * across for side in (1, -1)]
    return np.stack([tail, tip, gap, sides[0], tip, sides[1], gap], axis=1).reshape(-1, 2)


def _sentences(layers: Layers) -> list[str]:
    by = "" if layers.field_method is None else f" by the method {style(layers.field_method).label}"
    return [f"Gradient field{by}: small arrows, their lengths as cube roots, so that short ones are seen."]


def _colour(layers: Layers) -> str:
    return "@ink/0.85" if layers.field_method is None else f"@{layers.field_method}"


def _on_map(layers: Layers, frame: Frame) -> Drawn:
    lines = frame.back(field_lines(frame, *grid(layers)))
    trace = strokes.on_paper("gradient field", lines, _colour(layers), 1.4)
    return Drawn(strokes.seamed(trace) if len(lines) else (), _sentences(layers))


def _in_scene(layers: Layers, frame: Frame, heights: Heights) -> Drawn:
    lines = field_lines(frame, *grid(layers))
    if not len(lines):
        return Drawn((), _sentences(layers))
    height = np.where(np.isnan(lines[:, :1]), np.nan, FLOOR + 0.01)
    trace = strokes.in_space("gradient field", np.hstack([lines, height]), _colour(layers), 2.5)
    return Drawn([trace], _sentences(layers))


LAYER = Layer("field", "gradient field", "the gradient field", scene=_in_scene, map=_on_map, at_point=False)
