"""What a lecture hall costs the page: ``python -m bench.load mix idle cold heavy soak small``.

The page is served here, by ``streamlit run``, and visited by Streamlit's own protocol from this one process;
so two cores serve the page and the visitors together. Modes, any of them in one run:

- mix: a hall of students (``bench/students.py``), and then the same hall on ten_line_page.py;
- idle: visitors who open the page and hold it; at the end each of them changes ε once;
- cold: first visits within a second, with all files, to a server that has just begun to answer;
- heavy: twenty students alone, and beside one who types the heaviest formulas, in turns;
- soak: a hall for minutes, with students coming and going, and the curve of the server's memory;
- small: what a small free host gives: from the start of a server that slept until the first picture, and the
  memory with ten students.

``--servers 2`` puts two servers of each page behind a real nginx with the configuration of ``deploy/nginx``:
two Pythons for two cores. Each visitor then has a cookie that names the seat, as browsers do. nginx 1.22 or
later is needed: apt-get install nginx-light.

``--url`` loads a page that is served already on this machine (its processes given by ``--pid``) instead. Only
loopback addresses are loaded.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import random
import resource
import shutil
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import count, cycle
from pathlib import Path

from bench.hosting import ACCESS, even_seats, nginx, replicas
from bench.measures import Processes, Record, Sample, curve, growth, ratios, seats, shares, table
from bench.neighbour import HEAVY
from bench.students import (
    ACTIONS,
    LOST,
    TEN_LINE_ACTIONS,
    Habits,
    Hall,
    fetch,
    refuse_other_machines,
    unpacked,
    visit_first,
)
from bench.visitor import AsyncVisitor, visiting, visiting_in_loop
from tests.support.paths import ROOT
from tests.support.server import end_on_signals, serving

TEN_LINES = Path(__file__).with_name("ten_line_page.py")
MOST_VISITORS, MOST_SECONDS = 2000, 3600
MINUTE, COME_WITHIN_A_MINUTE = 60.0, 500  # as long as a link on a slide is new
FEW_STUDENTS, SMALL_MEMORY = 10, 690.0  # MB that a free container is held to
SETTLING = 5.0  # seconds in which PyTorch is loaded


@dataclass(frozen=True)
class Served:
    """A page that is served: its address, its processes, and the addresses of its servers one by one."""

    url: str
    processes: Processes
    each: tuple[str, ...]
    seats: tuple[str, ...] = ()  # of the visitors, evenly on the servers; with fewer, any

    def seat(self, number: int) -> dict[str, str]:
        """The headers of a visitor who keeps to one server of several."""
        if number >= len(self.seats):
            return seat_of(number)
        return {"Cookie": f"gradviz_seat={self.seats[number]}"}


@contextmanager
def served(servers: int = 1, script: Path = ROOT / "app.py", visitors: int = 0) -> Iterator[Served]:
    """A page that is served by itself, or by several servers behind nginx."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if script.parent != ROOT:  # its folder comes first where its server looks for modules
            script = Path(shutil.copy(script, folder))
        if servers == 1:
            with serving(script) as server:
                yield Served(server.url, Processes((server.pid,)), (server.url,))
            return
        with replicas(servers, folder, script) as several, nginx(several, folder) as url:
            processes = Processes(tuple(server.process.pid for server in several if server.process))
            seats = even_seats(url, folder / ACCESS, visitors) if visitors else []
            yield Served(url, processes, tuple(server.url for server in several), tuple(seats))


def seat_of(number: int) -> dict[str, str]:
    """The headers of a visitor who keeps to one server of several."""
    return {"Cookie": f"gradviz_seat={random.Random(f'seat {number}').getrandbits(128):032x}"}


def load_all(url: str) -> None:
    """Have the page load all that it loads late, and answer a few times."""
    with visiting(url) as visitor:
        visitor.open("")
        visitor.report("view", "drawn")  # the view has painted: PyTorch may be loaded
        time.sleep(SETTLING)
        visitor.open("")
        for k in range(20):
            for action in ACTIONS:
                visitor.type(action.label, action.text(random.Random(f"warm {k}")))


