"""One picture for a slide: the function, what every method says of it, scene, error plot and link.

16:9, and legible from the last row: nothing on it is smaller than 14 px of 1080 lines.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from itertools import pairwise
from typing import Any

import numpy as np

from gradviz import content, sentences
from gradviz.errors import GradvizError
from gradviz.export.pictures import draw_figure, panel_of
from gradviz.export.snapshot import Snapshot
from gradviz.export.vector import formula
from gradviz.export.vector.drawing import (
    Drawing,
    Outline,
    Pen,
    shortened,
    width_of,
    wrapped,
)
from gradviz.export.vector.marks import palette_of
from gradviz.export.vector.plot import ROW, draw_legend, draw_swatch, legend_entries, legend_rows
from gradviz.figures import legend, paint
from gradviz.text.numbers import vector
from gradviz.tree.printing import to_text

WIDTH, HEIGHT = 1920.0, 1080.0
EDGE = 44.0
UNIT = 1.5  # px for each px of the page: a power of ten on an axis then has an exponent of 14 px
FORMULA = (
    52.0,
    44.0,
    36.0,
    30.0,
)  # px: the first at which f has room in two lines; scripts of scripts have half
SENTENCE, LEGEND, ADDRESS = 32.0, 21.0, 18.0
CARD = 118.0  # px of height
QR = 150.0
QUIET = 4  # modules about a code (ISO/IEC 18004)
SHARE = 0.6  # of the width: the scene

Palette = Mapping[str, str]


def slide(snapshot: Snapshot) -> Drawing:
    """The slide of a page. A GradvizError where the function has no picture, or segno is not installed."""
    field = snapshot.reading.field
    scene = "curve" if len(field.variables) == 1 else "surface"
    if not field.variables:
        raise GradvizError("A constant has no pictures: there is nothing to draw it over.")
    if "slide" not in snapshot.drawn:
        snapshot.drawn["slide"] = _drawn(snapshot, scene)
    return snapshot.drawn["slide"]


def _drawn(snapshot: Snapshot, scene: str) -> Drawing:
    palette = palette_of(snapshot.theme)
    panels = [panel_of(snapshot, name) for name in (scene, "errors")]
    figures = [paint(panel.picture.figure, palette) for panel in panels]
    described = " ".join(panel.picture.alternative for panel in panels)
    headline = sentences.headline(snapshot.answers, content.choices(snapshot.values).explained)
    title = content.function_in_short(snapshot.reading.field)
    drawing = Drawing(WIDTH, HEIGHT, title, f"{headline} {described}")
    drawing.rect((0, 0, WIDTH, HEIGHT), palette["paper"])
    right = WIDTH - EDGE
    if snapshot.page:
        _link(drawing, snapshot.link, right - QR, EDGE, palette)
        right -= QR + EDGE
    y = _heading(drawing, snapshot, right, palette)
    lines = wrapped(headline, SENTENCE, right - EDGE)
    for line in lines[:2]:
        y += 1.3 * SENTENCE
        drawing.text(EDGE, y, escape(line, quote=False), SENTENCE, palette["ink"])
    y = max(y + 0.7 * SENTENCE, EDGE + QR + 14 if snapshot.page else 0.0)
    y = _cards(drawing, snapshot, y, palette)
    entries = _entries(figures)
    high = len(legend_rows(entries, WIDTH - 2 * EDGE, LEGEND)) * ROW * LEGEND
    bottom = HEIGHT - 0.6 * EDGE - high
    if snapshot.page:
        below = escape(printed_address(snapshot.link), quote=False)
        with drawing.group("address", link=snapshot.link):
            ink = palette["ink"]
            drawing.text(WIDTH - EDGE, HEIGHT - 16, below, ADDRESS, ink, anchor="end", opacity=0.75)
        bottom -= 1.1 * ADDRESS
    draw_legend(drawing, entries, (EDGE, bottom, WIDTH - EDGE, 0), LEGEND, palette["ink"])
    middle = EDGE + SHARE * (WIDTH - 2 * EDGE)
    room = (y + 14, bottom - 12)
    draw_figure(drawing, scene, figures[0], (EDGE, room[0], middle - 20, room[1]), palette, snapshot, UNIT)
    box = (middle + 20, room[0] + 10, WIDTH - EDGE, room[1])
    draw_figure(drawing, "errors", figures[1], box, palette, snapshot, UNIT)
    return drawing


def _entries(figures: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The legend of both pictures, what has one name once; that of the error plot first."""
    found: dict[str, Mapping[str, Any]] = {}
    for figure in reversed(figures):
        for entry in legend_entries(figure):
            found.setdefault(entry["name"], entry)
    return list(found.values())


