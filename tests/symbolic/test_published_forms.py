"""Closed forms that are handed out are made of SymPy's own functions alone."""

import pytest
import sympy

from gradviz.reading.parser import parse
from gradviz.symbolic.derivation import publish
from gradviz.tree.operations import OPERATIONS
from gradviz.tree.operations.row import Operation

NESTS = [
    "min(y, y, y)", "min(x, min(x, x))", "max(x, y, x, y)", "max(max(x, x), max(x, x))", "relu(relu(x))",
    "abs(abs(x)*abs(x))", "mod(mod(x, 2), 2)", "min(relu(x), relu(x), 1)", "heaviside(heaviside(x) + x)",
    "floor(floor(x)/2)", "sign(sign(x))*x", "max(abs(x), abs(x))", "ceil(x) if floor(x) > 0 else sign(x)",
    "sigmoid(max(x, x))", "softplus(min(y, y, y))", "logaddexp(x, x)", "hypot(x, x)", "atan2(x, abs(x))",
]  # fmt: skip


def called(row: Operation) -> str:
    operands = ["x", "y", "z"][: row.arity or 3]
    if row.fixed is not None:
        operands[row.fixed] = "2"
    return f"{row.called}({', '.join(operands)})"


ROWS = [
    called(row)
    for row in OPERATIONS.values()
    if row.typed and row.arity != 0 and not row.boolean and row.infix is None
    if row.name not in ("select", "root")
]  # fmt: skip


def foreign(form: sympy.Expr) -> set[str]:
    """The classes in ``form`` that are not SymPy's."""
    return {type(part).__name__ for part in sympy.preorder_traversal(form)
            if not type(part).__module__.startswith("sympy.")}  # fmt: skip


@pytest.mark.parametrize("text", [*NESTS, *ROWS])
def test_only_functions_of_sympy_are_handed_out(text):
    field = parse(text)
    for form in publish(field.expression, field.variables):
        assert foreign(form) == set()


def test_equal_operands_of_an_extremum_are_one():
    field = parse("min(y, y, y)")
    assert publish(field.expression, field.variables) == (sympy.Symbol("y", real=True), sympy.Integer(1))
