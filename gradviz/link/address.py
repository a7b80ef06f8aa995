"""The query of the address and its values, also those of older links."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from gradviz.errors import GradvizError
from gradviz.link.compare import compared_text, compared_values, read_compared
from gradviz.link.keys import PICTURE_KEYS, Key, read_switch, switch_text
from gradviz.link.names import (
    COMPARED,
    EXPLAINED,
    FUNCTION,
    LIFT,
    LINK,
    LONGEST_TYPED,
    NO_ONE,
    OVERLAY,
    PARAMETERS,
    PRESENT,
    VERSION,
)
from gradviz.link.parameters import fixed_values, read_field, read_parameters
from gradviz.link.plus import with_plus_signs
from gradviz.link.reading import Reading, Remark, refused


def _as_compared(text: str) -> tuple[str, str]:
    if not text.strip():
        return "", ""
    read_compared(text)
    return compared_text(compared_values(text)), ""


KEYS = (
    *PICTURE_KEYS,
    Key(COMPARED, "the second picture: its entries, as a query of their own", read=_as_compared),
    Key(PRESENT, "the stage alone, as for a projector", False, read_switch, switch_text),
)


@dataclass(frozen=True)
class Renewal:
    """What links before version ``until`` said under ``name``: its ``new`` name and texts."""

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
    """``query`` of a link of ``version`` as links are written today."""
    texts = dict(query)
    for old in RENEWALS:
        if version < old.until and old.name in texts:
            text = texts.pop(old.name)
            texts[old.new] = old.texts.get(text.strip().lower(), text)
    return texts


def values_in(query: Mapping[str, str], raw: str = "") -> tuple[dict[str, Any], tuple[Remark, ...]]:
    """The value of every key, and remarks about ``query``, which stands as ``raw`` in the address.

    Unknown names are ignored; where a text cannot be read the value is the default.
    """
    version, remarks = _version(query)
    query, meant = with_plus_signs(query, raw)
    if meant:
        remarks.append(Remark(LINK, meant, stops=False))
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
    """Remarks about a link with these ``values``: repeated keys, and parameters its function lacks."""
    known = {key.name for key in KEYS}
    notes = [
        f"The link has {name} more than once: the last one is taken." for name in repeated if name in known
    ]
    notes.append(_letters_left_out(values))
    return tuple(Remark(LINK, note, stops=False) for note in notes if note)


def _letters_left_out(values: Mapping[str, Any]) -> str:
    """A sentence about parameters of a link that its function does not have; '' where either cannot be read.

    In that case its own entry says so.
    """
    try:
        fixed = read_parameters(values[PARAMETERS])[0]
        field = read_field(values[FUNCTION], fixed)
    except GradvizError:
        return ""
    missing = [name for name in fixed if name not in fixed_values(field)]
    return f"The function has no {', no '.join(missing)}: left out." if missing else ""


def _version(query: Mapping[str, str]) -> tuple[int, list[Remark]]:
    """The version of a link, and a remark where it is none that is known."""
    text = query.get(LINK, "1").strip()
    if not re.fullmatch(r"[1-9][0-9]{0,3}", text, re.ASCII):
        return VERSION, [Remark(LINK, "The link’s version is not a whole number.", stops=False)]
    if int(text) > VERSION:
        newer = "This link comes from a newer version of the page: it is opened as far as it is understood."
        return VERSION, [Remark(LINK, newer, stops=False)]
    return int(text), []


def query_for(values: Mapping[str, Any]) -> dict[str, str]:
    """What the address says for ``values``: only what is not the default, and then the version."""
    texts = {key.name: key.write(values[key.name]) for key in KEYS if values[key.name] != key.default}
    return {**texts, LINK: str(VERSION)} if texts else {}


def linked(values: Mapping[str, Any], reading: Reading, before: Mapping[str, Any]) -> dict[str, Any]:
    """What the address says of ``values``: for each entry that could not be read, what it said ``before``.

    So it describes the picture that is shown: a reload, or another visitor, sees the same.
    """
    return {**values, **{name: before[name] for name in refused(reading) if name in values}}


def names_in(value: str) -> tuple[str, ...]:
    """The names that a value lists, such as those of the parts that are left out."""
    return tuple(name for name in value.split(",") if name)
