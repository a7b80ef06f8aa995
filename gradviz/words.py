"""The sentences the page says about a result: what the picture shows for this function, point and step, and
why.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from gradviz.autodiff.graph import label
from gradviz.autodiff.reverse import not_smooth
from gradviz.field import ScalarField, out_of_range, rounded_parameters
from gradviz.figures.table import Row, cost_text, error_text
from gradviz.methods import METHODS, GradientEstimate, Method, gradient, needing_torch
from gradviz.methods.differences import STENCILS
from gradviz.methods.estimate import value_in
from gradviz.methods.loading import torch_is_loaded
from gradviz.methods.steps import PLAIN, taken_steps
from gradviz.presets import Preset
from gradviz.sweeping import sweep as sweeping
from gradviz.sweeping.sweep import Sweep, default_steps, sweep
from gradviz.sweeping.truth import Truth
from gradviz.text.letters import plain_label
from gradviz.text.numbers import (
    agreement,
    as_factor,
    as_fraction,
    as_vector,
    in_powers_of_ten,
    listed,
    number,
    primes,
    raised,
    vector,
)
from gradviz.tree.expression import Node
from gradviz.tree.operations import OPERATIONS
from gradviz.tree.precision import FLOAT64, PRECISIONS, Precision

# What each part of the page is, in a sentence for whoever sees it for the first time.
WHAT_IS_THIS = {
    "surface": "The height is f; each arrow is the gradient as one method computes it, the way in which "
    "f rises fastest.",
    "curve": "The curve is f; each straight line has the slope that one method gives at the point.",
    "errors": "How far each method is off, for every ε: a smaller ε lets the error fall, until rounding "
    "makes it rise again.",
    "map": "The surface from above: along a line f stays the same, and the arrows show the way in which it "
    "rises fastest.",
    "table": "The gradient by every method: digits that agree with the truth are bold; then its error, and "
    "what it cost.",
    "closed form": "The partial derivatives as formulas, by the rules of differentiation: there is no ε in "
    "them.",
    "graph": "f taken apart into single operations: values go forward through it, derivatives come back by "
    "the chain rule.",
}

_LABELS = {method.name: method.label for method in METHODS}
_SHORT = 3  # coordinates that are still spelled out
_PLACES = 12  # digits of a coordinate


@dataclass(frozen=True)
class Answers:
    """All that is said about one function at one point with one step.

    ``estimates`` by method name; ``sweep`` over the decades, with ``step`` among its steps at place ``at``.
    ``point`` is as the type holds it, ``typed`` as it was asked for.
    """

    field: ScalarField
    point: np.ndarray
    step: float
    estimates: Mapping[str, GradientEstimate]
    sweep: Sweep
    at: int
    typed: tuple[float, ...]

    @property
    def precision(self) -> Precision:
        return self.sweep.precision

    @property
    def taken(self) -> np.ndarray:
        """(n,) the step that is divided by along each coordinate."""
        with np.errstate(all="ignore"):
            taken = taken_steps(self.point, [self.step], self.sweep.arithmetic)
        return np.broadcast_to(taken.reshape(-1), self.point.shape)

    @property
    def errors(self) -> dict[str, float]:
        """The error of each method at exactly this step."""
        return {name: float(self.sweep.errors[name][self.at]) for name in self.estimates}


def answer(
    field: ScalarField,
    point: Sequence[float],
    step: float,
    *,
    without: Sequence[str] = (),
    before: Answers | None = None,
    dtype: str = "float64",
    step_kind: str = "plain",
) -> Answers:
    """Ask every method but those ``without``, one by one and over the decades of steps, in one precision and
    with one kind of step.

    Where ``before`` are the answers at the same point, what does not depend on the step is taken from there.
    """
    methods = [method for method in METHODS if method.name not in without]
    names = tuple(method.name for method in methods)
    steps = np.union1d(default_steps(), [step])
    typed = tuple(float(x) for x in point)
    known: dict[str, GradientEstimate] = {}
    if before is not None and (before.field, before.sweep.dtype, before.typed) == (field, dtype, typed):
        swept = before.sweep.over(steps, names, step_kind=step_kind)
        stepless = [method.name for method in methods if not method.takes_step]
        known = {name: before.estimates[name] for name in stepless if name in before.estimates}
        # asked again: what takes long is remembered elsewhere, and what was only waited for may be there
        known = {name: estimate for name, estimate in known.items() if estimate.status != "no closed form"}
    else:
        swept = sweep(field, point, steps, names, dtype=dtype, step_kind=step_kind)
    estimates = {
        name: replace(known[name], step_kind=step_kind)
        if name in known
        else gradient(field, point, name, step, dtype=dtype, step_kind=step_kind)
        for name in names
    }
    at = int(np.searchsorted(steps, step))
    return Answers(field, swept.point, step, estimates, swept.knowing(estimates), at, typed)


def family(answers: Answers, method: str) -> dict[str, Sweep]:
    """The sweep of one method in every precision that can be had now: some numbers are PyTorch's."""
    here = answers.sweep
    there = [name for name in PRECISIONS if method not in needing_torch(name) or torch_is_loaded()]
    kind = here.arithmetic.step_kind.name
    others = [name for name in there if name != here.dtype]
    swept = sweeping.family(answers.field, answers.typed, method, here.steps, step_kind=kind, dtypes=others)
    return {name: here if name == here.dtype else swept[name] for name in there}


