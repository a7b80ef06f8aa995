"""The error of every method over many steps, and the model that explains it."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np

from gradviz.arguments import as_list, real_array
from gradviz.autodiff.reverse import noise
from gradviz.errors import StepError
from gradviz.field import ScalarField
from gradviz.lazy import lazy
from gradviz.methods import METHODS, GradientEstimate, gradient_of, named
from gradviz.methods.differences import STENCILS, Stencil, complex_quotients, quotients
from gradviz.methods.steps import PLAIN, Arithmetic, arithmetic_named, landed_exactly, taken_steps
from gradviz.question import Question
from gradviz.sweeping import offload
from gradviz.sweeping.truth import Truth
from gradviz.tree.precision import PRECISIONS, Precision

HIGHEST_DERIVATIVE = 9
_SEARCHED = np.logspace(-30, 6, 7201)  # the steps among which the model finds its best: 1 % apart
_SAMPLED = np.logspace(-30, 6, 109)  # those at which the noise is taken; between them it is interpolated
_FLAT = 1.01  # times the least error at the smallest step of all: a floor, and no optimum
_OFFSETS = np.arange(-3.0, 4.0)  # of all the stencils
RMS_OF_SHIFT = 0.41  # of the rounding of x + h, in u|x|: uniform in half an ulp


@dataclass(frozen=True)
class StepModel:
    """The predicted error of one method at one point, norm-wise over the judged coordinates.

    ``truncation`` (k,) the size of the Taylor terms left out; ``roundoff`` (k,) a bound on the rounding,
    ``roundoff_rms`` its root mean square. ``best_step`` is where truncation plus the bound on the noise of f
    is least, as the textbooks have it; ``best_step_rms`` where truncation and the mean rounding are, that of
    x + h with it. inf where nothing is truncated, 0 where smaller is never worse, nan where f has no
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
    """The gradient that ``question`` asks for, by ``methods`` for every one of ``steps`` (k,), ascending.

    ``gradients[name]`` (k, n), constant for methods that take no step; ``errors[name]`` (k,) the Euclidean
    norm of the error over ``judged`` (n,); ``model[name]`` and ``best_step[name]`` for methods that take a
    step. Every operation was rounded to ``dtype``, the point as well; ``steps`` are kept as given, and taken
    as ``step_kind`` says. The quotients are worked out at once; truth, model, and the methods without a step
    when first asked for, and these not where their ``estimates`` at this point are given.
    """

    question: Question
    steps: np.ndarray
    methods: tuple[str, ...]
    quotients: Mapping[str, np.ndarray]
    step_kind: str = "plain"
    estimates: Mapping[str, GradientEstimate] = dataclasses.field(default_factory=dict)

    @property
    def field(self) -> ScalarField:
        return self.question.field

    @property
    def point(self) -> np.ndarray:
        return self.question.point

    @property
    def precision(self) -> Precision:
        return self.question.precision

    @property
    def dtype(self) -> str:
        return self.precision.name

    @property
    def arithmetic(self) -> Arithmetic:
        return arithmetic_named(self.dtype, self.step_kind)

    def over(
        self, steps: Any, methods: Sequence[str] | None = None, *, step_kind: str | None = None
    ) -> Sweep:
        """The same question at other steps, by other methods; truth and derivatives are shared."""
        kind = self.step_kind if step_kind is None else step_kind
        return self._shared(sweep_of(self.question, steps, methods, arithmetic_named(self.dtype, kind)))

    def knowing(self, estimates: Mapping[str, GradientEstimate]) -> Sweep:
        """The same with ``estimates`` of the same question, so that they are not computed again."""
        return self._shared(replace(self, estimates=estimates))

    def _shared(self, fresh: Sweep) -> Sweep:
        """``fresh``, which is about the same question, with the truth and the derivatives known here."""
        shared = {name: self.__dict__[name] for name in ("truth", "derivatives") if name in self.__dict__}
        fresh.__dict__.update(shared)
        return fresh

    @lazy
    def gradients(self) -> Mapping[str, np.ndarray]:
        return _OnDemand(self.methods, self._gradients, self.quotients)

    def _gradients(self, name: str) -> np.ndarray:
        if name == "complex-step":
            return complex_quotients(self.question.rounded_field, self.point, self.steps, self.arithmetic)
        estimate = self.estimates.get(name) or self._estimate(name)
        return np.tile(estimate.gradient, (len(self.steps), 1))

    def _estimate(self, name: str) -> GradientEstimate:
        """The answer of a method that takes no step, whatever the step and its kind."""
        return gradient_of(self.question, name, math.nan, arithmetic_named(self.dtype, PLAIN.name))

    @lazy
    def truth(self) -> Truth:
        return offload.true_gradient(self.field, self.point, dtype=self.dtype)

    @lazy
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
        with np.errstate(all="ignore"):  # a side may be infinite, or their sum
            mean = (left + right) / 2
            mean = np.where(np.isinf(mean), left / 2 + right / 2, mean)
        at_kink = {"forward": right, "backward": left, "central": mean, "central4": mean, "central6": mean}
        sides = at_kink.get(name, np.full(len(self.point), np.nan))
        kinks = np.array([status == "kink" for status in self.truth.status], dtype=bool)
        return np.where(kinks, sides, self.truth.gradient)

    @lazy
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

    @lazy
    def best_step(self) -> Mapping[str, float]:
        """The step at which the measured error is least (the largest such step), nan where there is no error
        to take.
        """
        return {
            name: _best_measured(self.steps, self.errors[name])
            for name in self.methods
            if named(name).takes_step
        }

    @lazy
    def derivatives(self) -> np.ndarray:
        """(n, 10) the pure derivatives of f along each variable, orders 0 to 9; nan where f is not smooth."""
        smooth = np.array([s == "differentiable" for s in self.truth.status], dtype=bool)
        table = offload.higher_derivatives(self.question.rounded_field, self.point, HIGHEST_DERIVATIVE)
        table[~smooth] = np.nan
        return table

    @lazy
    def model(self) -> Mapping[str, StepModel]:
        """The predicted error of each method that takes a step."""
        stepping = [name for name in self.methods if named(name).takes_step]
        with np.errstate(all="ignore"):
            u = self.precision.unit_roundoff
            roundings = _roundings(self.question.rounded_field, self.point, self.truth.gradient, u)[
                :, :, self.judged
            ]
            taken = taken_steps(self.point, self.steps, self.arithmetic)
        known = _Known(self.derivatives[self.judged], roundings, self.precision)
        nominal = taken if taken.ndim == 1 else self.precision.rounded(self.steps)
        rounded = None
        if self.arithmetic.step_kind.on_grid:
            landed = [landed_exactly(self.point, taken, int(j), self.precision) for j in _OFFSETS]
            rounded = ~np.array(landed)[:, self.judged]

        def made(name: str) -> StepModel:
            with np.errstate(all="ignore"):
                return _model(name, nominal, known, rounded)

        return _OnDemand(stepping, made)


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
    return sweep_of(Question.of(field, point, arithmetic.precision), steps, methods, arithmetic)


