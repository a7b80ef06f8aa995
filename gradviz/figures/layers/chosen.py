"""The chosen layers of each picture, drawn over each other."""

from __future__ import annotations

from gradviz.figures.layers.layer import CURVE, MAP, SURFACE, Drawn, Layers
from gradviz.figures.layers.table import LAYERS, stacked
from gradviz.figures.parts.arrows import Frame
from gradviz.figures.parts.drawing import Window
from gradviz.figures.parts.heights import Heights
from gradviz.text.numbers import listed


def in_scene(layers: Layers | None, frame: Frame, heights: Heights) -> Drawn:
    """The chosen layers in the scene."""
    if layers is None:
        return Drawn()
    rows = [row for row in stacked(SURFACE) if row.shown(layers)]
    return Drawn.together(row.scene(layers, frame, heights) for row in rows if row.scene)


def on_map(layers: Layers | None, frame: Frame) -> Drawn:
    """The chosen layers on the map."""
    if layers is None:
        return Drawn()
    rows = [row for row in stacked(MAP) if row.shown(layers)]
    return Drawn.together(row.map(layers, frame) for row in rows if row.map)


def on_curve(layers: Layers | None, window: Window) -> Drawn:
    """The chosen layers on the curve of one variable, and a sentence on those that it cannot have."""
    if layers is None:
        return Drawn()
    rows = [row for row in stacked(CURVE) if row.shown(layers)]
    parts = [row.curve(layers, window) for row in rows if row.curve]
    absent = [row.label for row in LAYERS if row.name in layers.names and row.curve is None]
    if absent:
        parts.append(Drawn(sentences=[f"Drawn over two variables only: {listed(absent)}."]))
    return Drawn.together(parts)


def in_words(layers: Layers | None, picture: str) -> str:
    """The layers of a picture in a sentence for its alternative text; '' for none."""
    if layers is None:
        return ""
    words = [row.words for row in LAYERS if row.shown(layers) and picture in row.pictures]
    return f" Also drawn: {listed(words)}." if words else ""
