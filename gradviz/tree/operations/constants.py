"""Constants, and the value that is nowhere defined."""

from __future__ import annotations

import math

from gradviz.tree.operations.layout import UNDEFINED, constant
from gradviz.tree.operations.row import Operation

CONSTANTS = (
    Operation(
        name="pi",
        arity=0,
        numpy=lambda: math.pi,
        complex=lambda: math.pi,
        sympy="pi",
        roundings=0,
        symbol="π",
        unmistakable="math.pi",
        latex=constant(r"\pi"),
        code="np.pi",
        torch_code="torch.tensor(math.pi, dtype=torch.float64)",
    ),
    Operation(
        name="e",
        arity=0,
        numpy=lambda: math.e,
        complex=lambda: math.e,
        sympy="E",
        roundings=0,
        unmistakable="math.e",
        latex=constant("e"),
        code="np.e",
        torch_code="torch.tensor(math.e, dtype=torch.float64)",
    ),
    Operation(
        name="tau",
        arity=0,
        numpy=lambda: math.tau,
        complex=lambda: math.tau,
        sympy=lambda S: 2 * S.pi,
        roundings=0,
        unmistakable="math.tau",
        latex=constant(r"\tau"),
        code="2 * np.pi",
        torch_code="torch.tensor(math.tau, dtype=torch.float64)",
    ),
    Operation(
        name="undefined",
        arity=0,
        numpy=lambda: math.nan,
        complex=lambda: math.nan,
        sympy="nan",
        roundings=0,
        typed=False,
        latex=constant(UNDEFINED),
        code="np.nan",
        torch_code="torch.tensor(math.nan, dtype=torch.float64)",
    ),
)
