"""What a method is, and the estimate that it returns."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from gradviz.field import ScalarField, inputs_at, values_at
from gradviz.methods.steps import Arithmetic
from gradviz.tree.expression import evaluate
from gradviz.tree.kinds import real_kind
from gradviz.tree.precision import FLOAT64, Precision


@dataclass(frozen=True)
class GradientEstimate:
    """A gradient as one method computes it.

    ``gradient`` (n,) float64, nan where the method has no answer; ``step`` None where none is taken;
    ``evaluations`` the points at which f was evaluated, ``backward_passes`` the passes back through the
    graph; ``error_bar`` (n,) the method's own bound, or None. ``status`` is 'ok', 'not applicable', 'outside
    the domain', 'step vanished', 'overflow', 'no closed form' or, of types narrower than float64,
    'underflow', and ``note`` its sentence ('' when ok). ``dtype`` is the type in which every operation was
    rounded, ``step_kind`` the kind of step.
    """

    method: str
    gradient: np.ndarray
    step: float | None = None
    evaluations: int = 0
    backward_passes: int = 0
    error_bar: np.ndarray | None = None
    status: str = "ok"
    note: str = ""
    dtype: str = "float64"
    step_kind: str = "plain"


@dataclass(frozen=True)
class Method:
    """A way to a gradient: ``estimate(field, point, step, arithmetic)``, the point being of that precision.

    ``order`` is its order of accuracy, if it takes a step.
    """

    name: str
    label: str
    approach: str
    formula: str
    estimate: Callable[[ScalarField, np.ndarray, float, Arithmetic], GradientEstimate]
    takes_step: bool = False
    order: int | None = None


ANALYTICAL = "analytical (closed form)"
NUMERICAL = "numerical"
BACK_PROPAGATION = "analytical (back-propagation)"


def with_status(
    estimate: GradientEstimate, value: float, field: ScalarField, point: np.ndarray, precision: Precision
) -> GradientEstimate:
    """``estimate`` with a status if its gradient is not finite, or rounded to 0, and it has none yet.

    ``value`` is f at the point.
    """
    if estimate.status != "ok":
        return estimate
    if np.isfinite(estimate.gradient).all():
        lost = not estimate.gradient.all() and _underflows(field, point, precision)
        note = f"A number on the way is too small for {precision.name}, and became 0."
        return replace(estimate, status="underflow", note=note) if lost else estimate
    if np.isinf(value) or np.isinf(estimate.gradient).any():
        note = f"A number on the way is too large for {precision.name}."
        return replace(estimate, status="overflow", note=note)
    note = "A number on the way is not real, or it is 0/0 or ∞/∞."
    return replace(estimate, status="outside the domain", note=note)


def value_in(field: ScalarField, coordinates: Sequence[float] | np.ndarray, precision: Precision) -> float:
    """f at one point, each operation rounded to the type; the caller holds np.errstate."""
    kind = real_kind(precision)
    return float(values_at(field, [kind.number(float(x)) for x in coordinates], kind))


def why_missing(
    field: ScalarField, coordinates: Sequence[float] | np.ndarray, precision: Precision, where: str
) -> tuple[str, str]:
    """The status and the sentence for a point at which f, evaluated in the type, is nan.

    The caller holds np.errstate.
    """
    if math.isnan(value_in(field, coordinates, FLOAT64)):
        return "outside the domain", f"f has no real value at {where}."
    if any(math.isinf(value) for value in _nodes(field, coordinates, precision)):
        return "overflow", f"A number on the way to f at {where} is too large for {precision.name}."
    return "outside the domain", f"Rounded to {precision.name}, a number on the way to f at {where} has none."


def _underflows(field: ScalarField, point: np.ndarray, precision: Precision) -> bool:
    """Whether some node of f is 0 in the type and not in float64; always False for float64."""
    if precision is FLOAT64:
        return False
    with np.errstate(all="ignore"):
        pairs = zip(_nodes(field, point, precision), _nodes(field, point, FLOAT64), strict=True)
        return any(value == 0 and 0 < abs(wide) < precision.smallest for value, wide in pairs)


def _nodes(
    field: ScalarField, coordinates: Sequence[float] | np.ndarray, precision: Precision
) -> list[float]:
    """The value of every node, in the type."""
    kind = real_kind(precision)
    inputs = inputs_at(field, [kind.number(float(x)) for x in coordinates], kind)
    return [float(value) for value in evaluate(field.expression, kind, inputs)]
