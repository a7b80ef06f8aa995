"""The page's state and the query of its address: what each entry is called there, and what its text means.

``KEYS`` is the one table of what an address can say: every picture of the page is in it, so that a reload,
another browser and a link sent by mail open the same one. Most values are the texts of the page's entries as
they stand. Here they become the function, the point, the step and the window, each with the sentence that is
due where a text cannot be taken as it stands. Another person's link comes through the same door as what is
typed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, urlencode

import numpy as np

from gradviz.autodiff.costs import FAMILIES
from gradviz.autodiff.faults import FAULTS
from gradviz.errors import GradvizError, ParseError
from gradviz.field import ScalarField, out_of_range
from gradviz.figures.layers.table import LAYERS as LAYER_ROWS
from gradviz.methods import METHODS
from gradviz.methods.differences import step_out_of_range, vanished
from gradviz.methods.steps import PLAIN, STEP_KINDS, USUAL, Arithmetic, arithmetic_named, step_kind_named
from gradviz.presets import DEFAULT, Preset
from gradviz.reading.lexer import pointed
from gradviz.reading.number import read_number
from gradviz.reading.parser import parse, undeclared
from gradviz.reading.words import MOST_VARIABLES, declared, in_natural_order
from gradviz.text.numbers import numbers_text
from gradviz.tree.precision import FLOAT64, PRECISIONS, precision_named

VERSION = 2  # of the links that are written; one without a version is of the first

# the names of the entries in the address
FUNCTION, POINT, STEP, SHOWN, ACROSS, UP = "f", "at", "eps", "show", "across", "up"
LIFT, OVERLAY, RELATIVE, FAMILY = "lift", "overlay", "relative", "precisions"
EXPLAINED, NO_ONE = "explain", "none"  # the method whose curve is explained, and its name where none is
PARAMETERS, AXES, WINDOW, CAMERA = "par", "axes", "win", "cam"
PRECISION, STEP_KIND, LAYERS = "dtype", "steps", "more"
HIDDEN, OPENED, PREDICT = "hide", "open", "predict"
KEPT = "kept"
LAYERS_BY, FAULT, PLACE, NODE, FAMILY_COUNTED = "by", "fault", "where", "node", "costs"
LINK = "v"  # the version, and what must be said about the link itself

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
LONGEST_TYPED = 5000  # characters that are looked at; every entry refuses far shorter texts, with a sentence
LONGEST_KEPT = 4000  # characters of a picture that is kept beside: the address holds it
LONGEST_DISTANCE = 10.0  # of the camera from the middle of the scene, along each axis
PANELS = ("view", "parameters", "code", "costs")  # those that open and close

# what a link may leave out of the page, and what it is called there
PARTS = {
    "gallery": "Gallery",
    "function": "Function",
    "parameters": "Parameters",
    "point": "Point",
    "eps": "Step ε",
    "methods": "Methods",
    "view": "View",
    "surface": "Surface or curve",
    "map": "Map",
    "kept": "Kept picture",
    "errors": "Error plot",
    "words": "Words",
    "table": "Table",
    "closed": "Closed form",
    "graph": "Back-propagation",
}
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
    parameters: str = ""
    axes: str = ""
    window: str = ""


# the names of the entries, in their order
ENTRIES = (FUNCTION, POINT, STEP, ACROSS, UP, PRECISION, STEP_KIND, PARAMETERS, AXES, WINDOW)


def entries(values: Mapping[str, Any]) -> Entries:
    """The entries among the values of ``KEYS``."""
    return Entries(*(values[name] for name in ENTRIES))


def read(entries: Entries, last: Reading | None = None) -> Reading:
    """What ``entries`` mean. An entry that cannot be read keeps what it last meant, and says why."""
    fresh, last = last is None, last or _first()
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

    held = taken(PARAMETERS, entries.parameters, read_parameters, _held(last.field))
    field = taken(FUNCTION, entries.function, lambda text: (read_field(text, held), ""), last.field)
    kept = last.point if len(last.point) == len(field.variables) else (1.0,) * len(field.variables)
    point = taken(POINT, entries.point, lambda text: read_point(text, field), kept)
    dtype = taken(PRECISION, entries.dtype, read_precision, FLOAT64.name)
    step_kind = taken(STEP_KIND, entries.step_kind, read_step_kind, PLAIN.name)
    past_range = out_of_range(field, point, PRECISIONS[dtype])
    if past_range:
        remarks.append(Remark(PRECISION, f"{past_range} {FLOAT64.name} is taken instead."))
        dtype = FLOAT64.name
    arithmetic = arithmetic_named(dtype, step_kind)
    step = taken(STEP, entries.step, lambda text: read_step(text, field, point, arithmetic), last.step)
    axes = taken(AXES, entries.axes, lambda text: read_axes(text, field), drawn_axes(field))
    automatic = automatic_window(point, axes)
    # a picture that zooms under the hand that moves the point is no help
    standing = automatic
    if fresh and entries.window:
        standing = taken(WINDOW, entries.window, lambda text: read_window(text, axes), automatic)
    elif _same_picture(last, field, axes):
        standing = last.automatic
    if _well_inside(point, axes, standing):
        automatic = standing
    window = list(automatic)
    for place, (name, text) in enumerate(((ACROSS, entries.across), (UP, entries.up))):
        if place < len(window) and text.strip():
            window[place] = taken(name, text, read_range, window[place])
    return Reading(
        field, tuple(point), step, tuple(window), automatic, axes, tuple(remarks), dtype, step_kind
    )


def read_field(text: str, held: Mapping[str, float]) -> ScalarField:
    """The function that ``text`` spells, with the letters of ``held`` that occur in it as parameters, and
    those that its heading f(x, y) = … leaves out: they are 1 unless held at something else.
    """
    names = [*held, *(name for name in undeclared(text, tuple(held)) if name not in held)]
    field = parse(text, parameters=names)
    occurring = [name for name in names if name in field.expression.variables]
    if occurring != names:
        field = parse(text, parameters=occurring)
    return field.with_parameters(**{name: held.get(name, 1.0) for name in occurring})


def family_remarks(reading: Reading) -> tuple[Remark, ...]:
    """A word about each precision that has no curve among those of every precision, as a number is past its
    range.
    """
    found = {row.name: out_of_range(reading.field, reading.point, row) for row in PRECISIONS.values()}
    return tuple(
        Remark(FAMILY, f"There is no curve in {name}: {why}", stops=False)
        for name, why in found.items()
        if why
    )


def _same_picture(last: Reading, field: ScalarField, axes: tuple[int, ...]) -> bool:
    """Whether it is the same function that is drawn, whatever its parameters are held at."""
    of_last = (last.field.expression, last.field.variables, last.axes)
    return of_last == (field.expression, field.variables, axes)


def _held(field: ScalarField) -> dict[str, float]:
    return {name: 1.0 if value is None else value for name, value in field.parameters}


def drawn_axes(field: ScalarField, chosen: Sequence[str | None] = ()) -> tuple[int, ...]:
    """The places of the variables that are drawn: those ``chosen`` by name where these are two different
    ones.
    """
    names = field.variables
    places = tuple(names.index(name) for name in chosen if name in names)
    return places if len(names) > 2 and len(set(places)) == 2 else tuple(range(min(2, len(names))))


def read_axes(text: str, field: ScalarField) -> tuple[tuple[int, ...], str]:
    """The places of the two variables that are drawn, and a word where those named cannot be."""
    chosen = _names_in(text)
    axes = drawn_axes(field, chosen)
    drawn = [field.variables[place] for place in axes]
    if not chosen or len(field.variables) <= 2 or drawn == chosen:
        return axes, ""
    return axes, f"Two different variables of the function can be drawn: {' and '.join(drawn)} are."


def read_window(text: str, axes: Sequence[int]) -> tuple[tuple[tuple[float, float], ...], str]:
    """The window of a picture whose ranges were chosen for the visitor: two ends for each drawn variable."""
    ends = read_list(text)
    if len(ends) != 2 * len(axes):
        raise GradvizError("This window does not fit the function: another one is chosen.")
    return tuple(read_range(numbers_text(ends[i : i + 2]))[0] for i in range(0, len(ends), 2)), ""


def window_text(reading: Reading) -> str:
    """The entry for a window that stands although the point alone would give another; else ‘’."""
    if reading.automatic == automatic_window(reading.point, reading.axes):
        return ""
    return numbers_text([end for ends in reading.automatic for end in ends])


def read_parameters(text: str) -> tuple[dict[str, float], str]:
    """The letters that are held fixed, and their values: ‘a:2, b=0.5’; a bare name is held at 1."""
    if len(text) > LONGEST_LIST:
        raise GradvizError(f"That is too long: at most {LONGEST_LIST} characters.")
    held: dict[str, float] = {}
    repeated = ""
    for part in _split_at_commas(text) if text.strip() else ():
        spelled, _, number = part.replace("=", ":", 1).partition(":")
        (name,) = declared([spelled.strip()], "parameters")
        repeated = repeated or (name if name in held else "")
        held[name] = read_number(number) if number.strip() else 1.0
        if abs(held[name]) > LARGEST_COORDINATE:
            raise GradvizError(f"{name} = {held[name]:g} is too far out: at most 1e100 in size.")
    if len(held) > MOST_VARIABLES:
        raise GradvizError(f"There can be at most {MOST_VARIABLES} parameters.")
    if repeated:
        last = numbers_text([held[repeated]])
        return held, f"{repeated} stands there more than once: the last one, {repeated} = {last}, is taken."
    return held, ""


def parameters_text(held: Mapping[str, float]) -> str:
    """The entry for parameters and their values."""
    return ",".join(f"{name}:{numbers_text([value])}" for name, value in held.items())


def slider_ends(value: float) -> tuple[float, float]:
    """The ends of a parameter's slider: −5 … 5, or around a value that is farther out."""
    return (-5.0, 5.0) if abs(value) <= 5.0 else (value - abs(value), value + abs(value))


