"""Present mode, for a projector: the stage alone, with the keys of a lecturer, which ``present.js`` hears."""

from __future__ import annotations

import streamlit as st

from gradviz import link, presets
from page.components import mount, read_request
from page.gallery import take_preset
from page.guard import callback
from page.state import session

KEY = "presenter"  # of the mount in the session
TOURED, LEFT = "toured", "left"  # the triggers that it sends
HELP = (
    "The pictures alone, larger, for a projector. ← → move ε, ↑ ↓ lead through the gallery’s group, the "
    "space bar plays, Escape leads back. The link keeps it."
)


def door() -> None:
    """The button that leads there."""
    st.button("Present", icon=":material/slideshow:", help=HELP, on_click=enter)


def tools() -> None:
    """What the browser needs there: the stops of the tour by name, and which of them is shown."""
    shown = presets.with_function(session[link.FUNCTION])
    stops = presets.tour((shown or presets.DEFAULT).group)
    data = {"stops": [stop.name for stop in stops], "stop": shown.name if shown else ""}
    callbacks = {f"on_{TOURED}_change": go_to_stop, f"on_{LEFT}_change": leave}
    mount("present", key=KEY, data=data, **callbacks)


@callback
def enter() -> None:
    """Show the stage alone."""
    session[link.PRESENT] = True


@callback
def leave() -> None:
    """Show the whole page."""
    read_request(KEY, LEFT)
    session[link.PRESENT] = False


@callback
def go_to_stop() -> None:
    """Show the preset that the browser names; any other name changes nothing."""
    name = read_request(KEY, TOURED)
    for preset in presets.PRESETS:
        if preset.name == name:
            take_preset(preset)
