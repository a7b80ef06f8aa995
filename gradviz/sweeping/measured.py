"""The gradient of a plain Python function by every method that applies, at many steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from gradviz.lazy import lazy
from gradviz.methods import METHODS, GradientEstimate, named
from gradviz.methods.callables import (
    FINEST,
    Counted,
    Function,
    as_free_point,
    complex_quotients,
    difference_quotients,
    gradient_of_callable,
)
from gradviz.methods.differences import STENCILS
from gradviz.shown import shown
from gradviz.sweeping.best import best_measured


@shown
@dataclass(frozen=True)
class MeasuredSweep:
    """The gradient of a Python function at ``point`` (n,) by ``methods`` at ``steps`` (k,), ascending.

    ``gradients[name]`` (k, n), constant for methods that take no step. There is no proof of what is true: the
    errors are measured against ``reference``, the answer of back-propagation, else of the complex step, else
    of the adaptive difference. ``notes[name]`` says why a method has no answer.
    """

    point: np.ndarray
    steps: np.ndarray
    methods: tuple[str, ...]
    gradients: Mapping[str, np.ndarray]
    reference: GradientEstimate
    notes: Mapping[str, str]

    @lazy
    def errors(self) -> dict[str, np.ndarray]:
        """For each method the Euclidean norm of its distance from the reference, (k,)."""
        with np.errstate(all="ignore"):
            distances = {name: found - self.reference.gradient for name, found in self.gradients.items()}
            return {name: np.hypot.reduce(distance, axis=-1) for name, distance in distances.items()}

    @lazy
    def best_step(self) -> dict[str, float]:
        """For each method that takes a step, the one at which the running median of its error is least."""
        stepping = [name for name in self.methods if named(name).takes_step]
        return {name: best_measured(self.steps, self.errors[name])[0] for name in stepping}


def sweep_of_callable(
    function: Function, point: ArrayLike, steps: np.ndarray, methods: Sequence[str]
) -> MeasuredSweep:
    """The sweep at checked ``steps`` by checked ``methods``; PointError as ``gradient``."""
    here = as_free_point(point)
    estimates = {
        method.name: gradient_of_callable(function, here, method.name, FINEST)
        for method in METHODS
        if method.name in ("symbolic", "backprop", "complex-step", "adaptive")
    }
    known = (estimates[name] for name in ("backprop", "complex-step", "adaptive"))
    reference = next((e for e in known if np.isfinite(e.gradient).all()), estimates["adaptive"])
    gradients = difference_quotients(
        Counted(function), here, steps, [name for name in methods if name in STENCILS]
    )
    for name in methods:
        if name == "complex-step" and estimates[name].status == "ok":
            gradients[name] = complex_quotients(Counted(function), here, steps)
        elif name not in gradients:
            gradients[name] = np.tile(estimates[name].gradient, (len(steps), 1))
    notes = {name: e.note for name, e in estimates.items() if e.note and name in methods}
    in_order = {name: gradients[name] for name in methods}
    return MeasuredSweep(here, steps, tuple(methods), in_order, reference, notes)
