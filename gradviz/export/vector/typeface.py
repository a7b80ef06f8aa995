"""The fonts of the pictures: their widths, their outlines, and the part of them that a file needs.

Source Sans is the page's, and KaTeX's fonts set its formulas. Both are under the SIL Open Font License, which
lets a document embed the letters that it uses. What is read here of a font stands in the OpenType
specification, version 1.9.1.
"""

from __future__ import annotations

import pkgutil
import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

_PACKAGE = "gradviz.export.vector"
_KEPT = ("OS/2", "head", "hhea", "maxp", "name", "cvt ", "fpgm", "prep")  # as they are, in the part of a font


@dataclass(frozen=True)
class Face:
    """One font: its ``family``, ``weight`` and ``style`` as CSS names them, and the name of its ``file``."""

    family: str
    file: str
    weight: int = 400
    style: str = "normal"

    @cached_property
    def _tables(self) -> dict[str, bytes]:
        data = pkgutil.get_data(_PACKAGE, f"fonts/{self.file}")
        assert data is not None
        (count,) = struct.unpack_from(">H", data, 4)
        tables = {}
        for k in range(count):
            tag, _, start, length = struct.unpack_from(">4sLLL", data, 12 + 16 * k)
            tables[tag.decode("ascii")] = data[start : start + length]
        return tables

    @cached_property
    def units(self) -> int:
        """Units of the font in the size of its letters."""
        return struct.unpack_from(">H", self._tables["head"], 18)[0]

    @cached_property
    def box(self) -> tuple[int, int, int, int]:
        """Left, bottom, right and top of all letters in units."""
        left, bottom, right, top = struct.unpack_from(">4h", self._tables["head"], 36)
        return left, bottom, right, top

    @cached_property
    def ascent(self) -> int:
        return struct.unpack_from(">h", self._tables["hhea"], 4)[0]

    @cached_property
    def descent(self) -> int:
        """Below the line, negative."""
        return struct.unpack_from(">h", self._tables["hhea"], 6)[0]

    @cached_property
    def _glyphs(self) -> dict[int, int]:
        """The glyph of each character, by the largest table of the font."""
        table = self._tables["cmap"]
        (count,) = struct.unpack_from(">H", table, 2)
        starts = {struct.unpack_from(">L", table, 8 + 8 * k)[0] for k in range(count)}
        found = [_characters(table, start) for start in sorted(starts)]
        return max(found, key=len)

    @cached_property
    def _advances(self) -> NDArray[np.int64]:
        (count,) = struct.unpack_from(">H", self._tables["hhea"], 34)
        pairs = np.frombuffer(self._tables["hmtx"], dtype=">u2", count=2 * count).reshape(-1, 2)
        rest = self.glyph_count - count
        return np.concatenate([pairs[:, 0], np.repeat(pairs[-1:, 0], rest)]).astype(np.int64)

    @cached_property
    def glyph_count(self) -> int:
        return struct.unpack_from(">H", self._tables["maxp"], 4)[0]

    @cached_property
    def _places(self) -> NDArray[np.int64]:
        """Where the outline of each glyph starts, and the last one ends."""
        (long,) = struct.unpack_from(">h", self._tables["head"], 50)
        if long:
            return np.frombuffer(self._tables["loca"], dtype=">u4").astype(np.int64)
        return 2 * np.frombuffer(self._tables["loca"], dtype=">u2").astype(np.int64)

    def has(self, character: str) -> bool:
        return ord(character) in self._glyphs

    def glyph(self, character: str) -> int:
        """The number of a character's glyph; 0, an empty box, where there is none."""
        return self._glyphs.get(ord(character), 0)

    def advance(self, glyph: int) -> int:
        """How far the next letter is, in units."""
        return int(self._advances[glyph])

    def width(self, text: str, size: float) -> float:
        """The width of a text, in the unit of ``size``."""
        return sum(self.advance(self.glyph(c)) for c in text) * size / self.units

    def outline(self, glyph: int) -> bytes:
        """A glyph as the font has it; b"" for a space."""
        return self._tables["glyf"][self._places[glyph] : self._places[glyph + 1]]

    def bounds(self, character: str) -> tuple[float, float, float, float]:
        """Left, bottom, right and top of a letter in shares of its size; zeros for a space."""
        outline = self.outline(self.glyph(character))
        if not outline:
            return 0.0, 0.0, 0.0, 0.0
        left, bottom, right, top = (edge / self.units for edge in struct.unpack_from(">4h", outline, 2))
        return left, bottom, right, top

    def components(self, glyph: int) -> list[tuple[int, int, int]]:
        """Of a composed glyph each part, its place in the outline, and its flags; [] of a simple one."""
        return _components(self.outline(glyph))

    def part(self, characters: Iterable[str]) -> bytes:
        """A font in TrueType with these characters alone; each glyph keeps its number."""
        return _assembled(self._part(frozenset(characters)))

    def woff(self, characters: Iterable[str]) -> bytes:
        """The same compressed, as a browser takes it: WOFF 1.0, W3C Recommendation of 2012."""
        return _compressed(self._part(frozenset(characters)))

    def _part(self, characters: frozenset[str]) -> dict[str, bytes]:
        glyphs = {c: self.glyph(c) for c in sorted(characters) if self.has(c)}
        kept = self._with_parts({0, *glyphs.values()})
        outlines = [self.outline(g) if g in kept else b"" for g in range(self.glyph_count)]
        outlines = [outline + b"\0" * (-len(outline) % 4) for outline in outlines]
        starts = np.concatenate([[0], np.cumsum([len(outline) for outline in outlines])])
        advances = np.zeros((self.glyph_count, 2), dtype=">i2")
        for glyph in kept:
            left = struct.unpack_from(">h", outlines[glyph], 2)[0] if outlines[glyph] else 0
            advances[glyph] = self.advance(glyph), left
        tables = {tag: self._tables[tag] for tag in _KEPT if tag in self._tables}
        head = bytearray(tables["head"])
        struct.pack_into(">L", head, 8, 0)  # the check sum of the whole, set below
        struct.pack_into(">h", head, 50, 1)  # long places
        hhea = bytearray(tables["hhea"])
        struct.pack_into(">H", hhea, 34, self.glyph_count)
        return {
            **tables,
            "head": bytes(head),
            "hhea": bytes(hhea),
            "cmap": _character_map({ord(c): glyph for c, glyph in glyphs.items()}),
            "glyf": b"".join(outlines),
            "hmtx": advances.tobytes(),
            "loca": starts.astype(">u4").tobytes(),
            "post": struct.pack(">L", 0x00030000) + self._tables["post"][4:32],  # without names of glyphs
        }

    def _with_parts(self, glyphs: set[int]) -> set[int]:
        """The glyphs, and those that they are composed of."""
        found: set[int] = set()
        waiting = list(glyphs)
        while waiting:
            glyph = waiting.pop()
            if glyph not in found:
                found.add(glyph)
                waiting += [part for part, *_ in self.components(glyph)]
        return found


