"""Work that may never end, in a process of its own: under a limit of time and memory, and killed past it.

The one module that starts a process. It starts this very file as a program, not a copy of the caller's:
neither a server's script nor a notebook is run again, and nothing is forked from a process that has threads.

No worker outlives its caller, whatever ends that: a worker that is busy notices the end of its input, Linux
kills it when the thread that started it ends, and past its time it has no CPU left. A forked copy of the
caller starts workers of its own.
"""

from __future__ import annotations

import atexit
import ctypes
import importlib
import os
import pickle
import queue
import signal
import struct
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from io import FileIO
from pathlib import Path
from typing import IO, Any

from gradviz.errors import ClosedFormError
from gradviz.patience import by_the_clock

SECONDS = 2.0  # of the worker's CPU, for one task
BY_THE_CLOCK = 5  # times as long by the clock, on a machine that is busy with other programs
STARTING_SECONDS = 300.0  # until a new worker has loaded SymPy on a busy machine
WAITING_SECONDS = 4.0  # of one task for a free worker
MOST_WAITING = 64  # tasks that wait for one
MEMORY = 2**30  # bytes of address space
WORKERS = 2  # of each kind
NICENESS = 10  # the caller answers everyone, a worker one
PROGRAM = ("-m", "gradviz.symbolic.worker")  # of a worker; the caller's number and the module follow
DERIVATION, TRUTH = "gradviz.symbolic.derivation", "gradviz.sweeping.truth"  # whose functions run in workers

STARTED, CUT_OFF, BUSY = "started", "cut off", "busy"  # what is counted of each kind

# Entered by each thread while it waits for a worker: a server may let another thread have its turn meanwhile.
waiting: Callable[[], AbstractContextManager[None]] = nullcontext

_LENGTH = struct.Struct("<Q")
_READY = "ready"
_PR_SET_PDEATHSIG = 1  # <sys/prctl.h>


class CutOffError(ClosedFormError):
    """The work was stopped at its limit; on a calmer machine it may get done."""


class BusyError(ClosedFormError):
    """No worker became free in time: the work was not begun."""


class _Worker:
    """One process that does one task at a time."""

    def __init__(self, process: subprocess.Popen) -> None:
        self.process = process
        if self._received(STARTING_SECONDS) != _READY:
            self.stop()
            raise ClosedFormError("The symbolic worker did not start.")

    def ask(self, task: tuple, seconds: float) -> Any:
        """The answer to ``task``; EOFError when it takes longer or the process dies of it.

        ``seconds`` are of the worker's CPU: on a busy machine its low priority may keep it waiting for long.
        """
        _send(self.process.stdin, (*task, seconds))
        return self._received(by_the_clock(BY_THE_CLOCK * seconds))

    def _received(self, seconds: float) -> Any:
        limit = threading.Timer(seconds, self.process.kill)
        limit.daemon = True
        limit.start()
        try:
            return _receive(self.process.stdout)
        finally:
            limit.cancel()

    def alive(self) -> bool:
        return self.process.poll() is None

    def stop(self) -> None:
        self.process.kill()
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()

    def leave_to_parent(self) -> None:
        """In a forked child: the process is the parent's, which alone may write to it, and end it."""
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.returncode = 0  # else Popen warns of a child that still runs