def warm_up(url: str) -> None:
    """Have the ten lines answer a few times."""
    with visiting(url) as visitor:
        visitor.open("")
        for k in range(20):
            visitor.type("ε", f"{k + 1}e-2")


async def sampled(
    hall: Hall, processes: Processes, every: float, visit: Callable[[], Awaitable[None]]
) -> list[Sample]:
    """The server's memory and CPU ``every`` so many seconds, from now until the ``visit`` is over."""
    samples: list[Sample] = []
    began = time.monotonic()

    def sample() -> None:
        own = time.process_time()
        seconds, visitors = time.monotonic() - began, hall.present
        resident, memory, cpu = processes.resident(), processes.memory(), processes.cpu()
        samples.append(Sample(seconds, visitors, resident, memory, cpu, time.process_time() - own))

    async def go_on() -> None:
        while True:
            sample()
            await asyncio.sleep(every)

    sampling = asyncio.create_task(go_on())
    try:
        await visit()
    finally:
        sampling.cancel()
        with suppress(asyncio.CancelledError):
            await sampling
    sample()
    return samples


def crowd(page: Served, habits: Habits, options: argparse.Namespace, minutes: float = 0) -> tuple[Hall, list]:
    """Fill a hall, and print what it has met and what it has cost."""
    processes = page.processes
    hall = Hall(page.url, habits, options.seed, page.seat)
    seconds = options.arriving + (60 * minutes or options.seconds)
    own = time.process_time()
    gc.collect()
    gc.freeze()  # the client's own pauses are none of the page's
    every = max(seconds / 30, 1.0)
    before = processes.each_cpu()
    samples = asyncio.run(
        sampled(hall, processes, every, lambda: hall.fill(options.visitors, options.arriving, seconds))
    )
    first, last = samples[0], samples[-1]
    fullest = max(samples, key=lambda sample: sample.visitors)
    answers = max(len(hall.record.waits), 1)
    cpu = (last.cpu - first.cpu) / answers
    own = time.process_time() - own - sum(sample.taken for sample in samples)  # as the visitors alone
    print(table(hall.record))
    print(
        f"{hall.served} visits; server {1000 * cpu:.1f} ms CPU and "
        f"{hall.received / 1000 / answers:.0f} kB for an answer, client "
        f"{1000 * own / answers:.1f} ms; memory {first.resident:.0f} MB before, "
        f"{fullest.resident:.0f} MB with {fullest.visitors}, "
        f"{(fullest.resident - first.resident) / max(fullest.visitors, 1):.2f} MB for each; "
        f"{fullest.memory:.0f} MB with all that the server has started"
    )
    if len(before) > 1:
        spread = shares([now - then for now, then in zip(processes.each_cpu(), before, strict=True)])
        print(f"the servers' CPU: {spread}")
    print(f"one server, with a core of its own, has seats for {seats(cpu, habits.think)} such visitors")
    return hall, samples


def mix(page: Served, options: argparse.Namespace) -> None:
    habits = Habits(think=options.think)
    print(f"\nmix: {options.visitors} students who think {options.think:g} s")
    for url in page.each:
        load_all(url)
    ours, _ = crowd(page, habits, options)
    if options.no_rival:
        return
    print(f"\nthe same hall on {TEN_LINES.name}")
    with served(options.servers, TEN_LINES, options.visitors) as rival:
        for url in rival.each:
            warm_up(url)
        theirs, _ = crowd(rival, replace(habits, actions=TEN_LINE_ACTIONS, links=("",)), options)
    print(ratios(ours.record, theirs.record, "the ten lines"))


