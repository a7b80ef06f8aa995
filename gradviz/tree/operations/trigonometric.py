"""Trigonometric functions and their inverses."""

from __future__ import annotations

import math
from types import ModuleType

import numpy as np

from gradviz.tree.expression import Number
from gradviz.tree.operations.derivative import Derivative
from gradviz.tree.operations.domain import hole, itself, reciprocal
from gradviz.tree.operations.inert import Inert
from gradviz.tree.operations.layout import function
from gradviz.tree.operations.row import Operation

SINC_SERIES = np.array([(-1) ** k / math.factorial(2 * k + 1) for k in range(10)])  # in a², to 1e-19 at 1


def _angle(y: Number, x: Number) -> Number:
    """atan2 with −0 read as 0: on the cut the sign of a zero would choose the side."""
    return hole(np.equal(y, 0) & np.equal(x, 0), np.arctan2(y + 0.0, x))


def _arccotangent(a: Number) -> Number:
    """arctan(1/a), and π/2 at 0: there it jumps, as SymPy, Mathematica and the DLMF have it."""
    return np.arctan2(np.where(np.less(a, 0), -1.0, 1.0), np.abs(a))


def _torch_arccotangent(T: ModuleType, a: Number) -> Number:
    side = T.where(a < 0, -T.ones_like(a), T.ones_like(a))
    return T.atan2(side, side * a)  # its derivative is right at 0, too


def _sinc(a: Number) -> Number:
    return np.where(np.equal(a, 0), 1.0, np.divide(np.sin(a), a))


def _complex_sinc(a: Number) -> Number:
    """By its series near 0, where the imaginary part of sin(a)/a cancels."""
    square = np.multiply(a, a)
    series = np.polynomial.polynomial.polyval(square, SINC_SERIES)
    return np.where(np.abs(a) < 1, series, np.divide(np.sin(a), np.where(np.equal(a, 0), 1.0, a)))


def _torch_sinc(T: ModuleType, a: Number) -> Number:
    return T.sinc(a / math.pi)


TRIGONOMETRIC = (
    Operation(
        name="sin",
        arity=1,
        numpy=np.sin,
        complex=np.sin,
        torch=lambda T, a: T.sin(a),
        sympy="sin",
        derivatives=("cos(a)",),
        latex=function(r"\sin", raised=True),
        code="np.sin({0})",
    ),
    Operation(
        name="cos",
        arity=1,
        numpy=np.cos,
        complex=np.cos,
        torch=lambda T, a: T.cos(a),
        sympy="cos",
        derivatives=("-sin(a)",),
        latex=function(r"\cos", raised=True),
        code="np.cos({0})",
    ),
    Operation(
        name="tan",
        arity=1,
        numpy=np.tan,
        complex=np.tan,
        torch=lambda T, a: T.tan(a),
        sympy="tan",
        derivatives=("1 + tan(a)^2",),
        switches=lambda k, a: (k.cos(a),),
        latex=function(r"\tan", raised=True),
        code="np.tan({0})",
    ),
    Operation(
        name="cot",
        arity=1,
        numpy=reciprocal(np.tan),
        complex=reciprocal(np.tan),
        torch=lambda T, a: 1 / T.tan(a),
        sympy="cot",
        derivatives=("-1 - cot(a)^2",),
        roundings=3,
        switches=lambda k, a: (k.sin(a),),
        latex=function(r"\cot", raised=True),
        code="1 / np.tan({0})",
    ),
    Operation(
        name="sec",
        arity=1,
        numpy=reciprocal(np.cos),
        complex=reciprocal(np.cos),
        torch=lambda T, a: 1 / T.cos(a),
        sympy="sec",
        derivatives=("sec(a)*tan(a)",),
        roundings=3,
        switches=lambda k, a: (k.cos(a),),
        latex=function(r"\sec", raised=True),
        code="1 / np.cos({0})",
    ),
    Operation(
        name="csc",
        arity=1,
        numpy=reciprocal(np.sin),
        complex=reciprocal(np.sin),
        torch=lambda T, a: 1 / T.sin(a),
        sympy="csc",
        derivatives=("-csc(a)*cot(a)",),
        roundings=3,
        switches=lambda k, a: (k.sin(a),),
        latex=function(r"\csc", raised=True),
        code="1 / np.sin({0})",
    ),
    Operation(
        name="asin",
        arity=1,
        numpy=np.arcsin,
        complex=np.arcsin,
        torch=lambda T, a: T.asin(a),
        sympy="asin",
        derivatives=(Derivative("1/sqrt(1 - a^2)", computed="1/sqrt((1 - a)*(1 + a))"),),
        switches=lambda k, a: (1.0 - a, 1.0 + a),
        latex=function(r"\arcsin"),
        code="np.arcsin({0})",
    ),
    Operation(
        name="acos",
        arity=1,
        numpy=np.arccos,
        complex=np.arccos,
        torch=lambda T, a: T.acos(a),
        sympy="acos",
        derivatives=(Derivative("-1/sqrt(1 - a^2)", computed="-1/sqrt((1 - a)*(1 + a))"),),
        switches=lambda k, a: (1.0 - a, 1.0 + a),
        latex=function(r"\arccos"),
        code="np.arccos({0})",
    ),
    Operation(
        name="atan",
        arity=1,
        numpy=np.arctan,
        complex=np.arctan,
        torch=lambda T, a: T.atan(a),
        sympy="atan",
        derivatives=("1/(1 + a^2)",),
        latex=function(r"\arctan"),
        code="np.arctan({0})",
    ),
    Operation(
        name="acot",
        arity=1,
        numpy=_arccotangent,
        complex=lambda a: np.arctan(1.0 / a),
        torch=_torch_arccotangent,
        sympy="acot",
        derivatives=("-1/(1 + a^2)",),
        switches=itself,
        latex=function(r"\operatorname{arccot}"),
        code="np.arctan2(np.where({0} < 0, -1.0, 1.0), np.abs({0}))",
        torch_code="torch.atan2(torch.where({0} < 0, -1.0, 1.0), torch.where({0} < 0, -1.0, 1.0) * {0})",
    ),
    Operation(
        name="atan2",
        arity=2,
        numpy=_angle,
        torch=lambda T, y, x: T.atan2(y + 0.0, x),
        sympy=Inert("Angle", r"\operatorname{{atan2}}\left({0}, {1}\right)", "atan2"),
        derivatives=("b/(a^2 + b^2)", "-a/(a^2 + b^2)"),
        switches=lambda k, y, x: (k.select(k.greater(x, 0.0), 1.0, y),),
        formula="atan2(a, b)",
        noun="the angle of ({b}, {a})",
        plural="angles",
        code="np.arctan2({0} + 0.0, {1})",
    ),
    Operation(
        name="sinc",
        arity=1,
        numpy=_sinc,
        complex=_complex_sinc,
        torch=_torch_sinc,
        sympy=Inert(
            "Sinc",
            r"\operatorname{{sinc}}\left({0}\right)",
            "sinc",
            slopes=(lambda S, x: S.Piecewise(((S.cos(x) - S.Sinc(x)) / x, S.Ne(x, 0)), (0, True)),),
        ),
        derivatives=(Derivative("(cos(a) - sinc(a))/a", computed="0 if a == 0 else (cos(a) - v)/a"),),
        roundings=3,
        code="np.sinc({0} / np.pi)",
        torch_code="torch.sinc({0} / math.pi)",
    ),
)