def hold_fixed(reading: Reading, names: Iterable[str]) -> tuple[str, str]:
    """The entries (parameters, point) when the letters ``names`` are held fixed and no others.

    A variable is held where the point is, and one that is let go starts where it was held.
    """
    known = dict(zip(reading.field.variables, reading.point, strict=True)) | _held(reading.field)
    wanted = {*names, *undeclared(reading.field.text)}
    held = {name: value for name, value in known.items() if name in wanted}
    field = read_field(reading.field.text, held)
    return parameters_text(held), numbers_text([known[name] for name in field.variables])


def letters(field: ScalarField) -> tuple[str, ...]:
    """The variables and the parameters, in natural order."""
    return in_natural_order((*field.variables, *_held(field)))


def parameter_moved(field: ScalarField, name: str, value: float) -> str:
    """The entry for the parameters when a slider moves one of them: it means no more than 12 digits."""
    return parameters_text({**_held(field), name: float(f"{value:.12g}")})


PLAYED_STEPS = 20  # from one end of a parameter's slider to the other


def played(start: float, tick: int) -> float | None:
    """A parameter that is played: from ``start`` up to its slider's end, down to the other, and back up.

    The value after ``tick`` steps; None when it is back where it began.
    """
    low, high = slider_ends(start)
    stride = (high - low) / PLAYED_STEPS
    if tick >= 2 * PLAYED_STEPS:
        return None
    way = (start - low + tick * stride) % (2 * (high - low))
    return round(low + min(way, 2 * (high - low) - way), 12)


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
    comma = f"{text.strip()} is read as {numbers_text(values)}: a comma inside a number is a decimal comma."
    for name, value in zip(names, values, strict=False):
        if abs(value) > LARGEST_COORDINATE:
            raise GradvizError(f"{name} = {value:g} is too far out: at most 1e100 in size.")
    if len(values) > len(names):
        extra = "no variable" if not names else f"only {', '.join(names)}"
        note = f"The point has {len(values)} numbers, and the function has {extra}: the rest is left out."
        return tuple(values[: len(names)]), note
    if len(values) < len(names):
        missing = names[len(values) :]
        taken = ", ".join(f"{name} = 1" for name in missing) + (" is" if len(missing) == 1 else " are")
        note = f"The point has no number for {', '.join(missing)}: {taken} taken."
        return (*values, *[1.0] * len(missing)), note
    return tuple(values), comma if decimal_comma else ""


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


