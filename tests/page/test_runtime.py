"""Where Streamlit no longer tells what the page reads of its insides, the page is plainer, and right."""

import json

import pytest
from streamlit import net_util
from streamlit.components.v2.bidi_component import main
from streamlit.proto.BidiComponent_pb2 import BidiComponent
from streamlit.runtime import scriptrunner
from streamlit.testing.v1 import AppTest
from streamlit.web.server.server_util import is_url_from_allowed_origins

from gradviz.methods.loading import load_torch
from page import components, runtime
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


def messages_of(page: AppTest) -> dict[str, object]:
    """What each component is sent, by key."""
    parts = [part for part in page.get("bidi_component") if part.proto.json]
    return {part.key: (part.proto.id, json.loads(part.proto.json)) for part in parts}


def test_a_message_is_sent_as_it_is_written(monkeypatch):
    """In the installed Streamlit; other components are sent what they were."""
    assert components.SENDS_AS_WRITTEN
    assert runtime.send_as_written()  # a second time changes nothing
    proto = BidiComponent()
    main.serialize_mixed_data(runtime.Written({"a": 1}, '{"a":  1}'), proto)
    assert proto.json == '{"a":  1}'
    main.serialize_mixed_data({"b": 2}, proto)
    assert proto.json == '{"b": 2}'


def test_where_streamlit_writes_messages_by_itself_they_are_the_same(monkeypatch):
    load_torch()  # or it might come between the two

    written = messages_of(open_page())
    monkeypatch.setattr(main, "serialize_mixed_data", main.serialize_mixed_data.__wrapped__)
    identify = main.BidiComponentMixin._build_bidi_identity_kwargs
    monkeypatch.setattr(main.BidiComponentMixin, "_build_bidi_identity_kwargs", identify.__wrapped__)
    monkeypatch.setattr(components, "SENDS_AS_WRITTEN", False)
    assert messages_of(open_page()) == written
    assert {"base", "parts", "view", "walk", "answered"} <= written.keys()


@pytest.mark.parametrize("missing", ["function", "parameters"])
def test_another_way_of_writing_messages_is_left_alone(monkeypatch, missing):
    if missing == "function":
        monkeypatch.delattr(main, "serialize_mixed_data")
    else:
        monkeypatch.setattr(main, "serialize_mixed_data", lambda message: None)
    assert not runtime.send_as_written()


def test_no_other_server_is_asked_for_the_address(monkeypatch):
    """Not even where a WebSocket comes from another site's page."""
    monkeypatch.setattr(net_util, "get_external_ip", net_util.get_external_ip)
    asked = []
    monkeypatch.setattr(net_util, "_make_blocking_http_get", lambda *address, **_: asked.append(address))
    assert not is_url_from_allowed_origins("https://elsewhere.example")
    assert asked  # the installed Streamlit does so by itself
    asked.clear()
    assert runtime.ask_nobody_for_the_address()
    assert not is_url_from_allowed_origins("https://elsewhere.example")
    assert is_url_from_allowed_origins("http://localhost:8501")
    assert not asked
    monkeypatch.delattr(net_util, "get_external_ip")
    assert not runtime.ask_nobody_for_the_address()
