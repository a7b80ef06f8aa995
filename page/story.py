"""The page from top to bottom. Streamlit runs this script for every visitor, and again after every change.

It asks the package and shows the answers; it computes nothing itself. What a press on a picture changes is
drawn by the fragment :func:`answer` alone; the whole page follows when anything around that depends on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import nullcontext, suppress
from dataclasses import replace
from itertools import count

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from gradviz import content, figures, link, recent
from gradviz.methods.loading import torch_is_loaded
from gradviz.symbolic import worker
from gradviz.tree.balls import numbers
from page import address, controls, guess, present, reconnect, shelves, stage
from page.backprop import backpropagation
from page.compare import compare
from page.components import clock_key, mount, mount_clock, read_request
from page.controls import part
from page.entries import say, text_entry
from page.gallery import door, lesson
from page.guard import callback, guarded, report, show_sentence
from page.parameters import play_on
from page.runtime import DuplicateWidget
from page.server import load_torch
from page.share import link_to_whole_page, save_slide, share
from page.state import address_values, is_embedded, is_visible, session
from page.style import show_style
from page.tab_icon import TAB_ICON

ABOUT = "gradviz shows how gradients are computed, and how far each way is off."
LOOK = "look"  # the trigger of the clock while the page waits for what loads
LOOK_EVERY = 0.5  # seconds between two looks at whether what the page waits for is there
TITLE = "gradviz: see gradients"  # of a page without a picture; else it names f, as the first document does
RESET_HELP = "Back to the lesson’s example, and a clean address."


def page() -> None:
    """The page from top to bottom."""
    st.set_page_config(page_icon=TAB_ICON, layout="wide", menu_items={"About": ABOUT})
    mounted = mount("reconnect", key="reconnect", on_restored_change=lambda: None)
    address.read_address(reconnect.read_report(mounted.restored))
    address.begin_run()
    hidden = [name for name in link.PARTS if not is_visible(name)]
    show_style(hidden, presenting=session[link.PRESENT])
    stage.preload_plotly()
    bar, notes, line, pictures, dock, below = (
        st.container(key=key) for key in ("bar", "notes", "lesson", "stage", "dock", "below")
    )
    with bar:
        head = st.container(key="bar-row", horizontal=True, vertical_alignment="center", gap="small")
    with below:
        answers = st.container(key="answers")
        closed, graph = part("closed"), part("graph")
    session.page_run = session.runs
    session.surroundings, session.incomplete = None, False  # until all of it is drawn
    session.drawn_with_torch = True  # nothing to wait for, if nothing is drawn
    with pictures:  # before the rest: the browser draws while that is still being written
        answer(dock, line, answers, graph, count())
    reading = session.reading
    failed = reading is None or session.incomplete  # the fragment has, and has drawn the entries itself
    with head:
        top(None if failed else reading)
    with bar:
        if reading is not None and not failed:
            controls.function_refused(reading)
            controls.function_draft("below")
    with notes:
        link_notes()
        if reading is not None and not failed:
            controls.function_notes(reading)
    if session[link.PRESENT]:
        present.tools()
    if reading is None or failed:
        st.set_page_config(TITLE)
        return
    st.set_page_config(content.page_title(reading.field))
    closed_form_waits = False
    with closed, guarded("The closed form"):
        closed_form_waits = shelves.closed_form(reading.field)
    if closed_form_waits or not session.drawn_with_torch:
        wait(not session.drawn_with_torch, closed_form_waits)
    play_on()
    session.surroundings = address.surroundings(reading, address_values())
    mount("reconnect", key="receipt", data=stage.receipt(reconnect.PAGE_TEXTS))
    if not session.incomplete:
        session.complete_connection, session.set_all = session.connection, False


def top(reading: link.Reading | None) -> None:
    """The bar: the page's name, the function as typed and as it was read, and the tools.

    Without a ``reading`` only what does not depend on one.
    """
    with st.container(key="name", width="content"):
        st.markdown("# gradviz")
    if reading is not None:
        controls.function_entry()
        with st.container(key="echo", width="content"), guarded("The function as it was read"):
            controls.function_as_read(reading.field)
            controls.function_draft("beside")
    with st.container(key="tools", horizontal=True, gap="xsmall", width="content"):
        with part("gallery"):
            door()
        if reading is not None:
            controls.view_menu(reading)
        with guarded("The link to this page"):
            share(reading)
        present.door()
        st.button("Reset", help=RESET_HELP, on_click=address.reset)


def link_notes() -> None:
    """A word about the link that was opened, and about a control that has failed."""
    say(session.link_remarks, link.LINK)
    if session.failed_control:
        session.failed_control = False
        show_sentence("What was pressed", "could not be done")
    if session[link.HIDDEN] and not is_embedded():
        with st.container(key="set-up", horizontal=True, gap="small", vertical_alignment="center"):
            st.caption("This page was set up by a link, which leaves something out.")
            st.button("Show everything", on_click=address.show_everything)


@st.fragment
def answer(
    dock: DeltaGenerator,
    line: DeltaGenerator,
    answers: DeltaGenerator,
    graph: DeltaGenerator,
    calls: Iterator[int],
) -> None:
    """What follows a press on a picture: the pictures, the point and ε, and all numbers and words.

    What is pressed, typed or chosen among these has this fragment drawn again, and the whole page where the
    rest no longer fits. ``calls`` counts its runs since the whole page was drawn.
    """
    try:
        draw_answer(dock, line, answers, graph, alone=next(calls) > 0)
    except Exception as error:
        rescue(error, dock)
    finally:
        numbers.end_thread()  # every run is a thread


def draw_answer(
    dock: DeltaGenerator,
    line: DeltaGenerator,
    answers_place: DeltaGenerator,
    graph: DeltaGenerator,
    alone: bool,
) -> None:
    """The entries of the point and ε, the ``line`` of the lesson, and all that depends on them."""
    values = address.begin_run() if alone else address_values()
    controls.prepare_widgets()
    reading = address.read_entries(values)
    chosen = content.choices(values)
    if alone and address.surroundings(reading, values) != session.surroundings:
        st.rerun()
    dragging, session.dragged_point = bool(session.dragged_point), ""
    loaded = session.drawn_with_torch = torch_is_loaded()
    answers = None
    with guarded("The gradient at this point"):
        answers = recent.answers_of(reading, loaded, session.drawn.answers)
    session.reading, session.drawn.answers = reading, answers
    if not dragging:
        address.write_address(reading)
    guessing = False
    with guarded("The question"):
        guessing = answers is not None and guess.is_open(answers, chosen.shown)
    zones = []
    with guarded("The zones of ε"):
        zones = [] if answers is None or guessing else recent.step_zones(answers, chosen)
    with dock:
        controls.point_and_step(reading, zones)
        if is_embedded():
            link_to_whole_page()
    if is_visible("lesson") and not session[link.PRESENT]:
        with line:
            lesson()
    with answers_place:
        places = part("words"), part("table"), part("kept")
    panels: Mapping[str, figures.Panel] = {}
    if answers is None:
        load_torch()  # no view will report that it has painted
        stage.acknowledge()
    else:
        now = content.Side(reading, answers, {})
        panels = show_answers(now, chosen, places, guessing=guessing, loaded=loaded, dragging=dragging)
    with graph:
        with guarded("Back-propagation"):
            backpropagation(reading, loaded, panels)
        with guarded("The programs"):
            shelves.programs(reading)
        with guarded("The costs"):
            shelves.costs(reading.field)
    if alone and address.surroundings(reading, address_values()) != session.surroundings:
        st.rerun()  # the remarks about a link go with the first change


def show_answers(
    now: content.Side,
    chosen: content.Choices,
    places: tuple[DeltaGenerator, DeltaGenerator, DeltaGenerator],
    *,
    guessing: bool,
    loaded: bool,
    dragging: bool,
) -> Mapping[str, figures.Panel]:
    """The pictures here; and in their ``places`` the picture compared with them, the words and the table.

    What would give away a guess is left out, and while the point is dragged a screen reader says nothing.
    """
    reading, answers = now.reading, now.answers
    words_place, table_place, compared_place = places
    words = ""
    with words_place, guarded("The words"):
        if guessing:
            st.caption("The words and the table come when you have guessed.")
        else:
            words = recent.paragraph(answers, chosen.shown)
            st.markdown(words)
    with table_place, guarded("The table"):
        if not guessing:
            st.html(recent.table_of(answers))
    panels: dict[str, figures.Panel] = {}
    with guarded("The pictures"):
        panels = stage.draw_pictures(reading, answers, chosen)
        with guarded("The question"):
            guess.guess_first(answers, chosen.shown, guessing)
        if guessing:
            panels.pop("errors", None)
        announcement = "" if dragging or guessing else recent.announcement(answers, chosen.shown)
        stage.show_pictures(
            panels,
            reading,
            answers,
            chosen,
            report_drawn=not loaded,
            announcement=announcement,
            guessing=guessing,
            words=words,
        )
    # at the end of the cards; a slide would tell what is to be guessed
    if panels and not guessing and is_visible("methods") and not session[link.PRESENT]:
        with guarded("The button that saves the slide"):
            save_slide()
    stage.acknowledge()
    frame = st.container(border=True, gap="small") if session[link.COMPARED] else nullcontext()
    with compared_place, frame, guarded("The comparison"):
        compare(replace(now, panels=panels), chosen, loaded, guessing)
    return panels


@st.fragment
def wait(for_torch: bool, for_worker: bool) -> None:
    """Draw the whole page again once PyTorch is loaded, or a symbolic worker has time for this page."""
    if (for_torch and torch_is_loaded()) or (for_worker and worker.has_room()):
        address.rerun_as_requested()
    mount_clock(LOOK, session.looks, LOOK_EVERY, take_look, acknowledges=True)


@callback
def take_look() -> None:
    """Number the turns of the clock while the page waits."""
    read_request(clock_key(LOOK), LOOK)
    session.looks += 1


def rescue(error: Exception, place: DeltaGenerator) -> None:
    """Where the page or its fragment fails as a whole: a sentence, and those entries that were not drawn."""
    session.incomplete = True
    report("the page", error)
    show_sentence("The page")
    with place:
        for name in (link.FUNCTION, link.POINT, link.STEP):
            with suppress(DuplicateWidget):
                text_entry(name)
    with suppress(DuplicateWidget):
        stage.acknowledge()  # or the browser would wait with its next request for a receipt that never comes


try:
    page()
except Exception as error:
    rescue(error, st.container())
    st.button("Reset", key="reset-all", help=RESET_HELP, on_click=address.reset)
