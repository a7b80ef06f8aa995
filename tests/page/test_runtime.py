"""Where Streamlit no longer tells what the page reads of its insides, the page is plainer, and right."""

import copy
import json

import pytest
from streamlit import config, net_util
from streamlit.components.v2.bidi_component import main
from streamlit.proto.BidiComponent_pb2 import BidiComponent
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session, scriptrunner
from streamlit.runtime.state.common import GENERATED_ELEMENT_ID_PREFIX, WidgetMetadata
from streamlit.runtime.state.safe_session_state import SafeSessionState
from streamlit.runtime.state.session_state import STREAMLIT_INTERNAL_KEY_PREFIX, SessionState
from streamlit.web.server.server_util import is_url_from_allowed_origins

from gradviz.methods.loading import load_torch
from page import components, runtime
from tests.support.app_test import AppTest
from tests.support.paths import ROOT


def open_page() -> AppTest:
    page = AppTest.from_file(str(ROOT / "page" / "story.py"), default_timeout=600).run()
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


# in whatever way another test may have left it
EVERY = getattr(vars(SafeSessionState)["filtered_state"], "every", vars(SafeSessionState)["filtered_state"])


@pytest.fixture
def whole_state(monkeypatch) -> None:
    """The installed Streamlit's own way of looking up what a widget has."""
    monkeypatch.setattr(SafeSessionState, "filtered_state", EVERY)


def entries_of(page: AppTest) -> list[str]:
    """What each entry and each list is sent."""
    return [str(element.proto) for element in (*page.text_input, *page.selectbox)]


@pytest.mark.usefixtures("whole_state")
def test_widgets_that_look_up_their_own_value_show_the_same():
    """Also one whose value is None, which Streamlit shows as empty instead of with its default."""

    def script() -> None:
        import streamlit as st

        st.session_state.setdefault("none", None)
        st.text_input("none", "default", key="none")
        st.text_input("other", "default", key="other")
        st.text_input("without a key", "default")
        st.selectbox("list", ["a", "b"], key="list")
        st.session_state.setdefault("list-none", None)
        st.selectbox("list without one", ["a", "b"], key="list-none")

    load_torch()
    pages = {}
    for name in ("whole", "alone"):
        small = AppTest.from_function(script, default_timeout=600).run()
        small.text_input(key="other").input("typed").run()
        page = open_page()
        page.text_input(key="eps").input("0.01").run()
        pages[name] = [entries_of(small), entries_of(page), messages_of(page)]
        assert runtime.look_up_alone()
    assert isinstance(vars(SafeSessionState)["filtered_state"], runtime._OneByOne)
    assert runtime.look_up_alone()  # a second time changes nothing
    assert pages["whole"] == pages["alone"]
    assert len(pages["whole"][0]) == 5


@pytest.mark.usefixtures("whole_state")
def test_the_values_that_are_looked_up_are_those_of_the_session():
    state = SafeSessionState(SessionState(), lambda: None)
    state["a"], state["b"], internal = 1, None, f"{STREAMLIT_INTERNAL_KEY_PREFIX}_hidden"
    state[internal] = 2
    every = state.filtered_state
    assert runtime.look_up_alone()
    alone = state.filtered_state
    assert dict(alone) == every == {"a": 1, "b": None}
    assert (len(alone), str(alone)) == (2, str(every))
    for key in ("a", "b", "c", internal, f"{GENERATED_ELEMENT_ID_PREFIX}-x-None"):
        assert (key in alone) == (key in every), key


@pytest.mark.usefixtures("whole_state")
def test_another_way_of_holding_values_is_left_alone(monkeypatch):
    monkeypatch.setattr(SafeSessionState, "filtered_state", lambda state: {})
    assert not runtime.look_up_alone()
    monkeypatch.delattr(SafeSessionState, "filtered_state")
    assert not runtime.look_up_alone()


@pytest.mark.parametrize(
    "reported", [None, [], [{"event": "moved", "value": 1}], {"event": "moved", "value": None}], ids=str
)
@pytest.mark.parametrize("value", [{}, {"kept": 1}, {"moved": 2}, None, "plain"], ids=str)
def test_a_component_has_the_value_and_the_reports_that_it_had(monkeypatch, reported, value):
    own = getattr(main.make_bidi_component_presenter, "__wrapped__", main.make_bidi_component_presenter)
    monkeypatch.setattr(main, "make_bidi_component_presenter", own)
    state = SessionState()
    metadata = WidgetMetadata("events", lambda value: value, lambda value: value, "json_trigger_value")
    state._new_widget_state.set_widget_metadata(metadata)
    state._new_widget_state.set_from_value("events", reported)
    before = own("events")(value, state)
    assert runtime.present_reports_alone()
    assert runtime.present_reports_alone()  # a second time changes nothing
    present = main.make_bidi_component_presenter("events", "id", None)
    assert present(value, state) == before
    assert main.make_bidi_component_presenter("others")(value, state) is value
    if reported and isinstance(value, dict):
        assert before.keys() == {"moved", *value}


