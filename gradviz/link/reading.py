"""The entries of the page, and what they mean together: a function, a point, a step and a window."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from gradviz.errors import GradvizError, ParseError
from gradviz.field import ScalarField, out_of_range
from gradviz.link.choices import shown_text
from gradviz.link.names import (
    ACROSS,
    AXES,
    DEFAULTS,
    FAMILY,
    FUNCTION,
    PARAMETERS,
    POINT,
    PRECISION,
    SHOWN,
    STEP,
    STEP_KIND,
    UP,
    WINDOW,
)
from gradviz.link.numbers import (
    exponent_of,
    read_point,
    read_precision,
    read_range,
    read_step,
    read_step_kind,
    step_text,
)
from gradviz.link.parameters import (
    fixed_values,
    likely_parameters,
    parameters_text,
    read_field,
    read_parameters,
)
from gradviz.link.window import (
    automatic_window,
    drawn_axes,
    first_window,
    preset_entries,
    read_axes,
    read_window,
    well_inside,
)
from gradviz.methods.steps import PLAIN, arithmetic_named
from gradviz.presets import DEFAULT, Preset
from gradviz.reading.lexer import pointed
from gradviz.reading.parser import parse, undeclared
from gradviz.text.numbers import numbers_text
from gradviz.tree.precision import FLOAT64, PRECISIONS

_Value = TypeVar("_Value")


@dataclass(frozen=True)
class Remark:
    """A sentence about one entry, and for an error of reading the text with a caret under its column.

    ``nearest`` is the name that was likely meant, ``corrected`` the whole text of the entry with it.
    """

    entry: str
    sentence: str
    caret: str = ""
    stops: bool = True  # False where the picture follows the entry all the same
    nearest: str = ""
    corrected: str = ""


@dataclass(frozen=True)
class Reading:
    """What the entries mean: a field, a point (n,), a step, the window of the picture, and remarks.

    ``axes`` are the indices of the variables drawn, ``window`` a range for each; ``automatic`` is the window
    where no range is typed. ``dtype`` and ``step_kind`` are names from ``PRECISIONS`` and ``STEP_KINDS``.
    """

    field: ScalarField
    point: tuple[float, ...]
    step: float
    window: tuple[tuple[float, float], ...]
    automatic: tuple[tuple[float, float], ...]
    axes: tuple[int, ...]
    remarks: tuple[Remark, ...] = ()
    dtype: str = FLOAT64.name
    step_kind: str = PLAIN.name


@dataclass(frozen=True)
class Entries:
    """The texts of the entries, on the page and in the address."""

    function: str = DEFAULTS[FUNCTION]
    point: str = DEFAULTS[POINT]
    step: str = DEFAULTS[STEP]
    across: str = ""
    up: str = ""
    dtype: str = DEFAULTS[PRECISION]
    step_kind: str = DEFAULTS[STEP_KIND]
    parameters: str = ""
    axes: str = ""
    window: str = ""


# the names of the entries, in their order
ENTRIES = (FUNCTION, POINT, STEP, ACROSS, UP, PRECISION, STEP_KIND, PARAMETERS, AXES, WINDOW)


def entries(values: Mapping[str, Any]) -> Entries:
    """The entries among the values of ``KEYS``."""
    return Entries(*(values[name] for name in ENTRIES))


def read(entries: Entries, last: Reading | None = None) -> Reading:
    """What ``entries`` mean; one that cannot be read has its last meaning, and a remark."""
    fresh, last = last is None, last or _first()
    remarks: list[Remark] = []

    def meaning(
        name: str, text: str, reader: Callable[[str], tuple[_Value, str]], fallback: _Value
    ) -> _Value:
        """The value of one entry by ``reader``, else ``fallback``; adds the remark, if any."""
        try:
            value, note = reader(text)
        except GradvizError as error:
            remarks.append(refusal(name, text, error, reader))
            return fallback
        if note:
            remarks.append(Remark(name, note, stops=False))
        return value

    fixed = meaning(PARAMETERS, entries.parameters, read_parameters, fixed_values(last.field))
    field = meaning(FUNCTION, entries.function, lambda text: (read_field(text, fixed), ""), last.field)
    unchanged = last.point if len(last.point) == len(field.variables) else (1.0,) * len(field.variables)
    point = meaning(POINT, entries.point, lambda text: _point_of(text, field), unchanged)
    dtype = meaning(PRECISION, entries.dtype, read_precision, FLOAT64.name)
    step_kind = meaning(STEP_KIND, entries.step_kind, read_step_kind, PLAIN.name)
    past_range = out_of_range(field, point, PRECISIONS[dtype])
    if past_range:
        remarks.append(Remark(PRECISION, f"{past_range} {FLOAT64.name} is taken instead."))
        dtype = FLOAT64.name
    arithmetic = arithmetic_named(dtype, step_kind)
    step = meaning(STEP, entries.step, lambda text: read_step(text, field, point, arithmetic), last.step)
    axes = meaning(AXES, entries.axes, lambda text: read_axes(text, field), drawn_axes(field))
    automatic = first_window(field, point, axes)
    # while the point is dragged the window is fixed: else the picture would zoom under the pointer
    current = automatic
    if fresh and entries.window:
        current = meaning(WINDOW, entries.window, lambda text: read_window(text, axes), automatic)
    elif _same_picture(last, field, axes):
        current = last.automatic
    if well_inside(point, axes, current):
        automatic = current
    window = list(automatic)
    for place, (name, text) in enumerate(((ACROSS, entries.across), (UP, entries.up))):
        if place < len(window) and text.strip():
            window[place] = meaning(name, text, read_range, window[place])
    return Reading(
        field, tuple(point), step, tuple(window), automatic, axes, tuple(remarks), dtype, step_kind
    )


def _point_of(text: str, field: ScalarField) -> tuple[tuple[float, ...], str]:
    """The point; without a word about numbers that are missing or left over where f is a constant."""
    point, note = read_point(text, field)
    return point, "" if field.expression.variables.isdisjoint(field.variables) else note


def family_remarks(reading: Reading) -> tuple[Remark, ...]:
    """A remark about each precision that has no curve since a number is past its range."""
    found = {row.name: out_of_range(reading.field, reading.point, row) for row in PRECISIONS.values()}
    return tuple(
        Remark(FAMILY, f"There is no curve in {name}: {why}", stops=False)
        for name, why in found.items()
        if why
    )


def _same_picture(last: Reading, field: ScalarField, axes: tuple[int, ...]) -> bool:
    """Whether the same function is drawn; its parameters may have other values."""
    of_last = (last.field.expression, last.field.variables, last.axes)
    return of_last == (field.expression, field.variables, axes)


def window_text(reading: Reading) -> str:
    """The entry for a window other than the automatic one of the point; else ‘’."""
    if reading.automatic == first_window(reading.field, reading.point, reading.axes):
        return ""
    return numbers_text([end for ends in reading.automatic for end in ends])


def refused(reading: Reading) -> frozenset[str]:
    """The names of the entries that could not be read and have their last meaning."""
    return frozenset(remark.entry for remark in reading.remarks if remark.stops)


def hold_fixed(reading: Reading, names: Iterable[str]) -> tuple[str, str]:
    """The entries (parameters, point) when the letters ``names`` are fixed and no others.

    A variable is fixed at its coordinate; a parameter that becomes a variable starts at its value.
    """
    known = dict(zip(reading.field.variables, reading.point, strict=True)) | fixed_values(reading.field)
    wanted = {*names, *undeclared(reading.field.text)}
    fixed = {name: value for name, value in known.items() if name in wanted}
    field = read_field(reading.field.text, fixed)
    return parameters_text(fixed), numbers_text([known[name] for name in field.variables])


def fix_likely(reading: Reading, point: str) -> tuple[str, str]:
    """The entries (parameters, point) when the likely parameters are fixed as well.

    Where the text ``point`` has a number for each of the other variables, it stays and the parameters are 1.
    """
    known, likely = fixed_values(reading.field), likely_parameters(reading.field)
    fixed = known | dict.fromkeys(likely, 1.0)
    try:
        if not read_point(point, read_field(reading.field.text, fixed))[1]:
            return parameters_text(fixed), point
    except GradvizError:  # the entry is for other variables
        pass
    return hold_fixed(reading, (*known, *likely))


def _first() -> Reading:
    field = parse(DEFAULT.text)
    window = automatic_window(DEFAULT.point, (0, 1))
    return Reading(field, DEFAULT.point, float(DEFAULT.step), window, window, (0, 1))


def refusal(name: str, text: str, error: GradvizError, reader: Callable[[str], object]) -> Remark:
    """The remark where ``reader`` has refused the ``text`` of an entry: with a caret, and a suggestion."""
    caret = pointed(text, error.column) if isinstance(error, ParseError) else ""
    nearest, corrected = _corrected(text, error, reader)
    return Remark(name, str(error), caret, nearest=nearest, corrected=corrected)


def _corrected(text: str, error: GradvizError, reader: Callable[[str], object]) -> tuple[str, str]:
    """The name that a slip was likely meant to be, and ``text`` with it; ‘’ twice where that helps nothing.

    It helps where the text can be read then, or where only something further on cannot.
    """
    if not isinstance(error, ParseError) or not error.nearest:
        return "", ""
    before, after = text[: error.column], text[error.column :]
    if not after.startswith(error.slip):  # spelled in other characters
        return "", ""
    corrected = before + error.nearest + after.removeprefix(error.slip)
    try:
        reader(corrected)
    except ParseError as next_error:
        if next_error.column <= error.column:
            return "", ""
    except GradvizError:
        return "", ""
    return error.nearest, corrected


def stepped_text(exponent: object, reading: Reading, text: str) -> str:
    """The entry of ε after a drag that ended at 10^``exponent``; unchanged where that is the step already.

    What a browser sends may be anything: what is no finite number changes nothing.
    """
    if not isinstance(exponent, int | float) or not math.isfinite(exponent):
        return text
    if exponent == exponent_of(reading.step):
        return text
    return step_text(exponent)


def entries_of(preset: Preset) -> Entries:
    """What a press on the preset puts into the entries."""
    if preset.window:
        across, up = ([numbers_text(ends) for ends in preset.window] + [""])[:2]
    else:
        across, up = preset_entries(preset.point, preset.span)
    return Entries(preset.text, numbers_text(preset.point), preset.step, across or "", up or "")


def values_of(preset: Preset) -> dict[str, str]:
    """What a press on the preset says in the address: its entries, and the methods that it shows."""
    filled = entries_of(preset)
    return {
        FUNCTION: filled.function,
        POINT: filled.point,
        STEP: filled.step,
        ACROSS: filled.across,
        UP: filled.up,
        SHOWN: shown_text(preset.methods),
    }
