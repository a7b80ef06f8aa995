"""Where Streamlit no longer tells what the page reads of its insides, the page is plainer, and right."""

import pytest
from streamlit.runtime import scriptrunner
from streamlit.testing.v1 import AppTest

from page import runtime
from tests.support.paths import ROOT


def open_page() -> AppTest:
    page = AppTest.from_file(str(ROOT / "page" / "story.py"), default_timeout=60).run()
    assert not page.exception
    return page


@pytest.mark.parametrize("missing", ["function", "fields"])
def test_what_a_run_knows_no_more_is_none(monkeypatch, missing):
    if missing == "function":
        monkeypatch.delattr(scriptrunner, "get_script_run_ctx")
    else:
        monkeypatch.setattr(scriptrunner, "get_script_run_ctx", object)
    assert runtime.is_history_navigation() is None
    assert runtime.fragments_in_run() is None


def test_outside_of_a_run_nothing_is_told(monkeypatch):
    monkeypatch.setattr(scriptrunner, "get_script_run_ctx", lambda: None)
    assert (runtime.is_history_navigation(), runtime.fragments_in_run()) == (None, None)


def test_a_step_back_that_is_not_told_leaves_the_page_and_its_address_is_right(monkeypatch):
    monkeypatch.setattr(runtime, "is_history_navigation", lambda: None)
    page = open_page()
    page.text_input(key="eps").input("0.01").run()
    assert page.query_params == {"eps": "0.01", "v": "2"}
    page.query_params.clear()  # as the browser has it after a step back
    page.run()
    assert page.session_state["eps"] == "0.01"
    assert page.query_params == {"eps": "0.01", "v": "2"}


def test_a_step_back_fills_the_entries(monkeypatch):
    page = open_page()
    page.text_input(key="eps").input("0.01").run()
    page.query_params.clear()
    monkeypatch.setattr(runtime, "is_history_navigation", lambda: True)
    page.run()
    assert page.session_state["eps"] == "0.1"
    assert page.query_params == {}


def test_without_the_key_of_the_handshake_the_page_lives(monkeypatch):
    monkeypatch.setattr(runtime, "connection", lambda: "")
    page = open_page()
    assert page.session_state["complete_connection"] == ""
    page.text_input(key="eps").input("0.01").run()
    assert page.query_params == {"eps": "0.01", "v": "2"}
