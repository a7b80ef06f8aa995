"""A hall with so many seats: who comes when it is full waits in order, and is let in by itself."""

from __future__ import annotations

import asyncio
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Message, Receive, Scope, Send

from gradviz import link
from page import server
from page.serving import hall
from page.serving.hall import Hall, Place, Ticket
from page.serving.sockets import Sockets
from page.serving.waiting import FULL, LATER, TICKET, place_response, split_query, waiting_page
from tests.support.asgi import fetch
from tests.support.paths import ROOT


class Clock:
    def __init__(self) -> None:
        self.now = 1e9

    def __call__(self) -> float:
        self.now += 1e-3  # no two at the same time
        return self.now


SECRET = b"of the test"


def opened(seats: int) -> tuple[Hall[str], Clock]:
    clock = Clock()
    return Hall(seats, SECRET, clock), clock


def taken(place: Hall[str], ticket: str, name: str) -> Ticket:
    found = place.sit(ticket, name)
    assert found is not None
    return found[0]


def seated(place: Hall[str], name: str) -> Ticket:
    """Somebody who has come while there was room, and is connected."""
    return taken(place, place.ask("").ticket, name)


def numbers(place: Hall[str], tickets: list[str]) -> list[int | None]:
    return [place.ask(ticket).number for ticket in tickets]


def test_who_comes_first_sits_first_and_the_rest_are_told_their_number():
    place, clock = opened(2)
    first = [seated(place, name) for name in "ab"]
    waiting = [place.ask("") for _ in range(3)]
    assert [each.number for each in waiting] == [1, 2, 3]
    assert all(hall.SOONEST <= each.again <= hall.LATEST for each in waiting)
    tickets = [each.ticket for each in waiting]
    place.rise(first[0], "a", 1001)
    assert numbers(place, tickets[::-1]) == [3, 2, 1]  # loading the page anew must not cost the seat
    clock.now += hall.LEFT + 1
    assert numbers(place, tickets[::-1]) == [3, 2, 0]  # whoever asks first: the first in the queue sits
    assert numbers(place, tickets[1:]) == [1, 2]
    assert place.sit(tickets[0], "c") is not None


def test_nobody_slips_in_beside_the_queue():
    place, clock = opened(1)
    first = seated(place, "a")
    ticket = place.ask("").ticket
    place.rise(first, "a", 1000)
    clock.now += hall.LEFT + 1
    assert place.sit("", "intruder") is None
    assert place.sit(hall.Hall(1, b"forged").ask("").ticket, "intruder") is None
    assert place.ask("").number == 2
    assert place.ask(ticket).number == 0
    assert place.sit("", "intruder") is None  # the seat is reserved
    assert place.sit(ticket, "b") is not None


def test_a_visitor_without_a_ticket_sits_where_there_is_room_for_all_who_wait():
    place, _ = opened(2)
    assert place.sit("", "a") is not None
    assert place.sit("no ticket", "b") is not None
    assert place.sit("", "c") is None


def test_a_seat_outlives_a_lost_connection_for_a_while():
    place, clock = opened(1)
    ticket = place.ask("").ticket
    key = taken(place, ticket, "a")
    place.rise(key, "a", 1006)
    clock.now += hall.LOST - 1
    assert place.ask("").number == 1
    assert place.sit(ticket, "a again") == (key, None)
    place.rise(key, "a again", 1006)
    clock.now += hall.LOST + 1
    assert place.ask("").number == 0


def test_a_visitor_who_is_back_before_the_loss_was_noticed_replaces_the_old_connection():
    place, _ = opened(1)
    ticket = place.ask("").ticket
    key = taken(place, ticket, "old")
    assert place.sit(ticket, "new") == (key, "old")
    place.rise(key, "old", 1006)
    assert place.ask("").number == 1  # the seat is still taken, by the new one
    assert place.free == 0


def test_a_second_page_of_a_visitor_waits_as_everyone():
    """A browser copies what a tab has stored: two pages on one seat would take it in turns."""
    place, _ = opened(1)
    ticket = place.ask("").ticket
    assert place.sit(ticket, "a") is not None
    again = place.ask(ticket)
    assert again.number == 1
    assert again.ticket != ticket


def test_who_sleeps_is_passed_over_keeps_the_place_for_a_while_and_then_loses_it():
    place, clock = opened(1)
    first = seated(place, "a")
    asleep, awake = place.ask(""), place.ask("")
    clock.now += asleep.again + hall.LATE + 1
    awake = place.ask(awake.ticket)
    assert awake.number == 2
    place.rise(first, "a", 1000)
    clock.now += hall.LEFT + 1
    assert place.ask(awake.ticket).number == 0
    assert place.ask(asleep.ticket).number == 1  # back in time
    third = place.ask("")
    clock.now += hall.KEEPS_PLACE + asleep.again + 2
    third = place.ask(third.ticket)  # has slept as long
    assert third.number == 0 or third.number == 1
    late = place.ask(asleep.ticket)
    assert late.ticket[:10] != asleep.ticket[:10]  # a new arrival


