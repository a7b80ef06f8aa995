"""What the server does besides answering, and that it does nothing where the system or Streamlit cannot."""

import asyncio
import ctypes
import socket
from contextlib import ExitStack
from types import SimpleNamespace

import pytest
from streamlit import runtime
from streamlit.runtime.caching.ttl_cache import TTLCache
from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.runtime.websocket_session_manager import WebsocketSessionManager

from page.runtime import held_sessions
from page.serving import upkeep


@pytest.fixture(autouse=True)
def _look_anew():
    upkeep._allocator.cache_clear()
    yield
    upkeep._allocator.cache_clear()


def delay_off(connection: socket.socket) -> bool:
    return connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0


def test_what_a_listening_socket_accepts_sends_at_once():
    with ExitStack() as stack:
        listening = stack.enter_context(socket.socket())  # as Streamlit makes its own: protocol 0
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        assert not delay_off(listening)
        assert upkeep.send_at_once() >= 1
        client = stack.enter_context(socket.create_connection(listening.getsockname()))
        accepted = stack.enter_context(listening.accept()[0])
        assert delay_off(accepted)
        client.sendall(b"still open")  # the copy that was closed is not the socket itself
        assert accepted.recv(10) == b"still open"


def test_other_files_are_left_alone(tmp_path, monkeypatch):
    with (tmp_path / "file").open("w") as file, socket.socket(socket.AF_UNIX) as local:
        names = [str(file.fileno()), str(local.fileno()), "99999"]
        monkeypatch.setattr(upkeep, "_descriptors", lambda: names)
        assert upkeep.send_at_once() == 0
        file.write("still open")


def test_a_system_that_lists_no_descriptors_is_left_as_it_is(monkeypatch):
    def refuse(_):
        raise FileNotFoundError

    monkeypatch.setattr(upkeep.os, "listdir", refuse)
    assert upkeep.send_at_once() == 0


def test_the_allocator_takes_what_it_is_told_where_it_is_that_of_glibc():
    is_glibc = hasattr(ctypes.CDLL(None), "gnu_get_libc_version")
    assert upkeep.limit_arenas() is is_glibc
    upkeep.give_memory_back()
    assert upkeep.give_memory_back() in (True, False)


@pytest.mark.parametrize("library", [object(), None])
def test_another_allocator_is_left_alone(monkeypatch, library):
    def load(_):
        if library is None:
            raise OSError("no such library")
        return library

    monkeypatch.setattr(upkeep.ctypes, "CDLL", load)
    assert not upkeep.limit_arenas()
    assert not upkeep.give_memory_back()


def manager_with(clock, **active: object) -> WebsocketSessionManager:
    storage = MemorySessionStorage(ttl_seconds=30)
    storage._cache = TTLCache(maxsize=128, ttl=30, timer=lambda: clock[0])
    manager = WebsocketSessionManager(storage, None, None, None)  # type: ignore[arg-type]
    manager._active_session_info_by_id = dict(active)  # type: ignore[assignment]
    return manager


def info(name: str) -> SimpleNamespace:
    return SimpleNamespace(session=SimpleNamespace(id=name))


def test_a_session_without_its_visitor_ends_after_its_time(monkeypatch):
    """In Streamlit's own classes: reading the storage leaves what is past its time in it."""
    clock = [0.0]
    manager = manager_with(clock, present=info("present"))
    manager._session_storage.save(info("left"))
    monkeypatch.setattr(runtime.Runtime, "instance", lambda: SimpleNamespace(_session_mgr=manager))
    clock[0] = 29.0
    assert held_sessions() == {"present", "left"}
    clock[0] = 31.0
    assert len(manager._session_storage._cache._data) == 1
    assert held_sessions() == {"present"}
    assert len(manager._session_storage._cache._data) == 0


def test_where_streamlit_does_not_tell_of_sessions_none_are_known(monkeypatch):
    monkeypatch.setattr(runtime.Runtime, "instance", lambda: SimpleNamespace())
    assert held_sessions() is None


@pytest.mark.parametrize(
    ("looks", "collections"),
    [
        ([{"a"}, {"a"}, {"a", "b"}], 0),  # nobody has left
        ([{"a", "b"}, {"b"}, {"b"}], 1),
        ([None, None], 2),  # not told: it may be so
    ],
)
def test_memory_is_given_back_and_that_of_ended_sessions_is_collected_first(monkeypatch, looks, collections):
    collected, released, seen = [], [], iter(looks)
    done = asyncio.Event()

    def look():
        found = next(seen, done)
        if found is done:
            done.set()
            return set().union(*filter(None, looks[-1:]))
        return found

    monkeypatch.setattr(upkeep, "held_sessions", look)
    monkeypatch.setattr(upkeep.gc, "collect", lambda: collected.append(len(released)))
    monkeypatch.setattr(upkeep, "give_memory_back", lambda: released.append(1))

    async def run() -> None:
        task = asyncio.create_task(upkeep.keep_house(0.001))
        await asyncio.wait_for(done.wait(), 120)
        task.cancel()

    asyncio.run(run())
    assert len(collected) == collections
    assert len(released) >= len(looks)
    assert all(place < len(released) for place in collected)  # what was collected was given back
