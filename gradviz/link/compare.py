"""A second picture, compared with the present one: its entries in one text of the address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from gradviz.errors import GradvizError
from gradviz.link.keys import PICTURE_KEYS
from gradviz.link.names import FUNCTION, KEPT, PARAMETERS, POINT, STEP
from gradviz.link.reading import ENTRIES, Reading, Remark, entries, read

LONGEST_KEPT = 4000  # characters of a picture that is kept beside: the address holds it
_NEEDED = (FUNCTION, PARAMETERS, POINT, STEP)  # entries without which there is no picture to keep


def kept_text(values: Mapping[str, Any]) -> str:
    """The picture of ``values`` in one text: a query of its function and of all entries but the defaults."""
    texts = {
        key.name: values[key.name]
        for key in PICTURE_KEYS
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
    keys = [key for key in PICTURE_KEYS if key.name in ENTRIES]
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
    """Why the picture of ``reading`` cannot be kept; "" where it can.

    It can where every entry among ``values`` was read, and the text is short enough for the address.
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
