"""From where a scene is seen: its projection, and the camera that suits it, as in the browser.

Places are in scene units, the eye in those of Plotly's world, which are twice as long
(``browser/viewpoint.js``, ``browser/orthographic.js``).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gradviz.export.vector.sheet import Sheet
from gradviz.export.vector.tangent import LONGEST_DRAWN

Vector = NDArray[np.float64]

WORLD = 2.0  # scene units in a length of Plotly's world
VIEW_ANGLE = math.pi / 4  # up and down
AZIMUTHS = 24
ELEVATIONS = (20.0, 27.0, 35.0, 45.0, 57.0)  # degrees
USUAL = math.atan2(-1.39, 1.17)  # the second axis leads away from the eye
SHARE = 0.26  # of the picture's height: the length of the arrow
DIAGONAL = 0.128  # and of its diagonal, on a wide and flat one
FLAT = 0.34  # of the height, at most then
LENGTHS = (0.3, 1.05)  # of the arrow in scene units
SAMPLES = 9  # along each side of the surface, for its outline
ROUNDS = 7  # of fitting, to compare directions by
LAST_ROUNDS = 24  # and for the one that is taken: with the eye near they come together slowly
SEEN = 4.0  # what an arrow adds that is all in sight: of a bowl the tangent lies under the sheet
UPHILL = 0.8  # what an arrow adds that leads straight up on the screen, as a gradient leads uphill
SHAFT = np.array([0.15, 0.3, 0.45, 0.6, 0.75, 0.9, 1.0])
LONGEST = 2.1  # times the true gradient's arrow: longer ones need not be whole
REFITS = 6  # where a head is outside
WHOLE = 1.0  # what it is worth that no head is outside
HEAD = 8.0  # px that a head keeps from the edge of the picture
FARTHEST = 6.0  # scene units: outside the box in any direction
LIFT = np.array([0.0, 0.0, 0.02])  # off the sheet
LARGE = 12.0  # what a picture that is all scene adds to the score of a camera
SHEET = 18.0  # and a sheet that would take all of it: a floor alone is pale
AXIS = 1.5  # what an axis takes from it whose labels the sheet hides along both edges of the floor
LABELS = np.array([0.2, 0.5, 0.8])  # of an edge: where its labels are looked at
BESIDE = 0.12  # scene units from an edge to its labels
POINT = 6.0  # and a point in sight: nothing makes up for a hidden one
TRIED = 24  # of the best directions
FINALISTS = 6  # of those in which all is to be seen
LONG_ENOUGH = 0.97  # of the wanted length
LOW = 0.02  # of the eye above what it looks at, at least: never from under the floor


NEAREST = 0.01  # of Plotly's world: what is nearer to the eye, or behind it, is not seen


@dataclass(frozen=True)
class Camera:
    """``eye`` and ``centre`` (3,); parallel lines of sight where ``orthographic``."""

    eye: Vector
    centre: Vector
    orthographic: bool = False

    @property
    def basis(self) -> tuple[Vector, Vector, Vector]:
        """Right, up and ahead, (3,) each."""
        away = self.eye - self.centre
        ahead = -away / np.linalg.norm(away)
        right = np.array([ahead[1], -ahead[0], 0.0])
        right /= np.linalg.norm(right)
        up = np.array(
            [
                right[1] * ahead[2] - right[2] * ahead[1],
                right[2] * ahead[0] - right[0] * ahead[2],
                right[0] * ahead[1] - right[1] * ahead[0],
            ]
        )
        return right, up, ahead

    @property
    def scene_eye(self) -> Vector:
        """The eye in scene units."""
        return WORLD * self.eye

    def towards(self, places: ArrayLike) -> Vector:
        """The way (…, 3) from places to the eye; of parallel lines of sight far beyond the box."""
        places = np.asarray(places, dtype=float)
        if not self.orthographic:
            return self.scene_eye - places
        away = self.eye - self.centre
        return np.broadcast_to(FARTHEST * away / np.linalg.norm(away), places.shape)

    def in_front(self, places: ArrayLike) -> NDArray[np.bool_]:
        """Whether places (…, 3) are in front of the eye."""
        away = np.asarray(places, dtype=float) / WORLD - self.eye
        return np.asarray((away @ self.basis[2] > NEAREST) | self.orthographic)

    def sees(self, places: ArrayLike, size: tuple[float, float]) -> Vector:
        """Where places (…, 3) are on a picture of that ``size``, (…, 2) px."""
        right, up, ahead = self.basis
        away = np.asarray(places, dtype=float) / WORLD - self.eye
        if self.orthographic:
            depth = float(np.linalg.norm(self.eye - self.centre))
        else:
            depth = np.maximum(away @ ahead, NEAREST)
        focal = size[1] / 2 / math.tan(VIEW_ANGLE / 2)
        return np.stack(
            [size[0] / 2 + focal * (away @ right) / depth, size[1] / 2 - focal * (away @ up) / depth], axis=-1
        )


def camera_of(numbers: Sequence[float]) -> Camera:
    """The camera of a link: eye, centre and up, and a tenth number, 1, for one without perspective."""
    eye, centre = np.array(numbers[0:3], dtype=float), np.array(numbers[3:6], dtype=float)
    flat = math.hypot(*(eye - centre)[:2])
    if abs(eye[2] - centre[2]) > 100 * flat:
        distance = abs(float(eye[2] - centre[2]))
        return Camera(centre + np.array([0.0, -0.002, distance]), centre, True)
    eye[2] = max(eye[2], centre[2] + LOW)
    return Camera(eye, centre, len(numbers) > 9 and bool(numbers[9]))


@dataclass(frozen=True)
class Subject:
    """What a scene shows: the ``ranges`` (3, 2) of its box, the surface, and the arrow from ``spot``.

    ``direction`` is the arrow, one unit long, zero for none; ``others`` those of the methods beside it.
    Without a ``spot`` there is no arrow.
    """

    ranges: Vector
    sheet: Sheet
    direction: Vector
    spot: Vector | None = None
    others: tuple[Vector, ...] = ()

    @cached_property
    def sheet_places(self) -> Vector:
        """Some places (k, 3) of the surface, in the box."""
        sheet = self.sheet
        rows, columns = (
            np.floor(np.linspace(0, len(side) - 1, SAMPLES) + 0.5).astype(int) for side in (sheet.y, sheet.x)
        )
        heights = np.clip(sheet.z[np.ix_(rows, columns)], *self.ranges[2])
        across, up = np.meshgrid(sheet.x[columns], sheet.y[rows])
        places = np.stack([across, up, heights], axis=-1).reshape(-1, 3)
        return places[np.isfinite(places).all(axis=1)]

    def outline(self, length: float) -> Vector:
        """The points (k, 3) that must not be cut off: the floor's corners, the surface, and the arrow."""
        xs, ys, zs = self.ranges
        points = [np.array([[x, y, zs[0]] for x in xs for y in ys])]
        points.append(self.sheet_places)
        if self.spot is not None:
            points += [self.spot[np.newaxis], self.tips(length)]
        return np.concatenate(points)

    def tips(self, length: float) -> Vector:
        """Where the arrows (k, 3) end that must be whole, with ``length`` for that of the truth."""
        arrows = (self.direction, *(o for o in self.others if np.linalg.norm(o) < LONGEST))
        drawn = [min(length, LONGEST_DRAWN / (float(np.linalg.norm(arrow)) or 1.0)) for arrow in arrows]
        return np.array([self.spot + long * arrow for long, arrow in zip(drawn, arrows, strict=True)])

    def shows_arrows(self, camera: Camera, size: tuple[float, float]) -> bool:
        """Whether their heads are in the picture, each as long as this camera has it drawn."""
        if self.spot is None or not self.direction.any():
            return True
        tips = self.tips(arrow_length(camera, self.spot, self.direction, size))
        seen = camera.sees(tips, size)
        return bool((seen > HEAD).all() and (seen < np.array(size) - HEAD).all())


