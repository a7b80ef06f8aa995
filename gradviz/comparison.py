"""The central computation of the page: every method at one point, at one step and over all steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from gradviz import patience
from gradviz.field import ScalarField
from gradviz.lazy import lazy
from gradviz.methods import METHODS, GradientEstimate, as_step, gradient_of, named, needing_torch
from gradviz.methods.loading import torch_is_loaded
from gradviz.methods.steps import arithmetic_named, taken_steps
from gradviz.question import Question
from gradviz.shown import shown
from gradviz.sweeping import sweep as sweeping
from gradviz.sweeping.sweep import Sweep, default_steps, sweep_of
from gradviz.tree.precision import PRECISIONS, Precision
from gradviz.tree.pytorch import is_installed


@shown
@dataclass(frozen=True)
class Answers:
    """The estimates of every method for one function at one point with one step, and its sweep over steps.

    ``estimates`` by method name; ``sweep`` has ``step`` among its steps, at the index ``at``. ``point`` (n,)
    is rounded to the type, ``typed`` is the point as it was typed.
    """

    question: Question
    step: float
    estimates: Mapping[str, GradientEstimate]
    sweep: Sweep
    at: int

    @property
    def field(self) -> ScalarField:
        return self.question.field

    @property
    def point(self) -> np.ndarray:
        return self.question.point

    @property
    def typed(self) -> tuple[float, ...]:
        return self.question.typed

    @property
    def precision(self) -> Precision:
        return self.question.precision

    @property
    def divisors(self) -> np.ndarray:
        """(n,) the step by which a difference along each coordinate is divided."""
        with np.errstate(all="ignore"):
            divisors = taken_steps(self.point, [self.step], self.sweep.arithmetic)
        return np.broadcast_to(divisors.reshape(-1), self.point.shape)

    @lazy
    def curves(self) -> Sweep:
        """The sweep to be drawn: the same object while ``step`` alone changes, and stays within its steps.

        What is made of it need not be made again. Where ``step`` lies beyond, it is among the steps.
        """
        if len(self.sweep.steps) == len(default_steps()) or not _is_within(self.step):
            return self.sweep
        _, _ = self.sweep.truth, self.sweep.derivatives  # both sweeps need them: worked out once
        return self.sweep.over(default_steps(), self.sweep.methods).knowing(self.sweep.estimates)

    @lazy
    def errors(self) -> dict[str, float]:
        """The error of each method at exactly this step."""
        return {name: self.sweep.error_at(name, self.at) for name in self.estimates}


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
    """The answers of every method but those ``without``, with one precision and one kind of step.

    Where ``before`` has the answers at the same point, what does not depend on the step is reused.
    PointError, StepError, GradvizError as ``gradient``.
    """
    methods = [method for method in METHODS if method.name not in without]
    names = tuple(method.name for method in methods)
    steps = np.union1d(default_steps(), [step])
    arithmetic = arithmetic_named(dtype, step_kind)
    question = Question.of(field, point, arithmetic.precision)
    reused: dict[str, GradientEstimate] = {}
    if before is not None and before.question == question:
        swept = before.sweep.over(steps, names, step_kind=step_kind)
        stepless = [method.name for method in methods if not method.takes_step]
        reused = {name: before.estimates[name] for name in stepless if name in before.estimates}
        # a closed form that was not ready in time may be by now; a long computation is cached elsewhere
        reused = {name: estimate for name, estimate in reused.items() if estimate.status != "no closed form"}
    else:
        swept = sweep_of(question, steps, names, arithmetic)
    estimates = {}
    for name in names:
        if name in reused:
            estimates[name] = _of_kind(reused[name], step_kind)
        else:
            patience.pause()
            estimates[name] = gradient_of(question, name, as_step(step), arithmetic)
    at = int(np.searchsorted(steps, step))
    answers = Answers(question, step, estimates, swept.knowing(estimates), at)
    if before is not None and "curves" in vars(before) and _same_curves(before, answers):
        vars(answers)["curves"] = before.curves
    return answers


def _of_kind(estimate: GradientEstimate, step_kind: str) -> GradientEstimate:
    """An estimate without a step, as one beside steps of that kind."""
    return estimate if estimate.step_kind == step_kind else replace(estimate, step_kind=step_kind)


def _same_curves(before: Answers, answers: Answers) -> bool:
    """Whether the errors over all steps are those before: all is the same but the step itself."""
    one, other = before.sweep, answers.sweep
    return (
        before.question == answers.question
        and (one.methods, one.step_kind) == (other.methods, other.step_kind)
        and _is_within(before.step)
        and _is_within(answers.step)
        and all(
            before.estimates[name] is estimate
            for name, estimate in answers.estimates.items()
            if not named(name).takes_step
        )
    )


def _is_within(step: float) -> bool:
    """Whether a step is not beyond those that every sweep has."""
    return bool(default_steps()[0] <= step <= default_steps()[-1])


def family(answers: Answers, method: str) -> dict[str, Sweep]:
    """The sweep of one method in every precision; those that need PyTorch only when it is loaded."""
    here = answers.curves
    with_torch = torch_is_loaded() and is_installed()
    available = [name for name in PRECISIONS if method not in needing_torch(name) or with_torch]
    kind = here.arithmetic.step_kind.name
    others = [name for name in available if name != here.dtype]
    swept = sweeping.family(answers.field, answers.typed, method, here.steps, step_kind=kind, dtypes=others)
    return {name: here if name == here.dtype else swept[name] for name in available}
