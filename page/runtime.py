"""All that the page reads of Streamlit's insides while it runs, with what it does where that is gone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from functools import cache, partial, wraps
from importlib import import_module
from inspect import signature
from pathlib import Path
from typing import Any, NamedTuple, TypeGuard

import streamlit as st
from streamlit import errors

# A widget was to be drawn a second time. Where it has no error of its own any more, any error counts as one.
DuplicateWidget: type[Exception] = getattr(errors, "StreamlitDuplicateElementKey", Exception)


def is_history_navigation() -> bool | None:
    """Whether the visitor went back or forward in the history; None where Streamlit does not tell."""
    return getattr(_script_run(), "is_history_navigation", None)


def fragments_in_run() -> int | None:
    """How many fragments this run draws, 0 for the whole page; None where Streamlit does not tell."""
    context = _script_run()
    if not hasattr(context, "fragment_ids_this_run"):
        return None
    return len(context.fragment_ids_this_run or ())


def query_as_typed() -> str:
    """The query of the address before + and %2B are made one; "" where Streamlit does not tell."""
    query = getattr(_script_run(), "query_string", "")
    return query if isinstance(query, str) else ""


def ask_nobody_for_the_address() -> bool:
    """Let Streamlit ask no other server for this machine's address; False where it does so in another way.

    It would for each WebSocket that comes from another site's page, to see whether that is this machine: on
    the event loop, for up to two seconds each time, while all visitors wait. ``server.corsAllowedOrigins``
    names the other sites that may open one.
    """
    try:
        network: Any = import_module("streamlit.net_util")
        asking = callable(network.get_external_ip)
    except (ImportError, AttributeError):
        return False
    network.get_external_ip = lambda: None
    return asking


# The kinds of messages by which a browser asks for a run, and for what else the page needs; the last is any
# kind, where Streamlit's messages are not where they were.
RERUN, STOP, HEARTBEAT = "rerun_script", "stop_script", "app_heartbeat"
DEFERRED_FILE, UNKNOWN = "deferred_file", "unknown"
# How a run ends: drawn whole, its fragments alone, left for a newer request, not begun.
RUN_ENDS = ("page", "fragment", "superseded", "broken")
LONGEST_END = 256  # bytes of a message that says so: a number, and the names of the run and its fragments


def request_kind(message: bytes) -> str:
    """What a browser asks for by a message of its WebSocket, such as ``RERUN``; "" where it is unreadable."""
    try:
        protocol = _protocol()
    except (ImportError, AttributeError):
        return UNKNOWN
    try:
        asked = protocol.request.FromString(message)
    except Exception:  # protobuf's DecodeError, whose package is none of ours
        return ""
    kind = asked.WhichOneof("type") or ""
    if kind != "backend_operation_request":
        return kind
    return asked.backend_operation_request.WhichOneof("payload") or ""


def run_end(message: bytes) -> str | None:
    """Which of ``RUN_ENDS`` a message to the browser tells; None where it tells something else."""
    if len(message) > LONGEST_END:
        return None
    try:
        said = _protocol().response.FromString(message)
        ended = said.script_finished if said.WhichOneof("type") == "script_finished" else None
    except Exception:
        return None
    return None if ended is None else _protocol().ends.get(ended, "broken")


class _Protocol(NamedTuple):
    """The messages of Streamlit's WebSocket, and the end of a run by its number in them."""

    request: Any
    response: Any
    ends: dict[int, str]


@cache
def _protocol() -> _Protocol:
    """ImportError or AttributeError where Streamlit has them no more."""
    from streamlit.proto.BackMsg_pb2 import BackMsg
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

    numbers = (
        ForwardMsg.FINISHED_SUCCESSFULLY,
        ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY,
        ForwardMsg.FINISHED_EARLY_FOR_RERUN,
        ForwardMsg.FINISHED_WITH_COMPILE_ERROR,
    )
    return _Protocol(BackMsg, ForwardMsg, dict(zip(numbers, RUN_ENDS, strict=True)))


def sessions() -> tuple[int, int] | None:
    """How many sessions have a visitor, and how many have lost theirs; None where Streamlit does not tell."""
    try:
        from streamlit.runtime import get_instance

        manager = get_instance()._session_mgr
        connected, every = manager.num_active_sessions(), len(manager.list_sessions())
    except (ImportError, AttributeError, RuntimeError):  # RuntimeError: nothing is served
        return None
    return connected, every - connected


def held_sessions() -> set[str] | None:
    """The sessions that are held, by id, visited or not; None where Streamlit does not tell.

    One that has been without its visitor for longer than ``server.disconnectedSessionTTL`` ends here: by
    itself Streamlit lets it go when the next visitor leaves. To be called in the server's event loop.
    """
    try:
        from streamlit.runtime import Runtime

        manager = Runtime.instance()._session_mgr
        manager._session_storage._cache.expire()  # type: ignore[attr-defined]
        return {info.session.id for info in manager.list_sessions()}
    except (ImportError, RuntimeError, AttributeError):
        return None


