"""Letters that stand for vectors, and their components: x[0], x(1), sum(x^2), ‖x‖, w^T x, x_i in a sum.

Each function takes the tokens of a formula whose words are split, and gives them with components in place
of what spells them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from gradviz.errors import ParseError
from gradviz.reading.groups import partners, top_level
from gradviz.reading.heading import MOST_VARIABLES, Names
from gradviz.reading.lexer import PRIME, Token, quoted
from gradviz.reading.spelling import FUNCTION_LETTERS, REDUCTIONS, TRANSPOSE

# of a vector where they have one argument
_OF_ONE = frozenset(("max", "min", "amax", "amin", "logsumexp", "softmax", "log_softmax"))
_VALUE_ENDS = frozenset(("variable", "vector", "number", "constant", "close", "fraction", "method"))
_FACTORS = frozenset(("variable", "vector", "open", "function", "command", "number", "series"))
MATRICES = "Matrices are not understood here: write the sum out, as in a*x1^2 + 2*b*x1*x2 + c*x2^2."
_PRIMES_MEAN = (
    "Derivatives are not understood here: type the function itself. A prime of a vector is written dot(w, x)."
)


def bound_letters(tokens: Sequence[Token]) -> frozenset[str]:
    """The letters that count the terms of a sum: i in ∑_{i=1}^{3} x_i."""
    found = set()
    for place, token in enumerate(tokens):
        if token.kind == "series":
            following = [t for t in tokens[place + 1 : place + 4] if t.text not in ("_", "{", "(")]
            if following and following[0].kind in ("word", "variable") and tokens[place + 1].text == "_":
                found.add(following[0].text)
    return frozenset(found)


def upper_letters(tokens: Sequence[Token]) -> frozenset[str]:
    """The letters that end sums: n in ∑_{i=1}^{n}."""
    try:
        ends = list(_upper_ends(tokens)) if any(t.kind == "series" for t in tokens) else []
    except ParseError:
        return frozenset()  # told when it is read
    return frozenset(t.text for t in ends if t.kind in ("word", "variable") and len(t.text) == 1)


def counted_by(name: str, bound: frozenset[str]) -> str | None:
    """x where ``name`` is x_i, and i counts the terms of a sum; None for any other name."""
    stem, _, index = name.partition("_")
    return stem if index and index in bound else None


def is_component(name: str, vector: str) -> bool:
    """Whether ``name`` is x1 or x_1, and ``vector`` x."""
    return name.startswith(vector) and re.fullmatch("_?[0-9]+", name[len(vector) :]) is not None


def with_components(
    order: Iterable[str], vectors: frozenset[str], occurring: Iterable[str]
) -> tuple[str, ...]:
    """The variables in ``order``, those that are vectors replaced by their components."""
    found: list[str] = []
    for name in order:
        if name not in vectors:
            found.append(name)
            continue
        indices = [int(o[len(name) :].lstrip("_")) for o in occurring if is_component(o, name)]
        first = min([1, *indices])
        found.extend(f"{name}{i}" for i in range(first, max([first, *indices]) + 1))
    return tuple(dict.fromkeys(found))


def vector_arguments(tokens: list[Token], arguments: Sequence[str], remarks: list[str]) -> frozenset[str]:
    """Those ``arguments`` of a heading that are vectors: in f(x) = x1^2 + x2^2, x is one.

    An argument is one where a vector is wanted, or where its components occur and itself does not.
    """
    reader = _Reader(tokens, Names(None, tuple(arguments)), remarks)
    tokens = list(reader.products(norm_bars(tokens)))
    wanted = {tokens[i].text for i in vector_places(tokens) if tokens[i].kind == "variable"}
    indexed = reader.indices(tokens, guess=True)
    plain = {
        f"{t.text}_i" if following.text == "_" else t.text
        for t, following in pairwise(indexed)
        if t.kind == "variable"
    }
    found = set()
    for name in arguments:
        parts = {t for t in plain if is_component(t, name) and t not in arguments}
        parts |= {t for t in plain if counted_by(t, reader.bound | {"i"}) == name}
        if name in wanted or (parts and name not in plain):
            found.add(name)
    return frozenset(found)


def read_vectors(tokens: list[Token], names: Names, remarks: list[str]) -> list[Token]:
    """The tokens with every vector and every component read. ParseError where one cannot be."""
    reader = _Reader(tokens, names, remarks)
    tokens = list(reader.products(norm_bars(tokens)))
    tokens = reader.lists_by_spaces(tokens)
    return reader.vectors(reader.indices(tokens))


def norm_bars(tokens: list[Token]) -> list[Token]:
    """||x|| becomes ‖x‖: two bars side by side, and again two, with none between."""
    if sum(t.text == "|" for t in tokens) < 4:
        return tokens
    read: list[Token] = []
    place = 0
    closing: set[int] = set()
    while place < len(tokens):
        token = tokens[place]
        if place in closing or (_two_bars(tokens, place) and _begins_value(tokens, place)):
            end = None if place in closing else _next_two_bars(tokens, place + 2)
            if place in closing or end is not None:
                closing.add(end or place)
                read.append(Token("bar", "‖", token.column, tokens[place + 1].end, token.spaced))
                place += 2
                continue
        read.append(token)
        place += 1
    return read


def _two_bars(tokens: Sequence[Token], place: int) -> bool:
    pair = tokens[place : place + 2]
    return [t.text for t in pair] == ["|", "|"] and not pair[1].spaced


def _begins_value(tokens: Sequence[Token], place: int) -> bool:
    return place == 0 or tokens[place - 1].kind not in _VALUE_ENDS | {"bar"}


def _next_two_bars(tokens: Sequence[Token], place: int) -> int | None:
    """The next two bars, where no single one stands before them."""
    while place < len(tokens) and tokens[place].text != "|":
        place += 1
    third = place + 2 < len(tokens) and tokens[place + 2].text == "|" and not tokens[place + 2].spaced
    return place if _two_bars(tokens, place) and not third else None


class _Reader:
    def __init__(self, tokens: list[Token], names: Names, remarks: list[str]) -> None:
        self.names, self.remarks = names, remarks
        self.known = names.known - names.vectors
        self.bound = bound_letters(tokens)
        self.dimension = 2

    # --- x[0] and x(1) --------------------------------------------------------------------------------------

    def indices(self, tokens: list[Token], *, guess: bool = False) -> list[Token]:
        """x[0] and x(1) become x1. ``guess`` takes any name for a vector's."""
        found = {i: index for i in range(len(tokens)) if (index := self.bracketed(tokens, i)) is not None}
        called = self.called(tokens, guess)
        if not found and not called:
            return tokens
        shift = 1 if self.from_zero(tokens, found) else 0
        read: list[Token] = []
        place = 0
        while place < len(tokens):
            token = tokens[place]
            if place in found:
                name = self.component(token, found[place], shift, guess)
            elif place in called:
                name = f"{token.text}{called[place]}"
            else:
                read.append(token)
                place += 1
                continue
            read.append(Token("variable", name, token.column, tokens[place + 3].end, token.spaced))
            place += 4
        return read

    def bracketed(self, tokens: list[Token], place: int) -> int | None:
        """The index of x[0], None where no such thing is at ``place``."""
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
        return int(texts[1])

    def from_zero(self, tokens: list[Token], found: dict[int, int]) -> bool:
        """Whether x[0] is the first, as in Python; in Julia and Mathematica, who have no **, x[1] is."""
        carets = [t.end - t.column for t in tokens if t.text == "^" and t.kind == "symbol"]
        one_based = bool(found) and 2 not in carets and 0 not in found.values()
        one_based = one_based and (self.names.from_one or (bool(carets) and 1 in found.values()))
        if (one_based and self.names.variables is None) or (one_based and self.names.vectors):
            letter = tokens[next(iter(found))].text
            self.remark(f"{letter}[1] is {letter}1 here: it counts from 1, since there is no {letter}[0].")
            return False
        return True

    def component(self, token: Token, index: int, shift: int, guess: bool) -> str:
        """The name of a bracketed component. ParseError where it is not declared."""
        letter, names = token.text, self.names
        if f"{letter}0" in self.known and f"{letter}{index}" in self.known:
            return f"{letter}{index}"
        name = f"{letter}{index + shift}"
        if guess or names.variables is None or name in self.known or letter in names.vectors:
            if shift:
                self.remark(f"{letter}[0] is {letter}1 here: Python counts from 0.")
            return name
        if letter not in self.known and index < len(names.variables):
            self.remark(f"{letter}[0] is {names.variables[0]} here: Python counts from 0.")
            return names.variables[index]
        raise ParseError(f"{quoted(name)} is not among the declared names.", token.column)

    def called(self, tokens: list[Token], guess: bool) -> dict[int, int]:
        """The place of each x(1) that is a component, as in MATLAB, and its index counted from 1."""
        found: dict[str, dict[int, int]] = {}
        bare: set[str] = set()
        for place, token in enumerate(tokens):
            if token.kind != "variable":
                continue
            index = _called_index(tokens, place)
            if index is None:
                bare.add(token.text)
            elif token.text not in FUNCTION_LETTERS and (guess or token.text not in self.known):
                found.setdefault(token.text, {})[place] = index
        read: dict[int, int] = {}
        for letter, places in found.items():
            indices = set(places.values())
            single = not guess and indices.isdisjoint((0, 1)) and len(indices) == 1
            if letter not in self.names.vectors and (letter in bare or single):
                some = next(iter(indices))
                self.remark(f"{letter}({some}) is read as {letter}·{some}.")
                continue
            first = 0 if 0 in indices else 1
            times = f"{letter}(…) is read as {letter} times what is in the parentheses."
            self.remarks[:] = [remark for remark in self.remarks if remark != times]
            self.remark(f"{letter}({first}) is read as {letter}1; write {letter}*{first} for a product.")
            read |= {place: index + 1 - first for place, index in places.items()}
        return read

    # --- dot products ---------------------------------------------------------------------------------------

    def products(self, tokens: list[Token]) -> Iterator[Token]:
        """w^T x, w'x and a bold w·x become w @ x."""
        if not any(t.bold or t.text in ("T", TRANSPOSE, PRIME) for t in tokens):
            yield from tokens
            return
        partner = partners(tokens)
        place = 0
        while place < len(tokens):
            token = tokens[place]
            length = self.transposes(tokens, place)
            if length:
                place += length
                if tokens[place].text == "*":
                    place += 1
                self.refuse_matrix(tokens, place)
                if tokens[place].text != "@":
                    yield Token("symbol", "@", token.column, token.end)
                self.remark("The product of a transposed vector with a vector is their dot product.")
                continue
            if token.text == "*" and _bold(tokens, place - 1, partner) and _bold(tokens, place + 1, partner):
                token = replace(token, text="@")
                self.remark("The product of two bold letters is the dot product of vectors.")
            yield token
            place += 1

    def transposes(self, tokens: list[Token], place: int) -> int:
        """The number of tokens from ``place`` on that transpose the vector before them; 0 where none do."""
        token = tokens[place]
        if place == 0 or tokens[place - 1].kind not in ("variable", "close"):
            return 0
        if token.text == PRIME and token.kind == "symbol":
            after = tokens[place + 2 if tokens[place + 1].text == "*" else place + 1]
            if after.kind not in ("variable", "open") or tokens[place - 1].text in FUNCTION_LETTERS:
                raise ParseError(_PRIMES_MEAN, token.column)
            return 1
        if token.text == TRANSPOSE and tokens[place + 1].kind in ("variable", "open"):
            return 1
        if token.text != "^" or token.kind not in ("symbol", "raise"):
            return 0
        texts = [t.text for t in tokens[place + 1 : place + 4]]
        length = 2 if texts[0] in ("T", TRANSPOSE) else 4 if texts[:1] + texts[2:] == ["{", "}"] else 0
        letter = texts[0 if length == 2 else 1] if length else ""
        if letter not in ("T", TRANSPOSE):
            return 0
        if letter == "T" and ("T" in self.known or self.stands_alone(tokens)):
            return 0
        after = tokens[place + length]
        if after.text in ("*", "@"):
            after = tokens[place + length + 1]
        if after.kind in ("variable", "open", "vector"):
            return length
        if letter == TRANSPOSE:
            raise ParseError("A transposed vector needs a vector behind it: w^T x.", token.column)
        self.remark("T is a variable here: x^T is a power.")
        return 0

    def stands_alone(self, tokens: list[Token]) -> bool:
        """Whether T occurs where it is no exponent."""
        return any(
            t.text == "T" and t.kind == "variable" and tokens[i - 1].text != "^" and tokens[i - 2].text != "^"
            for i, t in enumerate(tokens)
        )

    def refuse_matrix(self, tokens: list[Token], place: int) -> None:
        """ParseError where a capital letter stands between two vectors, as in x^T A x."""
        token, after = tokens[place], tokens[min(place + 1, len(tokens) - 1)]
        if after.text in ("*", "@"):
            after = tokens[place + 2]
        if token.kind == "variable" and token.text.isupper() and after.kind in ("variable", "open"):
            raise ParseError(MATRICES, token.column)

    def lists_by_spaces(self, tokens: list[Token]) -> list[Token]:
        """[x y] becomes [x, y] where a vector is wanted, as in MATLAB."""
        if "[" not in {t.text for t in tokens}:
            return tokens
        partner = partners(tokens)
        commas: set[int] = set()
        for place in vector_places(tokens):
            if tokens[place].text != "[" or place not in partner or not _of_one(tokens, place, partner):
                continue
            if place and tokens[place - 1].kind in ("variable", "vector"):
                continue  # x[ 0 ]
            inside = range(place + 2, partner[place])
            gaps = {i for i in inside if tokens[i].spaced and _side_by_side(tokens, i)}
            signs = [i for i in inside if tokens[i].text in ("+", "-")]
            if (gaps and signs) or any(tokens[i].spaced and not tokens[i + 1].spaced for i in signs):
                why = "With spaces this can be read in two ways: write [x, -y] for a list."
                raise ParseError(why, tokens[place].column)
            if gaps:
                self.remark("[x y] is read as the list [x, y]; write x*y for a product.")
            commas |= gaps
        read: list[Token] = []
        for place, token in enumerate(tokens):
            if place in commas:
                read.append(Token("symbol", ",", token.column, token.column, True))
            read.append(token)
        return read

    # --- vectors --------------------------------------------------------------------------------------------

    def vectors(self, tokens: list[Token]) -> list[Token]:
        """Undeclared letters inside sum(…) and norm(…), and beside @ and .T, stand for vectors."""
        places = vector_places(tokens)
        letters = {tokens[i].text for i in places if tokens[i].kind == "variable"}
        letters = {n for n in letters if not n[-1].isdigit() and counted_by(n, self.bound) is None}
        letters -= self.known | self.bound
        letters |= self.names.vectors & {t.text for t in tokens if t.kind == "variable"}
        tokens = self.with_dimension(tokens, letters, places)
        if not letters:
            return tokens
        spelled = {name: self.components(name) for name in sorted(letters)}
        for name, components in spelled.items():
            self.remark(f"{name} is read as a vector with the components {', '.join(components)}.")
        return [
            replace(t, kind="vector", text=" ".join(spelled[t.text]))
            if t.kind == "variable" and t.text in letters
            else t
            for t in tokens
        ]

    def with_dimension(self, tokens: list[Token], letters: set[str], places: set[int]) -> list[Token]:
        """The number of components is found, and put in place of the n of ∑_{i=1}^{n}."""
        stems = letters | self.names.vectors
        for token in tokens:
            if token.kind == "variable":
                stem, index = re.fullmatch(r"(.*?)_?([0-9]*)", token.text, re.DOTALL).groups()
                counted = any(t.kind == "series" for t in tokens)
                if index and (stem in stems or counted) and len(index) < 4:
                    self.dimension = max(self.dimension, int(index))
        self.dimension = max([self.dimension, *_lengths_of_lists(tokens, places), *_picked(tokens)])
        ends = list(_upper_ends(tokens))
        self.dimension = max([self.dimension, *(int(t.text) for t in ends if t.kind == "number")])
        upper = any(t.kind == "series" for t in tokens) and len(ends) > 0
        limits = {t.text for t in ends if t.kind == "variable"} - self.known
        if self.dimension > MOST_VARIABLES and letters:
            raise ParseError(f"There can be at most {MOST_VARIABLES} variables.")
        for name in sorted(limits):
            self.remark(f"{name} is read as the number of components, {self.dimension}.")
        read = []
        for token in tokens:
            if token.kind == "series":
                token = replace(token, text=f"{token.text} {self.dimension}")
                if token.text.startswith("sum") and not upper:
                    self.remark(f"A sum without an end runs to the number of components, {self.dimension}.")
            elif token.kind == "variable" and token.text in limits:
                token = replace(token, kind="size", text=str(self.dimension))
            read.append(token)
        return read

    def components(self, name: str) -> tuple[str, ...]:
        names = self.names
        if names.variables and name not in names.vectors:
            own = [v for v in (*names.variables, *names.parameters) if is_component(v, name)]
            if own or not names.vectors:
                return tuple(own) or names.variables
        return tuple(f"{name}{i}" for i in range(1, self.dimension + 1))

    def remark(self, sentence: str) -> None:
        self.remarks.append(sentence)


