"""Several servers of the page behind a real nginx, on loopback alone, as ``deploy/nginx`` configures it."""

from __future__ import annotations

import json
import os
import random
import re
import secrets
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from page.serving import static
from tests.support.paths import ROOT
from tests.support.server import end, free_port, start

CONFIGURATION = ROOT / "deploy" / "nginx"
# what all servers of one address have in common; the metrics tell who serves whom
SETTINGS = {
    "STREAMLIT_SERVER_COOKIE_SECRET": secrets.token_hex(32),
    "GRADVIZ_METRICS": "1",
    "GRADVIZ_LOAD_AHEAD": "1",
}
ACCESS = "access.log"
TOO_MANY = 429  # requests a second, as nginx counts them
NEEDS = "nginx 1.22 or later is needed: apt-get install nginx-light"


@dataclass
class Replica:
    """One server of several."""

    name: str
    home: Path
    script: Path = ROOT / "app.py"
    port: int = field(default_factory=free_port)
    process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, patience: float = 60.0) -> float:
        """Start it, wait until it is ready for visitors; the seconds that took. RuntimeError if too many."""
        began = time.perf_counter()
        self.home.mkdir(exist_ok=True)
        self.process = start(self.script, self.port, self.home)
        ready = "readyz" if self.script.parent == ROOT else "_stcore/health"  # of any other page
        while not answers(f"{self.url}/{ready}"):
            if self.process.poll() is not None or time.perf_counter() - began > patience:
                raise RuntimeError(f"{self.name} does not come up:\n{(self.home / 'server.log').read_text()}")
            time.sleep(0.05)
        return time.perf_counter() - began

    def kill(self) -> None:
        """End it and all that it has started at once, as a power cut does."""
        assert self.process
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """End it as whoever hosts it does: it may say good-bye."""
        assert self.process
        end(self.process)

    def connections(self) -> int:
        """How many pages are open on it, by its own account."""
        with urllib.request.urlopen(f"{self.url}/metrics", timeout=10) as answer:
            found = re.search(r"^gradviz_connections (\S+)$", answer.read().decode(), re.MULTILINE)
        assert found
        return int(float(found[1]))

    def tracebacks(self) -> int:
        return (self.home / "server.log").read_text().count("Traceback (most recent call last)")


def answers(url: str) -> bool:
    """Whether ``url`` answers with 200."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


@contextmanager
def replicas(count: int, folder: Path, script: Path = ROOT / "app.py") -> Iterator[list[Replica]]:
    """``count`` servers of a page that are ready for visitors, with one secret among them."""
    before = {name: os.environ.get(name) for name in SETTINGS}
    os.environ |= SETTINGS
    with ExitStack() as stack:
        stack.callback(_restore, before)
        servers = [
            Replica(f"server {number + 1}", folder / f"server-{number + 1}", script)
            for number in range(count)
        ]
        for server in servers:
            stack.callback(_end_if_alive, server)
            server.start()
        yield servers


def _restore(before: dict[str, str | None]) -> None:
    for name, value in before.items():
        if value is None:
            del os.environ[name]
        else:
            os.environ[name] = value


def _end_if_alive(server: Replica) -> None:
    if server.process and server.process.poll() is None:
        server.stop()


@contextmanager
def nginx(servers: list[Replica], folder: Path) -> Iterator[str]:
    """The address of an nginx before ``servers``. RuntimeError where none is installed, or none starts."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        raise RuntimeError(NEEDS)
    port = free_port()
    folder.chmod(0o755)  # nginx's workers are somebody else
    static.write(folder / "static", static.static_files())
    configuration = configured(folder, port, [server.port for server in servers])
    command = [program, "-c", str(configuration), "-e", str(folder / "errors.log"), "-g", "daemon off;"]
    with (folder / ACCESS).open("w") as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
    try:
        deadline = time.monotonic() + 10
        while not answers(f"http://127.0.0.1:{port}/nginx-healthz"):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"nginx does not start:\n{(folder / ACCESS).read_text()}")
            time.sleep(0.02)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def even_seats(url: str, log: Path, count: int) -> list[str]:
    """The seats of ``count`` visitors, in turns on each of the servers behind an nginx that writes ``log``.

    As ``deploy/`` sets it a server takes no more visitors than it has seats, and whoever comes to a full one
    goes to another: so a hall is spread evenly. RuntimeError where nginx gives nearly all to one server.
    """
    seats = [f"{random.Random(f'seat {number}').getrandbits(128):032x}" for number in range(3 * count)]
    begin = len(log.read_text())
    for seat in seats:
        request = urllib.request.Request(f"{url}/_stcore/health", headers={"Cookie": f"gradviz_seat={seat}"})
        while True:
            try:
                urllib.request.urlopen(request, timeout=10).close()
                break
            except urllib.error.HTTPError as error:
                if error.code != TOO_MANY:
                    raise
                time.sleep(0.1)
    entries = map(json.loads, log.read_text()[begin:].splitlines())
    servers = [entry["server"] for entry in entries if entry["status"] == 200]
    on: dict[str, list[str]] = {server: [] for server in sorted(set(servers))}
    for seat, server in zip(seats, servers, strict=True):
        on[server].append(seat)
    spread = [seat for turn in zip(*on.values(), strict=False) for seat in turn]
    if len(on) < 2 or len(spread) < count:
        raise RuntimeError(f"nginx gives nearly all visitors to one server: {dict(Counter(servers))}")
    return spread[:count]


def configured(folder: Path, port: int, servers: list[int]) -> Path:
    """Write ``deploy/nginx`` into ``folder``, for other ports and places; the path of its main file."""
    places = {
        "listen 8080": f"listen 127.0.0.1:{port}",
        "/tmp/": f"{folder}/",
        "/srv/static": f"{folder}/static",
        "include mime.types;": "",  # gradviz.conf has the few that it needs
    }
    text = {path.name: path.read_text(encoding="utf-8") for path in CONFIGURATION.glob("*.conf")}
    rows = "\n".join(f"  server 127.0.0.1:{server} max_fails=1 fail_timeout=5s;" for server in servers)
    host = text.pop("gradviz-upstream.host.conf")
    text["gradviz-upstream.conf"], replaced = re.subn(r"(?:^ *server .*\n)+", f"{rows}\n", host, flags=re.M)
    assert replaced == 1
    for old in places:
        assert any(old in content for content in text.values()), f"{old} is nowhere in {CONFIGURATION}"
    for name, content in text.items():
        for old, new in places.items():
            content = content.replace(old, new)
        (folder / name).write_text(content, encoding="utf-8")
    return folder / "nginx.conf"
