"""Computations in many digits that take long, in another process: here they would hold up everyone in it.

Python runs one thread at a time: while one visitor opens formulas that take half a second each, all others
would wait several times as long.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import numpy as np

from gradviz.errors import ClosedFormError
from gradviz.field import ScalarField
from gradviz.sweeping import truth
from gradviz.sweeping.truth import Truth
from gradviz.symbolic import worker

AT_HAND = 0.03  # seconds of CPU that a computation may take here, before it is begun again in a worker

_Result = TypeVar("_Result")


def true_gradient(field: ScalarField, point: Any, *, dtype: str = "float64") -> Truth:
    """What ``truth.true_gradient`` says, wherever that is worked out."""
    return _worked_out(
        truth.true_gradient, lambda found: "undecided" not in found.status, field, point, dtype=dtype
    )


def higher_derivatives(field: ScalarField, point: Any, highest: int) -> np.ndarray:
    """What ``truth.higher_derivatives`` says, wherever that is worked out: (n, highest + 1)."""
    return _worked_out(
        truth.higher_derivatives, lambda table: not np.isnan(table).any(), field, point, highest=highest
    )


def _worked_out(
    function: Callable[..., _Result], complete: Callable[[_Result], bool], *arguments: Any, **options: Any
) -> _Result:
    """``function`` of the arguments: here where ``AT_HAND`` is enough for a ``complete`` result, else in a
    worker; where that fails too, what was found here.
    """
    began = time.monotonic()  # out of time it is only past this, whatever else it may lack
    here = function(*arguments, **options, seconds=min(AT_HAND, truth.SECONDS), patience=math.inf)
    if complete(here) or time.monotonic() - began < AT_HAND:
        return here
    options["seconds"] = truth.SECONDS
    most = 1.0 + truth.PATIENCE * truth.SECONDS  # by the clock; the function itself minds its CPU
    call = partial(worker.call, worker.TRUTH, function.__name__, *arguments)
    try:
        return call(**options, limit=most)
    except ClosedFormError:
        return here
