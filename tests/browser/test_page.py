"""What only a browser shows: the pictures are painted, stand still, and follow every entry and finger."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, quote, urlsplit
from urllib.request import Request, urlopen

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Dialog, FloatRect, Page, expect

from gradviz.figures import STYLES
from gradviz.presets import PRESETS
from page.scripts import plotly_address, script_address
from tests.browser.pool import follow_link
from tests.browser.view import (
    CANVAS,
    MARKER,
    SCENE,
    STILL,
    VIEW,
    around,
    arrow_middle,
    at_rest,
    camera,
    card,
    count_colours,
    count_near,
    holds,
    linked,
    marker,
    methods_drawn,
    pixels,
    place,
    press_card,
    redrawn,
    revision,
    settled,
    sideways_scroll,
    still_pixels,
    type_in,
    until,
)
from tests.support.server import Server

Open = Callable[..., Page]
FUNCTION, POINT, STEP = "Function f", "Point", "Step ε"


pytestmark = pytest.mark.usefixtures("torch_is_loaded")


def address(page: Page) -> dict[str, str]:
    """The query of the page's address, by name."""
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def asked_for(**entries: str) -> str:
    return "?" + "&".join(f"{name}={quote(text)}" for name, text in entries.items())


def press(page: Page, panel: str, x: float, y: float) -> None:
    """Move the mouse to a place on a flat picture and press the button there."""
    page.locator(f"[data-panel={panel}]").scroll_into_view_if_needed()
    page.mouse.move(*place(page, panel, x, y))
    page.mouse.down()


def numbers(text: str) -> list[float]:
    return [float(part) for part in text.split(",")]


# --- the arrows ---------------------------------------------------------------------------------------------

SHOWN = ("forward", "central", "backprop")


def colour_at_arrow(page: Page, method: str) -> int:
    """How many pixels about the middle of a method's arrow have its colour."""
    middle = arrow_middle(page, method)
    assert middle, method
    return count_near(pixels(page)[around(*middle, reach=25)], STYLES[method].light)


def colour_in_scene(page: Page, method: str) -> int:
    area = page.locator("[data-panel=surface] .gradviz-plot-area")
    return count_near(pixels(area), STYLES[method].light, within=25)


def test_an_arrow_is_painted_while_its_method_is_shown(page: Page):
    for method in SHOWN:
        page.locator(CANVAS).first.scroll_into_view_if_needed()
        assert colour_at_arrow(page, method) > 20, method
        press_card(page, method)
        assert arrow_middle(page, method) is None
        assert colour_in_scene(page, method) == 0, method
        assert not any(method in methods_drawn(page, panel) for panel in ("surface", "map", "errors"))
    assert colour_in_scene(page, "complex-step") == 0
    press_card(page, "complex-step")
    page.locator(CANVAS).first.scroll_into_view_if_needed()
    assert colour_at_arrow(page, "complex-step") > 20
    page.wait_for_function("() => location.search.includes('complex-step')")
    assert address(page)["show"] == "symbolic,backward,complex-step"


# --- ε ------------------------------------------------------------------------------------------------------


def test_the_step_moves_the_marks_on_the_error_plot(page: Page):
    # both coordinates are off by ε: √2·ε
    assert marker(page, "forward") == (0.1, pytest.approx(0.1 * 2**0.5, rel=1e-6))
    with redrawn(page):
        type_in(page, STEP, "1e-3")
    assert marker(page, "forward") == (0.001, pytest.approx(0.001 * 2**0.5, rel=1e-6))
    assert marker(page, "central")[0] == 0.001
    expect(page.locator(".gradviz-table caption")).to_contain_text("ε = 0.001")
    assert address(page)["eps"] == "1e-3"
    slider = page.get_by_role("slider", name="ε as a power of ten")
    with redrawn(page):
        slider.press("ArrowLeft")
    expect(page.get_by_label(STEP, exact=True)).not_to_have_value("1e-3")
    assert marker(page, "forward")[0] == float(holds(page, STEP)) == pytest.approx(10**-3.05, rel=5e-3)


