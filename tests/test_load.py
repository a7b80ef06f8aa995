"""The client that loads the page: what it says of waits is right, and what goes wrong is counted."""

import asyncio
import gzip
import json
import math
import os
import re
import resource
import signal
import subprocess
import sys
import threading
from contextlib import asynccontextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.server import serve

from bench.hosting import CONFIGURATION, even_seats
from bench.load import options_of, seat_of
from bench.measures import Processes, Record, Sample, growth, percentile, ratios, seats, shares, table
from bench.students import ACTIONS, Habits, Hall, refuse_other_machines, unpacked, visit_first
from bench.visitor import OpenPage
from tests.support.paths import ROOT

WAITS = st.lists(st.floats(0, 1e3), min_size=1, max_size=300)


@given(WAITS, st.integers(1, 100))
def test_a_percentile_is_the_nearest_rank(waits, percent):
    assert percentile(waits, percent) == np.percentile(waits, percent, method="inverted_cdf")


def test_a_percentile_of_nothing_is_no_number():
    assert math.isnan(percentile([], 95))


def test_a_table_has_every_kind_and_counts_errors():
    record = Record()
    for k in range(100):
        record.add("ε", (k + 1) / 1000)
    record.add("point", 2.0)
    record.fail("point", TimeoutError())
    record.fail("point", TimeoutError())
    lines = [line.split() for line in table(record).splitlines()]
    assert lines[1] == ["ε", "100", "50", "95", "99", "100"]
    assert lines[3] == ["all", "101", "51", "96", "100", "2000"]
    assert lines[4:] == [["errors:", "2"], ["2", "×", "point:", "TimeoutError"]]


def test_ratios_are_ours_over_theirs():
    ours, theirs = Record(), Record()
    ours.add("ε", 3.0)
    theirs.add("ε", 2.0)
    assert ratios(ours, theirs, "ten") == "ratios to ten: p50 1.50, p95 1.50, p99 1.50"


def test_seats_are_what_a_core_has_time_for():
    """20 ms every 5 s are 0.4 % of a core: 175 of them are 70 %."""
    assert seats(0.02, 5.0) == 175
    assert seats(60.0, 5.0) == 1


def test_the_shares_of_servers_are_percents():
    assert shares([3.0, 1.0]) == "75 : 25"
    assert shares([0.0, 0.0]) == "- : -"


@pytest.mark.parametrize(("arguments", "seconds"), [([], 24.0), (["--visitors", "500"], 60.0)])
def test_a_hall_fills_as_fast_as_five_hundred_come_within_a_minute(arguments, seconds):
    assert options_of(["mix", *arguments]).arriving == seconds
    assert options_of(["mix", *arguments, "--arriving", "3"]).arriving == 3


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_signal_ends_what_was_started_too(name):
    program = (
        "import time; from tests.support.server import end_on_signals\n"
        "end_on_signals()\n"
        "try:\n print('begun', flush=True); time.sleep(60)\n"
        "finally: print('ended', flush=True)"
    )
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout.readline() == "begun\n"
        run.send_signal(getattr(signal, name))
        assert run.communicate(timeout=30)[0] == "ended\n"
    assert run.returncode == 128 + getattr(signal, name)


def test_growth_is_the_slope_per_hour():
    samples = [Sample(60.0 * k, 1, 400 + 0.5 * k, 0, 0) for k in range(10)]
    assert growth(samples) == pytest.approx(30)
    assert math.isnan(growth(samples[:1]))


def test_memory_and_cpu_are_those_of_the_processes():
    here = Processes((os.getpid(),))
    used = resource.getrusage(resource.RUSAGE_SELF)
    assert os.getpid() in here.ids()
    assert here.memory() > 0
    assert 0 < here.resident() <= used.ru_maxrss / 1024 + 1
    assert here.cpu() >= used.ru_utime + used.ru_stime - 0.05  # counted in ticks of 10 ms


def test_a_process_that_is_gone_has_neither_memory_nor_cpu():
    gone = Processes((2**22 + 1,))  # beyond the largest number of a process
    assert (gone.ids(), gone.memory(), gone.resident(), gone.cpu()) == ([], 0, 0, 0)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8501", "http://[::1]:8501", "http://localhost:1/x", "http://127.9.9.9"]
)
def test_a_page_on_this_machine_may_be_loaded(url):
    refuse_other_machines(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org",
        "http://10.0.0.1:8501",
        "http://127.0.0.1.example.org",
        "",
        "http://localhost.example.org",
    ],
)
def test_no_other_machine_is_loaded(url):
    with pytest.raises(ValueError, match="on this machine"):
        refuse_other_machines(url)
    with pytest.raises(SystemExit):
        options_of(["mix", "--url", url or "http://"])


@pytest.mark.parametrize("arguments", [["--visitors", "2001"], ["--minutes", "61"], ["--seconds", "3601"]])
def test_count_and_time_are_bounded(arguments):
    with pytest.raises(SystemExit):
        options_of(["soak", *arguments])


def test_a_visitor_has_a_seat_that_nginx_takes_for_one():
    configuration = (CONFIGURATION / "gradviz.conf").read_text(encoding="utf-8")
    (name, pattern), *_ = re.findall(r'map \$cookie_(\w+) \$gradviz_seat \{[^}]*"~(\S+)"', configuration)
    seats = [seat_of(number)["Cookie"].partition("=") for number in (1, 2, 1)]
    assert {seat[0] for seat in seats} == {name}
    assert all(re.match(pattern, seat[2]) for seat in seats)
    assert seats[0] == seats[2] != seats[1]


