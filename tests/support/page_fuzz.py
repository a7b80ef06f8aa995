"""A fuzzer of the whole page: the state of an address → pictures, messages, words, tables, walk, programs.

States are drawn from the gallery, the lesson, the elementary functions and random formulas, with extreme
numbers, in every type of number, with every layer, toggle, window, fault and compared picture. Each is made
in a child process: no exception, no warning, no number that JSON does not know, at most ``CPU_LIMIT`` seconds
of computing and ``MEMORY_LIMIT`` bytes more than before.

    python -m tests.support.page_fuzz --states 20000 --seed 1 --failures failures.jsonl

A state is the query of a link, so what failed can be opened in a browser as it is.
"""

from __future__ import annotations

import argparse
import collections
import faulthandler
import json
import os
import random
import re
import resource
import selectors
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import gradviz
from gradviz import link
from gradviz.autodiff.costs import FAMILIES
from gradviz.autodiff.faults import FAULTS
from gradviz.figures import LAYERS
from gradviz.methods.steps import STEP_KINDS
from gradviz.presets import PRESETS
from gradviz.tree.operations import OPERATIONS
from gradviz.tree.precision import PRECISIONS
from tests.support.paths import ROOT

CPU_LIMIT = 2.0  # seconds for one state, on all threads together
MEMORY_LIMIT = 500e6  # bytes
KILLED_AFTER = 4 * CPU_LIMIT  # seconds of computing after which no answer is waited for
PATIENCE = 0.2  # seconds between two looks at what a state has used so far
WALL_LIMIT = 60.0  # seconds: something that waits for ever computes nothing

METHODS = [method.name for method in gradviz.METHODS]
STEPPING = [method.name for method in gradviz.METHODS if method.takes_step]
ONE = [n for n, r in OPERATIONS.items() if r.arity == 1 and r.typed and not r.boolean and n != "negate"]
FORMULAS = """1/x^3; y/x; 1/(x y); x^x^x; x^y; x^y^z; gamma(x); digamma(x); gamma(x)*y; exp(x); exp(x^2);
exp(-1/x^2); ln(x); sqrt(x); x^10; x^100; x^-2; 1/(x-1); tan(x); csc(x)^4; cot(x)*y; x/y/z; |x|+|y|; max(x,y);
min(x,y,z); floor(x)+y; mod(x,y); atan2(y,x); x^(1/3); sin(1/x); x sin(1/x); erf(x)*erf(y); 1/x+y^2;
exp(exp(x));
x^2 if x<0 else sqrt(x); x1*x2*x3*x4*x5*x6*x7*x8; x1^2+x2^2+x3^2; 5; 1/0; x/0; 0*x; x-x; x; x+y; 1e300x;
1e-300x; x^2-y^2; (x-1e8)^2; sqrt(x^2+y^2); relu(x)*y; sigmoid(100x); ln(1+e^x); expm1(x); log1p(x y);
asin(x); acosh(x); f(x)=a*x; f(x,y)=a*x^2+b*y; f(x)=a*sin(b*x); f(x)=x^a; f(x,y)=exp(a*x)*y; f(x)=a/(x-b);
x!; (x+1)^(y+1)^2; x^(-y); sinc(x); sign(x)*y; hypot(x,y); 1/(1+x^2); tanh(50x) y"""
NUMBERS = """0; -0.0; 1; -1; 2; 3; 0.5; -0.2; 0.3; 1.5; pi; pi/2; -pi/2; 1.5707963267948966; 171; 170.6; 710;
709.78; 800; 26.5; 88.7; 90; 11; 12; 65504; 70000; 1e-8; 1e8; 1e15; 9007199254740993; 2^-26; 1e-16; 1+2^-52;
5e-324; -5e-324; 1e-310; 2.2250738585072014e-308; 1e-300; 1e-160; 1e-100; 1e39; 3.4e38; 1e100; -1e100; 1e99;
1e154; -999999999999.5; 1e9+0.25; 10; -10; 20; 20.001; 100; -2; 4; 6; 8.5; 0.1; 1e5; 1e6; 1e-3"""
STEPS = (
    "0.1; 0.1; 0.01; 0.5; 1; 1e-3; 1e-8; 2^-26; 1e-16; 1e-30; 1e-300; 5e-324; 10; 1e6; 1e100; 1e-4; 0.0005"
)
RANGES = """-1, 1; 1, -1; -6, 6; 0, 1; -1e100, 1e100; -1e50, 1e80; 0, 1e-90; -1e-99, 1e-99; 1, 1.0000001;
1e8, 1e8+1; -5e-324, 5e-324; 0, 0; 100, 200; -0.1, 0.1; 709, 711; 1e100, -1; 1e-3, 1; -170.5, 171; nan, 1;
0, 1e39"""
CAMERAS = ("1.2,-1.5,0.8,0,0,0", "0,0,2,0,0,0,0,1,0", "10,10,10,-10,-10,-10", "0.01,0,0,0,0,0", "1,2,3")


