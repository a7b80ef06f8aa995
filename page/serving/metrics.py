"""What the server counts of its visitors, and tells at ``/metrics`` in Prometheus' text format.

Nothing here names a visitor, an address, or what anybody typed. Counting takes some microseconds an action,
which itself takes some twenty thousand; what is asked of others is asked when the numbers are fetched.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from time import perf_counter

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from page.runtime import RERUN, RUN_ENDS, run_end, sessions

# Seconds: an answer takes 0.02, may take 1 for all of 200 visitors, and is a fault above 10.
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
REGISTRY = CollectorRegistry(auto_describe=True)

CONNECTIONS = Gauge("gradviz_connections", "WebSockets that are open.", registry=REGISTRY)
OPENED = Counter("gradviz_connections_opened", "WebSockets that were accepted.", registry=REGISTRY)
RUNS = Counter("gradviz_runs", "Runs of the page, by how they ended.", ["end"], registry=REGISTRY)
ANSWER_SECONDS = Histogram(
    "gradviz_answer_seconds",
    "From a visitor's request to the end of its answer.",
    buckets=BUCKETS,
    registry=REGISTRY,
)
FAILED_PARTS = Counter(
    "gradviz_failed_parts", "Parts of the page that failed: a sentence stood there.", registry=REGISTRY
)
REFUSALS = Counter("gradviz_refusals", "What was not answered, by what it was.", ["what"], registry=REGISTRY)
SEATS_TAKEN = Gauge(
    "gradviz_seats_taken", "Seats that are taken or reserved, of GRADVIZ_SEATS.", registry=REGISTRY
)
WAITING = Gauge("gradviz_waiting", "Visitors who wait for a seat.", registry=REGISTRY)
RUNS_WORKING = Gauge("gradviz_runs_working", "Runs of the page that are at work.", registry=REGISTRY)
RUNS_WAITING = Gauge("gradviz_runs_waiting", "Runs of the page that wait in line.", registry=REGISTRY)
ENDS = {end: RUNS.labels(end) for end in RUN_ENDS}  # all of them, so that each is there before it is needed


# All that may be refused, so that each count is there before it is needed.
REFUSED = {
    what: REFUSALS.labels(what)
    for what in (
        "a seat",
        "sockets of an address",
        "a first picture",
        "a draft",
        "a preview",
        "a message of text",
        "a message that is too large",
        "a message that cannot be read",
        "a message of another kind",
        "messages without end",
        "messages that nobody reads",
    )
}


def refused(what: str) -> None:
    """Count that something was not answered: a key of ``REFUSED``."""
    REFUSED[what].inc()


class Elsewhere(Collector):
    """What others know and count, asked when the numbers are fetched."""

    def collect(self) -> Iterator[Metric]:
        found = sessions()
        if found is not None:
            family = GaugeMetricFamily("gradviz_sessions", "Sessions in memory.", labels=["visitor"])
            for visitor, number in zip(("connected", "gone"), found, strict=True):
                family.add_metric([visitor], number)
            yield family
        worker = sys.modules.get("gradviz.symbolic.worker")  # never loaded for this: the warm-up does
        if worker is None or not hasattr(worker, "counts"):  # half-way through its own import
            return
        started = CounterMetricFamily(
            "gradviz_worker_starts", "Workers that were started, first ones included.", labels=["worker"]
        )
        cut_off = CounterMetricFamily(
            "gradviz_cut_off", "Work that was cut off at its limit.", labels=["worker"]
        )
        busy = CounterMetricFamily(
            "gradviz_worker_refusals", "Work that found no free worker in time.", labels=["worker"]
        )
        for name, events in worker.counts().items():
            started.add_metric([name], events[worker.STARTED])
            cut_off.add_metric([name], events[worker.CUT_OFF])
            busy.add_metric([name], events[worker.BUSY])
        yield from (started, cut_off, busy)
        memory = sum(map(resident_bytes, worker.processes()))
        yield GaugeMetricFamily("gradviz_worker_memory_bytes", "Resident memory of all workers.", memory)


def resident_bytes(process: int) -> int:
    """The resident memory of a process; 0 where it is gone, or the system has no ``/proc``."""
    try:
        with open(f"/proc/{process}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


REGISTRY.register(Elsewhere())
ProcessCollector(registry=REGISTRY)  # memory, CPU time, open files of this process, on Linux


class Stopwatch:
    """Takes the time of one visitor's answers.

    Streamlit answers requests that come while a run goes on together, by the next run: the time of an answer
    is counted from the first request that was open when it ended, and none for a run that nothing is open of.
    """

    def __init__(self) -> None:
        self.since: float | None = None

    def request(self, kind: str) -> None:
        """A message from the visitor."""
        if self.since is None and kind == RERUN:
            self.since = perf_counter()

    def response(self, message: bytes) -> None:
        """A message to the visitor."""
        end = run_end(message)
        if end is None:
            return
        ENDS[end].inc()
        if self.since is not None and end != "superseded":
            ANSWER_SECONDS.observe(perf_counter() - self.since)
            self.since = None
