"""The words of a formula, and the pieces of words that are run together.

``xsin(x)`` is x·sin(x) and ``sin2x`` is sin(2x), but ``sine`` is a slip. A word is split into the longest
known names from the left; names that are declared win; and a word that is nothing but loose letters is only
taken for a product when it looks like one, so that a slip becomes a suggestion instead of a product of four
new variables.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from gradviz.errors import ParseError
from gradviz.reading.heading import LONGEST_NAME, MOST_VARIABLES, Names
from gradviz.reading.lexer import (
    CASES,
    CASES_END,
    LETTER,
    MOST_TOKENS,
    SUPERSCRIPT_END,
    Token,
    check_literal,
    quoted,
)
from gradviz.reading.spelling import (
    ALONE,
    CONSTANTS,
    FUNCTIONS,
    KEYWORDS,
    MODULES,
    NORMALISED,
    REDUCTIONS,
    REFUSED_WORDS,
    SUBMODULES,
    UNIT_OF_THE_COMPLEX,
    canonical_name,
    refused_word,
    suggestion,
)
from gradviz.text.letters import GREEK, GREEK_NAMES

LONGEST_WORD = 50  # letters run together

_LOOSE = frozenset("abckmnpqrstuvwxyz")  # letters that may be new in the middle of a word
_PLAIN = frozenset("xyzt")  # a longer word of loose letters needs one of these
_LETTERS_IN_ORDER = "abcdefghijklmnopqrstuvwxyz"
_FUNCTIONS_WITH_VARIABLES_NAME = frozenset(("gamma", "Gamma", "Γ"))
_INDEX = re.compile(r"_?([0-9]+)")
_LETTER_WITH_INDEX = re.compile(rf"[{LETTER}](?:_?[0-9]+)?")
# Names of functions elsewhere that are variables here: their calls are remarked on.
_CALLED_ELSEWHERE = frozenset(
    ("f", "g", "h", "phi", "sigma", "Phi", "psi", "beta", "zeta", "Lambda", "Psi", "Sigma")
) | frozenset("ABCDEFGHJKLMNOPQRSTUVWXYZ")
_BESSEL = frozenset(f"{letter}{order}" for letter in "ijky" for order in (0, 1))
_LONGEST_WORD = max(map(len, FUNCTIONS | GREEK_NAMES))


# --- words --------------------------------------------------------------------------------------------------


def split_words(tokens: Sequence[Token], names: Names, remarks: list[str]) -> list[Token]:
    """The tokens with every word split into what it is made of. ParseError at a word that means nothing."""
    splitter = _Splitter(tokens, names, remarks)
    pieces = list(splitter.tokens())
    if len(pieces) > MOST_TOKENS:
        raise ParseError(f"The formula has more than {MOST_TOKENS} parts.", pieces[MOST_TOKENS].column)
    return splitter.all_declared(splitter.vectors(splitter.indices(pieces)))


class _Splitter:
    def __init__(self, words: Sequence[Token], names: Names, remarks: list[str]) -> None:
        self.words, self.names, self.remarks = words, names, remarks
        self.known = names.known
        self.longest = max([_LONGEST_WORD, *map(len, self.known)])
        # A letter, or one with an index, that stands alone somewhere is certainly a variable.
        self.alone = {
            canonical_name(t.text) for t in words if t.kind == "word" and _LETTER_WITH_INDEX.fullmatch(t.text)
        }

    def tokens(self) -> Iterator[Token]:
        place = 0
        while place < len(self.words):
            token = self.words[place]
            following = self.words[min(place + 1, len(self.words) - 1)]
            if token.kind == "symbol" and token.text == "." and following.kind == "word":
                yield Token("method", following.text, following.column, following.end)
                place += 2
            elif token.kind != "word":
                yield token
                place += 1
            elif following.text == "." and token.text in MODULES and token.text not in self.known:
                function, place = self.of_module(place)
                yield function
            else:
                yield from self.word(token, following)
                place += 1

    def of_module(self, place: int) -> tuple[Token, int]:
        """np.sin and torch.nn.functional.relu are sin and relu."""
        first = last = self.words[place]
        while last.text in MODULES | SUBMODULES and self.words[place + 1].text == ".":
            place += 2
            last = self.words[place]  # there always is one: the end is a token too
        name = last.text
        if name in REFUSED_WORDS:
            raise ParseError(refused_word(name), last.column)
        if name in CONSTANTS:
            return Token("constant", name, first.column, last.end, first.spaced), place + 1
        if name not in FUNCTIONS:
            name = name.lower()  # sp.Max
        if last.kind != "word" or name not in FUNCTIONS:
            name = last.text
            raise ParseError(f"I don't know {quoted(f'{first.text}.{name}')}.{suggestion(name)}", last.column)
        if name == "sinc" and first.text not in ("sp", "sympy"):
            name = NORMALISED + name
        if name == "log" and first.text not in ("math", "Math"):  # math.log takes a base
            name = "ln"  # NumPy's is known to be natural: no remark
        return Token("function", name, first.column, last.end, first.spaced), place + 1

    def word(self, token: Token, following: Token) -> Iterator[Token]:
        word = token.text
        called = following.kind == "open" and not following.spaced
        if canonical_name(word) not in self.known:
            if word in KEYWORDS:
                yield replace(token, kind="keyword")
                return
            if word == "undefined":
                yield replace(token, kind="constant")
                return
            if word in REFUSED_WORDS and (called or word not in GREEK_NAMES):
                raise ParseError(refused_word(word), token.column)
            if word == "I":
                raise ParseError(UNIT_OF_THE_COMPLEX, token.column)
        if len(word) > LONGEST_WORD:
            raise ParseError(f"I don't know {quoted(word)}.", token.column)
        pieces = list(self.pieces(token, following.kind == "open"))
        self.check(token, pieces, called)
        yield from pieces

    def pieces(self, token: Token, called: bool) -> Iterator[Token]:
        """The longest known names from the left."""
        word, place = token.text, 0
        while place < len(word):
            kind, text, length = self.longest_name(word, place, called)
            columns = token.columns[place : place + length] or token.columns[-1:]
            spaced = token.spaced and place == 0
            if kind == "number":
                check_literal(text, columns[0])
            yield Token(kind, text, columns[0], columns[-1] + 1, spaced)
            place += length
            if kind == "variable" and place == len(word):
                return

    def longest_name(self, word: str, place: int, called: bool) -> tuple[str, str, int]:
        """(kind, text, length) of the longest name at ``place`` in ``word``."""
        character = word[place]
        if character in "0123456789":
            digits = re.compile("[0-9]+").match(word, place)[0]
            return "number", digits, len(digits)
        if character == "_":
            index = _INDEX.match(word, place)
            return ("subscript", index[1], len(index[0])) if index else ("subscript", "", 1)
        best = self.variable(word, place, 1)
        for length in range(min(self.longest, len(word) - place), 0, -1):
            name = word[place : place + length]
            if name in self.known or canonical_name(name) in self.known:
                best = max(best, ("variable", canonical_name(name), length), key=lambda found: found[2])
            elif length >= best[2] and (function := self.function(word, place, name, called)):
                best = ("function", function, length)
            elif name in CONSTANTS or name in ("π", "τ", "Pi", "PI"):
                constant = GREEK.get(name, name.lower())
                best = max(self.constant(word, place, constant, length), best, key=lambda found: found[2])
            elif name in GREEK_NAMES and length > 1:
                best = max(best, self.variable(word, place, length), key=lambda found: found[2])
        return best

    def variable(self, word: str, place: int, length: int) -> tuple[str, str, int]:
        """The letter at ``place`` with the index that follows it."""
        letter = GREEK.get(word[place], word[place : place + length])
        index = _INDEX.match(word, place + length)
        if index is None:
            return ("constant" if letter in CONSTANTS else "variable"), letter, length
        if letter == "pi":
            return "constant", letter, length
        return "variable", letter + index[1], length + len(index[0])

    def constant(self, word: str, place: int, name: str, length: int) -> tuple[str, str, int]:
        indexed = self.variable(word, place, length)
        return indexed if indexed[2] > length and name != "pi" else ("constant", name, length)

    def function(self, word: str, place: int, name: str, called: bool) -> str | None:
        """The function that is spelled ``name``, also Sin and SIN, and ReLU where it is the whole word."""
        whole = len(word) == len(name)
        last = place + len(name) == len(word)
        capitals = whole or name.istitle() or name.isupper()
        if name not in FUNCTIONS and name not in GREEK_NAMES and len(name) > 1 and capitals:
            name = name.lower()
        if name not in FUNCTIONS or (name in ALONE and not whole):
            return None
        if name in _FUNCTIONS_WITH_VARIABLES_NAME and not (last and called):
            return None
        if name[-1].isdigit() and not last and not name.startswith("log"):
            return None
        return name

    def check(self, token: Token, pieces: list[Token], called: bool) -> None:
        """ParseError where the word is more likely a slip than what its pieces mean."""
        variables = [p for p in pieces if p.kind == "variable"]
        for before, piece in zip([None, *pieces], pieces, strict=False):
            if piece.kind == "subscript" and (before is None or before.text not in ("log", "ln", "Log")):
                raise ParseError("Only a whole number can be an index, as in x_1.", piece.column)
            if len(piece.text) > LONGEST_NAME:
                raise ParseError(f"A name has at most {LONGEST_NAME} characters.", piece.column)
        slip = any(
            a.kind == "function" and b.kind == "constant" and b.text == "e" and "e" not in self.alone
            for a, b in pairwise(pieces)
        )
        unknown = [p for p in variables if p.text not in self.known]
        if self.names.variables is not None:  # letters that are not declared may still turn out to be vectors
            slip = (
                slip
                or (len(token.text) > 2 and unknown == pieces)
                or (len(pieces) > 1 and unknown and suggestion(token.text))
            )
        elif len(pieces) > 1:
            slip = slip or not self.looks_like_a_product(token.text, pieces, unknown, called)
        if slip and not (len(pieces) == 1 and variables):
            hint = suggestion(token.text, tuple(self.known)) or _as_a_product(pieces)
            raise ParseError(f"I don't know {quoted(token.text)}.{hint}", token.column)
        if self.names.variables is None and len(pieces) == 1 and variables:
            self.remark_on_letter(token, variables[0].text, called)
        if called and len(pieces) > 1 and unknown and self.alone.isdisjoint(p.text for p in variables):
            self.remark_on_product(token, pieces)

    def looks_like_a_product(
        self, word: str, pieces: list[Token], unknown: list[Token], called: bool
    ) -> bool:
        loose = [p.text for p in unknown if len(p.text) == 1 and p.text not in self.alone]
        if not all(letter in _LOOSE for letter in loose):
            return False
        if "e" not in self.alone and sum(p.text == "e" for p in pieces) > 1:
            return False  # eye; a product would have e²
        if any(p.text == "e" for p in pieces[1:]) and len(loose) > 1 and "e" not in self.alone:
            return False  # versin x; but xe^x
        if any(p.kind == "subscript" for p in pieces):
            return True  # log_b(x)
        functions = any(p.kind == "function" for p in pieces)
        if called and functions and pieces[-1] in unknown and pieces[-1].text not in self.alone:
            return False  # sinn(x), xlogy(x), cosm1(x)
        if called and len(loose) > 1 and len(word) > 2:
            return False  # bar(x)
        if any(
            a.kind == "function" and b.text in loose and a.text.endswith(b.text) for a, b in pairwise(pieces)
        ):
            return False  # coss x
        letters = sum(len(p.text) == 1 for p in unknown)
        if len(loose) < 3:
            return True
        return letters <= 4 and (not _PLAIN.isdisjoint(loose) or word in _LETTERS_IN_ORDER)

    def all_declared(self, tokens: list[Token]) -> list[Token]:
        """``tokens``; ParseError at a variable that is not among the declared ones, where there are any."""
        for token in tokens if self.names.variables is not None else ():
            if token.kind == "variable" and token.text not in self.known:
                listed = ", ".join(self.names.variables + self.names.parameters) or "none"
                raise ParseError(
                    f"{quoted(token.text)} is not among the declared names ({listed}).", token.column
                )
        return tokens

    def remark_on_letter(self, token: Token, name: str, called: bool) -> None:
        if name in self.known:
            return
        if called and (name in _CALLED_ELSEWHERE or name in _BESSEL):
            self.remarks.append(f"{name}(…) is read as {name} times what is in the parentheses.")
        elif name == "E":
            self.remarks.append("E is a variable here; Euler's number is e.")
        elif name in ("i", "j"):
            self.remarks.append(f"{name} is a variable here: there are only real numbers.")

    def remark_on_product(self, token: Token, pieces: list[Token]) -> None:
        """A remark on a call of letters run together that occur nowhere alone: nt(2), rsqrt(x)."""
        product = "·".join(p.text.removeprefix(NORMALISED) for p in pieces)
        if product != token.text and all(p.kind in ("variable", "constant", "function") for p in pieces):
            times = "" if pieces[-1].kind == "function" else " times what is in the parentheses"
            self.remarks.append(f"{quoted(token.text)} is read as {product}{times}.")

    # --- x[0], and letters that stand for vectors -----------------------------------------------------------

    def indices(self, tokens: list[Token]) -> list[Token]:
        """x[0] becomes x1: Python counts from 0."""
        read: list[Token] = []
        place = 0
        while place < len(tokens):
            indexed = self.indexed(tokens, place)
            read.append(indexed or tokens[place])
            place += 4 if indexed else 1
        return read

    def indexed(self, tokens: list[Token], place: int) -> Token | None:
        """The variable that the four tokens from ``place`` on spell, as in x[0]; None where they do not."""
        token, *following = tokens[place : place + 5]
        texts = [t.text for t in following]
        if token.kind != "variable" or token.text[-1].isdigit() or texts[:1] != ["["] or following[0].spaced:
            return None
        if texts[1:2] == ["-"] and texts[3:4] == ["]"]:
            raise ParseError("An index counts from the front: x[0] is the first.", following[1].column)
        if texts[2:3] != ["]"] or following[1].kind != "number":
            return None
        if not texts[1].isdigit() or len(texts[1]) > 3:
            raise ParseError("An index is a whole number: x[0] is the first.", following[1].column)
        index = int(texts[1])
        name = self.component(token, index)
        if name != f"{token.text}{index}":
            first = self.component(token, 0)
            self.remarks.append(f"{token.text}[0] is {first} here: Python counts from 0.")
        return Token("variable", name, token.column, following[2].end, token.spaced)

    def component(self, token: Token, index: int) -> str:
        counted_from_0, name = f"{token.text}{index}", f"{token.text}{index + 1}"
        if f"{token.text}0" in self.known and counted_from_0 in self.known:
            return counted_from_0
        if self.names.variables is None or name in self.known:
            return name
        if token.text not in self.known and index < len(self.names.variables):
            return self.names.variables[index]
        raise ParseError(f"{quoted(name)} is not among the declared names.", token.column)

    def vectors(self, tokens: list[Token]) -> list[Token]:
        """Undeclared letters inside sum(…) and norm(…), and beside @ and .T, stand for vectors."""
        places = _vector_places(tokens)
        letters = {tokens[i].text for i in places if tokens[i].kind == "variable"}
        letters = {name for name in letters if not name[-1].isdigit()} - self.known
        if not letters:
            return tokens
        spelled = {name: self.components(name, tokens) for name in sorted(letters)}
        for name, components in spelled.items():
            self.remarks.append(f"{name} is read as a vector with the components {', '.join(components)}.")
        return [
            replace(t, kind="vector", text=" ".join(spelled[t.text]))
            if t.kind == "variable" and t.text in letters
            else t
            for t in tokens
        ]

    def components(self, name: str, tokens: list[Token]) -> tuple[str, ...]:
        indexed = re.compile(re.escape(name) + "([0-9]+)")
        if self.names.variables:
            own = [v for v in self.names.variables if indexed.fullmatch(v)]
            return tuple(own) or self.names.variables
        highest = max(
            [2, *(int(m[1]) for t in tokens if t.kind == "variable" and (m := indexed.fullmatch(t.text)))]
        )
        if highest > MOST_VARIABLES:
            raise ParseError(f"There can be at most {MOST_VARIABLES} variables.")
        return tuple(f"{name}{i}" for i in range(1, highest + 1))


def _as_a_product(pieces: list[Token]) -> str:
    """What to write where the letters of a short word are meant to be multiplied."""
    if len(pieces) > 4 or len({p.text for p in pieces}) < len(pieces) or any(len(p.text) > 1 for p in pieces):
        return ""
    return f" If the letters are multiplied, write {'*'.join(p.text for p in pieces)}."


def _vector_places(tokens: list[Token]) -> set[int]:
    """The places of tokens where a vector is expected."""
    partner = partners(tokens)
    places: set[int] = set()

    def right_of(place: int) -> Iterable[int]:
        return range(place, partner.get(place, place) + 1)

    def left_of(place: int) -> Iterable[int]:
        first = partner.get(place, place)
        while first > 0 and tokens[first - 1].kind == "method":  # x.pow(2).sum()
            first = partner.get(first - 2, first - 2)
        return range(max(first, 0), place + 1)

    for i, token in enumerate(tokens):
        if token.kind == "function" and token.text in REDUCTIONS:
            places.update(right_of(i + 1))
        elif token.kind == "method" and (token.text in REDUCTIONS or token.text in ("T", "t")):
            places.update(left_of(i - 1))
            if token.text in REDUCTIONS:
                places.update(right_of(i + 1))
        elif token.text == "@":
            places.update(left_of(i - 1))
            places.update(right_of(i + 1))
        elif token.text == "‖":
            places.add(i + 1)
    for i, token in enumerate(tokens):  # the letters in [x, y], and in (x, y), are components themselves
        called = i and tokens[i - 1].kind in ("function", "method")
        lists = token.text == "[" or (token.text in ("(", "{") and not called)
        if lists and any(t.text in (",", ";") for t in tokens[i : partner[i]]):
            places.difference_update(right_of(i))
    return {i for i in places if 0 <= i < len(tokens)}


PAIRS = {"(": ")", "[": "]", "{": "}", "⌊": "⌋", "⌈": "⌉", "^": SUPERSCRIPT_END, CASES: CASES_END}
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
