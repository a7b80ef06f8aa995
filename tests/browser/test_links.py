"""The link is the page: what is seen is in the address, and the address brings it back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from gradviz import link
from gradviz.export.numbers import numbers_json
from gradviz.export.snapshot import snapshot_of_link
from tests.browser.pool import follow_link
from tests.browser.test_page import address
from tests.browser.view import at_rest, holds, methods_drawn, redrawn, revision, settled, type_in
from tests.support.server import Server

Open = Callable[..., Page]

# Pictures that differ in something else each; the first nine keys are those of links without a version.
STATES: list[dict[str, str]] = [
    {},
    {
        "f": "sin(x) cos(y)",
        "at": "0.5, 1",
        "eps": "2^-10",
        "show": "central,backprop",
        "lift": "true",
        "overlay": "true",
    },
    {"f": "x^3 - 3x", "at": "1.5", "eps": "0.5", "across": "-6, 6"},
    {"f": "x y + y z + z x", "at": "1, 2, 3", "axes": "x,z", "v": "2"},
    {"f": "f(x, y) = a x^2 + b y^2", "par": "a:2,b:-0.5", "win": "-8, 8, -8, 8", "v": "2"},
    {"at": "1, 1", "open": "view", "cam": "1.5,-1.5,0.8,0,0,0", "v": "2"},
    {"eps": "0.5", "more": "field,digits", "by": "central", "fault": "sign", "open": "code,costs", "v": "2"},
    {"f": "a sin(x)", "at": "1", "par": "a:3", "show": "none", "lift": "1", "v": "2"},
]


def go_to(page: Page, server: Server, query: dict[str, str]) -> None:
    """Open a link, and don't wait for its picture."""
    page.goto(f"{server.url}/?{urlencode(query)}", wait_until="commit")


@pytest.mark.usefixtures("torch_is_loaded")
def test_pictures_open_alike_in_two_browsers_and_their_addresses_stand(visit: Open, server: Server):
    """In one each third link opens the page; to the other, a phone in the dark, the page is there already."""
    here, there = visit(), visit(device="phone", theme="dark")
    pictures = []
    for place, query in enumerate(STATES):
        today = link.query_for(link.values_in(query)[0])
        follow_link(there, f"?{urlencode(today)}" if today else "")
        pictures.append(revision(there))
        assert address(there) == today
        if place % 3 != 2:
            continue
        go_to(here, server, query)
        settled(here)
        at_rest(here)  # it may be drawn once more
        assert revision(here) == pictures[-1], query
        assert set(here.locator(".gradviz-announcer").all_inner_texts()) == {""}  # the page is read first
        assert address(here) == query
    assert len(set(pictures)) == len(STATES)


@pytest.mark.usefixtures("torch_is_loaded")
def test_back_and_forward_go_through_what_was_typed(page: Page):
    seen = [(address(page), revision(page))]
    for label, text in (("Function f", "x1 x2"), ("Point", "1, 2"), ("Step ε", "1e-3")):
        with redrawn(page):
            type_in(page, label, text)
        at_rest(page)
        seen.append((address(page), revision(page)))
    assert seen[0][0] == {}
    for query, picture in (*seen[-2::-1], *seen[1:]):
        page.evaluate(
            "() => history.back()" if len(query) < len(address(page)) else "() => history.forward()"
        )
        page.wait_for_function(
            f"() => document.querySelector('.gradviz-view').dataset.revision === '{picture}'"
        )
        at_rest(page)
        assert address(page) == query
    assert holds(page, "Step ε") == "1e-3"
    with redrawn(page):
        page.get_by_role("button", name="Reset", exact=True).click()
    at_rest(page)
    assert (address(page), revision(page)) == seen[0]
    expect(page.get_by_label("Function f", exact=True)).to_have_value("x1^2 + x2^2")


def test_a_link_leaves_parts_out_until_the_visitor_asks_for_them(visit: Open):
    page = visit(f"?{urlencode({'hide': 'gallery,table,errors,view', 'eps': '0.01'})}")
    table, gallery = page.locator(".gradviz-table"), page.get_by_role("button", name="Gallery")
    for part in (table, gallery, page.get_by_text("View", exact=True)):
        expect(part).to_be_hidden()
    expect(page.locator("[data-panel=errors]")).to_have_count(0)
    expect(page.locator("[data-panel=map]")).to_be_visible()
    with redrawn(page):
        page.get_by_role("button", name="Show everything").click()
    for part in (table, gallery, page.locator("[data-panel=errors]")):
        expect(part).to_be_visible()
    page.wait_for_function("() => !location.search.includes('hide')")
    assert address(page) == {"eps": "0.01", "v": "2"}


