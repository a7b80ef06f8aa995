"""Numbers and lists as they are typed: points, ranges, and the step with its slider."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import numpy as np

from gradviz.errors import GradvizError, ParseError
from gradviz.field import ScalarField
from gradviz.link.points import SIGNS, bare_list, closes_at_the_end, named_numbers
from gradviz.methods.differences import step_out_of_range, vanished
from gradviz.methods.steps import USUAL, Arithmetic, step_kind_named
from gradviz.reading.number import read_number
from gradviz.text.numbers import numbers_text
from gradviz.tree.precision import FLOAT64, Precision, precision_named

SMALLEST_EXPONENT, LARGEST_EXPONENT = -16.0, 0.0  # of the slider; the entry takes any step
EXPONENT_STEP = 0.05  # as fine as the sweep, so that every place of the slider is a step that is known
LARGEST_COORDINATE = 1e100
LONGEST_LIST = 400  # characters of a list of numbers
_STEP_HEADING = re.compile(r"\s*(?:[εϵ]|epsilon|eps|h|step)\s*(?::=|=|:)(?!=)")
_EPSILON = re.compile(r"\b(?:epsilon|eps)\b|[εϵ]")
_WITHOUT_MANTISSA = re.compile(r"\s*[eE]([+\-−]?[0-9]{1,3})\s*")
_FROM_TO = re.compile(r"\bfrom\b"), re.compile(r"\bto\b|…|\.\.+")


def read_list(text: str) -> list[float]:
    """Numbers separated by commas, or by semicolons after decimal commas: ‘3, 4’, ‘(pi/4, 1)’, ‘0,5; 1’."""
    if len(text) > LONGEST_LIST:
        raise GradvizError(f"That is too long: at most {LONGEST_LIST} characters.")
    text = text.translate(SIGNS)
    start = len(text) - len(text.lstrip())
    inner = text.strip()
    if inner[:1] in ("(", "[") and closes_at_the_end(inner, "([", ")]"):
        start, inner = start + 1, inner[1:-1]
    if not inner.strip():
        return []
    if sum((letter in "([") - (letter in ")]") for letter in inner) > 0:
        raise ParseError("This bracket is never closed.", start + re.search(r"[(\[]", inner).start())
    numbers = []
    for place, part in enumerate(inner.split(";") if ";" in inner else split_at_commas(inner), 1):
        if not part.strip():
            raise GradvizError(f"Number {place} is missing between the commas.")
        try:
            numbers.append(read_number(part))
        except ParseError as error:  # its place is one in the part
            raise ParseError(str(error), start + error.column, error.slip, error.nearest) from None
        start += len(part) + 1
    return numbers


def split_at_commas(text: str) -> list[str]:
    """The parts between the commas outside all parentheses."""
    parts, depth, start = [], 0, 0
    for place, letter in enumerate(text):
        depth += (letter in "([") - (letter in ")]")
        if letter == "," and depth == 0:
            parts.append(text[start:place])
            start = place + 1
    return [*parts, text[start:]]


def names_listed(text: str) -> list[str]:
    """The names in a list that is separated by commas."""
    if len(text) > LONGEST_LIST:
        raise GradvizError(f"That is too long: at most {LONGEST_LIST} characters.")
    return [name for part in text.split(",") if (name := part.strip())]


def read_point(text: str, field: ScalarField) -> tuple[tuple[float, ...], str]:
    """The point that ``text`` spells, and a sentence where its numbers are not one for each variable."""
    names = field.variables
    decimal_comma = len(names) == 1 and re.fullmatch(r"\s*[-+−]?\d+,\d+\s*", text)
    if len(text) > LONGEST_LIST:
        raise GradvizError(f"That is too long: at most {LONGEST_LIST} characters.")
    if (named := named_numbers(text, names)) is not None:
        missing = [name for name in names if name not in named]
        values = [named.get(name, 1.0) for name in names]
        _check_sizes(names, values)
        return tuple(values), _taken_as_1(missing) if missing else ""
    values = [read_number(text)] if decimal_comma else read_list(bare_list(text))
    comma = f"{text.strip()} is read as {numbers_text(values)}: a comma inside a number is a decimal comma."
    _check_sizes(names, values)
    if len(values) > len(names):
        extra = "no variable" if not names else f"only {', '.join(names)}"
        note = f"The point has {len(values)} numbers, and the function has {extra}: the rest is left out."
        return tuple(values[: len(names)]), note
    if len(values) < len(names):
        missing = names[len(values) :]
        return (*values, *[1.0] * len(missing)), _taken_as_1(missing)
    return tuple(values), comma if decimal_comma else ""


def _check_sizes(names: Sequence[str], values: Sequence[float]) -> None:
    """GradvizError where a coordinate is past the largest."""
    for name, value in zip(names, values, strict=False):
        if abs(value) > LARGEST_COORDINATE:
            raise GradvizError(f"{name} = {value:g} is too far out: at most 1e100 in size.")


def _taken_as_1(missing: Sequence[str]) -> str:
    taken = ", ".join(f"{name} = 1" for name in missing) + (" is" if len(missing) == 1 else " are")
    return f"The point has no number for {', '.join(missing)}: {taken} taken."


def read_step(
    text: str, field: ScalarField, point: Sequence[float], arithmetic: Arithmetic = USUAL
) -> tuple[float, str]:
    """ε, and a sentence where it vanishes in the sum with a coordinate, or past the range of the type.

    ‘h = 0.1’ and ‘ε = 0.1’ are read, too.
    """
    precision = arithmetic.precision
    if heading := _STEP_HEADING.match(text):
        text = " " * heading.end() + text[heading.end() :]  # as long as before: carets stay
    _check_letters(text, precision)
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


def _check_letters(text: str, precision: Precision) -> None:
    """GradvizError for the machine epsilon by its name, and for ‘e-8’, which would be Euler's e, less 8."""
    if named := _EPSILON.search(text):
        exponent = precision.bits - 1
        raise ParseError(
            f"The gap beside 1 is 2^-{exponent} in {precision.name}, its square root 2^-{exponent / 2:g}: "
            "type ε as a number.",
            named.start(),
        )
    if power := _WITHOUT_MANTISSA.fullmatch(text):
        raise GradvizError(f"A number is missing before the e: 1e{power[1]}?")


