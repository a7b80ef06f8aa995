"""A picture as what is drawn, in its order: paths, words and groups of them. Colours are ``#RRGGBB``.

Lengths are in px, x to the right and y down. The files of ``svg``, ``pdf`` and ``png`` are written from it.
"""

from __future__ import annotations

import html
import math
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gradviz.export.vector import typeface
from gradviz.export.vector.typeface import SANS, SEMIBOLD, Face

Points = NDArray[np.float64]  # (k, 2)

SCRIPT = 0.72  # the size of a subscript, of the letters it stands at
SUBSCRIPT, SUPERSCRIPT = -0.2, 0.36  # how far up it stands, of the same
ROUND = 0.5522847498  # of a radius: the handles of a quarter of a circle as a cubic curve
_MARKUP = re.compile(r"(</?(?:su[bp]|b|i)>|<br ?/?>)")


@dataclass(frozen=True)
class Outline:
    """A run of points (k, 2): corners, or with ``curved`` the points and handles of cubic curves (3m + 1)."""

    points: Points
    closed: bool = False
    curved: bool = False


@dataclass(frozen=True)
class Pen:
    """How a line is drawn."""

    colour: str
    width: float = 1.0
    dash: tuple[float, ...] = ()
    cap: str = "butt"
    join: str = "round"
    opacity: float = 1.0


@dataclass(frozen=True)
class Path:
    outlines: tuple[Outline, ...]
    fill: str | None = None
    pen: Pen | None = None
    opacity: float = 1.0  # of the fill
    even_odd: bool = False


@dataclass(frozen=True)
class Mosaic:
    """Polygons (k, 2) that cover an area, each with its colour, from the back to the front.

    Each has a seam of its own colour, ``seam`` px wide in all, so that nothing shines through between two.
    """

    polygons: tuple[Points, ...]
    colours: tuple[str, ...]
    seam: float


@dataclass(frozen=True)
class Word:
    """A run of letters of one face and size, raised by ``rise``."""

    text: str
    face: Face
    size: float
    rise: float = 0.0

    @property
    def width(self) -> float:
        return self.face.width(self.text, self.size)


@dataclass(frozen=True)
class Text:
    """Words in a row, on the line ``y``; from, about or up to ``x`` as the ``anchor`` says.

    ``halo`` is the colour and the width of a rim around the letters; ``turn`` degrees, clockwise.
    """

    x: float
    y: float
    words: tuple[Word, ...]
    colour: str
    anchor: str = "start"
    opacity: float = 1.0
    halo: tuple[str, float] | None = None
    turn: float = 0.0

    @property
    def width(self) -> float:
        return sum(word.width for word in self.words)

    @property
    def left(self) -> float:
        """Where its first letter starts, before it is turned."""
        return self.x - {"start": 0.0, "middle": 0.5, "end": 1.0}[self.anchor] * self.width


@dataclass(frozen=True)
class Group:
    """What belongs together, under a ``name``; cut off at ``clip`` (left, top, right, bottom), or a link."""

    items: list[Item] = field(default_factory=list)
    name: str = ""
    opacity: float = 1.0
    clip: tuple[float, float, float, float] | None = None
    link: str = ""


Item = Path | Mosaic | Text | Group