def place_text(place: tuple[int, int]) -> str:
    """The entry for an edge of the graph: its consumer and the place of the operand there, 5.0."""
    return f"{place[0]}.{place[1]}"


def read_place(text: str) -> tuple[int, int] | None:
    """The edge that :func:`place_text` wrote, None where nothing is said."""
    if not text.strip():
        return None
    found = re.fullmatch(r"([0-9]{1,4})\.([0-9]{1,2})", text.strip(), re.ASCII)
    if not found:
        raise GradvizError("A place in the graph is two numbers: the node, and which of its operands.")
    return int(found[1]), int(found[2])


def pressed_text(name: Any, shown: Sequence[str], text: str) -> str:
    """The entry for the method that is explained after one was pressed in the legend. What a browser sends is
    another person's input: anything but one that may be explained changes nothing.
    """
    known = isinstance(name, str) and name in explainable(shown)
    return explained_text(name, shown) if known else text


def read_camera(text: str) -> tuple[float, ...]:
    """Where the surface is seen from: eye and centre, and what is up where that is not the z axis; () where
    nothing is said.
    """
    if not text.strip():
        return ()
    numbers = tuple(read_list(text))
    if len(numbers) not in (6, 9):
        raise GradvizError("A camera is six or nine numbers: the eye, what it looks at, and what is up.")
    if any(abs(number) > LONGEST_DISTANCE for number in numbers):
        raise GradvizError(
            f"This camera is too far out: its numbers are at most {LONGEST_DISTANCE:g} in size."
        )
    eye, centre, up = numbers[:3], numbers[3:6], numbers[6:]
    if math.dist(eye, centre) < 0.01:
        raise GradvizError("This camera looks at nothing: the eye is where it looks.")
    if up and math.hypot(*up) < 0.01:
        raise GradvizError("This camera has no direction that is up.")
    return numbers


