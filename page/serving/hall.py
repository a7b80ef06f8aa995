"""Seats for so many visitors, and a queue for those who come when all are taken.

``GRADVIZ_SEATS`` says how many there are; unless it is set, everyone is let in. Who finds no seat gets a page
that waits (page/serving/waiting.py) and asks now and then; a seat that is free goes to the first of those who
are awake. A place in the queue is a signed ticket: the server holds no more of it than when its owner has
asked last, and after a restart the order comes back by itself. It needs no cookie, which a frame in another
site's page would not have. The ticket of whoever is let in goes with the page's WebSocket, which is refused
without one while others wait.

Whoever only asks holds little: for one address a share of the seats is reserved at a time, and it has a
share of the queue. An address may be a whole hall behind one router, so those above the share come in as
well: their seat is theirs once their WebSocket is there.

All of it runs on the event loop.
"""

from __future__ import annotations

import hmac
import secrets
import struct
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Generic, NamedTuple, TypeVar

SEATS = "GRADVIZ_SEATS"
MOST_WAITING = 5000  # some 300 bytes each; who comes after these is told to come back later
MOST_FROM_ADDRESS = 1000  # of those
# Reserved for one address at a time: this share of the seats, or so many. A hall takes 3 s to load the page.
RESERVED_SHARE, LEAST_RESERVED = 0.25, 8
# Seconds.
RESERVED = 30.0  # that a seat waits for whoever was let in: the page loads meanwhile
LOST, LEFT = (
    60.0,
    5.0,
)  # that it waits for who lost the connection, and for who closed the page or loads it anew
LATE = 10.0  # after the time to ask again: whoever is later sleeps, and is passed over
KEEPS_PLACE = 90.0  # that a sleeper keeps the place: a browser lets hidden pages ask once a minute
SOONEST, LATEST = 2.0, 30.0  # until the next question, by the place
CLOSED = (1000, 1001)  # by the visitor (RFC 6455, 7.4.1): done, and gone to another page

_TICKET = struct.Struct(">Q8sI")  # arrival in µs, a mark of its own, when it was written in s
_SIGNATURE = 12  # bytes

S = TypeVar("S")


class Ticket(NamedTuple):
    """Who waits: since when, the first two as the order of the queue has them."""

    arrival: int
    mark: bytes


@dataclass(frozen=True)
class Place:
    """Where somebody is in the queue, 0 for a seat; None where it is full. ``again`` is in seconds."""

    number: int | None
    ticket: str
    again: float


@dataclass
class Seat(Generic[S]):
    """A seat that is taken: by a connection, or reserved until a time."""

    connection: S | None
    until: float
    reserved_for: str | None = None  # the address, until somebody has sat there


@dataclass
class Asked:
    """When somebody who waits is to ask again, and from which address the last question came."""

    due: float
    address: str


