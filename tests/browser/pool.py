"""The pages of the browser tests, handed on from test to test: to load one again costs half of a new one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, TimeoutError

from tests.browser.view import UNANSWERED, at_rest, settled
from tests.support.server import Server

# What a visitor holds in hand. The phone is a mobile browser with touch, not merely a narrow window.
DEVICES: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1280, "height": 900}},
    "phone": {
        "viewport": {"width": 390, "height": 844},
        "device_scale_factor": 2,
        "is_mobile": True,
        "has_touch": True,
    },
}
Theme = Literal["light", "dark"]
# Playwright waits for a function by evaluating its text in the page, which the page's own policy forbids. The
# visits of test_smoke.py keep to the policy.
WAITING = {"bypass_csp": True}
# A test machine has no graphics card: half of the work of a scene would be to smooth its edges.
PLAIN_EDGES = """(() => {
    const {getContext} = HTMLCanvasElement.prototype;
    HTMLCanvasElement.prototype.getContext = function (kind, options) {
        return getContext.call(this, kind, /webgl/.test(kind) ? {...options, antialias: false} : options);
    };
})();"""
# Nor does it need two pixels of a scene to each of the window's, Plotly's default: one that is turned costs
# 1.2 s of CPU instead of 2.8. A device with finer pixels keeps what it has.
PLAIN_PIXELS = """(() => {
    if (devicePixelRatio > 1) return;
    let library;
    Object.defineProperty(window, 'Plotly', {
        configurable: true,
        get: () => library,
        set(given) {
            library = given;
            library?.setPlotConfig?.({plotGlPixelRatio: 1});
        },
    });
})();"""
# How many vertices the largest thing had that WebGL was asked to draw.
COUNTED = """(() => {
    window.mostVertices = 0;
    const {drawArrays} = WebGLRenderingContext.prototype;
    WebGLRenderingContext.prototype.drawArrays = function (mode, first, count) {
        window.mostVertices = Math.max(window.mostVertices, count);
        return drawArrays.call(this, mode, first, count);
    };
})();"""
# A reload or a closed tab ends what is still on its way; Chromium reports that as a failed request.
ENDED_BY_US = "net::ERR_ABORTED"


@dataclass
class Pool:
    """The pages of one browser on one server, by device; each is in one pair of hands at a time."""

    server: Server
    browser: Browser
    free: dict[str, list[Page]] = field(default_factory=dict)
    faults: dict[Page, list[str]] = field(default_factory=dict)

    def take(self, device: str, theme: Theme) -> Page:
        """An empty page: one that was given back, or a new one."""
        if waiting := self.free.get(device):
            page = waiting.pop()
            restore_window(page, device, theme)
            return page
        context = self.browser.new_context(
            **DEVICES[device], **WAITING, color_scheme=theme, reduced_motion="reduce"
        )
        page = context.new_page()
        page.add_init_script(PLAIN_EDGES)
        page.add_init_script(PLAIN_PIXELS)
        page.add_init_script(COUNTED)
        page.add_init_script(UNANSWERED)
        self.faults[page] = []
        listen(page, self.server.url, self.faults[page])
        return page

    def give_back(self, page: Page, device: str) -> list[str]:
        """Empty the page for another test; what has gone wrong on it since it was taken."""
        page.goto("about:blank")
        self.free.setdefault(device, []).append(page)
        return self.found(page)

    def found(self, page: Page) -> list[str]:
        """What has gone wrong on a page since it was last asked."""
        faults = list(self.faults[page])
        self.faults[page].clear()
        return faults


class Borrowed:
    """The pages that a test has taken from the pool, given back at the end of the ``with``.

    AssertionError then if a console held an error, a request failed, or one left the page's own host.
    """

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.taken: list[tuple[Page, str]] = []

    def __enter__(self) -> Borrowed:
        return self

    def __exit__(self, *_: object) -> None:
        faults = [fault for taken in self.taken for fault in self.pool.give_back(*taken)]
        assert not faults, "\n".join(faults)

    def open(self, query: str = "", device: str = "desktop", theme: Theme = "light") -> Page:
        """Open the page at that address, for a new session of the server; it is drawn when this returns."""
        page = self.blank(device, theme)
        go_to(page, self.pool.server, query)
        return page

    def blank(self, device: str = "desktop", theme: Theme = "light") -> Page:
        """A page on which nothing is loaded."""
        page = self.pool.take(device, theme)
        self.taken.append((page, device))
        return page


def restore_window(page: Page, device: str, theme: Theme) -> None:
    """The window as it opens: its size, its theme, and what it draws for.

    What is drawn anew for another size is waited for.
    """
    before = page.viewport_size
    page.emulate_media(media="screen", color_scheme=theme)
    page.set_viewport_size(DEVICES[device]["viewport"])
    if page.viewport_size != before:
        at_rest(page)


def go_to(page: Page, server: Server, query: str = "") -> None:
    """Load the page at that address and wait until it is drawn."""
    page.goto(f"{server.url}/{query}")
    try:
        settled(page)
    except TimeoutError as silence:
        raise AssertionError(server.tracebacks() or "nothing is drawn") from silence


def follow_link(page: Page, query: str = "") -> None:
    """Open a link as the browser's back and forward buttons do: the page stays, and its entries change."""
    page.evaluate(
        """query => {
            history.pushState({}, '', query || location.pathname);
            dispatchEvent(new PopStateEvent('popstate'));
        }""",
        query,
    )
    at_rest(page)


def listen(page: Page, home: str, faults: list[str]) -> None:
    """Write down in ``faults`` what goes wrong on ``page``, which is served from ``home``."""

    def on_request(url: str) -> None:
        if urlsplit(url).scheme not in ("data", "blob") and urlsplit(url).netloc != urlsplit(home).netloc:
            faults.append(f"left the page's own host: {url}")

    page.on("request", lambda request: on_request(request.url))
    page.on("websocket", lambda websocket: on_request(websocket.url))
    page.on("pageerror", lambda error: faults.append(f"uncaught: {error}"))
    page.on(
        "console",
        lambda message: faults.append(f"console: {message.text}") if message.type == "error" else None,
    )
    page.on(
        "requestfailed",
        lambda request: (
            faults.append(f"failed: {request.url} {request.failure}")
            if request.failure != ENDED_BY_US
            else None
        ),
    )
    page.on(
        "response",
        lambda answer: faults.append(f"{answer.status}: {answer.url}") if answer.status >= 400 else None,
    )
