"""Runs of the page one after the other.

Python runs one thread at a time. Runs that share it by turns of a millisecond all end when nearly the last of
them does; one after the other, most end early, and the threads take less from each other. But nobody waits
for one long run: whoever has computed for ``SLICE`` has the next in line begin beside it, and whoever waits
for another process gives the turn up meanwhile. Who has computed for ``LONG`` stands back at each pause until
those are through that came meanwhile: a heavy formula takes longer for its visitor, and less from others.
"""

from __future__ import annotations

import threading
import time
from bisect import insort
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

AT_ONCE = 1  # runs that have not had their SLICE yet
SLICE = 0.06  # seconds of processor; most runs take less, and those of heavy formulas several times as much
# The same by the clock, in slices: for who waits without computing, and where no system tells the time of a
# thread. On a machine that others share a run may compute for a third of the time.
BY_THE_CLOCK = 4
LONG = 0.1  # seconds of processor of a run; only those of heavy formulas take more
QUANTUM = 0.02  # seconds of processor that such a run has for a turn, lest it only stand in a long line
SHORTEST_WAIT = 0.005  # seconds between two looks at whether those at work have had their time
LONGEST_WAIT = 1.0  # the same of whoever is not the first in line, and is called when it comes to that
HEAD_START = 0.1  # seconds by which part of the page goes before the whole, which takes twice as long


def processor_clock() -> int | None:
    """The clock of this thread's time at the processor, for others to read; None where there is none."""
    try:
        return time.pthread_getcpuclockid(threading.get_ident())
    except (AttributeError, OSError):  # macOS and Windows
        return None


@dataclass(order=True)
class Place:
    """A run in line, or at work: which of them is first, and since when it works."""

    due: float
    number: int
    gate: threading.Lock = field(default_factory=threading.Lock, compare=False)  # opened to call it
    begun: bool = field(default=False, compare=False)
    since: float = field(default=0.0, compare=False)
    computed: float = field(default=0.0, compare=False)  # seconds of processor, until then
    before: float = field(default=0.0, compare=False)  # seconds of processor in earlier turns of this run
    processor: int | None = field(default_factory=processor_clock, compare=False)

    def has_computed(self) -> float:
        """Seconds of processor that the run has had since then; 0 where the system does not tell."""
        if self.processor is None:
            return 0.0
        try:
            return time.clock_gettime(self.processor) - self.computed
        except OSError:  # the thread has ended
            return 0.0


class Line:
    """The runs at work and those that wait, of one process; each is a thread."""

    def __init__(
        self, at_once: int = AT_ONCE, slice_: float = SLICE, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._at_once, self._slice, self._clock = at_once, slice_, clock
        self._lock = threading.Lock()
        self._count = 0
        self._mine = threading.local()
        self.waiting: list[Place] = []  # in order
        self.working: list[Place] = []

    @contextmanager
    def turn(self, whole: bool) -> Iterator[None]:
        """A turn, once it has come, for the ``whole`` page or a part of it."""
        with self._lock:
            self._count += 1
            place = Place(self._clock() + HEAD_START * whole, self._count)
        self._enter(place)
        self._mine.place = place
        try:
            yield
        finally:
            self._mine.place = None
            self._leave(place)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Give this thread's turn up for a while, if it has one; then it is among the first again."""
        place = getattr(self._mine, "place", None)
        if place is None:
            yield
            return
        self._leave(place)
        try:
            yield
        finally:
            self._enter(place)

    def pause(self) -> None:
        """Let others go first if this thread's run has been long, and any is in its slice."""
        place = getattr(self._mine, "place", None)
        if place is None or len(self.working) < 2:  # most often: nobody else is there
            return
        computed = place.has_computed()
        if computed < QUANTUM or place.before + computed < LONG:
            return
        with self._lock:
            now = self._clock()
            if not any(self._left(other, now) > 0 for other in self.working if other is not place):
                return
            place.due = now
        self._leave(place)
        self._enter(place)

    def _enter(self, place: Place) -> None:
        """Wait for the turn: it comes when another ends, or when those at work have all had their time.

        The first in line looks for that. Would all of them, each look of each would take the interpreter from
        the one at work, and the more so the longer the line.
        """
        place.gate.acquire()
        place.begun = False
        with self._lock:
            insort(self.waiting, place)
            again = self._admit()
            look = self.waiting and self.waiting[0] is place
        while not place.begun:
            place.gate.acquire(timeout=again if look else LONGEST_WAIT)
            with self._lock:
                if place.begun:
                    break
                again = self._admit()
                look = self.waiting and self.waiting[0] is place
        if place.gate.locked():
            place.gate.release()

    def _leave(self, place: Place) -> None:
        with self._lock:
            self.working.remove(place)
            place.before += place.has_computed()
            self._admit()

    def _admit(self) -> float:
        """Let the first in line begin, as long as few are in their slice; the seconds until one more may.

        To be called with the lock.
        """
        now = self._clock()
        left = [rest for place in self.working if (rest := self._left(place, now)) > 0]
        admitted = False
        while self.waiting and len(left) < self._at_once:
            place = self.waiting.pop(0)
            place.since = now
            place.computed += place.has_computed()
            place.begun = admitted = True
            self.working.append(place)
            left += [rest] if (rest := self._left(place, now)) > 0 else []
            _call(place)
        if admitted and self.waiting:
            _call(self.waiting[0])  # it is the first now, and looks from now on
        return max(min(left, default=0.0), SHORTEST_WAIT)

    def _left(self, place: Place, now: float) -> float:
        """Seconds until a run at work has had its slice, at the soonest; a long run has none."""
        if place.before >= LONG:
            return 0.0
        return min(self._slice - place.has_computed(), BY_THE_CLOCK * self._slice - (now - place.since))


def _call(place: Place) -> None:
    """Wake a run in line. With the lock of the line."""
    if place.gate.locked():
        place.gate.release()
