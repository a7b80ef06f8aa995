"""What the browser tests see on the page: when it is settled, its camera, its pixels."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Locator, Page

# How long a test waits for what is bound to come, in ms. One that passes never waits so long, and a machine
# that is busy with other programs may take ten times as long as a quiet one.
PATIENCE = 120_000

APP = "[data-testid=stApp]"
# The standing element of the in-place view; its data-revision says what it shows, once all is painted.
VIEW = ".gradviz-view"
# The part of Plotly's scene that hears the pointer; its parent has no height.
CANVAS = ".gl-container canvas"

SETTLED = f"""before => {{
    const view = document.querySelector('{VIEW}');
    return document.querySelector('{APP}')?.dataset.testScriptState === 'notRunning'
        && view?.dataset.revision !== undefined && view.dataset.revision !== before;
}}"""

# The drawing that holds a 3D scene: Plotly keeps its camera and its matrices in private places, so only here.
SCENE = "[...document.querySelectorAll('.js-plotly-plot')].find(plot => plot._fullLayout?.scene)"
CAMERA = f"() => {SCENE}._fullLayout.scene._scene.getCamera()"
PROJECTED = f"""([x, y, z]) => {{
    const scene = {SCENE}._fullLayout.scene._scene;
    const {{model, view, projection}} = scene.glplot.cameraParams;
    const dot = (m, row, v) => v.reduce((sum, part, i) => sum + m[4 * i + row] * part, 0);
    const times = (m, v) => [0, 1, 2, 3].map(row => dot(m, row, v));
    const scaled = [x, y, z].map((value, axis) => value * scene.dataScale[axis]);
    const [right, up, , w] = times(projection, times(view, times(model, [...scaled, 1])));
    const box = scene.container.getBoundingClientRect();
    return [box.left + box.width * (1 + right / w) / 2, box.top + box.height * (1 - up / w) / 2];
}}"""

# The middle of a method's arrow over the scene, in CSS pixels of the window; null if it is not drawn.
MIDDLE = """method => {
    const area = document.querySelector('[data-panel=surface] .gradviz-plot-area');
    const arrow = area?.querySelector(`.gradviz-overlay .moving > [data-method=${method}]`);
    const [spot] = area?.querySelectorAll('.gradviz-spot') ?? [];
    if (!arrow || !spot) return null;
    const {left, top} = area.getBoundingClientRect();
    const tip = arrow.dataset.tip.split(' ').map(Number);
    const [x, y] = ['cx', 'cy'].map((name, k) => (Number(spot.getAttribute(name)) + tip[k]) / 2);
    return [left + x, top + y];
}"""


def settled(page: Page, before: str | None = None) -> str:
    """Wait until the script rests and the view shows a revision other than ``before``; give that revision.

    Streamlit's mark alone is not enough: it says ‘notRunning’ just before a rerun, too.
    """
    page.wait_for_function(SETTLED, arg=before, timeout=PATIENCE)
    return revision(page)


# Runs before the page's own scripts: gradvizUnanswered() is true from when the page asks for a run of the
# script (BackMsg.rerun_script, field 11) until the server says that none is running any more
# (ForwardMsg.session_status_changed, field 9, empty). The run must have begun after the request
# (ForwardMsg.new_session, field 4): the end of an earlier run, while this one waits for its turn, is no
# answer. But for the run of a part (ClientState.fragment_id, field 5): the server drops what is asked for a
# part that is no longer there. Nothing is awaited once the socket has been silent for SILENCE.
# gradvizRequests counts how often the page has asked, which nobody who looks too late can miss. While
# gradvizDelay is not 0, what the server sends arrives so many ms later; gradvizLate counts what has come
# and not arrived yet. gradvizDue() is how much the page itself still waits for: timers that were set for at
# most 400 ms, and what it has fetched.
UNANSWERED = """(() => {
    const SILENCE = 30000;
    const run = {asked: false, whole: false, begun: false, heard: 0};
    window.gradvizUnanswered = () => run.asked && performance.now() - run.heard < SILENCE;
    window.gradvizRequests = 0;
    window.gradvizLate = 0;
    const due = new Set();
    const {setTimeout, clearTimeout, fetch} = window;
    window.gradvizDue = () => due.size;
    window.setTimeout = (work, time = 0, ...told) => {
        const timer = setTimeout(() => {
            try {
                work(...told);
            } finally {
                due.delete(timer);
            }
        }, time);
        if (time <= 400) due.add(timer);
        return timer;
    };
    window.clearTimeout = timer => {
        due.delete(timer);
        clearTimeout(timer);
    };
    window.fetch = (...told) => {
        const fetched = fetch(...told);
        due.add(fetched);
        const arrived = () => due.delete(fetched);
        fetched.then(arrived, arrived);
        return fetched;
    };
    const fieldsOf = (data, at = 0) => {  // the numbers of a message's fields; what has no length stands last
        const bytes = new Uint8Array(data);
        const fields = [];
        const number = () => {
            let value = 0;
            for (let factor = 1; at < bytes.length; factor *= 128) {
                const byte = bytes[at++];
                value += (byte & 127) * factor;
                if (byte < 128) break;
            }
            return value;
        };
        while (at < bytes.length) {
            fields.push(number() >> 3);
            const length = number();
            at += length;
        }
        return fields;
    };
    const hear = data => {
        run.heard = performance.now();
        if (fieldsOf(data).includes(4)) run.begun = true;
        if (data.byteLength === 2 && fieldsOf(data)[0] === 9 && (run.begun || !run.whole)) run.asked = false;
    };
    const ask = data => {
        run.heard = performance.now();
        const start = 1 + data.slice(1).findIndex(byte => byte < 128) + 1;  // after its length
        if (!fieldsOf(data, start).includes(5)) Object.assign(run, {whole: true, begun: false});
        else if (!run.asked || run.begun) run.whole = false;
        run.asked = true;
        window.gradvizRequests += 1;
    };
    window.WebSocket = class extends WebSocket {
        constructor(...told) {
            super(...told);
            run.asked = false;  // of another socket, which is lost
            this.addEventListener('message', event => {
                const {data} = event;
                if (!event.isTrusted) return;
                hear(data);
                if (!window.gradvizDelay) return;
                event.stopImmediatePropagation();
                window.gradvizLate += 1;
                setTimeout(() => {
                    window.gradvizLate -= 1;
                    this.dispatchEvent(new MessageEvent('message', {data}));
                }, window.gradvizDelay);
            });
        }
        send(data) {
            if (data[0] >> 3 === 11) ask(data);
            super.send(data);
        }
    };
})();"""
# Resolves once no answer is due and in two looks in a row nothing has changed: what is drawn, where anything
# stands, the address; nor is any timer due that could change it. A look comes when the browser has nothing
# else to do, has drawn a frame, and 40 ms have gone. Where something stays due, or nobody counts it, six
# looks must be alike: what a timer of up to 200 ms does after an answer falls between them.
AT_REST = f"""async () => {{
    const look = () => JSON.stringify([
        location.href,
        document.querySelector('{VIEW}')?.dataset.revision,
        ...[...document.querySelectorAll('[data-testid=stElementContainer]')]
            .map(element => element.getBoundingClientRect().top),
    ]);
    const busy = () => window.gradvizUnanswered?.() || window.gradvizLate > 0
        || document.querySelector('{APP}')?.dataset.testScriptState !== 'notRunning';
    for (let seen = look(), alike = 0, still = 0; alike < 6 && still < 2;) {{
        await new Promise(done => requestIdleCallback(done, {{timeout: 1000}}));
        await new Promise(done => requestAnimationFrame(done));
        await new Promise(done => setTimeout(done, 40));
        const now = look();
        alike = busy() || now !== seen ? 0 : alike + 1;
        still = alike && window.gradvizDue?.() === 0 ? still + 1 : 0;
        seen = now;
    }}
    return true;
}}"""


def at_rest(page: Page) -> None:
    """Wait until the page has answered everything and nothing slides into place any more.

    The promise is kept only then: Playwright takes any promise for a yes, whatever comes of it.
    """
    page.wait_for_function(AT_REST, timeout=PATIENCE)


def until(page: Page, holds: Callable[[], bool]) -> None:
    """Look until ``holds`` is true: what no event tells, and a busy machine does late."""
    deadline = time.monotonic() + PATIENCE / 1000
    while not holds():
        assert time.monotonic() < deadline
        page.wait_for_timeout(50)


# The scene glides on for a moment after the mouse is let go: a frame at a time, however long a frame takes.
STILL = f"""async () => {{
    const eye = () => JSON.stringify({SCENE}._fullLayout.scene._scene.getCamera());
    for (let before = eye(), alike = 0; alike < 10; before = eye()) {{
        await new Promise(done => requestAnimationFrame(done));
        alike = before === eye() ? alike + 1 : 0;
    }}
    return true;
}}"""


@contextmanager
def linked(page: Page) -> Iterator[None]:
    """Whatever the block does to the page, wait at its end until the address tells it, and all is at rest."""
    before = page.evaluate("() => location.href")
    yield
    page.wait_for_function("before => location.href !== before", arg=before)
    at_rest(page)


def revision(page: Page) -> str:
    return page.locator(VIEW).first.get_attribute("data-revision") or ""


@contextmanager
def redrawn(page: Page) -> Iterator[None]:
    """Whatever the block does to the page, wait at its end until the view shows it."""
    before = revision(page)
    yield
    settled(page, before)


def camera(page: Page) -> dict[str, dict[str, float]]:
    """The live camera of the 3D scene: eye, center and up."""
    return page.evaluate(CAMERA)


def projected(page: Page, x: float, y: float, z: float) -> tuple[float, float]:
    """Where the point (x, y, z) of the 3D scene is drawn, in CSS pixels of the window."""
    right, down = page.evaluate(PROJECTED, [float(x), float(y), float(z)])
    return right, down


def arrow_middle(page: Page, method: str) -> tuple[float, float] | None:
    """Where the middle of a method's arrow is drawn, in CSS pixels of the window; None if it has none."""
    middle = page.evaluate(MIDDLE, method)
    return (middle[0], middle[1]) if middle else None


