"""What follows the hand at once, before the server has answered: ε, the point, the camera."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count, pairwise, product

import numpy as np
import pytest
from playwright.sync_api import Page, Route, expect

import gradviz
from page.scripts import script_address
from tests.browser.test_page import FUNCTION, POINT, STEP, address, numbers, press, same
from tests.browser.view import (
    MARKER,
    at_rest,
    camera,
    card,
    holds,
    marker,
    methods_drawn,
    place,
    projected,
    redrawn,
    settled,
    shape,
    type_in,
    until,
)

pytestmark = pytest.mark.usefixtures("torch_is_loaded")

Open = Callable[..., Page]
SEEN = ("forward", "backward", "central")
GRID = f"await import(new URL('{script_address('grid')}', document.baseURI).href)"


# Animation frames are told that eight times as much time has gone by since now.
FRAMES_TELL_A_FASTER_TIME = """() => {
    const request = window.requestAnimationFrame, begun = performance.now();
    window.requestAnimationFrame = draw => request(now => draw(begun + 8 * (now - begun)));
    window.tellTheTime = () => { window.requestAnimationFrame = request; };
}"""


@contextmanager
def asking_nothing(page: Page) -> Iterator[None]:
    """The block, during which the page may send no message to the server."""
    page.evaluate(
        """() => {
            window.sent = 0;
            window.send ??= WebSocket.prototype.send;
            WebSocket.prototype.send = function (...message) {
                window.sent += 1;
                return window.send.apply(this, message);
            };
        }"""
    )
    yield
    assert page.evaluate("() => window.sent") == 0


# --- ε ------------------------------------------------------------------------------------------------------


def test_dragging_on_the_error_plot_swings_the_arrows_without_the_server(page: Page):
    field = gradviz.parse("x1^2 + x2^2")
    arrow = shape(page, "map", "forward")
    press(page, "errors", 1e-4, 1e-4)
    with asking_nothing(page):
        for exponent in (-0.5, -0.25, 0.0):
            page.mouse.move(*place(page, "errors", 10**exponent, 1e-4))
            step, error = marker(page, "forward") or (0, 0)
            assert np.log10(step) == pytest.approx(exponent, abs=0.08)  # a pixel is 0.05
            says = gradviz.gradient(field, [3, 4], "forward", step).gradient
            assert error == pytest.approx(np.hypot(*(says - [6, 8])), rel=1e-6)
        longer = shape(page, "map", "forward")
        page.wait_for_timeout(300)
    assert longer != arrow
    assert shape(page, "map", "symbolic") != longer
    with redrawn(page):
        page.mouse.up()
    page.wait_for_function("() => location.search.includes('eps=')")
    at_rest(page)
    assert float(holds(page, STEP)) == pytest.approx(step, rel=5e-3)  # three digits of it
    assert (marker(page, "forward") or (0,))[0] == float(holds(page, STEP))


def test_the_slider_is_heard_by_every_picture_and_by_the_address_when_let_go(page: Page):
    slider = page.get_by_role("slider", name="ε as a power of ten")
    with asking_nothing(page):
        slider.evaluate(
            "slider => { slider.value = -2; slider.dispatchEvent(new Event('input', {bubbles: true})); }"
        )
        assert marker(page, "forward") == (pytest.approx(0.01), pytest.approx(0.01 * 2**0.5, rel=1e-6))
        assert holds(page, STEP) == "0.1"
    with redrawn(page):
        slider.evaluate("slider => slider.dispatchEvent(new Event('change', {bubbles: true}))")
    expect(page.get_by_label(STEP, exact=True)).to_have_value("0.01")
    page.wait_for_function("() => location.search.includes('eps=0.01')")


def test_playing_goes_through_the_decades_and_stays_where_it_is_stopped(page: Page):
    page.get_by_role("button", name="Play ε through all its decades").click()
    page.wait_for_function(f"() => ({MARKER})(['errors', 'central'])[0] < 1e-3")
    with redrawn(page):
        page.get_by_role("button", name="Stop here").click()
    expect(page.get_by_label(STEP, exact=True)).not_to_have_value("0.1")
    assert float(holds(page, STEP)) < 1e-3


def test_played_to_the_end_it_returns_to_where_it_was(page: Page):
    with redrawn(page):
        type_in(page, STEP, "2^-10")
    output = page.locator(".gradviz-step output")
    expect(output).to_have_text("ε = 0.000977")  # and not the slider's nearest place, 0.001
    page.evaluate(FRAMES_TELL_A_FASTER_TIME)
    page.get_by_role("button", name="Play ε through all its decades").click()
    page.wait_for_function(f"() => ({MARKER})(['errors', 'central'])[0] < 1e-12")
    page.get_by_role("button", name="Play ε through all its decades").wait_for()
    page.evaluate("() => window.tellTheTime()")
    at_rest(page)
    assert holds(page, STEP) == "2^-10"
    expect(output).to_have_text("ε = 0.000977")
    assert (marker(page, "forward") or (0,))[0] == 2**-10


# --- the formula --------------------------------------------------------------------------------------------


def test_while_a_formula_is_typed_only_its_reading_follows_and_enter_draws_it(page: Page):
    entry, address_before = page.get_by_label(FUNCTION, exact=True), page.url
    refusal, formula = (page.locator(f".st-key-draft-{place}") for place in ("below", "beside"))
    with asking_nothing(page):
        entry.fill("x1^2 + coz(x2)")
        expect(refusal).to_contain_text("Did you mean cos?")
        refusal.get_by_role("button", name="Write cos").click()
        expect(formula.locator("annotation")).to_have_text(
            r"f(x_{1}, x_{2}) = x_{1}^{2} + \cos\left(x_{2}\right)"
        )
        expect(refusal).to_be_hidden()
        expect(entry).to_be_focused()
        late: list[Route] = []
        page.route("**/gradviz/draft?*", lambda route: late.append(route))
        entry.press("Home")
        entry.press_sequentially("3 ")
        for _ in range(100):  # until its request is sent
            if late:
                break
            page.wait_for_timeout(50)
        entry.press_sequentially("x2 ")
        late.pop().continue_()
        expect(page.locator(".gradviz-draft[data-outdated]").first).to_be_attached()
        assert holds(page, FUNCTION) == "3 x2 x1^2 + cos(x2)"
        assert entry.evaluate("entry => entry.selectionStart") == len("3 x2 ")
        assert page.url == address_before
    page.unroute("**/gradviz/draft?*")
    with redrawn(page):
        entry.press("Enter")
    expect(formula).to_be_hidden()
    expect(page.locator(".st-key-echo annotation")).to_have_text(
        r"f(x_{1}, x_{2}) = 3 x_{2} x_{1}^{2} + \cos\left(x_{2}\right)"
    )
    point, echo = page.get_by_label(POINT, exact=True), page.locator(".st-key-draft-at")
    with asking_nothing(page):
        point.fill("pi/4, 1e")
        expect(echo).to_contain_text("⚠")
        point.fill("pi/4, 1")
        expect(echo).to_have_text("x₁ = 0.78539816, x₂ = 1")
    with redrawn(page):
        point.press("Enter")
    expect(echo).to_be_hidden()
    page.wait_for_function("() => new URLSearchParams(location.search).get('f') === '3 x2 x1^2 + cos(x2)'")


# --- the point ----------------------------------------------------------------------------------------------


def test_the_mark_and_the_arrows_are_under_the_pointer_in_the_same_frame(page: Page):
    """Told by the page itself: the handle has moved when the handler of the event has returned."""
    press(page, "map", 3, 4)
    x, y = place(page, "map", -2, 1)
    moved = page.evaluate(
        """([x, y]) => {
            const area = document.querySelector('[data-panel=map] .gradviz-plot-area');
            const arrow = () => area.querySelector('[data-method=symbolic] path').getAttribute('d');
            const before = arrow();
            area.dispatchEvent(new PointerEvent('pointermove',
                {clientX: x, clientY: y, pointerId: 1, isPrimary: true, bubbles: true}));
            const handle = area.querySelector('.gradviz-handle').getBoundingClientRect();
            return [handle.left + handle.width / 2, handle.top + handle.height / 2, arrow() !== before];
        }""",
        [x, y],
    )
    assert moved == [pytest.approx(x, abs=1.5), pytest.approx(y, abs=1.5), True]
    page.mouse.up()


def test_a_click_on_the_surface_moves_the_point_to_the_place_under_it(page: Page):
    page.locator("[data-panel=surface]").scroll_into_view_if_needed()
    # where (x₁, x₂) = (−4, 2) is drawn, on the far side of the bowl, which is seen from within
    where = page.evaluate(
        """() => {
            const plot = document.querySelector('[data-panel=surface] .js-plotly-plot');
            const sheet = plot.data.find(trace => trace.type === 'surface');
            return [sheet.x, sheet.y].map(axis => axis[axis.length - 1] - axis[0]);
        }"""
    )
    assert where == [2, 2]  # scene units: −1 … 1 for −8 … 8
    height = page.evaluate(
        f"""async () => {{
            const {{between}} = {GRID};
            const plot = document.querySelector('[data-panel=surface] .js-plotly-plot');
            return between(plot.data.find(trace => trace.type === 'surface'), -4 / 8, 2 / 8);
        }}"""
    )
    with redrawn(page):
        page.mouse.click(*projected(page, -4 / 8, 2 / 8, height))
    expect(page.get_by_label(POINT, exact=True)).not_to_have_value("3, 4")
    assert numbers(holds(page, POINT)) == pytest.approx([-4, 2], abs=0.15)
    at_rest(page)
    assert numbers(address(page)["at"]) == numbers(holds(page, POINT))


# --- the camera ---------------------------------------------------------------------------------------------

# Where the eye stands from the centre, in the plane and above it; the gradient of the lesson is (6, 8).
LOOKS = {
    # without perspective the distance is but the scale
    "from above": lambda x, y, z: np.hypot(x, y) < 0.002 * z,
    "along x₂": lambda x, y, z: abs(x) < 0.01 and y < -1.5 and z < 0.6,
    "along x₁": lambda x, y, z: x > 1.5 and abs(y) < 0.01 and z < 0.6,
    "along the gradient": lambda x, y, z: x < 0 and y < 0 and y / x == pytest.approx(8 / 6, rel=1e-2),
    "along the level curve": lambda x, y, z: abs(6 * x + 8 * y) < 0.05 * np.hypot(x, y),
    "three-quarter": lambda x, y, z: min(abs(x), abs(y)) > 0.1 and z > 0.3,
}


def looks(page: Page, name: str) -> bool:
    """Whether the scene is seen from where a button says."""
    seen = camera(page)
    return LOOKS[name](*(seen["eye"][axis] - seen["center"][axis] for axis in "xyz"))


def test_the_buttons_look_from_where_they_say_and_the_view_stays_there(page: Page):
    for name in LOOKS:
        before = camera(page)
        page.get_by_role("button", name=name, exact=True).click()
        until(page, lambda name=name, before=before: camera(page) != before and looks(page, name))
    # a scene counts as turned 0.6 s later, by the page's own clock: another f keeps it from then on
    page.evaluate("() => new Promise(done => setTimeout(done, 1500))")
    at_rest(page)
    before = camera(page)
    with redrawn(page):
        type_in(page, FUNCTION, "x1 x2")
    assert same(camera(page), before)


def test_an_older_camera_does_not_come_back(page: Page):
    """Neither with the answer to the turn before the last, nor when the page is reset before it was sent."""
    home, look = camera(page), page.get_by_role("button", name="along x₁", exact=True)
    with answers_late(page, 700):
        requests = page.evaluate("() => gradvizRequests")
        page.get_by_role("button", name="from above", exact=True).click()
        page.wait_for_function("before => gradvizRequests > before", arg=requests)
        look.click()
        until(page, lambda: looks(page, "along x₁"))
        turned_to = camera(page)
        page.wait_for_function("() => location.search.includes('cam=')")
        at_rest(page)
        assert same(camera(page), turned_to)
        page.get_by_role("button", name="from above", exact=True).click()
        page.get_by_role("button", name="Reset", exact=True).click()
        page.wait_for_function("() => !location.search.includes('cam=')")
        at_rest(page)
    assert same(camera(page), home)
    assert not address(page)


def test_the_camera_is_in_the_link(page: Page):
    assert "cam" not in address(page)
    page.get_by_role("button", name="along x₁", exact=True).click()
    page.wait_for_function("() => location.search.includes('cam=')")
    at_rest(page)
    turned_to, link = camera(page), page.url
    page.get_by_role("button", name="from above", exact=True).click()
    page.wait_for_function("before => location.href !== before", arg=link)
    at_rest(page)
    page.go_back()
    page.wait_for_function("before => location.href === before", arg=link)
    at_rest(page)
    assert same(camera(page), turned_to, within=2e-3)  # the link holds three decimals
    page.goto(link)
    settled(page)
    at_rest(page)
    assert same(camera(page), turned_to, within=2e-3)


# --- the cards ----------------------------------------------------------------------------------------------


def test_the_cards_choose_whose_curve_is_explained(page: Page):

    def entry(method: str):
        return card(page, method, "explain")

    expect(entry("forward")).to_have_attribute("aria-pressed", "true")
    expect(entry("symbolic")).to_have_count(0)  # takes no step: there is no curve to explain
    for key, explained in product(
        ("click", "Enter", "Space"), ("central", "none")
    ):  # pressed again, it lets go
        with redrawn(page):
            if key == "click":
                entry("central").click()
            else:
                entry("central").press(key)
        pressed = str(explained == "central").lower()
        expect(entry("central")).to_have_attribute("aria-pressed", pressed)
        expect(entry("central")).to_be_focused()
        expect(entry("forward")).to_have_attribute("aria-pressed", "false")
        at_rest(page)
        assert address(page)["explain"] == explained
    with redrawn(page):
        entry("forward").click()
    filled = "element => getComputedStyle(element).backgroundColor !== 'rgba(0, 0, 0, 0)'"
    assert entry("forward").evaluate(filled)
    assert not entry("central").evaluate(filled)


# --- what is sent, and when ---------------------------------------------------------------------------------


def test_once_let_go_only_the_last_place_is_drawn(page: Page):
    page.evaluate(
        """() => {
            window.drawn = null;
            document.addEventListener('pointerup', () => { window.drawn = []; }, true);
            const react = Plotly.react;
            Plotly.react = (plot, data, ...rest) => {
                if (plot.closest('[data-panel=errors]')) {
                    const {point} = document.querySelector('[data-panel=surface] .gradviz-spot').dataset;
                    window.drawn?.push(point.split(' ').map(Number));
                }
                return react.call(Plotly, plot, data, ...rest);
            };
        }"""
    )
    ways = [place(page, "map", float(x), 4.0) for x in np.linspace(3.0, -4.0, 30)]
    page.mouse.move(*ways[0])
    page.mouse.down()
    for way in ways:
        page.mouse.move(*way)
        page.wait_for_timeout(20)  # the server answers some of these places meanwhile
    with redrawn(page):
        page.mouse.up()
    at_rest(page)
    drawn = page.evaluate("() => window.drawn")
    assert drawn
    assert all(point == pytest.approx(numbers(holds(page, POINT))) for point in drawn)


def test_what_is_done_right_after_a_release_does_not_take_the_point_back(page: Page):
    """A message that is sent before the answer has come would bring the entries of before."""
    picked, stepped = place(page, "map", -2.0, 1.0), place(page, "errors", 1e-5, 1e-5)
    page.mouse.click(*picked)
    page.mouse.click(*stepped)
    page.wait_for_function("""() => document.querySelector("input[aria-label='Step ε']").value !== '0.1'""")
    at_rest(page)
    assert numbers(holds(page, POINT)) == pytest.approx([-2, 1], abs=0.1)
    assert float(holds(page, "Step ε")) == pytest.approx(1e-5, rel=0.5)


def sent_by_the_server(page: Page) -> list[bytes]:
    """A list that fills with all that the server sends from now on."""
    sent: list[bytes] = []
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.on(
        "Network.webSocketFrameReceived",
        lambda event: sent.append(base64.b64decode(event["response"]["payloadData"])),
    )
    return sent


def test_a_press_has_only_what_follows_it_sent_again(page: Page):
    sent = sent_by_the_server(page)
    around = ("Function f", "Parameters", "Gallery", "partial f")
    with redrawn(page):
        page.mouse.click(*place(page, "map", -2.0, 1.0))
    at_rest(page)
    assert all(label.encode() in b"".join(sent) for label in ("Point", "Step ε", "gradviz-table"))
    assert not any(label.encode() in b"".join(sent) for label in around)
    sent.clear()
    with redrawn(page):
        type_in(page, "Function f", "x1 x2")
    at_rest(page)
    assert all(label.encode() in b"".join(sent) for label in around)


def test_the_word_about_a_link_goes_with_the_first_press(visit: Open):
    """It stands around what follows the press, and so does all that then stays."""
    page = visit("?v=9&f=x1+x2&show=forward")
    told = page.get_by_text("newer version")
    assert told.count() == 1
    with redrawn(page):
        page.mouse.click(*place(page, "map", -2.0, 1.0))
    told.wait_for(state="detached")
    at_rest(page)
    assert holds(page, "Function f") == "x1 x2"
    assert numbers(holds(page, POINT)) == pytest.approx([-2, 1], abs=0.1)
    assert methods_drawn(page, "map") & set(SEEN) == {"forward"}


# Where the map's handle stands in each frame from now on, and where the map begins.
WATCHED = """() => {
    const area = document.querySelector('[data-panel=map] .gradviz-plot-area');
    window.places = [];
    const look = () => {
        const {left, top} = area.querySelector('.gradviz-handle').getBoundingClientRect();
        const place = [left, top, area.getBoundingClientRect().top].map(Math.round).join();
        if (window.places?.at(-1) !== place) window.places?.push(place);
        if (window.places) requestAnimationFrame(look);
    };
    look();
}"""


@contextmanager
def answers_late(page: Page, delay: int) -> Iterator[None]:
    """The block, in which what the server sends arrives ``delay`` ms later."""
    page.evaluate("delay => { window.gradvizDelay = delay; }", delay)
    try:
        yield
        at_rest(page)
    finally:
        page.evaluate("() => { window.gradvizDelay = 0; window.places = null; }")


def test_a_late_answer_leaves_the_point_where_it_was_let_go(page: Page):
    """The first place is answered when the last has been let go for long, and its answer is not there yet."""
    page.locator("[data-panel=map]").scroll_into_view_if_needed()
    at_rest(page)
    with answers_late(page, 4500):
        press(page, "map", 3, 4)
        for x, y in ((1, 3), (-2, 2), (-4, -3)):
            page.mouse.move(*place(page, "map", x, y))
            page.wait_for_timeout(300)
        page.evaluate(WATCHED)
        page.mouse.up()
        page.wait_for_function("() => document.querySelector('input[aria-label=Point]').value !== '3, 4'")
        at_rest(page)
        assert len(page.evaluate("() => window.places")) == 1
    assert numbers(holds(page, POINT)) == pytest.approx([-4, -3], abs=0.05)


def test_late_answers_leave_the_point_where_keys_have_moved_it(page: Page):
    page.locator("[data-panel=map] .gradviz-handle").focus()
    with answers_late(page, 600):
        page.evaluate(WATCHED)
        for pause in (20, 200, 20, 20, 400, 200, 20, 400):  # ms; a place is sent after 120
            page.keyboard.press("ArrowLeft")
            page.wait_for_timeout(pause)
        at_rest(page)
        lefts = [int(place.split(",")[0]) for place in page.evaluate("() => window.places")]
        assert lefts == sorted(lefts, reverse=True)
    assert numbers(holds(page, POINT)) == pytest.approx([3 - 8 * 0.16, 4], abs=0.05)


LONGEST_WAIT = 4000  # ms, for one answer: then a dragged point asks again all the same


def test_while_the_point_is_held_the_answers_leave_the_hand_half_of_the_time(page: Page):
    page.evaluate(
        """() => {
            window.happened = [];
            const send = WebSocket.prototype.send;
            WebSocket.prototype.send = function (...message) {
                window.happened.push(['asked', performance.now()]);
                return send.apply(this, message);
            };
            new MutationObserver(() => window.happened.push(['drawn', performance.now()])).observe(
                document.querySelector('.gradviz-view'), {attributeFilter: ['data-revision']});
        }"""
    )
    press(page, "map", 3, 4)
    turns = count()

    def asked_often_enough() -> bool:
        turn = next(turns)
        page.mouse.move(*place(page, "map", 3 * np.cos(turn / 9), 3 * np.sin(turn / 9)))
        return page.evaluate("() => window.happened.filter(([what]) => what === 'asked').length") > 4

    until(page, asked_often_enough)
    happened = page.evaluate("() => window.happened")
    page.mouse.up()
    asked = [when for what, when in happened if what == "asked"]
    drawn = [when for what, when in happened if what == "drawn"]
    for before, after in pairwise(asked):
        if after - before >= LONGEST_WAIT:
            continue
        answered = [when for when in drawn if before < when < after]
        assert answered, "asked again before the answer was drawn"
        assert after - answered[0] >= 0.9 * (answered[0] - before)
