"""A second picture, compared with the present one: keep it, swap the two, drop it."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from gradviz import content, link, sentences
from page import address
from page.components import mount_view
from page.controls import function_as_read
from page.guard import callback, guarded, report
from page.state import session

KEEP_HELP = "It stays below, beside what you look at next, to be compared; the link holds both."


def compare(now: content.Side, chosen: content.Choices, torch_loaded: bool, guessing: bool) -> None:
    """What keeps the present picture and drops the kept one, and both side by side. The words are left out
    while something is still guessed.
    """
    values = session.drawn_values or {}
    kept, reason = session[link.COMPARED], link.why_not_compared(now.reading, values)
    with st.container(horizontal=True, gap="xsmall", key="keep"):
        st.button(
            "Keep this picture",
            icon=":material/keep:",
            help=KEEP_HELP,
            disabled=bool(reason),
            on_click=keep,
        )
        if kept:
            st.button("Swap", icon=":material/swap_vert:", disabled=bool(reason), on_click=swap)
            st.button("Drop", icon=":material/close:", on_click=drop)
    if reason:
        st.caption(reason)
    if not kept:
        return
    if kept == link.compared_text(values):
        st.caption("This is kept: change the function, the point or ε, and compare.")
    with guarded("What is kept"):
        show_both(now, compared_side(kept, chosen, torch_loaded), chosen, guessing)


def show_both(now: content.Side, kept: content.Side, chosen: content.Choices, guessing: bool) -> None:
    """Both that are compared, in pictures and in words."""
    parts, data = content.comparison_message(now, kept, chosen)
    mount_view("kept-parts", parts)
    mount_view("kept-view", data)
    if guessing:
        return
    left, right = st.columns(2)
    with left.container(key="now"):
        in_words(now, chosen)
    with right:
        in_words(kept, chosen)


def in_words(side: content.Side, chosen: content.Choices) -> None:
    """One of the two that are compared in words and numbers: the function, the paragraph, and the table."""
    function_as_read(side.reading.field)
    st.markdown(sentences.paragraph(side.answers, chosen.shown))
    st.html(content.table_of(side.answers, chosen.shown))


def compared_side(kept: str, chosen: content.Choices, torch_loaded: bool) -> content.Side:
    """The kept picture, made anew only when it or the choices for it change."""
    made_from = kept, torch_loaded, replace(chosen, predict=False, camera=())
    former, side = session.drawn.compared or (None, None)
    if side is None or former != made_from:
        side, failures = content.compared_side(kept, chosen, torch_loaded, side.answers if side else None)
        for failure in failures:
            report(f"{failure.part} of what is kept", failure.error)
        session.drawn.compared = made_from, side
    return side


@callback
def keep() -> None:
    """Keep the picture that is seen; it stays below the present one from now on."""
    session[link.COMPARED] = link.compared_text(session.drawn_values or {})


@callback
def swap() -> None:
    """The kept picture becomes the present one, and the other way round."""
    address.fill(link.swapped(session.drawn_values or {}))


@callback
def drop() -> None:
    """Nothing is kept any more."""
    session[link.COMPARED], session.drawn.compared = "", None