def sweep_of(question: Question, steps: Any, methods: Sequence[str] | None, arithmetic: Arithmetic) -> Sweep:
    """The answer of ``sweep`` to a question whose point has been checked."""
    chosen = METHODS if methods is None else map(named, as_list(methods, "The methods are a list of names."))
    names = tuple(method.name for method in chosen)
    steps = default_steps() if steps is None else _as_steps(steps)
    differences = [name for name in names if name in STENCILS]
    ready = quotients(question.rounded_field, question.point, steps, differences, arithmetic)
    return Sweep(question, steps, names, ready, arithmetic.step_kind.name)


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
    too_large = "A step is too large for float64."
    steps = real_array(steps, StepError, "The steps must be numbers.", too_large=too_large)
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
    """What is known along each judged coordinate: the derivatives (n, 10), the ``roundings`` as of
    :func:`_roundings`, and the type.
    """

    derivatives: np.ndarray
    roundings: np.ndarray
    precision: Precision


def _roundings(field: ScalarField, point: np.ndarray, slopes: np.ndarray, unit_roundoff: float) -> np.ndarray:
    """(3, 7, n, 109): at x + jh along each variable, for j from −3 to 3 and h from 1e-30 to 1e6, the bound on
    the noise of f, its root mean square, and what the rounding of x + jh moves f by.

    The noise is not that of the point: where f has a zero it is nothing at the point and grows with h, and
    beside a cancellation it may shrink. The caller holds np.errstate.
    """
    sizes = np.zeros((3, len(_OFFSETS), len(point), len(_SAMPLED)))
    coordinates = [float(x) for x in point]
    shifts = np.multiply.outer(_OFFSETS, _SAMPLED)
    for i, x in enumerate(coordinates):
        found = noise(field, [*coordinates[:i], x + shifts, *coordinates[i + 1 :]], unit_roundoff)
        sizes[:2, :, i] = [size[i] for size in found]
        if x:  # 0 + h is h
            sizes[2, :, i] = unit_roundoff * np.abs((x + shifts) * slopes[i])
    return sizes


