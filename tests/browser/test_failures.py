"""A picture, a message or a script that fails leaves a sentence, and the next one is shown again."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

import gradviz
from gradviz import figures
from gradviz.autodiff import costs
from gradviz.figures import cost
from gradviz.figures import graph as graph_figure
from gradviz.figures.view import MISSING
from page import scripts
from page.scripts import script_address
from tests.browser.pool import WAITING
from tests.browser.view import place, settled
from tests.support.server import Server

pytestmark = pytest.mark.usefixtures("torch_is_loaded")

Change = Callable[[dict[str, Any]], Any]
# Two versions of the scripts: one that the tests serve, one that nobody does.
FORMER, UNKNOWN = "0" * 16, "f" * 16
PICTURE_FAILED = "This picture could not be drawn"
PART_FAILED = "This part of the page could not be shown"
# A mount of its own below the page, and what Streamlit does with one: it hands on whatever comes.
MOUNT = """address => {
    document.querySelector('#mount')?.remove();
    const mount = document.createElement('div');
    mount.id = 'mount';
    document.body.prepend(mount);
    window.later ??= setTimeout; // no test waits long for what never comes
    window.setTimeout = (work, time, ...rest) => later(work, Math.min(time, 300), ...rest);
    window.show = async (data, from = address) => {
        const module = await import(new URL(from, document.baseURI).href);
        const parentElement = data?.parts ? document.createElement('div') : mount;
        window.cleanUp = module.default({data, parentElement, setTriggerValue() {}});
    };
}"""
LOADER = """async text => {
    const blob = new Blob([text], {type: 'text/javascript'});
    window.loaded ??= (await import(URL.createObjectURL(blob))).default;
    await window.loaded({data: {}, parentElement: document.querySelector('#mount'), setTriggerValue() {}});
}"""


def state_of(revision: str, change: Change = lambda data: None) -> dict[str, Any]:
    """A message with two pictures, ``cost`` and ``swell``, after ``change`` has been made to it."""
    panels = {
        "cost": figures.Panel(cost.cost_picture(costs.FAMILIES[0], 2), height=200),
        "swell": figures.Panel(cost.swell_picture(2), height=200),
    }
    _, data = figures.view_data(panels, [(1, ["cost"]), (1, ["swell"])], (), revision=revision)
    data = copy.deepcopy(data)
    change(data)
    return data


@pytest.fixture(scope="module")
def opened(server: Server, browser: Browser) -> Iterator[Page]:
    """A page whose faults are what the tests make."""
    page = browser.new_page(**WAITING, viewport={"width": 1280, "height": 900})
    page.goto(server.url)
    settled(page)
    page.route(f"**/{FORMER}/*", lambda route: route.continue_(url=now(route.request.url)))
    yield page
    page.close()


@pytest.fixture
def bare(opened: Page) -> Page:
    """The page with a new mount above it."""
    opened.evaluate(MOUNT, script_address("view"))
    return opened


def now(url: str) -> str:
    """The address of the present version of a script."""
    return re.sub(f"/({FORMER}|{UNKNOWN})/", f"/{scripts.VERSION}/", url)


def show(page: Page, data: Any, address: str = script_address("view")) -> None:
    page.evaluate("([data, from]) => show(data, from)", [data, address])


def drawn(page: Page, revision: str) -> None:
    """Wait until the mount has drawn a message."""
    expect(page.locator(f"#mount .gradviz-view[data-revision={revision}]")).to_be_visible()


def panel(page: Page, name: str) -> tuple[str, int]:
    """The sentence in place of a picture, and how many lines of it can be seen."""
    area = page.locator(f"#mount [data-panel={name}] .gradviz-plot-area")
    lines = area.locator(".scatterlayer .trace")
    seen = sum(line.is_visible() for line in lines.all())
    return area.locator(".gradviz-problem").inner_text(), seen


def no_figure(data: dict[str, Any]) -> None:
    data["pictures"]["cost"]["figure"] = None


def no_layout(data: dict[str, Any]) -> None:
    del data["pictures"]["cost"]["figure"]["layout"]


def no_picture(data: dict[str, Any]) -> None:
    del data["pictures"]["cost"]


def unreadable_array(data: dict[str, Any]) -> None:
    data["pictures"]["cost"]["figure"]["data"][0]["x"] = {"dtype": "f8", "bdata": "AAAA"}


def unreadable_named_array(data: dict[str, Any]) -> None:
    data["pictures"]["cost"]["figure"]["data"][0]["x"] = {"part": "short"}
    data["named"]["short"] = {"dtype": "f8", "bdata": "AAAA"}


def array_that_never_comes(data: dict[str, Any]) -> None:
    data["pictures"]["cost"]["figure"]["data"][0]["x"] = {"part": "lost"}


def nothing_in_a_list_of_traces(data: dict[str, Any]) -> None:
    data["pictures"]["cost"]["figure"]["data"].insert(0, None)


FAILING = (
    no_figure,
    no_layout,
    no_picture,
    unreadable_array,
    unreadable_named_array,
    array_that_never_comes,
    nothing_in_a_list_of_traces,
)


def test_a_picture_that_fails_says_so_in_its_place_and_comes_back(bare: Page):
    for number, failing in enumerate(FAILING):
        show(bare, state_of(f"good-{number}"))
        drawn(bare, f"good-{number}")
        assert panel(bare, "cost")[0] == panel(bare, "swell")[0] == "", failing.__name__
        before = panel(bare, "cost")[1], panel(bare, "swell")[1]
        assert min(before) > 0
        show(bare, state_of(f"bad-{number}", failing))
        drawn(bare, f"bad-{number}")
        sentence, seen = panel(bare, "cost")
        assert sentence.startswith(PICTURE_FAILED), failing.__name__
        assert seen == 0, "what stood there would be taken for the present state"
        assert panel(bare, "swell") == ("", before[1]), failing.__name__
        show(bare, state_of(f"again-{number}"))
        drawn(bare, f"again-{number}")
        assert panel(bare, "cost") == ("", before[0]), failing.__name__
        assert panel(bare, "swell") == ("", before[1]), failing.__name__


UNREADABLE = {
    "no columns": lambda data: data.update(columns=None),
    "columns of nothing": lambda data: data.update(columns=[None]),
    "no named arrays": lambda data: data.update(named=None),
    "a sweep that is none": lambda data: data.update(gradientsByStep={"steps": {"bdata": 3, "dtype": "f8"}}),
}


def test_a_message_that_cannot_be_read_says_so_and_the_next_one_is_drawn(bare: Page):
    failure = bare.locator("#mount > .gradviz-failure")
    for turn in ("first", "second"):
        for change in UNREADABLE.values():
            show(bare, state_of("bad", change))
            expect(failure).to_contain_text(PART_FAILED)
            expect(bare.locator("#mount .gradviz-plot-area:visible")).to_have_count(0)
        show(bare, None)
        expect(failure).to_contain_text(PART_FAILED)
        show(bare, state_of(f"good-{turn}"))
        drawn(bare, f"good-{turn}")
        expect(failure).to_have_count(0)
        assert panel(bare, "cost")[1] > 0


def test_a_walk_that_cannot_be_read_says_so_and_the_next_one_is_drawn(bare: Page):
    walk = graph_figure.walk_data(gradviz.parse("x^2 + 1"), (3.0,), ("x",))
    address = script_address("walk")
    failure, boxes = (
        bare.locator("#mount > .gradviz-failure"),
        bare.locator("#mount .gradviz-walk-stage .box"),
    )
    for number, broken in enumerate(({"nodes": None}, {"views": None}, {"steps": None}, {"colours": None})):
        show(bare, {**walk, "revision": f"good-{number}"}, address)
        expect(boxes.first).to_be_visible()
        expect(failure).to_have_count(0)
        show(bare, {**walk, "revision": f"bad-{number}", **broken}, address)
        expect(failure).to_contain_text(PART_FAILED)
        expect(boxes.first).to_be_hidden()


def test_after_an_upgrade_the_new_modules_draw_what_the_former_have_drawn(bare: Page):
    former = script_address("view", FORMER)
    show(bare, {"parts": {}, "palettes": figures.palettes()}, former)
    show(bare, state_of("former"), former)
    drawn(bare, "former")
    show(bare, state_of("new"))
    drawn(bare, "new")
    expect(bare.locator("#mount .gradviz-view")).to_have_count(1)
    assert panel(bare, "cost")[1] > 0
    assert bare.evaluate(TAKEN_OFF) == ""


# What is left in a mount that is taken off the page.
TAKEN_OFF = """() => {
    const mount = document.querySelector('#mount');
    mount.remove();
    cleanUp();
    return mount.innerHTML;
}"""


def test_a_call_that_is_outdated_leaves_what_newer_data_show(bare: Page):
    """Streamlit cleans up after such a call at once, and it may come after that with the newer data."""
    show(bare, state_of("older"))
    bare.evaluate("() => { window.outdated = cleanUp; }")
    show(bare, state_of("newer"))
    bare.evaluate("() => outdated()")
    drawn(bare, "newer")
    show(bare, state_of("late"))
    bare.evaluate("() => cleanUp()")
    drawn(bare, "newer")
    assert panel(bare, "cost")[1] > 0
    assert bare.evaluate(TAKEN_OFF) == ""


def test_a_script_that_does_not_come_is_asked_for_again(bare: Page):
    """A page from before an upgrade asks for a version that the server no longer has."""
    missing = bare.locator("#mount > .gradviz-missing")
    loader = figures.loader(script_address("clock", UNKNOWN))
    for _ in range(2):
        bare.evaluate(LOADER, loader)
        expect(missing).to_have_text(MISSING)
    bare.route(f"**/{UNKNOWN}/*", lambda route: route.continue_(url=now(route.request.url)))
    bare.evaluate(LOADER, loader)
    expect(missing).to_have_count(0)


def test_a_picture_that_fails_under_the_hand_leaves_the_others_alone(bare: Page):
    bare.evaluate("() => document.querySelector('#mount').remove()")
    bare.evaluate(
        """() => {
            const {replaceChildren} = Element.prototype;
            window.planted = true;
            Element.prototype.replaceChildren = function (...children) {
                const ours = this.matches('[data-panel=surface] .moving');
                if (window.planted && ours) throw new Error('planted');
                return replaceChildren.apply(this, children);
            };
        }"""
    )
    bare.locator("[data-panel=map]").scroll_into_view_if_needed()
    handle = bare.locator("[data-panel=map] .gradviz-handle")
    surface = bare.locator("[data-panel=surface] .gradviz-plot-area")
    bare.mouse.move(*place(bare, "map", 3, 4))
    bare.mouse.down()
    before = handle.bounding_box()
    bare.evaluate(
        """() => {
            const area = document.querySelector('[data-panel=surface] .gradviz-plot-area');
            const look = () => { window.sentence ||= area.querySelector('.gradviz-problem').textContent; };
            new MutationObserver(look).observe(area, {subtree: true, childList: true});
        }"""
    )
    bare.mouse.move(*place(bare, "map", -1, 1), steps=3)
    bare.wait_for_function("() => window.sentence")
    assert bare.evaluate("() => window.sentence").startswith(PICTURE_FAILED)
    bare.mouse.move(*place(bare, "map", -3, -2), steps=3)
    assert handle.bounding_box() != before
    bare.evaluate("() => { window.planted = false; }")
    bare.mouse.up()
    expect(surface.locator(".gradviz-problem")).to_have_text("")
    expect(surface.locator(".gl-container canvas").first).to_be_visible()


def test_without_webgl_the_surface_says_so_and_the_rest_is_drawn(server: Server, browser: Browser):
    page = browser.new_page(**WAITING)
    page.add_init_script(
        """(() => {
            const {getContext} = HTMLCanvasElement.prototype;
            HTMLCanvasElement.prototype.getContext = function (kind, ...wishes) {
                return kind.includes('webgl') ? null : getContext.call(this, kind, ...wishes);
            };
        })()"""
    )
    page.goto(server.url)
    settled(page)
    expect(page.locator("[data-panel=surface] .gradviz-problem")).to_contain_text("3D needs WebGL")
    expect(page.get_by_text("get.webgl.org")).to_have_count(0)
    for name in ("errors", "map"):
        expect(page.locator(f"[data-panel={name}] .gradviz-problem")).to_have_text("")
        expect(page.locator(f"[data-panel={name}] .main-svg").first).to_be_visible()
    page.close()
