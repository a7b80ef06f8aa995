"""After a lost connection or a restart of the server the page lives, and what was done meanwhile counts."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import LOADED
from tests.browser.pool import DEVICES, WAITING
from tests.browser.test_page import FUNCTION, POINT, STEP, address, numbers
from tests.browser.view import PATIENCE, UNANSWERED, at_rest, holds, marker, place, settled, type_in
from tests.support.paths import ROOT
from tests.support.proxy import Proxy, proxy_to
from tests.support.server import Server, end, free_port, start, wait_until_healthy

DROPS = int(os.environ.get("GRADVIZ_DROPS", "5"))
RESTARTS = int(os.environ.get("GRADVIZ_RESTARTS", "1"))
LONGEST = 0.5  # seconds between an input and the loss of the connection

CONNECTION = "document.querySelector('[data-test-connection-state]').dataset.testConnectionState"
# Every socket of the page, to tell that a new one stands.
COUNTED = """(() => {
    window.sockets = [];
    window.WebSocket = class extends WebSocket {
        constructor(...options) {
            super(...options);
            window.sockets.push(this);
        }
    };
})();"""
POINT_IN_SCENE = "() => document.querySelector('.gradviz-spot')?.dataset.point.split(' ').map(Number) ?? []"
ROW = """method => document.querySelector(`.gradviz-table tr[data-method=${method}]`).innerText"""


def new_page(browser: Browser) -> Page:
    page = browser.new_page(**DEVICES["desktop"], **WAITING, reduced_motion="reduce")
    page.add_init_script(UNANSWERED)
    return page


def opened(browser: Browser, url: str) -> Page:
    page = new_page(browser)
    page.add_init_script(COUNTED)
    page.goto(url)
    settled(page)
    page.wait_for_function(LOADED)
    at_rest(page)
    return page


def disagreements(page: Page) -> list[str]:
    """Where entries, address, table and pictures of f = x1² + x2² do not tell the same."""
    point, step = numbers(holds(page, POINT)), float(holds(page, STEP))
    query = address(page)
    row = [float(text.replace("−", "-")) for text in re.findall(r"[−\d.]{4,}", page.evaluate(ROW, "forward"))]
    told = {
        "address, point": (numbers(query.get("at", "3, 4")), point),
        "address, step": (float(query.get("eps", "0.1")), step),
        "table": (row[:2], [2 * x + step for x in point]),
        "surface": (page.evaluate(POINT_IN_SCENE), point),
        "error plot": ((marker(page, "forward") or (0.0,))[0], step),
        "slider": (float(page.get_by_label("ε as a power of ten").input_value()), np.log10(step)),
    }
    near = {"slider": 0.13, "table": 1e-3}
    found = [
        f"{name}: {a} is not {b}"
        for name, (a, b) in told.items()
        if a != pytest.approx(b, abs=near.get(name, 1e-9))
    ]
    if holds(page, FUNCTION) != query.get("f", "x1^2 + x2^2"):
        found.append(f"function: {holds(page, FUNCTION)} is not {query.get('f')}")
    return found


# --- what a visitor does; each gives what must hold in the end ----------------------------------------------

Holds = Callable[[Page], bool]


def random_point(turn: int) -> tuple[float, float]:
    return 1 + 3 * np.cos(2.4 * turn), 1 + 3 * np.sin(2.4 * turn)


def types_a_point(page: Page, turn: int) -> Holds:
    text = f"{turn / 8:g}, {1 + turn / 4:g}"
    type_in(page, POINT, text)
    return lambda page: holds(page, POINT) == text


def begins_to_type_a_step(page: Page, turn: int) -> Holds:
    """The entry is not left: the connection is lost while the caret stands in it."""
    text = f"{(turn + 1) / 1024:g}"
    page.get_by_label(STEP, exact=True).fill(text)
    return lambda page: holds(page, STEP) == text


def drags_the_point(page: Page, turn: int) -> Holds:
    x, y = random_point(turn)
    page.locator("[data-panel=map]").scroll_into_view_if_needed()
    handle = page.locator("[data-panel=map] .gradviz-handle").bounding_box()
    assert handle
    page.mouse.move(handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2)
    page.mouse.down()
    page.mouse.move(*place(page, "map", x, y))
    page.mouse.up()
    return lambda page: numbers(holds(page, POINT)) == pytest.approx((x, y), abs=0.1)


def moves_the_slider(page: Page, turn: int) -> Holds:
    slider = page.get_by_label("ε as a power of ten")
    slider.press("ArrowLeft" if turn % 8 < 6 else "PageDown")
    exponent = float(slider.input_value())
    return lambda page: float(holds(page, STEP)) == pytest.approx(10**exponent, rel=0.01)


def chooses_methods(page: Page, turn: int) -> Holds:
    pill = page.get_by_test_id("stButtonGroup").first.get_by_role("button", name="Backward")
    pill.click()
    shown = pill.get_attribute("aria-pressed")
    return lambda page: pill.get_attribute("aria-pressed") == shown


INPUTS = (types_a_point, drags_the_point, moves_the_slider, begins_to_type_a_step)
OURS = (
    drags_the_point,
    moves_the_slider,
)  # Streamlit's own entries are disabled while there is no connection


def reconnected(page: Page, sockets: int) -> None:
    """Wait until a socket after so many stands, and the page has come to rest."""
    page.wait_for_function(
        f"sockets => sockets < window.sockets.length && {CONNECTION} === 'CONNECTED'",
        arg=sockets,
    )
    at_rest(page)


def sockets(page: Page) -> int:
    return page.evaluate("() => window.sockets.length")


def settles(page: Page, holds_in_the_end: Holds) -> list[str]:
    """The disagreements that are left when all has been answered; also if what was done does not count."""
    deadline = time.monotonic() + PATIENCE / 1000
    while found_wrong(page, holds_in_the_end) and time.monotonic() < deadline:
        page.wait_for_timeout(200)
    at_rest(page)
    return found_wrong(page, holds_in_the_end)


def found_wrong(page: Page, holds_in_the_end: Holds) -> list[str]:
    lost = f"what was done is lost: {holds(page, POINT)}; {holds(page, STEP)}"
    return disagreements(page) + ([] if holds_in_the_end(page) else [lost])


@pytest.fixture
def proxy(server: Server) -> Iterator[Proxy]:
    with proxy_to(int(server.url.rpartition(":")[2])) as proxy:
        yield proxy


def test_what_was_done_around_a_lost_connection_counts(proxy: Proxy, browser: Browser, torch_is_loaded):
    page = opened(browser, f"http://127.0.0.1:{proxy.port}")
    wrong = {}
    for turn in range(DROPS):
        act, after = INPUTS[turn % len(INPUTS)], LONGEST * turn / max(1, DROPS - 1)
        before = sockets(page)
        counts = act(page, turn)
        more = turn % 5 == 4  # is done while there is no connection
        proxy.drop(after, refuse=more)
        if more:
            page.wait_for_function(f"() => {CONNECTION} !== 'CONNECTED'")
            counts = OURS[turn % 2](page, turn + 1)
            proxy.accept()
        reconnected(page, before)
        if found := settles(page, counts):
            wrong[turn, act.__name__, round(after, 2)] = found
    assert not wrong
    page.close()


def test_a_page_outlives_a_restart_of_its_server(browser: Browser, tmp_path: Path):
    port = free_port()
    server = Server(f"http://127.0.0.1:{port}", tmp_path / "server.log", 0.0)

    def serve():
        process = start(ROOT / "app.py", port, tmp_path)
        wait_until_healthy(server, process, np.inf)
        return process

    process = serve()
    try:
        page = opened(browser, server.url)
        wrong = {}
        for turn in range(RESTARTS):
            act = INPUTS[turn % len(INPUTS)]
            before = sockets(page)
            counts = act(page, turn)
            page.wait_for_timeout(1000 * LONGEST * (turn % 3) / 2)
            process.kill()
            process.wait()
            page.wait_for_function(f"() => {CONNECTION} !== 'CONNECTED'")
            if turn % 2:
                counts = OURS[turn // 2 % 2](page, turn)
            process = serve()
            reconnected(page, before)
            page.wait_for_function(LOADED)
            if found := settles(page, counts):
                wrong[turn, act.__name__] = found
                continue
            again = drags_the_point(page, turn + 1)  # it does not only look alive
            at_rest(page)
            if found := settles(page, again):
                wrong[turn, act.__name__, "afterwards"] = found
        page.close()
        assert not wrong
        assert not server.tracebacks()
    finally:
        end(process)


# --- a page that has been emptied ---------------------------------------------------------------------------

# The first connection hands on as many messages, and is closed a while after the next has come.
CUT_SHORT = """(() => {
    const sockets = [];
    window.WebSocket = class extends WebSocket {
        constructor(...options) {
            super(...options);
            sockets.push(this);
            if (sockets.length > 1 || sessionStorage.getItem('cut')) return;
            sessionStorage.setItem('cut', 'once');
            let received = 0;
            super.addEventListener('message', event => {
                received += 1;
                if (received <= MESSAGES) return;
                event.stopImmediatePropagation();
                if (received === MESSAGES + 1) setTimeout(() => this.close(3000), AFTER);
            });
        }
    };
})();"""


@pytest.mark.parametrize(("messages", "after"), [(8, 50)])
def test_the_rest_of_a_run_whose_beginning_was_lost_leaves_no_white_page(
    server: Server, browser: Browser, torch_is_loaded, messages: int, after: int
):
    """Streamlit sends it to the next connection, and React gives up where it has nothing to stand in."""
    page = new_page(browser)
    page.add_init_script(CUT_SHORT.replace("MESSAGES", str(messages)).replace("AFTER", str(after)))
    page.goto(f"{server.url}/?f=max(x,y)&at=1,1&v=2")
    settled(page)
    at_rest(page)
    assert [holds(page, entry) for entry in (FUNCTION, POINT, STEP)] == ["max(x,y)", "1,1", "0.1"]
    page.close()


def test_an_emptied_page_is_loaded_anew_but_not_for_ever(server: Server, browser: Browser):
    page = new_page(browser)
    empty = "document.getElementById('root').replaceChildren()"
    page.goto(f"{server.url}/?eps=0.5")
    page.wait_for_selector("[data-testid=stApp]")
    begun = time.time()
    with page.expect_navigation():
        page.evaluate(f"() => {empty}")
    page.wait_for_selector("[data-testid=stApp]")
    assert address(page) == {"eps": "0.5"}
    # as after a moment, however long the page has taken to come again
    last = page.evaluate(
        f"""() => {{
            const last = sessionStorage.getItem('gradviz-revived');
            sessionStorage.setItem('gradviz-revived', String(Date.now()));
            {empty};
            return last;
        }}"""
    )
    assert begun <= float(last) / 1000 <= time.time()
    page.wait_for_timeout(300)
    assert page.evaluate("() => document.getElementById('root').childElementCount") == 0
    page.close()
