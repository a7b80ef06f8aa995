"""A picture kept beside the present one: both are drawn, and neither loses what the other needs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_page import address, asked_for, press
from tests.browser.view import at_rest, holds, place, press_card, redrawn, sideways_scroll, type_in, until

Open = Callable[..., Page]
pytestmark = pytest.mark.usefixtures("torch_is_loaded")

# The heights of f that a map is drawn from, put together; what a kept picture shows, once it is painted.
HEIGHTS = """panel => {
    const plot = document.querySelector(`[data-panel=${panel}] .js-plotly-plot`);
    const lines = plot?.data?.find(trace => trace.type === 'contour');
    return lines ? Array.from(lines.z, row => Array.from(row).join()).join(';') : '';
}"""
KEPT = "[data-panel=kept-map]"
KEPT_REVISION = f"""before => {{
    const revision = document.querySelector('{KEPT}')?.dataset.revision;
    return revision && revision !== before ? revision : null;
}}"""


def press_button(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=False).last.click()
    at_rest(page)


def keep(page: Page) -> str:
    """Keep what is seen; the revision of the kept picture once it is painted."""
    press_button(page, "Keep this picture")
    return page.wait_for_function(KEPT_REVISION, arg="").json_value()


def heights(page: Page, panel: str) -> str:
    return page.evaluate(HEIGHTS, panel)


def test_two_pictures_stand_beside_each_other_and_change_places(page: Page):
    keep(page)
    bowl = heights(page, "kept-map")
    until(page, lambda: bowl == heights(page, "map") == heights(page, "now-map"))
    for panel in ("map", "errors"):  # like faces like
        now, kept = (page.locator(f"[data-panel={side}-{panel}]").bounding_box() for side in ("now", "kept"))
        assert now
        assert kept
        assert now["y"] == pytest.approx(kept["y"], abs=1)
        assert now["x"] + now["width"] <= kept["x"]
        assert now["width"] == pytest.approx(kept["width"], abs=1)
    with redrawn(page):
        type_in(page, "Function f", "x1 x2")
    at_rest(page)
    saddle = heights(page, "map")
    assert heights(page, "kept-map") == bowl != saddle
    page.wait_for_function(f"saddle => ({HEIGHTS})('now-map') === saddle", arg=saddle)
    assert address(page)["kept"].startswith("f=x1")
    with redrawn(page):
        press_button(page, "Swap")
    assert holds(page, "Function f") == "x1^2 + x2^2"
    until(page, lambda: (heights(page, "map"), heights(page, "kept-map")) == (bowl, saddle))
    page.reload()
    page.wait_for_function(KEPT_REVISION, arg="")
    at_rest(page)
    until(page, lambda: (heights(page, "map"), heights(page, "kept-map")) == (bowl, saddle))
    press_button(page, "Drop")
    expect(page.locator(KEPT)).to_have_count(0)
    assert "kept" not in address(page)
    expect(page.locator("[data-panel=map]")).to_be_visible()


def test_what_changes_places_is_seen_in_the_entries_around_too(visit: Open):
    """The function stays, and with it most of what stands around the pictures."""
    page = visit()
    across = "Across, from … to"

    def swap() -> str:
        """What stands in the entry of the window after both have changed places."""
        with redrawn(page):
            press_button(page, "Swap")
        view = page.get_by_text("View", exact=True)
        view.click()
        page.get_by_label(across, exact=True).wait_for()
        text = holds(page, across)
        page.keyboard.press("Escape")  # it stands over the page
        page.get_by_label(across, exact=True).wait_for(state="detached")
        at_rest(page)
        return text

    keep(page)
    page.get_by_text("View", exact=True).click()
    with redrawn(page):
        type_in(page, across, "-9, 9")
    page.keyboard.press("Escape")
    at_rest(page)
    assert swap() == ""
    assert "across" not in address(page)
    assert swap() == "-9, 9"


def test_both_maps_keep_what_they_are_drawn_from_while_they_are_redrawn(visit: Open):
    page = visit("?f=sin(x)cos(y)&at=1,1&v=2")
    keep(page)
    waves = heights(page, "kept-map")
    shown = {waves}
    for text in ("x y", "x^2 - y", "exp(x) + y", "sin(x)cos(y)"):  # more than a mount remembers
        with redrawn(page):
            type_in(page, "Function f", text)
        shown.add(heights(page, "map"))
        before = page.locator(KEPT).get_attribute("data-revision")
        press_card(page, "complex-step")  # both are drawn anew
        page.wait_for_function(KEPT_REVISION, arg=before)
        assert heights(page, "kept-map") == waves, text
    assert heights(page, "map") == waves
    assert len(shown) == 4
    page.set_viewport_size({"width": 1100, "height": 900})  # of the arrays that are here, without a message
    page.wait_for_function(f"() => document.querySelector('{KEPT} .js-plotly-plot')._fullLayout.width < 560")
    assert heights(page, "kept-map") == waves


def test_the_kept_picture_answers_to_no_press_and_follows_no_step(page: Page):
    keep(page)
    page.evaluate(f"() => {{ window.kept = document.querySelector('{KEPT} .js-plotly-plot').data; }}")
    before = heights(page, "kept-map"), page.locator(f"{KEPT} .gradviz-overlay").inner_html()
    page.locator(KEPT).scroll_into_view_if_needed()
    page.mouse.click(*place(page, "kept-map", 1, 1))
    page.locator("[data-panel=errors]").scroll_into_view_if_needed()
    press(page, "errors", 1e-6, 1e-3)
    page.mouse.up()
    page.wait_for_function("() => location.search.includes('eps=')")
    at_rest(page)
    assert holds(page, "Point") == "3, 4"
    assert (heights(page, "kept-map"), page.locator(f"{KEPT} .gradviz-overlay").inner_html()) == before
    assert page.evaluate(f"() => document.querySelector('{KEPT} .js-plotly-plot').data === window.kept")
    expect(page.locator(f"{KEPT} .gradviz-handle")).to_be_hidden()


def test_a_phone_shows_the_kept_picture_without_scrolling_sideways(visit: Open):
    page = visit(asked_for(f="x1 x2", at="1, 2", kept="f=x^2&at=1", v="2"), device="phone", theme="dark")
    page.wait_for_function("() => document.querySelector('[data-panel=kept-curve]')?.dataset.revision")
    at_rest(page)
    assert sideways_scroll(page) == 0
    expect(page.locator("[data-panel=now-map]")).to_be_hidden()  # the same stands above
