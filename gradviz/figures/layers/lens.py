"""The difference lens: the gradient of each method minus the true one, magnified until it is seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gradviz.figures.layers.layer import Drawn, Layer, Layers
from gradviz.figures.parts.arrows import Arrow, Frame, room
from gradviz.figures.parts.theme import style
from gradviz.text.numbers import listed, number

LONGEST = 0.65  # of the half-width of the picture
SEEN = 0.02  # shorter arrows are dots


@dataclass(frozen=True)
class Lens:
    """Arrows ``times`` · 10^``power`` as long as the differences, ``times`` 1, 2 or 5.

    ``exact`` methods have no difference, ``small`` ones too little to see, ``missing`` ones no number.
    """

    arrows: tuple[Arrow, ...] = ()
    power: int = 0
    times: int = 1
    exact: tuple[str, ...] = ()
    small: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def factor(self) -> str:
        """How many times the differences are magnified, in words."""
        if -5 < self.power < 6:
            return number(self.times * 10.0**self.power, 7)
        power = number(10.0**self.power) if abs(self.power) < 300 else f"10^{self.power}"
        return power if self.times == 1 else f"{self.times}·{power}"


def magnified(frame: Frame, start: NDArray[np.float64], vectors: Mapping[str, NDArray[np.float64]]) -> Lens:
    """The differences ``vectors`` (name → (2,)) as arrows from ``start``, in scene units.

    One factor for all, the largest with which each has room; by logarithms, because it may overflow.
    """
    missing = tuple(name for name, vector in vectors.items() if not np.isfinite(vector).all())
    drawn = {name: frame.stretch(vector) for name, vector in vectors.items() if name not in missing}
    exact = tuple(name for name, vector in drawn.items() if not vector.any())
    lengths = {name: float(np.hypot(*vector)) for name, vector in drawn.items() if name not in exact}
    directions = {name: drawn[name] / length for name, length in lengths.items()}
    most = min(
        (np.log10(room(frame, start, directions[n], LONGEST)) - np.log10(s) for n, s in lengths.items()),
        default=0.0,
    )
    power = int(np.floor(most))
    times = max(t for t in (1, 2, 5) if np.log10(t) <= most - power)
    shown = {n: times * 10 ** (np.log10(length) + power) for n, length in lengths.items()}
    small = tuple(name for name, length in shown.items() if length < SEEN)
    dots = [name for name in drawn if name in exact or name in small]
    arrows = []
    for name in drawn:
        if name in dots:  # beside the point, which would hide them
            place = start + np.array([0.1 * (dots.index(name) - (len(dots) - 1) / 2), -0.12])
            arrows.append(Arrow(name, place, place))
        else:
            arrows.append(Arrow(name, start, start + shown[name] * directions[name]))
    return Lens(tuple(arrows), power, times, exact, small, missing)


def differences(layers: Layers) -> dict[str, NDArray[np.float64]]:
    """The gradient of each method minus the true one, along the drawn axes."""
    axes = list(layers.axes)
    with np.errstate(over="ignore", invalid="ignore"):
        return {e.method: np.asarray(e.gradient, dtype=float)[axes] - layers.slopes for e in layers.estimates}


def of(layers: Layers, frame: Frame) -> Lens:
    """The lens at the point; empty where there is no true gradient."""
    if not np.isfinite(layers.slopes).all():
        return Lens()
    return magnified(frame, frame.place(layers.here), differences(layers))


def _sentences(layers: Layers, lens: Lens) -> list[str]:
    def names(methods: Sequence[str]) -> str:
        return listed([style(method).label for method in methods])

    if not np.isfinite(layers.slopes).all():
        return ["No differences: there is no true gradient at the point."]
    sentences = []
    if any(not arrow.is_dot for arrow in lens.arrows):
        sentences.append(
            "The arrows are not the gradients, but how much they differ from the true one: differences "
            f"magnified {lens.factor} times."
        )
    if lens.exact:
        sentences.append(f"Exact to the last bit, so a dot: {names(lens.exact)}.")
    if lens.small:
        sentences.append(f"Too little to see even so, so a dot: {names(lens.small)}.")
    if lens.missing:
        sentences.append(f"No difference, because there is no finite number: {names(lens.missing)}.")
    return sentences


def _on_map(layers: Layers, frame: Frame) -> Drawn:
    """The arrows of the differences, in the place of those of the gradients."""
    lens, vectors = of(layers, frame), differences(layers)
    return Drawn(
        sentences=_sentences(layers, lens),
        arrows=[(arrow, vectors[arrow.method]) for arrow in lens.arrows],
        scale=f"differences × {lens.factor}" if lens.arrows else "",
    )


LAYER = Layer("lens", "difference lens", "the differences from the true gradient, magnified", map=_on_map)
