"""The gradient by every method at many steps, and its errors."""

from __future__ import annotations

import dataclasses
import math
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TypeVar, overload

import numpy as np
from numpy.typing import ArrayLike

from gradviz.arguments import as_list, real_array
from gradviz.errors import StepError
from gradviz.field import ScalarField, checked_field
from gradviz.lazy import lazy
from gradviz.methods import (
    METHODS,
    GradientEstimate,
    Method,
    check_plain,
    gradient_of,
    is_plain_function,
    named,
)
from gradviz.methods.callables import Function
from gradviz.methods.differences import STENCILS, complex_quotients, quotients
from gradviz.methods.steps import PLAIN, Arithmetic, arithmetic_named
from gradviz.question import Question
from gradviz.shown import shown
from gradviz.sweeping import offload
from gradviz.sweeping.best import best_measured
from gradviz.sweeping.measured import MeasuredSweep, sweep_of_callable
from gradviz.sweeping.model import HIGHEST_DERIVATIVE, Conditions, StepModel, conditions, predict
from gradviz.sweeping.truth import Truth
from gradviz.tree.precision import PRECISIONS, Precision

_Value = TypeVar("_Value")


_LAST = threading.local()  # the conditions of the last model asked for in this thread, and whose they are


class _OnDemand(Mapping[str, _Value]):
    """A mapping by method name whose values are computed when first looked up, and then in ``ready``."""

    def __init__(self, names: Sequence[str], make: Callable[[str], _Value], ready: dict[str, _Value]) -> None:
        self._names, self._make, self._ready = tuple(names), make, ready

    def __getitem__(self, name: str) -> _Value:
        if name not in self._ready:
            if name not in self._names:
                raise KeyError(name)
            self._ready[name] = self._make(name)
        return self._ready[name]

    def __contains__(self, name: object) -> bool:
        return name in self._names  # without a value for it

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


