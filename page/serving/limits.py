"""How much one visitor, and one address, may ask for: whatever is above that waits, or is refused.

An address may be a whole lecture hall behind one router: what an address may ask for is many times what a
visitor does, and what it cannot have is left out of the page rather than the page refused. Where a proxy
stands before the server, ``FORWARDED_ALLOW_IPS`` names it to uvicorn, which then takes the visitor's address
from ``X-Forwarded-For``; unless that is set, only a proxy on the same machine is believed.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter, OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from time import monotonic

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from page.serving.metrics import refused

PER_ADDRESS = "GRADVIZ_PER_ADDRESS"
ADDRESSES = 4096  # that are remembered; the one that was seen longest ago goes first
IPV6_NETWORK = 64  # bits: what one household has, where each device takes addresses as it likes


@dataclass(frozen=True)
class Rate:
    """So many a second in the long run, and so many at once."""

    per_second: float
    burst: int


# Of one visitor's messages: a drag sends 8 a second, each of which takes 20 ms of everyone's time.
MESSAGES = Rate(10.0, 40)
# Of one address. A hall of 500 opens the page within a minute, and types.
FIRST_DOCUMENTS = Rate(20.0, 300)  # some 30 ms each, unless another had the same link
DRAFTS = Rate(100.0, 300)  # some 3 ms each
PREVIEWS = Rate(2.0, 20)  # some 300 ms each; programs that follow links ask for them


class Bucket:
    """Holds up to ``rate.burst`` tokens and gains ``rate.per_second``; each request takes one."""

    __slots__ = ("level", "rate", "seen")

    def __init__(self, rate: Rate, now: float) -> None:
        self.rate, self.level, self.seen = rate, float(rate.burst), now

    def _fill(self, now: float) -> None:
        self.level = min(self.rate.burst, self.level + (now - self.seen) * self.rate.per_second)
        self.seen = now

    def allows(self, now: float) -> bool:
        """Whether there is a token, which is then taken."""
        self._fill(now)
        if self.level < 1.0:
            return False
        self.level -= 1.0
        return True

    def wait(self, now: float) -> float:
        """Take a token, if need be one of the future; the seconds until it is there."""
        self._fill(now)
        self.level -= 1.0
        return max(0.0, -self.level / self.rate.per_second)


class Rates:
    """A bucket for each of the last ``ADDRESSES`` addresses. Of one event loop."""

    def __init__(self, rate: Rate) -> None:
        self.rate = rate
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def allows(self, address: str, now: float | None = None) -> bool:
        """Whether ``address`` may ask once more."""
        now = monotonic() if now is None else now
        bucket = self._buckets.get(address)
        if bucket is None:
            bucket = self._buckets[address] = Bucket(self.rate, now)
            if len(self._buckets) > ADDRESSES:
                self._buckets.popitem(last=False)
        self._buckets.move_to_end(address)
        return bucket.allows(now)


class Places:
    """At most ``most`` at the same time for each address; as many as there are if that is 0."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.taken: Counter[str] = Counter()

    def enter(self, address: str) -> bool:
        """Take a place; whether there was one."""
        if self.most and self.taken[address] >= self.most:
            return False
        self.taken[address] += 1
        return True

    def leave(self, address: str) -> None:
        """Give a place back."""
        self.taken[address] -= 1
        if not self.taken[address]:
            del self.taken[address]


def whole_number(name: str, settings: Mapping[str, str] = os.environ) -> int:
    """A setting that is a whole number above 0; 0 where it is not set, ValueError for anything else."""
    value = settings.get(name, "").strip()
    if not value:
        return 0
    if not (value.isascii() and value.isdigit() and 0 < int(value) < 10**6):
        raise ValueError(f"{name} is a whole number above 0")
    return int(value)


def address_of(scope: Scope) -> str:
    """Whose request this is: an IPv4 address, an IPv6 network; "" where it is unknown."""
    client = scope.get("client")
    if not client:
        return ""
    try:
        address = ip_address(client[0].partition("%")[0])
    except ValueError:
        return client[0][:64]
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or (int(address) >> (128 - IPV6_NETWORK)))
    return str(address)


class Turns:
    """So many at once; others wait, as long as no more than ``waiting`` do."""

    def __init__(self, at_once: int, waiting: int) -> None:
        self._free = asyncio.Semaphore(at_once)
        self._most, self._waiting = waiting, 0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[bool]:
        """A turn, when it has come; False at once where too many wait."""
        if self._waiting >= self._most:
            yield False
            return
        self._waiting += 1
        try:
            await self._free.acquire()
        finally:
            self._waiting -= 1
        try:
            yield True
        finally:
            self._free.release()


def limited(
    answer: Callable[[Request], Awaitable[Response]], rate: Rate, name: str
) -> Callable[[Request], Awaitable[Response]]:
    """``answer``, as often as ``rate`` allows an address, and 429 above that; ``name`` is what is counted."""
    rates = Rates(rate)

    async def bounded(request: Request) -> Response:
        if rates.allows(address_of(request.scope)):
            return await answer(request)
        refused(name)
        return Response(status_code=429, headers={"Retry-After": "1", "Cache-Control": "no-store"})

    return bounded
