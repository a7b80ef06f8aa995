"""The words of a formula, and the pieces of words that are run together.

``xsin(x)`` is x·sin(x) and ``sin2x`` is sin(2x), but ``sine`` is a slip. A word is split into the longest
known names from the left; names that are declared win; and a word that is nothing but loose letters is only
taken for a product when it looks like one, so that a slip becomes a suggestion instead of a product of four
new variables.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from gradviz.errors import ParseError
from gradviz.reading.called_letters import LETTERS, after_power, function_of_letter, letters_with_orders
from gradviz.reading.elsewhere import ELSEWHERE
from gradviz.reading.heading import LONGEST_NAME, Names
from gradviz.reading.lexer import MOST_TOKENS, Token, check_literal, quoted
from gradviz.reading.special import OF_SCIPY
from gradviz.reading.spelling import (
    ACCENTS,
    ALIASES,
    ALONE,
    AXES,
    CALLED_ELSEWHERE,
    CONDITION_WORDS,
    CONSTANTS,
    DEGREES,
    FUNCTIONS,
    INFINITE,
    INVERSES,
    KEYWORDS,
    MODULES,
    NORMALISED,
    OTHERWISE_WORDS,
    REFUSED_WORDS,
    SUBMODULES,
    UNIT_OF_THE_COMPLEX,
    canonical_name,
    nearest_name,
    on_gradients,
    refused_word,
    unknown_word,
)
from gradviz.reading.vectors import (
    MATRICES,
    bound_letters,
    counted_by,
    read_vectors,
    upper_letters,
    vector_arguments,
)
from gradviz.text.letters import GREEK, GREEK_NAMES, LETTER

_COMPARISONS = frozenset(("<", ">", "<=", ">=", "==", "!=", "="))
LONGEST_WORD = 50  # letters run together

_LOOSE = frozenset("abckmnpqrstuvwxyz")  # letters that may be new in the middle of a word
_PLAIN = frozenset("xyzt")  # a longer word of loose letters needs one of these
_LETTERS_IN_ORDER = "abcdefghijklmnopqrstuvwxyz"
_FUNCTIONS_WITH_VARIABLES_NAME = frozenset(
    ("gamma", "Gamma", "Γ", "zeta", "jv", "yv", "iv", "kv", "Ai", "Bi", "Ei", "li", "Si", "Ci", "Shi", "Chi")
)
_INDEX = re.compile(r"_?([0-9]+)")
_LAST_INDEX = re.compile(r"_([A-Za-z][A-Za-z0-9]*)")
_LETTER_WITH_INDEX = re.compile(rf"[{LETTER}](?:_?[0-9]+)?")
_LETTERS_OF_FUNCTIONS = frozenset(LETTERS) | {f"{letter}{order}" for letter in "ijky" for order in (0, 1)}
_LONGEST_WORD = max(map(len, FUNCTIONS | GREEK_NAMES))


_LETTERS = "|".join([*sorted(GREEK_NAMES, key=len, reverse=True), f"[{LETTER}]"])
_MARKED = re.compile(rf"({_LETTERS})_?({'|'.join(sorted(set(ACCENTS.values())))})(?:_([A-Za-z0-9]+))?")
_INDEXED_BY_LETTERS = re.compile(rf"({_LETTERS})_([A-Za-z][A-Za-z0-9]*)")


def whole_name(word: str) -> str | None:
    """The variable that a word is as a whole: yhat of ŷ and y_hat, sigma_x, x_max; None for other words."""
    if (marked := _MARKED.fullmatch(word)) is not None:
        letter = GREEK.get(marked[1], marked[1])
        index = marked[3] or ""
        return f"{letter}{marked[2]}{index if index.isdigit() or not index else '_' + index}"
    indexed = _INDEXED_BY_LETTERS.fullmatch(word)
    return f"{GREEK.get(indexed[1], indexed[1])}_{indexed[2]}" if indexed else None


# --- words --------------------------------------------------------------------------------------------------


def split_words(tokens: Sequence[Token], names: Names, remarks: list[str]) -> list[Token]:
    """The tokens with every word split into what it is made of. ParseError at a word that means nothing."""
    splitter = _Splitter(tokens, names, remarks)
    pieces = list(splitter.tokens())
    splitter.remarks_on_arcs()
    if len(pieces) > MOST_TOKENS:
        raise ParseError(f"The formula has more than {MOST_TOKENS} parts.", pieces[MOST_TOKENS].column)
    return splitter.all_declared(read_vectors(pieces, names, remarks))


def arguments_that_are_vectors(tokens: Sequence[Token], names: Names) -> frozenset[str]:
    """Those of the variables that are vectors in the formula; none where its words cannot be read."""
    arguments = names.variables or ()
    try:
        lenient = Names(None, (*arguments, *names.parameters))
        pieces = list(_Splitter(tokens, lenient, []).tokens())
        return vector_arguments(pieces, arguments, [])
    except ParseError:
        return frozenset()


class _Splitter:
    def __init__(self, words: Sequence[Token], names: Names, remarks: list[str]) -> None:
        self.words, self.names, self.remarks = words, names, remarks
        self.known = names.known
        texts = {t.text for t in words}
        self.has_conditions = not texts.isdisjoint(_COMPARISONS) and "in" not in texts
        self.arcs: list[tuple[str, str]] = []  # asin and the like, as written and by name
        self.multiplied = False  # whether a letter is run together with a function, as in bcos x
        self.bound = bound_letters(words)
        self.known |= self.bound | upper_letters(words)
        self.place = 0  # of the word that is being read
        self.uncalled = {
            canonical_name(word.text)
            for i, word in enumerate(words[:-1])
            if word.kind == "word" and words[after_power(words, i + 1)].kind != "open"
        }
        self.longest = max([_LONGEST_WORD, *map(len, self.known)])
        # A letter, or one with an index, that stands alone somewhere is certainly a variable.
        self.alone = {
            canonical_name(t.text) for t in words if t.kind == "word" and _LETTER_WITH_INDEX.fullmatch(t.text)
        }

    def tokens(self) -> Iterator[Token]:
        self.words = list(letters_with_orders(self.words, self.is_variable, self.remarks))
        place = 0
        while place < len(self.words):
            token, self.place = self.words[place], place
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
                yield from self.word(token, following, self.words[place - 1] if place else None)
                place += 1

    def of_module(self, place: int) -> tuple[Token, int]:
        """np.sin and torch.nn.functional.relu are sin and relu."""
        first = last = self.words[place]
        first_place = place
        while last.text in MODULES | SUBMODULES and self.words[place + 1].text == ".":
            place += 2
            last = self.words[place]  # there always is one: the end is a token too
        name = last.text
        if name in INFINITE and self.words[first_place - 1].text in (",", "="):
            return Token("infinity", name, first.column, last.end, first.spaced), place + 1
        if name in REFUSED_WORDS:
            raise ParseError(refused_word(name), last.column)
        if name in CONSTANTS:
            return Token("constant", name, first.column, last.end, first.spaced), place + 1
        name = OF_SCIPY.get(name, name)
        if name not in FUNCTIONS:
            name = name.lower()  # sp.Max
        if last.kind != "word" or name not in FUNCTIONS:
            name = last.text
            raise unknown_word(f"I don't know {quoted(f'{first.text}.{name}')}.", name, last.column)
        if name == "sinc" and first.text not in ("sp", "sympy"):
            name = NORMALISED + name
        if name == "log" and first.text not in ("math", "Math"):  # math.log takes a base
            name = "ln"  # NumPy's is known to be natural: no remark
        return Token("function", name, first.column, last.end, first.spaced), place + 1

    def word(self, token: Token, following: Token, before: Token | None = None) -> Iterator[Token]:
        word = token.text
        called = following.kind == "open" and not following.spaced
        if before is not None and before.text == "^" and self.begins_with_transpose(word):  # x^TAx
            if word[1].isupper():
                raise ParseError(MATRICES, token.column)
            yield replace(token, kind="variable", text="T", end=token.column + 1)
            rest = replace(token, text=word[1:], columns=token.columns[1:], spaced=False)
            yield from self.word(replace(rest, column=token.column + 1), following)
            return
        if word in INFINITE and before is not None and before.text in ("_", "{", ",", "="):
            yield replace(token, kind="infinity")
            return
        if word in DEGREES | AXES and following.text == "=" and before is not None and before.text == ",":
            yield replace(token, kind="keyword")
            return
        if (target := self.function_of_letter(word)) is not None:
            yield replace(token, kind="function", text=target)
            return
        if word not in FUNCTIONS and (name := whole_name(word)) is not None:
            if called and name not in self.known:
                self.check_call(token, [replace(token, kind="variable", text=name)])
            yield replace(token, kind="variable", text=name)
            return
        if canonical_name(word) not in self.known:
            if word in OTHERWISE_WORDS:
                yield replace(token, kind="keyword", text="otherwise")
                return
            if word in CONDITION_WORDS and self.has_conditions:
                yield replace(token, kind="keyword", text="if")
                return
            if word in KEYWORDS:
                yield replace(token, kind="keyword")
                return
            if word == "undefined":
                yield replace(token, kind="constant")
                return
            if word in REFUSED_WORDS and (called or word not in GREEK_NAMES):
                raise ParseError(self.refused(word), token.column)
            if word == "I":
                raise ParseError(UNIT_OF_THE_COMPLEX, token.column)
        if len(word) > LONGEST_WORD:
            raise ParseError(f"I don't know {quoted(word)}.", token.column)
        raised = self.words[after_power(self.words, self.place + 1)].kind == "open" != following.kind
        applied = following.kind == "open" or (raised and not self.is_variable(word))
        pieces = list(self.pieces(token, applied))
        if not self.multiplies_a_power_of_e(pieces, following):
            self.check(token, pieces, called)
            if raised and [p.kind for p in pieces] == ["variable"]:
                self.remark_on_power(pieces[0].text)
        self.remark_on_arc(token, pieces)
        yield from pieces

    def function_of_letter(self, word: str) -> str | None:
        """The function that a letter before parentheses is; None where it is, or may be, a variable."""
        name = canonical_name(word)
        target = function_of_letter(self.words, self.place, name)
        if target is None or self.is_variable(name):
            return None
        if word not in FUNCTIONS and word not in GREEK_NAMES:
            self.remarks.append(
                f"{name}(…) is read as the function {target}; write {name}*(…) for the product."
            )
        return target

    def refused(self, word: str) -> str:
        """The sentence for a word that has a meaning elsewhere."""
        gradient = word in ("grad", "gradient", "nabla")
        return on_gradients(" ".join(t.text for t in self.words)) if gradient else refused_word(word)

    def multiplies_a_power_of_e(self, pieces: list[Token], following: Token) -> bool:
        """Whether the word is a few letters before e^x: xye^z, Ae^(-kt)."""
        if following.text != "^" or pieces[-1].text != "e" or pieces[-1].kind != "constant":
            return False
        letters = [p for p in pieces[:-1] if p.kind == "variable"]
        if (
            "e" in self.known | self.alone
            or not letters
            or any(len(p.text.rstrip("0123456789")) > 1 for p in letters)
        ):
            return False
        if not all(self.is_declared(p.text) for p in letters) and self.names.variables is not None:
            return False
        rest = [p for p in pieces[:-1] if p.kind not in ("variable", "number")]
        known = [p for p in letters if p.text in self.known | self.alone or p.text in _PLAIN]
        return not rest and (len(letters) < 3 or len(known) > len(letters) - 2)

    def remark_on_arc(self, token: Token, pieces: list[Token]) -> None:
        """A remark where asin may be a·sin: Acos(w t), or asin x beside bcos x."""
        functions = [p for p in pieces if p.kind == "function"]
        first = functions[0] if functions else None
        if first is not None and len(pieces) > 1 and pieces[0].kind == "variable":
            self.multiplied = True
            last = pieces[-1]
            if last.kind == "function" and last.text[0] == "a" and last.text[1:] in INVERSES:
                product = "*".join([*(p.text for p in pieces[:-1]), "a", last.text[1:]])
                remark = f"{quoted(token.text)} is read as {'·'.join(p.text for p in pieces)}"
                if f"{remark}." in self.remarks:  # by check_call
                    self.remarks.remove(f"{remark}.")
                self.remarks.append(f"{remark}; write {product}(…) for the other.")
        inverse = first is not None and len(pieces) == 1 and token.text[0] in "aA" and first.text[0] == "a"
        if inverse and first.text[1:] in ALIASES and first.text[1:] in INVERSES:
            self.arcs.append((token.text, first.text))

    def remarks_on_arcs(self) -> None:
        """The remarks on inverse functions that may be products, once all words are known."""
        for written, name in self.arcs:
            letter, function = written[0], name[1:]
            if letter == "A" or self.multiplied or letter in self.known | self.alone:
                self.remarks.append(
                    f"{quoted(written)} is read as the inverse function {name}; "
                    f"write {letter}*{function}(…) for the product."
                )

    def begins_with_transpose(self, word: str) -> bool:
        return word[0] == "T" and word[1:].isalpha() and "T" not in self.known | self.alone

    def pieces(self, token: Token, called: bool) -> Iterator[Token]:
        """The longest known names from the left."""
        word, place = token.text, 0
        while place < len(word):
            kind, text, length = self.longest_name(word, place, called)
            columns = token.columns[place : place + length] or token.columns[-1:]
            spaced = token.spaced and place == 0
            if kind == "number":
                check_literal(text, columns[0])
            yield Token(kind, text, columns[0], columns[-1] + 1, spaced, bold=token.bold)
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
                if length > 1 and word[place + length : place + length + 1] == "_":  # theta_1 of theta
                    best = max(best, self.variable(word, place, length), key=lambda found: found[2])
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
        if index is None and (named := _LAST_INDEX.fullmatch(word, place + length)) is not None:
            return "variable", f"{letter}_{named[1]}", len(word) - place
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
        unknown = [p for p in variables if not self.is_declared(p.text)]
        if self.names.variables is not None:  # letters that are not declared may still turn out to be vectors
            slip = (
                slip
                or (len(token.text) > 2 and unknown == pieces)
                or (len(pieces) > 1 and unknown and nearest_name(token.text))
            )
        elif len(pieces) > 1:
            slip = slip or not self.looks_like_a_product(token.text, pieces, unknown, called)
        if slip and not (len(pieces) == 1 and variables):
            sentence, product = f"I don't know {quoted(token.text)}.", _as_a_product(pieces)
            raise unknown_word(sentence, token.text, token.column, tuple(self.known), product)
        if self.names.variables is None and len(pieces) == 1 and variables:
            self.remark_on_letter(token, variables[0].text, called)
        if called:
            self.check_call(token, pieces)

    def looks_like_a_product(
        self, word: str, pieces: list[Token], unknown: list[Token], called: bool
    ) -> bool:
        loose = [p.text for p in unknown if len(p.text) == 1 and p.text not in self.alone]
        strange = [letter for letter in loose if letter not in _PLAIN]
        if strange == [word[0]] and word[0].isupper() and len(pieces) == 2 and not called:
            return True  # Ax^2 + By^2
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
            if token.kind == "variable" and not self.is_declared(token.text):
                listed = ", ".join(self.names.variables + self.names.parameters) or "none"
                raise ParseError(
                    f"{quoted(token.text)} is not among the declared names ({listed}).", token.column
                )
        return tokens

    def is_declared(self, name: str) -> bool:
        indexed = re.fullmatch(r"(.+?)_?[0-9]+", name)
        stem = indexed[1] if indexed else counted_by(name, self.bound)
        return name in self.known or stem in self.names.vectors or counted_by(name, self.bound) in self.known

    def remark_on_letter(self, token: Token, name: str, called: bool) -> None:
        if name in self.known:
            return
        if called and (name in CALLED_ELSEWHERE or name in _LETTERS_OF_FUNCTIONS):
            self.remarks.append(f"{name}(…) is read as {name} times what is in the parentheses.")
        elif name == "E":
            self.remarks.append("E is a variable here; Euler's number is e.")
        elif name in ("i", "j"):
            self.remarks.append(f"{name} is a variable here: there are only real numbers.")

    def remark_on_power(self, name: str) -> None:
        """A remark on f^-1(x), which is the inverse function or a power of f elsewhere."""
        if name in CALLED_ELSEWHERE and name not in self.known:
            read = f"a power of the variable {name} times what is in the parentheses"
            self.remarks.append(f"{name} with its exponent is read as {read}.")

    def check_call(self, token: Token, pieces: list[Token]) -> None:
        """ParseError where a word before parentheses is not known but more likely a function than a product.

        Else a remark where it is a product, or functions of each other, and its letters occur nowhere alone.
        """
        word, kinds = token.text, [p.kind for p in pieces]
        new = [p for p in pieces if p.kind == "variable" and not self.is_settled(p.text)]
        after_function = {b.kind for a, b in pairwise(pieces) if a.kind == "function"}
        odd = (
            word in ELSEWHERE
            or any("_" in p.text and (len(pieces) > 1 or len(p.text.split("_")[1]) > 1) for p in new)
            or (len(pieces) > 2 and "constant" in kinds and any(p.text == "e" for p in pieces))
            or ("function" in kinds and len(new) > 1)
            or (new and "variable" in after_function)
        )
        if odd and word not in self.known:
            sentence = f"I don't know the function {quoted(word)}."
            raise unknown_word(sentence, word, token.column, otherwise=_as_a_product(pieces))
        texts = [p.text.removeprefix(NORMALISED) for p in pieces]
        times = " times what is in the parentheses"
        if len(pieces) == 1:
            if new and (not re.fullmatch(r"[A-Za-z][0-9]*", texts[0])) and texts[0] not in CALLED_ELSEWHERE:
                self.remarks.append(f"{texts[0]}(…) is read as {texts[0]}{times}.")
        elif kinds[-1] == "function" and set(kinds) == {"function"}:
            self.remarks.append(f"{quoted(word)} is read as {'('.join(texts)}(…){')' * (len(texts) - 1)}.")
        elif "function" in kinds[:-1]:
            inner = "·".join(texts[kinds.index("function") + 1 :])
            outer = "·".join(texts[: kinds.index("function") + 1])
            end = "(…)" if kinds[-1] == "function" else "·(…)"
            self.remarks.append(f"{quoted(word)} is read as {outer}({inner}{end}).")
        elif new and len(new) == sum(kind == "variable" for kind in kinds) and "·".join(texts) != word:
            self.remarks.append(
                f"{quoted(word)} is read as {'·'.join(texts)}{'' if kinds[-1] == 'function' else times}."
            )

    def is_variable(self, name: str) -> bool:
        """Whether the name is declared, or stands somewhere without an argument."""
        name = canonical_name(name)
        return self.is_declared(name) or name in self.uncalled

    def is_settled(self, name: str) -> bool:
        """Whether the name is declared, or certainly a variable since it stands alone somewhere."""
        return self.is_declared(name) or name in self.alone


def _as_a_product(pieces: list[Token]) -> str:
    """What to write where the letters of a short word are meant to be multiplied."""
    if len(pieces) > 4 or len({p.text for p in pieces}) < len(pieces) or any(len(p.text) > 1 for p in pieces):
        return ""
    return f" If the letters are multiplied, write {'*'.join(p.text for p in pieces)}."
