"""Difference quotients: shift each input by a step, and divide."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike

from gradviz.autodiff.reverse import switches
from gradviz.field import ScalarField, nodes_at, values_at
from gradviz.lazy import lazy
from gradviz.methods.estimate import GradientEstimate, nodes_in, overflows, value_in, why_missing
from gradviz.methods.steps import USUAL, Arithmetic, taken_steps
from gradviz.tree.expression import Kind, Number
from gradviz.tree.kinds import NUMPY, complex_kind, real_kind
from gradviz.tree.operations import OPERATIONS
from gradviz.tree.precision import Precision

Values = Mapping[int, Number]


@dataclass(frozen=True)
class Stencil:
    """A difference quotient Σ wⱼ f(x + jh) / h: its weights, and the order in which it is computed.

    That is ``divided(values, step)``, where ``values[j]`` is f(x + jh).
    """

    name: str
    weights: Mapping[int, Fraction]
    divided: Callable[[Values, Number], Number]

    def term(self, order: int) -> Fraction:
        """The coefficient of h^(``order`` − 1) f^(``order``) in the quotient: (Σ wⱼ j^order) / order!."""
        return self._terms[order]

    @lazy
    def _terms(self) -> tuple[Fraction, ...]:
        sums = [sum((w * Fraction(j) ** q for j, w in self.weights.items()), Fraction(0)) for q in range(20)]
        return tuple(total / math.factorial(q) for q, total in enumerate(sums))

    @property
    def order(self) -> int:
        """The order of accuracy: the power of h in the first term of the error."""
        return next(q for q in range(2, 20) if self.term(q)) - 1


def _forward(f: Values, h: Number) -> Number:
    return (f[1] - f[0]) / h


def _backward(f: Values, h: Number) -> Number:
    return (f[0] - f[-1]) / h


def _central(f: Values, h: Number) -> Number:
    return (f[1] - f[-1]) / (2 * h)


def _central4(f: Values, h: Number) -> Number:
    return (8 * (f[1] - f[-1]) - (f[2] - f[-2])) / (12 * h)


def _central6(f: Values, h: Number) -> Number:
    return (45 * (f[1] - f[-1]) - 9 * (f[2] - f[-2]) + (f[3] - f[-3])) / (60 * h)


def _antisymmetric(divisor: int, *numerators: int) -> dict[int, Fraction]:
    """The weights of (a₁(f₁ − f₋₁) + a₂(f₂ − f₋₂) + …) / divisor."""
    return {sign * j: Fraction(sign * a, divisor) for j, a in enumerate(numerators, 1) for sign in (1, -1)}


# Fornberg, Mathematics of Computation 51 (1988) 699–706, table 1
STENCILS: dict[str, Stencil] = {
    stencil.name: stencil
    for stencil in (
        Stencil("forward", {0: Fraction(-1), 1: Fraction(1)}, _forward),
        Stencil("backward", {0: Fraction(1), -1: Fraction(-1)}, _backward),
        Stencil("central", _antisymmetric(2, 1), _central),
        Stencil("central4", _antisymmetric(12, 8, -1), _central4),
        Stencil("central6", _antisymmetric(60, 45, -9, 1), _central6),
    )
}


def quotients(
    field: ScalarField,
    point: np.ndarray,
    steps: ArrayLike,
    names: Sequence[str],
    arithmetic: Arithmetic = USUAL,
) -> dict[str, np.ndarray]:
    """The quotients of each named stencil: ``point`` (n,) and ``steps`` (k,) give (k, n), nan where f is.

    Point and operations are in the precision of ``arithmetic``. Each coordinate costs one vectorised
    evaluation of f at all the neighbours that the stencils share; the other coordinates stay plain numbers.
    """
    if not names:
        return {}
    stencils = [STENCILS[name] for name in names]
    offsets = {j for stencil in stencils for j in stencil.weights}
    return _sampled(field, point, steps, offsets, arithmetic).divided(stencils)


@dataclass(frozen=True)
class _Neighbours:
    """f at the neighbours of a point: ``values[j]`` (n, k) at x + jh, in numbers of the type.

    ``plain`` where all coordinates move and no number on the way is infinite, if that was asked.
    """

    kind: Kind
    values: dict[int, Number]
    h: Number
    plain: bool

    def divided(self, stencils: Sequence[Stencil]) -> dict[str, np.ndarray]:
        """The quotients (k, n) of each stencil."""
        with np.errstate(all="ignore"):
            return {s.name: self.kind.floats(s.divided(self.values, self.h)).T for s in stencils}


def _sampled(
    field: ScalarField,
    point: np.ndarray,
    steps: ArrayLike,
    offsets: Collection[int],
    arithmetic: Arithmetic,
    *,
    checked: bool = False,
) -> _Neighbours:
    """f at x + jh for each of ``offsets``, with ``checked`` whether all on the way is in range."""
    kind, beside = real_kind(arithmetic.precision), sorted(set(offsets) - {0})
    plain, n = checked, len(point)
    with np.errstate(all="ignore"):
        taken = taken_steps(point, steps, arithmetic)
        h = kind.number(taken)
        shifts = kind.number(np.array(beside, dtype=float)).reshape(-1, *[1] * taken.ndim) * h
        table = kind.number(np.zeros((len(beside), n, taken.shape[-1])))
        coordinates = [kind.number(float(x)) for x in point]
        for i, x in enumerate(coordinates):
            moved = x + (shifts if taken.ndim == 1 else shifts[:, i])
            nodes = nodes_at(field, [*coordinates[:i], moved, *coordinates[i + 1 :]], kind)
            table[:, i] = nodes[-1]
            plain = plain and bool((moved != x).any()) and _all_finite(kind, nodes)
        values: dict[int, Number] = dict(zip(beside, table, strict=True))
        if 0 in offsets:
            nodes = nodes_at(field, coordinates, kind)
            values[0] = nodes[-1]
            plain = plain and _all_finite(kind, nodes)
    return _Neighbours(kind, values, h, plain)


def _all_finite(kind: Kind, nodes: Sequence[Number]) -> bool:
    """Whether certainly no node is infinite or nan: their sum would be, too."""
    total = 0.0
    for node in nodes:
        total = total + kind.floats(node)
    return bool(np.isfinite(total).all())


def difference(name: str) -> Callable[..., GradientEstimate]:
    """The method that takes one quotient of the named stencil."""
    stencil = STENCILS[name]

    def estimate(
        field: ScalarField,
        point: np.ndarray,
        step: float,
        arithmetic: Arithmetic = USUAL,
    ) -> GradientEstimate:
        around = _sampled(field, point, [step], stencil.weights, arithmetic, checked=True)
        gradient = around.divided([stencil])[name][0]
        n = len(point)
        evaluations = n * len(stencil.weights) - (n - 1 if 0 in stencil.weights else 0)
        status, note = "ok", ""
        if not (around.plain and np.isfinite(gradient).all()):
            status, note = _status(field, point, step, stencil, gradient, arithmetic)
        return GradientEstimate(name, gradient, step, evaluations, status=status, note=note)

    return estimate


def vanished(
    point: ArrayLike,
    steps: ArrayLike,
    offsets: Collection[int] = (1, -1),
    arithmetic: Arithmetic = USUAL,
) -> np.ndarray:
    """Where a step leaves a coordinate as it was, x + jh = x for every j: (n,) and (k,) give (k, n)."""
    rounded = arithmetic.precision.rounded
    x = rounded(point)
    with np.errstate(all="ignore"):
        h = taken_steps(x, steps, arithmetic)
        h = h[:, np.newaxis] if h.ndim == 1 else h.T
        moved = (rounded(x + rounded(j * h)) for j in offsets if j)
        return np.logical_and.reduce([neighbour == x for neighbour in moved]) & np.isfinite(x)


def _status(
    field: ScalarField,
    point: np.ndarray,
    step: float,
    stencil: Stencil,
    gradient: np.ndarray,
    arithmetic: Arithmetic,
) -> tuple[str, str]:
    """The status of a quotient, with its sentence."""
    if not len(point):
        return "ok", ""  # a constant has no quotients
    precision = arithmetic.precision
    out_of_range = step_out_of_range(step, precision)
    if out_of_range is not None:
        return out_of_range
    gone = vanished(point, [step], stencil.weights, arithmetic)[0]
    for name, x, here in zip(field.variables, point, gone, strict=True):
        if here:
            shown = f"{x:.{min(12, precision.digits)}g}"
            return (
                "step vanished",
                f"The step is too small for {name} = {shown}: {name} + ε is {name} again in "
                f"{precision.name}.",
            )
    with np.errstate(all="ignore"):
        steps = np.broadcast_to(taken_steps(point, [step], arithmetic).reshape(-1), point.shape)
        around = _around(field, point, None, steps, stencil, precision)
        if np.isfinite(gradient).all() and not overflows(field.expression, around):
            return "ok", ""
    for i, name in enumerate(field.variables):
        with np.errstate(all="ignore"):
            h = float(steps[i])
            if np.isfinite(gradient[i]):
                if not overflows(field.expression, _around(field, point, i, steps, stencil, precision)):
                    continue
                return (
                    "overflow",
                    f"A number on the way to f along {name} is too large for {precision.name}.",
                )
            shifts = {j: np.eye(len(point))[i] * precision.rounded(j * h) for j in stencil.weights}
            neighbours = {j: precision.rounded(point + shift) for j, shift in shifts.items()}
            missing = [j for j in stencil.weights if math.isnan(value_in(field, neighbours[j], precision))]
            if missing:
                sides = ", ".join(_side(name, j) for j in missing)
                return why_missing(field, neighbours[missing[0]], precision, sides)
        return "overflow", f"f or the quotient along {name} is too large for {precision.name}."
    return "ok", ""


def _around(
    field: ScalarField,
    point: np.ndarray,
    i: int | None,
    steps: np.ndarray,
    stencil: Stencil,
    precision: Precision,
) -> list[np.ndarray]:
    """The value of every node at the neighbours along coordinate ``i``, or along all of them if that is None.

    The caller holds np.errstate.
    """
    kind, offsets = real_kind(precision), np.array(list(stencil.weights), float)
    along = range(len(point)) if i is None else [i]
    shifts = np.zeros((len(point), len(along), len(offsets)))
    for row, j in enumerate(along):
        shifts[j, row] = steps[j] * offsets
    moved = precision.rounded(point[:, np.newaxis] + shifts.reshape(len(point), -1))
    return [kind.floats(value) for value in nodes_at(field, [kind.number(row) for row in moved], kind)]


def step_out_of_range(step: float, precision: Precision) -> tuple[str, str] | None:
    """The status and the sentence where ε is no number of the type, being rounded to 0 or past its range."""
    rounded = float(precision.rounded(step))
    if rounded == 0:
        return "step vanished", f"The step vanishes: ε = {step:g} is 0 in {precision.name}."
    if math.isinf(rounded):
        return (
            "overflow",
            f"ε = {step:g} is too large for {precision.name}, which ends at {precision.largest:g}.",
        )
    return None


def _side(name: str, offset: int) -> str:
    if offset == 0:
        return "the point itself"
    times = "" if abs(offset) == 1 else str(abs(offset))
    return f"{name} {'+' if offset > 0 else '−'} {times}ε"


def complex_quotients(
    field: ScalarField,
    point: np.ndarray,
    steps: ArrayLike,
    arithmetic: Arithmetic = USUAL,
) -> np.ndarray:
    """Im f(x + ih eᵢ) / h for each coordinate: ``point`` (n,) and ``steps`` (k,) give (k, n).

    No difference is taken, so nothing cancels however small h is; the step is added to no number either, and
    is representable as it is. nan along a coordinate where f is not analytic, and throughout where there are
    no complex numbers of that precision. Squire & Trapp, SIAM Review 40 (1998) 110–112.
    """
    gradients = np.full((np.size(steps), len(point)), np.nan)
    kind = complex_kind(arithmetic.precision)
    if kind is None:
        return gradients
    with np.errstate(all="ignore"):
        values = nodes_in(field, point, arithmetic.precision)
        if not np.isfinite(values[-1]):
            return gradients  # the angle of an infinite complex number is noise
        taken = taken_steps(np.zeros(1), steps, arithmetic).reshape(-1)
        h = kind.number(taken)
        coordinates = [kind.number(float(x)) for x in point]
        for i, x in enumerate(coordinates):
            if not_analytic(field, i) or any(edges(field, i, values)):
                continue
            shifted = [*coordinates[:i], x + 1j * h, *coordinates[i + 1 :]]
            gradients[:, i] = np.imag(values_at(field, shifted, kind)) / h
    return gradients


def not_analytic(field: ScalarField, i: int) -> tuple[str, ...]:
    """The operations of f, along coordinate ``i``, that have no derivative for a complex number."""
    nodes = zip(field.expression.nodes, field.expression.supports, strict=True)
    found = (n.operation for n, support in nodes if field.variables[i] in support)
    return tuple(
        dict.fromkeys(name for name in found if name != "variable" and OPERATIONS[name].complex is None)
    )


def edges(field: ScalarField, i: int, values: Sequence[Number]) -> list[Number]:
    """For each node that counts, whether f is not analytic in coordinate ``i`` because of where that node is.

    ``values`` of all nodes are real, numbers or arrays. A root, a logarithm or a power may stand at its
    branch point, and a power whose exponent varies on a base that is not positive: f may have a derivative
    there, but no continuation into the complex plane that belongs to it.
    """
    expression, name = field.expression, field.variables[i]
    found = []
    for place, quantity in switches(expression, NUMPY, values):
        if name in expression.supports[place] and expression.nodes[place].operation != "power":
            found.append(np.equal(quantity, 0))
    for node, support in zip(expression.nodes, expression.supports, strict=True):
        if node.operation != "power" or name not in support:
            continue
        base, exponent = (values[place] for place in node.operands)
        if name in expression.supports[node.operands[1]]:
            found.append(np.less_equal(base, 0))
        else:
            natural = np.equal(exponent, np.floor(exponent)) & np.greater_equal(exponent, 0)
            found.append(np.equal(base, 0) & ~natural)
    return found