def test_another_way_of_presenting_values_is_left_alone(monkeypatch):
    monkeypatch.setattr(main, "make_bidi_component_presenter", lambda state: None)
    assert not runtime.present_reports_alone()
    monkeypatch.delattr(main, "make_bidi_component_presenter")
    assert not runtime.present_reports_alone()


@pytest.mark.parametrize("held", ["together", "otherwise"])
def test_values_are_those_of_the_session(monkeypatch, held):
    """Also that of a widget that was just used."""

    def script() -> None:
        import streamlit as st

        from page import runtime

        st.session_state.setdefault("own", 1)
        st.text_input("typed", "default", key="typed")
        st.session_state["found"] = runtime.values_of(iter(["own", "typed"]))
        try:
            runtime.values_of(["own", "missing"])
        except KeyError:
            st.session_state["refused"] = True

    if held == "otherwise":
        monkeypatch.setattr(runtime, "_script_run", lambda: None)
    else:
        monkeypatch.setattr(runtime, "st", None)  # by which they would be looked up one by one
    page = AppTest.from_function(script, default_timeout=600).run()
    assert not page.exception
    assert page.session_state["found"] == {"own": 1, "typed": "default"}
    page.text_input(key="typed").input("new").run()
    assert page.session_state["found"] == {"own": 1, "typed": "new"}
    assert page.session_state["refused"]


def themes() -> list[bytes]:
    """The theme of each section, as a new session is told it, and what a section without one leaves."""
    found = []
    for section in ("theme", "theme.light", "theme.dark", "theme.sidebar"):
        theme = CustomThemeConfig()
        app_session._populate_theme_msg(theme.light, section)
        found.append(theme.SerializeToString())
    return found


def test_the_theme_is_read_once(monkeypatch):
    own = getattr(app_session._populate_theme_msg, "__wrapped__", app_session._populate_theme_msg)
    monkeypatch.setattr(app_session, "_populate_theme_msg", own)
    monkeypatch.setattr(config, "_config_options", copy.deepcopy(config.get_config_options()))
    config.set_option("theme.light.primaryColor", "#123456")
    before = themes()
    assert runtime.describe_theme_once()
    assert runtime.describe_theme_once()  # a second time changes nothing
    assert [themes(), themes()] == [before, before]
    assert [bool(theme) for theme in before] == [True, True, True, False]
    with monkeypatch.context() as unread:
        unread.setattr(config, "get_options_for_section", lambda section: pytest.fail(section))
        assert themes() == before
    monkeypatch.setattr(config, "_config_options", copy.deepcopy(config.get_config_options()))  # a new file
    config.set_option("theme.light.primaryColor", "#654321")
    assert themes()[1] != before[1]
    monkeypatch.setattr(app_session, "_populate_theme_msg", lambda message: None)
    assert not runtime.describe_theme_once()
    monkeypatch.delattr(app_session, "_populate_theme_msg")
    assert not runtime.describe_theme_once()


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


# --- the files that Streamlit watches ---


@pytest.mark.parametrize(("watcher", "watches"), [("none", 0), ("auto", 1), ("poll", 1)])
def test_a_session_that_is_taken_up_again_watches_files_only_where_it_is_set(monkeypatch, watcher, watches):
    registered = []

    def register_file_watchers(self) -> None:
        registered.append(self)

    monkeypatch.setattr(app_session.AppSession, "register_file_watchers", register_file_watchers)
    monkeypatch.setattr(runtime.st, "get_option", {"server.fileWatcherType": watcher}.get)
    assert runtime.watch_no_files_in_vain()
    assert runtime.watch_no_files_in_vain()  # once is enough
    app_session.AppSession.register_file_watchers(object())
    assert len(registered) == watches


def test_streamlit_of_today_watches_no_files_in_vain(monkeypatch):
    register = app_session.AppSession.register_file_watchers
    monkeypatch.setattr(app_session.AppSession, "register_file_watchers", register)  # puts it back
    assert runtime.watch_no_files_in_vain()


@pytest.mark.parametrize("changed", [None, lambda self, more: None])
def test_where_streamlit_watches_files_in_another_way_it_does_so(monkeypatch, changed):
    if changed is None:
        monkeypatch.delattr(app_session.AppSession, "register_file_watchers")
    else:
        monkeypatch.setattr(app_session.AppSession, "register_file_watchers", changed)
    assert not runtime.watch_no_files_in_vain()
    assert getattr(app_session.AppSession, "register_file_watchers", None) is changed
