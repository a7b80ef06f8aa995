"""Connections that take all day to say what they want: closed, lest they use up all that there may be.

uvicorn waits without end for the rest of a request; Streamlit hands on no setting of it. A proxy that stands
before the server has a limit of its own.
"""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Callable, MutableSet
from importlib import import_module
from time import monotonic
from typing import Any, Protocol

SECONDS = 15.0  # for a whole request, from the connection or the last answer on
EVERY = 3.0  # seconds between two looks
# Where uvicorn has its connections; the second where httptools is installed.
PROTOCOLS = (
    ("uvicorn.protocols.http.h11_impl", "H11Protocol"),
    ("uvicorn.protocols.http.httptools_impl", "HttpToolsProtocol"),
)


class Uvicorn(Protocol):
    """A class of its connections."""

    connection_made: Callable[..., None]


class Patience:
    """Closes each of ``connections`` that has had no request under way for ``SECONDS``."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self.connections: MutableSet[Any] = weakref.WeakSet()
        self._clock = clock
        # of each, its last request and since when none is under way
        self._idle: weakref.WeakKeyDictionary[Any, tuple[object, float]] = weakref.WeakKeyDictionary()

    def watch(self, protocol: type[Uvicorn]) -> None:
        """Know every connection of a class of uvicorn's from now on."""
        original = protocol.connection_made

        def connection_made(connection: object, transport: asyncio.BaseTransport) -> None:
            original(connection, transport)
            self.connections.add(connection)

        protocol.connection_made = connection_made

    def look(self) -> int:
        """Close those that have been silent for too long; how many these were."""
        now, closed = self._clock(), 0
        for connection in list(self.connections):
            transport, request = connection.transport, connection.cycle
            if transport.is_closing() or transport.get_protocol() is not connection:  # it is a WebSocket now
                self.connections.discard(connection)
                continue
            before, since = self._idle.get(connection, (None, now))
            if (request is not None and not request.response_complete) or request is not before:
                self._idle[connection] = request, now
            else:
                self._idle[connection] = request, since
                if now - since > SECONDS:
                    transport.abort()
                    closed += 1
        return closed

    async def keep_looking(self) -> None:
        """Look now and then, until cancelled; not at all where uvicorn has become another."""
        for module, name in PROTOCOLS:
            try:
                self.watch(getattr(import_module(module), name))
            except (ImportError, AttributeError):
                continue
        while True:
            await asyncio.sleep(EVERY)
            try:
                self.look()
            except AttributeError:  # what it looks at is no longer there
                return