@np.errstate(all="ignore")
def paragraph(answers: Answers, names: Sequence[str]) -> str:
    """What is to be seen, in a few sentences; ``names`` are the methods shown."""
    field, here = answers.field, answers.sweep
    if past_range := out_of_range(field, answers.typed, answers.precision):
        return f"{past_range} Take a wider precision, or a number nearer to 0."
    estimates = {name: answers.estimates[name] for name in names if name in answers.estimates}
    digits = min(_PLACES, answers.precision.digits)
    parts = [place_in_words(field, answers.point, here.truth, digits), _as_held(answers)]
    shown = [name for name in STENCILS if name in estimates]
    if shown and here.judged.any():
        first = shown[0]
        parts.append(_term_by_term(estimates[first], answers))
        if np.isfinite(estimates[first].gradient).all():
            parts.append(_regime(first, answers))
    if field.variables:
        parts.append(_without_step(estimates, answers))
    return " ".join(part for part in parts if part)


def announced(answers: Answers, names: Sequence[str]) -> str:
    """What has changed, in one sentence for whoever hears the page: the gradient, and the first method's."""
    where = f"At {vector(answers.point)} with {setting(answers)}"
    gradient = f"the gradient is {true_vector(answers.sweep.truth)}"
    first = next((name for name in STENCILS if name in names and name in answers.estimates), None)
    rival = "" if first is None else f", by {_LABELS[first]} {vector(answers.estimates[first].gradient)}"
    return f"{where} {gradient}{rival}."


def lesson(preset: Preset) -> str:
    """The sentence of a preset with the place that it speaks of, for where the point may be another."""
    return f"For {vector(preset.point)} and ε = {number(float(preset.step))}: {preset.lesson}"


def setting(answers: Answers) -> str:
    """How the numbers were worked out, as far as it is not the usual: ‘ε = 0.1 in float16’."""
    told = f"ε = {number(answers.step)}"
    if answers.precision is not FLOAT64:
        told += f" in {answers.precision.name}"
    kind = answers.sweep.arithmetic.step_kind
    return told if kind is PLAIN else f"{told} (taken as {kind.label})"


def _as_held(answers: Answers) -> str:
    """A word where the type does not hold the point as it was typed."""
    moved = [i for i, x in enumerate(answers.typed) if x != answers.point[i]]
    if not moved or len(answers.typed) > _SHORT:
        return ""
    held = [
        f"{number(answers.typed[i], _PLACES)} as {number(float(answers.point[i]), answers.precision.digits)}"
        for i in moved
    ]
    return f"{answers.precision.name} holds {listed(held)}."


def true_vector(truth: Truth) -> str:
    """The true gradient like ``vector``, with the size of what is too large or too small for float64."""
    beyond = _beyond(truth)
    return as_vector(
        [
            in_powers_of_ten(text) if text else vector([v])
            for v, text in zip(truth.gradient, beyond, strict=True)
        ]
    )


def _beyond(truth: Truth) -> list[str]:
    """For each coordinate the derivative's decimals where float64 has no number for it; '' else."""
    return [row[0] for row in truth.decimals] or [""] * len(truth.gradient)


