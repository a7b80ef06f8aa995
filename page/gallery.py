"""The gallery: presets to look at, each with its picture and the sentence that says what to look for."""

from __future__ import annotations

from itertools import groupby

import streamlit as st

from gradviz import link, presets
from gradviz.figures.thumbnail import thumbnail
from page.guard import callback, guarded, report
from page.state import session
from page.style import style

STYLE = style("gallery.css")


@st.fragment
def door() -> None:
    """The button that opens the gallery; nothing else is drawn again for that."""
    st.button("Gallery", icon=":material/photo_library:", width="stretch", key="door", on_click=open_gallery)
    if session.gallery:
        with guarded("The gallery"):
            gallery()


@callback
def open_gallery() -> None:
    """Open the gallery; it stays open until it is closed, also when the page is drawn again meanwhile."""
    session.gallery = True


@callback
def close_gallery() -> None:
    """The visitor has closed it."""
    session.gallery = False


@st.dialog("Gallery", width="large", on_dismiss=close_gallery)
def gallery() -> None:
    """The presets by group; sent when the gallery is opened."""
    with guarded("The gallery"):
        show_presets()


def show_presets() -> None:
    """The presets by group, as cards."""
    st.html(f"<style>{STYLE}</style>")
    drawn = thumbnails()
    for group, members in groupby(presets.PRESETS, key=lambda preset: preset.group):
        st.markdown(f"### {group}")
        with st.container(key=f"shelf-{group}"):
            for preset in members:
                show_preset(preset, drawn.get(preset.name))


def show_preset(preset: presets.Preset, picture: str | None) -> None:
    """One card: the picture, the name to press, and the lesson."""
    with st.container(key=f"card-{preset.name}", gap="xsmall"):
        if picture:
            st.image(picture, width=96, alt="")
        pressed = st.button(
            preset.name, key=f"preset-{preset.name}", on_click=take_preset, args=(preset,), type="tertiary"
        )
        st.caption(preset.lesson)
    if pressed:
        st.rerun()  # the whole page, and not only this part of it


@st.cache_data
def thumbnails() -> dict[str, str]:
    """The picture of each preset, drawn when the first visitor opens the gallery."""
    drawn = {}
    for preset in presets.PRESETS:
        try:  # one that fails must not take the others
            reading = link.read(link.entries_of(preset))
            drawn[preset.name] = thumbnail(reading.field, reading.window, reading.point, reading.axes)
        except Exception as error:
            report(f"the picture of {preset.name}", error)
    return drawn


@callback
def take_preset(preset: presets.Preset) -> None:
    """Fill the entries from the gallery, and show the methods that its sentence is about."""
    session.update(dict.fromkeys((link.PARAMETERS, link.AXES, link.PLACE, link.NODE), ""))
    session.update(link.values_of(preset))
    session.gallery = False  # the pictures are what to look at now
