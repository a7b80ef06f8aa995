"""The headline: true in every state, and short."""

from __future__ import annotations

import re

import numpy as np
import pytest

import gradviz
from gradviz import comparison, sentences
from gradviz.presets import PRESETS
from tests.support import exact
from tests.support.claim_checks import numbers

STEPPING = tuple(method.name for method in gradviz.METHODS if method.takes_step)
WITHOUT = "symbolic", "adaptive", "backprop"

# text, point, method, ε, type, the headline; the numbers by hand
HEADLINES = [
    ("x1^2 + x2^2", (3, 4), "forward", 0.1, "float64",
     "Forward with ε = 0.1 says (6.1, 8.1); the gradient is (6, 8): off by ε in each."),
    ("x1^2 + 3x2^2", (-2, 5), "forward", 0.1, "float64",
     "Forward with ε = 0.1 says (−3.9, 30.3); the gradient is (−4, 30): off by up to 0.3."),  # 6/2·0.1
    ("x1^2 + x2^2", (3, 4), "central", 0.125, "float64",  # sums of few bits: nothing is rounded
     "Central with ε = 0.125 says (6, 8), the gradient to the last digit."),
    ("3x^2", (2,), "backward", 0.25, "float64",
     "Backward with ε = 0.25 says 11.25; the derivative is 12: off by 3ε."),
    ("x^2", (3,), "forward", 1e-17, "float64",
     "Forward with ε = 10⁻¹⁷ says 0; the derivative is 6: off by 6."),
    ("x1^2 + x2^2", (3, 4), "none", 0.1, "float64", "At x₁ = 3 and x₂ = 4, the gradient is (6, 8)."),
    ("x^2", (3,), "none", 0.1, "float64", "At x = 3, the derivative is 6."),
    ("5", (), "forward", 0.1, "float64", "f is the constant 5: there is nothing to differentiate."),
    ("f(x, y) = 7", (3, 4), "forward", 0.1, "float64",
     "f is the constant 7: the gradient is (0, 0) everywhere."),
    ("f(x) = pi", (3,), "none", 0.1, "float64", "f is the constant 3.142: the derivative is 0 everywhere."),
    ("|x|", (0,), "forward", 0.1, "float64",
     "No derivative here: a kink, with slope −1 on the left and 1 on the right. "
     "Forward with ε = 0.1 says 1."),
    ("|x| + y^2", (0, 1), "backward", 0.5, "float64",
     "No gradient here: along x a kink, with slope −1 on the left and 1 on the right. "
     "Backward with ε = 0.5 says (−1, 1.5)."),  # (1 − 0.25)/0.5
    ("floor(x)", (2,), "backward", 0.1, "float64",
     "No derivative here: f jumps. Backward with ε = 0.1 says 10."),
    ("cbrt(x)", (0,), "none", 0.1, "float64",
     "No derivative here: the slope grows without bound."),
    ("sqrt(x)", (0,), "backward", 0.1, "float64",
     "No derivative here: the slope grows without bound on the right."),
    ("x^1.5", (0,), "backward", 0.1, "float64",
     "No derivative here: f has a value on the right only."),
    ("x^x", (-2,), "forward", 0.1, "float64", "No derivative here: f has no real value beside the point."),
    ("x sin(1/x) if x != 0 else 0", (0,), "none", 0.1, "float64",
     "No derivative here: the slope has no limit."),
    ("x^2 y/(x^2 + y^2) if x^2 + y^2 > 0 else 0", (0, 0), "forward", 0.5, "float64",
     "No gradient here, though every partial derivative exists. Forward with ε = 0.5 says (0, 0)."),
    ("sqrt(x)", (-1,), "forward", 0.1, "float64", "f has no real value at x = −1, and so no derivative."),
    ("log(x y z w)", (-1, 1, 1, 1), "forward", 0.1, "float64",
     "f has no real value at this point, and so no gradient."),
    ("sqrt(x)", (0.0625,), "backward", 0.125, "float64",
     "Backward with ε = 0.125 has no answer here; the derivative is 2."),
    ("exp(x)", (800,), "forward", 0.1, "float64",  # e⁸⁰⁰ = 10^347.4356
     "Forward with ε = 0.1 has no answer here; the derivative is 2.726·10³⁴⁷."),
    ("x^2", (1e6,), "forward", 0.1, "float16", "x = 1000000 is too large for float16, which ends at 65504."),
    ("x^2", (3,), "forward", 0.125, "float16",
     "Forward with ε = 0.125 in float16 says 6.125; the derivative is 6: off by ε."),
    ("x1 x2 x3 x4", (1, 2, 3, 4), "forward", 0.5, "float64",
     "Forward with ε = 0.5 answers with 4 numbers, the gradient to the last digit."),
    ("x1^2 + x2^2 + x3^2 + x4^2 + x5", (1, 2, 3, 4, 5), "forward", 0.125, "float64",
     "Forward with ε = 0.125 answers with 5 numbers, off by up to 0.125."),  # x₅ is linear
    ("x1^2 + x2^2 + x3^2 + x4^2", (1, 2, 3, 4), "forward", 0.125, "float64",
     "Forward with ε = 0.125 answers with 4 numbers, off by ε in each."),
    ("x^x^x", (1e4,), "none", 0.1, "float64", "Whether there is a derivative here could not be decided."),
]  # fmt: skip


