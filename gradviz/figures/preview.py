"""The picture that others show of a link: f with its level lines and the arrow of every method, as a PNG.

It is as wide as chat programs want it, and holds no letters: they write title and sentence below it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gradviz.field import ScalarField
from gradviz.figures.parts.drawing import readable_range, ticks
from gradviz.figures.parts.raster import Canvas, channels
from gradviz.figures.parts.theme import HEIGHTS, PALETTES, STOPS, style
from gradviz.surface import LARGEST_END, sample

WIDTH, HEIGHT = 1200, 630  # pixels: what Facebook, Teams and Slack lay a preview out for
SIZE = np.array([WIDTH, HEIGHT], dtype=float)
SAMPLES = 201  # of f along each side of a map
CURVE_SAMPLES = 801
LEVELS = 10  # level lines, about
LINE = 2.5  # pixels, of a level line
CROWDED = 9.0  # pixels between level lines under which they fade, or steep places would be one blot
EDGE = 0.01  # of the range of f: a level nearer to its ends is left out, or an extremum would be a speck
SHADES = 96  # colours of the heights: more are not seen, and fewer make a smaller file
LONGEST, MARGIN = 220.0, 24.0  # pixels: the longest arrow, and what is free around all of them
WIDEST, NARROWEST = 30.0, 7.0  # pixels: the first of the nested arrows, and the last
RIM, POINT = 5.0, 40.0  # pixels: the light rim around all of them, and the point's diameter
TANGENT, THICKEST, THINNEST = (
    420.0,
    18.0,
    4.0,
)  # pixels: half of a tangent, and how wide the first and last are

COLOURS = HEIGHTS["light"]
PAPER, INK, STROKE = PALETTES["light"]["paper"], "#1A1A1A", PALETTES["light"]["line"]


@np.errstate(all="ignore")
def preview(
    field: ScalarField,
    window: Sequence[tuple[float, float]],
    point: ArrayLike,
    gradients: Mapping[str, ArrayLike],
    axes: Sequence[int] = (0, 1),
) -> bytes:
    """f over ``window`` as a PNG of 1200 × 630 pixels, with the ``gradients`` (n,) of methods at ``point``.

    The arrows are nested strokes from the point (n,), the first of ``gradients`` the widest; all have one
    scale, and the longest has always the same length: where it would leave the picture, the window moves. Of
    one variable the curve is drawn, with tangents. A gradient that is not finite, or 0, is left out, and so
    are all where the point is outside the window.
    """
    here = np.asarray(point, dtype=float)
    found = {method: np.asarray(gradient, dtype=float) for method, gradient in gradients.items()}
    if len(window) == 2:
        return _map(field, window, here, found, (axes[0], axes[1]))
    return _curve(field, window[0], here[0], {method: float(slope[0]) for method, slope in found.items()})


def _map(
    field: ScalarField,
    window: Sequence[tuple[float, float]],
    point: NDArray[np.float64],
    gradients: Mapping[str, NDArray[np.float64]],
    axes: tuple[int, int],
) -> bytes:
    """The heights in their colours, level lines, and the arrows."""
    starts, ends = np.array(window).T
    unit = SIZE / (ends - starts) * [1, -1]
    place = np.array([0, HEIGHT]) + (point[list(axes)] - starts) * unit
    inside = bool(((place >= 0) & (place <= SIZE)).all())
    # slopes by the units of the picture: there an arrow is at right angles to the level lines
    ways = {method: gradient[list(axes)] / unit for method, gradient in gradients.items() if inside}
    lengths = {method: float(np.hypot(*way)) for method, way in ways.items()}
    drawn = {method: way for method, way in ways.items() if 0 < lengths[method] < np.inf}
    longest = max((lengths[method] for method in drawn), default=1.0)
    arrows = {method: LONGEST * (way / longest) for method, way in drawn.items()}
    shift = _shift(place, list(arrows.values())) if inside else np.zeros(2)
    moved = np.stack([starts + shift / unit, ends + shift / unit], axis=-1)
    if np.abs(moved).max() < LARGEST_END:
        window, place = [(low, high) for low, high in moved.tolist()], place - shift
    coarse = sample(field, window, SAMPLES, point=point.tolist(), axes=axes).z
    low, high, _ = readable_range(coarse)
    canvas = _relief(_spread(coarse), low, high)
    if inside:
        _arrows(canvas, place, [(method, place + way) for method, way in arrows.items()])
    return canvas.png()


def _shift(place: NDArray[np.float64], arrows: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """By how many pixels (2,) the window moves to hold all ``arrows`` from ``place``; 0 where it does."""
    reached = np.stack([place, *(place + way for way in arrows)])
    return np.minimum(reached.min(axis=0) - MARGIN, 0) + np.maximum(reached.max(axis=0) + MARGIN - SIZE, 0)


def _spread(coarse: NDArray[np.float64]) -> NDArray[np.float64]:
    """Samples (r, r) spread over the pixels (HEIGHT, WIDTH) by linear interpolation, the top row first."""
    for axis, count in ((0, HEIGHT), (1, WIDTH)):
        places = (np.arange(count) + 0.5) / count * (len(coarse) - 1)
        if axis == 0:
            places = places[::-1]
        before = places.astype(int)
        share = (places - before)[:, np.newaxis]
        coarse = ((1 - share) * coarse[before] + share * coarse[before + 1]).T
    return coarse


def _relief(heights: NDArray[np.float64], low: float, high: float) -> Canvas:
    """The heights in the colours of the surface, paper where f has no value, and level lines over them."""
    share = np.clip((heights - low) / (high - low), 0, 1)
    scale = np.linspace(0, 1, SHADES)
    stops = np.array([channels(colour) for colour in COLOURS])
    colours = np.stack([np.interp(scale, STOPS, stops[:, k]) for k in range(3)], axis=-1)
    colours = np.vstack([colours, channels(PAPER)]).astype(np.float32)
    hole = ~np.isfinite(heights)
    places = np.where(hole, SHADES, np.rint(np.where(hole, 0, share) * (SHADES - 1))).astype(int)
    canvas = Canvas(colours[places])
    levels, _ = ticks(low, high, LEVELS)
    if len(levels) > 1:
        down, across = np.gradient(heights)
        steepness = np.hypot(down, across)
        apart = levels[1] - levels[0]
        level = levels[0] + np.rint((heights - levels[0]) / apart) * apart
        away = np.abs(heights - level) / steepness
        strength = np.clip(apart / steepness / CROWDED, 0, 1)
        strength *= (level > low + EDGE * (high - low)) & (level < high - EDGE * (high - low))
        # no line on a plain, nor next to a hole
        canvas.cover(np.nan_to_num(0.85 * strength * np.clip(LINE / 2 + 0.5 - away, 0, 1)), STROKE)
    return canvas


def _arrows(
    canvas: Canvas, place: NDArray[np.float64], tips: Sequence[tuple[str, NDArray[np.float64]]]
) -> None:
    """Nested arrows from ``place``, each with the colour of its method, and the point over them."""
    widths = _widths(WIDEST, NARROWEST, len(tips))
    shapes = [(method, *_arrow(place, tip, width)) for (method, tip), width in zip(tips, widths, strict=True)]
    for _, neck, head, width in shapes:
        canvas.stroke(place, neck, width + 2 * RIM, PAPER)
        canvas.polygon(head, PAPER, RIM)
    for method, neck, head, width in shapes:
        canvas.stroke(place, neck, width, style(method).light)
        canvas.polygon(head, style(method).light)
    _point(canvas, place)


def _point(canvas: Canvas, place: NDArray[np.float64]) -> None:
    """The point, dark with a light rim."""
    canvas.stroke(place, place, POINT + 2 * RIM, PAPER)
    canvas.stroke(place, place, POINT, INK)


def _widths(first: float, last: float, count: int) -> list[float]:
    """The widths of nested strokes; of a single one half the ``first``."""
    return np.linspace(first, last, count).tolist() if count > 1 else [first / 2] * count


def _arrow(
    place: NDArray[np.float64], tip: NDArray[np.float64], width: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """Where an arrow's shaft ends, the corners (3, 2) of its head, and the shaft's width."""
    way = tip - place
    length = float(np.hypot(*way))
    way = way / length
    head = min(1.9 * width + 12, 0.6 * length)
    side = 0.55 * head * np.array([-way[1], way[0]])
    neck = tip - head * way
    return neck, np.stack([tip, neck + side, neck - side]), min(width, 0.9 * head)


def _curve(field: ScalarField, ends: tuple[float, float], x: float, slopes: Mapping[str, float]) -> bytes:
    """The curve over pale ground, and its tangents at ``x``."""
    curve = sample(field, [ends], CURVE_SAMPLES)
    value = float(field([x]))
    low, high, _ = readable_range(curve.z, include=value if np.isfinite(value) else np.nan)
    margin = 0.14 * (high - low)
    unit = np.array([WIDTH / (ends[1] - ends[0]), -HEIGHT / (high - low + 2 * margin)])
    corner = np.array([ends[0], high + margin])
    columns = np.interp(np.arange(WIDTH) + 0.5, (curve.x - ends[0]) * unit[0], curve.z)
    line = (columns - corner[1]) * unit[1]  # the row of the curve in each column
    rows = (np.arange(HEIGHT) + 0.5)[:, np.newaxis]
    canvas = Canvas(np.tile(channels(PAPER), (HEIGHT, WIDTH, 1)))
    below = np.clip(rows - line + 0.5, 0, 1)
    canvas.cover(0.25 * np.where(np.isfinite(below), below, 0), COLOURS[1])
    away = np.abs(rows - line) / np.hypot(1, np.gradient(line))
    canvas.cover(np.nan_to_num(np.clip(5.0 - away, 0, 1)), COLOURS[1])
    place = (np.array([x, value]) - corner) * unit
    if not np.isfinite(place).all():
        return canvas.png()
    drawn = {method: slope for method, slope in slopes.items() if np.isfinite(slope)}
    widths = _widths(THICKEST, THINNEST, len(drawn))
    tangents = []
    for (method, slope), width in zip(drawn.items(), widths, strict=True):
        way = np.array([1.0, slope * unit[1] / unit[0]])
        half = TANGENT * way / np.hypot(*way)
        tangents.append((place - half, place + half, width, style(method).light))
    for start, end, width, _ in tangents:
        canvas.stroke(start, end, width + 2 * RIM, PAPER)
    for start, end, width, colour in tangents:
        canvas.stroke(start, end, width, colour)
    _point(canvas, place)
    return canvas.png()
