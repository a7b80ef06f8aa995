"""What the page spares Plotly in drawing, so that it answers the hand: nothing of that may be seen."""

import re
from collections.abc import Callable
from itertools import product
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page

import gradviz
from page.scripts import script_address
from tests.browser.pool import follow_link
from tests.browser.view import (
    SCENE,
    STILL,
    at_rest,
    camera,
    linked,
    pixels,
    place,
    projected,
    redrawn,
    type_in,
    until,
)

pytestmark = pytest.mark.usefixtures("torch_is_loaded")

Open = Callable[..., Page]
# Counts how often the sheet's triangles are made anew, from now on.
COUNT = """() => {
    const {traces} = document.querySelector('[data-panel=surface] .js-plotly-plot')._fullLayout.scene._scene;
    const {surface} = Object.values(traces).find(({data}) => data.type === 'surface');
    const update = Object.getPrototypeOf(surface).update;
    window.made = 0;
    surface.update = function (...told) { window.made += 1; return update.apply(this, told); };
}"""
# [vertices that are drawn, points along x, points along y]
SIZE = """() => {
    const {traces} = document.querySelector('[data-panel=surface] .js-plotly-plot')._fullLayout.scene._scene;
    const {data, surface} = Object.values(traces).find(({data}) => data.type === 'surface');
    return [surface._vertexCount, data.x.length, data.y.length];
}"""


# Counts how often Plotly draws the scene from now on, and notes where the point over it is drawn.
DRAWN = """() => {
    const {react, restyle} = Plotly;
    window.drawn = 0;
    for (const [name, draw] of Object.entries({react, restyle}))
        Plotly[name] = (plot, ...rest) => {
            if (plot.closest('[data-panel=surface]')) window.drawn += 1;
            return draw.call(Plotly, plot, ...rest);
        };
}"""
SPOT_OVER_SCENE = """() => {
    const [spot] = document.querySelectorAll('[data-panel=surface] .gradviz-spot');
    return [spot.getAttribute('cx'), spot.getAttribute('cy')].map(Number);
}"""


def test_moving_the_point_and_the_step_draws_no_scene(page: Page):
    at_rest(page)
    # what an earlier test has turned may be turned back with the first answer after it
    with redrawn(page):
        page.mouse.click(*place(page, "map", 2, -1))
    page.evaluate(DRAWN)
    page.evaluate(COUNT)
    before = page.evaluate(SPOT_OVER_SCENE)
    with redrawn(page):
        page.mouse.click(*place(page, "map", -2, 1))
    assert page.evaluate(SPOT_OVER_SCENE) != before
    with redrawn(page):
        type_in(page, "Step ε", "0.01")
    assert page.evaluate("() => [window.drawn, window.made]") == [0, 0]
    with redrawn(page):
        type_in(page, "Function f", "x1^2 - x2^2")
    drawn, made = page.evaluate("() => [window.drawn, window.made]")
    assert min(drawn, made) > 0


def test_arrows_and_point_follow_every_frame_of_a_rotation(page: Page):
    """The arrow's foot stays on the point's own projection while the scene is turned, frame by frame."""
    area = page.locator("[data-panel=surface] .gradviz-plot-area")
    area.scroll_into_view_if_needed()
    box = area.bounding_box()
    assert box
    spot = page.evaluate("() => document.querySelector('.gradviz-spot').dataset.spot.split(' ').map(Number)")
    page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 0.8 * box["height"])
    page.mouse.down()
    seen = set()
    for right in range(0, 120, 30):
        page.mouse.move(box["x"] + 0.2 * box["width"] + right, box["y"] + 0.8 * box["height"])

        def follows() -> bool:
            """A slow machine draws the turned scene late."""
            drawn, exact = page.evaluate(SPOT_OVER_SCENE), pytest.approx(projected(page, *spot), abs=1)
            if tuple(drawn) in seen or np.add(drawn, [box["x"], box["y"]]) != exact:
                return False
            seen.add(tuple(drawn))
            return True

        until(page, follows)
    page.mouse.up()
    at_rest(page)
    assert len(seen) > 2


# Where places of the scene are seen: as Plotly projects them, and as the camera is chosen by.
BOTH_SIGHTS = f"""async places => {{
    const {{sightFrom}} = await import(new URL('{script_address("viewpoint")}', document.baseURI).href);
    const {{_scene: scene}} = {SCENE}._fullLayout.scene;
    const {{width, height}} = scene.container.getBoundingClientRect();
    const sight = sightFrom(scene.getCamera(), [width, height]);
    return [places.map(sight), [width, height]];
}}"""


