"""One visit in each of three browsers: open, type a function, drag the point, drag ε, share."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from gradviz.figures import STYLES
from tests.browser.drivers import (
    ENTER,
    Driver,
    firefox_page,
    playwright_page,
    playwrights_firefox_page,
    soon,
    webkit_page,
)
from tests.browser.view import APP, FIGURE, PLACE, SETTLED, VIEW, count_colours, count_near
from tests.support import browsers
from tests.support.server import Server

pytestmark = pytest.mark.usefixtures("torch_is_loaded")

SIZE = (1280, 900)
PANELS = ("surface", "errors", "map")
# All that can stand where a picture or an answer should: Streamlit's boxes and our own sentences.
PROBLEMS = """() => [
    ...[...document.querySelectorAll(
        '[data-testid=stException], [data-testid^=stAlert], [class*=gradviz-fail], .gradviz-missing'
    )].map(box => box.textContent),
    ...(document.body.innerText.match(/.*(Component Error|Traceback).*/g) ?? []),
].filter(Boolean)"""
BOX = """panel => {
    const area = document.querySelector(`[data-panel=${panel}] .gradviz-plot-area`);
    area.scrollIntoView({block: 'center'});
    const {left, top, width, height} = area.getBoundingClientRect();
    return [left, top, width, height];
}"""
# What the map is drawn from: [[x of its columns], [y of its rows], [heights, row by row]].
GRID = f"""panel => {{
    const {{x, y, z}} = {FIGURE}.data.find(trace => trace.type === 'contour');
    return [[...x], [...y], [...z].map(row => [...row])];
}}"""
ENTRY = 'label => document.querySelector(`input[aria-label="${label}"]`)'
VALUE = f"label => ({ENTRY})(label).value"
SELECT = f"label => {{ const entry = ({ENTRY})(label); entry.focus(); entry.select(); }}"
MIDDLE_OF_THUMB = """() => {
    const slider = document.querySelector('.gradviz-step input');
    slider.scrollIntoView({block: 'center'});
    const {left, top, width, height} = slider.getBoundingClientRect();
    const share = (slider.value - slider.min) / (slider.max - slider.min);
    return [left + 14 + share * (width - 28), top + height / 2, width]; // a thumb of 28 px
}"""
BUTTON = """text => {
    const buttons = [...document.querySelectorAll('button')];
    const button = buttons.find(button => button.innerText.trim().startsWith(text));
    button.scrollIntoView({block: 'center'});
    const {left, top, width, height} = button.getBoundingClientRect();
    return [left + width / 2, top + height / 2];
}"""
RESTS = f"() => document.querySelector('{APP}').dataset.testScriptState === 'notRunning'"
DRAFT = "() => document.querySelector('.st-key-draft-beside [data-shows=formula] .katex-html')?.textContent"
# Of the two codes in the popover the one that embeds the page may be drawn first.
SHARED = """() => [...document.querySelectorAll('[data-testid=stPopoverBody] code')]
    .map(code => code.innerText).find(text => text.startsWith('http')) ?? null"""


@pytest.fixture(params=["chromium", "firefox", "webkit"])
def driver(request: pytest.FixtureRequest, server: Server) -> Iterator[Driver]:
    if request.param == "chromium":
        opening = playwright_page(request.getfixturevalue("browser"), SIZE, server.url)
    elif request.param == "webkit":
        opening = webkit_page(SIZE)
    elif program := browsers.firefox():
        opening = firefox_page(program, SIZE)
    else:
        opening = playwrights_firefox_page(request.getfixturevalue("playwright"), SIZE, server.url)
    with opening as driver:
        yield driver


def settled(driver: Driver, before: str | None = None) -> str:
    """The revision of what is drawn, once it is another than ``before`` and the page rests."""
    try:
        soon(lambda: driver.run(SETTLED, before), "nothing is drawn")
    except TimeoutError as silence:
        raise AssertionError([*driver.run(PROBLEMS), *driver.faults]) from silence
    return revision(driver)


def revision(driver: Driver) -> str:
    return driver.run(f"() => document.querySelector('{VIEW}').dataset.revision")


def painted(driver: Driver, panel: str) -> NDArray[np.uint8]:
    """The pixels of a picture, (height, width, 3)."""
    left, top, width, height = map(round, driver.run(BOX, panel))
    window = np.asarray(Image.open(BytesIO(driver.screenshot())).convert("RGB"))
    assert window.shape[:2] == SIZE[::-1]
    return window[max(0, top) : top + height, left : left + width]


def is_painted(driver: Driver, panel: str) -> bool:
    """Whether a picture has its shades, and the arrow or line of the forward difference."""
    picture = painted(driver, panel)
    return count_colours(picture) > 100 and count_near(picture, STYLES["forward"].light, within=60) > 30


def assert_painted(driver: Driver) -> None:
    """Every picture is soon painted, and nothing stands on the page that says otherwise.

    A page that rests may still be drawing: a frame in software 3D takes a while on a busy machine.
    """
    for panel in PANELS:
        soon(partial(is_painted, driver, panel), f"the {panel} is not painted")
    assert driver.run(PROBLEMS) == []
    assert driver.faults == []


def drag(driver: Driver, start: Any, *ends: Any) -> None:
    """Press at the place ``start``, move over the others, and let go at the last."""
    driver.move(*start)
    driver.press()
    for end in ends:
        driver.move(*end)
    driver.release()


def click(driver: Driver, at: Any) -> None:
    drag(driver, at)


def place(driver: Driver, panel: str, x: float, y: float) -> tuple[float, float]:
    """Where (x, y) of a flat picture's axes is, in pixels of the window."""
    driver.run(BOX, panel)
    right, down = driver.run(PLACE, [panel, x, y])
    return right, down


