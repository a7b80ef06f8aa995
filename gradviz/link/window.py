"""The window of a picture: the variables drawn, and a range for each."""

from __future__ import annotations

import math
from collections.abc import Sequence

from gradviz.errors import GradvizError
from gradviz.field import ScalarField
from gradviz.framing import Window, suitable_window
from gradviz.link.numbers import names_listed, read_list, read_range
from gradviz.text.numbers import numbers_text

_HALF_WIDTHS = (2.0, 4.0, 8.0, 16.0, 40.0)
_CENTRED_WITHIN = 20.0  # a window holds the origin while the coordinate is no farther out than this


def drawn_axes(field: ScalarField, chosen: Sequence[str | None] = ()) -> tuple[int, ...]:
    """The indices of the variables drawn: those ``chosen`` by name, if these are two different ones."""
    names = field.variables
    places = tuple(names.index(name) for name in chosen if name in names)
    return places if len(names) > 2 and len(set(places)) == 2 else tuple(range(min(2, len(names))))


def read_axes(text: str, field: ScalarField) -> tuple[tuple[int, ...], str]:
    """The indices of the two variables drawn, and a sentence where those named cannot be drawn."""
    chosen = names_listed(text)
    axes = drawn_axes(field, chosen)
    drawn = [field.variables[place] for place in axes]
    if not chosen or len(field.variables) <= 2 or drawn == chosen:
        return axes, ""
    return axes, f"Two different variables of the function can be drawn: {' and '.join(drawn)} are."


def automatic_window(point: Sequence[float], axes: Sequence[int]) -> tuple[tuple[float, float], ...]:
    """A range for each drawn variable: around the origin while the point is near, else around the point."""
    near = [abs(point[a]) for a in axes if abs(point[a]) <= _CENTRED_WITHIN]
    reach = 2.0 * max(near, default=0.0)
    half = next((h for h in _HALF_WIDTHS if h >= max(reach, 2.0)), _HALF_WIDTHS[-1])
    window = []
    for a in axes:
        centre = 0.0 if abs(point[a]) <= _CENTRED_WITHIN else point[a]
        width = max(half, abs(centre) * 1e-6)  # so that the ends are different numbers
        window.append((centre - width, centre + width))
    return tuple(window)


def first_window(field: ScalarField, point: Sequence[float], axes: Sequence[int]) -> Window:
    """The window where no range is typed: the automatic one, if it shows something of f at ``point``."""
    return suitable_window(field, point, axes, automatic_window(point, axes))


def read_window(text: str, axes: Sequence[int]) -> tuple[tuple[tuple[float, float], ...], str]:
    """The window of a picture whose ranges were chosen for the visitor: two ends for each drawn variable."""
    ends = read_list(text)
    if len(ends) != 2 * len(axes):
        raise GradvizError("This window does not fit the function: another one is chosen.")
    return tuple(read_range(numbers_text(ends[i : i + 2]))[0] for i in range(0, len(ends), 2)), ""


def well_inside(point: Sequence[float], axes: Sequence[int], window: Sequence[tuple[float, float]]) -> bool:
    """Whether the point is at least a twentieth of the width away from every edge of the window."""
    return all(
        low + 0.05 * (high - low) <= point[a] <= high - 0.05 * (high - low)
        for a, (low, high) in zip(axes, window, strict=True)
    )


def picked_text(
    point: Sequence[float],
    moved: dict[int, float],
    window: Sequence[tuple[float, float]],
    axes: Sequence[int],
    beyond: float = 0.0,
) -> str:
    """The point after a press on a picture: the moved coordinates rounded to a thousandth of the window.

    They are at most ``beyond`` widths outside it.
    """
    values = [float(x) for x in point]
    for axis, value in moved.items():
        low, high = window[list(axes).index(axis)]
        places = max(0, 3 - math.floor(math.log10(high - low)))
        more = beyond * (high - low)
        values[axis] = round(min(max(value, low - more), high + more), places) + 0.0
    return numbers_text(values)


def framed_entries(
    point: Sequence[float],
    window: Sequence[tuple[float, float]],
    axes: Sequence[int],
    factor: object,
) -> tuple[str, ...]:
    """The texts of the ranges after ``window`` has become ``factor`` as wide, the point staying where it is.

    What a browser sends may be anything: () for what is no factor, or leads out of what can be drawn.
    """
    if isinstance(factor, bool) or not isinstance(factor, int | float) or not 0.01 <= factor <= 100:
        return ()
    ranges = []
    for axis, (low, high) in zip(axes, window, strict=True):
        about = min(max(point[axis], low), high)
        ranges.append((about + factor * (low - about), about + factor * (high - about)))
    return _range_texts(ranges)


def panned_entries(axes: Sequence[int], ranges: object) -> tuple[str, ...]:
    """The texts of the two ``ranges`` of a window that was moved on the map.

    What a browser sends may be anything: () for what are no ranges, or cannot be drawn.
    """
    if not isinstance(ranges, list | tuple) or len(ranges) != len(axes) or not all(map(_is_range, ranges)):
        return ()
    return _range_texts(ranges)


def followed_entries(point: Sequence[float], window: Sequence[tuple[float, float]]) -> tuple[str, ...]:
    """The texts of the ranges of a typed ``window`` that has gone after a ``point`` outside it.

    () where the point is inside. Along an axis on which it was outside it lies a quarter of the width inside.
    """
    ranges = []
    for place, (low, high) in zip(point, window, strict=True):
        inner = (high - low) / 4
        shift = place - (high - inner) if place > high else place - (low + inner) if place < low else 0.0
        ranges.append((low + shift, high + shift))
    if ranges == [tuple(ends) for ends in window]:
        return ()
    return _range_texts(ranges)


LARGEST = 1e300


def _is_range(value: object) -> bool:
    """Whether ``value`` is two numbers of a size that can be drawn, the lower one first."""
    if not isinstance(value, list | tuple) or len(value) != 2:
        return False
    numbers = [end for end in value if isinstance(end, int | float) and not isinstance(end, bool)]
    return len(numbers) == 2 and -LARGEST < numbers[0] < numbers[1] < LARGEST


def _range_texts(ranges: Sequence[Sequence[float]]) -> tuple[str, ...]:
    """The texts of ``ranges``, rounded to a thousandth of their widths; () where one cannot be drawn."""
    texts = []
    for low, high in ranges:
        width = high - low
        digits = max(0, 3 - math.floor(math.log10(width))) if 0 < width < math.inf else 400
        texts.append(numbers_text([round(end, min(digits, 300)) + 0.0 for end in (low, high)]))
    try:
        for text in texts:
            read_range(text)
    except GradvizError:
        return ()
    return tuple(texts)


def preset_entries(point: Sequence[float], span: float) -> tuple[str | None, str | None]:
    """The texts of the two ranges around a preset's point; None where the automatic window will do."""
    axes = range(min(2, len(point)))
    fits = [
        low <= point[a] <= high and 1.5 * span <= high - low <= 2.5 * span
        for a, (low, high) in zip(axes, automatic_window(point, axes), strict=True)
    ]
    texts = [numbers_text((round(point[a] - span, 9), round(point[a] + span, 9))) for a in axes]
    across, up = (*texts, None, None)[:2]
    return (None, None) if all(fits) else (across, up)