def test_the_step_may_go_to_and_fro_faster_than_the_page_answers(page: Page):
    """What was sent two runs ago is asked for again while the browser may be dropping it."""
    page.get_by_role("slider", name="ε as a power of ten").focus()
    for pause in (30, 90):  # ms: faster than an answer, and about as fast
        for key in 3 * ("ArrowLeft", "ArrowLeft", "ArrowRight", "ArrowRight"):
            page.keyboard.press(key)
            page.wait_for_timeout(pause)
    at_rest(page)  # an answer to the slider fills the entry, whatever is being typed there
    with redrawn(page):
        type_in(page, STEP, "1e-5")
    page.wait_for_function(f"() => ({MARKER})(['errors', 'forward'])[0] === 1e-5")


# --- the camera ---------------------------------------------------------------------------------------------


def turned(page: Page, right: float = 120, down: float = 40) -> dict:
    """Turn the surface with the mouse by so many pixels; its camera then."""
    before, box = camera(page), page.locator(CANVAS).first.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2 + right, box["y"] + box["height"] / 2 + down, steps=6)
    with linked(page):
        page.mouse.up()
        page.wait_for_function(STILL)
    after = camera(page)
    assert np.hypot(after["eye"]["x"] - before["eye"]["x"], after["eye"]["y"] - before["eye"]["y"]) > 0.1
    return after


def same(one: dict, other: dict, within: float = 1e-6) -> bool:
    return all(
        one[part][axis] == pytest.approx(other[part][axis], abs=within)
        for part in ("eye", "center", "up")
        for axis in "xyz"
    )


def test_the_camera_stays_whatever_changes(page: Page):
    eye = turned(page)
    for label, text in (
        (STEP, "0.01"),
        (POINT, "-2, 5"),
        (FUNCTION, "sin(x) cos(y)"),
    ):
        with redrawn(page):
            type_in(page, label, text)
        assert same(camera(page), eye), f"{label}: {text}"
    page.get_by_text("View", exact=True).click()
    with redrawn(page):
        page.get_by_role("button", name="tangent plane", exact=True).click()
    assert same(camera(page), eye)
    page.keyboard.press("Escape")  # the menu stands over the pictures
    at_rest(page)
    with redrawn(page):
        card(page, "central", "explain").click()
    assert same(camera(page), eye)
    page.locator("[data-panel=map]").scroll_into_view_if_needed()
    with redrawn(page):
        press(page, "map", 1, 1)
        page.mouse.up()
    at_rest(page)
    assert same(camera(page), eye)
    page.emulate_media(color_scheme="dark")
    expect(page.locator("[data-testid=stApp]")).not_to_have_css("background-color", "rgb(255, 255, 255)")
    dark = STYLES["forward"].dark
    page.wait_for_function(
        "colour => document.querySelector('.gradviz-cards').innerHTML.includes(colour)", arg=dark
    )
    page.set_viewport_size({"width": 1100, "height": 900})
    page.wait_for_function(
        "before => document.querySelector('[data-panel=surface] .gradviz-plot-area').clientWidth < before "
        "&& document.querySelector('[data-panel=surface] .main-svg').clientWidth < before",
        arg=page.locator("[data-panel=surface]").bounding_box()["width"] + 1,
    )
    assert same(camera(page), eye)


def test_the_camera_stays_while_a_curve_is_shown_in_between(page: Page):
    eye = turned(page)  # the link holds it before f changes
    with redrawn(page):
        type_in(page, FUNCTION, "x^3 - 3x")
    expect(page.locator("[data-panel=surface]")).to_have_count(0)
    at_rest(page)  # the curve may be drawn once more after its first revision
    with redrawn(page):
        type_in(page, FUNCTION, "x y")
    page.wait_for_function(f"() => Boolean({SCENE})")
    assert same(camera(page), eye, within=2e-3)  # the link holds three decimals


# --- nonsense -----------------------------------------------------------------------------------------------


