"""The trusted truth: the correctly rounded gradient, or the word for why there is none.

The typed tree is run forward and back in balls of growing precision, at the exact binary value of the point
and with the decimals of the formula exact, until both ends of every ball round to the same float64: that is a
proof. Where an operation stands on a kink, a jump or an edge, the slopes on both sides are taken as limits
instead, with thousands of bits. None of the methods that it judges is used.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from flint import fmpq
from numpy.typing import ArrayLike

from gradviz.arguments import as_real
from gradviz.autodiff.proved import NotDecided, NotSmooth, OutOfTime, Sweep
from gradviz.errors import GradvizError
from gradviz.field import ScalarField, as_points
from gradviz.question import Question
from gradviz.shown import shown
from gradviz.sweeping.digits import beyond_float64, significant
from gradviz.sweeping.evaluation import PATIENCE, SWEEPS, VALUES, Evaluation, Undecided
from gradviz.sweeping.everywhere import by_one_sweep
from gradviz.sweeping.limits import OneSided, one_sided, status
from gradviz.sweeping.pieces import Whole, are_told_apart, proved_side, whole_differentiability
from gradviz.sweeping.taylor import higher_derivatives, one_sided_derivatives
from gradviz.tree.balls.numbers import (
    UNDEFINED,
    UNKNOWN,
    Number,
    ball,
    nearest_float,
    rational,
    sign,
    working,
)
from gradviz.tree.precision import precision_named

# The functions are those that a worker runs.
__all__ = ["Truth", "higher_derivatives", "one_sided_derivatives", "true_gradient", "true_gradients"]

MOST_DIGITS = 5_000  # of a partial derivative
_BITS_PER_DIGIT = math.log2(10)


@shown
@dataclass(frozen=True)
class Truth:
    """What the gradient really is at a point.

    ``gradient`` (n,) correctly rounded, nan where there is none; ``status`` per coordinate 'differentiable',
    'kink', 'jump', 'infinite', 'undefined' or 'undecided'; ``one_sided`` (n, 2) left and right derivatives,
    ±inf or nan where there are none; ``differentiable`` f as a whole; ``note`` a sentence where one is due;
    ``value`` f at the point, correctly rounded.

    ``decimals`` (n rows: the derivative, the left and the right one) and ``value_decimals`` hold '2.726e+347'
    where float64 rounds a finite number to ±inf, or one that is not 0 to 0; '' else.

    ``proved`` (n,) says of which coordinates everything above is proved, by bounds on every rounding; the
    others are inferred from quotients at small steps. ``digits(n)`` has more digits of those.
    ``whole_proved`` says so of ``differentiable``; where it is not proved, no direction tried contradicts a
    True one. ``smooth``: no operation stands on a kink, a jump or an edge, so that f has all derivatives.
    """

    gradient: np.ndarray
    status: tuple[str, ...]
    one_sided: np.ndarray
    differentiable: bool
    note: str = ""
    value: float = math.nan
    decimals: tuple[tuple[str, str, str], ...] = ()
    value_decimals: str = ""
    proved: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=bool))
    whole_proved: bool = False
    smooth: bool = False
    question: Question | None = field(default=None, repr=False)

    def digits(self, count: int, *, seconds: float | None = None) -> tuple[str, ...]:
        """Each partial derivative to ``count`` significant digits, rounded to nearest: '0.3333', '1.2e-7'.

        '' where the derivative is not proved, or where ``seconds`` of CPU (``evaluation.SECONDS`` by default)
        are not enough. A GradvizError unless ``count`` is an integer from 1 to 5000.
        """
        number = as_real(count)
        if not (1 <= number <= MOST_DIGITS and number == math.floor(number)):
            raise GradvizError(f"The number of digits is an integer from 1 to {MOST_DIGITS}.")
        if self.question is None:
            return ("",) * len(self.status)
        decided: dict[int, tuple[str, ...]] = vars(self).setdefault("decided_digits", {})
        if (found := decided.get(int(number))) is None:
            known = self.proved & (np.array(self.status, dtype=str) == "differentiable")
            found = _digits(Evaluation.of(self.question, seconds), int(number), known)
            if all(found):  # else more time may find more
                decided.update({int(number): found} if len(decided) < _DIGITS_KEPT else {})
        return found


def true_gradient(
    field: ScalarField,
    point: ArrayLike,
    *,
    seconds: float | None = None,
    dtype: str = "float64",
    patience: float = PATIENCE,
) -> Truth:
    """∇f at ``point`` (n,), correctly rounded to float64, or the status that says why there is none.

    With a narrower ``dtype`` f is differentiated at the point as rounded to that type; the decimals of the
    formula stay exact, and the answer is float64 still. Past ``seconds`` of CPU (``evaluation.SECONDS`` by
    default) or ``patience`` times as long by the clock, or where numbers grow past all bounds, the status is
    'undecided'. PointError for a point that does not fit.
    """
    question = Question.of(field, point, precision_named(dtype))
    if note := question.out_of_range:
        return _without_gradient("undefined", len(question.point), note)
    work = Evaluation.of(question, seconds, patience)
    try:
        sweep = _smooth(work)
        return _from_pieces(work, question) if sweep is None else _from_sweep(work, question, sweep)
    except OutOfTime:
        reason = "in the time given"
    except Undecided:
        reason = "with numbers of bounded size"
    return _without_gradient(
        "undecided", len(work.point), f"The true gradient could not be decided {reason}."
    )


_DIGITS_KEPT = 4  # counts of digits of which a truth keeps the decimals


class Gradients(NamedTuple):
    """∇f (..., n) at many points, nan where there is none, and (...) whether it is ``decided``.

    ``complete`` unless some points were left out for want of time.
    """

    gradients: np.ndarray
    decided: np.ndarray
    complete: bool


def true_gradients(
    field: ScalarField, points: ArrayLike, *, seconds: float | None = None, patience: float = PATIENCE
) -> Gradients:
    """∇f at ``points`` (..., n) as `true_gradient` has it, in ``seconds`` of CPU for all points together."""
    points = as_points(field, points)
    flat = points.reshape(-1, points.shape[-1])
    if not flat.size:
        return Gradients(points.copy(), np.ones(points.shape[:-1], dtype=bool), True)
    work = Evaluation.of(Question.of(field, flat[0]), seconds, patience)
    gradients, decided, rest = by_one_sweep(work, flat)
    complete = bool(decided.sum() + len(rest) == len(flat))
    for i in rest:
        truth = true_gradient(field, flat[i], seconds=work.left(), patience=patience)
        gradients[i], decided[i] = truth.gradient, "undecided" not in truth.status
        if not decided[i] and work.over():
            complete = False
            break
    return Gradients(gradients.reshape(points.shape), decided.reshape(points.shape[:-1]), complete)


def _without_gradient(word: str, n: int, note: str, *, proved: bool = False) -> Truth:
    nothing = np.full(n, np.nan)
    return Truth(
        nothing,
        (word,) * n,
        np.full((n, 2), np.nan),
        False,
        note,
        proved=np.full(n, proved),
        whole_proved=proved,
    )


# --- where every operation is smooth: proved ---


@dataclass(frozen=True)
class _Rounded:
    """What a sweep proves: the float64 of value and partials, and digits past the range of float64."""

    sweep: Sweep
    value: float
    gradient: tuple[float, ...]
    value_decimals: str
    decimals: tuple[str, ...]


def _smooth(work: Evaluation, variables: tuple[str, ...] | None = None) -> _Rounded | None:
    """The reverse sweep along ``variables`` (all for None) whose balls leave no choice.

    None where some operation is not smooth, or where no precision decides.
    """
    for bits in work.sweeps:
        with working(bits):
            try:
                sweep = work.sweep(variables)
            except NotSmooth:
                return None
            except NotDecided:
                continue
            numbers = (sweep.value, *sweep.partials)
            partials = [a for a in map(nearest_float, sweep.partials) if a is not None]
            value = nearest_float(sweep.value)
            if value is None and bits == work.sweeps[-1] and ball(sweep.value).is_finite():
                value = float(ball(sweep.value).mid())  # half-way between two, as far as any precision tells
            if value is not None and len(partials) == len(sweep.partials):
                decimals = tuple(beyond_float64(a) for a in numbers)
                return _Rounded(sweep, value, tuple(partials), decimals[0], decimals[1:])
    return None


def _from_sweep(work: Evaluation, question: Question, found: _Rounded) -> Truth:
    gradient = np.array(found.gradient, dtype=float)
    n = len(gradient)
    return Truth(
        gradient,
        ("differentiable",) * n,
        gradient.repeat(2).reshape(n, 2),
        True,
        _near_a_kink(work, found.sweep),
        found.value,
        tuple((text, text, text) for text in found.decimals),
        found.value_decimals,
        np.ones(n, dtype=bool),
        whole_proved=True,
        smooth=True,
        question=question,
    )


def _near_a_kink(work: Evaluation, sweep: Sweep) -> str:
    """A sentence where f is not smooth at, or before, the nearest number of the type; '' else."""
    if not sweep.switches:
        return ""
    size = max([1.0, *map(abs, work.point)])
    near = rational(size) * fmpq(2) ** (23 - work.precision.bits)  # 2^−30 for float64, near 1
    with working(SWEEPS[0]):
        close = [
            (place, k)
            for place, quantities in sweep.switches.items()
            for k, quantity in enumerate(quantities)
            if abs(quantity) < near
        ]
    if not close:
        return ""
    for i, x in enumerate(work.point):
        name = work.field.variables[i]
        for neighbour in work.precision.neighbours(x):
            if _changes(work, sweep, close, {**work.inputs, name: rational(float(neighbour))}):
                return f"There is a kink, a jump or an edge of the domain within one ulp of {name}."
    return ""


def _changes(work: Evaluation, sweep: Sweep, close: list[tuple[int, int]], inputs: dict[str, Number]) -> bool:
    """Whether f at other ``inputs`` is not smooth, or some switch has another sign."""
    with working(SWEEPS[1]):
        try:
            beyond = work.sweep(inputs=inputs).switches
        except NotSmooth:
            return True
        except NotDecided:
            return False
        return any(
            len(beyond.get(place, ())) == len(sweep.switches[place])
            and sign(beyond[place][k]) != sign(sweep.switches[place][k])
            for place, k in close
        )


def _digits(work: Evaluation, count: int, proved: np.ndarray) -> tuple[str, ...]:
    """``count`` digits of each ``proved`` partial derivative; '' for others, and past time or bits."""
    names = [name for name, known in zip(work.field.variables, proved, strict=True) if known]
    texts: dict[str, str] = {}
    try:
        for variables in (names,) if proved.all() else ([name] for name in names):
            texts |= dict(zip(variables, _digits_along(work, variables, count), strict=True))
    except OutOfTime:
        pass  # what is known so far is proved
    return tuple(texts.get(name, "") for name in work.field.variables)


def _digits_along(work: Evaluation, variables: Sequence[str], count: int) -> list[str]:
    texts: list[str | None] = []
    least = int(count * _BITS_PER_DIGIT)
    for extra in work.sweeps:
        if work.slow and least + extra > work.depths[-1].bits:
            break  # Γ has not so many digits in the time of an answer
        with working(least + extra):
            try:
                texts = [significant(a, count) for a in _partials(work, variables, least + extra)]
            except NotDecided:
                continue
        if None not in texts:
            break
    return [text or "" for text in texts or [""] * len(variables)]


def _partials(work: Evaluation, variables: Sequence[str], bits: int) -> Sequence[Number]:
    """The partial derivatives along ``variables``; at a kink that does not matter those of one side."""
    try:
        return work.sweep(variables).partials
    except NotSmooth:
        germs = [work.on_ray(work.field.variables.index(name), 1, bits) for name in variables]
        return [UNKNOWN if germ is None or germ.form is None else germ.form[0] for germ in germs]


# --- where one is not: the pieces next to the point, or limits from both sides ---


def _from_pieces(work: Evaluation, question: Question) -> Truth:
    """The truth coordinate by coordinate, where f is not smooth along one.

    Proved where the pieces of f next to the point are known; from limits of quotients where they are not.
    """
    n = len(work.point)
    here, certain = _value_here(work)
    if here is UNDEFINED:
        return _without_gradient("undefined", n, "f has no real value at this point.", proved=certain)
    found = [_along(work, i, name) for i, name in enumerate(work.field.variables)]
    sides = [(left, right) for left, right, _ in found]
    words = tuple(status(left, right) for left, right in sides)
    sure = np.array([sure for *_, sure in found])
    slopes = np.array([[_float(side.slope) for side in pair] for pair in sides]).reshape(n, 2)
    smooth = np.array([word == "differentiable" for word in words])
    if not smooth.all():
        whole = Whole(False, bool((sure & ~smooth).any()))
    elif n == 1:
        whole = Whole(True, bool(sure[0]))
    else:
        whole = whole_differentiability(work)
    texts = [(_decimals(left.slope), _decimals(right.slope)) for left, right in sides]
    return Truth(
        np.where(smooth, slopes[:, 1], np.nan),
        words,
        slopes,
        whole.differentiable,
        whole.note if smooth.all() and n > 1 else "",
        _float(here),
        tuple((left if left == right else "", left, right) for left, right in texts),
        _decimals(here),
        sure & certain,
        whole.proved and certain,
        question=question,
    )


def _along(work: Evaluation, i: int, name: str) -> tuple[OneSided, OneSided, bool]:
    """The derivatives on both sides along one coordinate, and whether they are proved."""
    if len(work.point) > 1 and (found := _smooth(work, (name,))) is not None:
        side = OneSided(found.sweep.partials[0])
        return side, side, True
    left, right = proved_side(work, i, -1), proved_side(work, i, 1)
    if left is not None and right is not None:
        return left, right, are_told_apart(left, right)
    return one_sided(work, i, -1), one_sided(work, i, 1), False


def _value_here(work: Evaluation) -> tuple[Number, bool]:
    """f at the point, and whether it is proved. Undecided where no number of bits tells it."""
    for depth in (*VALUES, *work.depths):
        with work.working(depth):
            value = work.value(depth)
            if value is UNDEFINED or isinstance(value, fmpq) or nearest_float(value) is not None:
                return value, depth.snap is None
    raise Undecided


def _float(a: Number) -> float:
    """The nearest float64; of a limit, which is known to many digits and still not exactly, the likeliest."""
    with working(SWEEPS[0]):
        rounded = nearest_float(a)
    return float(ball(a).mid()) + 0.0 if rounded is None else rounded


def _decimals(a: Number) -> str:
    with working(SWEEPS[0]):
        return beyond_float64(a)