def _why_beyond(field: ScalarField, truth: Truth) -> str:
    """That numbers past float64's range are finite, or not 0, after the gradient; '' where there are none."""
    large = [math.isinf(slope) for slope in truth.gradient]
    small = ["e-" in text for text in _beyond(truth)]
    told = ((large, "finite and too large for float64"), (small, "not 0, but too small for float64"))
    reasons = []
    for found, reason in told:
        names = [plain_label(name) for name, one in zip(field.variables, found, strict=True) if one]
        along = "" if all(found) else f"along {listed(names)} "
        reasons += [f"{along}it is {reason}"] if names else []
    return f": {', and '.join(reasons)}" if reasons else ""


def held(field: ScalarField) -> list[str]:
    """The parameters with their values: a = 2."""
    return [f"{plain_label(name)} = {number(value or 0.0, 12)}" for name, value in field.parameters]


def place_in_words(field: ScalarField, point: np.ndarray, truth: Truth, digits: int = _PLACES) -> str:
    """f and its gradient at the point, or what stands in the way of one."""
    where = f"At {_point_in_words(field, point, digits)}"
    if not field.variables:
        return f"f is the constant {number(truth.value, 6)}: it has no variables, and so no gradient to draw."
    if np.isnan(truth.value) and set(truth.status) == {"undefined"}:
        return f"{where} f has no real value, so there is no gradient. Move the point to where it has one."
    if truth.differentiable:
        noun = "derivative" if len(field.variables) == 1 else "gradient"
        why = _why_beyond(field, truth)
        return f"{where} f is {_value_in_words(truth)} and the {noun} is {true_vector(truth)}{why}."
    if set(truth.status) == {"undecided"}:
        return f"{where}: {truth.note}"
    decimals = truth.decimals or (("", "", ""),) * len(truth.status)
    told = [
        _coordinate_in_words(plain_label(name), status, sides, beyond[1:])
        for name, status, sides, beyond in zip(
            field.variables, truth.status, truth.one_sided, decimals, strict=True
        )
        if status != "differentiable"
    ]
    smooth = [
        plain_label(n) for n, s in zip(field.variables, truth.status, strict=True) if s == "differentiable"
    ]
    rest = f"The slope along {listed(smooth)} exists." if smooth and told else ""
    return " ".join(part for part in (f"{where} f has no gradient.", *told, rest, truth.note) if part)


def _point_in_words(field: ScalarField, point: np.ndarray, digits: int) -> str:
    if len(point) > _SHORT:
        return "this point"
    return listed(
        [
            f"{plain_label(name)} = {number(float(x), digits)}"
            for name, x in zip(field.variables, point, strict=True)
        ]
    )


def _value_in_words(truth: Truth) -> str:
    """f at the point: 25; or 2.726·10³⁴⁷, too large for float64, where float64 would make ∞ or 0 of it."""
    if not truth.value_decimals:
        return number(truth.value, 6)
    size = "large" if "e+" in truth.value_decimals else "small"
    return f"{in_powers_of_ten(truth.value_decimals)}, too {size} for float64,"


def _slope_in_words(slope: float, decimals: str) -> str:
    return in_powers_of_ten(decimals) if decimals else number(slope)


def _coordinate_in_words(name: str, status: str, sides: np.ndarray, decimals: tuple[str, str]) -> str:
    """What stands in the way of a slope along ``name``; ``sides`` are the left and the right one.

    ``decimals`` are these where float64 has no number for them, else ''.
    """
    on_the_left, on_the_right = map(_slope_in_words, sides, decimals)
    if status == "kink":
        return (
            f"Along {name} there is a kink: the slope is {on_the_left} on the left and {on_the_right} "
            "on the right."
        )
    if status == "jump":
        return f"Along {name} f jumps here."
    if status == "infinite":
        return f"Along {name} the tangent stands upright: the slope grows without bound."
    if status == "undecided":
        return f"Whether f has a slope along {name} could not be decided."
    for place, side, shown in ((1, "right", on_the_right), (0, "left", on_the_left)):
        if np.isfinite(sides[place]) or decimals[place]:
            return f"Along {name} f exists on one side only, where its slope is {shown} (to the {side})."
    return f"Along {name} the slope has no limit."


