"""What the first screen shows, and how well the arrow stands: ``python -m bench.stage [preset …]``.

- blank, coloured: of the first screen, without scrolling, the blocks of 16 pixels that are paper alone, and
  the pixels whose channels differ by more than 40. The aims are at most 40 % (phone 45 %) and at least 8 %.
- layout shift: the browser's own sum while the page opens; at most 0.05, on a phone 0.1. At first for a
  server that has just started, whose first visitor waits longest.
- first picture: of a visitor with an empty cache, from the navigation to the server's picture, and to the
  first surface that can be turned, beside that of ten_line_page.py in turns; at most 1.2 times that.
- For every preset of two and more variables, at each size: the true gradient's arrow over the diagonal of
  the stage (at least 12 %), how much of it the surface hides, whether its head is inside and the point in
  sight, words that are cut off or lie over each other, and what the lens covers. All of it from what is drawn
  over the scene with the scene's own projection.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlencode

import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

from bench.page import GRADVIZ, TEN_LINES, first_painted, standing, visited
from gradviz import link
from gradviz.presets import PRESETS, Preset
from page.scripts import script_address
from tests.browser.pool import DEVICES
from tests.browser.view import UNANSWERED, at_rest, pixels, settled
from tests.support import chromium
from tests.support.paths import ROOT
from tests.support.server import serving

SIZES: dict[str, dict[str, Any]] = {
    "desk": {"viewport": {"width": 1600, "height": 1000}},
    "laptop": {"viewport": {"width": 1366, "height": 768}},
    "phone": DEVICES["phone"],
}
BLOCK = 16
COLOUR = 40
ARROW = 0.12  # of the diagonal, at least

SHIFTS = """(() => {
    window.shifted = 0;
    new PerformanceObserver(list => {
        for (const {value, hadRecentInput} of list.getEntries()) if (!hadRecentInput) window.shifted += value;
    }).observe({type: 'layout-shift', buffered: true});
})();"""

# What stands on the stage, in pixels of its own.
STAGE = f"""async () => {{
    const area = document.querySelector('[data-panel=surface] .gradviz-plot-area');
    const svg = area?.querySelector('.gradviz-overlay'), spot = svg?.querySelector('.gradviz-spot');
    if (!spot) return null;
    const {{isHidden}} = await import(new URL('{script_address("sight")}', document.baseURI).href);
    const plot = area.querySelector('.js-plotly-plot'), {{_scene: scene}} = plot._fullLayout.scene;
    const frame = area.getBoundingClientRect();
    const box = shape => {{
        const {{left, right, top, bottom}} = shape.getBoundingClientRect();
        return [left - frame.left, right - frame.left, top - frame.top, bottom - frame.top];
    }};
    const arrow = svg.querySelector('.moving > [data-method]'), lens = svg.querySelector('.gradviz-lens');
    const pieces = [...arrow?.querySelectorAll('path[stroke-width]') ?? []];
    const long = piece => piece.getTotalLength();
    const hidden = pieces.filter(piece => piece.getAttribute('stroke-dasharray'));
    const sum = shapes => shapes.reduce((total, shape) => total + long(shape), 0);
    const circle = lens?.querySelector('circle[stroke-width="1.5"]');
    const words = [...svg.querySelectorAll('text')];
    const foot = spot.dataset.spot.split(' ').map(Number);
    return {{
        size: [frame.width, frame.height],
        spot: ['cx', 'cy'].map(name => Number(spot.getAttribute(name))),
        tip: arrow?.dataset.tip.split(' ').map(Number) ?? null,
        hidden: pieces.length ? sum(hidden) / sum(pieces) : 0,
        point: !isHidden(scene.getCamera(), plot.data[0], [foot[0], foot[1], foot[2] + 0.02]),
        words: words.map(word => [word.textContent, lens?.contains(word) ?? false, box(word)]),
        lens: circle ? ['cx', 'cy', 'r'].map(name => Number(circle.getAttribute(name))) : null,
    }};
}}"""


def query_of(preset: Preset) -> str:
    """The link of a preset."""
    return urlencode(link.query_for(link.values_in({})[0] | link.values_of(preset)))


def shares(page: Page) -> tuple[float, float]:
    """(blank, coloured) of what the window shows."""
    painted = pixels(page).astype(int)
    height, width = (length // BLOCK * BLOCK for length in painted.shape[:2])
    colours, counts = np.unique(painted.reshape(-1, 3), axis=0, return_counts=True)
    paper = colours[np.argmax(counts)]
    bare = (painted[:height, :width] == paper).all(axis=-1)
    blocks = bare.reshape(height // BLOCK, BLOCK, width // BLOCK, BLOCK).all(axis=(1, 3))
    return float(blocks.mean()), float((np.ptp(painted, axis=-1) > COLOUR).mean())


def faults(stage: dict[str, Any]) -> list[str]:
    """What is wrong on a stage, in words."""
    width, height = stage["size"]
    found = [] if stage["point"] else ["point hidden"]
    boxes = [box for _, inside, box in stage["words"] if not inside]
    for text, _, (left, right, top, bottom) in stage["words"]:
        if left < -1 or right > width + 1 or top < -1 or bottom > height + 1:
            found.append(f"‘{text}’ cut")
    for i, (text, _, (a, b, c, d)) in enumerate(stage["words"]):
        for other, _, (e, f, g, h) in stage["words"][:i]:
            if min(b, f) - max(a, e) > 1 and min(d, h) - max(c, g) > 4:
                found.append(f"‘{text}’ over ‘{other}’")
    if stage["tip"]:
        x, y = stage["tip"]
        if not (0 < x < width and 0 < y < height):
            found.append("head outside")
    if stage["lens"]:
        x, y, radius = stage["lens"]
        if np.hypot(stage["spot"][0] - x, stage["spot"][1] - y) < radius:
            found.append("lens over the point")
        for left, right, top, bottom in boxes:
            if np.hypot(x - np.clip(x, left, right), y - np.clip(y, top, bottom)) < radius - 1:
                found.append("lens over words")
    return found


PAINTED = "() => performance.getEntriesByName('first-contentful-paint')[0].startTime / 1000"
ROUNDS = 5
SLOWER = 1.2  # than the ten lines, at most


def first_pictures(browser: Browser) -> None:
    """Seconds from the navigation to the first pictures, of visitors of servers that have warmed up."""
    live: dict[str, list[float]] = {GRADVIZ.name: [], TEN_LINES.name: []}
    ahead: list[float] = []
    with ExitStack() as stack:
        servers = [(page, stack.enter_context(standing(page))) for page in (TEN_LINES, GRADVIZ)]
        for turn in range(ROUNDS + 1):
            for candidate, server in servers:
                with visited(browser, candidate, server) as page:
                    seconds = (
                        first_painted(page, server) - page.evaluate("() => performance.timeOrigin") / 1000
                    )
                    if candidate is GRADVIZ:
                        settled(page)
                    if turn:  # the first one of each has the server import what it needs
                        live[candidate.name].append(seconds)
                        ahead += [page.evaluate(PAINTED)] if candidate is GRADVIZ else []
    medians = {name: statistics.median(times) for name, times in live.items()}
    for name, times in live.items():
        print(f"first live picture, {name:9} {medians[name]:5.2f} s ({min(times):.2f} … {max(times):.2f})")
    print(
        f"first live picture, ratio     {medians[GRADVIZ.name] / medians[TEN_LINES.name]:5.2f}, aim {SLOWER}"
    )
    print(f"the server’s picture          {statistics.median(ahead):5.2f} s", flush=True)


def first_screens(browser: Browser, url: str) -> None:
    """Blank, coloured and layout shift of the lesson at each size."""
    print(f"{'':8} {'blank':>7} {'colour':>7} {'shift':>7}")
    for name, size in SIZES.items():
        page = browser.new_page(**size, bypass_csp=True, reduced_motion="reduce")
        page.add_init_script(UNANSWERED)
        page.add_init_script(SHIFTS)
        page.goto(url)
        settled(page)
        at_rest(page)
        blank, coloured = shares(page)
        print(
            f"{name:8} {blank:7.1%} {coloured:7.1%} {page.evaluate('() => window.shifted'):7.3f}", flush=True
        )
        page.close()


def stages(browser: Browser, url: str, presets: Sequence[Preset]) -> None:
    """The arrow, the words and the lens of every preset at each size."""
    short = 0
    for name, size in SIZES.items():
        page = browser.new_page(**size, bypass_csp=True, reduced_motion="reduce")
        page.add_init_script(UNANSWERED)
        for preset in presets:
            page.goto(f"{url}/?{query_of(preset)}")
            settled(page)
            at_rest(page)
            stage = page.evaluate(STAGE)
            if stage is None:
                print(f"{name:7} {preset.name:28} no stage", flush=True)
                continue
            share = 0.0
            if stage["tip"]:
                share = float(np.hypot(*np.subtract(stage["tip"], stage["spot"])) / np.hypot(*stage["size"]))
                short += share < ARROW
            told = "; ".join(faults(stage)) or "–"
            arrow = f"{share:6.1%}" if stage["tip"] else "  none"
            print(f"{name:7} {preset.name:28} {arrow} hidden {stage['hidden']:4.0%}  {told}", flush=True)
        page.close()
    print(f"arrows under {ARROW:.0%} of the diagonal: {short}")


def main(names: Sequence[str]) -> None:
    """Measure and print all, or only the presets whose names begin so."""
    chosen = [
        preset
        for preset in PRESETS
        if len(preset.point) > 1 and (not names or any(preset.name.startswith(name) for name in names))
    ]
    with serving(ROOT / "app.py") as server, sync_playwright() as playwright:
        browser = chromium.launch(playwright)
        if not names:
            first_screens(browser, server.url)
            first_pictures(browser)
        stages(browser, server.url, chosen)


if __name__ == "__main__":
    main(sys.argv[1:])
