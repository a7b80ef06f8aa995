"""The gallery: presets to look at, each with its picture and the sentence that says what to look for.

Each group of them is a tour, too, walked beside the lesson.
"""

from __future__ import annotations

import streamlit as st

from gradviz import link, presets
from gradviz.figures.thumbnail import thumbnail
from page.guard import callback, guarded, report
from page.sheets import sheet
from page.state import is_visible, session

STYLE = sheet("gallery.css")


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
    """A tab for each group, with its presets as cards; at first that of the preset which is shown."""
    st.html(f"<style>{STYLE}</style>")
    drawn = thumbnails()
    groups = list(dict.fromkeys(preset.group for preset in presets.PRESETS))
    present = presets.with_function(session[link.FUNCTION]) or presets.DEFAULT
    for group, tab in zip(groups, st.tabs(groups, default=present.group), strict=True):
        with tab, st.container(key=f"shelf-{group}"):
            for preset in presets.tour(group):
                show_preset(preset, drawn.get(preset.name))


def show_preset(preset: presets.Preset, picture: str | None) -> None:
    """One card: the picture, the name to press, and the lesson."""
    with st.container(key=f"card-{preset.name}", gap="xsmall"):
        if picture:
            st.image(picture, width=200, alt="")
        pressed = st.button(
            preset.name, key=f"preset-{preset.name}", on_click=take_preset, args=(preset,), type="tertiary"
        )
        st.caption(preset.lesson)
    if pressed:
        st.rerun()  # the whole page, and not only this part of it


def lesson() -> None:
    """Beside a preset's function: its sentence, and the way through its group."""
    present = presets.with_function(session[link.FUNCTION])
    if present is None:
        return
    with guarded("The lesson"):
        if is_as_told(present):
            with st.container(key="lesson-sentence"):
                st.caption(present.lesson)
        if is_visible("gallery"):
            tour(present)


def is_as_told(preset: presets.Preset) -> bool:
    """Whether all that its sentence speaks of is shown, and nothing that it gives away is to be guessed."""
    told = link.values_of(preset)
    names = (link.FUNCTION, link.POINT, link.STEP, link.SHOWN)
    return not session[link.PREDICT] and all(session[name] == told[name] for name in names)


def tour(present: presets.Preset) -> None:
    """Where a preset stands in its group, between the buttons that lead to the one before and to the next."""
    stops = presets.tour(present.group)
    with st.container(key="tour", horizontal=True, vertical_alignment="center", gap=None, width="content"):
        for key, word, places in (("tour-before", "Previous", -1), ("tour-next", "Next", 1)):
            preset = presets.along(present, places)
            label = f"{word}: {preset.name}"
            st.button(label, key=key, help=f"{preset.group}. {label}", on_click=take_preset, args=(preset,))
            if places < 0:
                st.caption(f"{stops.index(present) + 1} of {len(stops)}")


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
