"""Sum, difference, product, quotient and sign."""

from __future__ import annotations

import numpy as np

from gradviz.tree.operations.derivative import Derivative
from gradviz.tree.operations.domain import divide
from gradviz.tree.operations.layout import Infix, latex_negation, latex_product, latex_quotient, latex_sum
from gradviz.tree.operations.row import Operation
from gradviz.tree.precedence import ADD, SIGN, TIMES

ARITHMETIC = (
    Operation(
        name="add",
        arity=2,
        numpy=np.add,
        complex=np.add,
        torch=lambda T, a, b: a + b,
        sympy=lambda S, a, b: S.Add(a, b),
        derivatives=("1", "1"),
        roundings=1,
        formula="a + b",
        noun="the sum of {a} and {b}",
        plural="sums",
        symbol="+",
        infix=Infix(" + ", ADD, left=ADD, right=TIMES),
        latex=latex_sum("+"),
        code="{0} + {1}",
    ),
    Operation(
        name="subtract",
        arity=2,
        numpy=np.subtract,
        complex=np.subtract,
        torch=lambda T, a, b: a - b,
        sympy=lambda S, a, b: S.Add(a, S.Mul(-1, b)),
        derivatives=("1", "-1"),
        roundings=1,
        formula="a - b",
        noun="the difference of {a} and {b}",
        plural="differences",
        symbol="−",
        infix=Infix(" - ", ADD, left=ADD, right=TIMES),
        latex=latex_sum("-"),
        code="{0} - {1}",
    ),
    Operation(
        name="multiply",
        arity=2,
        numpy=np.multiply,
        complex=np.multiply,
        torch=lambda T, a, b: a * b,
        sympy=lambda S, a, b: S.Mul(a, b),
        derivatives=("b", "a"),
        roundings=1,
        formula="a*b",
        noun="the product of {a} and {b}",
        plural="products",
        symbol="×",
        infix=Infix("*", TIMES, left=TIMES, right=SIGN),
        latex=latex_product,
        code="{0} * {1}",
    ),
    Operation(
        name="divide",
        arity=2,
        numpy=divide,
        complex=divide,
        torch=lambda T, a, b: a / b,
        sympy=lambda S, a, b: S.Mul(a, S.Pow(b, -1)),
        derivatives=("1/b", Derivative("-a/b^2", computed="-v/b")),
        roundings=1,
        switches=lambda k, a, b: (b,),
        formula="a/b",
        noun="the quotient of {a} and {b}",
        plural="quotients",
        symbol="÷",
        infix=Infix("/", TIMES, left=TIMES, right=SIGN),
        latex=latex_quotient,
        code="{0} / {1}",
    ),
    Operation(
        name="negate",
        arity=1,
        numpy=np.negative,
        complex=np.negative,
        torch=lambda T, a: -a,
        sympy=lambda S, a: S.Mul(-1, a),
        derivatives=("-1",),
        roundings=0,
        formula="-a",
        noun="{a} with the other sign",
        plural="changes of sign",
        symbol="−",
        latex=latex_negation,
        code="-{0}",
    ),
)
