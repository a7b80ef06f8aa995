"""What a formula is made of besides operators and functions: groups, roots, fractions, cases, vectors."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import contextmanager
from fractions import Fraction

from gradviz.errors import ParseError
from gradviz.reading.cursor import Cursor, Value
from gradviz.reading.groups import top_level
from gradviz.reading.lexer import CASES, NEW_ROW, SUPERSCRIPT_END, Token
from gradviz.reading.spelling import INFIX
from gradviz.tree.precedence import ADD, COMPARE, POWER, TIMES

ROOT_SIGNS = {"√": 2, "∛": 3, "∜": 4}
MOST_TERMS = 100  # of a sum over an index
MOST_REREAD = 4_000  # tokens of sums over an index
OF_TWO_VECTORS = frozenset(("dot", "vdot", "inner"))


class Pieces(Cursor):
    """Reads the pieces: each method begins at the first token of one and ends behind its last."""

    # --- groups ---------------------------------------------------------------------------------------------

    def group(self, *, of_latex: bool = False) -> Value:
        """(x + 1), [x + 1], {x + 1}, ⌊x⌋, ⌈x⌉, and [x, y], a vector.

        Between brackets a comma always parts components; between parentheses and braces only where the
        commas around them part arguments, as in sum((x, y)): elsewhere 0,5 is a number there. ``of_latex``
        tells that the group is the argument of a LaTeX command.
        """
        before, opening = self.before if self.place else None, self.take()
        if opening.text == CASES:
            return self.cases(opening)
        if opening.text == "{" and self.has_rows(self.place - 1):
            return self.rows_in_braces(opening)
        in_list = not (self.decimal_comma or of_latex) or self.compared_pair()
        lists = opening.text in ("[", "⟨") or (opening.text in ("(", "{") and in_list)
        separator = self.separator_of_list(opening) if lists else ""
        if not (lists or of_latex or (before is not None and before.text in ("^", *ROOT_SIGNS))):
            self.refuse_pair(opening)
        with self.inside(decimal_comma=not lists):
            values = [self.expression()]
            while separator and self.at(separator):
                self.take()
                values.append(self.expression())
            if self.token.kind != "close":
                raise self.refuse()
            self.take()
        if opening.text == "⟨" and len(values) == 2:
            return self.reduce("dot", values, opening)
        if opening.text in "⌊⌈":
            return self.build("floor" if opening.text == "⌊" else "ceil", values[0], column=opening.column)
        if len(values) == 1:
            return values[0]
        components = tuple(value for value in values if isinstance(value, int))
        if len(components) < len(values):
            raise ParseError("Matrices are not understood here.", opening.column)
        return components

    def compared_pair(self) -> bool:
        """Whether the group that was just opened is compared with another: (x, y) = (0, 0)."""
        first = self.place - 1
        last = self.partner[first]
        signs = ("==", "!=", "=") if self.equations or self.listed else ("==", "!=")
        beside = [self.tokens[last + 1].text] + ([self.tokens[first - 1].text] if first else [])
        return self.has_inside(first, ",") and any(text in signs for text in beside)

    def separator_of_list(self, opening: Token) -> str:
        """The sign that parts the components of the group that was just opened: a comma or a semicolon.

        ParseError where both stand there: [1,2; 3,4] may be a matrix, or two numbers with decimal commas.
        """
        place = self.place - 1
        by_semicolon = self.has_inside(place, ";")
        if by_semicolon and self.has_inside(place, ","):
            why = "With commas and semicolons this can be read in two ways: write [1.2, 3.4] for a list."
            raise ParseError(f"{why} Matrices are not understood here.", opening.column)
        return ";" if by_semicolon else ","

    def refuse_pair(self, opening: Token) -> None:
        """ParseError where the group that was just opened holds two whole numbers and a comma, and no more:
        (1,2) may be a number or a list.
        """
        first, _, second = (self.tokens[self.place :] + [self.tokens[-1]] * 3)[:3]
        if opening.text not in ("(", "{") or first.kind != "number":
            return
        self.place += 1
        digits = self.digits_after_comma(first)
        self.place -= 1
        if digits is not None and self.tokens[self.place + 3].kind == "close":
            pair = f"{first.text},{second.text}"
            why = f"{pair} in parentheses can be read in two ways: write {first.text}.{second.text} for the"
            raise ParseError(f"{why} number, [{first.text}, {second.text}] for a list.", opening.column)

    def between_bars(self) -> Value:
        """|x|, or ‖x‖ of a vector. A bar where a value must begin opens; where one has ended it closes."""
        opening = self.take()
        with self.inside(decimal_comma=self.decimal_comma and opening.text != "‖"):
            self.bars = 1
            value = self.expression()
            if self.token.kind != "bar" or self.token.text != opening.text:
                what = f"This bar {opening.text} is never closed."
                raise (
                    ParseError(what, opening.column) if self.token.kind in ("end", "close") else self.refuse()
                )
            self.take()
        if opening.text == "‖" or self.at("_"):
            degree = self.degree_below() if self.at("_") else None
            return self.norm(value, degree, opening)
        return self.build("abs", value, column=opening.column)

    def raised(self) -> Value:
        """What is written in superscript digits."""
        self.take()
        with self.inside():
            value = self.expression()
        if self.token.text != SUPERSCRIPT_END:
            raise self.refuse()
        self.take()
        return value

    # --- fractions and roots --------------------------------------------------------------------------------

    def fraction(self) -> Value:
        token = self.take()
        top, bottom = self.latex_argument(token), self.latex_argument(token)
        return self.build("divide", top, bottom, column=token.column)

    def latex_argument(self, command: Token) -> Value:
        """A group in braces, or the next single character, as TeX has it: \\frac12 is 1/2."""
        token = self.token
        if token.kind == "open":
            return self.group(of_latex=True)
        if token.kind == "number" and len(token.text) > 1 and token.text.isdigit():
            rest = Token("number", token.text[1:], token.column + 1, token.end)
            self.tokens[self.place] = rest
            return self.build.number(int(token.text[0]))
        if token.kind in ("number", "variable", "constant"):
            return self.operand()
        raise ParseError(f"Braces are missing after \\{command.text}.", command.column)

    def latex_root(self) -> Value:
        """\\sqrt{x} and \\sqrt[3]{x}."""
        token = self.take()
        degree = self.group() if self.at("[") else None
        value = self.latex_argument(token)
        return self.root(value, degree, token)

    def root_sign(self) -> Value:
        """√x, ∛x: of the factor that follows, with its power."""
        token = self.take()
        value = self.operators(POWER)
        if (
            self.before.kind != "close"
            and token.text == "√"
            and self.infix(value) == "juxtaposed"
            and not self.token.spaced
        ):
            self.build.remark("√2x is read as (√2)·x; write √(2x) for the other.")
        degree = ROOT_SIGNS[token.text]
        if degree == 2:
            return self.build("sqrt", value, column=token.column)
        return self.root(value, self.build.number(degree), token)

    def root_of_degree(self) -> Value:
        """³√x."""
        token = self.token
        degree = self.raised()
        self.expect("√", "There is nothing to raise to this power.")
        return self.root(self.operators(POWER), degree, token)

    def root(self, value: Value, degree: Value | None, token: Token) -> Value:
        """The real root; ``degree`` a whole number from 2 on, written as one."""
        if degree is None:
            return self.build("sqrt", value, column=token.column)
        node = self.build.nodes[degree] if isinstance(degree, int) else None
        whole = node.value if node is not None else None
        if whole is None or whole.denominator != 1 or not 2 <= whole <= 100:
            raise ParseError("The degree of a root is a whole number from 2 to 100.", token.column)
        if whole <= 3:
            return self.build("sqrt" if whole == 2 else "cbrt", value, column=token.column)
        return self.build("root", value, degree, column=token.column)

    # --- conditions -----------------------------------------------------------------------------------------

    def piecewise(self, token: Token) -> Value:
        """Piecewise((x, x > 0), (-x, True)): the first condition that holds; undefined where none does.

        Mathematica's Piecewise[{{x, x > 0}}, 0], and piecewise(x > 0, x, -x) of MATLAB and Maple, too.
        """
        why = "Piecewise is written with pairs: Piecewise((x, x > 0), (-x, True))."
        if self.token.kind != "open":
            raise ParseError(why, self.token.column)
        opening = self.take()
        with self.inside(decimal_comma=False), self.in_rows():
            if opening.text == "[" and self.at("{", "["):
                self.take()
                with self.inside(decimal_comma=False):
                    pieces, default = self.pairs(why)
                    if self.token.kind != "close":
                        raise self.refuse()
                    self.take()
                if self.at(","):
                    self.take()
                    default = self.expression()
                elif default is None:
                    default = self.build.number(0)  # as Mathematica has it
                    self.build.remark("Piecewise[…] is 0 where no condition holds, as in Mathematica.")
            elif self.token.text in ("(", "[") and self.has_inside(self.place, ","):
                pieces, default = self.pairs(why)
            else:
                pieces, default = self.alternating(why)
            if self.token.kind != "close":
                raise ParseError(why, self.token.column)
            self.take()
        return self.first_that_holds(pieces, default, token)

    def pairs(self, why: str) -> tuple[list[tuple[Value, Value, int]], Value | None]:
        """(x, x > 0), (-x, True)."""
        pieces: list[tuple[Value, Value, int]] = []
        default: Value | None = None
        while default is None:
            if self.token.kind != "open":
                raise ParseError(why, self.token.column)
            pair = self.take()
            with self.inside(decimal_comma=False):
                value = self.expression()
                self.expect(",", why)
                if self.token.kind == "keyword" and self.token.text in ("True", "otherwise"):
                    self.take()
                    default = value
                else:
                    pieces.append((value, self.expression(), pair.column))
                if self.token.kind != "close":
                    raise ParseError(why, self.token.column)
                self.take()
            if not self.at(","):
                break
            self.take()
            if self.token.kind == "close":
                break
        return pieces, default

    def alternating(self, why: str) -> tuple[list[tuple[Value, Value, int]], Value | None]:
        """x > 0, x, -x."""
        pieces: list[tuple[Value, Value, int]] = []
        while True:
            first = self.token
            value = self.expression()
            if not self.is_condition(value) and pieces:
                return pieces, value
            if not self.is_condition(value):
                raise ParseError(why, first.column)
            self.expect(",", why)
            pieces.append((self.expression(), value, first.column))
            if not self.at(","):
                return pieces, None
            self.take()

    def cases(self, token: Token) -> Value:
        """LaTeX's table of values and conditions, parted by & or if, its rows by a double backslash."""
        pieces: list[tuple[Value, Value, int]] = []
        default: Value | None = None
        with self.inside(), self.in_rows():
            while default is None and self.token.kind != "close":
                first = self.token
                value = self.operators(ADD)
                parted = self.at(",", ";")
                self.skip(",", ";")
                if self.at("and") or not (parted or self.at("if", "otherwise", "else")):
                    self.expect("and", "A row of cases has a value and its condition, parted by &.")
                self.skip(",")
                condition = self.condition_of_row()
                if condition is None:
                    default = value
                else:
                    pieces.append((value, condition, first.column))
                self.skip(",", ";", ".")
                if self.at(NEW_ROW):
                    self.take()
                elif self.token.kind != "close":
                    raise self.refuse()
            if self.token.kind != "close" or not (pieces or default):
                raise ParseError("After otherwise no other case can follow.", self.token.column)
            self.take()
        return self.first_that_holds(pieces, default, token)

    def condition_of_row(self) -> Value | None:
        """The condition at the end of a row, None for otherwise and else."""
        if self.at("otherwise", "else", "True"):
            self.take()
            if not self.at("if"):  # else if
                return None
        if self.at("if"):
            self.take()
        return self.expression()

    def skip(self, *signs: str) -> None:
        if self.at(*signs):
            self.take()

    @contextmanager
    def in_rows(self):
        """Within cases: x = 0 is a condition, and a condition belongs to its row."""
        outer = self.equations, self.listed
        self.equations = self.listed = True
        yield
        self.equations, self.listed = outer

    def has_rows(self, opening: int) -> bool:
        """Whether cases are in the group that opens there, or in the whole formula for -1: {x^2, x < 0; x}.

        Their rows are parted by commas, semicolons or colons, and one has a condition of its own.
        """
        end = self.partner[opening] if opening >= 0 else len(self.tokens) - 1
        parted = conditions = chosen = 0
        for place in top_level(self.tokens, self.partner, opening + 1, end):
            token = self.tokens[place]
            parted += token.kind == "symbol" and token.text in (",", ";", ":")
            chosen += token.text in ("else", "?") and self.tokens[place + 1].text != "if"
            conditions += token.kind == "keyword" and token.text in ("if", "otherwise")
            conditions += opening >= 0 and token.kind == "symbol" and _is_comparison(token.text)
        return bool(parted and conditions and not chosen)

    def rows_in_braces(self, opening: Token) -> Value:
        """{x^2 if x < 0, x if x >= 0}, {x^2, x < 0; x, x >= 0}, and Desmos' {x < 0: x^2, x}."""
        with self.inside(decimal_comma=False), self.in_rows():
            value = self.rows(opening)
            if self.token.kind != "close":
                raise self.refuse()
            self.take()
        return value

    def rows_without_braces(self) -> Value:
        """x^2 if x < 0, x if x >= 0."""
        outer, self.decimal_comma = self.decimal_comma, False
        with self.in_rows():
            value = self.rows(self.token)
        self.decimal_comma = outer
        return value

    def rows(self, opening: Token) -> Value:
        pieces: list[tuple[Value, Value, int]] = []
        default: Value | None = None
        while default is None:
            first = self.token
            value = self.expression()
            if self.at(":") and self.is_condition(value):
                self.take()
                pieces.append((self.expression(), value, first.column))
            elif self.at("if", "otherwise", "else"):
                default = self.row_of(value, first, pieces)
            elif self.at(",") and self.condition_follows():
                self.take()
                default = self.row_of(value, first, pieces)
            elif not pieces:
                raise ParseError(
                    "A value and its condition are wanted: x^2 if x < 0, x if x >= 0.", first.column
                )
            else:
                default = value
            if not self.at(",", ";", NEW_ROW):
                break
            self.take()
        return self.first_that_holds(pieces, default, opening)

    def row_of(self, value: Value, first: Token, pieces: list[tuple[Value, Value, int]]) -> Value | None:
        """Adds the row of ``value`` to ``pieces``; the value itself where its condition is otherwise."""
        condition = self.condition_of_row()
        if condition is None:
            return value
        pieces.append((value, condition, first.column))
        return None

    def condition_follows(self) -> bool:
        """Whether a comparison, or otherwise, stands between the comma and the next one."""
        for place in top_level(self.tokens, self.partner, self.place + 1, self.group_end):
            token = self.tokens[place]
            if token.kind == "symbol" and token.text in (",", ";", ":", NEW_ROW):
                return False
            if token.text in ("otherwise", "else", "if") or _is_comparison(token.text):
                return True
        return False

    def first_that_holds(
        self, pieces: list[tuple[Value, Value, int]], default: Value | None, token: Token
    ) -> Value:
        result = self.build("undefined", column=token.column) if default is None else default
        for value, condition, column in reversed(pieces):
            result = self.build("select", condition, value, result, column=column)
        return result

    # --- vectors --------------------------------------------------------------------------------------------

    def dot(self, left: Value, right: Value, token: Token) -> Value:
        if not (isinstance(left, tuple) and isinstance(right, tuple)):
            why = "The sign @ multiplies two vectors, as in x @ x. Matrices are not understood here."
            raise ParseError(why, token.column)
        return self.total(self.build("multiply", left, right, column=token.column))

    def total(self, values: Sequence[int], operation: str = "add") -> int:
        result = values[0]
        for value in values[1:]:
            result = self.build(operation, result, value)
        return result

    def reduce(self, name: str, operands: list[Value], token: Token) -> Value:
        """One number out of a vector's components. A number is a vector of one component."""
        if name == "norm":
            if len(operands) == 2 and not isinstance(operands[0], tuple):
                raise ParseError(
                    "norm takes one argument, not 2: a vector, as in norm([x, y]).", token.column
                )
            return self.norm(operands[0], operands[1] if len(operands) == 2 else None, token)
        count = 2 if name in OF_TWO_VECTORS else 1
        if len(operands) != count:
            raise ParseError(f"{name} takes {counted(count, count)}, not {len(operands)}.", token.column)
        build = self.build
        build.column = token.column
        vectors = [operand if isinstance(operand, tuple) else (operand,) for operand in operands]
        if len(vectors) == 2:
            return self.total(build("multiply", *vectors))
        components: tuple[int, ...] = vectors[0]
        if name == "sum":
            return self.total(components)
        if name == "prod":
            return self.total(components, "multiply")
        return build("divide", self.total(components), build.number(len(components)))

    def norm(self, value: Value, degree: Value | None, token: Token) -> Value:
        """The norm of a vector, by default the Euclidean one; an infinite ``degree`` is the empty tuple."""
        build = self.build
        build.column = token.column
        components = value if isinstance(value, tuple) else (value,)
        if degree == ():
            sizes = build("abs", components)
            return sizes[0] if len(sizes) == 1 else build("max", *sizes)
        node = build.nodes[degree] if isinstance(degree, int) else None
        known = Fraction(2) if degree is None else node.value if node is not None else None
        if known is None or known < 1 or known > build.largest_exponent:
            raise ParseError("The degree of a norm is a number from 1 on, or inf.", token.column)
        if known == 2:
            return build("sqrt", self.total(build("power", components, build.number(2))))
        sizes = build("abs", components)
        if known == 1:
            return self.total(sizes)
        total = self.total(build("power", sizes, build.number(known)))
        if known.denominator == 1:
            return self.root(total, build.number(known), token)
        return build("power", total, build("divide", build.number(1), build.number(known)))

    def degree(self) -> Value:
        """The degree of a norm as an argument; () where it is infinite."""
        if self.token.kind == "infinity":
            self.take()
            return ()
        return self.expression()

    def degree_below(self) -> Value:
        """The degree of a norm below its closing bar."""
        self.take()
        braced = self.at("{")
        if braced:
            self.take()
        if self.token.kind == "infinity":
            self.take()
            value: Value = ()
        else:
            value = self.operand()
        if braced:
            self.expect("}", "The degree of a norm is a number from 1 on, or inf.")
        return value

    # --- sums and products over an index --------------------------------------------------------------------

    def variable(self) -> Value:
        """A variable; within a sum also x_i and x_{i+1}, and the index itself."""
        token = self.take()
        name = token.text.split()[0]
        if token.kind == "vector":
            name = name.rstrip("0123456789")
        if name in self.counted:
            return self.whole_number(self.counted[name])
        stem, _, index = name.partition("_")
        if index in self.counted:
            return self.build.variable(f"{stem}{self.counted[index]}")
        if self.at("_") and self.token.kind == "symbol":
            if not self.counted:
                raise self.refuse()
            self.take()
            return self.build.variable(f"{name}{self.whole_index(token)}")
        return self.build.variable(name)

    def whole_number(self, value: int) -> Value:
        number = self.build.number(abs(value))
        return number if value >= 0 else self.build("negate", number)

    def whole_index(self, token: Token) -> int:
        """The next group, or number, as a whole number: an index, or an end of a sum."""
        why = "An index is a whole number, or one that is computed from i."
        return self.whole_constant(self.operand(), why, token)

    def whole_constant(self, value: Value, why: str, token: Token) -> int:
        known = self.constant(value)
        if known is None or known != int(known):
            raise ParseError(why, token.column)
        return int(known)

    def series(self) -> Value:
        r"""\sum_{i=1}^{3} x_i^2, written out: of the product that follows, once for every i."""
        token = self.take()
        name, dimension = token.text.split()
        letter, first, last = "", 1, int(dimension)
        for _ in range(2):
            if self.at("_"):
                letter, first = self.lower_end(token)
            elif self.at("^"):
                self.take()
                last = self.whole_index(token)
        if not letter:
            why = (
                f"Write the index below this sign, as in \\{name}_{{i=1}}^{{3}} x_i, or write the terms out."
            )
            raise ParseError(why, token.column)
        if not 0 <= last - first < MOST_TERMS:
            raise ParseError(f"Sums of one to {MOST_TERMS} terms are written out here.", token.column)
        start, tokens = self.place, list(self.tokens)
        outer = dict(self.counted)
        terms: list[Value] = []
        for count in range(first, last + 1):
            self.place, self.tokens[:] = start, tokens
            self.counted = {**outer, letter: count}
            terms.append(self.operators(TIMES))
            self.reread += self.place - start
            if self.reread > MOST_REREAD:
                raise ParseError("These sums are too long to be written out.", token.column)
        self.counted = outer
        operation = "add" if name == "sum" else "multiply"
        result = terms[0]
        for term in terms[1:]:
            result = self.build(operation, result, term, column=token.column)
        return result

    def lower_end(self, token: Token) -> tuple[str, int]:
        """The letter below a sum, and the number that it begins with."""
        self.take()
        braced = self.token.kind == "open"
        if braced:
            self.take()
        letter = self.take().text
        first = 1
        if self.before.kind != "variable":
            raise ParseError("The index of a sum is a letter, as in i = 1.", self.before.column)
        if braced:
            if self.at("="):
                self.take()
                why = "A sum begins with a whole number, as in i = 1."
                first = self.whole_constant(self.operators(ADD), why, token)
            if self.token.kind != "close":
                raise self.refuse()
            self.take()
        return letter, first


def _is_comparison(text: str) -> bool:
    return text == "=" or INFIX.get(text, (0,))[0] == COMPARE


def counted(fewest: int, most: int) -> str:
    """One to three arguments."""
    words = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight")
    if fewest == most:
        return f"{words[fewest]} argument{'' if fewest == 1 else 's'}"
    return f"{words[fewest]} to {words[most]} arguments"
