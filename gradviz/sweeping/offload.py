"""Computations in many digits, moved to a worker process when they take long.

Python runs one thread at a time: while one visitor opens formulas that take half a second each, all others
would wait several times as long.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from functools import partial
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike

from gradviz.errors import ClosedFormError
from gradviz.field import ScalarField
from gradviz.patience import by_the_clock
from gradviz.sweeping import evaluation, truth
from gradviz.sweeping.truth import Gradients, Truth
from gradviz.symbolic import worker

AT_HAND = 0.03  # seconds of CPU that a computation may take here before it is started again in a worker

_Result = TypeVar("_Result")


def true_gradient(field: ScalarField, point: ArrayLike, *, dtype: str = "float64") -> Truth:
    """The same as ``truth.true_gradient``, computed here or in a worker."""
    return _computed(
        truth.true_gradient, lambda found: "undecided" not in found.status, field, point, dtype=dtype
    )


def higher_derivatives(field: ScalarField, point: ArrayLike, highest: int) -> np.ndarray:
    """The same as ``taylor.higher_derivatives`` (n, highest + 1), computed here or in a worker."""
    return _computed(
        truth.higher_derivatives, lambda table: not np.isnan(table).any(), field, point, highest=highest
    )


def one_sided_derivatives(field: ScalarField, point: ArrayLike, highest: int) -> np.ndarray:
    """The same as ``taylor.one_sided_derivatives`` (n, 2, highest + 1), computed here or in a worker."""
    return _computed(
        truth.one_sided_derivatives, lambda table: not np.isnan(table).any(), field, point, highest=highest
    )


def true_gradients(field: ScalarField, points: ArrayLike) -> Gradients:
    """The same as ``truth.true_gradients``, computed here or in a worker."""
    return _computed(truth.true_gradients, lambda found: found.complete, field, points)


def _computed(
    function: Callable[..., _Result],
    complete: Callable[[_Result], bool],
    *arguments: object,
    **options: object,
) -> _Result:
    """``function`` of the arguments, here for up to ``AT_HAND`` seconds, then in a worker.

    The result may stay incomplete: where time was not the reason, or where no worker is free.
    """
    began = time.monotonic()  # a result that is incomplete sooner does not lack time
    here = function(*arguments, **options, seconds=min(AT_HAND, evaluation.SECONDS), patience=math.inf)
    if complete(here) or time.monotonic() - began < AT_HAND:
        return here
    options |= {"seconds": evaluation.SECONDS, "patience": by_the_clock(evaluation.PATIENCE)}
    most = 1.0 + evaluation.SECONDS  # of CPU: the function itself minds it, and the clock
    call = partial(worker.call, worker.TRUTH, function.__name__, *arguments)
    try:
        return call(**options, limit=most)
    except ClosedFormError:
        return here