@pytest.mark.parametrize("row", HEADLINES, ids=lambda row: f"{row[0]} at {row[1]}, {row[2]}, {row[4]}")
def test_the_headline(row):
    text, point, method, step, dtype, expected = row
    answers = comparison.answer(gradviz.parse(text), point, step, without=WITHOUT, dtype=dtype)
    assert sentences.headline(answers, method) == expected


@pytest.mark.parametrize("dtype", ["float64", "float16"])
def test_every_headline_of_the_gallery_is_true(dtype):
    """Its numbers by mpmath: gradients, and by how much a method is off."""
    seen = 0
    for preset in PRESETS:
        field = gradviz.parse(preset.text)
        answers, slopes = None, []
        for step in (1e-16, 1e-6, 0.5):
            answers = comparison.answer(
                field, preset.point, step, without=WITHOUT, before=answers, dtype=dtype
            )
            slopes = slopes or exact.all_slopes(answers.question)
            for method in (*STEPPING, "none"):
                check(answers, slopes, method, sentences.headline(answers, method))
                seen += 1
    assert seen == len(PRESETS) * 3 * 7


def check(answers: comparison.Answers, slopes: list[tuple], method: str, text: str) -> None:
    assert len(text) <= 170, text
    assert re.fullmatch(r"[^\n]+[^.]\.", text), text
    assert not re.search(r"\bnan\b|\binf\b|no value|  ", text), text
    n = len(answers.point)
    if answers.question.out_of_range:
        assert "too large for" in text
        return
    smooth = all(exact.close(float(a), b, 1e-9, 1e-40) for a, b in slopes)
    if not smooth:
        assert text.startswith("No "), text
        return
    right = [float((a + b) / 2) for a, b in slopes]
    answer = answers.estimates[method].gradient if method in answers.estimates else np.full(n, np.nan)
    if n <= 3:
        shown = numbers(re.search(r"(?:gradient|derivative)(?: is (.+?))?(?::|\.$|, the| to)", text)[1] or "")
        assert shown or "to the last digit" in text
        for number, value in zip(shown, right, strict=bool(shown)):
            assert number == pytest.approx(value, rel=5e-4, abs=1e-30), text
    if off := re.search(r"off by (up to )?(\d?)(ε?)([^ ]*?)( in each)?\.$", text):
        errors = np.abs(answer - right)
        size = int(off[2] or 1) * answers.step if off[3] else numbers(off[2] + off[4])[0]
        slack = 1e-13 * np.abs(right).max()
        assert size == pytest.approx(errors.max(), rel=0.06, abs=slack), text
        if not off[1]:
            assert size == pytest.approx(errors.min(), rel=0.06, abs=slack), text
    elif "to the last digit" in text:
        np.testing.assert_allclose(answer, right, rtol=1e-15, atol=1e-30)
