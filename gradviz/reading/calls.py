"""Functions and what they are applied to: sin(x), sin x, sin² x, sin^-1(x), log_2(x), x.sum()."""

from __future__ import annotations

from collections.abc import Collection

from gradviz.errors import ParseError
from gradviz.reading.called_letters import LETTER_OF
from gradviz.reading.cursor import Value
from gradviz.reading.lexer import Token
from gradviz.reading.pieces import OF_TWO_VECTORS, Pieces, counted
from gradviz.reading.spelling import (
    ALIASES,
    AXES,
    DEGREES,
    EXPANSIONS,
    FUNCTIONS,
    IDENTITIES,
    INVERSE_FORMULAS,
    INVERSES,
    MOST_ARGUMENTS,
    NORMALISED,
    REDUCTIONS,
    unknown_word,
)
from gradviz.tree.bessel import LARGEST_ORDER
from gradviz.tree.operations import OPERATIONS
from gradviz.tree.precedence import SIGN

_CALLING = frozenset("([{")
_TWO_ARCCOTANGENTS = (
    "arccot is arctan(1/x) here, which jumps at 0 from −π/2 to π/2; "
    "write pi/2 - atan(x) for the one from 0 to π."
)
_OF_LISTS = frozenset(("softmax", "log_softmax", "logsumexp"))
_LOGARITHMS = frozenset(("log", "ln"))
_BASE_FIRST = _LOGARITHMS | {"atan", "arctan"}  # with square brackets, as in Log[2, x] and ArcTan[x, y]


