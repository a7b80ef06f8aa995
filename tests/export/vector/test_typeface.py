"""The fonts: their widths and parts as Pillow's FreeType reads them."""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import ImageFont

from gradviz.export.vector.outlines import contours
from gradviz.export.vector.typeface import FACES, MATH, ROMAN, SANS, SEMIBOLD, files, runs, width

TEXTS = ("f(x₁, x₂) = 6.1", "10⁻¹⁶ ≈ ε", "Back-propagation ÄÅé", "−∞ · ½")


@pytest.mark.parametrize("face", [SANS, SEMIBOLD], ids=lambda face: face.file)
@pytest.mark.parametrize("text", TEXTS)
def test_widths_are_those_of_freetype(face, text):
    able = "".join(c for c in text if face.has(c))
    drawn = ImageFont.truetype(files()[FACES.index(face)], face.units, layout_engine=ImageFont.Layout.BASIC)
    assert face.width(able, face.units) == pytest.approx(drawn.getlength(able), abs=1)


@pytest.mark.parametrize("face", FACES, ids=lambda face: face.file)
def test_part_of_a_font_draws_its_letters_as_the_whole_font(face):
    letters = "".join(sorted(c for c in "éx2(∑f" if face.has(c)))
    part = ImageFont.truetype(io.BytesIO(face.part(letters)), 60, layout_engine=ImageFont.Layout.BASIC)
    whole = ImageFont.truetype(files()[FACES.index(face)], 60, layout_engine=ImageFont.Layout.BASIC)
    assert letters
    for letter in letters:
        assert bytes(part.getmask(letter)) == bytes(whole.getmask(letter))
        assert part.getlength(letter) == whole.getlength(letter)
    assert len(face.part(letters)) < 0.35 * Path(files()[FACES.index(face)]).stat().st_size + 20_000


def test_woff_holds_the_same_tables():
    """Unpacked by the places of its directory, each table is that of the part in TrueType."""
    woff, plain = SANS.woff("x₁é"), SANS.part("x₁é")
    (count,) = struct.unpack_from(">H", woff, 12)
    assert woff[:4] == b"wOFF"
    assert struct.unpack_from(">L", woff, 8)[0] == len(woff)
    for k in range(count):
        tag, start, packed, length, _ = struct.unpack_from(">4s4L", woff, 44 + 20 * k)
        table = woff[start : start + packed]
        table = zlib.decompress(table) if packed < length else table
        known = {
            struct.unpack_from(">4s", plain, 12 + 16 * i)[0]: struct.unpack_from(">LL", plain, 20 + 16 * i)
            for i in range(count)
        }
        at, size = known[tag]
        assert table == plain[at : at + size]


def test_a_letter_that_the_font_lacks_is_taken_from_the_next():
    assert runs("a∇b") == ((SANS, "a"), (ROMAN, "∇"), (SANS, "b"))
    assert width("a∇b", 10) == pytest.approx(SANS.width("ab", 10) + ROMAN.width("∇", 10))
    assert runs("日", MATH) == ((MATH, "日"),)  # none has it


@pytest.mark.parametrize("letter", ["o", "é", "g"])
def test_outlines_enclose_what_freetype_fills(letter):
    """The area within an outline, by the shoelace formula on its curves, is the ink of the letter."""
    size = 400
    area = 0.0
    for contour in contours(SANS, SANS.glyph(letter)):
        p = contour * size / SANS.units
        share = np.linspace(0, 1, 30)[:, np.newaxis]
        dense = np.concatenate([
            (1 - share) ** 3 * p[k] + 3 * share * (1 - share) ** 2 * p[k + 1]
            + 3 * share**2 * (1 - share) * p[k + 2] + share**3 * p[k + 3]
            for k in range(0, len(p) - 1, 3)
        ])  # fmt: skip
        x, y = dense.T
        area += float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y)) / 2
    mask = ImageFont.truetype(files()[0], size, layout_engine=ImageFont.Layout.BASIC).getmask(letter)
    assert abs(area) == pytest.approx(sum(bytes(mask)) / 255, rel=0.02)
