"""The pictures: what the view in the browser is sent, and what it reports back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from gradviz import content, figures, link, recent
from gradviz.comparison import Answers
from gradviz.link import reports
from gradviz.link.reports import Report
from page import reconnect
from page.components import mount, mount_base, mount_view, read_request
from page.guard import callback, report
from page.server import load_torch
from page.state import Session, session


def preload_plotly() -> None:
    """Mount the view with nothing to draw: it fetches Plotly while the answers are worked out."""
    mount_view("ahead", {"parts": {}, **figures.looks()})


def draw_pictures(
    reading: link.Reading, answers: Answers, chosen: content.Choices
) -> dict[str, figures.Panel]:
    """The surface or the curve, the map and the error plot, by name; what fails is logged."""
    drawn = recent.pictures(reading, answers, chosen, fills=True)
    for failure in drawn.failures:  # the pictures themselves tell the visitor
        report(failure.part, failure.error)
    return dict(drawn.panels)


def show_pictures(
    panels: Mapping[str, figures.Panel],
    reading: link.Reading,
    answers: Answers,
    chosen: content.Choices,
    *,
    report_drawn: bool,
    announcement: str,
    guessing: bool,
    words: str,
) -> None:
    """Show ``panels`` in the one standing view, and the ``words`` there on a phone.

    A screen reader says the ``announcement`` when it changes; with ``report_drawn`` the view reports when it
    has painted, and PyTorch is loaded then.
    """
    if not panels:
        load_torch()  # no view will report that it has painted
        return
    parts, data = recent.view_message(
        panels,
        reading,
        answers,
        chosen,
        opening=session.openings,
        report_drawn=report_drawn,
        announcement=announcement,
        guessing=guessing,
        words=words,
    )
    mount_view("parts", parts)
    base, message = figures.changed_since(session.drawn.view_base, data)
    session.drawn.view_base = base
    mount_base(base)
    callbacks = {f"on_{name}_change": partial(take_view_report, name) for name in REPORTS}
    mount_view("view", message, callbacks | {"on_drawn_change": load_torch})


def acknowledge() -> None:
    """Tell the view that the entries, too, are as its last message has made them: the next one may follow.

    It holds the number of this run as well, to arrive also where nothing else has changed.
    """
    data = {"answered": session.acknowledged, "report": session.report, "opening": session.openings}
    data |= {"whole": session.page_run, "connection": session.connection}
    mount("reconnect", key="answered", data=data | receipt(reconnect.FRAGMENT_TEXTS))


def receipt(entries: Sequence[str]) -> dict[str, Any]:
    """What the browser has when this has arrived: all of this run, and these texts in the ``entries``."""
    return {"run": session.runs, "entries": {name: session[name] for name in entries}}


# --- what the browser reports; it is another person's input, and anything unexpected changes nothing ---


def _changes(read: Report, value: object, session: Session) -> Mapping[str, str]:
    """What a report sets in the session; nothing as long as nothing has been read."""
    return {} if session.reading is None else read(value, session.reading, session)


# Each report of the view by name: what it sets in the session.
REPORTS: dict[str, Callable[[Any, Session], Mapping[str, str]]] = {
    name: partial(_changes, read) for name, read in reports.REPORTS.items()
}


@callback
def take_view_report(name: str) -> None:
    """The view has reported ``name``."""
    session.update(REPORTS[name](read_request("view", name), session))


@callback
def take_step() -> None:
    """The slider of ε has reported where it was let go."""
    session.update(REPORTS["stepped"](read_request("step", "stepped"), session))
