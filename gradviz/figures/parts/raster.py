"""Pictures as pixels, for where nothing runs that could draw them: shapes with soft edges, and PNG files."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

LEVEL = 6  # of zlib's compression: 9 takes five times as long for a hundredth less


def channels(colour: str) -> NDArray[np.float32]:
    """Red, green and blue of ``#RRGGBB``, 0 … 255."""
    return np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)], dtype=np.float32)


class Canvas:
    """``pixels`` (height, width, 3), 0 … 255, on which shapes are painted with soft edges, one pixel wide.

    Places are pairs (x, y) in pixels from the upper left corner, with y pointing down.
    """

    def __init__(self, pixels: NDArray[np.float32]) -> None:
        self.pixels = pixels

    def stroke(self, start: ArrayLike, end: ArrayLike, width: float, colour: str) -> None:
        """A straight line with round ends; a disc where both ends are one."""
        a, b = np.asarray(start, dtype=float), np.asarray(end, dtype=float)
        box, x, y = self._near(np.stack([a, b]), width / 2 + 1)
        way = b - a
        square = way @ way
        along = np.clip(((x - a[0]) * way[0] + (y - a[1]) * way[1]) / square, 0, 1) if square else 0.0
        away = np.hypot(x - a[0] - along * way[0], y - a[1] - along * way[1])
        self._paint(box, width / 2 - away, colour)

    def polygon(self, corners: ArrayLike, colour: str, grown: float = 0.0) -> None:
        """A convex polygon of ``corners`` (k, 2), in either order, ``grown`` by so many pixels all around."""
        points = np.asarray(corners, dtype=float)
        box, x, y = self._near(points, 2 * abs(grown) + 1)
        ways = np.roll(points, -1, axis=0) - points
        turn = np.sign(ways[0, 0] * ways[1, 1] - ways[0, 1] * ways[1, 0]) or 1.0
        depth = np.full(np.broadcast_shapes(x.shape, y.shape), np.inf)
        for (x0, y0), (dx, dy) in zip(points, ways, strict=True):
            inside = turn * ((y - y0) * dx - (x - x0) * dy) / np.hypot(dx, dy)
            depth = np.minimum(depth, inside + grown)
        self._paint(box, depth, colour)

    def cover(self, share: NDArray[np.float64], colour: str) -> None:
        """``share`` (height, width), 0 … 1, of ``colour`` over all of the picture."""
        part = share[..., np.newaxis].astype(np.float32)
        self.pixels += part * (channels(colour) - self.pixels)

    def _near(
        self, points: NDArray[np.float64], reach: float
    ) -> tuple[tuple[slice, slice], NDArray[np.float64], NDArray[np.float64]]:
        """The box of pixels within ``reach`` of ``points``, and the middles of its columns and rows."""
        height, width = self.pixels.shape[:2]
        low = np.clip(np.floor(points.min(axis=0) - reach), 0, [width, height]).astype(int)
        high = np.clip(np.ceil(points.max(axis=0) + reach), 0, [width, height]).astype(int)
        box = slice(low[1], high[1]), slice(low[0], high[0])
        x, y = np.arange(low[0], high[0]) + 0.5, np.arange(low[1], high[1]) + 0.5
        return box, x[np.newaxis, :], y[:, np.newaxis]

    def _paint(self, box: tuple[slice, slice], depth: NDArray[np.float64], colour: str) -> None:
        """Paint the pixels of ``box`` that lie inside a shape, by their ``depth`` in it."""
        part = np.clip(depth + 0.5, 0, 1)[..., np.newaxis].astype(np.float32)
        self.pixels[box] += part * (channels(colour) - self.pixels[box])

    def png(self) -> bytes:
        """The picture as a PNG in true colour."""
        rounded = np.clip(np.rint(self.pixels), 0, 255).astype(np.uint8)
        height, width = rounded.shape[:2]
        return _png(rounded.reshape(height, -1), width, 2, [])


def indexed_png(places: NDArray[np.uint8], colours: Sequence[str]) -> bytes:
    """A PNG of ``places`` (height, width) in ``colours`` (``#RRGGBB``), of which the first is transparent.

    A byte a pixel, which is what zlib does best with.
    """
    palette = b"".join(bytes.fromhex(colour[1:]) for colour in colours)
    return _png(places, places.shape[1], 3, [(b"PLTE", palette), (b"tRNS", bytes([0]))], level=9)


def _png(
    rows: NDArray[np.uint8], width: int, kind: int, extra: list[tuple[bytes, bytes]], level: int = LEVEL
) -> bytes:
    """A PNG of ``rows`` (height, bytes a row). Portable Network Graphics, third edition, W3C."""
    filtered = np.column_stack([np.zeros(len(rows), np.uint8), rows])  # each begins with its filter: none
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", width, len(rows), 8, kind, 0, 0, 0)),
        *extra,
        (b"IDAT", zlib.compress(filtered.tobytes(), level)),
        (b"IEND", b""),
    ]
    parts = [
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)
