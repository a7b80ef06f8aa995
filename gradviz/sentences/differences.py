"""A difference term by term: its quotient with the numbers inserted, and its error explained."""

from __future__ import annotations

import math

import numpy as np

from gradviz.comparison import Answers
from gradviz.methods import GradientEstimate
from gradviz.methods.differences import STENCILS
from gradviz.methods.estimate import value_in
from gradviz.sentences.phrases import LABELS, after_colon, setting
from gradviz.sweeping.model import taylor_terms
from gradviz.sweeping.sweep import Sweep
from gradviz.text.letters import plain_label
from gradviz.text.numbers import as_factor, as_fraction, number, primes, raised, vector


def term_by_term(estimate: GradientEstimate, answers: Answers) -> str:
    """The quotient of one coordinate with its numbers inserted, and where its error comes from."""
    field, name, precision = answers.field, estimate.method, answers.precision
    label = LABELS[name]
    if not np.isfinite(estimate.gradient).all():
        return f"The {label} has no answer here: {after_colon(estimate.note)}" if estimate.note else ""
    sentence = f"The {label} with {setting(answers)} says {vector(estimate.gradient)}"
    if estimate.status in ("step vanished", "underflow"):
        return f"{sentence}: {after_colon(estimate.note)}"
    i = _most_telling(estimate, answers.sweep)
    step = float(answers.divisors[i])
    x, slope = plain_label(field.variables[i]), number(float(estimate.gradient[i]), 6)
    quotient = ""
    if name == "forward":
        moved = np.array(answers.point)
        moved[i] = precision.rounded(moved[i] + step)
        rounded = answers.question.rounded_field
        after, before = value_in(rounded, moved, precision), value_in(rounded, answers.point, precision)
        rise = float(precision.rounded(after - before))
        digits = 6 if abs(rise) > 1e-4 * max(abs(after), abs(before)) else precision.digits
        quotient = (
            f" Along {x}: f rises from {number(before, digits)} to {number(after, digits)}, by "
            f"{number(rise, 6)}, and "
            f"{number(rise, 6)} ÷ {number(step)} = {slope}."
        )
    return f"{sentence}.{quotient}{_excess(i, estimate, answers)}"


def _most_telling(estimate: GradientEstimate, sweep: Sweep) -> int:
    """The index of a coordinate with a kink, else of the largest error; the first of nearly equal ones."""
    if "kink" in sweep.truth.status:
        return sweep.truth.status.index("kink")
    errors = np.where(sweep.judged, np.abs(estimate.gradient - sweep.reference(estimate.method)), -1.0)
    return int(np.flatnonzero(errors >= 0.99 * errors.max())[0])


def _excess(i: int, estimate: GradientEstimate, answers: Answers) -> str:
    """The error of coordinate ``i``, set against the first Taylor term that the quotient leaves out."""
    sweep, step, name, x = answers.sweep, float(answers.divisors[i]), estimate.method, float(answers.point[i])
    precision = answers.precision
    if sweep.truth.status[i] == "kink":
        side = {"forward": "right", "backward": "left"}.get(name)
        return (
            f" That is the slope on the {side}, not a derivative."
            if side
            else " That is the mean of both slopes, not a derivative."
        )
    error = float(estimate.gradient[i] - sweep.reference(name)[i])
    if error == 0:
        return " It is right to the last digit."
    off = f" It is off by {number(error)}"
    taylor = taylor_terms(name, sweep.derivatives[i : i + 1])
    powers = {q: float(np.float64(step) ** (q - 1)) for q in taylor}  # of a huge step they overflow to inf
    terms = {q: float(term[0]) * powers[q] for q, term in taylor.items() if np.isfinite(term[0])}
    rounding = float(np.nan_to_num(sweep.model[name].roundoff[answers.at]))
    rounding += 4 * precision.unit_roundoff * abs(float(estimate.gradient[i]))  # the quotient's own
    q = max(terms, key=lambda order: abs(terms[order]), default=0)
    size = abs(terms[q]) if q else 0.0
    if size > rounding / 8 and abs(error - terms[q]) <= 0.02 * abs(error):
        return f"{off}: the truncation error {_term_in_words(i, q, terms[q], step, answers, name)}."
    if size > rounding and abs(error - sum(terms.values())) <= 0.3 * abs(error):
        shown = _term_in_words(i, q, terms[q], step, answers, name)
        return f"{off}: truncation, of which the largest term is {shown}."
    shift = abs(float(precision.rounded(precision.rounded(x + step) - x)))
    if abs(shift - step) > 0.05 * step:
        return (
            f"{off}: beside x = {number(x, 12)} the shift is rounded to {number(shift, 3)}, and not "
            f"{number(step, 3)}."
        )
    model = sweep.model[name]
    truncated = model.truncation[answers.at] > model.roundoff_rms[answers.at]
    if q and truncated and abs(error - terms[q]) <= 3 * rounding:
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
    side = int(1 in STENCILS[name].weights)
    derivative = as_factor(float(answers.sweep.derivatives[i, side, order]))
    left = f"{factor}·f{primes(order)}·ε{power}"
    return f"{left} = {factor}·{derivative}·{as_factor(step)}{power} = {number(value)}"


def regime(name: str, answers: Answers) -> str:
    """Which of the two errors dominates at this step, and where the best step lies."""
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
