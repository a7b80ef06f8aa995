"""What a visitor and an address may ask for: what is above that waits or is refused, and others go on."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

from page import server
from page.placeholder import BUSY
from page.serving import limits, metrics, patience, sockets
from page.serving.limits import Bucket, Places, Rate, Rates, Turns, address_of, limited, whole_number
from page.serving.sockets import Sockets
from tests.support.asgi import fetched


def refusals(what: str) -> float:
    return metrics.REGISTRY.get_sample_value("gradviz_refusals_total", {"what": what}) or 0.0


def test_a_bucket_gives_its_burst_at_once_and_then_its_rate():
    bucket = Bucket(Rate(2.0, 3), now=0.0)
    assert [bucket.allows(0.0) for _ in range(4)] == [True] * 3 + [False]
    assert [bucket.allows(0.6), bucket.allows(0.6)] == [True, False]
    assert [bucket.allows(1000.0) for _ in range(4)] == [True] * 3 + [False]  # never more than its burst


def test_a_bucket_lends_tokens_of_the_future():
    bucket = Bucket(Rate(2.0, 1), now=0.0)
    assert [bucket.wait(0.0) for _ in range(4)] == [0.0, 0.5, 1.0, 1.5]


def test_one_address_does_not_take_from_another_and_few_are_remembered(monkeypatch):
    monkeypatch.setattr(limits, "ADDRESSES", 3)
    rates = Rates(Rate(1.0, 1))
    assert rates.allows("a", 0.0)
    assert not rates.allows("a", 0.0)
    assert all(rates.allows(name, 0.0) for name in "bcde")
    assert len(rates._buckets) == 3


def test_a_place_is_free_again_once_it_is_left():
    places = Places(2)
    assert [places.enter("a") for _ in range(3)] == [True, True, False]
    assert places.enter("b")
    places.leave("a")
    assert places.enter("a")
    for _ in range(2):
        places.leave("a")
    assert dict(places.taken) == {"b": 1}  # nothing is kept of who is gone
    assert all(Places(0).enter("a") for _ in range(1000))


@pytest.mark.parametrize(
    ("client", "address"),
    [
        (("192.0.2.7", 5), "192.0.2.7"),
        (("::ffff:192.0.2.7", 5), "192.0.2.7"),
        (None, ""),
        (("unix socket", 0), "unix socket"),
    ],
)
def test_the_address_of_a_request(client, address):
    assert address_of({"client": client}) == address


def test_devices_of_one_network_of_ipv6_are_one_address():
    """Each has 2⁶⁴ addresses of its own to ask from."""
    one, other, elsewhere = (
        address_of({"client": (name, 5)})
        for name in ("2001:db8::1", "2001:db8::ff:2%eth0", "2001:db8:0:1::1")
    )
    assert one == other != elsewhere


@pytest.mark.parametrize("value", ["0", "-1", "many", "1.5", "٣", "10000000"])
def test_a_setting_that_is_no_number_is_refused(value):
    with pytest.raises(ValueError, match="GRADVIZ_PER_ADDRESS"):
        whole_number("GRADVIZ_PER_ADDRESS", {"GRADVIZ_PER_ADDRESS": value})


def test_what_an_address_asks_for_too_often_is_refused_with_a_time():
    async def answer(_: Request) -> Response:
        return PlainTextResponse("ok")

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await (await bounded(Request(scope)))(scope, receive, send)

    async def statuses() -> list[int]:
        asked = [await fetched(app, "/", client=client) for client in "aaab"]
        assert asked[2].headers["retry-after"] == "1"
        return [each.status for each in asked]

    before = refusals("a draft")
    bounded = limited(answer, Rate(1e-9, 2), "a draft")
    assert asyncio.run(statuses()) == [200, 200, 429, 200]
    assert refusals("a draft") == before + 1


def test_no_more_wait_for_a_turn_than_may():
    async def outcomes() -> list[bool]:
        turns, release, found = Turns(1, 2), asyncio.Event(), []

        async def one() -> None:
            async with turns.turn() as drawn:
                found.append(drawn)
                await release.wait()

        tasks = [asyncio.create_task(one()) for _ in range(5)]
        while len(found) < 3:  # one has its turn, two are sent away, two wait
            await asyncio.sleep(0)
        assert sorted(found) == [False, False, True]
        release.set()
        await asyncio.gather(*tasks)
        return found

    assert sorted(asyncio.run(outcomes())) == [False, False, True, True, True]


def rerun(query: str = "f=x") -> bytes:
    message = BackMsg()
    message.rerun_script.query_string = query
    return message.SerializeToString()


def other(**asked: bool) -> bytes:
    return BackMsg(**asked).SerializeToString()


def heard(messages: Sequence[dict], settings: dict[str, str] | None = None) -> tuple[list, list[Message]]:
    """What of a visitor's messages reaches Streamlit, and all that is sent to the visitor."""
    incoming = [*messages, {"type": "websocket.disconnect", "code": 1000}]
    received: list[Message] = []
    sent: list[Message] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "websocket.accept"})
        while (message := await receive())["type"] == "websocket.receive":
            received.append(message["bytes"])

    async def receive() -> Message:
        return incoming.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(Sockets(app, settings or {})({"type": "websocket"}, receive, send))
    return received, sent


