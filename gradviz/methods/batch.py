"""Gradients at many points at once: each method's own arithmetic, over arrays instead of numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from types import ModuleType

import numpy as np
from numpy.typing import ArrayLike

from gradviz.autodiff.graph import forward_pass
from gradviz.errors import ClosedFormError, PointError
from gradviz.field import ScalarField, as_points, checked_field, fixed_inputs, inputs_at, nodes_at, values_at
from gradviz.methods import as_step, gradient, named
from gradviz.methods.differences import STENCILS, Stencil, edges, not_analytic
from gradviz.surface import Surface
from gradviz.symbolic.closed_form import closed_form
from gradviz.tree.expression import Builder, Expression, Number, evaluate
from gradviz.tree.kinds import COMPLEX, NUMPY, torch_kind
from gradviz.tree.pytorch import is_installed, pytorch

# (field, coordinates, step) → f at the points, and one array or number per coordinate
_Batch = Callable[[ScalarField, list[np.ndarray], float], tuple[Number, Sequence[Number] | np.ndarray]]


def gradients(
    field: ScalarField, points: ArrayLike | Surface, method: str = "forward", step: float = 0.1
) -> np.ndarray:
    """∇f (..., n) at ``points`` (..., n), or over the grid of a ``Surface``, by one method of ``METHODS``.

    The same as ``gradient`` at every point, to rounding; nan where f, or the method, has no value. All points
    go through each operation together, and on a grid what depends on one variable is computed once for each
    of its values; only the adaptive difference, whose steps differ from point to point, takes them one by
    one. PointError, StepError or a GradvizError for what the caller can mend.
    """
    named(method)
    step = as_step(step)
    if isinstance(points, Surface):
        shape, coordinates = points.z.shape, points.coordinates
        if len(coordinates) != len(checked_field(field).variables):
            raise PointError("This surface is one of a function with other variables.")
    else:
        points = as_points(field, points)
        shape, coordinates = points.shape[:-1], list(np.moveaxis(points, -1, 0))
    if not coordinates or not math.prod(shape):
        return np.zeros((*shape, len(coordinates)))
    with np.errstate(all="ignore"):
        here, found = _batch(method)(field, coordinates, step)
        table = np.empty((*shape, len(coordinates)))
        for i, slopes in enumerate(found):
            table[..., i] = slopes
        holes = np.isnan(here)
        if np.any(holes):
            table[np.broadcast_to(holes, shape)] = np.nan
        return table


def _batch(method: str) -> _Batch:
    """The function that computes the gradients of one method over arrays."""
    if method in STENCILS:
        return partial(_differences, STENCILS[method])
    return _BATCHES.get(method) or partial(_one_by_one, method)


def _differences(
    stencil: Stencil, field: ScalarField, coordinates: list[np.ndarray], step: float
) -> tuple[Number, list[Number]]:
    here, found = values_at(field, coordinates), []
    for i, x in enumerate(coordinates):
        values = {
            j: values_at(field, [*coordinates[:i], x + j * step, *coordinates[i + 1 :]]) if j else here
            for j in stencil.weights
        }
        found.append(stencil.divided(values, step))
    return here, found


def _closed_form(
    field: ScalarField, coordinates: list[np.ndarray], step: float
) -> tuple[Number, list[Number]]:
    try:
        together, outputs = _joined((field.expression, *closed_form(field).partials))
    except ClosedFormError:
        return np.nan, [np.nan] * len(coordinates)
    values = evaluate(together, NUMPY, inputs_at(field, coordinates))
    here, *found = (values[place] for place in outputs)
    return here, found


@lru_cache(maxsize=64)
def _joined(expressions: tuple[Expression, ...]) -> tuple[Expression, tuple[int, ...]]:
    """One tree for f and its partial derivatives, so that they share work, and the index of each."""
    builder, outputs = Builder(), []
    for expression in expressions:
        places: list[int] = []
        for node in expression.nodes:
            places.append(builder.copy(node, places))
        outputs.append(places[-1])
    return Expression(tuple(builder.nodes)), tuple(outputs)


def _complex_step(
    field: ScalarField, coordinates: list[np.ndarray], step: float
) -> tuple[Number, list[Number]]:
    values, found = nodes_at(field, coordinates), []
    here = values[-1]
    for i, x in enumerate(coordinates):
        if not_analytic(field, i):
            found.append(np.nan)
            continue
        shifted = [*coordinates[:i], x + 1j * step, *coordinates[i + 1 :]]
        quotient = np.imag(values_at(field, shifted, COMPLEX)) / step
        for at_edge in [*edges(field, i, values), ~np.isfinite(here)]:  # an infinite number's angle is noise
            quotient = np.where(at_edge, np.nan, quotient)
        found.append(quotient)
    return here, found


def _backprop(field: ScalarField, coordinates: list[np.ndarray], step: float) -> tuple[Number, np.ndarray]:
    """One forward pass over all points and one backward pass of the sum of f over them.

    Points that take different branches of a condition go in different groups: through ``torch.where`` 0 would
    flow into the branch not taken, and 0 · ∞ there is nan. Without PyTorch all is nan.
    """
    spread = np.broadcast_arrays(*coordinates)
    if not is_installed():
        return np.nan, np.full((len(coordinates), *spread[0].shape), np.nan)
    torch = pytorch()
    stacked = np.stack([coordinate.ravel() for coordinate in spread])
    found = np.zeros_like(stacked)
    for group in _groups(torch, field, stacked):
        leaves = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in stacked[:, group]]
        output = forward_pass(torch, field.expression, _inputs(torch, field, leaves))[-1]
        if output.requires_grad:
            slopes = torch.autograd.grad(output.sum(), leaves, allow_unused=True)
            found[:, group] = [
                np.zeros(len(x)) if g is None else g.numpy() for x, g in zip(leaves, slopes, strict=True)
            ]
    return values_at(field, coordinates), found.reshape(len(coordinates), *spread[0].shape)


def _inputs(torch: ModuleType, field: ScalarField, leaves: Sequence[Number]) -> dict[str, Number]:
    fixed = {name: torch.tensor(x, dtype=torch.float64) for name, x in fixed_inputs(field).items()}
    return dict(zip(field.variables, leaves, strict=True)) | fixed


def _groups(torch: ModuleType, field: ScalarField, stacked: np.ndarray) -> list[np.ndarray] | list[slice]:
    """Index arrays (or one slice) of the points at which every condition has the same outcome."""
    places = [node.operands[0] for node in field.expression.nodes if node.operation == "select"]
    if not places:
        return [slice(None)]
    with torch.no_grad():
        leaves = [torch.tensor(x, dtype=torch.float64) for x in stacked]
        values = evaluate(field.expression, torch_kind(torch), _inputs(torch, field, leaves))
    answers = np.stack([np.broadcast_to(values[place].numpy(), stacked.shape[1]) for place in places])
    _, kinds = np.unique(answers, axis=1, return_inverse=True)
    return [np.flatnonzero(kinds == kind) for kind in range(kinds.max() + 1)]


def _one_by_one(
    method: str, field: ScalarField, coordinates: list[np.ndarray], step: float
) -> tuple[Number, np.ndarray]:
    points = np.stack(np.broadcast_arrays(*coordinates), axis=-1)
    flat = points.reshape(-1, points.shape[-1])
    found = np.reshape([gradient(field, point, method, step).gradient for point in flat], points.shape)
    return 0.0, np.moveaxis(found, -1, 0)  # each estimate has checked f itself


_BATCHES: dict[str, _Batch] = {
    "symbolic": _closed_form,
    "complex-step": _complex_step,
    "backprop": _backprop,
}
