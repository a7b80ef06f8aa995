"""What is measured of a page under load: waits, percentiles, errors, and the memory and CPU of its server."""

from __future__ import annotations

import math
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

PERCENTILES = (50, 95, 99)
ALL = "all"
BUSY = 0.7  # share of its core that a server is meant to be at work
PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")  # of the CPU times in /proc, per second
MEGABYTE = 1024.0  # kB: the unit of /proc


def percentile(values: Iterable[float], percent: float) -> float:
    """The smallest of ``values`` that at least ``percent`` % of them do not exceed; nan without values.

    The nearest rank: always a wait that was measured, and no smaller than an interpolated one.
    """
    ordered = sorted(values)
    if not ordered:
        return math.nan
    return ordered[max(math.ceil(percent / 100 * len(ordered)), 1) - 1]


@dataclass(frozen=True)
class Wait:
    """From an action of ``kind`` to the last message of its answer, in seconds."""

    kind: str
    seconds: float


@dataclass
class Record:
    """What a crowd of visitors has met: waits in the order of the answers, and errors by what they say."""

    waits: list[Wait] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)

    def add(self, kind: str, seconds: float) -> None:
        self.waits.append(Wait(kind, seconds))

    def fail(self, kind: str, error: BaseException | str) -> None:
        said = error if isinstance(error, str) else f"{type(error).__name__} {error}".strip()
        self.errors[f"{kind}: {said[:160]}"] += 1

    def seconds(self, kind: str = ALL) -> list[float]:
        """The waits for answers to one kind of action, or to all."""
        return [wait.seconds for wait in self.waits if kind in (ALL, wait.kind)]

    def percentile(self, percent: float, kind: str = ALL) -> float:
        return percentile(self.seconds(kind), percent)


def table(record: Record) -> str:
    """A line for each kind of action and for all: how many, p50, p95, p99 and the longest wait in ms."""
    kinds = [*dict.fromkeys(wait.kind for wait in record.waits), ALL]
    names = (*(f"p{percent}" for percent in PERCENTILES), "longest")
    lines = [f"{'ms':12}{'answers':>8}" + "".join(f"{name:>9}" for name in names)]
    for kind in kinds:
        values = record.seconds(kind)
        shown = [percentile(values, percent) for percent in (*PERCENTILES, 100)]
        lines.append(f"{kind:12}{len(values):8}" + "".join(f"{1000 * value:9.0f}" for value in shown))
    failed = sum(record.errors.values())
    lines += [f"errors: {failed or 'none'}"]
    lines += [f"  {count} × {said}" for said, count in record.errors.most_common(10)]
    return "\n".join(lines)


def ratios(record: Record, rival: Record, name: str) -> str:
    """p50, p95 and p99 of all answers, as multiples of those of the rival with this ``name``."""
    shown = [
        f"p{percent} {record.percentile(percent) / rival.percentile(percent):.2f}" for percent in PERCENTILES
    ]
    return f"ratios to {name}: {', '.join(shown)}"


def seats(cpu: float, every: float) -> int:
    """For how many visitors one core is enough, who each ask for ``cpu`` seconds ``every`` so many seconds.

    It is busy for ``BUSY`` of the time then: above that the line grows faster than it shrinks after a rush.
    """
    return max(int(BUSY * every / cpu), 1)


def shares(parts: Sequence[float]) -> str:
    """How what several servers have done is spread over them, in percent."""
    whole = sum(parts)
    return " : ".join(f"{100 * part / whole:.0f}" if whole else "-" for part in parts)


@dataclass(frozen=True)
class Processes:
    """A server's processes: those named, and all that they have started, whoever of them lives."""

    roots: tuple[int, ...]

    def ids(self) -> list[int]:
        parents = {}
        for folder in PROC.iterdir():
            if folder.name.isdigit() and (fields := _stat(int(folder.name))):
                parents[int(folder.name)] = int(fields[1])
        found = [root for root in self.roots if root in parents]
        for process in found:  # grows while it is walked
            found += [child for child, parent in parents.items() if parent == process and child not in found]
        return found

    def cpu(self) -> float:
        """Seconds of CPU so far, with those of the children that have ended."""
        fields = [_stat(process) for process in self.ids()]
        return sum(sum(map(int, values[11:15])) for values in fields if values) / TICKS

    def each_cpu(self) -> list[float]:
        """Seconds of CPU so far, of each of those named and all that it has started."""
        return [Processes((root,)).cpu() for root in self.roots]

    def memory(self) -> float:
        """MB, pages that several share counted once: the sum of proportional set sizes."""
        return sum(map(_proportional_set, self.ids())) / MEGABYTE

    def resident(self) -> float:
        """MB resident in the roots alone, as ``top`` shows them."""
        return sum(_status(process, "VmRSS") for process in self.roots) / MEGABYTE


def _stat(process: int) -> list[str]:
    """The fields of /proc/…/stat from the state on; none where the process is gone."""
    try:
        text = (PROC / str(process) / "stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return []
    return text.rpartition(")")[2].split()


def _status(process: int, name: str) -> int:
    return _kilobytes(process, "status", name)


def _proportional_set(process: int) -> int:
    return _kilobytes(process, "smaps_rollup", "Pss")


def _kilobytes(process: int, file: str, name: str) -> int:
    """A line of a file of /proc in kB; 0 where the process is gone."""
    try:
        text = (PROC / str(process) / file).read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next((int(line.split()[1]) for line in text.splitlines() if line.startswith(f"{name}:")), 0)


@dataclass(frozen=True)
class Sample:
    """The server at one moment, ``seconds`` after the beginning; ``taken`` is the CPU time it took to ask."""

    seconds: float
    visitors: int
    resident: float
    memory: float
    cpu: float
    taken: float = 0.0


def curve(samples: Sequence[Sample]) -> str:
    """A line for each sample: time, visitors, MB resident and in all, and share of a core since the last."""
    lines = [f"{'s':>6}{'visitors':>10}{'RSS MB':>9}{'all MB':>9}{'cores':>7}"]
    for before, now in zip([None, *samples], samples, strict=False):
        elapsed = now.seconds - before.seconds if before else 0
        cores = (now.cpu - before.cpu) / elapsed if before and elapsed else 0.0
        lines.append(f"{now.seconds:6.0f}{now.visitors:10}{now.resident:9.0f}{now.memory:9.0f}{cores:7.2f}")
    return "\n".join(lines)


def growth(samples: Sequence[Sample]) -> float:
    """MB resident per hour: the slope of the least-squares line; nan below two different times."""
    times = [sample.seconds / 3600 for sample in samples]
    sizes = [sample.resident for sample in samples]
    if len(set(times)) < 2:
        return math.nan
    mean_time, mean_size = sum(times) / len(times), sum(sizes) / len(sizes)
    covered = sum((time - mean_time) ** 2 for time in times)
    return sum((t - mean_time) * (s - mean_size) for t, s in zip(times, sizes, strict=True)) / covered
