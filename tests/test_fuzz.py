"""A fuzzer of bounded time: text → tree → closed form → values → truth, formulas at random, then damaged.

Nothing but a GradvizError may come of any text, and nothing may be warned about. What it once found stands
below as a row with its reason.
"""

import random
import time

import numpy as np
import pytest

import gradviz
from gradviz import comparison, sentences
from gradviz.tree.operations import OPERATIONS
from gradviz.tree.printing import to_latex, to_text

SECONDS = 12  # for the formulas; the seed is fixed, so a slow machine sees fewer of the same
LETTERS = "xyzt"
ONE = [
    n for n, row in OPERATIONS.items() if row.arity == 1 and row.typed and not row.boolean and n != "negate"
]
TWO = ["+", "-", "*", "/", "^"]
PIECES = [
    *"()[]{}|,;.^*+-/=<>!_ ",
    "**",
    "x",
    "y",
    "1",
    "2.5",
    "1e400",
    "sin",
    "sqrt",
    "if",
    "else",
    "\\frac",
    "ₓ",
    "²",
    "·",
]


def formula(dice: random.Random, depth: int) -> str:
    """A formula of at most ``depth`` levels."""
    if depth == 0 or dice.random() < 0.15:
        return dice.choice([*LETTERS, "2", "0.5", "pi", "3", "1e-3", "0"])
    kind = dice.random()
    if kind < 0.45:
        return f"({formula(dice, depth - 1)} {dice.choice(TWO)} {formula(dice, depth - 1)})"
    if kind < 0.85:
        return f"{dice.choice(ONE)}({formula(dice, depth - 1)})"
    parts = [formula(dice, depth - 1) for _ in range(4)]
    if kind < 0.93:
        return f"{dice.choice(['max', 'min', 'atan2', 'mod'])}({parts[0]}, {parts[1]})"
    return f"({parts[0]} if {parts[1]} < {parts[2]} else {parts[3]})"


def damaged(dice: random.Random, text: str) -> str:
    """``text`` with a few letters dropped, doubled or replaced."""
    letters = list(text)
    for _ in range(dice.randint(1, 4)):
        place = dice.randrange(len(letters) + 1)
        if dice.random() < 0.4 and letters:
            letters.pop(min(place, len(letters) - 1))
        else:
            letters.insert(place, dice.choice(PIECES))
    return "".join(letters)


def all_the_way(text: str, dice: random.Random) -> bool:
    """Everything the page does with a text; whether it was read at all."""
    try:
        field = gradviz.parse(text)
    except gradviz.ParseError as error:
        refusal = error
    else:
        follow(field, dice)
        return True
    assert 0 < len(str(refusal)) <= 400
    assert 0 <= refusal.column <= len(text)
    return False


def follow(field: gradviz.ScalarField, dice: random.Random) -> None:
    """What becomes of a field: its words, its table, its surface."""
    to_latex(field.expression)
    to_text(field.expression)
    point = [dice.choice([0.0, 1.0, -1.5, 0.3, 2.0, 1e-8, 50.0]) for _ in field.variables]
    answers = comparison.answer(field, point, dice.choice([0.1, 1e-8, 1e-30]))
    sentences.paragraph(answers, [method.name for method in gradviz.METHODS])
    sentences.rows(answers)
    if field.variables:
        bounds = ((-2, 2), (-2, 2))[: len(field.variables)]
        surface = gradviz.sample(field, bounds, 12, point=point)
        assert surface.gradients.shape[-1] == len(field.variables)
    for name, estimate in answers.estimates.items():
        assert estimate.gradient.shape == (len(field.variables),)
        assert (estimate.status == "ok") == (estimate.note == ""), name
    truth = answers.sweep.truth
    assert truth.differentiable <= all(status == "differentiable" for status in truth.status)


def test_no_formula_does_harm():
    dice = random.Random(20)
    end = time.monotonic() + SECONDS
    read = tried = 0
    while time.monotonic() < end and tried < 400:
        text = formula(dice, dice.randint(1, 4))
        read += all_the_way(text, dice)
        tried += 1
    print(f"{tried} formulas, {read} of them read")
    assert read > 0


def test_no_damaged_formula_does_harm():
    dice = random.Random(21)
    end = time.monotonic() + SECONDS
    read = tried = 0
    while time.monotonic() < end and tried < 600:
        text = damaged(dice, formula(dice, dice.randint(1, 3)))
        read += all_the_way(text, dice)
        tried += 1
    print(f"{tried} damaged formulas, {read} of them read")
    assert read < tried


# text, point, why it is here
FOUND = (
    ("gamma(gamma(gamma(x)))", (1.25,), "norms of gradients near 1e300 overflowed with a warning"),
    ("mod(1e300x, y)", (1.25, 1.25), "infinite one-sided slopes of both signs have no mean"),
    ("sin(exp(exp(exp(x))))", (1.25,), "an angle of a million digits"),
    ("exp(exp(exp(exp(x))))", (1.25,), "a number that no computer holds"),
)


@pytest.mark.parametrize(("text", "point", "reason"), FOUND, ids=[reason for *_, reason in FOUND])
def test_what_was_found_stays_mended(text, point, reason):
    answers = comparison.answer(gradviz.parse(text), np.array(point), 1e-3)
    assert sentences.paragraph(answers, [method.name for method in gradviz.METHODS])
