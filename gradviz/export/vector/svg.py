"""A drawing as SVG: text as text, with the letters of its fonts inside."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from functools import cache
from html import escape

import numpy as np

from gradviz.export.vector.drawing import (
    Drawing,
    Group,
    Item,
    Mosaic,
    Outline,
    Path,
    Pen,
    Text,
    Word,
    flattened,
)
from gradviz.export.vector.typeface import SANS, Face

UNSOUND = "\ufffe\uffff"  # what is no character of XML 1.0, as control characters and surrogates
GRAIN = 100  # parts of a px that coordinates are rounded to
INSTEAD = {
    "Source Sans 3": "'Source Sans Pro', 'Source Sans', Helvetica, Arial, sans-serif",
    "KaTeX_Math": "'Latin Modern Math', 'Cambria Math', 'Times New Roman', serif",
}
OTHERWISE = "'Latin Modern Math', 'Cambria Math', 'Times New Roman', serif"  # of the other fonts for formulas


def svg(drawing: Drawing, *, embed: bool = True) -> str:
    """The document, with fonts unless told not to ``embed`` them: for a reader that has them."""
    size = f"{_number(drawing.width)} {_number(drawing.height)}"
    width, height = size.split()
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {size}" '
        f'role="img" font-family="{_families(SANS)}">'
    ]
    if drawing.title:
        parts.append(f"<title>{_escaped(drawing.title)}</title>")
    if drawing.description:
        parts.append(f"<desc>{_escaped(drawing.description)}</desc>")
    fonts = "".join(_face_rules(drawing.items)) if embed else ""
    parts.append(
        f"<style>text{{font-kerning:none}}{fonts}</style>"
    )  # the letters that are embedded have none
    clips: list[tuple[float, float, float, float]] = []
    body = "".join(_item(item, clips) for item in drawing.items)
    if clips:
        rects = "".join(
            f'<clipPath id="clip{k}"><path d="M{_number(left)} {_number(top)}H{_number(right)}'
            f'V{_number(bottom)}H{_number(left)}z"/></clipPath>'
            for k, (left, top, right, bottom) in enumerate(clips)
        )
        parts.append(f"<defs>{rects}</defs>")
    return "".join([*parts, body, "</svg>\n"])


def _face_rules(items: Sequence[Item]) -> Iterable[str]:
    """A rule in CSS for each font, with the letters that are drawn."""
    letters: dict[Face, set[str]] = {}
    for item in flattened(items):
        if isinstance(item, Text):
            for word in item.words:
                letters.setdefault(word.face, set()).update(word.text)
    for face, used in sorted(letters.items(), key=lambda pair: pair[0].file):
        data = base64.b64encode(face.woff(used)).decode("ascii")
        yield (
            f"@font-face{{font-family:'{face.family}';font-weight:{face.weight};font-style:{face.style};"
            f"src:url(data:font/woff;base64,{data}) format('woff')}}"
        )


@cache
def _families(face: Face) -> str:
    return f"'{face.family}', {INSTEAD.get(face.family, OTHERWISE)}"


def _escaped(text: str) -> str:
    """For XML 1.0, which has no control characters."""
    sound = "".join(c for c in text if c >= " " and not "\ud800" <= c <= "\udfff" and c not in UNSOUND)
    return escape(sound, quote=True)


def _item(item: Item, clips: list[tuple[float, float, float, float]]) -> str:
    if isinstance(item, Path):
        return _path(item)
    if isinstance(item, Mosaic):
        return _mosaic(item)
    if isinstance(item, Text):
        return _text(item)
    return _group(item, clips)


def _group(group: Group, clips: list[tuple[float, float, float, float]]) -> str:
    attributes = ""
    if group.name:
        attributes += f' class="{_escaped(group.name)}"'
    if group.opacity != 1:
        attributes += f' opacity="{_number(group.opacity)}"'
    if group.clip is not None:
        attributes += f' clip-path="url(#clip{len(clips)})"'
        clips.append(group.clip)
    inside = "".join(_item(item, clips) for item in group.items)
    if group.link:
        return f'<a href="{_escaped(group.link)}"{attributes}>{inside}</a>'
    return f"<g{attributes}>{inside}</g>"


def _path(path: Path) -> str:
    d = "".join(_outline(outline) for outline in path.outlines)
    fill = f' fill="{path.fill}"' if path.fill else ' fill="none"'
    if path.fill and path.opacity != 1:
        fill += f' fill-opacity="{_number(path.opacity)}"'
    if path.fill and path.even_odd:
        fill += ' fill-rule="evenodd"'
    return f'<path d="{d}"{fill}{"" if path.pen is None else _pen(path.pen)}/>'


def _mosaic(mosaic: Mosaic) -> str:
    cells = "".join(
        f'<path d="{_outline(Outline(polygon, closed=True))}" fill="{colour}" stroke="{colour}"/>'
        for polygon, colour in zip(mosaic.polygons, mosaic.colours, strict=True)
    )
    return f'<g stroke-width="{_number(mosaic.seam)}" stroke-linejoin="round">{cells}</g>'


@cache
def _pen(pen: Pen) -> str:
    stroke = f' stroke="{pen.colour}"'
    if pen.width != 1:
        stroke += f' stroke-width="{_number(pen.width)}"'
    if pen.opacity != 1:
        stroke += f' stroke-opacity="{_number(pen.opacity)}"'
    if pen.dash:
        stroke += f' stroke-dasharray="{" ".join(_number(length) for length in pen.dash)}"'
    if pen.cap != "butt":
        stroke += f' stroke-linecap="{pen.cap}"'
    if pen.join != "miter":
        stroke += f' stroke-linejoin="{pen.join}"'
    return stroke


def _outline(outline: Outline) -> str:
    """In hundredths of a px, each point from the one before."""
    points = np.rint(GRAIN * outline.points).astype(np.int64)
    if outline.closed and not outline.curved and len(points) > 2 and (points[0] == points[-1]).all():
        points = points[:-1]
    x, y = points[0].tolist()
    if outline.curved:
        # each curve counts from the end of the one before
        starts = points[:-1:3].repeat(3, axis=0)
        steps = (points[1:] - starts).ravel().tolist()
        command = "c"
    else:
        steps = np.diff(points, axis=0).ravel().tolist()
        command = "l"
    head = f"M{_hundredths(x)} {_hundredths(y)}{command}"
    tail = "".join(_joined(_hundredths(step)) for step in steps).lstrip()
    return f"{head}{tail}{'z' if outline.closed else ''}"


@cache
def _joined(number: str) -> str:
    """A number after another: a minus parts them as well as a space."""
    return number if number.startswith("-") else f" {number}"


@cache
def _hundredths(value: int) -> str:
    if value < 0:
        return f"-{_hundredths(-value)}"
    whole, rest = divmod(value, GRAIN)
    return f"{whole or ''}.{rest:02d}".rstrip("0") if rest else str(whole)


def _number(value: float) -> str:
    return _hundredths(round(GRAIN * value))


def _text(text: Text) -> str:
    """A text over its halo, an element of its own: LibreOffice, for one, knows no ``paint-order``."""
    if not text.halo:
        return _letters_of(text, f'fill="{text.colour}"', text.opacity)
    colour, width = text.halo
    rim = f'fill="{colour}" stroke="{colour}" stroke-width="{_number(width)}" stroke-linejoin="round"'
    halo = _letters_of(text, f'{rim} aria-hidden="true"', 1)
    return halo + _letters_of(text, f'fill="{text.colour}"', text.opacity)


def _letters_of(text: Text, look: str, opacity: float) -> str:
    # Letters of several fonts stand where this program has measured them: readers agree on little else
    several = len({word.face.family for word in text.words}) > 1
    start = text.left if several else text.x
    attributes = f'x="{_number(start)}" y="{_number(text.y)}"'
    if text.anchor != "start" and not several:
        attributes += f' text-anchor="{text.anchor}"'
    attributes += f" {look}"
    if opacity != 1:
        attributes += f' fill-opacity="{_number(opacity)}"'
    if text.turn:
        attributes += f' transform="rotate({_number(text.turn)} {_number(text.x)} {_number(text.y)})"'
    first = text.words[0]
    if len(text.words) == 1 and first.rise == 0:
        return f'<text {attributes} font-size="{_number(first.size)}"{_face(first)}>{_letters(first)}</text>'
    spans, level, x, family = "", 0.0, start, first.face.family
    for word in text.words:
        place = f' x="{_number(x)}"' if word.face.family != family else ""
        if word.rise != level:
            place += f' dy="{_number(level - word.rise)}"'
        spans += f'<tspan font-size="{_number(word.size)}"{_face(word)}{place}>{_letters(word)}</tspan>'
        level, family = word.rise, word.face.family
        x += word.width
    return f"<text {attributes}>{spans}</text>"


def _letters(word: Word) -> str:
    """The text; a space at either end, or next to another, would be dropped."""
    text = _escaped(word.text).replace("  ", "\u00a0 ")
    start, end = text[: len(text) - len(text.lstrip(" "))], text[len(text.rstrip(" ")) :]
    return f"{start and chr(0xA0)}{text.strip(' ')}{end and chr(0xA0)}" if text.strip(" ") else "\u00a0"


def _face(word: Word) -> str:
    face, look = word.face, ""
    if face.family != SANS.family:
        look += f' font-family="{_families(face)}"'
    if face.weight != 400:
        look += f' font-weight="{face.weight}"'
    if face.style != "normal":
        look += f' font-style="{face.style}"'
    return look
