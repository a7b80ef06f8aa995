"""The colours of heights as bands between levels, and the key of such colours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, cast

import numpy as np
from contourpy import FillType, contour_generator
from numpy.typing import NDArray

from gradviz.export.vector.drawing import Drawing, Pen
from gradviz.export.vector.marks import hexed, shades

BANDS = 48  # of colour between the lowest and the highest value: steps that no eye sees
SEAM = 0.6  # px by which a colour is drawn over its neighbour, so that nothing shines through


def bands(
    x: NDArray[np.float64], y: NDArray[np.float64], z: NDArray[np.float64], ends: tuple[float, float]
) -> Iterator[tuple[float, list[NDArray[np.float64]]]]:
    """For each of ``BANDS`` shares of the range ``ends`` rings (k, 2) around all that is at least so high.

    Each is to be drawn over the one before: so no band has a border through which paper would shine.
    """
    low, high = ends
    generator = contour_generator(x, y, z, fill_type=FillType.OuterOffset)
    for k in range(BANDS):
        floor = -np.inf if k == 0 else low + (high - low) * k / BANDS
        points, offsets = cast(tuple[list[Any], list[Any]], generator.filled(floor, np.inf))
        rings = [
            np.asarray(ring, dtype=float)[first:last]
            for ring, cuts in zip(points, offsets, strict=True)
            for first, last in pairwise(cuts)
        ]
        yield (k + 0.5) / BANDS, rings


def draw_colour_bar(
    drawing: Drawing,
    part: Mapping[str, Any],
    place: tuple[float, float],
    length: float,
    palette: Mapping[str, str],
    unit: float,
) -> None:
    """The key of a scale of colours from ``place``: upwards, or to the right as its entry says."""
    bar = part["colorbar"]
    flat = bar.get("orientation") == "h"
    x, y = place
    wide, size = bar.get("thickness", 9) * unit, bar["tickfont"]["size"] * max(unit, 14 / 12)
    low, high = (float(part.get(a, part.get(b, 0))) for a, b in (("cmin", "zmin"), ("cmax", "zmax")))
    ends = np.linspace(0, length, 2 * BANDS + 1)
    for k, colour in enumerate(shades(part["colorscale"], (np.arange(2 * BANDS) + 0.5) / (2 * BANDS))):
        fill, (start, end) = hexed(colour), ends[k : k + 2].tolist()
        box = (x + start, y - wide, x + end, y) if flat else (x, y - end, x + wide, y - start)
        drawing.rect(box, fill, Pen(fill, SEAM))
    pen, colour = Pen(palette["ink"], unit, opacity=0.4), bar["tickfont"]["color"]
    for value, text in zip(bar["tickvals"], bar["ticktext"], strict=True):
        at = (value - low) / (high - low) * length
        if flat:
            drawing.line([[x + at, y], [x + at, y + 3 * unit]], pen)
            drawing.text(x + at, y + 4 * unit + size, text, size, colour, anchor="middle")
        else:
            drawing.line([[x + wide, y - at], [x + wide + 3 * unit, y - at]], pen)
            drawing.text(x + wide + 5 * unit, y - at + 0.34 * size, text, size, colour)
    title = bar["title"]["text"]
    if flat:
        drawing.text(x, y - wide - 5 * unit, title, size, palette["ink"])
    else:
        across = x + wide + 8 * unit + 2.2 * size
        drawing.text(across, y - length / 2, title, size, palette["ink"], anchor="middle", turn=90)
