"""Every sentence about a result is a claim, and no claim is false: presets, textbook functions, and a fuzz.

By hand, all states, with the counts printed: python -m tests.sentences.test_claims [functions of the fuzz]
"""

from __future__ import annotations

import random
import re
import sys
from collections import Counter
from collections.abc import Iterator

import numpy as np
import pytest

import gradviz
from gradviz import comparison, figures, sentences
from gradviz.presets import PRESETS
from gradviz.sentences.summary import claims
from gradviz.sweeping.regions import PLATEAU, explain
from tests.support import exact
from tests.support.claim_checks import CHECKS, FalseClaim, State
from tests.support.mpmath_functions import BeyondBounds

STENCILS = ("forward", "backward", "central", "central4", "central6")
STEPS = (10.0, 1.0, 0.1, 1e-2, 1e-4, 1e-6, 1e-9, 1e-12)
WITHOUT = ("backprop", "adaptive", "complex-step")
PI = 3.141592653589793

# text, point: polynomials, kinks and seams near and far, cancellation, poles, edges, flat, steep
FUNCTIONS = [
    *((preset.text, preset.point) for preset in PRESETS),
    ("x^2", (3.0,)), ("x^3", (1.0,)), ("x^7", (0.7,)), ("3x + 2", (1.0,)), ("x + y", (1.0, 2.0)),
    ("x y", (2.0, 3.0)), ("sin(x)", (1.0,)), ("cos(x)", (0.0,)), ("exp(x)", (1.0,)), ("log(x)", (0.3,)),
    ("sqrt(x)", (2.0,)), ("tan(x)", (1.4,)), ("1/x", (0.01,)), ("1/(1 + x^2)", (1.0,)),
    ("1/(1 + 25x^2)", (0.2,)), ("tanh(x)", (2.0,)), ("erf(x)", (0.5,)), ("exp(-x^2)", (1.0,)),
    ("exp(10x)", (0.3,)), ("sin(50x)", (1.0,)), ("x^2 sin(1/x)", (0.01,)), ("|x|", (0.05,)),
    ("|x|", (0.0,)), ("|x| + x^2", (0.0,)), ("max(x, 0)", (1e-3,)), ("|x - 0.3|", (0.3,)), ("x|x|", (0.0,)),
    ("max(x, 0)^2", (0.0,)), ("|x|^3", (0.0,)), ("|x|^1.5", (0.0,)),
    ("x^2/2 if abs(x) < 1 else abs(x) - 1/2", (1.0,)), ("x^2/2 if abs(x) < 1 else abs(x) - 1/2", (0.95,)),
    ("x if x > 0 else exp(x) - 1", (0.0,)), ("x/(1 + |x|)", (0.0,)), ("(x + 1e8) - 1e8", (1.0,)),
    ("(x - 1)^2", (1.0,)), ("sin(x) y", (0.0, 2.0)), ("acos(cos(x))", (PI,)), ("acos(cos(x))", (2.0,)),
    ("x + y^2", (1.0, 3.0)), ("cbrt(x)", (0.0,)), ("cbrt(x)", (1.0,)),
    ("exp(x)/(exp(x) + exp(y))", (1.0, 2.0)), ("exp(x)/(exp(x) + exp(y))", (1000.0, 1000.0)),
    ("(1 - cos(x))/x^2", (1e-3,)), ("(exp(x) - 1)/x", (1e-6,)), ("sqrt(1 + x) - 1", (1e-9,)),
    ("x^3 - 3x", (1e3,)), ("x^2 y^3 z", (1.0, 2.0, -1.0)), ("atan2(y, x)", (1.0, 1.0)),
    ("floor(x) + x", (0.5,)), ("floor(x)", (2.0,)), ("sigmoid(x)", (3.0,)), ("softplus(x)", (-5.0,)),
    ("gamma(x)", (3.5,)), ("x^x", (2.0,)), ("x^x", (-2.0,)), ("x sin(1/x) if x != 0 else 0", (0.0,)),
    ("x^4 - 2x^2", (1.0,)), ("1e10x + sin(x)", (1.0,)), ("1e-10sin(x) + x", (1.0,)),
    ("sin(x) + 1e6", (1.0,)), ("sin(1e6x)", (0.1,)), ("(x - 1/3)^3", (1 / 3,)), ("x^2", (1e6,)),
    ("x^2", (1e-6,)), ("x^3", (0.0,)), ("sqrt(x)", (0.0,)), ("cbrt(x y z)", (0.0, 0.0, 0.0)),
    ("sqrt(|x|)", (0.0,)), ("exp(x)", (700.0,)), ("1/(1e-9 + x^2)", (0.0,)), ("log(x)", (1e-9,)),
    ("x^1.5", (0.0,)), ("|x| y", (0.0, 1.0)),
]  # fmt: skip


