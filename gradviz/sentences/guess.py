"""Predicting the error plot before it is shown: the question, and how good the guess was."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gradviz.comparison import Answers
from gradviz.methods.differences import STENCILS
from gradviz.sentences.phrases import with_article
from gradviz.sweeping.best import running_median
from gradviz.sweeping.error_parts import error_parts
from gradviz.sweeping.sweep import Sweep
from gradviz.text.numbers import listed, number

NEAR = 10.0  # a guess of the best step is good within this factor


@dataclass(frozen=True)
class Guess:
    """What a visitor expects of the error plot: its best step, and the method with the largest error.

    ``about`` identifies the plot that the guess was made for.
    """

    about: tuple
    best_step: float
    worst: str


def about(answers: Answers) -> tuple:
    """What identifies the plot of a guess: the function, the point, the step."""
    return answers.field, tuple(answers.point), answers.step


def question(answers: Answers, names: Sequence[str]) -> str | None:
    """The question about the best step; None where nothing shown has one."""
    name = _guessable(answers, names)
    return None if name is None else f"At which ε is the error of {with_article(name)} least?"


def _guessable(answers: Answers, names: Sequence[str]) -> str | None:
    """The first method shown whose measured error has a minimum."""
    best = answers.sweep.best_step if answers.field.variables else {}
    return next((name for name in STENCILS if name in names and best.get(name, 0.0) > 0), None)


@np.errstate(all="ignore")
def verdict(answers: Answers, names: Sequence[str], guess: Guess) -> str:
    """How good a guess was: of the best step, and of the method that loses most."""
    name = _guessable(answers, names)
    return " ".join(
        part
        for part in (
            _verdict_on_step(answers, name, guess.best_step) if name else "",
            _verdict_on_worst(answers, names, guess.worst),
        )
        if part
    )


def _verdict_on_step(answers: Answers, name: str, guessed: float) -> str:
    """Compares typical errors, so that no lucky dip decides: at the sweep's step next to the guess."""
    sweep = answers.sweep
    best, least = sweep.best_step[name], sweep.least_error[name]
    nearest = int(np.argmin(np.abs(np.log(sweep.steps / guessed))))
    at_guess, label = float(running_median(sweep.steps, sweep.errors[name])[nearest]), with_article(name)
    if at_guess <= least:
        off = f"off by about {number(at_guess, 2)}" if at_guess else "exact"
        return f"No ε of the plot is better than your {number(guessed, 2)}: there {label} is {off}."
    about = "about " if least else "exactly "
    said = f"it is about {number(at_guess, 2)}" if math.isfinite(at_guess) else "there is none"
    fact = (
        f"the error of {label} is least near ε = {number(best, 2)}, {about}{number(least, 2)}; at your "
        f"{number(guessed, 2)} {said}"
    )
    factor = max(best / guessed, guessed / best)
    if factor <= NEAR:
        return f"Well guessed: {fact}."
    which = "large" if guessed > best else "small"
    rules = _what_rules(sweep.over([guessed], (name,)), name)
    return f"Your ε is too {which}: {fact}." + (f" There {rules} rules." if rules else "")


def _what_rules(there: Sweep, name: str) -> str:
    """‘truncation’ or ‘rounding’, whichever makes most of the largest error; '' if neither does."""
    errors = np.abs(there.gradients[name][0] - there.reference(name))
    errors[~there.judged] = -1.0
    i = int(np.argmax(np.nan_to_num(errors, nan=-1.0)))
    if there.truth.status[i] != "differentiable" or not errors[i] > 0:
        return ""
    quotient, slope = float(there.gradients[name][0, i]), float(there.reference(name)[i])
    step = float(there.steps[0])
    parts = error_parts(there.question, name, i, step, there.arithmetic, quotient, slope)
    if parts is None:
        return ""
    left = abs(quotient - slope - parts.truncation)
    return "truncation" if left <= 0.3 * errors[i] else "rounding" if left >= 0.7 * errors[i] else ""


def _verdict_on_worst(answers: Answers, names: Sequence[str], guessed: str) -> str:
    errors = {name: error for name in names if np.isfinite(error := answers.errors.get(name, math.nan))}
    if not errors:
        return ""
    largest = max(errors.values())
    worst = [name for name, error in errors.items() if error >= largest * (1 - 1e-6)]
    at = f"at ε = {number(answers.step)}"
    if largest == 0:
        return f"And {at} none of those shown loses anything."
    losers = listed([with_article(name) for name in worst])
    verb = "loses" if len(worst) == 1 else "lose"
    fact = f"{losers} {verb} most, {number(largest, 2)}"
    if guessed in worst:
        return f"And you are right: {at} {fact}."
    own = ""
    if guessed in errors:
        little = f"only {number(errors[guessed], 2)}" if errors[guessed] else "nothing"
        own = f", and {with_article(guessed)} {little}"
    return f"But {at} {fact}{own}."
