"""No operation warns, whatever its arguments: not as a value, in no method, and not in the graph."""

import warnings

import pytest

from gradviz import METHODS, gradient, parse, sample, trace
from gradviz.tree.operations import OPERATIONS

ODD = (710.0, -710.0, 1e300, -1e300, 1e-300, 5e-324, 0.0, -1.0, 1.0, 171.5, -2.5)
PAIRS = ((0.0, 0.0), (1e300, 1e300), (-1.0, 0.5), (710.0, -710.0), (1e-300, 1e300))


def called(row) -> str:
    operands = ["x", "y", "z"][: row.arity or 3]
    if row.fixed is not None:
        operands[row.fixed] = "2"
    if row.infix is not None:
        return f"x {row.infix.sign} y" if hasattr(row.infix, "sign") else ""
    return f"{row.called}({', '.join(operands)})"


ROWS = [
    text
    for row in OPERATIONS.values()
    if row.typed and row.arity != 0 and not row.boolean and row.name not in ("select", "root")
    if (text := called(row))
] + ["x/y", "x^y", "x*y", "x - y", "x % y", "root(x, 5)", "1/x", "x if x > y else y", "acot(x)", "exp10(x)"]


@pytest.mark.parametrize("text", ROWS)
def test_a_row_does_not_warn_at_any_argument(text):
    field = parse(text)
    n = len(field.variables)
    points = [(x,) for x in ODD] if n == 1 else [pair[:2] + (1.0,) * (n - 2) for pair in PAIRS]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for point in points:
            field(point)
            trace(field, point)
            for method in METHODS:
                if method.name not in ("symbolic", "adaptive"):  # the first in a process of its own
                    gradient(field, point, method=method.name, step=0.1)
        gradient(field, points[0], method="adaptive")
        if n <= 2:
            sample(field, [[-2.0, 1000.0]] * n, 9).gradients  # noqa: B018