def _term_by_term(estimate: GradientEstimate, answers: Answers) -> str:
    """The quotient of one coordinate with its numbers put in, and where its error comes from."""
    field, name, precision = answers.field, estimate.method, answers.precision
    label = _LABELS[name]
    if not np.isfinite(estimate.gradient).all():
        return f"The {label} has no answer here: {_lowered(estimate.note)}" if estimate.note else ""
    says = f"The {label} with {setting(answers)} says {vector(estimate.gradient)}"
    if estimate.status in ("step vanished", "underflow"):
        return f"{says}: {_lowered(estimate.note)}"
    said = f"{says}."
    i = _most_telling(estimate, answers.sweep)
    step = float(answers.taken[i])
    x, slope = plain_label(field.variables[i]), number(float(estimate.gradient[i]), 6)
    quotient = ""
    if name == "forward":
        moved = np.array(answers.point)
        moved[i] = precision.rounded(moved[i] + step)
        held = rounded_parameters(field, precision)
        after, before = value_in(held, moved, precision), value_in(held, answers.point, precision)
        rise = float(precision.rounded(after - before))
        digits = 6 if abs(rise) > 1e-4 * max(abs(after), abs(before)) else precision.digits
        quotient = (
            f" Along {x}: f rises from {number(before, digits)} to {number(after, digits)}, by "
            f"{number(rise, 6)}, and "
            f"{number(rise, 6)} ÷ {number(step)} = {slope}."
        )
    return said + quotient + _excess(i, estimate, answers)


def _most_telling(estimate: GradientEstimate, here: Sweep) -> int:
    """A coordinate with a kink, else the one with the largest error; of nearly equal ones the first, where a
    reader looks.
    """
    if "kink" in here.truth.status:
        return here.truth.status.index("kink")
    errors = np.where(here.judged, np.abs(estimate.gradient - here.reference(estimate.method)), -1.0)
    return int(np.flatnonzero(errors >= 0.99 * errors.max())[0])


def _excess(i: int, estimate: GradientEstimate, answers: Answers) -> str:
    """The error of coordinate ``i``, set against the first Taylor term that the quotient leaves out."""
    here, step, name, x = answers.sweep, float(answers.taken[i]), estimate.method, float(answers.point[i])
    precision = answers.precision
    if here.truth.status[i] == "kink":
        side = {"forward": "right", "backward": "left"}.get(name)
        return (
            f" That is the slope on the {side}, not a derivative."
            if side
            else " That is the mean of both slopes, not a derivative."
        )
    error = float(estimate.gradient[i] - here.reference(name)[i])
    if error == 0:
        return " It is right to the last digit."
    off = f" It is off by {number(error)}"
    stencil = STENCILS[name]
    powers = np.float64(step) ** np.arange(here.derivatives.shape[1])  # of a huge step they overflow to inf
    terms = {
        q: float(stencil.term(q)) * float(powers[q - 1]) * float(here.derivatives[i, q])
        for q in range(2, here.derivatives.shape[1])
        if stencil.term(q) and np.isfinite(here.derivatives[i, q])
    }
    rounding = float(np.nan_to_num(here.model[name].roundoff[answers.at]))
    rounding += 4 * precision.unit_roundoff * abs(float(estimate.gradient[i]))  # the quotient's own
    q = max(terms, key=lambda order: abs(terms[order]), default=0)
    size = abs(terms[q]) if q else 0.0
    if size > rounding / 8 and abs(error - terms[q]) <= 0.02 * abs(error):
        return f"{off}: the truncation error {_term_in_words(i, q, terms[q], step, answers, name)}."
    if size > rounding and abs(error - sum(terms.values())) <= 0.3 * abs(error):
        shown = _term_in_words(i, q, terms[q], step, answers, name)
        return f"{off}: truncation, of which the largest term is {shown}."
    taken = abs(float(precision.rounded(precision.rounded(x + step) - x)))
    if abs(taken - step) > 0.05 * step:
        return (
            f"{off}: beside x = {number(x, 12)} the shift is rounded to {number(taken, 3)}, and not "
            f"{number(step, 3)}."
        )
    model = here.model[name]
    rules = model.truncation[answers.at] > model.roundoff_rms[answers.at]
    if q and rules and abs(error - terms[q]) <= 3 * rounding:
        shown = _term_in_words(i, q, terms[q], step, answers, name)
        return f"{off}: the truncation error {shown} and rounding together."
    if abs(error) <= 3 * rounding:
        known = f"f is known to about {precision.decimals} digits"
        return f"{off}, and that is rounding: {known}, and ε divides what is lost."
    return f"{off}: ε is so large that f is another curve within it, far from its Taylor series."


