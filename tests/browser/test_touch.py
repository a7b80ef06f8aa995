"""A phone in the hand: all that can be pressed is large enough for a finger, and all letters can be read."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.view import at_rest, place, redrawn

# What inside ``root`` a finger of 40 px would miss, and which letters are smaller than 12 px. Around what is
# smaller, a press is tried where the finger reaches; exponents, indices and what is written for screen
# readers alone do not count.
TOO_SMALL = """root => {
    const least = 39.5, within = document.querySelector(root);
    const wanted = 'button, a[href], input, select, textarea, summary, [role=button], [role=tab], '
        + '[role=option], [role=checkbox], [role=switch], [role=slider], [role=radio], '
        + '[tabindex]:not([tabindex="-1"])';
    const seen = element => element.checkVisibility({opacityProperty: true, visibilityProperty: true});
    const areaOf = element => element.tagName !== 'INPUT' ? element
        : element.closest('label') ?? element.closest('.stSlider [role=group] > *') ?? element;
    const targets = [...within.querySelectorAll(wanted)].filter(element => seen(element) && !element.disabled
        && (element.tagName === 'INPUT' || !element.closest('[style*="clip"]')));
    const missed = targets.filter(element => {
        const area = areaOf(element);
        if (Math.min(area.clientWidth, area.clientHeight) >= least) return false;
        area.scrollIntoView({block: 'center', inline: 'center', behavior: 'instant'});
        const {left, top, width, height} = area.getBoundingClientRect();
        const hits = (dx, dy) => {
            const at = document.elementFromPoint(left + width / 2 + dx, top + height / 2 + dy);
            return area.contains(at) || (at?.contains(area) && at.matches(wanted));
        };
        return !(width >= least || (hits(-19, 0) && hits(19, 0)))
            || !(height >= least || (hits(0, -19) && hits(0, 19)));
    }).map(element => `${element.ariaLabel ?? element.innerText} ${element.outerHTML.slice(0, 80)}`);
    const small = [], texts = document.createTreeWalker(within, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const text = texts.currentNode, element = text.parentElement;
        if (!text.data.trim() || !seen(element)) continue;
        if (element.closest('script, style, title, desc, sub, sup, .msupsub, .katex-mathml')) continue;
        if (element.closest('tspan[dy], tspan[style*="font-size"], [style*="clip"]')) continue;
        const range = document.createRange();
        range.selectNodeContents(text);
        const {width, height} = range.getBoundingClientRect();
        if (Math.min(width, height) < 1) continue;
        const matrix = element instanceof SVGElement ? element.getScreenCTM() : null;
        const scale = matrix ? Math.hypot(matrix.a, matrix.b) : 1;
        const size = scale * parseFloat(getComputedStyle(element).fontSize);
        if (size < 11.95) small.push(`${size} px: ${text.data.trim()}`);
    }
    return [targets.length, missed, small];
}"""


def assert_fits_a_finger(page: Page, root: str, least: int) -> None:
    """At least so many things can be pressed inside ``root``, and none is too small."""
    found, missed, small = page.evaluate(TOO_SMALL, root)
    assert found >= least
    assert missed == []
    assert small == []


@pytest.mark.usefixtures("torch_is_loaded")
def test_all_that_a_phone_shows_fits_a_finger_and_can_be_read(visit: Callable[..., Page]):
    page = visit("?open=code,costs", device="phone")
    expect(page.locator(".gradviz-walk")).to_have_attribute("data-step", "0")
    at_rest(page)
    page.locator(".gradviz-card-more button").click()
    page.locator(".gradviz-walk summary").first.click()
    assert_fits_a_finger(page, ".stMainBlockContainer", 60)
    page.locator(".gradviz-card-more button").click()
    page.locator(".gradviz-walk summary").first.click()
    page.evaluate("() => document.querySelector('[data-testid=stMain]').scrollTo(0, 0)")
    for name in ("View", "Share"):
        page.get_by_text(name, exact=True).click()
        expect(page.get_by_test_id("stPopoverBody")).to_be_visible()
        at_rest(page)
        assert_fits_a_finger(page, "[data-testid=stPopoverBody]", 8)
        page.keyboard.press("Escape")
        expect(page.get_by_test_id("stPopoverBody")).to_have_count(0)
    page.get_by_role("button", name="Gallery").click()
    expect(page.get_by_role("dialog").get_by_role("tab")).to_have_count(7)
    at_rest(page)
    assert_fits_a_finger(page, "[role=dialog]", 13)


# On the map of a phone: its window, and where the page is scrolled to.
MAP = """() => {
    const {xaxis, yaxis} = document.querySelector('[data-panel=map] .js-plotly-plot')._fullLayout;
    return [...xaxis.range, ...yaxis.range, document.querySelector('[data-testid=stMain]').scrollTop];
}"""
# How the page would be printed, and how it is seen.
LOOKS = """() => {
    const lightness = colour => {
        const pen = document.createElement('canvas').getContext('2d');
        pen.fillStyle = colour;
        return [1, 3, 5].reduce((sum, at) => sum + parseInt(pen.fillStyle.slice(at, at + 2), 16), 0) / 765;
    };
    const {data, _fullLayout: layout} = document.querySelector('[data-panel=errors] .js-plotly-plot');
    const dashOf = method => data.find(({meta, line}) => meta?.method === method
        && ['error', 'level'].includes(meta.role) && line?.dash).line.dash;
    return {
        paper: [getComputedStyle(document.querySelector('.stApp')).backgroundColor, layout.paper_bgcolor]
            .map(lightness),
        ink: [
            ...['.gradviz-headline', '.st-key-part-table td', '.st-key-dock input']
                .map(part => getComputedStyle(document.querySelector(part)).color),
            layout.font.color,
            document.querySelector('[data-panel=surface] .gradviz-scale').getAttribute('fill'),
        ].map(lightness),
        dashes: ['symbolic', 'forward', 'central'].map(dashOf),
        image: document.querySelector('[data-panel=surface] .gradviz-picture').style.backgroundImage.length,
    };
}"""


def drag(page: Page, start: tuple[float, float], right: float, down: float) -> None:
    """One finger from ``start`` (CSS pixels of the window) so far to the right and down."""
    hand = page.context.new_cdp_session(page)
    for step in range(9):
        place = {"x": start[0] + right * step / 8, "y": start[1] + down * step / 8}
        kind = "touchMove" if step else "touchStart"
        hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [place]})
    hand.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    hand.detach()


def test_a_finger_chooses_tabs_and_moves_the_map_and_paper_is_white(visit: Callable[..., Page]):
    page = visit("", device="phone", theme="dark")
    tabs = {name: page.get_by_role("tab", name=name) for name in ("Error", "Map", "Words")}
    tabs["Words"].tap()
    expect(page.locator(".gradviz-words")).to_be_in_viewport()
    expect(page.locator(".gradviz-words")).to_contain_text("the gradient is (6, 8)")
    page.keyboard.press("ArrowLeft")
    expect(tabs["Map"]).to_be_focused()
    expect(tabs["Map"]).to_have_attribute("aria-selected", "true")
    page.locator("[data-panel=map] .gradviz-plot").evaluate("plot => plot.scrollIntoView({block: 'center'})")
    expect(page.locator("[data-panel=map]")).to_be_in_viewport(ratio=0.6)
    before = page.evaluate(MAP)
    with redrawn(page):
        drag(page, place(page, "map", 2, -4), -80, 30)  # sideways: the window, up and down as well
    moved = page.evaluate(MAP)
    assert all(end > former for end, former in zip(moved[:4], before[:4], strict=True))
    assert moved[4] == before[4]
    at_rest(page)
    drag(page, place(page, "map", 2, -4), 10, -120)  # up: the page
    page.wait_for_function(f"before => ({MAP})()[4] > before + 60", arg=moved[4])
    assert page.evaluate(MAP)[:4] == moved[:4]
    assert page.locator(".gradviz-row").evaluate("row => row.scrollLeft") > 100
    page.get_by_role("tab", name="Error").tap()
    expect(tabs["Error"]).to_have_attribute("aria-selected", "true")
    seen = page.evaluate(LOOKS)
    page.emulate_media(media="print")
    page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    printed = page.evaluate(LOOKS)
    page.evaluate("() => dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    assert max(seen["paper"]) < 0.3 < min(printed["paper"]) == 1
    assert min(seen["ink"]) > 0.7 > 0.4 > max(printed["ink"])
    assert len(set(printed["dashes"])) == 3
    assert seen["image"] == 0 < printed["image"]
    page.wait_for_function(f"seen => JSON.stringify(({LOOKS})()) === JSON.stringify(seen)", arg=seen)
