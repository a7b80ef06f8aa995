"""What stands in the place of a part of the page that fails: a sentence, while the rest goes on.

The visitor reads what can be done; the log gets the traceback and the state of the page.
"""

from __future__ import annotations

import logging
import reprlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec

import streamlit as st

LOG = logging.getLogger("gradviz.page")
LONGEST_LOGGED = 2000  # characters of the state in the log
HELP = "This is a fault of the page, and has been noted. Change an entry, or press Reset."

P = ParamSpec("P")


@contextmanager
def guarded(part: str) -> Iterator[None]:
    """Whatever fails inside is logged with the page's state, and one sentence stands in its place.

    ``part`` is what the sentence speaks of, such as “The table”. What Streamlit raises to run the script anew
    passes: it is no ``Exception``.
    """
    try:
        yield
    except Exception as error:
        report(part, error)
        show_sentence(part)


def callback(function: Callable[P, None]) -> Callable[P, None]:
    """A decorator for what a control calls: where it fails the page stands as it did, and says so."""

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            function(*args, **kwargs)
        except Exception as error:
            report(function.__name__, error)
            st.session_state.failed_control = True  # the page is drawn after this, and then tells

    return call


def show_sentence(part: str, verb: str = "cannot be shown here") -> None:
    """The sentence for the visitor."""
    with st.container(border=True):
        st.text(f"⚠ {part} {verb}. {HELP}")


def report(part: str, error: Exception) -> None:
    """Log the failure of ``part``, once as long as it stays the same: a drag repeats it at every move."""
    from gradviz import link  # not before: the server around the page answers sooner without

    state = st.session_state
    failure = f"{type(error).__name__}: {error}"
    reported = state.setdefault("reported", {})
    if reported.get(part) == failure:
        return
    reported[part] = failure
    values = {key.name: state.get(key.name) for key in link.KEYS if state.get(key.name) != key.default}
    LOG.error("%s failed; state %s", part, bounded_repr(values), exc_info=error)


def bounded_repr(values: Mapping[str, Any]) -> str:
    """The state of a page in one line of at most ``LONGEST_LOGGED`` characters."""
    short = reprlib.Repr()
    short.maxdict, short.maxstring, short.maxother = len(values), 160, 160
    return short.repr(dict(values))[:LONGEST_LOGGED]
