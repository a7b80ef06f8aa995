"""Seats for so many visitors, and a queue for those who come when all are taken.

``GRADVIZ_SEATS`` says how many there are; unless it is set, everyone is let in. Who finds no seat gets a page
that waits (page/serving/waiting.py) and asks now and then; a seat that is free goes to the first of those who
are awake. A place in the queue is a signed ticket: the server holds no more of it than when its owner has
asked last, and after a restart the order comes back by itself. It needs no cookie, which a frame in another
site's page would not have. The ticket of whoever is let in goes with the page's WebSocket, which is refused
without one while others wait.

All of it runs on the event loop.
"""

from __future__ import annotations

import hmac
import secrets
import struct
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from bisect import bisect_left, insort
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Generic, NamedTuple, TypeVar

SEATS = "GRADVIZ_SEATS"
MOST_WAITING = 5000  # some 300 bytes each; who comes after these is told to come back later
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


class Hall(Generic[S]):
    """``seats`` for connections of any kind; ``secret`` signs the tickets."""

    def __init__(self, seats: int, secret: bytes, clock: Callable[[], float] = time.time) -> None:
        self.seats, self._secret, self._clock = seats, secret, clock
        self.taken: dict[Ticket, Seat[S]] = {}
        self.waiting: list[Ticket] = []  # in order
        self._due: dict[Ticket, float] = {}  # of those, when each is to ask again
        self._swept = 0.0

    def ask(self, text: str) -> Place:
        """The place of whoever shows a ticket, or none; a seat is reserved for place 0."""
        now = self._clock()
        self._sweep(now)
        ticket, written = self._read(text) or (self._new(now), now)
        seat = self.taken.get(ticket)
        if seat is not None and seat.connection is None:
            seat.until = max(seat.until, now + RESERVED)
            return Place(0, self._write(ticket, now), 0.0)
        if seat is not None or (ticket not in self._due and now - written > KEEPS_PLACE):
            ticket = self._new(now)  # another page of the same visitor, or one who has lost the place
        if ticket not in self._due:
            if len(self.waiting) >= MOST_WAITING:
                return Place(None, "", LATEST)
            insort(self.waiting, ticket)
        if self._awake_before(ticket, now) < self.free:
            self._leave_queue(ticket)
            self.taken[ticket] = Seat(None, now + RESERVED)
            return Place(0, self._write(ticket, now), 0.0)
        number = bisect_left(self.waiting, ticket) + 1
        again = min(SOONEST + number / 20, LATEST)
        self._due[ticket] = now + again
        return Place(number, self._write(ticket, now), again)

    @property
    def free(self) -> int:
        """Seats that nobody has."""
        return self.seats - len(self.taken)

    def sit(self, text: str, connection: S) -> tuple[Ticket, S | None] | None:
        """Take the seat of a ticket, and the connection that had it before; None where there is no seat.

        Without a ticket that has one, there must be more free seats than people who wait.
        """
        now = self._clock()
        self._sweep(now)
        shown = self._read(text)
        ticket = shown[0] if shown else self._new(now)
        seat = self.taken.get(ticket)
        if seat is not None:
            before, seat.connection = seat.connection, connection
            return ticket, before
        if self._awake_before(None, now) >= self.free:
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

    def _awake_before(self, ticket: Ticket | None, now: float) -> int:
        """How many before ``ticket``, or of all, are awake; no more than there are free seats are counted."""
        count = 0
        for before in self.waiting:
            if before == ticket or count >= self.free:
                break
            count += self._due[before] + LATE >= now
        return count

    def _leave_queue(self, ticket: Ticket) -> None:
        place = bisect_left(self.waiting, ticket)
        if place < len(self.waiting) and self.waiting[place] == ticket:
            del self.waiting[place]
        self._due.pop(ticket, None)

    def _sweep(self, now: float) -> None:
        """Free the seats that were reserved in vain, and forget who sleeps for too long; once a second."""
        if 0.0 <= now - self._swept < 1.0:
            return
        self._swept = now
        for ticket in [t for t, seat in self.taken.items() if seat.connection is None and seat.until < now]:
            del self.taken[ticket]
        self.waiting = [t for t in self.waiting if t in self._due and self._due[t] + KEEPS_PLACE >= now]
        self._due = {t: self._due[t] for t in self.waiting}

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
