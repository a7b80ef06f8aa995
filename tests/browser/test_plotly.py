"""The insides of Plotly that the page uses without a public name, as a drawn page really has them.

What an upgrade takes away makes the page slower or plainer, which nothing else here would tell.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from page.scripts import script_address

pytestmark = pytest.mark.usefixtures("torch_is_loaded")

MISSING = f"""async () => {{
    const {{missingInternals}} = await import(new URL('{script_address("plotly")}', document.baseURI).href);
    const panels = [...document.querySelectorAll('.gradviz-panel')];
    return Object.fromEntries(panels.map(panel =>
        [panel.dataset.panel, missingInternals(panel.querySelector('.gradviz-plot'))]));
}}"""


def test_plotly_has_all_the_internals_that_are_used(page: Page):
    assert page.evaluate(MISSING) == {"surface": [], "map": [], "errors": []}


def test_plotly_has_them_in_a_curve(visit: Callable[..., Page]):
    assert visit("?f=sin+x&at=1").evaluate(MISSING) == {"curve": [], "errors": []}


def test_what_is_missing_is_named(page: Page):
    """The test above can fail: here something is missing."""
    plot = page.locator("[data-panel=surface] .js-plotly-plot")
    plot.evaluate("plot => { window.layout = plot._fullLayout; plot._fullLayout = {scene: {}}; }")
    try:
        assert page.evaluate(MISSING)["surface"] == ["scene._scene"]
    finally:
        plot.evaluate("plot => { plot._fullLayout = window.layout; }")