def camera_text(camera: Sequence[float]) -> str:
    """The entry for a camera, to what an eye can tell apart."""
    return ",".join(f"{round(number, 3) + 0.0:g}" for number in camera)


def turned_text(numbers: Any, text: str) -> str:
    """The entry for a camera after the surface was turned. What a browser sends is another person's input:
    anything but a camera changes nothing.
    """
    if not isinstance(numbers, list | tuple) or not all(isinstance(x, int | float) for x in numbers):
        return text
    try:
        told = camera_text(numbers)
        return told if read_camera(told) else text
    except GradvizError:
        return text


# --- the address --------------------------------------------------------------------------------------------


def _names_in(text: str) -> list[str]:
    """The names in a list that is parted by commas."""
    if len(text) > LONGEST_LIST:
        raise GradvizError(f"That is too long: at most {LONGEST_LIST} characters.")
    return [name for part in text.split(",") if (name := part.strip())]


def _as_typed(text: str) -> tuple[str, str]:
    return text, ""  # what it means is told below its entry


def _switch(text: str) -> tuple[bool, str]:
    word = text.strip().lower()
    if word not in ("", "0", "1"):
        raise GradvizError("1 is on and 0 is off.")
    return word == "1", ""


def _one_of(text: str, names: Sequence[str]) -> tuple[str, str]:
    if text.strip() not in names:
        raise GradvizError(f"There is only {', '.join(filter(None, names))}.")
    return text.strip(), ""