PLACES = [[-1, -1, -0.62], [1, -1, 0.5], [0.3, 0.7, 0], [1, 1, 0.62]]


def seen_places(page: Page) -> NDArray[np.float64]:
    """Where PLACES are seen by the rule that the camera is chosen by; as Plotly projects them, too."""
    found, _ = page.evaluate(BOTH_SIGHTS, PLACES)
    box = page.locator("[data-panel=surface] .gradviz-plot-area").bounding_box()
    assert box
    plotted = [projected(page, *place) for place in PLACES]
    np.testing.assert_allclose(np.add(found, [box["x"], box["y"]]), plotted, atol=1)
    return np.array(plotted)


def test_the_camera_is_chosen_by_the_projection_that_plotly_draws_with(page: Page):
    seen_places(page)


def look(page: Page, direction: str) -> None:
    """Press the button of a named view, and wait until the link has it."""
    with linked(page):
        page.get_by_role("button", name=direction, exact=True).click()


def test_from_above_there_is_no_perspective_and_the_link_keeps_it(page: Page):
    """What stands upright is one point then; the scene is not made anew, and can be turned further."""
    page.evaluate(COUNT)
    look(page, "from above")
    low, high = projected(page, 0.9, 0.8, -0.62), projected(page, 0.9, 0.8, 0.62)
    assert low == pytest.approx(high, abs=1.5)
    assert page.evaluate("() => window.made") == 0
    above, query = seen_places(page), "?" + urlsplit(page.url).query
    assert parse_qs(query[1:])["cam"][0].endswith(",0,0,1,1")
    box = page.locator("[data-panel=surface] .gradviz-plot-area").bounding_box()
    assert box
    page.mouse.move(box["x"] + 30, box["y"] + box["height"] - 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 90, box["y"] + box["height"] - 120, steps=4)
    with linked(page):
        page.mouse.up()
    assert np.abs(seen_places(page) - above).max() > 20
    follow_link(page, query)
    np.testing.assert_allclose(seen_places(page), above, atol=2)
    x, y = np.add(page.evaluate(SPOT_OVER_SCENE), [box["x"], box["y"]])
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 40, y + 30, steps=4)
    under = np.add(page.evaluate(SPOT_OVER_SCENE), [box["x"], box["y"]])
    assert under == pytest.approx([x - 40, y + 30], abs=4)
    page.mouse.up()
    at_rest(page)
    look(page, "three-quarter")
    assert np.subtract(projected(page, 0.9, 0.8, -0.62), projected(page, 0.9, 0.8, 0.62))[1] > 40


# The lens: [how many of its vectors are no dots, its words].
LENS = """() => {
    const lens = document.querySelector('[data-panel=surface] .gradviz-lens');
    const moved = [...lens.querySelectorAll('g[data-method]')];
    const vectors = moved.map(({dataset}) => [dataset.method, dataset.vector.split(' ').map(Number)]);
    return [Object.fromEntries(vectors), lens.dataset.words];
}"""


def test_the_lens_shows_the_differences_live(page: Page):
    """Forward and backward are off by ±ε in each coordinate, the others are on the spot."""
    vectors, words = page.evaluate(LENS)
    assert words == "differences × 20"
    assert set(vectors) == {"forward", "backward"}
    assert vectors["forward"][0] == pytest.approx(vectors["forward"][1], abs=0.2)
    assert vectors["forward"][0] > 5
    assert np.add(vectors["forward"], vectors["backward"]) == pytest.approx([0, 0], abs=0.2)
    slider = page.get_by_role("slider", name="ε as a power of ten")
    move = "slider => {{ slider.value = {}; slider.dispatchEvent(new Event('input', {{bubbles: true}})); }}"
    slider.evaluate(move.format(-3))
    assert page.evaluate(LENS)[1] == "differences × 2000"
    slider.evaluate(move.format(-14))
    assert len(page.evaluate(LENS)[0]) >= 2  # round-off
    with redrawn(page):
        slider.evaluate("slider => slider.dispatchEvent(new Event('change', {bubbles: true}))")
    at_rest(page)


def test_at_a_kink_the_lens_shows_the_slopes_from_each_side(visit: Open):
    page = visit("?f=|x|%2B|y|&at=0,0")
    vectors, words = page.evaluate(LENS)
    assert words == "slopes from each side"
    assert set(vectors) == {"forward", "backward"}


