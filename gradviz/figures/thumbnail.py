"""A thumbnail of f for the gallery: a small SVG for light and for dark paper, in the colours of the surface.

Holes are transparent; the arrow of the gradient is dark with a light rim, visible on any colour.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gradviz.autodiff.reverse import gradients_at
from gradviz.field import ScalarField
from gradviz.figures.parts.drawing import readable_range
from gradviz.figures.parts.raster import indexed_png
from gradviz.figures.parts.theme import HEIGHTS, PALETTES, STOPS, mix
from gradviz.surface import sample

SIZE = np.array([400.0, 264.0])  # units of the picture, two to a pixel of the page
LARGEST = 8000  # letters of one thumbnail: the gallery has dozens
LEVELS = (9, 7, 6, 5, 4, 3, 2)  # how many level lines: the first number that is not too large
COLUMNS, ROWS = 200, 132  # samples of f, which are the pixels of the map
CLOSEST = 0.02  # of the range of f: of levels closer than this one is left out, or a plain would look rugged
SHADES = 4  # from the colour of a region to that of the level line in it
CROWDED = 4.0  # pixels between level lines under which they fade, or steep places would be one blot
ARROW, HEAD, RIMMED = 92.0, 24.0, 7.0  # the arrow's length and its head's, and how much wider the rim is
LINE, DOT = 7.0, 20.0  # how wide the arrow and the tangent are, and the point
FLAT = 1e-3  # of the range of f: a gradient that does not rise as much across the picture has no arrow

COLOURS, STROKE = HEIGHTS["light"], PALETTES["light"]["line"]
CURVE = COLOURS[1]  # 3.9:1 on white, 4.6:1 on the page's dark paper
INK, RIM = "#1A1A1A", "#FFFFFF"


@np.errstate(all="ignore")
def thumbnail(
    field: ScalarField,
    window: Sequence[tuple[float, float]],
    point: Sequence[float],
    axes: Sequence[int] = (0, 1),
) -> str:
    """f over ``window`` as an SVG of at most 8 kB: a map with the gradient at ``point`` (n,), or a curve.

    The arrow has the direction of the gradient in the picture, and always the same length; where there is no
    gradient, or f hardly changes, only the point is drawn. A curve has its tangent.
    """
    here = [float(x) for x in point]
    with np.errstate(all="ignore"):
        slopes = np.array([float(slope) for slope in gradients_at(field, here)])
    if len(window) == 2:
        drawn = _map(field, window, here, slopes, (axes[0], axes[1]))
    else:
        drawn = _curve(field, window, here[0], slopes[0])
    width, height = SIZE.astype(int)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width // 2}" height="{height // 2}" '
        f'viewBox="0 0 {width} {height}" fill="none" stroke-linejoin="round" stroke-linecap="round">'
        f"{drawn}</svg>"
    )


def _map(
    field: ScalarField,
    window: Sequence[tuple[float, float]],
    point: list[float],
    slopes: NDArray[np.float64],
    axes: tuple[int, int],
) -> str:
    """Regions between levels in the colours of their heights, and the arrow."""
    heights = sample(field, window, COLUMNS, point=point, axes=axes).z
    low, high, _ = readable_range(heights)
    starts, ends = np.array(window).T
    unit = SIZE / (ends - starts)
    # slopes by the units of the picture: there the arrow is at right angles to the level lines
    steps = slopes[list(axes)] / unit
    place = (np.array(point)[list(axes)] - starts) * unit
    steep = FLAT * (high - low) < np.hypot(*steps) * SIZE[0] < np.inf
    mark = _rimmed(_arrow(place, steps) if steep else "", place)
    squeezed, picture = _squeezed(heights), ""
    for count in LEVELS:
        levels = _levels(heights, low, high, count)
        image = indexed_png(_relief(squeezed, levels), _colours(len(levels) + 1))
        data = base64.b64encode(image).decode("ascii")
        picture = f'<image width="{SIZE[0]:.0f}" height="{SIZE[1]:.0f}" href="data:image/png;base64,{data}"/>'
        if len(picture) + len(mark) < LARGEST - 250:
            break
    return picture + mark


def _levels(heights: NDArray[np.float64], low: float, high: float, count: int) -> NDArray[np.float64]:
    """Levels half-way between evenly spaced ones and ones that divide the picture into equal areas.

    With the first alone a steep f is empty but for its rim, with the second a plain looks rugged.
    """
    finite = heights[np.isfinite(heights) & (heights >= low) & (heights <= high)]
    mixed = np.concatenate([finite, np.linspace(low, high, finite.size)])
    levels = np.quantile(mixed, np.arange(1, count + 1) / (count + 1)) if finite.size else np.array([])
    least = CLOSEST * (high - low)
    return levels[(np.diff(levels, prepend=low) > least) & (high - levels > least)]


def _relief(heights: NDArray[np.float64], levels: NDArray[np.float64]) -> NDArray[np.uint8]:
    """The colour of each pixel (r, c) by its place in :func:`_colours`; 0, transparent, in a hole."""
    region = np.searchsorted(levels, heights)
    line = np.zeros(heights.shape)
    if len(levels):
        with np.errstate(all="ignore"):
            down, across = np.gradient(heights)
            steepness = np.hypot(down, across)
            pixels_between = np.ptp(levels) / len(levels) / steepness
            strength = np.clip(pixels_between / CROWDED, 0, 1)
            for level in levels:
                pixels_away = np.abs(heights - level) / steepness
                near = strength * np.clip(1.2 - pixels_away, 0, 1)
                line = np.maximum(line, np.nan_to_num(near))  # no line on a plain, nor next to a hole
    shade = np.rint(line * (SHADES - 1)).astype(int)
    return np.where(np.isfinite(heights), 1 + SHADES * region + shade, 0).astype(np.uint8)


def _colours(regions: int) -> list[str]:
    """None for a hole, then for each region, the lowest first, its colour and those towards the line."""
    colours = ["#000000"]
    for place in np.linspace(0, 1, regions) if regions > 1 else [0.5]:
        after = min(int(np.searchsorted(STOPS, place, side="right")), len(STOPS) - 1)
        low, high = STOPS[after - 1], STOPS[after]
        colour = mix(COLOURS[after], COLOURS[after - 1], (place - low) / (high - low))
        colours += [mix(STROKE, colour, shade / (SHADES - 1)) for shade in range(SHADES)]
    return colours


def _squeezed(heights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Square samples squeezed to the height of the picture, by linear interpolation, the top row first."""
    places = np.linspace(len(heights) - 1, 0, ROWS)
    below = np.minimum(places.astype(int), len(heights) - 2)
    share = (places - below)[:, np.newaxis]
    with np.errstate(invalid="ignore"):
        return (1 - share) * heights[below] + share * heights[below + 1]


