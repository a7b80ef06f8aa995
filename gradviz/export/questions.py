"""Questions about a function for a quiz, with answers and tolerances that follow from the truth.

Each kind of question comes in variants: the first at the page's own point, the others at points of the
window, drawn by a seed, so that the same page gives the same questions. A variant is used only where it can
be answered: where the right answer is told apart from every wrong one by far more than its tolerance.
"""

from __future__ import annotations

import hashlib
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape

import numpy as np

from gradviz.errors import GradvizError
from gradviz.field import ScalarField, fixed_inputs
from gradviz.figures.parts.theme import style
from gradviz.figures.preview import preview
from gradviz.link import Reading
from gradviz.methods import gradient
from gradviz.sweeping.sweep import sweep
from gradviz.sweeping.truth import Truth, true_gradient
from gradviz.text.numbers import in_powers_of_ten
from gradviz.tree.printing import name_to_latex, to_latex, to_text

VARIANTS = 5  # of each kind of question
MOST_VARIANTS = 50
DIGITS = 4  # that a student is asked for
STEPS = (1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01)  # that can be worked out with a calculator
QUOTIENTS = ("forward", "backward", "central")
TRIES = 12  # points for each variant that is wanted
CLEARLY = 5.0  # times larger: the error at an ε that is not the best
VISIBLY = 0.12  # of the longest arrow: by how much the tip of another one has to be elsewhere
_FORMULAS = {
    "forward": r"\frac{f(x + \varepsilon) - f(x)}{\varepsilon}",
    "backward": r"\frac{f(x) - f(x - \varepsilon)}{\varepsilon}",
    "central": r"\frac{f(x + \varepsilon) - f(x - \varepsilon)}{2\varepsilon}",
}


@dataclass(frozen=True)
class Choice:
    """A possible answer: in words, or a number that is met within ``tolerance``; and what is said to it."""

    text: str
    right: bool
    feedback: str
    tolerance: float | None = None


@dataclass(frozen=True)
class Question:
    """A question of a ``kind``: in HTML with formulas as \\(…\\), its answers, and a PNG with its text.

    The answers are numbers, where the first has a tolerance, or else one of several is chosen.
    """

    kind: str
    name: str
    text: str
    choices: tuple[Choice, ...]
    picture: bytes = b""
    alternative: str = ""

    @property
    def is_numerical(self) -> bool:
        return self.choices[0].tolerance is not None


@dataclass(frozen=True)
class _Place:
    """A point at which f has a gradient, with the ``turn`` of its variant."""

    reading: Reading
    point: tuple[float, ...]
    truth: Truth
    turn: int
    dice: random.Random

    @property
    def field(self) -> ScalarField:
        return self.reading.field

    def quotient(self, method: str, step: float) -> np.ndarray:
        return gradient(self.field, self.point, method, step).gradient


@lru_cache(maxsize=2)  # for the next kind of file
def questions(reading: Reading, variants: int = VARIANTS) -> tuple[Question, ...]:
    """The questions about f, ``variants`` of each kind at most. GradvizError where there is none.

    A GradvizError, too, for less than one variant or more than ``MOST_VARIANTS``.
    """
    if not 1 <= variants <= MOST_VARIANTS:
        raise GradvizError(f"A quiz has from 1 to {MOST_VARIANTS} variants of each question.")
    if reason := why_no_questions(reading):
        raise GradvizError(reason)
    found: list[Question] = []
    for kind in (_derivative, _quotient, _best_step, _arrow):
        places = _places(reading, kind.__name__, variants)
        of_kind: list[Question] = []
        for place in places:
            if asked := kind(place, len(of_kind) + 1):
                of_kind.append(asked)
            if len(of_kind) == variants:
                break
        found += of_kind
    if not found:
        raise GradvizError("Nothing can be asked about this function: it has no gradient around this point.")
    return tuple(found)


def why_no_questions(reading: Reading) -> str:
    """'' where something can be asked, else a sentence; looks at the formula alone."""
    if not reading.field.expression.supports[-1] & set(reading.field.variables):
        return "f is constant: there is nothing to ask about its gradient."
    return ""


def _places(reading: Reading, kind: str, variants: int) -> Iterator[_Place]:
    """The page's point, and then others in the window, those at which f is differentiable."""
    seed = f"{to_text(reading.field.expression)} {reading.field.parameters} {reading.point} {kind}"
    dice = random.Random(hashlib.sha256(seed.encode()).digest())
    point, turn = tuple(map(float, reading.point)), 0
    seen: set[tuple[float, ...]] = set()
    for _ in range(TRIES * variants):
        if point in seen:
            point = _elsewhere(reading, dice)
            continue
        seen.add(point)
        truth = true_gradient(reading.field, point)
        if truth.differentiable and np.isfinite(truth.gradient).all() and math.isfinite(truth.value):
            yield _Place(reading, point, truth, turn, dice)
            turn += 1
        point = _elsewhere(reading, dice)


