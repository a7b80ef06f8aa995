"""A server killed under load, and all of them restarted: ``python -m bench.replicas``.

Three servers of the page stand behind a real nginx on loopback, with the configuration of ``deploy/nginx``.
Visitors work on the page by Streamlit's own protocol, each with a seat of its own; one more is a Chromium.

- kill: the server that has the Chromium is ended at once, as by a power cut. Its visitors come back by
  themselves on another, and what they had last typed holds;
- rolling restart: each server in turn is stopped and started, while visitors work and newcomers come;
- afterwards each visitor's link is opened anew, by somebody who has never been there: the same picture.

A picture is told by the revision of the view, a hash of all that it shows; of the Chromium also address,
entries, words and pixels are compared. nginx 1.22 or later is needed: apt-get install nginx-light.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import TypeVar
from urllib.parse import parse_qs

import numpy as np
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from bench.hosting import Replica, nginx, replicas
from bench.load import load_all
from bench.measures import Record, table
from bench.students import ACTIONS, LOST, Action, fetch
from bench.visitor import AsyncVisitor, visiting_in_loop
from gradviz import link
from tests.browser.conftest import LOADED
from tests.browser.pool import DEVICES, WAITING
from tests.browser.view import UNANSWERED, at_rest, settled
from tests.support import chromium
from tests.support.server import end_on_signals

PATIENCE = 10.0  # seconds within which everybody is back
RETRY = 0.5  # seconds between two tries of a browser to connect
KEYS = {"Step ε": link.STEP, "Point": link.POINT, "Function f": link.FUNCTION}  # entries, by their label
LINK = "f=sin%28x*y%29%2Bx%5E2&at=1%2C+0.5&eps=1e-3&v=2"
# The share of the pixels that may differ where all else is the same: software that draws WebGL rounds edges
# otherwise when it draws a scene anew; 23 of 1.15 million pixels at most in what was seen.
FEW_PIXELS = 1e-4
Result = TypeVar("Result")


@dataclass
class Loss:
    """What one lost connection came to: seconds until the page was back, and what was not as before."""

    back: float
    faults: list[str]


@dataclass
class Guests:
    """All visitors, and what they have met."""

    url: str
    think: float
    seed: int
    record: Record = field(default_factory=Record)
    losses: list[Loss] = field(default_factory=list)
    completed: int = 0  # pictures that were not whole when lost
    lasting: int = 0  # whose last picture is the one that their link opens for somebody else
    ended: list[str] = field(default_factory=list)  # why a visit ended before its time
    other: list[str] = field(default_factory=list)  # links that opened another picture

    async def visit(self, number: int, arriving: float, over: asyncio.Event) -> None:
        """One visitor, from coming until all is ``over``."""
        dice = random.Random(f"{self.seed}-{number}")
        await asyncio.sleep(arriving)
        seat = {"Cookie": f"gradviz_seat={dice.getrandbits(128):032x}"}
        try:
            async with visiting_in_loop(self.url, headers=seat) as visitor:
                self.record.add("open", await visitor.open(""))
                while not over.is_set():
                    await self._think(visitor, dice, over)
                    if not over.is_set():
                        await self._act(visitor, dice)
                await self._open_anew(visitor)
        except LOST as error:
            self.ended.append(f"visitor {number}: {type(error).__name__} {error}"[:200])

    async def _think(self, visitor: AsyncVisitor, dice: random.Random, over: asyncio.Event) -> None:
        """Think; whose connection is lost meanwhile comes back at once, as a browser does."""
        thought = asyncio.create_task(over.wait())
        lost = asyncio.create_task(visitor.connection.wait_closed())
        seconds = min(max(dice.expovariate(1 / self.think), 0.1), 6 * self.think)
        done, pending = await asyncio.wait(
            {thought, lost}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED
        )
        for task in pending:
            task.cancel()
        if lost in done:
            await self._come_back(visitor, {})

    async def _act(self, visitor: AsyncVisitor, dice: random.Random) -> None:
        action: Action = dice.choices(ACTIONS, [action.weight for action in ACTIONS])[0]
        text = action.text(dice)
        try:
            self.record.add(action.kind, await visitor.type(action.label, text))
        except LOST:
            await self._come_back(visitor, {KEYS[action.label]: text})

    async def _come_back(self, visitor: AsyncVisitor, typed: Mapping[str, str]) -> None:
        """Connect until it works, with what was ``typed`` and not answered, and compare what is there."""
        began, page = time.perf_counter(), visitor.page
        picture, query = page.picture, page.query
        while True:
            try:
                await visitor.reconnect(typed)
                break
            except LOST:
                if time.perf_counter() - began > 3 * PATIENCE:
                    raise
                await asyncio.sleep(RETRY)
        back, faults = time.perf_counter() - began, []
        if not typed and page.picture != picture and not await self._settles(visitor, picture):
            faults.append(f"another picture after {query}")
        if not typed and page.query != query:
            faults.append(f"the address {query} became {page.query}")
        for key, text in typed.items():
            if parse_qs(page.query).get(key) != [text]:
                faults.append(f"{key}={text} was typed, and the address is {page.query}")
        self.losses.append(Loss(back, faults))

    async def _settles(self, visitor: AsyncVisitor, picture: str) -> bool:
        """Whether the ``picture`` comes back once all has been worked out, or was itself not whole when lost.

        While a closed form is still being derived the page shows the rest, and its clock asks again. What is
        whole is what the link opens for somebody else.
        """
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            await asyncio.sleep(RETRY)
            await visitor.open(visitor.page.query)
            if visitor.page.picture == picture:
                return True
            async with visiting_in_loop(self.url) as newcomer:
                await newcomer.open(visitor.page.query)
                if newcomer.page.picture == visitor.page.picture:
                    self.completed += 1
                    return True
        return False

    async def _open_anew(self, visitor: AsyncVisitor) -> None:
        """Have somebody who has never been there open the link of this visitor."""
        async with visiting_in_loop(self.url) as newcomer:
            await newcomer.open(visitor.page.query)
            if newcomer.page.picture == visitor.page.picture:
                self.lasting += 1
            else:
                self.other.append(visitor.page.query)


@dataclass
class Newcomers:
    """Who open the first document again and again, and how often it did not come."""

    url: str
    record: Record = field(default_factory=Record)

    async def come(self, over: asyncio.Event, every: float = 0.2) -> None:
        while not over.is_set():
            began = time.perf_counter()
            try:
                await fetch(f"{self.url}/?{LINK}")
                self.record.add("document", time.perf_counter() - began)
            except LOST as error:
                self.record.fail("document", error)
            await asyncio.sleep(every)


# --- one visitor with a real browser, in a thread of its own ---


@dataclass(frozen=True)
class Sight:
    """What a visitor sees: address, entries, words, the revision of the view, and pixels (h, w, 3)."""

    address: str
    entries: tuple[str, ...]
    words: str
    revision: str
    pixels: np.ndarray

    def differences(self, other: Sight) -> list[str]:
        names = ("address", "entries", "words", "revision")
        found = [name for name in names if getattr(self, name) != getattr(other, name)]
        if self.pixels.shape != other.pixels.shape:
            return [*found, "size"]
        changed = np.any(self.pixels != other.pixels, axis=-1)
        rows, columns = np.nonzero(changed)
        if changed.mean() <= FEW_PIXELS:
            return found
        where = f"x {columns.min()} to {columns.max()}, y {rows.min()} to {rows.max()}"
        return [*found, f"{rows.size} pixels at {where}"]


def seen(page: Page) -> Sight:
    at_rest(page)
    page.mouse.move(2, 2)
    picture = Image.open(BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
    return Sight(
        page.evaluate("location.search"),
        tuple(page.evaluate("[...document.querySelectorAll('[data-testid=stApp] input')].map(i => i.value)")),
        page.evaluate("document.querySelector('[data-testid=stApp]').innerText"),
        page.locator(".gradviz-view").first.get_attribute("data-revision") or "",
        np.asarray(picture),
    )


class Browser:
    """A Chromium with one page; every call of it happens in the one thread that it was started in."""

    def __init__(self) -> None:
        self.thread = ThreadPoolExecutor(1)
        self.sockets = 0

    async def do(self, action: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self.thread, action)

    def open(self, url: str) -> Sight:
        self.playwright = sync_playwright().start()
        self.chromium = chromium.launch(self.playwright)
        self.page = self.chromium.new_page(**DEVICES["desktop"], **WAITING, reduced_motion="reduce")
        self.page.add_init_script(UNANSWERED)
        self.page.on("websocket", self._count)
        self.page.goto(url)
        settled(self.page)
        self.page.wait_for_function(LOADED, timeout=60_000)
        return seen(self.page)

    def _count(self, _: object) -> None:
        self.sockets += 1

    def come_back(self, sockets: int) -> Sight:
        """Wait until there is another socket and the page is at rest; what is seen then."""
        deadline = time.monotonic() + 3 * PATIENCE
        while self.sockets == sockets and time.monotonic() < deadline:
            self.page.wait_for_timeout(20)
        return seen(self.page)

    def type_step(self, text: str) -> Sight:
        entry = self.page.get_by_label("Step ε", exact=True)
        before = self.page.locator(".gradviz-view").first.get_attribute("data-revision")
        entry.fill(text)
        entry.press("Enter")
        settled(self.page, before)
        return seen(self.page)

    def close(self) -> None:
        self.chromium.close()
        self.playwright.stop()


# --- what happens -------------------------------------------------------------------------------------------


@dataclass
class Report:
    """What is said at the end, and what of it must not be."""

    faults: list[str] = field(default_factory=list)

    def say(self, text: str) -> None:
        print(text, flush=True)

    def require(self, holds: bool, text: str) -> None:
        self.say(f"{'holds' if holds else 'FAILS'}: {text}")
        if not holds:
            self.faults.append(text)


async def story(servers: list[Replica], url: str, options: argparse.Namespace, report: Report) -> None:
    over, guests = asyncio.Event(), Guests(url, options.think, options.seed)
    newcomers, browser = Newcomers(url), Browser()
    sight = await browser.do(lambda: browser.open(f"{url}/?{LINK}"))
    (victim,) = [server for server in servers if await asyncio.to_thread(server.connections)]
    tasks = [
        asyncio.create_task(guests.visit(number, options.arriving * number / options.visitors, over))
        for number in range(options.visitors)
    ]
    tasks.append(asyncio.create_task(newcomers.come(over)))
    await asyncio.sleep(options.arriving + options.seconds)

    spread = [await asyncio.to_thread(server.connections) for server in servers]
    report.say(f"{options.visitors} visitors and a Chromium on {len(servers)} servers: {spread} of them")
    await killed(victim, guests, browser, sight, report)
    await asyncio.sleep(options.seconds)
    report.say(
        f"{victim.name} started again: {await asyncio.to_thread(victim.start):.1f} s until it was ready"
    )
    await asyncio.sleep(options.seconds)
    await restarted(servers, guests, newcomers, browser, report, options.seconds)

    over.set()
    await asyncio.gather(*tasks)
    await browser.do(browser.close)
    summed_up(servers, guests, newcomers, options.visitors, report)


async def killed(victim: Replica, guests: Guests, browser: Browser, sight: Sight, report: Report) -> None:
    """End the server of the Chromium at once, and see who is back, where, and with what."""
    moved, sockets = await asyncio.to_thread(victim.connections), browser.sockets
    victim.kill()
    began = time.perf_counter()
    again = await browser.do(lambda: browser.come_back(sockets))
    back = time.perf_counter() - began
    report.say(f"\nkill -9 of {victim.name}, which had {moved} of them")
    report.require(
        browser.sockets > sockets and back <= PATIENCE, f"the Chromium is back after {back:.1f} s, at rest"
    )
    report.require(not (found := sight.differences(again)), f"it shows the very same{_but(found)}")
    typed = await browser.do(lambda: browser.type_step("2e-4"))
    report.require(
        "eps=0.0002" in typed.address or "eps=2e-4" in typed.address, f"it answers: {typed.address}"
    )
    deadline = time.perf_counter() + PATIENCE
    while len(guests.losses) < moved - 1 and time.perf_counter() < deadline:
        await asyncio.sleep(0.1)
    said_of(guests, moved - 1, report)
    guests.losses.clear()


async def restarted(
    servers: list[Replica],
    guests: Guests,
    newcomers: Newcomers,
    browser: Browser,
    report: Report,
    seconds: float,
) -> None:
    """Stop and start each server in turn."""
    report.say("\nrolling restart")
    sight = await browser.do(lambda: seen(browser.page))
    moved = 0
    for server in servers:
        moved += await asyncio.to_thread(server.connections)
        await asyncio.to_thread(server.stop)
        ready = await asyncio.to_thread(server.start)
        report.say(f"{server.name}: ready again {ready:.1f} s after it was started")
        await asyncio.sleep(seconds)
    again = await browser.do(lambda: seen(browser.page))
    report.require(not (found := sight.differences(again)), f"the Chromium shows the very same{_but(found)}")
    said_of(guests, None, report)
    report.say(f"{moved} pages were open on the servers as they were stopped")


def said_of(guests: Guests, expected: int | None, report: Report) -> None:
    """How long it took until all were back, and what was not as before."""
    losses = guests.losses
    times = sorted(loss.back for loss in losses)
    faults = [fault for loss in losses for fault in loss.faults]
    if expected is not None:
        report.require(
            len(losses) == expected, f"{len(losses)} of {expected} visitors are back by themselves"
        )
    if times:
        median, longest = times[len(times) // 2], times[-1]
        report.require(
            longest <= PATIENCE, f"{len(times)} were back after {median:.1f} s, the last {longest:.1f} s"
        )
    if guests.completed:
        report.say(
            f"{guests.completed} pictures were not whole when lost, and are now as their link opens them"
        )
    report.require(not faults, f"each has the picture that was left, or what was typed since{_but(faults)}")


def summed_up(
    servers: list[Replica], guests: Guests, newcomers: Newcomers, visitors: int, report: Report
) -> None:
    report.say(f"\nall of it, from action to answer\n{table(guests.record)}")
    report.say(f"\nnewcomers, every 0.2 s\n{table(newcomers.record)}\n")
    report.require(not newcomers.record.errors, "no newcomer has seen an error")
    report.require(not guests.ended, f"no visit ended before its time{_but(guests.ended)}")
    report.require(
        guests.lasting == visitors,
        f"{guests.lasting} of {visitors} links open the same picture for somebody else{_but(guests.other)}",
    )
    faults = sum(map(Replica.tracebacks, servers))
    report.require(not faults, f"{faults} tracebacks in the logs of the servers")


def _but(faults: list[str]) -> str:
    return ", but: " + "; ".join(faults[:5]) if faults else ""


def options_of() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--servers", type=int, choices=range(2, 9), default=3)
    parser.add_argument("--visitors", type=int, choices=range(1, 501), metavar="1…500", default=60)
    parser.add_argument("--think", type=float, default=5.0, help="s between two actions of one, on average")
    parser.add_argument("--arriving", type=float, default=10.0, help="s in which the visitors come")
    parser.add_argument("--seconds", type=float, default=10.0, help="s between two events")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def main() -> int:
    end_on_signals()
    options, report = options_of(), Report()
    _, most_files = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most_files, 8192), most_files))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with replicas(options.servers, folder) as servers, nginx(servers, folder) as url:
            with ThreadPoolExecutor(len(servers)) as pool:
                list(pool.map(lambda server: load_all(server.url), servers))
            asyncio.run(story(servers, url, options, report))
    print("\nall of it holds" if not report.faults else f"\n{len(report.faults)} FAIL")
    return 1 if report.faults else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except RuntimeError as error:
        sys.exit(str(error))
