"""The pictures of a page, each by itself, as drawings to be written as SVG, PDF or PNG."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape, unescape
from typing import Any

from gradviz import content
from gradviz.errors import GradvizError
from gradviz.export.graph_picture import graph_picture
from gradviz.export.snapshot import Snapshot
from gradviz.export.table_picture import table_picture
from gradviz.export.vector.drawing import Drawing, shortened
from gradviz.export.vector.marks import palette_of
from gradviz.export.vector.plot import ROW, draw_legend, draw_plot, legend_entries, legend_rows
from gradviz.export.vector.scene import draw_scene
from gradviz.figures import Panel, paint
from gradviz.link import Reading

Figure = Mapping[str, Any]
Palette = Mapping[str, str]

UNIT = 1.25  # px for each px of the page: no letter is below 14 px
EDGE = 16.0  # px
HEADING, LEGEND = 20.0, 16.0  # sizes of their letters


@dataclass(frozen=True)
class Shape:
    """How large a picture is, in px."""

    width: float
    height: float


SHAPES = {
    "surface": Shape(1200, 820),
    "curve": Shape(1100, 760),
    "errors": Shape(1000, 720),
    "map": Shape(860, 900),
}
ABOUT = {
    "surface": "the surface as it is turned, with arrows and lens",
    "curve": "the curve with tangents and secants",
    "errors": "the error of each method against ε",
    "map": "the map with level lines and arrows",
    "graph": "the computation graph, with values, slopes and adjoints",
    "table": "the table of the methods, with the digits that are right",
}
OTHERS = {"graph": graph_picture, "table": table_picture}  # which are drawn without a figure


def why_no_picture(name: str, reading: Reading) -> str:
    """A sentence where a function has no picture of that name; '' where it has one."""
    count = len(reading.field.variables)
    if count == 0:
        return "A constant has no pictures: there is nothing to draw it over."
    if name in ("surface", "map") and count == 1:
        return f"A function of one variable has no {name}: its picture is the curve."
    if name == "curve" and count > 1:
        return "A curve is the picture of one variable: here it is the surface."
    return ""


def picture(snapshot: Snapshot, name: str) -> Drawing:
    """One picture of a page. A GradvizError where the function has none of that name."""
    if reason := why_no_picture(name, snapshot.reading):
        raise GradvizError(reason)
    if name not in snapshot.drawn:
        snapshot.drawn[name] = OTHERS[name](snapshot) if name in OTHERS else _drawn(snapshot, name)
    return snapshot.drawn[name]


def _drawn(snapshot: Snapshot, name: str) -> Drawing:
    """A figure under its heading and over its legend."""
    shape, palette = SHAPES[name], palette_of(snapshot.theme)
    panel = panel_of(snapshot, name)
    figure = paint(panel.picture.figure, palette)
    heading = unescape(panel.heading)
    drawing = Drawing(shape.width, shape.height, heading, panel.picture.alternative)
    drawing.rect((0, 0, shape.width, shape.height), palette["paper"])
    room = shape.width - 2 * EDGE
    top = EDGE + 1.6 * HEADING
    words = escape(shortened(heading, HEADING, room), quote=False)
    drawing.text(shape.width / 2, EDGE + HEADING, words, HEADING, palette["ink"], anchor="middle")
    entries = legend_entries(figure)
    high = len(legend_rows(entries, room, LEGEND)) * ROW * LEGEND
    bottom = shape.height - EDGE - high
    draw_legend(drawing, entries, (EDGE, bottom, shape.width - EDGE, 0), LEGEND, palette["ink"])
    draw_figure(drawing, name, figure, (EDGE, top, shape.width - EDGE, bottom - EDGE / 2), palette, snapshot)
    return drawing


def draw_figure(
    drawing: Drawing,
    name: str,
    figure: Figure,
    box: tuple[float, float, float, float],
    palette: Palette,
    snapshot: Snapshot,
    unit: float = UNIT,
) -> None:
    """A painted figure inside ``box``, of a scene as the link turns it."""
    if name == "surface":
        draw_scene(drawing, figure, box, palette, camera=content.choices(snapshot.values).camera, unit=unit)
    else:
        draw_plot(drawing, figure, box, palette, unit=unit, name=name)


def panel_of(snapshot: Snapshot, name: str) -> Panel:
    """A picture of the page by its name. A GradvizError where it could not be drawn."""
    if name not in snapshot.panels:
        raise GradvizError(f"The picture “{name}” could not be drawn for this function.")
    return snapshot.panels[name]