def test_nonsense_is_told_with_a_caret_and_the_last_picture_stands(page: Page):
    before, middle = revision(page), arrow_middle(page, "forward")
    assert middle
    seen = still_pixels(page)[around(*middle, reach=20)].astype(int)
    type_in(page, FUNCTION, "x1^2 + sine(x2)")
    remark = page.locator(".st-key-remark-f")
    expect(remark).to_contain_text("Did you mean sin?")
    line, caret = remark.locator("code").inner_text().split("\n")[:2]
    assert line[caret.index("^")] == "s"
    assert revision(page) == before

    def dimmed() -> bool:
        """Half of it is paper, and nothing has moved; edges are smoothed anew in the dimmed layer."""
        differences = np.abs(pixels(page)[around(*middle, reach=20)] - (seen + 255) / 2)
        return np.mean(differences <= 4) > 0.98 and differences.max() <= 12

    until(page, dimmed)
    expect(page.locator(".gradviz-table caption")).to_contain_text("x₁ = 3 and x₂ = 4")
    type_in(page, STEP, "0")
    expect(page.locator(".st-key-remark-eps")).to_contain_text("it is the shift")
    assert revision(page) == before
    type_in(page, STEP, "0.1")
    expect(page.locator(".st-key-remark-eps")).to_have_count(0)
    with redrawn(page):
        type_in(page, FUNCTION, "x1^2 + sin(x2)")
    expect(remark).to_have_count(0)


# --- the point under a finger -------------------------------------------------------------------------------


# What the document's head has written, and the same read off the page as it stands.
TOLD = """() => {
    const keys = element => [...element.classList].filter(name => name.startsWith('st-key-'))
        .map(name => name.slice('st-key-'.length));
    const keyed = [...document.querySelectorAll('[class*=st-key-]')];
    const wrappers = [...document.querySelectorAll('[data-testid=stLayoutWrapper]')];
    const told = wrapper => wrapper.dataset.holds ?? null;
    const held = wrapper => [...wrapper.children].flatMap(keys)[0] ?? null;
    const isEmpty = wrapper => held(wrapper) !== null && !wrapper.firstElementChild.firstElementChild;
    return {
        told: [document.documentElement.dataset.keys.trim(), ...wrappers.map(told)],
        seen: [keyed.flatMap(keys).join(' '), ...wrappers.map(held)],
        mistaken: wrappers.filter(wrapper => 'empty' in wrapper.dataset !== isEmpty(wrapper)).map(told),
    };
}"""


def test_the_style_sheets_are_told_what_stands_on_the_page(visit: Open):
    """With parameters, in present mode, and again without: containers come, go and change their contents."""
    for query in ("?f=f(x) %3D a x&par=a:2&at=1&v=2", "?present=1&v=2", ""):
        seen = visit(query).evaluate(TOLD)
        assert seen["told"] == seen["seen"]
        assert not seen["mistaken"]


def test_a_press_and_the_arrow_keys_move_the_point(page: Page):
    with redrawn(page):
        press(page, "map", -3, 2)
        page.mouse.up()
    expect(page.get_by_label(POINT, exact=True)).not_to_have_value("3, 4")
    assert numbers(holds(page, POINT)) == pytest.approx([-3, 2], abs=0.1)  # a pixel is 0.05
    assert numbers(address(page)["at"]) == numbers(holds(page, POINT))
    before = holds(page, POINT)
    with redrawn(page):
        page.locator("[data-panel=map] .gradviz-handle").press("ArrowRight")
    expect(page.get_by_label(POINT, exact=True)).not_to_have_value(before)
    (x, y), (x_before, y_before) = numbers(holds(page, POINT)), numbers(before)
    assert 0 < x - x_before < 0.5
    assert y == y_before


def test_a_drag_moves_the_answers_at_once_and_the_entry_when_let_go(page: Page):
    press(page, "map", 3, 4)
    with redrawn(page):
        page.mouse.move(*place(page, "map", -1, -2), steps=4)
    caption = page.locator(".gradviz-table caption")
    expect(caption).not_to_contain_text("x₁ = 3 and")
    assert holds(page, POINT) == "3, 4"
    assert "at" not in address(page)
    page.mouse.move(*place(page, "map", -5, -6), steps=4)
    page.mouse.up()
    page.wait_for_function(
        f"() => document.querySelector('input[aria-label=\"{POINT}\"]').value.startsWith('-')"
    )
    assert numbers(holds(page, POINT)) == pytest.approx([-5, -6], abs=0.1)
    x, y = (f"{x:g}".replace("-", "−") for x in numbers(holds(page, POINT)))
    expect(caption).to_contain_text(f"x₁ = {x} and x₂ = {y}")