def numbers(text: str) -> list[float]:
    return [float(part) for part in text.split(",")]


def drafted(driver: Driver) -> str:
    """The letters and signs of the typeset draft that a keyboard has."""
    return "".join(letter for letter in driver.run(DRAFT) or "" if letter.isascii())


def test_a_visit(driver: Driver, server: Server):
    driver.open(server.url)
    before = settled(driver)
    assert_painted(driver)

    driver.run(SELECT, "Function f")
    driver.type("x1^2 + 3x2")
    soon(lambda: drafted(driver) == "f(x1,x2)=x12+3x2", "the whole draft is typeset")
    driver.type(ENTER)
    before = settled(driver, before)
    x, y, z = (np.array(values) for values in driver.run(GRID, "map"))
    np.testing.assert_allclose(z, x[None, :] ** 2 + 3 * y[:, None], rtol=1e-5, atol=1e-4)

    middle = place(driver, "map", 0, 0)
    drag(driver, place(driver, "map", 3, 4), middle, place(driver, "map", 4, -2))
    soon(lambda: driver.run(VALUE, "Point") != "3, 4", "the point has moved")
    assert numbers(driver.run(VALUE, "Point")) == pytest.approx([4, -2], abs=0.1)
    before = settled(driver, before)

    way = [place(driver, "errors", step, 1e-2) for step in (1e-2, 1e-4, 1e-6)]
    drag(driver, *way)
    soon(lambda: driver.run(VALUE, "Step ε") != "0.1", "ε has moved on the error plot")
    on_plot = float(driver.run(VALUE, "Step ε"))
    assert math.log10(on_plot) == pytest.approx(-6, abs=0.2)
    settled(driver, before)

    right, down, width = driver.run(MIDDLE_OF_THUMB)
    drag(driver, (right, down), (right + width / 8, down), (right + width / 4, down))
    soon(lambda: float(driver.run(VALUE, "Step ε")) > 100 * on_plot, "ε has moved on its slider")
    soon(lambda: driver.run(RESTS), "the page rests")
    assert_painted(driver)

    click(driver, driver.run(BUTTON, "Share"))
    said = {"f": "x1^2 + 3x2"} | {
        key: driver.run(VALUE, label) for key, label in (("at", "Point"), ("eps", "Step ε"))
    }

    def shared() -> bool:
        """Whether the link tells what the entries say."""
        query = parse_qs(urlsplit(driver.run(SHARED) or "").query)
        return all(query.get(key) == [text] for key, text in said.items())

    soon(shared, f"a link to {said}")
    assert driver.run(PROBLEMS) == []
    assert driver.faults == []