@shown
@dataclass(frozen=True)
class Sweep:
    """The gradient of ``question`` by each of ``methods`` at each of ``steps`` (k,), ascending.

    ``gradients[name]`` (k, n), constant for methods that take no step; ``errors[name]`` (k,) the Euclidean
    norm of the error over ``judged`` (n,); ``model[name]``, ``best_step[name]`` and ``least_error[name]`` for
    methods that take a step. Every operation is rounded to ``dtype``, the point too; ``steps`` stay as
    given, and are taken as ``step_kind`` says. The quotients are computed at once; truth, model and the
    methods without a step when first used, the last only if their ``estimates`` here are not given.
    """

    question: Question
    steps: np.ndarray
    methods: tuple[str, ...]
    quotients: Mapping[str, np.ndarray]
    step_kind: str = "plain"
    estimates: Mapping[str, GradientEstimate] = dataclasses.field(default_factory=dict)

    def __getstate__(self) -> dict[str, object]:
        """For pickling: without the values that are computed on demand, which are made anew."""
        return {name: value for name, value in self.__dict__.items() if name != "_found"}

    def _on_demand(
        self,
        kind: str,
        names: Sequence[str],
        make: Callable[[str], _Value],
        known: Mapping[str, _Value] | None = None,
    ) -> Mapping[str, _Value]:
        """What ``make`` makes of each of the ``names``, once for this sweep; some may be ``known``.

        A mapping for each call, and only its values are held here: a sweep that held the mapping, which holds
        the sweep, would not go when the last one who needs it does, but wait for the collector of garbage.
        """
        found: dict[str, dict[str, _Value]] = self.__dict__.setdefault("_found", {})
        if (ready := found.get(kind)) is None:
            ready = found.setdefault(kind, dict(known or {}))
        return _OnDemand(names, make, ready)

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
        self, steps: ArrayLike | None, methods: Sequence[str] | None = None, *, step_kind: str | None = None
    ) -> Sweep:
        """The same question at other steps, by other methods; shares truth and derivatives."""
        kind = self.step_kind if step_kind is None else step_kind
        return self._shared(sweep_of(self.question, steps, methods, arithmetic_named(self.dtype, kind)))

    def knowing(self, estimates: Mapping[str, GradientEstimate]) -> Sweep:
        """The same sweep with ``estimates`` of the same question, so that they are not computed again."""
        return self._shared(replace(self, estimates=estimates))

    def _shared(self, fresh: Sweep) -> Sweep:
        """``fresh``, of the same question, with the truth and the derivatives if they are known here."""
        shared = {name: self.__dict__[name] for name in ("truth", "derivatives") if name in self.__dict__}
        fresh.__dict__.update(shared)
        return fresh

    @property
    def gradients(self) -> Mapping[str, np.ndarray]:
        return self._on_demand("gradients", self.methods, self._gradients, self.quotients)

    def _gradients(self, name: str) -> np.ndarray:
        if name == "complex-step":
            return complex_quotients(self.question.rounded_field, self.point, self.steps, self.arithmetic)
        estimate = self.estimates.get(name) or self._estimate(name)
        return np.broadcast_to(estimate.gradient, (len(self.steps), len(estimate.gradient)))

    def _estimate(self, name: str) -> GradientEstimate:
        """The estimate of a method that takes no step, whatever the step and its kind."""
        return gradient_of(self.question, name, math.nan, arithmetic_named(self.dtype, PLAIN.name))

    @lazy
    def truth(self) -> Truth:
        return offload.true_gradient(self.field, self.point, dtype=self.dtype)

    @lazy
    def judged(self) -> np.ndarray:
        """(n,) bool: the coordinates that count in the errors: a derivative exists, or one on each side."""
        return np.array(
            [
                s in ("differentiable", "kink") and bool(np.isfinite(sides).all())
                for s, sides in zip(self.truth.status, self.truth.one_sided, strict=True)
            ],
            dtype=bool,
        )

    def reference(self, name: str) -> np.ndarray:
        """(n,) what a method is compared with: the gradient; at a kink the slope on its side, or the mean."""
        known: dict[str, np.ndarray] = vars(self).setdefault("references", {})
        if name not in known:
            known[name] = self._reference(name)
        return known[name].copy()

    def _reference(self, name: str) -> np.ndarray:
        left, right = self.truth.one_sided.T
        with np.errstate(all="ignore"):  # a side may be infinite, or their sum
            mean = (left + right) / 2
            mean = np.where(np.isinf(mean), left / 2 + right / 2, mean)
        at_kink = {"forward": right, "backward": left, "central": mean, "central4": mean, "central6": mean}
        sides = at_kink.get(name, np.full(len(self.point), np.nan))
        kinks = np.array([status == "kink" for status in self.truth.status], dtype=bool)
        return np.where(kinks, sides, self.truth.gradient)

    @property
    def errors(self) -> Mapping[str, np.ndarray]:
        return self._on_demand("errors", self.methods, self._errors)

    def _errors(self, name: str) -> np.ndarray:
        return self._errors_of(name, self.gradients[name])

    def error_at(self, name: str, place: int) -> float:
        """The error at one of the steps, without those at all others."""
        return float(self._errors_of(name, self.gradients[name][place : place + 1])[0])

    def _errors_of(self, name: str, gradients: np.ndarray) -> np.ndarray:
        """(k,) the errors of ``gradients`` (k, n) by that method."""
        reference = self.reference(name)
        counted = self.judged & np.isfinite(reference)
        if not counted.any():
            return np.full(len(gradients), 0.0 if not len(self.point) else np.nan)
        with np.errstate(all="ignore"):
            # hypot: the square of a large error would overflow
            return np.hypot.reduce(gradients[:, counted] - reference[counted], axis=-1)

    @property
    def best_step(self) -> Mapping[str, float]:
        """The step at which the typical error, a running median, is least; nan without any error."""
        return self._on_demand("best_step", self._stepping, lambda name: self._best_measured[name][0])

    @property
    def least_error(self) -> Mapping[str, float]:
        """The typical error at ``best_step``."""
        return self._on_demand("least_error", self._stepping, lambda name: self._best_measured[name][1])

    @property
    def _best_measured(self) -> Mapping[str, tuple[float, float]]:
        return self._on_demand(
            "best", self._stepping, lambda name: best_measured(self.steps, self.errors[name])
        )

    @lazy
    def _stepping(self) -> tuple[str, ...]:
        return tuple(name for name in self.methods if named(name).takes_step)

    @lazy
    def derivatives(self) -> np.ndarray:
        """(n, 2, 10) the pure derivatives of f along each variable, orders 0 to 9, to the left and the right.

        Both are the same where f is smooth; nan where f has no derivative, or no one-sided one of the order.
        """
        smooth = np.array([s == "differentiable" for s in self.truth.status], dtype=bool)
        field = self.question.rounded_field
        if self.truth.smooth:
            both = offload.higher_derivatives(field, self.point, HIGHEST_DERIVATIVE)
            table = np.stack((both, both), axis=1)
        else:
            table = offload.one_sided_derivatives(field, self.point, HIGHEST_DERIVATIVE)
        with np.errstate(all="ignore"):
            slopes = self.truth.gradient[:, np.newaxis]
            wide = np.abs(table[:, :, 1] - slopes) > 2.0**-30 * np.abs(slopes) + 1e-290
        table[wide] = np.nan  # a kink that lies nearer than the points it was computed from
        table[~smooth] = np.nan
        return table

    @property
    def model(self) -> Mapping[str, StepModel]:
        """The predicted error of each method that takes a step."""
        return self._on_demand("model", self._stepping, lambda name: predict(name, self._conditions()))

    def _conditions(self) -> Conditions:
        """What all models of this sweep are made from.

        The page asks for one of them, and has each visitor's sweep: what is larger than all that comes of it
        is held for the last sweep alone.
        """
        whose, known = getattr(_LAST, "known", (None, None))
        if known is None or whose() is not self:
            known = conditions(
                self.question, self.steps, self.arithmetic, self.truth.gradient, self.derivatives, self.judged
            )
            _LAST.known = weakref.ref(self), known
        return known


