"""The heights in the scene of values of f."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

HALF_HEIGHT = 0.62
FLOOR_GAP = 0.4  # room between the floor and the lowest point of the surface, so that the arrows are seen
FLOOR = -HALF_HEIGHT


class Heights:
    """The map from values of f, [low, high], to heights in the scene, [bottom, HALF_HEIGHT]."""

    def __init__(self, low: float, high: float) -> None:
        self.low, self.high = low, high
        self.bottom = FLOOR + FLOOR_GAP

    def place(self, values: ArrayLike) -> NDArray[np.float64]:
        # halves, because high − low of two huge numbers overflows
        span = self.high / 2 - self.low / 2
        return self.bottom + (HALF_HEIGHT - self.bottom) * (np.asarray(values) / 2 - self.low / 2) / span

    @property
    def unit(self) -> float:
        """The height of a difference of 1 in f."""
        return (HALF_HEIGHT - self.bottom) / (self.high / 2 - self.low / 2) / 2