def test_the_order_outlives_a_restart():
    place, clock = opened(1)
    seated(place, "a")
    tickets = [place.ask("").ticket for _ in range(5)]
    after = Hall(1, SECRET, clock)
    assert after.sit("", "a") is not None
    for ticket in (tickets[k] for k in (3, 0, 4, 2, 1)):
        after.ask(ticket)
    assert numbers(after, tickets) == [1, 2, 3, 4, 5]


def test_a_seat_that_is_reserved_in_vain_is_free_again():
    place, clock = opened(1)
    assert place.ask("").number == 0
    assert place.ask("").number == 1
    clock.now += hall.RESERVED + 1
    assert place.ask("").number == 0


def test_one_address_that_only_asks_leaves_the_hall_to_the_others():
    place, clock = opened(100)
    for _ in range(500):
        assert place.ask("", "greedy").number == 0
    assert place.free == 75
    assert [seated(place, f"{k}") for k in range(75)]
    assert place.ask("", "late").number == 1
    clock.now += hall.RESERVED + 1
    assert place.ask("", "late").number == 0  # nobody has come for them


def test_a_hall_behind_one_router_fills_all_its_seats():
    place, _ = opened(100)
    tickets = [place.ask("", "router").ticket for _ in range(100)]
    assert all(place.sit(ticket, ticket) for ticket in reversed(tickets))
    assert place.free == 0
    assert place.ask("", "router").number == 1


def test_who_has_waited_sits_before_those_behind_even_where_no_seat_is_reserved():
    place, _ = opened(40)
    for k in range(30):
        seated(place, f"{k}")
    for _ in range(10):
        place.ask("", "router")  # as many as are reserved for one address
    waiting = [place.ask("", "router").ticket for _ in range(3)]
    assert numbers(place, waiting) == [1, 2, 3]
    place.seats += 1
    first = place.ask(waiting[0], "router")
    assert (first.number, place.free) == (0, 1)  # not reserved
    assert place.sit("", "intruder") is None
    assert place.sit(first.ticket, "first") is not None
    assert numbers(place, waiting[1:]) == [1, 2]


def test_an_old_ticket_does_not_pass_the_queue():
    place, clock = opened(1)
    old = place.ask("").ticket
    clock.now += hall.RESERVED + 1
    key = seated(place, "a")
    clock.now += hall.KEEPS_PLACE
    waiting = place.ask("").ticket
    place.rise(key, "a", 1000)
    clock.now += hall.LEFT + 1
    assert place.sit(old, "late") is None
    assert place.ask(waiting).number == 0


def test_one_address_has_a_share_of_the_queue(monkeypatch):
    monkeypatch.setattr(hall, "MOST_FROM_ADDRESS", 3)
    place, clock = opened(1)
    seated(place, "a")
    tickets = [place.ask("", "greedy") for _ in range(5)]
    assert [each.number for each in tickets] == [1, 2, 3, None, None]
    assert place.ask("", "other").number == 4
    assert place.ask(tickets[0].ticket, "greedy").number == 1  # asking again takes no more
    clock.now += hall.KEEPS_PLACE + hall.LATEST + 1
    assert place.ask("", "greedy").number == 1
    assert place._waiting_from == {"greedy": 1}


def test_memory_is_bounded(monkeypatch):
    monkeypatch.setattr(hall, "MOST_WAITING", 3)
    place, clock = opened(1)
    seated(place, "a")
    assert [place.ask("").number for _ in range(5)] == [1, 2, 3, None, None]
    clock.now += hall.KEEPS_PLACE + hall.LATEST + 1
    assert place.ask("").number == 1
    assert len(place._due) == len(place.waiting) == 1


@given(st.text(max_size=90))
def test_no_text_is_a_ticket_but_ours(text):
    assert opened(1)[0]._read(text) is None


@given(st.integers(0, 42), st.integers(0, 63))
def test_a_ticket_that_was_changed_is_none(where, letter):
    place, _ = opened(1)
    ticket = place.ask("").ticket
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    changed = ticket[:where] + alphabet[letter] + ticket[where + 1 :]
    found = place._read(changed)
    assert found is None or found == place._read(ticket)  # the last letter has bits that count for nothing


ACTIONS = st.lists(st.tuples(st.sampled_from(["ask", "sit", "rise", "wait"]), st.integers(0, 9)), max_size=80)


@given(ACTIONS, st.integers(1, 3))
def test_never_more_connections_than_seats(actions, seats):
    place, clock = opened(seats)
    tickets, sitting = [""] * 10, {}
    for action, who in actions:
        if action == "ask":
            tickets[who] = place.ask(tickets[who]).ticket
        elif action == "sit" and who not in sitting:
            found = place.sit(tickets[who], f"{who}")
            if found:
                sitting = {k: v for k, v in sitting.items() if v != found[0]}
                sitting[who] = found[0]
        elif action == "rise" and who in sitting:
            place.rise(sitting.pop(who), f"{who}", 1001)
        elif action == "wait":
            clock.now += 7.0 * who
        assert len(sitting) <= len(place.taken) <= seats
        assert place.waiting == sorted(place.waiting)


