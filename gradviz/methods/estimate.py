"""What a method is, and what it answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from gradviz.field import ScalarField


@dataclass(frozen=True)
class GradientEstimate:
    """A gradient as one method computes it.

    ``gradient`` (n,) float64, nan where the method has no answer; ``step`` None where none is taken;
    ``evaluations`` the points at which f was evaluated, ``backward_passes`` the passes back through the
    graph; ``error_bar`` (n,) the method's own bound, or None. ``status`` is 'ok', 'not applicable', 'outside
    the domain', 'step vanished', 'overflow' or 'no closed form', and ``note`` its sentence ('' when ok).
    """

    method: str
    gradient: np.ndarray
    step: float | None = None
    evaluations: int = 0
    backward_passes: int = 0
    error_bar: np.ndarray | None = None
    status: str = "ok"
    note: str = ""


@dataclass(frozen=True)
class Method:
    """A way to a gradient: ``estimate(field, point, step)``, its order of accuracy where it takes a step."""

    name: str
    label: str
    approach: str
    formula: str
    estimate: Callable[[ScalarField, np.ndarray, float], GradientEstimate]
    takes_step: bool = False
    order: int | None = None


ANALYTICAL = "analytical (closed form)"
NUMERICAL = "numerical"
BACK_PROPAGATION = "analytical (back-propagation)"


def judged(estimate: GradientEstimate, value: float) -> GradientEstimate:
    """``estimate`` with its status where the gradient is not finite and nothing else has been said; ``value``
    is f there.
    """
    if estimate.status != "ok" or np.isfinite(estimate.gradient).all():
        return estimate
    if np.isnan(value):
        return replace(estimate, status="outside the domain", note="f has no real value at this point.")
    if np.isinf(value) or np.isinf(estimate.gradient).any():
        return replace(estimate, status="overflow", note="A number on the way is too large for float64.")
    return replace(
        estimate, status="outside the domain", note="A number on the way is not real, or 0 divides 0."
    )