def _term_in_words(i: int, order: int, value: float, step: float, answers: Answers, name: str) -> str:
    """½·f″·ε = ½·2·0.1 = 0.1: the term of the Taylor series with the derivative of that order."""
    factor = as_fraction(float(STENCILS[name].term(order)))
    power = raised(order - 1) if order > 2 else ""
    derivative = as_factor(float(answers.sweep.derivatives[i, order]))
    left = f"{factor}·f{primes(order)}·ε{power}"
    return f"{left} = {factor}·{derivative}·{as_factor(step)}{power} = {number(value)}"


def _regime(name: str, answers: Answers) -> str:
    """Which of the two errors rules at this step, and where the best step lies."""
    model = answers.sweep.model[name]
    vanishes = answers.estimates[name].status in ("step vanished", "underflow")
    if np.isnan(model.roundoff[answers.at]) or vanishes:
        return ""
    if model.best_step_rms == 0:
        return (
            "f vanishes together with the variables here, and its rounding with it: the smaller ε, the "
            "better."
        )
    order = STENCILS[name].order
    if math.isinf(model.best_step):
        return "Nothing is truncated here, so a larger ε only makes the rounding smaller."
    best = f"its best ε is near {number(model.best_step_rms, 1)}"
    if model.truncation[answers.at] > model.roundoff_rms[answers.at]:
        shrinks = {1: "ten times", 2: "a hundred times"}.get(order, f"10{raised(order)} times")
        return f"A ten times smaller ε makes this error {shrinks} smaller, until rounding takes over: {best}."
    return f"At this ε rounding rules, and a smaller one makes it worse: {best}."


def _without_step(estimates: Mapping[str, GradientEstimate], answers: Answers) -> str:
    """What the closed form and back-propagation say."""
    truth, precision = answers.sweep.truth, answers.precision
    present = [name for name in _RULES if name in estimates]
    nearest = precision.rounded(truth.gradient)
    exact = [
        name
        for name in present
        if estimates[name].status == "ok" and np.array_equal(estimates[name].gradient, nearest)
    ]
    last_digit = "the last digit"
    if precision is not FLOAT64 and not np.array_equal(nearest, truth.gradient):
        last_digit += f" that {precision.name} holds"
    sentences = []
    if exact and truth.differentiable:
        noun = _capital(listed([_with_article(name) for name in exact]))
        verb = "takes" if len(exact) == 1 else "take"
        sentences.append(
            f"{noun} {verb} no step and {'is' if len(exact) == 1 else 'are'} right to {last_digit}."
        )
    for name in present:
        if name in exact and truth.differentiable:
            continue
        sentences.append(_one_without_step(name, estimates[name], answers))
    return " ".join(part for part in sentences if part)


def _one_without_step(name: str, estimate: GradientEstimate, answers: Answers) -> str:
    noun, truth, precision = _capital(_with_article(name)), answers.sweep.truth, answers.precision
    if estimate.status == "underflow":
        return f"{noun} says {vector(estimate.gradient)}: {_lowered(estimate.note)}"
    if estimate.status != "ok":
        known = _known_all_the_same(truth)
        return f"{noun} has no answer: {_lowered(estimate.note)}" + (f" {known}" if known else "")
    verdict = _verdict(estimate, answers)
    if verdict:
        return f"{noun} says {vector(estimate.gradient)}: {verdict}."
    if not truth.differentiable:
        return ""
    size = float(np.hypot.reduce(truth.gradient))
    error = float(np.hypot.reduce(estimate.gradient - truth.gradient))
    if not math.isfinite(error):
        return ""
    if size and error / size < min(_ROUNDED * precision.unit_roundoff / FLOAT64.unit_roundoff, 0.02):
        return f"{noun} is right but for rounding in the last digits (off by {number(error, 2)})."
    return (
        f"{noun} says {vector(estimate.gradient)}, off by {number(error, 2)}: the rule is exact, the "
        "numbers in it are not."
    )


_RULES = ("symbolic", "backprop")  # the methods that follow the rules of differentiation
_ROUNDED = 1e-13  # a relative error up to here is rounding
_MISLED = 1e-6  # and one past here, where an operation is not smooth, a convention of that operation
_ROUNDINGS = 64  # … and past so many roundings of the type


