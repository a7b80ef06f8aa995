"""Plain Python functions: the same gradients as typed ones, and a sentence where a method does not apply."""

from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest
import torch

import gradviz
from gradviz import GradvizError, MeasuredSweep, PointError, StepError
from tests.support.paths import ROOT

DIFFERENCES = ("forward", "backward", "central", "central4", "central6")
# a function for NumPy and the same for PyTorch, with the text of it
PAIRS: list[tuple[str, Callable, Callable]] = [
    ("x1^2 + x2^2", lambda x: x[0] ** 2 + x[1] ** 2, lambda x: (x**2).sum()),
    ("sin(x1) exp(x2)", lambda x: np.sin(x[0]) * np.exp(x[1]), lambda x: torch.sin(x[0]) * torch.exp(x[1])),
    ("log(x1) + x1 x2^3", lambda x: np.log(x[0]) + x[0] * x[1] ** 3, lambda x: x[0].log() + x[0] * x[1] ** 3),
]
POINT = [3.0, 4.0]


@pytest.mark.parametrize(("text", "in_numpy", "in_torch"), PAIRS, ids=[text for text, *_ in PAIRS])
def test_they_give_the_gradient_of_the_typed_function(text: str, in_numpy: Callable, in_torch: Callable):
    field = gradviz.parse(text)
    true = gradviz.true_gradient(field, POINT).gradient
    for function in (in_numpy, in_torch):
        for name in DIFFERENCES:
            found = gradviz.gradient(function, POINT, name, step=0.01)
            typed = gradviz.gradient(field, POINT, name, step=0.01)
            np.testing.assert_allclose(found.gradient, typed.gradient, rtol=1e-10)
            assert (found.evaluations, found.step, found.status) == (typed.evaluations, 0.01, "ok")
        adaptive = gradviz.gradient(function, POINT, "adaptive")
        assert (np.abs(adaptive.gradient - true) <= adaptive.error_bar).all()
        assert (adaptive.error_bar < 1e-9 * np.abs(true)).all()
        np.testing.assert_allclose(
            gradviz.gradient(function, POINT, "complex-step", step=1e-30).gradient, true, rtol=1e-14
        )
    found = gradviz.gradient(in_torch, POINT, "backprop")
    np.testing.assert_allclose(found.gradient, true, rtol=1e-14)
    assert (found.evaluations, found.backward_passes) == (1, 1)


@pytest.mark.parametrize(
    ("function", "method", "sentence"),
    [
        (lambda x: x[0], "symbolic", "The closed form needs f as a text"),
        (lambda x: np.sin(x[0]), "backprop", "needs f in functions of PyTorch: it raised"),
        (lambda x: math.sin(x[0]), "backprop", "float() of a tensor forgets how it was computed"),
        (lambda x: x[0].item() * x[1], "backprop", "item() of a tensor forgets how it was computed"),
        (lambda x: 5.0, "backprop", "to give one number as a tensor"),
        (lambda x: math.sin(x[0]), "complex-step", "needs f of complex numbers: it raised"),
        (lambda x: abs(x[0]) + x[1] ** 2, "complex-step", "seems to be none: along coordinate 1 it gives 0"),
        (lambda x: abs(x[0]), "complex-step", "of a complex point it gives a real one"),
        (lambda x: abs(x[0] - 3) + x[1], "adaptive", "do not settle on a slope along coordinate 1"),
        (lambda x: math.nan, "adaptive", "no finite value on both sides"),
    ],
)
def test_a_method_that_does_not_apply_says_why(function: Callable, method: str, sentence: str):
    found = gradviz.gradient(function, POINT, method, step=1e-3)
    assert found.status in ("not applicable", "no closed form")
    assert sentence in found.note
    assert np.isnan(found.gradient).any()


@pytest.mark.parametrize(
    ("function", "step", "status"),
    [
        (lambda x: x[0], 1e-20, "step vanished"),
        (lambda x: np.sqrt(x[0] - 3), 0.1, "ok"),
        (lambda x: np.sqrt(3 - x[0]), 0.1, "outside the domain"),
        (lambda x: math.sqrt(3 - x[0]), 0.1, "outside the domain"),
        (lambda x: 1 / (float(x[0]) - 3), 0.1, "outside the domain"),
        (lambda x: 1e308 * x[0], 0.1, "outside the domain"),  # ∞ − ∞
        (lambda x: 1e300 * x[0] ** 9, 1e100, "overflow"),
    ],
)
def test_a_quotient_that_fails_has_its_status(function: Callable, step: float, status: str):
    found = gradviz.gradient(lambda x: float(function(x)), [3.0], "forward", step=step)
    assert (found.status, bool(found.note)) == (status, status != "ok")


