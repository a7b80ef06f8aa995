"""The sweep that is drawn: the same while ε alone changes, and that of the question in any case."""

import numpy as np
import pytest

import gradviz
from gradviz import comparison

ASKED = {"field": gradviz.parse("sin(x*y) + x^2"), "point": (1.0, 2.0), "step": 1.234e-5}


def test_the_curves_stand_while_the_step_alone_changes():
    first = comparison.answer(**ASKED)
    swept = gradviz.sweep(ASKED["field"], ASKED["point"])
    assert np.array_equal(first.curves.steps, swept.steps)
    for name in swept.methods:
        assert np.array_equal(first.curves.errors[name], swept.errors[name])
        assert first.curves.errors[name].size == first.sweep.errors[name].size - 1
    assert first.curves.truth is first.sweep.truth
    second = comparison.answer(**(ASKED | {"step": 5.678e-3}), before=first)
    assert second.curves is first.curves
    assert second.sweep is not first.sweep
    assert comparison.answer(**(ASKED | {"step": 0.1}), before=second).curves is first.curves


@pytest.mark.parametrize(
    "change",
    [
        {"point": (1.0, 2.5)},
        {"step_kind": "power-of-two"},
        {"dtype": "float32"},
        {"without": ("complex-step",)},
        {"field": gradviz.parse("sin(x*y) + 2x^2")},
        {"step": 1e-20},
        {"step": 3.0},
    ],
    ids=lambda change: next(iter(change)),
)
def test_the_curves_are_those_of_the_question(change):
    first = comparison.answer(**ASKED)
    assert len(first.curves.steps) == len(first.sweep.steps) - 1
    other = comparison.answer(**(ASKED | change), before=first)
    anew = comparison.answer(**(ASKED | change))
    assert other.curves is not first.curves
    assert (other.step in other.curves.steps) is ("step" in change)
    for name in anew.curves.methods:
        assert np.array_equal(other.curves.errors[name], anew.curves.errors[name], equal_nan=True)
    back = comparison.answer(**ASKED, before=other)
    assert np.array_equal(back.curves.steps, first.curves.steps)