def test_an_embedded_picture_fills_its_frame_and_leads_to_the_whole_page(visit: Open):
    hidden = "bar,headline,lesson,dock,words,table,kept,closed,graph"
    page = visit(f"?{urlencode({'hide': hidden, 'v': '2'})}")
    for part in (
        ".st-key-bar-row",
        ".gradviz-headline",
        ".st-key-lesson",
        ".st-key-dock-row",
        ".st-key-below",
    ):
        expect(page.locator(part).first).to_be_hidden()
    main = page.locator("[data-testid=stMain]")
    assert main.evaluate("main => [main.scrollHeight, main.scrollWidth]") == [900, 1280]
    view = page.locator(".gradviz-view").first.bounding_box()
    assert view
    assert (view["y"], round(view["height"])) == (0, 898)
    expect(page.get_by_role("button", name="Show everything")).to_have_count(0)
    whole = page.get_by_role("link", name="Open the whole page")
    expect(whole).to_have_attribute("target", "_blank")
    assert urlsplit(whole.get_attribute("href") or "").query == ""
    with redrawn(page):  # the link goes along with the point
        page.get_by_label("The point. Move it with the arrow keys.").first.press("ArrowRight")
    at_rest(page)
    query = dict(parse_qsl(urlsplit(whole.get_attribute("href") or "").query))
    assert query["at"] == address(page)["at"]


@pytest.mark.usefixtures("torch_is_loaded")
def test_the_numbers_are_saved_as_they_are_computed_without_a_page(visit: Open):
    page = visit("?f=sin(x)*y&at=1,2&eps=0.01&v=2")
    page.get_by_role("button", name="Share").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="All, as JSON", exact=True).click()
    assert download.value.suggested_filename == "gradviz.json"
    saved = Path(download.value.path()).read_text(encoding="utf-8")
    assert saved == numbers_json(snapshot_of_link(page.url))


@pytest.mark.usefixtures("torch_is_loaded")
def test_a_parameter_plays_while_the_address_waits(visit: Open):
    query = {"f": "f(x, y) = a x^2 + y^2", "par": "a:2", "v": "2"}
    page = visit(f"?{urlencode(query)}")
    caption = page.locator(".gradviz-table caption")
    page.locator("[class*=st-key-play-]").get_by_role("button", name="Play").click()
    expect(caption).to_contain_text("a = 3")
    assert address(page) == query
    page.locator("[class*=st-key-play-]").get_by_role("button", name="Pause").click()
    page.wait_for_function("() => !location.search.includes('par=a%3A2&')")
    at_rest(page)
    value = address(page)["par"].removeprefix("a:")
    assert float(value) >= 3
    expect(caption).to_contain_text(f"a = {value}")


# The page's connections, to be closed as by a network that fails.
NOTED = """(() => {
    window.connections = [];
    window.WebSocket = class extends WebSocket {
        constructor(...told) {
            super(...told);
            window.connections.push(this);
        }
    };
})();"""


@pytest.mark.parametrize("after", [300])
def test_a_link_opens_though_the_connection_is_lost_at_once(server: Server, browser: Browser, after: int):
    """What was on its way to the browser then is said again to the next connection."""
    page = browser.new_page()
    page.add_init_script(NOTED)
    page.goto(f"{server.url}/?f=max(x,y)&at=1,1&show=forward,central&v=2")
    page.wait_for_function("() => window.connections.at(-1)?.readyState === WebSocket.OPEN")
    page.wait_for_timeout(after)
    page.evaluate("() => window.connections.at(-1).close(3000)")
    page.wait_for_function("() => window.connections.length > 1")
    settled(page)
    at_rest(page)
    assert [holds(page, entry) for entry in ("Function f", "Point", "Step ε")] == ["max(x,y)", "1,1", "0.1"]
    assert methods_drawn(page, "map") == {"forward", "central"}
    page.close()
