"""What is said of a plain Python function: nobody knows its truth, and one method is the reference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import numpy as np

from gradviz.field import ScalarField
from gradviz.lazy import lazy
from gradviz.methods import METHODS, GradientEstimate, named
from gradviz.sentences.cards import DIGITS, MISSING, Card, off_by
from gradviz.sentences.phrases import derivative_noun, point_in_words
from gradviz.sentences.table import Row, cost_text, error_text
from gradviz.sweeping.measured import MeasuredSweep
from gradviz.sweeping.sweep import Sweep
from gradviz.text.numbers import agreement, listed, number, vector
from gradviz.tree.precision import FLOAT64


class _MeasuredLike:
    """What pictures ask of a sweep, of one that was measured."""

    def __init__(self, sweep: MeasuredSweep) -> None:
        self.steps, self.methods, self.gradients = sweep.steps, sweep.methods, sweep.gradients
        self.errors, self.truth = sweep.errors, sweep.reference
        self.quotients = {name: found for name, found in sweep.gradients.items() if named(name).takes_step}
        self.model: dict[str, object] = {}


@dataclass(frozen=True)
class MeasuredAnswers:
    """The ``estimates`` of all methods by name, with ``step``, and the sweep over other steps.

    ``field`` names the variables and has no other meaning; ``value`` is that of the function at the point.
    """

    field: ScalarField
    step: float
    estimates: Mapping[str, GradientEstimate]
    sweep: MeasuredSweep
    value: float

    @property
    def point(self) -> np.ndarray:
        """Where, (n,)."""
        return self.sweep.point

    @lazy
    def as_sweep(self) -> Sweep:
        """The sweep as pictures ask for one: the reference is what they take for the truth."""
        return cast(Sweep, _MeasuredLike(self.sweep))

    @lazy
    def errors(self) -> dict[str, float]:
        """How far each method is from the reference; nan for one that does not apply."""
        with np.errstate(all="ignore"):
            away = {name: e.gradient - self.sweep.reference.gradient for name, e in self.estimates.items()}
            return {name: float(np.hypot.reduce(distance)) for name, distance in away.items()}


def headline(answers: MeasuredAnswers) -> str:
    """f and its gradient at the point, and which method says so: the one that the others are measured by."""
    where = point_in_words(answers.field, answers.point, DIGITS)
    if not np.isfinite(answers.value):
        return f"At {where}, f has no value."
    noun = derivative_noun(len(answers.point))
    reference = answers.sweep.reference
    if not np.isfinite(reference.gradient).all():
        return f"At {where}, f is {number(answers.value, DIGITS)}, and no method finds a {noun} that is sure."
    by, found = _label(reference.method), vector(reference.gradient, DIGITS)
    return f"At {where}, f is {number(answers.value, DIGITS)} and the {noun} is {found}, by {by}."


def paragraph(answers: MeasuredAnswers) -> str:
    """What the methods are measured by, and which of them do not apply to this function, and why."""
    if not np.isfinite(answers.value):
        return ""  # all has been said above the pictures
    reference = answers.sweep.reference
    parts = []
    if np.isfinite(reference.gradient).all():
        parts.append(
            "Of a Python function nobody knows the true gradient: errors are distances from "
            f"{_label(reference.method)}."
        )
    missing = [(name, e.note) for name, e in answers.estimates.items() if e.status != "ok" and e.note]
    applying = [_label(name) for name, e in answers.estimates.items() if e.status == "ok"]
    if missing:
        parts.append(f"Here apply {listed(applying)}." if applying else "No method applies here.")
        parts += [f"Not {_label(name)}: {note}" for name, note in missing]
    return " ".join(parts)


def table_heading(answers: MeasuredAnswers) -> str:
    """What the table shows, and how its digits are marked."""
    where = point_in_words(answers.field, answers.point, FLOAT64.digits)
    by = _label(answers.sweep.reference.method)
    return (
        f"The gradient at {where} with ε = {number(answers.step)}, to {FLOAT64.digits} digits. Digits that "
        f"agree with {by} are bold, the others underlined."
    )


@np.errstate(all="ignore")
def card(answers: MeasuredAnswers, method: str) -> Card:
    """The gradient by a method, and how far it is from that of the reference."""
    estimate, reference = answers.estimates[method], answers.sweep.reference
    gradient = vector(estimate.gradient, DIGITS) if np.isfinite(estimate.gradient).any() else "–"
    if estimate.status == "step vanished" or not np.isfinite(estimate.gradient).all():
        return Card(method, gradient, MISSING.get(estimate.status, "no value"))
    if method == reference.method:
        return Card(method, gradient, "the reference")
    size = float(np.hypot.reduce(reference.gradient))
    return Card(method, gradient, off_by(answers.errors[method], size, FLOAT64.unit_roundoff))


def rows(answers: MeasuredAnswers) -> list[Row]:
    """One row for each method, as for a function that is typed."""
    return [_row(answers, method.name, method.approach) for method in METHODS]


def _row(answers: MeasuredAnswers, method: str, approach: str) -> Row:
    estimate, reference = answers.estimates[method], answers.sweep.reference.gradient
    pairs = zip(estimate.gradient, reference, strict=True)
    parts = tuple(agreement(float(found), float(known), FLOAT64.digits) for found, known in pairs)
    unjudged = tuple(i for i, known in enumerate(reference) if not np.isfinite(known))
    cost = cost_text(estimate.evaluations, estimate.backward_passes)
    error = error_text(answers.errors[method])
    return Row(method, approach, parts, error, cost, estimate.note, unjudged)


def _label(method: str) -> str:
    return _NAMES[method]


_NAMES = {
    "symbolic": "the closed form",
    "forward": "forward differences",
    "backward": "backward differences",
    "central": "central differences",
    "central4": "differences of 4th order",
    "central6": "differences of 6th order",
    "complex-step": "the complex step",
    "adaptive": "the adaptive difference",
    "backprop": "back-propagation",
}
