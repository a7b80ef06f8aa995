"""A phone in the hand: all that can be pressed is large enough for a finger, and all letters can be read."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.view import at_rest

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
    expect(page.locator(".gradviz-walk")).to_have_attribute("data-step", "0", timeout=60_000)
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
