"""What can be typed and chosen: the function, its point and step, and what is drawn of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

import gradviz
from gradviz import content, figures, link
from gradviz.methods.steps import STEP_KINDS
from gradviz.tree.precision import PRECISIONS
from page.components import mount
from page.entries import ENTRIES, choose_one, choose_some, say, switch, text_entry
from page.guard import guarded
from page.parameters import hold_fixed, offer_parameters, slide_parameters
from page.runtime import typesetter
from page.stage import take_step
from page.state import PANELS, session, set_widgets

METHOD_LABELS = {method.name: method.label for method in gradviz.METHODS}
LAYERS_BY_METHOD = {"field", "digits", "slices"}  # the layers that are drawn for a method


def part(name: str) -> DeltaGenerator:
    """A container for a part of the page that a link may leave out; what is in it keeps its state."""
    return st.container(key=f"part-{name}", gap="small")


def prepare_widgets() -> None:
    """Let the choice of layers show what the address says, before it is drawn."""
    # a list, as pills give it: a tuple would count as pressed in every run
    set_widgets(layers=list(figures.known_layers(session[link.LAYERS])))


def function_entry() -> None:
    """The function; on a phone with a row of keys that write √, π and their like into it."""
    with part("function"):
        text_entry(link.FUNCTION, labelled=False)
        mount("keys", key="keys", data={"entry": ENTRIES[link.FUNCTION].label})


def function_draft(place: str) -> None:
    """The ``place`` for how the function would be read while it is being typed: beside or below its entry."""
    texts = {link.PARAMETERS: session[link.PARAMETERS]}
    mount(
        "draft",
        key=f"draft-{place}",
        data=draft_data(link.FUNCTION, place, texts) | {"typesetter": typesetter()},
    )


def number_draft(name: str, reading: link.Reading) -> None:
    """The place for how the point or ε would be read while it is being typed: above its entry."""
    texts = {
        "of": name,
        link.FUNCTION: reading.field.text,
        **{other: session[other] for other in (link.POINT, link.STEP, link.PARAMETERS)},
        link.PRECISION: reading.dtype,
        link.STEP_KIND: reading.step_kind,
    }
    mount("draft", key=f"draft-{name}", data=draft_data(name, "above", texts) | {"typesetter": ""})


def draft_data(name: str, place: str, texts: Mapping[str, str]) -> dict[str, Any]:
    """What the script ``draft`` is sent for the entry ``name``; the others' ``texts`` go with its own."""
    entry, drawn = ENTRIES[name].label, session[name]
    return {"name": name, "place": place, "entry": entry, "drawn": drawn, "texts": dict(texts)}


def function_refused(reading: link.Reading) -> None:
    """Why the function cannot be read, over the pictures, which are dimmed: they show the last valid one."""
    if link.FUNCTION not in link.refused(reading):
        return
    with st.container(key="refused", gap="xsmall"):
        say(reading.remarks, link.FUNCTION)
        st.caption("Showing the last valid f, here below and in the link:")
        with guarded("The function as it was read"):
            function_as_read(reading.field)


def function_notes(reading: link.Reading) -> None:
    """What is to be said about the function and the window, and the parameters."""
    if link.FUNCTION not in link.refused(reading):
        say(reading.remarks, link.FUNCTION)
    for remark in reading.field.remarks:
        st.text(f"ℹ {remark}")
    with part("parameters"):
        say(reading.remarks, link.PARAMETERS)
        with guarded("The sliders of the parameters"):
            slide_parameters(reading)
            if link.FUNCTION not in link.refused(reading):
                offer_parameters(reading)
    if not session.get(PANELS["view"]):  # what must be said is not shut away
        say(reading.remarks, link.ACROSS, link.UP, link.AXES, link.WINDOW)


def function_as_read(field: gradviz.ScalarField) -> None:
    """The function as it was read, typeset."""
    st.latex(content.function_latex(field))


def view_menu(reading: link.Reading) -> None:
    """What else is drawn and how, and which letters are held fixed: two menus."""
    with part("parameters-held"), guarded("What is held fixed"):
        hold_fixed(reading)
    with part("view"), guarded("The view"):
        menu = st.popover("View", key=PANELS["view"], on_change="rerun")
        if menu.open:
            with menu:
                choose_layers()
                choose_view(reading)


def choose_layers() -> None:
    """What else is drawn, and by which method where it is drawn for one."""
    choose_some("layers", {layer.name: layer.label for layer in figures.LAYERS})
    if LAYERS_BY_METHOD & set(session.layers):
        set_widgets(layer_method=session[link.LAYERS_BY])
        labels = {name: METHOD_LABELS[name] for name in content.STEPPING}
        choose_one("layer_method", {"": "no chosen method"} | labels)


def choose_view(reading: link.Reading) -> None:
    """The window and the axes, how arrows and errors are drawn."""
    variables = reading.field.variables
    for name in (link.ACROSS, link.UP) if len(variables) != 1 else (link.ACROSS,):  # a curve has no map
        text_entry(name)
        with st.container(gap="xsmall"):
            say(reading.remarks, name)
    with st.container():
        if len(variables) > 2:  # the others are fixed at the point
            across, up = (variables[place] for place in reading.axes)
            set_widgets(axis_across=across, axis_up=up)
            choose_one("axis_across", variables)
            choose_one("axis_up", variables)
        say(reading.remarks, link.AXES, link.WINDOW)
    switch(link.FAMILY)
    with st.container(gap="xsmall"):
        if session[link.FAMILY]:
            say(link.family_remarks(reading), link.FAMILY)
    switch(link.RELATIVE)
    switch(link.PREDICT)


def point_and_step(reading: link.Reading, zones: Sequence[Mapping[str, Any]]) -> None:
    """The dock: the point, ε with its slider, and in which numbers all is computed."""
    with st.container(key="dock-notes", gap="xsmall"):
        say(reading.remarks, link.POINT, link.STEP, link.PRECISION, link.STEP_KIND)
    with st.container(key="dock-row", horizontal=True, gap="small"):
        with part("point"):
            text_entry(link.POINT)
        with part("eps"):
            with st.container(key="dock-slider"), guarded("The slider of ε"):
                slide_step(reading.step, zones)
            with st.container(key="dock-eps"):
                text_entry(link.STEP)
            with st.container(key="dock-numbers", horizontal=True, gap="small"):
                choose_numbers(reading)
    for name in (link.POINT, link.STEP):
        number_draft(name, reading)


def slide_step(step: float, zones: Sequence[Mapping[str, Any]]) -> None:
    """The slider over the exponent of ε, at the present step; the pictures follow it."""
    mount("step", key="step", data=content.slider_data(step, zones), on_stepped_change=take_step)


def choose_numbers(reading: link.Reading) -> None:
    """In which type every number is rounded, and what becomes of ε."""
    set_widgets(precision=reading.dtype, kind_of_step=reading.step_kind)
    choose_one("precision", list(PRECISIONS))
    choose_one("kind_of_step", {name: kind.label for name, kind in STEP_KINDS.items()})
