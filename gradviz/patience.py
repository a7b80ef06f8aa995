"""How long a computation may work, and how long it may be kept waiting by the clock.

Work is bounded by its CPU time. Bounds by the clock come on top, for somebody who waits for a page on a busy
machine; what writes a file waits longer, lest the file depend on what else the machine does.

Long computations call ``pause`` between two of their parts.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

LONGER = 50.0

_factor = ContextVar("gradviz_patience", default=1.0)


@contextmanager
def unhurried() -> Iterator[None]:
    """While it lasts, in this thread, bounds by the clock are ``LONGER`` times as long."""
    before = _factor.set(LONGER)
    try:
        yield
    finally:
        _factor.reset(before)


def by_the_clock(seconds: float) -> float:
    """How long ``seconds`` may take by the clock."""
    return seconds * _factor.get()


def _go_on() -> None:
    """What a pause is outside of a server."""


# Called between two parts of a computation, while the thread holds no lock and no bound by the clock runs: a
# server may let others go first.
pause: Callable[[], None] = _go_on


class Allowance:
    """``seconds`` of CPU time of this thread.

    A full garbage collection is charged to the thread in which it happens, and among many objects takes ten
    times as long as some allowances (180 ms were measured): after one the allowance begins anew.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._begin()

    def _begin(self) -> None:
        self._began, self._collections = time.thread_time(), _full_collections()

    @property
    def left(self) -> float:
        """Seconds until it is used up."""
        used = time.thread_time() - self._began
        if used > self.seconds and _full_collections() != self._collections:
            self._begin()
            return self.seconds
        return max(0.0, self.seconds - used)

    @property
    def used_up(self) -> bool:
        return self.left <= 0


def _full_collections() -> int:
    return gc.get_stats()[-1]["collections"]
