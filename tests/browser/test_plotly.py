"""The insides of Plotly that the page uses without a public name, as a drawn page really has them.

What an upgrade takes away makes the page slower or plainer, which nothing else here would tell.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from page.scripts import script_address
from tests.browser.view import redrawn, type_in

pytestmark = pytest.mark.usefixtures("torch_is_loaded")

MISSING = f"""async () => {{
    const {{missingInternals}} = await import(new URL('{script_address("plotly")}', document.baseURI).href);
    const panels = [...document.querySelectorAll('.gradviz-panel')];
    return Object.fromEntries(panels.map(panel =>
        [panel.dataset.panel, missingInternals(panel.querySelector('.gradviz-plot'))]));
}}"""


def test_plotly_has_all_the_internals_that_are_used(page: Page):
    found = page.evaluate(MISSING)
    assert {"surface", "map", "errors"} <= set(found)
    assert not any(found.values()), found


def test_plotly_has_them_in_a_curve(visit: Callable[..., Page]):
    found = visit("?f=sin+x&at=1").evaluate(MISSING)
    assert {"curve", "errors"} <= set(found)
    assert not any(found.values()), found


def test_what_is_missing_is_named(page: Page):
    """The test above can fail: here something is missing."""
    plot = page.locator("[data-panel=surface] .js-plotly-plot")
    plot.evaluate("plot => { window.layout = plot._fullLayout; plot._fullLayout = {scene: {}}; }")
    try:
        assert page.evaluate(MISSING)["surface"] == ["scene._scene"]
    finally:
        plot.evaluate("plot => { plot._fullLayout = window.layout; }")


# From now on no axis that Plotly has drawn leads from pixels to coordinates.
AXES_GONE = """() => {
    const {react} = Plotly;
    Plotly.react = async (plot, ...rest) => {
        await react.call(Plotly, plot, ...rest);
        for (const axis of ['xaxis', 'yaxis']) delete plot._fullLayout[axis]?.p2d;
    };
}"""
# What Plotly draws on the map, and what stands over it.
DRAWN = """() => {
    const map = document.querySelector('[data-panel=map]');
    const {data} = map.querySelector('.js-plotly-plot');
    return {
        arrows: data.filter(({meta}) => meta?.vector).map(({meta}) => meta.method).sort(),
        handle: !map.querySelector('.gradviz-handle').hidden,
        problems: [...document.querySelectorAll('.gradviz-problem')].map(part => part.textContent).join(''),
    };
}"""


def test_without_its_axes_a_flat_picture_is_drawn_by_plotly_alone(open_page: Callable[..., Page]):
    """Nothing can be laid over it then, nor dragged; but it is whole."""
    page = open_page("?show=forward,central")
    assert page.evaluate(DRAWN) == {"arrows": [], "handle": True, "problems": ""}
    page.evaluate(AXES_GONE)
    with redrawn(page):
        type_in(page, "Function f", "x1 x2")
    found = page.evaluate(DRAWN)
    assert {"forward", "central"} <= set(found["arrows"])
    assert (found["handle"], found["problems"]) == (False, "")
