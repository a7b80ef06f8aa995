"""What is in an MP4 or a WebM file, read by their specifications: ISO/IEC 14496-12, RFC 8794 and RFC 9559."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True)
class Packet:
    """A frame: its time in ms, whether others need none before it, and its bytes."""

    time: float
    key: bool
    data: bytes


@dataclass(frozen=True)
class Video:
    """A file with one track: its ``codec`` as the container calls it, size in pixels and duration in ms."""

    codec: str
    size: tuple[int, int]
    duration: float
    packets: tuple[Packet, ...]


# --- MP4 ---

BOXES = {b"moov", b"trak", b"mdia", b"minf", b"stbl"}  # that hold boxes


def _boxes(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Each box with where its content begins and ends, those in boxes after these."""
    while start < end:
        size, name = struct.unpack_from(">I4s", data, start)
        content = start + 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, content)
            content += 8
        assert size >= 8, name
        yield name, content, start + size
        if name in BOXES:
            yield from _boxes(data, content, start + size)
        start += size
    assert start == end


def mp4(data: bytes) -> Video:
    """An MP4 file whose samples are told ahead of them, so that it plays while it loads."""
    found = {name: data[start:end] for name, start, end in _boxes(data, 0, len(data))}
    order = [name for name, *_ in _boxes(data, 0, len(data)) if name in (b"ftyp", b"moov", b"mdat")]
    assert order == [b"ftyp", b"moov", b"mdat"]
    assert found[b"hdlr"][8:12] == b"vide"

    def numbers(box: bytes, columns: int, skipped: int = 4) -> list[tuple[int, ...]]:
        (rows,) = struct.unpack_from(">I", found[box], skipped)
        return [
            struct.unpack_from(f">{columns}I", found[box], skipped + 4 + 4 * columns * k) for k in range(rows)
        ]

    version = found[b"mdhd"][0]
    scale, duration = struct.unpack_from(">IQ" if version else ">II", found[b"mdhd"], 20 if version else 12)
    (uniform,) = struct.unpack_from(">I", found[b"stsz"], 4)
    assert uniform == 0
    sizes = [size for (size,) in numbers(b"stsz", 1, 8)]
    times, now = [], 0
    for count, delta in numbers(b"stts", 2):
        for _ in range(count):
            times.append(1000 * now / scale)
            now += delta
    assert now == duration
    keys = {sample for (sample,) in numbers(b"stss", 1)}
    runs = [*numbers(b"stsc", 3), (1 << 30, 0, 0)]  # from which chunk on how many samples
    places: list[int] = []
    for chunk, (offset,) in enumerate(numbers(b"stco", 1), start=1):
        each = next(count for (first, count, _), (after, *_) in pairwise(runs) if first <= chunk < after)
        for _ in range(each):
            places.append(offset)
            offset += sizes[len(places) - 1]
    packets = [
        Packet(time, k + 1 in keys, data[place : place + size])
        for k, (time, place, size) in enumerate(zip(times, places, sizes, strict=True))
    ]
    wide, high = struct.unpack_from(">II", found[b"tkhd"], len(found[b"tkhd"]) - 8)
    return Video(
        found[b"stsd"][12:16].decode(), (wide >> 16, high >> 16), 1000 * duration / scale, tuple(packets)
    )


# --- WebM ---

SEGMENT, INFO, TRACKS, ENTRY, VIDEO, CLUSTER = 0x18538067, 0x1549A966, 0x1654AE6B, 0xAE, 0xE0, 0x1F43B675
SCALE, DURATION, CODEC, WIDTH, HEIGHT, TIME, BLOCK = 0x2AD7B1, 0x4489, 0x86, 0xB0, 0xBA, 0xE7, 0xA3
MASTERS = {SEGMENT, INFO, TRACKS, ENTRY, VIDEO, CLUSTER}


def _vint(data: bytes, at: int, *, marked: bool = False) -> tuple[int, int]:
    """A number of variable length, with its marker or without, and where it ends."""
    length = 9 - data[at].bit_length()
    value = int.from_bytes(data[at : at + length])
    return (value if marked else value & ((1 << (7 * length)) - 1)), at + length


def _elements(data: bytes, start: int, end: int) -> Iterator[tuple[int, bytes]]:
    """Each element with its content, those in others after these."""
    while start < end:
        name, at = _vint(data, start, marked=True)
        size, at = _vint(data, at)
        assert at + size <= end, hex(name)
        yield name, data[at : at + size]
        if name in MASTERS:
            yield from _elements(data, at, at + size)
        start = at + size
    assert start == end


def webm(data: bytes) -> Video:
    """A WebM file whose frames stand in simple blocks."""
    assert data[:4] == b"\x1a\x45\xdf\xa3"
    assert b"webm" in data[:64]
    once: dict[int, bytes] = {}
    packets, cluster, scale = [], 0, 1e6
    for name, content in _elements(data, 0, len(data)):
        if name == TIME:
            cluster = int.from_bytes(content)
        elif name == BLOCK:
            _, at = _vint(content, 0)
            (relative,) = struct.unpack_from(">h", content, at)
            key = bool(content[at + 2] & 0x80)
            packets.append(Packet((cluster + relative) * scale / 1e6, key, content[at + 3 :]))
        elif name == SCALE:
            scale = float(int.from_bytes(content))
        else:
            once.setdefault(name, content)
    (duration,) = struct.unpack(">d" if len(once[DURATION]) == 8 else ">f", once[DURATION])
    size = (int.from_bytes(once[WIDTH]), int.from_bytes(once[HEIGHT]))
    return Video(once[CODEC].decode(), size, duration * scale / 1e6, tuple(packets))
