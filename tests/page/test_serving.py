"""What the server tells of itself: probes, and numbers that an outside reader of the format understands."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable
from uuid import UUID

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette
from starlette.types import Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from gradviz.symbolic import worker
from page import runtime
from page.serving import metrics
from page.serving.probes import probes
from page.serving.sockets import Sockets
from tests.support.asgi import fetch


def request(**asked: bool) -> bytes:
    message = BackMsg(**asked)
    if not asked:
        message.rerun_script.query_string = "f=x"
    return message.SerializeToString()


def ended(how: ForwardMsg.ScriptFinishedStatus.ValueType) -> bytes:
    """As Streamlit sends it: with the names of the run, and of the fragments that it has drawn."""
    message = ForwardMsg(script_finished=how)
    message.metadata.run.script_run_id = str(UUID(int=1))
    message.metadata.run.fragment_ids.extend([UUID(int=2).hex] * 3)
    return message.SerializeToString()


def numbers() -> dict[str, float]:
    """All samples by name and labels, as Prometheus' own reader has them."""
    text = fetch(Starlette(routes=probes("/here", threading.Event())), "/here/metrics").text
    return {
        " ".join([sample.name, *(f"{key}={value}" for key, value in sample.labels.items())]): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_ready_comes_after_alive():
    warm = threading.Event()
    app = Starlette(routes=probes("/here", warm))
    assert fetch(app, "/here/healthz").status == 200
    assert fetch(app, "/here/readyz").status == 503
    warm.set()
    assert fetch(app, "/here/readyz").status == 200
    assert fetch(app, "/here/readyz").headers["cache-control"] == "no-store"


def converse(messages: Iterable[tuple[str, bytes]], during: list[float] | None = None) -> None:
    """A WebSocket on which these messages go ("in" or "out"), through the counting, until it is closed."""
    script = list(messages)
    incoming = [{"type": "websocket.receive", "bytes": data} for way, data in script if way == "in"]

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "websocket.accept"})
        for way, data in script:
            if way == "in":
                await receive()
            else:
                await send({"type": "websocket.send", "bytes": data})
        if during is not None:
            during.append(metrics.REGISTRY.get_sample_value("gradviz_connections"))

    async def receive() -> Message:
        return incoming.pop(0)

    async def send(message: Message) -> None:
        pass

    asyncio.run(Sockets(app, {})({"type": "websocket"}, receive, send))


PICTURE = ForwardMsg(hash="h" * 1000).SerializeToString()
WHOLE, FRAGMENT = ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY
LEFT, BROKEN = ForwardMsg.FINISHED_EARLY_FOR_RERUN, ForwardMsg.FINISHED_WITH_COMPILE_ERROR
# what goes over a socket, the runs counted by their end, and how many answers had their time taken
TALKS = (
    ([("in", request()), ("out", PICTURE), ("out", ended(WHOLE))], {"page": 1}, 1),
    ([("in", request()), ("out", ended(FRAGMENT)), ("in", request()), ("out", ended(WHOLE))],
     {"fragment": 1, "page": 1}, 2),
    ([("in", request()), ("in", request()), ("out", ended(LEFT)), ("out", ended(WHOLE))],
     {"superseded": 1, "page": 1}, 1),
    ([("in", request()), ("out", ended(BROKEN))], {"broken": 1}, 1),
    ([("in", request(stop_script=True)), ("out", ended(WHOLE))], {"page": 1}, 0),
    ([("out", b"\xff garbage \x00"), ("out", b"")], {}, 0),
)  # fmt: skip


@pytest.mark.parametrize(("talk", "runs", "timed"), TALKS)
def test_runs_are_counted_by_their_end_and_answers_timed(talk, runs, timed):
    before, during = numbers(), []
    converse(talk, during)
    after = numbers()
    change = {name: after[name] - before[name] for name in after if name in before}
    for end in runtime.RUN_ENDS:
        assert change[f"gradviz_runs_total end={end}"] == runs.get(end, 0)
    assert change["gradviz_answer_seconds_count"] == timed
    assert change["gradviz_answer_seconds_bucket le=+Inf"] == timed
    assert 0 <= change["gradviz_answer_seconds_sum"] < 60
    assert change["gradviz_connections_opened_total"] == 1
    assert during == [before["gradviz_connections"] + 1]
    assert after["gradviz_connections"] == before["gradviz_connections"]


def test_a_socket_that_fails_is_no_longer_open():
    before = numbers()["gradviz_connections"]
    with pytest.raises(IndexError):
        asyncio.run(_broken_socket())
    assert numbers()["gradviz_connections"] == before


async def _broken_socket() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "websocket.accept"})
        raise IndexError

    async def silent(message: Message) -> None:
        pass

    await Sockets(app, {})({"type": "websocket"}, lambda: asyncio.sleep(0), silent)  # type: ignore[arg-type]


def test_other_requests_pass_untouched():
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        assert receive is marks[0]
        assert send is marks[1]

    marks = (object(), object())
    asyncio.run(Sockets(app, {})({"type": "http"}, *marks))  # type: ignore[arg-type]


def test_what_the_workers_count_is_told(monkeypatch):
    counts = {worker.STARTED: 3, worker.CUT_OFF: 2, worker.BUSY: 1}
    monkeypatch.setattr(worker, "counts", lambda: {"derivation": counts})
    monkeypatch.setattr(worker, "processes", lambda: [])
    told = numbers()
    assert told["gradviz_worker_starts_total worker=derivation"] == 3
    assert told["gradviz_cut_off_total worker=derivation"] == 2
    assert told["gradviz_worker_refusals_total worker=derivation"] == 1
    assert told["gradviz_worker_memory_bytes"] == 0


def test_the_memory_of_a_process_that_is_gone_is_none():
    assert metrics.resident_bytes(2**30) == 0


@pytest.mark.parametrize("kind", ["rerun_script", "stop_script", "clear_cache", "app_heartbeat"])
def test_the_kind_of_a_request_is_known(kind):
    message = BackMsg()
    if kind == "rerun_script":
        message.rerun_script.query_string = "f=x"
    else:
        setattr(message, kind, True)
    assert runtime.request_kind(message.SerializeToString()) == kind


def test_without_a_server_there_are_no_sessions_to_tell():
    assert runtime.sessions() is None
    assert not [name for name in numbers() if name.startswith("gradviz_sessions")]
