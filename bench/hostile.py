"""Hostile clients against a page of its own: what they do to it, and to a visitor beside them.

``python -m bench.hostile``, or some attacks by name after it. One row for each: the visitor's answers
meanwhile, what came of it, and whether the server still answers its probe. Needs 1100 open files.
"""

from __future__ import annotations

import asyncio
import os
import socket
import statistics
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect as connect_in_thread

from bench.visitor import Visitor, socket_address, visiting
from tests.support.server import end_on_signals, serving

APP = Path(__file__).parent.parent / "app.py"
SECONDS = 6.0  # of each attack that goes on
SOCKETS = 1000
TRAVERSALS = (
    "/../app.py", "/%2e%2e/app.py", "/..%2fapp.py", "/%2e%2e%2fapp.py", "/..%5capp.py",
    "/%252e%252e%252fapp.py", "/plotly/../plotly.min.js/../../setup.py", "/plotly/%2e%2e/__init__.py",
    "/plotly/..%2f__init__.py", "/gradviz/%2e%2e/story.py", "/static/%2e%2e/%2e%2e/__init__.py",
    "/static/..%2f..%2f__init__.py", "/component/x/%2e%2e/%2e%2e/app.py", "/_stcore/../app.py",
    "/media/%2e%2e%2fapp.py", "//etc/passwd", "/static//etc/passwd", "/%00", "/static/%00",
    "/.streamlit/config.toml", "/app.py", "/page/story.py", "/static/", "/plotly/", "/gradviz/",
    "/%c0%ae%c0%ae/app.py",
)  # fmt: skip


def rerun(query: str) -> bytes:
    message = BackMsg()
    message.rerun_script.query_string = query
    return message.SerializeToString()


def closing_code(url: str, data: bytes | str) -> int:
    """The code with which the server ends a socket over which ``data`` came."""
    with connect_in_thread(socket_address(url), subprotocols=["streamlit"], max_size=None) as connection:
        connection.send(rerun("f=x"))
        try:
            connection.send(data)
            while True:
                connection.recv(timeout=20)
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 1006


def nobody(_: str) -> str:
    """The visitor alone."""
    time.sleep(SECONDS)
    return "nothing"


def broken_frames(url: str) -> str:
    sent = {
        "text": "hello",
        "garbage": b"\xff" * 40,
        "empty": b"",
        "1 MB": b"\0" * 2**20,
        "5 MB": b"\0" * 5 * 2**20,
    }
    return "closed with " + ", ".join(f"{name} {closing_code(url, data)}" for name, data in sent.items())


def flood(url: str) -> str:
    """One socket asks for runs without end, and reads nothing."""
    sent = 0
    with (
        suppress(ConnectionClosed, OSError),
        connect_in_thread(socket_address(url), subprotocols=["streamlit"], max_size=None) as connection,
    ):
        # what is sent stays in the network at last, and then waits there
        end = threading.Timer(SECONDS, connection.socket.shutdown, [socket.SHUT_RDWR])
        end.start()
        while True:
            connection.send(rerun(f"f=x^2+{sent}"))
            sent += 1
    return f"{sent} messages got off"


def reading_flood(url: str) -> str:
    """One socket asks for runs without end, and reads all."""
    counts: Counter[str] = Counter()

    async def attack() -> None:
        async with connect(socket_address(url), subprotocols=["streamlit"], max_size=None) as connection:

            async def read() -> None:
                async for _ in connection:
                    counts["received"] += 1

            reader = asyncio.create_task(read())
            end = time.monotonic() + SECONDS
            with suppress(ConnectionClosed):
                while time.monotonic() < end:
                    await connection.send(rerun(f"f=x^2+{counts['sent']}"))
                    counts["sent"] += 1
                    await asyncio.sleep(0)
            reader.cancel()

    asyncio.run(attack())
    return f"{counts['sent']} messages got off, {counts['received']} came back"


def many_sockets(url: str) -> str:
    """A thousand that open and say nothing."""

    async def attack() -> Counter[str]:
        open_ones, counts = [], Counter()
        for begin in range(0, SOCKETS, 50):
            tries = [
                connect(socket_address(url), subprotocols=["streamlit"], open_timeout=60) for _ in range(50)
            ]
            for outcome in await asyncio.gather(*tries, return_exceptions=True):
                counts[outcome.__class__.__name__ if isinstance(outcome, Exception) else "open"] += 1
                if not isinstance(outcome, BaseException):
                    open_ones.append(outcome)
            if begin == SOCKETS // 2:
                await asyncio.sleep(1.0)
        await asyncio.sleep(SECONDS / 2)
        await asyncio.gather(*(each.close() for each in open_ones), return_exceptions=True)
        return counts

    return ", ".join(f"{number} {name}" for name, number in asyncio.run(attack()).items())


def documents(url: str) -> str:
    """Eight threads ask for first documents, each of another function."""
    return requests(url, lambda number: f"/?f=sin({number}x)*exp(-y^2/{number + 1})&at=1,2")


def drafts(url: str) -> str:
    """Eight threads ask how texts would be read."""
    return requests(
        url, lambda number: "/gradviz/draft?f=" + "%2B".join(f"sin({k + number}x)" for k in range(30))
    )


