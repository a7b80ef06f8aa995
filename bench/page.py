"""How fast the page is, beside the ten lines of ten_line_page.py: ``python -m bench.page [rounds]``.

Both pages are measured in one run, in turns and each by itself, in one Chromium with a cold cache each time;
medians and their ratio are printed. A machine without a graphics card draws 3D in software, so compare, and
don't quote the absolute times.

- start: from the start of ``streamlit run`` to the first surface on the screen;
- change: from pressing Enter on a new ε to the picture that shows it on the screen (gradviz: all);
- release: from letting the point go on the map to all that shows it, the entry, the table and the words too;
- new function: from pressing Enter on it to all that shows it.

The ten lines have neither a map nor an entry for the function: beside both stands their one change, of ε. At
most 250 ms and 1.5 times the ten lines is the aim for a release, 600 ms for a new function. And

- pointer: from a movement of the pointer that drags the point to the marker's new place, in frames begun
  meanwhile and in ms: the aim is the same frame.

On the screen means: the WebGL call that draws a surface (thousands of vertices) into the visible buffer has
been made while the drawing says what it shows, and the next frame has been painted. gradviz marks what it
shows with ``data-revision`` at the same moment; the numbers count when the frame that shows them is painted.
"""

import json
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, TimeoutError, sync_playwright

from tests.support import chromium
from tests.support.paths import ROOT
from tests.support.server import Server, end_on_signals, serving

HOOK = """(() => {
    const now = () => performance.timeOrigin + performance.now();
    const painted = () => new Promise(done => {  // its message comes when the frame that is begun is painted
        const {port1, port2} = new MessageChannel();
        port1.onmessage = done;
        port2.postMessage(null);
    });
    const frame = () => new Promise(requestAnimationFrame).then(painted);
    window.painted = [];  // [when it was on the screen, what it showed]
    for (const {prototype} of [WebGLRenderingContext, WebGL2RenderingContext]) {
        const {bindFramebuffer, drawArrays, drawElements} = prototype;
        prototype.bindFramebuffer = function (target, buffer) {
            this.offscreen = buffer !== null;
            return bindFramebuffer.call(this, target, buffer);
        };
        const note = async (context, count) => {
            if (context.offscreen || count < 1000) return;
            const mark = String(MARK);
            do await frame();  // while the page opens, what is drawn is hidden behind the server's picture
            while (document.documentElement.classList.contains('gradviz-opening'));
            window.painted.push([now(), mark]);
        };
        prototype.drawArrays = function (mode, first, count) {
            note(this, count);
            return drawArrays.call(this, mode, first, count);
        };
        prototype.drawElements = function (mode, count, type, offset) {
            note(this, count);
            return drawElements.call(this, mode, count, type, offset);
        };
    }
    new MutationObserver(changes => {
        for (const {target} of changes) window.painted.push([now(), target.dataset.revision]);
    }).observe(document, {subtree: true, attributeFilter: ['data-revision']});
    addEventListener('keydown', event => { if (event.key === 'Enter') window.pressed = now(); }, true);
    addEventListener('pointerup', () => { window.pressed = now(); }, true);
    window.numbers = [];  // when they had changed
    // every movement of the pointer until the marker has followed: [frames begun meanwhile, ms]
    window.followed = [];
    let former = null, frames = 0, moved = null, until = 0, looking = false, changed = true, numbers = null;
    const observer = new MutationObserver(() => { changed = true; });
    // the words are read when something in them has changed, not in every frame: that takes its time, too
    const told = () => {
        if (changed) numbers = [...document.querySelectorAll(TOLD)].map(part => part.textContent).join();
        changed = false;
        return numbers + document.querySelector(ENTRY)?.value;
    };
    const look = () => {
        frames += 1;
        const shown = told();
        if (shown !== former) painted().then(() => window.numbers.push(now()));
        former = shown;
        looking = now() < until;
        if (looking) requestAnimationFrame(look);
    };
    // a page at rest is left at rest: the other one is measured meanwhile
    const watch = () => {
        until = now() + 5000;
        for (const part of document.querySelectorAll(TOLD)) {
            observer.observe(part, {subtree: true, childList: true, characterData: true});
        }
        if (!looking) requestAnimationFrame(look);
        looking = true;
    };
    for (const event of ['keydown', 'pointerdown', 'pointermove']) addEventListener(event, watch, true);
    addEventListener('pointermove', event => { if (event.buttons) moved ??= [frames, now()]; }, true);
    new MutationObserver(changes => {
        if (!moved || !changes.some(({target}) => target.matches('.gradviz-handle'))) return;
        window.followed.push([frames - moved[0], now() - moved[1]]);
        moved = null;
    }).observe(document, {subtree: true, attributeFilter: ['style']});
})();"""