# The window of the map, in the middle of what its axes show.
RANGES = """() => {
    const map = document.querySelector('[data-panel=map] .js-plotly-plot');
    const {xaxis, yaxis, meta: {frame}} = map._fullLayout;
    return [xaxis, yaxis].map(({range: [low, high]}, k) =>
        [-1, 1].map(side => (low + high) / 2 + side * (frame.high[k] - frame.low[k]) / 2));
}"""


def test_a_drag_beside_the_point_moves_the_window(page: Page):
    """The map goes with the pointer, and the address keeps where it is let go; the point stays inside."""
    (left, right), (low, high) = page.evaluate(RANGES)
    press(page, "map", -4, -4)
    page.mouse.move(*place(page, "map", -2, -3), steps=4)
    page.wait_for_function(f"from => ({RANGES})()[0][0] < from - 1.5", arg=left)
    assert "across" not in address(page)
    with redrawn(page):
        page.mouse.up()
    at_rest(page)
    moved = np.array([[left - 2, right - 2], [low - 1, high - 1]])
    np.testing.assert_allclose(page.evaluate(RANGES), moved, atol=0.1)  # a pixel is 0.05
    window = [numbers(address(page)[name]) for name in ("across", "up")]
    np.testing.assert_allclose(page.evaluate(RANGES), window)
    assert holds(page, POINT) == "3, 4"
    keys = page.get_by_role("application", name="The map.")
    with redrawn(page):
        keys.press("ArrowLeft")
        keys.press("Shift+ArrowUp")
    at_rest(page)
    (new_left, _), (new_low, _) = page.evaluate(RANGES)
    assert (new_left, new_low) == (
        pytest.approx(window[0][0] - 0.05 * (right - left), abs=0.05),
        pytest.approx(window[1][0] + 0.25 * (high - low), abs=0.05),
    )
    for _ in range(4):
        keys.press("Shift+ArrowRight")
    at_rest(page)
    assert page.evaluate(RANGES)[0][0] == pytest.approx(3 - 0.02 * (right - left), abs=0.05)
    assert holds(page, POINT) == "3, 4"


def test_a_tap_moves_the_point(visit: Open):
    page = visit(device="phone")
    page.locator("[data-panel=map]").scroll_into_view_if_needed()
    with redrawn(page):
        page.touchscreen.tap(*place(page, "map", -3, 2))
    expect(page.get_by_label(POINT, exact=True)).not_to_have_value("3, 4")
    assert numbers(holds(page, POINT)) == pytest.approx([-3, 2], abs=0.2)


@pytest.mark.parametrize(("panel", "x", "y"), [("map", -3, 2), ("errors", 1e-6, 1e-6)])
def test_no_words_hide_what_a_tap_has_moved(visit: Open, panel: str, x: float, y: float):
    page = visit(device="phone")
    page.locator(f"[data-panel={panel}]").scroll_into_view_if_needed()
    at_rest(page)
    with redrawn(page):
        page.touchscreen.tap(*place(page, panel, x, y))
    at_rest(page)
    expect(page.locator(f"[data-panel={panel}] .hovertext")).to_have_count(0)


# --- links --------------------------------------------------------------------------------------------------

LINK = {"f": "x1^2 + 3x2^2", "at": "-2, 5", "eps": "2^-10", "show": "forward,complex-step"}


def test_a_link_brings_back_the_entries_and_the_picture(visit: Open):
    page = visit(asked_for(**LINK))
    for how in ("followed", "opened"):
        for label, name in ((FUNCTION, "f"), (POINT, "at"), (STEP, "eps")):
            expect(page.get_by_label(label, exact=True)).to_have_value(LINK[name])
        assert methods_drawn(page, "surface") == methods_drawn(page, "map") == {"forward", "complex-step"}
        assert marker(page, "forward") == (2**-10, pytest.approx(2**-10 * 10**0.5, rel=1e-6))  # √(1 + 3²)·ε
        assert address(page) == LINK
        if how == "followed":
            picture = revision(page)
            page.reload()
            assert settled(page) == picture