def _items(text: str) -> list[str]:
    return [item.strip() for item in text.replace("\n", " ").split(";")]


FORMULA, NUMBER, STEP, RANGE = map(_items, (FORMULAS, NUMBERS, STEPS, RANGES))


# --- states -------------------------------------------------------------------------------------------------


def formula(dice: random.Random, depth: int) -> str:
    """A formula of at most ``depth`` levels."""
    if depth == 0 or dice.random() < 0.15:
        return dice.choice(["x", "x", "y", "y", "z", "2", "0.5", "pi", "1e-3", "0", "1e30"])
    if dice.random() < 0.5:
        return f"({formula(dice, depth - 1)} {dice.choice('+-*/^')} {formula(dice, depth - 1)})"
    if dice.random() < 0.8:
        return f"{dice.choice(ONE)}({formula(dice, depth - 1)})"
    return f"{dice.choice(['max', 'min', 'atan2', 'mod'])}({formula(dice, depth - 1)}, {formula(dice, 0)})"


def coordinate(dice: random.Random) -> str:
    if dice.random() < 0.35:
        return f"{dice.uniform(-4, 4):.3g}"
    if dice.random() < 0.4:
        return repr(dice.choice([-1, 1]) * 10.0 ** dice.uniform(-300, 300))
    return dice.choice(NUMBER)


def question(dice: random.Random) -> dict[str, str]:
    """A function, its point, ε, parameters and window."""
    kind = dice.random()
    query: dict[str, str] = {}
    if kind < 0.4:
        query = link.values_of(dice.choice(PRESETS))
    elif kind < 0.85:
        query[link.FUNCTION] = dice.choice(FORMULA)
    elif kind < 0.9:
        query[link.FUNCTION] = f"{dice.choice(ONE)}({dice.choice(['x', 'x', '-x', 'x y', '1e12x', 'x^2+y'])})"
    elif kind < 0.97:
        query[link.FUNCTION] = formula(dice, dice.randint(1, 3))
    if kind >= 0.4 or dice.random() < 0.4:
        query[link.POINT] = ", ".join(coordinate(dice) for _ in range(dice.choice([1, 2, 2, 3, 8])))
    if dice.random() < 0.5:
        query[link.STEP] = dice.choice(STEP)
    for name in (link.ACROSS, link.UP):
        if dice.random() < 0.15:
            query[name] = dice.choice(RANGE)
    if "a*" in query.get(link.FUNCTION, "") or dice.random() < 0.05:
        query[link.PARAMETERS] = f"a:{coordinate(dice)},b:{coordinate(dice)}"
    elif dice.random() < 0.05:
        query[link.PARAMETERS] = f"x:{coordinate(dice)}"
    return {name: text for name, text in query.items() if text}


