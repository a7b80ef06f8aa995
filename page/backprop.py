"""Back-propagation to watch: the computation graph, the walk over it, and a fault to be found in it."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

import gradviz
from gradviz import content, figures, link, recent
from gradviz.autodiff import faults
from gradviz.figures import graph
from page.components import mount, mount_view
from page.entries import choose_one, switch
from page.guard import guarded
from page.state import session, set_widgets

Place = tuple[int, int]  # an edge of the graph: the consuming node, and which of its operands


def backpropagation(reading: link.Reading, torch_loaded: bool, panels: Mapping[str, figures.Panel]) -> None:
    """The computation graph, or a part of it where it is large, and the walk over it.

    Beside it stands one of the ``panels``, small, on which the gradient grows that the walk collects.
    """
    field, point = reading.field, reading.point
    left, right = st.columns([2.6, 1], gap="medium")
    walked = left.container(key="walked")  # heading and walk stay together on paper
    with walked:
        st.header("Analytical: back-propagation")
        if not torch_loaded:
            st.caption("PyTorch is loading …")
            return
        around = part_around(field, point)
        fault, place = planted_fault(field, point)
    drawn = tuple(field.variables[axis] for axis in reading.axes)
    with right, guarded("The picture beside the walk"):
        beside = recent.walk_message(panels)
        if beside:
            mount_view("walk-view", beside)
    with walked, guarded("The walk over the graph"):
        data = graph.walk_data(
            field, point, drawn, around=around, fault=fault, place=place, dtype=reading.dtype
        )
        mount("walk", key="walk", data=data)
    if fault:
        with guarded("The gradient check"):
            gradient_check(field, point, fault, place)


def part_around(field: gradviz.ScalarField, point: tuple[float, ...]) -> int | None:
    """The node that a large graph is drawn around, by choice; None where the graph is drawn as a whole."""
    nodes = graph.parts(field, point)
    if not nodes:
        return None
    wanted = int(session[link.NODE] or -1)
    set_widgets(chosen_node=wanted if wanted in nodes else next(iter(nodes)))
    choose_one("chosen_node", nodes)
    return session.chosen_node


def planted_fault(field: gradviz.ScalarField, point: tuple[float, ...]) -> tuple[str | None, Place | None]:
    """The fault to be planted in the backward pass, and its edge, if one is chosen."""
    set_widgets(sabotage=bool(session[link.FAULT]))
    if not switch("sabotage"):
        return None, None
    set_widgets(chosen_fault=session[link.FAULT])
    with st.container(horizontal=True):
        fault = choose_one("chosen_fault", {row.name: row.label for row in faults.FAULTS}, width=240)
        edges = graph.fault_places(field, point, fault)
        names = {"": "somewhere"} | {link.place_text(edge): name for edge, name in edges.items()}
        set_widgets(chosen_place=session[link.PLACE] if session[link.PLACE] in names else "")
        return fault, link.read_place(choose_one("chosen_place", names, width=240))


def gradient_check(
    field: gradviz.ScalarField, point: tuple[float, ...], fault: str, place: Place | None
) -> None:
    """What gradient checking says of the sound and of the faulty graph."""
    check = content.gradient_check(field, point, fault, place)
    if check is None:
        st.caption("This fault would change nothing in this graph at this point. Try another.")
        return
    st.table(check.rows)
    if check.doubt:
        st.caption(check.doubt)
    mount_view("check-view", check.data)
    with st.expander("Where is it?"):
        st.text(check.solution)
