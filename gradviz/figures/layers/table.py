"""The table of the layers, in the order of the page."""

from __future__ import annotations

from collections.abc import Sequence

from gradviz.figures.layers import descent, digits, gradient_field, lens, level, plane, slices
from gradviz.figures.layers.layer import CURVE, MAP, SURFACE, Layer

LAYERS: tuple[Layer, ...] = (
    plane.LAYER,
    level.LAYER,
    slices.LAYER,
    descent.LAYER,
    gradient_field.LAYER,
    digits.LAYER,
    lens.LAYER,
)

# The order in which they are drawn over each other; what is not named comes last.
STACKING: dict[str, tuple[str, ...]] = {
    SURFACE: ("field", "level", "plane", "slices", "path"),
    MAP: ("field", "level", "slices", "path"),
    CURVE: ("plane", "path", "level"),
}


def known_layers(text: str) -> tuple[str, ...]:
    """The layers whose names stand in ``text``, separated by commas, in the order of the table."""
    names = {name.strip() for name in text.split(",")}
    return tuple(layer.name for layer in LAYERS if layer.name in names)


def layers_text(names: Sequence[str]) -> str:
    """The entry of the address for the chosen layers, in the order of the table."""
    return ",".join(layer.name for layer in LAYERS if layer.name in names)


def stacked(picture: str) -> list[Layer]:
    """The layers that a picture can have, the lowest first."""
    order = STACKING[picture]
    rows = [layer for layer in LAYERS if picture in layer.pictures]
    return sorted(rows, key=lambda row: order.index(row.name) if row.name in order else len(order))