def _class(module: str, name: str) -> Any:
    """A class of Streamlit's; None where it has gone."""
    try:
        return getattr(import_module(module), name, None)
    except ImportError:
        return None


def _takes(function: object, *names: str) -> TypeGuard[Callable[..., Any]]:
    """Whether it is a function with these parameters."""
    try:
        return callable(function) and tuple(signature(function).parameters) == names
    except (TypeError, ValueError):
        return False


def run_in_turn(turn: Callable[[bool], AbstractContextManager[None]]) -> bool:
    """Have each run take a ``turn``, of the whole page or of a part of it; False where Streamlit has changed.

    Then all of them run at once, as Streamlit has it.
    """
    runner = _class("streamlit.runtime.scriptrunner.script_runner", "ScriptRunner")
    run = getattr(runner, "_run_script", None)
    if not _takes(run, "self", "rerun_data"):
        return False

    @wraps(run)
    def run_when_its_turn_comes(self: object, rerun_data: object) -> None:
        with turn(not getattr(rerun_data, "fragment_id_queue", ())):
            run(self, rerun_data)

    runner._run_script = run_when_its_turn_comes
    return True


def watch_no_files_in_vain() -> bool:
    """Watch files only where ``server.fileWatcherType`` wants it; False where Streamlit has changed.

    By itself one that is taken up again after a lost connection looks for the file of each loaded module
    after its next run, whatever is set: a quarter of a second in the event loop, while all visitors wait.
    """
    session = _class("streamlit.runtime.app_session", "AppSession")
    register = getattr(session, "register_file_watchers", None)
    if getattr(register, "watches_where_wanted", False):
        return True
    if not _takes(register, "self"):
        return False

    @wraps(register)
    def register_where_wanted(self: object) -> None:
        if st.get_option("server.fileWatcherType") != "none":
            register(self)

    register_where_wanted.watches_where_wanted = True  # type: ignore[attr-defined]
    session.register_file_watchers = register_where_wanted
    return True


def look_up_alone() -> bool:
    """Let a widget look up its own value alone; False where Streamlit keeps the values in another way.

    By itself each text entry and each list takes a copy of all values of the session for that, which asks
    every component on the page what it has reported.
    """
    try:
        from streamlit.runtime.state.common import is_element_id
        from streamlit.runtime.state.safe_session_state import SafeSessionState
        from streamlit.runtime.state.session_state import _is_internal_key

        every = vars(SafeSessionState)["filtered_state"]
        known = {"_state", "_lock"} <= SafeSessionState.__annotations__.keys()
    except (ImportError, AttributeError, KeyError):
        return False
    if isinstance(every, _OneByOne):
        return True
    if not isinstance(every, property) or not known:
        return False

    def own_value(state: SafeSessionState, key: str) -> object:
        if is_element_id(key) or _is_internal_key(key):
            raise KeyError(key)
        with state._lock:
            return state._state[key]

    setattr(SafeSessionState, "filtered_state", _OneByOne(every, own_value))  # noqa: B010 (typed as read-only)
    return True


class _OneByOne:
    """The property ``filtered_state`` of Streamlit's session state, its values looked up one by one."""

    def __init__(self, every: property, own_value: Callable[..., object]) -> None:
        self.every, self.own_value = every, own_value

    def __get__(self, state: object, _: type | None = None) -> _Values:
        return _Values(lambda: self.every.__get__(state), partial(self.own_value, state))


class _Values(Mapping[str, object]):
    """Values that are looked up when they are asked for; ``every`` copies them all."""

    def __init__(self, every: Callable[[], Mapping[str, object]], own: Callable[[str], object]) -> None:
        self._every, self._own = every, own

    def __getitem__(self, key: str) -> object:
        return self._own(key)

    def __iter__(self) -> Iterator[str]:
        return iter(self._every())

    def __len__(self) -> int:
        return len(self._every())

    def __repr__(self) -> str:
        return repr(self._every())


def present_reports_alone() -> bool:
    """Let Streamlit present what a component has reported; False where it presents values in another way.

    By itself it makes a class for each look at the value of a component, also where nothing was reported: a
    hundred for an answer. Without a report the value is what it is.
    """
    try:
        main: Any = import_module("streamlit.components.v2.bidi_component.main")
        make, names = main.make_bidi_component_presenter, signature(main.make_bidi_component_presenter)
        from streamlit.runtime.state.session_state import SessionState

        known = "_new_widget_state" in SessionState.__annotations__
    except (ImportError, AttributeError, TypeError):
        return False
    if getattr(make, "presents_reports_alone", False):
        return True
    if list(names.parameters) != ["aggregator_id", "component_id", "allowed_state_keys"] or not known:
        return False

    @wraps(make)
    def make_presenter(aggregator_id: str, *others: object, **more: object) -> Callable[..., object]:
        present = make(aggregator_id, *others, **more)

        def present_reports(value: object, state: SessionState) -> object:
            try:
                reported = state._new_widget_state[aggregator_id] is not None
            except KeyError:
                reported = False
            return present(value, state) if reported else value

        return present_reports

    make_presenter.presents_reports_alone = True  # type: ignore[attr-defined]
    main.make_bidi_component_presenter = make_presenter
    return True


