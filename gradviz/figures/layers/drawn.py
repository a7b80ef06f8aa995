"""The chosen layers on each kind of picture."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradviz.figures.layers import descent, digits, gradient_field, level, plane, slices
from gradviz.figures.layers.table import CURVE, LAYERS, Layers
from gradviz.figures.parts.arrows import Frame
from gradviz.figures.parts.heights import Heights
from gradviz.figures.parts.lines import Drawn
from gradviz.text.numbers import listed

# In the order in which they are laid over each other.
IN_SCENE: dict[str, Callable[[Layers, Frame, Heights], Drawn]] = {
    "field": gradient_field.in_scene,
    "level": level.in_scene,
    "plane": plane.in_scene,
    "slices": slices.in_scene,
    "path": descent.in_scene,
}
ON_MAP: dict[str, Callable[[Layers, Frame], Drawn]] = {
    "field": gradient_field.on_map,
    "level": level.on_map,
    "slices": slices.on_map,
    "path": descent.on_map,
}
ON_CURVE: dict[str, Callable[[Layers, tuple[float, float, float, float]], Drawn]] = {
    "plane": plane.on_curve,
    "path": descent.on_curve,
    "level": level.on_curve,
    "digits": lambda layers, _: digits.on_curve(layers),
}


def _together(layers: Layers, table: dict[str, Callable[..., Drawn]], *where: object) -> Drawn:
    drawn = [draw(layers, *where) for name, draw in table.items() if layers.shows(name)]
    return Drawn(
        [trace for part in drawn for trace in part.traces],
        [sentence for part in drawn for sentence in part.sentences],
    )


def in_scene(layers: Layers | None, frame: Frame, heights: Heights) -> Drawn:
    """The chosen layers in the scene; the colours of the surface itself are :func:`sheet_colours`."""
    if layers is None:
        return Drawn()
    drawn = _together(layers, IN_SCENE, frame, heights)
    return Drawn(
        drawn.traces, [*drawn.sentences, *([digits.sentence(layers)] if layers.shows("digits") else [])]
    )


def sheet_colours(layers: Layers | None) -> dict[str, Any]:
    """What the layers change in the trace of the surface."""
    return digits.on_sheet(layers) if layers is not None and layers.shows("digits") else {}


def on_map(layers: Layers | None, frame: Frame) -> Drawn:
    """The chosen layers over the level lines of the map; the lens and the colours are drawn by the map."""
    return Drawn() if layers is None else _together(layers, ON_MAP, frame)


def on_curve(layers: Layers | None, window: tuple[float, float, float, float]) -> Drawn:
    """The chosen layers on the curve of one variable, and a word on those that it has no place for."""
    if layers is None:
        return Drawn()
    drawn = _together(layers, ON_CURVE, window)
    absent = [layer.label for layer in LAYERS if layer.name in layers.names and CURVE not in layer.pictures]
    told = [f"Drawn over two variables only: {listed(absent)}."] if absent else []
    return Drawn(drawn.traces, [*drawn.sentences, *told])


def also(layers: Layers | None, picture: str) -> str:
    """The layers on a picture in words, for its alternative text; '' for none."""
    if layers is None:
        return ""
    told = [layer.words for layer in LAYERS if layers.shows(layer.name) and picture in layer.pictures]
    return f" Also drawn: {listed(told)}." if told else ""
