"""Symbolic work under its limits: what is cut off, what goes on, and what the caller's process never sees."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest

import gradviz
from gradviz.errors import ClosedFormError
from gradviz.symbolic import worker as bounded
from gradviz.symbolic.closed_form import closed_form
from tests.support.paths import ROOT


def test_a_task_past_its_time_is_cut_off_and_the_next_one_works():
    field = gradviz.parse("+".join(f"sin({i}x)*exp(y*{i})*ln(x^2+{i})" for i in range(1, 15)))
    with pytest.raises(ClosedFormError, match="within bounds"):
        bounded.run("derive", field.expression, field.variables, seconds=0.01)
    simple = gradviz.parse("x^2")
    partials, _, latex = bounded.run("derive", simple.expression, simple.variables)
    assert latex == ("2 x",)
    assert len(partials) == 1


def test_a_script_without_a_guard_is_not_run_again(tmp_path):
    """Workers that import the caller's script would print twice, or never end."""
    source = """
        import gradviz
        print("run")
        print(gradviz.gradient(gradviz.parse("x^3"), 2.0, "symbolic").gradient)
    """
    assert run_script(source, tmp_path) == ["run", "[12.]"]


# accepted by the reader, and heavy for SymPy: each with what made it worth a row
HEAVY = (
    ("abs(sqrt((acosh(atanh(abs(abs(3+x)*y))))^0.5-1)+x)", "short, and eight seconds when SymPy may compare"),
    ("sin(x*" * 11 + "x" + ")" * 11, "a nest: each derivative holds all those inside it"),
    ("*".join(f"x{i}" for i in range(1, 11)), "ten factors"),
    ("(((((x^2+y)^2+x)^2+y)^2+x)^2+y)^2", "powers of powers: nothing may be expanded"),
    ("+".join(f"gamma({i}x)*loggamma(x+{i})" for i in range(1, 12)), "special functions by the dozen"),
    ("max(x, y, x*y, x+y, x-y, y-x, 2x, 2y)", "eight to compare"),
    ("|" * 3 + "x|-1|-2|", "bars in bars"),
    ("x^y^x^y", "powers that vary"),
)


@pytest.mark.parametrize(("text", "reason"), HEAVY, ids=[reason for _, reason in HEAVY])
def test_heavy_formulas_have_a_closed_form_or_are_told_to_have_none(text, reason):
    field = gradviz.parse(text)
    estimate = gradviz.gradient(field, [0.75] * len(field.variables), "symbolic")
    assert estimate.status in ("ok", "no closed form", "outside the domain", "overflow")
    assert (estimate.status == "ok") == (estimate.note == "")


def test_a_refusal_is_remembered(monkeypatch):
    asked = []

    def refuse(*task, **_):
        asked.append(task)
        raise ClosedFormError("No closed form within bounds.")

    monkeypatch.setattr(bounded, "run", refuse)
    field = gradviz.parse("x^2 + 12345.678x")
    for _ in range(3):
        with pytest.raises(ClosedFormError, match="within bounds"):
            closed_form(field)
    assert len(asked) == 1


def test_a_cut_off_is_tried_again_after_a_while(monkeypatch):
    """The machine may have been busy; what SymPy cannot do at all is not asked twice."""
    asked = []

    def cut_off(*task, **_):
        asked.append(task)
        raise bounded.CutOffError("No closed form within bounds.")

    monkeypatch.setattr(bounded, "run", cut_off)
    now = [1000.0]
    monkeypatch.setattr("gradviz.symbolic.closed_form.time.monotonic", lambda: now[0])
    field = gradviz.parse("x^2 + 4321.1234x")
    for moment, times in ((1000, 1), (1100, 1), (1290, 1), (1310, 2), (1320, 2)):
        now[0] = float(moment)
        with pytest.raises(ClosedFormError, match="within bounds"):
            closed_form(field)
        assert len(asked) == times


def test_where_no_closed_form_is_had_the_other_methods_go_on(monkeypatch):
    def refuse(*_, **__):
        raise ClosedFormError("No closed form within bounds.")

    monkeypatch.setattr(bounded, "run", refuse)
    field = gradviz.parse("x^2 + 98765.4321x")
    estimate = gradviz.gradient(field, 1.0, "symbolic")
    assert (estimate.status, estimate.note) == ("no closed form", "No closed form within bounds.")
    assert gradviz.gradient(field, 1.0, "backprop").status == "ok"


def test_closed_forms_are_in_sympys_own_functions():
    import sympy

    x, y = sympy.symbols("x y", real=True)
    field = gradviz.parse("|x| + max(x, y) + floor(y)")
    assert field.closed_form == sympy.Abs(x) + sympy.Max(x, y) + sympy.floor(y)
    assert gradviz.parse("sin(x)*y").partials == (y * sympy.cos(x), sympy.sin(x))