def _elsewhere(reading: Reading, dice: random.Random) -> tuple[float, ...]:
    """A point with few digits in the inner part of the window; what is not drawn stays as it is."""
    point = list(map(float, reading.point))
    for axis, (low, high) in zip(reading.axes, reading.window, strict=True):
        grain = 10.0 ** math.floor(math.log10((high - low) / 20))
        decimals = max(0, -round(math.log10(grain)))
        point[axis] = round(
            round(dice.uniform(0.9 * low + 0.1 * high, 0.1 * low + 0.9 * high) / grain) * grain, decimals
        )
    return tuple(point)


# --- the kinds of question ----------------------------------------------------------------------------------


def _derivative(place: _Place, number: int) -> Question:
    """A partial derivative at a point."""
    i = place.turn % len(place.point)
    name = name_to_latex(place.field.variables[i])
    value = float(place.truth.gradient[i])
    curly = "d" if len(place.point) == 1 else r"\partial"
    text = (
        f"<p>{_given(place)}</p><p>What is \\(\\frac{{{curly} f}}{{{curly} {name}}}\\) there? "
        f"Give {DIGITS} significant digits.</p>"
    )
    right = Choice(decimals(value), True, "Right.", _tolerance(value))
    return Question("Derivative", f"Derivative {number}", text, (right,))


def _quotient(place: _Place, number: int) -> Question | None:
    """A difference quotient along one coordinate; the derivative itself is told to be no answer."""
    method, i = QUOTIENTS[place.turn % 3], place.turn % len(place.point)
    steps = list(STEPS)
    place.dice.shuffle(steps)
    if place.turn == 0 and place.reading.step <= 1:
        steps.insert(0, place.reading.step)
    true = float(place.truth.gradient[i])
    for step in steps:
        value = float(place.quotient(method, step)[i])
        if not math.isfinite(value):
            continue
        tolerance, off = _tolerance(value), abs(value - true)
        rounded = sweep(place.field, place.point, [step], [method]).model[method].roundoff[0]
        exact = off <= 1e-6 * abs(true)
        if not (rounded < tolerance / 10 and (exact or off > 4 * tolerance)):
            continue  # rounding, or the derivative itself, would count as an answer
        name = name_to_latex(place.field.variables[i])
        text = (
            f"<p>{_given(place)}</p><p>What does the {method} difference \\({_FORMULAS[method]}\\) along "
            f"\\({name}\\) say there, with \\(\\varepsilon = {_latex(step)}\\)? Give {DIGITS} significant "
            "digits.</p>"
        )
        said = "Right; here it is the derivative itself." if exact else f"Right: it is off by {_short(off)}."
        choices = [Choice(decimals(value), True, said, tolerance)]
        if not exact:
            wrong = f"This is the derivative itself; the {method} difference is not the same here."
            choices.append(Choice(decimals(true), False, wrong, min(_tolerance(true), off / 3)))
        return Question("Difference quotient", f"Difference quotient {number}", text, tuple(choices))
    return None


def _best_step(place: _Place, number: int) -> Question | None:
    """The best of four steps, by the errors around each of them."""
    method = ("forward", "central")[place.turn % 2]
    swept = sweep(place.field, place.point, methods=[method])
    decades = np.round(np.log10(swept.steps) * 2) / 2  # the errors of half a decade, for single ones are luck
    typical = {k: float(np.median(swept.errors[method][decades == k])) for k in range(-15, 0) if k in decades}
    typical = {k: error for k, error in typical.items() if math.isfinite(error)}
    if not typical:
        return None
    best = min(typical, key=lambda k: typical[k])
    larger = [k for k, error in typical.items() if k > best and error > CLEARLY * typical[best]]
    smaller = [k for k, error in typical.items() if k < best and error > CLEARLY * typical[best]]
    if not typical[best] > 0 or not larger or len(smaller) < 2:
        return None
    wrong = [place.dice.choice(larger), *place.dice.sample(smaller, 2)]
    choices = [Choice(f"\\(10^{{{best}}}\\)", True, "Right: here truncation and round-off are about equal.")]
    for k in wrong:
        why = "too large: the truncation error rules" if k > best else "too small: the round-off error rules"
        said = f"This is {why}, {_short(typical[k])} instead of {_short(typical[best])}."
        choices.append(Choice(f"\\(10^{{{k}}}\\)", False, said))
    text = (
        f"<p>{_given(place)}</p><p>Its gradient is taken there by the {method} difference "
        f"\\({_FORMULAS[method]}\\) in double precision (float64). With which of these \\(\\varepsilon\\) "
        "is it off by the least?</p>"
    )
    return Question("Best step", f"Best step {number}", text, tuple(choices))


