"""The controls that the address knows of: a table, and how each is drawn, read and written.

A control whose widget has a key of the address needs nothing more. Where the address says the same in other
words, its row has a function that makes the values of the address from the session, and :func:`write_entry`
is called when the widget changes; what it shows is set with ``set_widgets`` before it is drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, TypeVar

import streamlit as st

from gradviz import figures, link
from gradviz.autodiff import faults
from page.guard import callback
from page.state import Session, session

Name = TypeVar("Name", str, int)
Width = int | Literal["stretch"]


@dataclass(frozen=True)
class Entry:
    """One control. ``key`` is that of its widget; where that is no key of the address, ``written`` gives the
    values of the address that it changes.
    """

    key: str
    label: str
    help: str | None = None
    placeholder: str | None = None
    written: Callable[[Session], Mapping[str, str]] | None = None


def _copied(key: str, name: str, session: Session) -> dict[str, str]:
    """What the widget ``key`` shows, as it is, under ``name`` of the address."""
    return {name: str(session[key])}


def _fault(session: Session) -> dict[str, str]:
    """The fault that is planted, the first of the table at first, and where."""
    if not session.sabotage:
        return {link.FAULT: "", link.PLACE: ""}
    return {
        link.FAULT: session.get("chosen_fault", faults.FAULTS[0].name),
        link.PLACE: session.get("chosen_place", ""),
    }


def _fixed(session: Session) -> dict[str, str]:
    """The fixed parameters; the point then has more or fewer coordinates."""
    assert session.reading is not None
    parameters, point = link.hold_fixed(session.reading, session.fixed)
    return {link.PARAMETERS: parameters, link.POINT: point}


_ROWS = (
    Entry(link.FUNCTION, "Function f"),
    Entry(
        link.POINT,
        "Point",
        "One number for each variable: `3, 4` or `pi/4, 1`. You can also press on the map.",
    ),
    Entry(
        link.STEP,
        "Step ε",
        "How far each input is shifted: `0.1`, `1e-8`, `2^-26`. The slider moves it by powers of ten.",
    ),
    Entry(
        "precision",
        "Precision",
        "The type in which every single operation is rounded, f's own among them.",
        written=partial(_copied, "precision", link.PRECISION),
    ),
    Entry(
        "kind_of_step",
        "ε is taken",
        "Beside x, ε itself is rounded. Divided by the step that was really taken, (x + ε) − x, or by a "
        "power of two, the quotient does not suffer from that.",
        written=partial(_copied, "kind_of_step", link.STEP_KIND),
    ),
    Entry(
        "fixed",
        "Hold fixed",
        "A letter that is held fixed is no variable: it gets a slider, and the gradient does not ask for it.",
        written=_fixed,
    ),
    Entry(
        "layers",
        "See more",
        "Drawn over the surface, the map or the curve; the words below each picture say what is seen.",
        written=lambda session: {link.LAYERS: figures.layers_text(session.layers)},
    ),
    Entry(
        "layer_method",
        "Gradient field, digits and secants by",
        "Unless one is chosen, the gradient field is exact, and digits and secants are those of the first "
        "method shown that takes a step.",
        written=partial(_copied, "layer_method", link.LAYERS_BY),
    ),
    Entry(
        link.ACROSS,
        "Across, from … to",
        "Two numbers, for example `-6, 6`. Empty: chosen for you.",
        placeholder="automatic",
    ),
    Entry(link.UP, "Up the map, from … to", placeholder="automatic"),
    Entry(
        "axis_across",
        "Variable across",
        written=lambda session: {link.AXES: f"{session.axis_across},{session.axis_up}"},
    ),
    Entry(
        "axis_up",
        "Variable up the map",
        written=lambda session: {link.AXES: f"{session.axis_across},{session.axis_up}"},
    ),
    Entry(
        link.FAMILY,
        "This curve in every precision",
        "The curve that is explained, in float64, float32, float16 and bfloat16.",
    ),
    Entry(
        link.RELATIVE,
        "Relative errors",
        "The error as a share of the gradient's own size, where that is not 0.",
    ),
    Entry(
        link.PREDICT,
        "Guess first, then see the errors",
        "The error plot stays hidden until you have guessed what it shows.",
    ),
    Entry("chosen_node", "The part around", written=partial(_copied, "chosen_node", link.NODE)),
    Entry(
        "sabotage",
        "Plant a fault in the backward pass",
        "The graph below is then wrong in one place. Gradient checking tells that it is; can you find where?",
        written=_fault,
    ),
    Entry("chosen_fault", "Fault", written=_fault),
    Entry("chosen_place", "Where", written=_fault),
    Entry(
        "counted_family",
        "A function of n variables",
        written=partial(_copied, "counted_family", link.FAMILY_COUNTED),
    ),
)
ENTRIES = {row.key: row for row in _ROWS}


@callback
def write_entry(key: str) -> None:
    """Write what the widget ``key`` shows into the address."""
    written = ENTRIES[key].written
    assert written is not None
    session.update(written(session))


def _bound(entry: Entry) -> dict[str, Any]:
    """What every widget is called with: its key, its help, and what writes it into the address."""
    options: dict[str, Any] = {"key": entry.key, "help": entry.help}
    if entry.written is None:  # its value is the address's own: not to be lost while it is not drawn
        return options | {"persist_state": "page"}
    return options | {"on_change": write_entry, "args": (entry.key,)}


def text_entry(key: str, *, labelled: bool = True) -> None:
    """A text that the visitor types; where it is not ``labelled``, its label is for screen readers alone."""
    entry = ENTRIES[key]
    st.text_input(
        entry.label,
        placeholder=entry.placeholder,
        autocomplete="off",
        max_chars=link.LONGEST_TYPED,
        label_visibility="visible" if labelled else "collapsed",
        **_bound(entry),
    )


def switch(key: str) -> bool:
    """Something that is on or off."""
    entry = ENTRIES[key]
    return st.toggle(entry.label, **_bound(entry))


def choose_one(key: str, labels: Mapping[Name, str] | Sequence[Name], width: Width = "stretch") -> Name:
    """One of several names, listed by their ``labels``, or as they are."""
    entry = ENTRIES[key]
    texts = dict(labels) if isinstance(labels, Mapping) else {name: str(name) for name in labels}
    return st.selectbox(entry.label, list(texts), format_func=texts.__getitem__, width=width, **_bound(entry))


def choose_some(key: str, labels: Mapping[str, str] | Sequence[str], wrap: bool | None = True) -> None:
    """Any number of several names, as pills with their ``labels``, or as they are."""
    entry = ENTRIES[key]
    texts = dict(labels) if isinstance(labels, Mapping) else {name: name for name in labels}
    st.pills(
        entry.label,
        list(texts),
        selection_mode="multi",
        format_func=texts.__getitem__,
        wrap=wrap,
        **_bound(entry),
    )


@callback
def correct_entry(name: str, corrected: str) -> None:
    """Put the corrected text into the entry, as if it had been typed."""
    session[name] = corrected


def say(remarks: Sequence[link.Remark], *names: str) -> None:
    """What must be said about these entries, below them. Nothing typed is read as Markdown here."""
    for name in names:
        due = [remark for remark in remarks if remark.entry == name]
        if not due:
            continue
        with st.container(border=True, key=f"remark-{name}", gap="xsmall"):
            for remark in due:
                st.text(f"{'⚠' if remark.stops else 'ℹ'} {remark.sentence}")
                if remark.caret:
                    st.code(remark.caret, language=None)
                if remark.corrected:
                    st.button(
                        f"Write {remark.nearest}",
                        key=f"correct-{name}",
                        on_click=correct_entry,
                        args=(name, remark.corrected),
                    )
