"""Letters that are names of functions where what follows reads as their arguments: J_0(x), W(x), B(x, y).

B(x + 1) and W(a − b) stay products.
"""

from __future__ import annotations

from collections.abc import Sequence

from gradviz.reading.lexer import Token
from gradviz.reading.special import BESSEL_LETTERS, OF_SCIPY

# What a letter may be the name of, and what must be in the parentheses: one factor, or two arguments.
_ONE, _TWO, _ANY = "one", "two", "any"
LETTERS: dict[str, tuple[str, str]] = {
    **{name: (target, _ANY if name[0] == "J" else _ONE) for name, target in BESSEL_LETTERS.items()},
    **{name: (target, _ANY if name[0] == "j" else _ONE) for name, target in OF_SCIPY.items()},
    **dict.fromkeys(("B", "Beta", "beta"), ("euler_beta", _TWO)),
    "W": ("lambertw", _ONE),
    "zeta": ("zeta", _ONE),
}


def function_of_letter(words: Sequence[Token], place: int, name: str) -> str | None:
    """The function that the letter ``name`` at ``place`` is, by what stands in the parentheses behind it."""
    target, wanted = LETTERS.get(name, ("", ""))
    if not target or place + 1 >= len(words) or words[place + 1].text not in ("(", "["):
        return None
    inside = _top_level(words, place + 1)
    commas = [i for i in inside if words[i].text == ","]
    if wanted == _TWO:
        between_digits = [words[i - 1].kind == words[i + 1].kind == "number" for i in commas]
        return target if len(commas) == 1 and not any(between_digits) else None
    if wanted == _ONE and any(words[i].text in ("+", "-") for i in inside[1:]):
        return None
    return None if commas else target


def _top_level(words: Sequence[Token], opening: int) -> list[int]:
    """The places of the words between the parenthesis at ``opening`` and its partner, inner ones left out."""
    depth, places = 0, []
    for place in range(opening, len(words)):
        kind = words[place].kind
        depth += (kind == "open") - (kind == "close")
        if depth == 0:
            return places
        if depth == 1 and place > opening:
            places.append(place)
    return []
