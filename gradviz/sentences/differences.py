"""A difference term by term: its quotient with the numbers inserted, its error explained, and other steps."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from gradviz.comparison import Answers
from gradviz.methods import GradientEstimate
from gradviz.methods.differences import STENCILS, quotients
from gradviz.methods.estimate import value_in
from gradviz.sentences.claims import (
    AtKink,
    Both,
    Cause,
    Claim,
    NeverWorse,
    NoAnswer,
    Off,
    Quotient,
    Rounding,
    RoundingRules,
    Says,
    Shift,
    Smaller,
    Term,
    Truncation,
    Untruncated,
)
from gradviz.sentences.phrases import after_colon, beyond_range, setting
from gradviz.sweeping.error_parts import ErrorParts, error_parts, polynomial_degree
from gradviz.sweeping.model import taylor_terms
from gradviz.sweeping.sweep import Sweep
from gradviz.text.letters import plain_label

_ALONE = 0.02  # of the error: what else there is beside the one term
_MOST = 0.7  # of the error: what rules it
_FORETOLD = 0.1  # of the truncation: how far the series may be off and still tell it
_MISSED = 0.3  # … and how far it is off where ε reaches too far
_WINDOW = 10  # steps of the sweep: half a decade
_NEAR = 10.0  # times the least error: as good as the best step; and how far around it that is looked for
_CLEAR = 1.5  # times an error: clearly another
_MAJORITY = 0.7


def term_by_term(estimate: GradientEstimate, answers: Answers) -> Iterator[Claim]:
    """What a difference says, the quotient of one coordinate, where its error comes from, other steps."""
    name = estimate.method
    finite = bool(np.isfinite(estimate.gradient).all())
    if not finite:
        if estimate.note:
            yield NoAnswer(name, after_colon(estimate.note))
        return
    gradient = tuple(map(float, estimate.gradient))
    if estimate.status != "ok":
        yield Says(name, setting(answers), gradient, after_colon(estimate.note))
        return
    yield Says(name, setting(answers), gradient)
    i = _most_telling(estimate, answers.sweep)
    error = float(estimate.gradient[i] - answers.sweep.reference(name)[i])
    along = plain_label(answers.field.variables[i]) if len(gradient) > 1 else ""
    if name == "forward":
        yield _quotient(i, estimate, answers)
        along = ""
    if answers.sweep.truth.status[i] == "kink":
        yield AtKink(name, i, along, error)
        return
    parts = _parts(answers, name, i, answers.step, float(estimate.gradient[i]))
    cause = _cause(answers, name, i, error, parts) if error and parts else None
    if not error and answers.sweep.truth.differentiable:
        along = ""  # of every coordinate
    if error or not beyond_range(answers.sweep.truth)[i]:
        yield Off(name, i, along, error, cause)
    yield from _other_steps(answers, name, i, error, parts)


def _most_telling(estimate: GradientEstimate, sweep: Sweep) -> int:
    """The index of a coordinate with a kink, else of the largest error; the first of nearly equal ones."""
    kinks = [i for i, s in enumerate(sweep.truth.status) if s == "kink" and sweep.judged[i]]
    if kinks:
        return kinks[0]
    errors = np.where(sweep.judged, np.abs(estimate.gradient - sweep.reference(estimate.method)), -1.0)
    return int(np.flatnonzero(errors >= 0.99 * errors.max())[0])


def _quotient(i: int, estimate: GradientEstimate, answers: Answers) -> Quotient:
    """The forward quotient of coordinate ``i`` with the numbers of f."""
    precision, field = answers.precision, answers.question.rounded_field
    step = float(answers.divisors[i])
    moved = np.array(answers.point)
    moved[i] = precision.rounded(moved[i] + step)
    after, before = value_in(field, moved, precision), value_in(field, answers.point, precision)
    rise = float(precision.rounded(after - before))
    name, slope = plain_label(answers.field.variables[i]), float(estimate.gradient[i])
    return Quotient(name, before, after, rise, step, slope, precision.digits)


def _parts(answers: Answers, name: str, i: int, step: float, quotient: float) -> ErrorParts | None:
    slope, arithmetic = float(answers.sweep.reference(name)[i]), answers.sweep.arithmetic
    return error_parts(answers.question, name, i, step, arithmetic, quotient, slope)


# --- why ---


def _cause(answers: Answers, name: str, i: int, error: float, parts: ErrorParts) -> Cause:
    """What makes the error, by its parts."""
    size = abs(error)
    term, told = _largest_term(answers, name, i, parts.truncation)
    if abs(error - parts.truncation) <= (1 - _MOST) * size:
        if term:
            return replace(term, alone=abs(error - term.value) <= _ALONE * size)
        return Truncation(beyond=told is False)
    rounding = error - parts.truncation
    if abs(parts.truncation) > (1 - _MOST) * size:
        return Both(parts.truncation, rounding)
    if abs(error - parts.shift) <= (1 - _MOST) * size:
        return _shift(answers, name, i)
    alone = abs(error - parts.rounding) <= (1 - _MOST) * size
    return Rounding(_digits(parts.inaccuracy, answers.precision.decimals) if alone else None)


def _largest_term(answers: Answers, name: str, i: int, truncation: float) -> tuple[Term | None, bool | None]:
    """The largest Taylor term, and whether the series tells the truncation; None where it is not known."""
    derivatives, step = answers.sweep.derivatives[i : i + 1], float(answers.divisors[i])
    stencil = STENCILS[name]
    with np.errstate(all="ignore"):
        terms = {
            q: float(term[0] * np.float64(step) ** (q - 1))
            for q, term in taylor_terms(name, derivatives).items()
        }
    if not all(map(math.isfinite, terms.values())):
        return None, None
    missed = abs(sum(terms.values()) - truncation)
    if missed > _FORETOLD * abs(truncation):
        return None, False if missed > _MISSED * abs(truncation) else None
    q = max(terms, key=lambda order: abs(terms[order]))
    left, right = derivatives[0, :, q]
    sided = name in ("forward", "backward") or left == right
    degree = polynomial_degree(answers.field.expression, answers.field.variables[i])
    converging = math.isfinite(degree) or abs(terms[max(terms)]) <= abs(terms[q]) / 3
    if not (stencil.term(q) and sided and converging):
        return None, None
    derivative = float(right if 1 in stencil.weights else left)
    term = Term(name, q, float(stencil.term(q)), derivative, step, terms[q], alone=False)
    return term, True


def _shift(answers: Answers, name: str, i: int) -> Shift:
    x, step, rounded = float(answers.point[i]), float(answers.divisors[i]), answers.precision.rounded
    side = {"forward": 1, "backward": -1}.get(name, 0)
    shift = abs(float(rounded(x + side * step)) - x) if side else None
    return Shift(plain_label(answers.field.variables[i]), x, shift, step)


def _digits(inaccuracy: float, most: int) -> int | None:
    """About how many digits of f are right."""
    if inaccuracy == 0:
        return None
    return min(most, max(0, round(-math.log10(inaccuracy)))) if math.isfinite(inaccuracy) else 0


# --- other steps ---


def _other_steps(
    answers: Answers, name: str, i: int, error: float, parts: ErrorParts | None
) -> Iterator[Claim]:
    """What rules at this step, and what smaller ones do: as measured."""
    every = polynomial_degree(answers.field.expression, answers.field.variables[i]) <= STENCILS[name].order
    if every or (parts and parts.untruncated):
        yield Untruncated(name, i, every)
        return
    if not error or parts is None:
        return
    errors = np.abs(answers.sweep.gradients[name][:, i] - answers.sweep.reference(name)[i])
    smaller = errors[: answers.at]
    if abs(error - parts.truncation) <= (1 - _MOST) * abs(error):
        ratio = _ratio(answers, name, i, error)
        best = _best(answers, name, i)
        if ratio and not 1 / _CLEAR < ratio < _CLEAR:
            yield Smaller(name, i, ratio, best if best and best < answers.step else None)
        if len(smaller) and np.isfinite(smaller).all() and (smaller <= abs(error)).all():
            yield NeverWorse(name, i)
    elif abs(error - parts.truncation) >= _MOST * abs(error):
        near = smaller[-4 * _WINDOW :]
        worse = len(near) > _WINDOW and float(np.mean(near > abs(error))) >= _MAJORITY
        yield RoundingRules(name, i, worse, _best(answers, name, i))


def _ratio(answers: Answers, name: str, i: int, error: float) -> float | None:
    """The error at ε over that at ε/10, both measured; None where there is none."""
    question, arithmetic = answers.question, answers.sweep.arithmetic
    found = quotients(question.rounded_field, question.point, [answers.step / 10], [name], arithmetic)
    other = abs(float(found[name][0, i] - answers.sweep.reference(name)[i]))
    if not math.isfinite(other):
        return None
    return abs(error) / other if other else math.inf


def _best(answers: Answers, name: str, i: int) -> float | None:
    """The predicted best step, where the sweep along that coordinate bears it out; None else."""
    swept = answers.curves  # of which the error plot shows the best step, whatever ε is
    steps, best = swept.steps, swept.model[name].best_step_rms
    if not steps[0] < best < steps[-1]:
        return None
    errors = np.abs(swept.gradients[name][:, i] - swept.reference(name)[i])
    squares = np.where(np.isfinite(errors), errors, np.inf) ** 2
    windows = np.sqrt(np.convolve(squares, np.full(_WINDOW, 1 / _WINDOW), mode="valid"))
    middles = steps[_WINDOW // 2 : _WINDOW // 2 + len(windows)]
    near = windows[(middles >= best / _NEAR**0.5) & (middles <= best * _NEAR**0.5)]
    if not len(near) or not np.isfinite(near).any():
        return None
    return float(best) if near.min() <= _NEAR**0.5 * windows.min() else None
