"""PyTorch's values with derivatives of ours, where its own are less accurate."""

from __future__ import annotations

import re
from types import ModuleType

import numpy as np

from gradviz.tree.expression import Number
from gradviz.tree.operations.derivative import Rule


def with_slope(T: ModuleType, a: Number, value: Number, slope: Rule) -> Number:
    """``value`` as PyTorch has it, with the derivative ``slope`` from NumPy.

    PyTorch's own ψ is good to u, not to u |ψ|, near its zero, its ψ′ to eight digits on the left, and
    e^a − 1 + 1 is not e^a.
    """
    with np.errstate(all="ignore"):
        known = T.as_tensor(slope(a.detach().double().numpy())).to(a.dtype)
    return value.detach() + known * (a - a.detach())  # what is added is 0, and its derivative is the slope


def with_slope_code(value: str, slope: str, place: int = 0, other: str = "") -> str:
    """One line of a PyTorch program: SciPy's ``value`` with the derivative ``slope`` for operand ``place``.

    Both are written for NumPy; in front of the derivative stands 0. ``other`` is that of a second operand.
    """
    operand = f"{{{place}}}"
    known, local = (re.sub(r"\{(\d)\}", r"{\1}.detach().numpy()", text) for text in (value, slope))
    if other:
        one = with_slope_code(value, slope, 0)
        rest = with_slope_code(value, other, 1).split(" + ", 1)[1]
        return f"{one} + {rest}"
    return f"torch.as_tensor({known}) + torch.as_tensor({local}) * ({operand} - {operand}.detach())"
