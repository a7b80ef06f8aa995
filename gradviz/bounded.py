"""Work that may never end, in a process of its own: under a limit of time and memory, and killed past it.

The one module that starts a process. It starts this very file as a program, not a copy of the caller's:
neither a server's script nor a notebook is run again, and nothing is forked from a process that has threads.
"""

from __future__ import annotations

import atexit
import os
import pickle
import struct
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, Any

from gradviz.errors import ClosedFormError

SECONDS = 2.0  # wall clock, of one task
STARTING_SECONDS = 60.0  # until a new worker has loaded SymPy on a busy machine
MEMORY = 2**30  # bytes of address space
WORKERS = 2

_LENGTH = struct.Struct("<Q")
_READY = "ready"


class CutOffError(ClosedFormError):
    """The work was stopped at its limit; on a calmer machine it may get done."""


class _Worker:
    """One process that answers one task at a time."""

    def __init__(self) -> None:
        package = Path(__file__).resolve().parent
        paths = [str(package.parent), *filter(None, [os.environ.get("PYTHONPATH")])]
        environment = os.environ | {
            "PYTHONPATH": os.pathsep.join(paths),
            "OPENBLAS_NUM_THREADS": "1",  # each thread of it would take address space that SymPy needs
            "OMP_NUM_THREADS": "1",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gradviz.bounded"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
        if self._received(STARTING_SECONDS) != _READY:
            self.stop()
            raise ClosedFormError("The symbolic worker did not start.")

    def ask(self, task: tuple, seconds: float) -> Any:
        """The answer to ``task``; EOFError when it takes longer or the process dies of it."""
        _send(self.process.stdin, task)
        return self._received(seconds)

    def _received(self, seconds: float) -> Any:
        limit = threading.Timer(seconds, self.process.kill)
        limit.daemon = True
        limit.start()
        try:
            return _receive(self.process.stdout)
        finally:
            limit.cancel()

    def stop(self) -> None:
        self.process.kill()
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


class _Pool:
    """Up to ``WORKERS`` processes; a worker that was killed is replaced when the next one is needed."""

    def __init__(self) -> None:
        self._free = threading.BoundedSemaphore(WORKERS)
        self._lock = threading.Lock()
        self._idle: list[_Worker] = []

    def run(self, task: tuple, seconds: float) -> Any:
        with self._free:
            worker = self._taken()
            try:
                answer = worker.ask(task, seconds)
            except (EOFError, OSError, pickle.UnpicklingError):
                worker.stop()
                raise CutOffError(f"No closed form within bounds ({seconds:g} s and 1 GB).") from None
            except BaseException:
                worker.stop()
                raise
            with self._lock:
                self._idle.append(worker)
        return answer

    def _taken(self) -> _Worker:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        try:
            return _Worker()
        except (EOFError, OSError):
            raise ClosedFormError("No closed form: the symbolic worker could not be started here.") from None

    def stop(self) -> None:
        with self._lock:
            while self._idle:
                self._idle.pop().stop()


_POOL = _Pool()
atexit.register(_POOL.stop)


def run(task: str, *arguments: Any, seconds: float | None = None) -> Any:
    """``task`` ('derive', 'publish') of ``gradviz.derivation`` on ``arguments``, in a worker.

    ClosedFormError where it is not done within ``seconds`` (``SECONDS`` unless told) and 1 GB, or where
    there is none.
    """
    answer = _POOL.run((task, arguments), SECONDS if seconds is None else seconds)
    if isinstance(answer, ClosedFormError):
        raise answer
    return answer


def warm_up() -> None:
    """Starts a worker, so that the first task does not wait for SymPy to load."""
    run("ready")


def _send(stream: IO[bytes] | None, message: Any) -> None:
    payload = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    stream.write(_LENGTH.pack(len(payload)))
    stream.write(payload)
    stream.flush()


def _receive(stream: IO[bytes] | None) -> Any:
    header = stream.read(_LENGTH.size)
    if len(header) < _LENGTH.size:
        raise EOFError
    payload = stream.read(_LENGTH.unpack(header)[0])
    return pickle.loads(payload)


def _serve() -> None:
    """The worker's side: tasks from standard input, answers to standard output, until the input ends."""
    answers, tasks = sys.stdout.buffer, sys.stdin.buffer
    from gradviz import derivation  # loaded before the limits, and only here

    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    except (ImportError, ValueError, OSError):
        pass  # no such limit on this system: the one of time still holds
    table = {"derive": derivation.derive, "publish": derivation.publish, "ready": lambda: _READY}
    _send(answers, _READY)
    while True:
        try:
            name, arguments = _receive(tasks)
        except EOFError:
            return
        try:
            answer = table[name](*arguments)
            _send(answers, answer)
        except ClosedFormError as error:
            _send(answers, error)
        except (MemoryError, RecursionError):
            _send(answers, ClosedFormError("No closed form within bounds: it grows too large."))
        except Exception:  # whatever SymPy stumbles over: AttributeError, TypeError, its own
            _send(answers, ClosedFormError("SymPy finds no closed form of this derivative."))


if __name__ == "__main__":
    _serve()
