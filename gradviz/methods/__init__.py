"""The ways to a gradient: one row each, in the order of the lesson."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TypeGuard

import numpy as np
from numpy.typing import ArrayLike

from gradviz.arguments import as_real, echo
from gradviz.errors import GradvizError, StepError
from gradviz.field import ScalarField, checked_field, fixed_inputs
from gradviz.methods.adaptive import adaptive
from gradviz.methods.backprop import backprop
from gradviz.methods.callables import Function, gradient_of_callable
from gradviz.methods.differences import (
    complex_quotients,
    difference,
    edges,
    not_analytic,
    step_out_of_range,
)
from gradviz.methods.estimate import (
    ANALYTICAL,
    BACK_PROPAGATION,
    NUMERICAL,
    GradientEstimate,
    Method,
    nodes_in,
    why_missing,
    with_status,
)
from gradviz.methods.steps import USUAL, Arithmetic, arithmetic_named
from gradviz.methods.symbolic import symbolic
from gradviz.question import Question
from gradviz.tree.kinds import NUMPY_TYPES
from gradviz.tree.precision import FLOAT64

__all__ = ["METHODS", "GradientEstimate", "Method", "gradient"]


def complex_step(
    field: ScalarField, point: np.ndarray, step: float, arithmetic: Arithmetic = USUAL
) -> GradientEstimate:
    """The complex step: Im f(x + ih)/h, for analytic f."""
    gradient, precision = complex_quotients(field, point, [step], arithmetic)[0], arithmetic.precision
    if precision.complex is None:
        note = f"The complex step needs complex numbers, and there are none of {precision.name} parts."
        return GradientEstimate("complex-step", gradient, step, 0, status="not applicable", note=note)
    status, note = step_out_of_range(step, precision) or ("ok", "")
    with np.errstate(all="ignore"):
        values = nodes_in(field, point, precision)
        at_edge = [name for i, name in enumerate(field.variables) if any(edges(field, i, values))]
    coordinates = range(len(point))
    culprits = dict.fromkeys(name for i in coordinates for name in not_analytic(field, i))
    if culprits:
        note = f"The complex step needs an analytic function, and {', '.join(culprits)} is not."
    elif at_edge:
        note = f"The complex step needs an analytic function, and f is none in {', '.join(at_edge)} here."
    if culprits or at_edge:
        status = "not applicable"
    taken = sum(not not_analytic(field, i) and field.variables[i] not in at_edge for i in coordinates)
    return GradientEstimate("complex-step", gradient, step, taken, status=status, note=note)


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


def needing_torch(dtype: str) -> tuple[str, ...]:
    """The names of the methods that have no answer in that precision before PyTorch is loaded."""
    everything = dtype not in ("float64", *NUMPY_TYPES)
    return tuple(method.name for method in METHODS if everything or method.name == "backprop")


def gradient(
    field: ScalarField | Function,
    point: ArrayLike,
    method: str = "forward",
    step: float = 0.1,
    *,
    dtype: str = "float64",
    step_kind: str = "plain",
) -> GradientEstimate:
    """∇f at ``point`` (n,) by one method of ``METHODS``; ``step`` is the shift ε where the method takes one.

    ``dtype`` is a name from ``PRECISIONS``: point and step are rounded to that type, and every operation
    after them; the gradient holds those numbers. ``step_kind`` is a name from ``STEP_KINDS``. PointError,
    StepError or a GradvizError for what the caller can mend; a number that fails is nan or inf in the
    estimate, and its ``status`` says why. A plain Python function of an array (n,) of NumPy, or of a tensor
    of PyTorch, will do for ``field``; a method that does not apply to it says why in its note.
    """
    chosen, arithmetic = named(method), arithmetic_named(dtype, step_kind)
    if is_plain_function(field):
        check_plain(arithmetic)
        return gradient_of_callable(field, point, chosen.name, as_step(step))
    question = Question.of(checked_field(field), point, arithmetic.precision)
    return gradient_of(question, chosen.name, as_step(step), arithmetic)


def is_plain_function(field: object) -> TypeGuard[Function]:
    """Whether it is a Python function, and no ScalarField, which is callable as well."""
    return callable(field) and not isinstance(field, ScalarField)


def check_plain(arithmetic: Arithmetic) -> None:
    """A GradvizError for arithmetic that only a typed function can be evaluated in."""
    if arithmetic != USUAL:
        raise GradvizError("A Python function is computed in float64, with the step as it is given.")


def gradient_of(question: Question, method: str, step: float, arithmetic: Arithmetic) -> GradientEstimate:
    """The same as ``gradient``, for a question and a step that have been checked."""
    chosen, precision = named(method), question.precision
    field, point, note = question.rounded_field, question.point, question.out_of_range
    status = "overflow" if note else "ok"
    values = () if note else question.nodes
    if values and math.isnan(values[-1]):
        with np.errstate(all="ignore"):
            status, note = why_missing(field, point, precision, "this point")
            note = _lost_input(question) or note
    if note:
        own_step = step if chosen.takes_step else None
        estimate = GradientEstimate(method, np.full(len(point), np.nan), own_step, status=status, note=note)
    else:
        estimate = chosen.estimate(field, point, step, arithmetic)
        estimate = with_status(estimate, values, field, point, precision)
    return replace(estimate, dtype=precision.name, step_kind=arithmetic.step_kind.name)


def _lost_input(question: Question) -> str:
    """A sentence where f has no value only because a coordinate or a parameter is 0 in the type; '' else."""
    field, precision = question.field, question.precision
    if math.isnan(nodes_in(field, np.array(question.typed), FLOAT64)[-1]):
        return ""
    for name, value in [*zip(field.variables, question.typed, strict=True), *fixed_inputs(field).items()]:
        if value and not precision.rounded(value):
            return f"{name} = {value:.12g} is 0 in {precision.name}, and there f has no real value."
    return ""


def named(method: str) -> Method:
    """The row of that name, or a GradvizError that lists the names."""
    if not isinstance(method, str) or method not in _BY_NAME:
        raise GradvizError(f"There is no method {echo(method)}. The methods are {', '.join(_BY_NAME)}.")
    return _BY_NAME[method]


def as_step(step: object) -> float:
    """``step`` as a float, or a StepError: it is one finite number greater than 0."""
    number = as_real(step)
    if not math.isfinite(number) or number <= 0:
        raise StepError("ε must be one finite number greater than 0: it is the shift.")
    return number
