"""The symbolic work: typed tree → SymPy → partial derivatives → trees and LaTeX.

It runs in the process of ``worker``, never in the one that serves: SymPy can take minutes over a short
line. SymPy is given nodes, one by one, and never text. What it would evaluate by comparing (|x|, max, floor
…) is an inert function there, which knows its derivative and nothing else.
"""

# SymPy's own annotations say Basic where they mean Expr, and know nothing of a function class that is called.
# pyright: reportOperatorIssue=false, reportGeneralTypeIssues=false, reportAttributeAccessIssue=false
# pyright: reportArgumentType=false, reportAssignmentType=false, reportReturnType=false

from __future__ import annotations

import math
from fractions import Fraction
from functools import partial, reduce
from types import SimpleNamespace
from typing import Any

import numpy as np
import sympy
from sympy.core.function import ArgumentIndexError
from sympy.functions.elementary.piecewise import ExprCondPair
from sympy.printing.latex import LatexPrinter

from gradviz.errors import ClosedFormError
from gradviz.tree.expression import Builder, Expression, Kind, evaluate
from gradviz.tree.kinds import NUMPY
from gradviz.tree.operations import OPERATIONS, Operation
from gradviz.tree.operations.bessel import BESSEL
from gradviz.tree.operations.derivative import Derivative
from gradviz.tree.operations.inert import Inert
from gradviz.tree.operations.integrals import INTEGRALS
from gradviz.tree.operations.special import SPECIAL

LARGEST_COMPILED = 20_000  # nodes of a derivative that are still turned into a tree
LARGEST_TYPESET = 3_000  # nodes that are still typeset
_OF_FEW_TERMS = frozenset(row.name for row in (*SPECIAL, *INTEGRALS, *BESSEL))
_NO_NUMBERS = (sympy.S.NaN, sympy.S.ComplexInfinity, sympy.S.Infinity, sympy.S.NegativeInfinity)
LARGEST_OPERAND = 100.0  # of a special function of a constant that SymPy may see exactly
DEEPEST_CONSTANT = 3  # levels of a variable-free subtree that SymPy may see exactly


def _inert_class(inert: Inert, row: Operation) -> type[sympy.Function]:
    """The SymPy class of the row's inert function; of two arguments where the row takes two or more."""
    arity = row.arity or 2

    def fdiff(self: sympy.Function, argindex: int = 1) -> sympy.Basic:
        if not 1 <= argindex <= arity:
            raise ArgumentIndexError(self, argindex)
        if inert.slopes:
            return inert.slopes[argindex - 1](_NAMESPACE, *self.args)
        return _slope(row, argindex - 1, self.args)

    def _latex(self: sympy.Function, printer: LatexPrinter, exp: str | None = None) -> str:
        body = inert.latex.format(*(printer._print(a) for a in self.args))
        return body if exp is None else rf"{{\left({body}\right)}}^{{{exp}}}"

    own = getattr(sympy, inert.own) if isinstance(inert.own, str) else partial(inert.own, sympy)
    members = {
        "nargs": arity,
        "is_real": True,
        "fdiff": fdiff,
        "_latex": _latex,
        "own": staticmethod(own),
        "__module__": __name__,
    }
    return type(inert.name, (sympy.Function,), members)


def _slope(row: Operation, place: int, arguments: tuple[Any, ...]) -> Any:
    """The row's derivative for one argument, as it is written."""
    written = row.written_derivative(place)
    if written is None:
        return sympy.S.Zero
    return Derivative(written).rule(row.formula)(_SYMPY, _applied(row.name, list(arguments)), *arguments)


def _exactly(value: float) -> Any:
    return sympy.Rational(Fraction(value))


_SYMPY = Kind(
    "sympy",
    sympy.Rational,
    {name: lambda *operands, name=name: _applied(name, list(operands)) for name in OPERATIONS},
    number=_exactly,
)

# Only derivatives bring it in: a typed sigmoid is 1/(1 + e^(-x)), which SymPy can work with.
_SIGMOID = Inert(
    "Sigmoid",
    r"\sigma\left({0}\right)",
    lambda S, x: 1 / (1 + S.exp(-x)),
    slopes=(lambda S, x: S.Sigmoid(x) * S.Sigmoid(-x),),
)
_INERT_ROWS = {name: row.sympy for name, row in OPERATIONS.items() if isinstance(row.sympy, Inert)}
# inert function → its row
_INERT = {
    _inert_class(inert, OPERATIONS[name]): name
    for name, inert in (_INERT_ROWS | {"sigmoid": _SIGMOID}).items()
}

