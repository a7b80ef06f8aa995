"""The declared names of a formula, and its heading: f(x, y) =, y =, lambda x, y:, x ->, return."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gradviz.errors import ParseError
from gradviz.reading.lexer import Token, quoted
from gradviz.reading.spelling import FUNCTIONS, KEYWORDS, NAME, canonical_name, natural_order
from gradviz.text.letters import GREEK_NAMES

MOST_VARIABLES = 10
LONGEST_NAME = 25


@dataclass(frozen=True)
class Names:
    """The declared names: ``variables`` in order (None where any letter will do), and ``parameters``.

    ``vectors`` are those of the variables that stand for their components; ``from_one`` tells that a heading
    was read which no program in Python has.
    """

    variables: tuple[str, ...] | None = None
    parameters: tuple[str, ...] = ()
    vectors: frozenset[str] = frozenset()
    from_one: bool = False

    @property
    def known(self) -> frozenset[str]:
        return frozenset((self.variables or ()) + self.parameters)


def declared(names: Iterable[str], what: str, column: int = 0) -> tuple[str, ...]:
    """``names`` as they are called here (x_1 → x1); ParseError at one that cannot be, or is twice."""
    try:
        spelled = [canonical_name(name) for name in names]
    except TypeError:
        raise ParseError(f"The {what} are a list of names.", column) from None
    for name in spelled:
        if not NAME.fullmatch(name) or len(name) > LONGEST_NAME:
            raise ParseError(f"{quoted(name)} cannot be the name of one of the {what}.", column)
        if name in KEYWORDS or (name in FUNCTIONS and name not in GREEK_NAMES):
            raise ParseError(f"{quoted(name)} already has a meaning and cannot be one of the {what}.", column)
    if len(set(spelled)) < len(spelled):
        raise ParseError(f"A name stands twice among the {what}.", column)
    if len(spelled) > MOST_VARIABLES:
        raise ParseError(f"There can be at most {MOST_VARIABLES} {what}.", column)
    return tuple(spelled)


def in_natural_order(names: Iterable[str]) -> tuple[str, ...]:
    """x1 < x2 < x10, otherwise alphabetical."""
    return tuple(sorted(names, key=natural_order))


# --- the heading --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Heading:
    """What is written before the formula: f(x, y) =, y =, lambda x, y:, x ->, return."""

    titles: tuple[str, ...] = ()
    arguments: tuple[str, ...] | None = None
    of_python: bool = False  # lambda, def or return, where indices count from 0


def read_heading(tokens: Sequence[Token]) -> tuple[Heading, Sequence[Token]]:
    """The heading and the tokens after it."""
    titles: list[str] = []
    arguments: tuple[str, ...] | None = None
    of_python = False
    while found := _one_heading(tokens):
        of_python = of_python or tokens[0].text in ("lambda", "def", "return")
        title, named, length = found
        if title:
            titles.append(canonical_name(title))
        if named:
            arguments = declared((token.text for token in named), "variables", named[0].column)
        tokens = tokens[length:]
        if arguments and (unpacked := _unpacked(tokens, arguments)):  # def f(p): x, y = p; return …
            parts, vector, length = unpacked
            names = declared((token.text for token in parts), "variables", parts[0].column)
            place = arguments.index(vector)
            arguments = (*arguments[:place], *names, *arguments[place + 1 :])
            tokens = tokens[length:]
    return Heading(tuple(titles), arguments, of_python), tokens


def _unpacked(tokens: Sequence[Token], arguments: tuple[str, ...]) -> tuple[list[Token], str, int] | None:
    """The names that an argument is unpacked into, as in x, y = p, the argument, and the tokens' number."""
    named, after = _names(tokens, 0)
    if len(named) < 2 or tokens[after].text != "=" or tokens[after + 1].kind != "word":
        return None
    vector = canonical_name(tokens[after + 1].text)
    ends = after + 2
    if vector not in arguments or tokens[ends].kind == "end":
        return None
    return named, vector, ends + (tokens[ends].text in (";", ":"))


