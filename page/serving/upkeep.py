"""What the server does besides answering: sends at once, ends sessions on time, and gives memory back.

Each does nothing where the system or Streamlit lacks what it takes.
"""

from __future__ import annotations

import asyncio
import ctypes
import gc
import os
import socket
from collections.abc import Callable
from functools import cache

from page.runtime import held_sessions

# Seconds between two looks at which sessions have ended.
EVERY = 30.0
# A thread that finds its part of the heap in use gets one of its own, up to eight for a core; what is free in
# one is of no use to the others. Every run of the page is a thread.
MOST_ARENAS = 2
ARENA_MAX = -8  # M_ARENA_MAX of glibc's malloc.h


def limit_arenas() -> bool:
    """Let all threads share two parts of the heap; whether the allocator, glibc's, has done so."""
    mallopt = _allocator("mallopt")
    return mallopt is not None and mallopt(ARENA_MAX, MOST_ARENAS) == 1


def give_memory_back() -> bool:
    """Give free pages back to the system; whether the allocator, glibc's, has found any."""
    malloc_trim = _allocator("malloc_trim")
    return malloc_trim is not None and malloc_trim(ctypes.c_size_t(0)) == 1


@cache
def _allocator(name: str) -> Callable[..., int] | None:
    """A function of the C library; None where it has none of that name."""
    try:
        return getattr(ctypes.CDLL(None), name)
    except (OSError, TypeError, AttributeError):
        return None


def send_at_once() -> int:
    """Let no small message wait for the receipt of the one before; how many sockets this was set for.

    An answer is dozens of small messages. Streamlit binds its socket in a way that keeps asyncio from
    switching Nagle's algorithm off, and with the browser's delayed receipts an answer may wait for 40 ms.
    What is set for the listening socket holds for the connections that it accepts.
    """
    found = 0
    for name in _descriptors():
        try:
            copy = socket.socket(fileno=os.dup(int(name)))
        except OSError:  # no socket, or closed meanwhile
            continue
        with copy:
            if copy.family in (socket.AF_INET, socket.AF_INET6) and copy.type == socket.SOCK_STREAM:
                copy.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                found += 1
    return found


def _descriptors() -> list[str]:
    """The process's open files by number; none where the system does not list them."""
    try:
        return [name for name in os.listdir("/proc/self/fd") if name.isdigit()]
    except OSError:
        return []


async def keep_house(every: float = EVERY) -> None:
    """Give back the memory that nobody needs any more, as long as the server runs.

    What answers were made with is free in pieces between what visitors hold: by itself the allocator gives
    back only what is free at the end of its heaps.
    """
    before: set[str] = set()
    while True:
        await asyncio.sleep(every)
        now = held_sessions()
        if now is None or before - now:
            gc.collect()  # a session is full of circles, and shuts down in this thread
        await asyncio.to_thread(give_memory_back)
        before = now or set()
