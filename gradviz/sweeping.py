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
from gradviz.field import ScalarField, as_point, rounded_parameters
from gradviz.methods import METHODS, gradient, named
from gradviz.methods.differences import STENCILS, complex_quotients, quotients
from gradviz.precision import PRECISIONS, Precision, precision_named
from gradviz.reverse import noise
from gradviz.stepping import Arithmetic, arithmetic_named, landed_exactly, taken_steps
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
    step. Every operation was rounded to ``dtype``, the point as well; ``steps`` are kept as given, and taken
    as ``step_kind`` says. The quotients are worked out at once; truth, model, and the methods without a step
    when first asked for.
    """

    field: ScalarField
    point: np.ndarray
    steps: np.ndarray
    methods: tuple[str, ...]
    quotients: Mapping[str, np.ndarray]
    dtype: str = "float64"
    step_kind: str = "plain"

    @property
    def precision(self) -> Precision:
        return precision_named(self.dtype)

    @property
    def arithmetic(self) -> Arithmetic:
        return arithmetic_named(self.dtype, self.step_kind)

    def over(
        self, steps: Any, methods: Sequence[str] | None = None, *, step_kind: str | None = None
    ) -> Sweep:
        """The same at other steps, by other methods; what is known of the point itself is kept."""
        kind = step_kind or self.step_kind
        fresh = sweep(self.field, self.point, steps, methods, dtype=self.dtype, step_kind=kind)
        shared = {name: self.__dict__[name] for name in ("truth", "derivatives") if name in self.__dict__}
        fresh.__dict__.update(shared)
        return fresh

    @cached_property
    def gradients(self) -> Mapping[str, np.ndarray]:
        return _OnDemand(self.methods, self._gradients, self.quotients)

    def _gradients(self, name: str) -> np.ndarray:
        if name == "complex-step":
            field = rounded_parameters(self.field, self.precision)
            return complex_quotients(field, self.point, self.steps, self.arithmetic)
        estimate = gradient(self.field, self.point, name, dtype=self.dtype)
        return np.tile(estimate.gradient, (len(self.steps), 1))

    @cached_property
    def truth(self) -> Truth:
        return true_gradient(self.field, self.point, dtype=self.dtype)

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
        field = rounded_parameters(self.field, self.precision)
        table = higher_derivatives(field, self.point, HIGHEST_DERIVATIVE)
        table[~smooth] = np.nan
        return table

    @cached_property
    def model(self) -> Mapping[str, StepModel]:
        """The predicted error of each method that takes a step."""
        with np.errstate(all="ignore"):
            field, u = rounded_parameters(self.field, self.precision), self.precision.unit_roundoff
            bound, rms = noise(field, [float(x) for x in self.point], u)
        judged = self.judged
        shift = u * np.abs(self.point * self.truth.gradient)
        known = _Known(self.derivatives[judged], bound[judged], rms[judged], shift[judged], self.precision)
        with np.errstate(all="ignore"):
            taken = taken_steps(self.point, self.steps, self.arithmetic)
        nominal = taken if taken.ndim == 1 else self.precision.rounded(self.steps)
        rounded = None
        if self.arithmetic.step_kind.on_grid:
            offsets = {j for stencil in STENCILS.values() for j in stencil.weights}
            rounded = {j: ~landed_exactly(self.point, taken, j, self.precision)[judged] for j in offsets}
        with np.errstate(all="ignore"):
            return {
                name: _model(name, nominal, known, rounded) for name in self.methods if named(name).takes_step
            }


def sweep(
    field: ScalarField,
    point: Any,
    steps: Any = None,
    methods: Sequence[str] | None = None,
    *,
    dtype: str = "float64",
    step_kind: str = "plain",
) -> Sweep:
    """The gradient at ``point`` for each of ``steps`` (k,), ascending (321 of them from 1e-16 to 1 unless
    told).

    ``methods`` are names from ``METHODS``, all of them unless told; ``dtype`` and ``step_kind`` as in
    ``gradient``. PointError, StepError, GradvizError as ``gradient``.
    """
    arithmetic = arithmetic_named(dtype, step_kind)
    precision = arithmetic.precision
    typed = as_point(field, point)
    point = precision.rounded(typed)
    point = np.where(np.isfinite(point), point, typed)  # past the range it stays as it is, to be told
    names = tuple(m.name for m in METHODS) if methods is None else tuple(named(m).name for m in methods)
    steps = default_steps() if steps is None else _as_steps(steps)
    differences = [name for name in names if name in STENCILS]
    ready = quotients(rounded_parameters(field, precision), point, steps, differences, arithmetic)
    return Sweep(field, point, steps, names, ready, dtype, step_kind)


def family(
    field: ScalarField,
    point: Any,
    method: str = "forward",
    steps: Any = None,
    *,
    step_kind: str = "plain",
    dtypes: Sequence[str] = tuple(PRECISIONS),
) -> dict[str, Sweep]:
    """The sweeps of one method in each of ``dtypes``, by name: the same V at four depths.

    Each is judged by the truth at the point as rounded to its own type. 'bfloat16' and back-propagation load
    PyTorch where it is not there yet; leave the name out of ``dtypes`` where that cannot be waited for.
    """
    return {
        dtype: sweep(field, point, steps, (method,), dtype=dtype, step_kind=step_kind) for dtype in dtypes
    }


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


@dataclass(frozen=True)
class _Known:
    """What is known along each judged coordinate: the derivatives (n, 10), the noise of f, its bound and its
    root mean square, and the most that the rounding of x + h brings, each (n,); and the type.
    """

    derivatives: np.ndarray
    bound: np.ndarray
    rms: np.ndarray
    shift: np.ndarray
    precision: Precision


def _model(
    name: str, steps: np.ndarray, known: _Known, rounded: Mapping[int, np.ndarray] | None
) -> StepModel:
    """The model of one method at the steps as they are taken.

    ``rounded[j]`` (n, k) tells where x + jh is rounded, for steps that are meant to keep it exact; None where
    it is rounded everywhere.
    """
    derivatives, bound, rms, shift = known.derivatives, known.bound, known.rms, known.shift
    complex_missing = name == "complex-step" and known.precision.complex is None
    if not len(bound) or np.isnan(derivatives).any() or complex_missing:
        nothing = np.full(len(steps), np.nan)
        return StepModel(nothing, nothing, nothing, math.nan, math.nan)
    if name == "complex-step":
        terms = {3: Fraction(-1, 6), 5: Fraction(1, 120), 7: Fraction(-1, 5040)}
        flat = float(known.precision.unit_roundoff * np.linalg.norm(derivatives[:, 1]))
        third = float(np.linalg.norm(derivatives[:, 3]))
        limit = math.sqrt(6 * flat / third) if third else math.inf
        roundoff = np.full(len(steps), flat)
        return StepModel(_size(_series(terms, derivatives, steps)), roundoff, roundoff, limit, limit)
    stencil = STENCILS[name]
    terms = {q: stencil.term(q) for q in range(2, HIGHEST_DERIVATIVE + 1) if stencil.term(q)}
    noises = [float(np.linalg.norm(stencil.noise_weight * e)) for e in (bound, rms)]
    squares = math.sqrt(sum(float(w) ** 2 for w in stencil.weights.values()))
    noise_scatter = squares * float(np.linalg.norm(rms))
    if rounded is None:
        slack = float(np.linalg.norm(stencil.shift_weight * shift))
        scatter = least_scatter = math.hypot(
            noise_scatter, RMS_OF_SHIFT * squares * float(np.linalg.norm(shift))
        )
    else:
        weights = {j: abs(float(w)) for j, w in stencil.weights.items() if j}
        slack = _size([shift[:, np.newaxis] * (w * rounded[j]) for j, w in weights.items()])
        shifted = [(shift[:, np.newaxis] * w * rounded[j]) ** 2 for j, w in weights.items()]
        scatter = np.hypot(noise_scatter, RMS_OF_SHIFT * np.sqrt(np.sum(shifted, axis=(0, 1))))
        least_scatter = noise_scatter
    return StepModel(
        _size(_series(terms, derivatives, steps)),
        (noises[0] + slack) / steps,
        scatter / steps,
        _least(terms, derivatives, noises[0]),
        _least(terms, derivatives, least_scatter, rms=True),
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