class _Pool:
    """Up to ``WORKERS`` processes for the functions of one module.

    They start when they are needed; one that was killed is replaced at once: the next task may be another
    visitor's.
    """

    def __init__(self, module: str) -> None:
        self._module = module
        self._free = threading.Semaphore(WORKERS)
        self._lock = threading.Lock()
        self._waiting = 0
        self._idle: list[_Worker] = []
        self._started: set[_Worker] = set()
        self.counts = Counter({STARTED: 0, CUT_OFF: 0, BUSY: 0})
        # Linux signals the death of the *thread* that started a process: this one lives as long as the pool.
        self._starter = ThreadPoolExecutor(1, thread_name_prefix="symbolic worker")

    def run(self, task: tuple, seconds: float) -> Any:
        with waiting(), self._turn():
            worker = self._taken()
            try:
                answer = worker.ask(task, seconds)
            except (EOFError, OSError, pickle.UnpicklingError):
                self._count(CUT_OFF)
                self._replace(worker)
                raise CutOffError(f"No closed form within bounds ({seconds:g} s and 1 GB).") from None
            except BaseException:
                self._discard(worker)
                raise
            with self._lock:
                self._idle.append(worker)
        return answer

    def has_room(self) -> bool:
        """Whether a task would find a free worker now."""
        found = self._free.acquire(blocking=False)
        if found:
            self._free.release()
        return found

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """A turn at one of the workers; BusyError where too many wait for one, or this one for too long."""
        if not self._free.acquire(blocking=False):
            with self._lock:
                admitted = self._waiting < MOST_WAITING
                self._waiting += admitted
            if not admitted:
                self._count(BUSY)
                raise BusyError(_BUSY)
            try:
                free = self._free.acquire(timeout=by_the_clock(WAITING_SECONDS))
            finally:
                with self._lock:
                    self._waiting -= 1
            if not free:
                self._count(BUSY)
                raise BusyError(_BUSY)
        try:
            yield
        finally:
            self._free.release()

    def _taken(self) -> _Worker:
        while True:
            with self._lock:
                if not self._idle:
                    break
                worker = self._idle.pop()
            if worker.alive():
                return worker
            self._discard(worker)  # ended from outside while it had nothing to do
        return self._new()

    def _new(self) -> _Worker:
        try:
            worker = _Worker(self._starter.submit(_start_process, self._module).result())
        except (EOFError, OSError, RuntimeError):  # RuntimeError: the interpreter is about to end
            raise ClosedFormError("No closed form: the symbolic worker could not be started here.") from None
        with self._lock:
            self._started.add(worker)
            self.counts[STARTED] += 1
        return worker

    def fill(self) -> None:
        """Start one more worker, where there are not ``WORKERS`` already."""
        with self._turn():
            with self._lock:
                missing = len(self._started) < WORKERS
            if missing:
                worker = self._new()
                with self._lock:
                    self._idle.append(worker)

    def _count(self, event: str) -> None:
        with self._lock:
            self.counts[event] += 1

    def processes(self) -> list[int]:
        """The ids of the workers' processes."""
        with self._lock:
            return [worker.process.pid for worker in self._started]

    def _replace(self, worker: _Worker) -> None:
        self._discard(worker)

        def start() -> None:
            with suppress(ClosedFormError):  # the next task tries again
                self.fill()

        threading.Thread(target=start, name="new worker", daemon=True).start()

    def _discard(self, worker: _Worker) -> None:
        with self._lock:
            self._started.discard(worker)
        worker.stop()

    def stop(self) -> None:
        with self._lock:
            self._idle.clear()
            started, self._started = self._started, set()
        for worker in started:
            worker.stop()

    def leave_to_parent(self) -> None:
        """In a forked child, which has neither the parent's threads nor a say over its workers."""
        for worker in self._started:
            worker.leave_to_parent()


_BUSY = "The closed form waits for its turn: other formulas are being worked on. Try again in a moment."
_POOLS = {module: _Pool(module) for module in (DERIVATION, TRUTH)}


def run(task: str, *arguments: object, seconds: float | None = None) -> Any:
    """``task`` ('derive', 'publish') of ``gradviz.symbolic.derivation`` on ``arguments``, in a worker.

    ClosedFormError where it is not done within ``seconds`` of CPU (by default ``SECONDS``) and 1 GB, or where
    there is none; BusyError where no worker is free within ``WAITING_SECONDS``.
    """
    return call(DERIVATION, task, *arguments, limit=SECONDS if seconds is None else seconds)


def call(module: str, function: str, *arguments: object, limit: float, **options: object) -> Any:
    """``function`` of a ``module`` that has workers, of ``arguments`` and ``options``, in one of these.

    ClosedFormError where it fails or is not done within ``limit`` seconds of CPU and 1 GB; BusyError where no
    worker is free.
    """
    answer = _POOLS[module].run((function, arguments, options), limit)
    if isinstance(answer, ClosedFormError):
        raise answer
    return answer


def has_room() -> bool:
    """Whether a task of ``run`` would find a free worker now."""
    return _POOLS[DERIVATION].has_room()


def counts() -> dict[str, dict[str, int]]:
    """By kind of worker, how many were ``STARTED``, and how many tasks ``CUT_OFF`` or refused as ``BUSY``."""
    return {module.rpartition(".")[2]: dict(pool.counts) for module, pool in _POOLS.items()}


