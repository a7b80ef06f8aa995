"""Runs of the page take turns, in order, and nobody waits for one long run."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import pytest
from streamlit.runtime.scriptrunner import script_runner

from gradviz import comparison, parse, patience
from gradviz.errors import ClosedFormError
from gradviz.symbolic import worker
from page import runtime
from page.serving.line import HEAD_START, LONG, QUANTUM, Line, Place

PATIENCE = 120.0  # seconds until a test gives up
NEVER = 3600.0  # a slice that no test lives to see


def until(holds) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.001)


@contextmanager
def at_work(line: Line, *, whole: bool = False):
    """A run that has its turn until the block ends."""
    begun, over = threading.Event(), threading.Event()

    def run() -> None:
        with line.turn(whole):
            begun.set()
            over.wait(PATIENCE)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        assert begun.wait(PATIENCE)
        yield
    finally:
        over.set()
        thread.join(PATIENCE)


def test_one_run_is_at_work_and_each_has_its_turn():
    line, inside, most, ended = Line(slice_=NEVER), 0, [], []

    def run(number: int) -> None:
        nonlocal inside
        for _ in range(20):
            with line.turn(number % 2 == 0):
                inside += 1
                time.sleep(0.0002)  # the others may run now
                most.append(inside)
                inside -= 1
        ended.append(number)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert sorted(ended) == list(range(8))
    assert set(most) == {1}
    assert (line.waiting, line.working) == ([], [])


def order_of(wholes: list[bool], seconds: float) -> list[int]:
    """In which order runs get their turn that come ``seconds`` apart; of the ``whole`` page or of a part."""
    now = [0.0]
    line, order, threads = Line(slice_=NEVER, clock=lambda: now[0]), [], []

    def run(number: int, whole: bool) -> None:
        with line.turn(whole):
            order.append(number)

    with at_work(line):
        for number, whole in enumerate(wholes):
            now[0] += seconds
            threads.append(threading.Thread(target=run, args=(number, whole)))
            threads[-1].start()
            until(lambda: len(line.waiting) > number)  # noqa: B023
    for thread in threads:
        thread.join(PATIENCE)
    return order


def test_who_comes_first_is_first():
    assert order_of([False] * 5, HEAD_START / 100) == [0, 1, 2, 3, 4]


def test_a_part_goes_before_the_whole_but_not_for_ever():
    assert order_of([True, False, True, False], HEAD_START / 100) == [1, 3, 0, 2]
    assert order_of([True, False, False, False], 0.4 * HEAD_START) == [1, 2, 0, 3]


def test_beside_a_run_that_has_had_its_time_the_next_begins():
    line = Line(slice_=0.02)
    with at_work(line), at_work(line), at_work(line):
        assert len(line.working) == 3


def test_what_counts_is_what_a_run_has_computed(monkeypatch):
    """On a machine that others share the clock goes on while a run stands still."""
    monkeypatch.setattr("page.serving.line.BY_THE_CLOCK", 10**9)
    line, begun = Line(slice_=0.02), threading.Event()

    def run() -> None:
        with line.turn(False):
            begun.set()

    other = threading.Thread(target=run)
    with line.turn(False):
        other.start()
        other.join(0.1)
        assert not begun.is_set()
        until_begun = time.monotonic() + PATIENCE
        while not begun.is_set():  # computing
            assert time.monotonic() < until_begun
        assert line.working[0].has_computed() >= 0.02
    other.join(PATIENCE)


def test_a_thread_that_has_ended_computes_no_more():
    places = []
    thread = threading.Thread(target=lambda: places.append(Place(0.0, 1)))
    thread.start()
    thread.join()
    until(lambda: places[0].has_computed() == 0.0)  # the system takes a moment to end it


def test_a_run_within_its_time_has_it_alone():
    line = Line(slice_=NEVER)
    with at_work(line):
        waits = threading.Thread(target=lambda: line.turn(False).__enter__())
        waits.start()
        until(lambda: line.waiting)
        waits.join(0.05)
        assert waits.is_alive()
        assert len(line.working) == 1
    waits.join(PATIENCE)
    assert not waits.is_alive()


def test_whoever_waits_for_another_process_lets_the_next_in_and_has_a_turn_again():
    line = Line(slice_=NEVER)
    with line.turn(False):
        with line.aside(), at_work(line):
            assert len(line.working) == 1
        assert len(line.working) == 1
    assert line.working == []


def test_a_thread_without_a_turn_has_none_to_give_up():
    line = Line(slice_=NEVER)
    with at_work(line), line.aside():
        assert len(line.working) == 1


def test_only_the_first_in_line_looks_again(monkeypatch):
    """However long the line is: each look takes the interpreter from the run at work."""
    monkeypatch.setattr("page.serving.line.LONGEST_WAIT", NEVER)
    monkeypatch.setattr("page.serving.line.SHORTEST_WAIT", NEVER)
    line, looks, began = Line(slice_=NEVER), [], []
    admit = line._admit

    def counted() -> float:
        looks.append(threading.get_ident())
        return min(admit(), 0.001)  # so that whoever looks does so all the time

    def run(number: int) -> None:
        with line.turn(False):
            began.append(number)

    with at_work(line):
        monkeypatch.setattr(line, "_admit", counted)
        threads = []
        for number in range(5):
            threads.append(threading.Thread(target=run, args=(number,)))
            threads[-1].start()
            until(lambda: len(line.waiting) > number)  # noqa: B023
        first = looks[0]
        until(lambda: looks.count(first) > 20)
        assert [looks.count(thread.ident) for thread in threads[1:]] == [1] * 4  # as it came
    for thread in threads:
        thread.join(PATIENCE)
    assert began == list(range(5))


def test_beside_long_runs_one_after_the_other_begins_without_any_end():
    """Each begins when those at work have had their time, also who was not the first when it came."""
    line, begun, over = Line(slice_=0.01), [], threading.Event()

    def run(number: int) -> None:
        with line.turn(False):
            begun.append(number)
            over.wait(PATIENCE)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    try:
        until(lambda: len(begun) == 6)
    finally:
        over.set()
        for thread in threads:
            thread.join(PATIENCE)
    assert (line.waiting, line.working) == ([], [])


def compute_for(line: Line, seconds: float) -> None:
    """Compute in this thread, which has a turn, without a pause."""
    before = line.working[0].has_computed()
    while line.working[0].has_computed() < before + seconds:
        pass


def test_a_long_run_stands_back_until_those_are_through_that_came_meanwhile():
    line, order = Line(slice_=0.02), []

    def short() -> None:
        with line.turn(True):
            begun.set()
            over.wait(PATIENCE)
            order.append("short")

    begun, over, other = threading.Event(), threading.Event(), threading.Thread(target=short)
    with line.turn(False):
        compute_for(line, LONG)
        line.pause()  # nobody else is there
        assert len(line.working) == 1
        line._slice = NEVER
        line.working[0].before = LONG  # its slice is over
        other.start()
        assert begun.wait(PATIENCE)
        end_soon = threading.Thread(target=lambda: (until(lambda: line.waiting), over.set()))
        end_soon.start()
        line.pause()
        order.append("long")
        other.join(PATIENCE)
        end_soon.join(PATIENCE)
    assert order == ["short", "long"]
    assert (line.waiting, line.working) == ([], [])


def test_a_run_that_is_not_long_goes_on_at_a_pause():
    line = Line(slice_=0.0)
    with line.turn(False), at_work(line):
        line._slice = NEVER
        line.pause()  # would not come back before the other has ended
        assert len(line.working) == 2


@contextmanager
def beside_a_long_run() -> Iterator[Line]:
    """A line whose slices do not end, with this thread in a long run and another run at work beside it."""
    line = Line(slice_=NEVER)
    with line.turn(False):
        line.working[0].before = LONG
        with at_work(line):
            yield line


def test_beside_a_long_run_another_begins_at_once_however_long_its_slice_is():
    with beside_a_long_run() as line:
        assert len(line.working) == 2


def test_long_runs_do_not_wait_for_each_other():
    with beside_a_long_run() as line:
        line.working[1].before = LONG
        compute_for(line, QUANTUM)
        line.pause()
        assert len(line.working) == 2


def test_a_long_run_has_a_quantum_for_each_turn(monkeypatch):
    monkeypatch.setattr("page.serving.line.QUANTUM", NEVER)
    with beside_a_long_run() as line:
        line.pause()
        assert len(line.working) == 2


def test_a_thread_without_a_turn_does_not_pause():
    line = Line(slice_=NEVER)
    with at_work(line):
        line.pause()


@pytest.mark.parametrize("text", ["x1^2 + x2^2", "sin(x) * erf(y)"])
def test_the_computation_pauses_between_its_parts(monkeypatch, text):
    """Before each method, each coordinate of the extrapolation, and each of the model."""
    pauses = []
    monkeypatch.setattr(patience, "pause", lambda: pauses.append(1))
    answers = comparison.answer(parse(text), (0.3, 0.4), 0.1)
    methods = len(answers.estimates)
    assert len(pauses) == methods + 2
    _ = answers.sweep.model["forward"]
    assert len(pauses) == methods + 4


@pytest.mark.parametrize("kind", [RuntimeError, SystemExit])
def test_a_run_that_fails_ends_its_turn(kind):
    line = Line(slice_=NEVER)
    with pytest.raises(kind), line.turn(True):
        raise kind
    with line.turn(True):
        assert len(line.working) == 1


def test_a_run_gives_its_turn_up_while_it_waits_for_a_worker(monkeypatch):
    line, seen = Line(slice_=NEVER), []
    pool = worker._Pool("nothing")
    monkeypatch.setattr(worker, "waiting", line.aside)

    def begin() -> None:
        seen.append(len(line.working))
        raise ClosedFormError("no worker here")

    monkeypatch.setattr(pool, "_taken", begin)
    with line.turn(False):
        with pytest.raises(ClosedFormError):
            pool.run(("derive",), 1.0)
        assert len(line.working) == 1
    assert seen == [0]


# --- what it hangs on in Streamlit, and the event loop ---


class Data:
    """What Streamlit knows of a run that was asked for."""

    def __init__(self, *fragments: str) -> None:
        self.fragment_id_queue = list(fragments)


def test_each_run_of_streamlit_takes_a_turn(monkeypatch):
    turns, runs = [], []

    def turn(whole: bool):
        turns.append(whole)
        return nullcontext()

    monkeypatch.setattr(
        script_runner.ScriptRunner, "_run_script", lambda self, rerun_data: runs.append(rerun_data)
    )
    assert runtime.run_in_turn(turn)
    data = [Data(), Data("a"), Data("a", "b")]
    for one in data:
        script_runner.ScriptRunner._run_script(None, one)
    assert (turns, runs) == ([True, False, False], data)


def test_streamlit_of_today_runs_in_turns(monkeypatch):
    monkeypatch.setattr(
        script_runner.ScriptRunner, "_run_script", script_runner.ScriptRunner._run_script
    )  # puts it back
    assert runtime.run_in_turn(lambda _: nullcontext())


@pytest.mark.parametrize("changed", [None, lambda self: None, lambda self, rerun_data, more: None])
def test_where_streamlit_runs_in_another_way_all_run_at_once(monkeypatch, changed):
    if changed is None:
        monkeypatch.delattr(script_runner.ScriptRunner, "_run_script")
    else:
        monkeypatch.setattr(script_runner.ScriptRunner, "_run_script", changed)
    assert not runtime.run_in_turn(lambda _: nullcontext())
    assert getattr(script_runner.ScriptRunner, "_run_script", None) is changed
