"""The walk through back-propagation, in a real browser: steps, keys, the growing arrow, words, and print."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import quote

import pytest
from playwright.sync_api import Locator, Page, expect

from gradviz.autodiff.walk import STATES
from tests.browser.view import place, redrawn, sideways_scroll, type_in

Open = Callable[..., Page]
WALK = ".gradviz-walk"
LAST = 11  # of the lesson: six nodes, the output's 1, four contributions, the end
COLLECTED = """panel => {
    const plot = document.querySelector(`[data-panel=${panel}] .js-plotly-plot`);
    const trace = plot.data.find(trace => trace.meta?.role === 'collected');
    return trace.visible ? ['x', 'y', 'z'].filter(axis => trace[axis]).map(axis => [...trace[axis]]) : null;
}"""
ARROW = """method => {
    const {xaxis, yaxis} = document.querySelector('[data-panel=map] .js-plotly-plot')._fullLayout;
    const paths = document.querySelectorAll(`[data-panel=map] .gradviz-overlay [data-method=${method}] path`);
    const [shaft, head] = [...paths]
        .map(path => path.getAttribute('d').match(/-?[\\d.]+/g).slice(0, 2).map(Number));
    const at = ([x, y]) => [xaxis.p2d(x - xaxis._offset), yaxis.p2d(y - yaxis._offset)];
    return [0, 1].map(axis => at(head)[axis] - at(shaft)[axis]);
}"""


@pytest.fixture
def lesson(visit: Open) -> Page:
    """The walk over the lesson's example, at its end."""
    page = opened(visit)
    pressed(page, "To the last step")
    at(page, LAST)
    return page


def opened(open_page: Open, query: str = "", **how: str) -> Page:
    """The page at that link, once its walk is drawn."""
    page = open_page(query, **how)
    page.wait_for_selector(f"{WALK}[data-step]")
    return page


def at(page: Page, step: int) -> None:
    expect(page.locator(WALK)).to_have_attribute("data-step", str(step))


def box(page: Page, name: str) -> Locator:
    """The box that bears this name, or this sign."""
    return page.locator(f"{WALK} .gradviz-walk-stage .box").filter(has=page.get_by_text(name, exact=True))


def pressed(page: Page, label: str) -> None:
    page.locator(WALK).get_by_label(label, exact=True).click()


@contextmanager
def no_round_trip(page: Page) -> Iterator[None]:
    """Whatever the block does, not a word is sent to the server."""
    page.evaluate("""() => {
        window.sentFrames = 0;
        const send = WebSocket.prototype.send;
        WebSocket.prototype.send = function (data) { window.sentFrames += 1; return send.call(this, data); };
    }""")
    yield
    assert page.evaluate("window.sentFrames") == 0


def test_it_opens_at_its_first_step_and_ends_with_all_values_and_adjoints(visit: Open):
    """Another function is walked over anew: what the page shows then, it shows when it is opened, too."""
    opened(visit, f"?f={quote('x1*x2')}")
    walk = opened(visit)
    at(walk, 0)
    assert box(walk, "x₁").get_attribute("data-state") == STATES[1]
    assert box(walk, "+").get_attribute("data-state") == STATES[0]
    assert walk.evaluate(COLLECTED, "map") is None
    pressed(walk, "To the last step")
    at(walk, LAST)
    assert {node.get_attribute("data-state") for node in walk.locator(f"{WALK} .box[data-node]").all()} == {
        "value known",  # the two exponents
        "done",
    }
    expect(box(walk, "x₁")).to_contain_text("6")
    expect(box(walk, "x₂")).to_contain_text("8")
    expect(walk.locator(".gradviz-walk-formula")).to_have_text("∇f = (6, 8)")
    across, up = walk.evaluate(COLLECTED, "walk-map")  # beside the walk, the gradient has grown
    assert across[1] > across[0] == 3
    assert up[1] > up[0] == 4


def test_keys_buttons_and_slider_step_without_a_round_trip(lesson: Page):
    root, slider = lesson.locator(WALK), lesson.locator(f"{WALK} input[type=range]")
    root.focus()
    with no_round_trip(lesson):
        lesson.keyboard.press("Home")
        at(lesson, 0)
        assert box(lesson, "+").get_attribute("data-state") == STATES[0]
        assert box(lesson, "x₁").get_attribute("data-state") == STATES[1]
        lesson.keyboard.press("ArrowRight")
        lesson.keyboard.press("ArrowRight")
        at(lesson, 2)
        expect(lesson.locator(".gradviz-walk-formula")).to_have_text("v₁ = x₁² = 3² = 9")
        lesson.keyboard.press("ArrowLeft")
        at(lesson, 1)
        lesson.keyboard.press("End")
        at(lesson, LAST)
        pressed(lesson, "One step back")
        at(lesson, LAST - 1)
        pressed(lesson, "One step on")
        at(lesson, LAST)
        pressed(lesson, "To the first step")
        at(lesson, 0)
        slider.focus()
        slider.press("ArrowRight")
        at(lesson, 1)
        pressed(lesson, "To the last step")
        at(lesson, LAST)


