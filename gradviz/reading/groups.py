"""Groups of tokens: which sign closes which."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gradviz.errors import ParseError
from gradviz.reading.lexer import CASES, CASES_END, SUPERSCRIPT_END, Token

PAIRS = {"(": ")", "[": "]", "{": "}", "⌊": "⌋", "⌈": "⌉", "⟨": "⟩", "^": SUPERSCRIPT_END, CASES: CASES_END}
DEEPEST_GROUP = 32


def partners(tokens: Sequence[Token]) -> dict[int, int]:
    """The place of the closing token for each opening one, and the other way round."""
    partner: dict[int, int] = {}
    opened: list[int] = []
    for i, token in enumerate(tokens):
        if token.kind in ("open", "raise"):
            opened.append(i)
            if len(opened) > DEEPEST_GROUP:
                raise ParseError(f"Parentheses are nested more than {DEEPEST_GROUP} deep.", token.column)
        elif token.kind == "close":
            if not opened:
                what = {")": "parenthesis", "}": "brace"}.get(token.text, "bracket")
                raise ParseError(f"This {what} was never opened.", token.column)
            first = tokens[opened[-1]]
            if PAIRS[first.text] != token.text:
                raise ParseError(f"This {token.text} cannot close a {first.text}.", token.column)
            partner[i] = opened.pop()
            partner[partner[i]] = i
    if opened:
        what = {"(": "parenthesis", "{": "brace"}.get(tokens[opened[-1]].text, "bracket")
        raise ParseError(f"This {what} is never closed.", tokens[opened[-1]].column)
    return partner


def top_level(tokens: Sequence[Token], partner: dict[int, int], start: int, end: int) -> Iterator[int]:
    """The places from ``start`` to before ``end``; of a group on the way that of its opening token alone."""
    place = start
    while place < end:
        yield place
        if tokens[place].kind in ("open", "raise"):
            place = partner[place]
        place += 1


def unwrapped_tokens(tokens: list[Token]) -> list[Token]:
    """The tokens without braces around all of them, where an equals sign inside tells of a heading."""
    try:
        while len(tokens) > 3 and tokens[0].text == "{" and partners(tokens)[0] == len(tokens) - 2:
            inside = tokens[1:-2]
            if not any(t.text in ("=", ":=", "->") for t in inside):
                break
            tokens = [*inside, tokens[-1]]
    except ParseError:
        pass  # told when it is read
    return tokens