class Calls(Pieces):
    """Reads functions with their arguments, in parentheses or without."""

    def function(self) -> Value:
        """sin(x), sin x, sin² x, sin^-1(x), log_2(x)."""
        token = self.take()
        name = token.text
        if name in ("Piecewise", "piecewise"):
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
        if isinstance(value, tuple) and self.at("[") and not self.token.spaced:
            value = self.component(value)
        if exponent is not None:
            value = self.build("power", value, exponent, column=where.column)
        return value

    def component(self, values: tuple[int, ...]) -> Value:
        """The component that an index behind a function picks, as in softmax(x, y)[0]."""
        opening, token = self.take(), self.take()
        whole = token.kind == "number" and token.text.isdigit() and self.token.text == "]"
        if not whole or len(token.text) > 3 or int(token.text) >= len(values):
            why = f"An index from 0 to {len(values) - 1} is wanted here: the components count from 0."
            raise ParseError(why, opening.column)
        self.take()
        return values[int(token.text)]

    def base_of_logarithm(self) -> Value:
        token = self.take()
        if token.kind != "subscript":  # log_{b}
            return self.simple()
        if token.text:
            return self.build.number(int(token.text))
        return self.simple()  # log_b: the letter is a token of its own

    def simple(self) -> Value:
        """One value alone, with its sign."""
        if self.at("-"):
            column = self.take().column
            return self.build("negate", self.simple(), column=column)
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
        node = self.build.nodes[exponent]
        return node.operation == "negate" and self.build.nodes[node.operands[0]].value == 1

    def inverse(self, name: str, where: Token) -> str:
        inverse = INVERSES.get(ALIASES.get(name, name))
        if inverse is None:
            written = LETTER_OF.get(ALIASES.get(name, name), _plain(name))
            other = INVERSE_FORMULAS.get(ALIASES.get(name, name), "the name of the inverse function")
            why = f"{written}^-1 can be read in two ways: write 1/{written}(…), or {other}."
            raise ParseError(why, where.column)
        self.build.remark(f"{name}^-1 is the inverse function {inverse}, not 1/{name}.")
        return inverse

    def applied(self, name: str, token: Token, base: Value | None) -> Value:
        """The function of what follows: its arguments in parentheses, or the product without them."""
        if self.token.kind == "open" and self.token.text in _CALLING:
            by_mathematica = self.token.text == "[" and name in _BASE_FIRST
            operands = self.arguments(name)
            if by_mathematica and len(operands) == 2:
                first, second = ("the base", "the number") if name in _LOGARITHMS else ("x", "y")
                self.build.remark(f"{name}[…] is read as in Mathematica: {first} comes before {second}.")
                operands.reverse()
        elif name in REDUCTIONS or self.takes(name)[0] > 1:
            raise ParseError(f"{_plain(name)} needs its arguments in parentheses.", token.column)
        else:
            operands = [self.bare(name, token)]
        if base is not None:
            operands.append(base)
        return self.call(name, operands, token)

    def arguments(self, name: str) -> list[Value]:
        """The values between parentheses, separated by commas, or by semicolons where commas are decimal."""
        by_semicolon = self.has_inside(self.place, ";")
        of_one_number = self.takes(name)[1] == 1 and name not in REDUCTIONS and name not in IDENTITIES
        self.take()
        values: list[Value] = []
        # arguments separated by commas have decimal points: no list is ever read as a number
        with self.inside(decimal_comma=by_semicolon or (of_one_number and self.decimal_comma)):
            if self.token.kind == "close":
                raise ParseError(f"{_plain(name)} needs something in its parentheses.", self.token.column)
            while True:
                if values:
                    self.skip_keyword(DEGREES if name == "norm" else AXES if name in _OF_LISTS else ())
                values.append(self.degree() if name == "norm" and values else self.expression())
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

    def skip_keyword(self, keywords: Collection[str]) -> None:
        """ord= before the degree of a norm, dim= before the axis of a softmax."""
        if self.token.kind == "keyword" and self.token.text in keywords:
            self.take()
            self.expect("=", f"An equals sign is missing after {self.before.text}.")

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
            value = self.build("multiply", value, self.operators(SIGN), column=right.column)
        read = self.tokens[start : self.place]
        if read[0].kind not in ("function", "open") and any(t.text == "^" for t in read):
            self.build.remark("sin x^2 is read as sin(x^2); write (sin x)^2 or sin^2 x for the other.")
        factors = [t for t in read if t.kind == "variable"]
        if len(factors) == len(read) > 1 and read[1].spaced:
            self.build.remark("sin x y is read as sin(x·y); write sin(x) y for the other.")
        self.ends["bare"] = self.place
        return value

    def juxtaposes(self) -> bool:
        """Whether the next token belongs to the argument of a function without parentheses."""
        token = self.token
        if token.kind == "number" and self.before.kind == "number":
            raise ParseError("Two numbers stand side by side: put a sign between them.", token.column)
        if token.kind == "open":
            return not token.spaced and self.before.kind != "close"
        return token.kind in ("number", "fraction", "variable", "vector", "constant", "size")

    def takes(self, name: str) -> tuple[int, int]:
        """The fewest and the most arguments of a function."""
        if name in _LOGARITHMS:
            return 1, 1 if name == "ln" else 2
        if name in IDENTITIES:
            return 1, 1
        if name in EXPANSIONS:
            return EXPANSIONS[name].fewest, EXPANSIONS[name].most
        if name in REDUCTIONS:
            return (2, 2) if name in OF_TWO_VECTORS else (1, 2 if name == "norm" else 1)
        if name.startswith(NORMALISED):
            return 1, 1
        operation = ALIASES.get(name, name)
        if operation in ("heaviside", "lambertw", "zeta"):
            return 1, 2
        if operation == "select":
            return 3, 3
        arity = OPERATIONS[operation].arity
        return (arity, arity) if arity is not None else (2, MOST_ARGUMENTS)

    def call(self, name: str, operands: list[Value], token: Token) -> Value:
        """The function on its operands; ParseError where their number does not fit."""
        build = self.build
        build.column = token.column
        if name in REDUCTIONS:
            return self.reduce(name, operands, token)
        operation = ALIASES.get(name, name)
        given_as_list = isinstance(operands[0], tuple)
        if name in _OF_LISTS:
            operands = self.components_of(name, operands, token)
        elif operation in ("min", "max") and len(operands) == 1 and isinstance(operands[0], tuple):
            operands = list(operands[0])
        if operation in ("min", "max", "logsumexp") and len(operands) == 1 and given_as_list:
            return operands[0]
        fewest, most = self.takes(name)
        if operation == "log" and len(operands) == 2:
            self.remark_on_base(*operands)
            return self.logarithm(*operands)
        if operation == "acot":
            build.remark(_TWO_ARCCOTANGENTS)
        if operation == "atan" and len(operands) == 2:
            build.remark("atan of two arguments is read as atan2.")
            return build("atan2", *operands)
        if not fewest <= len(operands) <= most:
            raise ParseError(
                f"{_plain(name)} takes {counted(fewest, most)}, not {len(operands)}.", token.column
            )
        if name in IDENTITIES:
            return operands[0]
        if name in EXPANSIONS:
            return EXPANSIONS[name].write(build, *operands)
        if name.startswith(NORMALISED):
            build.remark("np.sinc is the normalised one: sinc(πx) here.")
            return build("sinc", build("multiply", build("pi"), operands[0]))
        if name == "lg":
            build.remark("lg is the logarithm to base 10 here; write log2 for base 2.")
        if name == "log":
            build.remark("log is the natural logarithm here; write log10 for base 10.")
        if operation == "heaviside" and len(operands) == 2:
            return self.heaviside(operands[0], operands[1])
        if operation == "lambertw" and len(operands) == 2:
            return self.lambert(name, operands, token)
        if operation == "zeta" and len(operands) == 2:
            return build("hurwitz", *operands)
        if operation == "root":
            return self.root(operands[0], operands[1], token)
        if operation in OPERATIONS and OPERATIONS[operation].fixed == 0:
            self.check_order(name, operands[0], token)
        return build(operation, *operands)

    def components_of(self, name: str, operands: list[Value], token: Token) -> list[Value]:
        """The components that softmax works on: its arguments, or those of a list before PyTorch's axis."""
        first, *others = operands
        if any(isinstance(other, tuple) for other in others):
            raise ParseError(f"{name} takes one list: {name}([x, y])[0].", token.column)
        if not isinstance(first, tuple):
            return operands
        if [self.constant(o) for o in others] not in ([], [0], [-1]):
            why = f"{name} has one value for each component: choose one, as in {name}([x, y])[0]."
            raise ParseError(why, token.column)
        return list(first)

    def lambert(self, name: str, operands: list[Value], token: Token) -> Value:
        """W on its branch 0 or −1, the second argument; in Mathematica's ProductLog the first."""
        value, branch = reversed(operands) if name == "ProductLog" else operands
        known = self.constant(branch)
        if known not in (0, -1):
            raise ParseError("The real branches of W are 0 and -1: lambertw(x, -1).", token.column)
        return self.build("lambertw" if known == 0 else "lambertwm1", value)

    def check_order(self, name: str, order: Value, token: Token) -> None:
        """ParseError for an order that is no rational number, or a large one."""
        part = self.build.parts[order] if isinstance(order, int) else None
        if part is None or part.value is None or part.bits is None:
            why = f"The order of {name} is a number such as 0 or 1/2: there is no derivative along it here."
            raise ParseError(why, token.column)
        if abs(part.value) > LARGEST_ORDER:
            why = f"Orders from -{LARGEST_ORDER} to {LARGEST_ORDER} are understood here."
            raise ParseError(why, token.column)

    def remark_on_base(self, value: Value, base: Value) -> None:
        """A remark where the base may have been written first, as in Mathematica."""
        if self.constant(value) is not None and self.constant(base) is None:
            read = "log(a, x) is the logarithm of a to the base x"
            self.build.remark(f"{read}; write log(x, a) for the logarithm of x to the base a.")

    def logarithm(self, value: Value, base: Value) -> Value:
        build = self.build
        node = build.nodes[base] if isinstance(base, int) else None
        if node is not None and node.operation == "e":
            return build("log", value)
        if node is not None and node.value in (2, 10):
            return build(f"log{node.value}", value)
        return build("divide", build("log", value), build("log", base))

    def heaviside(self, value: Value, at_zero: Value) -> Value:
        if self.constant(at_zero) == 0.5:
            return self.build("heaviside", value)
        return EXPANSIONS["step"].write(self.build, value, at_zero)

    def method(self, value: Value) -> Value:
        """x.T, x.sum(), x.pow(2): the function of that name, its first argument in front."""
        token = self.take()
        called = self.token.kind == "open" and self.token.text == "(" and not self.token.spaced
        if token.text in ("T", "t"):
            if called:
                self.place = self.partner[self.place] + 1
            return value
        if not called or token.text not in FUNCTIONS or token.text in ("Piecewise", "piecewise"):
            raise unknown_word(f"I don't know .{token.text} here.", token.text, token.column)
        others: list[Value] = []
        if self.tokens[self.place + 1].kind == "close":
            self.place += 2
        else:
            others = self.arguments(token.text)
        return self.call("ln" if token.text == "log" else token.text, [value, *others], token)


def _plain(name: str) -> str:
    return name.removeprefix(NORMALISED)