def _called_index(tokens: Sequence[Token], place: int) -> int | None:
    """The index of x(1), None where something else is at ``place``."""
    texts = [t.text for t in tokens[place + 1 : place + 4]]
    if len(texts) < 3 or texts[0] != "(" or texts[2] != ")" or tokens[place + 1].spaced:
        return None
    fits = tokens[place + 2].kind == "number" and re.fullmatch("[0-9]|10", texts[1])
    return int(texts[1]) if fits and not tokens[place].text[-1].isdigit() else None


def _bold(tokens: Sequence[Token], place: int, partner: dict[int, int]) -> bool:
    """Whether a bold letter, or a group with one, is at ``place``."""
    if not 0 <= place < len(tokens):
        return False
    other = partner.get(place, place)
    return any(t.bold for t in tokens[min(place, other) : max(place, other) + 1])


def _side_by_side(tokens: Sequence[Token], place: int) -> bool:
    """Whether a value ends before ``place`` and another begins there."""
    return tokens[place - 1].kind in _VALUE_ENDS and tokens[place].kind in _FACTORS | {"constant", "fraction"}


def _upper_ends(tokens: Sequence[Token]) -> Iterator[Token]:
    """The last numbers, or letters, of the sums ∑_{i=1}^{3} and ∑_{i=1}^{n}."""
    partner = partners(tokens)
    for place, token in enumerate(tokens):
        if token.kind != "series":
            continue
        for _ in range(2):
            if place + 2 >= len(tokens) or tokens[place + 1].text not in ("_", "^"):
                break
            inside = place + 2
            end = partner.get(inside, inside)
            if tokens[place + 1].text == "^":
                single = [t for t in tokens[inside : end + 1] if t.kind in ("number", "variable", "word")]
                number = len(single) == 1 and re.fullmatch("[1-9][0-9]?", single[0].text)
                if single and (number or single[0].kind != "number"):
                    yield single[0]
            place = end