def margins(width: float) -> tuple[float, float, float, float]:
    """Room for the labels at the edges of a picture: left, right, top, bottom in px."""
    return (36, 10, 8, 38) if width < 480 else (56, 34, 16, 52)


def fitted(
    direction: Vector,
    points: Vector,
    size: tuple[float, float],
    orthographic: bool = False,
    rounds: int = LAST_ROUNDS,
) -> Camera:
    """The camera in a ``direction`` (3,) from which all ``points`` (k, 3) are just seen."""
    left, right, top, bottom = margins(size[0])
    wide, high = max(40.0, size[0] - left - right), max(40.0, size[1] - top - bottom)
    towards = direction / np.linalg.norm(direction)
    centre, distance = np.zeros(3), 2.0
    camera = Camera(distance * towards, centre, orthographic)
    sideways, up, _ = camera.basis
    for _ in range(rounds):
        seen = camera.sees(points, size)
        (x0, y0), (x1, y1) = seen.min(axis=0), seen.max(axis=0)
        pixel = 2 * distance * math.tan(VIEW_ANGLE / 2) / size[1]  # in Plotly's world, at the centre
        across = ((x0 + x1) / 2 - (left + wide / 2)) * pixel
        down = ((y0 + y1) / 2 - (top + high / 2)) * pixel
        centre = centre + across * sideways - down * up
        distance *= min(2.0, max(0.5, (x1 - x0) / wide, (y1 - y0) / high))
        camera = Camera(centre + distance * towards, centre, orthographic)
    return camera