def test_the_ball_is_dragged_over_the_surface(page: Page):
    area = page.locator("[data-panel=surface] .gradviz-plot-area")
    area.scroll_into_view_if_needed()
    box = area.bounding_box()
    assert box
    eye = camera(page)
    x, y = np.add(page.evaluate(SPOT_OVER_SCENE), [box["x"], box["y"]])
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, 6):
        page.mouse.move(x - 6 * step, y + 4 * step)
    under = np.add(page.evaluate(SPOT_OVER_SCENE), [box["x"], box["y"]])
    assert under == pytest.approx([x - 30, y + 20], abs=6)  # the ball is on the sheet under the pointer
    with redrawn(page):
        page.mouse.up()
    at_rest(page)
    assert page.get_by_label("Point", exact=True).input_value() != "3, 4"
    assert camera(page) == eye  # and the scene has not turned with it


def test_a_sheet_has_the_cells_it_was_given(page: Page):
    drawn, across, up = page.evaluate(SIZE)
    assert drawn == 6 * (across - 1) * (up - 1)  # two triangles each


# What a graphics card does without room for a page out of sight: it forgets the scene, and takes it up again.
FORGOTTEN = f"""async () => {{
    const {{gl, canvas}} = {SCENE}._fullLayout.scene._scene.glplot;
    const happens = name => new Promise((done, miss) => {{
        canvas.addEventListener(name, done, {{once: true}});
        setTimeout(() => miss(`no ${{name}}`), 10_000);
    }});
    const card = gl.getExtension('WEBGL_lose_context');
    const [lost, restored] = [happens('webglcontextlost'), happens('webglcontextrestored')];
    card.loseContext();
    await lost;
    await new Promise(done => setTimeout(done, 100)); // only once all have heard of it
    card.restoreContext();
    await restored;
    gl.getError(); // it tells once that all was lost
}}"""


def test_a_scene_that_the_graphics_card_has_forgotten_comes_back(open_page: Open):
    page = open_page()
    at_rest(page)
    scene = page.locator("[data-panel=surface] .gradviz-plot")
    before = pixels(scene).astype(int)
    page.evaluate(FORGOTTEN)
    page.wait_for_function(f"() => !{SCENE}._fullLayout.scene._scene.glplot.contextLost")
    at_rest(page)
    assert np.ptp(before, axis=(0, 1)).max() > 200  # it is no empty picture
    until(page, lambda: (abs(pixels(scene).astype(int) - before).max(axis=-1) > 30).mean() < 1e-3)


# Notes from now on the sizes that a picture asks for: amid changes each costs a layout.
ASKED = """() => {
    window.asked = [];
    for (const side of ['clientWidth', 'clientHeight']) {
        const {get} = Object.getOwnPropertyDescriptor(Element.prototype, side);
        Object.defineProperty(Element.prototype, side, {get() {
            if (this.closest('.gradviz-view')) window.asked.push(side);
            return get.call(this);
        }});
    }
}"""


def test_a_change_is_drawn_without_a_layout_of_the_page(page: Page):
    page.evaluate(ASKED)
    with redrawn(page):
        type_in(page, "Point", "2, 1")
    assert page.evaluate("() => asked") == []
    page.set_viewport_size({"width": 1200, "height": 900})  # then it must be asked
    page.wait_for_function("() => asked.includes('clientWidth')")
    at_rest(page)


# [as the scene says, as it is, its pixels over those of the screen], of the width and the height
MEASURES = f"""() => {{
    const {{container, glplot: {{canvas, pixelRatio}}}} = {SCENE}._fullLayout.scene._scene;
    const {{width, height}} = container.getBoundingClientRect();
    return [[container.clientWidth, width, canvas.width / pixelRatio],
            [container.clientHeight, height, canvas.height / pixelRatio]];
}}"""


def is_drawn_as_large_as_it_says(page: Page) -> bool:
    return all(said == round(measured) == drawn for said, measured, drawn in page.evaluate(MEASURES))


def test_a_scene_is_as_large_as_it_says_in_every_window(page: Page):
    found = []
    for width in (1600, 1033, 700, 390):
        page.set_viewport_size({"width": width, "height": 900})
        until(page, lambda: is_drawn_as_large_as_it_says(page) and page.evaluate(MEASURES) not in found)
        at_rest(page)
        assert is_drawn_as_large_as_it_says(page)
        found.append(page.evaluate(MEASURES))
    assert len({tuple(across) for across, _ in found}) == 4


