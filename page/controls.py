"""What can be typed and chosen: the function, its point and step, and what is drawn of it."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

import gradviz
from gradviz import content, figures, link, presets, sentences
from gradviz.methods.steps import STEP_KINDS
from gradviz.tree.precision import PRECISIONS
from page.components import mount
from page.entries import ENTRIES, choose_one, choose_some, say, switch, text_entry
from page.guard import guarded
from page.parameters import hold_fixed, slide_parameters
from page.stage import take_step
from page.state import PANELS, is_visible, session, set_widgets

METHOD_LABELS = {method.name: method.label for method in gradviz.METHODS}
LAYERS_BY_METHOD = {"field", "digits", "slices"}  # the layers that are drawn for a method


def part(name: str) -> DeltaGenerator:
    """A container for a part of the page that a link may leave out; what is in it keeps its state."""
    return st.container(key=f"part-{name}", gap="small")


def prepare_widgets() -> None:
    """Let the choices of methods and layers show what the address says, before any of them is drawn."""
    shown = link.known_methods(session[link.SHOWN])
    layers = figures.known_layers(session[link.LAYERS])
    # lists, as pills give them: a tuple would count as pressed in every run
    set_widgets(ticked=list(shown), layers=list(layers), curve=link.explained(session[link.EXPLAINED], shown))


def function_entry(reading: link.Reading) -> None:
    """The function; and below it what was read, what is to be said about it, and its parameters."""
    with part("function"):
        text_entry(link.FUNCTION)
        # on a phone, a row of keys that write √, π and their like into the entry above
        mount("keys", key="keys", data={"entry": ENTRIES[link.FUNCTION].label})
    with st.container(gap="xsmall"):
        say(reading.remarks, link.FUNCTION)
        if link.FUNCTION in link.refused(reading):
            st.caption("Until it can be read, the pictures and the link show this function:")
        with guarded("The function as it was read"):
            function_as_read(reading.field)
        for preset in presets.PRESETS:
            # the lesson may give away what is to be guessed
            if preset.text == session[link.FUNCTION] and not session[link.PREDICT]:
                with guarded("The lesson"):
                    st.caption(sentences.lesson(preset))
        with part("parameters"):
            say(reading.remarks, link.PARAMETERS)
            with guarded("The sliders of the parameters"):
                slide_parameters(reading)


def function_as_read(field: gradviz.ScalarField) -> None:
    """The function as it was read, typeset, with a word where it could have been read otherwise."""
    st.latex(content.function_latex(field))
    for remark in field.remarks:
        st.text(f"ℹ {remark}")


def choices(reading: link.Reading, shown: tuple[str, ...]) -> None:
    """The methods, the fixed parameters, the layers, and how all is drawn."""
    with part("methods"):
        choose_some("ticked", METHOD_LABELS)
    with part("parameters-held"), guarded("What is held fixed"):
        hold_fixed(reading)
    with part("view"), guarded("The view"):
        choose_layers()
        shelf = st.expander("View", key=PANELS["view"], on_change="rerun")
        if shelf.open:
            with shelf:
                choose_view(reading, shown)
        else:  # what must be said is not shut away
            say(reading.remarks, link.ACROSS, link.UP, link.AXES, link.WINDOW)


def choose_layers() -> None:
    """What else is drawn, and by which method where it is drawn for one."""
    choose_some("layers", {layer.name: layer.label for layer in figures.LAYERS})
    if LAYERS_BY_METHOD & set(session.layers):
        set_widgets(layer_method=session[link.LAYERS_BY])
        labels = {name: METHOD_LABELS[name] for name in content.STEPPING}
        choose_one("layer_method", {"": "no chosen method"} | labels)


def choose_view(reading: link.Reading, shown: tuple[str, ...]) -> None:
    """The window and the axes, how arrows and errors are drawn; sent when the panel is open."""
    for name in (link.ACROSS, link.UP):
        text_entry(name)
        with st.container(gap="xsmall"):
            say(reading.remarks, name)
    with st.container():
        variables = reading.field.variables
        if len(variables) > 2:  # the others are fixed at the point
            across, up = (variables[place] for place in reading.axes)
            set_widgets(axis_across=across, axis_up=up)
            choose_one("axis_across", variables)
            choose_one("axis_up", variables)
        say(reading.remarks, link.AXES, link.WINDOW)
    choose_one("curve", {name: METHOD_LABELS.get(name, "no method") for name in link.explainable(shown)})
    switch(link.FAMILY)
    with st.container(gap="xsmall"):
        if session[link.FAMILY]:
            say(link.family_remarks(reading), link.FAMILY)
    switch(link.RELATIVE)
    switch(link.PREDICT)


def point_and_step(reading: link.Reading) -> None:
    """The point, ε with its slider, and in which numbers all is computed."""
    with part("point"):
        text_entry(link.POINT)
        say(reading.remarks, link.POINT)
    with part("eps"):
        text_entry(link.STEP)
    with st.container(gap="xsmall"):
        say(reading.remarks, link.STEP)
        if is_visible("eps"):
            with guarded("The slider of ε"):
                slide_step(reading.step)
            choose_numbers(reading)
        say(reading.remarks, link.PRECISION, link.STEP_KIND)


def slide_step(step: float) -> None:
    """The slider over the exponent of ε, at the present step; the pictures follow it."""
    data = {
        "exponent": link.exponent_of(step),
        "step": step,
        "ends": [link.SMALLEST_EXPONENT, link.LARGEST_EXPONENT],
        "by": link.EXPONENT_STEP,
    }
    mount("step", key="step", data=data, on_stepped_change=take_step)


def choose_numbers(reading: link.Reading) -> None:
    """In which type every number is rounded, and what becomes of ε."""
    set_widgets(precision=reading.dtype, kind_of_step=reading.step_kind)
    with st.container(horizontal=True, gap="small"):
        choose_one("precision", list(PRECISIONS))
        choose_one("kind_of_step", {name: kind.label for name, kind in STEP_KINDS.items()})
