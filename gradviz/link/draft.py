"""An entry while it is being typed: how it would be read, before anything is drawn of it."""

from __future__ import annotations

from dataclasses import replace

from gradviz.errors import GradvizError
from gradviz.field import ScalarField
from gradviz.link.names import FUNCTION, POINT, STEP
from gradviz.link.parameters import read_field, read_parameters
from gradviz.link.reading import Entries, Remark, read, refusal
from gradviz.text.letters import plain_label
from gradviz.text.numbers import number


def read_draft(function: str, parameters: str) -> ScalarField | Remark:
    """What the text ``function`` means with these fixed ``parameters``; a remark where it cannot be read.

    Where the parameters cannot be read, none are fixed: the page speaks of them elsewhere.
    """
    try:
        fixed, _ = read_parameters(parameters)
    except GradvizError:
        fixed = {}

    def reader(text: str) -> ScalarField:
        return read_field(text, fixed)

    try:
        return reader(function)
    except GradvizError as error:
        return refusal(FUNCTION, function, error, reader)


DIGITS = 8  # of a number that is echoed


def read_number_draft(name: str, text: str, entries: Entries) -> tuple[str, Remark | None]:
    """``(meaning, remark)`` of the ``text`` of the point or ε, by ``name``, beside the other ``entries``.

    The meaning is ‘x = 0.5, y = 2’ or ‘ε = 0.001’, ‘’ where the remark says why there is none.
    """
    assert name in (POINT, STEP), name
    reading = read(replace(entries, **{"point" if name == POINT else "step": text}))
    remark = next((remark for remark in reading.remarks if remark.entry == name), None)
    if remark is not None and remark.stops:
        return "", remark
    if name == STEP:
        return f"ε = {number(reading.step, DIGITS)}", remark
    pairs = zip(reading.field.variables, reading.point, strict=True)
    return ", ".join(f"{plain_label(letter)} = {number(value, DIGITS)}" for letter, value in pairs), remark
