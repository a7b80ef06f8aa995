"""Failures of one part of the page: a sentence in its place, a traceback in the log, and the rest goes on."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec

import streamlit as st

from gradviz import link, patience
from page.serving.logs import typed
from page.serving.metrics import FAILED_PARTS
from page.state import session

LOG = logging.getLogger("gradviz.page")
LONGEST_LOGGED = 2000  # characters of the state in the log
HELP = "This is a fault of the page, and has been noted. Change an entry, or press Reset."

P = ParamSpec("P")


@contextmanager
def guarded(part: str) -> Iterator[None]:
    """Log whatever fails inside, with the page's state, and show one sentence in its place.

    ``part`` is what the sentence speaks of, such as “The table”. What Streamlit raises to run the script anew
    passes: it is no ``Exception``. Between two parts others may go first.
    """
    patience.pause()
    try:
        yield
    except Exception as error:
        report(part, error)
        show_sentence(part)


def callback(function: Callable[P, None]) -> Callable[P, None]:
    """A decorator for what a control calls: where it fails the page stays as it is, and says so.

    The log names the function, and the control where its first argument is that. Nothing is done for a
    control that a session drew which is gone: this one has no state yet, and the browser reports what it
    shows.
    """

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> None:
        if "runs" not in session:
            return
        try:
            function(*args, **kwargs)
        except Exception as error:
            control = [name for name in args[:1] if isinstance(name, str)]
            report(" ".join([function.__name__, *control]), error)
            session.failed_control = True  # the page is drawn after this, and then says so

    return call


def show_sentence(part: str, verb: str = "cannot be shown here") -> None:
    """Tell the visitor that ``part`` has failed, and what can be done."""
    with st.container(border=True):
        st.text(f"⚠ {part} {verb}. {HELP}")


def report(part: str, error: Exception) -> None:
    """Log the failure of ``part``, once as long as it stays the same: a drag repeats it at every move."""
    failure = f"{type(error).__name__}: {error}"
    logged = session.get("logged_failures") or {}
    if logged.get(part) == failure:
        return
    FAILED_PARTS.inc()
    session.logged_failures = {**logged, part: failure}
    values = {key.name: session.get(key.name) for key in link.KEYS if session.get(key.name) != key.default}
    LOG.error("%s failed; state %s", part, bounded_repr(values), exc_info=error)


def bounded_repr(values: Mapping[str, Any]) -> str:
    """The state of a page in one line of at most ``LONGEST_LOGGED`` characters."""
    pairs = (f"{name!r}: {_logged(value)}" for name, value in values.items())
    return f"{{{', '.join(pairs)}}}"[:LONGEST_LOGGED]


def _logged(value: object) -> str:
    """A value of the page's state: numbers and switches as they are, all else may hold what was typed."""
    if value is None or isinstance(value, bool | int | float):
        return repr(value)
    return typed(value if isinstance(value, str) else repr(value))
