"""The outlines of letters, for a rim around a text: quadratic curves of TrueType as cubic ones."""

from __future__ import annotations

import struct
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from gradviz.export.vector.drawing import Outline, Text
from gradviz.export.vector.typeface import Face

Contour = NDArray[np.float64]  # (3m + 1, 2): points and handles in units of the font, y up


def letters_outline(text: Text, start: float) -> list[Outline]:
    """The outlines of a text whose first letter stands at x = ``start``."""
    found, x = [], start
    for word in text.words:
        scale = word.size / word.face.units
        for character in word.text:
            glyph = word.face.glyph(character)
            for contour in contours(word.face, glyph):
                points = np.array([x, text.y - word.rise]) + scale * contour * np.array([1, -1])
                found.append(Outline(points, closed=True, curved=True))
            x += scale * word.face.advance(glyph)
    return found


@lru_cache(maxsize=1024)
def contours(face: Face, glyph: int) -> tuple[Contour, ...]:
    """The contours of a glyph; those of its parts where it is composed (OpenType 1.9.1, ‘glyf’)."""
    outline = face.outline(glyph)
    if not outline:
        return ()
    (count,) = struct.unpack_from(">h", outline)
    if count >= 0:
        return _simple(outline, count)
    found: list[Contour] = []
    for part, at, flags in face.components(glyph):
        where = ">hh" if flags & 1 else ">bb"
        dx, dy = struct.unpack_from(where, outline, at + 4) if flags & 2 else (0, 0)
        at += 4 + struct.calcsize(where)
        matrix = np.eye(2)
        if flags & 8:
            matrix *= struct.unpack_from(">h", outline, at)[0] / 16384
        elif flags & 0x40:
            matrix = np.diag(np.array(struct.unpack_from(">2h", outline, at)) / 16384)
        elif flags & 0x80:
            matrix = np.array(struct.unpack_from(">4h", outline, at)).reshape(2, 2) / 16384
        found += [contour @ matrix + np.array([dx, dy]) for contour in contours(face, part)]
    return tuple(found)


def _simple(outline: bytes, count: int) -> tuple[Contour, ...]:
    ends = struct.unpack_from(f">{count}H", outline, 10)
    at = 10 + 2 * count
    (length,) = struct.unpack_from(">H", outline, at)
    at += 2 + length
    total = ends[-1] + 1 if ends else 0
    flags: list[int] = []
    while len(flags) < total:
        flag = outline[at]
        repeats = outline[at + 1] if flag & 8 else 0
        at += 2 if flag & 8 else 1
        flags += [flag] * (1 + repeats)
    columns = []
    for short, same in ((2, 16), (4, 32)):
        values, value = [], 0
        for flag in flags:
            if flag & short:
                value += outline[at] if flag & same else -outline[at]
                at += 1
            elif not flag & same:
                value += struct.unpack_from(">h", outline, at)[0]
                at += 2
            values.append(value)
        columns.append(values)
    points = np.array(columns, dtype=float).T
    on = np.array([bool(flag & 1) for flag in flags])
    starts = [0, *(end + 1 for end in ends[:-1])]
    parts = [slice(start, end + 1) for start, end in zip(starts, ends, strict=True)]
    return tuple(_cubic(points[part], on[part]) for part in parts if part.stop - part.start > 1)


def _cubic(points: NDArray[np.float64], on: NDArray[np.bool_]) -> Contour:
    """A closed contour of points on the curve and handles off it; between two handles lies a point."""
    whole: list[tuple[NDArray[np.float64], bool]] = []
    for k in range(len(points)):
        whole.append((points[k], bool(on[k])))
        after = (k + 1) % len(points)
        if not on[k] and not on[after]:
            whole.append(((points[k] + points[after]) / 2, True))
    first = next(k for k, (_, is_on) in enumerate(whole) if is_on)
    whole = [*whole[first:], *whole[:first], whole[first]]
    found = [whole[0][0]]
    k = 1
    while k < len(whole):
        start = found[-1]
        point, is_on = whole[k]
        if is_on:
            found += [start, point, point]
            k += 1
        else:
            end = whole[k + 1][0]
            found += [start + 2 / 3 * (point - start), end + 2 / 3 * (point - end), end]
            k += 2
    return np.array(found)
