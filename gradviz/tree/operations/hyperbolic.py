"""Hyperbolic functions and their inverses."""

from __future__ import annotations

import numpy as np

from gradviz.tree.expression import Number
from gradviz.tree.operations.derivative import Derivative, Rule
from gradviz.tree.operations.domain import hole, itself, reciprocal
from gradviz.tree.operations.layout import function
from gradviz.tree.operations.row import Operation


def _reciprocal(function: Rule) -> Rule:
    """1/cosh or 1/sinh, which overflow before their reciprocals underflow."""
    near = reciprocal(function)

    def of_real(a: Number) -> Number:
        far = np.greater(np.abs(a), 700)
        if not np.any(far):
            return near(a)
        sign = np.sign(a) if function is np.sinh else 1.0
        return np.where(far, sign * 2 * np.exp(-np.abs(a)), near(a))

    return of_real


def _log_at_edge(a: Number) -> Number:
    return hole(np.equal(np.abs(a), 1), np.arctanh(a))


HYPERBOLIC = (
    Operation(
        name="sinh",
        arity=1,
        numpy=np.sinh,
        complex=np.sinh,
        torch=lambda T, a: T.sinh(a),
        sympy="sinh",
        derivatives=("cosh(a)",),
        latex=function(r"\sinh", raised=True),
        code="np.sinh({0})",
    ),
    Operation(
        name="cosh",
        arity=1,
        numpy=np.cosh,
        complex=np.cosh,
        torch=lambda T, a: T.cosh(a),
        sympy="cosh",
        derivatives=("sinh(a)",),
        latex=function(r"\cosh", raised=True),
        code="np.cosh({0})",
    ),
    Operation(
        name="tanh",
        arity=1,
        numpy=np.tanh,
        complex=np.tanh,
        torch=lambda T, a: T.tanh(a),
        sympy="tanh",
        derivatives=(Derivative("1 - tanh(a)^2", computed="sech(a)^2"),),
        latex=function(r"\tanh", raised=True),
        code="np.tanh({0})",
    ),
    Operation(
        name="coth",
        arity=1,
        numpy=reciprocal(np.tanh),
        complex=reciprocal(np.tanh),
        torch=lambda T, a: 1 / T.tanh(a),
        sympy="coth",
        derivatives=(Derivative("1 - coth(a)^2", computed="-csch(a)^2"),),
        roundings=3,
        switches=itself,
        latex=function(r"\coth", raised=True),
        code="1 / np.tanh({0})",
    ),
    Operation(
        name="sech",
        arity=1,
        numpy=_reciprocal(np.cosh),
        complex=reciprocal(np.cosh),
        torch=lambda T, a: 1 / T.cosh(a),
        sympy="sech",
        derivatives=("-sech(a)*tanh(a)",),
        roundings=3,
        latex=function(r"\operatorname{sech}", raised=True),
        code="1 / np.cosh({0})",
    ),
    Operation(
        name="csch",
        arity=1,
        numpy=_reciprocal(np.sinh),
        complex=reciprocal(np.sinh),
        torch=lambda T, a: 1 / T.sinh(a),
        sympy="csch",
        derivatives=("-csch(a)*coth(a)",),
        roundings=3,
        switches=itself,
        latex=function(r"\operatorname{csch}", raised=True),
        code="1 / np.sinh({0})",
    ),
    Operation(
        name="asinh",
        arity=1,
        numpy=np.arcsinh,
        complex=np.arcsinh,
        torch=lambda T, a: T.asinh(a),
        sympy="asinh",
        derivatives=("1/sqrt(a^2 + 1)",),
        latex=function(r"\operatorname{arsinh}"),
        code="np.arcsinh({0})",
    ),
    Operation(
        name="acosh",
        arity=1,
        numpy=np.arccosh,
        complex=np.arccosh,
        torch=lambda T, a: T.acosh(a),
        sympy="acosh",
        derivatives=(Derivative("1/sqrt(a^2 - 1)", computed="1/sqrt((a - 1)*(a + 1))"),),
        switches=lambda k, a: (a - 1.0,),
        latex=function(r"\operatorname{arcosh}"),
        code="np.arccosh({0})",
    ),
    Operation(
        name="atanh",
        arity=1,
        numpy=_log_at_edge,
        complex=np.arctanh,
        torch=lambda T, a: T.atanh(a),
        sympy="atanh",
        derivatives=(Derivative("1/(1 - a^2)", computed="1/((1 - a)*(1 + a))"),),
        switches=lambda k, a: (1.0 - a, 1.0 + a),
        latex=function(r"\operatorname{artanh}"),
        code="np.arctanh({0})",
    ),
)
