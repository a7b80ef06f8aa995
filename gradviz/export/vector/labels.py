"""Where the words on a plot stand: beside their lines, off everything that is drawn, and off each other.

The places are those that the browser looks for (``browser/labels.js``), for a picture that does not move.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradviz.export.vector.axes import Axis
from gradviz.export.vector.drawing import Drawing, width_of
from gradviz.export.vector.marks import numbers

CELL = 3.0  # px
COVER = 10.0  # the cost of a covered cell, in px of distance
GAPS = (4.0, 10.0, 20.0)  # px from a line to a word beside it
FAR = (12.0, 20.0, 32.0, 46.0, 62.0, 80.0)  # px from a spot
APART = 14.0  # px from one place to try on a line to the next
TOUCHED = 2  # covered cells that do not yet hide a word
SPACE = 3.0  # px between two words
EDGE = 2.0  # px between a word and the edge of the plot
BEYOND = 10.0  # px by which a word may be wider than its column, on either side
SIDES = ((0, -1), (0, 1), (-1, -1), (1, -1), (-1, 1), (1, 1), (-1, 0), (1, 0))
LINE = 1.2  # the height of a word, in sizes of its letters
HALO = 5.0  # px, half of it around a word
RING = 8.0  # px
STEP_ROOM, MARK_ROOM = 3.0, 10.0  # px about the line at ε and about a mark, for no word

Points = NDArray[np.float64]


@dataclass(frozen=True)
class Room:
    """A box in px."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Room, apart: float) -> bool:
        return (
            self.left < other.right + apart
            and other.left < self.right + apart
            and self.top < other.bottom + apart
            and other.top < self.bottom + apart
        )


class Cover:
    """What is drawn on a plot, as cells."""

    def __init__(self, plot: Room) -> None:
        self.plot = plot
        columns = max(1, int(np.ceil((plot.right - plot.left) / CELL)))
        rows = max(1, int(np.ceil((plot.bottom - plot.top) / CELL)))
        self.cells = np.zeros((rows, columns), dtype=bool)
        self.sums = np.zeros((rows + 1, columns + 1), dtype=np.int64)

    def mark(self, points: Points, radius: float = 1.0) -> None:
        """Mark the cells within ``radius`` of places (k, 2)."""
        rows, columns = self.cells.shape
        low = np.floor((points - radius - [self.plot.left, self.plot.top]) / CELL).astype(int)
        high = np.floor((points + radius - [self.plot.left, self.plot.top]) / CELL).astype(int)
        for (a, c), (b, d) in zip(low.tolist(), high.tolist(), strict=True):
            self.cells[max(0, c) : min(rows, d + 1), max(0, a) : min(columns, b + 1)] = True

    def mark_line(self, line: Points) -> None:
        places = [line[:1]]
        for before, after in pairwise(line):
            parts = int(min(2000, np.ceil(np.abs(after - before).max() / CELL))) or 1
            shares = np.arange(1, parts + 1).reshape(-1, 1) / parts
            places.append(before + shares * (after - before))
        self.mark(np.concatenate(places))

    def count(self) -> None:
        """Call after the last mark."""
        self.sums[1:, 1:] = self.cells.cumsum(axis=0).cumsum(axis=1)

    def under(self, room: Room) -> int:
        """How many marked cells a box touches."""
        rows, columns = self.cells.shape
        # asked for thousands of places: numbers of Python, which take a tenth of the time
        a = min(max(math.floor((room.left - self.plot.left) / CELL), 0), columns)
        b = min(max(math.ceil((room.right - self.plot.left) / CELL), 0), columns)
        c = min(max(math.floor((room.top - self.plot.top) / CELL), 0), rows)
        d = min(max(math.ceil((room.bottom - self.plot.top) / CELL), 0), rows)
        return int(self.sums[d, b] - self.sums[c, b] - self.sums[d, a] + self.sums[c, a])


def draw_labels(
    drawing: Drawing,
    labels: Sequence[Mapping[str, Any]],
    traces: Sequence[Mapping[str, Any]],
    axes: tuple[Axis, Axis],
    palette: Mapping[str, str],
    unit: float,
) -> None:
    """The labels of a plot, the most important ones first, each where it has a place."""
    x, y = axes
    plot = Room(min(x.span), min(y.span), max(x.span), max(y.span))
    drawn = [(trace, _lines(trace, axes)) for trace in traces if (trace.get("meta") or {}).get("method")]
    cover = _cover(plot, drawn)
    taken: list[Room] = list(_moving(traces, axes, unit))
    for label in labels:
        size = label["size"] * unit
        room = (width_of(label["text"], size) + 4, LINE * size)
        column = label["kind"] == "column"
        own = [] if column else [pair for pair in drawn if _is_own(label, pair[0])]
        lines = [_column(label, x, plot)] if column else _within(label, own, x)
        alone = _cover(plot, own) if label["kind"] == "level" else None
        place = next(
            (
                box
                for _, box in candidates(label, room, lines, plot, cover, alone)
                if not any(box.meets(other, SPACE) for other in taken)
            ),
            None,
        )
        if place is None:
            continue
        taken.append(place)
        middle = (place.left + place.right) / 2
        down = (place.top + place.bottom) / 2 + 0.34 * size
        halo = (palette["paper"], HALO * unit)
        drawing.text(middle, down, label["text"], size, label["colour"], anchor="middle", halo=halo)


def _moving(traces: Sequence[Mapping[str, Any]], axes: tuple[Axis, Axis], unit: float) -> list[Room]:
    """The line at ε and the marks on it, which no word may touch."""
    x, y = axes
    boxes = []
    for trace in traces:
        if (trace.get("meta") or {}).get("role") != "chosen":
            continue
        across, up = float(x.px(trace["x"][0])), float(y.px(trace["y"][0]))
        if not boxes:
            wide = STEP_ROOM * unit
            boxes.append(Room(across - wide, min(y.span), across + wide, max(y.span)))
        around = MARK_ROOM * unit
        boxes.append(Room(across - around, up - around, across + around, up + around))
    return boxes


