"""Letters that name functions where what follows reads as their arguments: J_0(x), W_{-1}(x), B(x, y).

B(x + 1) and W(a − b) stay products.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from gradviz.errors import ParseError
from gradviz.reading.lexer import SUPERSCRIPT_END, Token
from gradviz.reading.special import BESSEL_LETTERS, OF_SCIPY

# What a letter may be the name of, and what must be in the parentheses: one factor, two arguments, both.
_ONE, _TWO, _ANY, _ONE_OR_TWO = "one", "two", "any", "one or two"
LETTERS: dict[str, tuple[str, str]] = {
    **{name: (target, _ANY if name[0] == "J" else _ONE) for name, target in BESSEL_LETTERS.items()},
    **{name: (target, _ANY if name[0] == "j" else _ONE) for name, target in OF_SCIPY.items()},
    **dict.fromkeys(("B", "Beta", "beta"), ("euler_beta", _TWO)),
    **dict.fromkeys(("W", "W0"), ("lambertw", _ONE)),
    "E1": ("exp1", _ONE),
    "zeta": ("zeta", _ONE_OR_TWO),
}
# Letters whose order may be any rational number, and their functions of an order and an argument.
OF_ORDERS = {letter: f"bessel{letter.lower()}" for letter in "JYIK"} | {"W": "lambertw"}
# The letters of functions that are spelled out here, as in J_2^-1(x).
LETTER_OF = {target: letter for letter, target in OF_ORDERS.items()} | {"euler_beta": "B", "exp1": "E_1"}
_BRANCHES = {"0": "lambertw", "-1": "lambertwm1"}
_INDEXED = re.compile(r"([JYIKW])_?([0-9]+)")
_RUN_TOGETHER = re.compile(r"([A-Za-z]+?)((?:[JYIKE]_?[0-9]+)|W(?:_?0)?)")
_OF_ORDER = frozenset(("number", "fraction", "command", "open", "close"))  # tokens of 1/2, \\frac{1}{2}
_EXPONENT = re.compile(r"\^(?:-?1|\{-?1\}|\(-?1\))")  # one character for each token
_EASY = frozenset("xyzt")  # letters that are variables wherever they stand

IsVariable = Callable[[str], bool]


@dataclass(frozen=True)
class Order:
    """The order that stands as an index behind a letter: its tokens, and the place after them."""

    tokens: tuple[Token, ...]
    end: int
    text: str


def function_of_letter(words: Sequence[Token], place: int, name: str) -> str | None:
    """The function that the letter ``name`` at ``place`` is, by what stands in the parentheses behind it."""
    target, wanted = LETTERS.get(name, ("", ""))
    return target if target and _fits(words, after_power(words, place + 1), wanted) else None


def _fits(words: Sequence[Token], opening: int, wanted: str) -> bool:
    """Whether the parentheses at ``opening`` hold what is wanted of the arguments of a function."""
    if opening >= len(words) or words[opening].text not in ("(", "["):
        return False
    inside = _top_level(words, opening)
    commas = [i for i in inside if words[i].text == ","]
    if commas:
        between_digits = [words[i - 1].kind == words[i + 1].kind == "number" for i in commas]
        return wanted in (_TWO, _ONE_OR_TWO) and len(commas) == 1 and not any(between_digits)
    sums = any(words[i].text in ("+", "-") for i in inside[1:])
    return wanted != _TWO and not (sums and wanted != _ANY)


def letters_with_orders(
    words: Sequence[Token], is_variable: IsVariable, remarks: list[str]
) -> Iterator[Token]:
    """The words with J_{1/2}(x) as besselj(1/2, x), J_0^2(x) as its square and W_{-1}(x) as lambertwm1(x).

    What stands in braces and is no whole number is no index of a variable, and needs no closer look.
    ParseError at a branch of W that is not real.
    """
    words = list(_apart(words, is_variable))
    place = 0
    while place < len(words):
        word, order = words[place], _order(words, place)
        opening = after_power(words, order.end) if order else place
        if order is None or not _is_called(words, place, order, opening, is_variable):
            yield word
            place += 1
            continue
        letter = word.text[0]
        if letter == "W" and order.text not in _BRANCHES:
            raise ParseError("The real branches of W are 0 and -1: lambertw(x, -1).", word.column)
        target = _BRANCHES[order.text] if letter == "W" else OF_ORDERS[letter]
        if word.text not in OF_ORDERS:
            read = target if letter == "W" else f"{target} of order {order.text}"
            remarks.append(
                f"{word.text}(…) is read as the function {read}; write {word.text}*(…) for the product."
            )
        yield replace(word, kind="function", text=target)
        yield from words[order.end : opening + 1]
        if letter != "W":
            yield from (replace(token, spaced=False) for token in order.tokens)
            yield Token("symbol", ",", word.column, word.end)
        place = opening + 1


def _apart(words: Sequence[Token], is_variable: IsVariable) -> Iterator[Token]:
    """The words with xJ_0(x) as two: a letter run together with the name of a function."""
    for place, word in enumerate(words):
        match = _RUN_TOGETHER.fullmatch(word.text) if word.kind == "word" else None
        opening = after_power(words, place + 1) if match else place
        if match is None or not _fits(words, opening, _ANY if match[2][0] == "J" else _ONE):
            yield word
            continue
        before, indexed = match[1], match[2] != "W"
        known = all(letter in _EASY or is_variable(letter) for letter in before)
        if is_variable(word.text) or not (known or (indexed and len(before) == 1)):
            yield word
            continue
        length = len(before)
        start = word.columns[length] if len(word.columns) > length else word.column
        yield replace(word, text=before, end=start, columns=word.columns[:length])
        yield replace(word, text=match[2], column=start, columns=word.columns[length:], spaced=False)


def _order(words: Sequence[Token], place: int) -> Order | None:
    """The order at the word there: J_12, J_{-1}, J_{1/2}, W_-1; None where there is none."""
    word = words[place]
    if word.kind != "word":
        return None
    if (indexed := _INDEXED.fullmatch(word.text)) is not None:
        digits = Token("number", indexed[2], word.column, word.end)
        return Order((digits,), place + 1, str(int(indexed[2])))
    if word.text not in OF_ORDERS or place + 3 >= len(words) or words[place + 1].text != "_":
        return None
    first = words[place + 2]
    if first.text == "{":
        closing = (i for i in range(place + 3, len(words)) if _balanced(words, place + 2, i))
        end = next(closing, place)
        inside = words[place + 3 : end]
    else:
        end = place + 2 + (first.text == "-")
        inside = words[place + 2 : end + 1]
    numbers = [t for t in inside if t.kind in ("number", "fraction")]
    if not numbers or any(t.kind not in _OF_ORDER and t.text not in ("-", "/") for t in inside):
        return None
    return Order(tuple(inside), end + 1, "".join(t.text for t in inside))


def _balanced(words: Sequence[Token], opening: int, closing: int) -> bool:
    texts = [t.text for t in words[opening : closing + 1]]
    return texts.count("{") == texts.count("}")


def after_power(words: Sequence[Token], place: int) -> int:
    """The place behind an exponent that stands between the name of a function and its argument."""
    if place >= len(words):
        return place
    if words[place].kind == "raise":
        return next((i + 1 for i in range(place, len(words)) if words[i].text == SUPERSCRIPT_END), place)
    following = words[place : place + 5]
    written = "".join("1" if t.kind == "number" else t.text for t in following)
    match = _EXPONENT.match(written)
    return place + len(match[0]) if match else place


def _is_called(
    words: Sequence[Token], place: int, order: Order, opening: int, is_variable: IsVariable
) -> bool:
    """Whether the letter with its order is a function of what opens there."""
    word = words[place].text
    if word in OF_ORDERS:
        return opening < len(words) and words[opening].text in ("(", "[")
    name = f"{word[0]}{order.text}"
    if is_variable(name) or (name in LETTERS and opening == order.end) or (name[0] == "W" and name != "W0"):
        return False  # a letter with one digit is looked at as such, where its argument follows at once
    return _fits(words, opening, _ANY if word[0] == "J" else _ONE)


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
