"""The axes of a flat picture: where values are in px, ticks, grid and titles, and the room that they take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gradviz.export.vector.drawing import Drawing, Pen, width_of
from gradviz.figures.parts.drawing import ticks

Box = tuple[float, float, float, float]  # left, top, right, bottom

TICK = 5.0  # px of an outer tick
GAP = 6.0  # px between an axis and its labels, and from there to its title
LINE = 1.25  # the height of a line of text, in sizes of its letters


@dataclass(frozen=True)
class Axis:
    """One axis of a picture: its entry in the layout, and the px (from, to) of its range."""

    look: Mapping[str, Any]
    span: tuple[float, float]
    vertical: bool

    @property
    def log(self) -> bool:
        return self.look.get("type") == "log"

    @property
    def range(self) -> tuple[float, float]:
        """Of a logarithmic axis the powers of ten."""
        low, high = self.look["range"]
        return float(low), float(high)

    def px(self, values: ArrayLike) -> NDArray[np.float64]:
        """Where values are."""
        values = np.asarray(values, dtype=float)
        with np.errstate(all="ignore"):
            return self.at_power(np.log10(values) if self.log else values)

    def at_power(self, places: ArrayLike) -> NDArray[np.float64]:
        """Where places of the range are: of a logarithmic axis powers of ten."""
        low, high = self.range
        # halves, because the difference of two huge numbers overflows
        share = (np.asarray(places, dtype=float) / 2 - low / 2) / (high / 2 - low / 2)
        return self.span[0] + share * (self.span[1] - self.span[0])

    @property
    def ticks(self) -> list[tuple[float, str]]:
        """Where the ticks are in px, and their labels."""
        if "tickvals" in self.look:
            values, texts = np.asarray(self.look["tickvals"], dtype=float), list(self.look["ticktext"])
        else:
            values, texts = ticks(*self.range, int(self.look.get("nticks", 6)))
        places = self.px(values)
        ends = sorted(self.span)
        inside = (places >= ends[0] - 0.5) & (places <= ends[1] + 0.5)
        return [(float(at), text) for at, text, ok in zip(places, texts, inside, strict=True) if ok]

    @property
    def title(self) -> str:
        title = self.look.get("title")
        return str(title["text"]) if isinstance(title, Mapping) else str(title or "")


@dataclass(frozen=True)
class Letters:
    """The sizes of an axis' letters in px: of its ticks and of its title."""

    tick: float
    title: float

    @classmethod
    def of(cls, look: Mapping[str, Any], unit: float) -> Letters:
        title = look.get("title")
        size = title["font"]["size"] if isinstance(title, Mapping) and "font" in title else 15
        return cls(look.get("tickfont", {}).get("size", 13) * unit, size * unit)


def laid_out(layout: Mapping[str, Any], box: Box, unit: float) -> tuple[Axis, Axis]:
    """The axes of a picture in its ``box``, with room for their labels; ``unit`` px for one of the page."""
    x_look, y_look = layout["xaxis"], layout["yaxis"]
    x_size, y_size = Letters.of(x_look, unit), Letters.of(y_look, unit)
    left, top, right, bottom = box
    unplaced = Axis(y_look, (1.0, 0.0), True)
    widest = max((width_of(text, y_size.tick) for _, text in unplaced.ticks), default=0.0)
    labels = [text for _, text in Axis(x_look, (0.0, 1.0), False).ticks]
    last = width_of(labels[-1], x_size.tick) / 2 if labels else 0.0
    left += widest + (GAP + TICK) * unit + (LINE * y_size.title if unplaced.title else 0)
    bottom -= LINE * x_size.tick + GAP * unit
    bottom -= LINE * x_size.title if Axis(x_look, (0.0, 1.0), False).title else 0
    top += max(y_size.tick / 2, 4 * unit)
    right -= max(0.6 * last, 8 * unit)
    x, y = Axis(x_look, (left, right), False), Axis(y_look, (bottom, top), True)
    return _to_scale(x, y) if y_look.get("scaleanchor") else (x, y)


def _to_scale(x: Axis, y: Axis) -> tuple[Axis, Axis]:
    """The same axes with one unit of length for both, in the middle of their room."""
    spans = [axis.range[1] - axis.range[0] for axis in (x, y)]
    rooms = [abs(axis.span[1] - axis.span[0]) for axis in (x, y)]
    unit = min(room / span for room, span in zip(rooms, spans, strict=True))
    left = x.span[0] + (rooms[0] - unit * spans[0]) / 2
    bottom = y.span[0] - (rooms[1] - unit * spans[1]) / 2
    return (
        Axis(x.look, (left, left + unit * spans[0]), False),
        Axis(y.look, (bottom, bottom - unit * spans[1]), True),
    )


def draw_grid(drawing: Drawing, x: Axis, y: Axis, unit: float) -> None:
    """The lines of the grid, and the one at zero, below all that is drawn."""
    for axis, other in ((x, y), (y, x)):
        ends = sorted(other.span)
        lines = [(at, axis.look.get("gridcolor")) for at, _ in axis.ticks if axis.look.get("showgrid", True)]
        low, high = axis.range
        if not axis.log and axis.look.get("zeroline", True) and low < 0 < high:
            lines.append((float(axis.px(0.0)), axis.look.get("zerolinecolor")))
        for at, colour in lines:
            if colour:
                ends_at = [[end, at] if axis.vertical else [at, end] for end in ends]
                drawing.line(ends_at, Pen(colour, unit))


def draw_axes(drawing: Drawing, x: Axis, y: Axis, unit: float, ink: str) -> None:
    """Ticks, their labels and the titles."""
    bottom, left = max(y.span), min(x.span)
    for axis in (x, y):
        size = Letters.of(axis.look, unit)
        outside = axis.look.get("ticks") == "outside"
        colour = axis.look.get("tickfont", {}).get("color", ink)
        reach = GAP * unit
        free = -np.inf  # where the label before ends
        for at, text in axis.ticks:
            if outside:
                ends = [[left - TICK * unit, at], [left, at]] if axis.vertical else [
                    [at, bottom], [at, bottom + TICK * unit]]  # fmt: skip
                drawing.line(ends, Pen(axis.look.get("tickcolor", ink), unit))
            wide = width_of(text, size.tick)
            if axis.vertical:
                drawing.text(left - GAP * unit - (TICK * unit if outside else 0), at + 0.34 * size.tick,
                             text, size.tick, colour, anchor="end")  # fmt: skip
                reach = max(reach, wide + GAP * unit)
            elif at - wide / 2 > free:
                drawing.text(at, bottom + size.tick + GAP * unit, text, size.tick, colour, anchor="middle")
                free = at + wide / 2 + 4 * unit if text else free
        middle = sum(axis.span) / 2
        if axis.title and axis.vertical:
            across = left - reach - GAP * unit - 0.3 * size.title
            drawing.text(across, middle, axis.title, size.title, ink, anchor="middle", turn=-90)
        elif axis.title:
            down = bottom + GAP * unit + LINE * size.tick + size.title
            drawing.text(middle, down, axis.title, size.title, ink, anchor="middle")
