"""Three browsers behind one interface: open a page, run a script in it, move the pointer, type, look.

Chromium is driven by Playwright. Firefox speaks WebDriver BiDi by itself, over a WebSocket. WebKitGTK, which
has Safari's engine, is driven by its own WebDriver over HTTP. Both are the distribution's builds, which
Playwright does not drive; both need a screen for WebGL, so Xvfb gives them one.
"""

from __future__ import annotations

import base64
import json
import os
import re
import signal
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Protocol

from playwright.sync_api import Browser, Page, Playwright
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.browser.pool import listen
from tests.support import browsers
from tests.support.server import free_port

PATIENCE = 120.0  # seconds, to start and for each answer
ENTER = "\ue007"  # as WebDriver writes that key
SOFTWARE = {"LIBGL_ALWAYS_SOFTWARE": "1"}  # also where there is a graphics card: alike on all machines
# No first-run page, nothing fetched from elsewhere.
FIREFOX_PREFERENCES = {
    "app.normandy.enabled": False,
    "browser.aboutwelcome.enabled": False,
    "browser.newtabpage.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.getAddons.cache.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,",
    "toolkit.telemetry.enabled": False,
}
# What WebKit's WebDriver does not tell. It is asked to load a page without waiting for it, and so this stands
# in the document before the page's own modules have come.
LISTENER = """address => {
    if (!location.href.startsWith(address)) return false;
    if (window.faults) return true;
    window.faults = [];
    const {error} = console;
    console.error = (...words) => {
        window.faults.push('console: ' + words.join(' '));
        error.apply(console, words);
    };
    window.addEventListener('error', ({message, target}) => {
        window.faults.push(`uncaught: ${message ?? target.src ?? target.href}`);
    }, true);
    window.addEventListener('unhandledrejection', event => window.faults.push(`rejected: ${event.reason}`));
    return true;
}"""
TO_JSON = "made => JSON.stringify(made ?? null)"


class Driver(Protocol):
    """One page in one browser.

    Places are CSS pixels of the window. ``faults`` holds what the console called an error, and requests that
    failed.
    """

    faults: list[str]

    def open(self, url: str) -> None:
        """Go to ``url``."""

    def run(self, function: str, *arguments: Any) -> Any:
        """What the JavaScript ``function`` returns for ``arguments``; both travel as JSON."""

    def move(self, x: float, y: float) -> None:
        """Move the pointer there."""

    def press(self) -> None:
        """Press the main button down."""

    def release(self) -> None:
        """Let it go."""

    def type(self, keys: str) -> None:
        """Type into what has the focus; ``ENTER`` is a key as well."""

    def screenshot(self) -> bytes:
        """What the window shows, as PNG."""


class PlaywrightPage:
    def __init__(self, page: Page, faults: list[str]) -> None:
        self.page, self.faults = page, faults

    def open(self, url: str) -> None:
        self.page.goto(url)

    def run(self, function: str, *arguments: Any) -> Any:
        return self.page.evaluate(f"given => ({function})(...given)", list(arguments))

    def move(self, x: float, y: float) -> None:
        self.page.mouse.move(x, y)

    def press(self) -> None:
        self.page.mouse.down()

    def release(self) -> None:
        self.page.mouse.up()

    def type(self, keys: str) -> None:
        for key in keys:
            self.page.keyboard.press("Enter" if key == ENTER else key)

    def screenshot(self) -> bytes:
        return self.page.screenshot()