def states(
    text: str,
    point: tuple[float, ...],
    steps,
    dtype: str = "float64",
    kind: str = "plain",
    *,
    whole: bool = False,
) -> Iterator[tuple[State, str]]:
    """The states of one point, with the stencil that is spoken of; ``whole`` with back-propagation."""
    answers, known = None, {}
    for step in steps:
        answers = comparison.answer(
            gradviz.parse(text),
            point,
            step,
            without=WITHOUT[whole:],
            before=answers,
            dtype=dtype,
            step_kind=kind,
        )
        for method in STENCILS:
            yield State(answers, known), method


def count(state: State, method: str, made: Counter, untrue: list[str]) -> None:
    """Check every claim of one state."""
    answers = state.answers
    for claim in claims(answers, ("symbolic", method, "backprop")):
        if not claim.text:
            continue
        made[type(claim).__name__] += 1
        try:
            with np.errstate(all="ignore"):
                CHECKS[type(claim)](claim, state)
        except BeyondBounds:
            made["too large for mpmath"] += 1
        except FalseClaim as why:
            place = f"{answers.field.text} at {answers.typed}, ε = {answers.step}, {answers.precision.name}"
            untrue.append(f"{type(claim).__name__}: {place}: {claim.text}  ← {why}")


def test_no_sentence_of_the_table_is_false():
    """A seeded sample of its states."""
    choice, made, untrue = random.Random(4), Counter(), []
    for text, point in FUNCTIONS:
        for state, method in states(text, point, [choice.choice(STEPS)]):
            if choice.random() < 0.4:
                count(state, method, made, untrue)
    assert not untrue, "\n".join(untrue)
    assert made["Off"] > 100
    assert min(made[kind] for kind in ("Smaller", "RoundingRules", "Untruncated")) > 10, made


@pytest.mark.parametrize("dtype", ["float64", "float16"])
def test_f_that_is_right_loses_no_digits(dtype):
    """acos(cos(x)) is x, as near as balls can tell: what is lost is the rounding of the quotient."""
    made, untrue = Counter(), []
    for state, method in states("acos(cos(x))", (2.0,), [0.1], dtype, "representable"):
        count(state, method, made, untrue)
    assert not untrue, "\n".join(untrue)
    assert made["Off"]


def test_no_sentence_in_other_numbers_is_false():
    choice, made, untrue = random.Random(5), Counter(), []
    for text, point in choice.sample(FUNCTIONS, 30):
        dtype, kind = choice.choice(("float32", "float16")), choice.choice(("plain", "representable"))
        for state, method in states(text, point, [choice.choice(STEPS[2:])], dtype, kind):
            if choice.random() < 0.4:
                count(state, method, made, untrue)
    assert not untrue, "\n".join(untrue)
    assert made["Off"] > 20, made


# --- the captions of the error plot, and what is said of a guess ---


def check_captions(text: str, point: tuple[float, ...], choice: random.Random) -> Counter:
    """What the captions say of each stencil, against exact quotients and the plot's own numbers."""
    sweep, said = gradviz.sweep(gradviz.parse(text), point, None, STENCILS), Counter()
    if not sweep.judged.any():
        return said
    for method in STENCILS:
        picture = figures.errors_picture(
            sweep, 0.1, {name: float(sweep.errors[name][300]) for name in STENCILS}, shown=STENCILS,
            stepping=STENCILS, focus=method,
        )  # fmt: skip
        errors, where = sweep.errors[method], (text, point, method)
        if "no V" in picture.caption:
            said["plateau"] += 1
            flat = errors[explain(sweep, method).within(PLATEAU)]
            assert flat.max() <= 2 * flat.min(), where
        if "A kink" in picture.caption or "Beside a kink" in picture.caption:
            said["kink"] += 1
            sides = [exact.slopes(sweep.field, sweep.point, i) for i in range(len(point))]
            assert any(abs(a - b) > 1e-9 * abs(b) for a, b in sides), where
        if "No truncation shows" in picture.caption:
            said["no truncation"] += 1
            for k in (choice.randrange(321), 320):
                step = float(sweep.steps[k])
                if not np.isfinite(errors[k]):
                    continue  # nothing is drawn
                truncations = [
                    float(exact.quotient(sweep.field, point, i, method, step))
                    - float(exact.derivative(sweep.field, point, i))
                    for i in range(len(point))
                    if sweep.judged[i]
                ]
                drawn = max(errors[k], sweep.model[method].roundoff[k])
                noise = 1e-15 * float(np.abs(sweep.truth.gradient).max())
                assert max(map(abs, truncations)) <= 3 * drawn + noise, where
    return said