def pixels(target: Page | Locator) -> NDArray[np.uint8]:
    """What is painted, (height, width, 3), one row and column to a CSS pixel on every device."""
    return np.asarray(Image.open(BytesIO(target.screenshot(scale="css"))).convert("RGB"))


def still_pixels(page: Page) -> NDArray[np.uint8]:
    """What is painted once two looks in a row are alike."""
    looks = [pixels(page)]

    def stays() -> bool:
        looks.append(pixels(page))
        return np.array_equal(looks[-2], looks[-1])

    until(page, stays)
    return looks[-1]


def around(x: float, y: float, reach: int) -> tuple[slice, slice]:
    """The box of ``reach`` pixels each way about (x, y), to index what :func:`pixels` gave."""
    return slice(max(0, round(y) - reach), round(y) + reach + 1), slice(
        max(0, round(x) - reach), round(x) + reach + 1
    )


def count_colours(painted: NDArray[np.uint8]) -> int:
    """How many colours (height, width, 3) pixels have."""
    return len(np.unique(painted.astype(np.uint32) @ np.array([1 << 16, 1 << 8, 1], dtype=np.uint32)))


def count_near(painted: NDArray[np.uint8], colour: str, within: int = 40) -> int:
    """How many pixels are ``colour`` (``#RRGGBB``), none of the three channels further away than ``within``.

    Light and shade in the scene and soft edges change a colour a little: hence the margin.
    """
    sought = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)])
    return int((np.abs(painted.astype(int) - sought).max(axis=-1) <= within).sum())


