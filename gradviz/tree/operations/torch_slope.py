"""PyTorch's values with derivatives of ours, where its own are less accurate."""

from __future__ import annotations

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
