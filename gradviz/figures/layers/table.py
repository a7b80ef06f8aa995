"""What can be seen besides, by choice: the table of the layers, and all that they are drawn from.

Nothing is computed before a picture that shows the layer asks for it, and then once for all the pictures.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gradviz.autodiff.reverse import gradients_at
from gradviz.figures.layers import digits, level, slices
from gradviz.lazy import lazy
from gradviz.methods import METHODS
from gradviz.methods.batch import gradients
from gradviz.paths import Path, steepest_path

FIELD_POINTS = 13  # arrows of the gradient field along each side


SURFACE, MAP, CURVE = "surface", "map", "curve"


@dataclass(frozen=True)
class Layer:
    """A row of the table: its ``name`` in the address, its ``label`` on the page, how ``words`` speak of it,
    the ``pictures`` it is drawn on; ``at_point`` if it needs the point to be in them.
    """

    name: str
    label: str
    words: str
    pictures: tuple[str, ...] = (SURFACE, MAP, CURVE)
    at_point: bool = True


LAYERS = (
    Layer("plane", "tangent plane", "the tangent", (SURFACE, CURVE)),
    Layer("level", "level curve", "the level of the point"),
    Layer("slices", "slices", "the slices along the axes", (SURFACE, MAP)),
    Layer("path", "steepest paths", "the paths of steepest descent and ascent"),
    Layer("field", "gradient field", "the gradient field", (SURFACE, MAP), at_point=False),
    Layer("digits", "correct digits", "the correct digits as colours", at_point=False),
    Layer("lens", "difference lens", "the differences from the true gradient, magnified", (MAP,)),
)
_ROWS = {layer.name: layer for layer in LAYERS}


def known_layers(text: str) -> tuple[str, ...]:
    """The layers whose names stand in ``text``, parted by commas, in the order of the table."""
    names = {name.strip() for name in text.split(",")}
    return tuple(layer.name for layer in LAYERS if layer.name in names)


def layers_text(names: Sequence[str]) -> str:
    """The entry for the layers chosen, in the order of the table."""
    return ",".join(layer.name for layer in LAYERS if layer.name in names)


def field_of(method: str | None, step: float) -> Callable[[Any, ArrayLike], NDArray[np.float64]]:
    """How gradients are taken at many points (..., n): by the reverse sweep in NumPy, or by ``method``."""

    def swept(function: Any, points: ArrayLike) -> NDArray[np.float64]:
        points = np.asarray(points, dtype=float)
        with np.errstate(all="ignore"):
            found = gradients_at(function, [points[..., i] for i in range(points.shape[-1])])
            table = np.stack([np.broadcast_to(g, points.shape[:-1]) for g in found], axis=-1)
        return np.where(np.isnan(function(points))[..., np.newaxis], np.nan, table)

    return swept if method is None else lambda function, points: gradients(function, points, method, step)


@dataclass(frozen=True)
class Layers:
    """The layers ``names`` of the pictures of ``field`` over ``surface`` at ``point`` (n,).

    ``truth`` is what is true there, ``estimates`` what the methods shown say, ``step`` their ε. ``axes`` are
    the variables drawn; ``method`` is the one whose digits and secants are seen, the first shown that takes a
    step by default, and ``others`` are estimates among which it is if it is not shown; ``field_method`` the
    one of the gradient field, by default the reverse sweep.
    """

    names: tuple[str, ...]
    field: Any
    surface: Any
    point: NDArray[np.float64]
    truth: Any
    estimates: Sequence[Any]
    step: float
    axes: tuple[int, ...] = (0, 1)
    method: str = ""
    field_method: str | None = None
    others: Sequence[Any] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "point", np.asarray(self.point, dtype=float))
        takes_step = {method.name for method in METHODS if method.takes_step}
        first = next((e.method for e in self.estimates if e.method in takes_step), "forward")
        object.__setattr__(self, "method", self.method or first)

    def shows(self, name: str) -> bool:
        """Whether the layer is chosen, and the point it needs is in the picture."""
        return name in self.names and (self.inside or not _ROWS[name].at_point)

    @lazy
    def here(self) -> NDArray[np.float64]:
        """The point on the drawn axes."""
        return self.point[list(self.axes)]

    @lazy
    def value(self) -> float:
        return float(self.field(self.point))

    @lazy
    def slopes(self) -> NDArray[np.float64]:
        """The true gradient along the drawn axes; nan where there is none."""
        return np.asarray(self.truth.gradient, dtype=float)[list(self.axes)]

    @lazy
    def window(self) -> NDArray[np.float64]:
        """The range of each drawn variable, (k, 2)."""
        sides = [self.surface.x] if self.surface.y is None else [self.surface.x, self.surface.y]
        return np.array([[np.min(side), np.max(side)] for side in sides])

    @lazy
    def inside(self) -> bool:
        return bool(np.all((self.here >= self.window[:, 0]) & (self.here <= self.window[:, 1])))

    @property
    def secant_slopes(self) -> NDArray[np.float64] | None:
        """The quotients of ``method`` along the drawn axes; None where nobody says them."""
        found = next((e.gradient for e in (*self.estimates, *self.others) if e.method == self.method), None)
        return None if found is None else np.asarray(found, dtype=float)[list(self.axes)]

    def points_at(self, places: ArrayLike) -> NDArray[np.float64]:
        """Places (..., k) on the drawn axes as points (..., n)."""
        places = np.asarray(places, dtype=float)
        points = np.broadcast_to(self.point, (*places.shape[:-1], len(self.point))).copy()
        points[..., list(self.axes)] = places
        return points

    def gradients(self, places: ArrayLike, method: str | None = None) -> NDArray[np.float64]:
        """The whole gradient at places (..., k), (..., n)."""
        return field_of(method, self.step)(self.field, self.points_at(places))

    @lazy
    def level(self) -> NDArray[np.float64]:
        """The lines f = f(point), (m, 2), rows of nan between them."""
        return level.through(self)

    @lazy
    def paths(self) -> dict[str, Path]:
        """Steepest descent and ascent."""
        return {
            name: steepest_path(self.field, self.point, self.window, axes=self.axes, uphill=name == "ascent")
            for name in ("descent", "ascent")
        }

    @lazy
    def slices(self) -> tuple[slices.Slice, ...]:
        return slices.through(self)

    @lazy
    def grid(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The places (k, k, 2) of the gradient field's arrows, and the gradients along the drawn axes."""
        sides = [
            low + (np.arange(FIELD_POINTS) + 0.5) / FIELD_POINTS * (high - low) for low, high in self.window
        ]
        places = np.stack(np.meshgrid(*sides), axis=-1)
        return places, self.gradients(places, self.field_method)[..., list(self.axes)]

    @lazy
    def digits(self) -> NDArray[np.float64]:
        """How many digits ``method`` has right at every point of the surface, 0 … 16, in the shape of z."""
        found = gradients(self.field, self.surface, self.method, self.step)
        return digits.right(found, self.surface.gradients)