def _verdict(estimate: GradientEstimate, answers: Answers) -> str:
    """What numbers are worth that the rules give where an operation of f is not smooth: a convention where
    there is no gradient, plainly wrong where there is another one; '' where they are what they seem.
    """
    truth = answers.sweep.truth
    if "undecided" in truth.status:
        return ""
    if not truth.differentiable:
        if set(truth.status) == {"differentiable"}:
            return "partial derivatives, which make no gradient here"
        smooth = [status == "differentiable" for status in truth.status]
        if not any(smooth):
            return "a convention of the rules, for there is no gradient here"
        rough = [plain_label(n) for n, s in zip(answers.field.variables, smooth, strict=True) if not s]
        return f"a convention of the rules along {listed(rough)}, for there is no slope"
    error = float(np.hypot.reduce(estimate.gradient - truth.gradient))
    misled = max(_MISLED, _ROUNDINGS * answers.precision.unit_roundoff)
    if not error > misled * float(np.hypot.reduce(truth.gradient)):
        return ""
    culprits = not_smooth(answers.field, answers.point.tolist())
    if not culprits:
        return ""
    noun = "derivative" if len(answers.point) == 1 else "gradient"
    return f"plainly wrong, for the {noun} is {true_vector(truth)}. {_culprits_in_words(culprits)}"


def _culprits_in_words(operations: Sequence[str]) -> str:
    """Which operations misled the rules."""
    if any(OPERATIONS[name].boolean for name in operations):
        return "A condition changes its answer at this very point, and the rules see one side of it only"
    names = [label(Node(name)) for name in operations]
    verb, whose = ("is", "its slope there is") if len(names) == 1 else ("are", "their slopes there are")
    return f"At this very point {listed(names)} {verb} not smooth, and {whose} a convention"


def _known_all_the_same(truth: Truth) -> str:
    if not truth.differentiable or not np.isfinite(truth.gradient).all() or not len(truth.gradient):
        return ""
    noun = "derivative" if len(truth.gradient) == 1 else "gradient"
    return f"The {noun} exists all the same."


def _with_article(name: str) -> str:
    return {"symbolic": "the closed form", "backprop": "back-propagation"}[name]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _lowered(sentence: str) -> str:
    """A sentence after a colon; names of variables and f keep their letters."""
    first = sentence.split(" ", 1)[0]
    return (
        sentence[:1].lower() + sentence[1:] if first in ("The", "No", "A", "SymPy’s", "There") else sentence
    )


# --- what was guessed before it was seen ---

NEAR = 10.0  # a guess of the best step is good within this factor


@dataclass(frozen=True)
class Guess:
    """What somebody expects of the error plot: the best step, and the method that loses most at the chosen
    one. ``about`` says which plot it was.
    """

    about: tuple
    best_step: float
    worst: str


def about(answers: Answers) -> tuple:
    """What a guess is about: the function, the point, the step."""
    return answers.field, tuple(answers.point), answers.step


def asked(answers: Answers, names: Sequence[str]) -> str | None:
    """The question about the best step; None where nothing shown has one."""
    name = _guessable(answers, names)
    return None if name is None else f"At which ε is the error of the {_LABELS[name]} least?"


def _guessable(answers: Answers, names: Sequence[str]) -> str | None:
    """The first method shown whose measured error has a least place."""
    best = answers.sweep.best_step if answers.field.variables else {}
    return next((name for name in STENCILS if name in names and best.get(name, 0.0) > 0), None)


@np.errstate(all="ignore")
def judged(answers: Answers, names: Sequence[str], guess: Guess) -> str:
    """How good a guess was: of the best step, and of the method that loses most."""
    name = _guessable(answers, names)
    return " ".join(
        part
        for part in (
            _judged_step(answers, name, guess.best_step) if name else "",
            _judged_worst(answers, names, guess.worst),
        )
        if part
    )