def _one_of_or_none(names: Sequence[str]) -> Callable[[str], tuple[str, str]]:
    return partial(_one_of, names=("", *names))


def _some_of(text: str, names: Sequence[str]) -> tuple[str, str]:
    """Those of ``names`` that stand in ``text``, in their order."""
    wanted = _names_in(text)
    known = ",".join(name for name in names if name in wanted)
    unknown = [name for name in wanted if name not in names]
    return known, f"‘{unknown[0][:40]}’ is unknown here." if unknown else ""


def _methods(text: str) -> tuple[str, str]:
    known, note = _some_of(text, [method.name for method in METHODS])
    return known or "none", "" if text.strip() == "none" else note


def _camera(text: str) -> tuple[str, str]:
    return camera_text(read_camera(text)), ""


def _place(text: str) -> tuple[str, str]:
    read_place(text)
    return text.strip(), ""


def _node(text: str) -> tuple[str, str]:
    if not re.fullmatch(r"([0-9]{1,4})?", text.strip(), re.ASCII):
        raise GradvizError("A node of the graph is a whole number.")
    return text.strip(), ""


def _kept(text: str) -> tuple[str, str]:
    if not text.strip():
        return "", ""
    read_kept(text)
    return kept_text(kept_values(text)), ""


def _written(value: Any) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)


@dataclass(frozen=True)
class Key:
    """What the address says under one name.

    ``default`` is the value while the address says nothing; ``read`` makes a value of a text, and a word
    where one is due, or refuses it with a GradvizError; ``since`` is the first version that has it.
    """

    name: str
    means: str
    default: str | bool = ""
    read: Callable[[str], tuple[Any, str]] = _as_typed
    since: int = 2


_STEPPING = tuple(method.name for method in METHODS if method.takes_step)
_LAYERS = tuple(layer.name for layer in LAYER_ROWS)
_FAULTS = tuple(fault.name for fault in FAULTS)
_FAMILIES = tuple(family.name for family in FAMILIES)
_EXPLAINABLE = ("", NO_ONE, *_STEPPING)

KEYS = (
    Key(FUNCTION, "the function", DEFAULTS[FUNCTION], since=1),
    Key(POINT, "the point", DEFAULTS[POINT], since=1),
    Key(STEP, "the step ε", DEFAULTS[STEP], since=1),
    Key(PARAMETERS, "the letters held fixed, and their values"),
    Key(SHOWN, "the methods shown", DEFAULTS[SHOWN], _methods, since=1),
    Key(ACROSS, "the range across", since=1),
    Key(UP, "the range up the map", since=1),
    Key(WINDOW, "the window, where no range is typed and the point moved in a standing picture"),
    Key(AXES, "the two variables drawn"),
    Key(CAMERA, "where the surface is seen from", read=_camera),
    Key(LIFT, "the arrows on the surface", False, _switch, since=1),
    Key(OVERLAY, "equal arrows over each other", False, _switch, since=1),
    Key(EXPLAINED, "the method whose errors are explained", read=partial(_one_of, names=_EXPLAINABLE)),
    Key(RELATIVE, "errors as a share of the gradient", False, _switch),
    Key(FAMILY, "the same curve in every precision", False, _switch),
    Key(PRECISION, "the kind of numbers", FLOAT64.name, partial(_one_of, names=tuple(PRECISIONS))),
    Key(STEP_KIND, "the kind of step", PLAIN.name, partial(_one_of, names=tuple(STEP_KINDS))),
    Key(LAYERS, "more layers in the pictures", read=partial(_some_of, names=_LAYERS)),
    Key(LAYERS_BY, "the method of gradient field, digits and secants", read=_one_of_or_none(_STEPPING)),
    Key(FAULT, "the fault in the backward pass", read=_one_of_or_none(_FAULTS)),
    Key(PLACE, "where it is: a node and the place of the operand that it is passed to", read=_place),
    Key(NODE, "the node around which a large graph is drawn", read=_node),
    Key(FAMILY_COUNTED, "the family whose costs are counted", read=_one_of_or_none(_FAMILIES)),
    Key(OPENED, "the panels that are open", read=partial(_some_of, names=PANELS)),
    Key(HIDDEN, "the parts of the page that are left out", read=partial(_some_of, names=tuple(PARTS))),
    Key(PREDICT, "the error plot hidden until its best step is guessed", False, _switch),
    Key(KEPT, "a picture kept beside: its entries, as a query of their own", read=_kept),
)