def _curve(field: ScalarField, window: Sequence[tuple[float, float]], x: float, slope: float) -> str:
    """The curve, pale below, and its tangent at ``x``."""
    curve = sample(field, window, COLUMNS)
    with np.errstate(all="ignore"):
        value = float(field([x]))
    low, high, _ = readable_range(curve.z, include=value if np.isfinite(value) else np.nan)
    margin = 0.14 * (high - low)
    start, end = np.array([window[0][0], low - margin]), np.array([window[0][1], high + margin])
    unit = SIZE / (end - start)
    heights = np.clip(curve.z, low - 2 * margin, high + 2 * margin)
    runs = np.split(np.arange(COLUMNS), np.flatnonzero(np.diff(np.isfinite(curve.z))) + 1)
    line = ground = ""
    for run in (run for run in runs if len(run) > 1 and np.isfinite(curve.z[run[0]])):
        points = (np.column_stack([curve.x[run], heights[run]]) - start) * unit
        line += _path(points)
        ground += f"{_path(points)}V{SIZE[1]:.0f}H{points[0, 0]:.0f}z"
    drawn = (
        f'<path d="{ground}" fill="{CURVE}" fill-opacity=".25"/>'
        f'<path d="{line}" stroke="{CURVE}" stroke-width="6"/>'
    )
    place = (np.array([x, value]) - start) * unit
    if not np.isfinite(place).all():
        return drawn
    way = np.array([1.0, slope * unit[1] / unit[0]])
    half = ARROW * way / np.hypot(*way)
    return drawn + _rimmed(
        _path(np.stack([place - half, place + half])) if np.isfinite(half).all() else "", place
    )


def _path(points: NDArray[np.float64]) -> str:
    """The line through ``points`` (k, 2) as an SVG path: in whole units, with y pointing down."""
    corners = np.rint(np.column_stack([points[:, 0], SIZE[1] - points[:, 1]])).astype(int)
    steps = "".join(f"{dx} {dy} " for dx, dy in np.diff(corners, axis=0).tolist())
    return f"M{corners[0, 0]} {corners[0, 1]}l{steps.strip()}"


def _arrow(place: NDArray[np.float64], steps: NDArray[np.float64]) -> str:
    """From ``place`` along the gradient, shorter where the picture ends."""
    way = steps / np.hypot(*steps)
    room = [((size if w > 0 else 0) - x) / w for x, w, size in zip(place, way, SIZE, strict=True) if w]
    tip = place + way * max(HEAD, min(ARROW, *(reach - RIMMED for reach in room)))
    side = np.array([-way[1], way[0]])
    barbs = [tip - HEAD * (0.85 * way + turn * 0.6 * side) for turn in (1, -1)]
    return _path(np.stack([place, tip])) + _path(np.stack([barbs[0], tip, barbs[1]]))


def _rimmed(path: str, place: NDArray[np.float64]) -> str:
    """A dark line and the point on it, both with a light rim."""
    point = f"M{place[0]:.0f} {SIZE[1] - place[1]:.0f}h0"
    return "".join(
        f'<path d="{d}" stroke="{colour}" stroke-width="{width + wider}"/>'
        for colour, wider in ((RIM, RIMMED), (INK, 0))
        for d, width in ((path, LINE), (point, DOT))
        if d
    )
