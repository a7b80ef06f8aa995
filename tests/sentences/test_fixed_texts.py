"""Texts that never change and state numbers: each is counted, and each is worked out here."""

import math
import re

import numpy as np
import pytest

import gradviz
from gradviz import sentences
from gradviz.autodiff.faults import FAULTS, SLIP
from gradviz.methods.differences import STENCILS
from gradviz.presets import PRESETS
from tests import test_presets
from tests.support.paths import ROOT

METHODS = {method.name: method for method in gradviz.METHODS}
DIGIT = re.compile(r"(?<![a-zA-Z_₀-₉])\d")


def quotient_of_formula(name: str) -> float:
    """What the formula in the row of a method says of f(x) = x³ + x at x = 1 with ε = ½."""

    def f(x):
        return x**3 + x

    x, ε = 1.0, 0.5
    text = METHODS[name].formula.replace("−", "-").replace("2ε", "(2*ε)")
    return eval(text, {"f": f, "x": x, "ε": ε})  # the package’s own text


def test_the_formulas_of_the_quotients_are_those_that_are_computed():
    field = gradviz.parse("x^3 + x")
    for name in ("forward", "backward", "central"):
        found = gradviz.gradient(field, [1.0], name, step=0.5).gradient[0]
        assert quotient_of_formula(name) == pytest.approx(found)


def test_the_points_that_the_higher_orders_name_are_those_of_their_stencils():
    for name, furthest in (("central4", 2), ("central6", 3)):
        assert f"x ± {furthest}ε" in METHODS[name].formula
        assert max(STENCILS[name].weights) == furthest
        assert METHODS[name].label.endswith(f"order {STENCILS[name].order}")


def test_each_method_has_the_order_that_its_row_says():
    """Measured: the error of exp at 1 falls by 2^order when the step is halved."""
    for method in gradviz.METHODS:
        if method.order is None or method.name == "complex-step":
            continue
        errors = [
            abs(gradviz.gradient(gradviz.parse("exp(x)"), [1.0], method.name, step=h).gradient[0] - math.e)
            for h in (0.2, 0.1)
        ]
        assert np.log2(errors[0] / errors[1]) == pytest.approx(method.order, abs=0.1)


def test_the_fault_of_four_digits_is_one_part_in_ten_thousand():
    (row,) = [row for row in FAULTS if DIGIT.search(row.label)]
    assert row.label == "a slip of 0.0001"
    assert SLIP == 1e-4


def test_every_lesson_with_a_number_is_worked_out_in_the_tests_of_the_gallery():
    source = (ROOT / "tests" / "test_presets.py").read_text(encoding="utf-8")
    stating = [preset.name for preset in PRESETS if DIGIT.search(preset.lesson)]
    missing = [name for name in stating if f'"{name}"' not in source]
    assert len(stating) > 20
    assert not missing, missing
    assert test_presets.NAMED


def test_no_other_fixed_text_states_a_number():
    texts = [*sentences.WHAT_IS_THIS.values(), *(row.lesson for row in FAULTS)]
    assert not [text for text in texts if DIGIT.search(text)]
