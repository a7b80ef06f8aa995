"""What an entry holds after a lost connection: what was asked of the server last, or typed since."""

from contextlib import suppress
from types import SimpleNamespace

import pytest

from gradviz import link
from gradviz.reading.lexer import LONGEST_TEXT
from page import address, components, runtime, stage
from page.reconnect import Report, Request, changes, read_report

SENT = {"report": 2, "seen": 7, "typed": {link.POINT: "1, 2"}}


def test_a_report_is_read():
    assert read_report(SENT) == Report(number=2, seen=7, typed={link.POINT: "1, 2"})


@pytest.mark.parametrize(
    "sent",
    [
        None,
        "restored",
        [SENT],
        {},
        {**SENT, "seen": "7"},
        {**SENT, "seen": 7.5},
        {**SENT, "report": None},
        {**SENT, "typed": ["1, 2"]},
    ],
)
def test_what_is_no_report_is_none(sent):
    assert read_report(sent) is None


@pytest.mark.parametrize(
    "typed",
    [{link.POINT: 3}, {link.POINT: None}, {link.HIDDEN: "table"}, {"known": "x"}, {3: "x"}],
    ids=str,
)
def test_only_texts_of_entries_are_read(typed):
    assert read_report({**SENT, "typed": typed}) == Report(2, 7, {})


def test_a_text_that_no_entry_could_read_is_left_out():
    longest = "x" * LONGEST_TEXT
    typed = {link.FUNCTION: longest, link.POINT: longest + "x"}
    assert read_report({**SENT, "typed": typed}) == Report(2, 7, {link.FUNCTION: longest})


REQUEST = Request(run=8, values={link.POINT: "5, 5", link.STEP: "0.5", link.SHOWN: "central"})


@pytest.mark.parametrize(
    ("seen", "typed", "held", "why"),
    [
        (8, {}, {}, "the browser has the answer: what it shows counts"),
        (8, {link.STEP: "1e-3"}, {link.STEP: "1e-3"}, "typed after the answer"),
        (7, {}, dict(REQUEST.values), "the answer was lost: the browser shows what was before"),
        (7, {link.STEP: "1e-3"}, {**REQUEST.values, link.STEP: "1e-3"}, "typed while the answer was lost"),
    ],
)
def test_the_last_word_counts(seen, typed, held, why):
    assert changes(Report(1, seen, typed), REQUEST) == held, why


def test_a_server_that_knows_no_request_takes_what_was_typed():
    assert changes(Report(1, 40, {link.POINT: "1, 2"}), None) == {link.POINT: "1, 2"}


class Session(dict):
    __getattr__ = dict.__getitem__
    __setattr__ = dict.__setitem__


@pytest.mark.parametrize(
    ("sent", "value", "acknowledged"),
    [
        ({"n": 5, "value": -3.0, "opening": 2}, -3.0, 5),
        ({"n": 5, "value": None, "opening": 2}, None, 5),
        ({"n": 5, "value": -3.0, "opening": None}, -3.0, 5),  # before the first receipt
        ({"n": 5, "value": -3.0, "opening": 7}, -3.0, 5),  # of a server before this one
        ({"n": 5, "value": -3.0, "opening": 1}, None, 5),  # of the page before Reset
        ({"n": 5, "value": -3.0}, None, 4),
        ({"n": "5", "value": -3.0, "opening": 2}, None, 4),
        ({"n": 5.5, "value": -3.0, "opening": 2}, None, 4),
        ([5, -3.0], None, 4),
        (-3.0, None, 4),
        (None, None, 4),
    ],
    ids=str,
)
def test_a_request_is_read_and_its_number_acknowledged(monkeypatch, sent, value, acknowledged):
    session = Session(step={"stepped": sent}, acknowledged=4, openings=2)
    monkeypatch.setattr(components, "session", session)
    assert components.read_request("step", "stepped") == value
    assert session.acknowledged == acknowledged


@pytest.mark.parametrize("name", stage.REPORTS)
def test_a_request_that_fails_is_acknowledged_too(monkeypatch, name):
    """The browser would wait for its answer, and with it all that follows."""
    session = Session(view={name: {"n": 5, "value": object(), "opening": 2}}, acknowledged=4, openings=2)
    for module in (components, stage):
        monkeypatch.setattr(module, "session", session)
    with suppress(Exception):  # there is no reading, nor any entry
        stage.take_view_report.__wrapped__(name)
    assert session.acknowledged == 5


def turn_of_the_clock(monkeypatch, session: Session, fragments: int | None) -> list[str]:
    """The reruns that a turn of the clock asks for in a run that draws so many ``fragments``."""
    reruns = []
    monkeypatch.setattr(address, "session", session)
    monkeypatch.setattr(address, "st", SimpleNamespace(rerun=lambda: reruns.append("whole")))
    monkeypatch.setattr(runtime, "fragments_in_run", lambda: fragments)
    address.rerun_as_requested()
    return reruns


@pytest.mark.parametrize(
    ("fragments", "point"),
    [(1, "5, 5"), (2, "1, 2"), (0, "1, 2")],
    ids=["alone", "merged with the page's fragment", "whole page"],
)
def test_the_clock_restores_what_was_requested_only_where_it_runs_alone(monkeypatch, fragments, point):
    """Merged with an input its widgets hold this input.

    To go back would lose it, and once they are drawn Streamlit refuses to set them.
    """
    session = Session(at="1, 2", request=REQUEST)
    assert turn_of_the_clock(monkeypatch, session, fragments) == ["whole"]
    assert session.at == point


def test_where_streamlit_does_not_tell_the_clock_waits_for_the_browser(monkeypatch):
    """It restores nothing: the next turn finds what was requested in the widgets."""
    session = Session(at="1, 2", eps="0.5", show="central", request=REQUEST)
    assert turn_of_the_clock(monkeypatch, session, None) == []
    assert session.at == "1, 2"
    session["at"] = "5, 5"
    assert turn_of_the_clock(monkeypatch, session, None) == ["whole"]