class Drawing:
    """A picture of ``width`` × ``height`` px; what is drawn later lies on top.

    ``title`` and ``description`` are for those who do not see it.
    """

    def __init__(self, width: float, height: float, title: str = "", description: str = "") -> None:
        self.width, self.height = width, height
        self.title, self.description = title, description
        self.items: list[Item] = []
        self._open = [self.items]

    def add(self, item: Item) -> None:
        self._open[-1].append(item)

    @contextmanager
    def group(
        self,
        name: str = "",
        *,
        opacity: float = 1.0,
        clip: tuple[float, float, float, float] | None = None,
        link: str = "",
    ) -> Iterator[None]:
        """Whatever is drawn inside belongs to one group."""
        made = Group([], name, opacity, clip, link)
        self.add(made)
        self._open.append(made.items)
        try:
            yield
        finally:
            self._open.pop()

    def path(
        self,
        outlines: Sequence[Outline],
        fill: str | None = None,
        pen: Pen | None = None,
        opacity: float = 1.0,
        *,
        even_odd: bool = False,
    ) -> None:
        if outlines:
            self.add(Path(tuple(outlines), fill, pen, opacity, even_odd))

    def polygon(
        self, points: ArrayLike, fill: str | None = None, pen: Pen | None = None, opacity: float = 1.0
    ) -> None:
        self.path([Outline(np.asarray(points, dtype=float), closed=True)], fill, pen, opacity)

    def line(self, points: ArrayLike, pen: Pen) -> None:
        """A line through ``points`` (k, 2), broken where one of them is nan."""
        self.path([Outline(run) for run in unbroken(points)], None, pen)

    def circle(
        self,
        x: float,
        y: float,
        radius: float,
        fill: str | None = None,
        pen: Pen | None = None,
        opacity: float = 1.0,
    ) -> None:
        self.path([circle(x, y, radius)], fill, pen, opacity)

    def rect(
        self,
        box: tuple[float, float, float, float],
        fill: str | None = None,
        pen: Pen | None = None,
        opacity: float = 1.0,
        radius: float = 0.0,
    ) -> None:
        """From left and top to right and bottom."""
        self.path([rounded(box, radius)], fill, pen, opacity)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        colour: str,
        *,
        anchor: str = "start",
        bold: bool = False,
        opacity: float = 1.0,
        halo: tuple[str, float] | None = None,
        turn: float = 0.0,
    ) -> Text:
        """Write a ``text`` that may hold <sub>, <sup>, <b> and &…;, on the line ``y``; what was written."""
        written = Text(
            x, y, words(text, size, SEMIBOLD if bold else SANS), colour, anchor, opacity, halo, turn
        )
        if written.words:
            self.add(written)
        return written


def unbroken(points: ArrayLike) -> list[Points]:
    """The runs of two and more ``points`` (k, 2) between those that are not finite."""
    points = np.asarray(points, dtype=float)
    sound = np.isfinite(points).all(axis=1)
    cuts = np.flatnonzero(~sound)
    runs = [run[np.isfinite(run).all(axis=1)] for run in np.split(points, cuts)]
    return [run for run in runs if len(run) > 1]


def circle(x: float, y: float, radius: float) -> Outline:
    """A circle as four cubic curves, within 0.03 % of its radius."""
    ring = np.array([
        [1, 0], [1, ROUND], [ROUND, 1], [0, 1], [-ROUND, 1], [-1, ROUND], [-1, 0],
        [-1, -ROUND], [-ROUND, -1], [0, -1], [ROUND, -1], [1, -ROUND], [1, 0],
    ])  # fmt: skip
    return Outline(np.array([x, y]) + radius * ring, closed=True, curved=True)


def rounded(box: tuple[float, float, float, float], radius: float = 0.0) -> Outline:
    """A rectangle with round corners."""
    left, top, right, bottom = box
    if radius <= 0:
        corners = [[left, top], [right, top], [right, bottom], [left, bottom]]
        return Outline(np.array(corners, dtype=float), closed=True)
    r = min(radius, (right - left) / 2, (bottom - top) / 2)
    s = r * (1 - ROUND)
    points = [[left + r, top]]
    for start, corner, end in (
        ((right - r, top), ((right - s, top), (right, top + s)), (right, top + r)),
        ((right, bottom - r), ((right, bottom - s), (right - s, bottom)), (right - r, bottom)),
        ((left + r, bottom), ((left + s, bottom), (left, bottom - s)), (left, bottom - r)),
        ((left, top + r), ((left, top + s), (left + s, top)), (left + r, top)),
    ):
        points += [points[-1], start, start, *corner, end]
    return Outline(np.array(points, dtype=float), closed=True, curved=True)


def words(text: str, size: float, face: Face = SANS) -> tuple[Word, ...]:
    """A text with its markup as words, each of a face that has its letters."""
    found: list[Word] = []
    rise, letters, current = 0.0, size, face
    for part in _MARKUP.split(text):
        if part in ("<sub>", "<sup>"):
            rise = (SUBSCRIPT if part == "<sub>" else SUPERSCRIPT) * size
            letters = SCRIPT * size
        elif part in ("</sub>", "</sup>"):
            rise, letters = 0.0, size
        elif part in ("<b>", "</b>"):
            current = SEMIBOLD if part == "<b>" else face
        elif part in ("<i>", "</i>") or part.startswith("<br"):
            continue
        elif part:
            runs = typeface.runs(html.unescape(part), current)
            found += [Word(run, able, letters, rise) for able, run in runs]
    return tuple(found)


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """How wide a text with its markup is, in px."""
    return sum(word.width for word in words(text, size, SEMIBOLD if bold else SANS))