def _heading(drawing: Drawing, snapshot: Snapshot, right: float, palette: Palette) -> float:
    """f as it is read, typeset, and where; the line that it ends on."""
    field, answers = snapshot.reading.field, snapshot.answers
    setting = ", ".join([*sentences.fixed_parameters(field), sentences.setting(answers)])
    where = f"at {vector(answers.point)}, {setting}"
    room = right - EDGE
    wide = width_of(escape(where, quote=False), 0.8 * SENTENCE) + 36
    atoms = formula.typeset(content.function_latex(field))
    y = EDGE
    for size in FORMULA:
        lines = formula.in_lines(atoms, room / size)
        if len(lines) <= 2 and max(line.width for line in lines) * size <= room:
            for line in lines:
                y += max(line.height, 0.7) * size
                formula.draw(drawing, line, EDGE, y, size, palette["ink"])
                last = EDGE + line.width * size
                y += max(line.depth, 0.2) * size
            break
    else:  # too long for any: as it is typed, as much of it as there is room for
        size = FORMULA[-1]
        text = shortened(f"f = {to_text(field.expression)}", size, room)
        y += size
        drawing.text(EDGE, y, escape(text, quote=False), size, palette["ink"])
        last, y = WIDTH, y + 0.2 * size
    if last + wide <= right:
        x, line = last + 36, y - 0.25 * size
    else:
        y += 1.1 * SENTENCE
        x, line = EDGE, y
    words = shortened(where, 0.8 * SENTENCE, right - x)
    drawing.text(x, line, escape(words, quote=False), 0.8 * SENTENCE, palette["ink"], opacity=0.85)
    return y


def _cards(drawing: Drawing, snapshot: Snapshot, top: float, palette: Palette) -> float:
    """A card for each method that is shown, with its gradient and how far it is off; where they end."""
    chosen = content.choices(snapshot.values)
    described = sentences.cards(snapshot.answers)
    entries = paint(legend([name for name in chosen.shown if name in described]), palette)
    if not entries:
        return top
    gap = 14.0
    wide = min(420.0, (WIDTH - 2 * EDGE - gap * (len(entries) - 1)) / len(entries))
    with drawing.group("cards"):
        for k, entry in enumerate(entries):
            card, left = described[entry["method"]], EDGE + k * (wide + gap)
            colour = entry["colour"]
            drawing.rect((left, top, left + wide, top + CARD), None, Pen(colour, 1.5, opacity=0.6), radius=10)
            drawing.line([[left + 6, top + 2], [left + wide - 6, top + 2]], Pen(colour, 5, cap="round"))
            swatch = {
                "mode": "lines+markers",
                "line": {"color": colour, "dash": entry["dash"], "width": entry["width"]},
                "marker": {"symbol": entry["symbol"], "size": 10, "color": colour},
            }
            draw_swatch(drawing, swatch, left + 14, top + 28, 1.2)
            inside = wide - 28
            name = shortened(entry["label"], 20, inside - 52)
            drawing.text(left + 66, top + 35, escape(name, quote=False), 20, palette["ink"])
            _fitted(drawing, card.gradient, left + 14, top + 71, 29, inside, palette["ink"], bold=True)
            _fitted(drawing, card.verdict, left + 14, top + 101, 20, inside, palette["ink"])
    return top + CARD


def _fitted(
    drawing: Drawing, text: str, x: float, y: float, size: float, room: float, ink: str, *, bold: bool = False
) -> None:
    """A text made smaller where it has no room, but never less than 16 px."""
    safe = escape(text, quote=False)
    size = max(16.0, min(size, size * room / max(width_of(safe, size, bold=bold), 1.0)))
    words = shortened(text, size, room, bold=bold)
    drawing.text(x, y, escape(words, quote=False), size, ink, bold=bold)


def _link(drawing: Drawing, address: str, left: float, top: float, palette: Palette) -> None:
    """The link as a code to be photographed, which also opens when it is pressed."""
    try:
        import segno
    except ImportError:
        raise GradvizError(
            "The code of the link is made by segno, which is not installed: pip install 'gradviz[export]'."
        ) from None
    try:
        rows = [list(row) for row in segno.make_qr(address, error="m").matrix]
    except segno.DataOverflowError:
        rows = []
    with drawing.group("link", link=address):
        if rows:
            drawing.path([_code(rows, left, top)[0]], "#FFFFFF")
            drawing.path(_code(rows, left, top)[1:], "#000000")
        else:
            drawing.text(left, top + 20, "open the link", 20, palette["ink"])


def printed_address(address: str) -> str:
    """The link as it is printed: whole, to be typed, else its page alone; a part would not open."""
    whole = address.partition("://")[2] or address
    room = WIDTH - 2 * EDGE
    if width_of(escape(whole, quote=False), ADDRESS) <= room:
        return whole
    return shortened(f"{whole.partition('?')[0]}…", ADDRESS, room)


def _code(rows: Sequence[Sequence[int]], left: float, top: float) -> list[Outline]:
    """The square of a code with its quiet zone, and a rectangle for each run of dark modules in a row."""
    module = QR / (len(rows) + 2 * QUIET)

    def box(x0: float, y0: float, x1: float, y1: float) -> Outline:
        corners = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]]) * module + [left, top]
        return Outline(corners, closed=True)

    found = [box(0, 0, len(rows) + 2 * QUIET, len(rows) + 2 * QUIET)]
    for j, row in enumerate(rows):
        cuts = [0, *(k for k in range(1, len(row)) if row[k] != row[k - 1]), len(row)]
        found += [box(QUIET + a, QUIET + j, QUIET + b, QUIET + j + 1) for a, b in pairwise(cuts) if row[a]]
    return found
