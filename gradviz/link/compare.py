"""A second picture, compared with the present one: its entries in one text of the address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from gradviz.errors import GradvizError
from gradviz.link.keys import PICTURE_KEYS
from gradviz.link.names import COMPARED, FUNCTION, PARAMETERS, POINT, STEP
from gradviz.link.reading import ENTRIES, Reading, Remark, entries, read

LONGEST_COMPARED = 4000  # characters of the second picture in the address
_NEEDED = (FUNCTION, PARAMETERS, POINT, STEP)  # entries without which there is no picture to compare


def compared_text(values: Mapping[str, Any]) -> str:
    """The picture of ``values`` in one text: a query of its function and of all entries but the defaults."""
    texts = {
        key.name: values[key.name]
        for key in PICTURE_KEYS
        if key.name in ENTRIES and (key.name == FUNCTION or values[key.name] != key.default)
    }
    return urlencode(texts, safe=",:;()*/")


def compared_values(text: str) -> dict[str, Any]:
    """The values of the entries that :func:`compared_text` wrote; a GradvizError for any other text."""
    if len(text) > LONGEST_COMPARED:
        raise GradvizError(f"A kept picture is at most {LONGEST_COMPARED} characters long.")
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
    keys = [key for key in PICTURE_KEYS if key.name in ENTRIES]
    return {key.name: key.read(texts[key.name])[0] if key.name in texts else key.default for key in keys}


def read_compared(text: str) -> Reading:
    """What the second picture shows, read like the entries of the page; GradvizError where there is none."""
    reading = read(entries(compared_values(text)))
    for remark in _hindrances(reading):
        raise GradvizError(remark.sentence)
    return reading


def why_not_compared(reading: Reading, values: Mapping[str, Any]) -> str:
    """Why the picture of ``reading`` cannot become the second one; "" where it can.

    It can where every entry among ``values`` was read, and the text is short enough for the address.
    """
    if _hindrances(reading):
        return "This picture can be kept when all entries are understood."
    if len(compared_text(values)) > LONGEST_COMPARED:
        return "This picture cannot be kept: the link would get too long."
    return ""


def swapped(values: Mapping[str, Any]) -> dict[str, Any]:
    """``values`` with the two pictures exchanged."""
    return {**values, **compared_values(values[COMPARED]), COMPARED: compared_text(values)}


def _hindrances(reading: Reading) -> list[Remark]:
    return [remark for remark in reading.remarks if remark.stops and remark.entry in _NEEDED]
