"""Exponentials and logarithms, and the functions of machine learning that are made of them."""

from __future__ import annotations

from types import ModuleType

import numpy as np

from gradviz.tree.expression import Number
from gradviz.tree.operations.derivative import Derivative
from gradviz.tree.operations.domain import hole, itself, without_pole
from gradviz.tree.operations.inert import Inert
from gradviz.tree.operations.layout import function, pattern
from gradviz.tree.operations.row import Operation
from gradviz.tree.operations.torch_slope import with_slope
from gradviz.tree.polygamma import special


def _sigmoid(a: Number) -> Number:
    """SciPy's, but for the smallest values: e^(−a) overflows before e^a underflows."""
    value = special.expit(a)
    return np.where(np.less(a, -700), np.exp(a), value) if np.any(np.less(a, -700)) else value


def _complex_sigmoid(a: Number) -> Number:
    small = np.exp(-np.where(np.real(a) < 0, -a, a))  # of modulus ≤ 1, so nothing overflows
    return np.where(np.real(a) < 0, small / (1 + small), 1 / (1 + small))


def _complex_softplus(a: Number) -> Number:
    left = np.real(a) < 0
    return np.where(left, 0, a) + np.log1p(np.exp(-np.where(left, -a, a)))


def _complex_log_of_sum(a: Number, b: Number) -> Number:
    swapped = np.real(a) < np.real(b)  # beside the larger one the smaller one's part would be lost
    larger, smaller = np.where(swapped, b, a), np.where(swapped, a, b)
    return larger + np.log1p(np.exp(smaller - larger))


def _torch_softplus(T: ModuleType, a: Number) -> Number:
    return T.logaddexp(a, T.zeros_like(a))  # torch's own softplus is linear past 20, an error of 2e-9


EXPONENTIAL = (
    Operation(
        name="exp",
        arity=1,
        numpy=np.exp,
        complex=np.exp,
        torch=lambda T, a: T.exp(a),
        sympy="exp",
        derivatives=("exp(a)",),
        latex=pattern("e^{{{0}}}"),
        code="np.exp({0})",
    ),
    Operation(
        name="log",
        arity=1,
        numpy=without_pole(np.log),
        complex=np.log,
        torch=lambda T, a: T.log(a),
        sympy="log",
        derivatives=("1/a",),
        switches=itself,
        formula="ln(a)",
        latex=function(r"\ln", raised=True),
        code="np.log({0})",
    ),
    Operation(
        name="log2",
        arity=1,
        numpy=without_pole(np.log2),
        complex=np.log2,
        torch=lambda T, a: T.log2(a),
        sympy=lambda S, a: S.log(a) / S.log(2),
        derivatives=("1/(a*ln(2))",),
        switches=itself,
        latex=function(r"\log_{2}"),
        code="np.log2({0})",
    ),
    Operation(
        name="log10",
        arity=1,
        numpy=without_pole(np.log10),
        complex=np.log10,
        torch=lambda T, a: T.log10(a),
        sympy=lambda S, a: S.log(a) / S.log(10),
        derivatives=("1/(a*ln(10))",),
        switches=itself,
        latex=function(r"\log_{10}"),
        code="np.log10({0})",
    ),
    Operation(
        name="log1p",
        arity=1,
        numpy=lambda a: hole(np.equal(a, -1), np.log1p(a)),
        complex=np.log1p,
        torch=lambda T, a: T.log1p(a),
        sympy=Inert("LogarithmOfOnePlus", r"\ln\left(1 + {0}\right)", lambda S, x: S.log(1 + x)),
        derivatives=("1/(1 + a)",),
        switches=lambda k, a: (1.0 + a,),
        latex=function(r"\operatorname{log1p}"),
        code="np.log1p({0})",
    ),
    Operation(
        name="expm1",
        arity=1,
        numpy=np.expm1,
        complex=np.expm1,
        torch=lambda T, a: with_slope(T, a, T.expm1(a), np.exp),
        sympy=Inert("ExponentialLessOne", r"\left(e^{{{0}}} - 1\right)", lambda S, x: S.exp(x) - 1),
        derivatives=("exp(a)",),
        latex=function(r"\operatorname{expm1}"),
        code="np.expm1({0})",
    ),
    Operation(
        name="sigmoid",
        arity=1,
        numpy=_sigmoid,
        complex=_complex_sigmoid,
        torch=lambda T, a: T.sigmoid(a),
        sympy=lambda S, a: S.Pow(1 + S.exp(-a), -1),
        derivatives=(Derivative("sigmoid(a)*(1 - sigmoid(a))", computed="v*sigmoid(-a)"),),
        roundings=3,
        code="special.expit({0})",
        torch_code="torch.sigmoid({0})",
    ),
    Operation(
        name="softplus",
        arity=1,
        numpy=lambda a: np.logaddexp(a, 0.0),
        complex=_complex_softplus,
        torch=_torch_softplus,
        sympy=Inert(
            "Softplus",
            r"\operatorname{{softplus}}\left({0}\right)",
            lambda S, x: S.log(1 + S.exp(x)),
            slopes=(lambda S, x: S.Sigmoid(x),),
        ),
        derivatives=("sigmoid(a)",),
        roundings=3,
        code="np.logaddexp({0}, 0.0)",
        torch_code="torch.logaddexp({0}, torch.zeros_like({0}))",
    ),
    Operation(
        name="logaddexp",
        arity=2,
        numpy=np.logaddexp,
        complex=_complex_log_of_sum,
        torch=lambda T, a, b: T.logaddexp(a, b),
        sympy=Inert(
            "LogarithmOfSum",
            r"\operatorname{{logaddexp}}\left({0}, {1}\right)",
            lambda S, a, b: S.log(S.exp(a) + S.exp(b)),
            slopes=(lambda S, a, b: S.Sigmoid(a - b), lambda S, a, b: S.Sigmoid(b - a)),
        ),
        derivatives=("sigmoid(a - b)", "sigmoid(b - a)"),
        roundings=3,
        least=1.0,  # where it is nearly 0 the larger operand is not, nor is what is added to it
        formula="logaddexp(a, b)",
        noun="the logarithm of exp({a}) + exp({b})",
        plural="logarithms of sums",
        code="np.logaddexp({0}, {1})",
    ),
)
