"""On a phone a row of keys writes mathematical signs at the caret; a wide window has none."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.view import at_rest, holds, redrawn, sideways_scroll

Open = Callable[..., Page]
FUNCTION = "Function f"
STATE = "entry => [entry.value, entry.selectionStart, entry.selectionEnd, document.activeElement === entry]"


@pytest.fixture
def phone(visit: Open) -> Page:
    page = visit(device="phone")
    page.get_by_label(FUNCTION, exact=True).tap()
    expect(keys(page)).to_be_visible()
    return page


def keys(page: Page) -> Locator:
    return page.get_by_role("group", name="Signs for the formula")


def tap(page: Page, *names: str) -> None:
    for name in names:
        keys(page).get_by_role("button", name=name, exact=True).tap()


def entry(page: Page, text: str, start: int, end: int | None = None) -> Locator:
    """The formula's entry, focused, with ``text`` and the caret or selection from ``start`` to ``end``."""
    found = page.get_by_label(FUNCTION, exact=True)
    found.tap()
    found.fill(text)
    found.evaluate("(entry, [start, end]) => entry.setSelectionRange(start, end)", [start, end or start])
    return found


def test_a_key_writes_at_the_caret_and_the_entry_keeps_the_focus(phone: Page):
    formula = entry(phone, "x + y", 4)
    tap(phone, "square root")
    assert formula.evaluate(STATE) == ["x + √()y", 6, 6, True]
    formula = entry(phone, "x + y", 0, 5)
    tap(phone, "absolute value")
    assert formula.evaluate(STATE) == ["|x + y|", 6, 6, True]


def test_what_the_keys_write_is_what_the_page_reads(phone: Page):
    formula = entry(phone, "", 0)
    tap(phone, "square root")
    phone.keyboard.type("x")
    tap(phone, "to the power")
    phone.keyboard.type("2 + 1")
    tap(phone, "closing bracket")
    phone.keyboard.type(" + y")
    assert holds(phone, FUNCTION) == "√(x^2 + 1) + y"
    with redrawn(phone):
        formula.press("Enter")
    expect(phone.locator(".st-key-remark-f")).to_have_count(0)
    assert holds(phone, FUNCTION) == "√(x^2 + 1) + y"
    phone.wait_for_function("() => new URLSearchParams(location.search).get('f') === '√(x^2 + 1) + y'")


def test_the_keys_cover_no_word_of_an_error_and_its_suggestion_stays_under_the_finger(phone: Page):
    entry(phone, "x1^2 + coz(x2)", 0).press("Enter")
    at_rest(phone)
    sentence = phone.locator(".st-key-remark-f").get_by_text("Did you mean cos?")
    row, words = keys(phone).bounding_box(), sentence.bounding_box()
    assert row
    assert words
    assert row["y"] + row["height"] <= words["y"]
    button = phone.get_by_role("button", name="Write cos")
    focused = button.bounding_box()
    phone.get_by_label(FUNCTION, exact=True).blur()
    expect(keys(phone)).to_be_hidden()
    assert button.bounding_box() == focused
    with redrawn(phone):
        button.tap()
    assert holds(phone, FUNCTION) == "x1^2 + cos(x2)"


def test_the_keys_come_and_go_with_the_entry_and_find_its_caret_again(phone: Page):
    formula = entry(phone, "x1^2 + x2^2", 4)
    formula.blur()
    expect(keys(phone)).to_be_hidden()
    at_rest(phone)
    formula.focus()
    tap(phone, "pi")
    assert formula.evaluate(STATE) == ["x1^2π + x2^2", 5, 5, True]


def test_every_key_is_as_large_as_a_finger_and_the_row_fits(phone: Page):
    boxes = [key.bounding_box() for key in keys(phone).get_by_role("button").all()]
    assert len(boxes) == 9
    for box in boxes:
        assert box
        assert box["height"] >= 44
        assert box["width"] >= 32
        assert 0 <= box["x"] <= 390 - box["width"]
    assert sideways_scroll(phone) == 0


def test_a_wide_window_has_no_keys_and_no_gap_for_them(phone: Page):
    phone.set_viewport_size({"width": 1280, "height": 900})
    row = phone.locator(".gradviz-keys")
    expect(row).to_have_count(1)
    expect(row).to_be_hidden()
    assert row.evaluate("row => row.closest('.stElementContainer').getBoundingClientRect().height") == 0


def test_a_key_that_the_keyboard_has_come_to_is_ringed_and_writes(phone: Page):
    """A phone may have a keyboard too."""
    formula = entry(phone, "x", 1)
    first = keys(phone).get_by_role("button").first
    rings = "key => ['Style', 'Width'].map(part => getComputedStyle(key)[`outline${part}`]).join()"
    assert first.evaluate(rings).startswith("none")
    phone.keyboard.press("Tab")
    expect(first).to_be_focused()
    assert first.evaluate(rings) == "solid,2px"
    phone.keyboard.press("Enter")
    assert formula.input_value() == "x^"
