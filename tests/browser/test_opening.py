"""The first view, on every device in every theme: complete with no click, and without a fault."""

from urllib.request import urlopen

import pytest

from page.scripts import script_address
from tests.browser.pool import DEVICES
from tests.browser.view import CANVAS, pixels, sideways_scroll
from tests.server import ROOT, Server, serving


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


@pytest.mark.parametrize("path", ["/here", "/a/b"])
def test_under_a_path_the_page_has_its_scripts_there(path):
    with serving(ROOT / "app.py", under=path) as server:
        for name in (
            "/",
            f"/{script_address('view')}",
            f"/{script_address('revive')}",
            "/plotly/plotly.min.js",
        ):
            with urlopen(f"{server.url}{name}") as answer:
                kind = answer.headers["Content-Type"]
                assert ("text/html" if name == "/" else "/javascript") in kind


def test_the_first_document_is_asked_for_anew_and_plotly_fetched_once(open_page, server: Server):
    with urlopen(f"{server.url}/?f=x") as answer:
        head, _, _ = answer.read().decode().partition("</head>")
        assert answer.headers["Cache-Control"] == "no-cache"
    assert f'src="./{script_address("revive")}"' in head
    page = open_page()
    fetched = page.evaluate("() => performance.getEntriesByType('resource').map(entry => entry.name)")
    for name in ("plotly.min.js", "revive.js"):
        assert len([address for address in fetched if address.endswith(f"/{name}")]) == 1
