"""Text → tokens, each with its place in the text as it was typed.

Characters are looked up one by one; one that has no meaning is refused by its name and place. Words are
left whole (``xsin`` is one word here): how they are split depends on the declared names.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from string import ascii_letters, digits

from gradviz.errors import ParseError
from gradviz.reading.latex import read_index, read_name
from gradviz.reading.pasted import displayed, shortened, unwrapped
from gradviz.reading.spelling import (
    ACCENTS,
    BOLD,
    CHARACTERS,
    CONSTANTS,
    FRACTIONS,
    FUNCTIONS,
    IGNORED,
    LATEX_COMMANDS,
    LATEX_REFUSED,
    LATEX_SPACES,
    LATEX_SYMBOLS,
    LATEX_WORDS,
    LOOKALIKES,
    MARKS,
    REFUSED_CHARACTERS,
    SMALL_LETTERS,
    SUPERSCRIPTS,
    SYMBOLS,
    on_gradients,
    plain_letter,
    unknown_word,
)
from gradviz.text.letters import GREEK, LETTER, SUBSCRIPTS

LONGEST_TEXT = 1000  # code points
MOST_TOKENS = 400
LONGEST_LITERAL = 25  # characters
MOST_DIGITS = 15  # of an integer: beyond them a float cannot hold it


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text. ``column`` and ``end`` are places in the text as typed.

    ``kind`` is 'number', 'fraction', 'word', 'symbol', 'open', 'close', 'bar', 'raise' (a run of
    superscripts opens), 'command' (of LaTeX), 'series' (∑ and ∏) or 'end'; ``words`` splits words into
    'variable', 'constant', 'function', 'keyword', 'method' and 'subscript'. ``spaced`` tells white space
    before it; ``columns`` are the places of a word's characters; ``bold`` tells that it is set as a vector.
    """

    kind: str
    text: str
    column: int
    end: int
    spaced: bool = False
    columns: tuple[int, ...] = ()
    bold: bool = False


