"""Attributes that are worked out when they are first asked for."""

import threading
from dataclasses import dataclass

from gradviz.lazy import lazy


@dataclass(frozen=True)
class Slow:
    begun: threading.Event
    go_on: threading.Event

    @lazy
    def value(self) -> object:
        """What it is."""
        self.begun.set()
        assert self.go_on.wait(600)
        return object()


def test_an_object_does_not_wait_for_what_another_works_out():
    light, heavy = (Slow(threading.Event(), threading.Event()) for _ in range(2))
    light.go_on.set()
    thread = threading.Thread(target=lambda: heavy.value)
    thread.start()
    assert heavy.begun.wait(600)
    found = []
    asking = threading.Thread(target=lambda: found.append(light.value), daemon=True)
    asking.start()
    asking.join(120)  # with one lock for both it would wait for ever
    heavy.go_on.set()
    thread.join()
    assert found == [light.value]


def test_it_is_worked_out_once_for_each_object():
    one, other = (Slow(threading.Event(), threading.Event()) for _ in range(2))
    for each in (one, other):
        each.go_on.set()
    assert one.value is one.value
    assert one.value is not other.value
    assert Slow.value.__doc__ == "What it is."