class Hall(Generic[S]):
    """``seats`` for connections of any kind; ``secret`` signs the tickets."""

    def __init__(self, seats: int, secret: bytes, clock: Callable[[], float] = time.time) -> None:
        self.seats, self._secret, self._clock = seats, secret, clock
        self.taken: dict[Ticket, Seat[S]] = {}
        self.waiting: list[Ticket] = []  # in order
        self._due: dict[Ticket, Asked] = {}  # of those
        self._waiting_from: Counter[str] = Counter()
        self._swept = 0.0

    def ask(self, text: str, address: str = "") -> Place:
        """The place of whoever shows a ticket, or none, at an ``address``; 0 where there is a seat."""
        now = self._clock()
        self._sweep(now)
        ticket, written = self._read(text) or (self._new(now), now)
        seat = self.taken.get(ticket)
        if seat is not None and seat.connection is None:
            seat.until = max(seat.until, now + RESERVED)
            return Place(0, self._write(ticket, now), 0.0)
        if seat is not None or (ticket not in self._due and now - written > KEEPS_PLACE):
            ticket = self._new(now)  # another page of the same visitor, or one who has lost the place
        if self._awake_before(ticket, now) < self.free:
            self._leave_queue(ticket)
            if self._may_reserve(address):
                self.taken[ticket] = Seat(None, now + RESERVED, address)
            return Place(0, self._write(ticket, now), 0.0)
        if ticket in self._due:
            self._leave_queue(ticket)
        elif len(self.waiting) >= MOST_WAITING or self._waiting_from[address] >= MOST_FROM_ADDRESS:
            return Place(None, "", LATEST)
        insort(self.waiting, ticket)
        number = bisect_left(self.waiting, ticket) + 1
        again = min(SOONEST + number / 20, LATEST)
        self._due[ticket] = Asked(now + again, address)
        self._waiting_from[address] += 1
        return Place(number, self._write(ticket, now), again)

    def _may_reserve(self, address: str) -> bool:
        """Whether one more seat may wait for somebody from ``address``."""
        most = max(LEAST_RESERVED, int(RESERVED_SHARE * self.seats))
        return sum(seat.reserved_for == address for seat in self.taken.values()) < most

    @property
    def free(self) -> int:
        """Seats that nobody has."""
        return self.seats - len(self.taken)

    def sit(self, text: str, connection: S) -> tuple[Ticket, S | None] | None:
        """Take the seat of a ticket, and the connection that had it before; None where there is no seat.

        Without a ticket that has one, there must be more free seats than people who have waited longer.
        """
        now = self._clock()
        self._sweep(now)
        ticket, written = self._read(text) or (self._new(now), now)
        seat = self.taken.get(ticket)
        if seat is not None:
            before, seat.connection, seat.reserved_for = seat.connection, connection, None
            return ticket, before
        if now - written > KEEPS_PLACE:
            ticket = self._new(now)
        if self._awake_before(ticket, now) >= self.free:
            return None
        self._leave_queue(ticket)
        self.taken[ticket] = Seat(connection, 0.0)
        return ticket, None

    def rise(self, ticket: Ticket, connection: S, code: int) -> None:
        """A connection has ended, by the ``code`` of its WebSocket; its seat waits for a while."""
        seat = self.taken.get(ticket)
        if seat is not None and seat.connection == connection:  # else the visitor has come back already
            seat.connection = None
            seat.until = self._clock() + (LEFT if code in CLOSED else LOST)

    def _awake_before(self, ticket: Ticket, now: float) -> int:
        """How many before ``ticket`` are awake; no more than there are free seats are counted."""
        count = 0
        for before in self.waiting:
            if before >= ticket or count >= self.free:
                break
            count += self._due[before].due + LATE >= now
        return count

    def _leave_queue(self, ticket: Ticket) -> None:
        asked = self._due.pop(ticket, None)
        if asked is not None:
            del self.waiting[bisect_left(self.waiting, ticket)]
            self._waiting_from[asked.address] -= 1

    def _sweep(self, now: float) -> None:
        """Free the seats that were reserved in vain, and forget who sleeps for too long; once a second."""
        if 0.0 <= now - self._swept < 1.0:
            return
        self._swept = now
        for ticket in [t for t, seat in self.taken.items() if seat.connection is None and seat.until < now]:
            del self.taken[ticket]
        self.waiting = [t for t in self.waiting if self._due[t].due + KEEPS_PLACE >= now]
        self._due = {t: self._due[t] for t in self.waiting}
        self._waiting_from = Counter(asked.address for asked in self._due.values())

    def _new(self, now: float) -> Ticket:
        return Ticket(int(now * 1e6), secrets.token_bytes(8))

    def _write(self, ticket: Ticket, now: float) -> str:
        payload = _TICKET.pack(*ticket, int(now))
        return urlsafe_b64encode(payload + self._signature(payload)).decode().rstrip("=")

    def _read(self, text: str) -> tuple[Ticket, float] | None:
        """The ticket and when it was written; None where this is none of ours."""
        try:
            raw = urlsafe_b64decode(text[:64] + "=" * (-len(text) % 4))
        except ValueError:
            return None
        payload, signature = raw[: _TICKET.size], raw[_TICKET.size :]
        if len(payload) != _TICKET.size or not hmac.compare_digest(signature, self._signature(payload)):
            return None
        arrival, mark, written = _TICKET.unpack(payload)
        return Ticket(arrival, mark), float(written)

    def _signature(self, payload: bytes) -> bytes:
        return hmac.new(self._secret, payload, sha256).digest()[:_SIGNATURE]
