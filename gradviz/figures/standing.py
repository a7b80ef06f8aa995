"""What stands in the pictures of a function while ε and the point change, made once and shared by all.

A surface is sampled once for its function and window. The sheet, its level lines and the colours of the map
belong to it, and to the range of values drawn: most changes leave both as they are.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from gradviz.field import ScalarField
from gradviz.figures.parts.drawing import sampled_range
from gradviz.figures.parts.rim import Reached, reached
from gradviz.surface import Surface, sample

SHARED = 64  # surfaces, of at most 0.4 MB with all that is made of them
MOST = 8  # things of one kind made of a surface, such as sheets for different ranges of values

_Value = TypeVar("_Value")


def sampled(
    field: ScalarField,
    window: Sequence[Sequence[float]],
    resolution: int,
    *,
    point: Sequence[float] | NDArray[np.float64],
    axes: Sequence[int],
) -> Surface:
    """As :func:`gradviz.sample`, and the same object as long as it is among the last :data:`SHARED`.

    Of ``point`` only the variables count that are not drawn. The surface is not to be changed.
    """
    others = [0.0 if axis in axes else float(x) for axis, x in enumerate(point)]
    numbers = [float(end) for side in window for end in side]
    # by their bits: 0 and −0 are equal, and 1/x is not the same there
    return _sampled(field, _bits(numbers), resolution, _bits(others), (int(axes[0]), int(axes[-1])))


@lru_cache(maxsize=SHARED)
def _sampled(
    field: ScalarField, window: bytes, resolution: int, others: bytes, axes: tuple[int, int]
) -> Surface:
    ends = _numbers(window)
    sides = list(zip(ends[::2], ends[1::2], strict=True))
    if len(field.variables) == 1:
        return sample(field, sides, resolution)
    return sample(field, sides, resolution, point=_numbers(others), axes=axes)


def _bits(numbers: Sequence[float]) -> bytes:
    return struct.pack(f"<{len(numbers)}d", *numbers)


def _numbers(bits: bytes) -> tuple[float, ...]:
    return struct.unpack(f"<{len(bits) // 8}d", bits)


def once(surface: Surface, kind: str, key: tuple[object, ...], make: Callable[[], _Value]) -> _Value:
    """What ``make`` makes of ``surface``: once for each ``key``, as long as the surface is there.

    Of each ``kind`` the last :data:`MOST` are held. It is shared, and not to be changed.
    """
    made: dict[str, dict[tuple[object, ...], Any]] = vars(surface).setdefault("made", {})
    kept = made.setdefault(kind, {})
    if key not in kept:
        value = make()
        while len(kept) >= MOST:
            kept.pop(next(iter(kept)), None)
        kept[key] = value
        return value
    return kept[key]


def range_of(surface: Surface) -> tuple[float, float, bool]:
    """The readable range of the samples, as :func:`sampled_range` gives it."""
    return once(surface, "range", (), lambda: sampled_range(surface.z))


def rim_of(surface: Surface) -> Reached | None:
    """The surface as far as the edge of its domain, as :func:`reached` gives it."""
    return once(surface, "rim", (), lambda: reached(surface))
