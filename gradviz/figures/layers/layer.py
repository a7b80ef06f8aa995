"""What a layer is, what the chosen layers are drawn from, and what each adds to a picture."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gradviz.autodiff.reverse import gradients_at
from gradviz.field import ScalarField
from gradviz.figures.parts.arrows import Arrow, Frame
from gradviz.figures.parts.drawing import Trace, Window
from gradviz.figures.parts.heights import Heights
from gradviz.lazy import lazy
from gradviz.methods import METHODS, GradientEstimate
from gradviz.methods.batch import gradients
from gradviz.surface import Surface
from gradviz.sweeping.truth import Truth

SURFACE, MAP, CURVE = "surface", "map", "curve"

_Result = TypeVar("_Result")


@dataclass(frozen=True)
class Drawn:
    """What a layer adds to a picture, or changes in it.

    ``traces`` lie over f, ``ground`` under the level lines of a map, instead of their greys. ``sheet`` are
    changes to the trace of the surface. ``arrows`` replace those of the gradients on a map: each with the
    vector (2,) that it stands for; then ``scale`` says how long they are. ``sentences`` are for the caption.
    """

    traces: Sequence[Trace] = ()
    sentences: Sequence[str] = ()
    ground: Sequence[Trace] = ()
    sheet: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    arrows: Sequence[tuple[Arrow, NDArray[np.float64]]] | None = None
    scale: str = ""

    @classmethod
    def together(cls, parts: Iterable[Drawn]) -> Drawn:
        """All ``parts``, later ones over earlier ones."""
        parts = list(parts)
        replaced = next((part for part in parts if part.arrows is not None), cls())
        return cls(
            [trace for part in parts for trace in part.traces],
            [sentence for part in parts for sentence in part.sentences],
            [trace for part in parts for trace in part.ground],
            {key: value for part in parts for key, value in part.sheet.items()},
            replaced.arrows,
            replaced.scale,
        )


@dataclass(frozen=True)
class Layers:
    """The layers ``names`` of the pictures of ``field`` over ``surface`` at ``point`` (n,).

    ``truth`` is the true gradient there, ``estimates`` those of the methods shown, ``step`` their ε. ``axes``
    are the variables drawn; ``method`` is the one whose digits and secants are drawn, by default the first
    shown that takes a step, and ``others`` are estimates to find it in if it is not shown; ``field_method``
    the one of the gradient field, by default the reverse sweep.

    What a layer needs is computed when a picture first draws it, and then shared by all pictures: see
    :func:`shared`.
    """

    names: tuple[str, ...]
    field: ScalarField
    surface: Surface
    point: NDArray[np.float64]
    truth: Truth
    estimates: Sequence[GradientEstimate]
    step: float
    axes: tuple[int, ...] = (0, 1)
    method: str = ""
    field_method: str | None = None
    others: Sequence[GradientEstimate] = ()
    computed: dict[str, Any] = dataclasses.field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "point", np.asarray(self.point, dtype=float))
        takes_step = {method.name for method in METHODS if method.takes_step}
        first = next((e.method for e in self.estimates if e.method in takes_step), "forward")
        object.__setattr__(self, "method", self.method or first)

    @lazy
    def here(self) -> NDArray[np.float64]:
        """The point on the drawn axes."""
        return self.point[list(self.axes)]

    @lazy
    def value(self) -> float:
        """f at the point."""
        return float(self.field(self.point))

    @lazy
    def slopes(self) -> NDArray[np.float64]:
        """The true gradient along the drawn axes; nan where there is none."""
        return np.asarray(self.truth.gradient, dtype=float)[list(self.axes)]

    @lazy
    def window(self) -> NDArray[np.float64]:
        """The range of each drawn variable, (k, 2)."""
        return np.array([[np.min(side), np.max(side)] for side in self.surface.sides])

    @lazy
    def inside(self) -> bool:
        """Whether the point is in the window."""
        return bool(np.all((self.here >= self.window[:, 0]) & (self.here <= self.window[:, 1])))

    @property
    def secant_slopes(self) -> NDArray[np.float64] | None:
        """The quotients of ``method`` along the drawn axes; None where there is no estimate by it."""
        known = (*self.estimates, *self.others)
        gradient = next((e.gradient for e in known if e.method == self.method), None)
        return None if gradient is None else np.asarray(gradient, dtype=float)[list(self.axes)]

    def points_at(self, places: ArrayLike) -> NDArray[np.float64]:
        """Places (..., k) on the drawn axes as points (..., n)."""
        places = np.asarray(places, dtype=float)
        points = np.broadcast_to(self.point, (*places.shape[:-1], len(self.point))).copy()
        points[..., list(self.axes)] = places
        return points

    def gradients(self, places: ArrayLike, method: str | None = None) -> NDArray[np.float64]:
        """The whole gradient (..., n) at places (..., k), by ``method`` or by the reverse sweep in NumPy."""
        points = self.points_at(places)
        if method is None:
            return _reverse_sweep(self.field, points)
        return gradients(self.field, points, method, self.step)


def _reverse_sweep(function: ScalarField, points: NDArray[np.float64]) -> NDArray[np.float64]:
    with np.errstate(all="ignore"):
        columns = gradients_at(function, [points[..., i] for i in range(points.shape[-1])])
        table = np.stack([np.broadcast_to(g, points.shape[:-1]) for g in columns], axis=-1)
    return np.where(np.isnan(function(points))[..., np.newaxis], np.nan, table)


def shared(compute: Callable[[Layers], _Result]) -> Callable[[Layers], _Result]:
    """``compute`` with its result stored in the ``Layers`` that it is called with."""
    key = f"{compute.__module__}.{compute.__qualname__}"

    @wraps(compute)
    def computed_once(layers: Layers) -> _Result:
        if key not in layers.computed:
            layers.computed[key] = compute(layers)
        return layers.computed[key]

    return computed_once


@dataclass(frozen=True)
class Layer:
    """A row of the table: ``name`` in the address, ``label`` on the page, ``words`` in a text about it.

    ``scene``, ``map`` and ``curve`` draw it in these pictures; None where there is nothing to draw.
    ``at_point`` if it needs the point to be inside the picture.
    """

    name: str
    label: str
    words: str
    scene: Callable[[Layers, Frame, Heights], Drawn] | None = None
    map: Callable[[Layers, Frame], Drawn] | None = None
    curve: Callable[[Layers, Window], Drawn] | None = None
    at_point: bool = True

    @property
    def pictures(self) -> tuple[str, ...]:
        """The pictures in which it is drawn."""
        drawing = {SURFACE: self.scene, MAP: self.map, CURVE: self.curve}
        return tuple(picture for picture, draw in drawing.items() if draw is not None)

    def shown(self, layers: Layers) -> bool:
        """Whether it is chosen, and the point is in the picture if it needs that."""
        return self.name in layers.names and (layers.inside or not self.at_point)
