"""How long a computation may be kept waiting by the clock.

Work is bounded by its CPU time. Bounds by the clock come on top, for somebody who waits for a page on a busy
machine; what writes a file waits longer, lest the file depend on what else the machine does.
"""

from __future__ import annotations

from collections.abc import Iterator
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
