"""Programs that give the digits of the page: the tree line by line, in the package's own order of operations.

``Lines`` writes an expression as assignments, one for each operation. What an operation is called there
gives the same bits as its row does; an operation whose values the package works out by a method of its own
cannot be written in one line, and is a ``NoProgramError``. In front of each line stands a name of ours;
nothing that a visitor typed is in it but numbers, read and written again.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gradviz.errors import GradvizError
from gradviz.export.assignments import Assignments
from gradviz.tree.expression import Expression, Node, Number
from gradviz.tree.operations import OPERATIONS, Operation
from gradviz.tree.operations.powers import LARGEST_PRODUCT
from gradviz.tree.precision import Precision

Term = str | float  # a name, or a number that has none yet

_EXACT = 2**53  # whole numbers up to here are floats as well


class NoProgramError(GradvizError):
    """An operation has no program of a few lines that gives the digits of the page."""


# Written as in their rows, and the same to the last bit: arithmetic, and what is one call of NumPy or SciPy.
_AS_IN_ROWS = frozenset((
    "add", "subtract", "multiply", "divide", "negate", "sqrt", "cbrt", "hypot", "exp", "log", "log2",
    "log10", "log1p", "expm1", "softplus", "logaddexp", "sin", "cos", "tan", "cot", "sec", "csc", "asin",
    "acos", "atan", "acot", "atan2", "sinh", "cosh", "tanh", "coth", "sech", "csch", "asinh", "acosh",
    "atanh", "abs", "sign", "floor", "ceil", "mod", "min", "max", "heaviside", "relu", "less",
    "less_equal", "greater", "greater_equal", "equal", "not_equal"
))  # fmt: skip
_BY_SCIPY = ("sigmoid", "erf", "gamma", "digamma")
_OWN_IN_NUMPY = {
    "and": "np.logical_and({0}, {1})",
    "or": "np.logical_or({0}, {1})",
    "not": "np.logical_not({0})",
    "select": "np.where({0}, {1}, {2})",
    "sinc": "np.where({0} == 0, 1.0, np.sin({0}) / {0})",
    "power": "np.power({0}, {1})",
    "undefined": "np.nan",
}
_OWN_IN_TORCH = {
    "and": "torch.logical_and({0}, {1})",
    "or": "torch.logical_or({0}, {1})",
    "not": "torch.logical_not({0})",
    "select": "({1} if {0} else {2}) * 1.0",
    "acot": "torch.atan2(torch.where({0} < 0, -torch.ones_like({0}), torch.ones_like({0})), "
    "torch.where({0} < 0, -torch.ones_like({0}), torch.ones_like({0})) * {0})",
    "sinc": "torch.sinc({0} / math.pi)",
    "expm1": "torch.expm1({0}).detach() + torch.as_tensor(np.exp({0}.detach().double().numpy()))"
    ".to({0}.dtype) * ({0} - {0}.detach())",
}
# Where an operation has no real value, the package has nan, and IEEE arithmetic often has infinity.
_HOLES = {
    "divide": "{1} == 0",
    "power": "np.isnan({0}) | np.isnan({1}) | (({0} == 0) & ({1} < 0))",
    "log": "{0} == 0",
    "log2": "{0} == 0",
    "log10": "{0} == 0",
    "log1p": "{0} == -1",
    "cot": "np.tan({0}) == 0",
    "sec": "np.cos({0}) == 0",
    "csc": "np.sin({0}) == 0",
    "coth": "np.tanh({0}) == 0",
    "sech": "np.cosh({0}) == 0",
    "csch": "np.sinh({0}) == 0",
    "atanh": "np.abs({0}) == 1",
    "atan2": "({0} == 0) & ({1} == 0)",
    "mod": "{1} == 0",
    "gamma": "({0} <= 0) & ({0} == np.floor({0}))",
    "digamma": "({0} <= 0) & ({0} == np.floor({0}))",
}
# NumPy's functions that are the package's for complex numbers, too.
ALIKE_FOR_COMPLEX = frozenset((
    "add", "subtract", "multiply", "divide", "negate", "power", "sqrt", "exp", "log", "log2", "log10",
    "log1p", "expm1", "sin", "cos", "tan", "cot", "sec", "csc", "asin", "acos", "atan", "sinh", "cosh",
    "tanh", "coth", "sech", "csch", "asinh", "acosh", "atanh", "pi", "e", "tau", "undefined"
))  # fmt: skip
# Their values come in float64 whatever the operands are.
_WIDE = ("acot", "sinc", "select", "softplus", "relu", "heaviside", "root", *_BY_SCIPY)


@dataclass(frozen=True)
class Language:
    """How operations are written for numbers of one type.

    ``guarded`` with nan where there is no real value and IEEE arithmetic has infinity.
    """

    precision: Precision
    guarded: bool = False

    def number(self, text: str) -> str:
        """A number that meets no variable, as one of the type."""
        return f"np.{self.precision.name}({text})"

    def written(self, row: Operation, texts: Sequence[str]) -> str:
        """The right-hand side of an operation on those operands. NoProgramError where there is none."""
        if row.arity == 0:
            if row.name == "undefined":
                return self.number("np.nan")
            return self.number(row.code)
        pattern = _pattern(row, _OWN_IN_NUMPY, row.code)
        right = pattern.format(*texts)
        if self.guarded and row.name in _HOLES:
            right = f"hole({_HOLES[row.name].format(*texts)}, {right})"
        if row.name in _WIDE and self.precision.name != "float64":
            return self.number(right)
        return right

    def power(self, lines: Lines, operands: Sequence[Term], value: Number, fixed: bool) -> str:
        """The line of a power; one with a small whole exponent is a product, as in the package.

        ``value`` is the exponent at the point, ``fixed`` where no variable moves it.
        """
        base, exponent = lines.settled(operands[0]), operands[1]
        exponent = exponent if isinstance(exponent, str) else _digits(exponent)
        scalar = isinstance(value, float | np.floating)  # the package asks for the type, too
        if scalar and not fixed:
            return lines.named(f"power({base}, {exponent})")
        if scalar and float(value).is_integer() and 0 < abs(value) <= LARGEST_PRODUCT:
            whole = _product(lines, base, abs(int(value)))
            if value > 0:
                return whole
            below = f"1 / {whole}"
            return lines.named(f"hole({base} == 0, {below})" if self.guarded else below)
        return lines.named(self.written(OPERATIONS["power"], [base, exponent]))

    def root(self, lines: Lines, operand: str, degree: Number) -> str:
        """The line of a root of a whole degree."""
        order = int(degree)
        if order == 3:
            right = f"np.cbrt({operand})"
        elif order % 2:
            right = f"np.copysign(np.power(np.abs({operand}), 1 / {order}), {operand})"
        elif order == 2:
            right = f"np.sqrt({operand})"
        else:
            right = f"np.power({operand}, 1 / {order})"
        return lines.named(right if self.precision.name == "float64" else self.number(right))


@dataclass(frozen=True)
class InTorch(Language):
    """PyTorch's tensors of one type, as back-propagation has them."""

    def number(self, text: str) -> str:
        return f"torch.tensor({text}, dtype=torch.{self.precision.name})"

    def written(self, row: Operation, texts: Sequence[str]) -> str:
        if row.arity == 0:
            if row.name == "undefined":
                return self.number("math.nan")
            return self.number(row.code.replace("np.", "math."))
        if row.name in ("gamma", "digamma"):
            raise NoProgramError(f"PyTorch’s own slope of {row.called} has fewer digits than the page’s.")
        pattern = _pattern(row, _OWN_IN_TORCH, row.torch_code)
        return pattern.replace("torch.float64", f"torch.{self.precision.name}").format(*texts)

    def power(self, lines: Lines, operands: Sequence[Term], value: Number, fixed: bool) -> str:
        base, exponent = operands
        if isinstance(base, str) and isinstance(exponent, float):
            return lines.named(f"{base} ** {_digits(exponent)}")
        return lines.named(f"power({lines.settled(base)}, {lines.settled(exponent)})")

    def root(self, lines: Lines, operand: str, degree: Number) -> str:
        order = int(degree)
        if order % 2:
            return lines.named(f"torch.sign({operand}) * torch.pow(torch.abs({operand}), 1 / {order})")
        if order == 2:
            return lines.named(f"torch.sqrt({operand})")
        return lines.named(f"torch.pow({operand}, 1 / {order})")