def describe_theme_once() -> bool:
    """Let Streamlit read the colours of its configuration once; False where it reads them in another way.

    By itself it looks through all options six times at every run, to send the same each time.
    """
    try:
        from streamlit.proto.NewSession_pb2 import CustomThemeConfig

        app: Any = import_module("streamlit.runtime.app_session")
        config: Any = import_module("streamlit.config")
        describe, names = app._populate_theme_msg, list(signature(app._populate_theme_msg).parameters)
        config._config_options  # noqa: B018 (an AttributeError where it is gone)
        known = "light" in CustomThemeConfig.DESCRIPTOR.fields_by_name
    except (ImportError, AttributeError):
        return False
    if getattr(describe, "describes_once", False):
        return True
    if names != ["msg", "section"] or not known:
        return False
    described: dict[
        str, tuple[object, CustomThemeConfig]
    ] = {}  # by section: the options that were read, and the theme

    @wraps(describe)
    def describe_once(msg: CustomThemeConfig, section: str = "theme") -> None:
        options, theme = described.get(section, (None, None))
        if theme is None or options is not config._config_options:  # read anew, after a file has changed
            theme = CustomThemeConfig()
            describe(theme.light, section)
            described[section] = config._config_options, theme
        if theme.HasField("light"):  # a section that says nothing leaves no trace
            msg.SetInParent()
            msg.MergeFrom(theme.light)

    describe_once.describes_once = True  # type: ignore[attr-defined]
    app._populate_theme_msg = describe_once
    return True


def values_of(names: Iterable[str]) -> dict[str, Any]:
    """The values of these keys of the session. KeyError where there is none.

    Looked up together; where Streamlit holds them in another way one by one, each of which asks again which
    session this is, and whether the run is to end.
    """
    held = vars(getattr(_script_run(), "session_state", object))
    state: Any = held.get("_state")
    lock = held.get("_lock")
    if hasattr(state, "__getitem__") and isinstance(lock, AbstractContextManager):
        with lock:
            return {name: state[name] for name in names}
    return {name: st.session_state[name] for name in names}


def _script_run() -> Any:
    """What Streamlit knows of the run; None where there is no such thing."""
    try:
        from streamlit.runtime.scriptrunner import get_script_run_ctx
    except ImportError:
        return None
    return get_script_run_ctx()


@cache
def typesetter() -> str:
    """The script by which Streamlit typesets formulas, relative to the page: the plugin rehype-katex.

    "" where it is not found: a draft is then shown as plain text.
    """
    static = Path(st.__file__).parent / "static"
    found = sorted(static.glob("static/js/rehype-katex.*.js"))
    return found[0].relative_to(static).as_posix() if len(found) == 1 else ""


class Written(dict[str, Any]):
    """A message to a component, and how it reads as JSON, in ``text``."""

    def __init__(self, message: Mapping[str, object], text: str) -> None:
        super().__init__(message)
        self.text = text


def send_as_written() -> bool:
    """Let Streamlit send the ``text`` of a :class:`Written` as it stands; whether it does.

    By itself it writes each message as JSON, and once more with sorted keys, to tell components without a key
    of their own apart: ours have one. Where Streamlit writes messages in another way, it writes these, too.
    """
    try:
        from streamlit.proto.BidiComponent_pb2 import BidiComponent

        main: Any = import_module("streamlit.components.v2.bidi_component.main")

        write, identify = main.serialize_mixed_data, main.BidiComponentMixin._build_bidi_identity_kwargs
        names = [list(signature(function).parameters) for function in (write, identify)]
    except (ImportError, AttributeError):
        return False
    if getattr(write, "sends_as_written", False):
        return True
    if names[0] != ["data", "bidi_component_proto"] or "data" not in names[1]:
        return False

    @wraps(write)
    def write_message(data: object, bidi_component_proto: BidiComponent) -> None:
        if isinstance(data, Written):
            bidi_component_proto.json = data.text
        else:
            write(data, bidi_component_proto)

    @wraps(identify)
    def identify_component(*arguments: object, data: object = None, **others: object) -> dict[str, object]:
        return {} if isinstance(data, Written) else identify(*arguments, data=data, **others)

    write_message.sends_as_written = True  # type: ignore[attr-defined]
    main.serialize_mixed_data = write_message
    main.BidiComponentMixin._build_bidi_identity_kwargs = identify_component
    return True


def connection() -> str:
    """What tells the browser's present connection from former ones: the key of its WebSocket handshake.

    "" where Streamlit does not hand it out: then a connection counts as new once the browser reports it.
    """
    return st.context.headers.get("Sec-WebSocket-Key", "")
