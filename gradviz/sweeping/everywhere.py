"""Gradients at many points that one sweep with few bits proves."""

from __future__ import annotations

import numpy as np

from gradviz.autodiff import proved
from gradviz.sweeping.evaluation import SWEEPS, Evaluation
from gradviz.tree.balls.numbers import Number, nearest_float, rational, working

_AT_ONCE = 16  # points for which the working precision is held
_ORDER = 1  # the seed of the order of the points: those that are not reached lie scattered


def by_one_sweep(work: Evaluation, points: np.ndarray) -> tuple[np.ndarray, np.ndarray, list[int]]:
    """∇f (m, n) at ``points`` (m, n), (m,) where it is found, and the places where more is to be done.

    ``work`` has the field, its parameters, and the time: what is not reached is neither found nor to be done.
    """
    gradients, found = np.full(points.shape, np.nan), np.zeros(len(points), dtype=bool)
    inputs, variables = dict(work.inputs), work.field.variables
    rest: list[int] = []
    order = np.random.default_rng(_ORDER).permutation(len(points))
    for start in range(0, len(order), _AT_ONCE):
        if work.over():
            break
        with working(SWEEPS[0]):
            for i in order[start : start + _AT_ONCE].tolist():
                inputs |= zip(variables, map(rational, points[i].tolist()), strict=True)
                partials = _partials(work, inputs)
                if partials is None:
                    rest.append(i)
                else:
                    gradients[i], found[i] = partials, True
    return gradients, found, rest


def _partials(work: Evaluation, inputs: dict[str, Number]) -> list[float] | None:
    """The partial derivatives, if the sweep proves all their bits."""
    try:
        sweep = proved.sweep(work.field.expression, work.field.variables, inputs, work.over)
    except (proved.NotSmooth, proved.NotDecided, proved.OutOfTime):
        return None
    partials = [a for a in map(nearest_float, sweep.partials) if a is not None]
    return partials if len(partials) == len(sweep.partials) else None