# What the titles of the axes say, and where: [text, left, top] rounded to pixels, by text
TITLES = """name => {
    const panel = document.querySelector(`[data-panel=${name}]`), box = panel.getBoundingClientRect();
    return [...panel.querySelectorAll('.xtitle, .ytitle')].map(title => {
        const {left, top} = title.getBoundingClientRect();
        return [title.textContent, Math.round(left - box.left), Math.round(top - box.top)];
    }).sort();
}"""


@pytest.mark.parametrize(("panel", "count"), [("errors", 1), ("map", 2)])
def test_the_titles_of_the_axes_stand_where_they_stood(page: Page, panel: str, count: int):
    at_rest(page)  # the words below a picture may still be fitted
    before = page.evaluate(TITLES, panel)
    assert len(before) == count
    with redrawn(page):
        type_in(page, "Point", "3, 4.1")
    at_rest(page)
    assert page.evaluate(TITLES, panel) == before
    with redrawn(page):
        type_in(page, "Function f", "x1^2 + 2 x2^2")
    at_rest(page)
    assert [title[0] for title in page.evaluate(TITLES, panel)] == [title[0] for title in before]


# Where a place that the words name is drawn: in scene units, at the nearest point of the sheet's grid.
SPOT = """([x, y]) => {
    const {data: [sheet], layout: {meta: {frame: {low, high, size}}}} =
        document.querySelector('[data-panel=surface] .js-plotly-plot');
    const [px, py] = [x, y].map((value, k) => size[k] * (2 * (value - low[k]) / (high[k] - low[k]) - 1));
    const away = (axis, place) => [...axis].map(at => Math.abs(at - place));
    const nearest = (...where) => away(...where).indexOf(Math.min(...away(...where)));
    return [px, py, sheet.z[nearest(sheet.y, py)][nearest(sheet.x, px)]];
}"""


def test_the_words_over_the_sheet_are_those_of_the_place_under_the_pointer(visit: Open):
    """f tells x from y, and a cell is wider than what a pointer may be off."""
    page = visit("?f=x^2%2F4%20-%20y&at=1,1")
    field = gradviz.parse("x^2/4 - y")
    page.locator("[data-panel=surface] .js-plotly-plot").scroll_into_view_if_needed()
    told = []
    for spot in product((-1.7, -0.6, 0.8, 1.6), (-1.5, 0.2, 1.7)):
        pointer = np.array(projected(page, *page.evaluate(SPOT, spot)))
        words = hovered(page, *pointer)
        if len(words) == 3:
            told.append(words)
            assert words[2] == pytest.approx(field(words[:2]), rel=2e-3, abs=2e-3)
            drawn = projected(page, *page.evaluate(SPOT, words[:2]))
            assert np.hypot(*(pointer - drawn)) < 12, (words, pointer, drawn)
    assert len(told) > 5


# The words over the scene, as soon as they are others than they were; '' if they stay so for a while.
NEW_WORDS = """async before => {
    const words = () => document.querySelector('[data-panel=surface] .gl-container svg').textContent;
    for (let frame = 0; frame < 20; frame++) {
        if (words() !== before) return words();
        await new Promise(done => requestAnimationFrame(done));
    }
    return '';
}"""


def hovered(page: Page, x: float, y: float) -> list[float]:
    """The numbers in the words that appear over the scene when the pointer comes there; [] if none do."""
    before = page.evaluate(
        "() => document.querySelector('[data-panel=surface] .gl-container svg').textContent"
    )
    page.mouse.move(x, y)
    words = page.evaluate(NEW_WORDS, before)
    return [float(number.replace("\u2212", "-")) for number in re.findall(r"= ([-\u2212]?[\d.]+)", words)]


# The dots of the error plot: where they are drawn and belong, in pixels of the axes, and their numbers.
DOTS = """() => {
    const panel = document.querySelector('[data-panel=errors]');
    const {data, _fullLayout: {xaxis, yaxis}} = panel.querySelector('.js-plotly-plot');
    const dots = panel.querySelector('[data-dots=cloud]').getAttribute('d').split('M').slice(1);
    const drawn = dots.map(dot => dot.split(' ').map(parseFloat))
        .map(([x, y]) => [x - xaxis._offset, y - yaxis._offset]);
    const {x, y} = data.find(({meta}) => meta?.role === 'cloud');
    const given = [...x].map((at, i) => [at, y[i]]);
    return [drawn, given.map(([at, error]) => [xaxis.d2p(at), yaxis.d2p(error)]), given];
}"""
# The words of the overlay with their boxes, and the box that the axes leave.
WORDS = """() => {
    const panel = document.querySelector('[data-panel=errors]');
    const box = ({left, right, top, bottom}) => [left, right, top, bottom];
    const words = [...panel.querySelectorAll('[data-word]')].map(word =>
        [word.dataset.word, word.textContent, box(word.getBoundingClientRect())]);
    return [words, box(panel.querySelector('.nsewdrag').getBoundingClientRect())];
}"""


