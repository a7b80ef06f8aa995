"""Bounds by the clock: what they do on a machine that is busy with other programs."""

import gc
import time
from collections.abc import Iterator

import numpy as np
import pytest

from gradviz import parse
from gradviz.methods.steps import arithmetic_named
from gradviz.patience import LONGER, Allowance, by_the_clock, unhurried
from gradviz.question import Question
from gradviz.sweeping.error_parts import error_parts
from gradviz.sweeping.evaluation import PATIENCE, Evaluation


def forward_parts(monkeypatch: pytest.MonkeyPatch, pause: float):
    """The parts of the error of a forward difference of x² at 3, by a machine that pauses in between."""
    question, arithmetic = Question.of(parse("x^2"), [3.0]), arithmetic_named("float64", "plain")
    calls: list[float] = []

    def paused() -> float:
        calls.append(0.0)
        return now() + (pause if len(calls) > 1 else 0.0)

    now = time.monotonic
    monkeypatch.setattr(time, "monotonic", paused)
    return error_parts(question, "forward", 0, 2.0**-4, arithmetic, 6 + 2.0**-4, 6.0)


def test_a_pause_of_the_machine_ends_what_somebody_waits_for(monkeypatch: pytest.MonkeyPatch):
    assert forward_parts(monkeypatch, 0.1 * PATIENCE) is None


def test_what_writes_a_file_does_not_mind_a_pause(monkeypatch: pytest.MonkeyPatch):
    """The truncation of the quotient of x² is ε."""
    with unhurried():
        parts = forward_parts(monkeypatch, 0.1 * PATIENCE)
    assert parts is not None
    assert np.array([parts.truncation, parts.shift, parts.rounding]).tolist() == [2.0**-4, 0, 0]


def test_a_pause_before_the_work_has_begun_is_not_charged_to_it(monkeypatch: pytest.MonkeyPatch):
    """Between two readings of the clock a busy machine paused for 77 ms, of 30: nothing was left to work."""
    now = time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: now() - 0.077)
    evaluation = Evaluation.of(Question.of(parse("x^2"), [3.0]), 0.03)
    assert evaluation.left() > 0


def test_it_ends_where_it_is_asked_for():
    with unhurried():
        assert by_the_clock(2.0) == 2 * LONGER
        with unhurried():
            assert by_the_clock(2.0) == 2 * LONGER
        assert by_the_clock(2.0) == 2 * LONGER
    assert by_the_clock(2.0) == 2.0


@pytest.fixture
def worked(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """One number: the seconds of CPU that this thread has worked. No collection comes by itself."""
    seconds = [0.0]
    monkeypatch.setattr(time, "thread_time", lambda: seconds[0])
    gc.disable()
    yield seconds
    gc.enable()


def test_a_garbage_collection_is_no_work(worked: list[float]):
    """It is charged to the thread: in 1 of 2000 errors of a saved file it took the 30 ms that there are."""
    allowance = Allowance(0.03)
    worked[0] += 0.02
    assert not allowance.used_up
    worked[0] += 0.18
    gc.collect()
    assert not allowance.used_up
    assert allowance.left == pytest.approx(0.03)
    worked[0] += 0.04
    assert allowance.used_up


def test_without_a_garbage_collection_work_is_bounded(worked: list[float]):
    allowance = Allowance(0.03)
    worked[0] += 0.04
    assert allowance.used_up
