"""A page served by ``streamlit run``, as on a visitor's machine, for the browser tests and the benchmark."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Server:
    """A running page: its address, its log, when its process began, in seconds since 1970, and its number."""

    url: str
    log: Path
    started: float
    pid: int = 0

    def tracebacks(self) -> str:
        """All that was written after the first traceback in the log, '' if there is none."""
        _, mark, rest = self.log.read_text().partition("Traceback (most recent call last)")
        return mark + rest


@contextmanager
def serving(script: Path, patience: float = 180.0, under: str = "") -> Iterator[Server]:
    """Serve ``script`` from its own folder, with that folder's ``.streamlit``, until the block ends.

    ``under`` is a path such as ``/here`` under which the page is served.

    The home is a new, empty one, so that nobody's own settings, nor a first-run question, come in.
    RuntimeError with the log if the page does not answer within ``patience`` seconds.
    """
    with tempfile.TemporaryDirectory() as home:
        port = free_port()
        started = time.time()
        process = start(script, port, Path(home), under)
        try:
            server = Server(
                f"http://127.0.0.1:{port}{under}", Path(home) / "server.log", started, process.pid
            )
            wait_until_healthy(server, process, started + patience)
            yield server
        finally:
            end(process)


def start(script: Path, port: int, home: Path, under: str = "") -> subprocess.Popen:
    """Begin to serve ``script`` on ``port``; what it writes is added to ``server.log`` in ``home``."""
    options = {
        "server.headless": "true",
        "server.address": "127.0.0.1",
        "server.port": port,
        "server.baseUrlPath": under,
        "browser.gatherUsageStats": "false",
    }
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        script.name,
        *(f"--{k}={v}" for k, v in options.items()),
    ]
    with (home / "server.log").open("a") as output:
        return subprocess.Popen(
            command,
            cwd=script.parent,
            env={**os.environ, "HOME": str(home)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # so that what the page starts can be ended with it
        )


def end_on_signals() -> None:
    """Have a signal that ends this program end what it has started, too, as an error would.

    Servers have sessions of their own: nobody else would end them.
    """
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):  # Windows knows no SIGHUP
            signal.signal(getattr(signal, name), _leave)


def _leave(number: int, _: object) -> None:
    sys.exit(128 + number)


def end(process: subprocess.Popen) -> None:
    """End a server and all that it has started."""
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_until_healthy(server: Server, process: subprocess.Popen, deadline: float) -> None:
    while not healthy(server.url):
        if process.poll() is not None or time.time() > deadline:
            raise RuntimeError(f"the page does not come up:\n{server.log.read_text()}")
        time.sleep(0.02)


def healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/_stcore/health", timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
