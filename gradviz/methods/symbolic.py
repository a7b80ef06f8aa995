"""The closed form: each partial derivative differentiated by SymPy, evaluated by the one interpreter."""

from __future__ import annotations

import numpy as np

from gradviz.errors import ClosedFormError
from gradviz.field import ScalarField, inputs_at
from gradviz.methods.estimate import GradientEstimate, overflows
from gradviz.methods.steps import USUAL, Arithmetic
from gradviz.symbolic.closed_form import closed_form
from gradviz.tree.expression import evaluate
from gradviz.tree.kinds import real_kind


def symbolic(
    field: ScalarField, point: np.ndarray, step: float | None = None, arithmetic: Arithmetic = USUAL
) -> GradientEstimate:
    """∂f/∂xᵢ from the closed form, exact up to the rounding of the formula as SymPy writes it."""
    nothing = np.full(len(point), np.nan)
    try:
        partials = closed_form(field).partials
    except ClosedFormError as error:
        return GradientEstimate("symbolic", nothing, status="no closed form", note=str(error))
    kind = real_kind(arithmetic.precision)
    inputs = inputs_at(field, [kind.number(float(x)) for x in point], kind)
    with np.errstate(all="ignore"):
        swept = [[float(value) for value in evaluate(partial, kind, inputs)] for partial in partials]
    gradient = np.array([values[-1] for values in swept], dtype=float)
    if any(overflows(partial, values) for partial, values in zip(partials, swept, strict=True)):
        note = f"A number on the way is too large for {arithmetic.precision.name}."
        return GradientEstimate("symbolic", gradient, status="overflow", note=note)
    return GradientEstimate("symbolic", gradient)
