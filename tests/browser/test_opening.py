"""The first view, on every device in every theme: complete with no click, and without a fault."""

import json
from collections.abc import Callable
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, Route, expect

from page.scripts import plotly_address, script_address
from tests.browser.view import (
    CANVAS,
    VIEW,
    at_rest,
    count_colours,
    marker,
    pixels,
    settled,
    sideways_scroll,
    type_in,
)
from tests.support.paths import ROOT
from tests.support.server import Server, serving

# Bytes, as sent; what a browser has kept counts as well.
WEIGHT = """() => performance.getEntriesByType('resource').concat(performance.getEntriesByType('navigation'))
    .reduce((sum, entry) => sum + entry.encodedBodySize, 0)"""
ICONS = json.loads((ROOT / "page" / "icons" / "icons.json").read_text(encoding="utf-8"))["names"]
# Names that are no icon: each icon is as wide as its letters are high.
NOT_DRAWN = """async names => {
    const probe = document.createElement('span');
    probe.style.cssText = "position: fixed; font: 20px 'Material Symbols Rounded'";
    document.body.append(probe);
    probe.textContent = names[0];
    await document.fonts.load(probe.style.font, names[0]);
    const drawn = name => (probe.textContent = name, Math.abs(probe.getBoundingClientRect().width - 20) < 1);
    const missing = names.filter(name => !drawn(name));
    missing.push(...drawn('no_such_icon') ? ['no_such_icon'] : []);
    probe.remove();
    return missing;
}"""


@pytest.mark.parametrize(("device", "theme"), [("desktop", "light"), ("phone", "dark")])
def test_the_first_view_is_whole(open_page, device, theme):
    page = open_page(device=device, theme=theme)
    assert sideways_scroll(page) == 0
    painted = pixels(page.locator(CANVAS).first)
    # a blank scene has the one colour of its paper; the shaded surface has hundreds
    assert count_colours(painted) > 200
    # the sheet has the cells that it was given, between every other of 71 places, of two triangles each:
    # Plotly has interpolated none
    assert page.evaluate("() => window.mostVertices") == 35 * 35 * 6
    fetched = page.evaluate("() => performance.getEntriesByType('resource').map(entry => entry.name)")
    for name in ("plotly.min.js", "revive.js"):
        assert len([address for address in fetched if address.endswith(f"/{name}")]) == 1
    assert page.evaluate(WEIGHT) < 1_900_000
    assert page.evaluate(NOT_DRAWN, ICONS) == []


def test_under_a_path_the_page_has_its_scripts_there():
    with serving(ROOT / "app.py", under="/a/b") as server:
        for name in (
            "/",
            f"/{script_address('view')}",
            f"/{script_address('revive')}",
            f"/{plotly_address()}",
            "/plotly/plotly.min.js",
        ):
            with urlopen(f"{server.url}{name}") as answer:
                kind = answer.headers["Content-Type"]
                assert ("text/html" if name == "/" else "/javascript") in kind


def test_the_first_document_is_asked_for_anew(server: Server):
    with urlopen(f"{server.url}/?f=x") as answer:
        head, _, _ = answer.read().decode().partition("</head>")
        assert answer.headers["Cache-Control"] == "no-cache"
    assert f'src="./{script_address("revive")}"' in head


# The page is told that so many more ms have gone by.
LATER = """more => {
    const now = performance.now.bind(performance);
    performance.now = () => now() + more;
}"""


def test_a_change_that_comes_before_the_scripts_is_drawn(open_blank: Callable[[], Page], server: Server):
    """As in a class: the second visitor comes while PyTorch loads for the first, and is sent all twice."""
    page = open_blank()
    held: list[Route] = []
    page.route("**/view.js", lambda route: held.append(route))
    page.goto(server.url)
    page.get_by_label("Step ε", exact=True).wait_for(state="attached")
    at_rest(page)  # the entry may be drawn once more while the page comes
    page.evaluate(LATER, 15_000)  # it is shown then, whatever does not come
    type_in(page, "Step ε", "0.5")
    page.wait_for_function("() => location.search.includes('eps=0.5')")
    at_rest(page)
    assert len(held) == 1
    assert page.locator(VIEW).count() == 0
    held[0].continue_()
    page.unroute("**/view.js")
    settled(page)
    at_rest(page)
    expect(page.locator(".st-key-stage [data-panel]")).to_have_count(3)
    assert marker(page, "forward") == (0.5, pytest.approx(0.5 * 2**0.5, rel=1e-6))  # off by ε in each of two


SHIFTS = """window.shifted = 0;
new PerformanceObserver(list => {
    for (const shift of list.getEntries()) if (!shift.hadRecentInput) window.shifted += shift.value;
}).observe({type: 'layout-shift', buffered: true});"""


@pytest.mark.parametrize(("device", "most"), [("desktop", 0.05), ("phone", 0.1)])
def test_nothing_jumps_while_the_page_opens(open_blank, pool, device, most):
    """The sum that browsers keep: the share of the window that moves, times how far."""
    page = open_blank(device)
    page.add_init_script(SHIFTS)
    document = page.goto(f"{pool.server.url}/?f=x1^2+%2B+3x2^2").text()
    assert "<svg" in document[document.index('id="gradviz-first"') :]  # on the page it may be gone by now
    assert page.title() == "f(x₁, x₂) = x1^2 + 3*x2^2 · gradviz"
    settled(page)
    at_rest(page)
    assert page.title() == "f(x₁, x₂) = x1^2 + 3*x2^2 · gradviz"
    expect(page.locator("#gradviz-first")).to_have_count(0)
    assert page.evaluate("() => window.shifted") <= most
