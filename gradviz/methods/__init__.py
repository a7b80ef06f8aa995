"""The ways to a gradient: one row each, in the order of the lesson."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gradviz.errors import GradvizError, StepError
from gradviz.field import ScalarField, as_point, as_real
from gradviz.methods.adaptive import adaptive
from gradviz.methods.backprop import backprop
from gradviz.methods.differences import complex_quotients, difference, not_analytic
from gradviz.methods.estimate import ANALYTICAL, BACK_PROPAGATION, NUMERICAL, GradientEstimate, Method, judged
from gradviz.methods.symbolic import symbolic

__all__ = ["METHODS", "GradientEstimate", "Method", "gradient"]


def complex_step(field: ScalarField, point: np.ndarray, step: float) -> GradientEstimate:
    """The complex step: Im f(x + ih)/h, for analytic f."""
    gradient = complex_quotients(field, point, [step])[0]
    culprits = not_analytic(field)
    if culprits:
        note = f"The complex step needs an analytic function, and {', '.join(culprits)} is not."
        return GradientEstimate("complex-step", gradient, step, 0, status="not applicable", note=note)
    return GradientEstimate("complex-step", gradient, step, len(point))


METHODS: tuple[Method, ...] = (
    Method("symbolic", "closed form", ANALYTICAL, "∂f/∂xᵢ", symbolic),
    Method("forward", "forward difference", NUMERICAL, "(f(x+ε) − f(x)) / ε", difference("forward"), True, 1),
    Method(
        "backward", "backward difference", NUMERICAL, "(f(x) − f(x−ε)) / ε", difference("backward"), True, 1
    ),
    Method(
        "central", "central difference", NUMERICAL, "(f(x+ε) − f(x−ε)) / 2ε", difference("central"), True, 2
    ),
    Method("central4", "central, order 4", NUMERICAL, "f at x ± ε, x ± 2ε", difference("central4"), True, 4),
    Method(
        "central6", "central, order 6", NUMERICAL, "f at x ± ε, … x ± 3ε", difference("central6"), True, 6
    ),
    Method("complex-step", "complex step", NUMERICAL, "Im f(x + iε) / ε", complex_step, True, 2),
    Method("adaptive", "adaptive difference", NUMERICAL, "Romberg over ε = 2ᵏ", adaptive),
    Method("backprop", "back-propagation", BACK_PROPAGATION, "the chain rule, by PyTorch", backprop),
)

_BY_NAME = {method.name: method for method in METHODS}


def gradient(field: ScalarField, point: Any, method: str = "forward", step: float = 0.1) -> GradientEstimate:
    """∇f at ``point`` (n,) by one method of ``METHODS``; ``step`` is the shift ε where the method takes one.

    PointError, StepError or a GradvizError for what the caller can mend; a number that fails is nan or inf in
    the estimate, and its ``status`` says why.
    """
    chosen = named(method)
    point = as_point(field, point)
    step = as_step(step)
    with np.errstate(all="ignore"):
        value = float(field(point))
    if math.isnan(value):
        nothing = np.full(len(point), np.nan)
        note = "f has no real value at this point."
        return GradientEstimate(
            method, nothing, step if chosen.takes_step else None, status="outside the domain", note=note
        )
    return judged(chosen.estimate(field, point, step), value)


def named(method: str) -> Method:
    """The row of that name, or a GradvizError that lists the names."""
    if not isinstance(method, str) or method not in _BY_NAME:
        raise GradvizError(f"There is no method ‘{str(method)[:40]}’. The methods are {', '.join(_BY_NAME)}.")
    return _BY_NAME[method]


def as_step(step: Any) -> float:
    """``step`` as a float, or a StepError: it is one finite number greater than 0."""
    number = as_real(step)
    if not math.isfinite(number) or number <= 0:
        raise StepError("ε must be one finite number greater than 0: it is the shift.")
    return number
