"""The page's state and the query of its address: what each entry is called there, and what its text means.

The page's entries hold texts, and the address holds the same texts. Here they become the function, the point,
the step and the window, each with the sentence that is due where a text cannot be taken as it stands. Another
person's link comes through the same door as what is typed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradviz.errors import GradvizError, ParseError
from gradviz.field import ScalarField
from gradviz.methods import METHODS, point_out_of_range
from gradviz.methods.differences import step_out_of_range, vanished
from gradviz.numbers_typed import read_number
from gradviz.parsing import parse
from gradviz.precision import FLOAT64, PRECISIONS, precision_named
from gradviz.presets import DEFAULT, Preset
from gradviz.stepping import PLAIN, USUAL, Arithmetic, arithmetic_named, step_kind_named
from gradviz.tokens import pointed

# the names of the entries in the address
FUNCTION, POINT, STEP, SHOWN, ACROSS, UP = "f", "at", "eps", "show", "across", "up"
PRECISION, STEP_KIND = "dtype", "steps"
EXPLAINED, NO_ONE = "explain", "none"  # the method whose curve is explained, and its name where none is

# what an entry holds on a page without a link: the lesson's example
DEFAULTS = {
    FUNCTION: DEFAULT.text,
    POINT: ", ".join(f"{x:g}" for x in DEFAULT.point),
    STEP: DEFAULT.step,
    SHOWN: "symbolic,forward,backward,central,backprop",
    PRECISION: FLOAT64.name,
    STEP_KIND: PLAIN.name,
}
SMALLEST_EXPONENT, LARGEST_EXPONENT = -16.0, 0.0  # of the slider; the entry takes any step
EXPONENT_STEP = 0.05  # as fine as the sweep, so that every place of the slider is a step that is known
LARGEST_COORDINATE = 1e100
LONGEST_LIST = 400  # characters of a list of numbers
_HALF_WIDTHS = (2.0, 4.0, 8.0, 16.0, 40.0)
_CENTRED_WITHIN = 20.0  # a window holds the origin while the coordinate is no farther out than this


@dataclass(frozen=True)
class Remark:
    """A sentence about one entry, the entry's name, and where there is one the text with a caret under the
    place.
    """

    entry: str
    sentence: str
    caret: str = ""
    stops: bool = True  # False where the picture follows the entry all the same


@dataclass(frozen=True)
class Reading:
    """What the entries mean: a field, a point (n,), a step and the window of the picture, and what must be
    said.

    ``axes`` are the places of the variables drawn, ``window`` a range for each; ``automatic`` is what the
    window is where no range is typed. ``dtype`` and ``step_kind`` are names from the tables of precisions and
    kinds of step.
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
    """The texts as they stand on the page and in the address."""

    function: str = DEFAULTS[FUNCTION]
    point: str = DEFAULTS[POINT]
    step: str = DEFAULTS[STEP]
    across: str = ""
    up: str = ""
    dtype: str = DEFAULTS[PRECISION]
    step_kind: str = DEFAULTS[STEP_KIND]


def read_field(entries: Entries, last: Reading | None = None) -> ScalarField:
    """The function alone; where it cannot be read, the last one."""
    try:
        return parse(entries.function)
    except ParseError:
        return (last or _first()).field


