"""Where words and the lens stand on a stage, so that nothing lies over anything (``browser/placing.js``)."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gradviz.export.vector.silhouette import Silhouette

LETTER = 0.6  # of the size of a letter, its usual width
DESCENT = 0.15  # below which a line of text may still reach: at the edge it would be cut
LOWERED = 0.16  # below which an index reaches
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
TOUCH = 0.01  # of it costs nothing yet
SHEET_COST = 60.0  # of a disc that lies all over the sheet
WORDS_COST = 1.0  # of words that do
RAYS_COST = 0.8  # and of the way from the lens to the tip, along which rays are drawn
FAR_COST = 2.5  # of the whole diagonal between the lens and the tip
SMALL_COST = 2.0  # of all of the usual radius
LINE_COST = 1.5  # of a faint line that is covered

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
    lower = LOWERED if "<sub>" in text else 0.0
    return Box(x - half, x + half, y - LINE * letters, y + (LINE + lower) * letters)


def kept_inside(wanted: ArrayLike, text: str, letters: float, size: tuple[float, float]) -> Spot:
    """The middle of a text nearest to a wanted one for which it is not cut off."""
    box = text_box((0, 0), text, letters)
    x, y = np.asarray(wanted, dtype=float)
    lowest = size[1] - box.bottom - DESCENT * letters
    return np.array([min(max(x, -box.left), size[0] - box.right), min(max(y, -box.top), lowest)])


def from_segment(place: ArrayLike, a: ArrayLike, b: ArrayLike) -> float:
    """How far a place is from the segment between two others."""
    (x, y), (ax, ay), (bx, by) = (np.asarray(at, dtype=float).tolist() for at in (place, a, b))
    across, down = bx - ax, by - ay
    along = ((x - ax) * across + (y - ay) * down) / (across * across + down * down or 1.0)
    share = min(1.0, max(0.0, along))
    return math.hypot(x - ax - share * across, y - ay - share * down)


@dataclass(frozen=True)
class Obstacles:
    """What the lens must not cover: boxes of words, the point, and the arrows from there to their tips.

    Faint lines it should not cover either, and over the ``sheet`` it should not lie.
    """

    boxes: Sequence[Box]
    point: Spot
    tips: Sequence[Spot]
    faint: Sequence[tuple[Spot, Spot]]
    sheet: Silhouette


@dataclass(frozen=True)
class LensPlace:
    """A circle in px, and the middle of its words."""

    x: float
    y: float
    radius: float
    caption: tuple[float, float]


def usual_radius(size: tuple[float, float]) -> float:
    """The radius of a lens for which there is room enough."""
    return min(104.0, max(48.0, 0.14 * min(size)))


def lens_place(
    size: tuple[float, float], obstacles: Obstacles, words_of: Callable[[float], str]
) -> LensPlace | None:
    """Where the lens and its words stand, clear of all that matters; None where there is no room.

    Rather a little smaller than over the sheet.
    """
    usual = usual_radius(size)
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
                # what is known without its words is at most the cost
                if best and smaller + _place_cost(x, y, radius, size, obstacles) >= best[0]:
                    continue
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


def _place_cost(x: float, y: float, radius: float, size: tuple[float, float], obstacles: Obstacles) -> float:
    """What the place of a circle costs, whatever its words."""
    tip = obstacles.tips[0]
    far = math.hypot(tip[0] - x, tip[1] - y) / math.hypot(*size)
    return SHEET_COST * max(0.0, obstacles.sheet.disc_share(x, y, radius) - TOUCH) + FAR_COST * far


def _cost(place: LensPlace, words: str, size: tuple[float, float], obstacles: Obstacles) -> float:
    box = text_box(place.caption, words, CAPTION)
    at, sheet = (place.x, place.y), obstacles.sheet
    lines = sum(from_segment(at, a, b) < place.radius or box.crossed(a, b) for a, b in obstacles.faint)
    told = WORDS_COST * sheet.box_share(box.left, box.right, box.top, box.bottom)
    told += RAYS_COST * sheet.way_share(at, obstacles.tips[0]) + LINE_COST * lines
    return _place_cost(place.x, place.y, place.radius, size, obstacles) + told
