"""What every test stands on: how hypothesis searches, and the order of the run."""

import gc
import os
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from gradviz.sweeping import evaluation
from gradviz.symbolic import worker

# No deadline: the first example pays for imports, and a busy machine is no bug. In CI the examples are the
# same each time, so that a red run can be repeated; elsewhere every run looks at new ones.
settings.register_profile("here", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", parent=settings.get_profile("here"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")

# A machine that is busy with tests may take longer over a closed form, for which a worker of low priority is
# waited by the clock, and over the truth; the tests of the limits set their own.
worker.SECONDS = 60.0
evaluation.SECONDS = 10.0

BROWSER = Path(__file__).parent / "browser"

# A browser without a graphics card, on a machine that is busy with other programs, now and then draws or
# answers in an order that no visitor sees. A test there that fails is tried once more, on a page loaded
# anew; the end of the run tells what failed at first, and more of these than so many fail the run, whatever
# their second try says.
MOST_SECOND_TRIES = 3


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect without the collector of garbage, and keep what was collected out of its sight.

    The tests and the modules they import are millions of objects that live as long as the run. To look
    through them again and again is half of the time of collecting, and half a second each later time. What a
    test leaves behind is still found.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser last: what is wrong with a number shows in seconds, and by its own test."""
    items.sort(key=lambda item: BROWSER in item.path.parents)
    for item in items:
        if BROWSER in item.path.parents:
            item.add_marker(pytest.mark.flaky(reruns=1))


def second_tries(config: pytest.Config) -> list[pytest.TestReport]:
    """What failed at the first try, once all is done; [] where nothing is reported."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    return reporter.stats.get("rerun", []) if reporter else []


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if len(second_tries(session.config)) > MOST_SECOND_TRIES:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for report in second_tries(config):
        terminalreporter.section(f"failed at first: {report.nodeid}", "_")
        terminalreporter.write_line(report.longreprtext)
