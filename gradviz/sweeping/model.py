"""The predicted error of a difference quotient over the step: Taylor terms left out, and rounding."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import numpy as np

from gradviz import patience
from gradviz.autodiff.reverse import noise
from gradviz.field import ScalarField
from gradviz.methods.differences import STENCILS, Stencil
from gradviz.methods.steps import Arithmetic, landed_exactly, taken_steps
from gradviz.question import Question
from gradviz.tree.precision import Precision

HIGHEST_DERIVATIVE = 9
RMS_OF_SHIFT = 0.41  # of the rounding of x + h, in u|x|: uniform in half an ulp
_SEARCHED = np.logspace(-30, 6, 7201)  # the steps among which the model finds its best: 1 % apart
_SAMPLED = np.logspace(-30, 6, 109)  # the steps at which the noise is computed; interpolated between them
_FLAT = 1.01  # times the least error at the smallest step of all: a floor, and no optimum
_COMPLEX_TERMS = {3: Fraction(-1, 6), 5: Fraction(1, 120), 7: Fraction(-1, 5040)}
_OFFSETS = np.arange(-3.0, 4.0)  # of all the stencils


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


@dataclass(frozen=True)
class Conditions:
    """All that the model needs to know, along each of the n judged coordinates, at k steps.

    ``steps`` (k,) as they are taken; ``derivatives`` (n, 2, 10) on the left and on the right, orders 0 to 9;
    ``roundings`` (3, 7, n, 109) as of :func:`_roundings`; ``rounded`` (7, n, k) where x + jh is rounded, for
    steps that are meant to keep it exact, None where it always is.
    """

    steps: np.ndarray
    derivatives: np.ndarray
    roundings: np.ndarray
    rounded: np.ndarray | None
    precision: Precision


def conditions(
    question: Question,
    steps: np.ndarray,
    arithmetic: Arithmetic,
    gradient: np.ndarray,
    derivatives: np.ndarray,
    judged: np.ndarray,
) -> Conditions:
    """The conditions of a sweep over ``steps`` (k,), from the true gradient (n,) and derivatives (n, 2, 10).

    Only the coordinates ``judged`` (n,) bool count.
    """
    point, precision = question.point, question.precision
    with np.errstate(all="ignore"):
        sizes = _roundings(question.rounded_field, point, gradient, precision.unit_roundoff)[:, :, judged]
        taken = taken_steps(point, steps, arithmetic)
    rounded = None
    if arithmetic.step_kind.on_grid:
        landed = [landed_exactly(point, taken, int(j), precision) for j in _OFFSETS]
        rounded = ~np.array(landed)[:, judged]
    nominal = taken if taken.ndim == 1 else precision.rounded(steps)
    return Conditions(nominal, derivatives[judged], sizes, rounded, precision)


@np.errstate(all="ignore")
def predict(method: str, known: Conditions) -> StepModel:
    """The model of one method that takes a step; nan throughout where a derivative is not known.

    The quotients to the right of the point see the derivatives there, those to the left the others.
    """
    steps, precision = known.steps, known.precision
    if method == "complex-step":
        left, right = known.derivatives[:, 0], known.derivatives[:, 1]
        missing = precision.complex is None or not np.array_equal(left, right)
        terms = {} if missing else {q: float(c) * right[:, q] for q, c in _COMPLEX_TERMS.items()}
    else:
        terms = taylor_terms(method, known.derivatives)
        missing = bool(np.isnan(list(terms.values())).any())
    if missing or not len(known.derivatives):
        nothing = np.full(len(steps), np.nan)
        return StepModel(nothing, nothing, nothing, math.nan, math.nan)
    truncation = _size(np.sum(_series(terms, steps), axis=0))
    if method == "complex-step":
        flat = float(precision.unit_roundoff * _size(known.derivatives[:, 1, 1]))
        third = float(_size(known.derivatives[:, 1, 3]))
        limit = math.sqrt(6 * flat / third) if third else math.inf
        roundoff = np.full(len(steps), flat)
        return StepModel(truncation, roundoff, roundoff, limit, limit)
    noise_of_f, bound, rms, rms_sampled = _numerators(STENCILS[method], known)
    return StepModel(
        truncation,
        bound / steps,
        rms / steps,
        _least(terms, noise_of_f),
        _least(terms, rms_sampled, rms=True),
    )


def taylor_terms(method: str, derivatives: np.ndarray) -> dict[int, np.ndarray]:
    """For each order q from 2 the (n,) that, times h^(q − 1), are the term of the series left out.

    ``derivatives`` (n, 2, 10) are those on the left, which the points there see, and those on the right.
    """
    terms = {}
    for q in range(2, HIGHEST_DERIVATIVE + 1):
        shares = _sided_coefficients(method, q)
        term = sum(
            (share * derivatives[:, place, q] for place, share in enumerate(shares) if share),
            np.zeros(len(derivatives)),
        )
        if STENCILS[method].term(q) or np.any(term):
            terms[q] = term
    return terms


@cache
def _sided_coefficients(method: str, order: int) -> tuple[float, ...]:
    """The shares of the left and of the right neighbours in :meth:`Stencil.term`."""
    weights = STENCILS[method].weights.items()
    sums = [
        sum((w * Fraction(j) ** order for j, w in weights if j * side > 0), Fraction(0)) for side in (-1, 1)
    ]
    return tuple(float(total) / math.factorial(order) for total in sums)


def _roundings(
    field: ScalarField, point: np.ndarray, gradient: np.ndarray, unit_roundoff: float
) -> np.ndarray:
    """The sizes (3, 7, n, 109) of what rounding does to f(x + jh) along each of n variables.

    The bound on the noise of f, its root mean square, and what the rounding of x + jh moves f by, for j from
    −3 to 3 and h from 1e-30 to 1e6. The noise is not that of the point: where f has a zero it vanishes at the
    point and grows with h, and beside a cancellation it may shrink. The caller holds np.errstate.
    """
    sizes = np.zeros((3, len(_OFFSETS), len(point), len(_SAMPLED)))
    coordinates = [float(x) for x in point]
    shifts = np.multiply.outer(_OFFSETS, _SAMPLED)
    for i, x in enumerate(coordinates):
        patience.pause()
        noises = noise(field, [*coordinates[:i], x + shifts, *coordinates[i + 1 :]], unit_roundoff)
        sizes[:2, :, i] = [size[i] for size in noises]
        if x:  # 0 + h is h
            sizes[2, :, i] = unit_roundoff * np.abs((x + shifts) * gradient[i])
    return sizes


def _numerators(stencil: Stencil, known: Conditions) -> tuple[np.ndarray, ...]:
    """The rounding error of a quotient times its step, norm-wise over the coordinates.

    The bound from the noise of f alone (109,); the bound from all roundings and their root mean square at the
    steps (k,); and the root mean square (109,) at steps that keep x + h exact where they are meant to.
    """
    steps, rounded = known.steps, known.rounded
    used = [j in stencil.weights for j in _OFFSETS]  # f may be undefined where the stencil does not look
    bounds, rms, shifts = known.roundings[:, used]
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
    """Values at the sampled steps (…, 109), interpolated at others (…, k): exact for a + bh, as most are."""
    rows = [np.interp(steps, _SAMPLED, row) for row in sampled.reshape(-1, len(_SAMPLED))]
    return np.reshape(rows, (*sampled.shape[:-1], len(steps)))


@cache
def _searched_power(exponent: int) -> np.ndarray:
    return _SEARCHED**exponent


def _series(terms: Mapping[int, np.ndarray], steps: np.ndarray) -> list[np.ndarray]:
    """The Taylor terms left out, each (n, k), by rising order."""
    return [np.multiply.outer(term, steps ** (q - 1)) for q, term in terms.items()]


def _size(coordinates: np.ndarray) -> np.ndarray:
    """The Euclidean norm over the first axis; hypot, because the square of a tiny number would underflow."""
    return np.hypot.reduce(coordinates, axis=0)


def _least(terms: Mapping[int, np.ndarray], numerator: np.ndarray, *, rms: bool = False) -> float:
    """The step at which truncation plus noise is least; inf where nothing is truncated.

    With one term and the same noise everywhere it is (A ε/(p C M))^(1/(p+1)), or its root-mean-square fellow
    (√ of the squares' sum). It is searched, not divided out: the leading derivative may be 0 or nearly so,
    and then the next term decides. 0 where the noise vanishes with the step, and smaller is never worse.
    """
    sizes = np.zeros_like(_SEARCHED)
    for q, term in terms.items():
        sizes += float(_size(term)) * _searched_power(q - 1)
    if not sizes[-1] > 0:
        return math.inf
    noises = _interpolated(numerator, _SEARCHED) / _SEARCHED
    total = np.hypot(sizes, noises) if rms else sizes + noises
    if np.isnan(total).all():
        return math.nan
    least = int(np.nanargmin(total))
    return float(_SEARCHED[least]) if total[0] > _FLAT * total[least] else 0.0
