"""The table of the methods in words and digits."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from gradviz.comparison import Answers
from gradviz.field import ScalarField
from gradviz.methods import METHODS, Method
from gradviz.sentences.phrases import PLACES, capitalized, fixed_parameters, point_in_words, setting
from gradviz.sentences.rules import RULES, known_all_the_same, verdict_on_rules
from gradviz.sweeping.truth import Truth
from gradviz.text.letters import plain_label
from gradviz.text.numbers import SPELLED_OUT, agreement, in_powers_of_ten, listed, number
from gradviz.tree.precision import FLOAT64

_MORE_DIGITS = 30
_SECONDS = 0.05  # of CPU for them


@dataclass(frozen=True)
class Row:
    """One method: ``gradient`` has (agreeing digits, other digits) per coordinate, () while there is none.

    The coordinates ``unjudged``, by index, have no reference to agree with.
    """

    method: str
    approach: str
    gradient: tuple[tuple[str, str], ...]
    error: str
    cost: str
    note: str = ""
    unjudged: tuple[int, ...] = ()


@np.errstate(all="ignore")
def rows(answers: Answers) -> list[Row]:
    """One row for each method: its gradient next to the reference, its error, its cost, and its note."""
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
    if method.name in RULES and estimate.status == "ok":
        verdict = verdict_on_rules(estimate, answers)
        notes += [capitalized(verdict) + "."] if verdict else []
    if method.name in RULES and estimate.status != "ok":
        notes.append(known_all_the_same(answers.sweep.truth))
    if estimate.error_bar is not None:
        notes.append(_bars_in_words(answers.field, estimate.error_bar))
    notes = [note for note in notes if note]
    cost = cost_text(estimate.evaluations, estimate.backward_passes)
    error = error_text(answers.errors[method.name], answers.sweep.truth.differentiable)
    return Row(method.name, method.approach, parts, error, cost, " ".join(notes), unjudged)


def _bars_in_words(field: ScalarField, bars: np.ndarray) -> str:
    """The error bar of each coordinate while they are few, else of all together; '' where there is none."""
    if len(bars) > SPELLED_OUT:
        whole = float(np.hypot.reduce(bars))
        return f"Its own error bar: ± {number(whole, 2)} in all." if math.isfinite(whole) else ""
    texts = [
        f"± {number(float(bar), 2)}" + (f" along {plain_label(name)}" if len(bars) > 1 else "")
        for name, bar in zip(field.variables, bars, strict=True)
        if np.isfinite(bar)
    ]
    return f"Its own error bar: {', '.join(texts)}." if texts else ""


def table_heading(answers: Answers, more_digits: str | None = None) -> str:
    """What the table shows, and how its digits are marked; with what ``proved_digits`` has, where known."""
    if more_digits is None:
        more_digits = proved_digits(answers.sweep.truth)
    digits = answers.precision.digits
    where = point_in_words(answers.field, answers.point, min(PLACES, digits))
    at = f" at {where}" if answers.field.variables else ""
    given = listed([*fixed_parameters(answers.field), setting(answers)])
    text = (
        f"The gradient{at} with {given}, to {digits} digits. Digits that agree "
        f"with the true gradient are bold, the others underlined.{more_digits}"
    )
    if np.isfinite(answers.sweep.truth.gradient).all():
        return text
    return (
        f"{text} At a kink a difference is judged by the slopes on its own sides; what is judged "
        "by nothing is left plain, and counts in no error."
    )


def proved_digits(truth: Truth) -> str:
    """The true gradient with more digits than float64 has, where it has more and is not long; else ''."""
    if not 1 <= len(truth.gradient) <= SPELLED_OUT:
        return ""
    texts = [_without_zeros(text) for text in truth.digits(_MORE_DIGITS, seconds=_SECONDS)]
    if not all(texts) or max(map(_significant, texts)) <= FLOAT64.digits:
        return ""
    numbers = ", ".join(map(in_powers_of_ten, texts))
    return f" Proved to {_MORE_DIGITS} digits it is {numbers if len(texts) == 1 else f'({numbers})'}."


def _without_zeros(text: str) -> str:
    """0.2500 as 0.25."""
    mantissa, mark, exponent = text.partition("e")
    return (mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa) + mark + exponent


def _significant(text: str) -> int:
    digits = text.partition("e")[0].replace("-", "").replace(".", "")
    return len(digits.strip("0"))


def error_text(error: float, differentiable: bool = True) -> str:
    """An error for the table: 0 is exact, unless f has no gradient, and nan has none."""
    words = {0.0: "0 (exact)" if differentiable else "0", math.inf: "∞"}
    return "–" if math.isnan(error) else words.get(error) or number(error, 3)


def cost_text(evaluations: int, backward_passes: int) -> str:
    """What an estimate cost, in evaluations of f."""
    if backward_passes:
        return f"{evaluations} forward + {backward_passes} backward pass"
    return (
        "no evaluation of f"
        if not evaluations
        else f"{evaluations} evaluation{'s' if evaluations > 1 else ''} of f"
    )
