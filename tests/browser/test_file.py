"""The stage where no Streamlit is: in a file without a network, and in a notebook."""

from base64 import b64encode
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, expect

import gradviz
from gradviz.__main__ import main
from gradviz.export.snapshot import snapshot_of
from gradviz.link import values_in
from gradviz.scripts import bundled

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
    frame = page.frame_locator("iframe").locator(".gradviz-live-pictures > [data-revision]")
    frame.wait_for()
    inner = page.frames[1]
    inner.evaluate(MOVE)
    expect(inner.locator("caption")).to_contain_text("ε = 10⁻⁵")
    row, step, arrow = inner.evaluate(SEEN)
    there = snapshot_of({**values_in({})[0], "f": "x1^2 + x2^2", "at": "3,4", "eps": "1e-5"}).answers
    forward = there.estimates["forward"].gradient
    assert [float(text.split()[-1]) for text in row.splitlines()] == forward.tolist()
    assert float(step) == 1e-5
    assert arrow
    inner.locator(".gradviz-cards [data-method=forward] .gradviz-card-show").click()
    expect(inner.locator(".gradviz-overlay [data-method=forward]")).to_have_count(0)
    expect(inner.locator(".gradviz-live-pictures .gradviz-headline")).to_contain_text("Backward")
    inner.get_by_role("button", name="To the last step").click()
    expect(inner.locator(".gradviz-live-pictures .gradviz-collected[data-tip]")).to_have_count(1)
    assert inner.get_by_role("img", name="f(x₁, x₂) = x1^2 + x2^2").bounding_box()["height"] > 15
    assert requests == [(tmp_path / name).as_uri() for name in ("outer.html", "stage.html")]
    assert not problems
    context.close()


# A model of anywidget's, whose messages Python answers.
NOTEBOOK = """(state) => {
    const listeners = new Set();
    const model = {
        get: name => state[name],
        on: (_, listener) => listeners.add(listener),
        off: (_, listener) => listeners.delete(listener),
        send: async content => {
            for (const [shown, message, packed] of await toPython(content)) {
                Object.assign(state, shown);
                const bytes = packed.map(text => Uint8Array.from(atob(text), letter => letter.charCodeAt(0)));
                const buffers = bytes.map(({buffer}) => new DataView(buffer));
                for (const listener of [...listeners]) listener(message, buffers);
            }
        },
    };
    const cell = document.body.appendChild(document.createElement('div'));
    window.leave = notebookWidget.render({model, el: cell.attachShadow({mode: 'open'})
        .appendChild(document.createElement('div'))});
    window.cell = cell.shadowRoot;
}"""
TOLD = "cell.querySelector('.gradviz-headline').textContent"


def test_the_stage_lives_in_a_notebook(browser: Browser):
    """In a shadow tree, as marimo has it; Python is this process, behind a model as anywidget gives it."""
    stage = gradviz.explore("x1^2 + x2^2", at=(3, 4), step=0.1)
    said: list[Any] = []
    stage.send = lambda content, buffers=(): said.append((content, [b64encode(b).decode() for b in buffers]))
    traits = ("parts", "view", "graph", "words")

    def answer(content: Any) -> list[Any]:
        said.clear()
        stage._handle_custom_msg(content, [])
        return [[{name: getattr(stage, name) for name in traits}, *message] for message in said]

    page = browser.new_page(viewport={"width": 1100, "height": 900})
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
    page.expose_function("toPython", answer)
    page.add_script_tag(
        content=f"{bundled('live_widget')}\nwindow.notebookWidget = module_live_widget.default;",
        type="module",
    )
    page.wait_for_function("window.notebookWidget")
    page.evaluate(NOTEBOOK, {name: getattr(stage, name) for name in traits})
    page.wait_for_function("cell.querySelector('.gradviz-view[data-revision]')")
    page.evaluate(MOVE.replace("document.", "cell."))
    page.wait_for_function(f"{TOLD}.includes('10⁻⁵')")
    page.wait_for_function("cell.querySelector('caption').textContent.includes('10⁻⁵')")
    assert stage.answers.step == 1e-5
    assert page.evaluate(TOLD).replace("\u00a0", " ") == stage.view["headline"]["text"]
    assert page.evaluate("getComputedStyle(cell.querySelector('.main-svg')).position") == "absolute"
    page.get_by_role("button", name="To the last step").click()
    expect(page.locator(".gradviz-live-pictures .gradviz-collected[data-tip]")).to_have_count(1)
    expect(page.locator(".gradviz-live-walk .gradviz-plot-area .main-svg").first).to_be_visible()
    page.evaluate("leave()")
    assert page.evaluate("cell.querySelector('.gradviz-view, .gradviz-step, .gradviz-walk')") is None
    assert not problems
    page.close()