def previews(url: str) -> str:
    """Eight threads ask for pictures of links."""
    return requests(url, lambda number: f"/gradviz/preview.png?f=sin({number}x)*y")


def requests(url: str, path: Callable[[int], str]) -> str:
    counts: Counter[int] = Counter()
    end, numbers = time.monotonic() + SECONDS, iter(range(10**9))

    def ask() -> None:
        while time.monotonic() < end:
            counts[status(url + path(next(numbers)))] += 1

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ", ".join(f"{number} × {code}" for code, number in sorted(counts.items()))


def status(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            answer.read()
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def port_of(url: str) -> int:
    return int(url.rsplit(":", 1)[1].partition("/")[0])


def raw(url: str, request: bytes) -> bytes:
    """What comes back for the bytes of a request, as they are; b"" where the connection is only closed."""
    with socket.create_connection(("127.0.0.1", port_of(url)), timeout=20) as connection:
        connection.sendall(request)
        found = b""
        with suppress(ConnectionResetError):
            while part := connection.recv(65536):
                found += part
        return found


def traversals(url: str) -> str:
    """Addresses that lead out of what is served, sent as they are: none may bring a file of this machine."""
    answers: Counter[str] = Counter()
    for path in TRAVERSALS:
        found = raw(url, f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        if (b"import " in found and b"from __future__" in found) or b"root:" in found or b"[server]" in found:
            raise RuntimeError(f"{path} leads out")
        answers[found[9:12].decode()] += 1
    return ", ".join(f"{number} × {code}" for code, number in sorted(answers.items()))


def large_requests(url: str) -> str:
    """A request line, a header and a hundred thousand headers that are too large."""
    asked = {
        "line": b"GET /?f=" + b"x" * 10**6 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "header": b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 10**6 + b"\r\n\r\n",
        "headers": b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: y\r\n" * 10**5 + b"\r\n",
    }
    found = {}
    for name, request in asked.items():
        try:
            found[name] = raw(url, request)[9:12].decode() or "closed"
        except (BrokenPipeError, ConnectionResetError):
            found[name] = "closed"
    return ", ".join(f"{name} {answer}" for name, answer in found.items())


def slow_requests(url: str) -> str:
    """Five hundred connections that send a letter now and then; how many the server has given up."""
    connections = [socket.create_connection(("127.0.0.1", port_of(url))) for _ in range(500)]
    closed = 0
    for turn in range(12):
        for connection in connections:
            with suppress(OSError):
                connection.send(b"GET / HTTP/1.1\r\nX: "[turn : turn + 1])
        time.sleep(2.0)
    for connection in connections:
        connection.settimeout(0.01)
        try:
            closed += connection.recv(100) == b""
        except ConnectionResetError:
            closed += 1
        except TimeoutError:
            pass
        connection.close()
    return f"{closed} of 500 closed after 24 s"


def cross_site(url: str) -> str:
    """A socket opened by a page of another site."""
    try:
        with connect_in_thread(
            socket_address(url), subprotocols=["streamlit"], origin="https://evil.example"
        ):
            return "let in"
    except InvalidStatus as refusal:
        return f"refused with {refusal.response.status_code}"


ATTACKS = (
    broken_frames, cross_site, traversals, large_requests, flood, reading_flood, documents, drafts, previews,
    many_sockets, slow_requests,
)  # fmt: skip


def answers_of(visitor: Visitor, stop: threading.Event, found: list[float]) -> None:
    """Change ε ten times in three seconds, until ``stop``, and note the seconds of each answer."""
    label = next(name for name in visitor.page.entries if "ε" in name)
    number = 0
    while not stop.is_set():
        number += 1
        found.append(visitor.type(label, f"1e-{1 + number % 9}"))
        time.sleep(0.3)


def memory(process: int) -> int:
    """The resident memory of a process in MB."""
    text = Path(f"/proc/{process}/statm").read_text()
    return int(text.split()[1]) * os.sysconf("SC_PAGE_SIZE") // 2**20


def main() -> None:
    end_on_signals()
    with serving(APP) as server:
        while status(f"{server.url}/readyz") != 200:
            time.sleep(0.2)
        print(f"{'attack':16}{'visitor p50/max ms':>22}  came of it")
        for attack in (nobody, *(row for row in ATTACKS if row.__name__ in sys.argv[1:] or not sys.argv[1:])):
            with visiting(server.url) as visitor:
                visitor.open("f=x^2%2By^2&at=1,2")
                stop, found = threading.Event(), []
                watch = threading.Thread(target=answers_of, args=(visitor, stop, found))
                watch.start()
                outcome = attack(server.url)
                stop.set()
                watch.join()
            times = f"{statistics.median(found) * 1000:.0f} / {max(found) * 1000:.0f}"
            alive = status(f"{server.url}/healthz") == 200
            name = getattr(attack, "__name__", "").strip("<>").replace("lambda", "nobody")
            print(
                f"{name:16}{times:>22}  {outcome or ''}{'' if alive else '; THE SERVER IS GONE'}", flush=True
            )
        lines = server.log.read_text().splitlines()
        after = len(server.tracebacks().splitlines())
        print(f"{len(lines)} lines in the log, {after} of them from the first traceback on")


if __name__ == "__main__":
    main()
