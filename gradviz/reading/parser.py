"""A typed formula → ScalarField: ``parse``.

Text → tokens → words → tree, all of it our own: nothing that is typed is ever run, looked up as an
attribute, or handed on as text. It is a precedence parser; where people differ, the field's remarks say which
rule was applied.

From loose to tight: x if c else y · or · and · not · comparisons · + - · times, divide, mod and
juxtaposition alike, from left to right (1/2x is (1/2)·x) · sign · power, from right to left · what follows
a value (x², x!, x[0], x.T). Only after a function without parentheses does juxtaposition bind tighter than
a written sign: sin 2x is sin(2x), sin x/2 is (sin x)/2.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from gradviz.errors import ParseError
from gradviz.field import ScalarField
from gradviz.reading.builder import BoundedBuilder, quiet
from gradviz.reading.calls import Calls
from gradviz.reading.cursor import Value
from gradviz.reading.groups import unwrapped_tokens
from gradviz.reading.heading import MOST_VARIABLES, Names, declared, in_natural_order, read_heading
from gradviz.reading.lexer import Token, check_literal, quoted, tokenize
from gradviz.reading.pieces import ROOT_SIGNS
from gradviz.reading.spelling import FRACTIONS, INFIX
from gradviz.reading.vectors import bound_letters, counted_by, is_component, with_components
from gradviz.reading.words import arguments_that_are_vectors, split_words
from gradviz.tree.precedence import COMPARE, NOT, POWER, SIGN

_BEGINNERS = frozenset(
    (
        "number",
        "fraction",
        "variable",
        "vector",
        "constant",
        "function",
        "command",
        "open",
        "bar",
        "series",
        "size",
    )
)


def parse(
    text: str, variables: Sequence[str] | None = None, *, parameters: Sequence[str] = ()
) -> ScalarField:
    """The function that ``text`` spells.

    ``variables`` gives the order of the coordinates; without it the heading f(x, y) = … does, or else all
    letters that occur are variables in natural order (x1 < x2 < x10, otherwise alphabetical). A name that
    is neither declared there nor among ``parameters`` is refused. ParseError, with the place in ``text``,
    for whatever cannot be read.
    """
    remarks: list[str] = []
    tokens = tokenize(text)
    fixed = declared(parameters, "parameters")
    heading, body = read_heading(unwrapped_tokens(tokens))
    order = None if variables is None else declared(variables, "variables")
    vectors: frozenset[str] = frozenset()
    if order is None and heading.arguments is not None:
        order = tuple(name for name in heading.arguments if name not in fixed)
        vectors = arguments_that_are_vectors(body, Names(order, fixed))
    for name in order or ():
        if name in fixed:
            raise ParseError(f"{quoted(name)} cannot be a variable and a parameter.")
    from_one = heading.arguments is not None and not heading.of_python
    body = split_words(body, Names(order, fixed, vectors, from_one), remarks)
    for token in body:
        if (
            token.kind == "variable"
            and token.text in heading.titles
            and token.text not in (heading.arguments or ())
        ):
            raise ParseError(f"{quoted(token.text)} stands on both sides of the equals sign.", token.column)
    build = BoundedBuilder(remarks)
    with quiet():
        root = Parser(body, build).whole()
    expression = build.expression(root)
    if order is None:
        order = in_natural_order(expression.variables - set(fixed))
    order = with_components(order, vectors, expression.variables - set(fixed))
    if strays := in_natural_order(expression.variables - {*order, *fixed}):  # of a sum over an index
        raise ParseError(f"{quoted(strays[0])} is not among the declared names ({', '.join(order)}).")
    if len(order) > MOST_VARIABLES:
        raise ParseError(f"There can be at most {MOST_VARIABLES} variables.")
    for vector in sorted(vectors):
        spelled = ", ".join(name for name in order if is_component(name, vector))
        remarks.append(f"{vector} is read as a vector with the components {spelled}.")
    return ScalarField(
        text=text,
        variables=order,
        expression=expression,
        parameters=tuple((name, None) for name in fixed),
        remarks=tuple(dict.fromkeys(remarks)),
    )


def has_arguments(text: str) -> bool:
    """Whether the heading of ``text`` names its variables: f(x, y) = …, lambda x, y: …"""
    try:
        return read_heading(unwrapped_tokens(tokenize(text)))[0].arguments is not None
    except ParseError:
        return False


def undeclared(text: str, parameters: Sequence[str] = ()) -> tuple[str, ...]:
    """The letters of ``text`` that its heading f(x, y) = … leaves out, in natural order.

    They may be meant as parameters. () where there is no such heading, or where the words cannot be read:
    ``parse`` then says what is wrong.
    """
    try:
        heading, body = read_heading(unwrapped_tokens(tokenize(text)))
        if heading.arguments is None:
            return ()
        known = tuple(dict.fromkeys((*heading.arguments, *parameters)))
        vectors = arguments_that_are_vectors(body, Names(heading.arguments, tuple(parameters)))
        words = split_words(body, Names(None, known, vectors), [])
    except ParseError:
        return ()
    bound = bound_letters(words)
    letters = {name for t in words if t.kind in ("variable", "vector") for name in t.text.split()} - bound
    letters = {name for name in letters if counted_by(name, bound) is None}
    components = {name for name in letters for vector in vectors if is_component(name, vector)}
    return in_natural_order(letters - {*known, *heading.titles} - components)


class Parser(Calls):
    """Reads a whole formula by the precedence of its operators."""

    def whole(self) -> int:
        if len(self.tokens) == 1:
            raise ParseError("Type a formula, for example x^2 + y^2.", self.token.column)
        value = self.rows_without_braces() if self.has_rows(-1) else self.expression()
        if self.token.kind != "end":
            raise self.refuse()
        if isinstance(value, tuple):
            why = f"This is a vector of {len(value)} components; one number is wanted, such as sum(x^2)."
            raise ParseError(why, self.tokens[0].column)
        if self.is_condition(value):
            sign = next((t for t in self.tokens if INFIX.get(t.text, (0,))[0] == COMPARE), self.tokens[0])
            raise ParseError("This is a condition, true or false; a function gives a number.", sign.column)
        return value

    def expression(self) -> Value:
        """A value, and the conditions it hangs on: x if x > 0 else -x, or x > 0 ? x : -x."""
        with self.deeper():
            value = self.operators(0)
            if self.listed and self.at("if"):
                return value
            if self.at("if"):
                sign = self.take()
                condition = self.operators(0)
                self.expect("else", "An else is missing after this condition: x if x > 0 else -x.")
                return self.build("select", condition, value, self.expression(), column=sign.column)
            if self.at("?"):
                sign = self.take()
                first = self.expression()
                self.expect(":", "A colon is missing: x > 0 ? x : -x.")
                return self.build("select", value, first, self.expression(), column=sign.column)
            return value

    def operators(self, loosest: int) -> Value:
        """A value and the operators after it that bind at least as tightly as ``loosest``."""
        with self.deeper():
            value = self.signed()
            divided = False
            while (sign := self.infix(value)) is not None:
                binding, operation = INFIX[sign]
                if binding < loosest:
                    break
                token = self.token if sign == "juxtaposed" else self.take()
                if sign == "or" and self.at("|") and not self.token.spaced:
                    self.take()  # || as well as |
                if sign == "^":
                    value = self.power(value, token)
                elif binding == COMPARE:
                    value = self.comparison(value, operation, token)
                else:
                    self.remark_on(sign, divided)
                    right = self.operators(binding + 1)
                    value = self.combine(operation, value, right, token)
                divided = sign == "/"
            return value

    def infix(self, value: Value) -> str | None:
        """The operator that the next token is, 'juxtaposed' for a factor, None where the value ends."""
        token = self.token
        if token.kind == "bar":
            if self.bars and not self.opens(value):
                return None
            return "or" if token.text == "|" and self.is_condition(value) else "juxtaposed"
        if token.kind == "keyword":
            if token.text == "mod" and self.calls_with_several(self.place + 1):
                return "juxtaposed"
            return token.text if token.text in INFIX else None
        if token.kind == "symbol":
            if token.text == "=" and self.equations:
                return "=="
            return token.text if token.text in INFIX else "juxtaposed" if token.text in ROOT_SIGNS else None
        if token.kind in ("number", "fraction") and self.before.kind in ("number", "fraction"):
            raise ParseError("Two numbers stand side by side: put a sign between them.", token.column)
        return "juxtaposed" if token.kind in _BEGINNERS else None

    def opens(self, value: Value) -> bool:
        """Whether a bar inside bars opens: as in |2|x|-1|: the modulus of a 2 is not meant."""
        node = self.build.nodes[value] if isinstance(value, int) else None
        if node is None or node.operation != "literal" or self.tokens[self.place + 1].kind not in _BEGINNERS:
            return False
        return sum(t.kind == "bar" for t in self.tokens[self.place + 1 : self.group_end]) >= 2

    def compares(self, token: Token) -> bool:
        return INFIX.get(token.text, (0, ""))[0] == COMPARE or (token.text == "=" and self.equations)

    def signed(self) -> Value:
        token = self.token
        if self.at("-"):
            self.take()
            return self.build("negate", self.operators(SIGN), column=token.column)
        if self.at("+"):
            self.take()
            return self.operators(SIGN)
        if self.at("not", "~", "!"):
            self.take()
            return self.build(
                "not", self.operators(NOT if token.text == "not" else SIGN), column=token.column
            )
        return self.followed(self.operand())

    def power(self, base: Value, sign: Token) -> Value:
        if self.tower:
            self.build.remark("x^y^z is read as x^(y^z).")
        outer, self.tower = self.tower, True
        first = self.token
        exponent = self.operators(POWER)
        self.tower = outer
        if self.before.kind in ("number", "variable", "constant") and self.constant(base) is not None:
            self.ends["power"] = self.place
        return self.build("power", base, exponent, column=first.column)

    def comparison(self, left: Value, operation: str, token: Token) -> Value:
        """0 < x < 1 is 0 < x and x < 1; (x, y) = (0, 0) is x = 0 and y = 0."""
        right = self.operators(COMPARE + 1)
        value = self.compared(operation, left, right, token)
        while self.token.kind == "symbol" and self.compares(self.token):
            token = self.take()
            left, right = right, self.operators(COMPARE + 1)
            link = self.compared(INFIX["==" if token.text == "=" else token.text][1], left, right, token)
            value = self.build("and", value, link, column=token.column)
        return value

    def compared(self, operation: str, left: Value, right: Value, token: Token) -> Value:
        value = self.build(operation, left, right, column=token.column)
        if not isinstance(value, tuple):
            return value
        if operation not in ("equal", "not_equal"):
            raise ParseError("Vectors are equal or not, but none is less than another.", token.column)
        return self.total(value, "and" if operation == "equal" else "or")

    def combine(self, operation: str, left: Value, right: Value, token: Token) -> Value:
        if operation == "dot":
            return self.dot(left, right, token)
        if operation == "floor divide":
            return self.build("floor", self.build("divide", left, right, column=token.column))
        return self.build(operation, left, right, column=token.column)

    def remark_on(self, sign: str, divided: bool) -> None:
        """A remark where tools differ."""
        remark = self.build.remark
        if sign == "%":
            remark("% is the remainder, with the sign of the divisor.")
        if sign == "juxtaposed":
            if divided:
                remark("a/bc is read as (a/b)·c, from left to right; write a/(bc) for the other.")
            if self.ends.get("power") == self.place and not self.token.spaced:
                remark("e^2x is read as (e^2)·x; write e^(2x) for the other.")
            if self.token.kind == "number":
                remark("A number after a letter multiplies it: x 2 is x·2.")
        if sign == "/" and self.ends.get("bare") == self.place - 1:
            remark("sin x/2 is read as (sin x)/2; write sin(x/2) for the other.")

    def operand(self) -> Value:
        token = self.token
        match token.kind:
            case "number":
                return self.number(self.take())
            case "fraction":
                self.take()
                top, bottom = FRACTIONS[token.text]
                return self.build(
                    "divide", self.build.number(top), self.build.number(bottom), column=token.column
                )
            case "variable":
                return self.variable()
            case "vector":
                if self.tokens[self.place + 1].text == "_":
                    return self.variable()
                return tuple(self.build.variable(name) for name in self.take().text.split())
            case "series":
                return self.series()
            case "size":
                return self.whole_number(int(self.take().text))
            case "constant":
                return self.build(self.take().text, column=token.column)
            case "function":
                return self.function()
            case "command":
                return self.fraction() if token.text == "frac" else self.latex_root()
            case "open":
                return self.group()
            case "bar":
                return self.between_bars()
            case "raise":
                return self.root_of_degree()
            case "keyword" if token.text == "mod" or (
                token.text == "if" and self.calls_with_several(self.place + 1)
            ):
                return self.function()
            case "symbol" if token.text in ROOT_SIGNS:
                return self.root_sign()
        raise self.missing()

    def number(self, token: Token) -> Value:
        """A literal; with a decimal comma where no list can be meant."""
        text = token.text
        if (digits := self.digits_after_comma(token)) is not None:
            thousands = re.fullmatch("[1-9][0-9]{0,2}", text) and re.fullmatch("[0-9]{3}", digits)
            if thousands and (self.decimal_comma or digits[0] == "0"):
                written = f"{text}{digits} or {text}.{digits}"
                raise ParseError(f"{text},{digits} can be read in two ways: write {written}.", token.column)
            if self.decimal_comma:
                self.build.remark("A comma inside a number is a decimal comma: 0,5 is 0.5.")
                self.place += 2
                text = f"{text}.{digits}"
                check_literal(text, token.column)
        self.build.column = token.column
        return self.build.number(_exactly(text), _tidy(text))

    def followed(self, value: Value) -> Value:
        """What follows a value: x², x!, x.T, x.sum()."""
        while True:
            token = self.token
            if token.kind == "raise":
                value = self.build("power", value, self.raised(), column=token.column)
            elif token.kind == "symbol" and token.text == "!":
                self.take()
                if self.at("!"):
                    raise ParseError("A double factorial is not understood here.", self.token.column)
                self.build.remark("x! is gamma(x + 1).")
                value = self.build(
                    "gamma", self.build("add", value, self.build.number(1), column=token.column)
                )
            elif token.kind == "method":
                value = self.method(value)
            else:
                return value


def _exactly(text: str) -> Fraction:
    """The exact decimal; its exponent is known to be harmless unless the digits are all 0."""
    digits = text.lower().split("e")[0]
    return Fraction(text) if digits.strip("0.") else Fraction(0)


def _tidy(text: str) -> str:
    """The digits as they are shown: 0.5 for .5, 2 for 2., 1e-3 for 1E-3."""
    text = text.lower()
    digits, _, exponent = text.partition("e")
    digits = "0" + digits if digits[0] == "." else digits.removesuffix(".")
    return f"{digits}e{exponent}" if exponent else digits