def state(seed: int, number: int) -> dict[str, Any]:
    """The state of that number: ``query``, and sometimes the query ``before`` it on the same page."""
    dice = random.Random(f"{seed} {number}")
    query = question(dice)

    def sometimes(share: float, name: str, value: Any) -> None:
        if dice.random() < share:
            query[name] = value() if callable(value) else value

    def some(names: Iterable[str], share: float) -> str:
        return ",".join(name for name in names if dice.random() < share)

    sometimes(0.5, link.SHOWN, lambda: some(METHODS, 0.6) or "none")
    sometimes(0.5, link.PRECISION, lambda: dice.choice(list(PRECISIONS)))
    sometimes(0.4, link.STEP_KIND, lambda: dice.choice(list(STEP_KINDS)))
    sometimes(0.6, link.LAYERS, lambda: some([layer.name for layer in LAYERS], 0.5))
    sometimes(0.3, link.LAYERS_BY, lambda: dice.choice(STEPPING))
    sometimes(0.3, link.EXPLAINED, lambda: dice.choice([*STEPPING, link.NO_ONE]))
    for name in (link.LIFT, link.OVERLAY, link.RELATIVE, link.FAMILY):
        sometimes(0.35, name, "1")
    sometimes(0.1, link.PREDICT, "1")
    sometimes(0.05, link.PRESENT, "1")
    sometimes(0.4, link.FAULT, lambda: dice.choice(FAULTS).name)
    sometimes(0.15, link.PLACE, lambda: f"{dice.randrange(9)}.{dice.randrange(3)}")
    sometimes(0.1, link.NODE, lambda: str(dice.choice([0, 1, 5, 60, 9999])))
    sometimes(0.1, link.FAMILY_COUNTED, lambda: dice.choice(FAMILIES).name)
    sometimes(0.1, link.HIDDEN, lambda: some(link.PARTS, 0.2))
    sometimes(0.1, link.CAMERA, lambda: dice.choice(CAMERAS))
    sometimes(0.1, link.AXES, lambda: dice.choice(["x,z", "z,x", "x1,x8", "y,y", "u"]))
    sometimes(0.05, link.WINDOW, lambda: "-1, 1, 0, 2" if dice.random() < 0.5 else "-8, 8")
    sometimes(0.08, link.COMPARED, lambda: urlencode(question_kept(dice)))
    query[link.LINK] = str(link.VERSION)
    return {"query": query} | ({"before": question(dice)} if dice.random() < 0.1 else {})


def question_kept(dice: random.Random) -> dict[str, str]:
    entries = {name: text for name, text in question(dice).items() if name in link.ENTRIES}
    entries.setdefault(link.FUNCTION, "x1^2 + x2^2")
    if dice.random() < 0.3:
        entries[link.PRECISION] = dice.choice(list(PRECISIONS))
    return entries


# --- one state, in the child process ------------------------------------------------------------------------


def make(state: dict[str, Any]) -> None:
    """All that the page shows in ``state``."""
    from gradviz.content import content

    last = None
    if "before" in state:
        last = link.read(link.entries(link.values_in(state["before"])[0]))
    values, _ = link.values_in(state["query"])
    made = content(values, last)
    for failure in made.failures:
        raise failure.error
    json.dumps(made.sent, allow_nan=False)
    assert all(remark.sentence for remark in made.remarks)