# A worker whose task never ends: where other threads can run meanwhile, and where none can.
ENDLESS = """
import sys
from gradviz.symbolic import derivation
from gradviz.symbolic import worker as bounded
def endless(*_):
    while True:
        {work}
derivation.derive = endless
bounded._serve(int(sys.argv[1]), sys.argv[2])
"""
LETS_THREADS_RUN = ("-c", ENDLESS.format(work="pass"))
LETS_NONE_RUN = ("-c", ENDLESS.format(work="7 ** 10**9"))


def run_script(source: str, folder: Path, *arguments: str) -> list[str]:
    """The words that a program of its own prints; it may write nothing else, and end well."""
    script = folder / "script.py"
    script.write_text(textwrap.dedent(source), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "error", str(script), *arguments],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=600,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout.split()


def test_a_forked_pool_works_and_leaves_its_parent_a_worker(tmp_path):
    """d(k x³)/dx = 3k x² at 2 is 12k. On a shared pipe one process takes the other's answer, and waits."""
    source = """
        import multiprocessing
        import gradviz
        from gradviz.symbolic import worker as bounded

        def slope(k):
            return float(gradviz.gradient(gradviz.parse(f"{k}*x^3"), 2.0, "symbolic").gradient[0])

        print(slope(1))
        (worker,) = bounded._POOLS[bounded.DERIVATION]._started
        with multiprocessing.get_context("fork").Pool(2) as pool:
            print(*pool.map(slope, range(2, 42)))
        print(slope(50), worker.alive())
    """
    *slopes, alive = run_script(source, tmp_path)
    assert [float(slope) for slope in slopes] == [12.0 * k for k in (*range(1, 42), 50)]
    assert alive == "True"


def test_a_fork_while_a_worker_is_busy_can_work(tmp_path):
    """The child has none of its parent's threads: a lock that one of them holds is never let go there."""
    source = f"""
        import os, threading, time
        import gradviz
        from gradviz.symbolic import worker as bounded

        program, bounded.PROGRAM = bounded.PROGRAM, {LETS_THREADS_RUN}
        task = ("derive", None, ())
        threading.Thread(target=bounded.run, args=task, kwargs={{"seconds": 60}}, daemon=True).start()
        while not bounded._POOLS[bounded.DERIVATION]._started:
            time.sleep(0.01)
        bounded.PROGRAM = program
        child = os.fork()
        if child:
            os.waitpid(child, 0)
        else:
            print(gradviz.gradient(gradviz.parse("x^3"), 2.0, "symbolic").gradient[0], flush=True)
        os._exit(0)
    """
    assert run_script(source, tmp_path) == ["12.0"]


def worker_process() -> subprocess.Popen:
    """A worker as the pool starts it."""
    process = bounded._start_process(bounded.DERIVATION)
    assert bounded._receive(process.stdout) == "ready"
    return process


@pytest.mark.parametrize("program", [LETS_THREADS_RUN, LETS_NONE_RUN], ids=["in Python", "in C"])
def test_a_worker_past_its_time_ends_although_nobody_stops_it(program, monkeypatch):
    monkeypatch.setattr(bounded, "PROGRAM", program)
    with worker_process() as process:
        bounded._send(process.stdin, ("derive", (None, ()), {}, 0.1))
        assert process.wait(600) == -signal.SIGPROF


def test_a_busy_worker_ends_with_its_input(monkeypatch):
    """The only sign of a caller's death on systems that send none."""
    monkeypatch.setattr(bounded, "PROGRAM", LETS_THREADS_RUN)
    with worker_process() as process:
        bounded._send(process.stdin, ("derive", (None, ()), {}, 600.0))
        process.stdin.close()
        assert process.wait(600) == 0


def test_a_terminal_that_is_interrupted_leaves_the_worker_to_its_caller():
    with worker_process() as process:
        process.send_signal(signal.SIGINT)
        simple = gradviz.parse("x^2")
        bounded._send(process.stdin, ("derive", (simple.expression, simple.variables), {}, 10.0))
        assert bounded._receive(process.stdout)[2] == ("2 x",)
        process.kill()


