"""What is written below the pictures: the closed form, programs, and the costs of each way."""

from __future__ import annotations

import streamlit as st

import gradviz
from gradviz import content, link, sentences
from gradviz.autodiff import costs as counting
from gradviz.symbolic import worker
from page.components import mount_view
from page.entries import choose_one
from page.state import PANELS, session, set_widgets


def closed_form(field: gradviz.ScalarField) -> bool:
    """The partial derivatives, typeset. True where they wait for a worker that is busy."""
    st.header("Analytical: the closed form", help=sentences.CLOSED_FORM_HELP)
    try:
        partials = content.partials_latex(field)
    except worker.BusyError:
        st.text("The closed form waits for its turn: other formulas are being worked on. It comes by itself.")
        return True
    except gradviz.ClosedFormError as error:
        st.text(str(error))
        return False
    for name, formula in partials:
        if formula:
            st.latex(formula, width="content")
        else:
            st.text(f"The derivative with respect to {name} would fill pages.")
    return False


def programs(reading: link.Reading) -> None:
    """The same by hand: programs to copy and run, written when the panel is opened."""
    shelf = st.expander("The same by hand, in code", key=PANELS["code"], on_change="rerun")
    if not shelf.open:
        return
    with shelf:
        tabs = st.tabs(["PyTorch", "NumPy, forward difference", "Closed form"])
        for tab, program in zip(tabs, content.programs(reading), strict=True):
            if isinstance(program, str):
                tab.code(program, language="python")
            else:  # there is none, and this is why
                tab.text(str(program))


def costs(field: gradviz.ScalarField) -> None:
    """Why back-propagation won: what each way costs as n grows, counted when the panel is opened."""
    shelf = st.expander("What it costs with many inputs", key=PANELS["costs"], on_change="rerun")
    if not shelf.open:
        return
    with shelf:
        names = [family.name for family in counting.FAMILIES]
        set_widgets(counted_family=session[link.FAMILY_COUNTED] or names[0])
        if not counting.family_of(field):
            choose_one("counted_family", names)
        counted = content.costs(field, session.counted_family)
        st.table(counted.rows)
        mount_view("costs-view", counted.data)
