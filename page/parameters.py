"""The fixed parameters: which letters they are, a slider for each, and a button that plays it."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from gradviz import link
from page.components import clock_key, mount_clock, read_request
from page.entries import choose_some
from page.guard import callback
from page.state import PANELS, Playing, session, set_widgets

TURN = "turn"  # the trigger of the clock that plays
PLAY_EVERY = 0.3  # seconds between two values of a parameter that is played


def hold_fixed(reading: link.Reading) -> None:
    """Choose the letters that are fixed: they become parameters."""
    letters = link.letters(reading.field)
    if len(letters) < 2:
        return
    menu = st.popover("Parameters", key=PANELS["parameters"], on_change="rerun")
    with menu:
        set_widgets(fixed=[name for name, _ in reading.field.parameters])
        choose_some("fixed", letters, wrap=None)


def offer_parameters(reading: link.Reading) -> None:
    """Offer to make parameters of the letters that are likely coefficients."""
    likely = link.likely_parameters(reading.field)
    if not likely:
        return
    names = ", ".join(likely)
    with st.container(key="offer", horizontal=True, vertical_alignment="center", gap="small"):
        label = f"Make a slider of {names}" if len(likely) == 1 else f"Make {names} sliders"
        st.button(label, key="fix-likely", on_click=fix_likely)
        st.caption(f"Now the gradient asks for {names}, too.")


@callback
def fix_likely() -> None:
    """The likely coefficients become parameters."""
    assert session.reading is not None
    session[link.PARAMETERS], session[link.POINT] = link.fix_likely(session.reading, session[link.POINT])


def slide_parameters(reading: link.Reading) -> None:
    """A slider for every parameter, and a button that plays it."""
    parameters = dict(reading.field.parameters)
    if session.playing and session.playing.name not in parameters:
        session.playing = None
    for name, fixed in parameters.items():
        value = float(fixed or 0)
        playing = session.playing if session.playing and session.playing.name == name else None
        low, high = link.slider_ends(playing.start if playing else value)
        key = f"parameter-{name}"
        set_widgets(**{key: value})
        with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
            st.slider(
                f"Parameter {name}",
                low,
                high,
                step=(high - low) / 100,
                format="%.4g",
                key=key,
                on_change=move_parameter,
                args=(name,),
            )
            label, icon = ("Pause", "pause") if playing else ("Play", "play_arrow")
            icon = f":material/{icon}:"
            st.button(label, icon=icon, key=f"play-{name}", on_click=play, args=(name, value))


@callback
def move_parameter(name: str) -> None:
    """The slider of a parameter was moved; what was playing stops."""
    session.playing = None
    set_parameter(name, session[f"parameter-{name}"])


@callback
def play(name: str, value: float) -> None:
    """Play a parameter, or stop it where it is."""
    stops = session.playing is not None and session.playing.name == name
    session.playing = None if stops else Playing(name, value)


def play_on() -> None:
    """While a parameter plays, let the browser ask for its next value when this one has been drawn."""
    playing = session.playing
    if playing is None:
        return
    mount_clock(TURN, playing.tick, PLAY_EVERY, take_turn, name=playing.name)


@callback
def take_turn() -> None:
    """The next value of the parameter that plays; at the end it is back where it began, and stops."""
    playing = session.playing
    turn = read_request(clock_key(TURN), TURN)
    if playing is None or turn != playing.tick + 1:  # asked for a second time
        return
    session.playing = playing = replace(playing, tick=playing.tick + 1)
    value = link.played(playing.start, playing.tick)
    if value is None:
        value, session.playing = playing.start, None
    set_parameter(playing.name, value)


def set_parameter(name: str, value: float) -> None:
    """Write the value of one parameter into the address."""
    assert session.reading is not None
    session[link.PARAMETERS] = link.parameter_moved(session.reading.field, name, value)
