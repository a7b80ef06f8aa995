"""Symbols, dashes, arrowheads and colours as the page draws them, and the colours of a picture for print."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gradviz.errors import GradvizError
from gradviz.export.vector.drawing import Outline, circle, turned
from gradviz.figures.parts.theme import DIGITS, STYLES, palettes

THEMES = ("light", "dark", "print")
SIZE = 11.0  # of the symbols below
SLIM = 0.42  # of the length of an arrow's head: how far it reaches to each side
LEAST = 3.0  # px: the dashes of a line that is thinner are those of such a one
# On paper without colours methods are told apart by dash and symbol; greys alternate, for arrows that are
# nested, from the widest to the narrowest.
GREYS = ("#111111", "#7A7A7A", "#2B2B2B", "#909090", "#454545", "#6A6A6A", "#000000", "#858585", "#3A3A3A")
PRINTED = {
    "ink": "#1A1A1A",
    "on_low": "#1A1A1A",
    "on_high": "#1A1A1A",
    "tangent": "#444444",
    "descent": "#222222",
    "ascent": "#555555",
}


def palette_of(theme: str) -> dict[str, str]:
    """The colours of a theme by name; of ‘print’ greys alone."""
    if theme not in THEMES:
        raise GradvizError(f"“{theme}” is none of the themes: {', '.join(THEMES)}.")
    palette = dict(palettes()[theme])
    if theme == "print":
        palette |= PRINTED
        palette |= dict(zip(STYLES, GREYS, strict=True))
        shades_of_digits = np.linspace(240, 48, len(DIGITS)).astype(int).tolist()
        palette |= {name: hexed([grey] * 3) for name, grey in zip(DIGITS, shades_of_digits, strict=True)}
    return palette


def dashes(name: str | None, width: float) -> tuple[float, ...]:
    """On and off along a line, as Plotly has them for its names and for lengths in px."""
    unit = max(width, LEAST)
    pattern = {
        "dot": (1, 1),
        "dash": (3, 3),
        "longdash": (5, 5),
        "dashdot": (3, 1, 1, 1),
        "longdashdot": (5, 2, 1, 2),
    }.get(name or "")
    if pattern:
        return tuple(unit * length for length in pattern)
    if name and name.endswith("px"):
        return tuple(float(length.removesuffix("px")) for length in name.split())
    return ()


def _corners(count: int, turn: float = -90.0, inner: float = 1.0) -> NDArray[np.float64]:
    """A polygon, or a star where ``inner`` is the share of its inner radius."""
    many = 2 * count if inner < 1 else count
    angles = np.radians(turn) + 2 * np.pi * np.arange(many) / many
    radii = np.where((inner < 1) & (np.arange(many) % 2 == 1), inner, 1.0) * SIZE / 2
    return radii[:, np.newaxis] * np.column_stack([np.cos(angles), np.sin(angles)])


_CROSS = np.array([
    [-5, -1.8], [-1.8, -1.8], [-1.8, -5], [1.8, -5], [1.8, -1.8], [5, -1.8],
    [5, 1.8], [1.8, 1.8], [1.8, 5], [-1.8, 5], [-1.8, 1.8], [-5, 1.8],
])  # fmt: skip
_SYMBOLS: dict[str, NDArray[np.float64]] = {
    "square": np.array([[-4, -4], [4, -4], [4, 4], [-4, 4]], dtype=float),
    "diamond": _corners(4),
    "triangle-right": _corners(3, 0),
    "triangle-left": _corners(3, 180),
    "pentagon": _corners(5),
    "hexagon": _corners(6),
    "star": _corners(5, -90, 0.42),
    "cross": _CROSS,
    "x": turned(_CROSS, 45),
    "hourglass": np.array([[-5, -5], [5, -5], [-5, 5], [5, 5]], dtype=float),
    "bowtie": np.array([[-5, -5], [-5, 5], [5, -5], [5, 5]], dtype=float),
}


def symbol(name: str, x: float, y: float, size: float) -> Outline:
    """A symbol about a place; a circle for an unknown name."""
    corners = _SYMBOLS.get(name.removesuffix("-open"))
    if corners is None:
        return circle(x, y, size / 2 * 0.9)
    return Outline(np.array([x, y]) + size / SIZE * corners, closed=True)


def head(back: ArrayLike, tip: ArrayLike, margin: float = 0.0) -> NDArray[np.float64]:
    """The corners (3, 2) of an arrow's head from the middle of its back to its tip, with a ``margin``."""
    back, tip = np.asarray(back, dtype=float), np.asarray(tip, dtype=float)
    length = float(np.hypot(*(tip - back)))
    way = (tip - back) / length
    side = SLIM * length + margin
    across = np.array([-way[1], way[0]])
    start = back - margin * way
    return np.array([tip + 2 * margin * way, start + side * across, start - side * across])


def shades(scale: Sequence[Sequence[Any]], shares: ArrayLike) -> NDArray[np.int64]:
    """The colours (…, 3), 0 … 255, of a scale of (share, colour) at ``shares`` (…)."""
    stops = [float(stop) for stop, _ in scale]
    colours = np.array([[int(colour[k : k + 2], 16) for k in (1, 3, 5)] for _, colour in scale], dtype=float)
    shares = np.asarray(shares, dtype=float)
    mixed = np.stack([np.interp(shares, stops, colours[:, k]) for k in range(3)], axis=-1)
    return np.rint(mixed).astype(np.int64)


def hexed(colour: Sequence[int] | NDArray[np.int64]) -> str:
    """#RRGGBB of three numbers."""
    return "#" + "".join(f"{min(255, max(0, int(part))):02X}" for part in colour)


def numbers(value: object) -> NDArray[np.float64]:
    """An array of a figure, from a list with None for gaps or from its packed form, in double precision."""
    if isinstance(value, Mapping):
        flat = np.frombuffer(base64.b64decode(value["bdata"]), dtype=f"<{value['dtype']}").astype(float)
        shape = value.get("shape")
        return flat.reshape([int(side) for side in shape.split(",")]) if shape else flat
    if isinstance(value, Sequence) and not isinstance(value, str):
        return np.array([np.nan if x is None else x for x in value], dtype=float)
    return np.asarray(value, dtype=float)
