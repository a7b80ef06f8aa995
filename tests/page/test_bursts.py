"""The messages of a run leave together, all of them, in order and in time."""

import asyncio
import threading

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import app_session, runtime
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from uvicorn.protocols.websockets import websockets_sansio_impl

from page import bursts

PATIENCE = 60.0  # seconds: only a fault waits for so long
PROTOCOL = websockets_sansio_impl.WebSocketsSansIOProtocol


@pytest.fixture
def as_it_was(monkeypatch):
    """What the module changes, put back at the end."""
    for owner, name in (
        (app_session.AppSession, "flush_browser_queue"),
        (runtime.Runtime, "_send_message"),
        (PROTOCOL, "connection_made"),
    ):
        monkeypatch.setattr(owner, name, getattr(owner, name))
    return monkeypatch


# --- the event loop ---


def counted_wakes(loop) -> list[None]:
    """What holds one for each time that the loop is woken from now on."""
    wakes, wake = [], loop._write_to_self

    def count() -> None:
        wakes.append(None)
        wake()

    loop._write_to_self = count
    return wakes


def test_a_run_does_not_wake_the_loop_for_each_message():
    async def put_many() -> tuple[list[int], int]:
        loop, done = asyncio.get_running_loop(), []
        wakes = counted_wakes(loop)
        runs = bursts.run_in_bursts(loop)

        def work() -> None:
            with runs.run():
                for k in range(500):
                    loop.call_soon_threadsafe(done.append, k)

        thread = threading.Thread(target=work)
        thread.start()
        thread.join()  # the loop stands still meanwhile
        woken = len(wakes)
        while len(done) < 500:
            await asyncio.sleep(0)
        return done, woken

    done, woken = asyncio.run(asyncio.wait_for(put_many(), PATIENCE))
    assert done == list(range(500))
    assert woken == 2  # at its beginning and its end


def test_messages_leave_while_the_run_goes_on():
    """Two runs one after the other and beside each other, each waiting for its messages to be seen."""

    async def converse() -> list[int]:
        loop = asyncio.get_running_loop()
        runs = bursts.run_in_bursts(loop)

        def work(number: int) -> int:
            for _ in range(2):
                with runs.run():
                    for _ in range(5):
                        seen = threading.Event()
                        loop.call_soon_threadsafe(seen.set)
                        assert seen.wait(PATIENCE)
            return number

        return await asyncio.gather(*(asyncio.to_thread(work, number) for number in range(2)))

    assert asyncio.run(asyncio.wait_for(converse(), 2 * PATIENCE)) == [0, 1]


def test_a_run_that_has_failed_wakes_the_loop_as_any_other_thread():
    async def fail() -> tuple[int, int]:
        loop = asyncio.get_running_loop()
        wakes = counted_wakes(loop)
        runs = bursts.run_in_bursts(loop)

        def work() -> None:
            with pytest.raises(ZeroDivisionError), runs.run():
                1 / 0  # noqa: B018
            loop.call_soon_threadsafe(int)
            loop.call_soon_threadsafe(int)

        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        return len(wakes), runs._runs

    assert asyncio.run(fail()) == (4, 0)


def test_a_loop_of_another_kind_is_left_as_it_is():
    assert bursts.run_in_bursts(object()) is None


# --- Streamlit's queue ---


class Info:
    def __init__(self) -> None:
        self.sent = []


class Session:
    """One whose queue is asked whether it is empty, and gives its messages."""

    def __init__(self, *messages: object) -> None:
        self._browser_queue = ForwardMsgQueue()
        self._browser_queue._queue = list(messages)


def test_streamlit_of_today_sends_together(as_it_was):
    assert bursts.send_together()
    changed = app_session.AppSession.flush_browser_queue
    assert bursts.send_together()  # once is enough
    assert app_session.AppSession.flush_browser_queue is changed


@pytest.mark.parametrize(("count", "goes"), [(0, 0), (1, 1), (100, 1), (101, 2), (250, 3)])
def test_each_message_is_sent_once_and_in_order(as_it_was, count, goes):
    messages = [ForwardMsg(ref_hash=str(number)) for number in range(count)]
    as_it_was.setattr(runtime.Runtime, "_send_message", lambda self, info, message: info.sent.append(message))
    assert bursts.send_together()
    info, given = Info(), app_session.AppSession.flush_browser_queue(Session(*messages))
    assert len(given) == goes
    for message in given:
        runtime.Runtime._send_message(None, info, message)
    assert info.sent == messages