def read(
    entries: Entries,
    last: Reading | None = None,
    drawn: Callable[[ScalarField], tuple[int, ...]] | None = None,
) -> Reading:
    """What ``entries`` mean. An entry that cannot be read keeps what it last meant, and says why.

    ``drawn`` gives the places of the variables that are drawn, the first two unless told.
    """
    last = last or _first()
    remarks: list[Remark] = []

    def taken(name: str, text: str, reader: Callable[[str], tuple[Any, str]], kept: Any) -> Any:
        """What ``reader`` makes of one entry, ``kept`` where it refuses; what must be said is a remark."""
        try:
            value, note = reader(text)
        except GradvizError as error:
            remarks.append(Remark(name, str(error), _caret(text, error)))
            return kept
        if note:
            remarks.append(Remark(name, note, stops=False))
        return value

    field = taken(FUNCTION, entries.function, lambda text: (parse(text), ""), last.field)
    kept = last.point if len(last.point) == len(field.variables) else (1.0,) * len(field.variables)
    point = taken(POINT, entries.point, lambda text: read_point(text, field), kept)
    dtype = taken(PRECISION, entries.dtype, read_precision, FLOAT64.name)
    step_kind = taken(STEP_KIND, entries.step_kind, read_step_kind, PLAIN.name)
    past_range = point_out_of_range(field, np.array(point, dtype=float), PRECISIONS[dtype])[1]
    if past_range:
        remarks.append(Remark(PRECISION, f"{past_range} {FLOAT64.name} is taken instead."))
        dtype = FLOAT64.name
    arithmetic = arithmetic_named(dtype, step_kind)
    step = taken(STEP, entries.step, lambda text: read_step(text, field, point, arithmetic), last.step)
    axes = drawn(field) if drawn else drawn_axes(field)
    automatic = automatic_window(point, axes)
    if (last.field, last.axes) == (field, axes) and _well_inside(point, axes, last.automatic):
        automatic = last.automatic  # a picture that zooms under the hand that moves the point is no help
    window = list(automatic)
    for place, (name, text) in enumerate(((ACROSS, entries.across), (UP, entries.up))):
        if place < len(window) and text.strip():
            window[place] = taken(name, text, read_range, window[place])
    return Reading(
        field, tuple(point), step, tuple(window), automatic, axes, tuple(remarks), dtype, step_kind
    )


def drawn_axes(field: ScalarField, chosen: Sequence[str | None] = ()) -> tuple[int, ...]:
    """The places of the variables that are drawn: those ``chosen`` by name where these are two different
    ones.
    """
    names = field.variables
    places = tuple(names.index(name) for name in chosen if name in names)
    return places if len(names) > 2 and len(set(places)) == 2 else tuple(range(min(2, len(names))))


def _first() -> Reading:
    field = parse(DEFAULT.text)
    window = automatic_window(DEFAULT.point, (0, 1))
    return Reading(field, DEFAULT.point, float(DEFAULT.step), window, window, (0, 1))


def _well_inside(point: Sequence[float], axes: Sequence[int], window: Sequence[tuple[float, float]]) -> bool:
    return all(
        low + 0.05 * (high - low) <= point[a] <= high - 0.05 * (high - low)
        for a, (low, high) in zip(axes, window, strict=True)
    )


def _caret(text: str, error: GradvizError) -> str:
    return pointed(text, error.column) if isinstance(error, ParseError) else ""


def read_list(text: str) -> list[float]:
    """Numbers parted by commas, or by semicolons where commas are decimal: ‘3, 4’, ‘(pi/4, 1)’, ‘0,5; 1’."""
    if len(text) > LONGEST_LIST:
        raise GradvizError(f"That is too long: at most {LONGEST_LIST} characters.")
    start = len(text) - len(text.lstrip())
    inner = text.strip()
    if inner[:1] in ("(", "[") and inner[-1:] in (")", "]") and _closes_at_the_end(inner):
        start, inner = start + 1, inner[1:-1]
    if not inner.strip():
        return []
    if sum((letter in "([") - (letter in ")]") for letter in inner) > 0:
        raise ParseError("This bracket is never closed.", start + re.search(r"[(\[]", inner).start())
    numbers = []
    for place, part in enumerate(inner.split(";") if ";" in inner else _split_at_commas(inner), 1):
        if not part.strip():
            raise GradvizError(f"Number {place} is missing between the commas.")
        try:
            numbers.append(read_number(part))
        except ParseError as error:  # its place is one in the part
            raise ParseError(str(error), start + error.column) from None
        start += len(part) + 1
    return numbers


