"""Pieces of numbers: absolute value, sign, rounding, remainder, extrema, steps."""

from __future__ import annotations

from types import ModuleType

import numpy as np

from gradviz.tree.expression import Kind, Number
from gradviz.tree.operations.derivative import Derivative, Rule
from gradviz.tree.operations.domain import hole, itself, to_integer
from gradviz.tree.operations.inert import Inert
from gradviz.tree.operations.layout import brackets, function, latex_remainder
from gradviz.tree.operations.row import Operation


def fold(function: Rule) -> Rule:
    """A function of two operands applied to two or more."""

    def folded(first: Number, *others: Number) -> Number:
        for other in others:
            first = function(first, other)
        return first

    return folded


def _torch_step(T: ModuleType, a: Number) -> Number:
    # flat: its derivative is 0 on both sides
    return T.heaviside(a.detach(), T.tensor(0.5, dtype=a.dtype)) + 0 * a


def _wraps(k: Kind, a: Number, b: Number) -> tuple:
    """How far a is from a multiple of b, by the remainder: a/b may round to an integer where a is none."""
    rest = k.divide(k.mod(a, b), b)
    return b, k.select(k.less(rest, 0.5), rest, rest - 1.0)


def _ties(k: Kind, *a: Number) -> tuple:
    """The gaps between the greatest and the others: 0 where two share the first place."""
    top = k.max(*a)
    return tuple(k.select(k.equal(x, top), _runner_up(k, a, i, top), 1.0) for i, x in enumerate(a))


def _low_ties(k: Kind, *a: Number) -> tuple:
    return _ties(k, *(-x for x in a))


def _runner_up(k: Kind, a: tuple, place: int, top: Number) -> Number:
    others = a[:place] + a[place + 1 :]
    return top - (others[0] if len(others) == 1 else k.max(*others))


PARTS = (
    Operation(
        name="abs",
        arity=1,
        numpy=np.abs,
        torch=lambda T, a: T.abs(a),
        sympy=Inert("Absolute", r"\left|{0}\right|", "Abs"),
        derivatives=("sign(a)",),
        roundings=0,
        switches=itself,
        noun="the absolute value of {a}",
        plural="absolute values",
        latex=brackets(r"\left|", r"\right|"),
        code="np.abs({0})",
    ),
    Operation(
        name="sign",
        arity=1,
        numpy=np.sign,
        torch=lambda T, a: T.sign(a),
        sympy=Inert("Sign", r"\operatorname{{sign}}\left({0}\right)", "sign"),
        derivatives=(Derivative("0", computed="0*a"),),
        roundings=0,
        switches=itself,
        latex=function(r"\operatorname{sgn}"),
        code="np.sign({0})",
    ),
    Operation(
        name="floor",
        arity=1,
        numpy=np.floor,
        torch=lambda T, a: T.floor(a),
        sympy=Inert("Floor", r"\left\lfloor{0}\right\rfloor", "floor"),
        derivatives=(Derivative("0", computed="0*a"),),
        roundings=0,
        switches=lambda k, a: (to_integer(k, a),),
        latex=brackets(r"\left\lfloor ", r" \right\rfloor"),
        code="np.floor({0})",
    ),
    Operation(
        name="ceil",
        arity=1,
        numpy=np.ceil,
        torch=lambda T, a: T.ceil(a),
        sympy=Inert("Ceiling", r"\left\lceil{0}\right\rceil", "ceiling"),
        derivatives=(Derivative("0", computed="0*a"),),
        roundings=0,
        switches=lambda k, a: (to_integer(k, a),),
        latex=brackets(r"\left\lceil ", r" \right\rceil"),
        code="np.ceil({0})",
    ),
    Operation(
        name="mod",
        arity=2,
        numpy=lambda a, b: hole(np.equal(b, 0), np.mod(a, b)),
        torch=lambda T, a, b: T.remainder(a, b),
        sympy=Inert("Modulo", r"\left({0} \bmod {1}\right)", "Mod"),
        derivatives=("1", Derivative("-floor(a/b)", computed="-floor((a - v)/b + 0.5)")),
        roundings=1,
        switches=_wraps,
        formula="mod(a, b)",
        noun="the remainder of {a} by {b}",
        plural="remainders",
        latex=latex_remainder,
        code="np.mod({0}, {1})",
        torch_code="torch.remainder({0}, {1})",
    ),
    Operation(
        name="min",
        arity=None,
        numpy=fold(np.minimum),
        torch=lambda T, *a: fold(T.minimum)(*a),
        sympy=Inert(
            "Smaller",
            r"\min\left({0}, {1}\right)",
            "Min",
            slopes=(lambda S, a, b: S.Step(b - a), lambda S, a, b: S.Step(a - b)),
        ),
        derivatives=(Derivative("1 if least else 0", computed="1 if a == v else 0"),),
        roundings=0,
        switches=_low_ties,
        latex=function(r"\min"),
        code="np.minimum({0}, {1})",
    ),
    Operation(
        name="max",
        arity=None,
        numpy=fold(np.maximum),
        torch=lambda T, *a: fold(T.maximum)(*a),
        sympy=Inert(
            "Larger",
            r"\max\left({0}, {1}\right)",
            "Max",
            slopes=(lambda S, a, b: S.Step(a - b), lambda S, a, b: S.Step(b - a)),
        ),
        derivatives=(Derivative("1 if greatest else 0", computed="1 if a == v else 0"),),
        roundings=0,
        switches=_ties,
        latex=function(r"\max"),
        code="np.maximum({0}, {1})",
    ),
    Operation(
        name="heaviside",
        arity=1,
        numpy=lambda a: np.heaviside(a, 0.5),
        torch=_torch_step,
        sympy=Inert(
            "Step",
            r"\operatorname{{heaviside}}\left({0}\right)",
            lambda S, x: S.Heaviside(x, S.Rational(1, 2)),
            recognised="Heaviside",
        ),
        derivatives=(Derivative("0", computed="0*a"),),
        roundings=0,
        switches=itself,
        code="np.heaviside({0}, 0.5)",
        torch_code="torch.heaviside({0}.detach(), torch.tensor(0.5, dtype=torch.float64)) + 0 * {0}",
    ),
    Operation(
        name="relu",
        arity=1,
        numpy=lambda a: np.maximum(a, 0.0),
        torch=lambda T, a: T.relu(a),
        sympy=Inert("Relu", r"\operatorname{{relu}}\left({0}\right)", lambda S, x: S.Max(x, 0)),
        derivatives=("heaviside(a)",),
        roundings=0,
        switches=itself,
        latex=function(r"\operatorname{ReLU}"),
        code="np.maximum({0}, 0.0)",
        torch_code="torch.relu({0})",
    ),
)