def _model(name: str, steps: np.ndarray, known: _Known, rounded: np.ndarray | None) -> StepModel:
    """The model of one method at the steps as they are taken.

    ``rounded`` (7, n, k) tells for each offset j where x + jh is rounded, for steps that are meant to keep it
    exact; None where it is rounded everywhere.
    """
    derivatives = known.derivatives
    complex_missing = name == "complex-step" and known.precision.complex is None
    if not len(derivatives) or np.isnan(derivatives).any() or complex_missing:
        nothing = np.full(len(steps), np.nan)
        return StepModel(nothing, nothing, nothing, math.nan, math.nan)
    if name == "complex-step":
        terms = {3: Fraction(-1, 6), 5: Fraction(1, 120), 7: Fraction(-1, 5040)}
        flat = float(known.precision.unit_roundoff * _size(derivatives[:, 1]))
        third = float(_size(derivatives[:, 3]))
        limit = math.sqrt(6 * flat / third) if third else math.inf
        roundoff = np.full(len(steps), flat)
        series = np.sum(_series(terms, derivatives, steps), axis=0)
        return StepModel(_size(series), roundoff, roundoff, limit, limit)
    stencil = STENCILS[name]
    terms = {q: stencil.term(q) for q in range(2, HIGHEST_DERIVATIVE + 1) if stencil.term(q)}
    noise_of_f, bound, rms, rms_sampled = _numerators(stencil, known.roundings, steps, rounded)
    return StepModel(
        _size(np.sum(_series(terms, derivatives, steps), axis=0)),
        bound / steps,
        rms / steps,
        _least(terms, derivatives, noise_of_f),
        _least(terms, derivatives, rms_sampled, rms=True),
    )


def _numerators(
    stencil: Stencil, roundings: np.ndarray, steps: np.ndarray, rounded: np.ndarray | None
) -> tuple[np.ndarray, ...]:
    """The rounding of a quotient times its step, norm-wise over the coordinates: the bound on what the noise
    of f does (109,), that on all of it and its root mean square at the ``steps`` (k,), and the last (109,) as
    it is at a step that is well chosen.
    """
    used = [j in stencil.weights for j in _OFFSETS]  # f may be undefined where the stencil does not look
    bounds, rms, shifts = roundings[:, used]
    weights = np.array([abs(float(stencil.weights[j])) for j in _OFFSETS[used]])[:, np.newaxis, np.newaxis]
    moved = np.where(_OFFSETS[used, np.newaxis, np.newaxis], weights, 0.0)  # the point itself is not rounded
    noise_of_f, scatter = (weights * bounds).sum(axis=0), np.hypot.reduce(weights * rms, axis=0)
    shifts = moved * shifts
    if rounded is None:
        everything = _scattered(scatter, shifts)
        bound = _interpolated(_size(noise_of_f + shifts.sum(axis=0)), steps)
        return _size(noise_of_f), bound, _interpolated(everything, steps), everything
    shifts = _interpolated(shifts, steps) * rounded[used]
    bound = _size(_interpolated(noise_of_f, steps) + shifts.sum(axis=0))
    return _size(noise_of_f), bound, _scattered(_interpolated(scatter, steps), shifts), _size(scatter)


def _scattered(scatter: np.ndarray, shifts: np.ndarray) -> np.ndarray:
    """The root mean square of the noise of f (n, k) and of the rounded shifts (m, n, k), norm-wise."""
    return _size(np.hypot.reduce([scatter, *(RMS_OF_SHIFT * shifts)], axis=0))


def _interpolated(sampled: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """What is known at the sampled steps (…, 109), at others (…, k): exact for noise a + bh, as most is."""
    rows = [np.interp(steps, _SAMPLED, row) for row in sampled.reshape(-1, len(_SAMPLED))]
    return np.reshape(rows, (*sampled.shape[:-1], len(steps)))


@cache
def _searched_power(exponent: int) -> np.ndarray:
    return _SEARCHED**exponent


def _series(terms: Mapping[int, Fraction], derivatives: np.ndarray, steps: np.ndarray) -> list[np.ndarray]:
    """The Taylor terms left out, each (n, k), by rising order."""
    return [float(c) * np.multiply.outer(derivatives[:, q], steps ** (q - 1)) for q, c in terms.items()]


def _size(coordinates: np.ndarray) -> np.ndarray:
    """The Euclidean norm over the first axis; hypot, because the square of a tiny number would underflow."""
    return np.hypot.reduce(coordinates, axis=0)


def _least(
    terms: Mapping[int, Fraction], derivatives: np.ndarray, numerator: np.ndarray, *, rms: bool = False
) -> float:
    """The step at which truncation plus noise is least; inf where nothing is truncated.

    With one term and the same noise everywhere it is (A ε/(p C M))^(1/(p+1)), or its root-mean-square fellow
    (√ of the squares' sum). It is searched, not divided out: the leading derivative may be 0 or nearly so,
    and then the next term decides. 0 where the noise vanishes with the step, and smaller is never worse.
    """
    sizes = np.zeros_like(_SEARCHED)
    for q, c in terms.items():
        sizes += abs(float(c)) * float(_size(derivatives[:, q])) * _searched_power(q - 1)
    if not sizes[-1] > 0:
        return math.inf
    noises = _interpolated(numerator, _SEARCHED) / _SEARCHED
    total = np.hypot(sizes, noises) if rms else sizes + noises
    if np.isnan(total).all():
        return math.nan
    least = int(np.nanargmin(total))
    return float(_SEARCHED[least]) if total[0] > _FLAT * total[least] else 0.0