def _closes_at_the_end(text: str) -> bool:
    """Whether the first bracket's partner is the last one: ‘(1, 2)’, not ‘(1)/(2)’."""
    depth = 0
    for place, letter in enumerate(text):
        depth += (letter in "([") - (letter in ")]")
        if depth == 0:
            return place == len(text) - 1
    return False


def _split_at_commas(text: str) -> list[str]:
    """The parts between the commas that stand in no parenthesis."""
    parts, depth, start = [], 0, 0
    for place, letter in enumerate(text):
        depth += (letter in "([") - (letter in ")]")
        if letter == "," and depth == 0:
            parts.append(text[start:place])
            start = place + 1
    return [*parts, text[start:]]


def read_point(text: str, field: ScalarField) -> tuple[tuple[float, ...], str]:
    """The point that ``text`` spells, and a word where it has more or fewer numbers than ``field`` has
    variables.
    """
    names = field.variables
    decimal_comma = len(names) == 1 and re.fullmatch(r"\s*[-+−]?\d+,\d+\s*", text)
    values = [read_number(text)] if decimal_comma else read_list(text)
    for name, value in zip(names, values, strict=False):
        if abs(value) > LARGEST_COORDINATE:
            raise GradvizError(f"{name} = {value:g} is too far out: at most 1e100 in size.")
    if len(values) > len(names):
        extra = "no variable" if not names else f"only {', '.join(names)}"
        note = f"The point has {len(values)} numbers, and the function has {extra}: the rest is left out."
        return tuple(values[: len(names)]), note
    if len(values) < len(names):
        missing = ", ".join(f"{name} = 1" for name in names[len(values) :])
        return (
            *values,
            *[1.0] * (len(names) - len(values)),
        ), f"No number is given for every variable: {missing} is taken."
    return tuple(values), ""


def read_step(
    text: str, field: ScalarField, point: Sequence[float], arithmetic: Arithmetic = USUAL
) -> tuple[float, str]:
    """ε, and a word where it vanishes beside a coordinate, or is itself no number of the type."""
    try:
        step = read_number(text)
    except GradvizError as error:
        if "rounds to 0" in str(error):
            raise GradvizError("This ε rounds to 0, and ε must be greater than 0: it is the shift.") from None
        raise
    if step <= 0:
        raise GradvizError("ε must be greater than 0: it is the shift.")
    if step > LARGEST_COORDINATE:
        raise GradvizError("This ε is too large: at most 1e100.")
    precision = arithmetic.precision
    out_of_range = step_out_of_range(step, precision)
    if out_of_range is not None and field.variables:
        return step, out_of_range[1]
    where = "" if precision is FLOAT64 else f" of {precision.name}"
    for name, gone in zip(field.variables, vanished(point, [step], (1,), arithmetic)[0], strict=True):
        if gone:
            return (
                step,
                f"The step vanishes: {name} + ε is {name} again, for ε is less than half the gap to the "
                f"next number{where}.",
            )
    return step, ""


def read_precision(text: str) -> tuple[str, str]:
    """The name of a precision; a GradvizError that lists the names for anything else."""
    return precision_named(text.strip()).name, ""


def read_step_kind(text: str) -> tuple[str, str]:
    """The name of a kind of step; a GradvizError that lists the names for anything else."""
    return step_kind_named(text.strip()).name, ""


def read_range(text: str) -> tuple[tuple[float, float], str]:
    """The two ends of a range, and a word where they had to be swapped."""
    values = read_list(text.replace("…", ",").replace("..", " ,"))  # as long as before: carets stay
    if len(values) != 2:
        raise GradvizError("A range is two numbers, for example -6, 6.")
    low, high = values
    note = ""
    if low > high:
        low, high = high, low
        note = f"The ends are swapped: from {low:g} to {high:g}."
    size = max(abs(low), abs(high))
    if low == high or high - low < 1e-9 * size or high - low < 1e-100:
        raise GradvizError("This range is too narrow to draw: the two ends are nearly the same.")
    if size > LARGEST_COORDINATE:
        raise GradvizError("This range is too wide to draw: at most 1e100.")
    return (low, high), note


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