# What rows name, and what SymPy makes of its own accord (√x² → |x|): SymPy's function → row.
_OWN = {getattr(sympy, row.sympy): name for name, row in OPERATIONS.items() if isinstance(row.sympy, str)} | {
    getattr(sympy, inert.recognised or inert.own): name
    for name, inert in _INERT_ROWS.items()
    if inert.recognised or isinstance(inert.own, str)
}

_NAMESPACE = SimpleNamespace(
    **{cls.__name__: cls for cls in _INERT},
    **{
        name: getattr(sympy, name)
        for name in ("Add", "Mul", "Pow", "Integer", "Piecewise", "Ne", "sqrt", "exp", "log", "cos", "pi")
    },
)


def derive(
    expression: Expression, variables: tuple[str, ...]
) -> tuple[tuple[Expression, ...], str, tuple[str, ...]]:
    """The partial derivatives as expressions, and the LaTeX of f and of each, '' where it is too long."""
    value, *partials = _forms(expression, variables)
    trees = tuple(to_expression(partial) for partial in partials)
    return trees, _typeset(value), tuple(_typeset(partial) for partial in partials)


def publish(expression: Expression, variables: tuple[str, ...]) -> tuple[sympy.Expr, ...]:
    """f and its partial derivatives in SymPy's own functions."""
    forms = tuple(_in_own_functions(form) for form in _forms(expression, variables))
    for form in forms:  # SymPy's own functions evaluate more: atan(zoo) is an interval
        _check_value(form, _has_holes(expression))
    return forms


def _forms(expression: Expression, variables: tuple[str, ...]) -> tuple[sympy.Expr, ...]:
    """f and its partial derivatives. ClosedFormError where one of them has no real value."""
    value = to_sympy(expression)
    forms = (value, *(sympy.diff(value, symbol(name)) for name in variables))
    for form in forms:
        _check_value(form, _has_holes(expression))
    return forms


def _has_holes(expression: Expression) -> bool:
    """Whether some branch was typed as 'undefined', or no condition may hold."""
    return any(node.operation == "undefined" for node in expression.nodes)


def _check_value(form: sympy.Expr, holes: bool) -> None:
    """ClosedFormError where zoo, ±oo, nan, I or an interval occurs in ``form``.

    With ``holes`` the whole, and the branches of a Piecewise, may be nan: so it was typed.
    """
    seen: set[Any] = set()
    waiting: list[Any] = [sympy.Tuple(form)]
    while waiting:
        part = waiting.pop()
        for argument in part.args:
            hole = holes and argument is sympy.S.NaN and isinstance(part, ExprCondPair | sympy.Tuple)
            if not hole and any(argument is number for number in _NO_NUMBERS):
                raise ClosedFormError("There is no closed form: a part of it has no finite value.")
            if argument is sympy.I or isinstance(argument, sympy.AccumBounds):
                raise ClosedFormError("There is no closed form: it would not be a real number.")
            if argument not in seen:
                seen.add(argument)
                waiting.append(argument)


def symbol(name: str) -> sympy.Symbol:
    """The real symbol of a variable; without ``real`` the derivative of |x| is unusable."""
    return sympy.Symbol(name, real=True)


def to_sympy(expression: Expression) -> sympy.Expr:
    """The typed tree as a SymPy expression: integers exact, decimals rounded to float64 as in NumPy."""
    forms: list[Any] = []
    depths: list[int] = []  # of the constant subtree at each node; 0 where a variable occurs
    with np.errstate(all="ignore"):
        floats = evaluate(expression, NUMPY, dict.fromkeys(expression.variables, math.nan))
    for node, support, value in zip(expression.nodes, expression.supports, floats, strict=True):
        constant = not support and not OPERATIONS.get(node.operation, OPERATIONS["add"]).boolean
        depth = 1 + max((depths[i] for i in node.operands), default=0) if constant else 0
        depths.append(depth)
        if node.operation == "variable":
            forms.append(symbol(node.name))
        elif node.operation == "literal":
            exact = node.value.denominator == 1
            forms.append(sympy.Integer(node.value.numerator) if exact else sympy.Float(float(node.value)))
        elif depth > DEEPEST_CONSTANT or (depth and _is_far_out(node.operation, node.operands, floats)):
            forms.append(sympy.Float(float(value)))  # a nest of constants can keep SymPy busy for ever
        else:
            forms.append(_applied(node.operation, [forms[i] for i in node.operands]))
    return sympy.sympify(forms[-1], strict=True)  # a number, never a text