def _pattern(row: Operation, own: Mapping[str, str], in_row: str) -> str:
    """How one operation is written. NoProgramError where the package has a method of its own for it."""
    if row.name in own:
        return own[row.name]
    if row.name in _AS_IN_ROWS or row.name in _BY_SCIPY:
        return in_row
    raise NoProgramError(
        f"The digits of {row.called} are those of a method of the page’s own, which NumPy, SymPy and PyTorch "
        "do not have."
    )


def _product(lines: Lines, base: str, times: int) -> str:
    """``base`` to a small natural power by squaring, in the package's order."""
    result = ""
    while True:
        if times & 1:
            result = base if not result else lines.named(f"{result} * {base}")
        times >>= 1
        if not times:
            return result
        base = lines.named(f"{base} * {base}")


@dataclass
class Lines(Assignments):
    """The lines of one function; ``inputs`` has what variables and parameters are called."""

    language: Language
    inputs: Mapping[str, str]

    def write(self, expression: Expression, values: Sequence[Number]) -> str:
        """The lines of ``expression``; the name of its value.

        ``values`` are those of the nodes at the point, as the package's own interpreter has them.
        NoProgramError where an operation has no line.
        """
        written: list[Term] = []
        for place, node in enumerate(expression.nodes):
            written.append(self._node(expression, place, node, written, values))
        return self.settled(written[-1])

    def _node(
        self,
        expression: Expression,
        place: int,
        node: Node,
        written: Sequence[Term],
        values: Sequence[Number],
    ) -> Term:
        if node.operation == "variable":
            return self.inputs[node.name]
        if node.value is not None:
            return self.language.precision.nearest(node.value)
        operands = [written[i] for i in node.operands]
        if node.operation == "negate" and isinstance(operands[0], float):
            return -operands[0]
        row = OPERATIONS[node.operation]
        if row.name == "root":
            return self.language.root(self, self.settled(operands[0]), values[node.operands[1]])
        if row.name == "power":
            fixed = not expression.supports[node.operands[1]]
            return self.language.power(self, operands, values[node.operands[1]], fixed)
        # Python's own arithmetic takes a number as it is; functions want an array or a tensor, and PyTorch
        # makes 2 / a the product of 2 and 1 / a
        loose = row.infix is not None and not row.boolean and any(isinstance(o, str) for o in operands)
        if row.name == "divide" and isinstance(operands[0], float) and isinstance(self.language, InTorch):
            loose = False
        texts = [_digits(o) if loose and isinstance(o, float) else self.settled(o) for o in operands]
        if row.arity is None:  # written for two operands
            folded = texts[0]
            for text in texts[1:]:
                folded = self.language.written(row, [folded, text])
            return self.named(folded)
        return self.named(self.language.written(row, texts))

    def calls(self, function: str) -> bool:
        """Whether a line calls that function of ours."""
        return any(re.search(rf"(?<![\w.]){function}\(", line) for line in self.lines)

    def settled(self, value: Term) -> str:
        """A name for a value that may be a number alone."""
        return (
            value if isinstance(value, str) else self.named(self.language.number(_digits(value, True)), "c")
        )