def frame(data: bytes) -> dict:
    return {"type": "websocket.receive", "bytes": data}


# what is sent, the code with which the socket is closed
HOSTILE = (
    ({"type": "websocket.receive", "text": "hello"}, 1003),
    (frame(b"\xff\xff\xff"), 1002),
    (frame(b""), 1002),
    (frame(rerun("x" * sockets.LONGEST_MESSAGE)), 1009),
)


@pytest.mark.parametrize(("message", "code"), HOSTILE)
def test_what_is_no_message_of_the_page_closes_the_socket(message, code):
    received, sent = heard([frame(rerun()), message, frame(rerun())])
    assert received == [rerun()]
    assert sent[-1] == {"type": "websocket.close", "code": code}


@pytest.mark.parametrize(
    "kind", ["clear_cache", "set_run_on_save", "load_git_info", "debug_shutdown_runtime"]
)
def test_what_streamlit_would_do_for_others_is_passed_over(kind):
    received, sent = heard([frame(other(**{kind: True})), frame(rerun())])
    assert received == [rerun()]
    assert sent == [{"type": "websocket.accept"}]


def test_a_file_that_is_made_when_it_is_asked_for_comes_through_but_no_installation():
    wanted, unwanted = BackMsg(), BackMsg()
    wanted.backend_operation_request.deferred_file.SetInParent()
    unwanted.backend_operation_request.install_skills.SetInParent()
    received, _ = heard([frame(unwanted.SerializeToString()), frame(wanted.SerializeToString())])
    assert received == [wanted.SerializeToString()]


def test_a_flood_waits_and_ends(monkeypatch):
    """As much as the burst at once, then each at its time, and no more after a hundred of these."""
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr(sockets.asyncio, "sleep", sleep)
    monkeypatch.setattr(sockets, "monotonic", lambda: 100.0)
    rate = sockets.MESSAGES
    received, sent = heard([frame(rerun())] * 1000)
    assert len(received) == rate.burst + sockets.MOST_DELAYED
    assert waits == pytest.approx([k / rate.per_second for k in range(1, sockets.MOST_DELAYED + 1)])
    assert sent[-1] == {"type": "websocket.close", "code": 1008}


def test_a_drag_never_waits(monkeypatch):
    clock = iter(range(10**6))
    monkeypatch.setattr(sockets, "monotonic", lambda: next(clock) * 0.12)  # as often as the page sends one
    monkeypatch.setattr(sockets.asyncio, "sleep", None)  # would fail
    received, _ = heard([frame(rerun())] * 2000)
    assert len(received) == 2000


def test_a_visitor_who_goes_while_an_answer_is_on_its_way_is_no_failure():
    """Starlette would take the socket for closed, and fail where Streamlit listens next."""
    gone: list[int] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "websocket.accept"})
        for _ in range(2):
            await send({"type": "websocket.send", "bytes": b"answer"})
        gone.append((await receive())["code"])

    async def receive() -> Message:
        return {"type": "websocket.disconnect", "code": 1001}

    async def send(message: Message) -> None:
        if message["type"] == "websocket.send":
            raise ConnectionResetError

    asyncio.run(Sockets(app, {})({"type": "websocket"}, receive, send))
    assert gone == [1001]


class Reader:
    """A visitor whose reading ``goes_on`` or not, behind the bounds; Streamlit answers each request."""

    def __init__(self, requests: int) -> None:
        self.goes_on = asyncio.Event()
        self.answered = self.cancelled = 0
        self._requests = requests

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "websocket.accept"})
        answers = []
        try:
            while (await receive())["type"] == "websocket.receive":
                answers.append(asyncio.create_task(send({"type": "websocket.send", "bytes": b"answer"})))
                await asyncio.sleep(0)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        finally:
            for answer in answers:
                answer.cancel()

    async def receive(self) -> Message:
        self._requests -= 1
        if self._requests < 0:
            await asyncio.sleep(60.0)
        return frame(rerun())

    async def send(self, message: Message) -> None:
        if message["type"] == "websocket.send":
            self.answered += 1
            await self.goes_on.wait()

    async def converse(self) -> None:
        await Sockets(self.app, {})({"type": "websocket"}, self.receive, self.send)