def step_text(exponent: float) -> str:
    """10^exponent as it is typed: 0.1, 3.16e-8; what is not finite is told like any other entry."""
    if not math.isfinite(exponent):
        return "nan"
    exponent = min(max(exponent, SMALLEST_EXPONENT), LARGEST_EXPONENT)
    mantissa = 10 ** (exponent - math.floor(exponent))
    if abs(mantissa - 1) < 1e-9:
        whole = int(exponent)
        return f"{10.0**whole:g}" if whole > -4 else f"1e{whole}"
    return f"{10.0**exponent:.3g}"


def stepped_text(exponent: Any, reading: Reading, text: str) -> str:
    """The entry of ε after it was let go at 10^``exponent``; as it is typed where that is where it stands.

    What a browser sends is another person's input: anything but a number changes nothing.
    """
    if not isinstance(exponent, int | float) or exponent == exponent_of(reading.step):
        return text
    return step_text(exponent)


def exponent_of(step: float) -> float:
    """The slider's place for a step: its exponent to a twentieth, within the slider's ends."""
    place = round(math.log10(step) / EXPONENT_STEP) * EXPONENT_STEP
    return float(np.clip(round(place, 2), SMALLEST_EXPONENT, LARGEST_EXPONENT))


def numbers_text(values: Sequence[float]) -> str:
    """A point or a range as it is typed: short where that is exact, never with noise in the last digits."""
    return ", ".join(
        f"{value:.15g}" if float(f"{value:.15g}") == value else repr(float(value)) for value in values
    )


def picked_text(
    point: Sequence[float],
    moved: dict[int, float],
    window: Sequence[tuple[float, float]],
    axes: Sequence[int],
) -> str:
    """The point after a press on a picture: the moved coordinates rounded to what a hand can mean there."""
    values = [float(x) for x in point]
    for axis, value in moved.items():
        low, high = window[list(axes).index(axis)]
        places = max(0, 3 - math.floor(math.log10(high - low)))
        values[axis] = round(min(max(value, low), high), places) + 0.0
    return numbers_text(values)


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


def entries_of(preset: Preset) -> Entries:
    """What a press on the preset puts into the entries."""
    if preset.window:
        across, up = ([numbers_text(ends) for ends in preset.window] + [""])[:2]
    else:
        across, up = preset_entries(preset.point, preset.span)
    return Entries(preset.text, numbers_text(preset.point), preset.step, across or "", up or "")


def known_methods(text: str) -> tuple[str, ...]:
    """The methods whose names stand in ``text``, parted by commas, in the order of the table."""
    names = {name.strip() for name in text.split(",")}
    return tuple(method.name for method in METHODS if method.name in names)


def shown_text(names: Sequence[str]) -> str:
    """The entry for the methods shown, in the order of the table; ‘none’ where there are none."""
    return ",".join(method.name for method in METHODS if method.name in names) or "none"


def explainable(shown: Sequence[str]) -> tuple[str, ...]:
    """The methods whose curve over ε may be explained: those shown that take a step; and none of them."""
    return (*(method.name for method in METHODS if method.takes_step and method.name in shown), NO_ONE)


def explained(text: str, shown: Sequence[str]) -> str:
    """The one that ``text`` asks for; the first there is where it asks for none that is shown."""
    choices = explainable(shown)
    return text if text in choices else choices[0]


def explained_text(name: str, shown: Sequence[str]) -> str:
    """The entry for the method that is explained: '' for the first: a plain page has a plain address."""
    return "" if name == explainable(shown)[0] else name