def test_what_is_typed_makes_the_link(page: Page):
    assert address(page) == {}
    with redrawn(page):
        type_in(page, FUNCTION, LINK["f"])
    with redrawn(page):
        type_in(page, POINT, LINK["at"])
    with redrawn(page):
        type_in(page, STEP, LINK["eps"])
    for method in ("symbolic", "backward", "central", "backprop", "complex-step"):
        press_card(page, method)
    # the window of (3, 4) stands while the point moves inside it
    assert address(page) == {**LINK, "win": "-8, 8, -8, 8", "v": "2"}
    table, drawn = page.locator(".gradviz-table").inner_text(), methods_drawn(page, "surface")
    page.goto(page.url)
    settled(page)
    assert page.locator(".gradviz-table").inner_text() == table
    assert methods_drawn(page, "surface") == drawn


def test_the_precision_chosen_is_in_the_link_and_in_the_numbers(page: Page):
    chosen = page.get_by_label("Precision", exact=True)
    chosen.evaluate("entry => entry.scrollIntoView({block: 'center'})")
    with redrawn(page):
        chosen.click()
        page.get_by_role("option", name="float16", exact=True).click()
    assert address(page) == {"dtype": "float16", "v": "2"}
    off = (0.09375**2 + 0.28125**2) ** 0.5  # (6.09375, 8.28125), worked by hand in 11 bits
    assert marker(page, "forward") == (0.1, pytest.approx(off, rel=1e-6))
    page.reload()
    settled(page)
    expect(chosen).to_have_value("float16")
    expect(page.locator(".gradviz-table")).to_contain_text("in float16, to 5 digits")


HOSTILE = [
    {"f": "<script>alert(1)</script>", "at": "nan,1e999", "eps": "-1"},
    {"f": "__import__('os').system('true')", "at": "<img src=x onerror=alert(1)>", "eps": "`$x$`"},
    {"f": "x+" * 2000, "across": "[a](http://example.org)", "up": "\u202e\x00"},
]


