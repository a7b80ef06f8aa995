"""The place in the tokens of a formula, and what may stand there."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import contextmanager
from typing import TypeAlias

from gradviz.errors import ParseError
from gradviz.reading.builder import BoundedBuilder
from gradviz.reading.groups import partners, top_level
from gradviz.reading.lexer import SUPERSCRIPT_END, Token, quoted
from gradviz.reading.spelling import INFIX, unknown_word

Value: TypeAlias = int | tuple[int, ...]  # a node, or the nodes of a vector's components

DEEPEST_RECURSION = 64  # of the parser itself: signs, powers and conditions nest without parentheses

_HINTS = {
    "=": "An equals sign can only stand after a name, as in y = x^2: type one side of the equation.",
    ":=": "Only a formula is read here: := has no meaning inside it.",
    ",": "A comma can only stand between the arguments of a function; in a number, write a decimal point.",
    ";": "Only one formula is read: a semicolon can only stand between the arguments of a function.",
    ":": "A colon has no meaning here.",
    "->": "An arrow can only stand after a name, as in x -> x^2.",
    ".": "A point has no meaning here: it belongs inside a number.",
    "_": "An underscore can only stand before an index, as in x_1.",
    "$": "A dollar sign can only stand around the whole formula.",
    "?": "A question mark can only stand after a condition, as in x > 0 ? x : -x.",
}

_STARRED = "Two stars before a name, as in bold print or Python's f(**x), have no meaning: leave them out."


def _is_starred(token: Token) -> bool:
    """Whether a power is typed with two stars."""
    return token.text == "^" and token.end - token.column == 2


class Cursor(ABC):
    """Reads tokens once from left to right; ``build`` makes nodes of what they mean.

    The grammar is in the classes that extend it: pieces, calls, and the parser itself, which has operators.
    """

    def __init__(self, tokens: list[Token], build: BoundedBuilder) -> None:
        self.tokens, self.build = tokens, build
        self.partner = partners(tokens)
        self.place = 0
        self.depth = 0
        self.bars = 0  # open in the innermost group
        self.equations = False  # whether x = 0 is a condition here, as in LaTeX's cases
        self.listed = False  # whether a row of cases is read: its condition is the row's
        self.counted: dict[str, int] = {}  # the index of each sum that is read, and its value
        self.reread = 0  # tokens of sums, each as often as it has terms
        self.decimal_comma = True  # whether 0,5 is a number here
        self.group_end = len(tokens) - 1  # of the innermost group
        self.tower = False  # inside an exponent that is not in parentheses
        self.ends: dict[str, int] = {}  # where the last 'power' of a number, or 'bare' function, ended

    # --- the grammar ----------------------------------------------------------------------------------------

    @abstractmethod
    def expression(self) -> Value:
        """A value, and the conditions that it depends on."""

    @abstractmethod
    def operators(self, loosest: int) -> Value:
        """A value and the operators after it that bind at least as tightly as ``loosest``."""

    @abstractmethod
    def operand(self) -> Value:
        """A value without operators."""

    @abstractmethod
    def infix(self, value: Value) -> str | None:
        """The operator that the next token is, 'juxtaposed' for a factor, None where the value ends."""

    # --- values ---------------------------------------------------------------------------------------------

    def constant(self, value: Value) -> float | None:
        """The number that a part without variables is; None for other parts, and for vectors."""
        return self.build.parts[value].value if isinstance(value, int) else None

    def is_condition(self, value: Value) -> bool:
        return isinstance(value, int) and self.build.parts[value].boolean

    # --- tokens ---------------------------------------------------------------------------------------------

    @property
    def token(self) -> Token:
        """The next token."""
        return self.tokens[self.place]

    @property
    def before(self) -> Token:
        """The token before the next one."""
        return self.tokens[self.place - 1]

    def take(self) -> Token:
        """The next token, and one place on."""
        self.place += 1
        return self.tokens[self.place - 1]

    def at(self, *texts: str) -> bool:
        """Whether the next token is one of these signs or keywords."""
        return self.token.text in texts and self.token.kind not in (
            "variable",
            "constant",
            "number",
            "function",
        )

    def expect(self, text: str, why: str) -> Token:
        """The next token, which must be ``text``; ParseError with the sentence ``why``."""
        if not self.at(text):
            raise ParseError(why, self.token.column)
        return self.take()

    def refuse(self) -> ParseError:
        """The error of the next token, which cannot be where it is."""
        token = self.token
        if token.kind == "end":
            return ParseError("The formula ends too early.", token.column)
        if token.text in _HINTS and token.kind == "symbol":
            return ParseError(_HINTS[token.text], token.column)
        if token.kind == "method":
            return unknown_word(f"I don't know .{token.text} here.", token.text, token.column)
        if token.kind == "subscript":
            return ParseError(_HINTS["_"], token.column)
        return ParseError(f"I cannot read {quoted(token.text)} here.", token.column)

    @contextmanager
    def deeper(self):
        """One level of recursion more. ParseError past the limit."""
        self.depth += 1
        if self.depth > DEEPEST_RECURSION:
            raise ParseError("The formula is nested too deeply.", self.token.column)
        yield
        self.depth -= 1

    @contextmanager
    def inside(self, *, decimal_comma: bool = True):
        """Within a group, where bars, towers and commas have a meaning of their own."""
        outer = self.bars, self.tower, self.decimal_comma, self.group_end
        self.bars, self.tower, self.decimal_comma = 0, False, decimal_comma
        self.group_end = self.partner.get(self.place - 1, self.group_end)
        yield
        self.bars, self.tower, self.decimal_comma, self.group_end = outer

    def has_inside(self, opening: int, text: str) -> bool:
        """Whether the sign is in the group that opens there, and not in a group within."""
        places = top_level(self.tokens, self.partner, opening + 1, self.partner[opening])
        return any(self.tokens[i].kind == "symbol" and self.tokens[i].text == text for i in places)

    def calls_with_several(self, place: int) -> bool:
        """Whether a group of several arguments opens there."""
        return self.tokens[place].kind == "open" and (
            self.has_inside(place, ",") or self.has_inside(place, ";")
        )

    def digits_after_comma(self, token: Token) -> str | None:
        """The digits that a comma without spaces joins to the number ``token`` before it, if any."""
        digits = self.tokens[min(self.place + 1, len(self.tokens) - 1)]
        tight = self.at(",") and not self.token.spaced and digits.kind == "number" and not digits.spaced
        fits = tight and token.text.isdigit() and digits.text[0].isdigit() and "." not in digits.text
        return digits.text if fits else None

    def typed(self, token: Token) -> str:
        """A token in a sentence."""
        shown = {"*": "×", "and": "and", "or": "or"}.get(token.text, token.text)
        if _is_starred(token):
            return "**"
        return shown if token.kind != "close" or shown != SUPERSCRIPT_END else "the power"

    def missing(self) -> ParseError:
        """The error of the next token, where a value must be."""
        token = self.token
        first = self.place == 0
        if token.kind == "method" or (
            token.text in _HINTS and token.kind == "symbol" and (first or token.text not in ",;:")
        ):
            return self.refuse()
        before = self.before
        after_opening = not first and before.kind in ("open", "raise", "bar")
        if token.kind in ("end", "close") or token.text in (",", ";", ":", "?"):
            if after_opening and token.kind == "close":
                return ParseError("There is nothing between these parentheses.", before.column)
            return ParseError(f"Something is missing after {self.typed(before)}.", before.column)
        if _is_starred(token) and self.tokens[self.place + 1].text[:1].isalpha():
            return ParseError(_STARRED, token.column)
        if token.kind == "keyword" and token.text not in INFIX:
            return ParseError(f"{quoted(token.text)} cannot stand here.", token.column)
        return ParseError(f"Something is missing before {self.typed(token)}.", token.column)
