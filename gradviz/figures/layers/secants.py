"""The two points at which a difference evaluates f, and the chord through them."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gradviz.field import ScalarField

# The two points, in steps from the point, whose chord has the slope of the difference quotient.
CHORDS = {"forward": (0, 1), "backward": (-1, 0), "central": (-1, 1)}


def chord(
    field: ScalarField, point: ArrayLike, axis: int, method: str, step: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """The two points (2, n) along ``axis`` that a difference subtracts, and f there (2,).

    None for a method without a chord, and where f has no finite value at one of them.
    """
    if method not in CHORDS:
        return None
    points = np.tile(np.asarray(point, dtype=float), (2, 1))
    points[:, axis] += np.array(CHORDS[method]) * step
    values = np.asarray(field(points), dtype=float)
    return (points, values) if np.isfinite(values).all() else None