def read_precision(text: str) -> tuple[str, str]:
    """The name of a precision; a GradvizError that lists the names for anything else."""
    return precision_named(text.strip()).name, ""


def read_step_kind(text: str) -> tuple[str, str]:
    """The name of a kind of step; a GradvizError that lists the names for anything else."""
    return step_kind_named(text.strip()).name, ""


def read_range(text: str) -> tuple[tuple[float, float], str]:
    """The two ends of a range, and a remark where they were swapped: ‘-6, 6’, ‘-6 6’, ‘from -6 to 6’."""
    start, end = _FROM_TO
    text = start.sub(lambda word: " " * len(word[0]), text)  # as long as before: carets stay
    text = end.sub(lambda word: "," + " " * (len(word[0]) - 1), text)
    values = read_list(bare_list(text))
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


def step_text(exponent: float) -> str:
    """10^exponent as it is typed: 0.1, 3.16e-8; ‘nan’ for what is not finite, which then gets its remark."""
    if not math.isfinite(exponent):
        return "nan"
    exponent = min(max(exponent, SMALLEST_EXPONENT), LARGEST_EXPONENT)
    mantissa = 10 ** (exponent - math.floor(exponent))
    if abs(mantissa - 1) < 1e-9:
        whole = int(exponent)
        return f"{10.0**whole:g}" if whole > -4 else f"1e{whole}"
    return f"{10.0**exponent:.3g}"


def exponent_of(step: float) -> float:
    """The slider's place for a step: its exponent to a twentieth, within the slider's ends."""
    place = round(math.log10(step) / EXPONENT_STEP) * EXPONENT_STEP
    return float(np.clip(round(place, 2), SMALLEST_EXPONENT, LARGEST_EXPONENT))