@dataclass(frozen=True)
class Candidate:
    """A page to be measured: all that is particular to it."""

    name: str
    script: Path
    mark: str  # JavaScript: what the drawing shows, another value for every picture
    step: str  # selector of the entry of ε
    told: str = ":not(*)"  # selector of the numbers and words that stand beside the drawing
    entry: str = ":not(*)"  # selector of the entry that follows the drawing


TEN_LINES = Candidate(
    name="ten lines",
    script=Path(__file__).with_name("ten_line_page.py"),
    mark="document.querySelector('.js-plotly-plot')?.layout?.meta",
    step="[data-testid=stNumberInput] input",
)
GRADVIZ = Candidate(
    name="gradviz",
    script=ROOT / "app.py",
    mark="document.querySelector('.gradviz-view')?.dataset.revision",
    step="input[aria-label='Step ε']",
    told=".st-key-part-words, .st-key-part-table",
    entry="input[aria-label=Point]",
)
FUNCTION = "input[aria-label='Function f']"
# True once the row of back-propagation holds a number instead of the word that PyTorch is loading.
TORCH_IS_IN = """() => {
    const row = [...document.querySelectorAll('tr')].find(row => /back-propagation/i.test(row.textContent));
    return row !== undefined && !/loading/i.test(row.textContent);
}"""
PLACES = ((0.3, 0.3), (0.7, 0.35), (0.65, 0.7), (0.25, 0.6))  # on the map, as shares of it
FUNCTIONS = (
    "x1^2 + 3 x2^2",
    "sin(x) cos(y)",
    "x y exp(-x^2 - y^2)",
    "x^2 - y^2",
    "log(1 + x^2 + y^2)",
    "x y",
)
STEPS = ("0.2", "0.05", "0.3", "0.02", "0.4", "0.1")


def hook(candidate: Candidate) -> str:
    """What notes in the page when something of the candidate is on the screen."""
    script = HOOK.replace("MARK", candidate.mark)
    return script.replace("TOLD", json.dumps(candidate.told)).replace("ENTRY", json.dumps(candidate.entry))


@contextmanager
def standing(candidate: Candidate) -> Iterator[Server]:
    """Serve the candidate; the ten lines from a folder of their own, so without our settings."""
    with tempfile.TemporaryDirectory() as folder:
        script = candidate.script if candidate is GRADVIZ else Path(shutil.copy(candidate.script, folder))
        with serving(script) as server:
            yield server


@contextmanager
def visited(browser: Browser, candidate: Candidate, server: Server) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.add_init_script(hook(candidate))
    page.goto(server.url, wait_until="commit")
    yield page
    context.close()


def first_painted(page: Page, server: Server) -> float:
    """When the first surface was on the screen (seconds since 1970); RuntimeError with the log if none is."""
    try:
        page.wait_for_function("() => window.painted.length > 0", timeout=60_000)
    except TimeoutError as silence:
        raise RuntimeError(server.log.read_text()) from silence
    return page.evaluate("() => window.painted[0][0]") / 1000


def time_of_start(browser: Browser, candidate: Candidate) -> dict[str, float]:
    """Seconds from the start of the process to the first surface, and for gradviz to PyTorch's numbers."""
    with ExitStack() as stack:
        server = stack.enter_context(standing(candidate))
        answered = time.time()
        page = stack.enter_context(visited(browser, candidate, server))
        seconds = {"server’s answer": answered - server.started}
        seconds["first picture"] = first_painted(page, server) - server.started
        if candidate is GRADVIZ:
            page.wait_for_function(TORCH_IS_IN, timeout=60_000)
            seconds["PyTorch’s row"] = page.evaluate("() => Date.now()") / 1000 - server.started
    return seconds


def time_of_change(page: Page, candidate: Candidate, step: str) -> float:
    """Seconds from Enter to the surface drawn by a picture that shows the new ε."""
    return time_of_entry(page, candidate, candidate.step, step)


def time_of_entry(page: Page, candidate: Candidate, selector: str, text: str) -> float:
    """Seconds from Enter in an entry to the pictures and numbers that show what was typed."""
    before = page.evaluate(f"() => String({candidate.mark})")
    entry = page.locator(selector).first
    entry.fill(text)
    page.evaluate("() => { window.painted.length = 0; }")
    entry.press("Enter")
    shown = "before => window.painted.find(([when, mark]) => mark !== before && when > window.pressed)?.[0]"
    drawn = page.wait_for_function(shown, arg=before, timeout=30_000).json_value()
    page.wait_for_timeout(1000)  # let it come to rest, so that the next change starts from stillness
    return (max(drawn, numbers_told(page)) - page.evaluate("() => window.pressed")) / 1000


def numbers_told(page: Page) -> float:
    """When the numbers last changed, in milliseconds since 1970; 0 where there are none."""
    return page.evaluate("() => window.numbers.at(-1) ?? 0")


