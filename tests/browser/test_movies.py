"""Moving pictures, made on the page by the browser."""

import io

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

# What a visitor sees of the page's own state, and whether anything of a film is left.
SHOWN = """() => [
    document.querySelector('.st-key-stage .gradviz-headline').textContent,
    document.querySelector('.st-key-stage [data-panel=errors] [data-step]').dataset.step,
    document.querySelector('.st-key-walk .gradviz-walk').dataset.step,
    document.querySelectorAll('.gradviz-live').length,
]"""


@pytest.mark.usefixtures("torch_is_loaded")
def test_a_walk_is_filmed_and_a_sweep_stopped_while_the_page_stays_as_it_is(page: Page):
    expect(page.locator(".st-key-walk .gradviz-walk")).to_have_attribute("data-step", "0")
    before = page.evaluate(SHOWN)
    share = page.get_by_role("button", name="Share")
    share.click()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Walk as GIF").click()
    film = Image.open(io.BytesIO(saved.value.path().read_bytes()))
    steps = int(page.locator(".st-key-walk .gradviz-walk-count").inner_text().split()[-1])
    assert (saved.value.suggested_filename, film.format, film.size) == (
        "gradviz-walk.gif",
        "GIF",
        (960, 540),
    )
    assert film.n_frames == steps
    first = film.convert("RGB")
    film.seek(steps - 1)
    assert len(first.getcolors(1 << 20)) > 100, "it shows pictures"
    assert film.convert("RGB").tobytes() != first.tobytes(), "which have changed"
    page.get_by_role("button", name="ε sweep as GIF").click()
    page.locator(".gradviz-movie-making").get_by_role("button", name="Stop").click()
    expect(page.locator(".gradviz-movie [role=status]")).to_have_text("Stopped: nothing has been saved.")
    assert page.evaluate(SHOWN) == before
    share.click()
