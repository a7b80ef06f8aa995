"""All that the page reads of Streamlit's insides while it runs, with what it does where that is gone."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

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


def connection() -> str:
    """What tells the browser's present connection from former ones: the key of its WebSocket handshake.

    "" where Streamlit does not hand it out: then a connection counts as new once the browser reports it.
    """
    return st.context.headers.get("Sec-WebSocket-Key", "")
