"""Paths of steepest descent and ascent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from gradviz.autodiff.reverse import gradients_at
from gradviz.field import ScalarField, as_point, values_at

MOST_STEPS = 300
# In widths of the window:
LONGEST_STEP = 0.03  # a chord of this length still looks like the curve it stands for
SHORTEST_STEP = 1e-5  # no picture shows less
ERROR = 2e-6  # allowed in one step
JUMP = 0.3  # of a step's fall: so much of it may be no work of the gradient


@dataclass(frozen=True)
class Path:
    """``points`` (m, n) from the start on, ``values`` (m,) of f there, strictly falling or strictly rising.

    ``end`` says why it stops: at the 'edge' of the window, at a 'critical' point, where the gradient is zero,
    at a 'kink' (or jump), at a 'hole', or because it grew too 'long'.
    """

    points: np.ndarray
    values: np.ndarray
    end: str


def steepest_path(
    field: ScalarField,
    point: ArrayLike,
    window: ArrayLike,
    *,
    axes: Sequence[int] | None = None,
    uphill: bool = False,
) -> Path:
    """Steepest descent, or ascent (``uphill``), from ``point`` (n,) along the variables ``axes``.

    By default all of them; the others are fixed.

    ``window`` has a range (low, high) for each of ``axes``. The curve is x′ = ∓∇f, its length measured in
    widths of the window, by the embedded Runge–Kutta pair of orders 3 and 2 of Bogacki and Shampine (Applied
    Mathematics Letters 2 (1989) 321–325), at most ``MOST_STEPS`` steps. A step is accepted only if f falls
    (rises) over it, by about what the gradient predicts.
    """
    point = as_point(field, point)
    chosen = list(range(len(point))) if axes is None else list(axes)
    with np.errstate(all="ignore"):
        return _Walk(field, point, chosen, np.asarray(window, dtype=float), 1.0 if uphill else -1.0).path()


@dataclass(frozen=True)
class _Point:
    """A point of the path: its place in widths of the window, [0, 1]ᵏ, with f and its slope (k,) there."""

    place: np.ndarray
    value: float
    slope: np.ndarray


class _Walk:
    """One walk through a window."""

    def __init__(
        self, field: ScalarField, point: np.ndarray, axes: list[int], window: np.ndarray, sign: float
    ) -> None:
        self.field, self.point, self.axes, self.sign = field, point, axes, sign
        self.low, self.width = window[:, 0], window[:, 1] - window[:, 0]

    def path(self) -> Path:
        here = self.point_at((self.point[self.axes] - self.low) / self.width)
        path, length, end = [here], LONGEST_STEP, self.at_start(here)
        while not end:
            reason, ahead, factor = self.step(here, length)
            length = min(LONGEST_STEP, length * factor)
            if not reason:
                here = ahead
                path.append(here)
                end = "long" if len(path) > MOST_STEPS else "" if here.slope.any() else "critical"
            elif reason == "edge" and length < 10 * SHORTEST_STEP:
                path += [ahead] if self.sign * (ahead.value - here.value) > 0 else []
                end = reason
            elif length < SHORTEST_STEP:
                end = reason if reason == "hole" else _critical_or_kink(path)
        points = self.points(np.array([point.place for point in path]))
        points[0] = self.point
        return Path(points, np.array([point.value for point in path]), end)

    def at_start(self, here: _Point) -> str:
        """Why there is no path from the start; '' where there is one."""
        if ((here.place < 0) | (here.place > 1)).any():
            return "edge"
        if not (np.isfinite(here.value) and np.isfinite(here.slope).all()):
            return "hole"
        return "" if here.slope.any() else "critical"

    def step(self, here: _Point, length: float) -> tuple[str, _Point, float]:
        """(why the step is rejected or '', where it leads, the factor for the length of the next)."""
        first = self.pace(here.slope)
        second = self.pace(self.slope(here.place + length / 2 * first))
        third = self.pace(self.slope(here.place + 3 / 4 * length * second))
        move = length * (2 / 9 * first + 1 / 3 * second + 4 / 9 * third)
        inside = _share_inside(here.place, move)
        ahead = self.point_at(here.place + inside * move)
        if inside < 1:
            return "edge", ahead, max(0.1, 0.999 * inside)
        fourth = self.pace(ahead.slope)
        error = length * np.abs(5 / 72 * first - 1 / 12 * second - 1 / 9 * third + 1 / 8 * fourth).max()
        change = ahead.value - here.value
        if not (np.isfinite(error) and np.isfinite(change)):
            return "hole", ahead, 0.25
        factor = float(np.clip(0.9 * (ERROR / max(error, 1e-300)) ** (1 / 3), 0.2, 3.0))
        if error > ERROR:
            return "turn", ahead, factor
        expected = move @ (here.slope + ahead.slope) / 2
        if self.sign * change <= 0 or abs(change - expected) > JUMP * abs(expected):
            return "turn", ahead, 0.25
        return "", ahead, factor

    def point_at(self, place: np.ndarray) -> _Point:
        return _Point(place, float(values_at(self.field, list(self.points(place)))), self.slope(place))

    def points(self, places: np.ndarray) -> np.ndarray:
        """Places (..., k) as points (..., n)."""
        points = np.broadcast_to(self.point, (*places.shape[:-1], len(self.point))).copy()
        points[..., self.axes] = self.low + self.width * places
        return points

    def slope(self, place: np.ndarray) -> np.ndarray:
        swept = gradients_at(self.field, [float(x) for x in self.points(place)])
        return np.array([float(swept[axis]) for axis in self.axes]) * self.width

    def pace(self, slope: np.ndarray) -> np.ndarray:
        """d place / d length: along the gradient, of length one; zero where the gradient is zero."""
        move = self.sign * slope / self.width**2
        size = np.hypot.reduce(move)
        return move / size if size != 0 else move


def _share_inside(place: np.ndarray, move: np.ndarray) -> float:
    """How much of ``move`` stays inside the window."""
    ahead = place + move
    walls = np.where(move > 0, 1.0, 0.0)
    shares = np.where((ahead < 0) | (ahead > 1), (walls - place) / move, 1.0)
    return float(np.clip(shares.min(), 0.0, 1.0))


def _critical_or_kink(path: Sequence[_Point]) -> str:
    """What is there where even the shortest step is rejected: a critical point if the gradient fades.

    Else a kink.
    """
    here = path[-1]
    away = [point for point in path if np.abs(point.place - here.place).max() > 30 * SHORTEST_STEP]
    before = away[-1] if away else path[0]
    return "critical" if np.abs(here.slope).max() < 0.5 * np.abs(before.slope).max() else "kink"
