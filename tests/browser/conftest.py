"""The page in a real Chromium: ``open_page`` gives a settled Playwright page that may make no mistake."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from tests.browser.pool import Borrowed, Pool, Theme, follow_link, go_to, restore_window
from tests.browser.view import PATIENCE, SCENE, at_rest, camera
from tests.support import chromium
from tests.support.paths import ROOT
from tests.support.server import Server, serving

expect.set_options(timeout=PATIENCE)

# Scrolled to the top, and nothing is open that the address does not know of.
CLOSED = """() => {
    document.querySelector('[data-testid=stMain]').scrollTo(0, 0);
    document.querySelectorAll('.gradviz-ask[aria-expanded=true]').forEach(button => button.click());
    document.querySelectorAll('.gradviz-walk details[open]').forEach(words => { words.open = false; });
}"""
# The scene, where there is one, is seen from there again: by itself it keeps the camera, whatever changes.
# Gives whether it had to be turned.
TURNED_BACK = f"""camera => {{
    const plot = {SCENE};
    const seen = plot?._fullLayout.scene._scene.getCamera();
    if (!plot || JSON.stringify(seen) === JSON.stringify(camera)) return false;
    return Plotly.relayout(plot, {{'scene.camera': camera}}).then(() => true);
}}"""
# All by which a page that a test has used differs from one that it has only looked at.
STATE = """() => JSON.stringify([
    location.href,
    document.querySelector('.gradviz-view')?.dataset.revision,
    document.querySelector('[data-testid=stMain]').scrollTop,
    document.documentElement.dataset.keys,
    [...document.querySelectorAll('input, textarea')].map(entry => [entry.value, entry.checked]),
    [...document.querySelectorAll('[aria-expanded], [aria-pressed], [aria-selected], details')]
        .map(part => [part.ariaExpanded, part.ariaPressed, part.ariaSelected, part.open]),
    [...document.querySelectorAll('.gradviz-columns, .gradviz-column')].map(part => part.scrollLeft),
    document.querySelector('.gradviz-walk')?.dataset.step,
    document.activeElement?.tagName,
])"""
LOADED = "() => document.querySelector('.gradviz-table')?.innerText.includes('PyTorch is loading') === false"


# The standing pages, by the link and the state in which the last visit has left them.
LEFT: dict[Page, tuple[str, str]] = {}


class Standing(NamedTuple):
    """A page that stays loaded, and the camera it has opened with."""

    page: Page
    camera: dict[str, Any]


@pytest.fixture(scope="package")
def server() -> Iterator[Server]:
    """``streamlit run app.py``, once for all tests; at the end no traceback may stand in its log."""
    with serving(ROOT / "app.py") as server:
        yield server
        assert not server.tracebacks(), server.log.read_text()


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Browser]:
    browser = chromium.launch(playwright)
    browser.on("context", lambda context: context.set_default_timeout(PATIENCE))
    yield browser
    browser.close()


@pytest.fixture(scope="package")
def pool(server: Server, browser: Browser) -> Pool:
    return Pool(server, browser)


@pytest.fixture
def open_page(pool: Pool) -> Iterator[Callable[..., Page]]:
    """``open_page(query="", device="desktop", theme="light")`` → the page, drawn.

    Whatever the test does with it, at its end the console must hold no error, no request may have failed, and
    none may have left the page's own host.
    """
    with Borrowed(pool) as borrowed:
        yield borrowed.open


@pytest.fixture
def open_blank(pool: Pool) -> Iterator[Callable[[], Page]]:
    """``open_blank()`` → a page on which nothing is loaded yet, to watch what is."""
    with Borrowed(pool) as borrowed:
        yield borrowed.blank


@pytest.fixture(scope="package")
def standing(pool: Pool) -> Iterator[Callable[[str], Standing]]:
    """A page of each device that stays loaded for all tests; opened by the first that asks for it."""
    with Borrowed(pool) as borrowed:

        @cache
        def standing(device: str) -> Standing:
            page = borrowed.open(device=device)
            return Standing(page, camera(page))

        yield standing


def close_dialogs(page: Page) -> None:
    """Close what is open; an open dialog makes all else inert."""
    for _ in range(5):
        if not page.get_by_role("dialog").count():
            return
        page.keyboard.press("Escape")
        at_rest(page)
    expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.fixture
def visit(
    pool: Pool, standing: Callable[[str], Standing], request: pytest.FixtureRequest
) -> Iterator[Callable[..., Page]]:
    """``visit(query="", device="desktop", theme="light")`` → the device's standing page at that link.

    It is as it opens, but for what a test has hung on the window. After a test that has failed, and for its
    second try, it is loaded anew: nobody knows what stands on it then. It may make no mistake either.
    """
    failed, visited = request.session.testsfailed, set()
    again = getattr(request.node, "execution_count", 1) > 1

    def is_untouched(page: Page, query: str) -> bool:
        """Whether it stands at that link as the last visit has left it."""
        return (query, page.evaluate(STATE)) == LEFT.get(page)

    def visit(query: str = "", device: str = "desktop", theme: Theme = "light") -> Page:
        page, seen_from = standing(device)
        if again and page not in visited:
            LEFT.pop(page, None)
            pool.found(page)
            go_to(page, pool.server)
        visited.add(page)
        restore_window(page, device, theme)
        page.mouse.up()
        page.mouse.move(0, 0)
        close_dialogs(page)
        page.evaluate(CLOSED)
        if is_untouched(page, query):
            return page
        follow_link(page, query)
        close_dialogs(page)  # a run that began before may have shown it once more
        if "cam=" not in query and page.evaluate(TURNED_BACK, seen_from):
            at_rest(page)  # a slow machine draws what is turned coarsely, and sharpens it afterwards
        LEFT[page] = query, page.evaluate(STATE)
        return page

    yield visit
    if request.session.testsfailed > failed:
        LEFT.clear()
        for page in visited:
            go_to(page, pool.server)
    faults = [fault for page in visited for fault in pool.found(page)]
    assert not faults, "\n".join(faults)


@pytest.fixture
def page(visit: Callable[..., Page]) -> Page:
    """The lesson's example on the standing page."""
    return visit()


_READY: set[str] = set()


@pytest.fixture
def torch_is_loaded(server: Server, visit: Callable[..., Page]) -> None:
    """Later redraws are then the tests' own. Once for the server: PyTorch loads with the first page."""
    if server.url not in _READY:
        visit().wait_for_function(LOADED)
        _READY.add(server.url)
