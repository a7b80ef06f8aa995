"""Plus signs of an address that is typed by hand, as in ?f=x^2+y^2: in a query + is a space."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import unquote, unquote_plus

from gradviz.errors import GradvizError
from gradviz.link.names import ACROSS, FUNCTION, LINK, LONGEST_TYPED, PARAMETERS, POINT, STEP, UP
from gradviz.reading.lexer import quoted
from gradviz.reading.parser import parse

_ENTRIES = (FUNCTION, POINT, STEP, PARAMETERS, ACROSS, UP)
_LONGEST_QUERY = 4 * LONGEST_TYPED
_BY_HAND = re.compile(r"[\^\[\]{}|]")  # what no program leaves as it is
_BY_A_PROGRAM = re.compile(r"%(?:2[5-9A-Fa-f]|3[A-Fa-f]|5[BbEeDd]|7[Bb])")


def with_plus_signs(query: Mapping[str, str], raw: str) -> tuple[dict[str, str], str]:
    """The texts of ``query`` with the plus signs that were meant, and a sentence where they can be spaces.

    ``raw`` is the query as it stands in the address, ‘’ where it is not known. A sign that no program leaves
    as it is, such as ^, tells that it was typed; else, and where the link has no version, a plus is taken for
    one if the function can be read with it.
    """
    texts = dict(query)
    if "+" not in raw or len(raw) > _LONGEST_QUERY:
        return texts, ""
    by_hand = _BY_HAND.search(raw) is not None
    if not by_hand and (LINK in query or _BY_A_PROGRAM.search(raw)):
        return texts, ""
    found: dict[str, str] = {}
    for pair in raw.lstrip("?").split("&"):
        name, _, value = pair.partition("=")
        if unquote_plus(name) in _ENTRIES and "+" in value:
            found[unquote_plus(name)] = unquote(value)
    if FUNCTION in found and not _is_read(found[FUNCTION]):
        del found[FUNCTION]  # ?f=sin+x
    texts |= found
    function = found.get(FUNCTION)
    if function is None or not _is_read(query[FUNCTION]):
        return texts, ""
    meant = f"The + in the address is read as plus: {quoted(function)}."
    return texts, f"{meant} An address has %2B for it, and + for a space."


def _is_read(text: str) -> bool:
    try:
        parse(text)
    except GradvizError:
        return False
    return True
