"""Long computations in many digits go to a worker, and say there what they say here."""

import numpy as np
import pytest

import gradviz
from gradviz.sweeping import offload, truth
from gradviz.symbolic import worker

TEN = [f"x{i}" for i in range(1, 11)]
HEAVY = gradviz.parse("+".join(f"gamma({x}^2+1.3)*erf({x})" for x in TEN))
KINK = gradviz.parse("|x| + x^2")
UNHURRIED = 5.0  # s that a computation may take here: what is short is so on a slow machine as well


@pytest.fixture
def calls(monkeypatch) -> list[str]:
    """The functions that are asked of a worker."""
    found, call = [], worker.call

    def listening(module, function, *arguments, **options):
        found.append(function)
        return call(module, function, *arguments, **options)

    monkeypatch.setattr(worker, "call", listening)
    return found


def test_what_is_short_stays_here(calls, monkeypatch):
    monkeypatch.setattr(offload, "AT_HAND", UNHURRIED)
    field = gradviz.parse("x^2 + y^2")
    assert offload.true_gradient(field, (3.0, 4.0)).gradient.tolist() == [6.0, 8.0]
    assert offload.higher_derivatives(field, (3.0, 4.0), 3).tolist() == [[25, 6, 2, 0], [25, 8, 2, 0]]
    assert calls == []


def test_what_is_long_comes_from_a_worker(calls, monkeypatch):
    """In ten like variables at one point all rows are the same, and the first is f' by another road."""
    monkeypatch.setattr(offload, "AT_HAND", 0.0)
    table = offload.higher_derivatives(HEAVY, [0.7] * 10, 9)
    assert calls == ["higher_derivatives"]
    assert np.array_equal(table, np.broadcast_to(table[0], table.shape))
    assert table[:, 1].tolist() == truth.true_gradient(HEAVY, [0.7] * 10).gradient.tolist()


def test_a_kink_is_the_same_from_a_worker(calls, monkeypatch):
    monkeypatch.setattr(offload, "AT_HAND", 0.0)
    found = offload.true_gradient(KINK, (0.0,))
    assert calls == ["true_gradient"]
    assert found.status == ("kink",)
    assert found.one_sided.tolist() == [[-1.0, 1.0]]


def test_where_no_worker_has_time_what_is_known_here_stands(monkeypatch):
    def refuse(*_, **__):
        raise worker.BusyError("busy")

    monkeypatch.setattr(worker, "call", refuse)
    monkeypatch.setattr(offload, "AT_HAND", 0.0)
    assert offload.true_gradient(KINK, (0.0,)).status == ("undecided",)


POINTS = np.stack(np.meshgrid(np.linspace(-2, 2, 9), np.linspace(-1, 3, 5)), axis=-1)


@pytest.mark.parametrize("text", ["exp(x)/(1 + y^2)", "|x| + max(x, y)", "sqrt(x) + digamma(y)", "5 + 0*x*y"])
def test_many_points_are_as_each_of_them(text, calls, monkeypatch):
    field = gradviz.parse(text, variables=("x", "y"))
    expected = [[truth.true_gradient(field, point).gradient for point in row] for row in POINTS]
    monkeypatch.setattr(offload, "AT_HAND", UNHURRIED)
    found = offload.true_gradients(field, POINTS)
    np.testing.assert_array_equal(found.gradients, expected)
    assert found.decided.all()
    monkeypatch.setattr(offload, "AT_HAND", 0.0)
    np.testing.assert_array_equal(offload.true_gradients(field, POINTS).gradients, expected)
    assert calls == ["true_gradients"]


def test_points_that_time_is_short_of_are_told():
    found = truth.true_gradients(HEAVY, np.full((3, 10), 0.7), seconds=0.0, patience=1)
    assert not found.complete
    assert not found.decided.any()
    assert np.isnan(found.gradients).all()
    assert truth.true_gradients(HEAVY, np.empty((0, 10))).complete