def _judged_step(answers: Answers, name: str, guessed: float) -> str:
    here = answers.sweep
    best, errors = here.best_step[name], here.errors[name]
    least = float(np.nanmin(errors))
    at_guess = float(errors[int(np.argmin(np.abs(np.log(here.steps / guessed))))])
    label = _LABELS[name]
    if at_guess == least:
        return (
            f"No ε is better than your {number(guessed, 2)}: there the {label} is off by {number(least, 2)}."
        )
    fact = (
        f"the error of the {label} is least near ε = {number(best, 2)}, with {number(least, 2)}; at your "
        f"{number(guessed, 2)} it is {number(at_guess, 2)}"
    )
    factor = max(best / guessed, guessed / best)
    if factor <= NEAR:
        return f"Well guessed: {fact}."
    which = "large" if guessed > best else "small"
    rules = "truncation" if guessed > best else "rounding"
    return f"Your ε is too {which}: {fact}. There {rules} rules."


def _judged_worst(answers: Answers, names: Sequence[str], guessed: str) -> str:
    errors = {name: error for name in names if np.isfinite(error := answers.errors.get(name, math.nan))}
    if not errors:
        return ""
    largest = max(errors.values())
    worst = [name for name, error in errors.items() if error >= largest * (1 - 1e-6)]
    at = f"at ε = {number(answers.step)}"
    if largest == 0:
        return f"And {at} none of those shown loses anything."
    losers = listed([f"the {_LABELS[name]}" for name in worst])
    verb = "loses" if len(worst) == 1 else "lose"
    fact = f"{losers} {verb} most, {number(largest, 2)}"
    if guessed in worst:
        return f"And you are right: {at} {fact}."
    told = ""
    if guessed in errors:
        little = f"only {number(errors[guessed], 2)}" if errors[guessed] else "nothing"
        told = f", and the {_LABELS[guessed]} {little}"
    return f"But {at} {fact}{told}."


# --- the table ---


@np.errstate(all="ignore")
def rows(answers: Answers) -> list[Row]:
    """The table: every method's gradient set against what it is judged by, its error, its cost, and its
    sentence.
    """
    return [_row(method, answers) for method in METHODS]


def _row(method: Method, answers: Answers) -> Row:
    estimate = answers.estimates.get(method.name)
    if estimate is None:
        return Row(method.name, method.approach, (), "", "", "PyTorch is loading …")
    reference = answers.sweep.reference(method.name)
    digits = answers.precision.digits
    pairs = zip(estimate.gradient, reference, strict=True)
    parts = tuple(agreement(float(g), float(r), digits) for g, r in pairs)
    unjudged = tuple(i for i, r in enumerate(reference) if not np.isfinite(r))
    notes = [estimate.note] if estimate.note else []
    if method.name in _RULES and estimate.status == "ok":
        verdict = _verdict(estimate, answers)
        notes += [_capital(verdict) + "."] if verdict else []
    if method.name in _RULES and estimate.status != "ok":
        notes.append(_known_all_the_same(answers.sweep.truth))
    if estimate.error_bar is not None:
        notes.append(_bars_in_words(answers.field, estimate.error_bar))
    notes = [note for note in notes if note]
    cost = cost_text(estimate.evaluations, estimate.backward_passes)
    error = error_text(answers.errors[method.name])
    return Row(method.name, method.approach, parts, error, cost, " ".join(notes), unjudged)


def _bars_in_words(field: ScalarField, bars: np.ndarray) -> str:
    """The error bar of each coordinate while they are few, else of all together; '' where there is none."""
    if len(bars) > _SHORT:
        whole = float(np.hypot.reduce(bars))
        return f"Its own error bar: ± {number(whole, 2)} in all." if math.isfinite(whole) else ""
    told = [
        f"± {number(float(bar), 2)}" + (f" along {plain_label(name)}" if len(bars) > 1 else "")
        for name, bar in zip(field.variables, bars, strict=True)
        if np.isfinite(bar)
    ]
    return f"Its own error bar: {', '.join(told)}." if told else ""


def table_heading(answers: Answers) -> str:
    """What the table shows, and how its digits are marked."""
    digits = answers.precision.digits
    where = _point_in_words(answers.field, answers.point, min(_PLACES, digits))
    at = f" at {where}" if answers.field.variables else ""
    given = listed([*held(answers.field), setting(answers)])
    told = (
        f"The gradient{at} with {given}, to {digits} digits. Digits that agree "
        "with the true gradient are bold, the others underlined."
    )
    if np.isfinite(answers.sweep.truth.gradient).all():
        return told
    return (
        f"{told} At a kink a difference is judged by the slopes on its own sides; what is judged "
        "by nothing is left plain, and counts in no error."
    )