def _is_far_out(operation: str, operands: tuple[int, ...], floats: list[Any]) -> bool:
    """Whether this is a constant that SymPy must not see exactly.

    It writes ψ(n) and ln (n − 1)! out in n terms, and cannot evaluate erfc(10³⁰⁰).
    """
    return operation in _OF_FEW_TERMS and not all(abs(floats[i]) <= LARGEST_OPERAND for i in operands)


def _applied(operation: str, operands: list[Any]) -> Any:
    """The operation on SymPy's expressions."""
    target = OPERATIONS[operation].sympy
    if isinstance(target, Inert):
        function = getattr(_NAMESPACE, target.name)
        return reduce(function, operands) if OPERATIONS[operation].arity is None else function(*operands)
    if callable(target):
        return target(_NAMESPACE, *operands)
    own = getattr(sympy, target)
    return own(*operands) if operands else own


def to_expression(form: sympy.Expr) -> Expression:
    """A SymPy expression as a tree of elementary operations. ClosedFormError where it has none, or is too
    large.
    """
    builder = Builder()
    places: dict[sympy.Basic, int] = {}
    for count, part in enumerate(sympy.postorder_traversal(form)):
        if count > LARGEST_COMPILED:
            raise ClosedFormError("The derivative is too large to be worked with.")
        if part not in places and not isinstance(part, ExprCondPair):
            places[part] = _rebuilt(builder, places, part)
    return builder.build(places[form])


def _rebuilt(builder: Builder, places: dict[sympy.Basic, int], part: sympy.Basic) -> int:
    """The place of one SymPy node whose arguments have ``places``."""
    if part.is_Symbol:
        return builder.variable(part.name)
    if part.is_Number or part.is_NumberSymbol:
        return _number(builder, part)
    if part.is_Add:
        return _sum(builder, places, part)
    if part.is_Mul:
        return _quotient(builder, places, part)
    if part.is_Pow:
        return _power(builder, places, part.base, part.exp)
    if part in (sympy.true, sympy.false):
        one, zero = builder.literal(1), builder.literal(0)
        return builder.apply("less", *((zero, one) if part == sympy.true else (one, zero)))
    if isinstance(part, sympy.Piecewise):
        result = builder.apply("undefined")
        for value, condition in reversed(part.args):
            chosen = places[value]
            result = (
                chosen
                if condition == sympy.true
                else builder.apply("select", places[condition], chosen, result)
            )
        return result
    operands = [places[a] for a in part.args]
    if isinstance(part, sympy.Heaviside):
        operands = operands[:1]
    if isinstance(part, sympy.polygamma) and part.args[0] in (0, 1):
        return builder.apply(("digamma", "trigamma")[int(part.args[0])], operands[1])
    if isinstance(part, _NAMESPACE.RealRoot) and part.args[1] == 3:
        return builder.apply("cbrt", operands[0])
    name = _INERT.get(part.func) or _OWN.get(part.func)
    if name is None:
        raise ClosedFormError("The derivative has no closed form in elementary operations.")
    if name in ("and", "or"):
        return reduce(lambda a, b: builder.apply(name, a, b), operands)
    return builder.apply(name, *operands)


def _number(builder: Builder, number: sympy.Basic) -> int:
    if number is sympy.S.NaN or number.is_infinite:
        return builder.apply("undefined")
    if number is sympy.E or number is sympy.pi:
        return builder.apply("e" if number is sympy.E else "pi")
    if number.is_NumberSymbol:
        return builder.literal(Fraction(float(number)))
    if number < 0:
        return builder.apply("negate", _number(builder, -number))
    if number.is_Rational:
        top = builder.literal(number.p)
        return top if number.q == 1 else builder.apply("divide", top, builder.literal(number.q))
    value = float(number)
    if not math.isfinite(value):
        raise ClosedFormError("A constant of the derivative overflows.")
    return builder.literal(Fraction(value), repr(value))


