"""How many digits a method has right, point by point, as colours."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gradviz.field import ScalarField
from gradviz.figures.layers.layer import Drawn, Layer, Layers, shared
from gradviz.figures.parts.arrows import Frame
from gradviz.figures.parts.drawing import Trace, Window, packed
from gradviz.figures.parts.heights import Heights
from gradviz.figures.parts.rim import CORNERS, SIDES, beside, covered
from gradviz.figures.parts.theme import DIGITS, style
from gradviz.methods.batch import gradients as gradients_of
from gradviz.sweeping import offload
from gradviz.text.letters import variable_label
from gradviz.text.numbers import number

MOST = 16.0  # float64 has no more
HEM = 2  # points past the edge of a domain: the rim of a sheet, and what its light needs
MOST_WORK = 40_000  # nodes of the formula, times points: a fifth of a second


def right(gradients: ArrayLike, reference: ArrayLike) -> NDArray[np.float64]:
    """−log₁₀ of the relative error ‖g − r‖/‖r‖ for gradients (..., n) and their reference r, within 0 … 16.

    16 where both are the same, zeros too; 0 where the method has no number and the reference has; nan where
    there is nothing to compare with.
    """
    gradients, reference = np.asarray(gradients, dtype=float), np.asarray(reference, dtype=float)
    with np.errstate(all="ignore"):
        # scaled by the largest coordinate: squares of very large and very small numbers are lost
        scale = np.abs(reference).max(axis=-1, keepdims=True)
        scale = np.where(scale > 0, scale, 1.0)
        error = np.linalg.norm((gradients - reference) / scale, axis=-1)
        size = np.linalg.norm(reference / scale, axis=-1)
        digits = np.clip(-np.log10(error / size), 0.0, MOST)
    same = (gradients == reference).all(axis=-1)
    digits = np.where(same, MOST, np.where(np.isnan(digits), 0.0, digits))
    return np.where(np.isfinite(reference).all(axis=-1), digits, np.nan)


@dataclass(frozen=True)
class Judged:
    """The correct ``digits`` 0 … 16 in the shape of the surface's z, nan where f has no gradient.

    They were found at every ``stride``-th point of each side, and stand for those nearest to it; ``there``
    where f has a value at the point judged. Of the ``count`` points judged the truth is ``undecided`` at
    some.
    """

    digits: NDArray[np.float64]
    there: NDArray[np.bool_]
    stride: int
    undecided: int
    count: int


@shared
def judged(layers: Layers) -> Judged:
    """The correct digits of ``layers.method`` over the surface, by the true gradient."""
    surface = layers.surface
    by_method = gradients_of(layers.field, surface, layers.method, layers.step)
    points = np.stack(np.broadcast_arrays(*surface.coordinates), axis=-1)
    stride = _stride(points.shape[:-1], len(layers.field.expression.nodes))
    chosen = tuple(np.arange(0, side, stride) for side in points.shape[:-1])
    grid = np.ix_(*chosen)
    reference, decided = _true_gradients(layers.field, points[grid])
    found = right(by_method[grid], reference)
    nearest = [
        np.minimum((np.arange(side) + stride // 2) // stride, len(places) - 1)
        for side, places in zip(points.shape[:-1], chosen, strict=True)
    ]
    there = np.isfinite(layers.surface.z)[grid]
    near = np.ix_(*nearest)
    return Judged(found[near], there[near], stride, int(np.sum(~decided)), decided.size)


def on_grid(layers: Layers) -> NDArray[np.float64]:
    """The correct digits of ``layers.method`` at every point of the surface, 0 … 16, in the shape of z."""
    return judged(layers).digits


def up_to_edge(layers: Layers) -> NDArray[np.float64]:
    """As :func:`on_grid`, and also next to the edge of the domain of f, where no point was judged: as nearby.

    A few points go on past the edge: pictures move the vertices there onto it, or cover what lies past it.
    """
    found = judged(layers)
    if layers.surface.y is None:
        return found.digits
    colours, known = found.digits.copy(), found.there & np.isfinite(layers.surface.z)
    for _ in range(found.stride + HEM):
        grown = known.copy()
        for way in (*SIDES, *CORNERS):
            rows, columns = np.nonzero(beside(known, way) & ~grown)
            colours[rows, columns] = colours[rows + way[0], columns + way[1]]
            grown[rows, columns] = True
        known = grown
    return colours


def _stride(shape: tuple[int, ...], nodes: int) -> int:
    """Every how manieth point of each side is judged."""
    stride = 1
    while nodes * math.prod(-(-side // stride) for side in shape) > MOST_WORK:
        stride += 1
    return stride


class _Incomplete(Exception):
    """There was no time for some points: such an answer is not cached."""


def _true_gradients(
    field: ScalarField, points: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """The true gradients at the points, and where they are decided."""
    try:
        return _cached(field, points.shape, points.tobytes())
    except _Incomplete as short:
        gradients, decided = short.args
        return gradients, decided


@lru_cache(maxsize=8)  # while the point or ε moves, the surface stays
def _cached(
    field: ScalarField, shape: tuple[int, ...], data: bytes
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    found = offload.true_gradients(field, np.frombuffer(data).reshape(shape))
    if not found.complete:
        raise _Incomplete(found.gradients, found.decided)
    return found.gradients, found.decided


def colours() -> dict[str, Any]:
    """The scale from 0 to 16 digits, for any trace that takes one."""
    return {
        "colorscale": [[k / (len(DIGITS) - 1), f"@{name}"] for k, name in enumerate(DIGITS)],
        "showscale": True,
    }


def bar(**place: str | float | Trace) -> dict[str, Any]:
    """The slim key of the colours."""
    return {
        "thickness": 9,
        "outlinewidth": 0,
        "tickvals": [0, 4, 8, 12, 16],
        "ticktext": ["0", "4", "8", "12", "16"],
        "tickfont": {"size": 12, "color": "@ink/0.85"},
        "ticks": "outside",
        "ticklen": 3,
        "tickcolor": "@ink/0.4",
        "title": {"text": "digits", "side": "right", "font": {"size": 12, "color": "@ink"}},
        **place,
    }


def _sentence(layers: Layers) -> str:
    found = judged(layers)
    place = f"the method {style(layers.method).label} at ε = {number(layers.step)}"
    share = found.stride ** len(layers.surface.sides)
    where = "" if share == 1 else f" at one point in {share}"
    words = f"Colours: correct digits of the gradient by {place}, from 0 to 16, judged by the truth{where}."
    if not found.undecided:
        return words
    return f"{words} At {found.undecided} of {found.count} points the truth is undecided."


def _in_scene(layers: Layers, frame: Frame, heights: Heights) -> Drawn:
    """The colours of the surface."""
    place = {"orientation": "h", "x": 0.02, "xanchor": "left", "y": 0.99, "yanchor": "top", "len": 0.36}
    title = {"text": "digits", "side": "top", "font": {"size": 12, "color": "@ink"}}
    sheet = {
        "surfacecolor": packed(up_to_edge(layers)),
        "cmin": 0.0,
        "cmax": MOST,
        "opacity": 0.86,  # else the ground shifts the colours
        **colours(),
        "colorbar": bar(**place, title=title),
    }
    return Drawn(sentences=[_sentence(layers)], sheet=sheet)


def _on_map(layers: Layers, frame: Frame) -> Drawn:
    """A heat map to lie under the level lines, in the place of their greys."""
    names = [variable_label(layers.field.variables[axis]) for axis in layers.axes]
    (x, y), z = layers.surface.sides, layers.surface.z
    cover = covered(layers.surface)
    seen = np.isfinite(z if cover is None else cover.z)
    heat: Trace = {
        "type": "heatmap",
        "name": "correct digits",
        "x": packed(x),
        "y": packed(y),
        "z": packed(np.where(seen, up_to_edge(layers), np.nan)),
        "zmin": 0.0,
        "zmax": MOST,
        "zsmooth": False,
        "connectgaps": False,
        "customdata": packed(np.where(np.isfinite(z), z, np.nan)),
        "hovertemplate": f"{names[0]} = %{{x:.4~g}}<br>{names[1]} = %{{y:.4~g}}"
        "<br>f = %{customdata:.5~g}<br>%{z:.1f} digits<extra></extra>",
        "hoverlabel": {"bgcolor": "@paper", "bordercolor": "@ink/0.4", "font": {"color": "@ink"}},
        **colours(),
        "colorbar": bar(x=1.01, xanchor="left", y=0.5, len=1.0),
    }
    return Drawn(sentences=[_sentence(layers)], ground=[heat])


def _on_curve(layers: Layers, window: Window) -> Drawn:
    """Dots along the curve."""
    marker = {
        "size": 7,
        "color": packed(on_grid(layers)),
        "cmin": 0.0,
        "cmax": MOST,
        **colours(),
        "colorbar": bar(x=1.01, xanchor="left", y=0.5, len=0.9),
    }
    dots = {
        "type": "scatter",
        "mode": "markers",
        "name": "correct digits",
        "x": packed(layers.surface.x),
        "y": packed(layers.surface.z),
        "marker": marker,
        "hovertemplate": "%{marker.color:.1f} digits<extra></extra>",
        "showlegend": False,
    }
    return Drawn([dots], [_sentence(layers)])


LAYER = Layer(
    "digits",
    "correct digits",
    "the correct digits as colours",
    scene=_in_scene,
    map=_on_map,
    curve=_on_curve,
    at_point=False,
)
