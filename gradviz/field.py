"""A scalar field: a typed formula as a function of n variables."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from gradviz.arguments import as_real, echo, is_real, real_array
from gradviz.errors import GradvizError, PointError
from gradviz.shown import shown
from gradviz.symbolic import worker
from gradviz.tree.expression import Expression, Kind, Number, evaluate
from gradviz.tree.kinds import NUMPY
from gradviz.tree.precision import FLOAT64, Precision

if TYPE_CHECKING:
    import sympy


@shown
@dataclass(frozen=True)
class ScalarField:
    """f: ℝⁿ → ℝ as it was typed.

    ``field(points)`` takes (..., n) and gives (...) float64, nan where f has no real value. ``text`` is what
    was typed, ``variables`` the order of the coordinates, ``parameters`` the fixed letters with their values
    (None while they have none), ``remarks`` says in sentences how ambiguous spellings were read.
    Fields are equal when they are the same function of the same variables, however they were spelled.
    """

    text: str = field(compare=False)
    variables: tuple[str, ...]
    expression: Expression
    parameters: tuple[tuple[str, float | None], ...] = ()
    remarks: tuple[str, ...] = field(default=(), compare=False)

    def __call__(self, points: ArrayLike) -> np.ndarray:
        """f at ``points`` (..., n), float64 (...).

        PointError where the last axis is not n or the points are not real.
        """
        points = as_points(self, points)
        with np.errstate(all="ignore"):
            values = values_at(self, [points[..., i] for i in range(points.shape[-1])])
        return np.array(np.broadcast_to(values, points.shape[:-1]), dtype=float)

    def with_parameters(self, **values: float) -> ScalarField:
        """The same field with parameters fixed at the given finite numbers."""
        known = dict(self.parameters)
        for name, value in values.items():
            if name not in known:
                raise GradvizError(f"{echo(name)} is no parameter of this function.")
            number = as_real(value)
            if not math.isfinite(number):
                raise GradvizError(f"The parameter {name} must be a finite number.")
            known[name] = number
        return replace(self, parameters=tuple(known.items()))

    @property
    def closed_form(self) -> sympy.Expr:
        """f as a SymPy expression over real symbols.

        ClosedFormError past the limits of time, memory and size.
        """
        return self._sympy_forms()[0]

    @property
    def partials(self) -> tuple[sympy.Expr, ...]:
        """The n partial derivatives as SymPy expressions. ClosedFormError past the limits."""
        return self._sympy_forms()[1:]

    def _sympy_forms(self) -> tuple[sympy.Expr, ...]:
        """f and its partial derivatives, by a worker: SymPy is loaded in this process by the result alone."""
        return worker.run("publish", self.expression, self.variables)


def checked_field(field: object) -> ScalarField:
    """``field`` itself; a GradvizError for anything but a field."""
    if not isinstance(field, ScalarField):
        raise GradvizError("A function is wanted here, as gradviz.parse makes one of a text.")
    return field


def rounded_parameters(field: ScalarField, precision: Precision) -> ScalarField:
    """The field with its parameters rounded to the type: like the point they are numbers handed in.

    One that is past the range of the type becomes nan, so that f has no value wherever it is used;
    ``out_of_range`` has the sentence for it.
    """
    if not field.parameters or precision is FLOAT64:
        return field
    rounded = {name: float(precision.rounded(value)) for name, value in fixed_inputs(field).items()}
    parameters = {name: value if math.isfinite(value) else math.nan for name, value in rounded.items()}
    return replace(field, parameters=tuple(parameters.items()))


def out_of_range(field: ScalarField, point: Iterable[float], precision: Precision) -> str:
    """The sentence where a coordinate or a parameter is past the range of the type; '' else."""
    if precision is FLOAT64:
        return ""
    numbers = [*zip(field.variables, point, strict=True), *fixed_inputs(field).items()]
    for name, value in numbers:
        if math.isinf(precision.rounded(value)):
            ends = f"which ends at {precision.largest:g}"
            return f"{name} = {value:.12g} is too large for {precision.name}, {ends}."
    return ""


def fixed_inputs(field: ScalarField) -> dict[str, float]:
    """The parameters' values; a GradvizError where one has none."""
    missing = [name for name, value in field.parameters if value is None]
    if missing:
        raise GradvizError(f"The parameter {missing[0]} has no value yet.")
    return {name: value for name, value in field.parameters if value is not None}


def inputs_at(field: ScalarField, coordinates: Iterable[Number], kind: Kind = NUMPY) -> dict[str, Number]:
    """The value of every letter: parameters as fixed, variable i as ``coordinates[i]``."""
    inputs = dict(zip(field.variables, coordinates, strict=True))
    if not field.parameters:
        return inputs
    return inputs | {name: kind.number(value) for name, value in fixed_inputs(field).items()}


def nodes_at(field: ScalarField, coordinates: Iterable[Number], kind: Kind = NUMPY) -> list[Number]:
    """The value of every node, f last, as of :func:`values_at`."""
    return evaluate(field.expression, kind, inputs_at(field, coordinates, kind))


def values_at(field: ScalarField, coordinates: Iterable[Number], kind: Kind = NUMPY) -> Number:
    """f for one number or array per variable, which broadcast; the caller holds np.errstate."""
    return nodes_at(field, coordinates, kind)[-1]


def as_points(field: ScalarField, points: ArrayLike) -> np.ndarray:
    """``points`` as float64 (..., n), all finite, or a PointError that says what does not fit."""
    n = len(checked_field(field).variables)
    array = real_array(
        points,
        PointError,
        "A point is a list of real numbers, one for each variable.",
        ragged="The rows of points must all be of one length.",
        too_large="A coordinate is too large for float64.",
    )
    if array.ndim == 0 or array.shape[-1] != n:
        raise PointError(
            f"Points of this function have {n} coordinates ({', '.join(field.variables) or 'none'})."
        )
    if not np.isfinite(array).all():
        place = int(np.argwhere(~np.isfinite(array))[0][-1])
        raise PointError(f"{field.variables[place]} must be a finite number.")
    return array


def as_point(field: ScalarField, point: ArrayLike) -> np.ndarray:
    """The one point at which a gradient is taken, float64 (n,), finite; a bare number will do when n = 1."""
    n = len(checked_field(field).variables)
    if n == 1 and isinstance(point, np.ndarray) and point.ndim == 0:
        point = [point[()]]
    elif n == 1 and is_real(point):
        point = [point]
    array = as_points(field, point)
    if array.ndim != 1:
        raise PointError(f"One point is wanted: {n} numbers in a row.")
    return array
