"""A hall of students on a running page: what each of them does, and how long the page lets them wait.

A student opens the page, thinks, changes ε, the point or the function (5 : 3 : 2), and thinks again. Some
only look, some leave without closing, some lose their connection and take it up again. Whoever leaves is
followed by a newcomer, so that the hall stays full. All of it comes from the seed, but for when answers come.
"""

from __future__ import annotations

import asyncio
import gzip
import random
import re
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from types import MappingProxyType
from urllib.parse import urljoin, urlsplit

from websockets.exceptions import WebSocketException

from bench.measures import Record
from bench.visitor import AsyncVisitor, visiting_in_loop

NO_HEADERS: Mapping[str, str] = MappingProxyType({})
LOST = (OSError, WebSocketException, RuntimeError, TimeoutError)  # how the page can fail a student
SHORTEST_THOUGHT, LONGEST_THOUGHT = 0.1, 6  # seconds, and multiples of the mean
FUNCTIONS = (
    "x^2 + y^2",
    "sin(x*y) + x^2",
    "x^3 - 3x*y^2",
    "exp(-x^2 - y^2)",
    "(1-x)^2 + 100(y-x^2)^2",
    "x^2 + {k}*y^2 + sin(x*y)",
    "exp(-{k}*x^2) + x*y",
    "log(x^2 + y^2 + {k}) + x",
)


@dataclass(frozen=True)
class Action:
    """A text typed into the entry with the ``label``: its ``weight`` among others, and how it is made."""

    kind: str
    label: str
    weight: int
    text: Callable[[random.Random], str]


ACTIONS = (
    Action("ε", "Step ε", 5, lambda dice: f"{dice.randint(100, 999)}e-{dice.randint(3, 14)}"),
    Action("point", "Point", 3, lambda dice: f"{dice.uniform(-2, 2):.3f}, {dice.uniform(-2, 2):.3f}"),
    Action(
        "function",
        "Function f",
        2,
        lambda dice: dice.choice(FUNCTIONS).replace("{k}", str(dice.randint(2, 99))),
    ),
)
# The only entry of the ten lines.
TEN_LINE_ACTIONS = (Action("ε", "ε", 1, lambda dice: f"{dice.randint(100, 999)}e-3"),)
LINKS = ("", "f=sin%28x*y%29&at=1%2C+2&v=2", "f=x%5E2-y%5E2&at=0.5%2C+1&eps=1e-3&v=2")


@dataclass(frozen=True)
class Habits:
    """How the students of a hall behave; the shares are of all who come in.

    ``think`` and ``stay`` are means, in seconds, of exponential distributions; the thoughts are cut at both
    ends.
    """

    actions: tuple[Action, ...] = ACTIONS
    links: tuple[str, ...] = LINKS
    think: float = 5.0
    stay: float = 180.0
    idle: float = 0.1  # open the page and only look
    vanish: float = 0.1  # leave as a phone that sleeps: the connection stands, and nobody reads
    drop: float = 0.05  # of the thoughts: the connection is lost in it, and taken up again
    patience: float = 60.0


@dataclass
class Hall:
    """All who are in the hall of one page, and what they have met.

    ``headers`` gives the headers of each visitor's handshake, such as a cookie, by a number of its own.
    """

    url: str
    habits: Habits
    seed: int = 1
    headers: Callable[[int], Mapping[str, str]] = lambda _: NO_HEADERS
    record: Record = field(default_factory=Record)
    present: int = 0  # who have the page open
    served: int = 0  # who have seen it whole
    received: int = 0  # bytes
    asleep: list[AsyncVisitor] = field(default_factory=list)

    def __post_init__(self) -> None:
        refuse_other_machines(self.url)

    async def fill(self, visitors: int, arriving: float, seconds: float) -> None:
        """Let ``visitors`` come within ``arriving`` seconds, and all go ``seconds`` after the first."""
        async with asyncio.timeout(seconds + 2 * self.habits.patience):
            seats = [self._seat(number, visitors, arriving, seconds) for number in range(visitors)]
            await asyncio.gather(*seats)
        for visitor in self.asleep:
            visitor.drop()

    async def _seat(self, number: int, visitors: int, arriving: float, seconds: float) -> None:
        """One seat of the hall: students one after the other, until all go."""
        dice = random.Random(f"{self.seed}-{number}")
        end = time.monotonic() + seconds
        await asyncio.sleep(arriving * number / visitors)
        while (now := time.monotonic()) < end:
            stay = dice.expovariate(1 / self.habits.stay)
            await self._attend(dice, number, min(now + stay, end))
            await asyncio.sleep(min(dice.uniform(0.2, 2.0), max(end - time.monotonic(), 0)))

    async def _attend(self, dice: random.Random, number: int, end: float) -> None:
        """One student, from opening the page to leaving it; an error ends the visit."""
        kind = "open"
        try:
            began = time.perf_counter()
            async with visiting_in_loop(
                self.url, self.habits.patience, dict(self.headers(number))
            ) as visitor:
                self.present += 1
                visitor.page.reads_pictures = False
                try:
                    await visitor.open(dice.choice(self.habits.links))
                    self._note(kind, visitor, time.perf_counter() - began)
                    self.served += 1
                    idle = dice.random() < self.habits.idle
                    typed: dict[str, str] = {}
                    while not await self._think(dice, idle, end):
                        if dice.random() < self.habits.drop:
                            kind = "reconnect"
                            visitor.drop()
                            await asyncio.sleep(dice.uniform(0.2, 2.0))
                            self._note(kind, visitor, await visitor.reconnect())
                        weights = [action.weight for action in self.habits.actions]
                        action = dice.choices(self.habits.actions, weights)[0]
                        kind = action.kind
                        await self._act(visitor, action, dice, typed)
                    if dice.random() < self.habits.vanish:
                        visitor.fall_asleep()
                        self.asleep.append(visitor)
                finally:
                    self.present -= 1
                    self.received += visitor.page.received
        except LOST as error:
            self.record.fail(kind, error)

    async def _think(self, dice: random.Random, idle: bool, end: float) -> bool:
        """Think, or look until the end; whether it is time to go."""
        think = self.habits.think
        thought = min(max(dice.expovariate(1 / think), SHORTEST_THOUGHT), LONGEST_THOUGHT * think)
        left = end - time.monotonic()
        await asyncio.sleep(max(left if idle else min(thought, left), 0))
        return idle or thought >= left

    async def _act(
        self, visitor: AsyncVisitor, action: Action, dice: random.Random, typed: dict[str, str]
    ) -> None:
        """Type another text than the last one; ``typed`` has the last by the label of its entry."""
        while (text := action.text(dice)) == typed.get(action.label):
            pass
        typed[action.label] = text
        before = visitor.page.query
        self._note(action.kind, visitor, await visitor.type(action.label, text))
        if visitor.page.query == before and self.habits.actions is ACTIONS:
            self.record.fail(action.kind, "the address has not followed")

    def _note(self, kind: str, visitor: AsyncVisitor, seconds: float) -> None:
        self.record.add(kind, seconds)
        for failure in visitor.page.failures:
            self.record.fail(kind, failure)
        visitor.page.failures.clear()


