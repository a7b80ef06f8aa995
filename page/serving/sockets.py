"""The WebSockets of the visitors: counted, their answers timed, and what comes over them bounded.

Streamlit begins a run for every message that asks for one, and leaves the one before. Whoever sends without
end would have most of the server to himself: each message takes a token of his own, and waits where there is
none, so that what is behind it stays in the network. Nobody who waits for answers ever notices.

Whoever does not read has the next request wait until the last message has left the server, so that answers to
one request are held at most, and the connection is given up when that takes too long.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from time import monotonic

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from page.runtime import DEFERRED_FILE, HEARTBEAT, RERUN, STOP, UNKNOWN, request_kind
from page.serving.hall import Hall
from page.serving.limits import MESSAGES, PER_ADDRESS, Bucket, Places, address_of, whole_number
from page.serving.metrics import CONNECTIONS, OPENED, Stopwatch, refused
from page.serving.waiting import split_query

# Bytes. What the page holds is some 10 000; a browser adds 34 for each message cached, of 400 runs.
LONGEST_MESSAGE = 2**19
UNREAD = 20.0  # seconds that a message may wait for the visitor to read what was sent before
MOST_DELAYED = 100  # messages in a row that had to wait; whoever sends on does not listen
# What the page sends. Streamlit would also empty caches for everyone, read the repository, and more.
KINDS = {RERUN, STOP, HEARTBEAT, DEFERRED_FILE, UNKNOWN}
# Why a WebSocket is closed (RFC 6455, 7.4.1).
NOT_BYTES, NOT_ALLOWED, TOO_LARGE, UNREADABLE = 1003, 1008, 1009, 1002
REPLACED = 1012  # by a newer connection of the same visitor


class Sockets:
    """ASGI middleware: counts and bounds the WebSockets, and passes everything else on."""

    def __init__(
        self, app: ASGIApp, settings: Mapping[str, str] = os.environ, hall: Hall[Socket] | None = None
    ) -> None:
        self.app, self.hall = app, hall
        self._talking: set[Socket] = set()
        self._timer: asyncio.TimerHandle | None = None
        self.places = Places(whole_number(PER_ADDRESS, settings))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await self.app(scope, receive, send)
            return
        address = address_of(scope)
        if not self.places.enter(address):
            refused("sockets of an address")
            await send({"type": "websocket.close", "code": NOT_ALLOWED})
            return
        try:
            await self._converse(scope, Socket(receive, send))
        finally:
            self.places.leave(address)

    async def _converse(self, scope: Scope, socket: Socket) -> None:
        ticket = None
        if self.hall:
            seat = self.hall.sit(split_query(scope.get("query_string", b"").decode("latin-1"))[1], socket)
            if seat is None:
                refused("a seat")
                await socket.refuse()
                return
            ticket, before = seat
            if before:
                await before.end(REPLACED)
        socket.conversation = asyncio.current_task()
        self._talking.add(socket)
        self._look_later()
        try:
            await self.app(scope, socket.receive, socket.send)
        except asyncio.CancelledError:
            if not socket.given_up or socket.conversation is None:
                raise
            socket.conversation.uncancel()
        finally:
            self._talking.discard(socket)
            if socket.accepted:
                CONNECTIONS.dec()
            if self.hall and ticket:
                self.hall.rise(ticket, socket, socket.code)

    def _look_later(self) -> None:
        """Look at all sockets now and then, while there are any: a timer for each message costs more."""
        if self._talking and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(UNREAD / 4, self._look)

    def _look(self) -> None:
        self._timer = None
        for socket in self._talking:
            socket.give_up_if_unread()
        self._look_later()


class Socket:
    """One visitor's WebSocket, between the server and Streamlit."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive, self._send = receive, send
        self.accepted = self.ended = self.given_up = False
        self.conversation: asyncio.Task[None] | None = None  # in which Streamlit listens
        self.code = 1006  # with which it has ended: without a word, until there is one
        self._watch = Stopwatch()
        self._bucket = Bucket(MESSAGES, monotonic())
        self._delayed = 0  # messages in a row that had to wait
        self._written = asyncio.Event()  # whether the last message has left the server
        self._written.set()
        self._sent = 0.0  # when the last message was to leave

    async def send(self, message: Message) -> None:
        """A message of Streamlit's to the visitor; once the socket is closed from here, to nobody."""
        if self.ended:
            return
        self._written.clear()
        self._sent = monotonic()
        try:
            await self._send(message)
        except OSError:  # the visitor has just gone: Streamlit would fail where it next listens
            self.ended = True
            return
        finally:
            self._written.set()
        if message["type"] == "websocket.send":
            self._watch.response(message.get("bytes") or b"")
        elif message["type"] == "websocket.accept":
            self.accepted = True
            CONNECTIONS.inc()
            OPENED.inc()

    async def receive(self) -> Message:
        """The next message that Streamlit may see, when its time has come, or the end of the socket."""
        while True:
            message = await self._receive()
            if message["type"] != "websocket.receive":
                self.code = message.get("code", self.code)
                return message
            if self.ended:
                return {"type": "websocket.disconnect", "code": self.code}
            data = message.get("bytes")
            if data is None:
                return await self._closed(NOT_BYTES, "a message of text")
            if len(data) > LONGEST_MESSAGE:
                return await self._closed(TOO_LARGE, "a message that is too large")
            kind = request_kind(data)
            if not kind:
                return await self._closed(UNREADABLE, "a message that cannot be read")
            await self._written.wait()
            wait = self._bucket.wait(monotonic())
            self._delayed = self._delayed + 1 if wait else 0
            if self._delayed > MOST_DELAYED:
                return await self._closed(NOT_ALLOWED, "messages without end")
            if wait:
                await asyncio.sleep(wait)
            if kind in KINDS:
                self._watch.request(kind)
                return message
            refused("a message of another kind")

    def give_up_if_unread(self) -> None:
        """End the conversation with somebody who does not read: nothing more can be said."""
        if self._written.is_set() or monotonic() - self._sent < UNREAD or self.ended:
            return
        if self.conversation is not None:
            refused("messages that nobody reads")
            self.ended = self.given_up = True
            self.conversation.cancel()

    async def _closed(self, code: int, reason: str) -> Message:
        refused(reason)
        await self.end(code)
        return {"type": "websocket.disconnect", "code": code}

    async def end(self, code: int) -> None:
        """Close the socket from here."""
        if self.accepted and not self.ended:
            await self._send({"type": "websocket.close", "code": code})
        self.ended, self.code = True, code

    async def refuse(self) -> None:
        """Do not let the visitor in."""
        await self._send({"type": "websocket.close", "code": NOT_ALLOWED})