@dataclass(frozen=True)
class Renewal:
    """What links before version ``until`` said under ``name``: its ``new`` name, and the texts that have
    become others.
    """

    until: int
    name: str
    new: str
    texts: Mapping[str, str]


_SWITCHES = {"true": "1", "false": "0"}
RENEWALS = (
    Renewal(2, LIFT, LIFT, _SWITCHES),
    Renewal(2, OVERLAY, OVERLAY, _SWITCHES),
    Renewal(2, "model", EXPLAINED, {"true": "", "false": NO_ONE}),
)


def renewed(query: Mapping[str, str], version: int) -> dict[str, str]:
    """``query`` of a link of ``version`` as a link says the same today."""
    texts = dict(query)
    for old in RENEWALS:
        if version < old.until and old.name in texts:
            text = texts.pop(old.name)
            texts[old.new] = old.texts.get(text.strip().lower(), text)
    return texts


def values_in(query: Mapping[str, str]) -> tuple[dict[str, Any], tuple[Remark, ...]]:
    """The value of every key, and what must be said about ``query``: names it does not know are passed over,
    and where a text cannot be read the default stands.
    """
    version, remarks = _version(query)
    texts = renewed(query, version)
    found = {}
    for key in KEYS:
        found[key.name] = key.default
        if key.name not in texts:
            continue
        try:
            found[key.name], note = key.read(texts[key.name][:LONGEST_TYPED])
        except GradvizError as error:
            note = f"The link’s {key.name} is left out. {error}"
        if note:
            remarks.append(Remark(LINK, note, stops=False))
    return found, tuple(remarks)


def doubts(values: Mapping[str, Any], repeated: Iterable[str] = ()) -> tuple[Remark, ...]:
    """What must be said besides when a link is opened, though it says what ``values`` are: keys that its
    query ``repeated``, and parameters that its function does not have.
    """
    known = {key.name for key in KEYS}
    notes = [
        f"The link has {name} more than once: the last one is taken." for name in repeated if name in known
    ]
    notes.append(_letters_left_out(values))
    return tuple(Remark(LINK, note, stops=False) for note in notes if note)


def _letters_left_out(values: Mapping[str, Any]) -> str:
    """A word about parameters of a link that its function does not have; '' where either cannot be read: its
    own entry then says so.
    """
    try:
        held = read_parameters(values[PARAMETERS])[0]
        field = read_field(values[FUNCTION], held)
    except GradvizError:
        return ""
    missing = [name for name in held if name not in _held(field)]
    return f"The function has no {', no '.join(missing)}: left out." if missing else ""


def _version(query: Mapping[str, str]) -> tuple[int, list[Remark]]:
    """The version of a link, and a word where it is not one of ours."""
    text = query.get(LINK, "1").strip()
    if not re.fullmatch(r"[1-9][0-9]{0,3}", text, re.ASCII):
        return VERSION, [Remark(LINK, "The link’s version is not a whole number.", stops=False)]
    if int(text) > VERSION:
        newer = "This link comes from a newer version of the page: it is opened as far as it is understood."
        return VERSION, [Remark(LINK, newer, stops=False)]
    return int(text), []