def _arrow(place: _Place, number: int) -> Question | None:
    """Which method an arrow beside the true one belongs to, on the map; or which line, on the curve."""
    right = QUOTIENTS[(place.turn + 1) % 3]
    axes, window = list(place.reading.axes), np.array(place.reading.window)
    widths = window[:, 1] - window[:, 0]
    true = place.truth.gradient
    for step in (0.1 * float(min(widths)) * share for share in (0.5, 1.0, 2.0)):
        step = float(f"{step:.1g}")
        found = {method: place.quotient(method, step) for method in QUOTIENTS}
        if not np.isfinite(list(found.values())).all():
            continue
        ways = [_drawn(g[axes], widths, place) for g in found.values()]
        longest = max(math.hypot(*way) for way in ways)
        apart = [math.dist(a, b) for k, a in enumerate(ways) for b in ways[:k]]
        if not longest > 0 or min(apart) < VISIBLY * longest:
            continue
        arrows = {"the true one": true, "the other": found[right]}
        picture = preview(place.field, place.reading.window, place.point, arrows, place.reading.axes)
        one = len(place.point) == 1
        what = "line through the point" if one else "arrow from the point"
        text = (
            f"<p>{_given(place)}</p><p>The wide {what} is the {'tangent' if one else 'true gradient'}. Which "
            f"method, with \\(\\varepsilon = {_latex(step)}\\), gives the other, the narrow one?</p>"
        )
        choices = [
            Choice(
                f"{style(method).label} difference",
                method == right,
                f"{'Right: the' if method == right else 'The'} {method} difference is "
                f"{_pair(found[method])}, the {'slope' if one else 'gradient'} {_pair(true)}.",
            )
            for method in (right, *(method for method in QUOTIENTS if method != right))
        ]
        of_what = "The curve of f with the point, and two lines" if one else "A map of f with two arrows"
        about = f"{of_what}, a wide one and a narrow one."
        return Question("Which method", f"Which method {number}", text, tuple(choices), picture, about)
    return None


def _drawn(way: np.ndarray, widths: np.ndarray, place: _Place) -> tuple[float, ...]:
    """Where an arrow points on the map, or how a line rises on the curve, in units of the picture."""
    if len(place.point) == 1:
        angle = math.atan(float(way[0]) / max(abs(float(place.truth.gradient[0])), 1e-300))
        return math.cos(angle), math.sin(angle)
    return tuple((way * widths).tolist())


# --- in words -----------------------------------------------------------------------------------------------


def _given(place: _Place) -> str:
    """f and the point, as formulas."""
    field = place.field
    names = [name_to_latex(name) for name in field.variables]
    at = ", ".join(f"{name} = {_latex(x)}" for name, x in zip(names, place.point, strict=True))
    fixed = "".join(
        f", {name_to_latex(name)} = {_latex(value)}" for name, value in fixed_inputs(field).items()
    )
    formula = escape(f"f({', '.join(names)}) = {to_latex(field.expression)}", quote=False)
    return f"Let \\({formula}\\), at \\({at}{fixed}\\)."


def _tolerance(value: float) -> float:
    """Somewhat more than half a unit of the last digit that is asked for."""
    if value == 0:
        return 1e-6
    return float(f"{0.6 * 10.0 ** (math.floor(math.log10(abs(value))) - DIGITS + 1):.1e}")


def decimals(value: float, digits: int = 10) -> str:
    """A number as every reader of a quiz takes it: without an exponent."""
    return np.format_float_positional(float(f"{value:.{digits}g}"), trim="-")


def _latex(value: float) -> str:
    text = repr(float(value)).removesuffix(".0")
    mantissa, mark, exponent = text.partition("e")
    return rf"{mantissa}\cdot 10^{{{int(exponent)}}}" if mark else mantissa


def _short(value: float) -> str:
    return in_powers_of_ten(f"{value:.2g}")


def _pair(values: Sequence[float] | np.ndarray) -> str:
    texts = [in_powers_of_ten(f"{float(value):.4g}") for value in values]
    return texts[0] if len(texts) == 1 else f"({', '.join(texts)})"