def _lengths_of_lists(tokens: Sequence[Token], places: set[int]) -> Iterator[int]:
    """How many numbers the lists [1, 2, 3] hold, where a vector is wanted."""
    partner = partners(tokens)
    for place in places:
        if tokens[place].text == "[" and place in partner:
            inside = tokens[place + 1 : partner[place]]
            if not any(t.kind in ("open", "close", "variable") for t in inside):
                yield 1 + sum(t.text in (",", ";") for t in inside)


def _picked(tokens: Sequence[Token]) -> Iterator[int]:
    """How many components softmax(x)[2] has at least."""
    partner = partners(tokens)
    for place, token in enumerate(tokens):
        behind = partner.get(place + 1, len(tokens)) + 1
        texts = [t.text for t in tokens[behind : behind + 3]]
        if token.text in ("softmax", "log_softmax") and texts[:1] + texts[2:] == ["[", "]"]:
            yield int(texts[1]) + 1 if re.fullmatch("[0-9]{1,2}", texts[1]) else 0


def vector_places(tokens: list[Token]) -> set[int]:
    """The places of tokens where a vector is expected."""
    partner = partners(tokens)
    places: set[int] = set()

    def right_of(place: int) -> Iterable[int]:
        return range(place, partner.get(place, place) + 1)

    def left_of(place: int) -> Iterable[int]:
        first = opening(place)
        while first > 0 and tokens[first - 1].kind == "method":  # x.pow(2).sum()
            first = opening(first - 2)
        return range(max(first, 0), place + 1)

    def opening(place: int) -> int:
        return min(place, partner.get(place, place))  # of (.T) the method stands at the opening one itself

    opened = None  # the last ‖ that is open
    for i, token in enumerate(tokens):
        reduces = token.text in REDUCTIONS
        if token.kind == "function" and token.text in _OF_ONE:
            reduces = _of_one(tokens, i + 1, partner)
        if token.kind == "function" and reduces:
            places.update(right_of(i + 1))
        elif token.kind == "method" and (reduces or token.text in ("T", "t", "max", "min")):
            places.update(left_of(i - 1))
            if reduces:
                places.update(right_of(i + 1))
        elif token.text == "@":
            places.update(left_of(i - 1))
            places.update(right_of(i + 1))
        elif token.text == "⟨" and i in partner and any(t.text == "," for t in tokens[i : partner[i]]):
            places.update(right_of(i))
        elif token.text == "‖":
            if opened is not None:
                places.update(range(opened + 1, i))
            opened = i if opened is None else None
        elif _p_norm(tokens, i):
            places.update(_before_bar(tokens, i))
    for i, token in enumerate(tokens):  # the letters in [x, y], and in (x, y), are components themselves
        called = i and tokens[i - 1].kind in ("function", "method")
        lists = token.text == "[" or (token.text in ("(", "{") and not called)
        if lists and not _of_one(tokens, i, partner):
            places.difference_update(t for t in right_of(i) if tokens[t].kind == "variable")
    return {i for i in places if 0 <= i < len(tokens)}


def _of_one(tokens: Sequence[Token], opening: int, partner: dict[int, int]) -> bool:
    """Whether the group that opens there holds one argument: a vector's letter or more, no list."""
    if opening not in partner:
        return False
    inside = top_level(tokens, partner, opening + 1, partner[opening])
    return not any(tokens[place].text in (",", ";") for place in inside)


def _p_norm(tokens: Sequence[Token], place: int) -> bool:
    """Whether a bar closes there with the index of a norm: |x|_1."""
    return tokens[place].text == "|" and place + 1 < len(tokens) and tokens[place + 1].text == "_"


def _before_bar(tokens: Sequence[Token], place: int) -> Iterable[int]:
    first = place - 1
    while first > 0 and tokens[first].text != "|":
        first -= 1
    return range(first + 1, place)