CALLER = f"""
import threading, time
from gradviz.symbolic import worker as bounded
bounded.PROGRAM = {LETS_NONE_RUN}
task = ("derive", None, ())
threading.Thread(target=bounded.run, args=task, kwargs={{"seconds": 600}}, daemon=True).start()
while not bounded._POOLS[bounded.DERIVATION]._started:
    time.sleep(0.01)
print(*[worker.process.pid for worker in bounded._POOLS[bounded.DERIVATION]._started], flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT])
def test_a_busy_worker_ends_with_its_caller_whatever_ends_that(how):
    caller = subprocess.Popen(
        [sys.executable, "-c", CALLER],
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with caller:
        pid = int(caller.stdout.readline())
        caller.send_signal(how)
        caller.wait(120)
        deadline = time.monotonic() + 120
        while runs(pid):
            assert time.monotonic() < deadline, f"worker {pid} has outlived its caller"
            time.sleep(0.01)


def runs(pid: int) -> bool:
    """Whether a process is there, and more than an entry that nobody has read."""
    try:
        return "zombie" not in Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return False


def test_a_worker_works_when_its_caller_does_not():
    with worker_process() as process:
        assert os.getpriority(os.PRIO_PROCESS, process.pid) == min(19, os.nice(0) + bounded.NICENESS)
        process.kill()


def test_a_worker_whose_machine_pauses_is_waited_for(monkeypatch):
    """Its seconds are those that it computes, not those for which others do."""
    monkeypatch.setattr(bounded, "BY_THE_CLOCK", 600)
    field = gradviz.parse("x^2")
    worker = bounded._Worker(bounded._start_process(bounded.DERIVATION))
    try:
        worker.process.send_signal(signal.SIGSTOP)
        goes_on = threading.Timer(1.2, worker.process.send_signal, (signal.SIGCONT,))
        goes_on.start()
        assert worker.ask(("derive", (field.expression, field.variables), {}), 1.0)[2] == ("2 x",)
    finally:
        worker.stop()


def test_a_worker_outlives_the_thread_that_started_it():
    """Linux signals the end of a thread, and a server's threads come and go."""
    pool = bounded._Pool(bounded.DERIVATION)
    try:
        thread = threading.Thread(target=pool.run, args=(("ready", (), {}), 60.0))
        thread.start()
        thread.join()
        (worker,) = pool._started
        assert pool.run(("ready", (), {}), 60.0) == "ready"
        assert pool._started == {worker}
    finally:
        pool.stop()


def test_a_worker_that_was_ended_from_outside_is_replaced():
    pool = bounded._Pool(bounded.DERIVATION)
    try:
        pool.run(("ready", (), {}), 60.0)
        (worker,) = pool._started
        worker.process.kill()
        worker.process.wait()
        assert pool.run(("ready", (), {}), 60.0) == "ready"
    finally:
        pool.stop()


def test_a_task_that_waits_too_long_for_a_worker_is_told_so_and_not_remembered(monkeypatch):
    monkeypatch.setattr(bounded, "WAITING_SECONDS", 0.01)
    pool = bounded._Pool(bounded.DERIVATION)
    monkeypatch.setitem(bounded._POOLS, bounded.DERIVATION, pool)
    for _ in range(bounded.WORKERS):
        assert pool._free.acquire(blocking=False)
    field = gradviz.parse("x^2 + 13579.246x")
    assert not bounded.has_room()
    estimate = gradviz.gradient(field, 1.0, "symbolic")
    assert estimate.status == "no closed form"
    assert "waits for its turn" in estimate.note
    for _ in range(bounded.WORKERS):
        pool._free.release()
    assert bounded.has_room()
    try:
        assert gradviz.gradient(field, 1.0, "symbolic").gradient == [13581.246]
    finally:
        pool.stop()


def test_no_more_tasks_wait_than_the_queue_has_places(monkeypatch):
    monkeypatch.setattr(bounded, "MOST_WAITING", 0)
    monkeypatch.setattr(bounded, "WAITING_SECONDS", 600.0)
    pool = bounded._Pool(bounded.DERIVATION)
    for _ in range(bounded.WORKERS):
        assert pool._free.acquire(blocking=False)
    with pytest.raises(bounded.BusyError):
        pool.run(("ready", (), {}), 60.0)
    assert pool.counts[bounded.BUSY] == 1


def test_a_worker_that_was_cut_off_is_replaced_at_once(monkeypatch):
    """The next task is often another visitor's, who has not to wait for SymPy to load."""
    monkeypatch.setattr(bounded, "PROGRAM", LETS_THREADS_RUN)
    pool = bounded._Pool(bounded.DERIVATION)
    try:
        pool.fill()
        (worker,) = pool._started
        with pytest.raises(bounded.CutOffError):
            pool.run(("derive", (None, ()), {}), 0.01)
        deadline = time.monotonic() + 600
        while not pool._idle:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        assert pool._started == {*pool._idle}
        assert worker not in pool._started
        assert pool.counts == {bounded.STARTED: 2, bounded.CUT_OFF: 1, bounded.BUSY: 0}
        assert pool.processes() == [pool._idle[0].process.pid]
    finally:
        pool.stop()


def test_no_more_workers_start_than_there_may_be():
    pool = bounded._Pool(bounded.DERIVATION)
    try:
        for _ in range(bounded.WORKERS + 1):
            pool.fill()
        assert len(pool._started) == len(pool._idle) == bounded.WORKERS
    finally:
        pool.stop()
