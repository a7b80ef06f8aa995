"""What whoever hosts the page is told: settings, figures and names of metrics are those of the code."""

from __future__ import annotations

import inspect
import json
import re
import tomllib

import h11._connection
import pytest
from prometheus_client import generate_latest
from streamlit import config
from streamlit.runtime.memory_session_storage import MemorySessionStorage

from gradviz.reading.lexer import LONGEST_TEXT
from gradviz.symbolic import worker
from page import server
from page.serving import hall, limits, metrics, patience, sockets
from tests.support.paths import ROOT

SECURITY = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
SETTINGS = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
DASHBOARD = json.loads((ROOT / "deploy" / "grafana.json").read_text(encoding="utf-8"))
OPTIONS = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))


def row(table: str, first: str) -> str:
    (found,) = [line for line in table.splitlines() if line.startswith(f"| {first} |")]
    return found


def rate(bound: limits.Rate) -> str:
    return f"{bound.per_second:g} a second, {bound.burst} at once"


# a row of the table, and the figures that stand in it
WORK_SECONDS = next(  # as visitors have it: the tests give it more
    found[1]
    for line in inspect.getsource(worker).splitlines()
    if (found := re.match(r"SECONDS = (\d+)", line))
)
STORED = inspect.signature(MemorySessionStorage).parameters["maxsize"].default
FIGURES = (
    ("request line and headers together", f"{h11._connection.DEFAULT_MAX_INCOMPLETE_EVENT_SIZE // 1024} KiB"),
    ("a request that is not sent whole", f"{patience.SECONDS:g} s"),
    ("a message over the WebSocket", f"{sockets.LONGEST_MESSAGE // 1024} KiB"),
    ("messages of one WebSocket", rate(limits.MESSAGES)),
    ("messages of one WebSocket", "after 100 that"),
    ("a message that the visitor does not read", f"{sockets.UNREAD:g} s"),
    ("first documents of one address", rate(limits.FIRST_DOCUMENTS)),
    ("first documents that are drawn", f"2 at once, {server.DRAWING._most} wait"),
    ("drafts of one address", rate(limits.DRAFTS)),
    ("pictures of links of one address", rate(limits.PREVIEWS)),
    ("visitors of a server", f"up to {hall.MOST_WAITING}"),
    ("places of one address in the queue", f"{hall.MOST_FROM_ADDRESS}"),
    ("seats kept for one address whose pages are not there yet", f"for {hall.RESERVED:g} s"),
    ("seats kept for one address whose pages are not there yet", f"at least {hall.LEAST_RESERVED}"),
    ("sessions without their visitor", f"{OPTIONS['server']['disconnectedSessionTTL']} s, {STORED} of them"),
    ("symbolic work", f"{WORK_SECONDS} s of CPU and {worker.MEMORY >> 30} GB, {worker.WORKERS} workers"),
    ("symbolic work", f"{worker.MOST_WAITING} wait"),
)


@pytest.mark.parametrize(("first", "figure"), FIGURES)
def test_the_bounds_that_are_told_hold(first, figure):
    assert figure in row(SECURITY, first)
    assert sockets.MOST_DELAYED == 100


def test_other_figures_that_are_told_hold():
    assert f"{LONGEST_TEXT} letters of a formula" in SECURITY
    assert f"held for {hall.LOST:g} s after a lost connection, for {hall.LEFT:g} s after" in SETTINGS
    assert f"for {hall.RESERVED:g} s for whoever is let in" in SETTINGS
    assert f"keeps its place for {hall.KEEPS_PLACE:g} s" in SETTINGS
    assert config.get_option("server.enableXsrfProtection")
    assert config.get_option("server.enableCORS")
    assert not config.get_option("server.enableAgentApi")
    assert not config.get_option("server.enableStaticServing")


def test_every_setting_is_told_and_every_setting_that_is_told_is_read():
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "page").rglob("*.py")]
    read = set(re.findall(r'"(GRADVIZ_[A-Z_]+)"', "\n".join(sources)))
    assert read
    assert set(re.findall(r"`(GRADVIZ_[A-Z_]+)` \|", SETTINGS)) == read


def named() -> set[str]:
    """All metrics of the server, with sessions as while it serves."""
    text = generate_latest(metrics.REGISTRY).decode()
    return set(re.findall(r"^([a-z_]+)[{ ]", text, re.MULTILINE))


@pytest.fixture
def serves(monkeypatch) -> None:
    monkeypatch.setattr(metrics, "sessions", lambda: (3, 1))


def test_every_metric_of_the_dashboard_is_there(serves):
    shown = {
        name
        for panel in DASHBOARD["panels"]
        for target in panel["targets"]
        for name in re.findall(r"\b(?:gradviz|process)_[a-z_]+\b", target["expr"])
    }
    assert len(shown) > 10
    assert shown <= named()


def test_every_metric_that_is_told_is_there_and_the_other_way_round(serves):
    told = set(re.findall(r"`((?:gradviz|process)_[a-z_]+)", SETTINGS))
    ours = {name for name in named() if name.startswith("gradviz") and not name.endswith("_created")}
    family = {re.sub(r"_(bucket|sum|count)$", "", name) for name in ours}
    assert {name for name in told if name.startswith("gradviz")} == family
    assert told - family <= named()


def test_each_panel_says_what_it_shows():
    assert all(panel["title"] and panel["description"] for panel in DASHBOARD["panels"])
    numbers = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(set(numbers)) == len(numbers)