def processes() -> list[int]:
    """The ids of all workers' processes."""
    return [process for pool in _POOLS.values() for process in pool.processes()]


def warm_up() -> None:
    """Starts all workers, so that no task waits for SymPy to load; first one of each kind."""
    for _ in range(WORKERS):
        for pool in list(_POOLS.values()):
            pool.fill()


def _stop() -> None:
    for pool in _POOLS.values():
        pool.stop()


def _after_fork() -> None:
    """A forked child has a pool of its own: two processes on one pipe take each other's answers."""
    for module, pool in _POOLS.items():
        pool.leave_to_parent()
        _POOLS[module] = _Pool(module)


atexit.register(_stop)
if hasattr(os, "register_at_fork"):  # there is no fork on Windows
    os.register_at_fork(after_in_child=_after_fork)


def _start_process(module: str) -> subprocess.Popen:
    package = Path(__file__).resolve().parent
    paths = [str(package.parent), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(paths),
        "OPENBLAS_NUM_THREADS": "1",  # each thread of it would take address space that SymPy needs
        "OMP_NUM_THREADS": "1",
    }
    return subprocess.Popen(
        [sys.executable, *PROGRAM, str(os.getpid()), module],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        bufsize=0,  # a forked child then holds no half-written task that it could send once more
    )


def _send(stream: IO[bytes] | FileIO | None, message: object) -> None:
    payload = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    rest = memoryview(_LENGTH.pack(len(payload)) + payload)
    while rest:
        rest = rest[stream.write(rest) :]


def _receive(stream: IO[bytes] | FileIO | None) -> Any:
    (length,) = _LENGTH.unpack(_read(stream, _LENGTH.size))
    return pickle.loads(_read(stream, length))


def _read(stream: IO[bytes] | FileIO | None, length: int) -> bytes:
    """``length`` bytes; EOFError where the stream ends before."""
    parts = []
    while length:
        part = stream.read(length)
        if not part:
            raise EOFError
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


# --- the worker's side ---


def _serve(parent: int, module: str) -> None:
    """Tasks from standard input, answers to standard output, until the input ends."""
    _end_with(parent)
    tasks: queue.SimpleQueue[tuple] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(tasks,), daemon=True).start()
    answers = FileIO(1, "wb", closefd=False)
    functions = importlib.import_module(module)  # loaded before the limits, and only here
    _limit_memory()
    _send(answers, _READY)
    while True:
        name, arguments, options, seconds = tasks.get()
        _limit_cpu(max(seconds, 1e-3))
        try:
            answer = _READY if name == _READY else getattr(functions, name)(*arguments, **options)
            _send(answers, answer)
        except ClosedFormError as error:
            _send(answers, error)
        except (MemoryError, RecursionError):
            _send(answers, ClosedFormError("No closed form within bounds: it grows too large."))
        except Exception:  # whatever SymPy stumbles over: AttributeError, TypeError, its own
            _send(answers, ClosedFormError("SymPy finds no closed form of this derivative."))
        _limit_cpu(0.0)  # what is left over is not the next one's


def _listen(tasks: queue.SimpleQueue[tuple]) -> None:
    """Pass on what arrives; at the end of the input the process ends, whatever it is doing."""
    stream = FileIO(0, "rb", closefd=False)
    try:
        while True:
            tasks.put(_receive(stream))
    finally:
        os._exit(0)


def _end_with(parent: int) -> None:
    """Have the kernel end this process with the one that started it, and Ctrl-C leave it alone.

    Only Linux can; elsewhere, and for a computation that lets no other thread run, see ``_listen`` and
    ``_limit_cpu``.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it goes to the whole terminal; the caller decides
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:  # it has ended before it could be said
            os._exit(0)


def _limit_memory() -> None:
    with suppress(ImportError, ValueError, OSError):  # no such limit here: the one of time still holds
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _limit_cpu(seconds: float) -> None:
    """End this process by SIGPROF after ``seconds`` more of CPU; 0 takes the limit away."""
    if hasattr(signal, "setitimer"):  # else the caller's clock still holds
        signal.setitimer(signal.ITIMER_PROF, seconds)


if __name__ == "__main__":
    _serve(int(sys.argv[1]), sys.argv[2])
