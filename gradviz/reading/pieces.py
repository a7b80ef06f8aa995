"""What a formula is made of besides operators and functions: groups, roots, fractions, cases, vectors."""

from __future__ import annotations

from collections.abc import Sequence

from gradviz.errors import ParseError
from gradviz.reading.cursor import Cursor, Value
from gradviz.reading.lexer import CASES, NEW_ROW, SUPERSCRIPT_END, Token
from gradviz.tree.precedence import ADD, POWER

ROOT_SIGNS = {"√": 2, "∛": 3, "∜": 4}
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
        in_list = not (self.decimal_comma or of_latex)
        lists = opening.text == "[" or (opening.text in ("(", "{") and in_list)
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
        if opening.text in "⌊⌈":
            return self.build("floor" if opening.text == "⌊" else "ceil", values[0], column=opening.column)
        if len(values) == 1:
            return values[0]
        components = tuple(value for value in values if isinstance(value, int))
        if len(components) < len(values):
            raise ParseError("Matrices are not understood here.", opening.column)
        return components

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
        if opening.text == "‖":
            return self.reduce("norm", [value], opening)
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
        """Piecewise((x, x > 0), (-x, True)): the first condition that holds; undefined where none does."""
        pieces: list[tuple[Value, Value, int]] = []
        default: Value | None = None
        why = "Piecewise is written with pairs: Piecewise((x, x > 0), (-x, True))."
        self.expect("(", why)
        with self.inside(decimal_comma=False):
            while True:
                pair = self.expect("(", why)
                with self.inside(decimal_comma=False):
                    value = self.expression()
                    self.expect(",", why)
                    if self.token.kind == "keyword" and self.token.text in ("True", "otherwise"):
                        self.take()
                        default = value
                    else:
                        pieces.append((value, self.expression(), pair.column))
                    self.expect(")", why)
                if default is not None or not self.at(","):
                    break
                self.take()
                if self.at(")"):
                    break
            self.expect(")", why)
        return self.first_that_holds(pieces, default, token)

    def cases(self, token: Token) -> Value:
        """LaTeX's table of values and conditions, separated by &, its rows by a double backslash."""
        pieces: list[tuple[Value, Value, int]] = []
        default: Value | None = None
        with self.inside():
            while default is None and self.token.kind != "close":
                first = self.token
                value = self.operators(ADD)
                if self.at(","):
                    self.take()
                self.expect("and", "A row of cases has a value and its condition, parted by &.")
                if self.at("if"):
                    self.take()
                if self.at("otherwise", "else", "True"):
                    self.take()
                    default = value
                else:
                    outer, self.equations = self.equations, True
                    pieces.append((value, self.expression(), first.column))
                    self.equations = outer
                if self.at(NEW_ROW):
                    self.take()
                elif self.token.kind != "close":
                    raise self.refuse()
            if self.token.kind != "close" or not (pieces or default):
                raise ParseError("After otherwise no other case can follow.", self.token.column)
            self.take()
        return self.first_that_holds(pieces, default, token)

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
            raise ParseError("The sign @ multiplies two vectors, as in x @ x.", token.column)
        return self.total(self.build("multiply", left, right, column=token.column))

    def total(self, values: Sequence[int], operation: str = "add") -> int:
        result = values[0]
        for value in values[1:]:
            result = self.build(operation, result, value)
        return result

    def reduce(self, name: str, operands: list[Value], token: Token) -> Value:
        """One number out of a vector's components. A number is a vector of one component."""
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
        if name == "mean":
            return build("divide", self.total(components), build.number(len(components)))
        return build("sqrt", self.total(build("power", components, build.number(2))))


def counted(fewest: int, most: int) -> str:
    """One to three arguments."""
    words = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight")
    if fewest == most:
        return f"{words[fewest]} argument{'' if fewest == 1 else 's'}"
    return f"{words[fewest]} to {words[most]} arguments"
