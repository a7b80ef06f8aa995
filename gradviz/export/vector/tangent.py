"""Gradients as arrows in the tangent plane of a scene, as its picture says (``browser/tangent.js``)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Vector = NDArray[np.float64]

LONGEST_DRAWN = 1.4  # of any arrow in scene units: longer ones are drawn no longer


@dataclass(frozen=True)
class Stage:
    """The point ``spot`` (3,) in the scene, each method's gradient, and the ``reference`` of their lengths.

    ``differences`` are those from the true gradient; ``sides`` (2, 2) the slopes from below and from above
    along each axis at a kink, none where f is smooth.
    """

    spot: Vector
    floor: float
    reference: Vector
    arrows: tuple[tuple[str, Vector], ...]
    differences: tuple[tuple[str, Vector], ...]
    sides: Vector | None
    stretch: Vector
    climb: float

    @property
    def size(self) -> float:
        """The length of the reference."""
        return math.hypot(*self.reference)

    def vector(self, gradient: ArrayLike) -> Vector:
        """The arrow (3,) of a gradient (2,): one unit long for the reference."""
        if not 0 < self.size < math.inf:
            return np.zeros(3)
        way = self.reference / self.size

        def raised(vector: Vector) -> Vector:
            return np.append(self.stretch * vector, self.climb * float(way @ vector))

        return raised(np.asarray(gradient, dtype=float) / self.size) / np.linalg.norm(raised(way))

    def tip(self, gradient: ArrayLike, length: float) -> Vector:
        """Where an arrow ends, with ``length`` for the reference's."""
        arrow = length * self.vector(gradient)
        far = float(np.linalg.norm(arrow))
        return self.spot + arrow * (LONGEST_DRAWN / far if far > LONGEST_DRAWN else 1.0)


def stage_of(meta: Mapping[str, Any]) -> Stage | None:
    """The stage of a picture's ``meta``; None where its point is not in the picture."""
    if "stage" not in meta:
        return None
    stage, frame = meta["stage"], meta["frame"]
    low, high, size = (np.array(frame[key], dtype=float) for key in ("low", "high", "size"))
    reference = np.array(stage["reference"], dtype=float)
    climb = min(stage["rise"] * math.hypot(*reference), 1e150) if stage["tangent"] else 0.0
    sides = [[math.nan if slope is None else slope for slope in row] for row in stage["sides"]]
    return Stage(
        np.array(stage["spot"], dtype=float),
        float(stage["floor"]),
        reference,
        _named(stage["arrows"], "gradient"),
        _named(stage["differences"], "vector"),
        np.array(sides, dtype=float) if sides else None,
        2 * size / (high - low),
        climb,
    )


def _named(entries: Sequence[Mapping[str, Any]], key: str) -> tuple[tuple[str, Vector], ...]:
    return tuple((entry["method"], np.array(entry[key], dtype=float)) for entry in entries)