# Every step that the walk comes to from now on.
STEPS = f"""() => {{
    const walk = document.querySelector('{WALK}');
    window.steps = [];
    new MutationObserver(() => window.steps.push(walk.dataset.step)).observe(
        walk, {{attributeFilter: ['data-step']}});
}}"""


def test_play_plays_and_pauses(lesson: Page):
    lesson.evaluate(STEPS)
    lesson.locator(WALK).focus()
    lesson.keyboard.press(" ")
    lesson.wait_for_function("() => steps.length > 1")
    pressed(lesson, "Pause")
    assert lesson.evaluate("() => steps.slice(0, 2)") == ["0", "1"]
    expect(lesson.locator(WALK).get_by_label("Play", exact=True)).to_be_visible()


# How long the collected part is drawn over the scene, and the gradient of back-propagation, in pixels.
COLLECTED_IN_SCENE = """() => {
    const area = document.querySelector('[data-panel=surface] .gradviz-plot-area');
    const [spot] = area.querySelectorAll('.gradviz-spot');
    const from = ['cx', 'cy'].map(name => Number(spot.getAttribute(name)));
    return ['.gradviz-collected', '.moving > [data-method=backprop]'].map(name => {
        const [x, y] = area.querySelector(name).dataset.tip.split(' ').map(Number);
        return Math.hypot(x - from[0], y - from[1]);
    });
}"""


def test_the_arrow_grows_into_that_of_back_propagation(lesson: Page):
    lesson.locator(WALK).focus()
    for _ in range(2):
        lesson.keyboard.press("ArrowLeft")
    across, up = lesson.evaluate(COLLECTED, "map")  # x₂ has its 8, x₁ nothing yet
    assert across[0] == across[1] == 3
    assert up[0] == 4
    assert up[1] > 4
    part, whole = lesson.evaluate(COLLECTED_IN_SCENE)
    assert 0.5 * whole < part < whole  # 8 of (6, 8)
    lesson.keyboard.press("ArrowRight")
    across, up = lesson.evaluate(COLLECTED, "map")
    assert [across[1] - across[0], up[1] - up[0]] == pytest.approx(lesson.evaluate(ARROW, "backprop"))
    (one,) = lesson.locator(".gradviz-walk-compass .so-far").all()  # the same next to the sentence
    assert float(one.get_attribute("x2")) == pytest.approx(34 * 0.6)
    assert float(one.get_attribute("y2")) == pytest.approx(-34 * 0.8)
    lesson.keyboard.press("Home")
    assert lesson.evaluate(COLLECTED, "map") is None
    expect(lesson.locator(".gradviz-walk-compass .so-far")).to_have_count(0)


def test_on_a_curve_the_slope_grows(visit: Open):
    page = opened(visit, f"?f={quote('x*x')}&at=3")
    page.locator(WALK).focus()
    page.keyboard.press("End")
    slopes = []
    for _ in range(3):
        (x0, x1), (y0, y1) = page.evaluate(COLLECTED, "curve") or [(0, 1), (0, 0)]
        slopes.append((y1 - y0) / (x1 - x0))
        page.keyboard.press("ArrowLeft")
    assert slopes == pytest.approx([6, 6, 3])


def test_another_point_keeps_the_step_and_another_function_begins_anew(lesson: Page):
    lesson.locator(WALK).focus()
    lesson.keyboard.press("ArrowLeft")
    with redrawn(lesson):
        type_in(lesson, "Point", "1, 2")
    expect(box(lesson, "x₂")).to_contain_text("4")
    at(lesson, LAST - 1)
    with redrawn(lesson):
        type_in(lesson, "Function f", "x1*x2")
    at(lesson, 0)
    pressed(lesson, "To the last step")
    expect(lesson.locator(".gradviz-walk-formula")).to_have_text("∇f = (2, 1)")


def test_pytorchs_name_stands_beside_ours_on_demand(lesson: Page):
    name = lesson.locator(f"{WALK} .autograd", has_text="PowBackward0").first
    expect(name).to_be_hidden()
    lesson.get_by_label("PyTorch’s names").check()
    expect(name).to_be_visible()
    box(lesson, "+").click()
    expect(lesson.locator(".gradviz-walk-detail")).to_have_text(
        "v₃ = v₁ + v₂: value 25.0; adjoint 1.0; PyTorch calls it AddBackward0."
    )
    lesson.get_by_label("PyTorch’s names").uncheck()
    expect(name).to_be_hidden()


