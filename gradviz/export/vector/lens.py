"""The lens at the tip of the arrow: the differences from the true gradient, magnified (``browser/lens.js``).

At a kink it shows the slopes from each side, and what each method has picked.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gradviz.export.vector.drawing import Pen, Scaled
from gradviz.export.vector.marks import head
from gradviz.export.vector.placing import CAPTION, LensPlace
from gradviz.text.numbers import number

Vector = NDArray[np.float64]

FILL = 0.8  # of the radius: the longest difference at most
ON_THE_SPOT = 5.0  # px: shorter differences are dots
RING = 13.0  # px, about the tip
WIDTH = 4.5


@dataclass(frozen=True)
class Shown:
    """What the lens shows: each method's vector in px, up positive, the corners of a fan, and the words."""

    vectors: tuple[tuple[str, Vector], ...]
    words: str
    fan: Vector | None = None


def magnification(longest: float, room: float) -> float:
    """The largest of 1, 2, 5 · 10ᵏ by which ``longest`` fits into ``room``; 0 where it has no length."""
    if not 0 < longest < math.inf:
        return 0.0
    exact = room / longest
    if not math.isfinite(exact):
        return 0.0
    power = math.floor(math.log10(exact) + 1e-12)
    lead = exact / 10.0**power
    times = next((times for times in (5, 2, 1) if times <= lead * (1 + 1e-9)), 1)
    return float(f"{times}e{power}")


def written(value: float) -> str:
    """A positive number with three digits: 0.1, 0.0316, 3.16·10⁻⁸, 200."""
    return f"{float(f'{value:.3g}'):g}" if 1e-4 < value < 1e5 else number(value, 3)


def magnified(differences: Sequence[tuple[str, Vector]], radius: float, unit: float) -> Shown:
    """The differences at a smooth point; ``unit`` px of the big arrow for one of 1, 0 without an arrow."""
    finite = [(method, vector) for method, vector in differences if np.isfinite(vector).all()]
    longest = max((math.hypot(*vector) for _, vector in finite), default=0.0)
    factor = magnification(longest * (unit or 1.0), FILL * radius)
    vectors = tuple((method, vector * (unit or 1.0) * factor) for method, vector in finite)
    if not longest:
        return Shown(vectors, "no differences")
    return Shown(
        vectors, f"differences × {written(factor)}" if unit else f"differences, up to {written(longest)}"
    )


def fanned(sides: Vector, arrows: Sequence[tuple[str, Vector]], radius: float) -> Shown:
    """The slopes (2, 2) from each side at a kink, and the gradients that the methods give."""
    (a, b), (c, d) = sides
    finite = [(method, gradient) for method, gradient in arrows if np.isfinite(gradient).all()]
    known = bool(np.isfinite(sides).all())
    if known:
        lengths = [math.hypot(max(abs(a), abs(b)), max(abs(c), abs(d)))]
    else:
        lengths = [math.hypot(*gradient) for _, gradient in finite]
    longest = max(lengths, default=0.0)
    unit = FILL * radius / longest if longest > 0 else 1.0
    vectors = tuple((method, gradient * unit) for method, gradient in finite)
    fan = unit * np.array([[a, c], [b, c], [b, d], [a, d]]) if known else None
    return Shown(vectors, "slopes from each side" if known else "no slope on one side", fan)


def draw_lens(
    part: Scaled,
    circle: LensPlace,
    tip: Vector | None,
    shown: Shown,
    palette: Mapping[str, str],
    scale: float,
) -> None:
    """The lens with vectors from its middle; those no longer than a dot stand on the spot."""
    middle, radius = np.array([circle.x, circle.y]), circle.radius
    paper, ink = palette["paper"], palette["ink"]
    with part.drawing.group("lens"):
        if tip is not None:
            _rays(part, middle, radius, tip, ink)
        part.circle(middle, radius, paper, Pen(ink, 1.5))
        faint = Pen(ink, 1, opacity=0.15)
        part.line(middle + np.array([[-radius, 0], [radius, 0]]), faint)
        part.line(middle + np.array([[0, -radius], [0, radius]]), faint)
        if shown.fan is not None:
            corners = middle + shown.fan * [1, -1]
            part.polygon(corners, ink, Pen(ink, 1, opacity=0.5), 0.1)
            for corner in corners:
                part.line([middle, corner], Pen(ink, 1, (2, 3)))
        lengths = [math.hypot(*vector) for _, vector in shown.vectors]
        for (method, vector), length in zip(shown.vectors, lengths, strict=True):
            if length >= ON_THE_SPOT:
                end = middle + min(1.0, (radius - 3) / length) * vector * [1, -1]
                _vector(part, middle, end, palette.get(method, ink), WIDTH * scale, paper)
        still = [
            method for (method, _), length in zip(shown.vectors, lengths, strict=True) if length < ON_THE_SPOT
        ]
        for k, method in enumerate(still):
            size = 2.2 + (len(still) - 1 - k) * 5.5 / max(1, len(still) - 1)
            part.circle(middle, size * max(0.8, scale), palette.get(method, ink))
        x, y = circle.caption
        part.text((x, y + 0.35 * CAPTION), shown.words, CAPTION, ink, anchor="middle", halo=(paper, 3))


def _rays(part: Scaled, middle: Vector, radius: float, tip: Vector, ink: str) -> None:
    """Two rays from a ring at the tip to the lens."""
    way = middle - tip
    away = math.hypot(*way)
    across = np.array([-way[1], way[0]]) / away
    pen = Pen(ink, 1.1, opacity=0.4)
    for side in (1, -1):
        part.line([tip + side * RING * across, middle + side * radius * across], pen)
    part.circle(tip, RING, None, Pen(ink, 1.1, opacity=0.6))


def _vector(part: Scaled, start: Vector, end: Vector, colour: str, width: float, paper: str) -> None:
    length = math.hypot(*(end - start))
    way = (end - start) / length
    long = min(3.2 * width, 0.7 * length)
    part.line([start, end - 0.85 * long * way], Pen(paper, width + 1.6))
    part.polygon(head(end - long * way, end, 0.8), paper)
    part.line([start, end - 0.85 * long * way], Pen(colour, width))
    part.polygon(head(end - long * way, end), colour)
