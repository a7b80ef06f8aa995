"""Where the gradient arrows go: their common scale, and the widths of those that lie over each other.

Everything here is in *scene units*: both axes of the input plane run over [−size, size] with the larger size
1, so that lengths and right angles are what the eye sees.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gradviz.figures.parts.drawing import bounded
from gradviz.figures.parts.theme import style
from gradviz.text.numbers import listed, number

LONGEST = 0.62  # of the half-width of the picture: shows the direction, and leaves room around it
SHORTEST = 0.3  # even at the edge of the picture
FACTORS = (1e-305, 1e305)  # a factor past these is no finite number once it is multiplied
NICE = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8)  # factors that are easy to read


@dataclass(frozen=True)
class Frame:
    """The window [low, high] of the two chosen variables and the half-lengths ``size`` it is drawn with."""

    low: NDArray[np.float64]
    high: NDArray[np.float64]
    size: NDArray[np.float64]

    @classmethod
    def of(cls, x: ArrayLike, y: ArrayLike) -> Frame:
        """The frame of two axes; true to scale unless one range is more than 2.5 times the other."""
        low, high = np.array([np.min(x), np.min(y)]), np.array([np.max(x), np.max(y)])
        span = high - low
        size = span / span.max() if span.max() <= 2.5 * span.min() else np.ones(2)
        return cls(low, high, size)

    @property
    def true_to_scale(self) -> bool:
        """Whether both variables have the same unit of length: only then are right angles right."""
        ratio = self.size / (self.high - self.low)
        return bool(np.isclose(ratio[0], ratio[1]))

    @property
    def message(self) -> dict[str, list[float]]:
        """The frame for the browser."""
        parts = {"low": self.low, "high": self.high, "size": self.size}
        return {name: [float(x) for x in values] for name, values in parts.items()}

    def place(self, points: ArrayLike) -> NDArray[np.float64]:
        """Points (..., 2) of the input plane in scene units."""
        return self.size * (2 * (np.asarray(points) - self.low) / (self.high - self.low) - 1)

    def along(self, axis: int, values: ArrayLike) -> NDArray[np.float64]:
        """Values of one of the two variables in scene units."""
        low, high = self.low[axis], self.high[axis]
        return self.size[axis] * (2 * (np.asarray(values) - low) / (high - low) - 1)

    def back(self, places: ArrayLike) -> NDArray[np.float64]:
        """Scene units (..., 2) as points of the input plane."""
        return self.low + (np.asarray(places) / self.size + 1) / 2 * (self.high - self.low)

    def stretch(self, vectors: ArrayLike) -> NDArray[np.float64]:
        """Vectors (..., 2) of the input plane in scene units."""
        with np.errstate(over="ignore"):
            return 2 * self.size * np.asarray(vectors) / (self.high - self.low)


@dataclass(frozen=True)
class Arrow:
    """One method's arrow: ``tail`` and ``tip`` (2,) in scene units; ``cut`` if longer than there is room."""

    method: str
    tail: NDArray[np.float64]
    tip: NDArray[np.float64]
    cut: bool = False

    @property
    def is_dot(self) -> bool:
        """Whether the gradient is zero here."""
        return bool(np.array_equal(self.tail, self.tip))


LONGEST_DRAWN = 1.5 * LONGEST  # an arrow is cut short there, if no wall is nearer


@dataclass(frozen=True)
class Arrows:
    """All arrows at one point, ``factor`` times as long as their gradients; none for those not finite."""

    arrows: tuple[Arrow, ...]
    factor: float

    @property
    def to_scale(self) -> bool:
        """Whether any arrow has the length that ``factor`` says, and is neither a dot nor cut short."""
        return any(not (arrow.is_dot or arrow.cut) for arrow in self.arrows)


def in_words(gradients: Mapping[str, NDArray[np.float64]]) -> str:
    """The methods with an arrow, each with its two numbers: those whose gradient (2,) is finite."""
    words = [
        f"{style(method).label} ({number(vector[0])}, {number(vector[1])})"
        for method, vector in gradients.items()
        if np.isfinite(vector).all()
    ]
    return listed(words) if words else "no method"