def wanted_length(size: tuple[float, float]) -> float:
    """Of the true gradient's arrow on the screen, in px."""
    width, height = size
    return max(SHARE * height, min(FLAT * height, DIAGONAL * math.hypot(width, height)))


def arrow_length(camera: Camera, spot: Vector, direction: Vector, size: tuple[float, float]) -> float:
    """How long the true gradient's arrow is in scene units, for it to be as long as wanted on the screen."""
    wanted, length = wanted_length(size), 0.6
    start = camera.sees(spot, size)
    for _ in range(5):
        seen = math.hypot(*(camera.sees(spot + length * direction, size) - start))
        length = min(LENGTHS[1], max(LENGTHS[0], length * wanted / max(seen, 1.0)))
    return length


def best_camera(subject: Subject, size: tuple[float, float]) -> Camera:
    """The best of all directions to see a scene from: the arrow long, and little of it hidden."""
    points, sheet = subject.outline(0.6), subject.sheet_places

    def seen(camera: Camera) -> float:
        whole, part = (share_of(camera.sees(places, size), size) for places in (points, sheet))
        return LARGE * whole + SHEET * part

    candidates: list[tuple[float, int, float, Vector, Camera]] = []
    for degrees in ELEVATIONS:
        for turn in range(AZIMUTHS):
            azimuth = USUAL + 2 * math.pi * turn / AZIMUTHS
            elevation = math.radians(degrees)
            flat = math.cos(elevation)
            direction = np.array([math.cos(azimuth) * flat, math.sin(azimuth) * flat, math.sin(elevation)])
            camera = fitted(direction, points, size, rounds=ROUNDS)
            usual = 0.8 * math.cos(azimuth - USUAL) - 0.012 * abs(degrees - 30)
            kept = usual - AXIS * _hidden_axes(camera, subject)  # however near the eye is
            score = kept + seen(camera) + _score(camera, subject, size)
            candidates.append((-score, len(candidates), kept, direction, camera))
    candidates.sort(key=lambda candidate: candidate[:2])
    spot, best, found = subject.spot, None, (-math.inf, -math.inf)
    whole = 0
    for _, _, kept, direction, first in candidates[:TRIED]:
        length = 0.0 if spot is None else arrow_length(first, spot, subject.direction, size)
        camera = fitted(direction, subject.outline(length), size)
        for _ in range(REFITS):  # where the scene has become smaller, its arrows are longer in it
            if spot is None or subject.shows_arrows(camera, size):
                break
            length = arrow_length(camera, spot, subject.direction, size)
            camera = fitted(direction, subject.outline(length), size)
        # the last rounds may take the eye behind what it had looked over, or make the arrow shorter
        hidden = spot is not None and bool(subject.sheet.hides(spot + LIFT, camera.towards(spot)))
        shown = WHOLE if subject.shows_arrows(camera, size) else 0.0
        worth = (0.0 if hidden else POINT) + shown + min(LONG_ENOUGH, _longness(camera, subject, size))
        # and room for a long arrow the scene smaller
        score = kept + seen(camera) + _score(camera, subject, size)
        if (worth, score) > found:
            best, found = camera, (worth, score)
        whole += worth == POINT + WHOLE + LONG_ENOUGH
        if whole == FINALISTS:
            break
    assert best is not None
    return best