class Logging(BaseHTTPRequestHandler):
    """Stands for nginx: the first digit of a seat names its server, and the log tells it."""

    log: Path
    servers: dict[str, str]
    refused = 0

    def do_GET(self) -> None:
        server = self.servers.get(self.headers["Cookie"].partition("=")[2][0], "b")
        Logging.refused += 1
        status = 429 if Logging.refused == 5 else 200
        with self.log.open("a") as log:
            log.write(json.dumps({"status": status, "server": server if status == 200 else ""}) + "\n")
        self.send_response(status)
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


@pytest.mark.parametrize(("servers", "even"), [({"0": "a", "1": "a", "2": "a", "3": "a"}, True), ({}, False)])
def test_seats_are_in_turns_on_each_server(tmp_path, servers, even):
    log = tmp_path / "access.log"
    log.write_text("what came before\n")
    Logging.log, Logging.servers, Logging.refused = log, servers, 0
    with ThreadingHTTPServer(("127.0.0.1", 0), Logging) as nginx:
        threading.Thread(target=nginx.serve_forever).start()
        try:
            url = f"http://127.0.0.1:{nginx.server_port}"
            if not even:
                with pytest.raises(RuntimeError, match="one server"):
                    even_seats(url, log, 20)
                return
            found = even_seats(url, log, 20)
        finally:
            nginx.shutdown()
    assert [servers.get(seat[0], "b") for seat in found] == ["a", "b"] * 10
    assert len(set(found)) == 20


@pytest.mark.parametrize("body", [b"text", gzip.compress(b"text")], ids=["plain", "compressed"])
def test_a_body_is_unpacked_from_chunks_and_compression(body):
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (body[:3], body[3:]))
    assert unpacked(chunks + b"0\r\n\r\n") == unpacked(body) == b"text"


# --- against a server that speaks the protocol, and answers as the test wants it ---


def entry(label: str) -> ForwardMsg:
    message = ForwardMsg()
    message.delta.new_element.text_input.id = f"id of {label}"
    message.delta.new_element.text_input.label = label
    message.delta.fragment_id = "fragment"
    return message


def finished(status: int = ForwardMsg.FINISHED_SUCCESSFULLY) -> ForwardMsg:
    return ForwardMsg(script_finished=status)


def test_an_open_page_knows_its_entries_and_what_it_has_cached():
    page = OpenPage()
    cached = entry("Step ε")
    cached.hash, cached.metadata.cacheable = "hash", True
    assert not page.is_over(cached.SerializeToString())
    assert page.is_over(finished().SerializeToString())
    request = BackMsg.FromString(page.typing("Step ε", "1e-3")).rerun_script
    assert (request.fragment_id, list(request.cached_message_hashes)) == ("fragment", ["hash"])
    assert [(w.id, w.string_value) for w in request.widget_states.widgets] == [("id of Step ε", "1e-3")]


def test_a_run_that_ends_badly_is_an_error():
    with pytest.raises(RuntimeError, match="status 1"):
        OpenPage().is_over(finished(ForwardMsg.FINISHED_WITH_COMPILE_ERROR).SerializeToString())


@asynccontextmanager
async def answering(*ends: ForwardMsg):
    """A page with three entries, whose address follows what is typed; its runs end with ``ends``."""

    async def answer(connection):
        async for sent in connection:
            typed = BackMsg.FromString(sent).rerun_script.widget_states.widgets
            address = ForwardMsg()
            address.page_info_changed.query_string = "&".join(f"{w.id}={w.string_value}" for w in typed)
            for message in (*(entry(action.label) for action in ACTIONS), address, *ends):
                await connection.send(message.SerializeToString())

    async with serve(answer, "127.0.0.1", 0, subprotocols=["streamlit"], max_size=None) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def crowd(*ends: ForwardMsg, seconds: float = 0.8, **habits) -> Hall:
    async def fill() -> Hall:
        async with answering(*ends) as url:
            hall = Hall(url, Habits(think=0.05, stay=0.3, patience=0.3, **habits))
            await hall.fill(6, 0.1, seconds)
            return hall

    return asyncio.run(fill())


def test_a_hall_is_filled_and_left_without_an_error():
    hall = crowd(finished(), drop=0.2, vanish=0.2, idle=0.2)
    assert not hall.record.errors
    assert hall.present == 0
    assert hall.served == len(hall.record.seconds("open")) >= 6
    assert len(hall.record.seconds()) > hall.served


def failing_element(kind: str) -> ForwardMsg:
    message = ForwardMsg()
    if kind == "exception":
        message.delta.new_element.exception.message = "it broke"
    else:
        message.delta.new_element.text.body = "⚠ it broke"
    return message


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        ([finished(ForwardMsg.FINISHED_WITH_COMPILE_ERROR)], "RuntimeError"),
        ([ForwardMsg()], "TimeoutError"),  # a run that never ends
        ([failing_element("exception"), finished()], "it broke"),
        ([failing_element("text"), finished()], "⚠ it broke"),
    ],
)
def test_whatever_fails_is_counted(ends, said):
    errors = crowd(*ends, seconds=0.2).record.errors
    assert errors
    assert all(said in error for error in errors), errors


def test_a_server_that_is_not_there_is_an_error_of_the_first_visit():
    record = Record()
    assert asyncio.run(visit_first("http://127.0.0.1:9", record)) == 0
    assert [error.partition(" ")[0] for error in record.errors] == ["document:"]