def sideways_scroll(page: Page) -> int:
    """By how many pixels the page is wider than the window; 0 is right."""
    return page.evaluate(
        f"""() => Math.max(...[...document.querySelectorAll('html, {APP}, [data-testid=stMain]')]
            .map(element => element.scrollWidth - element.clientWidth))"""
    )


# The figure as Plotly drew it in one of the panels: surface, map, errors or curve.
FIGURE = "document.querySelector(`[data-panel=${panel}] .js-plotly-plot`)"
MARKER = """([panel, method]) => {
    const mark = document.querySelector(`[data-panel=${panel}] .gradviz-overlay [data-method=${method}]`);
    return mark?.dataset.x ? [Number(mark.dataset.x), Number(mark.dataset.y)] : null;
}"""
OVERLAID = "document.querySelectorAll(`[data-panel=${panel}] .gradviz-overlay [data-method]:has(path)`)"
DRAWN = f"""panel => [...new Set([
    ...{FIGURE}.data.map(trace => trace.meta?.method).filter(Boolean),
    ...[...{OVERLAID}].map(drawn => drawn.dataset.method),
])]"""
# The middle of a pixel of the window for a place on the axes, and back.
PLACE = f"""([panel, x, y]) => {{
    const plot = {FIGURE}, {{xaxis, yaxis}} = plot._fullLayout, box = plot.getBoundingClientRect();
    return [box.left + xaxis._offset + xaxis.d2p(x), box.top + yaxis._offset + yaxis.d2p(y)];
}}"""


def marker(page: Page, method: str) -> tuple[float, float] | None:
    """(ε, error) of the mark that a method has on the error plot; None if it has none."""
    found = page.evaluate(MARKER, ["errors", method])
    return (found[0], found[1]) if found else None


def methods_drawn(page: Page, panel: str) -> set[str]:
    """The methods that have a trace, or a shape in the overlay, in the picture of that name."""
    return set(page.evaluate(DRAWN, panel))


# The shapes of a method in the overlay of a flat picture, as SVG writes them.
SHAPE = """([panel, method]) => {
    const paths = `[data-panel=${panel}] .gradviz-overlay [data-method=${method}] path`;
    return [...document.querySelectorAll(paths)].map(path => path.getAttribute('d')).join();
}"""


def shape(page: Page, panel: str, method: str) -> str:
    """How a method's arrow or mark is drawn in the overlay of a flat picture; '' if it is not."""
    return page.evaluate(SHAPE, [panel, method])


def place(page: Page, panel: str, x: float, y: float) -> tuple[float, float]:
    """Where (x, y) of a flat picture's axes is drawn, in CSS pixels of the window."""
    right, down = page.evaluate(PLACE, [panel, x, y])
    return right, down


def holds(page: Page, label: str) -> str:
    """What stands in the entry of that label."""
    return page.get_by_label(label, exact=True).input_value()


def card(page: Page, method: str, what: str = "show") -> Locator:
    """A button of a method's card: "show", which has the method shown or hidden, or "explain"."""
    return page.locator(f".gradviz-card[data-method={method}] .gradviz-card-{what}")


def press_card(page: Page, method: str) -> None:
    """Press a method's card, also where it stands behind the first ones."""
    button = card(page, method)
    if not button.is_visible():
        page.locator(".gradviz-card-more button").click()
    with redrawn(page):
        button.click()


def type_in(page: Page, label: str, text: str) -> None:
    """Put ``text`` into the entry of that label, as with the Enter key."""
    entry = page.get_by_label(label, exact=True)
    entry.fill(text)
    entry.press("Enter")