def test_dots_and_words_stand_where_they_belong_and_the_dots_tell_their_errors(page: Page):
    drawn, belonging, given = map(np.array, page.evaluate(DOTS))
    assert len(drawn) > 100
    np.testing.assert_allclose(drawn, belonging, rtol=0, atol=0.0051)  # written with two decimals
    lowest = given[np.argmin(given[:, 0] * given[:, 1])]  # alone below the others
    x, y = place(page, "errors", *lowest)
    for step in range(4):
        page.mouse.move(x - 3 + step, y)
        page.wait_for_timeout(80)
    told = page.locator("[data-panel=errors] .hovertext").text_content()
    assert f"{lowest[0]:.2e}".replace("e-0", "e-") in told.replace("\u2212", "-")
    for step in ("0.1", "1e-3", "3e-8", "1e-12"):
        follow_link(page, f"?eps={step}")
        labels_stand_inside_and_apart(page)
    follow_link(page, "?f=log(x)&at=-1")
    assert page.evaluate(WORDS)[0] == [], "no word stays where there is no error to draw"


def labels_stand_inside_and_apart(page: Page) -> None:
    """The words over the error plot: also off the line at ε, wherever it goes."""
    words, (left, right, top, bottom) = page.evaluate(WORDS)
    texts = [text for _, text, _ in words]
    assert {"truncation ∝ ε", "round-off ∝ 1/ε", "best ε ≈ 3·10⁻⁸", "forward"} <= set(texts)
    line = page.locator("[data-panel=errors] [data-step]").bounding_box()
    assert line
    for i, (_, text, (a, b, c, d)) in enumerate(words):
        assert left - 2 <= a < b <= right + 2, text
        assert top - 4 <= c < d <= bottom + 4, text
        assert b <= line["x"] or a >= line["x"] + line["width"], f"{text} on the line at ε"
        for _, other, (e, f, g, h) in words[:i]:
            assert b <= e or f <= a or d <= g + 3 or h <= c + 3, (text, other)


def test_plotly_is_told_the_same_arrays_as_it_would_find(page: Page):
    """Its search is remembered by a trace's type and the places of its arrays."""
    found = page.evaluate(
        """async () => {
            const own = document.createElement('iframe');  // Plotly as it comes
            document.body.append(own);
            await new Promise((done, failed) => {
                const script = own.contentDocument.createElement('script');
                const src = new URL('plotly/plotly.min.js', document.baseURI).href;
                Object.assign(script, {src, onload: done, onerror: failed});
                own.contentDocument.head.append(script);
            });
            const pure = own.contentWindow.Plotly.PlotSchema.findArrayAttributes;
            const traces = [...document.querySelectorAll('.js-plotly-plot')].flatMap(plot => plot._fullData);
            const found = traces.map(trace => [Plotly.PlotSchema.findArrayAttributes(trace), pure(trace)]);
            own.remove();
            return found;
        }"""
    )
    assert len(found) > 15
    assert any(pure for _, pure in found)
    assert all(ours == pure for ours, pure in found)


WINDOW = f"() => {{ const {{low, high}} = {SCENE}.layout.meta.frame; return [low, high]; }}"


def test_the_window_is_made_narrower_and_wider_around_the_point(page: Page):
    for name, window in (("closer", [[-2.5, -2], [5.5, 6]]), ("wider", [[-8, -8], [8, 8]])):
        with redrawn(page):
            page.get_by_role("button", name=name, exact=True).click()
        at_rest(page)
        assert page.evaluate(WINDOW) == window