def _digits(value: float, bare: bool = False) -> str:
    """A number as Python reads it: 2, 0.5, np.inf, and in parentheses (-2) unless ``bare``."""
    if not math.isfinite(value):
        text = "np.nan" if math.isnan(value) else "np.inf" if value > 0 else "-np.inf"
    else:
        text = str(int(value)) if value.is_integer() and abs(value) < _EXACT else repr(value)
    if value == 0 and math.copysign(1, value) < 0:
        text = "-0.0"
    return f"({text})" if text.startswith("-") and not bare else text


def why_not_written(expression: Expression, *, in_torch: bool = False) -> str:
    """'' where each operation has a line, else the sentence for the first that has none."""
    for node in expression.nodes:
        row = OPERATIONS.get(node.operation)
        if row is None or not row.arity or row.name in ("root", "power"):
            continue
        try:
            _pattern(row, *((_OWN_IN_TORCH, row.torch_code) if in_torch else (_OWN_IN_NUMPY, row.code)))
        except NoProgramError as error:
            return str(error)
    return ""


def wants_scipy(text: str) -> bool:
    """Whether a program calls SciPy's special functions."""
    return re.search(r"(?<!torch\.)\bspecial\.", text) is not None


def named_safely(names: Sequence[str], taken: Callable[[str], bool]) -> dict[str, str]:
    """What each variable is called in a program: as it is where that is a plain name, or else x_1, x_2, …

    ``taken`` tells words that mean something else there.
    """
    found: dict[str, str] = {}
    for place, name in enumerate(names, 1):
        plain = re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name, re.ASCII) and not taken(name)
        called = name if plain else f"x_{place}"
        while called in found.values() or (called != name and called in names):
            called += "_"
        found[name] = called
    return found
