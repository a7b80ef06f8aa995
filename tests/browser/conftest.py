"""The page in a real Chromium: ``open_page`` gives a settled Playwright page that may make no mistake."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Playwright, TimeoutError, sync_playwright

from tests import chromium
from tests.browser.view import at_rest, settled
from tests.server import ROOT, Server, serving

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


@pytest.fixture(scope="package")
def server() -> Iterator[Server]:
    """``streamlit run app.py``, once for all tests; at the end no traceback may stand in its log."""
    with serving(ROOT / "app.py") as server:
        yield server
        assert not server.tracebacks()


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Browser]:
    browser = chromium.launch(playwright)
    yield browser
    browser.close()


@contextmanager
def pages(server: Server, browser: Browser) -> Iterator[Callable[..., Page]]:
    """What opens pages, until the block's end."""
    faults: list[str] = []
    contexts = []

    def open_page(query: str = "", device: str = "desktop", theme: Theme = "light") -> Page:
        context = browser.new_context(
            **DEVICES[device], **WAITING, color_scheme=theme, reduced_motion="reduce"
        )
        contexts.append(context)
        page = context.new_page()
        page.add_init_script(COUNTED)
        listen(page, server.url, faults)
        page.goto(f"{server.url}/{query}")
        try:
            settled(page)
        except TimeoutError as silence:
            raise AssertionError(server.tracebacks() or "nothing is drawn") from silence
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not faults, "\n".join(faults)


@pytest.fixture
def open_page(server: Server, browser: Browser) -> Iterator[Callable[..., Page]]:
    """``open_page(query="", device="desktop", theme="light")`` → the page, drawn.

    Whatever the test does with it, at its end the console must hold no error, no request may have failed, and
    none may have left the page's own host.
    """
    with pages(server, browser) as open_page:
        yield open_page


@pytest.fixture(scope="module")
def open_for_all(server: Server, browser: Browser) -> Iterator[Callable[..., Page]]:
    """The same for a page on which several tests work, each where the one before has left it."""
    with pages(server, browser) as open_page:
        yield open_page


@pytest.fixture(scope="module")
def standing_lesson(open_for_all: Callable[..., Page]) -> Page:
    return open_for_all()


@pytest.fixture
def page(standing_lesson: Page) -> Page:
    """The lesson's example on a page for all tests of the file: as it opens, but for the camera."""
    page = standing_lesson
    page.mouse.up()
    page.mouse.move(0, 0)
    page.locator("[data-testid=stMain]").evaluate("main => main.scrollTo(0, 0)")
    page.get_by_role("button", name="Reset", exact=True).click()
    page.wait_for_function("() => location.search === ''")
    at_rest(page)
    return page


LOADED = "document.querySelector('.gradviz-table')?.innerText.includes('PyTorch is loading') === false"
_READY: set[str] = set()


@pytest.fixture
def torch_is_loaded(server: Server, browser: Browser) -> None:
    """Later redraws are then the tests' own. Once for the server: PyTorch loads with the first page."""
    if server.url not in _READY:
        page = browser.new_page(**WAITING)
        page.goto(server.url)
        page.wait_for_function(LOADED, timeout=60_000)
        page.close()
        _READY.add(server.url)


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
