"""The model of the error where f has a derivative and no second one: by hand, and over random pieces."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest

import gradviz
from gradviz.sweeping.regions import TRUNCATION, explain
from gradviz.sweeping.sweep import Sweep
from tests.support import exact

METHODS = ("forward", "backward", "central", "central4", "central6")
HUBER = "x^2/2 if abs(x) < 1 else abs(x) - 1/2"
STEP = 2.0**-10
NONE = math.nan

# text, point, then the truncation error at h = 2⁻¹⁰ of forward, backward and central; None: no model; why
TABLE = [
    (HUBER, (1.0,), (0.0, STEP / 2, STEP / 4), "a parabola on the left: ½ h on its side"),
    (HUBER, (-1.0,), (STEP / 2, 0.0, STEP / 4), "and on the right"),
    ("x|x|", (0.0,), (STEP, STEP, STEP), "h² up, −h² down: the quotients are h"),
    ("max(x, 0)^2", (0.0,), (STEP, 0.0, STEP / 2), "h² on one side"),
    ("relu(x)^3", (0.0,), (STEP**2, 0.0, STEP**2 / 2), "h³ on one side"),
    ("|x|^3", (0.0,), (STEP**2, STEP**2, 0.0), "even: the central quotient sees nothing"),
    ("x/(1 + |x|)", (0.0,), (STEP / (1 + STEP),) * 3, "h/(1 + h) − h is −h²/(1 + h)"),
    ("x if x > 0 else exp(x) - 1", (0.0,), (0.0, STEP / 2 * (1 - STEP / 3), STEP / 4), "elu"),
    ("where(|x| < 1, x^2/2, |x| - 1/2) y", (1.0, 4.0), (0.0, 2 * STEP, STEP), "times y"),
    ("x|x| + 3y^2", (0.0, 1.0), (STEP * 10**0.5, STEP * 10**0.5, STEP), "h and 3h together"),
    ("x|x| - x^2", (0.0,), (0.0, 2 * STEP, STEP), "0 on the right, −2x² on the left"),
    ("sqrt(x^4)", (0.0,), (STEP, STEP, 0.0), "x², and the rule for √ does not see it"),
    ("|x|^1.5", (0.0,), (NONE, NONE, NONE), "no second derivative on either side"),
    ("max(x, 0)^1.5", (0.0,), (NONE, 0.0, NONE), "on the left there is one"),
    ("cbrt(x)^4", (0.0,), (NONE, NONE, NONE), "x^(4/3)"),
    ("|x|^2.5", (0.0,), (NONE, NONE, NONE), "a second one, and no third"),
    ("x^2 sin(1/x) if x != 0 else 0", (0.0,), (NONE, NONE, NONE), "it oscillates"),
    ("|x| y", (0.0, 0.0), (0.0, 0.0, 0.0), "no slope along either changes"),
]  # fmt: skip


def swept(text: str, point: tuple[float, ...], steps=None) -> Sweep:
    return gradviz.sweep(gradviz.parse(text), point, steps, METHODS)


@pytest.mark.parametrize(("text", "point", "expected", "why"), TABLE, ids=[row[0] for row in TABLE])
def test_the_truncation_is_that_of_each_side(text, point, expected, why):
    found = swept(text, point, [STEP])
    for method, value in zip(METHODS, expected, strict=False):
        assert found.model[method].truncation[0] == pytest.approx(value, rel=1e-3, nan_ok=True), (method, why)


def test_where_nothing_is_known_no_best_step_is_foretold():
    found = swept("|x|^1.5", (0.0,))
    for method in METHODS:
        assert np.isnan(found.model[method].best_step)
        assert explain(found, method).band is None
        assert TRUNCATION not in {region.name for region in explain(found, method).regions}


def test_the_best_step_at_a_seam_is_the_measured_one():
    """Huber's loss: h/2 on the left, and roundings of values of ½ by h: the least is near 10⁻⁸."""
    found = swept(HUBER, (1.0,))
    assert found.model["forward"].best_step == math.inf  # straight on the right: nothing is truncated
    assert 1e-9 < found.model["backward"].best_step_rms < 1e-7
    assert 1e-9 < found.best_step["backward"] < 1e-7


def test_a_kink_nearer_than_any_float64_number_gives_no_wild_derivative():
    for text in ("|x - 1e-320|", "(x - 1e-320) |x - 1e-320|"):
        assert np.isnan(swept(text, (0.0,)).derivatives).all()


# --- random pieces ---

PIECES = (
    "u|u|", "max(u, 0)^2", "|u|^3", "relu(u)^3", "u/(1 + |u|)", "min(u, 0)^2", "where(u > 0, u^2, u^3)",
    "u^2 |u|",
    "where(u > 0, sin(u), u)", "where(u > 0, exp(u) - 1, u)", "|u|^1.5", "softplus(u)|u|^3",
)  # fmt: skip
SMOOTH = ("sin({v})", "exp({v})", "{v}^2", "1/(2 + {v})", "3", "{v}")


def random_case(choice: random.Random) -> tuple[str, tuple[float, ...]]:
    """A sum of products, with a seam at the point."""
    variables = ("x", "y")[: choice.randint(1, 2)]
    point = tuple(choice.choice((0.0, 1.0, -0.5, 2.0, 0.25)) for _ in variables)
    terms = []
    for _ in range(choice.randint(1, 3)):
        v = choice.randrange(len(variables))
        piece = (
            choice.choice(PIECES)
            .replace("u", "U")
            .replace("relU", "relu")
            .replace("trUe", "true")
            .replace("softplUs", "softplus")
            .replace("U", f"({variables[v]} - {point[v]!r})")
            .replace("- -", "+ ")
        )
        factor = choice.choice(SMOOTH).format(v=choice.choice(variables))
        terms.append(f"{choice.randint(1, 9)}*({piece})*({factor})")
    return " + ".join([*terms, *variables, choice.choice(("0", "x^2"))]), point


def check_random_case(choice: random.Random) -> int:
    """One function: predicted truncation against the quotient in many digits; how many were predicted."""
    text, point = random_case(choice)
    found = swept(text, point)
    if set(found.truth.status) != {"differentiable"}:
        return 0
    seen = 0
    for method in METHODS:
        model = found.model[method]
        for at in (200, 220, 230):  # h = 10⁻⁶, 10⁻⁵, 10⁻⁴·⁵
            if np.isnan(model.truncation[at]):
                continue
            h = float(found.steps[at])
            exactly = [
                exact.quotient(found.field, point, i, method, h) - exact.derivative(found.field, point, i)
                for i in range(len(point))
            ]
            size = float(sum(e**2 for e in exactly) ** 0.5)
            assert model.truncation[at] == pytest.approx(size, rel=1e-3, abs=1e-25), (text, point, method, h)
            seen += 1
        kinds = explain(found, method).within(TRUNCATION)
        clear = kinds & (model.truncation > 10 * model.roundoff) & (found.steps < 0.1)
        ratio = found.errors[method][clear] / model.truncation[clear]
        assert ((ratio > 0.45) & (ratio < 2.2)).all(), (text, point, method)
    return seen


def test_random_pieces_are_foretold():
    choice = random.Random(18)
    assert sum(check_random_case(choice) for _ in range(40)) > 150


if __name__ == "__main__":  # by hand: python -m tests.sweeping.test_one_sided
    endless = random.Random()
    print(sum(check_random_case(endless) for _ in range(2000)), "predictions were right")