def test_a_message_by_itself_is_sent_as_it_was(as_it_was):
    as_it_was.setattr(runtime.Runtime, "_send_message", lambda self, info, message: info.sent.append(message))
    assert bursts.send_together()
    info, message = Info(), object()
    runtime.Runtime._send_message(None, info, message)
    assert info.sent == [message]


async def asks_for_more(self, msg_list, active_session_info):
    """As Streamlit's loop might be one day: it looks into a message."""
    for msg in msg_list:
        try:
            self._send_message(active_session_info, msg)
        except OSError:
            print(msg.metadata)


@pytest.mark.parametrize("name", ["_loop_coroutine", "_send_message"])
def test_where_streamlit_sends_in_another_way_it_does_so(as_it_was, name):
    if name == "_send_message":
        as_it_was.delattr(runtime.Runtime, name)
    else:
        as_it_was.setattr(runtime.Runtime, name, asks_for_more)
    before = app_session.AppSession.flush_browser_queue
    assert not bursts.send_together()
    assert app_session.AppSession.flush_browser_queue is before


# --- the network ---


class Transport:
    """Keeps what is done with it."""

    def __init__(self) -> None:
        self.done = []

    def write(self, data: bytes) -> None:
        self.done.append(data)

    def close(self) -> None:
        self.done.append("closed")

    def is_closing(self) -> bool:
        return "closed" in self.done


async def gather(*parts: bytes) -> tuple[list, list]:
    """What a transport is given by then, and a turn of the loop later."""
    transport = Transport()
    gathering = bursts.Gathering(transport, asyncio.get_running_loop())
    for part in parts:
        gathering.write(part)
    at_once = list(transport.done)
    await asyncio.sleep(0)
    return at_once, transport.done


def test_what_is_written_in_one_turn_of_the_loop_goes_out_at_once():
    assert asyncio.run(gather(b"a", b"b", b"c")) == ([], [b"abc"])


def test_more_than_the_network_takes_goes_out_before():
    large = b"-" * bursts.MOST_HELD
    assert asyncio.run(gather(b"a", large, b"b")) == ([b"a" + large], [b"a" + large, b"b"])


def test_what_is_held_goes_out_before_the_connection_is_closed():
    async def close() -> tuple[list, bool]:
        transport = Transport()
        gathering = bursts.Gathering(transport, asyncio.get_running_loop())
        gathering.write(b"good-bye")
        gathering.close()
        await asyncio.sleep(0)
        return transport.done, gathering.is_closing()

    assert asyncio.run(close()) == ([b"good-bye", "closed"], True)


def test_a_new_websocket_of_uvicorn_writes_together(as_it_was):
    def made(self, transport) -> None:
        self.transport = transport

    as_it_was.setattr(PROTOCOL, "connection_made", made)
    assert bursts.write_together()
    assert bursts.write_together()  # once is enough

    async def connect() -> tuple[object, list]:
        protocol, transport = PROTOCOL.__new__(PROTOCOL), Transport()
        protocol.connection_made(transport)
        protocol.transport.write(b"a")
        protocol.transport.write(b"b")
        await asyncio.sleep(0)
        return type(protocol.transport), transport.done

    assert asyncio.run(connect()) == (bursts.Gathering, [b"ab"])


def test_uvicorn_of_today_writes_together(as_it_was):
    assert bursts.write_together()


def test_where_uvicorn_has_become_another_it_writes_as_it_does(as_it_was):
    def made(self) -> None: ...

    as_it_was.setattr(PROTOCOL, "connection_made", made)
    assert not bursts.write_together()
    assert PROTOCOL.connection_made is made


def test_a_websocket_that_keeps_its_transport_elsewhere_is_left_alone(as_it_was):
    def made(self, transport) -> None:
        self.kept = transport

    as_it_was.setattr(PROTOCOL, "connection_made", made)
    assert bursts.write_together()

    async def connect() -> bool:
        protocol, transport = PROTOCOL.__new__(PROTOCOL), Transport()
        protocol.connection_made(transport)
        return protocol.kept is transport and not hasattr(protocol, "transport")

    assert asyncio.run(connect())
