"""Present mode, with a lecturer's hands: the keys, the pointer, and what is seen from the last row."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_page import address
from tests.browser.view import at_rest, holds, place, redrawn, sideways_scroll

# The height of letters in px: along the axes of the map, which Plotly draws, and over the scene.
LETTERS = """() => [
    Number.parseFloat(getComputedStyle(document.querySelector("[data-panel=map] .xtick text")).fontSize),
    document.querySelector('[data-panel=surface] .gradviz-scale').getBoundingClientRect().height,
]"""
BOXES = """() => ['.gradviz-view', '[data-panel=surface]', '[data-panel=map]']
    .map(part => document.querySelector(part).getBoundingClientRect().toJSON())"""


@pytest.mark.usefixtures("torch_is_loaded")
def test_a_lecturer_leads_through_a_group_by_keys(page: Page):
    before = page.evaluate(LETTERS)
    with redrawn(page):
        page.get_by_role("button", name="Present").click()
        page.wait_for_selector(".gradviz-present")
        page.keyboard.press("ArrowLeft")
    at_rest(page)
    assert address(page) == {"eps": "0.0891", "present": "1", "v": "2"}  # 10^-1.05
    for part in (".st-key-bar-row", ".st-key-below", ".st-key-lesson"):
        expect(page.locator(part)).to_be_hidden()
    view, surface, chart = page.evaluate(BOXES)
    assert abs(view["width"] / view["height"] - 16 / 9) < 0.01
    assert (
        view["left"] <= surface["left"] < surface["right"] <= chart["left"] < chart["right"] <= view["right"]
    )
    assert chart["bottom"] <= view["bottom"] <= 900
    assert sideways_scroll(page) == 0
    for letters, former in zip(page.evaluate(LETTERS), before, strict=True):
        assert abs(letters / former - 1.5) < 0.1
    # what is pressed lies where it is seen, large letters or not
    with redrawn(page):
        page.mouse.click(*place(page, "map", -2, 1))
    assert [round(float(part), 1) for part in address(page)["at"].split(",")] == [-2, 1]
    for key, stop in (("ArrowDown", "2 of 5"), ("PageDown", "3 of 5"), ("ArrowUp", "2 of 5")):
        with redrawn(page):
            page.keyboard.press(key)
        expect(page.locator(".gradviz-present output")).to_contain_text(stop)
    assert holds(page, "Point") == "-2, 5"  # A steeper bowl
    headline = page.locator(".st-key-stage .gradviz-headline")
    page.keyboard.press("Space")
    expect(headline).to_contain_text("With ε")
    with redrawn(page):
        page.keyboard.press("Space")  # and it stays where it has come to
    dock = page.locator("[data-testid=stLayoutWrapper]:has(> .st-key-dock)")
    expect(dock).to_have_css("opacity", "0")
    page.mouse.move(300, 300)
    expect(dock).to_have_css("opacity", "1")
    more = page.locator(".st-key-stage .gradviz-card-more button")
    if more.get_attribute("aria-expanded") == "false":
        more.click()  # no popup, which Escape would close first
    page.keyboard.press("Escape")
    expect(page.locator(".st-key-bar-row")).to_be_visible()
    at_rest(page)
    more.click()
    assert "present" not in address(page)
    assert page.evaluate(LETTERS)[0] == before[0]


def test_a_phone_leaves_present_mode_by_a_button(visit: Callable[..., Page]):
    page = visit("?present=1&v=2", device="phone")
    assert sideways_scroll(page) == 0
    expect(page.locator(".st-key-bar-row")).to_be_hidden()
    page.get_by_role("button", name="Leave (Escape)").dispatch_event("click")
    expect(page.locator(".st-key-bar-row")).to_be_visible()
