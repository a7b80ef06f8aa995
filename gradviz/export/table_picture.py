"""The table of the methods as a drawing: digits that agree with the truth are set apart from others."""

from __future__ import annotations

import math
from html import escape

from gradviz import content, sentences
from gradviz.export.snapshot import Snapshot
from gradviz.export.vector.drawing import Drawing, Pen, shortened, width_of, wrapped
from gradviz.export.vector.marks import palette_of
from gradviz.export.vector.plot import draw_swatch
from gradviz.figures import legend, paint
from gradviz.figures.parts.theme import style
from gradviz.sentences.table import Row
from gradviz.text.letters import plain_label

EDGE, GAP = 28.0, 30.0  # px
HEADING, SIZE, SMALL = 22.0, 19.0, 15.0
LINE = 1.35  # of a size, from one line to the next
WORDS = 520.0  # px that a note and a cost may be wide


def table_picture(snapshot: Snapshot) -> Drawing:
    """Every method's gradient in full, its error and its cost, and a note where there is one."""
    palette, answers = palette_of(snapshot.theme), snapshot.answers
    rows, variables = sentences.rows(answers), answers.field.variables
    names = [plain_label(name) for name in variables] if len(variables) > 1 else []
    ink = palette["ink"]
    first = 60 + max(max(_width(style(row.method).label), _width(row.approach, SMALL)) for row in rows)
    letters = max((_width(name) for name in names), default=0.0) + (12 if names else 0)
    digits = max((_digits(pair) for row in rows for pair in row.gradient), default=0.0)
    second = max(letters + digits, 320.0)
    third = max(_width("Error"), *(_width(row.error) for row in rows))
    costs = [wrapped(row.cost, SMALL, 260) for row in rows]
    fourth = max(_width(line, SMALL) for lines in costs for line in lines)
    columns = [EDGE, EDGE + first + GAP, EDGE + first + second + 2 * GAP]
    columns.append(columns[-1] + third + GAP)
    width = columns[-1] + fourth + EDGE
    notes = [wrapped(row.note, SMALL, width - columns[1] - EDGE) if row.note else [] for row in rows]
    highs = [
        max(len(row.gradient) * LINE * SIZE, LINE * (SIZE + SMALL), len(cost) * LINE * SMALL)
        + len(note) * LINE * SMALL
        + (10 if note else 0)
        + 16
        for row, cost, note in zip(rows, costs, notes, strict=True)
    ]
    heading = wrapped(sentences.table_heading(answers), HEADING, width - 2 * EDGE)
    y = EDGE + LINE * HEADING * len(heading)
    width, high = math.ceil(width), math.ceil(y + 2.2 * SIZE + sum(highs) + EDGE)
    about = "; ".join(
        f"{style(row.method).label}: {', '.join(same + other for same, other in row.gradient)}"
        for row in rows
    )
    drawing = Drawing(width, high, content.function_in_short(answers.field), about)
    drawing.rect((0, 0, width, high), palette["paper"])
    for k, line in enumerate(heading):
        drawing.text(EDGE, EDGE + HEADING + LINE * HEADING * k, escape(line, quote=False), HEADING, ink)
    y += 1.6 * SIZE
    for x, word in zip(columns, ("Method", "Gradient", "Error", "Cost"), strict=True):
        drawing.text(x, y, word, SIZE, ink, bold=True)
    y += 0.6 * SIZE
    entries = {entry["method"]: entry for entry in paint(legend([row.method for row in rows]), palette)}
    for row, cost, note, tall in zip(rows, costs, notes, highs, strict=True):
        drawing.line([[EDGE, y], [width - EDGE, y]], Pen(ink, 1, opacity=0.25))
        _row(drawing, row, entries[row.method], names, letters, columns, y + 6 + SIZE, ink)
        for k, line in enumerate(cost):
            drawing.text(columns[3], y + 6 + SIZE + k * LINE * SMALL, escape(line, quote=False), SMALL, ink)
        start = y + tall - len(note) * LINE * SMALL + 4
        for k, line in enumerate(note):
            drawing.text(
                columns[1], start + k * LINE * SMALL, escape(line, quote=False), SMALL, ink, opacity=0.85
            )
        y += tall
    return drawing


def _row(
    drawing: Drawing,
    row: Row,
    entry: dict,
    names: list[str],
    letters: float,
    columns: list[float],
    y: float,
    ink: str,
) -> None:
    """One method: its line and symbol, its name, what it says, and how far that is off."""
    swatch = {
        "mode": "lines+markers",
        "line": {"color": entry["colour"], "dash": entry["dash"], "width": entry["width"]},
        "marker": {"symbol": entry["symbol"], "size": 10, "color": entry["colour"]},
    }
    draw_swatch(drawing, swatch, columns[0], y - 0.34 * SIZE, 1.3)
    drawing.text(columns[0] + 58, y, escape(style(row.method).label, quote=False), SIZE, ink)
    drawing.text(
        columns[0] + 58, y + LINE * SMALL + 3, escape(row.approach, quote=False), SMALL, ink, opacity=0.8
    )
    for k, (same, other) in enumerate(row.gradient):
        down, x = y + k * LINE * SIZE, columns[1]
        if names:
            drawing.text(x, down, names[k], SIZE, ink, opacity=0.8)
        x += letters
        drawing.text(x, down, escape(same, quote=False), SIZE, ink, bold=True)
        x += width_of(escape(same, quote=False), SIZE, bold=True)
        drawing.text(x, down, escape(other, quote=False), SIZE, ink, opacity=0.85)
        if any(letter.isdigit() for letter in other) and k not in row.unjudged:
            end = x + _width(other)
            drawing.line([[x, down + 5], [end, down + 5]], Pen(ink, 1.2, (1.5, 2.5)))
    drawing.text(columns[2], y, escape(shortened(row.error, SIZE, WORDS), quote=False), SIZE, ink)


def _width(text: str, size: float = SIZE) -> float:
    return width_of(escape(text, quote=False), size)


def _digits(pair: tuple[str, str]) -> float:
    """The width of a number of which the first digits are set apart."""
    same, other = pair
    return width_of(escape(same, quote=False), SIZE, bold=True) + _width(other)