QUERIES = (
    ("", ("", "")),
    ("f=x%2By&at=1,2", ("f=x%2By&at=1,2", "")),
    ("seat=ab-_9", ("", "ab-_9")),
    ("f=x+y&seat=t&at=1", ("f=x+y&at=1", "t")),
    ("seat=t&f=x", ("f=x", "t")),
    ("f=seat=t", ("f=seat=t", "")),
    ("beseat=t", ("beseat=t", "")),
)


@pytest.mark.parametrize(("query", "parts"), QUERIES)
def test_the_ticket_is_taken_out_of_a_link_and_the_rest_stays_as_it_was(query, parts):
    assert split_query(query) == parts
    assert TICKET not in {key.name for key in link.KEYS}


def test_the_page_that_waits_says_the_number_shows_the_picture_and_repeats_nothing_unescaped():
    page = waiting_page(
        'f=x&"><script>alert(1)</script>', Place(12, "ticket", 2.6), "<title>f</title>", "<p>PICTURE</p>"
    )
    text = bytes(page.body).decode()
    assert page.status_code == 503
    assert page.headers["retry-after"] == "30"
    assert page.headers["cache-control"] == "no-store"
    assert "You are number <strong>12</strong>." in text
    assert FULL in text
    assert "PICTURE" in text
    assert "<script>alert" not in text
    assert "seat=ticket" in text
    full = bytes(waiting_page("", Place(None, "", 30.0), "", "").body).decode()
    assert LATER in full
    assert "<span hidden>" in full
    assert bytes(place_response(Place(3, "t", 2.0)).body) == b'{"place":3,"ticket":"t","again":2.0}'


def test_a_proxy_is_told_who_waits_and_may_look_elsewhere():
    assert "gradviz-waits" not in place_response(Place(0, "t", 0.0)).headers
    waiting = place_response(Place(3, "t", 2.0)), place_response(Place(None, "", 30.0))
    for response in (*waiting, waiting_page("", Place(1, "t", 2.0), "", "")):
        assert response.headers["gradviz-waits"] == "1"
    nginx = (ROOT / "deploy" / "nginx" / "gradviz.conf").read_text(encoding="utf-8")
    (rules,) = re.findall(r"map \$upstream_http_gradviz_waits \$(\w+) \{[^}]*\b1 \"gradviz_seat=;", nginx)
    assert f"add_header Set-Cookie ${rules} always;" in nginx


@pytest.fixture
def hall_of_one(monkeypatch) -> Hall:
    place: Hall = Hall(1, SECRET)
    monkeypatch.setattr(server, "HALL", place)
    server.warm.set()
    yield place
    server.warm.clear()


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    from starlette.requests import Request

    await (await server.front_page(Request(scope)))(scope, receive, send)


def test_the_first_document_has_a_ticket_as_long_as_there_is_a_seat(hall_of_one):
    first = fetch(app, "/", query="f=x^2")
    assert first.status == 200
    assert '<div id="root">' in first.text
    ticket = first.text.partition('<meta name="gradviz-seat" content="')[2].partition('"')[0]
    assert hall_of_one.sit(ticket, "a") is not None
    second = fetch(app, "/", query="f=x^2")
    assert second.status == 503
    assert "number <strong>1</strong>" in second.text
    assert "<figure>" in second.text
    assert fetch(app, "/", query="f=x^2", method="HEAD").status == 200  # takes no seat
    assert len(hall_of_one.waiting) == 1


def test_a_socket_without_a_seat_is_refused_and_a_replaced_one_ended():
    place: Hall = Hall(1, SECRET)
    ticket = place.ask("").ticket
    log: list[tuple[str, str]] = []

    async def inner(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "websocket.accept"})
        while (await receive())["type"] != "websocket.disconnect":
            pass
        await send({"type": "websocket.send", "bytes": b"too late"})

    sockets = Sockets(inner, {}, place)

    def socket(name: str, shown: str, over: asyncio.Event) -> asyncio.Task:
        async def receive() -> Message:
            await over.wait()
            return {"type": "websocket.disconnect", "code": 1006}

        async def send(message: Message) -> None:
            log.append((name, message["type"].partition(".")[2]))

        query = f"seat={shown}".encode()
        return asyncio.create_task(sockets({"type": "websocket", "query_string": query}, receive, send))

    async def conversation() -> None:
        over = asyncio.Event()
        old = socket("old", ticket, over)
        await asyncio.sleep(0)
        stranger = socket("stranger", "", over)
        await asyncio.sleep(0)
        new = socket("new", ticket, over)
        await asyncio.sleep(0)
        over.set()
        await asyncio.gather(old, stranger, new)

    asyncio.run(conversation())
    assert log == [
        ("old", "accept"), ("stranger", "close"), ("old", "close"), ("new", "accept"), ("new", "send"),
    ]  # fmt: skip
    assert place.free == 0  # reserved for whoever has lost the connection