def test_the_words_tell_every_step_and_lead_to_it(lesson: Page):
    words = lesson.locator(f"{WALK} details")
    words.locator("summary").focus()
    lesson.keyboard.press("Enter")
    steps = words.locator("li")
    expect(steps).to_have_count(LAST + 1)
    expect(steps.nth(9)).to_contain_text("∂f/∂v₂ · ∂v₂/∂x₂ = 1 · 8 = 8")
    steps.nth(9).get_by_role("button").focus()
    lesson.keyboard.press("Enter")
    at(lesson, 9)
    expect(steps.nth(9)).to_have_attribute("aria-current", "step")


@pytest.mark.parametrize("device", ["desktop", "phone"])
def test_no_box_lies_outside_and_nothing_scrolls_sideways(visit: Open, device):
    page = opened(visit, device=device)
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        assert sideways_scroll(page) == 0
        assert set(inside(page)) == {True}
        along = "y" if device == "phone" else "x"
        first, last = box(page, "x₁").bounding_box(), box(page, "+").bounding_box()
        assert first[along] < last[along]


def inside(page: Page) -> list[bool]:
    """For each box whether it is on the stage in its whole width."""
    return page.evaluate(
        """walk => {
            const stage = document.querySelector(`${walk} .gradviz-walk-stage`);
            const {left, right} = stage.getBoundingClientRect();
            return [...document.querySelectorAll(`${walk} .box[data-node]`)]
                .map(box => box.getBoundingClientRect())
                .map(box => left - 1 <= box.left && box.right <= right + 1);
        }""",
        WALK,
    )


def test_a_graph_of_fifty_is_folded_zoomed_and_printed_whole(visit: Open):
    squares = " + ".join(f"(x{i} - {i})^2" for i in range(1, 11))
    page = opened(visit, f"?f={quote(squares)}&at={quote(', '.join('2' * 10))}")
    folded = len(inside(page))
    page.get_by_label("Draw what repeats as one box").uncheck()
    assert len(inside(page)) > 2 * folded
    assert not all(inside(page))
    pressed(page, "The whole graph")
    assert all(inside(page))
    for _ in range(3):
        pressed(page, "Larger")
    assert not all(inside(page))
    page.emulate_media(media="print")
    expect(page.locator(".gradviz-walk-bar")).to_be_hidden()
    expect(page.locator(".gradviz-walk-stage > svg")).to_have_attribute("viewBox", re.compile("."))
    assert all(inside(page))
    page.emulate_media(media="screen")
    page.get_by_label("Draw what repeats as one box").check()
    assert len(inside(page)) == folded


def test_a_press_on_the_map_and_the_walk_get_along(lesson: Page):
    """The view redraws with the arrow of the walk in it, and the walk with the new point."""
    lesson.locator(WALK).focus()
    lesson.keyboard.press("ArrowLeft")
    lesson.locator("[data-panel=map]").scroll_into_view_if_needed()
    with redrawn(lesson):
        lesson.mouse.click(*place(lesson, "map", -2, 2))
    at(lesson, LAST - 1)
    expect(box(lesson, "x₁")).to_contain_text("−")
    (across, _) = lesson.evaluate(COLLECTED, "map")
    assert across[0] < 0


def test_a_fault_shows_as_a_plateau_and_in_the_walk(lesson: Page):
    lesson.get_by_text("Plant a fault in the backward pass").click()
    lesson.wait_for_selector("[data-panel=gap][data-revision]")
    expect(lesson.locator(".gradviz-walk-formula")).not_to_have_text("∇f = (6, 8)")
    plateau = lesson.evaluate("""() => {
        const plot = document.querySelector('[data-panel=gap] .js-plotly-plot');
        const line = plot.data.find(trace => trace.meta.graph === 'sabotaged').y.slice(20, 60);
        return Math.max(...line) / Math.min(...line);
    }""")
    assert plateau == pytest.approx(1, abs=1e-3)


def test_programs_and_costs_open_on_demand(lesson: Page):
    lesson.get_by_text("The same by hand, in code").click()
    lesson.get_by_test_id("stCode").first.hover()
    lesson.context.grant_permissions(["clipboard-read", "clipboard-write"])
    lesson.get_by_role("button", name="Copy to clipboard").first.click()
    assert "v3.backward()" in lesson.evaluate("navigator.clipboard.readText()")
    lesson.get_by_text("What it costs with many inputs").click()
    lesson.wait_for_selector("[data-panel=cost][data-revision]")
    expect(lesson.locator("[data-panel=swell] figcaption")).to_contain_text("n(n − 2)")