def test_a_hostile_link_is_told_and_the_page_lives(page: Page, server: Server):
    picture, dialogs = revision(page), []

    def on_dialog(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", on_dialog)
    for entries in HOSTILE:
        follow_link(page, asked_for(**entries))
        assert revision(page) == picture, "the lesson stands"
        expect(page.locator("[class*=st-key-remark]")).to_have_count(len(entries))
        expect(page.locator(".gradviz-table tbody tr")).to_have_count(len(STYLES))
    page.goto(f"{server.url}/{asked_for(show='nonsense', unknown='1', f='x1^2 + x2^2')}")
    settled(page)
    assert methods_drawn(page, "surface") == set()
    with redrawn(page):
        card(page, "forward").click()
    assert methods_drawn(page, "surface") == {"forward"}
    assert dialogs == []


def choose(page: Page, preset: str) -> None:
    page.get_by_role("button", name="Gallery").click()
    page.get_by_role("button", name=preset, exact=True).click()


def test_a_gallery_choice_is_a_link_and_back_returns(page: Page):
    first = revision(page)
    with redrawn(page):
        choose(page, "Waves")
    expect(page.get_by_label(FUNCTION, exact=True)).to_have_value("sin(x) cos(y)")
    page.wait_for_function("() => location.search.includes('f=sin')")
    page.evaluate("() => history.back()")  # one step, however many entries were filled
    expect(page.get_by_label(FUNCTION, exact=True)).to_have_value("x1^2 + x2^2")
    page.wait_for_function(f"() => document.querySelector('{VIEW}').dataset.revision === '{first}'")


# --- on a phone, in the dark --------------------------------------------------------------------------------


def painted(page: Page, panel: str) -> int:
    """How many colours a picture has."""
    figure = page.locator(f"[data-panel={panel}] .gradviz-plot-area")
    figure.scroll_into_view_if_needed()
    return count_colours(pixels(figure))


def test_a_phone_shows_every_picture_and_the_table(visit: Open):
    page = visit(device="phone")
    assert sideways_scroll(page) == 0
    for panel in ("surface", "errors", "map"):
        assert painted(page, panel) > 100, panel
        box = page.locator(f"[data-panel={panel}]").bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
    rows = page.locator(".gradviz-table tbody tr")
    expect(rows).to_have_count(len(STYLES))
    for row in rows.all():
        box = row.bounding_box()
        assert box
        assert box["x"] + box["width"] <= 390
    assert (
        page.evaluate(
            "() => { const t = document.querySelector('.gradviz-table'); "
            "return t.scrollWidth - t.clientWidth }"
        )
        == 0
    )
    assert "6.0999999999999943" in rows.nth(1).inner_text()


PLACES = """() => ['.gradviz-headline', '.gradviz-cards', '[data-panel=surface]', '[data-panel=errors]',
    '[data-panel=map]', '.gradviz-words', '.st-key-dock']
    .map(part => document.querySelector(part).getBoundingClientRect().toJSON())"""


def test_a_phone_shows_the_surface_first_with_the_dock_at_the_thumb(visit: Open):
    page = visit(device="phone")
    headline, cards, surface, errors, chart, words, dock = page.evaluate(PLACES)
    tops = [part["top"] for part in (headline, cards, surface, errors, words)]
    assert tops == sorted(tops)
    assert dock["bottom"] == 844
    assert surface["bottom"] <= dock["top"]  # all of it is seen, while ε moves
    assert (chart["top"], chart["left"] > errors["left"]) == (errors["top"], True)  # a swipe further
    assert (words["top"], words["left"] > chart["left"]) == (errors["top"], True)  # and another
    expect(page.locator(".st-key-part-words")).to_be_hidden()  # they are not there twice
    page.locator(".st-key-part-graph").scroll_into_view_if_needed()
    assert page.evaluate(PLACES)[-1] == dock


@pytest.mark.parametrize(("width", "height"), [(1600, 1000), (1366, 768), (844, 390)])
def test_a_wide_window_shows_the_lesson_without_scrolling(page: Page, width: int, height: int):
    page.set_viewport_size({"width": width, "height": height})
    at_rest(page)
    headline, cards, surface, errors, chart, _, dock = page.evaluate(PLACES)
    bar = page.locator(".st-key-bar").bounding_box()
    assert bar
    assert (bar["y"], round(bar["width"]), round(dock["bottom"])) == (0, width, height)
    shown = (surface, errors) if height < 500 else (headline, cards, surface, errors, chart)
    for part in shown:
        assert bar["height"] <= part["top"] < part["bottom"] <= dock["top"]
    assert surface["right"] <= errors["left"]
    assert 0.6 <= surface["width"] / width <= 0.7
    assert sideways_scroll(page) == 0


# Which of these sentences the lesson has no room for.
CUT_OFF = """sentences => {
    const place = document.querySelector('.st-key-lesson-sentence p'), before = place.textContent;
    const cut = sentences.filter(sentence => {
        place.textContent = sentence;
        return place.scrollHeight > place.clientHeight + 1;
    });
    place.textContent = before;
    return cut;
}"""


def test_no_presets_sentence_is_cut_off_on_a_tablet_or_a_laptop(page: Page):
    cards = page.locator(".st-key-stage .gradviz-cards").first
    for width, height in ((820, 1180), (1180, 820), (1366, 768)):
        page.set_viewport_size({"width": width, "height": height})
        at_rest(page)
        assert page.evaluate(CUT_OFF, [preset.lesson for preset in PRESETS]) == []
        row, button = cards.bounding_box(), page.locator(".st-key-saves-slide").bounding_box()
        assert row
        assert button
        assert abs(row["y"] - button["y"]) <= 4  # it stands at their end


def test_what_is_below_keeps_the_function_the_point_and_the_step_in_sight(page: Page):
    page.locator(".st-key-part-graph").scroll_into_view_if_needed()
    at_rest(page)
    for label in (FUNCTION, POINT, STEP):
        box = page.get_by_label(label, exact=True).bounding_box()
        assert box
        assert 0 <= box["y"] <= 900 - box["height"]


def test_cards_and_headline_follow_the_step_while_it_moves(page: Page):
    slider = page.get_by_role("slider", name="ε as a power of ten")
    slider.evaluate("input => { input.value = -1.5; input.dispatchEvent(new Event('input')); }")
    said = card(page, "forward").inner_text().split("\n")
    step = 10**-1.5
    assert said == ["forward", "(6.032, 8.032)", f"off {step * 2**0.5:.2g}"]  # off by ε in each of two
    expect(page.locator(".st-key-stage .gradviz-headline")).to_contain_text(
        "With ε = 0.0316 forward says (6.032, 8.032)"
    )
    with redrawn(page):
        slider.evaluate("input => input.dispatchEvent(new Event('change'))")
    expect(page.locator(".st-key-stage .gradviz-headline")).to_contain_text(
        "Forward with ε = 0.0316 says (6.032, 8.032)"
    )
    assert card(page, "forward").inner_text().split("\n") == said


def test_all_nine_methods_are_within_reach_of_the_keyboard(page: Page):
    more = page.locator(".gradviz-card-more button")
    more.press("Enter")
    expect(more).to_have_attribute("aria-expanded", "true")
    for method in STYLES:
        button = card(page, method)
        expect(button).to_be_visible()
        button.focus()
        expect(button).to_be_focused()
    with redrawn(page):
        card(page, "adaptive").press("Space")
    assert address(page)["show"] == "symbolic,forward,backward,central,adaptive,backprop"
    expect(card(page, "adaptive")).to_have_attribute("aria-pressed", "true")
    expect(card(page, "adaptive")).to_be_focused()


def test_two_cards_pressed_one_after_the_other_both_count(page: Page):
    for method in ("forward", "backward"):
        card(page, method).click()
    page.wait_for_function("() => location.search.includes('show=symbolic%2Ccentral%2Cbackprop')")


def test_no_card_calls_exact_what_is_no_gradient(visit: Open):
    page = visit(asked_for(f="|x|+|y|", at="0, 0"))
    cards = page.locator(".gradviz-card .gradviz-card-verdict").all_inner_texts()
    assert "exact" not in " ".join(cards)
    assert card(page, "forward").inner_text().split("\n") == ["forward", "(1, 1)", "slope to the right"]


LONG = [
    {"f": "(4 - 2.1x^2 + x^4/3)x^2 + x y + (-4 + 4y^2)y^2", "at": "0.3, 0.1"},
    {"f": "x1 x2 x3 x4 x5 x6 x7 x8", "at": "1,2,3,4,5,6,7,8"},
]


@pytest.mark.parametrize("query", LONG, ids=lambda query: query["f"])
def test_a_long_function_is_typeset_in_lines_and_nothing_scrolls_sideways(visit: Open, query: dict[str, str]):
    page = visit(asked_for(**query), device="phone")
    assert sideways_scroll(page) == 0
    for formula in page.locator(".katex-display").all():
        assert (
            formula.evaluate("element => element.scrollWidth - element.clientWidth") <= 4
        )  # leaning letters


def test_the_dark_theme_draws_in_its_own_colours(visit: Open):
    page = visit(theme="dark")
    at_rest(page)
    shown, middle = pixels(page), arrow_middle(page, "forward")
    paper = shown[2, 2]
    assert paper.max() < 60
    scene = pixels(page.locator(CANVAS).first)  # this may scroll the page
    assert (scene[2, 2] == paper).all()
    assert middle
    assert count_near(shown[around(*middle, reach=25)], STYLES["forward"].dark, within=60) > 20


# --- one variable, three variables --------------------------------------------------------------------------

LINES = """() => document.querySelector('[data-panel=curve] .js-plotly-plot')._fullData
    .filter(trace => trace.meta?.method)
    .map(({meta, mode, x, y}) => ({...meta, mode, x: [...x], y: [...y]}))"""


def test_one_variable_draws_the_curve_with_its_secant(visit: Open):
    page = visit(asked_for(f="x^3 - 3x", at="1.5", eps="0.5"))
    expect(page.locator(".st-key-stage [data-panel]")).to_have_count(2)
    assert painted(page, "curve") > 50
    lines = page.evaluate(LINES)
    drawn = [line for line in lines if line["method"] == "forward" and line["mode"] == "lines"]
    casing, secant = drawn  # the white around it lies below
    assert (casing["x"], casing["y"]) == (secant["x"], secant["y"])
    (ends,) = [line for line in lines if line["method"] == "forward" and line.get("role") == "evaluations"]
    assert list(zip(ends["x"], ends["y"], strict=True)) == [(1.5, -1.125), (2, 2)]
    (x0, x1), (y0, y1) = secant["x"], secant["y"]
    assert (y1 - y0) / (x1 - x0) == pytest.approx(6.25, rel=1e-9)
    with redrawn(page):
        press(page, "curve", -1, 2)
        page.mouse.up()
    page.wait_for_function(f"() => document.querySelector('input[aria-label=\"{POINT}\"]').value !== '1.5'")
    assert numbers(holds(page, POINT)) == pytest.approx([-1], abs=0.05)


def test_three_variables_draw_the_slice_that_is_chosen(visit: Open):
    page = visit(asked_for(f="x y + y z + z x", at="1, 2, 3"))
    caption = page.locator("[data-panel=surface] figcaption")
    expect(caption).to_contain_text("Slice with z = 3")
    page.get_by_text("View", exact=True).click()
    chosen = page.get_by_label("Variable up the map")
    chosen.scroll_into_view_if_needed()
    at_rest(page)  # its list closes when the page scrolls
    with redrawn(page):
        chosen.fill("z")
        expect(page.get_by_role("option", name="z", exact=True)).to_be_visible()
        chosen.press("Enter")
    expect(caption).to_contain_text("Slice with y = 2")
    page.keyboard.press("Escape")  # what is chosen stands over the pictures
    at_rest(page)
    with redrawn(page):
        press(page, "map", -1, -2)
        page.mouse.up()
    page.wait_for_function(
        f"() => document.querySelector('input[aria-label=\"{POINT}\"]').value !== '1, 2, 3'"
    )
    x, y, z = numbers(holds(page, POINT))
    assert (x, y, z) == (pytest.approx(-1, abs=0.1), 2, pytest.approx(-2, abs=0.1))


# --- saving and serving -------------------------------------------------------------------------------------


def saved(page: Page, name: str) -> tuple[NDArray[np.uint8], float, FloatRect]:
    """The picture that a panel's button saves, its pixels to one of the page, and the box it has there."""
    panel = page.locator(f"[data-panel={name}]")
    box = panel.locator(".gradviz-plot-area").bounding_box()
    assert box
    with page.expect_download() as saving:
        panel.locator(".modebar-btn").first.click()
    assert saving.value.suggested_filename == f"gradviz-{name}.png"
    picture = np.asarray(Image.open(saving.value.path()).convert("RGB"))
    scale = picture.shape[1] / box["width"]
    assert scale >= 3
    assert picture.shape[0] >= 3 * box["height"]
    return picture, scale, box


def test_the_saved_picture_is_sharp_and_as_turned(page: Page):
    turned(page, right=-40, down=-20)  # not from above: there the arrows are seen through the surface
    middle = arrow_middle(page, "central")
    assert middle
    picture, scale, box = saved(page, "surface")
    # the arrow stands as far to the right as on the page; a title stands above, the legend below
    right = round((middle[0] - box["x"]) * scale)
    column = picture[: round(picture.shape[0] * 0.85), right - 40 : right + 40]
    assert count_near(column, STYLES["central"].light) > 100


def test_the_legend_of_the_saved_error_plot_names_the_explained_method_too(page: Page):
    picture, scale, box = saved(page, "errors")
    legend = picture[round((44 + box["height"]) * scale) :]
    for name in ("symbolic", "forward", "central", "backprop"):
        assert count_near(legend, STYLES[name].light) > 100, name


def test_scripts_come_compressed_from_the_pages_own_server(page: Page, server: Server):
    fetched = page.evaluate("() => performance.getEntriesByType('resource').map(entry => entry.name)")
    for script in (plotly_address(), script_address("view"), script_address("walk")):
        (url,) = {url for url in fetched if url.endswith(f"/{script}")}
        assert url.startswith(server.url)
        with urlopen(Request(url, headers={"Accept-Encoding": "gzip"})) as answer:
            assert answer.headers["Content-Encoding"] == "gzip"
            assert len(answer.read()) < 620_000  # of 1.8 million for Plotly
