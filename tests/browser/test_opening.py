"""The first view, on every device in every theme: complete with no click, and without a fault."""

import pytest

from tests.browser.pool import DEVICES
from tests.browser.view import CANVAS, pixels, sideways_scroll


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("device", DEVICES)
def test_the_first_view_is_whole(open_page, device, theme):
    page = open_page(device=device, theme=theme)
    assert sideways_scroll(page) == 0
    painted = pixels(page.locator(CANVAS).first)
    # a blank scene has the one colour of its paper; the shaded surface has hundreds
    assert len({tuple(pixel) for pixel in painted.reshape(-1, 3)}) > 200
    # the sheet has the cells that it was given, between every other of 71 places, of two triangles each:
    # Plotly has interpolated none
    assert page.evaluate("() => window.mostVertices") == 35 * 35 * 6
