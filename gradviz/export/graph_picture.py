"""The computation graph as a drawing: after the backward pass, with every value, slope and adjoint."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from html import escape, unescape
from typing import Any

import numpy as np

from gradviz import content
from gradviz.errors import GradvizError
from gradviz.export.snapshot import FAULTY, Snapshot
from gradviz.export.vector.drawing import Drawing, Outline, Pen, Scaled, shortened, width_of
from gradviz.export.vector.marks import head, palette_of
from gradviz.figures.parts.theme import mix

UNIT = 1.25  # px for each px of the page: no letter is below 14 px
EDGE, HEADING = 24.0, 20.0  # px
SIGN, LETTER, LINE = 14.0, 12.0, 16.0  # px of the page: a box's heading, other letters, a line of a label
TIP = 8.0  # the length of an edge's head
LEAST = 720.0  # px of width, for the heading
NO_GRAPH = "A constant has no computation graph to draw."

Palette = Mapping[str, str]


def graph_picture(snapshot: Snapshot) -> Drawing:
    """The graph of the function as typed, at its point, as the page shows it: with its fault, or in part."""
    palette, field = palette_of(snapshot.theme), snapshot.reading.field
    data = snapshot.walk
    if data is None:
        raise GradvizError(NO_GRAPH)
    layout = data["views"]["whole"]["wide"]
    heading = unescape(content.function_in_short(field))
    width = max(LEAST, UNIT * layout["width"] + 2 * EDGE)
    top = EDGE + 2 * HEADING
    notes = [*([data["note"]] if data["note"] else []), *([FAULTY] if snapshot.faulty else [])]
    high = UNIT * layout["height"] + top + EDGE + 2.2 * LETTER * UNIT + 26 * len(notes)
    width, high = math.ceil(width), math.ceil(high)
    words = " ".join([data["alternative"], *([FAULTY] if snapshot.faulty else [])])
    drawing = Drawing(width, high, f"Computation graph of {heading}", words)
    drawing.rect((0, 0, width, high), palette["paper"])
    title = shortened(f"{heading}: {data['steps'][-1]['formula']}", HEADING, width - 2 * EDGE)
    drawing.text(
        width / 2, EDGE + HEADING * 0.7, escape(title, quote=False), HEADING, palette["ink"], anchor="middle"
    )
    left = (width - UNIT * layout["width"]) / 2
    part = Scaled(drawing, (left, top), UNIT)
    back = palette["backprop"]
    with drawing.group("edges"):
        for edge in layout["edges"]:
            _edge(part, edge, palette, back)
    with drawing.group("boxes"):
        for box in layout["boxes"]:
            _box(part, box, data["nodes"][str(box["root"])], palette, back)
    for k, note in enumerate(reversed(notes)):
        drawing.text(
            width / 2,
            high - EDGE - 26 * k,
            escape(shortened(note, 16, width - 2 * EDGE), quote=False),
            16,
            palette["ink"],
            anchor="middle",
        )
    return drawing


def _edge(part: Scaled, edge: Mapping[str, Any], palette: Palette, back: str) -> None:
    """An edge with its head, and over it the local derivative and its value."""
    numbers = np.array(re.findall(r"-?\d+\.?\d*", edge["path"]), dtype=float).reshape(-1, 2)
    commands = re.findall(r"[MCL]", edge["path"])
    flows = bool(edge["formula"] or edge["number"])
    pen = Pen(palette["ink"] if flows else mix(palette["ink"], palette["paper"], 0.45), 1.3)
    end = numbers[-1]
    way = end - numbers[-2]
    way = way / max(float(np.hypot(*way)), 1e-9)
    numbers[-1] = end - 0.8 * TIP * way
    at, points = 1, [numbers[0]]
    for command in commands[1:]:  # straight pieces as curves, so that the edge is one
        if command == "C":
            points += list(numbers[at : at + 3])
            at += 3
        else:
            points += [points[-1], numbers[at], numbers[at]]
            at += 1
    part.path([Outline(np.array(points), curved=True)], None, pen)
    part.polygon(head(end - TIP * way, end), pen.colour)
    if not flows:
        return
    lines = [line for line in (edge["formula"], edge["number"]) if line]
    wide = max(width_of(escape(line, quote=False), LETTER) for line in lines) + 8
    x, y = edge["x"], edge["y"]
    high = LINE * len(lines)
    corners = [
        [x - wide / 2, y - high / 2],
        [x + wide / 2, y - high / 2],
        [x + wide / 2, y + high / 2],
        [x - wide / 2, y + high / 2],
    ]
    part.polygon(corners, palette["paper"])
    for k, line in enumerate(lines):
        colour = back if line == edge["number"] else palette["ink"]
        middle = y - high / 2 + (k + 0.5) * LINE
        part.text((x, middle + 0.34 * LETTER), escape(line, quote=False), LETTER, colour, anchor="middle")


def _box(part: Scaled, box: Mapping[str, Any], node: Mapping[str, Any], palette: Palette, back: str) -> None:
    """A node with its name, value and adjoint; a number of the formula is small and round."""
    x, y, width, height = (float(box[key]) for key in ("x", "y", "width", "height"))
    ink, paper = palette["ink"], palette["paper"]
    left, top = part.place((x, y)).tolist()
    right, bottom = part.place((x + width, y + height)).tolist()
    radius = (bottom - top) / 2 if box["number"] else 8 * UNIT
    fill = mix(ink, paper, 0.05 if box["number"] else 0.08)
    pen = Pen(mix(ink, paper, 0.6), 1.3 * UNIT, (5, 3) if len(box["members"]) > 1 else ())
    part.drawing.rect((left, top, right, bottom), fill, pen, radius=radius)
    title = escape(box["title"], quote=False)
    if box["number"]:
        part.text((x + width / 2, y + height / 2 + 0.34 * LETTER), title, LETTER, ink, anchor="middle")
        return
    part.text((x + 9, y + 18), title, SIGN, ink)
    faint = mix(ink, paper, 0.75)
    if node["name"] != box["title"]:
        part.text((x + width - 9, y + 18), escape(node["name"], quote=False), LETTER, faint, anchor="end")
    rows = [("value", node["value"], ink), *([("adjoint", node["adjoint"], back)] if node["adjoint"] else [])]
    for k, (name, number, colour) in enumerate(rows):
        down = y + 35 + 16 * k
        part.text((x + 9, down), name, LETTER, faint)
        room = width - 26 - width_of(name, LETTER)
        text = escape(shortened(number, LETTER, room), quote=False)
        part.text((x + width - 9, down), text, LETTER, colour, anchor="end")
    if node["autograd"]:
        below = escape(shortened(node["autograd"], 11.5, width + 40), quote=False)
        part.text((x + width / 2, y + height + 14), below, 11.5, faint, anchor="middle")