def status(field: str) -> int:
    """A size in bytes out of /proc/self/status."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) * 1024
    raise LookupError(field)


def answer_states() -> None:
    """The child process: a state per line comes in, a line about each goes out."""
    from gradviz.methods.loading import load_torch
    from gradviz.symbolic import worker

    faulthandler.register(signal.SIGUSR1, all_threads=False)  # the frames of the main thread
    load_torch()
    worker.warm_up()
    for number in range(3):  # what is imported or compiled at first use
        for query in ({}, {"f": "x^3", "at": "2", "fault": "sign", "more": "path,digits"}):
            make({"query": query | {"dtype": list(PRECISIONS)[number]}})
    warnings.simplefilter("error")
    room = status("VmSize") + int(1.2 * MEMORY_LIMIT)  # of address space: a MemoryError beyond
    resource.setrlimit(resource.RLIMIT_AS, (room, room))
    print("ready", flush=True)
    for line in sys.stdin:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak begins anew
        size, begun = status("VmRSS"), time.process_time()
        found: dict[str, Any] = {}
        try:
            make(json.loads(line))
        except Exception as error:
            frames = traceback.extract_tb(error.__traceback__)[-6:]
            found["exception"] = f"{type(error).__name__}: {str(error)[:300]}"
            found["frames"] = [f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in frames]
        found["cpu"] = round(time.process_time() - begun, 3)
        found["memory"] = status("VmHWM") - size
        if "exception" not in found and found["cpu"] > CPU_LIMIT:
            found["exception"] = f"over the limit: {found['cpu']:.1f} s"
        if "exception" not in found and found["memory"] > MEMORY_LIMIT:
            found["exception"] = f"over the limit: {found['memory'] / 1e6:.0f} MB"
        print(json.dumps(found), flush=True)


# --- many states, in the parent -----------------------------------------------------------------------------


class Child:
    """A process that makes states; it is killed, and another one started, when one of them takes too long."""

    def __init__(self) -> None:
        self.stderr = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115
        self._start()

    def _start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.page_fuzz", "--child"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.stderr,
            text=True,
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.stdin, self.stdout = self.process.stdin, self.process.stdout
        line = self.stdout.readline()
        assert line == "ready\n", line

    def _cpu(self) -> float:
        fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def make(self, state: dict[str, Any]) -> dict[str, Any]:
        """What became of one state: ``cpu`` and ``memory``, and where it failed ``exception``."""
        self.stdin.write(json.dumps(state) + "\n")
        self.stdin.flush()
        begun, cpu = time.monotonic(), self._cpu()
        with selectors.DefaultSelector() as selector:
            selector.register(self.stdout, selectors.EVENT_READ)
            while not selector.select(timeout=PATIENCE):
                used = self._cpu() - cpu
                if used > KILLED_AFTER or time.monotonic() - begun > WALL_LIMIT:
                    frames = self._frames()
                    self._kill()
                    self._start()
                    return {
                        "exception": f"killed after {used:.1f} s",
                        "frames": frames,
                        "cpu": used,
                        "memory": 0,
                    }
        line = self.stdout.readline()
        if not line:
            code = self.process.wait()
            self._kill()
            self._start()
            return {"exception": f"the process ended with {code}", "cpu": 0.0, "memory": 0}
        return json.loads(line)

    def _frames(self) -> list[str]:
        """Where the process is now, the innermost last."""
        self.stderr.seek(0, os.SEEK_END)
        before = self.stderr.tell()
        self.process.send_signal(signal.SIGUSR1)
        text, asked = "", time.monotonic()
        while not text and time.monotonic() - asked < WALL_LIMIT:
            time.sleep(0.5)  # in which it writes all, once it has begun
            self.stderr.seek(before)
            text = self.stderr.read()
        found = re.findall(r'File "(?:.*/)?(.*?)", line (\d+) in (.*)', text)
        return [f"{file}:{line} {name}" for file, line, name in reversed(found[:10])]

    def _kill(self) -> None:
        self.process.kill()
        self.process.wait()
        self.stdin.close()
        self.stdout.close()

    def close(self) -> None:
        self._kill()
        self.stderr.close()


def run(states: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Each of ``states`` with what became of it."""
    child = Child()
    try:
        for each in states:
            yield each | child.make(each)
    finally:
        child.close()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--states", type=int, default=1000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--from", type=int, default=0, dest="first", help="the number of the first state")
    options.add_argument("--failures", type=Path, help="a file to which each failing state is appended")
    options.add_argument("--again", type=Path, help="make the states of this file instead")
    options.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    asked = options.parse_args()
    if asked.child:
        answer_states()
        return
    if asked.again:
        rows = [json.loads(line) for line in asked.again.read_text(encoding="utf-8").splitlines()]
        states = [{key: row[key] for key in ("query", "before") if key in row} for row in rows]
    else:
        numbers = range(asked.first, asked.first + asked.states)
        states = ({"number": n, **state(asked.seed, n)} for n in numbers)
    begun, kinds = time.monotonic(), collections.Counter()
    cpu: list[float] = []
    memory: list[float] = []
    for found in run(states):
        cpu.append(found["cpu"])
        memory.append(found["memory"] / 1e6)
        if "exception" in found:
            where = found.get("frames", ["?"])[-1]
            kinds[f"{found['exception'][:90]} | {where}"] += 1
            print(json.dumps(found, ensure_ascii=False), flush=True)
            if asked.failures:
                with asked.failures.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(found, ensure_ascii=False) + "\n")
        if len(cpu) % 500 == 0:
            print(f"{len(cpu)} states in {time.monotonic() - begun:.0f} s", flush=True)
    cpu.sort()
    count = len(cpu)
    print(f"{count} states, {kinds.total()} failed, in {time.monotonic() - begun:.0f} s; seed {asked.seed}")
    shares = {share: cpu[min(count - 1, int(share * count))] for share in (0.5, 0.9, 0.99, 0.999)}
    print(
        "CPU in s:", ", ".join(f"{share:.1%} {s:.2f}" for share, s in shares.items()), f"most {cpu[-1]:.2f}"
    )
    print(f"memory in MB: most {max(memory):.0f}")
    for kind, times in kinds.most_common():
        print(f"{times:6d} {kind}")


if __name__ == "__main__":
    main()
