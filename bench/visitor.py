"""Visitors without a browser: they speak Streamlit's websocket protocol to a running page, for measurements.

:class:`OpenPage` is what a browser knows of an open page: it writes the requests and reads the messages.
:class:`Visitor` waits in its own thread; :class:`AsyncVisitor` is one of hundreds in one event loop.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio import client as asyncio_client
from websockets.sync.client import ClientConnection, connect

# of ForwardMsg.ScriptFinishedStatus: what ends a run
ENDS = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)
PROTOCOL = "streamlit"
RECEIPTS = ("receipt", "answered")  # the keys of the components that end the page, and its fragment
VIEW = ("base", "view")  # the keys of the components with a whole message to the pictures, and its changes
FAILURE = "⚠"  # what the sentence begins with that stands in the place of a part that failed


@dataclass
class OpenPage:
    """One open page: its address, its entries by label, and the messages that a browser would have cached.

    An entry is known by its widget's id and the fragment it is in; its ``kind`` is the element's, such as
    ``text_input``. ``failures`` are the errors that the page has shown. ``picture`` is known only if it
    ``reads_pictures``, which takes a fifth of a visitor's time.
    """

    query: str = ""
    session: str = ""  # what a lost connection is taken up again by
    entries: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    components: dict[str, tuple[str, str]] = field(default_factory=dict)  # by key: id and fragment
    cached: set[str] = field(default_factory=set)  # hashes of messages that need not be sent again
    failures: list[str] = field(default_factory=list)
    receipts: dict[str, dict[str, Any]] = field(default_factory=dict)  # the last of each kind (reconnect.js)
    reports: int = 0  # that were sent after a lost connection
    reads_pictures: bool = True
    picture: str = ""  # the revision of the view: a hash of all that it shows
    pictures: dict[str, str] = field(default_factory=dict)  # revisions by the hash or key of a message
    received: int = 0  # bytes

    def opening(self, query: str) -> bytes:
        """The request by which a browser opens the page, or takes it up again after a lost connection."""
        self.query = query
        return self._request("").SerializeToString()

    def typing(self, label: str, text: str) -> bytes:
        """The request that follows when ``text`` is typed into an entry. KeyError without such an entry."""
        widget, fragment, kind = self.entries[label]
        message = self._request(fragment)
        state = message.rerun_script.widget_states.widgets.add()
        state.id = widget
        if kind == "number_input":
            state.double_value = float(text)
        else:
            state.string_value = text
        return message.SerializeToString()

    def reporting(self, key: str, event: str, value: object) -> bytes:
        """The request of a component, mounted under ``key``, that reports an ``event``."""
        widget, fragment = self.components[key]
        message = self._request(fragment)
        state = message.rerun_script.widget_states.widgets.add()
        state.id = f"$$STREAMLIT_INTERNAL_KEY_{widget}__events"
        state.json_trigger_value = json.dumps([{"event": event, "value": value}])
        return message.SerializeToString()

    def restoring(self, typed: Mapping[str, str] | None = None) -> bytes:
        """What ``reconnect.js`` reports after a lost connection.

        That is the last run that has arrived whole, and the texts ``typed`` since, by the key of their entry.
        """
        page, part = self.receipts.get("receipt", {}), self.receipts.get("answered", {})
        drawn, answered, whole = page.get("run", 0), part.get("run", 0), part.get("whole", 0)
        self.reports += 1
        seen = drawn if drawn < whole else answered
        return self.reporting(
            "reconnect", "restored", {"report": self.reports, "seen": seen, "typed": dict(typed or {})}
        )

    def _request(self, fragment: str) -> BackMsg:
        message = BackMsg()
        message.rerun_script.query_string, message.rerun_script.fragment_id = self.query, fragment
        message.rerun_script.cached_message_hashes.extend(self.cached)
        return message

    def is_over(self, sent: bytes) -> bool:
        """Take in a message of the server; True where a run has ended with it.

        RuntimeError where it ended otherwise than well.
        """
        self.received += len(sent)
        message = ForwardMsg()
        message.ParseFromString(sent)
        if message.metadata.cacheable and message.hash:
            self.cached.add(message.hash)
        match message.WhichOneof("type"):
            case "delta":
                self._read_element(message)
            case "new_session":
                self.session = message.new_session.initialize.session_id
            case "ref_hash":
                self.picture = self.pictures.get(message.ref_hash, self.picture)
            case "page_info_changed":
                self.query = message.page_info_changed.query_string
            case "script_finished":
                if message.script_finished in ENDS:
                    return True
                if message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                    raise RuntimeError(f"the run ended with status {message.script_finished}")
        return False

    def _read_element(self, message: ForwardMsg) -> None:
        element, fragment = message.delta.new_element, message.delta.fragment_id
        match kind := element.WhichOneof("type"):
            case "text_input" | "number_input":
                entry = getattr(element, kind)
                self.entries[entry.label] = entry.id, fragment, kind
            case "bidi_component":
                component = element.bidi_component
                key = component.id.split("-", 2)[-1]
                self.components[key] = component.id, fragment
                if key in RECEIPTS:
                    self.receipts[key] = json.loads(component.mixed.json or component.json)
                elif key in VIEW and self.reads_pictures:
                    self._read_view(json.loads(component.mixed.json or component.json), message.hash)
            case "exception":
                self.failures.append(element.exception.message)
            case "text" if element.text.body.startswith(FAILURE):
                self.failures.append(element.text.body)

    def _read_view(self, data: dict[str, Any], hashed: str) -> None:
        """Note which picture is shown: a whole message is known by its key, and others are changes to it."""
        if "key" in data:
            self.pictures[data["key"]] = data["base"]["revision"]
            return
        sets = {tuple(path): value for path, value in data["changes"]["set"]}
        self.picture = self.pictures[hashed] = sets.get(("revision",), self.pictures[data["base"]])


@dataclass
class Visitor:
    """One open page, and the connection to it."""

    connection: ClientConnection
    patience: float
    page: OpenPage = field(default_factory=OpenPage)

    def open(self, query: str) -> float:
        """Open the page with the ``query`` of a link; the seconds until all of it was sent."""
        return self._answered(self.page.opening(query))

    def type(self, label: str, text: str) -> float:
        """Type ``text`` into an entry; the seconds until the last of the answer was sent."""
        return self._answered(self.page.typing(label, text))

    def report(self, key: str, event: str, value: object = True) -> float:
        """Report an event of a component; the seconds until the last of the answer was sent."""
        return self._answered(self.page.reporting(key, event, value))

    def _answered(self, request: bytes) -> float:
        """RuntimeError where a run ends otherwise than well, TimeoutError where it does not end."""
        began = time.perf_counter()
        self.connection.send(request)
        while True:
            sent = self.connection.recv(timeout=self.patience)
            assert isinstance(sent, bytes)
            if self.page.is_over(sent):
                return time.perf_counter() - began


def socket_address(url: str) -> str:
    """Where the websocket of the page at ``url`` is."""
    return f"ws{url.removeprefix('http')}/_stcore/stream"


@contextmanager
def visiting(url: str, patience: float = 60.0) -> Iterator[Visitor]:
    """A visitor of the page at ``url`` who waits at most ``patience`` seconds for any message."""
    address = socket_address(url)
    with connect(address, subprotocols=[PROTOCOL], max_size=None, open_timeout=patience) as connection:
        yield Visitor(connection, patience)


@dataclass
class AsyncVisitor:
    """As :class:`Visitor`, in an event loop; ``drop`` and ``reconnect`` are what a bad network does."""

    url: str
    patience: float
    headers: dict[str, str]
    connection: asyncio_client.ClientConnection
    page: OpenPage = field(default_factory=OpenPage)
    asleep: bool = False

    async def open(self, query: str) -> float:
        """Open the page with the ``query`` of a link; the seconds until all of it was sent."""
        return await self._answered(self.page.opening(query))

    async def type(self, label: str, text: str) -> float:
        """Type ``text`` into an entry; the seconds until the last of the answer was sent."""
        return await self._answered(self.page.typing(label, text))

    async def report(self, key: str, event: str, value: object = True) -> float:
        """Report an event of a component; the seconds until the last of the answer was sent."""
        return await self._answered(self.page.reporting(key, event, value))

    def drop(self) -> None:
        """Lose the connection without a word of farewell."""
        self.connection.transport.abort()

    def fall_asleep(self) -> None:
        """Be silent from now on, as a phone that sleeps: no message is read, and no ping answered."""
        self.asleep = True
        self.connection.transport.pause_reading()

    async def reconnect(self, typed: Mapping[str, str] | None = None) -> float:
        """Connect anew and take the session up again; the seconds until the page was sent whole.

        As a browser: Streamlit has the page run by itself, and the page then reports what it knows, with the
        texts that were ``typed`` and never answered.
        """
        began = time.perf_counter()
        self.connection = await _connected(self.url, self.patience, self.headers, self.page.session)
        await self._answered(self.page.opening(self.page.query))
        if "reconnect" in self.page.components:  # not on the ten lines
            await self._answered(self.page.restoring(typed))
        return time.perf_counter() - began

    async def _answered(self, request: bytes) -> float:
        """RuntimeError where a run ends otherwise than well, TimeoutError where it does not end."""
        began = time.perf_counter()
        await self.connection.send(request)
        async with asyncio.timeout(self.patience):
            while True:
                sent = await self.connection.recv(decode=False)
                if self.page.is_over(sent):
                    return time.perf_counter() - began


async def _connected(
    url: str, patience: float, headers: dict[str, str], session: str = ""
) -> asyncio_client.ClientConnection:
    # Streamlit takes the third protocol for the session that is taken up again; the second is a token
    protocols = [PROTOCOL, "PLACEHOLDER_AUTH_TOKEN", session] if session else [PROTOCOL]
    return await asyncio_client.connect(
        socket_address(url),
        subprotocols=protocols,  # type: ignore[arg-type]
        additional_headers=headers,
        max_size=None,
        open_timeout=patience,
        close_timeout=1,
        ping_interval=None,  # a browser sends none
        compression=None,
    )


@asynccontextmanager
async def visiting_in_loop(
    url: str, patience: float = 60.0, headers: dict[str, str] | None = None
) -> AsyncIterator[AsyncVisitor]:
    """As :func:`visiting`, in an event loop; ``headers`` are sent with each handshake, such as a cookie.

    One that has fallen asleep is left as it is: whoever put it to sleep drops it.
    """
    connection = await _connected(url, patience, headers or {})
    visitor = AsyncVisitor(url, patience, headers or {}, connection)
    try:
        yield visitor
    finally:
        if not visitor.asleep:
            await visitor.connection.close()
