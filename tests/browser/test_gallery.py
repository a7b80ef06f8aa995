"""The gallery in a browser: its pictures, in rows or on a phone in a column, and the tour through a group."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from gradviz.presets import PRESETS, tour
from tests.browser.view import at_rest, sideways_scroll, type_in, until

Open = Callable[..., Page]
CARDS = """() => [...document.querySelectorAll('[class*=st-key-card-]')]
.filter(card => card.checkVisibility()).map(card => {
    const box = element => {
        const {x, y, width, height} = element.getBoundingClientRect();
        return [x, y, width, height];
    };
    const picture = card.querySelector('img');
    return {card: box(card), picture: box(picture), name: box(card.querySelector('button p')),
            loaded: picture.complete && picture.naturalWidth > 0};
})"""
GROUPS = list(dict.fromkeys(preset.group for preset in PRESETS))


def open_gallery(page: Page) -> None:
    page.get_by_role("button", name="Gallery").click()
    expect(page.get_by_role("button", name=tour(GROUPS[0])[-1].name, exact=True)).to_be_visible()
    at_rest(page)


@pytest.mark.parametrize(("device", "columns"), [("desktop", 5), ("phone", 1)])
def test_every_preset_has_its_picture_with_its_name_under_the_tab_of_its_group(
    visit: Open, device: str, columns: int
):
    page = visit(device=device)
    open_gallery(page)
    for group in GROUPS:
        page.get_by_role("tab", name=group, exact=True).click()
        expect(page.get_by_role("button", name=tour(group)[0].name, exact=True)).to_be_visible()
        until(page, lambda: all(card["loaded"] for card in page.evaluate(CARDS)))
        at_rest(page)
        cards = page.evaluate(CARDS)
        assert len(cards) == len(tour(group))
        assert len({round(card["card"][0]) for card in cards}) == min(columns, len(cards))
        for card in cards:
            (x, _, width, _), picture, name = card["card"], card["picture"], card["name"]
            assert picture[2:] == pytest.approx([200, 132], abs=1)
            if columns == 1:
                assert name[0] > picture[0] + picture[2], "beside the picture"
                assert picture[1] < name[1] < picture[1] + picture[3]
            else:
                assert 0 < name[1] - picture[1] - picture[3] < 16, "below the picture"
            assert x >= 0
            assert width >= 200
        assert sideways_scroll(page) == 0
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    at_rest(page)
    open_gallery(page)


def test_a_group_is_walked_by_keys_as_a_tour(page: Page):
    """The focus stays on the button, the place is told, and another ε takes the sentence but not the way."""
    line = page.locator(".st-key-lesson")
    stops = tour(GROUPS[0])
    place = f"{{}} of {len(stops)}"
    expect(line).to_contain_text(place.format(1))
    page.get_by_role("button", name=f"Next: {stops[1].name}").focus()
    for number in (2, 3):
        page.keyboard.press("Enter")
        expect(line).to_contain_text(place.format(number))
        expect(line).to_contain_text(stops[number - 1].lesson)
        expect(page.get_by_label("Function f")).to_have_value(stops[number - 1].text)
        at_rest(page)
        expect(page.get_by_role("button", name=f"Next: {stops[number].name}")).to_be_focused()
    type_in(page, "Step ε", "0.01")
    expect(line).not_to_contain_text(stops[2].lesson)
    expect(line).to_contain_text(place.format(3))
    page.get_by_role("button", name=f"Previous: {stops[1].name}").click()
    expect(line).to_contain_text(stops[1].lesson)
    at_rest(page)


LEVELS = """() => [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')]
    .filter(heading => heading.checkVisibility())
    .map(heading => [
        Number(heading.tagName[1]), heading.textContent, Boolean(heading.closest('[role=dialog]'))
    ])"""


def test_no_level_of_headings_is_skipped(page: Page):
    open_gallery(page)
    headings = page.evaluate(LEVELS)
    behind = [(level, text) for level, text, inside in headings if not inside]
    inside = [(level, text) for level, text, inside in headings if inside]
    assert (2, "Gallery") in inside
    assert page.get_by_role("tab").all_inner_texts() == GROUPS
    assert behind[0][0] == 1
    for told in (behind, [(1, "the page"), *inside]):
        levels = [level for level, _ in told]
        assert all(after <= before + 1 for before, after in pairwise(levels)), told


RING = "element => { const {outline, boxShadow} = getComputedStyle(element); return outline + boxShadow; }"


def test_the_buttons_of_the_gallery_show_that_they_have_the_focus(page: Page):
    open_gallery(page)
    button = page.get_by_role("button", name=PRESETS[1].name, exact=True)
    before = button.evaluate(RING)
    page.get_by_role("button", name=PRESETS[0].name, exact=True).focus()
    page.keyboard.press("Tab")
    expect(button).to_be_focused()
    page.wait_for_function(f"before => ({RING})(document.activeElement) !== before", arg=before)