def test_what_is_called_cannot_change_the_point():
    def greedy(x: np.ndarray) -> float:
        x += 1
        return float((x**2).sum())

    assert gradviz.gradient(greedy, [2.0, 3.0], "central", step=0.5).gradient.tolist() == [6.0, 8.0]


@pytest.mark.parametrize(
    ("ask", "error", "sentence"),
    [
        (
            lambda: gradviz.gradient(lambda x: x, [1, 2]),
            GradvizError,
            "one number, and gave ndarray of shape",
        ),
        (lambda: gradviz.gradient(lambda x: "5", [1, 2]), GradvizError, "one number, and gave str"),
        (lambda: gradviz.gradient(lambda x: x[0], [[1, 2]]), PointError, "A point is a list"),
        (lambda: gradviz.gradient(lambda x: x[0], [math.inf]), PointError, "finite"),
        (lambda: gradviz.gradient(lambda x: x[0], []), PointError, "A point is a list"),
        (lambda: gradviz.gradient(lambda x: x[0], [1], step=0), StepError, "greater than 0"),
        (lambda: gradviz.gradient(lambda x: x[0], [1], "newton"), GradvizError, "There is no method"),
        (lambda: gradviz.gradient(lambda x: x[0], [1], dtype="float32"), GradvizError, "float64"),
        (lambda: gradviz.sweep(lambda x: x[0], [1], steps=[2, 1]), StepError, "ascending"),
        (lambda: gradviz.gradient("x^2", [1]), GradvizError, "A function is wanted here"),
        (lambda: gradviz.gradient(lambda x: x[7], [1, 2]), IndexError, "out of bounds"),
    ],
)
def test_bad_input_is_told(ask: Callable[[], object], error: type[Exception], sentence: str):
    """What the function itself raises is its own."""
    with pytest.raises(error, match=sentence):
        ask()


def test_a_sweep_measures_against_the_best_answer():
    for function, by in ((PAIRS[1][2], "backprop"), (PAIRS[1][1], "complex-step"), (_in_math, "adaptive")):
        sweep = gradviz.sweep(function, POINT)
        assert isinstance(sweep, MeasuredSweep)
        assert sweep.reference.method == by
        typed = gradviz.sweep(gradviz.parse(PAIRS[1][0]), POINT)
        assert list(sweep.gradients) == [method.name for method in gradviz.METHODS]
        assert sweep.gradients["forward"].shape == (321, 2)
        for name in ("forward", "central"):
            truncated = sweep.steps > 10 * typed.best_step[name]
            np.testing.assert_allclose(
                sweep.errors[name][truncated], typed.errors[name][truncated], rtol=0.05, atol=1e-9
            )
            assert 0.2 < sweep.best_step[name] / typed.best_step[name] < 5
        assert "symbolic" in sweep.notes
        assert np.isnan(sweep.errors["symbolic"]).all()


def _in_math(x: np.ndarray) -> float:
    return math.sin(x[0]) * math.exp(x[1])


def test_chosen_methods_and_steps_of_a_sweep():
    sweep = gradviz.sweep(PAIRS[0][1], POINT, steps=[0.1, 0.2], methods=("forward",))
    assert sweep.methods == ("forward",)
    np.testing.assert_allclose(sweep.gradients["forward"], [[6.1, 8.1], [6.2, 8.2]])
    np.testing.assert_allclose(sweep.errors["forward"], [0.1 * math.sqrt(2), 0.2 * math.sqrt(2)])


def test_without_pytorch_a_function_of_numpy_has_all_else():
    code = """
import sys
sys.modules["torch"] = None
import gradviz
f = lambda x: x[0] ** 2
print(gradviz.gradient(f, 3.0, "backprop").note)
print(gradviz.sweep(f, [3.0]).reference.method)
"""
    fresh = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert fresh.stdout.splitlines() == [
        'This needs PyTorch, which is not installed: pip install "gradviz[torch]" brings it.',
        "complex-step",
    ], fresh.stderr
