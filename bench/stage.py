"""What the first screen shows, and how well the arrow stands: ``python -m bench.stage [--quick] [preset …]``.

A line for each figure, and at the end a verdict for each aim; the exit code is 1 where one is missed.

- blank, coloured: of the first screen, without scrolling, the blocks of 16 pixels that are paper alone, and
  the pixels whose channels differ by more than 40. The aims are at most 40 % (phone 45 %) and at least 8 %,
  for the lesson and for every preset.
- layout shift: the browser's own sum while the page opens; at most 0.05, on a phone 0.1. At first for a
  server that has just started, whose first visitor waits longest.
- the server's picture: that it stands while every script of Streamlit is still held back.
- first picture: of a visitor with an empty cache, from the navigation to the server's picture, and to the
  first surface that can be turned, beside that of ten_line_page.py in turns; at most 1.2 times that.
- pointer to arrow: frames that begin between a movement of the pointer, which drags the point on the map or
  ε in the dock, and the arrow over the scene in its new place; at most one for nine movements in ten, for
  the browser has other work meanwhile.
- For every preset of two and more variables, at each size: the true gradient's arrow over the diagonal of
  the stage (at least 12 %), how much of it the surface hides, whether its head is inside and the point in
  sight, words that are cut off or lie over each other, and what the lens covers: at most 5 % of its disc may
  lie over the surface. All of it from what is drawn
  over the scene with the scene's own projection.

``--quick`` takes one preset of each group, and two rounds of first pictures in place of five.
"""

from __future__ import annotations

import math
import statistics
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import numpy as np
from playwright.sync_api import Browser, Page, Route, sync_playwright

from bench.page import GRADVIZ, TEN_LINES, first_painted, standing, visited
from gradviz import link, parse, true_gradient
from gradviz.presets import PRESETS, Preset
from page.scripts import script_address
from tests.browser.pool import DEVICES, follow_link
from tests.browser.view import UNANSWERED, at_rest, pixels, place, settled
from tests.support import chromium
from tests.support.paths import ROOT
from tests.support.server import end_on_signals, serving