def soak(page: Served, options: argparse.Namespace) -> None:
    print(f"\nsoak: {options.visitors} students coming and going, {options.minutes:g} min")
    for url in page.each:
        load_all(url)
    hall, samples = crowd(page, Habits(think=options.think, stay=60), options, options.minutes)
    print(curve(samples))
    second_half = samples[len(samples) // 2 : -1]
    print(f"resident in the second half: {growth(second_half):+.0f} MB an hour, {hall.served} visits in all")
    for waited in (30, 60):
        time.sleep(waited)
        resident, memory = page.processes.resident(), page.processes.memory()
        print(f"{waited} s after: {resident:.0f} MB resident, {memory:.0f} MB in all")


def idle(page: Served, options: argparse.Namespace) -> None:
    """Visitors who open the page and only hold it."""
    print(f"\nidle: {options.held} visitors who hold the page {options.seconds:g} s")
    for url in page.each:
        load_all(url)
    processes = page.processes
    before, record = processes.resident(), Record()

    async def hold(number: int, full: asyncio.Event, opened: list[None]) -> None:
        kind = "open"
        await asyncio.sleep(options.arriving * number / options.held)
        try:
            async with visiting_in_loop(page.url, headers=seat_of(number)) as visitor:
                record.add(kind, await visitor.open(""))
                opened.append(None)
                await full.wait()
                await asyncio.sleep(options.seconds + options.arriving * number / options.held)
                kind = "ε"
                record.add(kind, await visitor.type("Step ε", f"{1 + number % 999}e-5"))
        except LOST as error:
            record.fail(kind, error)
            opened.append(None)

    async def all_of_them() -> None:
        full, opened = asyncio.Event(), list[None]()
        tasks = [asyncio.create_task(hold(number, full, opened)) for number in range(options.held)]
        while len(opened) < options.held:
            await asyncio.sleep(0.5)
        full.set()
        await asyncio.sleep(options.seconds)
        each = (processes.resident() - before) / options.held
        print(
            f"memory {before:.0f} MB before, {processes.resident():.0f} MB with all, {each:.2f} MB for each; "
            f"{processes.memory():.0f} MB with all that the server has started"
        )
        await asyncio.gather(*tasks)

    asyncio.run(all_of_them())
    print(table(record))


def cold(options: argparse.Namespace) -> None:
    """First visits within a second to a server that answers for the first time."""
    print(f"\ncold: {options.first} first visits within a second")
    record = Record()
    with served(options.servers) as page:
        processes = page.processes

        async def come(number: int) -> int:
            await asyncio.sleep(number / options.first)
            return await visit_first(page.url, record, headers=seat_of(number))

        async def all_of_them() -> list[int]:
            return await asyncio.gather(*map(come, range(options.first)))

        sizes = asyncio.run(all_of_them())
        print(table(record))
        whole = len(record.seconds("page"))
        print(
            f"{whole} of {options.first} served whole; {sum(sizes) / len(sizes) / 1000:.0f} kB each; "
            f"server {processes.cpu():.1f} s CPU, {processes.resident():.0f} MB resident"
        )


async def waking(began: float, url: str) -> tuple[float, float]:
    """Seconds from ``began`` until the first document has its picture, and until the page is there whole."""
    document = b""
    while b"<figure" not in document:
        document = unpacked(await fetch(f"{url}/"))
    picture = time.time() - began
    async with visiting_in_loop(url) as visitor:
        await visitor.open("")
        if visitor.page.failures:
            raise RuntimeError("; ".join(visitor.page.failures))
    return picture, time.time() - began


def small(options: argparse.Namespace) -> None:
    """A server that wakes up, and then has a few students."""
    print(f"\nsmall: a server wakes up, and has {FEW_STUDENTS} students")
    few = argparse.Namespace(**vars(options) | {"visitors": FEW_STUDENTS, "arriving": 5.0})
    with serving(ROOT / "app.py") as server:
        picture, whole = asyncio.run(waking(server.started, server.url))
        print(f"first picture {picture:.1f} s after the start, the whole page {whole:.1f} s")
        page = Served(server.url, Processes((server.pid,)), (server.url,))
        load_all(server.url)
        _, samples = crowd(page, Habits(think=2.0), few)
    resident, memory = (max(getattr(sample, name) for sample in samples) for name in ("resident", "memory"))
    verdict = "holds" if max(resident, memory) <= SMALL_MEMORY else "FAILS"
    print(f"{verdict}: at most {resident:.0f} MB resident, {memory:.0f} MB in all, of {SMALL_MEMORY:.0f} MB")


async def type_heavy_formulas(visitor: AsyncVisitor, record: Record, numbers: Iterator[int]) -> None:
    """One heavy formula after the other, each with its point, until cancelled."""
    for name, formula, x in cycle(HEAVY):
        k = next(numbers)
        kinds = {"Function f": formula.replace("{k}", str(k)), "Point": ", ".join([str(x)] * 10)}
        for label, text in kinds.items():
            record.add(f"{name[:6]} {label[:5].lower()}", await visitor.type(label, text))


def heavy(page: Served, options: argparse.Namespace) -> None:
    """Students alone and beside one who types the heaviest formulas, in turns."""
    print(f"\nheavy: {options.few} students, alone and beside one who types heavy formulas, in turns")
    for url in page.each:
        load_all(url)
    alone, disturbed, neighbour, numbers = Record(), Record(), Record(), count(1)
    habits, seconds = Habits(think=1.0), options.seconds / 4

    async def attend(record: Record, seed: int, with_neighbour: bool) -> None:
        hall = Hall(page.url, habits, seed, seat_of, record)
        if not with_neighbour:
            await hall.fill(options.few, 2, seconds)
            return
        async with visiting_in_loop(page.url) as visitor:
            await visitor.open("")
            typing = asyncio.create_task(type_heavy_formulas(visitor, neighbour, numbers))
            await hall.fill(options.few, 2, seconds)
            typing.cancel()
            with suppress(asyncio.CancelledError):
                await typing

    for turn in range(4):
        asyncio.run(attend(alone, turn, False))
        asyncio.run(attend(disturbed, turn, True))
    for name, record in {
        "alone": alone,
        "beside the heavy one": disturbed,
        "the heavy one": neighbour,
    }.items():
        print(f"{name}:\n{table(record)}")
    print(ratios(disturbed, alone, "the students alone"))


def options_of(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    number = _between(1, MOST_VISITORS, int)
    seconds = _between(0.1, MOST_SECONDS, float)
    parser.add_argument("modes", nargs="+", choices=("mix", "idle", "cold", "heavy", "soak", "small"))
    parser.add_argument("--visitors", type=number, default=200, help="in the hall of mix and soak")
    parser.add_argument("--held", type=number, default=500, help="idle ones")
    parser.add_argument("--first", type=number, default=50, help="first visits to a cold server")
    parser.add_argument("--few", type=number, default=20, help="students beside the heavy one")
    parser.add_argument("--think", type=seconds, default=5.0, help="s between two actions of one, on average")
    parser.add_argument(
        "--arriving", type=seconds, help="s in which the hall fills; five hundred come within a minute"
    )
    parser.add_argument("--seconds", type=seconds, default=60.0, help="s that a mode takes from then on")
    parser.add_argument("--minutes", type=_between(0.1, 60, float), default=30.0, help="of the soak")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--servers", type=_between(1, 8, int), default=1, help="behind nginx if several")
    parser.add_argument("--no-rival", action="store_true", help="the mix without the ten lines")
    parser.add_argument("--url", default="", help="a page that is served already, on this machine")
    parser.add_argument("--pid", type=int, nargs="*", default=[], help="its processes")
    options = parser.parse_args(arguments)
    if options.arriving is None:
        options.arriving = MINUTE * options.visitors / COME_WITHIN_A_MINUTE
    if options.url:
        try:
            refuse_other_machines(options.url)
        except ValueError as error:
            parser.error(str(error))
    return options


def _between(least: float, most: float, kind: Callable[[str], float]) -> Callable[[str], float]:
    def read(text: str) -> float:
        value = kind(text)
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(f"{text} is not between {least:g} and {most:g}")
        return value

    return read


def main() -> None:
    end_on_signals()
    options = options_of()
    _, most_files = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most_files, 4 * MOST_VISITORS), most_files))
    modes = {"mix": mix, "idle": idle, "heavy": heavy, "soak": soak}
    for name in options.modes:
        if name in ("cold", "small"):
            {"cold": cold, "small": small}[name](options)
        elif options.url:
            page = Served(options.url, Processes(tuple(options.pid)), (options.url,))
            modes[name](page, options)
        else:
            # each mode by itself, on a server of its own
            with served(options.servers, visitors=options.visitors) as page:
                modes[name](page, options)


if __name__ == "__main__":
    main()