def _characters(table: bytes, start: int) -> dict[int, int]:
    """The characters and glyphs of one subtable of cmap; {} for formats of no use here."""
    form = struct.unpack_from(">H", table, start)[0]
    if form == 12:
        (count,) = struct.unpack_from(">L", table, start + 12)
        groups = [struct.unpack_from(">3L", table, start + 16 + 12 * k) for k in range(count)]
        return {first + k: glyph + k for first, last, glyph in groups for k in range(last - first + 1)}
    if form != 4:
        return {}
    half = struct.unpack_from(">H", table, start + 6)[0]
    count, at = half // 2, start + 14
    ends = struct.unpack_from(f">{count}H", table, at)
    starts = struct.unpack_from(f">{count}H", table, at + half + 2)
    shifts = struct.unpack_from(f">{count}h", table, at + 2 * half + 2)
    offsets = struct.unpack_from(f">{count}H", table, at + 3 * half + 2)
    found = {}
    for k, (first, last, shift, offset) in enumerate(zip(starts, ends, shifts, offsets, strict=True)):
        for code in range(first, last + 1):
            glyph = code
            if offset:
                place = at + 3 * half + 2 + 2 * k + offset + 2 * (code - first)
                (glyph,) = struct.unpack_from(">H", table, place)
                if glyph == 0:
                    continue
            glyph = (glyph + shift) % 65536
            if glyph and code != 0xFFFF:
                found[code] = glyph
    return found


def _components(outline: bytes) -> list[tuple[int, int, int]]:
    """Of a composed glyph: each part with its place in the outline and its flags; [] for a simple one."""
    if not outline or struct.unpack_from(">h", outline)[0] >= 0:
        return []
    parts, at, more = [], 10, True
    while more:
        flags, glyph = struct.unpack_from(">HH", outline, at)
        parts.append((glyph, at, flags))
        at += 4 + (4 if flags & 1 else 2)
        at += 2 if flags & 8 else 4 if flags & 0x40 else 8 if flags & 0x80 else 0
        more = bool(flags & 0x20)
    return parts