SIZES: dict[str, dict[str, Any]] = {
    "desk": {"viewport": {"width": 1600, "height": 1000}},
    "laptop": {"viewport": {"width": 1366, "height": 768}},
    "phone": DEVICES["phone"],
}
BLOCK = 16
COLOUR = 40
BLANK = {"desk": 0.40, "laptop": 0.40, "phone": 0.45}  # of the first screen, at most
COLOURED = 0.08  # at least
SHIFT = {"desk": 0.05, "laptop": 0.05, "phone": 0.1}  # at most
ARROW = 0.12  # of the diagonal, at least
LENS = 0.05  # of its disc may lie over the sheet

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
    const module = address => import(new URL(address, document.baseURI).href);
    const {{isHidden, underPixel}} = await module('{script_address("sight")}');
    const {{projectionOf}} = await module('{script_address("plotly")}');
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
    const round = circle ? ['cx', 'cy', 'r'].map(name => Number(circle.getAttribute(name))) : null;
    // places of the lens, evenly spread over it (Vogel's spiral), behind which the surface is seen
    const under = round === null ? [] : Array.from({{length: 200}}, (_, k) => {{
        const [away, turn] = [round[2] * Math.sqrt((k + 0.5) / 200), k * Math.PI * (3 - Math.sqrt(5))];
        const [x, y] = [round[0] + away * Math.cos(turn), round[1] + away * Math.sin(turn)];
        return underPixel(projectionOf(plot), plot.data[0], frame.left + x, frame.top + y) !== null;
    }});
    return {{
        size: [frame.width, frame.height],
        spot: ['cx', 'cy'].map(name => Number(spot.getAttribute(name))),
        tip: arrow?.dataset.tip.split(' ').map(Number) ?? null,
        hidden: pieces.length ? sum(hidden) / sum(pieces) : 0,
        point: !isHidden(scene.getCamera(), plot.data[0], [foot[0], foot[1], foot[2] + 0.02]),
        words: words.map(word => [word.textContent, lens?.contains(word) ?? false, box(word)]),
        lens: round,
        covered: under.length ? under.filter(Boolean).length / under.length : 0,
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


@dataclass(frozen=True)
class Verdict:
    """One aim: how often it was looked at, the worst that was seen, and where it was missed."""

    what: str
    looked: int
    worst: str
    missed: Sequence[str]

    def __str__(self) -> str:
        told = "holds" if not self.missed else f"MISSED by {len(self.missed)}: {', '.join(self.missed)}"
        return f"{self.what:44} {self.looked:4} seen, worst {self.worst:>8}  {told}"


@dataclass
class Figures:
    """What was measured, by aim: each figure with the place where it was seen."""

    found: dict[str, list[tuple[float, str]]] = field(default_factory=lambda: defaultdict(list))
    limits: dict[str, tuple[float, bool, str]] = field(default_factory=dict)

    def at_most(self, what: str, limit: float, value: float, where: str, form: str = ".3f") -> None:
        self.limits[what] = limit, True, form
        self.found[what].append((value, where))

    def at_least(self, what: str, limit: float, value: float, where: str, form: str = ".1%") -> None:
        self.limits[what] = limit, False, form
        self.found[what].append((value, where))

    def verdicts(self) -> Iterator[Verdict]:
        """One for each aim, in the order in which they were first measured."""
        for what, seen in self.found.items():
            limit, most, form = self.limits[what]
            values = [value for value, _ in seen]
            missed = [where for value, where in seen if not (value <= limit if most else value >= limit)]
            worst = max(values) if most else min(values)
            aim = f"{what} {'≤' if most else '≥'} {limit:{form}}"
            yield Verdict(aim, len(seen), f"{worst:{form}}", missed)


PAINTED = "() => performance.getEntriesByName('first-contentful-paint')[0].startTime / 1000"
ROUNDS = 5
SLOWER = 1.2  # than the ten lines, at most


def first_pictures(browser: Browser, figures: Figures, rounds: int) -> None:
    """Seconds from the navigation to the first pictures, of visitors of servers that have warmed up."""
    live: dict[str, list[float]] = {GRADVIZ.name: [], TEN_LINES.name: []}
    ahead: list[float] = []
    with ExitStack() as stack:
        servers = [(page, stack.enter_context(standing(page))) for page in (TEN_LINES, GRADVIZ)]
        for turn in range(rounds + 1):
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
    ratio = medians[GRADVIZ.name] / medians[TEN_LINES.name]
    figures.at_most("first live picture over the ten lines’", SLOWER, ratio, "desk", ".2f")
    print(f"first live picture, ratio     {ratio:5.2f}")
    print(f"the server’s picture          {statistics.median(ahead):5.2f} s", flush=True)


@contextmanager
def opened(browser: Browser, size: str) -> Iterator[Page]:
    """A page of that size on which nothing is loaded yet."""
    with browser.new_context(**SIZES[size], bypass_csp=True, reduced_motion="reduce") as context:
        page = context.new_page()
        page.add_init_script(UNANSWERED)
        page.add_init_script(SHIFTS)
        yield page


def first_screens(browser: Browser, url: str, figures: Figures) -> None:
    """How much the lesson moves while it opens, at each size; at first for a server’s first visitor."""
    for size in SIZES:
        for visit in ("first", "second"):
            with opened(browser, size) as page:
                page.goto(url)
                settled(page)
                at_rest(page)
                moved = page.evaluate("() => window.shifted")
            figures.at_most(f"layout shift, {size}", SHIFT[size], moved, f"{visit} visit")
            print(f"{size:7} layout shift, {visit} visit {moved:7.3f}", flush=True)


# The picture in the first document, once it is painted.
STANDING = """() => performance.getEntriesByName('first-contentful-paint').length
    && document.querySelector('#gradviz-first svg')?.getBoundingClientRect().height > 100"""


def held_back(page: Page, pattern: str) -> list[Route]:
    """What the page asks for at such addresses from now on, none of it answered."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(pattern, hold)
    return held


def pictures_before_the_scripts(browser: Browser, url: str, figures: Figures) -> None:
    """The server's picture at each size, while no script of Streamlit has come."""
    for size in SIZES:
        with opened(browser, size) as page:
            held = held_back(page, "**/static/js/**")
            page.goto(url, wait_until="commit")
            page.wait_for_function(STANDING, timeout=30_000)
            _, coloured = shares(page)
            for route in held:
                route.abort()
        waiting = "its scripts held back" if held else "NO SCRIPT WAS ASKED FOR"
        figures.at_least(
            "coloured before Streamlit’s scripts", COLOURED, coloured if held else math.nan, size
        )
        print(f"{size:7} the server’s picture, {waiting}: {coloured:.1%} coloured", flush=True)


# Frames begun from each movement of a held pointer until a method's arrow over the scene stands elsewhere.
# The first that it follows does not count: until then the pointer may only press.
FOLLOW = """method => {
    const overlay = document.querySelector('[data-panel=surface] .gradviz-overlay');
    const tip = () => overlay.querySelector(`.moving > [data-method=${method}]`)?.dataset.tip;
    let [frames, moved, former, dragged] = [0, null, tip(), false];
    window.followed = [];
    const tick = () => { frames += 1; requestAnimationFrame(tick); };
    requestAnimationFrame(tick);
    addEventListener('pointermove', event => { if (event.buttons) moved ??= frames; }, true);
    new MutationObserver(() => {
        if (moved === null || tip() === former) return;
        if (dragged) window.followed.push(frames - moved);
        dragged = true;
        [moved, former] = [null, tip()];
    }).observe(overlay, {subtree: true, childList: true, attributes: true});
}"""
MOVES = 25


def followed(page: Page, method: str, places: Iterable[tuple[float, float]]) -> list[int]:
    """Drag from the first place to each of the others; frames until the arrow had followed each movement."""
    page.evaluate(FOLLOW, method)
    start, *others = places
    page.mouse.move(*start)
    page.mouse.down()
    for right, down in others:
        page.mouse.move(right, down)
        page.wait_for_timeout(30)
    frames = page.evaluate("() => window.followed")
    page.mouse.up()
    at_rest(page)
    return frames


def arrows_behind_the_pointer(browser: Browser, url: str, figures: Figures) -> None:
    """How many frames an arrow is behind the pointer that drags the point, or ε."""
    with opened(browser, "desk") as page:
        page.goto(url)
        settled(page)
        at_rest(page)
        on_map = [place(page, "map", 3 - 0.15 * k, 4 - 0.1 * k) for k in range(MOVES)]
        drags = {"the point": followed(page, "symbolic", on_map)}
        track = page.get_by_role("slider", name="ε as a power of ten").bounding_box()
        assert track
        at = track["y"] + track["height"] / 2
        along = [(track["x"] + track["width"] * (0.937 - 0.004 * k), at) for k in range(MOVES)]
        drags["ε"] = followed(page, "forward", along)
    for dragged, frames in drags.items():
        # without a movement that was followed there is nothing to judge by
        most = sorted(frames)[math.ceil(0.9 * len(frames)) - 1] if frames else math.nan
        enough = len(frames) > MOVES / 2
        figures.at_most(
            "frames from pointer to arrow, 9 in 10",
            1,
            most if enough else math.nan,
            f"dragging {dragged}",
            ".0f",
        )
        counted = ", ".join(f"{count} × {value}" for value, count in sorted(Counter(frames).items()))
        print(f"pointer to arrow, dragging {dragged:10} movements × frames: {counted}", flush=True)


def has_gradient(preset: Preset) -> bool:
    """Whether there is an arrow to be drawn."""
    truth = true_gradient(parse(preset.text), preset.point)
    return truth.differentiable and bool(np.any(truth.gradient))


def stages(browser: Browser, url: str, presets: Sequence[Preset], figures: Figures) -> None:
    """The first screen of every preset at each size; its arrow, words and lens where it has a surface."""
    print(f"{'':36} {'blank':>6} {'colour':>6} {'arrow':>6} {'hidden':>6} {'lens':>5}  over the surface")
    for size in SIZES:
        with opened(browser, size) as page:
            page.goto(url)
            settled(page)
            for preset in presets:
                follow_link(page, f"?{query_of(preset)}")
                blank, coloured = shares(page)
                figures.at_most(f"blank, {size}", BLANK[size], blank, preset.name, ".1%")
                figures.at_least(f"coloured, {size}", COLOURED, coloured, preset.name)
                told = f"{size:7} {preset.name:28} {blank:6.1%} {coloured:6.1%}"
                stage = page.evaluate(STAGE)
                if stage is None:
                    print(told, flush=True)
                    continue
                share = math.nan
                if stage["tip"] and has_gradient(preset):
                    share = float(
                        np.hypot(*np.subtract(stage["tip"], stage["spot"])) / np.hypot(*stage["size"])
                    )
                    figures.at_least(f"arrow over the diagonal, {size}", ARROW, share, preset.name)
                figures.at_most(f"lens over the sheet, {size}", LENS, stage["covered"], preset.name, ".1%")
                found = faults(stage)
                figures.at_most(f"faults of the stage, {size}", 0, len(found), preset.name, ".0f")
                told += (
                    f" {share:6.1%} {stage['hidden']:6.0%} {stage['covered']:5.0%}  {'; '.join(found) or '–'}"
                )
                print(told, flush=True)


def chosen(names: Sequence[str], quick: bool) -> list[Preset]:
    """The presets to look at: those whose names begin so, or all; quickly, the first of each group."""
    wanted = [preset for preset in PRESETS if not names or preset.name.startswith(tuple(names))]
    if not quick:
        return wanted
    firsts = {preset.group: preset for preset in reversed(wanted)}
    return [preset for preset in wanted if firsts[preset.group] is preset]


def main(arguments: Sequence[str]) -> int:
    """Measure and print all, or only the presets whose names begin so; 1 where an aim is missed."""
    end_on_signals()
    quick = "--quick" in arguments
    names = [argument for argument in arguments if not argument.startswith("--")]
    figures = Figures()
    with serving(ROOT / "app.py") as server, sync_playwright() as playwright:
        browser = chromium.launch(playwright)
        if not names:
            first_screens(browser, server.url, figures)
            pictures_before_the_scripts(browser, server.url, figures)
            arrows_behind_the_pointer(browser, server.url, figures)
            first_pictures(browser, figures, 2 if quick else ROUNDS)
        stages(browser, server.url, chosen(names, quick), figures)
    verdicts = list(figures.verdicts())
    print(*verdicts, sep="\n")
    return int(any(verdict.missed for verdict in verdicts))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
