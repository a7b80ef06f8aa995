"""The browser's half of the page as Streamlit components, each loaded from its script."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from streamlit.components.v2 import component

from gradviz import figures
from page import runtime
from page.scripts import script_address
from page.state import session

VIEW = "view"  # the script that draws every picture in place
SENDS_AS_WRITTEN = runtime.send_as_written()


def mount(
    name: str, *, key: str, data: Mapping[str, Any] | None = None, **callbacks: Callable[[], None]
) -> Any:
    """Mount the script ``name`` with ``data``, and give back what it has reported.

    A callback is named after the report that it answers: ``on_stepped_change``. A ValueError for data that
    JSON does not know.
    """
    text = figures.as_json(data, key)
    message = None if data is None else runtime.Written(data, text)
    return _component(name)(key=key, data=message, **callbacks)


def read_request(key: str, trigger: str) -> Any:
    """What the component of that key asks for by this ``trigger``.

    None for what no script of ours sends, for what was about the page before everything on it was set anew,
    as by Reset, and where a run that was cut off has taken the component from the session already.

    The next receipt acknowledges the number of the request, also where nothing comes of it: the browser sends
    no other before (``messages.js``).
    """
    match (session.get(key) or {}).get(trigger):
        case {"n": int(number), "value": value, "opening": opening}:
            session.acknowledged = number
            outdated = isinstance(opening, int) and opening < session.openings
            return None if outdated else value
    return None


def mount_view(
    key: str, data: Mapping[str, Any], callbacks: Mapping[str, Callable[[], None]] | None = None
) -> None:
    """Mount the view, which draws every picture, with what ``figures.view_data`` has made."""
    mount(VIEW, key=key, data=data, **(callbacks or {}))


def mount_base(base: figures.Base) -> None:
    """Mount the view with what its messages are changes to."""
    message = {} if SENDS_AS_WRITTEN else base.message()
    _component(VIEW)(key="base", data=runtime.Written(message, base.message_text()))


def clock_key(trigger: str) -> str:
    """The key of the clock in the session."""
    return f"clock-{trigger}"


def mount_clock(
    trigger: str,
    tick: int,
    every: float,
    take: Callable[[], None],
    *,
    acknowledges: bool = False,
    name: str = "",
) -> None:
    """Mount a clock: the browser asks for a turn ``every`` so many seconds after ``tick``, the last, came.

    ``take`` is called at the start of the run that it asks for, and again where the answer is slow.
    ``acknowledges`` where the next turn is the whole answer, in a fragment that sends no receipt. ``name``
    tells what moves.
    """
    data = {
        "trigger": trigger,
        "tick": tick,
        "every": 1000 * every,
        "acknowledges": acknowledges,
        "name": name,
        "connection": session.connection,  # a turn that was lost with the last one is asked for again
    }
    mount("clock", key=clock_key(trigger), data=data, **{f"on_{trigger}_change": take})


@cache  # each time Streamlit would register it anew
def _component(name: str) -> Any:
    return component(f"gradviz.{name}", js=figures.loader(script_address(name)), isolate_styles=False)
