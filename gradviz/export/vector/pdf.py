"""A drawing as PDF 1.7 (ISO 32000-1): one page, text as text with its letters inside, links that open.

Written here, byte for byte the same for the same drawing: converters from SVG number their objects by chance.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

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
from gradviz.export.vector.outlines import letters_outline
from gradviz.export.vector.typeface import Face

POINTS = 0.75  # of a px: 72 to an inch, which has 96 px
CAPS = {"butt": 0, "round": 1, "square": 2}
JOINS = {"miter": 0, "round": 1, "bevel": 2}


def pdf(drawing: Drawing) -> bytes:
    """The document: a page as large as the drawing."""
    return _Document(drawing).written()


class _Document:
    """The objects of a file as they are made, each a dictionary and, of some, a stream."""

    def __init__(self, drawing: Drawing) -> None:
        self.drawing = drawing
        self.objects: list[bytes] = []
        self.fonts: dict[Face, tuple[str, set[str]]] = {}
        self.states: dict[tuple[float, float], str] = {}
        self.forms: dict[str, int] = {}
        self.links: list[tuple[str, tuple[float, float, float, float]]] = []

    def written(self) -> bytes:
        drawing = self.drawing
        width, height = (POINTS * side for side in (drawing.width, drawing.height))
        catalog, pages, page, info = (self.reserve() for _ in range(4))
        start = f"q {POINTS} 0 0 {-POINTS} 0 {_number(height)} cm\n"
        drawn = start + "".join(self.item(item) for item in drawing.items) + "Q\n"
        content = self.stream(f"/Figure << /MCID 0 >> BDC\n{drawn}EMC\n")
        resources = self.resources()
        links = [self.link(address, box, 1 + k) for k, (address, box) in enumerate(self.links)]
        notes = " ".join(f"{number} 0 R" for number in links)
        structure = self.structure(page, links)
        self.fill(
            catalog,
            f"<< /Type /Catalog /Pages {pages} 0 R /Lang (en) /MarkInfo << /Marked true >> "
            f"/StructTreeRoot {structure} 0 R /ViewerPreferences << /DisplayDocTitle true >> >>",
        )
        self.fill(pages, f"<< /Type /Pages /Kids [{page} 0 R] /Count 1 >>")
        self.fill(
            page,
            f"<< /Type /Page /Parent {pages} 0 R /MediaBox [0 0 {_number(width)} {_number(height)}] "
            f"/Group << /S /Transparency /CS /DeviceRGB >> /Resources {resources} /Contents {content} 0 R "
            f"/Annots [{notes}] /StructParents 0 /Tabs /S >>",
        )
        title, about = (_text_string(text) for text in (drawing.title, drawing.description))
        self.fill(info, f"<< /Title {title} /Subject {about} /Creator (gradviz) >>")
        return self.file(catalog, info)

    def file(self, catalog: int, info: int) -> bytes:
        """All objects, and where each is."""
        body, places = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", []
        for number, content in enumerate(self.objects, 1):
            places.append(len(body))
            body += b"%d 0 obj\n" % number + content + b"\nendobj\n"
        table = b"".join(b"%010d 00000 n \n" % place for place in places)
        count = len(places) + 1
        return (
            body
            + b"xref\n0 %d\n0000000000 65535 f \n" % count
            + table
            + b"trailer\n<< /Size %d /Root %d 0 R /Info %d 0 R >>\n" % (count, catalog, info)
            + b"startxref\n%d\n%%%%EOF\n" % len(body)
        )

    # --- objects ---

    def reserve(self) -> int:
        """The number of a new object, to be filled later."""
        self.objects.append(b"")
        return len(self.objects)

    def fill(self, number: int, text: str) -> None:
        self.objects[number - 1] = text.encode("ascii")

    def add(self, text: str) -> int:
        number = self.reserve()
        self.fill(number, text)
        return number

    def stream(self, content: str | bytes, entries: str = "") -> int:
        data = content.encode("ascii") if isinstance(content, str) else content
        packed = zlib.compress(data, 9)
        number = self.reserve()
        head = f"<< {entries} /Length {len(packed)} /Filter /FlateDecode >>\nstream\n"
        self.objects[number - 1] = head.encode("ascii") + packed + b"\nendstream"
        return number

    def structure(self, page: int, links: Sequence[int]) -> int:
        """The tags (ISO 32000-1, 14.7): a figure with its text for those who do not see it, and its links."""
        root, document, figure = (self.reserve() for _ in range(3))
        inside = f"<< /Type /StructElem /P {document} 0 R /Pg {page} 0 R"
        about = _text_string(f"{self.drawing.title}. {self.drawing.description}")
        self.fill(figure, f"{inside} /S /Figure /Alt {about} /K 0 >>")
        parts = [figure]
        for link in links:
            target = f"<< /Type /OBJR /Obj {link} 0 R /Pg {page} 0 R >>"
            parts.append(self.add(f"{inside} /S /Link /K {target} >>"))
        each = " ".join(f"{part} 0 R" for part in parts)
        parents = " ".join(f"{k} {part} 0 R" for k, part in enumerate(parts) if k)
        self.fill(document, f"<< /Type /StructElem /S /Document /P {root} 0 R /K [{each}] >>")
        tree = f"<< /Nums [0 [{figure} 0 R] {parents}] >>"
        self.fill(
            root,
            f"<< /Type /StructTreeRoot /K [{document} 0 R] /ParentTree {tree} "
            f"/ParentTreeNextKey {len(parts)} >>",
        )
        return root

    def link(self, address: str, box: tuple[float, float, float, float], parent: int) -> int:
        """A link over a box in px; ``parent`` is its key in the tree of tags."""
        height = self.drawing.height
        left, top, right, bottom = box
        rect = [POINTS * side for side in (left, height - bottom, right, height - top)]
        corners = " ".join(_number(side) for side in rect)
        return self.add(
            f"<< /Type /Annot /Subtype /Link /Rect [{corners}] /Border [0 0 0] /StructParent {parent} "
            f"/Contents {_text_string(address)} "
            f"/A << /S /URI /URI {_literal(address)} >> >>"
        )

    def resources(self) -> str:
        """What the page and its groups refer to: fonts, transparency, groups."""
        letters = _letters(self.drawing.items)
        fonts = " ".join(
            f"/{name} {self.font(face, letters[face])} 0 R" for face, (name, _) in self.fonts.items()
        )
        states = " ".join(
            f"/{name} << /ca {_number(fill)} /CA {_number(line)} >>"
            for (fill, line), name in self.states.items()
        )
        forms = " ".join(f"/{name} {number} 0 R" for name, number in self.forms.items())
        whole = f"<< /Font << {fonts} >> /ExtGState << {states} >> /XObject << {forms} >> >>"
        if not self.forms:
            return whole
        number = self.add(whole)
        for form in self.forms.values():
            content = self.objects[form - 1]
            self.objects[form - 1] = content.replace(b"/Resources 0 0 R", b"/Resources %d 0 R" % number, 1)
        return f"{number} 0 R"

    def font(self, face: Face, letters: set[str]) -> int:
        """A font of which the glyphs are called by their numbers."""
        name = f"{_tag(face, letters)}+{face.file.removesuffix('.ttf')}"
        data = face.part(letters)
        file = self.stream(data, f"/Length1 {len(data)}")
        scale = 1000 / face.units
        box = " ".join(_number(edge * scale) for edge in face.box)
        descriptor = self.add(
            f"<< /Type /FontDescriptor /FontName /{name} /Flags {68 if face.style == 'italic' else 4} "
            f"/FontBBox [{box}] /ItalicAngle {-12 if face.style == 'italic' else 0} "
            f"/Ascent {_number(face.ascent * scale)} /Descent {_number(face.descent * scale)} "
            f"/CapHeight {_number(0.66 * 1000)} /StemV {120 if face.weight > 500 else 80} "
            f"/FontFile2 {file} 0 R >>"
        )
        glyphs = {face.glyph(c): c for c in sorted(letters) if face.has(c)}
        widths = " ".join(f"{glyph} [{_number(face.advance(glyph) * scale)}]" for glyph in sorted(glyphs))
        inner = self.add(
            f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{name} /CIDToGIDMap /Identity /CIDSystemInfo "
            f"<< /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /FontDescriptor {descriptor} 0 R "
            f"/DW {_number(face.advance(0) * scale)} /W [{widths}] >>"
        )
        meaning = self.stream(_meaning(glyphs))
        return self.add(
            f"<< /Type /Font /Subtype /Type0 /BaseFont /{name} /Encoding /Identity-H "
            f"/DescendantFonts [{inner} 0 R] /ToUnicode {meaning} 0 R >>"
        )

    # --- what is drawn ---

    def item(self, item: Item) -> str:
        if isinstance(item, Path):
            return self.path(item)
        if isinstance(item, Mosaic):
            return _mosaic(item)
        if isinstance(item, Text):
            return self.text(item)
        return self.grouped(item)

    def grouped(self, group: Group) -> str:
        if group.link and (box := _box(group.items)) is not None:
            self.links.append((group.link, box))
        inside = "".join(self.item(item) for item in group.items)
        if group.opacity != 1:
            inside = self.transparent(inside, group.opacity)
        if group.clip is None:
            return inside
        left, top, right, bottom = group.clip
        sides = f"{_number(left)} {_number(top)} {_number(right - left)} {_number(bottom - top)}"
        return f"q {sides} re W n\n{inside}Q\n"

    def transparent(self, content: str, opacity: float) -> str:
        """``content`` as one, seen through."""
        name = f"G{len(self.forms)}"
        box = f"0 0 {_number(self.drawing.width)} {_number(self.drawing.height)}"
        self.forms[name] = self.stream(
            content,
            f"/Type /XObject /Subtype /Form /BBox [{box}] /Resources 0 0 R "
            "/Group << /S /Transparency /CS /DeviceRGB >>",
        )
        return f"q {self.state(opacity, opacity)}/{name} Do Q\n"

    def state(self, fill: float, line: float) -> str:
        if fill == line == 1:
            return ""
        name = self.states.setdefault((fill, line), f"S{len(self.states)}")
        return f"/{name} gs "

    def path(self, path: Path) -> str:
        see = self.state(path.opacity if path.fill else 1, path.pen.opacity if path.pen else 1)
        colour = f"{_colour(path.fill)} rg " if path.fill else ""
        pen = "" if path.pen is None else _pen(path.pen)
        outlines = "".join(_outline(outline) for outline in path.outlines)
        star = "*" if path.even_odd else ""
        paint = f"B{star}" if path.fill and path.pen else f"f{star}" if path.fill else "S"
        return f"q {see}{colour}{pen}\n{outlines}{paint} Q\n"

    def text(self, text: Text) -> str:
        start = text.left
        angle = np.radians(text.turn)
        c, s = float(np.cos(angle)), float(np.sin(angle))
        turn = "" if not text.turn else (
            f"{_fine(c)} {_fine(s)} {_fine(-s)} {_fine(c)} "
            f"{_number(text.x - c * text.x + s * text.y)} {_number(text.y - s * text.x - c * text.y)} cm "
        )  # fmt: skip
        halo = ""
        if text.halo is not None:
            colour, width = text.halo
            # as outlines: letters that are written twice would be read twice
            outlines = "".join(_outline(outline) for outline in letters_outline(text, start))
            halo = f"{_pen(Pen(colour, width))}\n{outlines}S\n" if outlines else ""
        shown, x = "", start
        for word in text.words:
            shown += f"1 0 0 -1 {_number(x)} {_number(text.y - word.rise)} Tm {self.shown(word)}"
            x += word.width
        see = self.state(text.opacity, 1)
        return f"q {turn}{halo}{see}{_colour(text.colour)} rg BT {shown}ET Q\n"

    def shown(self, word: Word) -> str:
        name, letters = self.fonts.setdefault(word.face, (f"F{len(self.fonts)}", set()))
        letters.update(word.text)
        glyphs = "".join(f"{word.face.glyph(c):04X}" for c in word.text)
        return f"/{name} {_number(word.size)} Tf <{glyphs}> Tj "


def _letters(items: Sequence[Item]) -> dict[Face, set[str]]:
    found: dict[Face, set[str]] = {}
    for item in flattened(items):
        if isinstance(item, Text):
            for word in item.words:
                found.setdefault(word.face, set()).update(word.text)
    return found


def _box(items: Sequence[Item]) -> tuple[float, float, float, float] | None:
    """Left, top, right and bottom of what is drawn."""
    corners = [np.empty((0, 2))]
    for item in flattened(items):
        if isinstance(item, Path):
            corners += [outline.points for outline in item.outlines]
        elif isinstance(item, Mosaic):
            corners += item.polygons
        else:
            left = item.left
            size = max(word.size for word in item.words)
            corners.append(np.array([[left, item.y - size], [left + item.width, item.y + 0.3 * size]]))
    points = np.concatenate(corners)
    if not len(points):
        return None
    left, top, right, bottom = (float(edge) for edge in (*points.min(axis=0), *points.max(axis=0)))
    return left, top, right, bottom


def _mosaic(mosaic: Mosaic) -> str:
    cells = "".join(
        f"{_colour(colour)} rg {_colour(colour)} RG\n{_outline(Outline(polygon, closed=True))}b\n"
        for polygon, colour in zip(mosaic.polygons, mosaic.colours, strict=True)
    )
    return f"q {_number(mosaic.seam)} w 1 j\n{cells}Q\n"


def _meaning(glyphs: dict[int, str]) -> str:
    """The characters that glyphs stand for, for whoever copies or searches (ISO 32000-1, 9.10.3)."""
    rows = [f"<{glyph:04X}> <{c.encode('utf-16-be').hex().upper()}>" for glyph, c in sorted(glyphs.items())]
    blocks = [rows[k : k + 100] for k in range(0, len(rows), 100)]
    table = "".join(f"{len(block)} beginbfchar\n{chr(10).join(block)}\nendbfchar\n" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo << /Registry (Adobe) "
        "/Ordering (UCS) /Supplement 0 >> def\n/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        f"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n{table}"
        "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    )


def _tag(face: Face, letters: set[str]) -> str:
    """Six letters that tell this part of a font from others."""
    value = zlib.crc32((face.file + "".join(sorted(letters))).encode())
    return "".join(chr(65 + value // 26**k % 26) for k in range(6))


def _pen(pen: Pen) -> str:
    dash = " ".join(_number(length) for length in pen.dash)
    return (
        f"{_colour(pen.colour)} RG {_number(pen.width)} w {CAPS[pen.cap]} J {JOINS[pen.join]} j "
        f"{f'[{dash}] 0 d ' if dash else ''}"
    )


def _outline(outline: Outline) -> str:
    points = outline.points
    if outline.closed and not outline.curved and len(points) > 2 and (points[0] == points[-1]).all():
        points = points[:-1]
    pairs = [f"{_number(x)} {_number(y)} " for x, y in points.tolist()]
    if outline.curved:
        rest = "".join("".join(pairs[k : k + 3]) + "c\n" for k in range(1, len(pairs), 3))
    else:
        rest = "".join(f"{pair}l\n" for pair in pairs[1:])
    return f"{pairs[0]}m\n{rest}{'h ' if outline.closed else ''}"


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if value else "0"


def _fine(value: float) -> str:
    return f"{value:.6f}"


def _colour(colour: str) -> str:
    return " ".join(f"{int(colour[k : k + 2], 16) / 255:.3f}" for k in (1, 3, 5))


def _literal(text: str) -> str:
    """A string of ASCII; other characters of an address are percent-encoded already."""
    plain = "".join(c for c in text if " " < c < "\x7f")
    return "(" + plain.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)") + ")"


def _text_string(text: str) -> str:
    return f"<FEFF{text.encode('utf-16-be', 'replace').hex().upper()}>"
