"""The messages of an answer leave the server in bursts, and not one by one.

An answer is dozens of small messages. By itself Streamlit wakes the event loop for each of them, which goes
round twice for it and gives it to the network alone, while the run wants the interpreter that it has given
away for this; a proxy before the server, and the browser, then read each of them alone, too.

Here the loop looks for messages every ``EVERY`` seconds as long as a run is at work, and at its end; what it
finds goes out together. All of this reads Streamlit's, asyncio's and uvicorn's insides: where these have
become others, each message is sent as it was.
"""

from __future__ import annotations

import asyncio
import inspect
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import wraps
from importlib import import_module
from typing import Any, Protocol

EVERY = 0.012  # seconds between two looks: a picture that is ready waits for half of them
MOST_TOGETHER = 100  # messages of a session: Streamlit holds 500 at most for one that does not read
MOST_HELD = 2**16  # bytes: more than these fill the network's buffer, which then tells so


class Bursts:
    """The runs that are at work, and the event loop that looks for their messages meanwhile.

    AttributeError for a loop of another kind than asyncio's own.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        inside: Any = loop
        self._loop, self._wake = loop, inside._write_to_self
        self._lock, self._mine = threading.Lock(), threading.local()
        self._runs, self._looking = 0, False
        inside._write_to_self = self._wake_unless_running

    def _wake_unless_running(self) -> None:
        if not getattr(self._mine, "running", False):
            self._wake()

    @contextmanager
    def run(self) -> Iterator[None]:
        """A run in this thread: what it puts before the loop does not wake it, but its end does."""
        with self._lock:
            self._runs += 1
            begins, self._looking = not self._looking, True
        if begins:
            self._loop.call_soon_threadsafe(self._look)
        self._mine.running = True
        try:
            yield
        finally:
            self._mine.running = False
            with self._lock:
                self._runs -= 1
            self._wake()

    def _look(self) -> None:
        """Be awake: what was put before the loop is done by that. And once more while a run is at work."""
        with self._lock:
            self._looking = self._runs > 0
        if self._looking:
            self._loop.call_later(EVERY, self._look)


def run_in_bursts(loop: asyncio.AbstractEventLoop) -> Bursts | None:
    """The runs whose messages this ``loop`` collects; None where it is of another kind."""
    try:
        return Bursts(loop)
    except AttributeError:
        return None


class _Queue(Protocol):
    """The messages of a session that have not been sent."""

    def is_empty(self) -> bool: ...


class _Session(Protocol):
    """A session of Streamlit's."""

    _browser_queue: _Queue


class _Together:
    """Messages to one browser that are sent in one go."""

    def __init__(self, messages: list[object]) -> None:
        self.messages = messages


def send_together() -> bool:
    """Let Streamlit send all messages that a browser is to get in one go; whether it does.

    By itself it lets the event loop go round after each of them.
    """
    try:
        runtime: Any = import_module("streamlit.runtime.runtime").Runtime
        session: Any = import_module("streamlit.runtime.app_session").AppSession
        flush, send = session.flush_browser_queue, runtime._send_message
        loop = inspect.getsource(runtime._loop_coroutine)
        queue: Any = import_module("streamlit.runtime.app_session").ForwardMsgQueue
        known = callable(queue.is_empty)
    except (ImportError, AttributeError, OSError, TypeError):
        return False
    if getattr(flush, "sends_together", False):
        return True
    # each message that the queue gives is handed on as it is, and nothing else is asked of it
    handed_on = r"for msg in msg_list:\s+try:\s+self\._send_message\(active_session_info, msg\)"
    if not known or len(re.findall(r"\bmsg\b", loop)) != 2 or not re.search(handed_on, loop):
        return False

    @wraps(flush)
    def flush_together(self: _Session) -> list[object]:
        if self._browser_queue.is_empty():  # as of nearly all sessions, at each look
            return []
        messages = flush(self)
        chunks = range(0, len(messages), MOST_TOGETHER)
        return [_Together(messages[first : first + MOST_TOGETHER]) for first in chunks]

    @wraps(send)
    def send_each(self: object, session_info: object, msg: object) -> None:
        for message in msg.messages if isinstance(msg, _Together) else (msg,):
            send(self, session_info, message)

    flush_together.sends_together = True  # type: ignore[attr-defined]
    session.flush_browser_queue, runtime._send_message = flush_together, send_each
    return True


class Gathering:
    """A transport that writes all it is given within one turn of the event loop at once."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport, self._loop = transport, loop
        self._held: list[bytes] = []
        self._size = 0

    def __getattr__(self, name: str) -> object:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        if not self._held:
            self._loop.call_soon(self.flush)
        self._held.append(data)
        self._size += len(data)
        if self._size > MOST_HELD:  # so that a browser that does not read is noticed
            self.flush()

    def flush(self) -> None:
        """Write what is held now."""
        if self._held:
            data = b"".join(self._held)
            self._held, self._size = [], 0
            self._transport.write(data)

    def close(self) -> None:
        """Close the connection, after what is held."""
        self.flush()
        self._transport.close()


class _Connection(Protocol):
    """A WebSocket of uvicorn's."""

    transport: object


def write_together() -> bool:
    """Let uvicorn write the messages of a WebSocket together; whether it does."""
    try:
        module: Any = import_module("uvicorn.protocols.websockets.websockets_sansio_impl")
        protocol = module.WebSocketsSansIOProtocol
        made = protocol.connection_made
        alike = list(inspect.signature(made).parameters) == ["self", "transport"]
    except (ImportError, AttributeError, TypeError):
        return False
    if getattr(made, "writes_together", False):
        return True
    if not alike:
        return False

    @wraps(made)
    def connection_made(self: _Connection, transport: asyncio.Transport) -> None:
        made(self, transport)
        if getattr(self, "transport", None) is transport:
            self.transport = Gathering(transport, asyncio.get_running_loop())

    connection_made.writes_together = True  # type: ignore[attr-defined]
    protocol.connection_made = connection_made
    return True
