"""The log says what failed and where, in lines that a program can read, and nothing that anybody typed."""

from __future__ import annotations

import io
import json
import logging
import subprocess
import sys
import textwrap
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from page import guard
from page.serving import logs
from tests.support.paths import ROOT

SECRET = "sin(my secret)"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What is written, in the format of text, by records as :func:`logs.set_up` has them made."""
    written, before = io.StringIO(), logging.getLogRecordFactory()
    logging.setLogRecordFactory(logs.make_record)
    handler = logging.StreamHandler(written)
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)
    logging.setLogRecordFactory(before)


def failing() -> None:
    try:
        raise ValueError(SECRET)
    except ValueError as error:
        raise RuntimeError(f"the text was {SECRET}") from error


def test_an_exception_is_logged_by_its_kind_and_its_place(log):
    try:
        failing()
    except RuntimeError:
        logging.getLogger("streamlit.anything").exception("a part failed")
    text = log.getvalue()
    assert SECRET not in text
    assert text.index(f"ValueError: {logs.WITHHELD}") < text.index(f"RuntimeError: {logs.WITHHELD}")
    assert logs.CAUSE in text
    assert text.count("in failing") == 2
    assert "a part failed" in text


def test_the_texts_are_there_where_a_setting_asks_for_them(log, monkeypatch):
    monkeypatch.setenv("GRADVIZ_LOG_TEXT", "1")
    try:
        failing()
    except RuntimeError:
        logging.getLogger("gradviz").exception("of %s", logs.typed("x" * 999))
    text = log.getvalue()
    assert f"RuntimeError: the text was {SECRET}" in text
    assert len(logs.typed("x" * 999)) <= logs.LONGEST + 10
    assert guard.bounded_repr({"f": SECRET, "n": 3}) == f"{{'f': '{SECRET}', 'n': 3}}"


def test_an_exception_that_was_handled_and_one_that_is_its_own_cause_end():
    def handled() -> None:
        try:
            raise KeyError("a")
        except KeyError:
            raise OSError from None

    with pytest.raises(OSError) as caught:  # noqa: PT011
        handled()
    assert logs.failure(caught.value).count("Traceback") == 1
    caught.value.__cause__ = caught.value
    assert logs.failure(caught.value).count("Traceback") == 1


@given(st.text(min_size=9, max_size=40))
def test_no_typed_text_is_in_the_state(text):
    shown = guard.bounded_repr({"f": text, "layers": ("tangent",), "eps": 0.1})
    assert text not in shown
    assert f"<{len(text)} letters>" in shown


@pytest.mark.parametrize("logger", ["uvicorn.access", "uvicorn.error"])
def test_an_address_is_logged_without_its_query(logger):
    arguments = ("192.0.2.1:5", "GET", f"/?f={SECRET}", "1.1", 200)
    record = logs.make_record(logger, logging.INFO, "", 0, '%s - "%s %s HTTP/%s" %d', arguments, None)
    assert record.getMessage() == '192.0.2.1:5 - "GET / HTTP/1.1" 200'


def test_an_unknown_format_is_refused():
    with pytest.raises(ValueError, match="GRADVIZ_LOG"):
        logs.set_up({"GRADVIZ_LOG": "xml"})


def test_every_line_is_json_whoever_writes_it():
    """In a process of its own: loggers of before and after, a thread that fails."""
    source = f"""
        import logging, threading
        def get_logger(name):  # as Streamlit makes its own, without a second of loading it
            logger = logging.getLogger(name)
            logger.propagate = False
            handler = logging.StreamHandler()
            handler.setFormatter(logging.Formatter("%(message)s"))
            logger.addHandler(handler)
            return logger
        before = get_logger("streamlit.before")
        from page.serving import logs
        logs.set_up({{"GRADVIZ_LOG": "json"}})
        before.warning("one\\ntwo")
        get_logger("streamlit.after").warning("é %s", "x")
        logging.getLogger("gradviz.page").error("mine")
        def fail():
            raise ValueError({SECRET!r})
        thread = threading.Thread(target=fail, name="T")
        thread.start()
        thread.join()
        try:
            fail()
        except ValueError:
            before.exception("failed")
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(source)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    entries = [json.loads(line) for line in done.stderr.splitlines()]
    assert [(entry["logger"], entry["message"]) for entry in entries] == [
        ("streamlit.before", "one\ntwo"),
        ("streamlit.after", "é x"),
        ("gradviz.page", "mine"),
        ("gradviz", "thread T ended"),
        ("streamlit.before", "failed"),
    ]
    assert all("Traceback" in entry["traceback"] for entry in entries[3:])
    assert SECRET not in done.stderr
    assert {entry["level"] for entry in entries} == {"warning", "error"}
