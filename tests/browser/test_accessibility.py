"""The page for everyone: axe-core's rules, the keyboard, what a screen reader hears, rest for the eyes."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

import pytest
from playwright.sync_api import Locator, Page, expect

from gradviz.sentences import WHAT_IS_THIS
from tests.browser import axe
from tests.browser.view import at_rest, place, redrawn, type_in

Open = Callable[..., Page]
pytestmark = pytest.mark.usefixtures("torch_is_loaded")


def asked_for(**entries: str) -> str:
    return "?" + "&".join(f"{name}={quote(text)}" for name, text in entries.items())


# --- axe-core -----------------------------------------------------------------------------------------------


def open_gallery(page: Page) -> None:
    page.get_by_role("button", name="Gallery").click()


def open_view(page: Page) -> None:
    page.get_by_text("View", exact=True).click()


def walk_drawn(page: Page) -> Locator:
    """The walk; it is drawn last of all, and hears nothing before."""
    walk = page.locator(".gradviz-walk")
    expect(walk).to_have_attribute("data-step", re.compile("."))
    return walk


def walk_half(page: Page) -> None:
    walk = walk_drawn(page)
    walk.focus()
    page.keyboard.press("Home")
    for _ in range(7):
        page.keyboard.press("ArrowRight")
    expect(walk).to_have_attribute("data-step", "7")


def ask_each(page: Page) -> None:
    for button in page.locator(".gradviz-ask:visible").all():
        button.click()


@dataclass(frozen=True)
class Scene:
    """The page as somebody may have it before the eyes, and what is then done on it, one after the other."""

    name: str
    query: str = ""
    device: str = "desktop"
    theme: str = "light"
    then: tuple[tuple[Callable[[Page], None], ...], ...] = ()  # the rules are asked after each of these


FOO = asked_for(f="x + foo(", at="1, 2")
SCENES = [
    Scene("the lesson", then=((walk_half, open_view, ask_each), (open_gallery,))),
    Scene("in the dark", theme="dark", then=((open_gallery,),)),
    Scene("on a phone", device="phone"),
    Scene("an error under an entry", FOO),
    Scene("parameters", asked_for(f="a x^2 + b y", at="1, 2", par="a=2, b=1", open="parameters")),
]


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_nothing_on_the_page_shuts_anyone_out(visit: Open, scene: Scene):
    page = visit(scene.query, device=scene.device, theme=scene.theme)
    for done in ((), *scene.then):
        for do in done:
            do(page)
            at_rest(page)
        found = axe.violations(page)
        told = "\n".join(f"{v.rule}: {v.selector}\n  {v.markup}\n  {v.told}" for v in found)
        assert not found, f"{[do.__name__ for do in done]}: {told}"


def test_axe_core_finds_what_is_wrong(page: Page):
    page.evaluate(
        """() => {
            const nameless = document.createElement('button');
            nameless.className = 'nameless';
            document.querySelector('.gradviz-panel').append(nameless);
        }"""
    )
    found = {found.rule for found in axe.violations(page)}
    page.evaluate("() => document.querySelector('.nameless').remove()")
    assert "button-name" in found


# --- the keyboard -------------------------------------------------------------------------------------------

# What can be pressed or moved and is ours, in the order of the page, by what a screen reader calls it.
OURS = """() => [...document.querySelectorAll('.gradviz-view, .gradviz-walk, .gradviz-step, .gradviz-table')]
    .flatMap(part => [part, ...part.querySelectorAll('button, input, summary, [tabindex]')])
    .filter(element => element.tabIndex >= 0 && element.checkVisibility())
    .map((element, place) => { element.dataset.ours = place; return place; })"""
RING = """element => ['', '::after'].map(part => {
    const look = getComputedStyle(element, part || null);
    return [look.outlineStyle === 'none' ? '' : look.outlineWidth, look.boxShadow];
}).join()"""
HOLDS_FOCUS = "() => document.activeElement?.dataset.ours ?? null"


def test_tab_reaches_everything_of_ours_in_its_order_and_shows_where_it_is(page: Page):
    page.evaluate("() => document.activeElement.blur()")
    ours = page.evaluate(OURS)
    assert len(ours) > 25
    unfocused = [page.locator(f"[data-ours='{place}']").evaluate(RING) for place in ours]
    reached, pressed = [], 0
    while len(reached) < len(ours) and pressed < 250:
        page.keyboard.press("Tab")
        pressed += 1
        holder = page.evaluate(HOLDS_FOCUS)
        if holder is None:
            continue
        reached.append(int(holder))
        element = page.locator(f"[data-ours='{holder}']")
        assert element.evaluate(RING) != unfocused[int(holder)], element.evaluate("e => e.outerHTML")
    assert reached == ours


def test_tab_goes_on_into_the_menu_that_a_button_has_opened(page: Page):
    """It stands at the end of the document: all of the page came first."""
    button = page.get_by_role("button", name="View", exact=True)
    button.press("Enter")
    menu = page.get_by_test_id("stPopoverBody")
    expect(menu.get_by_text("Relative errors")).to_be_visible()
    page.keyboard.press("Tab")
    expect(menu.locator(":focus")).to_have_count(1)
    page.keyboard.press("Shift+Tab")
    expect(button).to_be_focused()
    for _ in range(30):
        page.keyboard.press("Tab")
        if not menu.locator(":focus").count():
            break
    expect(page.get_by_role("button", name="Share", exact=True)).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()


def test_arrow_keys_move_epsilon_and_the_marks_on_the_error_plot(page: Page):
    slider = page.get_by_label("ε as a power of ten", exact=True)
    mark = page.locator("[data-panel=errors] .gradviz-overlay [data-step]")
    before = float(mark.get_attribute("data-step") or "nan")
    with redrawn(page):
        slider.press("ArrowLeft")
    after = float(mark.get_attribute("data-step") or "nan")
    assert after == pytest.approx(before * 10**-0.05, rel=1e-3)


def test_a_key_tells_the_box_where_the_walk_is(page: Page):
    walk_half(page)
    detail = page.locator(".gradviz-walk-detail")
    expect(detail).to_be_hidden()
    page.keyboard.press("Enter")
    expect(detail).to_contain_text("value")
    page.keyboard.press("Enter")
    expect(detail).to_be_hidden()


# --- what is heard ------------------------------------------------------------------------------------------


def told(page: Page, panel: str) -> Locator:
    """The picture as a screen reader has it."""
    return page.locator(f"[data-panel={panel}] [role=img]")


def test_each_picture_is_told_once_and_with_the_numbers_of_now(page: Page):
    for panel in ("surface", "errors", "map"):
        expect(told(page, panel)).to_have_count(1)
        shapes = page.locator(f"[data-panel={panel}] svg:not(.modebar *), [data-panel={panel}] canvas")
        for shape in shapes.all():
            assert shape.evaluate("element => element.closest('[aria-hidden=true]') !== null")
    said = {panel: told(page, panel).get_attribute("aria-label") for panel in ("surface", "map", "errors")}
    assert "forward (6.1, 8.1)" in (said["surface"] or "")  # 2x + ε, worked by hand
    assert "forward (6.1, 8.1)" in (said["map"] or "")
    with redrawn(page):
        type_in(page, "Step ε", "0.5")
    for panel in ("surface", "map"):
        expect(told(page, panel)).to_have_attribute("aria-label", contains("forward (6.5, 8.5)"))
    expect(told(page, "errors")).to_have_attribute("aria-label", contains("At ε = 0.5"))
    with redrawn(page):
        type_in(page, "Point", "-1, 2")
    expect(told(page, "map")).to_have_attribute("aria-label", contains("closed form (−2, 4)"))


def contains(words: str) -> re.Pattern[str]:
    return re.compile(re.escape(words))


def test_a_change_is_said_in_one_sentence_and_not_under_the_finger(page: Page):
    status = page.locator(".st-key-stage .gradviz-announcer")
    expect(status).to_have_role("status")
    with redrawn(page):
        type_in(page, "Step ε", "0.5")
    expect(status).to_have_text(
        "At (3, 4): Forward with ε = 0.5 says (6.5, 8.5); the gradient is (6, 8): off by ε in each."
    )
    page.locator("[data-panel=map]").scroll_into_view_if_needed()
    at_rest(page)
    with redrawn(page):
        page.mouse.move(*place(page, "map", 3, 4))
        page.mouse.down()
        page.mouse.move(*place(page, "map", 1, 1), steps=3)
        page.mouse.move(*place(page, "map", 2, 1), steps=3)
    expect(status).to_contain_text("At (3, 4)")
    page.mouse.up()
    expect(status).not_to_contain_text("At (3, 4)")


# --- what is this? ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("device", ["desktop", "phone"])
def test_every_picture_says_what_it_is_when_asked(visit: Open, device: str):
    page = visit(device=device)
    for panel in ("surface", "errors", "map"):
        question = "How to read this" if panel == "errors" else "What is this?"
        button = page.locator(f"[data-panel={panel}]").get_by_role("button", name=question)
        note = page.locator(f"[data-panel={panel}] .gradviz-about")
        expect(note).to_be_hidden()
        button.tap() if device == "phone" else button.press("Enter")
        expect(button).to_have_attribute("aria-expanded", "true")
        expect(note).to_be_visible()
        expect(note).to_contain_text(WHAT_IS_THIS[panel])
        save, words = page.locator(f"[data-panel={panel}] .modebar").bounding_box(), note.bounding_box()
        assert save
        assert words
        assert save["x"] >= words["x"] + words["width"], "Plotly's buttons stand beside the words"
        button.press("Escape")
        expect(note).to_be_hidden()
        expect(button).to_have_attribute("aria-expanded", "false")


# --- rest ---------------------------------------------------------------------------------------------------

MOVING = """() => [...document.querySelectorAll('[class*=gradviz]')].filter(element => {
    const {transitionDuration, animationDuration} = getComputedStyle(element);
    return [transitionDuration, animationDuration].some(time => parseFloat(time) > 0);
}).map(element => element.className)"""


def test_nothing_of_ours_moves_by_itself_where_less_motion_is_asked_for(visit: Open):
    page = visit(asked_for(f="sin(x y) + exp(x/3) y^2 + x y cos(x) + x^2 y", at="1, 2"), device="phone")
    walk = walk_drawn(page)
    step = walk.get_attribute("data-step")
    walk_half(page)  # the graph is wider than the phone: it has followed the walk
    assert page.evaluate(MOVING) == []
    expect(walk.get_by_label("Play", exact=True)).to_be_visible()  # and not Pause: it stays at this step
    expect(walk).to_have_attribute("data-step", "7")
    assert step != "7"
