"""The gallery in a browser: its pictures are there, in rows in a wide window, in a column on a phone."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from gradviz.presets import PRESETS
from tests.browser.view import at_rest, sideways_scroll

Open = Callable[..., Page]
CARDS = """() => [...document.querySelectorAll('[class*=st-key-card-]')].map(card => {
    const box = element => {
        const {x, y, width, height} = element.getBoundingClientRect();
        return [x, y, width, height];
    };
    const picture = card.querySelector('img');
    return {card: box(card), picture: box(picture), name: box(card.querySelector('button p')),
            loaded: picture.complete && picture.naturalWidth > 0};
})"""


@pytest.mark.parametrize(("device", "columns"), [("desktop", 3), ("phone", 1)])
def test_every_preset_has_its_picture_beside_its_name(visit: Open, device: str, columns: int):
    page = visit(device=device)
    door = page.get_by_role("button", name="Gallery")
    door.click()
    expect(page.get_by_role("button", name=PRESETS[-1].name, exact=True)).to_be_attached()
    at_rest(page)
    cards = page.evaluate(CARDS)
    assert len(cards) == len(PRESETS)
    assert len({round(card["card"][0]) for card in cards}) == columns
    for card in cards:
        (x, y, width, height), picture, name = card["card"], card["picture"], card["name"]
        assert card["loaded"]
        assert picture[2:] == pytest.approx([96, 64], abs=1)
        assert name[0] > picture[0] + picture[2]
        assert abs(name[1] - picture[1]) < 12, "the picture and the name start at one height"
        assert y + height - max(picture[1] + 64, name[1]) < 140, "no tall gaps"
        assert x >= 0
        assert width >= 280
    assert sideways_scroll(page) == 0
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    at_rest(page)
    door.click()
    expect(page.get_by_role("dialog")).to_be_visible()


LEVELS = """() => [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')]
    .filter(heading => heading.checkVisibility())
    .map(heading => [
        Number(heading.tagName[1]), heading.textContent, Boolean(heading.closest('[role=dialog]'))
    ])"""


def test_no_level_of_headings_is_skipped(page: Page):
    page.get_by_role("button", name="Gallery").click()
    expect(page.get_by_role("button", name=PRESETS[-1].name, exact=True)).to_be_attached()
    at_rest(page)
    headings = page.evaluate(LEVELS)
    behind = [(level, text) for level, text, inside in headings if not inside]
    inside = [(level, text) for level, text, inside in headings if inside]
    assert {text for _, text in inside} >= {preset.group for preset in PRESETS}
    assert behind[0][0] == 1
    for told in (behind, [(1, "the page"), *inside]):
        levels = [level for level, _ in told]
        assert all(after <= before + 1 for before, after in pairwise(levels)), told


RING = "element => { const {outline, boxShadow} = getComputedStyle(element); return outline + boxShadow; }"


def test_the_buttons_of_the_gallery_show_that_they_have_the_focus(page: Page):
    page.get_by_role("button", name="Gallery").click()
    button = page.get_by_role("button", name=PRESETS[1].name, exact=True)
    expect(button).to_be_visible()
    at_rest(page)
    before = button.evaluate(RING)
    page.get_by_role("button", name=PRESETS[0].name, exact=True).focus()
    page.keyboard.press("Tab")
    expect(button).to_be_focused()
    page.wait_for_function(f"before => ({RING})(document.activeElement) !== before", arg=before)
