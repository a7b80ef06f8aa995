"""The symbolic work: typed tree → SymPy → partial derivatives → trees and LaTeX.

It runs in the worker process of ``bounded``, never in the one that serves: SymPy can take minutes over an
innocent line. SymPy is handed nodes, one by one, and never text. What it would evaluate by comparing (|x|,
max, floor …) is given to it as inert functions that know their derivative and nothing else.
"""

# SymPy's own annotations say Basic where they mean Expr, and know nothing of a function class that is called.
# pyright: reportOperatorIssue=false, reportGeneralTypeIssues=false, reportAttributeAccessIssue=false
# pyright: reportArgumentType=false, reportAssignmentType=false, reportReturnType=false

from __future__ import annotations

import math
from fractions import Fraction
from functools import reduce
from types import SimpleNamespace
from typing import Any

import numpy as np
import sympy
from sympy.core.function import ArgumentIndexError
from sympy.functions.elementary.piecewise import ExprCondPair

from gradviz.errors import ClosedFormError
from gradviz.tree.expression import Builder, Expression, evaluate
from gradviz.tree.kinds import NUMPY
from gradviz.tree.operations import OPERATIONS

LARGEST_COMPILED = 20_000  # nodes of a derivative that are still turned into a tree
LARGEST_TYPESET = 3_000  # nodes that are still typeset
_NO_NUMBERS = (sympy.S.NaN, sympy.S.ComplexInfinity, sympy.S.Infinity, sympy.S.NegativeInfinity)
LARGEST_OPERAND = 100.0  # of a special function of a constant that SymPy may see exactly
DEEPEST_CONSTANT = 3  # levels of a variable-free subtree that SymPy may see exactly


def _inert(name: str, typeset: str, own: Any, *slopes: Any) -> type[sympy.Function]:
    """A function that SymPy leaves alone: ``typeset`` with {0}, {1} for its arguments, ``slopes`` its
    derivatives, ``own`` SymPy's function of the same meaning.
    """

    def fdiff(self: Any, argindex: int = 1) -> Any:
        if not 1 <= argindex <= len(slopes):
            raise ArgumentIndexError(self, argindex)
        return slopes[argindex - 1](*self.args)

    def _latex(self: Any, printer: Any, exp: Any = None) -> str:
        body = typeset.format(*(printer._print(a) for a in self.args))
        return body if exp is None else rf"{{\left({body}\right)}}^{{{exp}}}"

    members = {
        "nargs": len(slopes),
        "is_real": True,
        "fdiff": fdiff,
        "_latex": _latex,
        "own": staticmethod(own),
        "__module__": __name__,
    }
    return type(name, (sympy.Function,), members)


def _zero(*_: Any) -> Any:
    return sympy.S.Zero


def _sinc_slope(x: Any) -> Any:
    return sympy.Piecewise(((sympy.cos(x) - Sinc(x)) / x, sympy.Ne(x, 0)), (0, True))


Absolute = _inert("Absolute", r"\left|{0}\right|", sympy.Abs, lambda x: Sign(x))
Sign = _inert("Sign", r"\operatorname{{sign}}\left({0}\right)", sympy.sign, _zero)
Floor = _inert("Floor", r"\left\lfloor{0}\right\rfloor", sympy.floor, _zero)
Ceiling = _inert("Ceiling", r"\left\lceil{0}\right\rceil", sympy.ceiling, _zero)
Step = _inert(
    "Step", r"\operatorname{{heaviside}}\left({0}\right)", lambda x: sympy.Heaviside(x, sympy.S.Half), _zero
)
Relu = _inert("Relu", r"\operatorname{{relu}}\left({0}\right)", lambda x: sympy.Max(x, 0), lambda x: Step(x))
Sigmoid = _inert(
    "Sigmoid",
    r"\sigma\left({0}\right)",
    lambda x: 1 / (1 + sympy.exp(-x)),
    lambda x: Sigmoid(x) * Sigmoid(-x),
)
Softplus = _inert(
    "Softplus",
    r"\operatorname{{softplus}}\left({0}\right)",
    lambda x: sympy.log(1 + sympy.exp(x)),
    lambda x: Sigmoid(x),
)
LogarithmOfOnePlus = _inert(
    "LogarithmOfOnePlus", r"\ln\left(1 + {0}\right)", lambda x: sympy.log(1 + x), lambda x: 1 / (1 + x)
)
ExponentialLessOne = _inert(
    "ExponentialLessOne", r"\left(e^{{{0}}} - 1\right)", lambda x: sympy.exp(x) - 1, lambda x: sympy.exp(x)
)
Sinc = _inert("Sinc", r"\operatorname{{sinc}}\left({0}\right)", sympy.sinc, _sinc_slope)
Angle = _inert(
    "Angle",
    r"\operatorname{{atan2}}\left({0}, {1}\right)",
    sympy.atan2,
    lambda y, x: x / (x**2 + y**2),
    lambda y, x: -y / (x**2 + y**2),
)
Modulo = _inert(
    "Modulo", r"\left({0} \bmod {1}\right)", sympy.Mod, lambda a, b: sympy.S.One, lambda a, b: -Floor(a / b)
)
Larger = _inert(
    "Larger", r"\max\left({0}, {1}\right)", sympy.Max, lambda a, b: Step(a - b), lambda a, b: Step(b - a)
)
Smaller = _inert(
    "Smaller", r"\min\left({0}, {1}\right)", sympy.Min, lambda a, b: Step(b - a), lambda a, b: Step(a - b)
)
RealRoot = _inert(
    "RealRoot", r"\sqrt[{1}]{{{0}}}", sympy.real_root, lambda a, n: RealRoot(a, n) / (n * a), _zero
)