def _character_map(glyphs: dict[int, int]) -> bytes:
    """A cmap of format 12, one group for each character."""
    groups = b"".join(struct.pack(">3L", code, code, glyph) for code, glyph in sorted(glyphs.items()))
    table = struct.pack(">HHLLL", 12, 0, 16 + len(groups), 0, len(glyphs)) + groups
    return struct.pack(">HHHHL", 0, 1, 3, 10, 12) + table


def _sum(table: bytes) -> int:
    words = np.frombuffer(table + b"\0" * (-len(table) % 4), dtype=">u4")
    return int(words.sum(dtype=np.uint64)) & 0xFFFFFFFF


def _summed(tables: dict[str, bytes]) -> tuple[dict[str, bytes], bytes]:
    """The tables with the check sum of the whole in ‘head’, and the directory of a TrueType font."""
    count = len(tables)
    power = count.bit_length() - 1
    directory = struct.pack(">LHHHH", 0x00010000, count, 16 << power, power, 16 * (count - (1 << power)))
    at = 12 + 16 * count
    for tag, table in sorted(tables.items()):
        directory += struct.pack(">4sLLL", tag.encode("ascii"), _sum(table), at, len(table))
        at += len(table) + -len(table) % 4
    whole = _sum(directory) + sum(_sum(table) for table in tables.values())
    head = bytearray(tables["head"])
    struct.pack_into(">L", head, 8, (0xB1B0AFBA - whole) & 0xFFFFFFFF)
    return tables | {"head": bytes(head)}, directory


def _assembled(tables: dict[str, bytes]) -> bytes:
    tables, directory = _summed(tables)
    return directory + b"".join(table + b"\0" * (-len(table) % 4) for _, table in sorted(tables.items()))


def _compressed(tables: dict[str, bytes]) -> bytes:
    sums = {tag: _sum(table) for tag, table in tables.items()}  # of ‘head’ without that of the whole
    tables, _ = _summed(tables)
    size = 12 + 16 * len(tables) + sum(len(table) + -len(table) % 4 for table in tables.values())
    entries, body, at = b"", b"", 44 + 20 * len(tables)
    for tag, table in sorted(tables.items()):
        packed = zlib.compress(table, 9)
        packed = packed if len(packed) < len(table) else table
        entries += struct.pack(">4s4L", tag.encode("ascii"), at, len(packed), len(table), sums[tag])
        packed += b"\0" * (-len(packed) % 4)
        body += packed
        at += len(packed)
    head = (b"wOFF", 0x00010000, at, len(tables), 0, size, 1, 0, 0, 0, 0, 0, 0)
    return struct.pack(">4sLLHHLHHLLLLL", *head) + entries + body


# --- the fonts at hand ---

SANS = Face("Source Sans 3", "SourceSans3-Regular.ttf")
SEMIBOLD = Face("Source Sans 3", "SourceSans3-Semibold.ttf", 600)
MATH = Face("KaTeX_Math", "KaTeX_Math-Italic.ttf", style="italic")
ROMAN = Face("KaTeX_Main", "KaTeX_Main-Regular.ttf")
LARGER = tuple(Face(f"KaTeX_Size{k}", f"KaTeX_Size{k}-Regular.ttf") for k in (1, 2, 3, 4))
FACES = (SANS, SEMIBOLD, MATH, ROMAN, *LARGER)


@cache
def files() -> tuple[str, ...]:
    """Where the fonts lie, for a program that reads them itself."""
    folder = resources.files(_PACKAGE) / "fonts"
    return tuple(str(folder / face.file) for face in FACES)


@lru_cache(maxsize=4096)
def runs(text: str, face: Face = SANS) -> tuple[tuple[Face, str], ...]:
    """``text`` in pieces, each with a face that has its letters; one that none has is left to ``face``."""
    found: list[tuple[Face, str]] = []
    for character in text:
        able = next((other for other in (face, ROMAN, MATH) if other.has(character)), face)
        if found and found[-1][0] == able:
            found[-1] = (able, found[-1][1] + character)
        else:
            found.append((able, character))
    return tuple(found)


def width(text: str, size: float, face: Face = SANS) -> float:
    """The width of a text, in the unit of ``size``."""
    return sum(able.width(part, size) for able, part in runs(text, face))