def _sum(builder: Builder, places: dict[sympy.Basic, int], total: sympy.Basic) -> int:
    """a + b − c: what carries a minus sign is subtracted, and does not come first if anything else can."""
    terms = sorted(total.as_ordered_terms(), key=lambda term: term.could_extract_minus_sign())
    result = None
    for term in terms:
        if result is not None and term.could_extract_minus_sign():
            result = builder.apply("subtract", result, _place(builder, places, -term))
        else:
            place = _place(builder, places, term)
            result = place if result is None else builder.apply("add", result, place)
    return result


def _place(builder: Builder, places: dict[sympy.Basic, int], part: sympy.Basic) -> int:
    """The place of a part that may not occur in the expression itself (−term, 1/factor)."""
    if part not in places:
        for argument in part.args:
            _place(builder, places, argument)
        places[part] = _rebuilt(builder, places, part)
    return places[part]


def _quotient(builder: Builder, places: dict[sympy.Basic, int], product: sympy.Basic) -> int:
    """Factors with a negative exponent go below one fraction bar: each costs one rounding, not two."""
    coefficient, factors = product.as_coeff_mul()
    negative = coefficient.is_number and coefficient < 0
    coefficient = -coefficient if negative else coefficient
    above, below = [], []
    if coefficient.is_Rational:
        above += [builder.literal(coefficient.p)] if coefficient.p != 1 else []
        below += [builder.literal(coefficient.q)] if coefficient.q != 1 else []
    elif coefficient != 1:
        above.append(_number(builder, coefficient))
    for factor in factors:
        if factor.is_Pow and factor.base is not sympy.E and factor.exp.could_extract_minus_sign():
            _place(builder, places, -factor.exp)
            below.append(_power(builder, places, factor.base, -factor.exp))
        else:
            above.append(_place(builder, places, factor))

    def times(parts: list[int]) -> int:
        return reduce(lambda a, b: builder.apply("multiply", a, b), parts) if parts else builder.literal(1)

    result = builder.apply("divide", times(above), times(below)) if below else times(above)
    return builder.apply("negate", result) if negative else result


def _power(builder: Builder, places: dict[sympy.Basic, int], base: sympy.Basic, exponent: sympy.Basic) -> int:
    if base is sympy.E:
        return builder.apply("exp", _place(builder, places, exponent))
    under = _place(builder, places, base)
    if exponent == 1:
        return under
    if exponent == sympy.S.Half:
        return builder.apply("sqrt", under)
    if exponent.is_number and exponent.could_extract_minus_sign():
        return builder.apply("divide", builder.literal(1), _power(builder, places, base, -exponent))
    return builder.apply("power", under, _place(builder, places, exponent))


def _in_own_functions(form: sympy.Expr) -> sympy.Expr:
    """The form without inert functions, rebuilt from its leaves.

    SymPy's ``replace`` leaves a function standing whose arguments become another's: min(min(y, y), y).
    """
    built: dict[sympy.Basic, sympy.Basic] = {}
    for part in sympy.postorder_traversal(form):
        if part in built:
            continue
        operands = [built[argument] for argument in part.args]
        if type(part) in _INERT:
            built[part] = type(part).own(*operands)
        else:
            built[part] = part if list(part.args) == operands else part.func(*operands)
    return built[form]


def _typeset(form: sympy.Expr) -> str:
    for count, _ in enumerate(sympy.preorder_traversal(form)):
        if count > LARGEST_TYPESET:
            return ""
    latex = _Typesetter({"ln_notation": True}).doprint(form)
    return latex.replace(r"\text{for}\:", r"\text{if}\:")  # as f itself is set


class _Typesetter(LatexPrinter):
    """SymPy's, but for functions that it writes by its own names."""

    def _print_polygamma(self, form: sympy.Expr, exp: str | None = None) -> str:
        order, argument = form.args
        symbol = r"\psi" if order == 0 else rf"\psi^{{\left({self._print(order)}\right)}}"
        body = rf"{symbol}\left({self._print(argument)}\right)"
        return body if exp is None else rf"{{{body}}}^{{{exp}}}"

    def _print_erfinv(self, form: sympy.Expr, exp: str | None = None) -> str:
        body = rf"\operatorname{{erf}}^{{-1}}\left({self._print(form.args[0])}\right)"
        return body if exp is None else rf"{{{body}}}^{{{exp}}}"
