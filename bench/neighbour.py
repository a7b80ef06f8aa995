"""How much a visitor waits longer while a neighbour opens heavy links one after the other.

``python -m bench.neighbour`` prints the median and the 90 % quantile of the victim's waits, alone and
beside the neighbour, and their ratios. The two cases take turns in one server, so that what else the machine
does meets both.
"""

from __future__ import annotations

import argparse
import statistics
import threading
import time
from itertools import count, cycle
from urllib.parse import quote

from bench.visitor import Visitor, visiting
from tests.support.paths import ROOT
from tests.support.server import Server, end_on_signals, serving

TEN = [f"x{i}" for i in range(1, 11)]


# what the victim changes, 5 : 3 : 2, and the label of its entry
ENTRIES = {"ε": "Step ε", "point": "Point", "function": "Function f"}
TURNS = ("ε", "point", "ε", "function", "ε", "point", "ε", "point", "ε", "function")


def nested(name: str, depth: int, core: str) -> str:
    return f"{name}(" * depth + core + ")" * depth


# accepted by the reader, and long at work: formulas with {k}, a number that makes each one new
HEAVY = (
    ("gammas and erfs", "+".join(f"gamma({x}^2+1.3{{k}})*erf({x})" for x in TEN), 0.7),
    ("sines and gammas", "*".join(f"sin({x})*gamma({x}+1.{{k}})" for x in TEN), 0.7),
    ("sin nested", nested("sin", 12, "+".join(TEN) + "+0.{k}"), 0.5),
    ("erf nested", nested("erf", 12, "+".join(TEN) + "+0.{k}"), 0.1),
    ("gamma nested", nested("gamma", 9, "+".join(TEN) + "+0.{k}"), 0.2),
    (
        "Ackley",
        "-20*exp(-0.2*sqrt(("
        + "+".join(f"{x}^2" for x in TEN)
        + ")/10)) - exp(("
        + "+".join(f"cos(2pi*{x})" for x in TEN)
        + ")/10) + 20 + e + 0.{k}",
        0.3,
    ),
)


def open_heavy_links(server: Server, stop: threading.Event, waits: dict[str, list[float]]) -> None:
    """One after the other, each a page of its own, until ``stop`` is set."""
    for k, (name, formula, x) in zip(count(1), cycle(HEAVY), strict=False):
        if stop.is_set():
            return
        with visiting(server.url) as visitor:
            text, point = formula.replace("{k}", str(k)), ", ".join([str(x)] * 10)
            waits.setdefault(name, []).append(visitor.open(f"f={quote(text)}&at={quote(point)}&v=2"))


def act(victim: Visitor, numbers: count, actions: int, pause: float) -> list[tuple[str, float]]:
    """ε, point and function as 5 : 3 : 2, with pauses: what was changed, and the seconds until the answer."""
    waits = []
    for _, turn in zip(range(actions), cycle(TURNS), strict=False):
        k = next(numbers)
        text = {
            "ε": f"{1 + k % 900}e-4",
            "point": f"{1 + k % 37 / 40}, {2 + k % 23 / 25}",
            "function": f"x^2 + {k}*y^2 + sin(x*y)",
        }[turn]
        waits.append((turn, victim.type(ENTRIES[turn], text)))
        time.sleep(pause)
    return waits


def quantiles(waits: list[float]) -> tuple[float, float]:
    """The median and the 90 % quantile, in ms."""
    return 1000 * statistics.median(waits), 1000 * statistics.quantiles(waits, n=10)[-1]


def report(alone: list[tuple[str, float]], disturbed: list[tuple[str, float]]) -> None:
    for turn in (*ENTRIES, "all"):
        before, after = (
            quantiles([wait for name, wait in waits if turn in (name, "all")]) for waits in (alone, disturbed)
        )
        ratios = " and ".join(f"{b / a:.2f}" for a, b in zip(before, after, strict=True))
        print(
            f"{turn}: median {before[0]:.0f} ms, 90 % within {before[1]:.0f} ms; with the neighbour "
            f"{after[0]:.0f} and {after[1]:.0f} ms; ratios {ratios}"
        )


def main() -> None:
    end_on_signals()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="alone and disturbed, in turn")
    parser.add_argument("--actions", type=int, default=50, help="of the victim, in each round and case")
    parser.add_argument("--pause", type=float, default=0.2, help="seconds between two of them")
    options = parser.parse_args()
    alone: list[tuple[str, float]] = []
    disturbed: list[tuple[str, float]] = []
    neighbour: dict[str, list[float]] = {}
    with serving(ROOT / "app.py") as server, visiting(server.url) as victim:
        victim.open("")
        act(victim, numbers := count(1), 20, 0.05)  # until all is loaded
        for _ in range(options.rounds):
            alone += act(victim, numbers, options.actions, options.pause)
            stop = threading.Event()
            thread = threading.Thread(target=open_heavy_links, args=(server, stop, neighbour))
            thread.start()
            disturbed += act(victim, numbers, options.actions, options.pause)
            stop.set()
            thread.join()
    for name, waits in neighbour.items():
        print(f"neighbour: {name}, {len(waits)} opened, median {1000 * statistics.median(waits):.0f} ms")
    report(alone, disturbed)


if __name__ == "__main__":
    main()
