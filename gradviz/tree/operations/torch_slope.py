"""PyTorch's values with derivatives of ours, where its own are less accurate."""

from __future__ import annotations

import re
from collections.abc import Sequence
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


def with_slope_code(value: str, slopes: Sequence[str | None]) -> str:
    """One line of a PyTorch program: SciPy's ``value`` with the derivatives ``slopes``, one for each operand.

    All are written for NumPy; in front of each derivative stands 0. None where nothing is passed back.
    """
    terms = [f"torch.as_tensor({_on_arrays(value)})"]
    for place, slope in enumerate(slopes):
        if slope is not None:
            terms.append(f"torch.as_tensor({_on_arrays(slope)}) * ({{{place}}} - {{{place}}}.detach())")
    return " + ".join(terms)


def _on_arrays(code: str) -> str:
    """The code with NumPy's arrays of the operands, which are tensors."""
    return re.sub(r"\{(\d)\}", r"{\1}.detach().numpy()", code)