def _hidden_axes(camera: Camera, subject: Subject) -> float:
    """How many axes on the floor have labels that the sheet hides, along the edge where it hides fewer."""
    total = 0.0
    for k in (0, 1):
        (start, end), (low, high) = subject.ranges[k], subject.ranges[1 - k]
        if not low <= camera.scene_eye[1 - k] <= high:
            continue  # nothing stands before the edge that is nearer to the eye
        shares = []
        for side in (low - BESIDE, high + BESIDE):
            places = np.empty((len(LABELS), 3))
            places[:, k], places[:, 1 - k] = start + LABELS * (end - start), side
            places[:, 2] = subject.ranges[2][0]
            shares.append(float(subject.sheet.hides(places, camera.towards(places)).mean()))
        total += min(shares)
    return total


def _longness(camera: Camera, subject: Subject, size: tuple[float, float]) -> float:
    """How long the arrow is on the screen over the wanted length; 1 where there is none."""
    spot, direction = subject.spot, subject.direction
    if spot is None or not direction.any():
        return 1.0
    length = arrow_length(camera, spot, direction, size)
    start, end = camera.sees(spot, size), camera.sees(spot + length * direction, size)
    return math.hypot(*(end - start)) / wanted_length(size)


def share_of(places: Vector, size: tuple[float, float]) -> float:
    """How much of a picture the convex hull of some places (k, 2) takes: Andrew's chain, and the shoelace."""
    if len(places) < 3:
        return 0.0
    ordered = places[np.lexsort((places[:, 1], places[:, 0]))].tolist()

    def chain(row: list[list[float]]) -> list[list[float]]:
        hull: list[list[float]] = []
        for x, y in row:
            while len(hull) > 1 and _turn(hull[-2], hull[-1], [x, y]) <= 0:
                hull.pop()
            hull.append([x, y])
        return hull[:-1]

    x, y = np.array([*chain(ordered), *chain(ordered[::-1])]).T
    return abs(float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))) / 2 / (size[0] * size[1])


def _turn(a: Sequence[float], b: Sequence[float], c: Sequence[float]) -> float:
    """Which way a path of three places turns, by the sign."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _score(camera: Camera, subject: Subject, size: tuple[float, float]) -> float:
    """How well a camera shows the arrow and the point."""
    spot, direction = subject.spot, subject.direction
    if spot is None:
        return 0.0
    point = 0.0 if subject.sheet.hides(spot + LIFT, camera.towards(spot)) else POINT
    if not direction.any():
        return point
    length = arrow_length(camera, spot, direction, size)
    start, end = camera.sees(spot, size), camera.sees(spot + length * direction, size)
    long = math.hypot(*(end - start)) / wanted_length(size)
    shaft = spot + SHAFT[:, np.newaxis] * length * direction
    seen = float(np.mean(~subject.sheet.hides(shaft, camera.towards(shaft))))
    inside = HEAD < end[0] < size[0] - HEAD and HEAD < end[1] < size[1] - HEAD
    steep = max(0.0, start[1] - end[1]) / max(1.0, math.hypot(*(end - start)))
    return point + 2.5 * min(1.0, long) + SEEN * seen + UPHILL * steep + (0 if inside else -3)
