"""Each kind of claim taken back to numbers that the package has not computed: mpmath, or measured anew."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

import gradviz
from gradviz.comparison import Answers
from gradviz.methods.differences import STENCILS
from gradviz.sentences import claims as kinds
from gradviz.sweeping.sweep import default_steps
from tests.support import exact

UNKNOWN = exact.DIGITS.nan


class FalseClaim(AssertionError):
    """A claim that the numbers contradict."""


def require(condition: Any, why: str) -> None:
    if not condition:
        raise FalseClaim(why)


@dataclass
class State:
    """One state of the page, and what mpmath knows of it."""

    answers: Answers
    known: dict = field(default_factory=dict)  # shared by the states of one point

    def slopes(self, i: int) -> tuple[Any, Any]:
        return self._cached(("slopes", i), lambda: exact.slopes(self.field, self.point, i))

    def reference(self, i: int, method: str) -> Any:
        """The derivative, or the slope that a method is compared with at a kink."""
        left, right = self.slopes(i)
        if self.answers.sweep.truth.status[i] != "kink":
            return self._cached(("derivative", i), lambda: exact.derivative(self.field, self.point, i))
        return {"forward": right, "backward": left}.get(method, (left + right) / 2)

    def higher(self, i: int, order: int, side: int) -> Any:
        make = lambda: exact.higher(self.field, self.point, i, order, side)  # noqa: E731
        return self._cached(("higher", i, order, side), make)

    def _cached(self, key: tuple, make: Callable[[], Any]) -> Any:
        if key not in self.known:
            self.known[key] = make()
        return self.known[key]

    @property
    def field(self) -> gradviz.ScalarField:
        return self.answers.question.rounded_field

    @property
    def point(self) -> np.ndarray:
        return self.answers.point

    def step(self, i: int) -> float:
        return float(self.answers.divisors[i])

    def landed(self, x: float, j: int, h: float) -> float:
        rounded = self.answers.precision.rounded
        return float(rounded(x + float(rounded(j * h))))

    def truncation(self, method: str, i: int, step: float | None = None) -> Any:
        """What exact arithmetic leaves of the error."""
        found = exact.quotient(self.field, self.point, i, method, step or self.step(i))
        return found - self.reference(i, method)

    def shift(self, method: str, i: int) -> Any:
        """What the rounding of the neighbours adds."""
        exactly = exact.quotient(self.field, self.point, i, method, self.step(i))
        return exact.quotient(self.field, self.point, i, method, self.step(i), self.landed) - exactly

    def error(self, method: str, i: int, step: float | None = None) -> float:
        """The measured error, at this step or at another."""
        sweep = self.answers.sweep
        found = gradviz.gradient(
            self.answers.field,
            self.answers.typed,
            method,
            step or self.answers.step,
            dtype=sweep.dtype,
            step_kind=sweep.step_kind,
        )
        return float(exact.DIGITS.mpf(float(found.gradient[i])) - self.reference(i, method))

    def errors(self, method: str, i: int, steps: np.ndarray) -> np.ndarray:
        sweep = self.answers.sweep
        found = gradviz.sweep(
            self.answers.field,
            self.answers.typed,
            steps,
            (method,),
            dtype=sweep.dtype,
            step_kind=sweep.step_kind,
        )
        return np.abs(found.gradients[method][:, i] - float(self.reference(i, method)))

    def resolution(self, method: str, i: int) -> float:
        """What rounding the derivative to float64 may hide."""
        return 1.2e-16 * abs(float(self.reference(i, method))) + 1e-310


def near(said: float, right: Any, relative: float, absolute: float = 0.0) -> bool:
    return bool(abs(exact.DIGITS.mpf(float(said)) - right) <= relative * abs(right) + absolute)


# --- one check for each kind ---


def check_says(claim: kinds.Says, state: State) -> None:
    answers = state.answers
    found = gradviz.gradient(
        answers.field, answers.typed, claim.method, answers.step, dtype=answers.precision.name,
        step_kind=answers.sweep.step_kind,
    )  # fmt: skip
    require(np.array_equal(found.gradient, claim.gradient, equal_nan=True), "another number")
    if "again in" in claim.why:
        names = [name for name in answers.field.variables if f"too small for {name} = " in claim.why]
        i = answers.field.variables.index(names[0])
        moved = [
            state.landed(float(state.point[i]), j, state.step(i)) for j in STENCILS[claim.method].weights
        ]
        require(all(x == state.point[i] for x in moved), "it moves")


def check_quotient(claim: kinds.Quotient, state: State) -> None:
    names = [gradviz.text.letters.plain_label(name) for name in state.answers.field.variables]
    require(claim.variable in names, "another variable")
    u = state.answers.precision.unit_roundoff
    require(("rises" in claim.text) == (claim.after > claim.before), "the way")
    require(("falls" in claim.text) == (claim.after < claim.before), "the way")
    if "=" in claim.text:
        require(near(claim.slope, exact.DIGITS.mpf(claim.rise) / claim.step, 3e-5), "the division")
    require(near(claim.rise, exact.DIGITS.mpf(claim.after) - claim.before, 2 * u, 1e-320), "the difference")
    if state.answers.precision.name == "float64":
        require(claim.before == state.answers.field(state.point), "f here")


def check_off(claim: kinds.Off, state: State) -> None:
    method, i = claim.method, claim.coordinate
    error = state.error(method, i)
    require(near(claim.error, exact.DIGITS.mpf(error), 1e-3, state.resolution(method, i)), "the size")
    if claim.error == 0 or claim.cause is None:
        return
    truncation, shift = state.truncation(method, i), state.shift(method, i)
    slack = state.resolution(method, i)
    size = abs(error) + slack
    match claim.cause:
        case kinds.Term() as term:
            side = 1 if 1 in STENCILS[method].weights else -1
            derivative = state.higher(i, term.order, side)
            require(near(term.derivative, derivative, 1e-6), f"f to the order {term.order} is {derivative}")
            value = STENCILS[method].term(term.order)
            expected = derivative * value.numerator / value.denominator
            expected *= exact.DIGITS.mpf(state.step(i)) ** (term.order - 1)
            require(near(term.value, expected, 1e-6), "the term")
            require(abs(truncation - error) <= 0.31 * size + slack, "not truncation")
            if term.alone:
                require(abs(error - expected) <= 0.021 * size + slack, "not that term alone")
            else:
                others = [abs(t) for t in taylor(state, method, i).values()]
                require(abs(expected) >= 0.999 * max(others), "not the largest term")
        case kinds.Truncation() as cause:
            require(abs(truncation - error) <= 0.31 * size + slack, "not truncation")
            if cause.beyond:
                told = sum(taylor(state, method, i).values())
                require(abs(told - truncation) > 0.29 * abs(truncation), "the series tells it")
        case kinds.Shift() as cause:
            require(abs(shift - error) <= 0.31 * size + slack, "not the shift")
            require(near(cause.place, exact.DIGITS.mpf(float(state.point[i])), 0.0), "another place")
            if cause.shift is not None:
                side = 1 if method == "forward" else -1
                moved = state.landed(cause.place, side, state.step(i))
                require(abs(moved - cause.place) == cause.shift, "another shift")
        case kinds.Rounding() as cause:
            require(abs(truncation) <= 0.31 * size + slack, "not rounding")
            if cause.digits is not None:
                require(abs(error - truncation - shift) >= 0.69 * size - slack, "not rounding of f")
                right = digits_of_f(state, method, i)
                most = state.answers.precision.decimals
                require(
                    right is not None and abs(cause.digits - min(max(right, 0), most)) < 0.6, "digits of f"
                )
        case kinds.Both() as cause:
            require(near(cause.truncation, truncation, 1e-2, 1e-3 * size + slack), "truncation")
            require(near(cause.rounding, error - truncation, 1e-2, 1e-3 * size + slack), "rounding")
            require(abs(truncation) > 0.29 * size - slack, "rounding alone")


def taylor(state: State, method: str, i: int) -> dict[int, Any]:
    """The terms of orders 2 to 9, of the derivatives on each side."""
    h, terms = exact.DIGITS.mpf(state.step(i)), {}
    for q in range(2, 10):
        total = exact.DIGITS.mpf(0)
        for side in (-1, 1):
            share = sum(w * j**q for j, w in STENCILS[method].weights.items() if j * side > 0)
            if share:
                total += state.higher(i, q, side) * share.numerator / share.denominator
        terms[q] = total / math.factorial(q) * h ** (q - 1)
    return terms


def digits_of_f(state: State, method: str, i: int) -> float | None:
    """How many digits the computed f has at the worst of the neighbours; None where all are exact."""
    worst = 0.0
    for j in STENCILS[method].weights:
        moved = np.array(state.point)
        moved[i] = state.landed(float(state.point[i]), j, state.step(i))
        computed = computed_f(state, moved)
        right = exact.value(state.field, moved)
        if computed == right:
            continue
        worst = max(worst, float(abs(computed - right) / abs(right)) if right else math.inf)
    if not worst:
        return None
    return -math.log10(worst) if math.isfinite(worst) else 0.0


def computed_f(state: State, point: np.ndarray) -> float:
    if state.answers.precision.name == "float64":
        return float(state.answers.field(point))
    return gradviz.methods.estimate.value_in(state.field, point, state.answers.precision)


def check_kink(claim: kinds.AtKink, state: State) -> None:
    error = state.error(claim.method, claim.coordinate)
    slack = state.resolution(claim.method, claim.coordinate)
    left, right = state.slopes(claim.coordinate)
    require(not near(float(left), right, 1e-12), "no kink")
    require(near(claim.error, exact.DIGITS.mpf(error), 1e-3, slack), "the size")


def check_untruncated(claim: kinds.Untruncated, state: State) -> None:
    own = state.step(claim.coordinate)
    for step in (own, own / 10, 3 * own, 100 * own) if claim.every else (own,):
        truncation = state.truncation(claim.method, claim.coordinate, step)
        scale = abs(state.reference(claim.coordinate, claim.method)) + 1
        require(abs(truncation) <= scale * exact.DIGITS.mpf(10) ** -50, f"{float(truncation)} at {step}")


def check_smaller(claim: kinds.Smaller, state: State) -> None:
    method, i, slack = claim.method, claim.coordinate, state.resolution(claim.method, claim.coordinate)
    here, there = abs(state.error(method, i)), abs(state.error(method, i, state.answers.step / 10))
    if math.isinf(claim.ratio):
        require(there <= slack, "an error is left")
        return
    low, high = here / (1.15 * claim.ratio) - slack, 1.15 * here / claim.ratio + slack
    require(low <= there <= high, f"{here / there if there else math.inf} times")
    check_best(claim.best, method, i, state)


def check_best(best: float | None, method: str, i: int, state: State) -> None:
    """That within a decade around it the errors are as small, but for a factor of ten, as anywhere."""
    if best is None:
        return
    steps = np.logspace(-16, 0, 301)
    squares = np.where(np.isfinite(errors := state.errors(method, i, steps)), errors, np.inf) ** 2
    windows = np.sqrt(np.convolve(squares, np.full(9, 1 / 9), mode="valid"))
    around = windows[(steps[4:-4] >= best / 10) & (steps[4:-4] <= 10 * best)]
    require(around.min() <= 10 * windows.min() + state.resolution(method, i), f"{best} is not the best ε")


def check_rounding_rules(claim: kinds.RoundingRules, state: State) -> None:
    method, i, slack = claim.method, claim.coordinate, state.resolution(claim.method, claim.coordinate)
    error = state.error(method, i)
    require(abs(error - state.truncation(method, i)) >= 0.69 * abs(error) - slack, "not rounding")
    if claim.worse:
        steps = state.answers.step * np.logspace(-2, 0, 60)[:-1]
        share = float(np.mean(state.errors(method, i, steps) > abs(error) - slack))
        require(share > 0.5, f"{share} are worse")
    check_best(claim.best, method, i, state)


def check_never_worse(claim: kinds.NeverWorse, state: State) -> None:
    method, i = claim.method, claim.coordinate
    steps = default_steps()
    smaller = state.errors(method, i, steps[steps < state.answers.step])
    require(np.isfinite(smaller).all(), "no error")
    slack = state.resolution(method, i)
    require((smaller <= abs(state.error(method, i)) * (1 + 1e-9) + slack).all(), "a smaller ε is worse")


def check_right(claim: kinds.RightToTheDigit, state: State) -> None:
    for method in claim.methods:
        for i, said in enumerate(state.answers.estimates[method].gradient):
            right = state.reference(i, method)
            nearest = float(state.answers.precision.rounded(float(right)))
            require(said == nearest, f"{said} is not {nearest}")


def check_rule_off(claim: kinds.RuleOff, state: State) -> None:
    right = [state.reference(i, claim.method) for i in range(len(claim.gradient))]
    errors = [abs(exact.DIGITS.mpf(a) - b) for a, b in zip(claim.gradient, right, strict=True)]
    size = sum(e**2 for e in errors) ** 0.5
    slack = 2e-16 * float(max(map(abs, right)))
    require(near(claim.error, size, 1e-2, slack), "the size")
    if claim.rounded:
        little = 1.1e-13 * state.answers.precision.unit_roundoff * 2**53
        for e, r in zip(errors, right, strict=True):
            require(e <= min(little, 0.021) * abs(r) + slack, "more than the last digits")


def check_no_answer(claim: kinds.NoAnswer, state: State) -> None:
    answers = state.answers
    if found := re.search(r"no real value at (.*)\.$", claim.why):
        for part in found[1].split(", "):
            if part == "this point" or part == "the point itself":
                require(exact.DIGITS.isnan(exact.value(state.field, state.point)), "it has a value")
                continue
            name, sign, times = re.fullmatch(r"(\S+) ([+−]) (\d?)ε", part).groups()
            i = answers.field.variables.index(name)
            j = int(times or 1) * (1 if sign == "+" else -1)
            moved = state.landed(float(state.point[i]), j, state.step(i)) - exact.DIGITS.mpf(
                float(state.point[i])
            )
            require(exact.DIGITS.isnan(exact.value(state.field, exact.moved(state.point, i, moved))), part)


def check_plain(claim: kinds.Plain, state: State) -> None:
    """The place: f and its gradient, or what stands in the way."""
    truth, text = state.answers.sweep.truth, claim.text
    n = len(state.point)
    if "exists all the same" in text:
        for i in range(n):
            left, right = state.slopes(i)
            require(near(float(left), right, 1e-9, 1e-30), "no derivative")
    if found := re.search(
        r" f is (\S+?|too \w+ to write down) and the (?:derivative|gradient) is (.*?)\.(?: |$)", text
    ):
        value = exact.value(state.field, state.point)
        if not truth.value_decimals:
            require(numbers(found[1]) or "to write down" in found[1], "f is no number")
            require("to write down" in found[1] or near(numbers(found[1])[0], value, 1e-5, 1e-300), "f")
        shown = numbers(found[2]) if n <= 6 else []
        shown = [] if any(row[0] for row in truth.decimals) or "to write down" in found[2] else shown
        for i, said in enumerate(shown):
            require(near(said, state.reference(i, ""), 1e-5, 1e-40), "the gradient")
    for i, name in enumerate(state.answers.field.variables):
        label = gradviz.text.letters.plain_label(name)
        if found := re.search(
            rf"Along {label} there is a kink: the slope is (\S+) on the left and (\S+) on", text
        ):
            for said, right in zip(found.groups(), state.slopes(i), strict=True):
                require(near(numbers(said)[0], right, 1e-3, 1e-20), "a slope of the kink")
        if f"Along {label} f has no real value beside" in text:
            require(all(map(exact.DIGITS.isnan, state.slopes(i))), "f has a value beside")
        if f"Along {label} f exists on one side only" in text:
            require(sum(map(exact.DIGITS.isnan, state.slopes(i))) == 1, "not one side")
        if f"Along {label} the tangent stands upright" in text:
            steep = [abs(a) for a in state.slopes(i) if not exact.DIGITS.isnan(a)]
            require(steep and min(steep) > 1, "not upright")


NUMBER = re.compile(r"(−?)(?:([\d.]*\d)(?:·10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?(?![⁻⁰¹²³⁴⁵⁶⁷⁸⁹\d])|10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))")


def numbers(text: str) -> list[float]:
    """The numbers of ‘(−4, 3·10⁻⁸, 10²)’."""
    found = []
    for minus, digits, exponent, power in NUMBER.findall(text):
        raised = (exponent or power).translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-"))
        found.append(float(f"{'-' if minus else ''}{digits or 1}e{raised or 0}"))
    return found


CHECKS: dict[type, Callable[[Any, State], None]] = {
    kinds.Plain: check_plain,
    kinds.Says: check_says,
    kinds.NoAnswer: check_no_answer,
    kinds.Quotient: check_quotient,
    kinds.Off: check_off,
    kinds.AtKink: check_kink,
    kinds.Untruncated: check_untruncated,
    kinds.Smaller: check_smaller,
    kinds.RoundingRules: check_rounding_rules,
    kinds.NeverWorse: check_never_worse,
    kinds.RightToTheDigit: check_right,
    kinds.RuleOff: check_rule_off,
}