def test_the_captions_of_the_error_plot_are_true():
    choice = random.Random(7)
    said = sum((check_captions(*row, choice) for row in FUNCTIONS), Counter())
    assert said["no truncation"] > 20
    assert said["kink"] > 5
    assert said["plateau"] > 5


def test_what_rules_at_a_guess_does():
    """Truncation or rounding, of exact quotients."""
    choice, said = random.Random(8), Counter()
    for text, point in choice.sample(FUNCTIONS, 40):
        answers = comparison.answer(gradviz.parse(text), point, 0.1, without=WITHOUT)
        for guessed in (1e-14, 1e-11, 1e-2, 1.0):
            name = choice.choice(STENCILS)
            words = sentences.verdict(answers, (name,), sentences.Guess((), guessed, name))
            found = re.search("There (truncation|rounding) rules", words)
            if not found:
                continue
            said[found[1]] += 1
            state = State(comparison.answer(gradviz.parse(text), point, guessed, without=WITHOUT))
            i = int(np.argmax([abs(state.error(name, i)) for i in range(len(point))]))
            share = abs(float(state.truncation(name, i)) / state.error(name, i))
            assert (share > 0.6) == (found[1] == "truncation"), (text, point, name, guessed, words)
    assert min(said["truncation"], said["rounding"]) > 10, said


# --- random functions ---

OUTER = ("sin({})", "exp({})", "log({})", "sqrt({})", "tanh({})", "abs({})", "1/({})", "({})^2", "({})^3",
         "cos({})", "max({}, 0)", "erf({})", "atan({})", "cbrt({})", "({})*abs({})",
         "max({}, 0)^2")  # fmt: skip
POINTS = (0.0, 1.0, -1.0, 0.3, 2.0, 1e-3, 40.0, 1e4, -0.5)


def random_function(choice: random.Random) -> tuple[str, tuple[float, ...]]:
    """A sum or a product of compositions of a line, and a point."""
    names = ("x", "y")[: choice.randint(1, 2)]

    def part(depth: int) -> str:
        if depth == 0:
            return f"{choice.choice((1, 2, 0.5, 3))}*{choice.choice(names)} + {choice.choice((0, 1, 0.3, 2))}"
        return choice.choice(OUTER).replace("{}", part(depth - 1))

    text = choice.choice((" + ", "*", " - ")).join(f"({part(choice.randint(1, 2))})" for _ in range(2))
    return " + ".join([text, *names]), tuple(choice.choice(POINTS) for _ in names)


def fuzz(
    choice: random.Random,
    functions: int,
    share: float,
    made: Counter,
    untrue: list[str],
    *,
    whole: bool = False,
) -> None:
    for _ in range(functions):
        text, point = random_function(choice)
        dtype = choice.choice(("float64", "float64", "float32", "float16"))
        for state, method in states(text, point, [10 ** choice.uniform(-13, 0.5)], dtype, whole=whole):
            if choice.random() < share:
                count(state, method, made, untrue)


def test_no_sentence_about_random_functions_is_false():
    made, untrue = Counter(), []
    fuzz(random.Random(6), 60, 0.4, made, untrue)
    assert not untrue, "\n".join(untrue)
    assert made["Off"] > 40, made


if __name__ == "__main__":
    made, untrue = Counter(), []
    kinds = (
        ("float64", "plain"),
        ("float64", "power-of-two"),
        ("float32", "plain"),
        ("float16", "representable"),
    )
    for text, point in FUNCTIONS:
        for dtype, kind in kinds:
            for state, method in states(text, point, STEPS, dtype, kind, whole=True):
                count(state, method, made, untrue)
    functions = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    fuzz(random.Random(), functions, 1.0, made, untrue, whole=True)
    false = Counter(line.split(":")[0] for line in untrue)
    for kind, number in made.most_common():
        print(f"{kind}: {false[kind]} of {number} are false")
    print("\n".join(untrue[:60]))