# inert function → the row it stands for
_INERT = {
    Absolute: "abs",
    Sign: "sign",
    Floor: "floor",
    Ceiling: "ceil",
    Step: "heaviside",
    Relu: "relu",
    Sigmoid: "sigmoid",
    Softplus: "softplus",
    LogarithmOfOnePlus: "log1p",
    ExponentialLessOne: "expm1",
    Sinc: "sinc",
    Angle: "atan2",
    Modulo: "mod",
    Larger: "max",
    Smaller: "min",
    RealRoot: "root",
}

# what rows name, and what SymPy makes of its own accord (√x² → |x|): SymPy's function → row
_OWN = {
    getattr(sympy, row.sympy): name
    for name, row in OPERATIONS.items()
    if isinstance(row.sympy, str) and hasattr(sympy, row.sympy)
}
_OWN |= {sympy.Abs: "abs", sympy.sign: "sign", sympy.Max: "max", sympy.Min: "min", sympy.floor: "floor"}
_OWN |= {
    sympy.ceiling: "ceil",
    sympy.Heaviside: "heaviside",
    sympy.sinc: "sinc",
    sympy.atan2: "atan2",
    sympy.Mod: "mod",
}

_NAMESPACE = SimpleNamespace(
    **{cls.__name__: cls for cls in _INERT},
    Greatest=lambda *a: reduce(Larger, a),
    Least=lambda *a: reduce(Smaller, a),
    **{
        name: getattr(sympy, name)
        for name in ("Add", "Mul", "Pow", "Integer", "Piecewise", "sqrt", "exp", "log", "pi")
    },
)


def derive(
    expression: Expression, variables: tuple[str, ...]
) -> tuple[tuple[Expression, ...], str, tuple[str, ...]]:
    """The partial derivatives as expressions, and the LaTeX of f and of each ('' where it is too long to
    read).
    """
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
    """The typed tree as a SymPy expression: integers exact, decimals the nearest float64, as everywhere but
    the truth.
    """
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
    """Whether this is a constant that SymPy would write out in as many terms as its operand is large, as
    ψ(n) and ln (n − 1)!, or cannot work out, as erfc(10³⁰⁰).
    """
    special = operation in ("gamma", "loggamma", "digamma", "erf", "erfc")
    return special and not abs(floats[operands[0]]) <= LARGEST_OPERAND


def _applied(operation: str, operands: list[Any]) -> Any:
    target = OPERATIONS[operation].sympy
    if callable(target):
        return target(_NAMESPACE, *operands)
    own = getattr(_NAMESPACE, target, None) or getattr(sympy, target)
    return own(*operands) if callable(own) and operands else own


def to_expression(form: sympy.Expr) -> Expression:
    """A SymPy expression as a tree of elementary operations. ClosedFormError where it has none, or is too
    large.
    """
    builder = Builder()
    places: dict[Any, int] = {}
    for count, part in enumerate(sympy.postorder_traversal(form)):
        if count > LARGEST_COMPILED:
            raise ClosedFormError("The derivative is too large to be worked with.")
        if part not in places and not isinstance(part, ExprCondPair):
            places[part] = _rebuilt(builder, places, part)
    return builder.build(places[form])


def _rebuilt(builder: Builder, places: dict[Any, int], part: Any) -> int:
    """The place of one SymPy node whose arguments stand in ``places``."""
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
    if isinstance(part, RealRoot) and part.args[1] == 3:
        return builder.apply("cbrt", operands[0])
    name = _INERT.get(part.func) or _OWN.get(part.func)
    if name is None:
        raise ClosedFormError("The derivative has no closed form in elementary operations.")
    if name in ("and", "or"):
        return reduce(lambda a, b: builder.apply(name, a, b), operands)
    return builder.apply(name, *operands)


def _number(builder: Builder, number: Any) -> int:
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


def _sum(builder: Builder, places: dict[Any, int], total: Any) -> int:
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


def _place(builder: Builder, places: dict[Any, int], part: Any) -> int:
    """The place of a part that may not occur in the expression itself (−term, 1/factor)."""
    if part not in places:
        for argument in part.args:
            _place(builder, places, argument)
        places[part] = _rebuilt(builder, places, part)
    return places[part]


def _quotient(builder: Builder, places: dict[Any, int], product: Any) -> int:
    """Factors with a negative exponent go below one fraction bar, so that each costs one rounding, not "
    "two."""
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


def _power(builder: Builder, places: dict[Any, int], base: Any, exponent: Any) -> int:
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
    for inert in _INERT:
        form = form.replace(inert, inert.own)
    return form


def _typeset(form: sympy.Expr) -> str:
    for count, _ in enumerate(sympy.preorder_traversal(form)):
        if count > LARGEST_TYPESET:
            return ""
    return sympy.latex(form, ln_notation=True)