_NUMBER = re.compile(r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_WORD = re.compile(rf"[{LETTER}][{LETTER}0-9]*(?:_[{LETTER}0-9]+)*(?:_?[{''.join(SUBSCRIPTS)}]+)?")
_COMMAND = re.compile(r"\\([A-Za-z]+)\*? *")
_SMALL_DIGITS = re.compile(rf"_?([{''.join(SUBSCRIPTS)}]+)")
_SET_INDEX = re.compile(rf"_[{LETTER}]")  # TeX's index without braces is one character
_FOREIGN_NUMBERS = (
    (re.compile(r"0[xX][0-9a-fA-F]+"), "Hexadecimal numbers are not understood: write them in decimals."),
    (re.compile(r"0[bBoO][0-7]+"), "Binary and octal numbers are not understood: write them in decimals."),
    (re.compile(r"[0-9]+_[0-9]"), "Write numbers without the underscore: 1000, not 1_000."),
    (re.compile(r"[0-9]*\.[0-9]+\.(?![-+*/^'( ]|$)"), "This number has two decimal points."),
)  # fmt: skip
_SYMBOL = {
    "**": "^", "//": "//", "<=": "<=", ">=": ">=", "==": "==", "!=": "!=", "<>": "!=", ":=": ":=", "->": "->",
    "=>": "->", "&&": "and", "&": "and", "∨": "or", "·": "*", "÷": "/",
}  # fmt: skip
_LETTERS = frozenset((*ascii_letters, *GREEK))
_KEPT = frozenset((*ascii_letters, *digits, *SYMBOLS, *GREEK, *FRACTIONS, *SUPERSCRIPTS, *SUBSCRIPTS))
_OPEN, _CLOSE = "([{⌊⌈⟨", ")]}⌋⌉⟩"
_DOTTED = ("^", "*", "/", "+", "-", "(", "'")
_PRIMES, PRIME = "'′’", "'"
_SERIES = {"∑": "sum", "∏": "prod", "sum": "sum", "prod": "prod"}
SUPERSCRIPT_END = "⁾"
CASES, CASES_END, NEW_ROW = "\\begin{cases}", "\\end{cases}", "\\\\"
_CASES = re.compile(r"\\(?:begin|end) *\{d?cases\}")


def quoted(text: str) -> str:
    """What may be shown of ``text``: at most 20 characters, none invisible or moving its neighbours."""
    shown = "".join(c if unicodedata.category(c)[0] not in "CMZ" or c == " " else "�" for c in text[:20])
    return f"‘{shown}…’" if len(text) > 20 else f"‘{shown}’"


def name_of(character: str) -> str:
    """What a character that cannot be used is called: itself where it can be shown, and its name."""
    code = f"U+{ord(character):04X}"
    name = unicodedata.name(
        character, "a control character" if ord(character) < 0xA0 else "a character without a name"
    )
    if "\ud800" <= character <= "\udfff":
        name = "half of a character"
    shown = "" if unicodedata.category(character)[0] in "CMZ" else f"‘{character}’ "
    return f"{shown}({name.lower()}, {code})"


def characters(text: str) -> tuple[str, list[int]]:
    """The text in the characters of formulas, and the place of each in ``text``."""
    read: list[str] = []
    columns: list[int] = []
    for column, character in enumerate(text):
        if character in IGNORED:
            continue
        after_name = bool(read) and (read[-1].isalnum() or read[-1] in ")]}'.")
        if character in SUBSCRIPTS and read[-2:] == ["_", "-"]:
            plain = SUBSCRIPTS[character]  # W₋₁
        elif character in _KEPT or character in _SERIES:
            plain = character
        elif character == "∞" and (read[-1:] == ["_"] or read[-2:] == ["_", "{"]):
            plain = "inf"  # the degree of a norm
        elif character in _PRIMES and after_name:
            plain = PRIME  # a transpose, or a derivative: what follows tells
        elif character in MARKS and read and read[-1] in _LETTERS:
            plain = GREEK.get(read[-1], read[-1]) + MARKS[character]
            read.pop()
            columns.pop()
        elif character in SMALL_LETTERS:
            small = bool(column) and text[column - 1] in SMALL_LETTERS
            plain = SMALL_LETTERS[character] if small else f"_{SMALL_LETTERS[character]}"
        elif character in " \t\n\r" or unicodedata.category(character) == "Zs":
            plain = " "
        elif character in CHARACTERS:
            plain = CHARACTERS[character]
        elif (marked := unicodedata.normalize("NFD", character))[0] in _LETTERS and marked[1:] in MARKS:
            plain = marked[0] + MARKS[marked[1:]]  # ŷ
        else:
            plain = plain_letter(character)
            if plain not in _KEPT:
                why = on_gradients(text) if character == "∇" else _why_refused(character)
                raise ParseError(why, column)
        read.extend(plain)
        columns.extend([column] * len(plain))
    return "".join(read), columns


def _why_refused(character: str) -> str:
    if character in REFUSED_CHARACTERS:
        return REFUSED_CHARACTERS[character]
    if character in LOOKALIKES:
        return (
            f"The letter {name_of(character)} looks like the Latin {LOOKALIKES[character]}, but is another."
        )
    if unicodedata.category(character) == "Nd":
        return f"Write numbers with the digits 0 to 9, without {name_of(character)}."
    return f"The character {name_of(character)} has no meaning in a formula."


def tokenize(text: str) -> list[Token]:
    """The tokens of ``text``, the last of kind 'end'; ParseError where there is no reading it."""
    if not isinstance(text, str):
        raise ParseError("A formula is a text, for example x^2 + y^2.")
    if len(text) > LONGEST_TEXT:
        raise ParseError(f"The formula is longer than {LONGEST_TEXT} characters.", LONGEST_TEXT)
    text = shortened(text)
    start, end = displayed(text)
    plain, columns = characters(text[start:end])
    columns = [*(start + column for column in columns), len(text)]
    plain, columns = unwrapped(plain, columns)
    tokens = list(_Lexer(plain, columns).tokens())
    while tokens and tokens[0].text == "$":
        tokens.pop(0)
    while tokens and tokens[-1].text == "$":
        tokens.pop()
    tokens.append(Token("end", "", len(text), len(text)))
    return tokens


class _Lexer:
    """Walks over the plain text once; ``tokens`` yields what it meets."""

    def __init__(self, plain: str, columns: list[int]) -> None:
        self.plain, self.columns = plain, columns
        self.place = 0
        self.count = 0
        self.of_latex = "\\" in plain

    def token(self, kind: str, text: str, start: int, end: int, spaced: bool, *, bold: bool = False) -> Token:
        self.place = end
        self.count += 1
        if self.count > MOST_TOKENS:
            raise ParseError(f"The formula has more than {MOST_TOKENS} parts.", self.columns[start])
        last = self.columns[end - 1] + 1 if end > start else self.columns[start]
        return Token(kind, text, self.columns[start], last, spaced, tuple(self.columns[start:end]), bold)

    def tokens(self):
        plain = self.plain
        spaced = True
        before = ""  # the kind of the token before
        while self.place < len(plain):
            start, character = self.place, plain[self.place]
            if character == " ":
                self.place, spaced = start + 1, True
                continue
            if character in "0123456789" or (character == "." and _NUMBER.match(plain, start)):
                if character == "." and before in ("word", "close", "number") and not spaced:
                    raise ParseError(
                        "A number begins with a digit: write 0.5, with a sign before it.", self.columns[start]
                    )
                token = self.number(start, spaced)
            elif character == "." and before != "" and plain[start + 1 : start + 2] in _DOTTED:
                self.place = start + 1  # MATLAB's .* ./ .^ and Julia's sin.(x): every number is one component
                continue
            elif before == "index" and character in _LETTERS:
                token = self.token("word", character, start, start + 1, spaced)  # \sum_ix_i
            elif match := _WORD.match(plain, start):
                token = self.word(match[0], start, match.end(), spaced)
            elif character == "\\":
                token = self.command(start, spaced)
                if token is None:
                    spaced = True
                    continue
            elif character in SUPERSCRIPTS:
                yield from self.superscripts(start)
                spaced, before = False, "close"
                continue
            elif character in _SERIES:
                token = self.token("series", _SERIES[character], start, start + 1, spaced)
            elif character in FRACTIONS:
                token = self.token("fraction", character, start, start + 1, spaced)
            else:
                token = self.symbol(start, spaced)
            yield token
            of_series = before == "series" and token.text == "_"
            spaced, before = False, "index" if of_series else token.kind

    def number(self, start: int, spaced: bool) -> Token:
        for pattern, why in _FOREIGN_NUMBERS:
            if pattern.match(self.plain, start):
                raise ParseError(why, self.columns[start])
        match = _NUMBER.match(self.plain, start)
        check_literal(match[0], self.columns[start])
        return self.token("number", match[0], start, match.end(), spaced)

    def word(self, text: str, start: int, end: int, spaced: bool, *, bold: bool = False) -> Token:
        """A word; an index that is typed small or in braces is written _1."""
        if self.of_latex and (index := _SET_INDEX.search(text)):
            text, end = text[: index.end()], start + index.end()
        bare = _SMALL_DIGITS.sub(r"_\1", text)
        found = None if "_" in bare else read_index(self.plain, end)
        if found is not None and (self.plain[end] == "_" or self.of_latex):
            bare, end = bare + found[0], found[1]
        text = "".join(SUBSCRIPTS.get(c, c) for c in bare)
        return self.token("word", text, start, end, spaced, bold=bold)

    def superscripts(self, start: int):
        """x⁻² is x, a rise, -2 and its end; the tokens inside keep their places."""
        end = start
        while end < len(self.plain) and self.plain[end] in SUPERSCRIPTS:
            end += 1
        yield self.token("raise", "^", start, start, False)
        inside = _Lexer(
            "".join(SUPERSCRIPTS[c] for c in self.plain[start:end]), self.columns[start : end + 1]
        )
        if re.search(rf"[{LETTER}][0-9]", inside.plain):
            raise ParseError(
                "A power of a power cannot be typed with small digits: write e^(-x^2).", self.columns[start]
            )
        inside.count = self.count
        yield from inside.tokens()
        self.count = inside.count
        yield self.token("close", SUPERSCRIPT_END, end, end, False)

    def symbol(self, start: int, spaced: bool) -> Token:
        pair = self.plain[start : start + 2]
        character = self.plain[start]
        if pair in _SYMBOL:
            return self.token("symbol", _SYMBOL[pair], start, start + 2, spaced)
        kind = (
            "open"
            if character in _OPEN
            else "close"
            if character in _CLOSE
            else "bar"
            if character in "|‖"
            else "symbol"
        )
        return self.token(kind, _SYMBOL.get(character, character), start, start + 1, spaced)

    def command(self, start: int, spaced: bool) -> Token | None:
        """The token that a LaTeX command means; None where it only makes room."""
        match = _COMMAND.match(self.plain, start)
        if match is None:
            return self.escaped(start, spaced)
        name, end = match[1], match.end()
        if name == "nabla":
            raise ParseError(on_gradients(self.plain), self.columns[start])
        if name in LATEX_REFUSED:
            raise ParseError(LATEX_REFUSED[name], self.columns[start])
        if name in LATEX_SPACES:
            self.place = end
            return None
        if name in LATEX_SYMBOLS:
            inner = _Lexer(LATEX_SYMBOLS[name], [self.columns[start]] * 3).symbol(0, spaced)
            return self.token(inner.kind, inner.text, start, start + len(name) + 1, spaced)
        if name in ("begin", "end"):
            return self.environment(name, start, spaced)
        if name in LATEX_COMMANDS:
            return self.token("command", "sqrt" if name == "sqrt" else "frac", start, end, spaced)
        if name in _SERIES:
            return self.token("series", _SERIES[name], start, start + len(match[1]) + 1, spaced)
        if name in LATEX_WORDS or name in ACCENTS or name in BOLD:
            return self.styled(name, start, spaced)
        if (named := read_name(self.plain, start)) is not None:
            return self.word(named.text, start, named.end, spaced)
        if name not in FUNCTIONS and name not in CONSTANTS and name != "Pi":
            raise unknown_word(f"I don't know {quoted(match[0].strip())}.", name, self.columns[start])
        end = start + len(match[1]) + 1
        return self.token("word", name, start, end, spaced)

    def styled(self, command: str, start: int, spaced: bool) -> Token:
        """The name that a command sets in a style, with the index behind it."""
        named = read_name(self.plain, start)
        if named is None:
            raise ParseError(f"A name in braces is missing after \\{command}.", self.columns[start])
        return self.word(named.text, start, named.end, spaced, bold=named.bold)

    def environment(self, name: str, start: int, spaced: bool) -> Token:
        """\\begin{cases} opens, \\end{cases} closes."""
        match = _CASES.match(self.plain, start)
        if match is None:
            raise ParseError("Of LaTeX's environments only cases is understood here.", self.columns[start])
        kind, text = ("open", CASES) if name == "begin" else ("close", CASES_END)
        return self.token(kind, text, start, match.end(), spaced)

    def escaped(self, start: int, spaced: bool) -> Token | None:
        """A backslash before a sign."""
        sign = self.plain[start + 1 : start + 2]
        if sign and sign in " ,;:!>":
            self.place = start + 2
            return None
        meant = {
            "{": "{",
            "}": "}",
            "|": "‖",
            "%": "%",
            "(": "$",
            ")": "$",
            "[": "$",
            "]": "$",
            "\\": NEW_ROW,
        }.get(sign)
        if meant is None:
            raise ParseError(
                "A backslash begins a command of LaTeX, such as \\frac or \\sin.", self.columns[start]
            )
        kind = {"{": "open", "}": "close", "‖": "bar"}.get(meant, "symbol")
        return self.token(kind, meant, start, start + 2, spaced)


def check_literal(text: str, column: int) -> None:
    """ParseError where the number is too long to be meant, or no float holds it."""
    if len(text) > LONGEST_LITERAL:
        raise ParseError(f"This number has more than {LONGEST_LITERAL} characters.", column)
    if text.isdigit() and len(text.lstrip("0")) > MOST_DIGITS:
        raise ParseError(f"This whole number has more than {MOST_DIGITS} digits: write it as 1.5e20.", column)
    value = float(text)
    if value == float("inf"):
        raise ParseError(f"The number {text} is too large.", column)
    if value == 0 and re.search("[1-9]", re.split("[eE]", text)[0]):
        raise ParseError(f"The number {text} rounds to 0.", column)


def pointed(text: str, column: int, width: int = 72) -> str:
    """Two lines: the text, or what is around the place when it is long, and a caret under the place.

    Wide characters take two columns and combining ones none; what cannot be shown is shown as �.
    """
    column = max(0, min(column, len(text)))
    start = max(0, min(column - width // 2, len(text) - width))
    end = min(len(text), start + width)
    shown = [_shown(c) for c in text[start:end]]
    lead = "…" if start else ""
    tail = "…" if end < len(text) else ""
    before = sum(_columns(c) for c in shown[: column - start])
    if column < end and _columns(shown[column - start]) == 0 and before:
        before -= 1  # a combining mark is in the column of its letter
    return f"{lead}{''.join(shown)}{tail}\n{' ' * (len(lead) + before)}^"


def _shown(character: str) -> str:
    category = unicodedata.category(character)
    return " " if category == "Zs" or character in "\t\n\r" else "�" if category[0] in "CZ" else character


def _columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