def test_the_wheel_scrolls_the_page_until_the_scene_is_pressed(page: Page):
    page.set_viewport_size({"width": 1280, "height": 500})  # so that there is something to scroll
    at_rest(page)
    area = page.locator("[data-panel=surface] .gradviz-plot-area")
    area.scroll_into_view_if_needed()
    box = area.bounding_box()
    assert box
    top = "() => document.querySelector('[data-panel=surface]').getBoundingClientRect().top"
    corner = box["x"] + 12, box["y"] + box["height"] / 2  # beside the surface
    before = page.evaluate(top)
    page.mouse.move(*corner)
    page.mouse.wheel(0, 120)
    until(page, lambda: page.evaluate(top) < before)
    at_rest(page)  # it has come to where it scrolls
    scrolled = page.evaluate(top)
    eye, window = camera(page), page.evaluate(WINDOW)
    page.mouse.down()
    page.mouse.up()
    page.wait_for_function(STILL)
    for part in ("eye", "center"):
        assert camera(page)[part] == pytest.approx(eye[part], abs=1e-3), "nothing has turned"
    with redrawn(page):
        page.mouse.wheel(0, -300)
    at_rest(page)
    (low, high), (left, right) = page.evaluate(WINDOW), window
    assert np.subtract(high, low) == pytest.approx(np.subtract(right, left) * np.exp(-0.45), rel=0.01)
    assert page.evaluate(top) == pytest.approx(scrolled, abs=1)


# Two fingers on a picture, between a distance and another about a place in CSS pixels of the window.
PINCH = """([panel, x, y, from, to]) => {
    const target = document.querySelector(`[data-panel=${panel}] :is(.gl-container canvas, .nsewdrag)`);
    const fingers = (...places) => places.map(([clientX, clientY], identifier) =>
        new Touch({identifier, target, clientX, clientY}));
    const tell = (type, touches, changedTouches = touches) => target.dispatchEvent(
        new TouchEvent(type, {touches, changedTouches, bubbles: true, cancelable: true}));
    const pair = apart => fingers([x - apart / 2, y], [x + apart / 2, y]);
    tell('touchstart', fingers([x - from / 2, y]));
    const left = tell('touchstart', pair(from));
    for (let step = 1; step <= 4; step += 1) tell('touchmove', pair(from + (to - from) * step / 4));
    tell('touchend', [], pair(to));
    return !left;
}"""


@pytest.mark.parametrize("panel", ["surface", "map"])
def test_two_fingers_zoom_the_window_of_a_picture_that_was_pressed(visit: Open, panel: str):
    page = visit(device="phone")
    place = page.locator(f"[data-panel={panel}] .gradviz-plot-area")
    place.scroll_into_view_if_needed()
    box = place.bounding_box()
    assert box
    middle = [box["x"] + 0.45 * box["width"], box["y"] + 0.45 * box["height"]]
    assert not page.evaluate(PINCH, [panel, *middle, 60, 120])  # is the page's
    with redrawn(page):
        page.touchscreen.tap(*middle)
    at_rest(page)
    at = page.get_by_label("Point", exact=True).input_value()
    eye, (left, right), before = camera(page), page.evaluate(WINDOW), page.url
    with redrawn(page):
        assert page.evaluate(PINCH, [panel, *middle, 60, 120])
        assert camera(page) == eye  # the scene has not turned
    at_rest(page)
    low, high = page.evaluate(WINDOW)
    assert np.subtract(high, low) == pytest.approx(np.subtract(right, left) / 2, rel=0.01)
    assert page.url != before
    assert page.get_by_label("Point", exact=True).input_value() == at


def test_keys_turn_the_scene_and_zoom_its_window(page: Page):
    keys = page.get_by_role("application", name="The surface.")
    before, (left, right) = camera(page), page.evaluate(WINDOW)
    keys.press("ArrowRight")
    keys.press("ArrowUp")
    page.wait_for_function("() => location.search.includes('cam=')")  # written once the keys rest
    at_rest(page)
    after = camera(page)
    azimuth, turned = (np.arctan2(seen["eye"]["y"], seen["eye"]["x"]) for seen in (before, after))
    assert turned - azimuth == pytest.approx(np.pi / 36, abs=0.01)
    assert after["eye"]["z"] > before["eye"]["z"]
    assert "cam=" in page.url
    for _ in range(30):
        keys.press("ArrowDown")
    page.wait_for_function(STILL)
    assert camera(page)["eye"]["z"] > camera(page)["center"]["z"]
    keys.press("Home")
    with redrawn(page):
        keys.press("-")
    at_rest(page)
    low, high = page.evaluate(WINDOW)
    assert np.subtract(high, low) == pytest.approx(np.subtract(right, left) * np.exp(0.2), rel=0.01)