class WebDriver:
    """What the two protocols share: how W3C's WebDriver describes what hands do."""

    faults: list[str]

    def perform(self, *sources: dict[str, Any]) -> None:
        raise NotImplementedError

    def pointer(self, **action: Any) -> None:
        mouse = {"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}}
        self.perform({**mouse, "actions": [action]})

    def move(self, x: float, y: float) -> None:
        self.pointer(type="pointerMove", x=round(x), y=round(y), duration=0, origin="viewport")

    def press(self) -> None:
        self.pointer(type="pointerDown", button=0)

    def release(self) -> None:
        self.pointer(type="pointerUp", button=0)

    def type(self, keys: str) -> None:
        actions = [{"type": way, "value": key} for key in keys for way in ("keyDown", "keyUp")]
        self.perform({"type": "key", "id": "keyboard", "actions": actions})


class Firefox(WebDriver):
    """WebDriver BiDi: commands and events as JSON over one WebSocket."""

    def __init__(self, socket: ClientConnection, size: tuple[int, int]) -> None:
        self.socket, self.faults = socket, []
        self.numbers, self.answers = count(1), {}
        self.arrived = threading.Condition()
        threading.Thread(target=self.listen, daemon=True).start()
        self.call("session.new", capabilities={})
        (tab,) = self.call("browsingContext.getTree")["contexts"]
        self.tab = tab["context"]
        viewport = {"width": size[0], "height": size[1]}
        self.call("browsingContext.setViewport", context=self.tab, viewport=viewport)
        events = ["log.entryAdded", "network.responseCompleted", "network.fetchError"]
        self.call("session.subscribe", events=events, contexts=[self.tab])

    def listen(self) -> None:
        try:
            for message in self.socket:
                told = json.loads(message)
                if told["type"] == "event":
                    self.take_event(told["method"], told["params"])
                else:
                    with self.arrived:
                        self.answers[told["id"]] = told
                        self.arrived.notify_all()
        except ConnectionClosed:
            pass

    def take_event(self, name: str, event: dict[str, Any]) -> None:
        if name == "log.entryAdded" and event["level"] == "error":
            self.faults.append(f"console: {event['text']}")
        if name == "network.responseCompleted" and event["response"]["status"] >= 400:
            self.faults.append(f"{event['response']['status']}: {event['request']['url']}")
        # what the page ends itself is no failure, as in Chromium: its icon is replaced while that loads
        if name == "network.fetchError" and event["errorText"] != "NS_BINDING_ABORTED":
            self.faults.append(f"failed: {event['request']['url']} {event['errorText']}")

    def call(self, method: str, **parameters: Any) -> Any:
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        with self.arrived:
            if not self.arrived.wait_for(lambda: number in self.answers, PATIENCE):
                raise TimeoutError(method)
        answer = self.answers.pop(number)
        if answer["type"] == "error":
            raise RuntimeError(f"{method}: {answer['message']}")
        return answer["result"]

    def open(self, url: str) -> None:
        self.call("browsingContext.navigate", context=self.tab, url=url, wait="complete")

    def run(self, function: str, *arguments: Any) -> Any:
        source = f"Promise.resolve(({function})(...{json.dumps(arguments)})).then({TO_JSON})"
        target = {"context": self.tab}
        answer = self.call("script.evaluate", expression=source, target=target, awaitPromise=True)
        if answer["type"] == "exception":
            raise RuntimeError(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"]["value"])

    def perform(self, *sources: dict[str, Any]) -> None:
        self.call("input.performActions", context=self.tab, actions=list(sources))

    def screenshot(self) -> bytes:
        return base64.b64decode(self.call("browsingContext.captureScreenshot", context=self.tab)["data"])


class WebKit(WebDriver):
    """WebDriver as W3C has it: commands as JSON over HTTP."""

    def __init__(self, address: str, size: tuple[int, int]) -> None:
        self.address, self.session = address, ""
        options = {"binary": str(browsers.minibrowser()), "args": ["--automation"]}
        wanted = {"webkitgtk:browserOptions": options, "pageLoadStrategy": "none"}
        made = self.call("POST", "/session", capabilities={"alwaysMatch": wanted})
        self.session = f"/session/{made['sessionId']}"
        self.resize(size)

    def resize(self, size: tuple[int, int]) -> None:
        """Make the page this large inside its window's frame; a window follows only after a while."""
        wanted, before = list(size), None
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            self.call("POST", "/window/rect", x=0, y=0, width=wanted[0], height=wanted[1])
            time.sleep(0.25)
            inner = self.run("() => [innerWidth, innerHeight]")
            if inner == list(size):
                return
            if inner == before:
                wanted = [
                    place + wish - found for place, wish, found in zip(wanted, size, inner, strict=True)
                ]
            before = inner
        raise TimeoutError(f"a window of {size}")

    def call(self, way: str, path: str, **parameters: Any) -> Any:
        data = json.dumps(parameters).encode() if way == "POST" else None
        request = urllib.request.Request(self.address + self.session + path, data, method=way)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as refusal:
            with refusal:
                raise RuntimeError(f"{path}: {json.load(refusal)['value']}") from None

    @property
    def faults(self) -> list[str]:
        return self.run("() => window.faults")

    def open(self, url: str) -> None:
        self.call("POST", "/url", url=url)
        soon(lambda: self.listening(url), url)

    def listening(self, url: str) -> Any:
        """Whether the document of ``url`` is there and listened to."""
        try:
            return self.run(LISTENER, url)
        except RuntimeError as refusal:
            if "no such frame" in str(refusal):  # the document before was just being left
                return None
            raise

    def run(self, function: str, *arguments: Any) -> Any:
        source = f"return Promise.resolve(({function})(...arguments)).then({TO_JSON})"
        return json.loads(self.call("POST", "/execute/sync", script=source, args=list(arguments)))

    def perform(self, *sources: dict[str, Any]) -> None:
        self.call("POST", "/actions", actions=list(sources))

    def screenshot(self) -> bytes:
        return base64.b64decode(self.call("GET", "/screenshot"))


# --- starting and ending them -------------------------------------------------------------------------------


@contextmanager
def started(command: Sequence[str], output: Path, **environment: str) -> Iterator[None]:
    """A program, and all that it starts, until the block ends."""
    with output.open("w") as log:
        process = subprocess.Popen(
            command,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def soon(look: Callable[[], Any], what: str) -> Any:
    """What ``look`` finds, asked until it is something; TimeoutError with ``what`` if it never is."""
    deadline = time.monotonic() + PATIENCE
    while not (found := look()):
        if time.monotonic() > deadline:
            raise TimeoutError(what)
        time.sleep(0.05)
    return found


@contextmanager
def playwright_page(browser: Browser, size: tuple[int, int], home: str) -> Iterator[Driver]:
    """A page of a running ``browser`` that may ask nothing but ``home``."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    page, faults = context.new_page(), []
    listen(page, home, faults)
    yield PlaywrightPage(page, faults)
    context.close()


@contextmanager
def screen(size: tuple[int, int]) -> Iterator[str]:
    """A display of at least ``size``, as programs for X are told it."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "number"
        largest = f"{size[0] + 200}x{size[1] + 300}x24"
        with started(["Xvfb", "-displayfd", "1", "-screen", "0", largest, "-nolisten", "tcp"], output):
            found = soon(lambda: re.search(r"^(\d+)$", output.read_text(), re.MULTILINE), "Xvfb")
            yield f":{found[1]}"


@contextmanager
def playwrights_firefox_page(playwright: Playwright, size: tuple[int, int], home: str) -> Iterator[Driver]:
    """A page of Playwright's own build, for a distribution that has none to drive."""
    with screen(size) as display:
        browser = playwright.firefox.launch(
            headless=False, env={**os.environ, **SOFTWARE, "DISPLAY": display}
        )
        with playwright_page(browser, size, home) as driver:
            yield driver
        browser.close()


@contextmanager
def firefox_page(program: str, size: tuple[int, int]) -> Iterator[Driver]:
    """A page of the Firefox at the path ``program``."""
    with tempfile.TemporaryDirectory() as folder, screen(size) as display:
        lines = [f"user_pref({json.dumps(k)}, {json.dumps(v)});" for k, v in FIREFOX_PREFERENCES.items()]
        (Path(folder) / "user.js").write_text("\n".join(lines))
        port, log = free_port(), Path(folder) / "output"
        command = [program, "--no-remote", "--profile", folder, f"--remote-debugging-port={port}"]
        with started(command, log, HOME=folder, DISPLAY=display, **SOFTWARE):
            soon(lambda: "WebDriver BiDi listening" in log.read_text(), "Firefox")
            with connect(f"ws://127.0.0.1:{port}/session", max_size=None) as socket:
                yield Firefox(socket, size)


@contextmanager
def webkit_page(size: tuple[int, int]) -> Iterator[Driver]:
    with tempfile.TemporaryDirectory() as folder, screen(size) as display:
        port, log = free_port(), Path(folder) / "output"
        command = ["WebKitWebDriver", f"--port={port}"]
        with started(command, log, HOME=folder, DISPLAY=display, **SOFTWARE):
            soon(lambda: listens(port), "WebKitWebDriver")
            driver = WebKit(f"http://127.0.0.1:{port}", size)
            yield driver
            driver.call("DELETE", "")


def listens(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/status", timeout=5):
            return True
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False
