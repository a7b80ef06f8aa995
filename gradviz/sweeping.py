"""The error of every method over many steps, and the model that explains it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property
from typing import Any

import numpy as np

from gradviz.errors import StepError
from gradviz.field import ScalarField, as_point
from gradviz.methods import METHODS, gradient, named
from gradviz.methods.differences import STENCILS, complex_quotients, quotients
from gradviz.reverse import UNIT_ROUNDOFF, noise
from gradviz.truth import Truth, higher_derivatives, true_gradient

HIGHEST_DERIVATIVE = 9
_SEARCHED = np.logspace(-30, 6, 7201)  # the steps among which the model finds its best: 1 % apart


@dataclass(frozen=True)
class StepModel:
    """The predicted error of one method at one point, norm-wise over the judged coordinates.

    ``truncation`` (k,) the size of the Taylor terms left out; ``roundoff`` (k,) a bound on the rounding,
    ``roundoff_rms`` its root mean square; ``best_step`` where truncation plus bound is least,
    ``best_step_rms`` the same for the root mean square; inf where nothing is truncated, nan where f has no
    derivatives to predict from.
    """

    truncation: np.ndarray
    roundoff: np.ndarray
    roundoff_rms: np.ndarray
    best_step: float
    best_step_rms: float


class _OnDemand(Mapping):
    """A mapping by method name whose values are worked out when first asked for."""

    def __init__(self, names: Sequence[str], make: Any, ready: Mapping[str, Any] | None = None) -> None:
        self._names, self._make, self._ready = tuple(names), make, dict(ready or {})

    def __getitem__(self, name: str) -> Any:
        if name not in self._ready:
            if name not in self._names:
                raise KeyError(name)
            self._ready[name] = self._make(name)
        return self._ready[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


@dataclass(frozen=True)
class Sweep:
    """The gradient of ``field`` at ``point`` by ``methods`` for every one of ``steps`` (k,), ascending.

    ``gradients[name]`` (k, n), constant for methods that take no step; ``errors[name]`` (k,) the Euclidean
    norm of the error over ``judged`` (n,); ``model[name]`` and ``best_step[name]`` for methods that take a
    step. The quotients are worked out at once; truth, model, and the methods without a step when first asked
    for.
    """

    field: ScalarField
    point: np.ndarray
    steps: np.ndarray
    methods: tuple[str, ...]
    quotients: Mapping[str, np.ndarray]

    def over(self, steps: Any, methods: Sequence[str] | None = None) -> Sweep:
        """The same at other steps, by other methods; what is known of the point itself is kept."""
        fresh = sweep(self.field, self.point, steps, methods)
        shared = {name: self.__dict__[name] for name in ("truth", "derivatives") if name in self.__dict__}
        fresh.__dict__.update(shared)
        return fresh

    @cached_property
    def gradients(self) -> Mapping[str, np.ndarray]:
        return _OnDemand(self.methods, self._gradients, self.quotients)

    def _gradients(self, name: str) -> np.ndarray:
        if name == "complex-step":
            return complex_quotients(self.field, self.point, self.steps)
        return np.tile(gradient(self.field, self.point, name).gradient, (len(self.steps), 1))

    @cached_property
    def truth(self) -> Truth:
        return true_gradient(self.field, self.point)

    @cached_property
    def judged(self) -> np.ndarray:
        """(n,) bool: the coordinates over which errors are taken, those with a derivative or with one on each
        side.
        """
        return np.array(
            [
                s in ("differentiable", "kink") and bool(np.isfinite(sides).all())
                for s, sides in zip(self.truth.status, self.truth.one_sided, strict=True)
            ],
            dtype=bool,
        )

    def reference(self, name: str) -> np.ndarray:
        """(n,) what a method is judged by: the gradient; at a kink the slope on the method's side, or the
        mean of both.
        """
        left, right = self.truth.one_sided.T
        with np.errstate(invalid="ignore"):  # a side may be infinite
            mean = (left + right) / 2
        at_kink = {"forward": right, "backward": left, "central": mean, "central4": mean, "central6": mean}
        sides = at_kink.get(name, np.full(len(self.point), np.nan))
        kinks = np.array([status == "kink" for status in self.truth.status], dtype=bool)
        return np.where(kinks, sides, self.truth.gradient)

    @cached_property
    def errors(self) -> Mapping[str, np.ndarray]:
        return _OnDemand(self.methods, self._errors)

    def _errors(self, name: str) -> np.ndarray:
        reference = self.reference(name)
        counted = self.judged & np.isfinite(reference)
        if not counted.any():
            return np.full(len(self.steps), 0.0 if not len(self.point) else np.nan)
        with np.errstate(all="ignore"):
            # hypot: the square of a large error would overflow
            return np.hypot.reduce(self.gradients[name][:, counted] - reference[counted], axis=-1)

    @cached_property
    def best_step(self) -> Mapping[str, float]:
        """The step at which the measured error is least (the largest such step), nan where there is no error
        to take.
        """
        return {
            name: _best_measured(self.steps, self.errors[name])
            for name in self.methods
            if named(name).takes_step
        }

    @cached_property
    def derivatives(self) -> np.ndarray:
        """(n, 10) the pure derivatives of f along each variable, orders 0 to 9; nan where f is not smooth."""
        smooth = np.array([s == "differentiable" for s in self.truth.status], dtype=bool)
        table = higher_derivatives(self.field, self.point, HIGHEST_DERIVATIVE)
        table[~smooth] = np.nan
        return table

    @cached_property
    def model(self) -> Mapping[str, StepModel]:
        """The predicted error of each method that takes a step."""
        with np.errstate(all="ignore"):
            bound, rms = noise(self.field, [float(x) for x in self.point])
        judged = self.judged
        shift = UNIT_ROUNDOFF * np.abs(self.point * self.truth.gradient)
        parts = (self.derivatives[judged], bound[judged], rms[judged], shift[judged])
        with np.errstate(all="ignore"):
            return {name: _model(name, self.steps, *parts) for name in self.methods if named(name).takes_step}


def sweep(
    field: ScalarField,
    point: Any,
    steps: Any = None,
    methods: Sequence[str] | None = None,
) -> Sweep:
    """The gradient at ``point`` for each of ``steps`` (k,), ascending (321 of them from 1e-16 to 1 unless
    told).

    ``methods`` are names from ``METHODS``, all of them unless told. PointError, StepError, GradvizError as
    ``gradient``.
    """
    point = as_point(field, point)
    names = tuple(m.name for m in METHODS) if methods is None else tuple(named(m).name for m in methods)
    steps = default_steps() if steps is None else _as_steps(steps)
    ready = quotients(field, point, steps, [name for name in names if name in STENCILS])
    return Sweep(field, point, steps, names, ready)


@cache
def _default_steps() -> bytes:
    return np.logspace(-16, 0, 321).tobytes()


def default_steps() -> np.ndarray:
    """1e-16 … 1, twenty to the decade."""
    return np.frombuffer(_default_steps()).copy()


def _as_steps(steps: Any) -> np.ndarray:
    try:
        steps = np.array(steps, dtype=float)
    except (TypeError, ValueError):
        raise StepError("The steps must be numbers.") from None
    if (
        steps.ndim != 1
        or not len(steps)
        or not (np.isfinite(steps) & (steps > 0)).all()
        or (np.diff(steps) < 0).any()
    ):
        raise StepError("The steps must be finite numbers greater than 0, in ascending order.")
    return steps


def _best_measured(steps: np.ndarray, errors: np.ndarray) -> float:
    if np.isnan(errors).all():
        return math.nan
    return float(steps[np.flatnonzero(errors == np.nanmin(errors))[-1]])


def _model(
    name: str,
    steps: np.ndarray,
    derivatives: np.ndarray,
    bound: np.ndarray,
    rms: np.ndarray,
    shift: np.ndarray,
) -> StepModel:
    """The model of one method from what is known along each judged coordinate, (n, 10) and (n,)."""
    if not len(bound) or np.isnan(derivatives).any():
        nothing = np.full(len(steps), np.nan)
        return StepModel(nothing, nothing, nothing, math.nan, math.nan)
    if name == "complex-step":
        terms = {3: Fraction(-1, 6), 5: Fraction(1, 120), 7: Fraction(-1, 5040)}
        flat = float(UNIT_ROUNDOFF * np.linalg.norm(derivatives[:, 1]))
        third = float(np.linalg.norm(derivatives[:, 3]))
        limit = math.sqrt(6 * flat / third) if third else math.inf
        roundoff = np.full(len(steps), flat)
        return StepModel(_size(_series(terms, derivatives, steps)), roundoff, roundoff, limit, limit)
    stencil = STENCILS[name]
    terms = {q: stencil.term(q) for q in range(2, HIGHEST_DERIVATIVE + 1) if stencil.term(q)}
    noises = [float(np.linalg.norm(stencil.noise_weight * e)) for e in (bound, rms)]
    slack = float(np.linalg.norm(stencil.shift_weight * shift))
    squares = math.sqrt(sum(float(w) ** 2 for w in stencil.weights.values()))
    scatter = math.hypot(
        squares * float(np.linalg.norm(rms)), RMS_OF_SHIFT * squares * float(np.linalg.norm(shift))
    )
    return StepModel(
        _size(_series(terms, derivatives, steps)),
        (noises[0] + slack) / steps,
        scatter / steps,
        _least(terms, derivatives, noises[0]),
        _least(terms, derivatives, scatter, rms=True),
    )


@cache
def _searched_power(exponent: int) -> np.ndarray:
    return _SEARCHED**exponent


RMS_OF_SHIFT = 0.41  # of the rounding of x + h, in u|x|: uniform in half an ulp


def _series(terms: Mapping[int, Fraction], derivatives: np.ndarray, steps: np.ndarray) -> list[np.ndarray]:
    """The Taylor terms left out, each (n, k), by rising order."""
    return [float(c) * np.multiply.outer(derivatives[:, q], steps ** (q - 1)) for q, c in terms.items()]


def _size(series: Sequence[np.ndarray]) -> np.ndarray:
    return np.linalg.norm(np.sum(series, axis=0), axis=0)


def _least(
    terms: Mapping[int, Fraction], derivatives: np.ndarray, noise_size: float, *, rms: bool = False
) -> float:
    """The step at which truncation plus noise is least; inf where nothing is truncated.

    With one term it is (A ε/(p C M))^(1/(p+1)), or its root-mean-square fellow (√ of the squares' sum). It is
    searched, not divided out: the leading derivative may be 0 or nearly so, and then the next term decides. 0
    where there is no noise.
    """
    sizes = np.zeros_like(_SEARCHED)
    for q, c in terms.items():
        sizes += abs(float(c)) * float(np.linalg.norm(derivatives[:, q])) * _searched_power(q - 1)
    if not sizes[-1] > 0:
        return math.inf
    if noise_size == 0:
        return 0.0
    total = np.hypot(sizes, noise_size / _SEARCHED) if rms else sizes + noise_size / _SEARCHED
    if np.isnan(total).all():
        return math.nan
    return float(_SEARCHED[np.nanargmin(total)])