def shortened(text: str, size: float, room: float, *, bold: bool = False) -> str:
    """``text``, without markup, or as much of it as there is ``room`` for, with an ellipsis."""
    if width_of(html.escape(text, quote=False), size, bold=bold) <= room:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        cut = html.escape(text[:middle].rstrip(), quote=False)
        low, high = (middle, high) if width_of(f"{cut}…", size, bold=bold) <= room else (low, middle - 1)
    return f"{text[:low].rstrip()}…"


def wrapped(text: str, size: float, room: float, *, bold: bool = False) -> list[str]:
    """``text`` in lines no wider than ``room`` px, broken at spaces; a longer word has a line of its own."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and width_of(html.escape(longer, quote=False), size, bold=bold) > room:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def flattened(items: Sequence[Item]) -> Iterator[Path | Mosaic | Text]:
    """All that is drawn, out of its groups."""
    for item in items:
        if isinstance(item, Group):
            yield from flattened(item.items)
        else:
            yield item


def turned(points: ArrayLike, degrees: float) -> Points:
    """Points (k, 2) turned about the origin, clockwise on a screen."""
    angle = math.radians(degrees)
    c, s = math.cos(angle), math.sin(angle)
    return np.asarray(points, dtype=float) @ np.array([[c, s], [-s, c]])


class Scaled:
    """Part of a drawing with px of its own: ``unit`` px of the drawing each, from ``origin``."""

    def __init__(self, drawing: Drawing, origin: tuple[float, float], unit: float) -> None:
        self.drawing, self.origin, self.unit = drawing, np.array(origin, dtype=float), unit

    def place(self, points: ArrayLike) -> Points:
        return self.origin + self.unit * np.asarray(points, dtype=float)

    def pen(self, pen: Pen | None) -> Pen | None:
        if pen is None:
            return None
        dash = tuple(self.unit * length for length in pen.dash)
        return replace(pen, width=self.unit * pen.width, dash=dash)

    def path(
        self,
        outlines: Sequence[Outline],
        fill: str | None = None,
        pen: Pen | None = None,
        opacity: float = 1.0,
        *,
        even_odd: bool = False,
    ) -> None:
        placed = [replace(outline, points=self.place(outline.points)) for outline in outlines]
        self.drawing.path(placed, fill, self.pen(pen), opacity, even_odd=even_odd)

    def polygon(
        self, points: ArrayLike, fill: str | None = None, pen: Pen | None = None, opacity: float = 1.0
    ) -> None:
        self.drawing.polygon(self.place(points), fill, self.pen(pen), opacity)

    def line(self, points: ArrayLike, pen: Pen) -> None:
        made = self.pen(pen)
        assert made is not None
        self.drawing.line(self.place(points), made)

    def circle(
        self,
        centre: ArrayLike,
        radius: float,
        fill: str | None = None,
        pen: Pen | None = None,
        opacity: float = 1.0,
    ) -> None:
        x, y = self.place(centre).tolist()
        self.drawing.circle(x, y, self.unit * radius, fill, self.pen(pen), opacity)

    def mosaic(self, polygons: Sequence[Points], colours: Sequence[str], seam: float) -> None:
        placed = tuple(self.place(polygon) for polygon in polygons)
        self.drawing.add(Mosaic(placed, tuple(colours), self.unit * seam))

    def text(
        self,
        place: ArrayLike,
        text: str,
        size: float,
        colour: str,
        *,
        anchor: str = "start",
        opacity: float = 1.0,
        halo: tuple[str, float] | None = None,
    ) -> None:
        x, y = self.place(place).tolist()
        rim = (halo[0], self.unit * halo[1]) if halo else None
        self.drawing.text(x, y, text, self.unit * size, colour, anchor=anchor, opacity=opacity, halo=rim)
