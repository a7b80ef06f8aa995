"""The layers in a real browser: chosen by a pill, kept in the address, drawn without a fault."""

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.view import FIGURE, redrawn

NAMED = f"([panel, name]) => {FIGURE}._fullData.filter(trace => trace.name === name).length"


def test_a_pill_draws_the_level_curve_and_the_address_keeps_it(page):
    assert page.evaluate(NAMED, ["map", "level curve"]) == 0
    page.get_by_text("View", exact=True).click()
    with redrawn(page):
        page.get_by_role("button", name="level curve", exact=True).click()
    assert page.evaluate(NAMED, ["map", "level curve"]) > 0
    assert page.evaluate(NAMED, ["surface", "level curve"]) == 1
    expect(page.locator("[data-panel=map] figcaption")).to_contain_text("at right angles to the gradient")
    assert parse_qs(urlsplit(page.url).query)["more"] == ["level"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_link_opens_with_all_layers_together(visit, theme):
    page = visit("?more=plane,level,slices,path,field,digits,lens", theme=theme)
    drawn = ("level curve", "slices", "steepest descent", "gradient field", "correct digits")
    assert all(page.evaluate(NAMED, ["map", name]) for name in drawn)
    assert page.evaluate(NAMED, ["surface", "tangent plane"]) == 1