def query_for(values: Mapping[str, Any]) -> dict[str, str]:
    """What the address says for ``values``: only what is not the default, and then the version."""
    texts = {key.name: _written(values[key.name]) for key in KEYS if values[key.name] != key.default}
    return {**texts, LINK: str(VERSION)} if texts else {}


def refused(reading: Reading) -> frozenset[str]:
    """The names of the entries that could not be read, and keep what they last meant."""
    return frozenset(remark.entry for remark in reading.remarks if remark.stops)


def linked(values: Mapping[str, Any], reading: Reading, before: Mapping[str, Any]) -> dict[str, Any]:
    """What the address says of ``values``: for each entry that could not be read, what it said ``before``.

    So it tells the picture that is shown, and a reload, or whoever is sent the link, sees the same.
    """
    return {**values, **{name: before[name] for name in refused(reading) if name in values}}


def names_in(value: str) -> tuple[str, ...]:
    """The names that a value lists, such as those of the parts that are left out."""
    return tuple(name for name in value.split(",") if name)


# --- a picture kept beside the present one ------------------------------------------------------------------

_NEEDED = (FUNCTION, PARAMETERS, POINT, STEP)  # entries without which there is no picture to keep


def kept_text(values: Mapping[str, Any]) -> str:
    """The picture of ``values`` in one text: a query of the entries that are not the default, and of the
    function in any case.
    """
    texts = {
        key.name: values[key.name]
        for key in KEYS
        if key.name in ENTRIES and (key.name == FUNCTION or values[key.name] != key.default)
    }
    return urlencode(texts, safe=",:;()*/")


def kept_values(text: str) -> dict[str, Any]:
    """The values of the entries that :func:`kept_text` wrote; a GradvizError for any other text."""
    if len(text) > LONGEST_KEPT:
        raise GradvizError(f"A kept picture is at most {LONGEST_KEPT} characters long.")
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=len(ENTRIES))
    except ValueError:
        pairs = []
    texts = dict(pairs)
    if len(texts) < len(pairs) or (text.strip() and not pairs):
        raise GradvizError("A kept picture says each thing once.")
    unknown = [name for name in texts if name not in ENTRIES]
    if unknown:
        raise GradvizError(f"‘{unknown[0][:40]}’ is no part of a kept picture.")
    if FUNCTION not in texts:
        raise GradvizError("A kept picture needs a function.")
    keys = [key for key in KEYS if key.name in ENTRIES]
    return {key.name: key.read(texts[key.name])[0] if key.name in texts else key.default for key in keys}


def read_kept(text: str) -> Reading:
    """What a kept picture means, read as the entries of the page are; a GradvizError where there is none."""
    reading = read(entries(kept_values(text)))
    for remark in _hindrances(reading):
        raise GradvizError(remark.sentence)
    if not reading.field.variables:
        raise GradvizError("The function of a kept picture needs a variable.")
    return reading


def why_not_kept(reading: Reading, values: Mapping[str, Any]) -> str:
    """Why the picture of ``reading`` cannot be kept; "" where it can: where it is all that the entries among
    ``values`` say, and short enough for the address.
    """
    if not reading.field.variables:
        return "There is no picture to keep: a constant has none."
    if _hindrances(reading):
        return "This picture can be kept when all entries are understood."
    if len(kept_text(values)) > LONGEST_KEPT:
        return "This picture cannot be kept: the link would get too long."
    return ""


def swapped(values: Mapping[str, Any]) -> dict[str, Any]:
    """``values`` with the kept picture as the present one, and the present one kept."""
    return {**values, **kept_values(values[KEPT]), KEPT: kept_text(values)}


def _hindrances(reading: Reading) -> list[Remark]:
    return [remark for remark in reading.remarks if remark.stops and remark.entry in _NEEDED]
