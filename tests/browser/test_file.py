"""The stage as a file: opened from a folder without a network, in a frame that shares nothing with others."""

from pathlib import Path

from playwright.sync_api import Browser

from gradviz.__main__ import main
from gradviz.export.snapshot import snapshot_of
from gradviz.link import values_in
from gradviz.text.numbers import number

# A frame with an origin of its own: cookies and storage cannot even be named there.
OUTER = '<iframe sandbox="allow-scripts" src="stage.html" style="width: 1100px; height: 800px"></iframe>'
MOVE = """() => {
    const slider = document.querySelector('.gradviz-step input');
    slider.value = '-5';
    slider.dispatchEvent(new Event('input'));
    slider.dispatchEvent(new Event('change'));
}"""
SEEN = """() => [
    document.querySelector('tr[data-method=forward] .number').innerText.replaceAll(/[^0-9.\\n]/g, ' '),
    document.querySelector('[data-panel=errors] [data-step]').dataset.step,
    document.querySelector('.gradviz-overlay [data-method=forward]') !== null,
]"""


def test_the_stage_lives_in_a_file_without_a_network(browser: Browser, tmp_path: Path):
    assert main(["x1^2 + x2^2", "--at", "3,4", "--save", str(tmp_path / "stage.html")]) == 0
    (tmp_path / "outer.html").write_text(OUTER, encoding="utf-8")
    context = browser.new_context(offline=True, viewport={"width": 1200, "height": 900})
    page = context.new_page()
    requests: list[str] = []
    problems: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
    page.goto((tmp_path / "outer.html").as_uri())
    frame = page.frame_locator("iframe").locator(".gradviz-view[data-revision]")
    frame.wait_for(timeout=60_000)
    inner = page.frames[1]
    inner.evaluate(MOVE)
    inner.wait_for_function("document.querySelector('caption').textContent.includes('ε = 10⁻⁵')")
    row, step, arrow = inner.evaluate(SEEN)
    there = snapshot_of({**values_in({})[0], "f": "x1^2 + x2^2", "at": "3,4", "eps": "1e-5"}).answers
    forward = there.estimates["forward"].gradient
    assert [text.split()[-1] for text in row.splitlines()] == [number(float(x), 17) for x in forward]
    assert float(step) == 1e-5
    assert arrow
    assert requests == [(tmp_path / name).as_uri() for name in ("outer.html", "stage.html")]
    assert not problems
    context.close()