def time_of_release(page: Page, to: tuple[float, float]) -> float:
    """Seconds from letting the point go on the map to the pictures and numbers as they then stay."""
    area = page.locator("[data-panel=map] .nsewdrag")
    area.scroll_into_view_if_needed()
    box = area.bounding_box()
    assert box
    right, down = (box["x"] + to[0] * box["width"], box["y"] + to[1] * box["height"])
    page.mouse.move(right - 40, down + 30)
    page.mouse.down()
    page.mouse.move(right, down, steps=12)
    page.evaluate("() => { window.painted.length = 0; }")
    page.mouse.up()
    page.wait_for_function("() => window.painted.length > 0", timeout=30_000)
    page.wait_for_timeout(1500)  # what was sent before the release may still have been drawn on the way
    drawn = page.evaluate(f"() => window.painted.find(([, mark]) => mark === {GRADVIZ.mark})[0]")
    return (max(drawn, numbers_told(page)) - page.evaluate("() => window.pressed")) / 1000


def report(what: str, times: dict[str, list[float]]) -> None:
    """Print the median of each candidate that has times, and the ratio where both have."""
    medians = {name: statistics.median(values) for name, values in times.items() if values}
    for name, median in medians.items():
        values = times[name]
        print(
            f"{what:22} {name:10} {median:6.2f} s  ({min(values):.2f} … {max(values):.2f}, n = {len(values)})"
        )
    if len(medians) == 2:
        print(f"{what:22} {'ratio':10} {medians[GRADVIZ.name] / medians[TEN_LINES.name]:6.2f}")


def starts(browser: Browser, candidates: list[Candidate], rounds: int) -> dict[str, list[dict[str, float]]]:
    """The start of each candidate ``rounds`` times, in turns; one before, warming the disk, not counted."""
    times = {candidate.name: [] for candidate in candidates}
    for turn in range(rounds + 1):
        for candidate in candidates:
            seconds = time_of_start(browser, candidate)
            if turn:
                times[candidate.name].append(seconds)
    return times


def counted(measure: Callable[[Any], float], values: Sequence[Any], rounds: int) -> list[float]:
    """What ``measure`` gives for the ``values`` in turn, ``rounds`` times after a first one that warms up."""
    return [measure(values[turn % len(values)]) for turn in range(rounds + 1)][1:]


def uses(
    browser: Browser, candidates: list[Candidate], rounds: int
) -> tuple[dict[str, list[float]], dict[str, list[float]], dict[str, list[float]], list[tuple[float, float]]]:
    """Changes of ε on each candidate, and on gradviz also releases of the point and new functions.

    And how far its marker was behind the pointer. Twice ``rounds`` of each.

    In turns, and each page by itself, as a visitor has it: what the other one draws would weigh on the same
    cores.
    """
    changed, released, typed = ({candidate.name: [] for candidate in candidates} for _ in range(3))
    followed = []
    for candidate in 2 * candidates:
        with standing(candidate) as server, visited(browser, candidate, server) as page:
            first_painted(page, server)
            if candidate is GRADVIZ:
                page.wait_for_function(TORCH_IS_IN, timeout=60_000)
            page.wait_for_timeout(5000)  # what warms up in the background is not what is measured here
            found = counted(partial(time_of_change, page, candidate), STEPS, rounds)
            changed[candidate.name] += found
            if candidate is GRADVIZ:
                released[candidate.name] += counted(partial(time_of_release, page), PLACES, rounds)
                write = partial(time_of_entry, page, candidate, FUNCTION)
                typed[candidate.name] += counted(write, FUNCTIONS, rounds)
                followed += [(frames, late) for frames, late in page.evaluate("() => window.followed")]
            else:
                released[candidate.name] += found
                typed[candidate.name] += found
    return changed, released, typed, followed


def report_followed(followed: list[tuple[float, float]]) -> None:
    """Print how far the marker is behind the pointer."""
    frames, late = zip(*followed, strict=True)
    print(
        f"{'pointer to marker':22} {GRADVIZ.name:10} {statistics.median(frames):6.0f} frames, at most "
        f"{max(frames):.0f}; {statistics.median(late):.1f} ms, at most {max(late):.1f} (n = {len(late)})"
    )


def main(rounds: int = 5) -> None:
    end_on_signals()
    candidates = [candidate for candidate in (TEN_LINES, GRADVIZ) if candidate.script.exists()]
    with sync_playwright() as playwright:
        browser = chromium.launch(playwright)
        started = starts(browser, candidates, rounds)
        for instant in ("server’s answer", "first picture", "PyTorch’s row"):
            report(
                f"start to {instant}",
                {name: [t[instant] for t in times if instant in t] for name, times in started.items()},
            )
        changed, released, typed, followed = uses(browser, candidates, rounds)
        report("change of ε", changed)
        report("release of the point", released)
        report("new function typed", typed)
        report_followed(followed)
        browser.close()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