_LET = frozenset(("const", "let", "var", "function"))


def _one_heading(tokens: Sequence[Token]) -> tuple[str, list[Token], int] | None:
    """The title, the arguments and the number of tokens of the heading that ``tokens`` begin with, if any."""
    texts = [token.text for token in tokens[:2]] + ["", ""]
    if texts[0] == "@":  # MATLAB's @(x, y)
        named, after = _enclosed_names(tokens, 1)
        return ("", named, after) if named else None
    if tokens[0].kind == "open":  # (x, y) -> …
        named, after = _enclosed_names(tokens, 0)
        return ("", named, after + 1) if named and tokens[after].text == "->" else None
    if tokens[0].kind != "word":
        return None
    if texts[0] == "return":
        return "", [], 1
    if texts[0] == "lambda":
        named, after = _names(tokens, 1)
        return ("", named, after + 1) if named and tokens[after].text == ":" else None
    if texts[0] == "def" and tokens[1].kind == "word":
        named, after = _enclosed_names(tokens, 2)
        if named and tokens[after].text == "->" and tokens[after + 1].kind == "word":  # -> float
            after += 2
        return (texts[1], named, after + 1) if named and tokens[after].text == ":" else None
    if texts[0] in _LET:
        named, after = _enclosed_names(tokens, 1)
        if named:
            return "", named, after
        return ("", [], 1) if tokens[1].kind == "word" else None
    if texts[1] == "<" and [t.text for t in tokens[2:4]] == ["-", "function"]:  # R's f <- function(x)
        return texts[0], [], 3
    if texts[1] == "=":
        return texts[0], [], 2
    if texts[1] == ":":
        inner = _one_heading(tokens[2:])  # f: x -> …
        return (texts[0], inner[1], inner[2] + 2) if inner and inner[1] else None
    if tokens[1].kind == "open":
        named, after = _enclosed_names(tokens, 1)
        return (texts[0], named, after + 1) if named and tokens[after].text in ("=", ":=") else None
    named, after = _names(tokens, 0)
    return ("", named, after + 1) if tokens[after].text == "->" else None


def _names(tokens: Sequence[Token], start: int, *, typed: bool = False) -> tuple[list[Token], int]:
    """Words separated by commas from ``start`` on, which may be ``typed``, and the place after them."""
    named: list[Token] = []
    place = start
    while place < len(tokens) and tokens[place].kind in ("word", "open"):
        braced = tokens[place].text == "{" and tokens[place + 1].kind == "word"
        if tokens[place].kind == "open" and not (braced and tokens[place + 2].text == "}"):
            break
        named.append(tokens[place + braced])
        place = place + 3 if braced else _after_type(tokens, place + 1) if typed else place + 1
        if tokens[place].text not in (",", ";"):
            return named, place
        place += 1
    return [], place


def _after_type(tokens: Sequence[Token], place: int) -> int:
    """The place after the type of an argument: x: float in Python, x::Vector in Julia, x_ in Mathematica."""
    while tokens[place].text == "_":
        place += 1
    types = place
    while tokens[types].text == ":":
        types += 1
    if types > place and tokens[types].kind == "word" and tokens[types].text in _TYPES:
        place = types + 1
        while tokens[place].text == "." and tokens[place + 1].kind == "word":  # np.ndarray
            place += 2
    return place


_TYPES = frozenset(
    ("float", "int", "np", "numpy", "torch", "list", "tuple", "Vector", "Real", "Float64", "Number", "Tensor")
)


def _enclosed_names(tokens: Sequence[Token], start: int) -> tuple[list[Token], int]:
    closing = {"(": ")", "[": "]"}.get(tokens[start].text)
    if closing is None:
        return [], start
    named, after = _names(tokens, start + 1, typed=True)
    return (named, after + 1) if named and tokens[after].text == closing else ([], start)