def refuse_other_machines(url: str) -> None:
    """ValueError unless ``url`` is on this machine: nobody else's server is to be loaded."""
    host = urlsplit(url).hostname or ""
    loopback = host == "localhost"
    with suppress(ValueError):
        loopback = loopback or ip_address(host).is_loopback
    if not loopback:
        raise ValueError(f"only a page on this machine is loaded, such as http://127.0.0.1:8501, not {url}")


# --- the first visit, as a browser makes it: the document, all that it names, and the page ---

# What the document names; an address that holds its file, as data:, is not fetched.
NAMED = re.compile(rb"""<(?:script|link)\b[^>]*?\b(?:src|href)=["'](?!data:)([^"']+)["']""")


async def fetch(url: str, headers: Mapping[str, str] = NO_HEADERS) -> bytes:
    """The body of the response to GET, compressed where the server does so; OSError unless it is 200."""
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    wanted = {"Host": parts.netloc, "Accept-Encoding": "gzip", "Connection": "close", **headers}
    lines = [f"GET {target or '/'} HTTP/1.1", *(f"{name}: {value}" for name, value in wanted.items()), "", ""]
    writer.write("\r\n".join(lines).encode())
    try:
        head, _, body = (await reader.read(-1)).partition(b"\r\n\r\n")
    finally:
        writer.close()
    status = head.split(b" ", 2)[1:2]
    if status != [b"200"]:
        raise ConnectionError(f"{target}: {head[:40]!r}")
    return body


async def visit_first(
    url: str,
    record: Record,
    patience: float = 60.0,
    query: str = "",
    headers: Mapping[str, str] = NO_HEADERS,
) -> int:
    """A browser's first visit with nothing cached; notes its waits, gives back the bytes received.

    ``document`` is the first document, ``files`` all that it names, ``page`` the whole page, each from the
    beginning of the visit.
    """
    refuse_other_machines(url)
    began = time.perf_counter()
    kind, size = "document", 0
    try:
        async with asyncio.timeout(patience):
            document = await fetch(f"{url}/?{query}", headers)
            size += len(document)
            record.add(kind, time.perf_counter() - began)
            kind = "files"
            addresses = {urljoin(f"{url}/", found.decode()) for found in NAMED.findall(unpacked(document))}
            bodies = await asyncio.gather(*(fetch(address, headers) for address in sorted(addresses)))
            size += sum(map(len, bodies))
            record.add(kind, time.perf_counter() - began)
        kind = "page"
        async with visiting_in_loop(url, patience, dict(headers)) as visitor:
            await visitor.open(query)
            record.add(kind, time.perf_counter() - began)
            for failure in visitor.page.failures:
                record.fail(kind, failure)
            size += visitor.page.received
    except LOST as error:
        record.fail(kind, error)
    return size


def unpacked(body: bytes) -> bytes:
    """The text of a response that may be in chunks, and may be compressed."""
    if re.match(rb"[0-9a-fA-F]+\r\n", body):
        chunks, rest = [], body
        while rest:
            size, _, rest = rest.partition(b"\r\n")
            length = int(size, 16)
            chunks.append(rest[:length])
            rest = rest[length + 2 :] if length else b""
        body = b"".join(chunks)
    return gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body