@overload
def sweep(
    field: ScalarField,
    point: ArrayLike,
    steps: ArrayLike | None = None,
    methods: Sequence[str] | None = None,
    *,
    dtype: str = "float64",
    step_kind: str = "plain",
) -> Sweep: ...


@overload
def sweep(
    field: Function,
    point: ArrayLike,
    steps: ArrayLike | None = None,
    methods: Sequence[str] | None = None,
    *,
    dtype: str = "float64",
    step_kind: str = "plain",
) -> MeasuredSweep: ...


def sweep(
    field: ScalarField | Function,
    point: ArrayLike,
    steps: ArrayLike | None = None,
    methods: Sequence[str] | None = None,
    *,
    dtype: str = "float64",
    step_kind: str = "plain",
) -> Sweep | MeasuredSweep:
    """The gradient at ``point`` for each of ``steps`` (k,), ascending; by default 321 from 1e-16 to 1.

    ``methods`` are names from ``METHODS``, by default all of them; ``dtype`` and ``step_kind`` as in
    ``gradient``. PointError, StepError, GradvizError as ``gradient``. Of a plain Python function, which
    ``gradient`` takes as well, the errors are measured against its best answer.
    """
    arithmetic = arithmetic_named(dtype, step_kind)
    if is_plain_function(field):
        check_plain(arithmetic)
        names = [method.name for method in _chosen(methods)]
        return sweep_of_callable(field, point, default_steps() if steps is None else _as_steps(steps), names)
    return sweep_of(
        Question.of(checked_field(field), point, arithmetic.precision), steps, methods, arithmetic
    )


def sweep_of(
    question: Question, steps: ArrayLike | None, methods: Sequence[str] | None, arithmetic: Arithmetic
) -> Sweep:
    """The same as ``sweep``, for a question, which has checked its point."""
    names = tuple(method.name for method in _chosen(methods))
    steps = default_steps() if steps is None else _as_steps(steps)
    differences = [name for name in names if name in STENCILS]
    ready = quotients(question.rounded_field, question.point, steps, differences, arithmetic)
    return Sweep(question, steps, names, ready, arithmetic.step_kind.name)


def _chosen(methods: Sequence[str] | None) -> Iterable[Method]:
    """The rows of those names, all by default. A GradvizError for an unknown one."""
    return METHODS if methods is None else map(named, as_list(methods, "The methods are a list of names."))


def family(
    field: ScalarField,
    point: ArrayLike,
    method: str = "forward",
    steps: ArrayLike | None = None,
    *,
    step_kind: str = "plain",
    dtypes: Sequence[str] = tuple(PRECISIONS),
) -> dict[str, Sweep]:
    """The sweeps of one method in each of ``dtypes``, by name: the same V at four depths.

    Each is compared with the truth at the point as rounded to its own type. 'bfloat16' and back-propagation
    load PyTorch, which takes seconds; leave the name out of ``dtypes`` where that is too long.
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


def _as_steps(steps: ArrayLike) -> np.ndarray:
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
