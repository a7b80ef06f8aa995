"""The address and the session: either follows the other, also through a lost connection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from gradviz import link
from page import reconnect, runtime
from page.guard import callback, report
from page.server import load_torch
from page.state import PANELS, Drawn, address_values, begin_session, session

# What the fragment of page/story.py draws: its entries, and the keys that it alone depends on.
FRAGMENT_ENTRIES = (link.POINT, link.STEP, link.PRECISION, link.STEP_KIND)
FRAGMENT_KEYS = (
    link.SHOWN,
    link.EXPLAINED,
    link.CAMERA,
    link.WINDOW,
    link.COMPARED,
    link.FAULT,
    link.PLACE,
    link.NODE,
    link.FAMILY_COUNTED,
    link.OPENED,
)


def read_address(restored: reconnect.Report | None) -> None:
    """Fill the entries from the address: when the page is opened, and when the visitor goes back or forward.

    Every other run has them already, but those that a lost connection has left on one side alone: the browser
    reports what it shows once that is ``restored``.
    """
    begin_session()
    opened, navigated = session.drawn_values is None, runtime.is_history_navigation()
    if opened or navigated:
        fill(*values_of_address())
        session.written_query = None
    elif navigated is None and session.written_query not in (None, st.query_params.to_dict()):
        session.written_query = {}  # perhaps a step back: the page stays, its address is written anew
    connection, former = runtime.connection(), session.connection
    session.set_all = restored is not None or session.complete_connection != connection
    # Streamlit may run the page before the report has come: with widgets that show what was before
    session.awaits_report = restored is None and former not in (None, connection)
    session.connection = connection
    if restored is not None:
        restore(restored, opened)
    if session.set_all:
        session.update({name: session[name] for name in link_and_panel_keys()})


def link_and_panel_keys() -> list[str]:
    """The keys of the address, and those of its panels that are on the page."""
    return [key.name for key in link.KEYS] + [key for key in PANELS.values() if key in session]


def values_of_address() -> tuple[dict[str, Any], tuple[link.Remark, ...]]:
    """What the address says, and remarks about it. Where reading it fails, the values of a plain page."""
    try:
        query = st.query_params
        values, remarks = link.values_in(query.to_dict(), runtime.query_as_typed())
        repeated = [name for name in query if len(query.get_all(name)) > 1]
        return values, (*remarks, *link.doubts(values, repeated))
    except Exception as error:
        report("reading the link", error)
        sentence = "This link could not be read, which is a fault of the page, and has been noted."
        return link.values_in({})[0], (link.Remark(link.LINK, sentence),)


def fill(values: dict[str, Any], remarks: tuple[link.Remark, ...] = ()) -> None:
    """Set everything that an address says.

    What the browser asks for before it knows of this counts no more (``read_request``).
    """
    session.openings += 1
    session.update(values)
    session.drawn_values, session.link_remarks = values, remarks
    session.linked_values = link.values_in({})[0]  # until what was filled in has been read
    opened = link.names_in(values[link.OPENED])
    session.update({key: panel in opened for panel, key in PANELS.items()})
    session.reading = session.playing = None
    session.dragged_point = ""


@callback
def show_everything() -> None:
    """Show all that a link has left out."""
    session[link.HIDDEN] = ""


@callback
def reset() -> None:
    """Back to the lesson's example, with a clean address."""
    fill(link.values_in({})[0])
    session.drawn, session.guess, session.logged_failures = (
        Drawn(view_base=session.drawn.view_base),
        None,
        None,
    )
    st.query_params.clear()  # also where no run has come so far as to write the address
    session.written_query = {}


def restore(restored: reconnect.Report, opened: bool) -> None:
    """Restore what the browser shows, and the request that was under way when the connection was lost.

    ``opened`` where this server knows the page from its address alone.
    """
    shown = values_of_address()[0]
    load_torch()  # the word that the picture is painted may have been lost
    session.update(reconnect.changes(restored, session.request))
    session.written_query = link.query_for(shown)  # the browser's own may be older
    session.report = restored.number
    if opened:
        session.reading = link.read(link.entries(shown))


def begin_run() -> dict[str, Any]:
    """Number this run, and remember its request, the values here: the answer may be lost on the way."""
    session.runs += 1
    values = address_values()
    if not session.awaits_report:
        session.request = reconnect.Request(session.runs, values)
    return values


def rerun_as_requested() -> None:
    """Draw the whole page again because the clock has found something out.

    With its turn the browser sends what the widgets hold, and a late answer may still be on its way to these:
    what was requested last counts. Streamlit may merge the clock's run with one that the visitor asked for,
    whose widgets are right, and may be drawn already. Where it does not tell, the page is drawn again by a
    later turn of the clock: when the browser has received that answer.
    """
    requested = session.request.values if session.request else {}
    fragments = runtime.fragments_in_run()
    if fragments == 1:
        session.update(requested)
    elif fragments is None and not received(requested):
        return
    st.rerun()


def received(requested: Mapping[str, Any]) -> bool:
    """Whether the browser's widgets hold the values of the last request."""
    derived = (link.WINDOW, link.OPENED)  # written after the request was noted
    return all(session[name] == value for name, value in requested.items() if name not in derived)


def read_entries(values: Mapping[str, Any]) -> link.Reading:
    """What the entries mean whose keys have these ``values``.

    Where reading them fails, what they last meant, with a remark that says so.
    """
    texts = link.entries(values)
    if session.dragged_point:
        texts = replace(texts, point=session.dragged_point)
    try:
        return link.read(texts, session.reading)
    except Exception as error:
        report("reading the entries", error)
        sentence = (
            "These entries could not be read, which is a fault of the page, and has been noted: what you see "
            "is what was understood before. Change an entry, or press Reset."
        )
        remark = link.Remark(link.FUNCTION, sentence)
        return replace(session.reading or link.read(link.Entries()), remarks=(remark,))


def write_address(reading: link.Reading) -> None:
    """Let the address follow: one step of the history for each change, none while a parameter is played.

    A link that was opened is left as it came until something changes.
    """
    session[link.OPENED] = ",".join(panel for panel, key in PANELS.items() if session.get(key))
    session[link.WINDOW] = link.window_text(reading)
    session.drawn_values = address_values()
    session.linked_values = link.linked(session.drawn_values, reading, session.linked_values or {})
    query = link.query_for(session.linked_values)
    if session.written_query is None:
        session.written_query = query
    if session.written_query != query and not (session.playing or session.awaits_report):
        st.query_params.from_dict(query)
        session.written_query, session.link_remarks = query, ()


def surroundings(reading: link.Reading, values: Mapping[str, Any]) -> tuple[Any, ...]:
    """All that the page around the fragment depends on: the rest of the address, and the remarks it shows.

    ``values`` are those of all keys.
    """
    remarks = [remark for remark in reading.remarks if remark.entry not in FRAGMENT_ENTRIES]
    if session[link.FAMILY]:
        remarks += link.family_remarks(reading)
    rest = {name: value for name, value in values.items() if name not in FRAGMENT_ENTRIES + FRAGMENT_KEYS}
    panels = [session.get(PANELS[panel]) for panel in ("view", "parameters")]
    shared = values if session.get("share") else None
    return rest, panels, remarks, session.link_remarks, shared, session.failed_control
