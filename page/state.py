"""The keys of Streamlit's session state: what the visitor chose, and what is shown, each under one key.

Three kinds of keys live there:

- those of the address, under the names of ``link.KEYS``, each with what the visitor typed or chose;
- those of other widgets, where what a widget shows is spelled otherwise in the address (``ENTRIES`` in
  page/entries.py says how), or is in no address at all;
- those of the page itself.

The last two are the fields of :class:`Session`.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any, cast

import streamlit as st

from gradviz import content, figures, link, sentences
from gradviz.comparison import Answers
from page import runtime
from page.reconnect import Request

# What a compared picture is made from: its text in the address, whether PyTorch was loaded, and the choices.
ComparedFrom = tuple[str, bool, content.Choices]


@dataclass(frozen=True)
class Playing:
    """A parameter that moves by itself: its name, the value that it began at, and the steps since."""

    name: str
    start: float
    tick: int = 0


@dataclass
class Drawn:
    """The large values of a session, which are replaced in place.

    Of each value that a run sets anew, Streamlit's session state holds the one before as well, until the next
    run begins: with these it would be 0.2 MB for every visitor.
    """

    answers: Answers | None = None
    compared: tuple[ComparedFrom, content.Side] | None = None  # the second picture, and what it is made from
    view_base: figures.Base | None = None  # what the view's messages are changes to


class Session(MutableMapping[str, Any]):
    """A visitor's session state, as the type checker is to see it: :data:`session` is Streamlit's own.

    A field with a value is there from the first run on; the others come with their widgets. Beside them there
    are ``parameter-a``, ``play-a``, ``preset-…``, ``shows-…`` and ``saves-…``, for each parameter, preset,
    part of the page and kind of file, and what the components have reported, under the keys that they are
    mounted with.
    """

    # --- widgets: what they show; ENTRIES has how the address spells it
    layers: list[str]  # the layers chosen under “See more”
    layer_method: str  # the method that layers are drawn for, "" for none
    precision: str  # the type that every operation is rounded to
    kind_of_step: str  # what becomes of ε before it is used
    axis_across: str  # the two variables drawn
    axis_up: str
    fixed: list[str]  # the letters that are fixed parameters
    sabotage: bool  # whether a fault is planted
    chosen_fault: str
    chosen_place: str  # the edge of the graph that it is planted at, "" for any
    chosen_node: int  # the node that a large graph is drawn around
    counted_family: str  # the family of functions whose costs are counted
    view_panel: bool  # whether the panels are open
    parameters_panel: bool
    code_panel: bool
    costs_panel: bool
    share: bool  # whether the link to the page is shown
    guessed_worst: str  # the method that is guessed to lose most

    # --- chosen, and in no address
    guess: sentences.Guess | None = None  # the last guess about the error plot
    gallery: bool = False  # whether the gallery is open
    playing: Playing | None = None  # the parameter that moves by itself
    dragged_point: str = ""  # the point under a finger, until it is let go; the entry does not know of it yet

    # --- what is shown
    reading: link.Reading | None = None  # what the entries last meant
    drawn: Drawn  # a session's own
    drawn_with_torch: bool = True  # whether PyTorch was loaded when the fragment was last drawn
    surroundings: tuple[Any, ...] | None = None  # what all around the fragment was last drawn from
    failed_control: bool = False  # a control has failed: the next run says so
    logged_failures: dict[str, str] | None = None  # the last failure of each part: logged once

    # --- the address
    drawn_values: dict[str, Any] | None = None  # of all its keys, as last drawn
    openings: int = 0  # of an address, or of what Reset and Swap set instead: all that it says was set anew
    linked_values: dict[str, Any] | None = None  # with the last value of an entry that cannot be read
    written_query: dict[str, str] | None = None  # as last written; None before the first run is over
    link_remarks: tuple[link.Remark, ...] = ()  # about the link that was opened, until something changes

    # --- runs and connections
    runs: int = 0  # of the page or of its fragment; each is numbered by this
    page_run: int = 0  # the last run that drew the whole page
    request: Request | None = None  # of the last run, for when its answer is lost
    connection: str | None = None  # the browser's, of this run
    complete_connection: str | None = None  # the last one for which the whole page was drawn to its end
    set_all: bool = True  # every widget is to be sent its value: this connection may have none
    awaits_report: bool = False  # the browser is about to report what it shows: no address is written before
    report: int = 0  # the number of the last report of the browser that was read
    incomplete: bool = False  # something is missing on the page: its run has failed on the way
    looks: int = 0  # turns of the clock while the page waits for what loads
    acknowledged: int = 0  # the number of the last request of the browser that was read


session = cast(Session, st.session_state)

# The panels that open and close, as the address calls them: the key of each.
PANELS = {
    "view": "view_panel",
    "parameters": "parameters_panel",
    "code": "code_panel",
    "costs": "costs_panel",
}


def begin_session() -> None:
    """Give every field of the page its first value, in the first run of a session."""
    if "runs" not in session:
        first = vars(Session)
        session.update({name: first[name] for name in Session.__annotations__ if name in first})
        session.drawn = Drawn()


def set_widgets(**values: object) -> None:
    """Let widgets show these values. One that shows its own already is left alone: set, it is drawn again.

    A browser whose connection was lost may not have received it, though: it would show the widget as empty,
    and then that would count. So for a new connection all are set until a whole run has come to its end.
    """
    for key, value in values.items():
        if session.set_all or key not in session or session[key] != value:
            session[key] = value


def address_values() -> dict[str, Any]:
    """The value of every key of the address, as the widgets and the page have it now."""
    return runtime.values_of(key.name for key in link.KEYS)


def is_visible(part: str) -> bool:
    """Whether a part of the page, in ``link.PARTS``, is shown; a link may leave some out."""
    return part not in link.names_in(session[link.HIDDEN])


def is_embedded() -> bool:
    """Whether the page is part of another one: without its bar."""
    return not is_visible("bar")