def _lines(trace: Mapping[str, Any], axes: tuple[Axis, Axis]) -> list[Points]:
    """A trace in px, parted at its gaps."""
    points = np.column_stack([axis.px(numbers(trace[key])) for axis, key in zip(axes, "xy", strict=True)])
    sound = np.asarray(np.isfinite(points).all(axis=1))
    parts = np.split(np.arange(len(points)), np.flatnonzero(np.diff(sound.astype(int))) + 1)
    return [points[part] for part in parts if len(part) and sound[part[0]]]


def _cover(plot: Room, drawn: Sequence[tuple[Mapping[str, Any], list[Points]]]) -> Cover:
    cover = Cover(plot)
    for trace, lines in drawn:
        radius = RING if trace["meta"].get("role") == "best" else 2.0
        for line in lines:
            if trace.get("line"):
                cover.mark_line(line)
            else:
                cover.mark(line, radius)
    cover.count()
    return cover


def _is_own(label: Mapping[str, Any], trace: Mapping[str, Any]) -> bool:
    meta = trace["meta"]
    return (
        meta.get("method") == label["method"]
        and meta.get("role", "") in label["roles"]
        and label["name"] in ("", trace.get("name"))
    )


def _column(label: Mapping[str, Any], x: Axis, plot: Room) -> Points:
    ends = x.px([label["low"], label["high"]])
    return np.array([[max(ends[0], plot.left), 0.0], [min(ends[1], plot.right), 0.0]])


def _within(
    label: Mapping[str, Any], own: Sequence[tuple[Mapping[str, Any], list[Points]]], x: Axis
) -> list[Points]:
    lines = [line for _, lines in own for line in lines]
    if label["kind"] == "level":
        return lines
    low, high = x.px([label["low"], label["high"]])
    inside = [line[(line[:, 0] >= low - 0.5) & (line[:, 0] <= high + 0.5)] for line in lines]
    return [line for line in inside if len(line)]


def candidates(
    label: Mapping[str, Any],
    size: tuple[float, float],
    lines: list[Points],
    plot: Room,
    cover: Cover,
    own: Cover | None = None,
) -> list[tuple[float, Room]]:
    """The places where a label may stand with their costs, the best one first.

    ``own`` covers its own lines alone, where it may stand on them.
    """
    kind = label["kind"]
    places = _column_places(lines, size, plot) if kind == "column" else _along(lines)
    most = np.inf if label["essential"] else TOUCHED
    over = -EDGE if own is None else EDGE  # px by which it may reach over the upper and the lower edge
    found = []
    for place in places:
        less = _preference(kind, place, places, plot)
        for gap, room in _boxes(kind, place, size):
            if not (
                room.left >= plot.left + EDGE
                and room.right <= plot.right - EDGE
                and room.top >= plot.top - over
                and room.bottom <= plot.bottom + over
            ):
                continue
            hidden = cover.under(room) - (own.under(room) if own else 0)
            if hidden <= most:
                found.append((COVER * hidden + gap + less, room))
    return sorted(found, key=lambda pair: pair[0])


def _along(lines: Sequence[Points]) -> list[tuple[float, float]]:
    """Places along lines, about equally far from each other."""
    places: list[tuple[float, float]] = []
    for line in lines:
        last = np.array([-np.inf, -np.inf])
        for k, point in enumerate(line):
            if np.hypot(*(point - last)) >= APART or k == len(line) - 1:
                places.append((float(point[0]), float(point[1])))
                last = point
            if k + 1 < len(line):
                way = line[k + 1] - point
                parts = int(np.hypot(*way) / APART)
                for part in range(1, parts):
                    last = point + way * part / parts
                    places.append((float(last[0]), float(last[1])))
    return places


def _column_places(
    lines: Sequence[Points], size: tuple[float, float], plot: Room
) -> list[tuple[float, float]]:
    """From top to bottom half-way between two ends; none where a word is much wider than what it names."""
    ends = lines[0][:, 0]
    if ends[1] - ends[0] < size[0] - 2 * BEYOND:
        return []
    half = size[0] / 2 + EDGE
    middle = min(max(float(ends.mean()), plot.left + half), plot.right - half)
    return [(middle, plot.top + 8 * (k + 1)) for k in range(max(0, int((plot.bottom - plot.top) / 8)))]


def _boxes(kind: str, place: tuple[float, float], size: tuple[float, float]) -> list[tuple[float, Room]]:
    (x, y), (width, height) = place, size

    def about(middle: float, centre: float) -> Room:
        return Room(middle - width / 2, centre - height / 2, middle + width / 2, centre + height / 2)

    if kind in ("level", "column"):
        return [(0.0, about(x, y))]
    return [
        (
            gap * float(np.hypot(right, down)),
            about(x + right * (width / 2 + gap), y + down * (height / 2 + gap)),
        )
        for gap in (FAR if kind == "spot" else GAPS)
        for right, down in SIDES
    ]


def _preference(
    kind: str, place: tuple[float, float], places: Sequence[tuple[float, float]], plot: Room
) -> float:
    """How much less a label is wanted at this one of its places than at the best of them."""
    x, y = place
    if kind == "end":
        return min(plot.right - x, x - plot.left + 60) / 8  # the right end, else the left one
    if kind == "level":
        return (x - plot.left) / 20
    if kind == "column":
        return (y - plot.top) / 20
    if kind == "spot":
        return 0.0
    across = [at for at, _ in places]
    return abs(x - (min(across) + max(across)) / 2) / 20
