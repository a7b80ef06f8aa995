"""A typed formula → ScalarField: ``parse``.

Text → tokens → words → tree, all of it our own: nothing that is typed is ever run, looked up as an
attribute, or handed on as text. The reader is a precedence parser; its rules, where people differ, are told
in the field's remarks.

From loose to tight: x if c else y · or · and · not · comparisons · + - · times, divide, mod and
juxtaposition alike, from left to right (1/2x is (1/2)·x) · sign · power, from right to left · what follows
a value (x², x!, x[0], x.T). Only after a function without parentheses does juxtaposition bind tighter than
a written sign: sin 2x is sin(2x), sin x/2 is (sin x)/2.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import contextmanager
from fractions import Fraction

from gradviz.errors import ParseError
from gradviz.field import ScalarField
from gradviz.reading.builder import Scribe, quiet
from gradviz.reading.lexer import CASES, NEW_ROW, SUPERSCRIPT_END, Token, pointed, quoted, tokenize
from gradviz.reading.spelling import (
    ALIASES,
    EXPANSIONS,
    FRACTIONS,
    FUNCTIONS,
    IDENTITIES,
    INVERSES,
    REDUCTIONS,
    suggestion,
)
from gradviz.reading.words import (
    MOST_VARIABLES,
    NORMALISED,
    Names,
    declared,
    in_natural_order,
    part_words,
    partners,
    read_heading,
)
from gradviz.tree.operations import OPERATIONS
from gradviz.tree.precedence import ADD, COMPARE, NOT, POWER, SIGN, TIMES

__all__ = ["parse", "pointed", "undeclared"]

DEEPEST_RECURSION = 64  # of the reader itself: signs, powers and conditions nest without parentheses
MOST_ARGUMENTS = 8

# sign: how tightly it binds, and what it stands for
_INFIX = {
    sign: (OPERATIONS[operation].infix.binding, operation)
    for sign, operation in (
        ("or", "or"),
        ("and", "and"),
        ("<", "less"),
        ("<=", "less_equal"),
        (">", "greater"),
        (">=", "greater_equal"),
        ("==", "equal"),
        ("!=", "not_equal"),
        ("+", "add"),
        ("-", "subtract"),
        ("*", "multiply"),
        ("juxtaposed", "multiply"),
        ("/", "divide"),
        ("^", "power"),
    )
} | {
    "//": (TIMES, "floor divide"),
    "%": (TIMES, "mod"),
    "mod": (TIMES, "mod"),
    "@": (TIMES, "dot"),
}
_BEGINNERS = frozenset(
    ("number", "fraction", "variable", "vector", "constant", "function", "command", "open", "bar")
)
_ROOT_SIGNS = {"√": 2, "∛": 3, "∜": 4}
_CALLING = frozenset("([{")
_LOGARITHMS = frozenset(("log", "ln"))

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

Value = int | tuple[int, ...]  # a node, or the nodes of a vector's components


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
    heading, body = read_heading(tokens)
    order = None if variables is None else declared(variables, "variables")
    if order is None and heading.arguments is not None:
        order = tuple(name for name in heading.arguments if name not in fixed)
    for name in order or ():
        if name in fixed:
            raise ParseError(f"{quoted(name)} cannot be a variable and a parameter.")
    body = part_words(body, Names(order, fixed), remarks)
    for token in body:
        if (
            token.kind == "variable"
            and token.text in heading.titles
            and token.text not in (heading.arguments or ())
        ):
            raise ParseError(f"{quoted(token.text)} stands on both sides of the equals sign.", token.column)
    scribe = Scribe(remarks)
    with quiet():
        root = Reader(body, scribe).whole()
    expression = scribe.expression(root)
    if order is None:
        order = in_natural_order(expression.variables - set(fixed))
    if len(order) > MOST_VARIABLES:
        raise ParseError(f"There can be at most {MOST_VARIABLES} variables.")
    return ScalarField(
        text=text,
        variables=order,
        expression=expression,
        parameters=tuple((name, None) for name in fixed),
        remarks=tuple(dict.fromkeys(remarks)),
    )


def undeclared(text: str, parameters: Sequence[str] = ()) -> tuple[str, ...]:
    """The letters of ``text`` that its heading f(x, y) = … leaves out, in natural order; they may be meant as
    parameters.

    () where there is no such heading, or where the words cannot be read: ``parse`` then says what is wrong.
    """
    try:
        heading, body = read_heading(tokenize(text))
        if heading.arguments is None:
            return ()
        known = tuple(dict.fromkeys((*heading.arguments, *parameters)))
        words = part_words(body, Names(None, known), [])
    except ParseError:
        return ()
    letters = {token.text for token in words if token.kind == "variable"}
    return in_natural_order(letters - {*known, *heading.titles})


class Reader:
    """Reads tokens once from left to right and has the scribe write what they mean."""

    def __init__(self, tokens: list[Token], scribe: Scribe) -> None:
        self.tokens, self.scribe = tokens, scribe
        self.partner = partners(tokens)
        self.place = 0
        self.depth = 0
        self.bars = 0  # open in the innermost group
        self.equations = False  # whether x = 0 is a condition here, as in LaTeX's cases
        self.decimal_comma = True  # whether 0,5 is a number here
        self.group_end = len(tokens) - 1  # of the innermost group
        self.tower = False  # inside an exponent that is not in parentheses
        self.ends: dict[str, int] = {}  # where the last 'power' of a number, or 'bare' function, ended

    # --- tokens ---------------------------------------------------------------------------------------------

    @property
    def token(self) -> Token:
        return self.tokens[self.place]

    @property
    def before(self) -> Token:
        return self.tokens[self.place - 1]

    def take(self) -> Token:
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
        if not self.at(text):
            raise ParseError(why, self.token.column)
        return self.take()

    def refuse(self) -> ParseError:
        """Why the next token cannot stand where it does."""
        token = self.token
        if token.kind == "end":
            return ParseError("The formula ends too early.", token.column)
        if token.text in _HINTS and token.kind == "symbol":
            return ParseError(_HINTS[token.text], token.column)
        if token.kind == "method":
            return ParseError(f"I don't know .{token.text} here.{suggestion(token.text)}", token.column)
        if token.kind == "subscript":
            return ParseError(_HINTS["_"], token.column)
        return ParseError(f"I cannot read {quoted(token.text)} here.", token.column)

    @contextmanager
    def deeper(self):
        self.depth += 1
        if self.depth > DEEPEST_RECURSION:
            raise ParseError("The formula is nested too deeply.", self.token.column)
        yield
        self.depth -= 1

    @contextmanager
    def inside(self, *, decimal_comma: bool = True):
        """Within a group bars, towers and commas start anew."""
        kept = self.bars, self.tower, self.decimal_comma, self.group_end
        self.bars, self.tower, self.decimal_comma = 0, False, decimal_comma
        self.group_end = self.partner.get(self.place - 1, self.group_end)
        yield
        self.bars, self.tower, self.decimal_comma, self.group_end = kept

    # --- the whole, and its operators -----------------------------------------------------------------------

    def whole(self) -> int:
        if len(self.tokens) == 1:
            raise ParseError("Type a formula, for example x^2 + y^2.", self.token.column)
        value = self.expression()
        if self.token.kind != "end":
            raise self.refuse()
        if isinstance(value, tuple):
            why = f"This is a vector of {len(value)} components; one number is wanted, such as sum(x^2)."
            raise ParseError(why, self.tokens[0].column)
        if self.scribe.parts[value].boolean:
            sign = next((t for t in self.tokens if _INFIX.get(t.text, (0,))[0] == COMPARE), self.tokens[0])
            raise ParseError("This is a condition, true or false; a function gives a number.", sign.column)
        return value

    def expression(self) -> Value:
        """A value, and the conditions it hangs on: x if x > 0 else -x, or x > 0 ? x : -x."""
        with self.deeper():
            value = self.operators(0)
            if self.at("if"):
                sign = self.take()
                condition = self.operators(0)
                self.expect("else", "An else is missing after this condition: x if x > 0 else -x.")
                return self.scribe("select", condition, value, self.expression(), column=sign.column)
            if self.at("?"):
                sign = self.take()
                first = self.expression()
                self.expect(":", "A colon is missing: x > 0 ? x : -x.")
                return self.scribe("select", value, first, self.expression(), column=sign.column)
            return value

    def operators(self, loosest: int) -> Value:
        """A value and the operators after it that bind at least as tightly as ``loosest``."""
        with self.deeper():
            value = self.signed()
            divided = False
            while (sign := self.infix(value)) is not None:
                binding, operation = _INFIX[sign]
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
            return token.text if token.text in _INFIX else None
        if token.kind == "symbol":
            if token.text == "=" and self.equations:
                return "=="
            return token.text if token.text in _INFIX else "juxtaposed" if token.text in _ROOT_SIGNS else None
        if token.kind in ("number", "fraction") and self.before.kind in ("number", "fraction"):
            raise ParseError("Two numbers stand side by side: put a sign between them.", token.column)
        return "juxtaposed" if token.kind in _BEGINNERS else None

    def opens(self, value: Value) -> bool:
        """Whether a bar inside bars opens: as in |2|x|-1|, for nobody takes the modulus of a 2."""
        node = self.scribe.builder.nodes[value] if isinstance(value, int) else None
        if node is None or node.operation != "literal" or self.tokens[self.place + 1].kind not in _BEGINNERS:
            return False
        return sum(t.kind == "bar" for t in self.tokens[self.place + 1 : self.group_end]) >= 2

    def is_condition(self, value: Value) -> bool:
        return isinstance(value, int) and self.scribe.parts[value].boolean

    def signed(self) -> Value:
        token = self.token
        if self.at("-"):
            self.take()
            return self.scribe("negate", self.operators(SIGN), column=token.column)
        if self.at("+"):
            self.take()
            return self.operators(SIGN)
        if self.at("not", "~", "!"):
            self.take()
            return self.scribe(
                "not", self.operators(NOT if token.text == "not" else SIGN), column=token.column
            )
        return self.followed(self.operand())

    def power(self, base: Value, sign: Token) -> Value:
        if self.tower:
            self.scribe.remark("x^y^z is read as x^(y^z).")
        outer, self.tower = self.tower, True
        first = self.token
        exponent = self.operators(POWER)
        self.tower = outer
        if self.before.kind in ("number", "variable", "constant") and self.is_constant(base):
            self.ends["power"] = self.place
        return self.scribe("power", base, exponent, column=first.column)

    def is_constant(self, value: Value) -> bool:
        return isinstance(value, int) and self.scribe.parts[value].value is not None

    def comparison(self, left: Value, operation: str, token: Token) -> Value:
        """0 < x < 1 is 0 < x and x < 1."""
        right = self.operators(COMPARE + 1)
        value = self.scribe(operation, left, right, column=token.column)
        while self.token.kind == "symbol" and _INFIX.get(self.token.text, (0, ""))[0] == COMPARE:
            token = self.take()
            left, right = right, self.operators(COMPARE + 1)
            link = self.scribe(_INFIX[token.text][1], left, right, column=token.column)
            value = self.scribe("and", value, link, column=token.column)
        return value

    def combine(self, operation: str, left: Value, right: Value, token: Token) -> Value:
        if operation == "dot":
            return self.dot(left, right, token)
        if operation == "floor divide":
            return self.scribe("floor", self.scribe("divide", left, right, column=token.column))
        return self.scribe(operation, left, right, column=token.column)

    def remark_on(self, sign: str, divided: bool) -> None:
        """A word where tools differ."""
        remark = self.scribe.remark
        if sign == "juxtaposed":
            if divided:
                remark("a/bc is read as (a/b)·c, from left to right; write a/(bc) for the other.")
            if self.ends.get("power") == self.place and not self.token.spaced:
                remark("e^2x is read as (e^2)·x; write e^(2x) for the other.")
            if self.token.kind == "number":
                remark("A number after a letter multiplies it: x 2 is x·2.")
        if sign == "/" and self.ends.get("bare") == self.place - 1:
            remark("sin x/2 is read as (sin x)/2; write sin(x/2) for the other.")

    # --- values ---------------------------------------------------------------------------------------------

    def operand(self) -> Value:
        token = self.token
        match token.kind:
            case "number":
                return self.number(self.take())
            case "fraction":
                self.take()
                top, bottom = FRACTIONS[token.text]
                return self.scribe(
                    "divide", self.scribe.number(top), self.scribe.number(bottom), column=token.column
                )
            case "variable":
                return self.scribe.variable(self.take().text)
            case "vector":
                return tuple(self.scribe.variable(name) for name in self.take().text.split())
            case "constant":
                return self.scribe(self.take().text, column=token.column)
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
            case "symbol" if token.text in _ROOT_SIGNS:
                return self.root_sign()
        raise self.missing()

    def missing(self) -> ParseError:
        """Why there is no value where one is wanted."""
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
        if token.kind == "keyword" and token.text not in _INFIX:
            return ParseError(f"{quoted(token.text)} cannot stand here.", token.column)
        return ParseError(f"Something is missing before {self.typed(token)}.", token.column)

    def typed(self, token: Token) -> str:
        shown = {"*": "×", "^": "^", "and": "and", "or": "or"}.get(token.text, token.text)
        return shown if token.kind != "close" or shown != SUPERSCRIPT_END else "the power"

    def number(self, token: Token) -> Value:
        """A literal; with a decimal comma where no list can be meant."""
        text = token.text
        if (digits := self.digits_after_comma(token)) is not None:
            thousands = re.fullmatch("[1-9][0-9]{0,2}", text) and re.fullmatch("[0-9]{3}", digits)
            if thousands and (self.decimal_comma or digits[0] == "0"):
                written = f"{text}{digits} or {text}.{digits}"
                raise ParseError(f"{text},{digits} can be read in two ways: write {written}.", token.column)
            if self.decimal_comma:
                self.scribe.remark("A comma inside a number is a decimal comma: 0,5 is 0.5.")
                self.place += 2
                text = f"{text}.{digits}"
        self.scribe.column = token.column
        return self.scribe.number(_exactly(text), _tidy(text))

    def digits_after_comma(self, token: Token) -> str | None:
        """The digits that a comma joins to the number ``token``, which was just taken, without a space;
        None where there are none.
        """
        digits = self.tokens[min(self.place + 1, len(self.tokens) - 1)]
        tight = self.at(",") and not self.token.spaced and digits.kind == "number" and not digits.spaced
        fits = tight and token.text.isdigit() and digits.text[0].isdigit() and "." not in digits.text
        return digits.text if fits else None

    def followed(self, value: Value) -> Value:
        """What follows a value: x², x!, x.T, x.sum()."""
        while True:
            token = self.token
            if token.kind == "raise":
                value = self.scribe("power", value, self.raised(), column=token.column)
            elif token.kind == "symbol" and token.text == "!":
                self.take()
                if self.at("!"):
                    raise ParseError("A double factorial is not understood here.", self.token.column)
                self.scribe.remark("x! is gamma(x + 1).")
                value = self.scribe(
                    "gamma", self.scribe("add", value, self.scribe.number(1), column=token.column)
                )
            elif token.kind == "method":
                value = self.method(value)
            else:
                return value

    def raised(self) -> Value:
        """What stands in small digits above the line."""
        self.take()
        with self.inside():
            value = self.expression()
        if self.token.text != SUPERSCRIPT_END:
            raise self.refuse()
        self.take()
        return value

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
        if not (lists or of_latex or (before is not None and before.text in ("^", *_ROOT_SIGNS))):
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
            return self.scribe("floor" if opening.text == "⌊" else "ceil", values[0], column=opening.column)
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
        nobody can tell whether (1,2) is a number or a list.
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
        return self.scribe("abs", value, column=opening.column)

    def fraction(self) -> Value:
        token = self.take()
        top, bottom = self.latex_argument(token), self.latex_argument(token)
        return self.scribe("divide", top, bottom, column=token.column)

    def latex_argument(self, command: Token) -> Value:
        """A group in braces, or the next single character, as TeX has it: \\frac12 is 1/2."""
        token = self.token
        if token.kind == "open":
            return self.group(of_latex=True)
        if token.kind == "number" and len(token.text) > 1 and token.text.isdigit():
            rest = Token("number", token.text[1:], token.column + 1, token.end)
            self.tokens[self.place] = rest
            return self.scribe.number(int(token.text[0]))
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
            self.scribe.remark("√2x is read as (√2)·x; write √(2x) for the other.")
        degree = _ROOT_SIGNS[token.text]
        if degree == 2:
            return self.scribe("sqrt", value, column=token.column)
        return self.root(value, self.scribe.number(degree), token)

    def root_of_degree(self) -> Value:
        """³√x."""
        token = self.token
        degree = self.raised()
        self.expect("√", "There is nothing to raise to this power.")
        return self.root(self.operators(POWER), degree, token)

    def root(self, value: Value, degree: Value | None, token: Token) -> Value:
        """The real root; ``degree`` a whole number from 2 on, written as one."""
        if degree is None:
            return self.scribe("sqrt", value, column=token.column)
        node = self.scribe.builder.nodes[degree] if isinstance(degree, int) else None
        whole = node.value if node is not None else None
        if whole is None or whole.denominator != 1 or not 2 <= whole <= 100:
            raise ParseError("The degree of a root is a whole number from 2 to 100.", token.column)
        if whole <= 3:
            return self.scribe("sqrt" if whole == 2 else "cbrt", value, column=token.column)
        return self.scribe("root", value, degree, column=token.column)

    # --- functions ------------------------------------------------------------------------------------------

    def function(self) -> Value:
        """sin(x), sin x, sin² x, sin^-1(x), log_2(x)."""
        token = self.take()
        name = token.text
        if name == "Piecewise":
            return self.piecewise(token)
        base = exponent = None
        where = token
        while True:
            if name in _LOGARITHMS and base is None and (self.token.kind == "subscript" or self.at("_")):
                base = self.base_of_logarithm()
            elif exponent is None and (self.at("^") or self.token.kind == "raise"):
                where = self.token
                exponent = self.exponent_of_function()
            else:
                break
        if self.inverts(exponent):
            name, exponent = self.inverse(name, where), None
        value = self.applied(name, token, base)
        if exponent is not None:
            value = self.scribe("power", value, exponent, column=where.column)
        return value

    def base_of_logarithm(self) -> Value:
        token = self.take()
        if token.kind != "subscript":  # log_{b}
            return self.simple()
        if token.text:
            return self.scribe.number(int(token.text))
        return self.simple()  # log_b: the letter is a token of its own

    def simple(self) -> Value:
        """One value alone, with its sign."""
        if self.at("-"):
            column = self.take().column
            return self.scribe("negate", self.simple(), column=column)
        if self.token.kind not in ("number", "variable", "constant", "open", "fraction"):
            raise self.missing()
        return self.operand()

    def exponent_of_function(self) -> Value:
        if self.token.kind == "raise":
            return self.raised()
        self.take()
        return self.simple()

    def inverts(self, exponent: Value | None) -> bool:
        """Whether the exponent of a function is -1."""
        if not isinstance(exponent, int):
            return False
        node = self.scribe.builder.nodes[exponent]
        return node.operation == "negate" and self.scribe.builder.nodes[node.operands[0]].value == 1

    def inverse(self, name: str, where: Token) -> str:
        inverse = INVERSES.get(ALIASES.get(name, name))
        if inverse is None:
            why = (
                f"{name}^-1 can be read in two ways: write 1/{name}(x), or the name of the inverse function."
            )
            raise ParseError(why, where.column)
        self.scribe.remark(f"{name}^-1 is the inverse function {inverse}, not 1/{name}.")
        return inverse

    def applied(self, name: str, token: Token, base: Value | None) -> Value:
        """The function of what follows: its arguments in parentheses, or the product without them."""
        if self.token.kind == "open" and self.token.text in _CALLING:
            operands = self.arguments(name)
        elif name in REDUCTIONS or self.takes(name)[0] > 1:
            raise ParseError(f"{_plain(name)} needs its arguments in parentheses.", token.column)
        else:
            operands = [self.bare(name, token)]
        if base is not None:
            operands.append(base)
        return self.call(name, operands, token)

    def arguments(self, name: str) -> list[Value]:
        """The values between parentheses, parted by commas, or by semicolons where commas are decimal."""
        by_semicolon = self.has_inside(self.place, ";")
        of_one_number = self.takes(name)[1] == 1 and name not in REDUCTIONS and name not in IDENTITIES
        self.take()
        values: list[Value] = []
        # who parts arguments by commas writes decimal points: no list is ever read as a number
        with self.inside(decimal_comma=by_semicolon or (of_one_number and self.decimal_comma)):
            if self.token.kind == "close":
                raise ParseError(f"{_plain(name)} needs something in its parentheses.", self.token.column)
            while True:
                values.append(self.expression())
                if not self.at(",", ";"):
                    break
                self.take()
                if len(values) == MOST_ARGUMENTS:
                    raise ParseError(
                        f"A function takes at most {MOST_ARGUMENTS} arguments.", self.token.column
                    )
            if self.token.kind != "close":
                raise self.refuse()
            self.take()
        return values

    def has_inside(self, opening: int, text: str) -> bool:
        """Whether the sign stands in the group that opens there, and not in a group within."""
        place = opening + 1
        while place < self.partner[opening]:
            token = self.tokens[place]
            if token.kind == "symbol" and token.text == text:
                return True
            place = self.partner[place] if token.kind in ("open", "raise") else place
            place += 1
        return False

    def calls_with_several(self, place: int) -> bool:
        return self.tokens[place].kind == "open" and (
            self.has_inside(place, ",") or self.has_inside(place, ";")
        )

    def bare(self, name: str, token: Token) -> Value:
        """The argument of a function without parentheses: the factors up to a sign or a function."""
        start = self.place
        if self.token.kind == "end" or (
            self.token.kind == "symbol" and self.token.text not in ("-", "√", "∛", "∜")
        ):
            raise ParseError(
                f"{_plain(name)} needs something to work on, as in {_plain(name)}(x).", token.column
            )
        value = self.operators(SIGN)
        while self.juxtaposes():
            right = self.token
            value = self.scribe("multiply", value, self.operators(SIGN), column=right.column)
        read = self.tokens[start : self.place]
        if read[0].kind not in ("function", "open") and any(t.text == "^" for t in read):
            self.scribe.remark("sin x^2 is read as sin(x^2); write (sin x)^2 or sin^2 x for the other.")
        self.ends["bare"] = self.place
        return value

    def juxtaposes(self) -> bool:
        """Whether the next token belongs to the argument of a function without parentheses."""
        token = self.token
        if token.kind == "number" and self.before.kind == "number":
            raise ParseError("Two numbers stand side by side: put a sign between them.", token.column)
        if token.kind == "open":
            return not token.spaced and self.before.kind != "close"
        return token.kind in ("number", "fraction", "variable", "vector", "constant")

    def takes(self, name: str) -> tuple[int, int]:
        """The fewest and the most arguments of a function."""
        if name in _LOGARITHMS:
            return 1, 1 if name == "ln" else 2
        if name in IDENTITIES:
            return 1, 1
        if name in EXPANSIONS:
            return EXPANSIONS[name].fewest, EXPANSIONS[name].most
        if name in REDUCTIONS:
            return (2, 2) if name in ("dot", "vdot", "inner") else (1, 1)
        if name.startswith(NORMALISED):
            return 1, 1
        operation = ALIASES.get(name, name)
        if operation == "heaviside":
            return 1, 2
        if operation == "select":
            return 3, 3
        arity = OPERATIONS[operation].arity
        return (arity, arity) if arity is not None else (2, MOST_ARGUMENTS)

    def call(self, name: str, operands: list[Value], token: Token) -> Value:
        """The function on its operands; ParseError where their number does not fit."""
        scribe = self.scribe
        scribe.column = token.column
        if name in REDUCTIONS:
            return self.reduce(name, operands, token)
        operation = ALIASES.get(name, name)
        if operation in ("min", "max") and len(operands) == 1 and isinstance(operands[0], tuple):
            operands = list(operands[0])
        fewest, most = self.takes(name)
        if operation == "log" and len(operands) == 2:
            return self.logarithm(*operands)
        if not fewest <= len(operands) <= most:
            raise ParseError(
                f"{_plain(name)} takes {_counted(fewest, most)}, not {len(operands)}.", token.column
            )
        if name in IDENTITIES:
            return operands[0]
        if name in EXPANSIONS:
            return EXPANSIONS[name].write(scribe, *operands)
        if name.startswith(NORMALISED):
            scribe.remark("np.sinc is the normalised one: sinc(πx) here.")
            return scribe("sinc", scribe("multiply", scribe("pi"), operands[0]))
        if name == "log":
            scribe.remark("log is the natural logarithm here; write log10 for base 10.")
        if operation == "heaviside" and len(operands) == 2:
            return self.heaviside(operands[0], operands[1])
        if operation == "root":
            return self.root(operands[0], operands[1], token)
        return scribe(operation, *operands)

    def logarithm(self, value: Value, base: Value) -> Value:
        scribe = self.scribe
        node = scribe.builder.nodes[base] if isinstance(base, int) else None
        if node is not None and node.operation == "e":
            return scribe("log", value)
        if node is not None and node.value in (2, 10):
            return scribe(f"log{node.value}", value)
        return scribe("divide", scribe("log", value), scribe("log", base))

    def heaviside(self, value: Value, at_zero: Value) -> Value:
        if isinstance(at_zero, int) and self.scribe.parts[at_zero].value == 0.5:
            return self.scribe("heaviside", value)
        return EXPANSIONS["step"].write(self.scribe, value, at_zero)

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
        """LaTeX's table of values and conditions, parted by & and its rows by a double backslash."""
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
        result = self.scribe("undefined", column=token.column) if default is None else default
        for value, condition, column in reversed(pieces):
            result = self.scribe("select", condition, value, result, column=column)
        return result

    # --- vectors --------------------------------------------------------------------------------------------

    def method(self, value: Value) -> Value:
        """x.T, x.sum(), x.pow(2): the function of that name, its first argument in front."""
        token = self.take()
        called = self.token.kind == "open" and self.token.text == "(" and not self.token.spaced
        if token.text in ("T", "t"):
            if called:
                self.place = self.partner[self.place] + 1
            return value
        if not called or token.text not in FUNCTIONS or token.text == "Piecewise":
            raise ParseError(f"I don't know .{token.text} here.{suggestion(token.text)}", token.column)
        others: list[Value] = []
        if self.tokens[self.place + 1].kind == "close":
            self.place += 2
        else:
            others = self.arguments(token.text)
        return self.call("ln" if token.text == "log" else token.text, [value, *others], token)

    def dot(self, left: Value, right: Value, token: Token) -> Value:
        if not (isinstance(left, tuple) and isinstance(right, tuple)):
            raise ParseError("The sign @ multiplies two vectors, as in x @ x.", token.column)
        return self.total(self.scribe("multiply", left, right, column=token.column))

    def total(self, values: Sequence[int], operation: str = "add") -> int:
        result = values[0]
        for value in values[1:]:
            result = self.scribe(operation, result, value)
        return result

    def reduce(self, name: str, operands: list[Value], token: Token) -> Value:
        """One number out of a vector's components. A number is a vector of one component."""
        fewest, most = self.takes(name)
        if len(operands) != fewest:
            raise ParseError(f"{name} takes {_counted(fewest, most)}, not {len(operands)}.", token.column)
        scribe = self.scribe
        scribe.column = token.column
        vectors = [operand if isinstance(operand, tuple) else (operand,) for operand in operands]
        if len(vectors) == 2:
            return self.total(scribe("multiply", *vectors))
        components: tuple[int, ...] = vectors[0]
        if name == "sum":
            return self.total(components)
        if name == "prod":
            return self.total(components, "multiply")
        if name == "mean":
            return scribe("divide", self.total(components), scribe.number(len(components)))
        return scribe("sqrt", self.total(scribe("power", components, scribe.number(2))))


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


def _plain(name: str) -> str:
    return name.removeprefix(NORMALISED)


def _counted(fewest: int, most: int) -> str:
    words = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight")
    if fewest == most:
        return f"{words[fewest]} argument{'' if fewest == 1 else 's'}"
    return f"{words[fewest]} to {words[most]} arguments"