def arrange(frame: Frame, point: ArrayLike, gradients: Mapping[str, ArrayLike]) -> Arrows:
    """Lay the arrows of ``gradients`` (name → (2,), already the two chosen coordinates) at ``point`` (2,).

    One round factor for all, taken from the middle of their lengths: a single method gone wild is cut short
    and does not shrink the others. All start at the point.
    """
    start = frame.place(point)
    vectors = {name: np.asarray(gradient, dtype=float) for name, gradient in gradients.items()}
    vectors = {name: vector for name, vector in vectors.items() if np.isfinite(vector).all()}
    drawn = {name: frame.stretch(vector) for name, vector in vectors.items()}
    factor = _common_factor(frame, start, list(drawn.values()))
    arrows = []
    for name, vector in drawn.items():
        length, direction = _polar(vectors[name], vector)
        free = 1.001 * room(frame, start, direction, LONGEST_DRAWN)
        with np.errstate(over="ignore"):
            wanted = factor * length
        cut = bool(wanted > free)
        arrows.append(Arrow(name, start, start + direction * (free if cut else wanted), cut))
    return Arrows(tuple(arrows), factor)


def drag_data(arrow: Arrow, frame: Frame, point: ArrayLike, factor: float) -> dict[str, Any]:
    """What the browser needs to redraw an arrow by itself while ε or the ``point`` (2,) is dragged.

    ``unit`` are the arrows of the gradients (1, 0) and (0, 1), ``vector`` is the one drawn, ``most`` the
    length at which one is cut short; all in scene units.
    """
    units = bounded(factor * frame.stretch(np.eye(2)))
    most = float(np.hypot(*(arrow.tip - arrow.tail))) if arrow.cut else LONGEST_DRAWN
    return {
        "method": arrow.method,
        "symbol": style(arrow.method).symbol,
        "tail": [float(x) for x in arrow.tail],
        "vector": [float(x) for x in arrow.tip - arrow.tail],
        "unit": [[float(x) for x in unit] for unit in units],
        "most": most,
        "point": [float(x) for x in np.asarray(point, dtype=float)],
    }


def nested_widths(count: int, widest: float, narrowest: float = 2.0) -> list[float]:
    """The widths of ``count`` arrows from one point, the first the widest: each shows beside the next."""
    return [round(float(width), 2) for width in np.linspace(widest, narrowest, max(count, 2))[:count]]


def _polar(gradient: NDArray[np.float64], vector: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
    """Length and direction of a scene vector; an infinite one points where its infinite coordinates do."""
    length = float(np.hypot(*vector))
    if np.isinf(length):
        direction = np.where(np.isinf(vector), np.sign(gradient), 0.0)
        return length, direction / np.hypot(*direction)
    return length, vector / length if length > 0 else np.zeros(2)


def _common_factor(frame: Frame, start: NDArray[np.float64], drawn: Sequence[NDArray[np.float64]]) -> float:
    """The largest round factor with which every ordinary arrow, at most twice the middle length, has room."""
    lengths = np.array([np.hypot(*vector) for vector in drawn])
    usable = np.isfinite(lengths) & (lengths > 0)
    if not usable.any():
        return 1.0
    middle = np.sort(lengths[usable])[(usable.sum() - 1) // 2]
    factors = [
        room(frame, start, vector / length, LONGEST) / length
        for vector, length in zip(drawn, lengths, strict=True)
        if 0 < length <= 2 * middle
    ]
    return round_down(min(factors))


def room(frame: Frame, start: NDArray[np.float64], direction: NDArray[np.float64], most: float) -> float:
    """How long an arrow may be: at most ``most``, less towards a near wall, but never illegibly short."""
    with np.errstate(divide="ignore", invalid="ignore"):
        walls = (np.sign(direction) * 0.96 * frame.size - start) / direction
    walls = walls[np.isfinite(walls)]
    return float(np.clip(walls.min(initial=most), SHORTEST, most))


def round_down(value: float) -> float:
    """The largest round number with one digit (or 1.5, 2.5) that is not above ``value``, 1e-305 … 1e305."""
    value = float(np.clip(value, *FACTORS))
    exponent = int(np.floor(np.log10(value)))
    candidates = [nice * 10.0**power for power in (exponent - 1, exponent, exponent + 1) for nice in NICE]
    return float(f"{max(c for c in candidates if c <= value * (1 + 1e-9)):.2g}")
