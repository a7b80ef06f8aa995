"""A question to a method: the gradient of one function at one point, in one precision of numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from gradviz.field import ScalarField, as_point, nodes_at, out_of_range, rounded_parameters
from gradviz.lazy import lazy
from gradviz.tree.kinds import real_kind
from gradviz.tree.precision import FLOAT64, Precision


@dataclass(frozen=True)
class Question:
    """A function and a point as given, and the precision to which both are rounded, once and here.

    ``typed`` (n,) is the point as given. Two questions are equal when function, point and precision are.
    """

    field: ScalarField
    typed: tuple[float, ...]
    precision: Precision = FLOAT64

    @classmethod
    def of(cls, field: ScalarField, point: ArrayLike, precision: Precision = FLOAT64) -> Question:
        """The question at any ``point`` that :func:`as_point` takes; a PointError for others."""
        return cls(field, tuple(as_point(field, point).tolist()), precision)

    @lazy
    def point(self) -> np.ndarray:
        """(n,) the point rounded to the precision; a coordinate past its range stays as given."""
        typed = np.array(self.typed)
        rounded = self.precision.rounded(typed)
        return np.where(np.isfinite(rounded), rounded, typed)

    @lazy
    def rounded_field(self) -> ScalarField:
        """f with its parameters rounded to the precision. A GradvizError where one has no value."""
        return rounded_parameters(self.field, self.precision)

    @lazy
    def out_of_range(self) -> str:
        """The sentence where a coordinate or a parameter is past the range of the precision; '' else."""
        return out_of_range(self.field, self.typed, self.precision)

    @lazy
    def nodes(self) -> tuple[float, ...]:
        """The value of every node of f at the point, in the precision; f last."""
        kind = real_kind(self.precision)
        coordinates = [kind.number(float(x)) for x in self.point]
        with np.errstate(all="ignore"):
            return tuple([float(value) for value in nodes_at(self.rounded_field, coordinates, kind)])
