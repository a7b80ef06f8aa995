"""The link to this page, what of the page it shows, its numbers as files, and how another page embeds it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from html import escape
from typing import Any

import streamlit as st

from gradviz import content, link
from gradviz.export.files import FORMATS, Format, bytes_of
from gradviz.export.snapshot import address_of, snapshot_of
from gradviz.export.vector.marks import THEMES, palette_of
from page.components import mount
from page.state import is_visible, session

EMBED_HELP = (
    "For a page of your own: without the bar, and with what is chosen below. The server must allow your site "
    "to show it in a frame (`GRADVIZ_FRAME_ANCESTORS`)."
)

SLIDE_HELP = (
    "The page as one picture for a slide, 16:9, as PNG, in the colours that it has now. SVG, PDF, four times "
    "as sharp or in other colours: under “Share”."
)
THEME_HELP = "Print is black and white: methods are told apart by greys, dashes and symbols."

# What files are for, and the endings of each; a kind that is not named here stands below them.
SHELVES = {
    "All of it": ("zip",),
    "Numbers": ("csv", "sweep.csv", "json"),
    "To run": ("py", "ipynb", "html"),
    "For a paper": ("tex", "pgf.tex"),
    "For a quiz": ("moodle.xml", "gift"),
    "In 3D": ("glb", "stl"),
}
SLIDE = "png"  # the ending, among FORMATS, of the slide that the button on the stage saves
SHELF = 90  # px: how wide their titles are


def share(reading: link.Reading | None) -> None:
    """A popover with the link to this page, what it leaves out, and the files it can be saved as."""
    shelf = st.popover("Share", key="share", on_change="rerun")
    if not shelf.open:
        return
    with shelf:
        st.markdown("**The link to this picture**")
        above = st.container()
        st.caption("What it shows; whoever opens it can show the rest again.")
        left, right = st.columns(2)
        half = (len(link.PARTS) + 1) // 2
        hidden = [
            name
            for place, (name, label) in enumerate(link.PARTS.items())
            if not (left if place < half else right).checkbox(label, is_visible(name), key=f"shows-{name}")
        ]
        title = "gradviz" if reading is None else content.page_title(reading.field)
        with above:
            st.code(link_without(hidden), language=None, wrap_lines=True)
            if reading is not None:
                files(reading)
            st.markdown("**To embed it in another page**", help=EMBED_HELP)
            st.code(frame(link_without(hidden, embedded=True), title), language="html", wrap_lines=True)


def frame(address: str, title: str) -> str:
    """The HTML that shows an address inside another page."""
    return (
        f'<iframe src="{escape(address)}" title="{escape(title)}" width="100%" height="640" loading="lazy" '
        'style="border: 0"></iframe>'
    )


def link_to_whole_page() -> None:
    """Out of a page that embeds this one: everything, in a tab of its own."""
    with st.container(key="whole", width="content"):
        st.link_button(
            "Open the whole page", link_without(()), icon=":material/open_in_new:", type="tertiary"
        )


def link_without(hidden: Sequence[str], *, embedded: bool = False) -> str:
    """The whole link to what the page shows but for the parts that are ``hidden``."""
    left_out = [name for name in link.PARTS if name in hidden or (embedded and name == "bar")]
    values = {**(session.linked_values or {}), link.HIDDEN: ",".join(left_out), link.PRESENT: False}
    return address_of(_here(), values)


def files(reading: link.Reading) -> None:
    """A button for each kind of file. What is in it is computed when it is pressed, and not before."""
    st.markdown("**As a file**")
    shown = st.context.theme.type or THEMES[0]
    chosen = st.segmented_control(
        "Colours of the pictures", THEMES, default=shown, required=True, key="shows-theme", help=THEME_HELP
    )
    theme = chosen if isinstance(chosen, str) else shown
    with st.container(gap="xsmall"):
        for title, rows in _shelves(reading).items():
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.caption(title, width=SHELF)
                with st.container(horizontal=True, gap="small"):  # where it wraps, beside the title
                    for row in rows:
                        _button(row, reading, theme)
        with st.container(horizontal=True, vertical_alignment="top", gap="small"):
            st.caption("Moving pictures", width=SHELF)
            moving_pictures(theme)


def moving_pictures(theme: str) -> None:
    """Films of the stage, which the browser makes by itself (``movie.js``); in light colours for ‘print’."""
    palette = palette_of(theme)
    ends = [link.SMALLEST_EXPONENT, link.LARGEST_EXPONENT]
    mount("movie", key="movie", data={"paper": palette["paper"], "ink": palette["ink"], "ends": ends})


def save_slide() -> None:
    """The button on the stage that saves the page as a slide; the slide is drawn when it is pressed."""
    st.download_button(
        "Save slide",
        partial(_slide, dict(session.linked_values or {}), _here(), st.context.theme.type or THEMES[0]),
        f"gradviz.{SLIDE}",
        icon=":material/download:",
        help=SLIDE_HELP,
        type="tertiary",
        key="saves-slide",
        on_click="ignore",
    )


def _slide(linked: Mapping[str, Any], here: str, theme: str) -> bytes:
    return file_of(FORMATS[SLIDE], {**link.values_in({})[0], **linked}, here, theme)


def _shelves(reading: link.Reading) -> dict[str, list[Format]]:
    """The kinds of file by what they are for; of pictures those that the function has, each by itself."""
    shelves: dict[str, list[Format]] = {title: [] for title in ("The slide", *SHELVES)}
    named = {ending: title for title, endings in SHELVES.items() for ending in endings}
    for row in FORMATS.values():
        if row.slow:
            continue
        if not row.picture:
            shelves.setdefault(named.get(row.ending, "More"), []).append(row)
        elif not row.why_not(reading):
            shelves.setdefault(f"The {row.picture}", []).append(row)
    return shelves


def _button(row: Format, reading: link.Reading, theme: str) -> None:
    values = {**link.values_in({})[0], **(session.linked_values or {})}
    reason = row.why_not(reading)
    st.download_button(
        row.label,
        partial(file_of, row, values, _here(), theme),
        f"gradviz.{row.ending}",
        help=reason or f"{row.about[0].upper()}{row.about[1:]}.",
        disabled=bool(reason),
        key=f"saves-{row.ending}",
        on_click="ignore",
    )


def file_of(row: Format, values: Mapping[str, Any], here: str, theme: str) -> bytes:
    """What is in the file of the page with these ``values``, its pictures in the colours of a theme."""
    return bytes_of(replace(snapshot_of(values, here), theme=theme), row)


def _here() -> str:
    return (st.context.url or "").partition("?")[0]
