"""Where words and the lens stand on a stage, so that nothing lies over anything (``browser/placing.js``)."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

LETTER = 0.6  # of the size of a letter, its usual width
LINE = 0.62  # and half the height that a line of text takes
CAPTION = 13.0  # size of the letters of a lens' words
SHARES = (1, 0.8, 0.64, 0.5)  # of the usual radius, the larger the better
SMALLEST = 24.0  # px; smaller, it shows nothing
EDGE, AWAY, UNDER = (
    6.0,
    14.0,
    14.0,
)  # px: to the picture's edge, from point and arrows, from the rim to its words
GRID = 12  # places each way
SURFACE_COST = 16.0  # of all of the surface
FAR_COST = 2.5  # of the whole diagonal between the lens and the tip
RAY = 12.0  # px about the way from the lens to the tip, where rays are drawn, which cover half as much
SMALL_COST = 2.0  # of all of the usual radius
LINE_COST = 1.5  # of a faint line that is covered, as much as a tenth of the surface

Spot = NDArray[np.float64]  # (2,)


@dataclass(frozen=True)
class Box:
    """In px."""

    left: float
    right: float
    top: float
    bottom: float

    def overlaps(self, other: Box) -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def inside(self, size: tuple[float, float]) -> bool:
        return self.left >= 0 and self.right <= size[0] and self.top >= 0 and self.bottom <= size[1]

    def distance(self, x: float, y: float) -> float:
        """From a place to the box; 0 inside."""
        return math.hypot(x - min(max(x, self.left), self.right), y - min(max(y, self.top), self.bottom))

    def crossed(self, a: ArrayLike, b: ArrayLike) -> bool:
        """Whether a segment comes into the box, by clipping it at each side (Liang–Barsky)."""
        start, way = np.asarray(a, dtype=float), np.asarray(b, dtype=float) - np.asarray(a, dtype=float)
        enters, leaves = 0.0, 1.0
        for k, (low, high) in enumerate(((self.left, self.right), (self.top, self.bottom))):
            if way[k] == 0:
                if not low <= start[k] <= high:
                    return False
                continue
            one, other = sorted(((low - start[k]) / way[k], (high - start[k]) / way[k]))
            enters, leaves = max(enters, one), min(leaves, other)
        return enters <= leaves


def text_box(middle: ArrayLike, text: str, letters: float) -> Box:
    """The room of a text about its middle."""
    x, y = (float(part) for part in np.asarray(middle, dtype=float))
    half = max(4.0, len(re.sub(r"<[^>]*>", "", text)) * letters * LETTER / 2) + 2
    return Box(x - half, x + half, y - LINE * letters, y + LINE * letters)


def kept_inside(wanted: ArrayLike, text: str, letters: float, size: tuple[float, float]) -> Spot:
    """The middle of a text nearest to a wanted one for which it is not cut off."""
    box = text_box((0, 0), text, letters)
    x, y = np.asarray(wanted, dtype=float)
    return np.array(
        [min(max(x, -box.left), size[0] - box.right), min(max(y, -box.top), size[1] - box.bottom)]
    )


def from_segment(place: ArrayLike, a: ArrayLike, b: ArrayLike) -> float:
    """How far a place is from the segment between two others."""
    return float(from_segments(np.asarray(place, dtype=float)[np.newaxis], a, b)[0])


def from_segments(places: NDArray[np.float64], a: ArrayLike, b: ArrayLike) -> NDArray[np.float64]:
    """The same for places (k, 2)."""
    start = np.asarray(a, dtype=float)
    way, off = np.asarray(b, dtype=float) - start, places - start
    share = np.clip(off @ way / (float(way @ way) or 1.0), 0.0, 1.0)
    return np.hypot(*(off - share[:, np.newaxis] * way).T)


@dataclass(frozen=True)
class Obstacles:
    """What the lens must not cover: boxes of words, the point, and the arrows from there to their tips.

    Faint lines it should not cover either, and of the places of the surface few.
    """

    boxes: Sequence[Box]
    point: Spot
    tips: Sequence[Spot]
    faint: Sequence[tuple[Spot, Spot]]
    surface: NDArray[np.float64]


@dataclass(frozen=True)
class LensPlace:
    """A circle in px, and the middle of its words."""

    x: float
    y: float
    radius: float
    caption: tuple[float, float]


def lens_place(
    size: tuple[float, float], obstacles: Obstacles, words_of: Callable[[float], str]
) -> LensPlace | None:
    """Where the lens and its words stand, clear of all that matters; None where there is no room.

    Rather a little smaller than over the surface.
    """
    usual = min(104.0, max(48.0, 0.14 * min(size)))
    best: tuple[float, LensPlace] | None = None
    for radius in [*(r for share in SHARES if (r := share * usual) >= SMALLEST), SMALLEST]:
        smaller = SMALL_COST * (1 - radius / usual)
        if best and (radius == SMALLEST or best[0] <= smaller):
            break
        words, room = words_of(radius), EDGE + radius
        if 2 * room > min(size):
            continue
        for i in range(GRID + 1):
            for j in range(GRID + 1):
                x = room + i / GRID * (size[0] - 2 * room)
                y = room + j / GRID * (size[1] - 2 * room)
                place = _captioned(x, y, radius, words, size, obstacles)
                if place is None:
                    continue
                cost = smaller + _cost(place, words, size, obstacles)
                if best is None or cost < best[0]:
                    best = cost, place
    return best[1] if best else None


def _captioned(
    x: float, y: float, radius: float, words: str, size: tuple[float, float], obstacles: Obstacles
) -> LensPlace | None:
    """The circle with its words where there is room for both."""
    point, tips, boxes = obstacles.point, obstacles.tips, obstacles.boxes
    if math.hypot(x - point[0], y - point[1]) < radius + AWAY:
        return None
    if any(from_segment((x, y), point, tip) < radius + AWAY for tip in tips):
        return None
    if any(box.distance(x, y) < radius + 2 for box in boxes):
        return None
    for side in (1, -1):
        middle = kept_inside((x, y + side * (radius + UNDER)), words, CAPTION, size)
        box = text_box(middle, words, CAPTION)
        covers = (
            not box.inside(size)
            or box.distance(x, y) < radius
            or box.distance(float(point[0]), float(point[1])) < AWAY
            or any(box.overlaps(other) for other in boxes)
            or any(box.crossed(point, tip) for tip in tips)
        )
        if not covers:
            return LensPlace(x, y, radius, (float(middle[0]), float(middle[1])))
    return None


def _cost(place: LensPlace, words: str, size: tuple[float, float], obstacles: Obstacles) -> float:
    box = text_box(place.caption, words, CAPTION)
    at = (place.x, place.y)
    lines = sum(from_segment(at, a, b) < place.radius or box.crossed(a, b) for a, b in obstacles.faint)
    surface = obstacles.surface
    tip = obstacles.tips[0]
    right, down = surface.T
    told = (right > box.left) & (right < box.right) & (down > box.top) & (down < box.bottom)
    under = int(((np.hypot(*(surface - at).T) < place.radius) | told).sum())
    crossed = int((from_segments(surface, at, tip) < RAY).sum())
    covered = (under + 0.5 * crossed) / max(1, len(surface))
    far = float(np.hypot(*(tip - at))) / math.hypot(*size)
    return SURFACE_COST * covered + LINE_COST * lines + FAR_COST * far