def test_who_does_not_read_gets_one_answer_and_is_given_up(monkeypatch):
    monkeypatch.setattr(sockets, "UNREAD", 0.05)
    before, count = unread(), metrics.CONNECTIONS._value.get()

    async def conversation() -> Reader:
        reader = Reader(20)
        await asyncio.wait_for(reader.converse(), 120.0)
        return reader

    reader = asyncio.run(conversation())
    assert (reader.answered, reader.cancelled) == (1, 1)
    assert unread() == before + 1
    assert metrics.CONNECTIONS._value.get() == count


def test_who_reads_again_in_time_is_answered(monkeypatch):
    before = unread()

    async def conversation() -> tuple[int, int, bool]:
        reader = Reader(20)
        talk = asyncio.create_task(reader.converse())
        while not reader.answered:
            await asyncio.sleep(0.001)
        for _ in range(100):  # in which a second one would be written
            await asyncio.sleep(0)
        first = reader.answered
        reader.goes_on.set()
        while reader.answered < 20:
            await asyncio.sleep(0.001)
        talk.cancel()  # the server stops: that is not given up
        with suppress(asyncio.CancelledError):
            await talk
        return first, reader.answered, talk.cancelled()

    assert asyncio.run(asyncio.wait_for(conversation(), 120.0)) == (1, 20, True)
    assert unread() == before


def unread() -> float:
    return metrics.REFUSED["messages that nobody reads"]._value.get()


class Connection:
    """One of uvicorn's, as far as it is looked at."""

    def __init__(self) -> None:
        self.cycle: Connection | None = None
        self.response_complete = self.closed = False
        self.transport = self

    def connection_made(self, transport: object) -> None:
        self.protocol: object = self

    def get_protocol(self) -> object:
        return self.protocol

    def is_closing(self) -> bool:
        return self.closed

    def abort(self) -> None:
        self.closed = True


def test_a_connection_without_a_whole_request_is_closed():
    class Watched(Connection):
        pass

    now = [0.0]
    watch = patience.Patience(lambda: now[0])
    watch.watch(Watched)
    slow, working, upgraded, busy = (Watched() for _ in range(4))
    for each in (slow, working, upgraded, busy):
        each.connection_made(None)
    upgraded.protocol = None
    working.cycle = Connection()  # a request that takes long
    for _ in range(20):
        watch.look()
        now[0] += 1.0
        busy.cycle = Connection()  # one after the other
        busy.cycle.response_complete = True
    assert [each.closed for each in (slow, working, upgraded, busy)] == [True, False, False, False]
    working.cycle.response_complete = True
    watch.look()
    now[0] += patience.SECONDS + 1
    assert watch.look() == 2


def test_uvicorn_has_what_the_patience_looks_at():
    """Not documented: without it a slow request is waited for, as before."""
    module, name = patience.PROTOCOLS[0]
    source = inspect.getsource(getattr(import_module(module), name))
    assert "def connection_made" in source
    for part in ("self.transport", "self.cycle", ".response_complete"):
        assert part in source


def test_an_address_has_so_many_sockets_and_no_more():
    settings = {"GRADVIZ_PER_ADDRESS": "1"}

    async def conversation() -> list[str]:
        sent: list[str] = []

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            await send({"type": "websocket.accept"})
            await receive()
            if scope.get("inner"):
                return
            await bounded(scope | {"inner": True}, receive, send)
            await bounded(scope | {"inner": True, "client": ("192.0.2.2", 1)}, receive, send)

        async def receive() -> Message:
            return {"type": "websocket.disconnect", "code": 1000}

        async def send(message: Message) -> None:
            sent.append(message["type"])

        bounded = Sockets(app, settings)
        for _ in range(2):
            await bounded({"type": "websocket", "client": ("192.0.2.1", 1)}, receive, send)
        return sent

    assert asyncio.run(conversation()) == ["websocket.accept", "websocket.close", "websocket.accept"] * 2


@pytest.mark.parametrize("reason", ["too often", "too many"])
def test_where_too_many_ask_the_first_document_has_no_picture(monkeypatch, reason):
    """It is the page all the same: Streamlit draws it once it runs."""
    monkeypatch.setattr(server, "is_warm", lambda: asyncio.sleep(0, True))
    if reason == "too often":
        monkeypatch.setattr(server, "FIRST_DOCUMENTS_OF", Rates(Rate(1.0, 0)))
    else:
        monkeypatch.setattr(server, "DRAWING", Turns(1, 0))

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await (await server.front_page(Request(scope)))(scope, receive, send)

    answer = asyncio.run(fetched(app, "/", query="f=x^2"))
    assert answer.status == 200
    assert BUSY in answer.text
    assert '<div id="root">' in answer.text
